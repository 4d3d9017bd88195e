//! Downloads a large file: only if it has changed, and resuming where an earlier download stopped.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::sync::atomic::Ordering;

use indicatif::ProgressStyle;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ureq::Body;
use ureq::http::{Response, StatusCode, header};

use super::members;
use crate::input;
use crate::printable::Printable;
use crate::source::error::{Failure, Failures, SourceError, excerpt};
use crate::source::http::{Client, RequestFault, Retry, Validators, seconds_since};
use crate::source::london::http_date;
use crate::source::store::{Store, disk_error};

/// The complete zip in the cache.
pub const ZIP: &str = "archive.zip";
const ZIP_NOTE: &str = "archive.json";
const PART: &str = "part.zip";
const PART_NOTE: &str = "part.json";

/// The first bytes of every zip that has members.
const MAGIC: &[u8] = b"PK\x03\x04";

/// The least seconds between the change of a file and its sending: if it was sent sooner, it may
/// change again within the same second, so that its date does not distinguish two versions (RFC
/// 9110, 8.8.2.2).
const SETTLED: u64 = 60;

/// A failed download is resumed at once if it has received this many bytes since the last failure.
const MIN_PROGRESS_BYTES: u64 = 1 << 20;

/// The metadata of a file in the cache.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct FileNote {
    address: String,
    etag: Option<String>,
    last_modified: Option<String>,
    date: Option<String>,
    /// Bytes of the whole file, if the server states them.
    length: Option<u64>,
}

impl FileNote {
    fn new(address: &str, validators: Validators, length: Option<u64>) -> FileNote {
        let Validators {
            etag,
            last_modified,
            date,
        } = validators;
        FileNote {
            address: address.to_owned(),
            etag,
            last_modified,
            date,
            length,
        }
    }

    fn validators(&self) -> Validators {
        Validators {
            etag: self.etag.clone(),
            last_modified: self.last_modified.clone(),
            date: self.date.clone(),
        }
    }

    /// Returns the validator by which the server can tell whether the rest belongs to the part
    /// already downloaded.
    fn range_validator(&self) -> Option<String> {
        let strong = self.etag.clone().filter(|etag| !etag.starts_with("W/"));
        let settled = || {
            let changed = http_date(self.last_modified.as_deref()?)?;
            let sent = http_date(self.date.as_deref()?)?;
            seconds_since(changed, sent).filter(|&age| age >= SETTLED)?;
            self.last_modified.clone()
        };
        strong.or_else(settled)
    }

    /// Returns when the file was made, as the server states it.
    fn published(&self) -> Option<Timestamp> {
        let [changed, sent] =
            [&self.last_modified, &self.date].map(|text| text.as_deref().and_then(http_date));
        match (changed, sent) {
            (Some(changed), Some(sent)) => Some(changed.min(sent)),
            (one, other) => one.or(other),
        }
    }
}

/// Removes the cached zip, so that the next run downloads it again.
///
/// # Errors
/// If the system refuses.
pub fn remove_cached(store: &Store) -> Result<(), SourceError> {
    store.remove(ZIP_NOTE)?;
    store.remove(ZIP)
}

/// A download in progress.
pub struct Download<'a> {
    address: &'a str,
    client: &'a Client<'a>,
    store: &'a Store,
    /// Lines for the run's summary.
    pub notes: Vec<String>,
    /// An error of this machine, which ends the download.
    local_error: Option<SourceError>,
}

impl<'a> Download<'a> {
    pub fn new(address: &'a str, client: &'a Client<'a>, store: &'a Store) -> Download<'a> {
        Download {
            address,
            client,
            store,
            notes: vec![],
            local_error: None,
        }
    }

    /// Downloads the file if it is missing or has changed. Returns when it was made.
    ///
    /// # Errors
    /// If it cannot be downloaded. The next run resumes after the part that arrived.
    pub fn run(&mut self) -> Result<Option<Timestamp>, SourceError> {
        let client = self.client;
        loop {
            let before = client.counts.bytes.load(Ordering::Relaxed);
            let fault = match client.retry(|| self.attempt()) {
                Ok(note) => return Ok(note.published()),
                Err(fault) => fault,
            };
            if let Some(error) = self.local_error.take() {
                return Err(error);
            }
            let received = client.counts.bytes.load(Ordering::Relaxed) - before;
            if fault.retry == Retry::Always
                && received >= MIN_PROGRESS_BYTES
                && client.check_deadline().is_ok()
            {
                continue;
            }
            let part = self.length(PART);
            let kept = if part > 0 {
                format!(
                    "{part} bytes of it are in {}",
                    self.store.path(PART).display()
                )
            } else {
                "the last edition is unchanged".to_owned()
            };
            let failure = Failure {
                what: "the archive".to_owned(),
                address: self.address.to_owned(),
                reason: fault.reason,
            };
            return Err(Failures {
                all: vec![failure],
                kept,
            }
            .into());
        }
    }

    fn attempt(&mut self) -> Result<FileNote, RequestFault> {
        let is_of_address = |note: &FileNote| note.address == self.address;
        let whole = self
            .store
            .load_json::<FileNote>(ZIP_NOTE)
            .filter(is_of_address);
        let whole = whole.filter(|note| note.length == Some(self.length(ZIP)));
        let part = self
            .store
            .load_json::<FileNote>(PART_NOTE)
            .filter(is_of_address);
        let from = self.length(PART);
        let part = part.filter(|note| from > 0 && note.length.is_none_or(|length| from <= length));
        if let Some(part) = part.as_ref().filter(|part| part.length == Some(from)) {
            // The download was complete, but the run ended before it was recorded.
            return self.finish(part.clone());
        }
        let part = part.and_then(|part| {
            part.range_validator()
                .map(|range_validator| (part, range_validator))
        });

        // A compressed response could not be resumed at a byte of the file.
        let mut headers = vec![("Accept-Encoding", "identity".to_owned())];
        headers.extend(
            whole
                .iter()
                .flat_map(|whole| whole.validators().conditional_headers()),
        );
        if let Some((_, range_validator)) = &part {
            headers.extend([
                ("Range", format!("bytes={from}-")),
                ("If-Range", range_validator.clone()),
            ]);
        }
        let mut response = self.client.send(self.address, &headers, false)?;
        match (response.status(), part, whole) {
            (StatusCode::NOT_MODIFIED, _, Some(whole)) => {
                self.notes
                    .push("the archive has not changed since it was downloaded".to_owned());
                self.discard_part()?;
                Ok(whole)
            }
            (StatusCode::PARTIAL_CONTENT, Some((part, _)), _) => {
                if !continues_part(&response, from, &part) {
                    self.discard_part()?;
                    return Err(RequestFault::new(
                        Retry::Always,
                        "the archive changed between its parts; the download starts again",
                    ));
                }
                self.notes.push(format!("resumed after {from} bytes"));
                self.copy(&mut response, from, part)
            }
            (StatusCode::OK, part, _) => {
                if part.is_some() {
                    self.notes.push(
                        "started again: the archive has changed, or the server does not send parts"
                            .to_owned(),
                    );
                }
                let validators = Validators::of(response.headers());
                let note =
                    FileNote::new(self.address, validators, response.body().content_length());
                self.copy(&mut response, 0, note)
            }
            (status, ..) => {
                self.discard_part()?;
                let reason = format!(
                    "the server answered {status} to a request for the rest; the download starts \
                     again"
                );
                Err(RequestFault::new(Retry::Always, reason))
            }
        }
    }

    /// Appends the body to the part, and turns the complete part into the zip.
    fn copy(
        &mut self,
        response: &mut Response<Body>,
        from: u64,
        note: FileNote,
    ) -> Result<FileNote, RequestFault> {
        let path = self.store.path(PART);
        let kind = response
            .headers()
            .get(header::CONTENT_TYPE)
            .map(|kind| kind.as_bytes().to_ascii_lowercase());
        let kind = kind
            .map(|kind| Printable::value(&String::from_utf8_lossy(&kind)).to_string())
            .unwrap_or_default();
        let mut body = response.body_mut().as_reader();
        if from == 0 {
            let mut start = vec![];
            let read = body.by_ref().take(400).read_to_end(&mut start);
            self.client
                .counts
                .bytes
                .fetch_add(start.len() as u64, Ordering::Relaxed);
            if !start.starts_with(MAGIC) && (read.is_ok() || start.len() >= MAGIC.len()) {
                let start = excerpt(&start);
                let reason = format!(
                    "the response is not a zip but has the type \"{kind}\" and starts {start}; \
                     open the address in a browser: it may have changed"
                );
                return Err(RequestFault::new(Retry::Once, reason));
            }
            self.start_part(&note, &start)?;
            read.map_err(|error| self.client.broken_body(error, start.len() as u64))?;
        }
        let at = self.length(PART);
        self.check_space(note.length.map(|length| length.saturating_sub(at)))?;
        let file = OpenOptions::new().append(true).open(&path);
        let mut file = file.map_err(|error| self.stop(disk_error(&path, "written")(error)))?;
        let bar = input::progress_bar(note.length.unwrap_or(0), "downloading the archive");
        if let Ok(style) =
            ProgressStyle::with_template("{msg} {wide_bar} {bytes} of {total_bytes}, {eta} left")
        {
            bar.set_style(style);
        }
        let mut received = at;
        let mut buffer = vec![0; 1 << 16];
        loop {
            bar.set_position(received);
            self.client.check_deadline()?;
            let read = match body.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(self.client.broken_body(error, received)),
            };
            file.write_all(&buffer[..read])
                .map_err(|error| self.stop(disk_error(&path, "written")(error)))?;
            self.client
                .counts
                .bytes
                .fetch_add(read as u64, Ordering::Relaxed);
            received += read as u64;
        }
        bar.finish_and_clear();
        drop(file);
        if let Some(length) = note.length.filter(|&length| length != received) {
            self.discard_part()?;
            let reason = format!(
                "{received} bytes arrived where the server stated {length}; the download starts \
                 again"
            );
            return Err(RequestFault::new(Retry::Always, reason));
        }
        self.finish(FileNote {
            length: Some(received),
            ..note
        })
    }

    /// Starts a part with its first bytes. The note is written last: a part without a note is not
    /// resumed.
    fn start_part(&mut self, note: &FileNote, start: &[u8]) -> Result<(), RequestFault> {
        self.discard_part()?;
        let path = self.store.path(PART);
        let written = File::create(&path).and_then(|mut file| file.write_all(start));
        written.map_err(|error| self.stop(disk_error(&path, "written")(error)))?;
        self.store
            .save_json(PART_NOTE, note)
            .map_err(|error| self.stop(error))
    }

    /// Checks that the part is a complete zip, and renames it to be the zip.
    fn finish(&mut self, note: FileNote) -> Result<FileNote, RequestFault> {
        let path = self.store.path(PART);
        match members::open(&path) {
            Ok(_) => {}
            Err(members::ExtractError::Local(error)) => return Err(self.stop(error)),
            Err(members::ExtractError::Zip { reason, .. }) => {
                self.discard_part()?;
                return Err(RequestFault::new(Retry::Once, reason));
            }
        }
        // The old note is removed first: beside another file than its own it would be believed.
        let steps = self.store.remove(ZIP_NOTE).and_then(|()| {
            fs::rename(&path, self.store.path(ZIP)).map_err(disk_error(&path, "renamed"))?;
            self.store.save_json(ZIP_NOTE, &note)?;
            self.store.remove(PART_NOTE)
        });
        steps.map_err(|error| self.stop(error))?;
        Ok(note)
    }

    fn discard_part(&mut self) -> Result<(), RequestFault> {
        let steps = self
            .store
            .remove(PART_NOTE)
            .and_then(|()| self.store.remove(PART));
        steps.map_err(|error| self.stop(error))
    }

    /// Checks the free space before the download rather than failing after an hour.
    fn check_space(&mut self, needed: Option<u64>) -> Result<(), RequestFault> {
        let folder = self.store.path("");
        let (Some(needed), Ok(free)) = (needed, fs4::available_space(&folder)) else {
            return Ok(());
        };
        if needed <= free {
            return Ok(());
        }
        let reason = format!("{needed} more bytes are needed and {free} are free");
        let error = io::Error::new(io::ErrorKind::StorageFull, reason);
        Err(self.stop(disk_error(&folder, "written")(error)))
    }

    /// Ends the download because of an error of this machine.
    fn stop(&mut self, error: SourceError) -> RequestFault {
        let fault = RequestFault::new(Retry::Never, error.to_string());
        self.local_error = Some(error);
        fault
    }

    fn length(&self, name: &str) -> u64 {
        fs::metadata(self.store.path(name)).map_or(0, |metadata| metadata.len())
    }
}

/// Whether a response is the rest of the part, and of the same version.
fn continues_part(response: &Response<Body>, from: u64, part: &FileNote) -> bool {
    let headers = response.headers();
    let same = Validators::of(headers)
        .etag
        .is_none_or(|etag| part.etag.as_ref().is_none_or(|ours| *ours == etag));
    let range = headers
        .get(header::CONTENT_RANGE)
        .and_then(|range| range.to_str().ok());
    let range = range.and_then(|range| range.trim().strip_prefix("bytes ")?.split_once('/'));
    let Some((span, total)) = range else {
        return false;
    };
    let starts = span
        .split_once('-')
        .and_then(|(first, _)| first.parse::<u64>().ok())
        == Some(from);
    let whole = total == "*" || part.length.is_none_or(|length| total.parse() == Ok(length));
    same && starts && whole
}
