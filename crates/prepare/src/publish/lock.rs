//! Locks a folder, so that one run at a time publishes to it.

use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::{env, fs, process};

use same_file::Handle;

use super::error::{PublishError, at};
use crate::timestamp::format_utc;

/// The lock's file name. The file exists only while a run holds the lock, or after a run was
/// killed.
pub const LOCK: &str = ".prepare.lock";

/// A lock's file that this process has locked, for as long as this value lives. The system releases
/// the lock if the program is killed.
#[derive(Debug)]
pub struct LockedFile(File);

impl LockedFile {
    /// Locks a file that [`open_lock`] has opened.
    ///
    /// # Errors
    /// If it is locked already, or the system refuses.
    pub fn lock(file: &File) -> Result<LockedFile, TryLockError> {
        file.try_lock()?;
        let copy = file.try_clone().map_err(TryLockError::Error)?;
        Ok(LockedFile(copy))
    }
}

impl Drop for LockedFile {
    fn drop(&mut self) {
        // Closing alone does not release the lock while a child process, in the moment before its
        // program starts, still has a copy of the open file.
        let _ = self.0.unlock();
    }
}

/// The exclusive right to publish to a folder, for as long as this value lives.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    /// Unlocked after the file has been removed.
    _file: LockedFile,
}

impl Lock {
    /// Locks a folder.
    ///
    /// # Errors
    /// If another run has locked it, or the system refuses.
    pub fn take(folder: &Path) -> Result<Lock, PublishError> {
        let path = folder.join(LOCK);
        loop {
            let mut file = open_lock(&path).map_err(at(&path))?;
            let locked = match LockedFile::lock(&file) {
                Ok(locked) => locked,
                Err(TryLockError::WouldBlock) => {
                    return Err(PublishError::Busy {
                        folder: folder.to_owned(),
                        holder: holder(&mut file),
                    });
                }
                Err(TryLockError::Error(reason)) => return Err(at(&path)(reason)),
            };
            // Between opening and locking, the earlier holder may have removed the file, and
            // another run may have created a new one.
            if is_same_file(&file, &path).map_err(at(&path))? {
                // The text is information for people only. A full disk has no space for it, but
                // this run may be about to free some.
                let _ = file
                    .set_len(0)
                    .and_then(|()| file.write_all(describe_this_process().as_bytes()));
                return Ok(Lock {
                    path,
                    _file: locked,
                });
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // A file that cannot be removed does no harm: it is not locked.
        let _ = fs::remove_file(&self.path);
    }
}

/// Opens or creates a lock's file. Refuses a link: its target would be overwritten with the
/// description of the holder, so that anybody who can write in the folder could have any file of
/// this user destroyed.
///
/// # Errors
/// If the path is something other than a file, or the system refuses.
pub fn open_lock(path: &Path) -> io::Result<File> {
    loop {
        // `create_new` follows no link.
        match File::options()
            .read(true)
            .write(true)
            .create_new(true)
            .open(path)
        {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            opened => return opened,
        }
        match fs::symlink_metadata(path) {
            Ok(metadata) if metadata.is_file() => {}
            Ok(metadata) => {
                return Err(io::Error::new(
                    ErrorKind::InvalidInput,
                    NotALock(metadata.is_symlink()),
                ));
            }
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        }
        match File::options().read(true).write(true).open(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
            // It may have become a link since the check above; nothing is written to it before this
            // comparison.
            Ok(file) => {
                if is_same_file(&file, path)? {
                    return Ok(file);
                }
            }
        }
    }
}

/// The path of a lock that is a link (`true`) or anything else but a file.
#[derive(Debug, thiserror::Error)]
#[error(
    "it is {}, and a lock has to be a file; find out who put it there, and remove it",
    if *.0 { "a link" } else { "not a file" }
)]
struct NotALock(bool);

/// Whether the path is this open file itself, not a link to it.
fn is_same_file(file: &File, path: &Path) -> io::Result<bool> {
    let is_file = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata.is_file(),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    match Handle::from_path(path) {
        Ok(handle) => Ok(is_file && Handle::from_file(file.try_clone()?)? == handle),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn describe_this_process() -> String {
    let command = env::args().nth(1).unwrap_or_default();
    format!(
        "`prepare {command}`, process {}, since {}",
        process::id(),
        format_utc(SystemTime::now())
    )
}

fn holder(file: &mut File) -> String {
    /// The most bytes that are read of a holder's description.
    const MAX_BYTES: u64 = 400;
    let mut text = String::new();
    match file.take(MAX_BYTES).read_to_string(&mut text) {
        Ok(_) if !text.is_empty() => text,
        _ => "another program".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lock_held_is_refused_with_holder_until_released() {
        let folder = tempfile::tempdir().unwrap();
        let first = Lock::take(folder.path()).unwrap();
        let second = Lock::take(folder.path()).unwrap_err().to_string();
        assert!(
            second.contains(&format!("process {}, since ", process::id())),
            "{second}"
        );
        drop(first);
        assert!(!folder.path().join(LOCK).exists());
        drop(Lock::take(folder.path()).unwrap());
    }

    #[cfg(unix)]
    #[test]
    fn lock_is_released_although_a_copy_of_the_file_is_open() {
        let folder = tempfile::tempdir().unwrap();
        let file = open_lock(&folder.path().join(LOCK)).unwrap();
        let copy = file.try_clone().unwrap();
        drop(LockedFile::lock(&file).unwrap());
        drop(file);
        drop(LockedFile::lock(&open_lock(&folder.path().join(LOCK)).unwrap()).unwrap());
        drop(copy);
    }

    #[cfg(unix)]
    #[test]
    fn lock_link_is_refused_and_target_untouched() {
        let folder = tempfile::tempdir().unwrap();
        let (lock, other) = (folder.path().join(LOCK), folder.path().join("other"));
        fs::write(&other, "mine").unwrap();
        for target in ["other", "nowhere", "."] {
            std::os::unix::fs::symlink(target, &lock).unwrap();
            let error = Lock::take(folder.path()).unwrap_err().to_string();
            assert!(
                error.contains("it is a link") && error.contains(LOCK),
                "{error}"
            );
            fs::remove_file(&lock).unwrap();
        }
        assert_eq!(fs::read_to_string(&other).unwrap(), "mine");
        assert!(!folder.path().join("nowhere").exists());
        fs::create_dir(&lock).unwrap();
        assert!(
            Lock::take(folder.path())
                .unwrap_err()
                .to_string()
                .contains("it is not a file")
        );
    }

    #[test]
    fn lock_left_by_killed_run_is_taken_over() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(
            folder.path().join(LOCK),
            "`prepare compile`, process 1, since a while ago, and a long while at that",
        )
        .unwrap();
        let lock = Lock::take(folder.path()).unwrap();
        let text = fs::read_to_string(folder.path().join(LOCK)).unwrap();
        assert!(text.ends_with("UTC"), "{text}");
        drop(lock);
        assert!(!folder.path().join(LOCK).exists());
    }
}
