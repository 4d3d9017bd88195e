//! Text in a CSV file that people open with a spreadsheet.
//!
//! A spreadsheet takes text that begins like a formula for one and runs it, in quotation marks or
//! not. An apostrophe before it makes it text. Numbers are written as they are.

/// The text so that no spreadsheet runs it: with an apostrophe before what a formula begins with.
pub fn escape_formula(text: &str) -> String {
    // Spreadsheets skip spaces before a formula, and read wide signs as the narrow ones.
    let first = text
        .chars()
        .find(|letter| !(letter.is_whitespace() || letter.is_control() || *letter == '\u{feff}'));
    let is_formula = first.is_some_and(|letter| "=+-@＝＋－＠".contains(letter));
    if is_formula || text.starts_with(['\t', '\r', '\n']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// A field with that text (RFC 4180), harmless.
pub fn format_field(text: &str) -> String {
    let text = escape_formula(text);
    if text.contains([',', ';', '"', '\t', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_begins_like_a_formula_gets_an_apostrophe() {
        for text in [
            "=1+1",
            "+44",
            "-1+cmd|' /C calc'!A0",
            "@SUM(1)",
            "\t=1",
            "\rX",
            "\nX",
            "  =1",
            "\u{feff}=1",
            "＝1",
        ] {
            assert_eq!(escape_formula(text), format!("'{text}"));
        }
        for text in [
            "",
            "Ynys Môn",
            "St. Helens",
            "King's Lynn",
            "a=b",
            "Barrow-in-Furness",
            "'s-Hertogenbosch",
        ] {
            assert_eq!(escape_formula(text), text);
        }
    }

    #[test]
    fn field_is_quoted_where_the_format_asks_for_it() {
        assert_eq!(format_field("Ynys Môn"), "Ynys Môn");
        assert_eq!(format_field("Bristol, City of"), "\"Bristol, City of\"");
        assert_eq!(
            format_field("=Top & \"Bottom\""),
            "\"'=Top & \"\"Bottom\"\"\""
        );
        assert_eq!(format_field("two\r\nlines"), "\"two\r\nlines\"");
        assert_eq!(format_field("=A1"), "'=A1");
    }
}
