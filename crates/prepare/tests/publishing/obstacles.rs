//! Provides full disks and folders that cannot be written to.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// A small file system in memory.
pub struct Disk(TempDir);

impl Disk {
    /// Mounts the disk; `None`, with a line of output, if that is not permitted.
    pub fn mount() -> Option<Disk> {
        let folder = tempfile::tempdir().unwrap();
        let output = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=1m", "rising-test"])
            .arg(folder.path())
            .output();
        if output.is_ok_and(|output| output.status.success()) {
            return Some(Disk(folder));
        }
        println!("skipped: a disk can be mounted here only by root, if at all");
        None
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Leaves space for a number of pages of 4 KB, the size of the smallest file.
    pub fn leave_room(&self, pages: usize) {
        let filler = self.path().join("filler");
        let mut length = 0;
        while fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(&filler)
            .is_ok_and(|mut file| std::io::Write::write_all(&mut file, &[1; 4096]).is_ok())
        {
            length += 4096;
        }
        let file = fs::File::options().write(true).open(&filler).unwrap();
        file.set_len(length - pages as u64 * 4096).unwrap();
    }

    pub fn remount(&self, how: &str) {
        let output = Command::new("mount")
            .args(["-o", &format!("remount,{how}")])
            .arg(self.path())
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.path()).output();
    }
}

/// Whether the test runs as root, to whom permissions do not apply.
pub fn is_root() -> bool {
    Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout == b"0\n")
}
