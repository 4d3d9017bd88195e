//! Tests the offline copy: use without a network, new editions, and pages that keep no copy.

mod copies;
mod editions;
mod repair;

use std::time::Duration;

use anyhow::Result;
use libtest_mimic::Trial;
use rising_tests::browser::EngineName;
use rising_tests::page::Page;
use rising_tests::page_state::PageState;
use serde_json::Value;
use xtask::server::ResponseFault;

pub fn trials() -> Vec<Trial> {
    [copies::trials(), editions::trials(), repair::trials()]
        .into_iter()
        .flatten()
        .collect()
}

/// The totals of the default date.
const TOTALS: &str = "12 rising, 302 falling, 1 unchanged. 1 rise and 195 falls are clear.";

/// Rutland at the default date.
const RUTLAND: &str = "?area=E06000017&date=2021-02-07";

/// More than the pause before the page starts its service worker.
const IDLE_TIME: Duration = Duration::from_secs(5);

/// Returns the number of complete copies. Does not open caches by name: that would create a cache
/// that has just been removed, empty.
const COPIES: &str = "let copies = 0;
    for (const cacheName of await caches.keys())
        if (await caches.match('kept', { cacheName })) copies += 1;
    return copies";

/// Runs the body of an async function in the page and returns its result.
async fn execute_async(page: &Page<'_>, script: &str) -> Result<Value> {
    page.execute(&format!("return (async () => {{ {script} }})()"), vec![])
        .await
}

/// Waits until there are exactly this many caches, all of them complete copies.
async fn until_copies(page: &Page<'_>, copies: u32) -> Result<()> {
    let script = format!(
        "return (async () => {{ const all = (await caches.keys()).length; {} }})()",
        COPIES.replace(
            "return copies",
            &format!("return (copies === {copies} && all === copies) || `${{copies}} of ${{all}}`")
        )
    );
    page.until_script(&format!("{copies} copies"), &script)
        .await
}

/// Opens the page and waits for its offline copy.
async fn open_and_copy(page: &Page<'_>, query: &str) -> Result<()> {
    page.open(query).await?;
    until_copies(page, 1).await
}

/// Makes the server refuse all requests.
fn refuse_requests(page: &Page<'_>) {
    for text in ["ailed to fetch", "Load failed", "ServiceWorker", "preload"] {
        page.allow_console_errors(text);
    }
    page.set_fault("/", ResponseFault::Closed);
}

/// Switches off the network of the page, and the server for the service worker, which the browser's
/// switch does not affect.
async fn go_offline(page: &Page<'_>) -> Result<()> {
    refuse_requests(page);
    forget_files(page).await?;
    page.set_offline(true).await
}

/// Clears the HTTP cache. Not in WebKit: that would clear the offline copies too, and WebKit keeps
/// no HTTP cache on disk under a driver.
async fn forget_files(page: &Page<'_>) -> Result<()> {
    if page.browser().name() == EngineName::WebKit {
        Ok(())
    } else {
        page.browser().forget_files().await
    }
}

/// Switches the network and the server on again.
async fn go_online(page: &Page<'_>) -> Result<()> {
    page.site().server().clear_faults();
    page.set_offline(false).await
}

fn is_offline(seen: &PageState) -> bool {
    seen.status_kind() == "offline"
        && seen
            .status
            .as_ref()
            .is_some_and(|status| status.text.contains("last checked"))
}

/// Dispatches the event by which a browser reports a network; the page then checks for a new
/// edition.
async fn dispatch_online(page: &Page<'_>) -> Result<()> {
    page.execute("window.dispatchEvent(new Event('online'))", vec![])
        .await?;
    Ok(())
}

/// Replaces names in a file of the site.
fn replace_in_file(page: &Page<'_>, file: &str, names: &[(String, String)]) -> Result<()> {
    let text = String::from_utf8(page.site().read(file)?)?;
    let text = names
        .iter()
        .fold(text, |text, (old, new)| text.replace(old, new));
    page.site().publish(file, Some(text.as_bytes()))
}
