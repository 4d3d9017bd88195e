//! Tests missing, damaged and slow files: what works stays, one sentence reports the failure, and
//! Retry repairs it.

mod data_files;
mod program;

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;
use libtest_mimic::Trial;
use rising_model::domain::area::Level;
use rising_tests::page::Page;
use rising_tests::page_state::PageState;
use rising_tests::site::data;
use xtask::server::ResponseFault;

pub fn trials() -> Vec<Trial> {
    [data_files::trials(), program::trials()]
        .into_iter()
        .flatten()
        .collect()
}

/// The totals of the default date.
const TOTALS: &str = "12 rising, 302 falling, 1 unchanged. 1 rise and 195 falls are clear.";

/// More than the time after which the app reports a slow request.
const SLOW: Duration = Duration::from_secs(30);

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

/// Waits for the sentence about a failure.
async fn until_failed(page: &Page<'_>, case: &str) -> Result<PageState> {
    page.until(&format!("a sentence about {case}"), |seen| {
        seen.status_kind() == "failed"
    })
    .await
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

/// Expects the console errors of the browser and the page about damaged scripts and modules.
pub fn expect_program_errors(page: &Page<'_>) {
    for text in [
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
        page.allow_console_errors(text);
    }
}
