//! Tests which changes are clear: compares `prepare report` with a second computation from the
//! publisher's file, and measures the error rate of the rule. The first needs `../shared/data`;
//! without it, the test says so and passes.

mod common;

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::Read;
use std::sync::Arc;

use common::{public_data, report, root};
use rising_model::dataset::manifest::Manifest;
use rising_model::domain::area::{AreaCode, AreaIndex, Level, Nation};
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::clearness::{Grade, fit};
use rising_model::domain::day::Day;
use rising_model::domain::figure::Figure;
use rising_model::domain::series::{CountsChunk, Series};
use rising_model::domain::trend::{Comparison, Direction};

const DATES: [&str; 9] = [
    "2020-07-15",
    "2020-10-01",
    "2021-02-07",
    "2021-06-10",
    "2021-10-27",
    "2022-01-04",
    "2023-02-01",
    "2023-06-15",
    "2023-12-01",
];

/// Cases of one nation by area and day.
type Daily = BTreeMap<String, HashMap<Day, f64>>;

fn daily_counts(letter: char) -> Option<Daily> {
    let path = root().join("../shared/data/ltla_newCasesBySpecimenDate.csv.gz");
    let Ok(bytes) = fs::read(&path) else {
        println!("skipped: {} is not there", path.display());
        return None;
    };
    let mut text = String::new();
    flate2::read::GzDecoder::new(&bytes[..])
        .read_to_string(&mut text)
        .unwrap();
    let mut daily = Daily::new();
    for line in text.lines().filter(|line| line.starts_with(letter)) {
        // Names have commas; the code is the first field, the date and the count are the last two.
        let code = if &line[..9] == "E09000001" {
            "E09000012"
        } else {
            &line[..9]
        };
        let mut fields = line.rsplit(',');
        let count: f64 = fields.next().unwrap().parse().unwrap();
        let day: Day = fields.next().unwrap().parse().unwrap();
        *daily
            .entry(code.to_owned())
            .or_default()
            .entry(day)
            .or_default() += count;
    }
    Some(daily)
}

/// For each area, whether its change is clear and whether it is probable.
type Grades = BTreeMap<String, (bool, bool)>;

/// The dispersion and grades computed in floats from daily counts, with the trend by bisection and
/// Φ by its power series.
struct Expected {
    dispersion: f64,
    grades: Grades,
}

fn expected(daily: &Daily, last: Day) -> Option<Expected> {
    let days = |counts: &HashMap<Day, f64>| -> Option<Vec<f64>> {
        (0..14)
            .map(|n| counts.get(&(last - 13 + n)).copied())
            .collect()
    };
    let areas: Vec<(&String, Vec<f64>)> = daily
        .iter()
        .filter_map(|(code, counts)| Some((code, days(counts)?)))
        .collect();
    if areas.is_empty() {
        return None;
    }
    let national: Vec<f64> = (0..14)
        .map(|day| areas.iter().map(|(_, days)| days[day]).sum())
        .collect();
    let large: Vec<&Vec<f64>> = areas
        .iter()
        .map(|(_, days)| days)
        .filter(|days| days.iter().sum::<f64>() >= 14.0)
        .collect();
    let freedom = national.iter().filter(|&&sum| sum > 0.0).count() as f64 - 2.0;
    let pearson: f64 = large.iter().map(|days| chi_squared(days, &national)).sum();
    let dispersion = (pearson / large.len() as f64 / freedom).max(1.0);

    let z = |days: &[f64]| {
        let (before, now): (f64, f64) = (days[..7].iter().sum(), days[7..].iter().sum());
        ((now - before).abs() - 1.0).max(0.0) / (dispersion * (before + now)).max(1e-9).sqrt()
    };
    let mut p: Vec<f64> = areas.iter().map(|(_, days)| two_sided(z(days))).collect();
    let own = p.clone();
    p.sort_by(f64::total_cmp);
    let of = p.len() as f64;
    let kept = (1..=p.len())
        .rev()
        .find(|&rank| p[rank - 1] <= 0.05 * rank as f64 / of);
    let limit = kept.map_or(-1.0, |rank| p[rank - 1]);
    let changed = |days: &[f64]| days[..7].iter().sum::<f64>() != days[7..].iter().sum::<f64>();
    let grades = areas
        .iter()
        .zip(own)
        .filter(|((_, days), _)| changed(days))
        .map(|((code, days), p)| ((*code).clone(), (p <= limit, z(days).powi(2) >= 3.841)))
        .collect();
    Some(Expected { dispersion, grades })
}

/// Returns Pearson's chi-squared of an area's days under the nation's pattern and the area's own
/// trend, for which the fitted mean day of the cases is the observed one.
fn chi_squared(days: &[f64], national: &[f64]) -> f64 {
    let total: f64 = days.iter().sum();
    let fitted = |trend: f64| -> Vec<f64> {
        let weights: Vec<f64> = national
            .iter()
            .zip(0..)
            .map(|(n, day)| n * (trend * f64::from(day)).exp())
            .collect();
        let sum: f64 = weights.iter().sum();
        weights.iter().map(|weight| total * weight / sum).collect()
    };
    let moment = |counts: &[f64]| {
        counts
            .iter()
            .zip(0..)
            .map(|(n, day)| n * f64::from(day))
            .sum::<f64>()
    };
    let (mut low, mut high) = (-4.0, 4.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        *if moment(&fitted(middle)) < moment(days) {
            &mut low
        } else {
            &mut high
        } = middle;
    }
    fitted(low)
        .iter()
        .zip(days)
        .filter(|(mean, _)| **mean > 0.0)
        .map(|(mean, count)| (count - mean).powi(2) / mean)
        .sum()
}

/// Returns 2 (1 − Φ(z)) by the power series of Φ (Marsaglia 2004).
fn two_sided(z: f64) -> f64 {
    if z > 8.0 {
        return 0.0;
    }
    let mut sum = z;
    let mut term = z;
    let mut n = 1.0;
    while term > sum * 1e-17 {
        term *= z * z / (n + 2.0);
        sum += term;
        n += 2.0;
    }
    (1.0 - 2.0 * sum * (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt()).max(0.0)
}

/// Returns the dispersion of a report, its grades, and the numbers of probable rises, clear rises
/// and clear falls.
fn read_report(date: &str, nation: &str) -> (Option<f64>, Grades, [usize; 3]) {
    let report = report("ltla", date, nation);
    let rows = report["rows"].as_array().unwrap();
    let grades = rows
        .iter()
        .filter_map(|row| {
            Some((
                row["code"].as_str()?.to_owned(),
                (row["clear"].as_bool()?, row["probable"].as_bool()?),
            ))
        })
        .collect();
    let count = |direction: &str, grade: &str| {
        rows.iter()
            .filter(|row| row["direction"] == direction && row[grade] == true)
            .count()
    };
    let counts = [
        count("rising", "probable"),
        count("rising", "clear"),
        count("falling", "clear"),
    ];
    (report["dispersion"].as_f64(), grades, counts)
}

#[test]
fn report_agrees_with_second_computation_in_each_nation() {
    for (letter, nation) in [
        ('E', "england"),
        ('W', "wales"),
        ('S', "scotland"),
        ('N', "ni"),
    ] {
        let Some(daily) = daily_counts(letter) else {
            return;
        };
        let ends: Day = daily
            .values()
            .flat_map(|days| days.keys().copied())
            .max()
            .unwrap();
        for date in DATES {
            let last: Day = date.parse().unwrap();
            if last > ends {
                continue;
            }
            let (dispersion, grades, _) = read_report(date, nation);
            let Some(expected) = expected(&daily, last) else {
                assert_eq!(
                    (dispersion, grades.len()),
                    (None, 0),
                    "{date} {nation}: the source has no figures"
                );
                continue;
            };
            let above = dispersion.unwrap() - expected.dispersion;
            assert!(
                (-1e-9..=0.0001).contains(&above),
                "{date} {nation}: {dispersion:?} for {}",
                expected.dispersion
            );
            let different = grades
                .iter()
                .filter(|(code, grade)| expected.grades.get(*code) != Some(grade));
            assert_eq!(different.collect::<Vec<_>>(), [], "{date} {nation}");
            assert_eq!(grades.len(), expected.grades.len(), "{date} {nation}");
        }
    }
}

#[test]
fn report_of_england_has_figures_of_published_table() {
    for (date, (dispersion, probable, rises, falls, clear_from)) in DATES.into_iter().zip([
        (1.71, 8, 2, 0, Some(15.66)),
        // The table has 130 and 99. Hackney has no figure in it, because the source counts Hackney
        // under the City of London.
        (1.75, 131, 100, 0, Some(6.04)),
        (1.93, 1, 1, 195, Some(4.71)),
        (1.39, 155, 136, 1, Some(5.44)),
        (1.73, 10, 7, 119, Some(5.42)),
        (3.83, 276, 274, 1, Some(4.24)),
        (1.72, 61, 10, 0, Some(10.40)),
        (1.08, 1, 0, 0, None),
        (1.13, 10, 0, 0, None),
    ]) {
        let (got, _, counts) = read_report(date, "england");
        assert!(
            (got.unwrap() - dispersion).abs() < 0.01,
            "{date}: {got:?} for {dispersion}"
        );
        assert_eq!(counts, [probable, rises, falls], "{date}");
        let from = report("ltla", date, "england")["clear_from"].as_f64();
        assert_eq!(from.is_some(), clear_from.is_some(), "{date}");
        if let (Some(from), Some(clear_from)) = (from, clear_from) {
            assert!(
                (from - clear_from).abs() < 0.02,
                "{date}: {from} for {clear_from}"
            );
        }
    }
}

#[test]
fn report_of_uk_grades_each_area_by_its_own_nation() {
    let (dispersion, all, _) = read_report("2021-02-07", "uk");
    assert_eq!(dispersion, None);
    let own =
        ["england", "wales", "scotland", "ni"].map(|nation| read_report("2021-02-07", nation).1);
    assert_eq!(all, own.into_iter().flatten().collect());
}

struct Data {
    table: AreaTable,
    series: Series,
    first: Day,
    last: Day,
}

/// Loads a level of the committed data set.
fn data(level: Level) -> Data {
    let read = |name: &str| fs::read(public_data().join(name)).unwrap();
    let manifest: Manifest = serde_json::from_slice(&read("manifest.json")).unwrap();
    let files = manifest.levels.get(level).unwrap();
    let chunks = files
        .counts
        .iter()
        .map(|counts| Arc::new(CountsChunk::decode(&read(&counts.file.file)).unwrap()));
    let (first, last) = files.dates_of(Nation::England).unwrap();
    Data {
        table: AreaTable::decode(&read(&files.areas.file)).unwrap(),
        series: Series::new(chunks),
        first,
        last,
    }
}

/// Returns a pseudo-random number below `bound` (a linear congruential generator with the constants
/// of Knuth's MMIX).
fn random(state: &mut u64, bound: usize) -> usize {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    ((*state >> 33) % bound as u64) as usize
}

/// Divides the neighbourhoods of each authority at random into two halves, each of more than three.
fn halves(table: &AreaTable, state: &mut u64) -> Vec<[Vec<AreaIndex>; 2]> {
    let mut by_authority: BTreeMap<&AreaCode, Vec<AreaIndex>> = BTreeMap::new();
    for (index, area) in (0..).zip(table.areas()) {
        by_authority
            .entry(area.parent.as_ref().unwrap())
            .or_default()
            .push(index);
    }
    by_authority
        .into_values()
        .map(|mut areas| {
            for at in (1..areas.len()).rev() {
                areas.swap(at, random(state, at + 1));
            }
            let other = areas.split_off(areas.len() / 2);
            [areas, other]
        })
        .filter(|[one, other]| one.len() > 3 && other.len() > 3)
        .collect()
}

/// The rule is applied to one half of each authority and tested on the other: of the rises that are
/// clear in one half, at least 96 in 100 are rises in the other.
#[test]
fn clear_rise_of_half_an_authority_is_rise_of_other_half() {
    let neighbourhoods = data(Level::Msoa);
    let authorities = data(Level::Ltla);
    let periods = [
        ("2020-07-01", "2020-09-30"),
        ("2020-10-01", "2020-12-31"),
        ("2021-01-01", "2021-04-30"),
        ("2021-05-01", "2021-07-31"),
        ("2021-08-01", "2021-12-31"),
        ("2022-01-01", "2022-03-31"),
        ("2022-04-01", "2022-12-31"),
    ]
    .map(|(first, last)| (first.parse::<Day>().unwrap(), last.parse::<Day>().unwrap()));
    let mut marked = [0u32; 7];
    let mut agreed = [0.0f64; 7];
    let mut state = 1;
    for _ in 0..2 {
        let halves = halves(&neighbourhoods.table, &mut state);
        let mut date = neighbourhoods.first;
        while date <= neighbourhoods.last {
            if let Some(period) = periods
                .iter()
                .position(|(first, last)| (*first..=*last).contains(&date))
            {
                let dispersion = authorities
                    .series
                    .criteria_at(Nation::England, date)
                    .unwrap()
                    .dispersion();
                let week = |areas: &[AreaIndex], date: Day| {
                    let count =
                        |&area: &AreaIndex| match neighbourhoods.series.seven_day(area, date) {
                            Figure::Count(cases) => cases,
                            // Suppressed: 0, 1 or 2.
                            _ => 1,
                        };
                    Figure::Count(areas.iter().map(count).sum())
                };
                let changes = |half: usize| -> Vec<Comparison> {
                    let change = |pair: &[Vec<AreaIndex>; 2]| Comparison {
                        before: week(&pair[half], date - 7),
                        now: week(&pair[half], date),
                    };
                    halves.iter().map(change).collect()
                };
                let both = [changes(0), changes(1)];
                for (own, other) in [(&both[0], &both[1]), (&both[1], &both[0])] {
                    let criteria = fit::criteria(own.iter().copied(), dispersion);
                    for (own, other) in own.iter().zip(other) {
                        if own.direction() == Direction::Rising
                            && criteria.grade(*own) == Some(Grade::Clear)
                        {
                            marked[period] += 1;
                            agreed[period] += match other.direction() {
                                Direction::Rising => 1.0,
                                Direction::Unchanged => 0.5,
                                _ => 0.0,
                            };
                        }
                    }
                }
            }
            date = date + 7;
        }
    }
    for (period, ((first, last), marked)) in periods.into_iter().zip(marked).enumerate() {
        let share = agreed[period] / f64::from(marked);
        println!(
            "{first} to {last}: {marked} clear rises, {:.1}% of them in the other half too",
            100.0 * share
        );
        assert!(marked >= 100, "{first} to {last}: {marked}");
        assert!(share >= 0.96, "{first} to {last}: {share} of {marked}");
    }
}
