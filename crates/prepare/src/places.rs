//! Reads the list of towns whose names orient users on the map.

use std::path::Path;

use anyhow::Context;
use rising_model::shapes::geometry;
use rising_model::shapes::places::{Place, UNIT_ZOOM};
use serde::Deserialize;

use crate::display_text;
use crate::input;

#[derive(Deserialize)]
struct PlaceRow {
    name: String,
    lat: f64,
    lon: f64,
    population: u32,
}

/// Reads `name,lat,lon,population`, in degrees. Returns the largest places first.
///
/// # Errors
/// If the file cannot be read, or a value is invalid.
pub fn read(path: &Path) -> anyhow::Result<Vec<Place>> {
    parse(&input::read(path)?).with_context(|| format!("{}: the list of places", path.display()))
}

/// Parses the content of the list.
///
/// # Errors
/// As [`read`].
pub fn parse(content: &[u8]) -> anyhow::Result<Vec<Place>> {
    let mut places = vec![];
    for (line, row) in (2..).zip(csv::Reader::from_reader(content).deserialize()) {
        let mut row: PlaceRow = row?;
        row.name = display_text::clean("place", &row.name)
            .with_context(|| format!("line {line}: name"))?;
        anyhow::ensure!(
            !row.name.is_empty(),
            "line {line}: the place has no name; fill it in or remove the line"
        );
        let inside = row.lat.abs() <= 85.0 && row.lon.abs() <= 180.0;
        anyhow::ensure!(
            inside,
            "line {line}: {} is at {}, {}, which is not a latitude and longitude in degrees; \
             correct it",
            row.name,
            row.lat,
            row.lon
        );
        let (x, y) = geometry::project(row.lon, row.lat, UNIT_ZOOM);
        places.push(Place {
            name: row.name,
            x: x.round() as i32,
            y: y.round() as i32,
            population: row.population,
        });
    }
    places.sort_by(|a, b| {
        b.population
            .cmp(&a.population)
            .then_with(|| a.name.cmp(&b.name))
    });
    Ok(places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_sorts_largest_first() {
        let places =
            parse(b"population,name,lat,lon\n10000,Ross,51.9,-2.6\n60000,Hereford,52.06,-2.72\n")
                .unwrap();
        assert_eq!(places[0].name, "Hereford");
        let (longitude, latitude) =
            geometry::unproject(f64::from(places[0].x), f64::from(places[0].y), UNIT_ZOOM);
        assert!((longitude + 2.72).abs() < 2e-4 && (latitude - 52.06).abs() < 2e-4);
    }

    #[test]
    fn parse_invalid_value_is_error_with_line() {
        let error = parse(b"name,lat,lon,population\nHereford,52,-2,many\n").unwrap_err();
        assert!(error.to_string().contains("line: 2"), "{error}");
        assert!(parse(b"name,lat,lon,population\nHereford,240000,350000,1\n").is_err());
    }

    #[test]
    fn parse_cleans_name_and_rejects_invisible_one() {
        let of =
            |name: &str| parse(format!("name,lat,lon,population\n\"{name}\",52,-2,1\n").as_bytes());
        assert_eq!(
            of("Here\u{202e}ford\r\n\u{200b}").unwrap()[0].name,
            "Hereford"
        );
        for name in ["", "\u{200b}", "\u{7}"] {
            let error = format!("{:#}", of(name).unwrap_err());
            assert!(error.contains("line 2"), "{error}");
        }
    }
}
