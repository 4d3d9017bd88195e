//! Bundles and minifies the scripts of `web/`, and defines their constants.

use std::collections::HashMap;
use std::fs;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::app::{esbuild, outfile};
use super::cache;
use super::page::{Links, Page, TrunkElement};
use super::support::OLDEST;
use crate::command::run;
use crate::context::Context;

/// The script that creates the content security policy.
const POLICY: &str = "web/old-browsers/policy.js";

/// Milliseconds after which the program loads even if the browser has not painted. On a slow
/// connection the page and its style sheet alone may take two seconds; a frame far down in an
/// article is not painted until the reader scrolls to it.
const PAINT_TIMEOUT: u32 = 4000;

/// Milliseconds before a failed file is requested again, as in the app: most failures are brief.
const RETRY_DELAY: u32 = 700;

/// Returns the inline scripts of a page by the paths to which it refers, for a site with these
/// files.
///
/// # Errors
/// If a file lacks its digest, and as [`page_script`].
pub(super) fn inline_scripts(
    context: &Context,
    page: &Page<'_>,
    links: &Links,
) -> Result<HashMap<String, String>> {
    let constants = constants(links)?;
    let paths = page.references().filter_map(|reference| match reference {
        TrunkElement::Inline { href } if href.ends_with(".js") => Some(href),
        _ => None,
    });
    paths
        .map(|path| {
            let script = page_script(context, path, &constants)?;
            Ok((path.clone(), format!("<script>{script}</script>")))
        })
        .collect()
}

/// Bundles a script to which `index.html` refers. Its path there is that of the bundle which
/// `npm run scripts` writes for Trunk; this build bundles the source itself.
///
/// # Errors
/// If it is not a script of `web/`, or esbuild fails.
pub(super) fn page_script(
    context: &Context,
    path: &str,
    constants: &[(&str, Value)],
) -> Result<String> {
    let source = path
        .strip_prefix("target/")
        .filter(|source| source.starts_with("web/"))
        .with_context(|| format!("{path} is not in target/web, where scripts are bundled"))?;
    bundle(context, source, constants)
}

/// Bundles a script that is a file under a name that does not change, such as `embed.js`. Its
/// semicolon ends the statement that another script may leave open where a publisher joins the two.
///
/// # Errors
/// As [`page_script`].
pub(super) fn public_script(context: &Context, path: &str) -> Result<String> {
    Ok(format!(";{}\n", page_script(context, path, &[])?))
}

/// Bundles the script that creates the content security policy.
///
/// # Errors
/// If esbuild fails.
pub(super) fn policy_script(context: &Context, policy: &str) -> Result<String> {
    bundle(context, POLICY, &[("POLICY", json!(policy))])
}

/// Bundles and minifies a script, in a syntax that the browsers parse which it is for.
fn bundle(context: &Context, source: &str, constants: &[(&str, Value)]) -> Result<String> {
    let work = tempfile::tempdir_in(cache(context))?;
    let bundle = work.path().join("bundle.js");
    let defines = constants
        .iter()
        .map(|(name, value)| format!("--define:{name}={value}"));
    let target = match source.split('/').nth(1) {
        Some("old-browsers") => "--target=es5",
        // Articles have readers with older browsers, whom the frame shows the prerendered view.
        Some("embed") => "--target=es2020",
        _ => OLDEST,
    };
    run(esbuild(context)
        .arg(source)
        .args(defines)
        .args(["--bundle", "--minify", "--charset=utf8"])
        .args(["--format=iife", target, "--legal-comments=inline"])
        .arg(outfile(&bundle)))?;
    let script = fs::read_to_string(&bundle).context("esbuild wrote no script")?;
    let script = script.trim_end();
    // esbuild begins each bundle of modules with it: bytes in every page, for checks of mistakes
    // that TypeScript has found already.
    Ok(script
        .strip_prefix("\"use strict\";")
        .unwrap_or(script)
        .to_owned())
}

/// Returns the constants of the scripts in `index.html`.
fn constants(links: &Links) -> Result<[(&'static str, Value); 9]> {
    let (glue, wasm) = &links.app;
    let digest = |file: &String| {
        links
            .integrity
            .get(file)
            .with_context(|| format!("{file} has no digest"))
    };
    // With "./", by which the service worker recognises the files that the page names.
    let address = |file: &String| Value::from(format!("./{file}"));
    Ok([
        ("TITLES", json!(rising_prerender::shell::titles())),
        ("GLUE", address(glue)),
        ("GLUE_INTEGRITY", json!(digest(glue)?)),
        ("WASM", address(wasm)),
        ("WASM_INTEGRITY", json!(digest(wasm)?)),
        (
            "AREA_CHUNK",
            json!(links.area.as_deref().unwrap_or_default()),
        ),
        ("PAGE_FILES", json!(links.elements())),
        ("PAINT_TIMEOUT", json!(PAINT_TIMEOUT)),
        ("RETRY_DELAY", json!(RETRY_DELAY)),
    ])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_declared_constant_has_value() {
        let app = ("rising-1.js".to_owned(), "rising-1_bg.wasm".to_owned());
        let integrity = [&app.0, &app.1].map(|file| (file.clone(), "sha256-abc".to_owned()));
        let links = Links {
            integrity: HashMap::from(integrity),
            app,
            ..Links::default()
        };
        let declared: BTreeSet<&str> = include_str!("../../../web/constants.d.ts")
            .lines()
            .filter_map(|line| line.strip_prefix("declare const ")?.split(':').next())
            .collect();
        let defined = constants(&links).unwrap().map(|(name, _)| name);
        assert_eq!(declared, defined.into_iter().chain(["POLICY"]).collect());
        let without_digests = Links {
            app: links.app,
            ..Links::default()
        };
        constants(&without_digests).unwrap_err();
    }
}
