//! Completes the page once the app's map is painted: removes the prerendered map.
//!
//! `index.html` holds the page's outline, or a whole page with figures (`crates/prerender`). It has
//! the id `boot` until the app is complete (`style/prerendered.css`).

use std::cell::Cell;

use leptos::prelude::*;
use web_sys::Element;

use crate::fetch;
use crate::page_scripts;
use crate::reactive::effect;
use crate::scheduler;
use crate::state::{State, Status};

thread_local! {
    static MAP_PAINTED: Cell<bool> = const { Cell::new(false) };
}

fn page() -> Option<Element> {
    document().get_element_by_id("boot")
}

/// Whether the page shows the prerendered figures.
pub fn has_figures() -> bool {
    page().is_some_and(|page| page.has_attribute("data-figures"))
}

/// Applies the labels of the prerendered view, which is there before the manifest loads.
pub fn apply_labels() {
    if let Some(json) = page().and_then(|page| page.get_attribute("data-labels")) {
        fetch::apply_labels(&json);
    }
}

/// Completes the page now that the map is painted, once the remaining tasks have run. The map goes
/// on screen a frame before the rest (`style/prerendered.css`), because showing both at once takes
/// longer than a frame.
pub fn show_map() {
    MAP_PAINTED.set(true);
    request_animation_frame(|| {
        scheduler::when_idle(|| {
            scheduler::stop_slicing();
            complete();
        });
    });
}

/// Whether the map has been painted.
pub fn is_map_painted() -> bool {
    MAP_PAINTED.get()
}

/// Removes the prerendered map, and shows the app's map if there is one.
pub fn complete() {
    let Some(page) = page() else { return };
    for drawing in [".map-picture", "#boot > svg"] {
        if let Ok(Some(drawing)) = document().query_selector(drawing) {
            drawing.remove();
        }
    }
    for attribute in ["id", "data-figures", "data-labels", "aria-hidden", "inert"] {
        let _ = page.remove_attribute(attribute);
    }
}

/// Completes an outline, now that the panels are built. A page with figures keeps its map.
pub fn page_built() {
    if !has_figures() {
        complete();
    }
}

/// Completes a page with figures before the map is painted, if the reader navigates or if a file
/// failed to load while others can be shown.
pub fn watch(state: State) {
    let request = state.request();
    let status = state.status();
    let shown = state.shown();
    let first = request.get_untracked();
    page_scripts::announce_start();
    effect(move || {
        // Nothing is left to watch once the page is complete.
        if page().is_none() {
            return;
        }
        let failed = matches!(*status.read(), Status::Failed(_)) && shown.read().is_some();
        if failed || *request.read() != first {
            scheduler::when_idle(complete);
        }
    });
}
