//! Holds the files of an edition and publishes them.

use std::fs;
use std::io;
use std::path::Path;

use rising_model::dataset::manifest::{DataFile, Manifest, PostcodeFiles};
use rising_model::domain::day::Day;

use super::error::PublishError;
use super::expiry::{EarlierFiles, remove_expired};
use super::folder::DataFolder;
use super::manifest::{self, MANIFEST, content_hash};
use super::options::PublishOptions;
use super::swap::swap_manifest;
use super::{copies, disk};
use crate::content_encoding::ContentEncoding;

/// The files of an edition, ready to be written.
#[derive(Debug, Default)]
pub struct Edition {
    files: Vec<(DataFile, Vec<u8>)>,
}

/// The changes that publishing an edition made in its folder.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct PublishOutcome {
    /// Number of files that did not exist before.
    pub new: usize,
    /// Files of earlier editions that were kept for readers who have an earlier manifest.
    pub kept: Vec<String>,
    /// Files of earlier editions that were removed.
    pub removed: Vec<String>,
}

impl Edition {
    /// Adds a file; `stem` is its name without hash, such as `ltla.areas`.
    pub fn add(&mut self, stem: &str, bytes: Vec<u8>, records: u64) -> DataFile {
        let name = format!("{stem}.{}.bin", content_hash([&bytes[..]]));
        let file = DataFile {
            file: name,
            bytes: bytes.len() as u64,
            records,
        };
        self.files.push((file.clone(), bytes));
        file
    }

    /// Adds the postcode files, given as postcode area, bytes and number of postcodes. All their
    /// names contain one hash, of all their contents.
    pub fn add_postcodes(
        &mut self,
        files: Vec<(String, Vec<u8>, u64)>,
        as_of: Day,
    ) -> PostcodeFiles {
        let areas: Vec<&str> = files.iter().map(|(area, ..)| area.as_str()).collect();
        let result = PostcodeFiles {
            hash: content_hash(files.iter().map(|(_, bytes, _)| &bytes[..])),
            as_of,
            areas: areas.join(" "),
            bytes: files.iter().map(|(_, bytes, _)| bytes.len() as u64).sum(),
            records: files.iter().map(|(.., records)| records).sum(),
        };
        for (name, (_, bytes, records)) in result.files().zip(files) {
            self.files.push((
                DataFile {
                    file: name,
                    bytes: bytes.len() as u64,
                    records,
                },
                bytes,
            ));
        }
        result
    }

    /// Returns the files and their bytes, in the order added.
    pub fn files(&self) -> &[(DataFile, Vec<u8>)] {
        &self.files
    }

    /// Writes the files and their compressed copies, keeps the present manifest under its hash,
    /// replaces it with the new one, and removes editions that have been kept long enough.
    ///
    /// # Errors
    /// If the system refuses. The folder then has the earlier edition, complete, or if the error is
    /// [`PublishError::Afterwards`], the new one.
    pub fn commit(
        &self,
        folder: DataFolder,
        manifest: &Manifest,
        options: &PublishOptions,
    ) -> Result<PublishOutcome, PublishError> {
        let path = folder.path();
        let mut new = 0;
        for (file, bytes) in &self.files {
            let path = path.join(&file.file);
            // A file with the same name and content is left alone, so that caches keep its date. If
            // the content differs, the disk has damaged it.
            if fs::read(&path).is_ok_and(|present| present == *bytes) {
                continue;
            }
            disk::replace(&path, bytes)?;
            new += 1;
        }
        check_complete(path, manifest)?;
        // This includes files that earlier runs wrote.
        make_all_readable(path, manifest)?;
        copies::write(&folder, manifest, options)?;
        let text = manifest::text(manifest).map_err(|error| PublishError::Io {
            path: path.join(MANIFEST),
            reason: io::Error::other(error),
        })?;
        swap_manifest(&folder, text.as_bytes(), options.keeps())?;

        let id = content_hash([text.as_bytes()]);
        let cleanup = disk::sync(path).and_then(|()| remove_expired(path, manifest, &id, options));
        let EarlierFiles { kept, removed } = cleanup.map_err(PublishError::afterwards)?;
        Ok(PublishOutcome { new, kept, removed })
    }
}

/// Lets a web server read all files that a manifest names, and their compressed copies.
///
/// # Errors
/// If the system refuses.
pub fn make_all_readable(folder: &Path, manifest: &Manifest) -> Result<(), PublishError> {
    let files = manifest::file_names(manifest)
        .into_iter()
        .chain([MANIFEST.to_owned()])
        .map(|name| folder.join(name));
    files
        .flat_map(|file| {
            ContentEncoding::ALL
                .map(|coding| coding.copy_path(&file))
                .into_iter()
                .chain([file])
        })
        .filter(|file| file.is_file())
        .try_for_each(|file| disk::make_readable(&file))
}

/// Checks that each file that the manifest names exists and has the length that it says.
fn check_complete(folder: &Path, manifest: &Manifest) -> Result<(), PublishError> {
    let postcodes = manifest
        .postcodes
        .iter()
        .flat_map(PostcodeFiles::files)
        .map(|name| (name, None));
    for (name, length) in manifest::files(manifest)
        .map(|data| (data.file.clone(), Some(data.bytes)))
        .chain(postcodes)
    {
        let path = folder.join(name);
        let is_complete = fs::metadata(&path)
            .is_ok_and(|data| data.is_file() && length.is_none_or(|n| n == data.len()));
        if !is_complete {
            return Err(PublishError::Incomplete { path });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::PathBuf;
    use std::time::{Duration, SystemTime};

    use rising_model::dataset::manifest::{Defaults, Levels, MANIFEST_VERSION};
    use rising_model::domain::area::{Level, Nation};
    use rising_model::domain::scale::Breaks;

    use super::super::history::read_kept_editions;
    use super::super::manifest::{kept_name, read_manifest};
    use super::*;

    fn manifest(places: Option<DataFile>) -> Manifest {
        Manifest {
            version: MANIFEST_VERSION,
            default: Defaults {
                level: Level::Ltla,
                nation: Nation::England,
                date: None,
            },
            stale_after: None,
            breaks: Breaks::default(),
            levels: Levels::default(),
            places,
            names: None,
            postcodes: None,
            tiles: None,
            labels: None,
            sources: vec![],
        }
    }

    fn names(folder: &Path) -> BTreeSet<String> {
        disk::names(folder).unwrap().into_iter().collect()
    }

    fn commit(folder: &Path, content: &[u8], options: &PublishOptions) -> (String, PublishOutcome) {
        let mut edition = Edition::default();
        let file = edition.add("places", content.to_vec(), 1);
        let outcome = edition
            .commit(
                DataFolder::create(folder).unwrap(),
                &manifest(Some(file.clone())),
                options,
            )
            .unwrap();
        (file.file, outcome)
    }

    fn two_days() -> PublishOptions {
        PublishOptions::keeping(48, 0)
    }

    /// Returns the files of the kept manifests, the one replaced last first.
    fn kept(folder: &Path) -> Vec<PathBuf> {
        read_kept_editions(folder)
            .unwrap()
            .iter()
            .map(|edition| folder.join(kept_name(&edition.id)))
            .collect()
    }

    fn age(file: &Path, hours: u64) {
        let then = SystemTime::now() - Duration::from_secs(hours * 3600);
        fs::File::options()
            .write(true)
            .open(file)
            .unwrap()
            .set_modified(then)
            .unwrap();
    }

    #[test]
    fn edition_add_puts_content_hash_in_name() {
        let mut edition = Edition::default();
        assert_eq!(
            edition.add("places", b"abc".to_vec(), 1).file,
            "places.ba7816bf8f.bin"
        );
    }

    /// Returns the file of places that the published manifest names.
    fn published_places(folder: &Path) -> String {
        let manifest = read_manifest(folder).unwrap().unwrap();
        manifest.places.unwrap().file
    }

    #[test]
    fn commit_replaced_edition_keeps_files_until_expiry() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("notes.bin"), "not ours").unwrap();
        let (first, _) = commit(folder.path(), b"one", &two_days());
        let before = fs::read(folder.path().join(MANIFEST)).unwrap();
        // The age of a kept edition counts from when it was replaced, not from when it was written.
        age(&folder.path().join(&first), 1000);
        age(&folder.path().join(MANIFEST), 1000);
        let (second, outcome) = commit(folder.path(), b"two", &two_days());
        assert_eq!(
            outcome,
            PublishOutcome {
                new: 1,
                kept: vec![first.clone()],
                removed: vec![]
            }
        );
        assert_eq!(published_places(folder.path()), second);
        let kept = kept(folder.path());
        assert_eq!(fs::read(&kept[0]).unwrap(), before);

        let (_, outcome) = commit(folder.path(), b"two", &two_days());
        assert_eq!(
            (outcome.new, outcome.kept, outcome.removed.len()),
            (0, vec![first.clone()], 0),
            "same content again"
        );
        age(&kept[0], 49);
        let (_, outcome) = commit(folder.path(), b"two", &two_days());
        assert_eq!(
            outcome,
            PublishOutcome {
                new: 0,
                kept: vec![],
                removed: vec![first]
            }
        );
        assert_eq!(
            names(folder.path()),
            [MANIFEST, "notes.bin", second.as_str()]
                .map(str::to_owned)
                .into()
        );
    }

    #[test]
    fn commit_last_editions_are_kept_at_any_age() {
        let folder = tempfile::tempdir().unwrap();
        let options = PublishOptions::keeping(24, 2);
        let files: Vec<String> = (0..4u8)
            .map(|n| commit(folder.path(), &[n], &options).0)
            .collect();
        for (file, hours) in kept(folder.path()).iter().zip([30, 40, 50]) {
            age(file, hours);
        }
        let (_, outcome) = commit(folder.path(), &[3], &options);
        assert!(outcome.removed.contains(&files[0]), "{outcome:?}");
        let there = names(folder.path());
        assert!(
            files[1..].iter().all(|file| there.contains(file)),
            "{there:?}"
        );
        assert_eq!(kept(folder.path()).len(), 2);
    }

    #[test]
    fn commit_with_zero_hours_keeps_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let nothing = PublishOptions::keeping(0, 2);
        commit(folder.path(), b"one", &two_days());
        commit(folder.path(), b"two", &two_days());
        let (third, _) = commit(folder.path(), b"three", &nothing);
        assert_eq!(names(folder.path()), [MANIFEST.to_owned(), third].into());
    }

    #[test]
    fn commit_of_kept_edition_removes_it_from_kept() {
        let folder = tempfile::tempdir().unwrap();
        let (first, _) = commit(folder.path(), b"one", &two_days());
        commit(folder.path(), b"two", &two_days());
        let (again, outcome) = commit(folder.path(), b"one", &two_days());
        assert_eq!((&again, outcome.new), (&first, 0));
        assert_eq!(kept(folder.path()).len(), 1, "only the edition two");
    }

    #[test]
    fn commit_unreadable_kept_manifest_keeps_all_files() {
        let (folder, options) = (tempfile::tempdir().unwrap(), PublishOptions::keeping(48, 2));
        let (first, _) = commit(folder.path(), b"one", &options);
        commit(folder.path(), b"two", &options);
        let file = kept(folder.path()).remove(0);
        fs::write(&file, "{").unwrap();
        let (_, outcome) = commit(folder.path(), b"three", &options);
        assert!(outcome.kept.contains(&first), "{outcome:?}");
        age(&file, 49);
        let (_, outcome) = commit(folder.path(), b"three", &options);
        assert!(outcome.removed.contains(&first), "{outcome:?}");
    }

    #[test]
    fn commit_rewrites_damaged_and_removes_leftover_files() {
        let folder = tempfile::tempdir().unwrap();
        let (file, _) = commit(folder.path(), b"one", &two_days());
        fs::write(folder.path().join(&file), "on").unwrap();
        fs::write(folder.path().join(".prepare-x"), "half").unwrap();
        fs::write(
            folder.path().join("places.0123456789.bin"),
            "never published",
        )
        .unwrap();
        let (_, outcome) = commit(folder.path(), b"one", &two_days());
        assert_eq!(
            outcome,
            PublishOutcome {
                new: 1,
                kept: vec![],
                removed: vec!["places.0123456789.bin".into()]
            }
        );
        assert_eq!(fs::read(folder.path().join(&file)).unwrap(), b"one");
        assert_eq!(names(folder.path()), [MANIFEST.to_owned(), file].into());
    }

    #[test]
    fn commit_copies_follow_their_files() {
        let folder = tempfile::tempdir().unwrap();
        let copies = |file: &str| {
            ContentEncoding::ALL.map(|coding| coding.copy_path(&folder.path().join(file)))
        };
        let (first, _) = commit(folder.path(), b"one", &two_days());
        assert!(copies(&first).iter().all(|copy| !copy.exists()));
        commit(folder.path(), b"one", &two_days().compressed());
        assert!(copies(&first).iter().all(|copy| copy.exists()), "asked for");
        fs::write(&copies(&first)[1], "stale").unwrap();
        commit(folder.path(), b"one", &two_days());
        for (coding, copy) in ContentEncoding::ALL.into_iter().zip(copies(&first)) {
            assert_eq!(
                coding.decompress(&fs::read(copy).unwrap(), 10).unwrap(),
                b"one"
            );
        }
        // A compressed copy of the manifest would become stale.
        for coding in ContentEncoding::ALL {
            fs::write(coding.copy_path(&folder.path().join(MANIFEST)), "").unwrap();
        }
        let (second, _) = commit(folder.path(), b"two", &PublishOptions::keeping(0, 0));
        let there = [
            second.clone(),
            second.clone() + ".br",
            second + ".gz",
            MANIFEST.to_owned(),
        ];
        assert_eq!(names(folder.path()), there.into());
    }

    #[test]
    fn commit_failed_write_leaves_earlier_edition() {
        let folder = tempfile::tempdir().unwrap();
        let (first, _) = commit(folder.path(), b"one", &two_days());
        let before = fs::read(folder.path().join(MANIFEST)).unwrap();
        let mut edition = Edition::default();
        let file = edition.add("places", b"two".to_vec(), 1);
        // A folder with the name of the new file, which therefore cannot be renamed into place.
        fs::create_dir_all(folder.path().join(&file.file).join("in the way")).unwrap();
        let locked = DataFolder::create(folder.path()).unwrap();
        let error = edition
            .commit(
                locked,
                &manifest(Some(file.clone())),
                &PublishOptions::keeping(0, 0),
            )
            .unwrap_err();
        assert!(error.to_string().contains(&file.file), "{error}");
        assert_eq!(fs::read(folder.path().join(MANIFEST)).unwrap(), before);
        assert_eq!(fs::read(folder.path().join(&first)).unwrap(), b"one");
        assert!(
            names(folder.path())
                .iter()
                .all(|name| !name.starts_with(".prepare")),
            "no temporary file is left"
        );
    }

    #[test]
    fn commit_manifest_naming_missing_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (first, _) = commit(folder.path(), b"one", &two_days());
        let missing = DataFile {
            file: "names.0123456789.bin".into(),
            bytes: 3,
            records: 1,
        };
        let locked = DataFolder::open(folder.path()).unwrap();
        let wrong = Manifest {
            names: Some(missing),
            ..locked.require_manifest().unwrap()
        };
        let error = Edition::default()
            .commit(locked, &wrong, &two_days())
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("names.0123456789.bin is named by the manifest"),
            "{error}"
        );
        assert_eq!(published_places(folder.path()), first);
    }

    #[cfg(unix)]
    #[test]
    fn commit_makes_files_readable_to_all() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (file, _) = commit(folder.path(), b"one", &two_days());
        let mode = fs::metadata(folder.path().join(file))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o044, 0o044, "{mode:o}");
    }
}
