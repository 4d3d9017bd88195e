//! Writes names on a canvas, on the map and on exported pictures.

use rising_look::towns::Town;
use rising_look::{Colours, hex, labels};
use web_sys::CanvasRenderingContext2d;

/// Returns the CSS font of names on the map.
pub fn name_font(ratio: f64) -> String {
    let size = (labels::SIZE * ratio).round() as u32;
    format!("{} {size}px system-ui, sans-serif", labels::WEIGHT)
}

/// Sets the colours of names, and the width of their halo.
pub fn set_name_colours(context: &CanvasRenderingContext2d, colours: &Colours, ratio: f64) {
    context.set_line_width(labels::HALO * ratio);
    context.set_stroke_style_str(&hex(colours.halo));
    context.set_fill_style_str(&hex(colours.text));
}

/// Writes a name with its halo.
pub fn write_name(context: &CanvasRenderingContext2d, name: &str, x: f64, y: f64) {
    let _ = context.stroke_text(name, x, y);
    let _ = context.fill_text(name, x, y);
}

/// Draws the dot and the name of a town. Its place is in CSS pixels, of which each has `ratio`
/// device pixels in a row.
pub fn write_town(context: &CanvasRenderingContext2d, town: &Town, ratio: f64) {
    context.begin_path();
    let (x, y) = (town.x * ratio, town.y * ratio);
    let _ = context.arc(x, y, labels::DOT * ratio, 0.0, std::f64::consts::TAU);
    context.stroke();
    context.fill();
    let (x, y) = town.baseline();
    write_name(context, town.name, x * ratio, y * ratio);
}
