//! Loads all figures of one level, from a published data set or from a join.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, ensure};
use rising_model::dataset::manifest::{LevelFiles, NationDates};
use rising_model::domain::area::{AreaCode, AreaIndex, Nation};
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::clearness::NationCriteria;
use rising_model::domain::day::Day;
use rising_model::domain::series::{Cadence, CountsChunk, Series};
use rising_model::domain::snapshot::Snapshot;
use rising_model::encoding::format::FormatError;

use crate::join::JoinedData;

/// A level's areas and their figures.
#[derive(Clone, Debug)]
pub(crate) struct LevelFigures {
    pub(crate) table: AreaTable,
    pub(crate) series: Series,
    pub(crate) cadence: Cadence,
    /// The dates that users can choose, by nation.
    pub(crate) dates: Vec<NationDates>,
    /// The first and last date with a stored figure.
    pub(crate) span: (Day, Day),
}

impl LevelFigures {
    /// Reads a level of the data set in a folder. With a `span`, reads only the files that have
    /// dates in it.
    ///
    /// # Errors
    /// If a file is missing or damaged, or files contradict each other.
    pub(crate) fn read(
        folder: &Path,
        files: &LevelFiles,
        span: Option<(Day, Day)>,
    ) -> anyhow::Result<LevelFigures> {
        let table = read_areas(folder, files)?;
        let cadence = Cadence::from_step(files.step).with_context(|| {
            format!(
                "manifest.json: a step of {} days is neither 1 nor 7",
                files.step
            )
        })?;
        let is_wanted =
            |first: Day, last: Day| span.is_none_or(|(from, to)| first <= to && last >= from);
        let mut chunks = vec![];
        for counts in files
            .counts
            .iter()
            .filter(|counts| is_wanted(counts.first, counts.last))
        {
            let chunk = decode(folder, &counts.file.file, CountsChunk::decode)?;
            ensure!(
                chunk.areas() == table.len(),
                "{} has {} areas, {} has {}; compile the level again",
                counts.file.file,
                chunk.areas(),
                files.areas.file,
                table.len()
            );
            chunks.push(Arc::new(chunk));
        }
        let first = files.counts.iter().map(|counts| counts.first).min();
        let last = files.counts.iter().map(|counts| counts.last).max();
        let span = first
            .zip(last)
            .context("manifest.json names no counts; compile the level again")?;
        let dates = files.dates.clone();
        Ok(LevelFigures {
            table,
            series: Series::new(chunks),
            cadence,
            dates,
            span,
        })
    }

    /// Returns the figures of a join, with the dates and criteria that will be published.
    ///
    /// # Errors
    /// If there are no dates.
    pub(crate) fn from_joined(
        joined: &JoinedData,
        files: &LevelFiles,
        criteria: Vec<NationCriteria>,
    ) -> anyhow::Result<LevelFigures> {
        let grid = &joined.grid;
        let chunk = grid.chunk(0..grid.dates).context("there are no dates")?;
        let chunk = chunk
            .with_criteria(criteria)
            .context("the criteria do not fit the counts")?;
        let span = (chunk.first(), chunk.last());
        Ok(LevelFigures {
            table: joined.table.clone(),
            series: Series::new([Arc::new(chunk)]),
            cadence: grid.cadence,
            dates: files.dates.clone(),
            span,
        })
    }

    /// Returns the snapshot of all areas at a date.
    pub(crate) fn snapshot(&self, date: Day) -> Snapshot {
        Snapshot::new(&self.table, &self.series, date)
    }

    /// Returns the dates from `first` to `last` that can have a stored figure.
    pub(crate) fn stored_dates(&self, first: Day, last: Day) -> impl Iterator<Item = Day> + use<> {
        let (step, (own_first, own_last)) = (self.cadence.step(), self.span);
        let (first, last) = (first.max(own_first), last.min(own_last));
        // The first date of the grid at or after `first`.
        let start = first + (own_first - first).rem_euclid(step);
        (0..)
            .map(move |n| start + n * step)
            .take_while(move |day| *day <= last)
    }

    /// Returns the dates of a nation; `None` if no date of it is offered.
    pub(crate) fn dates_of(&self, nation: Nation) -> Option<&NationDates> {
        self.dates.iter().find(|dates| dates.nation == nation)
    }

    /// Returns an area's code and name, for a message.
    pub(crate) fn code_and_name(&self, area: AreaIndex) -> (Option<AreaCode>, String) {
        match self.table.get(area) {
            Some(area) => (Some(area.code.clone()), area.name.clone()),
            None => (None, String::new()),
        }
    }
}

/// Reads the areas of a level of the data set in a folder.
///
/// # Errors
/// If the file is missing or damaged.
pub(crate) fn read_areas(folder: &Path, files: &LevelFiles) -> anyhow::Result<AreaTable> {
    decode(folder, &files.areas.file, AreaTable::decode)
}

fn decode<T>(
    folder: &Path,
    name: &str,
    decode: impl FnOnce(&[u8]) -> Result<T, FormatError>,
) -> anyhow::Result<T> {
    let path = folder.join(name);
    let bytes = std::fs::read(&path).with_context(|| {
        format!(
            "{}: this file is named in manifest.json; compile the level again",
            path.display()
        )
    })?;
    decode(&bytes).with_context(|| format!("{}: compile the level again", path.display()))
}
