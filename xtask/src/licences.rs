//! The licences of what ships: of the libraries in the site, and of those in `prepare`.
//!
//! `docs/LICENCES.md` lists them, and a test keeps it true. The texts are not in the repository:
//! `cargo xtask build` takes them from where Cargo and npm have put the libraries, and writes them
//! into the site.

mod library;
mod texts;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use crate::command::output;
use crate::context::Context;
use crate::setup::{TARGET, Toolchain};
use library::Library;
pub use texts::FILE;

/// The list of what ships.
const LIST: &str = "docs/LICENCES.md";

/// A program that ships.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Program {
    /// The app, in the browser.
    Site,
    /// The native tool; on Linux, so that the list is the same wherever it is made.
    Prepare,
}

impl Program {
    /// What tells cargo which libraries are meant.
    fn selection(self) -> [&'static str; 6] {
        match self {
            Program::Site => [
                "--package",
                "rising",
                "--features",
                "split",
                "--target",
                TARGET,
            ],
            Program::Prepare => [
                "--package",
                "rising-prepare",
                "--features",
                "",
                "--target",
                "x86_64-unknown-linux-gnu",
            ],
        }
    }

    /// The libraries in it, by name, without those that only run while it is compiled.
    ///
    /// # Errors
    /// If cargo cannot tell them, or one has no licence or none that what ships may have.
    fn libraries(self, context: &Context) -> Result<Vec<Library>> {
        let mut cargo = Toolchain::Host.cargo();
        cargo
            .current_dir(&context.root)
            .arg("tree")
            .args(self.selection());
        cargo.args([
            "--edges",
            "normal,no-proc-macro",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ]);
        let tree =
            output(&mut cargo).context("`cargo tree` does not say which libraries there are")?;
        let mut packages = packages(context, self)?;
        let mut libraries = vec![];
        for (name, version) in named(&tree) {
            let is_it = |package: &Value| {
                package["name"] == name
                    && format!("v{}", package["version"].as_str().unwrap_or_default()) == version
            };
            let at = packages
                .iter()
                .position(is_it)
                .with_context(|| format!("cargo has no package {name} {version}"))?;
            let package = packages.swap_remove(at);
            // Those without a source are the project's own.
            if !package["source"].is_null() {
                libraries.push(Library::of_cargo(&package)?);
            }
        }
        if self == Program::Site {
            libraries.push(leaflet(context)?);
        }
        libraries.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
        Ok(libraries)
    }
}

/// Names and versions in the lines of `cargo tree`, each once.
fn named(tree: &str) -> BTreeSet<(&str, &str)> {
    tree.lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            Some((words.next()?, words.next()?))
        })
        .collect()
}

/// What cargo knows of all packages.
fn packages(context: &Context, program: Program) -> Result<Vec<Value>> {
    let [.., target] = program.selection();
    let mut cargo = Toolchain::Host.cargo();
    cargo.current_dir(&context.root).args([
        "metadata",
        "--format-version",
        "1",
        "--filter-platform",
        target,
    ]);
    let metadata =
        output(&mut cargo).context("`cargo metadata` does not say what the libraries are")?;
    let mut metadata: Value =
        serde_json::from_str(&metadata).context("`cargo metadata` gives no JSON")?;
    match metadata["packages"].take() {
        Value::Array(packages) => Ok(packages),
        other => bail!("`cargo metadata` gives no packages but {other}"),
    }
}

/// The library that comes from npm. Its lock file is there before npm has run.
fn leaflet(context: &Context) -> Result<Library> {
    let lock = context.root.join("package-lock.json");
    let lock =
        fs::read_to_string(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
    let lock: Value = serde_json::from_str(&lock).context("package-lock.json is not JSON")?;
    let entry = &lock["packages"]["node_modules/leaflet"];
    ensure!(entry.is_object(), "package-lock.json has no leaflet");
    Library::new("leaflet", entry, context.node_modules().join("leaflet"))
}

/// Writes `docs/LICENCES.md` anew.
///
/// # Errors
/// If a library has no licence that what ships may have, or the file cannot be written.
pub fn write_list(context: &Context) -> Result<()> {
    let file = context.root.join(LIST);
    fs::write(&file, list(context)?).with_context(|| format!("cannot write {}", file.display()))?;
    println!("• {LIST} is up to date");
    Ok(())
}

/// The file of the site that holds the texts of all its libraries' licences.
///
/// # Errors
/// If a library is not where it should be, or has no licence that what ships may have.
pub fn file(context: &Context, compiler: &str) -> Result<Vec<u8>> {
    let own = context.root.join("LICENSE");
    let own = fs::read_to_string(&own).with_context(|| format!("cannot read {}", own.display()))?;
    texts::write(&own, &Program::Site.libraries(context)?, compiler)
}

fn list(context: &Context) -> Result<String> {
    let mut text = String::from(
        "# Licences of what ships\n\n\
         Rising is under the MIT licence (`LICENSE`). The site and `prepare` also contain the libraries\n\
         below. The site links their licence texts (`licences.txt`). `deny.toml` has the licences allowed\n\
         for libraries that only build or test.\n\n\
         `cargo xtask licences` writes this list, and a test fails when it is out of date. The build fails\n\
         for a library with another licence.\n",
    );
    let programs = [
        (Program::Site, "The site"),
        (Program::Prepare, "The tool `prepare`, on Linux"),
    ];
    for (program, title) in programs {
        let libraries = program.libraries(context)?;
        let standard = if program == Program::Site {
            ", among them Leaflet (from npm)"
        } else {
            ""
        };
        writeln!(
            text,
            "\n## {title}\n\n{} libraries{standard}, and Rust's standard library (MIT OR Apache-2.0).\n",
            libraries.len()
        )?;
        text.push_str("| library | version | licence (SPDX) |\n|---|---|---|\n");
        for Library {
            name,
            version,
            licence,
            ..
        } in &libraries
        {
            writeln!(text, "| {name} | {version} | {licence} |")?;
        }
    }
    Ok(text)
}

/// The folder of a package in what `cargo metadata` says of it.
fn folder_of(package: &Value) -> Option<PathBuf> {
    PathBuf::from(package["manifest_path"].as_str()?)
        .parent()
        .map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_list_is_true() {
        let context = Context::discover().unwrap();
        let committed = fs::read_to_string(context.root.join(LIST)).unwrap();
        assert!(
            committed == list(&context).unwrap(),
            "{LIST} is out of date: run `cargo xtask licences` and commit it"
        );
        for expected in [
            "| leaflet | 1.9.4 | BSD-2-Clause |",
            "| leptos |",
            "| csv |",
        ] {
            assert!(committed.contains(expected), "{expected}");
        }
    }

    #[test]
    fn a_tree_names_each_package_once() {
        let tree = "rising v0.1.0 (/somewhere)\ncrc v3.4.0\nserde v1.0.229\ncrc v3.4.0 (*)\n";
        let expected = [
            ("crc", "v3.4.0"),
            ("rising", "v0.1.0"),
            ("serde", "v1.0.229"),
        ];
        assert_eq!(named(tree).into_iter().collect::<Vec<_>>(), expected);
    }
}
