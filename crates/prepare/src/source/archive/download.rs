//! A large file by its address: asked for only if it has changed, and gone on with where it was
//! cut.

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
use crate::source::http::{Client, Fault, Retry, Validators, seconds_since};
use crate::source::london::http_date;
use crate::source::store::{Store, disk};

/// The zip, in the cache.
pub const WHOLE: &str = "archive.zip";
const WHOLE_NOTE: &str = "archive.json";
const PART: &str = "part.zip";
const PART_NOTE: &str = "part.json";

/// How every zip with members begins.
const MAGIC: &[u8] = b"PK\x03\x04";

/// A file that changed less than that before it was sent may change again within the same second of
/// its date: the date alone does not tell two versions apart then (RFC 9110, 8.8.2.2).
const SETTLED: u64 = 60;

/// As long as so much comes between two failures, it is gone on.
const PROGRESS: u64 = 1 << 20;

/// What is known of a file in the cache.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    address: String,
    etag: Option<String>,
    last_modified: Option<String>,
    date: Option<String>,
    /// Bytes of the whole file, if the server said so.
    length: Option<u64>,
}

impl Note {
    fn new(address: &str, validators: Validators, length: Option<u64>) -> Note {
        let Validators {
            etag,
            last_modified,
            date,
        } = validators;
        Note {
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

    /// What proves that the rest of a file belongs to the part that is there.
    fn proof(&self) -> Option<String> {
        let strong = self.etag.clone().filter(|etag| !etag.starts_with("W/"));
        let settled = || {
            let changed = http_date(self.last_modified.as_deref()?)?;
            let sent = http_date(self.date.as_deref()?)?;
            seconds_since(changed, sent).filter(|&age| age >= SETTLED)?;
            self.last_modified.clone()
        };
        strong.or_else(settled)
    }

    /// When it was made, by the server's word.
    fn made(&self) -> Option<Timestamp> {
        let [changed, sent] =
            [&self.last_modified, &self.date].map(|text| text.as_deref().and_then(http_date));
        match (changed, sent) {
            (Some(changed), Some(sent)) => Some(changed.min(sent)),
            (one, other) => one.or(other),
        }
    }
}

/// Makes sure that the next run brings the file anew.
///
/// # Errors
/// If the system refuses.
pub fn forget(store: &Store) -> Result<(), SourceError> {
    store.remove(WHOLE_NOTE)?;
    store.remove(WHOLE)
}

/// A file on its way.
pub struct Download<'a> {
    address: &'a str,
    client: &'a Client<'a>,
    store: &'a Store,
    /// What happened, for the summary.
    pub notes: Vec<String>,
    /// This machine's error, which ends it.
    here: Option<SourceError>,
}

impl<'a> Download<'a> {
    pub fn new(address: &'a str, client: &'a Client<'a>, store: &'a Store) -> Download<'a> {
        Download {
            address,
            client,
            store,
            notes: vec![],
            here: None,
        }
    }

    /// Brings the file if it is not there or has changed, and says when it was made.
    ///
    /// # Errors
    /// If it cannot be had. The part that came is gone on with next time.
    pub fn run(&mut self) -> Result<Option<Timestamp>, SourceError> {
        let client = self.client;
        loop {
            let before = client.tally.bytes.load(Ordering::Relaxed);
            let fault = match client.persist(|| self.attempt()) {
                Ok(note) => return Ok(note.made()),
                Err(fault) => fault,
            };
            if let Some(error) = self.here.take() {
                return Err(error);
            }
            let came = client.tally.bytes.load(Ordering::Relaxed) - before;
            if fault.retry == Retry::Always && came >= PROGRESS && client.in_time().is_ok() {
                continue;
            }
            let part = self.length(PART);
            let kept = if part > 0 {
                format!(
                    "{part} bytes of it are in {}",
                    self.store.path(PART).display()
                )
            } else {
                "the last edition is as it was".to_owned()
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

    fn attempt(&mut self) -> Result<Note, Fault> {
        let of_this = |note: &Note| note.address == self.address;
        let whole = self.store.load_json::<Note>(WHOLE_NOTE).filter(of_this);
        let whole = whole.filter(|note| note.length == Some(self.length(WHOLE)));
        let part = self.store.load_json::<Note>(PART_NOTE).filter(of_this);
        let from = self.length(PART);
        let part = part.filter(|note| from > 0 && note.length.is_none_or(|length| from <= length));
        if let Some(part) = part.as_ref().filter(|part| part.length == Some(from)) {
            // It came whole, and the run ended before that was noted.
            return self.finish(part.clone());
        }
        let part = part.and_then(|part| part.proof().map(|proof| (part, proof)));

        // A compressed answer could not be gone on with at a byte of the file.
        let mut headers = vec![("Accept-Encoding", "identity".to_owned())];
        headers.extend(
            whole
                .iter()
                .flat_map(|whole| whole.validators().unless_same()),
        );
        if let Some((_, proof)) = &part {
            headers.extend([
                ("Range", format!("bytes={from}-")),
                ("If-Range", proof.clone()),
            ]);
        }
        let mut response = self.client.send(self.address, &headers, false)?;
        match (response.status(), part, whole) {
            (StatusCode::NOT_MODIFIED, _, Some(whole)) => {
                self.notes
                    .push("the archive has not changed since it was brought".to_owned());
                self.discard_part()?;
                Ok(whole)
            }
            (StatusCode::PARTIAL_CONTENT, Some((part, _)), _) => {
                if !continues(&response, from, &part) {
                    self.discard_part()?;
                    return Err(Fault::new(
                        Retry::Always,
                        "the archive changed between its parts; it is begun anew",
                    ));
                }
                self.notes
                    .push(format!("went on after the {from} bytes that were there"));
                self.copy(&mut response, from, part)
            }
            (StatusCode::OK, part, _) => {
                if part.is_some() {
                    self.notes.push(
                        "began anew: the archive has changed, or the server does not send parts"
                            .to_owned(),
                    );
                }
                let validators = Validators::of(response.headers());
                let note = Note::new(self.address, validators, response.body().content_length());
                self.copy(&mut response, 0, note)
            }
            (status, ..) => {
                self.discard_part()?;
                let reason = format!(
                    "the server answered {status} to a request for the rest; it is begun anew"
                );
                Err(Fault::new(Retry::Always, reason))
            }
        }
    }

    /// Writes the body to the part that is there, and makes the part the whole.
    fn copy(
        &mut self,
        response: &mut Response<Body>,
        from: u64,
        note: Note,
    ) -> Result<Note, Fault> {
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
            let mut begins = vec![];
            let read = body.by_ref().take(400).read_to_end(&mut begins);
            self.client
                .tally
                .bytes
                .fetch_add(begins.len() as u64, Ordering::Relaxed);
            if !begins.starts_with(MAGIC) && (read.is_ok() || begins.len() >= MAGIC.len()) {
                let begins = excerpt(&begins);
                let reason = format!(
                    "no zip came but something of type \"{kind}\" that begins {begins}; open the address in a browser, it may have changed"
                );
                return Err(Fault::new(Retry::Once, reason));
            }
            self.begin(&note, &begins)?;
            read.map_err(|error| self.client.broken_body(error, begins.len() as u64))?;
        }
        let at = self.length(PART);
        self.check_space(note.length.map(|length| length.saturating_sub(at)))?;
        let file = OpenOptions::new().append(true).open(&path);
        let mut file = file.map_err(|error| self.stop(disk(&path, "written")(error)))?;
        let bar = input::progress_bar(note.length.unwrap_or(0), "downloading the archive");
        if let Ok(style) =
            ProgressStyle::with_template("{msg} {wide_bar} {bytes} of {total_bytes}, {eta} left")
        {
            bar.set_style(style);
        }
        let mut came = at;
        let mut buffer = vec![0; 1 << 16];
        loop {
            bar.set_position(came);
            self.client.in_time()?;
            let read = match body.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(self.client.broken_body(error, came)),
            };
            file.write_all(&buffer[..read])
                .map_err(|error| self.stop(disk(&path, "written")(error)))?;
            self.client
                .tally
                .bytes
                .fetch_add(read as u64, Ordering::Relaxed);
            came += read as u64;
        }
        bar.finish_and_clear();
        drop(file);
        if let Some(length) = note.length.filter(|&length| length != came) {
            self.discard_part()?;
            let reason =
                format!("{came} bytes came where the server said {length}; it is begun anew");
            return Err(Fault::new(Retry::Always, reason));
        }
        self.finish(Note {
            length: Some(came),
            ..note
        })
    }

    /// Begins a part with its first bytes. The note is written last: a part without one is not gone
    /// on with.
    fn begin(&mut self, note: &Note, begins: &[u8]) -> Result<(), Fault> {
        self.discard_part()?;
        let path = self.store.path(PART);
        let written = File::create(&path).and_then(|mut file| file.write_all(begins));
        written.map_err(|error| self.stop(disk(&path, "written")(error)))?;
        self.store
            .save_json(PART_NOTE, note)
            .map_err(|error| self.stop(error))
    }

    /// Looks whether the part is a zip to its end, and makes it the whole.
    fn finish(&mut self, note: Note) -> Result<Note, Fault> {
        let path = self.store.path(PART);
        match members::open(&path) {
            Ok(_) => {}
            Err(members::Trouble::Here(error)) => return Err(self.stop(error)),
            Err(members::Trouble::Zip { reason, .. }) => {
                self.discard_part()?;
                return Err(Fault::new(Retry::Once, reason));
            }
        }
        // Without the old note first: a note beside another file than its own would be believed.
        let steps = self.store.remove(WHOLE_NOTE).and_then(|()| {
            fs::rename(&path, self.store.path(WHOLE)).map_err(disk(&path, "renamed"))?;
            self.store.save_json(WHOLE_NOTE, &note)?;
            self.store.remove(PART_NOTE)
        });
        steps.map_err(|error| self.stop(error))?;
        Ok(note)
    }

    fn discard_part(&mut self) -> Result<(), Fault> {
        let steps = self
            .store
            .remove(PART_NOTE)
            .and_then(|()| self.store.remove(PART));
        steps.map_err(|error| self.stop(error))
    }

    /// Better said now than after an hour.
    fn check_space(&mut self, needed: Option<u64>) -> Result<(), Fault> {
        let folder = self.store.path("");
        let (Some(needed), Ok(free)) = (needed, fs4::available_space(&folder)) else {
            return Ok(());
        };
        if needed <= free {
            return Ok(());
        }
        let reason = format!("{needed} more bytes are needed and {free} are free");
        let error = io::Error::new(io::ErrorKind::StorageFull, reason);
        Err(self.stop(disk(&folder, "written")(error)))
    }

    /// Ends the download for a reason that is not the server's.
    fn stop(&mut self, error: SourceError) -> Fault {
        let fault = Fault::new(Retry::Never, error.to_string());
        self.here = Some(error);
        fault
    }

    fn length(&self, name: &str) -> u64 {
        fs::metadata(self.store.path(name)).map_or(0, |metadata| metadata.len())
    }
}

/// Whether an answer is the rest of the part that is there, and of the same version.
fn continues(response: &Response<Body>, from: u64, part: &Note) -> bool {
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
