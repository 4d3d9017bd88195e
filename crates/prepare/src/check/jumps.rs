//! Counts that would make headlines if they were true.

use rising_model::area::AreaIndex;
use rising_model::day::Day;
use rising_model::series::{Cadence, Figure};
use rising_model::snapshot::areas_in;

use super::{CheckLimits, FindingList, Rule, Subject, cases, on};
use crate::level_figures::LevelFigures;

/// Days before a count that it is compared with.
const BACK: i32 = 28;

/// Known counts among these without which there is nothing to compare with: of days, and of weeks.
const KNOWN: [usize; 2] = [14, 2];

/// What a count is compared with where there were fewer.
const LEAST: u32 = 10;

pub(super) fn check(list: &mut FindingList<'_>, last: Option<&LevelFigures>, limits: &CheckLimits) {
    let new = list.new;
    for (index, area) in (0..).zip(new.table.areas()) {
        let before = last.and_then(|last| Some((last, last.table.index_of(&area.code)?)));
        let is_new = |day: Day| {
            before.is_none_or(|(last, own)| {
                last.series.stored(own, day) != new.series.stored(index, day)
            })
        };
        let mut fell = false;
        for day in new
            .stored_dates(new.span.0, new.span.1)
            .filter(|&day| is_new(day))
        {
            jump(list, index, day, limits);
            fell = fall(list, index, day, limits, fell);
        }
    }
    totals(list, last, limits);
}

fn jump(list: &mut FindingList<'_>, area: AreaIndex, day: Day, limits: &CheckLimits) {
    let new = list.new;
    let Figure::Count(count) = new.series.stored(area, day) else {
        return;
    };
    if count < limits.jump_from {
        return;
    }
    let (times, known, what) = match new.cadence {
        Cadence::Daily => (limits.jump_times, KNOWN[0], "in a day"),
        Cadence::Weekly => (limits.weekly_jump_times, KNOWN[1], "in seven days"),
    };
    let earlier: Vec<u32> = new
        .stored_dates(day - BACK, day - 1)
        .filter_map(|day| new.series.stored(area, day).bounds())
        .map(|(_, most)| most)
        .collect();
    let Some(&most) = earlier.iter().max() else {
        return;
    };
    if earlier.len() >= known && f64::from(count) > times * f64::from(most.max(LEAST)) {
        let what = format!(
            "{} {what}, more than {times} times the largest of the {BACK} days before, {most}",
            cases(count.into())
        );
        list.area(Rule::Jump, area, on(day), what);
    }
}

/// Only the first of days on end is named.
fn fall(
    list: &mut FindingList<'_>,
    area: AreaIndex,
    day: Day,
    limits: &CheckLimits,
    fell: bool,
) -> bool {
    let series = &list.new.series;
    let (Figure::Count(before), Some((_, now))) = (
        series.week_before(area, day),
        series.seven_day(area, day).bounds(),
    ) else {
        return false;
    };
    let falls =
        before >= limits.fall_from && f64::from(now) * limits.fall_times < f64::from(before);
    if falls && !fell {
        let what = format!(
            "{} in seven days, after {}",
            cases(now.into()),
            cases(before.into())
        );
        list.area(Rule::Fall, area, on(day), what);
    }
    falls
}

/// Nations' weeks, where each of their areas has both.
fn totals(list: &mut FindingList<'_>, last: Option<&LevelFigures>, limits: &CheckLimits) {
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
        let mut far = false;
        for day in new.stored_dates(dates.first, dates.last) {
            let (Some(now), Some(before)) = (sum(new, day), sum(new, day - 7)) else {
                continue;
            };
            let most = now.max(before);
            let is_far = most >= u64::from(limits.total_from)
                && most as f64 > limits.total_times * now.min(before) as f64;
            let is_new = || last.and_then(|last| sum(last, day)) != Some(now);
            if is_far && !far && is_new() {
                let what = format!("{} in seven days, after {}", cases(now), cases(before));
                list.push(Rule::Total, Subject::Nation(dates.nation), on(day), what);
            }
            far = is_far;
        }
    }
}
