//! Finds the area at a longitude and latitude.

use crate::domain::area::AreaIndex;
use crate::shapes::geometry::{Point, Topology, project};

/// Circumference in metres of the sphere that Web Mercator uses.
const EQUATOR: f64 = 40_075_016.7;

/// Width of the world at zoom 0, in CSS pixels.
const WORLD: f64 = 256.0;

/// The area that contains a point or, if none does, the nearest one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LocatedArea {
    /// The area.
    pub area: AreaIndex,
    /// Metres from the area's border; 0 inside.
    pub distance: f64,
}

/// Finds the area at a longitude and latitude (degrees, WGS84), or the nearest one no further than
/// `reach` metres away: boundaries are generalised, so a point on the coast may lie outside all of
/// them.
pub fn locate(
    topology: &Topology,
    longitude: f64,
    latitude: f64,
    reach: f64,
) -> Option<LocatedArea> {
    // Web Mercator ends at 85.05° north and south.
    if !(latitude.abs() <= 85.1 && longitude.abs() <= 360.0) {
        return None;
    }
    let (x, y) = project(longitude, latitude, topology.unit_zoom());
    let metres = metres_per_unit(latitude, topology.unit_zoom());
    let reach = reach / metres;
    let near = (0..topology.len() as AreaIndex).filter(|&area| {
        topology.bounds(area).is_some_and(|bounds| {
            let within = |at: f64, low: i32, high: i32| {
                at >= f64::from(low) - reach && at <= f64::from(high) + reach
            };
            within(x, bounds.min.x, bounds.max.x) && within(y, bounds.min.y, bounds.max.y)
        })
    });
    let mut nearest: Option<(f64, AreaIndex)> = None;
    for area in near {
        if topology.contains(area, x, y) {
            return Some(LocatedArea {
                area,
                distance: 0.0,
            });
        }
        let distance = distance_to_border(topology, area, x, y);
        if distance <= reach && nearest.is_none_or(|(least, _)| distance < least) {
            nearest = Some((distance, area));
        }
    }
    nearest.map(|(distance, area)| LocatedArea {
        area,
        distance: distance * metres,
    })
}

fn metres_per_unit(latitude: f64, unit_zoom: u8) -> f64 {
    EQUATOR * libm::cos(latitude.to_radians()) / (WORLD * f64::from(unit_zoom).exp2())
}

/// Distance from the point to the area's border, in units.
fn distance_to_border(topology: &Topology, area: AreaIndex, x: f64, y: f64) -> f64 {
    let arcs = topology
        .rings(area)
        .flatten()
        .map(|used| topology.arc(used.arc));
    arcs.flat_map(|arc| arc.points.windows(2))
        .map(|side| distance_to_segment(side[0], side[1], x, y))
        .fold(f64::INFINITY, f64::min)
}

fn distance_to_segment(a: Point, b: Point, x: f64, y: f64) -> f64 {
    let (ax, ay) = (f64::from(a.x), f64::from(a.y));
    let (dx, dy) = (f64::from(b.x) - ax, f64::from(b.y) - ay);
    let length = dx * dx + dy * dy;
    let along = if length == 0.0 {
        0.0
    } else {
        (((x - ax) * dx + (y - ay) * dy) / length).clamp(0.0, 1.0)
    };
    vector_length(x - ax - along * dx, y - ay - along * dy)
}

fn vector_length(dx: f64, dy: f64) -> f64 {
    (dx * dx + dy * dy).sqrt()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::shapes::geometry::unproject;
    use crate::shapes::samples::board;

    /// Locates a point given in units of the board: four squares of 100 units a side at unit zoom
    /// 12. The board lies at the world's north-west corner, at 85° north, where a unit is 3.3 m.
    fn find(x: f64, y: f64, reach: f64) -> Option<LocatedArea> {
        let (longitude, latitude) = unproject(x, y, 12);
        locate(&board(2, 100, 0), longitude, latitude, reach)
    }

    #[test]
    fn locate_point_inside_near_and_far() {
        assert_eq!(
            find(50.0, 50.0, 0.0),
            Some(LocatedArea {
                area: 0,
                distance: 0.0
            })
        );
        assert_eq!(
            find(150.0, 50.0, 0.0),
            Some(LocatedArea {
                area: 1,
                distance: 0.0
            })
        );
        assert_eq!(
            find(150.0, 150.0, 1e6),
            Some(LocatedArea {
                area: 3,
                distance: 0.0
            })
        );
        assert_eq!(find(-10.0, 50.0, 0.0), None);
        let beside = find(-10.0, 150.0, 50.0).unwrap();
        assert!(
            beside.area == 2 && (beside.distance - 33.0).abs() < 0.1,
            "{beside:?}"
        );
        assert_eq!(find(-10.0, 150.0, 30.0), None);
    }

    #[test]
    fn metres_per_unit_at_known_latitude_matches_nautical_mile() {
        // One minute of latitude on a sphere of that circumference is 1,855 m.
        let (_, leominster) = project(-2.74, 52.0, 12);
        let (_, north) = project(-2.74, 52.0 + 1.0 / 60.0, 12);
        let mile = (leominster - north) * metres_per_unit(52.0, 12);
        assert!((mile - 1_855.3).abs() < 1.0, "{mile}");
    }

    #[test]
    fn locate_point_outside_the_map_finds_none() {
        let board = board(2, 100, 0);
        for (longitude, latitude) in [
            (f64::NAN, 0.0),
            (0.0, 0.0),
            (0.0, 90.0),
            (0.0, -90.0),
            (1e308, 52.0),
            (180.0, f64::INFINITY),
        ] {
            assert_eq!(
                locate(&board, longitude, latitude, 1000.0),
                None,
                "{longitude}, {latitude}"
            );
        }
    }

    proptest! {
        #[test]
        fn locate_finds_the_nearest_area_within_reach(
            x in -300.0..500.0f64,
            y in -300.0..500.0f64,
            reach in 0.0..1500.0f64,
        ) {
            let (_, latitude) = unproject(x, y, 12);
            let beyond = |at: f64| (-at).max(at - 200.0).max(0.0);
            let outside = vector_length(beyond(x), beyond(y)) * metres_per_unit(latitude, 12);
            let is_near_border = (x - 100.0).abs() <= 1e-3 || (y - 100.0).abs() <= 1e-3;
            prop_assume!((outside - reach).abs() > 0.01 && !is_near_border);
            let found = find(x, y, reach);
            prop_assert_eq!(found.is_some(), outside < reach);
            if let Some(found) = found {
                prop_assert!((found.distance - outside).abs() < 0.01);
                prop_assert_eq!(found.area, u16::from(x > 100.0) + 2 * u16::from(y > 100.0));
            }
        }
    }
}
