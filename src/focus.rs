//! Where the keyboard's focus goes when what had it leaves the page: never to nowhere.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// What has it, unless it is the page as a whole.
pub fn focused() -> Option<HtmlElement> {
    let element = document()
        .active_element()?
        .dyn_into::<HtmlElement>()
        .ok()?;
    (document().body().as_ref() != Some(&element)).then_some(element)
}

/// Gives it to the first element that the selector matches.
pub fn move_to(selector: &str) {
    if let Some(element) = document().query_selector(selector).ok().flatten() {
        let _ = element.unchecked_ref::<HtmlElement>().focus();
    }
}

/// The same once the page shows what has just been asked for.
pub fn move_to_soon(selector: String) {
    request_animation_frame(move || move_to(&selector));
}

/// Gives it to the map, which is always there, without moving the page.
pub fn move_to_map() {
    let at = [window().scroll_x(), window().scroll_y()].map(Result::unwrap_or_default);
    move_to(".map");
    window().scroll_to_with_x_and_y(at[0], at[1]);
}
