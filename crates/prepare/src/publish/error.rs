//! Why an edition was not published, or an earlier one not read.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::printable::{self, Printable};
use thiserror::Error;

/// Why an edition was not published, or an earlier one not read.
#[derive(Debug, Error)]
pub enum PublishError {
    /// The system refused.
    #[error("{path}: {reason}; {}", advice(.reason), path = printable::path(.path))]
    Io {
        /// What was being read or written.
        path: PathBuf,
        /// What the system says.
        reason: io::Error,
    },
    /// The system refused something that comes after the rename.
    #[error(
        "the new edition is published, but {path}: {reason}; {}, to finish what comes after",
        advice(.reason),
        path = printable::path(.path)
    )]
    Afterwards {
        /// What was being written or removed.
        path: PathBuf,
        /// What the system says.
        reason: io::Error,
    },
    /// Another run is at work there.
    #[error(
        "{folder} is being published to by {holder}; run this again once that has ended",
        folder = printable::path(.folder),
        holder = Printable::value(.holder)
    )]
    Busy {
        /// The data set's folder, or the site's.
        folder: PathBuf,
        /// Who holds the lock.
        holder: String,
    },
    /// A manifest that is none.
    #[error(
        "{path}: {reason}; `prepare rollback` brings back an edition before it; or remove it to start a new data set, \
         or choose another --out",
        path = printable::path(.path),
        reason = Printable::sentence(.reason)
    )]
    BadManifest {
        /// The manifest.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// There is nothing that could be added to, or gone back from.
    #[error(
        "{text} has no manifest.json; run `prepare compile` with that --out first",
        text = printable::path(.0)
    )]
    NoDataSet(PathBuf),
    /// What the manifest names is not all there. The manifest is not written.
    #[error(
        "{path} is named by the manifest and is not there, or not whole; compile the level or list it belongs to again",
        path = printable::path(.path)
    )]
    Incomplete {
        /// The file.
        path: PathBuf,
    },
}

impl PublishError {
    /// The same, if it befell a run that had already published.
    pub(super) fn afterwards(self) -> PublishError {
        match self {
            PublishError::Io { path, reason } => PublishError::Afterwards { path, reason },
            other => other,
        }
    }
}

/// Names the path that the system refused.
pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> PublishError + '_ {
    move |reason| PublishError::Io {
        path: path.to_owned(),
        reason,
    }
}

fn advice(reason: &io::Error) -> &'static str {
    match reason.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            "free some space and run this again"
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "let the user who runs this write in that folder, and run it again"
        }
        ErrorKind::NotFound => "check the path and run this again",
        _ => "check the folder and its disk, and run this again",
    }
}
