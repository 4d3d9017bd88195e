//! Writes the sentences about two weeks.

use rising_model::domain::area::AreaIndex;
use rising_model::domain::day::Day;
use rising_model::domain::figure::Figure;
use rising_model::domain::rate::Rate;
use rising_model::domain::series::WEEK;
use rising_model::domain::snapshot::{ClearTotals, DirectionTotals};
use rising_model::domain::trend::{Comparison, Direction};
use rising_words::Texts;
use rising_words::args;

use crate::figures::{cases_text, count_text, percentage_text, share};
use crate::names::join_list;
use crate::{InWords, LevelView};

/// Writes "12 of England's 315 local authorities (4%) saw a rise in …; 302 (96%) saw a fall and 1
/// (less than 1%) was unchanged. 1 rise and 195 falls are clear."
pub fn directions_sentence(
    totals: &DirectionTotals,
    all: &str,
    date: Day,
    texts: &Texts,
) -> String {
    let DirectionTotals {
        areas,
        rising,
        falling,
        unchanged,
        unknown,
        clear,
    } = *totals;
    let (week, last) = (date.in_words(texts), (date - WEEK).in_words(texts));
    if unknown == areas {
        return texts.story_nothing(args::StoryNothing {
            all,
            date: &week,
            last_week: &last,
        });
    }
    let share = |number| share(number, areas, texts);
    let mut sentence = match rising {
        0 => texts.story_none_rose(args::StoryNoneRose {
            all,
            date: &week,
            last_week: &last,
        }),
        _ if rising == areas => texts.story_all_rose(args::StoryAllRose {
            all,
            date: &week,
            last_week: &last,
        }),
        _ => texts.story_some_rose(args::StorySomeRose {
            all,
            areas: rising,
            date: &week,
            last_week: &last,
            share: &share(rising),
        }),
    };
    let mut others = vec![];
    if falling > 0 {
        others.push(texts.story_fell(args::StoryFell {
            areas: falling,
            share: &share(falling),
        }));
    }
    if unchanged > 0 {
        others.push(texts.story_unchanged(args::StoryUnchanged {
            areas: unchanged,
            share: &share(unchanged),
        }));
    }
    if unknown > 0 {
        others.push(texts.story_unknown(args::StoryUnknown {
            areas: unknown,
            share: &share(unknown),
        }));
    }
    if !others.is_empty() {
        sentence += "; ";
        sentence += &join_list(others, texts);
    }
    sentence.push('.');
    match clear {
        None => sentence,
        Some(ClearTotals { rises: 0, falls: 0 }) => format!("{sentence} {}", texts.none_clear()),
        Some(ClearTotals { rises, falls }) => {
            format!(
                "{sentence} {}",
                texts.totals_clear(args::TotalsClear { falls, rises })
            )
        }
    }
}

/// Formats " (up 17%)"; empty without a percentage.
pub fn change_in_brackets(comparison: Comparison, texts: &Texts) -> String {
    percentage_text(comparison, texts)
        .map(|change| format!(" ({change})"))
        .unwrap_or_default()
}

/// Writes "Herefordshire had 863 cases in the seven days to …, down from 921 in the seven days to …
/// (down 6%)."
pub fn area_week_sentence(place: &str, comparison: Comparison, date: Day, texts: &Texts) -> String {
    let (week, last) = (date.in_words(texts), (date - WEEK).in_words(texts));
    if comparison.now == Figure::Missing {
        return texts.story_area_nothing(args::StoryAreaNothing { date: &week, place });
    }
    let (now, before) = (
        cases_text(comparison.now, texts),
        count_text(comparison.before, texts),
    );
    match comparison.direction() {
        direction @ (Direction::Rising | Direction::Falling) => {
            let change = change_in_brackets(comparison, texts);
            texts.story_area_changed(args::StoryAreaChanged {
                before: &before,
                change: &change,
                date: &week,
                direction,
                last_week: &last,
                now: &now,
                place,
            })
        }
        Direction::Unchanged => texts.story_area_same(args::StoryAreaSame {
            date: &week,
            last_week: &last,
            now: &now,
            place,
        }),
        Direction::Unknown => texts.story_area_unknown(args::StoryAreaUnknown {
            date: &week,
            now: &now,
            place,
            why: &unknown_reason(comparison.before, texts),
        }),
    }
}

/// Writes "194 cases in the seven days to 7 February 2021, 485.9 per 100,000 people, up from 237.9
/// in the seven days to 31 January 2021 (95 cases)"; `None` without a rate.
pub fn week_in_full(figures: &LevelView, area: AreaIndex, texts: &Texts) -> Option<String> {
    let LevelView {
        table, snapshot, ..
    } = figures;
    let (comparison, date) = (snapshot.comparison(area), snapshot.date());
    let (week, last) = (date.in_words(texts), (date - WEEK).in_words(texts));
    let (now, before) = (
        cases_text(comparison.now, texts),
        cases_text(comparison.before, texts),
    );
    let rate = snapshot.rate(table, area)?.in_words(texts);
    Some(
        match (comparison.direction(), snapshot.rate_before(table, area)) {
            (direction @ (Direction::Rising | Direction::Falling), Some(earlier)) => {
                let earlier = earlier.in_words(texts);
                texts.week_changed(args::WeekChanged {
                    before: &before,
                    before_rate: &earlier,
                    date: &week,
                    direction,
                    last_week: &last,
                    now: &now,
                    rate: &rate,
                })
            }
            (direction @ (Direction::Rising | Direction::Falling), None) => texts
                .week_changed_without_rate(args::WeekChangedWithoutRate {
                    before: &before,
                    date: &week,
                    direction,
                    last_week: &last,
                    now: &now,
                    rate: &rate,
                }),
            (Direction::Unchanged, _) => texts.week_same(args::WeekSame {
                date: &week,
                last_week: &last,
                now: &now,
                rate: &rate,
            }),
            (Direction::Unknown, _) => texts.week_unknown(args::WeekUnknown {
                date: &week,
                now: &now,
                rate: &rate,
                why: &unknown_reason(comparison.before, texts),
            }),
        },
    )
}

/// Formats "485.9, up from 237.9 (194 cases, up from 95)"; without rates that are not published.
pub fn week_in_short(figures: &LevelView, area: AreaIndex, texts: &Texts) -> String {
    let LevelView {
        table, snapshot, ..
    } = figures;
    let comparison = snapshot.comparison(area);
    let formatted = |rate: Option<Rate>| rate.map(|rate| rate.in_words(texts));
    let (rate, rate_before) = (
        formatted(snapshot.rate(table, area)),
        formatted(snapshot.rate_before(table, area)),
    );
    let (now, before) = (
        cases_text(comparison.now, texts),
        count_text(comparison.before, texts),
    );
    let with_rate = |rate: Option<String>, counts: String| match rate {
        Some(rate) => format!("{rate} ({counts})"),
        None => counts,
    };
    match comparison.direction() {
        Direction::Unchanged => texts.short_same(&with_rate(rate, now)),
        Direction::Unknown => with_rate(
            rate,
            format!("{now}, {}", unknown_reason(comparison.before, texts)),
        ),
        direction @ (Direction::Rising | Direction::Falling) => {
            let rates = match (rate, rate_before) {
                (Some(rate), Some(earlier)) => Some(texts.compared(args::Compared {
                    before: &earlier,
                    direction,
                    now: &rate,
                })),
                (rate, _) => rate,
            };
            with_rate(
                rates,
                texts.compared(args::Compared {
                    before: &before,
                    direction,
                    now: &now,
                }),
            )
        }
    }
}

/// Says why the direction is unknown.
fn unknown_reason(before: Figure, texts: &Texts) -> String {
    match before {
        Figure::Missing => texts.nothing_before().to_owned(),
        _ => texts.unknown_before(&count_text(before, texts)),
    }
}
