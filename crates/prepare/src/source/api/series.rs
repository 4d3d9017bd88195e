//! The pages of one area and year: from the cache where it is still good, or asked for and kept.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::Ordering;

use jiff::Timestamp;
use ureq::http::{StatusCode, header};

use super::address::{encoded, follows};
use super::page::{self, Asked, Key, Page};
use super::round::Round;
use crate::printable::Printable;
use crate::source::error::{Failure, SourceError, excerpt};
use crate::source::http::{Fault, Retry, Validators};
use crate::source::london::http_date;
use crate::source::store::{LOCK, Note, digest};

/// No page of figures is longer: 365 results have less than 200 kB.
const LONGEST: u64 = 8 << 20;

/// Nor are there more pages of one area and year: 366 days in breakdowns by age and sex have fewer.
const MOST_PAGES: u64 = 200;

/// Why something could not be had.
#[derive(Debug)]
pub enum Trouble {
    /// The source's fault: others may still come.
    Source(Failure, Kind),
    /// This machine's: nothing more can be kept.
    Here(SourceError),
}

/// What a fault of the source says of what else is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// There is nothing under the address.
    Absent,
    /// The server did not answer, however often it was asked.
    Down,
    /// Pages do not fit together.
    Torn,
    /// The answer is not what it should be.
    Wrong,
}

impl From<SourceError> for Trouble {
    fn from(error: SourceError) -> Trouble {
        Trouble::Here(error)
    }
}

impl Trouble {
    /// A fault of what was asked.
    pub fn source(kind: Kind, what: &str, address: &str, reason: impl Into<String>) -> Trouble {
        let failure = Failure {
            what: what.to_owned(),
            address: address.to_owned(),
            reason: reason.into(),
        };
        Trouble::Source(failure, kind)
    }

    fn from_fault(what: &str, address: &str, fault: Fault) -> Trouble {
        let kind = match fault.retry {
            _ if fault.gone => Kind::Absent,
            Retry::Always => Kind::Down,
            Retry::Once | Retry::Never => Kind::Wrong,
        };
        Trouble::source(kind, what, address, fault.reason)
    }
}

/// When the source made what it gave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Made {
    /// The newest change that it names.
    pub changed: Option<Timestamp>,
    /// The newest answer with figures that were new to us.
    pub answered: Option<Timestamp>,
}

impl Made {
    fn of(note: &Note) -> Made {
        let answered = note.date.as_deref().and_then(http_date);
        let changed = note.last_modified.as_deref().and_then(http_date);
        // What has not been yet cannot have changed anything: a server's file may be dated in the
        // future.
        Made {
            changed: changed.map(|changed| answered.map_or(changed, |at| at.min(changed))),
            answered,
        }
    }

    /// The later of two, each.
    pub fn max(self, other: Made) -> Made {
        Made {
            changed: self.changed.max(other.changed),
            answered: self.answered.max(other.answered),
        }
    }
}

/// All pages of an area and year.
#[derive(Debug, Default)]
pub struct Series {
    /// Those with results.
    pub files: Vec<PathBuf>,
    /// The areas of their results, by code.
    pub areas: BTreeMap<String, String>,
    /// When they were made.
    pub made: Made,
    /// All of them, by their names in the cache.
    pub answers: Vec<(String, Note)>,
}

/// How an answer in the cache may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// If this round has asked for it.
    Round,
    /// If it was asked for some days ago.
    Days,
    /// Not at all.
    Nothing,
}

impl Round<'_> {
    /// The pages of an area and year.
    ///
    /// # Errors
    /// If one cannot be had, or they do not make a whole.
    pub fn series(&self, area: &str, year: i16) -> Result<Series, Trouble> {
        let kept = if self.closed(year) {
            Use::Days
        } else {
            Use::Round
        };
        match self.pages(area, year, kept) {
            // Pages from before and after a publication do not fit together: once more, all of one
            // moment.
            Err(Trouble::Source(_, Kind::Torn)) => self.pages(area, year, Use::Nothing),
            came => came,
        }
    }

    fn pages(&self, area: &str, year: i16, kept: Use) -> Result<Series, Trouble> {
        let first = self.source.series_address(area, year);
        let asked = Asked {
            metric: &self.source.metric,
            geography_type: &self.source.geography_type,
            year,
        };
        let (mut series, mut seen): (Series, BTreeSet<Key>) = Default::default();
        let (mut address, mut count, mut came) = (first.clone(), None, 0);
        for number in 1.. {
            let what = format!("{area}, {year}, page {number}");
            let name = format!("{}/{year}-{number}.json", file_name(area));
            let (note, page) = self.answer(&what, &name, &address, kept, |body| {
                page::parse(body, &asked)
            })?;
            let torn = |reason: String| Err(Trouble::source(Kind::Torn, &what, &address, reason));
            let Page {
                count: counted,
                next,
                results,
                keys,
                areas,
            } = page;
            if *count.get_or_insert(counted) != counted {
                let first = count.unwrap_or_default();
                return torn(format!(
                    "it counts {counted} results in all, the first page {first}; run again later"
                ));
            }
            if let Some((day, ..)) = keys.intersection(&seen).next() {
                return torn(if keys.is_subset(&seen) {
                    format!(
                        "page {number} repeats results of the pages before, from {day} on; ask the publisher"
                    )
                } else {
                    format!("{day} is on a page before as well; ask the publisher")
                });
            }
            came += results;
            if results > 0 {
                series.files.push(self.store.path(&name));
            }
            seen.extend(keys);
            series.areas.extend(areas);
            series.made = series.made.max(Made::of(&note));
            series.answers.push((name, note));
            let Some(next) = next else {
                if came < counted {
                    let number = number + 1;
                    return torn(format!(
                        "page {number} is missing: {came} of {counted} results came, and no next page is named; ask the publisher"
                    ));
                }
                break;
            };
            if came >= counted || results == 0 || number == MOST_PAGES {
                return torn(format!(
                    "{came} of {counted} results came, yet a next page is named, {}; ask the publisher",
                    Printable::sentence(&next)
                ));
            }
            if let Err(reason) = follows(&first, &next, number + 1) {
                return torn(reason);
            }
            address = next;
        }
        Ok(series)
    }

    /// Has answers asked for again next time, if only whether they have changed: each is as it
    /// should be, and what they say together is not.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn doubt(&self, answers: Vec<(String, Note)>) -> Result<(), SourceError> {
        answers.into_iter().try_for_each(|(name, note)| {
            self.store.save_note(
                &name,
                &Note {
                    round: 0,
                    checked: 0,
                    ..note
                },
            )
        })
    }

    /// An answer, from the cache or asked for, and kept once it has been read without fault.
    ///
    /// # Errors
    /// If it cannot be had.
    pub fn answer<T>(
        &self,
        what: &str,
        name: &str,
        address: &str,
        use_kept: Use,
        parse: impl Fn(&[u8]) -> Result<T, String>,
    ) -> Result<(Note, T), Trouble> {
        let kept = if use_kept == Use::Nothing {
            None
        } else {
            self.store.load(name, address)
        };
        let kept = kept.and_then(|(note, body)| Some((note, parse(&body).ok()?)));
        match kept {
            Some((note, parsed)) if self.still_good(&note, use_kept) => {
                self.kept.fetch_add(1, Ordering::Relaxed);
                Ok((note, parsed))
            }
            kept => self.ask(what, name, address, kept, parse),
        }
    }

    fn ask<T>(
        &self,
        what: &str,
        name: &str,
        address: &str,
        kept: Option<(Note, T)>,
        parse: impl Fn(&[u8]) -> Result<T, String>,
    ) -> Result<(Note, T), Trouble> {
        let condition = kept
            .as_ref()
            .map(|(note, _)| note.validators().unless_same())
            .unwrap_or_default();
        let accept = ("Accept", "application/json".to_owned());
        let headers: Vec<_> = condition.iter().cloned().chain([accept]).collect();
        let came = self.client.persist(|| {
            let mut response = self.client.send(address, &headers, true)?;
            let status = response.status();
            if status == StatusCode::NOT_MODIFIED && !condition.is_empty() {
                return Ok(None);
            }
            if status != StatusCode::OK {
                return Err(Fault::new(Retry::Once, format!("the server answered {status}, which was not asked for")));
            }
            let validators = Validators::of(response.headers());
            let kind = response.headers().get(header::CONTENT_TYPE);
            let kind = kind.map(|kind| String::from_utf8_lossy(kind.as_bytes()).into_owned());
            let body = self.client.body(&mut response, LONGEST)?;
            if let Some(kind) = kind.filter(|kind| !is_json(kind)) {
                let begins = excerpt(&body);
                let reason = format!(
                    "the answer is of type {}, not JSON, and begins {begins}; open the address in a browser",
                    Printable::value(&kind)
                );
                return Err(Fault::new(Retry::Once, reason));
            }
            let parsed = parse(&body).map_err(|reason| Fault::new(Retry::Once, reason))?;
            Ok(Some((validators, body, parsed)))
        });
        let (checked, round) = (self.clock.now().as_second(), self.number);
        match (
            came.map_err(|fault| Trouble::from_fault(what, address, fault))?,
            kept,
        ) {
            (None, Some((note, parsed))) => {
                let note = Note {
                    checked,
                    round,
                    ..note
                };
                self.store.save_note(name, &note)?;
                Ok((note, parsed))
            }
            (None, None) => {
                let reason =
                    "the server answered \"not modified\" where there was nothing to compare";
                Err(Trouble::source(Kind::Wrong, what, address, reason))
            }
            (Some((validators, body, parsed)), kept) => {
                let sha256 = digest(&body);
                // A server without validators gives the same again: these figures are as old as
                // they were.
                let date = match kept {
                    Some((note, _)) if note.sha256 == sha256 => note.date,
                    _ => validators.date,
                };
                let Validators {
                    etag,
                    last_modified,
                    ..
                } = validators;
                let note = Note {
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

/// A folder's name for an area: its own, as in addresses, where that is a file's name anywhere and
/// no other area's or file's of the cache.
fn file_name(area: &str) -> String {
    /// Longer names are cut and told apart by their digest.
    const LONGEST_NAME: usize = 120;
    let name = encoded(area);
    // Of the form of those with a digest; of the cache's own files, `lock` and what ends as they
    // do; or no file's name everywhere.
    let is_taken = name.contains('~')
        || name.eq_ignore_ascii_case(LOCK)
        || [".json", ".note", "."]
            .iter()
            .any(|end| name.to_ascii_lowercase().ends_with(end))
        || name.is_empty()
        || name.starts_with('.');
    if name.len() <= LONGEST_NAME && !is_taken {
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
    fn areas_never_take_the_names_of_other_files() {
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
