//! The verdict for the other level: for a neighbourhood's authority, or for a neighbourhood of an
//! authority.

use rising_model::domain::area::AreaCode;
use rising_model::domain::day::Day;
use rising_model::domain::trend::Direction;
use rising_words::Texts;

use crate::LevelView;
use crate::area_link::AreaLink;
use crate::dates::neighbourhood_date;
use crate::names::plain_name;
use crate::verdict::area_verdict;

/// The line about an area of the other level.
#[derive(Clone, Debug, PartialEq)]
pub struct OtherLevel {
    /// The verdict, and the reason if its date is not the one shown.
    pub sentence: String,
    /// The direction.
    pub direction: Direction,
    /// The link to the area: "Open Herefordshire".
    pub link: AreaLink,
}

impl OtherLevel {
    /// Returns the line about an area of `view`, beside details at the date `wanted`; `None` if the
    /// level does not have the area. `neighbourhood_dates` are the first and last date with figures
    /// of neighbourhoods, if `view` is their level.
    pub fn new(
        view: &LevelView,
        code: &AreaCode,
        wanted: Day,
        neighbourhood_dates: Option<(Day, Day)>,
        texts: &Texts,
    ) -> Option<OtherLevel> {
        let index = view.table.index_of(code)?;
        let name = plain_name(view.table.get(index)?.name_in(texts.tag()));
        let comparison = view.snapshot.comparison(index);
        let date = view.snapshot.date();
        let note = neighbourhood_dates
            .map(|dates| neighbourhood_date(wanted, date, dates, texts))
            .unwrap_or_default();
        let verdict = area_verdict(name, comparison, date, texts);
        Some(OtherLevel {
            sentence: [&verdict, " ", &note].concat(),
            direction: comparison.direction(),
            link: AreaLink {
                text: texts.open_area(name),
                level: view.level,
                code: code.clone(),
                date,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use rising_model::domain::area::Level;
    use rising_model::domain::figure::Figure::Count;

    use rising_words::Language;

    use super::*;
    use crate::fixtures::{authorities, day, level_view};

    #[test]
    fn other_level_gives_verdict_link_and_the_reason_for_another_date() {
        let view = level_view(Level::Msoa, &authorities(), &[(Count(20), Count(60)); 4]);
        let dates = (day("2020-03-21"), day("2021-02-07"));
        let say = |code: &str, wanted: &str, dates| {
            OtherLevel::new(
                &view,
                &code.parse().unwrap(),
                day(wanted),
                dates,
                &Language::En.texts(),
            )
        };
        let verdict =
            "Rising in Beeton: 60 cases in the seven days to 7 February 2021, up from 20.";
        let same = say("E00000002", "2021-02-07", Some(dates)).unwrap();
        assert_eq!(same.sentence.trim_end(), verdict);
        assert_eq!(same.direction, Direction::Rising);
        assert_eq!(
            (same.link.text.as_str(), same.link.level, same.link.date),
            ("Open Beeton", Level::Msoa, day("2021-02-07"))
        );
        let later = say("E00000002", "2021-03-01", Some(dates)).unwrap();
        assert!(
            later.sentence.starts_with(verdict) && later.sentence.len() > verdict.len() + 1,
            "{}",
            later.sentence
        );
        let authority = say("E00000002", "2021-03-01", None).unwrap();
        assert_eq!(authority.sentence.trim_end(), verdict);
        assert_eq!(say("E00000099", "2021-02-07", None), None);
    }
}
