//! Installs or builds the programs that the commands need, if they are missing.
//!
//! A check takes milliseconds, so each command asks for its programs every time.

mod browser;
mod debian;
mod incremental;
mod npm;
mod private_toolchain;
mod strace;
mod wasm_libraries;
mod wasm_target;
mod web_server;

pub use browser::{Browser, Engine, browser};
pub use debian::{CannotInstall, install as debian_packages};
pub use incremental::is_incremental;
pub use npm::{node_modules, npm, npm_in};
pub use strace::install_strace;
pub use wasm_libraries::TARGET;
pub use wasm_target::{Toolchain, wasm_toolchain};
pub use web_server::{WebServer, load_driver, nginx};
