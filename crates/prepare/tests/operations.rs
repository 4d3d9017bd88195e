//! Tests that the commands in `docs/publish/` and the units in `hosting/systemd/` are commands of
//! this program. `cargo xtask documents` runs them.

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;

use common::{prepare, root};

/// Returns the arguments after `prepare` on each line of a file that begins with it, also behind
/// `sudo` or a path.
fn commands(file: &Path) -> Vec<Vec<String>> {
    let text = fs::read_to_string(file).unwrap();
    let mut commands = vec![];
    for line in text.lines() {
        let line = line
            .split(" #")
            .next()
            .unwrap_or_default()
            .replace("ExecStart=", "");
        let words: Vec<&str> = line.split_whitespace().collect();
        for (at, word) in words.iter().enumerate() {
            let is_start = at == 0
                || words[at - 1] == "rising"
                || words[at - 1] == "sudo"
                || words[at - 1] == "&&";
            if is_start && (*word == "prepare" || *word == "/usr/local/bin/prepare") {
                let end = |word: &&&str| !word.starts_with('>') && **word != "&&";
                commands.push(
                    words[at + 1..]
                        .iter()
                        .take_while(end)
                        .map(|word| (*word).to_owned())
                        .collect(),
                );
            }
        }
    }
    commands
}

#[test]
fn commands_in_code_blocks_and_units_parse() {
    let mut seen = 0;
    for name in [
        "docs/publish/install.md",
        "docs/publish/daily.md",
        "hosting/systemd/rising-refresh.service",
        "hosting/systemd/cron",
    ] {
        let commands = commands(&root().join(name));
        assert!(commands.len() > 1, "{name} has {commands:?}");
        for command in commands {
            // An argument that the program does not know is an error before --help is processed.
            let output = prepare(command.iter().map(String::as_str).chain(["--help"]));
            assert!(
                output.status.success(),
                "{name}: {command:?}: {}",
                String::from_utf8_lossy(&output.stderr)
            );
            seen += 1;
        }
    }
    assert!(seen >= 10, "{seen}");
    assert!(
        !prepare(["refresh", "--sideways", "--help"])
            .status
            .success(),
        "an unknown option is told from a known one"
    );
}

/// Returns the arguments of each `prepare` command in the sentences of a document.
fn commands_in_sentences(document: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(root().join(document)).unwrap();
    let sentences: String = text.split("\n```").step_by(2).collect();
    let spans = sentences
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|span| !span.contains(['…', '\n']));
    let commands = spans.filter_map(|span| span.strip_prefix("prepare "));
    commands
        .map(|rest| rest.split_whitespace().map(str::to_owned).collect())
        .collect()
}

#[test]
fn commands_in_sentences_parse() {
    let mut seen = 0;
    for name in [
        "README.md",
        "data/README.md",
        "docs/data/formats.md",
        "docs/data/rules.md",
        "docs/data/sources.md",
        "docs/data/another-country.md",
        "docs/publish/alarms.md",
        "docs/publish/daily.md",
        "docs/publish/editions.md",
        "docs/publish/hosting.md",
        "docs/publish/install.md",
        "docs/publish/scale.md",
    ] {
        for command in commands_in_sentences(name) {
            let output = prepare(command.iter().map(String::as_str).chain(["--help"]));
            assert!(
                output.status.success(),
                "{name}: {command:?}: {}",
                String::from_utf8_lossy(&output.stderr)
            );
            seen += 1;
        }
    }
    assert!(seen >= 20, "{seen}");
}

#[test]
fn systemd_accepts_units() {
    if Command::new("systemd-analyze")
        .arg("--version")
        .output()
        .is_err()
    {
        println!("skipped: systemd-analyze is not here");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for name in [
        "rising-refresh.service",
        "rising-refresh.timer",
        "rising-alarm@.service",
    ] {
        let unit = fs::read_to_string(root().join("hosting/systemd").join(name)).unwrap();
        let unit = unit.replace("/usr/local/bin/prepare", env!("CARGO_BIN_EXE_prepare"));
        fs::write(folder.path().join(name), unit).unwrap();
    }
    let units =
        ["rising-refresh.service", "rising-refresh.timer"].map(|name| folder.path().join(name));
    let output = Command::new("systemd-analyze")
        .arg("verify")
        .args(&units)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && !said.contains("rising-"),
        "{said}"
    );
}
