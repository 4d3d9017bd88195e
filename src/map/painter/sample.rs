//! A sample of what areas are painted in, for the legend. It is a canvas as the map is: what recolours pages for their readers
//! (a browser's forced dark theme, an extension) does the same to both.

use rising_model::scale::Theme;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

use super::canvas::Layer;
use super::colours::{Look, fill_of};

/// Pixels across and down, with strokes of two: where the screen has half as many, every second is left out.
const SIZE: [usize; 2] = [36, 26];

/// Paints all of the element as an area of that look, on a canvas in it, whose size on the page is the style sheet's.
pub fn paint_sample(element: &Element, look: Look, theme: Theme) {
    let [width, height] = SIZE;
    let fill = fill_of(look, theme);
    let mut pixels = vec![255; width * height * 4];
    for (place, pixel) in pixels.as_chunks_mut::<4>().0.iter_mut().enumerate() {
        let [r, g, b] = fill.at(place % width, place / width, 2);
        *pixel = [r, g, b, 255];
    }
    element.set_text_content(None);
    if let Some(layer) = element.dyn_ref::<HtmlElement>().and_then(Layer::new) {
        layer.resize(width as u32, height as u32, 0.0, 0.0);
        layer.put(&mut pixels, width as u32);
    }
}
