//! Runs `prepare` for the tests. Each test file uses only some of these functions.
#![allow(dead_code)]

pub mod editions;
pub mod site;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// Returns the root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Returns the folder of the committed data set.
pub fn public_data() -> PathBuf {
    root().join("public/data")
}

/// Runs `prepare` in the folder of fixtures.
pub fn prepare<S: AsRef<std::ffi::OsStr>>(args: impl IntoIterator<Item = S>) -> Output {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    Command::new(env!("CARGO_BIN_EXE_prepare"))
        .current_dir(fixtures)
        .args(args)
        .output()
        .expect("prepare runs")
}

/// Returns the standard output of a run that must have succeeded.
pub fn printed(output: &Output) -> String {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Returns the standard error of a run that must have failed.
pub fn error_output(output: &Output) -> String {
    assert!(
        !output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Returns a report of the committed data set as JSON.
pub fn report(level: &str, date: &str, nation: &str) -> Value {
    let data = public_data();
    let data = data.to_str().unwrap();
    let args = [
        "report", "--data", data, "--level", level, "--date", date, "--nation", nation, "--json",
    ];
    serde_json::from_str(&printed(&prepare(args))).unwrap()
}
