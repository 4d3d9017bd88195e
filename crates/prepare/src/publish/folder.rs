//! Locks the folder of a data set while an edition is published to it.

use std::fs;
use std::path::{Path, PathBuf};

use rising_model::dataset::manifest::Manifest;

use super::disk;
use super::error::PublishError;
use super::lock::Lock;
use super::manifest::{MANIFEST, content_hash, parse, read};

/// A locked folder of a data set, with the manifest that it has. A command that reads the manifest
/// to write a changed one must hold this in between: otherwise it would overwrite an edition that
/// another command published in the meantime.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    manifest: Option<Vec<u8>>,
    _lock: Lock,
    /// Declared after the lock so that it is dropped after it: the lock is a file in the folder.
    _created: Option<CreatedFolder>,
}

/// A folder that was created for an edition. Removed on drop if nothing was published to it.
#[derive(Debug)]
struct CreatedFolder(PathBuf);

impl Drop for CreatedFolder {
    fn drop(&mut self) {
        // Fails, as it should, if the folder has files.
        let _ = fs::remove_dir(&self.0);
    }
}

impl DataFolder {
    /// Locks a folder, creates it if it does not exist, and removes the temporary files of killed
    /// runs.
    ///
    /// # Errors
    /// If another run is publishing to it, or the system refuses.
    pub fn create(path: &Path) -> Result<DataFolder, PublishError> {
        let created = (!path.exists()).then(|| CreatedFolder(path.to_owned()));
        disk::create_folder(path)?;
        DataFolder::lock(path, created)
    }

    /// Locks an existing folder.
    ///
    /// # Errors
    /// If it does not exist, another run is publishing to it, or the system refuses.
    pub fn open(path: &Path) -> Result<DataFolder, PublishError> {
        if !path.is_dir() {
            return Err(PublishError::NoDataSet(path.to_owned()));
        }
        DataFolder::lock(path, None)
    }

    fn lock(path: &Path, created: Option<CreatedFolder>) -> Result<DataFolder, PublishError> {
        let lock = Lock::take(path)?;
        // Before anything is written: leftovers may have filled the disk.
        disk::remove_leftovers(path)?;
        let manifest = read(&path.join(MANIFEST))?;
        Ok(DataFolder {
            path: path.to_owned(),
            manifest,
            _lock: lock,
            _created: created,
        })
    }

    /// The folder's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns its manifest; `None` if it has none.
    ///
    /// # Errors
    /// If it is not a manifest of this version.
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

    /// Returns the manifest of a data set that must exist, for commands that add to it.
    ///
    /// # Errors
    /// If it does not exist, or is not a manifest of this version.
    pub fn require_manifest(&self) -> Result<Manifest, PublishError> {
        self.manifest()?
            .ok_or_else(|| PublishError::NoDataSet(self.path.clone()))
    }

    /// Returns the identity of its present edition: the first digits of its manifest's SHA-256.
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
    fn create_without_publication_removes_folder() {
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
