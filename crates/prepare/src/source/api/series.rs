//! Fetches the pages of one area and year, from the cache where it is still valid.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::Timestamp;

use super::address::{check_next_page, encoded};
use super::page::{self, Page, Query, ResultKey};
use super::round::{CacheUse, FailureKind, FetchError, FetchRound};
use crate::printable::Printable;
use crate::source::error::SourceError;
use crate::source::london::http_date;
use crate::source::store::{CacheNote, LOCK, digest};

/// The most pages of one area and year: 366 days in breakdowns by age and sex have fewer.
const MAX_PAGES: u64 = 200;

/// The times at which the source published a response.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PublicationTimes {
    /// The latest Last-Modified.
    pub changed: Option<Timestamp>,
    /// The latest Date of a response with new figures.
    pub answered: Option<Timestamp>,
}

impl PublicationTimes {
    fn of(note: &CacheNote) -> PublicationTimes {
        let answered = note.date.as_deref().and_then(http_date);
        let changed = note.last_modified.as_deref().and_then(http_date);
        // A file's date can be in the future; a change cannot be later than the response.
        PublicationTimes {
            changed: changed.map(|changed| answered.map_or(changed, |at| at.min(changed))),
            answered,
        }
    }

    /// Returns the later of each of the two times.
    pub fn max(self, other: PublicationTimes) -> PublicationTimes {
        PublicationTimes {
            changed: self.changed.max(other.changed),
            answered: self.answered.max(other.answered),
        }
    }
}

/// All pages of an area and year.
#[derive(Debug, Default)]
pub struct Series {
    /// The files of pages with results.
    pub files: Vec<PathBuf>,
    /// Names of the areas of their results, by code.
    pub areas: BTreeMap<String, String>,
    /// The time at which they were published.
    pub times: PublicationTimes,
    /// The notes of all pages, by their names in the cache.
    pub notes: Vec<(String, CacheNote)>,
}

impl FetchRound<'_> {
    /// Fetches the pages of an area and year.
    ///
    /// # Errors
    /// If a page cannot be fetched, or they are inconsistent.
    pub fn series(&self, area: &str, year: i16) -> Result<Series, FetchError> {
        let kept = if self.is_closed(year) {
            CacheUse::RecentDays
        } else {
            CacheUse::ThisRound
        };
        match self.pages(area, year, kept) {
            // Pages from before and after a publication do not fit together: all are requested once
            // more.
            Err(FetchError::Source(_, FailureKind::Inconsistent)) => {
                self.pages(area, year, CacheUse::Never)
            }
            received => received,
        }
    }

    fn pages(&self, area: &str, year: i16, kept: CacheUse) -> Result<Series, FetchError> {
        let first = self.source.series_address(area, year);
        let query = Query {
            metric: &self.source.metric,
            geography_type: &self.source.geography_type,
            year,
        };
        let (mut series, mut seen): (Series, BTreeSet<ResultKey>) = Default::default();
        let (mut address, mut count, mut received) = (first.clone(), None, 0);
        for number in 1.. {
            let what = format!("{area}, {year}, page {number}");
            let name = format!("{}/{year}-{number}.json", file_name(area));
            let (note, page) = self.response(&what, &name, &address, kept, |body| {
                page::parse(body, &query)
            })?;
            let inconsistent = |reason: String| {
                Err(FetchError::source(
                    FailureKind::Inconsistent,
                    &what,
                    &address,
                    reason,
                ))
            };
            let Page {
                count: counted,
                next,
                results,
                keys,
                areas,
            } = page;
            if *count.get_or_insert(counted) != counted {
                let first = count.unwrap_or_default();
                return inconsistent(format!(
                    "it counts {counted} results in total, the first page {first}; run again later"
                ));
            }
            if let Some((day, ..)) = keys.intersection(&seen).next() {
                return inconsistent(if keys.is_subset(&seen) {
                    format!(
                        "page {number} repeats results of earlier pages, from {day} on; ask the publisher"
                    )
                } else {
                    format!("{day} is on an earlier page too; ask the publisher")
                });
            }
            received += results;
            if results > 0 {
                series.files.push(self.store.path(&name));
            }
            seen.extend(keys);
            series.areas.extend(areas);
            series.times = series.times.max(PublicationTimes::of(&note));
            series.notes.push((name, note));
            let Some(next) = next else {
                if received < counted {
                    let number = number + 1;
                    return inconsistent(format!(
                        "page {number} is missing: {received} of {counted} results were received, \
                         and there is no next page; ask the publisher"
                    ));
                }
                break;
            };
            if received >= counted || results == 0 || number == MAX_PAGES {
                return inconsistent(format!(
                    "{received} of {counted} results were received, but there is a next page, {}; \
                     ask the publisher",
                    Printable::sentence(&next)
                ));
            }
            if let Err(reason) = check_next_page(&first, &next, number + 1) {
                return inconsistent(reason);
            }
            address = next;
        }
        Ok(series)
    }

    /// Marks cached responses to be requested again next time, with a conditional request: each is
    /// valid, but together they are contradictory.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn mark_for_recheck(&self, notes: Vec<(String, CacheNote)>) -> Result<(), SourceError> {
        notes.into_iter().try_for_each(|(name, note)| {
            self.store.save_note(
                &name,
                &CacheNote {
                    round: 0,
                    checked: 0,
                    ..note
                },
            )
        })
    }
}

/// Returns the cache's folder name for an area: the encoded name, if every file system accepts it
/// and no other area or file of the cache can have it.
fn file_name(area: &str) -> String {
    /// Longer names are truncated and distinguished by their digest.
    const MAX_NAME_BYTES: usize = 120;
    let name = encoded(area);
    // Taken are: names of the form with a digest, the cache's own files (`lock` and the extensions
    // below), and names that some file systems refuse.
    let is_taken = name.contains('~')
        || name.eq_ignore_ascii_case(LOCK)
        || [".json", ".note", "."]
            .iter()
            .any(|end| name.to_ascii_lowercase().ends_with(end))
        || name.is_empty()
        || name.starts_with('.');
    if name.len() <= MAX_NAME_BYTES && !is_taken {
        name
    } else {
        format!("{:.60}~{}", name, digest(area.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn file_name_never_collides() {
        assert_eq!(file_name("King's Lynn"), "King%27s%20Lynn");
        assert_eq!(file_name("St. Helens"), "St.%20Helens");
        let own = [
            "lock",
            "areas.json",
            "areas.json.note",
            "round.json",
            "last-areas.json",
            ".unfinished-a",
            "",
            ".",
            "..",
        ];
        let mut names = vec![
            file_name(&format!("lock~{}", digest(b"lock"))),
            file_name("Lock"),
            file_name(&"x".repeat(500)),
        ];
        names.extend(own.map(file_name));
        assert!(
            names
                .iter()
                .all(|name| !own.contains(&name.as_str()) && name.len() < 200),
            "{names:?}"
        );
        assert_eq!(
            names.iter().collect::<BTreeSet<_>>().len(),
            names.len(),
            "{names:?}"
        );
    }
}
