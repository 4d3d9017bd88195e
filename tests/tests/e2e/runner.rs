//! Runs a test in a browser that an earlier one has left, or in a new one.

use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use anyhow::Result;
use libtest_mimic::{Failed, Trial};
use rising_tests::browser::{Browser, Screen};
use rising_tests::page::Page;
use rising_tests::settings::settings;
use rising_tests::site::Site;

/// Browsers that wait for their next test.
static IDLE: Mutex<Vec<Browser>> = Mutex::new(Vec::new());

/// A test on that screen. It fails if `test` does, and also if the browser's console has an error at its end or the page
/// asked another server for anything.
pub fn trial<T>(name: &'static str, screen: Screen, test: T) -> Trial
where
    T: AsyncFn(&Page<'_>) -> Result<()> + Send + 'static,
{
    Trial::test(name, move || run(name, screen, Keeps::Nothing, test))
}

/// A test of a page that keeps its edition, on a site that the test may change.
pub fn keeping_trial<T>(name: &'static str, screen: Screen, test: T) -> Trial
where
    T: AsyncFn(&Page<'_>) -> Result<()> + Send + 'static,
{
    Trial::test(name, move || run(name, screen, Keeps::Edition, test))
}

/// Does the browser have service workers? Without them, as in private windows of some browsers, every request is one that
/// the page needs now, which is what most tests are about.
#[derive(Clone, Copy, PartialEq)]
enum Keeps {
    Nothing,
    Edition,
}

fn run(
    name: &str,
    screen: Screen,
    keeps: Keeps,
    test: impl AsyncFn(&Page<'_>) -> Result<()>,
) -> std::result::Result<(), Failed> {
    try_to_run(name, screen, keeps, test).map_err(|error| Failed::from(format!("{error:#}")))
}

fn try_to_run(name: &str, screen: Screen, keeps: Keeps, test: impl AsyncFn(&Page<'_>) -> Result<()>) -> Result<()> {
    let settings = settings().map_err(anyhow::Error::msg)?;
    let waiting = IDLE.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let browser = waiting.map_or_else(|| Browser::start(settings), Ok)?;
    let site = match keeps {
        Keeps::Nothing => Site::serve(&settings.dist)?,
        Keeps::Edition => Site::serve_copy(&settings.dist)?,
    };
    let page = browser.block_on(Page::new(&browser, site, screen))?;
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| {
        browser.block_on(async {
            if keeps == Keeps::Nothing {
                browser.run_first("delete Navigator.prototype.serviceWorker").await?;
            }
            test(&page).await?;
            page.check_manners().await
        })
    }));
    if !matches!(outcome, Ok(Ok(()))) {
        keep_a_picture(&browser, name);
    }
    drop(page);
    IDLE.lock().unwrap_or_else(PoisonError::into_inner).push(browser);
    outcome.unwrap_or_else(|panic| panic::resume_unwind(panic))
}

/// What the page looked like when a test failed, in the target folder.
fn keep_a_picture(browser: &Browser, name: &str) {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}.png", name.replace([' ', '/'], "-")));
    // A browser that gives no picture is the test's own failure, which is reported already.
    if let Ok(picture) = browser.block_on(browser.client().screenshot())
        && fs::write(&file, picture).is_ok()
    {
        eprintln!("{name}: the page is in {}", file.display());
    }
}

/// Ends the browsers. All tests are over by then.
pub fn close_browsers() {
    for browser in IDLE.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
        if let Err(error) = browser.close() {
            eprintln!("a browser did not close: {error:#}");
        }
    }
}
