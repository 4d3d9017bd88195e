//! The head of the page: the site's name and subject, and links to its other languages.

use rising_words::{Language, Texts};

use crate::element::Element;

/// Renders the head of a page in a language. `link` returns the address of the page in another one.
///
/// The head has the texts of every language and hides those that do not apply, because a script of
/// the page chooses the language before the app has loaded.
pub fn masthead(texts: &Texts, link: &dyn Fn(Language) -> String) -> Element {
    let subjects = Language::ALL.map(|one| {
        let text = Element::new("p")
            .attribute("lang", one.tag())
            .flag("hidden", one != texts.language());
        text.text(texts.in_language(one).site_subject())
    });
    let links = Language::ALL.map(|one| {
        let tag = one.tag();
        // Ordinary links: another language is another page, so Back returns to this one.
        Element::new("a")
            .class("language")
            .attribute("lang", tag)
            .attribute("hreflang", tag)
            .attribute("href", link(one))
            .flag("hidden", one == texts.language())
            .text(one.texts().language_name())
    });
    let skip = Element::new("a")
        .class("skip visually-hidden")
        .attribute("href", "#table");
    let parts = [Element::new("h1").text(texts.site_name())]
        .into_iter()
        .chain(subjects);
    let parts = parts.chain([skip.text(texts.skip_to_table())]).chain(links);
    Element::new("header").class("masthead").children(parts)
}
