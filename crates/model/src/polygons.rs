//! An area's rings put together as valid polygons: each hole with the ring that it is in, and no
//! ring that crosses or touches itself.
//!
//! The map paints rings without asking which is whose, and on a grid some of them touch or cross;
//! files for other programs have to be what OGC's Simple Features call valid. Borders are repaired
//! once for both their sides, so neighbours still share them: every crossing and every vertex on
//! another border becomes a vertex of both ([`Borders::new`]). What then counts as an area's inside
//! is what its rings go round more often to the right than to the left, as GEOS and Clipper have it
//! with the positive fill rule.

use crate::area::AreaIndex;
use crate::geometry::{Bounds, Point, Topology, doubled_area};

/// A ring and what is cut out of it, in units of the grid, the first vertex not repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Polygon {
    /// Clockwise as seen on a map with north up.
    pub exterior: Vec<Point>,
    /// Counter-clockwise.
    pub holes: Vec<Vec<Point>>,
}

/// The borders of all areas, on a grid on which they meet at vertices only.
pub struct Borders<'a> {
    topology: &'a Topology,
    /// By the number of the arc.
    arcs: Vec<Vec<Point>>,
}

/// Vertices moved to the grid bend borders, which may cross anew. Real boundaries take two rounds.
const MOST_ROUNDS: usize = 12;

/// Bands that the map is divided into, to find borders that are near each other.
const BANDS: i32 = 2048;

/// What is put in order, by the first number, then by the second and so on.
type Key = [i32; 5];

impl<'a> Borders<'a> {
    /// The borders with each vertex where `place` says. It must keep x growing to the east and y to
    /// the south.
    pub fn new(topology: &'a Topology, place: impl Fn(Point) -> Point) -> Borders<'a> {
        let mut arcs: Vec<Vec<Point>> = topology
            .arcs()
            .map(|arc| arc.points.iter().map(|&point| place(point)).collect())
            .collect();
        arcs.iter_mut().for_each(Vec::dedup);
        for _ in 0..MOST_ROUNDS {
            let segments = segments(&arcs);
            let mut cuts = cuts(&segments);
            if cuts.is_empty() {
                break;
            }
            ordered(&mut cuts);
            cuts.dedup();
            arcs = cut(&arcs, &segments, &cuts);
        }
        Borders { topology, arcs }
    }

    /// The area's polygons; none for an index beyond the last. Rings that enclose nothing are left
    /// out: they are what is left of an islet on a coarse grid.
    pub fn polygons(&self, area: AreaIndex) -> Vec<Polygon> {
        let mut cycles: Vec<Cycle> = vec![];
        for points in cycles_of(&self.edges(area)) {
            let twice = doubled_area(points.iter().copied());
            if let Some((inside, bounds)) =
                inner_point(&points).zip(Bounds::around(points.iter().copied()))
            {
                cycles.push(Cycle {
                    points,
                    twice,
                    inside,
                    bounds,
                });
            }
        }
        // Of two that are the same, the first is around the second.
        let size = |at: usize| cycles[at].twice.unsigned_abs();
        let is_around = |other: usize, at: usize| {
            (size(other), at) > (size(at), other) && cycles[other].contains(cycles[at].inside)
        };
        let (mut found, mut holes) = (Vec::<(usize, Polygon)>::new(), vec![]);
        for (at, cycle) in cycles.iter().enumerate() {
            // How often the area's rings go round what lies about the cycle.
            let around = (0..cycles.len()).filter(|&other| is_around(other, at));
            match (
                cycle.twice > 0,
                around
                    .map(|other| cycles[other].twice.signum())
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
            // Of islands around a lake, the innermost.
            let around = found
                .iter_mut()
                .filter(|(other, _)| is_around(*other, hole));
            if let Some((_, polygon)) = around.min_by_key(|(other, _)| size(*other)) {
                polygon.holes.push(cycles[hole].points.clone());
            }
        }
        found.into_iter().map(|(_, polygon)| polygon).collect()
    }

    /// The area's border as steps from vertex to vertex with its inside on the right hand, without
    /// those that it takes there and back.
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
                    if (from < to) != used.reversed { 1 } else { -1 },
                ]);
            }
        }
        ordered(&mut steps);
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
    /// Twice the area within, negative if it is walked counter-clockwise.
    twice: i64,
    /// A point within.
    inside: (f64, f64),
    bounds: Bounds,
}

impl Cycle {
    fn contains(&self, (x, y): (f64, f64)) -> bool {
        let Bounds { min, max } = self.bounds;
        let near = |at: f64, from: i32, to: i32| f64::from(from) <= at && at <= f64::from(to);
        near(x, min.x, max.x) && near(y, min.y, max.y) && contains(&self.points, x, y)
    }
}

/// One of the few sorts of this file: each costs the page some kilobytes of program.
#[inline(never)]
fn ordered(keys: &mut [Key]) {
    keys.sort_unstable();
}

/// A step of an arc from one vertex to the next.
struct Segment {
    arc: usize,
    from: Point,
    to: Point,
}

fn segments(arcs: &[Vec<Point>]) -> Vec<Segment> {
    let of = |(arc, points): (usize, &'_ Vec<Point>)| {
        points
            .windows(2)
            .map(move |pair| Segment {
                arc,
                from: pair[0],
                to: pair[1],
            })
            .collect::<Vec<_>>()
    };
    arcs.iter().enumerate().flat_map(of).collect()
}

/// The vertices that segments lack where they meet others: the segment, and the vertex in the order
/// along it.
fn cuts(segments: &[Segment]) -> Vec<Key> {
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
    // Of each band the segments in it, from west to east.
    let mut listed: Vec<Key> = vec![];
    for (number, Segment { from, to, .. }) in segments.iter().enumerate() {
        let band = |y: i32| y.saturating_sub(top) / height;
        for band in band(from.y.min(to.y))..=band(from.y.max(to.y)) {
            listed.push([band, from.x.min(to.x), from.x.max(to.x), number as i32, 0]);
        }
    }
    ordered(&mut listed);
    let mut found = vec![];
    for (at, &[band, _, east, number, _]) in listed.iter().enumerate() {
        let near = listed[at + 1..]
            .iter()
            .take_while(|other| other[0] == band && other[1] <= east);
        for &[_, _, _, other, _] in near {
            meet(segments, [number as usize, other as usize], &mut found);
        }
    }
    found
}

/// Notes where two segments meet elsewhere than at an end of both.
fn meet(segments: &[Segment], numbers: [usize; 2], found: &mut Vec<Key>) {
    let [one, other] = numbers.map(|number| &segments[number]);
    let apart = |a: [i32; 2], b: [i32; 2]| a[0].max(a[1]) < b[0].min(b[1]);
    let (ys, other_ys) = ([one.from.y, one.to.y], [other.from.y, other.to.y]);
    if apart(ys, other_ys) || apart(other_ys, ys) {
        return;
    }
    let [c, d] = [side(one, other.from), side(one, other.to)];
    let [a, b] = [side(other, one.from), side(other, one.to)];
    let mut add = |number: usize, point: Point| {
        let Segment { from, to, .. } = segments[number];
        let within = |at: i32, from: i32, to: i32| from.min(to) <= at && at <= from.max(to);
        if point != from
            && point != to
            && within(point.x, from.x, to.x)
            && within(point.y, from.y, to.y)
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

/// Positive for a point on the right of the segment as seen on screen, negative on the left, 0 on
/// its line.
fn side(segment: &Segment, point: Point) -> i64 {
    turn(segment.from, segment.to, point)
}

/// Positive if one who walks from the first to the second point turns right, on screen, to go on to
/// the third.
fn turn(a: Point, b: Point, c: Point) -> i64 {
    let difference = |from: i32, to: i32| i64::from(to) - i64::from(from);
    difference(a.x, b.x) * difference(a.y, c.y) - difference(a.y, b.y) * difference(a.x, c.x)
}

/// The arcs with those vertices put in.
fn cut(arcs: &[Vec<Point>], segments: &[Segment], cuts: &[Key]) -> Vec<Vec<Point>> {
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

/// The edges walked from one to the next, as rings that do not touch themselves.
///
/// Where more than two edges meet, each comes in and goes on along the same inside, so that a walk
/// goes round one connected piece of the area. What it goes round twice is then parted there, as a
/// hole that touches its exterior is.
fn cycles_of(edges: &[(Point, Point)]) -> Vec<Vec<Point>> {
    let (next, meeting) = followers(edges);
    let (mut walked, mut cycles) = (vec![false; edges.len()], vec![]);
    for start in 0..edges.len() {
        let (mut at, mut path) = (start, Vec::<Point>::new());
        while !walked[at] {
            walked[at] = true;
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

/// For each edge the one that follows it, and whether more than one begins where it does.
fn followers(edges: &[(Point, Point)]) -> (Vec<usize>, Vec<bool>) {
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
    ordered(&mut ends);
    for spokes in ends.chunk_by(|a, b| a[..2] == b[..2]) {
        let spokes = around_the_clock(spokes);
        // As brackets are paired, on a circle: those that are open at its end are closed after its
        // beginning.
        let (mut open, mut closed) = (vec![], vec![false; spokes.len()]);
        for at in 0..2 * spokes.len() {
            let (spoke, is_again) = (at % spokes.len(), at >= spokes.len());
            let number = spokes[spoke].unsigned_abs() as usize - 1;
            if spokes[spoke] < 0 {
                if !is_again {
                    open.push(number);
                }
            } else if !closed[spoke]
                && let Some(comes) = open.pop()
            {
                (next[comes], closed[spoke]) = (number, true);
                meeting[number] = spokes.len() > 2;
            }
        }
    }
    (next, meeting)
}

/// The numbers of the edges at a vertex, counter-clockwise as seen on screen. There are few: no
/// sort is worth its bytes.
fn around_the_clock(spokes: &[Key]) -> Vec<i32> {
    let point = |x: i32, y: i32| Point { x, y };
    let below = |&[x, y, to_x, to_y, _]: &Key| to_y > y || (to_y == y && to_x < x);
    let is_before = |a: &Key, b: &Key| match (below(a), below(b)) {
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

/// Where a ring crosses a height at which it has no vertex, from west to east.
fn crossings(ring: &[Point], y: f64) -> Vec<f64> {
    let mut found: Vec<f64> = vec![];
    for (i, a) in ring.iter().enumerate() {
        let b = ring[(i + 1) % ring.len()];
        if (f64::from(a.y) < y) != (f64::from(b.y) < y) {
            let share = (y - f64::from(a.y)) / (f64::from(b.y) - f64::from(a.y));
            let x = f64::from(a.x) + share * (f64::from(b.x) - f64::from(a.x));
            // There are few: no sort is worth its bytes.
            let at = found
                .iter()
                .position(|&other| other > x)
                .unwrap_or(found.len());
            found.insert(at, x);
        }
    }
    found
}

/// A point inside a ring that encloses something: between the borders furthest apart at about
/// mid-height.
fn inner_point(ring: &[Point]) -> Option<(f64, f64)> {
    let bounds = Bounds::around(ring.iter().copied())?;
    // A quarter unit below a row of vertices there is none.
    let y = f64::from(bounds.min.y + (bounds.size().1 - 1) / 2) + 0.25;
    let crossings = crossings(ring, y);
    let widest = crossings
        .chunks_exact(2)
        .max_by(|a, b| (a[1] - a[0]).total_cmp(&(b[1] - b[0])))?;
    Some(((widest[0] + widest[1]) / 2.0, y))
}

fn contains(ring: &[Point], x: f64, y: f64) -> bool {
    crossings(ring, y)
        .iter()
        .filter(|&&crossing| crossing > x)
        .count()
        % 2
        == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::ArcUse;
    use crate::geometry::tests::p;
    use crate::samples::board;
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

    /// An area of one ring through those corners, and nothing else.
    fn ring(corners: &[(i32, i32)]) -> Vec<Polygon> {
        let closed = corners
            .iter()
            .chain(&corners[..1])
            .map(|&(x, y)| (p(x, y), 0))
            .collect();
        repaired(&area_of(&[(closed, false)]), 0)
    }

    /// One area of rings: each an arc of its own, walked backwards where it is a hole.
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

    fn area(polygon: &Polygon) -> (i64, i64) {
        let twice = |ring: &[Point]| doubled_area(ring.iter().copied());
        (
            twice(&polygon.exterior),
            polygon.holes.iter().map(|hole| twice(hole)).sum(),
        )
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
        let found = repaired(&topology, 0);
        assert_eq!(
            found.iter().map(area).collect::<Vec<_>>(),
            [(20_000, -7_200), (800, -32), (200, 0)]
        );
    }

    #[test]
    fn a_ring_without_area_is_no_polygon() {
        let line = vec![(p(0, 0), 0), (p(9, 0), 0), (p(0, 0), 0)];
        assert_eq!(
            repaired(&area_of(&[(line, false), (square(20, 0, 1), false)]), 0).len(),
            1
        );
        assert_eq!(repaired(&board(2, 10, 0), 4), []);
    }

    /// Twice the areas of the exterior and of the holes of each polygon that the ring makes.
    fn areas_of(corners: &[(i32, i32)]) -> Vec<(i64, i64)> {
        ring(corners).iter().map(area).collect()
    }

    #[test]
    fn ring_that_crosses_itself_loses_the_part_walked_backwards() {
        let bow_tie = [(0, 0), (20, 20), (20, 0), (0, 20)];
        assert_eq!(
            areas_of(&bow_tie),
            [(200, 0)],
            "one half has its inside on the left"
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
    fn ring_that_touches_itself_is_divided_there() {
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
    fn ring_walked_there_and_back_is_left_out() {
        let with_a_spike = [(0, 0), (20, 0), (50, 0), (20, 0), (20, 20), (0, 20)];
        assert_eq!(areas_of(&with_a_spike), [(800, 0)]);
        assert_eq!(areas_of(&[(0, 0), (9, 0), (30, 0), (9, 0)]), []);
    }

    #[test]
    fn hole_that_touches_its_exterior_twice_divides_it() {
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
    fn neighbours_share_the_vertex_at_which_their_border_crosses_another() {
        // The border between the two loops over itself, and over the outer border of the second.
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
        assert_eq!(borders.polygons(1).len(), 2, "it is cut in two");
    }

    #[test]
    fn neighbours_share_their_vertices() {
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
        /// Islands side by side, each with lakes side by side in it: every lake comes to its own
        /// island.
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
