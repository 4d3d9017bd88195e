//! A library with its version, licence and licence texts.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use spdx::{Expression, LicenseReq, ParseMode};

use super::package_folder;

/// Licences that a shipped library may have. All are in `deny.toml`, which allows more for
/// libraries that only build or test.
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

/// Beginnings of the names of files with a licence or its notices, in lower case.
const LICENCE_FILE_PREFIXES: [&str; 6] = [
    "licen",
    "copying",
    "copyright",
    "notice",
    "unlicense",
    "patents",
];

/// A third-party library.
#[derive(Debug)]
pub struct Library {
    pub name: String,
    pub version: String,
    /// The licence as an SPDX expression.
    pub licence: Expression,
    /// The authors, if the package names them.
    pub authors: Vec<String>,
    folder: PathBuf,
}

impl Library {
    /// Creates a library from a package of `cargo metadata`.
    ///
    /// # Errors
    /// As [`Library::new`].
    pub fn from_cargo(package: &Value) -> Result<Library> {
        let name = package["name"]
            .as_str()
            .context("cargo has a package without a name")?;
        Library::new(
            name,
            package,
            package_folder(package)
                .with_context(|| format!("cargo does not say where {name} is"))?,
        )
    }

    /// Creates a library from its entry in Cargo's or npm's list.
    ///
    /// # Errors
    /// If the licence is missing or may not ship.
    pub fn new(name: &str, described: &Value, folder: PathBuf) -> Result<Library> {
        let version = described["version"]
            .as_str()
            .with_context(|| format!("{name} has no version"))?
            .to_owned();
        let licence = described["license"].as_str().with_context(|| {
            format!(
                "{name} {version} names no licence in its package; find out whether it may be \
                 used, or do without it"
            )
        })?;
        let licence = parse_licence(licence)
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

    /// Returns the licence texts in the library's folder, sorted by file name.
    ///
    /// # Errors
    /// If the folder or a text cannot be read.
    pub fn texts(&self) -> Result<Vec<String>> {
        let folder = || format!("cannot read {}", self.folder.display());
        let mut files: Vec<PathBuf> = vec![];
        for entry in fs::read_dir(&self.folder).with_context(folder)? {
            let path = entry.with_context(folder)?.path();
            if path.is_file() && is_licence_file(&path) {
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

/// Parses the licence of a package. Older packages write a slash for "OR".
///
/// # Errors
/// If the text is no SPDX expression or none of its choices is allowed.
fn parse_licence(text: &str) -> Result<Expression> {
    let canonical = Expression::canonicalize(text)?;
    let read = Expression::parse_mode(canonical.as_deref().unwrap_or(text), ParseMode::STRICT)?;
    ensure!(
        read.evaluate(is_allowed),
        "is not one that may ship ({}); do without the library, or add the licence to \
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

fn is_licence_file(file: &Path) -> bool {
    let name = file
        .file_name()
        .map(|name| name.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default();
    // A crate may have a module with such a name.
    LICENCE_FILE_PREFIXES
        .iter()
        .any(|begins| name.starts_with(begins))
        && !name.ends_with(".rs")
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
    fn library_licence_outside_list_is_refused() {
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
    fn allowed_licences_are_in_deny_toml() {
        let deny = fs::read_to_string(Context::discover().unwrap().root.join("deny.toml")).unwrap();
        for licence in ALLOWED {
            assert!(
                deny.contains(&format!("    \"{licence}\",\n")),
                "deny.toml does not allow {licence}"
            );
        }
    }

    #[test]
    fn is_licence_file_goes_by_name() {
        for name in [
            "LICENSE",
            "LICENCE.md",
            "license-mit",
            "COPYING",
            "NOTICE.txt",
            "UNLICENSE",
        ] {
            assert!(is_licence_file(Path::new(name)), "{name}");
        }
        for name in ["README.md", "licenses.rs", "Cargo.toml"] {
            assert!(!is_licence_file(Path::new(name)), "{name}");
        }
    }
}
