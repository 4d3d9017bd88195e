//! The reasons why an edition cannot be published, or an earlier one cannot be read.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::printable::{self, Printable};
use thiserror::Error;

/// The reasons why an edition cannot be published, or an earlier one cannot be read.
#[derive(Debug, Error)]
pub enum PublishError {
    /// The system refused to read or write.
    #[error("{path}: {reason}; {}", advice(.reason), path = printable::path(.path))]
    Io {
        /// The file or folder that was being read or written.
        path: PathBuf,
        /// The system's error.
        reason: io::Error,
    },
    /// The system refused a step after the rename.
    #[error(
        "the new edition is published, but a later step failed: {path}: {reason}; {}",
        advice(.reason),
        path = printable::path(.path)
    )]
    Afterwards {
        /// The file or folder that was being written or removed.
        path: PathBuf,
        /// The system's error.
        reason: io::Error,
    },
    /// Another run is publishing to the folder.
    #[error(
        "{folder} is being published to by {holder}; run this again once that has ended",
        folder = printable::path(.folder),
        holder = Printable::value(.holder)
    )]
    Busy {
        /// The data set's folder, or the site's.
        folder: PathBuf,
        /// The description that the holder of the lock wrote into it.
        holder: String,
    },
    /// A file that is not a manifest of this version.
    #[error(
        "{path}: {reason}; restore an earlier edition with `prepare rollback`, remove the file \
         to start a new data set, or choose another --out",
        path = printable::path(.path),
        reason = Printable::sentence(.reason)
    )]
    BadManifest {
        /// The manifest.
        path: PathBuf,
        /// The reason why it cannot be read.
        reason: String,
    },
    /// The folder has no data set to add to or to roll back.
    #[error(
        "{text} has no manifest.json; run `prepare compile` with that --out first",
        text = printable::path(.0)
    )]
    NoDataSet(PathBuf),
    /// A file that the manifest names is missing or incomplete. The manifest is not written.
    #[error(
        "{path} is named by the manifest and is missing or incomplete; compile the level or \
         list that it belongs to again",
        path = printable::path(.path)
    )]
    Incomplete {
        /// The file.
        path: PathBuf,
    },
}

impl PublishError {
    /// Converts an error of a step after the rename, when the new edition is already published.
    pub(super) fn afterwards(self) -> PublishError {
        match self {
            PublishError::Io { path, reason } => PublishError::Afterwards { path, reason },
            other => other,
        }
    }
}

/// Returns a closure that adds the path to the system's error.
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
