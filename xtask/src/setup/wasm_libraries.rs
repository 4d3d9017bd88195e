//! Names the target of the app, and finds its standard library in a folder.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

/// The compilation target of the app.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Whether this folder of libraries has the core library.
pub(super) fn has_core_library(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|entries| {
        entries.flatten().any(|entry| {
            let name = entry.file_name();
            let is_rlib = Path::new(&name).extension() == Some(OsStr::new("rlib"));
            is_rlib && name.to_string_lossy().starts_with("libcore-")
        })
    })
}
