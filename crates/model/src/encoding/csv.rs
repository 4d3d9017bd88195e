//! Escapes text for a CSV file that may be opened in a spreadsheet.
//!
//! A spreadsheet runs text that begins like a formula, even in quotation marks (CSV injection). An
//! apostrophe before it prevents that. Numbers need no escape.

/// Puts an apostrophe before text that a spreadsheet would run as a formula.
pub fn escape_formula(text: &str) -> String {
    // Spreadsheets skip white space before a formula, and accept full-width signs.
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

/// Formats text as a CSV field (RFC 4180) that no spreadsheet runs as a formula.
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
    fn escape_formula_prefixes_only_text_that_begins_like_a_formula() {
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
    fn format_field_quotes_separators_quotes_and_line_breaks() {
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
