//! Saves files through the browser's downloads.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// Seconds that a browser has for reading the file: some ask the reader first.
const URL_LIFETIME: u64 = 60;

/// Creates a file of a text. `None` where the browser has too little memory.
pub fn file_of(text: &str, kind: &str) -> Option<Blob> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    #[expect(
        clippy::disallowed_types,
        reason = "a blob is made of a sequence of parts"
    )]
    let parts = js_sys::Array::of1(&JsValue::from_str(text));
    Blob::new_with_str_sequence_and_options(&parts, &options).ok()
}

/// Starts the download of a file. Returns false where that fails; a page cannot know whether the
/// browser, or a frame around the page, blocks the download afterwards.
pub fn save(file: &Blob, name: &str) -> bool {
    let Ok(address) = Url::create_object_url_with_blob(file) else {
        return false;
    };
    let link = document()
        .create_element("a")
        .ok()
        .and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok());
    let offered = link.is_some_and(|link| {
        link.set_href(&address);
        link.set_download(name);
        link.click();
        true
    });
    // Later, because the browser reads the file after the click.
    set_timeout(
        move || _ = Url::revoke_object_url(&address),
        Duration::from_secs(URL_LIFETIME),
    );
    offered
}
