//! Lays out an areas file: columns, as differences where neighbours are alike, because a column of
//! small numbers compresses better than rows do.

use serde::{Deserialize, Serialize};

use crate::domain::area::{Alias, Area, AreaCode};
use crate::domain::codes::Codes;
use crate::domain::day::Day;
use crate::domain::population::{Population, Vintage};
use crate::encoding::format::FormatError;

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
