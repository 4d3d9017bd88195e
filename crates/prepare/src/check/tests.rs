use std::sync::Arc;

use rising_model::dataset::manifest::NationDates;
use rising_model::domain::area::Area;
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::figure::Figure;
use rising_model::domain::series::{Cadence, CountsChunk, Series};

use super::*;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

const LAST: &str = "2021-03-31";

/// Returns figures of English areas with a constant count on each of `days` up to [`LAST`].
/// `adjust` returns other counts; -1 is a missing figure.
fn figures(
    areas: &[(&str, u32)],
    days: usize,
    adjust: impl Fn(&str, Day) -> Option<i64>,
) -> LevelFigures {
    let table = AreaTable::new(
        areas
            .iter()
            .map(|(code, _)| Area {
                code: code.parse().unwrap(),
                name: format!("Name of {code}"),
                translated: vec![],
                parent: None,
                population: 50_000.into(),
            })
            .collect(),
        vec![],
    )
    .unwrap();
    let first = day(LAST) - (days as i32 - 1);
    let figure = |code: &str, usual: u32, date: Day| match adjust(code, date) {
        None => Figure::Count(usual),
        Some(count) => u32::try_from(count).map_or(Figure::Missing, Figure::Count),
    };
    let values: Vec<Figure> = areas
        .iter()
        .flat_map(|&(code, usual)| (0..days as i32).map(move |n| (code, usual, n)))
        .map(|(code, usual, n)| figure(code, usual, first + n))
        .collect();
    let chunk = CountsChunk::new(Cadence::Daily, first, days as u32, &values).unwrap();
    LevelFigures {
        table,
        cadence: Cadence::Daily,
        dates: vec![NationDates {
            nation: Nation::England,
            first: first + 6,
            last: chunk.last(),
        }],
        span: (first, chunk.last()),
        series: Series::new([Arc::new(chunk)]),
    }
}

const AREAS: [(&str, u32); 2] = [("E07000001", 60), ("E07000002", 30)];

fn unchanged(_: &str, _: Day) -> Option<i64> {
    None
}

fn publication() -> Publication {
    Publication {
        published: day(LAST) + 5,
        lag: Some(5),
        today: day(LAST) + 5,
    }
}

fn check_new(new: &LevelFigures, last: Option<&LevelFigures>) -> Vec<Finding> {
    check_level(
        Level::Ltla,
        new,
        last,
        publication(),
        &CheckLimits::default(),
    )
}

/// Returns the rules, subjects and dates of findings.
fn headings(findings: &[Finding]) -> Vec<String> {
    findings
        .iter()
        .map(|finding| {
            format!(
                "{} {} {}",
                finding.rule,
                finding.subject.key(),
                finding.dates
            )
        })
        .collect()
}

#[test]
fn ordinary_figures_give_no_finding() {
    let last = figures(&AREAS, 60, unchanged);
    assert_eq!(check_new(&last, None), []);
    assert_eq!(check_new(&figures(&AREAS, 61, unchanged), Some(&last)), []);
}

#[test]
fn jump_is_found_unless_last_edition_has_it() {
    let spike =
        |code: &str, date: Day| (code == "E07000001" && date == day("2021-03-20")).then_some(241);
    let new = figures(&AREAS, 60, spike);
    let last = figures(&AREAS, 60, unchanged);
    let findings = check_new(&new, Some(&last));
    assert_eq!(headings(&findings), ["jump E07000001 2021-03-20"]);
    assert_eq!(
        findings[0].to_string(),
        "jump: ltla, Name of E07000001 (E07000001), 2021-03-20: 241 cases in a day, more than 4 times the largest of the 28 days before, 60"
    );
    assert_eq!(
        headings(&check_new(&new, None)),
        ["jump E07000001 2021-03-20"]
    );
    assert_eq!(
        check_new(&new, Some(&new)),
        [],
        "the last edition has it already"
    );
    let four_times = |code: &str, date: Day| spike(code, date).map(|_| 240);
    assert_eq!(check_new(&figures(&AREAS, 60, four_times), Some(&last)), []);
}

#[test]
fn zeros_are_one_fall() {
    let silent =
        |code: &str, date: Day| (code == "E07000001" && date > day("2021-03-22")).then_some(0);
    let last = figures(&AREAS, 60, unchanged);
    let findings = check_new(&figures(&AREAS, 60, silent), Some(&last));
    // The week to 28 March has 60 of 420 cases; the week to 29 March has none.
    assert!(
        headings(&findings).contains(&"fall E07000001 2021-03-29".to_owned()),
        "{findings:?}"
    );
    assert_eq!(
        findings
            .iter()
            .filter(|finding| finding.rule == Rule::Fall)
            .count(),
        1
    );
}

#[test]
fn nation_far_from_week_before_is_total() {
    let many = [("E07000001", 300), ("E07000002", 300)];
    let last = figures(&many, 60, unchanged);
    let low = |_: &str, date: Day| (date > day("2021-03-24")).then_some(70);
    assert_eq!(
        headings(&check_new(&figures(&many, 60, low), Some(&last))),
        ["total england 2021-03-31"]
    );
}

#[test]
fn missing_last_date_is_ends_early_and_missing_area_is_vanished() {
    let late = |code: &str, date: Day| (code == "E07000002" && date == day(LAST)).then_some(-1);
    assert_eq!(
        headings(&check_new(&figures(&AREAS, 60, late), None)),
        ["ends-early E07000002 2021-03-31"]
    );
    let last = figures(&AREAS, 60, unchanged);
    assert_eq!(
        headings(&check_new(
            &figures(&AREAS[..1], 60, unchanged),
            Some(&last)
        )),
        ["vanished E07000002 2021-03-31"]
    );
}

#[test]
fn missing_figures_are_lost_and_changed_settled_ones_revised() {
    let last = figures(&AREAS, 60, unchanged);
    let lost = |code: &str, date: Day| {
        (code == "E07000002" && (day("2021-02-10")..=day("2021-02-12")).contains(&date))
            .then_some(-1)
    };
    assert_eq!(
        headings(&check_new(&figures(&AREAS, 60, lost), Some(&last))),
        ["lost E07000002 2021-02-10 to 2021-02-12"]
    );
    // 5% of 32 settled days with 60 cases each are 96.
    for (count, expected) in [
        (60 + 96, &[][..]),
        (60 + 97, &["revised E07000001 2021-02-10"][..]),
    ] {
        let moved = |code: &str, date: Day| {
            (code == "E07000001" && date == day("2021-02-10")).then_some(count)
        };
        assert_eq!(
            headings(&check_new(&figures(&AREAS, 60, moved), Some(&last))),
            expected,
            "{count}"
        );
    }
    let recent =
        |code: &str, date: Day| (code == "E07000001" && date > day("2021-03-24")).then_some(90);
    assert_eq!(
        check_new(&figures(&AREAS, 60, recent), Some(&last)),
        [],
        "recent figures are expected to grow"
    );
}

#[test]
fn changed_population_is_found() {
    let last = figures(&AREAS, 60, unchanged);
    let mut new = last.clone();
    let mut areas = new.table.areas().to_vec();
    areas[1].population = 5_000.into();
    new.table = AreaTable::new(areas, vec![]).unwrap();
    assert_eq!(
        headings(&check_new(&new, Some(&last))),
        ["population E07000002 2021-03-31"]
    );
}

#[test]
fn incomplete_dates_are_lag_and_older_editions_backwards() {
    let new = figures(&AREAS, 60, unchanged);
    let early = Publication {
        published: day(LAST) + 4,
        ..publication()
    };
    let findings_of = |publication| {
        check_level(
            Level::Ltla,
            &new,
            None,
            publication,
            &CheckLimits::default(),
        )
    };
    assert_eq!(headings(&findings_of(early)), ["lag england 2021-03-31"]);
    assert_eq!(findings_of(Publication { lag: None, ..early }), []);
    let ahead = Publication {
        today: day(LAST) - 1,
        ..publication()
    };
    assert!(findings_of(ahead)[0].description.contains("in the future"));
    let mut later = new.clone();
    later.dates[0].last = later.dates[0].last + 1;
    assert_eq!(
        headings(&check_new(&new, Some(&later))),
        ["backwards england 2021-04-01"]
    );
}

#[test]
fn weekly_counts_jump_at_their_own_limit() {
    let weekly = |last: u32| {
        let values = [4, 5, 6, 5, last].map(Figure::Count);
        let chunk = CountsChunk::new(Cadence::Weekly, day("2021-03-03"), 5, &values).unwrap();
        LevelFigures {
            cadence: Cadence::Weekly,
            dates: vec![NationDates {
                nation: Nation::England,
                first: day("2021-03-03"),
                last: day(LAST),
            }],
            span: (day("2021-03-03"), day(LAST)),
            series: Series::new([Arc::new(chunk)]),
            ..figures(&AREAS[..1], 60, unchanged)
        }
    };
    assert_eq!(check_new(&weekly(160), None), []);
    assert_eq!(
        headings(&check_new(&weekly(161), None)),
        ["jump E07000001 2021-03-31"]
    );
}

#[test]
fn acceptance_covers_finding_of_same_rule_area_date_and_level() {
    let spike = |code: &str, date: Day| {
        (code == "E07000001" && [day("2021-03-10"), day("2021-03-20")].contains(&date))
            .then_some(241 + i64::from(date.day()) * 50)
    };
    let findings = check_new(
        &figures(&AREAS, 60, spike),
        Some(&figures(&AREAS, 60, unchanged)),
    );
    assert_eq!(headings(&findings)[..1], ["jump E07000001 2021-03-10"]);
    let accept = |text: &str| toml::from_str::<Acceptance>(text);
    let text = findings[0].as_acceptance().replace("[[accept]]\n", "");
    assert!(
        accept(&text)
            .unwrap_err()
            .to_string()
            .contains("say how you know")
    );
    let with_reason = text.replace("\"\"", "\"the publisher's notice\"");
    let open = |acceptances: &[Acceptance]| {
        headings(&ReviewedFindings::divide(findings.clone(), acceptances).open)
    };
    assert_eq!(open(&[]).len(), findings.len());
    assert_eq!(
        open(&[accept(&with_reason).unwrap()]),
        headings(&findings)[1..]
    );
    for other in [
        ("jump", "fall"),
        ("E07000001", "E07000002"),
        ("2021-03-10", "2021-03-11"),
        ("area", "level = \"msoa\"\narea"),
    ] {
        assert_eq!(
            open(&[accept(&with_reason.replacen(other.0, other.1, 1)).unwrap()]).len(),
            findings.len(),
            "{other:?}"
        );
    }
    let month = with_reason.replace("2021-03-10", "2021-03-01..2021-03-31");
    assert!(
        open(&[accept(&month).unwrap()])
            .iter()
            .all(|open| !open.starts_with("jump"))
    );
}
