//! The script in the page's head that loads the program: `head.js` with the names of the files,
//! made small.

use std::fs;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::app::{esbuild, outfile};
use super::cache;
use super::page::Links;
use super::support::OLDEST;
use crate::command::run;
use crate::context::Context;

/// How long the files of the program may wait for a first picture that does not come, in
/// milliseconds. On a slow line the page and its style sheet alone may take two seconds; a frame
/// far below in an article paints nothing until it is scrolled to.
const PICTURE_IN: u32 = 4000;

/// A file that fails is requested once more after that many milliseconds, as the app does with its
/// files: most losses are a moment's.
const SECOND_TRY_AFTER: u32 = 700;

/// The script for a page with these links.
///
/// # Errors
/// If a file lacks its digest, or esbuild fails.
pub(super) fn script(context: &Context, links: &Links) -> Result<String> {
    let work = tempfile::tempdir_in(cache(context))?;
    let made = work.path().join("head.js");
    let defines = names(links)?
        .into_iter()
        .map(|(name, value)| format!("--define:{name}={value}"));
    run(esbuild(context)
        .arg("xtask/src/site/head.js")
        .args(defines)
        .args(["--minify", OLDEST])
        .arg(outfile(&made)))?;
    let script = fs::read_to_string(&made).context("esbuild made no script")?;
    Ok(script.trim_end().to_owned())
}

/// The page with its own scripts without what only people read. Their words stay as they are: some
/// are for browsers that are too old for the program.
///
/// # Errors
/// If esbuild fails.
pub(super) fn without_comments(context: &Context, html: &str) -> Result<String> {
    let work = tempfile::tempdir_in(cache(context))?;
    let mut parts = html.split("<script>");
    let mut page = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (script, rest) = part
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

/// What the script's names in capitals stand for.
fn names(links: &Links) -> Result<[(&'static str, Value); 8]> {
    let (glue, wasm) = &links.app;
    let digest = |file: &String| {
        links
            .integrity
            .get(file)
            .with_context(|| format!("{file} has no digest"))
    };
    // With "./", by which the service worker finds the files that the page names.
    let address = |file: &String| Value::from(format!("./{file}"));
    Ok([
        ("GLUE", address(glue)),
        ("GLUE_INTEGRITY", json!(digest(glue)?)),
        ("WASM", address(wasm)),
        ("WASM_INTEGRITY", json!(digest(wasm)?)),
        ("AREA", json!(links.area.as_deref().unwrap_or_default())),
        ("ELEMENTS", json!(links.elements())),
        ("PICTURE_IN", json!(PICTURE_IN)),
        ("SECOND_TRY_AFTER", json!(SECOND_TRY_AFTER)),
    ])
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn every_name_in_capitals_of_the_script_has_a_value() {
        let app = ("rising-1.js".to_owned(), "rising-1_bg.wasm".to_owned());
        let integrity = [&app.0, &app.1].map(|file| (file.clone(), "sha256-abc".to_owned()));
        let links = Links {
            integrity: HashMap::from(integrity),
            app,
            ..Links::default()
        };
        let known = names(&links).unwrap().map(|(name, _)| name);
        let code = include_str!("head.js")
            .lines()
            .map(|line| line.split("//").next().unwrap_or_default());
        // Without what is quoted.
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
            names(&Links {
                app: links.app,
                ..Links::default()
            })
            .is_err()
        );
    }
}
