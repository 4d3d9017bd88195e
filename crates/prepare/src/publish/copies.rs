//! The compressed copies that some servers send in place of the files.

use std::fs;
use std::path::Path;

use rising_model::manifest::Manifest;

use super::disk;
use super::error::{PublishError, at};
use super::folder::DataFolder;
use super::manifest::file_names;
use super::options::PublishOptions;
use crate::content_encoding::ContentEncoding;

/// Makes the copies that are wanted of the files that a manifest names. The manifest itself has
/// none: see
/// [`exchange`](super::swap::swap_manifest).
pub(super) fn write(
    folder: &DataFolder,
    manifest: &Manifest,
    options: &PublishOptions,
) -> Result<(), PublishError> {
    let names = file_names(manifest);
    let wanted = codings(folder, options);
    wanted.into_iter().try_for_each(|coding| {
        names
            .iter()
            .try_for_each(|name| copy(&folder.path().join(name), coding))
    })
}

/// The codings of which the new files get copies: those that were asked for, or of which the files
/// there have some.
fn codings(folder: &DataFolder, options: &PublishOptions) -> Vec<ContentEncoding> {
    let names: Vec<String> = folder
        .manifest()
        .ok()
        .flatten()
        .map(|before| file_names(&before).into_iter().collect())
        .unwrap_or_default();
    let has = |coding: ContentEncoding| {
        names
            .iter()
            .any(|name| coding.copy_path(&folder.path().join(name)).is_file())
    };
    ContentEncoding::ALL
        .into_iter()
        .filter(|&coding| options.precompress() || has(coding))
        .collect()
}

/// Makes the copy of a file, unless there is one.
fn copy(path: &Path, coding: ContentEncoding) -> Result<(), PublishError> {
    let beside = coding.copy_path(path);
    let content = fs::read(path).map_err(at(path))?;
    let is_copy = |copy: Vec<u8>| {
        coding
            .decompress(&copy, content.len() as u64)
            .is_ok_and(|bytes| bytes == content)
    };
    if fs::read(&beside).is_ok_and(is_copy) {
        return disk::make_readable(&beside);
    }
    disk::replace(&beside, &coding.compress(&content))
}
