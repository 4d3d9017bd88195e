//! Chooses the towns and cities whose names orient users on a map without background tiles.

use geo::{Contains as _, Distance as _, Haversine, MultiPolygon, Point};
use serde::Serialize;

use super::geonames::{Record, RecordFault};

/// A line of `data/places.csv`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Place {
    /// The name in its British spelling.
    pub name: String,
    /// Degrees north, WGS84.
    pub lat: f64,
    /// Degrees east, WGS84.
    pub lon: f64,
    /// The population in GeoNames, only for sorting.
    pub population: u32,
    /// `england`, `wales`, `scotland` or `ni`.
    pub nation: &'static str,
}

/// Names with their short forms for the map.
const SHORTENED: &[(&str, &str)] = &[
    ("East Dereham", "Dereham"),
    ("Isle of Arran", "Arran"),
    ("Isle of Islay", "Islay"),
    ("Isle of North Uist", "North Uist"),
    ("Isle of South Uist", "South Uist"),
    ("Kingston upon Hull", "Hull"),
    ("Royal Leamington Spa", "Leamington Spa"),
    ("Royal Tunbridge Wells", "Tunbridge Wells"),
    ("Wigston Magna", "Wigston"),
];

/// The smallest population of a city.
const CITY: u32 = 60_000;
/// The smallest population of a town.
const TOWN: u32 = 30_000;
/// The smallest distance of a chosen town from larger places, in kilometres; half of it for a city.
const TOWN_DISTANCE_KM: f64 = 5.0;
/// The smallest distance of a chosen place below [`TOWN`] from larger places, in kilometres.
const VILLAGE_DISTANCE_KM: f64 = 28.0;

/// Chooses places from GeoNames' records, which are sorted by population, the largest first.
/// `london` is the area of the London authorities, in which only London itself is chosen.
pub fn choose(records: &[Record], london: &MultiPolygon) -> Vec<Place> {
    let mut chosen: Vec<Place> = Vec::new();
    for record in records {
        let point = Point::new(record.longitude, record.latitude);
        let Some(nation) = nation(&record.admin1code) else {
            continue;
        };
        let has_fault = matches!(
            record.fault(),
            Some(RecordFault::NotAPlace | RecordFault::OtherPopulation)
        );
        let district = london.contains(&point) && record.name != "London";
        if record.population == 0 || district || has_fault {
            continue;
        }
        let nearest = chosen
            .iter()
            .map(|place| Haversine.distance(point, Point::new(place.lon, place.lat)) / 1000.0)
            .fold(f64::INFINITY, f64::min);
        let min_distance = match record.population {
            CITY.. => TOWN_DISTANCE_KM / 2.0,
            TOWN.. => TOWN_DISTANCE_KM,
            _ => VILLAGE_DISTANCE_KM,
        };
        if nearest > min_distance {
            chosen.push(Place {
                name: short_name(record),
                lat: record.latitude,
                lon: record.longitude,
                population: record.population,
                nation,
            });
        }
    }
    chosen
}

fn short_name(record: &Record) -> String {
    match SHORTENED.iter().find(|(long, _)| *long == record.name) {
        Some((_, short)) => (*short).to_owned(),
        None => record.british_name(),
    }
}

fn nation(admin1: &str) -> Option<&'static str> {
    match admin1 {
        "ENG" => Some("england"),
        "WLS" => Some("wales"),
        "SCT" => Some("scotland"),
        "NIR" => Some("ni"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::geonames::fixture;
    use super::*;

    fn names(places: &[(&str, f64, f64, &str, &str, u32)]) -> Vec<String> {
        let london = MultiPolygon::new(vec![
            geo::wkt!(POLYGON((-0.5 51.3,0.3 51.3,0.3 51.7,-0.5 51.7,-0.5 51.3))),
        ]);
        choose(&fixture(places), &london)
            .into_iter()
            .map(|place| place.name)
            .collect()
    }

    #[test]
    fn choose_returns_largest_first_with_british_names() {
        let places = [
            ("Newark on Trent", 53.07, -0.82, "GB", "ENG", 43_363),
            ("Paris", 48.85, 2.35, "FR", "11", 2_000_000),
            ("Kingston upon Hull", 53.74, -0.34, "GB", "ENG", 314_018),
            ("Saint Austell", 50.34, -4.79, "GB", "ENG", 24_360),
        ];
        assert_eq!(names(&places), ["Hull", "Newark-on-Trent", "St Austell"]);
    }

    #[test]
    fn choose_within_london_returns_only_london() {
        let places = [
            ("London", 51.51, -0.13, "GB", "ENG", 8_961_989),
            ("Croydon", 51.38, -0.1, "GB", "ENG", 173_314),
        ];
        assert_eq!(names(&places), ["London"]);
    }

    #[test]
    fn choose_returns_small_place_only_if_remote() {
        let places = [
            ("Leeds", 53.8, -1.55, "GB", "ENG", 536_280),
            ("Suburb", 53.8, -1.50, "GB", "ENG", 40_000),
            ("Village", 53.9, -1.55, "GB", "ENG", 5_000),
            ("Lerwick", 60.15, -1.14, "GB", "SCT", 6_830),
        ];
        assert_eq!(names(&places), ["Leeds", "Lerwick"]);
    }
}
