//! Printing text that others have written: names, values and addresses from files and servers.
//!
//! A terminal or a log obeys what it is sent. Foreign text is therefore cut, and characters that
//! move the cursor, hide or turn round what stands beside them are replaced, before it is printed.

use std::fmt::{self, Display, Formatter, Write as _};
use std::io::{self, Write};
use std::path::Path;

/// Characters of a foreign value that are printed. The longest name of an area has 80.
pub const MAX_VALUE_CHARS: usize = 120;

/// Characters of a sentence with foreign parts, such as a parser's complaint.
pub const MAX_SENTENCE_CHARS: usize = 400;

/// Characters of a line on the terminal. Only text that escaped [`Printable`] is longer.
const MAX_LINE_CHARS: usize = 4000;

/// What stands for a character that is not printed.
const REPLACEMENT: char = '\u{fffd}';

/// Foreign text, printed cut and on one line.
#[derive(Clone, Copy, Debug)]
pub struct Printable<'a> {
    text: &'a str,
    longest: usize,
}

impl<'a> Printable<'a> {
    /// A value: at most [`MAX_VALUE_CHARS`] characters.
    pub fn value(text: &'a str) -> Printable<'a> {
        Printable {
            text,
            longest: MAX_VALUE_CHARS,
        }
    }

    /// A sentence: at most [`MAX_SENTENCE_CHARS`] characters.
    pub fn sentence(text: &'a str) -> Printable<'a> {
        Printable {
            text,
            longest: MAX_SENTENCE_CHARS,
        }
    }

    /// At most so many characters.
    pub fn truncated(text: &'a str, longest: usize) -> Printable<'a> {
        Printable { text, longest }
    }
}

impl Display for Printable<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut letters = self.text.chars();
        for letter in letters.by_ref().take(self.longest) {
            f.write_char(printable_char(letter))?;
        }
        if letters.next().is_some() {
            f.write_char('…')
        } else {
            Ok(())
        }
    }
}

/// A value that is printed as text, such as another library's error, cut and on one line.
pub fn sentence(value: &impl Display) -> String {
    Printable::sentence(&value.to_string()).to_string()
}

/// A path, whose names may come from an archive or a pattern. It is not cut: its end tells most.
pub fn path(path: &Path) -> String {
    path.to_string_lossy().chars().map(printable_char).collect()
}

/// As many of the values as are worth printing, each cut, with a comma between, and how many more
/// there are.
pub fn list<'a>(values: impl ExactSizeIterator<Item = &'a str>) -> String {
    /// Values listed before the rest is only counted.
    const LISTED: usize = 20;
    let more = values.len().saturating_sub(LISTED);
    let mut text = String::new();
    for (number, value) in values.take(LISTED).enumerate() {
        let comma = if number > 0 { ", " } else { "" };
        // Writing to a string cannot fail.
        let _ = write!(text, "{comma}{}", Printable::value(value));
    }
    if more > 0 {
        let _ = write!(text, " and {more} more");
    }
    text
}

/// A TOML string that means exactly this text and holds no character that a terminal obeys.
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

/// JSON that means the same and holds no character that a terminal obeys: those stand only within
/// its strings, where they can be escaped.
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

/// Several lines, each cut and without characters that a terminal obeys.
pub fn lines(text: &str) -> String {
    let cut = |line| Printable::truncated(line, MAX_LINE_CHARS).to_string();
    text.split('\n').map(cut).collect::<Vec<_>>().join("\n")
}

/// Prints a text for people on standard error. Nobody can be told if that is closed or its disk is
/// full, and what the program has done is no less done: the exit status says it.
pub fn print_error(text: &str) {
    let _ = io::stderr().write_all(lines(text).as_bytes());
}

/// Prints a result on standard output. It is cleaned and not cut: JSON is on one line.
///
/// # Errors
/// If it cannot be printed. A reader that has seen enough and closed the pipe, such as `head`, is
/// no failure.
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

/// Prints a line about work under way; see [`print_error`] for what happens where that is impossible.
pub fn print_progress(line: impl Display) {
    let _ = print(&format!("{line}\n"));
}

/// Whether a terminal, a log or a reader's eye would obey the character instead of showing it:
/// control characters, and invisible ones that reorder, join or hide others. Joiners stay, which
/// some languages are written with.
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
    fn foreign_text_is_cut_and_cleaned() {
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
    fn long_list_is_counted() {
        let names: Vec<String> = (0..25).map(|n| format!("n{n}")).collect();
        let text = list(names.iter().map(String::as_str));
        assert!(
            text.starts_with("n0, n1, ") && text.ends_with("n19 and 5 more"),
            "{text}"
        );
        assert_eq!(list(["a"].into_iter()), "a");
    }

    #[test]
    fn toml_and_json_mean_what_they_were_given() {
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
        fn no_text_moves_the_cursor(text in any::<String>()) {
            let one = Printable::value(&text).to_string();
            prop_assert!(!one.contains(is_unprintable), "{one:?}");
            let several = lines(&text);
            prop_assert!(!several.replace('\n', "").contains(is_unprintable), "{several:?}");
            prop_assert_eq!(several.matches('\n').count(), text.matches('\n').count());
        }
    }
}
