//! Locates postcodes: parses a query, and finds the postcodes that begin with it.
//!
//! Each postcode area (HX, B, SW, …) has its own file, so that a lookup tells the host only the
//! area. A file is small enough for a scan from end to end in each lookup.

mod columns;
mod query;
mod range;

use crate::domain::area::AreaCode;
use crate::encoding::format::{self, FileKind, FormatError};

use columns::{PostcodeColumns, PostcodeRecord};
pub use query::PostcodeQuery;
use range::PostcodeRange;

/// The areas that a postcode lies in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PostcodeLocation {
    /// The authority whose figures include it.
    pub authority: AreaCode,
    /// The authority on the date of the postcode directory. It may be newer than those of the
    /// figures.
    pub district: AreaCode,
    /// Its MSOA, in England.
    pub neighbourhood: Option<AreaCode>,
}

/// A whole postcode (a unit), by its number within its postcode area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PostcodeUnit(u32);

impl PostcodeUnit {
    /// Parses a whole postcode in its official form, "HX1 1UB", into its area and unit.
    pub fn parse(text: &str) -> Option<(String, PostcodeUnit)> {
        let query = PostcodeQuery::parse(text)?;
        let &[range] = query.readings() else {
            return None;
        };
        let is_unit =
            range.is_whole() && columns::slot(range.start).is_some() && query.in_words() == text;
        is_unit.then(|| (query.area().to_owned(), PostcodeUnit(range.start)))
    }
}

/// A postcode with its location.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PostcodeEntry {
    /// The postcode within its postcode area.
    pub unit: PostcodeUnit,
    /// Position in the list of locations.
    pub location: usize,
    /// `false` for a withdrawn postcode.
    pub in_use: bool,
}

/// A fault in a list of postcodes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(
    missing_docs,
    reason = "the message of each variant says what its fields hold"
)]
pub enum PostcodesError {
    #[error("postcode {0} is listed twice")]
    DuplicatePostcode(String),
    #[error("postcode {0} has a location that is not listed")]
    UnknownLocation(String),
}

/// The postcodes of one area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Postcodes {
    area: String,
    /// Ascending, each once.
    locations: Vec<PostcodeLocation>,
    columns: PostcodeColumns,
}

/// The postcodes that match a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostcodeMatch {
    /// The text that they begin with, in official form: the reading that matched.
    pub text: String,
    /// Whether the text is one whole postcode.
    pub whole: bool,
    /// `false` if all matches are withdrawn.
    pub in_use: bool,
    /// The locations, each with the number of postcodes in use (or of withdrawn ones, if none is in
    /// use), highest number first, equal ones by code.
    pub locations: Vec<(PostcodeLocation, u32)>,
}

/// A postcodes file: a text, and columns.
///
/// The text holds the area and the codes of all locations, separated by spaces. The first three
/// columns have a value for each location: the position of its authority, of its district, and from
/// 1 on of its neighbourhood (0 for none) among the codes. The others are those of
/// [`PostcodeColumns`]. A struct with many fields would need more code in the app to decode it.
type PostcodesFile = (String, Vec<Vec<u32>>);

impl Postcodes {
    /// Creates the postcodes of an area from entries in any order, which refer to `locations`.
    ///
    /// # Errors
    /// If a postcode is listed twice, or its location is not in the list.
    pub fn new(
        area: &str,
        locations: &[PostcodeLocation],
        mut entries: Vec<PostcodeEntry>,
    ) -> Result<Postcodes, PostcodesError> {
        let in_words = |entry: &PostcodeEntry| {
            PostcodeRange {
                start: entry.unit.0,
                size: 1,
            }
            .in_words(area)
        };
        entries.sort_unstable_by_key(|entry| entry.unit);
        if let Some([entry, _]) = entries
            .array_windows()
            .find(|[one, next]| one.unit == next.unit)
        {
            return Err(PostcodesError::DuplicatePostcode(in_words(entry)));
        }
        if let Some(entry) = entries
            .iter()
            .find(|entry| entry.location >= locations.len())
        {
            return Err(PostcodesError::UnknownLocation(in_words(entry)));
        }
        let mut sorted: Vec<&PostcodeLocation> = entries
            .iter()
            .map(|entry| &locations[entry.location])
            .collect();
        sorted.sort_unstable();
        sorted.dedup();
        let new_position: Vec<usize> = locations
            .iter()
            .map(|location| sorted.partition_point(|other| *other < location))
            .collect();
        let record = |entry: &PostcodeEntry| PostcodeRecord {
            number: entry.unit.0,
            in_use: entry.in_use,
            location: new_position[entry.location] as u32,
        };
        let columns = PostcodeColumns::pack(&entries.iter().map(record).collect::<Vec<_>>());
        Ok(Postcodes {
            area: area.to_owned(),
            locations: sorted.into_iter().cloned().collect(),
            columns,
        })
    }

    /// The postcode area's letters.
    pub fn area(&self) -> &str {
        &self.area
    }

    /// The locations, each once.
    pub fn locations(&self) -> &[PostcodeLocation] {
        &self.locations
    }

    /// The number of postcodes, including withdrawn ones.
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Whether the area has no postcodes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the postcodes that match a query, by the first reading with matches in use, or else
    /// the first with withdrawn matches. `None` without a match.
    pub fn find(&self, query: &PostcodeQuery) -> Option<PostcodeMatch> {
        if query.area() != self.area {
            return None;
        }
        [true, false].into_iter().find_map(|in_use| {
            query
                .readings()
                .iter()
                .find_map(|&range| self.find_in(range, in_use))
        })
    }

    /// Returns the postcodes of a range that are in use, or those that are withdrawn.
    fn find_in(&self, range: PostcodeRange, in_use: bool) -> Option<PostcodeMatch> {
        let mut counts = vec![0; self.locations.len()];
        self.columns.each(|record| {
            if record.in_use == in_use && range.contains(record.number) {
                counts[record.location as usize] += 1;
            }
        });
        let mut locations: Vec<(PostcodeLocation, u32)> = vec![];
        for (location, &count) in self
            .locations
            .iter()
            .zip(&counts)
            .filter(|(_, count)| **count > 0)
        {
            let rank = locations
                .iter()
                .take_while(|(_, more)| *more >= count)
                .count();
            locations.insert(rank, (location.clone(), count));
        }
        let text = range.in_words(&self.area);
        (!locations.is_empty()).then_some(PostcodeMatch {
            text,
            whole: range.is_whole(),
            in_use,
            locations,
        })
    }

    /// Encodes a postcodes file.
    pub fn encode(&self) -> Vec<u8> {
        let mut codes: Vec<&AreaCode> = vec![];
        for at in &self.locations {
            codes.extend([&at.authority, &at.district]);
            codes.extend(&at.neighbourhood);
        }
        codes.sort_unstable();
        codes.dedup();
        let position = |code: &AreaCode| codes.partition_point(|other| *other < code) as u32;
        let column =
            |of: &dyn Fn(&PostcodeLocation) -> u32| self.locations.iter().map(of).collect();
        let PostcodeColumns {
            sectors,
            taken,
            in_use,
            runs,
            locations,
        } = self.columns.clone();
        let columns = vec![
            column(&|at| position(&at.authority)),
            column(&|at| position(&at.district)),
            column(&|at| {
                at.neighbourhood
                    .as_ref()
                    .map_or(0, |code| position(code) + 1)
            }),
            sectors,
            taken,
            in_use,
            runs,
            locations,
        ];
        let words: Vec<&str> = std::iter::once(&self.area[..])
            .chain(codes.iter().map(|code| code.as_str()))
            .collect();
        let file: PostcodesFile = (words.join(" "), columns);
        format::encode(FileKind::Postcodes, &file)
    }

    /// Decodes a postcodes file. Never panics.
    ///
    /// # Errors
    /// If the bytes are not a postcodes file, or its columns are inconsistent.
    pub fn decode(bytes: &[u8]) -> Result<Postcodes, FormatError> {
        let (words, columns) = format::decode::<PostcodesFile>(FileKind::Postcodes, bytes)?;
        Postcodes::unpack(&words, columns).map_err(|fault| FormatError::Invalid(fault.to_owned()))
    }

    fn unpack(words: &str, columns: Vec<Vec<u32>>) -> Result<Postcodes, &'static str> {
        let mut words = words.split(' ');
        let area = words.next().unwrap_or_default().to_owned();
        let mut codes: Vec<AreaCode> = vec![];
        for word in words {
            codes.push(word.parse().map_err(|_| "an area code is invalid")?);
        }
        let columns =
            <[Vec<u32>; 8]>::try_from(columns).map_err(|_| "it does not have eight columns")?;
        let [
            authority,
            district,
            neighbourhood,
            sectors,
            taken,
            in_use,
            runs,
            run_locations,
        ] = columns;
        let code = |position: u32| codes.get(position as usize).cloned();
        if district.len() != authority.len() || neighbourhood.len() != authority.len() {
            return Err("the columns of locations differ in number");
        }
        let mut locations = Vec::with_capacity(authority.len());
        for (i, &authority) in authority.iter().enumerate() {
            let position = neighbourhood[i].checked_sub(1);
            let (Some(authority), Some(district)) = (code(authority), code(district[i])) else {
                return Err("a location's code is not listed");
            };
            let neighbourhood = position.and_then(code);
            if position.is_some() && neighbourhood.is_none() {
                return Err("a neighbourhood's code is not listed");
            }
            locations.push(PostcodeLocation {
                authority,
                district,
                neighbourhood,
            });
        }
        let columns = PostcodeColumns {
            sectors,
            taken,
            in_use,
            runs,
            locations: run_locations,
        };
        match columns.fault(locations.len()) {
            Some(fault) => Err(fault),
            None => Ok(Postcodes {
                area,
                locations,
                columns,
            }),
        }
    }
}

#[cfg(test)]
mod tests;
