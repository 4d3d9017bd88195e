//! What the search box offers, whatever it was found by.

use std::sync::Arc;

use rising_model::area::{AreaCode, AreaTable, Level, Nation};
use rising_model::sentences::plain_name;
use rising_words::Language;

use crate::language::language;
use crate::state::{FoundPlace, State};

/// One line of the list.
#[derive(Clone, PartialEq)]
pub struct Suggestion {
    pub name: String,
    /// What tells it from others of its name.
    pub within: Option<String>,
    /// Where it leads.
    pub target: Target,
}

/// Where a suggestion leads.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// To an area of the level, or of the one shown where any answers.
    Place(FoundPlace, Option<Level>),
    /// To all neighbourhoods of the authority.
    Neighbourhoods(AreaCode),
    /// To all areas of the nation.
    Nation(Nation),
}

impl Suggestion {
    /// Whether both stand for the same area. Towns of one area are still two towns.
    pub fn leads_where(&self, other: &Suggestion) -> bool {
        match (&self.target, &other.target) {
            (Target::Place(one, Some(level)), Target::Place(two, Some(as_level))) => {
                level == as_level
                    && (&one.authority, &one.neighbourhood) == (&two.authority, &two.neighbourhood)
            }
            (Target::Place(..), _) => false,
            (one, two) => one == two,
        }
    }

    /// Its name and what tells it from others.
    pub fn in_words(&self) -> String {
        let within = self.within.as_ref().filter(|within| !within.is_empty());
        within.map_or_else(
            || self.name.clone(),
            |within| format!("{}, {within}", self.name),
        )
    }
}

/// What an entry is answered with.
#[derive(Clone, Default, PartialEq)]
pub struct SearchResults {
    pub listed: Vec<Suggestion>,
    /// The reader has to choose one of those listed: no one of them is what she typed.
    pub must_choose: bool,
    /// One sentence about the list, or in its place.
    pub said: String,
    /// The sentence is for the eye as well: the list alone says too little.
    pub shows: bool,
    /// What to do next, for a reader who has left the box without choosing.
    pub left: String,
    /// Something that it is looked up in is still on its way.
    pub waiting: bool,
}

/// The areas of both levels, as far as they have come.
#[derive(Clone, Default)]
pub struct Areas {
    pub authorities: Option<Arc<AreaTable>>,
    pub neighbourhoods: Option<Arc<AreaTable>>,
}

impl PartialEq for Areas {
    fn eq(&self, other: &Areas) -> bool {
        crate::reactive::same_arc(&self.authorities, &other.authorities)
            && crate::reactive::same_arc(&self.neighbourhoods, &other.neighbourhoods)
    }
}

impl Areas {
    /// Those that have come by now.
    pub fn of(state: State) -> Areas {
        Areas {
            authorities: state.table(Level::Ltla),
            neighbourhoods: state.table(Level::Msoa),
        }
    }

    /// An authority's name, as it reads in a sentence.
    pub fn authority(&self, code: &AreaCode) -> Option<&str> {
        name_in(&self.authorities, code)
    }

    /// A neighbourhood's name.
    pub fn neighbourhood(&self, code: &AreaCode) -> Option<&str> {
        name_in(&self.neighbourhoods, code)
    }

    /// The people of an authority; 0 while it is not known.
    pub fn people(&self, authority: &AreaCode) -> u32 {
        let area = |table: &Arc<AreaTable>| {
            Some(table.get(table.index_of(authority)?)?.population.latest())
        };
        self.authorities.as_ref().and_then(area).unwrap_or_default()
    }

    /// Why a place in that authority has no neighbourhood; nothing where the map has none at all.
    pub fn why_no_neighbourhood(
        &self,
        authority: &AreaCode,
        neighbourhood: Option<&AreaCode>,
    ) -> Option<&'static str> {
        let elsewhere = authority
            .nation()
            .is_some_and(|nation| nation != Nation::England);
        let is_told = neighbourhood.is_none() && elsewhere && self.neighbourhoods.is_some();
        is_told.then(|| language().neighbourhoods_england())
    }

    /// Why a place whose council is `today` is counted by another; nothing where it is its own.
    pub fn why_counted_elsewhere(&self, today: &AreaCode, authority: &AreaCode) -> Option<String> {
        let alias = self
            .authorities
            .as_ref()
            .and_then(|table| table.alias(today))?;
        let counted = self.authority(authority)?;
        (today != authority && counted != alias.name).then(|| match language() {
            Language::En => language().council_reason(
                &alias.name,
                &lower_first(alias.reason.trim_end_matches('.')),
            ),
            other => other.council_figures(counted, &alias.name),
        })
    }
}

fn name_in<'a>(table: &'a Option<Arc<AreaTable>>, code: &AreaCode) -> Option<&'a str> {
    let table = table.as_deref()?;
    Some(plain_name(
        table.get(table.index_of(code)?)?.name_in(language()),
    ))
}

/// A sentence as the second half of another.
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
pub(super) mod tests {
    use rising_model::area::{Alias, Area};

    use super::*;
    use crate::language::tests::in_language;

    pub fn code(text: &str) -> AreaCode {
        text.parse().unwrap()
    }

    /// The place that a suggestion leads to.
    pub fn place(suggestion: &Suggestion) -> &FoundPlace {
        let Target::Place(found, _) = &suggestion.target else {
            panic!("{:?} is no place", suggestion.target)
        };
        found
    }

    /// Areas of `(code, name, parent)`, and other codes.
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
    fn a_place_counted_elsewhere_is_explained() {
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
        let areas = Areas {
            authorities,
            neighbourhoods: None,
        };
        let why = |today: &str| areas.why_counted_elsewhere(&code(today), &code("E06000052"));
        let told = "Its council is Isles of Scilly: the figures count its cases in Cornwall.";
        assert_eq!(why("E06000053").as_deref(), Some(told));
        assert_eq!(why("E06000052"), None);
        assert_eq!(
            areas.why_no_neighbourhood(&code("W06000001"), None),
            None,
            "this map has none at all"
        );
        in_language(Language::Cy, || {
            let told =
                "Ei gyngor yw Isles of Scilly; ffigurau Cornwall and Isles of Scilly sydd yma.";
            assert_eq!(
                why("E06000053").as_deref(),
                Some(told),
                "the data's reasons are English"
            );
        });
    }
}
