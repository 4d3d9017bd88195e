//! The errors of a source, worded so that the publisher knows where to look and what to do.

use std::fmt;
use std::path::PathBuf;

use crate::printable::{self, Printable};
use thiserror::Error;

/// The most failures that are listed; the rest is counted.
const MAX_LISTED: usize = 20;

/// The reasons why a source could not be fetched.
#[derive(Debug, Error)]
pub enum SourceError {
    /// A setting whose value is not valid.
    #[error("the source's setting {field}: {reason}", reason = Printable::sentence(.reason))]
    Setting {
        /// Its name in the configuration.
        field: &'static str,
        /// The reason why its value is not valid.
        reason: String,
    },
    /// Files that do not exist.
    #[error(
        "these files do not exist; check the paths, which are relative to the configuration's \
         folder:{}",
        list(.missing)
    )]
    NoFiles {
        /// Paths, and patterns that match no file.
        missing: Vec<String>,
    },
    /// An error of this machine's disk.
    #[error("{path} cannot be {doing}: {reason}{}", advice(.reason), path = printable::path(.path))]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// "read", "written" …
        doing: &'static str,
        /// The system's error.
        reason: std::io::Error,
    },
    /// Another run uses the same cache.
    #[error(
        "{cache} is in use by another run; wait until that has ended, or give this run another \
         cache",
        cache = printable::path(.cache)
    )]
    InUse {
        /// The folder.
        cache: PathBuf,
    },
    /// Parts of the source that could not be fetched.
    #[error(transparent)]
    Failed(#[from] Failures),
}

/// A part of a source that could not be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The area, page or file.
    pub what: String,
    /// The requested address.
    pub address: String,
    /// The reason, and what to do.
    pub reason: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Failure {
            what,
            address,
            reason,
        } = self;
        let reason = printable::lines(reason);
        write!(
            f,
            "{}: {reason} ({})",
            Printable::value(what),
            Printable::sentence(address)
        )
    }
}

/// All parts of a source that could not be fetched.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct Failures {
    /// Each failure.
    pub all: Vec<Failure>,
    /// The contents of the cache, which are not requested again.
    pub kept: String,
}

impl fmt::Display for Failures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = self.all.len();
        let noun = if total == 1 { "failure" } else { "failures" };
        write!(
            f,
            "the source could not be fetched completely, {total} {noun}"
        )?;
        if total > MAX_LISTED {
            write!(f, " (the first {MAX_LISTED})")?;
        }
        write!(f, ":")?;
        for failure in self.all.iter().take(MAX_LISTED) {
            write!(f, "\n  {failure}")?;
        }
        write!(
            f,
            "\nNothing is lost: {}. Run again to resume from there.",
            self.kept
        )
    }
}

fn list(paths: &[String]) -> String {
    paths
        .iter()
        .map(|path| format!("\n  {}", Printable::sentence(path)))
        .collect()
}

fn advice(reason: &std::io::Error) -> &'static str {
    match reason.kind() {
        std::io::ErrorKind::StorageFull => "; free some space, or give another folder as the cache",
        std::io::ErrorKind::PermissionDenied => "; check who may write there",
        _ => "",
    }
}

/// Quotes the start of a response on one line.
pub fn excerpt(bytes: &[u8]) -> String {
    /// Enough characters to tell a login page from figures.
    const MAX_CHARS: usize = 80;
    // A character has at most four bytes.
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4 * MAX_CHARS)]);
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let start = Printable::truncated(&line, MAX_CHARS).to_string();
    let more = if bytes.len() > 4 * MAX_CHARS && !start.ends_with('…') {
        "…"
    } else {
        ""
    };
    format!("\"{start}{more}\"")
}
