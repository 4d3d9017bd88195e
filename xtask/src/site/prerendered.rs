//! Prerenders the first view and the pages of areas with `rising-prerender`.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use rising_prerender::area_page::{self, SiteContext};
use rising_prerender::page_data::{PageData, folder_reader};
use rising_prerender::slot::Slot;
use rising_prerender::{prerendered_view, shell};
use rising_words::Language;

use super::assets::Files;
use crate::context::Context;

/// The language of prerendered figures; the program shows them in other languages.
const LANGUAGE: Language = Language::En;

/// Reads the data set of the site; `None` if it is missing.
///
/// # Errors
/// If the data set is damaged.
pub fn read_edition(context: &Context) -> Result<Option<PageData>> {
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

/// Inserts the page's own texts in every language, and the prerendered view if there is a data set.
///
/// # Errors
/// If the page lacks their slots.
pub fn with_prerendered_view(html: &str, edition: Option<&PageData>) -> Result<String> {
    let html = shell::insert(html).context("in index.html")?;
    let Some(edition) = edition else {
        return Ok(html);
    };
    prerendered_view::insert(&html, edition, LANGUAGE).context("in index.html")
}

/// Fills the slot of the site's address, if known.
///
/// # Errors
/// If the page lacks the slot.
pub fn with_address(html: &str, base: Option<&str>) -> Result<String> {
    Ok(Slot::Address.fill(html, &address_elements(base))?)
}

/// Returns the elements with the page's address for search engines and social networks; empty if
/// unknown.
fn address_elements(base: Option<&str>) -> String {
    let base = base.map(|base| {
        base.replace('&', "&amp;")
            .replace('"', "&quot;")
            .replace('<', "&lt;")
    });
    base.map(|base| {
        format!(
            "<link rel=\"canonical\" href=\"{base}\">\n    <meta property=\"og:url\" \
            content=\"{base}\">"
        )
    })
    .unwrap_or_default()
}

/// Returns the codes of the areas with a social media card, which `prepare cards --out
/// public/cards` draws.
pub fn card_codes(files: &Files) -> Vec<String> {
    let code = |name: &String| {
        Some(
            name.strip_prefix("cards/")?
                .strip_suffix(".png")?
                .to_owned(),
        )
    };
    files.keys().filter_map(code).collect()
}

/// Returns a page for each authority with its path in the site. `site_page` is the finished
/// `index.html`.
///
/// # Errors
/// If the neighbourhoods of the data set are damaged.
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
    let sources = edition.licences();
    let around = SiteContext {
        language: LANGUAGE,
        base,
        cards,
        head: &area_page::head(site_page),
        sources: &sources,
    };
    let pages: Vec<(String, String)> =
        area_page::render_all(edition, finer.as_ref(), &around).collect();
    Ok(pages
        .into_iter()
        .map(|(path, html)| (path, html.into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::address_elements;

    #[test]
    fn address_elements_are_empty_without_address() {
        assert_eq!(address_elements(None), "");
        let elements = address_elements(Some("https://example.org/a?b&\"c\"/"));
        assert!(
            elements
                .contains("rel=\"canonical\" href=\"https://example.org/a?b&amp;&quot;c&quot;/\""),
            "{elements}"
        );
    }
}
