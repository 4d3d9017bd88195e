//! The page of a site, its program, and the list by which it is kept for use without a network: all
//! of one build.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rising_model::manifest::MANIFEST_VERSION;
use rising_prerender::area_page::{self, SiteContext};
use rising_prerender::page_data::{LevelView, PageData};
use rising_prerender::{policy, prerendered_view};
use rising_words::Language;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::report::{Finding, Group};
use super::{Read, shown};
use crate::prerender::gone::{self, AREAS};
use crate::publish::{MANIFEST, file_names, is_data_file, parse_manifest};

const PAGE: &str = "index.html";
/// Which files the service worker keeps.
const LIST: &str = "offline.json";
/// What is asked for under a name that stays, by browsers that have been here before and by
/// articles.
const ALWAYS: [&str; 2] = ["sw.js", "embed.js"];
/// What to do about a site that is not of one build.
const BUILD: &str = "build the site with `cargo xtask build` and put all of it in place";
/// What a page is that the site's page leads to.
const LED_TO: &str = "a page, as index.html leads to it";
const PRERENDER: &str = "run `prepare prerender --site` with this site's folder";

/// What the build tells the service worker.
#[derive(Debug, Deserialize)]
struct List {
    /// The version of the data sets that the program reads.
    format: u32,
    /// Each file's SHA-256.
    files: BTreeMap<String, String>,
}

/// Where a site is looked at.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place<'a> {
    /// In its folder, where all that is there can be found.
    Folder(&'a Path),
    /// Under its address, where only what the page leads to is looked at.
    Address,
}

impl Place<'_> {
    /// Where the page of an area is.
    fn area_page(self, area: &str) -> String {
        match self {
            Place::Folder(_) => format!("{AREAS}/{area}/{}", gone::PAGE),
            Place::Address => format!("{AREAS}/{area}/"),
        }
    }
}

/// All checks of a site around its data set.
pub(super) fn check(read: &Read<'_>, place: Place<'_>) -> Vec<Group> {
    let mut page = Group::new("page");
    let html = match read(PAGE) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(reason) => {
            page.fail(finding(PAGE, "the site's page", reason, BUILD));
            return vec![page];
        }
    };
    page.pass();
    for name in ALWAYS {
        match read(name) {
            Ok(_) => page.pass(),
            Err(reason) => page.fail(finding(name, "a file of every site", reason, BUILD)),
        }
    }
    let mut program = Group::new("program");
    let list = list(read, &mut program);
    let names: BTreeSet<&str> = named(&html).collect();
    for name in &names {
        // What has a digest in the list is read for that.
        if list
            .as_ref()
            .is_some_and(|list| list.files.contains_key(*name))
        {
            page.pass();
            continue;
        }
        match read(name) {
            Ok(_) if list.is_none() => page.pass(),
            Ok(_) => {
                page.fail(finding(
                    name,
                    &format!("its digest in {LIST}, as {PAGE} names it"),
                    "there is none",
                    BUILD,
                ));
            }
            Err(reason) => page.fail(finding(
                name,
                &format!("a file, as {PAGE} names it"),
                reason,
                BUILD,
            )),
        }
    }
    early(&html, read, &mut page);
    let areas: BTreeSet<&str> = areas(&html).collect();
    // What is wrong with the data set is told of the data set.
    let in_data = |name: &str| read(&format!("data/{name}")).ok();
    let edition = PageData::read(&in_data)
        .ok()
        .and_then(|edition| Some((edition.finer(&in_data).ok()?, edition)));
    if let Some((finer, edition)) = &edition {
        picture(&html, edition, &mut page);
        tiles(&html, edition, &mut page);
        area_pages(read, place, (edition, finer.as_ref()), &areas, &mut page);
    } else {
        for area in &areas {
            let path = place.area_page(area);
            match read(&path) {
                Ok(_) => page.pass(),
                Err(reason) => page.fail(finding(&path, LED_TO, reason, PRERENDER)),
            }
        }
    }
    page.say(format!(
        "the {} files that it names and the {} pages of areas it leads to are there",
        names.len(),
        areas.len()
    ));
    vec![page, program]
}

fn finding(file: &str, expected: &str, got: impl Into<String>, advice: &str) -> Finding {
    Finding {
        file: file.to_owned(),
        expected: expected.to_owned(),
        got: got.into(),
        advice: advice.to_owned(),
    }
}

/// The program's files, by the digests that the list has of them.
fn list(read: &Read<'_>, group: &mut Group) -> Option<List> {
    let expected = "the list of the program's files";
    let list: List = match read(LIST).map(|bytes| serde_json::from_slice(&bytes)) {
        Ok(Ok(list)) => list,
        Ok(Err(error)) => {
            group.fail(finding(LIST, expected, error.to_string(), BUILD));
            return None;
        }
        Err(reason) => {
            group.fail(finding(LIST, expected, reason, BUILD));
            return None;
        }
    };
    group.same(
        LIST,
        "data sets of version",
        (MANIFEST_VERSION, list.format),
        BUILD,
    );
    for (name, digest) in &list.files {
        match read(name) {
            Ok(bytes) => {
                let got: String = Sha256::digest(&bytes)
                    .iter()
                    .map(|byte| format!("{byte:02x}"))
                    .collect();
                group.same(name, "SHA-256", (digest, &got), BUILD);
            }
            Err(reason) => group.fail(finding(
                name,
                &format!("a file that {LIST} names"),
                reason,
                BUILD,
            )),
        }
    }
    group.say(format!(
        "{} files, SHA-256 as {LIST} says",
        list.files.len()
    ));
    Some(list)
}

/// Is the first picture that of the data set beside it? Until the program has taken over, readers
/// see the other.
fn picture(html: &str, edition: &PageData, group: &mut Group) {
    let date = edition.view.snapshot.date().in_words(Language::En);
    let right = match prerendered_view::insert(html, edition, Language::En) {
        Ok(right) => right,
        Err(error) => return group.note(format!("the page has no first picture: {error}")),
    };
    let shown = shown::figures(html);
    if shown.is_empty() {
        return group.note(format!("the page has no first picture; {PRERENDER}"));
    }
    let difference = shown::difference(&shown, &shown::figures(&right));
    let same = difference.is_none();
    group.check(same, || {
        let [got, expected] = difference.unwrap_or_default();
        finding(
            PAGE,
            &format!("the figures of the data set, of {date}: {expected}"),
            got,
            PRERENDER,
        )
    });
    if same && html == right {
        group.note(format!("the first picture is that of the data set, {date}"));
    } else if same {
        group.note(format!(
            "the first picture has the figures of the data set, {date}, and was made by another version of this program; {PRERENDER}"
        ));
    }
}

/// Does the page's security policy let in the tiles of the data set, and no others?
fn tiles(html: &str, edition: &PageData, group: &mut Group) {
    let tiles = edition.manifest.tiles.as_ref();
    let url = tiles.map_or("none", |tiles| &tiles.url);
    let expected = format!("a security policy that lets in the tiles of the data set, {url}");
    match policy::allow_tiles(html, tiles) {
        Ok(right) => {
            group.check(right == html, || {
                finding(PAGE, &expected, "it lets in others or none", PRERENDER)
            });
        }
        Err(error) => group.fail(finding(PAGE, &expected, error.to_string(), BUILD)),
    }
}

/// Has each area its page, with its figures, and is there no page of another?
fn area_pages(
    read: &Read<'_>,
    place: Place<'_>,
    (edition, finer): (&PageData, Option<&LevelView>),
    led_to: &BTreeSet<&str>,
    group: &mut Group,
) {
    let around = SiteContext {
        language: Language::En,
        base: None,
        cards: &[],
        head: "",
        sources: &[],
    };
    let mut known = BTreeSet::new();
    for (path, right) in area_page::render_all(&edition.view, finer, &around) {
        let Some(area) = path.split('/').nth(1) else {
            continue;
        };
        known.insert(area.to_owned());
        let is_led_to = led_to.contains(area);
        if !is_led_to && matches!(place, Place::Address) {
            continue;
        }
        let path = place.area_page(area);
        match read(&path) {
            Ok(html) => {
                let shown = shown::figures(&String::from_utf8_lossy(&html));
                let difference = shown::difference(&shown, &shown::figures(&right));
                group.check(difference.is_none(), || {
                    let [got, expected] = difference.unwrap_or_default();
                    finding(
                        &path,
                        &format!("the figures of the data set: {expected}"),
                        got,
                        PRERENDER,
                    )
                });
            }
            Err(reason) if is_led_to => group.fail(finding(&path, LED_TO, reason, PRERENDER)),
            Err(reason) => group.fail(finding(
                &path,
                "a page of each area of the data set",
                reason,
                PRERENDER,
            )),
        }
    }
    for area in led_to.iter().filter(|area| !known.contains(**area)) {
        let got = format!("it leads to the page of {area}");
        group.fail(finding(PAGE, "only areas of the data set", got, PRERENDER));
    }
    if let Place::Folder(site) = place {
        match gone::found(site, &area_page::codes(&edition.view)) {
            Ok(found) => {
                for path in found {
                    let path = path.display().to_string();
                    group.fail(finding(
                        &path,
                        "only pages and cards of areas of the data set",
                        "it has no such area",
                        PRERENDER,
                    ));
                }
            }
            Err(error) => group.fail(finding(
                AREAS,
                "a folder that can be read",
                format!("{error:#}"),
                PRERENDER,
            )),
        }
    }
}

/// The data files that the page asks for before its program does. Those of an edition before are
/// asked for in vain.
fn early(html: &str, read: &Read<'_>, group: &mut Group) {
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
                    "{PAGE} asks in advance for data/{name}, of an edition before: a download for nothing; {PRERENDER}"
                ));
            }
            Err(reason) => {
                let expected = format!("a data file, as {PAGE} asks for it in advance");
                group.fail(finding(
                    &format!("data/{name}"),
                    &expected,
                    reason,
                    PRERENDER,
                ));
            }
        }
    }
}

/// The files at the top of the site that the page names, found as the service worker finds them.
fn named(html: &str) -> impl Iterator<Item = &str> {
    html.split(['"', '\'']).filter_map(|quoted| {
        let name = quoted.strip_prefix("./")?;
        let (stem, end) = name.split_once('.')?;
        let is_word = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        };
        (is_word(&stem.replace('-', "_")) && is_word(end)).then_some(name)
    })
}

/// The areas whose pages the page leads to.
fn areas(html: &str) -> impl Iterator<Item = &str> {
    html.split(['"', '\''])
        .filter_map(|quoted| quoted.strip_prefix("./area/")?.strip_suffix('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_names_is_found() {
        let html = r#"<link href="./a-1.css"><a href="./"><a href="./area/E1/">x</a><script>import('./b-2_bg.wasm')</script>"#;
        assert_eq!(named(html).collect::<Vec<_>>(), ["a-1.css", "b-2_bg.wasm"]);
        assert_eq!(areas(html).collect::<Vec<_>>(), ["E1"]);
    }
}
