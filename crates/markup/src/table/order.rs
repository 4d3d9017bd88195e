//! Sorts the table's rows.

use std::cmp::Ordering;

use rising_model::domain::area::AreaIndex;
use rising_model::domain::figure::Figure;
use rising_model::domain::sorting::first;
use rising_model::domain::trend::Direction;
use rising_view::LevelView;
use rising_words::Texts;

use super::Column;

/// The column that the table is sorted by, and the direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sorting {
    /// The column.
    pub by: Column,
    /// From Z or the largest figure.
    pub descending: bool,
}

impl Default for Sorting {
    /// Highest rates first.
    fn default() -> Sorting {
        Sorting {
            by: Column::Rate,
            descending: true,
        }
    }
}

impl Sorting {
    /// Returns the sorting after a click on a column's header: reversed if it is the sorted column,
    /// else names from A or the largest figures first.
    pub fn after(self, column: Column) -> Sorting {
        let descending = if column == self.by {
            !self.descending
        } else {
            column != Column::Name
        };
        Sorting {
            by: column,
            descending,
        }
    }
}

/// Returns the first `limit` areas in order. Areas without the figure are last in both directions.
/// Ties are in the order of names; equal rates in that of codes, as in the prerendered view, the
/// exports and the report.
pub fn arrange(
    areas: Vec<AreaIndex>,
    limit: usize,
    sorting: Sorting,
    view: &LevelView,
    texts: &Texts,
) -> Vec<AreaIndex> {
    let Sorting { by, descending } = sorting;
    let name = |area: AreaIndex| view.table.get(area).map(|area| area.name_in(texts.tag()));
    if by == Column::Name {
        return first(areas, limit, &|a, b| {
            directed(name(a).cmp(&name(b)), descending)
        });
    }
    // Computed once per area, because a sort compares each several times.
    let mut keys = vec![None; view.table.len()];
    for &area in &areas {
        keys[usize::from(area)] = figure(view, area, by);
    }
    first(areas, limit, &|a, b| {
        let by_figure = match (keys[usize::from(a)], keys[usize::from(b)]) {
            (Some(x), Some(y)) => directed(f64::total_cmp(&x, &y), descending),
            (x, y) => y.is_some().cmp(&x.is_some()),
        };
        let by_name = || {
            if by == Column::Rate {
                Ordering::Equal
            } else {
                name(a).cmp(&name(b))
            }
        };
        by_figure.then_with(by_name).then(a.cmp(&b))
    })
}

fn directed(ordering: Ordering, descending: bool) -> Ordering {
    if descending {
        ordering.reverse()
    } else {
        ordering
    }
}

/// Returns an area's value in a column of figures. Rates as floats have the order of the exact
/// ones: counts and populations are too small for two different rates to round to one float.
fn figure(view: &LevelView, area: AreaIndex, column: Column) -> Option<f64> {
    let (table, snapshot) = (&view.table, &view.snapshot);
    let comparison = snapshot.comparison(area);
    match column {
        Column::Name => None,
        Column::Rate => snapshot
            .rate(table, area)
            .map(rising_model::domain::rate::Rate::value),
        Column::RateBefore => snapshot
            .rate_before(table, area)
            .map(rising_model::domain::rate::Rate::value),
        Column::Count => comparison.now.count().map(f64::from),
        Column::CountBefore => comparison.before.count().map(f64::from),
        Column::Direction => change(view, area),
    }
}

/// Returns the change of the rate from the week before. Its sign is that of the direction, which
/// compares counts: the two rates may be of different years' populations. A suppressed count
/// counts as the largest that it can be.
fn change(view: &LevelView, area: AreaIndex) -> Option<f64> {
    let comparison = view.snapshot.comparison(area);
    let most = |figure: Figure| figure.bounds().map(|(_, most)| f64::from(most));
    let people = view.table.get(area)?.population.at(view.snapshot.date());
    let size = (most(comparison.now)? - most(comparison.before)?).abs() / f64::from(people.max(1));
    match comparison.direction() {
        Direction::Rising => Some(size),
        Direction::Unchanged => Some(0.0),
        Direction::Falling => Some(-size),
        Direction::Unknown => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rising_model::domain::area::{Area, Level};
    use rising_model::domain::area_table::AreaTable;
    use rising_model::domain::day::Day;
    use rising_model::domain::series::{Cadence, CountsChunk, Series};
    use rising_model::domain::snapshot::Snapshot;

    use rising_words::Language;

    use super::*;
    use Figure::{Count, Missing, Suppressed};

    /// Two weeks of neighbourhoods: the name, the people and the two counts of each.
    fn shown_of(areas: &[(&str, u32, [Figure; 2])]) -> LevelView {
        let area = |(number, (name, population, _)): (usize, &(&str, u32, [Figure; 2]))| Area {
            code: format!("E0200000{number}").parse().unwrap(),
            name: (*name).into(),
            translated: vec![],
            parent: None,
            population: (*population).into(),
        };
        let table = AreaTable::new(areas.iter().enumerate().map(area).collect(), vec![]).unwrap();
        let first: Day = "2020-11-21".parse().unwrap();
        let figures: Vec<Figure> = areas.iter().flat_map(|(_, _, weeks)| *weeks).collect();
        let chunk = CountsChunk::new(Cadence::Weekly, first, 2, &figures).unwrap();
        let snapshot = Snapshot::new(&table, &Series::new(vec![Arc::new(chunk)]), first + 7);
        LevelView {
            level: Level::Msoa,
            table: Arc::new(table),
            snapshot: Arc::new(snapshot),
            step: 7,
        }
    }

    fn shown() -> LevelView {
        shown_of(&[
            ("D", 1000, [Count(10), Count(30)]),
            ("Cc", 1000, [Count(5), Suppressed]),
            ("Bbb", 500, [Count(40), Count(20)]),
            ("Aaaa", 1000, [Count(20), Count(20)]),
            ("Eeeee", 1000, [Missing, Missing]),
        ])
    }

    fn order(by: Column, descending: bool, limit: usize) -> Vec<AreaIndex> {
        let view = shown();
        let sorting = Sorting { by, descending };
        arrange(
            (0..5).collect(),
            limit,
            sorting,
            &view,
            &Language::En.texts(),
        )
    }

    #[test]
    fn arrange_sorts_by_each_column_in_both_directions() {
        assert_eq!(order(Column::Rate, true, 9), [2, 0, 3, 1, 4]);
        assert_eq!(
            order(Column::Rate, false, 9),
            [3, 0, 2, 1, 4],
            "no figure comes last either way"
        );
        assert_eq!(
            order(Column::Count, true, 9),
            [0, 3, 2, 1, 4],
            "equal ones by name"
        );
        assert_eq!(order(Column::CountBefore, true, 9), [2, 3, 0, 1, 4]);
        assert_eq!(order(Column::RateBefore, false, 9), [1, 0, 3, 2, 4]);
        assert_eq!(order(Column::Name, false, 9), [3, 2, 1, 0, 4]);
        assert_eq!(order(Column::Direction, true, 9), [0, 3, 1, 2, 4]);
    }

    #[test]
    fn arrange_by_direction_sorts_by_the_change_of_the_rate() {
        let weeks = [
            ("Small rise", [Count(10), Count(12)]),
            ("Fall", [Count(40), Count(20)]),
            ("Large rise", [Count(10), Count(50)]),
            ("Y unchanged", [Count(7), Count(7)]),
            ("Unknown", [Suppressed, Suppressed]),
            ("X unchanged", [Count(20), Count(20)]),
            ("Rise from few", [Suppressed, Count(9)]),
        ];
        let view = shown_of(&weeks.map(|(name, weeks)| (name, 1000, weeks)));
        let names = |descending| {
            let by = Column::Direction;
            let sorting = Sorting { by, descending };
            let areas = arrange((0..7).collect(), 9, sorting, &view, &Language::En.texts());
            areas
                .into_iter()
                .map(|area| view.table.get(area).unwrap().name.clone())
                .collect::<Vec<_>>()
        };
        let expected = [
            "Large rise",
            "Rise from few",
            "Small rise",
            "X unchanged",
            "Y unchanged",
            "Fall",
            "Unknown",
        ];
        assert_eq!(names(true), expected);
        assert_eq!(names(false)[0], "Fall");
        assert_eq!(names(false)[6], "Unknown");
    }

    #[test]
    fn arrange_with_a_limit_keeps_the_first() {
        for limit in 0..5 {
            assert_eq!(
                order(Column::Rate, true, limit),
                order(Column::Rate, true, 9)[..limit]
            );
        }
    }

    #[test]
    fn sorting_after_the_same_column_is_reversed() {
        let rate = Sorting::default();
        assert_eq!(
            rate.after(Column::Rate),
            Sorting {
                by: Column::Rate,
                descending: false
            }
        );
        assert_eq!(
            rate.after(Column::Name),
            Sorting {
                by: Column::Name,
                descending: false
            }
        );
        assert_eq!(
            rate.after(Column::Count),
            Sorting {
                by: Column::Count,
                descending: true
            }
        );
    }
}
