//! Stops a program at a chosen system call, with strace.

use std::path::Path;
use std::process::{Command, Output};

use crate::common::editions::prepare_command;

/// System calls that change a disk. Names after a question mark do not exist on every processor.
const CHANGES: &str = "openat,write,fsync,ftruncate,?rename,renameat,?renameat2,?link,linkat,?unlink,unlinkat,?mkdir,mkdirat";

/// A system call of a run, counted among those of its name.
#[derive(Debug, Clone)]
pub struct Call {
    pub name: String,
    pub number: usize,
    /// The call as strace prints it.
    pub shown: String,
}

/// Whether programs can be traced here. Prints a line if not.
pub fn is_here() -> bool {
    let traced = Command::new("strace")
        .args(["-f", "-o", "/dev/null", "-e", "trace=write", "true"])
        .output();
    let is_here = traced.as_ref().is_ok_and(|output| output.status.success());
    if !is_here {
        println!("skipped: strace is not here, or may not trace; Debian's package strace has it");
    }
    is_here
}

/// Runs `prepare` and returns its calls that change a folder, in order.
pub fn changes(args: &[String], folder: &Path) -> Vec<Call> {
    let log = tempfile::NamedTempFile::new().unwrap();
    let output = strace(
        &[
            "-y",
            "-o",
            log.path().to_str().unwrap(),
            "-e",
            &format!("trace={CHANGES}"),
        ],
        args,
    );
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let log = std::fs::read_to_string(log.path()).unwrap();
    let mut process = None;
    let mut numbers = std::collections::BTreeMap::new();
    let mut calls = vec![];
    for line in log.lines() {
        let (id, shown) = line.split_once(' ').unwrap();
        let Some((name, _)) = shown.trim_start().split_once('(') else {
            continue;
        };
        let is_ours = shown.contains(folder.to_str().unwrap())
            && (name != "openat" || shown.contains("O_CREAT"));
        // Calls are counted per thread. Only the first thread writes.
        if *process.get_or_insert(id) != id {
            assert!(!is_ours, "{line}");
            continue;
        }
        let number = numbers.entry(name.to_owned()).or_insert(0usize);
        *number += 1;
        if is_ours {
            calls.push(Call {
                name: name.to_owned(),
                number: *number,
                shown: shown.trim_start().to_owned(),
            });
        }
    }
    calls
}

/// Runs `prepare` and kills it when it makes a call.
pub fn killed_at(call: &Call, args: &[String]) -> Output {
    injected(call, "signal=SIGKILL", args)
}

/// Runs `prepare` and makes a call fail.
pub fn failing_at(call: &Call, error: &str, args: &[String]) -> Output {
    injected(call, &format!("error={error}"), args)
}

fn injected(call: &Call, what: &str, args: &[String]) -> Output {
    let Call { name, number, .. } = call;
    let (trace, inject) = (
        format!("trace={name}"),
        format!("inject={name}:{what}:when={number}"),
    );
    strace(&["-o", "/dev/null", "-e", &trace, "-e", &inject], args)
}

fn strace(options: &[&str], args: &[String]) -> Output {
    let mut command = prepare_command("strace");
    command
        .arg("-f")
        .arg("-qq")
        .args(options)
        .arg(env!("CARGO_BIN_EXE_prepare"))
        .args(args)
        .output()
        .unwrap()
}
