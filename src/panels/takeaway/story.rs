//! Figures for a story: sentences to quote about what is shown, to be copied.

use leptos::prelude::*;
use leptos::task::spawn_local;
use rising_model::area::Level;
use rising_model::story::{self, Around, Block, Figures, Story};

use crate::language::language;
use crate::reactive::{Derived, flag, text};
use crate::share;
use crate::state::{Shown, State};

/// What came of copying.
#[derive(Clone, Copy, PartialEq)]
enum Outcome {
    None,
    Copied,
    /// The browser would not: the text can be selected.
    ByHand,
}

fn figures(shown: &Shown) -> Figures<'_> {
    Figures { level: shown.level, table: &shown.table, snapshot: &shown.snapshot }
}

/// The open area's story, or the nation's while none is. By the same code as `prepare report --prose`.
fn told(state: State, threshold: RwSignal<Option<u32>>) -> Derived<Option<Story>> {
    let (view, shown, selected) = (state.view(), state.shown(), state.selected());
    let (authorities, finer) = (state.shown_at(Level::Ltla), state.shown_at(Level::Msoa));
    Derived::new(move || {
        let (view, shown, manifest) = (view.read(), shown.read(), state.manifest()?);
        let (view, shown) = (view.as_ref()?, shown.as_ref()?);
        let Some(area) = selected.get() else {
            let names = state.table(Level::Ltla);
            return Some(story::of_nation(
                figures(shown),
                view.nation,
                names.as_deref(),
                &manifest.sources,
                language(),
            ));
        };
        let (authorities, finer) = (authorities.read(), finer.read());
        let around = Around {
            authorities: authorities.as_ref().map(figures),
            neighbourhoods: finer.as_ref().map(figures),
            neighbourhood_dates: state.neighbourhood_dates(),
            threshold: threshold.get(),
            breaks: &manifest.breaks,
        };
        story::of_area(figures(shown), area, around, &manifest.sources, language())
    })
}

/// The sentences, and a button that copies them.
#[component]
pub fn StoryPanel() -> impl IntoView {
    let state = expect_context::<State>();
    let threshold = RwSignal::new(None::<u32>);
    let story = told(state, threshold);
    let selected = state.selected();
    let outcome = RwSignal::new(Outcome::None);
    let link = move || state.link();
    let copy = move |_| {
        let Some(story) = story.get_untracked() else { return };
        let text = format!("{}\n{}\n", story.plain(), untrack(link));
        spawn_local(async move {
            outcome.set(if share::copy(&text).await { Outcome::Copied } else { Outcome::ByHand });
        });
    };
    let said = move || {
        match outcome.get() {
            Outcome::None => "",
            Outcome::Copied => language().copied(),
            Outcome::ByHand => language().copy_story_by_hand(),
        }
        .to_owned()
    };
    let blocks = move || {
        let story = story.read();
        let blocks = story.as_ref()?.blocks.iter().map(|block| match block {
            Block::Heading(words) => view! { <h3>{words.clone()}</h3> }.into_any(),
            Block::Paragraph(words) => view! { <p>{words.clone()}</p> }.into_any(),
            Block::List(items) => {
                let items = items.iter().map(|item| view! { <li>{item.clone()}</li> });
                view! { <ul>{items.collect_view()}</ul> }.into_any()
            }
        });
        Some(blocks.collect_view())
    };
    view! {
        <section class="takeaway story" aria-labelledby="story-title" data-testid="story">
            <h2 id="story-title">{text(move || story.read().as_ref().map(|story| story.title.clone()).unwrap_or_default())}</h2>
            <div class="tools">
                <button type="button" data-testid="copy-story" on:click=copy>{language().copy_story()}</button>
                <label hidden=flag(move || selected.get().is_none())>
                    {language().hotspots_from()} " "
                    <input
                        type="number"
                        inputmode="numeric"
                        min="0"
                        step="1"
                        data-testid="threshold"
                        on:change:target=move |event| threshold.set(event.target().value().trim().parse().ok())
                    />
                    " " {language().hotspots_from_unit()}
                </label>
                <p class="said" role="status">{text(said)}</p>
            </div>
            {blocks}
            <p class="link-line">{text(link)}</p>
        </section>
    }
}
