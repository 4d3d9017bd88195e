//! Creates the list of files for the service worker (`web/service-worker`): the page's files with
//! their digests.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, ensure};
use rising_model::dataset::manifest::MANIFEST_VERSION;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::assets::Files;

/// The list's file name in the site.
pub const LIST: &str = "offline.json";

/// Returns the list of `shell`, the files besides the page and its data. `format` is the version of
/// the data sets that this program reads: the worker keeps it with no other. `page` has the files
/// that the page names: by them the worker tells the page from another one, such as a maintenance
/// page. The page must name all of `first_view`.
///
/// # Errors
/// If a file is missing, the page names a file that is not in the list, without which it would not
/// start offline, or the page does not name a file of its first view.
pub fn list(html: &str, files: &Files, shell: &[String], first_view: &[String]) -> Result<Vec<u8>> {
    let page: BTreeSet<&str> = named(html).collect();
    for name in first_view {
        ensure!(
            page.contains(name.as_str()),
            "the page does not name ./{name}, by which the service worker recognises it"
        );
    }
    for name in &page {
        ensure!(
            shell.iter().any(|file| file == name),
            "the page names ./{name}, which has no digest in its name and is \
             not in the offline copy"
        );
    }
    let digests = shell.iter().map(|name| {
        let content = files
            .get(name)
            .with_context(|| format!("{name} is not in the site"))?;
        let digest: String = Sha256::digest(content)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Ok((name, digest))
    });
    let digests: BTreeMap<&String, String> = digests.collect::<Result<_>>()?;
    Ok(
        json!({ "format": MANIFEST_VERSION, "page": page, "files": digests })
            .to_string()
            .into_bytes(),
    )
}

/// Returns the files in the site's top folder that the page names, by the rule of the service
/// worker.
pub(crate) fn named(html: &str) -> impl Iterator<Item = &str> {
    html.split(['"', '\'']).filter_map(|quoted| {
        let name = quoted.strip_prefix("./")?;
        let (stem, end) = name.split_once('.')?;
        let is_word = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        };
        (is_word(&stem.replace('-', "_")) && is_word(end)).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTML: &str = r#"<link href="./a-1.css"><a href="./"><script>import('./b-2_bg.wasm');f('./data/'+x,"./data/y.json")</script>"#;

    #[test]
    fn list_has_digest_of_every_file() {
        let files = Files::from(
            ["a-1.css", "b-2_bg.wasm", "c-3.wasm"].map(|name| (name.to_owned(), b"abc".to_vec())),
        );
        let shell: Vec<String> = files.keys().cloned().collect();
        let list: serde_json::Value =
            serde_json::from_slice(&list(HTML, &files, &shell, &shell[..2]).unwrap()).unwrap();
        assert_eq!(list["format"], MANIFEST_VERSION);
        assert_eq!(list["page"], json!(["a-1.css", "b-2_bg.wasm"]));
        assert_eq!(list["files"].as_object().unwrap().len(), 3);
        // The example of FIPS 180-4.
        assert_eq!(
            list["files"]["c-3.wasm"],
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn list_refuses_page_naming_unlisted_file() {
        let files = Files::from([("a-1.css".to_owned(), vec![])]);
        let refused = list(HTML, &files, &["a-1.css".to_owned()], &[])
            .unwrap_err()
            .to_string();
        assert!(refused.contains("./b-2_bg.wasm"), "{refused}");
        assert!(list("", &files, &["gone.js".to_owned()], &[]).is_err());
    }

    #[test]
    fn list_refuses_page_without_first_view() {
        let files = Files::from([("a-1.css".to_owned(), vec![])]);
        let shell = ["a-1.css".to_owned()];
        let refused = list("import(`./a-1.css`)", &files, &shell, &shell)
            .unwrap_err()
            .to_string();
        assert!(refused.contains("does not name ./a-1.css"), "{refused}");
    }
}
