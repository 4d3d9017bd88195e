//! Caches responses on disk, each complete or absent.
//!
//! A cached response is two files: the body as received, and a note that says where it is from. The
//! note contains the body's digest, so that a body that was replaced, truncated or damaged counts
//! as absent. Both are written under temporary names and renamed, the body first: a run that is
//! killed in between leaves a note that does not match, and the response is requested again.

use std::fs::{self, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::SourceError;
use super::http::Validators;
use crate::publish::{LockedFile, open_lock};

/// Prefix of the names of files that are still being written.
const TEMPORARY_PREFIX: &str = ".unfinished-";

/// The file name of the cache's lock.
pub const LOCK: &str = "lock";

/// The metadata of a cached response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CacheNote {
    /// The requested address.
    pub address: String,
    /// Digest of the body.
    pub sha256: String,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    /// The time at which the server first sent this body, by its own clock.
    pub date: Option<String>,
    /// The time at which the server last confirmed it, in seconds since 1970 by this machine's
    /// clock.
    pub checked: i64,
    /// The number of the round in which it was confirmed.
    pub round: u64,
}

impl CacheNote {
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

/// A folder of cached responses, used by one run at a time.
pub struct Store {
    folder: PathBuf,
    /// Held as long as the store is used; the system releases it when the run ends, even if it is
    /// killed.
    _lock: LockedFile,
}

impl Store {
    /// Opens or creates the folder, and removes the unfinished files of killed runs.
    ///
    /// # Errors
    /// If another run uses it, or the system refuses.
    pub fn open(folder: PathBuf) -> Result<Store, SourceError> {
        fs::create_dir_all(&folder).map_err(disk_error(&folder, "created"))?;
        let path = folder.join(LOCK);
        let file = open_lock(&path).map_err(disk_error(&path, "written"))?;
        let lock = match LockedFile::lock(&file) {
            Ok(lock) => lock,
            Err(TryLockError::WouldBlock) => return Err(SourceError::InUse { cache: folder }),
            Err(TryLockError::Error(error)) => return Err(disk_error(&path, "locked")(error)),
        };
        let store = Store {
            folder,
            _lock: lock,
        };
        remove_unfinished(&store.folder)?;
        Ok(store)
    }

    /// Returns a path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn note_path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.note"))
    }

    /// Loads the response with a name and address, if it is complete.
    pub fn load(&self, name: &str, address: &str) -> Option<(CacheNote, Vec<u8>)> {
        let note: CacheNote = serde_json::from_slice(&fs::read(self.note_path(name)).ok()?).ok()?;
        let body = fs::read(self.path(name)).ok()?;
        (note.address == address && note.sha256 == digest(&body)).then_some((note, body))
    }

    /// Saves a response.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn save(&self, name: &str, note: &CacheNote, body: &[u8]) -> Result<(), SourceError> {
        self.write(&self.path(name), body)?;
        self.save_note(name, note)
    }

    /// Saves the note alone, for a body that is already saved.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn save_note(&self, name: &str, note: &CacheNote) -> Result<(), SourceError> {
        self.save_json(&format!("{name}.note"), note)
    }

    /// Loads a value saved as JSON, if it exists and has the right form.
    pub fn load_json<T: for<'de> Deserialize<'de>>(&self, name: &str) -> Option<T> {
        serde_json::from_slice(&fs::read(self.path(name)).ok()?).ok()
    }

    /// Saves a value as JSON.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn save_json(&self, name: &str, value: &impl Serialize) -> Result<(), SourceError> {
        let path = self.path(name);
        let json = serde_json::to_vec(value)
            .map_err(|error| disk_error(&path, "written")(error.into()))?;
        self.write(&path, &json)
    }

    /// Removes a file if it exists.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn remove(&self, name: &str) -> Result<(), SourceError> {
        let path = self.path(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(disk_error(&path, "removed")(error))
            }
            _ => Ok(()),
        }
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), SourceError> {
        let mut file = self.unfinished(path)?;
        file.write_all(bytes).map_err(disk_error(path, "written"))?;
        self.finish(file, path)
    }

    /// Creates a temporary file in the folder of `path`, to be written and then passed to
    /// [`Store::finish`].
    ///
    /// # Errors
    /// If the system refuses.
    pub fn unfinished(&self, path: &Path) -> Result<tempfile::NamedTempFile, SourceError> {
        let folder = path.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder).map_err(disk_error(folder, "created"))?;
        tempfile::Builder::new()
            .prefix(TEMPORARY_PREFIX)
            .tempfile_in(folder)
            .map_err(disk_error(folder, "written"))
    }

    /// Renames a written file to `path`.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn finish(&self, file: tempfile::NamedTempFile, path: &Path) -> Result<(), SourceError> {
        file.persist(path)
            .map(drop)
            .map_err(|error| disk_error(path, "written")(error.error))
    }
}

/// Removes unfinished files in the folder and its subfolders.
fn remove_unfinished(folder: &Path) -> Result<(), SourceError> {
    for entry in fs::read_dir(folder).map_err(disk_error(folder, "read"))? {
        let path = entry.map_err(disk_error(folder, "read"))?.path();
        if path.is_dir() {
            remove_unfinished(&path)?;
        } else if path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with(TEMPORARY_PREFIX))
        {
            fs::remove_file(&path).map_err(disk_error(&path, "removed"))?;
        }
    }
    Ok(())
}

/// Returns a closure that describes an error of this machine's disk.
pub fn disk_error(path: &Path, doing: &'static str) -> impl FnOnce(io::Error) -> SourceError {
    let path = path.to_owned();
    move |reason| SourceError::Disk {
        path,
        doing,
        reason,
    }
}

/// Returns the digest that a note contains.
pub fn digest(body: &[u8]) -> String {
    Sha256::digest(body)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(body: &[u8]) -> CacheNote {
        CacheNote {
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
    fn load_returns_complete_responses_only() {
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
    fn open_removes_unfinished_files_only() {
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
    fn open_refuses_cache_in_use() {
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
