//! What the commands need before they can work, fetched or built only when it is missing.
//!
//! Every check costs milliseconds, so the commands simply ask for what they need each time.

mod browser;
mod debian;
mod npm;
mod private_toolchain;
mod serving;
mod tracer;
mod wasm_target;

pub use browser::{Browser, Engine, browser};
pub use debian::{NotHere, install as debian_packages};
pub use npm::{node_modules, npm};
pub use serving::{WebServer, load_driver, nginx};
pub use tracer::tracer;
pub use wasm_target::{TARGET, Toolchain, wasm_toolchain};
