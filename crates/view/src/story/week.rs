//! Writes the sentences about two weeks.

use rising_model::area::AreaIndex;
use rising_model::day::Day;
use rising_model::rate::Rate;
use rising_model::series::{Figure, WEEK};
use rising_model::snapshot::{ClearTotals, DirectionTotals};
use rising_model::trend::{Comparison, Direction};
use rising_words::Language;

use crate::figures::{cases_text, count_text, percentage_text, share};
use crate::names::join_list;
use crate::{InWords, LevelView};

/// Writes "12 of England's 315 local authorities (4%) saw a rise in …; 302 (96%) saw a fall and 1
/// (less than 1%) was unchanged. 1 rise and 195 falls are clear."
pub fn directions_sentence(
    totals: &DirectionTotals,
    all: &str,
    date: Day,
    language: Language,
) -> String {
    let DirectionTotals {
        areas,
        rising,
        falling,
        unchanged,
        unknown,
        clear,
    } = *totals;
    let (week, last) = (date.in_words(language), (date - WEEK).in_words(language));
    if unknown == areas {
        return language.story_nothing(all, &week, &last);
    }
    let share = |number| share(number, areas, language);
    let mut sentence = match rising {
        0 => language.story_none_rose(all, &week, &last),
        _ if rising == areas => language.story_all_rose(all, &week, &last),
        _ => language.story_some_rose(all, rising, &week, &last, &share(rising)),
    };
    let mut others = vec![];
    if falling > 0 {
        others.push(language.story_fell(falling, &share(falling)));
    }
    if unchanged > 0 {
        others.push(language.story_unchanged(unchanged, &share(unchanged)));
    }
    if unknown > 0 {
        others.push(language.story_unknown(unknown, &share(unknown)));
    }
    if !others.is_empty() {
        sentence += "; ";
        sentence += &join_list(others, language);
    }
    sentence.push('.');
    match clear {
        None => sentence,
        Some(ClearTotals { rises: 0, falls: 0 }) => format!("{sentence} {}", language.none_clear()),
        Some(ClearTotals { rises, falls }) => {
            format!("{sentence} {}", language.totals_clear(falls, rises))
        }
    }
}

/// Formats " (up 17%)"; empty without a percentage.
pub fn change_in_brackets(comparison: Comparison, language: Language) -> String {
    percentage_text(comparison, language)
        .map(|change| format!(" ({change})"))
        .unwrap_or_default()
}

/// Writes "Herefordshire had 863 cases in the seven days to …, down from 921 in the seven days to …
/// (down 6%)."
pub fn area_week_sentence(
    place: &str,
    comparison: Comparison,
    date: Day,
    language: Language,
) -> String {
    let (week, last) = (date.in_words(language), (date - WEEK).in_words(language));
    if comparison.now == Figure::Missing {
        return language.story_area_nothing(&week, place);
    }
    let (now, before) = (
        cases_text(comparison.now, language),
        count_text(comparison.before, language),
    );
    match comparison.direction() {
        direction @ (Direction::Rising | Direction::Falling) => {
            let change = change_in_brackets(comparison, language);
            language.story_area_changed(&before, &change, &week, direction, &last, &now, place)
        }
        Direction::Unchanged => language.story_area_same(&week, &last, &now, place),
        Direction::Unknown => language.story_area_unknown(
            &week,
            &now,
            place,
            &unknown_reason(comparison.before, language),
        ),
    }
}

/// Writes "194 cases in the seven days to 7 February 2021, 485.9 per 100,000 people, up from 237.9
/// in the seven days to 31 January 2021 (95 cases)"; `None` without a rate.
pub fn week_in_full(figures: &LevelView, area: AreaIndex, language: Language) -> Option<String> {
    let LevelView {
        table, snapshot, ..
    } = figures;
    let (comparison, date) = (snapshot.comparison(area), snapshot.date());
    let (week, last) = (date.in_words(language), (date - WEEK).in_words(language));
    let (now, before) = (
        cases_text(comparison.now, language),
        cases_text(comparison.before, language),
    );
    let rate = snapshot.rate(table, area)?.in_words(language);
    Some(
        match (comparison.direction(), snapshot.rate_before(table, area)) {
            (direction @ (Direction::Rising | Direction::Falling), Some(earlier)) => {
                let earlier = earlier.in_words(language);
                language.week_changed(&before, &earlier, &week, direction, &last, &now, &rate)
            }
            (direction @ (Direction::Rising | Direction::Falling), None) => {
                language.week_changed_without_rate(&before, &week, direction, &last, &now, &rate)
            }
            (Direction::Unchanged, _) => language.week_same(&week, &last, &now, &rate),
            (Direction::Unknown, _) => language.week_unknown(
                &week,
                &now,
                &rate,
                &unknown_reason(comparison.before, language),
            ),
        },
    )
}

/// Formats "485.9, up from 237.9 (194 cases, up from 95)"; without rates that are not published.
pub fn week_in_short(figures: &LevelView, area: AreaIndex, language: Language) -> String {
    let LevelView {
        table, snapshot, ..
    } = figures;
    let comparison = snapshot.comparison(area);
    let formatted = |rate: Option<Rate>| rate.map(|rate| rate.in_words(language));
    let (rate, rate_before) = (
        formatted(snapshot.rate(table, area)),
        formatted(snapshot.rate_before(table, area)),
    );
    let (now, before) = (
        cases_text(comparison.now, language),
        count_text(comparison.before, language),
    );
    let with_rate = |rate: Option<String>, counts: String| match rate {
        Some(rate) => format!("{rate} ({counts})"),
        None => counts,
    };
    match comparison.direction() {
        Direction::Unchanged => language.short_same(&with_rate(rate, now)),
        Direction::Unknown => with_rate(
            rate,
            format!("{now}, {}", unknown_reason(comparison.before, language)),
        ),
        direction @ (Direction::Rising | Direction::Falling) => {
            let direction = direction;
            let rates = match (rate, rate_before) {
                (Some(rate), Some(earlier)) => Some(language.compared(&earlier, direction, &rate)),
                (rate, _) => rate,
            };
            with_rate(rates, language.compared(&before, direction, &now))
        }
    }
}

/// Says why the direction is unknown.
fn unknown_reason(before: Figure, language: Language) -> String {
    match before {
        Figure::Missing => language.nothing_before().to_owned(),
        _ => language.unknown_before(&count_text(before, language)),
    }
}
