//! Where the device is, asked of the browser. The answer stays in the page.
#![allow(clippy::disallowed_types)]

use js_sys::{Promise, Reflect};
use rising_words::Language;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::PositionOptions;

/// Milliseconds that a device may take. A phone that has to look for satellites needs about ten
/// seconds.
const PATIENCE: u32 = 20_000;

/// Milliseconds that a place the device already knows is good for.
const FRESH: u32 = 300_000;

/// A point of the globe, WGS84.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    /// Degrees east.
    pub longitude: f64,
    /// Degrees north.
    pub latitude: f64,
    /// The device is within that many metres of it, very likely.
    pub accuracy: f64,
}

/// Why there is no position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocateError {
    Unsupported,
    Denied,
    Unavailable,
    TimedOut,
}

impl LocateError {
    /// For the reader, with what she can do.
    pub fn in_words(self, language: Language) -> String {
        match self {
            LocateError::Unsupported => language.locate_unsupported(),
            LocateError::Denied => language.locate_denied(),
            LocateError::Unavailable => language.locate_unavailable(),
            LocateError::TimedOut => language.locate_timed_out(),
        }
    }
}

/// Asks once. The browser may ask the reader first.
///
/// # Errors
/// If the browser has no such thing, the reader does not want it, or the device cannot tell.
pub async fn locate() -> Result<Position, LocateError> {
    let geolocation = leptos::prelude::window()
        .navigator()
        .geolocation()
        .map_err(|_| LocateError::Unsupported)?;
    // Only offered to pages that came over a safe connection.
    if geolocation.is_undefined() {
        return Err(LocateError::Unsupported);
    }
    let options = PositionOptions::new();
    options.set_timeout(PATIENCE);
    options.set_maximum_age(FRESH);
    let answer = Promise::new(&mut |found, failed| {
        let asked = geolocation.get_current_position_with_error_callback_and_options(
            &found,
            Some(&failed),
            &options,
        );
        if asked.is_err() {
            let _ = failed.call0(&failed);
        }
    });
    match JsFuture::from(answer).await {
        Ok(position) => {
            let coordinates = Reflect::get(&position, &"coords".into()).unwrap_or_default();
            let number = |name| number(&coordinates, name).ok_or(LocateError::Unavailable);
            let (longitude, latitude) = (number("longitude")?, number("latitude")?);
            Ok(Position {
                longitude,
                latitude,
                accuracy: number("accuracy")?,
            })
        }
        // The codes of `GeolocationPositionError`, which bindings have under another name or not
        // yet.
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
