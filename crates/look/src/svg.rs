//! Writes a scene as SVG, with lines and faces that a drawing program can edit.

use std::fmt::Write;

use rising_model::domain::area::AreaIndex;
use rising_model::shapes::geometry::{ArcUse, Bounds, Point};
use rising_model::shapes::places::Place;

use crate::colours::{Colour, hex};
use crate::labels::{self, Label, SHORE_TOLERANCE, Town, place_towns};
use crate::look::{Look, MarkKind};
use crate::pattern::{Fill, Pattern};
use crate::scene::{Line, Scene, Viewport, triangle};

/// Width in CSS pixels of a line in an area's own colour around the area, which keeps the sea from
/// showing between two areas.
const SEAM: f64 = 0.4;

/// The map to write.
pub struct SvgMap<'a> {
    /// The map.
    pub scene: &'a Scene<'a>,
    /// Its colours and pens.
    pub look: &'a Look,
    /// The part of the world in view.
    pub viewport: Viewport,
    /// The area whose details are open.
    pub selected: Option<AreaIndex>,
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
        for line in self.scene.lines().chain(self.selected.map(Line::Selected)) {
            self.line(line, &mut out);
        }
        self.marks(&mut out);
        out
    }

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

    fn is_in_view(&self, bounds: Bounds) -> bool {
        let placed = self.scene.placed(bounds, &self.viewport);
        self.viewport.shows(placed)
    }

    /// The largest rank of a vertex that is drawn. Ranks are zooms at one device pixel per CSS
    /// pixel; a drawing may be looked at one zoom level closer.
    fn max_rank(&self) -> u8 {
        (self.viewport.zoom + 1.0).ceil().clamp(0.0, 255.0) as u8
    }

    fn faces(&self, out: &mut String) {
        let topology = &self.scene.shapes.topology;
        let mut kinds: Vec<(Fill, String)> = vec![];
        for (area, &face) in (0..).zip(&self.scene.appearances.faces) {
            let bounds = topology.bounds(area);
            if !bounds.is_some_and(|bounds| self.is_in_view(bounds)) {
                continue;
            }
            let fill = self.look.fill(face);
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
            for ring in topology.rings(area) {
                self.ring(ring, path);
            }
            let _ = writeln!(path, "\"><title>{}</title></path>", escaped(name));
        }
        for (number, (fill, paths)) in kinds.iter().enumerate() {
            let ground = hex(fill.ground);
            // The full stop keeps the id apart from those of areas: no area code has one.
            let id = format!("fill.{number}");
            let pattern = pattern(&id, fill.pattern, 1.0, &ground, &hex(fill.ink));
            let paint = match pattern.is_empty() {
                true => ground.clone(),
                false => format!("url(#{id})"),
            };
            let _ = write!(
                out,
                "{pattern}<g fill=\"{paint}\" fill-rule=\"evenodd\" stroke=\"{ground}\" \
                 stroke-width=\"{SEAM}\" stroke-linejoin=\"round\">\n{paths}</g>\n"
            );
        }
    }

    fn line(&self, line: Line, out: &mut String) {
        let mut path = String::new();
        self.scene.trace(line, &mut |arc| {
            if self.is_in_view(arc.bounds) {
                let points = arc.points.iter().zip(arc.ranks);
                let kept = points.filter(|&(_, &rank)| rank <= self.max_rank());
                self.trace(kept.map(|(&point, _)| point), false, &mut path);
            }
        });
        if path.is_empty() {
            return;
        }
        for pen in self.look.pens(line) {
            let _ = writeln!(
                out,
                "<path fill=\"none\" {} stroke-width=\"{}\" stroke-linejoin=\"round\" \
                 d=\"{path}\"/>",
                stroke(pen.colour),
                pen.width
            );
        }
    }

    fn marks(&self, out: &mut String) {
        for kind in MarkKind::ALL {
            let mut path = String::new();
            for mark in self
                .scene
                .marks()
                .filter(|mark| self.look.mark_kind(mark) == kind)
            {
                let point = mark.point;
                if self.is_in_view(Bounds {
                    min: point,
                    max: point,
                }) {
                    let (x, y) = self.place(point);
                    let corners = triangle(f64::from(x), f64::from(y), mark.size * 10.0);
                    let at =
                        |(x, y): (f64, f64)| format!("{},{}", tenths(x as i32), tenths(y as i32));
                    let [top, right, left] = corners.map(at);
                    let _ = write!(path, "M{top}L{right}L{left}z");
                }
            }
            if path.is_empty() {
                continue;
            }
            let (colour, halo) = self.look.mark(kind);
            let halo = halo.map_or(String::new(), |pen| {
                format!(
                    " {} stroke-width=\"{}\" paint-order=\"stroke\"",
                    stroke(pen.colour),
                    pen.width
                )
            });
            let _ = writeln!(out, "<path fill=\"{}\"{halo} d=\"{path}\"/>", hex(colour));
        }
    }

    /// Returns the largest towns in view, as the map names them.
    pub fn towns<'b>(&self, places: &'b [Place]) -> Vec<Town<'b>> {
        let (viewport, scale) = (&self.viewport, self.scene.scale);
        let topology = &self.scene.shapes.topology;
        let areas = 0..topology.len() as AreaIndex;
        let boxes: Vec<_> = areas
            .filter_map(|area| Some((area, topology.bounds(area)?)))
            .collect();
        let within = |at: f64, from: i32, to: i32| f64::from(from) <= at && at <= f64::from(to);
        let is_land = |x: f64, y: f64| {
            let (x, y) = ((x + viewport.x) / scale, (y + viewport.y) / scale);
            boxes.iter().any(|(area, Bounds { min, max })| {
                within(x, min.x, max.x) && within(y, min.y, max.y) && topology.contains(*area, x, y)
            })
        };
        let around = [
            (0.0, 0.0),
            (SHORE_TOLERANCE, 0.0),
            (-SHORE_TOLERANCE, 0.0),
            (0.0, SHORE_TOLERANCE),
            (0.0, -SHORE_TOLERANCE),
        ];
        let is_near_land = |x: f64, y: f64| around.iter().any(|(dx, dy)| is_land(x + dx, y + dy));
        let mut found = vec![];
        place_towns(places, viewport, &is_near_land, &mut |town| {
            found.push(town);
        });
        found
    }

    /// Returns labels and towns as SVG elements; empty without either.
    pub fn names(&self, labels: &[Label], towns: &[Town]) -> String {
        if labels.is_empty() && towns.is_empty() {
            return String::new();
        }
        let colours = self.look.colours();
        let mut out = format!(
            "<g font-family=\"sans-serif\" font-size=\"{}\" font-weight=\"{}\" fill=\"{}\" {} \
             stroke-width=\"{}\" stroke-linejoin=\"round\" paint-order=\"stroke\">\n",
            labels::SIZE,
            labels::WEIGHT,
            hex(colours.text),
            stroke(colours.halo.into()),
            labels::HALO
        );
        for label in labels {
            for (line, y) in label.lines() {
                let (x, line) = (label.x, escaped(line));
                let _ = writeln!(
                    out,
                    "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"middle\">{line}</text>"
                );
            }
        }
        for town in towns {
            let (left, baseline) = town.baseline();
            let _ = writeln!(
                out,
                "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"{}\"/>\
                 <text x=\"{left:.1}\" y=\"{baseline:.1}\">{}</text>",
                town.x,
                town.y,
                labels::DOT,
                escaped(town.name)
            );
        }
        out + "</g>\n"
    }

    fn ring(&self, ring: &[ArcUse], path: &mut String) {
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

/// Returns the `<pattern>` element of a surface that is not plain, else nothing. `unit` is the
/// number of the drawing's units to a CSS pixel; the colours are those of an SVG attribute.
pub fn pattern(id: &str, pattern: Pattern, unit: f64, ground: &str, ink: &str) -> String {
    let Some(side) = pattern.period().map(|side| side * unit) else {
        return String::new();
    };
    let mut path = String::new();
    for shape in pattern.shapes() {
        for (command, (x, y)) in ["M", "L", "L", "L"].into_iter().zip(shape) {
            let _ = write!(path, "{command}{} {}", x * unit, y * unit);
        }
        path.push('z');
    }
    format!(
        "<pattern id=\"{id}\" width=\"{side}\" height=\"{side}\" patternUnits=\"userSpaceOnUse\">\
         <path fill=\"{ground}\" d=\"M0 0H{side}V{side}H0z\"/>\
         <path fill=\"{ink}\" d=\"{path}\"/></pattern>\n"
    )
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
    use rising_model::domain::scale::Breaks;
    use rising_model::shapes::geometry::Topology;

    use super::*;
    use crate::appearance::{Appearance, Appearances, Face};
    use crate::colours::{Colours, Theme};
    use crate::scene::Shapes;

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

    fn with_map<T>(
        appearances: [Appearance; 2],
        rising: [bool; 2],
        x: f64,
        use_map: impl FnOnce(&SvgMap) -> T,
    ) -> T {
        let shapes = Shapes::new(topology().into(), [1, 1].into());
        let face = |appearance| Face {
            appearance,
            muted: false,
        };
        let appearances = Appearances {
            faces: appearances.map(face).to_vec(),
            rising: rising.to_vec(),
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
        use_map(&SvgMap {
            scene: &Scene::new(&shapes, &appearances, 1.0),
            look: &Look::new(Theme::Light, &Breaks::default()),
            viewport,
            selected: None,
            named: &|area| Some([("E06000017", "Rutland"), ("05315", "A & B")][usize::from(area)]),
        })
    }

    #[expect(
        clippy::redundant_closure_for_method_calls,
        reason = "the method alone is of one lifetime"
    )]
    fn drawn(appearances: [Appearance; 2], rising: [bool; 2], x: f64) -> String {
        with_map(appearances, rising, x, |map| map.svg())
    }

    #[test]
    fn svg_has_a_group_per_colour_and_a_named_path_per_area() {
        let class = Appearance::Class(4);
        let same = drawn([class, class], [false, false], -10.0);
        assert_eq!(same.matches("fill=\"#d44a54\"").count(), 1, "{same}");
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
        let class = Appearance::Class(4);
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
        let class = Appearance::Class(4);
        let text = drawn([class, Appearance::Elsewhere], [false, false], 150.0);
        assert!(
            !text.contains("#d44a54") && text.contains("M-50,0"),
            "{text}"
        );
    }

    #[test]
    fn names_are_escaped() {
        with_map([Appearance::Missing; 2], [false; 2], 0.0, |map| {
            let town = Town {
                name: "C < D",
                x: 7.0,
                y: 9.0,
            };
            let text = map.names(&[], &[town]);
            assert!(text.contains("paint-order"), "{text}");
            assert!(
                text.contains("<circle cx=\"7.0\"") && text.contains(">C &lt; D</text>"),
                "{text}"
            );
            assert_eq!(map.names(&[], &[]), "");
        });
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
