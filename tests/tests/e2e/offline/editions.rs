//! Tests new editions and programs on a site with an offline copy.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;
use libtest_mimic::Trial;
use rising_model::domain::area::{AreaIndex, Level};
use rising_model::domain::figure::Figure;
use rising_model::domain::series::CountsChunk;
use rising_tests::browser::Screen;
use rising_tests::page::Page;
use rising_tests::page_state::PageState;
use rising_tests::settings::settings;
use rising_tests::site::data;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use xtask::server::ResponseFault;

use super::{
    IDLE_TIME, RUTLAND, TOTALS, dispatch_online, execute_async, forget_files, go_offline,
    go_online, is_offline, open_and_copy, replace_in_file, until_copies,
};
use crate::runner::own_site_trial;

pub fn trials() -> Vec<Trial> {
    let desktop = Screen::DESKTOP;
    vec![
        own_site_trial(
            "offline: a new edition is offered and replaces the whole old one",
            desktop,
            new_edition,
        ),
        own_site_trial(
            "offline: an incomplete edition replaces nothing",
            desktop,
            incomplete_edition,
        ),
        own_site_trial(
            "offline: a new program is used only with its list of files",
            desktop,
            new_program,
        ),
        own_site_trial(
            "offline: two tabs keep their own editions",
            desktop,
            two_tabs,
        ),
    ]
}

/// The cases of Rutland in the edition that a test publishes; the site has 194.
const NEW_COUNT: &str = "294";

/// Returns the chunk of authorities of the default date with 100 cases more in Rutland on that
/// date: its new name, its content, and its old name.
fn new_chunk() -> Result<(String, Vec<u8>, String)> {
    let (set, level) = (data()?, Level::Ltla);
    let date = set
        .manifest
        .default
        .date
        .context("the data set has no default date")?;
    let files = set.files(level)?;
    let covers = files
        .counts
        .iter()
        .find(|counts| counts.first <= date && date <= counts.last);
    let old = covers
        .context("no chunk covers the default date")?
        .file
        .file
        .clone();
    let chunk = CountsChunk::decode(&fs::read(
        settings()
            .map_err(anyhow::Error::msg)?
            .dist
            .join("data")
            .join(&old),
    )?)?;
    let rutland = set.level(level)?.area("E06000017")?;
    let days = chunk.last() - chunk.first() + 1;
    let mut figures = Vec::new();
    for area in 0..AreaIndex::try_from(chunk.areas())? {
        figures.extend((0..days).map(|day| chunk.first() + day).map(|day| {
            match chunk.figure(area, day) {
                Figure::Count(count) if (area, day) == (rutland, date) => {
                    Figure::Count(count + 100)
                }
                other => other,
            }
        }));
    }
    let new = CountsChunk::new(chunk.cadence(), chunk.first(), days.try_into()?, &figures)
        .context("no chunk")?
        .encode();
    let digest: String = Sha256::digest(&new)
        .iter()
        .take(5)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok((format!("ltla.counts.{digest}.bin"), new, old))
}

/// Publishes an edition in which Rutland has 100 cases more, and returns the name of its new file.
fn publish(page: &Page<'_>) -> Result<String> {
    let (name, content, old) = new_chunk()?;
    page.site()
        .publish(&format!("data/{name}"), Some(&content))?;
    replace_in_file(page, "data/manifest.json", &[(old.clone(), name.clone())])?;
    // The page preloads the file by its name.
    replace_in_file(page, "index.html", &[(old.clone(), name.clone())])?;
    page.site().publish(&format!("data/{old}"), None)?;
    Ok(name)
}

async fn until_offered(page: &Page<'_>) -> Result<PageState> {
    page.until("the status outdated", |seen| {
        seen.status_kind() == "outdated"
    })
    .await
}

async fn new_edition(page: &Page<'_>) -> Result<()> {
    open_and_copy(page, RUTLAND).await?;
    let name = publish(page)?;
    dispatch_online(page).await?;
    let offered = until_offered(page).await?;
    ensure!(
        offered.detail_text().contains("194") && offered.open_area() == Some("E06000017"),
        "{offered:#?}"
    );
    // The page stays on the old edition until the user asks for the new one.
    page.press("button", "Show them").await?;
    let seen = page
        .until("the new figures of the same area and date", |seen| {
            seen.is_settled()
                && seen.open_area() == Some("E06000017")
                && seen.detail_text().contains(NEW_COUNT)
        })
        .await?;
    ensure!(seen.query().contains("date=2021-02-07"), "{}", seen.query());
    // The old copy is removed once no page uses it.
    until_copies(page, 1).await?;
    go_offline(page).await?;
    page.go(RUTLAND).await?;
    page.until("the new edition, offline", |seen| {
        is_offline(seen) && seen.detail_text().contains(NEW_COUNT)
    })
    .await?;
    let has_new = execute_async(
        page,
        &format!("return !!(await caches.match('data/{name}'))"),
    )
    .await?;
    ensure!(has_new == json!(true), "{name} is not kept");
    Ok(())
}

async fn incomplete_edition(page: &Page<'_>) -> Result<()> {
    open_and_copy(page, RUTLAND).await?;
    let name = publish(page)?;
    let (_, content, _) = new_chunk()?;
    let mut damaged = content.clone();
    damaged[40] ^= 1;
    for fault in [
        ResponseFault::Status(404),
        ResponseFault::Status(500),
        ResponseFault::Cut(content.len() / 2),
        ResponseFault::Truncated(content.len() / 2),
        ResponseFault::Replaced(damaged),
        ResponseFault::Closed,
    ] {
        let before = page.site().server().requests().len();
        page.set_fault(&name, fault.clone());
        dispatch_online(page).await?;
        // Waits until the worker has requested the file and had time to use it.
        let begun = Instant::now();
        while !page.site().server().requests()[before..]
            .iter()
            .any(|path| path.contains(&name))
        {
            ensure!(
                begun.elapsed() < Duration::from_secs(20),
                "{fault:?}: the worker did not request {name}"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        tokio::time::sleep(Duration::from_millis(600)).await;
        let seen = page.state().await?;
        ensure!(
            seen.status_kind() == "quiet" && seen.detail_text().contains("194"),
            "{fault:?}: {seen:#?}"
        );
        go_offline(page).await?;
        page.go(RUTLAND).await?;
        page.until(&format!("the old edition after {fault:?}"), |seen| {
            is_offline(seen)
                && seen.open_area() == Some("E06000017")
                && seen.detail_text().contains("194")
        })
        .await?;
        page.site().server().clear_faults();
        // The page stays on its edition and requests nothing of the new one yet.
        page.set_fault(&name, fault.clone());
        page.set_offline(false).await?;
        page.until(&format!("the status quiet after {fault:?}"), |seen| {
            seen.status_kind() == "quiet"
        })
        .await?;
    }
    page.site().server().clear_faults();
    dispatch_online(page).await?;
    until_offered(page).await?;
    Ok(())
}

async fn new_program(page: &Page<'_>) -> Result<()> {
    open_and_copy(page, "").await?;
    let css = (
        page.site().file_name("rising-", ".css")?,
        "rising-00000000000000c1.css".to_owned(),
    );
    let leaflet = (
        page.site().file_name("leaflet-", ".js")?,
        "leaflet-00000000000000c2.js".to_owned(),
    );
    let names = [css.clone(), leaflet];
    // Half-way through a publication: the page is new, its list of files is old.
    for (old, new) in &names {
        page.site().publish(new, Some(&page.site().read(old)?))?;
        page.site().publish(old, None)?;
    }
    replace_in_file(page, "index.html", &names)?;
    forget_files(page).await?;
    page.open("").await?;
    let sheet = "return document.querySelector('link[rel=stylesheet]').getAttribute('href')";
    ensure!(
        page.execute(sheet, vec![]).await? == json!(format!("./{}", css.1)),
        "the browser got the old page"
    );
    tokio::time::sleep(IDLE_TIME).await;
    go_offline(page).await?;
    page.go("").await?;
    page.until("the old page, complete", |seen| {
        is_offline(seen) && seen.totals == TOTALS
    })
    .await?;
    ensure!(
        page.execute(sheet, vec![]).await? == json!(format!("./{}", css.0)),
        "the page mixes two programs"
    );
    go_online(page).await?;
    // The list of files follows.
    replace_in_file(page, "offline.json", &names)?;
    page.open("").await?;
    let kept = format!("return !!(await caches.match('{}'))", css.1);
    page.until_script(
        "the new program in the copy",
        &format!("return (async () => {{ {kept} }})()"),
    )
    .await?;
    until_copies(page, 1).await?;
    go_offline(page).await?;
    page.go("").await?;
    page.until("the new page", |seen| {
        is_offline(seen) && seen.totals == TOTALS
    })
    .await?;
    ensure!(
        page.execute(sheet, vec![]).await? == json!(format!("./{}", css.1)),
        "the copy does not have the new page"
    );
    Ok(())
}

async fn two_tabs(page: &Page<'_>) -> Result<()> {
    // The first tab has not requested the chunk that changes.
    page.open("?date=2021-10-27").await?;
    until_copies(page, 1).await?;
    let client = page.browser().client();
    let first = client.window().await?;
    publish(page)?;
    forget_files(page).await?;
    let second = client.new_window(true).await?.handle;
    client.switch_to_window(second).await?;
    let outcome = async {
        page.open(RUTLAND).await?;
        page.until("the new figures", |seen| {
            seen.detail_text().contains(NEW_COUNT)
        })
        .await?;
        // The copy of the old edition stays for the first tab.
        until_copies(page, 2).await
    }
    .await;
    client.close_window().await?;
    client.switch_to_window(first).await?;
    outcome?;
    forget_files(page).await?;
    // The file is no longer on the server.
    page.press("combobox", "Find your area").await?;
    page.type_text("rutl").await?;
    page.key(Key::Enter).await?;
    page.until("Rutland", |seen| seen.open_area() == Some("E06000017"))
        .await?;
    page.execute(
        "const slider = document.querySelector('[data-testid=timeline]');
        slider.value = String(Number(slider.value) - 262);
        slider.dispatchEvent(new Event('input', { bubbles: true }));",
        vec![],
    )
    .await?;
    page.until("the old figures in the first tab", |seen| {
        seen.caption.ends_with("7 February 2021") && seen.detail_text().contains("194")
    })
    .await?;
    dispatch_online(page).await?;
    until_offered(page).await?;
    page.press("button", "Show them").await?;
    page.until("the new figures", |seen| {
        seen.is_settled() && seen.detail_text().contains(NEW_COUNT)
    })
    .await?;
    until_copies(page, 1).await
}
