//! Chooses the towns that are named on the map.

use rising_model::domain::area::AreaIndex;
use rising_model::shapes::geometry::{Bounds, Topology};
use rising_model::shapes::places::{Place, UNIT_ZOOM};

use crate::labels::SIZE;
use crate::scene::Viewport;

/// CSS pixels from land within which a town counts as on it: a port may lie just off a coast with
/// few vertices.
pub const SHORE_TOLERANCE: f64 = 3.0;

/// Approximate width of a letter of a town's name in CSS pixels.
const LETTER: f64 = 6.0;
/// CSS pixels from the dot of a town to its name.
const DOT_TO_NAME: f64 = 5.0;
/// Population of the smallest town named at zoom 6; each further zoom level halves it.
const SMALLEST_AT_6: f64 = 260_000.0;

/// A town's name beside its dot, in CSS pixels from the viewport's corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Town<'a> {
    /// The name.
    pub name: &'a str,
    /// The dot's middle.
    pub x: f64,
    /// The dot's middle.
    pub y: f64,
}

impl Town<'_> {
    /// Returns the start of the name's baseline.
    pub fn baseline(&self) -> (f64, f64) {
        (self.x + DOT_TO_NAME, self.y + SIZE * 0.36)
    }
}

/// Calls `found` with each of the largest towns in the viewport whose names do not overlap. Skips
/// towns where `is_land` returns that the map has no area.
pub fn place_towns<'a>(
    places: &'a [Place],
    viewport: &Viewport,
    is_land: &dyn Fn(f64, f64) -> bool,
    found: &mut dyn FnMut(Town<'a>),
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
        if inside && !taken.iter().any(overlaps) && is_land(x, y) {
            taken.push(bounds);
            found(Town {
                name: &place.name,
                x,
                y,
            });
        }
    }
}

/// Returns the largest towns in view whose names do not overlap, on land by the shapes: as
/// [`place_towns`] without a raster.
pub fn towns_on_land<'a>(
    topology: &Topology,
    places: &'a [Place],
    viewport: &Viewport,
) -> Vec<Town<'a>> {
    let scale = viewport.scale(topology);
    let areas = 0..topology.len() as AreaIndex;
    let boxes: Vec<_> = areas
        .filter_map(|area| Some((area, topology.bounds(area)?)))
        .collect();
    let within = |at: f64, from: i32, to: i32| f64::from(from) <= at && at <= f64::from(to);
    let is_land = |x: f64, y: f64| {
        let (x, y) = ((x + viewport.x) / scale, (y + viewport.y) / scale);
        boxes.iter().any(|(area, Bounds { min, max })| {
            within(x, min.x, max.x) && within(y, min.y, max.y) && topology.contains(*area, x, y)
        })
    };
    let around = [
        (0.0, 0.0),
        (SHORE_TOLERANCE, 0.0),
        (-SHORE_TOLERANCE, 0.0),
        (0.0, SHORE_TOLERANCE),
        (0.0, -SHORE_TOLERANCE),
    ];
    let is_near_land = |x: f64, y: f64| around.iter().any(|(dx, dy)| is_land(x + dx, y + dy));
    let mut found = vec![];
    place_towns(places, viewport, &is_near_land, &mut |town| {
        found.push(town);
    });
    found
}
