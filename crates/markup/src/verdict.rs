//! The verdict: the answer in a sentence, and the figures that support it.

use rising_words::Texts;

use crate::element::Element;

/// The verdict's texts. A text that does not apply is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The location of the place that the reader searched for.
    pub found: String,
    /// The answer.
    pub sentence: String,
    /// Rate and clearness of the selected area.
    pub support: String,
    /// The direction of the selected area, as a word for the style sheet.
    pub direction: Option<&'static str>,
    /// The areas that the totals count, beside an area's own sentence.
    pub about: String,
    /// The numbers of areas that rise and fall.
    pub totals: String,
    /// The age of the figures.
    pub age: String,
    /// Whether changes are not announced, as while the timeline plays.
    pub is_silent: bool,
}

impl Verdict {
    /// Renders the verdict.
    pub fn render(&self, texts: &Texts) -> Element {
        let line = |class, id: &'static str, text: &str| {
            Element::new("p")
                .class(class)
                .attribute("data-testid", id)
                .text(text)
        };
        let mut sentence = line("sentence", "verdict", &self.sentence);
        if let Some(direction) = self.direction {
            sentence = sentence.attribute("data-direction", direction);
        }
        let live = if self.is_silent { "off" } else { "polite" };
        Element::new("section")
            .class("verdict")
            .attribute("aria-label", texts.the_answer())
            .children([
                Element::new("div")
                    .attribute("aria-live", live)
                    .attribute("aria-atomic", "true")
                    .children([line("lookup", "found", &self.found), sentence]),
                // Outside the live region, because it changes when the areas compared with load,
                // and would have the verdict announced again.
                line("support", "support", &self.support),
                Element::new("p").class("totals").children([
                    Element::new("span")
                        .class("totals-label")
                        .text(&*self.about),
                    Element::new("span")
                        .attribute("data-testid", "totals")
                        .text(&*self.totals),
                ]),
                line("age", "age", &self.age),
            ])
    }
}

/// Renders the notices about the link that the reader followed, and about missing dates.
pub fn notices(notices: Vec<String>) -> Element {
    let lines = notices
        .into_iter()
        .map(|notice| Element::new("p").text(notice));
    Element::new("div")
        .class("notices")
        .attribute("role", "status")
        .children(lines)
}
