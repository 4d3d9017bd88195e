//! Parses the tables of names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rising_model::domain::area::AreaCode;
use rising_model::lookup::gazetteer::{GazetteerEntry, NameKind};
use serde::de::DeserializeOwned;
use thiserror::Error;

use super::truncate_to_two_digits;
use crate::boundaries::Shape;
use crate::display_text::{self, InvisibleText};
use crate::printable::Printable;
use crate::problem::{FilePosition, Position};

/// A fault of a line, and how to correct it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TableFault {
    /// The header is that of another table.
    #[error(
        "the columns are {found}; {expected} were expected",
        found = Printable::sentence(.found)
    )]
    OtherColumns {
        /// The columns in the file.
        found: String,
        /// The required columns.
        expected: &'static str,
    },
    /// The line cannot be parsed.
    #[error("cannot be read: {text}; restore the line", text = Printable::sentence(.0))]
    Unreadable(String),
    /// The name is empty.
    #[error("column name is empty; fill it in or remove the line")]
    NoName,
    /// The kind is unknown.
    #[error(
        "column kind: \"{text}\" is not a kind; write other, former or county",
        text = Printable::value(.0)
    )]
    BadKind(String),
    /// The line has no code.
    #[error(
        "{text} has no code; give the codes of its authorities, or remove the line",
        text = Printable::value(.0)
    )]
    NoCode(String),
    /// A code is not an area of the data set.
    #[error(
        "{name}: \"{code}\" is not among the {what} of the boundaries; correct it or remove the \
         line",
        name = Printable::value(.name),
        code = Printable::value(.code)
    )]
    UnknownCode {
        /// The name on the line.
        name: String,
        /// The code on the line.
        code: String,
        /// "authorities" or "neighbourhoods".
        what: &'static str,
    },
    /// The neighbourhood belongs to another authority.
    #[error(
        "{name}: {neighbourhood} is not in {authority}; correct one of the two",
        name = Printable::value(.name)
    )]
    OtherAuthority {
        /// The name on the line.
        name: String,
        /// The neighbourhood.
        neighbourhood: AreaCode,
        /// The authority.
        authority: AreaCode,
    },
    /// The note is not a sentence.
    #[error(
        "{name}: the note \"{note}\" does not end with a full stop; write one sentence, or none",
        name = Printable::value(.name),
        note = Printable::value(.note)
    )]
    NoSentence {
        /// The name on the line.
        name: String,
        /// The note on the line.
        note: String,
    },
    /// A name or note has no visible character.
    #[error("a value cannot be shown: {0}")]
    Invisible(#[from] InvisibleText),
    /// Two lines, or two codes on a line, are equal.
    #[error("{text} is repeated; remove one of the two", text = Printable::value(.0))]
    Repeated(String),
}

/// A fault with its file and line.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{place}: {fault}")]
pub struct TableError {
    place: FilePosition,
    fault: TableFault,
}

/// The areas that names may refer to.
pub struct KnownAreas<'a> {
    authorities: BTreeMap<&'a AreaCode, &'a str>,
    /// The neighbourhoods, each with its authority.
    neighbourhoods: BTreeMap<&'a AreaCode, Option<&'a AreaCode>>,
}

impl<'a> KnownAreas<'a> {
    /// Returns the areas of the shapes of both levels.
    pub fn new(authorities: &'a [Shape], neighbourhoods: &'a [Shape]) -> KnownAreas<'a> {
        KnownAreas {
            authorities: authorities
                .iter()
                .map(|shape| (&shape.code, shape.name.as_deref().unwrap_or_default()))
                .collect(),
            neighbourhoods: neighbourhoods
                .iter()
                .map(|shape| (&shape.code, shape.parent.as_ref()))
                .collect(),
        }
    }

    fn authority(&self, name: &str, text: &str) -> Result<AreaCode, TableFault> {
        let code = text
            .parse()
            .ok()
            .filter(|code| self.authorities.contains_key(code));
        code.ok_or_else(|| TableFault::UnknownCode {
            name: name.into(),
            code: text.into(),
            what: "authorities",
        })
    }

    fn neighbourhood(
        &self,
        name: &str,
        text: &str,
        authority: &AreaCode,
    ) -> Result<AreaCode, TableFault> {
        let unknown = || TableFault::UnknownCode {
            name: name.into(),
            code: text.into(),
            what: "neighbourhoods",
        };
        let code: AreaCode = text.parse().map_err(|_| unknown())?;
        if *self.neighbourhoods.get(&code).ok_or_else(unknown)? != Some(authority) {
            return Err(TableFault::OtherAuthority {
                name: name.into(),
                neighbourhood: code,
                authority: authority.clone(),
            });
        }
        Ok(code)
    }
}

/// Parses `name,authority,neighbourhood,population`.
///
/// # Errors
/// The first line with a fault.
pub fn parse_towns(
    content: &[u8],
    file: &Path,
    areas: &KnownAreas,
) -> Result<Vec<GazetteerEntry>, TableError> {
    let mut seen = BTreeSet::new();
    parse_lines(
        content,
        file,
        "name,authority,neighbourhood,population",
        |row: (String, String, String, u32)| {
            let (name, authority, neighbourhood, population) = row;
            let authority = areas.authority(&name, &authority)?;
            let neighbourhood = match neighbourhood.as_str() {
                "" => None,
                code => Some(areas.neighbourhood(&name, code, &authority)?),
            };
            if !seen.insert((name.clone(), authority.clone(), neighbourhood.clone())) {
                return Err(TableFault::Repeated(name));
            }
            Ok(Some(GazetteerEntry {
                name,
                kind: NameKind::Town,
                authorities: vec![authority],
                neighbourhood,
                population: truncate_to_two_digits(population),
                note: String::new(),
            }))
        },
    )
}

/// Parses `kind,name,codes,note`.
///
/// # Errors
/// The first line with a fault.
pub fn parse_names(
    content: &[u8],
    file: &Path,
    areas: &KnownAreas,
) -> Result<Vec<GazetteerEntry>, TableError> {
    let mut seen = BTreeSet::new();
    parse_lines(
        content,
        file,
        "kind,name,codes,note",
        |(kind, name, codes, note): (String, String, String, String)| {
            let kind = match kind.as_str() {
                "other" => NameKind::Other,
                "former" => NameKind::Former,
                "county" => NameKind::County,
                _ => return Err(TableFault::BadKind(kind)),
            };
            let mut authorities = codes
                .split_whitespace()
                .map(|code| areas.authority(&name, code))
                .collect::<Result<Vec<_>, _>>()?;
            authorities.sort();
            if authorities.is_empty() {
                return Err(TableFault::NoCode(name));
            }
            if let Some([code, _]) = authorities.array_windows().find(|[one, next]| one == next) {
                return Err(TableFault::Repeated(format!("{name}: {code}")));
            }
            if !note.is_empty() && !note.ends_with('.') {
                return Err(TableFault::NoSentence { name, note });
            }
            if !seen.insert((kind, name.to_lowercase(), authorities.clone())) {
                return Err(TableFault::Repeated(name));
            }
            Ok(Some(GazetteerEntry {
                name,
                kind,
                authorities,
                neighbourhood: None,
                population: 0,
                note,
            }))
        },
    )
}

/// Parses `code,name`, and leaves out names that are equal in both languages.
///
/// # Errors
/// The first line with a fault.
pub fn parse_welsh_names(
    content: &[u8],
    file: &Path,
    areas: &KnownAreas,
) -> Result<Vec<GazetteerEntry>, TableError> {
    let mut seen = BTreeSet::new();
    parse_lines(
        content,
        file,
        "code,name",
        |(code, name): (String, String)| {
            let code = areas.authority(&name, &code)?;
            if !seen.insert(code.clone()) {
                return Err(TableFault::Repeated(code.to_string()));
            }
            let english = areas
                .authorities
                .get(&code)
                .is_some_and(|english| *english == name);
            Ok((!english).then(|| GazetteerEntry {
                name,
                kind: NameKind::Other,
                authorities: vec![code],
                neighbourhood: None,
                population: 0,
                note: String::new(),
            }))
        },
    )
}

/// Cleans the name and note for display.
fn clean(named: GazetteerEntry) -> Result<GazetteerEntry, TableFault> {
    let name = display_text::clean("name", &named.name)?;
    let note = display_text::clean(
        format_args!("note of {}", Printable::value(&name)),
        &named.note,
    )?;
    Ok(GazetteerEntry {
        name,
        note,
        ..named
    })
}

/// Parses the lines of a CSV with these columns, which are those of `Row`.
fn parse_lines<Row: DeserializeOwned>(
    content: &[u8],
    file: &Path,
    columns: &'static str,
    mut each: impl FnMut(Row) -> Result<Option<GazetteerEntry>, TableFault>,
) -> Result<Vec<GazetteerEntry>, TableError> {
    let mut all = vec![];
    let mut reader = csv::Reader::from_reader(content);
    let failed = |at: Position, fault: TableFault| TableError {
        place: FilePosition {
            file: file.into(),
            at,
        },
        fault,
    };
    let header = reader
        .headers()
        .map_err(|error| failed(Position::Line(1), TableFault::Unreadable(error.to_string())))?;
    let found = header.iter().collect::<Vec<_>>().join(",");
    if found != columns {
        return Err(failed(
            Position::Line(1),
            TableFault::OtherColumns {
                found,
                expected: columns,
            },
        ));
    }
    for record in reader.records() {
        let line = match &record {
            Ok(record) => record.position().map(csv::Position::line),
            Err(error) => error.position().map(csv::Position::line),
        };
        let named = record.and_then(|record| record.deserialize::<Row>(None));
        let named = named
            .map_err(|error| TableFault::Unreadable(error.to_string()))
            .and_then(&mut each);
        let named = named.and_then(|named| match named {
            Some(named) if named.name.trim().is_empty() => Err(TableFault::NoName),
            Some(named) if named.name.contains('\n') || named.note.contains('\n') => {
                Err(TableFault::Unreadable("a line break within a value".into()))
            }
            named => named.map(clean).transpose(),
        });
        let at = line.map_or(Position::WholeFile, Position::Line);
        all.extend(named.map_err(|fault| failed(at, fault))?);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(text: &str) -> AreaCode {
        text.parse().unwrap()
    }

    /// Calls `parse` with two authorities, each with a neighbourhood.
    fn with_areas<T>(parse: impl FnOnce(&KnownAreas) -> T) -> T {
        let shape = |text: &str, name: Option<&str>, parent: Option<&str>| Shape {
            code: code(text),
            name: name.map(str::to_owned),
            parent: parent.map(code),
            rings: vec![],
        };
        let authorities = [
            shape("E1", Some("Shire"), None),
            shape("W2", Some("Powys"), None),
        ];
        let neighbourhoods = [
            shape("E021", None, Some("E1")),
            shape("E022", None, Some("W2")),
        ];
        parse(&KnownAreas::new(&authorities, &neighbourhoods))
    }

    fn file() -> &'static Path {
        Path::new("table.csv")
    }

    #[test]
    fn parse_reads_each_table() {
        let table = b"name,authority,neighbourhood,population\nRoss,E1,E021,10582\nHay,W2,,0\n";
        let all = with_areas(|areas| parse_towns(table, file(), areas)).unwrap();
        assert_eq!(
            (all[0].neighbourhood.clone(), all[0].population),
            (Some(code("E021")), 10_000)
        );
        assert_eq!(
            (&*all[1].name, &all[1].neighbourhood, all[1].kind),
            ("Hay", &None, NameKind::Town)
        );

        let table = b"kind,name,codes,note\nother,X,E1,\nformer,Y,W2,It was.\ncounty,Z,W2 E1,\n";
        let all = with_areas(|areas| parse_names(table, file(), areas)).unwrap();
        assert_eq!(
            all.iter().map(|named| named.kind).collect::<Vec<_>>(),
            [NameKind::Other, NameKind::Former, NameKind::County]
        );
        assert_eq!(all[2].authorities, [code("E1"), code("W2")]);
        assert_eq!(all[1].note, "It was.");

        let all =
            with_areas(|areas| parse_welsh_names(b"code,name\nE1,Sir\nW2,Powys\n", file(), areas))
                .unwrap();
        assert_eq!(
            all.iter()
                .map(|named| (&*named.name, named.kind))
                .collect::<Vec<_>>(),
            [("Sir", NameKind::Other)]
        );
    }

    #[test]
    fn parse_bad_line_is_error_with_line_and_value() {
        type Read = fn(&[u8], &Path, &KnownAreas) -> Result<Vec<GazetteerEntry>, TableError>;
        let town = "name,authority,neighbourhood,population\nHay,W2,,1\n";
        let name = "kind,name,codes,note\nother,X,E1,\n";
        let cases: [(Read, &str, &str, &str); 15] = [
            (
                parse_towns,
                town,
                "Ross,E9,,1",
                "Ross: \"E9\" is not among the authorities",
            ),
            (
                parse_towns,
                town,
                "Ross,,,1",
                "Ross: \"\" is not among the authorities",
            ),
            (
                parse_towns,
                town,
                "Ross,E1,E029,1",
                "Ross: \"E029\" is not among the neighbourhoods",
            ),
            (
                parse_towns,
                town,
                "Ross,E1,E022,1",
                "Ross: E022 is not in E1",
            ),
            (parse_towns, town, " ,E1,,1", "column name is empty"),
            (parse_towns, town, "Ross,E1,,many", "invalid digit"),
            (parse_towns, town, "Ross,E1", "fields"),
            (parse_towns, town, "Hay,W2,,5", "Hay is repeated"),
            (
                parse_names,
                name,
                "town,Ross,E1,",
                "\"town\" is not a kind; write other, former or county",
            ),
            (parse_names, name, "other,Ross,,", "Ross has no code"),
            (parse_names, name, "other,Ross,E1 E9,", "Ross: \"E9\""),
            (
                parse_names,
                name,
                "other,Ross,E1 E1,",
                "Ross: E1 is repeated",
            ),
            (parse_names, name, "other,x,E1,", "x is repeated"),
            (
                parse_names,
                name,
                "other,Ross,E1,Was",
                "the note \"Was\" does not end with a full stop",
            ),
            (parse_names, name, "other,\"Ro\nss\",E1,", "a line break"),
        ];
        for (read, head, line, expected) in cases {
            let table = format!("{head}{line}\n");
            let error = with_areas(|areas| read(table.as_bytes(), file(), areas))
                .unwrap_err()
                .to_string();
            assert!(
                error.starts_with("table.csv, line 3: ") && error.contains(expected),
                "{line}: {error}"
            );
        }
        let error = with_areas(|areas| parse_welsh_names(b"name,code\n", file(), areas))
            .unwrap_err()
            .to_string();
        assert_eq!(
            error,
            "table.csv, line 1: the columns are name,code; code,name were expected"
        );
        let table = b"code,name\nW2,Powys\nW2,Maldwyn\n";
        let error = with_areas(|areas| parse_welsh_names(table, file(), areas))
            .unwrap_err()
            .to_string();
        assert!(error.contains("line 3: W2 is repeated"), "{error}");
    }

    proptest! {
        #[test]
        fn parse_any_bytes_does_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = with_areas(|areas| parse_towns(&bytes, file(), areas));
            let _ = with_areas(|areas| parse_names(&bytes, file(), areas));
            let _ = with_areas(|areas| parse_welsh_names(&bytes, file(), areas));
        }
    }
}
