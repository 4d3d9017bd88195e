//! Moves the keyboard focus, so that it is never lost when the focused element is removed.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// The focused element, unless it is the body.
pub fn focused() -> Option<HtmlElement> {
    let element = document()
        .active_element()?
        .dyn_into::<HtmlElement>()
        .ok()?;
    (document().body().as_ref() != Some(&element)).then_some(element)
}

/// Moves the focus to the first element that the selector matches.
pub fn move_to(selector: &str) {
    if let Some(element) = document().query_selector(selector).ok().flatten() {
        let _ = element.unchecked_ref::<HtmlElement>().focus();
    }
}

/// Moves the focus in the next frame, once the page has rendered the latest change.
pub fn move_to_soon(selector: String) {
    request_animation_frame(move || move_to(&selector));
}

/// Moves the focus to the map, which is always mounted, without scrolling the page.
pub fn move_to_map() {
    let at = [window().scroll_x(), window().scroll_y()].map(Result::unwrap_or_default);
    move_to(".map");
    window().scroll_to_with_x_and_y(at[0], at[1]);
}
