use std::path::Path;

use proptest::prelude::*;
use rising_model::domain::figure::Figure::{self, Count, Missing, Suppressed};

use super::*;
use crate::cases::CaseArea;
use crate::population::{AreaPopulation, VintageEstimates};
use crate::problem::Position;

fn code(text: &str) -> AreaCode {
    text.parse().unwrap()
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// Returns cases of lines `code date count`, with `-` for a suppressed count.
fn cases(lines: &[&str]) -> Cases {
    let mut cases = Cases::default();
    cases.files.push(crate::cases::CaseFile {
        path: Path::new("cases.csv").into(),
        dialect: "test",
        cadence: None,
        read: lines.len() as u64,
    });
    for (line, text) in (2..).zip(lines) {
        let fields: Vec<&str> = text.split(' ').collect();
        let figure = fields[2].parse().map_or(Suppressed, Count);
        let area = cases
            .areas
            .entry(code(fields[0]))
            .or_insert_with(|| CaseArea {
                name: format!("Name of {}", fields[0]),
                ..CaseArea::default()
            });
        area.days.insert(
            day(fields[1]),
            Entry {
                figure,
                source: (0, Position::Line(line)),
            },
        );
    }
    cases
}

/// The first date of [`Case::newer_people`].
const NEWER: &str = "2021-08-01";

fn estimates(from: Option<Day>, people: &[(&str, u64)]) -> VintageEstimates {
    let areas = people.iter().map(|&(area, people)| {
        (
            code(area),
            AreaPopulation {
                people,
                name: format!("Population of {area}"),
                parent: Some(code("E09000001")),
            },
        )
    });
    VintageEstimates {
        vintage: Vintage {
            from,
            estimate: String::new(),
        },
        areas: areas.collect(),
    }
}

fn populations(people: &[(&str, u64)], newer: &[(&str, u64)]) -> Populations {
    let newer = (!newer.is_empty()).then(|| estimates(Some(day(NEWER)), newer));
    Populations {
        vintages: [estimates(None, people)].into_iter().chain(newer).collect(),
        read: people.len() as u64,
    }
}

fn shapes(codes: &[&str]) -> Vec<Shape> {
    codes
        .iter()
        .map(|text| Shape {
            code: code(text),
            name: None,
            parent: None,
            rings: vec![],
        })
        .collect()
}

fn aliases() -> Aliases {
    let table = "old_code,old_name,new_code,new_name,reason\n\
        E09000001,City of London,E09000012,Hackney,Counted there\n\
        E06000060,Buckinghamshire,E07000004,Aylesbury Vale,Formed in 2020\n\
        E06000060,Buckinghamshire,E07000005,Chiltern,Formed in 2020\n";
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), table).unwrap();
    Aliases::read(file.path()).unwrap()
}

struct Case<'a> {
    cadence: Cadence,
    shapes: &'a [&'a str],
    cases: &'a [&'a str],
    people: &'a [(&'a str, u64)],
    newer_people: &'a [(&'a str, u64)],
    known_gaps: &'a [Period],
}

impl Case<'_> {
    fn join(&self) -> (JoinedData, Vec<InputFault>) {
        let shapes = shapes(self.shapes);
        let cases = cases(self.cases);
        let populations = populations(self.people, self.newer_people);
        let names = BTreeMap::from([(code("E09000012"), "Hackney and City of London".to_owned())]);
        let inputs = JoinInputs {
            names: &names,
            welsh: &BTreeMap::new(),
            cadence: self.cadence,
            shapes: &shapes,
            cases: &cases,
            populations: &populations,
            aliases: &aliases(),
            known_gaps: self.known_gaps,
            boundary_file: FilePosition::whole_file(Path::new("boundaries.json")),
        };
        let mut problems = Problems::default();
        let joined = join(&inputs, &mut problems).unwrap();
        (
            joined,
            problems
                .all()
                .iter()
                .map(|problem| problem.fault.clone())
                .collect(),
        )
    }
}

const DAILY: Case = Case {
    cadence: Cadence::Daily,
    shapes: &["E09000012"],
    cases: &[],
    people: &[("E09000012", 100)],
    newer_people: &[],
    known_gaps: &[],
};

#[test]
fn newer_population_is_used_from_its_date_and_absent_areas_keep_older() {
    let case = Case {
        shapes: &["E09000012", "W06000001"],
        cases: &["E09000012 2021-07-31 55", "W06000001 2021-07-31 5"],
        people: &[("E09000001", 10), ("E09000012", 100), ("W06000001", 50)],
        newer_people: &[("E09000001", 11), ("E09000012", 102)],
        ..DAILY
    };
    let (joined, faults) = case.join();
    assert_eq!(faults, []);
    let people = |area: usize, date: &str| joined.table.areas()[area].population.at(day(date));
    assert_eq!([people(0, "2021-07-31"), people(0, NEWER)], [110, 113]);
    assert_eq!([people(1, "2021-07-31"), people(1, NEWER)], [50, 50]);
    assert_eq!(
        joined
            .lacking
            .iter()
            .map(|(_, areas)| *areas)
            .collect::<Vec<_>>(),
        [1]
    );
    assert_eq!(joined.merges[0].people, 10);
}

#[test]
fn newer_population_without_merged_code_is_problem() {
    let case = Case {
        cases: &["E09000012 2021-07-31 55"],
        people: &[("E09000001", 10), ("E09000012", 100)],
        newer_people: &[("E09000012", 102)],
        ..DAILY
    };
    let (joined, faults) = case.join();
    let [InputFault::PartOfPopulation { lacking, .. }] = &faults[..] else {
        panic!("{faults:?}")
    };
    assert_eq!(*lacking, code("E09000001"));
    assert_eq!(
        joined.table.areas()[0].population.at(day(NEWER)),
        110,
        "the older population stays"
    );
}

#[test]
fn merged_code_adds_cases_and_population() {
    let case = Case {
        cases: &[
            "E09000012 2020-09-30 55",
            "E09000001 2020-10-01 47",
            "E09000012 2020-10-02 5",
            "E09000001 2020-10-02 6",
        ],
        people: &[("E09000001", 9_721), ("E09000012", 281_120)],
        ..DAILY
    };
    let (joined, faults) = case.join();
    assert_eq!(faults, []);
    assert_eq!(joined.grid.figures, [Count(55), Count(47), Count(11)]);
    assert_eq!(joined.table.areas()[0].population, 290_841.into());
    assert_eq!(
        joined.table.areas()[0].name,
        "Hackney and City of London",
        "the given name, not that in the cases"
    );
    let merge = &joined.merges[0];
    assert_eq!(
        (merge.figures, merge.added_dates, merge.people),
        (2, 1, 9_721)
    );
    assert_eq!(
        joined
            .table
            .alias(&code("E09000001"))
            .map(|alias| alias.name.as_str()),
        Some("City of London")
    );
    assert_eq!(
        joined.table.alias(&code("E06000060")),
        None,
        "its districts are not in this data set"
    );
}

#[test]
fn code_of_several_areas_is_problem() {
    let case = Case {
        cases: &["E09000012 2020-10-01 1", "E06000060 2020-10-01 9"],
        ..DAILY
    };
    let (joined, faults) = case.join();
    assert!(
        matches!(&faults[..], [InputFault::Divided { rows: 1, .. }]),
        "{faults:?}"
    );
    assert_eq!(joined.dropped.values().sum::<u64>(), 1);
}

#[test]
fn unknown_code_is_one_problem() {
    let case = Case {
        cases: &[
            "E09000012 2020-10-01 1",
            "E12000001 2020-10-01 9",
            "E12000001 2020-10-02 9",
        ],
        ..DAILY
    };
    let (joined, faults) = case.join();
    assert!(
        matches!(&faults[..], [InputFault::UnknownArea { rows: 2, .. }]),
        "{faults:?}"
    );
    assert_eq!(joined.dropped["area without a boundary"], 2);
}

#[test]
fn gap_is_missing_and_problem_unless_known() {
    let hole = [
        "E09000012 2020-10-01 1",
        "E09000012 2020-10-04 4",
        "E09000012 2020-10-06 6",
    ];
    let case = Case {
        cases: &hole,
        ..DAILY
    };
    let (joined, faults) = case.join();
    assert_eq!(
        joined.grid.figures,
        [Count(1), Missing, Missing, Count(4), Missing, Count(6)]
    );
    let spans: Vec<_> = faults
        .iter()
        .map(|fault| match fault {
            InputFault::Gap { span, .. } => span.as_str(),
            _ => "",
        })
        .collect();
    assert_eq!(spans, ["from 2020-10-02 to 2020-10-03", "on 2020-10-05"]);
    let known_gaps = [
        "2020-10-03..2020-10-04".parse().unwrap(),
        "2020-10-05".parse().unwrap(),
    ];
    let (joined, faults) = Case {
        known_gaps: &known_gaps,
        ..case
    }
    .join();
    assert_eq!(
        (joined.known_missing, faults.len()),
        (2, 1),
        "the 2nd is not a known gap"
    );
}

#[test]
fn dates_before_first_and_after_last_figure_are_missing() {
    let case = Case {
        shapes: &["E09000012", "E07000004"],
        cases: &["E09000012 2020-10-01 1", "E07000004 2020-10-03 4"],
        people: &[("E09000012", 100), ("E07000004", 100)],
        ..DAILY
    };
    let (joined, faults) = case.join();
    assert_eq!(faults, []);
    assert_eq!(
        joined.grid.figures,
        [Missing, Missing, Count(4), Count(1), Missing, Missing]
    );
    assert_eq!(
        joined.order,
        [1, 0],
        "the table is sorted by code, the shapes are not"
    );
}

#[test]
fn areas_without_cases_or_population_are_problems() {
    let case = Case {
        shapes: &["E09000012", "E07000004", "E07000005"],
        cases: &["E09000012 2020-10-01 1", "E07000005 2020-10-01 4"],
        people: &[("E09000012", 100), ("E07000004", 100)],
        ..DAILY
    };
    let (joined, faults) = case.join();
    assert!(
        matches!(
            &faults[..],
            [InputFault::NoCases { .. }, InputFault::NoPopulation { .. }]
        ),
        "{faults:?}"
    );
    assert_eq!(
        joined.table.len(),
        2,
        "an area without a population has no rate and is left out"
    );
    assert_eq!(joined.grid.figures, [Missing, Count(1)]);
    assert_eq!(joined.dropped["area without a population"], 1);
}

#[test]
fn weekly_figure_on_other_weekday_is_dropped() {
    let case = Case {
        newer_people: &[],
        cadence: Cadence::Weekly,
        shapes: &["E02000001"],
        cases: &[
            "E02000001 2020-11-14 4",
            "E02000001 2020-11-21 -",
            "E02000001 2020-11-27 5",
            "E02000001 2020-11-28 6",
        ],
        people: &[("E02000001", 9_721)],
        known_gaps: &[],
    };
    let (joined, faults) = case.join();
    assert!(
        matches!(&faults[..], [InputFault::OffWeek { .. }]),
        "{faults:?}"
    );
    assert_eq!(joined.grid.figures, [Count(4), Suppressed, Count(6)]);
    let parent = joined.table.areas()[0]
        .parent
        .as_ref()
        .map(AreaCode::as_str);
    assert_eq!(
        parent,
        Some("E09000012"),
        "the parent is the area that counts the cases of the City of London"
    );
}

#[test]
fn offered_dates_begin_with_first_complete_week_and_end_at_limit() {
    let lines: Vec<String> = (1..=20)
        .map(|n| format!("E09000012 2020-10-{n:02} 1"))
        .collect();
    let lines: Vec<&str> = lines
        .iter()
        .map(String::as_str)
        .chain(["W06000001 2020-10-20 3"])
        .collect();
    let case = Case {
        shapes: &["E09000012", "W06000001"],
        cases: &lines,
        people: &[("E09000012", 9), ("W06000001", 9)],
        ..DAILY
    };
    let (joined, _) = case.join();
    let offered = |limit: Option<&str>| {
        let dates = joined.grid.offered(&joined.table, |_| limit.map(day));
        dates
            .into_iter()
            .map(|dates| {
                (
                    dates.nation,
                    dates.first.to_string(),
                    dates.last.to_string(),
                )
            })
            .collect::<Vec<_>>()
    };
    let england = |last: &str| vec![(Nation::England, "2020-10-07".to_owned(), last.to_owned())];
    assert_eq!(
        offered(None),
        england("2020-10-20"),
        "Wales has no complete week"
    );
    assert_eq!(offered(Some("2020-10-15")), england("2020-10-15"));
    assert_eq!(offered(Some("2020-10-06")), []);
}

proptest! {
    #[test]
    fn join_keeps_sum_of_counts(
        values in prop::collection::btree_map((0..3usize, 0..30i32), 0u32..50, 1..60),
    ) {
        let codes = ["E09000012", "E07000004", "E09000001"];
        let start = day("2020-10-01");
        let lines: Vec<String> = values.iter().map(|((area, n), count)| format!("{} {} {count}", codes[*area], start + *n)).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let case = Case { shapes: &codes[..2], cases: &lines, people: &[("E09000012", 9), ("E07000004", 9)], ..DAILY };
        let (joined, _) = case.join();
        let total: u32 = joined.grid.figures.iter().filter_map(|figure| Figure::count(*figure)).sum();
        prop_assert_eq!(total, values.values().sum::<u32>());
    }
}
