//! Writing so that a name always has a whole file, or the one it had before.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::error::{PublishError, at};

/// How the names of files begin that are not yet in their places. Servers do not show them.
pub const LEFTOVER: &str = ".prepare-";

/// Writes beside the path and renames into it.
///
/// # Errors
/// If the system refuses; what was there is then still there, whole.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), PublishError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(LEFTOVER);
    // A temporary file is its owner's only; a published one is for the web server to read.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let mut file = builder.tempfile_in(folder).map_err(at(path))?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(at(path))?;
    file.persist(path).map_err(|error| at(path)(error.error))?;
    Ok(())
}

/// Waits until the names in a folder are as safe as the files' content: a rename before this is there after the power
/// has gone, whatever came later.
pub(super) fn sync(folder: &Path) -> Result<(), PublishError> {
    // Elsewhere a folder cannot be opened as a file.
    if cfg!(unix) {
        match fs::File::open(folder).and_then(|names| names.sync_all()) {
            // Some network file systems know no such thing.
            Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => {}
            result => result.map_err(at(folder))?,
        }
    }
    Ok(())
}

/// Removes a file that may be there.
pub(super) fn remove(path: &Path) -> Result<bool, PublishError> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(at(path)(error)),
    }
}

/// The files of a folder by name, ascending. Names that are no text are none of ours.
pub(super) fn names(folder: &Path) -> Result<Vec<String>, PublishError> {
    let entries =
        fs::read_dir(folder).and_then(|entries| entries.collect::<io::Result<Vec<_>>>()).map_err(at(folder))?;
    let mut names: Vec<String> = entries.into_iter().filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    Ok(names)
}

/// Removes what a run that was killed has not put into its place. Whoever calls this holds the folder's lock, or some of
/// it might be wanted still.
///
/// # Errors
/// If the system refuses.
pub fn sweep(folder: &Path) -> Result<(), PublishError> {
    let left = names(folder)?.into_iter().filter(|name| name.starts_with(LEFTOVER));
    left.map(|name| folder.join(name)).try_for_each(|path: PathBuf| remove(&path).map(drop))
}
