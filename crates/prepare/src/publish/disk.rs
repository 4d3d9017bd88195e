//! Writing so that a name always has a whole file, or the one it had before.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::error::{PublishError, at};

/// How the names of files begin that are not yet in their places. Servers do not show them.
pub const TEMPORARY_PREFIX: &str = ".prepare-";

/// Permissions that a published file has at least: its owner writes it, everybody reads it.
const FILE_MODE: u32 = 0o644;

/// Permissions that a folder made for published files has at least.
const FOLDER_MODE: u32 = 0o755;

/// Writes beside the path and renames into it. Whatever umask or access list the folder and the
/// program have, the web server can read the file then.
///
/// # Errors
/// If the system refuses; what was there is then still there, whole.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), PublishError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new()
        .prefix(TEMPORARY_PREFIX)
        .tempfile_in(folder)
        .map_err(at(path))?;
    file.write_all(bytes).map_err(at(path))?;
    // A temporary file is its owner's only; a published one is for the web server to read.
    open_to_readers(file.as_file(), FILE_MODE)
        .and_then(|()| file.as_file().sync_all())
        .map_err(at(path))?;
    file.persist(path).map_err(|error| at(path)(error.error))?;
    Ok(())
}

/// Lets a web server read a file that is there already, such as one that was written by an earlier
/// run with another umask.
///
/// # Errors
/// If the system refuses.
pub fn make_readable(path: &Path) -> Result<(), PublishError> {
    fs::File::open(path)
        .and_then(|file| open_to_readers(&file, FILE_MODE))
        .map_err(at(path))
}

/// Makes a folder and those around it, so that a web server can go into them. One that is there
/// stays as it is: who may enter it is its owner's decision.
///
/// # Errors
/// If the system refuses.
pub fn create_folder(path: &Path) -> Result<(), PublishError> {
    match fs::metadata(path) {
        Ok(there) if there.is_dir() => return Ok(()),
        Ok(_) => return Err(at(path)(io::ErrorKind::NotADirectory.into())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(at(path)(error)),
    }
    if let Some(around) = path
        .parent()
        .filter(|around| !around.as_os_str().is_empty())
    {
        create_folder(around)?;
    }
    match fs::create_dir(path) {
        Ok(()) => {}
        // Somebody else has made it meanwhile.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => {
            return Ok(());
        }
        Err(error) => return Err(at(path)(error)),
    }
    fs::File::open(path)
        .and_then(|folder| open_to_readers(&folder, FOLDER_MODE))
        .map_err(at(path))
}

/// The same for the folders of a site that this program makes, which an earlier run may have
/// closed.
///
/// # Errors
/// If the system refuses.
pub fn create_readable_folder(path: &Path) -> Result<(), PublishError> {
    create_folder(path)?;
    fs::File::open(path)
        .and_then(|folder| open_to_readers(&folder, FOLDER_MODE))
        .map_err(at(path))
}

/// Adds permissions that are lacking, and takes none away.
#[cfg(unix)]
fn open_to_readers(file: &fs::File, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mut permissions = file.metadata()?.permissions();
    if permissions.mode() & mode == mode {
        return Ok(());
    }
    permissions.set_mode(permissions.mode() | mode);
    file.set_permissions(permissions)
}

/// Elsewhere a file inherits who may read it from its folder.
#[cfg(not(unix))]
fn open_to_readers(_: &fs::File, _: u32) -> io::Result<()> {
    Ok(())
}

/// Waits until the names in a folder are as safe as the files' content: a rename before this is
/// there after the power has gone, whatever came later.
pub(super) fn sync(folder: &Path) -> Result<(), PublishError> {
    // Elsewhere a folder cannot be opened as a file.
    if cfg!(unix) {
        match fs::File::open(folder).and_then(|names| names.sync_all()) {
            // Some network file systems know no such thing.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported
                ) => {}
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
    let entries = fs::read_dir(folder)
        .and_then(|entries| entries.collect::<io::Result<Vec<_>>>())
        .map_err(at(folder))?;
    let mut names: Vec<String> = entries
        .into_iter()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    Ok(names)
}

/// Removes what a run that was killed has not put into its place. Whoever calls this holds the
/// folder's lock, or some of it might be wanted still.
///
/// # Errors
/// If the system refuses.
pub fn remove_leftovers(folder: &Path) -> Result<(), PublishError> {
    let left = names(folder)?
        .into_iter()
        .filter(|name| name.starts_with(TEMPORARY_PREFIX));
    left.map(|name| folder.join(name))
        .try_for_each(|path: PathBuf| remove(&path).map(drop))
}
