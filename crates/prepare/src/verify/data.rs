//! Checks the manifest and the files that it names: each exists, has the content that its name
//! states, and decodes into what the manifest states.

use std::collections::BTreeMap;
use std::sync::Arc;

use rising_model::dataset::manifest::{DataFile, LevelFiles, MANIFEST_VERSION, Manifest};
use rising_model::domain::area::Level;
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::series::{Cadence, CountsChunk};
use rising_model::encoding::format::FormatError;
use rising_model::lookup::gazetteer::Gazetteer;
use rising_model::lookup::postcode::Postcodes;
use rising_model::shapes::geometry::Topology;
use rising_model::shapes::places;
use rising_view::InWords;
use rising_words::{Language, Texts};

use super::report::{CheckGroup, FailedCheck};
use super::{ReadFile, bar, cross_references, figures};
use crate::publish::{MANIFEST, content_hash, data_files, file_names, hash_in_name};

/// The advice for a damaged data set.
pub(super) const REPUBLISH: &str =
    "publish the edition again, or restore an earlier one with `prepare rollback`";

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

/// Checks a data set; `manifest` is the reason why it has none if it cannot be read.
pub(super) fn check(manifest: Result<&Manifest, &String>, read: &ReadFile<'_>) -> Vec<CheckGroup> {
    let manifest = match manifest {
        Ok(manifest) => manifest,
        Err(reason) => return vec![no_manifest(reason)],
    };
    let (existence, files) = check_files(manifest, read);
    let mut decoding = CheckGroup::new("decoding");
    let levels: Vec<DecodedLevel<'_>> = Level::ALL
        .into_iter()
        .filter_map(|level| {
            Some(decode_level(
                level,
                manifest.levels.get(level)?,
                &files,
                &mut decoding,
            ))
        })
        .collect();
    let lists = decode_lists(manifest, &files, &mut decoding);
    let mut groups = vec![check_manifest(manifest), existence, decoding];
    groups.extend(levels.iter().map(figures::check));
    groups.push(cross_references::check(&levels, &lists));
    groups
}

/// Returns the failed check of a manifest that cannot be read.
pub(super) fn no_manifest(reason: &str) -> CheckGroup {
    let mut group = CheckGroup::new("manifest");
    group.fail(FailedCheck {
        file: MANIFEST.to_owned(),
        expected: format!("a manifest of version {MANIFEST_VERSION}"),
        got: reason.to_owned(),
        advice: REPUBLISH.to_owned(),
    });
    group
}

/// Checks that the manifest is consistent in itself.
fn check_manifest(manifest: &Manifest) -> CheckGroup {
    let mut group = CheckGroup::new("manifest");
    let wrong = |expected: String, got: String| FailedCheck {
        file: MANIFEST.to_owned(),
        expected,
        got,
        advice: REPUBLISH.to_owned(),
    };
    let (level, nation) = (manifest.default.level, manifest.default.nation);
    let dates = manifest
        .levels
        .get(level)
        .and_then(|files| files.dates_of(nation));
    group.check(dates.is_some(), || {
        let texts = Texts::of(manifest, Language::En);
        let nation = texts.nation_name(nation);
        wrong(
            format!("dates of {nation} at the level it opens on, {level}"),
            "it has none".into(),
        )
    });
    if let (Some((first, last)), Some(date)) = (dates, manifest.default.date) {
        group.check((first..=last).contains(&date), || {
            wrong(
                format!("a default date from {first} to {last}"),
                format!("it is {date}"),
            )
        });
    }
    let named = file_names(manifest);
    for level in Level::ALL {
        let Some(files) = manifest.levels.get(level) else {
            continue;
        };
        group.check(Cadence::from_step(files.step).is_some(), || {
            wrong(
                format!("a step of 1 or 7 days at level {level}"),
                format!("it is {}", files.step),
            )
        });
        for name in &files.preload {
            group.check(named.contains(name), || {
                wrong(
                    format!("only the data set's files under preload of {level}"),
                    format!("it lists {name}"),
                )
            });
        }
    }
    let opens = manifest.default.date.or(dates.map(|(_, last)| last));
    let opens = opens
        .map(|date| format!(", opens on {}", date.in_words(&Language::En.texts())))
        .unwrap_or_default();
    group.summarise(format!(
        "version {}, {} files{opens}",
        manifest.version,
        named.len()
    ));
    group
}

/// Checks that each file exists, has the length that the manifest states, and the content that its
/// name states.
pub(super) fn check_files(manifest: &Manifest, read: &ReadFile<'_>) -> (CheckGroup, Files) {
    let mut group = CheckGroup::new("files");
    let mut files = Files::new();
    let mut bytes = 0;
    let bar = bar(file_names(manifest).len(), "reading the data files");
    for DataFile {
        file,
        bytes: length,
        ..
    } in data_files(manifest)
    {
        bar.inc(1);
        let Some(content) = read_named(&mut group, file, read) else {
            continue;
        };
        bytes += content.len();
        let as_long = group.same(
            file,
            "as many bytes as the manifest says,",
            (*length, content.len() as u64),
            REPUBLISH,
        );
        let hash = content_hash([&content[..]]);
        let says = hash_in_name(file).unwrap_or("no hash");
        if group.same(
            file,
            "content whose SHA-256 begins as its name says,",
            (says, &hash),
            REPUBLISH,
        ) && as_long
        {
            files.insert(file.clone(), content);
        }
    }
    if let Some(postcodes) = &manifest.postcodes {
        let names: Vec<String> = postcodes.files().collect();
        let mut contents = vec![];
        for name in &names {
            bar.inc(1);
            contents.extend(read_named(&mut group, name, read));
        }
        // Their names contain one hash, of all of them.
        if contents.len() == names.len() {
            let first = names.first().map_or("postcodes", String::as_str);
            let all: u64 = contents.iter().map(|content| content.len() as u64).sum();
            bytes += all as usize;
            group.same(
                first,
                "with all others of postcodes as many bytes as the manifest says,",
                (postcodes.bytes, all),
                REPUBLISH,
            );
            let hash = content_hash(contents.iter().map(|content| &content[..]));
            let what =
                "with all others of postcodes content whose SHA-256 begins as its name says,";
            group.same(first, what, (&postcodes.hash, &hash), REPUBLISH);
        }
        files.extend(names.into_iter().zip(contents));
    }
    bar.finish_and_clear();
    let (number, bytes) = (
        file_names(manifest).len(),
        Language::En.texts().number(bytes as u64),
    );
    group.summarise(format!(
        "{number} exist, {bytes} bytes, SHA-256 as their names state"
    ));
    (group, files)
}

fn read_named(group: &mut CheckGroup, file: &str, read: &ReadFile<'_>) -> Option<Vec<u8>> {
    match read(file) {
        Ok(content) => {
            group.pass();
            Some(content)
        }
        Err(got) => {
            let (file, expected, advice) = (
                file.to_owned(),
                "a file that the manifest names".to_owned(),
                REPUBLISH.to_owned(),
            );
            group.fail(FailedCheck {
                file,
                expected,
                got,
                advice,
            });
            None
        }
    }
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

fn decode_level<'a>(
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
fn decode_lists(manifest: &Manifest, files: &Files, group: &mut CheckGroup) -> Lists {
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
