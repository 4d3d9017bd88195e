//! What `cargo xtask test` says to the tests, in environment variables.

use std::env;
use std::path::PathBuf;
use std::sync::OnceLock;

/// Where things are.
#[derive(Debug)]
pub struct Settings {
    /// `RISING_WEBDRIVER`: the address of a running chromedriver.
    pub webdriver: String,
    /// `RISING_CHROMIUM`: the browser it is to start.
    pub chromium: PathBuf,
    /// `RISING_DIST`: the finished site.
    pub dist: PathBuf,
    /// `RISING_AXE`: `axe.min.js` of axe-core.
    pub axe: PathBuf,
}

/// The settings, read once.
///
/// # Errors
/// A sentence that says which variable is missing and what to do.
pub fn settings() -> Result<&'static Settings, String> {
    static SETTINGS: OnceLock<Result<Settings, String>> = OnceLock::new();
    SETTINGS.get_or_init(read).as_ref().map_err(Clone::clone)
}

fn read() -> Result<Settings, String> {
    let value = |name: &str| {
        env::var(name).map_err(|_| {
            format!(
                "{name} is not set: these tests need the finished site, a browser and its driver. \
                 Run `cargo xtask test`, which builds the first and starts the others."
            )
        })
    };
    Ok(Settings {
        webdriver: value("RISING_WEBDRIVER")?,
        chromium: value("RISING_CHROMIUM")?.into(),
        dist: value("RISING_DIST")?.into(),
        axe: value("RISING_AXE")?.into(),
    })
}
