//! An area's rings put together as polygons: each hole with the ring that it is in.
//!
//! The map paints rings without asking which is whose; files for other programs have to say it.

use crate::area::AreaIndex;
use crate::geometry::{Bounds, Point, Topology, doubled_area};

/// A ring and what is cut out of it, in units of the topology, the first vertex not repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Polygon {
    /// Clockwise as seen on a map with north up.
    pub exterior: Vec<Point>,
    /// Counter-clockwise.
    pub holes: Vec<Vec<Point>>,
}

/// The area's polygons; none for an index beyond the last. Rings that enclose nothing are left out: they are what is left
/// of an islet on a coarse grid.
pub fn polygons(topology: &Topology, area: AreaIndex) -> Vec<Polygon> {
    let (mut polygons, mut holes): (Vec<Polygon>, Vec<Vec<Point>>) = (vec![], vec![]);
    for ring in topology.rings(area) {
        let points = without_repeats(topology.ring_points(ring));
        match doubled_area(points.iter().copied()) {
            0 => {}
            1.. => polygons.push(Polygon { exterior: points, holes: vec![] }),
            _ => holes.push(points),
        }
    }
    for hole in holes {
        let Some((x, y)) = inner_point(&hole) else { continue };
        let size = |ring: &[Point]| doubled_area(ring.iter().copied()).unsigned_abs();
        // The point may be on an island within the lake, which is smaller than the lake; of islands around it, the innermost.
        let around = polygons
            .iter_mut()
            .filter(|polygon| size(&polygon.exterior) >= size(&hole) && contains(&polygon.exterior, x, y));
        let innermost = around.min_by_key(|polygon| size(&polygon.exterior));
        if let Some(polygon) = innermost {
            polygon.holes.push(hole);
        }
    }
    polygons
}

fn without_repeats(points: impl Iterator<Item = Point>) -> Vec<Point> {
    let mut kept: Vec<Point> = vec![];
    for point in points {
        if kept.last() != Some(&point) {
            kept.push(point);
        }
    }
    while kept.len() > 1 && kept.first() == kept.last() {
        kept.pop();
    }
    kept
}

/// Where a ring crosses a height at which it has no vertex, from west to east.
fn crossings(ring: &[Point], y: f64) -> Vec<f64> {
    let mut found: Vec<f64> = vec![];
    for (i, a) in ring.iter().enumerate() {
        let b = ring[(i + 1) % ring.len()];
        if (f64::from(a.y) < y) != (f64::from(b.y) < y) {
            let share = (y - f64::from(a.y)) / (f64::from(b.y) - f64::from(a.y));
            let x = f64::from(a.x) + share * (f64::from(b.x) - f64::from(a.x));
            // There are few: no sort is worth its bytes.
            let at = found.iter().position(|&other| other > x).unwrap_or(found.len());
            found.insert(at, x);
        }
    }
    found
}

/// A point inside a ring that encloses something: between the borders furthest apart at about mid-height.
fn inner_point(ring: &[Point]) -> Option<(f64, f64)> {
    let bounds = Bounds::around(ring.iter().copied())?;
    // A quarter unit below a row of vertices there is none.
    let y = f64::from(bounds.min.y + (bounds.size().1 - 1) / 2) + 0.25;
    let crossings = crossings(ring, y);
    let widest = crossings.chunks_exact(2).max_by(|a, b| (a[1] - a[0]).total_cmp(&(b[1] - b[0])))?;
    Some(((widest[0] + widest[1]) / 2.0, y))
}

fn contains(ring: &[Point], x: f64, y: f64) -> bool {
    crossings(ring, y).iter().filter(|&&crossing| crossing > x).count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::ArcUse;
    use crate::geometry::tests::{board, p};
    use proptest::prelude::*;

    fn square(x: i32, y: i32, side: i32) -> Vec<(Point, u8)> {
        [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)].map(|(x, y)| (p(x, y), 0)).to_vec()
    }

    /// One area of rings: each an arc of its own, walked backwards where it is a hole.
    fn area_of(rings: &[(Vec<(Point, u8)>, bool)]) -> Topology {
        let arcs: Vec<_> = rings.iter().map(|(points, _)| points.clone()).collect();
        let uses = (0..).zip(rings).map(|(arc, (_, hole))| vec![ArcUse { arc, reversed: *hole }]).collect();
        Topology::new(12, &arcs, &[uses]).unwrap()
    }

    fn area(polygon: &Polygon) -> (i64, i64) {
        let twice = |ring: &[Point]| doubled_area(ring.iter().copied());
        (twice(&polygon.exterior), polygon.holes.iter().map(|hole| twice(hole)).sum())
    }

    #[test]
    fn an_island_in_a_lake_on_an_island() {
        // The lake's ring comes first and the smallest island last: order says nothing.
        let topology = area_of(&[
            (square(10, 10, 60), true),
            (square(0, 0, 100), false),
            (square(200, 0, 10), false),
            (square(35, 35, 4), true),
            (square(30, 30, 20), false),
        ]);
        let found = polygons(&topology, 0);
        assert_eq!(found.iter().map(area).collect::<Vec<_>>(), [(20_000, -7_200), (200, 0), (800, -32)]);
    }

    #[test]
    fn a_ring_without_area_is_no_polygon() {
        let line = vec![(p(0, 0), 0), (p(9, 0), 0), (p(0, 0), 0)];
        assert_eq!(polygons(&area_of(&[(line, false), (square(20, 0, 1), false)]), 0).len(), 1);
        assert_eq!(polygons(&board(2, 10, 0), 4), []);
    }

    #[test]
    fn neighbours_share_their_vertices() {
        let board = board(3, 10, 2);
        for area in 0..9 {
            let [polygon] = &polygons(&board, area)[..] else { panic!("one polygon") };
            assert_eq!((polygon.exterior.len(), polygon.holes.len()), (8, 0));
            assert_eq!(doubled_area(polygon.exterior.iter().copied()), 200);
        }
    }

    proptest! {
        /// Islands side by side, each with lakes side by side in it: every lake comes to its own island.
        #[test]
        fn every_hole_is_in_its_own_exterior(
            islands in prop::collection::vec((5i32..40, prop::collection::vec(1i32..9, 0..4)), 1..6),
            rotate in 0usize..20,
        ) {
            let (mut rings, mut x, mut expected) = (vec![], 0, vec![]);
            for (extra, lakes) in &islands {
                let side = lakes.iter().map(|lake| lake + 2).sum::<i32>() + extra;
                rings.push((square(x, 0, side), false));
                let mut at = x + 1;
                for lake in lakes {
                    rings.push((square(at, 1, *lake), true));
                    at += lake + 2;
                }
                let cut: i64 = lakes.iter().map(|lake| -2 * i64::from(lake * lake)).sum();
                expected.push((2 * i64::from(side) * i64::from(side), cut));
                x += side + 3;
            }
            let by = rotate % rings.len();
            rings.rotate_left(by);
            let found = polygons(&area_of(&rings), 0);
            for polygon in &found {
                prop_assert!(doubled_area(polygon.exterior.iter().copied()) > 0);
                let around = Bounds::around(polygon.exterior.iter().copied()).unwrap();
                for hole in &polygon.holes {
                    prop_assert!(doubled_area(hole.iter().copied()) < 0);
                    let own = Bounds::around(hole.iter().copied()).unwrap();
                    prop_assert_eq!(around.union(own), around);
                }
            }
            let mut found: Vec<_> = found.iter().map(area).collect();
            found.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }
}
