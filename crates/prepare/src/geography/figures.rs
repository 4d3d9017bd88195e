//! Compares the shapes with the published case and population files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use flate2::read::MultiGzDecoder;

use crate::lookup::CodeChanges;
use crate::printable;

/// The codes of the areas that have a shape.
pub struct ShapeCodes<'a> {
    /// The codes of the authorities.
    pub authorities: &'a BTreeSet<String>,
    /// The codes of the MSOAs, each with its authority.
    pub msoas: &'a BTreeMap<String, String>,
}

/// Checks that every area in the files of `dir` has a shape, that every shape has figures, and that
/// the MSOAs have the authorities of the Office for National Statistics.
///
/// # Errors
/// If a file cannot be read, or a check fails, with the areas concerned.
pub fn check(dir: &Path, shapes: &ShapeCodes, changes: &CodeChanges) -> Result<()> {
    let reporting_code = |code: &str| changes.successor(code).unwrap_or(code).to_owned();

    for file in [
        "ltla_newCasesBySpecimenDate.csv.gz",
        "ltla_population_mid2019.csv",
    ] {
        let codes: BTreeSet<String> = distinct_values(dir, file, ["areaCode"])?
            .into_iter()
            .map(|[code]| reporting_code(&code))
            .collect();
        check_same_codes(file, &codes, shapes.authorities)?;
        printable::print_progress(format_args!(
            "    {file}: {} areas, each with a shape, and no shape without",
            codes.len()
        ));
    }

    let msoas: BTreeSet<String> = shapes.msoas.keys().cloned().collect();
    let file = "MSOAs_weekly_2020-02-01_2022-12-31.csv.gz";
    let codes: BTreeSet<String> = distinct_values(dir, file, ["areaCode"])?
        .into_iter()
        .map(|[code]| code)
        .collect();
    check_same_codes(file, &codes, &msoas)?;
    printable::print_progress(format_args!(
        "    {file}: {} areas, each with a shape, and no shape without",
        codes.len()
    ));

    let file = "msoa_population_mid2019.csv";
    let parents: BTreeMap<String, String> =
        distinct_values(dir, file, ["MSOA Code", "LA Code (2019 boundaries)"])?
            .into_iter()
            .filter(|[code, _]| code.starts_with('E'))
            .map(|[code, authority]| (code, reporting_code(&authority)))
            .collect();
    check_same_codes(file, &parents.keys().cloned().collect(), &msoas)?;
    let different: Vec<String> = shapes
        .msoas
        .iter()
        .filter(|(code, parent)| parents.get(*code) != Some(*parent))
        .map(|(code, parent)| format!("{code}: {parent} here, {} there", parents[code]))
        .collect();
    ensure!(
        different.is_empty(),
        "{file} has other authorities for MSOAs:\n{}",
        different.join("\n")
    );
    printable::print_progress(format_args!(
        "    {file}: {} areas, all in the same authority as here",
        parents.len()
    ));
    Ok(())
}

fn check_same_codes(file: &str, theirs: &BTreeSet<String>, ours: &BTreeSet<String>) -> Result<()> {
    let without_shape: Vec<_> = theirs.difference(ours).collect();
    let without_row: Vec<_> = ours.difference(theirs).collect();
    if without_shape.is_empty() && without_row.is_empty() {
        return Ok(());
    }
    bail!("{file}: areas without a shape: {without_shape:?}; shapes without a row: {without_row:?}")
}

/// Returns the distinct values of some columns of a CSV file, which may be gzip.
fn distinct_values<const N: usize>(
    dir: &Path,
    file: &str,
    names: [&str; N],
) -> Result<BTreeSet<[String; N]>> {
    let path = dir.join(file);
    let open = File::open(&path).with_context(|| format!("cannot open {}", path.display()))?;
    let input: Box<dyn Read> = if file.ends_with(".gz") {
        Box::new(MultiGzDecoder::new(open))
    } else {
        Box::new(open)
    };
    let mut reader = csv::Reader::from_reader(input);
    let headers = reader
        .headers()
        .with_context(|| format!("cannot read {}", path.display()))?
        .clone();
    let mut places = [0; N];
    for (place, name) in places.iter_mut().zip(names) {
        *place = headers
            .iter()
            .position(|header| header == name)
            .with_context(|| format!("{}: there is no column {name:?}", path.display()))?;
    }
    let mut values = BTreeSet::new();
    let mut record = csv::StringRecord::new();
    while reader
        .read_record(&mut record)
        .with_context(|| format!("cannot read {}", path.display()))?
    {
        values.insert(places.map(|place| record[place].to_owned()));
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(codes: &[&str]) -> BTreeSet<String> {
        codes.iter().map(|&code| code.to_owned()).collect()
    }

    #[test]
    fn check_same_codes_reports_both_differences() {
        check_same_codes("f.csv", &set(&["A", "B"]), &set(&["A", "B"])).unwrap();
        let error = check_same_codes("f.csv", &set(&["A", "B"]), &set(&["A", "C"]))
            .unwrap_err()
            .to_string();
        assert_eq!(
            error,
            r#"f.csv: areas without a shape: ["B"]; shapes without a row: ["C"]"#
        );
    }
}
