//! Geometry for tests, of this crate and of crates that draw (feature `samples`).

use crate::shapes::geometry::{ArcUse, Point, RankedPoints, Topology};

/// Returns the point with these coordinates.
pub fn point(x: i32, y: i32) -> Point {
    Point { x, y }
}

/// Returns a board of `n` by `n` squares with sides of `side` units. The area's index is
/// `row · n + column`. Every side is an arc, whose middle vertex is off the line by `bend`.
///
/// # Panics
/// If there are too many areas for a topology: `n` is 256 or more.
pub fn board(n: usize, side: i32, bend: i32) -> Topology {
    let mut arcs: Vec<RankedPoints> = vec![];
    let node = |r: usize, c: usize| point(c as i32 * side, r as i32 * side);
    let mut horizontal = vec![vec![0u32; n]; n + 1];
    let mut vertical = vec![vec![0u32; n + 1]; n];
    for (r, row) in horizontal.iter_mut().enumerate() {
        for (c, arc) in row.iter_mut().enumerate() {
            *arc = arcs.len() as u32;
            let (a, b) = (node(r, c), node(r, c + 1));
            arcs.push(vec![
                (a, 0),
                (point(i32::midpoint(a.x, b.x), a.y + bend), 9),
                (b, 0),
            ]);
        }
    }
    for (r, row) in vertical.iter_mut().enumerate() {
        for (c, arc) in row.iter_mut().enumerate() {
            *arc = arcs.len() as u32;
            let (a, b) = (node(r, c), node(r + 1, c));
            arcs.push(vec![
                (a, 0),
                (point(a.x - bend, i32::midpoint(a.y, b.y)), 9),
                (b, 0),
            ]);
        }
    }
    let forwards = |arc| ArcUse {
        arc,
        reversed: false,
    };
    let backwards = |arc| ArcUse {
        arc,
        reversed: true,
    };
    let mut areas = vec![];
    for r in 0..n {
        for c in 0..n {
            areas.push(vec![vec![
                forwards(horizontal[r][c]),
                forwards(vertical[r][c + 1]),
                backwards(horizontal[r + 1][c]),
                backwards(vertical[r][c]),
            ]]);
        }
    }
    Topology::new(12, &arcs, &areas).unwrap()
}
