//! How many people live in each area, by population vintage.

mod file;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rising_model::area::{AreaCode, Level};
use rising_model::day::Day;
use rising_model::population::Vintage;

pub use self::file::PopulationFile;
use crate::cases::{parse_code, parse_people};
use crate::input;
use crate::problem::{FileError, FilePosition, InputFault, Position, Problems};

/// An area in a population file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AreaPopulation {
    /// People living there.
    pub people: u64,
    /// The name in the file.
    pub name: String,
    /// For an MSOA, its authority in the file.
    pub parent: Option<AreaCode>,
}

/// The populations of one vintage by code, as its files have them.
#[derive(Debug, PartialEq, Eq)]
pub struct VintageEstimates {
    /// Which estimates these are, and the first date whose rates are of them.
    pub vintage: Vintage,
    /// By code.
    pub areas: BTreeMap<AreaCode, AreaPopulation>,
}

/// All populations, vintage by vintage.
#[derive(Debug, Default)]
pub struct Populations {
    /// Ascending by first date; the first one counts from the beginning.
    pub vintages: Vec<VintageEstimates>,
    /// Lines read.
    pub read: u64,
}

/// The columns of a kind of population CSV.
struct PopulationColumns {
    code: &'static str,
    name: &'static str,
    people: &'static str,
    /// Code and name of the authority, if the lines are MSOAs.
    authority: Option<(&'static str, &'static str)>,
}

const KINDS: [PopulationColumns; 3] = [
    PopulationColumns {
        code: "areaCode",
        name: "areaName",
        people: "population",
        authority: None,
    },
    PopulationColumns {
        code: "MSOA Code",
        name: "MSOA Name",
        people: "Total Pop",
        authority: Some(("LA Code (2019 boundaries)", "LA name (2019 boundaries)")),
    },
    PopulationColumns {
        code: "id",
        name: "name",
        people: "population",
        authority: None,
    },
];

impl PopulationColumns {
    fn all(&self) -> Vec<&'static str> {
        let mut all = vec![self.code, self.name, self.people];
        all.extend(
            self.authority
                .into_iter()
                .flat_map(|(code, name)| [code, name]),
        );
        all
    }
}

impl Populations {
    /// Reads files of any kind. Those of one vintage add to each other: for authorities a file of
    /// MSOAs is added up by authority, which tells the population of those that another file leaves
    /// out; what both have must agree.
    ///
    /// # Errors
    /// If a file cannot be read at all, no file counts from the beginning, or two files name one
    /// vintage differently; problems of single lines go to `problems`.
    pub fn read(
        files: &[PopulationFile],
        level: Level,
        problems: &mut Problems,
    ) -> Result<Populations, FileError> {
        let mut populations = Populations::default();
        for file in files {
            populations.add_file(file, &input::read(&file.path)?, level, problems)?;
        }
        match populations.vintages.first() {
            Some(VintageEstimates {
                vintage: Vintage {
                    from: Some(from), ..
                },
                ..
            }) => {
                let file = files
                    .iter()
                    .find(|file| file.from == Some(*from))
                    .map(|file| file.path.clone());
                Err(FileError::NoFirstPopulation {
                    file: file.unwrap_or_default(),
                    from: *from,
                })
            }
            _ => Ok(populations),
        }
    }

    /// The number of people under a code by the vintage that counts at a date, or by the newest
    /// before it that has the code.
    pub fn people(&self, code: &AreaCode, date: Day) -> Option<u64> {
        let counts =
            |estimates: &&VintageEstimates| estimates.vintage.from.is_none_or(|from| from <= date);
        let own = self
            .vintages
            .iter()
            .rev()
            .filter(counts)
            .find_map(|estimates| estimates.areas.get(code))?;
        Some(own.people)
    }

    /// What the files say of an area, by the first vintage that has it.
    pub fn get(&self, code: &AreaCode) -> Option<&AreaPopulation> {
        self.vintages
            .iter()
            .find_map(|estimates| estimates.areas.get(code))
    }

    /// The number of codes that any vintage has.
    pub fn len(&self) -> usize {
        let codes = self
            .vintages
            .iter()
            .flat_map(|estimates| estimates.areas.keys());
        codes.collect::<std::collections::BTreeSet<_>>().len()
    }

    /// Whether no file has any area.
    pub fn is_empty(&self) -> bool {
        self.vintages
            .iter()
            .all(|estimates| estimates.areas.is_empty())
    }

    /// The place of a file's vintage, made where there is none yet.
    fn vintage(&mut self, file: &PopulationFile) -> Result<usize, FileError> {
        let estimate = file.estimate.clone().unwrap_or_default();
        match self
            .vintages
            .binary_search_by_key(&file.from, |estimates| estimates.vintage.from)
        {
            Ok(at) => {
                let known = &mut self.vintages[at].vintage.estimate;
                if known.is_empty() {
                    *known = estimate;
                } else if !estimate.is_empty() && *known != estimate {
                    return Err(FileError::TwoEstimates {
                        file: file.path.clone(),
                        first: known.clone(),
                        second: estimate,
                    });
                }
                Ok(at)
            }
            Err(at) => {
                let vintage = Vintage {
                    from: file.from,
                    estimate,
                };
                self.vintages.insert(
                    at,
                    VintageEstimates {
                        vintage,
                        areas: BTreeMap::new(),
                    },
                );
                Ok(at)
            }
        }
    }

    /// Reads the content of one file more.
    ///
    /// # Errors
    /// As [`Populations::read`].
    pub fn add_file(
        &mut self,
        file: &PopulationFile,
        content: &[u8],
        level: Level,
        problems: &mut Problems,
    ) -> Result<(), FileError> {
        let path = file.path.as_path();
        let vintage = self.vintage(file)?;
        let shared: Arc<Path> = path.into();
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(content);
        let header = reader.headers().cloned().unwrap_or_default();
        let kind = KINDS.iter().find(|kind| {
            kind.all()
                .iter()
                .all(|column| header.iter().any(|found| found == *column))
        });
        let kind = kind.ok_or_else(|| FileError::UnknownHeader {
            file: path.to_owned(),
            what: "populations",
            found: format!("\"{}\"", header.iter().collect::<Vec<_>>().join(",")),
            known: KINDS
                .map(|kind| format!("  {}", kind.all().join(",")))
                .join("\n"),
        })?;
        let at = |column: &str| {
            header
                .iter()
                .position(|found| found == column)
                .unwrap_or(usize::MAX)
        };
        // Sums of a file of MSOAs, or the lines of a file of areas.
        let mut found = BTreeMap::<AreaCode, (AreaPopulation, FilePosition)>::new();
        let mut lines = 0;
        for result in reader.records() {
            lines += 1;
            let record = match result {
                Ok(record) => record,
                Err(error) => {
                    let at = error.position().map_or(Position::WholeFile, |position| {
                        Position::Line(position.line())
                    });
                    problems.push(
                        FilePosition {
                            file: shared.clone(),
                            at,
                        },
                        InputFault::Unreadable(error.to_string()),
                    );
                    continue;
                }
            };
            let line = record.position().map_or(Position::WholeFile, |position| {
                Position::Line(position.line())
            });
            let place = FilePosition {
                file: shared.clone(),
                at: line,
            };
            let field = |column: &str| record.get(at(column)).unwrap_or_default();
            let row = match parse(kind, level, field) {
                Ok(row) => row,
                Err(fault) => {
                    problems.push(place, fault);
                    continue;
                }
            };
            let (code, inhabitants) = row;
            match found.get_mut(&code) {
                None => {
                    found.insert(code, (inhabitants, place));
                }
                Some((sum, _)) if kind.authority.is_some() && level == Level::Ltla => {
                    sum.people += inhabitants.people
                }
                Some((first, _)) if first.people == inhabitants.people => {}
                Some((first, _)) => problems.push(
                    place,
                    InputFault::TwoPopulations {
                        code,
                        first: first.people,
                        second: inhabitants.people,
                    },
                ),
            }
        }
        if lines == 0 {
            return Err(FileError::Empty {
                file: path.to_owned(),
            });
        }
        self.read += lines;
        let areas = &mut self.vintages[vintage].areas;
        for (code, (inhabitants, place)) in found {
            match areas.get(&code) {
                None => {
                    areas.insert(code, inhabitants);
                }
                Some(first) if first.people == inhabitants.people => {}
                Some(first) => problems.push(
                    place,
                    InputFault::TwoPopulations {
                        code,
                        first: first.people,
                        second: inhabitants.people,
                    },
                ),
            }
        }
        Ok(())
    }
}

fn parse<'a>(
    kind: &PopulationColumns,
    level: Level,
    field: impl Fn(&'static str) -> &'a str,
) -> Result<(AreaCode, AreaPopulation), InputFault> {
    let people = parse_people(kind.people, field(kind.people))?;
    let parent = kind
        .authority
        .map(|(column, _)| parse_code(column, field(column)))
        .transpose()?;
    Ok(match (parent, kind.authority) {
        (Some(authority), Some((_, name))) if level == Level::Ltla => (
            authority,
            AreaPopulation {
                people,
                name: field(name).to_owned(),
                parent: None,
            },
        ),
        (parent, _) => {
            let name = field(kind.name).to_owned();
            (
                parse_code(kind.code, field(kind.code))?,
                AreaPopulation {
                    people,
                    name,
                    parent,
                },
            )
        }
    })
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use proptest::prelude::*;

    use super::*;

    const AREAS: &str = "areaName,population,areaCode\nCornwall,\"569,578\",E06000052\n";
    const MSOAS: &str = "MSOA Code,MSOA Name,LA Code (2019 boundaries),LA name (2019 boundaries),Total Pop\n\
        E02000001,City of London 001,E09000001,City of London,9721\n\
        E02000002,A 001,E06000053,Isles of Scilly,2000\n\
        E02000003,A 002,E06000053,Isles of Scilly,224\n";

    fn read(files: &[&str], level: Level) -> (Populations, Problems) {
        let (mut populations, mut problems) = (Populations::default(), Problems::default());
        for (n, content) in files.iter().enumerate() {
            let file = PopulationFile::from(PathBuf::from(format!("{n}.csv")));
            populations
                .add_file(&file, content.as_bytes(), level, &mut problems)
                .unwrap();
        }
        (populations, problems)
    }

    fn people(populations: &Populations, code: &str) -> Option<u64> {
        populations
            .get(&code.parse().unwrap())
            .map(|inhabitants| inhabitants.people)
    }

    #[test]
    fn msoas_are_added_up_for_authorities() {
        let (populations, problems) = read(&[AREAS, MSOAS], Level::Ltla);
        assert!(problems.all().is_empty());
        assert_eq!(people(&populations, "E06000052"), Some(569_578));
        assert_eq!(people(&populations, "E06000053"), Some(2_224));
        assert_eq!(populations.read, 4);
    }

    #[test]
    fn msoas_keep_their_authority() {
        let (populations, _) = read(&[MSOAS], Level::Msoa);
        let city = populations.get(&"E02000001".parse().unwrap()).unwrap();
        assert_eq!(
            (city.people, city.parent.as_ref().map(AreaCode::as_str)),
            (9_721, Some("E09000001"))
        );
    }

    #[test]
    fn areas_of_any_country_in_any_column_order() {
        for level in Level::ALL {
            let (populations, problems) = read(
                &["population,id,name\n17900,05315,Köln\n3000,2A,Corse-du-Sud\n"],
                level,
            );
            assert!(problems.all().is_empty());
            assert_eq!(
                (people(&populations, "05315"), people(&populations, "2A")),
                (Some(17_900), Some(3_000))
            );
        }
    }

    #[test]
    fn two_populations_are_a_problem() {
        let other = "areaCode,areaName,population\nE06000053,Isles of Scilly,2225\n";
        let (populations, problems) = read(&[other, MSOAS], Level::Ltla);
        assert_eq!(people(&populations, "E06000053"), Some(2_225));
        assert!(matches!(
            problems.all()[0].fault,
            InputFault::TwoPopulations {
                first: 2_225,
                second: 2_224,
                ..
            }
        ));
        let twice = "areaCode,areaName,population\nE1,A,5\nE1,A,5\nE1,A,6\n";
        assert_eq!(read(&[twice], Level::Ltla).1.all().len(), 1);
    }

    #[test]
    fn people_at_a_date_are_of_the_vintage_that_counts() {
        let lines = |people: &[(&str, u32)]| {
            let lines = people
                .iter()
                .map(|(code, people)| format!("{code},Name,{people}\n"));
            format!(
                "areaCode,areaName,population\n{}",
                lines.collect::<String>()
            )
        };
        let (mut populations, mut problems) = (Populations::default(), Problems::default());
        let mut add = |text: &str, content: String| {
            let file: PopulationFile = text.parse().unwrap();
            populations.add_file(&file, content.as_bytes(), Level::Ltla, &mut problems)
        };
        add(
            "new.csv,from=2021-08-01,estimate=mid-2020",
            lines(&[("E1", 11)]),
        )
        .unwrap();
        add(
            "old.csv,estimate=mid-2019",
            lines(&[("E1", 10), ("W1", 20)]),
        )
        .unwrap();
        let other = add(
            "more.csv,from=2021-08-01,estimate=mid-2021",
            lines(&[("E2", 5)]),
        );
        assert!(
            matches!(other, Err(FileError::TwoEstimates { .. })),
            "{other:?}"
        );
        assert_eq!(
            populations.vintages[0].vintage,
            Vintage {
                from: None,
                estimate: "mid-2019".into()
            }
        );
        let people = |code: &str, date: &str| {
            populations.people(&code.parse().unwrap(), date.parse().unwrap())
        };
        assert_eq!(
            [people("E1", "2021-07-31"), people("E1", "2021-08-01")],
            [Some(10), Some(11)]
        );
        assert_eq!(
            people("W1", "2022-01-01"),
            Some(20),
            "an area that the newer vintage lacks keeps the older"
        );
        assert_eq!(people("E9", "2022-01-01"), None);
        assert_eq!(populations.len(), 2);
    }

    #[test]
    fn what_is_no_population_file_is_refused() {
        let mut problems = Problems::default();
        let mut add = |content: &[u8]| {
            let file = PathBuf::from("p.csv").into();
            Populations::default()
                .add_file(&file, content, Level::Ltla, &mut problems)
                .unwrap_err()
        };
        assert!(matches!(
            add(b"code,people\nE1,5\n"),
            FileError::UnknownHeader { .. }
        ));
        assert!(matches!(
            add(b"areaCode,areaName,population\n"),
            FileError::Empty { .. }
        ));
    }

    proptest! {
        #[test]
        fn any_bytes_read_or_fail(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
            let content = [AREAS.as_bytes(), &bytes].concat();
            for content in [&bytes[..], &content] {
                let mut problems = Problems::default();
                let file = PathBuf::from("p.csv").into();
                let _ = Populations::default().add_file(&file, content, Level::Ltla, &mut problems);
            }
        }
    }
}
