//! Switches off incremental compilation in continuous integration, where nothing is compiled again
//! after a change: it takes a third of the space.

use std::env;
use std::ffi::OsStr;
use std::process::Command;

/// Cargo's variable for incremental compilation.
const INCREMENTAL: &str = "CARGO_INCREMENTAL";

/// Whether the commands of [`super::Toolchain::cargo`] compile incrementally.
pub fn is_incremental() -> bool {
    match env::var_os(INCREMENTAL) {
        Some(value) => value != "0",
        None => !is_integration(env::var_os("CI").as_deref()),
    }
}

/// Switches off incremental compilation in continuous integration, unless [`INCREMENTAL`] is set.
/// Every Cargo that this program starts has the same setting, so that none compiles again what
/// another has compiled.
pub(super) fn configure(cargo: &mut Command) {
    if !is_incremental() {
        cargo.env(INCREMENTAL, "0");
    }
}

/// Whether a value of the variable `CI` stands for continuous integration.
fn is_integration(ci: Option<&OsStr>) -> bool {
    ci.is_some_and(|value| !["", "0", "false"].iter().any(|no| value == *no))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_integration_reads_variable() {
        for (value, expected) in [
            (None, false),
            (Some(""), false),
            (Some("false"), false),
            (Some("true"), true),
            (Some("1"), true),
        ] {
            assert_eq!(is_integration(value.map(OsStr::new)), expected, "{value:?}");
        }
    }
}
