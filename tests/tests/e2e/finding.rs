//! Tests the search for an area by postcode, name and position, the verdict about it, the area that
//! is kept, and shared links.

mod device;
mod entries;
mod search_box;
mod verdict;

use anyhow::Result;
use fantoccini::key::Key;
use libtest_mimic::Trial;
use rising_tests::page::Page;
use rising_tests::page_state::PageState;

pub fn trials() -> Vec<Trial> {
    [
        entries::trials(),
        search_box::trials(),
        verdict::trials(),
        device::trials(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const CALDERDALE: &str = "E08000033";

const HEREFORDSHIRE: &str = "E06000019";

/// Types into the search box by keyboard and presses Enter.
pub async fn look_for(page: &Page<'_>, typed: &str) -> Result<()> {
    type_in_search(page, typed).await?;
    page.key(Key::Enter).await
}

pub async fn type_in_search(page: &Page<'_>, typed: &str) -> Result<()> {
    page.tab_until("the search", |seen| {
        seen.focus
            .as_ref()
            .is_some_and(|focus| focus.region == "search" && focus.tag == "input")
    })
    .await?;
    page.type_text(typed).await
}

/// Returns the texts of the suggestions, once there are some.
pub async fn suggestions(page: &Page<'_>) -> Result<Vec<String>> {
    page.until_script(
        "suggestions",
        "return document.querySelectorAll('[role=option]').length > 0",
    )
    .await?;
    // All names are loaded once the page is settled.
    page.until("the names", PageState::is_settled).await?;
    let script = "return [...document.querySelectorAll('[role=option]')]
        .map(o => o.innerText.replace(/\\s+/g, ' ').trim())";
    let texts = page.execute(script, vec![]).await?;
    Ok(texts
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|text| text.as_str().map(str::to_owned))
        .collect())
}

pub async fn until_open(page: &Page<'_>, code: &str) -> Result<PageState> {
    page.until(&format!("the details of {code}"), |seen| {
        seen.open_area() == Some(code) && seen.is_settled()
    })
    .await
}
