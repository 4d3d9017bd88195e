//! The page of one area, for readers who do not run the app, and its card for social networks.

use rising_model::domain::area::{Area, AreaCode, AreaIndex, Level};
use rising_model::domain::day::Day;
use rising_model::domain::scope::Scope;
use rising_model::domain::trend::Direction;
use rising_words::Texts;

use crate::area_figures::{AreaFigures, rank_sentence};
use crate::area_link::AreaLink;
use crate::clearness::clearness_sentence;
use crate::names::{ScopeName, plain_name};
use crate::people::people_sentence;
use crate::verdict::{area_verdict, join_sentences, parent_rates, rate_sentence, scope_verdict};
use crate::{InWords, LevelView};

/// The texts of an area's page.
#[derive(Clone, Debug, PartialEq)]
pub struct AreaPage {
    /// The heading: the area's name in a sentence.
    pub heading: String,
    /// The title of the page.
    pub title: String,
    /// Whether the area rises or falls, with its counts.
    pub verdict: String,
    /// The rate beside the nation's, whether chance could explain the change, and the rank.
    pub support: String,
    /// The direction.
    pub direction: Direction,
    /// The link to the area's details on the map.
    pub open: AreaLink,
    /// The summary of its neighbourhoods, if it has any.
    pub neighbourhoods: Option<NeighbourhoodSummary>,
    /// The heading of the table of the area and its neighbours.
    pub neighbours_title: String,
    /// The caption of that table.
    pub neighbours_caption: String,
    /// The number of people.
    pub people: String,
}

/// The summary of an authority's neighbourhoods, with a link to their map.
#[derive(Clone, Debug, PartialEq)]
pub struct NeighbourhoodSummary {
    /// The heading.
    pub title: String,
    /// The number that rise, and of each direction.
    pub sentence: String,
    /// The text of the link.
    pub link_text: String,
    /// The level that the link leads to.
    pub level: Level,
    /// The date that the link leads to.
    pub date: Day,
    /// The authority whose neighbourhoods the link shows.
    pub within: AreaCode,
}

impl AreaPage {
    /// Returns the page of an authority; `None` for an index beyond the table. `finer` is the level
    /// of neighbourhoods at the date nearest to the one shown, if the data set has it.
    pub fn new(
        view: &LevelView,
        finer: Option<&LevelView>,
        area: AreaIndex,
        texts: &Texts,
    ) -> Option<AreaPage> {
        let (table, snapshot) = (&view.table, &view.snapshot);
        let named = table.get(area)?;
        let name = plain_name(named.name_in(texts.tag()));
        let (comparison, date) = (snapshot.comparison(area), snapshot.date());
        let nation = parent_rates(&named.code, None, table, snapshot, texts);
        let rate = rate_sentence(snapshot.rate(table, area), &nation, texts);
        let clearness = clearness_sentence(snapshot, table, area, texts);
        Some(AreaPage {
            heading: name.to_owned(),
            title: texts.area_page_title(name),
            verdict: area_verdict(name, comparison, date, texts),
            support: join_sentences([rate, clearness, rank_sentence(view, area, texts)]),
            direction: comparison.direction(),
            open: AreaLink {
                text: texts.open_on_map(name),
                level: view.level,
                code: named.code.clone(),
                date,
            },
            neighbourhoods: finer.and_then(|finer| neighbourhoods(finer, named, texts)),
            neighbours_title: texts.area_and_neighbours(name),
            neighbours_caption: texts.seven_days_to_first(&date.in_words(texts)),
            people: people_sentence(table, named, date, texts),
        })
    }

    /// Describes the page to search engines and social networks.
    pub fn description(&self) -> String {
        [&self.verdict, " ", &self.support].concat()
    }
}

fn neighbourhoods(
    finer: &LevelView,
    authority: &Area,
    texts: &Texts,
) -> Option<NeighbourhoodSummary> {
    let (snapshot, level) = (&finer.snapshot, finer.level);
    let totals = snapshot.totals(&finer.table, Scope::Within(authority.code.clone()));
    if totals.areas == 0 {
        return None;
    }
    let name = ScopeName::Authority(plain_name(authority.name_in(texts.tag())).to_owned());
    let verdict = scope_verdict(&totals, &name, level, snapshot.date(), texts);
    let mut sentence = [&verdict, " ", &totals.in_words(texts)].concat();
    if !sentence.ends_with('.') {
        sentence.push('.');
    }
    Some(NeighbourhoodSummary {
        title: name.areas_first(level, texts),
        sentence,
        link_text: texts.show_its_neighbourhoods(totals.areas),
        level,
        date: snapshot.date(),
        within: authority.code.clone(),
    })
}

/// The texts of an area's card.
#[derive(Clone, Debug, PartialEq)]
pub struct AreaCard {
    /// The area's name in a sentence.
    pub name: String,
    /// The rate with the direction's arrow, or the reason for its absence: "▲ 485.9".
    pub figure: String,
    /// The grade of the change; empty if it was not graded.
    pub grade: &'static str,
    /// The unit of the rate.
    pub unit: String,
    /// Whether the area rises or falls, with its counts.
    pub verdict: String,
    /// The direction.
    pub direction: Direction,
}

impl AreaCard {
    /// Returns the card of an area; `None` for an index beyond the table.
    pub fn new(view: &LevelView, area: AreaIndex, texts: &Texts) -> Option<AreaCard> {
        let named = view.table.get(area)?;
        let name = plain_name(named.name_in(texts.tag()));
        let figures = AreaFigures::new(view, area);
        let direction = figures.direction();
        Some(AreaCard {
            name: name.to_owned(),
            figure: [direction.arrow(), " ", &figures.rate_text(texts)].concat(),
            grade: figures.grade.map_or("", |grade| texts.grade_word(grade)),
            unit: texts.card_unit(),
            verdict: area_verdict(name, figures.comparison, view.snapshot.date(), texts),
            direction,
        })
    }
}

#[cfg(test)]
mod tests {
    use rising_model::domain::figure::Figure::{Count, Missing, Suppressed};

    use rising_words::Language;

    use super::*;
    use crate::fixtures::{authorities, day, level_view, neighbourhoods};

    fn authorities_view() -> LevelView {
        let weeks = [
            (Count(20), Count(60)),
            (Count(9), Suppressed),
            (Missing, Missing),
            (Count(70), Count(60)),
        ];
        level_view(Level::Ltla, &authorities(), &weeks)
    }

    #[test]
    fn area_page_gives_verdict_rank_and_link_in_each_state() {
        let view = authorities_view();
        let texts = Language::En.texts();
        let of = |area| AreaPage::new(&view, None, area, &texts).unwrap();
        let anham = of(0);
        let verdict = "Rising in Anham: 60 cases in the seven days to 7 February 2021, up from 20.";
        assert_eq!(anham.verdict, verdict);
        assert!(
            anham
                .support
                .starts_with("That is 600.0 per 100,000 people")
                && anham.support.contains(" Cases clearly rose"),
            "{}",
            anham.support
        );
        assert_eq!(anham.description(), format!("{verdict} {}", anham.support));
        assert_eq!(
            anham.open,
            AreaLink {
                text: "Open Anham on the map".into(),
                level: Level::Ltla,
                code: "E00000001".parse().unwrap(),
                date: day("2021-02-07")
            }
        );
        assert_eq!(anham.neighbours_caption, "Seven days to 7 February 2021");
        let beeton = of(1);
        assert_eq!(beeton.heading, "Beeton");
        assert!(
            !beeton.support.contains("highest"),
            "a suppressed count has no rank: {}",
            beeton.support
        );
        let ceeby = of(2);
        assert!(ceeby.verdict.starts_with("There is no figure for Ceeby"));
        assert_eq!(ceeby.direction, Direction::Unknown);
        assert_eq!(AreaPage::new(&view, None, 4, &texts), None);
    }

    #[test]
    fn area_page_sums_up_the_neighbourhoods_that_an_authority_has() {
        let view = authorities_view();
        let finer = level_view(Level::Msoa, &neighbourhoods(), &[(Count(20), Count(60)); 5]);
        let of = |area| {
            AreaPage::new(&view, Some(&finer), area, &Language::En.texts())
                .unwrap()
                .neighbourhoods
        };
        let summary = of(0).unwrap();
        assert_eq!(summary.title, "Anham's neighbourhoods");
        assert!(
            summary
                .sentence
                .starts_with("All of Anham's 4 neighbourhoods were rising")
                && summary
                    .sentence
                    .contains(" 4 rising, 0 falling, 0 unchanged")
                && summary.sentence.ends_with('.'),
            "{}",
            summary.sentence
        );
        assert_eq!(summary.link_text, "Show its 4 neighbourhoods on the map");
        assert_eq!(of(2), None);
    }

    #[test]
    fn area_card_gives_figure_or_reason() {
        let view = authorities_view();
        let of = |area| AreaCard::new(&view, area, &Language::En.texts()).unwrap();
        assert_eq!((of(0).figure.as_str(), of(0).grade), ("▲ 600.0", "clear"));
        assert_eq!(of(1).figure, "▼ not published");
        assert_eq!((of(2).figure.as_str(), of(2).grade), ("? no figure", ""));
        assert_eq!(of(1).name, "Beeton");
    }
}
