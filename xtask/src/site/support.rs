//! The oldest supported browsers, with the compiler options and checks for them. A script
//! (`web/old-browsers/support.js`) tests the browser itself and leaves older ones with the
//! prerendered view.
//!
//! | browser | from | for |
//! |---|---|---|
//! | Chrome, Edge and their relatives | 96, November 2021 | references in WebAssembly |
//! | Firefox | 98, March 2022 | `<dialog>` |
//! | Safari | 15.4, March 2022 | `<dialog>` and `Object.hasOwn` |

use anyhow::{Context as _, Result};
use wasmparser::{Validator, WasmFeatures};

/// esbuild's option that translates or refuses JavaScript and CSS which these browsers lack.
pub(super) const OLDEST: &str = "--target=chrome96,firefox98,safari15.4";

/// wasm-opt's options for the WebAssembly features of the oldest browsers, which are those that
/// rustc enables by default.
pub(super) const WASM_OPTIONS: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Refuses WebAssembly with newer features: a newer compiler may enable more by default.
///
/// # Errors
/// If the module has a newer feature or is no WebAssembly.
pub(super) fn check_wasm(name: &str, module: &[u8]) -> Result<()> {
    let understood = WasmFeatures::BULK_MEMORY
        | WasmFeatures::MULTI_VALUE
        | WasmFeatures::MUTABLE_GLOBAL
        | WasmFeatures::SATURATING_FLOAT_TO_INT
        | WasmFeatures::REFERENCE_TYPES
        | WasmFeatures::SIGN_EXTENSION
        | WasmFeatures::FLOATS
        | WasmFeatures::GC_TYPES;
    Validator::new_with_features(understood)
        .validate_all(module)
        .map(drop)
        .with_context(|| {
            format!(
                "{name} does not run in the oldest supported browsers (xtask/src/site/support.rs)"
            )
        })
}

#[cfg(test)]
mod tests {
    use super::check_wasm;

    /// A module with one section.
    fn module(section: &[u8]) -> Vec<u8> {
        [b"\0asm\x01\0\0\0".as_slice(), section].concat()
    }

    #[test]
    fn check_wasm_refuses_newer_features() {
        // The table of references by which the page tests the browser.
        let references = module(&[4, 4, 1, 0x6f, 0, 0]);
        check_wasm("references", &references).unwrap();
        let script = include_str!("../../../web/old-browsers/features.js");
        let bytes: Vec<String> = references.iter().map(u8::to_string).collect();
        assert!(
            script.contains(&format!("[{}]", bytes.join(", "))),
            "the page tests another module"
        );
        for (name, section) in [
            ("vectors", &[1, 5, 1, 0x60, 1, 0x7b, 0][..]),
            ("a memory of 64 bits", &[5, 3, 1, 4, 0][..]),
            ("a shared memory", &[5, 4, 1, 3, 0, 1][..]),
            ("two memories", &[5, 5, 2, 0, 0, 0, 0][..]),
        ] {
            let refused = check_wasm(name, &module(section)).unwrap_err().to_string();
            assert!(refused.contains(name), "{refused}");
        }
    }
}
