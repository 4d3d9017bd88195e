//! Checks the JavaScript and CSS of the site with Biome, and the built pages with html-validate.
//! Both come from npm, in the versions that `xtask/linters` lists.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use crate::command::run_quietly;
use crate::context::Context;
use crate::setup;

/// The folder of `package.json`, its lock and the settings of html-validate.
const PACKAGE_FOLDER: &str = "xtask/linters";

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
        "set-up: Biome and html-validate from npm",
        "up to a minute",
    )?;
    Ok(folder.join("node_modules"))
}
