//! Allows an edition's background tiles in the page's security policy. `cargo xtask build` writes
//! the rest of the policy; a publisher's `[tiles]` are known only later.

use rising_model::dataset::manifest::Tiles;

use crate::slot::Slot;

/// The policy's image sources up to the place of the tiles' origin. The page has them twice: in the
/// script that writes the policy, and in the element for browsers without scripts.
pub const IMG_SRC: &str = "img-src 'self' data: blob:";

/// The text by which a page with a policy is recognised.
const ANY_POLICY: &str = "Content-Security-Policy";

/// The reasons why the page's policy cannot allow the tiles.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// An address without a host that a policy can name.
    #[error(
        "the tiles' address {0:?} has no plain host; give one such as \
         https://{{s}}.example.org/{{z}}/{{x}}/{{y}}.png"
    )]
    NoOrigin(String),
    /// A page that an older version has built.
    #[error(
        "the page's security policy has no place for the tiles' origin {0}; build the site again"
    )]
    NoPlace(String),
}

/// Returns the origin of background tiles as a policy names it; `None` if they are on the page's
/// own server.
///
/// # Errors
/// If a policy cannot name their address.
pub fn origin(url: &str) -> Result<Option<String>, PolicyError> {
    let wrong = || PolicyError::NoOrigin(url.chars().take(200).collect());
    let (scheme, rest) = match url.split_once("//") {
        // Without a scheme, the page's own scheme applies.
        Some(("", rest)) => ("", rest),
        Some((scheme, rest)) if !scheme.contains(['/', '?', '#', '{']) => (scheme, rest),
        // A path, unless it has a scheme such as data:, or characters that browsers treat as
        // slashes.
        _ if url.contains(['\\', ':']) => return Err(wrong()),
        _ => return Ok(None),
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    // Leaflet's servers a, b and c differ in the first label of their names, for which a policy has
    // only the wildcard `*`.
    let host = match host.split_once('.') {
        Some((first, rest)) if first.contains("{s}") => {
            let first = first.replacen("{s}", "", 1);
            let is_plain = first
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
            if !is_plain || !rest.contains('.') {
                return Err(wrong());
            }
            ("*.", rest)
        }
        _ => ("", host),
    };
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || ".-:".contains(letter);
    let is_known_scheme = matches!(
        scheme.to_ascii_lowercase().as_str(),
        "" | "http:" | "https:"
    );
    if !is_known_scheme || host.1.is_empty() || !host.1.chars().all(is_plain) {
        return Err(wrong());
    }
    let scheme = if scheme.is_empty() {
        String::new()
    } else {
        format!("{}//", scheme.to_ascii_lowercase())
    };
    Ok(Some([&scheme, host.0, host.1].concat()))
}

/// Returns the page with a policy that allows an edition's tiles, and no others.
///
/// # Errors
/// If a policy cannot name their address, or the page's policy has another form.
pub fn allow_tiles(page: &str, tiles: Option<&Tiles>) -> Result<String, PolicyError> {
    let origin = tiles.map_or(Ok(None), |tiles| origin(&tiles.url))?;
    let policy = Slot::Policy.content(page).unwrap_or_default();
    let mut parts = policy.split(IMG_SRC);
    let mut out = parts.next().unwrap_or_default().to_owned();
    let mut places = 0;
    for part in parts {
        // Replaces everything up to the next directive or the end of the policy.
        let next = part.find([';', '"', '<']).unwrap_or(part.len());
        out += IMG_SRC;
        out.extend(origin.iter().flat_map(|origin| [" ", origin]));
        out += &part[next..];
        places += 1;
    }
    match origin {
        Some(origin) if places == 0 && page.contains(ANY_POLICY) => {
            Err(PolicyError::NoPlace(origin))
        }
        _ if places == 0 => Ok(page.to_owned()),
        _ => Ok(Slot::Policy
            .fill(page, &out)
            .unwrap_or_else(|_| page.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tiles(url: &str) -> Tiles {
        Tiles {
            url: url.to_owned(),
            attribution: String::new(),
        }
    }

    #[test]
    fn origin_names_hosts_of_other_servers() {
        for (url, expected) in [
            (
                "https://tile.example.org/{z}/{x}/{y}.png",
                "https://tile.example.org",
            ),
            (
                "https://{s}.example.org:8443/{z}.png",
                "https://*.example.org:8443",
            ),
            (
                "https://tiles-{s}.example.org/{z}.png",
                "https://*.example.org",
            ),
            ("HTTPS://tile.example.org?x={x}", "https://tile.example.org"),
            ("//tile.example.org/{z}.png", "tile.example.org"),
        ] {
            assert_eq!(origin(url).unwrap().as_deref(), Some(expected), "{url}");
        }
        for own in [
            "./tiles/{z}/{x}/{y}.png",
            "/tiles/{z}.png",
            "tiles/a//{z}.png",
        ] {
            assert_eq!(origin(own), Ok(None), "{own}");
        }
        for url in [
            "https://a; script-src *//{z}.png",
            "ftp://example.org/{z}.png",
            "https://*/{z}.png",
            "https://{s}.org/{z}.png",
            "https://user@example.org/{z}.png",
            "https:///{z}.png",
            "data:image/png,x",
            "\\\\example.org\\{z}.png",
            "https:\\\\example.org\\{z}.png",
        ] {
            assert!(
                matches!(origin(url), Err(PolicyError::NoOrigin(_))),
                "{url}: {:?}",
                origin(url)
            );
        }
    }

    #[test]
    fn allow_tiles_allows_editions_tiles_only() {
        let page = format!(
            "<!--slot:policy--><script>meta.content=\"{IMG_SRC}; connect-src 'self'\"</script><noscript>\
             <meta http-equiv=\"{ANY_POLICY}\" content=\"{IMG_SRC}; connect-src \
             'self'\"></noscript><!--/slot:policy-->\
             <p>{IMG_SRC};</p>"
        );
        let tiles = tiles("https://{s}.example.org/{z}.png");
        let with = allow_tiles(&page, Some(&tiles)).unwrap();
        assert_eq!(
            with.matches("blob: https://*.example.org; connect-src")
                .count(),
            2,
            "{with}"
        );
        assert_eq!(allow_tiles(&with, Some(&tiles)).unwrap(), with);
        assert_eq!(allow_tiles(&with, None).unwrap(), page);
        assert_eq!(
            allow_tiles("<p>", Some(&tiles)).unwrap(),
            "<p>",
            "no policy forbids them"
        );
        let other = format!("<meta http-equiv=\"{ANY_POLICY}\" content=\"img-src 'none'\">");
        assert!(matches!(
            allow_tiles(&other, Some(&tiles)),
            Err(PolicyError::NoPlace(_))
        ));
        assert_eq!(allow_tiles(&other, None).unwrap(), other);
    }
}
