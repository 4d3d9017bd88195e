//! Implements `prepare compile`, which makes one level of a data set from the publishers' files.

mod level_inputs;
mod level_options;
mod summary;

use std::path::PathBuf;

use anyhow::Context;
use rising_model::dataset::manifest::{Defaults, Levels, MANIFEST_VERSION, Manifest, Source};
use rising_model::domain::area::{Level, Nation};
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::scale::Breaks;
use rising_model::shapes::places;
use rising_words::labels::resolve;

pub(crate) use self::level_inputs::LevelInputs;
pub use self::level_options::LevelOptions;
pub(crate) use self::level_options::dispersion_from;
pub(crate) use self::summary::Summary;
use crate::cases::Cases;
use crate::clearness::LevelCriteria;
use crate::display_text;
use crate::input;
use crate::labels;
use crate::problem::Problems;
use crate::publish::{self, DataFolder, Edition};

/// Compile one level of a data set from the publishers' files
///
/// Reads case counts, populations and boundaries, joins them by area code, and writes the small
/// files that the map loads, and manifest.json, which lists them. A second run for the other level
/// adds it to the same data set. The command prints what it read, joined, dropped and wrote.
///
/// Case files may have any of these formats, recognised by their header, in any column order, gzip
/// or not: the dashboard's CSV, its weekly CSV of MSOAs, the UKHSA archive's CSV,
/// coronavirus-cases_latest.csv, responses of the UKHSA data dashboard API as JSON, and general
/// counts by area: id,date,count, with the area's name in an optional column name.
///
/// For neighbourhoods the archive has only rates, in one file for each first letter of their names.
/// Give all of these files, and the population that the publisher divided by (mid-2020): each count
/// is recovered as the whole number of cases whose rate was published.
///
/// Every fault (an invalid number, an area without a boundary, a missing day within a series) is
/// listed with file, line and value, and nothing is written. With --lenient the faulty lines are
/// dropped and listed.
///
/// A running map never loads a partial data set: files are written under temporary names and
/// renamed, the manifest last. The previous edition is kept for a week, for pages that have its
/// manifest and for `prepare rollback`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  Authorities, from the final archive (no lag):
    prepare compile --level ltla --cases ltla.csv.gz --population population.csv \\
      --boundaries authorities.geojson --out public/data --final

  Add neighbourhoods, published on 3 December 2020:
    prepare compile --level msoa --cases MSOAs.csv.gz --population msoa_population.csv \\
      --boundaries msoa.topo.json --out public/data --published 2020-12-03

  Add neighbourhoods from the archive's rates, of which the last are final:
    prepare compile --level msoa \\
      --cases Cases/msoa_newCasesBySpecimenDateRollingRate_areas_letter_*.csv \\
      --population msoa_population_mid2020.csv --boundaries msoa.topo.json \\
      --out public/data --final

  Another country, one count a week, areas by the code, id or feature id of the boundaries:
    prepare compile --level ltla --weekly --cases counts.csv --population people.csv \\
      --boundaries areas.geojson --labels labels.json --out data

  A source that lacks October 2020, known and accepted; anything else missing is still an error:
    prepare compile … --known-gap 2020-10-01..2020-10-31")]
pub struct Args {
    /// Case counts; several files are combined
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    cases: Vec<PathBuf>,

    #[command(flatten)]
    options: LevelOptions,

    /// Folder of the data set
    #[arg(long, value_name = "DIR")]
    out: PathBuf,

    /// Town names: name,lat,lon,population
    #[arg(long, value_name = "FILE")]
    places: Option<PathBuf>,

    /// Sources with their licences, a JSON list of {name, publisher, licence}; replaces the data
    /// set's list
    #[arg(long, value_name = "FILE")]
    sources: Option<PathBuf>,

    /// Names of the region, the areas and the disease on the page, if they are not Covid-19 in the
    /// United Kingdom: JSON by language, see docs/data/another-country.md; replaces the data set's
    #[arg(long, value_name = "FILE")]
    labels: Option<PathBuf>,

    #[command(flatten)]
    publication: publish::PublishOptions,
}

/// Compiles a level and returns the summary to print.
///
/// # Errors
/// If the inputs have problems and the run is not lenient, or a file cannot be read or written.
pub fn run(args: &Args) -> anyhow::Result<String> {
    let options = &args.options;
    let folder = DataFolder::create(&args.out)?;
    let earlier = folder.manifest()?;
    let sources: Option<Vec<Source>> = args
        .sources
        .as_deref()
        .map(|path| {
            let content = input::read(path)?;
            let sources = serde_json::from_slice(&content).map_err(anyhow::Error::from);
            let sources = sources.and_then(|sources| Ok(display_text::clean_sources(sources)?));
            sources.with_context(|| format!("{}: the list of sources", path.display()))
        })
        .transpose()?;
    let labels = args.labels.as_deref().map(labels::read).transpose()?;
    let towns = args
        .places
        .as_deref()
        .map(crate::places::read)
        .transpose()?;

    let mut problems = Problems::default();
    let cases = Cases::read(&args.cases, options.level, &mut problems)?;
    let inputs = LevelInputs::join(cases, options, &mut problems)?;
    if !options.lenient {
        problems.refuse_any()?;
    }
    let mut summary = Summary::default();
    summary.add_inputs(&inputs, options, &problems);
    let other = match &earlier {
        Some(manifest) if inputs.uses_other_level_dispersion(options) => {
            LevelCriteria::read_other_level(options.level, manifest, &args.out)?
        }
        _ => None,
    };
    let criteria = inputs.criteria(options, other.as_ref());
    summary.add_criteria(&criteria);
    summary.add_recompile_advice(earlier.as_ref(), options.level, &inputs.joined.grid);

    let mut edition = Edition::default();
    let table = &inputs.joined.table;
    let nation = earlier
        .as_ref()
        .map_or_else(|| default_nation(table), |manifest| manifest.default.nation);
    let opens_near = earlier.as_ref().and_then(|manifest| manifest.default.date);
    let files = inputs.encode(options, nation, opens_near, &criteria, &mut edition)?;
    let mut manifest = earlier.unwrap_or_else(|| new_manifest(options.level, table));
    *manifest.levels.files_mut(options.level) = Some(files);
    if let Some(towns) = towns {
        manifest.places = Some(edition.add("places", places::encode(&towns), towns.len() as u64));
    }
    preload_places(&mut manifest);
    if let Some(sources) = sources {
        manifest.sources = sources;
    }
    // Resolved again in any case: an earlier version of this program may have had fewer labels.
    let given = labels.or_else(|| manifest.labels.take().map(|labels| labels.given));
    manifest.labels = given.map(resolve);
    labels::check(manifest.labels.as_ref(), table)?;
    if manifest.default.level == options.level {
        manifest.default.date = options.default_date;
    }

    let outcome = edition.commit(folder, &manifest, &args.publication)?;
    summary.add_dates(&manifest, options.level);
    summary.add_files(&args.out, &edition, &manifest, &outcome);
    Ok(summary.to_string())
}

/// Returns England if the table has any of its areas, else the United Kingdom, which means all.
pub(crate) fn default_nation(table: &AreaTable) -> Nation {
    let england = table
        .areas()
        .iter()
        .any(|area| Nation::England.contains(&area.code));
    if england { Nation::England } else { Nation::Uk }
}

/// Returns the manifest of a new data set whose first level is `level`.
pub(crate) fn new_manifest(level: Level, table: &AreaTable) -> Manifest {
    Manifest {
        version: MANIFEST_VERSION,
        default: Defaults {
            level,
            nation: default_nation(table),
            date: None,
        },
        stale_after: None,
        breaks: Breaks::default(),
        levels: Levels::default(),
        places: None,
        postcodes: None,
        names: None,
        tiles: None,
        labels: None,
        sources: vec![],
    }
}

/// Adds the file of towns to the preloaded files of every level.
pub(crate) fn preload_places(manifest: &mut Manifest) {
    let Some(places) = &manifest.places else {
        return;
    };
    for files in [&mut manifest.levels.ltla, &mut manifest.levels.msoa]
        .into_iter()
        .flatten()
    {
        files.preload.retain(|name| !name.starts_with("places."));
        files.preload.push(places.file.clone());
    }
}
