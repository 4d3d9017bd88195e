//! Checks the JavaScript and CSS of the site with Biome, the types of its scripts with TypeScript,
//! and the built pages with html-validate. These come from npm, in the versions that
//! `xtask/linters` lists. Runs the scripts' unit tests with Node.js.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use crate::check_counts::CheckCounts;
use crate::command::{capture, run_quietly};
use crate::context::Context;
use crate::setup;

/// The folder of `package.json`, its lock and the settings of html-validate.
const PACKAGE_FOLDER: &str = "xtask/linters";

/// The folder of the site's scripts.
const SCRIPTS: &str = "web";

/// The folders of scripts with settings of TypeScript's: workers have other globals than pages.
const TYPE_CHECKED: [&str; 2] = [SCRIPTS, "web/service-worker"];

/// Limit for one linter. Each takes a few seconds.
const LIMIT: Duration = Duration::from_mins(3);

/// Checks the format of the JavaScript and CSS, and runs the lints of `biome.jsonc`.
///
/// # Errors
/// If Biome cannot be installed or has findings, which the message holds.
pub fn check_scripts_and_styles(context: &Context) -> Result<()> {
    let mut biome = Command::new(install(context)?.join("@biomejs/biome/bin/biome"));
    biome
        .args(["ci", "--error-on-warnings", "--colors=off"])
        .arg(format!("--config-path={}", context.root.display()))
        .current_dir(&context.root);
    run_quietly(&mut biome, LIMIT)
}

/// Checks the types in the site's scripts, by the settings in each `tsconfig.json`.
///
/// # Errors
/// If TypeScript cannot be installed or has findings, which the message holds.
pub fn check_types(context: &Context) -> Result<()> {
    let modules = install(context)?;
    for folder in TYPE_CHECKED {
        let mut compiler = Command::new("node");
        compiler
            .arg(modules.join("typescript/bin/tsc"))
            .args(["--project", folder, "--typeRoots"])
            .arg(modules.join("@types"))
            .current_dir(&context.root);
        run_quietly(&mut compiler, LIMIT)?;
    }
    Ok(())
}

/// Runs the unit tests of the site's scripts and counts them.
///
/// # Errors
/// If Node.js cannot run them, or a failure has no count; the message holds its output.
pub fn test_scripts(context: &Context) -> Result<CheckCounts> {
    let mut tests = Vec::new();
    find_tests(&context.root.join(SCRIPTS), &mut tests)?;
    let mut node = Command::new("node");
    // By their names: versions of Node.js differ in what they find in a folder.
    node.args(["--test", "--test-reporter=tap"])
        .args(tests)
        .current_dir(&context.root);
    let ran = capture(&mut node, LIMIT)?;
    let counts = parse_tap_counts(&ran.output)
        .with_context(|| format!("the tests did not end:\n{}", ran.output))?;
    ensure!(
        ran.succeeded() || counts.failed > 0,
        "node failed:\n{}",
        ran.output
    );
    if counts.failed > 0 {
        println!("{}", ran.output);
    }
    Ok(counts)
}

/// Adds the test files in a folder and the folders in it.
fn find_tests(folder: &Path, tests: &mut Vec<PathBuf>) -> Result<()> {
    for entry in
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?
    {
        let path = entry?.path();
        if path.is_dir() {
            find_tests(&path, tests)?;
        } else if path.to_string_lossy().ends_with(".test.js") {
            tests.push(path);
        }
    }
    Ok(())
}

/// Parses the counts at the end of a report in the Test Anything Protocol. Tests that Node.js
/// cancelled have failed.
fn parse_tap_counts(report: &str) -> Option<CheckCounts> {
    let count = |what: &str| {
        report.lines().rev().find_map(|line| {
            line.strip_prefix("# ")?
                .strip_prefix(what)?
                .trim()
                .parse()
                .ok()
        })
    };
    Some(CheckCounts {
        passed: count("pass ")?,
        failed: count("fail ")? + count("cancelled ")?,
    })
}

/// Checks every page of the built site against the HTML standard.
///
/// # Errors
/// If html-validate cannot be installed or has findings, which the message holds.
pub fn check_pages(context: &Context) -> Result<()> {
    let package = context.root.join(PACKAGE_FOLDER);
    let mut validate = Command::new("node");
    validate
        .arg(install(context)?.join("html-validate/bin/html-validate.mjs"))
        .arg("--config")
        .arg(package.join("html-validate.json"))
        .args(["--ext", "html"])
        .arg(context.dist())
        .current_dir(&package);
    run_quietly(&mut validate, LIMIT)
}

/// Installs the linters beside the build, since only `cargo xtask test` uses them, and returns
/// their `node_modules`.
fn install(context: &Context) -> Result<PathBuf> {
    let folder = context.target.join("linters");
    setup::npm_in(
        &context.root.join(PACKAGE_FOLDER),
        &folder,
        "set-up: Biome, TypeScript and html-validate from npm",
        "up to a minute",
    )?;
    Ok(folder.join("node_modules"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_tap_counts_reads_end_of_report() {
        let report = "TAP version 13\n# pass 1 as the name of a test\nok 1 - a\n1..4\n# tests 4\n\
            # pass 1\n# fail 2\n# cancelled 1\n# skipped 0\n";
        let counts = parse_tap_counts(report);
        assert_eq!(
            counts,
            Some(CheckCounts {
                passed: 1,
                failed: 3
            })
        );
        assert_eq!(parse_tap_counts("TAP version 13\n"), None);
    }
}
