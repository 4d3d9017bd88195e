//! The browser that the end-to-end tests drive.

use std::env;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::debian;
use crate::command::find;

/// Names that Chromium goes by.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// A browser and the program that drives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Browser {
    /// Chromium, or Chrome.
    pub program: PathBuf,
    /// `chromedriver`.
    pub driver: PathBuf,
}

/// Chromium and its driver: those on the PATH (or the browser that `RISING_CHROMIUM` names), else Debian's.
///
/// # Errors
/// If there is none and none can be installed.
pub fn browser() -> Result<Browser> {
    if let Some(browser) = present() {
        return Ok(browser);
    }
    debian::install("a browser to test in", &["chromium", "chromium-driver"])?;
    present().context("Chromium was installed, but there is no chromium and chromedriver on the PATH")
}

fn present() -> Option<Browser> {
    let named = env::var_os("RISING_CHROMIUM").map(PathBuf::from).filter(|program| program.is_file());
    let program = named.or_else(|| NAMES.into_iter().find_map(find))?;
    Some(Browser { program, driver: find("chromedriver")? })
}
