//! What decides the changes of a level: worked out for each nation and date, and said in words.

use std::path::Path;

use anyhow::Context;
use rising_model::area::{AreaTable, Level, Nation};
use rising_model::clearness::{Criteria, Dispersion, NationCriteria, criteria_nation, fit};
use rising_model::day::Day;
use rising_model::manifest::{LevelFiles, Manifest};
use rising_model::series::{Cadence, Figure};
use rising_model::trend::Comparison;
use rising_words::Language;

use crate::join::Grid;
use crate::level_figures::LevelFigures;

/// Days in a week.
const WEEK: usize = 7;

/// Weeks that a dispersion is measured by where there are no days.
const WEEKS: usize = 4;

/// What decides the changes of a level at each of its dates.
#[derive(Clone, Debug)]
pub(crate) struct LevelCriteria {
    level: Level,
    cadence: Cadence,
    first: Day,
    nations: Vec<NationCriteria>,
    /// The level that dispersions were taken from.
    other: Option<Level>,
    sources: DispersionSources,
}

/// How many dates, of all nations together, have their dispersion from where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct DispersionSources {
    set: usize,
    days: usize,
    other: usize,
    weeks: usize,
    unknown: usize,
}

impl LevelCriteria {
    /// Works out the criteria of each nation that has areas. Areas of no nation are judged
    /// together.
    ///
    /// The dispersion is the one that the publisher has `set`; else, for daily counts, measured by
    /// them; for weekly counts that of the `other` level, which has daily ones; and where that has
    /// none, measured by four weeks.
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
                let measured = NationCounts {
                    nation,
                    areas: &areas,
                    grid,
                    set,
                    other,
                };
                nations.push(measured.criteria(&mut sources));
            }
        }
        LevelCriteria {
            level,
            cadence: grid.cadence,
            first: grid.first,
            nations,
            other: other.map(|o| o.level),
            sources,
        }
    }

    /// The criteria of a level that has been published. A level without any was compiled before
    /// there were some.
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

    /// The criteria of the level other than this, if the data set in the folder has it with daily
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

    /// The criteria at some positions of the dates, for a chunk of them.
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

    /// Lines that say what dispersions were measured by.
    pub(crate) fn summary_lines(&self) -> Vec<String> {
        let DispersionSources {
            set,
            days,
            other,
            weeks,
            unknown,
        } = self.sources;
        let number = |count: usize| Language::En.number(count as u64);
        let level = self.other.unwrap_or(self.level);
        [
            (set, "as set by the publisher".to_owned()),
            (
                days,
                "measured by the daily counts of its 14 days".to_owned(),
            ),
            (other, format!("that of the daily counts of {level}")),
            (
                weeks,
                "an upper bound, measured by weekly counts; fewer changes are clear than might be"
                    .to_owned(),
            ),
            (
                unknown,
                "not known, so no change is called clear or probable".to_owned(),
            ),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, how)| format!("{} nations' dates: dispersion {how}", number(count)))
        .collect()
    }
}

/// A nation's counts, and what else its dispersion may be taken from.
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

    /// The dispersion at a date; notes where it comes from.
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

/// The dispersion of the last dates up to a position, over the areas that have a number at each of
/// them.
fn own_dispersion(areas: &[&[Figure]], position: usize, dates: usize) -> Option<Dispersion> {
    let window = (position + 1).checked_sub(dates)?..position + 1;
    let mut counts: Vec<u32> = Vec::with_capacity(areas.len() * dates);
    for area in areas {
        let whole = counts.len();
        counts.extend(
            area[window.clone()]
                .iter()
                .map_while(|figure| figure.count()),
        );
        if counts.len() < whole + dates {
            counts.truncate(whole);
        }
    }
    (!counts.is_empty()).then(|| fit::dispersion(&counts, dates))
}

/// The weeks of all areas up to a position.
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
