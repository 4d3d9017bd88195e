//! Text of others that readers are shown: names of areas, places and sources, and what a country
//! calls things.
//!
//! A control character in a name breaks a line of a file or a drawing, a bidirectional override
//! turns round what stands beside it, an invisible sign hides that two names differ. All such text
//! is cleaned here, once, where it enters the data set, and a line says what was done.

use std::cell::Cell;
use std::fmt::Display;

use rising_model::manifest::Source;
use thiserror::Error;

use crate::printable::{self, Printable};

/// Warnings printed before the others are left out: a file may have one for each of its lines.
const MOST_WARNINGS: usize = 50;

/// Characters listed in a warning.
const LISTED: usize = 8;

/// A text of which nothing is left.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("it has only characters that nobody sees ({0}); write it anew, or leave it out")]
pub struct InvisibleText(String);

/// Returns the text as readers are shown it, and prints a warning if that differs. `what` says in
/// the warning whose text it is. An empty text stays empty.
///
/// # Errors
/// If nothing of it can be seen.
pub fn clean(what: impl Display, text: &str) -> Result<String, InvisibleText> {
    let (clean, gone) = cleaned(text);
    if clean.is_empty() && !text.is_empty() {
        return Err(InvisibleText(listed(&gone)));
    }
    if !gone.is_empty() {
        warn(&format!(
            "{what}: \"{}\" had {}, cleaned",
            Printable::value(&clean),
            listed(&gone)
        ));
    }
    Ok(clean)
}

/// Whose figures and shapes a data set has, as readers are shown it.
///
/// # Errors
/// As [`shown`].
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

/// The text with every run of spaces and line breaks as one space, none at its ends, and no
/// invisible character; and the characters that went, each once.
fn cleaned(text: &str) -> (String, Vec<char>) {
    let (mut clean, mut gone) = (String::with_capacity(text.len()), Vec::<char>::new());
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
            && !gone.contains(&letter)
        {
            gone.push(letter);
        }
    }
    // A space before an invisible end.
    clean.truncate(clean.trim_end().len());
    (clean, gone)
}

/// Control characters, and those that Unicode calls default ignorable (the property
/// `Default_Ignorable_Code_Point`), with the signs of interlinear annotation and the two code
/// points that are no characters.
fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{fffe}' | '\u{ffff}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a joiner after the letter changes how it is written, as in Persian and in the scripts of
/// India.
fn is_written_with_joiners(letter: char) -> bool {
    matches!(letter, '\u{600}'..='\u{7ff}' | '\u{840}'..='\u{dff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{18af}')
}

/// "U+202E, U+200B".
fn listed(letters: &[char]) -> String {
    let mut names: Vec<String> = letters
        .iter()
        .take(LISTED)
        .map(|letter| format!("U+{:04X}", u32::from(*letter)))
        .collect();
    if letters.len() > LISTED {
        names.push(format!("and {} more", letters.len() - LISTED));
    }
    names.join(", ")
}

/// Prints a line on standard error.
fn warn(text: &str) {
    thread_local! {
        static WARNINGS: Cell<usize> = const { Cell::new(0) };
    }
    let before = WARNINGS.replace(WARNINGS.get() + 1);
    if before < MOST_WARNINGS {
        printable::print_error(&format!("warning: {text}\n"));
    } else if before == MOST_WARNINGS {
        printable::print_error("warning: more names were cleaned, which are not listed\n");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_without_such_characters_stays_as_it_is() {
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
            assert_eq!(cleaned(text), (text.to_owned(), vec![]));
        }
    }

    #[test]
    fn text_with_such_characters_is_cleaned() {
        for (text, expected, gone) in [
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
            let (result, letters) = cleaned(text);
            assert_eq!(
                (result.as_str(), listed(&letters).as_str()),
                (expected, gone),
                "{text:?}"
            );
            assert_eq!(clean("a test", text).as_deref(), Ok(expected));
        }
        assert_eq!(cleaned(" two  spaces ").0, "two spaces");
    }

    #[test]
    fn text_of_which_nothing_is_seen_is_an_error() {
        for text in ["\u{200b}", " ", "\t\u{202e}", "\u{3164}"] {
            let error = clean("a test", text).unwrap_err().to_string();
            assert!(error.contains("characters that nobody sees"), "{error}");
        }
        assert_eq!(clean("a test", ""), Ok(String::new()));
    }

    proptest! {
        #[test]
        fn any_text_is_clean_once_cleaned(text in any::<String>()) {
            let (clean, _) = cleaned(&text);
            prop_assert!(!clean.chars().any(char::is_control), "{clean:?}");
            prop_assert_eq!(cleaned(&clean), (clean.clone(), vec![]));
        }
    }
}
