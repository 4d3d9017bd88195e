//! Tests `prepare compile` on small fixtures, from the command line to the files.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Output;

use common::{error_output, prepare, printed};
use serde_json::{Value, json};

const LTLA: &str = "compile --level ltla --cases cases.csv --population population.csv --boundaries authorities.geojson \
    --aliases aliases.csv --places places.csv --sources sources.json --final --default-date 2021-02-06 \
    --keep-old 0";
const MSOA: &str = "compile --level msoa --cases msoa_cases.csv --population msoa_population.csv \
    --boundaries msoas.geojson --published 2021-02-11 --keep-old 0";

fn compile(command: &str, out: &Path) -> Output {
    prepare(
        command
            .split_whitespace()
            .chain(["--out", out.to_str().unwrap()]),
    )
}

/// Returns the bytes of each file of a folder.
fn content(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let Ok(entries) = fs::read_dir(folder) else {
        return BTreeMap::new();
    };
    entries
        .map(|entry| entry.unwrap())
        .map(|entry| {
            (
                entry.file_name().into_string().unwrap(),
                fs::read(entry.path()).unwrap(),
            )
        })
        .collect()
}

fn manifest(folder: &Path) -> Value {
    serde_json::from_slice(&fs::read(folder.join("manifest.json")).unwrap()).unwrap()
}

/// Writes an input file and returns its path.
fn write_input(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// After an intended change of the format, run `BLESS=1 cargo test -p rising-prepare --test
/// compile` and review the difference.
#[test]
fn compile_gives_golden_files_byte_for_byte() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let out = tempfile::tempdir().unwrap();
    printed(&compile(LTLA, out.path()));
    printed(&compile(MSOA, out.path()));
    let compiled = content(out.path());
    if std::env::var_os("BLESS").is_some() {
        let _ = fs::remove_dir_all(&golden);
        fs::create_dir_all(&golden).unwrap();
        for (name, bytes) in &compiled {
            fs::write(golden.join(name), bytes).unwrap();
        }
    }
    let expected = content(&golden);
    assert_eq!(
        compiled.keys().collect::<Vec<_>>(),
        expected.keys().collect::<Vec<_>>()
    );
    for (name, bytes) in &compiled {
        assert!(*bytes == expected[name], "{name} differs");
    }
    for kind in ["areas", "shapes", "detail", "counts", "places"] {
        assert!(compiled.keys().any(|name| name.contains(kind)), "{kind}");
    }
}

#[test]
fn newer_population_is_used_from_its_first_date() {
    let inputs = tempfile::tempdir().unwrap();
    let out = tempfile::tempdir().unwrap();
    let newer = write_input(
        inputs.path(),
        "newer.csv",
        "areaCode,areaName,population\nE06000017,Rutland,79854\nE06000052,Cornwall,1\nE06000053,Isles of Scilly,1\n",
    );
    let dated = format!(
        "--population population.csv,estimate=mid-2019 {newer},from=2021-02-06,estimate=mid-2020"
    );
    let summary = printed(&compile(
        &LTLA.replace("--population population.csv", &dated),
        out.path(),
    ));
    assert!(
        summary.contains("mid-2020 populations from 2021-02-06 on: 2 areas; "),
        "{summary}"
    );
    let plain = tempfile::tempdir().unwrap();
    printed(&compile(LTLA, plain.path()));
    let rates = |folder: &Path, date: &str| {
        let args = [
            "report",
            "--data",
            folder.to_str().unwrap(),
            "--level",
            "ltla",
            "--date",
            date,
            "--json",
        ];
        let report: Value = serde_json::from_str(&printed(&prepare(args))).unwrap();
        let row = report["rows"]
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["code"] == "E06000017")
            .unwrap()
            .clone();
        [
            row["rate"].as_f64().unwrap(),
            row["previous_rate"].as_f64().unwrap(),
            row["count"].as_f64().unwrap(),
        ]
    };
    assert_eq!(
        rates(out.path(), "2021-02-05"),
        rates(plain.path(), "2021-02-05"),
        "the day before"
    );
    let ([rate, previous, count], [_, before, _]) = (
        rates(out.path(), "2021-02-06"),
        rates(plain.path(), "2021-02-06"),
    );
    assert!((rate - count * 1e5 / 79_854.0).abs() < 0.0501, "{rate}");
    assert_eq!(
        previous, before,
        "the week before has the population of its own date"
    );
    let alone = format!("--population {newer},from=2021-02-06");
    let error = error_output(&compile(
        &LTLA.replace("--population population.csv", &alone),
        out.path(),
    ));
    assert!(
        error.contains("no population file counts before that"),
        "{error}"
    );
}

#[test]
fn compile_twice_gives_same_bytes() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    printed(&compile(LTLA, one.path()));
    printed(&compile(MSOA, one.path()));
    let before = content(one.path());
    for out in [two.path(), one.path()] {
        printed(&compile(LTLA, out));
        printed(&compile(MSOA, out));
        assert!(content(out) == before, "{}", out.display());
    }
    assert!(printed(&compile(MSOA, one.path())).contains("0 files new"));
}

#[test]
fn summary_lists_what_was_read_joined_and_written() {
    let out = tempfile::tempdir().unwrap();
    let text = printed(&compile(LTLA, out.path()));
    for part in [
        "cases.csv: 95 lines, daily cases, dashboard CSV",
        "4 areas: England 3, Wales 1",
        "76 figures from 2021-01-20 to 2021-02-07",
        "E06000053 Isles of Scilly is counted in E06000052 Cornwall: 19 figures, 2,224 people",
        "Dropped 0 lines of 95, 95 used",
        "England: 2021-01-26 to 2021-02-07",
        "default date: 2021-02-06",
        "first view",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn compile_of_second_level_keeps_first_and_settings() {
    let out = tempfile::tempdir().unwrap();
    printed(&compile(LTLA, out.path()));
    let mut edited = manifest(out.path());
    edited["tiles"] =
        json!({"url": "https://tiles.example/{z}/{x}/{y}.png", "attribution": "Example"});
    edited["breaks"] = json!([25, 100]);
    edited["stale_after"] = json!(9);
    fs::write(out.path().join("manifest.json"), edited.to_string()).unwrap();
    printed(&compile(MSOA, out.path()));
    let both = manifest(out.path());
    assert_eq!(both["levels"]["ltla"], edited["levels"]["ltla"]);
    for setting in ["tiles", "breaks", "stale_after"] {
        assert_eq!(both[setting], edited[setting], "{setting}");
    }
    assert_eq!(
        both["default"],
        json!({"level": "ltla", "nation": "england", "date": "2021-02-06"})
    );
    assert_eq!(
        both["levels"]["msoa"]["dates"],
        json!([{"nation": "england", "first": "2021-01-23", "last": "2021-02-06"}])
    );
    for level in ["ltla", "msoa"] {
        for name in both["levels"][level]["preload"].as_array().unwrap() {
            let path = out.path().join(name.as_str().unwrap());
            assert!(path.is_file(), "{}", path.display());
        }
    }
}

#[test]
fn lag_before_publication_is_not_offered() {
    let out = tempfile::tempdir().unwrap();
    let last = |command: &str| {
        printed(&compile(command, out.path()));
        manifest(out.path())["levels"]["ltla"]["dates"][0]["last"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let lagging = LTLA.replace("--final --default-date 2021-02-06", "");
    assert_eq!(
        last(&lagging),
        "2021-02-02",
        "five days before the last date in the files"
    );
    assert_eq!(
        last(&format!("{lagging} --published 2021-02-09")),
        "2021-02-04"
    );
    assert_eq!(
        last(&format!("{lagging} --published 2021-03-09")),
        "2021-02-07"
    );
    assert_eq!(last(LTLA), "2021-02-07");
    let error = error_output(&compile(
        &LTLA.replace("--default-date 2021-02-06", "--default-date 2021-03-01"),
        out.path(),
    ));
    assert!(
        error.contains("2021-03-01 is not among the dates offered, 2021-01-26 to 2021-02-07"),
        "{error}"
    );
}

#[test]
fn problems_are_errors_and_nothing_is_written() {
    let out = tempfile::tempdir().unwrap();
    let inputs = tempfile::tempdir().unwrap();
    printed(&compile(LTLA, out.path()));
    let before = content(out.path());
    let bad = write_input(
        inputs.path(),
        "bad.csv",
        "areaCode,areaName,areaType,date,newCasesBySpecimenDate\n\
         E06000017,Rutland,ltla,2021-01-20,0\n\
         E06000017,Rutland,ltla,2021-01-21,lots\n\
         E06000017,Rutland,ltla,2021-01-22,2\n\
         E12000001,North East,ltla,2021-01-20,5\n",
    );
    let command = LTLA.replace("cases.csv", &bad);
    let error = error_output(&compile(&command, out.path()));
    for part in [
        "6 problems",
        "bad.csv, line 3: column newCasesBySpecimenDate: \"lots\" is not a whole number of cases",
        "bad.csv, line 5: E12000001 (North East) has cases but no boundary (lines: 1)",
        "bad.csv, line 2: E06000017 (Rutland) has no figure on 2021-01-21",
        "authorities.geojson: W06000001 (Ynys Môn) is on the map but not in the cases",
        "--lenient",
    ] {
        assert!(error.contains(part), "{part}\n{error}");
    }
    assert!(content(out.path()) == before, "no file changed");

    // With --lenient the problems are listed and the other lines are compiled. A date is offered
    // only with a complete week.
    let week: String = (20..=27)
        .map(|day| format!("E06000017,Rutland,ltla,2021-01-{day},1\n"))
        .collect();
    let bad = write_input(
        inputs.path(),
        "bad.csv",
        &format!(
            "{}{week}",
            fs::read_to_string(&bad)
                .unwrap()
                .replace(",2021-01-20,0", ",2021-01-20,1")
                .replace(",2021-01-22,2", ",2021-01-22,1")
        ),
    );
    let command = LTLA
        .replace("cases.csv", &bad)
        .replace("--default-date 2021-02-06", "--lenient");
    let text = printed(&compile(&command, out.path()));
    assert!(text.contains("1: not a whole number"), "{text}");
    assert!(text.contains("1: area without a boundary"), "{text}");
    assert!(text.contains("2: the same figure again"), "{text}");
    assert!(
        text.contains("Accepted because of --lenient: 5 problems") && text.contains("\"lots\""),
        "{text}"
    );
}

#[test]
fn dispersion_of_weekly_counts_is_taken_from_compiled_daily_counts() {
    let out = tempfile::tempdir().unwrap();
    let alone = printed(&compile(MSOA, out.path()));
    assert!(
        alone.contains("dispersion not known") && !alone.contains("daily counts"),
        "{alone}"
    );
    let authorities = printed(&compile(LTLA, out.path()));
    assert!(
        authorities.contains("dispersion estimated from the daily counts of its 14 days"),
        "{authorities}"
    );
    let advice =
        "level msoa still has the dispersion of the previous counts of ltla; compile it again";
    assert!(authorities.contains(advice), "{authorities}");
    let again = printed(&compile(MSOA, out.path()));
    assert!(
        again.contains("1 dates of nations: dispersion taken from the daily counts of ltla"),
        "{again}"
    );
}

#[test]
fn set_dispersion_is_used_and_invalid_one_is_error() {
    let out = tempfile::tempdir().unwrap();
    let text = printed(&compile(&format!("{MSOA} --dispersion 2.0"), out.path()));
    assert!(
        text.contains("2 dates of nations: dispersion set by the publisher"),
        "{text}"
    );
    for wrong in ["0.5", "-1", "NaN", "much"] {
        let error = error_output(&compile(
            &format!("{MSOA} --dispersion={wrong}"),
            out.path(),
        ));
        assert!(
            error.contains(wrong) && error.contains("--dispersion"),
            "{error}"
        );
    }
}

#[test]
fn manifest_of_other_version_is_not_overwritten() {
    let out = tempfile::tempdir().unwrap();
    fs::write(out.path().join("manifest.json"), "{\"version\": 99}").unwrap();
    let error = error_output(&compile(LTLA, out.path()));
    assert!(
        error.contains("version 99") && error.contains("choose another --out"),
        "{error}"
    );
    assert_eq!(content(out.path()).len(), 1);
}

#[test]
fn help_has_examples() {
    for command in ["compile", "report"] {
        let text = printed(&prepare([command, "--help"]));
        assert!(
            text.contains("Examples:") && text.contains(&format!("prepare {command} --")),
            "{text}"
        );
    }
}

#[test]
fn report_of_compiled_data_set_has_its_figures() {
    let out = tempfile::tempdir().unwrap();
    printed(&compile(LTLA, out.path()));
    printed(&compile(MSOA, out.path()));
    let data = out.path().to_str().unwrap();
    let run = |rest: &str| {
        prepare(
            ["report", "--data", data]
                .into_iter()
                .chain(rest.split(' ')),
        )
    };
    let json = printed(&run("--level msoa --date 2021-01-30 --json"));
    assert_eq!(
        json,
        concat!(
            r#"{"level":"msoa","date":"2021-01-30","nation":"england","areas":3,"rising":0,"falling":2,"unchanged":0,"unknown":1,"rows":["#,
            r#"{"code":"E02000003","name":"Vale","count":12,"previous":30,"rate":133.3,"previous_rate":333.3,"direction":"falling","clear":null,"probable":null},"#,
            r#"{"code":"E02000001","name":"Oakham","count":"suppressed","previous":4,"rate":null,"previous_rate":50.0,"direction":"falling","clear":null,"probable":null},"#,
            r#"{"code":"E02000002","name":"Truro","count":"suppressed","previous":"suppressed","rate":null,"previous_rate":null,"direction":"unknown","clear":null,"probable":null}],"dispersion":null,"clear_from":null}"#,
            "\n"
        )
    );
    let text = printed(&run("--level msoa --date 2021-02-06"));
    assert_eq!(
        text,
        "3 neighbourhoods (MSOAs) in England, seven days to 6 February 2021: 1 rising, 1 falling, 0 unchanged, 1 unknown. \
         0 rises and 1 fall are clear.\n\n\
         rising area  authority  rate  from  cases          from  grade\n\
         Oakham       Rutland    87.5     -      7  fewer than 3  could be chance\n"
    );
    for (args, parts) in [
        (
            "--level ltla --date 2021-02-08",
            ["for England", "from 2021-01-26 to 2021-02-07"],
        ),
        (
            "--level msoa --date 2021-02-03",
            ["no week ends on 2021-02-03", "2021-01-30 and 2021-02-06"],
        ),
        (
            "--level msoa --date 2021-02-06 --nation wales",
            ["for Wales", "it has England"],
        ),
        ("--level lsoa --date 2021-02-06", ["lsoa", "ltla, msoa"]),
        (
            "--level ltla --date 06/02/2021",
            ["06/02/2021", "YYYY-MM-DD"],
        ),
    ] {
        let error = error_output(&run(args));
        assert!(
            parts.iter().all(|part| error.contains(part)),
            "{args}: {error}"
        );
    }
    let nowhere = error_output(&prepare([
        "report",
        "--data",
        "nowhere",
        "--level",
        "ltla",
        "--date",
        "2021-02-06",
    ]));
    assert!(nowhere.contains("has no manifest.json"), "{nowhere}");
    let counts = content(out.path())
        .into_keys()
        .find(|name| name.starts_with("ltla.counts"))
        .unwrap();
    fs::write(out.path().join(&counts), b"RISING").unwrap();
    let damaged = error_output(&run("--level ltla --date 2021-02-06"));
    assert!(
        damaged.contains(&counts) && damaged.contains("cut short"),
        "{damaged}"
    );
}
