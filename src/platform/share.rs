//! Shares a link through the device's share sheet or the clipboard.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::ShareData;

/// Whether the browser has a share sheet.
#[expect(
    clippy::disallowed_methods,
    reason = "web-sys binds the method as if every browser had it"
)]
pub fn has_sheet() -> bool {
    js_sys::Reflect::has(&leptos::prelude::window().navigator(), &"share".into())
        .unwrap_or_default()
}

/// Opens the share sheet. Returns `false` on failure; a reader who closes the sheet without a
/// choice is no failure.
pub async fn open_sheet(text: &str, link: &str) -> bool {
    let data = ShareData::new();
    data.set_text(text);
    data.set_url(link);
    match JsFuture::from(leptos::prelude::window().navigator().share_with_data(&data)).await {
        Ok(_) => true,
        Err(error) => name_of(&error) == "AbortError",
    }
}

/// Copies a text. Returns `false` where the page may not, as inside some frames.
pub async fn copy(text: &str) -> bool {
    let clipboard = leptos::prelude::window().navigator().clipboard();
    // Undefined on pages that were not loaded over TLS.
    let clipboard: JsValue = clipboard.into();
    match clipboard.dyn_into::<web_sys::Clipboard>() {
        Ok(clipboard) => JsFuture::from(clipboard.write_text(text)).await.is_ok(),
        Err(_) => false,
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "errors of several types have a name"
)]
fn name_of(error: &JsValue) -> String {
    js_sys::Reflect::get(error, &"name".into())
        .ok()
        .and_then(|name| name.as_string())
        .unwrap_or_default()
}
