//! One publisher at a time.

use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::{env, fs, process};

use same_file::Handle;

use super::error::{PublishError, at};
use crate::timestamp::format_utc;

/// The lock's name. It is there only while somebody publishes, or was killed while doing so.
pub const LOCK: &str = ".prepare.lock";

/// A folder that nobody else publishes to as long as this lives. The system lets go of it if the
/// program is killed.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    /// Holds the lock until it is closed, which comes after the file is removed.
    _file: File,
}

impl Lock {
    /// Locks a folder.
    ///
    /// # Errors
    /// If somebody else has, or the system refuses.
    pub fn take(folder: &Path) -> Result<Lock, PublishError> {
        let path = folder.join(LOCK);
        loop {
            let mut file = open_lock(&path).map_err(at(&path))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Err(PublishError::Busy {
                        folder: folder.to_owned(),
                        holder: holder(&mut file),
                    });
                }
                Err(TryLockError::Error(reason)) => return Err(at(&path)(reason)),
            }
            // Between the two, the holder before may have removed the file, and somebody else have
            // made a new one.
            if is_at(&file, &path).map_err(at(&path))? {
                // What is written is for people. On a full disk there is no room for it, and room
                // may be about to be made.
                let _ = file
                    .set_len(0)
                    .and_then(|()| file.write_all(ourselves().as_bytes()));
                return Ok(Lock { path, _file: file });
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // If it cannot be removed, nobody is hindered by it: it is not locked.
        let _ = fs::remove_file(&self.path);
    }
}

/// Opens a lock's file, or makes it. Never what a link there leads to, which would be overwritten
/// with who holds the lock: whoever may write in the folder could have any file of ours destroyed.
///
/// # Errors
/// If there is something other than a file, or the system refuses.
pub fn open_lock(path: &Path) -> io::Result<File> {
    loop {
        // What is made new follows no link.
        match File::options()
            .read(true)
            .write(true)
            .create_new(true)
            .open(path)
        {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            made => return made,
        }
        match fs::symlink_metadata(path) {
            Ok(there) if there.is_file() => {}
            Ok(there) => {
                return Err(io::Error::new(
                    ErrorKind::InvalidInput,
                    NotALock(there.is_symlink()),
                ));
            }
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        }
        match File::options().read(true).write(true).open(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
            // It may have become a link since it was looked at; nothing is written to it before
            // this.
            Ok(file) => {
                if is_at(&file, path)? {
                    return Ok(file);
                }
            }
        }
    }
}

/// Something that a lock would have to be written to, and that is no file.
#[derive(Debug, thiserror::Error)]
#[error("it is {}, and a lock is a file of its own; see who put it there, and remove it", if *.0 { "a link" } else { "no file" })]
struct NotALock(bool);

/// Whether the path leads to the file itself, without a link.
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    let is_file = match fs::symlink_metadata(path) {
        Ok(there) => there.is_file(),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    match Handle::from_path(path) {
        Ok(there) => Ok(is_file && Handle::from_file(file.try_clone()?)? == there),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn ourselves() -> String {
    let command = env::args().nth(1).unwrap_or_default();
    format!(
        "`prepare {command}`, process {}, since {}",
        process::id(),
        format_utc(SystemTime::now())
    )
}

fn holder(file: &mut File) -> String {
    /// Bytes of what a holder writes.
    const LONGEST: u64 = 400;
    let mut text = String::new();
    match file.take(LONGEST).read_to_string(&mut text) {
        Ok(_) if !text.is_empty() => text,
        _ => "another program".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_one_is_told_who_was_first_and_a_third_comes_after() {
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
    fn lock_that_is_a_link_is_refused_and_what_it_leads_to_untouched() {
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
                .contains("it is no file")
        );
    }

    #[test]
    fn what_a_killed_run_has_left_is_no_lock() {
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
