//! Draws the outlines of groups of areas as the data of SVG paths.
//!
//! A border between two areas of one group is not part of the group's outline and is left out: the
//! outlines of hundreds of areas then have only a few thousand corners.

use std::collections::HashMap;
use std::fmt::Write as _;

use rising_model::domain::area::AreaIndex;
use rising_model::shapes::geometry::{Arc, OUTSIDE, Point, Topology};

/// A line of two points or more, in units of the topology.
type Line = Vec<Point>;

/// Returns the closed outline of the areas for which `inside` is true.
pub fn outline(topology: &Topology, inside: impl Fn(AreaIndex) -> bool) -> String {
    let is_in = |face: AreaIndex| face != OUTSIDE && inside(face);
    let mut lines = vec![];
    for arc in topology.arcs() {
        match (is_in(arc.left), is_in(arc.right)) {
            (false, true) => lines.push(arc.points.to_vec()),
            (true, false) => lines.push(arc.points.iter().rev().copied().collect()),
            _ => {}
        }
    }
    path(&join(lines), true)
}

/// Returns the borders for which `wanted` is true.
pub fn borders(topology: &Topology, wanted: impl Fn(&Arc<'_>) -> bool) -> String {
    let lines = topology
        .arcs()
        .filter(|arc| wanted(arc))
        .map(|arc| arc.points.to_vec())
        .collect();
    path(&join(lines), false)
}

/// Joins lines end to start, so that the path has as few separate lines as possible.
fn join(lines: Vec<Line>) -> Vec<Line> {
    let key = |point: &Point| (point.x, point.y);
    let mut from: HashMap<(i32, i32), Vec<usize>> = HashMap::new();
    for (number, line) in lines.iter().enumerate().rev() {
        from.entry(key(&line[0])).or_default().push(number);
    }
    let mut lines: Vec<Option<Line>> = lines.into_iter().map(Some).collect();
    let mut joined = vec![];
    for number in 0..lines.len() {
        let Some(mut line) = lines[number].take() else {
            continue;
        };
        while line.first() != line.last() {
            let Some(next) = line
                .last()
                .and_then(|end| from.get_mut(&key(end)))
                .and_then(|next| {
                    std::iter::from_fn(|| next.pop()).find_map(|number| lines[number].take())
                })
            else {
                break;
            };
            line.extend(&next[1..]);
        }
        joined.push(line);
    }
    joined
}

/// Writes the lines as relative moves, which have short numbers.
fn path(lines: &[Line], closed: bool) -> String {
    let mut data = String::new();
    let mut pen = Point { x: 0, y: 0 };
    for line in lines {
        let Some((&start, rest)) = line.split_first() else {
            continue;
        };
        step(&mut data, 'm', pen, start);
        pen = start;
        let mut command = 'l';
        // A closed line ends at its start.
        for &point in if closed {
            &rest[..rest.len().saturating_sub(1)]
        } else {
            rest
        } {
            if point != pen {
                step(&mut data, command, pen, point);
                (pen, command) = (point, ' ');
            }
        }
        if closed {
            data.push('z');
            pen = start;
        }
    }
    data
}

/// Writes a command, or a space if the last one continues, and the vector from one point to
/// another. A minus sign separates numbers as a space does.
fn step(data: &mut String, command: char, from: Point, to: Point) {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    if command != ' ' || dx >= 0 {
        data.push(command);
    }
    // Writing to a string cannot fail.
    let _ = write!(data, "{dx}");
    if dy >= 0 {
        data.push(' ');
    }
    let _ = write!(data, "{dy}");
}

#[cfg(test)]
mod tests {
    use rising_model::shapes::geometry::ArcUse;

    use super::*;

    /// Two squares side by side, with sides of ten units.
    fn squares() -> Topology {
        let line = |points: &[(i32, i32)]| {
            points
                .iter()
                .map(|&(x, y)| (Point { x, y }, 0))
                .collect::<Vec<_>>()
        };
        let arcs = [
            line(&[(10, 0), (10, 10)]),
            line(&[(10, 10), (0, 10), (0, 0), (10, 0)]),
            line(&[(10, 0), (20, 0), (20, 10), (10, 10)]),
        ];
        let used = |arc, reversed| ArcUse { arc, reversed };
        let areas = [
            vec![vec![used(0, false), used(1, false)]],
            vec![vec![used(0, true), used(2, false)]],
        ];
        Topology::new(5, &arcs, &areas).unwrap()
    }

    #[test]
    fn outline_leaves_out_shared_border() {
        assert_eq!(
            outline(&squares(), |area| area == 0),
            "m10 0l0 10-10 0 0-10z"
        );
        assert_eq!(
            outline(&squares(), |_| true),
            "m10 10l-10 0 0-10 10 0 10 0 0 10z"
        );
        assert_eq!(outline(&squares(), |_| false), "");
    }

    #[test]
    fn borders_are_those_wanted() {
        assert_eq!(
            borders(&squares(), |arc| arc.left != OUTSIDE
                && arc.right != OUTSIDE),
            "m10 0l0 10"
        );
        assert_eq!(borders(&squares(), |_| false), "");
    }
}
