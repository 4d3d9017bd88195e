//! Describes how an area is filled: plain, dotted or hatched.

use crate::colours::Rgb;

/// The texture that tells two surfaces of one colour apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// None.
    Plain,
    /// Dots on a square grid.
    Dotted,
    /// Diagonal strokes.
    Hatched,
}

/// CSS pixels between two dots, which are squares of one pixel.
const DOTS: usize = 5;
/// CSS pixels along a row between two strokes, which are one pixel wide along it.
const STROKES: usize = 6;

impl Pattern {
    /// Whether a CSS pixel has the colour of dots and strokes.
    #[inline]
    pub fn has_ink(self, x: usize, y: usize) -> bool {
        match self {
            Pattern::Plain => false,
            Pattern::Dotted => x.is_multiple_of(DOTS) && y.is_multiple_of(DOTS),
            Pattern::Hatched => (x + y).is_multiple_of(STROKES),
        }
    }

    /// Returns the side in CSS pixels of the square that repeats; `None` if the surface is plain.
    pub fn period(self) -> Option<f64> {
        match self {
            Pattern::Plain => None,
            Pattern::Dotted => Some(DOTS as f64),
            Pattern::Hatched => Some(STROKES as f64),
        }
    }

    /// Returns the dots or strokes of one square, as corners in CSS pixels. The pixels of
    /// [`Pattern::has_ink`] are these shapes without smooth edges.
    pub fn shapes(self) -> &'static [[(f64, f64); 4]] {
        // The middles of a stroke's pixels lie on the diagonal x + y = 1.
        const END: f64 = STROKES as f64;
        match self {
            Pattern::Plain => &[],
            Pattern::Dotted => &[[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]],
            Pattern::Hatched => &[
                [(0.5, 0.0), (1.5, 0.0), (0.0, 1.5), (0.0, 0.5)],
                [(END, 0.5), (END, 1.5), (1.5, END), (0.5, END)],
            ],
        }
    }
}

/// The colours and the pattern of an area's pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fill {
    /// The texture.
    pub pattern: Pattern,
    /// The colour between dots or strokes, or of all pixels.
    pub ground: Rgb,
    /// The colour of dots or strokes.
    pub ink: Rgb,
}

impl Fill {
    /// Returns the colour of a device pixel where a CSS pixel has `unit` of them in a row.
    #[inline]
    pub fn at(&self, x: usize, y: usize, unit: usize) -> Rgb {
        let has_ink = match self.pattern {
            // Divisions by `unit` cost time, and most pixels are plain.
            Pattern::Plain => false,
            Pattern::Dotted => self.pattern.has_ink(x / unit, y / unit),
            Pattern::Hatched => ((x + y) / unit).is_multiple_of(STROKES),
        };
        if has_ink { self.ink } else { self.ground }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a point lies within a convex shape.
    fn contains(shape: &[(f64, f64); 4], (x, y): (f64, f64)) -> bool {
        let sides = (0..4).map(|i| {
            let (from, to) = (shape[i], shape[(i + 1) % 4]);
            (to.0 - from.0) * (y - from.1) - (to.1 - from.1) * (x - from.0)
        });
        let turns: Vec<bool> = sides
            .filter(|turn| *turn != 0.0)
            .map(|turn| turn > 0.0)
            .collect();
        turns.windows(2).all(|pair| pair[0] == pair[1])
    }

    #[test]
    fn shapes_cover_the_middles_of_inked_pixels() {
        for pattern in [Pattern::Dotted, Pattern::Hatched] {
            let side = pattern.period().unwrap() as usize;
            for (x, y) in (0..side).flat_map(|x| (0..side).map(move |y| (x, y))) {
                let middle = (x as f64 + 0.5, y as f64 + 0.5);
                let covered = pattern.shapes().iter().any(|shape| contains(shape, middle));
                assert_eq!(covered, pattern.has_ink(x, y), "{pattern:?} {x} {y}");
            }
        }
    }
}
