//! Checks the manifest and the files that it names: each exists, has the content that its name
//! states, and decodes into what the manifest states.

use rising_model::dataset::manifest::{DataFile, MANIFEST_VERSION, Manifest};
use rising_model::domain::area::Level;
use rising_model::domain::series::Cadence;
use rising_view::InWords;
use rising_words::{Language, Texts};

use super::decoding::{DecodedLevel, Files, decode_level, decode_lists};
use super::report::{CheckGroup, FailedCheck, REPUBLISH};
use super::{ReadFile, bar, cross_references, figures};
use crate::publish::{MANIFEST, content_hash, data_files, file_names, hash_in_name};

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
