//! `cargo xtask bench`: compares the built site with other choropleth pages, by the harness in
//! `../shared/peers`.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::command::run as run_command;
use crate::context::{Context, run_step};
use crate::{setup, site};

/// Builds the site and measures it. `arguments` go to the harness; results go to
/// `target/peers/out`. Only prints a line if the harness is missing.
///
/// # Errors
/// If the site or the harness cannot be built, or if the harness fails.
pub fn run(context: &Context, arguments: &[OsString]) -> Result<()> {
    let (Some(peers), Some(data)) = (
        context.shared_folder("peers"),
        context.shared_folder("data"),
    ) else {
        println!(
            "• nothing measured: the harness and its data, ../shared/peers and ../shared/data, are \
             not here"
        );
        return Ok(());
    };
    site::build(context, None, None)?;
    let browser = setup::browser(setup::Engine::Chromium)?;
    let copy = context.target.join("peers");
    copy_sources(&peers, &copy)?;
    setup::npm(
        &copy,
        "set-up: the harness's packages from npm",
        "up to 2 minutes",
    )?;
    let built = copy.join("dist/.built");
    if !built.exists() {
        run_step("building the pages to compare with", "a minute", || {
            run_command(
                Command::new("node")
                    .args(["build-data.mjs", "--cases"])
                    .arg(&data)
                    .current_dir(&copy),
            )?;
            run_command(
                Command::new("node")
                    .arg("build-pages.mjs")
                    .current_dir(&copy),
            )?;
            fs::write(&built, "").with_context(|| format!("cannot write {}", built.display()))
        })?;
    }
    println!("• measuring (up to a minute for each page, level and run)");
    let mut harness = Command::new("node");
    harness
        .args(["run.mjs", "--ours"])
        .arg(context.dist())
        .args(arguments)
        .current_dir(&copy);
    run_command(harness.env("CHROMIUM", browser.program))?;
    println!("• the results are in {}", copy.join("out").display());
    Ok(())
}

/// Copies the harness to a folder where it can be built. Discards its earlier build if a file has
/// changed.
fn copy_sources(from: &Path, to: &Path) -> Result<()> {
    if copy_changed(from, to)
        .with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))?
    {
        let built = to.join("dist/.built");
        if built.exists() {
            fs::remove_file(built)?;
        }
    }
    Ok(())
}

/// Copies the files that differ, and returns whether any did.
fn copy_changed(from: &Path, to: &Path) -> std::io::Result<bool> {
    fs::create_dir_all(to)?;
    let mut changed = false;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, copy) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            changed |= copy_changed(&source, &copy)?;
        } else {
            let content = fs::read(&source)?;
            if fs::read(&copy).ok().as_deref() != Some(&content) {
                // `fs::copy` would copy the mode of a read-only original.
                fs::write(&copy, content)?;
                changed = true;
            }
        }
    }
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copy_sources_discards_build_of_changed_harness() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        fs::create_dir_all(from.join("pages")).unwrap();
        fs::write(from.join("pages/a.js"), "1").unwrap();
        let built = to.join("dist/.built");
        let build = || {
            fs::create_dir_all(to.join("dist")).unwrap();
            fs::write(&built, "").unwrap();
        };
        copy_sources(&from, &to).unwrap();
        assert_eq!(fs::read(to.join("pages/a.js")).unwrap(), b"1");
        build();
        copy_sources(&from, &to).unwrap();
        assert!(built.exists());
        fs::write(from.join("pages/a.js"), "2").unwrap();
        copy_sources(&from, &to).unwrap();
        assert!(!built.exists() && fs::read(to.join("pages/a.js")).unwrap() == b"2");
    }
}
