//! Compares the new figures with those of the last edition.

use rising_model::domain::area::AreaIndex;
use rising_model::domain::day::Day;
use rising_model::domain::figure::Figure;
use rising_words::Language;

use super::{CheckLimits, FindingList, Rule, cases, on};
use crate::level_figures::LevelFigures;
use crate::period::Period;

/// A stored figure that changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Revision {
    /// The index in the new table.
    pub(crate) area: AreaIndex,
    pub(crate) date: Day,
    pub(crate) before: Figure,
    pub(crate) now: Figure,
}

impl Revision {
    /// Returns the size of the change in cases, by which revisions are sorted.
    pub(crate) fn size(&self) -> u32 {
        let most = |figure: Figure| figure.bounds().map_or(0, |(_, most)| most);
        most(self.before).abs_diff(most(self.now))
    }
}

/// Returns the changed figures by area and date, among the dates of the last edition.
pub(crate) fn revisions(new: &LevelFigures, last: &LevelFigures) -> Vec<Revision> {
    let mut revisions = vec![];
    for (own, area) in (0..).zip(last.table.areas()) {
        let Some(index) = new.table.index_of(&area.code) else {
            continue;
        };
        for date in last.stored_dates(last.span.0, last.span.1) {
            let (before, now) = (
                last.series.stored(own, date),
                new.series.stored(index, date),
            );
            if before != now && before != Figure::Missing {
                revisions.push(Revision {
                    area: index,
                    date,
                    before,
                    now,
                });
            }
        }
    }
    revisions
}

pub(super) fn check(list: &mut FindingList<'_>, last: &LevelFigures, limits: &CheckLimits) {
    let revisions = revisions(list.new, last);
    let last_settled = last
        .dates
        .iter()
        .map(|dates| dates.last)
        .max()
        .map(|day| day - i32::from(limits.settled_days));
    for of_area in revisions.chunk_by(|a, b| a.area == b.area) {
        check_lost(list, of_area);
        if let Some(settled) = last_settled {
            check_revised(list, last, of_area, settled, limits);
        }
    }
    check_populations(list, last, limits);
}

/// Reports figures that are missing now, with one finding for consecutive dates.
fn check_lost(list: &mut FindingList<'_>, of_area: &[Revision]) {
    let step = list.new.cadence.step();
    let lost: Vec<&Revision> = of_area
        .iter()
        .filter(|revision| revision.now == Figure::Missing)
        .collect();
    for run in lost.chunk_by(|a, b| b.date - a.date == step) {
        if let (Some(first), Some(last)) = (run.first(), run.last()) {
            let dates = Period {
                first: first.date,
                last: last.date,
            };
            let description = match run.len() {
                1 => "the last edition has a figure that is missing now".to_owned(),
                n => format!("the last edition has {n} figures that are missing now"),
            };
            list.push_area(Rule::Lost, first.area, dates, description);
        }
    }
}

/// Reports an area if many of its cases changed on dates up to `settled`.
fn check_revised(
    list: &mut FindingList<'_>,
    last: &LevelFigures,
    of_area: &[Revision],
    settled: Day,
    limits: &CheckLimits,
) {
    let counts = |figures: [Figure; 2]| Some((figures[0].count()?, figures[1].count()?));
    let changed: Vec<(Day, u32, u32)> = of_area
        .iter()
        .filter(|revision| revision.date <= settled)
        .filter_map(|revision| {
            counts([revision.before, revision.now]).map(|(a, b)| (revision.date, a, b))
        })
        .collect();
    let (Some(first), Some(end)) = (changed.first(), changed.last()) else {
        return;
    };
    let moved: u64 = changed
        .iter()
        .map(|&(_, before, now)| u64::from(before.abs_diff(now)))
        .sum();
    let area = of_area[0].area;
    let Some(own) = list
        .new
        .table
        .get(area)
        .and_then(|area| last.table.index_of(&area.code))
    else {
        return;
    };
    let all: u64 = last
        .stored_dates(last.span.0, settled)
        .filter_map(|day| last.series.stored(own, day).count())
        .map(u64::from)
        .sum();
    if moved >= u64::from(limits.revised_from)
        && moved as f64 * 100.0 > all as f64 * limits.revised_percent
    {
        let description = format!(
            "the figures up to {settled} changed by {} of {}, on {} dates",
            cases(moved),
            cases(all),
            Language::En.texts().number(changed.len() as u64)
        );
        let dates = Period {
            first: first.0,
            last: end.0,
        };
        list.push_area(Rule::Revised, area, dates, description);
    }
}

fn check_populations(list: &mut FindingList<'_>, last: &LevelFigures, limits: &CheckLimits) {
    let new = list.new;
    for (index, area) in (0..).zip(new.table.areas()) {
        let Some(before) = last
            .table
            .index_of(&area.code)
            .and_then(|own| last.table.get(own))
        else {
            continue;
        };
        let (before, now) = (&before.population, &area.population);
        let differs = |&(before, now): &(u32, u32)| {
            let (was, is) = (f64::from(before), f64::from(now));
            (is - was).abs() * 100.0 > was * limits.population_percent
        };
        let pairs = [
            (before.latest(), now.latest()),
            (before.first(), now.first()),
        ];
        if let Some((before, now)) = pairs.into_iter().find(differs) {
            let number = |people: u32| Language::En.texts().number(people.into());
            let description = format!("{} people, after {}", number(now), number(before));
            list.push_area(Rule::Population, index, on(new.span.1), description);
        }
    }
}
