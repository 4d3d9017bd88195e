//! Ranks vertices: a vertex's rank is the lowest zoom at which the map needs it.
//!
//! Douglas and Peucker's subdivision gives each vertex the largest distance by which the border
//! would be off without it. The rank is the first zoom at which that distance is more than
//! [`TOLERANCE`]: leaving out all vertices of a higher rank moves no border by more. Each arc is
//! ranked once, so areas that share it still share it at every zoom.

use rising_model::shapes::geometry::{ArcUse, Point, RankedPoints};

use super::UNIT_ZOOM;

/// CSS pixels by which a drawn border may be off: one device pixel on a screen of density 3.
const TOLERANCE: f64 = 0.35;

/// Returns the arcs with the rank of each vertex. The ends of arcs have rank 0, and so do as many
/// other vertices as each ring needs to keep three different ones at every zoom.
pub(super) fn rank_vertices(arcs: &[Vec<Point>], areas: &[Vec<Vec<ArcUse>>]) -> Vec<RankedPoints> {
    let significances: Vec<Vec<f64>> = arcs.iter().map(|arc| significance(arc)).collect();
    let mut ranked: Vec<RankedPoints> = arcs
        .iter()
        .zip(&significances)
        .map(|(arc, significance)| {
            arc.iter()
                .copied()
                .zip(significance.iter().map(|&d| rank(d)))
                .collect()
        })
        .collect();
    for ring in areas.iter().flatten() {
        keep_three_vertices(ring, &mut ranked, &significances);
    }
    ranked
}

/// Returns the lowest zoom at which a distance, in units, is visible.
fn rank(distance: f64) -> u8 {
    if distance.is_infinite() {
        return 0;
    }
    let limit = |zoom: u8| TOLERANCE * f64::from(1u32 << UNIT_ZOOM) / f64::from(1u32 << zoom);
    (0..NEVER_DRAWN)
        .find(|&zoom| distance > limit(zoom))
        .unwrap_or(NEVER_DRAWN)
}

/// The rank of a vertex on the straight line between its neighbours, above any zoom of the map.
pub(super) const NEVER_DRAWN: u8 = 22;

/// Returns for each vertex how far the arc would be off without it, in units: infinite at both
/// ends, and at most the distance of the vertex at which the arc was split before.
fn significance(arc: &[Point]) -> Vec<f64> {
    let last = arc.len() - 1;
    let mut result = vec![f64::INFINITY; arc.len()];
    let mut spans = vec![(0, last, f64::INFINITY)];
    while let Some((from, to, limit)) = spans.pop() {
        let farthest = (from + 1..to)
            .map(|at| (at, distance(arc[at], arc[from], arc[to])))
            .reduce(|best, next| if next.1 > best.1 { next } else { best });
        if let Some((at, off)) = farthest {
            let off = off.min(limit);
            result[at] = off;
            spans.push((from, at, off));
            spans.push((at, to, off));
        }
    }
    result
}

/// Returns the distance of a point from a segment, in units.
fn distance(point: Point, from: Point, to: Point) -> f64 {
    let vector = |a: Point, b: Point| {
        (
            f64::from(b.x) - f64::from(a.x),
            f64::from(b.y) - f64::from(a.y),
        )
    };
    let ((along_x, along_y), (x, y)) = (vector(from, to), vector(from, point));
    let square = along_x * along_x + along_y * along_y;
    let share = if square == 0.0 {
        0.0
    } else {
        ((x * along_x + y * along_y) / square).clamp(0.0, 1.0)
    };
    let (x, y) = (x - share * along_x, y - share * along_y);
    // Not `hypot`: its last digit differs between systems, and the files must not.
    (x * x + y * y).sqrt()
}

/// Gives rank 0 to the most significant inner vertices of a ring until three different vertices
/// have it. Otherwise an island, or an area between two neighbours, would become a line.
fn keep_three_vertices(ring: &[ArcUse], ranked: &mut [RankedPoints], significances: &[Vec<f64>]) {
    loop {
        let mut kept: Vec<(i32, i32)> = vec![];
        let mut best: Option<(u32, usize, f64)> = None;
        for used in ring {
            for (at, &(point, rank)) in ranked[used.arc as usize].iter().enumerate() {
                let off = significances[used.arc as usize][at];
                if rank == 0 {
                    kept.push((point.x, point.y));
                } else if best.is_none_or(|(_, _, most)| off > most) {
                    best = Some((used.arc, at, off));
                }
            }
        }
        kept.sort_unstable();
        kept.dedup();
        let Some((arc, at, _)) = best.filter(|_| kept.len() < 3) else {
            return;
        };
        ranked[arc as usize][at].1 = 0;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn p(x: i32, y: i32) -> Point {
        Point { x, y }
    }

    fn ranks(arc: &RankedPoints) -> Vec<u8> {
        arc.iter().map(|&(_, rank)| rank).collect()
    }

    #[test]
    fn rank_vertices_gives_zoom_at_which_error_exceeds_tolerance() {
        // One unit is a pixel at zoom 12, half a pixel at 11, a quarter at 10.
        let arc = vec![
            p(0, 0),
            p(50, 1),
            p(100, 0),
            p(150, 8),
            p(200, 0),
            p(250, 0),
            p(300, 0),
        ];
        let ranked = rank_vertices(&[arc], &[]);
        assert_eq!(ranks(&ranked[0])[..4], [0, 11, 9, 8]);
        assert_eq!(ranks(&ranked[0])[5..], [NEVER_DRAWN, 0]);
    }

    #[test]
    fn rank_vertices_island_keeps_three_vertices() {
        let island = vec![p(0, 0), p(4, 0), p(4, 4), p(0, 4), p(0, 0)];
        let ring = vec![ArcUse {
            arc: 0,
            reversed: false,
        }];
        let ranked = rank_vertices(&[island], &[vec![ring]]);
        assert_eq!(
            ranked[0].iter().filter(|(_, rank)| *rank == 0).count(),
            4,
            "both ends and two more"
        );
    }

    #[test]
    fn rank_vertices_area_of_two_arcs_keeps_three_vertices() {
        let arcs = [
            vec![p(0, 0), p(5, 1), p(10, 0)],
            vec![p(0, 0), p(5, -2), p(10, 0)],
        ];
        let ring = vec![
            ArcUse {
                arc: 0,
                reversed: true,
            },
            ArcUse {
                arc: 1,
                reversed: false,
            },
        ];
        let ranked = rank_vertices(&arcs, &[vec![ring]]);
        assert_eq!(
            (ranked[0][1].1, ranked[1][1].1),
            (11, 0),
            "the vertex that is farther out has rank 0"
        );
    }

    proptest! {
        /// A vertex that is left out at a zoom is no farther from the drawn line than the
        /// tolerance.
        #[test]
        fn rank_vertices_left_out_vertices_are_within_tolerance(
            points in prop::collection::vec((0..400i32, 0..400i32), 2..60),
            zoom in 0..13u8,
        ) {
            let arc: Vec<Point> = points.into_iter().map(|(x, y)| p(x, y)).collect();
            let ranked = rank_vertices(std::slice::from_ref(&arc), &[]);
            let limit = TOLERANCE * f64::from(1u32 << UNIT_ZOOM) / f64::from(1u32 << zoom);
            let kept: Vec<usize> = (0..arc.len()).filter(|&at| ranked[0][at].1 <= zoom).collect();
            for pair in kept.windows(2) {
                for at in pair[0]..=pair[1] {
                    prop_assert!(distance(arc[at], arc[pair[0]], arc[pair[1]]) <= limit + 1e-9);
                }
            }
        }
    }
}
