//! Runs a test in a browser that an earlier one has left, or in a new one.

use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, Result};
use libtest_mimic::{Failed, Trial};
use rising_tests::browser::{Browser, Need, Screen, has_crashed, in_words};
use rising_tests::page::Page;
use rising_tests::settings::{Settings, settings};
use rising_tests::site::Site;

/// Browsers that wait for their next test.
static IDLE: Mutex<Vec<Browser>> = Mutex::new(Vec::new());

/// Tests that the engine cannot give what they need, and what that is.
static LEFT_OUT: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Tests during which the engine itself crashed, and how that was met.
static CRASHED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// A test on that screen. It fails if `test` does, and also if the browser's console has an error
/// at its end or the page asked another server for anything.
pub fn trial<T>(name: &'static str, screen: Screen, test: T) -> Trial
where
    T: AsyncFn(&Page<'_>) -> Result<()> + Send + 'static,
{
    Trial::test(name, move || run(name, screen, Keeps::Nothing, test))
}

/// A test that needs what some engines cannot give, and is left out there.
pub fn trial_needing<T>(needs: &[Need], name: &'static str, screen: Screen, test: T) -> Trial
where
    T: AsyncFn(&Page<'_>) -> Result<()> + Send + 'static,
{
    unless_lacking(needs, name, trial(name, screen, test))
}

/// A test of a page that keeps its edition, on a site that the test may change.
pub fn keeping_trial<T>(name: &'static str, screen: Screen, test: T) -> Trial
where
    T: AsyncFn(&Page<'_>) -> Result<()> + Send + 'static,
{
    Trial::test(name, move || run(name, screen, Keeps::Edition, test))
}

fn unless_lacking(needs: &[Need], name: &str, trial: Trial) -> Trial {
    let Ok(settings) = settings() else {
        return trial;
    };
    let lacks: Vec<&str> = needs
        .iter()
        .filter_map(|need| need.lacking_in(settings.engine))
        .collect();
    if lacks.is_empty() {
        return trial;
    }
    let line = format!(
        "{name}: not in {}, for {}",
        settings.engine.display_name(),
        lacks.join(", and ")
    );
    LEFT_OUT
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(line);
    trial.with_ignored_flag(true)
}

/// Says which tests were left out and why, and during which the engine crashed.
pub fn tell_what_was_special() {
    for (what, tests) in [
        ("left out", &LEFT_OUT),
        ("crashes of the engine itself", &CRASHED),
    ] {
        let tests = tests.lock().unwrap_or_else(PoisonError::into_inner);
        if !tests.is_empty() {
            println!("{what}:\n  {}\n", tests.join("\n  "));
        }
    }
}

/// Does the browser have service workers? Without them, as in private windows of some browsers,
/// every request is one that the page needs now, which is what most tests are about.
#[derive(Clone, Copy, PartialEq)]
enum Keeps {
    Nothing,
    Edition,
}

/// A new browser, by the driver whose turn it is: there is one for each browser at work.
fn start(settings: &Settings) -> Result<Browser> {
    static STARTED: AtomicUsize = AtomicUsize::new(0);
    let turn = STARTED.fetch_add(1, Ordering::Relaxed) % settings.webdrivers.len();
    Browser::start(settings, &settings.webdrivers[turn])
}

/// Runs it, and once more if the engine crashed in it: that tells nothing of the page, unless it
/// does so again.
fn run(
    name: &str,
    screen: Screen,
    keeps: Keeps,
    test: impl AsyncFn(&Page<'_>) -> Result<()>,
) -> std::result::Result<(), Failed> {
    let mut outcome = try_to_run(name, screen, keeps, &test);
    if let Err(error) = &outcome
        && has_crashed(error)
    {
        let line = format!("{name}: run once more after it ({})", in_words(error));
        eprintln!("the engine crashed in {line}");
        CRASHED
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(line);
        outcome = try_to_run(name, screen, keeps, &test)
            .context("the engine had crashed; this is the second run");
    }
    outcome.map_err(|error| Failed::from(in_words(&error)))
}

fn try_to_run(
    name: &str,
    screen: Screen,
    keeps: Keeps,
    test: &impl AsyncFn(&Page<'_>) -> Result<()>,
) -> Result<()> {
    let settings = settings().map_err(anyhow::Error::msg)?;
    let waiting = IDLE.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let browser = waiting.map_or_else(|| start(settings), Ok)?;
    let site = match keeps {
        Keeps::Nothing => Site::serve(&settings.dist)?,
        Keeps::Edition => Site::serve_copy(&settings.dist)?,
    };
    let page = browser.block_on(Page::new(&browser, site, screen))?;
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| {
        browser.block_on(async {
            if keeps == Keeps::Nothing {
                page.run_first("delete Navigator.prototype.serviceWorker")
                    .await?;
            }
            test(&page).await?;
            page.check_manners().await
        })
    }));
    if !matches!(outcome, Ok(Ok(()))) {
        keep_a_picture(&browser, name);
    }
    drop(page);
    IDLE.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(browser);
    outcome.unwrap_or_else(|panic| panic::resume_unwind(panic))
}

/// What the page looked like when a test failed, in the target folder.
fn keep_a_picture(browser: &Browser, name: &str) {
    let file = format!(
        "{}-{}.png",
        browser.name().display_name(),
        name.replace([' ', '/'], "-")
    );
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(file);
    // A browser that gives no picture is the test's own failure, which is reported already.
    if let Ok(picture) = browser.block_on(async { browser.client().screenshot().await })
        && fs::write(&file, picture).is_ok()
    {
        eprintln!("{name}: the page is in {}", file.display());
    }
}

/// Ends the browsers. All tests are over by then.
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
