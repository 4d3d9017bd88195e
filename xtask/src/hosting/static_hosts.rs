//! Interprets the configurations of hosts that cannot run here, and compares the headers of each
//! file with the rules.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use super::rules::{COMMON_HEADERS, CachePolicy};
use crate::command::run_quietly;

/// Time limit for the upload script, which loops over a few hundred files.
const UPLOAD_TIMEOUT: Duration = Duration::from_mins(2);

/// A substitute for rclone that logs the uploaded files with their headers, in order.
const FAKE_RCLONE: &str = r#"#!/bin/sh
from=$3 to=$4
shift 4
(cd "$from" && find . -type f) | sed 's|^\./||' | sort | while IFS= read -r file; do
    printf '%s\t%s\n' "$file" "$*" >> "$NOTES"
    mkdir -p "$(dirname "$to/$file")"
    cp "$from/$file" "$to/$file"
done
"#;

/// Returns the faults of `_headers`, which Netlify and Cloudflare read, for these files.
pub(super) fn check_headers_file(text: &str, files: &[String]) -> Vec<String> {
    let blocks = parse_blocks(text);
    let mut faults = Vec::new();
    for file in files {
        // A page is requested by its folder; 404.html is never requested by name.
        let path = format!("/{}", file.strip_suffix("index.html").unwrap_or(file));
        if file == "404.html" {
            continue;
        }
        let mut got: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (_, headers) in blocks
            .iter()
            .filter(|(pattern, _)| matches_pattern(pattern, &path))
        {
            headers
                .iter()
                .for_each(|(name, value)| got.entry(name).or_default().push(value));
        }
        let expected = COMMON_HEADERS
            .into_iter()
            .chain([("Cache-Control", CachePolicy::for_path(file).header())]);
        for (name, value) in expected {
            let got = got.get(name).map(Vec::as_slice).unwrap_or_default();
            if got != [value] {
                faults.push(format!("{path}: {name} is {got:?}, not {value:?}"));
            }
        }
    }
    faults
}

/// Parses the path pattern and the headers of each block.
fn parse_blocks(text: &str) -> Vec<(&str, Vec<(&str, &str)>)> {
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

/// Whether a path matches a pattern with at most one asterisk, which matches any characters,
/// including slashes.
fn matches_pattern(pattern: &str, path: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == path,
        Some((before, after)) => {
            path.len() >= before.len() + after.len()
                && path.starts_with(before)
                && path.ends_with(after)
        }
    }
}

/// Returns the faults of the objects that `upload.sh` would write to an object store.
///
/// # Errors
/// If the script fails.
pub(super) fn check_upload(script: &Path, site: &Path, files: &[String]) -> Result<Vec<String>> {
    let work = tempfile::tempdir()?;
    let (tools, store, notes) = (
        work.path().join("tools"),
        work.path().join("store"),
        work.path().join("notes"),
    );
    fs::create_dir_all(&tools)?;
    fs::create_dir_all(&store)?;
    fs::write(tools.join("rclone"), FAKE_RCLONE)?;
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
        UPLOAD_TIMEOUT,
    )?;

    let notes = fs::read_to_string(&notes).context("upload.sh uploaded nothing")?;
    let mut put: Vec<(&str, &str)> = notes
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .collect();
    let mut faults = Vec::new();
    // A file that names others is uploaded after them.
    let place = |name: &str| match name {
        "data/manifest.json" => 2,
        page if page.ends_with(".html") => 1,
        _ => 0,
    };
    if !put.is_sorted_by_key(|(name, _)| place(name)) {
        faults
            .push("upload.sh uploads a page or the manifest before files that it names".to_owned());
    }
    put.sort_unstable();
    let names: Vec<&str> = put.iter().map(|(name, _)| *name).collect();
    ensure!(
        names == files,
        "upload.sh uploaded {} files of {}",
        names.len(),
        files.len()
    );
    for (name, headers) in put {
        let is_packed = CachePolicy::for_path(name) == CachePolicy::Immutable
            && site.join(format!("{name}.br")).is_file();
        let source = if is_packed {
            format!("{name}.br")
        } else {
            name.to_owned()
        };
        let mut expected = format!(
            "--header-upload Cache-Control: {}",
            CachePolicy::for_path(name).header()
        );
        if is_packed {
            expected += " --header-upload Content-Encoding: br";
        }
        if headers != expected {
            faults.push(format!(
                "{name} is uploaded with {headers:?}, not {expected:?}"
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
    fn headers_file_gives_every_file_its_headers() {
        let files = FILES.map(str::to_owned);
        assert_eq!(check_headers_file(HEADERS, &files), [""; 0]);
        let twice = format!("{HEADERS}\n/data/*\n  Cache-Control: no-store\n");
        assert_eq!(check_headers_file(&twice, &files).len(), 3);
        assert!(
            check_headers_file(HEADERS, &["other-0123456789abcdef.js".to_owned()])[0]
                .contains("Cache-Control is []")
        );
        let splats = parse_blocks(HEADERS)
            .iter()
            .map(|(pattern, _)| pattern.matches('*').count())
            .max();
        assert_eq!(splats, Some(1), "Cloudflare takes one asterisk in a path");
    }

    #[test]
    fn upload_sends_headers_and_manifest_last() {
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
        assert_eq!(check_upload(&script, site.path(), &files).unwrap(), [""; 0]);
        check_upload(&script, &site.path().join("data"), &files).unwrap_err();

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
                check_upload(&changed, site.path(), &files)
                    .map_or(true, |faults| !faults.is_empty())
            );
        }
    }

    #[test]
    fn cloudfront_template_has_common_headers() {
        let template = include_str!("../../../hosting/cloudfront.yaml");
        let template_line = |name: &str| match name {
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
        for (name, _) in COMMON_HEADERS {
            assert!(template.contains(template_line(name)), "{name}");
        }
    }
}
