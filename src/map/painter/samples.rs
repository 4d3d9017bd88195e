//! The legend's samples of what areas are painted in. They are canvases as the map is: what
//! recolours pages for their readers (a browser's forced dark theme, an extension) does the same to
//! both.

use std::sync::Arc;

use leptos::prelude::request_animation_frame;
use rising_model::manifest::Manifest;
use rising_model::scale::{Breaks, Theme};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

use super::canvas::Layer;
use super::colours::{Look, fill_of};
use crate::first_paint;

/// Pixels across and down, with strokes of two: where the screen has half as many, every second is
/// left out.
const SIZE: [usize; 2] = [36, 26];

/// Paints all samples in the legend at the next frame, or at the first at which there is one; until
/// then they have the style sheet's colours.
pub fn paint_samples(manifest: Arc<Manifest>, theme: Theme) {
    request_animation_frame(move || {
        match first_paint::in_app(".legend li .swatch")
            .and_then(|swatch| swatch.closest(".legend").ok().flatten())
        {
            Some(legend) => paint_in(&legend, &manifest.breaks, theme),
            None => paint_samples(manifest, theme),
        }
    });
}

fn paint_in(legend: &Element, breaks: &Breaks, theme: Theme) {
    let samples = legend.get_elements_by_tag_name("span");
    let mut class = 0;
    for index in 0..samples.length() {
        let Some(sample) = samples.item(index) else {
            continue;
        };
        let look = match sample.class_name().as_str() {
            "swatch" => {
                class += 1;
                Look::Class(breaks.colour(class - 1, theme))
            }
            "mark suppressed" => Look::Suppressed,
            "mark missing" => Look::Missing,
            "mark quiet" => Look::Elsewhere,
            _ => continue,
        };
        paint(sample.unchecked_ref(), look, theme);
    }
}

/// Paints all of the element, on a canvas in it whose size on the page is the style sheet's.
fn paint(sample: &HtmlElement, look: Look, theme: Theme) {
    let [width, height] = SIZE;
    let fill = fill_of(look, theme);
    let mut pixels = vec![255; width * height * 4];
    for (place, pixel) in pixels.as_chunks_mut::<4>().0.iter_mut().enumerate() {
        let [r, g, b] = fill.at(place % width, place / width, 2);
        *pixel = [r, g, b, 255];
    }
    sample.set_text_content(None);
    if let Some(layer) = Layer::new(sample) {
        layer.resize(width as u32, height as u32, 0.0, 0.0);
        layer.put(&mut pixels, width as u32);
    }
}
