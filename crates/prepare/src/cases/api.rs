//! Answers of the UKHSA data dashboard API, one area a file.

use std::path::Path;

use rising_model::area::Level;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::dialect::is_of_level;
use super::field::Blank;
use super::{CaseRow, Parsed, field};
use crate::problem::{Fault, FileError};

/// The metric whose values are daily cases.
const METRIC: &str = "COVID-19_cases_casesByDay";

/// As the summary names this kind of file.
pub const NAME: &str = "daily cases, data dashboard API JSON";

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    results: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Entry {
    geography: String,
    geography_code: String,
    metric: String,
    date: String,
    metric_value: serde_json::Number,
    /// Days that the publisher still expects to grow.
    in_reporting_delay_period: Option<bool>,
    geography_type: Option<String>,
}

/// Gives each result of the answer with its number from 1.
///
/// # Errors
/// If it is not an answer of that API, or of the other level.
pub fn parse(file: &Path, content: &[u8], level: Level, mut sink: impl FnMut(u64, Parsed)) -> Result<(), FileError> {
    if level != Level::Ltla {
        return Err(FileError::OtherLevel { file: file.to_owned(), found: NAME, level });
    }
    let answer: Answer = serde_json::from_slice(content)
        .map_err(|error| FileError::NotTheApi { file: file.to_owned(), reason: error.to_string() })?;
    for (number, raw) in (1..).zip(answer.results) {
        let parsed = match serde_json::from_str::<Entry>(raw.get()) {
            Ok(Entry { geography_type: Some(other), .. }) if !is_of_level(&other, level) => Parsed::OtherType(other),
            Ok(entry) => row(&entry).map_or_else(Parsed::Bad, Parsed::Row),
            Err(error) => Parsed::Bad(Fault::Unreadable(error.to_string())),
        };
        sink(number, parsed);
    }
    Ok(())
}

fn row(entry: &Entry) -> Result<CaseRow, Fault> {
    if entry.metric != METRIC {
        return Err(Fault::OtherMetric { column: "metric", value: entry.metric.clone(), expected: METRIC });
    }
    Ok(CaseRow {
        code: field::code("geography_code", &entry.geography_code)?,
        name: entry.geography.clone(),
        date: field::date("date", &entry.date)?,
        figure: field::figure("metric_value", &entry.metric_value.to_string(), Blank::Wrong)?,
        provisional: entry.in_reporting_delay_period == Some(true),
    })
}
