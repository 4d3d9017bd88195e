//! Requests single responses, or takes them from the cache.
//!
//! An interrupted round is resumed by the next run within some hours: what it has fetched is not
//! requested again. After a complete round, the next one asks the server whether each response has
//! changed; for closed years only every few days.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use ureq::http::{StatusCode, header};

use super::ApiSource;
use super::address::encoded;
use crate::printable::Printable;
use crate::source::Clock;
use crate::source::error::{Failure, SourceError, excerpt};
use crate::source::http::{Client, RequestFault, Retry, Validators, seconds_since};
use crate::source::store::{CacheNote, Store, digest};

/// Days after its end from which a year is closed: figures of that age are rarely revised.
const CLOSED_AFTER: i64 = 60;

const DAY: i64 = 24 * 60 * 60;

/// The round's file in the cache.
const ROUND: &str = "round.json";

/// The most bytes of a page: 365 results have less than 200 kB.
const MAX_PAGE_BYTES: u64 = 8 << 20;

/// The state of an incomplete round.
#[derive(Serialize, Deserialize)]
struct RoundState {
    /// A random number that identifies the round; 0 is none.
    number: u64,
    /// The time at which it began, in seconds since 1970 by this machine's clock.
    at: i64,
}

/// A round in progress.
pub struct FetchRound<'a> {
    pub source: &'a ApiSource,
    pub client: Client<'a>,
    pub store: Store,
    clock: &'a dyn Clock,
    /// Number of responses taken from the cache without a request.
    pub cached: AtomicU64,
    /// The round's identity, for the notes of what it requests.
    number: u64,
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

impl<'a> FetchRound<'a> {
    /// Resumes the interrupted round, or begins one.
    ///
    /// # Errors
    /// If the cache cannot be used.
    pub fn open(
        source: &'a ApiSource,
        cache: &Path,
        clock: &'a dyn Clock,
    ) -> Result<FetchRound<'a>, SourceError> {
        let topic = [&source.geography_type, &source.metric]
            .map(|name| encoded(name))
            .join("~");
        let store = Store::open(cache.join("api").join(topic))?;
        let now = clock.now();
        let is_recent = |round: &RoundState| {
            let at = Timestamp::from_second(round.at).ok();
            let age = at.and_then(|at| seconds_since(at, now));
            age.is_some_and(|age| age < u64::from(source.resume_hours) * 3600)
        };
        let before = store.load_json::<RoundState>(ROUND).filter(is_recent);
        let round = before.unwrap_or_else(|| RoundState {
            number: fastrand::u64(1..),
            at: now.as_second(),
        });
        store.save_json(ROUND, &round)?;
        let client = Client::new(&source.requests, clock);
        Ok(FetchRound {
            source,
            client,
            store,
            clock,
            cached: AtomicU64::new(0),
            number: round.number,
        })
    }

    /// Whether a cached response can be used without a request.
    fn is_usable(&self, note: &CacheNote, cache_use: CacheUse) -> bool {
        let days = u64::from(self.source.recheck_days) * DAY as u64;
        let is_recent =
            || seconds_since(note.checked(), self.clock.now()).is_some_and(|age| age < days);
        note.round == self.number || (cache_use == CacheUse::RecentDays && is_recent())
    }

    /// Whether a year is closed.
    pub fn is_closed(&self, year: i16) -> bool {
        year < self.year(-CLOSED_AFTER)
    }

    /// Returns the year a number of days from now.
    pub fn year(&self, days: i64) -> i16 {
        let moment = Timestamp::from_second(self.clock.now().as_second() + days * DAY)
            .unwrap_or(Timestamp::MAX);
        moment.to_zoned_datetime(TimeZone::UTC).year()
    }

    /// Ends the round, whose requests all succeeded. The next one begins anew.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn end(&self) -> Result<(), SourceError> {
        self.store.remove(ROUND)
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
