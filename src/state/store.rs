//! Holds a loader for each file of a data set, by level, and decides which files a view needs.

use std::sync::Arc;

use leptos::prelude::untrack;
use rising_model::dataset::manifest::{CountsFile, DataFile, LevelFiles, Manifest};
use rising_model::domain::area::{AreaIndex, Level, Nation};
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::day::{Day, nearest};
use rising_model::domain::series::{CountsChunk, Series, needed_span};
use rising_model::domain::snapshot::Snapshot;
use rising_model::domain::sorting;
use rising_model::lookup::gazetteer::Gazetteer;
use rising_model::lookup::postcode::Postcodes;
use rising_model::shapes::geometry::Topology;
use rising_model::shapes::places::Place;
use rising_search::PostcodeLookup;
use rising_view::LevelView;
use rising_view::details::AreaHistory;
use rising_words::choice::FileKind;

use super::cadence;
use super::load::{File, Loader};
use crate::platform::fetch::{CachePolicy, ContentSummary, Decode};

/// The number of days before and after the date shown for which figures load in advance while the
/// reader moves along the timeline.
const AHEAD: i32 = 42;

/// The largest number of history files in flight. Browsers open six connections to an HTTP/1.1
/// server.
const AT_ONCE: usize = 3;

#[derive(Clone, Copy)]
struct CountsSlot {
    first: Day,
    last: Day,
    loader: Loader<CountsChunk>,
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

/// The postcodes of one postcode area, such as HX.
#[derive(Clone)]
struct PostcodeArea {
    area: String,
    loader: Loader<Postcodes>,
}

/// The files of all levels, the town names, and the files that a search reads.
#[derive(Clone)]
pub struct Stores {
    levels: Arc<[Store]>,
    places: Option<Loader<Vec<Place>>>,
    gazetteer: Option<Loader<Gazetteer>>,
    postcodes: Arc<[PostcodeArea]>,
}

impl PartialEq for Stores {
    /// Compares by identity: one value is created for each manifest.
    fn eq(&self, other: &Stores) -> bool {
        Arc::ptr_eq(&self.levels, &other.levels)
    }
}

/// The shapes could not be loaded. The status line says why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShapesUnavailable;

fn loader<T: Decode>(what: FileKind, file: &DataFile) -> Loader<T> {
    loader_of(
        what,
        &file.file,
        ContentSummary {
            records: Some(file.records),
            dates: None,
        },
    )
}

fn loader_of<T: Decode>(what: FileKind, name: &str, summary: ContentSummary) -> Loader<T> {
    Loader::new(what, name, CachePolicy::Trust, summary)
}

impl Store {
    fn new(level: Level, files: &LevelFiles) -> Store {
        let counts = files
            .counts
            .iter()
            .map(|counts| {
                let CountsFile { file, first, last } = counts;
                let content = ContentSummary {
                    records: Some(file.records),
                    dates: Some((*first, *last)),
                };
                CountsSlot {
                    first: *first,
                    last: *last,
                    loader: loader_of(FileKind::Counts, &file.file, content),
                }
            })
            .collect();
        Store {
            level,
            step: files.step,
            dates: files.dates_of(Nation::Uk),
            table: loader(FileKind::Areas, &files.areas),
            shapes: loader(FileKind::Shapes, &files.shapes),
            detail: loader(FileKind::FinerShapes, &files.detail),
            counts,
        }
    }

    /// The counts files that a comparison at the date reads.
    fn needed(&self, date: Day) -> impl Iterator<Item = &CountsSlot> {
        let (first, last) = needed_span(cadence(self.step), date);
        self.counts
            .iter()
            .filter(move |slot| slot.first <= last && slot.last >= first)
    }

    fn load_figures(&self, date: Day) {
        self.table.load();
        self.needed(date).for_each(|slot| slot.loader.load());
    }

    fn shown(&self, date: Day) -> Option<LevelView> {
        let table = self.table.ready()?;
        let chunks: Vec<_> = self
            .needed(date)
            .map(|slot| slot.loader.ready())
            .collect::<Option<_>>()?;
        let snapshot = Arc::new(Snapshot::new(&table, &Series::new(chunks), date));
        Some(LevelView {
            level: self.level,
            table,
            snapshot,
            step: self.step,
        })
    }

    fn files(&self) -> impl Iterator<Item = File> {
        let counts = self.counts.iter().map(|slot| slot.loader.file());
        [self.table.file(), self.shapes.file(), self.detail.file()]
            .into_iter()
            .chain(counts)
    }
}

impl Stores {
    /// Creates a loader for each file and requests nothing.
    pub fn new(manifest: &Manifest) -> Stores {
        let levels = Level::ALL
            .into_iter()
            .filter_map(|level| Some(Store::new(level, manifest.levels.get(level)?)))
            .collect();
        let postcodes = manifest.postcodes.iter().flat_map(|postcodes| {
            postcodes.areas.split(' ').filter_map(|area| {
                let file = postcodes.file(area)?;
                Some(PostcodeArea {
                    area: area.to_owned(),
                    loader: loader_of(FileKind::Postcodes, &file, ContentSummary::default()),
                })
            })
        });
        Stores {
            levels,
            places: manifest
                .places
                .as_ref()
                .map(|file| loader(FileKind::Towns, file)),
            gazetteer: manifest
                .names
                .as_ref()
                .map(|file| loader(FileKind::Places, file)),
            postcodes: postcodes.collect(),
        }
    }

    fn level(&self, level: Level) -> Option<&Store> {
        self.levels.iter().find(|store| store.level == level)
    }

    /// Loads only the files that the first view of a level at a date needs.
    pub fn load_first_view(&self, level: Level, date: Day) {
        if let Some(store) = self.level(level) {
            store.load_figures(date);
            if store.detail.ready().is_none() {
                store.shapes.load();
            }
        }
    }

    /// Loads a level's areas alone.
    pub fn load_table(&self, level: Level) {
        if let Some(store) = self.level(level) {
            store.table.load();
        }
    }

    /// Loads a level's figures at its date nearest to the given one, without its shapes.
    pub fn load_figures(&self, level: Level, date: Day) {
        if let Some((store, date)) = self.nearest(level, date) {
            store.load_figures(date);
        }
    }

    /// Loads the figures of the weeks before and after a date.
    pub fn load_figures_around(&self, level: Level, date: Day) {
        if let Some(store) = self.level(level) {
            store
                .needed(date - AHEAD)
                .chain(store.needed(date + AHEAD))
                .for_each(|slot| slot.loader.load());
        }
    }

    /// Loads a level's finest shapes.
    pub fn load_detail(&self, level: Level) {
        if let Some(store) = self.level(level) {
            store.detail.load();
        }
    }

    /// Loads the town names for the map.
    pub fn load_places(&self) {
        if let Some(places) = &self.places {
            places.load();
        }
    }

    /// Loads every name that a search can find.
    pub fn load_names(&self) {
        self.levels.iter().for_each(|store| store.table.load());
        if let Some(gazetteer) = &self.gazetteer {
            gazetteer.load();
        }
    }

    /// Loads the postcodes of a postcode area.
    pub fn load_postcodes(&self, area: &str) {
        if let Some(postcodes) = self.postcode_area(area) {
            postcodes.loader.load();
        }
    }

    fn postcode_area(&self, area: &str) -> Option<&PostcodeArea> {
        self.postcodes
            .iter()
            .find(|postcodes| postcodes.area == area)
    }

    /// The names of the postcode files that have loaded.
    pub fn postcode_files(&self, manifest: &Manifest) -> Vec<String> {
        let loaded = self
            .postcodes
            .iter()
            .filter(|postcodes| postcodes.loader.ready().is_some());
        loaded
            .filter_map(|postcodes| manifest.postcodes.as_ref()?.file(&postcodes.area))
            .collect()
    }

    /// Loads the next files of a level's history, nearest to `date` first, because the reader steps
    /// to those next. At most [`AT_ONCE`] files are in flight, so that a slow server or connection
    /// stays free for what the reader asks for meanwhile. Call it again while
    /// [`Stores::can_load_history`] is true.
    pub fn load_history(&self, level: Level, date: Day) {
        untrack(|| {
            self.next_of_history(level, date)
                .for_each(|slot| slot.loader.load());
        });
    }

    /// Whether history files of a level are left to request and fewer than [`AT_ONCE`] are in
    /// flight.
    pub fn can_load_history(&self, level: Level, date: Day) -> bool {
        self.next_of_history(level, date).next().is_some()
    }

    fn next_of_history(&self, level: Level, date: Day) -> impl Iterator<Item = &CountsSlot> {
        let slots = self
            .level(level)
            .map(|store| &*store.counts)
            .unwrap_or_default();
        let pending = slots
            .iter()
            .filter(|slot| slot.loader.file().is_loading())
            .count();
        let not_requested: Vec<&CountsSlot> = slots
            .iter()
            .filter(|slot| slot.loader.file().is_not_requested())
            .collect();
        let distance = |position: AreaIndex| {
            let slot = not_requested[usize::from(position)];
            (slot.first - date).max(date - slot.last)
        };
        let order = sorting::all(not_requested.len(), &|a, b| distance(a).cmp(&distance(b)));
        let nearest: Vec<_> = order
            .into_iter()
            .map(|position| not_requested[usize::from(position)])
            .collect();
        nearest.into_iter().take(AT_ONCE.saturating_sub(pending))
    }

    fn nearest(&self, level: Level, date: Day) -> Option<(&Store, Day)> {
        let store = self.level(level)?;
        Some((store, nearest(date, store.dates?, store.step)))
    }

    /// A level's areas, once they have loaded.
    pub fn table(&self, level: Level) -> Option<Arc<AreaTable>> {
        self.level(level)?.table.ready()
    }

    /// The finest shapes of a level that have loaded.
    pub fn shapes(&self, level: Level) -> Option<Arc<Topology>> {
        let store = self.level(level)?;
        store.detail.ready().or_else(|| store.shapes.ready())
    }

    /// The coarse shapes of a level, once they have loaded.
    pub fn coarse_shapes(&self, level: Level) -> Option<Arc<Topology>> {
        self.level(level)?.shapes.ready()
    }

    /// Towns, the largest first.
    pub fn places(&self) -> Option<Arc<Vec<Place>>> {
        self.places.as_ref()?.ready()
    }

    /// The finest shapes of a level, or `None` until they have loaded.
    ///
    /// # Errors
    /// If they could not be loaded.
    pub fn detail(&self, level: Level) -> Result<Option<Arc<Topology>>, ShapesUnavailable> {
        let detail = self.level(level).ok_or(ShapesUnavailable)?.detail;
        if detail.file().has_failed() {
            Err(ShapesUnavailable)
        } else {
            Ok(detail.ready())
        }
    }

    /// The date of a level nearest to the given one.
    pub fn date_near(&self, level: Level, date: Day) -> Option<Day> {
        Some(self.nearest(level, date)?.1)
    }

    /// The names of towns, counties and former districts, once they have loaded.
    pub fn gazetteer(&self) -> Option<Arc<Gazetteer>> {
        self.gazetteer.as_ref()?.ready()
    }

    /// The postcodes of a postcode area, or the state of their file.
    pub fn postcodes(&self, area: &str) -> PostcodeLookup {
        match self.postcode_area(area) {
            None => PostcodeLookup::NoSuchArea,
            Some(postcodes) => match postcodes.loader.ready() {
                Some(list) => PostcodeLookup::Ready(list),
                None if postcodes.loader.file().has_failed() => PostcodeLookup::Failed,
                None => PostcodeLookup::Loading,
            },
        }
    }

    /// Whether a file of names is still loading.
    pub fn names_are_loading(&self) -> bool {
        let tables = self.levels.iter().map(|store| store.table.file());
        tables
            .chain(self.gazetteer.map(|gazetteer| gazetteer.file()))
            .any(|file| file.is_loading())
    }

    /// A level at a date, once all files that it needs have loaded.
    pub fn shown(&self, level: Level, date: Day) -> Option<LevelView> {
        self.level(level)?.shown(date)
    }

    /// A level at its date nearest to the given one, once all files that it needs have loaded.
    pub fn shown_near(&self, level: Level, date: Day) -> Option<LevelView> {
        let (store, date) = self.nearest(level, date)?;
        store.shown(date)
    }

    /// An area's figures over all dates that have loaded.
    pub fn history(
        &self,
        shown: &LevelView,
        area: AreaIndex,
        (first, last): (Day, Day),
    ) -> Option<AreaHistory> {
        let store = self.level(shown.level)?;
        let chunks: Vec<_> = store
            .counts
            .iter()
            .filter_map(|slot| slot.loader.ready())
            .collect();
        let complete = chunks.len() == store.counts.len();
        let level = shown.level;
        let table = shown.table.clone();
        let step = store.step;
        Some(AreaHistory {
            level,
            area,
            table,
            series: Series::new(chunks),
            first,
            last,
            step,
            complete,
        })
    }

    /// Every file of the data set.
    pub fn files(&self) -> impl Iterator<Item = File> {
        let names = [
            self.places.map(|places| places.file()),
            self.gazetteer.map(|gazetteer| gazetteer.file()),
        ];
        let postcodes = self
            .postcodes
            .iter()
            .map(|postcodes| postcodes.loader.file());
        self.levels
            .iter()
            .flat_map(Store::files)
            .chain(names.into_iter().flatten())
            .chain(postcodes)
    }
}
