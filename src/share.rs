//! Handing a link on: to another app of the device, or to the clipboard.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::ShareData;

/// Does the browser have a sheet of apps to share with?
pub fn has_sheet() -> bool {
    js_sys::Reflect::has(&leptos::prelude::window().navigator(), &"share".into())
        .unwrap_or_default()
}

/// Opens the sheet. That the reader closes it without choosing is no failure.
pub async fn open_sheet(text: &str, link: &str) -> bool {
    let data = ShareData::new();
    data.set_text(text);
    data.set_url(link);
    match JsFuture::from(leptos::prelude::window().navigator().share_with_data(&data)).await {
        Ok(_) => true,
        Err(error) => name_of(&error) == "AbortError",
    }
}

/// Copies a text. False where the page may not, as inside some frames.
pub async fn copy(text: &str) -> bool {
    let clipboard = leptos::prelude::window().navigator().clipboard();
    // Only offered to pages that came over a safe connection.
    let clipboard: JsValue = clipboard.into();
    match clipboard.dyn_into::<web_sys::Clipboard>() {
        Ok(clipboard) => JsFuture::from(clipboard.write_text(text)).await.is_ok(),
        Err(_) => false,
    }
}

fn name_of(error: &JsValue) -> String {
    js_sys::Reflect::get(error, &"name".into())
        .ok()
        .and_then(|name| name.as_string())
        .unwrap_or_default()
}
