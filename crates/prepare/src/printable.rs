//! Prints text from other people's files and servers: names, values and addresses.
//!
//! Control characters in foreign text could change a terminal or a log. Before it is printed, it is
//! therefore truncated, and characters that move the cursor, or hide or reorder the text beside
//! them, are replaced.

use std::fmt::{self, Display, Formatter, Write as _};
use std::io::{self, Write};
use std::path::Path;

/// The most characters that are printed of a value. The longest name of an area has 80.
pub const MAX_VALUE_CHARS: usize = 120;

/// The most characters of a sentence with foreign parts, such as a parser's error.
pub const MAX_SENTENCE_CHARS: usize = 400;

/// The most characters of a line on the terminal. Only text that was not passed through
/// [`Printable`] is longer.
const MAX_LINE_CHARS: usize = 4000;

/// The replacement of a character that is not printed.
const REPLACEMENT: char = '\u{fffd}';

/// Foreign text that is printed on one line and truncated.
#[derive(Clone, Copy, Debug)]
pub struct Printable<'a> {
    text: &'a str,
    max_chars: usize,
}

impl<'a> Printable<'a> {
    /// Returns a value of at most [`MAX_VALUE_CHARS`] characters.
    pub fn value(text: &'a str) -> Printable<'a> {
        Printable {
            text,
            max_chars: MAX_VALUE_CHARS,
        }
    }

    /// Returns a sentence of at most [`MAX_SENTENCE_CHARS`] characters.
    pub fn sentence(text: &'a str) -> Printable<'a> {
        Printable {
            text,
            max_chars: MAX_SENTENCE_CHARS,
        }
    }

    /// Returns a text of at most `max_chars` characters.
    pub fn truncated(text: &'a str, max_chars: usize) -> Printable<'a> {
        Printable { text, max_chars }
    }
}

impl Display for Printable<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut letters = self.text.chars();
        for letter in letters.by_ref().take(self.max_chars) {
            f.write_char(printable_char(letter))?;
        }
        if letters.next().is_some() {
            f.write_char('…')
        } else {
            Ok(())
        }
    }
}

/// Formats a value, such as another library's error, on one line and truncated.
pub fn sentence(value: &impl Display) -> String {
    Printable::sentence(&value.to_string()).to_string()
}

/// Formats a path, whose names may come from an archive or a pattern. It is not truncated: the end
/// matters most.
pub fn path(path: &Path) -> String {
    path.to_string_lossy().chars().map(printable_char).collect()
}

/// Lists the values, each truncated, with commas between them; after 20, the number of the others.
pub fn list<'a>(values: impl ExactSizeIterator<Item = &'a str>) -> String {
    /// The most values that are listed.
    const MAX_LISTED: usize = 20;
    let more = values.len().saturating_sub(MAX_LISTED);
    let mut text = String::new();
    for (number, value) in values.take(MAX_LISTED).enumerate() {
        let comma = if number > 0 { ", " } else { "" };
        // Writing to a string cannot fail.
        let _ = write!(text, "{comma}{}", Printable::value(value));
    }
    if more > 0 {
        let _ = write!(text, " and {more} more");
    }
    text
}

/// Formats a TOML string that means exactly this text and contains no control or invisible
/// characters.
pub fn toml_string(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        // Writing to a string cannot fail.
        let _ = match letter {
            '"' | '\\' => write!(quoted, "\\{letter}"),
            letter if is_unprintable(letter) && u32::from(letter) > 0xffff => {
                write!(quoted, "\\U{:08X}", u32::from(letter))
            }
            letter if is_unprintable(letter) => write!(quoted, "\\u{:04X}", u32::from(letter)),
            letter => write!(quoted, "{letter}"),
        };
    }
    quoted + "\""
}

/// Escapes control and invisible characters in JSON, whose meaning stays the same: they occur only
/// within its strings.
pub fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter == '\n' || !is_unprintable(letter) {
            out.push(letter);
            continue;
        }
        for unit in letter.encode_utf16(&mut [0; 2]) {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    out
}

/// Formats several lines, each truncated and without control and invisible characters.
pub fn lines(text: &str) -> String {
    let truncate = |line| Printable::truncated(line, MAX_LINE_CHARS).to_string();
    text.split('\n')
        .map(truncate)
        .collect::<Vec<_>>()
        .join("\n")
}

/// Prints a text for people on standard error. A failure to print is ignored: nobody could be told,
/// and the exit status says whether the work was done.
pub fn print_error(text: &str) {
    let _ = io::stderr().write_all(lines(text).as_bytes());
}

/// Prints a result on standard output. Control characters are replaced, but it is not truncated:
/// JSON is on one line.
///
/// # Errors
/// If it cannot be printed. A closed pipe is no failure: a reader such as `head` has seen enough.
pub fn print(text: &str) -> io::Result<()> {
    let clean: String = text
        .chars()
        .map(|letter| {
            if letter == '\n' {
                letter
            } else {
                printable_char(letter)
            }
        })
        .collect();
    let mut out = io::stdout().lock();
    match out.write_all(clean.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}

/// Prints a line about work in progress; failures are ignored as in [`print_error`].
pub fn print_progress(line: impl Display) {
    let _ = print(&format!("{line}\n"));
}

/// Whether a character acts on a terminal or on other text instead of being shown: control
/// characters, and invisible ones that reorder, join or hide others. Joiners are allowed: some
/// languages are written with them.
fn is_unprintable(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn printable_char(letter: char) -> char {
    match letter {
        '\t' | '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => ' ',
        letter if is_unprintable(letter) => REPLACEMENT,
        letter => letter,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOSTILE: &str = "a\u{1b}[2J\u{9b}31m\u{202e}dcb\u{2066}\u{7f}\u{200b}\u{e0041}";

    #[test]
    fn printable_truncates_and_replaces() {
        assert_eq!(Printable::value("Ynys Môn").to_string(), "Ynys Môn");
        assert_eq!(Printable::value("two\r\nlines").to_string(), "two  lines");
        assert_eq!(Printable::value(HOSTILE).to_string(), "a�[2J�31m�dcb����");
        assert_eq!(Printable::truncated("Rutland", 3).to_string(), "Rut…");
        assert_eq!(Printable::truncated("Rut", 3).to_string(), "Rut");
        assert_eq!(
            Printable::value(&"x".repeat(5000))
                .to_string()
                .chars()
                .count(),
            MAX_VALUE_CHARS + 1
        );
        assert_eq!(path(Path::new("a/\u{1b}]0;b")), "a/�]0;b");
    }

    #[test]
    fn list_counts_values_beyond_limit() {
        let names: Vec<String> = (0..25).map(|n| format!("n{n}")).collect();
        let text = list(names.iter().map(String::as_str));
        assert!(
            text.starts_with("n0, n1, ") && text.ends_with("n19 and 5 more"),
            "{text}"
        );
        assert_eq!(list(["a"].into_iter()), "a");
    }

    #[test]
    fn toml_string_and_json_keep_meaning() {
        for text in [HOSTILE, "King's \"Lynn\"\\", "a\nb = 1\n[c]", "🙂"] {
            let quoted = toml_string(text);
            assert!(!quoted.contains(is_unprintable), "{quoted:?}");
            let table: toml::Table = toml::from_str(&format!("name = {quoted}")).unwrap();
            assert_eq!(table["name"].as_str(), Some(text));
            let clean = json(&serde_json::to_string(text).unwrap());
            assert!(!clean.contains(is_unprintable), "{clean:?}");
            assert_eq!(serde_json::from_str::<String>(&clean).unwrap(), text);
        }
    }

    proptest! {
        #[test]
        fn printable_never_contains_unprintable(text in any::<String>()) {
            let one = Printable::value(&text).to_string();
            prop_assert!(!one.contains(is_unprintable), "{one:?}");
            let several = lines(&text);
            prop_assert!(!several.replace('\n', "").contains(is_unprintable), "{several:?}");
            prop_assert_eq!(several.matches('\n').count(), text.matches('\n').count());
        }
    }
}
