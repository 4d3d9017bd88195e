//! Decodes counts files with a valid frame and any content, alone and as chunks of a series.

#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use rising_model::domain::area::{AreaIndex, Nation};
use rising_model::domain::figure::Figure;
use rising_model::domain::series::{CountsChunk, Series};
use rising_model::domain::trend::Comparison;
use rising_model::encoding::format::{FileKind, frame, frame_version};
use rising_view::InWords;
use rising_words::Language;

fuzz_target!(|input: (u8, &[u8])| {
    let (length, contents) = input;
    let (one, other) = contents.split_at(contents.len().min(usize::from(length)));
    let decode = |content: &[u8]| CountsChunk::decode(&frame(FileKind::Counts, content)).ok();
    let decode_old =
        |content: &[u8]| CountsChunk::decode(&frame_version(FileKind::Counts, 1, content)).ok();
    let of_either_version = |content| [decode(content), decode_old(content)];
    let chunks: Vec<Arc<CountsChunk>> = [one, other]
        .into_iter()
        .flat_map(of_either_version)
        .flatten()
        .map(Arc::new)
        .collect();
    for chunk in &chunks {
        assert_eq!(CountsChunk::decode(&chunk.encode()).as_ref(), Ok(&**chunk));
        let step = chunk.cadence().step();
        assert_eq!(chunk.figure(0, chunk.first() - 1), Figure::Missing);
        assert_eq!(
            chunk.figure(chunk.areas() as AreaIndex, chunk.last()),
            Figure::Missing
        );
        assert!((chunk.last() - chunk.first()) % step == 0);
    }
    let series = Series::new(chunks.iter().cloned());
    for chunk in &chunks {
        for area in 0..chunk.areas().min(3) as AreaIndex {
            for back in 0..9 {
                let date = chunk.last() - back;
                let (now, before) = (series.seven_day(area, date), series.week_before(area, date));
                let comparison = Comparison { now, before };
                comparison.in_words(&Language::En.texts());
                for criteria in Nation::ALL
                    .into_iter()
                    .filter_map(|nation| series.criteria_at(nation, date))
                {
                    assert!(
                        criteria.dispersion().value() >= 1.0
                            && criteria.clear_from().is_none_or(|z| z >= 3.84)
                    );
                    let (_, range) = (criteria.grade(comparison), criteria.range(comparison));
                    assert!(range.is_none_or(|(low, high)| 0.0 <= low && low <= high));
                }
            }
        }
    }
});
