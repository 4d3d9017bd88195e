//! Tests the position of the device, the area that it keeps, and sharing.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, ensure};
use libtest_mimic::Trial;
use rising_model::domain::area::Level;
use rising_tests::browser::{Location, Screen};
use rising_tests::page::Page;
use rising_tests::site::data;

use super::{CALDERDALE, HEREFORDSHIRE, until_open};
use crate::runner::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("find: near me", Screen::PHONE, near_me),
        trial(
            "find: near me without a position",
            Screen::PHONE,
            no_place_near_me,
        ),
        trial(
            "keep: My area is kept and forgotten",
            Screen::PHONE,
            my_area,
        ),
        trial(
            "share: the copied link opens the same view",
            Screen::DESKTOP,
            link,
        ),
        trial("share: the share sheet of the device", Screen::PHONE, sheet),
    ]
}

/// The middle of Leominster.
const LEOMINSTER: Location = Location::At {
    latitude: 52.2283,
    longitude: -2.7390,
    accuracy: 15.0,
};

const PARIS: Location = Location::At {
    latitude: 48.8566,
    longitude: 2.3522,
    accuracy: 15.0,
};

async fn near_me(page: &Page<'_>) -> Result<()> {
    let south = data()?
        .level(Level::Msoa)?
        .code_of("Leominster South", HEREFORDSHIRE)?;
    page.set_location(LEOMINSTER).await?;
    page.open("").await?;
    let before = page.site().requested();
    page.press("button", "Near me").await?;
    let open = until_open(page, HEREFORDSHIRE).await?;
    ensure!(
        open.everything
            .contains("You are in Herefordshire, in the neighbourhood Leominster South."),
        "{}",
        open.everything
    );
    let finer = "in Leominster South: fewer than 3 cases in the seven days to 6 February 2021";
    page.until(finer, |seen| seen.everything.contains(finer))
        .await?;
    let requests: BTreeSet<String> = page
        .site()
        .requested()
        .difference(&before)
        .cloned()
        .collect();
    let known = |path: &String| {
        path.starts_with("data/") || path.starts_with("favicon") || path.ends_with(".wasm")
    };
    ensure!(
        requests.iter().all(known),
        "the page requested more than files of this site: {requests:?}"
    );
    page.press("link", "Open Leominster South").await?;
    until_open(page, &south).await?;
    Ok(())
}

async fn no_place_near_me(page: &Page<'_>) -> Result<()> {
    for (location, sentence) in [
        (PARIS, "You seem to be outside the UK"),
        (Location::Denied, "did not let this page know where you are"),
        (Location::Unavailable, "could not find out where it is"),
    ] {
        page.set_location(location).await?;
        page.open("").await?;
        page.press("button", "Near me").await?;
        let seen = page
            .until(sentence, |seen| seen.everything.contains(sentence))
            .await?;
        ensure!(
            seen.detail.is_none() && seen.verdict.starts_with("12 of England's"),
            "{}",
            seen.verdict
        );
    }
    Ok(())
}

async fn my_area(page: &Page<'_>) -> Result<()> {
    page.open(&format!("?area={CALDERDALE}")).await?;
    page.press("button", "My area").await?;
    page.until("the notice that the area is kept", |seen| {
        seen.notices
            .iter()
            .any(|notice| notice.contains("kept on your device only"))
    })
    .await?;
    let storage = page
        .execute("return JSON.stringify(localStorage)", vec![])
        .await?;
    ensure!(
        storage == format!("{{\"rising.area\":\"ltla:{CALDERDALE}\"}}"),
        "{storage}"
    );
    let again = page.open("").await?;
    ensure!(
        again.open_area() == Some(CALDERDALE),
        "it did not open the kept area but: {}",
        again.verdict
    );
    // A link opens its own area.
    let other = page.open(&format!("?area={HEREFORDSHIRE}")).await?;
    ensure!(other.open_area() == Some(HEREFORDSHIRE));
    page.open("").await?;
    page.press("button", "My area").await?;
    let storage = page
        .execute("return JSON.stringify(localStorage)", vec![])
        .await?;
    ensure!(storage == "{}", "the area is still kept: {storage}");
    let nation = page.open("").await?;
    ensure!(
        nation.detail.is_none(),
        "it opened {:?}",
        nation.open_area()
    );
    Ok(())
}

async fn link(page: &Page<'_>) -> Result<()> {
    page.browser().allow_clipboard().await?;
    page.open(&format!("?embed=1&rising=1&area={CALDERDALE}"))
        .await?;
    page.press("button", "Copy link").await?;
    page.until("the message Copied", |seen| {
        seen.everything.contains("Copied.")
    })
    .await?;
    let link = page.clipboard().await?;
    let (start, query) = link.split_once('?').context("the link has no query")?;
    ensure!(start == page.site().server().url(), "{link}");
    for part in [
        "level=ltla",
        "date=2021-02-07",
        "nation=england",
        "rising=1",
    ] {
        ensure!(query.contains(part), "{part} is not in {link}");
    }
    ensure!(
        !query.contains("embed"),
        "the link has the parameter embed: {link}"
    );
    let opened = page.open(&format!("?{query}")).await?;
    ensure!(opened.open_area() == Some(CALDERDALE), "{}", opened.verdict);
    Ok(())
}

async fn sheet(page: &Page<'_>) -> Result<()> {
    let sheet = "navigator.share = (data) => { window.shared = data; return Promise.resolve(); }";
    page.add_init_script(sheet).await?;
    page.open("?date=2020-11-28&nation=wales").await?;
    page.press("button", "Share…").await?;
    page.until_script("the share sheet", "return !!window.shared")
        .await?;
    let shared = page.execute("return window.shared", vec![]).await?;
    let text = shared["text"].as_str().unwrap_or_default();
    ensure!(
        text.contains("of Wales's 22 local authorities") && text.contains("28 November 2020"),
        "{shared}"
    );
    let url = shared["url"].as_str().unwrap_or_default();
    ensure!(
        ["nation=wales", "date=2020-11-28", "level=ltla"]
            .iter()
            .all(|part| url.contains(part)),
        "{shared}"
    );
    Ok(())
}
