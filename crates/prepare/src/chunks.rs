//! Divides the dates of a level into chunks, one file for each.

use std::ops::Range;

use rising_model::domain::day::Day;
use rising_model::domain::series::Cadence;

use crate::join::Grid;

/// Returns the number of dates in a chunk of the past: half a year of days, or a quarter of a year
/// of weeks. Weekly figures are of many more areas, and a link to a date loads its whole chunk.
fn dates_per_chunk(cadence: Cadence) -> usize {
    match cadence {
        Cadence::Daily => 26 * 7,
        Cadence::Weekly => 13,
    }
}

/// Returns the positions of each chunk's dates, ascending, and the index of the default chunk,
/// which has the default date.
///
/// The first view waits for the default chunk. For daily figures it has the two weeks that are
/// compared, twenty earlier days and ten later ones; for weekly figures, which are of many more
/// areas, the two weeks and one later week. The other dates are divided into chunks of
/// [`dates_per_chunk`]; only the last chunk of each side differs, by up to a half.
pub fn divide(grid: &Grid, default: Day) -> (Vec<Range<usize>>, usize) {
    let (back, forward) = match grid.cadence {
        Cadence::Daily => (20 + 2 * 7, 10),
        Cadence::Weekly => (2, 1),
    };
    let at = ((default - grid.first) / grid.cadence.step()).clamp(0, grid.dates.max(1) as i32 - 1)
        as usize;
    let middle = (at + 1).saturating_sub(back)..(at + 1 + forward).min(grid.dates);
    // Counted from the first date, so that the next day's edition has the same files of the past
    // except the last, and caches keep them.
    let size = dates_per_chunk(grid.cadence);
    let before = chunk_lengths(middle.start, size);
    let mut chunks: Vec<Range<usize>> = vec![];
    for length in before
        .into_iter()
        .chain([middle.len()])
        .chain(chunk_lengths(grid.dates - middle.end, size))
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

/// Returns lengths of `size` that add up to `total`; only the last differs, by up to a half.
fn chunk_lengths(total: usize, size: usize) -> Vec<usize> {
    let mut lengths = vec![size; total / size];
    match (total % size, lengths.last_mut()) {
        (0, _) => {}
        (rest, Some(last)) if rest < size / 2 => *last += rest,
        (rest, _) => lengths.push(rest),
    }
    lengths
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
    fn divide_committed_data_gives_known_chunks() {
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
    fn divide_one_day_later_keeps_past_chunks() {
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
        fn divide_puts_every_date_in_one_chunk(
            dates in 1usize..1500,
            default in -100i32..1600,
            daily in any::<bool>(),
        ) {
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
