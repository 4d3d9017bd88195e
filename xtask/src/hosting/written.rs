//! The configurations of hosts that cannot run here, read as the hosts read them: what do they say
//! of each file of the site?

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use super::rules::{ALWAYS, Life};
use crate::command::run_quietly;

/// A loop over a few hundred files.
const LIMIT: Duration = Duration::from_secs(120);

/// What `upload.sh` calls in place of the real one: notes what would be put where, with which
/// headers, in which order.
const RCLONE: &str = r#"#!/bin/sh
from=$3 to=$4
shift 4
(cd "$from" && find . -type f) | sed 's|^\./||' | sort | while IFS= read -r file; do
    printf '%s\t%s\n' "$file" "$*" >> "$NOTES"
    mkdir -p "$(dirname "$to/$file")"
    cp "$from/$file" "$to/$file"
done
"#;

/// What is wrong with Netlify's and Cloudflare's `_headers` for these files.
pub(super) fn headers_file(text: &str, files: &[String]) -> Vec<String> {
    let blocks = blocks(text);
    let mut faults = Vec::new();
    for file in files {
        // Pages of folders are asked for by the folder; no one asks for the page of what is not
        // there.
        let path = format!("/{}", file.strip_suffix("index.html").unwrap_or(file));
        if file == "404.html" {
            continue;
        }
        let mut got: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (_, headers) in blocks.iter().filter(|(pattern, _)| matches(pattern, &path)) {
            headers
                .iter()
                .for_each(|(name, value)| got.entry(name).or_default().push(value));
        }
        let expected = ALWAYS
            .into_iter()
            .chain([("Cache-Control", Life::of(file).header())]);
        for (name, value) in expected {
            let got = got.get(name).map(Vec::as_slice).unwrap_or_default();
            if got != [value] {
                faults.push(format!("{path}: {name} is {got:?}, not {value:?}"));
            }
        }
    }
    faults
}

/// Each block's path, and its headers.
fn blocks(text: &str) -> Vec<(&str, Vec<(&str, &str)>)> {
    let mut blocks: Vec<(&str, Vec<(&str, &str)>)> = Vec::new();
    for line in text
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
    {
        match (line.strip_prefix(' '), blocks.last_mut()) {
            (Some(header), Some((_, headers))) => {
                headers.extend(
                    header
                        .split_once(':')
                        .map(|(name, value)| (name.trim(), value.trim())),
                );
            }
            _ => blocks.push((line.trim(), Vec::new())),
        }
    }
    blocks
}

/// A pattern has at most one asterisk, which stands for any letters, slashes among them.
fn matches(pattern: &str, path: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == path,
        Some((before, after)) => {
            path.len() >= before.len() + after.len()
                && path.starts_with(before)
                && path.ends_with(after)
        }
    }
}

/// What is wrong with what `upload.sh` would put into an object store.
///
/// # Errors
/// If the script fails.
pub(super) fn upload(script: &Path, site: &Path, files: &[String]) -> Result<Vec<String>> {
    let work = tempfile::tempdir()?;
    let (tools, store, notes) = (
        work.path().join("tools"),
        work.path().join("store"),
        work.path().join("notes"),
    );
    fs::create_dir_all(&tools)?;
    fs::create_dir_all(&store)?;
    fs::write(tools.join("rclone"), RCLONE)?;
    fs::set_permissions(tools.join("rclone"), PermissionsExt::from_mode(0o755))?;
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths([tools].into_iter().chain(std::env::split_paths(&path)))?;
    let mut upload = Command::new("sh");
    run_quietly(
        upload
            .arg(script)
            .arg(site)
            .arg(&store)
            .env("PATH", path)
            .env("NOTES", &notes),
        LIMIT,
    )?;

    let notes = fs::read_to_string(&notes).context("nothing was put into the store")?;
    let mut put: Vec<(&str, &str)> = notes
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .collect();
    let mut faults = Vec::new();
    // What names others comes after them.
    let place = |name: &str| match name {
        "data/manifest.json" => 2,
        page if page.ends_with(".html") => 1,
        _ => 0,
    };
    if !put.is_sorted_by_key(|(name, _)| place(name)) {
        faults.push("a file that names others is there before these".to_owned());
    }
    put.sort_unstable();
    let names: Vec<&str> = put.iter().map(|(name, _)| *name).collect();
    ensure!(
        names == files,
        "{} files were put into the store, of {}",
        names.len(),
        files.len()
    );
    for (name, headers) in put {
        let is_packed =
            Life::of(name) == Life::Forever && site.join(format!("{name}.br")).is_file();
        let source = if is_packed {
            format!("{name}.br")
        } else {
            name.to_owned()
        };
        let mut expected = format!("--header-upload Cache-Control: {}", Life::of(name).header());
        if is_packed {
            expected += " --header-upload Content-Encoding: br";
        }
        if headers != expected {
            faults.push(format!(
                "{name} is put there with {headers:?}, not {expected:?}"
            ));
        }
        if fs::read(store.join(name))? != fs::read(site.join(&source))? {
            faults.push(format!("{name} in the store is not {source}"));
        }
    }
    Ok(faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADERS: &str = include_str!("../../../hosting/_headers");

    /// A site with a file of every kind.
    const FILES: [&str; 17] = [
        "404.html",
        "area/E06000017/index.html",
        "cards/E06000017.png",
        "data/ltla.counts.1f596eaa58.bin",
        "data/manifest.json",
        "data/postcodes.240d5b1c9c.hx.bin",
        "embed.js",
        "favicon-458800370238c4b2.svg",
        "favicon.svg",
        "index.html",
        "layers-55W3Q4RM.png",
        "leaflet-294ae8b6eb6702ac.js",
        "licences.txt",
        "offline.json",
        "rising-d512ff214e211da2_bg.wasm",
        "rising-d518f05bdbe7738a.css",
        "sw.js",
    ];

    #[test]
    fn every_file_has_its_headers_on_netlify_and_cloudflare() {
        let files = FILES.map(str::to_owned);
        assert_eq!(headers_file(HEADERS, &files), [""; 0]);
        let twice = format!("{HEADERS}\n/data/*\n  Cache-Control: no-store\n");
        assert_eq!(headers_file(&twice, &files).len(), 3);
        assert!(
            headers_file(HEADERS, &["other-0123456789abcdef.js".to_owned()])[0]
                .contains("Cache-Control is []")
        );
        let splats = blocks(HEADERS)
            .iter()
            .map(|(pattern, _)| pattern.matches('*').count())
            .max();
        assert_eq!(splats, Some(1), "Cloudflare takes one asterisk in a path");
    }

    #[test]
    fn every_object_is_uploaded_with_its_headers_and_the_manifest_last() {
        let site = tempfile::tempdir().unwrap();
        for name in FILES.into_iter().chain([
            "data/.half",
            "embed.js.br",
            "rising-d518f05bdbe7738a.css.br",
            "index.html.gz",
        ]) {
            let file = site.path().join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, name).unwrap();
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../hosting/upload.sh");
        let files = FILES.map(str::to_owned);
        assert_eq!(upload(&script, site.path(), &files).unwrap(), [""; 0]);
        upload(&script, &site.path().join("data"), &files).unwrap_err();

        let text = fs::read_to_string(&script).unwrap();
        for wrong in [
            text.replace("put packed", "put manifest \"$short\"\nput packed"),
            text.replace("*-$x16.*", "*-$x5.*"),
            text.replace("Content-Encoding: br", "Content-Encoding: gzip"),
        ] {
            assert_ne!(wrong, text);
            let changed = site.path().join(".changed.sh");
            fs::write(&changed, wrong).unwrap();
            assert!(
                upload(&changed, site.path(), &files).map_or(true, |faults| !faults.is_empty())
            );
        }
    }

    #[test]
    fn cloudfront_says_the_same_of_every_file() {
        let template = include_str!("../../../hosting/cloudfront.yaml");
        let said = |name: &str| match name {
            "Access-Control-Allow-Origin" => "AccessControlAllowOrigins: {Items: ['*']}",
            "Cross-Origin-Resource-Policy" => {
                "{Header: Cross-Origin-Resource-Policy, Value: cross-origin, Override: true}"
            }
            "Content-Security-Policy" => "!Sub 'frame-ancestors ${FrameAncestors}'",
            "X-Content-Type-Options" => "ContentTypeOptions: {Override: true}",
            "Referrer-Policy" => {
                "{ReferrerPolicy: strict-origin-when-cross-origin, Override: true}"
            }
            other => panic!("{other} is not in the template"),
        };
        for (name, _) in ALWAYS {
            assert!(template.contains(said(name)), "{name}");
        }
    }
}
