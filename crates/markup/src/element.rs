//! Describes HTML elements as data. The build writes them as text; the app makes elements of the
//! page equal to them (`src/platform/dom.rs`).

use std::fmt::{self, Display, Formatter, Write as _};

/// An HTML element: its name, its attributes and its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    content: Content,
}

/// The content of an element. An element with text has no child elements: programs that translate
/// or highlight a page split and wrap texts, so only the text of a whole element can be replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Child elements, without white space between them.
    Children(Vec<Element>),
    /// Text.
    Text(String),
    /// Content that belongs to other code. The HTML stands for it until that code runs.
    Foreign(String),
}

impl Element {
    /// An element without attributes and content.
    pub fn new(name: &'static str) -> Element {
        Element {
            name,
            attributes: vec![],
            content: Content::Children(vec![]),
        }
    }

    /// Adds an attribute.
    pub fn attribute(mut self, name: &'static str, value: impl Into<String>) -> Element {
        self.attributes.push((name, value.into()));
        self
    }

    /// Adds an attribute without a value, if it is set.
    pub fn flag(self, name: &'static str, is_set: bool) -> Element {
        if is_set {
            self.attribute(name, "")
        } else {
            self
        }
    }

    /// Adds the attribute `class`.
    pub fn class(self, classes: &'static str) -> Element {
        self.attribute("class", classes)
    }

    /// Sets the content to a text.
    pub fn text(mut self, text: impl Into<String>) -> Element {
        self.content = Content::Text(text.into());
        self
    }

    /// Sets the content to child elements.
    pub fn children(mut self, children: impl IntoIterator<Item = Element>) -> Element {
        self.content = Content::Children(children.into_iter().collect());
        self
    }

    /// Leaves the content to other code. `html` stands for it until that code runs.
    pub fn foreign(mut self, html: impl Into<String>) -> Element {
        self.content = Content::Foreign(html.into());
        self
    }

    /// The name of the element.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The attributes, unescaped.
    pub fn attributes(&self) -> &[(&'static str, String)] {
        &self.attributes
    }

    /// The value of an attribute.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(other, _)| *other == name)
            .map(|(_, value)| value.as_str())
    }

    /// The content.
    pub fn content(&self) -> &Content {
        &self.content
    }
}

/// Elements without content and end tag.
const VOID: [&str; 2] = ["col", "input"];

/// Writes the element as HTML.
impl Display for Element {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        write!(out, "<{}", self.name)?;
        for (name, value) in &self.attributes {
            write!(out, " {name}")?;
            if !value.is_empty() {
                write!(out, "=\"{}\"", Escaped(value))?;
            }
        }
        out.write_char('>')?;
        if VOID.contains(&self.name) {
            return Ok(());
        }
        match &self.content {
            Content::Children(children) => {
                for child in children {
                    child.fmt(out)?;
                }
            }
            Content::Text(text) => Escaped(text).fmt(out)?,
            Content::Foreign(html) => out.write_str(html)?,
        }
        write!(out, "</{}>", self.name)
    }
}

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
    use super::*;

    #[test]
    fn display_escapes_text_and_attributes() {
        let name = "Ynys Môn <b>&\"'";
        let escaped = "Ynys Môn &lt;b&gt;&amp;&quot;'";
        assert_eq!(Escaped(name).to_string(), escaped);
        let element = Element::new("p").attribute("title", name).text(name);
        assert_eq!(
            element.to_string(),
            format!("<p title=\"{escaped}\">{escaped}</p>")
        );
    }

    #[test]
    fn display_writes_flags_children_and_void_elements() {
        let list = Element::new("ul")
            .flag("hidden", true)
            .flag("inert", false)
            .children([
                Element::new("col").class("name"),
                Element::new("li").foreign("<svg></svg>"),
            ]);
        let html = "<ul hidden><col class=\"name\"><li><svg></svg></li></ul>";
        assert_eq!(list.to_string(), html);
    }
}
