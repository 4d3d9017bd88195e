//! Creates the script in the page's head that loads the program: `web/loader.js`, minified, with
//! the names of the files.

use std::fs;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::app::{esbuild, outfile};
use super::cache;
use super::page::Links;
use super::support::OLDEST;
use crate::command::run;
use crate::context::Context;

/// Milliseconds after which the program loads even if the browser has not painted. On a slow
/// connection the page and its style sheet alone may take two seconds; a frame far down in an
/// article is not painted until the reader scrolls to it.
const PAINT_TIMEOUT: u32 = 4000;

/// Milliseconds before a failed file is requested again, as in the app: most failures are brief.
const RETRY_DELAY: u32 = 700;

/// Returns the script for a page with these links.
///
/// # Errors
/// If a file lacks its digest, or esbuild fails.
pub(super) fn script(context: &Context, links: &Links) -> Result<String> {
    let work = tempfile::tempdir_in(cache(context))?;
    let made = work.path().join("loader.js");
    let defines = script_constants(links)?
        .into_iter()
        .map(|(name, value)| format!("--define:{name}={value}"));
    run(esbuild(context)
        .arg("web/loader.js")
        .args(defines)
        .args(["--minify", OLDEST])
        .arg(outfile(&made)))?;
    let script = fs::read_to_string(&made).context("esbuild wrote no script")?;
    Ok(script.trim_end().to_owned())
}

/// Removes comments and white space from a page's inline scripts. Keeps their syntax: some run in
/// browsers that are too old for the program.
///
/// # Errors
/// If esbuild fails.
pub(super) fn without_comments(context: &Context, html: &str) -> Result<String> {
    let work = tempfile::tempdir_in(cache(context))?;
    let mut pieces = html.split("<script>");
    let mut page = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (script, rest) = piece
            .split_once("</script>")
            .context("a script has no end")?;
        let (from, to) = (work.path().join("script.js"), work.path().join("small.js"));
        fs::write(&from, script)?;
        run(esbuild(context)
            .arg(&from)
            .args(["--minify-whitespace", "--charset=utf8"])
            .arg(outfile(&to)))?;
        page += &[
            "<script>",
            fs::read_to_string(&to)?.trim_end(),
            "</script>",
            rest,
        ]
        .concat();
    }
    Ok(page)
}

/// Returns the values of the script's constants, whose names are in capitals.
fn script_constants(links: &Links) -> Result<[(&'static str, Value); 8]> {
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
        ("GLUE", address(glue)),
        ("GLUE_INTEGRITY", json!(digest(glue)?)),
        ("WASM", address(wasm)),
        ("WASM_INTEGRITY", json!(digest(wasm)?)),
        ("AREA", json!(links.area.as_deref().unwrap_or_default())),
        ("ELEMENTS", json!(links.elements())),
        ("PAINT_TIMEOUT", json!(PAINT_TIMEOUT)),
        ("RETRY_DELAY", json!(RETRY_DELAY)),
    ])
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn every_constant_of_script_has_value() {
        let app = ("rising-1.js".to_owned(), "rising-1_bg.wasm".to_owned());
        let integrity = [&app.0, &app.1].map(|file| (file.clone(), "sha256-abc".to_owned()));
        let links = Links {
            integrity: HashMap::from(integrity),
            app,
            ..Links::default()
        };
        let known = script_constants(&links).unwrap().map(|(name, _)| name);
        let code = include_str!("../../../web/loader.js")
            .lines()
            .map(|line| line.split("//").next().unwrap_or_default());
        // Without string literals.
        let code = code.flat_map(|line| line.split('\'').step_by(2));
        for word in code.flat_map(|line| {
            line.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'))
        }) {
            let capitals = word.len() > 1
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_uppercase() || byte == b'_');
            assert!(
                !capitals || word == "JSON" || known.contains(&word),
                "{word} has no value"
            );
        }
        assert!(
            script_constants(&Links {
                app: links.app,
                ..Links::default()
            })
            .is_err()
        );
    }
}
