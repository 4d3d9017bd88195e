//! Reads the populations of areas, by vintage.

mod file;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rising_model::domain::area::{AreaCode, Level};
use rising_model::domain::day::Day;
use rising_model::domain::population::Vintage;

pub use self::file::PopulationFile;
use crate::cases::{parse_code, parse_people};
use crate::input;
use crate::problem::{FileError, FilePosition, InputFault, Position, Problems};

/// The population of an area in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AreaPopulation {
    /// The number of people.
    pub people: u64,
    /// The area's name in the file.
    pub name: String,
    /// An MSOA's authority in the file.
    pub parent: Option<AreaCode>,
}

/// The populations of one vintage, by the codes in its files.
#[derive(Debug, PartialEq, Eq)]
pub struct VintageEstimates {
    /// The name of the estimates, and the first date that uses them.
    pub vintage: Vintage,
    /// The populations by code.
    pub areas: BTreeMap<AreaCode, AreaPopulation>,
}

/// The populations of all vintages.
#[derive(Debug, Default)]
pub struct Populations {
    /// The vintages, ascending by first date; the first has no such date.
    pub vintages: Vec<VintageEstimates>,
    /// The number of lines read.
    pub read: u64,
}

/// The columns of a format of population files.
struct PopulationColumns {
    code: &'static str,
    name: &'static str,
    people: &'static str,
    /// The columns of the authority's code and name, if the lines are MSOAs.
    authority: Option<(&'static str, &'static str)>,
}

const FORMATS: [PopulationColumns; 3] = [
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
    /// Reads files of any format. Files of one vintage are combined. For authorities, a file of
    /// MSOAs is added up by authority, which gives the populations that another file lacks. An area
    /// that is in two files must have the same population in both.
    ///
    /// # Errors
    /// If a file cannot be used at all, all files have a first date, or two files name one vintage
    /// differently; problems of single lines go to `problems`.
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

    /// Returns the population of a code at a date: that of the newest vintage up to the date that
    /// has the code.
    pub fn people(&self, code: &AreaCode, date: Day) -> Option<u64> {
        let is_in_use =
            |estimates: &&VintageEstimates| estimates.vintage.from.is_none_or(|from| from <= date);
        let own = self
            .vintages
            .iter()
            .rev()
            .filter(is_in_use)
            .find_map(|estimates| estimates.areas.get(code))?;
        Some(own.people)
    }

    /// Returns an area of the first vintage that has it.
    pub fn get(&self, code: &AreaCode) -> Option<&AreaPopulation> {
        self.vintages
            .iter()
            .find_map(|estimates| estimates.areas.get(code))
    }

    /// Returns the number of different codes.
    pub fn len(&self) -> usize {
        let codes = self
            .vintages
            .iter()
            .flat_map(|estimates| estimates.areas.keys());
        codes.collect::<std::collections::BTreeSet<_>>().len()
    }

    /// Whether no vintage has an area.
    pub fn is_empty(&self) -> bool {
        self.vintages
            .iter()
            .all(|estimates| estimates.areas.is_empty())
    }

    /// Returns the position of a file's vintage, and inserts the vintage if it is new.
    fn vintage_position(&mut self, file: &PopulationFile) -> Result<usize, FileError> {
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

    /// Parses the content of another file.
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
        let vintage = self.vintage_position(file)?;
        let shared: Arc<Path> = path.into();
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(content);
        let header = reader.headers().cloned().unwrap_or_default();
        let format = FORMATS.iter().find(|format| {
            format
                .all()
                .iter()
                .all(|column| header.iter().any(|found| found == *column))
        });
        let format = format.ok_or_else(|| FileError::UnknownHeader {
            file: path.to_owned(),
            what: "populations",
            found: format!("\"{}\"", header.iter().collect::<Vec<_>>().join(",")),
            known: FORMATS
                .map(|format| format!("  {}", format.all().join(",")))
                .join("\n"),
        })?;
        let at = |column: &str| {
            header
                .iter()
                .position(|found| found == column)
                .unwrap_or(usize::MAX)
        };
        // The lines by code; for authorities, the lines of a file of MSOAs are added up.
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
            let (code, population) = match parse_row(format, level, field) {
                Ok(row) => row,
                Err(fault) => {
                    problems.push(place, fault);
                    continue;
                }
            };
            match found.get_mut(&code) {
                None => {
                    found.insert(code, (population, place));
                }
                Some((sum, _)) if format.authority.is_some() && level == Level::Ltla => {
                    sum.people += population.people;
                }
                Some((first, _)) if first.people == population.people => {}
                Some((first, _)) => problems.push(
                    place,
                    InputFault::TwoPopulations {
                        code,
                        first: first.people,
                        second: population.people,
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
        for (code, (population, place)) in found {
            match areas.get(&code) {
                None => {
                    areas.insert(code, population);
                }
                Some(first) if first.people == population.people => {}
                Some(first) => problems.push(
                    place,
                    InputFault::TwoPopulations {
                        code,
                        first: first.people,
                        second: population.people,
                    },
                ),
            }
        }
        Ok(())
    }
}

fn parse_row<'a>(
    format: &PopulationColumns,
    level: Level,
    field: impl Fn(&'static str) -> &'a str,
) -> Result<(AreaCode, AreaPopulation), InputFault> {
    let people = parse_people(format.people, field(format.people))?;
    let parent = format
        .authority
        .map(|(column, _)| parse_code(column, field(column)))
        .transpose()?;
    Ok(match (parent, format.authority) {
        (Some(authority), Some((_, name))) if level == Level::Ltla => (
            authority,
            AreaPopulation {
                people,
                name: field(name).to_owned(),
                parent: None,
            },
        ),
        (parent, _) => {
            let name = field(format.name).to_owned();
            (
                parse_code(format.code, field(format.code))?,
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
        let mut populations = Populations::default();
        let mut problems = Problems::default();
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
            .map(|population| population.people)
    }

    #[test]
    fn add_file_of_msoas_adds_up_authorities() {
        let (populations, problems) = read(&[AREAS, MSOAS], Level::Ltla);
        assert!(problems.all().is_empty());
        assert_eq!(people(&populations, "E06000052"), Some(569_578));
        assert_eq!(people(&populations, "E06000053"), Some(2_224));
        assert_eq!(populations.read, 4);
    }

    #[test]
    fn add_file_of_msoas_keeps_authority_as_parent() {
        let (populations, _) = read(&[MSOAS], Level::Msoa);
        let city = populations.get(&"E02000001".parse().unwrap()).unwrap();
        assert_eq!(
            (city.people, city.parent.as_ref().map(AreaCode::as_str)),
            (9_721, Some("E09000001"))
        );
    }

    #[test]
    fn add_file_of_other_country_is_read_in_any_column_order() {
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
    fn different_populations_of_one_area_are_problem() {
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
    fn people_returns_population_of_vintage_at_date() {
        let lines = |people: &[(&str, u32)]| {
            let lines = people
                .iter()
                .map(|(code, people)| format!("{code},Name,{people}\n"));
            format!(
                "areaCode,areaName,population\n{}",
                lines.collect::<String>()
            )
        };
        let mut populations = Populations::default();
        let mut problems = Problems::default();
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
            "an area that is not in the newer vintage keeps the older one"
        );
        assert_eq!(people("E9", "2022-01-01"), None);
        assert_eq!(populations.len(), 2);
    }

    #[test]
    fn add_file_of_unknown_format_or_without_lines_is_error() {
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
        fn add_file_of_any_bytes_does_not_panic(
            bytes in prop::collection::vec(any::<u8>(), 0..120),
        ) {
            let content = [AREAS.as_bytes(), &bytes].concat();
            for content in [&bytes[..], &content] {
                let mut problems = Problems::default();
                let file = PathBuf::from("p.csv").into();
                let _ = Populations::default().add_file(&file, content, Level::Ltla, &mut problems);
            }
        }
    }
}
