//! Checks the comments of Rust files.

use super::width_fault;

/// First words of docstrings that ask, or describe without naming the thing.
const QUESTION_WORDS: [&str; 11] = [
    "What", "Who", "That", "How", "Which", "Where", "When", "Whose", "Is", "Does", "Are",
];

/// Returns a fault for each docstring that is a question or begins like one.
pub(super) fn find_questions(text: &str) -> Vec<String> {
    let mut faults = vec![];
    let mut marker_before = None;
    let mut lines = text.lines().zip(1..).peekable();
    while let Some((line, number)) = lines.next() {
        let marker = docstring_marker(line);
        if let Some(marker) = marker.filter(|_| marker != marker_before) {
            let mut paragraph = content(line, marker).to_owned();
            while let Some((next, _)) = lines.next_if(|(next, _)| {
                docstring_marker(next) == Some(marker) && !content(next, marker).is_empty()
            }) {
                paragraph = paragraph + " " + content(next, marker);
            }
            faults.extend(question_fault(&paragraph).map(|fault| format!("{number}: {fault}")));
        }
        marker_before = marker;
    }
    faults
}

/// Returns the marker of a docstring line: `///` or `//!`.
fn docstring_marker(line: &str) -> Option<&'static str> {
    let line = line.trim_start();
    ["///", "//!"]
        .into_iter()
        .find(|marker| line.starts_with(marker) && !line.starts_with("////"))
}

fn content<'t>(line: &'t str, marker: &str) -> &'t str {
    line.trim_start().trim_start_matches(marker).trim()
}

/// Returns the fault of a docstring's first paragraph.
fn question_fault(paragraph: &str) -> Option<String> {
    let first = paragraph
        .split(|c: char| !c.is_alphabetic())
        .next()
        .unwrap_or_default();
    if QUESTION_WORDS.contains(&first) {
        return Some(format!(
            "the docstring begins with \"{first}\"; begin with a verb (\"Returns …\", \
             \"Whether …\") or with the thing (\"The seven-day count.\")"
        ));
    }
    paragraph.ends_with('?').then(|| {
        "the docstring is a question; state the answer (\"Whether the request is open.\")"
            .to_owned()
    })
}

/// Returns a fault for each comment line that is too wide. An address cannot be wrapped.
pub(super) fn find_wide(text: &str) -> Vec<String> {
    text.lines()
        .zip(1..)
        .filter(|(line, _)| line.trim_start().starts_with("//") && !line.contains("://"))
        .filter_map(|(line, number)| width_fault(number, line))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn find_questions_reports_first_paragraphs_that_ask() {
        let text = "//! What it is.\n\n/// Returns the sum.\n///\n/// Is it?\nfn a() {}\n\
                    /// Whether it is\n/// open?\nfn b() {}\n    /// Are there\n    fn c() {}\n\
                    //// Is no docstring\n// Is no docstring\n/// Areas by code.\nfn d() {}\n";
        let faults = find_questions(text);
        let starts: Vec<&str> = faults
            .iter()
            .filter_map(|fault| fault.split(';').next())
            .collect();
        assert_eq!(
            starts,
            [
                "1: the docstring begins with \"What\"",
                "7: the docstring is a question",
                "10: the docstring begins with \"Are\""
            ]
        );
    }

    #[test]
    fn find_wide_counts_characters_of_comment_lines() {
        let wide = format!("// {}", "é".repeat(98));
        let fits = format!("// {}", "é".repeat(97));
        let address = format!("// https://example.org/{wide}");
        let code = format!("let a = \"{wide}\";");
        let text = [fits, wide, address, code].join("\n");
        assert_eq!(
            find_wide(&text),
            ["2: 101 characters; wrap the line at 100"]
        );
    }
}
