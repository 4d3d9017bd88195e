//! Holds all areas of a level, and maps old codes to areas.

use crate::domain::area::{Alias, Area, AreaCode, AreaIndex};
use crate::domain::area_file::{AREAS_WITHOUT_VINTAGES, Areas, Vintages};
use crate::domain::day::Day;
use crate::domain::population::Vintage;
use crate::encoding::format::{self, FileKind, FormatError};
use std::cmp::Ordering;

/// All areas of a level, ascending by code, with aliases for old codes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AreaTable {
    areas: Vec<Area>,
    aliases: Vec<Alias>,
    /// Ascending by first date. Empty if the data set does not name its estimates.
    vintages: Vec<Vintage>,
}

/// A fault in the areas, aliases or vintages of a table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(
    missing_docs,
    reason = "the message of each variant says what its fields hold"
)]
pub enum AreaTableError {
    #[error("{0} areas are too many: a file can hold at most 65,534")]
    TooMany(usize),
    #[error("area {0} is listed twice")]
    DuplicateCode(AreaCode),
    #[error("area {0} is out of order: areas must ascend by code")]
    Unsorted(AreaCode),
    #[error("area {0} has a population of 0, so its rate would be infinite")]
    ZeroPopulation(AreaCode),
    #[error("the name of area {0} contains a line break")]
    LineBreak(AreaCode),
    #[error("old code {0} is an alias of {1}, which is not an area of this level")]
    UnknownAliasTarget(AreaCode, AreaCode),
    #[error("old code {0} is an alias of no area")]
    AliasWithoutTarget(AreaCode),
    #[error("the population vintages do not ascend by date, or the first one has a date")]
    UnsortedVintages,
    #[error("area {0} has a population from {1} on, but no vintage begins on that date")]
    UnknownVintage(AreaCode, Day),
}

impl AreaTable {
    /// Creates a table: sorts the areas by code and checks what users of the table rely on.
    ///
    /// # Errors
    /// If an area is listed twice, has no people or a line break in its name, if an alias has no
    /// target in the table, or if there are too many areas.
    pub fn new(mut areas: Vec<Area>, aliases: Vec<Alias>) -> Result<AreaTable, AreaTableError> {
        areas.sort_by(|a, b| a.code.cmp(&b.code));
        AreaTable::from_sorted(areas, aliases)
    }

    /// Adds the vintages of the areas' populations.
    ///
    /// # Errors
    /// If the vintages do not ascend, the first one has a date, or an area has a population of a
    /// vintage that is not listed.
    pub fn with_vintages(self, vintages: Vec<Vintage>) -> Result<AreaTable, AreaTableError> {
        let are_sorted = vintages.first().is_none_or(|first| first.from.is_none())
            && vintages.windows(2).all(|pair| pair[0].from < pair[1].from);
        if !are_sorted {
            return Err(AreaTableError::UnsortedVintages);
        }
        for area in &self.areas {
            let mut starts = vintages.iter().filter_map(|vintage| vintage.from);
            if let Some(&(from, _)) = area
                .population
                .later()
                .iter()
                .find(|(from, _)| !starts.any(|date| date == *from))
            {
                return Err(AreaTableError::UnknownVintage(area.code.clone(), from));
            }
        }
        Ok(AreaTable { vintages, ..self })
    }

    fn from_sorted(areas: Vec<Area>, aliases: Vec<Alias>) -> Result<AreaTable, AreaTableError> {
        if areas.len() >= usize::from(AreaIndex::MAX) {
            return Err(AreaTableError::TooMany(areas.len()));
        }
        for pair in areas.windows(2) {
            match pair[0].code.cmp(&pair[1].code) {
                Ordering::Less => {}
                Ordering::Equal => return Err(AreaTableError::DuplicateCode(pair[0].code.clone())),
                Ordering::Greater => return Err(AreaTableError::Unsorted(pair[1].code.clone())),
            }
        }
        for area in &areas {
            let population = &area.population;
            if population.first() == 0 || population.later().iter().any(|&(_, people)| people == 0)
            {
                return Err(AreaTableError::ZeroPopulation(area.code.clone()));
            }
            if area.name.contains('\n') {
                return Err(AreaTableError::LineBreak(area.code.clone()));
            }
        }
        let table = AreaTable {
            areas,
            aliases,
            vintages: vec![],
        };
        for alias in &table.aliases {
            if alias.targets.is_empty() {
                return Err(AreaTableError::AliasWithoutTarget(alias.code.clone()));
            }
            if let Some(unknown) = alias
                .targets
                .iter()
                .find(|code| table.index_of(code).is_none())
            {
                return Err(AreaTableError::UnknownAliasTarget(
                    alias.code.clone(),
                    unknown.clone(),
                ));
            }
        }
        Ok(table)
    }

    /// The areas, ascending by code. An [`AreaIndex`] is a position in this slice.
    pub fn areas(&self) -> &[Area] {
        &self.areas
    }

    /// The number of areas.
    pub fn len(&self) -> usize {
        self.areas.len()
    }

    /// Whether the table has no areas.
    pub fn is_empty(&self) -> bool {
        self.areas.is_empty()
    }

    /// Returns the area at an index.
    pub fn get(&self, index: AreaIndex) -> Option<&Area> {
        self.areas.get(usize::from(index))
    }

    /// Returns the index of the area with a code.
    pub fn index_of(&self, code: &AreaCode) -> Option<AreaIndex> {
        self.areas
            .binary_search_by(|area| area.code.cmp(code))
            .ok()
            .map(|i| i as AreaIndex)
    }

    /// Whether any area belongs to one of the four nations. Areas of another country form one
    /// region.
    pub fn has_nations(&self) -> bool {
        self.areas.iter().any(|area| area.code.nation().is_some())
    }

    /// Returns the alias for a code that is not an area's.
    pub fn alias(&self, code: &AreaCode) -> Option<&Alias> {
        self.aliases.iter().find(|alias| alias.code == *code)
    }

    /// All aliases.
    pub fn aliases(&self) -> &[Alias] {
        &self.aliases
    }

    /// The vintages of the populations, ascending by first date.
    pub fn vintages(&self) -> &[Vintage] {
        &self.vintages
    }

    /// Returns the vintage that an area's rate at a date uses.
    pub fn vintage_of(&self, area: &Area, date: Day) -> Option<&Vintage> {
        let from = area.population.vintage_start(date);
        self.vintages.iter().find(|vintage| vintage.from == from)
    }

    /// Returns the areas whose parent has that code, in table order.
    pub fn children_of<'a>(&'a self, parent: &'a AreaCode) -> impl Iterator<Item = AreaIndex> + 'a {
        (0..)
            .zip(&self.areas)
            .filter(move |(_, a)| a.parent.as_ref() == Some(parent))
            .map(|(i, _)| i)
    }

    /// Encodes an areas file.
    pub fn encode(&self) -> Vec<u8> {
        let areas = Areas::pack(&self.areas, &self.aliases);
        format::encode(
            FileKind::Areas,
            &(areas, Vintages::pack(&self.areas, &self.vintages)),
        )
    }

    /// Decodes an areas file. Never panics.
    ///
    /// # Errors
    /// If the bytes are not an areas file, or its content is no valid table.
    pub fn decode(bytes: &[u8]) -> Result<AreaTable, FormatError> {
        let (areas, vintages) = match format::unframe(FileKind::Areas, bytes)? {
            (AREAS_WITHOUT_VINTAGES, content) => (format::read::<Areas>(content)?, None),
            (_, content) => {
                format::read::<(Areas, Vintages)>(content).map(|(a, v)| (a, Some(v)))?
            }
        };
        let (mut areas, aliases) = areas.unpack()?;
        let vintages = vintages
            .map(|vintages| vintages.unpack(&mut areas))
            .transpose()?
            .unwrap_or_default();
        AreaTable::from_sorted(areas, aliases)
            .and_then(|table| table.with_vintages(vintages))
            .map_err(|error| FormatError::Invalid(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::population::Population;
    use proptest::prelude::*;

    fn area(code: &str, parent: Option<&str>) -> Area {
        Area {
            code: code.parse().unwrap(),
            name: format!("Name of {code}"),
            translated: vec![],
            parent: parent.map(|p| p.parse().unwrap()),
            population: 1000.into(),
        }
    }

    #[test]
    fn table_with_parents_and_aliases_round_trips() {
        let alias = Alias {
            code: "E06000060".parse().unwrap(),
            name: "Buckinghamshire".into(),
            targets: vec!["E07000004".parse().unwrap(), "E07000005".parse().unwrap()],
            reason: "Counted by its former districts.".into(),
        };
        let table = AreaTable::new(
            vec![
                area("E07000005", Some("E10")),
                area("E07000004", None),
                area("north-sea", Some("E10")),
            ],
            vec![alias],
        )
        .unwrap();
        let back = AreaTable::decode(&table.encode()).unwrap();
        assert_eq!(back, table);
        assert_eq!(back.index_of(&"E07000005".parse().unwrap()), Some(1));
        assert_eq!(
            back.alias(&"E06000060".parse().unwrap())
                .unwrap()
                .targets
                .len(),
            2
        );
        assert_eq!(
            back.children_of(&"E10".parse().unwrap())
                .collect::<Vec<_>>(),
            [1, 2]
        );
        assert!(table.has_nations());
        assert!(
            !AreaTable::new(vec![area("NO-03", None), area("S01", None)], vec![])
                .unwrap()
                .has_nations()
        );
    }

    #[test]
    fn translated_name_round_trips() {
        let (mut anglesey, cardiff) = (area("W06000001", None), area("W06000015", None));
        anglesey.translated.push(("cy".into(), "Ynys Môn".into()));
        let table = AreaTable::new(vec![cardiff, anglesey], vec![]).unwrap();
        let back = AreaTable::decode(&table.encode()).unwrap();
        assert_eq!(back, table);
        let names = |tag| {
            back.areas()
                .iter()
                .map(|area| area.name_in(tag))
                .collect::<Vec<_>>()
        };
        assert_eq!(names("cy"), ["Ynys Môn", "Name of W06000015"]);
        assert_eq!(names("en"), ["Name of W06000001", "Name of W06000015"]);
    }

    #[test]
    fn vintages_round_trip_and_version_2_has_none() {
        let change: Day = "2021-08-01".parse().unwrap();
        let mut areas = vec![
            area("E06000001", None),
            area("W06000001", None),
            area("E06000002", None),
        ];
        areas[0].population = Population::new(1000, vec![(change, 990), (change + 365, 1024)]);
        areas[2].population = Population::new(1000, vec![(change, 1000)]);
        let vintage = |from, estimate: &str| Vintage {
            from,
            estimate: estimate.into(),
        };
        let vintages = vec![
            vintage(None, "mid-2019"),
            vintage(Some(change), "mid-2020"),
            vintage(Some(change + 365), "mid-2021"),
        ];
        let table = AreaTable::new(areas, vec![])
            .unwrap()
            .with_vintages(vintages.clone())
            .unwrap();
        let back = AreaTable::decode(&table.encode()).unwrap();
        assert_eq!(back, table);
        let of = |code: &str, date: Day| {
            let area = back
                .get(back.index_of(&code.parse().unwrap()).unwrap())
                .unwrap();
            (
                area.population.at(date),
                back.vintage_of(area, date).unwrap().estimate.clone(),
            )
        };
        assert_eq!(of("E06000001", change - 1), (1000, "mid-2019".into()));
        assert_eq!(of("E06000001", change), (990, "mid-2020".into()));
        assert_eq!(
            of("W06000001", change),
            (1000, "mid-2019".into()),
            "an area that is not in a vintage keeps the one before"
        );
        assert_eq!(
            of("E06000002", change + 365),
            (1000, "mid-2020".into()),
            "the same number by a later estimate"
        );

        let before = postcard::to_allocvec(&Areas::pack(&table.areas, &table.aliases)).unwrap();
        let before = format::frame_version(FileKind::Areas, AREAS_WITHOUT_VINTAGES, &before);
        let before = AreaTable::decode(&before).unwrap();
        assert!(before.vintages().is_empty() && before.areas()[0].population == 1000.into());

        let unsorted = vec![vintages[1].clone(), vintages[0].clone()];
        assert_eq!(
            before.clone().with_vintages(unsorted),
            Err(AreaTableError::UnsortedVintages)
        );
        let lacking = table.clone().with_vintages(vintages[..2].to_vec());
        assert_eq!(
            lacking,
            Err(AreaTableError::UnknownVintage(
                "E06000001".parse().unwrap(),
                change + 365
            ))
        );
    }

    #[test]
    fn table_with_duplicate_code_or_zero_population_is_refused() {
        assert!(matches!(
            AreaTable::new(vec![area("A1", None), area("A1", None)], vec![]),
            Err(AreaTableError::DuplicateCode(_))
        ));
        let mut unpopulated = area("A1", None);
        unpopulated.population = 0.into();
        assert!(matches!(
            AreaTable::new(vec![unpopulated], vec![]),
            Err(AreaTableError::ZeroPopulation(_))
        ));
    }

    #[test]
    fn decode_refuses_invalid_alias_code() {
        let alias = |code: &str| Alias {
            code: AreaCode::unchecked(code),
            name: "Cornwall".into(),
            targets: vec!["E1".parse().unwrap()],
            reason: String::new(),
        };
        let table = |code| AreaTable::new(vec![area("E1", None)], vec![alias(code)]).unwrap();
        assert!(AreaTable::decode(&table("E06000060").encode()).is_ok());
        for bad in ["", "<b>", "seventeen-letters"] {
            assert!(
                matches!(
                    AreaTable::decode(&table(bad).encode()),
                    Err(FormatError::Invalid(_))
                ),
                "{bad}"
            );
        }
    }

    proptest! {
        #[test]
        fn table_with_any_codes_round_trips(
            codes in prop::collection::btree_set("[A-Z]{0,3}[a-z0-9_-]{1,12}", 0..40),
        ) {
            let areas = codes.iter().map(|code| area(code, None)).collect();
            let table = AreaTable::new(areas, vec![]).unwrap();
            prop_assert_eq!(AreaTable::decode(&table.encode()).unwrap(), table);
        }

        #[test]
        fn decode_of_any_bytes_does_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = AreaTable::decode(&bytes);
            for version in [AREAS_WITHOUT_VINTAGES, AREAS_WITHOUT_VINTAGES + 1] {
                let _ = AreaTable::decode(&format::frame_version(FileKind::Areas, version, &bytes));
            }
        }
    }
}
