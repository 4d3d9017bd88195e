//! What a folder holds for its readers, as a web server sees it: links are followed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// What is under a path.
#[derive(Debug)]
pub(super) struct Entry {
    pub path: PathBuf,
    /// What is there, or why nobody can know, such as a link that leads nowhere.
    pub there: io::Result<fs::Metadata>,
    /// It is a link.
    pub is_link: bool,
}

impl Entry {
    pub fn is_folder(&self) -> bool {
        self.there.as_ref().is_ok_and(fs::Metadata::is_dir)
    }

    /// Its name, if it is text.
    pub fn name(&self) -> &str {
        self.path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default()
    }
}

/// Everything in a folder and in those in it, by name; and the folders that could not be read.
pub(super) fn entries(folder: &Path) -> (Vec<Entry>, Vec<(PathBuf, io::Error)>) {
    let mut found = Found::default();
    found.gather(folder);
    (found.entries, found.closed)
}

#[derive(Default)]
struct Found {
    entries: Vec<Entry>,
    closed: Vec<(PathBuf, io::Error)>,
    /// Where links have led, so that one that leads back into itself ends.
    seen: BTreeSet<PathBuf>,
}

impl Found {
    fn gather(&mut self, folder: &Path) {
        if folder
            .canonicalize()
            .is_ok_and(|real| !self.seen.insert(real))
        {
            return;
        }
        let mut names = match fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>)
        {
            Ok(names) => names,
            Err(error) => return self.closed.push((folder.to_owned(), error)),
        };
        names.sort_by_key(fs::DirEntry::file_name);
        for name in names {
            let path = name.path();
            let is_link = name.file_type().is_ok_and(|kind| kind.is_symlink());
            let entry = Entry {
                there: fs::metadata(&path),
                path,
                is_link,
            };
            let inside = entry.is_folder().then(|| entry.path.clone());
            self.entries.push(entry);
            if let Some(folder) = inside {
                self.gather(&folder);
            }
        }
    }
}
