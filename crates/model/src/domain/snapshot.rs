//! Compares all areas of a level at one date, for the map, the panels and `prepare report`.

use crate::domain::area::{AreaIndex, Nation};
use crate::domain::area_table::AreaTable;
use crate::domain::clearness::{Criteria, Grade, criteria_nation};
use crate::domain::day::Day;
use crate::domain::figure::Figure;
use crate::domain::rate::Rate;
use crate::domain::scope::Scope;
use crate::domain::series::{Series, WEEK};
use crate::domain::trend::{Comparison, Direction};

/// Every area's week compared with the week before, with the criteria that grade the changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    date: Day,
    /// By [`AreaIndex`].
    comparisons: Vec<Comparison>,
    /// In the order of [`Nation::ALL`].
    criteria: [Option<Criteria>; Nation::ALL.len()],
}

/// The number of a scope's areas by direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DirectionTotals {
    /// All areas of the scope.
    pub areas: u32,
    /// Areas with more cases than in the week before.
    pub rising: u32,
    /// Areas with fewer cases than in the week before.
    pub falling: u32,
    /// Areas with as many cases as in the week before.
    pub unchanged: u32,
    /// Areas whose direction cannot be decided.
    pub unknown: u32,
    /// `None` if no rise or fall has a grade.
    pub clear: Option<ClearTotals>,
}

/// The number of a scope's clear rises and falls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClearTotals {
    /// Clear rises.
    pub rises: u32,
    /// Clear falls.
    pub falls: u32,
}

/// An area's rank among the areas of a scope, highest rate first. Areas of equal rate share a
/// place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rank {
    /// The place, from 1.
    pub place: u32,
    /// The number of areas with a rate.
    pub of: u32,
}

impl Snapshot {
    /// Compares the table's areas in the seven days ending on the date with the week before.
    pub fn new(table: &AreaTable, series: &Series, date: Day) -> Snapshot {
        let comparisons = (0..table.len() as AreaIndex)
            .map(|area| Comparison {
                now: series.seven_day(area, date),
                before: series.week_before(area, date),
            })
            .collect();
        let criteria = Nation::ALL.map(|nation| series.criteria_at(nation, date));
        Snapshot {
            date,
            comparisons,
            criteria,
        }
    }

    /// The last of the seven days.
    pub fn date(&self) -> Day {
        self.date
    }

    /// Returns the area's two weeks; both missing for an index beyond the table.
    pub fn comparison(&self, area: AreaIndex) -> Comparison {
        let none = Comparison {
            now: Figure::Missing,
            before: Figure::Missing,
        };
        self.comparisons
            .get(usize::from(area))
            .copied()
            .unwrap_or(none)
    }

    /// The criteria for the changes of the nation's areas, if known.
    pub fn criteria(&self, nation: Nation) -> Option<Criteria> {
        let position = Nation::ALL.iter().position(|&other| other == nation)?;
        self.criteria[position]
    }

    /// Returns the grade of the area's change by the criteria of its own nation, whichever nation
    /// is shown. `None` if the area neither rises nor falls, or the criteria are unknown.
    pub fn grade(&self, table: &AreaTable, area: AreaIndex) -> Option<Grade> {
        self.criteria(criteria_nation(&table.get(area)?.code))?
            .grade(self.comparison(area))
    }

    /// Returns the 95 % range of the area's change; see [`Criteria::range`].
    pub fn range(&self, table: &AreaTable, area: AreaIndex) -> Option<(f64, f64)> {
        self.criteria(criteria_nation(&table.get(area)?.code))?
            .range(self.comparison(area))
    }

    /// Returns the area's rate in the week, if its count is a number.
    pub fn rate(&self, table: &AreaTable, area: AreaIndex) -> Option<Rate> {
        rate_of(self.comparison(area).now, table, area, self.date)
    }

    /// Returns the area's rate in the week before.
    pub fn rate_before(&self, table: &AreaTable, area: AreaIndex) -> Option<Rate> {
        rate_of(self.comparison(area).before, table, area, self.date - WEEK)
    }

    /// Returns the scope's cases in the week over all its people; `None` unless every area's count
    /// is a number.
    pub fn overall_rate(&self, table: &AreaTable, scope: impl Into<Scope>) -> Option<Rate> {
        self.rate_of(table, scope.into())
    }

    fn rate_of(&self, table: &AreaTable, scope: Scope) -> Option<Rate> {
        let (mut cases, mut people) = (0, 0);
        for area in areas_of(table, scope) {
            cases += u64::from(self.comparison(area).now.count()?);
            people += u64::from(table.get(area)?.population.at(self.date));
        }
        Rate::new(cases, people)
    }

    /// Counts the scope's areas by direction.
    pub fn totals(&self, table: &AreaTable, scope: impl Into<Scope>) -> DirectionTotals {
        self.totals_of(table, scope.into())
    }

    fn totals_of(&self, table: &AreaTable, scope: Scope) -> DirectionTotals {
        let mut totals = DirectionTotals::default();
        for area in areas_of(table, scope) {
            totals.areas += 1;
            let direction = self.comparison(area).direction();
            if let Some(grade) = self.grade(table, area) {
                let clear = totals.clear.get_or_insert_default();
                let count = if direction == Direction::Rising {
                    &mut clear.rises
                } else {
                    &mut clear.falls
                };
                *count += u32::from(grade == Grade::Clear);
            }
            *match direction {
                Direction::Rising => &mut totals.rising,
                Direction::Falling => &mut totals.falling,
                Direction::Unchanged => &mut totals.unchanged,
                Direction::Unknown => &mut totals.unknown,
            } += 1;
        }
        totals
    }

    /// Returns the scope's areas, highest rate first, equal ones by code; then those with a
    /// suppressed count, then those without a figure.
    pub fn ranking(&self, table: &AreaTable, scope: impl Into<Scope>) -> Vec<AreaIndex> {
        self.ranking_of(table, scope.into())
    }

    fn ranking_of(&self, table: &AreaTable, scope: Scope) -> Vec<AreaIndex> {
        let mut areas: Vec<AreaIndex> = areas_of(table, scope).collect();
        let known = |area: AreaIndex| self.comparison(area).now != Figure::Missing;
        // Indexes ascend with codes. `None < Some`, so areas without a rate come last.
        areas.sort_unstable_by(|&a, &b| {
            let rates = self.rate(table, b).cmp(&self.rate(table, a));
            rates.then_with(|| known(b).cmp(&known(a))).then(a.cmp(&b))
        });
        areas
    }

    /// Returns the area's rank within the scope, if it has a rate.
    pub fn rank(
        &self,
        table: &AreaTable,
        scope: impl Into<Scope>,
        area: AreaIndex,
    ) -> Option<Rank> {
        self.rank_of(table, scope.into(), area)
    }

    fn rank_of(&self, table: &AreaTable, scope: Scope, area: AreaIndex) -> Option<Rank> {
        let own = self.rate(table, area)?;
        let mut rank = Rank { place: 1, of: 0 };
        for rate in areas_of(table, scope).filter_map(|other| self.rate(table, other)) {
            rank.of += 1;
            rank.place += u32::from(rate > own);
        }
        Some(rank)
    }
}

/// Returns the indexes of the scope's areas, ascending.
pub fn areas_in(table: &AreaTable, scope: impl Into<Scope>) -> impl Iterator<Item = AreaIndex> {
    areas_of(table, scope.into())
}

/// [`areas_in`] without a type parameter, so that this code is compiled once and not for each type
/// of scope.
fn areas_of(table: &AreaTable, scope: Scope) -> impl Iterator<Item = AreaIndex> {
    (0..)
        .zip(table.areas())
        .filter(move |(_, area)| scope.contains(area))
        .map(|(i, _)| i)
}

fn rate_of(figure: Figure, table: &AreaTable, area: AreaIndex, date: Day) -> Option<Rate> {
    Rate::new(
        figure.count()?.into(),
        table.get(area)?.population.at(date).into(),
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::area::Area;
    use crate::domain::clearness::{Dispersion, fit};
    use crate::domain::series::{Cadence, CountsChunk};

    fn fixture() -> (AreaTable, Snapshot) {
        let area = |code: &str, population| Area {
            code: code.parse().unwrap(),
            name: code.into(),
            translated: vec![],
            parent: None,
            population: u32::into(population),
        };
        let table = AreaTable::new(
            vec![
                area("E00000001", 1000),
                area("E00000002", 1000),
                area("E00000003", 2000),
                area("E00000004", 500),
                area("W00000001", 1000),
            ],
            vec![],
        )
        .unwrap();
        use Figure::{Count, Missing, Suppressed};
        let figures = [
            Count(5),
            Count(9),
            Count(9),
            Count(9),
            Suppressed,
            Count(18),
            Missing,
            Missing,
            Count(1),
            Count(0),
        ];
        let first: Day = "2020-11-21".parse().unwrap();
        let chunk = CountsChunk::new(Cadence::Weekly, first, 2, &figures).unwrap();
        let snapshot = Snapshot::new(&table, &Series::new(vec![Arc::new(chunk)]), first + 7);
        (table, snapshot)
    }

    #[test]
    fn totals_count_areas_by_direction() {
        let (table, snapshot) = fixture();
        let england = snapshot.totals(&table, Nation::England);
        assert_eq!(
            england,
            DirectionTotals {
                areas: 4,
                rising: 2,
                falling: 0,
                unchanged: 1,
                unknown: 1,
                clear: None
            }
        );
        assert_eq!(snapshot.totals(&table, Nation::Wales).falling, 1);
    }

    #[test]
    fn grade_uses_the_criteria_of_the_areas_own_nation() {
        let (table, without) = fixture();
        let wales = fit::criteria([without.comparison(4)], Dispersion::ONE);
        let england = fit::criteria((0..4).map(|area| without.comparison(area)), Dispersion::ONE);
        let mut snapshot = without.clone();
        snapshot.criteria = [Some(england), Some(wales), None, None, None];
        assert_eq!(
            snapshot.grade(&table, 0),
            Some(Grade::CouldBeChance),
            "5 to 9"
        );
        assert_eq!(snapshot.grade(&table, 1), None, "unchanged");
        assert_eq!(
            snapshot.grade(&table, 2),
            Some(Grade::Clear),
            "2 or fewer to 18: 15² / 20"
        );
        assert_eq!(snapshot.grade(&table, 3), None, "missing");
        assert_eq!(
            snapshot.grade(&table, 4),
            Some(Grade::CouldBeChance),
            "1 to 0"
        );
        assert_eq!(snapshot.grade(&table, 5), None, "no such area");
        assert_eq!(
            (
                snapshot.criteria(Nation::Wales),
                snapshot.criteria(Nation::Uk)
            ),
            (Some(wales), None)
        );
        assert!(
            (0..5).all(|area| without.grade(&table, area).is_none()),
            "an older edition has no criteria"
        );
    }

    #[test]
    fn totals_with_criteria_count_clear_rises_and_falls() {
        let (table, mut snapshot) = fixture();
        let england = fit::criteria(
            (0..4).map(|area| snapshot.comparison(area)),
            Dispersion::ONE,
        );
        snapshot.criteria = [Some(england), None, None, None, None];
        let england = snapshot.totals(&table, Nation::England);
        assert_eq!(england.clear, Some(ClearTotals { rises: 1, falls: 0 }));
        assert_eq!(
            snapshot.totals(&table, Nation::Wales).clear,
            None,
            "its criteria are unknown"
        );
    }

    #[test]
    fn overall_rate_needs_a_count_of_every_area() {
        let (table, snapshot) = fixture();
        assert_eq!(
            snapshot.overall_rate(&table, Nation::Wales),
            Rate::new(0, 1000)
        );
        assert_eq!(
            snapshot.overall_rate(&table, Nation::England),
            None,
            "E4 has no figure"
        );
        assert_eq!(
            snapshot.overall_rate(&table, Nation::Scotland),
            None,
            "it has no areas"
        );
    }

    #[test]
    fn scope_within_authority_counts_and_ranks_only_its_own_areas() {
        let (table, snapshot) = fixture();
        let areas = table.areas().iter().cloned().map(|mut area| {
            area.parent = if area.code.as_str() < "E00000003" {
                "E06000001".parse().ok()
            } else {
                None
            };
            area
        });
        let table = AreaTable::new(areas.collect(), vec![]).unwrap();
        let scope = Scope::Within("E06000001".parse().unwrap());
        let totals = snapshot.totals(&table, &scope);
        assert_eq!(
            totals,
            DirectionTotals {
                areas: 2,
                rising: 1,
                falling: 0,
                unchanged: 1,
                unknown: 0,
                clear: None
            }
        );
        assert_eq!(snapshot.ranking(&table, &scope), [0, 1]);
        assert_eq!(
            snapshot.rank(&table, &scope, 1),
            Some(Rank { place: 1, of: 2 })
        );
        assert_eq!(snapshot.overall_rate(&table, &scope), Rate::new(18, 2000));
    }

    #[test]
    fn rank_of_equal_rates_is_shared_and_missing_areas_come_last() {
        let (table, snapshot) = fixture();
        assert_eq!(snapshot.ranking(&table, Nation::England), [0, 1, 2, 3]);
        for area in 0..3 {
            assert_eq!(
                snapshot.rank(&table, Nation::England, area),
                Some(Rank { place: 1, of: 3 })
            );
        }
        assert_eq!(snapshot.rank(&table, Nation::England, 3), None);
        assert_eq!(
            snapshot.rank(&table, Nation::Uk, 4),
            Some(Rank { place: 4, of: 4 })
        );
    }
}
