//! Says whether a place is rising, with the figures behind the answer.

use rising_model::domain::area::{AreaCode, AreaIndex, Level, Nation};
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::day::Day;
use rising_model::domain::figure::Figure;
use rising_model::domain::rate::Rate;
use rising_model::domain::snapshot::{ClearTotals, DirectionTotals, Snapshot};
use rising_model::domain::trend::{Comparison, Direction};
use rising_words::Texts;
use rising_words::args;

use crate::clearness::grade_sentence;
use crate::figures::{cases_text, count_text};
use crate::names::{ScopeName, capitalise, full_name, plain_name};
use crate::{InWords, LevelView};

/// Says how many of a scope's areas rise, and how many of them clearly. Adds a sentence if no
/// change is clear, and one if the direction of more than a tenth is unknown, because the first
/// sentence alone would mislead.
pub fn scope_verdict(
    totals: &DirectionTotals,
    name: &ScopeName,
    level: Level,
    date: Day,
    texts: &Texts,
) -> String {
    let date = date.in_words(texts);
    let DirectionTotals {
        areas,
        rising,
        unknown,
        ..
    } = *totals;
    if unknown == areas {
        return texts.verdict_nothing(args::VerdictNothing {
            date: &date,
            group: &name.areas(level, texts),
        });
    }
    let all = name.all_areas(areas, level, texts);
    let has_none_clear = totals.clear == Some(ClearTotals::default());
    let clearly = match totals.clear {
        Some(ClearTotals { rises, .. }) if rising > 0 && !has_none_clear => {
            if rises == rising && rises > 1 {
                texts.all_clearly().to_owned()
            } else {
                texts.clearly(args::Clearly {
                    clear: rises,
                    rising,
                })
            }
        }
        _ => String::new(),
    };
    let mut sentence = if rising == areas && rising > 1 {
        texts.verdict_all(args::VerdictAll {
            all: &all,
            clearly: &clearly,
            date: &date,
        })
    } else {
        texts.verdict(args::Verdict {
            all: &all,
            clearly: &clearly,
            date: &date,
            rising,
        })
    };
    if has_none_clear {
        sentence.push(' ');
        sentence += texts.none_clear();
    }
    if unknown * 10 > areas {
        sentence.push(' ');
        sentence += &texts.verdict_unknown(unknown);
    }
    sentence
}

/// Says whether one area rises or falls, with its counts, in one sentence. A second sentence gives
/// the reason if the direction is unknown.
pub fn area_verdict(place: &str, comparison: Comparison, date: Day, texts: &Texts) -> String {
    let date = date.in_words(texts);
    if comparison.now == Figure::Missing {
        return texts.area_no_figure(args::AreaNoFigure { date: &date, place });
    }
    let (now, before) = (
        cases_text(comparison.now, texts),
        count_text(comparison.before, texts),
    );
    match comparison.direction() {
        direction @ (Direction::Rising | Direction::Falling) => {
            texts.area_changed(args::AreaChanged {
                before: &before,
                date: &date,
                direction,
                now: &now,
                place,
            })
        }
        Direction::Unchanged => texts.area_unchanged(args::AreaUnchanged {
            date: &date,
            now: &now,
            place,
        }),
        Direction::Unknown if comparison.before == Figure::Missing => {
            texts.area_nothing_before(args::AreaNothingBefore {
                date: &date,
                now: &now,
                place,
            })
        }
        Direction::Unknown => texts.area_unknown(args::AreaUnknown {
            before: &before,
            date: &date,
            now: &now,
            place,
        }),
    }
}

/// The verdict for one area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AreaVerdict {
    /// Whether the area rises or falls, with its counts.
    pub sentence: String,
    /// The rate beside those of the areas around, and whether chance could explain the change.
    pub support: String,
    /// The direction.
    pub direction: Direction,
}

impl AreaVerdict {
    /// Returns an area's verdict; `None` for an index beyond the table. `authorities` are those
    /// that the areas are in, and `around` their figures, as far as they have loaded.
    pub fn new(
        view: &LevelView,
        area: AreaIndex,
        authorities: Option<&AreaTable>,
        around: Option<&LevelView>,
        texts: &Texts,
    ) -> Option<AreaVerdict> {
        let (table, snapshot) = (&view.table, &view.snapshot);
        let named = table.get(area)?;
        let comparison = snapshot.comparison(area);
        let parents = around.map_or(vec![], |around| {
            let parent = named.parent.as_ref();
            parent_rates(&named.code, parent, &around.table, &around.snapshot, texts)
        });
        let place = full_name(table, area, authorities, texts);
        let rate = rate_sentence(snapshot.rate(table, area), &parents, texts);
        let grade = grade_sentence(snapshot, table, area, texts);
        Some(AreaVerdict {
            sentence: area_verdict(&place, comparison, snapshot.date(), texts),
            support: join_sentences([rate, grade]),
            direction: comparison.direction(),
        })
    }
}

/// Joins the sentences that there are with spaces.
pub(crate) fn join_sentences<const N: usize>(sentences: [Option<String>; N]) -> String {
    let sentences: Vec<String> = sentences.into_iter().flatten().collect();
    sentences.join(" ")
}

/// Gives the rate with those of at most two containing areas: "That is 203.4 per 100,000 people;
/// England as a whole is at 193.1." `None` if no rate is known.
pub fn rate_sentence(
    rate: Option<Rate>,
    parents: &[(String, Rate)],
    texts: &Texts,
) -> Option<String> {
    let rate = rate.map(|rate| rate.in_words(texts));
    let parent = |position: usize| {
        parents
            .get(position)
            .map(|(name, rate)| (name, rate.in_words(texts)))
    };
    Some(match (rate, parent(0), parent(1)) {
        (None, None, _) => return None,
        (Some(rate), None, _) => texts.rate_alone(&rate),
        (Some(rate), Some((name, whole)), None) => texts.rate_beside_one(args::RateBesideOne {
            rate: &rate,
            whole: name,
            whole_rate: &whole,
        }),
        (Some(rate), Some((name, whole)), Some((wider, wide))) => {
            texts.rate_beside_two(args::RateBesideTwo {
                rate: &rate,
                whole: name,
                whole_rate: &whole,
                wider,
                wider_rate: &wide,
            })
        }
        (None, Some((name, whole)), None) => capitalise(texts.rate_of_one(args::RateOfOne {
            whole: name,
            whole_rate: &whole,
        })),
        (None, Some((name, whole)), Some((wider, wide))) => {
            capitalise(texts.rate_of_two(args::RateOfTwo {
                whole: name,
                whole_rate: &whole,
                wider,
                wider_rate: &wide,
            }))
        }
    })
}

/// Returns the names and rates of an area's authority (for a neighbourhood) and of its nation.
/// `table` and `snapshot` are the authorities'.
pub fn parent_rates(
    code: &AreaCode,
    parent: Option<&AreaCode>,
    table: &AreaTable,
    snapshot: &Snapshot,
    texts: &Texts,
) -> Vec<(String, Rate)> {
    let authority = parent.and_then(|code| {
        let index = table.index_of(code)?;
        Some((
            plain_name(table.get(index)?.name_in(texts.tag())).to_owned(),
            snapshot.rate(table, index)?,
        ))
    });
    // Areas of no nation are compared with all areas.
    let nation = code.nation().unwrap_or(Nation::Uk);
    let nation_rate = snapshot
        .overall_rate(table, nation)
        .map(|rate| (texts.nation_name(nation).to_owned(), rate));
    authority.into_iter().chain(nation_rate).collect()
}

#[cfg(test)]
mod tests {
    use Figure::{Count, Missing, Suppressed};
    use rising_model::domain::snapshot::Rank;

    use rising_words::Language;

    use super::*;
    use crate::figures::{percentage_text, rank_text};
    use crate::fixtures;

    fn day() -> Day {
        "2021-02-07".parse().unwrap()
    }

    fn compare(before: Figure, now: Figure) -> Comparison {
        Comparison { now, before }
    }

    #[test]
    fn scope_verdict_counts_rising_and_unknown_areas() {
        let totals = |rising, unknown| DirectionTotals {
            areas: 315,
            rising,
            falling: 302,
            unchanged: 1,
            unknown,
            clear: None,
        };
        let say = |totals: DirectionTotals| {
            scope_verdict(
                &totals,
                &Nation::England.into(),
                Level::Ltla,
                day(),
                &Language::En.texts(),
            )
        };
        assert_eq!(
            say(totals(12, 0)),
            "12 of England's 315 local authorities were rising in the seven days to 7 February \
            2021."
        );
        assert!(
            say(totals(0, 0)).starts_with("None of England's 315 local authorities was rising")
        );
        assert!(say(totals(1, 0)).starts_with("1 of England's 315 local authorities was rising"));
        assert!(
            say(totals(315, 0)).starts_with("All of England's 315 local authorities were rising")
        );
        assert!(say(totals(0, 315)).starts_with("There are no figures"));
        assert!(say(totals(12, 31)).ends_with("7 February 2021."));
        assert!(say(totals(12, 32)).ends_with("7 February 2021. Of 32 it is unknown."));
        let msoas = DirectionTotals {
            areas: 6791,
            rising: 1732,
            ..DirectionTotals::default()
        };
        let words = scope_verdict(
            &msoas,
            &Nation::Uk.into(),
            Level::Msoa,
            day(),
            &Language::En.texts(),
        );
        assert!(
            words.starts_with("1,732 of the UK's 6,791 neighbourhoods were rising"),
            "{words}"
        );
    }

    #[test]
    fn scope_verdict_says_how_many_rises_are_clear() {
        let say = |rising, clear: Option<(u32, u32)>, language: Language| {
            let clear = clear.map(|(rises, falls)| ClearTotals { rises, falls });
            let totals = DirectionTotals {
                areas: 22,
                rising,
                falling: 22 - rising,
                clear,
                ..DirectionTotals::default()
            };
            scope_verdict(
                &totals,
                &Nation::Wales.into(),
                Level::Ltla,
                day(),
                &language.texts(),
            )
        };
        let none = "No area's change is larger than chance explains.";
        for (rising, clear, end) in [
            (
                12,
                None,
                "were rising in the seven days to 7 February 2021.",
            ),
            (
                12,
                Some((1, 9)),
                "were rising in the seven days to 7 February 2021, one of them clearly.",
            ),
            (12, Some((7, 0)), "2021, 7 of them clearly."),
            (12, Some((12, 0)), "2021, all of them clearly."),
            (12, Some((0, 9)), "2021, none of them clearly."),
            (12, Some((0, 0)), &format!("7 February 2021. {none}")),
            (
                1,
                Some((1, 9)),
                "1 of Wales's 22 local authorities was rising in the seven days to 7 February \
                2021, and clearly.",
            ),
            (1, Some((0, 9)), "2021, though not clearly."),
            (
                22,
                Some((22, 0)),
                "All of Wales's 22 local authorities were rising in the seven days to 7 February \
                2021, all of them clearly.",
            ),
            (22, Some((3, 0)), "2021, 3 of them clearly."),
            (
                0,
                Some((0, 9)),
                "None of Wales's 22 local authorities was rising in the seven days to 7 February \
                2021.",
            ),
            (0, Some((0, 0)), &format!("2021. {none}")),
        ] {
            let words = say(rising, clear, Language::En);
            assert!(words.ends_with(end), "{rising} {clear:?}: {words}");
            assert_eq!(words.contains(none), clear == Some((0, 0)), "{words}");
        }
        let none = "Nid oes newid mewn unrhyw ardal sy'n fwy nag y mae siawns yn ei esbonio.";
        for (rising, clear, end) in [
            (
                12,
                None,
                "yn codi yn y saith diwrnod hyd at 7 Chwefror 2021.",
            ),
            (12, Some((1, 9)), "2021, un ohonynt yn glir."),
            (12, Some((7, 0)), "2021, 7 ohonynt yn glir."),
            (12, Some((12, 0)), "2021, pob un ohonynt yn glir."),
            (12, Some((0, 9)), "2021, ond dim un ohonynt yn glir."),
            (1, Some((1, 0)), "2021, a hynny'n glir."),
            (1, Some((0, 9)), "2021, ond nid yn glir."),
            (
                0,
                Some((0, 9)),
                "yn codi yn y saith diwrnod hyd at 7 Chwefror 2021.",
            ),
            (12, Some((0, 0)), &format!("2021. {none}")),
        ] {
            let words = say(rising, clear, Language::Cy);
            assert!(words.ends_with(end), "{rising} {clear:?}: {words}");
        }
    }

    fn herefordshire() -> ScopeName {
        ScopeName::Authority("Herefordshire".into())
    }

    #[test]
    fn scope_verdict_names_the_authority_whose_neighbourhoods_are_counted() {
        let totals = DirectionTotals {
            areas: 23,
            rising: 11,
            falling: 12,
            ..DirectionTotals::default()
        };
        let say = |totals: &DirectionTotals, name: &ScopeName, language: Language| {
            scope_verdict(totals, name, Level::Msoa, day(), &language.texts())
        };
        assert_eq!(
            say(&totals, &herefordshire(), Language::En),
            "11 of Herefordshire's 23 neighbourhoods were rising in the seven days to 7 February \
            2021."
        );
        assert_eq!(
            say(&totals, &herefordshire(), Language::Cy),
            "Roedd 11 o'r 23 cymdogaeth yn ardal Herefordshire yn codi yn y saith diwrnod hyd at \
            7 Chwefror 2021."
        );
        let hamlets = ScopeName::Authority("Tower Hamlets".into());
        assert!(
            say(&totals, &hamlets, Language::En)
                .starts_with("11 of Tower Hamlets' 23 neighbourhoods were")
        );
        let unknown = DirectionTotals {
            areas: 1,
            unknown: 1,
            ..DirectionTotals::default()
        };
        assert!(
            say(&unknown, &herefordshire(), Language::En)
                .contains("for Herefordshire's neighbourhoods in the")
        );
        let one = DirectionTotals {
            areas: 1,
            falling: 1,
            ..DirectionTotals::default()
        };
        assert!(
            say(&one, &herefordshire(), Language::En)
                .starts_with("None of Herefordshire's 1 neighbourhood was")
        );
    }

    #[test]
    fn area_verdict_gives_direction_and_counts() {
        let say = |before, now| {
            area_verdict(
                "Calderdale",
                compare(before, now),
                day(),
                &Language::En.texts(),
            )
        };
        assert_eq!(
            say(Count(366), Count(430)),
            "Rising in Calderdale: 430 cases in the seven days to 7 February 2021, up from 366."
        );
        assert!(
            say(Count(366), Count(1))
                .ends_with("1 case in the seven days to 7 February 2021, down from 366.")
        );
        assert!(say(Count(3), Suppressed).starts_with("Falling in Calderdale: fewer than 3 cases"));
        assert!(say(Suppressed, Count(4)).ends_with("up from fewer than 3."));
        assert!(say(Count(5), Count(5)).starts_with("Unchanged in Calderdale: 5 cases"));
        assert!(say(Missing, Count(5)).ends_with("There is no figure for the week before."));
        assert!(say(Count(5), Missing).starts_with("There is no figure for Calderdale"));
        let unknown = say(Suppressed, Suppressed);
        assert!(
            unknown.contains("fewer than 3 in the week before") && unknown.contains("unknown"),
            "{unknown}"
        );
    }

    #[test]
    fn rate_sentence_compares_with_parents() {
        let rate = |count| Rate::new(count, 100_000).unwrap();
        let say = |own: Option<u64>, around: &[(&str, u64)]| {
            let around: Vec<_> = around
                .iter()
                .map(|(name, count)| ((*name).to_owned(), rate(*count)))
                .collect();
            rate_sentence(own.map(rate), &around, &Language::En.texts())
        };
        assert_eq!(
            say(Some(203), &[]).unwrap(),
            "That is 203.0 per 100,000 people."
        );
        assert_eq!(
            say(Some(203), &[("Calderdale", 180), ("England", 193)]).unwrap(),
            "That is 203.0 per 100,000 people; Calderdale as a whole is at 180.0, England at 193.0."
        );
        let suppressed = say(None, &[("Calderdale", 180)]).unwrap();
        assert_eq!(
            suppressed,
            "Calderdale as a whole is at 180.0 per 100,000 people."
        );
        assert_eq!(say(None, &[]), None);
    }

    #[test]
    fn area_verdict_names_the_authority_and_compares_with_figures_that_have_loaded() {
        let authorities = fixtures::authorities();
        let around = fixtures::level_view(Level::Ltla, &authorities, &[(Count(50), Count(60)); 4]);
        let weeks = [(Count(20), Count(60)); 5];
        let view = fixtures::level_view(Level::Msoa, &fixtures::neighbourhoods(), &weeks);
        let say = |authorities, around| {
            AreaVerdict::new(&view, 0, authorities, around, &Language::En.texts()).unwrap()
        };
        let verdict = say(Some(&authorities), Some(&around));
        assert_eq!(
            verdict.sentence,
            "Rising in North, Anham: 60 cases in the seven days to 7 February 2021, up from 20."
        );
        assert_eq!(
            verdict.support,
            "That is 600.0 per 100,000 people; Anham as a whole is at 600.0, England at 600.0. \
            Cases clearly rose, by more than chance explains."
        );
        assert_eq!(verdict.direction, Direction::Rising);
        let loading = say(None, None);
        assert!(loading.sentence.starts_with("Rising in North: 60 cases"));
        assert!(
            loading
                .support
                .starts_with("That is 600.0 per 100,000 people. Cases")
        );
        let beyond = AreaVerdict::new(&view, 5, None, None, &Language::En.texts());
        assert_eq!(beyond, None);
    }

    #[test]
    fn sentences_in_welsh_mutate_nouns() {
        let cy = Language::Cy;
        let totals = |rising| DirectionTotals {
            areas: 22,
            rising,
            falling: 22 - rising,
            ..DirectionTotals::default()
        };
        let nation = |rising| {
            scope_verdict(
                &totals(rising),
                &Nation::Wales.into(),
                Level::Ltla,
                day(),
                &cy.texts(),
            )
        };
        assert_eq!(
            nation(2),
            "Roedd 2 o'r 22 awdurdod lleol yng Nghymru yn codi yn y saith diwrnod hyd at 7 \
            Chwefror 2021."
        );
        assert!(
            nation(0).starts_with("Nid oedd yr un o'r 22 awdurdod lleol yng Nghymru yn codi"),
            "{}",
            nation(0)
        );
        assert!(
            nation(22).starts_with("Roedd pob un o'r 22 awdurdod lleol"),
            "{}",
            nation(22)
        );
        let neighbourhoods = |areas| {
            let totals = DirectionTotals {
                areas,
                falling: areas,
                ..DirectionTotals::default()
            };
            scope_verdict(
                &totals,
                &Nation::England.into(),
                Level::Msoa,
                day(),
                &cy.texts(),
            )
        };
        for (areas, noun) in [
            (1, "1 gymdogaeth"),
            (2, "2 gymdogaeth"),
            (3, "3 cymdogaeth"),
            (6, "6 chymdogaeth"),
            (9, "9 cymdogaeth"),
        ] {
            assert!(
                neighbourhoods(areas).contains(noun),
                "{}",
                neighbourhoods(areas)
            );
        }
        assert_eq!(
            area_verdict(
                "Caerdydd",
                compare(Count(366), Count(430)),
                day(),
                &cy.texts()
            ),
            "Caerdydd: yn codi, gyda 430 achos yn y saith diwrnod hyd at 7 Chwefror 2021, o \
            gymharu â 366 yn yr wythnos flaenorol."
        );
        assert_eq!(
            percentage_text(compare(Count(200), Count(100)), &cy.texts()).unwrap(),
            "gostyngiad o 50%"
        );
        let rank = |place| {
            rank_text(
                Rank { place, of: 22 },
                Nation::Wales,
                Level::Ltla,
                22,
                &cy.texts(),
            )
        };
        assert_eq!(rank(1), "Yr uchaf o'r 22 awdurdod lleol yng Nghymru");
        assert_eq!(
            rank(3),
            "Safle 3, o'r uchaf i'r isaf, o'r 22 awdurdod lleol yng Nghymru"
        );
    }
}
