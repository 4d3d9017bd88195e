//! `prepare refresh`: from the sources to a new edition, whole or not at all.

pub(crate) mod config;
mod difference;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use rising_model::area::Level;
use rising_model::day::Day;
use rising_model::manifest::{LevelFiles, Manifest};
use rising_model::places;
use rising_prerender::policy;
use thiserror::Error;

use self::config::{Config, LevelConfig};
use self::difference::Extent;
use crate::cases::Cases;
use crate::check::{self, Finding, Publication, ReviewedFindings};
use crate::clearness::LevelCriteria;
use crate::compile::{
    LevelInputs, LevelOptions, Summary, default_nation, new_manifest, preload_places,
};
use crate::display_text;
use crate::labels;
use crate::level_figures::LevelFigures;
use crate::prerender::Site;
use crate::printable;
use crate::problem::Problems;
use crate::publish::{
    DataFolder, Edition, file_names, make_all_readable, open_lock, read_manifest,
};
use crate::source::{Clock, SystemClock, london_day};

/// Fetch the newest figures, check them, and publish them as a new edition
///
/// Reads rising.toml (`prepare init` writes one), brings what its sources have, compiles all
/// levels, and looks at the result as a careful publisher would: is every area there, is nothing
/// absurd, what was revised. Only if nothing is found that nobody has accepted does the edition
/// become visible, by one rename of manifest.json. Until then, and if anything fails, readers have
/// the edition before.
///
/// What was fetched is kept: a run that was stopped goes on where it was, and asks only for what is
/// new.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  Every afternoon:
    prepare refresh --config /etc/rising/rising.toml

  What would readers see?
    prepare refresh --dry-run --all

Exit status: 0 published, or there was nothing new; 3 the checks found something to be looked at; 1 anything else that
failed. With 1 and 3 the last edition is live as before.")]
pub struct Args {
    /// The configuration
    #[arg(long, value_name = "FILE", default_value = config::FILE)]
    config: PathBuf,

    /// Do everything but publish, and print what readers would see
    #[arg(long)]
    dry_run: bool,

    /// Only these levels; the others stay as they are
    #[arg(long, value_name = "LEVEL", num_args = 1..)]
    level: Vec<Level>,

    /// Judge the figures as if there were no last edition, because it is damaged
    #[arg(long)]
    afresh: bool,

    /// List every area that changes direction and every figure that is revised
    #[arg(long)]
    all: bool,
}

/// Lines of a list that is not printed whole.
const SHOWN: usize = 20;

/// The checks found something that nobody has accepted.
#[derive(Debug, Error)]
pub struct Stopped {
    findings: Vec<Finding>,
    config: PathBuf,
}

impl std::fmt::Display for Stopped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let total = self.findings.len();
        let noun = if total == 1 {
            "thing has"
        } else {
            "things have"
        };
        write!(f, "nothing was published: {total} {noun} to be looked at")?;
        for finding in self.findings.iter().take(SHOWN) {
            write!(f, "\n  {finding}")?;
        }
        if total > SHOWN {
            write!(
                f,
                "\n  and {} more, of the rules {}",
                total - SHOWN,
                rules(&self.findings[SHOWN..])
            )?;
        }
        let config = self.config.display();
        write!(
            f,
            "\nIf the source is wrong, ask its publisher, and try again later: readers have the last edition."
        )?;
        write!(
            f,
            "\nIf the figures are right, say so in {config}, with the reason in `why`, and run this again:"
        )?;
        for finding in self.findings.iter().take(SHOWN) {
            write!(f, "\n\n{}", finding.as_acceptance())?;
        }
        Ok(())
    }
}

/// The names of the rules, each once.
fn rules(findings: &[Finding]) -> String {
    let mut names: Vec<String> = findings
        .iter()
        .map(|finding| finding.rule.to_string())
        .collect();
    names.sort();
    names.dedup();
    names.join(", ")
}

/// What readers have now.
#[derive(Clone, Copy)]
struct Present<'a> {
    manifest: Option<&'a Manifest>,
    /// The new figures are compared with it.
    compared: bool,
}

/// What the sources of a level have brought.
struct Brought {
    cases: Cases,
    published: Option<Day>,
    problems: Problems,
}

/// A level's inputs, joined.
struct Joined {
    level: Level,
    options: LevelOptions,
    inputs: LevelInputs,
    problems: Problems,
}

/// A level that is ready to be published.
struct Ready {
    level: Level,
    options: LevelOptions,
    inputs: LevelInputs,
    files: LevelFiles,
    figures: LevelFigures,
    last: Option<LevelFigures>,
}

/// Publishes a new edition, unless there is nothing new, and says what was done.
///
/// # Errors
/// If a source cannot be had, an input is not as it should be, [`Stopped`] if a check finds
/// something, or if the system refuses to write. The last edition is then live as before.
pub fn run(args: &Args) -> anyhow::Result<String> {
    let config = Config::read(&args.config)?;
    let (out, clock) = (config.out(), SystemClock::default());
    let _lock = lock(&config.cache)?;
    let mut text = String::new();
    let mut brought = vec![];
    for (level, own) in config
        .levels()
        .filter(|(level, _)| args.level.is_empty() || args.level.contains(level))
    {
        brought.push((level, own, bring(&config, level, own, &clock, &mut text)?));
    }
    ensure!(
        !brought.is_empty(),
        "the configuration has none of the levels asked for"
    );

    // From here on nobody else publishes: what is compared with is what will be replaced, and what
    // is written into the site is what was published.
    let site = config
        .site
        .as_deref()
        .filter(|_| !args.dry_run)
        .map(Site::lock)
        .transpose()?;
    let folder = if args.dry_run {
        None
    } else {
        Some(DataFolder::create(&out)?)
    };
    let earlier = match &folder {
        Some(folder) => folder.manifest()?,
        None => read_manifest(&out)?,
    };
    let present = Present {
        manifest: earlier.as_ref(),
        compared: !args.afresh,
    };
    let mut edition = Edition::default();
    let mut joined = vec![];
    for (level, own, brought) in brought {
        joined.push(join(&config, level, own, brought)?);
    }
    let criteria = criteria(&joined, present, &out)?;
    let mut levels = vec![];
    let mut summary = Summary::default();
    if let [own] = &joined[..] {
        summary.add_recompile_advice(present.manifest, own.level, &own.inputs.joined.grid);
    }
    for (own, criteria) in joined.into_iter().zip(criteria) {
        levels.push(ready(
            &config,
            own,
            &criteria,
            present,
            &mut edition,
            &mut text,
        )?);
    }
    text += &summary.to_string();
    let manifest = manifest(&config, earlier.clone(), &levels, &mut edition)?;
    let accepted = looked_at(&config, &levels, &clock)?;
    if !accepted.accepted.is_empty() {
        text += "Accepted\n";
        for (finding, why) in &accepted.accepted {
            let _ = writeln!(text, "  {finding} ({why})");
        }
    }
    text += "Readers would see\n";
    for own in &levels {
        let extent = if args.all {
            Extent::All
        } else {
            Extent::First(SHOWN)
        };
        let default = manifest
            .default
            .date
            .filter(|_| manifest.default.level == own.level);
        text += &difference::in_words(own.level, &own.figures, own.last.as_ref(), default, extent);
    }
    if !accepted.open.is_empty() {
        // What has been found out is worth reading most when it is why nothing was published.
        printable::print_error(&text);
        return Err(Stopped {
            findings: accepted.open,
            config: args.config.clone(),
        }
        .into());
    }
    let Some(folder) = folder else {
        text += "Nothing was published: this was a dry run\n";
        return Ok(text);
    };
    if earlier.as_ref() == Some(&manifest) && is_complete(&out, &manifest) {
        make_all_readable(&out, &manifest)?;
        text += "Nothing is new: what is published stays\n";
    } else {
        let outcome = edition.commit(folder, &manifest, &config.publication())?;
        let mut summary = Summary::default();
        for own in &levels {
            summary.add_dates(&manifest, own.level);
        }
        summary.add_files(&out, &edition, &manifest, &outcome);
        text += &summary.to_string();
    }
    if let Some(site) = site.as_ref().filter(|site| !site.has_page()) {
        let _ = writeln!(
            text,
            "{} has no page yet; `prepare install` puts one around the figures",
            site.path().display()
        );
    } else if let Some(site) = site {
        // Also where nothing is new: the run that published it may have been stopped before this.
        text += &site.write(&out, None).context(
            "the figures are published, but the page's first picture still shows those before; run `prepare prerender`",
        )?;
    }
    Ok(text)
}

/// Fetches a level's cases and reads them.
fn bring(
    config: &Config,
    level: Level,
    own: &LevelConfig,
    clock: &dyn Clock,
    text: &mut String,
) -> anyhow::Result<Brought> {
    let mut brought = Brought {
        cases: Cases::default(),
        published: None,
        problems: Problems::default(),
    };
    let _ = writeln!(text, "Fetched for {level}");
    for (number, source) in (1..).zip(&own.cases) {
        let cache = config.cache.join(format!("{level}-{number}"));
        let fetched = source
            .fetch(&cache, clock)
            .with_context(|| format!("source {number} of level {level}"))?;
        for note in &fetched.notes {
            let _ = writeln!(text, "  {note}");
        }
        brought.cases.add_files(
            &fetched.files,
            level,
            &source.api_filter(),
            &mut brought.problems,
        )?;
        brought.published = brought.published.max(fetched.published);
    }
    Ok(brought)
}

/// Joins a level's inputs.
fn join(
    config: &Config,
    level: Level,
    own: &LevelConfig,
    brought: Brought,
) -> anyhow::Result<Joined> {
    let Brought {
        cases,
        published,
        mut problems,
    } = brought;
    let options = config.level_options(level, own, published);
    let inputs = LevelInputs::join(cases, &options, &mut problems)?;
    problems.refuse_any()?;
    Ok(Joined {
        level,
        options,
        inputs,
        problems,
    })
}

/// What decides the changes of each level. One with weekly counts takes the dispersion of one with
/// daily counts: of this run, or else of those that are published.
fn criteria(levels: &[Joined], present: Present, out: &Path) -> anyhow::Result<Vec<LevelCriteria>> {
    let mut worked_out: Vec<Option<LevelCriteria>> = levels
        .iter()
        .map(|own| {
            (!own.inputs.uses_other_level_dispersion(&own.options))
                .then(|| own.inputs.criteria(&own.options, None))
        })
        .collect();
    let published = match (levels, present.manifest) {
        ([own], Some(manifest)) if worked_out[0].is_none() => {
            LevelCriteria::read_other_level(own.level, manifest, out)?
        }
        _ => None,
    };
    let other = published.or_else(|| worked_out.iter().flatten().next().cloned());
    for (own, criteria) in levels.iter().zip(&mut worked_out) {
        criteria.get_or_insert_with(|| own.inputs.criteria(&own.options, other.as_ref()));
    }
    Ok(worked_out.into_iter().flatten().collect())
}

/// Compiles a level, and reads what is published of it.
fn ready(
    config: &Config,
    own: Joined,
    criteria: &LevelCriteria,
    present: Present,
    edition: &mut Edition,
    text: &mut String,
) -> anyhow::Result<Ready> {
    let Joined {
        level,
        options,
        inputs,
        problems,
    } = own;
    let mut summary = Summary::default();
    summary.add_inputs(&inputs, &options, &problems);
    summary.add_criteria(criteria);
    *text += &summary.to_string();
    let defaults = config
        .default
        .as_ref()
        .or(present.manifest.map(|manifest| &manifest.default));
    let nation = defaults.map_or_else(
        || default_nation(&inputs.joined.table),
        |defaults| defaults.nation,
    );
    let files = inputs.encode(
        &options,
        nation,
        defaults.and_then(|defaults| defaults.date),
        criteria,
        edition,
    )?;
    let figures = LevelFigures::from_joined(&inputs.joined, &files, criteria)?;
    let last = present
        .manifest
        .filter(|_| present.compared)
        .and_then(|manifest| manifest.levels.get(level));
    let last = last.map(|files| LevelFigures::read(&config.out(), files, None)).transpose().with_context(|| {
        format!(
            "the edition in {} is damaged, so that there is nothing to compare with; `prepare verify` says what is wrong, \
             `prepare rollback` brings the one before back, --afresh publishes without comparing",
            config.out().display()
        )
    })?;
    Ok(Ready {
        level,
        options,
        inputs,
        files,
        figures,
        last,
    })
}

/// What the checks find, and what of that has been accepted.
fn looked_at(
    config: &Config,
    levels: &[Ready],
    clock: &dyn Clock,
) -> anyhow::Result<ReviewedFindings> {
    let today =
        london_day(clock.now()).context("the machine's clock is beyond all dates; set it")?;
    let mut findings = vec![];
    for own in levels {
        let lag = (!own.options.is_final).then_some(own.options.lag);
        let publication = Publication {
            published: own.inputs.published(&own.options),
            lag,
            today,
        };
        findings.extend(check::check_level(
            own.level,
            &own.figures,
            own.last.as_ref(),
            publication,
            &config.checks,
        ));
    }
    Ok(ReviewedFindings::divide(findings, &config.accept))
}

/// The manifest of the new edition: the earlier one with the new levels, and all that the
/// configuration says. From then on texts call things as it does.
fn manifest(
    config: &Config,
    earlier: Option<Manifest>,
    levels: &[Ready],
    edition: &mut Edition,
) -> anyhow::Result<Manifest> {
    let mut manifest = match (earlier, levels.first()) {
        (Some(earlier), _) => earlier,
        (None, Some(first)) => new_manifest(first.level, &first.figures.table),
        (None, None) => bail!("there is no level"),
    };
    for own in levels {
        if let Some(last) = &own.last {
            searches_fit(&manifest, own, last)?;
        }
        *manifest.levels.files_mut(own.level) = Some(own.files.clone());
    }
    if let Some(default) = &config.default {
        manifest.default = default.clone();
    }
    if let Some(breaks) = &config.breaks {
        manifest.breaks = breaks.clone();
    }
    if let Some(tiles) = &config.tiles {
        // Before anything is published: the page's policy has to name them.
        policy::origin(&tiles.url).context("in [tiles]")?;
    }
    manifest.tiles = config.tiles.clone();
    if let Some(tiles) = &mut manifest.tiles {
        tiles.attribution = display_text::clean("the attribution of the tiles", &tiles.attribution)
            .context("in [tiles]")?;
    }
    manifest.stale_after = config.stale_after_days;
    if !config.attribution.is_empty() {
        manifest.sources = display_text::clean_sources(config.attribution.clone())
            .context("in [[attribution]]")?;
    }
    if let Some(path) = &config.labels {
        manifest.labels = labels::read(path)?;
    }
    for own in levels {
        labels::check(&manifest.labels, &own.figures.table)?;
    }
    manifest.apply_labels();
    if let Some(path) = &config.places {
        let towns = crate::places::read(path)?;
        manifest.places = Some(edition.add("places", places::encode(&towns), towns.len() as u64));
    }
    preload_places(&mut manifest);
    ensure!(
        manifest.levels.get(manifest.default.level).is_some(),
        "[default] opens the map at level {}, which it does not have",
        manifest.default.level
    );
    Ok(manifest)
}

/// Names and postcodes lead to areas by their position in the list of areas.
fn searches_fit(manifest: &Manifest, own: &Ready, last: &LevelFigures) -> anyhow::Result<()> {
    let codes = |figures: &LevelFigures| {
        figures
            .table
            .areas()
            .iter()
            .map(|area| area.code.clone())
            .collect::<Vec<_>>()
    };
    let searched = manifest.names.is_some() || manifest.postcodes.is_some();
    ensure!(
        !searched || codes(&own.figures) == codes(last),
        "the areas of level {} are not those that the published names and postcodes lead to; if nobody needs what is published, \
         such as the embedded edition of a new site, remove the folder data; else compile a data set of the new areas in another \
         folder with `prepare compile`, `prepare names` and `prepare postcodes`, then put it in the place of this one",
        own.level
    );
    Ok(())
}

/// Are all files there that it names?
fn is_complete(out: &Path, manifest: &Manifest) -> bool {
    file_names(manifest)
        .iter()
        .all(|name| out.join(name).is_file())
}

/// Only one refresh at a time uses a cache.
fn lock(cache: &Path) -> anyhow::Result<fs::File> {
    fs::create_dir_all(cache).with_context(|| {
        format!(
            "{}: the folder for what is fetched cannot be made",
            cache.display()
        )
    })?;
    let path = cache.join("lock");
    let file = open_lock(&path).with_context(|| path.display().to_string())?;
    if file.try_lock().is_err() {
        bail!(
            "another refresh is at work with {}; wait for it to end",
            cache.display()
        );
    }
    Ok(file)
}
