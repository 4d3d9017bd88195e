//! Checks the compressed copies of a folder's files, which some servers send in their place, and
//! finds what killed runs have left.

use std::fs;
use std::path::Path;

use super::report::{CheckGroup, FailedCheck};
use super::walk::entries;
use crate::content_encoding::ContentEncoding;
use crate::publish::{LOCK, MANIFEST, TEMPORARY_PREFIX};

/// Checks the compressed copies in a folder and its subfolders. `data` is the folder of the data
/// set.
pub(super) fn check(folder: &Path, data: &Path) -> CheckGroup {
    let mut group = CheckGroup::new("compressed copies");
    let (entries, _) = entries(folder);
    let files = entries
        .iter()
        .filter(|entry| !entry.is_folder())
        .map(|entry| &entry.path);
    let mut copies = 0;
    for file in files {
        let Some(name) = file.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        if name.starts_with(TEMPORARY_PREFIX) || name == LOCK {
            let path = file.display();
            group.note(format!(
                "{path} belongs to a run in progress or one that was killed; the next run removes \
                 it"
            ));
            continue;
        }
        let Some(coding) = ContentEncoding::ALL
            .into_iter()
            .find(|coding| name.ends_with(coding.extension()))
        else {
            continue;
        };
        copies += 1;
        let own = file.with_file_name(name.strip_suffix(coding.extension()).unwrap_or(name));
        if own == data.join(MANIFEST) {
            let advice = "remove it: two files cannot be replaced at once, so it becomes stale";
            group.fail(FailedCheck::new(
                file.display(),
                "no copy of the manifest",
                "it exists",
                advice,
            ));
            continue;
        }
        group.check(is_copy(file, &own, coding), || {
            let expected = format!("a copy of {}", own.display());
            FailedCheck::new(
                file.display(),
                &expected,
                "it is not",
                "remove it, and publish the edition or build the site again",
            )
        });
    }
    group.summarise(match copies {
        0 => "none".to_owned(),
        n => format!("{n}, each with the content of its file"),
    });
    group
}

fn is_copy(copy: &Path, of: &Path, coding: ContentEncoding) -> bool {
    let (Ok(copy), Ok(content)) = (fs::read(copy), fs::read(of)) else {
        return false;
    };
    coding
        .decompress(&copy, content.len() as u64)
        .is_ok_and(|bytes| bytes == content)
}
