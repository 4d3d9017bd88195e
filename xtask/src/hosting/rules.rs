//! What a server says of a file beside its content. The files in `hosting/` say the same, each in
//! the words of its server; tests hold them to this.

use std::path::Path;

use crate::server::content_type;

/// How long a copy of a file may be used without asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// For ever: the name holds a digest of the content.
    Forever,
    /// A minute, and one more while a new copy is fetched: what a new edition becomes visible by.
    /// For a day if the origin cannot be reached, which is how long the files of an edition stay
    /// after the next one has come.
    Short,
    /// Browsers ask every time, as the app and its service worker tell them to anyway; a CDN may
    /// keep it for a minute, or every reader would be a request to the origin.
    Asked,
    /// An hour: files whose names stay, and that hardly ever change.
    Hour,
}

impl Life {
    /// The value of `Cache-Control`.
    pub fn header(self) -> &'static str {
        match self {
            Life::Forever => "public, max-age=31536000, immutable",
            Life::Short => "public, max-age=60, stale-while-revalidate=60, stale-if-error=86400",
            Life::Asked => "public, max-age=0, s-maxage=60, stale-if-error=86400",
            Life::Hour => "public, max-age=3600, stale-while-revalidate=86400",
        }
    }

    /// That of a file of the site, by its path.
    pub fn of(path: &str) -> Life {
        match path {
            "sw.js" | "sw-off.js" | "offline.json" => Life::Asked,
            "data/manifest.json" => Life::Short,
            page if page.ends_with(".html") => Life::Short,
            named if has_digest(named) => Life::Forever,
            _ => Life::Hour,
        }
    }
}

/// The value of `Cache-Control` where there is no such file: long enough that a wrong link
/// somewhere does no harm, and short enough that a file which comes later is found.
pub const ABSENT: &str = "public, max-age=10";

/// What comes with every file. A frame in a sandbox is another origin even to its own page's files,
/// and so is a newsroom that makes something of the data: every file is public. Who may frame the
/// page is the publisher's to say; all else of the policy is in the page, and a browser heeds both.
/// The service worker reads the referrer of its own pages whole, and servers of map tiles ask for
/// an origin.
pub const ALWAYS: [(&str, &str); 5] = [
    ("Access-Control-Allow-Origin", "*"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
    ("Content-Security-Policy", "frame-ancestors *"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
];

/// The value of `Content-Type`.
pub fn media_type(path: &str) -> &'static str {
    content_type(Path::new(path))
}

/// Names as the build gives them (`rising-0123456789abcdef_bg.wasm`; of what style sheets name,
/// `layers-55W3Q4RM.png`) and as `prepare` does (`data/ltla.areas.0123456789.bin`,
/// `data/postcodes.0123456789.hx.bin`).
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
    fn only_what_has_a_digest_in_its_name_lives_for_ever() {
        for (path, life) in [
            ("rising-a1050c46f82ab08a.js", Life::Forever),
            ("rising-d512ff214e211da2_bg.wasm", Life::Forever),
            ("chunk_10-e4c382b3a5150cac.wasm", Life::Forever),
            ("layers-2x-TBM42ERR.png", Life::Forever),
            ("data/ltla.counts.1f596eaa58.bin", Life::Forever),
            ("data/names.04bb971b19.bin", Life::Forever),
            ("data/postcodes.240d5b1c9c.hx.bin", Life::Forever),
            ("data/manifest.json", Life::Short),
            ("index.html", Life::Short),
            ("area/E06000017/index.html", Life::Short),
            ("sw.js", Life::Asked),
            ("sw-off.js", Life::Asked),
            ("offline.json", Life::Asked),
            ("embed.js", Life::Hour),
            ("favicon.svg", Life::Hour),
            ("licences.txt", Life::Hour),
            ("cards/E06000017.png", Life::Hour),
            ("data/notes.bin", Life::Hour),
        ] {
            assert_eq!(Life::of(path), life, "{path}");
        }
    }
}
