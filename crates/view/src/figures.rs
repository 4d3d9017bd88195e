//! Formats counts, rates, comparisons, totals and ranks.

use rising_model::domain::area::{Level, Nation};
use rising_model::domain::figure::Figure;
use rising_model::domain::rate::Rate;
use rising_model::domain::scale::Breaks;
use rising_model::domain::snapshot::{ClearTotals, DirectionTotals, Rank};
use rising_model::domain::trend::{Comparison, Direction, PUBLISHED_FROM};
use rising_words::args;
use rising_words::{Tenths, Texts};

use crate::InWords;

/// "1,485.9": one decimal, rounded half up.
impl InWords for Rate {
    fn in_words(&self, texts: &Texts) -> String {
        texts.tenths(Tenths(self.tenths()))
    }
}

/// "430 cases, up from 366"; "3 cases; no figure for the week before".
impl InWords for Comparison {
    fn in_words(&self, texts: &Texts) -> String {
        if self.now == Figure::Missing {
            return texts.compared_no_figure().to_owned();
        }
        let (now, before) = (cases_text(self.now, texts), count_text(self.before, texts));
        match self.direction() {
            direction @ (Direction::Rising | Direction::Falling) => {
                texts.compared(args::Compared {
                    before: &before,
                    direction,
                    now: &now,
                })
            }
            Direction::Unchanged => texts.compared_same(&now),
            Direction::Unknown if self.before == Figure::Missing => {
                texts.compared_nothing_before(&now)
            }
            Direction::Unknown => texts.compared_unknown(&now),
        }
    }
}

/// "12 rising, 302 falling, 1 unchanged. 1 rise and 195 falls are clear."
impl InWords for DirectionTotals {
    fn in_words(&self, texts: &Texts) -> String {
        let directions = directions_text(self, texts);
        match self.clear {
            Some(ClearTotals { rises, falls }) => {
                directions + ". " + &texts.totals_clear(args::TotalsClear { falls, rises })
            }
            None => directions,
        }
    }
}

/// Formats the directions alone: "12 rising, 302 falling, 1 unchanged", with the unknown ones if
/// there are any.
pub fn directions_text(totals: &DirectionTotals, texts: &Texts) -> String {
    let DirectionTotals {
        rising,
        falling,
        unchanged,
        unknown,
        ..
    } = *totals;
    match unknown {
        0 => texts.totals(args::Totals {
            falling,
            rising,
            unchanged,
        }),
        _ => texts.totals_with_unknown(args::TotalsWithUnknown {
            falling,
            rising,
            unchanged,
            unknown,
        }),
    }
}

/// Formats a count with its noun: "1 case", "2,430 cases", "fewer than 3 cases", "no figure".
pub fn cases_text(figure: Figure, texts: &Texts) -> String {
    match figure {
        Figure::Missing => texts.no_figure().to_owned(),
        Figure::Suppressed => texts.fewer_cases(PUBLISHED_FROM),
        Figure::Count(cases) => texts.cases(cases),
    }
}

/// Formats a count without its noun: "2,430", "fewer than 3", "no figure".
pub fn count_text(figure: Figure, texts: &Texts) -> String {
    match figure {
        Figure::Missing => texts.no_figure().to_owned(),
        Figure::Suppressed => texts.fewer(PUBLISHED_FROM),
        Figure::Count(cases) => texts.number(cases.into()),
    }
}

/// Formats a rate, or says why it has no value: "203.4", "not published", "no figure".
pub fn rate_or_reason(rate: Option<Rate>, figure: Figure, texts: &Texts) -> String {
    match (rate, figure) {
        (Some(rate), _) => rate.in_words(texts),
        (None, Figure::Suppressed) => texts.not_published().to_owned(),
        (None, _) => texts.no_figure().to_owned(),
    }
}

/// Formats the change in whole per cent, if the earlier count is large enough: "up 17%".
pub fn percentage_text(comparison: Comparison, texts: &Texts) -> Option<String> {
    let change = comparison.percentage()?;
    let direction = comparison.direction();
    let whole = (change.abs() + 0.5).floor() as u32;
    (change != 0.0).then(|| match whole {
        0 => texts.change_little(direction).clone(),
        whole => texts.change_percent(args::ChangePercent {
            direction,
            percent: whole,
        }),
    })
}

/// Formats a rank: "3rd highest of England's 315". If some areas have no rate, also says how many
/// do.
pub fn rank_text(rank: Rank, nation: Nation, level: Level, areas: u32, texts: &Texts) -> String {
    let Rank { place, of } = rank;
    if of == areas {
        texts.rank(args::Rank {
            areas,
            level,
            nation,
            place,
        })
    } else {
        texts.rank_of_some(args::RankOfSome {
            areas,
            level,
            nation,
            of,
            place,
        })
    }
}

/// Formats a part of a whole in whole per cent, rounded half up; never 0% for some or 100% for not
/// all.
pub(crate) fn share(part: u32, whole: u32, texts: &Texts) -> String {
    let (part, whole) = (u64::from(part), u64::from(whole.max(1)));
    let rounded = (part * 200 + whole) / (whole * 2);
    match rounded {
        0 if part > 0 => texts.less_than_a_percent().to_owned(),
        100 if part < whole => texts.nearly_all_percent().to_owned(),
        rounded => texts.percent(rounded as u32),
    }
}

/// Formats a class for the legend: "under 10", "10 to 50", "1,600 or more".
pub fn class_label(breaks: &Breaks, class: u8, texts: &Texts) -> String {
    match breaks.bounds(class) {
        (0, Some(upper)) => texts.class_lowest(upper),
        (lower, Some(upper)) => texts.class_between(args::ClassBetween { lower, upper }),
        (lower, None) => texts.class_highest(lower),
    }
}

#[cfg(test)]
mod tests {
    use Figure::{Count, Missing, Suppressed};

    use rising_words::Language;

    use super::*;

    fn compare(before: Figure, now: Figure) -> Comparison {
        Comparison { now, before }
    }

    fn formatted(count: u64, population: u64) -> String {
        Rate::new(count, population)
            .unwrap()
            .in_words(&Language::En.texts())
    }

    #[test]
    fn rate_in_words_matches_published_figures() {
        assert_eq!(formatted(186, 39_927), "465.9");
        assert_eq!(formatted(836, 193_615), "431.8");
        assert_eq!(formatted(1_184, 285_478), "414.7");
        assert_eq!(formatted(194, 39_927), "485.9");
        assert_eq!(formatted(0, 39_927), "0.0");
        assert_eq!(formatted(1, 32), "3,125.0");
    }

    #[test]
    fn rate_in_words_rounds_half_up() {
        assert_eq!(formatted(1, 2_000_000), "0.1", "exactly 0.05");
        assert_eq!(formatted(1, 2_000_001), "0.0", "just under");
        assert_eq!(Rate::new(3, 2_000_000).unwrap().tenths(), 2, "0.15");
    }

    #[test]
    fn comparison_in_words_names_counts_and_direction() {
        let say = |before, now| Comparison { now, before }.in_words(&Language::En.texts());
        assert_eq!(say(Count(366), Count(430)), "430 cases, up from 366");
        assert_eq!(say(Count(1), Count(4)), "4 cases, up from 1");
        assert_eq!(say(Count(4), Count(1)), "1 case, down from 4");
        assert_eq!(say(Suppressed, Count(3)), "3 cases, up from fewer than 3");
        assert_eq!(say(Count(3), Suppressed), "fewer than 3 cases, down from 3");
        assert_eq!(
            say(Missing, Count(3)),
            "3 cases; no figure for the week before"
        );
        assert_eq!(
            say(Count(1_000), Count(1_000)),
            "1,000 cases, the same as the week before"
        );
        assert!(say(Suppressed, Suppressed).starts_with("fewer than 3 cases, as in"));
    }

    #[test]
    fn percentage_text_of_small_or_equal_counts_is_none() {
        assert_eq!(
            percentage_text(compare(Count(366), Count(430)), &Language::En.texts()).unwrap(),
            "up 17%"
        );
        assert_eq!(
            percentage_text(compare(Count(200), Count(100)), &Language::En.texts()).unwrap(),
            "down 50%"
        );
        assert_eq!(
            percentage_text(compare(Count(1000), Count(1001)), &Language::En.texts()).unwrap(),
            "up less than 1%"
        );
        assert_eq!(
            percentage_text(compare(Count(9), Count(18)), &Language::En.texts()),
            None
        );
        assert_eq!(
            percentage_text(compare(Count(20), Count(20)), &Language::En.texts()),
            None
        );
    }

    #[test]
    fn rank_text_in_english_uses_ordinal_suffixes() {
        let place = |place| {
            rank_text(
                Rank { place, of: 1_200 },
                Nation::England,
                Level::Msoa,
                1_200,
                &Language::En.texts(),
            )
        };
        for (number, words) in [
            (2, "2nd"),
            (3, "3rd"),
            (4, "4th"),
            (11, "11th"),
            (12, "12th"),
            (13, "13th"),
            (21, "21st"),
            (102, "102nd"),
            (111, "111th"),
            (1_002, "1,002nd"),
        ] {
            assert_eq!(
                place(number),
                format!("{words} highest of England's 1,200 neighbourhoods")
            );
        }
    }

    #[test]
    fn rank_and_rate_of_some_areas_say_so() {
        let say = |place, of| {
            rank_text(
                Rank { place, of },
                Nation::England,
                Level::Ltla,
                315,
                &Language::En.texts(),
            )
        };
        assert_eq!(
            say(3, 315),
            "3rd highest of England's 315 local authorities"
        );
        assert_eq!(
            say(1, 300),
            "Highest of the 300 of England's 315 local authorities with a published rate"
        );
        assert_eq!(
            rate_or_reason(Rate::new(194, 39_927), Count(194), &Language::En.texts()),
            "485.9"
        );
        assert_eq!(
            rate_or_reason(None, Suppressed, &Language::En.texts()),
            "not published"
        );
        assert_eq!(
            rate_or_reason(None, Missing, &Language::En.texts()),
            "no figure"
        );
    }

    #[test]
    fn totals_in_words_name_unknown_and_clear_changes_only_if_known() {
        let totals = DirectionTotals {
            areas: 4,
            rising: 2,
            unchanged: 1,
            unknown: 1,
            ..DirectionTotals::default()
        };
        assert_eq!(
            totals.in_words(&Language::En.texts()),
            "2 rising, 0 falling, 1 unchanged, 1 unknown"
        );
        let clear = Some(ClearTotals { rises: 1, falls: 0 });
        let words = "2 rising, 0 falling, 1 unchanged, 1 unknown. 1 rise and 0 falls are clear.";
        assert_eq!(
            DirectionTotals { clear, ..totals }.in_words(&Language::En.texts()),
            words
        );
        let clear = |rises, falls, language: Language| {
            let totals = DirectionTotals {
                rising: 9,
                clear: Some(ClearTotals { rises, falls }),
                ..DirectionTotals::default()
            };
            totals.in_words(&language.texts())
        };
        assert!(clear(0, 0, Language::En).ends_with("0 unchanged. 0 rises and 0 falls are clear."));
        assert!(clear(1, 1_195, Language::En).ends_with(". 1 rise and 1,195 falls are clear."));
        assert!(clear(2, 1, Language::En).ends_with(". 2 rises and 1 fall are clear."));
        for (rises, falls) in [(0, 0), (1, 2), (3, 6)] {
            let words = format!("0 heb newid. Yn glir: {rises} yn codi, {falls} yn gostwng.");
            assert!(
                clear(rises, falls, Language::Cy).ends_with(&words),
                "{}",
                clear(rises, falls, Language::Cy)
            );
        }
    }

    #[test]
    fn class_label_gives_the_bounds() {
        let label = |class| class_label(&Breaks::default(), class, &Language::En.texts());
        assert_eq!(label(0), "under 10");
        assert_eq!(label(1), "10 to 50");
        assert_eq!(label(7), "1,600 or more");
    }

    #[test]
    fn share_is_rounded_half_up_but_never_to_all_or_nothing() {
        let say = |part, whole| share(part, whole, &Language::En.texts());
        assert_eq!([say(12, 315), say(302, 315)], ["4%", "96%"]);
        assert_eq!(
            [say(1, 315), say(314, 315)],
            ["less than 1%", "more than 99%"]
        );
        assert_eq!([say(1, 8), say(0, 9), say(9, 9)], ["13%", "0%", "100%"]);
    }
}
