//! Joins cases, populations and shapes by area code, and reports every mismatch.
//!
//! The areas of a data set are those of the boundary file. A code in the cases or populations that
//! has no boundary is merged into an area if the table of code changes has exactly one for it.
//! Publishers divide the country among the codes they use: cases under "City of London" are not in
//! "Hackney" too, so the two are added. If only the other code has a figure for a date, that is the
//! area's figure. A code with several areas cannot be divided and is a problem.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rising_model::dataset::manifest::NationDates;
use rising_model::domain::area::{Area, AreaCode, AreaIndex, Nation};
use rising_model::domain::area_table::{AreaTable, AreaTableError};
use rising_model::domain::day::Day;
use rising_model::domain::figure::Figure;
use rising_model::domain::population::{Population, Vintage};
use rising_model::domain::series::{Cadence, CountsChunk, Series};
use rising_words::Language;
use thiserror::Error;

use crate::aliases::Aliases;
use crate::boundaries::Shape;
use crate::cases::{CaseArea, Cases, Entry};
use crate::display_text;
use crate::period::Period;
use crate::population::{Populations, VintageEstimates};
use crate::problem::{FilePosition, InputFault, Problems};

/// The number of incomplete days before publication, unless the publisher sets another.
pub const DEFAULT_LAG_DAYS: u16 = 5;

/// The inputs of a join.
pub struct JoinInputs<'a> {
    /// Whether the counts are daily or weekly.
    pub cadence: Cadence,
    /// The areas.
    pub shapes: &'a [Shape],
    /// The cases of the areas and of other codes.
    pub cases: &'a Cases,
    /// The populations of the areas and of other codes.
    pub populations: &'a Populations,
    /// The areas that count the cases of other codes.
    pub aliases: &'a Aliases,
    /// Names that replace those in the cases.
    pub names: &'a BTreeMap<AreaCode, String>,
    /// Names in Welsh.
    pub welsh: &'a BTreeMap<AreaCode, String>,
    /// Periods without figures that the publisher of the data set accepts.
    pub known_gaps: &'a [Period],
    /// The file of problems with areas that have no cases or population.
    pub boundary_file: FilePosition,
}

/// A code that is merged into an area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merge {
    /// The code and its name.
    pub from: (AreaCode, String),
    /// The area and its name.
    pub into: (AreaCode, String),
    /// The number of figures of the code.
    pub figures: usize,
    /// The number of these figures for dates on which the area has none.
    pub added_dates: usize,
    /// The population of the code.
    pub people: u64,
}

/// The joined content of a level.
#[derive(Debug)]
pub struct JoinedData {
    /// The areas.
    pub table: AreaTable,
    /// For each area of the table, its position in the shapes.
    pub order: Vec<usize>,
    /// All figures.
    pub grid: Grid,
    /// The codes that were merged.
    pub merges: Vec<Merge>,
    /// For each population vintage after the first, the number of areas that are not in it and keep
    /// an older one.
    pub lacking: Vec<(Vintage, usize)>,
    /// The number of missing figures in known gaps.
    pub known_missing: usize,
    /// Lines dropped by the join, by reason.
    pub dropped: BTreeMap<String, u64>,
}

/// The figures of all areas for consecutive dates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    /// Daily or weekly.
    pub cadence: Cadence,
    /// The first date.
    pub first: Day,
    /// The number of dates.
    pub dates: usize,
    /// The figures by area, and for each area by date: areas × `dates`.
    pub figures: Vec<Figure>,
}

impl Grid {
    /// Returns the date at a position.
    pub fn date(&self, position: usize) -> Day {
        self.first + position as i32 * self.cadence.step()
    }

    /// Returns the figures at a range of dates as a chunk; `None` for an empty range.
    pub fn chunk(&self, dates: std::ops::Range<usize>) -> Option<CountsChunk> {
        let figures: Vec<Figure> = self
            .figures
            .chunks_exact(self.dates)
            .flat_map(|area| &area[dates.clone()])
            .copied()
            .collect();
        CountsChunk::new(
            self.cadence,
            self.date(dates.start),
            dates.len() as u32,
            &figures,
        )
    }

    /// Returns the dates that users can choose, for each nation that has any: from the first date
    /// on which an area of the nation has a seven-day figure to the last, but not after its
    /// `limit`.
    pub fn offered(
        &self,
        table: &AreaTable,
        limit: impl Fn(Nation) -> Option<Day>,
    ) -> Vec<NationDates> {
        let series = Series::new(self.chunk(0..self.dates).map(Arc::new));
        Nation::ALL
            .into_iter()
            .filter_map(|nation| {
                let own = |code: &AreaCode| code.nation().unwrap_or(Nation::Uk) == nation;
                let areas: Vec<AreaIndex> = (0..)
                    .zip(table.areas())
                    .filter(|(_, area)| own(&area.code))
                    .map(|(index, _)| index)
                    .collect();
                let limit = limit(nation);
                let offered = |date: &Day| {
                    limit.is_none_or(|limit| *date <= limit)
                        && areas
                            .iter()
                            .any(|&area| series.seven_day(area, *date) != Figure::Missing)
                };
                let dates = || (0..self.dates).map(|at| self.date(at));
                Some(NationDates {
                    nation,
                    first: dates().find(offered)?,
                    last: dates().rev().find(offered)?,
                })
            })
            .collect()
    }
}

/// An error that leaves the join without a result.
#[derive(Debug, Error)]
pub enum JoinError {
    /// The areas cannot be put into a table.
    #[error("the areas cannot be put into a table: {0}; check the boundary file")]
    Table(#[from] AreaTableError),
    /// No area has a figure.
    #[error(
        "no area of the boundaries has any cases; give boundaries and cases of the same level and \
         edition"
    )]
    NoFigures,
}

/// An area's figures by date, each with its place in the files.
type Days = BTreeMap<Day, Entry>;

/// Joins the inputs by code. Mismatches go to `problems`.
///
/// # Errors
/// If no area has a figure.
pub fn join(inputs: &JoinInputs, problems: &mut Problems) -> Result<JoinedData, JoinError> {
    let cadence = inputs.cadence;
    let shapes: BTreeMap<&AreaCode, usize> = inputs
        .shapes
        .iter()
        .map(|shape| &shape.code)
        .zip(0..)
        .collect();
    let mut dropped = BTreeMap::new();
    let mut series: BTreeMap<AreaCode, Days> = BTreeMap::new();
    let mut merges: Vec<Merge> = vec![];
    let weekday = usual_weekday(inputs.cases);

    // Figures under an area's own code are added first, so that other codes are merged into them.
    let (own_codes, other_codes): (Vec<_>, Vec<_>) = inputs
        .cases
        .areas
        .iter()
        .partition(|(code, _)| shapes.contains_key(code));
    for (code, area) in own_codes {
        let days = days_on_weekday(
            code,
            area,
            cadence,
            weekday,
            inputs.cases,
            &mut dropped,
            problems,
        );
        series.insert(code.clone(), days);
    }
    for (code, area) in other_codes {
        let rows = area.days.len() as u64;
        let first = area
            .days
            .values()
            .next()
            .map(|entry| inputs.cases.place(entry));
        let mut reject = |fault: InputFault| {
            *dropped.entry(fault.reason().to_owned()).or_default() += rows;
            problems.push(
                first
                    .clone()
                    .unwrap_or_else(|| inputs.boundary_file.clone()),
                fault,
            );
        };
        let code = code.clone();
        let name = area.name.clone();
        match inputs.aliases.targets(&code) {
            [target] if shapes.contains_key(target) => {
                let days = days_on_weekday(
                    &code,
                    area,
                    cadence,
                    weekday,
                    inputs.cases,
                    &mut dropped,
                    problems,
                );
                let target_days = series.entry(target.clone()).or_default();
                let added_dates = days
                    .keys()
                    .filter(|date| !target_days.contains_key(date))
                    .count();
                let figures = days.len();
                add_figures(target_days, days);
                let into = (target.clone(), name_of(target, inputs));
                merges.push(Merge {
                    from: (code, name),
                    into,
                    figures,
                    added_dates,
                    people: 0,
                });
            }
            [] | [_] => reject(InputFault::UnknownArea { code, name, rows }),
            several => {
                let targets = several
                    .iter()
                    .map(AreaCode::as_str)
                    .collect::<Vec<_>>()
                    .join(", ");
                reject(InputFault::Divided {
                    code,
                    name,
                    rows,
                    targets,
                });
            }
        }
    }

    let mut populations = area_populations(inputs, &shapes, &mut merges, problems);
    let mut areas = vec![];
    for shape in inputs.shapes {
        let code = shape.code.clone();
        let name = name_of(&shape.code, inputs);
        let population = populations
            .remove(&code)
            .filter(|population| population.first() > 0);
        let Some(population) = population else {
            *dropped
                .entry("area without a population".to_owned())
                .or_default() += series.remove(&code).map_or(0, |days| days.len() as u64);
            problems.push(
                inputs.boundary_file.clone(),
                InputFault::NoPopulation { code, name },
            );
            continue;
        };
        if series.get(&code).is_none_or(Days::is_empty) {
            problems.push(
                inputs.boundary_file.clone(),
                InputFault::NoCases {
                    code: code.clone(),
                    name: name.clone(),
                },
            );
        }
        let parent = shape.parent.clone().or_else(|| parent_of(&code, inputs));
        let mut clean = |what: String, text: &str| {
            let clean = display_text::clean(&what, text);
            clean
                .map_err(|why| {
                    problems.push(
                        inputs.boundary_file.clone(),
                        InputFault::Invisible { what, why },
                    );
                })
                .ok()
        };
        let name = clean(format!("the name of {code}"), &name).unwrap_or_else(|| code.to_string());
        let welsh = inputs
            .welsh
            .get(&code)
            .and_then(|name| clean(format!("the Welsh name of {code}"), name));
        let translated = welsh
            .map(|name| (Language::Cy.tag().to_owned(), name))
            .into_iter()
            .collect();
        areas.push(Area {
            code,
            name,
            translated,
            parent,
            population,
        });
    }
    let mut known_missing = 0;
    for area in &areas {
        if let Some(days) = series.get(&area.code) {
            known_missing += report_gaps(area, days, cadence, inputs, problems);
        }
    }
    let vintages: Vec<Vintage> = inputs
        .populations
        .vintages
        .iter()
        .map(|estimates| {
            let Vintage { from, estimate } = &estimates.vintage;
            let what = "the name of the population estimates";
            let estimate = display_text::clean(what, estimate).unwrap_or_else(|why| {
                problems.push(
                    inputs.boundary_file.clone(),
                    InputFault::Invisible {
                        what: what.to_owned(),
                        why,
                    },
                );
                String::new()
            });
            Vintage {
                from: *from,
                estimate,
            }
        })
        .collect();
    let lacking = vintages
        .iter()
        .filter_map(|vintage| Some((vintage.clone(), vintage.from?)))
        .map(|(vintage, from)| {
            let is_lacking = |area: &&Area| {
                area.population
                    .later()
                    .iter()
                    .all(|(date, _)| *date != from)
            };
            (vintage, areas.iter().filter(is_lacking).count())
        })
        .collect();
    let table = AreaTable::new(areas.clone(), vec![])?;
    let table = AreaTable::new(areas, inputs.aliases.within(&table))?.with_vintages(vintages)?;
    let order = table
        .areas()
        .iter()
        .map(|area| shapes[&area.code])
        .collect();
    let grid = build_grid(&table, &series, cadence).ok_or(JoinError::NoFigures)?;
    Ok(JoinedData {
        table,
        order,
        grid,
        merges,
        lacking,
        known_missing,
        dropped,
    })
}

/// Returns the name of an area: the given one, else that in the cases, the populations or the
/// boundaries, else the code.
fn name_of(code: &AreaCode, inputs: &JoinInputs) -> String {
    if let Some(name) = inputs.names.get(code) {
        return name.clone();
    }
    let in_cases = inputs.cases.areas.get(code).map(|area| area.name.as_str());
    let in_populations = || inputs.populations.get(code).map(|area| area.name.as_str());
    let in_shapes = || {
        inputs
            .shapes
            .iter()
            .find(|shape| shape.code == *code)?
            .name
            .as_deref()
    };
    let name = in_cases
        .filter(|name| !name.is_empty())
        .or_else(in_populations)
        .filter(|name| !name.is_empty());
    name.or_else(in_shapes).unwrap_or(code.as_str()).to_owned()
}

/// Returns an MSOA's authority in the population file, as the area that counts its cases.
fn parent_of(code: &AreaCode, inputs: &JoinInputs) -> Option<AreaCode> {
    let parent = inputs.populations.get(code)?.parent.as_ref()?;
    match inputs.aliases.targets(parent) {
        [target] => Some(target.clone()),
        _ => Some(parent.clone()),
    }
}

/// Returns the populations of the areas, with those of the codes merged into them. Areas that are
/// not in the first vintage have none.
fn area_populations(
    inputs: &JoinInputs,
    shapes: &BTreeMap<&AreaCode, usize>,
    merges: &mut Vec<Merge>,
    problems: &mut Problems,
) -> BTreeMap<AreaCode, Population> {
    let mut vintages = inputs.populations.vintages.iter();
    let sum_vintage = |estimates: &VintageEstimates, merges: &mut Vec<Merge>| {
        sum_populations(estimates, inputs, shapes, merges)
    };
    let first = vintages
        .next()
        .map(|estimates| sum_vintage(estimates, merges));
    let Some(first) = first else {
        return BTreeMap::new();
    };
    let saturated = |people: u64| u32::try_from(people).unwrap_or(u32::MAX);
    let mut later: BTreeMap<AreaCode, Vec<(Day, u32)>> = BTreeMap::new();
    for estimates in vintages {
        let Some(from) = estimates.vintage.from else {
            continue;
        };
        for (area, own) in sum_vintage(estimates, merges) {
            let Some(before) = first.get(&area) else {
                continue;
            };
            // Without the population of a merged code, the sum would be too small for the area.
            match before.codes.iter().find(|code| !own.codes.contains(code)) {
                None => later
                    .entry(area)
                    .or_default()
                    .push((from, saturated(own.people))),
                Some(lacking) => {
                    let name = name_of(&area, inputs);
                    let fault = InputFault::PartOfPopulation {
                        code: area,
                        name,
                        from,
                        lacking: lacking.clone(),
                    };
                    problems.push(inputs.boundary_file.clone(), fault);
                }
            }
        }
    }
    let population = |(code, sum): (AreaCode, PopulationSum)| {
        let later = later.remove(&code).unwrap_or_default();
        (code, Population::new(saturated(sum.people), later))
    };
    first.into_iter().map(population).collect()
}

/// The population of an area in one vintage, and the codes that were added for it.
#[derive(Default)]
struct PopulationSum {
    people: u64,
    codes: BTreeSet<AreaCode>,
}

/// Adds up the populations of one vintage by area, and notes those of merged codes in `merges`.
fn sum_populations(
    estimates: &VintageEstimates,
    inputs: &JoinInputs,
    shapes: &BTreeMap<&AreaCode, usize>,
    merges: &mut Vec<Merge>,
) -> BTreeMap<AreaCode, PopulationSum> {
    let mut sums: BTreeMap<AreaCode, PopulationSum> = BTreeMap::new();
    for (code, inhabitants) in &estimates.areas {
        let target = match inputs.aliases.targets(code) {
            _ if shapes.contains_key(code) => code,
            [target] if shapes.contains_key(target) => {
                match merges.iter_mut().find(|merge| merge.from.0 == *code) {
                    Some(merge) if merge.people > 0 => {}
                    Some(merge) => merge.people = inhabitants.people,
                    None => merges.push(Merge {
                        from: (code.clone(), inhabitants.name.clone()),
                        into: (target.clone(), name_of(target, inputs)),
                        figures: 0,
                        added_dates: 0,
                        people: inhabitants.people,
                    }),
                }
                target
            }
            // Populations of areas that are not in the data set are ignored, such as Welsh MSOAs in
            // a file for England and Wales.
            _ => continue,
        };
        let sum = sums.entry(target.clone()).or_default();
        sum.people += inhabitants.people;
        sum.codes.insert(code.clone());
    }
    sums
}

/// Returns the day of the week of most figures, as the remainder of the day's number by 7.
fn usual_weekday(cases: &Cases) -> i32 {
    let mut figures = [0u64; 7];
    for date in cases.areas.values().flat_map(|area| area.days.keys()) {
        figures[date.number().rem_euclid(7) as usize] += 1;
    }
    (0..7)
        .rev()
        .max_by_key(|&day| figures[day as usize])
        .unwrap_or(0)
}

/// Returns an area's figures; weekly ones only if they are for the usual day of the week.
fn days_on_weekday(
    code: &AreaCode,
    area: &CaseArea,
    cadence: Cadence,
    weekday: i32,
    cases: &Cases,
    dropped: &mut BTreeMap<String, u64>,
    problems: &mut Problems,
) -> Days {
    let mut days = area.days.clone();
    if cadence == Cadence::Daily {
        return days;
    }
    days.retain(|date, entry| {
        let off = (date.number() - weekday).rem_euclid(7);
        if off != 0 {
            let expected = format!("{} and every seventh day", *date - off);
            let fault = InputFault::OffWeek {
                code: code.clone(),
                date: *date,
                expected,
            };
            *dropped.entry(fault.reason().to_owned()).or_default() += 1;
            problems.push(cases.place(entry), fault);
        }
        off == 0
    });
    days
}

/// Adds figures to those of another area. A sum with a suppressed figure is not known, and
/// therefore missing.
fn add_figures(into: &mut Days, days: Days) {
    for (date, entry) in days {
        match into.get_mut(&date) {
            None => {
                into.insert(date, entry);
            }
            Some(sum) => {
                sum.figure = match (sum.figure, entry.figure) {
                    (Figure::Count(a), Figure::Count(b)) => Figure::Count(a + b),
                    _ => Figure::Missing,
                }
            }
        }
    }
}

/// Reports dates without a figure between an area's first and last date. Returns the number of
/// these dates that are in known gaps.
fn report_gaps(
    area: &Area,
    days: &Days,
    cadence: Cadence,
    inputs: &JoinInputs,
    problems: &mut Problems,
) -> usize {
    let step = cadence.step();
    let mut known = 0;
    for ((&before, entry), &after) in days.iter().zip(days.keys().skip(1)) {
        let absent_dates = (1..)
            .map(|n| before + n * step)
            .take_while(|&date| date < after);
        let is_known = |date: &Day| inputs.known_gaps.iter().any(|gap| gap.contains(*date));
        let (accepted, unknown): (Vec<Day>, Vec<Day>) = absent_dates.partition(is_known);
        known += accepted.len();
        if let (Some(&first), Some(&last)) = (unknown.first(), unknown.last()) {
            let span = if first == last {
                format!("on {first}")
            } else {
                format!("from {first} to {last}")
            };
            let fault = InputFault::Gap {
                code: area.code.clone(),
                name: area.name.clone(),
                span,
            };
            problems.push(inputs.cases.place(entry), fault);
        }
    }
    known
}

fn build_grid(
    table: &AreaTable,
    series: &BTreeMap<AreaCode, Days>,
    cadence: Cadence,
) -> Option<Grid> {
    let dates = || {
        table
            .areas()
            .iter()
            .filter_map(|area| series.get(&area.code))
            .flat_map(|days| days.keys().copied())
    };
    let (first, last) = (dates().min()?, dates().max()?);
    let count = ((last - first) / cadence.step() + 1) as usize;
    let mut grid = Grid {
        cadence,
        first,
        dates: count,
        figures: Vec::with_capacity(count * table.len()),
    };
    let empty = Days::new();
    for area in table.areas() {
        let days = series.get(&area.code).unwrap_or(&empty);
        for position in 0..count {
            let figure = days
                .get(&grid.date(position))
                .map_or(Figure::Missing, |entry| entry.figure);
            grid.figures.push(figure);
        }
    }
    Some(grid)
}

#[cfg(test)]
mod tests;
