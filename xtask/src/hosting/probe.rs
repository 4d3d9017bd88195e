//! Asks a server for every file of the site, and for what is not there, and compares all that it
//! says with the rules.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;

use super::reader::{Answer, Reader};
use super::rules::{ABSENT, ALWAYS, Life, media_type};
use super::{copy_of_site, none};
use crate::context::Context;

/// Data as a refresh leaves it: a new file without compressed copies.
const NEW: &str = "data/ltla.counts.00000000aa.bin";
/// What is left in the middle of a refresh.
const HALF: &str = "data/.prepare-half";
/// Servers need not compress what fits one packet.
const WORTH_COMPRESSING: usize = 1000;

/// A copy of the site with what may go wrong in one that is being published.
pub(super) fn site(context: &Context) -> Result<TempDir> {
    let site = copy_of_site(context)?;
    let write = |name: &str, content: &[u8]| {
        fs::write(site.path().join(name), content).with_context(|| format!("cannot write {name}"))
    };
    write(NEW, &b"counts of cases ".repeat(200))?;
    write(HALF, b"half")?;
    // As a server has them to which an earlier build was copied.
    for end in ["br", "gz"] {
        write(&format!("data/manifest.json.{end}"), b"an earlier edition")?;
    }
    Ok(site)
}

/// Asks for everything, packed in each of these ways, and not packed.
///
/// # Errors
/// If something is not as it should be; the message says what.
pub(super) fn all(address: &str, site: &Path, codings: &[&str]) -> Result<()> {
    let reader = Reader::new(address);
    let mut faults = Vec::new();
    let files = files(site)?;
    ensure!(files.iter().any(|name| name == NEW), "the site has no data");
    for name in &files {
        let content = fs::read(site.join(name)).with_context(|| format!("cannot read {name}"))?;
        for coding in codings.iter().copied().chain(["identity"]) {
            let answer = reader.get(name.strip_suffix("index.html").unwrap_or(name), coding)?;
            let mut found = of_file(&answer, name, &content);
            let expected = expected(site, name, content.len(), coding, codings);
            if !expected.contains(&answer.header("content-encoding")) {
                found.push(format!(
                    "it comes as {:?}, not as {expected:?}",
                    answer.header("content-encoding")
                ));
            }
            if !answer.header("content-encoding").is_empty()
                && !answer.header("vary").contains("Accept-Encoding")
            {
                found.push("caches are not told that it depends on Accept-Encoding".to_owned());
            }
            faults.extend(
                found
                    .into_iter()
                    .map(|fault| format!("{name} ({coding}): {fault}")),
            );
        }
    }
    for name in ["index.html", "data/manifest.json", NEW] {
        let known = reader.get(name, "gzip")?.header("etag").to_owned();
        let again = reader.ask(
            name,
            &[("Accept-Encoding", "gzip"), ("If-None-Match", &known)],
        )?;
        if known.is_empty()
            || again.status != 304
            || again.header("cache-control") != Life::of(name).header()
        {
            faults.push(format!(
                "{name}: asked whether {known:?} still holds, the server says {}",
                again.status
            ));
        }
    }
    // A CDN asks as a proxy, for which some servers compress nothing by themselves.
    for name in ["index.html", "data/manifest.json", NEW] {
        let answer = reader.ask(
            name,
            &[("Accept-Encoding", "gzip"), ("Via", "2 cdn.example.org")],
        )?;
        if answer.header("content-encoding") != "gzip" {
            faults.push(format!(
                "{name} comes as {:?} to a CDN",
                answer.header("content-encoding")
            ));
        }
    }
    for name in [
        "nothing",
        "data/ltla.counts.00000000bb.bin",
        "area/E99999999/",
        "rising-0123456789abcdef.js",
        HALF,
    ] {
        let answer = reader.get(name, "identity")?;
        let page = fs::read(site.join("404.html"))?;
        if answer.status != 404 || answer.header("cache-control") != ABSENT || answer.body != page {
            let life = answer.header("cache-control");
            faults.push(format!(
                "{name}, which is not there: {}, {life:?}, {} bytes",
                answer.status,
                answer.body.len()
            ));
        }
    }
    if let Some(area) = files
        .iter()
        .find_map(|name| name.strip_suffix("/index.html"))
    {
        let answer = reader.get(area, "identity")?;
        let leads_to = answer.header("location").to_owned();
        if !(301..=308).contains(&answer.status) || leads_to != format!("/{area}/") {
            faults.push(format!(
                "{area} without its slash: {}, to {leads_to:?}",
                answer.status
            ));
        }
    }
    println!(
        "  {} files, each {}",
        files.len(),
        [codings, &["identity"]].concat().join(", ")
    );
    none(&faults)
}

/// The files of the site that readers ask for, by their paths.
pub(super) fn files(site: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    list(site, "", &mut files)?;
    files.sort();
    Ok(files)
}

fn list(site: &Path, folder: &str, files: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(site.join(folder)).context("cannot read the site")? {
        let entry = entry?;
        let name = entry
            .file_name()
            .into_string()
            .ok()
            .context("a file's name is not text")?;
        let path = if folder.is_empty() {
            name.clone()
        } else {
            format!("{folder}/{name}")
        };
        if entry.path().is_dir() {
            list(site, &path, files)?;
        } else if ![".br", ".gz"].iter().any(|end| name.ends_with(end)) && !name.starts_with('.') {
            files.push(path);
        }
    }
    Ok(())
}

/// What is wrong with an answer, whatever it is packed in.
fn of_file(answer: &Answer, name: &str, content: &[u8]) -> Vec<String> {
    let mut faults = Vec::new();
    if answer.status != 200 {
        faults.push(format!("status {}", answer.status));
    }
    if answer.body != content {
        faults.push(format!(
            "{} other bytes than the file's {}",
            answer.body.len(),
            content.len()
        ));
    }
    let expected = [
        ("Content-Type", media_type(name)),
        ("Cache-Control", Life::of(name).header()),
    ];
    for (header, value) in expected.into_iter().chain(ALWAYS) {
        let got = answer.header(header);
        if got != value {
            faults.push(format!("{header} is {got:?}, not {value:?}"));
        }
    }
    faults
}

/// What an answer may be packed in.
fn expected(
    site: &Path,
    name: &str,
    length: usize,
    coding: &str,
    codings: &[&str],
) -> Vec<&'static str> {
    let has_copies = site.join(format!("{name}.gz")).is_file() && name != "data/manifest.json";
    match coding {
        "br" if has_copies => vec!["br"],
        "gzip" if has_copies => vec!["gzip"],
        "gzip" if length >= WORTH_COMPRESSING && !name.ends_with(".png") => vec!["gzip"],
        // Never what was not asked for.
        "br" if codings.contains(&"br") => vec![""],
        "gzip" => vec!["", "gzip"],
        _ => vec![""],
    }
}
