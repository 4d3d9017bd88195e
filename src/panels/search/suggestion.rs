//! What the search box offers, whatever it was found by.

use std::sync::Arc;

use rising_model::area::{AreaCode, AreaTable, Level, Nation};
use rising_model::words::plain_name;
use rising_words::Language;

use crate::language::language;
use crate::state::{Found, State};

/// One line of the list.
#[derive(Clone, PartialEq)]
pub struct Suggestion {
    pub name: String,
    /// What tells it from others of its name.
    pub within: Option<String>,
    /// Where it leads.
    pub found: Found,
    /// The level it is an area of; none where it answers at any.
    pub level: Option<Level>,
    /// It leads to all of the authority's neighbourhoods, not to an area.
    pub neighbourhoods: bool,
}

impl Suggestion {
    /// Do both stand for the same area? Towns of one area are still two towns.
    pub fn leads_where(&self, other: &Suggestion) -> bool {
        let area =
            |of: &Suggestion| (of.level, of.neighbourhoods, of.found.authority.clone(), of.found.neighbourhood.clone());
        self.level.is_some() && area(self) == area(other)
    }
}

/// What an entry is answered with.
#[derive(Clone, Default, PartialEq)]
pub struct Answers {
    /// Something was typed that there can be an answer to.
    pub asked: bool,
    pub listed: Vec<Suggestion>,
    /// One sentence where the list alone says too little.
    pub said: String,
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
        crate::reactive::identical(&self.authorities, &other.authorities)
            && crate::reactive::identical(&self.neighbourhoods, &other.neighbourhoods)
    }
}

impl Areas {
    /// Those that have come by now.
    pub fn of(state: State) -> Areas {
        Areas { authorities: state.table(Level::Ltla), neighbourhoods: state.table(Level::Msoa) }
    }

    /// An authority's name, as it reads in a sentence.
    pub fn authority(&self, code: &AreaCode) -> Option<&str> {
        name_in(&self.authorities, code)
    }

    /// A neighbourhood's name.
    pub fn neighbourhood(&self, code: &AreaCode) -> Option<&str> {
        name_in(&self.neighbourhoods, code)
    }

    /// Why a place in that authority has no neighbourhood; nothing where the map has none at all.
    pub fn why_no_neighbourhood(&self, authority: &AreaCode, neighbourhood: Option<&AreaCode>) -> Option<&'static str> {
        let elsewhere = authority.nation().is_some_and(|nation| nation != Nation::England);
        let is_told = neighbourhood.is_none() && elsewhere && self.neighbourhoods.is_some();
        is_told.then(|| language().neighbourhoods_england())
    }

    /// Why a place whose council is `today` is counted by another; nothing where it is its own.
    pub fn why_counted_elsewhere(&self, today: &AreaCode, authority: &AreaCode) -> Option<String> {
        let alias = self.authorities.as_ref().and_then(|table| table.alias(today))?;
        let counted = self.authority(authority)?;
        (today != authority && counted != alias.name).then(|| match language() {
            Language::En => language().council_reason(&alias.name, &lower_first(alias.reason.trim_end_matches('.'))),
            other => other.council_figures(counted, &alias.name),
        })
    }
}

fn name_in<'a>(table: &'a Option<Arc<AreaTable>>, code: &AreaCode) -> Option<&'a str> {
    let table = table.as_deref()?;
    Some(plain_name(table.get(table.index_of(code)?)?.name_in(language())))
}

/// A sentence as the second half of another.
pub fn lower_first(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use rising_model::area::{Alias, Area};

    use super::*;
    use crate::language::tests::in_language;

    pub fn code(text: &str) -> AreaCode {
        text.parse().unwrap()
    }

    /// Areas of `(code, name, parent)`, and other codes.
    pub fn table(areas: &[(&str, &str, Option<&str>)], aliases: Vec<Alias>) -> Option<Arc<AreaTable>> {
        let area = |&(text, name, parent): &(&str, &str, Option<&str>)| Area {
            code: code(text),
            name: name.into(),
            translated: vec![],
            parent: parent.map(code),
            population: 1.into(),
        };
        Some(Arc::new(AreaTable::new(areas.iter().map(area).collect(), aliases).unwrap()))
    }

    #[test]
    fn a_place_counted_elsewhere_is_explained() {
        let scilly = Alias {
            code: code("E06000053"),
            name: "Isles of Scilly".into(),
            targets: vec![code("E06000052")],
            reason: "The figures count its cases in Cornwall".into(),
        };
        let authorities = table(&[("E06000052", "Cornwall and Isles of Scilly", None)], vec![scilly]);
        let areas = Areas { authorities, neighbourhoods: None };
        let why = |today: &str| areas.why_counted_elsewhere(&code(today), &code("E06000052"));
        let told = "Its council is Isles of Scilly: the figures count its cases in Cornwall.";
        assert_eq!(why("E06000053").as_deref(), Some(told));
        assert_eq!(why("E06000052"), None);
        assert_eq!(areas.why_no_neighbourhood(&code("W06000001"), None), None, "this map has none at all");
        in_language(Language::Cy, || {
            let told = "Ei gyngor yw Isles of Scilly; ffigurau Cornwall and Isles of Scilly sydd yma.";
            assert_eq!(why("E06000053").as_deref(), Some(told), "the data's reasons are English");
        });
    }
}
