//! `cargo xtask test`: runs every check and prints a summary.

mod budget;
mod disk_space;
mod driver;

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};

use crate::check_counts::{CheckCounts, parse_counts};
use crate::command::run as run_command;
use crate::context::{Context, format_duration};
use crate::fuzz::{self, RunLimit};
use crate::setup::{Browser, CannotInstall, Engine, Toolchain};
use crate::{dependencies, documents, hosting, lighthouse, linters, load, prose, setup, site};
use driver::Drivers;

/// The package whose tests need the built site and a browser.
const END_TO_END_PACKAGE: &str = "rising-tests";

/// Number of browsers that run at a time: more would wait for each other on few processors.
const MAX_BROWSERS: usize = 2;

/// The part of the end-to-end tests that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
enum TestExtent {
    Full,
    /// One journey through all parts of the app.
    Smoke,
    /// The tests with this text in their names.
    Named(String),
}

/// The checks that run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// All: the end-to-end tests in Chromium, and a smoke journey in the other browsers that can be
    /// installed.
    All,
    /// The checks that need no site.
    Quick,
    /// The checks without a browser, and all end-to-end tests in these browsers.
    Browsers(Vec<Engine>),
    /// Only the end-to-end tests with a text in their names, in these browsers.
    Trials(Vec<Engine>, String),
}

/// Builds the site, and checks the bytes of its first views.
fn build_within_budget(context: &Context) -> Result<()> {
    budget::check(&site::build(context, None, None)?)
}

/// Runs the checks and prints a summary. Its last line is `N passed, N failed`: a check without
/// single tests counts as one.
///
/// # Errors
/// If a check failed, after the summary; before any check, if the disk lacks the space for a whole
/// run.
pub fn run(context: &Context, selection: &Selection) -> Result<()> {
    if let Selection::Trials(engines, name) = selection {
        let mut summary = Summary::default();
        if summary.check_one("the site", || build_within_budget(context)) {
            for &engine in engines {
                test_in_browser(
                    context,
                    &mut summary,
                    engine,
                    &TestExtent::Named(name.clone()),
                );
            }
        }
        return summary.finish();
    }
    if *selection != Selection::Quick {
        disk_space::check(context)?;
    }
    if context.shared_folder("data").is_none() {
        println!("• the checks against the raw inputs are skipped: ../shared/data is not here");
    }
    if let Err(error) = setup::install_strace() {
        println!("• the tests that kill a publication at each step are skipped: {error:#}");
    }
    let mut summary = Summary::default();
    summary.check("formatting", || {
        run_one(cargo(context).args(["fmt", "--all", "--check"]))?;
        run_one(cargo(context).args(["fmt", "--check", "--manifest-path", "fuzz/Cargo.toml"]))
    });
    summary.check("lints", || {
        run_one(cargo(context).args([
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "--deny",
            "warnings",
        ]))
    });
    summary.check("prose", || prose::run(&context.root));
    summary.check_one("JavaScript and CSS", || {
        linters::check_scripts_and_styles(context)
    });
    summary.check("types and tests of the site's scripts", || {
        linters::check_types(context)?;
        Ok(CheckCounts::one_passed() + linters::test_scripts(context)?)
    });
    summary.check("unit and property tests", || {
        // A test compares the style sheet with the classes of Leaflet.
        setup::node_modules(context)?;
        run_tests(cargo(context).args([
            "test",
            "--workspace",
            "--exclude",
            END_TO_END_PACKAGE,
            "--no-fail-fast",
        ]))
    });
    if *selection == Selection::All {
        summary.check("dependencies", || dependencies::check(context));
        summary.check("fuzzing", || fuzz_briefly(context));
    }
    let engines: Vec<(Engine, TestExtent)> = match selection {
        Selection::All => {
            vec![
                (Engine::Chromium, TestExtent::Full),
                (Engine::Firefox, TestExtent::Smoke),
                (Engine::WebKit, TestExtent::Smoke),
            ]
        }
        Selection::Quick | Selection::Trials(..) => vec![],
        Selection::Browsers(engines) => engines
            .iter()
            .map(|&engine| (engine, TestExtent::Full))
            .collect(),
    };
    if engines.is_empty() {
        println!("• the site and its end-to-end tests are left out, as --quick asks");
    } else if summary.check_one("the site", || build_within_budget(context)) {
        summary.check_one("HTML of every page", || linters::check_pages(context));
        summary.check("the publisher's documents, as written", || {
            documents::run(context)
        });
        check_hosting(context, &mut summary);
        for (engine, extent) in engines {
            test_in_browser(context, &mut summary, engine, &extent);
        }
        // Without the performance, which depends on the load of the machine.
        let once = lighthouse::LighthouseOptions {
            runs: 1,
            without_performance: true,
        };
        summary.check_one("Lighthouse", || {
            lighthouse::run_on_built_site(context, once)
        });
    } else {
        println!("• the end-to-end tests are left out: the site was not built");
    }
    summary.finish()
}

/// The results so far.
#[derive(Debug, Default)]
struct Summary {
    lines: Vec<String>,
    total: CheckCounts,
}

impl Summary {
    /// Runs a check and returns whether it passed. A failure does not stop the other checks.
    fn check(&mut self, name: &str, work: impl FnOnce() -> Result<CheckCounts>) -> bool {
        println!("\n▸ {name}");
        let begun = Instant::now();
        let counts = work().unwrap_or_else(|error| {
            println!("  {error:#}");
            CheckCounts::one_failed()
        });
        let mark = if counts.failed == 0 { "✓" } else { "✗" };
        let line = format!(
            "{mark} {name}: {counts} ({})",
            format_duration(begun.elapsed())
        );
        println!("{line}");
        self.lines.push(line);
        self.total = self.total + counts;
        counts.failed == 0
    }

    /// Runs a check that counts as one.
    fn check_one(&mut self, name: &str, work: impl FnOnce() -> Result<()>) -> bool {
        self.check(name, || work().map(|()| CheckCounts::one_passed()))
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

/// Returns Cargo of the host toolchain: the one for the browser may lack clippy and rustfmt.
fn cargo(context: &Context) -> Command {
    let mut cargo = Toolchain::Host.cargo();
    cargo.current_dir(&context.root);
    cargo
}

/// Runs a command that counts as one check.
fn run_one(command: &mut Command) -> Result<CheckCounts> {
    run_command(command)?;
    Ok(CheckCounts::one_passed())
}

/// Runs tests, prints their output and counts them by Cargo's summary lines.
fn run_tests(command: &mut Command) -> Result<CheckCounts> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start cargo")?;
    let output = child
        .stdout
        .take()
        .context("cargo's output cannot be read")?;
    let mut total = CheckCounts::default();
    for line in BufReader::new(output).lines() {
        let line = line?;
        println!("{line}");
        if let Some(counts) = parse_counts(&line) {
            total = total + counts;
        }
    }
    // Cargo does not count a test that does not compile or that aborts the process.
    if !child.wait()?.success() && total.failed == 0 {
        total = total + CheckCounts::one_failed();
    }
    Ok(total)
}

/// Runs every fuzz target for a few seconds and counts targets.
fn fuzz_briefly(context: &Context) -> Result<CheckCounts> {
    let reports = fuzz::run(context, &[], RunLimit::SHORT)?;
    let failed = reports
        .iter()
        .filter(|report| report.finding.is_some())
        .count();
    Ok(CheckCounts {
        passed: reports.len() - failed,
        failed,
    })
}

/// Runs the end-to-end tests in a browser. Skips the smoke journey, and says so, if the browser can
/// only be installed by hand.
fn test_in_browser(context: &Context, summary: &mut Summary, engine: Engine, extent: &TestExtent) {
    let browser = setup::browser(engine);
    if let (TestExtent::Smoke, Err(error)) = (extent, &browser)
        && error.is::<CannotInstall>()
    {
        summary.leave_out(
            &format!("smoke journey in {}", engine.display_name()),
            &error.to_string(),
        );
        return;
    }
    let what = match extent {
        TestExtent::Full => "end-to-end tests",
        TestExtent::Smoke => "smoke journey",
        TestExtent::Named(name) => &format!("end-to-end tests named “{name}”"),
    };
    let name = format!("{what} in {}", engine.display_name());
    summary.check(&name, || run_end_to_end(context, engine, &browser?, extent));
}

/// Checks that a new edition under load causes no errors; does not measure speed.
fn check_under_load(context: &Context, summary: &mut Summary) {
    const NAME: &str = "a new edition under load";
    match setup::load_driver() {
        Err(error) if error.is::<CannotInstall>() => summary.leave_out(NAME, &error.to_string()),
        _ => {
            summary.check_one(NAME, || load::run_on_built_site(context, load::FOR_TESTS));
        }
    }
}

/// Checks the site on the web servers that can run here, and says which are skipped and why.
fn check_hosting(context: &Context, summary: &mut Summary) {
    summary.check_one("the configurations of other hosts", || {
        hosting::check_static_hosts(context)
    });
    match setup::nginx() {
        Err(error) if error.is::<CannotInstall>() => {
            summary.leave_out("the site on nginx", &error.to_string());
        }
        program => {
            summary.check_one("the site on nginx", || {
                hosting::check_nginx(context, &program?)
            });
            check_under_load(context, summary);
        }
    }
    match hosting::find_caddy() {
        Some(program) => {
            summary.check_one("the site on Caddy", || {
                hosting::check_caddy(context, &program)
            });
        }
        None => summary.leave_out(
            "the site on Caddy",
            "it is not installed; Debian's package is called caddy",
        ),
    }
}

fn run_end_to_end(
    context: &Context,
    engine: Engine,
    browser: &Browser,
    extent: &TestExtent,
) -> Result<CheckCounts> {
    let drivers = Drivers::start(engine, browser, MAX_BROWSERS)?;
    let mut cargo = cargo(context);
    cargo
        .args(["test", "--package", END_TO_END_PACKAGE, "--no-fail-fast"])
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
        TestExtent::Full => return run_tests(&mut cargo),
        TestExtent::Smoke => "smoke:",
        TestExtent::Named(name) => name,
    };
    let counts = run_tests(cargo.args(["--test", "e2e", "--", filter]))?;
    ensure!(
        counts.passed + counts.failed > 0,
        "no end-to-end test has “{filter}” in its name"
    );
    Ok(counts)
}
