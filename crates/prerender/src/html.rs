//! Escaped in HTML, and its place there.

use std::fmt::{self, Display, Formatter, Write as _};

/// Escaped as HTML has it, in content and in quoted attributes.
pub struct Escaped<'a>(pub &'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        for letter in self.0.chars() {
            match letter {
                '&' => out.write_str("&amp;")?,
                '<' => out.write_str("&lt;")?,
                '>' => out.write_str("&gt;")?,
                '"' => out.write_str("&quot;")?,
                letter => out.write_char(letter)?,
            }
        }
        Ok(())
    }
}

/// The page has no place for what is to be put into it.
#[derive(Debug, thiserror::Error)]
#[error("the page has no {} with {} after it", .0[0], .0[1])]
pub struct MissingMarkers([&'static str; 2]);

/// Puts a content into the page between two marks, in place of what is there.
pub fn replace_between(
    page: &str,
    marks: [&'static str; 2],
    content: &str,
) -> Result<String, MissingMarkers> {
    let [start, end] = marks;
    let from = page.find(start).ok_or(MissingMarkers(marks))? + start.len();
    let to = page[from..].find(end).ok_or(MissingMarkers(marks))? + from;
    Ok([&page[..from], content, &page[to..]].concat())
}

#[cfg(test)]
mod tests {
    use super::Escaped;

    #[test]
    fn markup_becomes_text() {
        assert_eq!(
            Escaped("Ynys Môn <b>&\"'").to_string(),
            "Ynys Môn &lt;b&gt;&amp;&quot;'"
        );
    }
}
