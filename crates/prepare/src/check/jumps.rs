//! Checks counts against those of the days and weeks before.

use rising_model::domain::area::AreaIndex;
use rising_model::domain::day::Day;
use rising_model::domain::figure::Figure;
use rising_model::domain::series::Cadence;
use rising_model::domain::snapshot::areas_in;

use super::{CheckLimits, FindingList, Rule, Subject, cases, on};
use crate::level_figures::LevelFigures;

/// The number of days before a count with which it is compared.
const COMPARED_DAYS: i32 = 28;

/// The smallest number of known counts in [`COMPARED_DAYS`] for a comparison.
const MIN_KNOWN_DAILY: usize = 14;
const MIN_KNOWN_WEEKLY: usize = 2;

/// A count is compared with at least this many cases, so that small counts are no jumps.
const MIN_REFERENCE: u32 = 10;

pub(super) fn check(list: &mut FindingList<'_>, last: Option<&LevelFigures>, limits: &CheckLimits) {
    let new = list.new;
    for (index, area) in (0..).zip(new.table.areas()) {
        let before = last.and_then(|last| Some((last, last.table.index_of(&area.code)?)));
        let is_new = |day: Day| {
            before.is_none_or(|(last, own)| {
                last.series.stored(own, day) != new.series.stored(index, day)
            })
        };
        let mut is_falling = false;
        for day in new
            .stored_dates(new.span.0, new.span.1)
            .filter(|&day| is_new(day))
        {
            check_jump(list, index, day, limits);
            is_falling = check_fall(list, index, day, limits, is_falling);
        }
    }
    check_totals(list, last, limits);
}

fn check_jump(list: &mut FindingList<'_>, area: AreaIndex, day: Day, limits: &CheckLimits) {
    let new = list.new;
    let Figure::Count(count) = new.series.stored(area, day) else {
        return;
    };
    if count < limits.jump_from {
        return;
    }
    let (times, min_known, duration) = match new.cadence {
        Cadence::Daily => (limits.jump_times, MIN_KNOWN_DAILY, "in a day"),
        Cadence::Weekly => (limits.weekly_jump_times, MIN_KNOWN_WEEKLY, "in seven days"),
    };
    let earlier: Vec<u32> = new
        .stored_dates(day - COMPARED_DAYS, day - 1)
        .filter_map(|day| new.series.stored(area, day).bounds())
        .map(|(_, most)| most)
        .collect();
    let Some(&most) = earlier.iter().max() else {
        return;
    };
    let is_jump = f64::from(count) > times * f64::from(most.max(MIN_REFERENCE));
    if earlier.len() >= min_known && is_jump {
        let description = format!(
            "{} {duration}, more than {times} times the largest of the {COMPARED_DAYS} days \
             before, {most}",
            cases(count.into())
        );
        list.push_area(Rule::Jump, area, on(day), description);
    }
}

/// Reports the first day of a fall, and returns whether the count has fallen. `was_falling` is the
/// result for the day before.
fn check_fall(
    list: &mut FindingList<'_>,
    area: AreaIndex,
    day: Day,
    limits: &CheckLimits,
    was_falling: bool,
) -> bool {
    let series = &list.new.series;
    let (Figure::Count(before), Some((_, now))) = (
        series.week_before(area, day),
        series.seven_day(area, day).bounds(),
    ) else {
        return false;
    };
    let is_falling =
        before >= limits.fall_from && f64::from(now) * limits.fall_times < f64::from(before);
    if is_falling && !was_falling {
        let description = format!(
            "{} in seven days, after {}",
            cases(now.into()),
            cases(before.into())
        );
        list.push_area(Rule::Fall, area, on(day), description);
    }
    is_falling
}

/// Compares each nation's week with the week before, if all its areas have figures for both.
fn check_totals(list: &mut FindingList<'_>, last: Option<&LevelFigures>, limits: &CheckLimits) {
    let new = list.new;
    for dates in &new.dates {
        let sum = |figures: &LevelFigures, day: Day| -> Option<u64> {
            let count = |area| {
                figures
                    .series
                    .seven_day(area, day)
                    .bounds()
                    .map(|(_, most)| u64::from(most))
            };
            areas_in(&figures.table, dates.nation).map(count).sum()
        };
        let mut was_far = false;
        for day in new.stored_dates(dates.first, dates.last) {
            let (Some(now), Some(before)) = (sum(new, day), sum(new, day - 7)) else {
                continue;
            };
            let most = now.max(before);
            let is_far = most >= u64::from(limits.total_from)
                && most as f64 > limits.total_times * now.min(before) as f64;
            let is_new = || last.and_then(|last| sum(last, day)) != Some(now);
            if is_far && !was_far && is_new() {
                let description = format!("{} in seven days, after {}", cases(now), cases(before));
                let nation = Subject::Nation(dates.nation);
                list.push(Rule::Total, nation, on(day), description);
            }
            was_far = is_far;
        }
    }
}
