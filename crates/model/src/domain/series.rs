//! Holds case counts by area and date, in chunks that load independently.

use std::sync::Arc;

use crate::domain::area::{AreaIndex, Nation};
use crate::domain::clearness::{Criteria, NationCriteria, StoredCriteria};
use crate::domain::day::Day;
use crate::domain::figure::Figure;
use crate::encoding::format::{self, FileKind, FormatError};
use serde::{Deserialize, Serialize};

/// Days of a seven-day count, and of the shift to the week before.
pub const WEEK: i32 = 7;

/// The interval between stored values, and the days that each value counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cadence {
    /// Cases of one day; a seven-day count is the sum of seven.
    Daily,
    /// Cases of the seven days ending on the date, one value a week.
    Weekly,
}

impl Cadence {
    /// Days from one value to the next.
    pub fn step(self) -> i32 {
        match self {
            Cadence::Daily => 1,
            Cadence::Weekly => WEEK,
        }
    }

    /// Returns the cadence with a step of that many days.
    pub fn from_step(days: i32) -> Option<Cadence> {
        [Cadence::Daily, Cadence::Weekly]
            .into_iter()
            .find(|cadence| cadence.step() == days)
    }
}

/// A counts file; see [`CountsChunk`].
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredCounts {
    pub step: u8,
    pub first: Day,
    pub dates: u32,
    pub values: Vec<u32>,
}

/// A run of dates for all areas of a level: one counts file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountsChunk {
    cadence: Cadence,
    first: Day,
    dates: u32,
    /// Row-major by area, then date, as [`Figure::to_wire`] encodes them.
    values: Vec<u32>,
    /// At most one a nation.
    criteria: Vec<NationCriteria>,
}

impl CountsChunk {
    /// Creates a chunk. `figures` is row-major by area, then date: `dates` figures for each area,
    /// from `first` on, one each [`Cadence::step`]. Returns `None` if its length is no multiple of
    /// `dates`, or `dates` is 0.
    pub fn new(
        cadence: Cadence,
        first: Day,
        dates: u32,
        figures: &[Figure],
    ) -> Option<CountsChunk> {
        let is_whole = dates > 0 && figures.len().is_multiple_of(dates as usize);
        is_whole.then(|| CountsChunk {
            cadence,
            first,
            dates,
            values: figures.iter().map(|figure| figure.to_wire()).collect(),
            criteria: vec![],
        })
    }

    /// Adds the criteria that grade changes. Returns `None` if they do not cover exactly the
    /// chunk's dates, or a nation occurs twice.
    pub fn with_criteria(mut self, criteria: Vec<NationCriteria>) -> Option<CountsChunk> {
        self.criteria = criteria;
        self.has_valid_criteria().then_some(self)
    }

    fn has_valid_criteria(&self) -> bool {
        let before = |at: usize| self.criteria[..at].iter().map(|earlier| earlier.nation);
        let fits = |(at, own): (usize, &NationCriteria)| {
            own.by_date.len() == self.dates as usize
                && before(at).all(|nation| nation != own.nation)
        };
        self.criteria.iter().enumerate().all(fits)
    }

    /// The criteria by nation; empty for a file of version 1.
    pub fn criteria(&self) -> &[NationCriteria] {
        &self.criteria
    }

    /// The criteria for a nation's changes at a date, if known.
    pub fn criteria_at(&self, nation: Nation, date: Day) -> Option<Criteria> {
        let position = self.position(date)?;
        let own = self.criteria.iter().find(|own| own.nation == nation)?;
        *own.by_date.get(position)?
    }

    /// The interval between dates.
    pub fn cadence(&self) -> Cadence {
        self.cadence
    }

    /// The first date.
    pub fn first(&self) -> Day {
        self.first
    }

    /// The last date.
    pub fn last(&self) -> Day {
        self.first + (self.dates as i32 - 1) * self.cadence.step()
    }

    /// The number of dates.
    pub fn dates(&self) -> usize {
        self.dates as usize
    }

    /// The number of areas.
    pub fn areas(&self) -> usize {
        self.values.len() / self.dates as usize
    }

    /// Returns the stored figure; missing outside the chunk or between its dates.
    pub fn figure(&self, area: AreaIndex, date: Day) -> Figure {
        match self.position(date) {
            Some(position) if usize::from(area) < self.areas() => {
                Figure::from_wire(self.values[usize::from(area) * self.dates as usize + position])
            }
            _ => Figure::Missing,
        }
    }

    /// Returns the position of a date among those of the chunk.
    fn position(&self, date: Day) -> Option<usize> {
        let days = date - self.first;
        if days < 0 || days % self.cadence.step() != 0 {
            return None;
        }
        let position = (days / self.cadence.step()) as usize;
        (position < self.dates as usize).then_some(position)
    }

    /// Encodes a counts file.
    pub fn encode(&self) -> Vec<u8> {
        let counts = StoredCounts {
            step: self.cadence.step() as u8,
            first: self.first,
            dates: self.dates,
            values: self.values.clone(),
        };
        let criteria: Vec<StoredCriteria> =
            self.criteria.iter().map(NationCriteria::to_wire).collect();
        format::encode(FileKind::Counts, &(counts, criteria))
    }

    /// Decodes a counts file. Never panics.
    ///
    /// # Errors
    /// If the bytes are not a counts file, or its values or criteria do not fill its dates.
    pub fn decode(bytes: &[u8]) -> Result<CountsChunk, FormatError> {
        let (version, content) = format::unframe(FileKind::Counts, bytes)?;
        let (counts, rest) = format::read_first::<StoredCounts>(content)?;
        let stored: Vec<StoredCriteria> = if version > 1 {
            format::read(rest)?
        } else {
            format::read::<()>(rest)?;
            vec![]
        };
        let StoredCounts {
            step,
            first,
            dates,
            values,
        } = counts;
        let invalid = |what: &str| FormatError::Invalid(what.to_owned());
        let cadence = Cadence::from_step(i32::from(step))
            .ok_or_else(|| invalid("its step is neither 1 nor 7 days"))?;
        if dates == 0 || dates > 100_000 || !values.len().is_multiple_of(dates as usize) {
            return Err(invalid(
                "the number of values is no multiple of the number of dates",
            ));
        }
        let mut criteria = vec![];
        for own in stored {
            criteria.push(NationCriteria::from_wire(own, dates as usize)?);
        }
        let chunk = CountsChunk {
            cadence,
            first,
            dates,
            values,
            criteria,
        };
        if chunk.has_valid_criteria() {
            Ok(chunk)
        } else {
            Err(invalid("the criteria of a nation occur twice"))
        }
    }
}

/// The loaded chunks of a level as one series.
#[derive(Clone, Debug, Default)]
pub struct Series {
    /// Ascending by first date.
    chunks: Vec<Arc<CountsChunk>>,
}

impl Series {
    /// Creates a series of chunks, in any order.
    pub fn new(chunks: impl IntoIterator<Item = Arc<CountsChunk>>) -> Series {
        let mut series = Series::default();
        for chunk in chunks {
            let at = series
                .chunks
                .partition_point(|earlier| earlier.first() <= chunk.first());
            series.chunks.insert(at, chunk);
        }
        series
    }

    /// The number of chunks.
    pub fn len(&self) -> usize {
        self.chunks.len()
    }

    /// Whether no chunk is loaded.
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// Returns the cases in the seven days ending on the date, both ends included. Missing if any
    /// of the seven days is missing.
    pub fn seven_day(&self, area: AreaIndex, date: Day) -> Figure {
        let Some(chunk) = self.chunk_at(date) else {
            return Figure::Missing;
        };
        match chunk.cadence() {
            Cadence::Weekly => chunk.figure(area, date),
            Cadence::Daily => (0..WEEK)
                .map(|back| {
                    let day = date - back;
                    if day >= chunk.first() {
                        chunk.figure(area, day)
                    } else {
                        self.stored(area, day)
                    }
                })
                .try_fold(0u32, |sum, figure| {
                    Some(sum.saturating_add(figure.count()?))
                })
                .map_or(Figure::Missing, Figure::Count),
        }
    }

    /// Returns the count of the seven days before those, without overlap.
    pub fn week_before(&self, area: AreaIndex, date: Day) -> Figure {
        self.seven_day(area, date - WEEK)
    }

    /// The criteria for a nation's changes at a date; see [`CountsChunk::criteria_at`].
    pub fn criteria_at(&self, nation: Nation, date: Day) -> Option<Criteria> {
        self.chunk_at(date)?.criteria_at(nation, date)
    }

    /// Whether the nation's dispersion in the chunk of that date may be an upper bound; see
    /// [`NationCriteria::upper_bound`].
    pub fn is_upper_bound(&self, nation: Nation, date: Day) -> bool {
        let chunk = self.chunk_at(date);
        chunk.is_some_and(|chunk| {
            chunk
                .criteria()
                .iter()
                .any(|own| own.nation == nation && own.upper_bound)
        })
    }

    fn chunk_at(&self, date: Day) -> Option<&CountsChunk> {
        let after = self.chunks.partition_point(|chunk| chunk.first() <= date);
        let chunk = &**self.chunks.get(after.checked_sub(1)?)?;
        (date <= chunk.last()).then_some(chunk)
    }

    /// Returns the stored figure of the day, or of the week ending on it. Missing if no chunk has
    /// the date.
    pub fn stored(&self, area: AreaIndex, date: Day) -> Figure {
        self.chunk_at(date)
            .map_or(Figure::Missing, |chunk| chunk.figure(area, date))
    }
}

/// Returns the first and last date of the stored values that a comparison at `date` needs: those of
/// the seven-day count and of the week before. A level can show the date once every chunk that
/// overlaps this span is loaded.
pub fn needed_span(cadence: Cadence, date: Day) -> (Day, Day) {
    match cadence {
        Cadence::Daily => (date - (2 * WEEK - 1), date),
        Cadence::Weekly => (date - WEEK, date),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn daily(first: &str, counts: &[&[u32]]) -> Arc<CountsChunk> {
        let dates = counts[0].len() as u32;
        let figures: Vec<_> = counts
            .iter()
            .flat_map(|row| row.iter().map(|&n| Figure::Count(n)))
            .collect();
        Arc::new(CountsChunk::new(Cadence::Daily, day(first), dates, &figures).unwrap())
    }

    #[test]
    fn seven_day_includes_both_ends_across_chunks() {
        let series = Series::new(vec![
            daily("2021-01-05", &[&[16, 32, 64, 128], &[0, 0, 0, 1]]),
            daily("2021-01-01", &[&[1, 2, 4, 8], &[9, 9, 9, 9]]),
        ]);
        assert_eq!(series.seven_day(0, day("2021-01-07")), Figure::Count(127));
        assert_eq!(series.seven_day(0, day("2021-01-08")), Figure::Count(254));
        assert_eq!(series.seven_day(1, day("2021-01-08")), Figure::Count(28));
        assert_eq!(
            series.seven_day(0, day("2021-01-06")),
            Figure::Missing,
            "only six of the seven days are known"
        );
        assert_eq!(
            series.seven_day(0, day("2021-01-09")),
            Figure::Missing,
            "after the last date"
        );
        assert_eq!(series.week_before(0, day("2021-01-08")), Figure::Missing);
    }

    #[test]
    fn seven_day_with_a_missing_day_is_missing() {
        let mut figures = vec![Figure::Count(1); 8];
        figures[3] = Figure::Missing;
        let series = Series::new(vec![Arc::new(
            CountsChunk::new(Cadence::Daily, day("2021-01-01"), 8, &figures).unwrap(),
        )]);
        assert_eq!(series.seven_day(0, day("2021-01-07")), Figure::Missing);
    }

    #[test]
    fn seven_day_of_weekly_values_is_the_stored_value() {
        let figures = [Figure::Suppressed, Figure::Count(3), Figure::Missing];
        let series = Series::new(vec![Arc::new(
            CountsChunk::new(Cadence::Weekly, day("2020-11-14"), 3, &figures).unwrap(),
        )]);
        assert_eq!(series.seven_day(0, day("2020-11-21")), Figure::Count(3));
        assert_eq!(series.week_before(0, day("2020-11-21")), Figure::Suppressed);
        assert_eq!(series.seven_day(0, day("2020-11-28")), Figure::Missing);
        assert_eq!(
            series.seven_day(0, day("2020-11-20")),
            Figure::Missing,
            "between weeks"
        );
    }

    fn nation_criteria(nation: Nation, stored: &[(u32, u32)]) -> NationCriteria {
        let mut wire = StoredCriteria {
            nation: nation as u32,
            upper_bound: true,
            dispersions: vec![],
            clear_from: vec![],
        };
        let mut last = (0, 0);
        for &(dispersion, clear_from) in stored {
            wire.dispersions.push(i64::from(dispersion) - last.0);
            wire.clear_from.push(i64::from(clear_from) - last.1);
            last = (dispersion.into(), clear_from.into());
        }
        NationCriteria::from_wire(wire, stored.len()).unwrap()
    }

    #[test]
    fn criteria_at_date_are_those_of_the_date_across_chunks() {
        let chunk = |first: &str, stored: &[(u32, u32)]| {
            let chunk =
                CountsChunk::new(Cadence::Daily, day(first), 2, &[Figure::Count(1); 2]).unwrap();
            Arc::new(
                chunk
                    .with_criteria(vec![nation_criteria(Nation::Wales, stored)])
                    .unwrap(),
            )
        };
        let series = Series::new([
            chunk("2021-01-03", &[(0, 0), (1, 0)]),
            chunk("2021-01-01", &[(9314, 88), (10001, 1)]),
        ]);
        let at = |date: &str| {
            let criteria = series.criteria_at(Nation::Wales, day(date))?;
            Some((criteria.dispersion().value(), criteria.clear_from()))
        };
        assert_eq!(at("2020-12-31"), None, "before the first date");
        assert_eq!(at("2021-01-01"), Some((1.9313, Some(4.71))));
        assert_eq!(at("2021-01-02"), Some((2.0, Some(3.84))));
        assert_eq!(at("2021-01-03"), None, "not known");
        assert_eq!(
            at("2021-01-04"),
            Some((1.0, None)),
            "known, and no change is clear"
        );
        assert_eq!(at("2021-01-05"), None, "after the last date");
        assert_eq!(series.criteria_at(Nation::England, day("2021-01-01")), None);
        assert!(series.is_upper_bound(Nation::Wales, day("2021-01-01")));
        assert!(!series.is_upper_bound(Nation::England, day("2021-01-01")));
    }

    #[test]
    fn with_criteria_refuses_missing_dates_and_duplicate_nations() {
        let chunk = || {
            CountsChunk::new(Cadence::Daily, day("2021-01-01"), 2, &[Figure::Count(1); 2]).unwrap()
        };
        let two = || nation_criteria(Nation::Uk, &[(1, 0), (1, 0)]);
        assert!(chunk().with_criteria(vec![two()]).is_some());
        assert_eq!(chunk().with_criteria(vec![two(), two()]), None);
        assert_eq!(
            chunk().with_criteria(vec![nation_criteria(Nation::Uk, &[(1, 0)])]),
            None
        );
        let whole = chunk().with_criteria(vec![two()]).unwrap();
        assert_eq!(CountsChunk::decode(&whole.encode()), Ok(whole));
    }

    #[test]
    fn decode_of_version_1_gives_counts_without_criteria() {
        let chunk = CountsChunk::new(
            Cadence::Weekly,
            day("2021-01-02"),
            2,
            &[Figure::Count(7), Figure::Suppressed],
        )
        .unwrap();
        let whole = chunk
            .clone()
            .with_criteria(vec![nation_criteria(Nation::England, &[(0, 0), (1, 9)])])
            .unwrap();
        let counts = StoredCounts {
            step: 7,
            first: chunk.first,
            dates: 2,
            values: chunk.values.clone(),
        };
        let content = postcard::to_allocvec(&counts).unwrap();
        let old = format::frame_version(FileKind::Counts, 1, &content);
        assert_eq!(CountsChunk::decode(&old), Ok(chunk));
        assert!(matches!(
            CountsChunk::decode(&format::frame(FileKind::Counts, &content)),
            Err(FormatError::Invalid(_))
        ));
        let error =
            CountsChunk::decode(&format::frame_version(FileKind::Counts, 3, &whole.encode()))
                .unwrap_err();
        assert_eq!(error, FormatError::WrongVersion { got: 3, known: 2 });
    }

    proptest! {
        #[test]
        fn chunk_with_criteria_round_trips(
            stored in prop::collection::vec((0u32..50_000, 0u32..3000), 1..60),
            nations in prop::sample::subsequence(Nation::ALL.to_vec(), 0..=5),
        ) {
            let valid = |(d, z): (u32, u32)| (d, if d == 0 { 0 } else { z });
            let stored: Vec<_> = stored.into_iter().map(valid).collect();
            let first = day("2020-03-21");
            let dates = stored.len() as u32;
            let chunk = CountsChunk::new(Cadence::Daily, first, dates, &[]).unwrap();
            let criteria = |nation| nation_criteria(nation, &stored);
            let criteria: Vec<_> = nations.into_iter().map(criteria).collect();
            let chunk = chunk.with_criteria(criteria).unwrap();
            prop_assert_eq!(CountsChunk::decode(&chunk.encode()).unwrap(), chunk);
        }

        #[test]
        fn decode_of_any_criteria_does_not_panic(
            nation in 0u8..9,
            dispersions in prop::collection::vec(any::<i64>(), 0..4),
            clear_from in prop::collection::vec(-9i64..9, 0..4),
        ) {
            let first = day("2021-01-01");
            let counts = StoredCounts { step: 1, first, dates: 2, values: vec![3, 4] };
            let criteria = vec![(nation, false, dispersions, clear_from)];
            let content = postcard::to_allocvec(&(counts, criteria)).unwrap();
            if let Ok(chunk) = CountsChunk::decode(&format::frame(FileKind::Counts, &content)) {
                prop_assert_eq!(CountsChunk::decode(&chunk.encode()).unwrap(), chunk);
            }
        }

        #[test]
        fn chunk_round_trips(
            values in prop::collection::vec(0u32..5000, 1..300),
            is_daily in prop::bool::ANY,
        ) {
            let figures: Vec<_> = values.iter().map(|&v| Figure::from_wire(v)).collect();
            let cadence = if is_daily { Cadence::Daily } else { Cadence::Weekly };
            let dates = values.len() as u32;
            let chunk = CountsChunk::new(cadence, day("2020-03-21"), dates, &figures).unwrap();
            prop_assert_eq!(CountsChunk::decode(&chunk.encode()).unwrap(), chunk);
        }

        #[test]
        fn decode_of_any_bytes_does_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            for version in 1..=2 {
                let file = format::frame_version(FileKind::Counts, version, &bytes);
                if let Ok(chunk) = CountsChunk::decode(&file) {
                    let _ = (chunk.last(), chunk.figure(3, chunk.first()));
                    let _ = chunk.criteria_at(Nation::Uk, chunk.first());
                }
            }
            let _ = CountsChunk::decode(&bytes);
        }
    }
}
