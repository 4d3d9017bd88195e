//! The lines of the publisher's lookup.

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::printable::{self, Printable};
use csv::{ByteRecord, Reader};
use thiserror::Error;

/// A lookup that cannot be used.
#[derive(Debug, Error)]
pub enum RowError {
    /// A line that is no CSV, or has other fields than the header.
    #[error(
        "{file}: {reason}; restore the line from the source",
        file = printable::path(.file),
        reason = printable::sentence(.reason)
    )]
    Broken {
        /// The lookup.
        file: PathBuf,
        /// With the line.
        reason: csv::Error,
    },
    /// Another file, or another edition.
    #[error(
        "{file}: there is no column {column}, only {found}; give the lookup of postcodes to output areas, LSOAs, MSOAs of 2011 and authorities",
        file = printable::path(.file),
        found = Printable::sentence(.found)
    )]
    NoColumn {
        /// The file.
        file: PathBuf,
        /// What it lacks.
        column: &'static str,
        /// What it has.
        found: String,
    },
    /// A header and nothing else.
    #[error("{file}: there is nothing in it after the header", file = printable::path(.file))]
    Empty {
        /// The lookup.
        file: PathBuf,
    },
    /// A value that makes no sense.
    #[error(
        "{file}, line {line} ({postcode}): {fault}",
        file = printable::path(.file),
        postcode = Printable::value(.postcode)
    )]
    Value {
        /// The lookup.
        file: PathBuf,
        /// From 1.
        line: u64,
        /// As it stands there.
        postcode: String,
        /// What is wrong.
        fault: Box<RowFault>,
    },
}

/// A value that makes no sense, and what to do about it.
#[derive(Debug, Error)]
pub enum RowFault {
    /// What should be a postcode is none.
    #[error(
        "column pcds: this is no postcode as it is written (\"HX1 1UB\"); correct or remove the line"
    )]
    NotAPostcode,
    /// What should be the month of its end is none.
    #[error(
        "column doterm: \"{text}\" is not a month as YYYYMM; leave it empty for a postcode in use",
        text = Printable::value(.0)
    )]
    NotAMonth(String),
    /// An authority that leads to no area.
    #[error(
        "column ladcd: \"{code}\" ({name}) is neither an area of --boundaries-ltla nor in the --aliases table; correct it, or name there the areas that count its cases",
        code = Printable::value(.code),
        name = Printable::value(.name)
    )]
    UnknownAuthority {
        /// As it stands there.
        code: String,
        /// Its name.
        name: String,
    },
    /// One that leads to an area that is not there.
    #[error(
        "column ladcd: the --aliases table leads from \"{code}\" to {target}, which is not an area of --boundaries-ltla",
        code = Printable::value(.code),
        target = Printable::value(.target)
    )]
    AliasWithoutArea {
        /// As it stands there.
        code: String,
        /// Where the table leads.
        target: String,
    },
    /// A neighbourhood that is not there.
    #[error(
        "column msoa11cd: \"{text}\" is not an area of --boundaries-msoa; give boundaries of the lookup's edition, 2011, or correct the line",
        text = Printable::value(.0)
    )]
    UnknownNeighbourhood(String),
    /// An authority in parts, and nothing tells which.
    #[error(
        "column msoa11cd: {code} is made of {targets}, and its neighbourhood {neighbourhood} does not say which; correct the line or the parents in --boundaries-msoa",
        code = Printable::value(.code),
        neighbourhood = Printable::value(.neighbourhood)
    )]
    Undecided {
        /// The authority.
        code: String,
        /// Its parts.
        targets: String,
        /// The neighbourhood.
        neighbourhood: String,
    },
}

/// The columns read.
const COLUMNS: [&str; 5] = ["pcds", "doterm", "msoa11cd", "ladcd", "ladnm"];

/// Reads line after line.
pub struct LookupReader<'a, R> {
    file: &'a Path,
    reader: Reader<R>,
    columns: [usize; COLUMNS.len()],
    record: ByteRecord,
}

/// What a line says.
pub struct LookupRow<'a> {
    file: &'a Path,
    line: u64,
    /// As it is written.
    pub postcode: &'a [u8],
    /// Not withdrawn.
    pub in_use: bool,
    /// Empty in most territories that are not of the United Kingdom.
    pub neighbourhood: &'a [u8],
    /// On the day of the lookup.
    pub authority: &'a [u8],
    /// In UTF-8 or Latin-1; both occur.
    pub name: &'a [u8],
}

impl<'a, R: Read> LookupReader<'a, R> {
    /// Reads the header. `file` is its name in messages.
    ///
    /// # Errors
    /// If it lacks a column.
    pub fn new(content: R, file: &'a Path) -> Result<Self, RowError> {
        let mut reader = Reader::from_reader(content);
        let header = reader.byte_headers().map_err(|reason| RowError::Broken {
            file: file.to_owned(),
            reason,
        })?;
        let mut columns = [0; COLUMNS.len()];
        for (column, name) in columns.iter_mut().zip(COLUMNS) {
            *column = header
                .iter()
                .position(|found| found == name.as_bytes())
                .ok_or_else(|| RowError::NoColumn {
                    file: file.to_owned(),
                    column: name,
                    found: header
                        .iter()
                        .map(String::from_utf8_lossy)
                        .collect::<Vec<_>>()
                        .join(", "),
                })?;
        }
        Ok(LookupReader {
            file,
            reader,
            columns,
            record: ByteRecord::new(),
        })
    }

    /// The next line; `None` after the last.
    ///
    /// # Errors
    /// If it cannot be read, or there is none at all.
    pub fn next_row(&mut self) -> Result<Option<LookupRow<'_>>, RowError> {
        let first = self.reader.position().record() <= 1;
        let more = self.reader.read_byte_record(&mut self.record);
        match more.map_err(|reason| RowError::Broken {
            file: self.file.to_owned(),
            reason,
        })? {
            false if first => Err(RowError::Empty {
                file: self.file.to_owned(),
            }),
            false => Ok(None),
            true => {
                let [postcode, ended, neighbourhood, authority, name] =
                    self.columns.map(|column| &self.record[column]);
                let line = self.record.position().map_or(0, csv::Position::line);
                let row = LookupRow {
                    file: self.file,
                    line,
                    postcode,
                    in_use: ended.is_empty(),
                    neighbourhood,
                    authority,
                    name,
                };
                let is_month = ended.len() == 6 && ended.iter().all(u8::is_ascii_digit);
                if row.in_use || is_month {
                    Ok(Some(row))
                } else {
                    Err(row.fault(RowFault::NotAMonth(text(ended))))
                }
            }
        }
    }
}

impl LookupRow<'_> {
    /// Of a postcode without an authority of the United Kingdom, the first letter of what stands
    /// there instead: L for the Channel Islands, M for the Isle of Man, nothing where nobody knows.
    pub fn outside_uk(&self) -> Option<Option<char>> {
        match self.authority.first() {
            None => Some(None),
            Some(&letter @ (b'L' | b'M')) => Some(Some(char::from(letter))),
            Some(_) => None,
        }
    }

    /// Says what is wrong with it.
    pub fn fault(&self, fault: RowFault) -> RowError {
        RowError::Value {
            file: self.file.to_owned(),
            line: self.line,
            postcode: text(self.postcode),
            fault: Box::new(fault),
        }
    }
}

/// A value for a message.
pub(super) fn text(value: &[u8]) -> String {
    String::from_utf8_lossy(value).into_owned()
}
