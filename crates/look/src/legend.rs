//! Sizes in CSS pixels of the legend, on exported pictures and in the page's samples.

/// Largest width, and height, of a class.
pub const CLASS: (f64, f64) = (64.0, 14.0);
/// Width and height of the swatch of a pattern.
pub const SWATCH: (f64, f64) = (18.0, 13.0);
/// Width of the edge of a class or a swatch.
pub const EDGE_WIDTH: f64 = 0.5;
/// Size of the mark of rising areas.
pub const MARK: f64 = 11.0;
/// Font size of texts.
pub const TEXT: f64 = 11.0;
/// Distance between a swatch and its text.
pub const GAP: f64 = 6.0;
/// Distance between the text of a swatch and the next swatch.
pub const BETWEEN: f64 = 14.0;
