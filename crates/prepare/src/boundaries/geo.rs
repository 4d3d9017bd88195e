//! Reads GeoJSON. Each area has its own copy of a border; [`super::stitch`] finds the shared ones.

use geojson::feature::Id;
use geojson::{FeatureCollection, GeometryValue};
use rising_model::shapes::geometry::Point;
use serde_json::Value as Json;

use super::{Feature, RawBoundaries, RawRing, position, stitch};

/// Steps per degree by which vertices are compared, 1 cm on the ground. Shared borders are found
/// before vertices are rounded to the map's much coarser grid, where a ring may touch itself.
const PRECISION: f64 = 1e7;

pub(super) fn read(value: Json) -> Result<RawBoundaries, String> {
    let collection: FeatureCollection =
        serde_json::from_value(value).map_err(|error| error.to_string())?;
    let mut rings: Vec<Vec<Point>> = vec![];
    // Each feature's id and properties, and for each of its rings whether it is an outer one.
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
                    .map(|at| to_steps(at.as_slice()))
                    .collect::<Result<Vec<_>, _>>()?;
                points.dedup();
                if points.len() > 1 && points.first() == points.last() {
                    points.pop();
                }
                let points = without_spikes(points);
                // Two points or fewer enclose nothing.
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

/// Removes spikes from a ring whose first vertex is not repeated: vertices after which the ring
/// returns to the vertex before. Published boundaries have spikes. They enclose nothing, and the
/// topology would find the same area on both sides of one.
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
    // The first vertex is arbitrary, so a spike may span the end and the beginning.
    loop {
        match &kept[..] {
            [first, .., before, _] if first == before => kept.truncate(kept.len() - 2),
            [_, second, .., last] if second == last => drop(kept.drain(..2)),
            _ => return kept,
        }
    }
}

/// Converts a longitude and latitude in degrees to steps of [`PRECISION`].
fn to_steps(degrees: &[f64]) -> Result<Point, String> {
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
