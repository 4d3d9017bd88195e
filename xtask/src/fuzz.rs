//! `cargo xtask fuzz`: runs the fuzz targets of `fuzz/`.
//!
//! Compiles the targets with the flags of `cargo fuzz` without a sanitizer, into the same folder.
//! The tool itself is not used: compiling it would take longer than the run.

mod corpus;
mod report;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};

use crate::command::{find_program, read_stdout, run as run_command, run_quietly};
use crate::context::{Context, format_duration};
use crate::setup::{Toolchain, debian_packages};
pub use report::FuzzReport;

/// The compiler flags of `cargo fuzz build -s none`: libFuzzer's counters at every branch and
/// comparison, and checks of overflows and assertions.
const COVERAGE_FLAGS: [&str; 11] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "--cfg",
    "fuzzing",
    "-Cllvm-args=-simplifycfg-branch-fold-threshold=0",
    "-Cllvm-args=-sanitizer-coverage-stack-depth",
    "-Cdebug-assertions",
    "-Ccodegen-units=1",
];

/// Seconds that an input may take; a slower one is a finding.
const INPUT_TIMEOUT: u32 = 10;
/// Megabytes that a target may use; more is a finding.
const MEMORY_LIMIT: u32 = 1024;
/// Bytes of the longest input: longer inputs find the same faults, but later.
const MAX_INPUT_LENGTH: u32 = 4096;

/// Time limit for merging the corpus of one target.
const MERGE_TIMEOUT: Duration = Duration::from_mins(10);

/// The length of each target's run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunLimit {
    /// Stops after a number of seconds.
    Seconds(u64),
    /// Stops after a number of inputs.
    Runs(u64),
}

impl RunLimit {
    /// The limit in `cargo xtask test`.
    pub const SHORT: RunLimit = RunLimit::Seconds(8);

    fn option(self) -> String {
        match self {
            RunLimit::Seconds(seconds) => format!("-max_total_time={seconds}"),
            RunLimit::Runs(runs) => format!("-runs={runs}"),
        }
    }

    /// The tests use a fixed seed, so that a finding is due to a change and not to chance. Longer
    /// runs use a random seed.
    fn seed(self) -> Option<&'static str> {
        (self == RunLimit::SHORT).then_some("-seed=1")
    }
}

/// Builds and runs the named targets, or all if there are no names, one for each processor at a
/// time. Prints a line for each.
///
/// # Errors
/// If a name is unknown or a target does not compile.
pub fn run(context: &Context, names: &[String], limit: RunLimit) -> Result<Vec<FuzzReport>> {
    let folder = context.root.join("fuzz");
    let targets = select_targets(list_targets(&folder)?, names)?;
    let programs = build(context, &folder, &targets)?;
    corpus::unpack(&folder)?;
    let begun = Instant::now();
    let todo = Mutex::new(targets.into_iter());
    let reports = Mutex::new(Vec::new());
    let workers = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    println!("{}", FuzzReport::HEAD);
    thread::scope(|scope| -> Result<()> {
        let work = || -> Result<()> {
            loop {
                // A statement of its own, so that the lock is released before the target runs.
                let next = todo.lock().ok().and_then(|mut todo| todo.next());
                let Some(target) = next else { return Ok(()) };
                let report = fuzz_target(&folder, &programs, target, limit)?;
                println!("{report}");
                if let Ok(mut reports) = reports.lock() {
                    reports.push(report);
                }
            }
        };
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().unwrap_or_else(|_| bail!("a worker panicked")))
    })?;
    let reports = reports.into_inner().unwrap_or_default();
    let executions: u64 = reports.iter().map(|report| report.executions).sum();
    println!(
        "{executions} executions of {} targets in {}",
        reports.len(),
        format_duration(begun.elapsed())
    );
    Ok(reports)
}

/// Packs the corpus that is committed: the smallest set of inputs found by runs on this machine
/// that reaches every branch known beyond those of the seeds.
///
/// # Errors
/// If a target does not compile, or fails on an input.
pub fn pack(context: &Context) -> Result<()> {
    let folder = context.root.join("fuzz");
    let targets = list_targets(&folder)?;
    let programs = build(context, &folder, &targets)?;
    corpus::unpack(&folder)?;
    let merged = tempfile::tempdir()?;
    let mut inputs = BTreeMap::new();
    for target in targets {
        let [needed, found] = [
            merged.path().join(&target),
            corpus::corpus_folder(&folder).join(&target),
        ];
        fs::create_dir_all(&found)?;
        fs::create_dir_all(&needed)?;
        let mut seeds = vec![];
        for seed in fs::read_dir(folder.join("seeds").join(&target))? {
            let seed = seed?;
            fs::copy(seed.path(), needed.join(seed.file_name()))?;
            seeds.push(needed.join(seed.file_name()));
        }
        let mut merge = Command::new(programs.join(&target));
        merge
            .args(["-set_cover_merge=1", "-use_counters=0"])
            .arg(format!("-max_len={MAX_INPUT_LENGTH}"))
            .args([&needed, &found]);
        run_quietly(&mut merge, MERGE_TIMEOUT)?;
        for seed in seeds {
            fs::remove_file(seed)?;
        }
        inputs.insert(target, needed);
    }
    println!(
        "{} inputs are in fuzz/{}",
        corpus::pack(&folder, &inputs)?,
        corpus::PACKED
    );
    Ok(())
}

/// Returns the names of all targets, one for each file.
fn list_targets(folder: &Path) -> Result<Vec<String>> {
    let sources = folder.join("fuzz_targets");
    let mut targets = vec![];
    for entry in
        fs::read_dir(&sources).with_context(|| format!("cannot read {}", sources.display()))?
    {
        if let Some(name) = entry?.file_name().to_string_lossy().strip_suffix(".rs") {
            targets.push(name.to_owned());
        }
    }
    targets.sort();
    Ok(targets)
}

/// Returns the named targets, or all if there are no names.
fn select_targets(all: Vec<String>, names: &[String]) -> Result<Vec<String>> {
    if let Some(unknown) = names.iter().find(|name| !all.contains(name)) {
        bail!(
            "the fuzz target {unknown} is unknown; use {}",
            all.join(", ")
        );
    }
    Ok(if names.is_empty() {
        all
    } else {
        names.to_vec()
    })
}

/// Compiles the targets and returns the folder of the programs.
fn build(context: &Context, folder: &Path, targets: &[String]) -> Result<PathBuf> {
    if find_program("c++").is_none() {
        debian_packages("a C++ compiler, for libFuzzer", &["g++"])?;
    }
    let version =
        read_stdout(Command::new("rustc").arg("-vV")).context("rustc is not on the PATH")?;
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .context("rustc does not name its host")?;
    let target = folder.join("target");
    println!(
        "• compiling {} fuzz targets (up to 2 minutes the first time)",
        targets.len()
    );
    let mut cargo = Toolchain::Host.cargo();
    cargo
        .current_dir(&context.root)
        .args(["build", "--release", "--quiet", "--manifest-path"])
        .arg(folder.join("Cargo.toml"))
        // With `--target`, Cargo applies the flags to the targets only, not to build scripts.
        .args(["--target", host, "--target-dir"])
        .arg(&target)
        .env("CARGO_ENCODED_RUSTFLAGS", COVERAGE_FLAGS.join("\u{1f}"));
    for name in targets {
        cargo.args(["--bin", name]);
    }
    run_command(&mut cargo)?;
    Ok(target.join(host).join("release"))
}

/// Runs one target. Inputs that reach new branches go into `corpus/`, failing ones into
/// `artifacts/`.
fn fuzz_target(
    folder: &Path,
    programs: &Path,
    target: String,
    limit: RunLimit,
) -> Result<FuzzReport> {
    let [corpus, artifacts] =
        [corpus::corpus_folder(folder), folder.join("artifacts")].map(|kind| kind.join(&target));
    for folder in [&corpus, &artifacts] {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let seeds = folder.join("seeds").join(&target);
    ensure!(
        seeds.is_dir(),
        "{} is missing; create it with one or two inputs as seeds",
        seeds.display()
    );
    let mut prefix = std::ffi::OsString::from("-artifact_prefix=");
    prefix.push(artifacts.join(""));
    let ran = Command::new(programs.join(&target))
        // libFuzzer adds new inputs to the first folder.
        .args([&corpus, &seeds])
        .arg(prefix)
        .arg(limit.option())
        .args(limit.seed())
        .args([
            format!("-timeout={INPUT_TIMEOUT}"),
            format!("-rss_limit_mb={MEMORY_LIMIT}"),
            format!("-max_len={MAX_INPUT_LENGTH}"),
        ])
        // Choosing inputs by rarity costs more than it finds on targets as fast as these.
        .args(["-entropic=0", "-print_final_stats=1"])
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot run {target}"))?;
    let report = FuzzReport::read(
        target,
        &String::from_utf8_lossy(&ran.stderr),
        ran.status.success(),
    );
    Ok(report)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn select_targets_refuses_unknown_names() {
        let all = || vec!["areas".to_owned(), "cases".to_owned()];
        assert_eq!(select_targets(all(), &[]).unwrap(), all());
        assert_eq!(
            select_targets(all(), &["cases".to_owned()]).unwrap(),
            ["cases"]
        );
        let refused = select_targets(all(), &["case".to_owned()])
            .unwrap_err()
            .to_string();
        assert!(
            refused.contains("target case is unknown;") && refused.contains("areas, cases"),
            "{refused}"
        );
    }

    #[test]
    fn every_target_has_program_and_seeds() {
        let folder = Context::discover().unwrap().root.join("fuzz");
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        let targets = list_targets(&folder).unwrap();
        assert_eq!(manifest.matches("[[bin]]").count(), targets.len());
        for target in targets {
            assert!(
                manifest.contains(&format!("path = \"fuzz_targets/{target}.rs\"")),
                "{target}"
            );
            let seeds = fs::read_dir(folder.join("seeds").join(&target)).unwrap();
            assert!(seeds.count() > 0, "{target}");
        }
    }
}
