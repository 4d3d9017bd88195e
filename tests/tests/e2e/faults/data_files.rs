//! Tests missing, damaged and slow data files.

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;
use libtest_mimic::Trial;
use rising_model::domain::area::Level;
use rising_tests::browser::Screen;
use rising_tests::page::Page;
use rising_tests::page_state::PageState;
use rising_tests::site::data;
use serde_json::{Value, json};
use xtask::server::ResponseFault;

use super::{Damage, DataFile, SLOW, TOTALS, check_status, retry_by_keyboard, until_failed};
use crate::runner::trial;

pub fn trials() -> Vec<Trial> {
    let desktop = Screen::DESKTOP;
    vec![
        trial("fault: stalled requests", desktop, stalled),
        trial("fault: the manifest", desktop, async |page: &Page<'_>| {
            check_data_file(page, DataFile::Manifest).await
        }),
        trial(
            "fault: the list of areas",
            desktop,
            async |page: &Page<'_>| check_data_file(page, DataFile::Areas).await,
        ),
        trial("fault: the shapes", desktop, async |page: &Page<'_>| {
            check_data_file(page, DataFile::Shapes).await
        }),
        trial("fault: the counts", desktop, async |page: &Page<'_>| {
            check_data_file(page, DataFile::Counts).await
        }),
        trial(
            "fault: Retry keeps the focus on the page",
            desktop,
            retry_keeps_focus,
        ),
        trial("fault: a later chunk of counts", desktop, later_chunk),
        trial("fault: finer shapes", desktop, finer_shapes),
        trial(
            "fault: a manifest with absurd values",
            desktop,
            absurd_manifests,
        ),
        trial(
            "fault: files that do not match the manifest",
            desktop,
            mismatched_files,
        ),
        trial("fault: offline and online again", desktop, offline_and_back),
    ]
}

/// Damages one file of the first view in every way. What does not need the file is shown, and never
/// a wrong figure.
async fn check_data_file(page: &Page<'_>, file: DataFile) -> Result<()> {
    let name = file.name()?;
    let content = page.site().read(&format!("data/{name}"))?;
    for damage in Damage::ALL {
        let case = format!("{file:?} {damage:?}");
        let fault = match (file, damage) {
            (DataFile::Manifest, Damage::OtherVersion) => {
                let text = String::from_utf8(content.clone())?;
                ResponseFault::Replaced(
                    text.replacen("\"version\": 1", "\"version\": 99", 1)
                        .into_bytes(),
                )
            }
            _ => damage.fault(&content),
        };
        page.browser().forget_files().await?;
        page.set_fault(&name, fault);
        // The build wrote no figures of a view that the link asks for.
        page.go("?level=ltla").await?;
        let failed = until_failed(page, &case).await?;
        check_status(&failed, &case, file.in_words(), file.reason(damage))?;
        // The table does not need the shapes; without them the map stays empty.
        let expected = if file == DataFile::Shapes { TOTALS } else { "" };
        let shown = page
            .until(&format!("the correct figures only, with {case}"), |seen| {
                seen.totals == expected
            })
            .await?;
        ensure!(
            shown.rows.len() == if file == DataFile::Shapes { 12 } else { 0 },
            "{case}: {:#?}",
            shown.rows
        );
        page.site().server().clear_faults();
        retry_by_keyboard(page, &case).await?;
    }
    Ok(())
}

/// The button Retry is removed once all data is loaded. The focus must not fall back to the top of
/// the page.
async fn retry_keeps_focus(page: &Page<'_>) -> Result<()> {
    page.set_fault(&DataFile::Counts.name()?, ResponseFault::Status(500));
    page.go("").await?;
    until_failed(page, "the counts").await?;
    page.site().server().clear_faults();
    let seen = retry_by_keyboard(page, "missing counts").await?;
    ensure!(
        seen.focus.as_ref().is_some_and(|focus| focus.tag != "body"),
        "Retry lost the focus"
    );
    Ok(())
}

/// Steps to a date whose chunk of counts fails: the last good view stays, with its own date.
async fn later_chunk(page: &Page<'_>) -> Result<()> {
    let last = data()?
        .files(Level::Ltla)?
        .counts
        .last()
        .context("no counts")?;
    let content = page.site().read(&format!("data/{}", last.file.file))?;
    for damage in Damage::ALL {
        let case = format!("a later chunk {damage:?}");
        page.browser().forget_files().await?;
        page.open("?date=2021-02-07").await?;
        page.set_fault(&last.file.file, damage.fault(&content));
        page.tab_until("the timeline", |seen| {
            seen.focus
                .as_ref()
                .is_some_and(|focus| focus.region == "timeline" && focus.tag == "input")
        })
        .await?;
        page.key(Key::End).await?;
        let failed = until_failed(page, &case).await?;
        check_status(
            &failed,
            &case,
            DataFile::Counts.in_words(),
            DataFile::Counts.reason(damage),
        )?;
        ensure!(
            failed.totals == TOTALS && failed.rows.len() == 12,
            "{case}: the last good figures are not shown: {failed:#?}"
        );
        ensure!(
            failed.verdict.contains("7 February 2021"),
            "{case}: the figures are shown under another date: {}",
            failed.verdict
        );

        // The loaded data can still be used while the failure is shown.
        page.press("link", "Rutland").await?;
        page.until("Rutland's details", |seen| {
            seen.open_area() == Some("E06000017")
        })
        .await?;
        page.press("button", "Close the details").await?;

        page.site().server().clear_faults();
        page.press("button", "Retry").await?;
        page.until(&format!("the last date after {case}"), |seen| {
            seen.is_settled() && seen.caption.ends_with("12 December 2023")
        })
        .await?;
    }
    Ok(())
}

/// Zooming in keeps the coarse shapes if the finer ones fail.
async fn finer_shapes(page: &Page<'_>) -> Result<()> {
    let detail = data()?.files(Level::Ltla)?.detail.file.clone();
    let content = page.site().read(&format!("data/{detail}"))?;
    for damage in Damage::ALL {
        let case = format!("finer shapes {damage:?}");
        page.browser().forget_files().await?;
        page.open("?date=2021-02-07").await?;
        page.set_fault(&detail, damage.fault(&content));
        for _ in 0..3 {
            page.press("button", "Zoom in").await?;
            page.map_view().await?;
        }
        let failed = until_failed(page, &case).await?;
        check_status(
            &failed,
            &case,
            "The map's finer shapes",
            DataFile::Shapes.reason(damage),
        )?;
        let middle = page.map_view().await?.middle();
        page.hover(middle).await?;
        page.until("the tooltip on the coarse map", |seen| {
            !seen.tooltip.is_empty()
        })
        .await?;
        page.site().server().clear_faults();
        retry_by_keyboard(page, &case).await?;
    }
    Ok(())
}

/// A server that stops answering is reported after a while, with a button, and an answer that
/// arrives later is used.
async fn stalled(page: &Page<'_>) -> Result<()> {
    let files = data()?.files(Level::Ltla)?;
    let first_view = ["data/manifest.json", "data/ltla."];
    for part in first_view {
        page.browser().forget_files().await?;
        page.set_fault(part, ResponseFault::Stalled);
        page.go("?level=ltla").await?;
        page.until("the status loading", |seen| seen.status_kind() == "loading")
            .await?;
        let slow = page
            .until_within(SLOW, &format!("the status slow for {part}"), |seen| {
                seen.status_kind() == "slow"
            })
            .await?;
        ensure!(
            slow.status.is_some_and(|status| status.retry),
            "{part} is slow and the status line has no button"
        );
        ensure!(
            slow.totals.is_empty() && slow.rows.is_empty(),
            "figures are shown before any are loaded"
        );
        press_retry(page, part).await?;
    }

    let last = files.counts.last().context("no counts")?;
    page.set_fault(&last.file.file, ResponseFault::Stalled);
    page.tab_until("the timeline", |seen| {
        seen.focus
            .as_ref()
            .is_some_and(|focus| focus.region == "timeline" && focus.tag == "input")
    })
    .await?;
    page.key(Key::End).await?;
    let slow = page
        .until_within(SLOW, "the status slow for the last date", |seen| {
            seen.status_kind() == "slow"
        })
        .await?;
    ensure!(
        slow.totals == TOTALS && slow.verdict.contains("7 February 2021"),
        "the last good figures are not shown: {slow:#?}"
    );
    // The user need not wait: loaded dates are a key away.
    page.key(Key::Home).await?;
    page.until("the first date", |seen| {
        seen.verdict.contains("7 February 2020")
    })
    .await?;
    page.site().server().clear_faults();
    Ok(())
}

/// Presses Retry, which sends another request while the first is still open, and waits for the
/// complete page.
async fn press_retry(page: &Page<'_>, part: &str) -> Result<()> {
    let count = || {
        page.site()
            .server()
            .requests()
            .iter()
            .filter(|path| path.contains(part))
            .count()
    };
    let before = count();
    page.press("button", "Retry").await?;
    page.until(&format!("another request for {part}"), |_| count() > before)
        .await?;
    page.site().server().clear_faults();
    page.until("the complete page after the stall", |seen| {
        seen.is_settled() && seen.totals == TOTALS
    })
    .await?;
    Ok(())
}

/// Returns the manifest with another value at a place.
fn manifest_with(manifest: &Value, place: &str, value: Value) -> Result<ResponseFault> {
    let mut manifest = manifest.clone();
    *manifest
        .pointer_mut(place)
        .with_context(|| format!("the manifest has no {place}"))? = value;
    Ok(ResponseFault::Replaced(manifest.to_string().into_bytes()))
}

/// A manifest with an absurd value is refused with a sentence, at once and without a panic.
async fn absurd_manifests(page: &Page<'_>) -> Result<()> {
    let manifest: Value = serde_json::from_slice(&page.site().read("data/manifest.json")?)?;
    for (place, value, why) in [
        ("/levels", json!({}), "it has no level"),
        ("/levels", json!(null), "manifest has no levels"),
        ("/levels/ltla/step", json!(0), "neither 1 nor 7"),
        ("/levels/ltla/step", json!(7), "ltla: "),
        ("/levels/ltla/step", json!(-1), "step is not a whole number"),
        (
            "/levels/ltla/step",
            json!(0.5),
            "step is not a whole number",
        ),
        (
            "/levels/ltla/step",
            json!(4_294_967_297_u64),
            "neither 1 nor 7",
        ),
        (
            "/levels/ltla/step",
            json!(1e300),
            "step is not a whole number",
        ),
        ("/levels/msoa/step", json!(0), "msoa: its step"),
        ("/levels/ltla/dates", json!([]), "ltla: its dates"),
        (
            "/levels/ltla/dates/0/first",
            json!("2024-01-01"),
            "ltla: its dates",
        ),
        (
            "/levels/ltla/dates/0/first",
            json!("0001-01-01"),
            "ltla: its dates",
        ),
        (
            "/levels/ltla/dates/0/last",
            json!("9999-12-31"),
            "ltla: its dates",
        ),
        ("/levels/ltla/counts", json!([]), "ltla: it has no counts"),
        (
            "/levels/ltla/counts/0/last",
            json!("9999-12-31"),
            "ltla: its files do not fit",
        ),
        (
            "/levels/ltla/areas/records",
            json!(9e15),
            "is not a whole number",
        ),
        (
            "/levels/ltla/areas/records",
            json!(381),
            "ltla: its files do not fit",
        ),
        ("/breaks", json!([0]), "breaks"),
    ] {
        let case = format!("{place} = {value}");
        page.set_fault("manifest.json", manifest_with(&manifest, place, value)?);
        page.go("").await?;
        let failed = until_failed(page, &case).await?;
        check_status(
            &failed,
            &case,
            DataFile::Manifest.in_words(),
            "cannot be read",
        )?;
        check_status(&failed, &case, DataFile::Manifest.in_words(), why)?;
        ensure!(failed.failed.is_empty(), "{case}: {}", failed.failed);
    }
    // Odd values that do no harm.
    let mut tiled = manifest.clone();
    tiled["tiles"] = json!({ "url": "./tiles/{q}.png", "attribution": "" });
    for (manifest, place, value) in [
        (&manifest, "/default/date", json!("0000-01-01")),
        (&manifest, "/default/level", json!("msoa")),
        (&tiled, "/tiles/attribution", json!("<script>")),
    ] {
        page.set_fault("manifest.json", manifest_with(manifest, place, value)?);
        page.go("").await?;
        page.until(
            &format!("figures with another {place}"),
            PageState::is_settled,
        )
        .await?;
    }
    Ok(())
}

/// Files under each other's names would show figures of something else.
async fn mismatched_files(page: &Page<'_>) -> Result<()> {
    let manifest: Value = serde_json::from_slice(&page.site().read("data/manifest.json")?)?;
    let file = |place: &str| {
        manifest
            .pointer(place)
            .cloned()
            .with_context(|| format!("the manifest has no {place}"))
    };
    let counts = data()?.files(Level::Ltla)?.counts.as_slice();
    let last = counts.len() - 2;
    ensure!(
        counts[0].file.records == counts[last].file.records,
        "the two chunks of counts differ in length"
    );
    for (place, other, query, what) in [
        (
            "/levels/ltla/areas/file",
            "/levels/msoa/areas/file".to_owned(),
            "",
            DataFile::Areas,
        ),
        (
            "/levels/ltla/shapes/file",
            "/levels/msoa/shapes/file".to_owned(),
            "",
            DataFile::Shapes,
        ),
        (
            "/levels/ltla/counts/0/file",
            format!("/levels/ltla/counts/{last}/file"),
            "?date=2020-03-01",
            DataFile::Counts,
        ),
    ] {
        page.set_fault(
            "manifest.json",
            manifest_with(&manifest, place, file(&other)?)?,
        );
        page.go(query).await?;
        let failed = until_failed(page, place).await?;
        check_status(&failed, place, what.in_words(), "makes no sense")?;
        ensure!(failed.failed.is_empty(), "{place}: {}", failed.failed);
    }
    Ok(())
}

/// Offline, loaded data can be used; online again, missing data loads without an action of the
/// user.
async fn offline_and_back(page: &Page<'_>) -> Result<()> {
    page.open("?date=2021-02-07").await?;
    page.expect_failed_requests();
    // The loader of chunks writes this error too.
    page.allow_console_errors("ailed to fetch");
    page.allow_console_errors("Load failed");
    page.set_offline(true).await?;
    let offline = page
        .until("the status offline", |seen| seen.status_kind() == "offline")
        .await?;
    ensure!(
        offline.totals == TOTALS,
        "the figures are not shown: {offline:#?}"
    );
    page.tab_until("the timeline", |seen| {
        seen.focus
            .as_ref()
            .is_some_and(|focus| focus.region == "timeline" && focus.tag == "input")
    })
    .await?;
    page.key(Key::Left).await?;
    page.until("the day before, which is loaded", |seen| {
        seen.caption.ends_with("6 February 2021")
    })
    .await?;
    page.key(Key::End).await?;
    let last = page
        .until("the slider at the last date", |seen| {
            seen.date() == "12 December 2023"
        })
        .await?;
    ensure!(
        last.caption.ends_with("6 February 2021"),
        "{}",
        last.caption
    );
    // Both attempts have failed by the time at which the status line would report them.
    page.until_script(
        "1.5 seconds for both attempts",
        "window.since ??= Date.now(); return Date.now() - window.since > 1500",
    )
    .await?;
    // The device reports a network before requests succeed.
    page.set_fault("data/", ResponseFault::Closed);
    page.set_offline(false).await?;
    page.until("the status failed", |seen| seen.status_kind() == "failed")
        .await?;
    page.site().server().clear_faults();
    page.until("the last date without an action", |seen| {
        seen.is_settled() && seen.caption.ends_with("12 December 2023")
    })
    .await?;
    Ok(())
}
