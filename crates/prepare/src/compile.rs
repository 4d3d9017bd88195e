//! `prepare compile`: from the publishers' files to one level of a data set.

mod summary;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use rising_model::area::{AreaTable, Level, Nation};
use rising_model::day::Day;
use rising_model::geometry::{Bounds, Topology};
use rising_model::manifest::{CountsFile, Defaults, LevelFiles, Levels, MANIFEST_VERSION, Manifest, Source};
use rising_model::places;
use rising_model::scale::Breaks;
use rising_model::series::Chunk;
use rising_model::snapshot::areas_in;

use self::summary::Summary;
use crate::aliases::Aliases;
use crate::area_names;
use crate::boundaries::{self, Boundaries, Reduction};
use crate::cases::Cases;
use crate::chunks;
use crate::input;
use crate::join::{self, Inputs, Joined, KnownGap, LAG};
use crate::labels;
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
/// the dashboard's CSV, its weekly CSV of MSOAs, the UKHSA archive's CSV, coronavirus-cases_latest.csv,
/// answers of the UKHSA data dashboard API as JSON, and general counts of anything by area: id,date,count, with
/// the area's name if there is a column name.
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

  Another country, one count a week, areas by the code, id or feature id of the boundaries:
    prepare compile --level ltla --weekly --cases counts.csv --population people.csv \\
      --boundaries areas.geojson --labels labels.json --out data

  A source that lacks October 2020, known and accepted; anything else missing is still an error:
    prepare compile … --known-gap 2020-10-01..2020-10-31")]
pub struct Args {
    /// What the figures are for: ltla (authorities) or msoa (neighbourhoods); of another country, its coarser and its finer
    /// areas
    #[arg(long)]
    level: Level,

    /// Case counts; several files are read as one
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    cases: Vec<PathBuf>,

    /// Each count is of the seven days to its date, one a week; for general counts, whose files do not say it themselves
    #[arg(long)]
    weekly: bool,

    /// Populations: areaCode,areaName,population, the ONS file of MSOAs, or id,name,population; several files add to each
    /// other
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

    /// What the page calls its region, its areas and what is counted, where that is not Covid-19 in the United Kingdom: JSON by
    /// language, see DATA.md; replaces the data set's
    #[arg(long, value_name = "FILE")]
    labels: Option<PathBuf>,

    /// Date that the map opens on, and whose figures load first [default: the last date offered]
    #[arg(long, value_name = "DATE")]
    default_date: Option<Day>,

    /// Hours that files of earlier editions are kept
    #[arg(long, value_name = "HOURS", default_value_t = 24)]
    keep_old: u64,
}

/// What opens fills a phone at the largest zoom at which it is no larger than this, in CSS pixels. For England that is zoom 6.
const PHONE: f64 = 512.0;

/// The largest zoom that a first view is made for: beyond it, what zooming in needs would be no finer.
const CLOSEST_FIRST_VIEW: u8 = 8;

/// What a first view of all that opens needs: at the zoom where it fills a phone, no border is off by more than a third of a
/// pixel, on a grid of an eighth of a pixel. Sizes of alternatives are in DATA.md.
fn first_view(topology: &Topology, table: &AreaTable, nation: Nation) -> Reduction {
    let whole = |nation| areas_in(table, nation).filter_map(|area| topology.bounds(area)).reduce(Bounds::union);
    let (width, height) = whole(nation).or_else(|| whole(Nation::Uk)).map_or((0, 0), Bounds::size);
    let fits = f64::from(topology.unit_zoom()) + (PHONE / f64::from(width.max(height).max(1))).log2();
    let zoom = fits.floor().clamp(0.0, f64::from(CLOSEST_FIRST_VIEW)) as u8;
    Reduction { max_rank: zoom, unit_zoom: zoom + 3, always: zoom, speck: 2.0 }
}

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
    let labels = args.labels.as_deref().map(labels::read).transpose()?;
    let towns = args.places.as_deref().map(crate::places::read).transpose()?;

    let mut problems = Problems::default();
    let cases = Cases::read(&args.cases, args.level, &mut problems)?;
    let populations = Populations::read(&args.population, args.level, &mut problems)?;
    let boundaries = Boundaries::read(&args.boundaries)?;
    let inputs = Inputs {
        cadence: cases.cadence(args.weekly)?,
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
    let nation = earlier.as_ref().map_or_else(|| default_nation(&joined.table), |manifest| manifest.default.nation);
    let first_view = first_view(&topology, &joined.table, nation);
    let files = level_files(args, &joined, &topology, first_view, &cases, &mut edition)?;
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
    if let Some(labels) = labels {
        manifest.labels = labels;
    }
    labels::check(&manifest.labels, &joined.table)?;
    manifest.speak();
    if manifest.default.level == args.level {
        manifest.default.date = args.default_date;
    }

    let outcome = edition.commit(&args.out, &manifest, Duration::from_secs(args.keep_old * 3600))?;
    summary.offered(&manifest, args.level);
    summary.wrote(&args.out, &edition, &manifest, args.level, &outcome);
    Ok(summary.to_string())
}

/// England where there is any of it, or all areas.
fn default_nation(table: &AreaTable) -> Nation {
    let england = table.areas().iter().any(|area| Nation::England.contains(&area.code));
    if england { Nation::England } else { Nation::Uk }
}

fn new_manifest(level: Level, table: &AreaTable) -> Manifest {
    Manifest {
        version: MANIFEST_VERSION,
        default: Defaults { level, nation: default_nation(table), date: None },
        breaks: Breaks::default(),
        levels: Levels::default(),
        places: None,
        postcodes: None,
        names: None,
        tiles: None,
        labels: vec![],
        sources: vec![],
    }
}

/// Encodes the level's files. Each is decoded again and compared, so that nothing is published that
/// the map could not read.
fn level_files(
    args: &Args,
    joined: &Joined,
    topology: &Topology,
    first_view: Reduction,
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
    let (shapes, detail) = (shapes("shapes", first_view)?, shapes("detail", detail(level))?);

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
