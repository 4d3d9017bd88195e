//! The page: what it is composed of, and what belongs to the page as a whole.

use leptos::html;
use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos::task::spawn_local;
use rising_model::sentences::ScopeName;
use rising_words::Language;
use web_sys::HtmlElement;

use crate::builder::Embed;
use crate::language::language;
use crate::lazy::Chunks;
use crate::map::{Map, MapRef};
use crate::offline::{self, SyncStatus};
use crate::panels::{
    Details, ExportButtons, Legend, Notes, Notices, Playing, RisingList, Search, Share, StatusLine,
    Switches, Timeline, Verdict, VerdictContext,
};
use crate::prerendered;
use crate::reactive::{Derived, attribute, effect, flag};
use crate::state::State;
use crate::url::{Navigator, ThemeChoice};

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    let chunks = Chunks::new();
    let state = State::new(Navigator::new(), chunks.files());
    provide_context(chunks);
    provide_context(state);
    provide_context(VerdictContext::new(state));
    provide_context(MapRef::new());
    let sync = SyncStatus::new();
    provide_context(sync);
    provide_context(Playing(RwSignal::new(false)));
    prerendered::watch(state);
    follow_theme(state);
    name_the_page(state);

    let embedded = state.request().with_untracked(|request| request.embed);
    let chunk = chunks.embed;
    // The page's first script does not know it of every link.
    if let Some(root) = document().document_element() {
        let _ = root.toggle_attribute_with_force("data-embed", embedded);
    }
    if embedded {
        chunk.load();
    } else {
        offline::keep(state, sync, chunks.offline);
    }
    let (page, main, stage) = (
        NodeRef::<html::Div>::new(),
        NodeRef::<html::Main>::new(),
        NodeRef::<html::Section>::new(),
    );
    let in_page = move || page.get_untracked().map(|page| (*page).clone());
    let (in_main, in_stage) = (move || main.get_untracked(), move || stage.get_untracked());
    part(
        in_page,
        move || view! { <Masthead embedded /> <main node_ref=main></main> },
    );
    part(in_main, StatusLine);
    part(in_main, Search);
    part(
        in_main,
        || view! { <div class="answer"><Verdict /> <Notices /></div> },
    );
    part(in_main, move || {
        view! {
            <section class="stage" aria-label=language().the_map() node_ref=stage>
                <div class="map-frame"><Map /></div>
            </section>
        }
    });
    part(in_stage, Timeline);
    part(in_stage, Switches);
    part(in_stage, Legend);
    part(in_main, Details);
    if embedded {
        part(in_main, move || {
            move || chunk.ready().map(|chunk| (chunk.0)())
        });
    } else {
        part(in_main, RisingList);
        part(in_main, || {
            view! { <section class="actions" aria-label=language().share_view()><Share /> <Embed /> <ExportButtons /></section> }
        });
        part(in_page, Notes);
    }
    spawn_local(async { prerendered::page_built() });
    let selected = state.selected();
    view! { <div class="page" class:with-details=flag(move || selected.get().is_some()) node_ref=page></div> }
}

/// Makes a part of the page in a slice of its own, as the last that is in `place`.
fn part<V: IntoView + 'static>(
    place: impl FnOnce() -> Option<HtmlElement> + 'static,
    view: impl FnOnce() -> V + 'static,
) {
    let owner = Owner::current().unwrap_or_default();
    spawn_local(async move {
        if let Some(place) = place() {
            owner.with(|| mount_to(place, view).forget());
        }
    });
}

/// In an article the name is for screen readers only.
#[component]
fn Masthead(embedded: bool) -> impl IntoView {
    let state = expect_context::<State>();
    let navigator = state.navigator();
    // Another page, for whoever comes back to it by the browser's history.
    let others = Language::ALL.into_iter().filter(|other| *other != language()).map(move |other| {
        let link = attribute(move || Some(navigator.link_in(other)));
        view! { <a class="language" lang=other.tag() hreflang=other.tag() href=link>{other.language_name()}</a> }
    });
    view! {
        <header class="masthead" class:visually-hidden=embedded>
            <h1>{language().site_name()}</h1>
            <p>{state.label_text(|language| language.site_subject().to_owned())}</p>
            {(!embedded).then(|| view! { <a class="skip visually-hidden" href="#table">{language().skip_to_table()}</a> })}
            {(!embedded).then(|| others.collect_view())}
        </header>
    }
}

/// The style sheet and the browser's own controls follow the link's theme.
fn follow_theme(state: State) {
    let theme = Derived::new(move || state.request().read().theme);
    effect(move || {
        let Some(root) = document().document_element() else {
            return;
        };
        let _ = match theme.get() {
            ThemeChoice::Auto => root.remove_attribute("data-theme"),
            ThemeChoice::Light => root.set_attribute("data-theme", "light"),
            ThemeChoice::Dark => root.set_attribute("data-theme", "dark"),
        };
    });
}

/// The browser's tab and history say which area is open, and what it does; without one, whose
/// neighbourhoods are shown.
fn name_the_page(state: State) {
    let (shown, selected) = (state.shown(), state.selected());
    let name = Derived::new(move || {
        let shown = shown.read();
        let shown = shown.as_ref()?;
        let Some(index) = selected.get() else {
            let name = state
                .scope_name()
                .filter(|name| matches!(name, ScopeName::Authority(_)))?;
            return Some(language().group_title(&name.areas_first(shown.level, language())));
        };
        let direction = shown.snapshot.comparison(index).direction();
        Some(language().area_title(
            direction.into(),
            shown.table.get(index)?.name_in(language()),
        ))
    });
    effect(move || match name.get() {
        Some(name) => document().set_title(&name),
        None => document().set_title(language().page_title()),
    });
}
