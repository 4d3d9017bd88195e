//! `prepare verify`: is what is published whole, right, and sent as it should be?

mod copies;
mod data;
mod figures;
mod http;
mod leads;
mod modes;
mod remote;
mod report;
mod shown;
mod site;
mod walk;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::input;
use crate::printable;
use crate::publish::{KeptEdition, MANIFEST, parse_manifest, read_kept_editions};
use remote::Remote;
pub use report::{Finding, Group, Report};
use site::Place;

/// Check a published data set or site: every file, every figure, and over HTTP how they are sent
///
/// TARGET is the folder of a data set, the folder of a site, or the address of a site. Checked are
/// the manifest and that each file it names is there with the content that its name says; that all
/// of them decode, agree with each other, and give every seven-day figure of every date offered; of
/// a site that the page, its program and the list for use without a network belong together, that
/// the page and the pages of areas have the figures of the data set, that the page's security
/// policy lets its background tiles in, and that there is no page of another area; of a folder that
/// web servers can read all of it, and that compressed copies are of the same content; of an
/// address also status, types, caching, compression and the headers that browsers go by. The exit
/// status is 1 if anything is wrong.
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

    /// The checks as one JSON object
    #[arg(long)]
    json: bool,
}

/// What reads a file by its path, or says why that cannot be had.
type Read<'a> = dyn Fn(&str) -> Result<Vec<u8>, String> + 'a;

/// Checks a target. Gives the text to print, and whether all is well.
///
/// # Errors
/// If the target is neither a folder with something to check nor an address.
pub fn run(args: &Args) -> Result<(String, bool)> {
    let is_address = ["http://", "https://"]
        .iter()
        .any(|scheme| args.target.starts_with(scheme));
    let groups = if is_address {
        address(&args.target)?
    } else {
        folder(Path::new(&args.target))?
    };
    let report = Report::new(args.target.clone(), groups);
    let text = if args.json {
        printable::json(&serde_json::to_string_pretty(&report)?) + "\n"
    } else {
        report.to_string()
    };
    Ok((text, report.failed() == 0))
}

fn folder(path: &Path) -> Result<Vec<Group>> {
    let is_site = path.join("index.html").is_file() && path.join("data").is_dir();
    let data = if is_site {
        path.join("data")
    } else {
        path.to_owned()
    };
    if !is_site && !data.join(MANIFEST).is_file() {
        bail!(
            "{} is no folder of a data set, which has a {MANIFEST}, nor of a site, which has index.html and data; give \
             one of these or an address that begins with https://",
            path.display()
        );
    }
    let mut groups = data_set(&in_folder(&data));
    if is_site {
        groups.extend(site::check(&in_folder(path), Place::Folder(path)));
    }
    groups.push(modes::check(path));
    groups.push(copies::check(path, &data));
    groups.push(before(&data)?);
    Ok(groups)
}

fn address(address: &str) -> Result<Vec<Group>> {
    let remote = Remote::new(address)?;
    let read = |path: &str| remote.read(path);
    let mut groups = data_set(&|name| read(&format!("data/{name}")));
    groups.extend(site::check(&read, Place::Address));
    remote.look_at_tiles(&|name| read(&format!("data/{name}")));
    remote.look_at_what_is_not_there();
    groups.extend(remote.into_groups());
    Ok(groups)
}

fn data_set(read: &Read<'_>) -> Vec<Group> {
    let manifest = read(MANIFEST).and_then(|bytes| parse_manifest(&bytes));
    data::check(manifest.as_ref(), read)
}

/// The checks of an edition that was replaced, in its folder.
pub fn kept_edition(data: &Path, edition: &KeptEdition) -> Report {
    Report::new(
        edition.id.clone(),
        data::check(edition.manifest.as_ref(), &in_folder(data)),
    )
}

/// What of an edition that was replaced is missing or damaged: a quick look, without decoding.
pub fn missing_of(data: &Path, edition: &KeptEdition) -> Vec<Finding> {
    match &edition.manifest {
        Ok(manifest) => data::files(manifest, &in_folder(data)).0.findings,
        Err(reason) => data::no_manifest(reason).findings,
    }
}

/// The editions before, which are there for open pages and for going back.
fn before(data: &Path) -> Result<Group> {
    let mut group = Group::new("editions before");
    let kept = read_kept_editions(data)?;
    for edition in &kept {
        let missing = missing_of(data, edition);
        if missing.is_empty() {
            group.pass();
        }
        missing.into_iter().for_each(|finding| group.fail(finding));
    }
    group.say(match kept.len() {
        0 => "none is kept: there is nothing to go back to".to_owned(),
        1 => "1 is kept".to_owned(),
        n => format!("{n} are kept"),
    });
    Ok(group)
}

/// Reads the files of a folder.
fn in_folder(folder: &Path) -> impl Fn(&str) -> Result<Vec<u8>, String> {
    let folder: PathBuf = folder.to_owned();
    move |name| match fs::read(folder.join(name)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err("it is not there".to_owned())
        }
        result => result.map_err(|error| error.to_string()),
    }
}

/// A bar over that many steps.
fn bar(length: usize, message: &str) -> indicatif::ProgressBar {
    input::progress_bar(length as u64, message)
}
