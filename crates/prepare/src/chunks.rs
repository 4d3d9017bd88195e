//! Into which files the figures are divided.

use std::ops::Range;

use rising_model::day::Day;
use rising_model::series::Cadence;

use crate::join::Grid;

/// The number of dates in a chunk of history: half a year of days, or a quarter of a year of weeks.
/// Weekly figures are of many more areas, and a link to one of their dates has to load all of its
/// chunk.
fn history(cadence: Cadence) -> usize {
    match cadence {
        Cadence::Daily => 26 * 7,
        Cadence::Weekly => 13,
    }
}

/// The positions of each chunk's dates, ascending, and which of them holds the default date.
///
/// The default chunk is what a first view waits for: for daily figures the fortnight that is
/// compared, twenty days more to step back, and ten to step forward; for weekly figures, which are
/// of many more areas, the fortnight and one week to step forward. The rest is divided into chunks
/// of about [`history`], none shorter than half of that unless there is no more.
pub fn divide(grid: &Grid, default: Day) -> (Vec<Range<usize>>, usize) {
    let (back, forward) = match grid.cadence {
        Cadence::Daily => (20 + 2 * 7, 10),
        Cadence::Weekly => (2, 1),
    };
    let at = ((default - grid.first) / grid.cadence.step()).clamp(0, grid.dates.max(1) as i32 - 1)
        as usize;
    let middle = (at + 1).saturating_sub(back)..(at + 1 + forward).min(grid.dates);
    // Counted from the series' beginning, so that an edition of the next day has the same files of
    // the past but for the last: readers who come back, and caches, have them.
    let history = history(grid.cadence);
    let before = pieces(middle.start, history);
    let mut chunks: Vec<Range<usize>> = vec![];
    for length in before
        .into_iter()
        .chain([middle.len()])
        .chain(pieces(grid.dates - middle.end, history))
    {
        let start = chunks.last().map_or(0, |chunk| chunk.end);
        chunks.push(start..start + length);
    }
    let default = chunks
        .iter()
        .position(|chunk| chunk.start == middle.start)
        .unwrap_or(0);
    (chunks, default)
}

/// Lengths of about `size` that add up to `total`; only the last differs, by up to half.
fn pieces(total: usize, size: usize) -> Vec<usize> {
    let mut pieces = vec![size; total / size];
    match (total % size, pieces.last_mut()) {
        (0, _) => {}
        (rest, Some(last)) if rest < size / 2 => *last += rest,
        (rest, _) => pieces.push(rest),
    }
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn grid(cadence: Cadence, dates: usize) -> Grid {
        Grid {
            cadence,
            first: "2020-01-30".parse().unwrap(),
            dates,
            figures: vec![],
        }
    }

    #[test]
    fn the_embedded_sets() {
        let daily = grid(Cadence::Daily, 1414);
        let (chunks, default) = divide(&daily, "2021-02-07".parse().unwrap());
        let days = |range: &Range<usize>| (daily.date(range.start).to_string(), range.len());
        assert_eq!(days(&chunks[default]), ("2021-01-05".into(), 44));
        assert_eq!(
            chunks.iter().map(Range::len).collect::<Vec<_>>(),
            [182, 159, 44, 182, 182, 182, 182, 182, 119]
        );
        let weekly = Grid {
            first: "2020-02-01".parse().unwrap(),
            ..grid(Cadence::Weekly, 153)
        };
        let (chunks, default) = divide(&weekly, "2021-02-06".parse().unwrap());
        assert_eq!(weekly.date(chunks[default].start).to_string(), "2021-01-30");
        assert_eq!(
            chunks.iter().map(Range::len).collect::<Vec<_>>(),
            [13, 13, 13, 13, 3, 13, 13, 13, 13, 13, 13, 13, 7]
        );
    }

    #[test]
    fn a_day_later_the_past_is_in_the_same_files() {
        let chunks = |dates: usize| divide(&daily(dates), daily(dates).date(dates - 1)).0;
        let (today, tomorrow) = (chunks(1000), chunks(1001));
        assert_eq!(today.len(), tomorrow.len());
        assert!(
            today.len() > 4 && today[..today.len() - 2] == tomorrow[..today.len() - 2],
            "{today:?} {tomorrow:?}"
        );
    }

    fn daily(dates: usize) -> Grid {
        grid(Cadence::Daily, dates)
    }

    proptest! {
        #[test]
        fn every_date_is_in_one_chunk(dates in 1usize..1500, default in -100i32..1600, daily in any::<bool>()) {
            let grid = grid(if daily { Cadence::Daily } else { Cadence::Weekly }, dates);
            let date = grid.first + default;
            let (chunks, at) = divide(&grid, date);
            prop_assert_eq!(chunks.first().map(|chunk| chunk.start), Some(0));
            prop_assert_eq!(chunks.last().map(|chunk| chunk.end), Some(dates));
            for pair in chunks.windows(2) {
                prop_assert_eq!(pair[0].end, pair[1].start);
            }
            prop_assert!(chunks.iter().all(|chunk| !chunk.is_empty()));
            let position = (default / grid.cadence.step()).clamp(0, dates as i32 - 1) as usize;
            prop_assert!(chunks[at].contains(&position));
        }
    }
}
