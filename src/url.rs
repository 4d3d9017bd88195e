//! What a link encodes, and every way the reader can move: `Request` ↔ query string.
//!
//! The address is the only owner of what is selected. Nothing else writes it, and a change reaches
//! the rest of the app by being read back.

mod repair;

use std::cell::RefCell;

use gloo_timers::callback::Timeout;
use leptos::ev;
use leptos::prelude::*;
use rising_model::area::{AreaCode, Level, Nation};
use rising_model::day::Day;
use rising_words::Language;
use wasm_bindgen::JsValue;

use crate::embed::is_framed;
use crate::language::language;
use crate::{lazy, saved_area, scheduler};
pub use repair::LinkReader;

/// Light or dark, as the link asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemeChoice {
    /// As the reader's system says.
    #[default]
    Auto,
    Light,
    Dark,
}

/// What the address asks for. `None` where it leaves the choice to the data set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    pub level: Option<Level>,
    pub date: Option<Day>,
    pub area: Option<AreaCode>,
    /// Only the neighbourhoods of this authority.
    pub within: Option<AreaCode>,
    pub nation: Option<Nation>,
    /// Only the rising areas stand out.
    pub rising_only: bool,
    /// ShownLevel inside somebody's article.
    pub embed: bool,
    pub theme: ThemeChoice,
    /// What the page speaks.
    pub language: Language,
    /// One sentence for each value that could not be read and was left out.
    pub problems: Vec<String>,
}

impl Request {
    /// Reads a query that is as this page writes one, beside which others may have put parameters
    /// of their own. `None` if something has to be mended or told first.
    fn plain(query: &str) -> Option<Request> {
        let switch = |value| match value {
            "1" | "true" => Some(true),
            "0" | "false" => Some(false),
            _ => None,
        };
        let mut request = Request::default();
        // Of several of a name the first counts.
        for pair in query.trim_start_matches('?').rsplit('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
            if !name.bytes().chain(value.bytes()).all(is_plain) {
                return None;
            }
            if value.is_empty() {
                continue;
            }
            match name.to_ascii_lowercase().as_str() {
                "level" => request.level = Some(value.parse().ok()?),
                "date" => request.date = Some(value.parse().ok()?),
                "area" => request.area = Some(published(value)?),
                "within" => request.within = Some(published(value)?),
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

    /// Whether it leaves open what to show. Theme and language do.
    fn is_open(&self) -> bool {
        *self
            == Request {
                theme: self.theme,
                language: self.language,
                ..Request::default()
            }
    }

    /// Asks for the details of an area of that level at that date.
    fn open(&mut self, level: Level, area: AreaCode, date: Day) {
        (self.level, self.area, self.date) = (Some(level), Some(area), Some(date));
    }

    /// The query string, `?` included.
    pub fn query(&self) -> String {
        let pairs: Vec<String> = self
            .pairs()
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        format!("?{}", pairs.join("&"))
    }

    /// The pairs that make this request; those left to the data set are left out.
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

/// The language that the address asks for.
pub fn requested_language() -> Language {
    read_address().language
}

/// What a navigation does to the browser's history. In a frame none makes an entry: Back is the
/// article's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// A new entry: Back returns to the view before.
    New,
    /// A move along the timeline; several in a row are one entry.
    Along,
    /// Closes the details, and returns to the entry that they were opened from. Back leads on from
    /// there.
    Close,
}

/// The entry of the history from which the details were opened. Each entry with an open area keeps
/// its own.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Origin {
    /// How many entries before this one it is.
    entries: usize,
    /// The query of the view that it shows.
    query: String,
}

impl Origin {
    /// That of the entry at which the browser is.
    fn of_current_entry() -> Option<Origin> {
        Origin::parse(&window().history().ok()?.state().ok()?.as_string()?)
    }

    /// Reads an entry's `history.state`: a point for each entry since, and the query.
    fn parse(state: &str) -> Option<Origin> {
        let entries = state.find('?').filter(|_| state.starts_with('.'))?;
        Some(Origin {
            entries,
            query: state[entries..].to_owned(),
        })
    }

    /// What [`Origin::parse`] reads.
    fn state(&self) -> String {
        ".".repeat(self.entries) + &self.query
    }
}

/// Milliseconds from one change of the address along the timeline to the next. Safari ignores more
/// than 100 changes in 30 seconds, and a slider that is dragged would leave an old date there.
const CHANGES_EVERY: u32 = 310;

/// Milliseconds within which the browser arrives at another entry. It stays where it is if it has
/// forgotten that entry.
const ARRIVES_WITHIN: u32 = 1_000;

/// What the page shows of what the address leaves open or asks for in vain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Showing {
    pub level: Level,
    pub date: Day,
    /// None where the areas are of no nation.
    pub nation: Option<Nation>,
    /// A code in the address may lead to another one, to another level, or nowhere.
    pub area: Option<AreaCode>,
    pub within: Option<AreaCode>,
}

/// Which figures a request is for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Figures {
    level: Option<Level>,
    date: Option<Day>,
    nation: Option<Nation>,
    within: Option<AreaCode>,
}

impl Figures {
    fn of(request: &Request) -> Figures {
        let Request {
            level,
            date,
            nation,
            within,
            ..
        } = request.clone();
        Figures {
            level,
            date,
            nation,
            within,
        }
    }

    fn ask_for(self, request: &mut Request) {
        (request.level, request.date) = (self.level, self.date);
        (request.nation, request.within) = (self.nation, self.within);
    }
}

/// Gives the code of the authority that a neighbourhood lies in, if it knows the neighbourhood.
type FindAuthority = Box<dyn Fn(&AreaCode) -> Option<AreaCode> + Send + Sync>;

/// The address bar, with a name for every navigation.
#[derive(Clone, Copy)]
pub struct Navigator {
    request: RwSignal<Request>,
    last_step: StoredValue<Step>,
    showing: StoredValue<Option<Showing>>,
    /// The figures that were shown before an area was looked for, and those that it is shown with.
    lent: StoredValue<Option<(Figures, Figures)>>,
    find_authority: StoredValue<Option<FindAuthority>>,
    /// Until it ends, moves along the timeline do not change the address; then the last of them
    /// does. Nothing changes it while the browser returns to the entry of that query.
    pause: StoredValue<Option<(Timeout, Option<String>)>, LocalStorage>,
}

impl Navigator {
    /// Reads the address now and again whenever Back or Forward changes it.
    pub fn new() -> Navigator {
        let navigator = Navigator {
            request: RwSignal::new(read_address()),
            last_step: StoredValue::new(Step::New),
            showing: StoredValue::new(None),
            lent: StoredValue::new(None),
            find_authority: StoredValue::new(None),
            pause: StoredValue::new_local(None),
        };
        let listener = window_event_listener(ev::popstate, move |_| {
            let pause = navigator.pause.try_update_value(Option::take).flatten();
            if let Some((_, Some(query))) = pause {
                return navigator.arrive_at(query);
            }
            navigator.last_step.set_value(Step::New);
            navigator.showing.set_value(None);
            navigator.request.set(read_address());
        });
        on_cleanup(move || listener.remove());
        navigator
    }

    /// What the address asks for.
    pub fn request(&self) -> Signal<Request> {
        self.request.into()
    }

    /// Opens an area's details, or closes them. With them ends what had to change for the area to
    /// be shown.
    pub fn select_area(&self, area: Option<AreaCode>) {
        let before = area.is_none().then(|| self.figures_before()).flatten();
        let step = if area.is_some() {
            Step::New
        } else {
            Step::Close
        };
        self.go(step, |request| {
            if let Some(figures) = before {
                figures.ask_for(request);
            }
            request.area = area;
        });
    }

    /// Goes to a date.
    pub fn select_date(&self, date: Day) {
        self.go(Step::Along, |request| request.date = Some(date));
    }

    /// Goes to another level. The area closes: a code belongs to one level. The authority that the
    /// reader looks at, if any, is shown at that level: it is opened, or its neighbourhoods alone
    /// are counted.
    pub fn select_level(&self, level: Level, authority: Option<AreaCode>) {
        self.go(Step::New, |request| {
            request.level = Some(level);
            (request.area, request.within) = match level {
                Level::Ltla => (authority, None),
                Level::Msoa => (None, authority),
            };
        });
    }

    /// Shows and counts the neighbourhoods of one authority at a date that they have.
    pub fn select_within(&self, authority: AreaCode, date: Day) {
        self.go(Step::New, |request| {
            request.level = Some(Level::Msoa);
            (request.area, request.within) = (None, Some(authority));
            request.date = Some(date);
        });
    }

    /// Shows and counts all areas of the nation again.
    pub fn clear_within(&self) {
        self.go(Step::New, |request| request.within = None);
    }

    /// Opens an area of another level at a date that level has: from an authority to one of its
    /// neighbourhoods and back.
    pub fn select_area_at(&self, level: Level, area: AreaCode, date: Day) {
        self.find_area(level, area, None, date);
    }

    /// Opens an area that was looked for, of whichever level and nation. The figures that this
    /// changes return when the area is closed.
    pub fn find_area(&self, level: Level, area: AreaCode, nation: Option<Nation>, date: Day) {
        let before = self
            .figures_before()
            .unwrap_or_else(|| Figures::of(&self.pinned()));
        self.go(Step::New, |request| {
            request.level = Some(level);
            request.area = Some(area);
            request.nation = nation.or(request.nation);
            request.date = Some(date);
        });
        self.lent
            .set_value(Some((before, Figures::of(&self.request.read_untracked()))));
    }

    /// Shows and counts all areas of a nation that was looked for.
    pub fn find_nation(&self, level: Level, nation: Nation) {
        self.go(Step::New, |request| {
            (request.level, request.nation) = (Some(level), Some(nation));
            (request.area, request.within) = (None, None);
        });
    }

    /// The figures that the reader had chosen before those of the area that she looked for, while
    /// she has chosen no others.
    fn figures_before(&self) -> Option<Figures> {
        let (before, lent) = self.lent.get_value()?;
        (lent == Figures::of(&self.pinned())).then_some(before)
    }

    /// Counts and ranks another nation.
    pub fn select_nation(&self, nation: Nation) {
        self.go(Step::New, |request| {
            (request.nation, request.within) = (Some(nation), None)
        });
    }

    /// Mutes all but the rising areas, or shows all.
    pub fn select_rising_only(&self, rising_only: bool) {
        self.go(Step::New, |request| request.rising_only = rising_only);
    }

    /// What the page shows while the address leaves it open. The next navigation writes it down, so
    /// that a link copied then says all of it, whatever the data set's default is by the time it is
    /// read.
    pub fn now_showing(&self, showing: Showing) {
        self.showing.set_value(Some(showing));
    }

    /// Says how to find a neighbourhood's authority: a navigation to one of another authority
    /// leaves the view within one.
    pub fn find_authorities_by(
        &self,
        find: impl Fn(&AreaCode) -> Option<AreaCode> + Send + Sync + 'static,
    ) {
        self.find_authority.set_value(Some(Box::new(find)));
    }

    /// Whether the request is for an area that does not lie in the authority it names.
    fn leads_outside(&self, request: &Request) -> bool {
        let (Some(area), Some(within)) = (&request.area, &request.within) else {
            return false;
        };
        let find = |find: &Option<FindAuthority>| find.as_ref().and_then(|find| find(area));
        request.level == Some(Level::Ltla)
            || self
                .find_authority
                .with_value(find)
                .is_some_and(|own| own != *within)
    }

    /// Was the last navigation a move along the timeline?
    pub fn is_stepping_dates(&self) -> bool {
        self.last_step.get_value() == Step::Along
    }

    /// A link to what is shown, for another reader: a page of its own, not part of an article.
    pub fn link(&self) -> String {
        let request = Request {
            embed: false,
            ..self.pinned()
        };
        self.page() + &request.query()
    }

    /// A link to an area of a level at a date, relative to this page: a page of its own, not part
    /// of an article.
    pub fn link_to(&self, level: Level, area: &AreaCode, date: Day) -> String {
        let mut request = Request {
            embed: false,
            ..self.pinned()
        };
        request.open(level, area.clone(), date);
        if self.leads_outside(&request) {
            request.within = None;
        }
        request.query()
    }

    /// The same view in another language, relative to this page.
    pub fn link_in(&self, language: Language) -> String {
        Request {
            language,
            ..self.request.get()
        }
        .query()
    }

    /// The page's own address, without what is asked of it.
    pub fn page(&self) -> String {
        let location = window().location();
        [location.origin(), location.pathname()]
            .map(Result::unwrap_or_default)
            .concat()
    }

    /// What is asked for, with what is shown in place of what the address leaves open.
    pub fn pinned(&self) -> Request {
        let mut request = self.request.get_untracked();
        if let Some(Showing {
            level,
            date,
            nation,
            area,
            within,
        }) = self.showing.get_value()
        {
            (request.level, request.area, request.within) = (Some(level), area, within);
            request.date.get_or_insert(date);
            request.nation = request.nation.or(nation);
        }
        request
    }

    fn go(&self, step: Step, change: impl FnOnce(&mut Request)) {
        let mut next = self.pinned();
        change(&mut next);
        self.go_to(step, next);
    }

    /// The same, compiled once and not for each way to change a request.
    #[inline(never)]
    fn go_to(&self, step: Step, mut next: Request) {
        let pinned = self.pinned();
        if self.leads_outside(&next) {
            next.within = None;
        }
        if next == pinned {
            return;
        }
        if self.figures_before().is_some() && Figures::of(&next) != Figures::of(&pinned) {
            self.lent.set_value(None);
        }
        next.problems.clear();
        // What is shown for this request is still to be known.
        self.showing.set_value(None);
        scheduler::stop_slicing();
        let along = step == Step::Along && self.last_step.get_value() == Step::Along;
        self.last_step.set_value(step);
        let (pauses, returns) = self.pause.with_value(|pause| match pause {
            Some((_, query)) => (true, query.is_some()),
            None => (false, false),
        });
        if along || returns || is_framed() {
            if !pauses {
                replace_address(&next);
                self.pause(CHANGES_EVERY, None);
            }
        } else {
            self.pause.set_value(None);
            if step == Step::Close {
                let origin = Origin::of_current_entry();
                replace_address(&next);
                if let (Some(Origin { entries, query }), Ok(history)) = (origin, window().history())
                {
                    let _ = history.go_with_delta(-(entries as i32));
                    self.pause(ARRIVES_WITHIN, Some(query));
                }
            } else {
                if pauses {
                    // Where Back leads to.
                    replace_address(&pinned);
                }
                push_address(&next, pinned.query());
            }
        }
        self.request.set(next);
    }

    /// The browser is back at the entry from which the details were opened, whose view has that
    /// query. What is shown now takes its place if it has an area, which a link asked for, and is
    /// the entry after it if it differs.
    fn arrive_at(self, query: String) {
        let request = self.request.get_untracked();
        if read_address().area.is_some() {
            replace_address(&request);
        } else if request.query() != query {
            push_address(&request, query);
        }
    }

    /// Leaves the address alone for that many milliseconds, and again for a while if it had to be
    /// changed then.
    fn pause(self, milliseconds: u32, returns_to: Option<String>) {
        let end = Timeout::new(milliseconds, move || {
            self.pause.set_value(None);
            let request = self.request.get_untracked();
            let is_behind = window()
                .location()
                .search()
                .is_ok_and(|search| search != request.query());
            // Where it may not be changed it stays behind, and there is nothing to come back for.
            if is_behind && replace_address(&request) {
                self.pause(CHANGES_EVERY, None);
            }
        });
        self.pause.set_value(Some((end, returns_to)));
    }
}

thread_local! {
    /// The query that the page was opened with, if it had to be mended, and what it means.
    static MENDED: RefCell<Option<(String, Request)>> = const { RefCell::new(None) };
}

/// Has a query that was changed on its way mended, by the part of the program that can do so.
/// Before the page is made.
pub async fn repair() {
    let query = query();
    if Request::plain(&query).is_some() {
        return;
    }
    let mut request = Request::default();
    // Most losses are a moment's.
    for is_last in [false, true] {
        match lazy::links().await {
            Ok(LinkReader(read)) => {
                request = read(&query);
                break;
            }
            Err(_) if is_last => request.problems.push(language().link_unread().to_owned()),
            Err(_) => {}
        }
    }
    MENDED.set(Some((query, request)));
}

fn query() -> String {
    let location = window().location();
    let mut query = location.search().unwrap_or_default();
    // What follows a `#` belongs to the query where an `&` has become `&#38;`.
    if let Ok(hash) = location.hash()
        && hash.contains(';')
    {
        query += "&";
        query += &hash;
    }
    query
}

/// What the address asks for; the area that the reader has had remembered, where it leaves open
/// what to show.
fn read_address() -> Request {
    let query = query();
    let mended = || {
        MENDED
            .with_borrow(|mended| Some(mended.as_ref().filter(|(own, _)| *own == query)?.1.clone()))
    };
    let request = Request::plain(&query).or_else(mended).unwrap_or_default();
    if request.is_open()
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

/// The code of an area as it is published: GSS codes begin with a capital letter.
fn published(code: &str) -> Option<AreaCode> {
    let is_small = matches!(code.as_bytes(), [b'a'..=b'z', digits @ ..]
        if digits.len() == 8 && digits.iter().all(u8::is_ascii_digit));
    if is_small { None } else { code.parse().ok() }
}

/// Writes a request into the address. Forbidden in some sandboxes, and then `false`: the view still
/// changes, only the address does not.
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

/// The same, as a new entry of the history after the one that shows the view of the query `last`.
fn push_address(request: &Request, last: String) {
    let Ok(history) = window().history() else {
        return;
    };
    let state = request.area.as_ref().map_or(JsValue::NULL, |_| {
        let mut origin = Origin::of_current_entry().unwrap_or(Origin {
            entries: 0,
            query: last,
        });
        origin.entries += 1;
        origin.state().into()
    });
    let _ = history.push_state_with_url(&state, "", Some(&request.query()));
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// As the page reads it, by both ways where both can.
    pub fn read(text: &str) -> Request {
        let mended = repair::read(text);
        let plain = Request::plain(text);
        assert!(
            plain.is_none() || plain.as_ref() == Some(&mended),
            "{text}: {plain:?}, {mended:?}"
        );
        mended
    }

    #[test]
    fn every_field_round_trips() {
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
    fn bad_values_fall_back_and_say_so() {
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
    fn a_reader_is_told_what_a_terminal_would_say() {
        let told = |name: &str, value: &str| read(&format!("{name}={value}")).problems.remove(0);
        let isolated = |error: &str| {
            error
                .replacen('"', "\"\u{2068}", 1)
                .replacen("\" is", "\u{2069}\" is", 1)
        };
        let says = |error: &str| {
            format!(
                "The link has a part that was left out: {}.",
                isolated(error)
            )
        };
        assert_eq!(
            told("level", "lsoa"),
            says(&"lsoa".parse::<Level>().unwrap_err().to_string())
        );
        assert_eq!(
            told("nation", "france"),
            says(&"france".parse::<Nation>().unwrap_err().to_string())
        );
        assert_eq!(
            told("date", "yesterday"),
            says(&"yesterday".parse::<Day>().unwrap_err().to_string())
        );
        assert_eq!(
            told("area", "<b>"),
            says(&"<b>".parse::<AreaCode>().unwrap_err().to_string())
        );
        assert!(told("lang", "klingon").ends_with("it is one of en, cy."));
    }

    #[test]
    fn what_was_left_out_is_told_in_the_language_asked_for() {
        let request = read("lang=cy&date=ddoe");
        assert!(
            request.problems[0].contains("nid dyddiad yw \"\u{2068}ddoe\u{2069}\""),
            "{:?}",
            request.problems
        );
    }
}
