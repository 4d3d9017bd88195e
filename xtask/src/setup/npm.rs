//! Leaflet and the tools that come from npm, exactly as `package-lock.json` has them.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::debian;
use crate::command::{find, run_quietly};
use crate::context::{Context, step};

const LIMIT: Duration = Duration::from_secs(10 * 60);
/// A copy of the lock file that was installed; npm removes it with everything else.
const INSTALLED: &str = ".installed-lock.json";

/// Installs what the repository's own lock file lists, unless that is there already.
///
/// # Errors
/// As [`npm`].
pub fn node_modules(context: &Context) -> Result<()> {
    npm(
        &context.root,
        "set-up: Leaflet and the build tools from npm",
        "up to a minute",
    )
}

/// Installs what the lock file in `folder` lists, unless that is there already.
///
/// # Errors
/// If there is no node and it cannot be installed, if there is no lock file, or if npm fails.
pub fn npm(folder: &Path, what: &str, may_take: &str) -> Result<()> {
    if find("node").is_none() || find("npm").is_none() {
        debian::install("Node.js, which the build tools run on", &["nodejs", "npm"])?;
    }
    let lock = folder.join("package-lock.json");
    let wanted = fs::read(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
    let installed = folder.join("node_modules").join(INSTALLED);
    if fs::read(&installed).is_ok_and(|present| present == wanted) {
        return Ok(());
    }
    step(what, may_take, || {
        // No package here needs its install script, and none should run code of its own unasked.
        let mut npm = Command::new("npm");
        npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            .current_dir(folder);
        run_quietly(&mut npm, LIMIT)?;
        fs::write(&installed, &wanted)
            .with_context(|| format!("cannot write {}", installed.display()))
    })
}
