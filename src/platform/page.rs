//! Finds the places of panels in the page that the build wrote, and builds panels there.

use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::Element;

/// The first element of the page that the selector matches; the page itself for an empty selector.
pub fn in_page(selector: &str) -> Option<Element> {
    document()
        .query_selector(&format!(".page {selector}"))
        .ok()
        .flatten()
}

/// Runs a step of the start in a task of its own, so that the browser can handle input between two
/// steps.
pub fn in_task(run: impl FnOnce() + 'static) {
    let owner = Owner::current().unwrap_or_default();
    spawn_local(async move { owner.with(run) });
}

/// Calls `act` with the element of the page that the selector matches.
pub fn with_place(selector: &'static str, act: impl FnOnce(Element) + 'static) {
    in_task(move || {
        if let Some(place) = in_page(selector) {
            act(place);
        }
    });
}

/// Puts a panel in the place of an element.
pub fn replace<V: IntoView + 'static>(selector: &'static str, panel: impl FnOnce() -> V + 'static) {
    with_place(selector, |place| {
        insert_before(&place, panel);
        place.remove();
    });
}

/// Builds a panel before an element.
pub fn insert_before<V: IntoView + 'static>(place: &Element, panel: impl FnOnce() -> V) {
    if let Some(parent) = place.parent_element() {
        insert(&parent, Some(place), panel);
    }
}

/// Builds a panel as the last child of an element.
pub fn append<V: IntoView + 'static>(parent: &Element, panel: impl FnOnce() -> V) {
    insert(parent, None, panel);
}

/// Builds a panel, which stays as long as the page.
fn insert<V: IntoView + 'static>(
    parent: &Element,
    before: Option<&Element>,
    panel: impl FnOnce() -> V,
) {
    let mut state = panel().into_view().build();
    state.mount(parent, before.map(AsRef::as_ref));
    std::mem::forget(state);
}
