//! Names areas and groups of areas in sentences.

use rising_model::domain::area::{AreaCode, AreaIndex, Level, Nation};
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::scope::Scope;
use rising_words::Texts;
use rising_words::args;

/// Shortens an official name for a sentence: "Herefordshire" for "Herefordshire, County of".
pub fn plain_name(name: &str) -> &str {
    [", County of", ", City of"]
        .iter()
        .find_map(|end| name.strip_suffix(end))
        .unwrap_or(name)
}

/// The name of a scope in sentences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScopeName {
    /// A nation.
    Nation(Nation),
    /// The plain name of an authority.
    Authority(String),
}

impl ScopeName {
    /// Returns the name of a scope; `None` if `authorities` does not have its authority.
    pub fn of(scope: &Scope, authorities: Option<&AreaTable>, texts: &Texts) -> Option<ScopeName> {
        match scope {
            Scope::Nation(nation) => Some(ScopeName::Nation(*nation)),
            Scope::Within(code) => {
                let authority = authorities?.get(authorities?.index_of(code)?)?;
                Some(ScopeName::Authority(
                    plain_name(authority.name_in(texts.tag())).to_owned(),
                ))
            }
        }
    }

    /// Names all of its areas with their number: "England's 315 local authorities",
    /// "Herefordshire's 23 neighbourhoods".
    pub fn all_areas(&self, areas: u32, level: Level, texts: &Texts) -> String {
        match self {
            ScopeName::Nation(nation) => texts.all_areas(args::AllAreas {
                areas,
                level,
                nation: *nation,
            }),
            ScopeName::Authority(name) => texts.all_areas_within(args::AllAreasWithin {
                areas,
                level,
                whose: &texts.whose(name),
            }),
        }
    }

    /// Names its areas: "England's local authorities", "Herefordshire's neighbourhoods".
    pub fn areas(&self, level: Level, texts: &Texts) -> String {
        match self {
            ScopeName::Nation(nation) => texts.areas_of_nation(args::AreasOfNation {
                level,
                nation: *nation,
            }),
            ScopeName::Authority(name) => texts.areas_within(args::AreasWithin {
                level,
                whose: &texts.whose(name),
            }),
        }
    }

    /// Names its areas at the beginning of a sentence.
    pub fn areas_first(&self, level: Level, texts: &Texts) -> String {
        match self {
            ScopeName::Nation(nation) => texts.areas_of_nation_first(args::AreasOfNationFirst {
                level,
                nation: *nation,
            }),
            ScopeName::Authority(_) => capitalise(self.areas(level, texts)),
        }
    }

    /// Says where its areas are: "in England", "in Herefordshire".
    pub fn inside(&self, texts: &Texts) -> String {
        match self {
            ScopeName::Nation(nation) => texts.in_nation(*nation).clone(),
            ScopeName::Authority(name) => texts.in_place(name),
        }
    }
}

impl From<Nation> for ScopeName {
    fn from(nation: Nation) -> ScopeName {
        ScopeName::Nation(nation)
    }
}

/// Capitalises a sentence that begins with a name such as "the Netherlands".
pub(crate) fn capitalise(mut sentence: String) -> String {
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    sentence
}

/// Returns an area's name with its authority's, if it has one: "Golden Valley, Herefordshire".
pub(crate) fn full_name(
    table: &AreaTable,
    area: AreaIndex,
    authorities: Option<&AreaTable>,
    texts: &Texts,
) -> String {
    let Some(area) = table.get(area) else {
        return String::new();
    };
    match area
        .parent
        .as_ref()
        .and_then(|code| authority_name(authorities?, code, texts))
    {
        Some(authority) => format!("{}, {authority}", area.name_in(texts.tag())),
        None => plain_name(area.name_in(texts.tag())).to_owned(),
    }
}

/// Returns the plain name of the authority with a code.
pub(crate) fn authority_name<'a>(
    table: &'a AreaTable,
    code: &AreaCode,
    texts: &Texts,
) -> Option<&'a str> {
    Some(plain_name(
        table.get(table.index_of(code)?)?.name_in(texts.tag()),
    ))
}

/// Joins items as "a, b and c", or with semicolons if an item contains a comma.
pub(crate) fn join_list(mut items: Vec<String>, texts: &Texts) -> String {
    let Some(last) = items.pop() else {
        return String::new();
    };
    if items.is_empty() {
        return last;
    }
    let comma = items.iter().chain([&last]).any(|item| item.contains(", "));
    if comma {
        texts.list_end_semicolon(args::ListEndSemicolon {
            items: &items.join("; "),
            last: &last,
        })
    } else {
        texts.list_end(args::ListEnd {
            items: &items.join(", "),
            last: &last,
        })
    }
}

#[cfg(test)]
mod tests {
    use rising_model::domain::area::Area;

    use rising_words::Language;

    use super::*;

    fn herefordshire() -> ScopeName {
        ScopeName::Authority("Herefordshire".into())
    }

    #[test]
    fn scope_name_needs_the_authority_in_the_table() {
        let area = Area {
            code: "E06000019".parse().unwrap(),
            name: "Herefordshire, County of".into(),
            translated: vec![],
            parent: None,
            population: 1.into(),
        };
        let table = AreaTable::new(vec![area], vec![]).unwrap();
        let name = |code: &str| {
            ScopeName::of(
                &Scope::Within(code.parse().unwrap()),
                Some(&table),
                &Language::En.texts(),
            )
        };
        assert_eq!(name("E06000019"), Some(herefordshire()));
        assert_eq!(name("E06000020"), None);
        assert_eq!(
            ScopeName::of(&Nation::Wales.into(), None, &Language::En.texts()),
            Some(Nation::Wales.into())
        );
    }

    #[test]
    fn plain_name_leaves_out_the_kind_of_authority() {
        assert_eq!(plain_name("Herefordshire, County of"), "Herefordshire");
        assert_eq!(plain_name("City of London"), "City of London");
    }

    #[test]
    fn join_list_uses_semicolons_if_an_item_has_a_comma() {
        let list = |items: &[&str]| {
            join_list(
                items.iter().map(|&item| item.to_owned()).collect(),
                &Language::En.texts(),
            )
        };
        assert_eq!(list(&["a"]), "a");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(list(&["a, b", "c"]), "a, b; and c");
    }
}
