//! Completes the page once the app's map is painted: removes the prerendered map.
//!
//! `index.html` holds the page's outline, or a whole page with figures (`crates/prerender`). It has
//! the id `boot` until the app is complete (`style/prerendered.css`).

use leptos::prelude::*;
use rising_words::Texts;
use web_sys::Element;

use crate::platform::fetch;
use crate::platform::first_paint::mark_map_painted;
use crate::platform::scheduler;

/// The page that the build wrote, until the app is complete.
pub fn page() -> Option<Element> {
    document().get_element_by_id("boot")
}

/// Whether the page shows the prerendered figures.
pub fn has_figures() -> bool {
    page().is_some_and(|page| page.has_attribute("data-figures"))
}

/// The texts with the labels of the prerendered view, if it has any. They are there before the
/// manifest loads.
pub fn texts() -> Option<Texts> {
    fetch::labelled_texts(&page()?.get_attribute("data-labels")?)
}

/// Completes the page now that the map is painted, once the remaining tasks have run. The map goes
/// on screen a frame before the rest (`style/prerendered.css`), because showing both at once takes
/// longer than a frame.
pub fn show_map() {
    mark_map_painted();
    request_animation_frame(|| {
        scheduler::when_idle(|| {
            scheduler::stop_slicing();
            complete();
        });
    });
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
