//! One library: what it is called, and under which licence it may be used.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use spdx::{Expression, LicenseReq, ParseMode};

use super::folder_of;

/// The licences that a library may have that ships. All are in `deny.toml`; what only tests or
/// builds may have more.
pub const ALLOWED: [&str; 11] = [
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Zlib",
    "bzip2-1.0.6",
];

/// How files with a licence or what it asks for begin, in small letters.
const FILES: [&str; 6] = [
    "licen",
    "copying",
    "copyright",
    "notice",
    "unlicense",
    "patents",
];

/// A library of others.
#[derive(Debug)]
pub struct Library {
    pub name: String,
    pub version: String,
    /// As an SPDX expression.
    pub licence: Expression,
    /// Who wrote it, if the package says so.
    pub authors: Vec<String>,
    folder: PathBuf,
}

impl Library {
    /// One of what `cargo metadata` lists.
    ///
    /// # Errors
    /// As [`Library::new`].
    pub fn of_cargo(package: &Value) -> Result<Library> {
        let name = package["name"]
            .as_str()
            .context("cargo has a package without a name")?;
        Library::new(
            name,
            package,
            folder_of(package).with_context(|| format!("cargo does not say where {name} is"))?,
        )
    }

    /// One that a list describes, Cargo's or npm's.
    ///
    /// # Errors
    /// If it has no licence, or one that what ships may not have.
    pub fn new(name: &str, described: &Value, folder: PathBuf) -> Result<Library> {
        let version = described["version"]
            .as_str()
            .with_context(|| format!("{name} has no version"))?
            .to_owned();
        let licence = described["license"].as_str().with_context(|| {
            format!(
                "{name} {version} names no licence in its package; find out whether it may be used, or do without it"
            )
        })?;
        let licence = expression(licence)
            .with_context(|| format!("the licence of {name} {version}, \"{licence}\""))?;
        let authors = described["authors"].as_array().into_iter().flatten();
        let authors = authors
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect();
        Ok(Library {
            name: name.to_owned(),
            version,
            licence,
            authors,
            folder,
        })
    }

    /// The texts that came with it, by the names of their files.
    ///
    /// # Errors
    /// If it is not where it should be, or a text cannot be read.
    pub fn texts(&self) -> Result<Vec<String>> {
        let folder = || format!("cannot read {}", self.folder.display());
        let mut files: Vec<PathBuf> = vec![];
        for entry in fs::read_dir(&self.folder).with_context(folder)? {
            let path = entry.with_context(folder)?.path();
            if path.is_file() && holds_a_licence(&path) {
                files.push(path);
            }
        }
        files.sort();
        let read = |file: &PathBuf| {
            let bytes =
                fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        };
        files.iter().map(read).collect()
    }
}

/// Reads a licence as packages write it; older ones have a stroke for "or".
///
/// # Errors
/// If it is none, or asks for more than what ships may.
fn expression(text: &str) -> Result<Expression> {
    let canonical = Expression::canonicalize(text)?;
    let read = Expression::parse_mode(canonical.as_deref().unwrap_or(text), ParseMode::STRICT)?;
    ensure!(
        read.evaluate(is_allowed),
        "is not among those that what ships may have ({}); do without the library, or add the licence to \
         xtask/src/licences/library.rs and deny.toml after reading it",
        ALLOWED.join(", ")
    );
    Ok(read)
}

fn is_allowed(wanted: &LicenseReq) -> bool {
    wanted.addition.is_none()
        && wanted
            .license
            .id()
            .is_some_and(|id| ALLOWED.contains(&id.name))
}

fn holds_a_licence(file: &Path) -> bool {
    let name = file
        .file_name()
        .map(|name| name.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default();
    // A crate may have a module of that name.
    FILES.iter().any(|begins| name.starts_with(begins)) && !name.ends_with(".rs")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::context::Context;

    fn licence(text: &str) -> Result<String> {
        let described = json!({ "version": "1.0.0", "license": text });
        Library::new("some", &described, PathBuf::new()).map(|library| library.licence.to_string())
    }

    #[test]
    fn a_licence_is_one_of_the_list_or_refused() {
        for (text, read) in [
            ("MIT", "MIT"),
            ("MIT/Apache-2.0", "MIT OR Apache-2.0"),
            ("Unlicense OR MIT", "Unlicense OR MIT"),
            (
                "(MIT OR GPL-3.0-only) AND Unicode-3.0",
                "(MIT OR GPL-3.0-only) AND Unicode-3.0",
            ),
        ] {
            assert_eq!(licence(text).unwrap(), read);
        }
        for text in [
            "GPL-3.0-only",
            "MIT AND MPL-2.0",
            "Apache-2.0 WITH LLVM-exception",
            "Proprietary",
            "",
        ] {
            let refused = format!("{:#}", licence(text).unwrap_err());
            assert!(
                refused.contains("some 1.0.0") && refused.contains(text),
                "{refused}"
            );
        }
        let none = Library::new(
            "some",
            &json!({ "version": "1.0.0", "license": null }),
            PathBuf::new(),
        )
        .unwrap_err();
        assert!(none.to_string().contains("names no licence"), "{none}");
    }

    #[test]
    fn what_ships_may_have_no_more_than_the_rest() {
        let deny = fs::read_to_string(Context::discover().unwrap().root.join("deny.toml")).unwrap();
        for licence in ALLOWED {
            assert!(
                deny.contains(&format!("    \"{licence}\",\n")),
                "deny.toml does not allow {licence}"
            );
        }
    }

    #[test]
    fn files_with_licences_are_known_by_their_names() {
        for name in [
            "LICENSE",
            "LICENCE.md",
            "license-mit",
            "COPYING",
            "NOTICE.txt",
            "UNLICENSE",
        ] {
            assert!(holds_a_licence(Path::new(name)), "{name}");
        }
        for name in ["README.md", "licenses.rs", "Cargo.toml"] {
            assert!(!holds_a_licence(Path::new(name)), "{name}");
        }
    }
}
