//! Holds the page's state: the files it needs, and one memo for each thing derived from them.
//! Panels and the map read from here and never fetch.

mod load;
mod store;
pub mod theme;
mod view;

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use rising_address::{Request, ResolvedView};
use rising_model::dataset::freshness::Freshness;
use rising_model::dataset::manifest::{LevelFiles, Manifest};
use rising_model::domain::area::{AreaCode, AreaIndex, Level, Nation};
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::day::Day;
use rising_model::domain::scope::Scope;
use rising_model::domain::series::Cadence;
use rising_model::lookup::gazetteer::Gazetteer;
use rising_model::shapes::geometry::Topology;
use rising_model::shapes::places::Place;
use rising_search::{FoundPlace, PostcodeLookup};
use rising_view::LevelView;
use rising_view::details::AreaHistory;
use rising_view::names::ScopeName;
use rising_words::Texts;
use rising_words::choice::FileKind;

use crate::platform::fetch::{CachePolicy, ContentSummary, ManifestFile};
use crate::platform::prerendered;
use crate::platform::reactive::{Derived, Reactive, Text, effect, same_arc, text};
use crate::platform::today::Today;
use crate::url::Navigator;
use load::Progress;
pub use load::{File, LoadFailure, Loader, Member};
pub use store::ShapesUnavailable;
use store::Stores;
pub use view::View;

/// Corners of the coarse shapes become visible this many zoom levels below the zoom at which a
/// pixel is one unit of their grid.
const GRID_OVER_CORNERS: f64 = 1.7;

/// The state of loading, for the status line.
#[derive(Clone, Debug, PartialEq)]
pub enum Status {
    /// Every requested file has loaded.
    Quiet,
    /// Files are loading; `slow` if they take longer than a reader expects.
    Loading { slow: bool },
    /// These files could not be loaded. The last complete view stays.
    Failed(Vec<LoadFailure>),
}

/// The page's state. It is cheap to copy: a handful of references.
#[derive(Clone, Copy)]
pub struct State {
    navigator: Navigator,
    manifest: Loader<ManifestFile>,
    texts: Derived<Texts>,
    stores: Derived<Option<Stores>>,
    view: Derived<Option<View>>,
    shown: Derived<Option<LevelView>>,
    scope: Derived<Option<Scope>>,
    rising_only: Derived<bool>,
    /// Whether the map is zoomed in so far that the corners of the coarse shapes are visible.
    close_up: RwSignal<bool>,
    found: RwSignal<Option<FoundPlace>>,
    whole_nation_requests: RwSignal<u32>,
    today: Today,
    chunks: [File; 4],
}

impl State {
    /// Starts loading the manifest. All else follows from what the address asks for. `chunks` are
    /// the chunks of the program that load later, for the status line.
    pub fn new(navigator: Navigator, chunks: [File; 4]) -> State {
        let manifest: Loader<ManifestFile> = Loader::new(
            FileKind::Manifest,
            "manifest.json",
            CachePolicy::Revalidate,
            ContentSummary::default(),
        );
        manifest.load();
        let language = navigator.request().read_untracked().language;
        let at_start = prerendered::texts().unwrap_or_default();
        let texts = Derived::new(move || {
            let file = manifest.ready();
            let texts = file.as_ref().map_or(&at_start, |file| &file.texts);
            texts.in_language(language)
        });
        let stores = Derived::new(move || {
            let file = manifest.ready()?;
            Some(Stores::new(&file.manifest))
        });
        let request = navigator.request();
        let view = Derived::new(move || {
            let file = manifest.ready()?;
            let stores = stores.get()?;
            View::resolve(&file.manifest, &request.read(), &texts.read(), |level| {
                stores.table(level)
            })
        });
        let shown = Derived::from_last(
            move |last: Option<&Option<LevelView>>| {
                let current = || {
                    let view = view.get()?;
                    let stores = stores.get()?;
                    stores.shown(view.level, view.date)
                };
                current().or_else(|| last.cloned().flatten())
            },
            Option::eq,
        );
        // A scope holds areas of one level only. While another level loads, the scope stays that of
        // the level shown.
        let scope = Derived::from_last(
            move |last: Option<&Option<Scope>>| {
                let view = view.read();
                let shown = shown.read();
                let view = view.as_ref()?;
                let shown = shown.as_ref()?;
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
        navigator.set_authority_lookup(move |code| {
            let table = untrack(|| stores.get()?.table(Level::Msoa))?;
            table.get(table.index_of(code)?)?.parent.clone()
        });
        let rising_only = Derived::new(move || request.read().rising_only);
        let state = State {
            navigator,
            manifest,
            texts,
            stores,
            view,
            shown,
            scope,
            rising_only,
            close_up: RwSignal::new(false),
            found: RwSignal::new(None),
            whole_nation_requests: RwSignal::new(0),
            today: Today::watch(),
            chunks,
        };
        state.load_files_of_view();
        state
    }

    /// Loads the files that the view needs. These effects start requests and set nothing else.
    fn load_files_of_view(self) {
        effect(move || {
            let (Some(view), Some(stores)) = (self.view.get(), self.stores.get()) else {
                return;
            };
            stores.load_first_view(view.level, view.date);
            if self.navigator.is_stepping_dates() {
                // Loads ahead, so that playing does not pause where a file ends.
                stores.load_figures_around(view.level, view.date);
            }
            // A neighbourhood's name is shown with its authority's.
            if view.level == Level::Msoa {
                stores.load_table(Level::Ltla);
            }
            self.navigator.set_resolved(ResolvedView {
                level: view.level,
                date: view.date,
                nation: self.has_nations().then_some(view.nation),
                area: view.area.clone(),
                within: view.within.clone(),
            });
            // The town names load after the files that the reader asked for.
            if self.shown.read().is_some() {
                stores.load_places();
            }
            if self.close_up.get() {
                stores.load_detail(view.level);
            }
            let other = match (&view.area, view.level) {
                // An authority's details list its neighbourhoods. A neighbourhood's details compare
                // it with its authority.
                (Some(area), Level::Ltla) => {
                    self.may_have_neighbourhoods(area).then_some(Level::Msoa)
                }
                (Some(_), Level::Msoa) => Some(Level::Ltla),
                // The story of an authority's neighbourhoods starts with the authority's figures.
                (None, _) => view.within.as_ref().map(|_| Level::Ltla),
            };
            let date = view.date;
            // Starting requests takes longer than painting the details, so the details go first.
            if let Some(other) = other {
                after_paint(move || stores.load_figures(other, date));
            }
        });
        // The history loads last: no other view waits for it.
        effect(move || {
            let (Some(view), Some(stores)) = (self.view.get(), self.stores.get()) else {
                return;
            };
            // An area of the other level has no history at this level.
            let is_of_level = || {
                Some(
                    stores
                        .table(view.level)?
                        .index_of(view.area.as_ref()?)
                        .is_some(),
                )
            };
            if view.area.is_some()
                && is_of_level() != Some(false)
                && stores.can_load_history(view.level, view.date)
            {
                after_paint(move || stores.load_history(view.level, view.date));
            }
        });
    }

    /// The navigator, which changes the address.
    pub fn navigator(&self) -> Navigator {
        self.navigator
    }

    /// A link to the current view. Effects that read it run again when the view changes.
    pub fn link(&self) -> String {
        self.request().track();
        // Choices that the address leaves open are made once a level is shown.
        self.shown.track();
        self.navigator.link()
    }

    /// A link to an area of a level at a date. Effects that read it run again when another choice
    /// changes the link.
    pub fn link_to(&self, level: Level, area: &AreaCode, date: Day) -> String {
        self.rising_only.track();
        self.navigator.link_to(level, area, date)
    }

    /// Whether the map mutes all areas but the rising ones.
    pub fn rising_only(&self) -> Derived<bool> {
        self.rising_only
    }

    /// The request that the address encodes.
    pub fn request(&self) -> Signal<Request> {
        self.navigator.request()
    }

    /// The data set's manifest, once it has loaded.
    pub fn manifest(&self) -> Option<Arc<Manifest>> {
        self.manifest.ready().map(|file| file.manifest.clone())
    }

    /// The page's texts: in the language of its address, which never changes while the page is
    /// open, with the labels of its data set. Those of the prerendered view apply until the
    /// manifest has loaded.
    pub fn texts(&self) -> Texts {
        self.texts.get()
    }

    /// A text with terms that a data set may relabel. It is written again once the manifest has
    /// loaded.
    pub fn label_text(&self, say: fn(&Texts) -> String) -> Reactive<Text> {
        text(self.label(say))
    }

    /// As [`State::label_text`], for an attribute.
    pub fn label(&self, say: fn(&Texts) -> String) -> impl FnMut() -> String + Send + use<> {
        let texts = self.texts;
        move || say(&texts.read())
    }

    /// The requested view with every open choice made. `None` until the manifest has loaded.
    pub fn view(&self) -> Derived<Option<View>> {
        self.view
    }

    /// The level and date on screen: those requested or, until their files have loaded, the last
    /// complete ones.
    pub fn shown(&self) -> Derived<Option<LevelView>> {
        self.shown
    }

    /// The scope of the level shown: the areas that are counted and ranked together.
    pub fn scope(&self) -> Derived<Option<Scope>> {
        self.scope
    }

    /// The scope's name. An authority's name needs the list of authorities to have loaded.
    pub fn scope_name(&self) -> Option<ScopeName> {
        let authorities = self.stores.get()?.table(Level::Ltla);
        ScopeName::of(
            self.scope.read().as_ref()?,
            authorities.as_deref(),
            &self.texts(),
        )
    }

    /// Shows only the neighbourhoods of one authority, at their date nearest to the one shown.
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

    /// Shows all areas of a nation, at the level shown if that level has figures for the nation.
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
        self.whole_nation_requests.update(|count| *count += 1);
    }

    /// The number of times that the reader asked to see a whole nation. The map fits the nation
    /// each time that it changes.
    pub fn whole_nation_requests(&self) -> u32 {
        self.whole_nation_requests.get()
    }

    /// The finest shapes of the level shown that have loaded.
    pub fn shapes(&self) -> Derived<Option<Arc<Topology>>> {
        let state = *self;
        Derived::from_last(
            move |_| {
                let level = state.shown.read().as_ref()?.level;
                let stores = state.stores.get()?;
                stores.shapes(level)
            },
            same_arc,
        )
    }

    /// The name of an authority in the page's language, once the list of authorities has loaded.
    pub fn authority_name(&self, code: &AreaCode) -> Option<String> {
        let table = self.stores.get()?.table(Level::Ltla)?;
        table
            .get(table.index_of(code)?)
            .map(|area| area.name_in(self.texts().tag()).to_owned())
    }

    /// The towns to name on the map, the largest first.
    pub fn places(&self) -> Option<Arc<Vec<Place>>> {
        self.stores.get()?.places()
    }

    /// The selected area's position in the table shown. `None` also while another level is still
    /// shown.
    pub fn selected(&self) -> Derived<Option<AreaIndex>> {
        let state = *self;
        Derived::new(move || {
            let view = state.view.get()?;
            let shown = state.shown.get()?;
            (view.level == shown.level).then(|| shown.table.index_of(view.area.as_ref()?))?
        })
    }

    /// The selected area's figures over time.
    pub fn history(&self) -> Derived<Option<AreaHistory>> {
        let state = *self;
        let selected = self.selected();
        Derived::new(move || {
            let area = selected.get()?;
            let shown = state.shown.get()?;
            let view = state.view.get()?;
            state.stores.get()?.history(&shown, area, view.dates)
        })
    }

    /// A level's figures at its date nearest to the one shown, once they have loaded.
    pub fn shown_at(&self, level: Level) -> Derived<Option<LevelView>> {
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

    /// Loads the files that a search reads, apart from postcodes.
    pub fn load_names(&self) {
        if let Some(stores) = self.stores.get_untracked() {
            stores.load_names();
        }
    }

    /// Whether names that a search reads are still loading.
    pub fn names_are_loading(&self) -> bool {
        self.stores
            .get()
            .is_none_or(|stores| stores.names_are_loading())
    }

    /// A level's areas, once they have loaded.
    pub fn table(&self, level: Level) -> Option<Arc<AreaTable>> {
        self.stores.get()?.table(level)
    }

    /// The names of towns, counties and former districts, once they have loaded.
    pub fn gazetteer(&self) -> Option<Arc<Gazetteer>> {
        self.stores.get()?.gazetteer()
    }

    /// Loads the postcodes of a postcode area, such as HX.
    pub fn load_postcodes(&self, area: &str) {
        if let Some(stores) = self.stores.get_untracked() {
            stores.load_postcodes(area);
        }
    }

    /// The postcodes of a postcode area, or the state of their file.
    pub fn postcodes(&self, area: &str) -> PostcodeLookup {
        self.stores
            .get()
            .map_or(PostcodeLookup::Loading, |stores| stores.postcodes(area))
    }

    /// The names of the postcode files that have loaded.
    pub fn postcode_files(&self) -> Vec<String> {
        let stores = self.stores.get_untracked();
        let manifest = self.manifest();
        stores
            .zip(manifest)
            .map(|(stores, manifest)| stores.postcode_files(&manifest))
            .unwrap_or_default()
    }

    /// Loads a level's finest shapes.
    pub fn load_detail(&self, level: Level) {
        if let Some(stores) = self.stores.get_untracked() {
            stores.load_detail(level);
        }
    }

    /// A level's finest shapes, or `None` until they have loaded.
    ///
    /// # Errors
    /// If they could not be loaded.
    pub fn detail(&self, level: Level) -> Result<Option<Arc<Topology>>, ShapesUnavailable> {
        self.stores
            .get()
            .map_or(Ok(None), |stores| stores.detail(level))
    }

    /// The date of a level nearest to the one given.
    pub fn date_near(&self, level: Level, date: Day) -> Option<Day> {
        self.stores.get()?.date_near(level, date)
    }

    /// Opens the area of a place that the reader searched for, at the given level or else at the
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

    /// The place that the reader searched for, while its area is open.
    pub fn found(&self) -> Derived<Option<FoundPlace>> {
        let state = *self;
        Derived::new(move || {
            let found = state.found.get()?;
            let view = state.view.read();
            found.is_in(view.as_ref()?.area.as_ref()?).then_some(found)
        })
    }

    /// The first and last date with figures of neighbourhoods.
    pub fn neighbourhood_dates(&self) -> Option<(Day, Day)> {
        self.manifest()?
            .levels
            .get(Level::Msoa)?
            .dates_of(Nation::Uk)
    }

    /// Whether the data set has figures of neighbourhoods for the area's nation; for any area, if
    /// its code names no nation.
    pub fn may_have_neighbourhoods(&self, area: &AreaCode) -> bool {
        let nation = area.nation().unwrap_or(Nation::Uk);
        self.manifest().is_some_and(|manifest| {
            manifest
                .levels
                .get(Level::Msoa)
                .is_some_and(|files| files.dates_of(nation).is_some())
        })
    }

    /// Whether the areas shown are those of the four nations. If not, all are of one region and
    /// there is no choice of nation.
    pub fn has_nations(&self) -> bool {
        let manifest = self.manifest();
        let view = self.view.read();
        let level = manifest
            .as_ref()
            .zip(view.as_ref())
            .and_then(|(manifest, view)| manifest.levels.get(view.level));
        level.is_some_and(LevelFiles::has_nations)
    }

    /// The zoom from which the corners of the shown level's coarse shapes are visible.
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

    /// Sets whether the map is zoomed in so far that it needs the finest shapes.
    pub fn set_close_up(&self, close_up: bool) {
        if self.close_up.get_untracked() != close_up {
            self.close_up.set(close_up);
        }
    }

    /// The last date with figures of the requested level and nation, whichever date is shown, and
    /// its age.
    pub fn freshness(&self) -> Option<(Day, Freshness)> {
        let manifest = self.manifest()?;
        let last = self.view.read().as_ref()?.dates.1;
        Some((last, manifest.freshness(last, self.today.day())))
    }

    /// Whether the figures are older than the data set's publisher allows without a notice.
    pub fn is_stale(&self) -> bool {
        matches!(self.freshness(), Some((_, Freshness::Stale(_))))
    }

    /// Sentences about the link and the dates that the reader should see.
    pub fn notices(&self) -> Vec<String> {
        let mut notices = self.request().read().problems.clone();
        if let Some(view) = &*self.view.read() {
            notices.extend(view.notices.iter().cloned());
        }
        notices
    }

    /// The state of loading, of all files together.
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

    /// Requests again every file that failed or is slow.
    pub fn retry(&self) {
        self.manifest.file().retry();
        self.chunks.iter().for_each(File::retry);
        if let Some(stores) = self.stores.get_untracked() {
            stores.files().for_each(|file| file.retry());
        }
    }
}

/// Calls `act` after the browser's next paint.
fn after_paint(act: impl FnOnce() + 'static) {
    request_animation_frame(move || set_timeout(act, Duration::ZERO));
}

fn cadence(step: i32) -> Cadence {
    Cadence::from_step(step).unwrap_or(Cadence::Daily)
}
