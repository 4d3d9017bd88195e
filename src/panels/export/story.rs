//! Shows sentences on the current view to quote in a story, with a button that copies them.

use leptos::prelude::*;
use leptos::task::spawn_local;
use rising_model::domain::area::Level;
use rising_model::domain::scope::Scope;
use rising_view::story::{self, Story, StoryBlock, StoryContext};

use crate::platform::reactive::{Derived, Text, flag, text};
use crate::platform::share;
use crate::state::State;

/// The result of copying.
#[derive(Clone, Copy, PartialEq)]
enum CopyOutcome {
    None,
    Copied,
    /// The browser refused, so the reader has to select the text.
    ByHand,
}

/// Returns the story of the open area or, without one, of the authority whose neighbourhoods are
/// shown or of the nation. `prepare report --prose` uses the same code.
fn derive_story(state: State, threshold: RwSignal<Option<u32>>) -> Derived<Option<Story>> {
    let scope = state.scope();
    let shown = state.shown();
    let selected = state.selected();
    let authorities = state.shown_at(Level::Ltla);
    let finer = state.shown_at(Level::Msoa);
    Derived::new(move || {
        let scope = scope.read();
        let shown = shown.read();
        let manifest = state.manifest()?;
        let shown = shown.as_ref()?;
        let authorities = authorities.read();
        let finer = finer.read();
        let (of, area) = match (selected.get(), scope.as_ref()?) {
            (Some(area), _) => (shown, area),
            (None, Scope::Within(code)) => {
                let authorities = authorities.as_ref()?;
                (authorities, authorities.table.index_of(code)?)
            }
            (None, Scope::Nation(nation)) => {
                let names = state.table(Level::Ltla);
                let sources = &manifest.sources;
                return Some(story::nation_story(
                    shown,
                    *nation,
                    names.as_deref(),
                    sources,
                    &state.texts(),
                ));
            }
        };
        let around = StoryContext {
            authorities: authorities.as_ref(),
            neighbourhoods: finer.as_ref(),
            neighbourhood_dates: state.neighbourhood_dates(),
            threshold: threshold.get(),
            breaks: &manifest.breaks,
        };
        story::area_story(of, area, around, &manifest.sources, &state.texts())
    })
}

/// The sentences, and a button that copies them.
#[component]
pub fn StoryPanel() -> impl IntoView {
    let state = expect_context::<State>();
    let threshold = RwSignal::new(None::<u32>);
    let story = derive_story(state, threshold);
    let scope = state.scope();
    let selected = state.selected();
    let has_hotspots = move || {
        selected.get().is_some()
            || scope
                .read()
                .as_ref()
                .is_some_and(|scope| scope.authority().is_some())
    };
    let outcome = RwSignal::new(CopyOutcome::None);
    let link = move || state.link();
    let copy = move |_| {
        let Some(story) = story.get_untracked() else {
            return;
        };
        let text = format!("{}\n{}\n", story.to_plain_text(), untrack(link));
        spawn_local(async move {
            outcome.set(if share::copy(&text).await {
                CopyOutcome::Copied
            } else {
                CopyOutcome::ByHand
            });
        });
    };
    let said = move || {
        match outcome.get() {
            CopyOutcome::None => "",
            CopyOutcome::Copied => state.texts().copied(),
            CopyOutcome::ByHand => state.texts().copy_story_by_hand(),
        }
        .to_owned()
    };
    let blocks = move || {
        let story = story.read();
        let blocks = story.as_ref()?.blocks.iter().map(|block| match block {
            StoryBlock::Heading(words) => view! { <h3>{Text(words.clone())}</h3> }.into_any(),
            StoryBlock::Paragraph(words) => view! { <p>{Text(words.clone())}</p> }.into_any(),
            StoryBlock::List(items) => {
                let items = items
                    .iter()
                    .map(|item| view! { <li>{Text(item.clone())}</li> });
                view! { <ul>{items.collect_view()}</ul> }.into_any()
            }
        });
        Some(blocks.collect_view())
    };
    let title = move || {
        let story = story.read();
        story
            .as_ref()
            .map(|story| story.title.clone())
            .unwrap_or_default()
    };
    view! {
        <section class="export story" aria-labelledby="story-title" data-testid="story">
            <h2 id="story-title">{text(title)}</h2>
            <div class="tools">
                <button type="button" data-testid="copy-story" on:click=copy>
                    {state.texts().copy_story()}
                </button>
                <label hidden=flag(move || !has_hotspots())>
                    {state.texts().hotspots_from()} " "
                    <input
                        type="number"
                        inputmode="numeric"
                        min="0"
                        step="1"
                        data-testid="threshold"
                        on:change:target=move |event| {
                            threshold.set(event.target().value().trim().parse().ok());
                        }
                    />
                    " " {state.texts().hotspots_from_unit()}
                </label>
                <p class="message" role="status">{text(said)}</p>
            </div>
            {blocks}
            <p class="link-line">{text(link)}</p>
        </section>
    }
}
