//! Tests `prepare report --prose`: compares the text with golden files, and its figures with those
//! of `prepare report --json`.
//!
//! After an intended change of wording, `BLESS=1 cargo test -p rising-prepare --test prose` writes
//! the golden files again.

mod common;

use std::fs;

use common::{error_output, prepare, printed, public_data, report, root};
use serde_json::Value;

fn prose(more: &[&str]) -> String {
    let data = public_data();
    let args = ["report", "--prose", "--data", data.to_str().unwrap()];
    printed(&prepare(args.iter().chain(more)))
}

/// Compares a text with its golden file.
fn assert_golden(name: &str, text: &str) {
    let file = root().join("crates/prepare/tests/prose").join(name);
    if std::env::var_os("BLESS").is_some() {
        fs::write(&file, text).unwrap();
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
}

/// Formats a number of the JSON as the text does.
fn number(value: &Value) -> String {
    let (whole, decimal) = match value.as_f64().unwrap() {
        rate if value.is_f64() => (
            rate.trunc() as u64,
            format!(".{}", ((rate.fract() * 10.0).round() as u64)),
        ),
        count => (count as u64, String::new()),
    };
    let thousands = if whole >= 1000 {
        format!("{},{:03}", whole / 1000, whole % 1000)
    } else {
        whole.to_string()
    };
    thousands + &decimal
}

#[test]
fn prose_of_england_has_figures_of_report() {
    let text = prose(&["--level", "ltla", "--date", "2021-02-07"]);
    assert_golden("england-2021-02-07.txt", &text);
    assert!(
        text.contains("12 of England's 315 local authorities (4%) saw a rise"),
        "{text}"
    );
    assert!(
        text.contains("302 (96%) saw a fall and 1 (less than 1%) was unchanged"),
        "{text}"
    );
    let report = report("ltla", "2021-02-07", "england");
    let rows = report["rows"].as_array().unwrap();
    for (row, place) in rows.iter().zip(["highest", "2nd highest", "3rd highest"]) {
        let name = row["name"].as_str().unwrap();
        let link = if row["direction"] == "rising" {
            "up"
        } else {
            "down"
        };
        let line = format!(
            "{name} has the {place} rate: {} cases in the seven days to 7 February 2021, {} per 100,000 people, {link} from {} in the seven days to 31 January 2021 ({} cases).",
            number(&row["count"]),
            number(&row["rate"]),
            number(&row["previous_rate"]),
            number(&row["previous"]),
        );
        assert!(text.contains(&line), "{line}");
    }
    let mut rising = 0;
    for row in rows.iter().filter(|row| row["direction"] == "rising") {
        rising += 1;
        let [rate, before, count, previous] =
            ["rate", "previous_rate", "count", "previous"].map(|field| number(&row[field]));
        let name = row["name"].as_str().unwrap();
        let line =
            format!("- {name}: {rate}, up from {before} ({count} cases, up from {previous})\n");
        assert!(text.contains(&line), "{line}");
    }
    assert_eq!(
        text.lines()
            .filter(|line| line.contains(" cases, up from "))
            .count(),
        rising
    );
    assert!(
        text.contains("explains: Rutland. The other 11 could be chance"),
        "{text}"
    );
}

#[test]
fn prose_of_wales_is_in_welsh() {
    let wales = [
        "--level",
        "ltla",
        "--date",
        "2021-02-07",
        "--nation",
        "wales",
    ];
    let welsh = prose(&[wales.as_slice(), &["--lang", "cy"]].concat());
    let english = prose(&wales);
    assert_golden("wales-2021-02-07-cy.txt", &welsh);
    assert!(
        welsh.contains("o'r 22 awdurdod lleol yng Nghymru"),
        "{welsh}"
    );
    let error = error_output(&prepare([
        "report",
        "--prose",
        "--lang",
        "xx",
        "--data",
        ".",
        "--level",
        "ltla",
        "--date",
        "2021-02-07",
    ]));
    assert!(error.contains("it is one of en, cy"), "{error}");
    for word in [" the ", "cases", " people", "rate"] {
        assert!(
            english.contains(word)
                && !welsh
                    .lines()
                    .take_while(|line| *line != "Ffynonellau")
                    .any(|line| line.contains(word)),
            "{word} in {welsh}"
        );
    }
}

#[test]
fn prose_of_herefordshire_has_figures_of_article_of_october_2021() {
    let herefordshire = [
        "--level",
        "ltla",
        "--date",
        "2021-10-27",
        "--area",
        "E06000019",
    ];
    let text = prose(&[herefordshire.as_slice(), &["--threshold", "500"]].concat());
    assert_golden("herefordshire-2021-10-27.txt", &text);
    // The county's total, that of the week before, and its rate.
    let all = report("ltla", "2021-10-27", "england");
    let own = all["rows"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["code"] == "E06000019")
        .unwrap();
    let line = format!(
        "Herefordshire had {} cases in the seven days to 27 October 2021, down from {} in",
        own["count"], own["previous"]
    );
    assert!(
        text.contains(&line) && line.contains("863 cases") && line.contains("from 921"),
        "{line}"
    );
    assert!(text.contains("That is 445.7 per 100,000 people"), "{text}");
    assert!(
        text.contains("these are of the nearest date") && text.contains("to 30 October 2021"),
        "{text}"
    );
    assert!(
        text.contains("Population estimates used: mid-2020."),
        "{text}"
    );
    // The text lists exactly the hotspots and rises that the report has.
    let finer = report("msoa", "2021-10-30", "england");
    let (hot, rising) = text.split_once("\nRising\n").unwrap();
    for row in finer["rows"].as_array().unwrap() {
        let name = row["name"].as_str().unwrap();
        let code = row["code"].as_str().unwrap();
        // The codes of Herefordshire's neighbourhoods are consecutive.
        if !("E02002905"..="E02002927").contains(&code) {
            continue;
        }
        let line = format!(
            "- {name}: {}",
            row["rate"]
                .as_f64()
                .map_or(String::new(), |_| number(&row["rate"]))
        );
        assert_eq!(
            hot.contains(&line),
            row["rate"].as_f64().is_some_and(|rate| rate >= 500.0),
            "{row}"
        );
        assert_eq!(
            rising.contains(&format!("- {name}: ")),
            row["direction"] == "rising",
            "{row}"
        );
    }
    // The highest rate is 905.6, and the next lower break of the colour scale is 800.
    let by_default = prose(&herefordshire);
    assert!(
        by_default.contains("1 of the 23 neighbourhoods in Herefordshire (4%) had 800 or more"),
        "{by_default}"
    );
}

#[test]
fn prose_of_suppressed_count_says_fewer_than_3() {
    let report = report("msoa", "2020-11-28", "england");
    let rows = report["rows"].as_array().unwrap();
    let row = rows
        .iter()
        .find(|row| row["count"] == "suppressed" && row["previous"].is_u64())
        .unwrap();
    let code = row["code"].as_str().unwrap();
    let text = prose(&["--level", "msoa", "--date", "2020-11-28", "--area", code]);
    let before = format!(
        "fewer than 3 cases in the seven days to 28 November 2020, down from {} in",
        row["previous"]
    );
    assert!(text.contains(&before), "{text}");
}

#[test]
fn prose_with_invalid_options_is_error() {
    let data = public_data();
    let error_of = |more: &[&str]| {
        let args = [
            "report",
            "--data",
            data.to_str().unwrap(),
            "--level",
            "ltla",
            "--date",
            "2021-02-07",
        ];
        error_output(&prepare(args.iter().chain(more)))
    };
    assert!(error_of(&["--prose", "--area", "E99999999"]).contains("no area E99999999"));
    assert!(error_of(&["--area", "E06000019"]).contains("--prose"));
    assert!(error_of(&["--prose", "--threshold", "5"]).contains("--area"));
    assert!(error_of(&["--prose", "--json"]).contains("--json"));
}
