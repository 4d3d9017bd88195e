//! Checks the spelling of all tracked texts with the dictionary of `typos`, by the settings in
//! `_typos.toml`.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use typos::tokens::{Case, Identifier, TokenizerBuilder, Word};
use typos::{Dictionary, Status};
use typos_vars::Category;
use unicase::UniCase;
use xtask::prose::tracked_files;

/// The dictionary of `typos` with British spelling and the words of `_typos.toml`.
struct British {
    /// Allowed words in lower case.
    allowed: HashSet<String>,
}

impl Dictionary for British {
    fn correct_ident<'s>(&'s self, _: Identifier<'_>) -> Option<Status<'s>> {
        None
    }

    fn correct_word<'s>(&'s self, word: Word<'_>) -> Option<Status<'s>> {
        if word.case() == Case::None {
            return None;
        }
        let token = word.token();
        let mut corrections = british_variants(token);
        for word in typos_dict::WORD
            .find(&UniCase::new(token))
            .copied()
            .unwrap_or_default()
        {
            let variants = british_variants(word);
            if variants.is_empty() {
                corrections.push(word);
            }
            corrections.extend(variants);
        }
        corrections.sort_unstable();
        corrections.dedup();
        if corrections.is_empty() {
            return None;
        }
        let is_british = corrections
            .iter()
            .any(|word| word.eq_ignore_ascii_case(token));
        if is_british || self.allowed.contains(&token.to_lowercase()) {
            return None;
        }
        Some(Status::Corrections(
            corrections.into_iter().map(Into::into).collect(),
        ))
    }
}

/// Returns the British spellings of a word that has other spellings elsewhere. A word may have
/// several entries: British English has a licence and to license.
fn british_variants(word: &str) -> Vec<&'static str> {
    let entries = typos_vars::VARS.find(&UniCase::new(word)).copied();
    entries
        .unwrap_or_default()
        .iter()
        .flat_map(|(_, variants)| typos_vars::corrections(Category::BritishIse, **variants))
        .copied()
        .collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Returns the table of `_typos.toml` as JSON.
fn settings() -> Value {
    let text = fs::read_to_string(root().join("_typos.toml")).unwrap();
    toml::from_str(&text).unwrap()
}

fn dictionary(settings: &Value) -> British {
    let words = settings["default"]["extend-words"].as_object().unwrap();
    let allowed = words.keys().cloned().collect();
    British { allowed }
}

/// Whether a path is an entry of `extend-exclude`, lies in an excluded folder (`dir/`), or has an
/// excluded extension (`*.csv`).
fn is_excluded(path: &str, patterns: &[&str]) -> bool {
    patterns
        .iter()
        .any(|pattern| match pattern.strip_prefix('*') {
            Some(end) => path.ends_with(end),
            None if pattern.ends_with('/') => path.starts_with(pattern),
            None => path == *pattern,
        })
}

fn misspellings(text: &str, dictionary: &British) -> Vec<String> {
    let tokenizer = TokenizerBuilder::new().build();
    typos::check_str(text, &tokenizer, dictionary)
        .map(|typo| {
            let line = text[..typo.byte_offset].matches('\n').count() + 1;
            let corrections: Vec<&str> = match &typo.corrections {
                Status::Corrections(corrections) => corrections.iter().map(AsRef::as_ref).collect(),
                _ => vec![],
            };
            format!("{line}: {} (write {})", typo.typo, corrections.join(" or "))
        })
        .collect()
}

#[test]
fn tracked_texts_have_british_spelling() {
    let settings = settings();
    assert_eq!(settings["default"]["locale"], "en-gb");
    let excluded = settings["files"]["extend-exclude"].as_array().unwrap();
    let excluded: Vec<&str> = excluded.iter().filter_map(Value::as_str).collect();
    let dictionary = dictionary(&settings);
    let mut faults = vec![];
    for path in tracked_files(&root()).unwrap() {
        let Ok(text) = fs::read_to_string(root().join(&path)) else {
            continue;
        };
        if !is_excluded(&path, &excluded) {
            let found = misspellings(&text, &dictionary);
            faults.extend(found.iter().map(|fault| format!("{path}:{fault}")));
        }
    }
    assert!(
        faults.is_empty(),
        "{} words to correct, or to allow in _typos.toml with a reason:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

#[test]
fn misspellings_include_mistakes_and_american_spelling() {
    let dictionary = dictionary(&serde_json::json!({"default": {"extend-words": {"ons": "ons"}}}));
    let text = "The ONS has\na licence and colours.\nA neigbour's color: recieve";
    assert_eq!(
        misspellings(text, &dictionary),
        [
            "3: neigbour (write neighbour)",
            "3: color (write colour)",
            "3: recieve (write receive)"
        ]
    );
}

#[test]
fn is_excluded_matches_extensions_folders_and_files() {
    let patterns = ["*.csv", "fuzz/seeds/", "Cargo.lock"];
    for path in ["data/a.csv", "fuzz/seeds/names/four", "Cargo.lock"] {
        assert!(is_excluded(path, &patterns), "{path}");
    }
    for path in ["a.csv.md", "fuzz/src/lib.rs", "fuzz/Cargo.lock"] {
        assert!(!is_excluded(path, &patterns), "{path}");
    }
}
