//! The page's security: what a browser may run and load for it.
//!
//! Scripts in the page are named by their digests, so that markup that slips in, through whatever
//! hole, runs nothing; files of scripts and styles carry digests too, as the program does, so that
//! a damaged or exchanged one is refused.

use anyhow::{Context as _, Result, bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use html5gum::{DefaultEmitter, Token, Tokenizer};
use rising_prerender::policy::IMG_SRC;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::assets::Files;

/// What `integrity` attributes hold of the files that may have one, by their names.
pub fn digests(files: &Files) -> impl Iterator<Item = (String, String)> {
    let named = files.iter().filter(|(name, _)| {
        [".js", ".css", "_bg.wasm"]
            .iter()
            .any(|end| name.ends_with(end))
    });
    named.map(|(name, content)| (name.clone(), integrity(content)))
}

fn integrity(content: impl AsRef<[u8]>) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(content)))
}

/// The element that holds a policy.
fn element(policy: &str) -> String {
    format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">")
}

/// The same, made by a script: WebKit takes nothing for a frame's own ('self') that a sandbox has
/// left without an origin, as AMP does, so that there the page's address has to be named. It is in
/// words that every browser understands. Without scripts the element itself is there.
fn made_where_it_is_shown(policy: &str) -> String {
    format!(
        "<script>(function(meta){{meta.httpEquiv='Content-Security-Policy';\
         meta.content=\"{policy}\".split(\"'self'\").join(self.origin==='null'?location.origin:\"'self'\");\
         document.head.appendChild(meta)}})(document.createElement('meta'))</script><noscript>{}</noscript>",
        element(policy)
    )
}

/// The page with its policy in the head, after the element that names its encoding, and `more`
/// after that. The policy does not hold for the script that makes it, which comes first.
///
/// # Errors
/// If the page has markup that the policy would forbid, or no such element.
pub fn apply(html: &str, images: Option<&str>, more: &str) -> Result<String> {
    let found = Found::in_page(html)?;
    let at = found
        .after_charset
        .context("the page has no <meta charset>")?;
    let scripts: String = found
        .scripts
        .iter()
        .map(|script| format!(" {}", source(script)))
        .collect();
    let images = images
        .map(|origin| format!(" {origin}"))
        .unwrap_or_default();
    let policy = format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'{scripts}; style-src 'self'; \
         {IMG_SRC}{images}; connect-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'"
    );
    Ok(format!(
        "{}\n    {}{more}{}",
        &html[..at],
        made_where_it_is_shown(&policy),
        &html[at..]
    ))
}

fn source(script: &str) -> String {
    format!("'{}'", integrity(script))
}

/// What a policy is made from.
#[derive(Debug, Default)]
struct Found<'a> {
    /// The scripts in the page.
    scripts: Vec<&'a str>,
    after_charset: Option<usize>,
}

impl<'a> Found<'a> {
    fn in_page(html: &'a str) -> Result<Self> {
        let mut emitter = DefaultEmitter::<usize>::new_with_span();
        // Without this, what looks like an element inside a script would be taken for one.
        emitter.naively_switch_states(true);
        let mut found = Self::default();
        let mut script_begins = None;
        for token in Tokenizer::new_with_emitter(html, emitter).flatten() {
            match token {
                Token::StartTag(tag) => {
                    let name = String::from_utf8_lossy(&tag.name).into_owned();
                    for attribute in tag.attributes.keys() {
                        let attribute = String::from_utf8_lossy(attribute).into_owned();
                        ensure!(
                            attribute != "style" && !attribute.starts_with("on"),
                            "<{name}> has the attribute {attribute}, which the page's security policy forbids; \
                             use a class, or a listener in a script"
                        );
                    }
                    match name.as_str() {
                        "style" => {
                            bail!(
                                "the page has a <style>, which its security policy forbids; use a style sheet"
                            )
                        }
                        // What is no script is not run, and needs no digest.
                        "script"
                            if tag
                                .attributes
                                .get(&b"type"[..])
                                .is_some_and(|kind| *kind.value == b"application/json"[..]) => {}
                        "script" if !tag.attributes.contains_key(&b"src"[..]) => {
                            script_begins = Some(tag.span.end)
                        }
                        "meta" if tag.attributes.contains_key(&b"charset"[..]) => {
                            found.after_charset.get_or_insert(tag.span.end);
                        }
                        _ => {}
                    }
                }
                Token::EndTag(tag) if *tag.name == b"script"[..] => {
                    if let Some(begins) = script_begins.take() {
                        found.scripts.push(&html[begins..tag.span.start]);
                    }
                }
                _ => {}
            }
        }
        Ok(found)
    }
}

/// The origin of a publisher's background tiles, as a policy names it; nothing if there are none,
/// or if they lie beside the page.
///
/// # Errors
/// If their address in the manifest is not one that a policy can name.
pub fn tiles(files: &Files) -> Result<Option<String>> {
    let Some(manifest) = files.get(super::preload::MANIFEST) else {
        return Ok(None);
    };
    let manifest: Value =
        serde_json::from_slice(manifest).context("public/data/manifest.json is not JSON")?;
    let origin =
        |url| rising_prerender::policy::origin(url).context("in public/data/manifest.json");
    manifest["tiles"]["url"].as_str().map_or(Ok(None), origin)
}

#[cfg(test)]
mod tests {
    use rising_model::manifest::Tiles;
    use rising_prerender::policy::allow_tiles;

    use super::*;

    #[test]
    fn scripts_in_the_page_are_named_by_their_digests() {
        let page = "<head><meta charset=\"utf-8\"><script src=a.js></script><script>alert('Hello, world.');</script>\
            <script type=\"application/json\">{}</script></head>";
        let html = apply(page, None, "<x>").unwrap();
        // The example of the standard.
        assert!(
            html.contains(
                "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='; style-src 'self'"
            ),
            "{html}"
        );
        // In the script that makes the policy, and in the element for who has no scripts.
        assert_eq!(html.matches("sha256-").count(), 2);
        let start = "<head><meta charset=\"utf-8\">\n    <script>(function(meta){meta.httpEquiv=";
        assert!(
            html.starts_with(start) && html.contains("'none'\"></noscript><x><script src"),
            "{html}"
        );
    }

    #[test]
    fn markup_that_would_be_forbidden_is_refused() {
        let error = |body: &str| {
            apply(&format!("<meta charset=utf-8>{body}"), None, "")
                .unwrap_err()
                .to_string()
        };
        assert!(error("<script src=a onerror=\"x()\"></script>").contains("onerror"));
        assert!(error("<p style=\"color:red\">").contains("style"));
        assert!(error("<style>a{}</style>").contains("style sheet"));
        assert!(
            apply("<p>", None, "")
                .unwrap_err()
                .to_string()
                .contains("charset")
        );
    }

    /// `prepare` puts the tiles of a later edition into the page that is built here.
    #[test]
    fn policy_has_a_place_for_the_tiles_of_a_later_edition() {
        let tiles = Tiles {
            url: "https://tiles.example.org/{z}.png".into(),
            attribution: String::new(),
        };
        let page =
            "<head><meta charset=\"utf-8\"></head><body><!--opening--><!--/opening--></body>";
        let plain = apply(page, None, "").unwrap();
        let built = apply(page, Some("https://tiles.example.org"), "").unwrap();
        assert_eq!(allow_tiles(&plain, Some(&tiles)).unwrap(), built);
        assert_eq!(allow_tiles(&built, None).unwrap(), plain);
    }

    #[test]
    fn digests_are_of_scripts_styles_and_the_program() {
        let names = ["a.js", "b.css", "c_bg.wasm", "d.bin", "e.wasm"];
        let files = Files::from(names.map(|name| (name.to_owned(), b"abc".to_vec())));
        let digests: Vec<(String, String)> = digests(&files).collect();
        assert_eq!(
            digests
                .iter()
                .map(|(name, _)| name.as_str())
                .collect::<Vec<_>>(),
            names[..3]
        );
        // The example of the standard.
        assert_eq!(
            digests[0].1,
            "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="
        );
    }
}
