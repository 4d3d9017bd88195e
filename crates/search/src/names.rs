//! Answers queries that are names, or parts of names, of areas, nations and places.

use std::sync::Arc;

use rising_model::domain::area::{Alias, Area, AreaCode, AreaIndex, Level, Nation};
use rising_model::domain::area_table::AreaTable;
use rising_model::lookup::gazetteer::{Gazetteer, GazetteerEntry, NameKind};
use rising_view::names::plain_name;
use rising_words::Language;
use rising_words::args;

use crate::found_place::FoundPlace;
use crate::query::{looks_like_code, words};
use crate::ranking::{Hit, Index, normalised};
use crate::suggestion::{Areas, MAX_SUGGESTIONS, Suggestion, Target, lower_first};

/// Handicaps of kinds of names against those of authorities and towns; see [`Index::add`].
mod handicap {
    /// A county comes after an authority of the same name.
    pub const COUNTY: u8 = 16;
    pub const NEIGHBOURHOOD: u8 = 12;
    /// Another name often denotes a small part of its authority: "Stoke" is not Stoke Newington.
    pub const OTHER: u8 = 8;
    /// The neighbourhoods of an authority come after the authority itself.
    pub const NEIGHBOURHOODS: u8 = 24;
}

/// The population assumed for towns of unknown population.
const VILLAGE: u32 = 500;

/// Further names of nations, which only search uses.
const NATIONS: [(&str, Nation); 6] = [
    ("United Kingdom", Nation::Uk),
    ("Great Britain", Nation::Uk),
    ("Britain", Nation::Uk),
    ("GB", Nation::Uk),
    ("NI", Nation::NorthernIreland),
    ("Ulster", Nation::NorthernIreland),
];

/// Normalised names of countries and territories outside the United Kingdom.
const ELSEWHERE: [&str; 8] = [
    "channel islands",
    "eire",
    "gibraltar",
    "guernsey",
    "isle of man",
    "jersey",
    "republic of ireland",
    "the channel islands",
];

/// Codes of nations and regions, and the names that they are searched by.
const CODES: [(&str, &str); 14] = [
    ("K02000001", "UK"),
    ("E92000001", "England"),
    ("W92000004", "Wales"),
    ("S92000003", "Scotland"),
    ("N92000002", "Northern Ireland"),
    ("E12000001", "North East"),
    ("E12000002", "North West"),
    ("E12000003", "Yorkshire and the Humber"),
    ("E12000004", "East Midlands"),
    ("E12000005", "West Midlands region"),
    ("E12000006", "East of England"),
    ("E12000007", "London"),
    ("E12000008", "South East"),
    ("E12000009", "South West"),
];

/// Number of a query's last words whose parts are searched if the whole query finds nothing.
const WORDS_TRIED: usize = 8;

/// Number of words of the longest name that can narrow a search to a region.
const WORDS_AROUND: usize = 5;

/// Common words of addresses and questions, which are not searched by themselves.
const COMMON: [&str; 12] = [
    "street",
    "road",
    "lane",
    "avenue",
    "close",
    "drive",
    "hospital",
    "airport",
    "station",
    "university",
    "school",
    "cases",
];

/// The meaning of an index position, as a position in the list that its name is from.
enum IndexedName {
    Nation(Nation),
    Area(Level, usize),
    /// The neighbourhoods of an authority.
    Neighbourhoods(usize),
    /// An alias, and one of its targets.
    Alias(usize, usize),
    /// A name of the gazetteer, and one of its authorities.
    GazetteerEntry(usize, usize),
    /// A name of the gazetteer that denotes all of its authorities.
    County(usize),
}

/// The index of all names.
pub struct Names {
    areas: Areas,
    gazetteer: Option<Arc<Gazetteer>>,
    index: Index,
    entries: Vec<IndexedName>,
}

/// The names that match a query.
#[derive(Default)]
pub(crate) struct Matches {
    /// The best first.
    pub listed: Vec<Suggestion>,
    /// The county or region that is the query, and the number of its authorities listed.
    pub county: Option<(String, usize)>,
    /// The part of the query that they match, if no name matches all of it.
    pub part: Option<String>,
}

/// A region that a search is narrowed to.
enum Around {
    Nation(Nation),
    Authorities(Vec<AreaCode>),
}

impl Around {
    fn contains(&self, authority: &AreaCode) -> bool {
        match self {
            Around::Nation(nation) => nation.contains(authority),
            Around::Authorities(codes) => codes.contains(authority),
        }
    }
}

impl PartialEq for Names {
    /// Whether both are built from the same lists.
    fn eq(&self, other: &Names) -> bool {
        let file = |names: &Names| names.gazetteer.as_ref().map(Arc::as_ptr);
        self.areas == other.areas && file(self) == file(other)
    }
}

impl Names {
    /// Builds the index from the files loaded so far.
    pub fn new(areas: Areas, gazetteer: Option<Arc<Gazetteer>>) -> Names {
        let mut names = Names {
            areas,
            gazetteer,
            index: Index::default(),
            entries: vec![],
        };
        names.add_nations();
        names.add_authorities();
        names.add_gazetteer();
        names.add_neighbourhoods();
        names.add_neighbourhoods_of_authorities();
        names
    }

    /// The areas of the index.
    pub(crate) fn areas(&self) -> &Areas {
        &self.areas
    }

    /// Finds names that match a query: at most `limit`, except that a county has all its
    /// authorities.
    pub(crate) fn find(&self, typed: &str, limit: usize) -> Matches {
        let typed = normalised(typed);
        let words: Vec<&str> = typed.split(' ').collect();
        // Twice the limit, because duplicates are dropped: "Hull" and "Kingston upon Hull".
        let mut hits = self.search(&words, limit * 2, &mut vec![]);
        let mut part = None;
        if hits.is_empty() {
            (part, hits) = self.by_part(&words, limit * 2);
        }
        self.matches(&hits, limit, part)
    }

    /// Finds the areas whose codes are in the query or, if the query is the beginning of a code,
    /// the areas whose codes begin with it.
    pub(crate) fn by_code(&self, typed: &str) -> Vec<Suggestion> {
        let has_digit = |word: &&str| word.bytes().any(|byte| byte.is_ascii_digit());
        let codes: Vec<&str> = words(typed)
            .map(|word| word.trim_matches('.'))
            .filter(has_digit)
            .collect();
        let mut found = vec![];
        for code in codes {
            found.extend(self.areas_by_code(&|known| known.eq_ignore_ascii_case(code)));
        }
        if found.is_empty() && looks_like_code(typed) {
            let begins = |known: &str| {
                known
                    .get(..typed.len())
                    .is_some_and(|start| start.eq_ignore_ascii_case(typed))
            };
            found = self.areas_by_code(&begins);
            found.truncate(MAX_SUGGESTIONS);
        }
        found
    }

    fn areas_by_code(&self, matches: &dyn Fn(&str) -> bool) -> Vec<Suggestion> {
        let mut found = vec![];
        for table in [&self.areas.authorities, &self.areas.neighbourhoods]
            .into_iter()
            .flatten()
        {
            let matching = |area: &&Area| matches(area.code.as_str());
            found.extend(table.areas().iter().filter(matching).filter_map(|area| {
                let suggestion = if area.parent.is_some() {
                    self.neighbourhood(area)?
                } else {
                    self.authority(area)
                };
                let code = area.code.as_str();
                let within = suggestion
                    .within
                    .as_ref()
                    .map_or(code.to_owned(), |within| format!("{within}, {code}"));
                Some(Suggestion {
                    within: Some(within),
                    ..suggestion
                })
            }));
            for alias in table
                .aliases()
                .iter()
                .filter(|alias| matches(alias.code.as_str()))
            {
                found.extend(
                    alias
                        .targets
                        .iter()
                        .filter_map(|target| self.alias(alias, target)),
                );
            }
        }
        found
    }

    /// Finds places that lie in all regions `around`. If no name has all the words, the first or
    /// last words may name a region: "Newport, Wales", "Richmond, North Yorkshire, UK", "London
    /// Borough of Camden".
    fn search(&self, words: &[&str], limit: usize, around: &mut Vec<Around>) -> Vec<Hit> {
        let mut hits = self
            .index
            .best(&words.join(" "), limit, &|at| self.lies_within(at, around));
        if hits.first().is_some_and(|hit| hit.has_whole_words()) {
            return hits;
        }
        let last = (1..words.len()).map(|at| (&words[..at], &words[at..]));
        let first = (1..words.len())
            .rev()
            .map(|at| (&words[at..], &words[..at]));
        for (place, name) in last
            .chain(first)
            .filter(|(_, name)| name.len() <= WORDS_AROUND)
        {
            let Some(within) = self.around(&name.join(" ")) else {
                continue;
            };
            around.push(within);
            let mut narrowed = self.search(place, limit, around);
            around.pop();
            if !narrowed.is_empty() {
                narrowed.append(&mut hits);
                return narrowed;
            }
        }
        hits
    }

    /// Returns the region with this whole name.
    fn around(&self, name: &str) -> Option<Around> {
        let may_be = |at: AreaIndex| match self.entries.get(usize::from(at)) {
            Some(IndexedName::GazetteerEntry(at, _)) => self
                .named_at(*at)
                .is_some_and(|named| named.kind != NameKind::Town),
            Some(
                IndexedName::Nation(_) | IndexedName::County(_) | IndexedName::Area(Level::Ltla, _),
            ) => true,
            _ => false,
        };
        // "Shropshire" is an authority, and a county with a second authority.
        let mut authorities = vec![];
        for at in self.index.called(name, &may_be) {
            match self.entries.get(usize::from(at))? {
                IndexedName::Nation(nation) => return Some(Around::Nation(*nation)),
                entry => authorities.extend(self.authorities_of(entry)),
            }
        }
        (!authorities.is_empty()).then_some(Around::Authorities(authorities))
    }

    fn lies_within(&self, at: AreaIndex, around: &[Around]) -> bool {
        if around.is_empty() {
            return true;
        }
        let authorities = self
            .entries
            .get(usize::from(at))
            .map(|entry| self.authorities_of(entry))
            .unwrap_or_default();
        let is_within = |around: &Around| {
            authorities
                .iter()
                .all(|authority| around.contains(authority))
        };
        !authorities.is_empty() && around.iter().all(is_within)
    }

    /// Returns the authorities of an indexed name.
    fn authorities_of(&self, entry: &IndexedName) -> Vec<AreaCode> {
        let area =
            |table: &Option<Arc<AreaTable>>, at: usize| table.as_ref()?.areas().get(at).cloned();
        let code = match entry {
            IndexedName::Nation(_) => None,
            IndexedName::Area(Level::Ltla, at) | IndexedName::Neighbourhoods(at) => {
                area(&self.areas.authorities, *at).map(|area| area.code)
            }
            IndexedName::Area(Level::Msoa, at) => {
                area(&self.areas.neighbourhoods, *at).and_then(|area| area.parent)
            }
            IndexedName::Alias(at, which) => {
                let aliases = self.areas.authorities.as_ref().map(|table| table.aliases());
                aliases.and_then(|aliases| aliases.get(*at)?.targets.get(*which).cloned())
            }
            IndexedName::GazetteerEntry(at, which) => self
                .named_at(*at)
                .and_then(|named| named.authorities.get(*which).cloned()),
            IndexedName::County(at) => {
                return self
                    .named_at(*at)
                    .map(|named| named.authorities.clone())
                    .unwrap_or_default();
            }
        };
        code.into_iter().collect()
    }

    /// Finds places of which the whole name, or whole words at its beginning, are in the query.
    /// Prefers the longest run of words, then the last: addresses go from the small to the large.
    fn by_part(&self, words: &[&str], limit: usize) -> (Option<String>, Vec<Hit>) {
        let words = &words[words.len().saturating_sub(WORDS_TRIED)..];
        for length in (1..words.len()).rev() {
            for start in (0..=words.len() - length).rev() {
                let part = words[start..start + length].join(" ");
                if part.len() < 3 || COMMON.contains(&part.as_str()) {
                    continue;
                }
                if !self.index.called(&part, &|_| true).is_empty() {
                    let mut hits = self.index.best(&part, limit, &|_| true);
                    hits.retain(|hit| hit.has_whole_words());
                    return (Some(part), hits);
                }
            }
        }
        (None, vec![])
    }

    /// Converts hits to suggestions without duplicates.
    fn matches(&self, hits: &[Hit], limit: usize, part: Option<String>) -> Matches {
        let mut matches = Matches::default();
        let entries = hits
            .iter()
            .filter_map(|hit| Some((hit, self.entries.get(usize::from(hit.at))?)));
        for (position, (hit, entry)) in entries.enumerate() {
            let suggestions = match entry {
                // A county's authorities would fill the list.
                IndexedName::County(_) if position > 0 && !hit.is_whole() => continue,
                IndexedName::County(at) => self.county(*at),
                entry => self.suggestion(entry).into_iter().collect(),
            };
            if let (0, IndexedName::County(at), false) = (position, entry, suggestions.is_empty()) {
                matches.county = self
                    .named_at(*at)
                    .map(|named| (named.name.clone(), suggestions.len()));
            }
            for suggestion in suggestions {
                if !matches
                    .listed
                    .iter()
                    .any(|better| better.has_same_target(&suggestion))
                {
                    matches.listed.push(suggestion);
                }
            }
        }
        // A query that is a county lists all of its authorities and nothing else, because the
        // reader has to choose one.
        let limit = matches.county.as_ref().map_or(limit, |(_, areas)| *areas);
        matches.listed.truncate(limit);
        // Shows the part with the name's capitals and accents if it is a whole name.
        matches.part = part.map(|part| match matches.listed.first() {
            Some(first) if normalised(&first.name) == part => first.name.clone(),
            _ => part,
        });
        matches
    }

    fn named_at(&self, at: usize) -> Option<&GazetteerEntry> {
        self.gazetteer.as_deref()?.entries().get(at)
    }

    fn add(&mut self, entry: IndexedName, name: &str, within: &str, handicap: u8, people: u32) {
        self.index.add(name, within, handicap, people);
        self.entries.push(entry);
    }

    /// Adds the nations of the data set's authorities, by their names in all languages.
    fn add_nations(&mut self) {
        let Some(table) = self.areas.authorities.clone() else {
            return;
        };
        let mut nations = vec![];
        for nation in [
            Nation::England,
            Nation::Wales,
            Nation::Scotland,
            Nation::NorthernIreland,
        ] {
            let people = |area: &Area| area.population.latest();
            let own = table
                .areas()
                .iter()
                .filter(|area| area.code.nation() == Some(nation));
            nations.push((nation, own.map(people).sum::<u32>()));
        }
        nations.retain(|(_, people)| *people > 0);
        if nations.len() > 1 {
            nations.push((Nation::Uk, nations.iter().map(|(_, people)| people).sum()));
        }
        let in_language = |language| self.areas.texts.in_language(language);
        let languages = Language::ALL.map(in_language);
        for (nation, people) in nations {
            let mut known: Vec<&str> = languages
                .iter()
                .map(|texts| texts.nation_name(nation))
                .collect();
            known.extend(
                NATIONS
                    .iter()
                    .filter(|(_, other)| *other == nation)
                    .map(|(name, _)| *name),
            );
            for name in known {
                self.add(IndexedName::Nation(nation), name, "", 0, people);
            }
        }
    }

    fn add_authorities(&mut self) {
        let Some(table) = self.areas.authorities.clone() else {
            return;
        };
        for (position, area) in table.areas().iter().enumerate() {
            self.add(
                IndexedName::Area(Level::Ltla, position),
                &area.name,
                "",
                0,
                area.population.latest(),
            );
        }
        for (position, alias) in table.aliases().iter().enumerate() {
            for (which, target) in alias.targets.iter().enumerate() {
                // An area that kept its name under a new code is already indexed by it.
                if self
                    .areas
                    .authority(target)
                    .is_some_and(|name| name != alias.name)
                {
                    let people = self.areas.people(target);
                    self.add(
                        IndexedName::Alias(position, which),
                        &alias.name,
                        "",
                        0,
                        people,
                    );
                }
            }
        }
    }

    fn add_gazetteer(&mut self) {
        let Some(gazetteer) = self.gazetteer.clone() else {
            return;
        };
        for (position, named) in gazetteer.entries().iter().enumerate() {
            if named.kind == NameKind::County {
                let people = named
                    .authorities
                    .iter()
                    .map(|code| self.areas.people(code))
                    .sum();
                self.add(
                    IndexedName::County(position),
                    &named.name,
                    "",
                    handicap::COUNTY,
                    people,
                );
                continue;
            }
            for (which, code) in named.authorities.iter().enumerate() {
                let Some(authority) = self.areas.authority(code).map(str::to_owned) else {
                    continue;
                };
                // A town may be typed with its authority: "Newport, Isle of Wight". Other names
                // denote the authority itself.
                let (within, handicap, people) = match named.kind {
                    NameKind::Town => (authority.as_str(), 0, named.population.max(VILLAGE)),
                    _ => ("", handicap::OTHER, self.areas.people(code)),
                };
                self.add(
                    IndexedName::GazetteerEntry(position, which),
                    &named.name,
                    within,
                    handicap,
                    people,
                );
            }
        }
    }

    fn add_neighbourhoods(&mut self) {
        let Some(table) = self.areas.neighbourhoods.clone() else {
            return;
        };
        for (position, area) in table.areas().iter().enumerate() {
            let authority = area
                .parent
                .as_ref()
                .and_then(|code| self.areas.authority(code))
                .map(str::to_owned);
            let within = authority.unwrap_or_default();
            self.add(
                IndexedName::Area(Level::Msoa, position),
                &area.name,
                &within,
                handicap::NEIGHBOURHOOD,
                area.population.latest(),
            );
        }
    }

    /// Adds names such as "Herefordshire neighbourhoods".
    fn add_neighbourhoods_of_authorities(&mut self) {
        let (Some(authorities), Some(table)) = (
            self.areas.authorities.clone(),
            self.areas.neighbourhoods.clone(),
        ) else {
            return;
        };
        let mut has_some = vec![false; authorities.len()];
        for parent in table.areas().iter().filter_map(|area| area.parent.as_ref()) {
            if let Some(index) = authorities.index_of(parent) {
                has_some[usize::from(index)] = true;
            }
        }
        let texts = self.areas.texts.clone();
        let word = texts.level_plural(Level::Msoa);
        for (position, area) in authorities
            .areas()
            .iter()
            .enumerate()
            .filter(|(position, _)| has_some[*position])
        {
            let people = area.population.latest();
            self.add(
                IndexedName::Neighbourhoods(position),
                &area.name,
                word,
                handicap::NEIGHBOURHOODS,
                people,
            );
        }
    }

    fn suggestion(&self, entry: &IndexedName) -> Option<Suggestion> {
        match entry {
            IndexedName::Nation(nation) => {
                let name = self.areas.texts.nation_choice(*nation).clone();
                Some(Suggestion {
                    name,
                    within: None,
                    target: Target::Nation(*nation),
                })
            }
            IndexedName::Area(Level::Ltla, at) => {
                Some(self.authority(self.areas.authorities.as_deref()?.areas().get(*at)?))
            }
            IndexedName::Area(Level::Msoa, at) => {
                self.neighbourhood(self.areas.neighbourhoods.as_deref()?.areas().get(*at)?)
            }
            IndexedName::Neighbourhoods(at) => {
                let area = self.areas.authorities.as_deref()?.areas().get(*at)?;
                let name = self
                    .areas
                    .texts
                    .neighbourhoods_of(&self.authority(area).name);
                Some(Suggestion {
                    name,
                    within: None,
                    target: Target::Neighbourhoods(area.code.clone()),
                })
            }
            IndexedName::Alias(at, which) => {
                let alias = self.areas.authorities.as_deref()?.aliases().get(*at)?;
                self.alias(alias, alias.targets.get(*which)?)
            }
            IndexedName::GazetteerEntry(at, which) => {
                let named = self.named_at(*at)?;
                self.named(named, named.authorities.get(*which)?)
            }
            IndexedName::County(_) => None,
        }
    }

    /// Returns the authorities of a county in the order of their names.
    fn county(&self, at: usize) -> Vec<Suggestion> {
        let Some(county) = self.named_at(at) else {
            return vec![];
        };
        let mut authorities: Vec<(&str, &AreaCode)> = county
            .authorities
            .iter()
            .filter_map(|code| Some((self.areas.authority(code)?, code)))
            .collect();
        authorities.sort_unstable();
        let suggest = |(name, code): (&str, &AreaCode)| {
            let sentence = self.told_in_data(&county.note, String::new);
            let found = FoundPlace {
                sentence,
                authority: code.clone(),
                neighbourhood: None,
            };
            place(name, Some(county.name.clone()), found, Some(Level::Ltla))
        };
        authorities.into_iter().map(suggest).collect()
    }

    fn authority(&self, area: &Area) -> Suggestion {
        let found = FoundPlace {
            sentence: String::new(),
            authority: area.code.clone(),
            neighbourhood: None,
        };
        let name = plain_name(area.name_in(self.areas.texts.tag()));
        place(name, None, found, Some(Level::Ltla))
    }

    fn neighbourhood(&self, area: &Area) -> Option<Suggestion> {
        let authority = area.parent.clone()?;
        let within = self.areas.authority(&authority).map(str::to_owned);
        let found = FoundPlace {
            sentence: String::new(),
            authority,
            neighbourhood: Some(area.code.clone()),
        };
        Some(place(&area.name, within, found, Some(Level::Msoa)))
    }

    fn alias(&self, alias: &Alias, target: &AreaCode) -> Option<Suggestion> {
        let sentence = format!(
            "{}: {}.",
            alias.name,
            lower_first(alias.reason.trim_end_matches('.'))
        );
        self.other_name(&alias.name, target, &sentence)
    }

    fn named(&self, named: &GazetteerEntry, code: &AreaCode) -> Option<Suggestion> {
        let authority = self.areas.authority(code)?;
        if named.kind != NameKind::Town {
            return self.other_name(&named.name, code, &named.note);
        }
        let name = &named.name;
        let neighbourhood = named.neighbourhood.clone();
        let middle = neighbourhood
            .as_ref()
            .and_then(|code| self.areas.neighbourhood(code));
        let mut sentence = match middle {
            Some(middle) => self.areas.texts.town_middle(args::TownMiddle {
                authority,
                neighbourhood: middle,
                town: name,
            }),
            None => self.areas.texts.town_place(args::TownPlace {
                authority,
                town: name,
            }),
        };
        if let Some(why) = self
            .areas
            .why_no_neighbourhood(code, neighbourhood.as_ref())
        {
            sentence.push(' ');
            sentence += why;
        }
        let found = FoundPlace {
            sentence,
            authority: code.clone(),
            neighbourhood,
        };
        Some(place(name, Some(authority.to_owned()), found, None))
    }

    /// Returns a suggestion for an authority by another name. `why` is a sentence from the data,
    /// in English, or empty.
    fn other_name(&self, name: &str, code: &AreaCode, why: &str) -> Option<Suggestion> {
        let texts = &self.areas.texts;
        let authority = self.areas.authority(code)?;
        let sentence = self.told_in_data(why, || {
            texts.name_figures(args::NameFigures { authority, name })
        });
        let within = (name != authority).then(|| texts.search_see(authority));
        let found = FoundPlace {
            sentence,
            authority: code.clone(),
            neighbourhood: None,
        };
        Some(place(name, within, found, Some(Level::Ltla)))
    }

    /// Returns a sentence from the data, which is in English or empty; on a page in another
    /// language, the alternative in that texts.
    fn told_in_data(&self, sentence: &str, otherwise: impl FnOnce() -> String) -> String {
        if sentence.is_empty() || self.areas.texts.language() == Language::En {
            sentence.to_owned()
        } else {
            otherwise()
        }
    }
}

fn place(
    name: &str,
    within: Option<String>,
    found: FoundPlace,
    level: Option<Level>,
) -> Suggestion {
    Suggestion {
        name: name.to_owned(),
        within,
        target: Target::Place(found, level),
    }
}

/// Whether the query is a country or territory near the UK that has no figures in its data.
pub(crate) fn is_elsewhere(typed: &str) -> bool {
    ELSEWHERE.contains(&normalised(typed).as_str())
}

/// Returns the name of the nation or region whose code is in the query.
pub(crate) fn name_of_code(typed: &str) -> Option<&'static str> {
    let known = |word: &str| {
        CODES
            .iter()
            .find(|(code, _)| code.eq_ignore_ascii_case(word))
    };
    words(typed).find_map(known).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suggestion::tests::{code, place, table};

    fn named(
        name: &str,
        kind: NameKind,
        authorities: &[&str],
        neighbourhood: Option<&str>,
        note: &str,
    ) -> GazetteerEntry {
        GazetteerEntry {
            name: name.into(),
            kind,
            authorities: authorities.iter().map(|text| code(text)).collect(),
            neighbourhood: neighbourhood.map(code),
            population: 0,
            note: note.into(),
        }
    }

    fn names() -> Names {
        names_in(Language::En)
    }

    fn names_in(language: Language) -> Names {
        let poole = Alias {
            code: code("E06000029"),
            name: "Poole".into(),
            targets: vec![code("E06000058")],
            reason: "Became part of Bournemouth, Christchurch and Poole in April 2019".into(),
        };
        let areas = Areas {
            texts: language.texts(),
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
            neighbourhoods: table(
                &[(
                    "E02002251",
                    "Central Halifax & Boothtown",
                    Some("E08000033"),
                )],
                vec![],
            ),
        };
        let gazetteer = Gazetteer::new(vec![
            named(
                "Halifax",
                NameKind::Town,
                &["E08000033"],
                Some("E02002251"),
                "",
            ),
            named("Whitchurch", NameKind::Town, &["W06000015"], None, ""),
            named("Hull", NameKind::Other, &["E06000010"], None, ""),
            named(
                "Penwith",
                NameKind::Former,
                &["E06000052"],
                None,
                "Penwith became part of Cornwall in April 2009.",
            ),
            named(
                "Nottinghamshire",
                NameKind::County,
                &["E07000170", "E07000175"],
                None,
                "",
            ),
        ]);
        Names::new(areas, gazetteer.ok().map(Arc::new))
    }

    /// Returns the name and distinguishing text of each result.
    fn listed(typed: &str) -> Vec<(String, String)> {
        names()
            .find(typed, 8)
            .listed
            .into_iter()
            .map(|one| (one.name, one.within.unwrap_or_default()))
            .collect()
    }

    fn pair(name: &str, within: &str) -> (String, String) {
        (name.to_owned(), within.to_owned())
    }

    #[test]
    fn find_lists_an_authority_and_its_other_name_once() {
        assert_eq!(listed("hull"), [pair("Hull", "see Kingston upon Hull")]);
        assert_eq!(
            listed("kingston upon hull"),
            [pair("Kingston upon Hull", "")]
        );
    }

    #[test]
    fn find_lists_neighbourhoods_after_their_authority() {
        assert_eq!(
            listed("calderdale")[..2],
            [
                pair("Calderdale", ""),
                pair("Neighbourhoods of Calderdale", "")
            ]
        );
        assert_eq!(
            listed("calderdale neighbourhoods")[0],
            pair("Neighbourhoods of Calderdale", "")
        );
        let target = &names().find("calderdale neighbourhoods", 1).listed[0].target;
        assert_eq!(*target, Target::Neighbourhoods(code("E08000033")));
        assert!(
            listed("cardiff")
                .iter()
                .all(|(name, _)| !name.starts_with("Neighbourhoods")),
            "it has none"
        );
    }

    #[test]
    fn find_of_a_county_lists_its_districts() {
        assert_eq!(
            listed("nottinghamshire"),
            [
                pair("Ashfield", "Nottinghamshire"),
                pair("Newark and Sherwood", "Nottinghamshire")
            ]
        );
    }

    #[test]
    fn find_of_a_town_names_its_authority_and_neighbourhood() {
        let names = names();
        let halifax = &names.find("halifax", 1).listed[0];
        assert_eq!(
            place(halifax).sentence,
            "Halifax is in Calderdale; its middle is in the neighbourhood \
             Central Halifax & Boothtown."
        );
        assert_eq!(place(halifax).neighbourhood, Some(code("E02002251")));
        assert!(
            matches!(halifax.target, Target::Place(_, None)),
            "at any level"
        );
        let whitchurch = &names.find("whitchurch", 1).listed[0];
        assert_eq!(
            place(whitchurch).sentence,
            "Whitchurch is in Cardiff. Figures for neighbourhoods were published for England only."
        );
    }

    #[test]
    fn find_of_a_former_name_explains_it() {
        let sentence = |language: Language, typed: &str| {
            place(&names_in(language).find(typed, 1).listed[0])
                .sentence
                .clone()
        };
        assert_eq!(
            sentence(Language::En, "penwith"),
            "Penwith became part of Cornwall in April 2009."
        );
        assert_eq!(
            sentence(Language::En, "poole"),
            "Poole: became part of Bournemouth, Christchurch and Poole in April 2019."
        );
        assert_eq!(
            sentence(Language::Cy, "penwith"),
            "Penwith: ffigurau Cornwall and Isles of Scilly sydd yma."
        );
        assert_eq!(
            sentence(Language::Cy, "hull"),
            "",
            "another name of the same is no news"
        );
    }

    #[test]
    fn find_of_a_neighbourhood_shows_its_authority() {
        assert_eq!(
            listed("boothtown"),
            [pair("Central Halifax & Boothtown", "Calderdale")]
        );
        let target = &names().find("boothtown", 1).listed[0].target;
        assert!(
            matches!(target, Target::Place(_, Some(Level::Msoa))),
            "{target:?}"
        );
    }
}
