//! Handing a file to the browser, which puts it where the reader's downloads go.
#![allow(clippy::disallowed_types)]

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// Seconds for which a browser may take to read what it was given: some ask the reader first.
const KEPT: u64 = 60;

/// A file of that text. `None` where there is no room for it.
pub fn file_of(text: &str, kind: &str) -> Option<Blob> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let parts = js_sys::Array::of1(&JsValue::from_str(text));
    Blob::new_with_str_sequence_and_options(&parts, &options).ok()
}

/// Offers the file under that name. False where the page cannot do even that; whether the browser,
/// or a frame around the page, then forbids it cannot be known.
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
    // Not at once: the browser reads the file after the click.
    set_timeout(
        move || _ = Url::revoke_object_url(&address),
        Duration::from_secs(KEPT),
    );
    offered
}
