//! Installs strace, by which tests kill a program at a chosen system call.

use anyhow::Result;

use super::debian;
use crate::command::find_program;

/// Installs strace if it is missing.
///
/// # Errors
/// As [`debian::install`].
pub fn install_strace() -> Result<()> {
    if find_program("strace").is_some() {
        return Ok(());
    }
    debian::install("strace, by which tests kill programs half-way", &["strace"])
}
