//! Simulates visitors who check that every manifest is whole and that every file it names has the
//! content that its name promises.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::hosting::HttpClient;
use crate::site::{MANIFEST, offline};

/// Content codings, used in turn: servers and caches keep a copy for each.
const CODINGS: [&str; 3] = ["identity", "br", "gzip"];

/// The pause between visits: short enough to see every manifest, and long enough to add little
/// load.
const PAUSE: Duration = Duration::from_millis(5);

/// The cache of a visitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum VisitorCache {
    None,
    /// Caches files that were right: their names promise the content.
    Files,
}

/// The observations of visitors.
#[derive(Debug, Default)]
pub(super) struct Observations {
    pub manifests: usize,
    /// Digests of the manifests.
    pub editions: BTreeSet<String>,
    /// Number of visits that loaded every file.
    pub whole: usize,
    /// Number of files with the right digest.
    pub checked: usize,
    /// The names of all files of all editions.
    pub files: BTreeSet<String>,
    pub errors: Vec<String>,
}

impl Observations {
    pub(super) fn add(&mut self, other: Observations) {
        self.manifests += other.manifests;
        self.editions.extend(other.editions);
        self.whole += other.whole;
        self.checked += other.checked;
        self.files.extend(other.files);
        self.errors.extend(other.errors);
    }
}

/// Visitors of one site.
#[derive(Debug)]
pub(super) struct Visitor<'a> {
    client: &'a HttpClient,
    /// Number of finished visits that loaded every file.
    visits: AtomicUsize,
    /// Number of visits with an error.
    failed: AtomicUsize,
}

impl<'a> Visitor<'a> {
    pub(super) fn new(client: &'a HttpClient) -> Self {
        Self {
            client,
            visits: AtomicUsize::new(0),
            failed: AtomicUsize::new(0),
        }
    }

    /// Returns the number of finished visits that loaded every file.
    pub(super) fn visits(&self) -> usize {
        self.visits.load(Ordering::SeqCst)
    }

    /// Whether any visit had an error.
    pub(super) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::SeqCst) > 0
    }

    /// Visits the site repeatedly while `is_running` returns true.
    pub(super) fn visit_repeatedly(
        &self,
        is_running: impl Fn() -> bool,
        cache: VisitorCache,
    ) -> Observations {
        let mut seen = Observations::default();
        for coding in CODINGS.into_iter().cycle() {
            if !is_running() {
                break;
            }
            if let Err(error) = self.visit(coding, cache, &mut seen) {
                seen.errors.push(format!("{error:#}"));
                self.failed.fetch_add(1, Ordering::SeqCst);
            }
            thread::sleep(PAUSE);
        }
        seen
    }

    fn visit(&self, coding: &str, cache: VisitorCache, seen: &mut Observations) -> Result<()> {
        let manifest = self.get(MANIFEST, coding)?;
        seen.manifests += 1;
        seen.editions.insert(digest(&manifest));
        let manifest: Value = serde_json::from_slice(&manifest).context("a manifest is torn")?;
        for name in data_files(&manifest) {
            let file = format!("data/{name}");
            if cache == VisitorCache::Files && seen.files.contains(&file) {
                continue;
            }
            let promised = name
                .rsplit('.')
                .nth(1)
                .context("a data file's name has no digest")?;
            self.check_digest(&file, promised, coding)?;
            seen.checked += 1;
            seen.files.insert(file);
        }
        if cache == VisitorCache::Files {
            return Ok(());
        }
        seen.checked += self.postcodes(&manifest, coding)?;
        seen.checked += self.program(coding)?;
        seen.whole += 1;
        self.visits.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    /// Checks the postcode files, whose names have one digest of all of them together.
    fn postcodes(&self, manifest: &Value, coding: &str) -> Result<usize> {
        let mut all = Sha256::new();
        let mut files = 0;
        for name in postcode_files(manifest) {
            all.update(self.get(&format!("data/{name}"), coding)?);
            files += 1;
        }
        let promised = manifest["postcodes"]["hash"].as_str().unwrap_or_default();
        ensure!(
            files == 0 || hexadecimal(&all.finalize()).starts_with(promised),
            "the postcode files do not have the digest {promised}"
        );
        Ok(files)
    }

    /// Checks the page and every file of its program.
    fn program(&self, coding: &str) -> Result<usize> {
        let page = String::from_utf8(self.get("", coding)?).context("the page is not text")?;
        ensure!(page.trim_end().ends_with("</html>"), "the page is cut off");
        let list: Value = serde_json::from_slice(&self.get(offline::LIST, coding)?)
            .context("offline.json is torn")?;
        let files = list["files"]
            .as_object()
            .context("offline.json lists no files")?;
        for name in offline::named(&page) {
            ensure!(
                files.contains_key(name),
                "the page names {name}, which offline.json does not list"
            );
        }
        for (name, promised) in files {
            self.check_digest(name, promised.as_str().unwrap_or_default(), coding)?;
        }
        Ok(files.len())
    }

    /// Requests these files and returns an error for each that is missing.
    pub(super) fn find_missing<'f>(
        &self,
        files: impl IntoIterator<Item = &'f String>,
    ) -> Vec<String> {
        let gone = |file: &String| {
            self.get(file, CODINGS[1])
                .err()
                .map(|error| format!("afterwards: {error:#}"))
        };
        files.into_iter().filter_map(gone).collect()
    }

    fn check_digest(&self, file: &str, promised: &str, coding: &str) -> Result<()> {
        let content = self.get(file, coding)?;
        ensure!(
            !promised.is_empty() && digest(&content).starts_with(promised),
            "{file} ({coding}) has other content than its name or offline.json promises"
        );
        Ok(())
    }

    fn get(&self, path: &str, coding: &str) -> Result<Vec<u8>> {
        let response = self.client.get(path, coding)?;
        ensure!(
            response.status == 200,
            "/{path} ({coding}): status {}",
            response.status
        );
        Ok(response.body)
    }
}

/// Returns the names in all `file` fields of a manifest or a part of it, as the service worker
/// does.
pub(super) fn data_files(manifest: &Value) -> impl Iterator<Item = &str> {
    let mut names = Vec::new();
    collect_names(manifest, &mut names);
    names.into_iter()
}

fn collect_names<'v>(value: &'v Value, names: &mut Vec<&'v str>) {
    match value {
        Value::Object(fields) => {
            names.extend(fields.get("file").and_then(Value::as_str));
            fields
                .values()
                .for_each(|value| collect_names(value, names));
        }
        Value::Array(values) => values.iter().for_each(|value| collect_names(value, names)),
        _ => {}
    }
}

/// Returns the names of the postcode files, in the order of their common digest.
pub(super) fn postcode_files(manifest: &Value) -> impl Iterator<Item = String> {
    let postcodes = &manifest["postcodes"];
    let areas = postcodes["areas"]
        .as_str()
        .unwrap_or_default()
        .split_whitespace();
    let hash = postcodes["hash"].as_str().unwrap_or_default();
    areas.map(move |area| format!("postcodes.{hash}.{}.bin", area.to_ascii_lowercase()))
}

fn digest(content: &[u8]) -> String {
    hexadecimal(&Sha256::digest(content))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::{ResponseFault, Server, ServerOptions};

    fn site(content: &[u8]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("data")).unwrap();
        let named = "places.ba7816bf8f.bin";
        let manifest = format!(
            r#"{{"places": {{"file": "{named}"}}, "postcodes": {{"areas": "HX", "hash": "ba7816bf8f"}}}}"#
        );
        for (name, content) in [
            (
                "index.html",
                &b"<script src='./a-1.js'></script></html>"[..],
            ),
            ("a-1.js", b"abc"),
            (
                "offline.json",
                br#"{"files": {"a-1.js": "ba7816bf8f01cfea"}}"#,
            ),
            ("data/manifest.json", manifest.as_bytes()),
            ("data/postcodes.ba7816bf8f.hx.bin", b"abc"),
            (&format!("data/{named}"), content),
        ] {
            std::fs::write(folder.path().join(name), content).unwrap();
        }
        folder
    }

    /// Visits the site twice.
    fn visit_twice(server: &Server) -> Observations {
        let client = HttpClient::new(&server.url());
        let visitor = Visitor::new(&client);
        let left = AtomicUsize::new(3);
        visitor.visit_repeatedly(
            || left.fetch_sub(1, Ordering::SeqCst) > 1,
            VisitorCache::None,
        )
    }

    #[test]
    fn visits_to_intact_site_have_no_errors() {
        let folder = site(b"abc");
        let server = Server::start(folder.path(), ServerOptions::default()).unwrap();
        let seen = visit_twice(&server);
        assert_eq!(seen.errors, [""; 0]);
        assert_eq!(
            (
                seen.manifests,
                seen.whole,
                seen.checked,
                seen.editions.len()
            ),
            (2, 2, 6, 1)
        );
    }

    #[test]
    fn visits_report_torn_manifest_missing_file_and_other_content() {
        let folder = site(b"abd");
        let server = Server::start(folder.path(), ServerOptions::default()).unwrap();
        assert!(
            visit_twice(&server).errors[0]
                .contains("places.ba7816bf8f.bin (identity) has other content")
        );
        let good = site(b"abc");
        let server = Server::start(good.path(), ServerOptions::default()).unwrap();
        for (path, fault, message) in [
            (
                "/data/manifest.json",
                ResponseFault::Truncated(30),
                "a manifest is torn",
            ),
            (
                "/data/postcodes.ba7816bf8f.hx.bin",
                ResponseFault::Status(404),
                "status 404",
            ),
            (
                "/a-1.js",
                ResponseFault::Replaced(b"x".to_vec()),
                "has other content",
            ),
        ] {
            server.set_fault(path, fault);
            let seen = visit_twice(&server);
            assert!(
                seen.errors.iter().all(|error| error.contains(message)) && seen.whole == 0,
                "{message}: {:?}",
                seen.errors
            );
            assert_eq!(seen.errors.len(), 2);
            server.clear_faults();
        }
    }
}
