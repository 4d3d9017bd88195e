//! Recognises the dialect of a file by its header and first lines.

use std::io::Read;
use std::path::Path;

use rising_model::domain::area::Level;

use super::dialect::{self, Dialect};
use super::{reader, unreadable};
use crate::problem::FileError;

/// Returns the dialect of a file, found by its header and, if several dialects have that header, by
/// the metric of the first line.
pub fn recognise_dialect(
    path: &Path,
    content: impl Read,
    level: Level,
) -> Result<&'static Dialect, FileError> {
    let file = || path.to_owned();
    let unknown = |found| FileError::UnknownHeader {
        file: file(),
        what: "cases",
        found,
        known: dialect::known_headers(),
    };
    let mut reader = reader(content);
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(error) if error.is_io_error() => return Err(unreadable(path, error)),
        Err(error) => return Err(unknown(format!("({error})"))),
    };
    let candidates = dialect::candidates(&header, level);
    let first = *candidates.first().ok_or_else(|| {
        unknown(format!(
            "\"{}\"",
            header.iter().collect::<Vec<_>>().join(",")
        ))
    })?;
    if !first.is_for(level) {
        return Err(FileError::OtherLevel {
            file: file(),
            found: first.name,
            level,
        });
    }
    let Some((line, found)) = first_metric(&mut reader, &header, first, level) else {
        return Ok(first);
    };
    let metric = |dialect: &Dialect| dialect.metric.map_or("", |(_, metric)| metric);
    candidates
        .iter()
        .copied()
        .find(|dialect| metric(dialect) == found)
        .ok_or_else(|| {
            let known = candidates
                .iter()
                .map(|dialect| metric(dialect))
                .collect::<Vec<_>>()
                .join(" and ");
            FileError::OtherMetric {
                file: file(),
                line,
                found,
                level,
                known,
            }
        })
}

/// Returns the number and metric of the first line of the level; `None` if the dialect has no
/// metric or no line is of the level.
fn first_metric(
    reader: &mut csv::Reader<impl Read>,
    header: &csv::StringRecord,
    dialect: &Dialect,
    level: Level,
) -> Option<(u64, String)> {
    let at = |column: &str| header.iter().position(|found| found == column);
    let metric = at(dialect.metric?.0)?;
    let area_type = dialect.area_type.and_then(at);
    let is_figure = |record: &csv::StringRecord| {
        let is_of_level = |at| dialect::is_of_level(record.get(at).unwrap_or_default(), level);
        record.len() == header.len() && record != header && area_type.is_none_or(is_of_level)
    };
    // A read error is reported later, when the lines are parsed.
    let is_readable =
        |record: &csv::Result<_>| !record.as_ref().is_err_and(csv::Error::is_io_error);
    let record = reader
        .records()
        .take_while(is_readable)
        .flatten()
        .find(is_figure)?;
    let line = record.position().map_or(0, csv::Position::line);
    Some((line, record.get(metric)?.to_owned()))
}
