//! Names that people use: towns, short and former names of authorities, counties. What is typed
//! finds these as well as the areas' own names.

use serde::{Deserialize, Serialize};

use crate::area::AreaCode;
use crate::format::{self, FileKind, FormatError};
use crate::wire::Codes;

/// What kind of name it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameKind {
    /// A town, village or suburb.
    Town,
    /// Another name or abbreviation of an authority: "Hull", "BCP".
    Other,
    /// An authority that is no more: "Penwith".
    Former,
    /// A county or metropolitan area, of one authority or several: "Kent", "Notts".
    County,
}

impl NameKind {
    const ALL: [NameKind; 4] = [
        NameKind::Town,
        NameKind::Other,
        NameKind::Former,
        NameKind::County,
    ];
}

/// A name and where it leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GazetteerEntry {
    pub name: String,
    pub kind: NameKind,
    /// The authorities it stands for or lies in, at least one; several for a county.
    pub authorities: Vec<AreaCode>,
    /// Of a town in England: the MSOA in which its middle lies.
    pub neighbourhood: Option<AreaCode>,
    /// People of a town, to two digits: good for order, not for a figure. 0 for other names.
    pub population: u32,
    /// One sentence for the reader; may be empty.
    pub note: String,
}

/// Why a list of names is no gazetteer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GazetteerError {
    #[error("a name is empty")]
    EmptyName,
    #[error("the name or note of {0:?} has a line break in it")]
    LineBreak(String),
    #[error("{0} leads to no authority")]
    NoAuthority(String),
}

/// All names, in the order they were given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gazetteer(Vec<GazetteerEntry>);

impl Gazetteer {
    /// Checks what every reader of the names relies on. The file is smallest when neighbours in the
    /// list have the same authority and neighbourhood.
    ///
    /// # Errors
    /// If a name is empty or leads to no authority, or a text has more than one line.
    pub fn new(names: Vec<GazetteerEntry>) -> Result<Gazetteer, GazetteerError> {
        for named in &names {
            if named.name.is_empty() {
                return Err(GazetteerError::EmptyName);
            }
            if named.name.contains('\n') || named.note.contains('\n') {
                return Err(GazetteerError::LineBreak(named.name.clone()));
            }
            if named.authorities.is_empty() {
                return Err(GazetteerError::NoAuthority(named.name.clone()));
            }
        }
        Ok(Gazetteer(names))
    }

    /// The names.
    pub fn entries(&self) -> &[GazetteerEntry] {
        &self.0
    }

    /// The names file's bytes.
    pub fn encode(&self) -> Vec<u8> {
        format::encode(FileKind::Names, &Columns::pack(&self.0))
    }

    /// Reads a names file. Any bytes give a gazetteer or an error.
    ///
    /// # Errors
    /// If the bytes are not a names file, or its columns do not fit together.
    pub fn decode(bytes: &[u8]) -> Result<Gazetteer, FormatError> {
        let names = format::decode::<Columns>(FileKind::Names, bytes)?.unpack()?;
        Gazetteer::new(names).map_err(|error| FormatError::Invalid(error.to_string()))
    }
}

/// A names file.
#[derive(Serialize, Deserialize)]
struct Columns {
    /// One name a line.
    names: String,
    /// One note a line.
    notes: String,
    /// Position in [`NameKind::ALL`].
    sorts: Vec<u8>,
    populations: Vec<u32>,
    /// All authorities that any name leads to, ascending.
    authorities: Codes,
    /// How many authorities each name has.
    counts: Vec<u32>,
    /// For each authority of each name, its position in `authorities` less that of the one before.
    steps: Vec<i32>,
    /// Has the name a neighbourhood? 0 or 1.
    has_neighbourhood: Vec<u8>,
    /// The neighbourhoods of those that have one.
    neighbourhoods: Codes,
}

impl Columns {
    fn pack(names: &[GazetteerEntry]) -> Columns {
        let mut codes: Vec<&AreaCode> = names.iter().flat_map(|named| &named.authorities).collect();
        codes.sort();
        codes.dedup();
        let mut last = 0;
        let steps = names
            .iter()
            .flat_map(|named| &named.authorities)
            .map(|code| {
                let position = codes.binary_search(&code).unwrap_or_default() as i32;
                position - std::mem::replace(&mut last, position)
            });
        let lines = |text: fn(&GazetteerEntry) -> &str| {
            names.iter().map(text).collect::<Vec<_>>().join("\n")
        };
        Columns {
            names: lines(|named| &named.name),
            notes: lines(|named| &named.note),
            sorts: names.iter().map(|named| named.kind as u8).collect(),
            populations: names.iter().map(|named| named.population).collect(),
            counts: names
                .iter()
                .map(|named| named.authorities.len() as u32)
                .collect(),
            steps: steps.collect(),
            authorities: Codes::pack(codes.iter().copied()),
            has_neighbourhood: names
                .iter()
                .map(|named| u8::from(named.neighbourhood.is_some()))
                .collect(),
            neighbourhoods: Codes::pack(
                names
                    .iter()
                    .filter_map(|named| named.neighbourhood.as_ref()),
            ),
        }
    }

    fn unpack(self) -> Result<Vec<GazetteerEntry>, FormatError> {
        let invalid = |what: &str| FormatError::Invalid(what.to_owned());
        let number = self.sorts.len();
        let authorities = self.authorities.unpack()?;
        let mut neighbourhoods = self.neighbourhoods.unpack()?.into_iter();
        let (mut names, mut notes) = (self.names.split('\n'), self.notes.split('\n'));
        let (mut steps, mut position) = (self.steps.into_iter(), 0i32);
        if [
            self.populations.len(),
            self.counts.len(),
            self.has_neighbourhood.len(),
        ] != [number; 3]
        {
            return Err(invalid(
                "names, populations and authorities differ in number",
            ));
        }
        let mut all = Vec::with_capacity(number);
        for at in 0..number {
            let (Some(name), Some(note)) = (names.next(), notes.next()) else {
                return Err(invalid("fewer names or notes than populations"));
            };
            let mut targets = vec![];
            for _ in 0..self.counts[at] {
                // Fails at the end of the steps, however many were announced.
                position = position.wrapping_add(
                    steps
                        .next()
                        .ok_or_else(|| invalid("fewer authorities than counted"))?,
                );
                let code = usize::try_from(position)
                    .ok()
                    .and_then(|at| authorities.get(at));
                targets.push(
                    code.ok_or_else(|| invalid("an authority that is not listed"))?
                        .clone(),
                );
            }
            let neighbourhood = match self.has_neighbourhood[at] {
                0 => None,
                _ => Some(
                    neighbourhoods
                        .next()
                        .ok_or_else(|| invalid("fewer neighbourhoods than counted"))?,
                ),
            };
            all.push(GazetteerEntry {
                name: name.to_owned(),
                kind: *NameKind::ALL
                    .get(usize::from(self.sorts[at]))
                    .ok_or_else(|| invalid("a name of no known sort"))?,
                authorities: targets,
                neighbourhood,
                population: self.populations[at],
                note: note.to_owned(),
            });
        }
        // Splitting nothing gives one empty line.
        let lines_left = number > 0 && (names.next().is_some() || notes.next().is_some());
        if lines_left || steps.next().is_some() || neighbourhoods.next().is_some() {
            return Err(invalid(
                "more names, authorities or neighbourhoods than counted",
            ));
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn code(text: &str) -> AreaCode {
        text.parse().unwrap()
    }

    fn named(name: &str, authorities: &[&str]) -> GazetteerEntry {
        GazetteerEntry {
            name: name.into(),
            kind: NameKind::Town,
            authorities: authorities.iter().map(|text| code(text)).collect(),
            neighbourhood: None,
            population: 0,
            note: String::new(),
        }
    }

    #[test]
    fn round_trips() {
        let town = GazetteerEntry {
            neighbourhood: Some(code("E02002897")),
            population: 3_200,
            ..named("Kington", &["E06000019"])
        };
        let former = GazetteerEntry {
            kind: NameKind::Former,
            note: "Penwith became part of Cornwall in April 2009.".into(),
            ..named("Penwith", &["E06000052"])
        };
        let county = GazetteerEntry {
            kind: NameKind::County,
            ..named("Notts", &["E06000018", "E07000170", "E07000176"])
        };
        let names = Gazetteer::new(vec![town, county, former]).unwrap();
        assert_eq!(Gazetteer::decode(&names.encode()).unwrap(), names);
        let none = Gazetteer::default();
        assert_eq!(Gazetteer::decode(&none.encode()).unwrap(), none);
    }

    #[test]
    fn refuses_names_that_cannot_be_listed_or_followed() {
        let refused = |named: GazetteerEntry| Gazetteer::new(vec![named]).unwrap_err();
        assert_eq!(refused(named("", &["A1"])), GazetteerError::EmptyName);
        assert_eq!(
            refused(named("Ross\nWye", &["A1"])),
            GazetteerError::LineBreak("Ross\nWye".into())
        );
        assert_eq!(
            refused(named("Ross", &[])),
            GazetteerError::NoAuthority("Ross".into())
        );
    }

    prop_compose! {
        fn any_named()(
            name in "[A-Za-zô' -]{1,12}",
            kind in prop::sample::select(&NameKind::ALL[..]),
            authorities in prop::collection::vec("[ENSW]0[67]0000[0-9]{2}", 1..6),
            neighbourhood in prop::option::of("E0200[0-9]{4}"),
            population in any::<u32>(),
            note in "[a-z .]{0,12}",
        ) -> GazetteerEntry {
            GazetteerEntry {
                name,
                kind,
                authorities: authorities.iter().map(|text| code(text)).collect(),
                neighbourhood: neighbourhood.map(|text| code(&text)),
                population,
                note,
            }
        }
    }

    proptest! {
        #[test]
        fn any_names_round_trip(names in prop::collection::vec(any_named(), 0..30)) {
            let names = Gazetteer::new(names).unwrap();
            prop_assert_eq!(Gazetteer::decode(&names.encode()).unwrap(), names);
        }

        #[test]
        fn any_bytes_decode_or_fail(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = Gazetteer::decode(&bytes);
            let _ = Gazetteer::decode(&format::frame(FileKind::Names, &bytes));
        }

        #[test]
        fn a_changed_file_decodes_or_fails(
            names in prop::collection::vec(any_named(), 1..10), at in any::<prop::sample::Index>(), byte in any::<u8>(),
        ) {
            let mut content = Gazetteer::new(names).unwrap().encode().split_off(16);
            let at = at.index(content.len());
            content[at] = byte;
            let _ = Gazetteer::decode(&format::frame(FileKind::Names, &content));
        }
    }
}
