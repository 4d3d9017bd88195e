//! Tests missing, damaged and slow files of the program, and a program that stops.

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;
use libtest_mimic::Trial;
use rising_tests::browser::Screen;
use rising_tests::page::Page;
use rising_tests::page_state::PageState;
use serde_json::json;
use xtask::server::ResponseFault;

use super::{Damage, SLOW, TOTALS, expect_program_errors, until_failed};
use crate::runner::trial;

pub fn trials() -> Vec<Trial> {
    let desktop = Screen::DESKTOP;
    vec![
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
        trial("fault: the program stalls", desktop, program_stalls),
        trial("fault: the chunk for details", desktop, details_chunk),
        trial("fault: the chunk for the search", desktop, search_chunk),
        trial("fault: the program stops", desktop, program_stops),
    ]
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
    for text in [
        name.as_str(),
        "WebAssembly",
        "CompileError",
        "ailed to fetch",
        "Load failed",
        "Content-Length",
    ] {
        page.allow_console_errors(text);
    }
    for damage in CHUNK_DAMAGE {
        page.browser().forget_files().await?;
        page.set_fault(&name, damage.fault(&content));
        act().await?;
        let failed = until_failed(page, &format!("{damage:?}")).await?;
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

/// Removes a function that every program needs, once before the program starts and once while it
/// runs.
async fn program_stops(page: &Page<'_>) -> Result<()> {
    let broken =
        "Document.prototype.createElement = () => { throw new Error('removed by the test') };";
    for text in [
        "removed by the test",
        "panicked",
        "unreachable",
        "RuntimeError",
    ] {
        page.allow_console_errors(text);
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
