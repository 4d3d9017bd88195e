//! From a request's path to a file of the folder, and from a file's name to its type and its life
//! in caches.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use percent_encoding::percent_decode_str;

/// What a path of the site leads to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    File(PathBuf),
    /// A folder asked for without its last slash, which relative links need.
    NeedsSlash,
    Nothing,
}

/// Finds what `path` (percent-encoded, no query, starting with a slash, relative to the mount)
/// means within `folder`. Nothing outside the folder is ever found, by `..` or by a symbolic link,
/// nor a name that starts with a dot.
pub(super) fn find(folder: &Path, path: &str) -> Found {
    let Ok(decoded) = percent_decode_str(path).decode_utf8() else {
        return Found::Nothing;
    };
    let mut file = folder.to_owned();
    for segment in decoded.split('/').filter(|s| !s.is_empty()) {
        if segment.starts_with('.') || segment.contains(['\\', '\0', ':']) {
            return Found::Nothing;
        }
        file.push(segment);
    }
    if file.is_dir() {
        if !decoded.ends_with('/') {
            return Found::NeedsSlash;
        }
        file.push("index.html");
    } else if decoded.ends_with('/') {
        return Found::Nothing;
    }
    let inside = match (folder.canonicalize(), file.canonicalize()) {
        (Ok(folder), Ok(file)) => file.starts_with(folder) && file.is_file(),
        _ => false,
    };
    if inside {
        Found::File(file)
    } else {
        Found::Nothing
    }
}

/// The media type of a file, by the end of its name.
pub(crate) fn content_type(file: &Path) -> &'static str {
    match file
        .extension()
        .and_then(|e| e.to_str())
        .unwrap_or_default()
    {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "geojson" => "application/geo+json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "xml" => "application/xml",
        "txt" | "md" => "text/plain; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Text, in the widest sense: images and fonts are compressed in themselves.
pub(super) fn is_compressible(file: &Path) -> bool {
    let media_type = content_type(file);
    media_type.starts_with("text/")
        || media_type.contains("json")
        || matches!(media_type, "image/svg+xml" | "application/wasm")
}

/// How long a browser may keep a file without asking: for ever if the name holds a hash of the
/// content.
pub(super) fn cache_control(file: &Path) -> &'static str {
    let name = file
        .file_name()
        .and_then(|n| n.to_str())
        .unwrap_or_default();
    if has_hash(name) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    }
}

/// Whether a part of the name is eight or more hexadecimal digits. All decimal digits would rather
/// be a date, and all letters a word, so a hash needs both; one that has not is only cached less
/// well.
fn has_hash(name: &str) -> bool {
    name.split(['.', '-', '_']).any(|part| {
        part.len() >= 8
            && part
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
            && part.bytes().any(|b| b.is_ascii_digit())
            && part.bytes().any(|b| b.is_ascii_alphabetic())
    })
}

/// A tag that changes whenever the file does, as far as its size and its time of writing tell.
pub(super) fn tag(metadata: &fs::Metadata, coding: Option<&str>) -> String {
    let written = metadata
        .modified()
        .ok()
        .and_then(|t| t.duration_since(UNIX_EPOCH).ok())
        .map_or(0, |d| d.as_nanos());
    format!(
        "\"{:x}-{written:x}{}\"",
        metadata.len(),
        coding.map(|c| format!("-{c}")).unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_told_from_a_date_and_from_a_word() {
        for hashed in [
            "rising-0a1b2c3d4e5f6071_bg.wasm",
            "shapes.9f86d081.bin",
            "leaflet-00000000000000a1.js",
        ] {
            assert!(has_hash(hashed), "{hashed}");
        }
        for plain in [
            "counts-20210207.bin",
            "index.html",
            "manifest.json",
            "facade-effaced.js",
            "a1b2c3.js",
        ] {
            assert!(!has_hash(plain), "{plain}");
        }
    }
}
