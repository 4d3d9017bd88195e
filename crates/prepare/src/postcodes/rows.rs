//! Reads the lines of the publisher's lookup.

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::printable::{self, Printable};
use csv::{ByteRecord, Reader};
use thiserror::Error;

/// An error in the lookup.
#[derive(Debug, Error)]
pub enum RowError {
    /// A line is not CSV, or has another number of fields than the header.
    #[error(
        "{file}: {reason}; restore the line from the source",
        file = printable::path(.file),
        reason = printable::sentence(.reason)
    )]
    Broken {
        /// The lookup.
        file: PathBuf,
        /// The fault, with the line.
        reason: csv::Error,
    },
    /// A column is missing: it is another file or another edition.
    #[error(
        "{file}: there is no column {column}, only {found}; give the lookup of postcodes to output \
         areas, LSOAs, MSOAs of 2011 and authorities",
        file = printable::path(.file),
        found = Printable::sentence(.found)
    )]
    NoColumn {
        /// The file.
        file: PathBuf,
        /// The missing column.
        column: &'static str,
        /// The columns of the file.
        found: String,
    },
    /// The file has only a header.
    #[error(
        "{file}: the file has no lines after the header; download it again",
        file = printable::path(.file)
    )]
    Empty {
        /// The lookup.
        file: PathBuf,
    },
    /// A value is invalid.
    #[error(
        "{file}, line {line} ({postcode}): {fault}",
        file = printable::path(.file),
        postcode = Printable::value(.postcode)
    )]
    Value {
        /// The lookup.
        file: PathBuf,
        /// The number of the line, from 1.
        line: u64,
        /// The postcode on the line.
        postcode: String,
        /// The fault.
        fault: Box<RowFault>,
    },
}

/// A fault of a value, and how to correct it.
#[derive(Debug, Error)]
pub enum RowFault {
    /// The value is not a postcode.
    #[error(
        "column pcds: this is not a postcode of the form \"HX1 1UB\"; correct or remove the line"
    )]
    NotAPostcode,
    /// The value is not the month in which the postcode was withdrawn.
    #[error(
        "column doterm: \"{text}\" is not a month as YYYYMM; leave it empty for a postcode in use",
        text = Printable::value(.0)
    )]
    NotAMonth(String),
    /// The authority has no area.
    #[error(
        "column ladcd: \"{code}\" ({name}) is neither an area of --boundaries-ltla nor in the \
         --aliases table; correct it, or add to the table the areas that count its cases",
        code = Printable::value(.code),
        name = Printable::value(.name)
    )]
    UnknownAuthority {
        /// The code on the line.
        code: String,
        /// Its name.
        name: String,
    },
    /// The authority's alias is not an area of the map.
    #[error(
        "column ladcd: the --aliases table has {target} for \"{code}\", which is not an area of \
         --boundaries-ltla; correct the table",
        code = Printable::value(.code),
        target = Printable::value(.target)
    )]
    AliasWithoutArea {
        /// The code on the line.
        code: String,
        /// The area in the table.
        target: String,
    },
    /// The neighbourhood is not an area of the map.
    #[error(
        "column msoa11cd: \"{text}\" is not an area of --boundaries-msoa; give boundaries of the \
         lookup's edition, 2011, or correct the line",
        text = Printable::value(.0)
    )]
    UnknownNeighbourhood(String),
    /// The authority has several areas, and the neighbourhood is in none of them.
    #[error(
        "column msoa11cd: {code} was formed from {targets}, and its neighbourhood {neighbourhood} \
         is in none of them; correct the line or the parents in --boundaries-msoa",
        code = Printable::value(.code),
        neighbourhood = Printable::value(.neighbourhood)
    )]
    Undecided {
        /// The authority.
        code: String,
        /// The areas that count its cases.
        targets: String,
        /// The neighbourhood.
        neighbourhood: String,
    },
}

/// The columns that are read.
const COLUMNS: [&str; 5] = ["pcds", "doterm", "msoa11cd", "ladcd", "ladnm"];

/// A reader of the lookup, one line at a time.
pub struct LookupReader<'a, R> {
    file: &'a Path,
    reader: Reader<R>,
    columns: [usize; COLUMNS.len()],
    record: ByteRecord,
}

/// A line of the lookup.
pub struct LookupRow<'a> {
    file: &'a Path,
    line: u64,
    /// The postcode as written.
    pub postcode: &'a [u8],
    /// Whether the postcode has not been withdrawn.
    pub in_use: bool,
    /// The code of the MSOA of 2011; empty in most territories outside the United Kingdom.
    pub neighbourhood: &'a [u8],
    /// The code of the authority at the date of the lookup.
    pub authority: &'a [u8],
    /// The name of the authority in UTF-8 or Latin-1; both occur.
    pub name: &'a [u8],
}

impl<'a, R: Read> LookupReader<'a, R> {
    /// Reads the header. Messages name the file as `file`.
    ///
    /// # Errors
    /// If a column is missing.
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

    /// Reads the next line; `None` after the last.
    ///
    /// # Errors
    /// If the line cannot be read, or the file has no line.
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
    /// Returns `None` for an authority of the United Kingdom, else the first letter of the code: L
    /// for the Channel Islands, M for the Isle of Man, `Some(None)` without a code.
    pub fn outside_uk(&self) -> Option<Option<char>> {
        match self.authority.first() {
            None => Some(None),
            Some(&letter @ (b'L' | b'M')) => Some(Some(char::from(letter))),
            Some(_) => None,
        }
    }

    /// Returns the error for a fault of this line.
    pub fn fault(&self, fault: RowFault) -> RowError {
        RowError::Value {
            file: self.file.to_owned(),
            line: self.line,
            postcode: text(self.postcode),
            fault: Box::new(fault),
        }
    }
}

/// Decodes a value for a message.
pub(super) fn text(value: &[u8]) -> String {
    String::from_utf8_lossy(value).into_owned()
}
