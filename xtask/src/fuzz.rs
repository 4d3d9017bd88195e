//! `cargo xtask fuzz`: the targets of `fuzz/`, each for a while.
//!
//! They are the targets that `cargo fuzz` runs, compiled with the flags that it gives without a
//! sanitizer, into the same folder. The tool itself is not needed: compiling it would take longer
//! than the run.

mod corpus;
mod outcome;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};

use crate::command::{find, output, run as run_command, run_quietly};
use crate::context::{Context, seconds};
use crate::setup::{Toolchain, debian_packages};
pub use outcome::Outcome;

/// What `cargo fuzz build -s none` gives the compiler: counters at every branch and comparison for
/// libFuzzer to watch, and checks of overflows and assertions.
const FLAGS: [&str; 11] = [
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

/// An input that takes longer than that many seconds is a finding.
const SLOW: u32 = 10;
/// One that takes more memory than that many megabytes is one.
const MEMORY: u32 = 1024;
/// Bytes of an input at the most: longer ones find what shorter ones do, later.
const LONGEST: u32 = 4096;

/// The longest that merging one target's corpus may take.
const MERGE: Duration = Duration::from_secs(600);

/// How long each target runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    Seconds(u64),
    Runs(u64),
}

impl Bound {
    /// What a part of `cargo xtask test` can give each target.
    pub const SHORT: Bound = Bound::Seconds(8);

    fn option(self) -> String {
        match self {
            Bound::Seconds(seconds) => format!("-max_total_time={seconds}"),
            Bound::Runs(runs) => format!("-runs={runs}"),
        }
    }

    /// The tests draw the same numbers each time, so that a finding comes of a change rather than
    /// of chance: whose change it was is then known. Longer runs draw others.
    fn seed(self) -> Option<&'static str> {
        (self == Bound::SHORT).then_some("-seed=1")
    }
}

/// Builds the targets of those names, or all, runs each, two and more at a time where there are
/// processors, and prints a line for each.
///
/// # Errors
/// If there is no target of a name, or they do not compile.
pub fn run(context: &Context, names: &[String], bound: Bound) -> Result<Vec<Outcome>> {
    let folder = context.root.join("fuzz");
    let targets = chosen(all(&folder)?, names)?;
    let programs = build(context, &folder, &targets)?;
    corpus::unpack(&folder)?;
    let begun = Instant::now();
    let todo = Mutex::new(targets.into_iter());
    let outcomes = Mutex::new(Vec::new());
    let workers = thread::available_parallelism().map_or(1, |number| number.get());
    println!("{}", Outcome::HEAD);
    thread::scope(|scope| -> Result<()> {
        let work = || -> Result<()> {
            loop {
                // The lock is let go at the end of this line, not of the round.
                let next = todo.lock().ok().and_then(|mut todo| todo.next());
                let Some(target) = next else { return Ok(()) };
                let outcome = fuzz(&folder, &programs, target, bound)?;
                println!("{outcome}");
                if let Ok(mut outcomes) = outcomes.lock() {
                    outcomes.push(outcome);
                }
            }
        };
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().unwrap_or_else(|_| bail!("a worker panicked")))
    })?;
    let outcomes = outcomes.into_inner().unwrap_or_default();
    let executions: u64 = outcomes.iter().map(|outcome| outcome.executions).sum();
    println!(
        "{executions} executions of {} targets in {}",
        outcomes.len(),
        seconds(begun.elapsed())
    );
    Ok(outcomes)
}

/// Packs anew the corpus that is committed: of all that runs have found here, the fewest inputs
/// that reach every branch reached so far beyond those of the named seeds.
///
/// # Errors
/// If a target does not compile, or an input makes it fail.
pub fn pack(context: &Context) -> Result<()> {
    let folder = context.root.join("fuzz");
    let targets = all(&folder)?;
    let programs = build(context, &folder, &targets)?;
    corpus::unpack(&folder)?;
    let merged = tempfile::tempdir()?;
    let mut inputs = BTreeMap::new();
    for target in targets {
        let [needed, found] = [
            merged.path().join(&target),
            corpus::corpus(&folder).join(&target),
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
            .arg(format!("-max_len={LONGEST}"))
            .args([&needed, &found]);
        run_quietly(&mut merge, MERGE)?;
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

/// The names of all targets: a file each.
fn all(folder: &Path) -> Result<Vec<String>> {
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

/// Those of the names, or all if there are none.
fn chosen(all: Vec<String>, names: &[String]) -> Result<Vec<String>> {
    if let Some(unknown) = names.iter().find(|name| !all.contains(name)) {
        bail!("there is no target {unknown}; there are {}", all.join(", "));
    }
    Ok(if names.is_empty() {
        all
    } else {
        names.to_vec()
    })
}

/// Compiles the targets and says where the programs are.
fn build(context: &Context, folder: &Path, targets: &[String]) -> Result<PathBuf> {
    if find("c++").is_none() {
        debian_packages("a C++ compiler, for libFuzzer", &["g++"])?;
    }
    let version = output(Command::new("rustc").arg("-vV")).context("there is no rustc")?;
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
        // With it cargo gives the flags to the programs only, not to what runs while building.
        .args(["--target", host, "--target-dir"])
        .arg(&target)
        .env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\u{1f}"));
    for name in targets {
        cargo.args(["--bin", name]);
    }
    run_command(&mut cargo)?;
    Ok(target.join(host).join("release"))
}

/// Runs one target: what is found goes into `corpus/`, what fails into `artifacts/`.
fn fuzz(folder: &Path, programs: &Path, target: String, bound: Bound) -> Result<Outcome> {
    let [corpus, artifacts] =
        [corpus::corpus(folder), folder.join("artifacts")].map(|kind| kind.join(&target));
    for folder in [&corpus, &artifacts] {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let seeds = folder.join("seeds").join(&target);
    ensure!(
        seeds.is_dir(),
        "there is no {}; put a file or two there that the target should begin with",
        seeds.display()
    );
    let mut prefix = std::ffi::OsString::from("-artifact_prefix=");
    prefix.push(artifacts.join(""));
    let ran = Command::new(programs.join(&target))
        // What is new goes into the first folder.
        .args([&corpus, &seeds])
        .arg(prefix)
        .arg(bound.option())
        .args(bound.seed())
        .args([
            format!("-timeout={SLOW}"),
            format!("-rss_limit_mb={MEMORY}"),
            format!("-max_len={LONGEST}"),
        ])
        // Its way of choosing inputs by how rare they are costs more than it finds on targets as
        // fast as these.
        .args(["-entropic=0", "-print_final_stats=1"])
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot run {target}"))?;
    let outcome = Outcome::read(
        target,
        &String::from_utf8_lossy(&ran.stderr),
        ran.status.success(),
    );
    Ok(outcome)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_chosen_by_name() {
        let all = || vec!["areas".to_owned(), "cases".to_owned()];
        assert_eq!(chosen(all(), &[]).unwrap(), all());
        assert_eq!(chosen(all(), &["cases".to_owned()]).unwrap(), ["cases"]);
        let refused = chosen(all(), &["case".to_owned()]).unwrap_err().to_string();
        assert!(
            refused.contains("no target case;") && refused.contains("areas, cases"),
            "{refused}"
        );
    }

    #[test]
    fn every_target_is_a_program_with_something_to_begin_with() {
        let folder = Context::discover().unwrap().root.join("fuzz");
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        let targets = all(&folder).unwrap();
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
