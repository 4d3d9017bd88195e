//! Maps names that people use to areas: towns, counties, short and former names of authorities. The
//! search finds these besides the areas' own names.

use serde::{Deserialize, Serialize};

use crate::domain::area::AreaCode;
use crate::domain::codes::Codes;
use crate::encoding::format::{self, FileKind, FormatError};

/// The kind of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameKind {
    /// A town, village or suburb.
    Town,
    /// Another name or abbreviation of an authority: "Hull", "BCP".
    Other,
    /// An abolished authority: "Penwith".
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

/// A name and the areas it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GazetteerEntry {
    /// The name as people write it.
    pub name: String,
    /// The kind of the name.
    pub kind: NameKind,
    /// The authorities it stands for or lies in, at least one; several for a county.
    pub authorities: Vec<AreaCode>,
    /// For a town in England, the MSOA that contains its centre.
    pub neighbourhood: Option<AreaCode>,
    /// Population of a town to two significant digits, only for ranking. 0 for other names.
    pub population: u32,
    /// One sentence that explains the name to the reader; may be empty.
    pub note: String,
}

/// A fault in a list of names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(
    missing_docs,
    reason = "the message of each variant says what its fields hold"
)]
pub enum GazetteerError {
    #[error("a name is empty")]
    EmptyName,
    #[error("the name or note of {0:?} contains a line break")]
    LineBreak(String),
    #[error("the name {0} has no authority")]
    NoAuthority(String),
}

/// All names, in the order of the source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gazetteer(Vec<GazetteerEntry>);

impl Gazetteer {
    /// Creates a gazetteer, and checks what users of the names rely on. The file is smallest if
    /// consecutive names have the same authority and neighbourhood.
    ///
    /// # Errors
    /// If a name is empty or has no authority, or a name or note has more than one line.
    pub fn new(names: Vec<GazetteerEntry>) -> Result<Gazetteer, GazetteerError> {
        for entry in &names {
            if entry.name.is_empty() {
                return Err(GazetteerError::EmptyName);
            }
            if entry.name.contains('\n') || entry.note.contains('\n') {
                return Err(GazetteerError::LineBreak(entry.name.clone()));
            }
            if entry.authorities.is_empty() {
                return Err(GazetteerError::NoAuthority(entry.name.clone()));
            }
        }
        Ok(Gazetteer(names))
    }

    /// The names.
    pub fn entries(&self) -> &[GazetteerEntry] {
        &self.0
    }

    /// Encodes a names file.
    pub fn encode(&self) -> Vec<u8> {
        format::encode(FileKind::Names, &Columns::pack(&self.0))
    }

    /// Decodes a names file. Never panics.
    ///
    /// # Errors
    /// If the bytes are not a names file, or its columns are inconsistent.
    pub fn decode(bytes: &[u8]) -> Result<Gazetteer, FormatError> {
        let names = format::decode::<Columns>(FileKind::Names, bytes)?.unpack()?;
        Gazetteer::new(names).map_err(|error| FormatError::Invalid(error.to_string()))
    }
}

/// A names file.
#[derive(Serialize, Deserialize)]
struct Columns {
    /// Names, one per line.
    names: String,
    /// Notes, one per line.
    notes: String,
    /// Position in [`NameKind::ALL`].
    kinds: Vec<u8>,
    populations: Vec<u32>,
    /// All authorities of any name, ascending.
    authorities: Codes,
    /// The number of authorities of each name.
    counts: Vec<u32>,
    /// For each authority of each name, its position in `authorities` minus the position before.
    steps: Vec<i32>,
    /// 1 for a name with a neighbourhood, 0 for others.
    has_neighbourhood: Vec<u8>,
    /// The neighbourhoods of the names that have one.
    neighbourhoods: Codes,
}

impl Columns {
    fn pack(names: &[GazetteerEntry]) -> Columns {
        let mut codes: Vec<&AreaCode> = names.iter().flat_map(|entry| &entry.authorities).collect();
        codes.sort();
        codes.dedup();
        let mut last = 0;
        let steps = names
            .iter()
            .flat_map(|entry| &entry.authorities)
            .map(|code| {
                let position = codes.binary_search(&code).unwrap_or_default() as i32;
                position - std::mem::replace(&mut last, position)
            });
        let lines = |text: fn(&GazetteerEntry) -> &str| {
            names.iter().map(text).collect::<Vec<_>>().join("\n")
        };
        Columns {
            names: lines(|entry| &entry.name),
            notes: lines(|entry| &entry.note),
            kinds: names.iter().map(|entry| entry.kind as u8).collect(),
            populations: names.iter().map(|entry| entry.population).collect(),
            counts: names
                .iter()
                .map(|entry| entry.authorities.len() as u32)
                .collect(),
            steps: steps.collect(),
            authorities: Codes::pack(codes.iter().copied()),
            has_neighbourhood: names
                .iter()
                .map(|entry| u8::from(entry.neighbourhood.is_some()))
                .collect(),
            neighbourhoods: Codes::pack(
                names
                    .iter()
                    .filter_map(|entry| entry.neighbourhood.as_ref()),
            ),
        }
    }

    fn unpack(self) -> Result<Vec<GazetteerEntry>, FormatError> {
        let invalid = |what: &str| FormatError::Invalid(what.to_owned());
        let count = self.kinds.len();
        let authorities = self.authorities.unpack()?;
        let mut neighbourhoods = self.neighbourhoods.unpack()?.into_iter();
        let (mut names, mut notes) = (self.names.split('\n'), self.notes.split('\n'));
        let (mut steps, mut position) = (self.steps.into_iter(), 0i32);
        if [
            self.populations.len(),
            self.counts.len(),
            self.has_neighbourhood.len(),
        ] != [count; 3]
        {
            return Err(invalid(
                "the numbers of kinds, populations and authorities differ",
            ));
        }
        let mut all = Vec::with_capacity(count);
        for at in 0..count {
            let (Some(name), Some(note)) = (names.next(), notes.next()) else {
                return Err(invalid("it has fewer names or notes than populations"));
            };
            let mut targets = vec![];
            for _ in 0..self.counts[at] {
                // The end of the steps ends this loop, however large the announced number.
                position = position.wrapping_add(
                    steps
                        .next()
                        .ok_or_else(|| invalid("it has fewer authorities than announced"))?,
                );
                let code = usize::try_from(position)
                    .ok()
                    .and_then(|at| authorities.get(at));
                targets.push(
                    code.ok_or_else(|| invalid("an authority is not in the list of authorities"))?
                        .clone(),
                );
            }
            let neighbourhood = match self.has_neighbourhood[at] {
                0 => None,
                _ => Some(
                    neighbourhoods
                        .next()
                        .ok_or_else(|| invalid("it has fewer neighbourhoods than announced"))?,
                ),
            };
            all.push(GazetteerEntry {
                name: name.to_owned(),
                kind: *NameKind::ALL
                    .get(usize::from(self.kinds[at]))
                    .ok_or_else(|| invalid("a name has an unknown kind"))?,
                authorities: targets,
                neighbourhood,
                population: self.populations[at],
                note: note.to_owned(),
            });
        }
        // `split` of an empty text gives one empty line.
        let lines_left = count > 0 && (names.next().is_some() || notes.next().is_some());
        if lines_left || steps.next().is_some() || neighbourhoods.next().is_some() {
            return Err(invalid(
                "it has more names, authorities or neighbourhoods than announced",
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
    fn gazetteer_round_trips() {
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
    fn gazetteer_refuses_names_that_are_empty_multiline_or_without_authority() {
        let refused = |entry: GazetteerEntry| Gazetteer::new(vec![entry]).unwrap_err();
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
        fn gazetteer_of_any_names_round_trips(names in prop::collection::vec(any_named(), 0..30)) {
            let names = Gazetteer::new(names).unwrap();
            prop_assert_eq!(Gazetteer::decode(&names.encode()).unwrap(), names);
        }

        #[test]
        fn decode_of_any_bytes_does_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = Gazetteer::decode(&bytes);
            let _ = Gazetteer::decode(&format::frame(FileKind::Names, &bytes));
        }

        #[test]
        fn decode_of_changed_file_does_not_panic(
            names in prop::collection::vec(any_named(), 1..10),
            at in any::<prop::sample::Index>(),
            byte in any::<u8>(),
        ) {
            let mut content = Gazetteer::new(names).unwrap().encode().split_off(16);
            let at = at.index(content.len());
            content[at] = byte;
            let _ = Gazetteer::decode(&format::frame(FileKind::Names, &content));
        }
    }
}
