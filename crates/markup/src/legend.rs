//! The legend: the classes as one strip with their bounds, then the marks and patterns.

use rising_model::domain::area::Level;
use rising_model::domain::scale::Breaks;
use rising_model::domain::trend::PUBLISHED_FROM;
use rising_view::figures::class_label;
use rising_view::names::ScopeName;
use rising_words::Texts;

use crate::element::Element;

/// The subject of the legend.
#[derive(Clone, Debug)]
pub struct Legend<'a> {
    /// The classes' bounds.
    pub breaks: &'a Breaks,
    /// The level shown, if it is known.
    pub level: Option<Level>,
    /// The name of the scope, outside which areas are muted.
    pub scope: Option<&'a ScopeName>,
    /// Whether the data set has nations. Without them, and outside an authority, no area is outside
    /// the scope, and no figure is suppressed.
    pub has_nations: bool,
    /// The class of the selected area.
    pub current: Option<u8>,
}

impl Legend<'_> {
    /// Renders the legend. `swatch` returns a drawing of a class, which the app replaces with a
    /// canvas.
    pub fn render(&self, texts: &Texts, swatch: &dyn Fn(u8) -> String) -> Element {
        let classes = (0..self.breaks.classes() as u8).map(|class| {
            let (lower, upper) = self.breaks.bounds(class);
            let bound = texts.number(lower.into()) + if upper.is_none() { "+" } else { "" };
            let item = Element::new("li").children([
                Element::new("span").class("swatch").foreign(swatch(class)),
                Element::new("span")
                    .class("bound")
                    .attribute("aria-hidden", "true")
                    .text(bound),
                Element::new("span")
                    .class("visually-hidden")
                    .text(class_label(self.breaks, class, texts)),
            ]);
            match self.current == Some(class) {
                true => item.attribute("aria-current", "true"),
                false => item,
            }
        });
        let authority = match self.scope {
            Some(ScopeName::Authority(name)) => Some(name),
            _ => None,
        };
        let outside = match authority {
            Some(name) => texts.outside_place(name),
            None => texts.legend_elsewhere().to_owned(),
        };
        let is_suppressed = self.level == Some(Level::Msoa) && self.has_nations;
        let mark = |mark: Element, text: String, is_shown: bool| {
            let item = [mark, Element::new("span").text(text)];
            Element::new("li").flag("hidden", !is_shown).children(item)
        };
        let sample = |classes| Element::new("span").class(classes).foreign("");
        let marks = [
            mark(
                Element::new("span")
                    .class("mark rising")
                    .attribute("aria-hidden", "true")
                    .text("▲"),
                texts.legend_rising().to_owned(),
                true,
            ),
            mark(
                sample("mark suppressed"),
                texts.legend_suppressed(PUBLISHED_FROM),
                is_suppressed,
            ),
            mark(sample("mark missing"), texts.no_figure().to_owned(), true),
            mark(
                sample("mark quiet"),
                outside,
                self.has_nations || authority.is_some(),
            ),
        ];
        Element::new("section")
            .class("legend")
            .attribute("aria-labelledby", "legend-title")
            .attribute("data-testid", "legend")
            .children([
                Element::new("h2")
                    .attribute("id", "legend-title")
                    .text(texts.legend_title()),
                Element::new("ol").class("classes").children(classes),
                Element::new("ul").class("marks").children(marks),
            ])
    }
}
