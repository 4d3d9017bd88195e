//! Draws a scene as SVG in few bytes: areas that look alike are one shape, in whole units of the
//! topology.
//!
//! The most frequent face is drawn first, under the whole map, and the others on top: its own
//! outline would consist of nearly all borders.

mod elements;

use rising_look::{Appearance, Face, Line, Look, Scene};
use rising_model::domain::area::AreaIndex;

use crate::outlines;
use elements::Elements;
pub use elements::PenWidths;

/// Draws a scene, in one look or in both themes', as an SVG that shows nothing by itself: its group
/// `first-drawing` is in units of the scene's topology.
pub fn draw(scene: &Scene, looks: &[Look], pen_widths: PenWidths) -> String {
    let faces = faces(&scene.appearances.faces);
    let here = |face: &&Face| face.appearance != Appearance::Elsewhere;
    let mut drawing = Elements {
        scene,
        looks,
        pen_widths,
        out: String::from("<svg width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>"),
    };
    drawing.define_patterns(&faces);
    let topology = &scene.shapes.topology;
    let whole = outlines::outline(topology, |area| scene.appearances.is_here(area));
    let rising = drawing.borders(Line::Rising, |_, _| true);
    drawing.out += &format!(
        "<path id=\"first-whole\" d=\"{whole}\"/><path id=\"first-rising\" d=\"{rising}\"/>\
         <g id=\"first-drawing\" stroke-linejoin=\"round\" stroke-linecap=\"round\">"
    );
    let drawn = |line| scene.has(line).then_some(line);
    for &face in faces.iter().filter(|face| !here(face)) {
        let shape = path(&drawing.outline(face));
        drawing.shape(&shape, Some(face), drawn(Line::Coast));
    }
    let mut inside = faces.iter().copied().filter(|face| here(&face));
    if let Some(base) = inside.next() {
        drawing.shape("use href=\"#first-whole\"", Some(base), None);
    }
    for face in inside {
        let shape = path(&drawing.outline(face));
        drawing.shape(&shape, Some(face), drawn(Line::Inner));
    }
    // Borders between two faces are part of their outlines.
    let face = |area: AreaIndex| scene.appearances.faces.get(usize::from(area));
    let within = drawing.borders(Line::Inner, |left, right| face(left) == face(right));
    let groups = drawing.borders(Line::Group, |_, _| true);
    for (line, borders) in [(Line::Inner, &within), (Line::Group, &groups)] {
        if scene.has(line) && !borders.is_empty() {
            drawing.shape(&path(borders), None, Some(line));
        }
    }
    let located = scene.appearances.located.map(Line::Located);
    for line in [Some(Line::Coast), located] {
        if let Some(line) = line.and_then(drawn) {
            drawing.shape("use href=\"#first-whole\"", None, Some(line));
        }
    }
    if scene.has(Line::Rising) {
        drawing.shape("use href=\"#first-rising\"", None, Some(Line::Rising));
    }
    drawing.marks();
    drawing.out + "</g></defs></svg>"
}

fn path(data: &str) -> String {
    format!("path d=\"{data}\"")
}

/// Returns the faces of the map, the most frequent first.
fn faces(of_areas: &[Face]) -> Vec<Face> {
    let mut counts: Vec<(Face, usize)> = vec![];
    for &face in of_areas {
        match counts.iter_mut().find(|(other, _)| *other == face) {
            Some((_, count)) => *count += 1,
            None => counts.push((face, 1)),
        }
    }
    counts.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
    counts.into_iter().map(|(face, _)| face).collect()
}
