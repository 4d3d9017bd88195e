//! Escapes text for HTML, and replaces parts of HTML.

use std::fmt::{self, Display, Formatter, Write as _};

/// Text that is escaped for HTML, in content and in quoted attributes.
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

/// The markers that a page lacks.
#[derive(Debug, thiserror::Error)]
#[error("the page has no {} that {} follows", .0[0], .0[1])]
pub struct MissingMarkers([&'static str; 2]);

/// Replaces the part of a page between two markers.
pub fn replace_between(
    page: &str,
    markers: [&'static str; 2],
    content: &str,
) -> Result<String, MissingMarkers> {
    let [start, end] = markers;
    let from = page.find(start).ok_or(MissingMarkers(markers))? + start.len();
    let to = page[from..].find(end).ok_or(MissingMarkers(markers))? + from;
    Ok([&page[..from], content, &page[to..]].concat())
}

#[cfg(test)]
mod tests {
    use super::Escaped;

    #[test]
    fn escaped_text_has_no_markup() {
        assert_eq!(
            Escaped("Ynys Môn <b>&\"'").to_string(),
            "Ynys Môn &lt;b&gt;&amp;&quot;'"
        );
    }
}
