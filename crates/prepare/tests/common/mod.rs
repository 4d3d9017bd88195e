//! Running `prepare` as its users do. Not every test file uses all of it.
#![allow(dead_code)]

pub mod editions;
pub mod site;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// The repository's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The committed data set.
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

/// What it printed, where it must have succeeded.
pub fn printed(output: &Output) -> String {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What it complained of, where it must have failed.
pub fn complaint(output: &Output) -> String {
    assert!(
        !output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A report of the committed data set as JSON.
pub fn report(level: &str, date: &str, nation: &str) -> Value {
    let data = public_data();
    let data = data.to_str().unwrap();
    let args = [
        "report", "--data", data, "--level", level, "--date", date, "--nation", nation, "--json",
    ];
    serde_json::from_str(&printed(&prepare(args))).unwrap()
}
