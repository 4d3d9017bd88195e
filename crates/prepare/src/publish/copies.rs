//! Writes compressed copies of the data files, which some servers send in place of the files.

use std::fs;
use std::path::Path;

use rising_model::dataset::manifest::Manifest;

use super::disk;
use super::error::{PublishError, at};
use super::folder::DataFolder;
use super::manifest::file_names;
use super::options::PublishOptions;
use crate::content_encoding::ContentEncoding;

/// Writes the compressed copies of the files that a manifest names. The manifest itself has none:
/// see [`swap_manifest`](super::swap::swap_manifest).
pub(super) fn write(
    folder: &DataFolder,
    manifest: &Manifest,
    options: &PublishOptions,
) -> Result<(), PublishError> {
    let names = file_names(manifest);
    let codings = wanted_codings(folder, options);
    codings.into_iter().try_for_each(|coding| {
        names
            .iter()
            .try_for_each(|name| write_copy(&folder.path().join(name), coding))
    })
}

/// Returns the codings that new files get copies in: those that were asked for, and those in which
/// the published files have copies.
fn wanted_codings(folder: &DataFolder, options: &PublishOptions) -> Vec<ContentEncoding> {
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

/// Writes the compressed copy of a file unless a correct one exists.
fn write_copy(path: &Path, coding: ContentEncoding) -> Result<(), PublishError> {
    let copy_path = coding.copy_path(path);
    let content = fs::read(path).map_err(at(path))?;
    let is_correct = |copy: Vec<u8>| {
        coding
            .decompress(&copy, content.len() as u64)
            .is_ok_and(|bytes| bytes == content)
    };
    if fs::read(&copy_path).is_ok_and(is_correct) {
        return disk::make_readable(&copy_path);
    }
    disk::replace(&copy_path, &coding.compress(&content))
}
