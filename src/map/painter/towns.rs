//! Town names, as many as fit.

use rising_model::colours::Colours;
use rising_model::places::{Place, UNIT_ZOOM};

use super::Viewport;
use super::canvas::Layer;

/// Height of a name in CSS pixels, and about the width of one letter.
const SIZE: f64 = 11.0;
const LETTER: f64 = 6.0;

/// People in the smallest town named at zoom 6; each zoom further halves it.
const SMALLEST_AT_6: f64 = 260_000.0;

/// Sets the letters' size and kind, which a canvas keeps until its own size changes. Setting them
/// at every step of the timeline would take longer than writing the names.
pub fn choose_letters(layer: &Layer, ratio: f64) {
    layer.context().set_font(&format!(
        "600 {}px system-ui, sans-serif",
        (SIZE * ratio).round() as u32
    ));
    layer.context().set_text_baseline("middle");
}

/// Gives `write` the largest towns in the window with where each stands in it, no name upon
/// another, and none where the map has no area: `shown` says whether it has one at a point in CSS
/// pixels from the window's corner.
pub fn place<'a>(
    places: &'a [Place],
    window: &Viewport,
    shown: &dyn Fn(f64, f64) -> bool,
    write: &mut dyn FnMut(&'a str, f64, f64),
) {
    let scale = (window.zoom - f64::from(UNIT_ZOOM)).exp2();
    let smallest = SMALLEST_AT_6 / (window.zoom - 6.0).exp2();
    let mut taken: Vec<[f64; 4]> = vec![];
    for place in places
        .iter()
        .take_while(|place| f64::from(place.population) >= smallest)
    {
        let (x, y) = (
            f64::from(place.x) * scale - window.x,
            f64::from(place.y) * scale - window.y,
        );
        let width = place.name.chars().count() as f64 * LETTER + 8.0;
        let bounds = [x - 4.0, y - SIZE, x + width, y + SIZE];
        let inside = x >= 0.0 && y >= 0.0 && x <= window.width && y <= window.height;
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
    window: &Viewport,
    ratio: f64,
    colours: &Colours,
    shown: &dyn Fn(f64, f64) -> bool,
) {
    let context = layer.context();
    context.set_line_width(3.0 * ratio);
    context.set_stroke_style_str(colours.halo);
    context.set_fill_style_str(colours.text);
    place(places, window, shown, &mut |name, x, y| {
        let (x, y) = (x * ratio, y * ratio);
        context.begin_path();
        let _ = context.arc(x, y, 1.8 * ratio, 0.0, std::f64::consts::TAU);
        context.stroke();
        context.fill();
        let _ = context.stroke_text(name, x + 5.0 * ratio, y);
        let _ = context.fill_text(name, x + 5.0 * ratio, y);
    });
}
