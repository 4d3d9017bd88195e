//! Tests that a year of every authority of England, from the publisher's CSV, is the same after the
//! API has served it.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::time::Instant;

use rising_model::domain::figure::Figure;

use super::clock::TestClock;
use super::dashboard::{Area, Dashboard, DashboardServer};
use super::{read, source};

/// Returns the CSV of the project's input if available, or else of the fixtures, and its year.
fn csv() -> (String, i16) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let real = root.join("../../../shared/data/ltla_newCasesBySpecimenDate.csv.gz");
    if let Ok(file) = std::fs::File::open(&real) {
        let mut text = String::new();
        flate2::read::GzDecoder::new(file)
            .read_to_string(&mut text)
            .unwrap();
        return (text, 2020);
    }
    eprintln!(
        "{} is not there: the figures are those of the fixtures",
        real.display()
    );
    (
        std::fs::read_to_string(root.join("tests/fixtures/cases.csv")).unwrap(),
        2021,
    )
}

#[test]
fn api_round_trip_keeps_every_figure_of_a_year() {
    let (text, year) = csv();
    let mut areas: BTreeMap<String, Area> = BTreeMap::new();
    for line in text.lines().skip(1).filter(|line| line.starts_with('E')) {
        // Names with commas are quoted; the fields after the name have none.
        let mut ends = line.rsplitn(4, ',');
        let (count, date, _type, start) = (
            ends.next().unwrap(),
            ends.next().unwrap(),
            ends.next(),
            ends.next().unwrap(),
        );
        let (code, name) = start.split_once(',').unwrap();
        if date.starts_with(&year.to_string()) {
            let area = areas.entry(name.trim_matches('"').to_owned()).or_default();
            code.clone_into(&mut area.code);
            area.days.insert(date.to_owned(), count.parse().unwrap());
        }
    }
    let expected: BTreeMap<(String, String), Figure> = areas
        .values()
        .flat_map(|area| {
            area.days
                .iter()
                .map(|(day, count)| ((area.code.clone(), day.clone()), Figure::Count(*count)))
        })
        .collect();
    let live = DashboardServer::start(Dashboard {
        areas,
        ..Dashboard::default()
    });
    let settings = format!(
        "kind = \"api\"\nbase = \"{}\"\nfirst_year = {year}\nlast_year = {year}",
        live.server.base
    );
    let (source, folder, start) = (
        source(&settings),
        tempfile::tempdir().unwrap(),
        Instant::now(),
    );
    let fetched = source
        .fetch(folder.path(), &TestClock::at("2021-07-01T12:00:00Z"))
        .unwrap();
    let took = start.elapsed();
    let (cases, problems) = read(&source, &fetched);
    assert!(problems.all().is_empty(), "{:?}", problems.all());
    let got: BTreeMap<(String, String), Figure> = cases
        .areas
        .iter()
        .flat_map(|(code, area)| {
            area.days
                .iter()
                .map(|(day, entry)| ((code.to_string(), day.to_string()), entry.figure))
        })
        .collect();
    println!(
        "{} areas, {} figures in {took:?}: {}",
        cases.areas.len(),
        got.len(),
        fetched.notes.join("; ")
    );
    assert_eq!(got, expected);
    assert!(!got.is_empty());
}
