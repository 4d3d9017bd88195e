//! The part of the page's security policy that follows from the edition: whose images a browser may
//! load for it. `cargo xtask build` writes the whole policy; a publisher's `[tiles]` come later.

use rising_model::manifest::Tiles;

/// What the policy says of images, up to the place of the tiles' origin. It stands in the page
/// twice: in the script that makes the policy, and in the element for readers without scripts.
pub const IMG_SRC: &str = "img-src 'self' data: blob:";

/// How a page with a policy is told from one without.
const ANY_POLICY: &str = "Content-Security-Policy";

/// Why the page's policy cannot let the tiles in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// An address without a host that a policy can name.
    #[error(
        "the tiles' address {0:?} has no plain host; give one such as \
         https://{{s}}.example.org/{{z}}/{{x}}/{{y}}.png"
    )]
    NoOrigin(String),
    /// A page that was built by an older version.
    #[error(
        "the page's security policy has no place for the tiles' origin {0}; build the site again"
    )]
    NoPlace(String),
}

/// The origin of background tiles, as a policy names it; `None` if they lie beside the page.
///
/// # Errors
/// If their address is not one that a policy can name.
pub fn origin(url: &str) -> Result<Option<String>, PolicyError> {
    let wrong = || PolicyError::NoOrigin(url.chars().take(200).collect());
    let (scheme, rest) = match url.split_once("//") {
        // Without a scheme it is the page's own.
        Some(("", rest)) => ("", rest),
        Some((scheme, rest)) if !scheme.contains(['/', '?', '#', '{']) => (scheme, rest),
        // A path; but not one with a scheme, such as data:, nor with what browsers take for
        // slashes.
        _ if url.contains(['\\', ':']) => return Err(wrong()),
        _ => return Ok(None),
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    // Leaflet's servers a, b and c differ in the first part of their names, which a policy cannot
    // divide further.
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
    let plain = |letter: char| letter.is_ascii_alphanumeric() || ".-:".contains(letter);
    let known = matches!(
        scheme.to_ascii_lowercase().as_str(),
        "" | "http:" | "https:"
    );
    if !known || host.1.is_empty() || !host.1.chars().all(plain) {
        return Err(wrong());
    }
    let scheme = if scheme.is_empty() {
        String::new()
    } else {
        format!("{}//", scheme.to_ascii_lowercase())
    };
    Ok(Some([&scheme, host.0, host.1].concat()))
}

/// The page with the policy that lets an edition's tiles in, and no others.
///
/// # Errors
/// If their address cannot be named, or the page has a policy of another form.
pub fn allow_tiles(page: &str, tiles: Option<&Tiles>) -> Result<String, PolicyError> {
    let origin = tiles.map_or(Ok(None), |tiles| origin(&tiles.url))?;
    // In the head: what comes after is the edition's own text.
    let end = page.find("<!--opening-->").unwrap_or(page.len());
    let (head, body) = page.split_at(end);
    let mut parts = head.split(IMG_SRC);
    let mut out = parts.next().unwrap_or_default().to_owned();
    let mut places = 0;
    for part in parts {
        // Up to the next directive, or the end of the policy.
        let Some(next) = part.find([';', '"', '<']) else {
            break;
        };
        out += IMG_SRC;
        out.extend(origin.iter().flat_map(|origin| [" ", origin]));
        out += &part[next..];
        places += 1;
    }
    match origin {
        Some(origin) if places == 0 && head.contains(ANY_POLICY) => {
            Err(PolicyError::NoPlace(origin))
        }
        _ if places == 0 => Ok(page.to_owned()),
        _ => Ok(out + body),
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
    fn tiles_of_others_are_named() {
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
    fn policy_lets_the_editions_tiles_in_and_no_others() {
        let page = format!(
            "<head><script>meta.content=\"{IMG_SRC}; connect-src 'self'\"</script><noscript>\
             <meta http-equiv=\"{ANY_POLICY}\" content=\"{IMG_SRC}; connect-src 'self'\"></noscript></head>\
             <!--opening-->{IMG_SRC};<!--/opening-->"
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
