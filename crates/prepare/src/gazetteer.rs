//! Implements `prepare names`, which makes the file of names that the search loads.

pub mod tables;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Result, ensure};
use rising_model::domain::area::AreaCode;
use rising_model::lookup::gazetteer::{Gazetteer, GazetteerEntry, NameKind};
use rising_words::Language;

use crate::boundaries::{Boundaries, Shape};
use crate::content_encoding::brotli_size;
use crate::input;
use crate::publish::{self, DataFolder, Edition};
use tables::KnownAreas;

/// Compile the names for the search: towns, other and former names of authorities, counties
///
/// Adds them to a data set that `prepare compile` has made. A town with the name of its own
/// authority, such as Leeds, is left out: a search for that name finds the authority. The command
/// prints what it read, left out and wrote.
///
/// Every fault (an unknown code, an empty name, a repeated line) is reported with file, line and
/// value, and nothing is written.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  prepare names --towns data/towns.csv --names data/names.csv --welsh data/names_cy.csv \\
    --boundaries-ltla data/ltla.topo.json --boundaries-msoa data/msoa.topo.json --out public/data")]
pub struct Args {
    /// Towns: name,authority,neighbourhood,population
    #[arg(long, value_name = "FILE")]
    towns: PathBuf,

    /// Other names: kind,name,codes,note; a kind is other, former or county, codes are separated by
    /// spaces
    #[arg(long, value_name = "FILE")]
    names: PathBuf,

    /// Welsh names of authorities: code,name
    #[arg(long, value_name = "FILE")]
    welsh: Option<PathBuf>,

    /// TopoJSON or GeoJSON of the authorities of the data set, with their names
    #[arg(long, value_name = "FILE")]
    boundaries_ltla: PathBuf,

    /// TopoJSON or GeoJSON of its neighbourhoods, each with its authority as `parent`
    #[arg(long, value_name = "FILE")]
    boundaries_msoa: PathBuf,

    /// Folder of the data set
    #[arg(long, value_name = "DIR")]
    out: PathBuf,

    #[command(flatten)]
    publication: publish::PublishOptions,
}

/// Compiles the names and returns the summary to print.
///
/// # Errors
/// If there is no data set, a table has a problem, or a file cannot be read or written.
pub fn run(args: &Args) -> Result<String> {
    let folder = DataFolder::open(&args.out)?;
    let mut manifest = folder.require_manifest()?;
    let authorities = Boundaries::read(&args.boundaries_ltla)?.shapes;
    let neighbourhoods = Boundaries::read(&args.boundaries_msoa)?.shapes;
    let areas = KnownAreas::new(&authorities, &neighbourhoods);

    let mut names = tables::parse_names(&input::read(&args.names)?, &args.names, &areas)?;
    if let Some(path) = &args.welsh {
        names.extend(tables::parse_welsh_names(
            &input::read(path)?,
            path,
            &areas,
        )?);
    }
    let towns = tables::parse_towns(&input::read(&args.towns)?, &args.towns, &areas)?;
    let read = towns.len();
    let known = normalised_names(&authorities, &names);
    let mut all: Vec<GazetteerEntry> = towns
        .into_iter()
        .filter(|town| !has_name_of_authority(town, &known))
        .collect();
    let left_out = read - all.len();
    all.extend(names);
    // Sorted by area, so that the file compresses well.
    all.sort_by(|a, b| {
        let key = |named: &GazetteerEntry| {
            (
                named.kind,
                named.authorities.clone(),
                named.neighbourhood.clone(),
                named.name.clone(),
            )
        };
        key(a).cmp(&key(b))
    });

    let gazetteer = Gazetteer::new(all)?;
    let bytes = gazetteer.encode();
    ensure!(
        Gazetteer::decode(&bytes)? == gazetteer,
        "the names do not survive encoding; please report this"
    );
    let mut edition = Edition::default();
    let compressed = brotli_size(&bytes);
    let file = edition.add("names", bytes, gazetteer.entries().len() as u64);
    manifest.names = Some(file.clone());
    let outcome = edition.commit(folder, &manifest, &args.publication)?;

    let count = |kind: NameKind| {
        gazetteer
            .entries()
            .iter()
            .filter(|named| named.kind == kind)
            .count() as u64
    };
    let mut text = String::new();
    writeln!(
        text,
        "Read {} towns; left out {left_out} that have the name of their own authority",
        Language::En.texts().number(read as u64)
    )?;
    writeln!(
        text,
        "Named {} towns, {} other and {} former names of authorities, {} counties",
        Language::En.texts().number(count(NameKind::Town)),
        count(NameKind::Other),
        count(NameKind::Former),
        count(NameKind::County)
    )?;
    writeln!(
        text,
        "Wrote {}: {} bytes, {} with Brotli",
        args.out.join(&file.file).display(),
        Language::En.texts().number(file.bytes),
        Language::En.texts().number(compressed)
    )?;
    if !outcome.removed.is_empty() {
        writeln!(text, "Removed {}", outcome.removed.join(", "))?;
    }
    Ok(text)
}

/// Returns for each authority its normalised names: its own, and the other names of the table.
fn normalised_names(
    authorities: &[Shape],
    names: &[GazetteerEntry],
) -> BTreeMap<AreaCode, BTreeSet<String>> {
    let mut known: BTreeMap<AreaCode, BTreeSet<String>> = BTreeMap::new();
    let own = authorities
        .iter()
        .filter_map(|shape| Some((&shape.code, shape.name.as_deref()?)));
    let other = names.iter().filter(|named| named.kind == NameKind::Other);
    let other = other.flat_map(|named| {
        named
            .authorities
            .iter()
            .map(|code| (code, named.name.as_str()))
    });
    for (code, name) in own.chain(other) {
        known
            .entry(code.clone())
            .or_default()
            .insert(normalise(name));
    }
    known
}

fn has_name_of_authority(
    town: &GazetteerEntry,
    known: &BTreeMap<AreaCode, BTreeSet<String>>,
) -> bool {
    let name = normalise(&town.name);
    town.authorities
        .iter()
        .any(|code| known.get(code).is_some_and(|names| names.contains(&name)))
}

/// Normalises a name: "Bristol, City of" and "City of Bristol" become "bristol", "St. Helens"
/// becomes "st helens".
fn normalise(name: &str) -> String {
    let lower = name.to_lowercase();
    let words = lower.split(|letter: char| !letter.is_alphanumeric());
    words
        .filter(|word| !matches!(*word, "" | "city" | "county" | "of"))
        .collect::<Vec<_>>()
        .join(" ")
}

/// Truncates a population to two significant digits. It is only used for sorting, and the other
/// digits would make the file 5% larger.
fn truncate_to_two_digits(population: u32) -> u32 {
    let unit = 10u32.pow(population.checked_ilog10().unwrap_or(0).saturating_sub(1));
    (population / unit).saturating_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalise_removes_kind_and_punctuation() {
        for (name, expected) in [
            ("Bristol, City of", "bristol"),
            ("City of Edinburgh", "edinburgh"),
            ("County Durham", "durham"),
            ("Glasgow City", "glasgow"),
            ("St. Helens", "st helens"),
            ("Barrow-in-Furness", "barrow in furness"),
        ] {
            assert_eq!(normalise(name), expected);
        }
    }

    #[test]
    fn truncate_to_two_digits_keeps_order() {
        for (population, expected) in [
            (0, 0),
            (9, 9),
            (99, 99),
            (123, 120),
            (1_999, 1_900),
            (1_157_603, 1_100_000),
            (u32::MAX, 4_200_000_000),
        ] {
            assert_eq!(truncate_to_two_digits(population), expected);
        }
    }
}
