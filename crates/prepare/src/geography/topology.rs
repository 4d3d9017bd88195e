//! Reads mapshaper's TopoJSON, rounds it to a fixed grid, and writes it compactly.
//!
//! mapshaper chooses its grid by the extent of a file, so two files would have two grids and their
//! common borders would differ by a few metres. One grid for both levels keeps an authority's
//! border equal to those of its neighbourhoods. The structures are our own because the `topojson`
//! crate writes every coordinate as a float, which takes a third more bytes.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};
use serde::{Deserialize, Serialize};

/// Grid steps per degree: 0.00001°, about one metre. The sources are generalised to about 200 m.
/// The grid is finer so that rounding does not move the points at which mapshaper repaired
/// crossings.
pub const STEPS_PER_DEGREE: f64 = 100_000.0;

/// A point of the grid: longitude and latitude in steps.
pub type Point = [i64; 2];

/// The name of the only object in a file.
pub const OBJECT: &str = "areas";

/// A TopoJSON file; `C` is the type of its coordinates.
#[derive(Debug, Serialize, Deserialize)]
struct File<C> {
    #[serde(rename = "type")]
    kind: Topology,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    transform: Option<Transform>,
    objects: BTreeMap<String, Collection>,
    arcs: Vec<Vec<[C; 2]>>,
}

#[derive(Debug, Serialize, Deserialize)]
enum Topology {
    Topology,
}

#[derive(Debug, Serialize, Deserialize)]
struct Transform {
    scale: [f64; 2],
    translate: [f64; 2],
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "type")]
enum Collection {
    GeometryCollection { geometries: Vec<Geometry> },
}

#[derive(Debug, Serialize, Deserialize)]
struct Geometry {
    #[serde(flatten)]
    shape: Shape,
    properties: Properties,
}

/// The properties of an area.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Properties {
    /// GSS code.
    pub code: String,
    /// English name; authorities only.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// Code of the authority an MSOA is in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub parent: Option<String>,
}

/// The rings of an area as arc numbers: a negative number `!i` is arc `i` reversed, as in TopoJSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
enum Shape {
    Polygon { arcs: Vec<Vec<i64>> },
    MultiPolygon { arcs: Vec<Vec<Vec<i64>>> },
}

/// A polygon on the grid: closed rings without the repeated last point, the outer ring first.
pub type Polygon = Vec<Vec<Point>>;

/// Areas with shared borders on the grid.
#[derive(Debug)]
pub struct Layer {
    arcs: Vec<Vec<Point>>,
    areas: Vec<(Properties, Vec<Vec<Vec<i64>>>)>,
}

impl Layer {
    /// Reads mapshaper's unquantised TopoJSON with one layer, and rounds it to the grid. The areas
    /// are sorted by code.
    ///
    /// # Errors
    /// If the content is anything else, or an arc number is out of range.
    pub fn read(json: &[u8]) -> Result<Self> {
        let file: File<f64> =
            serde_json::from_slice(json).context("not TopoJSON as mapshaper writes it")?;
        ensure!(
            file.transform.is_none(),
            "the TopoJSON is quantised; write it with mapshaper's no-quantization"
        );
        ensure!(
            file.objects.len() == 1,
            "{} layers in the TopoJSON, one was expected",
            file.objects.len()
        );
        let arcs: Vec<Vec<Point>> = file.arcs.iter().map(|arc| on_grid(arc)).collect();
        let mut areas = Vec::new();
        for Collection::GeometryCollection { geometries } in file.objects.into_values() {
            for Geometry { shape, properties } in geometries {
                let polygons = match shape {
                    Shape::Polygon { arcs } => vec![arcs],
                    Shape::MultiPolygon { arcs } => arcs,
                };
                let inside = polygons
                    .iter()
                    .flatten()
                    .flatten()
                    .all(|&arc| index(arc) < arcs.len());
                ensure!(
                    inside,
                    "{} refers to an arc that is not in the file",
                    properties.code
                );
                areas.push((properties, polygons));
            }
        }
        areas.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(Self { arcs, areas })
    }

    /// Returns the properties of the areas, sorted by code.
    pub fn properties(&self) -> impl Iterator<Item = &Properties> {
        self.areas.iter().map(|(properties, _)| properties)
    }

    /// Changes the properties of each area.
    pub fn update_properties(&mut self, mut each: impl FnMut(&mut Properties)) {
        self.areas
            .iter_mut()
            .for_each(|(properties, _)| each(properties));
    }

    /// Returns the polygons of each area, sorted by code.
    pub fn polygons(&self) -> Vec<Vec<Polygon>> {
        self.areas
            .iter()
            .map(|(_, polygons)| {
                polygons
                    .iter()
                    .map(|rings| rings.iter().map(|ring| self.ring(ring)).collect())
                    .collect()
            })
            .collect()
    }

    fn ring(&self, arcs: &[i64]) -> Vec<Point> {
        let mut points = Vec::new();
        for &arc in arcs {
            let line = &self.arcs[index(arc)];
            // The last point of an arc is the first of the next.
            let keep = line.len() - 1;
            if arc < 0 {
                points.extend(line.iter().rev().take(keep));
            } else {
                points.extend(line.iter().take(keep));
            }
        }
        points
    }

    /// Returns the numbers of arcs and points in the file.
    pub fn size(&self) -> (usize, usize) {
        (self.arcs.len(), self.arcs.iter().map(Vec::len).sum())
    }

    /// The TopoJSON text: integers, delta-coded, one arc and one area a line so that a change can
    /// be read as a diff.
    ///
    /// # Errors
    /// If serialising fails, which these types rule out.
    pub fn to_json(&self) -> Result<String> {
        let step = 1.0 / STEPS_PER_DEGREE;
        let mut json = format!(
            "{{\"type\":\"Topology\",\"transform\":{},\"objects\":{{\"{OBJECT}\":\
             {{\"type\":\"GeometryCollection\",\"geometries\":[\n",
            serde_json::to_string(&Transform {
                scale: [step, step],
                translate: [0.0, 0.0]
            })?
        );
        let geometries = self.areas.iter().map(|(properties, polygons)| {
            let shape = match polygons.as_slice() {
                [only] => Shape::Polygon { arcs: only.clone() },
                _ => Shape::MultiPolygon {
                    arcs: polygons.clone(),
                },
            };
            serde_json::to_string(&Geometry {
                shape,
                properties: properties.clone(),
            })
        });
        json += &geometries.collect::<Result<Vec<_>, _>>()?.join(",\n");
        json += "\n]}},\"arcs\":[\n";
        let arcs = self
            .arcs
            .iter()
            .map(|arc| serde_json::to_string(&deltas(arc)));
        json += &arcs.collect::<Result<Vec<_>, _>>()?.join(",\n");
        json += "\n]}\n";
        Ok(json)
    }
}

/// Returns the index of the arc of a signed TopoJSON arc number.
fn index(arc: i64) -> usize {
    let forwards = if arc < 0 { !arc } else { arc };
    usize::try_from(forwards).expect("not negative")
}

/// Rounds an arc to the grid, and removes points equal to the one before. At least two points
/// remain, so that rings can be assembled from arcs of any length.
fn on_grid(arc: &[[f64; 2]]) -> Vec<Point> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "degrees times 100,000 are far inside i64"
    )]
    let mut points: Vec<Point> = arc
        .iter()
        .map(|point| point.map(|degrees| (degrees * STEPS_PER_DEGREE).round() as i64))
        .collect();
    let last = points.last().copied();
    points.dedup();
    if points.len() == 1 {
        points.extend(last);
    }
    points
}

/// Returns the first point, and then the difference of each point to the one before.
fn deltas(arc: &[Point]) -> Vec<Point> {
    let mut previous = [0, 0];
    arc.iter()
        .map(|&point| {
            let delta = [point[0] - previous[0], point[1] - previous[1]];
            previous = point;
            delta
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two squares with a common side; the right one has an island.
    const SQUARES: &str = r#"{"type":"Topology","arcs":[
        [[0.00001,0],[0.00001,0.00001]],
        [[0.00001,0],[0,0],[0,0.000010001],[0.00001,0.00001]],
        [[0.00001,0.00001],[0.00002,0.00001],[0.00002,0.000011],[0.00002,0],[0.00001,0]],
        [[0.00005,0],[0.00005,0.00001],[0.00006,0],[0.00005,0]]],
        "objects":{"layer":{"type":"GeometryCollection","geometries":[
        {"type":"MultiPolygon","arcs":[[[2,0]],[[3]]],"properties":{"code":"B","parent":"P"}},
        {"type":"Polygon","arcs":[[1,-1]],"properties":{"code":"A","parent":"P"}}]}}}"#;

    #[test]
    fn read_rounds_rings_and_sorts_by_code() {
        let layer = Layer::read(SQUARES.as_bytes()).unwrap();
        let codes: Vec<_> = layer.properties().map(|area| area.code.as_str()).collect();
        assert_eq!(codes, ["A", "B"]);
        let polygons = layer.polygons();
        assert_eq!(polygons[0][0], [vec![[1, 0], [0, 0], [0, 1], [1, 1]]]);
        assert_eq!(polygons[1][0], [vec![[1, 1], [2, 1], [2, 0], [1, 0]]]);
        assert_eq!(polygons[1][1], [vec![[5, 0], [5, 1], [6, 0]]]);
    }

    #[test]
    fn to_json_writes_integer_differences() {
        let json = Layer::read(SQUARES.as_bytes()).unwrap().to_json().unwrap();
        let file: File<i64> = serde_json::from_str(&json).unwrap();
        assert_eq!(file.arcs[2], [[1, 1], [1, 0], [0, -1], [-1, 0]]);
        assert_eq!(file.transform.unwrap().scale, [0.00001, 0.00001]);
        assert!(
            json.contains(
                r#"{"type":"Polygon","arcs":[[1,-1]],"properties":{"code":"A","parent":"P"}}"#
            ),
            "{json}"
        );
    }

    #[test]
    fn read_unknown_arc_number_is_error() {
        let broken = SQUARES.replace("[[1,-1]]", "[[1,9]]");
        let error = Layer::read(broken.as_bytes()).unwrap_err();
        assert!(error.to_string().contains("A refers to an arc"), "{error}");
    }
}
