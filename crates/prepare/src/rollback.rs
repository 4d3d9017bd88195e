//! Implements `prepare rollback`, which publishes an earlier edition again.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context as _, Result, bail};
use rising_model::dataset::manifest::Manifest;
use rising_model::domain::area::Nation;
use rising_view::InWords;
use rising_words::Language;

use crate::prerender::LockedSite;
use crate::publish::{self, DataFolder, KeptEdition, MANIFEST, content_hash};
use crate::{timestamp, verify};

/// Publish an earlier edition again, or list the editions that are kept
///
/// Publishing commands keep the edition that they replace (see --keep-old). This command restores
/// the one replaced last, or the one named by --to: it checks its files, including every figure,
/// and renames its manifest into place. The edition that it replaces is kept in turn, so that a
/// second call undoes the first. If the data set belongs to a site, the prerendered pages are then
/// written anew, as by `prepare prerender`; until that is done, some seconds, a reader first sees
/// the prerendered view of the other edition, with its date, and then the restored edition.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  List the editions that can be restored:
    prepare rollback --data /srv/rising/data --list

  Restore the edition replaced last:
    prepare rollback --data /srv/rising/data

  Restore a certain edition:
    prepare rollback --data /srv/rising/data --to 1a2b3c4d5e")]
pub struct Args {
    /// Folder of the data set
    #[arg(long, value_name = "DIR")]
    data: PathBuf,

    /// List the editions and change nothing
    #[arg(long, conflicts_with = "to")]
    list: bool,

    /// The edition to restore, by its ID in the list [default: the one replaced last]
    #[arg(long, value_name = "ID")]
    to: Option<String>,

    /// Folder of the site whose pages show the data set [default: the folder around the data set,
    /// if it is a site and the data set is its folder data]
    #[arg(long, value_name = "DIR")]
    site: Option<PathBuf>,
}

/// Restores an edition or lists the editions, and returns a summary.
///
/// # Errors
/// If the edition does not exist or is damaged, another run is publishing, or the system refuses.
pub fn run(args: &Args) -> Result<String> {
    if args.list {
        list(&args.data)
    } else {
        restore(args)
    }
}

fn restore(args: &Args) -> Result<String> {
    // Locked before anything is read, so that no other run writes its edition over the restored
    // one.
    let sites = sites(args)?
        .iter()
        .map(|site| LockedSite::lock(site))
        .collect::<Result<Vec<LockedSite>>>()?;
    let folder = DataFolder::open(&args.data)?;
    let present = folder.id();
    let kept: Vec<KeptEdition> = publish::read_kept_editions(&args.data)?
        .into_iter()
        // The present edition is also among the kept ones if the run that restored it was killed.
        .filter(|edition| Some(&edition.id) != present.as_ref())
        .collect();
    let edition = choose(kept, args, present.as_deref())?;
    let report = verify::check_kept_edition(&args.data, &edition);
    if report.failed() > 0 {
        let findings: Vec<String> = report
            .findings()
            .map(|finding| format!("\n  {finding}"))
            .collect();
        bail!(
            "edition {} is damaged and was not restored:{}\nchoose another with --to (see \
             `prepare rollback --list`), or restore its files from a backup",
            edition.id,
            findings.concat()
        );
    }
    publish::restore(folder, &edition)?;
    let manifest = edition.manifest.as_ref().ok();
    let mut text = format!(
        "restored edition {}{}\n",
        edition.id,
        manifest.map(describe).unwrap_or_default()
    );
    if let Some(present) = present {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "kept edition {present}; `prepare rollback` without --to restores it"
        );
    }
    for site in &sites {
        text += &site.write(&args.data, None).with_context(|| {
            format!(
                "edition {} is restored, but the page does not show it yet; correct this and run \
                 `prepare prerender --site {}`",
                edition.id,
                site.path().display()
            )
        })?;
    }
    if sites.is_empty() {
        text += "the data set is not in the folder of a site; if a site shows it, run \
                 `prepare prerender --site` with the site's folder\n";
    }
    Ok(text)
}

fn choose(kept: Vec<KeptEdition>, args: &Args, present: Option<&str>) -> Result<KeptEdition> {
    let data = args.data.display();
    let Some(wanted) = &args.to else {
        return kept.into_iter().next().with_context(|| {
            format!(
                "{data} has no edition to restore: none was replaced within --keep-old hours, or \
                 that was 0; publish again"
            )
        });
    };
    if present == Some(wanted) {
        bail!("edition {wanted} is already published in {data}; nothing was changed");
    }
    let known: Vec<String> = kept.iter().map(|edition| edition.id.clone()).collect();
    kept.into_iter()
        .find(|edition| edition.id == *wanted)
        .with_context(|| {
            let known = if known.is_empty() {
                "none".to_owned()
            } else {
                known.join(", ")
            };
            format!(
                "{data} has no edition {wanted}; it has kept {known} (see \
             `prepare rollback --data {data} --list`)"
            )
        })
}

/// Returns the sites that the data set belongs to: those whose folder `data` it is, by the given
/// path and by the path with links resolved. Each is listed once, in an order that all runs share:
/// of two runs, one then gets all locks.
fn sites(args: &Args) -> Result<Vec<PathBuf>> {
    if let Some(site) = &args.site {
        return Ok(vec![site.clone()]);
    }
    let paths = [
        std::path::absolute(&args.data).ok(),
        args.data.canonicalize().ok(),
    ];
    let sites = paths.iter().flatten().filter_map(|data| {
        let site = data.parent()?;
        (data.file_name()? == "data" && site.join("index.html").is_file())
            .then(|| site.canonicalize().ok())?
    });
    Ok(sites.collect::<BTreeSet<PathBuf>>().into_iter().collect())
}

fn list(data: &Path) -> Result<String> {
    let present = fs::read(data.join(MANIFEST)).ok();
    let kept = publish::read_kept_editions(data)?;
    if present.is_none() && kept.is_empty() {
        bail!(
            "{} has no edition; give the folder of a data set",
            data.display()
        );
    }
    let mut text = String::new();
    let id = present.as_deref().map(|bytes| content_hash([bytes]));
    match (&id, publish::read_manifest(data)) {
        (Some(id), Ok(Some(manifest))) => {
            text += &format!("{id}  published now{}\n", describe(&manifest));
        }
        (Some(id), Err(error)) => {
            text += &format!("{id}  published now, but cannot be read: {error}\n");
        }
        _ => text += "there is no manifest.json: nothing is published\n",
    }
    for edition in kept
        .iter()
        .filter(|edition| Some(&edition.id) != id.as_ref())
    {
        let missing = verify::missing_files(data, edition);
        let state = match &missing[..] {
            [] => "complete".to_owned(),
            [first, rest @ ..] => {
                let more = if rest.is_empty() {
                    String::new()
                } else {
                    format!(" (and {} more)", rest.len())
                };
                format!("not complete: {}: {}{more}", first.file, first.got)
            }
        };
        let about = edition.manifest.as_ref().map(describe).unwrap_or_default();
        text += &format!(
            "{}  replaced {}{about}; {state}\n",
            edition.id,
            when(edition.superseded)
        );
    }
    Ok(text)
}

/// Formats a time as "2021-02-07 16:05 UTC (3 hours ago)".
fn when(moment: SystemTime) -> String {
    let hours = SystemTime::now()
        .duration_since(moment)
        .unwrap_or_default()
        .as_secs()
        / 3600;
    let ago = match hours {
        0 => "within the hour".to_owned(),
        1 => "1 hour ago".to_owned(),
        2..48 => format!("{hours} hours ago"),
        _ => format!("{} days ago", hours / 24),
    };
    format!("{} ({ago})", timestamp::format_utc(moment))
}

/// Describes the dates of an edition's figures: "; figures to 28 November 2020, of 3 December
/// 2020".
fn describe(manifest: &Manifest) -> String {
    let files = manifest.levels.get(manifest.default.level);
    let last = files
        .and_then(|files| files.dates_of(Nation::Uk))
        .map(|(_, last)| last.in_words(&Language::En.texts()));
    let of = files
        .and_then(|files| files.published)
        .map(|day| format!(", of {}", day.in_words(&Language::En.texts())));
    last.map(|last| format!("; figures to {last}{}", of.unwrap_or_default()))
        .unwrap_or_default()
}
