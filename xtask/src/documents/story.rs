//! Events between the publisher's commands: the source has new figures, the timer runs, the
//! installed version grows old.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

use self::When::{After, Before};
use super::place::Place;
use crate::site::compressed;

/// The site of docs/publish/install.md.
pub(super) const SITE: &str = "/srv/rising";

/// The site of another country, of docs/data/another-country.md, in the checkout.
pub(super) const OTHER_SITE: &str = "target/sundria";

/// On which side of the commands under its heading an event is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    Before,
    After,
}

/// An event beside the commands under a heading.
pub(super) struct Chapter {
    pub when: When,
    pub document: &'static str,
    pub heading: &'static str,
    pub happens: fn(&Place) -> Result<()>,
}

/// All events; a heading that is gone fails the run.
pub(super) const STORY: [Chapter; 6] = [
    Chapter {
        when: After,
        document: "docs/publish/install.md",
        heading: "Install",
        happens: site_has_the_embedded_edition,
    },
    Chapter {
        when: After,
        document: "docs/publish/install.md",
        heading: "Your own figures",
        happens: site_has_the_publisher_s_areas_only,
    },
    Chapter {
        when: After,
        document: "docs/publish/daily.md",
        heading: "Every day",
        happens: new_figures_come,
    },
    Chapter {
        when: After,
        document: "docs/publish/daily.md",
        heading: "Going back",
        happens: edition_before_is_back,
    },
    Chapter {
        when: Before,
        document: "docs/publish/install.md",
        heading: "A new version of the program",
        happens: version_grows_old,
    },
    Chapter {
        when: After,
        document: "docs/publish/install.md",
        heading: "A new version of the program",
        happens: nothing_old_is_left,
    },
];

/// Number of areas of the invented country's coarser level.
const DISTRICTS: usize = 6;

/// Mark at the end of each file of the earlier version.
const EARLIER: &str = "\n<!-- of the version before -->";

/// Extensions of files that may keep their names from version to version.
const NAMED: [&str; 5] = ["html", "js", "json", "svg", "txt"];

fn pages(site: &Path) -> Result<usize> {
    Ok(fs::read_dir(site.join("area"))
        .context("the site has no pages of areas")?
        .count())
}

fn site_has_the_embedded_edition(place: &Place) -> Result<()> {
    let pages = pages(&place.machine(SITE))?;
    ensure!(pages > 300, "the site has {pages} pages of areas");
    Ok(())
}

fn site_has_the_publisher_s_areas_only(place: &Place) -> Result<()> {
    let site = place.machine(SITE);
    let pages = pages(&site)?;
    ensure!(
        pages == DISTRICTS,
        "the site has {pages} pages of areas, and {DISTRICTS} areas"
    );
    let page = fs::read_to_string(site.join("index.html"))?;
    ensure!(
        page.contains("Sundria") && !page.contains("Hartlepool"),
        "the page is not that of the figures"
    );
    Ok(())
}

/// Adds a week to the source, and runs the commands of the unit and of cron.
fn new_figures_come(place: &Place) -> Result<()> {
    let manifest = place.machine(SITE).join("data/manifest.json");
    let before = fs::read(&manifest)?;
    let week: String = ["S01", "S02", "E-03", "N04", "W5", "06"]
        .map(|id| format!("2024-07-06,{id},12\n"))
        .concat();
    let mut counts = fs::File::options()
        .append(true)
        .open(place.machine("/etc/rising/figures/weekly.csv"))?;
    counts.write_all(week.as_bytes())?;
    let unit = fs::read_to_string(place.machine("/etc/systemd/system/rising-refresh.service"))?;
    let commands: Vec<&str> = unit
        .lines()
        .filter_map(|line| line.strip_prefix("ExecStart="))
        .collect();
    ensure!(commands.len() > 1, "the unit has the commands {commands:?}");
    place.run(&commands.join("\n")).context("the unit")?;
    ensure!(fs::read(&manifest)? != before, "the unit published nothing");
    let cron = place.run("cat hosting/systemd/cron")?;
    let line = cron.lines().last().unwrap_or_default();
    let command = line
        .split_ascii_whitespace()
        .skip(6)
        .collect::<Vec<_>>()
        .join(" ");
    place.run(&command).context("the line for cron")?;
    place.verify()
}

fn edition_before_is_back(place: &Place) -> Result<()> {
    let site = place.machine(SITE);
    let page = fs::read_to_string(site.join("index.html"))?;
    ensure!(
        page.contains("29 June 2024") && !page.contains("6 July 2024"),
        "the page is not that of the edition before"
    );
    Ok(())
}

/// Makes the installed version an earlier one.
fn version_grows_old(place: &Place) -> Result<()> {
    let site = place.machine(SITE);
    fs::write(site.join("rising-0123456789abcdef.js"), EARLIER)?;
    grow_old(&site)
}

/// Gives each file of the program other content, and compressed copies to all of them.
fn grow_old(folder: &Path) -> Result<()> {
    for path in within(folder)? {
        if path.is_dir() {
            grow_old(&path)?;
        } else if keeps_its_name(&path) {
            let mut content = fs::read(&path)?;
            content.extend(EARLIER.as_bytes());
            fs::write(&path, &content)?;
            let copies = compressed(&content)?;
            fs::write(with_end(&path, "br"), copies.brotli)?;
            fs::write(with_end(&path, "gz"), copies.gzip)?;
        }
    }
    Ok(())
}

/// Checks files only: `verify` has compared the copies with them.
fn nothing_old_is_left(place: &Place) -> Result<()> {
    let site = place.machine(SITE);
    nothing_old_in(&site)?;
    ensure!(
        site.join("rising-0123456789abcdef.js").is_file(),
        "pages that are open have lost their program"
    );
    let page = fs::read_to_string(site.join("index.html"))?;
    ensure!(
        page.contains("29 June 2024"),
        "the page is not that of the edition before"
    );
    site_has_the_publisher_s_areas_only(place)
}

fn nothing_old_in(folder: &Path) -> Result<()> {
    for path in within(folder)? {
        if path.is_dir() {
            nothing_old_in(&path)?;
        } else if keeps_its_name(&path) {
            let content = fs::read(&path)?;
            ensure!(
                !content.ends_with(EARLIER.as_bytes()),
                "{} is of the version before",
                path.display()
            );
        }
    }
    Ok(())
}

/// Returns the entries of a folder without the folder of figures.
fn within(folder: &Path) -> Result<Vec<PathBuf>> {
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
fn keeps_its_name(file: &Path) -> bool {
    let name = file
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    NAMED.iter().any(|end| name.ends_with(&format!(".{end}"))) && !name.contains('-')
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(end);
    name.into()
}
