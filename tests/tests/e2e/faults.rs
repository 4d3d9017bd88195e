//! Whatever is missing, broken or slow: what works is kept, one sentence says so, and trying again
//! helps.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;
use libtest_mimic::Trial;
use rising_model::area::Level;
use rising_tests::browser::Screen;
use rising_tests::page::Page;
use rising_tests::seen::Seen;
use rising_tests::site::data;
use serde_json::{Value, json};
use xtask::server::ResponseFault;

use crate::runner::trial;

/// The totals of the date that the page opens on.
const TOTALS: &str = "12 rising, 302 falling, 1 unchanged. 1 rise and 195 falls are clear.";

/// More than the app waits before it says that something is slow.
const SLOW: Duration = Duration::from_secs(30);

pub fn trials() -> Vec<Trial> {
    let desktop = Screen::DESKTOP;
    vec![
        trial("fault: stalled", desktop, stalled),
        trial("fault: manifest", desktop, async |page: &Page<'_>| {
            each_harm(page, File::Manifest).await
        }),
        trial("fault: areas", desktop, async |page: &Page<'_>| {
            each_harm(page, File::Areas).await
        }),
        trial("fault: shapes", desktop, async |page: &Page<'_>| {
            each_harm(page, File::Shapes).await
        }),
        trial("fault: counts", desktop, async |page: &Page<'_>| {
            each_harm(page, File::Counts).await
        }),
        trial(
            "fault: trying again keeps the keyboard's place",
            desktop,
            the_keyboard_keeps_its_place,
        ),
        trial("fault: a later chunk of counts", desktop, a_later_chunk),
        trial("fault: finer shapes", desktop, finer_shapes),
        trial("fault: wasm", desktop, async |page: &Page<'_>| {
            each_harm_to_the_program(page, "rising-", ".wasm").await
        }),
        trial("fault: glue", desktop, async |page: &Page<'_>| {
            each_harm_to_the_program(page, "rising-", ".js").await
        }),
        trial("fault: leaflet", desktop, async |page: &Page<'_>| {
            each_harm_to_the_program(page, "leaflet-", ".js").await
        }),
        trial("fault: style sheet", desktop, async |page: &Page<'_>| {
            each_harm_to_the_program(page, "rising-", ".css").await
        }),
        trial(
            "fault: a file of the program that fails once is mended",
            desktop,
            mended_by_itself,
        ),
        trial(
            "fault: a damaged file of the program in the browser's cache is replaced",
            desktop,
            damaged_in_the_cache,
        ),
        trial(
            "fault: without the style sheet one failure is told",
            desktop,
            told_without_styles,
        ),
        trial(
            "fault: a manifest that describes nothing to show",
            desktop,
            absurd_manifests,
        ),
        trial(
            "fault: files that are not as the manifest says",
            desktop,
            files_that_do_not_fit,
        ),
        trial("fault: the program stalls", desktop, the_program_stalls),
        trial(
            "fault: the part of the program for details",
            desktop,
            the_part_for_details,
        ),
        trial(
            "fault: the part of the program for finding",
            desktop,
            the_part_for_finding,
        ),
        trial("fault: offline and back", desktop, offline_and_back),
        trial("fault: the program stops", desktop, the_program_stops),
    ]
}

/// What happens to a file.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Harm {
    Missing,
    Broken,
    Truncated,
    Corrupt,
    OtherVersion,
    Cut,
    /// A part in answer to a request for the whole.
    Partial,
    /// The page of a network that wants to be paid first.
    Portal,
    Empty,
    Zeroed,
}

impl Harm {
    const ALL: [Harm; 6] = [
        Harm::Missing,
        Harm::Broken,
        Harm::Truncated,
        Harm::Corrupt,
        Harm::OtherVersion,
        Harm::Cut,
    ];

    fn fault(self, content: &[u8]) -> ResponseFault {
        let middle = content.len() / 2;
        let changed = |at: usize, length: usize| {
            let mut bytes = content.to_vec();
            bytes[at..at + length].fill(0xff);
            ResponseFault::Replaced(bytes)
        };
        match self {
            Harm::Missing => ResponseFault::Status(404),
            Harm::Broken => ResponseFault::Status(500),
            Harm::Truncated => ResponseFault::Truncated(middle),
            Harm::Corrupt => changed(middle, 1),
            // Where our own files have their version, and WebAssembly the last byte of its.
            Harm::OtherVersion => changed(7, 1),
            Harm::Cut => ResponseFault::Cut(middle),
            Harm::Partial => ResponseFault::Partial(middle),
            Harm::Portal => ResponseFault::HtmlPage(
                "<!doctype html><title>Wi-Fi</title><p>Pay first".to_owned(),
            ),
            Harm::Empty => ResponseFault::Replaced(vec![]),
            Harm::Zeroed => ResponseFault::Replaced(vec![0; content.len()]),
        }
    }
}

/// A data file that the first view needs.
#[derive(Debug, Clone, Copy, PartialEq)]
enum File {
    Manifest,
    Areas,
    Shapes,
    Counts,
}

impl File {
    fn name(self) -> Result<String> {
        let files = data()?.files(Level::Ltla)?;
        let date = data()?
            .manifest
            .default
            .date
            .context("the data set has no default date")?;
        Ok(match self {
            File::Manifest => "manifest.json".into(),
            File::Areas => files.areas.file.clone(),
            File::Shapes => files.shapes.file.clone(),
            File::Counts => {
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

    /// The file's name in a sentence.
    fn in_words(self) -> &'static str {
        match self {
            File::Manifest => "The list of data files",
            File::Areas => "The list of areas",
            File::Shapes => "The map's shapes",
            File::Counts => "The case counts",
        }
    }

    /// The harm, as the sentence explains it.
    fn reason(self, harm: Harm) -> &'static str {
        match (harm, self) {
            (Harm::Missing, _) => "404",
            (Harm::Broken, _) => "500",
            (_, File::Manifest) if !matches!(harm, Harm::OtherVersion | Harm::Cut) => {
                "cannot be read"
            }
            (Harm::Truncated | Harm::Partial, _) => "cut short",
            (Harm::Portal | Harm::Empty | Harm::Zeroed, _) => "not a Rising data file",
            (Harm::Corrupt, _) => "damaged",
            (Harm::OtherVersion, _) => "version",
            (Harm::Cut, _) => "connection",
        }
    }
}

/// One file of the first view, harmed in every way. What does not need it is shown, and never a
/// wrong figure.
async fn each_harm(page: &Page<'_>, file: File) -> Result<()> {
    let name = file.name()?;
    let content = page.site().read(&format!("data/{name}"))?;
    for harm in Harm::ALL {
        let case = format!("{file:?} {harm:?}");
        let fault = match (file, harm) {
            (File::Manifest, Harm::OtherVersion) => {
                let text = String::from_utf8(content.clone())?;
                ResponseFault::Replaced(
                    text.replacen("\"version\": 1", "\"version\": 99", 1)
                        .into_bytes(),
                )
            }
            _ => harm.fault(&content),
        };
        page.browser().forget_files().await?;
        page.set_fault(&name, fault);
        page.go("").await?;
        let failed = page
            .until(&format!("a sentence about {case}"), |seen| {
                seen.status_kind() == "failed"
            })
            .await?;
        tells(&failed, &case, file.in_words(), file.reason(harm))?;
        // Whatever is shown is right: the list does not need the shapes, nor the map the list.
        let expected = if file == File::Shapes { TOTALS } else { "" };
        let shown = page
            .until(&format!("what {case} leaves"), |seen| {
                seen.totals == expected
            })
            .await?;
        ensure!(
            shown.rows.len() == if file == File::Shapes { 12 } else { 0 },
            "{case}: {:#?}",
            shown.rows
        );
        page.site().server().clear_faults();
        retry_by_keyboard(page, &case).await?;
    }
    Ok(())
}

/// The status line is one sentence or two that name the file, say why and have a button.
fn tells(seen: &Seen, case: &str, what: &str, why: &str) -> Result<()> {
    let status = seen.status.as_ref().context("there is no status line")?;
    ensure!(
        status.text.contains(what) && status.text.contains(why),
        "{case}: \"{what}\" and \"{why}\" are not in \"{}\"",
        status.text
    );
    ensure!(status.retry, "{case}: there is no button to try again");
    Ok(())
}

/// Tries again without a mouse, after which all is there.
async fn retry_by_keyboard(page: &Page<'_>, case: &str) -> Result<Seen> {
    // From the top of the page: past its end, Tab leads out of some browsers' page and into their
    // own buttons.
    page.execute(
        "const { body } = document; body.tabIndex = -1; body.focus(); body.removeAttribute('tabindex')",
        vec![],
    )
    .await?;
    page.tab_until("the button to try again", |seen| {
        seen.focus
            .as_ref()
            .is_some_and(|focus| focus.tag == "button" && focus.text == "Retry")
    })
    .await?;
    page.key(Key::Enter).await?;
    let seen = page
        .until(&format!("everything after {case} is over"), |seen| {
            seen.settled() && seen.totals == TOTALS
        })
        .await?;
    ensure!(
        seen.rows.len() == 12,
        "{case}: {} rows after it is over",
        seen.rows.len()
    );
    page.map_view().await?;
    Ok(seen)
}

/// The button to try again goes once all is well; the keyboard's focus must not go with it, back to
/// the top of the page.
async fn the_keyboard_keeps_its_place(page: &Page<'_>) -> Result<()> {
    page.set_fault(&File::Counts.name()?, ResponseFault::Status(500));
    page.go("").await?;
    page.until("a sentence about the counts", |seen| {
        seen.status_kind() == "failed"
    })
    .await?;
    page.site().server().clear_faults();
    let seen = retry_by_keyboard(page, "missing counts").await?;
    ensure!(
        seen.focus.as_ref().is_some_and(|focus| focus.tag != "body"),
        "trying again lost the keyboard's place"
    );
    Ok(())
}

/// Steps to a date whose chunk cannot be had: the last good picture stays, for what it is.
async fn a_later_chunk(page: &Page<'_>) -> Result<()> {
    let last = data()?
        .files(Level::Ltla)?
        .counts
        .last()
        .context("no counts")?;
    let content = page.site().read(&format!("data/{}", last.file.file))?;
    for harm in Harm::ALL {
        let case = format!("a later chunk {harm:?}");
        page.browser().forget_files().await?;
        page.open("?date=2021-02-07").await?;
        page.set_fault(&last.file.file, harm.fault(&content));
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
        tells(
            &failed,
            &case,
            File::Counts.in_words(),
            File::Counts.reason(harm),
        )?;
        ensure!(
            failed.totals == TOTALS && failed.rows.len() == 12,
            "{case}: the last good figures are gone: {failed:#?}"
        );
        ensure!(
            failed.verdict.contains("7 February 2021"),
            "{case}: figures of one date under another: {}",
            failed.verdict
        );

        // What is there still works, also while the sentence stands.
        page.press("link", "Rutland").await?;
        page.until("Rutland's details", |seen| {
            seen.open_area() == Some("E06000017")
        })
        .await?;
        page.press("button", "Close the details").await?;

        page.site().server().clear_faults();
        page.press("button", "Retry").await?;
        page.until(&format!("the last date after {case}"), |seen| {
            seen.settled() && seen.caption.ends_with("12 December 2023")
        })
        .await?;
    }
    Ok(())
}

/// Zooming in where the finer shapes cannot be had keeps the coarse ones.
async fn finer_shapes(page: &Page<'_>) -> Result<()> {
    let detail = data()?.files(Level::Ltla)?.detail.file.clone();
    let content = page.site().read(&format!("data/{detail}"))?;
    for harm in Harm::ALL {
        let case = format!("finer shapes {harm:?}");
        page.browser().forget_files().await?;
        page.open("?date=2021-02-07").await?;
        page.set_fault(&detail, harm.fault(&content));
        for _ in 0..3 {
            page.press("button", "Zoom in").await?;
            page.map_view().await?;
        }
        let failed = page
            .until(&format!("a sentence about {case}"), |seen| {
                seen.status_kind() == "failed"
            })
            .await?;
        tells(
            &failed,
            &case,
            "The map's finer shapes",
            File::Shapes.reason(harm),
        )?;
        let middle = page.map_view().await?.middle();
        page.hover(middle).await?;
        page.until("an area named on the coarse map", |seen| {
            !seen.tooltip.is_empty()
        })
        .await?;
        page.site().server().clear_faults();
        retry_by_keyboard(page, &case).await?;
    }
    Ok(())
}

/// A server that says nothing more: it is said after a while, with a button, and what comes in the
/// end is taken.
async fn stalled(page: &Page<'_>) -> Result<()> {
    let files = data()?.files(Level::Ltla)?;
    let first_view = ["data/manifest.json", "data/ltla."];
    for part in first_view {
        page.browser().forget_files().await?;
        page.set_fault(part, ResponseFault::Stalled);
        page.go("").await?;
        page.until("a word that it is loading", |seen| {
            seen.status_kind() == "loading"
        })
        .await?;
        let slow = page
            .until_within(SLOW, &format!("a word that {part} is slow"), |seen| {
                seen.status_kind() == "slow"
            })
            .await?;
        ensure!(
            slow.status.is_some_and(|status| status.retry),
            "{part} is slow and there is no button"
        );
        ensure!(
            slow.totals.is_empty() && slow.rows.is_empty(),
            "figures from nowhere"
        );
        ask_again(page, part).await?;
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
        .until_within(SLOW, "a word that the last date is slow", |seen| {
            seen.status_kind() == "slow"
        })
        .await?;
    ensure!(
        slow.totals == TOTALS && slow.verdict.contains("7 February 2021"),
        "the last good figures are gone: {slow:#?}"
    );
    // The reader need not wait: what has loaded is a key away.
    page.key(Key::Home).await?;
    page.until("the first date", |seen| {
        seen.verdict.contains("7 February 2020")
    })
    .await?;
    page.site().server().clear_faults();
    Ok(())
}

/// The button asks the server again, also while it still says nothing; once it answers, all is
/// there.
async fn ask_again(page: &Page<'_>, part: &str) -> Result<()> {
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
    page.until("everything after the stall", |seen| {
        seen.settled() && seen.totals == TOTALS
    })
    .await?;
    Ok(())
}

/// What is said where the program does not start, and where the style sheet does not load.
const NOT_STARTED: &str = "The map could not start. The connection may have been cut, or this browser may be too old for it. \
    Load the page again";
const PLAIN: &str = "This page looks plain because its style sheet did not load. The figures are right; the map may be \
    missing. Load the page again";

/// The start and the end of the names of the program's files, which every visit loads.
const PROGRAM: [(&str, &str); 4] = [
    ("rising-", ".wasm"),
    ("rising-", ".js"),
    ("leaflet-", ".js"),
    ("rising-", ".css"),
];

/// Excuses what a browser, and the page, say of a script that is none, or of a module that is not
/// complete.
pub fn excuse_broken_programs(page: &Page<'_>) {
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
        page.excuse(said);
    }
}

/// The harm to a file of the program. One wrong byte in the middle may be a letter of a message; a
/// run of them is not.
fn program_fault(harm: Harm, content: &[u8]) -> ResponseFault {
    match harm {
        Harm::Corrupt => ResponseFault::Replaced(corrupt(content)),
        _ => harm.fault(content),
    }
}

fn corrupt(content: &[u8]) -> Vec<u8> {
    let mut bytes = content.to_vec();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 400].fill(0xff);
    bytes
}

/// Waits for the page with all its figures and its looks, and nothing said of a failure.
async fn until_well(page: &Page<'_>, what: &str) -> Result<Seen> {
    page.until(what, |seen| {
        seen.settled() && seen.totals == TOTALS && seen.failed.is_empty()
    })
    .await
}

/// A file of the program itself, harmed in every way: a plain message, and a way to load the page
/// again.
async fn each_harm_to_the_program(page: &Page<'_>, start: &str, end: &str) -> Result<()> {
    let name = page.site().named(start, end)?;
    let content = page.site().read(&name)?;
    excuse_broken_programs(page);
    for harm in Harm::ALL.into_iter().chain([Harm::Portal]) {
        // A script has no version.
        if harm == Harm::OtherVersion && !name.ends_with(".wasm") {
            continue;
        }
        page.browser().forget_files().await?;
        page.set_fault(&name, program_fault(harm, &content));
        page.go("").await?;
        let failed = page
            .until(&format!("a message about {name} {harm:?}"), |seen| {
                !seen.failed.is_empty()
            })
            .await?;
        let expected = if end == ".css" { PLAIN } else { NOT_STARTED };
        ensure!(
            failed.failed == expected,
            "{name} {harm:?}: {}",
            failed.failed
        );
        // Without Leaflet there is no map, but there may be the list.
        ensure!(
            failed.totals.is_empty() || failed.totals == TOTALS,
            "wrong figures: {}",
            failed.totals
        );
        page.site().server().clear_faults();
        page.press("link", "Load the page again").await?;
        until_well(page, "the page after loading it again").await?;
    }
    Ok(())
}

/// Most losses are a moment's: nothing is said of them.
async fn mended_by_itself(page: &Page<'_>) -> Result<()> {
    excuse_broken_programs(page);
    for (start, end) in PROGRAM {
        let name = page.site().named(start, end)?;
        let content = page.site().read(&name)?;
        for harm in [
            Harm::Broken,
            Harm::Corrupt,
            Harm::Cut,
            Harm::Partial,
            Harm::Portal,
            Harm::Empty,
            Harm::Zeroed,
        ] {
            page.browser().forget_files().await?;
            let before = asked_for(page, &name);
            page.set_fault(&name, program_fault(harm, &content).once());
            page.go("").await?;
            until_well(page, &format!("the page after {name} {harm:?} once")).await?;
            page.map_view().await?;
            ensure!(
                asked_for(page, &name) > before + 1,
                "{name} {harm:?} was not harmed"
            );
        }
    }
    Ok(())
}

/// How often a file has been requested, under whichever query.
fn asked_for(page: &Page<'_>, name: &str) -> usize {
    page.site()
        .server()
        .requests()
        .iter()
        .filter(|path| path.contains(name))
        .count()
}

/// A file that the browser keeps for ever as it got it, damaged: the visit finds that, and the next
/// one has the right file.
async fn damaged_in_the_cache(page: &Page<'_>) -> Result<()> {
    excuse_broken_programs(page);
    for (start, end) in PROGRAM {
        let name = page.site().named(start, end)?;
        page.browser().forget_files().await?;
        page.set_fault(
            &name,
            ResponseFault::ReplacedImmutable(corrupt(&page.site().read(&name)?)).once(),
        );
        page.go("").await?;
        until_well(page, &format!("the page after a damaged {name}")).await?;
        let before = asked_for(page, &name);
        page.open("").await?;
        until_well(page, "the page from the browser's cache").await?;
        // Engines without a cache in a driven session request it, and get the right one at once.
        ensure!(
            asked_for(page, &name) <= before + 1,
            "{name} is damaged still: {:?}",
            page.site().server().requests()
        );
    }
    Ok(())
}

async fn told_without_styles(page: &Page<'_>) -> Result<()> {
    excuse_broken_programs(page);
    let (css, wasm) = (
        page.site().named("rising-", ".css")?,
        page.site().named("rising-", ".wasm")?,
    );
    page.set_fault(&css, ResponseFault::Status(404));
    for (query, expected) in [
        ("", PLAIN),
        (
            "?lang=cy",
            "Mae'r dudalen hon yn edrych yn blaen am na lwythodd ei dalen arddull. Mae'r ffigurau'n gywir; gall \
            y map fod ar goll. Llwytho'r dudalen eto",
        ),
    ] {
        page.go(query).await?;
        // What was there before anything had failed is said by its absence until now.
        let seen = page
            .until("a sentence about the style sheet", |seen| {
                !seen.failed.is_empty()
            })
            .await?;
        ensure!(seen.failed == expected, "{query}: {}", seen.failed);
        let seen = page
            .until("the figures all the same", Seen::settled)
            .await?;
        ensure!(
            !seen.everything.contains("Newer ones"),
            "what only styles hide is said: {}",
            seen.everything
        );
    }
    page.browser().forget_files().await?;
    page.set_fault(&wasm, ResponseFault::Status(404));
    page.go("").await?;
    page.until("the sentence about the program alone", |seen| {
        seen.failed == NOT_STARTED
    })
    .await?;
    Ok(())
}

/// A part of the manifest that is changed: where it is, and what is there instead.
fn with(manifest: &Value, place: &str, value: Value) -> Result<ResponseFault> {
    let mut manifest = manifest.clone();
    *manifest
        .pointer_mut(place)
        .with_context(|| format!("the manifest has no {place}"))? = value;
    Ok(ResponseFault::Replaced(manifest.to_string().into_bytes()))
}

/// Whatever a manifest says, it is refused in a sentence, at once and without a panic.
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
        page.set_fault("manifest.json", with(&manifest, place, value)?);
        page.go("").await?;
        let failed = page
            .until(&format!("a sentence about {case}"), |seen| {
                seen.status_kind() == "failed"
            })
            .await?;
        tells(&failed, &case, File::Manifest.in_words(), "cannot be read")?;
        tells(&failed, &case, File::Manifest.in_words(), why)?;
        ensure!(failed.failed.is_empty(), "{case}: {}", failed.failed);
    }
    // Whatever may be absurd and does no harm.
    let mut tiled = manifest.clone();
    tiled["tiles"] = json!({ "url": "./tiles/{q}.png", "attribution": "" });
    for (manifest, place, value) in [
        (&manifest, "/default/date", json!("0000-01-01")),
        (&manifest, "/default/level", json!("msoa")),
        (&tiled, "/tiles/attribution", json!("<script>")),
    ] {
        page.set_fault("manifest.json", with(manifest, place, value)?);
        page.go("").await?;
        page.until(&format!("figures with another {place}"), Seen::settled)
            .await?;
    }
    Ok(())
}

/// Sound files under each other's names: what they hold would be shown for something else.
async fn files_that_do_not_fit(page: &Page<'_>) -> Result<()> {
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
        "the two chunks differ in their number"
    );
    for (place, other, query, what) in [
        (
            "/levels/ltla/areas/file",
            "/levels/msoa/areas/file".to_owned(),
            "",
            File::Areas,
        ),
        (
            "/levels/ltla/shapes/file",
            "/levels/msoa/shapes/file".to_owned(),
            "",
            File::Shapes,
        ),
        (
            "/levels/ltla/counts/0/file",
            format!("/levels/ltla/counts/{last}/file"),
            "?date=2020-03-01",
            File::Counts,
        ),
    ] {
        page.set_fault("manifest.json", with(&manifest, place, file(&other)?)?);
        page.go(query).await?;
        let failed = page
            .until(&format!("a sentence about {place}"), |seen| {
                seen.status_kind() == "failed"
            })
            .await?;
        tells(&failed, place, what.in_words(), "makes no sense")?;
        ensure!(failed.failed.is_empty(), "{place}: {}", failed.failed);
    }
    Ok(())
}

/// A program that does not arrive: after a while the page says so, and if it arrives after all it
/// starts.
async fn the_program_stalls(page: &Page<'_>) -> Result<()> {
    for (start, end) in [
        ("rising-", ".wasm"),
        ("rising-", ".js"),
        ("leaflet-", ".js"),
    ] {
        let name = page.site().named(start, end)?;
        page.browser().forget_files().await?;
        page.set_fault(&name, ResponseFault::Stalled);
        page.go("").await?;
        page.until_within(
            SLOW,
            &format!("a word that {name} does not arrive"),
            |seen| !seen.failed.is_empty() || seen.status_kind() == "slow",
        )
        .await?;
        the_answer_can_be_read(page)
            .await
            .with_context(|| format!("{name} stalls"))?;
        page.site().server().clear_faults();
        page.until(
            "the page once the program is there, without that word",
            |seen| seen.settled() && seen.totals == TOTALS && seen.failed.is_empty(),
        )
        .await?;
    }
    Ok(())
}

/// The ways in which a part of the program that comes later can fail to.
const HARMS_TO_A_PART: [Harm; 5] = [
    Harm::Missing,
    Harm::Broken,
    Harm::Truncated,
    Harm::OtherVersion,
    Harm::Cut,
];

/// Details that do not come: the answer stays, the status line says so, and trying again opens
/// them.
async fn the_part_for_details(page: &Page<'_>) -> Result<()> {
    each_harm_to_a_part(
        page,
        "details-",
        "The details could not be loaded",
        async || {
            page.go("?area=E06000017").await?;
            page.until("the answer without the details", |seen| {
                seen.verdict.starts_with("Rising in Rutland")
            })
            .await?;
            Ok(())
        },
    )
    .await
}

/// A search that does not come: it says so, and what was typed is answered once it has.
async fn the_part_for_finding(page: &Page<'_>) -> Result<()> {
    each_harm_to_a_part(
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

/// A part of the program, harmed in every way while the reader does what needs it: the page says
/// so, keeps its figures, and opens Rutland once that part has come.
async fn each_harm_to_a_part(
    page: &Page<'_>,
    start: &str,
    word: &str,
    act: impl AsyncFn() -> Result<()>,
) -> Result<()> {
    let name = page.site().named(start, ".wasm")?;
    let content = page.site().read(&name)?;
    for said in [
        name.as_str(),
        "WebAssembly",
        "CompileError",
        "ailed to fetch",
        "Load failed",
        "Content-Length",
    ] {
        page.excuse(said);
    }
    for harm in HARMS_TO_A_PART {
        page.browser().forget_files().await?;
        page.set_fault(&name, harm.fault(&content));
        act().await?;
        let failed = page
            .until(&format!("a word about {harm:?}"), |seen| {
                seen.status_kind() == "failed"
            })
            .await?;
        ensure!(
            failed.everything.contains(word),
            "{harm:?}: {}",
            failed.everything
        );
        ensure!(
            failed.totals == TOTALS,
            "{harm:?}: the figures are gone: {}",
            failed.totals
        );
        page.site().server().clear_faults();
        page.press("button", "Retry").await?;
        page.until("Rutland after trying again", |seen| {
            seen.open_area() == Some("E06000017") && seen.settled()
        })
        .await?;
    }
    Ok(())
}

/// Without a network what has loaded works; with it again, what is missing comes by itself.
async fn offline_and_back(page: &Page<'_>) -> Result<()> {
    page.open("?date=2021-02-07").await?;
    page.expect_failed_requests();
    // The loader of the program's later parts says so as well.
    page.excuse("ailed to fetch");
    page.excuse("Load failed");
    page.set_offline(true).await?;
    let offline = page
        .until("a word that it is offline", |seen| {
            seen.status_kind() == "offline"
        })
        .await?;
    ensure!(
        offline.totals == TOTALS,
        "the figures are gone: {offline:#?}"
    );
    page.tab_until("the timeline", |seen| {
        seen.focus
            .as_ref()
            .is_some_and(|focus| focus.region == "timeline" && focus.tag == "input")
    })
    .await?;
    page.key(Key::Left).await?;
    page.until("the day before, which has loaded", |seen| {
        seen.caption.ends_with("6 February 2021")
    })
    .await?;
    page.key(Key::End).await?;
    let asked = page
        .until("the last date asked for", |seen| {
            seen.date() == "12 December 2023"
        })
        .await?;
    ensure!(
        asked.caption.ends_with("6 February 2021"),
        "{}",
        asked.caption
    );
    // Both tries of the request have failed by the time the line would say so.
    page.until_script(
        "the attempts of a second and more",
        "window.since ??= Date.now(); return Date.now() - window.since > 1500",
    )
    .await?;
    // The network is said to be there before it carries anything.
    page.set_fault("data/", ResponseFault::Closed);
    page.set_offline(false).await?;
    page.until("a word that nothing came", |seen| {
        seen.status_kind() == "failed"
    })
    .await?;
    page.site().server().clear_faults();
    page.until("the last date by itself", |seen| {
        seen.settled() && seen.caption.ends_with("12 December 2023")
    })
    .await?;
    Ok(())
}

/// Takes something away from the program that no program expects to be without, once before it
/// starts and once while it runs.
async fn the_program_stops(page: &Page<'_>) -> Result<()> {
    let broken =
        "Document.prototype.createElement = () => { throw new Error('taken away by the test') };";
    for said in [
        "taken away by the test",
        "panicked",
        "unreachable",
        "RuntimeError",
    ] {
        page.excuse(said);
    }
    page.open("").await?;
    page.execute(broken, vec![]).await?;
    page.press("link", "Rutland").await?;
    let stopped = page
        .until("a message that the program has stopped", |seen| {
            !seen.failed.is_empty()
        })
        .await?;
    ensure!(stopped.failed.contains("stopped"), "{}", stopped.failed);
    the_answer_can_be_read(page).await?;
    page.press("link", "Load the page again").await?;
    page.until("the page after loading it again", |seen| {
        seen.settled() && seen.failed.is_empty()
    })
    .await?;

    page.run_first(broken).await?;
    for (query, screen) in [
        ("", Screen::DESKTOP),
        ("", Screen::PHONE),
        ("?embed=1", Screen::PHONE.sized(360, 540)),
        ("?embed=1", Screen::DESKTOP.sized(700, 480)),
    ] {
        page.set_screen(screen).await?;
        page.go(query).await?;
        page.until("a message that the program did not start", |seen| {
            !seen.failed.is_empty()
        })
        .await?;
        the_answer_can_be_read(page)
            .await
            .with_context(|| format!("{query} {screen:?}"))?;
    }
    Ok(())
}

/// What says that there is no map leaves the answer that is there in sight.
async fn the_answer_can_be_read(page: &Page<'_>) -> Result<()> {
    let covered = "const lines = [...document.querySelectorAll('.verdict .sentence')]
            .filter((sentence) => sentence.checkVisibility({ visibilityProperty: true }))
            .flatMap((sentence) => {
                const range = document.createRange();
                range.selectNodeContents(sentence);
                return [...range.getClientRects()].map(({ left, top, height }) => [sentence, left + 4, top + height / 2]);
            });
        const over = lines.map(([sentence, x, y]) => [sentence, document.elementFromPoint(x, y)]);
        return lines.length
            ? over.filter(([sentence, found]) => !sentence.contains(found)).map(([, found]) => found?.outerHTML.slice(0, 80) ?? 'beyond')
            : ['there is none']";
    let covered = page.execute(covered, vec![]).await?;
    ensure!(covered == json!([]), "over the answer lies {covered}");
    Ok(())
}
