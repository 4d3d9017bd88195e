//! Converts between [`Request`] and query string, and names every navigation.
//!
//! The address is the only owner of the selection. Only [`Navigator`] writes it, and the rest of
//! the app reads changes back from it.

mod repair;

use std::cell::RefCell;

use gloo_timers::callback::Timeout;
use leptos::ev;
use leptos::prelude::*;
use rising_model::domain::area::{AreaCode, Level, Nation};
use rising_model::domain::day::Day;
use rising_words::Language;
use wasm_bindgen::JsValue;

use crate::platform::frame::is_framed;
use crate::platform::saved_area;
use crate::platform::scheduler;
use crate::platform::split::chunk;
use repair::LinkReader;

chunk!(links, LinkReader, LinkReader::new());

/// Light or dark, as the link asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemeChoice {
    /// As the reader's system says.
    #[default]
    Auto,
    Light,
    Dark,
}

/// The view that an address requests. `None` where it leaves the choice to the data set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    pub level: Option<Level>,
    pub date: Option<Day>,
    pub area: Option<AreaCode>,
    /// Only the neighbourhoods of this authority.
    pub within: Option<AreaCode>,
    pub nation: Option<Nation>,
    /// Whether the map mutes all areas but the rising ones.
    pub rising_only: bool,
    /// Whether the page is embedded in an article.
    pub embed: bool,
    pub theme: ThemeChoice,
    /// The language of the page.
    pub language: Language,
    /// One sentence for each value that could not be parsed and was ignored.
    pub problems: Vec<String>,
}

impl Request {
    /// Parses a query in the form that this page writes. Ignores parameters of other sites. `None`
    /// if the query needs repair or holds a value that has to be reported.
    fn parse_plain(query: &str) -> Option<Request> {
        /// Signs that a name and a value may have inside.
        const SIGNS: [char; 3] = ['-', '_', '.'];
        let switch = |value| match value {
            "1" | "true" => Some(true),
            "0" | "false" => Some(false),
            _ => None,
        };
        let mut request = Request::default();
        // Of several parameters of one name the first counts, so the loop runs backwards.
        for pair in query.trim_start_matches('?').rsplit('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || SIGNS.contains(&byte.into());
            // The repair also reads a name with a sign before or after it.
            let is_bare = !name.starts_with(SIGNS) && !name.ends_with(SIGNS);
            if !is_bare || !name.bytes().chain(value.bytes()).all(is_plain) {
                return None;
            }
            if value.is_empty() {
                continue;
            }
            match name.to_ascii_lowercase().as_str() {
                "level" => request.level = Some(value.parse().ok()?),
                "date" => request.date = Some(value.parse().ok()?),
                "area" => request.area = Some(parse_published_code(value)?),
                "within" => request.within = Some(parse_published_code(value)?),
                "nation" => request.nation = Some(value.parse().ok()?),
                "rising" => request.rising_only = switch(value)?,
                "embed" => request.embed = switch(value)?,
                "theme" => {
                    request.theme = match value {
                        "auto" => ThemeChoice::Auto,
                        "light" => ThemeChoice::Light,
                        "dark" => ThemeChoice::Dark,
                        _ => return None,
                    }
                }
                "lang" => request.language = Language::parse(value)?,
                _ => {}
            }
        }
        Some(request)
    }

    /// Whether the request sets nothing but theme and language, which do not choose a view.
    fn is_unspecified(&self) -> bool {
        *self
            == Request {
                theme: self.theme,
                language: self.language,
                ..Request::default()
            }
    }

    /// Requests the details of an area of a level at a date.
    fn set_area(&mut self, level: Level, area: AreaCode, date: Day) {
        self.level = Some(level);
        self.area = Some(area);
        self.date = Some(date);
    }

    /// The query string, with its `?`.
    pub fn query(&self) -> String {
        let pairs: Vec<String> = self
            .pairs()
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        format!("?{}", pairs.join("&"))
    }

    /// The parameters of this request, without those that are left to the data set.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let theme = match self.theme {
            ThemeChoice::Auto => None,
            ThemeChoice::Light => Some("light".to_owned()),
            ThemeChoice::Dark => Some("dark".to_owned()),
        };
        [
            ("level", self.level.map(|level| level.slug().to_owned())),
            ("date", self.date.map(|date| date.to_string())),
            ("area", self.area.as_ref().map(AreaCode::to_string)),
            ("within", self.within.as_ref().map(AreaCode::to_string)),
            ("nation", self.nation.map(|nation| nation.slug().to_owned())),
            ("rising", self.rising_only.then(|| "1".to_owned())),
            ("embed", self.embed.then(|| "1".to_owned())),
            ("theme", theme),
            (
                "lang",
                (self.language != Language::default()).then(|| self.language.tag().to_owned()),
            ),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
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

/// The history entry from which the details were opened. Each entry with an open area stores its
/// own origin.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Origin {
    /// The number of entries from the origin to this entry.
    entries: usize,
    /// The query of the origin's view.
    query: String,
}

impl Origin {
    /// The origin that the current history entry stores.
    fn of_current_entry() -> Option<Origin> {
        Origin::parse(&window().history().ok()?.state().ok()?.as_string()?)
    }

    /// Parses an entry's `history.state`: one `.` for each entry since the origin, then the query.
    fn parse(state: &str) -> Option<Origin> {
        let entries = state.find('?').filter(|_| state.starts_with('.'))?;
        Some(Origin {
            entries,
            query: state[entries..].to_owned(),
        })
    }

    /// Formats the origin for [`Origin::parse`].
    fn state(&self) -> String {
        ".".repeat(self.entries) + &self.query
    }
}

/// The least time between two changes of the address while the reader moves along the timeline, in
/// milliseconds. Safari ignores more than 100 changes in 30 seconds, so dragging the slider could
/// leave an old date in the address.
const MIN_CHANGE_INTERVAL: u32 = 310;

/// The time within which the browser arrives at another entry, in milliseconds. It never arrives if
/// it has dropped that entry.
const ARRIVAL_TIMEOUT: u32 = 1_000;

/// The choices with which the page shows a request: those that the address leaves open are made,
/// and those that the data set cannot meet are replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedView {
    pub level: Level,
    pub date: Day,
    /// `None` where areas belong to no nation.
    pub nation: Option<Nation>,
    /// Not always the area in the address: an old code resolves to another area or level, and an
    /// unknown code to none.
    pub area: Option<AreaCode>,
    pub within: Option<AreaCode>,
}

/// The part of a request that chooses the figures.
#[derive(Clone, Debug, PartialEq, Eq)]
struct FigureChoice {
    level: Option<Level>,
    date: Option<Day>,
    nation: Option<Nation>,
    within: Option<AreaCode>,
}

impl FigureChoice {
    fn of(request: &Request) -> FigureChoice {
        let Request {
            level,
            date,
            nation,
            within,
            ..
        } = request.clone();
        FigureChoice {
            level,
            date,
            nation,
            within,
        }
    }

    fn apply_to(self, request: &mut Request) {
        request.level = self.level;
        request.date = self.date;
        request.nation = self.nation;
        request.within = self.within;
    }
}

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
        let (Some(area), Some(within)) = (&request.area, &request.within) else {
            return false;
        };
        let authority_of_area =
            |find: &Option<AuthorityLookup>| find.as_ref().and_then(|find| find(area));
        request.level == Some(Level::Ltla)
            || self
                .authority_lookup
                .with_value(authority_of_area)
                .is_some_and(|authority| authority != *within)
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
            request.level = Some(resolved.level);
            request.area = resolved.area;
            request.within = resolved.within;
            request.date.get_or_insert(resolved.date);
            request.nation = request.nation.or(resolved.nation);
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
                let origin = Origin::of_current_entry();
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
    let mut query = location.search().unwrap_or_default();
    // If another program wrote `&#38;` for `&`, the text after the `#` belongs to the query.
    if let Ok(hash) = location.hash()
        && hash.contains(';')
    {
        query += "&";
        query += &hash;
    }
    query
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

/// Parses an area code in its published form: GSS codes begin with a capital letter.
fn parse_published_code(code: &str) -> Option<AreaCode> {
    let is_lowercase_gss = matches!(code.as_bytes(), [b'a'..=b'z', digits @ ..]
        if digits.len() == 8 && digits.iter().all(u8::is_ascii_digit));
    if is_lowercase_gss {
        None
    } else {
        code.parse().ok()
    }
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
        let mut origin = Origin::of_current_entry().unwrap_or(Origin {
            entries: 0,
            query: previous,
        });
        origin.entries += 1;
        origin.state().into()
    });
    let _ = history.push_state_with_url(&state, "", Some(&request.query()));
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// Reads a query with the repairing parser, and checks that the plain parser agrees wherever it
    /// accepts the query.
    pub fn read(text: &str) -> Request {
        let repaired = repair::read(text);
        let plain = Request::parse_plain(text);
        assert!(
            plain.is_none() || plain.as_ref() == Some(&repaired),
            "{text}: {plain:?}, {repaired:?}"
        );
        repaired
    }

    #[test]
    fn name_with_a_sign_is_repaired() {
        for text in ["-area=E07000004", "area.=E07000004", "a=1&_area_=E07000004"] {
            assert_eq!(read(text).area, "E07000004".parse().ok(), "{text}");
        }
    }

    #[test]
    fn request_round_trips() {
        let text = "level=msoa&date=2020-11-28&area=E02000001&within=E06000019&nation=uk&rising=1&embed=1&theme=dark&lang=cy";
        let request = read(text);
        assert_eq!(request.level, Some(Level::Msoa));
        assert_eq!(request.within, "E06000019".parse().ok());
        assert_eq!(request.theme, ThemeChoice::Dark);
        assert_eq!(request.language, Language::Cy);
        assert!(request.problems.is_empty());
        assert_eq!(request.query(), format!("?{text}"));
        assert_eq!(Request::default().query(), "?");
    }

    #[test]
    fn origin_round_trips_and_foreign_state_is_none() {
        let origin = Origin {
            entries: 3,
            query: "?date=2021-02-07".to_owned(),
        };
        assert_eq!(Origin::parse(&origin.state()), Some(origin));
        assert_eq!(
            ["", "..", "?", "x?date=2021-02-07"].map(Origin::parse),
            [const { None }; 4]
        );
    }

    #[test]
    fn bad_values_fall_back_and_are_reported() {
        let request = read(
            "level=lsoa&date=yesterday&area=<script>&within=a%20b&nation=france&theme=pink&rising=perhaps&lang=klingon",
        );
        assert_eq!(
            request,
            Request {
                problems: request.problems.clone(),
                ..Request::default()
            }
        );
        assert_eq!(request.problems.len(), 8);
        assert!(
            request.problems[1].contains("yesterday"),
            "{}",
            request.problems[1]
        );
        assert!(
            read("level=&date=").problems.is_empty(),
            "an empty value is no value"
        );
    }

    #[test]
    fn problem_quotes_the_parsers_error() {
        let problem = |name: &str, value: &str| read(&format!("{name}={value}")).problems.remove(0);
        let isolated = |error: &str| {
            error
                .replacen('"', "\"\u{2068}", 1)
                .replacen("\" is", "\u{2069}\" is", 1)
        };
        let expected = |error: &str| {
            format!(
                "The link has a part that was left out: {}.",
                isolated(error)
            )
        };
        assert_eq!(
            problem("level", "lsoa"),
            expected(&"lsoa".parse::<Level>().unwrap_err().to_string())
        );
        assert_eq!(
            problem("nation", "france"),
            expected(&"france".parse::<Nation>().unwrap_err().to_string())
        );
        assert_eq!(
            problem("date", "yesterday"),
            expected(&"yesterday".parse::<Day>().unwrap_err().to_string())
        );
        assert_eq!(
            problem("area", "<b>"),
            expected(&"<b>".parse::<AreaCode>().unwrap_err().to_string())
        );
        assert!(problem("lang", "klingon").ends_with("it is one of en, cy."));
    }

    #[test]
    fn problem_is_in_the_requested_language() {
        let request = read("lang=cy&date=ddoe");
        assert!(
            request.problems[0].contains("nid dyddiad yw \"\u{2068}ddoe\u{2069}\""),
            "{:?}",
            request.problems
        );
    }
}
