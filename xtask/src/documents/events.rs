//! Simulates events between the publisher's commands: new figures at the source, a run of the
//! timer, an earlier version of the program.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

use self::When::{After, Before};
use super::sandbox::{SITE, Sandbox};
use crate::site::compressed;

/// Whether an event precedes or follows the commands under its heading.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    Before,
    After,
}

/// An event before or after the commands under a heading.
pub(super) struct Event {
    pub when: When,
    pub document: &'static str,
    pub heading: &'static str,
    pub run: fn(&Sandbox) -> Result<()>,
}

/// All events. A missing heading fails the run.
pub(super) const EVENTS: [Event; 6] = [
    Event {
        when: After,
        document: "docs/publish/install.md",
        heading: "Install",
        run: check_embedded_edition,
    },
    Event {
        when: After,
        document: "docs/publish/install.md",
        heading: "Your own figures",
        run: check_only_publisher_areas,
    },
    Event {
        when: After,
        document: "docs/publish/daily.md",
        heading: "Every day",
        run: publish_new_figures,
    },
    Event {
        when: After,
        document: "docs/publish/daily.md",
        heading: "Going back",
        run: check_previous_edition,
    },
    Event {
        when: Before,
        document: "docs/publish/install.md",
        heading: "A new version of the program",
        run: install_earlier_version,
    },
    Event {
        when: After,
        document: "docs/publish/install.md",
        heading: "A new version of the program",
        run: check_no_earlier_version,
    },
];

/// Number of areas of the invented country's coarser level.
const DISTRICTS: usize = 6;

/// Text at the end of each file of the earlier version.
const EARLIER_MARK: &str = "\n<!-- of the version before -->";

/// Extensions of files that may keep their names from version to version.
const STABLE_EXTENSIONS: [&str; 5] = ["html", "js", "json", "svg", "txt"];

fn count_area_pages(site: &Path) -> Result<usize> {
    Ok(fs::read_dir(site.join("area"))
        .context("the site has no pages of areas")?
        .count())
}

fn check_embedded_edition(sandbox: &Sandbox) -> Result<()> {
    let pages = count_area_pages(&sandbox.machine(SITE))?;
    ensure!(pages > 300, "the site has {pages} pages of areas");
    Ok(())
}

fn check_only_publisher_areas(sandbox: &Sandbox) -> Result<()> {
    let site = sandbox.machine(SITE);
    let pages = count_area_pages(&site)?;
    ensure!(
        pages == DISTRICTS,
        "the site has {pages} pages of areas, and {DISTRICTS} areas"
    );
    let page = fs::read_to_string(site.join("index.html"))?;
    ensure!(
        page.contains("Sundria") && !page.contains("Hartlepool"),
        "the page does not name Sundria alone, whose figures it has"
    );
    Ok(())
}

/// Adds a week to the source, and runs the commands of the systemd unit and of cron.
fn publish_new_figures(sandbox: &Sandbox) -> Result<()> {
    let manifest = sandbox.machine(SITE).join("data/manifest.json");
    let before = fs::read(&manifest)?;
    let week: String = ["S01", "S02", "E-03", "N04", "W5", "06"]
        .map(|id| format!("2024-07-06,{id},12\n"))
        .concat();
    let mut counts = fs::File::options()
        .append(true)
        .open(sandbox.machine("/etc/rising/figures/weekly.csv"))?;
    counts.write_all(week.as_bytes())?;
    let unit = fs::read_to_string(sandbox.machine("/etc/systemd/system/rising-refresh.service"))?;
    let commands: Vec<&str> = unit
        .lines()
        .filter_map(|line| line.strip_prefix("ExecStart="))
        .collect();
    ensure!(commands.len() > 1, "the unit has the commands {commands:?}");
    sandbox.run(&commands.join("\n")).context("the unit")?;
    ensure!(fs::read(&manifest)? != before, "the unit published nothing");
    let cron = sandbox.run("cat hosting/systemd/cron")?;
    let line = cron.lines().last().unwrap_or_default();
    let command = line
        .split_ascii_whitespace()
        .skip(6)
        .collect::<Vec<_>>()
        .join(" ");
    sandbox.run(&command).context("the line for cron")?;
    sandbox.verify()
}

fn check_previous_edition(sandbox: &Sandbox) -> Result<()> {
    let site = sandbox.machine(SITE);
    let page = fs::read_to_string(site.join("index.html"))?;
    ensure!(
        page.contains("29 June 2024") && !page.contains("6 July 2024"),
        "the page does not show the previous edition"
    );
    Ok(())
}

/// Turns the installed version into an earlier one.
fn install_earlier_version(sandbox: &Sandbox) -> Result<()> {
    let site = sandbox.machine(SITE);
    fs::write(site.join("rising-0123456789abcdef.js"), EARLIER_MARK)?;
    mark_as_earlier(&site)
}

/// Changes the content of each file with a stable name, and writes its compressed copies.
fn mark_as_earlier(folder: &Path) -> Result<()> {
    for path in list_program_files(folder)? {
        if path.is_dir() {
            mark_as_earlier(&path)?;
        } else if has_stable_name(&path) {
            let mut content = fs::read(&path)?;
            content.extend(EARLIER_MARK.as_bytes());
            fs::write(&path, &content)?;
            let copies = compressed(&content)?;
            fs::write(append_extension(&path, "br"), copies.brotli)?;
            fs::write(append_extension(&path, "gz"), copies.gzip)?;
        }
    }
    Ok(())
}

/// Checks the files alone: `verify` has compared them with their compressed copies.
fn check_no_earlier_version(sandbox: &Sandbox) -> Result<()> {
    let site = sandbox.machine(SITE);
    check_no_earlier_files(&site)?;
    ensure!(
        site.join("rising-0123456789abcdef.js").is_file(),
        "the program of open pages is gone: rising-0123456789abcdef.js was removed"
    );
    let page = fs::read_to_string(site.join("index.html"))?;
    ensure!(
        page.contains("29 June 2024"),
        "the page does not show the previous edition"
    );
    check_only_publisher_areas(sandbox)
}

fn check_no_earlier_files(folder: &Path) -> Result<()> {
    for path in list_program_files(folder)? {
        if path.is_dir() {
            check_no_earlier_files(&path)?;
        } else if has_stable_name(&path) {
            let content = fs::read(&path)?;
            ensure!(
                !content.ends_with(EARLIER_MARK.as_bytes()),
                "{} is from the earlier version",
                path.display()
            );
        }
    }
    Ok(())
}

/// Returns the entries of a folder except the data folder.
fn list_program_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let paths: Vec<PathBuf> = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    Ok(paths
        .into_iter()
        .filter(|path| !path.ends_with("data"))
        .collect())
}

/// Whether a file has the same name in every version.
fn has_stable_name(file: &Path) -> bool {
    let name = file
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    STABLE_EXTENSIONS
        .iter()
        .any(|end| name.ends_with(&format!(".{end}")))
        && !name.contains('-')
}

fn append_extension(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(end);
    name.into()
}
