use std::sync::Arc;

use rising_model::domain::area::{Area, AreaIndex};
use rising_model::domain::clearness::Grade;
use rising_model::domain::series::Series;
use rising_model::domain::snapshot::Snapshot;

use super::*;

fn first() -> Day {
    "2021-01-01".parse().unwrap()
}

fn table(codes: &[String]) -> AreaTable {
    let area = |code: &String| Area {
        code: code.parse().unwrap(),
        name: code.clone(),
        translated: vec![],
        parent: None,
        population: 1000.into(),
    };
    AreaTable::new(codes.iter().map(area).collect(), vec![]).unwrap()
}

/// Returns codes of a nation, given its letter: E00000001 and so on.
fn areas(letter: char, number: usize) -> Vec<String> {
    (1..=number).map(|n| format!("{letter}{n:08}")).collect()
}

fn grid(
    cadence: Cadence,
    dates: usize,
    areas: usize,
    figure: impl Fn(usize, usize) -> Figure,
) -> Grid {
    let figures = (0..areas).flat_map(|area| (0..dates).map(move |date| (area, date)));
    let figures = figures.map(|(area, date)| figure(area, date)).collect();
    Grid {
        cadence,
        first: first(),
        dates,
        figures,
    }
}

/// Returns a count with a pseudo-random deviation from the mean, the same in each run. The variance
/// is about `spread` times the mean.
fn varied(mean: f64, spread: f64, area: usize, date: usize) -> u32 {
    // Three terms of incommensurable periods have the variance ½ each.
    let angle = (area * 7 + 3) as f64 * 1.7 + date as f64 * (2.1 + (area % 5) as f64 * 0.37);
    let noise = (angle.sin() + (2.3 * angle).cos() + (4.1 * angle).sin()) / 1.5f64.sqrt();
    (mean + noise * (mean * spread).sqrt()).round().max(0.0) as u32
}

/// Returns the snapshot of all areas at a date, with the criteria encoded in the chunk.
fn snapshot(table: &AreaTable, grid: &Grid, criteria: &LevelCriteria, date: Day) -> Snapshot {
    let all = 0..grid.dates;
    let chunk = grid
        .chunk(all.clone())
        .unwrap()
        .with_criteria(criteria.for_dates(all))
        .unwrap();
    Snapshot::new(table, &Series::new([Arc::new(chunk)]), date)
}

fn dispersion(criteria: &LevelCriteria, nation: Nation, date: Day) -> Option<f64> {
    criteria
        .at(nation, date)
        .map(|criteria| criteria.dispersion().value())
}

fn compute_alone(level: Level, table: &AreaTable, grid: &Grid) -> LevelCriteria {
    LevelCriteria::compute(level, table, grid, None, None)
}

#[test]
fn compute_daily_counts_gives_each_nation_its_own_dispersion() {
    let codes: Vec<String> = areas('E', 60).into_iter().chain(areas('W', 60)).collect();
    let spread = |area| if area < 60 { 1.5 } else { 3.0 };
    let grid = grid(Cadence::Daily, 20, 120, |area, date| {
        Figure::Count(varied(60.0, spread(area), area, date))
    });
    let criteria = compute_alone(Level::Ltla, &table(&codes), &grid);
    let at = |nation| dispersion(&criteria, nation, first() + 15).unwrap();
    assert!(
        at(Nation::Wales) > 1.6 * at(Nation::England),
        "{} {}",
        at(Nation::Wales),
        at(Nation::England)
    );
    assert_eq!(
        dispersion(&criteria, Nation::Uk, first() + 15),
        None,
        "every area has a nation"
    );
    assert_eq!(dispersion(&criteria, Nation::Scotland, first() + 15), None);
    assert!(criteria.nations.iter().all(|own| !own.upper_bound));
    let text = criteria.summary_lines();
    assert_eq!(
        text,
        ["14 dates of nations: dispersion estimated from the daily counts of its 14 days"]
    );
}

#[test]
fn compute_first_thirteen_dates_have_no_criteria() {
    let table = table(&areas('E', 30));
    let grid = grid(Cadence::Daily, 20, 30, |area, date| {
        Figure::Count(varied(20.0, 2.0, area, date))
    });
    let criteria = compute_alone(Level::Ltla, &table, &grid);
    for date in 0..13 {
        assert_eq!(criteria.at(Nation::England, first() + date), None, "{date}");
        assert_eq!(
            snapshot(&table, &grid, &criteria, first() + date).grade(&table, 0),
            None
        );
    }
    assert!(criteria.at(Nation::England, first() + 13).is_some());
    for outside in [-1, 20] {
        assert_eq!(criteria.at(Nation::England, first() + outside), None);
    }
}

/// In October 2020 the source lacks days of three nations.
#[test]
fn compute_uses_only_areas_with_fourteen_days() {
    let table = table(&areas('W', 40));
    let count = |area: usize, date: usize| varied(30.0, 2.0, area, date);
    // Day 20 is missing for all, day 50 for every second area.
    let is_missing =
        |area: usize, date: usize| date == 20 || (date == 50 && area.is_multiple_of(2));
    let holed = grid(Cadence::Daily, 70, 40, |area, date| {
        match is_missing(area, date) {
            true => Figure::Missing,
            false => Figure::Count(count(area, date)),
        }
    });
    let criteria = compute_alone(Level::Ltla, &table, &holed);
    for date in 0..70 {
        let hole = date < 13 || (20..34).contains(&date);
        assert_eq!(
            criteria.at(Nation::Wales, first() + date).is_none(),
            hole,
            "{date}"
        );
    }
    let half = grid(Cadence::Daily, 70, 20, |area, date| {
        Figure::Count(count(2 * area + 1, date))
    });
    let of_half = compute_alone(Level::Ltla, &self::table(&areas('W', 20)), &half);
    for date in 50..64 {
        let at = |criteria: &LevelCriteria| criteria.at(Nation::Wales, first() + date);
        assert_eq!(
            at(&criteria),
            at(&of_half),
            "{date}: as without the other areas"
        );
        assert_eq!(
            snapshot(&table, &holed, &criteria, first() + date).grade(&table, 0),
            None
        );
    }
}

/// The old code has cases up to its last day, the new code from the next day on.
#[test]
fn grade_of_new_code_exists_after_fourteen_days() {
    let codes = areas('E', 30);
    let table = table(&codes);
    let old = 3;
    let new = 4;
    let merged_on = 25;
    let grid = grid(Cadence::Daily, 50, 30, |area, date| match area {
        area if area == old && date >= merged_on || area == new && date < merged_on => {
            Figure::Missing
        }
        area if area == new => {
            Figure::Count(varied(40.0, 1.5, area, date) * if date >= merged_on + 7 { 3 } else { 1 })
        }
        area => Figure::Count(varied(40.0, 1.5, area, date)),
    });
    let criteria = compute_alone(Level::Ltla, &table, &grid);
    let grade = |area: usize, date: usize| {
        snapshot(&table, &grid, &criteria, first() + date as i32).grade(&table, area as AreaIndex)
    };
    assert!(grade(old, merged_on - 1).is_some());
    for date in merged_on..merged_on + 13 {
        assert_eq!((grade(old, date), grade(new, date)), (None, None), "{date}");
        assert!(
            criteria
                .at(Nation::England, first() + date as i32)
                .is_some(),
            "{date}: the other areas have grades"
        );
    }
    assert_eq!(
        grade(new, merged_on + 13),
        Some(Grade::Clear),
        "three times as many as the week before"
    );
    let at_merger = dispersion(&criteria, Nation::England, first() + merged_on as i32 + 3).unwrap();
    let before = dispersion(&criteria, Nation::England, first() + merged_on as i32 - 1).unwrap();
    assert!(
        (at_merger / before - 1.0).abs() < 0.5,
        "the merger does not change the dispersion: {at_merger} {before}"
    );
}

/// On a bank holiday the whole nation reports fewer cases, and more on the next day.
#[test]
fn bank_holiday_of_nation_does_not_change_dispersion() {
    let table = table(&areas('E', 60));
    let at = |holiday: bool| {
        let grid = grid(Cadence::Daily, 14, 60, |area, date| {
            let share = match date {
                8 if holiday => 0.2,
                9 if holiday => 1.8,
                _ => 1.0,
            };
            Figure::Count(varied(80.0 * share, 1.5, area, date))
        });
        dispersion(
            &compute_alone(Level::Ltla, &table, &grid),
            Nation::England,
            first() + 13,
        )
        .unwrap()
    };
    assert!(
        (at(true) / at(false) - 1.0).abs() < 0.15,
        "{} {}",
        at(true),
        at(false)
    );
}

fn weekly(areas: usize) -> Grid {
    grid(Cadence::Weekly, 10, areas, |area, date| {
        Figure::Count(varied(60.0, 2.5, area, date))
    })
}

#[test]
fn weekly_counts_take_dispersion_from_daily_counts() {
    let codes: Vec<String> = areas('E', 30).into_iter().chain(areas('W', 30)).collect();
    let daily = grid(Cadence::Daily, 70, 60, |area, date| {
        Figure::Count(varied(30.0, 2.0, area, date))
    });
    let daily = compute_alone(Level::Ltla, &table(&codes), &daily);
    let criteria = LevelCriteria::compute(
        Level::Msoa,
        &table(&areas('E', 25)),
        &weekly(25),
        None,
        Some(&daily),
    );
    for week in 2..10 {
        let date = first() + 7 * week;
        assert_eq!(
            dispersion(&criteria, Nation::England, date),
            dispersion(&daily, Nation::England, date),
            "week {week}"
        );
    }
    // Daily dispersions begin on 14 January, so the second week has none.
    assert_eq!(
        dispersion(&criteria, Nation::England, first()),
        None,
        "no week before"
    );
    assert_eq!(
        dispersion(&criteria, Nation::England, first() + 7),
        None,
        "neither 14 days nor four weeks"
    );
    assert_eq!(
        criteria.summary_lines(),
        [
            "8 dates of nations: dispersion taken from the daily counts of ltla",
            "1 dates of nations: dispersion not known, so no change is marked clear or probable"
        ]
    );
    assert!(!criteria.nations[0].upper_bound);
}

#[test]
fn weekly_counts_alone_have_upper_bound_from_fourth_week() {
    let table = table(&areas('E', 25));
    let criteria = compute_alone(Level::Msoa, &table, &weekly(25));
    for week in 0..10 {
        let known = dispersion(&criteria, Nation::England, first() + 7 * week);
        assert_eq!(known.is_some(), week >= 3, "week {week}");
    }
    assert!(criteria.nations[0].upper_bound);
    assert_eq!(
        criteria.summary_lines(),
        [
            "7 dates of nations: dispersion an upper bound, estimated from weekly counts; some \
             clear changes are not marked",
            "2 dates of nations: dispersion not known, so no change is marked clear or probable"
        ]
    );
}

#[test]
fn weekly_counts_ignore_dispersion_of_other_weekly_counts() {
    let table = table(&areas('E', 25));
    let other = compute_alone(
        Level::Ltla,
        &table,
        &grid(Cadence::Weekly, 10, 25, |area, date| {
            Figure::Count(varied(60.0, 9.0, area, date))
        }),
    );
    let alone = compute_alone(Level::Msoa, &table, &weekly(25));
    let with_other = LevelCriteria::compute(Level::Msoa, &table, &weekly(25), None, Some(&other));
    assert_eq!(with_other.nations, alone.nations);
}

#[test]
fn suppressed_week_is_graded_and_left_out_of_dispersion() {
    let table = table(&areas('E', 26));
    let plain = weekly(26);
    let mut suppressed = plain.clone();
    // The last area has "0, 1 or 2" and then 60.
    let last = suppressed.figures.len() - 1;
    suppressed.figures[last] = Figure::Count(60);
    suppressed.figures[last - 1] = Figure::Suppressed;
    let date = first() + 7 * 9;
    let criteria = compute_alone(Level::Msoa, &table, &suppressed);
    let snapshot = snapshot(&table, &suppressed, &criteria, date);
    assert_eq!(snapshot.grade(&table, 25), Some(Grade::Clear));
    let without = compute_alone(Level::Msoa, &self::table(&areas('E', 25)), &weekly(25));
    assert_eq!(
        dispersion(&criteria, Nation::England, date),
        dispersion(&without, Nation::England, date)
    );
}

#[test]
fn set_dispersion_is_used_at_all_dates() {
    let table = table(&areas('E', 25));
    let set = Some(Dispersion::at_least(2.5));
    let weeks = LevelCriteria::compute(Level::Msoa, &table, &weekly(25), set, None);
    let days = grid(Cadence::Daily, 20, 25, |area, date| {
        Figure::Count(varied(20.0, 1.0, area, date))
    });
    let days = LevelCriteria::compute(Level::Ltla, &table, &days, set, None);
    for week in 1..10 {
        assert_eq!(
            dispersion(&weeks, Nation::England, first() + 7 * week),
            Some(2.5)
        );
    }
    assert_eq!(dispersion(&days, Nation::England, first() + 13), Some(2.5));
    assert_eq!(
        weeks.summary_lines(),
        ["9 dates of nations: dispersion set by the publisher"]
    );
    assert!(!weeks.nations[0].upper_bound);
}

#[test]
fn areas_without_nation_are_graded_together() {
    let codes: Vec<String> = (1..=30).map(|n| format!("NO-{n:02}")).collect();
    let table = table(&codes);
    let grid = grid(Cadence::Daily, 20, 30, |area, date| {
        Figure::Count(varied(40.0, 1.5, area, date) * if area == 0 && date >= 13 { 4 } else { 1 })
    });
    let criteria = compute_alone(Level::Ltla, &table, &grid);
    assert_eq!(
        criteria
            .nations
            .iter()
            .map(|own| own.nation)
            .collect::<Vec<_>>(),
        [Nation::Uk]
    );
    assert_eq!(
        snapshot(&table, &grid, &criteria, first() + 19).grade(&table, 0),
        Some(Grade::Clear)
    );
}

#[test]
fn single_area_is_never_only_probable() {
    let table = table(&areas('S', 1));
    for now in 0..30u32 {
        let grid = grid(Cadence::Daily, 14, 1, |_, date| {
            Figure::Count(if date < 7 { 10 } else { now })
        });
        let criteria = compute_alone(Level::Ltla, &table, &grid);
        let grade = snapshot(&table, &grid, &criteria, first() + 13).grade(&table, 0);
        assert_ne!(grade, Some(Grade::Probable), "{now}");
        assert_eq!(
            grade,
            match now {
                10 => None,
                7..14 => Some(Grade::CouldBeChance),
                _ => Some(Grade::Clear),
            },
            "10 a day, then {now}"
        );
    }
}

#[test]
fn from_published_returns_computed_criteria() {
    let codes: Vec<String> = areas('E', 30).into_iter().chain(areas('N', 11)).collect();
    let table = table(&codes);
    let grid = grid(Cadence::Daily, 40, 41, |area, date| {
        Figure::Count(varied(30.0, 2.0, area, date))
    });
    let criteria = compute_alone(Level::Ltla, &table, &grid);
    let chunks = [0..25, 25..40].map(|dates| {
        Arc::new(
            grid.chunk(dates.clone())
                .unwrap()
                .with_criteria(criteria.for_dates(dates))
                .unwrap(),
        )
    });
    let span = (first(), first() + 39);
    let figures = LevelFigures {
        table,
        series: Series::new(chunks),
        cadence: Cadence::Daily,
        dates: vec![],
        span,
    };
    assert_eq!(
        LevelCriteria::from_published(Level::Ltla, &figures).nations,
        criteria.nations
    );
}
