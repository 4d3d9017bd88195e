use proptest::prelude::*;

use super::*;

impl Cases {
    fn add_file(
        &mut self,
        path: &Path,
        content: &[u8],
        level: Level,
        problems: &mut Problems,
    ) -> Result<(), FileError> {
        self.add_content(path, content, level, &ApiFilter::default(), problems)
    }
}

/// Reads a file of this content.
fn read(content: &str, level: Level) -> (Cases, Problems) {
    let mut cases = Cases::default();
    let mut problems = Problems::default();
    cases
        .add_file(
            Path::new("cases.csv"),
            content.as_bytes(),
            level,
            &mut problems,
        )
        .unwrap();
    (cases, problems)
}

fn refused(content: &str, level: Level) -> FileError {
    let mut cases = Cases::default();
    let mut problems = Problems::default();
    cases
        .add_file(
            Path::new("cases.csv"),
            content.as_bytes(),
            level,
            &mut problems,
        )
        .unwrap_err()
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// Returns Rutland's figure for 7 February 2021.
fn rutland(cases: &Cases) -> Option<Figure> {
    let area = cases.areas.get(&"E06000017".parse().unwrap())?;
    assert_eq!(area.name, "Rutland");
    area.days.get(&day("2021-02-07")).map(|entry| entry.figure)
}

const DASHBOARD: &str = "areaCode,areaName,areaType,date,newCasesBySpecimenDate\nE06000017,Rutland,ltla,2021-02-07,23\n";
const REORDERED: &str = "date,newCasesBySpecimenDate,areaName,areaCode,areaType\n2021-02-07,23,Rutland,E06000017,ltla\n";
const ARCHIVE: &str = "area_type,area_name,area_code,date,metric,metric_name,value\n\
    ltla,Rutland,E06000017,07/02/2021,newCasesBySpecimenDate,Cases,21\n\
    ltla,Rutland,E06000017,07/02/2021,newCasesBySpecimenDate,Cases,23\n\
    ltla,Rutland,E06000017,07/02/2021,newCasesBySpecimenDate,Cases,22\n";
const LATEST: &str = "Area name,Area code,Area type,Specimen date,Daily lab-confirmed cases,Cumulative lab-confirmed cases\n\
    England,E92000001,nation,2021-02-07,9000,1000000\n\
    Rutland,E06000017,utla,2021-02-07,23,999\n\
    Rutland,E06000017,ltla,2021-02-07,23,999\n";
const API: &str = r#"{"count":1,"next":null,"previous":null,"results":[{"geography":"Rutland","geography_code":"E06000017",
    "metric":"COVID-19_cases_casesByDay","date":"2021-02-07","metric_value":23.0,"in_reporting_delay_period":true}]}"#;
const WEEKLY: &str = "areaCode,areaName,date,newCasesBySpecimenDateRollingSum,newCasesBySpecimenDateRollingRate\n\
    E02002917,Golden Valley,2020-11-21,4.0,61.2\n\
    E02002917,Golden Valley,2020-11-28,,\n";

const RATES: &str = r#""date","area_type","area_code","area_name","metric","metric_name","value"
"01/08/2020","msoa","E02002917","Golden-Valley","newCasesBySpecimenDateRollingRate","New-cases-by-specimen-date","null"
"2020-10-03","msoa","E02002917","Golden-Valley","newCasesBySpecimenDateRollingRate","New-cases-by-specimen-date","24.7"
"2020-10-10","msoa","E02002917","Golden-Valley","newCasesBySpecimenDateRollingRate","New-cases-by-specimen-date",NA
"2020-10-17","msoa","E02002917","Golden-Valley","newCasesBySpecimenDateRollingRate","New-cases-by-specimen-date",""
"#;

#[test]
fn dashboard_csv_gives_count() {
    let (cases, problems) = read(DASHBOARD, Level::Ltla);
    assert_eq!(
        (
            rutland(&cases),
            problems.all().len(),
            cases.row_counts.used()
        ),
        (Some(Figure::Count(23)), 0, 1)
    );
}

#[test]
fn dashboard_csv_in_other_column_order_gives_same_count() {
    assert_eq!(
        rutland(&read(REORDERED, Level::Ltla).0),
        Some(Figure::Count(23))
    );
}

#[test]
fn archive_csv_with_british_dates_keeps_largest_of_repeats() {
    let (cases, problems) = read(ARCHIVE, Level::Ltla);
    assert_eq!(
        (rutland(&cases), problems.all().len()),
        (Some(Figure::Count(23)), 0)
    );
    assert_eq!((cases.row_counts.read, cases.row_counts.used()), (3, 1));
}

#[test]
fn latest_csv_drops_other_area_types() {
    let (cases, problems) = read(LATEST, Level::Ltla);
    assert_eq!(
        (rutland(&cases), problems.all().len()),
        (Some(Figure::Count(23)), 0)
    );
    assert_eq!(cases.row_counts.dropped["area type \"nation\""], 1);
    assert_eq!(cases.row_counts.dropped["area type \"utla\""], 1);
}

#[test]
fn api_json_gives_count_and_provisional_day() {
    let (cases, problems) = read(API, Level::Ltla);
    assert_eq!(
        (rutland(&cases), problems.all().len()),
        (Some(Figure::Count(23)), 0)
    );
    assert_eq!(
        cases.areas.values().next().unwrap().provisional_from,
        Some(day("2021-02-07"))
    );
}

#[test]
fn api_json_of_nation_is_dropped() {
    let typed = |kind: &str| {
        API.replace(
            "\"metric\":",
            &format!("\"geography_type\":\"{kind}\",\"metric\":"),
        )
    };
    assert_eq!(
        read(&typed("Lower Tier Local Authority"), Level::Ltla)
            .0
            .row_counts
            .used(),
        1
    );
    let (cases, problems) = read(&typed("Nation"), Level::Ltla);
    assert_eq!(
        (
            cases.row_counts.dropped["area type \"Nation\""],
            problems.all().len()
        ),
        (1, 0)
    );
}

#[test]
fn api_json_of_population_groups_is_dropped() {
    let one = API
        .split_once("\"results\":[")
        .unwrap()
        .1
        .trim_end_matches("]}");
    let of = |group: &str| one.replace("\"metric\":", &format!("{group},\"metric\":"));
    let whole = of(r#""age":"all","sex":"ALL","stratum":"default""#);
    let parts = [
        r#""age":"15_44","sex":"all""#,
        r#""sex":"F""#,
        r#""stratum":"pillar 1""#,
    ]
    .map(of);
    for results in [
        [parts.join(","), whole.clone()].join(","),
        [whole, parts.join(",")].join(","),
    ] {
        let (cases, problems) = read(&format!("{{\"results\":[{results}]}}"), Level::Ltla);
        assert_eq!(
            (rutland(&cases), problems.all().len()),
            (Some(Figure::Count(23)), 0)
        );
        assert_eq!((cases.row_counts.read, cases.row_counts.used()), (4, 1));
        for group in ["age 15_44", "sex F", "stratum pillar 1"] {
            assert_eq!(
                cases.row_counts.dropped[&format!("a part of the people, {group}")],
                1
            );
        }
    }
}

#[test]
fn api_json_of_metric_and_type_in_filter_is_read() {
    let content = API
        .replace("COVID-19_cases_casesByDay", "flu_cases_casesByDay")
        .replace("\"metric\":", "\"geography_type\":\"County\",\"metric\":");
    let wanted = ApiFilter {
        metric: "flu_cases_casesByDay",
        geography_type: Some("County"),
    };
    let mut cases = Cases::default();
    let mut problems = Problems::default();
    cases
        .add_content(
            Path::new("c"),
            content.as_bytes(),
            Level::Ltla,
            &wanted,
            &mut problems,
        )
        .unwrap();
    assert_eq!(
        (rutland(&cases), problems.all().len()),
        (Some(Figure::Count(23)), 0)
    );
    assert_eq!(read(&content, Level::Ltla).0.row_counts.used(), 0);
}

#[test]
fn weekly_csv_blank_is_suppressed() {
    for content in [WEEKLY.to_owned(), WEEKLY.replace(",,\n", ",-99,-99\n")] {
        let (cases, problems) = read(&content, Level::Msoa);
        let figures: Vec<_> = cases
            .areas
            .values()
            .flat_map(|area| area.days.values().map(|entry| entry.figure))
            .collect();
        assert_eq!(
            (figures, problems.all().len()),
            (vec![Figure::Count(4), Figure::Suppressed], 0)
        );
    }
}

#[test]
fn weekly_archive_csv_is_read() {
    let content = "area_type,area_name,area_code,date,metric,metric_name,value\n\
        msoa,Golden Valley,E02002917,28/11/2020,newCasesBySpecimenDateRollingSum,Cases,4\n";
    assert_eq!(read(content, Level::Msoa).0.row_counts.used(), 1);
}

/// The areas are of any country, with and without names; counts are daily or weekly.
#[test]
fn general_csv_is_read_for_either_level() {
    let named = "count,name,date,id\n4,Köln,2024-03-02,05315\n0,Köln,2024-03-03,05315\n";
    for level in Level::ALL {
        let (cases, problems) = read(named, level);
        let koeln = &cases.areas[&"05315".parse().unwrap()];
        assert_eq!(
            (koeln.name.as_str(), koeln.days.len(), problems.all().len()),
            ("Köln", 2, 0)
        );
        assert_eq!(cases.cadence(false).unwrap(), Cadence::Daily);
        assert_eq!(cases.cadence(true).unwrap(), Cadence::Weekly);
    }
    let (cases, _) = read("id,date,count\nNO-03,2024-03-02,7\n", Level::Ltla);
    let oslo = &cases.areas[&"NO-03".parse().unwrap()];
    assert_eq!(
        (oslo.name.as_str(), oslo.days[&day("2024-03-02")].figure),
        ("", Figure::Count(7))
    );
    // A blank count is invalid in this dialect.
    let (_, problems) = read("id,date,count\nNO-03,2024-03-02,\n", Level::Msoa);
    assert!(matches!(problems.all()[0].fault, InputFault::Blank { .. }));
}

#[test]
fn cadence_comes_from_dialect_or_option() {
    let weeks = "id,date,count\nA,2024-03-02,7\nB,2024-03-02,1\nA,2024-03-09,7\nA,2024-03-16,7\n";
    let (cases, _) = read(weeks, Level::Ltla);
    let error = cases.cadence(false).unwrap_err();
    assert!(
        matches!(error, FileError::LooksWeekly { between: 7, .. }),
        "{error}"
    );
    assert!(error.to_string().contains("--weekly"), "{error}");
    assert_eq!(cases.cadence(true).unwrap(), Cadence::Weekly);
    // The option is neither needed nor used for dialects that have a cadence.
    assert_eq!(
        read(WEEKLY, Level::Msoa).0.cadence(false).unwrap(),
        Cadence::Weekly
    );
    assert_eq!(
        read(WEEKLY, Level::Msoa).0.cadence(true).unwrap(),
        Cadence::Weekly
    );
    assert_eq!(
        read(DASHBOARD, Level::Ltla).0.cadence(false).unwrap(),
        Cadence::Daily
    );
    assert!(matches!(
        read(DASHBOARD, Level::Ltla).0.cadence(true),
        Err(FileError::NotWeekly { .. })
    ));
    assert!(matches!(
        read(API, Level::Ltla).0.cadence(true),
        Err(FileError::NotWeekly { .. })
    ));
    let mut problems = Problems::default();
    let mut both = Cases::default();
    both.add_file(
        Path::new("weekly.csv"),
        WEEKLY.as_bytes(),
        Level::Msoa,
        &mut problems,
    )
    .unwrap();
    both.add_file(
        Path::new("daily.csv"),
        b"id,date,count\nA,2024-03-02,7\n",
        Level::Msoa,
        &mut problems,
    )
    .unwrap();
    assert!(matches!(
        both.cadence(false),
        Err(FileError::TwoCadences { .. })
    ));
    assert_eq!(both.cadence(true).unwrap(), Cadence::Weekly);
}

#[test]
fn repeated_header_is_dropped() {
    let header = DASHBOARD.lines().next().unwrap();
    let (cases, problems) = read(&format!("{DASHBOARD}{header}\n"), Level::Ltla);
    assert_eq!(
        (
            cases.row_counts.used(),
            cases.row_counts.dropped["repeated header"],
            problems.all().len()
        ),
        (1, 1, 0)
    );
}

#[test]
fn bad_lines_are_problems_and_others_are_used() {
    let bad = [
        "E06000017,Rutland,ltla,2021-02-30,1",
        "E06000017,Rutland,ltla,2021-02-08,many",
        "E06000017,Rutland,ltla,2021-02-09,-4",
        "E06000017,Rutland,ltla,2021-02-10,",
        "not a code,Rutland,ltla,2021-02-11,1",
        "E06000017,Rutland,ltla,2021-02-12",
        "E06000017,Rutland,ltla,2021-02-07,24",
    ];
    let (cases, problems) = read(&format!("{DASHBOARD}{}\n", bad.join("\n")), Level::Ltla);
    let lines: Vec<_> = problems
        .all()
        .iter()
        .map(|problem| problem.place.at)
        .collect();
    assert_eq!(lines, (3..10).map(Position::Line).collect::<Vec<_>>());
    let reasons: Vec<_> = problems
        .all()
        .iter()
        .map(|problem| problem.fault.reason())
        .collect();
    assert_eq!(
        reasons,
        [
            "not a date",
            "not a whole number",
            "negative count",
            "empty count",
            "not an area code",
            "wrong number of fields",
            "smaller of two different figures"
        ]
    );
    assert_eq!((cases.row_counts.read, cases.row_counts.used()), (8, 1));
    assert_eq!(
        rutland(&cases),
        Some(Figure::Count(24)),
        "the larger of the two"
    );
    assert_eq!(
        problems.all()[1].to_string(),
        "cases.csv, line 4: column newCasesBySpecimenDate: \"many\" is not a whole number of cases; correct or remove the line"
    );
}

#[test]
fn line_that_is_not_utf8_is_one_problem() {
    let mut bytes = DASHBOARD.as_bytes().to_vec();
    bytes.extend(b"W06000001,Ynys M\xf4n,ltla,2021-02-07,3\nW06000002,Gwynedd,ltla,2021-02-07,4\n");
    let mut cases = Cases::default();
    let mut problems = Problems::default();
    cases
        .add_file(Path::new("cases.csv"), &bytes, Level::Ltla, &mut problems)
        .unwrap();
    assert_eq!((cases.row_counts.used(), problems.all().len()), (2, 1));
    assert_eq!(problems.all()[0].place.at, Position::Line(3));
}

#[test]
fn file_of_another_metric_is_error_that_lists_known_metrics() {
    let deaths = ARCHIVE.replace("newCasesBySpecimenDate", "newDeaths28DaysByDeathDate");
    let error = refused(&deaths, Level::Ltla).to_string();
    assert_eq!(
        error,
        "cases.csv, line 2: the metric is \"newDeaths28DaysByDeathDate\"; of this kind of file, --level ltla reads \
         newCasesBySpecimenDate"
    );
    let error = refused(
        &RATES.replace("CasesBySpecimenDate", "DeathsByDeathDate"),
        Level::Msoa,
    )
    .to_string();
    for part in [
        "newDeathsByDeathDateRollingRate",
        "RollingSum and newCasesBySpecimenDateRollingRate",
    ] {
        assert!(error.contains(part), "{error}");
    }
    let other = API.replace("casesByDay", "deathsByDay");
    assert!(matches!(
        read(&other, Level::Ltla).1.all()[0].fault,
        InputFault::OtherMetric { .. }
    ));
}

#[test]
fn line_of_another_metric_is_a_problem() {
    let mixed = format!(
        "{RATES}\"2021-11-13\",\"msoa\",\"E02002917\",\"Golden-Valley\",\"newCasesBySpecimenDateRollingSum\",\"C\",\"4\"\n"
    );
    let (cases, problems) = read(&mixed, Level::Msoa);
    let problem = &problems.all()[0];
    assert_eq!(
        (problems.all().len(), problem.place.at),
        (1, Position::Line(6))
    );
    assert!(
        matches!(&problem.fault, InputFault::OtherMetric { value, .. } if value.ends_with("RollingSum")),
        "{problem}"
    );
    assert_eq!(cases.row_counts.dropped["another metric"], 1);
}

/// The dialect is decided by the first line whose areas are of the level.
#[test]
fn metric_of_another_area_type_is_ignored() {
    let regions = "area_type,area_name,area_code,date,metric,metric_name,value\n\
        region,London,E12000007,2021-02-07,newDeaths,Deaths,9\n\
        ltla,Rutland,E06000017,2021-02-07,newCasesBySpecimenDate,Cases,23\n";
    let (cases, problems) = read(regions, Level::Ltla);
    assert_eq!(
        (rutland(&cases), problems.all().len()),
        (Some(Figure::Count(23)), 0)
    );
}

/// Recovers counts with a population of 12,163 in Golden Valley.
fn recovered(content: &str) -> (Cases, Problems) {
    let (mut cases, mut problems) = read(content, Level::Msoa);
    let people = |code: &AreaCode, _: Day| (code.as_str() == "E02002917").then_some(12_163);
    cases.recover_counts(people, &mut problems);
    (cases, problems)
}

fn golden_valley(cases: &Cases) -> Vec<(String, Figure)> {
    let area = &cases.areas[&"E02002917".parse().unwrap()];
    assert_eq!(area.name, "", "another file has the name without hyphens");
    area.days
        .iter()
        .map(|(day, entry)| (day.to_string(), entry.figure))
        .collect()
}

fn with_lines(lines: &[&str]) -> String {
    let line = |text: &&str| {
        let (date, value) = text.split_once(' ').unwrap();
        format!(
            "\"{date}\",\"msoa\",\"E02002917\",\"Golden-Valley\",\"newCasesBySpecimenDateRollingRate\",\"C\",{value}\n"
        )
    };
    let header = RATES.lines().next().unwrap();
    format!("{header}\n{}", lines.iter().map(line).collect::<String>())
}

#[test]
fn recover_counts_turns_archive_rates_into_counts() {
    let (cases, problems) = read(RATES, Level::Msoa);
    assert_eq!(
        (
            golden_valley(&cases),
            cases.row_counts.used(),
            problems.all().len()
        ),
        (vec![], 4, 0)
    );
    let (cases, problems) = recovered(RATES);
    let figure = |date: &str, figure| (date.to_owned(), figure);
    assert_eq!(
        golden_valley(&cases),
        [
            figure("2020-08-01", Figure::Suppressed),
            figure("2020-10-03", Figure::Count(3)),
            figure("2020-10-10", Figure::Suppressed),
            figure("2020-10-17", Figure::Suppressed),
        ]
    );
    assert_eq!(
        (
            problems.all().len(),
            cases.recovered,
            cases.cadence(false).unwrap()
        ),
        (0, 1, Cadence::Weekly)
    );
}

#[test]
fn equal_rates_for_one_date_are_dropped_once() {
    let lines = [
        "01/08/2020 \"null\"",
        "2020-08-01 NA",
        "08/08/2020 \"24.7\"",
        "2020-08-08 \"24.70\"",
    ];
    let (cases, problems) = recovered(&with_lines(&lines));
    assert_eq!(
        (
            cases.row_counts.dropped["the same rate again"],
            problems.all().len()
        ),
        (2, 0)
    );
    assert_eq!(
        (cases.row_counts.used(), golden_valley(&cases).len()),
        (2, 2)
    );
}

#[test]
fn different_rates_for_one_date_are_problem_and_larger_is_kept() {
    for (lines, second) in [
        (
            ["01/08/2020 24.7", "2020-08-01 32.9"],
            "a rate of 32.9, after a rate of 24.7",
        ),
        (
            ["01/08/2020 32.9", "2020-08-01 24.7"],
            "a rate of 24.7, after a rate of 32.9",
        ),
        (
            ["01/08/2020 \"null\"", "2020-08-01 32.9"],
            "a rate of 32.9, after a suppressed rate",
        ),
        (
            ["01/08/2020 32.9", "2020-08-01 NA"],
            "a suppressed rate, after a rate of 32.9",
        ),
    ] {
        let (cases, problems) = recovered(&with_lines(&lines));
        let texts: Vec<_> = problems.all().iter().map(ToString::to_string).collect();
        let expected = format!(
            "cases.csv, line 3: E02002917 has a second figure for 2020-08-01: {second}; remove the wrong one (the larger is kept)"
        );
        assert_eq!(texts, [expected]);
        assert_eq!(
            golden_valley(&cases),
            [("2020-08-01".to_owned(), Figure::Count(4))]
        );
        assert_eq!(
            (
                cases.row_counts.used(),
                cases.row_counts.dropped["smaller of two different figures"]
            ),
            (1, 1)
        );
    }
}

#[test]
fn rate_without_count_is_problem_with_population_and_nearest_counts() {
    let lines = [
        "2020-08-01 24.9",
        "2020-08-08 16.4",
        "2020-08-15 24.7",
        "2020-08-22 -1",
        "2020-08-29 0",
    ];
    let (cases, problems) = recovered(&with_lines(&lines));
    let texts: Vec<_> = problems.all().iter().map(ToString::to_string).collect();
    let advice = "give the population that the publisher divided by, or remove the line";
    let no_count = |line: u32, date: &str, rate: &str, why: &str| {
        format!(
            "cases.csv, line {line}: E02002917 on {date}: a rate of {rate} in 12,163 people is not that of one whole \
             number of cases: {why}; {advice}"
        )
    };
    assert_eq!(
        texts,
        [
            "cases.csv, line 5: column value: \"-1\" is not a rate per 100,000 people; correct or remove the line"
                .to_owned(),
            no_count(2, "2020-08-01", "24.9", "3 would be a lower rate, 4 a higher one"),
            no_count(3, "2020-08-08", "16.4", "it would be 2, and counts up to 2 are suppressed"),
            no_count(6, "2020-08-29", "0", "it would be 0, and counts up to 2 are suppressed"),
        ]
    );
    assert_eq!(
        golden_valley(&cases),
        [("2020-08-15".to_owned(), Figure::Count(3))]
    );
    assert_eq!(
        (
            cases.row_counts.used(),
            cases.row_counts.dropped["rate that gives no count"]
        ),
        (1, 3)
    );
}

#[test]
fn rates_without_population_are_one_problem_for_each_area() {
    let lines = ["2020-08-01 24.7", "2020-08-08 32.9"];
    let content = with_lines(&lines).replace("E02002917", "E02000001");
    let (cases, problems) = recovered(&content);
    let texts: Vec<_> = problems.all().iter().map(ToString::to_string).collect();
    let expected = "cases.csv, line 2: E02000001 has 2 published rates from 2020-08-01 on and no population to recover its \
                    counts with; add it to a --population file";
    assert_eq!(texts, [expected]);
    assert!(cases.areas.is_empty());
    assert_eq!(
        (
            cases.row_counts.used(),
            cases.row_counts.dropped["rate without a population"]
        ),
        (0, 2)
    );
}

#[test]
fn rates_use_the_population_of_their_date() {
    let (mut cases, mut problems) = read(
        &with_lines(&["2020-08-01 24.7", "2020-08-08 24.7"]),
        Level::Msoa,
    );
    let people = |_: &AreaCode, date: Day| {
        Some(if date < day("2020-08-08") {
            12_163
        } else {
            16_200
        })
    };
    cases.recover_counts(people, &mut problems);
    let figures: Vec<_> = golden_valley(&cases)
        .into_iter()
        .map(|(_, figure)| figure)
        .collect();
    assert_eq!(
        (figures, problems.all().len()),
        (vec![Figure::Count(3), Figure::Count(4)], 0)
    );
}

/// The weekly file and the archive can be read together.
#[test]
fn recovered_counts_must_agree_with_counts_of_other_files() {
    for (rate, dropped) in [
        ("24.7", "the same figure again"),
        ("32.9", "smaller of two different figures"),
    ] {
        let (mut cases, mut problems) =
            read(&with_lines(&[&format!("2020-11-21 {rate}")]), Level::Msoa);
        let weekly = WEEKLY.replace("4.0,61.2", "3,24.7");
        cases
            .add_file(
                Path::new("weekly.csv"),
                weekly.as_bytes(),
                Level::Msoa,
                &mut problems,
            )
            .unwrap();
        cases.recover_counts(|_, _| Some(12_163), &mut problems);
        assert_eq!(
            cases.row_counts.dropped,
            BTreeMap::from([(dropped.to_owned(), 1)])
        );
        assert_eq!(problems.all().len(), usize::from(rate == "32.9"));
        assert_eq!(cases.areas.values().next().unwrap().name, "Golden Valley");
    }
}

#[test]
fn files_of_other_level_or_unknown_dialect_are_errors() {
    assert!(matches!(
        refused(WEEKLY, Level::Ltla),
        FileError::OtherLevel { .. }
    ));
    assert!(matches!(
        refused(DASHBOARD, Level::Msoa),
        FileError::OtherLevel { .. }
    ));
    assert!(matches!(
        refused(API, Level::Msoa),
        FileError::OtherLevel { .. }
    ));
    assert!(matches!(
        refused("", Level::Ltla),
        FileError::UnknownHeader { .. }
    ));
    assert!(matches!(
        refused("{\"detail\":\"Not found.\"}", Level::Ltla),
        FileError::NotTheApi { .. }
    ));
    assert!(matches!(
        refused(DASHBOARD.lines().next().unwrap(), Level::Ltla),
        FileError::Empty { .. }
    ));
    let error = refused("area,cases\nRutland,5\n", Level::Ltla).to_string();
    assert!(
        error.contains("\"area,cases\"") && error.contains("areaCode,areaName"),
        "{error}"
    );
}

/// Generates lines that are almost valid.
fn almost_valid_line() -> impl Strategy<Value = String> {
    let field = prop_oneof![
        "E0600001[0-9]",
        "20[0-9]{2}-[0-9]{2}-[0-9]{2}",
        "-?[0-9]{0,4}(\\.[0-9]{0,2})?",
        "ltla|utla",
        "[\",\n\r x]{0,3}"
    ];
    prop::collection::vec(field, 0..7).prop_map(|fields| fields.join(","))
}

proptest! {
    #[test]
    fn add_file_of_any_bytes_does_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for start in ["", DASHBOARD, ARCHIVE, LATEST, WEEKLY, RATES, "id,date,count\n", "{", "{\"results\":["] {
            for level in Level::ALL {
                let content = [start.as_bytes(), &bytes].concat();
                let mut cases = Cases::default();
                let mut problems = Problems::default();
                let _ = cases.add_file(Path::new("c"), &content, level, &mut problems);
                cases.recover_counts(|_, _| Some(12_163), &mut problems);
            }
        }
    }

    #[test]
    fn every_line_is_used_or_dropped_with_reason(
        lines in prop::collection::vec(almost_valid_line(), 0..12),
    ) {
        let (cases, problems) = read(&format!("{DASHBOARD}{}\n", lines.join("\n")), Level::Ltla);
        let kept: usize = cases.areas.values().map(|area| area.days.len()).sum();
        prop_assert_eq!(cases.row_counts.used(), kept as u64);
        prop_assert!(problems.all().len() as u64 <= cases.row_counts.dropped.values().sum::<u64>());
    }

    #[test]
    fn every_rate_is_recovered_or_dropped_with_reason(
        lines in prop::collection::vec(
            "(01/08/2020|2020-08-0[18]) (24[.][789]|32[.]9|91|16.4|null|NA||-1)",
            0..12,
        ),
        known in any::<bool>(),
    ) {
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let mut cases = Cases::default();
        let mut problems = Problems::default();
        if cases.add_file(Path::new("c"), with_lines(&lines).as_bytes(), Level::Msoa, &mut problems).is_ok() {
            cases.recover_counts(|_, _| known.then_some(12_163), &mut problems);
        }
        let kept: usize = cases.areas.values().map(|area| area.days.len()).sum();
        prop_assert_eq!(cases.row_counts.used(), kept as u64);
        prop_assert!(problems.all().len() as u64 <= cases.row_counts.dropped.values().sum::<u64>());
        prop_assert!(cases.recovered >= cases.areas.values().flat_map(|area| area.days.values())
            .filter(|entry| entry.figure.count().is_some()).count() as u64);
    }
}
