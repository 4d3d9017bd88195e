//! Removes the prerendered view once the app can take its place.
//!
//! `index.html` holds the page's outline, or a whole view with figures (`crates/prerender`). The
//! app is built behind it (`style/prerendered.css`).

use std::cell::Cell;

use leptos::prelude::*;
use web_sys::Element;

use crate::fetch;
use crate::focus;
use crate::page_scripts;
use crate::reactive::effect;
use crate::scheduler;
use crate::state::{State, Status};

thread_local! {
    static MAP_PAINTED: Cell<bool> = const { Cell::new(false) };
}

fn view() -> Option<Element> {
    document().get_element_by_id("boot")
}

/// The first element of the app's page that the selector matches; the page itself for an empty
/// selector. The prerendered view, which has elements of the same classes, is left out.
pub fn in_app(selector: &str) -> Option<Element> {
    document()
        .query_selector(&format!(".page:not(#boot) {selector}"))
        .ok()
        .flatten()
}

/// Whether the prerendered view is still there and shows figures.
pub fn has_figures() -> bool {
    view().is_some_and(|view| view.has_attribute("data-figures"))
}

/// Applies the labels of the prerendered view, which is there before the manifest loads.
pub fn apply_labels() {
    if let Some(json) = view().and_then(|view| view.get_attribute("data-labels")) {
        fetch::apply_labels(&json);
    }
}

/// Replaces the prerendered view now that the map is painted, once the remaining tasks have run.
/// The map goes on screen a frame before the rest (`style/prerendered.css`), because showing both
/// at once takes longer than a frame.
pub fn show_map() {
    MAP_PAINTED.set(true);
    request_animation_frame(|| {
        scheduler::when_idle(|| {
            scheduler::stop_slicing();
            remove();
        });
    });
}

/// Whether the map has been painted.
pub fn is_map_painted() -> bool {
    MAP_PAINTED.get()
}

/// Removes the prerendered view and shows the app, with its map or without. A link to an area that
/// has the focus passes it to the same link in the app's table.
pub fn remove() {
    let Some(view) = view() else { return };
    let row = focus::focused().filter(|element| view.contains(Some(element)));
    let row = row.and_then(|element| element.closest("[data-code]").ok().flatten());
    let code = row.and_then(|row| row.get_attribute("data-code"));
    view.remove();
    if let Some(code) = code {
        let same_area = format!("[data-testid=rising-list] [data-code={code}] a");
        focus::move_to(&same_area);
        // The app's table may not be visible yet.
        if focus::focused().is_none() {
            focus::move_to_soon(same_area);
        }
    }
}

/// Replaces an outline, now that the page is built. A view with figures stays.
pub fn page_built() {
    if !has_figures() {
        remove();
    }
}

/// Removes a view with figures before the map is painted, if the reader navigates or if a file
/// failed to load while others can be shown.
pub fn watch(state: State) {
    let request = state.request();
    let status = state.status();
    let shown = state.shown();
    let first = request.get_untracked();
    effect(page_scripts::remove_slow_message);
    effect(move || {
        // Nothing is left to watch once the view is removed.
        if view().is_none() {
            return;
        }
        let failed = matches!(*status.read(), Status::Failed(_)) && shown.read().is_some();
        if failed || *request.read() != first {
            scheduler::when_idle(remove);
        }
    });
}
