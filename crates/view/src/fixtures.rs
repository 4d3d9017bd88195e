//! Small levels for the tests of this crate.

use std::sync::Arc;

use rising_model::domain::area::{Area, Level};
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::clearness::{Dispersion, NationCriteria, fit};
use rising_model::domain::day::Day;
use rising_model::domain::figure::Figure;
use rising_model::domain::series::{Cadence, CountsChunk, Series};
use rising_model::domain::snapshot::Snapshot;
use rising_model::domain::trend::Comparison;

use crate::LevelView;

/// Parses a date.
pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// Returns a table of areas, given as code, name and parent, of 10,000 people each.
pub fn table(names: &[(&str, &str, Option<&str>)]) -> AreaTable {
    let areas = names.iter().map(|&(code, name, parent)| Area {
        code: code.parse().unwrap(),
        name: name.into(),
        translated: vec![],
        parent: parent.map(|code| code.parse().unwrap()),
        population: 10_000.into(),
    });
    AreaTable::new(areas.collect(), vec![]).unwrap()
}

/// Four authorities.
pub fn authorities() -> AreaTable {
    table(&[
        ("E00000001", "Anham", None),
        ("E00000002", "Beeton, City of", None),
        ("E00000003", "Ceeby", None),
        ("E00000004", "Deeham", None),
    ])
}

/// Four neighbourhoods of the first authority, and one of the second.
pub fn neighbourhoods() -> AreaTable {
    table(&[
        ("E00000005", "North", Some("E00000001")),
        ("E00000006", "South", Some("E00000001")),
        ("E00000007", "East, West & Middle", Some("E00000001")),
        ("E00000008", "Upper", Some("E00000001")),
        ("E00000009", "Elsewhere", Some("E00000002")),
    ])
}

/// Compares two weeks of each area, the later one to 7 February 2021. The changes are graded.
pub fn snapshot(table: &AreaTable, weeks: &[(Figure, Figure)]) -> Snapshot {
    let nation = table.get(0).unwrap().code.nation().unwrap();
    let changes = weeks
        .iter()
        .map(|&(before, now)| Comparison { now, before });
    let own = fit::criteria(changes, Dispersion::ONE);
    let criteria = NationCriteria {
        nation,
        upper_bound: false,
        by_date: vec![None, Some(own)],
    };
    of_chunk(table, chunk(weeks).with_criteria(vec![criteria]).unwrap())
}

/// As [`snapshot`], of an edition without criteria.
pub fn ungraded_snapshot(table: &AreaTable, weeks: &[(Figure, Figure)]) -> Snapshot {
    of_chunk(table, chunk(weeks))
}

/// Returns a level whose changes are graded.
pub fn level_view(level: Level, table: &AreaTable, weeks: &[(Figure, Figure)]) -> LevelView {
    LevelView {
        level,
        table: Arc::new(table.clone()),
        snapshot: Arc::new(snapshot(table, weeks)),
        step: 7,
    }
}

fn chunk(weeks: &[(Figure, Figure)]) -> CountsChunk {
    let figures: Vec<Figure> = weeks
        .iter()
        .flat_map(|&(before, now)| [before, now])
        .collect();
    CountsChunk::new(Cadence::Weekly, day("2021-01-31"), 2, &figures).unwrap()
}

fn of_chunk(table: &AreaTable, chunk: CountsChunk) -> Snapshot {
    Snapshot::new(table, &Series::new([Arc::new(chunk)]), day("2021-02-07"))
}
