//! strace, with which tests kill a program at a chosen moment.

use anyhow::Result;

use super::debian;
use crate::command::find;

/// Installs strace if it is not there.
///
/// # Errors
/// As [`debian::install`].
pub fn tracer() -> Result<()> {
    if find("strace").is_some() {
        return Ok(());
    }
    debian::install("a program by which tests stop others half-way", &["strace"])
}
