//! Stores the shapes of areas as a topology: each border once, as an arc between two faces.
//!
//! Coordinates are Web Mercator, in pixels of a world `256 · 2^unit_zoom` wide with its origin in
//! the north-west (x east, y south). A slippy map uses the same coordinates, so the browser
//! projects nothing. Every ring has its area's inside on the right-hand side as seen on screen
//! (outer rings clockwise, holes counter-clockwise), which determines the two faces of each arc.

use crate::domain::area::AreaIndex;
use crate::encoding::format::{self, FileKind, FormatError};
use serde::{Deserialize, Serialize};

/// The face outside all areas.
pub const OUTSIDE: AreaIndex = AreaIndex::MAX;

/// A vertex.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// Units to the east of the north-west corner.
    pub x: i32,
    /// Units to the south of the north-west corner.
    pub y: i32,
}

/// An axis-aligned bounding box; both corners are inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The north-west corner.
    pub min: Point,
    /// The south-east corner.
    pub max: Point,
}

impl Bounds {
    /// Returns the smallest box around points; `None` without points.
    pub fn around(points: impl IntoIterator<Item = Point>) -> Option<Bounds> {
        points
            .into_iter()
            .map(|p| Bounds { min: p, max: p })
            .reduce(Bounds::union)
    }

    /// Returns the smallest box around both.
    pub fn union(self, other: Bounds) -> Bounds {
        Bounds {
            min: Point {
                x: self.min.x.min(other.min.x),
                y: self.min.y.min(other.min.y),
            },
            max: Point {
                x: self.max.x.max(other.max.x),
                y: self.max.y.max(other.max.y),
            },
        }
    }

    /// Width and height in units.
    pub fn size(self) -> (i32, i32) {
        (
            self.max.x.saturating_sub(self.min.x),
            self.max.y.saturating_sub(self.min.y),
        )
    }
}

/// An arc's use in a ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArcUse {
    /// The arc's number in its topology.
    pub arc: u32,
    /// Whether the ring traverses the arc from its last point to its first.
    pub reversed: bool,
}

/// A border between two faces, or between a face and the outside.
#[derive(Clone, Copy, Debug)]
pub struct Arc<'a> {
    /// Two or more.
    pub points: &'a [Point],
    /// The zoom from which each point is drawn; 0 at both ends.
    pub ranks: &'a [u8],
    /// The face to the right of the direction from first to last point, on screen.
    pub right: AreaIndex,
    /// The face to the left.
    pub left: AreaIndex,
    /// The bounding box of its points.
    pub bounds: Bounds,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct ArcData {
    start: u32,
    end: u32,
    right: AreaIndex,
    left: AreaIndex,
    bounds: Bounds,
}

/// A shapes file; see [`Topology`].
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredShapes {
    pub unit_zoom: u8,
    /// The number of rings of each area.
    pub rings: Vec<u32>,
    /// The number of arcs of each ring.
    pub arcs: Vec<u32>,
    /// For each arc of each ring: 0 for the next new arc; 2k − 1 for the arc k before the next new
    /// one, traversed backwards; 2k for that arc traversed forwards.
    pub refs: Vec<u32>,
    /// For each ring that begins with a new arc, its start relative to the start of the last ring
    /// that did.
    pub starts: Vec<(i32, i32)>,
    /// The number of steps of each arc. Its points are its start and the end of each step.
    pub steps: Vec<u32>,
    pub dx: Vec<i32>,
    pub dy: Vec<i32>,
    /// For each step except an arc's last: the zoom from which the point at its end is drawn.
    pub ranks: Vec<u8>,
}

/// The shapes of all areas of a level, in the order of its
/// [`crate::domain::area_table::AreaTable`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topology {
    unit_zoom: u8,
    points: Vec<Point>,
    ranks: Vec<u8>,
    arcs: Vec<ArcData>,
    uses: Vec<ArcUse>,
    /// End of each ring in `uses`.
    ring_ends: Vec<u32>,
    /// End of each area in `ring_ends`.
    area_ends: Vec<u32>,
}

/// A fault in the arcs and rings of a topology.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(
    missing_docs,
    reason = "the message of each variant says what its fields hold"
)]
pub enum TopologyError {
    #[error("arc {0} has fewer than two points")]
    ShortArc(u32),
    #[error("area {area} uses arc {arc}, which does not exist")]
    NoSuchArc { area: usize, arc: u32 },
    #[error(
        "area {area} has a ring that is not closed: arc {arc} does not start where the one before \
        ends"
    )]
    OpenRing { area: usize, arc: u32 },
    #[error("area {area} has an empty ring")]
    EmptyRing { area: usize },
    #[error("areas {0} and {1} overlap: both lie on the same side of arc {2}")]
    Overlap(AreaIndex, AreaIndex, u32),
    #[error("{0} areas are too many: a file can hold at most 65,534")]
    TooMany(usize),
}

/// An arc's vertices, each with the zoom from which it is drawn.
pub type RankedPoints = Vec<(Point, u8)>;

impl Topology {
    /// Creates a topology from arcs and, for each area, rings of arc uses with the inside on the
    /// right. Renumbers the arcs in order of first use, and reverses those that the first use
    /// traverses backwards.
    ///
    /// # Errors
    /// If a ring is empty or not closed, an arc is missing or too short, areas overlap, or there
    /// are too many of them.
    pub fn new(
        unit_zoom: u8,
        arcs: &[RankedPoints],
        areas: &[Vec<Vec<ArcUse>>],
    ) -> Result<Topology, TopologyError> {
        if areas.len() >= usize::from(OUTSIDE) {
            return Err(TopologyError::TooMany(areas.len()));
        }
        let mut topology = Topology {
            unit_zoom,
            points: vec![],
            ranks: vec![],
            arcs: vec![],
            uses: vec![],
            ring_ends: vec![],
            area_ends: vec![],
        };
        let mut renumbered: Vec<Option<ArcUse>> = vec![None; arcs.len()];
        for (area, rings) in areas.iter().enumerate() {
            for ring in rings {
                if ring.is_empty() {
                    return Err(TopologyError::EmptyRing { area });
                }
                for &ArcUse { arc, reversed } in ring {
                    let points = arcs
                        .get(arc as usize)
                        .ok_or(TopologyError::NoSuchArc { area, arc })?;
                    if points.len() < 2 {
                        return Err(TopologyError::ShortArc(arc));
                    }
                    let slot = &mut renumbered[arc as usize];
                    let new = match *slot {
                        Some(first) => ArcUse {
                            arc: first.arc,
                            reversed: reversed != first.reversed,
                        },
                        None => {
                            let number = topology.push_arc(points, reversed);
                            *slot = Some(ArcUse {
                                arc: number,
                                reversed,
                            });
                            ArcUse {
                                arc: number,
                                reversed: false,
                            }
                        }
                    };
                    topology.uses.push(new);
                }
                topology.ring_ends.push(topology.uses.len() as u32);
            }
            topology.area_ends.push(topology.ring_ends.len() as u32);
        }
        topology.check_rings()?;
        topology.assign_faces()?;
        Ok(topology)
    }

    fn push_arc(&mut self, points: &[(Point, u8)], reversed: bool) -> u32 {
        let start = self.points.len() as u32;
        let mut push = |&(point, rank): &(Point, u8)| {
            self.points.push(point);
            self.ranks.push(rank);
        };
        if reversed {
            points.iter().rev().for_each(&mut push);
        } else {
            points.iter().for_each(&mut push);
        }
        self.close_arc(start)
    }

    /// Adds an arc of the points pushed since `start`, at least one.
    fn close_arc(&mut self, start: u32) -> u32 {
        let end = self.points.len() as u32;
        let (first, last) = (start as usize, end as usize - 1);
        (self.ranks[first], self.ranks[last]) = (0, 0);
        let bounds = Bounds::around(self.points[first..].iter().copied()).unwrap_or(Bounds {
            min: self.points[first],
            max: self.points[first],
        });
        self.arcs.push(ArcData {
            start,
            end,
            right: OUTSIDE,
            left: OUTSIDE,
            bounds,
        });
        self.arcs.len() as u32 - 1
    }

    /// Checks that each ring is closed.
    fn check_rings(&self) -> Result<(), TopologyError> {
        for area in 0..self.len() {
            for ring in self.rings(area as AreaIndex) {
                let mut at = ring.last().map(|last| self.ends(*last).1);
                for used in ring {
                    let (from, to) = self.ends(*used);
                    if at != Some(from) {
                        return Err(TopologyError::OpenRing {
                            area,
                            arc: used.arc,
                        });
                    }
                    at = Some(to);
                }
            }
        }
        Ok(())
    }

    fn assign_faces(&mut self) -> Result<(), TopologyError> {
        for area in 0..self.len() as AreaIndex {
            for position in self.use_range(area) {
                let ArcUse { arc, reversed } = self.uses[position];
                let data = &mut self.arcs[arc as usize];
                let face = if reversed {
                    &mut data.left
                } else {
                    &mut data.right
                };
                if *face != OUTSIDE && *face != area {
                    return Err(TopologyError::Overlap(*face, area, arc));
                }
                *face = area;
            }
        }
        Ok(())
    }

    fn ring_range(&self, area: AreaIndex) -> std::ops::Range<usize> {
        let area = usize::from(area);
        let Some(&end) = self.area_ends.get(area) else {
            return 0..0;
        };
        let start = area
            .checked_sub(1)
            .map_or(0, |before| self.area_ends[before]);
        start as usize..end as usize
    }

    fn use_range(&self, area: AreaIndex) -> std::ops::Range<usize> {
        let rings = self.ring_range(area);
        if rings.is_empty() {
            return 0..0;
        }
        self.ring_start(rings.start)..self.ring_ends[rings.end - 1] as usize
    }

    fn ring_start(&self, ring: usize) -> usize {
        ring.checked_sub(1)
            .map_or(0, |before| self.ring_ends[before] as usize)
    }

    fn ends(&self, used: ArcUse) -> (Point, Point) {
        let arc = &self.arcs[used.arc as usize];
        let (first, last) = (
            self.points[arc.start as usize],
            self.points[arc.end as usize - 1],
        );
        if used.reversed {
            (last, first)
        } else {
            (first, last)
        }
    }

    /// The number of areas.
    pub fn len(&self) -> usize {
        self.area_ends.len()
    }

    /// Whether the topology has no areas.
    pub fn is_empty(&self) -> bool {
        self.area_ends.is_empty()
    }

    /// The number of stored vertices.
    pub fn vertices(&self) -> usize {
        self.points.len()
    }

    /// The zoom at which one unit is one CSS pixel.
    pub fn unit_zoom(&self) -> u8 {
        self.unit_zoom
    }

    /// The arcs by number.
    pub fn arcs(&self) -> impl ExactSizeIterator<Item = Arc<'_>> + Clone {
        self.arcs.iter().map(|data| self.view(data))
    }

    /// Returns the arc of a number from an [`ArcUse`] of this topology.
    pub fn arc(&self, number: u32) -> Arc<'_> {
        self.view(&self.arcs[number as usize])
    }

    fn view(&self, data: &ArcData) -> Arc<'_> {
        let range = data.start as usize..data.end as usize;
        Arc {
            points: &self.points[range.clone()],
            ranks: &self.ranks[range],
            right: data.right,
            left: data.left,
            bounds: data.bounds,
        }
    }

    /// Returns the area's rings; none for an index beyond the last.
    pub fn rings(&self, area: AreaIndex) -> impl ExactSizeIterator<Item = &[ArcUse]> {
        self.ring_range(area)
            .map(|ring| &self.uses[self.ring_start(ring)..self.ring_ends[ring] as usize])
    }

    /// Returns a ring's vertices in order, the first not repeated.
    pub fn ring_points<'a>(&'a self, ring: &'a [ArcUse]) -> impl Iterator<Item = Point> + 'a {
        ring.iter().flat_map(|used| {
            let points = self.arc(used.arc).points;
            let n = points.len();
            // Each arc's last point is the next one's first.
            (0..n - 1).map(move |i| {
                if used.reversed {
                    points[n - 1 - i]
                } else {
                    points[i]
                }
            })
        })
    }

    /// Returns the bounding box of an area; `None` if it has no ring.
    pub fn bounds(&self, area: AreaIndex) -> Option<Bounds> {
        self.rings(area)
            .flatten()
            .map(|used| self.arcs[used.arc as usize].bounds)
            .reduce(Bounds::union)
    }

    /// Returns the areas that share a border with an area, ascending.
    pub fn neighbours(&self, area: AreaIndex) -> Vec<AreaIndex> {
        let mut found: Vec<AreaIndex> = self.uses[self.use_range(area)]
            .iter()
            .map(|used| {
                let data = &self.arcs[used.arc as usize];
                if used.reversed { data.right } else { data.left }
            })
            .filter(|&face| face != OUTSIDE && face != area)
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Returns a point well inside the area, for marks and labels: the middle of the widest stretch
    /// inside the area at mid-height of its largest ring.
    pub fn inside_point(&self, area: AreaIndex) -> Option<Point> {
        let ring = self.rings(area).max_by_key(|ring| {
            let doubled: i64 = doubled_area(self.ring_points(ring));
            doubled.unsigned_abs()
        })?;
        let bounds = Bounds::around(self.ring_points(ring))?;
        let middle = f64::from(bounds.min.y) + f64::from(bounds.size().1) / 2.0;
        // No vertex lies a quarter unit off the middle, so the line crosses an edge or misses it.
        let y = middle.floor() + 0.25;
        let mut crossings = vec![];
        for ring in self.rings(area) {
            let points: Vec<Point> = self.ring_points(ring).collect();
            for (i, &a) in points.iter().enumerate() {
                let b = points[(i + 1) % points.len()];
                if (f64::from(a.y) < y) != (f64::from(b.y) < y) {
                    let share = (y - f64::from(a.y)) / (f64::from(b.y) - f64::from(a.y));
                    let x = f64::from(a.x) + share * (f64::from(b.x) - f64::from(a.x));
                    // Sorted as they are found: a ring crosses the line a few times, and a sort
                    // for it would add a kilobyte to the program.
                    crossings.insert(crossings.partition_point(|&other| other < x), x);
                }
            }
        }
        let widest = crossings
            .chunks_exact(2)
            .max_by(|a, b| (a[1] - a[0]).total_cmp(&(b[1] - b[0])));
        Some(match widest {
            Some(span) => Point {
                x: f64::midpoint(span[0], span[1]) as i32,
                y: middle as i32,
            },
            None => bounds.min,
        })
    }

    /// Whether the point, in units, is inside the area, by the even–odd rule over its rings.
    pub fn contains(&self, area: AreaIndex, x: f64, y: f64) -> bool {
        let mut inside = false;
        for arc in self.rings(area).flatten().map(|used| self.arc(used.arc)) {
            for pair in arc.points.windows(2) {
                let (a, b) = (pair[0], pair[1]);
                if (f64::from(a.y) <= y) != (f64::from(b.y) <= y) {
                    let share = (y - f64::from(a.y)) / (f64::from(b.y) - f64::from(a.y));
                    inside ^= x < f64::from(a.x) + share * (f64::from(b.x) - f64::from(a.x));
                }
            }
        }
        inside
    }

    /// Returns the same areas with only the vertices up to `max_rank`, on the grid of a smaller
    /// `unit_zoom`. Neighbours still share their borders, because each arc is simplified once.
    pub fn coarsened(&self, max_rank: u8, unit_zoom: u8) -> Topology {
        let shift = self.unit_zoom.saturating_sub(unit_zoom);
        let half = if shift == 0 { 0 } else { 1i32 << (shift - 1) };
        let snap = |p: Point| Point {
            x: (p.x + half) >> shift,
            y: (p.y + half) >> shift,
        };
        let mut coarse = Topology {
            unit_zoom: self.unit_zoom - shift,
            points: vec![],
            ranks: vec![],
            arcs: vec![],
            uses: self.uses.clone(),
            ring_ends: self.ring_ends.clone(),
            area_ends: self.area_ends.clone(),
        };
        for arc in self.arcs() {
            let (start, last) = (coarse.points.len(), arc.points.len() - 1);
            for (i, (&point, &rank)) in arc.points.iter().zip(arc.ranks).enumerate() {
                let snapped = snap(point);
                let repeats = coarse.points.len() > start && coarse.points.last() == Some(&snapped);
                if i == last {
                    // The end must stay, so a last inner vertex at the same grid point goes.
                    if repeats && coarse.points.len() > start + 1 {
                        coarse.points.pop();
                        coarse.ranks.pop();
                    }
                } else if rank > max_rank || repeats {
                    continue;
                }
                coarse.points.push(snapped);
                coarse.ranks.push(rank);
            }
            let number = coarse.close_arc(start as u32);
            let data = &mut coarse.arcs[number as usize];
            (data.right, data.left) = (arc.right, arc.left);
        }
        coarse
    }

    /// Encodes a shapes file.
    pub fn encode(&self) -> Vec<u8> {
        let mut wire = StoredShapes {
            unit_zoom: self.unit_zoom,
            rings: vec![],
            arcs: vec![],
            refs: vec![],
            starts: vec![],
            steps: vec![],
            dx: vec![],
            dy: vec![],
            ranks: vec![],
        };
        let (mut next_new, mut last_start) = (0u32, Point { x: 0, y: 0 });
        for area in 0..self.len() as AreaIndex {
            let rings = self.rings(area);
            wire.rings.push(rings.len() as u32);
            for ring in rings {
                wire.arcs.push(ring.len() as u32);
                for (position, used) in ring.iter().enumerate() {
                    if used.arc != next_new {
                        let back = next_new - used.arc;
                        wire.refs.push(if used.reversed {
                            2 * back - 1
                        } else {
                            2 * back
                        });
                        continue;
                    }
                    next_new += 1;
                    wire.refs.push(0);
                    let arc = self.arc(used.arc);
                    if position == 0 {
                        let start = arc.points[0];
                        wire.starts
                            .push((start.x - last_start.x, start.y - last_start.y));
                        last_start = start;
                    }
                    wire.steps.push(arc.points.len() as u32 - 1);
                    for pair in arc.points.windows(2) {
                        wire.dx.push(pair[1].x - pair[0].x);
                        wire.dy.push(pair[1].y - pair[0].y);
                    }
                    wire.ranks
                        .extend_from_slice(&arc.ranks[1..arc.ranks.len() - 1]);
                }
            }
        }
        format::encode(FileKind::Shapes, &wire)
    }

    /// Decodes a shapes file. Never panics.
    ///
    /// # Errors
    /// If the bytes are not a shapes file, or its content is no valid topology.
    pub fn decode(bytes: &[u8]) -> Result<Topology, FormatError> {
        let wire: StoredShapes = format::decode(FileKind::Shapes, bytes)?;
        let invalid = |what: &str| FormatError::Invalid(what.to_owned());
        if wire.unit_zoom > 22 {
            return Err(invalid("its zoom is above 22"));
        }
        if wire.rings.len() >= usize::from(OUTSIDE) {
            return Err(invalid("too many areas"));
        }
        let mut topology = Topology {
            unit_zoom: wire.unit_zoom,
            points: Vec::with_capacity(wire.dx.len() + wire.steps.len()),
            ranks: Vec::with_capacity(wire.dx.len() + wire.steps.len()),
            arcs: Vec::with_capacity(wire.steps.len()),
            uses: Vec::with_capacity(wire.refs.len()),
            ring_ends: Vec::with_capacity(wire.arcs.len()),
            area_ends: Vec::with_capacity(wire.rings.len()),
        };
        let (mut arcs, mut refs) = (wire.arcs.into_iter(), wire.refs.into_iter());
        let (mut starts, mut steps) = (wire.starts.into_iter(), wire.steps.into_iter());
        let mut deltas = wire.dx.into_iter().zip(wire.dy);
        let mut ranks = wire.ranks.into_iter();
        let mut last_start = Point { x: 0, y: 0 };
        for ring_count in wire.rings {
            for _ in 0..ring_count {
                let arc_count = arcs
                    .next()
                    .ok_or_else(|| invalid("fewer rings than announced"))?;
                let mut at: Option<Point> = None;
                for _ in 0..arc_count {
                    let reference = refs
                        .next()
                        .ok_or_else(|| invalid("fewer arcs than announced"))?;
                    let used = if reference == 0 {
                        let mut point = match at {
                            Some(point) => point,
                            None => {
                                let (dx, dy) = starts
                                    .next()
                                    .ok_or_else(|| invalid("a ring without a start"))?;
                                last_start = translated(last_start, dx, dy)
                                    .ok_or_else(|| invalid("a point outside the world"))?;
                                last_start
                            }
                        };
                        let start = topology.points.len() as u32;
                        let count = steps
                            .next()
                            .filter(|&n| n > 0)
                            .ok_or_else(|| invalid("an arc without steps"))?;
                        topology.points.push(point);
                        topology.ranks.push(0);
                        for step in 1..=count {
                            let (dx, dy) = deltas
                                .next()
                                .ok_or_else(|| invalid("fewer points than announced"))?;
                            point = translated(point, dx, dy)
                                .ok_or_else(|| invalid("a point outside the world"))?;
                            let rank = if step == count { Some(0) } else { ranks.next() };
                            topology.points.push(point);
                            topology
                                .ranks
                                .push(rank.ok_or_else(|| invalid("fewer ranks than points"))?);
                        }
                        ArcUse {
                            arc: topology.close_arc(start),
                            reversed: false,
                        }
                    } else {
                        let arc = (topology.arcs.len() as u32).checked_sub(reference.div_ceil(2));
                        let arc = arc
                            .ok_or_else(|| invalid("a reference to an arc that does not exist"))?;
                        ArcUse {
                            arc,
                            reversed: reference % 2 == 1,
                        }
                    };
                    at = Some(topology.ends(used).1);
                    topology.uses.push(used);
                }
                if arc_count == 0 {
                    return Err(invalid("an empty ring"));
                }
                topology.ring_ends.push(topology.uses.len() as u32);
            }
            topology.area_ends.push(topology.ring_ends.len() as u32);
        }
        if refs.next().is_some() || deltas.next().is_some() {
            return Err(invalid("more arcs or points than its areas use"));
        }
        topology
            .check_rings()
            .and_then(|()| topology.assign_faces())
            .map_err(|e| FormatError::Invalid(e.to_string()))?;
        Ok(topology)
    }
}

/// Bound of coordinates. The world at [`Topology::unit_zoom`] 22 is 2^30 wide. Within twice that,
/// the difference of any two coordinates fits an `i32`.
const LIMIT: i32 = 1 << 30;

fn translated(point: Point, dx: i32, dy: i32) -> Option<Point> {
    let is_within = |v: &i32| (-LIMIT..LIMIT).contains(v);
    Some(Point {
        x: point.x.checked_add(dx).filter(is_within)?,
        y: point.y.checked_add(dy).filter(is_within)?,
    })
}

/// Returns twice the signed area of a ring, positive if the ring is clockwise on screen (y south).
/// Sums wrap: the result is exact for any ring that does not cross itself, and meaningless for a
/// ring that winds around the world many times.
pub fn doubled_area(points: impl Iterator<Item = Point>) -> i64 {
    let mut points = points.peekable();
    let Some(&first) = points.peek() else {
        return 0;
    };
    let mut sum = 0i64;
    while let Some(a) = points.next() {
        let b = points.peek().copied().unwrap_or(first);
        sum = sum.wrapping_add(i64::from(a.x) * i64::from(b.y) - i64::from(b.x) * i64::from(a.y));
    }
    sum
}

/// Projects a longitude and latitude in degrees to Web Mercator, in units of that zoom.
pub fn project(longitude: f64, latitude: f64, unit_zoom: u8) -> (f64, f64) {
    let world = 256.0 * f64::from(1u32 << unit_zoom.min(22));
    let sin = libm::sin(latitude.to_radians()).clamp(-0.999_999, 0.999_999);
    let y = 0.5 - libm::log((1.0 + sin) / (1.0 - sin)) / (4.0 * std::f64::consts::PI);
    ((longitude / 360.0 + 0.5) * world, y * world)
}

/// Inverts [`project`]: returns longitude and latitude in degrees.
pub fn unproject(x: f64, y: f64, unit_zoom: u8) -> (f64, f64) {
    let world = 256.0 * f64::from(1u32 << unit_zoom.min(22));
    let n = std::f64::consts::PI * (1.0 - 2.0 * y / world);
    (
        (x / world - 0.5) * 360.0,
        libm::atan(libm::sinh(n)).to_degrees(),
    )
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::shapes::samples::board;
    use proptest::prelude::*;

    pub(crate) fn p(x: i32, y: i32) -> Point {
        Point { x, y }
    }

    #[test]
    fn neighbours_are_the_areas_beyond_shared_arcs() {
        let board = board(3, 10, 2);
        assert_eq!(board.arcs().len(), 24);
        assert_eq!(board.neighbours(4), [1, 3, 5, 7]);
        assert_eq!(board.neighbours(0), [1, 3]);
        assert_eq!(
            board.bounds(0),
            Some(Bounds {
                min: p(-2, 0),
                max: p(10, 12)
            })
        );
        for area in 0..9 {
            let twice = doubled_area(board.ring_points(board.rings(area).next().unwrap()));
            assert_eq!(
                twice, 200,
                "clockwise, and a bent border moves as much area in as out"
            );
            let inside = board.inside_point(area).unwrap();
            assert!(board.contains(area, f64::from(inside.x), f64::from(inside.y)));
        }
    }

    #[test]
    fn topology_round_trips() {
        for bend in [0, 3, -4] {
            let board = board(4, 20, bend);
            assert_eq!(Topology::decode(&board.encode()).unwrap(), board);
        }
    }

    #[test]
    fn contains_and_inside_point_exclude_holes() {
        let square = |x: i32, y: i32, s: i32| {
            vec![
                (p(x, y), 0),
                (p(x + s, y), 5),
                (p(x + s, y + s), 5),
                (p(x, y + s), 5),
                (p(x, y), 0),
            ]
        };
        let arcs = [square(0, 0, 90), square(30, 30, 30)];
        let outer = vec![
            vec![ArcUse {
                arc: 0,
                reversed: false,
            }],
            vec![ArcUse {
                arc: 1,
                reversed: true,
            }],
        ];
        let inner = vec![vec![ArcUse {
            arc: 1,
            reversed: false,
        }]];
        let topology = Topology::new(10, &arcs, &[outer, inner]).unwrap();
        assert!(topology.contains(0, 10.0, 10.0) && !topology.contains(0, 40.0, 40.0));
        assert!(topology.contains(1, 40.0, 40.0));
        assert_eq!(topology.neighbours(1), [0]);
        let inside = topology.inside_point(0).unwrap();
        assert!(
            topology.contains(0, f64::from(inside.x), f64::from(inside.y)),
            "not in the hole"
        );
        assert_eq!(Topology::decode(&topology.encode()).unwrap(), topology);
    }

    #[test]
    fn topology_at_the_bounds_of_coordinates_works() {
        let (low, high) = (-LIMIT, LIMIT - 1);
        let corners = [p(low, low), p(high, low), p(high, high), p(low, high)];
        let winding = |times: usize| {
            corners
                .into_iter()
                .cycle()
                .take(4 * times + 1)
                .map(|corner| (corner, 0))
                .collect()
        };
        for times in [1, 3] {
            let topology = Topology::new(
                22,
                &[winding(times)],
                &[vec![vec![ArcUse {
                    arc: 0,
                    reversed: false,
                }]]],
            )
            .unwrap();
            assert_eq!(
                topology.bounds(0),
                Some(Bounds {
                    min: corners[0],
                    max: corners[2]
                })
            );
            assert!(topology.inside_point(0).is_some());
            crate::shapes::polygons::Borders::new(&topology, |point| point).polygons(0);
            assert_eq!(Topology::decode(&topology.encode()).unwrap(), topology);
        }
        let off = vec![(p(0, 0), 0), (p(LIMIT, 0), 0), (p(0, 5), 0), (p(0, 0), 0)];
        let off = Topology::new(
            22,
            &[off],
            &[vec![vec![ArcUse {
                arc: 0,
                reversed: false,
            }]]],
        )
        .unwrap();
        assert!(matches!(
            Topology::decode(&off.encode()),
            Err(FormatError::Invalid(_))
        ));
    }

    #[test]
    fn topology_refuses_open_empty_missing_and_overlapping_rings() {
        let line = vec![(p(0, 0), 0), (p(5, 5), 0)];
        let forwards = |arc| ArcUse {
            arc,
            reversed: false,
        };
        let try_areas = |areas: &[Vec<Vec<ArcUse>>]| {
            Topology::new(9, std::slice::from_ref(&line), areas).unwrap_err()
        };
        assert!(matches!(
            try_areas(&[vec![vec![forwards(0)]]]),
            TopologyError::OpenRing { .. }
        ));
        assert!(matches!(
            try_areas(&[vec![vec![forwards(7)]]]),
            TopologyError::NoSuchArc { .. }
        ));
        assert!(matches!(
            try_areas(&[vec![vec![]]]),
            TopologyError::EmptyRing { .. }
        ));
        let ring = vec![(p(0, 0), 0), (p(5, 0), 0), (p(5, 5), 0), (p(0, 0), 0)];
        let twice = [vec![vec![forwards(0)]], vec![vec![forwards(0)]]];
        assert!(matches!(
            Topology::new(9, &[ring], &twice).unwrap_err(),
            TopologyError::Overlap(0, 1, _)
        ));
    }

    #[test]
    fn coarsened_keeps_areas_and_neighbours() {
        let fine = board(3, 64, 8);
        let coarse = fine.coarsened(8, 10);
        assert_eq!(
            (coarse.len(), coarse.unit_zoom(), coarse.vertices()),
            (9, 10, 48)
        );
        assert_eq!(coarse.neighbours(4), fine.neighbours(4));
        assert_eq!(Topology::decode(&coarse.encode()).unwrap(), coarse);
        let collapsed = fine.coarsened(8, 2);
        assert_eq!(
            collapsed.len(),
            9,
            "areas smaller than the grid become points"
        );
        assert_eq!(Topology::decode(&collapsed.encode()).unwrap(), collapsed);
    }

    #[test]
    fn project_matches_the_other_textbook_formula() {
        // y = ln tan(π/4 + φ/2)
        let mercator = (std::f64::consts::FRAC_PI_4 + 52.9f64.to_radians() / 2.0)
            .tan()
            .ln();
        let (x, y) = project(-2.2, 52.9, 6);
        assert!((x - 8091.8756).abs() < 1e-3, "{x}");
        assert!(
            (y - (8192.0 - mercator * 16384.0 / std::f64::consts::TAU)).abs() < 1e-6,
            "{y}"
        );
        let (x, y) = project(0.0, 0.0, 0);
        assert_eq!((x, y), (128.0, 128.0));
    }

    proptest! {
        #[test]
        fn projection_round_trips(longitude in -179.0..179.0f64, latitude in -84.0..84.0f64) {
            let (x, y) = project(longitude, latitude, 12);
            let (a, b) = unproject(x, y, 12);
            prop_assert!((a - longitude).abs() < 1e-7 && (b - latitude).abs() < 1e-7);
        }

        #[test]
        fn decode_of_any_bytes_does_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = Topology::decode(&bytes);
            let _ = Topology::decode(&format::frame(FileKind::Shapes, &bytes));
        }

        /// The checksum is valid, as in a file that a faulty program has written.
        #[test]
        fn decode_of_changed_content_does_not_panic(at in 0usize..600, value in any::<u8>()) {
            let good = board(4, 20, 3).encode();
            let mut content = good[16..].to_vec();
            let at = at % content.len();
            content[at] = value;
            if let Ok(topology) = Topology::decode(&format::frame(FileKind::Shapes, &content)) {
                for area in 0..topology.len() as AreaIndex {
                    let _ = topology.bounds(area);
                    let _ = topology.inside_point(area);
                    let _ = topology.neighbours(area);
                }
            }
        }
    }
}
