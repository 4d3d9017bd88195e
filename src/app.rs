//! Starts the panels in their places of the page, and sets what belongs to the whole page: theme
//! and title.
//!
//! The build wrote the page with its verdict, legend, table and sources (`crates/prerender`). These
//! stay, and the app keeps them up to date. Panels that need the app replace an empty element.

use leptos::prelude::*;
use rising_address::ThemeChoice;
use rising_markup::masthead::masthead;
use rising_view::captions::document_title;
use web_sys::Element;

use crate::builder::EmbedButton;
use crate::map::{Map, MapRef};
use crate::offline::{self, SyncStatus};
use crate::panels::{
    Details, ExportButtons, Playing, Search, Share, StatusLine, Switches, Timeline, VerdictContext,
    legend, list, notes, notices, verdict,
};
use crate::platform::dom;
use crate::platform::page::{append, in_page, in_task, insert_before, replace, with_place};
use crate::platform::prerendered;
use crate::platform::reactive::{Derived, effect};
use crate::startup::early_completion;
use crate::startup::lazy::Chunks;
use crate::state::State;
use crate::url::Navigator;

/// Starts the app on the page.
pub fn start() {
    let chunks = Chunks::new();
    let state = State::new(Navigator::new(), chunks.files());
    chunks.provide();
    provide_context(state);
    provide_context(VerdictContext::new(state));
    provide_context(MapRef::new());
    let sync = SyncStatus::new();
    provide_context(sync);
    provide_context(Playing(RwSignal::new(false)));
    early_completion::watch(state);
    follow_theme(state);
    update_title(state);

    let embedded = state.request().with_untracked(|request| request.embed);
    // The page's first script misses this for links that need repair.
    if let Some(root) = document().document_element() {
        let _ = root.toggle_attribute_with_force("data-embed", embedded);
    }
    if embedded {
        chunks.embed.load();
    } else {
        offline::start(state, sync, chunks.offline);
    }
    with_place(".masthead", head);
    replace(".status", StatusLine);
    replace(".search", Search);
    with_place(".verdict", verdict);
    with_place(".notices", notices);
    with_place(".stage", move |stage| {
        let _ = stage.set_attribute("aria-label", state.texts().the_map());
    });
    replace(".timeline", Timeline);
    replace(".switches", Switches);
    with_place(".legend", legend);
    // After what is below it, so that it has its size when it fits its view.
    with_place(".map-frame", |frame| append(&frame, Map));
    with_place(".list", |list| insert_before(&list, Details));
    if embedded {
        with_place(".credit", move |credit| {
            let owner = Owner::current().unwrap_or_default();
            let mut credit = Some(credit);
            effect(move || {
                if let Some(chunk) = chunks.embed.ready()
                    && let Some(credit) = credit.take()
                {
                    owner.with(|| untrack(|| (chunk.0)(credit)));
                }
            });
        });
    } else {
        with_place(".credit", |credit| credit.remove());
        with_place(".list", list);
        with_place("main", move |main| {
            append(&main, move || {
                view! { <section class="actions" aria-label=state.texts().share_view()><Share /> <EmbedButton /> <ExportButtons /></section> }
            });
        });
        with_place(".notes", notes);
    }
    in_task(prerendered::page_built);
    let selected = state.selected();
    effect(move || {
        let is_open = selected.get().is_some();
        if let Some(page) = in_page("") {
            let _ = page.class_list().toggle_with_force("with-details", is_open);
        }
    });
}

/// The site's name, subject and language links.
fn head(place: Element) {
    let state = expect_context::<State>();
    let navigator = state.navigator();
    dom::follow(place, move || {
        Some(masthead(&state.texts(), &|other| navigator.link_in(other)))
    });
}

/// Sets `data-theme` to the link's theme, for the style sheet and the browser's own controls.
fn follow_theme(state: State) {
    let theme = Derived::new(move || state.request().read().theme);
    effect(move || {
        let Some(root) = document().document_element() else {
            return;
        };
        let _ = match theme.get() {
            ThemeChoice::Auto => root.remove_attribute("data-theme"),
            chosen => root.set_attribute("data-theme", chosen.slug()),
        };
    });
}

/// Keeps the document's title up to date: the open area with its direction or, without one, the
/// authority whose neighbourhoods are shown.
fn update_title(state: State) {
    let shown = state.shown();
    let selected = state.selected();
    let title = Derived::new(move || {
        let shown = shown.read();
        let shown = shown.as_ref()?;
        let scope = state.scope_name();
        document_title(shown, selected.get(), scope.as_ref(), &state.texts())
    });
    effect(move || match title.get() {
        Some(title) => document().set_title(&title),
        None => document().set_title(state.texts().page_title()),
    });
}
