//! Renders the map of a whole nation as SVG, in few bytes and without town names.
//!
//! The most frequent face is drawn first, under the whole nation, and the others on top: its own
//! outline would consist of nearly all borders.

use rising_look::{
    Appearance, Appearances, Face, Line, Look, Scene, Shapes, Theme, group_by_parent,
};
use rising_markup::element::Escaped;
use rising_model::domain::area::{AreaIndex, Nation};
use rising_model::domain::scale::Breaks;
use rising_model::domain::snapshot::areas_in;
use rising_model::shapes::geometry::{Bounds, Topology};
use rising_view::LevelView;

use crate::compact_svg::CompactSvg;
use crate::outlines;

/// The number of zoom levels between the map's grid and that of the coarse shapes. The map of the
/// United Kingdom is on the pixel grid of zoom 7: a phone shows a nation at zooms below 6, where
/// two of its pixels at most cover one of the grid's.
const GRID_BELOW: u8 = 2;

/// The most areas of a prerendered map: with more, it would be larger than all the data that the
/// app loads.
const MAX_AREAS: usize = 1_000;

/// CSS pixels to a unit of the map's grid that marks and patterns are sized for, which is between
/// those of a phone and those of a large screen.
const SCALE: f64 = 0.5;

/// The map in two parts: the browser lays out the page by the small frame before the large drawing
/// has arrived.
pub struct MapSvg {
    /// The element in the map's place, with a description for readers who cannot see it.
    pub frame: String,
    /// The drawing that the frame refers to, for the end of the page. It takes no space there.
    pub drawing: String,
}

/// Renders the map; `None` if the data set has too many areas, or none of the nation.
pub fn render(
    view: &LevelView,
    shapes: &Topology,
    nation: Nation,
    breaks: &Breaks,
    described: &str,
) -> Option<MapSvg> {
    let (table, snapshot) = (&view.table, &view.snapshot);
    if table.len() > MAX_AREAS {
        return None;
    }
    let grid = shapes.unit_zoom().saturating_sub(GRID_BELOW);
    let topology = shapes.coarsened(grid, grid);
    let bounds = areas_in(table, nation)
        .filter_map(|area| topology.bounds(area))
        .reduce(Bounds::union)?;
    let Bounds { min, .. } = bounds;
    let (width, height) = bounds.size();
    let shapes = Shapes::new(topology.into(), group_by_parent(table));
    let appearances = Appearances::new(table, snapshot, breaks, &nation.into(), false);
    let looks = [Theme::Light, Theme::Dark].map(|theme| Look::new(theme, breaks));
    Some(MapSvg {
        frame: format!(
            "<svg id=\"first-map\" viewBox=\"{} {} {width} {height}\" role=\"img\" \
             aria-label=\"{}\"><use href=\"#first-drawing\"/></svg>",
            min.x,
            min.y,
            Escaped(described)
        ),
        drawing: draw(&Scene::new(&shapes, &appearances, SCALE), &looks),
    })
}

/// Draws a scene, in one look or in both themes', as an SVG that shows nothing by itself: its group
/// `first-drawing` is in units of the scene's topology.
pub fn draw(scene: &Scene, looks: &[Look]) -> String {
    let faces = faces(&scene.appearances.faces);
    let here = |face: &&Face| face.appearance != Appearance::Elsewhere;
    let mut drawing = CompactSvg {
        scene,
        looks,
        has_constant_width: true,
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
    let border = scene.has(Line::Inner).then_some(Line::Inner);
    for &face in faces.iter().filter(|face| !here(face)) {
        let shape = path(&drawing.outline(face));
        drawing.shape(&shape, Some(face), Some(Line::Coast));
    }
    let mut inside = faces.iter().copied().filter(|face| here(&face));
    if let Some(base) = inside.next() {
        drawing.shape("use href=\"#first-whole\"", Some(base), None);
    }
    for face in inside {
        let shape = path(&drawing.outline(face));
        drawing.shape(&shape, Some(face), border);
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
    drawing.shape("use href=\"#first-whole\"", None, Some(Line::Coast));
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::page_data::{PageData, folder_reader};

    fn edition() -> PageData {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../public/data");
        PageData::read(&folder_reader(&data)).unwrap()
    }

    #[test]
    fn render_describes_map_and_stays_small() {
        let PageData {
            manifest,
            nation,
            view,
            shapes,
            ..
        } = edition();
        let MapSvg { frame, drawing } = render(
            &view,
            &shapes,
            nation,
            &manifest.breaks,
            "12 of \"315\" & more",
        )
        .unwrap();
        assert!(frame.contains("aria-label=\"12 of &quot;315&quot; &amp; more\""));
        assert!(
            !drawing.contains("style="),
            "the page's security policy forbids it"
        );
        // One triangle for each rising area.
        let marks = drawing.matches('M').count();
        assert_eq!(
            marks as u32,
            view.snapshot.totals(&view.table, nation).rising
        );
        assert!(drawing.len() < 120_000, "{} bytes", drawing.len());
        assert!(frame.len() < 500, "{} bytes", frame.len());
    }

    #[test]
    fn render_uses_fill_of_every_class() {
        let PageData {
            manifest,
            nation,
            view,
            shapes,
            ..
        } = edition();
        let breaks = &manifest.breaks;
        let drawing = render(&view, &shapes, nation, breaks, "").unwrap().drawing;
        for area in areas_in(&view.table, nation) {
            if let Some(rate) = view.snapshot.rate(&view.table, area) {
                let fill = rising_look::class_css(breaks, breaks.class(rate));
                assert!(drawing.contains(&format!("fill=\"{fill}\"")), "{fill}");
            }
        }
    }
}
