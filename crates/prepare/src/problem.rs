//! Collects the problems of the inputs while they are read, so that one run names everything that
//! has to be corrected.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rising_model::domain::area::AreaCode;
use rising_model::domain::day::Day;
use rising_words::Language;
use thiserror::Error;

use crate::display_text::InvisibleText;
use crate::printable::{self, Printable};
use crate::published_rates::{NoCount, Rate};

/// The most problems that are printed; the rest is counted.
const MAX_PRINTED: usize = 20;

/// A position in the inputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePosition {
    /// The file.
    pub file: Arc<Path>,
    /// The position in the file.
    pub at: Position,
}

/// A position in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// A line of a text file, from 1.
    Line(u64),
    /// An entry of a JSON list, from 1.
    Entry(u64),
    /// The file as a whole.
    WholeFile,
}

impl FilePosition {
    /// Returns the position of a whole file.
    pub fn whole_file(file: &Path) -> FilePosition {
        FilePosition {
            file: file.into(),
            at: Position::WholeFile,
        }
    }
}

impl fmt::Display for FilePosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = printable::path(&self.file);
        match self.at {
            Position::Line(line) => write!(f, "{file}, line {line}"),
            Position::Entry(entry) => write!(f, "{file}, result {entry}"),
            Position::WholeFile => write!(f, "{file}"),
        }
    }
}

/// A fault of the inputs, with the faulty value and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InputFault {
    /// A line whose number of fields differs from the header's.
    #[error("the line has {got} fields, the header {expected}; restore the line from the source")]
    Ragged {
        /// Fields on the line.
        got: usize,
        /// Fields of the header.
        expected: usize,
    },
    /// A line or entry that is not text or JSON of the right form.
    #[error("cannot be read: {text}; restore it from the source", text = Printable::sentence(.0))]
    Unreadable(String),
    /// A text that is not an area code.
    #[error(
        "column {column}: \"{value}\" is not an area code; correct or remove the line",
        value = Printable::value(.value)
    )]
    BadCode {
        /// The column's header.
        column: &'static str,
        /// The value.
        value: String,
    },
    /// A text that is not a date.
    #[error(
        "column {column}: \"{value}\" is not a date; write YYYY-MM-DD or DD/MM/YYYY",
        value = Printable::value(.value)
    )]
    BadDate {
        /// The column's header.
        column: &'static str,
        /// The value.
        value: String,
    },
    /// A text that is not a whole number.
    #[error(
        "column {column}: \"{value}\" is not a whole number of {of}; correct or remove the line",
        value = Printable::value(.value)
    )]
    BadNumber {
        /// The column's header.
        column: &'static str,
        /// The value.
        value: String,
        /// "cases" or "people".
        of: &'static str,
    },
    /// A count below zero.
    #[error(
        "column {column}: {value} cases; a count cannot be negative, ask the publisher for the \
         corrected file",
        value = Printable::value(.value)
    )]
    Negative {
        /// The column's header.
        column: &'static str,
        /// The value.
        value: String,
    },
    /// A text that is not a rate.
    #[error(
        "column {column}: \"{value}\" is not a rate per 100,000 people; correct or remove the line",
        value = Printable::value(.value)
    )]
    BadRate {
        /// The column's header.
        column: &'static str,
        /// The value.
        value: String,
    },
    /// A published rate that does not correspond to one whole number of cases.
    #[error(
        "{code} on {date}: a rate of {rate} in {} people is not that of one whole number of \
         cases: {reason}; give \
         the population that the publisher divided by, or remove the line",
        Language::En.texts().number(*people)
    )]
    NoCount {
        /// The area.
        code: AreaCode,
        /// The date.
        date: Day,
        /// The rate.
        rate: Rate,
        /// The population.
        people: u64,
        /// The reason, with the nearest counts.
        reason: NoCount,
    },
    /// Published rates of an area whose population is not known.
    #[error(
        "{code} has {rates} published rates from {first} on and no population to recover its \
         counts with; add it to a \
         --population file"
    )]
    RatesWithoutPopulation {
        /// The area.
        code: AreaCode,
        /// The date of the first rate.
        first: Day,
        /// The number of rates.
        rates: u64,
    },
    /// An empty count in a dialect that does not define one.
    #[error(
        "column {column} is empty; a day without a figure has no line at all, so remove it or \
         fill it in"
    )]
    Blank {
        /// The column's header.
        column: &'static str,
    },
    /// A text that is too long for a name.
    #[error(
        "column {column}: \"{value}\" is longer than the name of an area; correct or remove the \
         line",
        value = Printable::value(.value)
    )]
    LongName {
        /// The column's header.
        column: &'static str,
        /// The value.
        value: String,
    },
    /// A metric other than the cases.
    #[error(
        "column {column}: \"{value}\" where only \"{expected}\" belongs; give the file of that \
         metric",
        value = Printable::value(.value)
    )]
    OtherMetric {
        /// The column's header.
        column: &'static str,
        /// The value.
        value: String,
        /// The expected metric.
        expected: String,
    },
    /// Two different figures for one area and date.
    #[error(
        "{code} has a second figure for {date}: {second}, after {first}; remove the wrong one \
         (the larger is kept)",
        first = Printable::value(.first),
        second = Printable::value(.second)
    )]
    Contradiction {
        /// The area.
        code: AreaCode,
        /// The date.
        date: Day,
        /// The figure read first, in words.
        first: String,
        /// The figure read second, in words.
        second: String,
    },
    /// Cases of an area without a boundary.
    #[error(
        "{code} ({name}) has cases but no boundary (lines: {rows}); use boundaries of the cases' \
         edition, or name the area that counts its cases in the --aliases table",
        name = Printable::value(.name)
    )]
    UnknownArea {
        /// The code.
        code: AreaCode,
        /// Its name in the cases.
        name: String,
        /// Lines with that code.
        rows: u64,
    },
    /// Cases of a code that covers several areas of the data set.
    #[error(
        "{code} ({name}) has cases (lines: {rows}) and covers several areas, {targets}; they \
         cannot be divided among these",
        name = Printable::value(.name)
    )]
    Divided {
        /// The code.
        code: AreaCode,
        /// Its name in the cases.
        name: String,
        /// Lines with that code.
        rows: u64,
        /// The areas that it covers.
        targets: String,
    },
    /// Missing days between an area's first and last figure.
    #[error(
        "{code} ({name}) has no figure {span} although it has some before and after; restore the \
         lines, or accept the hole with --known-gap",
        name = Printable::value(.name)
    )]
    Gap {
        /// The area.
        code: AreaCode,
        /// Its name.
        name: String,
        /// "from … to …" or "on …".
        span: String,
    },
    /// A weekly figure on another day of the week than the others.
    #[error(
        "{code} has a weekly figure for {date}, but the weeks of these files end on {expected}; \
         remove the line"
    )]
    OffWeek {
        /// The area.
        code: AreaCode,
        /// The date.
        date: Day,
        /// The day on which the weeks end, with an example.
        expected: String,
    },
    /// An area with a boundary but no cases.
    #[error(
        "{code} ({name}) is on the map but not in the cases; it would be shown as missing at \
         every date",
        name = Printable::value(.name)
    )]
    NoCases {
        /// The area.
        code: AreaCode,
        /// Its name.
        name: String,
    },
    /// An area without a population.
    #[error(
        "{code} ({name}) has no population, so it has no rate; add it to a --population file that \
         counts from the beginning",
        name = Printable::value(.name)
    )]
    NoPopulation {
        /// The area.
        code: AreaCode,
        /// Its name.
        name: String,
    },
    /// A newer population that lacks some of the codes that are counted in an area.
    #[error(
        "{code} ({name}) has a population from {from} on that leaves out {lacking}, whose people \
         are counted in it \
         before; add {lacking} to that --population file",
        name = Printable::value(.name)
    )]
    PartOfPopulation {
        /// The area.
        code: AreaCode,
        /// Its name.
        name: String,
        /// The first date of the newer population.
        from: Day,
        /// The code that the newer population lacks.
        lacking: AreaCode,
    },
    /// A text for readers that has no visible characters.
    #[error("{what} cannot be shown: {why}", what = Printable::value(.what))]
    Invisible {
        /// The owner of the text.
        what: String,
        /// The reason.
        why: InvisibleText,
    },
    /// Two populations for one area.
    #[error(
        "{code} has a second population, {second}, after {first}; remove the wrong one (the first \
         is kept)"
    )]
    TwoPopulations {
        /// The area.
        code: AreaCode,
        /// The population read first.
        first: u64,
        /// The population read second.
        second: u64,
    },
}

impl InputFault {
    /// Returns the reason as the summary of dropped lines words it.
    pub fn reason(&self) -> &'static str {
        match self {
            InputFault::Ragged { .. } => "wrong number of fields",
            InputFault::Unreadable(_) => "unreadable",
            InputFault::BadCode { .. } => "not an area code",
            InputFault::BadDate { .. } => "not a date",
            InputFault::BadNumber { .. } => "not a whole number",
            InputFault::Negative { .. } => "negative count",
            InputFault::BadRate { .. } => "not a rate",
            InputFault::NoCount { .. } => "rate that gives no count",
            InputFault::RatesWithoutPopulation { .. } => "rate without a population",
            InputFault::Blank { .. } => "empty count",
            InputFault::LongName { .. } => "not a name",
            InputFault::OtherMetric { .. } => "another metric",
            InputFault::Contradiction { .. } => "smaller of two different figures",
            InputFault::UnknownArea { .. } => "area without a boundary",
            InputFault::Divided { .. } => "code that covers several areas",
            InputFault::Gap { .. } => "date gap",
            InputFault::OffWeek { .. } => "another day of the week",
            InputFault::NoCases { .. } => "area without cases",
            InputFault::NoPopulation { .. } => "area without a population",
            InputFault::PartOfPopulation { .. } => "population of a part of an area",
            InputFault::Invisible { .. } => "text that cannot be seen",
            InputFault::TwoPopulations { .. } => "second population",
        }
    }
}

/// A fault and its position.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{place}: {fault}")]
pub struct Problem {
    /// The position.
    pub place: FilePosition,
    /// The fault.
    pub fault: InputFault,
}

/// The most problems that are stored; the rest is counted.
const MAX_STORED: usize = 10_000;

/// The problems of a run.
#[derive(Debug, Default)]
pub struct Problems {
    stored: Vec<Problem>,
    /// The number of problems beyond [`MAX_STORED`].
    more: usize,
}

/// The error of a run that has problems and is not lenient.
#[derive(Debug, Error)]
pub struct InputsRefused {
    shown: Vec<Problem>,
    total: usize,
}

impl fmt::Display for InputsRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = if self.total == 1 {
            "problem"
        } else {
            "problems"
        };
        write!(
            f,
            "the inputs have {} {noun}, nothing was written",
            self.total
        )?;
        if self.total > self.shown.len() {
            write!(f, " (the first {}):", self.shown.len())?;
        } else {
            write!(f, ":")?;
        }
        for problem in &self.shown {
            write!(f, "\n  {problem}")?;
        }
        write!(
            f,
            "\nCorrect them, or run again with --lenient to drop these lines and list each of them."
        )
    }
}

impl Problems {
    /// Adds a problem.
    pub fn push(&mut self, place: FilePosition, fault: InputFault) {
        if self.stored.len() < MAX_STORED {
            self.stored.push(Problem { place, fault });
        } else {
            self.more += 1;
        }
    }

    /// Returns the problems in the order found, or the first 10,000.
    pub fn all(&self) -> &[Problem] {
        &self.stored
    }

    /// Returns the number of problems that [`Problems::all`] leaves out.
    pub fn more(&self) -> usize {
        self.more
    }

    /// Fails if there are problems.
    ///
    /// # Errors
    /// [`InputsRefused`], naming the first twenty and the number of all.
    pub fn refuse_any(&self) -> Result<(), InputsRefused> {
        if self.stored.is_empty() {
            return Ok(());
        }
        let shown = self.stored.iter().take(MAX_PRINTED).cloned().collect();
        Err(InputsRefused {
            shown,
            total: self.stored.len() + self.more,
        })
    }
}

/// A fault of a file that is an error even with --lenient.
#[derive(Debug, Error)]
pub enum FileError {
    /// The file cannot be opened or read to its end.
    #[error(
        "{file}: {reason}; check the path and that the file is complete",
        file = printable::path(.file)
    )]
    Read {
        /// The file.
        file: PathBuf,
        /// The system's error.
        reason: std::io::Error,
    },
    /// A header of an unknown dialect.
    #[error(
        "{file}: no known kind of {what} has the columns {found}; known are:\n{known}",
        file = printable::path(.file),
        found = Printable::sentence(.found)
    )]
    UnknownHeader {
        /// The file.
        file: PathBuf,
        /// "cases" or "populations".
        what: &'static str,
        /// The columns of the file.
        found: String,
        /// The headers of all dialects, one a line.
        known: String,
    },
    /// A population file with a first date, but none without one.
    #[error(
        "{file}: its people count from {from} on, and no population file counts before that; give \
         the older one \
         without a date, or this one",
        file = printable::path(.file)
    )]
    NoFirstPopulation {
        /// The file.
        file: PathBuf,
        /// The first date.
        from: Day,
    },
    /// Two population files of one first date with different names of their estimates.
    #[error(
        "{file}: its estimates are \"{second}\", and those of another file that counts from the \
         same date \"{first}\"; give both the same name or the later ones a date of their own",
        file = printable::path(.file),
        first = Printable::value(.first),
        second = Printable::value(.second)
    )]
    TwoEstimates {
        /// The file.
        file: PathBuf,
        /// The name read before.
        first: String,
        /// The name read now.
        second: String,
    },
    /// A file of another level.
    #[error(
        "{file}: this is a file of {found}, but --level {level} was asked for",
        file = printable::path(.file)
    )]
    OtherLevel {
        /// The file.
        file: PathBuf,
        /// The dialect.
        found: &'static str,
        /// The level of the run.
        level: rising_model::domain::area::Level,
    },
    /// A file of another metric.
    #[error(
        "{file}, line {line}: the metric is \"{found}\"; of this kind of file, --level {level} \
         reads {known}",
        file = printable::path(.file),
        found = Printable::sentence(.found)
    )]
    OtherMetric {
        /// The file.
        file: PathBuf,
        /// The first line with figures of the level.
        line: u64,
        /// Its metric.
        found: String,
        /// The level of the run.
        level: rising_model::domain::area::Level,
        /// The metrics that are read.
        known: String,
    },
    /// JSON that is not a response of the API.
    #[error(
        "{file}: {reason}; expected an answer of the UKHSA data dashboard API, an object with a \
         list \"results\"",
        file = printable::path(.file),
        reason = Printable::sentence(.reason)
    )]
    NotTheApi {
        /// The file.
        file: PathBuf,
        /// The reason.
        reason: String,
    },
    /// Files of daily and of weekly counts in one run.
    #[error(
        "{file}: the counts are of another number of days than those of {first}; give daily and \
         weekly counts to runs of their own",
        file = printable::path(.file),
        first = printable::path(.first)
    )]
    TwoCadences {
        /// The file.
        file: PathBuf,
        /// The first file.
        first: PathBuf,
    },
    /// `--weekly` with a dialect whose counts are of one day.
    #[error(
        "{file}: this is a file of {found}, whose counts are of one day each; leave --weekly out",
        file = printable::path(.file)
    )]
    NotWeekly {
        /// The file.
        file: PathBuf,
        /// The dialect.
        found: &'static str,
    },
    /// Figures for every seventh day without `--weekly`.
    #[error(
        "{file}: the dates are {between} days apart; if each count is of the seven days to its \
         date, say so with --weekly",
        file = printable::path(.file)
    )]
    LooksWeekly {
        /// The file.
        file: PathBuf,
        /// Days from one date to the next.
        between: i32,
    },
    /// More areas or figures than any data set has, which might not fit into memory.
    #[error(
        "{file}, line {line}: there are more areas or figures up to here than any data set has; \
         check the file",
        file = printable::path(.file)
    )]
    TooMany {
        /// The file.
        file: PathBuf,
        /// The line.
        line: u64,
    },
    /// A file without figures.
    #[error("{file}: it has no figures after the header", file = printable::path(.file))]
    Empty {
        /// The file.
        file: PathBuf,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuse_any_lists_first_problems_and_counts_all() {
        let mut problems = Problems::default();
        assert!(problems.refuse_any().is_ok());
        for line in 2..32 {
            let place = FilePosition {
                file: Path::new("cases.csv").into(),
                at: Position::Line(line),
            };
            problems.push(
                place,
                InputFault::BadDate {
                    column: "date",
                    value: "soon".into(),
                },
            );
        }
        let text = problems.refuse_any().unwrap_err().to_string();
        assert!(
            text.contains("30 problems") && text.contains("the first 20"),
            "{text}"
        );
        assert!(
            text.contains(
                "cases.csv, line 2: column date: \"soon\" is not a date; write YYYY-MM-DD"
            ),
            "{text}"
        );
        assert!(
            text.contains("line 21:") && !text.contains("line 22:"),
            "{text}"
        );
        assert!(text.contains("--lenient"), "{text}");
    }
}
