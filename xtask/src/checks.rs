//! `cargo xtask test`: every check, one after the other, and a summary.

mod driver;
mod tally;

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use crate::command::run as run_command;
use crate::context::{Context, seconds};
use crate::setup::{Browser, Toolchain};
use crate::{lighthouse, setup, site};
use driver::Driver;
use tally::{Tally, counts_in};

/// The package whose tests need the built site and a browser.
const END_TO_END: &str = "rising-tests";

/// Runs the checks and prints a summary; the last line is `N passed, N failed`, counting single tests as well as the
/// checks that consist of one thing. `quick` leaves out those that need the built site.
///
/// # Errors
/// If any check failed. What failed has been printed by then.
pub fn run(context: &Context, quick: bool) -> Result<()> {
    if context.shared("data").is_none() {
        println!("• the checks against the raw inputs are skipped: ../shared/data is not here");
    }
    let mut summary = Summary::default();
    summary.check("formatting", || single(cargo(context).args(["fmt", "--all", "--check"])));
    summary.check("lints", || {
        single(cargo(context).args(["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]))
    });
    summary.check("unit and property tests", || {
        tests(cargo(context).args(["test", "--workspace", "--exclude", END_TO_END, "--no-fail-fast"]))
    });
    if quick {
        println!("• the site and its end-to-end tests are left out, as --quick asks");
    } else if summary.check("the site", || site::build(context, None).map(|()| Tally::one_passed())) {
        summary.check("end-to-end tests in Chromium", || end_to_end(context));
        // Without the performance, which on a busy machine says more about that.
        let once = lighthouse::Wanted { runs: 1, without_performance: true };
        summary.check("Lighthouse", || lighthouse::look(context, once).map(|()| Tally::one_passed()));
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

    fn finish(self) -> Result<()> {
        println!("\n{}\n\n{}", self.lines.join("\n"), self.total);
        ensure!(self.total.failed == 0, "not everything passed");
        Ok(())
    }
}

/// Cargo with the toolchain that runs this program: the one for the browser may have neither clippy nor rustfmt.
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
    let mut child = command.stdout(Stdio::piped()).spawn().context("cannot start cargo")?;
    let output = child.stdout.take().context("cargo's output cannot be read")?;
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

fn end_to_end(context: &Context) -> Result<Tally> {
    let Browser { program, driver } = setup::browser()?;
    let driver = Driver::start(&driver, &context.target.join("chromedriver.log"), Duration::from_secs(30))?;
    tests(
        cargo(context)
            .args(["test", "--package", END_TO_END, "--no-fail-fast"])
            .env("RISING_WEBDRIVER", driver.url())
            .env("RISING_CHROMIUM", program)
            .env("RISING_DIST", context.dist())
            .env("RISING_AXE", context.node_modules().join("axe-core/axe.min.js")),
    )
}
