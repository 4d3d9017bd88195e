//! Writes the shapes, patterns and marks of a scene, each in the colours of one theme or of both.

use std::fmt::Write as _;

use rising_look::svg::pattern;
use rising_look::{Appearance, Colour, Face, Line, Look, MarkKind, Pen, Scene, by_theme, triangle};
use rising_model::domain::area::AreaIndex;

use crate::outlines;

/// The width of lines where a drawing is scaled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PenWidths {
    /// The same at every size of the drawing, as in the app.
    Constant,
    /// The width at the scale of the scene, scaled with the drawing.
    Scaled,
}

/// A drawing of a scene, to which elements are added from the bottom up.
pub struct Elements<'a> {
    /// The map.
    pub scene: &'a Scene<'a>,
    /// One look, or that of the light theme and that of the dark one, of which the style sheet
    /// picks.
    pub looks: &'a [Look],
    /// The width of lines.
    pub pen_widths: PenWidths,
    /// The SVG so far.
    pub out: String,
}

impl Elements<'_> {
    /// Returns the colour that each look chooses, as the value of an attribute.
    fn colour(&self, which: impl Fn(&Look) -> Colour) -> String {
        by_look(self.looks.iter().map(|look| which(look).css()))
    }

    /// Returns a face's colour, or a reference to its pattern.
    fn fill(&self, face: Face) -> String {
        match pattern_id(face) {
            Some(id) => format!("url(#{id})"),
            None => self.colour(|look| look.fill(face).ground.into()),
        }
    }

    /// Writes the patterns of faces.
    pub fn define_patterns(&mut self, faces: &[Face]) {
        for &face in faces {
            if let (Some(id), Some(look)) = (pattern_id(face), self.looks.first()) {
                let [ground, ink] = [
                    self.colour(|look| look.fill(face).ground.into()),
                    self.colour(|look| look.fill(face).ink.into()),
                ];
                let unit = self.scene.scale.recip();
                self.out += &pattern(id, look.fill(face).pattern, unit, &ground, &ink);
            }
        }
    }

    /// Returns the outline of the areas with a face.
    pub fn outline(&self, face: Face) -> String {
        let faces = &self.scene.appearances.faces;
        outlines::outline(&self.scene.shapes.topology, |area| {
            faces.get(usize::from(area)) == Some(&face)
        })
    }

    /// Returns the borders of a line for which `wanted` is true, given the areas on both sides.
    pub fn borders(&self, line: Line, wanted: impl Fn(AreaIndex, AreaIndex) -> bool) -> String {
        outlines::borders(&self.scene.shapes.topology, |arc| {
            self.scene.runs_between(line, arc.left, arc.right) && wanted(arc.left, arc.right)
        })
    }

    /// Draws a shape: the attributes of its geometry, filled with a face and drawn around with a
    /// line. Without a face only the line is drawn.
    pub fn shape(&mut self, shape: &str, face: Option<Face>, line: Option<Line>) {
        let fill = face.map_or("none".to_owned(), |face| self.fill(face));
        let pens: Vec<Vec<Pen>> = self
            .looks
            .iter()
            .map(|look| line.into_iter().flat_map(|line| look.pens(line)).collect())
            .collect();
        let number = pens.first().map_or(0, Vec::len);
        if number == 0 {
            let _ = write!(self.out, "<{shape} fill=\"{fill}\"/>");
        }
        for pen in 0..number {
            let stroke = self.stroke(&pens.iter().map(|pens| pens[pen]).collect::<Vec<_>>());
            let _ = write!(self.out, "<{shape} fill=\"{fill}\"{stroke}/>");
        }
    }

    /// Returns the attributes of a stroke; one pen a look.
    fn stroke(&self, pens: &[Pen]) -> String {
        let Some(first) = pens.first() else {
            return String::new();
        };
        let colour = by_look(pens.iter().map(|pen| pen.colour.css()));
        match self.pen_widths {
            PenWidths::Constant => format!(
                " stroke=\"{colour}\" stroke-width=\"{}\" vector-effect=\"non-scaling-stroke\"",
                first.width
            ),
            PenWidths::Scaled => {
                let width = first.width / self.scene.scale;
                format!(" stroke=\"{colour}\" stroke-width=\"{width:.2}\"")
            }
        }
    }

    /// Draws the marks of rising areas.
    pub fn marks(&mut self) {
        // A mark's kind, and so its colour, may differ by theme.
        let mut groups: Vec<(Vec<MarkKind>, String)> = vec![];
        for mark in self.scene.marks() {
            let kinds: Vec<MarkKind> = self
                .looks
                .iter()
                .map(|look| look.mark_kind(&mark))
                .collect();
            let size = mark.size / self.scene.scale;
            let [top, right, left] =
                triangle(f64::from(mark.point.x), f64::from(mark.point.y), size);
            let path = format!(
                "M{} {:.1}l{:.1} {:.1}h{:.1}z",
                top.0,
                top.1,
                right.0 - top.0,
                right.1 - top.1,
                left.0 - right.0
            );
            match groups.iter_mut().find(|(other, _)| *other == kinds) {
                Some((_, paths)) => *paths += &path,
                None => groups.push((kinds, path)),
            }
        }
        groups.sort_by_key(|(kinds, _)| kinds.contains(&MarkKind::Large));
        for (kinds, path) in groups {
            let looks = self.looks.iter().zip(kinds);
            let (colours, pens): (Vec<_>, Vec<_>) =
                looks.map(|(look, kind)| look.mark(kind)).unzip();
            let fill = by_look(colours.into_iter().map(rising_look::hex));
            let mut stroke = self.stroke(&pens.into_iter().flatten().collect::<Vec<_>>());
            if !stroke.is_empty() {
                stroke += " paint-order=\"stroke\"";
            }
            let _ = write!(self.out, "<path fill=\"{fill}\"{stroke} d=\"{path}\"/>");
        }
    }
}

/// Returns the colour of one look, or that of the light theme and that of the dark one.
fn by_look(mut colours: impl Iterator<Item = String>) -> String {
    match (colours.next(), colours.next()) {
        (Some(light), Some(dark)) => by_theme(&light, &dark),
        (one, _) => one.unwrap_or_default(),
    }
}

/// Returns the id of a face's pattern; `None` if it is plain.
fn pattern_id(face: Face) -> Option<&'static str> {
    match face.appearance {
        Appearance::Suppressed => Some("first-dots"),
        Appearance::Missing => Some("first-hatching"),
        Appearance::Class(_) | Appearance::Elsewhere => None,
    }
}
