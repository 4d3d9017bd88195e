//! Creates the page's content security policy and integrity digests.
//!
//! The policy names inline scripts by their digests, so that injected markup runs no script.
//! Scripts, style sheets and the program have `integrity` digests, so that browsers refuse a
//! damaged or replaced file.

use anyhow::{Context as _, Result, bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use html5gum::{DefaultEmitter, Token, Tokenizer};
use rising_prerender::policy::IMG_SRC;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::assets::Files;

/// Returns the values of `integrity` attributes by file name, for scripts, style sheets and the
/// program.
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

/// Returns the element with a policy.
fn meta_element(policy: &str) -> String {
    format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">")
}

/// Returns a script that creates the element, and the element itself for browsers without scripts.
/// In a sandboxed frame with an opaque origin, as in AMP pages, WebKit matches nothing with 'self',
/// so that the script names the page's origin instead. Its syntax is for old browsers too.
fn policy_script(policy: &str) -> String {
    format!(
        "<script>(function(meta){{meta.httpEquiv='Content-Security-Policy';\
         meta.content=\"{policy}\".split(\"'self'\").join(self.origin==='null'?location.origin:\"'self'\");\
         document.head.appendChild(meta)}})(document.createElement('meta'))</script><noscript>{}</noscript>",
        meta_element(policy)
    )
}

/// Inserts the policy into the head after `<meta charset>`, followed by `more`. The policy does not
/// apply to the script that creates it, which runs first.
///
/// # Errors
/// If the page has markup that the policy would forbid, or no `<meta charset>`.
pub fn apply(html: &str, images: Option<&str>, more: &str) -> Result<String> {
    let inputs = PolicyInputs::in_page(html)?;
    let at = inputs
        .after_charset
        .context("the page has no <meta charset>")?;
    let scripts: String = inputs
        .scripts
        .iter()
        .map(|script| format!(" {}", source(script)))
        .collect();
    let images = images
        .map(|origin| format!(" {origin}"))
        .unwrap_or_default();
    let policy = format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'{scripts}; style-src 'self'; \
         {IMG_SRC}{images}; connect-src 'self'; worker-src 'self'; object-src 'none'; base-uri \
         'none'; form-action 'none'"
    );
    Ok(format!(
        "{}\n    {}{more}{}",
        &html[..at],
        policy_script(&policy),
        &html[at..]
    ))
}

fn source(script: &str) -> String {
    format!("'{}'", integrity(script))
}

/// The parts of a page that determine its policy.
#[derive(Debug, Default)]
struct PolicyInputs<'a> {
    /// The contents of inline scripts.
    scripts: Vec<&'a str>,
    after_charset: Option<usize>,
}

impl<'a> PolicyInputs<'a> {
    fn in_page(html: &'a str) -> Result<Self> {
        let mut emitter = DefaultEmitter::<usize>::new_with_span();
        // Otherwise text inside a script could be parsed as an element.
        emitter.naively_switch_states(true);
        let mut inputs = Self::default();
        let mut script_begins = None;
        for token in Tokenizer::new_with_emitter(html, emitter).flatten() {
            match token {
                Token::StartTag(tag) => {
                    let name = String::from_utf8_lossy(&tag.name).into_owned();
                    for attribute in tag.attributes.keys() {
                        let attribute = String::from_utf8_lossy(attribute).into_owned();
                        ensure!(
                            attribute != "style" && !attribute.starts_with("on"),
                            "<{name}> has the attribute {attribute}, which the page's security \
                             policy forbids; \
                             use a class, or a listener in a script"
                        );
                    }
                    match name.as_str() {
                        "style" => {
                            bail!(
                                "the page has a <style>, which its security policy forbids; use a \
                                 style sheet"
                            )
                        }
                        // A data block is not run and needs no digest.
                        "script"
                            if tag
                                .attributes
                                .get(&b"type"[..])
                                .is_some_and(|kind| *kind.value == b"application/json"[..]) => {}
                        "script" if !tag.attributes.contains_key(&b"src"[..]) => {
                            script_begins = Some(tag.span.end);
                        }
                        "meta" if tag.attributes.contains_key(&b"charset"[..]) => {
                            inputs.after_charset.get_or_insert(tag.span.end);
                        }
                        _ => {}
                    }
                }
                Token::EndTag(tag) if *tag.name == b"script"[..] => {
                    if let Some(begins) = script_begins.take() {
                        inputs.scripts.push(&html[begins..tag.span.start]);
                    }
                }
                _ => {}
            }
        }
        Ok(inputs)
    }
}

/// Returns the origin of the publisher's background tiles for the policy; `None` without tiles or
/// with tiles of the page's own origin.
///
/// # Errors
/// If a policy cannot name their address in the manifest.
pub fn tile_origin(files: &Files) -> Result<Option<String>> {
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
    fn apply_names_inline_scripts_by_digest() {
        let page = "<head><meta charset=\"utf-8\"><script src=a.js></script><script>alert('Hello, \
            world.');</script>\
            <script type=\"application/json\">{}</script></head>";
        let html = apply(page, None, "<x>").unwrap();
        // The example of the standard.
        assert!(
            html.contains(
                "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='; style-src 'self'"
            ),
            "{html}"
        );
        // Once in the script that creates the policy, and once in the element for browsers without
        // scripts.
        assert_eq!(html.matches("sha256-").count(), 2);
        let start = "<head><meta charset=\"utf-8\">\n    <script>(function(meta){meta.httpEquiv=";
        assert!(
            html.starts_with(start) && html.contains("'none'\"></noscript><x><script src"),
            "{html}"
        );
    }

    #[test]
    fn apply_refuses_forbidden_markup() {
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

    /// `prepare` changes the tile origin in the built page for a later edition.
    #[test]
    fn written_policy_adds_and_removes_tile_origin() {
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
    fn digests_cover_scripts_styles_and_program() {
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
