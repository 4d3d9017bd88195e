//! Parses responses of the UKHSA data dashboard API, one area in each file.

use std::path::Path;

use rising_model::domain::area::Level;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::dialect::is_of_level;
use super::field::BlankCount;
use super::{CaseRow, ParsedLine, ReportedValue, field};
use crate::problem::{FileError, InputFault};

/// The results of the API to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApiFilter<'a> {
    /// The metric whose values are daily cases.
    pub metric: &'a str,
    /// The type of the areas, if it is not the usual one of the level.
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

/// The name of this format in the summary.
pub const NAME: &str = "daily cases, data dashboard API JSON";

#[derive(Deserialize)]
struct Response<'a> {
    #[serde(borrow)]
    results: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct ResultEntry {
    geography: String,
    geography_code: String,
    metric: String,
    date: String,
    metric_value: serde_json::Number,
    /// Whether the publisher expects the value to grow.
    in_reporting_delay_period: Option<bool>,
    geography_type: Option<String>,
    age: Option<String>,
    sex: Option<String>,
    stratum: Option<String>,
}

impl ResultEntry {
    /// Returns the population group of the cases; `None` for the whole population. The API marks
    /// the whole as age and sex "all" and stratum "default". Results of groups are in the same list
    /// and must not be added to it.
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

/// Parses each result of a response and passes it to `sink` with its number from 1.
///
/// # Errors
/// If the content is not a response of the API, or `level` is not authorities.
pub fn parse(
    file: &Path,
    content: &[u8],
    level: Level,
    filter: &ApiFilter,
    mut sink: impl FnMut(u64, ParsedLine),
) -> Result<(), FileError> {
    if level != Level::Ltla {
        return Err(FileError::OtherLevel {
            file: file.to_owned(),
            found: NAME,
            level,
        });
    }
    let response: Response =
        serde_json::from_slice(content).map_err(|error| FileError::NotTheApi {
            file: file.to_owned(),
            reason: error.to_string(),
        })?;
    for (number, raw) in (1..).zip(response.results) {
        let parsed = match serde_json::from_str::<ResultEntry>(raw.get()) {
            Ok(ResultEntry {
                geography_type: Some(found),
                ..
            }) if filter
                .geography_type
                .map_or(!is_of_level(&found, level), |wanted| wanted != found) =>
            {
                ParsedLine::OtherType(found)
            }
            Ok(entry) => match entry.group() {
                Some(group) => ParsedLine::OtherGroup(group),
                None => parse_row(&entry, filter).map_or_else(ParsedLine::Bad, ParsedLine::Row),
            },
            Err(error) => ParsedLine::Bad(InputFault::Unreadable(error.to_string())),
        };
        sink(number, parsed);
    }
    Ok(())
}

fn parse_row(entry: &ResultEntry, filter: &ApiFilter) -> Result<CaseRow, InputFault> {
    if entry.metric != filter.metric {
        let expected = filter.metric.to_owned();
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
