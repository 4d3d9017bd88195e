//! Lays out the title, legend and source above and below a picture's map, for PNG and SVG alike.

use rising_look::legend::{BETWEEN, CLASS, GAP, MARK, SWATCH, TEXT};
use rising_look::{Appearance, Face, Fill, Look, PageColours, hex};
use rising_model::domain::trend::Direction;
use rising_model::domain::trend::PUBLISHED_FROM;
use rising_words::Texts;

/// Margin of the page in CSS pixels.
const EDGE: f64 = 14.0;

/// Upper estimate of a letter's width as a share of the font size: texts are not measured.
const LETTER: f64 = 0.56;
/// The same estimate for bold letters.
const BOLD_LETTER: f64 = 0.66;

/// An item on the page. The `y` of a text is its baseline.
#[derive(Clone, Debug, PartialEq)]
pub enum PageItem {
    Text {
        x: f64,
        y: f64,
        size: f64,
        bold: bool,
        words: String,
    },
    Box {
        x: f64,
        y: f64,
        width: f64,
        height: f64,
        fill: Fill,
    },
    /// A triangle around its middle.
    Triangle { x: f64, y: f64, size: f64 },
}

/// The page, in CSS pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct PageLayout {
    pub width: f64,
    pub height: f64,
    /// The position of the map's corner.
    pub map: (f64, f64),
    pub paper: String,
    pub sea: String,
    /// The colour of texts and triangles.
    pub ink: String,
    pub items: Vec<PageItem>,
}

/// The texts of the page.
pub struct PageTexts {
    /// The verdict.
    pub title: String,
    /// The quantity that the colours show, and its date.
    pub measure: String,
    /// The sources, and the address of the map.
    pub source: String,
    /// Whether the legend explains suppressed counts.
    pub suppressed: bool,
    /// The legend's text for areas outside the scope, if the map has any.
    pub elsewhere: Option<String>,
}

impl PageLayout {
    /// Lays out the page around a map of this width and height.
    pub fn new(
        words: &PageTexts,
        look: &Look,
        texts: &Texts,
        (width, height): (f64, f64),
    ) -> PageLayout {
        let colours = look.colours();
        let page_width = width + 2.0 * EDGE;
        let mut page = PageLayout {
            width: page_width,
            height: EDGE,
            map: (EDGE, 0.0),
            paper: hex(PageColours::of(look.theme).card),
            sea: hex(colours.sea),
            ink: hex(colours.text),
            items: vec![],
        };
        page.text(&words.title, 17.0, true);
        page.height += 8.0;
        page.map.1 = page.height;
        page.height += height + 8.0;
        page.text(&words.measure, 12.0, true);
        page.height += 4.0;
        page.classes(look, texts, width);
        page.marks(look, words, texts, width);
        page.text(&words.source, 10.0, false);
        page.height += EDGE;
        page
    }

    /// Adds a text in as many lines as it needs.
    fn text(&mut self, words: &str, size: f64, bold: bool) {
        let letter = size * if bold { BOLD_LETTER } else { LETTER };
        let letters = ((self.width - 2.0 * EDGE) / letter).max(8.0) as usize;
        for line in lines(words, letters) {
            self.height += size * 1.3;
            let y = self.height - size * 0.3;
            self.items.push(PageItem::Text {
                x: EDGE,
                y,
                size,
                bold,
                words: line,
            });
        }
    }

    fn classes(&mut self, look: &Look, texts: &Texts, room: f64) {
        let breaks = &look.breaks;
        let width = (room / breaks.classes() as f64).min(CLASS.0);
        for class in 0..breaks.classes() as u8 {
            let x = EDGE + f64::from(class) * width;
            let fill = fill(look, Appearance::Class(class));
            self.items.push(PageItem::Box {
                x,
                y: self.height,
                width,
                height: CLASS.1,
                fill,
            });
            let (lower, upper) = breaks.bounds(class);
            let words = texts.number(lower.into()) + if upper.is_none() { "+" } else { "" };
            self.items.push(PageItem::Text {
                x,
                y: self.height + CLASS.1 + 12.0,
                size: TEXT,
                bold: false,
                words,
            });
        }
        self.height += CLASS.1 + 20.0;
    }

    /// Adds the legend's marks that the map may show.
    fn marks(&mut self, look: &Look, words: &PageTexts, texts: &Texts, room: f64) {
        let rising = texts.direction_word(Direction::Rising);
        let suppressed = words.suppressed.then(|| texts.fewer_cases(PUBLISHED_FROM));
        let names = [
            (None, Some(rising.to_owned())),
            (Some(Appearance::Suppressed), suppressed),
            (
                Some(Appearance::Missing),
                Some(texts.no_figure().to_owned()),
            ),
            (Some(Appearance::Elsewhere), words.elsewhere.clone()),
        ];
        let mut x = EDGE;
        for (appearance, words) in names
            .into_iter()
            .filter_map(|(appearance, words)| Some((appearance, words?)))
        {
            let needed = SWATCH.0 + GAP + words.chars().count() as f64 * TEXT * LETTER + BETWEEN;
            if x > EDGE && x + needed > EDGE + room {
                x = EDGE;
                self.height += 18.0;
            }
            self.mark(appearance.map(|appearance| fill(look, appearance)), x);
            let y = self.height + SWATCH.1 - 2.0;
            self.items.push(PageItem::Text {
                x: x + SWATCH.0 + GAP,
                y,
                size: TEXT,
                bold: false,
                words,
            });
            x += needed;
        }
        self.height += 22.0;
    }

    /// Adds a swatch, or without a fill the mark of rising areas.
    fn mark(&mut self, fill: Option<Fill>, x: f64) {
        let (y, (width, height)) = (self.height, SWATCH);
        self.items.push(match fill {
            Some(fill) => PageItem::Box {
                x,
                y,
                width,
                height,
                fill,
            },
            None => PageItem::Triangle {
                x: x + width / 2.0,
                y: y + height / 2.0,
                size: MARK,
            },
        });
    }
}

fn fill(look: &Look, appearance: Appearance) -> Fill {
    look.fill(Face {
        appearance,
        muted: false,
    })
}

/// Breaks a text at spaces into lines of at most this many letters. A longer word, such as an
/// address, is broken inside.
fn lines(words: &str, letters: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![];
    for word in words.split(' ') {
        let mut word = word;
        while let Some((at, _)) = word.char_indices().nth(letters) {
            lines.push(word[..at].to_owned());
            word = &word[at..];
        }
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= letters => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use rising_look::Theme;
    use rising_model::domain::scale::Breaks;

    use super::*;

    fn page(width: f64) -> PageLayout {
        let words = PageTexts {
            title: "12 of England's 315 areas were rising".into(),
            measure: "Cases per 100,000".into(),
            source: "Source: an agency & an office <2021>".into(),
            suppressed: true,
            elsewhere: Some("outside the nation".into()),
        };
        let look = Look::new(Theme::Light, &Breaks::default());
        PageLayout::new(&words, &look, &Texts::default(), (width, 200.0))
    }

    #[test]
    fn items_are_on_the_page_and_off_the_map() {
        for width in [240.0, 390.0, 900.0] {
            let page = page(width);
            for item in &page.items {
                let (right, bottom) = match item {
                    PageItem::Text {
                        x,
                        y,
                        size,
                        words,
                        bold,
                    } => {
                        let letter = if *bold { BOLD_LETTER } else { LETTER };
                        (x + words.chars().count() as f64 * size * letter, *y)
                    }
                    PageItem::Box {
                        x,
                        y,
                        width,
                        height,
                        ..
                    } => (x + width, y + height),
                    PageItem::Triangle { x, y, .. } => (*x, *y),
                };
                assert!(
                    right <= page.width && bottom <= page.height,
                    "{width}: {item:?} of {}",
                    page.width
                );
                let is_map = |y: f64| y > page.map.1 && y < page.map.1 + 200.0;
                assert!(!is_map(bottom), "{item:?} is on the map");
            }
        }
    }

    #[test]
    fn lines_break_at_spaces() {
        assert_eq!(lines("one two three", 7), ["one two", "three"]);
        assert_eq!(
            lines("a long-winded one", 4),
            ["a", "long", "-win", "ded", "one"]
        );
    }
}
