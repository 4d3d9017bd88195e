//! Putting an edition where a server reads it, so that no reader ever sees half of one.
//!
//! Data files carry a hash of their content in their name and are never changed: each is written
//! beside its place and renamed into it, and the manifest, which names them, comes last. Readers of
//! the edition before still find its files for a day.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use rising_model::day::Day;
use rising_model::manifest::{DataFile, MANIFEST_VERSION, Manifest, PostcodeFiles};
use sha2::{Digest, Sha256};
use thiserror::Error;

/// The manifest's name.
pub const MANIFEST: &str = "manifest.json";

/// Hexadecimal digits of the content hash in a file name.
const HASH_DIGITS: usize = 10;

/// Why an edition was not written, or an earlier one not read.
#[derive(Debug, Error)]
pub enum WriteError {
    /// The system refused.
    #[error("{path}: {reason}; check the folder's permissions and free space")]
    Io {
        /// What was being read or written.
        path: PathBuf,
        /// What the system says.
        reason: io::Error,
    },
    /// A manifest that is none.
    #[error("{path}: {reason}; remove it to start a new data set, or choose another --out")]
    BadManifest {
        /// The manifest.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> WriteError + '_ {
    move |reason| WriteError::Io { path: path.to_owned(), reason }
}

/// The manifest in a folder; `None` if there is none.
///
/// # Errors
/// If it cannot be read, or is none of this version.
pub fn read_manifest(folder: &Path) -> Result<Option<Manifest>, WriteError> {
    let path = folder.join(MANIFEST);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(at(&path)(error)),
    };
    parse_manifest(&path, &text).map(Some)
}

/// Reads the text of a manifest; `path` is its name in messages.
///
/// # Errors
/// If it is none of this version.
pub fn parse_manifest(path: &Path, text: &str) -> Result<Manifest, WriteError> {
    let bad = |reason: String| WriteError::BadManifest { path: path.to_owned(), reason };
    let value: serde_json::Value = serde_json::from_str(text).map_err(|error| bad(error.to_string()))?;
    match value.get("version").and_then(serde_json::Value::as_u64) {
        Some(version) if version == u64::from(MANIFEST_VERSION) => {}
        Some(version) => return Err(bad(format!("it has version {version}, this program knows {MANIFEST_VERSION}"))),
        None => return Err(bad("it has no version".into())),
    }
    serde_json::from_value(value).map_err(|error| bad(error.to_string()))
}

/// The manifest of a data set that there must be, for what is added to it.
///
/// # Errors
/// If there is none, or it cannot be read.
pub fn manifest_of(folder: &Path) -> anyhow::Result<Manifest> {
    read_manifest(folder)?
        .with_context(|| format!("{} has no {MANIFEST}; run `prepare compile` with that --out first", folder.display()))
}

/// Files ready to be written.
#[derive(Debug, Default)]
pub struct Edition {
    files: Vec<(DataFile, Vec<u8>)>,
}

/// What writing an edition did.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Files that were not there before.
    pub new: usize,
    /// Files of earlier editions left for readers who still have an earlier manifest.
    pub kept: Vec<String>,
    /// Files of earlier editions removed.
    pub removed: Vec<String>,
}

impl Edition {
    /// Adds a file; `stem` is its name without hash, such as `ltla.areas`.
    pub fn add(&mut self, stem: &str, bytes: Vec<u8>, records: u64) -> DataFile {
        let name = format!("{stem}.{}.bin", hash_of([&bytes[..]]));
        let file = DataFile { file: name, bytes: bytes.len() as u64, records };
        self.files.push((file.clone(), bytes));
        file
    }

    /// Adds the files of postcodes, given by area with the number of postcodes in each. One hash of all is in their names.
    pub fn add_postcodes(&mut self, files: Vec<(String, Vec<u8>, u64)>, as_of: Day) -> PostcodeFiles {
        let areas: Vec<&str> = files.iter().map(|(area, ..)| area.as_str()).collect();
        let result = PostcodeFiles {
            hash: hash_of(files.iter().map(|(_, bytes, _)| &bytes[..])),
            as_of,
            areas: areas.join(" "),
            bytes: files.iter().map(|(_, bytes, _)| bytes.len() as u64).sum(),
            records: files.iter().map(|(.., records)| records).sum(),
        };
        for (name, (_, bytes, records)) in result.files().zip(files) {
            self.files.push((DataFile { file: name, bytes: bytes.len() as u64, records }, bytes));
        }
        result
    }

    /// The files and their bytes, in the order added.
    pub fn files(&self) -> &[(DataFile, Vec<u8>)] {
        &self.files
    }

    /// Writes the files, then the manifest, then removes files that it does not name and that are
    /// older than `keep`.
    ///
    /// # Errors
    /// If the system refuses; the manifest is then still the earlier one, whole, with all its files.
    pub fn commit(&self, folder: &Path, manifest: &Manifest, keep: Duration) -> Result<Outcome, WriteError> {
        fs::create_dir_all(folder).map_err(at(folder))?;
        let mut outcome = Outcome::default();
        for (file, bytes) in &self.files {
            let path = folder.join(&file.file);
            // A file of that name with that content is left alone, so that caches keep its date.
            if fs::read(&path).is_ok_and(|present| present == *bytes) {
                continue;
            }
            replace(&path, bytes)?;
            outcome.new += 1;
        }
        let mut text = serde_json::to_string_pretty(manifest)
            .map_err(|error| WriteError::Io { path: folder.join(MANIFEST), reason: io::Error::other(error) })?;
        text.push('\n');
        replace(&folder.join(MANIFEST), text.as_bytes())?;
        remove_unnamed(folder, manifest, keep, &mut outcome)?;
        Ok(outcome)
    }
}

/// The digits of the content hash that a file name carries.
fn hash_of<'a>(contents: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    contents.into_iter().for_each(|bytes| hash.update(bytes));
    let digits: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    digits[..HASH_DIGITS].to_owned()
}

/// Size of the bytes as a server sends them at brotli's best quality.
pub fn brotli_size(bytes: &[u8]) -> u64 {
    brotli(bytes).len() as u64
}

/// The bytes at brotli's best quality.
pub fn brotli(bytes: &[u8]) -> Vec<u8> {
    let params = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    let mut compressed = Vec::new();
    // Reading from and writing to memory cannot fail.
    let _ = brotli::BrotliCompress(&mut &bytes[..], &mut compressed, &params);
    compressed
}

/// Writes beside the path and renames into it.
///
/// # Errors
/// If the system refuses; what was there is then still there, whole.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".prepare-");
    // A temporary file is its owner's only; a published one is for the web server to read.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let mut file = builder.tempfile_in(folder).map_err(at(folder))?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(at(path))?;
    file.persist(path).map_err(|error| at(path)(error.error))?;
    Ok(())
}

/// The files that a manifest names.
pub fn named_in(manifest: &Manifest) -> BTreeSet<String> {
    let mut names: Vec<&DataFile> = [&manifest.places, &manifest.names].into_iter().flatten().collect();
    for level in [&manifest.levels.ltla, &manifest.levels.msoa].into_iter().flatten() {
        names.extend([&level.areas, &level.shapes, &level.detail]);
        names.extend(level.counts.iter().map(|chunk| &chunk.file));
    }
    let names = names.into_iter().map(|data| data.file.clone());
    names.chain(manifest.postcodes.iter().flat_map(|files| files.files())).collect()
}

/// Is that the name of a data file that this program wrote?
fn is_ours(name: &str) -> bool {
    let is_hash = |part: &str| part.len() == HASH_DIGITS && part.bytes().all(|b| b.is_ascii_hexdigit());
    match name.split('.').collect::<Vec<_>>()[..] {
        ["postcodes", hash, area, "bin"] => is_hash(hash) && area.bytes().all(|b| b.is_ascii_lowercase()),
        [.., kind, hash, "bin"] => {
            is_hash(hash) && matches!(kind, "areas" | "shapes" | "detail" | "counts" | "places" | "names")
        }
        _ => false,
    }
}

fn remove_unnamed(folder: &Path, manifest: &Manifest, keep: Duration, outcome: &mut Outcome) -> Result<(), WriteError> {
    let named = named_in(manifest);
    let mut entries =
        fs::read_dir(folder).and_then(|entries| entries.collect::<io::Result<Vec<_>>>()).map_err(at(folder))?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let Ok(name) = entry.file_name().into_string() else { continue };
        if !is_ours(&name) || named.contains(name.as_str()) {
            continue;
        }
        let modified = entry.metadata().and_then(|data| data.modified()).map_err(at(&entry.path()))?;
        let age = SystemTime::now().duration_since(modified).unwrap_or_default();
        if age < keep {
            outcome.kept.push(name);
        } else {
            fs::remove_file(entry.path()).map_err(at(&entry.path()))?;
            outcome.removed.push(name);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use rising_model::area::{Level, Nation};
    use rising_model::manifest::{Defaults, Levels};
    use rising_model::scale::Breaks;

    use super::*;

    fn manifest(places: Option<DataFile>) -> Manifest {
        Manifest {
            version: MANIFEST_VERSION,
            default: Defaults { level: Level::Ltla, nation: Nation::England, date: None },
            breaks: Breaks::default(),
            levels: Levels::default(),
            places,
            names: None,
            postcodes: None,
            tiles: None,
            sources: vec![],
        }
    }

    const DAY: Duration = Duration::from_secs(86_400);

    fn names(folder: &Path) -> BTreeSet<String> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    fn commit(folder: &Path, content: &[u8], keep: Duration) -> (String, Outcome) {
        let mut edition = Edition::default();
        let file = edition.add("places", content.to_vec(), 1);
        let outcome = edition.commit(folder, &manifest(Some(file.clone())), keep).unwrap();
        (file.file, outcome)
    }

    #[test]
    fn the_name_tells_the_content() {
        let mut edition = Edition::default();
        assert_eq!(edition.add("places", b"abc".to_vec(), 1).file, "places.ba7816bf8f.bin");
    }

    #[test]
    fn an_edition_replaces_another_and_leaves_its_files_for_a_day() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("notes.bin"), "not ours").unwrap();
        let (first, _) = commit(folder.path(), b"one", DAY);
        let (second, outcome) = commit(folder.path(), b"two", DAY);
        assert_eq!(outcome, Outcome { new: 1, kept: vec![first.clone()], removed: vec![] });
        assert_eq!(read_manifest(folder.path()).unwrap().unwrap().places.unwrap().file, second);
        let (_, outcome) = commit(folder.path(), b"two", Duration::ZERO);
        assert_eq!(outcome, Outcome { new: 0, kept: vec![], removed: vec![first] });
        assert_eq!(names(folder.path()), [MANIFEST, "notes.bin", second.as_str()].map(str::to_owned).into());
    }

    #[test]
    fn a_failed_write_leaves_the_edition_before_whole() {
        let folder = tempfile::tempdir().unwrap();
        let (first, _) = commit(folder.path(), b"one", DAY);
        let before = fs::read(folder.path().join(MANIFEST)).unwrap();
        let mut edition = Edition::default();
        let file = edition.add("places", b"two".to_vec(), 1);
        // A folder in the way of the new file: it cannot be renamed into place.
        fs::create_dir_all(folder.path().join(&file.file).join("in the way")).unwrap();
        let error = edition.commit(folder.path(), &manifest(Some(file.clone())), Duration::ZERO).unwrap_err();
        assert!(error.to_string().contains(&file.file), "{error}");
        assert_eq!(fs::read(folder.path().join(MANIFEST)).unwrap(), before);
        assert_eq!(fs::read(folder.path().join(&first)).unwrap(), b"one");
        assert!(names(folder.path()).iter().all(|name| !name.starts_with(".prepare-")), "nothing half written is left");
    }

    #[cfg(unix)]
    #[test]
    fn a_web_server_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (file, _) = commit(folder.path(), b"one", DAY);
        let mode = fs::metadata(folder.path().join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o044, 0o044, "{mode:o}");
    }

    #[test]
    fn a_manifest_of_another_version_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read_manifest(folder.path()).unwrap(), None);
        for (text, expected) in [("{\"version\":9}", "version 9"), ("{}", "no version"), ("<html>", "expected value")] {
            fs::write(folder.path().join(MANIFEST), text).unwrap();
            let error = read_manifest(folder.path()).unwrap_err().to_string();
            assert!(error.contains(expected) && error.contains("--out"), "{error}");
        }
    }
}
