//! Checks the headers of responses.

use std::time::Duration;

use super::report::{CheckGroup, FailedCheck};

/// The longest time that a cache may keep a file whose content can change, such as the manifest.
/// Earlier editions are kept for much longer.
const MAX_AGE_CHANGING: Duration = Duration::from_hours(1);
/// The shortest time that a cache must keep a file whose name contains a hash of its content.
const MIN_AGE_HASHED: Duration = Duration::from_hours(30 * 24);
/// The least bytes worth compressing: below this, compression does not save a packet, and servers
/// do not compress.
const MIN_COMPRESSIBLE_BYTES: usize = 1400;
/// Extensions of formats that are compressed already.
const COMPRESSED_FORMATS: [&str; 8] =
    ["png", "jpg", "jpeg", "webp", "avif", "woff", "woff2", "zip"];

const CONFIGURE: &str = "correct the server's configuration";

/// The headers of a response that the checks use.
#[derive(Debug, Default)]
pub(super) struct Headers {
    pub content_type: Option<String>,
    pub cache_control: Option<String>,
    pub content_encoding: Option<String>,
    pub vary: Option<String>,
    pub content_type_options: Option<String>,
    pub allow_origin: Option<String>,
    pub content_security_policy: Option<String>,
    pub frame_options: Option<String>,
}

/// Whether a name contains a hash of the content, so that the content never changes.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.split(['.', '-', '_']).any(|part| {
        part.len() >= 8
            && part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
            && part.bytes().any(|b| b.is_ascii_digit())
            && part.bytes().any(|b| b.is_ascii_lowercase())
    })
}

fn extension(path: &str) -> &str {
    if path.ends_with('/') {
        return "html";
    }
    path.rsplit_once('.').map_or("", |(_, end)| end)
}

/// Whether compressing a file makes a difference.
pub(super) fn is_compressible(path: &str, length: usize) -> bool {
    length >= MIN_COMPRESSIBLE_BYTES && !COMPRESSED_FORMATS.contains(&extension(path))
}

fn wrong(path: &str, expected: impl Into<String>, got: Option<&str>, header: &str) -> FailedCheck {
    FailedCheck {
        file: path.to_owned(),
        expected: expected.into(),
        got: got.map_or_else(
            || format!("{header} is not sent"),
            |value| format!("{header} is {value:?}"),
        ),
        advice: CONFIGURE.to_owned(),
    }
}

/// Checks the type, by which a browser decides how to use a file.
pub(super) fn check_content_type(path: &str, headers: &Headers, group: &mut CheckGroup) {
    let sent = headers.content_type.as_deref();
    let essence = sent
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let expected: &[&str] = match extension(path) {
        "html" => &["text/html"],
        "css" => &["text/css"],
        "js" => &["text/javascript", "application/javascript"],
        "wasm" => &["application/wasm"],
        "json" => &["application/json"],
        "svg" => &["image/svg+xml"],
        "png" => &["image/png"],
        "bin" => &["application/octet-stream"],
        _ => return,
    };
    group.check(expected.contains(&essence.as_str()), || {
        wrong(
            path,
            format!("Content-Type {}", expected.join(" or ")),
            sent,
            "Content-Type",
        )
    });
}

/// Checks how long caches may keep a file.
pub(super) fn check_caching(path: &str, headers: &Headers, group: &mut CheckGroup) {
    let sent = headers.cache_control.as_deref();
    let directives: Vec<String> = sent
        .unwrap_or_default()
        .split(',')
        .map(|directive| directive.trim().to_ascii_lowercase())
        .collect();
    let has = |name: &str| directives.iter().any(|directive| directive == name);
    let age = |name: &str| {
        let value = directives
            .iter()
            .find_map(|directive| directive.strip_prefix(name)?.strip_prefix('='));
        value
            .and_then(|value| value.trim_matches('"').parse().ok())
            .map(Duration::from_secs)
    };
    let asks_each_time = has("no-cache") || has("no-store");
    let good = if is_hashed(path) {
        has("immutable")
            && !asks_each_time
            && age("max-age").is_some_and(|age| age >= MIN_AGE_HASHED)
    } else {
        let longest = age("max-age").into_iter().chain(age("s-maxage")).max();
        !has("immutable") && (asks_each_time || longest.is_some_and(|age| age <= MAX_AGE_CHANGING))
    };
    group.check(good, || {
        let expected = if is_hashed(path) {
            format!(
                "Cache-Control with max-age of {} or more, and immutable, as its name tells its \
                 content",
                MIN_AGE_HASHED.as_secs()
            )
        } else {
            format!(
                "Cache-Control no-cache, or max-age (and s-maxage) of {} or less",
                MAX_AGE_CHANGING.as_secs()
            )
        };
        wrong(path, expected, sent, "Cache-Control")
    });
}

/// Checks that browsers are told not to guess types.
pub(super) fn check_sniffing(path: &str, headers: &Headers, group: &mut CheckGroup) {
    let sent = headers.content_type_options.as_deref();
    let good = sent.is_some_and(|sent| sent.eq_ignore_ascii_case("nosniff"));
    group.check(good, || {
        wrong(
            path,
            "X-Content-Type-Options nosniff",
            sent,
            "X-Content-Type-Options",
        )
    });
}

/// Whether a Content-Security-Policy allows images of an origin.
pub(super) fn allows_images(policy: &str, origin: &str) -> bool {
    let host = origin.rsplit('/').next().unwrap_or(origin);
    let scheme = origin
        .split_once("//")
        .map_or("https:", |(scheme, _)| scheme);
    // Several policies are separated by commas, and all of them apply.
    policy.split(',').all(|policy| {
        let directive = |name: &str| {
            let mut all = policy
                .split(';')
                .map(|directive| directive.split_whitespace());
            all.find_map(|mut words| {
                words
                    .next()
                    .is_some_and(|own| own.eq_ignore_ascii_case(name))
                    .then_some(words)
            })
        };
        let Some(mut sources) = directive("img-src").or_else(|| directive("default-src")) else {
            return true;
        };
        sources.any(|source| {
            ["*", scheme, origin, host]
                .iter()
                .any(|good| source.trim_end_matches('/').eq_ignore_ascii_case(good))
        })
    })
}

/// Describes which sites may embed the page.
pub(super) fn describe_framing(headers: &Headers) -> String {
    let policy = headers
        .content_security_policy
        .as_deref()
        .unwrap_or_default();
    let ancestors = policy
        .split(';')
        .find_map(|directive| directive.trim().strip_prefix("frame-ancestors "));
    match (ancestors, headers.frame_options.as_deref()) {
        (Some(ancestors), _) => {
            format!("pages that may embed the map: {ancestors} (frame-ancestors)")
        }
        (None, Some(options)) => format!("pages that may embed the map: X-Frame-Options {options}"),
        (None, None) => "any page may embed the map (no frame-ancestors)".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failures(rule: fn(&str, &Headers, &mut CheckGroup), path: &str, headers: &Headers) -> usize {
        let mut group = CheckGroup::new("rule");
        rule(path, headers, &mut group);
        group.findings.len()
    }

    #[test]
    fn check_caching_requires_long_age_for_hashed_names_only() {
        let sent = |value: &str| Headers {
            cache_control: Some(value.to_owned()),
            ..Headers::default()
        };
        let hashed = "data/ltla.counts.0123abcdef.bin";
        for (path, value, expected) in [
            (hashed, "public, max-age=31536000, immutable", 0),
            (hashed, "max-age=31536000", 1),
            (hashed, "max-age=60, immutable", 1),
            (hashed, "no-cache", 1),
            ("data/manifest.json", "no-cache", 0),
            ("data/manifest.json", "public, max-age=60", 0),
            ("data/manifest.json", "max-age=60, s-maxage=86400", 1),
            ("data/manifest.json", "max-age=86400", 1),
            ("index.html", "max-age=31536000, immutable", 1),
        ] {
            assert_eq!(
                failures(check_caching, path, &sent(value)),
                expected,
                "{path}: {value}"
            );
            assert_eq!(
                failures(check_caching, path, &Headers::default()),
                1,
                "{path}: nothing"
            );
        }
    }

    #[test]
    fn check_content_type_requires_type_of_extension() {
        let sent = |value: &str| Headers {
            content_type: Some(value.to_owned()),
            ..Headers::default()
        };
        assert_eq!(
            failures(check_content_type, "a-1.wasm", &sent("application/wasm")),
            0
        );
        assert_eq!(
            failures(
                check_content_type,
                "a-1.wasm",
                &sent("application/octet-stream")
            ),
            1
        );
        assert_eq!(
            failures(
                check_content_type,
                "area/E1/",
                &sent("Text/HTML; charset=utf-8")
            ),
            0
        );
        assert_eq!(
            failures(
                check_content_type,
                "data/x.0123456789.bin",
                &sent("text/html")
            ),
            1
        );
        assert_eq!(
            failures(check_content_type, "LICENCE", &Headers::default()),
            0
        );
    }

    #[test]
    fn allows_images_follows_policy() {
        let origin = "https://tiles.example.org";
        for (policy, expected) in [
            ("", true),
            ("frame-ancestors *", true),
            ("default-src 'self'", false),
            ("img-src 'self' data:; frame-ancestors *", false),
            (
                "default-src 'none'; IMG-SRC 'self' https://tiles.example.org/",
                true,
            ),
            ("img-src https:", true),
            ("img-src *, img-src 'self'", false),
        ] {
            assert_eq!(allows_images(policy, origin), expected, "{policy}");
        }
    }

    #[test]
    fn describe_framing_names_ancestors() {
        let policy = Some("default-src 'self'; frame-ancestors https://news.example".to_owned());
        let headers = Headers {
            content_security_policy: policy,
            ..Headers::default()
        };
        assert!(describe_framing(&headers).contains("https://news.example"));
        assert!(describe_framing(&Headers::default()).contains("any page"));
    }
}
