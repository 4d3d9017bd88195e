//! Lists a folder as a web server sees it: links are followed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// A file, folder or link.
#[derive(Debug)]
pub(super) struct Entry {
    pub path: PathBuf,
    /// The metadata of the file or of the link's target, or the error, such as that of a link whose
    /// target does not exist.
    pub metadata: io::Result<fs::Metadata>,
    /// Whether the path is a link.
    pub is_link: bool,
}

impl Entry {
    pub fn is_folder(&self) -> bool {
        self.metadata.as_ref().is_ok_and(fs::Metadata::is_dir)
    }

    /// Its name; empty if it is not UTF-8.
    pub fn name(&self) -> &str {
        self.path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default()
    }
}

/// Returns the entries of a folder and its subfolders, by name, and the folders that could not be
/// read.
pub(super) fn entries(folder: &Path) -> (Vec<Entry>, Vec<(PathBuf, io::Error)>) {
    let mut walk = Walk::default();
    walk.visit(folder);
    (walk.entries, walk.unreadable)
}

#[derive(Default)]
struct Walk {
    entries: Vec<Entry>,
    unreadable: Vec<(PathBuf, io::Error)>,
    /// Folders visited, so that a link into one of its own parents ends.
    visited: BTreeSet<PathBuf>,
}

impl Walk {
    fn visit(&mut self, folder: &Path) {
        if folder
            .canonicalize()
            .is_ok_and(|real| !self.visited.insert(real))
        {
            return;
        }
        let mut names = match fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>)
        {
            Ok(names) => names,
            Err(error) => return self.unreadable.push((folder.to_owned(), error)),
        };
        names.sort_by_key(fs::DirEntry::file_name);
        for name in names {
            let path = name.path();
            let is_link = name.file_type().is_ok_and(|kind| kind.is_symlink());
            let entry = Entry {
                metadata: fs::metadata(&path),
                path,
                is_link,
            };
            let subfolder = entry.is_folder().then(|| entry.path.clone());
            self.entries.push(entry);
            if let Some(folder) = subfolder {
                self.visit(&folder);
            }
        }
    }
}
