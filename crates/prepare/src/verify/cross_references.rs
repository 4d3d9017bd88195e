//! Checks that names and postcodes refer to areas of the data set.

use rising_model::domain::area::{AreaCode, Level};
use rising_model::domain::area_table::AreaTable;
use rising_words::Language;

use super::decoding::{DecodedLevel, Lists};
use super::report::{CheckGroup, FailedCheck, REPUBLISH};

/// Checks names and postcodes against the areas, and neighbourhoods against the authorities.
pub(super) fn check(levels: &[DecodedLevel<'_>], Lists { names, postcodes }: &Lists) -> CheckGroup {
    let mut group = CheckGroup::new("names and postcodes");
    let table = |level: Level| {
        levels
            .iter()
            .find(|decoded| decoded.level == level)?
            .table
            .as_ref()
    };
    let (authorities, neighbourhoods) = (table(Level::Ltla), table(Level::Msoa));
    if let Some(decoded) = levels.iter().find(|decoded| decoded.level == Level::Msoa) {
        let parents = neighbourhoods
            .into_iter()
            .flat_map(AreaTable::areas)
            .filter_map(|area| area.parent.as_ref());
        check_codes(&mut group, &decoded.files.areas.file, authorities, parents);
    }
    if let Some((file, names)) = names {
        let entries = names.entries();
        check_codes(
            &mut group,
            file,
            authorities,
            entries.iter().flat_map(|named| &named.authorities),
        );
        check_codes(
            &mut group,
            file,
            neighbourhoods,
            entries
                .iter()
                .filter_map(|named| named.neighbourhood.as_ref()),
        );
    }
    for (file, postcodes) in postcodes {
        let locations = postcodes.locations();
        check_codes(
            &mut group,
            file,
            authorities,
            locations.iter().map(|location| &location.authority),
        );
        check_codes(
            &mut group,
            file,
            neighbourhoods,
            locations
                .iter()
                .filter_map(|location| location.neighbourhood.as_ref()),
        );
    }
    let names = names
        .as_ref()
        .map_or(0, |(_, names)| names.entries().len() as u64);
    let all: u64 = postcodes
        .iter()
        .map(|(_, postcodes)| postcodes.len() as u64)
        .sum();
    group.summarise(format!(
        "{} names and {} postcodes refer to areas of the data set",
        Language::En.texts().number(names),
        Language::En.texts().number(all)
    ));
    group
}

/// Checks that the table has each code of a file. A level that the data set does not have is not
/// checked.
fn check_codes<'a>(
    group: &mut CheckGroup,
    file: &str,
    table: Option<&AreaTable>,
    mut codes: impl Iterator<Item = &'a AreaCode>,
) {
    let Some(table) = table else { return };
    let unknown = codes.find(|code| table.index_of(code).is_none());
    group.check(unknown.is_none(), || FailedCheck {
        file: file.to_owned(),
        expected: "only codes of areas of the data set".to_owned(),
        got: unknown
            .map(|code| format!("{code} is not"))
            .unwrap_or_default(),
        advice: REPUBLISH.to_owned(),
    });
}
