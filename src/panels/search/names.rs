//! What a name, or the beginning of one, is answered with.

use std::sync::Arc;

use rising_model::area::{Alias, Area, AreaCode, Level};
use rising_model::gazetteer::{Gazetteer, Named, Sort};
use rising_model::words::plain_name;
use rising_words::Language;

use super::ranking::Index;
use super::suggestion::{Areas, Suggestion, lower_first};
use crate::language::language;
use crate::reactive::identical;
use crate::state::Found;

/// In which order equally good answers of different kinds come.
mod tier {
    pub const AUTHORITY: u8 = 0;
    pub const COUNTY: u8 = 1;
    pub const TOWN: u8 = 2;
    pub const OTHER: u8 = 3;
    pub const NEIGHBOURHOODS: u8 = 4;
    pub const NEIGHBOURHOOD: u8 = 5;
}

/// What a position of the index stands for, by position in its own list.
enum Entry {
    Area(Level, usize),
    /// The neighbourhoods of an authority.
    Neighbourhoods(usize),
    /// An old code's name, and which of its targets.
    Alias(usize, usize),
    /// A name of the gazetteer, and which of its authorities.
    Named(usize, usize),
}

/// All that can be found by name.
#[derive(Default)]
pub struct Names {
    areas: Areas,
    gazetteer: Option<Arc<Gazetteer>>,
    index: Index,
    entries: Vec<Entry>,
}

impl PartialEq for Names {
    /// Made of the same lists.
    fn eq(&self, other: &Names) -> bool {
        self.areas == other.areas && identical(&self.gazetteer, &other.gazetteer)
    }
}

impl Names {
    /// Indexes what has come so far.
    pub fn new(areas: Areas, gazetteer: Option<Arc<Gazetteer>>) -> Names {
        let mut names = Names { areas, gazetteer, ..Names::default() };
        names.add_authorities();
        names.add_gazetteer();
        names.add_neighbourhoods();
        names.add_neighbourhoods_of_authorities();
        names
    }

    /// The answers to what was typed, best first.
    pub fn best(&self, typed: &str, limit: usize) -> Vec<Suggestion> {
        let mut best: Vec<Suggestion> = vec![];
        // Some fall out: "Hull" and "Kingston upon Hull" are one answer.
        for position in self.index.best(typed, limit * 2) {
            let suggestion = self.entries.get(usize::from(position)).and_then(|entry| self.suggestion(entry));
            if let Some(suggestion) = suggestion
                && !best.iter().any(|better| better.leads_where(&suggestion))
            {
                best.push(suggestion);
            }
        }
        best.truncate(limit);
        best
    }

    fn add(&mut self, entry: Entry, name: &str, within: &str, tier: u8, weight: u32) {
        self.index.add(name, within, tier, weight);
        self.entries.push(entry);
    }

    fn add_authorities(&mut self) {
        let Some(table) = self.areas.authorities.clone() else { return };
        for (position, area) in table.areas().iter().enumerate() {
            self.add(Entry::Area(Level::Ltla, position), &area.name, "", tier::AUTHORITY, area.population.latest());
        }
        for (position, alias) in table.aliases().iter().enumerate() {
            for (which, target) in alias.targets.iter().enumerate() {
                // Where an area has kept its name under a new code, the name is there already.
                if self.areas.authority(target).is_some_and(|name| name != alias.name) {
                    self.add(Entry::Alias(position, which), &alias.name, "", tier::OTHER, 0);
                }
            }
        }
    }

    fn add_gazetteer(&mut self) {
        let Some(gazetteer) = self.gazetteer.clone() else { return };
        for (position, named) in gazetteer.entries().iter().enumerate() {
            let tier = match named.sort {
                Sort::Town => tier::TOWN,
                Sort::County => tier::COUNTY,
                Sort::Other | Sort::Former => tier::OTHER,
            };
            for (which, code) in named.authorities.iter().enumerate() {
                let Some(authority) = self.areas.authority(code).map(str::to_owned) else { continue };
                // "Newport, Isle of Wight": a town's authority may be typed as well. Other names stand for theirs.
                let within = if named.sort == Sort::Town { authority.as_str() } else { "" };
                self.add(Entry::Named(position, which), &named.name, within, tier, named.population);
            }
        }
    }

    fn add_neighbourhoods(&mut self) {
        let Some(table) = self.areas.neighbourhoods.clone() else { return };
        for (position, area) in table.areas().iter().enumerate() {
            let authority = area.parent.as_ref().and_then(|code| self.areas.authority(code)).map(str::to_owned);
            let within = authority.unwrap_or_default();
            self.add(
                Entry::Area(Level::Msoa, position),
                &area.name,
                &within,
                tier::NEIGHBOURHOOD,
                area.population.latest(),
            );
        }
    }

    /// "Herefordshire neighbourhoods".
    fn add_neighbourhoods_of_authorities(&mut self) {
        let (Some(authorities), Some(table)) = (self.areas.authorities.clone(), self.areas.neighbourhoods.clone())
        else {
            return;
        };
        let mut has_some = vec![false; authorities.len()];
        for parent in table.areas().iter().filter_map(|area| area.parent.as_ref()) {
            if let Some(index) = authorities.index_of(parent) {
                has_some[usize::from(index)] = true;
            }
        }
        let word = Level::Msoa.plural(language());
        for (position, area) in authorities.areas().iter().enumerate().filter(|(position, _)| has_some[*position]) {
            self.add(Entry::Neighbourhoods(position), &area.name, word, tier::NEIGHBOURHOODS, area.population.latest());
        }
    }

    fn suggestion(&self, entry: &Entry) -> Option<Suggestion> {
        match entry {
            Entry::Area(Level::Ltla, at) => Some(authority(self.areas.authorities.as_deref()?.areas().get(*at)?)),
            Entry::Area(Level::Msoa, at) => self.neighbourhood(self.areas.neighbourhoods.as_deref()?.areas().get(*at)?),
            Entry::Neighbourhoods(at) => {
                let authority = authority(self.areas.authorities.as_deref()?.areas().get(*at)?);
                let name = language().neighbourhoods_of(&authority.name);
                Some(Suggestion { name, level: Some(Level::Msoa), neighbourhoods: true, ..authority })
            }
            Entry::Alias(at, which) => {
                let alias = self.areas.authorities.as_deref()?.aliases().get(*at)?;
                self.alias(alias, alias.targets.get(*which)?)
            }
            Entry::Named(at, which) => {
                let named = self.gazetteer.as_deref()?.entries().get(*at)?;
                self.named(named, named.authorities.get(*which)?)
            }
        }
    }

    fn neighbourhood(&self, area: &Area) -> Option<Suggestion> {
        let authority = area.parent.clone()?;
        let within = self.areas.authority(&authority).map(str::to_owned);
        let found = Found { sentence: String::new(), authority, neighbourhood: Some(area.code.clone()) };
        Some(Suggestion { name: area.name.clone(), within, found, level: Some(Level::Msoa), neighbourhoods: false })
    }

    fn alias(&self, alias: &Alias, target: &AreaCode) -> Option<Suggestion> {
        let sentence = format!("{}: {}.", alias.name, lower_first(alias.reason.trim_end_matches('.')));
        self.other_name(&alias.name, target, &sentence)
    }

    fn named(&self, named: &Named, code: &AreaCode) -> Option<Suggestion> {
        let authority = self.areas.authority(code)?;
        match named.sort {
            Sort::Other | Sort::Former => self.other_name(&named.name, code, &named.note),
            Sort::County => {
                let sentence = told_in_data(&named.note, String::new);
                let found = Found { sentence, authority: code.clone(), neighbourhood: None };
                let within = Some(named.name.clone());
                Some(Suggestion {
                    name: authority.to_owned(),
                    within,
                    found,
                    level: Some(Level::Ltla),
                    neighbourhoods: false,
                })
            }
            Sort::Town => {
                let (name, neighbourhood) = (&named.name, named.neighbourhood.clone());
                let middle = neighbourhood.as_ref().and_then(|code| self.areas.neighbourhood(code));
                let mut sentence = match middle {
                    Some(middle) => language().town_middle(authority, middle, name),
                    None => language().town_place(authority, name),
                };
                if let Some(why) = self.areas.why_no_neighbourhood(code, neighbourhood.as_ref()) {
                    sentence.push(' ');
                    sentence += why;
                }
                let found = Found { sentence, authority: code.clone(), neighbourhood };
                Some(Suggestion {
                    name: name.clone(),
                    within: Some(authority.to_owned()),
                    found,
                    level: None,
                    neighbourhoods: false,
                })
            }
        }
    }

    /// A name that stands for an authority of another. `why` is the data's sentence, which is English, or empty.
    fn other_name(&self, name: &str, code: &AreaCode, why: &str) -> Option<Suggestion> {
        let authority = self.areas.authority(code)?;
        let sentence = told_in_data(why, || language().name_figures(authority, name));
        let within = (name != authority).then(|| language().search_see(authority));
        let found = Found { sentence, authority: code.clone(), neighbourhood: None };
        Some(Suggestion { name: name.to_owned(), within, found, level: Some(Level::Ltla), neighbourhoods: false })
    }
}

/// The data's sentence, which is English, or empty; on a page in another language what can be said in that.
fn told_in_data(sentence: &str, otherwise: impl FnOnce() -> String) -> String {
    if sentence.is_empty() || language() == Language::En { sentence.to_owned() } else { otherwise() }
}

fn authority(area: &Area) -> Suggestion {
    let found = Found { sentence: String::new(), authority: area.code.clone(), neighbourhood: None };
    Suggestion {
        name: plain_name(area.name_in(language())).to_owned(),
        within: None,
        found,
        level: Some(Level::Ltla),
        neighbourhoods: false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::suggestion::tests::{code, table};
    use super::*;
    use crate::language::tests::in_language;

    fn named(name: &str, sort: Sort, authorities: &[&str], neighbourhood: Option<&str>, note: &str) -> Named {
        Named {
            name: name.into(),
            sort,
            authorities: authorities.iter().map(|text| code(text)).collect(),
            neighbourhood: neighbourhood.map(code),
            population: 0,
            note: note.into(),
        }
    }

    fn names() -> Names {
        let poole = Alias {
            code: code("E06000029"),
            name: "Poole".into(),
            targets: vec![code("E06000058")],
            reason: "Became part of Bournemouth, Christchurch and Poole in April 2019".into(),
        };
        let areas = Areas {
            authorities: table(
                &[
                    ("E06000010", "Kingston upon Hull, City of", None),
                    ("E06000052", "Cornwall and Isles of Scilly", None),
                    ("E06000058", "Bournemouth, Christchurch and Poole", None),
                    ("E07000170", "Ashfield", None),
                    ("E07000175", "Newark and Sherwood", None),
                    ("E08000033", "Calderdale", None),
                    ("W06000015", "Cardiff", None),
                ],
                vec![poole],
            ),
            neighbourhoods: table(&[("E02002251", "Central Halifax & Boothtown", Some("E08000033"))], vec![]),
        };
        let gazetteer = Gazetteer::new(vec![
            named("Halifax", Sort::Town, &["E08000033"], Some("E02002251"), ""),
            named("Whitchurch", Sort::Town, &["W06000015"], None, ""),
            named("Hull", Sort::Other, &["E06000010"], None, ""),
            named("Penwith", Sort::Former, &["E06000052"], None, "Penwith became part of Cornwall in April 2009."),
            named("Nottinghamshire", Sort::County, &["E07000170", "E07000175"], None, ""),
        ]);
        Names::new(areas, gazetteer.ok().map(Arc::new))
    }

    /// Name and what is beside it, of the answers to what was typed.
    fn listed(typed: &str) -> Vec<(String, String)> {
        names().best(typed, 8).into_iter().map(|one| (one.name, one.within.unwrap_or_default())).collect()
    }

    fn pair(name: &str, within: &str) -> (String, String) {
        (name.to_owned(), within.to_owned())
    }

    #[test]
    fn an_authority_and_its_other_name_are_one_answer() {
        assert_eq!(listed("hull"), [pair("Hull", "see Kingston upon Hull")]);
        assert_eq!(listed("kingston upon hull"), [pair("Kingston upon Hull", "")]);
    }

    #[test]
    fn an_authority_is_followed_by_its_neighbourhoods() {
        assert_eq!(listed("calderdale")[..2], [pair("Calderdale", ""), pair("Neighbourhoods of Calderdale", "")]);
        assert_eq!(listed("calderdale neighbourhoods")[0], pair("Neighbourhoods of Calderdale", ""));
        let found = &names().best("calderdale neighbourhoods", 1)[0];
        assert!(found.neighbourhoods && found.found.authority == code("E08000033"));
        assert!(listed("cardiff").iter().all(|(name, _)| !name.starts_with("Neighbourhoods")), "it has none");
    }

    #[test]
    fn a_county_is_its_districts() {
        assert_eq!(
            listed("nottinghamshire"),
            [pair("Ashfield", "Nottinghamshire"), pair("Newark and Sherwood", "Nottinghamshire")]
        );
    }

    #[test]
    fn a_town_leads_to_its_authority_and_says_where_its_middle_is() {
        let names = names();
        let halifax = &names.best("halifax", 1)[0];
        assert_eq!(
            halifax.found.sentence,
            "Halifax is in Calderdale; its middle is in the neighbourhood Central Halifax & Boothtown."
        );
        assert_eq!((halifax.level, halifax.found.neighbourhood.clone()), (None, Some(code("E02002251"))));
        let whitchurch = &names.best("whitchurch", 1)[0];
        assert_eq!(
            whitchurch.found.sentence,
            "Whitchurch is in Cardiff. Figures for neighbourhoods were published for England only."
        );
    }

    #[test]
    fn names_that_are_no_more_are_explained() {
        let sentence = |typed: &str| names().best(typed, 1)[0].found.sentence.clone();
        assert_eq!(sentence("penwith"), "Penwith became part of Cornwall in April 2009.");
        assert_eq!(sentence("poole"), "Poole: became part of Bournemouth, Christchurch and Poole in April 2019.");
        in_language(Language::Cy, || {
            assert_eq!(sentence("penwith"), "Penwith: ffigurau Cornwall and Isles of Scilly sydd yma.");
            assert_eq!(sentence("hull"), "", "another name of the same is no news");
        });
    }

    #[test]
    fn neighbourhoods_are_told_apart_by_their_authority() {
        assert_eq!(listed("boothtown"), [pair("Central Halifax & Boothtown", "Calderdale")]);
        assert_eq!(names().best("boothtown", 1)[0].level, Some(Level::Msoa));
    }
}
