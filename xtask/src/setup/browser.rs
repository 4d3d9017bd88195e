//! Finds or installs the browsers and drivers of the end-to-end tests.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::{Toolchain, debian};
use crate::command::{find_program, run_quietly};
use crate::context::{run_step, user_cache};

/// A browser engine that the tests run in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// The engine of Chrome and Edge.
    Chromium,
    /// The engine of Firefox, which is Gecko.
    Firefox,
    /// The engine of Safari.
    WebKit,
}

impl Engine {
    /// All engines; the first runs the most tests.
    pub const ALL: [Engine; 3] = [Engine::Chromium, Engine::Firefox, Engine::WebKit];

    /// Returns the name on the command line and in `RISING_BROWSER`.
    pub fn slug(self) -> &'static str {
        match self {
            Engine::Chromium => "chromium",
            Engine::Firefox => "firefox",
            Engine::WebKit => "webkit",
        }
    }

    /// Returns the engine with this slug.
    pub fn from_slug(slug: &str) -> Option<Engine> {
        Self::ALL.into_iter().find(|engine| engine.slug() == slug)
    }

    /// Returns the name for messages.
    pub fn display_name(self) -> &'static str {
        match self {
            Engine::Chromium => "Chromium",
            Engine::Firefox => "Firefox",
            Engine::WebKit => "WebKitGTK",
        }
    }

    /// Returns the environment variable with the path of the browser.
    pub fn environment_variable(self) -> &'static str {
        match self {
            Engine::Chromium => "RISING_CHROMIUM",
            Engine::Firefox => "RISING_FIREFOX",
            Engine::WebKit => "RISING_WEBKIT",
        }
    }

    /// Returns the possible names of the browser's program.
    fn program_names(self) -> &'static [&'static str] {
        match self {
            Engine::Chromium => &[
                "chromium",
                "chromium-browser",
                "google-chrome",
                "google-chrome-stable",
            ],
            Engine::Firefox => &["firefox-esr", "firefox"],
            Engine::WebKit => &["MiniBrowser"],
        }
    }

    fn packages(self) -> &'static [&'static str] {
        match self {
            Engine::Chromium => &["chromium", "chromium-driver"],
            Engine::Firefox => &["firefox-esr"],
            // MiniBrowser needs a display.
            Engine::WebKit => &["webkit2gtk-driver", "xvfb"],
        }
    }
}

/// A browser and its driver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Browser {
    /// The browser's program.
    pub program: PathBuf,
    /// `chromedriver`, `geckodriver` or `WebKitWebDriver`.
    pub driver: PathBuf,
    /// The program that provides a virtual display, for a browser that needs one.
    pub display: Option<PathBuf>,
}

/// Returns the browser of an engine and its driver: those on the PATH (or the browser in the
/// engine's environment variable), else Debian's.
///
/// # Errors
/// If the browser is missing and cannot be installed: [`debian::CannotInstall`] if this is not
/// Debian or the user is not root.
pub fn browser(engine: Engine) -> Result<Browser> {
    if let Some(browser) = find_browser(engine) {
        return Ok(browser);
    }
    if find_engine_program(engine).is_none() || engine != Engine::Firefox {
        debian::install(
            &format!("{} to test in", engine.display_name()),
            engine.packages(),
        )?;
    }
    if engine == Engine::Firefox && find_geckodriver().is_none() {
        install_geckodriver()?;
    }
    find_browser(engine).with_context(|| {
        format!(
            "{} was installed, but {} or its driver is not found",
            engine.display_name(),
            engine.program_names()[0]
        )
    })
}

fn find_browser(engine: Engine) -> Option<Browser> {
    let (driver, display) = match engine {
        Engine::Chromium => (find_program("chromedriver")?, None),
        Engine::Firefox => (find_geckodriver()?, None),
        Engine::WebKit => (
            find_program("WebKitWebDriver")?,
            Some(find_program("Xvfb")?),
        ),
    };
    Some(Browser {
        program: find_engine_program(engine)?,
        driver,
        display,
    })
}

fn find_engine_program(engine: Engine) -> Option<PathBuf> {
    let named = env::var_os(engine.environment_variable())
        .map(PathBuf::from)
        .filter(|program| program.is_file());
    let on_the_path = || engine.program_names().iter().find_map(find_program);
    named.or_else(on_the_path).or_else(|| {
        if engine == Engine::WebKit {
            find_mini_browser()
        } else {
            None
        }
    })
}

/// Returns WebKitGTK's MiniBrowser, which Debian installs in an architecture-specific folder of the
/// library.
fn find_mini_browser() -> Option<PathBuf> {
    let folders = fs::read_dir("/usr/lib").ok()?.flatten();
    let mut found: Vec<PathBuf> = folders
        .flat_map(|folder| {
            ["webkit2gtk-4.1", "webkit2gtk-4.0"]
                .map(|version| folder.path().join(version).join("MiniBrowser"))
        })
        .filter(|program| program.is_file())
        .collect();
    found.sort();
    found.pop()
}

/// The version to install from crates.io: Debian has no package of geckodriver.
const GECKODRIVER_VERSION: &str = "0.37.1";

fn find_geckodriver() -> Option<PathBuf> {
    let own = || {
        Some(geckodriver_root().ok()?.join("bin/geckodriver")).filter(|program| program.is_file())
    };
    find_program("geckodriver").or_else(own)
}

/// Returns the folder of geckodriver, which all checkouts share.
fn geckodriver_root() -> Result<PathBuf> {
    Ok(user_cache()?.join(format!("geckodriver-{GECKODRIVER_VERSION}")))
}

fn install_geckodriver() -> Result<()> {
    let root = geckodriver_root()?;
    run_step(
        "set-up: geckodriver, which drives Firefox, from crates.io",
        "2 to 4 minutes",
        || {
            let mut cargo = Toolchain::Host.cargo();
            cargo
                .args([
                    "install",
                    "geckodriver",
                    "--locked",
                    "--version",
                    GECKODRIVER_VERSION,
                    "--no-track",
                    "--root",
                ])
                .arg(&root);
            // Outside this checkout, whose Cargo settings do not apply to it.
            run_quietly(cargo.current_dir(Path::new("/")), Duration::from_mins(20))
        },
    )
}
