//! The files of a data set, level by level.

use std::sync::Arc;

use rising_model::area::{AreaIndex, AreaTable, Level, Nation};
use rising_model::day::Day;
use rising_model::geometry::Topology;
use rising_model::manifest::{LevelFiles, Manifest};
use rising_model::places::Place;
use rising_model::series::{Chunk, Series, span_of};
use rising_model::snapshot::Snapshot;

use super::load::{File, Loader};
use super::{History, Shown, cadence, nearest};
use crate::fetch::{Decode, Trust};

/// Days ahead of a reader who moves along the timeline that figures are fetched.
const AHEAD: i32 = 42;

#[derive(Clone, Copy)]
struct CountsSlot {
    first: Day,
    last: Day,
    loader: Loader<Chunk>,
}

/// One level's files.
#[derive(Clone)]
struct Store {
    level: Level,
    step: i32,
    dates: Option<(Day, Day)>,
    table: Loader<AreaTable>,
    shapes: Loader<Topology>,
    detail: Loader<Topology>,
    counts: Arc<[CountsSlot]>,
}

/// All levels' files and the towns.
#[derive(Clone)]
pub struct Stores {
    levels: Arc<[Store]>,
    places: Option<Loader<Vec<Place>>>,
}

impl PartialEq for Stores {
    /// Made once for each manifest.
    fn eq(&self, other: &Stores) -> bool {
        Arc::ptr_eq(&self.levels, &other.levels)
    }
}

fn loader<T: Decode>(what: &'static str, name: &str) -> Loader<T> {
    Loader::new(what, name, Trust::Always)
}

impl Store {
    fn new(level: Level, files: &LevelFiles) -> Store {
        let counts = files
            .counts
            .iter()
            .map(|counts| CountsSlot {
                first: counts.first,
                last: counts.last,
                loader: loader("the case counts", &counts.file.file),
            })
            .collect();
        Store {
            level,
            step: files.step,
            dates: files.dates_of(Nation::Uk),
            table: loader("the list of areas", &files.areas.file),
            shapes: loader("the map's shapes", &files.shapes.file),
            detail: loader("the map's finer shapes", &files.detail.file),
            counts,
        }
    }

    /// The chunks that a comparison at the date reads.
    fn needed(&self, date: Day) -> impl Iterator<Item = &CountsSlot> {
        let (first, last) = span_of(cadence(self.step), date);
        self.counts.iter().filter(move |slot| slot.first <= last && slot.last >= first)
    }

    fn want_figures(&self, date: Day) {
        self.table.want();
        self.needed(date).for_each(|slot| slot.loader.want());
    }

    fn shown(&self, date: Day) -> Option<Shown> {
        let table = self.table.ready()?;
        let chunks: Vec<_> = self.needed(date).map(|slot| slot.loader.ready()).collect::<Option<_>>()?;
        let snapshot = Arc::new(Snapshot::new(&table, &Series::new(chunks), date));
        Some(Shown { level: self.level, table, snapshot, step: self.step })
    }

    fn files(&self) -> impl Iterator<Item = File> {
        let counts = self.counts.iter().map(|slot| slot.loader.file());
        [self.table.file(), self.shapes.file(), self.detail.file()].into_iter().chain(counts)
    }
}

impl Stores {
    /// Nothing is fetched yet.
    pub fn new(manifest: &Manifest) -> Stores {
        let levels =
            Level::ALL.into_iter().filter_map(|level| Some(Store::new(level, manifest.levels.get(level)?))).collect();
        Stores { levels, places: manifest.places.as_ref().map(|file| loader("the town names", &file.file)) }
    }

    fn level(&self, level: Level) -> Option<&Store> {
        self.levels.iter().find(|store| store.level == level)
    }

    /// Asks for what the first picture of a level at a date needs, and no more.
    pub fn want_first_view(&self, level: Level, date: Day) {
        if let Some(store) = self.level(level) {
            store.want_figures(date);
            if store.detail.ready().is_none() {
                store.shapes.want();
            }
        }
    }

    /// Asks for a level's areas alone.
    pub fn want_table(&self, level: Level) {
        if let Some(store) = self.level(level) {
            store.table.want();
        }
    }

    /// Asks for the figures of some weeks before and after as well.
    pub fn want_figures_around(&self, level: Level, date: Day) {
        if let Some(store) = self.level(level) {
            store.needed(date - AHEAD).chain(store.needed(date + AHEAD)).for_each(|slot| slot.loader.want());
        }
    }

    /// Asks for the fine shapes.
    pub fn want_detail(&self, level: Level) {
        if let Some(store) = self.level(level) {
            store.detail.want();
        }
    }

    /// Asks for the town names.
    pub fn want_places(&self) {
        if let Some(places) = &self.places {
            places.want();
        }
    }

    /// Asks for all dates of a level.
    pub fn want_history(&self, level: Level) {
        if let Some(store) = self.level(level) {
            store.counts.iter().for_each(|slot| slot.loader.want());
        }
    }

    /// Asks for the neighbourhoods' figures at the date nearest to that one.
    pub fn want_neighbourhoods(&self, date: Day) {
        if let Some((store, date)) = self.nearest_neighbourhoods(date) {
            store.want_figures(date);
        }
    }

    fn nearest_neighbourhoods(&self, date: Day) -> Option<(&Store, Day)> {
        let store = self.level(Level::Msoa)?;
        Some((store, nearest(date, store.dates?, store.step)))
    }

    /// A level's areas.
    pub fn table(&self, level: Level) -> Option<Arc<AreaTable>> {
        self.level(level)?.table.ready()
    }

    /// The best shapes of a level that have come.
    pub fn shapes(&self, level: Level) -> Option<Arc<Topology>> {
        let store = self.level(level)?;
        store.detail.ready().or_else(|| store.shapes.ready())
    }

    /// Towns, the largest first.
    pub fn places(&self) -> Option<Arc<Vec<Place>>> {
        self.places.as_ref()?.ready()
    }

    /// A level at a date, if all it needs has come.
    pub fn shown(&self, level: Level, date: Day) -> Option<Shown> {
        self.level(level)?.shown(date)
    }

    /// The neighbourhoods at the date nearest to that one, if all they need has come.
    pub fn neighbourhoods(&self, date: Day) -> Option<Shown> {
        let (store, date) = self.nearest_neighbourhoods(date)?;
        store.shown(date)
    }

    /// An area's figures over the dates that have come.
    pub fn history(&self, shown: &Shown, area: AreaIndex, (first, last): (Day, Day)) -> Option<History> {
        let store = self.level(shown.level)?;
        let chunks: Vec<_> = store.counts.iter().filter_map(|slot| slot.loader.ready()).collect();
        let complete = chunks.len() == store.counts.len();
        let (level, table, step) = (shown.level, shown.table.clone(), store.step);
        Some(History { level, area, table, series: Series::new(chunks), first, last, step, complete })
    }

    /// Every file of the data set.
    pub fn files(&self) -> impl Iterator<Item = File> {
        self.levels.iter().flat_map(Store::files).chain(self.places.map(|places| places.file()))
    }
}
