//! Answers of the UKHSA data dashboard API, one area a file.

use std::path::Path;

use rising_model::area::Level;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::dialect::is_of_level;
use super::field::BlankCount;
use super::{CaseRow, ParsedLine, ReportedValue, field};
use crate::problem::{FileError, InputFault};

/// Which results of the API are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApiFilter<'a> {
    /// The metric whose values are daily cases.
    pub metric: &'a str,
    /// The type of the areas, where it is not that of a level.
    pub geography_type: Option<&'a str>,
}

impl Default for ApiFilter<'_> {
    fn default() -> Self {
        ApiFilter {
            metric: "COVID-19_cases_casesByDay",
            geography_type: None,
        }
    }
}

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
    age: Option<String>,
    sex: Option<String>,
    stratum: Option<String>,
}

impl Entry {
    /// The group whose cases these are, if they are not everybody's. The API has the whole as age
    /// and sex "all" and stratum "default"; what it breaks down stands beside that and must not be
    /// added to it.
    fn group(&self) -> Option<String> {
        let parts = [
            ("age", &self.age, "all"),
            ("sex", &self.sex, "all"),
            ("stratum", &self.stratum, "default"),
        ];
        let group: Vec<_> = parts
            .into_iter()
            .filter_map(|(what, value, whole)| {
                let value = value
                    .as_deref()
                    .filter(|value| !value.is_empty() && !value.eq_ignore_ascii_case(whole))?;
                Some(format!("{what} {value}"))
            })
            .collect();
        (!group.is_empty()).then(|| group.join(", "))
    }
}

/// Gives each result of the answer with its number from 1.
///
/// # Errors
/// If it is not an answer of that API, or of the other level.
pub fn parse(
    file: &Path,
    content: &[u8],
    level: Level,
    wanted: &ApiFilter,
    mut sink: impl FnMut(u64, ParsedLine),
) -> Result<(), FileError> {
    if level != Level::Ltla {
        return Err(FileError::OtherLevel {
            file: file.to_owned(),
            found: NAME,
            level,
        });
    }
    let answer: Answer = serde_json::from_slice(content).map_err(|error| FileError::NotTheApi {
        file: file.to_owned(),
        reason: error.to_string(),
    })?;
    for (number, raw) in (1..).zip(answer.results) {
        let parsed = match serde_json::from_str::<Entry>(raw.get()) {
            Ok(Entry {
                geography_type: Some(other),
                ..
            }) if wanted
                .geography_type
                .map_or(!is_of_level(&other, level), |wanted| wanted != other) =>
            {
                ParsedLine::OtherType(other)
            }
            Ok(entry) => match entry.group() {
                Some(group) => ParsedLine::OtherGroup(group),
                None => row(&entry, wanted).map_or_else(ParsedLine::Bad, ParsedLine::Row),
            },
            Err(error) => ParsedLine::Bad(InputFault::Unreadable(error.to_string())),
        };
        sink(number, parsed);
    }
    Ok(())
}

fn row(entry: &Entry, wanted: &ApiFilter) -> Result<CaseRow, InputFault> {
    if entry.metric != wanted.metric {
        let expected = wanted.metric.to_owned();
        return Err(InputFault::OtherMetric {
            column: "metric",
            value: field::quoted(&entry.metric),
            expected,
        });
    }
    field::check_name("geography", &entry.geography)?;
    Ok(CaseRow {
        code: field::parse_code("geography_code", &entry.geography_code)?,
        name: entry.geography.clone(),
        date: field::parse_date("date", &entry.date)?,
        reported: ReportedValue::Figure(field::parse_figure(
            "metric_value",
            &entry.metric_value.to_string(),
            BlankCount::Invalid,
        )?),
        provisional: entry.in_reporting_delay_period == Some(true),
    })
}
