//! Installs Debian packages.

use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use crate::command::{find_program, read_stdout, run_quietly};
use crate::context::run_step;

const APT_TIMEOUT: Duration = Duration::from_mins(15);

/// This program cannot install packages on this machine; the text says how to.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct CannotInstall(String);

/// Installs the missing ones of these packages. `what` is their purpose in messages: "a browser to
/// test in".
///
/// # Errors
/// - [`CannotInstall`] if this is neither Debian nor a derivative, or the user is not root.
/// - Another error if the installation fails.
pub fn install(what: &str, packages: &[&str]) -> Result<()> {
    let missing: Vec<&str> = packages
        .iter()
        .copied()
        .filter(|package| !is_installed(package))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    if find_program("apt-get").is_none() {
        return Err(CannotInstall(format!(
            "this machine lacks {what}, and only Debian's packages can be installed from here; \
             install by hand what Debian calls {list}"
        ))
        .into());
    }
    if read_stdout(Command::new("id").arg("-u")).as_deref() != Some("0") {
        return Err(CannotInstall(format!(
            "this machine lacks {what}, and only root may install it; run\n    \
             sudo apt-get update && sudo apt-get install -y --no-install-recommends {list}\nand \
             then this command again"
        ))
        .into());
    }
    run_step(
        &format!("set-up: {what}, from Debian: {list}"),
        "up to 5 minutes",
        || {
            run_quietly(apt().arg("update"), APT_TIMEOUT)?;
            run_quietly(
                apt()
                    .args(["install", "-y", "--no-install-recommends"])
                    .args(&missing),
                APT_TIMEOUT,
            )
        },
    )
}

fn apt() -> Command {
    let mut command = Command::new("apt-get");
    // Waits for another installation that holds the lock.
    command
        .args(["-q", "-o", "DPkg::Lock::Timeout=300"])
        .env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn is_installed(package: &str) -> bool {
    read_stdout(Command::new("dpkg-query").args(["-W", "-f=${db:Status-Status}", package]))
        .as_deref()
        == Some("installed")
}
