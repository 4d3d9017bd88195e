//! `prepare rollback`: back to an edition before.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context as _, Result, bail};
use rising_model::area::Nation;
use rising_model::manifest::Manifest;
use rising_words::Language;

use crate::prerender::Site;
use crate::publish::{self, DataFolder, KeptEdition, MANIFEST, content_hash};
use crate::{timestamp, verify};

/// Go back to an edition before, or list those that can be gone back to
///
/// `prepare compile` and the others keep an edition that they replace (see --keep-old). Brought
/// back is the one replaced last, or the one named: its files are checked, each figure included,
/// and its manifest is renamed into its place. The edition gone back from is kept in turn, so that
/// a second call undoes the first. If the data set is that of a site, the page's first picture and
/// the pages of areas are then written anew, as by `prepare prerender`; until that is done, some
/// seconds, a reader is first shown the picture, with its date, and then the edition brought back.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  What can be gone back to?
    prepare rollback --data /srv/rising/data --list

  Back to the edition before:
    prepare rollback --data /srv/rising/data

  Back to a certain one:
    prepare rollback --data /srv/rising/data --to 1a2b3c4d5e")]
pub struct Args {
    /// DataFolder of the data set
    #[arg(long, value_name = "DIR")]
    data: PathBuf,

    /// List the editions and change nothing
    #[arg(long, conflicts_with = "to")]
    list: bool,

    /// The edition to go back to, by its ID in the list [default: the one replaced last]
    #[arg(long, value_name = "ID")]
    to: Option<String>,

    /// DataFolder of a site whose pages show the data set [default: the site in whose folder data it
    /// lies]
    #[arg(long, value_name = "DIR")]
    site: Option<PathBuf>,
}

/// Goes back, or lists, and says what was done.
///
/// # Errors
/// If there is no such edition, it is not whole, somebody else is publishing, or the system
/// refuses.
pub fn run(args: &Args) -> Result<String> {
    if args.list {
        list(&args.data)
    } else {
        go_back(args)
    }
}

fn go_back(args: &Args) -> Result<String> {
    // Before anything is looked at, so that nobody writes the edition gone back from over the
    // other.
    let sites = sites(args)?
        .iter()
        .map(|site| Site::lock(site))
        .collect::<Result<Vec<Site>>>()?;
    let folder = DataFolder::open(&args.data)?;
    let present = folder.id();
    let kept: Vec<KeptEdition> = publish::read_kept_editions(&args.data)?
        .into_iter()
        // One that came back, if the run that brought it was killed just then.
        .filter(|edition| Some(&edition.id) != present.as_ref())
        .collect();
    let edition = chosen(kept, args, present.as_deref())?;
    let report = verify::kept_edition(&args.data, &edition);
    if report.failed() > 0 {
        let findings: Vec<String> = report
            .findings()
            .map(|finding| format!("\n  {finding}"))
            .collect();
        bail!(
            "edition {} is not whole, and was not brought back:{}\nchoose another with --to (`prepare rollback --list`), or \
             put its files back from a backup",
            edition.id,
            findings.concat()
        );
    }
    publish::restore(folder, &edition)?;
    let manifest = edition.manifest.as_ref().ok();
    let mut text = format!(
        "brought back edition {}{}\n",
        edition.id,
        manifest.map(about).unwrap_or_default()
    );
    if let Some(present) = present {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "kept edition {present}; `prepare rollback` without --to goes back to that"
        );
    }
    for site in &sites {
        text += &site.write(&args.data, None).with_context(|| {
            format!(
                "edition {} is brought back, but the page does not show it yet; mend this and run `prepare prerender --site {}`",
                edition.id,
                site.path().display()
            )
        })?;
    }
    if sites.is_empty() {
        text += "it is the data set of no site known here; where pages show it, run `prepare prerender --site` with theirs\n";
    }
    Ok(text)
}

fn chosen(kept: Vec<KeptEdition>, args: &Args, present: Option<&str>) -> Result<KeptEdition> {
    let data = args.data.display();
    let Some(wanted) = &args.to else {
        return kept.into_iter().next().with_context(|| {
            format!("{data} has no edition to go back to: none was replaced since --keep-old hours, or that was 0; publish again")
        });
    };
    if present == Some(wanted) {
        bail!("edition {wanted} is the one that {data} has; nothing was changed");
    }
    let known: Vec<String> = kept.iter().map(|edition| edition.id.clone()).collect();
    kept.into_iter().find(|edition| edition.id == *wanted).with_context(|| {
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        format!("{data} has no edition {wanted}; it has kept {known} (`prepare rollback --data {data} --list`)")
    })
}

/// The sites that a data set is part of: those in whose `data` it lies, by the path that was given
/// and by the one that links in it lead to. Each once, in an order that any two runs share.
fn sites(args: &Args) -> Result<Vec<PathBuf>> {
    if let Some(site) = &args.site {
        return Ok(vec![site.clone()]);
    }
    let paths = [
        std::path::absolute(&args.data).ok(),
        args.data.canonicalize().ok(),
    ];
    let around = paths.iter().flatten().filter_map(|data| {
        let site = data.parent()?;
        (data.file_name()? == "data" && site.join("index.html").is_file())
            .then(|| site.canonicalize().ok())?
    });
    Ok(around.collect::<BTreeSet<PathBuf>>().into_iter().collect())
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
            text += &format!("{id}  published now{}\n", about(&manifest))
        }
        (Some(id), Err(error)) => {
            text += &format!("{id}  published now, and cannot be read: {error}\n")
        }
        _ => text += "there is no manifest.json: nothing is published\n",
    }
    for edition in kept
        .iter()
        .filter(|edition| Some(&edition.id) != id.as_ref())
    {
        let missing = verify::missing_of(data, edition);
        let state = match &missing[..] {
            [] => "whole".to_owned(),
            [first, rest @ ..] => {
                let more = if rest.is_empty() {
                    String::new()
                } else {
                    format!(" (and {} more)", rest.len())
                };
                format!("not whole: {}: {}{more}", first.file, first.got)
            }
        };
        let about = edition.manifest.as_ref().map(about).unwrap_or_default();
        text += &format!(
            "{}  replaced {}{about}; {state}\n",
            edition.id,
            when(edition.superseded)
        );
    }
    Ok(text)
}

/// "2021-02-07 16:05 UTC (3 hours ago)".
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

/// What its figures are: "; figures to 28 November 2020, of 3 December 2020".
fn about(manifest: &Manifest) -> String {
    let files = manifest.levels.get(manifest.default.level);
    let last = files
        .and_then(|files| files.dates_of(Nation::Uk))
        .map(|(_, last)| last.in_words(Language::En));
    let of = files
        .and_then(|files| files.published)
        .map(|day| format!(", of {}", day.in_words(Language::En)));
    last.map(|last| format!("; figures to {last}{}", of.unwrap_or_default()))
        .unwrap_or_default()
}
