//! Tests `prepare` with the data of another country: another disease, with boundaries and codes
//! that are not British, from GeoJSON and CSV.

mod common;

use std::fs;
use std::path::Path;
use std::process::Output;

use common::{error_output, prepare, printed, root};
use serde_json::{Value, json};

const DISTRICTS: &str = "compile --level ltla --weekly --cases weekly.csv --population people.csv --boundaries \
    districts.geojson --labels labels.json --final";
const MUNICIPALITIES: &str = "compile --level msoa --cases daily.csv --population municipal_people.csv --boundaries \
    municipalities.geojson --published 2024-07-02";

/// Runs `prepare` on the fixtures of another country.
fn compile(command: &str, out: &Path) -> Output {
    let fixtures = root().join("tests/fixtures/elsewhere");
    let arguments = command.split_whitespace().map(|word| {
        let file = fixtures.join(word);
        if file.is_file() {
            file.into_os_string()
        } else {
            word.into()
        }
    });
    prepare(arguments.chain(["--out".into(), out.into()]))
}

fn report(data: &Path, more: &str) -> String {
    let start = ["report", "--data", data.to_str().unwrap()];
    printed(&prepare(start.into_iter().chain(more.split_whitespace())))
}

/// The counts of the larger areas are weekly and those of the smaller ones daily.
#[test]
fn compile_of_general_counts_gives_data_set() {
    let out = tempfile::tempdir().unwrap();
    let output = printed(&compile(DISTRICTS, out.path()));
    assert!(
        output.contains("weekly.csv: 78 lines, counts by area, general CSV"),
        "{output}"
    );
    assert!(
        output.contains("  6 areas\n"),
        "no nations are listed: {output}"
    );
    printed(&compile(MUNICIPALITIES, out.path()));

    let manifest: Value =
        serde_json::from_slice(&fs::read(out.path().join("manifest.json")).unwrap()).unwrap();
    assert_eq!(
        manifest["default"],
        json!({"level": "ltla", "nation": "uk"})
    );
    let levels = &manifest["levels"];
    assert_eq!(
        (&levels["ltla"]["step"], &levels["msoa"]["step"]),
        (&json!(7), &json!(1))
    );
    assert_eq!(
        levels["ltla"]["dates"],
        json!([{"nation": "uk", "first": "2024-04-06", "last": "2024-06-29"}])
    );
    // From the first complete week to five days before publication.
    assert_eq!(
        levels["msoa"]["dates"],
        json!([{"nation": "uk", "first": "2024-06-08", "last": "2024-06-27"}])
    );

    // The report is of all areas by default.
    let json: Value =
        serde_json::from_str(&report(out.path(), "--level ltla --date 2024-06-29 --json")).unwrap();
    let totals = ["areas", "rising", "falling", "unchanged", "unknown"]
        .map(|key| json[key].as_u64().unwrap());
    assert_eq!(totals, [6, 2, 2, 2, 0]);
    let rows: Vec<_> = json["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (&row["code"], &row["name"]))
        .collect();
    assert_eq!(
        rows[0],
        (&json!("N04"), &json!("Dal")),
        "the name in the population file"
    );
    assert!(
        rows.contains(&(&json!("06"), &json!("Fjordane"))),
        "leading zeros stay"
    );
    let json: Value =
        serde_json::from_str(&report(out.path(), "--level msoa --date 2024-06-27 --json")).unwrap();
    assert_eq!((&json["areas"], &json["rising"]), (&json!(4), &json!(4)));
}

/// Without labels the page would call the region the United Kingdom.
#[test]
fn compile_of_other_country_without_labels_is_error() {
    let out = tempfile::tempdir().unwrap();
    let output = error_output(&compile(
        &DISTRICTS.replace("--labels labels.json ", ""),
        out.path(),
    ));
    assert!(
        output.contains("give --labels FILE") && output.contains("\"region\": \"Norway\""),
        "{output}"
    );
    assert!(!out.path().join("manifest.json").exists());
    // Labels are kept by later runs, like the publisher's other settings.
    let summary = printed(&compile(DISTRICTS, out.path()));
    assert!(
        summary.contains("Sundria: 2024-04-06 to 2024-06-29"),
        "{summary}"
    );
    printed(&compile(
        &DISTRICTS.replace("--labels labels.json ", ""),
        out.path(),
    ));
    let text = report(out.path(), "--level ltla --date 2024-06-29");
    assert!(
        text.starts_with("6 districts in Sundria, seven days to 29 June 2024: 2 rising, 2 falling, 2 unchanged. 1 rise and 0 falls are clear.\n"),
        "{text}"
    );
}

/// The text has the labels and no word about the United Kingdom or Covid-19.
#[test]
fn prose_of_other_country_uses_its_labels() {
    let out = tempfile::tempdir().unwrap();
    printed(&compile(DISTRICTS, out.path()));
    printed(&compile(MUNICIPALITIES, out.path()));
    let mut all = String::new();
    for more in [
        "--level ltla --date 2024-06-29",
        "--level ltla --date 2024-06-29 --area S01",
        "--level msoa --date 2024-06-27",
        "--level msoa --date 2024-06-27 --area 0401",
        "--level ltla --date 2024-06-29 --lang cy",
        "--level ltla --date 2024-06-29 --area S01 --lang cy",
    ] {
        all += &report(out.path(), &format!("{more} --prose"));
    }
    for line in [
        "Sundria's 6 districts in the seven days to 29 June 2024",
        "Sundria as a whole had 112 measles cases in the week, 14.7 per 100,000 people, up from 71 and 9.3 in the week before (up 58%).",
        "Municipalities of Åsmark",
        "Sundria gyfan: 112 achos yn yr wythnos, 14.7 fesul 100,000 o bobl, o gymharu â 71 a 9.3 yn yr wythnos flaenorol (cynnydd o 58%).",
    ] {
        assert!(
            all.lines().any(|found| found == line),
            "{line}\nis not in\n{all}"
        );
    }
    for word in [
        "UK",
        "DU",
        "England",
        "Lloegr",
        "Covid",
        "authorit",
        "awdurdod",
        "eighbourhood",
        "ymdogaeth",
        "MSOA",
        "test was",
        "cymerwyd y prawf",
    ] {
        assert!(!all.contains(word), "{word} is in\n{all}");
    }
}

#[test]
fn compile_of_weekly_counts_as_daily_is_error() {
    let out = tempfile::tempdir().unwrap();
    let output = error_output(&compile(&DISTRICTS.replace("--weekly ", ""), out.path()));
    assert!(
        output.contains("the dates are 7 days apart") && output.contains("--weekly"),
        "{output}"
    );
    let output = error_output(&compile(&format!("{MUNICIPALITIES} --weekly"), out.path()));
    assert!(
        output.contains("has a weekly figure for 2024-06-02"),
        "{output}"
    );
    assert!(!out.path().join("manifest.json").exists());
}

/// Compiles the districts with another name for one of them.
fn with_name_of_brenna(name: &str, out: &Path) -> Output {
    let people = fs::read_to_string(root().join("tests/fixtures/elsewhere/people.csv")).unwrap();
    let own = out.join("people.csv");
    fs::write(&own, people.replace("Brenna", &format!("\"{name}\""))).unwrap();
    let (before, after) = DISTRICTS.split_once("people.csv").unwrap();
    let command = format!("{before}{}{after}", own.display());
    compile(&command, &out.join("data"))
}

#[test]
fn name_with_invisible_characters_is_cleaned_with_warning() {
    let out = tempfile::tempdir().unwrap();
    let output = with_name_of_brenna("\u{202e}Bre\u{7}n\u{200b}na\r\nBy\u{2066}", out.path());
    let warnings = String::from_utf8_lossy(&output.stderr).into_owned();
    printed(&output);
    let expected = "warning: the name of S02: removed U+202E, U+0007, U+200B, U+000D, U+000A, \
                    U+2066 from \"Brenna By\"\n";
    assert_eq!(warnings.matches(expected).count(), 1, "{warnings}");
    let json: Value = serde_json::from_str(&report(
        &out.path().join("data"),
        "--level ltla --date 2024-06-29 --json",
    ))
    .unwrap();
    let names: Vec<_> = json["rows"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|row| row["name"].as_str())
        .collect();
    assert!(
        names.contains(&"Brenna By") && names.contains(&"Åsmark"),
        "{names:?}"
    );
}

#[test]
fn name_of_invisible_characters_only_is_error() {
    let out = tempfile::tempdir().unwrap();
    let output = error_output(&with_name_of_brenna("\u{200b}\u{2060}", out.path()));
    assert!(
        output
            .contains("the name of S02 cannot be shown: it has only invisible characters (U+200B"),
        "{output}"
    );
    assert!(!out.path().join("data/manifest.json").exists());
}
