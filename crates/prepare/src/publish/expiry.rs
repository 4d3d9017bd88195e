//! Removes the editions that no reader can be using any more.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::SystemTime;

use rising_model::dataset::manifest::Manifest;

use super::error::PublishError;
use super::manifest::{file_names, is_data_file, kept_name};
use super::options::PublishOptions;
use super::{disk, history};
use crate::content_encoding::ContentEncoding;

/// The data files of earlier editions.
#[derive(Debug, Default)]
pub(super) struct EarlierFiles {
    /// Those that were kept for readers who have an earlier manifest.
    pub kept: Vec<String>,
    /// Those that were removed.
    pub removed: Vec<String>,
}

/// Removes kept manifests whose time has passed, and data files that no remaining manifest names.
/// `present` is the published edition, `id` its identity.
pub(super) fn remove_expired(
    folder: &Path,
    present: &Manifest,
    id: &str,
    options: &PublishOptions,
) -> Result<EarlierFiles, PublishError> {
    let mut earlier = EarlierFiles::default();
    let now = SystemTime::now();
    let mut newer = 0;
    let named = file_names(present);
    let mut kept = BTreeSet::new();
    let mut all_readable = true;
    for edition in history::read_kept_editions(folder)? {
        let age = now.duration_since(edition.superseded).unwrap_or_default();
        // An edition that cannot be read does not count for a rollback, but pages that were opened
        // with it may still be open.
        let newer_ones = if edition.manifest.is_ok() {
            newer
        } else {
            usize::MAX
        };
        // The present edition needs no kept manifest. It has one if it was restored, or if the run
        // that would have replaced it was killed.
        if edition.id == id || !options.is_kept(age, newer_ones) {
            disk::remove(&folder.join(kept_name(&edition.id)))?;
            continue;
        }
        match &edition.manifest {
            Ok(manifest) => {
                kept.extend(file_names(manifest));
                newer += 1;
            }
            Err(_) => all_readable = false,
        }
    }
    // Compressed copies are matched by their own names, so that copies of removed files are found
    // too.
    for entry in disk::names(folder)? {
        let coding = ContentEncoding::ALL
            .into_iter()
            .find_map(|coding| entry.strip_suffix(coding.extension()));
        let name = coding.unwrap_or(&entry);
        if !is_data_file(name) || named.contains(name) {
            continue;
        }
        // While one of the kept manifests cannot be read, any file may be one that its readers
        // request.
        let is_kept = !all_readable || kept.contains(name);
        if !is_kept {
            disk::remove(&folder.join(&entry))?;
        }
        if coding.is_none() {
            if is_kept {
                &mut earlier.kept
            } else {
                &mut earlier.removed
            }
            .push(entry);
        }
    }
    Ok(earlier)
}
