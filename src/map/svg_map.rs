//! Writes the painted map as SVG, with lines and faces that a drawing program can edit.

use std::fmt::Write;

use rising_look::{Colour, Colours, hex};
use rising_model::area::AreaIndex;
use rising_model::geometry::{ArcUse, Bounds, OUTSIDE, Point, Topology};
use rising_model::places::Place;
use rising_raster::{Fill, Pattern};

use super::painter::{
    self, HALO_FROM, OUTLINED_FROM, Scene, Viewport, fills, mark_size, typical_extent,
};

/// CSS pixels from land within which a town counts as on it.
const SHORE_TOLERANCE: f64 = 3.0;

/// The map to write.
pub struct SvgMap<'a> {
    pub topology: &'a Topology,
    /// Areas of one group share no heavy border.
    pub groups: &'a [u32],
    pub scene: &'a Scene,
    /// The part of the world in view.
    pub viewport: Viewport,
    pub chosen: Option<AreaIndex>,
    /// Returns an area's code and name.
    pub named: &'a dyn Fn(AreaIndex) -> Option<(&'a str, &'a str)>,
}

impl SvgMap<'_> {
    /// Returns the map as SVG elements, in CSS pixels from its corner: a group for each colour with
    /// a path for each area, then borders, then marks. A path's id is its area's code, its title
    /// the area's name.
    pub fn svg(&self) -> String {
        let mut out = String::new();
        self.faces(&mut out);
        self.lines(&mut out);
        self.marks(&mut out);
        out
    }

    fn scale(&self) -> f64 {
        (self.viewport.zoom - f64::from(self.topology.unit_zoom())).exp2()
    }

    /// Converts a point to tenths of a CSS pixel from the map's corner.
    fn place(&self, point: Point) -> (i32, i32) {
        let scale = self.scale();
        let tenths =
            |units: i32, corner: f64| ((f64::from(units) * scale - corner) * 10.0).round() as i32;
        (
            tenths(point.x, self.viewport.x),
            tenths(point.y, self.viewport.y),
        )
    }

    fn in_view(&self, min: Point, max: Point) -> bool {
        let ((west, north), (east, south)) = (self.place(min), self.place(max));
        let (width, height) = (self.viewport.width * 10.0, self.viewport.height * 10.0);
        east >= 0 && south >= 0 && f64::from(west) <= width && f64::from(north) <= height
    }

    /// The largest rank of a vertex that is drawn. Ranks are zooms at one device pixel per CSS
    /// pixel; a drawing may be looked at one zoom level closer.
    fn max_rank(&self) -> u8 {
        (self.viewport.zoom + 1.0).ceil().clamp(0.0, 255.0) as u8
    }

    fn faces(&self, out: &mut String) {
        let fills = fills(self.scene);
        let mut kinds: Vec<(Fill, String)> = vec![];
        for (area, &fill) in (0..).zip(&fills) {
            if !self
                .topology
                .bounds(area)
                .is_some_and(|bounds| self.in_view(bounds.min, bounds.max))
            {
                continue;
            }
            let at = kinds
                .iter()
                .position(|(kind, _)| *kind == fill)
                .unwrap_or_else(|| {
                    kinds.push((fill, String::new()));
                    kinds.len() - 1
                });
            let Some((code, name)) = (self.named)(area) else {
                continue;
            };
            let path = &mut kinds[at].1;
            let _ = write!(path, "<path id=\"{code}\" role=\"img\" d=\"");
            for ring in self.topology.rings(area) {
                self.ring(ring, path);
            }
            let _ = writeln!(path, "\"><title>{}</title></path>", escaped(name));
        }
        for (number, (fill, paths)) in kinds.iter().enumerate() {
            let ground = hex(fill.ground);
            let ink = hex(fill.ink);
            // A line in the area's own colour keeps the sea from showing between two areas.
            let mut group = |fill: &str| {
                let _ = write!(
                    out,
                    "<g fill=\"{fill}\" fill-rule=\"evenodd\" stroke=\"{ground}\" \
                     stroke-width=\"0.4\" stroke-linejoin=\"round\">\n{paths}</g>\n"
                );
            };
            let mark = match fill.pattern {
                Pattern::Plain => {
                    group(&ground);
                    continue;
                }
                Pattern::Dotted => format!("<circle cx=\"2\" cy=\"2\" r=\"0.9\" fill=\"{ink}\"/>"),
                Pattern::Hatched => {
                    format!("<path stroke=\"{ink}\" d=\"M-1,1l2,-2M0,4l4,-4M3,5l2,-2\"/>")
                }
            };
            // The full stop keeps the id apart from those of areas: no area code has one.
            group(&format!("url(#fill.{number})"));
            let _ = writeln!(
                out,
                "<pattern id=\"fill.{number}\" width=\"4\" height=\"4\" \
                 patternUnits=\"userSpaceOnUse\">\
                 <rect width=\"4\" height=\"4\" fill=\"{ground}\"/>{mark}</pattern>"
            );
        }
    }

    /// Returns the largest towns in view with their positions, as the map names them.
    pub fn towns<'b>(&self, places: &'b [Place]) -> Vec<(&'b str, f64, f64)> {
        let viewport = &self.viewport;
        let scale = self.scale();
        let areas = 0..self.topology.len() as AreaIndex;
        let boxes: Vec<_> = areas
            .filter_map(|area| Some((area, self.topology.bounds(area)?)))
            .collect();
        let within = |at: f64, from: i32, to: i32| f64::from(from) <= at && at <= f64::from(to);
        let on_land = |x: f64, y: f64| {
            let (x, y) = ((x + viewport.x) / scale, (y + viewport.y) / scale);
            boxes.iter().any(|(area, Bounds { min, max })| {
                within(x, min.x, max.x)
                    && within(y, min.y, max.y)
                    && self.topology.contains(*area, x, y)
            })
        };
        // A port may lie just off a coast with few vertices.
        let around = [
            (0.0, 0.0),
            (SHORE_TOLERANCE, 0.0),
            (-SHORE_TOLERANCE, 0.0),
            (0.0, SHORE_TOLERANCE),
            (0.0, -SHORE_TOLERANCE),
        ];
        let near_land = |x: f64, y: f64| around.iter().any(|(dx, dy)| on_land(x + dx, y + dy));
        let mut found = vec![];
        painter::towns::place(places, viewport, &near_land, &mut |name, x, y| {
            found.push((name, x, y));
        });
        found
    }

    fn lines(&self, out: &mut String) {
        let colours = self.scene.colours();
        let group = |area: AreaIndex| self.groups.get(usize::from(area));
        let inner = |left, right| left != OUTSIDE && right != OUTSIDE;
        let grouped = self
            .groups
            .iter()
            .any(|group| Some(group) != self.groups.first());
        let of_all = typical_extent(self.topology, 0..self.topology.len() as AreaIndex);
        let everywhere = of_all * self.scale() >= OUTLINED_FROM;
        let outlined =
            self.scene.typical_extent(self.topology, of_all) * self.scale() >= OUTLINED_FROM;
        if everywhere || outlined {
            let here = |area| everywhere || self.scene.is_here(area);
            let light = |left, right| {
                inner(left, right) && here(left) && (!grouped || group(left) == group(right))
            };
            self.border(colours.border, 0.6, &light, out);
        }
        if grouped {
            self.border(
                colours.heavy_border,
                0.9,
                &|left, right| inner(left, right) && group(left) != group(right),
                out,
            );
        }
        self.border(
            colours.coast,
            0.9,
            &|left, right| (left == OUTSIDE) != (right == OUTSIDE),
            out,
        );
        if outlined {
            let edge = |left, right| self.is_rising(left) != self.is_rising(right);
            self.border(colours.halo.into(), 3.6, &edge, out);
            self.border(colours.mark.into(), 1.9, &edge, out);
        }
        if let Some(chosen) = self.chosen {
            let edge = |left, right| (left == chosen) != (right == chosen);
            self.border(colours.halo.into(), 5.5, &edge, out);
            self.border(colours.selected.into(), 3.0, &edge, out);
        }
    }

    fn is_rising(&self, area: AreaIndex) -> bool {
        self.scene
            .rising
            .get(usize::from(area))
            .copied()
            .unwrap_or(false)
    }

    fn border(
        &self,
        colour: Colour,
        width: f64,
        between: &dyn Fn(AreaIndex, AreaIndex) -> bool,
        out: &mut String,
    ) {
        let mut path = String::new();
        for arc in self
            .topology
            .arcs()
            .filter(|arc| between(arc.left, arc.right))
        {
            if self.in_view(arc.bounds.min, arc.bounds.max) {
                let kept = arc
                    .points
                    .iter()
                    .zip(arc.ranks)
                    .filter(|&(_, &rank)| rank <= self.max_rank());
                self.trace(kept.map(|(&point, _)| point), false, &mut path);
            }
        }
        if !path.is_empty() {
            let _ = writeln!(
                out,
                "<path fill=\"none\" {} stroke-width=\"{width}\" stroke-linejoin=\"round\" \
                 d=\"{path}\"/>",
                stroke(colour)
            );
        }
    }

    /// Writes the triangles of rising areas.
    fn marks(&self, out: &mut String) {
        let Colours { halo, mark, .. } = self.scene.colours();
        // As in the painter, small marks would be nothing but halo, so they have none.
        let mut kinds = [(mark, None), (halo, None), (mark, Some(halo))]
            .map(|(fill, edge)| (fill, edge, String::new()));
        for area in (0..self.topology.len() as AreaIndex).filter(|&area| self.is_rising(area)) {
            let Some(bounds) = self
                .topology
                .bounds(area)
                .filter(|bounds| self.in_view(bounds.min, bounds.max))
            else {
                continue;
            };
            let Some(point) = self.topology.inside_point(area) else {
                continue;
            };
            let (width, height) = bounds.size();
            let size = mark_size(f64::from(width.min(height)) * self.scale()) * 10.0;
            let kind = match self.scene.small_mark(area) {
                _ if size >= HALO_FROM * 10.0 => 2,
                colour => usize::from(colour != mark),
            };
            let path = &mut kinds[kind].2;
            let (x, y) = self.place(point);
            let half = (size / 2.0) as i32;
            let rise = (size * 0.5) as i32;
            let drop = (size * 0.37) as i32;
            let _ = write!(path, "M{},{}", tenths(x), tenths(y - rise));
            let _ = write!(
                path,
                "l{},{}h-{}z",
                tenths(half),
                tenths(rise + drop),
                tenths(2 * half)
            );
        }
        for (fill, edge, path) in kinds {
            if !path.is_empty() {
                let _ = writeln!(
                    out,
                    "<path fill=\"{}\" stroke=\"{}\" stroke-width=\"2.4\" \
                     paint-order=\"stroke\" d=\"{path}\"/>",
                    hex(fill),
                    edge.map_or("none".to_owned(), hex)
                );
            }
        }
    }

    fn ring(&self, ring: &[ArcUse], path: &mut String) {
        let max_rank = self.max_rank();
        let points = ring.iter().flat_map(|used| {
            let arc = self.topology.arc(used.arc);
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

/// Escapes text for XML content and attribute values. Removes control characters, which XML
/// forbids.
pub fn escaped(text: &str) -> String {
    let text: String = text.chars().filter(|letter| !letter.is_control()).collect();
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// Formats a colour as SVG attributes: SVG has opacity apart.
fn stroke(Colour { rgb, opacity }: Colour) -> String {
    let stroke = format!("stroke=\"{}\"", hex(rgb));
    match opacity {
        255 => stroke,
        _ => format!(
            "{stroke} stroke-opacity=\"0.{:02}\"",
            u32::from(opacity) * 100 / 255
        ),
    }
}

#[cfg(test)]
mod tests {
    use rising_look::Theme;

    use super::super::painter::Appearance;
    use super::*;

    /// Two adjacent squares of 100 units, which are 100 CSS pixels at zoom 12.
    fn topology() -> Topology {
        let p = |x, y| (Point { x, y }, 0);
        let arcs = [
            vec![p(100, 0), p(100, 100)],
            vec![p(100, 100), p(0, 100), p(0, 0), p(100, 0)],
            vec![p(100, 0), p(200, 0), p(200, 100), p(100, 100)],
        ];
        let used = |arc, reversed| ArcUse { arc, reversed };
        Topology::new(
            12,
            &arcs,
            &[
                vec![vec![used(0, false), used(1, false)]],
                vec![vec![used(2, false), used(0, true)]],
            ],
        )
        .unwrap()
    }

    fn drawn(appearances: [Appearance; 2], rising: [bool; 2], x: f64) -> String {
        let appearances = appearances.to_vec();
        let rising = rising.to_vec();
        let scene = Scene {
            theme: Theme::Light,
            appearances,
            rising,
            high_contrast: false,
            rising_only: false,
            one_authority: false,
        };
        let viewport = Viewport {
            zoom: 12.0,
            x,
            y: 0.0,
            width: 300.0,
            height: 200.0,
            density: 1.0,
        };
        let named = |area| Some([("E06000017", "Rutland"), ("05315", "A & B")][usize::from(area)]);
        SvgMap {
            topology: &topology(),
            groups: &[1, 1],
            scene: &scene,
            viewport,
            chosen: None,
            named: &named,
        }
        .svg()
    }

    #[test]
    fn svg_has_a_group_per_colour_and_a_named_path_per_area() {
        let class = Appearance::Class([255, 0, 16]);
        let same = drawn([class, class], [false, false], -10.0);
        assert_eq!(same.matches("fill=\"#ff0010\"").count(), 1, "{same}");
        for path in [
            "<path id=\"E06000017\" role=\"img\" d=\"M110,0l0,100l-100,0l0,-100z\">\
             <title>Rutland</title></path>",
            "<path id=\"05315\" role=\"img\" d=\"M110,0l100,0l0,100l-100,0z\">\
             <title>A &amp; B</title></path>",
        ] {
            assert!(same.contains(path), "{same}");
        }
        assert!(!same.contains("<pattern"), "{same}");
        let other = drawn([class, Appearance::Missing], [false, false], -10.0);
        assert!(
            other.contains("url(#fill.1)") && other.contains("<pattern id=\"fill.1\""),
            "{other}"
        );
    }

    #[test]
    fn svg_outlines_and_marks_rising_areas() {
        let class = Appearance::Class([255, 0, 16]);
        let colours = Colours::of(Theme::Light);
        let mark = format!("stroke=\"{}\"", hex(colours.mark));
        assert!(!drawn([class, class], [false, false], 0.0).contains(&mark));
        let marked = drawn([class, class], [true, false], 0.0);
        assert!(
            marked.contains(&mark)
                && marked.contains(&format!("<path fill=\"{}\"", hex(colours.mark))),
            "{marked}"
        );
    }

    #[test]
    fn svg_leaves_out_areas_outside_the_viewport() {
        let class = Appearance::Class([255, 0, 16]);
        let text = drawn([class, Appearance::Elsewhere], [false, false], 150.0);
        assert!(
            !text.contains("#ff0010") && text.contains("M-50,0"),
            "{text}"
        );
    }

    #[test]
    fn tenths_are_written_with_a_decimal_only_if_needed() {
        assert_eq!(
            [-5, 120, 34, -120].map(tenths),
            ["-0.5", "12", "3.4", "-12"]
        );
    }

    #[test]
    fn stroke_writes_opacity_as_its_own_attribute() {
        assert_eq!(
            stroke(Colours::of(Theme::Light).border),
            "stroke=\"#28283c\" stroke-opacity=\"0.34\""
        );
        assert_eq!(stroke([255; 3].into()), "stroke=\"#ffffff\"");
    }
}
