//! Runs a test in an idle browser, or in a new one.

use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, Result};
use libtest_mimic::{Failed, Trial};
use rising_tests::browser::{Browser, Capability, Screen, format_error, has_crashed};
use rising_tests::page::Page;
use rising_tests::settings::{Settings, settings};
use rising_tests::site::Site;

/// Browsers without a test.
static IDLE: Mutex<Vec<Browser>> = Mutex::new(Vec::new());

/// Tests that the engine cannot run, with the reasons.
static SKIPPED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Tests during which the engine crashed.
static CRASHED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Creates a test on a screen. It fails if `test` does, if the console has an error at its end, or
/// if the page requests something from another server.
pub fn trial<T>(name: &'static str, screen: Screen, test: T) -> Trial
where
    T: AsyncFn(&Page<'_>) -> Result<()> + Send + 'static,
{
    Trial::test(name, move || run(name, screen, SiteOfTest::Shared, test))
}

/// Creates a test that is skipped in engines without the capabilities that it needs.
pub fn trial_needing<T>(needs: &[Capability], name: &'static str, screen: Screen, test: T) -> Trial
where
    T: AsyncFn(&Page<'_>) -> Result<()> + Send + 'static,
{
    skip_if_missing(needs, name, trial(name, screen, test))
}

/// Creates a test on a copy of the site, which the test may change, with service workers.
pub fn own_site_trial<T>(name: &'static str, screen: Screen, test: T) -> Trial
where
    T: AsyncFn(&Page<'_>) -> Result<()> + Send + 'static,
{
    Trial::test(name, move || run(name, screen, SiteOfTest::Own, test))
}

fn skip_if_missing(needs: &[Capability], name: &str, trial: Trial) -> Trial {
    let Ok(settings) = settings() else {
        return trial;
    };
    let missing: Vec<&str> = needs
        .iter()
        .filter_map(|need| need.missing_in(settings.engine))
        .collect();
    if missing.is_empty() {
        return trial;
    }
    let line = format!(
        "{name}: not in {}: {}",
        settings.engine.display_name(),
        missing.join("; ")
    );
    SKIPPED
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(line);
    trial.with_ignored_flag(true)
}

/// Prints which tests were skipped and why, and during which the engine crashed.
pub fn print_skipped_and_crashed() {
    for (heading, tests) in [
        ("skipped", &SKIPPED),
        ("the engine crashed during", &CRASHED),
    ] {
        let tests = tests.lock().unwrap_or_else(PoisonError::into_inner);
        if !tests.is_empty() {
            println!("{heading}:\n  {}\n", tests.join("\n  "));
        }
    }
}

/// Whether a test has its own site and service workers. Without service workers, as in the private
/// windows of some browsers, every request is one that the page needs now, which most tests are
/// about.
#[derive(Clone, Copy, PartialEq)]
enum SiteOfTest {
    Shared,
    Own,
}

/// Starts a browser by one of the drivers in turn.
fn start(settings: &Settings) -> Result<Browser> {
    static STARTED: AtomicUsize = AtomicUsize::new(0);
    let turn = STARTED.fetch_add(1, Ordering::Relaxed) % settings.webdrivers.len();
    Browser::start(settings, &settings.webdrivers[turn])
}

/// Runs a test, and once more if the engine crashed in it. A second crash fails the test.
fn run(
    name: &str,
    screen: Screen,
    site_kind: SiteOfTest,
    test: impl AsyncFn(&Page<'_>) -> Result<()>,
) -> std::result::Result<(), Failed> {
    let mut outcome = try_to_run(name, screen, site_kind, &test);
    if let Err(error) = &outcome
        && has_crashed(error)
    {
        let line = format!("{name}: run again ({})", format_error(error));
        eprintln!("the engine crashed in {line}");
        CRASHED
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(line);
        outcome = try_to_run(name, screen, site_kind, &test)
            .context("second run, after a crash of the engine");
    }
    outcome.map_err(|error| Failed::from(format_error(&error)))
}

fn try_to_run(
    name: &str,
    screen: Screen,
    site_kind: SiteOfTest,
    test: &impl AsyncFn(&Page<'_>) -> Result<()>,
) -> Result<()> {
    let settings = settings().map_err(anyhow::Error::msg)?;
    let idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let browser = idle.map_or_else(|| start(settings), Ok)?;
    let site = match site_kind {
        SiteOfTest::Shared => Site::serve(&settings.dist)?,
        SiteOfTest::Own => Site::serve_copy(&settings.dist)?,
    };
    let page = browser.block_on(Page::new(&browser, site, screen))?;
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| {
        browser.block_on(async {
            if site_kind == SiteOfTest::Shared {
                page.add_init_script("delete Navigator.prototype.serviceWorker")
                    .await?;
            }
            test(&page).await?;
            page.check_console_and_requests().await
        })
    }));
    if !matches!(outcome, Ok(Ok(()))) {
        save_screenshot(&browser, name);
    }
    drop(page);
    IDLE.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(browser);
    outcome.unwrap_or_else(|panic| panic::resume_unwind(panic))
}

/// Saves a screenshot of a failed test in the target folder.
fn save_screenshot(browser: &Browser, name: &str) {
    let file = format!(
        "{}-{}.png",
        browser.name().display_name(),
        name.replace([' ', '/'], "-")
    );
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(file);
    // A browser that gives no screenshot has failed the test already.
    if let Ok(picture) = browser.block_on(async { browser.client().screenshot().await })
        && fs::write(&file, picture).is_ok()
    {
        eprintln!("{name}: a screenshot is in {}", file.display());
    }
}

/// Closes the browsers. All tests are over by then.
pub fn close_browsers() {
    for browser in IDLE
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .drain(..)
    {
        if let Err(error) = browser.close() {
            eprintln!("a browser did not close: {error:#}");
        }
    }
}
