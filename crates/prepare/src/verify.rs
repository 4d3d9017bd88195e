//! Implements `prepare verify`, which checks that a published data set or site is complete,
//! correct, and sent with the right headers.

mod copies;
mod cross_references;
mod data;
mod decoding;
mod figures;
mod http;
mod page_figures;
mod permissions;
mod remote;
mod report;
mod site;
mod walk;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::input;
use crate::printable;
use crate::publish::{KeptEdition, MANIFEST, parse_manifest, read_kept_editions};
use remote::RemoteSite;
pub use report::{CheckGroup, FailedCheck, VerifyReport};
use site::SiteTarget;

/// Check a published data set or site: every file, every figure, and over HTTP how they are sent
///
/// TARGET is the folder of a data set, the folder of a site, or the address of a site. For every
/// target, it checks the manifest; that each file that the manifest names exists and has the
/// content that its name states; that all files decode, agree with each other, and give every
/// seven-day figure of every date offered. For a site, it also checks that the page, its program
/// and the list for offline use belong together; that the page and the area pages have the figures
/// of the data set; that the page's security policy allows its background tiles; and that no page
/// is of another area. For a folder, it also checks that web servers can read all of it, and that
/// compressed copies have the same content. For an address, it also checks status, types, caching,
/// compression and the headers that browsers use. The exit status is 1 if any check fails.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  prepare verify public/data
  prepare verify /srv/rising
  prepare verify https://example.org/rising/ --json")]
pub struct Args {
    /// Folder of a data set or of a site, or a site's http(s) address
    #[arg(value_name = "TARGET")]
    target: String,

    /// Print the checks as one JSON object
    #[arg(long)]
    json: bool,
}

/// Reads a file by its path, or returns the reason why it cannot be read.
type ReadFile<'a> = dyn Fn(&str) -> Result<Vec<u8>, String> + 'a;

/// Checks a target. Returns the text to print, and whether all checks passed.
///
/// # Errors
/// If the target is neither a folder of a data set or site nor an address.
pub fn run(args: &Args) -> Result<(String, bool)> {
    let is_address = ["http://", "https://"]
        .iter()
        .any(|scheme| args.target.starts_with(scheme));
    let groups = if is_address {
        check_address(&args.target)?
    } else {
        check_folder(Path::new(&args.target))?
    };
    let report = VerifyReport::new(args.target.clone(), groups);
    let text = if args.json {
        printable::json(&serde_json::to_string_pretty(&report)?) + "\n"
    } else {
        report.to_string()
    };
    Ok((text, report.failed() == 0))
}

fn check_folder(path: &Path) -> Result<Vec<CheckGroup>> {
    let is_site = path.join("index.html").is_file() && path.join("data").is_dir();
    let data = if is_site {
        path.join("data")
    } else {
        path.to_owned()
    };
    if !is_site && !data.join(MANIFEST).is_file() {
        bail!(
            "{} is not the folder of a data set, which has a {MANIFEST}, nor of a site, which has \
             index.html and data; give one of these or an address that starts with https://",
            path.display()
        );
    }
    let mut groups = check_data_set(&folder_reader(&data));
    if is_site {
        groups.extend(site::check(&folder_reader(path), SiteTarget::Folder(path)));
    }
    groups.push(permissions::check(path));
    groups.push(copies::check(path, &data));
    groups.push(check_kept_editions(&data)?);
    Ok(groups)
}

fn check_address(address: &str) -> Result<Vec<CheckGroup>> {
    let remote = RemoteSite::new(address)?;
    let read = |path: &str| remote.read(path);
    let mut groups = check_data_set(&|name| read(&format!("data/{name}")));
    groups.extend(site::check(&read, SiteTarget::Address));
    remote.check_tiles(&|name| read(&format!("data/{name}")));
    remote.check_missing_file();
    groups.extend(remote.into_groups());
    Ok(groups)
}

fn check_data_set(read: &ReadFile<'_>) -> Vec<CheckGroup> {
    let manifest = read(MANIFEST).and_then(|bytes| parse_manifest(&bytes));
    data::check(manifest.as_ref(), read)
}

/// Runs the checks of a kept edition.
pub fn check_kept_edition(data: &Path, edition: &KeptEdition) -> VerifyReport {
    VerifyReport::new(
        edition.id.clone(),
        data::check(edition.manifest.as_ref(), &folder_reader(data)),
    )
}

/// Returns the missing and damaged files of a kept edition, without decoding the others.
pub fn missing_files(data: &Path, edition: &KeptEdition) -> Vec<FailedCheck> {
    match &edition.manifest {
        Ok(manifest) => data::check_files(manifest, &folder_reader(data)).0.findings,
        Err(reason) => data::no_manifest(reason).findings,
    }
}

/// Checks the kept editions, which open pages and rollbacks use.
fn check_kept_editions(data: &Path) -> Result<CheckGroup> {
    let mut group = CheckGroup::new("earlier editions");
    let kept = read_kept_editions(data)?;
    for edition in &kept {
        let missing = missing_files(data, edition);
        if missing.is_empty() {
            group.pass();
        }
        missing.into_iter().for_each(|finding| group.fail(finding));
    }
    group.summarise(match kept.len() {
        0 => "none is kept, so no rollback is possible".to_owned(),
        1 => "1 is kept".to_owned(),
        n => format!("{n} are kept"),
    });
    Ok(group)
}

/// Returns a function that reads the files of a folder.
fn folder_reader(folder: &Path) -> impl Fn(&str) -> Result<Vec<u8>, String> {
    let folder: PathBuf = folder.to_owned();
    move |name| match fs::read(folder.join(name)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err("it does not exist".to_owned())
        }
        result => result.map_err(|error| error.to_string()),
    }
}

/// Returns a progress bar.
fn bar(length: usize, message: &str) -> indicatif::ProgressBar {
    input::progress_bar(length as u64, message)
}
