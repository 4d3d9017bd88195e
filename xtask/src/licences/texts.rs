//! Writes the licence texts into one file.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use anyhow::{Context as _, Result};

use super::library::{ALLOWED, Library};

/// The file's name in the site. Without a hash, since the file belongs to no version of the
/// program.
pub const FILE: &str = "licences.txt";

/// Separates texts.
const SEPARATOR: &str =
    "\n\n================================================================================\n\n";

/// Writes each text once, with the libraries that have it.
///
/// # Errors
/// If a library's folder cannot be read, or a library has neither a licence text nor a licence with
/// a standard text.
pub fn write(own: &str, libraries: &[Library], compiler: &str) -> Result<Vec<u8>> {
    // The byte order mark makes browsers read UTF-8 even if the server names no encoding.
    let mut file = format!(
        "\u{feff}Licences\n\nThis site is made with Rising, whose own licence comes first, and \
         with the libraries listed here. \
         Below the list are the\ntexts of their licences. The figures and boundaries have licences \
         of their own, which the notes of the page name.\n\n\
         Rust's standard library ({compiler}): MIT OR Apache-2.0\n"
    );
    for Library {
        name,
        version,
        licence,
        ..
    } in libraries
    {
        writeln!(file, "{name} {version}: {licence}")?;
    }
    write!(file, "{SEPARATOR}Rising\n\n{}", own.trim())?;

    // Libraries by text; `order` has the texts in the order of their first library.
    let mut with_text: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut order: Vec<String> = vec![];
    let mut standard = BTreeSet::from(["Apache-2.0", "MIT"]);
    let mut without = vec![format!(
        "Rust's standard library ({compiler}), by the Rust project's contributors"
    )];
    for library in libraries {
        let who = format!("{} {}", library.name, library.version);
        let texts = library.texts()?;
        if texts.is_empty() {
            let by = if library.authors.is_empty() {
                "its contributors".into()
            } else {
                library.authors.join(", ")
            };
            without.push(format!("{who}, by {by} ({})", library.licence));
            standard.extend(allowed_licences(library));
        }
        for text in texts.iter().map(|text| normalise(text)) {
            let holders = with_text.entry(text.clone()).or_insert_with(|| {
                order.push(text);
                vec![]
            });
            if !holders.contains(&who) {
                holders.push(who.clone());
            }
        }
    }
    for text in &order {
        write!(file, "{SEPARATOR}{}\n\n{text}", with_text[text].join(", "))?;
    }
    write!(
        file,
        "{SEPARATOR}These come without a text of their licence, so that its usual text applies, \
         with their authors as the holders of \
         the\ncopyright:\n\n{}",
        without.join("\n")
    )?;
    for name in standard {
        let licence = spdx::license_id(name)
            .with_context(|| format!("the crate spdx has no text of the licence {name}"))?;
        write!(file, "{SEPARATOR}{name}\n\n{}", normalise(licence.text()))?;
    }
    file.push('\n');
    Ok(file.into_bytes())
}

/// Returns the allowed licences in a library's expression.
fn allowed_licences(library: &Library) -> impl Iterator<Item = &'static str> {
    let named: Vec<&str> = library
        .licence
        .requirements()
        .filter_map(|wanted| Some(wanted.req.license.id()?.name))
        .collect();
    ALLOWED.into_iter().filter(move |name| named.contains(name))
}

/// Removes invisible differences: byte order mark, line ends, trailing spaces, outer empty lines.
fn normalise(text: &str) -> String {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use serde_json::json;

    use super::*;

    fn library(folder: &Path, name: &str, licence: &str, text: Option<&str>) -> Library {
        let folder = folder.join(name);
        fs::create_dir_all(&folder).unwrap();
        if let Some(text) = text {
            fs::write(folder.join("LICENSE-MIT"), text).unwrap();
        }
        let described =
            json!({ "version": "1.2.3", "license": licence, "authors": ["Ada", "Grace"] });
        Library::new(name, &described, folder).unwrap()
    }

    #[test]
    fn write_groups_libraries_by_text() {
        let folder = tempfile::tempdir().unwrap();
        let libraries = [
            library(
                folder.path(),
                "one",
                "MIT",
                Some("Copyright Someone \r\nDo.\n"),
            ),
            library(
                folder.path(),
                "two",
                "MIT/Apache-2.0",
                Some("Copyright Someone\nDo."),
            ),
            library(folder.path(), "three", "Zlib OR GPL-3.0-only", None),
        ];
        let file =
            String::from_utf8(write("Own text", &libraries, "rustc 1.95.0").unwrap()).unwrap();
        assert_eq!(file.matches("Copyright Someone").count(), 1);
        for part in [
            "one 1.2.3, two 1.2.3\n\nCopyright Someone\nDo.",
            "two 1.2.3: MIT OR Apache-2.0",
            "three 1.2.3, by Ada, Grace (Zlib OR GPL-3.0-only)",
            "Rust's standard library (rustc 1.95.0)",
            "Rising\n\nOwn text",
            "\nZlib\n\n",
            "\nApache-2.0\n\n",
        ] {
            assert!(file.contains(part), "{part}\n{file}");
        }
        assert!(!file.contains("GNU"), "a licence that is not used");
    }

    #[test]
    fn write_fails_for_missing_library_folder() {
        let folder = tempfile::tempdir().unwrap();
        let gone = library(folder.path(), "gone", "MIT", None);
        fs::remove_dir_all(folder.path().join("gone")).unwrap();
        let error = format!("{:#}", write("", &[gone], "").unwrap_err());
        assert!(error.contains("gone"), "{error}");
    }
}
