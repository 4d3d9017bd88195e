//! Tests the map in articles: the pages of `examples/`, in real frames.

mod builder;
mod frames;
mod script;

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use libtest_mimic::Trial;
use rising_tests::page::Page;
use serde_json::json;

pub fn trials() -> Vec<Trial> {
    [frames::trials(), script::trials(), builder::trials()]
        .into_iter()
        .flatten()
        .collect()
}

/// Waits for the credit below the map, which is rendered last.
pub async fn until_credited(page: &Page<'_>) -> Result<()> {
    page.until_script(
        "the last line",
        "return !!document.querySelector('[data-testid=credit] .source')?.innerText",
    )
    .await
}

/// Waits until a condition holds in the document of a frame. Only for frames without a sandbox.
pub async fn until_inside(
    page: &Page<'_>,
    what: &str,
    frame: usize,
    condition: &str,
) -> Result<()> {
    let script = format!(
        "const inside = document.querySelectorAll('iframe')[{frame}]?.contentDocument;\
         const one = (id) => inside.querySelector(`[data-testid=\"${{id}}\"]`);\
         return !!(inside?.body && ({condition}))"
    );
    page.until_script(what, &script).await
}

/// The condition that a frame shows its figures, its map and its credit.
const COMPLETE: &str = "one('verdict')?.innerText
    && one('credit')?.innerText.includes('Source:') && \
    one('status').dataset.kind === 'quiet' && inside.querySelector('.choropleth canvas')";

/// Returns the height of a frame in the article.
async fn frame_height(page: &Page<'_>, frame: usize) -> Result<f64> {
    let script = format!(
        "return document.querySelectorAll('iframe')[{frame}].getBoundingClientRect().height"
    );
    page.execute(&script, vec![])
        .await?
        .as_f64()
        .context("the frame has no height")
}

/// Checks that the frame has the natural height of its page, that the height does not change any
/// more, and returns it.
async fn check_height(page: &Page<'_>, frame: usize) -> Result<f64> {
    until_inside(page, "the map", frame, COMPLETE).await?;
    let fits = "(() => { const root = inside.documentElement; root.dataset.measuring = '';
        const natural = inside.querySelector('.page').scrollHeight; delete root.dataset.measuring;
        return natural === root.clientHeight && root.scrollHeight === natural
            && root.scrollWidth <= root.clientWidth; })()";
    until_inside(page, "the frame's height", frame, fits).await?;
    let height = frame_height(page, frame).await?;
    tokio::time::sleep(Duration::from_millis(600)).await;
    ensure!(
        frame_height(page, frame).await? == height,
        "the height of the frame still changes"
    );
    Ok(height)
}

const SNIPPET: &str = "return document.querySelector('[data-testid=snippet]')?.value ?? ''";

/// Returns the code of the embed builder, once it contains `part`.
pub async fn snippet(page: &Page<'_>, part: &str) -> Result<String> {
    let holds = format!(
        "return (document.querySelector('[data-testid=snippet]')?.value ?? '').includes({})",
        json!(part)
    );
    page.until_script(&format!("{part} in the code for the article"), &holds)
        .await?;
    Ok(page
        .execute(SNIPPET, vec![])
        .await?
        .as_str()
        .unwrap_or_default()
        .to_owned())
}
