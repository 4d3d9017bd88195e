//! Writes files atomically: a name always stands for a whole file, the new or the earlier one.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::error::{PublishError, at};

/// Prefix of the names of files that are still being written. Servers do not send files whose names
/// begin with a dot.
pub const TEMPORARY_PREFIX: &str = ".prepare-";

/// The least permissions of a published file: the owner writes it, everybody reads it.
const FILE_MODE: u32 = 0o644;

/// The least permissions of a folder that is created for published files.
const FOLDER_MODE: u32 = 0o755;

/// Writes a temporary file in the same folder and renames it to `path`. The web server can read the
/// result whatever umask or access list the folder and the program have.
///
/// # Errors
/// If the system refuses; an earlier file at `path` is then unchanged.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), PublishError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new()
        .prefix(TEMPORARY_PREFIX)
        .tempfile_in(folder)
        .map_err(at(path))?;
    file.write_all(bytes).map_err(at(path))?;
    // Only its owner can read a temporary file; the web server has to read a published one.
    add_permissions(file.as_file(), FILE_MODE)
        .and_then(|()| file.as_file().sync_all())
        .map_err(at(path))?;
    file.persist(path).map_err(|error| at(path)(error.error))?;
    Ok(())
}

/// Lets a web server read an existing file, which an earlier run may have written with another
/// umask.
///
/// # Errors
/// If the system refuses.
pub fn make_readable(path: &Path) -> Result<(), PublishError> {
    fs::File::open(path)
        .and_then(|file| add_permissions(&file, FILE_MODE))
        .map_err(at(path))
}

/// Creates a folder and its parents so that a web server can enter them. An existing folder keeps
/// its permissions: its owner decides who may enter it.
///
/// # Errors
/// If the system refuses.
pub fn create_folder(path: &Path) -> Result<(), PublishError> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => return Ok(()),
        Ok(_) => return Err(at(path)(io::ErrorKind::NotADirectory.into())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(at(path)(error)),
    }
    if let Some(parent) = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
    {
        create_folder(parent)?;
    }
    match fs::create_dir(path) {
        Ok(()) => {}
        // Another program has created it in the meantime.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => {
            return Ok(());
        }
        Err(error) => return Err(at(path)(error)),
    }
    fs::File::open(path)
        .and_then(|folder| add_permissions(&folder, FOLDER_MODE))
        .map_err(at(path))
}

/// Creates a folder of a site as [`create_folder`] does, and gives read permission to an existing
/// one: this program owns these folders, and an earlier run may have created them without it.
///
/// # Errors
/// If the system refuses.
pub fn create_readable_folder(path: &Path) -> Result<(), PublishError> {
    create_folder(path)?;
    fs::File::open(path)
        .and_then(|folder| add_permissions(&folder, FOLDER_MODE))
        .map_err(at(path))
}

/// Adds the permissions that a file lacks, and removes none.
#[cfg(unix)]
fn add_permissions(file: &fs::File, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mut permissions = file.metadata()?.permissions();
    if permissions.mode() & mode == mode {
        return Ok(());
    }
    permissions.set_mode(permissions.mode() | mode);
    file.set_permissions(permissions)
}

/// On other systems a file inherits its permissions from its folder.
#[cfg(not(unix))]
fn add_permissions(_: &fs::File, _: u32) -> io::Result<()> {
    Ok(())
}

/// Flushes a folder's directory entries to disk: renames made before this call survive a power
/// failure.
pub(super) fn sync(folder: &Path) -> Result<(), PublishError> {
    // On other systems a folder cannot be opened as a file.
    if cfg!(unix) {
        match fs::File::open(folder).and_then(|directory| directory.sync_all()) {
            // Some network file systems do not support this.
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

/// Removes a file. Returns whether it existed.
pub(super) fn remove(path: &Path) -> Result<bool, PublishError> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(at(path)(error)),
    }
}

/// Returns the names in a folder, ascending. Names that are not UTF-8 are left out: this program
/// writes none.
pub(super) fn names(folder: &Path) -> Result<Vec<String>, PublishError> {
    let entries = fs::read_dir(folder)
        .and_then(Iterator::collect::<io::Result<Vec<_>>>)
        .map_err(at(folder))?;
    let mut names: Vec<String> = entries
        .into_iter()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    Ok(names)
}

/// Removes the temporary files of killed runs. The caller must hold the folder's lock: another run
/// could still be writing them.
///
/// # Errors
/// If the system refuses.
pub fn remove_leftovers(folder: &Path) -> Result<(), PublishError> {
    let leftovers = names(folder)?
        .into_iter()
        .filter(|name| name.starts_with(TEMPORARY_PREFIX));
    leftovers
        .map(|name| folder.join(name))
        .try_for_each(|path: PathBuf| remove(&path).map(drop))
}
