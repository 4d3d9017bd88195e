//! Resolves a request to a view: makes every choice that the address leaves open, from the data
//! set.

use std::sync::Arc;

use rising_address::Request;
use rising_model::dataset::manifest::Manifest;
use rising_model::domain::area::{Alias, AreaCode, Level, Nation};
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::day::{Day, nearest};
use rising_model::domain::scope::Scope;
use rising_view::InWords;
use rising_view::names::plain_name;
use rising_words::{Texts, args};

/// The sentences for requests that could not be met.
struct Notices<'a> {
    texts: &'a Texts,
    sentences: Vec<String>,
}

impl Notices<'_> {
    fn push(&mut self, sentence: String) {
        self.sentences.push(sentence);
    }
}

/// The level, date, nation and area to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    pub level: Level,
    pub date: Day,
    pub nation: Nation,
    /// An area of the level once its table has loaded; before that, the code in the address.
    pub area: Option<AreaCode>,
    /// The authority to whose neighbourhoods the view is limited, once the tables have loaded;
    /// before that, the code in the address.
    pub within: Option<AreaCode>,
    pub rising_only: bool,
    /// The first and last date of the level for the nation.
    pub dates: (Day, Day),
    /// Days from one date to the next.
    pub step: i32,
    /// One sentence for each request that could not be met.
    pub notices: Vec<String>,
}

impl View {
    /// The areas that are counted and ranked together.
    pub fn scope(&self) -> Scope {
        self.within
            .clone()
            .map_or(Scope::Nation(self.nation), Scope::Within)
    }

    /// Resolves a request, with the notices in `texts`. `None` if the data set has no level.
    pub fn resolve(
        manifest: &Manifest,
        request: &Request,
        texts: &Texts,
        table: impl Fn(Level) -> Option<Arc<AreaTable>>,
    ) -> Option<View> {
        let mut notices = Notices {
            texts,
            sentences: vec![],
        };
        // A link to an authority's neighbourhoods, or to one of them, may leave out their level.
        let is_finer = request.within.is_some()
            || request
                .area
                .as_ref()
                .is_some_and(AreaCode::is_neighbourhood);
        let implied =
            Some(Level::Msoa).filter(|level| is_finer && manifest.levels.get(*level).is_some());
        let requested = request.level.or(implied).unwrap_or(manifest.default.level);
        let level = if manifest.levels.get(requested).is_some() {
            requested
        } else {
            let other = Level::ALL
                .into_iter()
                .find(|level| manifest.levels.get(*level).is_some())?;
            notices.push(notices.texts.no_level(requested).clone());
            other
        };
        let (level, area, within) = resolve_place(manifest, request, level, &table, &mut notices);
        let files = manifest.levels.get(level)?;
        let nation = resolve_nation(
            manifest,
            request,
            level,
            area.as_ref().or(within.as_ref()),
            &mut notices,
        )?;
        let within = within.as_ref().and_then(|code| {
            let requested = RequestedAuthority {
                code,
                level,
                nation,
                area: area.as_ref(),
            };
            resolve_within(requested, manifest, &table, &mut notices)
        });
        let dates = files.dates_of(nation)?;
        let date = match request.date {
            Some(asked) => {
                let date = nearest(asked, dates, files.step);
                if date != asked {
                    notices.push(date_notice(
                        level, nation, asked, date, dates, files.step, texts,
                    ));
                }
                date
            }
            // Applies at every level, so that a change of level keeps the date if possible.
            None => nearest(manifest.default.date.unwrap_or(dates.1), dates, files.step),
        };
        Some(View {
            level,
            date,
            nation,
            area,
            within,
            rising_only: request.rising_only,
            dates,
            step: files.step,
            notices: notices.sentences,
        })
    }
}

fn resolve_nation(
    manifest: &Manifest,
    request: &Request,
    level: Level,
    area: Option<&AreaCode>,
    notices: &mut Notices,
) -> Option<Nation> {
    let files = manifest.levels.get(level)?;
    let has = |nation: &Nation| files.dates_of(*nation).is_some();
    let asked = request.nation.unwrap_or_else(|| {
        // A link that names only an area shows the areas of its nation.
        let own = area.and_then(AreaCode::nation).filter(|nation| has(nation));
        own.unwrap_or(manifest.default.nation)
    });
    if has(&asked) {
        return Some(asked);
    }
    let other = Nation::ALL.into_iter().find(has)?;
    notices.push(notices.texts.no_nation(args::NoNation {
        level,
        nation: asked,
        other: notices.texts.nation_name(other),
    }));
    Some(other)
}

/// Resolves the level, area and authority of a request. The area's code overrides the level beside
/// it: a neighbourhood opens at its own level, and an authority at the level of neighbourhoods
/// limits the view to its own. Returns the request unchanged until the tables have loaded.
fn resolve_place(
    manifest: &Manifest,
    request: &Request,
    level: Level,
    table: &dyn Fn(Level) -> Option<Arc<AreaTable>>,
    notices: &mut Notices,
) -> (Level, Option<AreaCode>, Option<AreaCode>) {
    let within = request.within.clone();
    let (Some(code), Some(areas)) = (&request.area, table(level)) else {
        return (level, request.area.clone(), within);
    };
    let mut area = find_area(code, &areas, notices);
    if area.is_some() {
        return (level, area, within);
    }
    let other = if level == Level::Ltla {
        Level::Msoa
    } else {
        Level::Ltla
    };
    let nation = code.nation().unwrap_or(Nation::Uk);
    if manifest
        .levels
        .get(other)
        .is_some_and(|files| files.dates_of(nation).is_some())
    {
        let Some(others) = table(other) else {
            return (level, Some(code.clone()), within);
        };
        area = find_area(code, &others, notices);
    }
    // A link without a level does not contradict the view, so it needs no notice.
    if area.is_none() || request.level.is_some() {
        notices.push(notices.texts.no_area(args::NoArea {
            code: code.as_str(),
            level,
        }));
    }
    match area {
        None => (level, None, within),
        Some(area)
            if request.level == Some(Level::Msoa) && areas.children_of(&area).next().is_some() =>
        {
            (level, None, within.or(Some(area)))
        }
        // The authority already limits the view, so it is not opened as well.
        Some(area) if within.as_ref() == Some(&area) => (level, None, within),
        area => (other, area, within),
    }
}

/// Finds the area of a code. An old code resolves to the first of today's areas, with a notice.
fn find_area(code: &AreaCode, table: &AreaTable, notices: &mut Notices) -> Option<AreaCode> {
    if let Some(alias) = table.alias(code) {
        notices.push(alias_notice(alias, table, notices.texts));
        return alias.targets.first().cloned();
    }
    table.index_of(code).map(|_| code.clone())
}

/// A request for the neighbourhoods of one authority, with the rest of the view.
struct RequestedAuthority<'a> {
    code: &'a AreaCode,
    level: Level,
    nation: Nation,
    area: Option<&'a AreaCode>,
}

/// Resolves the requested authority to its code today. `None`, with a notice, if its neighbourhoods
/// cannot be shown alone. Returns the requested code until the tables have loaded.
fn resolve_within(
    requested: RequestedAuthority,
    manifest: &Manifest,
    table: &impl Fn(Level) -> Option<Arc<AreaTable>>,
    notices: &mut Notices,
) -> Option<AreaCode> {
    let RequestedAuthority {
        code,
        level,
        nation,
        area,
    } = requested;
    if level != Level::Msoa {
        notices.push(
            notices
                .texts
                .within_other_level(args::WithinOtherLevel { level, nation }),
        );
        return None;
    }
    if manifest.levels.get(Level::Ltla).is_none() {
        notices.push(notices.texts.no_area(args::NoArea {
            code: code.as_str(),
            level: Level::Ltla,
        }));
        return None;
    }
    let Some(authorities) = table(Level::Ltla) else {
        return Some(code.clone());
    };
    let Some(authority) = find_area(code, &authorities, notices) else {
        notices.push(notices.texts.no_area(args::NoArea {
            code: code.as_str(),
            level: Level::Ltla,
        }));
        return None;
    };
    let Some(neighbourhoods) = table(Level::Msoa) else {
        return Some(authority);
    };
    let name = authorities
        .index_of(&authority)
        .and_then(|index| authorities.get(index));
    let name = name.map_or(authority.as_str(), |area| {
        plain_name(area.name_in(notices.texts.tag()))
    });
    if neighbourhoods.children_of(&authority).next().is_none() {
        notices.push(notices.texts.within_nothing(args::WithinNothing {
            authority: name,
            nation,
        }));
        return None;
    }
    let open = area.and_then(|code| neighbourhoods.get(neighbourhoods.index_of(code)?));
    if let Some(open) = open.filter(|open| open.parent.as_ref() != Some(&authority)) {
        notices.push(notices.texts.within_elsewhere(args::WithinElsewhere {
            authority: name,
            nation,
            place: open.name_in(notices.texts.tag()),
        }));
        return None;
    }
    Some(authority)
}

/// The notice on an old code: "The link names Buckinghamshire (E06000060). Formed in April 2020; …
/// Showing Aylesbury Vale; the others are Chiltern, South Bucks, Wycombe."
fn alias_notice(alias: &Alias, table: &AreaTable, texts: &Texts) -> String {
    let name = |code: &AreaCode| {
        table
            .index_of(code)
            .and_then(|area| table.get(area))
            .map_or_else(
                || code.to_string(),
                |area| area.name_in(texts.tag()).to_owned(),
            )
    };
    let names: Vec<String> = alias.targets.iter().map(name).collect();
    let name = &alias.name;
    let code = &alias.code;
    let reason = alias.reason.trim_end_matches('.');
    let mut notice = texts.link_names(args::LinkNames {
        code: code.as_str(),
        name,
        reason,
    });
    if let Some((first, others)) = names.split_first() {
        notice.push(' ');
        notice += &match others {
            [] => texts.showing_area(first),
            others => texts.showing_area_of(args::ShowingAreaOf {
                others: &others.join(", "),
                place: first,
            }),
        };
    }
    notice
}

fn date_notice(
    level: Level,
    nation: Nation,
    asked: Day,
    date: Day,
    (first, last): (Day, Day),
    step: i32,
    texts: &Texts,
) -> String {
    if step > 1 && (first..=last).contains(&asked) {
        return texts.date_weekly(args::DateWeekly {
            date: &date.in_words(texts),
            level,
        });
    }
    let [asked, date, first, last] = [asked, date, first, last].map(|day| day.in_words(texts));
    texts.no_date(args::NoDate {
        asked: &asked,
        date: &date,
        first: &first,
        last: &last,
        level,
        nation,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rising_address::repair;
    use rising_model::dataset::manifest::{
        DataFile, Defaults, LevelFiles, Levels, MANIFEST_VERSION, NationDates,
    };
    use rising_model::domain::area::Area;

    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn manifest() -> Manifest {
        let file = DataFile {
            file: "x".into(),
            bytes: 0,
            records: 0,
        };
        let level = |step, dates: &[(Nation, &str, &str)]| LevelFiles {
            published: None,
            step,
            dates: dates
                .iter()
                .map(|(nation, first, last)| NationDates {
                    nation: *nation,
                    first: day(first),
                    last: day(last),
                })
                .collect(),
            areas: file.clone(),
            shapes: file.clone(),
            detail: file.clone(),
            counts: vec![],
            preload: vec![],
        };
        let ltla = level(
            1,
            &[
                (Nation::England, "2020-02-05", "2023-12-12"),
                (Nation::Wales, "2020-02-05", "2022-05-19"),
            ],
        );
        let msoa = level(7, &[(Nation::England, "2020-03-21", "2020-11-28")]);
        Manifest {
            version: MANIFEST_VERSION,
            default: Defaults {
                level: Level::Ltla,
                nation: Nation::England,
                date: Some(day("2021-02-07")),
            },
            stale_after: None,
            breaks: Default::default(),
            levels: Levels {
                ltla: Some(ltla),
                msoa: Some(msoa),
            },
            places: None,
            names: None,
            postcodes: None,
            tiles: None,
            labels: None,
            sources: vec![],
        }
    }

    fn table(level: Level) -> Option<Arc<AreaTable>> {
        let within = |code: &str, parent: Option<&str>| Area {
            code: code.parse().unwrap(),
            name: code.into(),
            translated: vec![],
            parent: parent.map(|code| code.parse().unwrap()),
            population: 1.into(),
        };
        let area = |code: &str| within(code, None);
        if level == Level::Msoa {
            let areas = [("E02000001", "E07000004"), ("E02000002", "E07000009")];
            let areas = areas.map(|(code, parent)| within(code, Some(parent)));
            return AreaTable::new(areas.to_vec(), vec![]).ok().map(Arc::new);
        }
        let alias = Alias {
            code: "E06000060".parse().unwrap(),
            name: "Buckinghamshire".into(),
            targets: vec!["E07000004".parse().unwrap()],
            reason: "Counted by its former districts.".into(),
        };
        AreaTable::new(vec![area("E07000004"), area("W06000001")], vec![alias])
            .ok()
            .map(Arc::new)
    }

    fn resolve(request: Request) -> View {
        View::resolve(&manifest(), &request, &Texts::default(), table).unwrap()
    }

    #[test]
    fn empty_request_resolves_to_manifest_defaults() {
        let view = resolve(Request::default());
        assert_eq!(
            (view.level, view.nation, view.date),
            (Level::Ltla, Nation::England, day("2021-02-07"))
        );
        assert!(view.notices.is_empty());
        let view = resolve(Request {
            level: Some(Level::Msoa),
            ..Request::default()
        });
        assert_eq!(view.date, day("2020-11-28"));
        assert!(view.notices.is_empty(), "no date was asked for");
    }

    #[test]
    fn missing_date_resolves_to_nearest_with_notice() {
        let view = resolve(Request {
            level: Some(Level::Msoa),
            date: Some(day("2021-02-07")),
            ..Request::default()
        });
        assert_eq!(view.date, day("2020-11-28"));
        assert!(
            view.notices[0].contains("7 February 2021")
                && view.notices[0].contains("28 November 2020")
        );
        let view = resolve(Request {
            level: Some(Level::Msoa),
            date: Some(day("2020-11-25")),
            ..Request::default()
        });
        assert_eq!(view.date, day("2020-11-28"));
        let said =
            ["Neighbourhood figures are weekly: these are for the seven days to 28 November 2020."];
        assert_eq!(view.notices, said);
    }

    #[test]
    fn area_resolves_old_code_and_drops_unknown_code_with_notice() {
        let resolve_area = |code: &str| {
            resolve(Request {
                area: Some(code.parse().unwrap()),
                ..Request::default()
            })
        };
        let view = resolve_area("E06000060");
        assert_eq!(view.area.unwrap().as_str(), "E07000004");
        assert_eq!(
            view.notices,
            [
                "The link names Buckinghamshire (E06000060). Counted by its former districts. Showing E07000004."
            ]
        );
        let view = resolve_area("E99999999");
        assert!(view.area.is_none() && view.notices[0].contains("E99999999"));
        assert_eq!(
            resolve_area("W06000001").nation,
            Nation::Wales,
            "an area alone chooses its nation"
        );
    }

    fn resolve_within_code(within: &str, change: impl FnOnce(&mut Request)) -> View {
        let mut request = Request {
            within: within.parse().ok(),
            ..Request::default()
        };
        change(&mut request);
        resolve(request)
    }

    #[test]
    fn within_without_a_level_shows_neighbourhoods() {
        let view = resolve_within_code("E07000004", |_| {});
        assert_eq!((view.level, view.nation), (Level::Msoa, Nation::England));
        assert_eq!(view.scope(), Scope::Within("E07000004".parse().unwrap()));
        assert!(view.notices.is_empty(), "{:?}", view.notices);
    }

    #[test]
    fn within_that_cannot_be_shown_is_dropped_with_notice() {
        let ltla = |request: &mut Request| request.level = Some(Level::Ltla);
        let elsewhere = |request: &mut Request| request.area = "E02000002".parse().ok();
        let as_it_is = |_: &mut Request| {};
        type Change = fn(&mut Request);
        let cases: [(&str, Change, &str); 4] = [
            (
                "E07000004",
                ltla,
                "\"within\" in the link is for neighbourhoods only; showing local authorities in England.",
            ),
            (
                "E99999999",
                as_it_is,
                "E99999999, which is not among the local authorities",
            ),
            (
                "W06000001",
                as_it_is,
                "no figures for neighbourhoods in W06000001; showing those in England.",
            ),
            (
                "E07000004",
                elsewhere,
                "E02000002 is not in E07000004; showing all neighbourhoods in England.",
            ),
        ];
        for (within, change, said) in cases {
            let view = resolve_within_code(within, change);
            assert_eq!(
                (view.scope(), view.notices.len()),
                (Nation::England.into(), 1),
                "{:?}",
                view.notices
            );
            assert!(view.notices[0].contains(said), "{:?}", view.notices);
        }
    }

    #[test]
    fn within_resolves_old_code_to_todays_authority() {
        let view = resolve_within_code("E06000060", |_| {});
        assert_eq!(view.within, "E07000004".parse().ok());
        assert!(
            view.notices[0].ends_with("Showing E07000004."),
            "{:?}",
            view.notices
        );
    }

    #[test]
    fn within_keeps_its_own_neighbourhood_open() {
        let view = resolve_within_code("E07000004", |request| {
            request.area = "E02000001".parse().ok();
        });
        assert_eq!(
            (view.area, view.within),
            ("E02000001".parse().ok(), "E07000004".parse().ok())
        );
        assert!(view.notices.is_empty(), "{:?}", view.notices);
    }

    #[test]
    fn within_stays_unchanged_until_tables_load() {
        let request = Request {
            within: "E99999999".parse().ok(),
            ..Request::default()
        };
        let view = View::resolve(&manifest(), &request, &Texts::default(), |_| None).unwrap();
        assert_eq!(view.within, request.within);
        assert!(view.notices.is_empty(), "{:?}", view.notices);
    }

    #[test]
    fn area_of_other_level_overrides_requested_level() {
        let ask = |query: &str| resolve(repair(query));
        let shows = |view: &View| {
            let code = |code: &Option<AreaCode>| {
                code.as_ref().map(AreaCode::to_string).unwrap_or_default()
            };
            (view.level, code(&view.area), code(&view.within))
        };
        let finer = |query: &str| {
            let view = ask(query);
            assert_eq!(
                shows(&view),
                (Level::Msoa, "E02000001".into(), String::new()),
                "{query}"
            );
            view.notices
        };
        assert!(finer("area=E02000001").is_empty());
        assert!(finer("area=e02000001.").is_empty());
        let said = [
            "The link names the area E02000001, which is not among the local authorities of this map.",
        ];
        assert_eq!(finer("level=ltla&area=E02000001"), said);

        let whole = |query: &str| {
            let view = ask(query);
            assert_eq!(
                shows(&view),
                (Level::Msoa, String::new(), "E07000004".into()),
                "{query}"
            );
            view.notices
        };
        let said =
            "The link names the area E07000004, which is not among the neighbourhoods of this map.";
        assert_eq!(whole("level=msoa&area=E07000004"), [said]);
        assert!(whole("within=E07000004&area=E07000004").is_empty());
        assert!(
            whole("level=msoa&area=E06000060")
                .iter()
                .any(|said| said.contains("Buckinghamshire"))
        );

        // An authority without neighbourhoods opens at its own level.
        let view = ask("level=msoa&area=W06000001");
        assert_eq!(
            (shows(&view), view.nation),
            (
                (Level::Ltla, "W06000001".into(), String::new()),
                Nation::Wales
            )
        );
        assert_eq!(view.notices.len(), 1, "{:?}", view.notices);
    }

    #[test]
    fn area_code_without_level_is_found_at_either_level() {
        let area = |code: &str| Area {
            code: code.parse().unwrap(),
            name: code.into(),
            translated: vec![],
            parent: None,
            population: 1.into(),
        };
        let table = |level| {
            let code = if level == Level::Msoa { "b-2" } else { "a-1" };
            AreaTable::new(vec![area(code)], vec![]).ok().map(Arc::new)
        };
        let mut manifest = manifest();
        if let Some(files) = manifest.levels.msoa.as_mut() {
            files.dates.push(NationDates {
                nation: Nation::Uk,
                first: day("2020-03-21"),
                last: day("2020-11-28"),
            });
        }
        let ask = |query: &str| {
            View::resolve(&manifest, &repair(query), &Texts::default(), table).unwrap()
        };
        for (query, level, code) in [
            ("area=b-2", Level::Msoa, "b-2"),
            ("area=a-1", Level::Ltla, "a-1"),
        ] {
            let view = ask(query);
            assert_eq!(
                (view.level, view.area),
                (level, code.parse().ok()),
                "{query}"
            );
        }
        let view = ask("area=c-3");
        assert!(
            view.area.is_none() && view.notices[0].contains("c-3"),
            "{:?}",
            view.notices
        );
    }

    /// Applies one of thirteen changes that happen to links in transit. The last two may lose the
    /// link's meaning.
    fn changed(link: &str, way: usize, sign: char, at: usize) -> String {
        let places: Vec<usize> = link.char_indices().map(|(place, _)| place).collect();
        let at = places
            .get(at % places.len().max(1))
            .copied()
            .unwrap_or_default();
        match way {
            0 => link.replace('&', "&amp;"),
            1 => link.replace('&', "&#38;"),
            2 => link.replace('&', "%26"),
            3 => link.replacen('&', "?", 1),
            4 => link.to_uppercase(),
            5 => link.to_lowercase(),
            6 => format!("{link}.)"),
            7 => format!("{link}\u{201d}, "),
            8 => link.replace('=', "=%20"),
            9 => link.replace('=', "\u{200b}=\u{feff}"),
            10 => format!("fbclid=IwAR0&{link}&utm_source=mail"),
            11 => link[..at].to_owned(),
            _ => format!("{}{sign}{}", &link[..at], &link[at..]),
        }
    }

    /// The number of changes that keep the meaning.
    const HARMLESS: usize = 11;

    fn link() -> impl Strategy<Value = String> {
        let of = |name: &'static str, values: &'static [&'static str]| {
            prop::option::of(prop::sample::select(values))
                .prop_map(move |value| value.map(|value| format!("{name}={value}")))
        };
        (
            of("level", &["ltla", "msoa"]),
            of("date", &["2021-02-07", "2020-11-28"]),
            of(
                "area",
                &[
                    "E07000004",
                    "W06000001",
                    "E06000060",
                    "E02000001",
                    "E02000002",
                ],
            ),
            of("within", &["E07000004", "E07000009"]),
            of("nation", &["england", "wales"]),
            of("rising", &["1"]),
            of("theme", &["dark", "light"]),
        )
            .prop_map(|(level, date, area, within, nation, rising, theme)| {
                [level, date, area, within, nation, rising, theme]
                    .into_iter()
                    .flatten()
                    .collect::<Vec<_>>()
                    .join("&")
            })
    }

    proptest! {
        #[test]
        fn harmlessly_changed_link_opens_original_view(
            link in link(),
            ways in prop::collection::vec(0..HARMLESS, 0..4),
            at in any::<usize>(),
        ) {
            let original = repair(&link);
            let changed = ways.into_iter().fold(link, |link, way| changed(&link, way, ' ', at));
            let request = repair(&changed);
            prop_assert_eq!(&request, &original, "{}", changed);
            prop_assert_eq!(resolve(request), resolve(original));
        }

        #[test]
        fn arbitrary_value_is_applied_or_reported(
            name in prop::sample::select(
                &["level", "date", "area", "within", "nation", "rising", "theme"][..]
            ),
            value in "\\PC{1,60}"
                .prop_map(|value| value.replace(['&', '?', ';', '#', '%', '+', '='], "")),
        ) {
            let request = repair(&format!("{name}={value}"));
            let is_silent =
                request.problems.is_empty() && resolve(request.clone()).notices.is_empty();
            let is_applied = request != Request::default();
            let is_default = ["0", "false", "auto"]
                .iter()
                .any(|default| value.to_lowercase().contains(default));
            prop_assert!(!is_silent || is_applied || value.trim().is_empty() || is_default);
        }

        #[test]
        fn changed_link_never_panics_and_notices_stay_short(
            link in link(),
            ways in prop::collection::vec(0..=HARMLESS + 1, 0..8),
            sign in any::<char>(),
            at in any::<usize>(),
        ) {
            let changed = ways.into_iter().fold(link, |link, way| changed(&link, way, sign, at));
            let request = repair(&changed);
            let view = resolve(request.clone());
            for said in request.problems.iter().chain(&view.notices) {
                prop_assert!(said.chars().count() < 260, "{}", said);
            }
        }

        #[test]
        fn arbitrary_query_never_panics(
            text in "\\PC{0,80}|(\\?|&|#|%[0-9a-f]{0,2}|=|;|area|level|date|E0[26]|\\PC){0,40}",
        ) {
            resolve(repair(&text));
        }
    }

    #[test]
    fn nation_without_figures_resolves_to_another_with_notice() {
        let view = resolve(Request {
            level: Some(Level::Msoa),
            nation: Some(Nation::Scotland),
            ..Request::default()
        });
        assert_eq!(view.nation, Nation::England);
        assert!(view.notices[0].contains("Scotland"));
    }
}
