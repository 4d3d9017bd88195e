//! Writes borders, rings and marks as the data of SVG paths, in tenths of a CSS pixel from the
//! corner of the viewport, and leaves out what it does not show.

use std::fmt::Write;

use rising_model::shapes::geometry::{Arc, ArcUse, Bounds, Point};

use crate::scene::{Mark, Scene, Viewport, triangle};

/// A scene in a viewport.
#[derive(Clone, Copy)]
pub(super) struct Paths<'a> {
    /// The map.
    pub scene: &'a Scene<'a>,
    /// The part of the world in view.
    pub viewport: &'a Viewport,
}

impl Paths<'_> {
    /// Converts a point to tenths of a CSS pixel from the map's corner.
    fn place(&self, point: Point) -> (i32, i32) {
        let tenths = |units: i32, corner: f64| {
            ((f64::from(units) * self.scene.scale - corner) * 10.0).round() as i32
        };
        (
            tenths(point.x, self.viewport.x),
            tenths(point.y, self.viewport.y),
        )
    }

    /// Whether the viewport shows a part of the box.
    pub fn is_in_view(&self, bounds: Bounds) -> bool {
        let placed = self.scene.placed(bounds, self.viewport);
        self.viewport.shows(placed)
    }

    /// The largest rank of a vertex that is drawn. Ranks are zooms at one device pixel per CSS
    /// pixel; a drawing may be looked at one zoom level closer.
    fn max_rank(&self) -> u8 {
        (self.viewport.zoom + 1.0).ceil().clamp(0.0, 255.0) as u8
    }

    /// Adds a border.
    pub fn border(&self, arc: &Arc<'_>, path: &mut String) {
        if self.is_in_view(arc.bounds) {
            let points = arc.points.iter().zip(arc.ranks);
            let kept = points.filter(|&(_, &rank)| rank <= self.max_rank());
            self.trace(kept.map(|(&point, _)| point), false, path);
        }
    }

    /// Adds a mark.
    pub fn mark(&self, mark: &Mark, path: &mut String) {
        let (min, max) = (mark.point, mark.point);
        if self.is_in_view(Bounds { min, max }) {
            let (x, y) = self.place(mark.point);
            let corners = triangle(f64::from(x), f64::from(y), mark.size * 10.0);
            let at = |(x, y): (f64, f64)| format!("{},{}", tenths(x as i32), tenths(y as i32));
            let [top, right, left] = corners.map(at);
            let _ = write!(path, "M{top}L{right}L{left}z");
        }
    }

    /// Adds a closed ring of an area.
    pub fn ring(&self, ring: &[ArcUse], path: &mut String) {
        let max_rank = self.max_rank();
        let points = ring.iter().flat_map(|used| {
            let arc = self.scene.shapes.topology.arc(used.arc);
            let last = arc.points.len() - 1;
            // An arc's last point is the first of the next.
            (0..last).filter_map(move |i| {
                let at = if used.reversed { last - i } else { i };
                (arc.ranks[at] <= max_rank).then_some(arc.points[at])
            })
        });
        self.trace(points, true, path);
    }

    /// Adds a line in relative steps, which are half as long as absolute positions.
    fn trace(&self, points: impl Iterator<Item = Point>, closed: bool, path: &mut String) {
        let mut last = None;
        for point in points {
            let (x, y) = self.place(point);
            // Writing to a string cannot fail.
            let _ = match last {
                None => write!(path, "M{},{}", tenths(x), tenths(y)),
                Some(at) if at == (x, y) => continue,
                Some((from_x, from_y)) => {
                    write!(path, "l{},{}", tenths(x - from_x), tenths(y - from_y))
                }
            };
            last = Some((x, y));
        }
        if closed && last.is_some() {
            path.push('z');
        }
    }
}

/// Formats a number of tenths, as in "-0.5", "12" and "3.4".
fn tenths(value: i32) -> String {
    let sign = if value < 0 { "-" } else { "" };
    match (value.unsigned_abs() / 10, value.unsigned_abs() % 10) {
        (whole, 0) => format!("{sign}{whole}"),
        (whole, tenth) => format!("{sign}{whole}.{tenth}"),
    }
}

#[cfg(test)]
mod tests {
    use super::tenths;

    #[test]
    fn tenths_are_written_with_a_decimal_only_if_needed() {
        assert_eq!(
            [-5, 120, 34, -120].map(tenths),
            ["-0.5", "12", "3.4", "-12"]
        );
    }
}
