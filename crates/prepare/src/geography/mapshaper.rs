//! Runs mapshaper, the geometry tool of `data/package.json`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::printable;
use anyhow::{Context as _, Result, bail};

/// Scotland's output areas need about 3 GB as JavaScript objects, more than the default of Node.js.
const HEAP_MEGABYTES: u32 = 6144;

/// The installed tool, and the folder in which it runs.
pub struct Mapshaper {
    script: PathBuf,
    dir: PathBuf,
}

impl Mapshaper {
    /// Returns the tool at `script`, to be run in `dir`.
    ///
    /// # Errors
    /// If `script` does not exist.
    pub fn new(script: &Path, dir: &Path) -> Result<Self> {
        let script = fs::canonicalize(script).with_context(|| {
            format!(
                "mapshaper is not installed at {}; `cargo xtask data` installs it",
                script.display()
            )
        })?;
        Ok(Self {
            script,
            dir: dir.to_owned(),
        })
    }

    /// Runs the tool with these arguments, and prints its messages about changes.
    ///
    /// # Errors
    /// If Node.js cannot be started or mapshaper fails, with the tool's output.
    pub fn run(&self, arguments: &[&str]) -> Result<()> {
        let output = Command::new("node")
            .arg(format!("--max-old-space-size={HEAP_MEGABYTES}"))
            .arg(&self.script)
            .args(arguments)
            .current_dir(&self.dir)
            .output()
            .context("cannot start node; install Node.js 20 or newer")?;
        let messages = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() {
            bail!(
                "mapshaper failed ({}):\nmapshaper {}\n{messages}",
                output.status,
                arguments.join(" ")
            );
        }
        for line in messages
            .lines()
            .filter(|line| line.starts_with('[') && !line.starts_with("[o]"))
        {
            printable::print_progress(format_args!("    {line}"));
        }
        Ok(())
    }
}
