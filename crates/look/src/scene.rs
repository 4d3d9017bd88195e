//! Describes a map at one zoom: what is drawn, in which order, along which borders.

use std::cell::OnceCell;
use std::sync::Arc;

use rising_model::domain::area::AreaIndex;
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::sorting;
use rising_model::shapes::geometry::{self, Bounds, OUTSIDE, Point, Topology};

use crate::appearance::{Appearances, Face};

/// The part of the world to draw, in CSS pixels of the world at `zoom`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    /// Zoom level of the web's map tiles.
    pub zoom: f64,
    /// West edge.
    pub x: f64,
    /// North edge.
    pub y: f64,
    /// Width in CSS pixels.
    pub width: f64,
    /// Height in CSS pixels.
    pub height: f64,
    /// Device pixels per CSS pixel.
    pub density: f64,
}

impl Viewport {
    /// Returns the CSS pixels per unit of a topology.
    pub fn scale(&self, topology: &Topology) -> f64 {
        (self.zoom - f64::from(topology.unit_zoom())).exp2()
    }

    /// Whether a box, in CSS pixels of the viewport, touches it.
    pub fn shows(&self, [west, north, east, south]: [f64; 4]) -> bool {
        east >= 0.0 && south >= 0.0 && west <= self.width && north <= self.height
    }
}

/// Shapes of areas with values derived from them once.
pub struct Shapes {
    /// The shapes.
    pub topology: Arc<Topology>,
    /// Areas of one group share no heavy border: an authority's neighbourhoods.
    groups: Arc<[u32]>,
    /// For each area, the position of its mark and its smaller extent, in units; computed when
    /// first needed.
    anchors: Vec<OnceCell<Option<(Point, i32)>>>,
    /// The median of the areas' extents in units.
    typical_extent: f64,
    /// Whether there are areas of two groups.
    is_grouped: bool,
}

impl Shapes {
    /// Shapes with a group number for each area.
    pub fn new(topology: Arc<Topology>, groups: Arc<[u32]>) -> Shapes {
        Shapes {
            typical_extent: typical_extent(&topology, 0..topology.len() as AreaIndex),
            anchors: (0..topology.len()).map(|_| OnceCell::new()).collect(),
            is_grouped: groups.iter().any(|group| Some(group) != groups.first()),
            topology,
            groups,
        }
    }

    /// Returns the position of an area's mark and the area's smaller extent, in units.
    pub fn anchor(&self, area: AreaIndex) -> Option<(Point, i32)> {
        *self.anchors.get(usize::from(area))?.get_or_init(|| {
            let (width, height) = self.topology.bounds(area)?.size();
            Some((self.topology.inside_point(area)?, width.min(height)))
        })
    }

    fn is_one_group(&self, one: AreaIndex, other: AreaIndex) -> bool {
        let group = |area: AreaIndex| self.groups.get(usize::from(area));
        !self.is_grouped || group(one) == group(other)
    }
}

/// Returns the median of the areas' smaller extents in units.
fn typical_extent(topology: &Topology, areas: impl Iterator<Item = AreaIndex>) -> f64 {
    let mut extents: Vec<i32> = areas
        .filter_map(|area| topology.bounds(area))
        .map(|bounds| bounds.size().0.min(bounds.size().1))
        .collect();
    let middle = extents.len() / 2;
    match extents.len() {
        0 => 0.0,
        _ => f64::from(*extents.select_nth_unstable(middle).1),
    }
}

/// Returns a group number for each area; areas of one parent share it.
pub fn group_by_parent(table: &AreaTable) -> Arc<[u32]> {
    let parent = |area: AreaIndex| table.get(area).and_then(|area| area.parent.as_ref());
    let mut numbers = vec![0; table.len()];
    let mut number = 0;
    let mut last = None;
    for area in sorting::all(table.len(), &|a, b| parent(a).cmp(&parent(b))) {
        number += u32::from(parent(area) != last);
        last = parent(area);
        numbers[usize::from(area)] = number;
    }
    numbers.into()
}

/// A line along borders, by what it tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Borders between areas of one group.
    Inner,
    /// Borders between groups.
    Group,
    /// The coastline.
    Coast,
    /// Outlines of rising areas.
    Rising,
    /// The outline of the area under the pointer or the keyboard's cursor.
    Hovered(AreaIndex),
    /// The outline of the area whose details are open.
    Selected(AreaIndex),
    /// The outline of the area that a small map locates.
    Located(AreaIndex),
}

impl Line {
    /// The lines that the figures do not change, in the order in which they are drawn.
    pub const BORDERS: [Line; 3] = [Line::Inner, Line::Group, Line::Coast];
}

/// The mark of a rising area: a triangle that points up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mark {
    /// Its middle, in units of the topology.
    pub point: Point,
    /// CSS pixels.
    pub size: f64,
    /// The area's surface.
    pub face: Face,
}

/// Returns the size of a rising area's mark, from the area's smaller extent; both in CSS pixels.
pub fn mark_size(extent: f64) -> f64 {
    (extent * 0.62).clamp(1.4, 12.0)
}

/// Returns the corners of a mark of a size around a point: its top, right and left.
pub fn triangle(x: f64, y: f64, size: f64) -> [(f64, f64); 3] {
    let (half, top, bottom) = (size * 0.5, y - size * 0.5, y + size * 0.37);
    [(x, top), (x + half, bottom), (x - half, bottom)]
}

/// CSS pixels of the typical area from which areas are outlined: the outlines of smaller ones would
/// leave no room for colour. A mark, down to a dot, still tells those that rise.
const OUTLINED_FROM: f64 = 7.0;

/// A map at one zoom, from the bottom up: the faces, the lines of [`Scene::lines`], the marks.
/// A [`Look`](crate::Look) gives them colours and pens.
pub struct Scene<'a> {
    /// The areas' shapes.
    pub shapes: &'a Shapes,
    /// The appearance of each area.
    pub appearances: &'a Appearances,
    /// CSS pixels per unit.
    pub scale: f64,
    /// Whether borders between all areas have room.
    has_borders: bool,
    /// Whether borders and outlines of the scope's areas have room.
    has_outlines: bool,
}

impl<'a> Scene<'a> {
    /// The map of these areas at a scale in CSS pixels per unit.
    pub fn new(shapes: &'a Shapes, appearances: &'a Appearances, scale: f64) -> Scene<'a> {
        let has_room = |extent: f64| extent * scale >= OUTLINED_FROM;
        let has_borders = has_room(shapes.typical_extent);
        let has_outlines = if appearances.one_authority {
            let areas = 0..shapes.topology.len() as AreaIndex;
            let here = areas.filter(|&area| appearances.is_here(area));
            has_room(typical_extent(&shapes.topology, here))
        } else {
            has_borders
        };
        Scene {
            shapes,
            appearances,
            scale,
            has_borders,
            has_outlines,
        }
    }

    /// Whether the line is part of the map at this scale.
    pub fn has(&self, line: Line) -> bool {
        if let Some(area) = self.appearances.located {
            return line == Line::Located(area);
        }
        match line {
            Line::Inner => self.has_borders || self.has_outlines,
            Line::Group => self.shapes.is_grouped,
            Line::Rising => self.has_outlines,
            _ => true,
        }
    }

    /// Returns the lines of the map at this scale, in the order in which they are drawn.
    pub fn lines(&self) -> impl Iterator<Item = Line> {
        let located = self.appearances.located.map(Line::Located);
        let lines = Line::BORDERS.into_iter().chain([Line::Rising]);
        lines.chain(located).filter(|&line| self.has(line))
    }

    /// Whether the line runs between two areas, of which one may be [`OUTSIDE`].
    pub fn runs_between(&self, line: Line, left: AreaIndex, right: AreaIndex) -> bool {
        let inner = left != OUTSIDE && right != OUTSIDE;
        match line {
            Line::Inner => {
                inner
                    && (self.has_borders || self.appearances.is_here(left))
                    && self.shapes.is_one_group(left, right)
            }
            Line::Group => inner && !self.shapes.is_one_group(left, right),
            Line::Coast => (left == OUTSIDE) != (right == OUTSIDE),
            Line::Rising => self.appearances.is_rising(left) != self.appearances.is_rising(right),
            Line::Hovered(area) | Line::Selected(area) | Line::Located(area) => {
                (left == area) != (right == area)
            }
        }
    }

    /// Calls `found` with the borders along which the line runs.
    pub fn trace(&self, line: Line, found: &mut dyn FnMut(geometry::Arc<'_>)) {
        let topology = &self.shapes.topology;
        match line {
            // The pointer moves often, and an area has few borders.
            Line::Hovered(area) | Line::Selected(area) | Line::Located(area) => topology
                .rings(area)
                .flatten()
                .for_each(|used| found(topology.arc(used.arc))),
            _ => topology
                .arcs()
                .filter(|arc| self.runs_between(line, arc.left, arc.right))
                .for_each(found),
        }
    }

    /// Returns the marks of rising areas.
    pub fn marks(&self) -> impl Iterator<Item = Mark> {
        let rising = (0..).zip(&self.appearances.rising);
        let rising = rising.filter_map(|(area, &rises)| rises.then_some(area));
        rising.filter_map(|area: AreaIndex| {
            let (point, extent) = self.shapes.anchor(area)?;
            Some(Mark {
                point,
                size: mark_size(f64::from(extent) * self.scale),
                face: *self.appearances.faces.get(usize::from(area))?,
            })
        })
    }

    /// Returns the circle around the area that a small map locates: its middle, in units of the
    /// topology, and its radius in CSS pixels.
    pub fn locator(&self) -> Option<((f64, f64), f64)> {
        let bounds = self.shapes.topology.bounds(self.appearances.located?)?;
        let (Bounds { min, max }, (width, height)) = (bounds, bounds.size());
        let middle = |low: i32, high: i32| f64::midpoint(f64::from(low), f64::from(high));
        let radius = (f64::from(width.max(height)) * self.scale * 0.75).max(16.0);
        Some(((middle(min.x, max.x), middle(min.y, max.y)), radius))
    }

    /// Returns the box of an area in CSS pixels of a viewport: west, north, east, south.
    pub fn placed(&self, Bounds { min, max }: Bounds, viewport: &Viewport) -> [f64; 4] {
        let across = |x: i32| f64::from(x) * self.scale - viewport.x;
        let down = |y: i32| f64::from(y) * self.scale - viewport.y;
        [across(min.x), down(min.y), across(max.x), down(max.y)]
    }
}
