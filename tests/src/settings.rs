//! Reads the settings that `cargo xtask test` passes in environment variables.

use std::env;
use std::path::PathBuf;
use std::sync::OnceLock;

use crate::browser::EngineName;

/// The paths and addresses that the tests need.
#[derive(Debug)]
pub struct Settings {
    /// `RISING_BROWSER`: `chromium`, `firefox` or `webkit`; Chromium if it is not set.
    pub engine: EngineName,
    /// `RISING_WEBDRIVER`: the addresses of the running drivers, separated by commas. Chromium's
    /// driver controls any number of browsers, the others control one each.
    pub webdrivers: Vec<String>,
    /// `RISING_CHROMIUM`, `RISING_FIREFOX` or `RISING_WEBKIT`: the browser to start.
    pub program: PathBuf,
    /// `RISING_DIST`: the folder of the finished site.
    pub dist: PathBuf,
    /// `RISING_AXE`: `axe.min.js` of axe-core.
    pub axe: PathBuf,
    /// `RISING_IBM`: `ace-window.js` of accessibility-checker-engine.
    pub ibm: PathBuf,
}

/// Returns the settings, which are read once.
///
/// # Errors
/// If a variable is missing or wrong; the message names it and says what to do.
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
    let slug =
        env::var("RISING_BROWSER").unwrap_or_else(|_| EngineName::Chromium.slug().to_owned());
    let engine = EngineName::from_slug(&slug).ok_or_else(|| {
        format!("RISING_BROWSER is {slug}; it has to be chromium, firefox or webkit")
    })?;
    Ok(Settings {
        engine,
        webdrivers: value("RISING_WEBDRIVER")?
            .split(',')
            .map(str::to_owned)
            .collect(),
        program: value(engine.environment_variable())?.into(),
        dist: value("RISING_DIST")?.into(),
        axe: value("RISING_AXE")?.into(),
        ibm: value("RISING_IBM")?.into(),
    })
}
