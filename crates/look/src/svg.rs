//! Writes a scene as SVG, with lines and faces that a drawing program can edit.

mod elements;
mod names;
mod paths;

use std::fmt::Write;

use rising_model::domain::area::AreaIndex;

use crate::colours::hex;
use crate::look::{Look, MarkKind};
use crate::pattern::Fill;
use crate::scene::{Line, Scene, Viewport};

use elements::stroke;
pub use elements::{escaped, pattern};
pub use names::names;
use paths::Paths;

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

    fn paths(&self) -> Paths<'_> {
        Paths {
            scene: self.scene,
            viewport: &self.viewport,
        }
    }

    fn faces(&self, out: &mut String) {
        let topology = &self.scene.shapes.topology;
        let paths = self.paths();
        let mut kinds: Vec<(Fill, String)> = vec![];
        for (area, &face) in (0..).zip(&self.scene.appearances.faces) {
            let bounds = topology.bounds(area);
            if !bounds.is_some_and(|bounds| paths.is_in_view(bounds)) {
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
                paths.ring(ring, path);
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
        let paths = self.paths();
        self.scene
            .trace(line, &mut |arc| paths.border(&arc, &mut path));
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
        let paths = self.paths();
        for kind in MarkKind::ALL {
            let mut path = String::new();
            for mark in self.look.marks(self.scene, kind) {
                paths.mark(&mark, &mut path);
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
}

#[cfg(test)]
mod tests {
    use rising_model::domain::scale::Breaks;
    use rising_model::shapes::geometry::{ArcUse, Point, Topology};

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
            located: None,
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
}
