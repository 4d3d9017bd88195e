//! Installs Leaflet and the build tools from npm in the versions of `package-lock.json`.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::debian;
use crate::command::{find_program, run_quietly};
use crate::context::{Context, run_step};

const NPM_TIMEOUT: Duration = Duration::from_mins(10);
/// A copy of the lock file that was installed. `npm ci` removes it with the rest of `node_modules`.
const INSTALLED_LOCK: &str = ".installed-lock.json";

/// Installs the packages of the repository's lock file if they are not up to date.
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

/// Installs the packages of the lock file in `folder` if they are not up to date.
///
/// # Errors
/// If Node.js is missing and cannot be installed, the lock file is missing, or npm fails.
pub fn npm(folder: &Path, what: &str, estimate: &str) -> Result<()> {
    if find_program("node").is_none() || find_program("npm").is_none() {
        debian::install("Node.js, which the build tools run on", &["nodejs", "npm"])?;
    }
    let lock = folder.join("package-lock.json");
    let wanted = fs::read(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
    let installed = folder.join("node_modules").join(INSTALLED_LOCK);
    if fs::read(&installed).is_ok_and(|present| present == wanted) {
        return Ok(());
    }
    run_step(what, estimate, || {
        // No package needs its install script, and none should run code at installation.
        let mut npm = Command::new("npm");
        npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            .current_dir(folder);
        run_quietly(&mut npm, NPM_TIMEOUT)?;
        fs::write(&installed, &wanted)
            .with_context(|| format!("cannot write {}", installed.display()))
    })
}

/// Copies `package.json` and its lock from `package` into `folder`, a place beside the build, and
/// installs what the lock file lists, unless it is installed.
///
/// # Errors
/// If the files cannot be copied, and as [`npm`].
pub fn npm_in(package: &Path, folder: &Path, what: &str, duration: &str) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot write to {}", folder.display()))?;
    for name in ["package.json", "package-lock.json"] {
        let from = package.join(name);
        fs::copy(&from, folder.join(name))
            .with_context(|| format!("cannot copy {}", from.display()))?;
    }
    npm(folder, what, duration)
}
