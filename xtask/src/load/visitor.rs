//! Visitors who look at all that they get: is every manifest whole, and is every file that it names
//! there, with the content that its name promises?

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::hosting::Reader;
use crate::site::{MANIFEST, offline};

/// One after the other: each is another copy to a server and to what is between.
const CODINGS: [&str; 3] = ["identity", "br", "gzip"];

/// Between two visits: seeing every manifest that is ever there needs no more, and they are not the
/// load.
const REST: Duration = Duration::from_millis(5);

/// What a visitor remembers of earlier visits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Memory {
    None,
    /// Files that were right once: their names promise that they stay so.
    Files,
}

/// What visitors saw.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub manifests: usize,
    /// Digests of the manifests.
    pub editions: BTreeSet<String>,
    /// Visits that loaded every file.
    pub whole: usize,
    /// Files whose digest was right.
    pub checked: usize,
    /// The names of all files, of whichever edition.
    pub files: BTreeSet<String>,
    pub errors: Vec<String>,
}

impl Seen {
    pub(super) fn add(&mut self, other: Seen) {
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
    reader: &'a Reader,
    /// Whole visits of all of them.
    visits: AtomicUsize,
    /// Visits that something was wrong with.
    failed: AtomicUsize,
}

impl<'a> Visitor<'a> {
    pub(super) fn new(reader: &'a Reader) -> Self {
        Self {
            reader,
            visits: AtomicUsize::new(0),
            failed: AtomicUsize::new(0),
        }
    }

    /// How many visits have ended that loaded every file.
    pub(super) fn visits(&self) -> usize {
        self.visits.load(Ordering::SeqCst)
    }

    /// Whether something was wrong with any visit.
    pub(super) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::SeqCst) > 0
    }

    /// Visits the site again and again.
    pub(super) fn come_again(&self, goes_on: impl Fn() -> bool, memory: Memory) -> Seen {
        let mut seen = Seen::default();
        for coding in CODINGS.into_iter().cycle() {
            if !goes_on() {
                break;
            }
            if let Err(error) = self.visit(coding, memory, &mut seen) {
                seen.errors.push(format!("{error:#}"));
                self.failed.fetch_add(1, Ordering::SeqCst);
            }
            thread::sleep(REST);
        }
        seen
    }

    fn visit(&self, coding: &str, memory: Memory, seen: &mut Seen) -> Result<()> {
        let manifest = self.get(MANIFEST, coding)?;
        seen.manifests += 1;
        seen.editions.insert(digest(&manifest));
        let manifest: Value = serde_json::from_slice(&manifest).context("a manifest is torn")?;
        for name in data_files(&manifest) {
            let file = format!("data/{name}");
            if memory == Memory::Files && seen.files.contains(&file) {
                continue;
            }
            let promised = name
                .rsplit('.')
                .nth(1)
                .context("a data file's name has no digest")?;
            self.has_digest(&file, promised, coding)?;
            seen.checked += 1;
            seen.files.insert(file);
        }
        if memory == Memory::Files {
            return Ok(());
        }
        seen.checked += self.postcodes(&manifest, coding)?;
        seen.checked += self.program(coding)?;
        seen.whole += 1;
        self.visits.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    /// All files of postcodes, whose names bear one digest of them all.
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
            "the postcodes are not {promised}"
        );
        Ok(files)
    }

    /// The page, and every file of its program.
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
                "the page names {name}, which is not among its files"
            );
        }
        for (name, promised) in files {
            self.has_digest(name, promised.as_str().unwrap_or_default(), coding)?;
        }
        Ok(files.len())
    }

    /// Are all these files there? What is not, as errors.
    pub(super) fn finds<'f>(&self, files: impl IntoIterator<Item = &'f String>) -> Vec<String> {
        let gone = |file: &String| {
            self.get(file, CODINGS[1])
                .err()
                .map(|error| format!("afterwards: {error:#}"))
        };
        files.into_iter().filter_map(gone).collect()
    }

    fn has_digest(&self, file: &str, promised: &str, coding: &str) -> Result<()> {
        let content = self.get(file, coding)?;
        ensure!(
            !promised.is_empty() && digest(&content).starts_with(promised),
            "{file} ({coding}) has other content"
        );
        Ok(())
    }

    fn get(&self, path: &str, coding: &str) -> Result<Vec<u8>> {
        let answer = self.reader.get(path, coding)?;
        ensure!(
            answer.status == 200,
            "/{path} ({coding}): status {}",
            answer.status
        );
        Ok(answer.body)
    }
}

/// The files that a manifest, or a part of it, names: wherever `file` stands, as the service worker
/// reads it.
pub(super) fn data_files(manifest: &Value) -> impl Iterator<Item = &str> {
    let mut names = Vec::new();
    collect(manifest, &mut names);
    names.into_iter()
}

fn collect<'v>(value: &'v Value, names: &mut Vec<&'v str>) {
    match value {
        Value::Object(fields) => {
            names.extend(fields.get("file").and_then(Value::as_str));
            fields.values().for_each(|value| collect(value, names));
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, names)),
        _ => {}
    }
}

/// The names of the files of postcodes, in the order of the digest that they bear.
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

    /// What two visits see.
    fn visited(server: &Server) -> Seen {
        let reader = Reader::new(&server.url());
        let visitor = Visitor::new(&reader);
        let left = AtomicUsize::new(3);
        visitor.come_again(|| left.fetch_sub(1, Ordering::SeqCst) > 1, Memory::None)
    }

    #[test]
    fn a_whole_site_has_no_errors() {
        let folder = site(b"abc");
        let server = Server::start(folder.path(), ServerOptions::default()).unwrap();
        let seen = visited(&server);
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
    fn a_torn_manifest_a_missing_file_and_other_content_are_told() {
        let folder = site(b"abd");
        let server = Server::start(folder.path(), ServerOptions::default()).unwrap();
        assert!(
            visited(&server).errors[0]
                .contains("places.ba7816bf8f.bin (identity) has other content")
        );
        let good = site(b"abc");
        let server = Server::start(good.path(), ServerOptions::default()).unwrap();
        for (path, fault, told) in [
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
            let seen = visited(&server);
            assert!(
                seen.errors.iter().all(|error| error.contains(told)) && seen.whole == 0,
                "{told}: {:?}",
                seen.errors
            );
            assert_eq!(seen.errors.len(), 2);
            server.clear_faults();
        }
    }
}
