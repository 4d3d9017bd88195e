//! What `index.html` shows until the app takes over: the page's outline, or a whole opening with
//! its figures (`crates/prerender`), behind which the app takes shape (`style/layout.css`).

use std::cell::Cell;

use leptos::prelude::*;
use web_sys::Element;

use crate::fetch;
use crate::focus;
use crate::reactive::effect;
use crate::scheduler;
use crate::state::{State, Status};

thread_local! {
    static OVER: Cell<bool> = const { Cell::new(false) };
}

fn opening() -> Option<Element> {
    document().get_element_by_id("boot")
}

/// The first in the app's page that the selector selects, or without one that page. The opening's
/// may still be beside it, with parts of the same classes.
pub fn in_app(selector: &str) -> Option<Element> {
    document()
        .query_selector(&format!(".page:not(#boot) {selector}"))
        .ok()
        .flatten()
}

/// Are there figures to read before the app has any?
pub fn has_figures() -> bool {
    opening().is_some_and(|opening| opening.has_attribute("data-figures"))
}

/// Calls things as the opening does, which is there before the manifest.
pub fn apply_labels() {
    if let Some(json) = opening().and_then(|opening| opening.get_attribute("data-labels")) {
        fetch::apply_labels(&json);
    }
}

/// The map has been painted: the app is what is shown once all that came with it is. The map is put
/// on screen a frame before the rest (`style/layout.css`): to show both at once takes longer than a
/// frame.
pub fn show_map() {
    OVER.set(true);
    request_animation_frame(|| {
        scheduler::when_idle(|| {
            scheduler::stop_slicing();
            remove();
        });
    });
}

/// Has the map been painted?
pub fn is_map_painted() -> bool {
    OVER.get()
}

/// The app is what is shown from now on, with its map or without. Who has come to an area in the
/// opening's table by keyboard is at the same area in the app's.
pub fn remove() {
    let Some(opening) = opening() else { return };
    let row = focus::focused().filter(|element| opening.contains(Some(element)));
    let row = row.and_then(|element| element.closest("[data-code]").ok().flatten());
    let code = row.and_then(|row| row.get_attribute("data-code"));
    opening.remove();
    if let Some(code) = code {
        let same_area = format!("[data-testid=rising-list] [data-code={code}] a");
        focus::move_to(&same_area);
        // The app's table may be still to show.
        if focus::focused().is_none() {
            focus::move_to_soon(same_area);
        }
    }
}

/// All parts of the page are made: it takes an outline's place.
pub fn page_built() {
    if !has_figures() {
        remove();
    }
}

/// An opening with figures stays until the map is painted, unless that cannot be waited for: when
/// the reader goes elsewhere, or when only some of the files have come.
pub fn watch(state: State) {
    let (request, status, shown) = (state.request(), state.status(), state.shown());
    let first = request.get_untracked();
    effect(|| {
        // It may have said meanwhile that the app was slow to come.
        if let Some(root) = document().document_element()
            && root.get_attribute("data-failed").as_deref() == Some("slow")
        {
            let _ = root.remove_attribute("data-failed");
        }
    });
    effect(move || {
        // Once it is gone there is nothing to follow.
        if opening().is_none() {
            return;
        }
        let failed = matches!(*status.read(), Status::Failed(_)) && shown.read().is_some();
        if failed || *request.read() != first {
            scheduler::when_idle(remove);
        }
    });
}
