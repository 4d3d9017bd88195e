//! `cargo xtask dependencies`: checks the licences, sources and security advisories of all
//! libraries with `cargo deny` and `npm audit`. `deny.toml` says what is allowed.
//!
//! Advisories are in databases that some machines cannot reach; a check that is skipped for that
//! reason says so.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::check_counts::CheckCounts;
use crate::command::{capture, find_program, run, run_quietly};
use crate::context::{Context, run_step, user_cache};
use crate::setup::{self, Toolchain};

const CARGO_DENY_VERSION: &str = "0.20.2";

/// Time limit for a database to answer.
const DATABASE_TIMEOUT: Duration = Duration::from_mins(2);

/// Manifests of the workspaces. Each has its own lock file.
const WORKSPACES: [&str; 2] = ["Cargo.toml", "fuzz/Cargo.toml"];

/// Folders with a lock file of npm.
const NPM_FOLDERS: [&str; 4] = [".", "data", "xtask/lighthouse", "xtask/linters"];

/// Checks all libraries. Skipped checks are not counted.
///
/// # Errors
/// If `cargo deny` cannot be installed. A finding is no error but counts as failed.
pub fn check(context: &Context) -> Result<CheckCounts> {
    let deny = find_or_install_cargo_deny()?;
    let mut counts = CheckCounts::default();
    let mut count = |outcome: Result<()>| {
        if let Err(error) = &outcome {
            println!("  {error:#}");
        }
        counts = counts
            + if outcome.is_ok() {
                CheckCounts::one_passed()
            } else {
                CheckCounts::one_failed()
            };
    };
    let command = |workspace: &str| {
        let mut command = Command::new(&deny);
        command.current_dir(&context.root).args([
            "--log-level",
            "error",
            "--workspace",
            "--manifest-path",
            workspace,
        ]);
        command
    };
    for workspace in WORKSPACES {
        let checks = ["check", "licenses", "bans", "sources"];
        // Without --offline: Cargo may have to fetch libraries of other systems.
        count(run(command(workspace).arg("--locked").args(checks)));
    }
    let fetched = capture(
        command(WORKSPACES[0]).args(["fetch", "db"]),
        DATABASE_TIMEOUT,
    )?;
    if fetched.succeeded() {
        for workspace in WORKSPACES {
            count(run(command(workspace).args(["check", "advisories"])));
        }
    } else {
        let why = fetched
            .output
            .lines()
            .rev()
            .find(|line| !line.trim().is_empty())
            .unwrap_or("time limit exceeded");
        println!(
            "  Rust's advisories: skipped, their database cannot be reached from here ({})",
            why.trim()
        );
    }
    setup::node_modules(context)?;
    for folder in NPM_FOLDERS {
        match audit_npm(&context.root.join(folder))? {
            Some(outcome) => count(outcome),
            None => println!(
                "  npm's advisories for {folder}/: skipped, the registry in use gives none"
            ),
        }
    }
    Ok(counts)
}

/// Checks the packages of a lock file against npm's advisories. Returns `None` if the registry has
/// none.
fn audit_npm(folder: &Path) -> Result<Option<Result<()>>> {
    let mut npm = Command::new("npm");
    // From level "high" on: all packages but Leaflet only build or test.
    npm.args([
        "audit",
        "--package-lock-only",
        "--audit-level=high",
        "--json",
        "--loglevel=silent",
    ])
    .current_dir(folder);
    let answer = capture(&mut npm, DATABASE_TIMEOUT)?;
    // A report has this field even if it counts no vulnerability.
    let report: serde_json::Value = serde_json::from_str(&answer.output).unwrap_or_default();
    Ok(report
        .pointer("/metadata/vulnerabilities")
        .map(|counts| match answer.succeeded() {
            true => Ok(()),
            false => bail!(
                "npm audit in {}: {counts}; run it there for the list",
                folder.display()
            ),
        }))
}

/// Returns `cargo-deny` from the PATH or from the user's cache, after installing it there if
/// missing.
fn find_or_install_cargo_deny() -> Result<PathBuf> {
    if let Some(program) = find_program("cargo-deny") {
        return Ok(program);
    }
    let root = user_cache()?.join(format!("cargo-deny-{CARGO_DENY_VERSION}"));
    let program = root.join("bin/cargo-deny");
    if !program.is_file() {
        run_step(
            "set-up: cargo-deny, which knows licences and advisories, from crates.io",
            "1 to 3 minutes",
            || {
                let mut cargo = Toolchain::Host.cargo();
                // A debug build compiles in half the time.
                cargo.args([
                    "install",
                    "cargo-deny",
                    "--debug",
                    "--locked",
                    "--no-track",
                    "--version",
                    CARGO_DENY_VERSION,
                    "--root",
                ]);
                // Outside this checkout, whose Cargo settings do not apply to it.
                run_quietly(
                    cargo.arg(&root).current_dir(Path::new("/")),
                    Duration::from_mins(20),
                )
            },
        )?;
    }
    program
        .is_file()
        .then_some(program)
        .context("cargo install did not create cargo-deny")
}
