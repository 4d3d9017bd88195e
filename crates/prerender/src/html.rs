//! Text in HTML.

use std::fmt::{self, Display, Formatter, Write as _};

/// Text as HTML has it, in content and in quoted attributes.
pub struct Text<'a>(pub &'a str);

impl Display for Text<'_> {
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
    use super::Text;

    #[test]
    fn markup_becomes_text() {
        assert_eq!(Text("Ynys Môn <b>&\"'").to_string(), "Ynys Môn &lt;b&gt;&amp;&quot;'");
    }
}
