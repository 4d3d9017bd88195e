//! The sources of the figures: the line under an embedded map, and the notes at the page's end.

use rising_model::dataset::manifest::Source;
use rising_words::Texts;

use crate::element::Element;

/// The credit line under an embedded map: the source and date of the figures, a link to the full
/// page with the same view, and a sheet for the table and the sources.
#[derive(Clone, Debug)]
pub struct Credit {
    /// The source and date.
    pub line: String,
    /// The address of the full page.
    pub link: String,
}

impl Credit {
    /// Renders the line.
    pub fn render(&self, texts: &Texts) -> Element {
        let link = Element::new("a").attribute("href", &*self.link);
        Element::new("div")
            .class("credit")
            .attribute("data-testid", "credit")
            .children([
                Element::new("p").class("source").text(&*self.line),
                // A new window: the frame has no room for the full page, and the reader would lose
                // the place in the article.
                link.attribute("target", "_blank")
                    .attribute("rel", "noopener")
                    .text(texts.full_map()),
                Element::new("details").class("table-sheet").children([
                    Element::new("summary").text(texts.table_and_sources()),
                    Element::new("div").class("sheet").foreign(""),
                ]),
            ])
    }
}

/// Renders the notes: the sources with their licences, and room for the definitions of the terms.
pub fn notes<'a>(sources: impl IntoIterator<Item = &'a Source>, texts: &Texts) -> Element {
    let lines = sources.into_iter().map(|source| {
        Element::new("li").children([
            Element::new("span").text(format!("{}. {}. ", source.name, source.publisher)),
            Element::new("span").text(&*source.licence),
        ])
    });
    Element::new("footer")
        .class("notes")
        .attribute("data-testid", "notes")
        .children([
            Element::new("h2").text(texts.sources()),
            Element::new("ul").children(lines),
            Element::new("div").class("definitions").foreign(""),
        ])
}
