//! A Rust that can compile for the browser.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::private_toolchain;
use crate::command::{find, output, run_quietly};
use crate::context::step;

/// What the app is compiled for.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Set to 1 to go without `rustup target add`, as on a machine that cannot reach Rust's servers.
const NO_RUSTUP: &str = "RISING_NO_RUSTUP";

/// How long the download of the target may take.
const RUSTUP_LIMIT: Duration = Duration::from_secs(300);

/// The Rust that compiles the app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Toolchain {
    /// The one that runs this program; it has the target.
    Host,
    /// One in this folder, made by this program from Debian's packages.
    Private(PathBuf),
}

impl Toolchain {
    /// Its `cargo`, ready for arguments.
    pub fn cargo(&self) -> Command {
        match self {
            Self::Host => Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into())),
            Self::Private(folder) => {
                let mut cargo = Command::new(folder.join("bin/cargo"));
                let bin = folder.join("bin");
                let path = env::var_os("PATH").unwrap_or_default();
                let path =
                    env::join_paths(std::iter::once(bin.clone()).chain(env::split_paths(&path)));
                // The cargo that started this program left its own toolchain's marks, libraries
                // included.
                cargo
                    .env("RUSTC", bin.join("rustc"))
                    .env("RUSTDOC", bin.join("rustdoc"))
                    .env("PATH", path.unwrap_or_else(|_| bin.into()))
                    .env_remove("RUSTUP_TOOLCHAIN")
                    .env_remove("LD_LIBRARY_PATH");
                cargo
            }
        }
    }
}

impl Toolchain {
    /// The compiler's name and version: `rustc 1.95.0`.
    ///
    /// # Errors
    /// If it does not say.
    pub fn version(&self) -> Result<String> {
        let mut rustc = match self {
            Self::Host => Command::new("rustc"),
            Self::Private(folder) => Command::new(folder.join("bin/rustc")),
        };
        let said =
            output(rustc.arg("--version")).context("the compiler does not tell its version")?;
        Ok(said
            .split_whitespace()
            .take(2)
            .collect::<Vec<_>>()
            .join(" "))
    }
}

/// A Rust with the target: the one at hand, or one made before, or one completed by rustup, or one
/// made now.
///
/// # Errors
/// If there is no way left; the message says what to install.
pub fn wasm_toolchain() -> Result<Toolchain> {
    if has_target(Command::new("rustc")) {
        return Ok(Toolchain::Host);
    }
    if let Some(folder) = private_toolchain::existing()? {
        return Ok(Toolchain::Private(folder));
    }
    let refused = match add_with_rustup() {
        Ok(()) => return Ok(Toolchain::Host),
        Err(refused) => refused,
    };
    println!("  not by rustup: {refused:#}");
    private_toolchain::make().map(Toolchain::Private).context(
        "there is no way to compile for the browser here: Rust's own standard library for it cannot be fetched \
         (`rustup target add wasm32-unknown-unknown`), nor can it be built",
    )
}

fn add_with_rustup() -> Result<()> {
    anyhow::ensure!(
        env::var_os(NO_RUSTUP).is_none_or(|v| v.is_empty()),
        "{NO_RUSTUP} is set"
    );
    anyhow::ensure!(find("rustup").is_some(), "there is no rustup on the PATH");
    step(
        "set-up: Rust's standard library for the browser, by rustup",
        "up to a minute",
        || {
            run_quietly(
                Command::new("rustup").args(["target", "add", TARGET]),
                RUSTUP_LIMIT,
            )?;
            anyhow::ensure!(
                has_target(Command::new("rustc")),
                "rustup added the target, but rustc does not find it"
            );
            Ok(())
        },
    )
}

/// Whether this compiler has the target's standard library.
fn has_target(mut rustc: Command) -> bool {
    output(rustc.args(["--print", "target-libdir", "--target", TARGET]))
        .is_some_and(|dir| holds_core(Path::new(&dir)))
}

/// Whether this folder of libraries holds the first of them.
pub(super) fn holds_core(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|entries| {
        entries.flatten().any(|entry| {
            let name = entry.file_name();
            let is_rlib = Path::new(&name).extension() == Some(OsStr::new("rlib"));
            is_rlib && name.to_string_lossy().starts_with("libcore-")
        })
    })
}
