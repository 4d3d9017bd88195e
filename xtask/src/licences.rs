//! `cargo xtask licences`: lists the licences of the libraries in the site and in `prepare`.
//!
//! `docs/LICENCES.md` has the list, and a test compares it. The texts are not in the repository:
//! `cargo xtask build` takes them from the libraries that Cargo and npm have downloaded, and writes
//! them into the site.

mod library;
mod texts;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use crate::command::read_stdout;
use crate::context::Context;
use crate::setup::{TARGET, Toolchain};
use library::Library;
pub use texts::FILE;

/// The file with the list.
const LIST_FILE: &str = "docs/LICENCES.md";

/// A program that is shipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ShippedProgram {
    /// The app in the browser.
    Site,
    /// The native tool, always for Linux, so that the list is the same on every machine.
    Prepare,
}

impl ShippedProgram {
    /// Returns the arguments that select the program's libraries in Cargo.
    fn selection(self) -> [&'static str; 6] {
        match self {
            ShippedProgram::Site => [
                "--package",
                "rising",
                "--features",
                "split",
                "--target",
                TARGET,
            ],
            ShippedProgram::Prepare => [
                "--package",
                "rising-prepare",
                "--features",
                "",
                "--target",
                "x86_64-unknown-linux-gnu",
            ],
        }
    }

    /// Returns the libraries in the program, sorted by name, without build dependencies and
    /// procedural macros.
    ///
    /// # Errors
    /// If Cargo fails, or a library has no licence or one that may not ship.
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
        let tree = read_stdout(&mut cargo).context("`cargo tree` failed")?;
        let mut packages = read_packages(context, self)?;
        let mut libraries = vec![];
        for (name, version) in parse_tree(&tree) {
            let is_it = |package: &Value| {
                package["name"] == name
                    && format!("v{}", package["version"].as_str().unwrap_or_default()) == version
            };
            let at = packages
                .iter()
                .position(is_it)
                .with_context(|| format!("cargo has no package {name} {version}"))?;
            let package = packages.swap_remove(at);
            // The project's own packages have no source.
            if !package["source"].is_null() {
                libraries.push(Library::from_cargo(&package)?);
            }
        }
        if self == ShippedProgram::Site {
            libraries.push(read_leaflet(context)?);
        }
        libraries.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
        Ok(libraries)
    }
}

/// Parses names and versions in the lines of `cargo tree`, each once.
fn parse_tree(tree: &str) -> BTreeSet<(&str, &str)> {
    tree.lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            Some((words.next()?, words.next()?))
        })
        .collect()
}

/// Reads Cargo's metadata of all packages.
fn read_packages(context: &Context, program: ShippedProgram) -> Result<Vec<Value>> {
    let [.., target] = program.selection();
    let mut cargo = Toolchain::Host.cargo();
    cargo.current_dir(&context.root).args([
        "metadata",
        "--format-version",
        "1",
        "--filter-platform",
        target,
    ]);
    let metadata = read_stdout(&mut cargo).context("`cargo metadata` failed")?;
    let mut metadata: Value =
        serde_json::from_str(&metadata).context("`cargo metadata` gives no JSON")?;
    match metadata["packages"].take() {
        Value::Array(packages) => Ok(packages),
        other => bail!("`cargo metadata` gives no packages but {other}"),
    }
}

/// Returns Leaflet, which npm provides, from the lock file, so that npm need not have run.
fn read_leaflet(context: &Context) -> Result<Library> {
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
/// If a library has a licence that may not ship, or the file cannot be written.
pub fn write_list(context: &Context) -> Result<()> {
    let file = context.root.join(LIST_FILE);
    fs::write(&file, render_list(context)?)
        .with_context(|| format!("cannot write {}", file.display()))?;
    println!("• {LIST_FILE} is up to date");
    Ok(())
}

/// Returns the file of the site with the licence texts of all its libraries.
///
/// # Errors
/// If a library's folder is missing, or a library has a licence that may not ship.
pub fn render_texts(context: &Context, compiler: &str) -> Result<Vec<u8>> {
    let own = context.root.join("LICENSE");
    let own = fs::read_to_string(&own).with_context(|| format!("cannot read {}", own.display()))?;
    texts::write(&own, &ShippedProgram::Site.libraries(context)?, compiler)
}

fn render_list(context: &Context) -> Result<String> {
    let mut text = String::from(
        "# Licences of what ships\n\n\
         Rising is under the MIT licence (`LICENSE`). The site and `prepare` also contain the \
         libraries\n\
         below. The site links their licence texts (`licences.txt`). `deny.toml` has the licences \
         allowed\n\
         for libraries that only build or test.\n\n\
         `cargo xtask licences` writes this list, and a test fails when it is out of date. The \
         build fails\n\
         for a library with another licence.\n",
    );
    let programs = [
        (ShippedProgram::Site, "The site"),
        (ShippedProgram::Prepare, "The tool `prepare`, on Linux"),
    ];
    for (program, title) in programs {
        let libraries = program.libraries(context)?;
        let leaflet_note = if program == ShippedProgram::Site {
            ", among them Leaflet (from npm)"
        } else {
            ""
        };
        writeln!(
            text,
            "\n## {title}\n\n{} libraries{leaflet_note}, and Rust's standard library (MIT OR \
             Apache-2.0).\n",
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

/// Returns the folder of a package from Cargo's metadata.
fn package_folder(package: &Value) -> Option<PathBuf> {
    PathBuf::from(package["manifest_path"].as_str()?)
        .parent()
        .map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn committed_list_is_up_to_date() {
        let context = Context::discover().unwrap();
        let committed = fs::read_to_string(context.root.join(LIST_FILE)).unwrap();
        assert!(
            committed == render_list(&context).unwrap(),
            "{LIST_FILE} is out of date: run `cargo xtask licences` and commit it"
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
    fn parse_tree_lists_each_package_once() {
        let tree = "rising v0.1.0 (/somewhere)\ncrc v3.4.0\nserde v1.0.229\ncrc v3.4.0 (*)\n";
        let expected = [
            ("crc", "v3.4.0"),
            ("rising", "v0.1.0"),
            ("serde", "v1.0.229"),
        ];
        assert_eq!(parse_tree(tree).into_iter().collect::<Vec<_>>(), expected);
    }
}
