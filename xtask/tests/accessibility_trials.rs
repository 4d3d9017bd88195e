//! Checks that `docs/accessibility.md` names end-to-end tests that exist.

use std::fs;
use std::path::{Path, PathBuf};

/// The names in the column *checked by* that are no trials: they are explained above the table.
const OTHER_CHECKS: [&str; 1] = ["crates/look/tests/colour.rs"];

#[test]
fn accessibility_document_names_existing_trials() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let document = fs::read_to_string(root.join("docs/accessibility.md")).unwrap();
    let names = trial_names(&root.join("tests/tests/e2e"));
    assert!(names.len() > 100, "only {} trials were found", names.len());
    let texts = trial_texts(&document);
    assert!(texts.len() > 20, "only {} texts were found", texts.len());
    let unknown: Vec<_> = texts
        .iter()
        .filter(|text| !OTHER_CHECKS.contains(&text.as_str()))
        .filter(|text| !names.iter().any(|name| name.contains(text.as_str())))
        .collect();
    assert!(
        unknown.is_empty(),
        "docs/accessibility.md names {unknown:#?}, which no name of an end-to-end test contains"
    );
}

/// The texts in backticks in the last column of the table of criteria.
fn trial_texts(document: &str) -> Vec<String> {
    let (_, criteria) = document.split_once("## Criteria").unwrap();
    let cells = criteria.lines().filter_map(|line| {
        line.strip_prefix('|')?
            .strip_suffix('|')?
            .rsplit('|')
            .next()
    });
    cells
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .map(str::to_owned)
        .collect()
}

/// The string literals of the form `area: sentence` in the functions that list the trials.
fn trial_names(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for file in rust_files(folder) {
        let source = fs::read_to_string(file).unwrap();
        for function in source.split("fn trials() ").skip(1) {
            let body = function.split("\n}\n").next().unwrap();
            let literals = body.split('"').skip(1).step_by(2);
            names.extend(
                literals
                    .filter(|text| text.contains(": "))
                    .map(str::to_owned),
            );
        }
    }
    names
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
