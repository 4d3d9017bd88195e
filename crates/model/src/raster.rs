//! Which area each pixel of a view belongs to.
//!
//! Painting a choropleth by filling one path per area costs more with every area and every vertex,
//! at every change of date. Here the geometry is walked once per view: each border's crossings with
//! the pixel rows say which area begins there, and the spans between them become a picture of area
//! numbers. A change of date is then a table look-up per pixel, however many areas there are, and
//! the area under a finger is one array access. Because a border belongs to both its sides, every
//! pixel has exactly one owner: no gaps, no overlaps.

use crate::area::AreaIndex;
use crate::geometry::{OUTSIDE, Point, Topology};

/// How a topology's units map onto pixels: `pixel = unit · scale + offset`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    pub scale: f64,
    pub x: f64,
    pub y: f64,
    /// Pixels.
    pub width: u32,
    pub height: u32,
    /// Vertices of a higher rank than this are too fine to see.
    pub max_rank: u8,
}

impl View {
    /// Where a unit lands.
    pub fn place(&self, point: Point) -> (f64, f64) {
        (f64::from(point.x) * self.scale + self.x, f64::from(point.y) * self.scale + self.y)
    }
}

/// A picture of area numbers, row by row; [`OUTSIDE`] where there is no area.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Raster {
    width: u32,
    height: u32,
    owners: Vec<AreaIndex>,
}

impl Raster {
    /// Draws the topology as seen in the view.
    pub fn new(topology: &Topology, view: &View) -> Raster {
        let (width, height) = (view.width as usize, view.height as usize);
        let mut owners = vec![OUTSIDE; width * height];
        // First count each row's crossings, then place them: one allocation, however many there are.
        let mut row_ends = vec![0u32; height + 1];
        crossings(topology, view, |row, _, _| row_ends[row + 1] += 1);
        for row in 0..height {
            row_ends[row + 1] += row_ends[row];
        }
        let mut next = row_ends.clone();
        let mut all = vec![(0f64, OUTSIDE); row_ends[height] as usize];
        crossings(topology, view, |row, x, face| {
            all[next[row] as usize] = (x, face);
            next[row] += 1;
        });
        for row in 0..height {
            let line = &mut all[row_ends[row] as usize..row_ends[row + 1] as usize];
            line.sort_by(|a, b| a.0.total_cmp(&b.0));
            let pixels = &mut owners[row * width..(row + 1) * width];
            // The first pixel whose middle lies at or beyond x.
            let column = |x: f64| ((x - 0.5).ceil().max(0.0) as usize).min(width);
            for (i, &(x, face)) in line.iter().enumerate() {
                let (from, to) = (column(x), line.get(i + 1).map_or(width, |next| column(next.0)));
                if face != OUTSIDE && from < to {
                    pixels[from..to].fill(face);
                }
            }
        }
        Raster { width: view.width, height: view.height, owners }
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

    /// The area at a pixel or, if there is none, the nearest within `reach` pixels: a finger is
    /// wider than an island.
    pub fn area_at(&self, x: i32, y: i32, reach: i32) -> Option<AreaIndex> {
        let owner = |x: i32, y: i32| {
            let inside = (0..self.width as i32).contains(&x) && (0..self.height as i32).contains(&y);
            let owner = inside.then(|| self.owners[y as usize * self.width as usize + x as usize]);
            owner.filter(|&area| area != OUTSIDE)
        };
        (-reach..=reach)
            .flat_map(|dy| (-reach..=reach).map(move |dx| (dx * dx + dy * dy, dx, dy)))
            .filter(|&(square, ..)| square <= reach * reach)
            .filter_map(|(square, dx, dy)| owner(x.saturating_add(dx), y.saturating_add(dy)).map(|area| (square, area)))
            .min_by_key(|&(square, _)| square)
            .map(|(_, area)| area)
    }
}

/// Where in its height a pixel row is sampled: the middle, but for a little that keeps vertices, which
/// lie on a grid, off the line. Two borders that leave one vertex then never cross it at the same x.
const SAMPLE: f64 = 0.500_347;

/// Calls `found(row, x, face)` for each crossing of a border with a pixel row: from there on,
/// eastwards, the row belongs to that face.
fn crossings(topology: &Topology, view: &View, mut found: impl FnMut(usize, f64, AreaIndex)) {
    let height = f64::from(view.height);
    for arc in topology.arcs() {
        let (west, north) = view.place(arc.bounds.min);
        let south = view.place(arc.bounds.max).1;
        if south < 0.0 || north > height || west > f64::from(view.width) {
            continue;
        }
        let mut from = view.place(arc.points[0]);
        for (&point, &rank) in arc.points[1..].iter().zip(&arc.ranks[1..]) {
            if rank > view.max_rank {
                continue;
            }
            let to = view.place(point);
            let (upper, lower, face) = if to.1 >= from.1 { (from, to, arc.left) } else { (to, from, arc.right) };
            // Rows whose line, row + SAMPLE, lies in [upper, lower).
            let first = (upper.1 - SAMPLE).ceil().max(0.0);
            let end = (lower.1 - SAMPLE).ceil().min(height);
            if first < end {
                let slope = (lower.0 - upper.0) / (lower.1 - upper.1);
                for row in first as usize..end as usize {
                    found(row, upper.0 + (row as f64 + SAMPLE - upper.1) * slope, face);
                }
            }
            from = to;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::tests::board;
    use proptest::prelude::*;

    fn view(scale: f64, x: f64, y: f64, width: u32, height: u32) -> View {
        View { scale, x, y, width, height, max_rank: 20 }
    }

    #[test]
    fn each_square_owns_its_pixels() {
        let raster = Raster::new(&board(2, 10, 0), &view(1.0, 0.0, 0.0, 20, 20));
        let owner = |x: usize, y: usize| raster.owners()[y * 20 + x];
        assert_eq!([owner(0, 0), owner(10, 0), owner(9, 10), owner(19, 19)], [0, 1, 2, 3]);
        assert_eq!(raster.owners().iter().filter(|&&o| o == 2).count(), 100);
    }

    #[test]
    fn a_finger_finds_the_nearest() {
        let raster = Raster::new(&board(1, 4, 0), &view(1.0, 10.0, 10.0, 40, 40));
        assert_eq!(raster.area_at(11, 11, 0), Some(0));
        assert_eq!(raster.area_at(17, 12, 0), None);
        assert_eq!(raster.area_at(17, 12, 4), Some(0));
        assert_eq!(raster.area_at(17, 12, 3), None);
        assert_eq!(raster.area_at(-1000, i32::MAX, 3), None);
    }

    proptest! {
        /// Against an independent answer: even–odd of every area at the pixel's middle.
        #[test]
        fn agrees_with_point_in_polygon(
            bend in -4i32..5, scale in 0.3f64..4.0, x in -30.0f64..30.0, y in -30.0f64..30.0,
        ) {
            let board = board(3, 12, bend);
            let view = view(scale, x, y, 48, 40);
            let raster = Raster::new(&board, &view);
            for (i, &owner) in raster.owners().iter().enumerate() {
                let (px, py) = ((i % 48) as f64 + 0.5, (i / 48) as f64 + SAMPLE);
                let (ux, uy) = ((px - x) / scale, (py - y) / scale);
                let holders: Vec<AreaIndex> = (0..9).filter(|&a| board.contains(a, ux, uy)).collect();
                prop_assert!(holders.len() <= 1);
                let expected = holders.first().copied().unwrap_or(OUTSIDE);
                // On an edge the two may round differently; a pixel's width off it they may not.
                let near_edge = (0..9).any(|a| board.contains(a, ux - 1e-6, uy) != board.contains(a, ux + 1e-6, uy));
                prop_assert!(owner == expected || near_edge, "{ux} {uy}: {owner} for {expected}");
            }
        }
    }
}
