//! Where things are, and how the commands speak.

use std::env;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

/// The folders that the commands work in.
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
    /// If the package has been moved away from the repository.
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

    /// The finished site.
    pub fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// What npm installed.
    pub fn node_modules(&self) -> PathBuf {
        self.root.join("node_modules")
    }

    /// A folder of inputs that some checkouts have beside them; `None` in a lone clone.
    pub fn shared(&self, name: &str) -> Option<PathBuf> {
        let folder = self.root.parent()?.join("shared").join(name);
        folder.is_dir().then_some(folder)
    }
}

/// The user's cache for things that every checkout of the project can use.
///
/// # Errors
/// If the environment names neither a cache nor a home.
pub fn user_cache() -> Result<PathBuf> {
    env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|dir| dir.is_absolute())
        .or_else(|| env::var_os("HOME").map(|home| Path::new(&home).join(".cache")))
        .map(|dir| dir.join("rising"))
        .context("neither HOME nor XDG_CACHE_HOME is set, so there is no place for a toolchain; set one of them")
}

/// Says what is being done and how long it may take, does it, and says how long it took.
///
/// # Errors
/// What `work` returns.
pub fn step<T>(what: &str, may_take: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("• {what} ({may_take})");
    let begun = Instant::now();
    let outcome = work()?;
    println!("  done in {}", seconds(begun.elapsed()));
    Ok(outcome)
}

/// A time as a reader wants it: `0.3 s`, `42 s`, `2 min 5 s`.
pub fn seconds(time: Duration) -> String {
    match time.as_secs() {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        whole @ 10..120 => format!("{whole} s"),
        whole => format!("{} min {} s", whole / 60, whole % 60),
    }
}
