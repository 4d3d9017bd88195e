//! Fetches all areas and years in one round, on several threads, and summarises it.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use indicatif::ProgressBar;

use super::changes::{AreaChanges, Areas, name_and_code};
use super::page;
use super::round::{CacheUse, FailureKind, FetchError, FetchRound};
use super::series::PublicationTimes;
use crate::input;
use crate::printable::{Printable, toml_string};
use crate::source::Fetched;
use crate::source::error::{Failure, Failures, SourceError};
use crate::source::london;

/// Days before a new year from which it is requested: the API may count years by ISO weeks, whose
/// first can begin in December, and this machine's clock may be slow.
const YEAR_AHEAD: i64 = 7;

/// The number of areas in a row without a response after which no more are requested.
const DOWN_AFTER: usize = 12;

/// File names in the cache.
const LISTING: &str = "areas.json";
const LAST_AREAS: &str = "last-areas.json";

/// An area that was fetched completely.
struct FetchedArea {
    files: Vec<PathBuf>,
    areas: Areas,
    times: PublicationTimes,
}

/// The state that the threads share.
struct SharedWork<'a> {
    areas: &'a [String],
    next: AtomicUsize,
    unanswered_in_a_row: AtomicUsize,
    done: Mutex<Vec<(usize, Result<FetchedArea, FetchError>)>>,
    bar: ProgressBar,
}

impl FetchRound<'_> {
    /// Fetches everything.
    ///
    /// # Errors
    /// If anything cannot be fetched.
    pub fn run(self) -> Result<Fetched, SourceError> {
        let names = self.area_names()?;
        let bar = input::progress_bar(
            names.len() as u64,
            &format!("requesting {} areas", names.len()),
        );
        let work = SharedWork {
            areas: &names,
            next: 0.into(),
            unanswered_in_a_row: 0.into(),
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

    /// Returns the names of the areas to request.
    fn area_names(&self) -> Result<Vec<String>, SourceError> {
        let source = self.source;
        let mut names: Vec<String> = if source.areas.is_empty() {
            let address = source.listing_address();
            match self.response(
                "the list of areas",
                LISTING,
                &address,
                CacheUse::ThisRound,
                page::parse_listing,
            ) {
                Ok((_, names)) => names,
                Err(FetchError::Local(error)) => return Err(error),
                Err(FetchError::Source(failure, _)) => return Err(self.failed(vec![failure], 0)),
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

    /// Fetches one area after the other until none is left, or more requests would be useless.
    fn work(&self, work: &SharedWork) {
        loop {
            let number = work.next.fetch_add(1, Ordering::Relaxed);
            let Some(name) = work.areas.get(number) else {
                return;
            };
            if work.unanswered_in_a_row.load(Ordering::Relaxed) >= DOWN_AFTER
                || self.client.check_deadline().is_err()
            {
                return;
            }
            let fetched = self.area(name);
            match &fetched {
                Err(FetchError::Source(_, FailureKind::NoResponse)) => {
                    work.unanswered_in_a_row.fetch_add(1, Ordering::Relaxed);
                }
                // Nothing more can be saved, for example because the disk is full.
                Err(FetchError::Local(_)) => work.next.store(work.areas.len(), Ordering::Relaxed),
                _ => work.unanswered_in_a_row.store(0, Ordering::Relaxed),
            }
            work.done
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push((number, fetched));
            work.bar.inc(1);
        }
    }

    /// Fetches all years of an area.
    fn area(&self, name: &str) -> Result<FetchedArea, FetchError> {
        let mut area = FetchedArea {
            files: vec![],
            areas: Areas::new(),
            times: PublicationTimes::default(),
        };
        let mut notes = vec![];
        let source = self.source;
        let first = source.first_year;
        let last = source.last_year.unwrap_or_else(|| self.year(YEAR_AHEAD));
        for year in first..=last.max(first) {
            let series = self
                .series(name, year)
                .map_err(|error| suggest_renaming(error, name))?;
            notes.extend(series.notes);
            area.files.extend(series.files);
            area.areas.extend(series.areas);
            area.times = area.times.max(series.times);
        }
        let is_known = |other: &String| {
            same_name(other, name)
                || source
                    .names
                    .iter()
                    .any(|(old, new)| same_name(old, name) && same_name(new, other))
        };
        let reason = if area.files.is_empty() {
            Some(format!(
                "it has no figures from {first} to {last}; if it was renamed, merged or split, \
                 change areas, names or skip in the source's settings, and check that the \
                 boundaries and the table of codes match"
            ))
        } else {
            let unknown = area.areas.iter().find(|(_, other)| !is_known(other));
            unknown.map(|(code, other)| {
                format!(
                    "the response is for \"{}\" ({}); if that is the area's new name, write \
                     names.{} = {} in the source's settings",
                    Printable::value(other),
                    Printable::truncated(code, 20),
                    toml_string(name),
                    toml_string(other)
                )
            })
        };
        if let Some(reason) = reason {
            self.mark_for_recheck(notes)?;
            let address = source.series_address(name, last);
            return Err(FetchError::source(
                FailureKind::Wrong,
                name,
                &address,
                reason,
            ));
        }
        Ok(area)
    }

    fn conclude(
        self,
        names: &[String],
        done: Vec<(usize, Result<FetchedArea, FetchError>)>,
    ) -> Result<Fetched, SourceError> {
        let not_requested = names.len() - done.len();
        let (mut files, mut failures, mut areas, mut times) =
            (vec![], vec![], Areas::new(), PublicationTimes::default());
        let mut complete = 0;
        for (_, fetched) in done {
            match fetched {
                Ok(area) => {
                    complete += 1;
                    files.extend(area.files);
                    areas.extend(area.areas);
                    times = times.max(area.times);
                }
                Err(FetchError::Source(failure, _)) => failures.push(failure),
                Err(FetchError::Local(error)) => return Err(error),
            }
        }
        if not_requested > 0 {
            let reason = match self.client.check_deadline() {
                Err(fault) => fault.reason,
                Ok(()) => format!(
                    "not requested: the server did not respond for {DOWN_AFTER} areas in a row"
                ),
            };
            let (address, what) = (
                self.source.base.clone(),
                format!("{not_requested} more areas"),
            );
            failures.push(Failure {
                what,
                address,
                reason,
            });
        }
        if !failures.is_empty() {
            return Err(self.failed(failures, complete));
        }

        let mut notes = vec![self.summary(names.len(), files.len())];
        if self.source.areas.is_empty() {
            let before: Areas = self.store.load_json(LAST_AREAS).unwrap_or_default();
            let source = self.source;
            let is_explained = |name: &str| {
                source.names.contains_key(name) || source.skip.iter().any(|skip| skip == name)
            };
            let changes = AreaChanges::between(&before, &areas, is_explained);
            let missing: Vec<_> = changes
                .describe_missing()
                .map(|(what, reason)| Failure {
                    what,
                    address: source.listing_address(),
                    reason,
                })
                .collect();
            if !missing.is_empty() {
                self.store.remove(&format!("{LISTING}.note"))?;
                return Err(self.failed(missing, complete));
            }
            let renamed = changes.renamed.iter();
            notes.extend(renamed.map(|(code, old, new)| {
                format!(
                    "{} is now called {}",
                    Printable::value(old),
                    name_and_code(code, new)
                )
            }));
            if !before.is_empty() {
                notes.extend(
                    changes
                        .new
                        .iter()
                        .map(|(code, name)| format!("new: {}", name_and_code(code, name))),
                );
            }
            self.store.save_json(LAST_AREAS, &areas)?;
        }
        self.end()?;
        Ok(Fetched {
            files,
            published: times.changed.or(times.answered).and_then(london::day),
            notes,
        })
    }

    fn summary(&self, areas: usize, files: usize) -> String {
        let counts = &self.client.counts;
        let [requests, bytes, not_modified, retries] = [
            &counts.requests,
            &counts.bytes,
            &counts.not_modified,
            &counts.retries,
        ]
        .map(|n| n.load(Ordering::Relaxed));
        let cached = self.cached.load(Ordering::Relaxed);
        format!(
            "{areas} areas in {files} responses with figures: {requests} requests, {bytes} bytes, \
             {not_modified} not modified, {retries} retries, {cached} taken from the cache"
        )
    }

    fn failed(&self, all: Vec<Failure>, complete: usize) -> SourceError {
        let (cache, hours) = (self.store.path(""), self.source.resume_hours);
        let kept = format!(
            "{complete} complete areas are in {}, and are not requested again within {hours} hours \
             of the round's start",
            cache.display()
        );
        Failures { all, kept }.into()
    }
}

/// Adds to an error "not found" that the area may have another name.
fn suggest_renaming(error: FetchError, name: &str) -> FetchError {
    match error {
        FetchError::Source(mut failure, FailureKind::Absent) => {
            failure.reason = format!(
                "{}; the area may have been renamed, merged or split: look at the list of areas, \
                 and write names.{} = \"its new name\" or leave the area out with skip, in the \
                 source's settings",
                failure.reason,
                toml_string(name)
            );
            FetchError::Source(failure, FailureKind::Absent)
        }
        other => other,
    }
}

/// The API ignores case in names.
fn same_name(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}
