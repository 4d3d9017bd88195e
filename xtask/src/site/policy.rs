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

/// Returns the content of the policy's slot: `script`, which creates the element with the policy,
/// and the element itself for browsers without scripts.
pub fn elements(policy: &str, script: &str) -> String {
    format!(
        "<script>{script}</script><noscript>{}</noscript>",
        meta_element(policy)
    )
}

/// Returns the policy of a page. `images` is the origin of background tiles.
///
/// # Errors
/// If the page has markup that the policy would forbid.
pub fn policy(html: &str, images: Option<&str>) -> Result<String> {
    let scripts: String = inline_scripts(html)?
        .into_iter()
        .map(|script| format!(" {}", source(script)))
        .collect();
    let images = images
        .map(|origin| format!(" {origin}"))
        .unwrap_or_default();
    Ok(format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'{scripts}; style-src 'self'; \
         {IMG_SRC}{images}; connect-src 'self'; worker-src 'self'; object-src 'none'; base-uri \
         'none'; form-action 'none'"
    ))
}

fn source(script: &str) -> String {
    format!("'{}'", integrity(script))
}

/// Returns the contents of a page's inline scripts.
///
/// # Errors
/// If the page has markup that the policy would forbid.
fn inline_scripts(html: &str) -> Result<Vec<&str>> {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    // Otherwise text inside a script could be parsed as an element.
    emitter.naively_switch_states(true);
    let mut scripts = Vec::new();
    let mut script_begins = None;
    for token in Tokenizer::new_with_emitter(html, emitter).flatten() {
        match token {
            Token::StartTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                for attribute in tag.attributes.keys() {
                    let attribute = String::from_utf8_lossy(attribute).into_owned();
                    ensure!(
                        attribute != "style" && !attribute.starts_with("on"),
                        "<{name}> has the attribute {attribute}, which the page's security policy \
                         forbids; use a class, or a listener in a script"
                    );
                }
                match name.as_str() {
                    "style" => bail!(
                        "the page has a <style>, which its security policy forbids; use a style \
                         sheet"
                    ),
                    // A data block is not run and needs no digest.
                    "script"
                        if tag
                            .attributes
                            .get(&b"type"[..])
                            .is_some_and(|kind| *kind.value == b"application/json"[..]) => {}
                    "script" if !tag.attributes.contains_key(&b"src"[..]) => {
                        script_begins = Some(tag.span.end);
                    }
                    _ => {}
                }
            }
            Token::EndTag(tag) if *tag.name == b"script"[..] => {
                if let Some(begins) = script_begins.take() {
                    scripts.push(&html[begins..tag.span.start]);
                }
            }
            _ => {}
        }
    }
    Ok(scripts)
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
    use rising_model::dataset::manifest::Tiles;
    use rising_prerender::policy::allow_tiles;
    use rising_prerender::slot::Slot;

    use super::*;

    #[test]
    fn policy_names_inline_scripts_by_digest() {
        let page = "<script src=a.js></script><script>alert('Hello, world.');</script>\
            <script type=\"application/json\">{}</script>";
        let policy = policy(page, None).unwrap();
        // The example of the standard.
        assert!(
            policy.contains(
                "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='; style-src 'self'"
            ),
            "{policy}"
        );
        assert_eq!(policy.matches("sha256-").count(), 1);
    }

    #[test]
    fn policy_refuses_forbidden_markup() {
        let error = |body: &str| policy(body, None).unwrap_err().to_string();
        assert!(error("<script src=a onerror=\"x()\"></script>").contains("onerror"));
        assert!(error("<p style=\"color:red\">").contains("style"));
        assert!(error("<style>a{}</style>").contains("style sheet"));
    }

    /// `prepare` changes the tile origin in the built page for a later edition.
    #[test]
    fn written_policy_adds_and_removes_tile_origin() {
        let tiles = Tiles {
            url: "https://tiles.example.org/{z}.png".into(),
            attribution: String::new(),
        };
        let page = |images| {
            let policy = policy("", images).unwrap();
            let elements = elements(&policy, &format!("add(\"{policy}\")"));
            Slot::Policy
                .fill("<!--slot:policy--><!--/slot:policy-->", &elements)
                .unwrap()
        };
        let (plain, built) = (page(None), page(Some("https://tiles.example.org")));
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
