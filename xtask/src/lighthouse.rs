//! `cargo xtask lighthouse`: the built site under Google's Lighthouse, as an emulated phone of the
//! middle sort sees it.

mod report;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use crate::command::run_quietly;
use crate::context::{Context, step};
use crate::server::{Server, ServerOptions};
use crate::{setup, site};
use report::{Category, Report};

/// A page takes a quarter of a minute.
const LIMIT: Duration = Duration::from_secs(180);

/// Where `package.json` and its lock are, and where they are installed.
const PACKAGE: &str = "xtask/lighthouse";

/// A page that is looked at.
struct Visited {
    name: &'static str,
    address: &'static str,
    /// The least that its performance may be.
    performance: u32,
}

/// Where the aim is nothing the figure is for information: another view than the one written into
/// the page has to wait for its figures.
const PAGES: [Visited; 4] = [
    Visited {
        name: "full page",
        address: "",
        performance: 98,
    },
    Visited {
        name: "embed",
        address: "?embed=1",
        performance: 98,
    },
    Visited {
        name: "an area's page",
        address: "area/E06000017/",
        performance: 98,
    },
    Visited {
        name: "neighbourhoods",
        address: "?level=msoa",
        performance: 0,
    },
];

/// What is looked at, and how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Visits to each page; the performance is their median.
    pub runs: usize,
    /// All but the performance, which means little on a busy machine.
    pub without_performance: bool,
}

/// Builds the site, serves it as a publisher would (compressed, kept by browsers) and prints what
/// Lighthouse gives each page. The reports are left in `target/lighthouse/reports`.
///
/// # Errors
/// If Lighthouse cannot be had or fails, or a page is below what is aimed at.
pub fn run(context: &Context, wanted: Wanted) -> Result<()> {
    site::build(context, None, None)?;
    look(context, wanted)
}

/// The same with the site that is there.
///
/// # Errors
/// As [`run`].
pub fn look(context: &Context, wanted: Wanted) -> Result<()> {
    let browser = setup::browser(setup::Engine::Chromium)?;
    let folder = context.target.join("lighthouse");
    install(&context.root.join(PACKAGE), &folder)?;
    let server = Server::start(context.dist(), ServerOptions::default())?;
    let reports = folder.join("reports");
    fs::create_dir_all(&reports)
        .with_context(|| format!("cannot write to {}", reports.display()))?;
    let mut lines = Vec::new();
    let mut below = Vec::new();
    for page in &PAGES {
        let visits = step(
            &format!("Lighthouse: {}", page.name),
            "a quarter of a minute for each visit",
            || {
                (0..wanted.runs)
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
                            wanted,
                        )?;
                        Report::read(&file)
                    })
                    .collect::<Result<Vec<_>>>()
            },
        )?;
        lines.push(report::line(page.name, &visits));
        for category in Category::ALL {
            let aim = if category == Category::Performance {
                page.performance
            } else {
                100
            };
            let median = report::median(&visits, category);
            if median.is_some_and(|score| score < aim) {
                below.push(format!("{}: {} below {aim}", page.name, category.name()));
            }
        }
        for shortcoming in report::shortcomings(&visits) {
            println!("  {shortcoming}");
        }
    }
    println!("\n{}\n{}\n", report::HEAD, lines.join("\n"));
    ensure!(
        below.is_empty(),
        "below what is aimed at: {}",
        below.join("; ")
    );
    Ok(())
}

/// Puts Lighthouse beside the build: it is large, and only this command uses it.
fn install(package: &Path, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot write to {}", folder.display()))?;
    for name in ["package.json", "package-lock.json"] {
        let from = package.join(name);
        fs::copy(&from, folder.join(name))
            .with_context(|| format!("cannot copy {}", from.display()))?;
    }
    setup::npm(folder, "set-up: Lighthouse from npm", "up to a minute")
}

fn visit_page(
    folder: &Path,
    browser: &Path,
    address: &str,
    file: &Path,
    wanted: Wanted,
) -> Result<()> {
    let mut lighthouse = Command::new("node");
    lighthouse
        .arg(folder.join("node_modules/lighthouse/cli/index.js"))
        .arg(address)
        .args(["--output=json", "--quiet", "--no-enable-error-reporting"])
        .arg("--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage")
        .arg(format!("--output-path={}", file.display()))
        .env("CHROME_PATH", browser);
    if wanted.without_performance {
        let categories = Category::ALL
            .into_iter()
            .filter(|category| *category != Category::Performance);
        lighthouse.arg(format!(
            "--only-categories={}",
            categories.map(Category::id).collect::<Vec<_>>().join(",")
        ));
    }
    run_quietly(&mut lighthouse, LIMIT)
}
