//! Programs from Debian's packages, where that is possible.

use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use crate::command::{find, output, run_quietly};
use crate::context::step;

const LIMIT: Duration = Duration::from_secs(15 * 60);

/// Packages cannot be installed from here, and what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NotHere(String);

/// Installs the packages that are missing. `what` names what they are for: "a browser to test in".
///
/// # Errors
/// [`NotHere`] if this is not Debian (or a relative) or if the user may not install packages, or another if that fails; each
/// says what to do.
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
    if find("apt-get").is_none() {
        return Err(NotHere(format!(
            "this machine lacks {what}, and only Debian's packages can be installed from here; install by hand what \
             Debian calls {list}"
        ))
        .into());
    }
    if output(Command::new("id").arg("-u")).as_deref() != Some("0") {
        return Err(NotHere(format!(
            "this machine lacks {what}, and only root may install it; run\n    sudo apt-get update && \
             sudo apt-get install -y --no-install-recommends {list}\nand then this command again"
        ))
        .into());
    }
    step(
        &format!("set-up: {what}, from Debian: {list}"),
        "up to 5 minutes",
        || {
            run_quietly(apt().arg("update"), LIMIT)?;
            run_quietly(
                apt()
                    .args(["install", "-y", "--no-install-recommends"])
                    .args(&missing),
                LIMIT,
            )
        },
    )
}

fn apt() -> Command {
    let mut command = Command::new("apt-get");
    // Another installation may be going on; better to wait for it than to fail.
    command
        .args(["-q", "-o", "DPkg::Lock::Timeout=300"])
        .env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn is_installed(package: &str) -> bool {
    output(Command::new("dpkg-query").args(["-W", "-f=${db:Status-Status}", package])).as_deref()
        == Some("installed")
}
