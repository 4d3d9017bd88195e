//! Postcodes: what a reader types, and where the postcodes that begin so lie.
//!
//! All postcodes of the country are in files of one postcode area each (HX, B, SW, …), so that
//! looking one up tells the host no more than its area. A file is small enough to be gone through
//! from end to end for each question.

mod columns;
mod query;
mod range;

use crate::area::AreaCode;
use crate::format::{self, FileKind, FormatError};

use columns::{PostcodeColumns, PostcodeRecord};
pub use query::PostcodeQuery;
use range::PostcodeRange;

/// Where a postcode lies.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PostcodeLocation {
    /// The authority whose figures count it.
    pub authority: AreaCode,
    /// The authority on the day of the lookup, which may have been formed since the figures'
    /// edition.
    pub district: AreaCode,
    /// Its MSOA, in England.
    pub neighbourhood: Option<AreaCode>,
}

/// One postcode's place among those of its area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PostcodeUnit(u32);

impl PostcodeUnit {
    /// Reads a whole postcode as it is properly written, "HX1 1UB": its area and its place there.
    /// `None` if it is none.
    pub fn parse(text: &str) -> Option<(String, PostcodeUnit)> {
        let typed = PostcodeQuery::parse(text)?;
        let &[part] = typed.readings() else {
            return None;
        };
        let stored =
            part.is_whole() && columns::slot(part.start).is_some() && typed.in_words() == text;
        stored.then(|| (typed.area().to_owned(), PostcodeUnit(part.start)))
    }
}

/// One postcode and what is known of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PostcodeEntry {
    pub unit: PostcodeUnit,
    /// Position of its place in the list of locations.
    pub location: usize,
    /// `false` if it was withdrawn.
    pub in_use: bool,
}

/// Why a list of postcodes cannot be stored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PostcodesError {
    #[error("postcode {0} is listed twice")]
    DuplicatePostcode(String),
    #[error("postcode {0} lies at a location that is not listed")]
    UnknownLocation(String),
}

/// The postcodes of one area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Postcodes {
    area: String,
    /// Ascending, each once.
    locations: Vec<PostcodeLocation>,
    stored: PostcodeColumns,
}

/// The postcodes that begin as a reader typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostcodeMatch {
    /// What they begin with, as it is written: the reading that was found.
    pub text: String,
    /// Is it one whole postcode?
    pub whole: bool,
    /// `false`: what there was has been withdrawn.
    pub in_use: bool,
    /// Where they lie and how many are in use (or were, if none is), most first, equal ones by
    /// code.
    pub locations: Vec<(PostcodeLocation, u32)>,
}

/// A postcodes file: in one text, with spaces between, the area and the codes of all its locations;
/// and columns. These are of each location the positions of its authority, its district and, from 1
/// on, its neighbourhood (0 is none) among the codes; then those of [`PostcodeColumns`]. It is no struct of
/// many fields because the app has to load the code that reads it.
type PostcodesFile = (String, Vec<Vec<u32>>);

impl Postcodes {
    /// The postcodes of an area, in any order. Each stands at a position in `locations`.
    ///
    /// # Errors
    /// If a postcode is listed twice or stands at no location of the list.
    pub fn new(
        area: &str,
        locations: &[PostcodeLocation],
        mut entries: Vec<PostcodeEntry>,
    ) -> Result<Postcodes, PostcodesError> {
        let written = |entry: &PostcodeEntry| {
            PostcodeRange {
                start: entry.unit.0,
                size: 1,
            }
            .written(area)
        };
        entries.sort_unstable_by_key(|entry| entry.unit);
        if let Some(pair) = entries.windows(2).find(|pair| pair[0].unit == pair[1].unit) {
            return Err(PostcodesError::DuplicatePostcode(written(&pair[0])));
        }
        if let Some(entry) = entries
            .iter()
            .find(|entry| entry.location >= locations.len())
        {
            return Err(PostcodesError::UnknownLocation(written(entry)));
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
        let stored = PostcodeColumns::pack(&entries.iter().map(record).collect::<Vec<_>>());
        Ok(Postcodes {
            area: area.to_owned(),
            locations: sorted.into_iter().cloned().collect(),
            stored,
        })
    }

    /// The area that all of them begin with.
    pub fn area(&self) -> &str {
        &self.area
    }

    /// Where they lie, each place once.
    pub fn locations(&self) -> &[PostcodeLocation] {
        &self.locations
    }

    /// How many postcodes there are, withdrawn ones included.
    pub fn len(&self) -> usize {
        self.stored.len()
    }

    /// Is there no postcode at all?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All postcodes that begin as typed, by the first reading that has any in use, or else any at
    /// all. `None` if there is none.
    pub fn find(&self, typed: &PostcodeQuery) -> Option<PostcodeMatch> {
        if typed.area() != self.area {
            return None;
        }
        [true, false].into_iter().find_map(|in_use| {
            typed
                .readings()
                .iter()
                .find_map(|&part| self.of(part, in_use))
        })
    }

    /// The postcodes of a part that are in use, or those that are not.
    fn of(&self, part: PostcodeRange, in_use: bool) -> Option<PostcodeMatch> {
        let mut counts = vec![0; self.locations.len()];
        self.stored.each(|record| {
            if record.in_use == in_use && part.contains(record.number) {
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
        let text = part.written(&self.area);
        (!locations.is_empty()).then_some(PostcodeMatch {
            text,
            whole: part.is_whole(),
            in_use,
            locations,
        })
    }

    /// The postcodes file's bytes.
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
        } = self.stored.clone();
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

    /// Reads a postcodes file. Any bytes give postcodes or an error.
    pub fn decode(bytes: &[u8]) -> Result<Postcodes, FormatError> {
        let (words, columns) = format::decode::<PostcodesFile>(FileKind::Postcodes, bytes)?;
        Postcodes::unpack(&words, columns).map_err(|fault| FormatError::Invalid(fault.to_owned()))
    }

    fn unpack(words: &str, columns: Vec<Vec<u32>>) -> Result<Postcodes, &'static str> {
        let mut words = words.split(' ');
        let area = words.next().unwrap_or_default().to_owned();
        let mut codes: Vec<AreaCode> = vec![];
        for word in words {
            codes.push(
                word.parse()
                    .map_err(|_| "what should be an area code is none")?,
            );
        }
        let columns = <[Vec<u32>; 8]>::try_from(columns).map_err(|_| "it has not eight columns")?;
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
            return Err("the locations' columns differ in number");
        }
        let mut locations = Vec::with_capacity(authority.len());
        for (i, &authority) in authority.iter().enumerate() {
            let known = neighbourhood[i].checked_sub(1);
            let (Some(authority), Some(district)) = (code(authority), code(district[i])) else {
                return Err("a location's code is not listed");
            };
            let neighbourhood = known.and_then(code);
            if known.is_some() && neighbourhood.is_none() {
                return Err("a neighbourhood's code is not listed");
            }
            locations.push(PostcodeLocation {
                authority,
                district,
                neighbourhood,
            });
        }
        let stored = PostcodeColumns {
            sectors,
            taken,
            in_use,
            runs,
            locations: run_locations,
        };
        match stored.fault(locations.len()) {
            Some(fault) => Err(fault),
            None => Ok(Postcodes {
                area,
                locations,
                stored,
            }),
        }
    }
}

#[cfg(test)]
mod tests;
