//! Replaces the manifest, which publishes an edition.

use super::error::PublishError;
use super::folder::DataFolder;
use super::history::KeptEdition;
use super::manifest::{MANIFEST, kept_name};
use super::{disk, history};
use crate::content_encoding::ContentEncoding;

/// Replaces the manifest and keeps the earlier one, unless they are the same. All files that the
/// new one names must exist. The rename at the end is the publication.
pub(super) fn swap_manifest(
    folder: &DataFolder,
    manifest: &[u8],
    keep: bool,
) -> Result<(), PublishError> {
    let path = folder.path();
    let before = folder.manifest_bytes();
    if before == Some(manifest) {
        return disk::make_readable(&path.join(MANIFEST));
    }
    if let Some(before) = before.filter(|_| keep) {
        history::keep(path, before)?;
    }
    disk::sync(path)?;
    let file = path.join(MANIFEST);
    // Two files cannot be renamed at once. A server that finds a compressed copy of the manifest
    // would keep sending the earlier edition to readers that accept the coding.
    for coding in ContentEncoding::ALL {
        disk::remove(&coding.copy_path(&file))?;
    }
    disk::replace(&file, manifest)
}

/// Publishes a kept edition again and keeps the present one. The caller must have checked that all
/// its files exist.
///
/// # Errors
/// If the system refuses. The folder then has the edition that it had, or if the error is
/// [`PublishError::Afterwards`], the restored one.
pub fn restore(folder: DataFolder, edition: &KeptEdition) -> Result<(), PublishError> {
    swap_manifest(&folder, &edition.bytes, true)?;
    let path = folder.path();
    let cleanup = disk::sync(path).and_then(|()| disk::remove(&path.join(kept_name(&edition.id))));
    cleanup.map(drop).map_err(PublishError::afterwards)
}
