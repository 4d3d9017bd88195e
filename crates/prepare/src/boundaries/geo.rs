//! GeoJSON: every area has its own copy of each border; [`super::stitch`] makes them one.

use geojson::feature::Id;
use geojson::{FeatureCollection, GeometryValue};
use rising_model::geometry::Point;
use serde_json::Value as Json;

use super::{Feature, RawBoundaries, RawRing, position, stitch};

/// Parts of a degree by which vertices are told apart, 1 cm on the ground. Neighbours are found
/// before vertices move to the map's much coarser grid, where rings may come to touch themselves.
const PRECISION: f64 = 1e7;

pub(super) fn read(value: Json) -> Result<RawBoundaries, String> {
    let collection: FeatureCollection =
        serde_json::from_value(value).map_err(|error| error.to_string())?;
    let mut rings: Vec<Vec<Point>> = vec![];
    // For each feature its id and properties, and for each ring of it whether it is an outer one.
    let mut features = vec![];
    for feature in collection.features {
        let polygons = match feature.geometry.map(|geometry| geometry.value) {
            Some(GeometryValue::Polygon { coordinates }) => vec![coordinates],
            Some(GeometryValue::MultiPolygon { coordinates }) => coordinates,
            _ => return Err("it has a feature that is no polygon".into()),
        };
        let mut outer = vec![];
        for polygon in polygons {
            for (number, ring) in polygon.iter().enumerate() {
                let mut points = ring
                    .iter()
                    .map(|at| fine(at.as_slice()))
                    .collect::<Result<Vec<_>, _>>()?;
                points.dedup();
                if points.len() > 1 && points.first() == points.last() {
                    points.pop();
                }
                let points = without_spikes(points);
                // Fewer enclose nothing.
                if points.len() > 2 {
                    rings.push(points);
                    outer.push(number == 0);
                }
            }
        }
        let id = feature.id.map(|id| match id {
            Id::String(text) => Json::String(text),
            Id::Number(number) => Json::Number(number),
        });
        features.push((id, feature.properties.unwrap_or_default(), outer));
    }
    let (arcs, uses) = stitch::stitch(&rings);
    let arcs = arcs
        .iter()
        .map(|arc| arc.iter().map(projected).collect())
        .collect::<Result<Vec<_>, _>>()?;
    let mut uses = uses.into_iter();
    let features = features
        .into_iter()
        .map(|(id, properties, outer)| {
            let rings = outer
                .into_iter()
                .zip(uses.by_ref())
                .map(|(outer, uses)| RawRing { uses, outer })
                .collect();
            Feature {
                id,
                properties,
                rings,
            }
        })
        .collect();
    Ok(RawBoundaries { arcs, features })
}

/// The ring, whose first vertex is not repeated, without vertices to which it goes and straight
/// back. Published boundaries have such spikes; they enclose nothing, and a neighbour on each side
/// of one would be the same area.
fn without_spikes(points: Vec<Point>) -> Vec<Point> {
    let mut kept: Vec<Point> = vec![];
    for point in points {
        kept.push(point);
        while let [.., before, _, after] = &kept[..]
            && before == after
        {
            kept.truncate(kept.len() - 2);
        }
    }
    // It has no first vertex: a spike may lie across the two ends.
    loop {
        match &kept[..] {
            [first, .., before, _] if first == before => kept.truncate(kept.len() - 2),
            [_, second, .., last] if second == last => drop(kept.drain(..2)),
            _ => return kept,
        }
    }
}

/// A longitude and latitude in parts of a degree.
fn fine(degrees: &[f64]) -> Result<Point, String> {
    position(degrees)?;
    Ok(Point {
        x: (degrees[0] * PRECISION).round() as i32,
        y: (degrees[1] * PRECISION).round() as i32,
    })
}

fn projected(point: &Point) -> Result<super::Position, String> {
    position(&[
        f64::from(point.x) / PRECISION,
        f64::from(point.y) / PRECISION,
    ])
}
