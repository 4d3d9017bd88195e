//! The moment of publication.

use super::error::PublishError;
use super::folder::DataFolder;
use super::history::KeptEdition;
use super::manifest::{MANIFEST, kept_name};
use super::{disk, history};
use crate::content_encoding::ContentEncoding;

/// Makes a manifest the one that readers are given, and keeps the one before, unless they are the
/// same. All that it names is there. This is the moment of publication: one rename.
pub(super) fn swap_manifest(
    folder: &DataFolder,
    manifest: &[u8],
    keep: bool,
) -> Result<(), PublishError> {
    let (path, before) = (folder.path(), folder.manifest_bytes());
    if before == Some(manifest) {
        return disk::make_readable(&path.join(MANIFEST));
    }
    if let Some(before) = before.filter(|_| keep) {
        history::keep(path, before)?;
    }
    disk::sync(path)?;
    let file = path.join(MANIFEST);
    // Two files cannot be renamed at once. A server that finds a copy of the manifest, whoever made
    // it, would go on sending the edition before to those who take that coding.
    for coding in ContentEncoding::ALL {
        disk::remove(&coding.copy_path(&file))?;
    }
    disk::replace(&file, manifest)
}

/// Makes an edition before the present one again, which is kept in turn. The caller has made sure
/// that all its files are there.
///
/// # Errors
/// If the system refuses. The folder then has the edition that it had, or if the error is
/// [`PublishError::Afterwards`], the other one.
pub fn restore(folder: DataFolder, edition: &KeptEdition) -> Result<(), PublishError> {
    swap_manifest(&folder, &edition.bytes, true)?;
    let path = folder.path();
    let done = disk::sync(path).and_then(|()| disk::remove(&path.join(kept_name(&edition.id))));
    done.map(drop).map_err(PublishError::afterwards)
}
