//! The view that an address requests, read from its query and written as one.

use rising_model::domain::area::{AreaCode, Level, Nation};
use rising_model::domain::day::Day;
use rising_words::Language;

/// Light or dark, as the link asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemeChoice {
    /// As the reader's system says.
    #[default]
    Auto,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl ThemeChoice {
    /// Every choice.
    pub const ALL: [ThemeChoice; 3] = [ThemeChoice::Light, ThemeChoice::Dark, ThemeChoice::Auto];

    /// Returns the choice with a slug.
    pub fn parse(slug: &str) -> Option<ThemeChoice> {
        ThemeChoice::ALL
            .into_iter()
            .find(|choice| choice.slug() == slug)
    }

    /// The choice in addresses: `auto`, `light`, `dark`.
    pub fn slug(self) -> &'static str {
        match self {
            ThemeChoice::Auto => "auto",
            ThemeChoice::Light => "light",
            ThemeChoice::Dark => "dark",
        }
    }
}

/// The view that an address requests. `None` where it leaves the choice to the data set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The level.
    pub level: Option<Level>,
    /// The last day of a week.
    pub date: Option<Day>,
    /// The area whose details are open.
    pub area: Option<AreaCode>,
    /// The authority whose neighbourhoods alone are shown.
    pub within: Option<AreaCode>,
    /// The nation whose areas are counted.
    pub nation: Option<Nation>,
    /// Whether the map mutes all areas but the rising ones.
    pub rising_only: bool,
    /// Whether the page is embedded in an article.
    pub embed: bool,
    /// The theme of the page.
    pub theme: ThemeChoice,
    /// The language of the page.
    pub language: Language,
    /// One sentence for each value that could not be parsed and was ignored.
    pub problems: Vec<String>,
}

impl Request {
    /// Parses a query in the form that this page writes. Ignores parameters of other sites. `None`
    /// if the query needs repair or holds a value that has to be reported.
    pub fn parse_plain(query: &str) -> Option<Request> {
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
                "theme" => request.theme = ThemeChoice::parse(value)?,
                "lang" => request.language = Language::parse(value)?,
                _ => {}
            }
        }
        Some(request)
    }

    /// Whether the request sets nothing but theme and language, which do not choose a view.
    pub fn is_unspecified(&self) -> bool {
        *self
            == Request {
                theme: self.theme,
                language: self.language,
                ..Request::default()
            }
    }

    /// Requests the details of an area of a level at a date.
    pub fn set_area(&mut self, level: Level, area: AreaCode, date: Day) {
        self.level = Some(level);
        self.area = Some(area);
        self.date = Some(date);
    }

    /// The query string, with its `?`.
    pub fn query(&self) -> String {
        let mut query = "?".to_owned();
        for (name, value) in self.pairs() {
            if query.len() > 1 {
                query.push('&');
            }
            query.push_str(name);
            query.push('=');
            query.push_str(&value);
        }
        query
    }

    /// The parameters of this request, without those that are left to the data set.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        [
            ("level", self.level.map(|level| level.slug().to_owned())),
            ("date", self.date.map(|date| date.to_string())),
            ("area", self.area.as_ref().map(AreaCode::to_string)),
            ("within", self.within.as_ref().map(AreaCode::to_string)),
            ("nation", self.nation.map(|nation| nation.slug().to_owned())),
            ("rising", self.rising_only.then(|| "1".to_owned())),
            ("embed", self.embed.then(|| "1".to_owned())),
            (
                "theme",
                (self.theme != ThemeChoice::Auto).then(|| self.theme.slug().to_owned()),
            ),
            (
                "lang",
                (self.language != Language::default()).then(|| self.language.tag().to_owned()),
            ),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }

    /// Whether the area lies outside the authority that limits the view. `authority_of` returns the
    /// authority of a neighbourhood, if the neighbourhood is known.
    pub fn is_area_outside(
        &self,
        authority_of: impl FnOnce(&AreaCode) -> Option<AreaCode>,
    ) -> bool {
        let (Some(area), Some(within)) = (&self.area, &self.within) else {
            return false;
        };
        self.level == Some(Level::Ltla)
            || authority_of(area).is_some_and(|authority| authority != *within)
    }
}

/// Returns the query of an address. If another program wrote `&#38;` for `&`, the text after the
/// `#` belongs to the query.
pub fn whole_query(mut search: String, hash: &str) -> String {
    if hash.contains(';') {
        search.push('&');
        search.push_str(hash);
    }
    search
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

#[cfg(test)]
pub mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::repair;

    /// Reads a query with the repairing parser, and checks that the plain parser agrees wherever it
    /// accepts the query.
    pub fn read(text: &str) -> Request {
        let repaired = repair(text);
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

    #[test]
    fn area_is_outside_unless_it_lies_in_the_authority_of_the_view() {
        let is_outside = |query: &str, authority: Option<&str>| {
            let authority = authority.map(|code| code.parse().unwrap());
            read(query).is_area_outside(|_| authority)
        };
        let view = "level=msoa&area=E02000001&within=E06000019";
        assert!(!is_outside(view, Some("E06000019")));
        assert!(is_outside(view, Some("E06000020")));
        assert!(!is_outside(view, None), "the neighbourhood is unknown");
        assert!(is_outside(
            "level=ltla&area=E06000019&within=E06000019",
            None
        ));
        assert!(!is_outside("level=ltla&area=E06000019", None));
        assert!(!is_outside("level=msoa&within=E06000019", None));
    }

    #[test]
    fn hash_of_an_escaped_ampersand_belongs_to_the_query() {
        let request = repair(&whole_query("?level=msoa&".into(), "#38;area=E02000001"));
        assert_eq!(request.area, "E02000001".parse().ok());
        assert_eq!(whole_query("?level=msoa".into(), "#table"), "?level=msoa");
    }

    #[test]
    fn scripts_name_the_same_parameters() {
        let every = read(
            "level=msoa&date=2020-11-28&area=E02000001&within=E06000019&nation=uk&rising=1&embed=1&theme=dark&lang=cy",
        );
        let link = concat!(
            include_str!("../../../web/link.js"),
            include_str!("../../../web/appearance.js")
        );
        let embed = include_str!("../../../web/embed/address.js");
        let documentation = include_str!("../../../docs/embed.md");
        for (name, _) in every.pairs() {
            assert!(link.contains(&format!("'{name}'")), "web: {name}");
            let is_embedded = match name {
                "embed" => embed.contains("embed: '1'"),
                name => embed.contains(&format!("'{name}'")),
            };
            assert!(is_embedded, "web/embed/address.js: {name}");
            let attribute = match name {
                "embed" => continue,
                "rising" => "only-rising",
                name => name,
            };
            let attribute = format!("| `data-{attribute}` |");
            assert!(documentation.contains(&attribute), "docs/embed.md: {name}");
        }
    }

    /// Any request that an address can encode.
    fn request() -> impl Strategy<Value = Request> {
        use proptest::option::of;
        let code = || of("[A-Z0-9]{1,12}").prop_map(|code| code?.parse::<AreaCode>().ok());
        let date = of((2020..2100_u16, 1..13_u8, 1..29_u8))
            .prop_map(|date| date.and_then(|(y, m, d)| format!("{y}-{m:02}-{d:02}").parse().ok()));
        let settings = (
            any::<bool>(),
            any::<bool>(),
            proptest::sample::select(&ThemeChoice::ALL),
            proptest::sample::select(&Language::ALL),
        );
        let level = of(proptest::sample::select(&Level::ALL));
        let nation = of(proptest::sample::select(&Nation::ALL));
        (level, date, code(), code(), nation, settings).prop_map(
            |(level, date, area, within, nation, (rising_only, embed, theme, language))| Request {
                level,
                date,
                area,
                within,
                nation,
                rising_only,
                embed,
                theme,
                language,
                problems: vec![],
            },
        )
    }

    proptest! {
        #[test]
        fn every_request_round_trips(request in request()) {
            prop_assert_eq!(&read(&request.query()), &request);
            prop_assert_eq!(Request::parse_plain(&request.query()), Some(request));
        }

        #[test]
        fn escaped_separators_change_nothing(request in request()) {
            prop_assert_eq!(repair(&request.query().replace('&', "&amp;")), request);
        }

        #[test]
        fn any_query_is_read_as_a_request_that_round_trips(
            text in "((level|date|area|theme|lang|x)[=%&]?(ltla|cy|E0[0-9]{2}|\\PC{0,5})[&;?#]?){0,5}"
        ) {
            let request = read(&text);
            let again = read(&request.query());
            prop_assert_eq!(again, Request { problems: vec![], ..request });
        }
    }
}
