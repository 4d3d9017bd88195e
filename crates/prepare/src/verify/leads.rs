//! Whether what is typed leads to areas that there are.

use rising_model::area::{AreaCode, AreaTable, Level};
use rising_words::Language;

use super::data::{AGAIN, Decoded, Lists};
use super::report::{Finding, Group};

/// All checks of names and postcodes against the areas, and of neighbourhoods against the
/// authorities.
pub(super) fn check(levels: &[Decoded<'_>], Lists { names, postcodes }: &Lists) -> Group {
    let mut group = Group::new("names and postcodes");
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
            .flat_map(|table| table.areas())
            .filter_map(|area| area.parent.as_ref());
        lead(&mut group, &decoded.files.areas.file, authorities, parents);
    }
    if let Some((file, names)) = names {
        let entries = names.entries();
        lead(
            &mut group,
            file,
            authorities,
            entries.iter().flat_map(|named| &named.authorities),
        );
        lead(
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
        lead(
            &mut group,
            file,
            authorities,
            locations.iter().map(|location| &location.authority),
        );
        lead(
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
    group.say(format!(
        "{} names and {} postcodes lead to areas that there are",
        Language::En.number(names),
        Language::En.number(all)
    ));
    group
}

/// One check a file: does each code stand in the table? Nothing is asked of a level that the data
/// set does not have.
fn lead<'a>(
    group: &mut Group,
    file: &str,
    table: Option<&AreaTable>,
    mut codes: impl Iterator<Item = &'a AreaCode>,
) {
    let Some(table) = table else { return };
    let unknown = codes.find(|code| table.index_of(code).is_none());
    group.check(unknown.is_none(), || Finding {
        file: file.to_owned(),
        expected: "only codes of areas of the data set".to_owned(),
        got: unknown
            .map(|code| format!("{code} is none"))
            .unwrap_or_default(),
        advice: AGAIN.to_owned(),
    });
}
