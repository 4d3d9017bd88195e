//! Areas related to the one shown, highest rate first: adjacent areas, and neighbourhoods.

use rising_model::domain::area::{Area, AreaCode, AreaIndex, Level};
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::day::Day;
use rising_model::domain::figure::Figure;
use rising_model::domain::scope::Scope;
use rising_model::domain::sorting;
use rising_model::domain::trend::Direction;
use rising_words::{Texts, args};

use crate::area_figures::{AreaFigures, FigureState};
use crate::area_link::AreaLink;
use crate::dates::neighbourhood_date;
use crate::names::{ScopeName, authority_name, full_name, plain_name};
use crate::{InWords, LevelView};

/// One area of a ranked list.
#[derive(Clone, Debug, PartialEq)]
pub struct RankedArea {
    /// The link to the area. Its text is the area's name, with its authority's where the name alone
    /// would be ambiguous.
    pub link: AreaLink,
    /// The direction.
    pub direction: Direction,
    /// The direction and the grade: "rising, clear".
    pub direction_text: String,
    /// The rate, or the reason for its absence.
    pub figure: String,
    /// Whether the rate has a value.
    pub state: FigureState,
}

/// Areas of one level at one date, related to another area.
#[derive(Clone, Debug, PartialEq)]
pub struct RankedAreas {
    /// The area that they are related to.
    pub of: AreaCode,
    /// The date of their figures.
    pub date: Day,
    /// The heading.
    pub title: String,
    /// The sentences under the heading: how many there are, how many rise, and of which week.
    pub about: String,
    /// The label of a button that shows only them on the map, as the neighbourhoods of `of`.
    pub on_map: Option<String>,
    /// The areas, highest rate first.
    pub areas: Vec<RankedArea>,
}

/// The data of an authority's neighbourhoods besides their figures.
#[derive(Clone, Copy, Debug)]
pub struct NeighbourhoodContext<'a> {
    /// The date of the details.
    pub wanted: Day,
    /// The first and last date with figures of neighbourhoods.
    pub dates: (Day, Day),
    /// The authorities, once their list has loaded.
    pub authorities: Option<&'a AreaTable>,
    /// The areas that the map shows.
    pub scope: Option<&'a Scope>,
}

impl RankedAreas {
    /// Ranks the areas that share a border with an area; `None` if there are none. `authorities`
    /// are those that the areas are in, as far as they have loaded.
    pub fn adjacent(
        view: &LevelView,
        area: AreaIndex,
        around: &[AreaIndex],
        authorities: Option<&AreaTable>,
        texts: &Texts,
    ) -> Option<RankedAreas> {
        let table = &view.table;
        let own = table.get(area)?;
        if around.is_empty() {
            return None;
        }
        let name = |index: AreaIndex, other: &Area| match other.parent == own.parent {
            true => plain_name(other.name_in(texts.tag())).to_owned(),
            // "Golden Valley" alone is ambiguous.
            false => full_name(table, index, authorities, texts),
        };
        let title = texts.around_title(plain_name(own.name_in(texts.tag())));
        Some(rank(view, &own.code, title, "", around, &name, texts))
    }

    /// Ranks the neighbourhoods of an authority, or those of a neighbourhood's authority. `finer`
    /// is their level at the date nearest to the one shown. `None` if there are none.
    pub fn neighbourhoods(
        area: &Area,
        finer: &LevelView,
        context: NeighbourhoodContext<'_>,
        texts: &Texts,
    ) -> Option<RankedAreas> {
        let authority = area.parent.as_ref().unwrap_or(&area.code);
        let inside: Vec<AreaIndex> = finer.table.children_of(authority).collect();
        if inside.is_empty() {
            return None;
        }
        let place = context
            .authorities
            .and_then(|table| authority_name(table, authority, texts))
            .unwrap_or_default();
        let date = finer.snapshot.date();
        let note = neighbourhood_date(context.wanted, date, context.dates, texts);
        let number = inside.len() as u32;
        let is_shown = context.scope.and_then(Scope::authority) == Some(authority);
        let on_map = (!is_shown).then(|| match area.parent {
            None => texts.show_its_neighbourhoods(number),
            Some(_) => {
                let name = ScopeName::Authority(place.to_owned());
                texts.show_neighbourhoods(&name.all_areas(number, Level::Msoa, texts))
            }
        });
        let name = |_, area: &Area| area.name_in(texts.tag()).to_owned();
        let title = texts.neighbourhoods_title(place);
        Some(RankedAreas {
            on_map,
            ..rank(finer, authority, title, &note, &inside, &name, texts)
        })
    }
}

fn rank(
    view: &LevelView,
    of: &AreaCode,
    title: String,
    note: &str,
    areas: &[AreaIndex],
    name: &dyn Fn(AreaIndex, &Area) -> String,
    texts: &Texts,
) -> RankedAreas {
    let figures: Vec<AreaFigures> = areas
        .iter()
        .map(|&area| AreaFigures::new(view, area))
        .collect();
    // Suppressed counts rank below rates and above missing ones.
    let key = |position: AreaIndex| {
        let figures = &figures[usize::from(position)];
        (figures.rate, figures.comparison.now == Figure::Suppressed)
    };
    let date = view.snapshot.date();
    let order = sorting::all(areas.len(), &|a, b| key(b).cmp(&key(a)));
    let ranked = order.into_iter().filter_map(|position| {
        let (index, figures) = (
            areas[usize::from(position)],
            &figures[usize::from(position)],
        );
        let area = view.table.get(index)?;
        Some(RankedArea {
            link: AreaLink {
                text: name(index, area),
                level: view.level,
                code: area.code.clone(),
                date,
            },
            direction: figures.direction(),
            direction_text: figures.direction_text(texts),
            figure: figures.rate_text(texts),
            state: figures.rate_state(),
        })
    });
    let ranked: Vec<RankedArea> = ranked.collect();
    let rising = ranked
        .iter()
        .filter(|area| area.direction == Direction::Rising)
        .count();
    let counted = texts.listed_areas(args::ListedAreas {
        areas: ranked.len() as u32,
        level: view.level,
        rising: rising as u32,
    });
    let week = texts.listed_rates(&date.in_words(texts));
    RankedAreas {
        of: of.clone(),
        date,
        title,
        about: [&counted, " ", note, " ", &week].concat(),
        on_map: None,
        areas: ranked,
    }
}

#[cfg(test)]
mod tests {
    use Figure::{Count, Missing, Suppressed};

    use rising_words::Language;

    use super::*;
    use crate::fixtures::{authorities, day, level_view, neighbourhoods};

    fn finer() -> LevelView {
        let weeks = [
            (Missing, Missing),
            (Count(20), Count(60)),
            (Count(9), Suppressed),
            (Count(90), Count(70)),
            (Count(40), Count(39)),
        ];
        level_view(Level::Msoa, &neighbourhoods(), &weeks)
    }

    fn names(ranked: &RankedAreas) -> Vec<&str> {
        ranked.areas.iter().map(|area| &*area.link.text).collect()
    }

    #[test]
    fn neighbourhoods_rank_by_rate_then_suppressed_then_missing() {
        let (finer, authorities) = (finer(), authorities());
        let context = NeighbourhoodContext {
            wanted: day("2021-02-07"),
            dates: (day("2020-03-21"), day("2021-02-07")),
            authorities: Some(&authorities),
            scope: None,
        };
        let texts = Language::En.texts();
        let anham = authorities.get(0).unwrap();
        let say = |area: &Area, context| RankedAreas::neighbourhoods(area, &finer, context, &texts);
        let ranked = say(anham, context).unwrap();
        assert_eq!(
            names(&ranked),
            ["Upper", "South", "East, West & Middle", "North"]
        );
        let state = |area: &RankedArea| (area.figure.clone(), area.state);
        assert_eq!(
            ranked.areas.iter().map(state).collect::<Vec<_>>(),
            [
                ("700.0".to_owned(), FigureState::Known),
                ("600.0".to_owned(), FigureState::Known),
                ("not published".to_owned(), FigureState::Suppressed),
                ("no figure".to_owned(), FigureState::Missing)
            ]
        );
        assert_eq!(ranked.areas[1].direction_text, "rising, clear");
        assert_eq!(
            ranked.areas[1].link,
            AreaLink {
                text: "South".into(),
                level: Level::Msoa,
                code: "E00000006".parse().unwrap(),
                date: day("2021-02-07"),
            }
        );
        assert_eq!(ranked.title, "Hotspots and rising in Anham");
        assert!(
            ranked.about.starts_with("4 neighbourhoods, 1 rising. ")
                && ranked.about.contains("7 February 2021"),
            "{}",
            ranked.about
        );
        assert_eq!(
            ranked.on_map.as_deref(),
            Some("Show its 4 neighbourhoods on the map")
        );

        let north = finer.table.get(0).unwrap();
        assert_eq!(
            say(north, context).unwrap().on_map.as_deref(),
            Some("Show Anham's 4 neighbourhoods on the map")
        );
        let scope = Scope::Within(anham.code.clone());
        let shown = NeighbourhoodContext {
            scope: Some(&scope),
            ..context
        };
        assert_eq!(say(anham, shown).unwrap().on_map, None);
        assert_eq!(say(authorities.get(2).unwrap(), context), None);
        let later = NeighbourhoodContext {
            wanted: day("2021-03-01"),
            ..context
        };
        assert!(say(anham, later).unwrap().about.len() > ranked.about.len());
    }

    #[test]
    fn adjacent_areas_of_another_authority_are_named_with_it() {
        let (finer, authorities) = (finer(), authorities());
        let texts = Language::En.texts();
        let say = |around: &[AreaIndex]| {
            RankedAreas::adjacent(&finer, 0, around, Some(&authorities), &texts)
        };
        let ranked = say(&[1, 4]).unwrap();
        assert_eq!(names(&ranked), ["South", "Elsewhere, Beeton"]);
        assert_eq!(ranked.title, "Next to North");
        assert_eq!((say(&[]), ranked.on_map), (None, None));
    }
}
