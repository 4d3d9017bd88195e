//! Tests that typical queries have the expected first result, with the embedded data set.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use rising_model::domain::area::Level;
use rising_model::domain::area_table::AreaTable;
use rising_model::lookup::gazetteer::Gazetteer;
use rising_model::lookup::postcode::{PostcodeQuery, Postcodes};
use rising_search::{Areas, Names, PostcodeLookup, SearchResults, Sources, Suggestion, answer};
use rising_words::Language;

/// A query on each line and, after `→`, the expected first result as it is listed.
const TABLE: &str = include_str!("expected_results.txt");

/// The names of the embedded data set.
static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let table = |level: &str| {
        Some(Arc::new(
            AreaTable::decode(&file(&format!("{level}.areas."), ".bin")?).unwrap(),
        ))
    };
    let areas = Areas {
        texts: Language::En.texts(),
        authorities: table("ltla"),
        neighbourhoods: table("msoa"),
    };
    let gazetteer = Gazetteer::decode(&file("names.", ".bin").unwrap()).unwrap();
    Names::new(areas, Some(Arc::new(gazetteer)))
});

/// Returns the content of the data set's file whose name has this beginning and end.
fn file(begins: &str, ends: &str) -> Option<Vec<u8>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../public/data");
    let mut entries = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let name = entries.find(|name| name.starts_with(begins) && name.ends_with(ends))?;
    fs::read(folder.join(name)).ok()
}

fn lookup(typed: &PostcodeQuery) -> PostcodeLookup {
    let content = file(
        "postcodes.",
        &format!(".{}.bin", typed.area().to_lowercase()),
    );
    content.map_or(PostcodeLookup::NoSuchArea, |content| {
        PostcodeLookup::Ready(Arc::new(Postcodes::decode(&content).unwrap()))
    })
}

fn answers(typed: &str) -> SearchResults {
    let sources = Sources {
        names: &NAMES,
        level: Level::Ltla,
        as_of: "2022-05-01".parse().ok(),
        lookup: &lookup,
        waiting: false,
    };
    answer(typed, &sources)
}

#[test]
fn queries_have_the_expected_first_result() {
    let lines = TABLE
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut lines_read = 0;
    let mut wrong = vec![];
    for line in lines {
        lines_read += 1;
        let (typed, expected) = line
            .split_once(" → ")
            .unwrap_or_else(|| panic!("expected_results.txt: {line:?} has no \" → \""));
        let typed = typed
            .replace("\\u{200b}", "\u{200b}")
            .replace("\\u{a0}", "\u{a0}")
            .replace("\\u{202a}", "\u{202a}");
        let answers = answers(&typed);
        let listed: Vec<String> = answers.listed.iter().map(Suggestion::in_words).collect();
        if listed
            .first()
            .map_or(answers.message.as_str(), String::as_str)
            != expected
        {
            wrong.push(format!(
                "{typed}: expected {expected}, but found {:?} {}",
                &listed[..listed.len().min(3)],
                answers.message
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {lines_read}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(lines_read >= 200, "{lines_read}");
}
