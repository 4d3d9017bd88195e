//! The letters of names on the map, and the places of those of areas that fit into their areas.

use rising_model::domain::area::AreaIndex;
use rising_model::shapes::geometry::Topology;

use crate::scene::{Viewport, mark_size};

/// Font size in CSS pixels.
pub const SIZE: f64 = 11.0;
/// Font weight.
pub const WEIGHT: u32 = 600;
/// Width of the halo's stroke in CSS pixels.
pub const HALO: f64 = 3.0;
/// Radius of a town's dot in CSS pixels.
pub const DOT: f64 = 1.8;

/// Upper estimate of the average width of a letter of an area's name in CSS pixels.
const LETTER: f64 = 6.4;
/// Line height in CSS pixels.
const LINE: f64 = 12.5;

/// Largest number of lines of a name.
const MAX_LINES: usize = 3;

/// Number of steps along each side of an area's box; a label is tried at each inner grid point.
const GRID_STEPS: i32 = 28;

/// CSS pixels between the points at which a label is checked to be within its area.
const CHECK_DISTANCE: f64 = 9.0;

/// An area to label.
pub struct LabelledArea<'a> {
    /// The area.
    pub area: AreaIndex,
    /// Its name.
    pub name: &'a str,
    /// Whether the area has a mark, which the label must not cover.
    pub rising: bool,
}

/// A name placed on the map.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// The middle of the lines, in CSS pixels from the viewport's corner.
    pub x: f64,
    /// The upper edge, in CSS pixels from the viewport's corner.
    top: f64,
    lines: Vec<String>,
}

impl Label {
    /// Returns the lines with their baselines.
    pub fn lines(&self) -> impl Iterator<Item = (&str, f64)> {
        (0..).zip(&self.lines).map(|(number, line)| {
            (
                line.as_str(),
                self.top + SIZE * 0.85 + f64::from(number) * LINE,
            )
        })
    }
}

/// Returns the labels that fit into their areas without covering a mark.
pub fn place_labels<'a>(
    topology: &Topology,
    areas: impl Iterator<Item = LabelledArea<'a>>,
    viewport: &Viewport,
) -> Vec<Label> {
    areas
        .filter_map(|named| label(topology, &named, viewport))
        .collect()
}

fn label(topology: &Topology, named: &LabelledArea, viewport: &Viewport) -> Option<Label> {
    let scale = viewport.scale(topology);
    let bounds = topology.bounds(named.area)?;
    let anchor = topology.inside_point(named.area)?;
    let place = |x: i32, y: i32| {
        (
            f64::from(x) * scale - viewport.x,
            f64::from(y) * scale - viewport.y,
        )
    };
    let ((west, north), (east, south)) = (
        place(bounds.min.x, bounds.min.y),
        place(bounds.max.x, bounds.max.y),
    );
    let (mark_x, mark_y) = place(anchor.x, anchor.y);
    let mark = if named.rising {
        mark_size((east - west).min(south - north)) / 2.0 + 3.0
    } else {
        0.0
    };
    let contains = |x: f64, y: f64| {
        topology.contains(
            named.area,
            (x + viewport.x) / scale,
            (y + viewport.y) / scale,
        )
    };
    for lines in line_breaks(named.name) {
        let letters = lines
            .iter()
            .map(|line| line.chars().count())
            .max()
            .unwrap_or_default();
        let (width, height) = (
            letters as f64 * LETTER,
            (lines.len() - 1) as f64 * LINE + SIZE,
        );
        if width > east - west || height > south - north {
            continue;
        }
        let fits = |x: f64, y: f64| {
            let (left, top) = (x - width / 2.0, y - height / 2.0);
            let is_clear =
                |at: f64, from: f64, size: f64| at + mark < from || at - mark > from + size;
            let is_free =
                !named.rising || is_clear(mark_x, left, width) || is_clear(mark_y, top, height);
            is_free
                && points(width).all(|dx| points(height).all(|dy| contains(left + dx, top + dy)))
        };
        let step = |from: f64, to: f64, number: i32| {
            from + (to - from) * f64::from(number) / f64::from(GRID_STEPS)
        };
        let grid = (1..GRID_STEPS).flat_map(|column| (1..GRID_STEPS).map(move |row| (column, row)));
        let places = grid.map(|(column, row)| (step(west, east, column), step(north, south, row)));
        let distance = |&(x, y): &(f64, f64)| (x - mark_x).hypot(y - mark_y);
        let best = places
            .filter(|&(x, y)| fits(x, y))
            .min_by(|a, b| distance(a).total_cmp(&distance(b)));
        if let Some((x, y)) = best {
            return Some(Label {
                x,
                top: y - height / 2.0,
                lines,
            });
        }
    }
    None
}

/// Returns points along a length, including both ends.
fn points(length: f64) -> impl Iterator<Item = f64> + Clone {
    let steps = (length / CHECK_DISTANCE).ceil().max(1.0) as u32;
    (0..=steps).map(move |step| length * f64::from(step) / f64::from(steps))
}

/// Returns the name broken into one line, two lines and so on, each as even as its words allow.
fn line_breaks(name: &str) -> Vec<Vec<String>> {
    let words: Vec<&str> = name.split(' ').collect();
    let mut ways = vec![];
    for lines in 1..=MAX_LINES.min(words.len()) {
        let longest = (1..=name.len())
            .find_map(|room| filled(&words, room).filter(|filled| filled.len() <= lines));
        ways.extend(longest.filter(|way| way.len() == lines));
    }
    ways
}

/// Fills lines of at most `room` letters with the words; `None` if a word is longer.
fn filled(words: &[&str], room: usize) -> Option<Vec<String>> {
    let mut lines: Vec<String> = vec![];
    for word in words {
        let length = word.chars().count();
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + length <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ if length <= room => lines.push((*word).to_owned()),
            _ => return None,
        }
    }
    Some(lines)
}

#[cfg(test)]
mod tests {
    use rising_model::shapes::geometry::{ArcUse, Point};

    use super::*;

    /// A square whose side is in CSS pixels at zoom 12.
    fn square(side: i32) -> Topology {
        let points =
            [(0, 0), (side, 0), (side, side), (0, side), (0, 0)].map(|(x, y)| (Point { x, y }, 0));
        let ring = vec![ArcUse {
            arc: 0,
            reversed: false,
        }];
        Topology::new(12, &[points.to_vec()], &[vec![ring]]).unwrap()
    }

    fn named(side: i32, name: &str, rising: bool) -> Option<Label> {
        let viewport = Viewport {
            zoom: 12.0,
            x: 0.0,
            y: 0.0,
            width: 400.0,
            height: 400.0,
            density: 1.0,
        };
        place_labels(
            &square(side),
            [LabelledArea {
                area: 0,
                name,
                rising,
            }]
            .into_iter(),
            &viewport,
        )
        .pop()
    }

    #[test]
    fn label_is_inside_its_area_in_as_few_lines_as_fit() {
        let lines = |side, name| named(side, name, false).map(|label| label.lines);
        assert_eq!(lines(300, "Golden Valley").unwrap(), ["Golden Valley"]);
        assert_eq!(lines(70, "Golden Valley").unwrap(), ["Golden", "Valley"]);
        assert_eq!(lines(30, "Golden Valley"), None);
        let label = named(300, "Golden Valley", false).unwrap();
        assert!((100.0..200.0).contains(&label.x), "{label:?}");
    }

    #[test]
    fn label_of_a_rising_area_does_not_cover_its_mark() {
        let label = named(300, "Golden Valley", true).unwrap();
        let middle = square(300).inside_point(0).unwrap();
        let from = label.top;
        let to = label.top + SIZE;
        let mark = f64::from(middle.y);
        assert!(
            to < mark - 6.0 || from > mark + 6.0,
            "{label:?} lies on the mark at {middle:?}"
        );
    }

    #[test]
    fn line_breaks_are_even() {
        let ways = line_breaks("Wigmore, Orleton & Brimfield");
        assert_eq!(ways[0], ["Wigmore, Orleton & Brimfield"]);
        assert_eq!(ways[1], ["Wigmore, Orleton", "& Brimfield"]);
        assert_eq!(ways.len(), 3);
        assert_eq!(line_breaks("Ledbury"), [["Ledbury"]]);
    }
}
