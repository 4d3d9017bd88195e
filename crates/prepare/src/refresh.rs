//! Implements `prepare refresh`, which publishes a new edition from the sources, completely or not
//! at all.

pub(crate) mod config;
mod difference;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail, ensure};
use rising_model::dataset::manifest::{LevelFiles, Manifest};
use rising_model::domain::area::Level;
use rising_model::domain::day::Day;
use rising_model::shapes::places;
use rising_prerender::policy;
use rising_words::labels::resolve;
use rising_words::{Language, Texts};
use thiserror::Error;

use self::config::{Config, LevelConfig};
use self::difference::{Difference, Extent};
use crate::cases::Cases;
use crate::check::{self, Finding, Publication, ReviewedFindings};
use crate::clearness::LevelCriteria;
use crate::compile::{
    LevelInputs, LevelOptions, Summary, default_nation, new_manifest, preload_places,
};
use crate::display_text;
use crate::labels;
use crate::level_figures::LevelFigures;
use crate::prerender::LockedSite;
use crate::printable;
use crate::problem::Problems;
use crate::publish::{
    DataFolder, Edition, LockedFile, file_names, make_all_readable, open_lock, read_manifest,
};
use crate::source::{Clock, SystemClock, london_day};

/// Fetch the newest figures, check them, and publish them as a new edition
///
/// Reads rising.toml (`prepare init` writes one), fetches what its sources have, compiles all
/// levels, and checks the result: whether every area has figures, whether figures are implausible,
/// and which figures were revised. The edition becomes visible, by one rename of manifest.json,
/// only if every finding of the checks has been accepted. Until then, and if anything fails,
/// readers have the earlier edition.
///
/// Fetched files are kept: the next run resumes a stopped one and requests only what is new.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  Every afternoon:
    prepare refresh --config /etc/rising/rising.toml

  See what readers would see, without publishing:
    prepare refresh --dry-run --all

Exit status: 0 if it published, or nothing was new; 3 if the checks found something that nobody
has accepted; 1 if anything else failed. With 1 and 3 readers keep the last edition.")]
pub struct Args {
    /// The configuration
    #[arg(long, value_name = "FILE", default_value = config::FILE)]
    config: PathBuf,

    /// Do everything except publish, and print what readers would see
    #[arg(long)]
    dry_run: bool,

    /// Only these levels; the others stay as they are
    #[arg(long, value_name = "LEVEL", num_args = 1..)]
    level: Vec<Level>,

    /// Check the figures as if there were no last edition, because it is damaged
    #[arg(long)]
    afresh: bool,

    /// List every area that changes direction and every figure that is revised
    #[arg(long)]
    all: bool,
}

/// The most lines of a list without --all.
const MAX_LINES: usize = 20;

/// The findings of the checks that nobody has accepted.
#[derive(Debug, Error)]
pub struct StoppedByChecks {
    findings: Vec<Finding>,
    config: PathBuf,
}

impl std::fmt::Display for StoppedByChecks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let total = self.findings.len();
        let noun = if total == 1 {
            "finding needs"
        } else {
            "findings need"
        };
        write!(f, "nothing was published: {total} {noun} a decision")?;
        for finding in self.findings.iter().take(MAX_LINES) {
            write!(f, "\n  {finding}")?;
        }
        if total > MAX_LINES {
            write!(
                f,
                "\n  and {} more, of the rules {}",
                total - MAX_LINES,
                rules(&self.findings[MAX_LINES..])
            )?;
        }
        let config = self.config.display();
        write!(
            f,
            "\nIf the source is wrong, ask its publisher, and try again later: readers keep the \
             last edition."
        )?;
        write!(
            f,
            "\nIf the figures are right, accept them in {config}, give the reason in `why`, and \
             run this again:"
        )?;
        for finding in self.findings.iter().take(MAX_LINES) {
            write!(f, "\n\n{}", finding.as_acceptance())?;
        }
        Ok(())
    }
}

/// Returns the names of the rules, each once.
fn rules(findings: &[Finding]) -> String {
    let mut names: Vec<String> = findings
        .iter()
        .map(|finding| finding.rule.to_string())
        .collect();
    names.sort();
    names.dedup();
    names.join(", ")
}

/// The edition that readers have now.
#[derive(Clone, Copy)]
struct PublishedEdition<'a> {
    manifest: Option<&'a Manifest>,
    /// Whether to compare the new figures with it.
    is_compared: bool,
}

/// The cases that the sources of a level delivered.
struct FetchedLevel {
    cases: Cases,
    published: Option<Day>,
    problems: Problems,
}

/// A level whose inputs are joined.
struct JoinedLevel {
    level: Level,
    options: LevelOptions,
    inputs: LevelInputs,
    problems: Problems,
}

/// A level that is ready to be published, and its figures in the last edition.
struct CompiledLevel {
    level: Level,
    options: LevelOptions,
    inputs: LevelInputs,
    files: LevelFiles,
    figures: LevelFigures,
    last: Option<LevelFigures>,
}

/// Publishes a new edition, unless nothing is new, and returns a summary.
///
/// # Errors
/// If a source cannot be fetched, an input is not valid, or the system refuses to write;
/// [`StoppedByChecks`] if a check finds something that nobody has accepted. Readers then keep the
/// last edition.
pub fn run(args: &Args) -> anyhow::Result<String> {
    let config = Config::read(&args.config)?;
    let out = config.out();
    let clock = SystemClock::default();
    let _lock = lock(&config.cache)?;
    let mut text = String::new();
    let mut fetched_levels = vec![];
    for (level, own) in config
        .levels()
        .filter(|(level, _)| args.level.is_empty() || args.level.contains(level))
    {
        fetched_levels.push((level, own, fetch(&config, level, own, &clock, &mut text)?));
    }
    ensure!(
        !fetched_levels.is_empty(),
        "the configuration has none of the levels that --level names"
    );

    // The locks are held from here on: the edition compared with is the one that will be replaced,
    // and the site gets the figures that were published.
    let site = config
        .site
        .as_deref()
        .filter(|_| !args.dry_run)
        .map(LockedSite::lock)
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
    let present = PublishedEdition {
        manifest: earlier.as_ref(),
        is_compared: !args.afresh,
    };
    let mut edition = Edition::default();
    let mut joined = vec![];
    for (level, own, fetched) in fetched_levels {
        joined.push(join(&config, level, own, fetched)?);
    }
    let criteria = criteria(&joined, present, &out)?;
    let mut levels = vec![];
    let mut summary = Summary::default();
    if let [own] = &joined[..] {
        summary.add_recompile_advice(present.manifest, own.level, &own.inputs.joined.grid);
    }
    for (own, criteria) in joined.into_iter().zip(criteria) {
        levels.push(compile(
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
    let accepted = check_figures(&config, &levels, &clock)?;
    if !accepted.accepted.is_empty() {
        text += "Accepted\n";
        for (finding, why) in &accepted.accepted {
            let _ = writeln!(text, "  {finding} ({why})");
        }
    }
    text += "Readers would see\n";
    let texts = Texts::of(&manifest, Language::En);
    for own in &levels {
        let extent = if args.all {
            Extent::All
        } else {
            Extent::First(MAX_LINES)
        };
        let default = manifest
            .default
            .date
            .filter(|_| manifest.default.level == own.level);
        let difference = Difference {
            level: own.level,
            new: &own.figures,
            last: own.last.as_ref(),
            default,
            extent,
        };
        text += &difference.in_words(&texts);
    }
    if !accepted.open.is_empty() {
        // Printed before the error: the differences help to judge the findings.
        printable::print_error(&text);
        return Err(StoppedByChecks {
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
        text += "Nothing is new: the published edition stays\n";
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
            "{} has no page yet; install one with `prepare install`",
            site.path().display()
        );
    } else if let Some(site) = site {
        // Written even if nothing is new: the run that published the edition may have been stopped
        // before this step.
        text += &site.write(&out, None).context(
            "the figures are published, but the prerendered pages still show the earlier ones; \
             run `prepare prerender`",
        )?;
    }
    Ok(text)
}

/// Fetches and reads a level's cases.
fn fetch(
    config: &Config,
    level: Level,
    own: &LevelConfig,
    clock: &dyn Clock,
    text: &mut String,
) -> anyhow::Result<FetchedLevel> {
    let mut fetched_level = FetchedLevel {
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
        fetched_level.cases.add_files(
            &fetched.files,
            level,
            &source.api_filter(),
            &mut fetched_level.problems,
        )?;
        fetched_level.published = fetched_level.published.max(fetched.published);
    }
    Ok(fetched_level)
}

/// Joins a level's inputs.
fn join(
    config: &Config,
    level: Level,
    own: &LevelConfig,
    fetched: FetchedLevel,
) -> anyhow::Result<JoinedLevel> {
    let FetchedLevel {
        cases,
        published,
        mut problems,
    } = fetched;
    let options = config.level_options(level, own, published);
    let inputs = LevelInputs::join(cases, &options, &mut problems)?;
    problems.refuse_any()?;
    Ok(JoinedLevel {
        level,
        options,
        inputs,
        problems,
    })
}

/// Returns the criteria of each level that decide which changes are clear. A level with weekly
/// counts uses the dispersion of the level with daily counts: from this run, or else from the
/// published edition.
fn criteria(
    levels: &[JoinedLevel],
    present: PublishedEdition,
    out: &Path,
) -> anyhow::Result<Vec<LevelCriteria>> {
    let mut criteria_of_levels: Vec<Option<LevelCriteria>> = levels
        .iter()
        .map(|own| {
            (!own.inputs.uses_other_level_dispersion(&own.options))
                .then(|| own.inputs.criteria(&own.options, None))
        })
        .collect();
    let published = match (levels, present.manifest) {
        ([own], Some(manifest)) if criteria_of_levels[0].is_none() => {
            LevelCriteria::read_other_level(own.level, manifest, out)?
        }
        _ => None,
    };
    let other = published.or_else(|| criteria_of_levels.iter().flatten().next().cloned());
    for (own, criteria) in levels.iter().zip(&mut criteria_of_levels) {
        criteria.get_or_insert_with(|| own.inputs.criteria(&own.options, other.as_ref()));
    }
    Ok(criteria_of_levels.into_iter().flatten().collect())
}

/// Compiles a level, and reads its published figures.
fn compile(
    config: &Config,
    own: JoinedLevel,
    criteria: &LevelCriteria,
    present: PublishedEdition,
    edition: &mut Edition,
    text: &mut String,
) -> anyhow::Result<CompiledLevel> {
    let JoinedLevel {
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
    let dates = 0..inputs.joined.grid.dates;
    let figures = LevelFigures::from_joined(&inputs.joined, &files, criteria.for_dates(dates))?;
    let last = present
        .manifest
        .filter(|_| present.is_compared)
        .and_then(|manifest| manifest.levels.get(level));
    let last = last
        .map(|files| LevelFigures::read(&config.out(), files, None))
        .transpose()
        .with_context(|| {
            format!(
                "the edition in {} is damaged, so the new figures cannot be compared with it; see \
             what is wrong with `prepare verify`, restore the earlier edition with \
             `prepare rollback`, or publish without comparing by --afresh",
                config.out().display()
            )
        })?;
    Ok(CompiledLevel {
        level,
        options,
        inputs,
        files,
        figures,
        last,
    })
}

/// Runs the checks, and divides their findings into accepted and open ones.
fn check_figures(
    config: &Config,
    levels: &[CompiledLevel],
    clock: &dyn Clock,
) -> anyhow::Result<ReviewedFindings> {
    let today = london_day(clock.now())
        .context("the machine's clock is outside the range of dates; set it")?;
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

/// Returns the manifest of the new edition: the earlier one with the new levels and the settings of
/// the configuration.
fn manifest(
    config: &Config,
    earlier: Option<Manifest>,
    levels: &[CompiledLevel],
    edition: &mut Edition,
) -> anyhow::Result<Manifest> {
    let mut manifest = match (earlier, levels.first()) {
        (Some(earlier), _) => earlier,
        (None, Some(first)) => new_manifest(first.level, &first.figures.table),
        (None, None) => bail!("there is no level"),
    };
    for own in levels {
        if let Some(last) = &own.last {
            check_search_positions(&manifest, own, last)?;
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
        // Checked before anything is published: the page's security policy has to name the origin.
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
        manifest.labels = Some(resolve(labels::read(path)?));
    }
    for own in levels {
        labels::check(manifest.labels.as_ref(), &own.figures.table)?;
    }
    if let Some(path) = &config.places {
        let towns = crate::places::read(path)?;
        manifest.places = Some(edition.add("places", places::encode(&towns), towns.len() as u64));
    }
    preload_places(&mut manifest);
    ensure!(
        manifest.levels.get(manifest.default.level).is_some(),
        "[default] opens the map at level {}, which the data set does not have",
        manifest.default.level
    );
    Ok(manifest)
}

/// Checks that published names and postcodes still fit: they refer to areas by position in the list
/// of areas.
fn check_search_positions(
    manifest: &Manifest,
    own: &CompiledLevel,
    last: &LevelFigures,
) -> anyhow::Result<()> {
    let codes = |figures: &LevelFigures| {
        figures
            .table
            .areas()
            .iter()
            .map(|area| area.code.clone())
            .collect::<Vec<_>>()
    };
    let has_search = manifest.names.is_some() || manifest.postcodes.is_some();
    ensure!(
        !has_search || codes(&own.figures) == codes(last),
        "the areas of level {} are not those that the published names and postcodes refer to; if \
         nobody needs the published data set, such as the one built into a new site, remove the \
         folder data; otherwise compile a data set of the new areas in another folder with \
         `prepare compile`, `prepare names` and `prepare postcodes`, then replace this one with it",
        own.level
    );
    Ok(())
}

/// Whether all files that the manifest names exist.
fn is_complete(out: &Path, manifest: &Manifest) -> bool {
    file_names(manifest)
        .iter()
        .all(|name| out.join(name).is_file())
}

/// Locks the cache, so that only one refresh at a time uses it.
fn lock(cache: &Path) -> anyhow::Result<LockedFile> {
    fs::create_dir_all(cache)
        .with_context(|| format!("{}: the cache folder cannot be created", cache.display()))?;
    let path = cache.join("lock");
    let file = open_lock(&path).with_context(|| path.display().to_string())?;
    LockedFile::lock(&file).map_err(|_| {
        anyhow!(
            "another refresh is using {}; wait for it to end",
            cache.display()
        )
    })
}
