//! Finds or installs a Rust toolchain that compiles to WebAssembly.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::wasm_libraries::{TARGET, has_core_library};
use super::{incremental, private_toolchain};
use crate::command::{find_program, read_stdout, run_quietly};
use crate::context::run_step;

/// Environment variable that disables `rustup target add`, for machines that cannot reach Rust's
/// servers.
const NO_RUSTUP: &str = "RISING_NO_RUSTUP";

/// Time limit for the download of the target.
const RUSTUP_LIMIT: Duration = Duration::from_mins(5);

/// The toolchain that compiles the app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Toolchain {
    /// The toolchain that runs this program and has the target.
    Host,
    /// A toolchain in this folder, built by this program from Debian's packages.
    Private(PathBuf),
}

impl Toolchain {
    /// Returns a command for Cargo without arguments.
    pub fn cargo(&self) -> Command {
        let mut cargo = match self {
            Self::Host => Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into())),
            Self::Private(folder) => {
                let mut cargo = Command::new(folder.join("bin/cargo"));
                let bin = folder.join("bin");
                let path = env::var_os("PATH").unwrap_or_default();
                let path =
                    env::join_paths(std::iter::once(bin.clone()).chain(env::split_paths(&path)));
                // The Cargo that started this program has set variables for its own toolchain.
                cargo
                    .env("RUSTC", bin.join("rustc"))
                    .env("RUSTDOC", bin.join("rustdoc"))
                    .env("PATH", path.unwrap_or_else(|_| bin.into()))
                    .env_remove("RUSTUP_TOOLCHAIN")
                    .env_remove("LD_LIBRARY_PATH");
                cargo
            }
        };
        incremental::configure(&mut cargo);
        cargo
    }
}

impl Toolchain {
    /// Returns the compiler's name and version: `rustc 1.95.0`.
    ///
    /// # Errors
    /// If rustc fails.
    pub fn version(&self) -> Result<String> {
        let mut rustc = match self {
            Self::Host => Command::new("rustc"),
            Self::Private(folder) => Command::new(folder.join("bin/rustc")),
        };
        let said = read_stdout(rustc.arg("--version")).context("`rustc --version` failed")?;
        Ok(said
            .split_whitespace()
            .take(2)
            .collect::<Vec<_>>()
            .join(" "))
    }
}

/// Returns a toolchain with the target: the host's, one built earlier, the host's after `rustup
/// target add`, or one built now.
///
/// # Errors
/// If all of these fail. The message says what to install.
pub fn wasm_toolchain() -> Result<Toolchain> {
    if has_target(Command::new("rustc")) {
        return Ok(Toolchain::Host);
    }
    if let Some(folder) = private_toolchain::find_existing()? {
        return Ok(Toolchain::Private(folder));
    }
    let refused = match add_with_rustup() {
        Ok(()) => return Ok(Toolchain::Host),
        Err(refused) => refused,
    };
    println!("  not by rustup: {refused:#}");
    private_toolchain::build().map(Toolchain::Private).context(
        "there is no way to compile for the browser here: Rust's own standard library for it \
         cannot be fetched \
         (`rustup target add wasm32-unknown-unknown`), nor can it be built",
    )
}

fn add_with_rustup() -> Result<()> {
    anyhow::ensure!(
        env::var_os(NO_RUSTUP).is_none_or(|v| v.is_empty()),
        "{NO_RUSTUP} is set"
    );
    anyhow::ensure!(
        find_program("rustup").is_some(),
        "rustup is not on the PATH"
    );
    run_step(
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
    read_stdout(rustc.args(["--print", "target-libdir", "--target", TARGET]))
        .is_some_and(|dir| has_core_library(Path::new(&dir)))
}
