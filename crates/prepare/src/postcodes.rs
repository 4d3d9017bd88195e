//! Implements `prepare postcodes`, which makes one file for each postcode area from the publisher's
//! lookup.

mod map_areas;
pub mod rows;

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use rising_model::dataset::manifest::Manifest;
use rising_model::domain::day::Day;
use rising_model::lookup::postcode::{PostcodeEntry, PostcodeLocation, PostcodeUnit, Postcodes};
use rising_words::Language;

use self::map_areas::MapAreas;
use self::rows::{LookupReader, LookupRow};
use crate::aliases::Aliases;
use crate::boundaries::Boundaries;
use crate::content_encoding::brotli_size;
use crate::geography::sources::Sources;
use crate::input;
use crate::problem::FileError;
use crate::publish::{self, DataFolder, Edition, PublishOutcome};

/// Compile the areas of every postcode, one file for each postcode area
///
/// Reads a lookup of postcodes, the CSV "Postcode to OA to LSOA to MSOA to LAD" of the Office for
/// National Statistics, and adds its postcodes to a data set that `prepare compile` has made. Each
/// postcode has the authority it is in, the authority that counts its cases, and in England its
/// neighbourhood. Withdrawn postcodes are kept and marked. Postcodes without an authority of the
/// United Kingdom are left out. The command prints what it read, left out and wrote.
///
/// Every fault is reported with file, line and value, and nothing is written.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  From the archives that `cargo xtask data` downloads:
    prepare postcodes --sources target/geography --boundaries-ltla data/ltla.topo.json \\
      --boundaries-msoa data/msoa.topo.json --aliases data/lookup.csv --as-of 2022-05-01 --out \
      public/data

  From a CSV, without the postcodes of Northern Ireland, which have other terms of use:
    prepare postcodes --lookup PCD_OA_LSOA_MSOA_LAD_MAY22_UK_LU.csv --leave-out BT …")]
pub struct Args {
    /// The lookup: a CSV with the columns pcds, doterm, msoa11cd, ladcd and ladnm; gzip or not
    #[arg(
        long,
        value_name = "FILE",
        required_unless_present = "sources",
        conflicts_with = "sources"
    )]
    lookup: Option<PathBuf>,

    /// Folder of the downloaded archives (`wheels/`), one of which has the lookup of May 2022
    #[arg(long, value_name = "DIR")]
    sources: Option<PathBuf>,

    /// TopoJSON or GeoJSON of the authorities of the data set
    #[arg(long, value_name = "FILE")]
    boundaries_ltla: PathBuf,

    /// TopoJSON or GeoJSON of its neighbourhoods, each with its authority as `parent`
    #[arg(long, value_name = "FILE")]
    boundaries_msoa: PathBuf,

    /// Table of codes counted in other areas: old_code,old_name,new_code,new_name,reason
    #[arg(long, value_name = "FILE")]
    aliases: Option<PathBuf>,

    /// Date of the lookup
    #[arg(long, value_name = "DATE")]
    as_of: Day,

    /// Postcode area to leave out; may be given several times
    #[arg(long, value_name = "AREA")]
    leave_out: Vec<String>,

    /// Folder of the data set
    #[arg(long, value_name = "DIR")]
    out: PathBuf,

    #[command(flatten)]
    publication: publish::PublishOptions,
}

/// Compiles the postcodes and returns the summary to print.
///
/// # Errors
/// If there is no data set, the inputs have a problem, or a file cannot be read or written.
pub fn run(args: &Args) -> Result<String> {
    let folder = DataFolder::open(&args.out)?;
    let mut manifest = folder.require_manifest()?;
    let aliases = args
        .aliases
        .as_deref()
        .map(Aliases::read)
        .transpose()?
        .unwrap_or_default();
    let authorities = Boundaries::read(&args.boundaries_ltla)?;
    let neighbourhoods = Boundaries::read(&args.boundaries_msoa)?;
    let areas = MapAreas::new(&authorities.shapes, &neighbourhoods.shapes, &aliases);

    let mut collected = PostcodeCollection::default();
    match (&args.lookup, &args.sources) {
        (Some(path), _) => {
            let failed = |reason| FileError::Read {
                file: path.clone(),
                reason,
            };
            collected.read(input::open(path).map_err(failed)?, path, &areas)?;
        }
        (None, Some(dir)) => Sources::new(dir).read_postcodes(|name, content| {
            Ok(collected.read(content, Path::new(name), &areas)?)
        })?,
        (None, None) => unreachable!("clap asks for one of the two"),
    }
    collected.leave_out(&args.leave_out)?;

    let bar = input::progress_bar(collected.areas.len() as u64, "packing");
    let mut files = vec![];
    for (area, entries) in std::mem::take(&mut collected.areas) {
        let postcodes = Postcodes::new(&area, &collected.locations, entries)
            .with_context(|| format!("{}; remove one of its lines", collected.file.display()))?;
        let bytes = postcodes.encode();
        let same = Postcodes::decode(&bytes)? == postcodes;
        ensure!(
            same,
            "the postcodes of {area} do not survive encoding; please report this"
        );
        files.push((area, bytes, postcodes.len() as u64));
        bar.inc(1);
    }
    bar.finish_and_clear();
    let mut edition = Edition::default();
    manifest.postcodes = Some(edition.add_postcodes(files, args.as_of));
    let outcome = edition.commit(folder, &manifest, &args.publication)?;
    Ok(collected.summary() + &describe_files(&args.out, &edition, &manifest, &outcome))
}

/// The postcodes of the lookup by postcode area, and numbers for the summary.
#[derive(Debug, Default)]
struct PostcodeCollection {
    file: PathBuf,
    areas: BTreeMap<String, Vec<PostcodeEntry>>,
    /// The different locations, in the order of the file.
    locations: Vec<PostcodeLocation>,
    in_use: u64,
    withdrawn: u64,
    /// Lines without an authority of the United Kingdom, by the first letter of the code; `None`
    /// without a code. They are left out.
    outside_uk: BTreeMap<Option<char>, u64>,
    /// Withdrawn postcodes of a form that no postcode has today. They are left out.
    old_form: u64,
    /// The number of postcodes in each area of `--leave-out`.
    left_out_areas: BTreeMap<String, u64>,
    /// English postcodes whose neighbourhood is not in the authority that counts their cases.
    across_authorities: u64,
}

impl PostcodeCollection {
    fn read(
        &mut self,
        content: impl std::io::Read,
        file: &Path,
        areas: &MapAreas<'_>,
    ) -> Result<(), rows::RowError> {
        file.clone_into(&mut self.file);
        // The 2.7 million lines have about 8,000 pairs of authority and neighbourhood.
        let mut known: HashMap<(Vec<u8>, Vec<u8>), (usize, bool)> = HashMap::new();
        let mut rows = LookupReader::new(content, file)?;
        while let Some(row) = rows.next_row()? {
            if let Some(letter) = row.outside_uk() {
                *self.outside_uk.entry(letter).or_default() += 1;
                continue;
            }
            let Some((area, unit)) = parse_postcode(&row)? else {
                self.old_form += 1;
                continue;
            };
            let key = (row.authority.to_vec(), row.neighbourhood.to_vec());
            let (location, across_authorities) = match known.get(&key) {
                Some(&found) => found,
                None => {
                    let (location, across_authorities) = areas.locate(&row)?;
                    self.locations.push(location);
                    *known
                        .entry(key)
                        .or_insert((self.locations.len() - 1, across_authorities))
                }
            };
            self.across_authorities += u64::from(across_authorities);
            *if row.in_use {
                &mut self.in_use
            } else {
                &mut self.withdrawn
            } += 1;
            self.areas.entry(area).or_default().push(PostcodeEntry {
                unit,
                location,
                in_use: row.in_use,
            });
        }
        Ok(())
    }

    fn leave_out(&mut self, areas: &[String]) -> Result<()> {
        for area in areas {
            let area = area.to_ascii_uppercase();
            let entries = self.areas.remove(&area);
            let entries = entries.with_context(|| {
                format!("--leave-out {area}: the lookup has no such postcode area")
            })?;
            self.left_out_areas.insert(area, entries.len() as u64);
            let in_use = entries.iter().filter(|entry| entry.in_use).count() as u64;
            self.in_use -= in_use;
            self.withdrawn -= entries.len() as u64 - in_use;
        }
        ensure!(
            !self.areas.is_empty(),
            "{}: no postcode is left to write; change --leave-out",
            self.file.display()
        );
        Ok(())
    }

    fn summary(&self) -> String {
        let mut text = format!(
            "Read {}\n  {} postcodes in use, {} withdrawn\n",
            self.file.display(),
            Language::En.texts().number(self.in_use),
            Language::En.texts().number(self.withdrawn)
        );
        let mut left_out = |n: u64, what: &str| {
            if n > 0 {
                // Writing to a string cannot fail.
                let _ = writeln!(
                    text,
                    "  left out {}: {what}",
                    Language::En.texts().number(n)
                );
            }
        };
        for (letter, &n) in &self.outside_uk {
            match letter {
                None => left_out(n, "without an authority"),
                Some(letter) => {
                    left_out(n, &format!("outside the United Kingdom ({letter}…)"));
                }
            }
        }
        left_out(
            self.old_form,
            "withdrawn, of a form that no postcode has today (GIR, NPT)",
        );
        for (area, &n) in &self.left_out_areas {
            left_out(n, &format!("{area}, by --leave-out"));
        }
        let _ = writeln!(
            text,
            "  {} in a neighbourhood outside the authority that counts their cases",
            Language::En.texts().number(self.across_authorities)
        );
        text
    }
}

/// Parses a line's postcode into its area and unit; `None` for a withdrawn postcode of a form that
/// no postcode has today.
fn parse_postcode(row: &LookupRow<'_>) -> Result<Option<(String, PostcodeUnit)>, rows::RowError> {
    match std::str::from_utf8(row.postcode)
        .ok()
        .and_then(PostcodeUnit::parse)
    {
        None if row.in_use => Err(row.fault(rows::RowFault::NotAPostcode)),
        found => Ok(found),
    }
}

fn describe_files(
    out: &Path,
    edition: &Edition,
    manifest: &Manifest,
    outcome: &PublishOutcome,
) -> String {
    let bar = input::progress_bar(edition.files().len() as u64, "compressing to measure sizes");
    let mut compressed = 0;
    let mut largest = (0, "");
    for (file, bytes) in edition.files() {
        let size = brotli_size(bytes);
        compressed += size;
        largest = largest.max((size, file.file.as_str()));
        bar.inc(1);
    }
    bar.finish_and_clear();
    let (records, bytes) = manifest
        .postcodes
        .as_ref()
        .map_or((0, 0), |files| (files.records, files.bytes));
    format!(
        "Wrote {}, {} files, {} new\n  {} postcodes in {} bytes, {} with brotli, at most {} in \
         one file ({})\n{}",
        out.display(),
        edition.files().len(),
        outcome.new,
        Language::En.texts().number(records),
        Language::En.texts().number(bytes),
        Language::En.texts().number(compressed),
        Language::En.texts().number(largest.0),
        largest.1,
        match outcome.removed.len() {
            0 => String::new(),
            n => format!("  removed {n} files of earlier editions\n"),
        }
    )
}
