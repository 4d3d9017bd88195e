//! Finds the folders of the checkout, and prints the progress of steps.

use std::env;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

/// The folders of the commands.
#[derive(Debug, Clone)]
pub struct Context {
    /// The root of the repository.
    pub root: PathBuf,
    /// Cargo's target folder: `target/`, unless `CARGO_TARGET_DIR` says otherwise.
    pub target: PathBuf,
}

impl Context {
    /// Finds the folders from where Cargo started this program.
    ///
    /// # Errors
    /// If the package is not inside a repository.
    pub fn discover() -> Result<Self> {
        let package = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        let root = package
            .parent()
            .context("xtask is not in a repository; run `cargo xtask` from the checkout")?
            .to_owned();
        let target = env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| root.join("target"), |dir| root.join(dir));
        Ok(Self { root, target })
    }

    /// The folder of the built site.
    pub fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// The folder of the packages that npm installed.
    pub fn node_modules(&self) -> PathBuf {
        self.root.join("node_modules")
    }

    /// A folder of inputs in `../shared`; `None` in a clone without them.
    pub fn shared_folder(&self, name: &str) -> Option<PathBuf> {
        let folder = self.root.parent()?.join("shared").join(name);
        folder.is_dir().then_some(folder)
    }
}

/// The folder in the user's cache that all checkouts of the project share.
///
/// # Errors
/// If the environment names neither a cache nor a home.
pub fn user_cache() -> Result<PathBuf> {
    env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|dir| dir.is_absolute())
        .or_else(|| env::var_os("HOME").map(|home| Path::new(&home).join(".cache")))
        .map(|dir| dir.join("rising"))
        .context(
            "neither HOME nor XDG_CACHE_HOME is set, so there is no place for a toolchain; \
            set one of them",
        )
}

/// Prints the name of a step and an estimate of its time, runs it, and prints the time it took.
///
/// # Errors
/// The error of `work`.
pub fn run_step<T>(what: &str, estimate: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("• {what} ({estimate})");
    let begun = Instant::now();
    let outcome = work()?;
    println!("  done in {}", format_duration(begun.elapsed()));
    Ok(outcome)
}

/// Formats a time: `0.3 s`, `42 s`, `2 min 5 s`.
pub fn format_duration(time: Duration) -> String {
    match time.as_secs() {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        whole @ 10..120 => format!("{whole} s"),
        whole => format!("{} min {} s", whole / 60, whole % 60),
    }
}
