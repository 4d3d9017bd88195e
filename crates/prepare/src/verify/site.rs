//! Checks that a site's page, its program, and the list of files for offline use are of one build.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rising_model::dataset::manifest::MANIFEST_VERSION;
use rising_prerender::area_page::{self, SiteContext};
use rising_prerender::page_data::PageData;
use rising_prerender::{policy, prerendered_view};
use rising_view::{InWords, LevelView};
use rising_words::Language;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::report::{CheckGroup, FailedCheck};
use super::{ReadFile, page_figures};
use crate::prerender::stale_pages::{self, AREAS};
use crate::publish::{MANIFEST, file_names, is_data_file, parse_manifest};

const PAGE: &str = "index.html";
/// The list of the files that the service worker caches.
const OFFLINE_LIST: &str = "offline.json";
/// Files with constant names, which returning browsers and embedding articles request.
const REQUIRED_FILES: [&str; 2] = ["sw.js", "embed.js"];
/// The advice for a site whose files are of different builds.
const REBUILD: &str = "build the site with `cargo xtask build` and install all of it";
/// The description of an area page that the site's page links to.
const LINKED_PAGE: &str = "a page, as index.html links to it";
const PRERENDER: &str = "run `prepare prerender --site` with this site's folder";

/// The list that the build writes for the service worker.
#[derive(Debug, Deserialize)]
struct OfflineList {
    /// The version of the manifests that the program reads.
    format: u32,
    /// The SHA-256 of each file.
    files: BTreeMap<String, String>,
}

/// The place at which a site is checked.
#[derive(Clone, Copy, Debug)]
pub(super) enum SiteTarget<'a> {
    /// In its folder, where all files can be listed.
    Folder(&'a Path),
    /// At its address, where only the files that the page links to can be checked.
    Address,
}

impl SiteTarget<'_> {
    /// Returns the path of an area's page.
    fn area_page(self, area: &str) -> String {
        match self {
            SiteTarget::Folder(_) => format!("{AREAS}/{area}/{}", stale_pages::PAGE),
            SiteTarget::Address => format!("{AREAS}/{area}/"),
        }
    }
}

/// Checks a site, without its data set.
pub(super) fn check(read: &ReadFile<'_>, place: SiteTarget<'_>) -> Vec<CheckGroup> {
    let mut page = CheckGroup::new("page");
    let html = match read(PAGE) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(reason) => {
            page.fail(FailedCheck::new(PAGE, "the site's page", reason, REBUILD));
            return vec![page];
        }
    };
    page.pass();
    for name in REQUIRED_FILES {
        match read(name) {
            Ok(_) => page.pass(),
            Err(reason) => page.fail(FailedCheck::new(
                name,
                "a file of every site",
                reason,
                REBUILD,
            )),
        }
    }
    let mut program = CheckGroup::new("program");
    let offline_list = offline_list(read, &mut program);
    let names: BTreeSet<&str> = linked_files(&html).collect();
    for name in &names {
        // Files with a digest in the list are read there.
        if offline_list
            .as_ref()
            .is_some_and(|offline_list| offline_list.files.contains_key(*name))
        {
            page.pass();
            continue;
        }
        match read(name) {
            Ok(_) if offline_list.is_none() => page.pass(),
            Ok(_) => {
                page.fail(FailedCheck::new(
                    name,
                    &format!("its digest in {OFFLINE_LIST}, as {PAGE} names it"),
                    "it is missing",
                    REBUILD,
                ));
            }
            Err(reason) => page.fail(FailedCheck::new(
                name,
                &format!("a file, as {PAGE} names it"),
                reason,
                REBUILD,
            )),
        }
    }
    check_preloads(&html, read, &mut page);
    let areas: BTreeSet<&str> = linked_areas(&html).collect();
    // Faults of the data set are reported by its own checks.
    let in_data = |name: &str| read(&format!("data/{name}")).ok();
    let edition = PageData::read(&in_data)
        .ok()
        .and_then(|edition| Some((edition.finer(&in_data).ok()?, edition)));
    if let Some((finer, edition)) = &edition {
        check_prerendered_view(&html, edition, &mut page);
        check_tiles(&html, edition, &mut page);
        check_area_pages(read, place, (edition, finer.as_ref()), &areas, &mut page);
    } else {
        for area in &areas {
            let path = place.area_page(area);
            match read(&path) {
                Ok(_) => page.pass(),
                Err(reason) => page.fail(FailedCheck::new(&path, LINKED_PAGE, reason, PRERENDER)),
            }
        }
    }
    page.summarise(format!(
        "the {} files and the {} area pages that it links to exist",
        names.len(),
        areas.len()
    ));
    vec![page, program]
}

/// Reads the list and checks the program's files against their digests.
fn offline_list(read: &ReadFile<'_>, group: &mut CheckGroup) -> Option<OfflineList> {
    let expected = "the list of the program's files";
    let offline_list: OfflineList =
        match read(OFFLINE_LIST).map(|bytes| serde_json::from_slice(&bytes)) {
            Ok(Ok(offline_list)) => offline_list,
            Ok(Err(error)) => {
                group.fail(FailedCheck::new(
                    OFFLINE_LIST,
                    expected,
                    error.to_string(),
                    REBUILD,
                ));
                return None;
            }
            Err(reason) => {
                group.fail(FailedCheck::new(OFFLINE_LIST, expected, reason, REBUILD));
                return None;
            }
        };
    group.same(
        OFFLINE_LIST,
        "data sets of version",
        (MANIFEST_VERSION, offline_list.format),
        REBUILD,
    );
    for (name, digest) in &offline_list.files {
        match read(name) {
            Ok(bytes) => {
                let got: String = Sha256::digest(&bytes)
                    .iter()
                    .map(|byte| format!("{byte:02x}"))
                    .collect();
                group.same(name, "SHA-256", (digest, &got), REBUILD);
            }
            Err(reason) => group.fail(FailedCheck::new(
                name,
                &format!("a file that {OFFLINE_LIST} names"),
                reason,
                REBUILD,
            )),
        }
    }
    group.summarise(format!(
        "{} files, SHA-256 as {OFFLINE_LIST} says",
        offline_list.files.len()
    ));
    Some(offline_list)
}

/// Checks that the prerendered view shows the data set's figures: readers see it until the program
/// has loaded.
fn check_prerendered_view(html: &str, edition: &PageData, group: &mut CheckGroup) {
    let date = edition.view.snapshot.date().in_words(&Language::En.texts());
    let correct = match prerendered_view::insert(html, edition, Language::En) {
        Ok(correct) => correct,
        Err(error) => return group.note(format!("the page has no prerendered view: {error}")),
    };
    let page_figures = page_figures::figures(html);
    if page_figures.is_empty() {
        return group.note(format!("the page has no prerendered view; {PRERENDER}"));
    }
    let difference = page_figures::difference(&page_figures, &page_figures::figures(&correct));
    let same = difference.is_none();
    group.check(same, || {
        let [got, expected] = difference.unwrap_or_default();
        FailedCheck::new(
            PAGE,
            &format!("the figures of the data set, of {date}: {expected}"),
            got,
            PRERENDER,
        )
    });
    if same && html == correct {
        group.note(format!(
            "the prerendered view is that of the data set, {date}"
        ));
    } else if same {
        group.note(format!(
            "the prerendered view has the figures of the data set, {date}, but is of another \
             version of this program; {PRERENDER}"
        ));
    }
}

/// Checks that the page's security policy allows the tiles of the data set, and no others.
fn check_tiles(html: &str, edition: &PageData, group: &mut CheckGroup) {
    let tiles = edition.manifest.tiles.as_ref();
    let url = tiles.map_or("none", |tiles| &tiles.url);
    let expected = format!("a security policy that allows the tiles of the data set, {url}");
    match policy::allow_tiles(html, tiles) {
        Ok(correct) => {
            group.check(correct == html, || {
                FailedCheck::new(PAGE, &expected, "it allows others or none", PRERENDER)
            });
        }
        Err(error) => group.fail(FailedCheck::new(
            PAGE,
            &expected,
            error.to_string(),
            REBUILD,
        )),
    }
}

/// Checks that each area has its page with its figures, and that no page is of another area.
fn check_area_pages(
    read: &ReadFile<'_>,
    place: SiteTarget<'_>,
    (edition, finer): (&PageData, Option<&LevelView>),
    linked: &BTreeSet<&str>,
    group: &mut CheckGroup,
) {
    let context = SiteContext {
        language: Language::En,
        base: None,
        cards: &[],
        head: "",
        sources: &[],
    };
    let mut known = BTreeSet::new();
    for (path, correct) in area_page::render_all(edition, finer, &context) {
        let Some(area) = path.split('/').nth(1) else {
            continue;
        };
        known.insert(area.to_owned());
        let is_linked = linked.contains(area);
        if !is_linked && matches!(place, SiteTarget::Address) {
            continue;
        }
        let path = place.area_page(area);
        match read(&path) {
            Ok(html) => {
                let page_figures = page_figures::figures(&String::from_utf8_lossy(&html));
                let difference =
                    page_figures::difference(&page_figures, &page_figures::figures(&correct));
                group.check(difference.is_none(), || {
                    let [got, expected] = difference.unwrap_or_default();
                    FailedCheck::new(
                        &path,
                        &format!("the figures of the data set: {expected}"),
                        got,
                        PRERENDER,
                    )
                });
            }
            Err(reason) if is_linked => {
                group.fail(FailedCheck::new(&path, LINKED_PAGE, reason, PRERENDER));
            }
            Err(reason) => group.fail(FailedCheck::new(
                &path,
                "a page of each area of the data set",
                reason,
                PRERENDER,
            )),
        }
    }
    for area in linked.iter().filter(|area| !known.contains(**area)) {
        let got = format!("it links to the page of {area}");
        group.fail(FailedCheck::new(
            PAGE,
            "only areas of the data set",
            got,
            PRERENDER,
        ));
    }
    if let SiteTarget::Folder(site) = place {
        match stale_pages::find(site, &area_page::codes(&edition.view)) {
            Ok(found) => {
                for path in found {
                    let path = path.display().to_string();
                    group.fail(FailedCheck::new(
                        &path,
                        "only pages and cards of areas of the data set",
                        "the data set has no such area",
                        PRERENDER,
                    ));
                }
            }
            Err(error) => group.fail(FailedCheck::new(
                AREAS,
                "a folder that can be read",
                format!("{error:#}"),
                PRERENDER,
            )),
        }
    }
}

/// Checks the data files that the page preloads. Those of an earlier edition are downloaded in
/// vain.
fn check_preloads(html: &str, read: &ReadFile<'_>, group: &mut CheckGroup) {
    let names: BTreeSet<&str> = html
        .split(['"', '\''])
        .filter(|name| is_data_file(name))
        .collect();
    let manifest = read(&format!("data/{MANIFEST}")).and_then(|bytes| parse_manifest(&bytes));
    let present = manifest
        .map(|manifest| file_names(&manifest))
        .unwrap_or_default();
    for name in names {
        match read(&format!("data/{name}")) {
            Ok(_) if present.contains(name) => group.pass(),
            Ok(_) => {
                group.pass();
                group.note(format!(
                    "{PAGE} preloads data/{name} of an earlier edition, which is not used; \
                     {PRERENDER}"
                ));
            }
            Err(reason) => {
                let expected = format!("a data file, as {PAGE} preloads it");
                group.fail(FailedCheck::new(
                    format!("data/{name}"),
                    &expected,
                    reason,
                    PRERENDER,
                ));
            }
        }
    }
}

/// Returns the files in the site's root that the page names, by the rule of the service worker.
fn linked_files(html: &str) -> impl Iterator<Item = &str> {
    html.split(['"', '\'']).filter_map(|quoted| {
        let name = quoted.strip_prefix("./")?;
        let (stem, end) = name.split_once('.')?;
        let is_word = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        };
        (is_word(&stem.replace('-', "_")) && is_word(end)).then_some(name)
    })
}

/// Returns the areas whose pages the page links to.
fn linked_areas(html: &str) -> impl Iterator<Item = &str> {
    html.split(['"', '\''])
        .filter_map(|quoted| quoted.strip_prefix("./area/")?.strip_suffix('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linked_files_and_areas_are_found() {
        let html = r#"<link href="./a-1.css"><a href="./"><a href="./area/E1/">x</a><script>import('./b-2_bg.wasm')</script>"#;
        assert_eq!(
            linked_files(html).collect::<Vec<_>>(),
            ["a-1.css", "b-2_bg.wasm"]
        );
        assert_eq!(linked_areas(html).collect::<Vec<_>>(), ["E1"]);
    }
}
