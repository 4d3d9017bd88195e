//! Compiles GeoJSON areas with rings on a small grid, which share borders, touch, cross and fold
//! more often than real ones.

#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use rising_fuzz::to_file;
use rising_prepare::boundaries::Boundaries;
use serde_json::{Value, json};

/// The byte that separates areas. [`RING`] separates rings; all other bytes are vertices on a grid
/// of 10 × 10.
const AREA: u8 = 255;
const RING: u8 = 254;

fn ring(vertices: &[u8]) -> Value {
    let at = |place: &u8| {
        json!([
            f64::from(place % 10) / 10.0 - 2.0,
            f64::from(place / 10 % 10) / 10.0 + 52.0
        ])
    };
    vertices.iter().chain(vertices.first()).map(at).collect()
}

fuzz_target!(|bytes: &[u8]| {
    let features: Vec<Value> = (0..)
        .zip(bytes.split(|byte| *byte == AREA))
        .map(|(number, rings)| {
            let rings: Vec<Value> = rings.split(|byte| *byte == RING).map(ring).collect();
            let geometry = match number % 2 {
                0 => json!({ "type": "Polygon", "coordinates": rings }),
                _ => json!({ "type": "MultiPolygon", "coordinates": rings.iter().map(|ring| [ring]).collect::<Vec<_>>() }),
            };
            json!({ "type": "Feature", "properties": { "code": format!("E{number}") }, "geometry": geometry })
        })
        .collect();
    let collection = json!({ "type": "FeatureCollection", "features": features });
    let read = Boundaries::parse(
        Path::new("areas.geojson"),
        collection.to_string().as_bytes(),
    );
    to_file(&read.expect("these are boundaries"));
});
