//! The browsers that the end-to-end tests drive.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::{Toolchain, debian};
use crate::command::{find, run_quietly};
use crate::context::{step, user_cache};

/// The engines that the tests run in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Chromium,
    Firefox,
    WebKit,
}

impl Engine {
    /// All of them, the one that is tested in most first.
    pub const ALL: [Engine; 3] = [Engine::Chromium, Engine::Firefox, Engine::WebKit];

    /// Its name on the command line and in `RISING_BROWSER`.
    pub fn slug(self) -> &'static str {
        match self {
            Engine::Chromium => "chromium",
            Engine::Firefox => "firefox",
            Engine::WebKit => "webkit",
        }
    }

    /// The one of that name.
    pub fn from_slug(slug: &str) -> Option<Engine> {
        Self::ALL.into_iter().find(|engine| engine.slug() == slug)
    }

    /// Its name in a sentence.
    pub fn display_name(self) -> &'static str {
        match self {
            Engine::Chromium => "Chromium",
            Engine::Firefox => "Firefox",
            Engine::WebKit => "WebKitGTK",
        }
    }

    /// The environment variable that names the browser to use.
    pub fn environment_variable(self) -> &'static str {
        match self {
            Engine::Chromium => "RISING_CHROMIUM",
            Engine::Firefox => "RISING_FIREFOX",
            Engine::WebKit => "RISING_WEBKIT",
        }
    }

    /// Names that the browser goes by.
    fn programs(self) -> &'static [&'static str] {
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
            // Its browser needs a display.
            Engine::WebKit => &["webkit2gtk-driver", "xvfb"],
        }
    }
}

/// A browser and the program that drives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Browser {
    /// The browser itself.
    pub program: PathBuf,
    /// `chromedriver`, `geckodriver` or `WebKitWebDriver`.
    pub driver: PathBuf,
    /// The program that makes a display, for a browser that needs one.
    pub display: Option<PathBuf>,
}

/// The browser of that engine and its driver: those on the PATH (or the browser that the engine's
/// variable names), else Debian's.
///
/// # Errors
/// If there is none and none can be installed; [`debian::NotHere`] if that is for want of Debian or
/// of root.
pub fn browser(engine: Engine) -> Result<Browser> {
    if let Some(browser) = present(engine) {
        return Ok(browser);
    }
    if program(engine).is_none() || engine != Engine::Firefox {
        debian::install(
            &format!("{} to test in", engine.display_name()),
            engine.packages(),
        )?;
    }
    if engine == Engine::Firefox && geckodriver().is_none() {
        install_geckodriver()?;
    }
    present(engine).with_context(|| {
        format!(
            "{} was installed, but there is no {}, or no driver of it",
            engine.display_name(),
            engine.programs()[0]
        )
    })
}

fn present(engine: Engine) -> Option<Browser> {
    let (driver, display) = match engine {
        Engine::Chromium => (find("chromedriver")?, None),
        Engine::Firefox => (geckodriver()?, None),
        Engine::WebKit => (find("WebKitWebDriver")?, Some(find("Xvfb")?)),
    };
    Some(Browser {
        program: program(engine)?,
        driver,
        display,
    })
}

fn program(engine: Engine) -> Option<PathBuf> {
    let named = env::var_os(engine.environment_variable())
        .map(PathBuf::from)
        .filter(|program| program.is_file());
    let on_the_path = || engine.programs().iter().find_map(find);
    named.or_else(on_the_path).or_else(|| {
        if engine == Engine::WebKit {
            mini_browser()
        } else {
            None
        }
    })
}

/// Debian keeps WebKitGTK's small browser with the library, in a folder of the machine's kind.
fn mini_browser() -> Option<PathBuf> {
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

/// Debian has no package of it.
const GECKODRIVER: &str = "0.37.1";

fn geckodriver() -> Option<PathBuf> {
    let own = || {
        Some(geckodriver_root().ok()?.join("bin/geckodriver")).filter(|program| program.is_file())
    };
    find("geckodriver").or_else(own)
}

/// Kept for every checkout of the project.
fn geckodriver_root() -> Result<PathBuf> {
    Ok(user_cache()?.join(format!("geckodriver-{GECKODRIVER}")))
}

fn install_geckodriver() -> Result<()> {
    let root = geckodriver_root()?;
    step(
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
                    GECKODRIVER,
                    "--no-track",
                    "--root",
                ])
                .arg(&root);
            // Not in the folder of this checkout, whose settings are not for it.
            run_quietly(
                cargo.current_dir(Path::new("/")),
                Duration::from_secs(20 * 60),
            )
        },
    )
}
