//! The folder of a data set, while it is being published to.

use std::fs;
use std::path::{Path, PathBuf};

use rising_model::manifest::Manifest;

use super::disk;
use super::edition::content_hash;
use super::error::PublishError;
use super::lock::Lock;
use super::manifest::{MANIFEST, parse, read};

/// A data set's folder that nobody else can publish to, with the manifest that it has. Whoever
/// reads the manifest to write a changed one must hold this in between, or what somebody else
/// published meanwhile would be lost.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    manifest: Option<Vec<u8>>,
    _lock: Lock,
    /// After the lock, which is a file in it.
    _made: Option<Made>,
}

/// A folder that was made for an edition; without one, it is removed again.
#[derive(Debug)]
struct Made(PathBuf);

impl Drop for Made {
    fn drop(&mut self) {
        // Fails if there is something in it, as there should be.
        let _ = fs::remove_dir(&self.0);
    }
}

impl DataFolder {
    /// Locks a folder, which is made if it is not there, and removes what killed runs have left in
    /// it.
    ///
    /// # Errors
    /// If somebody else publishes to it, or the system refuses.
    pub fn create(path: &Path) -> Result<DataFolder, PublishError> {
        let made = (!path.exists()).then(|| Made(path.to_owned()));
        disk::create_folder(path)?;
        DataFolder::lock(path, made)
    }

    /// The same for a folder that must be there.
    ///
    /// # Errors
    /// If it is not there, somebody else publishes to it, or the system refuses.
    pub fn open(path: &Path) -> Result<DataFolder, PublishError> {
        if !path.is_dir() {
            return Err(PublishError::NoDataSet(path.to_owned()));
        }
        DataFolder::lock(path, None)
    }

    fn lock(path: &Path, made: Option<Made>) -> Result<DataFolder, PublishError> {
        let lock = Lock::take(path)?;
        // First, because a full disk may be full of it.
        disk::remove_leftovers(path)?;
        let manifest = read(&path.join(MANIFEST))?;
        Ok(DataFolder {
            path: path.to_owned(),
            manifest,
            _lock: lock,
            _made: made,
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its manifest; `None` if it has none.
    ///
    /// # Errors
    /// If that is none of this version.
    pub fn manifest(&self) -> Result<Option<Manifest>, PublishError> {
        let bad = |reason| PublishError::BadManifest {
            path: self.path.join(MANIFEST),
            reason,
        };
        self.manifest
            .as_deref()
            .map(|bytes| parse(bytes).map_err(bad))
            .transpose()
    }

    /// The manifest of a data set that there must be, for what is added to it.
    ///
    /// # Errors
    /// If there is none, or it is none of this version.
    pub fn require_manifest(&self) -> Result<Manifest, PublishError> {
        self.manifest()?
            .ok_or_else(|| PublishError::NoDataSet(self.path.clone()))
    }

    /// The identity of the edition that it has: the first digits of its manifest's SHA-256.
    pub fn id(&self) -> Option<String> {
        self.manifest_bytes().map(|bytes| content_hash([bytes]))
    }

    pub(super) fn manifest_bytes(&self) -> Option<&[u8]> {
        self.manifest.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_made_for_nothing_is_gone_again() {
        let outer = tempfile::tempdir().unwrap();
        let path = outer.path().join("data");
        let folder = DataFolder::create(&path).unwrap();
        assert!(path.is_dir() && folder.id().is_none());
        drop(folder);
        assert!(!path.exists());
        assert!(matches!(
            DataFolder::open(&path),
            Err(PublishError::NoDataSet(_))
        ));
    }
}
