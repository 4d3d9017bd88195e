//! Renders the map as SVG: the map of a whole nation as the app's painter shows it, in few bytes
//! and without town names.
//!
//! The most frequent class is painted first, under the whole nation, and the others on top: its own
//! outline would consist of nearly all borders.

use std::fmt::Write as _;

use rising_look::{Colour, Colours, Theme, by_theme, class_colour, class_css, hex};
use rising_markup::element::Escaped;
use rising_model::area::{AreaIndex, Nation};
use rising_model::geometry::{Bounds, Point, Topology};
use rising_model::scale::Breaks;
use rising_model::series::Figure;
use rising_model::snapshot::areas_in;
use rising_model::trend::Direction;
use rising_view::LevelView;

use crate::outlines;

/// The number of zoom levels between the map's grid and that of the coarse shapes. The map of the
/// United Kingdom is on the pixel grid of zoom 7: a phone shows a nation at zooms below 6, where
/// two of its pixels at most cover one of the grid's.
const GRID_BELOW: u8 = 2;

/// The most areas of a prerendered map: with more, it would be larger than all the data that the
/// app loads.
const MAX_AREAS: usize = 1_000;

/// The number of zoom levels between the map's grid and the zoom that the triangles are sized for,
/// which is between that of a phone and that of a large screen.
const MARKS_BELOW: f64 = 1.0;

/// The appearance of an area, as in the app's painter.
#[derive(Clone, Copy, PartialEq)]
enum Appearance {
    Class(u8),
    Suppressed,
    Missing,
    Elsewhere,
}

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
    if view.table.len() > MAX_AREAS {
        return None;
    }
    let grid = shapes.unit_zoom().saturating_sub(GRID_BELOW);
    let shapes = shapes.coarsened(grid, grid);
    let bounds = areas_in(&view.table, nation)
        .filter_map(|area| shapes.bounds(area))
        .reduce(Bounds::union)?;
    let area_appearances: Vec<Appearance> = (0..view.table.len() as AreaIndex)
        .map(|area| appearance_of(view, nation, breaks, area))
        .collect();
    let of = |face: AreaIndex| area_appearances.get(usize::from(face)).copied();
    let is_in_nation =
        |face: AreaIndex| of(face).is_some_and(|appearance| appearance != Appearance::Elsewhere);

    let Bounds { min, .. } = bounds;
    let (width, height) = bounds.size();
    let frame = format!(
        "<svg id=\"first-map\" viewBox=\"{} {} {width} {height}\" role=\"img\" aria-label=\"{}\">\
         <use href=\"#first-drawing\"/></svg>",
        min.x,
        min.y,
        Escaped(described)
    );
    let mut out = String::from("<svg width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>");
    if area_appearances
        .iter()
        .any(|appearance| matches!(appearance, Appearance::Suppressed | Appearance::Missing))
    {
        out += PATTERNS;
    }
    let [border, coast, halo, mark] = [
        |c: &Colours| c.border,
        |c: &Colours| c.coast,
        |c: &Colours| c.halo.into(),
        |c: &Colours| c.mark.into(),
    ]
    .map(theme_colours);
    let elsewhere = outlines::outline(&shapes, |area| of(area) == Some(Appearance::Elsewhere));
    let base = most_frequent(&area_appearances, breaks)?;
    let _ = write!(
        out,
        "<path id=\"first-whole\" {CONSTANT_WIDTH} d=\"{}\"/><path id=\"first-rising\" \
         {CONSTANT_WIDTH} d=\"{}\"/>\
         <g id=\"first-drawing\" stroke-linejoin=\"round\" stroke-linecap=\"round\">",
        outlines::outline(&shapes, is_in_nation),
        outlines::borders(&shapes, |arc| is_rising(view, nation, arc.left)
            != is_rising(view, nation, arc.right)),
    );
    write_path(&mut out, "var(--elsewhere)", &coast, 0.9, &elsewhere);
    let _ = write!(
        out,
        "<use href=\"#first-whole\" fill=\"{}\"/>",
        fill(base, breaks)
    );
    for appearance in appearances(breaks).filter(|&appearance| appearance != base) {
        let data = outlines::outline(&shapes, |area| of(area) == Some(appearance));
        write_path(&mut out, &fill(appearance, breaks), &border, 0.6, &data);
    }
    // Borders between two appearances are part of their outlines.
    let within = outlines::borders(&shapes, |arc| {
        of(arc.left).is_some() && of(arc.left) == of(arc.right)
    });
    write_path(&mut out, "none", &border, 0.6, &within);
    let _ = write!(
        out,
        "<use href=\"#first-whole\" fill=\"none\" stroke=\"{coast}\" stroke-width=\"0.9\"/>"
    );
    for (colour, width) in [(&halo, 3.6), (&mark, 1.9)] {
        let _ = write!(
            out,
            "<use href=\"#first-rising\" fill=\"none\" stroke=\"{colour}\" \
             stroke-width=\"{width}\"/>"
        );
    }
    let (small, large) = triangles(
        &shapes,
        &area_appearances,
        areas_in(&view.table, nation).filter(|&area| is_rising(view, nation, area)),
    );
    let mut coloured: Vec<(String, String)> = vec![];
    for (appearance, path) in small {
        let colour = small_mark(appearance, breaks);
        match coloured.iter_mut().find(|(other, _)| *other == colour) {
            Some((_, paths)) => *paths += &path,
            None => coloured.push((colour, path)),
        }
    }
    for (colour, path) in coloured {
        let _ = write!(out, "<path fill=\"{colour}\" d=\"{path}\"/>");
    }
    if !large.is_empty() {
        let _ = write!(
            out,
            "<path {CONSTANT_WIDTH} fill=\"{mark}\" stroke=\"{halo}\" stroke-width=\"2.4\" \
             paint-order=\"stroke\" d=\"{large}\"/>"
        );
    }
    out += "</g></defs></svg>";
    Some(MapSvg {
        frame,
        drawing: out,
    })
}

/// Keeps line widths the same at every size of the map, as in the app.
const CONSTANT_WIDTH: &str = "vector-effect=\"non-scaling-stroke\"";

/// Dots and hatching, about as large as in the app.
const PATTERNS: &str = "<pattern id=\"first-dots\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">\
    <path fill=\"var(--land)\" d=\"m0 0h8v8h-8z\"/><path fill=\"var(--pattern)\" d=\"m1 \
    1h2v2h-2z\"/></pattern>\
    <pattern id=\"first-hatching\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">\
    <path fill=\"var(--land)\" d=\"m0 0h8v8h-8z\"/><path stroke=\"var(--pattern)\" d=\"m0 \
    8l8-8\"/></pattern>";

/// Returns one of the colours that are not classes, in both themes.
fn theme_colours(which: fn(&Colours) -> Colour) -> String {
    by_theme(
        &which(&Colours::of(Theme::Light)).css(),
        &which(&Colours::of(Theme::Dark)).css(),
    )
}

/// Returns the colours of a triangle that is too small for a halo, on an area of that appearance.
fn small_mark(appearance: Appearance, breaks: &Breaks) -> String {
    let of = |theme| match appearance {
        Appearance::Class(class) => {
            Colours::of(theme).small_mark(theme, class_colour(breaks, class, theme))
        }
        _ => Colours::of(theme).mark,
    };
    by_theme(&hex(of(Theme::Light)), &hex(of(Theme::Dark)))
}

fn write_path(out: &mut String, fill: &str, stroke: &str, width: f64, data: &str) {
    if !data.is_empty() {
        let _ = write!(
            out,
            "<path {CONSTANT_WIDTH} fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"{width}\" \
             d=\"{data}\"/>"
        );
    }
}

fn appearance_of(view: &LevelView, nation: Nation, breaks: &Breaks, area: AreaIndex) -> Appearance {
    let (table, snapshot) = (&view.table, &view.snapshot);
    if !table
        .get(area)
        .is_some_and(|area| nation.contains(&area.code))
    {
        return Appearance::Elsewhere;
    }
    match (snapshot.rate(table, area), snapshot.comparison(area).now) {
        (Some(rate), _) => Appearance::Class(breaks.class(rate)),
        (None, Figure::Suppressed) => Appearance::Suppressed,
        _ => Appearance::Missing,
    }
}

fn is_rising(view: &LevelView, nation: Nation, area: AreaIndex) -> bool {
    view.table
        .get(area)
        .is_some_and(|area| nation.contains(&area.code))
        && view.snapshot.comparison(area).direction() == Direction::Rising
}

fn fill(appearance: Appearance, breaks: &Breaks) -> String {
    match appearance {
        Appearance::Class(class) => class_css(breaks, class),
        Appearance::Suppressed => "url(#first-dots)".into(),
        Appearance::Missing => "url(#first-hatching)".into(),
        Appearance::Elsewhere => "var(--elsewhere)".into(),
    }
}

/// Returns the possible appearances of the nation's areas.
fn appearances(breaks: &Breaks) -> impl Iterator<Item = Appearance> {
    (0..breaks.classes() as u8)
        .map(Appearance::Class)
        .chain([Appearance::Suppressed, Appearance::Missing])
}

/// Returns the most frequent appearance of the nation's areas; `None` if it has none.
fn most_frequent(area_appearances: &[Appearance], breaks: &Breaks) -> Option<Appearance> {
    let number = |kind: Appearance| {
        area_appearances
            .iter()
            .filter(|&&appearance| appearance == kind)
            .count()
    };
    appearances(breaks)
        .max_by_key(|&kind| number(kind))
        .filter(|&kind| number(kind) > 0)
}

/// Returns the triangles of rising areas, sized as in the app: those too small for a halo, with the
/// appearance of their area, and the others.
fn triangles(
    shapes: &Topology,
    area_appearances: &[Appearance],
    rising: impl Iterator<Item = AreaIndex>,
) -> (Vec<(Appearance, String)>, String) {
    let unit = (-MARKS_BELOW).exp2();
    let (mut small, mut large) = (vec![], String::new());
    for area in rising {
        let (Some(Point { x, y }), Some(bounds)) = (shapes.inside_point(area), shapes.bounds(area))
        else {
            continue;
        };
        let Some(&appearance) = area_appearances.get(usize::from(area)) else {
            continue;
        };
        let extent = f64::from(bounds.size().0.min(bounds.size().1));
        let pixels = (extent * unit * 0.62).clamp(1.4, 12.0);
        let size = pixels / unit;
        let path = format!(
            "M{x} {:.1}l{:.1} {:.1}h{:.1}z",
            f64::from(y) - size * 0.5,
            size * 0.5,
            size * 0.87,
            -size
        );
        if pixels >= 6.0 {
            large += &path;
        } else {
            small.push((appearance, path));
        }
    }
    (small, large)
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
    fn render_uses_colour_of_every_appearance() {
        let PageData {
            manifest,
            nation,
            view,
            shapes,
            ..
        } = edition();
        let drawing = render(&view, &shapes, nation, &manifest.breaks, "")
            .unwrap()
            .drawing;
        for area in areas_in(&view.table, nation) {
            let fill = fill(
                appearance_of(&view, nation, &manifest.breaks, area),
                &manifest.breaks,
            );
            assert!(drawing.contains(&format!("fill=\"{fill}\"")), "{fill}");
        }
    }
}
