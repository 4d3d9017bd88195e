//! Whether the libraries may be used: their licences, where they come from, and what is known
//! against them. `deny.toml` says what is allowed; `cargo deny` does the looking.
//!
//! Licences and sources need nothing but the libraries themselves. Advisories are in databases that
//! not every machine can reach; where one cannot be reached, that is said.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::checks::Tally;
use crate::command::{capture, find, run, run_quietly};
use crate::context::{Context, step, user_cache};
use crate::setup::{self, Toolchain};

const CARGO_DENY: &str = "0.20.2";

/// How long a database may take to come.
const PATIENCE: Duration = Duration::from_secs(120);

/// The workspaces: each has its own lock file.
const WORKSPACES: [&str; 2] = ["Cargo.toml", "fuzz/Cargo.toml"];

/// Where npm's lock files are.
const NPM: [&str; 3] = [".", "data", "xtask/lighthouse"];

/// Checks all libraries. The count is of checks that could be made.
///
/// # Errors
/// If `cargo deny` cannot be had. What it finds is counted as failed.
pub fn check(context: &Context) -> Result<Tally> {
    let deny = cargo_deny()?;
    let mut tally = Tally::default();
    let mut count = |outcome: Result<()>| {
        if let Err(error) = &outcome {
            println!("  {error:#}");
        }
        tally = tally
            + if outcome.is_ok() {
                Tally::one_passed()
            } else {
                Tally::one_failed()
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
        // Cargo fetches what no build has needed here yet, such as libraries of other systems.
        count(run(command(workspace).arg("--locked").args(checks)));
    }
    let fetched = capture(command(WORKSPACES[0]).args(["fetch", "db"]), PATIENCE)?;
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
            .unwrap_or("it takes too long");
        println!(
            "  Rust's advisories: skipped, their database cannot be reached from here ({})",
            why.trim()
        );
    }
    setup::node_modules(context)?;
    for folder in NPM {
        match audit(&context.root.join(folder))? {
            Some(outcome) => count(outcome),
            None => println!(
                "  npm's advisories for {folder}/: skipped, the registry in use gives none"
            ),
        }
    }
    Ok(tally)
}

/// What npm knows against the packages of a lock file; nothing if it cannot be asked.
fn audit(folder: &Path) -> Result<Option<Result<()>>> {
    let mut npm = Command::new("npm");
    // Of what only builds and tests, no more than what can be exploited there.
    npm.args([
        "audit",
        "--package-lock-only",
        "--audit-level=high",
        "--json",
        "--loglevel=silent",
    ])
    .current_dir(folder);
    let answer = capture(&mut npm, PATIENCE)?;
    // With a report there is a count of vulnerabilities, whatever it is.
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

/// The program: on the PATH, or of this project's own in the user's cache.
fn cargo_deny() -> Result<PathBuf> {
    if let Some(program) = find("cargo-deny") {
        return Ok(program);
    }
    let root = user_cache()?.join(format!("cargo-deny-{CARGO_DENY}"));
    let program = root.join("bin/cargo-deny");
    if !program.is_file() {
        step(
            "set-up: cargo-deny, which knows licences and advisories, from crates.io",
            "1 to 3 minutes",
            || {
                let mut cargo = Toolchain::Host.cargo();
                // Unoptimised, it is there in half the time.
                cargo.args([
                    "install",
                    "cargo-deny",
                    "--debug",
                    "--locked",
                    "--no-track",
                    "--version",
                    CARGO_DENY,
                    "--root",
                ]);
                // Not in the folder of this checkout, whose settings are not for it.
                run_quietly(
                    cargo.arg(&root).current_dir(Path::new("/")),
                    Duration::from_secs(20 * 60),
                )
            },
        )?;
    }
    program
        .is_file()
        .then_some(program)
        .context("cargo install has left no cargo-deny")
}
