//! The oldest browsers that the app runs in, and what keeps it running there. `index.html` asks the
//! browser itself and leaves older ones with what is written into the page.
//!
//! | browser | from | for |
//! |---|---|---|
//! | Chrome, Edge and their relatives | 96, November 2021 | references in WebAssembly |
//! | Firefox | 98, March 2022 | `<dialog>` |
//! | Safari | 15.4, March 2022 | `<dialog>` and `Object.hasOwn` |

use anyhow::{Context as _, Result};
use wasmparser::{Validator, WasmFeatures};

/// esbuild's option by which newer JavaScript and CSS are written in the words of these browsers,
/// or refused.
pub(super) const OLDEST: &str = "--target=chrome96,firefox98,safari15.4";

/// wasm-opt's options for what the oldest of these browsers understand of WebAssembly, which is
/// what rustc has on by default.
pub(super) const WASM_OPTIONS: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Refuses WebAssembly that has anything newer than that: a newer compiler may have it on by
/// default.
///
/// # Errors
/// If it has, or is no WebAssembly.
pub(super) fn check_wasm(name: &str, module: &[u8]) -> Result<()> {
    let understood = WasmFeatures::BULK_MEMORY
        | WasmFeatures::MULTI_VALUE
        | WasmFeatures::MUTABLE_GLOBAL
        | WasmFeatures::SATURATING_FLOAT_TO_INT
        | WasmFeatures::REFERENCE_TYPES
        | WasmFeatures::SIGN_EXTENSION
        | WasmFeatures::FLOATS
        | WasmFeatures::GC_TYPES;
    Validator::new_with_features(understood).validate_all(module).map(drop).with_context(|| {
        format!("{name} is not for the oldest browsers that the app is for (xtask/src/site/support.rs)")
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
    fn references_pass_and_what_is_newer_does_not() {
        // The table of references that index.html asks the browser about.
        let references = module(&[4, 4, 1, 0x6f, 0, 0]);
        check_wasm("references", &references).unwrap();
        let page = include_str!("../../../index.html");
        let bytes: Vec<String> = references.iter().map(u8::to_string).collect();
        assert!(
            page.contains(&format!("[{}]", bytes.join(", "))),
            "index.html asks for something else"
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
