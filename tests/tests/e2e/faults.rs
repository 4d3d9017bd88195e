//! Tests missing, damaged and slow files: what works stays, one sentence reports the failure, and
//! Retry repairs it.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;
use libtest_mimic::Trial;
use rising_model::area::Level;
use rising_tests::browser::Screen;
use rising_tests::page::Page;
use rising_tests::page_state::PageState;
use rising_tests::site::data;
use serde_json::{Value, json};
use xtask::server::ResponseFault;

use crate::runner::trial;

/// The totals of the default date.
const TOTALS: &str = "12 rising, 302 falling, 1 unchanged. 1 rise and 195 falls are clear.";

/// More than the time after which the app reports a slow request.
const SLOW: Duration = Duration::from_secs(30);

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
        trial("fault: a later chunk of counts", desktop, a_later_chunk),
        trial("fault: finer shapes", desktop, finer_shapes),
        trial(
            "fault: the WebAssembly module",
            desktop,
            async |page: &Page<'_>| check_program_file(page, "rising-", ".wasm").await,
        ),
        trial(
            "fault: the JavaScript of the program",
            desktop,
            async |page: &Page<'_>| check_program_file(page, "rising-", ".js").await,
        ),
        trial(
            "fault: the Leaflet script",
            desktop,
            async |page: &Page<'_>| check_program_file(page, "leaflet-", ".js").await,
        ),
        trial(
            "fault: the style sheet",
            desktop,
            async |page: &Page<'_>| check_program_file(page, "rising-", ".css").await,
        ),
        trial(
            "fault: a program file that fails once is requested again",
            desktop,
            failed_once,
        ),
        trial(
            "fault: a damaged program file in the HTTP cache is replaced",
            desktop,
            damaged_in_cache,
        ),
        trial(
            "fault: a missing style sheet is reported alone",
            desktop,
            without_style_sheet,
        ),
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
        trial("fault: the program stalls", desktop, program_stalls),
        trial("fault: the chunk for details", desktop, details_chunk),
        trial("fault: the chunk for the search", desktop, search_chunk),
        trial("fault: offline and online again", desktop, offline_and_back),
        trial("fault: the program stops", desktop, program_stops),
    ]
}

/// The damage to a file.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Damage {
    Missing,
    Broken,
    Truncated,
    Corrupt,
    OtherVersion,
    Cut,
    /// A part of the file in answer to a request for the whole.
    Partial,
    /// The HTML page of a network that asks for a login or payment first.
    Portal,
    Empty,
    Zeroed,
}

impl Damage {
    const ALL: [Damage; 6] = [
        Damage::Missing,
        Damage::Broken,
        Damage::Truncated,
        Damage::Corrupt,
        Damage::OtherVersion,
        Damage::Cut,
    ];

    fn fault(self, content: &[u8]) -> ResponseFault {
        let middle = content.len() / 2;
        let changed = |at: usize, length: usize| {
            let mut bytes = content.to_vec();
            bytes[at..at + length].fill(0xff);
            ResponseFault::Replaced(bytes)
        };
        match self {
            Damage::Missing => ResponseFault::Status(404),
            Damage::Broken => ResponseFault::Status(500),
            Damage::Truncated => ResponseFault::Truncated(middle),
            Damage::Corrupt => changed(middle, 1),
            // Byte 7 is the version of our own files and the last byte of WebAssembly's.
            Damage::OtherVersion => changed(7, 1),
            Damage::Cut => ResponseFault::Cut(middle),
            Damage::Partial => ResponseFault::Partial(middle),
            Damage::Portal => ResponseFault::HtmlPage(
                "<!doctype html><title>Wi-Fi</title><p>Pay first".to_owned(),
            ),
            Damage::Empty => ResponseFault::Replaced(vec![]),
            Damage::Zeroed => ResponseFault::Replaced(vec![0; content.len()]),
        }
    }
}

/// A data file that the first view needs.
#[derive(Debug, Clone, Copy, PartialEq)]
enum DataFile {
    Manifest,
    Areas,
    Shapes,
    Counts,
}

impl DataFile {
    fn name(self) -> Result<String> {
        let files = data()?.files(Level::Ltla)?;
        let date = data()?
            .manifest
            .default
            .date
            .context("the data set has no default date")?;
        Ok(match self {
            DataFile::Manifest => "manifest.json".into(),
            DataFile::Areas => files.areas.file.clone(),
            DataFile::Shapes => files.shapes.file.clone(),
            DataFile::Counts => {
                let covers = files
                    .counts
                    .iter()
                    .find(|counts| counts.first <= date && date <= counts.last);
                covers
                    .context("no chunk covers the default date")?
                    .file
                    .file
                    .clone()
            }
        })
    }

    /// The name of the file in a sentence.
    fn in_words(self) -> &'static str {
        match self {
            DataFile::Manifest => "The list of data files",
            DataFile::Areas => "The list of areas",
            DataFile::Shapes => "The map's shapes",
            DataFile::Counts => "The case counts",
        }
    }

    /// The reason that the sentence gives for the damage.
    fn reason(self, damage: Damage) -> &'static str {
        match (damage, self) {
            (Damage::Missing, _) => "404",
            (Damage::Broken, _) => "500",
            (_, DataFile::Manifest) if !matches!(damage, Damage::OtherVersion | Damage::Cut) => {
                "cannot be read"
            }
            (Damage::Truncated | Damage::Partial, _) => "cut short",
            (Damage::Portal | Damage::Empty | Damage::Zeroed, _) => "not a Rising data file",
            (Damage::Corrupt, _) => "damaged",
            (Damage::OtherVersion, _) => "version",
            (Damage::Cut, _) => "connection",
        }
    }
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
        page.go("").await?;
        let failed = page
            .until(&format!("a sentence about {case}"), |seen| {
                seen.status_kind() == "failed"
            })
            .await?;
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

/// Checks that the status line names the file, gives the reason and has a button.
fn check_status(seen: &PageState, case: &str, file: &str, reason: &str) -> Result<()> {
    let status = seen
        .status
        .as_ref()
        .context("the page has no status line")?;
    ensure!(
        status.text.contains(file) && status.text.contains(reason),
        "{case}: \"{file}\" and \"{reason}\" are not in \"{}\"",
        status.text
    );
    ensure!(status.retry, "{case}: the status line has no button Retry");
    Ok(())
}

/// Presses Retry by keyboard and waits for the complete page.
async fn retry_by_keyboard(page: &Page<'_>, case: &str) -> Result<PageState> {
    // Tab has to start at the top of the page: past the end, it leaves the page for the buttons of
    // some browsers.
    page.execute(
        "const { body } = document; body.tabIndex = -1; body.focus();
            body.removeAttribute('tabindex')",
        vec![],
    )
    .await?;
    page.tab_until("the button Retry", |seen| {
        seen.focus
            .as_ref()
            .is_some_and(|focus| focus.tag == "button" && focus.text == "Retry")
    })
    .await?;
    page.key(Key::Enter).await?;
    let seen = page
        .until(&format!("the complete page after {case}"), |seen| {
            seen.is_settled() && seen.totals == TOTALS
        })
        .await?;
    ensure!(
        seen.rows.len() == 12,
        "{case}: {} rows after Retry",
        seen.rows.len()
    );
    page.map_view().await?;
    Ok(seen)
}

/// The button Retry is removed once all data is loaded. The focus must not fall back to the top of
/// the page.
async fn retry_keeps_focus(page: &Page<'_>) -> Result<()> {
    page.set_fault(&DataFile::Counts.name()?, ResponseFault::Status(500));
    page.go("").await?;
    page.until("a sentence about the counts", |seen| {
        seen.status_kind() == "failed"
    })
    .await?;
    page.site().server().clear_faults();
    let seen = retry_by_keyboard(page, "missing counts").await?;
    ensure!(
        seen.focus.as_ref().is_some_and(|focus| focus.tag != "body"),
        "Retry lost the focus"
    );
    Ok(())
}

/// Steps to a date whose chunk of counts fails: the last good view stays, with its own date.
async fn a_later_chunk(page: &Page<'_>) -> Result<()> {
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
        let failed = page
            .until(&format!("a sentence about {case}"), |seen| {
                seen.status_kind() == "failed"
            })
            .await?;
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
        let failed = page
            .until(&format!("a sentence about {case}"), |seen| {
                seen.status_kind() == "failed"
            })
            .await?;
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
        page.go("").await?;
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
    let asked = || {
        page.site()
            .server()
            .requests()
            .iter()
            .filter(|path| path.contains(part))
            .count()
    };
    let before = asked();
    page.press("button", "Retry").await?;
    page.until(&format!("another request for {part}"), |_| asked() > before)
        .await?;
    page.site().server().clear_faults();
    page.until("the complete page after the stall", |seen| {
        seen.is_settled() && seen.totals == TOTALS
    })
    .await?;
    Ok(())
}

/// The messages for a program that does not start and for a style sheet that does not load.
const NOT_STARTED: &str = "The map could not start. The connection may have been cut, or this \
    browser may be too old for it. Load the page again";
const NO_STYLES: &str = "This page looks plain because its style sheet did not load. The figures \
    are right; the map may be missing. Load the page again";

/// The start and end of the names of the program files that every visit loads.
const PROGRAM: [(&str, &str); 4] = [
    ("rising-", ".wasm"),
    ("rising-", ".js"),
    ("leaflet-", ".js"),
    ("rising-", ".css"),
];

/// Expects the console errors of the browser and the page about damaged scripts and modules.
pub fn expect_program_errors(page: &Page<'_>) {
    for said in [
        "SyntaxError",
        "Refused to",
        "MIME type",
        "TypeError",
        "CompileError",
        "InternalError",
        "WebAssembly",
        "ailed to fetch",
        "Fetch API cannot load",
        "did not load",
        "damaged",
        // A damaged script is refused by its digest.
        "integrity",
        "hashes in the integrity attribute",
        "rising-",
    ] {
        page.allow_console_errors(said);
    }
}

/// Returns the fault for a program file. One wrong byte in the middle may be a letter of a message;
/// 400 are not.
fn program_fault(damage: Damage, content: &[u8]) -> ResponseFault {
    match damage {
        Damage::Corrupt => ResponseFault::Replaced(corrupt(content)),
        _ => damage.fault(content),
    }
}

fn corrupt(content: &[u8]) -> Vec<u8> {
    let mut bytes = content.to_vec();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 400].fill(0xff);
    bytes
}

/// Waits for the complete page without a failure message.
async fn until_complete(page: &Page<'_>, what: &str) -> Result<PageState> {
    page.until(what, |seen| {
        seen.is_settled() && seen.totals == TOTALS && seen.failed.is_empty()
    })
    .await
}

/// Damages a program file in every way: a message is shown, with a link that loads the page again.
async fn check_program_file(page: &Page<'_>, start: &str, end: &str) -> Result<()> {
    let name = page.site().file_name(start, end)?;
    let content = page.site().read(&name)?;
    expect_program_errors(page);
    for damage in Damage::ALL.into_iter().chain([Damage::Portal]) {
        // Scripts have no version.
        if damage == Damage::OtherVersion && !name.ends_with(".wasm") {
            continue;
        }
        page.browser().forget_files().await?;
        page.set_fault(&name, program_fault(damage, &content));
        page.go("").await?;
        let failed = page
            .until(&format!("a message about {name} {damage:?}"), |seen| {
                !seen.failed.is_empty()
            })
            .await?;
        let expected = if end == ".css" {
            NO_STYLES
        } else {
            NOT_STARTED
        };
        ensure!(
            failed.failed == expected,
            "{name} {damage:?}: {}",
            failed.failed
        );
        // Without Leaflet the page has no map, but may have the table.
        ensure!(
            failed.totals.is_empty() || failed.totals == TOTALS,
            "wrong figures: {}",
            failed.totals
        );
        page.site().server().clear_faults();
        page.press("link", "Load the page again").await?;
        until_complete(page, "the page after loading it again").await?;
    }
    Ok(())
}

/// A failure that does not repeat is not shown.
async fn failed_once(page: &Page<'_>) -> Result<()> {
    expect_program_errors(page);
    for (start, end) in PROGRAM {
        let name = page.site().file_name(start, end)?;
        let content = page.site().read(&name)?;
        for damage in [
            Damage::Broken,
            Damage::Corrupt,
            Damage::Cut,
            Damage::Partial,
            Damage::Portal,
            Damage::Empty,
            Damage::Zeroed,
        ] {
            page.browser().forget_files().await?;
            let before = request_count(page, &name);
            page.set_fault(&name, program_fault(damage, &content).once());
            page.go("").await?;
            until_complete(
                page,
                &format!("the complete page after {name} {damage:?} once"),
            )
            .await?;
            page.map_view().await?;
            ensure!(
                request_count(page, &name) > before + 1,
                "{name} {damage:?} was not damaged"
            );
        }
    }
    Ok(())
}

/// The number of requests for a file, with any query.
fn request_count(page: &Page<'_>, name: &str) -> usize {
    page.site()
        .server()
        .requests()
        .iter()
        .filter(|path| path.contains(name))
        .count()
}

/// A damaged file in the HTTP cache, which keeps it for ever: this visit detects it, and the next
/// has the right file.
async fn damaged_in_cache(page: &Page<'_>) -> Result<()> {
    expect_program_errors(page);
    for (start, end) in PROGRAM {
        let name = page.site().file_name(start, end)?;
        page.browser().forget_files().await?;
        page.set_fault(
            &name,
            ResponseFault::ReplacedImmutable(corrupt(&page.site().read(&name)?)).once(),
        );
        page.go("").await?;
        until_complete(page, &format!("the page after a damaged {name}")).await?;
        let before = request_count(page, &name);
        page.open("").await?;
        until_complete(page, "the page from the browser's cache").await?;
        // Engines without an HTTP cache under a driver request the file once more.
        ensure!(
            request_count(page, &name) <= before + 1,
            "{name} is still damaged: {:?}",
            page.site().server().requests()
        );
    }
    Ok(())
}

async fn without_style_sheet(page: &Page<'_>) -> Result<()> {
    expect_program_errors(page);
    let css = page.site().file_name("rising-", ".css")?;
    let wasm = page.site().file_name("rising-", ".wasm")?;
    page.set_fault(&css, ResponseFault::Status(404));
    for (query, expected) in [
        ("", NO_STYLES),
        (
            "?lang=cy",
            "Mae'r dudalen hon yn edrych yn blaen am na lwythodd ei dalen arddull. Mae'r \
             ffigurau'n gywir; gall y map fod ar goll. Llwytho'r dudalen eto",
        ),
    ] {
        page.go(query).await?;
        let seen = page
            .until("a sentence about the style sheet", |seen| {
                !seen.failed.is_empty()
            })
            .await?;
        ensure!(seen.failed == expected, "{query}: {}", seen.failed);
        let seen = page
            .until("the figures without styles", PageState::is_settled)
            .await?;
        ensure!(
            !seen.everything.contains("Newer ones"),
            "text that styles hide is visible: {}",
            seen.everything
        );
    }
    page.browser().forget_files().await?;
    page.set_fault(&wasm, ResponseFault::Status(404));
    page.go("").await?;
    page.until("only the sentence about the program", |seen| {
        seen.failed == NOT_STARTED
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
        let failed = page
            .until(&format!("a sentence about {case}"), |seen| {
                seen.status_kind() == "failed"
            })
            .await?;
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
        let failed = page
            .until(&format!("a sentence about {place}"), |seen| {
                seen.status_kind() == "failed"
            })
            .await?;
        check_status(&failed, place, what.in_words(), "makes no sense")?;
        ensure!(failed.failed.is_empty(), "{place}: {}", failed.failed);
    }
    Ok(())
}

/// A program file that does not arrive is reported after a while; if it arrives later, the program
/// starts.
async fn program_stalls(page: &Page<'_>) -> Result<()> {
    for (start, end) in [
        ("rising-", ".wasm"),
        ("rising-", ".js"),
        ("leaflet-", ".js"),
    ] {
        let name = page.site().file_name(start, end)?;
        page.browser().forget_files().await?;
        page.set_fault(&name, ResponseFault::Stalled);
        page.go("").await?;
        page.until_within(
            SLOW,
            &format!("a message that {name} does not arrive"),
            |seen| !seen.failed.is_empty() || seen.status_kind() == "slow",
        )
        .await?;
        verdict_is_visible(page)
            .await
            .with_context(|| format!("{name} stalls"))?;
        page.site().server().clear_faults();
        page.until("the complete page without the message", |seen| {
            seen.is_settled() && seen.totals == TOTALS && seen.failed.is_empty()
        })
        .await?;
    }
    Ok(())
}

/// The damage to a chunk that loads later.
const CHUNK_DAMAGE: [Damage; 5] = [
    Damage::Missing,
    Damage::Broken,
    Damage::Truncated,
    Damage::OtherVersion,
    Damage::Cut,
];

/// The chunk for details fails: the verdict stays, the status line reports the failure, and Retry
/// opens the details.
async fn details_chunk(page: &Page<'_>) -> Result<()> {
    check_chunk(
        page,
        "details-",
        "The details could not be loaded",
        async || {
            page.go("?area=E06000017").await?;
            page.until("the verdict without the details", |seen| {
                seen.verdict.starts_with("Rising in Rutland")
            })
            .await?;
            Ok(())
        },
    )
    .await
}

/// The chunk for the search fails: the page says so, and answers the typed text once it is loaded.
async fn search_chunk(page: &Page<'_>) -> Result<()> {
    check_chunk(
        page,
        "search-",
        "The search could not be loaded",
        async || {
            page.open("").await?;
            page.press("combobox", "Find your area").await?;
            page.type_text("rutl").await?;
            page.key(Key::Enter).await
        },
    )
    .await
}

/// Damages a chunk in every way while the user does what needs it. The page reports it, keeps its
/// figures, and opens Rutland once the chunk is loaded.
async fn check_chunk(
    page: &Page<'_>,
    start: &str,
    message: &str,
    act: impl AsyncFn() -> Result<()>,
) -> Result<()> {
    let name = page.site().file_name(start, ".wasm")?;
    let content = page.site().read(&name)?;
    for said in [
        name.as_str(),
        "WebAssembly",
        "CompileError",
        "ailed to fetch",
        "Load failed",
        "Content-Length",
    ] {
        page.allow_console_errors(said);
    }
    for damage in CHUNK_DAMAGE {
        page.browser().forget_files().await?;
        page.set_fault(&name, damage.fault(&content));
        act().await?;
        let failed = page
            .until(&format!("a message about {damage:?}"), |seen| {
                seen.status_kind() == "failed"
            })
            .await?;
        ensure!(
            failed.everything.contains(message),
            "{damage:?}: {}",
            failed.everything
        );
        ensure!(
            failed.totals == TOTALS,
            "{damage:?}: the figures are not shown: {}",
            failed.totals
        );
        page.site().server().clear_faults();
        page.press("button", "Retry").await?;
        page.until("Rutland after Retry", |seen| {
            seen.open_area() == Some("E06000017") && seen.is_settled()
        })
        .await?;
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
    let asked = page
        .until("the slider at the last date", |seen| {
            seen.date() == "12 December 2023"
        })
        .await?;
    ensure!(
        asked.caption.ends_with("6 February 2021"),
        "{}",
        asked.caption
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

/// Removes a function that every program needs, once before the program starts and once while it
/// runs.
async fn program_stops(page: &Page<'_>) -> Result<()> {
    let broken =
        "Document.prototype.createElement = () => { throw new Error('removed by the test') };";
    for said in [
        "removed by the test",
        "panicked",
        "unreachable",
        "RuntimeError",
    ] {
        page.allow_console_errors(said);
    }
    page.open("").await?;
    page.execute(broken, vec![]).await?;
    page.press("link", "Rutland").await?;
    let stopped = page
        .until("the message that the program has stopped", |seen| {
            !seen.failed.is_empty()
        })
        .await?;
    ensure!(stopped.failed.contains("stopped"), "{}", stopped.failed);
    verdict_is_visible(page).await?;
    page.press("link", "Load the page again").await?;
    page.until("the page after loading it again", |seen| {
        seen.is_settled() && seen.failed.is_empty()
    })
    .await?;

    page.add_init_script(broken).await?;
    for (query, screen) in [
        ("", Screen::DESKTOP),
        ("", Screen::PHONE),
        ("?embed=1", Screen::PHONE.with_size(360, 540)),
        ("?embed=1", Screen::DESKTOP.with_size(700, 480)),
    ] {
        page.set_screen(screen).await?;
        page.go(query).await?;
        page.until("the message that the program did not start", |seen| {
            !seen.failed.is_empty()
        })
        .await?;
        verdict_is_visible(page)
            .await
            .with_context(|| format!("{query} {screen:?}"))?;
    }
    Ok(())
}

/// The failure message does not cover the verdict.
async fn verdict_is_visible(page: &Page<'_>) -> Result<()> {
    let covered = "const lines = [...document.querySelectorAll('.verdict .sentence')]
            .filter((sentence) => sentence.checkVisibility({ visibilityProperty: true }))
            .flatMap((sentence) => {
                const range = document.createRange();
                range.selectNodeContents(sentence);
                return [...range.getClientRects()].map(({ left, top, height }) =>
                    [sentence, left + 4, top + height / 2]);
            });
        const over = lines.map(([sentence, x, y]) => [sentence, document.elementFromPoint(x, y)]);
        return lines.length
            ? over.filter(([sentence, found]) => !sentence.contains(found))
                .map(([, found]) => found?.outerHTML.slice(0, 80) ?? 'outside the window')
            : ['the page has no verdict']";
    let covered = page.execute(covered, vec![]).await?;
    ensure!(covered == json!([]), "the verdict is covered by {covered}");
    Ok(())
}
