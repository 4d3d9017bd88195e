//! Case counts: every line of the input files parsed at the door into a typed row, or named as a
//! problem.

mod api;
mod dialect;
mod field;
mod rates;
mod recognition;
mod recovery;
mod repeats;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use rising_model::area::{AreaCode, Level};
use rising_model::day::Day;
use rising_model::series::{Cadence, Figure};

pub use self::api::ApiFilter;
use self::dialect::{AreaNames, Values};
pub use self::dialect::{DIALECTS, Dialect, RepeatPolicy};
pub use self::field::{parse_code, parse_people};
pub use self::rates::{NoCount, PublishedRate, Rate};
use self::recognition::recognise_dialect;
use self::repeats::{RepeatedValue, keep_larger};
use crate::input;
use crate::printable::Printable;
use crate::problem::{FileError, FilePosition, InputFault, Position, Problems};

/// One figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseRow {
    /// The area.
    pub code: AreaCode,
    /// Its name; empty if the file's is not to be shown.
    pub name: String,
    /// The day, or the last day of the week.
    pub date: Day,
    /// What the file says.
    pub reported: ReportedValue,
    /// The source itself says that the figure will still grow.
    pub provisional: bool,
}

/// What a file says of an area and date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportedValue {
    /// A count.
    Figure(Figure),
    /// A rate, which becomes a count once the population is known.
    Rate(PublishedRate),
}

/// What a line of a file turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParsedLine {
    /// A figure.
    Row(CaseRow),
    /// A figure of another type of area, such as a region.
    OtherType(String),
    /// A figure of a part of the people, such as an age group.
    OtherGroup(String),
    /// The header again.
    RepeatedHeader,
    /// Something wrong.
    Bad(InputFault),
}

/// Lines read, and why those were dropped that were.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowCounts {
    /// Lines after the header, or entries of a list.
    pub read: u64,
    /// Lines left out, by reason.
    pub dropped: BTreeMap<String, u64>,
}

impl RowCounts {
    /// Counts lines left out. A file can have a reason of its own for every line: beyond some, they
    /// are counted together.
    pub fn drop(&mut self, reason: impl Into<String>, lines: u64) {
        const MOST_REASONS: usize = 100;
        let reason = Printable::sentence(&reason.into()).to_string();
        let is_listed = self.dropped.len() < MOST_REASONS || self.dropped.contains_key(&reason);
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

/// A figure, or a published rate, with the place it was read at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<T = Figure> {
    /// The figure.
    pub figure: T,
    /// The place, as an index into [`Cases::files`] and a position.
    pub source: (usize, Position),
}

/// The series of one code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseArea {
    /// As first read.
    pub name: String,
    /// By date.
    pub days: BTreeMap<Day, Entry>,
    /// Rates whose counts are still to be recovered, by date.
    pub rates: BTreeMap<Day, Entry<PublishedRate>>,
    /// The first day that the source calls provisional.
    pub provisional_from: Option<Day>,
}

/// A file read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseFile {
    /// Its path as given.
    pub path: Arc<Path>,
    /// Its kind.
    pub dialect: &'static str,
    /// What its counts are of, where its kind says it.
    pub cadence: Option<Cadence>,
    /// Its lines.
    pub read: u64,
}

/// All case counts of the inputs.
#[derive(Debug, Default)]
pub struct Cases {
    /// By code as the files have it.
    pub areas: BTreeMap<AreaCode, CaseArea>,
    /// In the order given.
    pub files: Vec<CaseFile>,
    /// Lines of all files.
    pub row_counts: RowCounts,
    /// Counts recovered from published rates.
    pub recovered: u64,
}

impl Cases {
    /// Reads files of any dialects of a level.
    ///
    /// # Errors
    /// If a file cannot be read at all; problems of single lines go to `problems`.
    pub fn read(
        paths: &[impl AsRef<Path>],
        level: Level,
        problems: &mut Problems,
    ) -> Result<Cases, FileError> {
        let mut cases = Cases::default();
        cases.add_files(paths, level, &ApiFilter::default(), problems)?;
        Ok(cases)
    }

    /// Reads more files, of which answers of the API may be of other results than the usual ones.
    ///
    /// # Errors
    /// If a file cannot be read at all; problems of single lines go to `problems`.
    pub fn add_files(
        &mut self,
        paths: &[impl AsRef<Path>],
        level: Level,
        results: &ApiFilter,
        problems: &mut Problems,
    ) -> Result<(), FileError> {
        for path in paths {
            self.add_input(path.as_ref(), CaseInput::File, level, results, problems)?;
        }
        Ok(())
    }

    /// Reads the content of one file more; `path` is its name in messages.
    ///
    /// # Errors
    /// As [`Cases::read`].
    pub fn add_content(
        &mut self,
        path: &Path,
        content: &[u8],
        level: Level,
        results: &ApiFilter,
        problems: &mut Problems,
    ) -> Result<(), FileError> {
        self.add_input(path, CaseInput::Content(content), level, results, problems)
    }

    fn add_input(
        &mut self,
        path: &Path,
        input: CaseInput<'_>,
        level: Level,
        results: &ApiFilter,
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
            api::parse(path, &content, level, results, |n, parsed| {
                self.add(
                    file,
                    Position::Entry(n),
                    parsed,
                    RepeatPolicy::MustAgree,
                    problems,
                )
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

    /// Whether there are no more figures and areas than fit into the stated memory.
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
            self.repeated(repeat, row.code, row.date, source, repeats, problems);
        }
    }

    /// Counts a line that repeats another, or names it as a problem.
    fn repeated(
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
                self.row_counts.drop(format!("the same {what} again"), 1)
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

    /// Leaves out the series of some codes.
    pub fn leave_out(&mut self, reason: &str, is_unwanted: impl Fn(&AreaCode) -> bool) {
        let row_counts = &mut self.row_counts;
        self.areas.retain(|code, area| {
            let unwanted = is_unwanted(code);
            if unwanted {
                row_counts.drop(reason, (area.days.len() + area.rates.len()) as u64);
            }
            !unwanted
        });
    }

    /// What the counts are of: what the files' kinds say; where they leave it open, seven days if
    /// `weekly`, else one.
    ///
    /// # Errors
    /// If the files differ, or if they leave it open and have figures for every seventh day only,
    /// without `weekly`: a week's count taken for a day's would make each rate a seventh of what it
    /// is, and most of them none.
    pub fn cadence(&self, weekly: bool) -> Result<Cadence, FileError> {
        let wanted = if weekly {
            Cadence::Weekly
        } else {
            Cadence::Daily
        };
        let all = self
            .files
            .iter()
            .map(|file| (file, file.cadence.unwrap_or(wanted)));
        let Some((first, cadence)) = all.clone().next() else {
            return Ok(wanted);
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
        let open = self.files.iter().find(|file| file.cadence.is_none());
        if let (Some(open), Cadence::Daily) = (open, cadence)
            && let Some(between) = self.days_between()
            && between % 7 == 0
        {
            return Err(FileError::LooksWeekly {
                file: open.path.to_path_buf(),
                between,
            });
        }
        Ok(cadence)
    }

    /// The days between one date with figures and the next, where that is the same from the first
    /// to the last.
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

    /// Where an entry was read.
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

/// Where the figures of a file are.
#[derive(Clone, Copy)]
enum CaseInput<'a> {
    /// In memory.
    Content(&'a [u8]),
    /// On this machine, under the path that names them in messages.
    File,
}

impl<'a> CaseInput<'a> {
    /// The lines, read as they are asked for.
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

    /// Whether it begins as JSON does.
    fn is_json(self, path: &Path) -> io::Result<bool> {
        let lines = BufReader::new(self.lines(path)?);
        let mut first = lines
            .bytes()
            .skip_while(|byte| byte.as_ref().is_ok_and(u8::is_ascii_whitespace));
        Ok(matches!(first.next().transpose()?, Some(b'{' | b'[')))
    }
}

/// Areas and figures that are read at most, of all files: a quarter of a gigabyte in memory. The
/// counties of the United States have 3.7 million figures in three years.
const MAX_AREAS: usize = 100_000;
const MAX_FIGURES: u64 = 10_000_000;

fn reader<R: Read>(content: R) -> csv::Reader<R> {
    csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(content)
}

/// A file that cannot be read to its end.
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

/// Why the lines of a file were not read to the last.
enum LinesError {
    Unreadable(csv::Error),
    Refused(FileError),
}

/// Gives each line after the header with its number.
fn parse_csv(
    reader: &mut csv::Reader<impl Read>,
    dialect: &'static Dialect,
    level: Level,
    mut sink: impl FnMut(u64, ParsedLine) -> Result<(), FileError>,
) -> Result<(), LinesError> {
    // `recognise` has read the header as well, so it is there.
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

/// Where a dialect's columns are in one file.
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
            code: field::parse_code(dialect.code, field(self.code))?,
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
