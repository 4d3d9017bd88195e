//! Asks the browser for the device's position. The position stays in the page.
#![expect(
    clippy::disallowed_types,
    reason = "wraps a method that takes callbacks in a promise"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "the bindings of the answer differ between versions of web-sys"
)]

use js_sys::{Promise, Reflect};
use rising_words::Texts;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::PositionOptions;

/// The time that a device may take, in milliseconds. A phone that has to find satellites needs
/// about ten seconds.
const TIMEOUT: u32 = 20_000;

/// The age up to which a position that the device already knows is used, in milliseconds.
const MAXIMUM_AGE: u32 = 300_000;

/// A point in WGS84.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    /// Degrees east.
    pub longitude: f64,
    /// Degrees north.
    pub latitude: f64,
    /// The radius in metres of the circle that holds the device with 95% confidence.
    pub accuracy: f64,
}

/// The reason for which no position was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocateError {
    Unsupported,
    Denied,
    Unavailable,
    TimedOut,
}

impl LocateError {
    /// A sentence for the reader, with advice.
    pub fn in_words(self, texts: &Texts) -> String {
        match self {
            LocateError::Unsupported => texts.locate_unsupported(),
            LocateError::Denied => texts.locate_denied(),
            LocateError::Unavailable => texts.locate_unavailable(),
            LocateError::TimedOut => texts.locate_timed_out(),
        }
    }
}

/// Asks for the position once. The browser may ask the reader for permission first.
///
/// # Errors
/// If the browser has no geolocation, the reader denies it, or the device finds no position.
pub async fn locate() -> Result<Position, LocateError> {
    let geolocation = leptos::prelude::window()
        .navigator()
        .geolocation()
        .map_err(|_| LocateError::Unsupported)?;
    // Undefined on pages that were not loaded over TLS.
    if geolocation.is_undefined() {
        return Err(LocateError::Unsupported);
    }
    let options = PositionOptions::new();
    options.set_timeout(TIMEOUT);
    options.set_maximum_age(MAXIMUM_AGE);
    let answer = Promise::new(&mut |found, failed| {
        let request = geolocation.get_current_position_with_error_callback_and_options(
            &found,
            Some(&failed),
            &options,
        );
        if request.is_err() {
            let _ = failed.call0(&failed);
        }
    });
    match JsFuture::from(answer).await {
        Ok(position) => {
            let coordinates = Reflect::get(&position, &"coords".into()).unwrap_or_default();
            let field = |name| number(&coordinates, name).ok_or(LocateError::Unavailable);
            Ok(Position {
                longitude: field("longitude")?,
                latitude: field("latitude")?,
                accuracy: field("accuracy")?,
            })
        }
        // The codes of `GeolocationPositionError`, whose binding has another name in some versions
        // of web-sys and is missing in others.
        Err(error) => Err(match number(&error, "code") {
            Some(1.0) => LocateError::Denied,
            Some(2.0) => LocateError::Unavailable,
            Some(3.0) => LocateError::TimedOut,
            _ => LocateError::Unsupported,
        }),
    }
}

fn number(object: &JsValue, name: &str) -> Option<f64> {
    Reflect::get(object, &name.into()).ok()?.as_f64()
}
