//! Decodes the files of a data set, and compares the number of their records with the manifest.

use std::collections::BTreeMap;
use std::sync::Arc;

use rising_model::dataset::manifest::{DataFile, LevelFiles, Manifest};
use rising_model::domain::area::Level;
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::series::CountsChunk;
use rising_model::encoding::format::FormatError;
use rising_model::lookup::gazetteer::Gazetteer;
use rising_model::lookup::postcode::Postcodes;
use rising_model::shapes::geometry::Topology;
use rising_model::shapes::places;

use super::report::{CheckGroup, FailedCheck, REPUBLISH};
use crate::publish::MANIFEST;

/// The contents of the files that match their names, by name.
pub(super) type Files = BTreeMap<String, Vec<u8>>;

/// A level, as far as its files decode.
#[derive(Debug)]
pub(super) struct DecodedLevel<'a> {
    pub level: Level,
    pub files: &'a LevelFiles,
    pub table: Option<AreaTable>,
    /// In the order of the manifest; empty if one of them does not decode.
    pub chunks: Vec<Arc<CountsChunk>>,
}

/// Decodes a file if it exists, and compares the number of its records. A missing file has been
/// reported already.
fn decode<T>(
    group: &mut CheckGroup,
    files: &Files,
    (name, records): (&str, Option<u64>),
    decode: impl FnOnce(&[u8]) -> Result<T, FormatError>,
    count: impl FnOnce(&T) -> usize,
) -> Option<T> {
    match decode(files.get(name)?) {
        Ok(value) => {
            group.pass();
            if let Some(records) = records {
                group.same(
                    name,
                    "as many records as the manifest says,",
                    (records, count(&value) as u64),
                    REPUBLISH,
                );
            }
            Some(value)
        }
        Err(error) => {
            let (file, expected) = (
                name.to_owned(),
                "a file that this program can read".to_owned(),
            );
            group.fail(FailedCheck {
                file,
                expected,
                got: error.to_string(),
                advice: REPUBLISH.to_owned(),
            });
            None
        }
    }
}

/// Decodes the files of a level.
pub(super) fn decode_level<'a>(
    level: Level,
    files: &'a LevelFiles,
    bytes: &Files,
    group: &mut CheckGroup,
) -> DecodedLevel<'a> {
    fn named(data: &DataFile) -> (&str, Option<u64>) {
        (&data.file, Some(data.records))
    }
    let table = decode(
        group,
        bytes,
        named(&files.areas),
        AreaTable::decode,
        AreaTable::len,
    );
    for shapes in [&files.shapes, &files.detail] {
        let topology = decode(group, bytes, named(shapes), Topology::decode, Topology::len);
        if let (Some(table), Some(topology)) = (&table, topology) {
            group.same(
                &shapes.file,
                "as many shapes as areas,",
                (table.len(), topology.len()),
                REPUBLISH,
            );
        }
    }
    let size = |chunk: &CountsChunk| {
        ((chunk.last() - chunk.first()) / chunk.cadence().step() + 1) as usize * chunk.areas()
    };
    let chunks = files
        .counts
        .iter()
        .map(|counts| decode(group, bytes, named(&counts.file), CountsChunk::decode, size));
    let chunks: Option<Vec<Arc<CountsChunk>>> = chunks
        .collect::<Vec<_>>()
        .into_iter()
        .map(|chunk| Some(Arc::new(chunk?)))
        .collect();
    DecodedLevel {
        level,
        files,
        table,
        chunks: chunks.unwrap_or_default(),
    }
}

/// The lists that refer to areas, as far as they decode, with their files' names.
#[derive(Debug, Default)]
pub(super) struct Lists {
    pub names: Option<(String, Gazetteer)>,
    pub postcodes: Vec<(String, Postcodes)>,
}

/// Decodes the lists of towns, names and postcodes.
pub(super) fn decode_lists(manifest: &Manifest, files: &Files, group: &mut CheckGroup) -> Lists {
    let mut lists = Lists::default();
    if let Some(towns) = &manifest.places {
        decode(
            group,
            files,
            (&towns.file, Some(towns.records)),
            places::decode,
            Vec::len,
        );
    }
    if let Some(DataFile { file, records, .. }) = &manifest.names {
        let count = |names: &Gazetteer| names.entries().len();
        let names = decode(
            group,
            files,
            (file, Some(*records)),
            Gazetteer::decode,
            count,
        );
        lists.names = names.map(|names| (file.clone(), names));
    }
    let Some(postcodes) = &manifest.postcodes else {
        return lists;
    };
    for (area, name) in postcodes.areas.split(' ').zip(postcodes.files()) {
        let Some(found) = decode(
            group,
            files,
            (&name, None),
            Postcodes::decode,
            Postcodes::len,
        ) else {
            continue;
        };
        group.same(
            &name,
            "postcodes of the area",
            (area, found.area()),
            REPUBLISH,
        );
        lists.postcodes.push((name, found));
    }
    // A file that does not decode has been reported already.
    if lists.postcodes.len() == postcodes.files().count() {
        let records = lists
            .postcodes
            .iter()
            .map(|(_, found)| found.len() as u64)
            .sum();
        let what = "in all files of postcodes as many as the manifest says,";
        group.same(MANIFEST, what, (postcodes.records, records), REPUBLISH);
    }
    lists
}
