//! Requests every file of the site from a server, and some missing ones, and compares the responses
//! with the rules.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;

use super::client::{HttpClient, HttpResponse};
use super::rules::{COMMON_HEADERS, CachePolicy, NOT_FOUND_CACHE_CONTROL, media_type};
use super::{copy_site, ensure_none};
use crate::context::Context;

/// A data file as a refresh writes it, without compressed copies.
const NEW_FILE: &str = "data/ltla.counts.00000000aa.bin";
/// A half-written file in the middle of a refresh.
const HALF_WRITTEN_FILE: &str = "data/.prepare-half";
/// Bytes below which servers need not compress: such a response fits one packet.
const WORTH_COMPRESSING: usize = 1000;

/// Copies the site and adds the files of a refresh that is under way.
pub(super) fn copy_site_mid_publication(context: &Context) -> Result<TempDir> {
    let site = copy_site(context)?;
    let write = |name: &str, content: &[u8]| {
        fs::write(site.path().join(name), content).with_context(|| format!("cannot write {name}"))
    };
    write(NEW_FILE, &b"counts of cases ".repeat(200))?;
    write(HALF_WRITTEN_FILE, b"half")?;
    // Left over where an earlier build was copied to the server.
    for end in ["br", "gz"] {
        write(&format!("data/manifest.json.{end}"), b"an earlier edition")?;
    }
    Ok(site)
}

/// Requests every file in each of these content codings and without one.
///
/// # Errors
/// If a response breaks a rule. The message lists the faults.
pub(super) fn check_site(address: &str, site: &Path, codings: &[&str]) -> Result<()> {
    let client = HttpClient::new(address);
    let mut faults = Vec::new();
    let files = list_files(site)?;
    ensure!(
        files.iter().any(|name| name == NEW_FILE),
        "the site has no data"
    );
    for name in &files {
        let content = fs::read(site.join(name)).with_context(|| format!("cannot read {name}"))?;
        for coding in codings.iter().copied().chain(["identity"]) {
            let response = client.get(name.strip_suffix("index.html").unwrap_or(name), coding)?;
            let mut found = check_response(&response, name, &content);
            let expected = expected_codings(site, name, content.len(), coding, codings);
            if !expected.contains(&response.header("content-encoding")) {
                found.push(format!(
                    "Content-Encoding is {:?}, not one of {expected:?}",
                    response.header("content-encoding")
                ));
            }
            if !response.header("content-encoding").is_empty()
                && !response.header("vary").contains("Accept-Encoding")
            {
                found.push("Vary lacks Accept-Encoding".to_owned());
            }
            faults.extend(
                found
                    .into_iter()
                    .map(|fault| format!("{name} ({coding}): {fault}")),
            );
        }
    }
    for name in ["index.html", "data/manifest.json", NEW_FILE] {
        let known = client.get(name, "gzip")?.header("etag").to_owned();
        let again = client.ask(
            name,
            &[("Accept-Encoding", "gzip"), ("If-None-Match", &known)],
        )?;
        if known.is_empty()
            || again.status != 304
            || again.header("cache-control") != CachePolicy::for_path(name).header()
        {
            faults.push(format!(
                "{name}: If-None-Match {known:?} gets {} or another Cache-Control, not 304",
                again.status
            ));
        }
    }
    // A CDN sends `Via` as a proxy; some servers do not compress for proxies by default.
    for name in ["index.html", "data/manifest.json", NEW_FILE] {
        let response = client.ask(
            name,
            &[("Accept-Encoding", "gzip"), ("Via", "2 cdn.example.org")],
        )?;
        if response.header("content-encoding") != "gzip" {
            faults.push(format!(
                "{name}: Content-Encoding for a CDN is {:?}, not \"gzip\"",
                response.header("content-encoding")
            ));
        }
    }
    for name in [
        "nothing",
        "data/ltla.counts.00000000bb.bin",
        "area/E99999999/",
        "rising-0123456789abcdef.js",
        HALF_WRITTEN_FILE,
    ] {
        let response = client.get(name, "identity")?;
        let page = fs::read(site.join("404.html"))?;
        if response.status != 404
            || response.header("cache-control") != NOT_FOUND_CACHE_CONTROL
            || response.body != page
        {
            let life = response.header("cache-control");
            faults.push(format!(
                "{name}, a missing file: status {}, Cache-Control {life:?}, {} bytes",
                response.status,
                response.body.len()
            ));
        }
    }
    if let Some(area) = files
        .iter()
        .find_map(|name| name.strip_suffix("/index.html"))
    {
        let response = client.get(area, "identity")?;
        let location = response.header("location").to_owned();
        if !(301..=308).contains(&response.status) || location != format!("/{area}/") {
            faults.push(format!(
                "{area} without its slash: status {}, Location {location:?}",
                response.status
            ));
        }
    }
    println!(
        "  {} files, each {}",
        files.len(),
        [codings, &["identity"]].concat().join(", ")
    );
    ensure_none(&faults)
}

/// Returns the paths of the site's files, without compressed copies and hidden files.
pub(super) fn list_files(site: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    collect_files(site, "", &mut files)?;
    files.sort();
    Ok(files)
}

fn collect_files(site: &Path, folder: &str, files: &mut Vec<String>) -> Result<()> {
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
            collect_files(site, &path, files)?;
        } else if ![".br", ".gz"].iter().any(|end| name.ends_with(end)) && !name.starts_with('.') {
            files.push(path);
        }
    }
    Ok(())
}

/// Returns the faults of a response in any content coding.
fn check_response(response: &HttpResponse, name: &str, content: &[u8]) -> Vec<String> {
    let mut faults = Vec::new();
    if response.status != 200 {
        faults.push(format!("status {}", response.status));
    }
    if response.body != content {
        faults.push(format!(
            "content of {} bytes differs from the file's {}",
            response.body.len(),
            content.len()
        ));
    }
    let expected = [
        ("Content-Type", media_type(name)),
        ("Cache-Control", CachePolicy::for_path(name).header()),
    ];
    for (header, value) in expected.into_iter().chain(COMMON_HEADERS) {
        let got = response.header(header);
        if got != value {
            faults.push(format!("{header} is {got:?}, not {value:?}"));
        }
    }
    faults
}

/// Returns the content codings that a response may have.
fn expected_codings(
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
        // Never a coding that the request does not accept.
        "br" if codings.contains(&"br") => vec![""],
        "gzip" => vec!["", "gzip"],
        _ => vec![""],
    }
}
