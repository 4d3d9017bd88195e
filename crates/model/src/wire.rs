//! Defines the layouts of the file contents: columns, as differences where neighbours are alike,
//! because a column of small numbers compresses better than rows do.

use serde::{Deserialize, Serialize};

use crate::area::{Alias, Area, AreaCode};
use crate::day::Day;
use crate::format::FormatError;
use crate::population::{Population, Vintage};

/// A counts file; see [`crate::series::CountsChunk`].
#[derive(Serialize, Deserialize)]
pub(crate) struct Counts {
    pub step: u8,
    pub first: Day,
    pub dates: u32,
    pub values: Vec<u32>,
}

/// The criteria of one nation, in a counts file from version 2 on; see
/// [`crate::clearness::NationCriteria`].
#[derive(Serialize, Deserialize)]
pub(crate) struct Criteria {
    /// The position in [`crate::area::Nation::ALL`].
    pub nation: u32,
    pub upper_bound: bool,
    /// For each date the difference from the date before, of: 0 if unknown, else the
    /// ten-thousandths above 0.9999.
    pub dispersions: Vec<i64>,
    /// For each date the difference from the date before, of: 0 if no change is clear, else the
    /// hundredths above 3.83.
    pub clear_from: Vec<i64>,
}

/// A shapes file; see [`crate::geometry`].
#[derive(Serialize, Deserialize)]
pub(crate) struct Shapes {
    pub unit_zoom: u8,
    /// The number of rings of each area.
    pub rings: Vec<u32>,
    /// The number of arcs of each ring.
    pub arcs: Vec<u32>,
    /// For each arc of each ring: 0 for the next new arc; 2k − 1 for the arc k before the next new
    /// one, traversed backwards; 2k for that arc traversed forwards.
    pub refs: Vec<u32>,
    /// For each ring that begins with a new arc, its start relative to the start of the last ring
    /// that did.
    pub starts: Vec<(i32, i32)>,
    /// The number of steps of each arc. Its points are its start and the end of each step.
    pub steps: Vec<u32>,
    pub dx: Vec<i32>,
    pub dy: Vec<i32>,
    /// For each step except an arc's last: the zoom from which the point at its end is drawn.
    pub ranks: Vec<u8>,
}

/// An areas file.
#[derive(Serialize, Deserialize)]
pub(crate) struct Areas {
    codes: Codes,
    /// Names, one per line.
    names: String,
    populations: Vec<u32>,
    parents: Codes,
    /// 0 for none, i + 1 for `parents[i]`.
    parent: Vec<u32>,
    aliases: Vec<Alias>,
    /// Names in other languages: language tag, position of the area, name.
    translated: Vec<(String, u32, String)>,
}

impl Areas {
    pub fn pack(areas: &[Area], aliases: &[Alias]) -> Areas {
        let mut parents: Vec<&AreaCode> = areas
            .iter()
            .filter_map(|area| area.parent.as_ref())
            .collect();
        parents.sort();
        parents.dedup();
        let position = |code: &AreaCode| parents.binary_search(&code).map_or(0, |i| i as u32 + 1);
        Areas {
            codes: Codes::pack(areas.iter().map(|area| &area.code)),
            names: areas
                .iter()
                .map(|area| area.name.as_str())
                .collect::<Vec<_>>()
                .join("\n"),
            populations: areas.iter().map(|area| area.population.first()).collect(),
            parent: areas
                .iter()
                .map(|area| area.parent.as_ref().map_or(0, position))
                .collect(),
            parents: Codes::pack(parents.into_iter()),
            aliases: aliases.to_vec(),
            translated: (0..)
                .zip(areas)
                .flat_map(|(position, area)| {
                    area.translated
                        .iter()
                        .map(move |(tag, name)| (tag.clone(), position, name.clone()))
                })
                .collect(),
        }
    }

    pub fn unpack(self) -> Result<(Vec<Area>, Vec<Alias>), FormatError> {
        let invalid = |what: &str| FormatError::Invalid(what.to_owned());
        let codes = self.codes.unpack()?;
        let parents = self.parents.unpack()?;
        let names: Vec<&str> = if codes.is_empty() {
            vec![]
        } else {
            self.names.split('\n').collect()
        };
        if [names.len(), self.populations.len(), self.parent.len()] != [codes.len(); 3] {
            return Err(invalid(
                "the numbers of codes, names, populations and parents differ",
            ));
        }
        let mut areas = Vec::with_capacity(codes.len());
        for (((code, name), population), parent) in codes
            .into_iter()
            .zip(names)
            .zip(self.populations)
            .zip(self.parent)
        {
            let parent = match (parent as usize).checked_sub(1) {
                None => None,
                Some(i) => Some(
                    parents
                        .get(i)
                        .ok_or_else(|| invalid("a parent is not in the list of parents"))?
                        .clone(),
                ),
            };
            let population = population.into();
            areas.push(Area {
                code,
                name: name.to_owned(),
                translated: vec![],
                parent,
                population,
            });
        }
        for (tag, position, name) in self.translated {
            let area = areas
                .get_mut(position as usize)
                .ok_or_else(|| invalid("a translated name belongs to no listed area"))?;
            area.translated.push((tag, name));
        }
        Ok((areas, self.aliases))
    }
}

/// The version of the areas file that ends with [`Areas`].
pub(crate) const AREAS_WITHOUT_VINTAGES: u8 = 2;

/// The end of an areas file, after [`Areas`]: the name of the first estimates, and the later
/// vintages.
#[derive(Serialize, Deserialize)]
pub(crate) struct Vintages {
    /// Name of the first estimates; `None` if the data set names no estimates.
    first: Option<String>,
    later: Vec<LaterVintage>,
}

#[derive(Serialize, Deserialize)]
struct LaterVintage {
    from: Day,
    estimate: String,
    /// For each area 0 if the vintage does not have it, else 1 plus the zigzag code of the
    /// difference from the area's population by the vintage before.
    differences: Vec<u64>,
}

impl Vintages {
    pub fn pack(areas: &[Area], vintages: &[Vintage]) -> Vintages {
        let later = |vintage: &Vintage| {
            let from = vintage.from?;
            let difference = |area: &Area| {
                let population = &area.population;
                let own = population.later().iter().find(|(date, _)| *date == from);
                own.map_or(0, |&(_, people)| {
                    encode_zigzag(i64::from(people) - i64::from(population.at(from - 1))) + 1
                })
            };
            let differences = areas.iter().map(difference).collect();
            Some(LaterVintage {
                from,
                estimate: vintage.estimate.clone(),
                differences,
            })
        };
        Vintages {
            first: vintages.first().map(|vintage| vintage.estimate.clone()),
            later: vintages.iter().filter_map(later).collect(),
        }
    }

    /// Adds the later populations to the areas, and returns the vintages.
    pub fn unpack(self, areas: &mut [Area]) -> Result<Vec<Vintage>, FormatError> {
        let invalid = |what: &str| FormatError::Invalid(what.to_owned());
        let mut later = vec![vec![]; areas.len()];
        let mut vintages: Vec<Vintage> = self
            .first
            .into_iter()
            .map(|estimate| Vintage {
                from: None,
                estimate,
            })
            .collect();
        for LaterVintage {
            from,
            estimate,
            differences,
        } in self.later
        {
            if differences.len() != areas.len() {
                return Err(invalid(
                    "the numbers of areas and of populations of a vintage differ",
                ));
            }
            for ((area, later), code) in areas.iter().zip(&mut later).zip(differences) {
                let Some(code) = code.checked_sub(1) else {
                    continue;
                };
                let before = later
                    .last()
                    .map_or(area.population.first(), |&(_, people)| people);
                let people = i64::from(before)
                    .checked_add(decode_zigzag(code))
                    .and_then(|people| u32::try_from(people).ok());
                later.push((
                    from,
                    people.ok_or_else(|| invalid("a population is negative or too large"))?,
                ));
            }
            vintages.push(Vintage {
                from: Some(from),
                estimate,
            });
        }
        for (area, later) in areas.iter_mut().zip(later) {
            area.population = Population::new(area.population.first(), later);
        }
        Ok(vintages)
    }
}

/// Encodes 0, −1, 1, −2, 2 … as 0, 1, 2, 3, 4 …
fn encode_zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)) as u64
}

/// Inverts [`encode_zigzag`].
fn decode_zigzag(code: u64) -> i64 {
    (code >> 1) as i64 ^ -((code & 1) as i64)
}

/// Codes such as E02000001, E02000002. Prefix and digits are stored apart, the digits as
/// differences.
#[derive(Serialize, Deserialize)]
pub(crate) struct Codes {
    /// Runs of codes alike in form: prefix, number of digits after it, number of codes.
    runs: Vec<(String, u8, u32)>,
    /// Difference of each code's number from the one before.
    deltas: Vec<i64>,
}

impl Codes {
    pub fn pack<'a>(codes: impl Iterator<Item = &'a AreaCode>) -> Codes {
        let (mut runs, mut deltas, mut last) = (Vec::<(String, u8, u32)>::new(), Vec::new(), 0i64);
        for code in codes {
            let text = code.as_str();
            // At most 15 digits, so that the number fits an i64. Further digits belong to the
            // prefix.
            let digits = text
                .bytes()
                .rev()
                .take(15)
                .take_while(u8::is_ascii_digit)
                .count();
            let (prefix, number) = text.split_at(text.len() - digits);
            match runs.last_mut() {
                Some(run) if run.0 == prefix && usize::from(run.1) == digits => run.2 += 1,
                _ => runs.push((prefix.to_owned(), digits as u8, 1)),
            }
            let number = number.parse().unwrap_or(0);
            deltas.push(number - last);
            last = number;
        }
        Codes { runs, deltas }
    }

    pub fn unpack(self) -> Result<Vec<AreaCode>, FormatError> {
        let mut codes = Vec::with_capacity(self.deltas.len());
        let (mut deltas, mut last) = (self.deltas.into_iter(), 0i64);
        for (prefix, digits, count) in self.runs {
            for delta in deltas.by_ref().take(count as usize) {
                last = last.wrapping_add(delta);
                let width = usize::from(digits);
                let text = if width == 0 {
                    prefix.clone()
                } else {
                    format!("{prefix}{last:0width$}")
                };
                codes.push(
                    text.parse()
                        .map_err(|error| FormatError::Invalid(format!("{error}")))?,
                );
            }
        }
        if deltas.next().is_some() {
            return Err(FormatError::Invalid(
                "more codes than the runs announce".into(),
            ));
        }
        Ok(codes)
    }
}
