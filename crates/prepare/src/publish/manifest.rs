//! Reads the manifest of a folder and lists the files that it names.

use std::collections::BTreeSet;
use std::path::Path;
use std::{fs, io};

use rising_model::dataset::manifest::{DataFile, MANIFEST_VERSION, Manifest};
use sha2::{Digest, Sha256};

use super::error::{PublishError, at};

/// The manifest's file name.
pub const MANIFEST: &str = "manifest.json";

/// Hexadecimal digits of the content hash in a file name.
const HASH_DIGITS: usize = 10;

/// Returns the digits of the content hash that a file name contains.
pub fn content_hash<'a>(contents: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    contents.into_iter().for_each(|bytes| hash.update(bytes));
    let digits: String = hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    digits[..HASH_DIGITS].to_owned()
}

/// Reads the manifest in a folder; `None` if it does not exist.
///
/// # Errors
/// If it cannot be read, or is not a manifest of this version.
pub fn read_manifest(folder: &Path) -> Result<Option<Manifest>, PublishError> {
    let path = folder.join(MANIFEST);
    read(&path)?
        .map(|bytes| parse(&bytes).map_err(|reason| PublishError::BadManifest { path, reason }))
        .transpose()
}

/// Reads a file; `None` if it does not exist.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, PublishError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(at(path)(error)),
    }
}

/// Parses a manifest.
///
/// # Errors
/// The reason why it is not a manifest of this version.
pub fn parse(bytes: &[u8]) -> Result<Manifest, String> {
    let value: serde_json::Value =
        serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    match value.get("version").and_then(serde_json::Value::as_u64) {
        Some(version) if version == u64::from(MANIFEST_VERSION) => {}
        Some(version) => {
            return Err(format!(
                "it has version {version}, this program knows {MANIFEST_VERSION}"
            ));
        }
        None => return Err("it has no version".into()),
    }
    serde_json::from_value(value).map_err(|error| error.to_string())
}

/// Serialises a manifest as it is published.
pub(super) fn text(manifest: &Manifest) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(manifest).map(|text| text + "\n")
}

/// Returns the files that a manifest names, except postcode files.
pub fn files(manifest: &Manifest) -> impl Iterator<Item = &DataFile> {
    let of_levels = [&manifest.levels.ltla, &manifest.levels.msoa]
        .into_iter()
        .flatten()
        .flat_map(|level| {
            let counts = level.counts.iter().map(|chunk| &chunk.file);
            [&level.areas, &level.shapes, &level.detail]
                .into_iter()
                .chain(counts)
        });
    [&manifest.places, &manifest.names]
        .into_iter()
        .flatten()
        .chain(of_levels)
}

/// Returns the names of all files that a manifest names.
pub fn file_names(manifest: &Manifest) -> BTreeSet<String> {
    let postcodes = manifest
        .postcodes
        .iter()
        .flat_map(rising_model::dataset::manifest::PostcodeFiles::files);
    files(manifest)
        .map(|data| data.file.clone())
        .chain(postcodes)
        .collect()
}

fn is_hash(part: &str) -> bool {
    part.len() == HASH_DIGITS && part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether a name is that of a data file that this program writes.
pub fn is_data_file(name: &str) -> bool {
    match name.split('.').collect::<Vec<_>>()[..] {
        ["postcodes", hash, area, "bin"] => {
            is_hash(hash) && area.bytes().all(|b| b.is_ascii_lowercase())
        }
        [.., kind, hash, "bin"] => {
            is_hash(hash)
                && matches!(
                    kind,
                    "areas" | "shapes" | "detail" | "counts" | "places" | "names"
                )
        }
        _ => false,
    }
}

/// Returns the hash in a data file's name; `None` for postcode files, whose names all contain the
/// hash of all of them.
pub fn hash_in_name(name: &str) -> Option<&str> {
    let hash = name.strip_suffix(".bin")?.rsplit('.').next()?;
    is_hash(hash).then_some(hash)
}

/// Returns the file name under which a replaced manifest is kept.
pub(super) fn kept_name(id: &str) -> String {
    format!("manifest.{id}.json")
}

/// Returns the identity in a kept manifest's file name.
pub(super) fn kept_id(name: &str) -> Option<&str> {
    let id = name.strip_prefix("manifest.")?.strip_suffix(".json")?;
    is_hash(id).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_manifest_refuses_other_versions() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read_manifest(folder.path()).unwrap(), None);
        for (text, expected) in [
            ("{\"version\":9}", "version 9"),
            ("{}", "no version"),
            ("<html>", "expected value"),
        ] {
            fs::write(folder.path().join(MANIFEST), text).unwrap();
            let error = read_manifest(folder.path()).unwrap_err().to_string();
            assert!(
                error.contains(expected) && error.contains("--out"),
                "{error}"
            );
        }
    }

    #[test]
    fn is_data_file_recognises_only_own_names() {
        for ours in [
            "ltla.counts.0123456789.bin",
            "places.0123abcdef.bin",
            "postcodes.0123456789.hx.bin",
        ] {
            assert!(is_data_file(ours), "{ours}");
        }
        for other in [
            "notes.bin",
            "ltla.counts.0123456789.bin.br",
            "ltla.counts.012345678.bin",
            "places.bin",
        ] {
            assert!(!is_data_file(other), "{other}");
        }
        assert_eq!(
            hash_in_name("ltla.counts.0123456789.bin"),
            Some("0123456789")
        );
        assert_eq!(hash_in_name("postcodes.0123456789.hx.bin"), None);
        assert_eq!(kept_id(&kept_name("0123456789")), Some("0123456789"));
        assert_eq!(kept_id("manifest.json"), None);
    }
}
