//! What can go wrong with a source, said so that the publisher knows where to look and what to do.

use std::fmt;
use std::path::PathBuf;

use crate::printable::{self, Printable};
use thiserror::Error;

/// Failures shown before the rest is only counted.
const SHOWN: usize = 20;

/// A source did not bring what it should.
#[derive(Debug, Error)]
pub enum SourceError {
    /// A setting that cannot be meant.
    #[error("the source's setting {field}: {reason}", reason = Printable::sentence(.reason))]
    Setting {
        /// Its name in the configuration.
        field: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// Files that are not there.
    #[error("these files are not there; check the paths, which are relative to the configuration's folder:{}", list(.missing))]
    NoFiles {
        /// Paths and patterns.
        missing: Vec<String>,
    },
    /// This machine's disk.
    #[error("{path} cannot be {doing}: {reason}{}", advice(.reason), path = printable::path(.path))]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// "read", "written" …
        doing: &'static str,
        /// What the system says.
        reason: std::io::Error,
    },
    /// Another run uses the same cache.
    #[error(
        "{cache} is in use by another run; wait until it has ended, or give this one a cache of its own",
        cache = printable::path(.cache)
    )]
    InUse {
        /// The folder.
        cache: PathBuf,
    },
    /// The source's answers.
    #[error(transparent)]
    Failed(#[from] Failures),
}

/// One thing that could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The area, page or file.
    pub what: String,
    /// The address asked.
    pub address: String,
    /// What came instead, and what to do.
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

/// All that could not be had.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct Failures {
    /// Each failure.
    pub all: Vec<Failure>,
    /// What is in the cache and is not asked for again.
    pub kept: String,
}

impl fmt::Display for Failures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = self.all.len();
        let noun = if total == 1 { "failure" } else { "failures" };
        write!(f, "the source did not bring everything, {total} {noun}")?;
        if total > SHOWN {
            write!(f, " (the first {SHOWN})")?;
        }
        write!(f, ":")?;
        for failure in self.all.iter().take(SHOWN) {
            write!(f, "\n  {failure}")?;
        }
        write!(
            f,
            "\nNothing is lost: {}. Run again to go on from there.",
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

/// The beginning of an answer, in quotes and on one line.
pub fn excerpt(bytes: &[u8]) -> String {
    /// Characters that tell a login page from a list of figures.
    const LONGEST: usize = 80;
    // Four bytes a character at most.
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4 * LONGEST)]);
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let begin = Printable::truncated(&line, LONGEST).to_string();
    let more = if bytes.len() > 4 * LONGEST && !begin.ends_with('…') {
        "…"
    } else {
        ""
    };
    format!("\"{begin}{more}\"")
}
