//! Escapes text for HTML.

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
