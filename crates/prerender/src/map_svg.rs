//! The map as SVG: what the app's painter shows of a whole nation, in few bytes and without town
//! names.
//!
//! The most frequent class is painted first, under all of the nation, and the others on it: the
//! outline of a class that is everywhere would be nearly all borders there are.

use std::fmt::Write as _;

use rising_model::area::{AreaIndex, Nation};
use rising_model::colours::Colours;
use rising_model::geometry::{Bounds, Point, Topology};
use rising_model::scale::{Breaks, Rgb, Theme};
use rising_model::series::Figure;
use rising_model::snapshot::areas_in;
use rising_model::trend::Direction;

use crate::html::Escaped;
use crate::outlines;
use crate::page_data::LevelView;

/// The picture lies on the grid of whole pixels of a zoom this many below the one whose pixels are
/// the coarse shapes' grid. The United Kingdom's lies on that of zoom 7: a phone shows a nation at
/// zooms below 6, with at most two of its pixels to one of those.
const GRID_BELOW: u8 = 2;

/// More areas than this are no first picture: it would be larger than all that the app loads.
const MOST_AREAS: usize = 1_000;

/// The marks are sized for a zoom that many below that of the picture's grid: between a phone's and
/// a large screen's.
const MARKS_BELOW: f64 = 1.0;

/// What an area looks like. The app's painter has the same.
#[derive(Clone, Copy, PartialEq)]
enum Appearance {
    Class(u8),
    Suppressed,
    Missing,
    Elsewhere,
}

/// A colour of each theme, of which the style sheet chooses one.
pub fn both(light: &str, dark: &str) -> String {
    format!("var(--light,{light}) var(--dark,{dark})")
}

/// The colours of a class.
pub fn class_colour(breaks: &Breaks, class: u8) -> String {
    let hex = |[red, green, blue]: Rgb| format!("#{red:02x}{green:02x}{blue:02x}");
    both(
        &hex(breaks.colour(class, Theme::Light)),
        &hex(breaks.colour(class, Theme::Dark)),
    )
}

/// The map, in two parts: a page is laid out by the small one, long before all of the large one has
/// arrived.
pub struct MapSvg {
    /// What stands where the map will be, with a text for who cannot see it.
    pub frame: String,
    /// What is drawn in it, for the end of the page. It takes no room there.
    pub drawing: String,
}

/// `None` where there are too many areas for a picture, or none.
pub fn render(
    view: &LevelView,
    nation: Nation,
    breaks: &Breaks,
    described: &str,
) -> Option<MapSvg> {
    if view.table.len() > MOST_AREAS {
        return None;
    }
    let grid = view.shapes.unit_zoom().saturating_sub(GRID_BELOW);
    let shapes = view.shapes.coarsened(grid, grid);
    let bounds = areas_in(&view.table, nation)
        .filter_map(|area| shapes.bounds(area))
        .reduce(Bounds::union)?;
    let looks: Vec<Appearance> = (0..view.table.len() as AreaIndex)
        .map(|area| look(view, nation, breaks, area))
        .collect();
    let of = |face: AreaIndex| looks.get(usize::from(face)).copied();
    let here = |face: AreaIndex| of(face).is_some_and(|look| look != Appearance::Elsewhere);

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
    if looks
        .iter()
        .any(|look| matches!(look, Appearance::Suppressed | Appearance::Missing))
    {
        out += PATTERNS;
    }
    let [border, coast, halo, mark] = [
        |c: &Colours| c.border,
        |c: &Colours| c.coast,
        |c: &Colours| c.halo,
        |c: &Colours| c.mark,
    ]
    .map(of_both);
    let elsewhere = outlines::outline(&shapes, |area| of(area) == Some(Appearance::Elsewhere));
    let base = most_frequent(&looks, breaks)?;
    let _ = write!(
        out,
        "<path id=\"first-whole\" {FIXED} d=\"{}\"/><path id=\"first-rising\" {FIXED} d=\"{}\"/>\
         <g id=\"first-drawing\" stroke-linejoin=\"round\" stroke-linecap=\"round\">",
        outlines::outline(&shapes, here),
        outlines::borders(&shapes, |arc| is_rising(view, nation, arc.left)
            != is_rising(view, nation, arc.right)),
    );
    painted(&mut out, "var(--elsewhere)", &coast, 0.9, &elsewhere);
    let _ = write!(
        out,
        "<use href=\"#first-whole\" fill=\"{}\"/>",
        fill(base, breaks)
    );
    for look in kinds(breaks).filter(|&look| look != base) {
        let data = outlines::outline(&shapes, |area| of(area) == Some(look));
        painted(&mut out, &fill(look, breaks), &border, 0.6, &data);
    }
    // Those between two looks are drawn already.
    let within = outlines::borders(&shapes, |arc| {
        of(arc.left).is_some() && of(arc.left) == of(arc.right)
    });
    painted(&mut out, "none", &border, 0.6, &within);
    let _ = write!(
        out,
        "<use href=\"#first-whole\" fill=\"none\" stroke=\"{coast}\" stroke-width=\"0.9\"/>"
    );
    for (colour, width) in [(&halo, 3.6), (&mark, 1.9)] {
        let _ = write!(
            out,
            "<use href=\"#first-rising\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\"/>"
        );
    }
    let (small, large) = triangles(
        &shapes,
        &looks,
        areas_in(&view.table, nation).filter(|&area| is_rising(view, nation, area)),
    );
    let mut coloured: Vec<(String, String)> = vec![];
    for (look, path) in small {
        let colour = small_mark(look, breaks);
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
            "<path {FIXED} fill=\"{mark}\" stroke=\"{halo}\" stroke-width=\"2.4\" paint-order=\"stroke\" d=\"{large}\"/>"
        );
    }
    out += "</g></defs></svg>";
    Some(MapSvg {
        frame,
        drawing: out,
    })
}

/// Lines of the same width at every size of the picture, as on the painter's map.
const FIXED: &str = "vector-effect=\"non-scaling-stroke\"";

/// Dots and hatching, about as large as the painter's.
const PATTERNS: &str = "<pattern id=\"first-dots\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">\
    <path fill=\"var(--land)\" d=\"m0 0h8v8h-8z\"/><path fill=\"var(--pattern)\" d=\"m1 1h2v2h-2z\"/></pattern>\
    <pattern id=\"first-hatching\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">\
    <path fill=\"var(--land)\" d=\"m0 0h8v8h-8z\"/><path stroke=\"var(--pattern)\" d=\"m0 8l8-8\"/></pattern>";

/// One of the colours that are not classes, in both themes.
fn of_both(which: fn(&Colours) -> &'static str) -> String {
    both(
        which(&Colours::of(Theme::Light)),
        which(&Colours::of(Theme::Dark)),
    )
}

/// The colours of a mark too small for a halo on an area of that look.
fn small_mark(look: Appearance, breaks: &Breaks) -> String {
    let of = |theme| match look {
        Appearance::Class(class) => {
            Colours::of(theme).small_mark(theme, breaks.colour(class, theme))
        }
        _ => Colours::of(theme).mark,
    };
    both(of(Theme::Light), of(Theme::Dark))
}

fn painted(out: &mut String, fill: &str, stroke: &str, width: f64, data: &str) {
    if !data.is_empty() {
        let _ = write!(
            out,
            "<path {FIXED} fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"{width}\" d=\"{data}\"/>"
        );
    }
}

fn look(view: &LevelView, nation: Nation, breaks: &Breaks, area: AreaIndex) -> Appearance {
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

fn fill(look: Appearance, breaks: &Breaks) -> String {
    match look {
        Appearance::Class(class) => class_colour(breaks, class),
        Appearance::Suppressed => "url(#first-dots)".into(),
        Appearance::Missing => "url(#first-hatching)".into(),
        Appearance::Elsewhere => "var(--elsewhere)".into(),
    }
}

/// All that an area of the nation can look like.
fn kinds(breaks: &Breaks) -> impl Iterator<Item = Appearance> {
    (0..breaks.classes() as u8)
        .map(Appearance::Class)
        .chain([Appearance::Suppressed, Appearance::Missing])
}

/// What most areas of the nation look like; `None` if it has none.
fn most_frequent(looks: &[Appearance], breaks: &Breaks) -> Option<Appearance> {
    let number = |kind: Appearance| looks.iter().filter(|&&look| look == kind).count();
    kinds(breaks)
        .max_by_key(|&kind| number(kind))
        .filter(|&kind| number(kind) > 0)
}

/// The marks of rising areas: those too small for a halo with what they lie on, and the others. As
/// the painter sizes them.
fn triangles(
    shapes: &Topology,
    looks: &[Appearance],
    rising: impl Iterator<Item = AreaIndex>,
) -> (Vec<(Appearance, String)>, String) {
    let unit = (-MARKS_BELOW).exp2();
    let (mut small, mut large) = (vec![], String::new());
    for area in rising {
        let (Some(Point { x, y }), Some(bounds)) = (shapes.inside_point(area), shapes.bounds(area))
        else {
            continue;
        };
        let Some(&look) = looks.get(usize::from(area)) else {
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
            large += &path
        } else {
            small.push((look, path))
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
    fn the_picture_says_what_it_shows_and_stays_small() {
        let PageData {
            manifest,
            nation,
            view,
        } = edition();
        let MapSvg { frame, drawing } =
            render(&view, nation, &manifest.breaks, "12 of \"315\" & more").unwrap();
        assert!(frame.contains("aria-label=\"12 of &quot;315&quot; &amp; more\""));
        assert!(
            !drawing.contains("style="),
            "the page's security policy forbids it"
        );
        // A mark for each rising area.
        let marks = drawing.matches('M').count();
        assert_eq!(
            marks as u32,
            view.snapshot.totals(&view.table, nation).rising
        );
        assert!(drawing.len() < 120_000, "{} bytes", drawing.len());
        assert!(frame.len() < 500, "{} bytes", frame.len());
    }

    #[test]
    fn every_look_of_the_nation_has_its_colour() {
        let PageData {
            manifest,
            nation,
            view,
        } = edition();
        let drawing = render(&view, nation, &manifest.breaks, "").unwrap().drawing;
        for area in areas_in(&view.table, nation) {
            let fill = fill(
                look(&view, nation, &manifest.breaks, area),
                &manifest.breaks,
            );
            assert!(drawing.contains(&format!("fill=\"{fill}\"")), "{fill}");
        }
    }
}
