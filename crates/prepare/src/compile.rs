//! `prepare compile`: from the publishers' files to one level of a data set.

mod summary;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use rising_model::area::{AreaTable, Level, Nation};
use rising_model::day::Day;
use rising_model::geometry::Topology;
use rising_model::manifest::{CountsFile, Defaults, LevelFiles, Levels, MANIFEST_VERSION, Manifest, Source};
use rising_model::places;
use rising_model::scale::Breaks;
use rising_model::series::Chunk;

use self::summary::Summary;
use crate::aliases::Aliases;
use crate::area_names;
use crate::boundaries::{self, Boundaries, Reduction};
use crate::cases::Cases;
use crate::chunks;
use crate::input;
use crate::join::{self, Inputs, Joined, KnownGap, LAG};
use crate::population::Populations;
use crate::problem::{Place, Problems};
use crate::write::{self, Edition};

/// Compile one level of a data set from the publishers' files
///
/// Reads case counts, populations and boundaries, joins them by area code, and writes the small
/// files that the map loads, with manifest.json that names them. A second call for the other
/// level adds it to the same data set. What was read, joined, dropped and written is printed.
///
/// Files of cases may be of any of these kinds, told by their header, in any column order, gzip or not:
/// the dashboard's CSV, its weekly CSV of MSOAs, the UKHSA archive's CSV, coronavirus-cases_latest.csv, and
/// answers of the UKHSA data dashboard API as JSON.
///
/// Anything that does not fit (a number that is none, an area without a boundary, a day
/// missing within a series) is named with file, line and value, and nothing is written. With --lenient
/// such lines are dropped, and each is listed.
///
/// A running map never sees half a data set: files are written beside their place and renamed, the
/// manifest last, and the files of the edition before stay for a day for readers who have its manifest.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  Authorities, from the final archive (no lag):
    prepare compile --level ltla --cases ltla.csv.gz --population population.csv \\
      --boundaries authorities.geojson --out public/data --final

  Add neighbourhoods, published on 3 December 2020:
    prepare compile --level msoa --cases MSOAs.csv.gz --population msoa_population.csv \\
      --boundaries msoa.topo.json --out public/data --published 2020-12-03

  A source that lacks October 2020, known and accepted; anything else missing is still an error:
    prepare compile … --known-gap 2020-10-01..2020-10-31")]
pub struct Args {
    /// What the figures are for: ltla (authorities, daily) or msoa (neighbourhoods, weekly)
    #[arg(long)]
    level: Level,

    /// Case counts; several files are read as one
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    cases: Vec<PathBuf>,

    /// Populations: areaCode,areaName,population, or the ONS file of MSOAs; several files add to each other
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    population: Vec<PathBuf>,

    /// TopoJSON or GeoJSON in degrees; its areas are those of the data set
    #[arg(long, value_name = "FILE")]
    boundaries: PathBuf,

    /// Folder of the data set
    #[arg(long, value_name = "DIR")]
    out: PathBuf,

    /// Day the cases were published; the five days before it are incomplete and not offered
    /// [default: the last day in the files]
    #[arg(long, value_name = "DATE")]
    published: Option<Day>,

    /// The figures are final: offer their last day too
    #[arg(long = "final")]
    is_final: bool,

    /// Drop what does not fit, and list it, instead of failing
    #[arg(long)]
    lenient: bool,

    /// Day, or first and last day, known to be missing in the source; may be given several times
    #[arg(long, value_name = "DATE[..DATE]")]
    known_gap: Vec<KnownGap>,

    /// Table of codes counted elsewhere: old_code,old_name,new_code,new_name,reason
    #[arg(long, value_name = "FILE")]
    aliases: Option<PathBuf>,

    /// Names to show in place of those in the cases: code,name
    #[arg(long, value_name = "FILE")]
    area_names: Option<PathBuf>,

    /// Names of areas in Welsh: code,name
    #[arg(long, value_name = "FILE")]
    welsh: Option<PathBuf>,

    /// Town names: name,lat,lon,population
    #[arg(long, value_name = "FILE")]
    places: Option<PathBuf>,

    /// Sources with their licences, a JSON list of {name, publisher, licence}; replaces the data set's list
    #[arg(long, value_name = "FILE")]
    sources: Option<PathBuf>,

    /// Date that the map opens on, and whose figures load first [default: the last date offered]
    #[arg(long, value_name = "DATE")]
    default_date: Option<Day>,

    /// Hours that files of earlier editions are kept
    #[arg(long, value_name = "HOURS", default_value_t = 24)]
    keep_old: u64,
}

/// What a first view of the whole country needs: at zoom 6, where England fills a phone, no border is
/// off by more than a third of a pixel. Sizes of alternatives are in DATA.md.
const FIRST_VIEW: Reduction = Reduction { max_rank: 6, unit_zoom: 9, always: 6, speck: 2.0 };

/// What zooming in needs. The authorities' boundaries are generalised to 200 m by their publisher: a
/// grid of 45 m loses nothing; rocks that it makes a line are left out. Neighbourhoods are a tenth of their size and keep the finer grid.
fn detail(level: Level) -> Reduction {
    match level {
        Level::Ltla => Reduction { max_rank: 11, unit_zoom: 11, always: 8, speck: 0.5 },
        Level::Msoa => Reduction { max_rank: 13, unit_zoom: 12, always: 8, speck: 0.5 },
    }
}

/// Compiles a level and says what was done.
///
/// # Errors
/// If the inputs have problems and the run is not lenient, or a file cannot be read or written.
pub fn run(args: &Args) -> anyhow::Result<String> {
    let earlier = write::read_manifest(&args.out)?;
    let aliases = args.aliases.as_deref().map(Aliases::read).transpose()?.unwrap_or_default();
    let names = args.area_names.as_deref().map(area_names::read).transpose()?.unwrap_or_default();
    let welsh = args.welsh.as_deref().map(area_names::read).transpose()?.unwrap_or_default();
    let sources: Option<Vec<Source>> = args
        .sources
        .as_deref()
        .map(|path| {
            let content = input::read(path)?;
            serde_json::from_slice(&content).with_context(|| format!("{}: the list of sources", path.display()))
        })
        .transpose()?;
    let towns = args.places.as_deref().map(crate::places::read).transpose()?;

    let mut problems = Problems::default();
    let cases = Cases::read(&args.cases, args.level, &mut problems)?;
    let populations = Populations::read(&args.population, args.level, &mut problems)?;
    let boundaries = Boundaries::read(&args.boundaries)?;
    let inputs = Inputs {
        level: args.level,
        shapes: &boundaries.shapes,
        cases: &cases,
        populations: &populations,
        aliases: &aliases,
        names: &names,
        welsh: &welsh,
        known_gaps: &args.known_gap,
        boundary_file: Place::file(&args.boundaries),
    };
    if let Some(code) =
        names.keys().chain(welsh.keys()).find(|code| boundaries.shapes.iter().all(|shape| shape.code != **code))
    {
        bail!("the table of names has {code}, which is no area of {}; take the line out", args.boundaries.display());
    }
    let joined = join::join(&inputs, &mut problems)?;
    if !args.lenient {
        problems.refuse_any()?;
    }

    let mut summary = Summary::default();
    summary.inputs(&cases, &populations, args.population.len(), &boundaries);
    summary.joined(&joined, &args.known_gap);
    summary.dropped(&cases.tally, &joined.dropped, &problems);

    let mut edition = Edition::default();
    let topology = boundaries.topology(&joined.order)?;
    let files = level_files(args, &joined, &topology, &cases, &mut edition)?;
    let places = match towns {
        Some(towns) => Some(edition.add("places", places::encode(&towns), towns.len() as u64)),
        None => earlier.as_ref().and_then(|manifest| manifest.places.clone()),
    };
    let mut manifest = earlier.unwrap_or_else(|| new_manifest(args.level, &joined.table));
    *manifest.levels.slot(args.level) = Some(files);
    if let Some(places) = places {
        for files in [&mut manifest.levels.ltla, &mut manifest.levels.msoa].into_iter().flatten() {
            files.preload.retain(|name| !name.starts_with("places."));
            files.preload.push(places.file.clone());
        }
        manifest.places = Some(places);
    }
    if let Some(sources) = sources {
        manifest.sources = sources;
    }
    if manifest.default.level == args.level {
        manifest.default.date = args.default_date;
    }

    let outcome = edition.commit(&args.out, &manifest, Duration::from_secs(args.keep_old * 3600))?;
    summary.offered(&manifest, args.level);
    summary.wrote(&args.out, &edition, &manifest, args.level, &outcome);
    Ok(summary.to_string())
}

fn new_manifest(level: Level, table: &AreaTable) -> Manifest {
    let england = table.areas().iter().any(|area| Nation::England.contains(&area.code));
    let nation = if england { Nation::England } else { Nation::Uk };
    Manifest {
        version: MANIFEST_VERSION,
        default: Defaults { level, nation, date: None },
        stale_after: None,
        breaks: Breaks::default(),
        levels: Levels::default(),
        places: None,
        postcodes: None,
        names: None,
        tiles: None,
        sources: vec![],
    }
}

/// Encodes the level's files. Each is decoded again and compared, so that nothing is published that
/// the map could not read.
fn level_files(
    args: &Args,
    joined: &Joined,
    topology: &Topology,
    cases: &Cases,
    edition: &mut Edition,
) -> anyhow::Result<LevelFiles> {
    let (level, grid, table) = (args.level, &joined.grid, &joined.table);
    let newest = grid.date(grid.dates - 1);
    let limit = (!args.is_final).then(|| args.published.unwrap_or(newest) - LAG);
    let dates = grid.offered(table, |nation| {
        let provisional = cases
            .areas
            .iter()
            .filter(|(code, _)| code.nation().unwrap_or(Nation::Uk) == nation)
            .filter_map(|(_, area)| area.provisional_from)
            .min();
        limit.into_iter().chain(provisional.map(|day| day - 1)).min()
    });
    let last = dates.iter().map(|dates| dates.last).max();
    let last = last.context("no date has a complete week: give more days, or --final if the last ones are complete")?;
    let default = args.default_date.unwrap_or(last);
    let offered = dates.iter().any(|dates| (dates.first..=dates.last).contains(&default));
    ensure!(offered, "--default-date {default} is not among the dates offered, which end on {last}");

    let bytes = table.encode();
    ensure!(AreaTable::decode(&bytes)? == *table, "the areas do not survive encoding; please report this");
    let areas = edition.add(&format!("{level}.areas"), bytes, table.len() as u64);

    let mut shapes = |what: &str, reduction: Reduction| {
        let topology = boundaries::reduced(topology, &reduction)?;
        let bytes = topology.encode();
        ensure!(Topology::decode(&bytes)? == topology, "the {what} do not survive encoding; please report this");
        Ok(edition.add(&format!("{level}.{what}"), bytes, topology.len() as u64))
    };
    let (shapes, detail) = (shapes("shapes", FIRST_VIEW)?, shapes("detail", detail(level))?);

    let (ranges, default) = chunks::divide(grid, default);
    let mut counts = vec![];
    for range in ranges {
        let chunk = grid.chunk(range.clone()).context("a chunk without dates")?;
        let bytes = chunk.encode();
        ensure!(Chunk::decode(&bytes)? == chunk, "the counts do not survive encoding; please report this");
        let file = edition.add(&format!("{level}.counts"), bytes, (range.len() * table.len()) as u64);
        counts.push(CountsFile { file, first: chunk.first(), last: chunk.last() });
    }
    let preload = vec![areas.file.clone(), shapes.file.clone(), counts[default].file.file.clone()];
    Ok(LevelFiles {
        published: args.published,
        step: grid.cadence.step(),
        dates,
        areas,
        shapes,
        detail,
        counts,
        preload,
    })
}
