//! Parses typed postcodes and looks them up, and answers any typed text from a few names and
//! postcodes.

#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use rising_model::domain::area::{Area, Level};
use rising_model::domain::area_table::AreaTable;
use rising_model::lookup::gazetteer::{Gazetteer, GazetteerEntry, NameKind};
use rising_model::lookup::postcode::{
    PostcodeEntry, PostcodeLocation, PostcodeQuery, PostcodeUnit, Postcodes,
};
use rising_search::{Areas, MAX_SUGGESTIONS, Names, PostcodeLookup, Sources, Target, answer};
use rising_words::Language;

const WRITTEN: [&str; 6] = [
    "HX1 1UB", "HX1 1UD", "HX1 2AA", "HX10 1AB", "HX1A 9ZZ", "HX9 9QQ",
];

static POSTCODES: LazyLock<Arc<Postcodes>> = LazyLock::new(|| {
    let code = |text: &str| text.parse().expect("this is a code");
    let location = |number: u8| PostcodeLocation {
        authority: code(&format!("E{number}")),
        district: code("E0"),
        neighbourhood: (number == 1).then(|| code("E2")),
    };
    let entry = |(position, text): (usize, &&str)| {
        let (_, unit) = PostcodeUnit::parse(text).expect("this is a postcode");
        PostcodeEntry {
            unit,
            location: position % 2,
            in_use: position % 3 != 0,
        }
    };
    let postcodes = Postcodes::new(
        "HX",
        &[location(0), location(1)],
        WRITTEN.iter().enumerate().map(entry).collect(),
    );
    Arc::new(postcodes.expect("these are postcodes"))
});

/// Names in each language.
static NAMES: LazyLock<Vec<Names>> = LazyLock::new(|| {
    let code = |text: &str| text.parse().expect("this is a code");
    let table = |areas: &[(&str, &str, Option<&str>)]| {
        let area = |&(own, name, parent): &(&str, &str, Option<&str>)| Area {
            code: code(own),
            name: name.into(),
            translated: vec![],
            parent: parent.map(code),
            population: 1_000.into(),
        };
        let table = AreaTable::new(areas.iter().map(area).collect(), vec![]);
        Some(Arc::new(table.expect("this is a table")))
    };
    let named = |name: &str, kind: NameKind, authorities: &[&str]| GazetteerEntry {
        name: name.into(),
        kind,
        authorities: authorities.iter().map(|text| code(text)).collect(),
        neighbourhood: None,
        population: 0,
        note: String::new(),
    };
    let gazetteer = Gazetteer::new(vec![
        named("Halifax", NameKind::Town, &["E0"]),
        named("Hull", NameKind::Other, &["E1"]),
        named("Yorkshire", NameKind::County, &["E0", "E1"]),
    ]);
    let gazetteer = Some(Arc::new(gazetteer.expect("this is a gazetteer")));
    let authorities = table(&[
        ("E0", "Calderdale", None),
        ("E1", "Kingston upon Hull, City of", None),
        ("W1", "Monmouthshire", None),
    ]);
    let neighbourhoods = table(&[("E2", "Central Halifax & Boothtown", Some("E0"))]);
    let in_language = |language: Language| {
        let areas = Areas {
            texts: language.texts(),
            authorities: authorities.clone(),
            neighbourhoods: neighbourhoods.clone(),
        };
        Names::new(areas, gazetteer.clone())
    };
    Language::ALL.map(in_language).into()
});

/// Answers a text in each language, with postcodes and without.
fn search(text: &str) {
    let lookup = |typed: &PostcodeQuery| match typed.area() {
        "HX" => PostcodeLookup::Ready(POSTCODES.clone()),
        _ => PostcodeLookup::NoSuchArea,
    };
    for names in NAMES.iter() {
        for as_of in ["2022-05-01".parse().ok(), None] {
            let sources = Sources {
                names,
                level: Level::Ltla,
                as_of,
                lookup: &lookup,
                waiting: false,
            };
            let results = answer(text, &sources);
            assert!(results.listed.len() <= MAX_SUGGESTIONS && !results.waiting);
            for suggestion in &results.listed {
                assert!(!suggestion.name.is_empty());
                if let Target::Place(place, level) = &suggestion.target {
                    let (_, area) = place.area_at(level.unwrap_or(Level::Ltla));
                    assert!(place.is_in(area));
                }
            }
            assert_eq!(
                results.message.is_empty(),
                results == rising_search::SearchResults::default(),
                "every answer has a message"
            );
        }
    }
}

fuzz_target!(|text: &str| {
    search(text);
    PostcodeUnit::parse(text);
    let Some(typed) = PostcodeQuery::parse(text) else {
        return;
    };
    let written = typed.in_words();
    let again = PostcodeQuery::parse(&written)
        .unwrap_or_else(|| panic!("{written:?} cannot be read again"));
    assert_eq!(again.in_words(), written);
    assert_eq!(again.area(), typed.area());
    let mut part = Some(typed);
    for _ in 0..4 {
        let Some(typed) = part else { break };
        if let Some(found) = POSTCODES.find(&typed) {
            assert!(
                !found.locations.is_empty() && found.text.starts_with("HX"),
                "{found:?}"
            );
        }
        part = typed.larger();
    }
    assert_eq!(part, None, "a postcode has four parts at the most");
});
