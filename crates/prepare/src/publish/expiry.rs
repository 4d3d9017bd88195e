//! Removing what no reader can be using any more.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::SystemTime;

use rising_model::manifest::Manifest;

use super::edition::PublishOutcome;
use super::error::PublishError;
use super::manifest::{file_names, is_data_file, kept_name};
use super::options::PublishOptions;
use super::{disk, history};
use crate::content_encoding::ContentEncoding;

/// Removes kept manifests that have had their time, and data files that none of the others names.
/// `present` is the edition that is published, `id` its identity.
pub(super) fn remove_expired(
    folder: &Path,
    present: &Manifest,
    id: &str,
    options: &PublishOptions,
    outcome: &mut PublishOutcome,
) -> Result<(), PublishError> {
    let (now, mut newer) = (SystemTime::now(), 0);
    let (named, mut kept) = (file_names(present), BTreeSet::new());
    let mut all_known = true;
    for edition in history::read_kept_editions(folder)? {
        let age = now.duration_since(edition.superseded).unwrap_or_default();
        // Nobody can go back to one that cannot be read, but pages that were opened with it may be
        // open still.
        let newer_ones = if edition.manifest.is_ok() {
            newer
        } else {
            usize::MAX
        };
        // The present edition is kept by being that: it was brought back, or the run that would
        // have replaced it was killed.
        if edition.id == id || !options.keep(age, newer_ones) {
            disk::remove(&folder.join(kept_name(&edition.id)))?;
            continue;
        }
        match &edition.manifest {
            Ok(manifest) => {
                kept.extend(file_names(manifest));
                newer += 1;
            }
            Err(_) => all_known = false,
        }
    }
    // Copies have names of their own, so that those whose file has gone are found as well.
    for entry in disk::names(folder)? {
        let coding = ContentEncoding::ALL
            .into_iter()
            .find_map(|coding| entry.strip_suffix(coding.extension()));
        let name = coding.unwrap_or(&entry);
        if !is_data_file(name) || named.contains(name) {
            continue;
        }
        // As long as one of the kept manifests cannot be read, nobody knows what its readers may
        // ask for.
        let stays = !all_known || kept.contains(name);
        if !stays {
            disk::remove(&folder.join(&entry))?;
        }
        if coding.is_none() {
            if stays {
                &mut outcome.kept
            } else {
                &mut outcome.removed
            }
            .push(entry);
        }
    }
    Ok(())
}
