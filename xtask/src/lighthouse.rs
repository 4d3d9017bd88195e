//! `cargo xtask lighthouse`: audits the built site with Google's Lighthouse on an emulated
//! mid-range phone.

mod report;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use crate::command::run_quietly;
use crate::context::{Context, run_step};
use crate::server::{Server, ServerOptions};
use crate::{setup, site};
use report::{Category, LighthouseReport};

/// Time limit for a visit, which takes 15 seconds on an idle machine.
const VISIT_TIMEOUT: Duration = Duration::from_mins(3);

/// The folder of Lighthouse's `package.json` and lock file.
const PACKAGE_FOLDER: &str = "xtask/lighthouse";

/// A page to audit.
struct AuditedPage {
    name: &'static str,
    address: &'static str,
    /// The lowest performance score that passes.
    performance: u32,
}

/// The pages. A limit of 0 is for information: a view that is not prerendered must wait for its
/// figures.
const PAGES: [AuditedPage; 4] = [
    AuditedPage {
        name: "full page",
        address: "",
        performance: 98,
    },
    AuditedPage {
        name: "embed",
        address: "?embed=1",
        performance: 98,
    },
    AuditedPage {
        name: "an area's page",
        address: "area/E06000017/",
        performance: 98,
    },
    AuditedPage {
        name: "neighbourhoods",
        address: "?level=msoa",
        performance: 0,
    },
];

/// The number and extent of visits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LighthouseOptions {
    /// Visits to each page. A score is the median of the visits.
    pub runs: usize,
    /// Whether to leave out the performance, which means little on a busy machine.
    pub without_performance: bool,
}

/// Builds the site, serves it compressed and cacheable, and prints the scores of each page. The
/// reports go to `target/lighthouse/reports`.
///
/// # Errors
/// If Lighthouse cannot be installed or fails, or a score is too low.
pub fn run(context: &Context, options: LighthouseOptions) -> Result<()> {
    site::build(context, None, None)?;
    run_on_built_site(context, options)
}

/// Audits the site in `dist/`.
///
/// # Errors
/// As [`run`].
pub fn run_on_built_site(context: &Context, options: LighthouseOptions) -> Result<()> {
    let browser = setup::browser(setup::Engine::Chromium)?;
    let folder = context.target.join("lighthouse");
    // Beside the build: it is large, and only this command uses it.
    setup::npm_in(
        &context.root.join(PACKAGE_FOLDER),
        &folder,
        "set-up: Lighthouse from npm",
        "up to a minute",
    )?;
    let server = Server::start(context.dist(), ServerOptions::default())?;
    let reports = folder.join("reports");
    fs::create_dir_all(&reports)
        .with_context(|| format!("cannot write to {}", reports.display()))?;
    let mut lines = Vec::new();
    let mut below = Vec::new();
    for page in &PAGES {
        let reports = run_step(
            &format!("Lighthouse: {}", page.name),
            "15 seconds for each visit",
            || {
                (0..options.runs)
                    .map(|visit| {
                        let file = reports.join(format!(
                            "{}-{visit}.json",
                            page.name.replace([' ', '\''], "-")
                        ));
                        visit_page(
                            &folder,
                            &browser.program,
                            &format!("{}{}", server.url(), page.address),
                            &file,
                            options,
                        )?;
                        LighthouseReport::read(&file)
                    })
                    .collect::<Result<Vec<_>>>()
            },
        )?;
        lines.push(report::table_row(page.name, &reports));
        for category in Category::ALL {
            let aim = if category == Category::Performance {
                page.performance
            } else {
                100
            };
            let median = report::median(&reports, category);
            if median.is_some_and(|score| score < aim) {
                below.push(format!("{}: {} below {aim}", page.name, category.name()));
            }
        }
        for shortcoming in report::shortcomings(&reports) {
            println!("  {shortcoming}");
        }
    }
    println!("\n{}\n{}\n", report::TABLE_HEAD, lines.join("\n"));
    ensure!(
        below.is_empty(),
        "scores below the limit: {}",
        below.join("; ")
    );
    Ok(())
}

fn visit_page(
    folder: &Path,
    browser: &Path,
    address: &str,
    file: &Path,
    options: LighthouseOptions,
) -> Result<()> {
    let mut lighthouse = Command::new("node");
    lighthouse
        .arg(folder.join("node_modules/lighthouse/cli/index.js"))
        .arg(address)
        .args(["--output=json", "--quiet", "--no-enable-error-reporting"])
        .arg("--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage")
        .arg(format!("--output-path={}", file.display()))
        .env("CHROME_PATH", browser);
    if options.without_performance {
        let categories = Category::ALL
            .into_iter()
            .filter(|category| *category != Category::Performance);
        lighthouse.arg(format!(
            "--only-categories={}",
            categories.map(Category::id).collect::<Vec<_>>().join(",")
        ));
    }
    run_quietly(&mut lighthouse, VISIT_TIMEOUT)
}
