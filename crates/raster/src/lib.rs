//! Finds which area each pixel of a view belongs to.
//!
//! Filling one path per area costs more with every area and every vertex, at every change of date.
//! This crate walks the geometry once per view: the crossings of each border with the pixel rows
//! tell which area begins there, and the spans between them become a picture of area numbers. A
//! change of date is then a table look-up per pixel, whatever the number of areas, and the area
//! under a finger is one array access. A border belongs to both of its sides, so every pixel has
//! exactly one owner: no gaps, no overlaps.
//!
//! It is a crate of its own because it runs at every frame of a zoom and is compiled for speed;
//! `rising-model` is compiled for size.

use std::ops::Range;

use rising_look::Fill;
use rising_model::domain::area::AreaIndex;
use rising_model::shapes::geometry::{OUTSIDE, Point, Topology};

/// The map from a topology's units to pixels: `pixel = unit · scale + offset`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// Pixels per unit.
    pub scale: f64,
    /// Offset to the east, in pixels.
    pub x: f64,
    /// Offset to the south, in pixels.
    pub y: f64,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Vertices of a higher rank are too fine to see and are left out.
    pub max_rank: u8,
}

impl View {
    /// Returns the pixel coordinates of a point.
    pub fn place(&self, point: Point) -> (f64, f64) {
        (
            f64::from(point.x) * self.scale + self.x,
            f64::from(point.y) * self.scale + self.y,
        )
    }
}

/// A picture of area numbers, row by row; [`OUTSIDE`] where there is no area.
#[derive(Debug, Default)]
pub struct Raster {
    width: u32,
    height: u32,
    owners: Vec<AreaIndex>,
    work: Work,
}

/// Buffers for drawing, reused by the next drawing.
#[derive(Debug, Default)]
struct Work {
    /// The number of crossings before each row, and last the total.
    row_ends: Vec<u32>,
    /// The index for the next crossing of each row.
    next: Vec<u32>,
    /// The crossings of the rows that are drawn together.
    crossings: Vec<Crossing>,
}

/// The greatest number of crossings that are sorted together, unless one row has more. All
/// neighbourhoods of a large town have several times this number; a buffer for all of them would
/// take two megabytes that nothing else needs.
const AT_ONCE: u32 = if cfg!(test) { 40 } else { 1 << 15 };

/// Resizes `cells` to `length` and fills it with `value`. A buffer that is too small is freed
/// before the new one is allocated, so that two never exist together, and the new one has no spare
/// room.
fn refill<T: Clone>(cells: &mut Vec<T>, length: usize, value: T) {
    if cells.capacity() < length {
        *cells = Vec::new();
        cells.reserve_exact(length);
    }
    cells.clear();
    cells.resize(length, value);
}

impl Raster {
    /// Draws the topology in a view.
    pub fn new(topology: &Topology, view: &View) -> Raster {
        let mut raster = Raster::default();
        raster.draw(topology, view);
        raster
    }

    /// Draws the topology in a view, in place of the earlier picture and in its memory: on a phone
    /// a picture is several megabytes, and the gap that a freed one leaves soon holds something
    /// small and no longer fits the next.
    pub fn draw(&mut self, topology: &Topology, view: &View) {
        (self.width, self.height) = (view.width, view.height);
        let (width, height) = (view.width as usize, view.height as usize);
        refill(&mut self.owners, width * height, OUTSIDE);
        let Work {
            row_ends,
            next,
            crossings: found,
        } = &mut self.work;
        refill(row_ends, height + 1, 0);
        crossings(topology, view, 0..height, |row, _| row_ends[row + 1] += 1);
        for row in 0..height {
            row_ends[row + 1] += row_ends[row];
        }
        found.clear();
        found.reserve_exact(AT_ONCE as usize);
        let mut inside = Inside::default();
        let mut first = 0;
        while first < height {
            let before = row_ends[first];
            // The rows that fit into the buffer, at least one.
            let fit = row_ends.partition_point(|&end| end <= before + AT_ONCE) - 1;
            let rows = first..fit.max(first + 1);
            refill(found, (row_ends[rows.end] - before) as usize, NOWHERE);
            next.clear();
            next.extend(row_ends[rows.clone()].iter().map(|end| end - before));
            crossings(topology, view, rows.clone(), |row, crossing| {
                let place = &mut next[row - first];
                found[*place as usize] = crossing;
                *place += 1;
            });
            for row in rows.clone() {
                let line = &mut found
                    [(row_ends[row] - before) as usize..(row_ends[row + 1] - before) as usize];
                sort_by_x(line);
                let pixels = &mut self.owners[row * width..(row + 1) * width];
                // The first pixel whose middle lies at or beyond x.
                let column = |x: f64| ((x - 0.5).ceil().max(0.0) as usize).min(width);
                inside.clear();
                for (i, crossing) in line.iter().enumerate() {
                    inside.cross(crossing);
                    let (from, to) = (
                        column(crossing.x),
                        line.get(i + 1).map_or(width, |next| column(next.x)),
                    );
                    if let (true, Some(owner)) = (from < to, inside.owner()) {
                        pixels[from..to].fill(owner);
                    }
                }
            }
            first = rows.end;
        }
    }

    /// Writes the picture as RGBA rows: each pixel as its area's fill says, transparent outside all
    /// areas and in areas without a fill. `unit` is the width of a pattern's strokes in pixels.
    pub fn colour(&self, fills: &[Fill], unit: u32, pixels: &mut Vec<u8>) {
        let (width, unit) = (self.width as usize, unit.max(1) as usize);
        refill(pixels, self.owners.len() * 4, 0);
        if width == 0 {
            return;
        }
        for (y, (row, line)) in self
            .owners
            .chunks_exact(width)
            .zip(pixels.chunks_exact_mut(width * 4))
            .enumerate()
        {
            for (x, (&owner, pixel)) in row.iter().zip(line.as_chunks_mut::<4>().0).enumerate() {
                if let Some(fill) = fills.get(usize::from(owner)) {
                    let [r, g, b] = fill.at(x, y, unit);
                    *pixel = [r, g, b, 255];
                }
            }
        }
    }

    /// Width in pixels.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The owner of each pixel, row by row.
    pub fn owners(&self) -> &[AreaIndex] {
        &self.owners
    }

    /// Returns the area at a pixel, or the nearest within `reach` pixels: a finger is wider than an
    /// island.
    pub fn area_at(&self, x: i32, y: i32, reach: i32) -> Option<AreaIndex> {
        let owner = |x: i32, y: i32| {
            let inside =
                (0..self.width as i32).contains(&x) && (0..self.height as i32).contains(&y);
            let owner = inside.then(|| self.owners[y as usize * self.width as usize + x as usize]);
            owner.filter(|&area| area != OUTSIDE)
        };
        (-reach..=reach)
            .flat_map(|dy| (-reach..=reach).map(move |dx| (dx * dx + dy * dy, dx, dy)))
            .filter(|&(square, ..)| square <= reach * reach)
            .filter_map(|(square, dx, dy)| {
                owner(x.saturating_add(dx), y.saturating_add(dy)).map(|area| (square, area))
            })
            .min_by_key(|&(square, _)| square)
            .map(|(_, area)| area)
    }
}

/// A border's crossing of a pixel row, with the faces to its west and its east.
#[derive(Clone, Copy, Debug)]
struct Crossing {
    pub x: f64,
    pub leaves: AreaIndex,
    pub enters: AreaIndex,
}

/// Fills the buffer until the crossings are found.
const NOWHERE: Crossing = Crossing {
    x: 0.0,
    leaves: OUTSIDE,
    enters: OUTSIDE,
};

/// Sorts from west to east.
fn sort_by_x(crossings: &mut [Crossing]) {
    crossings.sort_unstable_by(|a, b| a.x.total_cmp(&b.x));
}

/// The areas that contain the present point of a walk eastwards along a row, each with its entries
/// minus its exits. Where borders do not cross each other, this is one area with the count 1.
/// Simplified borders may cross by a fraction of a pixel: an area is then left before it is
/// entered, and the count evens out a little further on. Taking the face that was entered last
/// instead would colour the rest of the row.
#[derive(Default)]
struct Inside(Vec<(AreaIndex, i32)>);

impl Inside {
    fn clear(&mut self) {
        self.0.clear();
    }

    fn cross(&mut self, crossing: &Crossing) {
        self.count(crossing.leaves, -1);
        self.count(crossing.enters, 1);
    }

    fn count(&mut self, face: AreaIndex, change: i32) {
        if face == OUTSIDE {
            return;
        }
        match self.0.iter().position(|entry| entry.0 == face) {
            Some(at) if self.0[at].1 + change == 0 => {
                self.0.swap_remove(at);
            }
            Some(at) => self.0[at].1 += change,
            None => self.0.push((face, change)),
        }
    }

    fn owner(&self) -> Option<AreaIndex> {
        self.0
            .iter()
            .rev()
            .find(|entry| entry.1 > 0)
            .map(|entry| entry.0)
    }
}

/// The height within a pixel row at which it is sampled: near the middle, but off the grid that
/// vertices lie on. Two borders from one vertex then never cross a row at the same x.
const SAMPLE: f64 = 0.500_347;

/// Calls `found(row, crossing)` for each crossing of a border with one of the pixel rows.
fn crossings(
    topology: &Topology,
    view: &View,
    rows: Range<usize>,
    mut found: impl FnMut(usize, Crossing),
) {
    let (top, bottom) = (rows.start as f64, rows.end as f64);
    for arc in topology.arcs() {
        let (west, north) = view.place(arc.bounds.min);
        let south = view.place(arc.bounds.max).1;
        if south < top || north > bottom || west > f64::from(view.width) {
            continue;
        }
        let mut from = view.place(arc.points[0]);
        for (&point, &rank) in arc.points[1..].iter().zip(&arc.ranks[1..]) {
            if rank > view.max_rank {
                continue;
            }
            let to = view.place(point);
            // Walking south, the face to the right lies in the west.
            let (upper, lower, leaves, enters) = if to.1 >= from.1 {
                (from, to, arc.right, arc.left)
            } else {
                (to, from, arc.left, arc.right)
            };
            // The rows whose sampling line, row + SAMPLE, lies in [upper, lower).
            let first = (upper.1 - SAMPLE).ceil().max(top);
            let end = (lower.1 - SAMPLE).ceil().min(bottom);
            if first < end {
                let slope = (lower.0 - upper.0) / (lower.1 - upper.1);
                for row in first as usize..end as usize {
                    let x = upper.0 + (row as f64 + SAMPLE - upper.1) * slope;
                    found(row, Crossing { x, leaves, enters });
                }
            }
            from = to;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rising_look::Pattern;
    use rising_model::shapes::samples::board;

    fn view(scale: f64, x: f64, y: f64, width: u32, height: u32) -> View {
        View {
            scale,
            x,
            y,
            width,
            height,
            max_rank: 20,
        }
    }

    #[test]
    fn drawing_gives_each_square_its_own_pixels() {
        let raster = Raster::new(&board(2, 10, 0), &view(1.0, 0.0, 0.0, 20, 20));
        let owner = |x: usize, y: usize| raster.owners()[y * 20 + x];
        assert_eq!(
            [owner(0, 0), owner(10, 0), owner(9, 10), owner(19, 19)],
            [0, 1, 2, 3]
        );
        assert_eq!(raster.owners().iter().filter(|&&o| o == 2).count(), 100);
    }

    #[test]
    fn colour_writes_fills_and_patterns() {
        let raster = Raster::new(&board(2, 6, 0), &view(1.0, 1.0, 0.0, 14, 12));
        let fill = |pattern, grey| Fill {
            pattern,
            ground: [grey; 3],
            ink: [0; 3],
        };
        let fills = [
            fill(Pattern::Plain, 100),
            fill(Pattern::Dotted, 150),
            fill(Pattern::Hatched, 200),
        ];
        let mut pixels = vec![7; 3];
        raster.colour(&fills, 1, &mut pixels);
        assert_eq!(pixels.len(), 14 * 12 * 4);
        let at = |x: usize, y: usize| &pixels[(y * 14 + x) * 4..][..4];
        assert_eq!(at(0, 3), [0, 0, 0, 0], "outside");
        assert_eq!(at(3, 3), [100, 100, 100, 255]);
        assert_eq!([at(10, 5)[0], at(9, 5)[0]], [0, 150], "a dot and beside it");
        assert_eq!(
            [at(4, 8)[0], at(5, 8)[0]],
            [0, 200],
            "a stroke and beside it"
        );
        assert_eq!(at(9, 9), [0, 0, 0, 0], "an area without a fill");
    }

    #[test]
    fn second_drawing_keeps_nothing_of_the_first() {
        let four = board(2, 10, 0);
        let nine = board(3, 5, 2);
        let mut raster = Raster::new(&four, &view(1.0, 0.0, 0.0, 40, 30));
        // Smaller, larger, and of other shapes.
        for (topology, width, height) in [
            (&four, 20, 20),
            (&four, 60, 50),
            (&nine, 60, 50),
            (&nine, 7, 5),
        ] {
            let view = view(1.5, -2.0, 3.0, width, height);
            raster.draw(topology, &view);
            assert_eq!((raster.width(), raster.height()), (width, height));
            assert_eq!(raster.owners(), Raster::new(topology, &view).owners());
        }
    }

    #[test]
    fn area_at_finds_the_nearest_within_reach() {
        let raster = Raster::new(&board(1, 4, 0), &view(1.0, 10.0, 10.0, 40, 40));
        assert_eq!(raster.area_at(11, 11, 0), Some(0));
        assert_eq!(raster.area_at(17, 12, 0), None);
        assert_eq!(raster.area_at(17, 12, 4), Some(0));
        assert_eq!(raster.area_at(17, 12, 3), None);
        assert_eq!(raster.area_at(-1000, i32::MAX, 3), None);
    }

    proptest! {
        /// Bends as long as the squares make borders cross each other. No area may appear far from
        /// its own border even then.
        #[test]
        fn crossing_borders_leave_each_area_in_its_bounds(
            bend in -40i32..41, scale in 0.3f64..4.0, x in -30.0f64..30.0, y in -30.0f64..30.0,
        ) {
            let board = board(3, 12, bend);
            let view = view(scale, x, y, 64, 48);
            let raster = Raster::new(&board, &view);
            for (i, &owner) in raster.owners().iter().enumerate() {
                if owner == OUTSIDE {
                    continue;
                }
                let bounds = board.bounds(owner).unwrap();
                let (west, north) = view.place(bounds.min);
                let (east, south) = view.place(bounds.max);
                let (px, py) = ((i % 64) as f64 + 0.5, (i / 64) as f64 + 0.5);
                prop_assert!((west - 1.0..=east + 1.0).contains(&px));
                prop_assert!((north - 1.0..=south + 1.0).contains(&py));
            }
        }

        /// Compares with an independent answer: even–odd of every area at the pixel's middle.
        #[test]
        fn owners_agree_with_point_in_polygon(
            bend in -4i32..5, scale in 0.3f64..4.0, x in -30.0f64..30.0, y in -30.0f64..30.0,
        ) {
            let board = board(3, 12, bend);
            let view = view(scale, x, y, 48, 40);
            let raster = Raster::new(&board, &view);
            for (i, &owner) in raster.owners().iter().enumerate() {
                let (px, py) = ((i % 48) as f64 + 0.5, (i / 48) as f64 + SAMPLE);
                let (ux, uy) = ((px - x) / scale, (py - y) / scale);
                let holders: Vec<AreaIndex> =
                    (0..9).filter(|&a| board.contains(a, ux, uy)).collect();
                prop_assert!(holders.len() <= 1);
                let expected = holders.first().copied().unwrap_or(OUTSIDE);
                // The two may round differently on an edge, and only there.
                let near_edge = (0..9)
                    .any(|a| board.contains(a, ux - 1e-6, uy) != board.contains(a, ux + 1e-6, uy));
                prop_assert!(owner == expected || near_edge, "{ux} {uy}: {owner} for {expected}");
            }
        }
    }
}
