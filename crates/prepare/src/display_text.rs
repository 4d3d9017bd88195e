//! Cleans text of other people that the page shows: names of areas, places and sources, and a
//! country's labels.
//!
//! A control character in a name breaks a line of a file or a drawing. A bidirectional override
//! reverses the text beside it. An invisible character hides that two names differ. All text is
//! cleaned here once, when it enters the data set, and a warning says what was removed.

use std::cell::Cell;
use std::fmt::Display;

use rising_model::dataset::manifest::Source;
use thiserror::Error;

use crate::printable::{self, Printable};

/// The largest number of warnings that are printed. A file may have one on each of its lines.
const MAX_WARNINGS: usize = 50;

/// The largest number of characters that a warning lists.
const MAX_LISTED: usize = 8;

/// A text without a visible character.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("it has only invisible characters ({0}); write it again, or leave it out")]
pub struct InvisibleText(String);

/// Returns the text for display, and prints a warning if that is different. `what` names the text
/// in the warning. An empty text stays empty.
///
/// # Errors
/// If the text has no visible character.
pub fn clean(what: impl Display, text: &str) -> Result<String, InvisibleText> {
    let (clean, removed) = remove_invisible(text);
    if clean.is_empty() && !text.is_empty() {
        return Err(InvisibleText(list_characters(&removed)));
    }
    if !removed.is_empty() {
        warn(&format!(
            "{what}: removed {} from \"{}\"",
            list_characters(&removed),
            Printable::value(&clean)
        ));
    }
    Ok(clean)
}

/// Cleans the texts of sources.
///
/// # Errors
/// As [`clean`].
pub fn clean_sources(sources: Vec<Source>) -> Result<Vec<Source>, InvisibleText> {
    let clean_source = |Source {
                            name,
                            publisher,
                            licence,
                        }: Source| {
        Ok(Source {
            name: clean("the name of a source", &name)?,
            publisher: clean("the publisher of a source", &publisher)?,
            licence: clean("the licence of a source", &licence)?,
        })
    };
    sources.into_iter().map(clean_source).collect()
}

/// Replaces each run of white space by one space, trims the text, and removes invisible characters.
/// Returns the text and the different characters that were removed.
fn remove_invisible(text: &str) -> (String, Vec<char>) {
    let mut clean = String::with_capacity(text.len());
    let mut removed = Vec::<char>::new();
    for letter in text.chars() {
        let is_joiner = matches!(letter, '\u{200c}' | '\u{200d}');
        let is_kept = is_joiner
            && clean
                .chars()
                .next_back()
                .is_some_and(is_written_with_joiners);
        if letter.is_whitespace() {
            if !(clean.is_empty() || clean.ends_with(' ')) {
                clean.push(' ');
            }
        } else if is_kept || !is_invisible(letter) {
            clean.push(letter);
        }
        if letter != ' '
            && !is_kept
            && (letter.is_whitespace() || is_invisible(letter))
            && !removed.contains(&letter)
        {
            removed.push(letter);
        }
    }
    // The text may have ended with a space and invisible characters.
    clean.truncate(clean.trim_end().len());
    (clean, removed)
}

/// Whether a character is a control character, default ignorable (the Unicode property
/// `Default_Ignorable_Code_Point`), an interlinear annotation, or one of the two noncharacters
/// U+FFFE and U+FFFF.
fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a joiner after the letter changes its shape, as in Persian and the scripts of India.
fn is_written_with_joiners(letter: char) -> bool {
    matches!(letter,
        '\u{600}'..='\u{7ff}' | '\u{840}'..='\u{dff}' | '\u{1000}'..='\u{109f}'
        | '\u{1780}'..='\u{18af}')
}

/// Lists characters as "U+202E, U+200B".
fn list_characters(letters: &[char]) -> String {
    let mut names: Vec<String> = letters
        .iter()
        .take(MAX_LISTED)
        .map(|letter| format!("U+{:04X}", u32::from(*letter)))
        .collect();
    if letters.len() > MAX_LISTED {
        names.push(format!("and {} more", letters.len() - MAX_LISTED));
    }
    names.join(", ")
}

/// Prints a warning on standard error, or nothing after [`MAX_WARNINGS`].
fn warn(text: &str) {
    thread_local! {
        static WARNINGS: Cell<usize> = const { Cell::new(0) };
    }
    let before = WARNINGS.replace(WARNINGS.get() + 1);
    if before < MAX_WARNINGS {
        printable::print_error(&format!("warning: {text}\n"));
    } else if before == MAX_WARNINGS {
        printable::print_error("warning: further names with invisible characters are not listed\n");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn clean_text_without_invisible_characters_is_unchanged() {
        for text in [
            "",
            "Ynys Môn",
            "Kingston upon Hull, City of",
            "St. Helens",
            "=1",
            "می‌خواهم",
            "क्‍ष",
            "東京",
            "🙂",
        ] {
            assert_eq!(remove_invisible(text), (text.to_owned(), vec![]));
        }
    }

    #[test]
    fn clean_removes_invisible_characters() {
        for (text, expected, removed) in [
            ("Here\u{0}ford", "Hereford", "U+0000"),
            (
                "Here\tford\r\nshire",
                "Here ford shire",
                "U+0009, U+000D, U+000A",
            ),
            ("\u{202e}drofereH\u{202c}", "drofereH", "U+202E, U+202C"),
            ("Bath\u{200b}", "Bath", "U+200B"),
            ("Ba\u{200d}th", "Bath", "U+200D"),
            ("\u{feff} Bath \u{2066}", "Bath", "U+FEFF, U+2066"),
            ("West\u{a0}Devon", "West Devon", "U+00A0"),
            ("a\u{1b}[31mb\u{9b}2J", "a[31mb2J", "U+001B, U+009B"),
        ] {
            let (result, letters) = remove_invisible(text);
            assert_eq!(
                (result.as_str(), list_characters(&letters).as_str()),
                (expected, removed),
                "{text:?}"
            );
            assert_eq!(clean("a test", text).as_deref(), Ok(expected));
        }
        assert_eq!(remove_invisible(" two  spaces ").0, "two spaces");
    }

    #[test]
    fn clean_text_without_visible_character_is_error() {
        for text in ["\u{200b}", " ", "\t\u{202e}", "\u{3164}"] {
            let error = clean("a test", text).unwrap_err().to_string();
            assert!(error.contains("only invisible characters"), "{error}");
        }
        assert_eq!(clean("a test", ""), Ok(String::new()));
    }

    proptest! {
        #[test]
        fn clean_twice_changes_nothing_more(text in any::<String>()) {
            let (clean, _) = remove_invisible(&text);
            prop_assert!(!clean.chars().any(char::is_control), "{clean:?}");
            prop_assert_eq!(remove_invisible(&clean), (clean.clone(), vec![]));
        }
    }
}
