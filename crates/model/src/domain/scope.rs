//! Selects the areas that are counted and ranked together.

use crate::domain::area::{Area, AreaCode, Nation};

/// A group of areas of one level that share totals, ranks and a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All areas of a nation.
    Nation(Nation),
    /// The neighbourhoods of an authority, by its code.
    Within(AreaCode),
}

impl Scope {
    /// Whether the area belongs to the scope.
    pub fn contains(&self, area: &Area) -> bool {
        match self {
            Scope::Nation(nation) => nation.contains(&area.code),
            Scope::Within(authority) => area.parent.as_ref() == Some(authority),
        }
    }

    /// The code of the authority whose neighbourhoods these are; `None` for a nation.
    pub fn authority(&self) -> Option<&AreaCode> {
        match self {
            Scope::Nation(_) => None,
            Scope::Within(authority) => Some(authority),
        }
    }
}

impl From<Nation> for Scope {
    fn from(nation: Nation) -> Scope {
        Scope::Nation(nation)
    }
}

impl From<&Scope> for Scope {
    fn from(scope: &Scope) -> Scope {
        scope.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::area::AreaIndex;
    use crate::domain::area_table::AreaTable;
    use crate::domain::snapshot::areas_in;

    fn table() -> AreaTable {
        let area = |(code, parent): (&str, Option<&str>)| Area {
            code: code.parse().unwrap(),
            name: code.into(),
            translated: vec![],
            parent: parent.map(|code| code.parse().unwrap()),
            population: 1000.into(),
        };
        let areas = [
            ("E02000001", Some("E06000001")),
            ("E02000002", Some("E06000002")),
            ("E02000003", Some("E06000001")),
            ("W02000001", Some("W06000001")),
            ("E06000001", None),
        ];
        AreaTable::new(areas.map(area).to_vec(), vec![]).unwrap()
    }

    fn within(code: &str) -> Scope {
        Scope::Within(code.parse().unwrap())
    }

    #[test]
    fn areas_in_an_authority_are_its_children() {
        let (table, authority) = (table(), "E06000001".parse().unwrap());
        let areas: Vec<AreaIndex> = areas_in(&table, &Scope::Within(authority)).collect();
        assert_eq!(
            areas,
            [0, 2],
            "neither the authority itself nor its neighbour's"
        );
        assert_eq!(
            areas,
            table
                .children_of(&"E06000001".parse().unwrap())
                .collect::<Vec<_>>()
        );
    }

    #[test]
    fn areas_in_an_authority_without_neighbourhoods_are_none() {
        assert_eq!(areas_in(&table(), &within("W06000015")).count(), 0);
    }

    #[test]
    fn areas_in_a_nation_are_those_with_its_code_letter() {
        assert_eq!(
            areas_in(&table(), Nation::England).collect::<Vec<_>>(),
            [0, 1, 2, 3]
        );
        assert_eq!(areas_in(&table(), Nation::Wales).collect::<Vec<_>>(), [4]);
        assert_eq!(areas_in(&table(), Nation::Uk).count(), 5);
    }

    #[test]
    fn authority_of_a_nation_scope_is_none() {
        assert_eq!(
            within("E06000001").authority().map(AreaCode::as_str),
            Some("E06000001")
        );
        assert_eq!(Scope::from(Nation::England).authority(), None);
    }
}
