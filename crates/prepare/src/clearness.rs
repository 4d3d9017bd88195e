//! Computes the criteria by which changes of a level are graded, for each nation and date, and
//! describes them in the summary.

use std::path::Path;

use anyhow::Context;
use rising_model::dataset::manifest::{LevelFiles, Manifest};
use rising_model::domain::area::{Level, Nation};
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::clearness::{Criteria, Dispersion, NationCriteria, criteria_nation, fit};
use rising_model::domain::day::Day;
use rising_model::domain::figure::Figure;
use rising_model::domain::series::Cadence;
use rising_model::domain::trend::Comparison;
use rising_words::Language;

use crate::join::Grid;
use crate::level_figures::LevelFigures;

/// Days in a week.
const WEEK: usize = 7;

/// The number of weekly counts from which a dispersion is estimated without daily counts.
const WEEKS: usize = 4;

/// The criteria of a level at each of its dates.
#[derive(Clone, Debug)]
pub(crate) struct LevelCriteria {
    level: Level,
    cadence: Cadence,
    first: Day,
    nations: Vec<NationCriteria>,
    /// The level whose dispersions are used.
    other: Option<Level>,
    sources: DispersionSources,
}

/// The number of dates, of all nations together, for each source of their dispersion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct DispersionSources {
    set: usize,
    days: usize,
    other: usize,
    weeks: usize,
    unknown: usize,
}

impl LevelCriteria {
    /// Computes the criteria of each nation that has areas. Areas without a nation are graded
    /// together.
    ///
    /// The dispersion is the publisher's (`set`) if there is one. Otherwise daily counts give their
    /// own. Weekly counts take that of the `other` level, if its counts are daily, or else an
    /// estimate from four weeks.
    pub(crate) fn compute(
        level: Level,
        table: &AreaTable,
        grid: &Grid,
        set: Option<Dispersion>,
        other: Option<&LevelCriteria>,
    ) -> LevelCriteria {
        let other = other
            .filter(|other| grid.cadence == Cadence::Weekly && other.cadence == Cadence::Daily);
        let mut sources = DispersionSources::default();
        let mut nations = vec![];
        for nation in Nation::ALL {
            let own = table
                .areas()
                .iter()
                .zip(grid.figures.chunks_exact(grid.dates));
            let areas: Vec<&[Figure]> = own
                .filter(|(area, _)| criteria_nation(&area.code) == nation)
                .map(|(_, figures)| figures)
                .collect();
            if !areas.is_empty() {
                let counts = NationCounts {
                    nation,
                    areas: &areas,
                    grid,
                    set,
                    other,
                };
                nations.push(counts.criteria(&mut sources));
            }
        }
        LevelCriteria {
            level,
            cadence: grid.cadence,
            first: grid.first,
            nations,
            other: other.map(|other| other.level),
            sources,
        }
    }

    /// Returns the criteria of a published level. A level compiled by an old version has none.
    pub(crate) fn from_published(level: Level, figures: &LevelFigures) -> LevelCriteria {
        let (first, last) = figures.span;
        let of_nation = |nation: Nation| NationCriteria {
            nation,
            upper_bound: figures.series.is_upper_bound(nation, last),
            by_date: figures
                .stored_dates(first, last)
                .map(|date| figures.series.criteria_at(nation, date))
                .collect(),
        };
        let mut nations = Nation::ALL.map(of_nation).to_vec();
        nations.retain(|own| own.by_date.iter().any(Option::is_some));
        LevelCriteria {
            level,
            cadence: figures.cadence,
            first,
            nations,
            other: None,
            sources: DispersionSources::default(),
        }
    }

    /// Reads the criteria of the other level, if the data set in the folder has it with daily
    /// counts.
    ///
    /// # Errors
    /// If a file of that level is missing or damaged.
    pub(crate) fn read_other_level(
        level: Level,
        manifest: &Manifest,
        folder: &Path,
    ) -> anyhow::Result<Option<LevelCriteria>> {
        for other in Level::ALL.into_iter().filter(|&other| other != level) {
            let daily = |files: &&LevelFiles| files.step == Cadence::Daily.step();
            if let Some(files) = manifest.levels.get(other).filter(daily) {
                let figures = LevelFigures::read(folder, files, None).with_context(|| {
                    format!("the dispersion of level {other}, which {level} needs")
                })?;
                return Ok(Some(LevelCriteria::from_published(other, &figures)));
            }
        }
        Ok(None)
    }

    /// Returns the criteria at a range of positions, for a chunk of these dates.
    pub(crate) fn for_dates(&self, dates: std::ops::Range<usize>) -> Vec<NationCriteria> {
        let cut = |own: &NationCriteria| NationCriteria {
            nation: own.nation,
            upper_bound: own.upper_bound,
            by_date: own.by_date[dates.clone()].to_vec(),
        };
        self.nations.iter().map(cut).collect()
    }

    fn at(&self, nation: Nation, date: Day) -> Option<Criteria> {
        let own = self.nations.iter().find(|own| own.nation == nation)?;
        let days = date - self.first;
        let is_stored = days >= 0 && days % self.cadence.step() == 0;
        is_stored.then(|| {
            own.by_date
                .get((days / self.cadence.step()) as usize)
                .copied()
                .flatten()
        })?
    }

    /// Describes the sources of the dispersions, one on each line.
    pub(crate) fn summary_lines(&self) -> Vec<String> {
        let DispersionSources {
            set,
            days,
            other,
            weeks,
            unknown,
        } = self.sources;
        let number = |count: usize| Language::En.texts().number(count as u64);
        let level = self.other.unwrap_or(self.level);
        [
            (set, "set by the publisher".to_owned()),
            (
                days,
                "estimated from the daily counts of its 14 days".to_owned(),
            ),
            (other, format!("taken from the daily counts of {level}")),
            (
                weeks,
                "an upper bound, estimated from weekly counts; some clear changes are not marked"
                    .to_owned(),
            ),
            (
                unknown,
                "not known, so no change is marked clear or probable".to_owned(),
            ),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, how)| format!("{} dates of nations: dispersion {how}", number(count)))
        .collect()
    }
}

/// A nation's counts, and the other sources of its dispersion.
struct NationCounts<'a> {
    nation: Nation,
    areas: &'a [&'a [Figure]],
    grid: &'a Grid,
    set: Option<Dispersion>,
    other: Option<&'a LevelCriteria>,
}

impl NationCounts<'_> {
    fn criteria(&self, sources: &mut DispersionSources) -> NationCriteria {
        let bounds_before = sources.weeks;
        let by_date = (0..self.grid.dates)
            .map(|position| self.criteria_at(position, sources))
            .collect();
        NationCriteria {
            nation: self.nation,
            upper_bound: sources.weeks > bounds_before,
            by_date,
        }
    }

    fn criteria_at(&self, position: usize, sources: &mut DispersionSources) -> Option<Criteria> {
        let comparisons = comparisons(self.areas, self.grid.cadence, position);
        let has_both =
            |weeks: &Comparison| weeks.now.bounds().is_some() && weeks.before.bounds().is_some();
        comparisons.iter().any(has_both).then_some(())?;
        let dispersion = self.dispersion(position, sources)?;
        Some(fit::criteria(comparisons, dispersion))
    }

    /// Returns the dispersion at a date and counts its source.
    fn dispersion(&self, position: usize, sources: &mut DispersionSources) -> Option<Dispersion> {
        let other = || {
            self.other?
                .at(self.nation, self.grid.date(position))
                .map(Criteria::dispersion)
        };
        let (source, dispersion) = if let Some(set) = self.set {
            (&mut sources.set, set)
        } else if let Some(other) = other() {
            (&mut sources.other, other)
        } else {
            let (source, dates) = match self.grid.cadence {
                Cadence::Daily => (&mut sources.days, 2 * WEEK),
                Cadence::Weekly => (&mut sources.weeks, WEEKS),
            };
            let Some(own) = own_dispersion(self.areas, position, dates) else {
                sources.unknown += 1;
                return None;
            };
            (source, own)
        };
        *source += 1;
        Some(dispersion)
    }
}

/// Estimates the dispersion from the last `dates` up to a position, over the areas that have a
/// count at each of them.
fn own_dispersion(areas: &[&[Figure]], position: usize, dates: usize) -> Option<Dispersion> {
    let window = (position + 1).checked_sub(dates)?..position + 1;
    let mut counts: Vec<u32> = Vec::with_capacity(areas.len() * dates);
    for area in areas {
        let complete = counts.len();
        counts.extend(
            area[window.clone()]
                .iter()
                .map_while(|figure| figure.count()),
        );
        if counts.len() < complete + dates {
            counts.truncate(complete);
        }
    }
    (!counts.is_empty()).then(|| fit::dispersion(&counts, dates))
}

/// Returns for each area the week to a position and the week before.
fn comparisons(areas: &[&[Figure]], cadence: Cadence, position: usize) -> Vec<Comparison> {
    let week = |area: &[Figure], end: Option<usize>| -> Figure {
        let Some(end) = end else {
            return Figure::Missing;
        };
        match cadence {
            Cadence::Weekly => area[end],
            Cadence::Daily => {
                let Some(first) = (end + 1).checked_sub(WEEK) else {
                    return Figure::Missing;
                };
                let sum = area[first..=end]
                    .iter()
                    .try_fold(0u32, |sum, day| Some(sum.saturating_add(day.count()?)));
                sum.map_or(Figure::Missing, Figure::Count)
            }
        }
    };
    let before = position.checked_sub(WEEK / cadence.step() as usize);
    areas
        .iter()
        .map(|area| Comparison {
            now: week(area, Some(position)),
            before: week(area, before),
        })
        .collect()
}

#[cfg(test)]
mod tests;
