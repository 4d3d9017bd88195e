//! Reads and joins the inputs of one level, and encodes them into files.

use anyhow::{Context, bail, ensure};
use rising_model::dataset::manifest::{CountsFile, LevelFiles, NationDates};
use rising_model::domain::area::{Level, Nation};
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::day::{Day, nearest};
use rising_model::domain::series::{Cadence, CountsChunk};
use rising_model::domain::snapshot::areas_in;
use rising_model::shapes::geometry::{Bounds, Topology};

use super::LevelOptions;
use crate::aliases::Aliases;
use crate::area_names;
use crate::boundaries::{self, Boundaries, Reduction};
use crate::cases::Cases;
use crate::chunks;
use crate::clearness::LevelCriteria;
use crate::join::{self, JoinInputs, JoinedData};
use crate::population::Populations;
use crate::problem::{FilePosition, Problems};
use crate::publish::Edition;

/// The size in CSS pixels that the default nation may have at the zoom of the first view: about
/// that of a phone. For England this is zoom 6.
const PHONE_PIXELS: f64 = 512.0;

/// The largest zoom of a first view. Beyond it the detail file would be no finer.
const MAX_FIRST_VIEW_ZOOM: u8 = 8;

/// Returns the reduction for the first view of the default nation: at the zoom where the nation
/// fills a phone, no border is off by more than a third of a pixel, on a grid of an eighth of a
/// pixel. docs/decisions/0002-first-view-of-shapes.md has the alternatives.
fn first_view(topology: &Topology, table: &AreaTable, nation: Nation) -> Reduction {
    let bounds_of = |nation| {
        areas_in(table, nation)
            .filter_map(|area| topology.bounds(area))
            .reduce(Bounds::union)
    };
    let (width, height) = bounds_of(nation)
        .or_else(|| bounds_of(Nation::Uk))
        .map_or((0, 0), Bounds::size);
    let size = f64::from(width.max(height).max(1));
    let exact_zoom = f64::from(topology.unit_zoom()) + (PHONE_PIXELS / size).log2();
    let zoom = exact_zoom
        .floor()
        .clamp(0.0, f64::from(MAX_FIRST_VIEW_ZOOM)) as u8;
    Reduction {
        max_rank: zoom,
        unit_zoom: zoom + 3,
        always_drawn: zoom,
        min_island_area: 2.0,
    }
}

/// Returns the reduction for the detail file, which the map loads when the user zooms in. The
/// publisher generalised the boundaries of authorities to 200 m, so a grid of 45 m loses nothing
/// but rocks, which become lines. Neighbourhoods are a tenth of their size and need the finer grid.
fn detail(level: Level) -> Reduction {
    match level {
        Level::Ltla => Reduction {
            max_rank: 11,
            unit_zoom: 11,
            always_drawn: 8,
            min_island_area: 0.5,
        },
        Level::Msoa => Reduction {
            max_rank: 13,
            unit_zoom: 12,
            always_drawn: 8,
            min_island_area: 0.5,
        },
    }
}

/// The inputs of a level, and the result of joining them.
pub(crate) struct LevelInputs {
    pub(crate) cases: Cases,
    pub(crate) populations: Populations,
    pub(crate) boundaries: Boundaries,
    pub(crate) joined: JoinedData,
}

impl LevelInputs {
    /// Reads the other inputs and joins them with the cases. Mismatches go to `problems`.
    ///
    /// # Errors
    /// If a file cannot be used at all, or no area has figures.
    pub(crate) fn join(
        mut cases: Cases,
        options: &LevelOptions,
        problems: &mut Problems,
    ) -> anyhow::Result<LevelInputs> {
        let aliases = options
            .aliases
            .as_deref()
            .map(Aliases::read)
            .transpose()?
            .unwrap_or_default();
        let names = options
            .area_names
            .as_deref()
            .map(area_names::read)
            .transpose()?
            .unwrap_or_default();
        let welsh = options
            .welsh
            .as_deref()
            .map(area_names::read)
            .transpose()?
            .unwrap_or_default();
        let populations = Populations::read(&options.population, options.level, problems)?;
        let mut boundaries = Boundaries::read(&options.boundaries)?;
        if let Some(code) = names
            .keys()
            .chain(welsh.keys())
            .find(|code| boundaries.shapes.iter().all(|shape| shape.code != **code))
        {
            bail!(
                "the table of names has {code}, which is not an area of {}; remove the line",
                options.boundaries.display()
            );
        }
        boundaries
            .shapes
            .retain(|shape| options.includes_nation(shape.code.nation()));
        cases.remove_areas("area of another nation", |code| {
            !options.includes_nation(code.nation())
        });
        // Each code has its own population here; codes are merged later, by their counts.
        cases.recover_counts(|code, date| populations.people(code, date), problems);
        let inputs = JoinInputs {
            cadence: cases.cadence(options.weekly)?,
            shapes: &boundaries.shapes,
            cases: &cases,
            populations: &populations,
            aliases: &aliases,
            names: &names,
            welsh: &welsh,
            known_gaps: &options.known_gap,
            boundary_file: FilePosition::whole_file(&options.boundaries),
        };
        let joined = join::join(&inputs, problems)?;
        Ok(LevelInputs {
            cases,
            populations,
            boundaries,
            joined,
        })
    }

    /// Returns the dates that users can choose, by nation: those with a complete week, except the
    /// lag and the days that the source calls provisional.
    ///
    /// # Errors
    /// If no date has a complete week.
    pub(crate) fn dates(&self, options: &LevelOptions) -> anyhow::Result<Vec<NationDates>> {
        let grid = &self.joined.grid;
        let limit = (!options.is_final).then(|| self.published(options) - i32::from(options.lag));
        let dates = grid.offered(&self.joined.table, |nation| {
            let provisional = self
                .cases
                .areas
                .iter()
                .filter(|(code, _)| code.nation().unwrap_or(Nation::Uk) == nation)
                .filter_map(|(_, area)| area.provisional_from)
                .min();
            limit
                .into_iter()
                .chain(provisional.map(|day| day - 1))
                .min()
        });
        ensure!(
            !dates.is_empty(),
            "no date has a complete week: give more days, or --final if the last ones are complete"
        );
        Ok(dates)
    }

    /// Whether the dispersion is taken from the other level, because weekly counts give a worse
    /// estimate than daily ones.
    pub(crate) fn uses_other_level_dispersion(&self, options: &LevelOptions) -> bool {
        options.dispersion.is_none() && self.joined.grid.cadence == Cadence::Weekly
    }

    /// Computes the criteria by which changes are graded. `other` are those of the other level, for
    /// [`LevelInputs::uses_other_level_dispersion`].
    pub(crate) fn criteria(
        &self,
        options: &LevelOptions,
        other: Option<&LevelCriteria>,
    ) -> LevelCriteria {
        let JoinedData { table, grid, .. } = &self.joined;
        LevelCriteria::compute(options.level, table, grid, options.dispersion, other)
    }

    /// Returns the day of publication: that of the options, else the last day with figures.
    pub(crate) fn published(&self, options: &LevelOptions) -> Day {
        let grid = &self.joined.grid;
        options
            .published
            .unwrap_or_else(|| grid.date(grid.dates - 1))
    }

    /// Encodes the level's files. Each is decoded again and compared, so that no file is published
    /// that the map could not read. `nation` is the nation in the default view, `other_default` the
    /// default date of the other level: users who change the level see the nearest date of this
    /// one.
    ///
    /// # Errors
    /// If no date can be offered, or the shapes make no topology.
    pub(crate) fn encode(
        &self,
        options: &LevelOptions,
        nation: Nation,
        other_default: Option<Day>,
        criteria: &LevelCriteria,
        edition: &mut Edition,
    ) -> anyhow::Result<LevelFiles> {
        let level = options.level;
        let grid = &self.joined.grid;
        let table = &self.joined.table;
        let dates = self.dates(options)?;
        let last = dates
            .iter()
            .map(|dates| dates.last)
            .max()
            .context("no date is offered")?;
        let first = dates
            .iter()
            .map(|dates| dates.first)
            .min()
            .context("no date is offered")?;
        let near = |date| nearest(date, (first, last), grid.cadence.step());
        let default = options
            .default_date
            .or(other_default.map(near))
            .unwrap_or(last);
        let offered = dates
            .iter()
            .any(|dates| (dates.first..=dates.last).contains(&default));
        ensure!(
            offered,
            "--default-date {default} is not among the dates offered, {first} to {last}"
        );

        let bytes = table.encode();
        ensure!(
            AreaTable::decode(&bytes)? == *table,
            "the areas do not survive encoding; please report this"
        );
        let areas = edition.add(&format!("{level}.areas"), bytes, table.len() as u64);

        let topology = self.boundaries.topology(&self.joined.order)?;
        let first_view = first_view(&topology, table, nation);
        let mut add_shapes = |what: &str, reduction: Reduction| {
            let topology = boundaries::reduce(&topology, &reduction)?;
            let bytes = topology.encode();
            ensure!(
                Topology::decode(&bytes)? == topology,
                "the {what} do not survive encoding; please report this"
            );
            Ok(edition.add(&format!("{level}.{what}"), bytes, topology.len() as u64))
        };
        let shapes = add_shapes("shapes", first_view)?;
        let detail = add_shapes("detail", detail(level))?;

        let (ranges, default) = chunks::divide(grid, default);
        let mut counts = vec![];
        for range in ranges {
            let chunk = grid.chunk(range.clone()).context("a chunk without dates")?;
            let chunk = chunk
                .with_criteria(criteria.for_dates(range.clone()))
                .context("the criteria do not fit the counts; please report this")?;
            let bytes = chunk.encode();
            ensure!(
                CountsChunk::decode(&bytes)? == chunk,
                "the counts do not survive encoding; please report this"
            );
            let file = edition.add(
                &format!("{level}.counts"),
                bytes,
                (range.len() * table.len()) as u64,
            );
            counts.push(CountsFile {
                file,
                first: chunk.first(),
                last: chunk.last(),
            });
        }
        let preload = vec![
            areas.file.clone(),
            shapes.file.clone(),
            counts[default].file.file.clone(),
        ];
        Ok(LevelFiles {
            published: options.published,
            step: grid.cadence.step(),
            dates,
            areas,
            shapes,
            detail,
            counts,
            preload,
        })
    }
}
