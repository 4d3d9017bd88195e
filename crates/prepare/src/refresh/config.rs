//! Reads a publisher's configuration: the inputs of each level, and how they are shown.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use rising_model::dataset::manifest::{Defaults, Source as Attribution, Tiles};
use rising_model::domain::area::{Level, Nation};
use rising_model::domain::clearness::Dispersion;
use rising_model::domain::day::Day;
use rising_model::domain::scale::Breaks;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::check::{Acceptance, CheckLimits};
use crate::compile::{LevelOptions, dispersion_from};
use crate::join::DEFAULT_LAG_DAYS;
use crate::period::Period;
use crate::population::PopulationFile;
use crate::publish;
use crate::source::Source;

/// The configuration's default file name.
pub(crate) const FILE: &str = "rising.toml";

/// The whole configuration. Relative paths are relative to the file's folder.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// Folder of the data set.
    out: Option<PathBuf>,
    /// Folder of a built site that has the data set in its folder `data`.
    pub(crate) site: Option<PathBuf>,
    /// Folder in which fetched files are kept.
    #[serde(default = "default_cache")]
    pub(crate) cache: PathBuf,
    /// Hours that a replaced edition is kept.
    #[serde(default = "default_keep_old")]
    keep_old_hours: u64,
    /// Number of replaced editions that are kept at any age.
    #[serde(default = "default_keep_editions")]
    keep_editions: usize,
    /// Whether to write compressed copies of data files where the published files have none.
    #[serde(default)]
    precompress: bool,
    /// The default view.
    pub(crate) default: Option<Defaults>,
    /// Days after the last date offered from which on the page calls its figures out of date; never
    /// if not set.
    pub(crate) stale_after_days: Option<u32>,
    /// Lower bounds of the colour classes after the first, in cases per 100,000.
    pub(crate) breaks: Option<Breaks>,
    /// A raster background.
    pub(crate) tiles: Option<Tiles>,
    /// File of labels: what the page calls its region, its areas and the cases, if that is not
    /// Covid-19 in the United Kingdom.
    pub(crate) labels: Option<PathBuf>,
    /// File of town names: name,lat,lon,population.
    pub(crate) places: Option<PathBuf>,
    /// The attributions that the licences of the sources require.
    #[serde(default)]
    pub(crate) attribution: Vec<Attribution>,
    levels: Levels,
    /// The limits from which on a change becomes a finding.
    #[serde(default)]
    pub(crate) checks: CheckLimits,
    /// Findings that a person has accepted.
    #[serde(default)]
    pub(crate) accept: Vec<Acceptance>,
}

fn default_cache() -> PathBuf {
    ".rising-cache".into()
}

fn default_keep_old() -> u64 {
    publish::KEEP_OLD
}

fn default_keep_editions() -> usize {
    publish::KEEP_EDITIONS
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Levels {
    ltla: Option<LevelConfig>,
    msoa: Option<LevelConfig>,
}

/// One level: the arguments of `prepare compile`, with sources in place of files of cases.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LevelConfig {
    /// The sources of its cases; their figures are merged.
    pub(crate) cases: Vec<Source>,
    population: Vec<PopulationFile>,
    boundaries: PathBuf,
    /// Whether counts of the kind id,date,count are of seven days.
    #[serde(default)]
    weekly: bool,
    #[serde(default)]
    nations: Vec<Nation>,
    /// The day of publication, for sources that do not state it.
    published: Option<Day>,
    #[serde(default = "default_lag")]
    lag_days: u16,
    #[serde(default, rename = "final")]
    is_final: bool,
    #[serde(default, deserialize_with = "dispersion")]
    dispersion: Option<Dispersion>,
    #[serde(default)]
    known_gaps: Vec<Period>,
    aliases: Option<PathBuf>,
    area_names: Option<PathBuf>,
    welsh: Option<PathBuf>,
}

/// Deserialises a dispersion: the variance of the counts over their mean.
fn dispersion<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Dispersion>, D::Error> {
    let value = f64::deserialize(deserializer)?;
    dispersion_from(value).map(Some).map_err(D::Error::custom)
}

fn default_lag() -> u16 {
    DEFAULT_LAG_DAYS
}

impl Config {
    /// Reads a configuration.
    ///
    /// # Errors
    /// If it cannot be read or has an unknown setting, with the line.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Config> {
        let text = std::fs::read_to_string(path).with_context(|| {
            format!(
                "{}: the configuration cannot be read; create one with `prepare init`",
                path.display()
            )
        })?;
        let folder = path.parent().unwrap_or(Path::new(""));
        Config::parse(&text, folder).with_context(|| format!("in {}", path.display()))
    }

    pub(crate) fn parse(text: &str, folder: &Path) -> anyhow::Result<Config> {
        let mut config: Config = toml::from_str(text)?;
        ensure!(
            config.levels.ltla.is_some() || config.levels.msoa.is_some(),
            "it has no level; add a table [levels.ltla] or [levels.msoa]"
        );
        ensure!(
            config.out.is_some() || config.site.is_some(),
            "it has neither `out`, the folder of the data set, nor `site`, the folder of its site; \
             set one of them"
        );
        config.resolve(folder);
        for (level, own) in config.levels() {
            ensure!(
                !own.cases.is_empty(),
                "level {level} has no source; add a table [[levels.{level}.cases]]"
            );
        }
        Ok(config)
    }

    /// Folder of the data set.
    pub(crate) fn out(&self) -> PathBuf {
        let in_site = || self.site.as_deref().unwrap_or(Path::new("")).join("data");
        self.out.clone().unwrap_or_else(in_site)
    }

    /// Returns how an edition is published.
    pub(crate) fn publication(&self) -> publish::PublishOptions {
        publish::PublishOptions::new(self.keep_old_hours, self.keep_editions, self.precompress)
    }

    /// The levels, the coarser first.
    pub(crate) fn levels(&self) -> impl Iterator<Item = (Level, &LevelConfig)> {
        [
            (Level::Ltla, &self.levels.ltla),
            (Level::Msoa, &self.levels.msoa),
        ]
        .into_iter()
        .filter_map(|(level, own)| Some((level, own.as_ref()?)))
    }

    /// Returns what a level is compiled from, except the cases of its sources. `published` is the
    /// day of publication that the sources state.
    pub(crate) fn level_options(
        &self,
        level: Level,
        own: &LevelConfig,
        published: Option<Day>,
    ) -> LevelOptions {
        let default = self
            .default
            .as_ref()
            .filter(|default| default.level == level);
        LevelOptions {
            level,
            weekly: own.weekly,
            population: own.population.clone(),
            boundaries: own.boundaries.clone(),
            nations: own.nations.clone(),
            published: own.published.or(published),
            lag: own.lag_days,
            is_final: own.is_final,
            lenient: false,
            dispersion: own.dispersion,
            known_gap: own.known_gaps.clone(),
            aliases: own.aliases.clone(),
            area_names: own.area_names.clone(),
            welsh: own.welsh.clone(),
            default_date: default.and_then(|default| default.date),
        }
    }

    fn resolve(&mut self, folder: &Path) {
        let in_folder = |path: &mut PathBuf| *path = folder.join(&*path);
        in_folder(&mut self.cache);
        [
            &mut self.out,
            &mut self.site,
            &mut self.places,
            &mut self.labels,
        ]
        .into_iter()
        .flatten()
        .for_each(in_folder);
        for own in [&mut self.levels.ltla, &mut self.levels.msoa]
            .into_iter()
            .flatten()
        {
            own.cases
                .iter_mut()
                .for_each(|source| source.resolve(folder));
            own.population
                .iter_mut()
                .map(|file| &mut file.path)
                .for_each(in_folder);
            in_folder(&mut own.boundaries);
            [&mut own.aliases, &mut own.area_names, &mut own.welsh]
                .into_iter()
                .flatten()
                .for_each(in_folder);
        }
    }
}
