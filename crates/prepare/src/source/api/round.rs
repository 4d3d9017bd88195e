//! One round of asking for everything: which areas and years, by several threads, and what it came
//! to.
//!
//! A round that was broken off is continued for some hours by the next run: what it has asked for
//! is not asked again. The round after a complete one asks the server whether each answer has
//! changed, and closed years only every few days.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use indicatif::ProgressBar;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::ApiSource;
use super::address::encoded;
use super::changes::{Areas, Changes, called};
use super::page;
use super::series::{Kind, Made, Trouble, Use};
use crate::input;
use crate::printable::{Printable, toml_string};
use crate::source::error::{Failure, Failures, SourceError};
use crate::source::http::{Client, seconds_since};
use crate::source::london;
use crate::source::store::{Note, Store};
use crate::source::{Clock, Fetched};

/// Days after which a year is closed: figures of that age are revised rarely.
const CLOSED_AFTER: i64 = 60;

/// Days before a new year from which it is asked for: the API may count years by ISO weeks, whose
/// first can begin in December, and this machine's clock may be behind.
const YEAR_AHEAD: i64 = 7;

/// Areas in a row that a server did not answer for, after which it is left alone.
const DOWN_AFTER: usize = 12;

const DAY: i64 = 24 * 60 * 60;

/// Names of files in the cache.
const LISTING: &str = "areas.json";
const STARTED: &str = "round.json";
const LAST_AREAS: &str = "last-areas.json";

/// A round that is not complete.
#[derive(Serialize, Deserialize)]
struct Started {
    /// A number that no other round has, and not 0.
    number: u64,
    /// Seconds since 1970, by this machine's clock.
    at: i64,
}

/// A round under way.
pub struct Round<'a> {
    pub source: &'a ApiSource,
    pub client: Client<'a>,
    pub store: Store,
    pub clock: &'a dyn Clock,
    /// Answers taken from the cache without asking.
    pub kept: AtomicU64,
    /// This round's, for what is asked in it.
    pub number: u64,
}

/// An area that came whole.
struct Area {
    files: Vec<PathBuf>,
    areas: Areas,
    made: Made,
}

/// What the threads have done together.
struct Work<'a> {
    areas: &'a [String],
    next: AtomicUsize,
    down: AtomicUsize,
    done: Mutex<Vec<(usize, Result<Area, Trouble>)>>,
    bar: ProgressBar,
}

impl<'a> Round<'a> {
    /// Continues the round before, or begins one.
    ///
    /// # Errors
    /// If the cache cannot be used.
    pub fn open(
        source: &'a ApiSource,
        cache: &Path,
        clock: &'a dyn Clock,
    ) -> Result<Round<'a>, SourceError> {
        let topic = [&source.geography_type, &source.metric]
            .map(|name| encoded(name))
            .join("~");
        let store = Store::open(cache.join("api").join(topic))?;
        let now = clock.now();
        let recent = |round: &Started| {
            let at = Timestamp::from_second(round.at).ok();
            let age = at.and_then(|at| seconds_since(at, now));
            age.is_some_and(|age| age < u64::from(source.resume_hours) * 3600)
        };
        let before = store.load_json::<Started>(STARTED).filter(recent);
        let round = before.unwrap_or_else(|| Started {
            number: fastrand::u64(1..),
            at: now.as_second(),
        });
        store.save_json(STARTED, &round)?;
        let client = Client::new(&source.requests, clock);
        Ok(Round {
            source,
            client,
            store,
            clock,
            kept: AtomicU64::new(0),
            number: round.number,
        })
    }

    /// Whether an answer in the cache need not be asked for again.
    pub fn still_good(&self, note: &Note, kept: Use) -> bool {
        let days = u64::from(self.source.recheck_days) * DAY as u64;
        let recent =
            || seconds_since(note.checked(), self.clock.now()).is_some_and(|age| age < days);
        note.round == self.number || (kept == Use::Days && recent())
    }

    /// Whether a year's figures are settled.
    pub fn closed(&self, year: i16) -> bool {
        year < self.year(-CLOSED_AFTER)
    }

    /// The year of some days from now.
    fn year(&self, days: i64) -> i16 {
        let moment = Timestamp::from_second(self.clock.now().as_second() + days * DAY)
            .unwrap_or(Timestamp::MAX);
        moment.to_zoned_datetime(TimeZone::UTC).year()
    }

    /// Brings everything, or says what could not be had.
    ///
    /// # Errors
    /// If anything could not be had.
    pub fn run(self) -> Result<Fetched, SourceError> {
        let names = self.names()?;
        let bar = input::progress_bar(
            names.len() as u64,
            &format!("asking for {} areas", names.len()),
        );
        let work = Work {
            areas: &names,
            next: 0.into(),
            down: 0.into(),
            done: Mutex::default(),
            bar,
        };
        thread::scope(|scope| {
            for _ in 0..self.source.requests.concurrency.max(1) {
                scope.spawn(|| self.work(&work));
            }
        });
        work.bar.finish_and_clear();
        let mut done = work
            .done
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        done.sort_by_key(|(number, _)| *number);
        self.conclude(&names, done)
    }

    /// The areas to ask for.
    fn names(&self) -> Result<Vec<String>, SourceError> {
        let source = self.source;
        let mut names: Vec<String> = if source.areas.is_empty() {
            let address = source.listing_address();
            match self.answer(
                "the list of areas",
                LISTING,
                &address,
                Use::Round,
                page::parse_listing,
            ) {
                Ok((_, names)) => names,
                Err(Trouble::Here(error)) => return Err(error),
                Err(Trouble::Source(failure, _)) => return Err(self.failed(vec![failure], 0)),
            }
        } else {
            source
                .areas
                .iter()
                .map(|name| source.names.get(name).unwrap_or(name).clone())
                .collect()
        };
        names.retain(|name| !source.skip.contains(name));
        let mut seen = std::collections::BTreeSet::new();
        names.retain(|name| seen.insert(name.clone()));
        Ok(names)
    }

    /// Takes one area after the other until there are none, or no more sense in asking.
    fn work(&self, work: &Work) {
        loop {
            let number = work.next.fetch_add(1, Ordering::Relaxed);
            let Some(name) = work.areas.get(number) else {
                return;
            };
            if work.down.load(Ordering::Relaxed) >= DOWN_AFTER || self.client.in_time().is_err() {
                return;
            }
            let came = self.area(name);
            match &came {
                Err(Trouble::Source(_, Kind::Down)) => {
                    work.down.fetch_add(1, Ordering::Relaxed);
                }
                // The disk is full, or worse: nothing more could be kept.
                Err(Trouble::Here(_)) => work.next.store(work.areas.len(), Ordering::Relaxed),
                _ => work.down.store(0, Ordering::Relaxed),
            }
            work.done
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push((number, came));
            work.bar.inc(1);
        }
    }

    /// All years of an area.
    fn area(&self, name: &str) -> Result<Area, Trouble> {
        let mut area = Area {
            files: vec![],
            areas: Areas::new(),
            made: Made::default(),
        };
        let mut answers = vec![];
        let source = self.source;
        let (first, last) = (
            source.first_year,
            source.last_year.unwrap_or_else(|| self.year(YEAR_AHEAD)),
        );
        for year in first..=last.max(first) {
            let series = self
                .series(name, year)
                .map_err(|trouble| vanished(trouble, name))?;
            answers.extend(series.answers);
            area.files.extend(series.files);
            area.areas.extend(series.areas);
            area.made = area.made.max(series.made);
        }
        let address = source.series_address(name, last);
        if area.files.is_empty() {
            let reason = format!(
                "there is not one figure from {first} to {last}; if it was renamed, merged or split, change areas, names or skip in the \
                 source's settings, and see that boundaries and the table of codes fit"
            );
            self.doubt(answers)?;
            return Err(Trouble::source(Kind::Wrong, name, &address, reason));
        }
        let known = |other: &String| {
            same_name(other, name)
                || source
                    .names
                    .iter()
                    .any(|(old, new)| same_name(old, name) && same_name(new, other))
        };
        if let Some((code, other)) = area.areas.iter().find(|(_, other)| !known(other)) {
            let reason = format!(
                "the answer is of \"{}\" ({}); if that is the area's new name, \
                 write names.{} = {} in the source's settings",
                Printable::value(other),
                Printable::truncated(code, 20),
                toml_string(name),
                toml_string(other)
            );
            self.doubt(answers)?;
            return Err(Trouble::source(Kind::Wrong, name, &address, reason));
        }
        Ok(area)
    }

    fn conclude(
        self,
        names: &[String],
        done: Vec<(usize, Result<Area, Trouble>)>,
    ) -> Result<Fetched, SourceError> {
        let not_asked = names.len() - done.len();
        let (mut files, mut failures, mut areas, mut made) =
            (vec![], vec![], Areas::new(), Made::default());
        let mut whole = 0;
        for (_, came) in done {
            match came {
                Ok(area) => {
                    whole += 1;
                    files.extend(area.files);
                    areas.extend(area.areas);
                    made = made.max(area.made);
                }
                Err(Trouble::Source(failure, _)) => failures.push(failure),
                Err(Trouble::Here(error)) => return Err(error),
            }
        }
        if not_asked > 0 {
            let reason = match self.client.in_time() {
                Err(fault) => fault.reason,
                Ok(()) => format!(
                    "not asked for: the server did not answer for {DOWN_AFTER} areas in a row"
                ),
            };
            let (address, what) = (self.source.base.clone(), format!("{not_asked} more areas"));
            failures.push(Failure {
                what,
                address,
                reason,
            });
        }
        if !failures.is_empty() {
            return Err(self.failed(failures, whole));
        }

        let mut notes = vec![self.summary(names.len(), files.len())];
        if self.source.areas.is_empty() {
            let before: Areas = self.store.load_json(LAST_AREAS).unwrap_or_default();
            let source = self.source;
            let explained = |name: &str| {
                source.names.contains_key(name) || source.skip.iter().any(|skip| skip == name)
            };
            let changes = Changes::between(&before, &areas, explained);
            let missed: Vec<_> = changes
                .missed()
                .map(|(what, reason)| Failure {
                    what,
                    address: source.listing_address(),
                    reason,
                })
                .collect();
            if !missed.is_empty() {
                self.store.remove(&format!("{LISTING}.note"))?;
                return Err(self.failed(missed, whole));
            }
            let renamed = changes.renamed.iter();
            notes.extend(renamed.map(|(code, old, new)| {
                format!(
                    "{} is now called {}",
                    Printable::value(old),
                    called(code, new)
                )
            }));
            if !before.is_empty() {
                notes.extend(
                    changes
                        .new
                        .iter()
                        .map(|(code, name)| format!("new: {}", called(code, name))),
                );
            }
            self.store.save_json(LAST_AREAS, &areas)?;
        }
        self.store.remove(STARTED)?;
        Ok(Fetched {
            files,
            published: made.changed.or(made.answered).and_then(london::day),
            notes,
        })
    }

    fn summary(&self, areas: usize, files: usize) -> String {
        let tally = &self.client.tally;
        let [requests, bytes, not_modified, retries] = [
            &tally.requests,
            &tally.bytes,
            &tally.not_modified,
            &tally.retries,
        ]
        .map(|n| n.load(Ordering::Relaxed));
        let kept = self.kept.load(Ordering::Relaxed);
        format!(
            "{areas} areas in {files} answers with figures: {requests} requests, {bytes} bytes, {not_modified} not modified, \
             {retries} asked again, {kept} taken from the cache"
        )
    }

    fn failed(&self, all: Vec<Failure>, whole: usize) -> SourceError {
        let (cache, hours) = (self.store.path(""), self.source.resume_hours);
        let kept = format!(
            "what came is in {}, {whole} areas whole, and is not asked for again within {hours} hours of the round's beginning",
            cache.display()
        );
        Failures { all, kept }.into()
    }
}

/// What there is nothing of under its address may have another name.
fn vanished(trouble: Trouble, name: &str) -> Trouble {
    match trouble {
        Trouble::Source(mut failure, Kind::Absent) => {
            failure.reason = format!(
                "{}; the area may have been renamed, merged or split: see the list of areas, and \
                 write names.{} = \"its new name\", \
                 or leave it out with skip, in the source's settings",
                failure.reason,
                toml_string(name)
            );
            Trouble::Source(failure, Kind::Absent)
        }
        other => other,
    }
}

/// The API heeds no case in names.
fn same_name(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}
