//! Takes cases from files on this machine.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::Fetched;
use super::error::SourceError;

/// Files on disk: `kind = "files"`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FilesSource {
    /// Paths, or patterns such as `cases/*.csv.gz`, relative to the configuration's folder.
    pub paths: Vec<String>,
}

impl FilesSource {
    pub(super) fn resolve(&mut self, folder: &Path) {
        let folder = glob::Pattern::escape(&folder.to_string_lossy());
        for path in &mut self.paths {
            if !Path::new(path).is_absolute() {
                *path = Path::new(&folder)
                    .join(&path)
                    .to_string_lossy()
                    .into_owned();
            }
        }
    }

    pub(super) fn fetch(&self) -> Result<Fetched, SourceError> {
        let mut files = vec![];
        let mut missing = vec![];
        for pattern in &self.paths {
            // A path is tried as a file name first: names may contain brackets.
            let plain = PathBuf::from(pattern);
            if plain.is_file() {
                files.push(plain);
                continue;
            }
            let found = glob::glob(pattern).map_err(|error| SourceError::Setting {
                field: "paths",
                reason: format!("\"{pattern}\": {error}"),
            })?;
            let before = files.len();
            for path in found {
                let path = path.map_err(|error| SourceError::Disk {
                    path: error.path().to_owned(),
                    doing: "read",
                    reason: error.into(),
                })?;
                if path.is_file() {
                    files.push(path);
                }
            }
            if files.len() == before {
                missing.push(pattern.clone());
            }
        }
        if self.paths.is_empty() {
            return Err(SourceError::Setting {
                field: "paths",
                reason: "the list is empty; name at least one file".into(),
            });
        }
        if !missing.is_empty() {
            return Err(SourceError::NoFiles { missing });
        }
        let mut unique = vec![];
        for file in files {
            if !unique.contains(&file) {
                unique.push(file);
            }
        }
        let noun = if unique.len() == 1 { "file" } else { "files" };
        let notes = vec![format!("{} {noun} on this machine", unique.len())];
        Ok(Fetched {
            files: unique,
            published: None,
            notes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(folder: &Path, paths: &[&str]) -> FilesSource {
        let mut source = FilesSource {
            paths: paths.iter().map(|&path| path.to_owned()).collect(),
        };
        source.resolve(folder);
        source
    }

    #[test]
    fn fetch_finds_each_path_and_pattern_match_once() {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("figures [new]");
        std::fs::create_dir(&folder).unwrap();
        for name in ["b.csv", "a.csv", "note [1].txt"] {
            std::fs::write(folder.join(name), "").unwrap();
        }
        let fetched = source(&folder, &["b.csv", "*.csv", "note [[]1].txt"])
            .fetch()
            .unwrap();
        let names: Vec<_> = fetched
            .files
            .iter()
            .map(|path| path.file_name().unwrap().to_str().unwrap())
            .collect();
        assert_eq!(names, ["b.csv", "a.csv", "note [1].txt"]);
        assert_eq!(
            (fetched.published, fetched.notes),
            (None, vec!["3 files on this machine".to_owned()])
        );
    }

    #[test]
    fn fetch_names_all_missing_files() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.csv"), "").unwrap();
        let text = source(folder.path(), &["a.csv", "no.csv", "none/*.csv"])
            .fetch()
            .unwrap_err()
            .to_string();
        assert!(
            text.contains("no.csv") && text.contains("none/*.csv") && !text.contains("a.csv\n"),
            "{text}"
        );
    }

    #[test]
    fn fetch_refuses_invalid_pattern_and_empty_list() {
        let folder = tempfile::tempdir().unwrap();
        assert!(
            source(folder.path(), &["a[.csv"])
                .fetch()
                .unwrap_err()
                .to_string()
                .contains("a[.csv")
        );
        assert!(
            source(folder.path(), &[])
                .fetch()
                .unwrap_err()
                .to_string()
                .contains("paths")
        );
    }
}
