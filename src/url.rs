//! What a link encodes, and every way the reader can move: `Request` ↔ query string.
//!
//! The address is the only owner of what is selected. Nothing else writes it, and a change reaches
//! the rest of the app by being read back.

use gloo_timers::callback::Timeout;
use leptos::ev;
use leptos::prelude::*;
use rising_model::area::{AreaCode, Level, Nation};
use rising_model::day::Day;
use rising_words::Language;
use rising_words::choice::Part;
use wasm_bindgen::JsValue;

use crate::memory;

/// Light or dark, as the link asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemeChoice {
    /// As the reader's system says.
    #[default]
    Auto,
    Light,
    Dark,
}

/// The codes of what is shown, as an address names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub level: Option<Level>,
    pub area: Option<AreaCode>,
    pub within: Option<AreaCode>,
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
    /// Shown inside somebody's article.
    pub embed: bool,
    pub theme: ThemeChoice,
    /// What the page speaks.
    pub language: Language,
    /// One sentence for each value that could not be read and was left out.
    pub problems: Vec<String>,
}

/// The names that an address may have.
const NAMES: [&str; 9] = ["level", "date", "area", "within", "nation", "rising", "embed", "theme", "lang"];

/// Those whose values choose what the map shows. Without any of them it opens on the area that the reader has had remembered.
const CHOOSING: [&str; 7] = ["level", "date", "area", "within", "nation", "rising", "embed"];

/// The longest value that is quoted whole, in characters.
const QUOTED: usize = 40;

impl Request {
    /// Reads a query as it was meant: mail programs, content systems and people change links on their way. A value that cannot
    /// be read falls back to the default and leaves a sentence.
    pub fn read(query: &str) -> Request {
        let mut request = Request::default();
        let mut unread = vec![];
        for (name, value) in parts(query) {
            let tidy = tidied(&value);
            let word = tidy.to_ascii_lowercase();
            let code = || official(tidy.clone()).parse().ok();
            let switch = match word.as_str() {
                "1" | "true" => Some(true),
                "0" | "false" => Some(false),
                _ => None,
            };
            let (part, choices, is_read) = match name {
                "level" => {
                    request.level = word.parse().ok();
                    (Part::Level, "ltla, msoa", request.level.is_some())
                }
                "date" => {
                    request.date = tidy.parse().ok();
                    (Part::Date, "", request.date.is_some())
                }
                "area" => {
                    request.area = code();
                    (Part::Area, "", request.area.is_some())
                }
                "within" => {
                    request.within = code();
                    (Part::Area, "", request.within.is_some())
                }
                "nation" => {
                    request.nation = word.parse().ok();
                    (Part::Nation, "england, wales, scotland, ni, uk", request.nation.is_some())
                }
                "theme" => {
                    let theme = match word.as_str() {
                        "auto" => Some(ThemeChoice::Auto),
                        "light" => Some(ThemeChoice::Light),
                        "dark" => Some(ThemeChoice::Dark),
                        _ => None,
                    };
                    request.theme = theme.unwrap_or_default();
                    (Part::Theme, "light, dark, auto", theme.is_some())
                }
                "lang" => {
                    let language = Language::parse(&word);
                    request.language = language.unwrap_or_default();
                    (Part::Language, "en, cy", language.is_some())
                }
                "rising" => {
                    request.rising_only = switch == Some(true);
                    (Part::Switch, "1, 0", switch.is_some())
                }
                _ => {
                    request.embed = switch == Some(true);
                    (Part::Switch, "1, 0", switch.is_some())
                }
            };
            if !is_read {
                unread.push((part, choices, value));
            }
        }
        let said = |(part, choices, value): (Part, &str, String)| {
            request.language.link_ignored(choices, part, &quoted(&value))
        };
        request.problems = unread.into_iter().map(said).collect();
        request
    }

    /// Where it asks to go.
    pub fn place(&self) -> Place {
        Place { level: self.level, area: self.area.clone(), within: self.within.clone() }
    }

    /// The query string, `?` included.
    pub fn query(&self) -> String {
        let pairs: Vec<String> = self.pairs().iter().map(|(name, value)| format!("{name}={value}")).collect();
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
            ("lang", (self.language != Language::default()).then(|| self.language.tag().to_owned())),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }
}

/// The parts of a query with a name that an address may have; of several of a name the first. A part may hold others: where
/// the sign before them was escaped (`&amp;`, `%26`) or is a second `?`.
fn parts(query: &str) -> Vec<(&'static str, String)> {
    let mut found: Vec<(&str, String)> = vec![];
    for part in query.split('&') {
        for token in decoded(part).split(['&', '?', ';', '#']) {
            let (name, value) = token.split_once('=').unwrap_or((token, ""));
            let name = name.trim_matches(|sign: char| !sign.is_ascii_alphanumeric());
            match NAMES.into_iter().find(|own| name.eq_ignore_ascii_case(own)) {
                // The rest belongs to another page's address.
                None if value.contains('/') => break,
                Some(own) if value.bytes().any(|byte| byte > b' ') && found.iter().all(|(name, _)| *name != own) => {
                    found.push((own, value.to_owned()));
                }
                _ => {}
            }
        }
    }
    found
}

/// Without percent signs, which no name or value has: what was encoded more than once is decoded as often.
fn decoded(text: &str) -> String {
    let mut bytes = vec![];
    for byte in text.bytes() {
        bytes.push(if byte == b'+' { b' ' } else { byte });
        let digit = |byte: u8| char::from(byte).to_digit(16);
        if let [.., b'%', high, low] = bytes[..]
            && let (Some(high), Some(low)) = (digit(high), digit(low))
        {
            bytes.truncate(bytes.len() - 3);
            bytes.push((high * 16 + low) as u8);
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// A value without what is not seen, and without what a sentence puts around it: quotes, brackets, a full stop. What begins
/// with `<` is markup and no value.
fn tidied(value: &str) -> String {
    let around = |byte: u8| !byte.is_ascii_alphanumeric() && !b"-_".contains(&byte);
    let mut text = String::new();
    for sign in value.chars() {
        let sign = match sign {
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            ' '..='~' => sign,
            _ => continue,
        };
        if !text.is_empty() || sign == '<' || !around(sign as u8) {
            text.push(sign);
        }
    }
    while text.bytes().last().is_some_and(around) {
        text.pop();
    }
    text
}

/// An area's code as it is published: GSS codes begin with a capital letter.
fn official(code: String) -> String {
    let is_gss = code.len() == 9 && code.bytes().skip(1).all(|byte| byte.is_ascii_digit());
    if is_gss { code.to_ascii_uppercase() } else { code }
}

/// Whether a reader sees the character. Others change the order of what stands around them, or hide in it.
fn is_seen(sign: char) -> bool {
    !sign.is_control()
        && !matches!(sign,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// A value as a sentence quotes it: cut, without what is not seen, and apart from the sentence's direction of writing.
fn quoted(value: &str) -> String {
    let mut signs = value.chars().filter(|sign| is_seen(*sign));
    let mut text: String = signs.by_ref().take(QUOTED).collect();
    if signs.next().is_some() {
        text.pop();
        text.push('…');
    }
    format!("\u{2068}{text}\u{2069}")
}

/// The language that the address asks for.
pub fn asked_language() -> Language {
    read_address().language
}

/// What a navigation does to the browser's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// A new entry: Back returns to the view before.
    New,
    /// A move along the timeline; several in a row are one entry.
    Along,
}

/// Milliseconds from one change of the address along the timeline to the next. Safari ignores more than 100 changes in 30
/// seconds, and a slider that is dragged would leave an old date there.
const CHANGES_EVERY: u32 = 310;

/// What the page shows of what the address leaves open or asks for in vain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Showing {
    pub level: Level,
    pub date: Day,
    /// None where the areas are of no nation.
    pub nation: Option<Nation>,
    /// What the address asks for, and what is shown for it: a code may lead to another, or to another level.
    pub places: [Place; 2],
}

/// Gives the code of the authority that a neighbourhood lies in, if it knows the neighbourhood.
type FindAuthority = Box<dyn Fn(&AreaCode) -> Option<AreaCode> + Send + Sync>;

/// The address bar, with a name for every navigation.
#[derive(Clone, Copy)]
pub struct Navigator {
    request: RwSignal<Request>,
    last_step: StoredValue<Step>,
    showing: StoredValue<Option<Showing>>,
    find_authority: StoredValue<Option<FindAuthority>>,
    /// Until it ends, moves along the timeline do not change the address; then the last of them does.
    pause: StoredValue<Option<Timeout>, LocalStorage>,
}

impl Navigator {
    /// Reads the address now and again whenever Back or Forward changes it.
    pub fn new() -> Navigator {
        let navigator = Navigator {
            request: RwSignal::new(read_address()),
            last_step: StoredValue::new(Step::New),
            showing: StoredValue::new(None),
            find_authority: StoredValue::new(None),
            pause: StoredValue::new_local(None),
        };
        let listener = window_event_listener(ev::popstate, move |_| {
            navigator.pause.set_value(None);
            navigator.last_step.set_value(Step::New);
            navigator.request.set(read_address());
        });
        on_cleanup(move || listener.remove());
        navigator
    }

    /// What the address asks for.
    pub fn request(&self) -> Signal<Request> {
        self.request.into()
    }

    /// Opens an area's details, or closes them.
    pub fn select_area(&self, area: Option<AreaCode>) {
        self.go(Step::New, |request| request.area = area);
    }

    /// Goes to a date.
    pub fn select_date(&self, date: Day) {
        self.go(Step::Along, |request| request.date = Some(date));
    }

    /// Goes to another level. The area closes: a code belongs to one level. The authority that the reader looks at, if any,
    /// is shown at that level: it is opened, or its neighbourhoods alone are counted.
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
    pub fn leave_within(&self) {
        self.go(Step::New, |request| request.within = None);
    }

    /// Opens an area of another level at a date that level has: from an authority to one of its
    /// neighbourhoods and back.
    pub fn select_area_at(&self, level: Level, area: AreaCode, date: Day) {
        self.go(Step::New, |request| {
            request.level = Some(level);
            request.area = Some(area);
            request.date = Some(date);
        });
    }

    /// Opens an area that was looked for, of whichever level and nation.
    pub fn find_area(&self, level: Level, area: AreaCode, nation: Option<Nation>, date: Day) {
        self.go(Step::New, |request| {
            request.level = Some(level);
            request.area = Some(area);
            request.nation = nation.or(request.nation);
            request.date = Some(date);
        });
    }

    /// Counts and ranks another nation.
    pub fn select_nation(&self, nation: Nation) {
        self.go(Step::New, |request| (request.nation, request.within) = (Some(nation), None));
    }

    /// Mutes all but the rising areas, or shows all.
    pub fn select_rising_only(&self, rising_only: bool) {
        self.go(Step::New, |request| request.rising_only = rising_only);
    }

    /// What the page shows while the address leaves it open. The next navigation writes it down, so
    /// that a link copied then says all of it, whatever the data set's default is by the time it is read.
    pub fn now_showing(&self, showing: Showing) {
        self.showing.set_value(Some(showing));
    }

    /// Says how to find a neighbourhood's authority: a navigation to one of another authority leaves the view within one.
    pub fn find_authorities_by(&self, find: impl Fn(&AreaCode) -> Option<AreaCode> + Send + Sync + 'static) {
        self.find_authority.set_value(Some(Box::new(find)));
    }

    /// Whether the request is for an area that does not lie in the authority it names.
    fn leads_outside(&self, request: &Request) -> bool {
        let (Some(area), Some(within)) = (&request.area, &request.within) else { return false };
        let find = |find: &Option<FindAuthority>| find.as_ref().and_then(|find| find(area));
        request.level == Some(Level::Ltla) || self.find_authority.with_value(find).is_some_and(|own| own != *within)
    }

    /// Was the last navigation a move along the timeline?
    pub fn is_moving_along(&self) -> bool {
        self.last_step.get_value() == Step::Along
    }

    /// A link to what is shown, for another reader: a page of its own, not part of an article.
    pub fn link(&self) -> String {
        let request = Request { embed: false, ..self.pinned() };
        self.page() + &request.query()
    }

    /// The same view in another language, relative to this page.
    pub fn link_in(&self, language: Language) -> String {
        Request { language, ..self.request.get() }.query()
    }

    /// The page's own address, without what is asked of it.
    pub fn page(&self) -> String {
        let location = window().location();
        [location.origin(), location.pathname()].map(Result::unwrap_or_default).concat()
    }

    /// What is asked for, with what is shown in place of what the address leaves open.
    pub fn pinned(&self) -> Request {
        let mut request = self.request.get_untracked();
        if let Some(Showing { level, date, nation, places: [asked, shown] }) = self.showing.get_value() {
            if request.place() == asked {
                Place { level: request.level, area: request.area, within: request.within } = shown;
            }
            request.level.get_or_insert(level);
            request.date.get_or_insert(date);
            request.nation = request.nation.or(nation);
        }
        request
    }

    fn go(&self, step: Step, change: impl FnOnce(&mut Request)) {
        let pinned = self.pinned();
        let mut next = pinned.clone();
        change(&mut next);
        if self.leads_outside(&next) {
            next.within = None;
        }
        if next == pinned {
            return;
        }
        next.problems.clear();
        let replaces = step == Step::Along && self.last_step.get_value() == Step::Along;
        self.last_step.set_value(step);
        let pauses = self.pause.with_value(Option::is_some);
        if replaces && !pauses {
            write_address(&next, true);
            self.pause();
        } else if !replaces {
            if pauses {
                // Where Back leads to.
                write_address(&pinned, true);
                self.pause.set_value(None);
            }
            write_address(&next, false);
        }
        self.request.set(next);
    }

    /// Leaves the address alone for a while, and again if it had to be changed then.
    fn pause(self) {
        self.pause.set_value(Some(Timeout::new(CHANGES_EVERY, move || {
            self.pause.set_value(None);
            let request = self.request.get_untracked();
            let is_behind = window().location().search().is_ok_and(|search| search != request.query());
            // Where it may not be changed it stays behind, and there is nothing to come back for.
            if is_behind && write_address(&request, true) {
                self.pause();
            }
        })));
    }
}

/// What the address asks for; the area that the reader has had remembered, where it chooses nothing itself.
fn read_address() -> Request {
    let location = window().location();
    // What follows a `#` belongs to the query where an `&` has become `&#38;`.
    let query = [location.search(), location.hash()].map(Result::unwrap_or_default).join("&");
    let request = Request::read(&query);
    if !chooses(&query)
        && let Some((level, area)) = memory::recall()
    {
        return Request { level: Some(level), area: Some(area), ..request };
    }
    request
}

/// Whether a query says what to show. What others add to links, such as `utm_source`, does not, nor do theme and language.
fn chooses(query: &str) -> bool {
    parts(query).iter().any(|(name, _)| CHOOSING.contains(name))
}

/// Forbidden in some sandboxes, and then `false`: the view still changes, only the address does not.
fn write_address(request: &Request, replaces: bool) -> bool {
    let Ok(history) = window().history() else { return false };
    let url = request.query();
    let written = if replaces {
        history.replace_state_with_url(&JsValue::NULL, "", Some(&url))
    } else {
        history.push_state_with_url(&JsValue::NULL, "", Some(&url))
    };
    written.is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Request {
        Request::read(text)
    }

    #[test]
    fn every_field_round_trips() {
        let text =
            "level=msoa&date=2020-11-28&area=E02000001&within=E06000019&nation=uk&rising=1&embed=1&theme=dark&lang=cy";
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
    fn bad_values_fall_back_and_say_so() {
        let request = read(
            "level=lsoa&date=yesterday&area=<script>&within=a%20b&nation=france&theme=pink&rising=perhaps&lang=klingon",
        );
        assert_eq!(request, Request { problems: request.problems.clone(), ..Request::default() });
        assert_eq!(request.problems.len(), 8);
        assert!(request.problems[1].contains("yesterday"), "{}", request.problems[1]);
        assert!(read("level=&date=").problems.is_empty(), "an empty value is no value");
    }

    #[test]
    fn a_reader_is_told_what_a_terminal_would_say() {
        let told = |name: &str, value: &str| read(&format!("{name}={value}")).problems.remove(0);
        let isolated = |error: &str| error.replacen('"', "\"\u{2068}", 1).replacen("\" is", "\u{2069}\" is", 1);
        let says = |error: &str| format!("The link has a part that was left out: {}.", isolated(error));
        assert_eq!(told("level", "lsoa"), says(&"lsoa".parse::<Level>().unwrap_err().to_string()));
        assert_eq!(told("nation", "france"), says(&"france".parse::<Nation>().unwrap_err().to_string()));
        assert_eq!(told("date", "yesterday"), says(&"yesterday".parse::<Day>().unwrap_err().to_string()));
        assert_eq!(told("area", "<b>"), says(&"<b>".parse::<AreaCode>().unwrap_err().to_string()));
        assert!(told("lang", "klingon").ends_with("it is one of en, cy."));
    }

    #[test]
    fn what_was_left_out_is_told_in_the_language_asked_for() {
        let request = read("lang=cy&date=ddoe");
        assert!(request.problems[0].contains("nid dyddiad yw \"\u{2068}ddoe\u{2069}\""), "{:?}", request.problems);
    }

    #[test]
    fn link_changed_on_its_way_is_read_as_it_was_meant() {
        let meant =
            Request::read("level=ltla&date=2021-02-07&area=E08000033&nation=england&rising=1&embed=1&theme=dark");
        assert!(meant.rising_only && meant.embed && meant.problems.is_empty());
        let query = meant.query();
        let each_value = |change: &dyn Fn(&str) -> String| {
            let change = |pair: &str| pair.split_once('=').map(|(name, value)| format!("{name}={}", change(value)));
            query[1..].split('&').filter_map(change).collect::<Vec<_>>().join("&")
        };
        let mut changed = vec![
            query.replace('&', "&amp;"),
            query.replace('&', "&amp;amp;amp;"),
            query.replacen('&', "&amp;amp;", 3),
            query.replace('&', "&#38;"),
            query.replace('&', "&amp;#038;"),
            query.replace('&', "&#x26;"),
            query.replace('&', "?"),
            query.replace('&', ";"),
            query.replace('&', "%26"),
            query.replace('&', "%26amp%3B"),
            query.replace('=', "%3D"),
            query.replace('=', "%253D"),
            query.replace('&', "&%20"),
            query.replace('&', "&\u{200b}"),
            query.replace('=', "[]="),
            query.replace('=', " = "),
            query.to_uppercase(),
            query.to_lowercase(),
            format!("{query}&utm_source=x&fbclid=IwAR0_a-b&gclid=1"),
            format!("?utm_source=x&amp;{}", &query[1..]),
            format!("{query}?fbclid=IwAR0"),
            format!("{query}&ref=https%3A%2F%2Fa.example%2F%3Farea%3DE06000001%26level%3Dmsoa"),
            format!("?ref=https://a.example/?area=E06000001&{}", &query[1..]),
            query.replace("2021-02-07", "2021\u{2011}02\u{2013}07"),
        ];
        for sign in [
            ".",
            ",",
            ";",
            ":",
            "!",
            "?",
            ")",
            "]",
            "}",
            ">",
            "\"",
            "'",
            "’",
            "”",
            "»",
            "…",
            ").",
            "%22)",
            "&quot;",
            "%20",
            "+",
            "\u{a0}",
            "\u{200b}",
            "\u{202e}",
            "%E2%80%8B",
            "/",
            "#",
            "*",
            "`",
            "\\",
            "%00",
            "%0A",
            "。",
            "）",
        ] {
            changed.push(format!("{query}{sign}"));
            changed.push(each_value(&|value| format!("{value}{sign}")));
        }
        for sign in ["(", "[", "\"", "'", "“", "«", "%20", "+", "\u{feff}", "%09", "*", "‘"] {
            changed.push(each_value(&|value| format!("{sign}{value}")));
        }
        for changed in changed {
            assert_eq!(Request::read(&changed), meant, "{changed}");
        }
    }

    #[test]
    fn value_of_a_link_is_quoted_short_and_apart() {
        let quotes = |value: &str| {
            let said = read(&format!("date={value}")).problems.remove(0);
            let (_, rest) = said.split_once('\u{2068}').unwrap();
            rest.split_once('\u{2069}').unwrap().0.to_owned()
        };
        assert_eq!(quotes(&"9".repeat(40)), "9".repeat(40));
        assert_eq!(quotes(&"9".repeat(41)), "9".repeat(39) + "…");
        assert_eq!(quotes(&"ŵ".repeat(3000)).chars().count(), 40);
        assert_eq!(quotes("a\u{202e}b\u{2066}c\u{2069}d\u{200b}e%0A%1Bf\u{e0041}"), "abcdef");
        for name in NAMES {
            let problems = read(&format!("{name}={}", "No such value. ".repeat(30))).problems;
            assert!(problems.len() == 1 && problems[0].chars().count() < 200, "{name}: {problems:?}");
        }
    }

    #[test]
    fn address_of_others_parameters_chooses_nothing() {
        for query in [
            "",
            "?",
            "?&",
            "?utm_source=a&utm_medium=b",
            "?fbclid=IwAR0",
            "?gclid=1&msclkid=2",
            "?theme=dark",
            "?lang=cy&theme=light",
            "?THEME=dark&amp;lang=en",
            "?area=&level=",
            "?ref=https://a.example/?area=E06000001",
            "?&#table",
        ] {
            assert!(!chooses(query), "{query}");
        }
        for query in
            ["?area=E06000001", "?utm_source=a&amp;area=E06000001", "?AREA=x", "?embed=1", "?rising=1", "?date=never"]
        {
            assert!(chooses(query), "{query}");
        }
    }
}
