//! What readers ask for, derived from the site that is served. The requests of each kind of visit
//! are those that Chromium makes; how many visits of a hundred are of which kind is an assumption:
//! many people read an article with the map in it.

use std::fmt::{self, Display};
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use xxhash_rust::xxh3::xxh3_64;

use super::visitor::{data_files, postcode_files};
use crate::hosting::Reader;
use crate::site::{MANIFEST, offline};

/// What browsers accept, over a connection that is safe.
pub(super) const CODINGS: &str = "gzip, deflate, br, zstd";

/// A request: a path of the site, and the tag of the copy that the reader has already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request {
    pub path: String,
    pub known: Option<String>,
}

/// A kind of visit.
#[derive(Debug)]
struct Visit {
    name: &'static str,
    /// Of a hundred visits.
    share: usize,
    requests: Vec<Request>,
    /// Of the answers' contents, as the server sends them.
    bytes: usize,
}

/// All kinds.
#[derive(Debug)]
pub(super) struct Mix(Vec<Visit>);

impl Mix {
    /// Reads the site, and asks its server for sizes and for the tags that returning readers have.
    ///
    /// # Errors
    /// If the site lacks something that a build leaves in it.
    pub(super) fn of(folder: &Path, reader: &Reader) -> Result<Self> {
        let site = Site::read(folder)?;
        let (article, page) = (site.view("ltla", &["embed"])?, site.view("ltla", &[])?);
        let area = site.view("ltla", &["embed", "details"])?;
        let kinds = [
            (
                "the map in an article",
                45,
                [&["embed.js".to_owned()][..], &article].concat(),
            ),
            (
                "an article about one area",
                8,
                [&["embed.js".to_owned()][..], &area, &site.around_an_area()?].concat(),
            ),
            ("the page, left soon", 15, page.clone()),
            (
                "the page, kept for use offline",
                15,
                [&page[..], &site.all()].concat(),
            ),
            ("neighbourhoods", 5, site.view("msoa", &[])?),
            (
                "a postcode looked up",
                5,
                [site.view("ltla", &["search"])?, site.looked_up()?].concat(),
            ),
            ("an area's own page", 2, site.page_of_an_area(folder)?),
        ];
        let mut visits = Vec::new();
        for (name, share, mut paths) in kinds {
            paths.dedup_by_key(|path| path.clone());
            let requests: Vec<Request> = once_each(paths)
                .map(|path| Request { path, known: None })
                .collect();
            let mut bytes = 0;
            for request in &requests {
                bytes += asked(reader, &request.path)?.0;
            }
            visits.push(Visit {
                name,
                share,
                requests,
                bytes,
            });
        }
        let again = ["", MANIFEST, "sw.js", offline::LIST].map(|path| {
            Ok(Request {
                path: path.to_owned(),
                known: Some(asked(reader, path)?.1).filter(|tag| !tag.is_empty()),
            })
        });
        let requests = again.into_iter().collect::<Result<_>>()?;
        visits.push(Visit {
            name: "a reader who comes back",
            share: 5,
            requests,
            bytes: 0,
        });
        Ok(Self(visits))
    }

    /// The requests of a hundred visits, in an order that is no order and always the same.
    pub(super) fn requests(&self) -> impl Iterator<Item = &Request> {
        let mut visits: Vec<(u64, &Visit)> = self
            .0
            .iter()
            .flat_map(|visit| {
                (0..visit.share)
                    .map(move |n| (xxh3_64(format!("{n} {}", visit.name).as_bytes()), visit))
            })
            .collect();
        visits.sort_by_key(|(place, _)| *place);
        visits.into_iter().flat_map(|(_, visit)| &visit.requests)
    }
}

impl Display for Mix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "\n{:>12} {:>9} {:>9}  of a hundred visits",
            "visits", "requests", "kB"
        )?;
        let (mut requests, mut bytes) = (0.0, 0.0);
        for visit in &self.0 {
            let kilobytes = visit.bytes as f64 / 1000.0;
            writeln!(
                f,
                "{:>12} {:>9} {kilobytes:>9.1}  {}",
                visit.share,
                visit.requests.len(),
                visit.name
            )?;
            requests += visit.requests.len() as f64 * visit.share as f64 / 100.0;
            bytes += kilobytes * visit.share as f64 / 100.0;
        }
        writeln!(f, "{:>12} {requests:>9.1} {bytes:>9.1}  = on average", "")
    }
}

/// How many bytes the server sends of a file, and the copy's tag.
fn asked(reader: &Reader, path: &str) -> Result<(usize, String)> {
    let answer = reader.get(path, CODINGS)?;
    ensure!(
        answer.status == 200,
        "the server says {} to /{path}",
        answer.status
    );
    Ok((answer.sent, answer.header("etag").to_owned()))
}

fn once_each(paths: Vec<String>) -> impl Iterator<Item = String> {
    let mut there = std::collections::HashSet::new();
    paths
        .into_iter()
        .filter(move |path| there.insert(path.clone()))
}

/// The site as it names itself.
struct Site {
    /// Files that the page names.
    page: Vec<String>,
    /// Files of the page and its program.
    program: Vec<String>,
    manifest: Value,
}

impl Site {
    fn read(folder: &Path) -> Result<Self> {
        let read = |name: &str| {
            fs::read(folder.join(name)).with_context(|| format!("cannot read {name} of the site"))
        };
        let page = String::from_utf8(read("index.html")?).context("index.html is not text")?;
        let list: Value = serde_json::from_slice(&read(offline::LIST)?).context(offline::LIST)?;
        let program = list["files"]
            .as_object()
            .context("offline.json lists no files")?
            .keys()
            .cloned()
            .collect();
        let manifest = serde_json::from_slice(&read(MANIFEST)?).context(MANIFEST)?;
        Ok(Self {
            page: offline::named(&page).map(str::to_owned).collect(),
            program,
            manifest,
        })
    }

    /// The page, its program with these parts, and a level's first view.
    fn view(&self, level: &str, parts: &[&str]) -> Result<Vec<String>> {
        let mut paths = vec![String::new()];
        paths.extend(self.page.iter().cloned());
        for part in parts {
            // With every piece that parts have in common: which of these belong to which part is
            // the program's to know.
            let of_part = |file: &&String| {
                file.starts_with(&format!("{part}-")) || file.starts_with("chunk_")
            };
            paths.extend(self.program.iter().filter(of_part).cloned());
        }
        paths.push(MANIFEST.to_owned());
        let names = self.manifest["levels"][level]["preload"]
            .as_array()
            .context("the manifest names no first view")?;
        paths.extend(names.iter().filter_map(Value::as_str).map(in_data));
        Ok(paths)
    }

    /// What the details of an authority ask for: its neighbourhoods, its history, the finer shapes.
    fn around_an_area(&self) -> Result<Vec<String>> {
        let mut paths = self.of_level("ltla")?;
        let level = &self.manifest["levels"]["msoa"];
        let first = level["preload"]
            .as_array()
            .context("the manifest names no neighbourhoods")?;
        let figures = first
            .iter()
            .filter_map(Value::as_str)
            .filter(|name| !name.contains("shapes"));
        paths.extend(figures.map(in_data));
        Ok(paths)
    }

    /// All files of a level.
    fn of_level(&self, level: &str) -> Result<Vec<String>> {
        let files: Vec<String> = data_files(&self.manifest["levels"][level])
            .map(in_data)
            .collect();
        ensure!(!files.is_empty(), "the data set has no level {level}");
        Ok(files)
    }

    /// Everything that is kept for use without a network.
    fn all(&self) -> Vec<String> {
        let own = ["sw.js", offline::LIST].map(str::to_owned);
        own.into_iter()
            .chain(self.program.iter().cloned())
            .chain(data_files(&self.manifest).map(in_data))
            .collect()
    }

    /// Names of places and neighbourhoods, and a file of postcodes.
    fn looked_up(&self) -> Result<Vec<String>> {
        let names =
            ["/names/file", "/levels/msoa/areas/file"].map(|path| self.manifest.pointer(path));
        let names = names
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(in_data);
        let postcodes = postcode_files(&self.manifest)
            .next()
            .context("the data set has no postcodes")?;
        Ok(names.chain([in_data(&postcodes)]).collect())
    }

    /// A page that search engines lead to, with its style sheet and icon.
    fn page_of_an_area(&self, folder: &Path) -> Result<Vec<String>> {
        let area = fs::read_dir(folder.join("area"))?
            .flatten()
            .map(|entry| entry.file_name())
            .min();
        let area = area.context("the site has no pages of areas")?;
        let beside = self
            .page
            .iter()
            .filter(|name| name.ends_with(".css") || name.ends_with(".svg"))
            .cloned();
        Ok([format!("area/{}/", area.display())]
            .into_iter()
            .chain(beside)
            .collect())
    }
}

fn in_data(name: impl AsRef<str>) -> String {
    format!("data/{}", name.as_ref())
}
