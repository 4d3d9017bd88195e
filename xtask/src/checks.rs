//! `cargo xtask test`: every check, one after the other, and a summary.

mod driver;
mod tally;

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};

use crate::command::run as run_command;
use crate::context::{Context, seconds};
use crate::fuzz::{self, Bound};
use crate::setup::{Browser, Engine, NotHere, Toolchain};
use crate::{dependencies, documents, hosting, lighthouse, load, setup, site};
use driver::Drivers;
pub use tally::Tally;
use tally::counts_in;

/// The package whose tests need the built site and a browser.
const END_TO_END: &str = "rising-tests";

/// Browsers at work at a time: on few processors more of them only wait for each other.
const BROWSERS: usize = 2;

/// How much of the end-to-end tests.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Extent {
    Full,
    /// One journey, which meets every part of the app.
    Smoke,
    /// The trials whose names contain this.
    Named(String),
}

/// Which checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// All: the end-to-end tests in full in Chromium, and a smoke journey in the others, where they
    /// can be had.
    All,
    /// Those that need no site.
    Quick,
    /// The end-to-end tests in full in these.
    In(Vec<Engine>),
    /// Nothing but the end-to-end tests whose names contain a text, in these.
    Trials(Vec<Engine>, String),
}

/// Runs the checks and prints a summary; the last line is `N passed, N failed`, counting single
/// tests as well as the checks that consist of one thing.
///
/// # Errors
/// If any check failed. What failed has been printed by then.
pub fn run(context: &Context, selection: &Selection) -> Result<()> {
    if let Selection::Trials(engines, name) = selection {
        let mut summary = Summary::default();
        if summary.check("the site", || {
            site::build(context, None, None).map(|()| Tally::one_passed())
        }) {
            for &engine in engines {
                in_browser(context, &mut summary, engine, &Extent::Named(name.clone()));
            }
        }
        return summary.finish();
    }
    if context.shared("data").is_none() {
        println!("• the checks against the raw inputs are skipped: ../shared/data is not here");
    }
    if let Err(error) = setup::tracer() {
        println!("• the tests that kill a publication at each step are skipped: {error:#}");
    }
    let mut summary = Summary::default();
    summary.check("formatting", || {
        single(cargo(context).args(["fmt", "--all", "--check"]))?;
        single(cargo(context).args(["fmt", "--check", "--manifest-path", "fuzz/Cargo.toml"]))
    });
    summary.check("lints", || {
        single(cargo(context).args([
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "--deny",
            "warnings",
        ]))
    });
    summary.check("unit and property tests", || {
        tests(cargo(context).args([
            "test",
            "--workspace",
            "--exclude",
            END_TO_END,
            "--no-fail-fast",
        ]))
    });
    if *selection == Selection::All {
        summary.check("dependencies", || dependencies::check(context));
        summary.check("fuzzing", || fuzzing(context));
    }
    let engines: Vec<(Engine, Extent)> = match selection {
        Selection::All => {
            vec![
                (Engine::Chromium, Extent::Full),
                (Engine::Firefox, Extent::Smoke),
                (Engine::WebKit, Extent::Smoke),
            ]
        }
        Selection::Quick | Selection::Trials(..) => vec![],
        Selection::In(engines) => engines
            .iter()
            .map(|&engine| (engine, Extent::Full))
            .collect(),
    };
    if engines.is_empty() {
        println!("• the site and its end-to-end tests are left out, as --quick asks");
    } else if summary.check("the site", || {
        site::build(context, None, None).map(|()| Tally::one_passed())
    }) {
        summary.check("the publisher's documents, as written", || {
            documents::run(context)
        });
        served(context, &mut summary);
        for (engine, extent) in engines {
            in_browser(context, &mut summary, engine, &extent);
        }
        // Without the performance, which on a busy machine says more about that.
        let once = lighthouse::Wanted {
            runs: 1,
            without_performance: true,
        };
        summary.check("Lighthouse", || {
            lighthouse::look(context, once).map(|()| Tally::one_passed())
        });
    } else {
        println!("• the end-to-end tests are left out: there is no site to test");
    }
    summary.finish()
}

/// The results so far.
#[derive(Debug, Default)]
struct Summary {
    lines: Vec<String>,
    total: Tally,
}

impl Summary {
    /// Runs a check, whose failure does not stop the others; whether it passed.
    fn check(&mut self, name: &str, work: impl FnOnce() -> Result<Tally>) -> bool {
        println!("\n▸ {name}");
        let begun = Instant::now();
        let tally = work().unwrap_or_else(|error| {
            println!("  {error:#}");
            Tally::one_failed()
        });
        let mark = if tally.failed == 0 { "✓" } else { "✗" };
        let line = format!("{mark} {name}: {tally} ({})", seconds(begun.elapsed()));
        println!("{line}");
        self.lines.push(line);
        self.total = self.total + tally;
        tally.failed == 0
    }

    fn leave_out(&mut self, name: &str, reason: &str) {
        let line = format!("– {name}: left out. {reason}");
        println!("\n{line}");
        self.lines.push(line);
    }

    fn finish(self) -> Result<()> {
        println!("\n{}\n\n{}", self.lines.join("\n"), self.total);
        ensure!(self.total.failed == 0, "not everything passed");
        Ok(())
    }
}

/// Cargo with the toolchain that runs this program: the one for the browser may have neither clippy
/// nor rustfmt.
fn cargo(context: &Context) -> Command {
    let mut cargo = Toolchain::Host.cargo();
    cargo.current_dir(&context.root);
    cargo
}

/// A check that consists of one thing.
fn single(command: &mut Command) -> Result<Tally> {
    run_command(command)?;
    Ok(Tally::one_passed())
}

/// A check that consists of many, as Cargo's test runner counts them. What it prints is passed on.
fn tests(command: &mut Command) -> Result<Tally> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start cargo")?;
    let output = child
        .stdout
        .take()
        .context("cargo's output cannot be read")?;
    let mut tally = Tally::default();
    for line in BufReader::new(output).lines() {
        let line = line?;
        println!("{line}");
        if let Some(counts) = counts_in(&line) {
            tally = tally + counts;
        }
    }
    // A test that does not compile, or that ends the whole process, is counted nowhere.
    if !child.wait()?.success() && tally.failed == 0 {
        tally = tally + Tally::one_failed();
    }
    Ok(tally)
}

/// Every fuzz target for a few seconds; the count is of targets.
fn fuzzing(context: &Context) -> Result<Tally> {
    let outcomes = fuzz::run(context, &[], Bound::SHORT)?;
    let failed = outcomes
        .iter()
        .filter(|outcome| outcome.finding.is_some())
        .count();
    Ok(Tally {
        passed: outcomes.len() - failed,
        failed,
    })
}

/// Runs the end-to-end tests, or says why not: a smoke journey is left out, in so many words, where
/// its browser can only be installed by hand.
fn in_browser(context: &Context, summary: &mut Summary, engine: Engine, extent: &Extent) {
    let browser = setup::browser(engine);
    if let (Extent::Smoke, Err(error)) = (extent, &browser)
        && error.is::<NotHere>()
    {
        summary.leave_out(
            &format!("smoke journey in {}", engine.display_name()),
            &error.to_string(),
        );
        return;
    }
    let what = match extent {
        Extent::Full => "end-to-end tests",
        Extent::Smoke => "smoke journey",
        Extent::Named(name) => &format!("end-to-end tests named “{name}”"),
    };
    let name = format!("{what} in {}", engine.display_name());
    summary.check(&name, || end_to_end(context, engine, &browser?, extent));
}

/// A new edition while many read: that nothing goes wrong, not how fast it is.
fn under_load(context: &Context, summary: &mut Summary) {
    const NAME: &str = "a new edition under load";
    match setup::load_driver() {
        Err(error) if error.is::<NotHere>() => summary.leave_out(NAME, &error.to_string()),
        _ => {
            summary.check(NAME, || {
                load::look(context, load::IN_TESTS).map(|()| Tally::one_passed())
            });
        }
    }
}

/// The site on the web servers that can run here, or why not.
fn served(context: &Context, summary: &mut Summary) {
    summary.check("the site as other hosts are told to serve it", || {
        hosting::read_others(context).map(|()| Tally::one_passed())
    });
    match setup::nginx() {
        Err(error) if error.is::<NotHere>() => {
            summary.leave_out("the site on nginx", &error.to_string())
        }
        program => {
            summary.check("the site on nginx", || {
                hosting::try_nginx(context, &program?).map(|()| Tally::one_passed())
            });
            under_load(context, summary);
        }
    }
    match hosting::caddy() {
        Some(program) => {
            summary.check("the site on Caddy", || {
                hosting::try_caddy(context, &program).map(|()| Tally::one_passed())
            });
        }
        None => summary.leave_out(
            "the site on Caddy",
            "it is not installed; Debian's package is called caddy",
        ),
    }
}

fn end_to_end(
    context: &Context,
    engine: Engine,
    browser: &Browser,
    extent: &Extent,
) -> Result<Tally> {
    let drivers = Drivers::start(engine, browser, BROWSERS)?;
    let mut cargo = cargo(context);
    cargo
        .args(["test", "--package", END_TO_END, "--no-fail-fast"])
        .env("RISING_BROWSER", engine.slug())
        .env("RISING_WEBDRIVER", drivers.addresses())
        .env(engine.environment_variable(), &browser.program)
        .env("RISING_DIST", context.dist())
        .env(
            "RISING_AXE",
            context.node_modules().join("axe-core/axe.min.js"),
        )
        .env(
            "RISING_IBM",
            context
                .node_modules()
                .join("accessibility-checker-engine/ace-window.js"),
        );
    let filter = match extent {
        Extent::Full => return tests(&mut cargo),
        Extent::Smoke => "smoke:",
        Extent::Named(name) => name,
    };
    let tally = tests(cargo.args(["--test", "e2e", "--", filter]))?;
    ensure!(
        tally.passed + tally.failed > 0,
        "no end-to-end test has “{filter}” in its name"
    );
    Ok(tally)
}
