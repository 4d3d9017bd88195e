//! Builds valid polygons from an area's rings: each hole belongs to its exterior, and no ring
//! crosses or touches itself.
//!
//! The map can paint rings as they are. Exported files must be valid by OGC's Simple Features, but
//! on a grid some rings touch or cross. [`Borders::new`] repairs each border once for both its
//! sides, so that neighbours still share it: every crossing, and every vertex on another border,
//! becomes a vertex of both. The inside of an area is then where its rings have a positive winding
//! number (clockwise positive), as with the positive fill rule of GEOS and Clipper.

use crate::domain::area::AreaIndex;
use crate::shapes::geometry::{Bounds, Point, Topology, doubled_area};

/// An exterior ring and its holes, in units of the grid, the first vertex not repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Polygon {
    /// Clockwise as seen on a map with north up.
    pub exterior: Vec<Point>,
    /// Counter-clockwise.
    pub holes: Vec<Vec<Point>>,
}

/// The borders of all areas on a grid. They meet only at vertices.
pub struct Borders<'a> {
    topology: &'a Topology,
    /// By arc number.
    arcs: Vec<Vec<Point>>,
}

/// Limit of repair rounds. Moving vertices to the grid bends borders, which may then cross again.
/// Real boundaries take two rounds.
const MAX_ROUNDS: usize = 12;

/// Number of horizontal bands that the search for nearby borders divides the map into.
const BANDS: i32 = 2048;

/// Numbers to sort lexicographically.
type Key = [i32; 5];

impl<'a> Borders<'a> {
    /// Repairs the borders, with each vertex at the grid point that `place` returns. `place` must
    /// keep x ascending to the east and y to the south.
    pub fn new(topology: &'a Topology, place: impl Fn(Point) -> Point) -> Borders<'a> {
        let mut arcs: Vec<Vec<Point>> = topology
            .arcs()
            .map(|arc| arc.points.iter().map(|&point| place(point)).collect())
            .collect();
        arcs.iter_mut().for_each(Vec::dedup);
        for _ in 0..MAX_ROUNDS {
            let segments = collect_segments(&arcs);
            let mut cuts = find_cuts(&segments);
            if cuts.is_empty() {
                break;
            }
            sort(&mut cuts);
            cuts.dedup();
            arcs = insert_cuts(&arcs, &segments, &cuts);
        }
        Borders { topology, arcs }
    }

    /// Returns the area's polygons; none for an index beyond the last. Leaves out rings without
    /// area, to which islets shrink on a coarse grid.
    pub fn polygons(&self, area: AreaIndex) -> Vec<Polygon> {
        let mut cycles: Vec<Cycle> = vec![];
        for points in join_edges(&self.edges(area)) {
            let doubled_area = doubled_area(points.iter().copied());
            if let Some((inside, bounds)) =
                find_inner_point(&points).zip(Bounds::around(points.iter().copied()))
            {
                cycles.push(Cycle {
                    points,
                    doubled_area,
                    inside,
                    bounds,
                });
            }
        }
        // Of two equal cycles, the first counts as around the second.
        let size = |at: usize| cycles[at].doubled_area.unsigned_abs();
        let is_around = |other: usize, at: usize| {
            (size(other), at) > (size(at), other) && cycles[other].contains(cycles[at].inside)
        };
        let (mut found, mut holes) = (Vec::<(usize, Polygon)>::new(), vec![]);
        for (at, cycle) in cycles.iter().enumerate() {
            // The winding number of the area's rings just outside the cycle.
            let around = (0..cycles.len()).filter(|&other| is_around(other, at));
            match (
                cycle.doubled_area > 0,
                around
                    .map(|other| cycles[other].doubled_area.signum())
                    .sum::<i64>(),
            ) {
                (true, 0) => found.push((
                    at,
                    Polygon {
                        exterior: cycle.points.clone(),
                        holes: vec![],
                    },
                )),
                (false, 1) => holes.push(at),
                _ => {}
            }
        }
        for hole in holes {
            // The innermost exterior around the hole.
            let around = found
                .iter_mut()
                .filter(|(other, _)| is_around(*other, hole));
            if let Some((_, polygon)) = around.min_by_key(|(other, _)| size(*other)) {
                polygon.holes.push(cycles[hole].points.clone());
            }
        }
        found.into_iter().map(|(_, polygon)| polygon).collect()
    }

    /// Returns the area's border as edges from vertex to vertex with its inside on the right. Edges
    /// that the border traverses in both directions cancel out.
    fn edges(&self, area: AreaIndex) -> Vec<(Point, Point)> {
        let mut steps: Vec<Key> = vec![];
        for used in self.topology.rings(area).flatten() {
            for pair in self.arcs[used.arc as usize].windows(2) {
                let [from, to] = [pair[0], pair[1]].map(|point| (point.x, point.y));
                let ((ax, ay), (bx, by)) = (from.min(to), from.max(to));
                steps.push([
                    ax,
                    ay,
                    bx,
                    by,
                    if (from < to) == used.reversed { -1 } else { 1 },
                ]);
            }
        }
        sort(&mut steps);
        let mut edges = vec![];
        for same in steps.chunk_by(|a, b| a[..4] == b[..4]) {
            let [ax, ay, bx, by, _] = same[0];
            let (a, b) = (Point { x: ax, y: ay }, Point { x: bx, y: by });
            let times: i32 = same.iter().map(|step| step[4]).sum();
            let edge = if times > 0 { (a, b) } else { (b, a) };
            edges.extend((0..times.abs()).map(|_| edge));
        }
        edges
    }
}

/// A ring that does not touch itself.
struct Cycle {
    points: Vec<Point>,
    /// Twice the area inside, negative if the ring is counter-clockwise.
    doubled_area: i64,
    /// A point inside.
    inside: (f64, f64),
    bounds: Bounds,
}

impl Cycle {
    fn contains(&self, (x, y): (f64, f64)) -> bool {
        let Bounds { min, max } = self.bounds;
        let is_within = |at: f64, from: i32, to: i32| f64::from(from) <= at && at <= f64::from(to);
        is_within(x, min.x, max.x)
            && is_within(y, min.y, max.y)
            && ring_contains(&self.points, x, y)
    }
}

/// Sorts keys. A single instance for all callers, because each costs the app a few kilobytes.
#[inline(never)]
fn sort(keys: &mut [Key]) {
    keys.sort_unstable();
}

/// A segment of an arc, from one vertex to the next.
struct Segment {
    arc: usize,
    from: Point,
    to: Point,
}

fn collect_segments(arcs: &[Vec<Point>]) -> Vec<Segment> {
    let segments_of = |(arc, points): (usize, &'_ Vec<Point>)| {
        points
            .windows(2)
            .map(move |pair| Segment {
                arc,
                from: pair[0],
                to: pair[1],
            })
            .collect::<Vec<_>>()
    };
    arcs.iter().enumerate().flat_map(segments_of).collect()
}

/// Returns the vertices that segments lack where they meet others. Each key is the segment's
/// number, then the vertex with signs by which keys sort in the order along the segment, then these
/// signs.
fn find_cuts(segments: &[Segment]) -> Vec<Key> {
    let heights = segments
        .iter()
        .flat_map(|segment| [segment.from.y, segment.to.y]);
    let Some((top, bottom)) = heights
        .map(|y| (y, y))
        .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    else {
        return vec![];
    };
    let height = bottom.saturating_sub(top) / BANDS + 1;
    // The segments of each band, from west to east.
    let mut listed: Vec<Key> = vec![];
    for (number, Segment { from, to, .. }) in segments.iter().enumerate() {
        let band = |y: i32| y.saturating_sub(top) / height;
        for band in band(from.y.min(to.y))..=band(from.y.max(to.y)) {
            listed.push([band, from.x.min(to.x), from.x.max(to.x), number as i32, 0]);
        }
    }
    sort(&mut listed);
    let mut found = vec![];
    for (at, &[band, _, east, number, _]) in listed.iter().enumerate() {
        let near = listed[at + 1..]
            .iter()
            .take_while(|other| other[0] == band && other[1] <= east);
        for &[_, _, _, other, _] in near {
            add_meeting_points(segments, [number as usize, other as usize], &mut found);
        }
    }
    found
}

/// Adds the points where two segments meet, except at a common end.
fn add_meeting_points(segments: &[Segment], numbers: [usize; 2], found: &mut Vec<Key>) {
    let [one, other] = numbers.map(|number| &segments[number]);
    let is_below = |a: [i32; 2], b: [i32; 2]| a[0].max(a[1]) < b[0].min(b[1]);
    let (ys, other_ys) = ([one.from.y, one.to.y], [other.from.y, other.to.y]);
    if is_below(ys, other_ys) || is_below(other_ys, ys) {
        return;
    }
    let [c, d] = [side(one, other.from), side(one, other.to)];
    let [a, b] = [side(other, one.from), side(other, one.to)];
    let mut add = |number: usize, point: Point| {
        let Segment { from, to, .. } = segments[number];
        let is_within = |at: i32, from: i32, to: i32| from.min(to) <= at && at <= from.max(to);
        if point != from
            && point != to
            && is_within(point.x, from.x, to.x)
            && is_within(point.y, from.y, to.y)
        {
            let (east, south) = (
                if to.x < from.x { -1 } else { 1 },
                if to.y < from.y { -1 } else { 1 },
            );
            found.push([number as i32, point.x * east, point.y * south, east, south]);
        }
    };
    if c.signum() * d.signum() < 0 && a.signum() * b.signum() < 0 {
        let share = a as f64 / (a as f64 - b as f64);
        let along = |from: i32, to: i32| {
            (f64::from(from) + share * (f64::from(to) - f64::from(from))).round() as i32
        };
        let point = Point {
            x: along(one.from.x, one.to.x),
            y: along(one.from.y, one.to.y),
        };
        numbers.iter().for_each(|&number| add(number, point));
        return;
    }
    for (side, number, point) in [
        (c, numbers[0], other.from),
        (d, numbers[0], other.to),
        (a, numbers[1], one.from),
        (b, numbers[1], one.to),
    ] {
        if side == 0 {
            add(number, point);
        }
    }
}

/// Positive for a point to the right of the segment on screen, negative to the left, 0 on its line.
fn side(segment: &Segment, point: Point) -> i64 {
    turn(segment.from, segment.to, point)
}

/// Positive if the path from `a` over `b` to `c` turns right on screen (the cross product).
fn turn(a: Point, b: Point, c: Point) -> i64 {
    let difference = |from: i32, to: i32| i64::from(to) - i64::from(from);
    difference(a.x, b.x) * difference(a.y, c.y) - difference(a.y, b.y) * difference(a.x, c.x)
}

/// Returns the arcs with the cuts inserted as vertices.
fn insert_cuts(arcs: &[Vec<Point>], segments: &[Segment], cuts: &[Key]) -> Vec<Vec<Point>> {
    let mut all: Vec<Vec<Point>> = arcs
        .iter()
        .map(|arc| arc.first().copied().into_iter().collect())
        .collect();
    let mut cuts = cuts.iter().peekable();
    for (number, segment) in segments.iter().enumerate() {
        let arc = &mut all[segment.arc];
        while let Some(&[_, x, y, east, south]) = cuts.next_if(|cut| cut[0] == number as i32) {
            arc.push(Point {
                x: x * east,
                y: y * south,
            });
        }
        arc.push(segment.to);
    }
    all
}

/// Joins edges to rings that do not touch themselves.
///
/// At a vertex of more than two edges, a path keeps the same inside, so that it encloses one
/// connected piece of the area. A path that visits a vertex twice is split there, for
/// example into an exterior and a hole that touches it.
fn join_edges(edges: &[(Point, Point)]) -> Vec<Vec<Point>> {
    let (next, meeting) = find_next_edges(edges);
    let (mut is_visited, mut cycles) = (vec![false; edges.len()], vec![]);
    for start in 0..edges.len() {
        let (mut at, mut path) = (start, Vec::<Point>::new());
        while !is_visited[at] {
            is_visited[at] = true;
            let point = edges[at].0;
            if meeting[at]
                && let Some(before) = path.iter().position(|&known| known == point)
            {
                cycles.push(path.split_off(before));
            }
            path.push(point);
            at = next[at];
        }
        cycles.push(path);
    }
    cycles.retain(|cycle| doubled_area(cycle.iter().copied()) != 0);
    cycles
}

/// Returns for each edge the next one, and whether other edges begin at the same vertex.
fn find_next_edges(edges: &[(Point, Point)]) -> (Vec<usize>, Vec<bool>) {
    let (mut next, mut meeting) = (
        (0..edges.len()).collect::<Vec<_>>(),
        vec![false; edges.len()],
    );
    let mut ends: Vec<Key> = vec![];
    for (number, (from, to)) in edges.iter().enumerate() {
        let number = number as i32 + 1;
        ends.push([from.x, from.y, to.x, to.y, number]);
        ends.push([to.x, to.y, from.x, from.y, -number]);
    }
    sort(&mut ends);
    for spokes in ends.chunk_by(|a, b| a[..2] == b[..2]) {
        let spokes = sorted_around_vertex(spokes);
        // Incoming and outgoing edges pair like brackets around the circle. The second turn closes
        // brackets that are open at the end of the first.
        let (mut open, mut closed) = (vec![], vec![false; spokes.len()]);
        for at in 0..2 * spokes.len() {
            let (spoke, is_second_turn) = (at % spokes.len(), at >= spokes.len());
            let number = spokes[spoke].unsigned_abs() as usize - 1;
            if spokes[spoke] < 0 {
                if !is_second_turn {
                    open.push(number);
                }
            } else if !closed[spoke]
                && let Some(incoming) = open.pop()
            {
                (next[incoming], closed[spoke]) = (number, true);
                meeting[number] = spokes.len() > 2;
            }
        }
    }
    (next, meeting)
}

/// Returns the numbers of the edges at a vertex, counter-clockwise on screen. Insertion is fast
/// enough for few edges, and needs less code than a sort.
fn sorted_around_vertex(spokes: &[Key]) -> Vec<i32> {
    let point = |x: i32, y: i32| Point { x, y };
    let is_below = |&[x, y, to_x, to_y, _]: &Key| to_y > y || (to_y == y && to_x < x);
    let is_before = |a: &Key, b: &Key| match (is_below(a), is_below(b)) {
        (false, true) => true,
        (true, false) => false,
        _ => turn(point(a[0], a[1]), point(a[2], a[3]), point(b[2], b[3])) < 0,
    };
    let mut sorted: Vec<Key> = vec![];
    for spoke in spokes {
        let at = sorted
            .iter()
            .position(|other| is_before(spoke, other))
            .unwrap_or(sorted.len());
        sorted.insert(at, *spoke);
    }
    sorted.iter().map(|spoke| spoke[4]).collect()
}

/// Returns the x at which a ring crosses a height without vertices, from west to east.
fn find_crossings(ring: &[Point], y: f64) -> Vec<f64> {
    let mut found: Vec<f64> = vec![];
    for (i, a) in ring.iter().enumerate() {
        let b = ring[(i + 1) % ring.len()];
        if (f64::from(a.y) < y) != (f64::from(b.y) < y) {
            let share = (y - f64::from(a.y)) / (f64::from(b.y) - f64::from(a.y));
            let x = f64::from(a.x) + share * (f64::from(b.x) - f64::from(a.x));
            // Insertion is fast enough for few crossings, and needs less code than a sort.
            let at = found
                .iter()
                .position(|&other| other > x)
                .unwrap_or(found.len());
            found.insert(at, x);
        }
    }
    found
}

/// Returns a point inside a ring at about mid-height, between the crossings that are furthest
/// apart; `None` for a ring without area.
fn find_inner_point(ring: &[Point]) -> Option<(f64, f64)> {
    let bounds = Bounds::around(ring.iter().copied())?;
    // No vertex lies a quarter unit below a row of the grid.
    let y = f64::from(bounds.min.y + (bounds.size().1 - 1) / 2) + 0.25;
    let crossings = find_crossings(ring, y);
    let widest = crossings
        .chunks_exact(2)
        .max_by(|a, b| (a[1] - a[0]).total_cmp(&(b[1] - b[0])))?;
    Some((f64::midpoint(widest[0], widest[1]), y))
}

fn ring_contains(ring: &[Point], x: f64, y: f64) -> bool {
    find_crossings(ring, y)
        .iter()
        .filter(|&&crossing| crossing > x)
        .count()
        % 2
        == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shapes::geometry::ArcUse;
    use crate::shapes::geometry::tests::p;
    use crate::shapes::samples::board;
    use proptest::prelude::*;

    fn square(x: i32, y: i32, side: i32) -> Vec<(Point, u8)> {
        [
            (x, y),
            (x + side, y),
            (x + side, y + side),
            (x, y + side),
            (x, y),
        ]
        .map(|(x, y)| (p(x, y), 0))
        .to_vec()
    }

    fn repaired(topology: &Topology, area: AreaIndex) -> Vec<Polygon> {
        Borders::new(topology, |point| point).polygons(area)
    }

    /// Returns the polygons of an area with one ring through the corners.
    fn ring(corners: &[(i32, i32)]) -> Vec<Polygon> {
        let closed = corners
            .iter()
            .chain(&corners[..1])
            .map(|&(x, y)| (p(x, y), 0))
            .collect();
        repaired(&area_of(&[(closed, false)]), 0)
    }

    /// Returns a topology of one area. Each ring is an arc of its own, reversed for a hole.
    fn area_of(rings: &[(Vec<(Point, u8)>, bool)]) -> Topology {
        let arcs: Vec<_> = rings.iter().map(|(points, _)| points.clone()).collect();
        let uses = (0..)
            .zip(rings)
            .map(|(arc, (_, hole))| {
                vec![ArcUse {
                    arc,
                    reversed: *hole,
                }]
            })
            .collect();
        Topology::new(12, &arcs, &[uses]).unwrap()
    }

    /// Twice the area of the exterior, and of the holes.
    fn area(polygon: &Polygon) -> (i64, i64) {
        let twice = |ring: &[Point]| doubled_area(ring.iter().copied());
        (
            twice(&polygon.exterior),
            polygon.holes.iter().map(|hole| twice(hole)).sum(),
        )
    }

    #[test]
    fn polygons_of_nested_islands_and_lakes_pair_rings() {
        // The result must not depend on the order of the rings.
        let topology = area_of(&[
            (square(10, 10, 60), true),
            (square(0, 0, 100), false),
            (square(200, 0, 10), false),
            (square(35, 35, 4), true),
            (square(30, 30, 20), false),
        ]);
        let found = repaired(&topology, 0);
        assert_eq!(
            found.iter().map(area).collect::<Vec<_>>(),
            [(20_000, -7_200), (800, -32), (200, 0)]
        );
    }

    #[test]
    fn polygons_leave_out_rings_without_area() {
        let line = vec![(p(0, 0), 0), (p(9, 0), 0), (p(0, 0), 0)];
        assert_eq!(
            repaired(&area_of(&[(line, false), (square(20, 0, 1), false)]), 0).len(),
            1
        );
        assert_eq!(repaired(&board(2, 10, 0), 4), []);
    }

    /// Twice the areas of the exterior and of the holes, for each polygon of a ring through
    /// corners.
    fn areas_of(corners: &[(i32, i32)]) -> Vec<(i64, i64)> {
        ring(corners).iter().map(area).collect()
    }

    #[test]
    fn polygons_of_self_crossing_ring_leave_out_the_counter_clockwise_part() {
        let bow_tie = [(0, 0), (20, 20), (20, 0), (0, 20)];
        assert_eq!(
            areas_of(&bow_tie),
            [(200, 0)],
            "one half is counter-clockwise"
        );
        let loop_in_corner = [
            (0, 0),
            (40, 0),
            (40, 30),
            (20, 30),
            (20, 20),
            (30, 20),
            (30, 40),
            (0, 40),
        ];
        let [polygon] = &ring(&loop_in_corner)[..] else {
            panic!("one polygon")
        };
        assert!(
            polygon.holes.is_empty() && area(polygon).0 == 2 * (40 * 30 + 30 * 10),
            "{polygon:?}"
        );
    }

    #[test]
    fn polygons_of_self_touching_ring_are_split_at_the_touch() {
        let from_outside = [(0, 0), (10, 10), (20, 0), (20, 20), (10, 10), (0, 20)];
        assert_eq!(areas_of(&from_outside), [(200, 0), (200, 0)]);
        let from_inside = [
            (0, 0),
            (40, 0),
            (40, 40),
            (0, 40),
            (0, 0),
            (10, 20),
            (20, 10),
        ];
        assert_eq!(areas_of(&from_inside), [(3200, -300)]);
        let at_a_vertex_on_a_side = [
            (0, 0),
            (40, 0),
            (40, 40),
            (30, 40),
            (20, 0),
            (10, 40),
            (0, 40),
        ];
        assert_eq!(areas_of(&at_a_vertex_on_a_side), [(1200, 0), (1200, 0)]);
    }

    #[test]
    fn polygons_leave_out_spikes() {
        let with_a_spike = [(0, 0), (20, 0), (50, 0), (20, 0), (20, 20), (0, 20)];
        assert_eq!(areas_of(&with_a_spike), [(800, 0)]);
        assert_eq!(areas_of(&[(0, 0), (9, 0), (30, 0), (9, 0)]), []);
    }

    #[test]
    fn polygons_of_hole_touching_its_exterior_twice_are_two() {
        let hole = [(0, 20), (20, 10), (40, 20), (20, 30), (0, 20)]
            .map(|(x, y)| (p(x, y), 0))
            .to_vec();
        let found = repaired(&area_of(&[(square(0, 0, 40), false), (hole, true)]), 0);
        assert_eq!(
            found.iter().map(area).collect::<Vec<_>>(),
            [(1200, 0), (1200, 0)]
        );
    }

    #[test]
    fn polygons_of_neighbours_share_the_vertex_of_a_crossing() {
        // The common border crosses itself and the outer border of the second area.
        let arc = |points: &[(i32, i32)]| {
            points
                .iter()
                .map(|&(x, y)| (p(x, y), 0))
                .collect::<Vec<_>>()
        };
        let arcs = [
            arc(&[(50, 0), (50, 40), (103, 61), (103, 80), (50, 70), (50, 100)]),
            arc(&[(50, 100), (0, 100), (0, 0), (50, 0)]),
            arc(&[(50, 0), (100, 0), (100, 100), (50, 100)]),
        ];
        let used = |arc, reversed| ArcUse { arc, reversed };
        let areas = [
            vec![vec![used(0, false), used(1, false)]],
            vec![vec![used(2, false), used(0, true)]],
        ];
        let topology = Topology::new(12, &arcs, &areas).unwrap();
        let borders = Borders::new(&topology, |point| point);
        let vertices = |area| {
            let polygons = borders.polygons(area).into_iter();
            polygons
                .flat_map(|polygon| polygon.exterior)
                .map(|at| (at.x, at.y))
                .collect::<Vec<_>>()
        };
        for crossing in [(100, 60), (100, 79)] {
            assert!(
                vertices(0).contains(&crossing) && vertices(1).contains(&crossing),
                "{:?}",
                vertices(0)
            );
        }
        assert_eq!(borders.polygons(1).len(), 2, "the crossing splits it");
    }

    #[test]
    fn polygons_of_neighbours_keep_all_vertices() {
        let board = board(3, 10, 2);
        for area in 0..9 {
            let [polygon] = &repaired(&board, area)[..] else {
                panic!("one polygon")
            };
            assert_eq!((polygon.exterior.len(), polygon.holes.len()), (8, 0));
            assert_eq!(doubled_area(polygon.exterior.iter().copied()), 200);
        }
    }

    proptest! {
        /// Islands side by side, each with lakes side by side.
        #[test]
        fn polygons_assign_each_hole_to_its_own_exterior(
            islands in
                prop::collection::vec((5i32..40, prop::collection::vec(1i32..9, 0..4)), 1..6),
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
            let found = repaired(&area_of(&rings), 0);
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
