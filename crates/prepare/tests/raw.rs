//! Compares `prepare report` with the publishers' files, which are added up here by independent
//! code. Needs `../shared/data`; without it, each test says so and passes.

mod common;

use std::collections::HashMap;
use std::io::Read;
use std::path::PathBuf;

use common::{error_output, prepare, printed, report, root};
use serde_json::{Value, json};

/// Reads a file of `../shared/data`, decompressed; `None`, with a message, if it is missing.
fn raw(name: &str) -> Option<String> {
    let path: PathBuf = root().join("../shared/data").join(name);
    let Ok(bytes) = std::fs::read(&path) else {
        println!("skipped: {} is not there", path.display());
        return None;
    };
    let mut text = String::new();
    if name.ends_with(".gz") {
        flate2::read::GzDecoder::new(&bytes[..])
            .read_to_string(&mut text)
            .unwrap();
    } else {
        text = String::from_utf8(bytes).unwrap();
    }
    Some(text)
}

/// Returns the rows as maps from column to value.
fn rows(text: &str) -> impl Iterator<Item = HashMap<String, String>> {
    csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes())
        .deserialize()
        .map(Result::unwrap)
        .collect::<Vec<_>>()
        .into_iter()
}

/// Returns cases per 100,000 to one decimal, with halves rounded up, by whole-number arithmetic.
fn rate(count: u64, people: u64) -> f64 {
    let hundredths = count * 100_000 * 100 / people;
    let rounds_up = hundredths % 10 >= 5;
    (hundredths / 10 + u64::from(rounds_up)) as f64 / 10.0
}

fn days_since_epoch(date: &str) -> i64 {
    let number = |range: std::ops::Range<usize>| date[range].parse::<i64>().unwrap();
    let year = number(0..4);
    let month = number(5..7);
    let day = number(8..10);
    // Howard Hinnant, "chrono-compatible low-level date algorithms".
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// Returns the area that counts the cases of a code.
fn reporting_code(code: &str) -> &str {
    match code {
        "E09000001" => "E09000012",
        "E06000053" => "E06000052",
        same => same,
    }
}

#[test]
fn report_of_authorities_has_counts_and_rates_of_publisher() {
    let Some(cases) = raw("ltla_newCasesBySpecimenDate.csv.gz") else {
        return;
    };
    let Some(people) = raw("ltla_population_mid2019.csv") else {
        return;
    };
    let Some(newer) = raw("ltla_population_mid2020_england.csv") else {
        return;
    };
    let Some(neighbourhoods) = raw("msoa_population_mid2019.csv") else {
        return;
    };
    let by_area = |text: &str| {
        let mut population: HashMap<String, u64> = HashMap::new();
        for row in rows(text) {
            *population
                .entry(reporting_code(&row["areaCode"]).to_owned())
                .or_default() += row["population"].parse::<u64>().unwrap();
        }
        population
    };
    let mut population = by_area(&people);
    let newer = by_area(&newer);
    assert_eq!(newer.len(), 315);
    let newer_from = days_since_epoch("2021-08-01");
    for row in rows(&neighbourhoods).filter(|row| row["LA Code (2019 boundaries)"] == "E06000053") {
        *population.get_mut("E06000052").unwrap() += row["Total Pop"].parse::<u64>().unwrap();
    }
    let mut daily: HashMap<(String, i64), u64> = HashMap::new();
    for row in rows(&cases) {
        let key = (
            reporting_code(&row["areaCode"]).to_owned(),
            days_since_epoch(&row["date"]),
        );
        *daily.entry(key).or_default() += row["newCasesBySpecimenDate"].parse::<u64>().unwrap();
    }
    let week = |code: &str, last: i64| -> Option<u64> {
        (last - 6..=last)
            .map(|day| daily.get(&(code.to_owned(), day)).copied())
            .sum()
    };
    for (date, nation, letter) in [
        ("2020-03-20", "england", 'E'),
        ("2020-04-15", "scotland", 'S'),
        ("2020-08-01", "england", 'E'),
        ("2020-10-15", "england", 'E'),
        ("2020-11-05", "wales", 'W'),
        ("2021-01-04", "england", 'E'),
        ("2021-02-07", "england", 'E'),
        ("2021-02-07", "ni", 'N'),
        ("2021-07-19", "scotland", 'S'),
        ("2021-07-31", "england", 'E'),
        ("2021-08-01", "england", 'E'),
        ("2021-08-07", "england", 'E'),
        ("2021-08-08", "uk", ' '),
        ("2021-10-27", "england", 'E'),
        ("2022-01-05", "wales", 'W'),
        ("2022-04-01", "england", 'E'),
        ("2023-06-15", "england", 'E'),
        ("2023-12-12", "england", 'E'),
    ] {
        let last = days_since_epoch(date);
        let mut totals = HashMap::from([
            ("rising", 0),
            ("falling", 0),
            ("unchanged", 0),
            ("unknown", 0),
        ]);
        let mut expected: HashMap<String, Value> = HashMap::new();
        for (code, &people) in population
            .iter()
            .filter(|(code, _)| letter == ' ' || code.starts_with(letter))
        {
            let (now, before) = (week(code, last), week(code, last - 7));
            let direction = match (now, before) {
                (Some(now), Some(before)) if now > before => "rising",
                (Some(now), Some(before)) if now < before => "falling",
                (Some(_), Some(_)) => "unchanged",
                _ => "unknown",
            };
            *totals.get_mut(direction).unwrap() += 1;
            let people = |day: i64| {
                newer
                    .get(code)
                    .filter(|_| day >= newer_from)
                    .copied()
                    .unwrap_or(people)
            };
            let rate = |count: Option<u64>, day: i64| count.map(|count| rate(count, people(day)));
            expected.insert(
                code.clone(),
                json!([
                    now,
                    before,
                    rate(now, last),
                    rate(before, last - 7),
                    direction
                ]),
            );
        }
        let got = report("ltla", date, nation);
        for (direction, n) in &totals {
            assert_eq!(got[*direction], json!(n), "{date} {nation} {direction}");
        }
        let got = got["rows"].as_array().unwrap();
        assert_eq!(got.len(), expected.len(), "{date} {nation}");
        for row in got {
            let values = json!([
                row["count"],
                row["previous"],
                row["rate"],
                row["previous_rate"],
                row["direction"]
            ]);
            assert_eq!(
                values,
                expected[row["code"].as_str().unwrap()],
                "{date} {}",
                row["name"]
            );
        }
    }
}

/// The smallest and the largest possible value of a count.
type Range = (u64, u64);

/// The published sum and rate by week and area, both empty if suppressed.
type Weeks = HashMap<String, HashMap<String, (String, String)>>;

fn weeks(cases: &str) -> Weeks {
    let mut weeks = Weeks::new();
    for mut row in rows(cases) {
        let mut take = |column: &str| row.remove(column).unwrap();
        let figures = (
            take("newCasesBySpecimenDateRollingSum"),
            take("newCasesBySpecimenDateRollingRate"),
        );
        weeks
            .entry(take("date"))
            .or_default()
            .insert(take("areaCode"), figures);
    }
    weeks
}

/// Returns the range of a sum: an empty one is 0, 1 or 2, and a missing line can be any number.
fn range(sum: Option<&str>) -> Range {
    match sum {
        None => (0, u64::MAX),
        Some("") => (0, 2),
        Some(sum) => {
            let sum = sum.trim_end_matches(".0").parse().unwrap();
            (sum, sum)
        }
    }
}

fn direction(now: Range, before: Range) -> &'static str {
    match () {
        () if now.0 > before.1 => "rising",
        () if now.1 < before.0 => "falling",
        () if now == before && now.0 == now.1 => "unchanged",
        () => "unknown",
    }
}

/// Compares one week. Returns the numbers of published rates and of those that are exact halves of
/// a tenth.
fn compare_week(date: &str, weeks: &Weeks, population: &HashMap<String, u64>) -> (u64, u64) {
    let mut published_rates = 0;
    let mut halves = 0;
    let number = days_since_epoch(date);
    let before = weeks
        .keys()
        .find(|earlier| days_since_epoch(earlier) + 7 == number)
        .map(|earlier| &weeks[earlier]);
    let mut totals = HashMap::from([
        ("rising", 0),
        ("falling", 0),
        ("unchanged", 0),
        ("unknown", 0),
    ]);
    let got = report("msoa", date, "england");
    let rows = got["rows"].as_array().unwrap();
    assert_eq!(rows.len(), population.len());
    for row in rows {
        let code = row["code"].as_str().unwrap();
        let own = weeks[date].get(code);
        let (now, then) = (
            range(own.map(|own| own.0.as_str())),
            range(
                before
                    .and_then(|before| before.get(code))
                    .map(|own| own.0.as_str()),
            ),
        );
        let direction = direction(now, then);
        *totals.get_mut(direction).unwrap() += 1;
        assert_eq!(row["direction"], direction, "{date} {code}");
        let Some((sum, published_rate)) = own else {
            assert_eq!(
                (&row["count"], &row["rate"]),
                (&Value::Null, &Value::Null),
                "{date} {code}"
            );
            continue;
        };
        let count = if sum.is_empty() {
            json!("suppressed")
        } else {
            json!(now.0)
        };
        assert_eq!(row["count"], count, "{date} {code}");
        // The publisher rounds an exact half to the even tenth. `prepare` rounds it up, as readers
        // expect.
        let published: Option<f64> = published_rate.parse().ok();
        let exact = published.map(|_| (now.0 * 1_000_000, population[code]));
        let half = exact
            .is_some_and(|(cases, people)| cases * 2 % people == 0 && cases * 2 / people % 2 == 1);
        if half && published != row["rate"].as_f64() {
            let ours = row["rate"].as_f64().unwrap();
            let theirs = published.unwrap();
            assert!(
                (ours - theirs - 0.1).abs() < 1e-9,
                "{date} {code}: {ours}, published {theirs}"
            );
            halves += 1;
        } else {
            assert_eq!(row["rate"].as_f64(), published, "{date} {code}");
        }
        published_rates += u64::from(published.is_some());
    }
    for (direction, n) in &totals {
        assert_eq!(got[*direction], json!(n), "{date} {direction}");
    }
    (published_rates, halves)
}

#[test]
fn report_of_neighbourhoods_has_counts_and_rates_of_publisher_in_every_week() {
    let Some(cases) = raw("MSOAs_weekly_2020-02-01_2022-12-31.csv.gz") else {
        return;
    };
    let Some(people) = raw("msoa_population_mid2020.csv") else {
        return;
    };
    let population: HashMap<String, u64> = rows(&people)
        .map(|row| (row["areaCode"].clone(), row["population"].parse().unwrap()))
        .collect();
    let weeks = weeks(&cases);
    assert_eq!(weeks.len(), 153);
    let dates: Vec<&String> = weeks.keys().collect();
    // Each week is a run of the program, so two threads share them.
    let counted = std::thread::scope(|scope| {
        let runs = dates.chunks(dates.len().div_ceil(2)).map(|dates| {
            scope.spawn(|| {
                dates
                    .iter()
                    .map(|date| compare_week(date, &weeks, &population))
                    .collect::<Vec<_>>()
            })
        });
        let runs: Vec<_> = runs.collect();
        runs.into_iter()
            .flat_map(|run| run.join().unwrap())
            .fold((0, 0), |sum, own| (sum.0 + own.0, sum.1 + own.1))
    });
    assert_eq!(
        counted,
        (731_950, 63),
        "published rates, and exact halves of a tenth"
    );
}

/// The week to 28 November 2020 as first published, followed by the final revision.
#[test]
fn refresh_with_final_revision_of_first_publication_is_stopped() {
    let Some(cases) = raw("MSOAs_latest_2020-12-03.csv.gz") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let in_shared = |name: &str| {
        root()
            .join("../shared/data")
            .join(name)
            .display()
            .to_string()
    };
    let boundaries = root().join("data/msoa.topo.json").display().to_string();
    let first = in_shared("MSOAs_latest_2020-12-03.csv.gz");
    let people = in_shared("msoa_population_mid2019.csv");
    let out = data.display().to_string();
    let fixed = [
        "compile",
        "--level",
        "msoa",
        "--published",
        "2020-12-03",
        "--cases",
        &first,
        "--population",
        &people,
    ];
    printed(&prepare(fixed.into_iter().chain([
        "--boundaries",
        &boundaries,
        "--out",
        &out,
    ])));
    let report = [
        "report",
        "--data",
        &out,
        "--level",
        "msoa",
        "--date",
        "2020-11-28",
        "--json",
    ];
    let got: Value = serde_json::from_str(&printed(&prepare(report))).unwrap();
    let totals =
        ["rising", "falling", "unchanged", "unknown"].map(|key| got[key].as_u64().unwrap());
    assert_eq!(totals, [1_732, 4_616, 331, 112]);
    let last = &weeks(&cases)["2020-11-28"];
    let suppressed = last.values().filter(|(sum, _)| sum.is_empty()).count();
    let rows = got["rows"].as_array().unwrap();
    assert_eq!(
        rows.iter()
            .filter(|row| row["count"] == "suppressed")
            .count(),
        suppressed
    );

    let config = folder.path().join("rising.toml");
    let weekly = in_shared("MSOAs_weekly_2020-02-01_2022-12-31.csv.gz");
    let newer = in_shared("msoa_population_mid2020.csv");
    let text = format!(
        "out = {out:?}\n[levels.msoa]\nboundaries = {boundaries:?}\npopulation = [{newer:?}]\nfinal = true\n\
         [[levels.msoa.cases]]\nkind = \"files\"\npaths = [{weekly:?}]\n"
    );
    std::fs::write(&config, text).unwrap();
    let stopped = error_output(&prepare([
        "refresh",
        "--config",
        config.to_str().unwrap(),
        "--dry-run",
    ]));
    assert!(
        stopped.contains("nothing was published") && stopped.contains("rule = \"lost\""),
        "{stopped}"
    );
    assert!(stopped.contains("revised"), "{stopped}");
}
