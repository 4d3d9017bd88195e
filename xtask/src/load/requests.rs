//! Derives the requests of a realistic mix of visits from the site. The requests of each kind of
//! visit are those of Chromium; the shares of the kinds are assumptions: most visitors read an
//! article that embeds the map.

use std::fmt::{self, Display};
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use xxhash_rust::xxh3::xxh3_64;

use super::visitor::{data_files, postcode_files};
use crate::hosting::HttpClient;
use crate::site::{MANIFEST, offline};

/// `Accept-Encoding` of browsers over HTTPS.
pub(super) const CODINGS: &str = "gzip, deflate, br, zstd";

/// A request: a path of the site, and the ETag of the reader's cached copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request {
    pub path: String,
    pub etag: Option<String>,
}

/// A kind of visit with its requests.
#[derive(Debug)]
struct VisitKind {
    name: &'static str,
    /// Percentage of all visits.
    share: usize,
    requests: Vec<Request>,
    /// Bytes of all response contents as sent.
    bytes: usize,
}

/// All kinds of visits.
#[derive(Debug)]
pub(super) struct RequestMix(Vec<VisitKind>);

impl RequestMix {
    /// Reads the site, and requests its files for their sizes and ETags.
    ///
    /// # Errors
    /// If the site lacks a file of a build.
    pub(super) fn of(folder: &Path, client: &HttpClient) -> Result<Self> {
        let site = SiteFiles::read(folder)?;
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
                [&["embed.js".to_owned()][..], &area, &site.area_details()?].concat(),
            ),
            ("the page, a short visit", 15, page.clone()),
            (
                "the page with its offline copy",
                15,
                [&page[..], &site.offline_files()].concat(),
            ),
            ("neighbourhoods", 5, site.view("msoa", &[])?),
            (
                "a search for a postcode",
                5,
                [site.view("ltla", &["search"])?, site.postcode_search()?].concat(),
            ),
            ("an area's own page", 2, site.area_page(folder)?),
        ];
        let mut visits = Vec::new();
        for (name, share, mut paths) in kinds {
            paths.dedup_by_key(|path| path.clone());
            let requests: Vec<Request> = without_duplicates(paths)
                .map(|path| Request { path, etag: None })
                .collect();
            let mut bytes = 0;
            for request in &requests {
                bytes += measure_response(client, &request.path)?.0;
            }
            visits.push(VisitKind {
                name,
                share,
                requests,
                bytes,
            });
        }
        let again = ["", MANIFEST, "sw.js", offline::LIST].map(|path| {
            Ok(Request {
                path: path.to_owned(),
                etag: Some(measure_response(client, path)?.1).filter(|tag| !tag.is_empty()),
            })
        });
        let requests = again.into_iter().collect::<Result<_>>()?;
        visits.push(VisitKind {
            name: "a returning reader",
            share: 5,
            requests,
            bytes: 0,
        });
        Ok(Self(visits))
    }

    /// Returns the requests of a hundred visits in a shuffled but reproducible order.
    pub(super) fn requests(&self) -> impl Iterator<Item = &Request> {
        let mut visits: Vec<(u64, &VisitKind)> = self
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

impl Display for RequestMix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "\n{:>12} {:>9} {:>9}  kind of visit",
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

/// Requests a file, and returns the bytes sent and the ETag.
fn measure_response(client: &HttpClient, path: &str) -> Result<(usize, String)> {
    let response = client.get(path, CODINGS)?;
    ensure!(
        response.status == 200,
        "/{path} has the status {}, not 200",
        response.status
    );
    Ok((response.sent, response.header("etag").to_owned()))
}

fn without_duplicates(paths: Vec<String>) -> impl Iterator<Item = String> {
    let mut seen = std::collections::HashSet::new();
    paths
        .into_iter()
        .filter(move |path| seen.insert(path.clone()))
}

/// The names of the site's files by use.
struct SiteFiles {
    /// Files that the page names.
    page: Vec<String>,
    /// Files of the offline list: the page and its program.
    program: Vec<String>,
    manifest: Value,
}

impl SiteFiles {
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

    /// Returns the files of the page, its program with these chunks, and a level's first view.
    fn view(&self, level: &str, parts: &[&str]) -> Result<Vec<String>> {
        let mut paths = vec![String::new()];
        paths.extend(self.page.iter().cloned());
        for part in parts {
            // With all shared chunks: only the program knows which chunk needs which.
            let of_part = |file: &&String| {
                file.starts_with(&format!("{part}-")) || file.starts_with("chunk_")
            };
            paths.extend(self.program.iter().filter(of_part).cloned());
        }
        paths.push(MANIFEST.to_owned());
        let names = self.manifest["levels"][level]["preload"]
            .as_array()
            .context("the manifest names no first view")?;
        paths.extend(names.iter().filter_map(Value::as_str).map(data_path));
        Ok(paths)
    }

    /// Returns the files of an authority's details: neighbourhoods, history, finer shapes.
    fn area_details(&self) -> Result<Vec<String>> {
        let mut paths = self.level_files("ltla")?;
        let level = &self.manifest["levels"]["msoa"];
        let first = level["preload"]
            .as_array()
            .context("the manifest names no neighbourhoods")?;
        let figures = first
            .iter()
            .filter_map(Value::as_str)
            .filter(|name| !name.contains("shapes"));
        paths.extend(figures.map(data_path));
        Ok(paths)
    }

    /// Returns all files of a level.
    fn level_files(&self, level: &str) -> Result<Vec<String>> {
        let files: Vec<String> = data_files(&self.manifest["levels"][level])
            .map(data_path)
            .collect();
        ensure!(!files.is_empty(), "the data set has no level {level}");
        Ok(files)
    }

    /// Returns all files of the offline copy.
    fn offline_files(&self) -> Vec<String> {
        let own = ["sw.js", offline::LIST].map(str::to_owned);
        own.into_iter()
            .chain(self.program.iter().cloned())
            .chain(data_files(&self.manifest).map(data_path))
            .collect()
    }

    /// Returns the files of a postcode search: names of places and neighbourhoods, and a file of
    /// postcodes.
    fn postcode_search(&self) -> Result<Vec<String>> {
        let names =
            ["/names/file", "/levels/msoa/areas/file"].map(|path| self.manifest.pointer(path));
        let names = names
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(data_path);
        let postcodes = postcode_files(&self.manifest)
            .next()
            .context("the data set has no postcodes")?;
        Ok(names.chain([data_path(&postcodes)]).collect())
    }

    /// Returns the page of an area, which search engines find, with its style sheet and icon.
    fn area_page(&self, folder: &Path) -> Result<Vec<String>> {
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

fn data_path(name: impl AsRef<str>) -> String {
    format!("data/{}", name.as_ref())
}
