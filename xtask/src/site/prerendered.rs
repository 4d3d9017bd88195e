//! What of the site is written before a browser runs it, by `rising-prerender`.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use rising_prerender::area_page::{self, SiteContext};
use rising_prerender::page_data::{PageData, folder_reader};
use rising_prerender::{prerendered_view, shell};
use rising_words::Language;

use super::assets::Files;
use crate::context::Context;

/// A reader in another language gets the figures from the program.
const LANGUAGE: Language = Language::En;

/// The data set that the site will have; `None` where there is none.
///
/// # Errors
/// If it is damaged.
pub fn edition(context: &Context) -> Result<Option<PageData>> {
    let data = data_folder(context);
    if !data.join("manifest.json").is_file() {
        return Ok(None);
    }
    PageData::read(&folder_reader(&data))
        .with_context(|| format!("in {}", data.display()))
        .map(Some)
}

fn data_folder(context: &Context) -> PathBuf {
    context.root.join("public/data")
}

/// The page with what it says itself in every language, and the first picture in place of its
/// outline; with its outline, without a data set.
///
/// # Errors
/// If the page does not say where these are.
pub fn opening(html: &str, edition: Option<&PageData>) -> Result<String> {
    let html = shell::insert(html).context("in index.html")?;
    let Some(edition) = edition else {
        return Ok(html);
    };
    prerendered_view::insert(&html, edition, LANGUAGE).context("in index.html")
}

/// The elements that tell search engines and social networks where the page is, if that is known.
pub fn address(base: Option<&str>) -> String {
    let base = base.map(|base| {
        base.replace('&', "&amp;")
            .replace('"', "&quot;")
            .replace('<', "&lt;")
    });
    base.map(|base| {
        format!("\n    <link rel=\"canonical\" href=\"{base}\">\n    <meta property=\"og:url\" content=\"{base}\">")
    })
    .unwrap_or_default()
}

/// The codes of the areas of which the publisher has had cards drawn, by `prepare cards --out
/// public/cards`.
pub fn cards(files: &Files) -> Vec<String> {
    let code = |name: &String| {
        Some(
            name.strip_prefix("cards/")?
                .strip_suffix(".png")?
                .to_owned(),
        )
    };
    files.keys().filter_map(code).collect()
}

/// A page for each authority, by its path in the site. `site_page` is the finished `index.html`.
///
/// # Errors
/// If the data set's neighbourhoods are damaged.
pub fn area_pages(
    context: &Context,
    edition: &PageData,
    site_page: &str,
    cards: &[String],
    base: Option<&str>,
) -> Result<impl Iterator<Item = (String, Vec<u8>)>> {
    let data = data_folder(context);
    let finer = edition
        .finer(&folder_reader(&data))
        .with_context(|| format!("in {}", data.display()))?;
    let sources: Vec<String> = edition
        .manifest
        .sources
        .iter()
        .map(|source| source.licence.clone())
        .collect();
    let around = SiteContext {
        language: LANGUAGE,
        base,
        cards,
        head: &area_page::head(site_page),
        sources: &sources,
    };
    let pages: Vec<(String, String)> =
        area_page::render_all(&edition.view, finer.as_ref(), &around).collect();
    Ok(pages
        .into_iter()
        .map(|(path, html)| (path, html.into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn an_address_is_told_only_where_it_is_known() {
        assert_eq!(address(None), "");
        let told = address(Some("https://example.org/a?b&\"c\"/"));
        assert!(
            told.contains("rel=\"canonical\" href=\"https://example.org/a?b&amp;&quot;c&quot;/\""),
            "{told}"
        );
    }
}
