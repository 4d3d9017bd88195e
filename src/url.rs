//! Reads and writes the browser's address and history, and names every navigation.
//!
//! The address is the only owner of the selection. Only [`Navigator`] writes it, and the rest of
//! the app reads changes back from it. `crates/address` has what an address encodes.

use std::cell::RefCell;

use gloo_timers::callback::Timeout;
use leptos::ev;
use leptos::prelude::*;
use rising_address::{FigureChoice, Origin, Request, ResolvedView};
use rising_model::domain::area::{AreaCode, Level, Nation};
use rising_model::domain::day::Day;
use rising_words::Language;
use wasm_bindgen::JsValue;

use crate::platform::frame::is_framed;
use crate::platform::saved_area;
use crate::platform::scheduler;
use crate::platform::split::chunk;

chunk!(links, LinkReader, LinkReader::new());

/// Reads any query.
pub struct LinkReader(fn(&str) -> Request);

impl LinkReader {
    /// Only the chunk's own function may call this.
    pub fn new() -> LinkReader {
        LinkReader(rising_address::repair)
    }
}

/// The effect of a navigation on the browser's history. In a frame no navigation adds an entry,
/// because Back belongs to the article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum HistoryStep {
    /// Adds an entry: Back returns to the previous view.
    New,
    /// A move along the timeline. Several in a row share one entry.
    Timeline,
    /// Closes the details and returns to the entry from which they were opened, so that Back goes
    /// on from there.
    Close,
}

/// The origin that the current history entry stores.
fn origin_of_current_entry() -> Option<Origin> {
    Origin::parse(&window().history().ok()?.state().ok()?.as_string()?)
}

/// The least time between two changes of the address while the reader moves along the timeline, in
/// milliseconds. Safari ignores more than 100 changes in 30 seconds, so dragging the slider could
/// leave an old date in the address.
const MIN_CHANGE_INTERVAL: u32 = 310;

/// The time within which the browser arrives at another entry, in milliseconds. It never arrives if
/// it has dropped that entry.
const ARRIVAL_TIMEOUT: u32 = 1_000;

/// Returns the authority of a neighbourhood, if the neighbourhood is known.
type AuthorityLookup = Box<dyn Fn(&AreaCode) -> Option<AreaCode> + Send + Sync>;

/// Reads and writes the address, with a method for every navigation.
#[derive(Clone, Copy)]
pub struct Navigator {
    request: RwSignal<Request>,
    last_step: StoredValue<HistoryStep>,
    resolved: StoredValue<Option<ResolvedView>>,
    /// The figures shown before a search opened an area, and those with which the area opened. The
    /// first return when the area closes.
    before_search: StoredValue<Option<(FigureChoice, FigureChoice)>>,
    authority_lookup: StoredValue<Option<AuthorityLookup>>,
    /// While the timer runs, moves along the timeline do not change the address; the last of them
    /// does when it ends. With a query, the browser is returning to the entry of that query, and
    /// nothing changes the address.
    pause: StoredValue<Option<(Timeout, Option<String>)>, LocalStorage>,
}

impl Navigator {
    /// Reads the address now, and again whenever Back or Forward changes it.
    pub fn new() -> Navigator {
        let navigator = Navigator {
            request: RwSignal::new(read_address()),
            last_step: StoredValue::new(HistoryStep::New),
            resolved: StoredValue::new(None),
            before_search: StoredValue::new(None),
            authority_lookup: StoredValue::new(None),
            pause: StoredValue::new_local(None),
        };
        let listener = window_event_listener(ev::popstate, move |_| {
            let pause = navigator.pause.try_update_value(Option::take).flatten();
            if let Some((_, Some(query))) = pause {
                return navigator.arrived_at(query);
            }
            navigator.last_step.set_value(HistoryStep::New);
            navigator.resolved.set_value(None);
            navigator.request.set(read_address());
        });
        on_cleanup(move || listener.remove());
        navigator
    }

    /// The request that the address encodes.
    pub fn request(&self) -> Signal<Request> {
        self.request.into()
    }

    /// Opens an area's details, or closes them. Closing restores the figures shown before a search
    /// opened the area.
    pub fn select_area(&self, area: Option<AreaCode>) {
        let before = area
            .is_none()
            .then(|| self.figures_before_search())
            .flatten();
        let step = if area.is_some() {
            HistoryStep::New
        } else {
            HistoryStep::Close
        };
        self.navigate(step, |request| {
            if let Some(figures) = before {
                figures.apply_to(request);
            }
            request.area = area;
        });
    }

    /// Shows a date.
    pub fn select_date(&self, date: Day) {
        self.navigate(HistoryStep::Timeline, |request| request.date = Some(date));
    }

    /// Shows another level and closes the area, whose code belongs to one level. The authority that
    /// the reader was looking at, if any, is opened or, at the level of neighbourhoods, limits the
    /// view to its own.
    pub fn select_level(&self, level: Level, authority: Option<AreaCode>) {
        self.navigate(HistoryStep::New, |request| {
            request.level = Some(level);
            (request.area, request.within) = match level {
                Level::Ltla => (authority, None),
                Level::Msoa => (None, authority),
            };
        });
    }

    /// Shows only the neighbourhoods of one authority, at a date that they have.
    pub fn select_within(&self, authority: AreaCode, date: Day) {
        self.navigate(HistoryStep::New, |request| {
            request.level = Some(Level::Msoa);
            request.area = None;
            request.within = Some(authority);
            request.date = Some(date);
        });
    }

    /// Shows all areas of the nation again.
    pub fn clear_within(&self) {
        self.navigate(HistoryStep::New, |request| request.within = None);
    }

    /// Opens an area of another level at a date that this level has: from an authority to one of
    /// its neighbourhoods, or back.
    pub fn select_area_at(&self, level: Level, area: AreaCode, date: Day) {
        self.find_area(level, area, None, date);
    }

    /// Opens an area that a search found, of any level and nation. Closing the area restores the
    /// figures that this replaces.
    pub fn find_area(&self, level: Level, area: AreaCode, nation: Option<Nation>, date: Day) {
        let before = self
            .figures_before_search()
            .unwrap_or_else(|| FigureChoice::of(&self.resolved_request()));
        self.navigate(HistoryStep::New, |request| {
            request.level = Some(level);
            request.area = Some(area);
            request.nation = nation.or(request.nation);
            request.date = Some(date);
        });
        let opened = FigureChoice::of(&self.request.read_untracked());
        self.before_search.set_value(Some((before, opened)));
    }

    /// Shows all areas of a nation that a search found.
    pub fn find_nation(&self, level: Level, nation: Nation) {
        self.navigate(HistoryStep::New, |request| {
            request.level = Some(level);
            request.nation = Some(nation);
            request.area = None;
            request.within = None;
        });
    }

    /// The figures shown before a search opened an area, unless the reader has chosen others since.
    fn figures_before_search(&self) -> Option<FigureChoice> {
        let (before, opened) = self.before_search.get_value()?;
        (opened == FigureChoice::of(&self.resolved_request())).then_some(before)
    }

    /// Shows, counts and ranks the areas of another nation.
    pub fn select_nation(&self, nation: Nation) {
        self.navigate(HistoryStep::New, |request| {
            request.nation = Some(nation);
            request.within = None;
        });
    }

    /// Mutes all areas but the rising ones, or none.
    pub fn select_rising_only(&self, rising_only: bool) {
        self.navigate(HistoryStep::New, |request| {
            request.rising_only = rising_only;
        });
    }

    /// Sets the choices with which the page shows the request. The next navigation writes them into
    /// the address, so that a copied link shows the same view after the data set's defaults change.
    pub fn set_resolved(&self, resolved: ResolvedView) {
        self.resolved.set_value(Some(resolved));
    }

    /// Sets the function that finds a neighbourhood's authority. A navigation to a neighbourhood of
    /// another authority leaves a view that is limited to one authority.
    pub fn set_authority_lookup(
        &self,
        find: impl Fn(&AreaCode) -> Option<AreaCode> + Send + Sync + 'static,
    ) {
        self.authority_lookup.set_value(Some(Box::new(find)));
    }

    /// Whether the request's area lies outside the authority that limits the view.
    fn is_area_outside(&self, request: &Request) -> bool {
        request.is_area_outside(|area| {
            self.authority_lookup
                .with_value(|find| find.as_ref().and_then(|find| find(area)))
        })
    }

    /// Whether the last navigation was a move along the timeline.
    pub fn is_stepping_dates(&self) -> bool {
        self.last_step.get_value() == HistoryStep::Timeline
    }

    /// A link to the current view as a full page, also from an embedded one.
    pub fn link(&self) -> String {
        let request = Request {
            embed: false,
            ..self.resolved_request()
        };
        self.page() + &request.query()
    }

    /// A link to an area of a level at a date, relative to this page. It opens the full page, also
    /// from an embedded one.
    pub fn link_to(&self, level: Level, area: &AreaCode, date: Day) -> String {
        let mut request = Request {
            embed: false,
            ..self.resolved_request()
        };
        request.set_area(level, area.clone(), date);
        if self.is_area_outside(&request) {
            request.within = None;
        }
        request.query()
    }

    /// A link to the same view in another language, relative to this page.
    pub fn link_in(&self, language: Language) -> String {
        Request {
            language,
            ..self.request.get()
        }
        .query()
    }

    /// The page's address without its query.
    pub fn page(&self) -> String {
        let location = window().location();
        [location.origin(), location.pathname()]
            .map(Result::unwrap_or_default)
            .concat()
    }

    /// The current request, with the choices that the page made for what the address leaves open.
    pub fn resolved_request(&self) -> Request {
        let mut request = self.request.get_untracked();
        if let Some(resolved) = self.resolved.get_value() {
            resolved.apply_to(&mut request);
        }
        request
    }

    fn navigate(&self, step: HistoryStep, change: impl FnOnce(&mut Request)) {
        let mut next = self.resolved_request();
        change(&mut next);
        self.navigate_to(step, next);
    }

    /// Not generic, so that it is compiled once and not for each change of a request.
    #[inline(never)]
    fn navigate_to(&self, step: HistoryStep, mut next: Request) {
        let current = self.resolved_request();
        if self.is_area_outside(&next) {
            next.within = None;
        }
        if next == current {
            return;
        }
        if self.figures_before_search().is_some()
            && FigureChoice::of(&next) != FigureChoice::of(&current)
        {
            self.before_search.set_value(None);
        }
        next.problems.clear();
        // The view resolves the new request later.
        self.resolved.set_value(None);
        scheduler::stop_slicing();
        let continues_timeline =
            step == HistoryStep::Timeline && self.last_step.get_value() == HistoryStep::Timeline;
        self.last_step.set_value(step);
        let (is_paused, is_returning) = self.pause.with_value(|pause| match pause {
            Some((_, query)) => (true, query.is_some()),
            None => (false, false),
        });
        if continues_timeline || is_returning || is_framed() {
            if !is_paused {
                replace_address(&next);
                self.pause(MIN_CHANGE_INTERVAL, None);
            }
        } else {
            self.pause.set_value(None);
            if step == HistoryStep::Close {
                let origin = origin_of_current_entry();
                replace_address(&next);
                if let (Some(Origin { entries, query }), Ok(history)) = (origin, window().history())
                {
                    let _ = history.go_with_delta(-(entries as i32));
                    self.pause(ARRIVAL_TIMEOUT, Some(query));
                }
            } else {
                if is_paused {
                    // The entry to which Back returns has an old date.
                    replace_address(&current);
                }
                push_address(&next, current.query());
            }
        }
        self.request.set(next);
    }

    /// Writes the current view into the history after the browser has returned to the entry from
    /// which the details were opened. `query` is that entry's. The view replaces an entry with an
    /// area, which a link opened, and becomes the next entry if it differs.
    fn arrived_at(self, query: String) {
        let request = self.request.get_untracked();
        if read_address().area.is_some() {
            replace_address(&request);
        } else if request.query() != query {
            push_address(&request, query);
        }
    }

    /// Leaves the address unchanged for `milliseconds`. If it is behind the view by then, updates
    /// it and pauses again.
    fn pause(self, milliseconds: u32, returns_to: Option<String>) {
        let end = Timeout::new(milliseconds, move || {
            self.pause.set_value(None);
            let request = self.request.get_untracked();
            let is_behind = window()
                .location()
                .search()
                .is_ok_and(|search| search != request.query());
            // A sandbox may forbid the change. Then another pause would change nothing either.
            if is_behind && replace_address(&request) {
                self.pause(MIN_CHANGE_INTERVAL, None);
            }
        });
        self.pause.set_value(Some((end, returns_to)));
    }
}

thread_local! {
    /// The query with which the page was opened, if it needed repair, and its meaning.
    static REPAIRED: RefCell<Option<(String, Request)>> = const { RefCell::new(None) };
}

/// Repairs a query that was changed in transit, with a chunk that only such a query needs. To be
/// called before the page is built.
pub async fn repair() {
    let query = query();
    if Request::parse_plain(&query).is_some() {
        return;
    }
    let mut request = Request::default();
    // Tries twice, because most losses last a moment.
    for is_last in [false, true] {
        match links().await {
            Ok(LinkReader(read)) => {
                request = read(&query);
                break;
            }
            Err(_) if is_last => request
                .problems
                .push(request.language.texts().link_unread().to_owned()),
            Err(_) => {}
        }
    }
    REPAIRED.set(Some((query, request)));
}

fn query() -> String {
    let location = window().location();
    let search = location.search().unwrap_or_default();
    rising_address::whole_query(search, &location.hash().unwrap_or_default())
}

/// The request that the address encodes, or the saved area if the address chooses no view.
fn read_address() -> Request {
    let query = query();
    let repaired = || {
        REPAIRED.with_borrow(|repaired| {
            let (own, request) = repaired.as_ref()?;
            (*own == query).then(|| request.clone())
        })
    };
    let request = Request::parse_plain(&query)
        .or_else(repaired)
        .unwrap_or_default();
    if request.is_unspecified()
        && let Some((level, area)) = saved_area::load()
    {
        return Request {
            level: Some(level),
            area: Some(area),
            ..request
        };
    }
    request
}

/// Writes a request into the current history entry. Returns `false` where a sandbox forbids it:
/// then the view changes and the address does not.
fn replace_address(request: &Request) -> bool {
    let Ok(history) = window().history() else {
        return false;
    };
    let origin = history
        .state()
        .ok()
        .filter(|_| request.area.is_some())
        .unwrap_or(JsValue::NULL);
    history
        .replace_state_with_url(&origin, "", Some(&request.query()))
        .is_ok()
}

/// Adds a history entry for a request. `previous` is the query of the view before.
fn push_address(request: &Request, previous: String) {
    let Ok(history) = window().history() else {
        return;
    };
    let state = request.area.as_ref().map_or(JsValue::NULL, |_| {
        let mut origin = origin_of_current_entry().unwrap_or(Origin {
            entries: 0,
            query: previous,
        });
        origin.entries += 1;
        origin.state().into()
    });
    let _ = history.push_state_with_url(&state, "", Some(&request.query()));
}
