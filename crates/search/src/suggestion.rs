//! The suggestions of the search box.

use std::sync::Arc;

use rising_model::domain::area::{AreaCode, Level, Nation};
use rising_model::domain::area_table::AreaTable;
use rising_view::names::plain_name;
use rising_words::args;
use rising_words::{Language, Texts};

use crate::found_place::FoundPlace;

/// Largest number of suggestions: most counties have no more districts.
pub const MAX_SUGGESTIONS: usize = 12;

/// One line of the list.
#[derive(Clone, PartialEq)]
pub struct Suggestion {
    /// The name of the place.
    pub name: String,
    /// A text that distinguishes it from others of its name, such as its authority.
    pub within: Option<String>,
    /// The view that it opens.
    pub target: Target,
}

/// The view that a suggestion opens.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// An area of this level, or of the level shown if any will do.
    Place(FoundPlace, Option<Level>),
    /// All neighbourhoods of an authority.
    Neighbourhoods(AreaCode),
    /// All areas of a nation.
    Nation(Nation),
}

impl Suggestion {
    /// Whether both open the same area of the same level. Two towns in one area are different.
    pub fn has_same_target(&self, other: &Suggestion) -> bool {
        match (&self.target, &other.target) {
            (Target::Place(one, Some(level)), Target::Place(two, Some(as_level))) => {
                level == as_level
                    && (&one.authority, &one.neighbourhood) == (&two.authority, &two.neighbourhood)
            }
            (Target::Place(..), _) => false,
            (one, two) => one == two,
        }
    }

    /// Returns the name with the text that distinguishes it.
    pub fn in_words(&self) -> String {
        let within = self.within.as_ref().filter(|within| !within.is_empty());
        within.map_or_else(
            || self.name.clone(),
            |within| format!("{}, {within}", self.name),
        )
    }
}

/// The results of a query.
#[derive(Clone, Default, PartialEq)]
pub struct SearchResults {
    /// The suggestions, the best first.
    pub listed: Vec<Suggestion>,
    /// Whether the reader has to choose, because the query names a group and not one of its areas.
    pub must_choose: bool,
    /// A sentence about the list, or in place of an empty one.
    pub message: String,
    /// Whether the message is visible, not only for screen readers.
    pub is_message_visible: bool,
    /// The message after the reader leaves the box without a choice.
    pub left_message: String,
    /// Whether data for the lookup is still loading.
    pub waiting: bool,
}

/// The areas of both levels, as far as they have loaded, and the language to name them in.
#[derive(Clone)]
pub struct Areas {
    /// The language of all names, and the texts of all sentences.
    pub texts: Texts,
    /// The authorities.
    pub authorities: Option<Arc<AreaTable>>,
    /// The neighbourhoods.
    pub neighbourhoods: Option<Arc<AreaTable>>,
}

impl PartialEq for Areas {
    /// Whether both hold the same files and the same texts.
    fn eq(&self, other: &Areas) -> bool {
        let files = |areas: &Areas| {
            [&areas.authorities, &areas.neighbourhoods].map(|table| table.as_ref().map(Arc::as_ptr))
        };
        self.texts == other.texts && files(self) == files(other)
    }
}

impl Areas {
    /// Returns an authority's name for use in a sentence.
    pub fn authority(&self, code: &AreaCode) -> Option<&str> {
        self.name_in(&self.authorities, code)
    }

    /// Returns a neighbourhood's name.
    pub fn neighbourhood(&self, code: &AreaCode) -> Option<&str> {
        self.name_in(&self.neighbourhoods, code)
    }

    fn name_in<'a>(&self, table: &'a Option<Arc<AreaTable>>, code: &AreaCode) -> Option<&'a str> {
        let table = table.as_deref()?;
        let area = table.get(table.index_of(code)?)?;
        Some(plain_name(area.name_in(self.texts.tag())))
    }

    /// Returns an authority's population; 0 until it is known.
    pub fn people(&self, authority: &AreaCode) -> u32 {
        let area = |table: &Arc<AreaTable>| {
            Some(table.get(table.index_of(authority)?)?.population.latest())
        };
        self.authorities.as_ref().and_then(area).unwrap_or_default()
    }

    /// Returns the reason that a place in this authority has no neighbourhood; `None` where the
    /// data set has no neighbourhoods at all.
    pub fn why_no_neighbourhood(
        &self,
        authority: &AreaCode,
        neighbourhood: Option<&AreaCode>,
    ) -> Option<&'static str> {
        let elsewhere = authority
            .nation()
            .is_some_and(|nation| nation != Nation::England);
        let is_told = neighbourhood.is_none() && elsewhere && self.neighbourhoods.is_some();
        is_told.then(|| self.texts.neighbourhoods_england())
    }

    /// Returns the reason that a place whose council is `today` is counted with another authority;
    /// `None` where it is counted with its own.
    pub fn why_counted_elsewhere(&self, today: &AreaCode, authority: &AreaCode) -> Option<String> {
        let alias = self
            .authorities
            .as_ref()
            .and_then(|table| table.alias(today))?;
        let counted = self.authority(authority)?;
        (today != authority && counted != alias.name).then(|| match self.texts.language() {
            Language::En => self.texts.council_reason(args::CouncilReason {
                council: &alias.name,
                reason: &lower_first(alias.reason.trim_end_matches('.')),
            }),
            _ => self.texts.council_figures(args::CouncilFigures {
                authority: counted,
                council: &alias.name,
            }),
        })
    }
}

/// Returns a sentence with its first letter in lower case, to continue another sentence.
pub fn lower_first(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters
        .next()
        .map(|first| first.to_ascii_lowercase())
        .into_iter()
        .chain(letters)
        .collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use rising_model::domain::area::{Alias, Area};

    use super::*;

    pub fn code(text: &str) -> AreaCode {
        text.parse().unwrap()
    }

    /// Returns the place that a suggestion opens.
    pub fn place(suggestion: &Suggestion) -> &FoundPlace {
        let Target::Place(found, _) = &suggestion.target else {
            panic!("{:?} is no place", suggestion.target)
        };
        found
    }

    /// Builds a table of areas given as `(code, name, parent)`, and aliases.
    pub fn table(
        areas: &[(&str, &str, Option<&str>)],
        aliases: Vec<Alias>,
    ) -> Option<Arc<AreaTable>> {
        let area = |&(text, name, parent): &(&str, &str, Option<&str>)| Area {
            code: code(text),
            name: name.into(),
            translated: vec![],
            parent: parent.map(code),
            population: 1.into(),
        };
        Some(Arc::new(
            AreaTable::new(areas.iter().map(area).collect(), aliases).unwrap(),
        ))
    }

    #[test]
    fn why_counted_elsewhere_names_the_council_and_the_reason() {
        let scilly = Alias {
            code: code("E06000053"),
            name: "Isles of Scilly".into(),
            targets: vec![code("E06000052")],
            reason: "The figures count its cases in Cornwall".into(),
        };
        let authorities = table(
            &[("E06000052", "Cornwall and Isles of Scilly", None)],
            vec![scilly],
        );
        let mut areas = Areas {
            texts: Language::En.texts(),
            authorities,
            neighbourhoods: None,
        };
        let why = |areas: &Areas, today: &str| {
            areas.why_counted_elsewhere(&code(today), &code("E06000052"))
        };
        let told = "Its council is Isles of Scilly: the figures count its cases in Cornwall.";
        assert_eq!(why(&areas, "E06000053").as_deref(), Some(told));
        assert_eq!(why(&areas, "E06000052"), None);
        assert_eq!(
            areas.why_no_neighbourhood(&code("W06000001"), None),
            None,
            "this map has none at all"
        );
        areas.texts = Language::Cy.texts();
        let told = "Ei gyngor yw Isles of Scilly; ffigurau Cornwall and Isles of Scilly sydd yma.";
        assert_eq!(
            why(&areas, "E06000053").as_deref(),
            Some(told),
            "the data's reasons are English"
        );
    }
}
