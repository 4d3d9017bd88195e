//! What `index.html` shows until the app takes over: the page's outline, or a whole opening with its figures
//! (`crates/prerender`), behind which the app takes shape (`style/layout.css`).

use leptos::prelude::*;
use web_sys::Element;

use crate::reactive::effect;
use crate::state::{State, Status};

fn opening() -> Option<Element> {
    document().get_element_by_id("boot")
}

/// Are there figures to read before the app has any?
pub fn shows_figures() -> bool {
    opening().is_some_and(|opening| opening.has_attribute("data-figures"))
}

/// The app is what is shown from now on. To be called once the map has been painted.
pub fn replace() {
    if let Some(opening) = opening() {
        opening.remove();
    }
}

/// Replaces an outline at once. An opening stays until the map is painted, unless that cannot be waited for: when the
/// reader goes elsewhere, or when only some of the files have come.
pub fn follow(state: State) {
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
        if !shows_figures() || failed || *request.read() != first {
            replace();
        }
    });
}
