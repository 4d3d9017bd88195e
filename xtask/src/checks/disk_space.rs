//! Compares the free space with what a whole run takes. Without it, the run would end in the middle
//! with a compiler's message for each file that it could not write.

use std::collections::HashSet;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use crate::context::Context;
use crate::setup::is_incremental;

const GB: u64 = 1_000_000_000;

/// Bytes of the target folder after a whole run from a fresh checkout. A third of it is for
/// incremental compilation.
const fn whole_run(incremental: bool) -> u64 {
    if incremental { 12 * GB } else { 8 * GB }
}

/// Bytes that a run may add to a complete target folder: Cargo keeps what it compiled before a
/// change.
const LEAST: u64 = 2 * GB;

/// Checks that a whole run has space.
///
/// # Errors
/// If it has not, or the target folder cannot be read.
pub fn check(context: &Context) -> Result<()> {
    let target = &context.target;
    fs::create_dir_all(target).with_context(|| format!("cannot make {}", target.display()))?;
    let present = size(target, &mut HashSet::new())
        .with_context(|| format!("cannot read {}", target.display()))?;
    let available = fs4::available_space(target)
        .with_context(|| format!("cannot tell the free space of {}", target.display()))?;
    ensure_enough(
        target,
        needed(whole_run(is_incremental()), present),
        available,
    )
}

/// Returns the bytes that a run may add to a target folder which already has some of them.
fn needed(whole_run: u64, present: u64) -> u64 {
    whole_run.saturating_sub(present).max(LEAST)
}

fn ensure_enough(target: &Path, needed: u64, available: u64) -> Result<()> {
    ensure!(
        needed <= available,
        "a whole run may write {} more into {}, and its disk has {} free; remove other files, or \
         set CARGO_TARGET_DIR to a folder of a larger disk",
        format_gigabytes(needed),
        target.display(),
        format_gigabytes(available),
    );
    Ok(())
}

fn format_gigabytes(bytes: u64) -> String {
    let tenths = bytes / (GB / 10);
    format!("{}.{} GB", tenths / 10, tenths % 10)
}

/// Returns the bytes that a folder takes. Counts a file with several names once: Cargo links what
/// it has compiled.
fn size(folder: &Path, counted: &mut HashSet<u64>) -> std::io::Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        // A running Cargo may remove a file meanwhile.
        let Ok(metadata) = entry.metadata() else {
            continue;
        };
        if metadata.is_dir() {
            sum += size(&entry.path(), counted).unwrap_or_default();
        } else if metadata.nlink() == 1 || counted.insert(metadata.ino()) {
            // In blocks of 512 bytes, whatever the file system's own are.
            sum += metadata.blocks() * 512;
        }
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needed_counts_present_files_down_to_least() {
        let whole = whole_run(true);
        assert_eq!(needed(whole, 0), 12 * GB);
        assert_eq!(needed(whole, 9 * GB), 3 * GB);
        assert_eq!(needed(whole, 11 * GB), LEAST);
        assert_eq!(needed(whole, 40 * GB), LEAST);
        assert_eq!(needed(whole_run(false), 0), 8 * GB);
    }

    #[test]
    fn ensure_enough_says_what_is_missing_where() {
        let target = Path::new("/work/target");
        ensure_enough(target, 3 * GB, 3 * GB).unwrap();
        let error = ensure_enough(target, 3 * GB, 3 * GB - 1).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a whole run may write 3.0 GB more into /work/target, and its disk has 2.9 GB free; \
             remove other files, or set CARGO_TARGET_DIR to a folder of a larger disk"
        );
    }

    #[test]
    fn size_counts_linked_files_once() {
        let folder = tempfile::tempdir().unwrap();
        let deps = folder.path().join("deps");
        fs::create_dir(&deps).unwrap();
        fs::write(deps.join("a"), vec![1; 100_000]).unwrap();
        fs::hard_link(deps.join("a"), folder.path().join("a")).unwrap();
        let once = size(folder.path(), &mut HashSet::new()).unwrap();
        assert!((100_000..150_000).contains(&once), "{once}");
        fs::write(folder.path().join("b"), vec![1; 100_000]).unwrap();
        let more = size(folder.path(), &mut HashSet::new()).unwrap() - once;
        assert!((100_000..150_000).contains(&more), "{more}");
    }
}
