//! Fetches the pages of one area and year, from the cache where it is still valid.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::Ordering;

use jiff::Timestamp;
use ureq::http::{StatusCode, header};

use super::address::{check_next_page, encoded};
use super::page::{self, Page, Query, ResultKey};
use super::round::FetchRound;
use crate::printable::Printable;
use crate::source::error::{Failure, SourceError, excerpt};
use crate::source::http::{RequestFault, Retry, Validators};
use crate::source::london::http_date;
use crate::source::store::{CacheNote, LOCK, digest};

/// The most bytes of a page: 365 results have less than 200 kB.
const MAX_PAGE_BYTES: u64 = 8 << 20;

/// The most pages of one area and year: 366 days in breakdowns by age and sex have fewer.
const MAX_PAGES: u64 = 200;

/// The reasons why something cannot be fetched.
#[derive(Debug)]
pub enum FetchError {
    /// The source's fault: other areas may still be fetched.
    Source(Failure, FailureKind),
    /// This machine's fault: nothing more can be saved.
    Local(SourceError),
}

/// The kinds of a source's faults, which decide what else is requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The address does not exist.
    Absent,
    /// The server did not respond to any attempt.
    NoResponse,
    /// The pages do not belong to one state of the source.
    Inconsistent,
    /// The response has the wrong content.
    Wrong,
}

impl From<SourceError> for FetchError {
    fn from(error: SourceError) -> FetchError {
        FetchError::Local(error)
    }
}

impl FetchError {
    /// Returns the source's fault with a part of it.
    pub fn source(
        kind: FailureKind,
        what: &str,
        address: &str,
        reason: impl Into<String>,
    ) -> FetchError {
        let failure = Failure {
            what: what.to_owned(),
            address: address.to_owned(),
            reason: reason.into(),
        };
        FetchError::Source(failure, kind)
    }

    fn from_fault(what: &str, address: &str, fault: RequestFault) -> FetchError {
        let kind = match fault.retry {
            _ if fault.is_not_found => FailureKind::Absent,
            Retry::Always => FailureKind::NoResponse,
            Retry::Once | Retry::Never => FailureKind::Wrong,
        };
        FetchError::source(kind, what, address, fault.reason)
    }
}

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

/// The permitted use of a cached response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheUse {
    /// If this round has requested it.
    ThisRound,
    /// Also if it was confirmed within the last `recheck_days`.
    RecentDays,
    /// Not at all.
    Never,
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

    /// Returns a response from the cache, or requests it and saves it once it has been parsed.
    ///
    /// # Errors
    /// If it cannot be fetched.
    pub fn response<T>(
        &self,
        what: &str,
        name: &str,
        address: &str,
        cache_use: CacheUse,
        parse: impl Fn(&[u8]) -> Result<T, String>,
    ) -> Result<(CacheNote, T), FetchError> {
        let kept = if cache_use == CacheUse::Never {
            None
        } else {
            self.store.load(name, address)
        };
        let kept = kept.and_then(|(note, body)| Some((note, parse(&body).ok()?)));
        match kept {
            Some((note, parsed)) if self.is_usable(&note, cache_use) => {
                self.cached.fetch_add(1, Ordering::Relaxed);
                Ok((note, parsed))
            }
            kept => self.request(what, name, address, kept, parse),
        }
    }

    fn request<T>(
        &self,
        what: &str,
        name: &str,
        address: &str,
        kept: Option<(CacheNote, T)>,
        parse: impl Fn(&[u8]) -> Result<T, String>,
    ) -> Result<(CacheNote, T), FetchError> {
        let condition = kept
            .as_ref()
            .map(|(note, _)| note.validators().conditional_headers())
            .unwrap_or_default();
        let accept = ("Accept", "application/json".to_owned());
        let headers: Vec<_> = condition.iter().cloned().chain([accept]).collect();
        let received = self.client.retry(|| {
            let mut response = self.client.send(address, &headers, true)?;
            let status = response.status();
            if status == StatusCode::NOT_MODIFIED && !condition.is_empty() {
                return Ok(None);
            }
            if status != StatusCode::OK {
                return Err(RequestFault::new(
                    Retry::Once,
                    format!("the server answered {status}, which does not fit the request"),
                ));
            }
            let validators = Validators::of(response.headers());
            let kind = response.headers().get(header::CONTENT_TYPE);
            let kind = kind.map(|kind| String::from_utf8_lossy(kind.as_bytes()).into_owned());
            let body = self.client.body(&mut response, MAX_PAGE_BYTES)?;
            if let Some(kind) = kind.filter(|kind| !is_json(kind)) {
                let start = excerpt(&body);
                let reason = format!(
                    "the response has the type {}, not JSON, and starts {start}; open the address \
                     in a browser",
                    Printable::value(&kind)
                );
                return Err(RequestFault::new(Retry::Once, reason));
            }
            let parsed = parse(&body).map_err(|reason| RequestFault::new(Retry::Once, reason))?;
            Ok(Some((validators, body, parsed)))
        });
        let (checked, round) = (self.clock.now().as_second(), self.number);
        match (
            received.map_err(|fault| FetchError::from_fault(what, address, fault))?,
            kept,
        ) {
            (None, Some((note, parsed))) => {
                let note = CacheNote {
                    checked,
                    round,
                    ..note
                };
                self.store.save_note(name, &note)?;
                Ok((note, parsed))
            }
            (None, None) => {
                let reason =
                    "the server answered \"not modified\" to a request without a condition";
                Err(FetchError::source(
                    FailureKind::Wrong,
                    what,
                    address,
                    reason,
                ))
            }
            (Some((validators, body, parsed)), kept) => {
                let sha256 = digest(&body);
                // A server without validators sends the same body again: the figures are as old as
                // before.
                let date = match kept {
                    Some((note, _)) if note.sha256 == sha256 => note.date,
                    _ => validators.date,
                };
                let Validators {
                    etag,
                    last_modified,
                    ..
                } = validators;
                let note = CacheNote {
                    address: address.to_owned(),
                    sha256,
                    etag,
                    last_modified,
                    date,
                    checked,
                    round,
                };
                self.store.save(name, &note, &body)?;
                Ok((note, parsed))
            }
        }
    }
}

fn is_json(kind: &str) -> bool {
    let kind = kind
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    kind == "application/json" || kind == "text/json" || kind.ends_with("+json")
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
