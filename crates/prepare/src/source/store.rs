//! The cache: answers on disk, each whole or not there.
//!
//! An answer is two files, the body as it came and a note of where it came from. The note holds the
//! body's digest, so that a body that was replaced, cut or damaged since counts as not there. Both
//! are written beside their place and renamed, the body first: whoever is killed in between leaves
//! a note that does not fit, and the answer is asked again.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::SourceError;
use super::http::Validators;
use crate::publish::open_lock;

/// Files that a run was writing when it ended begin like that.
const UNFINISHED: &str = ".unfinished-";

/// The lock's name in the cache.
pub const LOCK: &str = "lock";

/// Where an answer came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The address that was asked.
    pub address: String,
    /// Digest of the body.
    pub sha256: String,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    /// When the server first gave this body, by its own clock.
    pub date: Option<String>,
    /// When it was last known to be the present one, in seconds since 1970 by this machine's clock.
    pub checked: i64,
    /// The round in which that was.
    pub round: u64,
}

impl Note {
    pub fn validators(&self) -> Validators {
        Validators {
            etag: self.etag.clone(),
            last_modified: self.last_modified.clone(),
            date: self.date.clone(),
        }
    }

    pub fn checked(&self) -> Timestamp {
        Timestamp::from_second(self.checked).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

/// A folder of answers, used by one run at a time.
pub struct Store {
    folder: PathBuf,
    /// Held as long as the store is used; the system lets go of it when the run ends, however it
    /// ends.
    _lock: File,
}

impl Store {
    /// Opens or makes the folder, and clears away what a killed run left unfinished.
    ///
    /// # Errors
    /// If another run uses it, or the system refuses.
    pub fn open(folder: PathBuf) -> Result<Store, SourceError> {
        fs::create_dir_all(&folder).map_err(disk(&folder, "made"))?;
        let path = folder.join(LOCK);
        let lock = open_lock(&path).map_err(disk(&path, "written"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(SourceError::InUse { cache: folder }),
            Err(TryLockError::Error(error)) => return Err(disk(&path, "locked")(error)),
        }
        let store = Store {
            folder,
            _lock: lock,
        };
        store.clear_unfinished(&store.folder)?;
        Ok(store)
    }

    fn clear_unfinished(&self, folder: &Path) -> Result<(), SourceError> {
        for entry in fs::read_dir(folder).map_err(disk(folder, "read"))? {
            let path = entry.map_err(disk(folder, "read"))?.path();
            if path.is_dir() {
                self.clear_unfinished(&path)?;
            } else if path
                .file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with(UNFINISHED))
            {
                fs::remove_file(&path).map_err(disk(&path, "removed"))?;
            }
        }
        Ok(())
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn note_path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.note"))
    }

    /// The answer of that name and address, if it is there whole.
    pub fn load(&self, name: &str, address: &str) -> Option<(Note, Vec<u8>)> {
        let note: Note = serde_json::from_slice(&fs::read(self.note_path(name)).ok()?).ok()?;
        let body = fs::read(self.path(name)).ok()?;
        (note.address == address && note.sha256 == digest(&body)).then_some((note, body))
    }

    /// Keeps an answer.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn save(&self, name: &str, note: &Note, body: &[u8]) -> Result<(), SourceError> {
        self.write(&self.path(name), body)?;
        self.save_note(name, note)
    }

    /// Keeps the note alone, for a body that is there.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn save_note(&self, name: &str, note: &Note) -> Result<(), SourceError> {
        self.save_json(&format!("{name}.note"), note)
    }

    /// Something kept as JSON, if it is there and of that form.
    pub fn load_json<T: for<'de> Deserialize<'de>>(&self, name: &str) -> Option<T> {
        serde_json::from_slice(&fs::read(self.path(name)).ok()?).ok()
    }

    /// Keeps something as JSON.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn save_json(&self, name: &str, value: &impl Serialize) -> Result<(), SourceError> {
        let path = self.path(name);
        let json =
            serde_json::to_vec(value).map_err(|error| disk(&path, "written")(error.into()))?;
        self.write(&path, &json)
    }

    /// Removes a file, if it is there.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn remove(&self, name: &str) -> Result<(), SourceError> {
        let path = self.path(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(disk(&path, "removed")(error))
            }
            _ => Ok(()),
        }
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), SourceError> {
        let mut file = self.unfinished(path)?;
        file.write_all(bytes).map_err(disk(path, "written"))?;
        self.finish(file, path)
    }

    /// A file beside the path, to be written and then put in its place.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn unfinished(&self, path: &Path) -> Result<tempfile::NamedTempFile, SourceError> {
        let folder = path.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder).map_err(disk(folder, "made"))?;
        tempfile::Builder::new()
            .prefix(UNFINISHED)
            .tempfile_in(folder)
            .map_err(disk(folder, "written"))
    }

    /// Puts a written file in its place.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn finish(&self, file: tempfile::NamedTempFile, path: &Path) -> Result<(), SourceError> {
        file.persist(path)
            .map(drop)
            .map_err(|error| disk(path, "written")(error.error))
    }
}

/// An error of this machine's disk.
pub fn disk(path: &Path, doing: &'static str) -> impl FnOnce(io::Error) -> SourceError {
    let path = path.to_owned();
    move |reason| SourceError::Disk {
        path,
        doing,
        reason,
    }
}

/// The digest that a note holds.
pub fn digest(body: &[u8]) -> String {
    Sha256::digest(body)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(body: &[u8]) -> Note {
        Note {
            address: "http://a/b".into(),
            sha256: digest(body),
            etag: Some("\"1\"".into()),
            last_modified: None,
            date: None,
            checked: 1,
            round: 2,
        }
    }

    #[test]
    fn an_answer_is_there_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path().join("cache")).unwrap();
        assert_eq!(store.load("x/1.json", "http://a/b"), None);
        store.save("x/1.json", &note(b"{}"), b"{}").unwrap();
        assert_eq!(
            store.load("x/1.json", "http://a/b"),
            Some((note(b"{}"), b"{}".to_vec()))
        );
        assert_eq!(
            store.load("x/1.json", "http://a/c"),
            None,
            "of another address"
        );
        fs::write(store.path("x/1.json"), "{").unwrap();
        assert_eq!(store.load("x/1.json", "http://a/b"), None, "cut since");
        fs::write(store.path("x/1.json.note"), "{").unwrap();
        assert_eq!(
            store.load("x/1.json", "http://a/b"),
            None,
            "a note that is none"
        );
    }

    #[test]
    fn what_a_killed_run_left_is_cleared_away_and_the_rest_stays() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("x")).unwrap();
        for name in [".unfinished-a", "x/.unfinished-b", "x/kept"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        Store::open(folder.path().to_owned()).unwrap();
        assert!(
            !folder.path().join(".unfinished-a").exists()
                && !folder.path().join("x/.unfinished-b").exists()
        );
        assert!(folder.path().join("x/kept").exists());
    }

    #[test]
    fn two_runs_do_not_share_a_cache() {
        let folder = tempfile::tempdir().unwrap();
        let first = Store::open(folder.path().to_owned()).unwrap();
        let error = Store::open(folder.path().to_owned())
            .map(drop)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("in use by another run")
                && error.contains(folder.path().to_str().unwrap()),
            "{error}"
        );
        drop(first);
        Store::open(folder.path().to_owned()).unwrap();
    }
}
