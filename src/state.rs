//! What the page knows: which files are wanted, which have come, and one memo for each thing
//! derived from them. Panels and the map read from here and never fetch.

mod found_place;
mod load;
mod store;
mod view;

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use rising_model::area::{AreaCode, AreaIndex, AreaTable, Level, Nation};
use rising_model::day::Day;
use rising_model::freshness::Freshness;
use rising_model::gazetteer::Gazetteer;
use rising_model::geometry::Topology;
use rising_model::manifest::{LevelFiles, Manifest};
use rising_model::places::Place;
use rising_model::scope::Scope;
use rising_model::sentences::ScopeName;
use rising_model::series::{Cadence, Series};
use rising_model::snapshot::Snapshot;
use rising_words::Language;
use rising_words::choice::FileKind;

use crate::fetch::{Described, Trust};
use crate::language::language;
use crate::reactive::{Derived, Reactive, Text, effect, same_arc, text};
use crate::today::Today;
use crate::url::{Navigator, Request, Showing};
pub use found_place::FoundPlace;
use load::Progress;
pub use load::{File, LoadFailure, Loader};
use store::Stores;
pub use store::{PostcodeLookup, ShapesUnavailable};
pub use view::View;

/// The coarse shapes' corners show from this many levels below the zoom whose pixels are their
/// grid.
const GRID_OVER_CORNERS: f64 = 1.7;

/// One level at one date, ready to show: always complete, never a mixture of two dates.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownLevel {
    pub level: Level,
    pub table: Arc<AreaTable>,
    pub snapshot: Arc<Snapshot>,
    /// Days from one date to the next.
    pub step: i32,
}

/// An area's figures over all dates that have loaded.
#[derive(Clone, Debug)]
pub struct History {
    pub level: Level,
    pub area: AreaIndex,
    pub table: Arc<AreaTable>,
    pub series: Series,
    pub first: Day,
    pub last: Day,
    pub step: i32,
    /// Every chunk has come.
    pub complete: bool,
}

impl PartialEq for History {
    /// Chunks are only ever added, so their number tells.
    fn eq(&self, other: &History) -> bool {
        (self.level, self.area, self.series.len(), self.complete)
            == (other.level, other.area, other.series.len(), other.complete)
    }
}

/// What the status line says.
#[derive(Clone, Debug, PartialEq)]
pub enum Status {
    /// Everything that is wanted is there.
    Quiet,
    /// Waiting for files; `slow` when longer than a reader expects.
    Loading { slow: bool },
    /// These files could not be had. What was shown before still is.
    Failed(Vec<LoadFailure>),
}

/// The page's state. Copy it freely: it is a handful of references.
#[derive(Clone, Copy)]
pub struct State {
    navigator: Navigator,
    manifest: Loader<Manifest>,
    stores: Derived<Option<Stores>>,
    view: Derived<Option<View>>,
    shown: Derived<Option<ShownLevel>>,
    scope: Derived<Option<Scope>>,
    rising_only: Derived<bool>,
    /// The map is zoomed in so far that the coarse shapes show.
    close_up: RwSignal<bool>,
    found: RwSignal<Option<FoundPlace>>,
    whole: RwSignal<u32>,
    today: Today,
    chunks: [File; 4],
}

impl State {
    /// Starts loading the manifest. All else follows from what the address asks for. `chunks` are
    /// the chunks of the program that load later, for the status line.
    pub fn new(navigator: Navigator, chunks: [File; 4]) -> State {
        let manifest = Loader::new(
            FileKind::Manifest,
            "manifest.json",
            Trust::Ask,
            Described::default(),
        );
        manifest.load();
        let stores = Derived::new(move || manifest.ready().map(|manifest| Stores::new(&manifest)));
        let request = navigator.request();
        let view = Derived::new(move || {
            let (manifest, stores) = (manifest.ready()?, stores.get()?);
            View::resolve(&manifest, &request.read(), |level| stores.table(level))
        });
        let shown = Derived::from_last(
            move |last: Option<&Option<ShownLevel>>| {
                let current = || {
                    let (view, stores) = (view.get()?, stores.get()?);
                    stores.shown(view.level, view.date)
                };
                current().or_else(|| last.cloned().flatten())
            },
            Option::eq,
        );
        // The areas of one level are no part of another level's scope: while those asked for load,
        // both stay as they were.
        let scope = Derived::from_last(
            move |last: Option<&Option<Scope>>| {
                let (view, shown) = (view.read(), shown.read());
                let (view, shown) = (view.as_ref()?, shown.as_ref()?);
                let before = || {
                    last.cloned()
                        .flatten()
                        .unwrap_or(Scope::Nation(view.nation))
                };
                Some(if view.level == shown.level {
                    view.scope()
                } else {
                    before()
                })
            },
            Option::eq,
        );
        navigator.find_authorities_by(move |code| {
            let table = untrack(|| stores.get()?.table(Level::Msoa))?;
            table.get(table.index_of(code)?)?.parent.clone()
        });
        let rising_only = Derived::new(move || request.read().rising_only);
        let (close_up, found, today) = (RwSignal::new(false), RwSignal::new(None), Today::follow());
        let whole = RwSignal::new(0);
        let state = State {
            navigator,
            manifest,
            stores,
            view,
            shown,
            scope,
            rising_only,
            close_up,
            found,
            whole,
            today,
            chunks,
        };
        state.load_files_of_view();
        state
    }

    /// Effects may start a request; they set nothing else.
    fn load_files_of_view(self) {
        effect(move || {
            let (Some(view), Some(stores)) = (self.view.get(), self.stores.get()) else {
                return;
            };
            stores.load_first_view(view.level, view.date);
            if self.navigator.is_stepping_dates() {
                // Ahead of the reader, so that playing does not stop at a file's edge.
                stores.load_figures_around(view.level, view.date);
            }
            // A neighbourhood's name says little without its authority's.
            if view.level == Level::Msoa {
                stores.load_table(Level::Ltla);
            }
            self.navigator.now_showing(Showing {
                level: view.level,
                date: view.date,
                nation: self.has_nations().then_some(view.nation),
                area: view.area.clone(),
                within: view.within.clone(),
            });
            // Names of towns come after what the reader asked for.
            if self.shown.read().is_some() {
                stores.load_places();
            }
            if self.close_up.get() {
                stores.load_detail(view.level);
            }
            let other = match (&view.area, view.level) {
                // Its neighbourhoods, or its authority to compare it with.
                (Some(area), Level::Ltla) => {
                    self.may_have_neighbourhoods(area).then_some(Level::Msoa)
                }
                (Some(_), Level::Msoa) => Some(Level::Ltla),
                // The story of an authority's neighbourhoods begins with the authority.
                (None, _) => view.within.as_ref().map(|_| Level::Ltla),
            };
            let date = view.date;
            // The details are painted first: making requests takes longer than that.
            if let Some(other) = other {
                after_paint(move || stores.load_figures(other, date));
            }
        });
        // The history comes last, and nothing waits for it.
        effect(move || {
            let (Some(view), Some(stores)) = (self.view.get(), self.stores.get()) else {
                return;
            };
            // The code of an area of the other level has no history at this one.
            let is_here = || {
                Some(
                    stores
                        .table(view.level)?
                        .index_of(view.area.as_ref()?)
                        .is_some(),
                )
            };
            if view.area.is_some()
                && is_here() != Some(false)
                && stores.can_load_history(view.level, view.date)
            {
                after_paint(move || stores.load_history(view.level, view.date));
            }
        });
    }

    /// The reader's ways to move.
    pub fn navigator(&self) -> Navigator {
        self.navigator
    }

    /// A link to what is shown. Whoever reads it runs again when that changes.
    pub fn link(&self) -> String {
        self.request().track();
        // What the address leaves open is known once there is something to show.
        self.shown.track();
        self.navigator.link()
    }

    /// A link to an area of a level at a date. Whoever reads it runs again when another of the
    /// reader's choices changes it.
    pub fn link_to(&self, level: Level, area: &AreaCode, date: Day) -> String {
        self.rising_only.track();
        self.navigator.link_to(level, area, date)
    }

    /// Whether all but the rising areas are muted.
    pub fn rising_only(&self) -> Derived<bool> {
        self.rising_only
    }

    /// What the address asks for.
    pub fn request(&self) -> Signal<Request> {
        self.navigator.request()
    }

    /// The data set's contents.
    pub fn manifest(&self) -> Option<Arc<Manifest>> {
        self.manifest.ready()
    }

    /// A text with words that the data set may have others for: it is written anew once the
    /// manifest has come.
    pub fn label_text(&self, say: fn(Language) -> String) -> Reactive<Text> {
        text(self.label(say))
    }

    /// The same for an attribute.
    pub fn label(&self, say: fn(Language) -> String) -> impl FnMut() -> String + Send + use<> {
        let manifest = self.manifest;
        move || {
            manifest.ready();
            say(language())
        }
    }

    /// What is asked for, with every open choice made. `None` until the manifest is there.
    pub fn view(&self) -> Derived<Option<View>> {
        self.view
    }

    /// What can be shown now: what is asked for or, until that has come, what was shown last.
    pub fn shown(&self) -> Derived<Option<ShownLevel>> {
        self.shown
    }

    /// Whose areas are counted and ranked together, of those shown.
    pub fn scope(&self) -> Derived<Option<Scope>> {
        self.scope
    }

    /// The scope's name, once the list of authorities has loaded if it is one's.
    pub fn scope_name(&self) -> Option<ScopeName> {
        let authorities = self.stores.get()?.table(Level::Ltla);
        ScopeName::of(
            self.scope.read().as_ref()?,
            authorities.as_deref(),
            language(),
        )
    }

    /// Shows the neighbourhoods of one authority alone, at the date nearest to the one shown.
    pub fn show_within(&self, authority: AreaCode) {
        let (Some(view), Some(stores)) = (self.view.get_untracked(), self.stores.get_untracked())
        else {
            return;
        };
        let date = stores
            .date_near(Level::Msoa, view.date)
            .unwrap_or(view.date);
        self.navigator.select_within(authority, date);
    }

    /// Shows all areas of a nation, at the level shown if that has figures of it.
    pub fn show_nation(&self, nation: Nation) {
        let (Some(view), Some(manifest)) = (self.view.get_untracked(), untrack(|| self.manifest()))
        else {
            return;
        };
        let has_figures = |level: &Level| {
            manifest
                .levels
                .get(*level)
                .is_some_and(|files| files.dates_of(nation).is_some())
        };
        let level = [view.level]
            .into_iter()
            .chain(Level::ALL)
            .find(has_figures)
            .unwrap_or(view.level);
        self.navigator.find_nation(level, nation);
        self.whole.update(|asked| *asked += 1);
    }

    /// How often the reader asked to see all of a nation, wherever the map may be.
    pub fn whole_nation_requests(&self) -> u32 {
        self.whole.get()
    }

    /// The best shapes of the level shown that have come.
    pub fn shapes(&self) -> Derived<Option<Arc<Topology>>> {
        let state = *self;
        Derived::from_last(
            move |_| {
                let (level, stores) = (state.shown.read().as_ref()?.level, state.stores.get()?);
                stores.shapes(level)
            },
            same_arc,
        )
    }

    /// The name of a neighbourhood's authority in the page's language, once the list of authorities
    /// has come.
    pub fn authority_name(&self, code: &AreaCode) -> Option<String> {
        let table = self.stores.get()?.table(Level::Ltla)?;
        table
            .get(table.index_of(code)?)
            .map(|area| area.name_in(language()).to_owned())
    }

    /// Towns, the largest first.
    pub fn places(&self) -> Option<Arc<Vec<Place>>> {
        self.stores.get()?.places()
    }

    /// Where the chosen area stands in the table shown; `None` too while another level is shown
    /// still.
    pub fn selected(&self) -> Derived<Option<AreaIndex>> {
        let state = *self;
        Derived::new(move || {
            let (view, shown) = (state.view.get()?, state.shown.get()?);
            (view.level == shown.level).then(|| shown.table.index_of(view.area.as_ref()?))?
        })
    }

    /// The chosen area's figures over time.
    pub fn history(&self) -> Derived<Option<History>> {
        let (state, selected) = (*self, self.selected());
        Derived::new(move || {
            let (area, shown, view) = (selected.get()?, state.shown.get()?, state.view.get()?);
            state.stores.get()?.history(&shown, area, view.dates)
        })
    }

    /// A level's figures at the date nearest to the one shown, once they have come.
    pub fn shown_at(&self, level: Level) -> Derived<Option<ShownLevel>> {
        let state = *self;
        Derived::new(move || {
            let shown = state.shown.read();
            let shown = shown.as_ref()?;
            if shown.level == level {
                return Some(shown.clone());
            }
            state.stores.get()?.shown_near(level, shown.snapshot.date())
        })
    }

    /// Asks for all that a search reads, but for the postcodes.
    pub fn load_names(&self) {
        if let Some(stores) = self.stores.get_untracked() {
            stores.load_names();
        }
    }

    /// Are names that can be searched for still on their way?
    pub fn names_are_loading(&self) -> bool {
        self.stores
            .get()
            .is_none_or(|stores| stores.names_are_loading())
    }

    /// A level's areas, once they have come.
    pub fn table(&self, level: Level) -> Option<Arc<AreaTable>> {
        self.stores.get()?.table(level)
    }

    /// Names of towns, counties and former districts, once they have come.
    pub fn gazetteer(&self) -> Option<Arc<Gazetteer>> {
        self.stores.get()?.gazetteer()
    }

    /// Asks for the postcodes of a postcode area, such as HX.
    pub fn load_postcodes(&self, area: &str) {
        if let Some(stores) = self.stores.get_untracked() {
            stores.load_postcodes(area);
        }
    }

    /// How it stands with the postcodes of a postcode area.
    pub fn postcodes(&self, area: &str) -> PostcodeLookup {
        self.stores
            .get()
            .map_or(PostcodeLookup::Loading, |stores| stores.postcodes(area))
    }

    /// The names of the files of postcodes that have come.
    pub fn postcode_files(&self) -> Vec<String> {
        let (stores, manifest) = (self.stores.get_untracked(), self.manifest());
        stores
            .zip(manifest)
            .map(|(stores, manifest)| stores.postcode_files(&manifest))
            .unwrap_or_default()
    }

    /// Asks for a level's finest shapes.
    pub fn load_detail(&self, level: Level) {
        if let Some(stores) = self.stores.get_untracked() {
            stores.load_detail(level);
        }
    }

    /// A level's finest shapes, once they have come.
    ///
    /// # Errors
    /// If they could not be had.
    pub fn detail(&self, level: Level) -> Result<Option<Arc<Topology>>, ShapesUnavailable> {
        self.stores
            .get()
            .map_or(Ok(None), |stores| stores.detail(level))
    }

    /// The date of a level nearest to the one given.
    pub fn date_near(&self, level: Level, date: Day) -> Option<Day> {
        self.stores.get()?.date_near(level, date)
    }

    /// Leads the reader to what she looked for: to the level given or, where that is open, at the
    /// level shown.
    pub fn open_found_place(&self, found: FoundPlace, level: Option<Level>) {
        let (Some(view), Some(stores)) = (self.view.get_untracked(), self.stores.get_untracked())
        else {
            return;
        };
        let (level, area) = found.area_at(level.unwrap_or(view.level));
        let nation = match area.nation() {
            Some(own) if !view.nation.contains(area) => Some(own),
            _ => self.has_nations().then_some(view.nation),
        };
        let date = stores.date_near(level, view.date).unwrap_or(view.date);
        let area = area.clone();
        self.found.set(Some(found));
        self.navigator.find_area(level, area, nation, date);
    }

    /// What the reader looked for, while the area that it led to is open.
    pub fn found(&self) -> Derived<Option<FoundPlace>> {
        let state = *self;
        Derived::new(move || {
            let (found, view) = (state.found.get()?, state.view.read());
            found.is_in(view.as_ref()?.area.as_ref()?).then_some(found)
        })
    }

    /// The dates for which there are neighbourhoods' figures.
    pub fn neighbourhood_dates(&self) -> Option<(Day, Day)> {
        self.manifest()?
            .levels
            .get(Level::Msoa)?
            .dates_of(Nation::Uk)
    }

    /// Are there figures of neighbourhoods for the area's nation? Where areas are of no nation, for
    /// any of them.
    pub fn may_have_neighbourhoods(&self, area: &AreaCode) -> bool {
        let nation = area.nation().unwrap_or(Nation::Uk);
        self.manifest().is_some_and(|manifest| {
            manifest
                .levels
                .get(Level::Msoa)
                .is_some_and(|files| files.dates_of(nation).is_some())
        })
    }

    /// Are the areas shown those of the four nations? If not there is nothing to choose from: all
    /// are of one region.
    pub fn has_nations(&self) -> bool {
        let (manifest, view) = (self.manifest(), self.view.read());
        let level = manifest
            .as_ref()
            .zip(view.as_ref())
            .and_then(|(manifest, view)| manifest.levels.get(view.level));
        level.is_some_and(LevelFiles::has_nations)
    }

    /// The zoom from which the corners of the shown level's coarse shapes show.
    pub fn close_up_from(&self) -> f64 {
        let level = self
            .shown
            .read_untracked()
            .as_ref()
            .map(|shown| shown.level);
        let coarse = self
            .stores
            .get_untracked()
            .and_then(|stores| stores.coarse_shapes(level?));
        coarse.map_or(f64::INFINITY, |coarse| {
            f64::from(coarse.unit_zoom()) - GRID_OVER_CORNERS
        })
    }

    /// Says that the map is zoomed in so far that the coarse shapes show, or no longer.
    pub fn set_close_up(&self, close_up: bool) {
        if self.close_up.get_untracked() != close_up {
            self.close_up.set(close_up);
        }
    }

    /// The last date with figures of the level and nation asked for, whichever date is shown, and
    /// how that stands to today.
    pub fn freshness(&self) -> Option<(Day, Freshness)> {
        let (manifest, last) = (self.manifest()?, self.view.read().as_ref()?.dates.1);
        Some((last, manifest.freshness(last, self.today.day())))
    }

    /// Are they older than their publisher lets pass without a word?
    pub fn is_stale(&self) -> bool {
        matches!(self.freshness(), Some((_, Freshness::Stale(_))))
    }

    /// Sentences about the link and the dates that the reader should know.
    pub fn notices(&self) -> Vec<String> {
        let mut notices = self.request().read().problems.clone();
        if let Some(view) = &*self.view.read() {
            notices.extend(view.notices.iter().cloned());
        }
        notices
    }

    /// What to tell about loading.
    pub fn status(&self) -> Derived<Status> {
        let state = *self;
        Derived::new(move || {
            let mut progress = Progress::default();
            state.manifest.file().report(&mut progress);
            state
                .chunks
                .iter()
                .for_each(|chunk| chunk.report(&mut progress));
            if let Some(stores) = state.stores.get() {
                stores.files().for_each(|file| file.report(&mut progress));
            }
            progress.status()
        })
    }

    /// Asks again for everything that failed or has stalled.
    pub fn retry(&self) {
        self.manifest.file().retry();
        self.chunks.iter().for_each(File::retry);
        if let Some(stores) = self.stores.get_untracked() {
            stores.files().for_each(|file| file.retry());
        }
    }
}

/// Does something once the browser has painted what is ready.
fn after_paint(act: impl FnOnce() + 'static) {
    request_animation_frame(move || set_timeout(act, Duration::ZERO));
}

fn cadence(step: i32) -> Cadence {
    Cadence::from_step(step).unwrap_or(Cadence::Daily)
}
