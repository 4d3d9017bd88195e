//! Parses case files: each line becomes a typed row, a count of dropped lines, or a problem.

mod api;
mod dialect;
mod field;
mod recognition;
mod recovery;
mod repeats;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use rising_model::domain::area::{AreaCode, Level};
use rising_model::domain::day::Day;
use rising_model::domain::figure::Figure;
use rising_model::domain::series::Cadence;

pub use self::api::ApiFilter;
use self::dialect::{AreaNames, Values};
pub use self::dialect::{DIALECTS, Dialect, RepeatPolicy};
pub use self::field::{parse_code, parse_people};
use self::recognition::recognise_dialect;
use self::repeats::{RepeatedValue, keep_larger};
use crate::input;
use crate::printable::Printable;
use crate::problem::{FileError, FilePosition, InputFault, Position, Problems};
pub use crate::published_rates::{NoCount, PublishedRate, Rate};

/// A figure of an area and date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseRow {
    /// The area.
    pub code: AreaCode,
    /// Its name; empty if the file's names are not for display.
    pub name: String,
    /// The day, or the last day of the week.
    pub date: Day,
    /// The value in the file.
    pub reported: ReportedValue,
    /// Whether the source says that the figure will still grow.
    pub provisional: bool,
}

/// The value that a file has for an area and date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportedValue {
    /// A count.
    Figure(Figure),
    /// A rate, from which a count is recovered once the population is known.
    Rate(PublishedRate),
}

/// The result of parsing a line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParsedLine {
    /// A figure.
    Row(CaseRow),
    /// A figure of another type of area, such as a region.
    OtherType(String),
    /// A figure of a population group, such as an age group.
    OtherGroup(String),
    /// A repetition of the header.
    RepeatedHeader,
    /// A line with a fault.
    Bad(InputFault),
}

/// The numbers of lines that were read and, by reason, dropped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowCounts {
    /// Lines after the header, or entries of a JSON list.
    pub read: u64,
    /// Dropped lines by reason.
    pub dropped: BTreeMap<String, u64>,
}

impl RowCounts {
    /// Counts dropped lines. A file can have a different reason on every line, so reasons beyond
    /// the hundredth are counted together.
    pub fn drop(&mut self, reason: impl Into<String>, lines: u64) {
        const MAX_REASONS: usize = 100;
        let reason = Printable::sentence(&reason.into()).to_string();
        let is_listed = self.dropped.len() < MAX_REASONS || self.dropped.contains_key(&reason);
        let reason = if is_listed {
            reason
        } else {
            "other reasons".to_owned()
        };
        *self.dropped.entry(reason).or_default() += lines;
    }

    /// Lines that became figures.
    pub fn used(&self) -> u64 {
        self.read - self.dropped.values().sum::<u64>()
    }
}

/// A figure, or a published rate, with its place in the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<T = Figure> {
    /// The figure.
    pub figure: T,
    /// The place: an index into [`Cases::files`] and a position in that file.
    pub source: (usize, Position),
}

/// The series of one code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseArea {
    /// The first name in the files that is not empty.
    pub name: String,
    /// The figures by date.
    pub days: BTreeMap<Day, Entry>,
    /// The rates by date, until their counts have been recovered.
    pub rates: BTreeMap<Day, Entry<PublishedRate>>,
    /// The first day that the source calls provisional.
    pub provisional_from: Option<Day>,
}

/// A file that has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseFile {
    /// Its path as given.
    pub path: Arc<Path>,
    /// The name of its dialect.
    pub dialect: &'static str,
    /// Whether its counts are daily or weekly; `None` if the dialect does not say it.
    pub cadence: Option<Cadence>,
    /// The number of its lines.
    pub read: u64,
}

/// The case counts of all input files.
#[derive(Debug, Default)]
pub struct Cases {
    /// The series by the codes in the files.
    pub areas: BTreeMap<AreaCode, CaseArea>,
    /// The files in the order given.
    pub files: Vec<CaseFile>,
    /// The lines of all files.
    pub row_counts: RowCounts,
    /// The number of counts recovered from published rates.
    pub recovered: u64,
}

impl Cases {
    /// Reads files of a level, in any dialect.
    ///
    /// # Errors
    /// If a file cannot be used at all; problems of single lines go to `problems`.
    pub fn read(
        paths: &[impl AsRef<Path>],
        level: Level,
        problems: &mut Problems,
    ) -> Result<Cases, FileError> {
        let mut cases = Cases::default();
        cases.add_files(paths, level, &ApiFilter::default(), problems)?;
        Ok(cases)
    }

    /// Reads more files; `filter` selects results in responses of the API.
    ///
    /// # Errors
    /// If a file cannot be used at all; problems of single lines go to `problems`.
    pub fn add_files(
        &mut self,
        paths: &[impl AsRef<Path>],
        level: Level,
        filter: &ApiFilter,
        problems: &mut Problems,
    ) -> Result<(), FileError> {
        for path in paths {
            self.add_input(path.as_ref(), CaseInput::File, level, filter, problems)?;
        }
        Ok(())
    }

    /// Parses the content of another file; messages name it as `path`.
    ///
    /// # Errors
    /// As [`Cases::read`].
    pub fn add_content(
        &mut self,
        path: &Path,
        content: &[u8],
        level: Level,
        filter: &ApiFilter,
        problems: &mut Problems,
    ) -> Result<(), FileError> {
        self.add_input(path, CaseInput::Content(content), level, filter, problems)
    }

    fn add_input(
        &mut self,
        path: &Path,
        input: CaseInput<'_>,
        level: Level,
        filter: &ApiFilter,
        problems: &mut Problems,
    ) -> Result<(), FileError> {
        let before = self.row_counts.read;
        let shared: Arc<Path> = path.into();
        let file = self.files.len();
        let cadence = Some(Cadence::Daily);
        self.files.push(CaseFile {
            path: shared.clone(),
            dialect: api::NAME,
            cadence,
            read: 0,
        });
        let failed = |reason| FileError::Read {
            file: path.to_owned(),
            reason,
        };
        if input.is_json(path).map_err(failed)? {
            let content = input.whole(path)?;
            api::parse(path, &content, level, filter, |n, parsed| {
                self.add(
                    file,
                    Position::Entry(n),
                    parsed,
                    RepeatPolicy::MustAgree,
                    problems,
                );
            })?;
        } else {
            let dialect = recognise_dialect(path, input.lines(path).map_err(failed)?, level)?;
            (self.files[file].dialect, self.files[file].cadence) = (dialect.name, dialect.cadence);
            let mut reader = reader(input.lines(path).map_err(failed)?);
            parse_csv(&mut reader, dialect, level, |n, parsed| {
                self.add(file, Position::Line(n), parsed, dialect.repeats, problems);
                self.is_bounded()
                    .then_some(())
                    .ok_or_else(|| FileError::TooMany {
                        file: path.to_owned(),
                        line: n,
                    })
            })
            .map_err(|error| match error {
                LinesError::Unreadable(error) => unreadable(path, error),
                LinesError::Refused(error) => error,
            })?;
        }
        self.files[file].read = self.row_counts.read - before;
        if self.files[file].read == 0 {
            return Err(FileError::Empty {
                file: path.to_owned(),
            });
        }
        Ok(())
    }

    /// Whether the numbers of areas and figures are within [`MAX_AREAS`] and [`MAX_FIGURES`].
    fn is_bounded(&self) -> bool {
        self.areas.len() <= MAX_AREAS && self.row_counts.used() <= MAX_FIGURES
    }

    fn add(
        &mut self,
        file: usize,
        at: Position,
        parsed: ParsedLine,
        repeats: RepeatPolicy,
        problems: &mut Problems,
    ) {
        self.row_counts.read += 1;
        let row = match parsed {
            ParsedLine::Row(row) => row,
            ParsedLine::OtherType(area_type) => {
                return self
                    .row_counts
                    .drop(format!("area type \"{area_type}\""), 1);
            }
            ParsedLine::OtherGroup(group) => {
                return self
                    .row_counts
                    .drop(format!("a part of the people, {group}"), 1);
            }
            ParsedLine::RepeatedHeader => return self.row_counts.drop("repeated header", 1),
            ParsedLine::Bad(fault) => {
                self.row_counts.drop(fault.reason(), 1);
                return problems.push(
                    FilePosition {
                        file: self.files[file].path.clone(),
                        at,
                    },
                    fault,
                );
            }
        };
        let area = self.areas.entry(row.code.clone()).or_default();
        if area.name.is_empty() {
            area.name = row.name;
        }
        if row.provisional {
            area.provisional_from = Some(
                area.provisional_from
                    .map_or(row.date, |day| day.min(row.date)),
            );
        }
        let source = (file, at);
        let repeat = match row.reported {
            ReportedValue::Figure(figure) => {
                keep_larger(&mut area.days, row.date, Entry { figure, source })
            }
            ReportedValue::Rate(rate) => keep_larger(
                &mut area.rates,
                row.date,
                Entry {
                    figure: rate,
                    source,
                },
            ),
        };
        if let Some(repeat) = repeat {
            self.drop_repeated(repeat, row.code, row.date, source, repeats, problems);
        }
    }

    /// Counts a repeated value as dropped, or adds it to the problems.
    fn drop_repeated(
        &mut self,
        repeat: RepeatedValue,
        code: AreaCode,
        date: Day,
        source: (usize, Position),
        repeats: RepeatPolicy,
        problems: &mut Problems,
    ) {
        match repeat {
            RepeatedValue::Agrees { what } => {
                self.row_counts.drop(format!("the same {what} again"), 1);
            }
            RepeatedValue::Differs { .. } if repeats == RepeatPolicy::KeepLarger => {
                self.row_counts
                    .drop("smaller of two figures (earlier revision)", 1);
            }
            RepeatedValue::Differs { first, second } => {
                let fault = InputFault::Contradiction {
                    code,
                    date,
                    first,
                    second,
                };
                self.row_counts.drop(fault.reason(), 1);
                problems.push(self.place_of(source), fault);
            }
        }
    }

    /// Removes the series of some codes and counts their lines as dropped.
    pub fn remove_areas(&mut self, reason: &str, is_unwanted: impl Fn(&AreaCode) -> bool) {
        let row_counts = &mut self.row_counts;
        self.areas.retain(|code, area| {
            let unwanted = is_unwanted(code);
            if unwanted {
                row_counts.drop(reason, (area.days.len() + area.rates.len()) as u64);
            }
            !unwanted
        });
    }

    /// Returns whether the counts are daily or weekly: what the dialects say, and where they do not
    /// say it, weekly if `weekly`.
    ///
    /// # Errors
    /// If the files differ, or a dialect contradicts `weekly`. Also if the dialects do not say it,
    /// `weekly` is false and only every seventh day has figures: weekly counts taken for daily ones
    /// would give a seventh of the true rates, or none.
    pub fn cadence(&self, weekly: bool) -> Result<Cadence, FileError> {
        let default = if weekly {
            Cadence::Weekly
        } else {
            Cadence::Daily
        };
        let all = self
            .files
            .iter()
            .map(|file| (file, file.cadence.unwrap_or(default)));
        let Some((first, cadence)) = all.clone().next() else {
            return Ok(default);
        };
        if let Some((other, _)) = all.clone().find(|(_, own)| *own != cadence) {
            return Err(FileError::TwoCadences {
                file: other.path.to_path_buf(),
                first: first.path.to_path_buf(),
            });
        }
        if weekly && cadence == Cadence::Daily {
            return Err(FileError::NotWeekly {
                file: first.path.to_path_buf(),
                found: first.dialect,
            });
        }
        let undecided = self.files.iter().find(|file| file.cadence.is_none());
        if let (Some(undecided), Cadence::Daily) = (undecided, cadence)
            && let Some(between) = self.days_between()
            && between % 7 == 0
        {
            return Err(FileError::LooksWeekly {
                file: undecided.path.to_path_buf(),
                between,
            });
        }
        Ok(cadence)
    }

    /// Returns the number of days between dates with figures; `None` if it is not constant.
    fn days_between(&self) -> Option<i32> {
        let days: BTreeSet<Day> = self
            .areas
            .values()
            .flat_map(|area| area.days.keys().copied())
            .collect();
        let mut steps = days
            .iter()
            .zip(days.iter().skip(1))
            .map(|(&day, &next)| next - day);
        let first = steps.next()?;
        steps.all(|step| step == first).then_some(first)
    }

    /// Returns the file and line of an entry.
    pub fn place(&self, entry: &Entry) -> FilePosition {
        self.place_of(entry.source)
    }

    fn place_of(&self, (file, at): (usize, Position)) -> FilePosition {
        FilePosition {
            file: self.files[file].path.clone(),
            at,
        }
    }
}

/// The content of a case file, or where to read it.
#[derive(Clone, Copy)]
enum CaseInput<'a> {
    /// The content in memory.
    Content(&'a [u8]),
    /// The file at the path that messages name.
    File,
}

impl<'a> CaseInput<'a> {
    /// Returns a reader of the lines, which are not held in memory.
    fn lines(self, path: &Path) -> io::Result<Box<dyn Read + 'a>> {
        match self {
            CaseInput::Content(content) => Ok(Box::new(content)),
            CaseInput::File => input::open(path),
        }
    }

    fn whole(self, path: &Path) -> Result<Cow<'a, [u8]>, FileError> {
        match self {
            CaseInput::Content(content) => Ok(content.into()),
            CaseInput::File => input::read(path).map(Cow::from),
        }
    }

    /// Whether the content begins with `{` or `[`.
    fn is_json(self, path: &Path) -> io::Result<bool> {
        let lines = BufReader::new(self.lines(path)?);
        let mut first = lines
            .bytes()
            .skip_while(|byte| byte.as_ref().is_ok_and(u8::is_ascii_whitespace));
        Ok(matches!(first.next().transpose()?, Some(b'{' | b'[')))
    }
}

/// The largest numbers of areas and figures in all files, a quarter of a gigabyte in memory. The
/// counties of the United States have 3.7 million figures in three years.
const MAX_AREAS: usize = 100_000;
const MAX_FIGURES: u64 = 10_000_000;

fn reader<R: Read>(content: R) -> csv::Reader<R> {
    csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(content)
}

/// Returns the error of a file that cannot be read to its end.
fn unreadable(path: &Path, error: csv::Error) -> FileError {
    let reason = match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    };
    FileError::Read {
        file: path.to_owned(),
        reason,
    }
}

/// An error that stops reading before the last line of a file.
enum LinesError {
    Unreadable(csv::Error),
    Refused(FileError),
}

/// Parses each line after the header and passes it to `sink` with its number.
fn parse_csv(
    reader: &mut csv::Reader<impl Read>,
    dialect: &'static Dialect,
    level: Level,
    mut sink: impl FnMut(u64, ParsedLine) -> Result<(), FileError>,
) -> Result<(), LinesError> {
    // `recognise_dialect` has read the header, so it is valid.
    let header = reader.headers().cloned().map_err(LinesError::Unreadable)?;
    let at = |column: &str| {
        header
            .iter()
            .position(|found| found == column)
            .unwrap_or(usize::MAX)
    };
    let columns = CaseColumns {
        dialect,
        level,
        fields: header.len(),
        code: at(dialect.code),
        name: at(dialect.area_name),
        area_type: dialect.area_type.map(at),
        date: at(dialect.date),
        value: at(dialect.value),
        metric: dialect
            .metric
            .map(|(column, expected)| (at(column), column, expected)),
    };
    let mut record = csv::StringRecord::new();
    loop {
        let line = reader.position().line();
        match reader.read_record(&mut record) {
            Ok(false) => return Ok(()),
            Ok(true) => {
                let line = record.position().map_or(line, csv::Position::line);
                let parsed = if record == header {
                    ParsedLine::RepeatedHeader
                } else {
                    columns.parse(&record)
                };
                sink(line, parsed).map_err(LinesError::Refused)?;
            }
            Err(error) if error.is_io_error() => return Err(LinesError::Unreadable(error)),
            Err(error) => {
                let unreadable = ParsedLine::Bad(InputFault::Unreadable(error.to_string()));
                sink(
                    error.position().map_or(line, csv::Position::line),
                    unreadable,
                )
                .map_err(LinesError::Refused)?;
            }
        }
    }
}

/// The positions of a dialect's columns in one file.
struct CaseColumns {
    dialect: &'static Dialect,
    level: Level,
    fields: usize,
    code: usize,
    name: usize,
    area_type: Option<usize>,
    date: usize,
    value: usize,
    metric: Option<(usize, &'static str, &'static str)>,
}

impl CaseColumns {
    fn parse(&self, record: &csv::StringRecord) -> ParsedLine {
        if record.len() != self.fields {
            return ParsedLine::Bad(InputFault::Ragged {
                got: record.len(),
                expected: self.fields,
            });
        }
        let field = |at: usize| record.get(at).unwrap_or_default();
        if let Some(area_type) = self.area_type.map(field)
            && !dialect::is_of_level(area_type, self.level)
        {
            return ParsedLine::OtherType(field::quoted(area_type));
        }
        self.row(field)
            .map_or_else(ParsedLine::Bad, ParsedLine::Row)
    }

    fn row<'a>(&self, field: impl Fn(usize) -> &'a str) -> Result<CaseRow, InputFault> {
        if let Some((at, column, expected)) = self.metric
            && field(at) != expected
        {
            return Err(InputFault::OtherMetric {
                column,
                value: field::quoted(field(at)),
                expected: expected.to_owned(),
            });
        }
        let dialect = self.dialect;
        let name = if dialect.area_names == AreaNames::Unused {
            ""
        } else {
            field(self.name)
        };
        field::check_name(dialect.area_name, name)?;
        Ok(CaseRow {
            code: parse_code(dialect.code, field(self.code))?,
            name: name.to_owned(),
            date: field::parse_date(dialect.date, field(self.date))?,
            reported: match dialect.values {
                Values::Counts(blank) => ReportedValue::Figure(field::parse_figure(
                    dialect.value,
                    field(self.value),
                    blank,
                )?),
                Values::Rates => {
                    ReportedValue::Rate(field::parse_rate(dialect.value, field(self.value))?)
                }
            },
            provisional: false,
        })
    }
}

#[cfg(test)]
mod tests;
