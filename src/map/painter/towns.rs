//! Writes the names of the largest towns that fit on the map.

use rising_look::{Colours, hex};
use rising_model::places::{Place, UNIT_ZOOM};

use super::Viewport;
use super::canvas::Layer;

/// Font size of a name in CSS pixels.
const SIZE: f64 = 11.0;
/// Approximate width of a letter in CSS pixels.
const LETTER: f64 = 6.0;

/// Population of the smallest town named at zoom 6; each further zoom level halves it.
const SMALLEST_AT_6: f64 = 260_000.0;

/// Sets the font, which a canvas keeps until its size changes. Setting it at every step of the
/// timeline would take longer than writing the names.
pub fn set_font(layer: &Layer, ratio: f64) {
    layer.context().set_font(&format!(
        "600 {}px system-ui, sans-serif",
        (SIZE * ratio).round() as u32
    ));
    layer.context().set_text_baseline("middle");
}

/// Calls `write` with the name and position of each of the largest towns in the viewport whose
/// names do not overlap. Positions are in CSS pixels from the viewport's corner. Skips towns where
/// `shown` returns that the map has no area.
pub fn place<'a>(
    places: &'a [Place],
    viewport: &Viewport,
    shown: &dyn Fn(f64, f64) -> bool,
    write: &mut dyn FnMut(&'a str, f64, f64),
) {
    let scale = (viewport.zoom - f64::from(UNIT_ZOOM)).exp2();
    let smallest = SMALLEST_AT_6 / (viewport.zoom - 6.0).exp2();
    let mut taken: Vec<[f64; 4]> = vec![];
    for place in places
        .iter()
        .take_while(|place| f64::from(place.population) >= smallest)
    {
        let (x, y) = (
            f64::from(place.x) * scale - viewport.x,
            f64::from(place.y) * scale - viewport.y,
        );
        let width = place.name.chars().count() as f64 * LETTER + 8.0;
        let bounds = [x - 4.0, y - SIZE, x + width, y + SIZE];
        let inside = x >= 0.0 && y >= 0.0 && x <= viewport.width && y <= viewport.height;
        let overlaps = |b: &[f64; 4]| {
            bounds[0] < b[2] && b[0] < bounds[2] && bounds[1] < b[3] && b[1] < bounds[3]
        };
        if inside && !taken.iter().any(overlaps) && shown(x, y) {
            taken.push(bounds);
            write(&place.name, x, y);
        }
    }
}

/// Writes the names of the towns that [`place`] finds.
pub fn write(
    layer: &Layer,
    places: &[Place],
    viewport: &Viewport,
    ratio: f64,
    colours: &Colours,
    shown: &dyn Fn(f64, f64) -> bool,
) {
    let context = layer.context();
    context.set_line_width(3.0 * ratio);
    context.set_stroke_style_str(&hex(colours.halo));
    context.set_fill_style_str(&hex(colours.text));
    place(places, viewport, shown, &mut |name, x, y| {
        let (x, y) = (x * ratio, y * ratio);
        context.begin_path();
        let _ = context.arc(x, y, 1.8 * ratio, 0.0, std::f64::consts::TAU);
        context.stroke();
        context.fill();
        let _ = context.stroke_text(name, x + 5.0 * ratio, y);
        let _ = context.fill_text(name, x + 5.0 * ratio, y);
    });
}
