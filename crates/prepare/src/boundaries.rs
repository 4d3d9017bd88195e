//! Reads boundaries, TopoJSON or GeoJSON in degrees, and turns them into a topology of ranked
//! vertices.

mod geo;
mod rank;
mod reduce;
mod stitch;
mod topo;

use std::path::{Path, PathBuf};

use rising_model::domain::area::AreaCode;
use rising_model::shapes::geometry::{self, ArcUse, Point, RankedPoints, Topology, TopologyError};
use serde_json::{Map, Value};
use thiserror::Error;

pub use self::reduce::{Reduction, reduce};
use crate::input;
use crate::printable::{self, Printable};
use crate::problem::FileError;

/// The zoom at which a stored unit is one CSS pixel: 22 m on the ground in the middle of England.
pub const UNIT_ZOOM: u8 = 12;

/// An error in a boundary file.
#[derive(Debug, Error)]
pub enum BoundaryError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file is neither TopoJSON nor GeoJSON.
    #[error(
        "{file}: {reason}; expected a TopoJSON topology or a GeoJSON feature collection of \
         polygons in degrees (WGS84)",
        file = printable::path(.file),
        reason = Printable::sentence(.reason)
    )]
    NotBoundaries {
        /// The file.
        file: PathBuf,
        /// The fault.
        reason: String,
    },
    /// A feature has no valid code.
    #[error(
        "{file}: feature {number} has no area code of 1 to 16 letters, digits, hyphens or \
         underscores; give it as a property \"code\" or \"id\" (or one ending in CD) or as the \
         feature's id. Its properties: {found}",
        file = printable::path(.file),
        found = Printable::sentence(.found)
    )]
    NoCode {
        /// The file.
        file: PathBuf,
        /// Position from 1.
        number: usize,
        /// The names of its properties.
        found: String,
    },
    /// Two features have the same code.
    #[error(
        "{file}: area {code} has two features; merge them into one multipolygon",
        file = printable::path(.file)
    )]
    DuplicateArea {
        /// The file.
        file: PathBuf,
        /// The area.
        code: AreaCode,
    },
    /// The rings do not enclose separate areas.
    #[error(
        "{file}: {reason}; repair the boundaries (mapshaper -clean)",
        file = printable::path(.file),
        reason = Printable::sentence(.reason)
    )]
    Topology {
        /// The file.
        file: PathBuf,
        /// The fault, with the codes of the areas.
        reason: String,
    },
}

/// An area with a shape.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// Its code.
    pub code: AreaCode,
    /// Its name, where the file has one.
    pub name: Option<String>,
    /// The area it belongs to, where the file says so.
    pub parent: Option<AreaCode>,
    /// Its rings, with the inside on the right.
    pub rings: Vec<Vec<ArcUse>>,
}

/// The areas of a boundary file and the arcs that their rings share.
#[derive(Clone, Debug, PartialEq)]
pub struct Boundaries {
    /// In the file's order.
    pub shapes: Vec<Shape>,
    /// Vertices in units of [`UNIT_ZOOM`].
    arcs: Vec<Vec<Point>>,
    file: PathBuf,
}

impl Boundaries {
    /// Reads a TopoJSON or GeoJSON file; either may be gzip.
    ///
    /// # Errors
    /// If the file is neither, an area has no code, or two areas have the same.
    pub fn read(path: &Path) -> Result<Boundaries, BoundaryError> {
        Boundaries::parse(path, &input::read(path)?)
    }

    /// Parses the decompressed content of a boundary file; messages name it as `path`.
    ///
    /// # Errors
    /// As [`Boundaries::read`].
    pub fn parse(path: &Path, content: &[u8]) -> Result<Boundaries, BoundaryError> {
        let not_boundaries = |reason: String| BoundaryError::NotBoundaries {
            file: path.to_owned(),
            reason,
        };
        let value: Value =
            serde_json::from_slice(content).map_err(|error| not_boundaries(error.to_string()))?;
        let raw = match value.get("type").and_then(Value::as_str) {
            Some("Topology") => topo::read(value).map_err(not_boundaries)?,
            Some("FeatureCollection") => geo::read(value).map_err(not_boundaries)?,
            other => return Err(not_boundaries(format!("its type is {other:?}"))),
        };
        let arcs = raw.arcs.iter().map(|arc| on_grid(arc)).collect();
        let mut boundaries = Boundaries {
            shapes: vec![],
            arcs,
            file: path.to_owned(),
        };
        for (number, feature) in (1..).zip(raw.features) {
            let property_names = || {
                feature
                    .properties
                    .keys()
                    .cloned()
                    .collect::<Vec<_>>()
                    .join(", ")
            };
            let code = area_code(&feature);
            let code = code.ok_or_else(|| BoundaryError::NoCode {
                file: path.to_owned(),
                number,
                found: property_names(),
            })?;
            let text = |key: &str| feature.properties.get(key).and_then(Value::as_str);
            // Rounding to the grid can make an arc a single point. These arcs are left out, and
            // rings of nothing else with them.
            let is_line = |used: &ArcUse| boundaries.arcs[used.arc as usize].len() > 1;
            let rings = feature
                .rings
                .into_iter()
                .map(|ring| orient(ring, &raw.arcs))
                .map(|ring| ring.into_iter().filter(is_line).collect())
                .filter(|ring: &Vec<ArcUse>| !ring.is_empty())
                .collect();
            boundaries.shapes.push(Shape {
                code,
                name: text("name").map(str::to_owned),
                parent: feature.properties.get("parent").and_then(parse_code),
                rings,
            });
        }
        if boundaries.shapes.is_empty() {
            return Err(not_boundaries("it has no areas".into()));
        }
        let mut codes: Vec<&AreaCode> = boundaries.shapes.iter().map(|shape| &shape.code).collect();
        codes.sort();
        if let Some(pair) = codes.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(BoundaryError::DuplicateArea {
                file: path.to_owned(),
                code: pair[0].clone(),
            });
        }
        Ok(boundaries)
    }

    /// Returns the topology of the shapes at the positions of `order`, each vertex with its rank.
    ///
    /// # Errors
    /// If a ring is not closed, or areas overlap.
    pub fn topology(&self, order: &[usize]) -> Result<Topology, BoundaryError> {
        let areas: Vec<Vec<Vec<ArcUse>>> = order
            .iter()
            .map(|&position| self.shapes[position].rings.clone())
            .collect();
        let arcs: Vec<RankedPoints> = rank::rank_vertices(&self.arcs, &areas);
        Topology::new(UNIT_ZOOM, &arcs, &areas).map_err(|error| BoundaryError::Topology {
            file: self.file.clone(),
            reason: self.describe_error(&error, order),
        })
    }

    /// Describes an error of the topology of these shapes, with the codes of the areas.
    fn describe_error(&self, error: &TopologyError, order: &[usize]) -> String {
        let code = |area: usize| {
            order
                .get(area)
                .map_or("?", |&position| self.shapes[position].code.as_str())
        };
        match *error {
            TopologyError::Overlap(one, other, _) => {
                format!(
                    "areas {} and {} overlap",
                    code(one.into()),
                    code(other.into())
                )
            }
            TopologyError::NoSuchArc { area, .. }
            | TopologyError::OpenRing { area, .. }
            | TopologyError::EmptyRing { area } => format!("area {}: {error}", code(area)),
            TopologyError::ShortArc(_) | TopologyError::TooMany(_) => error.to_string(),
        }
    }
}

/// Returns the property `code` or `id`; else the only property whose name ends in CD, as the Office
/// for National Statistics names them (`LAD19CD`); else the feature's own id.
fn area_code(feature: &Feature) -> Option<AreaCode> {
    let properties = &feature.properties;
    if let Some(code) = properties.get("code").or_else(|| properties.get("id")) {
        return parse_code(code);
    }
    let mut codes = properties
        .iter()
        .filter(|(key, _)| key.to_ascii_uppercase().ends_with("CD"));
    match (codes.next(), codes.next()) {
        (Some((_, only)), None) => parse_code(only),
        _ => feature.id.as_ref().and_then(parse_code),
    }
}

/// Parses a code, a string (which keeps leading zeros) or a whole number.
fn parse_code(value: &Value) -> Option<AreaCode> {
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => number.as_u64()?.to_string().parse().ok(),
        _ => None,
    }
}

/// A position in units of [`UNIT_ZOOM`], before rounding to the grid.
type Position = (f64, f64);

/// The content of a file before codes are read and positions rounded.
struct RawBoundaries {
    arcs: Vec<Vec<Position>>,
    features: Vec<Feature>,
}

struct Feature {
    /// The feature's own id, which is not one of its properties.
    id: Option<Value>,
    properties: Map<String, Value>,
    rings: Vec<RawRing>,
}

/// A ring, clockwise or anticlockwise.
struct RawRing {
    uses: Vec<ArcUse>,
    /// Whether it is an outer ring, not a hole in one.
    outer: bool,
}

/// Projects a longitude and latitude.
fn position(degrees: &[f64]) -> Result<Position, String> {
    match *degrees {
        [longitude, latitude, ..] if longitude.abs() <= 180.0 && latitude.abs() <= 85.0 => {
            Ok(geometry::project(longitude, latitude, UNIT_ZOOM))
        }
        _ => Err(format!(
            "{degrees:?} is not a longitude and latitude in degrees"
        )),
    }
}

/// Rounds an arc to the grid and removes repeated points.
fn on_grid(arc: &[Position]) -> Vec<Point> {
    let mut points: Vec<Point> = arc
        .iter()
        .map(|&(x, y)| Point {
            x: x.round() as i32,
            y: y.round() as i32,
        })
        .collect();
    points.dedup();
    points
}

/// Returns the ring with its inside on the right. The orientation is found before rounding: a ring
/// that rounding flattens must keep its orientation, which its neighbours depend on.
fn orient(ring: RawRing, arcs: &[Vec<Position>]) -> Vec<ArcUse> {
    let RawRing { mut uses, outer } = ring;
    if (clockwise_area(&uses, arcs) > 0.0) != outer {
        uses.reverse();
        for used in &mut uses {
            used.reversed = !used.reversed;
        }
    }
    uses
}

/// Returns twice the area of a ring, positive if the ring is clockwise on screen.
fn clockwise_area(uses: &[ArcUse], arcs: &[Vec<Position>]) -> f64 {
    let cross = |a: Position, b: Position| a.0 * b.1 - b.0 * a.1;
    // Relative to a vertex of the ring, because products far from the origin lose digits.
    let Some(&(x, y)) = uses
        .first()
        .and_then(|used| arcs[used.arc as usize].first())
    else {
        return 0.0;
    };
    let relative = |p: Position| (p.0 - x, p.1 - y);
    let arc_area = |used: &ArcUse| {
        let sum: f64 = arcs[used.arc as usize]
            .windows(2)
            .map(|pair| cross(relative(pair[0]), relative(pair[1])))
            .sum();
        if used.reversed { -sum } else { sum }
    };
    uses.iter().map(arc_area).sum()
}

#[cfg(test)]
mod tests;
