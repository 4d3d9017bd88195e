//! The texts of the licences, for whoever wants to read them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use anyhow::{Context as _, Result};

use super::library::{ALLOWED, Library};

/// The file's name in the site. It says what is in the site of an edition, so it has no hash to be
/// kept by.
pub const FILE: &str = "licences.txt";

/// Between texts.
const RULE: &str =
    "\n\n================================================================================\n\n";

/// Writes all texts, each once with the libraries that have it.
///
/// # Errors
/// If a library's folder cannot be read, or it has neither a text of its own nor a licence with a
/// known one.
pub fn write(own: &str, libraries: &[Library], compiler: &str) -> Result<Vec<u8>> {
    // Without the mark some servers' readers would see the signs of another encoding.
    let mut file = format!(
        "\u{feff}Licences\n\nThis site is made with Rising, whose own licence comes first, and with the libraries listed here. \
         Below the list are the\ntexts of their licences. The figures and boundaries have licences of their own, which the notes of the page name.\n\n\
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
    write!(file, "{RULE}Rising\n\n{}", own.trim())?;

    // By text, in the order of the first library that has it.
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
            standard.extend(allowed_in(library));
        }
        for text in texts.iter().map(|text| plain(text)) {
            let bearers = with_text.entry(text.clone()).or_insert_with(|| {
                order.push(text);
                vec![]
            });
            if !bearers.contains(&who) {
                bearers.push(who.clone());
            }
        }
    }
    for text in &order {
        write!(file, "{RULE}{}\n\n{text}", with_text[text].join(", "))?;
    }
    write!(
        file,
        "{RULE}These come without a text of their licence, so that its usual text applies, with their authors as the holders of \
         the\ncopyright:\n\n{}",
        without.join("\n")
    )?;
    for name in standard {
        let licence = spdx::license_id(name)
            .with_context(|| format!("there is no text of the licence {name}"))?;
        write!(file, "{RULE}{name}\n\n{}", plain(licence.text()))?;
    }
    file.push('\n');
    Ok(file.into_bytes())
}

/// The licences that a library may be used under here.
fn allowed_in(library: &Library) -> impl Iterator<Item = &'static str> {
    let named: Vec<&str> = library
        .licence
        .requirements()
        .filter_map(|wanted| Some(wanted.req.license.id()?.name))
        .collect();
    ALLOWED.into_iter().filter(move |name| named.contains(name))
}

/// Without what differs and cannot be seen.
fn plain(text: &str) -> String {
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
    fn each_text_is_there_once_with_all_who_bear_it() {
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
    fn a_library_that_is_not_there_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let gone = library(folder.path(), "gone", "MIT", None);
        fs::remove_dir_all(folder.path().join("gone")).unwrap();
        let error = format!("{:#}", write("", &[gone], "").unwrap_err());
        assert!(error.contains("gone"), "{error}");
    }
}
