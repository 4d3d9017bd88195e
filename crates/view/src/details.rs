//! The details of one area.

mod chart;
mod other_level;
mod ranked;

use rising_model::domain::area::{AreaCode, AreaIndex, Level};
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::trend::{Comparison, Direction};
use rising_words::{Texts, args};

use crate::area_figures::{AreaFigures, AreaFiguresText, rank_sentence};
use crate::area_link::AreaLink;
use crate::clearness::clearness_sentence;
use crate::figures::percentage_text;
use crate::people::people_here_sentence;
use crate::{InWords, LevelView};
pub use chart::{AreaHistory, Chart, Tick};
pub use other_level::OtherLevel;
pub use ranked::{NeighbourhoodContext, RankedArea, RankedAreas};

/// The lines of an area's details at one date.
#[derive(Clone, Debug, PartialEq)]
pub struct AreaDetails {
    /// The area's code.
    pub code: AreaCode,
    /// The area's name.
    pub heading: String,
    /// A link to a neighbourhood's authority. `None` until the list of authorities has loaded.
    pub authority: Option<AreaLink>,
    /// The direction.
    pub direction: Direction,
    /// The change: "▲ Rising: 430 cases, up from 366 (up 17%)".
    pub change: String,
    /// Whether chance could explain the change; empty if the change was not graded.
    pub clearness: String,
    /// The header of the week shown: "Seven days to 7 February 2021".
    pub week: String,
    /// The counts and rates of the two weeks.
    pub figures: AreaFiguresText,
    /// The rank within the nation, followed by a space; empty without a rate.
    pub rank: String,
    /// The number of people in the area.
    pub people: String,
}

impl AreaDetails {
    /// Returns the details of an area; `None` for an index beyond the table. `authorities` are
    /// those that the areas are in, as far as they have loaded.
    pub fn new(
        view: &LevelView,
        area: AreaIndex,
        authorities: Option<&AreaTable>,
        texts: &Texts,
    ) -> Option<AreaDetails> {
        let (table, snapshot) = (&view.table, &view.snapshot);
        let named = table.get(area)?;
        let date = snapshot.date();
        let figures = AreaFigures::new(view, area);
        let authority = named.parent.as_ref().and_then(|code| {
            let authority = authorities?.get(authorities?.index_of(code)?)?;
            Some(AreaLink {
                text: authority.name_in(texts.tag()).to_owned(),
                level: Level::Ltla,
                code: code.clone(),
                date,
            })
        });
        Some(AreaDetails {
            code: named.code.clone(),
            heading: named.name_in(texts.tag()).to_owned(),
            authority,
            direction: figures.direction(),
            change: change_sentence(figures.comparison, texts),
            clearness: clearness_sentence(snapshot, table, area, texts).unwrap_or_default(),
            week: texts.seven_days_to_first(&date.in_words(texts)),
            figures: figures.to_text(texts),
            rank: rank_sentence(view, area, texts).map_or(String::new(), |rank| rank + " "),
            people: people_here_sentence(table, named, date, texts),
        })
    }
}

/// Formats a change: "▲ Rising: 430 cases, up from 366 (up 17%)".
fn change_sentence(comparison: Comparison, texts: &Texts) -> String {
    let direction = comparison.direction();
    let compared = comparison.in_words(texts);
    let words = match percentage_text(comparison, texts) {
        Some(change) => texts.details_change_percent(args::DetailsChangePercent {
            change: &change,
            compared: &compared,
            direction,
        }),
        None => texts.details_change(args::DetailsChange {
            compared: &compared,
            direction,
        }),
    };
    [direction.arrow(), " ", &words].concat()
}

#[cfg(test)]
mod tests {
    use rising_model::domain::figure::Figure::{Count, Missing, Suppressed};

    use rising_words::Language;

    use super::*;
    use crate::fixtures::{authorities, day, level_view, neighbourhoods};

    fn of(area: AreaIndex, authorities: Option<&AreaTable>, language: Language) -> AreaDetails {
        let weeks = [
            (Count(20), Count(60)),
            (Count(9), Suppressed),
            (Suppressed, Suppressed),
            (Missing, Missing),
            (Count(40), Count(39)),
        ];
        let view = level_view(Level::Msoa, &neighbourhoods(), &weeks);
        AreaDetails::new(&view, area, authorities, &language.texts()).unwrap()
    }

    #[test]
    fn area_details_give_the_change_in_each_state() {
        for (area, direction, change, has_clearness) in [
            (
                0,
                Direction::Rising,
                "▲ Rising: 60 cases, up from 20 (up 200%)",
                true,
            ),
            (
                1,
                Direction::Falling,
                "▼ Falling: fewer than 3 cases, down from 9",
                true,
            ),
            (
                2,
                Direction::Unknown,
                "? Unknown: fewer than 3 cases, as in the week before; the exact numbers are not \
                published",
                false,
            ),
            (
                3,
                Direction::Unknown,
                "? Unknown: no figure for this week",
                false,
            ),
            (
                4,
                Direction::Falling,
                "▼ Falling: 39 cases, down from 40 (down 3%)",
                true,
            ),
        ] {
            let details = of(area, None, Language::En);
            assert_eq!(
                (details.direction, details.change.as_str()),
                (direction, change)
            );
            assert_eq!(
                !details.clearness.is_empty(),
                has_clearness,
                "{}",
                details.clearness
            );
        }
        let welsh = of(0, None, Language::Cy);
        assert!(
            welsh.change.starts_with("▲ Yn codi: 60 achos"),
            "{}",
            welsh.change
        );
    }

    #[test]
    fn area_details_hold_both_weeks_the_rank_and_the_people() {
        let details = of(0, None, Language::En);
        assert_eq!(details.heading, "North");
        assert_eq!(details.week, "Seven days to 7 February 2021");
        let AreaFiguresText {
            rate, count_before, ..
        } = &details.figures;
        assert_eq!((rate.as_str(), count_before.as_str()), ("600.0", "20"));
        assert!(
            details.rank.starts_with("Highest of") && details.rank.ends_with(". "),
            "{}",
            details.rank
        );
        assert_eq!(details.people, "10,000 people live here.");
        let suppressed = of(1, None, Language::En);
        assert_eq!(suppressed.rank, "");
        assert_eq!(suppressed.figures.rate, "not published");
    }

    #[test]
    fn area_details_link_to_the_authority_once_it_is_known() {
        assert_eq!(of(4, None, Language::En).authority, None);
        let link = of(4, Some(&authorities()), Language::En).authority.unwrap();
        assert_eq!(
            link,
            AreaLink {
                text: "Beeton, City of".into(),
                level: Level::Ltla,
                code: "E00000002".parse().unwrap(),
                date: day("2021-02-07"),
            }
        );
    }
}
