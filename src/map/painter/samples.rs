//! Paints the legend's samples of the map's colours and patterns. Samples are canvases as the map
//! is, so that a browser's forced dark theme or an extension recolours both alike.

use std::sync::Arc;

use leptos::prelude::request_animation_frame;
use rising_look::legend::SWATCH;
use rising_look::{Appearance, Face, Look, Theme};
use rising_model::dataset::manifest::Manifest;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

use super::layer::Layer;
use crate::platform::page;

/// Pixels of a sample per CSS pixel. A screen of density 1 shows every second one.
const UNIT: usize = 2;

/// Width and height of a sample in pixels.
const SIZE: [usize; 2] = [SWATCH.0 as usize * UNIT, SWATCH.1 as usize * UNIT];

/// Paints all samples at the next frame at which the page has a legend. Until then they have the
/// style sheet's colours.
pub fn paint_samples(manifest: Arc<Manifest>, theme: Theme) {
    request_animation_frame(move || {
        match page::in_page(".legend li .swatch")
            .and_then(|swatch| swatch.closest(".legend").ok().flatten())
        {
            Some(legend) => paint_in(&legend, &Look::new(theme, &manifest.breaks)),
            None => paint_samples(manifest, theme),
        }
    });
}

fn paint_in(legend: &Element, look: &Look) {
    let samples = legend.get_elements_by_tag_name("span");
    let mut class = 0;
    for index in 0..samples.length() {
        let Some(sample) = samples.item(index) else {
            continue;
        };
        let appearance = match sample.class_name().as_str() {
            "swatch" => {
                class += 1;
                Appearance::Class(class - 1)
            }
            "mark suppressed" => Appearance::Suppressed,
            "mark missing" => Appearance::Missing,
            "mark quiet" => Appearance::Elsewhere,
            _ => continue,
        };
        paint(sample.unchecked_ref(), appearance, look);
    }
}

/// Replaces the element's content with a painted canvas. The style sheet sets its size on the page.
fn paint(sample: &HtmlElement, appearance: Appearance, look: &Look) {
    let [width, height] = SIZE;
    let fill = look.fill(Face {
        appearance,
        muted: false,
    });
    let mut pixels = vec![255; width * height * 4];
    for (place, pixel) in pixels.as_chunks_mut::<4>().0.iter_mut().enumerate() {
        let [r, g, b] = fill.at(place % width, place / width, UNIT);
        *pixel = [r, g, b, 255];
    }
    sample.set_text_content(None);
    if let Some(layer) = Layer::new(sample) {
        layer.resize(width as u32, height as u32, 0.0, 0.0);
        layer.put(&mut pixels, width as u32);
    }
}
