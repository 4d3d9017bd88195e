//! The response headers of each file. The configurations in `hosting/` express the same rules for
//! each server; tests compare them with this module.

use std::path::Path;

use crate::server::content_type;

/// The time for which caches may use a file without revalidation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CachePolicy {
    /// For ever: the name has a digest of the content.
    Immutable,
    /// A minute, and another one while a new copy is fetched: pages and the manifest, by which a
    /// new edition becomes visible. A day if the origin is unreachable, which is how long a refresh
    /// keeps the files of the previous edition.
    Short,
    /// Browsers revalidate every time, as the app and its service worker request anyway. A CDN may
    /// keep the file for a minute, so that not every visit is a request to the origin.
    Revalidated,
    /// An hour: files with stable names that rarely change.
    Hour,
}

impl CachePolicy {
    /// Returns the value of `Cache-Control`.
    pub fn header(self) -> &'static str {
        match self {
            CachePolicy::Immutable => "public, max-age=31536000, immutable",
            CachePolicy::Short => {
                "public, max-age=60, stale-while-revalidate=60, stale-if-error=86400"
            }
            CachePolicy::Revalidated => "public, max-age=0, s-maxage=60, stale-if-error=86400",
            CachePolicy::Hour => "public, max-age=3600, stale-while-revalidate=86400",
        }
    }

    /// Returns the policy of a file by its path in the site.
    pub fn for_path(path: &str) -> CachePolicy {
        match path {
            "sw.js" | "sw-off.js" | "offline.json" => CachePolicy::Revalidated,
            "data/manifest.json" => CachePolicy::Short,
            page if page.ends_with(".html") => CachePolicy::Short,
            named if has_digest(named) => CachePolicy::Immutable,
            _ => CachePolicy::Hour,
        }
    }
}

/// The value of `Cache-Control` of a 404: long enough to absorb requests from a wrong link, and
/// short enough that a file is found soon after it is published.
pub const NOT_FOUND_CACHE_CONTROL: &str = "public, max-age=10";

/// Headers of every file. A sandboxed frame has another origin than its own files, and so has a
/// newsroom's page that loads the data: every file is public. The publisher chooses
/// `frame-ancestors`; the rest of the policy is in the page, and browsers apply both. The service
/// worker reads the full referrer of its own pages, and map tile servers require an origin.
pub const COMMON_HEADERS: [(&str, &str); 5] = [
    ("Access-Control-Allow-Origin", "*"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
    ("Content-Security-Policy", "frame-ancestors *"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
];

/// Returns the value of `Content-Type`.
pub fn media_type(path: &str) -> &'static str {
    content_type(Path::new(path))
}

/// Whether a name has a digest, as the build (`rising-0123456789abcdef_bg.wasm`; images of style
/// sheets: `layers-55W3Q4RM.png`) and `prepare` (`data/ltla.areas.0123456789.bin`,
/// `data/postcodes.0123456789.hx.bin`) write it.
fn has_digest(path: &str) -> bool {
    let hexadecimal = |part: &str, digits| {
        part.len() == digits && part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    if let Some(name) = path.strip_prefix("data/") {
        return match name.split('.').collect::<Vec<_>>()[..] {
            ["postcodes", digest, area, "bin"] => {
                hexadecimal(digest, 10) && (1..=2).contains(&area.len())
            }
            [.., _, digest, "bin"] => hexadecimal(digest, 10),
            _ => false,
        };
    }
    let Some((_, end)) = path.rsplit_once('-') else {
        return false;
    };
    let digest = end.split(['.', '_']).next().unwrap_or_default();
    let of_esbuild = digest.len() == 8
        && digest
            .bytes()
            .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    !path.contains('/') && (hexadecimal(digest, 16) || of_esbuild)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_digest_are_immutable() {
        for (path, life) in [
            ("rising-a1050c46f82ab08a.js", CachePolicy::Immutable),
            ("rising-d512ff214e211da2_bg.wasm", CachePolicy::Immutable),
            ("chunk_10-e4c382b3a5150cac.wasm", CachePolicy::Immutable),
            ("layers-2x-TBM42ERR.png", CachePolicy::Immutable),
            ("data/ltla.counts.1f596eaa58.bin", CachePolicy::Immutable),
            ("data/names.04bb971b19.bin", CachePolicy::Immutable),
            ("data/postcodes.240d5b1c9c.hx.bin", CachePolicy::Immutable),
            ("data/manifest.json", CachePolicy::Short),
            ("index.html", CachePolicy::Short),
            ("area/E06000017/index.html", CachePolicy::Short),
            ("sw.js", CachePolicy::Revalidated),
            ("sw-off.js", CachePolicy::Revalidated),
            ("offline.json", CachePolicy::Revalidated),
            ("embed.js", CachePolicy::Hour),
            ("favicon.svg", CachePolicy::Hour),
            ("licences.txt", CachePolicy::Hour),
            ("cards/E06000017.png", CachePolicy::Hour),
            ("data/notes.bin", CachePolicy::Hour),
        ] {
            assert_eq!(CachePolicy::for_path(path), life, "{path}");
        }
    }
}
