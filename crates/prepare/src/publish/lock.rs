//! One publisher at a time.

use std::fs::{File, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::{env, fs, process};

use same_file::Handle;

use super::error::{PublishError, at};
use crate::moment::in_words;

/// The lock's name. It is there only while somebody publishes, or was killed while doing so.
pub const LOCK: &str = ".prepare.lock";

/// A folder that nobody else publishes to as long as this lives. The system lets go of it if the program is killed.
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
            let mut file =
                File::options().read(true).write(true).create(true).truncate(false).open(&path).map_err(at(&path))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Err(PublishError::Busy { folder: folder.to_owned(), holder: holder(&mut file) });
                }
                Err(TryLockError::Error(reason)) => return Err(at(&path)(reason)),
            }
            // Between the two, the holder before may have removed the file, and somebody else have made a new one.
            if is_at(&file, &path).map_err(at(&path))? {
                // What is written is for people. On a full disk there is no room for it, and room may be about to be made.
                let _ = file.set_len(0).and_then(|()| file.write_all(ourselves().as_bytes()));
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

fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    match Handle::from_path(path) {
        Ok(there) => Ok(Handle::from_file(file.try_clone()?)? == there),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn ourselves() -> String {
    let command = env::args().nth(1).unwrap_or_default();
    format!("`prepare {command}`, process {}, since {}", process::id(), in_words(SystemTime::now()))
}

fn holder(file: &mut File) -> String {
    let mut text = String::new();
    match file.read_to_string(&mut text) {
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
        assert!(second.contains(&format!("process {}, since ", process::id())), "{second}");
        drop(first);
        assert!(!folder.path().join(LOCK).exists());
        drop(Lock::take(folder.path()).unwrap());
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
