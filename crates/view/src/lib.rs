//! Says what the page says: figures, names and verdicts in words, and stories to quote.
//!
//! The app, the prerendered pages and `prepare report` all use this crate, so their sentences are
//! the same. It does no I/O and needs no browser.
//!
//! | module | what it says |
//! |---|---|
//! | [`LevelView`] | (the data of all of these: one level at one date) |
//! | [`names`] | areas and groups of areas |
//! | [`dates`] | dates, and the age of figures |
//! | [`figures`] | counts, rates, comparisons, totals and ranks |
//! | [`area_figures`] | (the figures of one area, as values and in words) |
//! | [`area_link`] | (a link to an area's details, as data) |
//! | [`verdict`] | whether a place is rising, with its figures |
//! | [`clearness`] | whether chance could explain a change |
//! | [`people`] | the number of people, by which estimate |
//! | [`captions`] | the lines around a table and under an embedded map |
//! | [`timeline`] | the dates of a level, as positions of a slider |
//! | [`area_summary`] | an area in one line: the tooltip |
//! | [`details`] | an area's details: lines, chart, related areas |
//! | [`area_page`] | an area's own page and its card |
//! | [`report`] | a nation's totals and rising areas, as a plain table |
//! | [`story`] | a report of a nation or an area to quote |

pub mod area_figures;
pub mod area_link;
pub mod area_page;
pub mod area_summary;
pub mod captions;
pub mod clearness;
pub mod dates;
pub mod details;
pub mod figures;
#[cfg(test)]
mod fixtures;
mod level_view;
pub mod names;
pub mod people;
pub mod report;
pub mod story;
pub mod timeline;
pub mod verdict;

pub use level_view::LevelView;
use rising_words::Texts;

/// A value that sentences contain.
pub trait InWords {
    /// Formats the value as part of a sentence.
    fn in_words(&self, texts: &Texts) -> String;
}
