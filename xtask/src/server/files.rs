//! Finds the file of a request's path, and its media type, cache lifetime and ETag.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use percent_encoding::percent_decode_str;

/// The result of looking up a path.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum PathLookup {
    File(PathBuf),
    /// A folder whose path lacks the last slash, which relative links need.
    MissingSlash,
    NotFound,
}

/// Looks up `path` (percent-encoded, without a query, starting with a slash, relative to the mount)
/// in `folder`. Finds nothing outside the folder, neither by `..` nor by a symbolic link, and no
/// name that starts with a dot.
pub(super) fn find(folder: &Path, path: &str) -> PathLookup {
    let Ok(decoded) = percent_decode_str(path).decode_utf8() else {
        return PathLookup::NotFound;
    };
    let mut file = folder.to_owned();
    for segment in decoded.split('/').filter(|s| !s.is_empty()) {
        if segment.starts_with('.') || segment.contains(['\\', '\0', ':']) {
            return PathLookup::NotFound;
        }
        file.push(segment);
    }
    if file.is_dir() {
        if !decoded.ends_with('/') {
            return PathLookup::MissingSlash;
        }
        file.push("index.html");
    } else if decoded.ends_with('/') {
        return PathLookup::NotFound;
    }
    let inside = match (folder.canonicalize(), file.canonicalize()) {
        (Ok(folder), Ok(file)) => file.starts_with(folder) && file.is_file(),
        _ => false,
    };
    if inside {
        PathLookup::File(file)
    } else {
        PathLookup::NotFound
    }
}

/// Returns the media type of a file by its extension.
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

/// Whether a file's format is uncompressed; images and fonts are compressed already.
pub(super) fn is_compressible(file: &Path) -> bool {
    let media_type = content_type(file);
    media_type.starts_with("text/")
        || media_type.contains("json")
        || matches!(media_type, "image/svg+xml" | "application/wasm")
}

/// Returns the value of `Cache-Control`: for ever if the name has a hash of the content.
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

/// Whether a part of the name is a hash: eight or more hexadecimal digits with both digits and
/// letters, to exclude dates and words. A hash that is missed is only cached less well.
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

/// Returns an ETag from the file's size, modification time and content coding.
pub(super) fn etag(metadata: &fs::Metadata, coding: Option<&str>) -> String {
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
    fn has_hash_rejects_dates_and_words() {
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
