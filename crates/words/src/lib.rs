//! Provides every text of Rising in each of its languages.
//!
//! The texts are in `texts/`, one [Fluent](https://projectfluent.org) file per language, which any
//! translation tool can read. To add a language, add a file. The build makes each text a method of
//! [`Texts`]: `copy-link` is `texts.copy_link()`. A text with two or more arguments takes a struct
//! of [`args`] with a field for each. The compiler removes texts without a call.

#![expect(
    clippy::inline_always,
    reason = "a text with named arguments only passes them on: a call of its own makes the app larger"
)]

pub mod labels;

use std::sync::Arc;

// Generated from texts/*.ftl: `Language`, `choice`, `args`, the methods of `Texts`, and tables of
// the languages' plural rules and separators.
include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// A number in tenths, formatted with one decimal: 4859 as "485.9".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tenths(pub u64);

/// A plural category of CLDR, which selects a noun or an ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(test),
    allow(dead_code, reason = "the languages of the texts may not use all")
)]
enum Category {
    Zero,
    One,
    Two,
    Few,
    Many,
    Other,
}

/// The categories of the numbers from 0: the table, whose part from position `from` on repeats
/// forever.
struct Categories {
    from: u32,
    table: &'static [Category],
}

impl Categories {
    fn of(&self, number: u32) -> Category {
        let place = match number.checked_sub(self.from) {
            Some(beyond) => self.from + beyond % (self.table.len() as u32 - self.from),
            None => number,
        };
        self.table[place as usize]
    }
}

/// The texts of one page: in its language, with the labels of its data set. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    language: Language,
    /// The words of the data set's labels, row-major by language, in the order of `Label::ALL`.
    labels: Option<Arc<[String]>>,
}

impl Texts {
    /// The language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The texts in another language for the same data set.
    pub fn in_language(&self, language: Language) -> Texts {
        Texts {
            language,
            labels: self.labels.clone(),
        }
    }

    /// The language's tag.
    pub fn tag(&self) -> &'static str {
        self.language.tag()
    }

    /// Formats a whole number with the language's separators: "1,787,423".
    pub fn number(&self, number: u64) -> String {
        self.language.number(number)
    }

    /// Formats a number with one decimal: "1,485.9".
    pub fn tenths(&self, tenths: Tenths) -> String {
        self.language.tenths(tenths)
    }

    /// Returns the possessive of a place's name, if the language has one: "Herefordshire's",
    /// "Lewes'".
    pub fn whose(&self, place: &str) -> String {
        if place.ends_with('s') {
            self.whose_place_s(place)
        } else {
            self.whose_place(place)
        }
    }

    fn cardinal(&self, number: u32) -> Category {
        self.language.cardinal(number)
    }

    fn ordinal(&self, number: u32) -> Category {
        self.language.ordinal(number)
    }
}

impl Language {
    /// The texts in this language without labels: about Covid-19 in the United Kingdom.
    pub fn texts(self) -> Texts {
        Texts {
            language: self,
            labels: None,
        }
    }

    /// The language's tag: `en`, `cy`.
    pub fn tag(self) -> &'static str {
        TAGS[self as usize]
    }

    /// Returns the language with a tag.
    pub fn parse(tag: &str) -> Option<Language> {
        Language::ALL
            .into_iter()
            .find(|language| language.tag() == tag)
    }

    /// Formats a whole number with the language's separators: "1,787,423".
    pub fn number(self, number: u64) -> String {
        let (group, _) = SEPARATORS[self as usize];
        let digits = number.to_string();
        let mut out = String::with_capacity(digits.len() * 2);
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                out.push_str(group);
            }
            out.push(digit);
        }
        out
    }

    /// Formats a number with one decimal: "1,485.9".
    pub fn tenths(self, Tenths(tenths): Tenths) -> String {
        let (_, decimal) = SEPARATORS[self as usize];
        concat(&[
            &self.number(tenths / 10),
            decimal,
            &(tenths % 10).to_string(),
        ])
    }

    fn cardinal(self, number: u32) -> Category {
        CARDINALS[self as usize].of(number)
    }

    fn ordinal(self, number: u32) -> Category {
        ORDINALS[self as usize].of(number)
    }
}

/// Joins the parts of a text. Not inlined, because copies for all texts would make the app larger.
#[inline(never)]
fn concat(parts: &[&str]) -> String {
    parts.concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Category::{Few, Many, One, Other, Two, Zero};

    #[test]
    fn parse_of_tag_gives_the_language() {
        for language in Language::ALL {
            assert_eq!(Language::parse(language.tag()), Some(language));
        }
        assert_eq!(Language::default(), Language::En);
        assert_eq!(Language::parse("cy"), Some(Language::Cy));
        assert_eq!(Language::parse("xx"), None);
    }

    #[test]
    fn number_uses_the_languages_separators() {
        let all = |number| Language::ALL.map(|language| language.number(number));
        assert_eq!(all(0), ["0", "0"]);
        assert_eq!(all(999), ["999", "999"]);
        assert_eq!(all(1_787_423), ["1,787,423", "1,787,423"]);
        assert_eq!(Language::Cy.tenths(Tenths(14_859)), "1,485.9");
        assert_eq!(Language::En.tenths(Tenths(3)), "0.3");
    }

    #[test]
    fn cardinal_categories_match_cldr() {
        let all = |language: Language, numbers: &[u32]| {
            numbers
                .iter()
                .map(|&n| language.cardinal(n))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            all(Language::En, &[0, 1, 2, 11, 21, 101]),
            [Other, One, Other, Other, Other, Other]
        );
        let welsh = [0, 1, 2, 3, 4, 5, 6, 7, 11, 16, 21, 103, 1_000_006];
        let expected = [
            Zero, One, Two, Few, Other, Other, Many, Other, Other, Other, Other, Other, Other,
        ];
        assert_eq!(all(Language::Cy, &welsh), expected);
    }

    #[test]
    fn ordinal_categories_match_cldr() {
        let all = |language: Language, numbers: &[u32]| {
            numbers
                .iter()
                .map(|&n| language.ordinal(n))
                .collect::<Vec<_>>()
        };
        let english = [
            0, 1, 2, 3, 4, 10, 11, 12, 13, 21, 22, 23, 101, 111, 112, 113, 1_002, 1_000_011,
        ];
        let expected = [
            Other, One, Two, Few, Other, Other, Other, Other, Other, One, Two, Few, One, Other,
            Other, Other, Two, Other,
        ];
        assert_eq!(all(Language::En, &english), expected);
        let welsh = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 21];
        let expected = [
            Zero, One, Two, Few, Few, Many, Many, Zero, Zero, Zero, Other, Other, Other,
        ];
        assert_eq!(all(Language::Cy, &welsh), expected);
    }

    #[test]
    fn whose_adds_only_an_apostrophe_after_s() {
        assert_eq!(
            Language::En.texts().whose("Herefordshire"),
            "Herefordshire's"
        );
        assert_eq!(
            Language::En.texts().whose("Tower Hamlets"),
            "Tower Hamlets'"
        );
        assert_eq!(Language::Cy.texts().whose("Herefordshire"), "Herefordshire");
    }

    #[test]
    fn texts_are_not_empty_and_have_no_placeholders() {
        samples(
            &Language::ALL.map(Language::texts),
            &mut |texts, id, text| {
                assert!(!text.trim().is_empty(), "{id} in {texts:?}");
                assert!(!text.contains(['{', '}', '$']), "{id} in {texts:?}: {text}");
                assert!(
                    !text.contains("  ") && text == text.trim(),
                    "{id} in {texts:?}: {text:?}"
                );
            },
        );
    }
}
