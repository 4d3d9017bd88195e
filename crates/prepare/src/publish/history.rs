//! Keeps the manifests of replaced editions, beside the present one.

use std::cmp::Reverse;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use rising_model::dataset::manifest::Manifest;

use super::disk;
use super::error::{PublishError, at};
use super::manifest::{content_hash, kept_id, kept_name, parse, read};

/// A published edition that another has replaced.
#[derive(Debug)]
pub struct KeptEdition {
    /// The first digits of its manifest's SHA-256.
    pub id: String,
    /// The time at which another edition replaced it.
    pub superseded: SystemTime,
    /// Its manifest's bytes.
    pub bytes: Vec<u8>,
    /// The manifest, or the reason why it cannot be read.
    pub manifest: Result<Manifest, String>,
}

/// Reads the kept editions of a folder, the one replaced last first.
///
/// # Errors
/// If the system refuses.
pub fn read_kept_editions(folder: &Path) -> Result<Vec<KeptEdition>, PublishError> {
    let mut kept = vec![];
    for name in disk::names(folder)? {
        let Some(id) = kept_id(&name) else { continue };
        let path = folder.join(&name);
        // Another run may have removed it in the meantime.
        let Some(bytes) = read(&path)? else { continue };
        let superseded = fs::metadata(&path)
            .and_then(|data| data.modified())
            .map_err(at(&path))?;
        let manifest = match content_hash([&bytes[..]]) {
            hash if hash == id => parse(&bytes),
            hash => Err(format!("{name} is damaged: its SHA-256 begins {hash}")),
        };
        kept.push(KeptEdition {
            id: id.to_owned(),
            superseded,
            bytes,
            manifest,
        });
    }
    kept.sort_by_key(|edition| Reverse(edition.superseded));
    Ok(kept)
}

/// Keeps a manifest that is about to be replaced. The copy's modification time is when it was
/// replaced, and the time to keep it counts from then: until then, readers received it.
pub(super) fn keep(folder: &Path, manifest: &[u8]) -> Result<(), PublishError> {
    disk::replace(&folder.join(kept_name(&content_hash([manifest]))), manifest)
}
