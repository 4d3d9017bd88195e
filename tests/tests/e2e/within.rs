//! Tests the neighbourhoods of one authority: `?level=msoa&within=E06000019`, the view that the
//! article of October 2021 needs.
//!
//! The figures of that view are those of the raw data (`../shared/data/README.md`); other figures
//! are compared with the areas of the data set that have the authority as parent.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;
use geojson::{FeatureCollection, JsonValue};
use libtest_mimic::Trial;
use rising_model::area::{AreaIndex, Level};
use rising_model::colours::Colours;
use rising_model::scale::Theme;
use rising_model::trend::Direction;
use rising_tests::browser::Screen;
use rising_tests::page::Page;
use rising_tests::page_state::PageState;
use rising_tests::report::prose;
use rising_tests::site::{LevelData, data};
use serde_json::json;
use xtask::server::ResponseFault;

use crate::embedding::{snippet, until_credited, until_inside};
use crate::exports::{colours, download, downloads};
use crate::finding::{suggestions, type_in_search, until_open};
use crate::runner::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial(
            "within: a link opens the neighbourhoods of an authority",
            Screen::DESKTOP,
            link,
        ),
        trial(
            "within: the map shows the authority and mutes the rest",
            Screen::DESKTOP,
            map,
        ),
        trial("within: on a phone", Screen::PHONE, phone),
        trial(
            "within: from the details of the authority and back",
            Screen::DESKTOP,
            details,
        ),
        trial(
            "within: the level switch keeps the authority",
            Screen::DESKTOP,
            level_switch,
        ),
        trial("within: from the search", Screen::DESKTOP, search),
        trial(
            "within: a neighbourhood of the authority keeps the view, another leaves it",
            Screen::DESKTOP,
            areas,
        ),
        trial(
            "within: values that cannot be shown are explained",
            Screen::DESKTOP,
            refused,
        ),
        trial(
            "within: only rising areas, and in an article",
            Screen::DESKTOP,
            only_rising,
        ),
        trial("within: the dates", Screen::DESKTOP, dates),
        trial("within: by keyboard", Screen::DESKTOP, keyboard),
        trial(
            "within: the code of the embed builder opens the view",
            Screen::DESKTOP,
            builder,
        ),
        trial(
            "within: the files have the areas of the authority only",
            Screen::DESKTOP,
            files,
        ),
        trial("within: the story", Screen::DESKTOP, story),
        trial("within: in Welsh", Screen::DESKTOP, welsh),
        trial(
            "within: the area page of the authority",
            Screen::PHONE,
            area_page,
        ),
    ]
}

const CODE: &str = "E06000019";
const DATE: &str = "2021-10-30";
const IN_WORDS: &str = "30 October 2021";
const WITHIN: &str = "?level=msoa&within=E06000019&date=2021-10-30";
const VERDICT: &str = "11 of Herefordshire's 23 neighbourhoods were rising in the seven days to \
    30 October 2021. \
                       No area's change is larger than chance explains.";
const TOTALS: &str = "11 rising, 12 falling, 0 unchanged. 0 rises and 0 falls are clear.";

/// Whether the page shows the view of the article.
fn shows_herefordshire(seen: &PageState) -> bool {
    seen.verdict == VERDICT && seen.totals == TOTALS && seen.is_settled()
}

/// Returns the data of the level and the indexes of the authority's neighbourhoods.
fn neighbourhoods() -> Result<(&'static LevelData, Vec<AreaIndex>)> {
    let level = data()?.level(Level::Msoa)?;
    let all = (0..).zip(level.table.areas());
    let own = all.filter(|(_, area)| {
        area.parent
            .as_ref()
            .is_some_and(|parent| parent.as_str() == CODE)
    });
    Ok((level, own.map(|(index, _)| index).collect()))
}

/// Returns the codes of the neighbourhoods that satisfy a condition.
fn codes(of: impl Fn(&LevelData, AreaIndex) -> bool) -> Result<BTreeSet<String>> {
    let (level, own) = neighbourhoods()?;
    let wanted = own.into_iter().filter(|&area| of(level, area));
    Ok(wanted
        .map(|area| level.table.areas()[usize::from(area)].code.to_string())
        .collect())
}

fn rising_codes() -> Result<BTreeSet<String>> {
    let date = DATE.parse()?;
    codes(|level, area| level.snapshot(date).comparison(area).direction() == Direction::Rising)
}

fn row_codes(seen: &PageState) -> BTreeSet<String> {
    seen.rows.iter().map(|row| row.code.clone()).collect()
}

async fn link(page: &Page<'_>) -> Result<()> {
    let seen = page.open(WITHIN).await?;
    ensure!(shows_herefordshire(&seen), "{seen:#?}");
    ensure!(seen.notices.is_empty(), "{:?}", seen.notices);
    ensure!(
        seen.caption == format!("Rising neighbourhoods in Herefordshire, seven days to {IN_WORDS}"),
        "{}",
        seen.caption
    );
    ensure!(
        seen.rows.len() == 11 && row_codes(&seen) == rising_codes()?,
        "{:#?}",
        seen.rows
    );
    let first = &seen.rows[0];
    ensure!(
        first.name == "Hereford North West" && first.cells[0] == "905.6" && first.cells[2] == "85",
        "{first:?}"
    );
    let title = page.execute("return document.title", vec![]).await?;
    ensure!(
        title == json!("Herefordshire's neighbourhoods - Rising"),
        "{title}"
    );
    let legend = "return document.querySelector('[data-testid=legend]').innerText";
    let legend = page.execute(legend, vec![]).await?;
    ensure!(
        legend
            .as_str()
            .is_some_and(|text| text.contains("outside Herefordshire")),
        "{legend}"
    );

    page.press("checkbox", "All areas").await?;
    let rows = page.all_rows(23).await?;
    let listed: BTreeSet<String> = rows.into_iter().map(|row| row.code).collect();
    ensure!(listed == codes(|_, _| true)?, "{listed:?}");

    // `within` implies the level, and the data of authorities is not loaded.
    let seen = page.open(&format!("?within={CODE}&date={DATE}")).await?;
    ensure!(shows_herefordshire(&seen), "{seen:#?}");
    let requested = page.site().requested();
    ensure!(
        !requested.iter().any(|file| file.contains("ltla.shapes")),
        "{requested:?}"
    );
    page.check_accessibility("an authority's neighbourhoods")
        .await?;
    page.press("button", "All of England").await?;
    let whole = page
        .until("all of England", |seen| {
            seen.verdict.contains("England's 6,791") && seen.is_settled()
        })
        .await?;
    ensure!(
        !whole.query().contains("within=") && whole.query().contains("level=msoa"),
        "{}",
        whole.query()
    );
    ensure!(
        whole.focus.is_some_and(|focus| focus.tag == "input"),
        "the focus was lost when the button was removed"
    );
    page.browser().client().back().await?;
    page.until("Herefordshire, back", shows_herefordshire)
        .await?;
    Ok(())
}

async fn map(page: &Page<'_>) -> Result<()> {
    page.open(WITHIN).await?;
    framed(page, 0.7).await?;
    let (level, own) = neighbourhoods()?;
    let set = data()?;
    page.hover(rising_tests::page::ScreenPoint { x: 2.0, y: 2.0 })
        .await?;
    let view = page.map_view().await?;
    let picture = page.screenshot().await?;
    let elsewhere = Colours::of(Theme::Light).elsewhere;
    let (mut coloured, mut muted) = (0, 0);
    let all = (0..level.table.len() as AreaIndex)
        .filter_map(|area| Some((area, level.topology.inside_point(area)?)));
    let spots = all.map(|(area, point)| {
        (
            view.to_screen((point.x.into(), point.y.into()), level.topology.unit_zoom()),
            area,
        )
    });
    let spots = spots.filter(|(spot, area)| {
        view.contains(*spot)
            && view.area_away_from_borders(&level.topology, *spot, 9.0) == Some(*area)
    });
    for (spot, area) in page.unobstructed(spots.collect()).await? {
        let beside = rising_tests::page::ScreenPoint {
            x: spot.x,
            y: spot.y + 7.0,
        };
        if own.contains(&area) {
            let Some(colour) = set.colour(Level::Msoa, area, DATE.parse()?, Theme::Light)? else {
                continue;
            };
            let share = picture
                .colour_share(colour, beside, 2.0)
                .context("a spot beyond the picture")?;
            coloured += u32::from(share > 0.1);
        } else {
            muted += u32::from(
                picture
                    .colour_share(elsewhere, beside, 2.0)
                    .is_some_and(|share| share > 0.1),
            );
        }
    }
    ensure!(
        coloured >= 8 && muted >= 3,
        "{coloured} neighbourhoods have their colour, {muted} others are muted"
    );

    // The key Home shows the authority, not all of England.
    page.tab_until("the map", |seen| {
        seen.focus.as_ref().is_some_and(|focus| focus.map)
    })
    .await?;
    for _ in 0..3 {
        page.type_text("-").await?;
        page.map_view().await?;
    }
    page.key(Key::Home).await?;
    framed(page, 0.7).await
}

/// Checks that the map shows all of the authority, and that it fills at least this share of the
/// height or width of the map.
async fn framed(page: &Page<'_>, at_least: f64) -> Result<()> {
    let (level, own) = neighbourhoods()?;
    let bounds = own
        .iter()
        .filter_map(|&area| level.topology.bounds(area))
        .reduce(|a, b| a.union(b));
    let bounds = bounds.context("no shapes")?;
    let view = page.map_view().await?;
    let place = |x: i32, y: i32| view.to_screen((x.into(), y.into()), level.topology.unit_zoom());
    let (from, to) = (
        place(bounds.min.x, bounds.min.y),
        place(bounds.max.x, bounds.max.y),
    );
    let (width, height) = (to.x - from.x, to.y - from.y);
    let inside = from.x >= view.left
        && to.x <= view.left + view.width
        && from.y >= view.top
        && to.y <= view.top + view.height;
    ensure!(inside, "Herefordshire is at {from:?} to {to:?} on {view:?}");
    let share = (width / view.width).max(height / view.height);
    ensure!(share >= at_least, "Herefordshire fills {share} of {view:?}");
    Ok(())
}

async fn phone(page: &Page<'_>) -> Result<()> {
    let seen = page.open(WITHIN).await?;
    ensure!(shows_herefordshire(&seen), "{seen:#?}");
    framed(page, 0.6).await?;
    let wide = "return document.documentElement.scrollWidth > document.documentElement.clientWidth";
    ensure!(
        page.execute(wide, vec![]).await? == json!(false),
        "the page scrolls sideways"
    );
    page.check_accessibility("an authority's neighbourhoods on a phone")
        .await
}

async fn details(page: &Page<'_>) -> Result<()> {
    page.open(&format!("?level=ltla&date=2021-10-27&area={CODE}"))
        .await?;
    let before = page.history().await?;
    page.press("button", "Show its 23 neighbourhoods on the map")
        .await?;
    let seen = page
        .until("its neighbourhoods", shows_herefordshire)
        .await?;
    ensure!(
        seen.detail.is_none() && seen.notices.is_empty(),
        "{seen:#?}"
    );
    ensure!(
        page.history().await? == before + 1,
        "opening the view did not add one history entry"
    );
    framed(page, 0.7).await?;
    page.browser().client().back().await?;
    let back = page
        .until("the details, back", |seen| {
            seen.open_area() == Some(CODE) && seen.is_settled()
        })
        .await?;
    ensure!(
        back.date() == "27 October 2021" && back.verdict.contains("863 cases"),
        "{}",
        back.verdict
    );
    Ok(())
}

async fn level_switch(page: &Page<'_>) -> Result<()> {
    page.open(&format!("?level=ltla&date={DATE}&area={CODE}"))
        .await?;
    page.press("radio", "Neighbourhoods").await?;
    let seen = page
        .until("its neighbourhoods", shows_herefordshire)
        .await?;
    ensure!(
        seen.query().contains(&format!("within={CODE}")),
        "{}",
        seen.query()
    );
    page.press("radio", "Local authorities").await?;
    let back = until_open(page, CODE).await?;
    ensure!(
        back.query().contains("level=ltla") && !back.query().contains("within="),
        "{}",
        back.query()
    );
    // Without an authority the level switch shows all of England.
    page.open(&format!("?level=ltla&date={DATE}")).await?;
    page.press("radio", "Neighbourhoods").await?;
    let whole = page
        .until("all of England", |seen| {
            seen.verdict.contains("England's 6,791") && seen.is_settled()
        })
        .await?;
    ensure!(!whole.query().contains("within="), "{}", whole.query());
    // Wales has no neighbourhoods to show.
    page.open(&format!("?level=ltla&date={DATE}&area=W06000015"))
        .await?;
    page.press("radio", "Neighbourhoods").await?;
    let none = page
        .until("England", |seen| {
            seen.verdict.contains("England's 6,791") && seen.is_settled()
        })
        .await?;
    ensure!(!none.query().contains("within="), "{}", none.query());
    Ok(())
}

async fn search(page: &Page<'_>) -> Result<()> {
    page.open(&format!("?date={DATE}")).await?;
    type_in_search(page, "herefordshire").await?;
    let listed = suggestions(page).await?;
    ensure!(
        listed[..2] == ["Herefordshire", "Neighbourhoods of Herefordshire"],
        "{listed:?}"
    );
    page.key(Key::Down).await?;
    page.key(Key::Down).await?;
    page.key(Key::Enter).await?;
    page.until("its neighbourhoods", shows_herefordshire)
        .await?;

    page.open(&format!("?date={DATE}")).await?;
    type_in_search(page, "neighbourhoods of herefordshire").await?;
    let listed = suggestions(page).await?;
    ensure!(
        listed
            .first()
            .is_some_and(|first| first == "Neighbourhoods of Herefordshire"),
        "{listed:?}"
    );
    page.key(Key::Enter).await?;
    page.until("its neighbourhoods", shows_herefordshire)
        .await?;
    page.browser().client().back().await?;
    page.until("all authorities, back", |seen| {
        seen.verdict.contains("England's 315")
    })
    .await?;
    Ok(())
}

async fn areas(page: &Page<'_>) -> Result<()> {
    page.open(WITHIN).await?;
    page.press("link", "Hereford North West").await?;
    let (level, _) = neighbourhoods()?;
    let own = level.code_of("Hereford North West", CODE)?;
    let seen = until_open(page, &own).await?;
    ensure!(
        seen.query().contains(&format!("within={CODE}")),
        "{}",
        seen.query()
    );
    ensure!(seen.totals == TOTALS && seen.rows.len() == 11, "{seen:#?}");
    ensure!(
        seen.detail_text()
            .contains("of England's 6,791 neighbourhoods"),
        "{}",
        seen.detail_text()
    );
    ensure!(
        !seen.detail_text().contains("on the map"),
        "the details offer a view that is already shown: {}",
        seen.detail_text()
    );
    page.check_accessibility("a neighbourhood within an authority")
        .await?;

    // The first area of another authority among the neighbours of a neighbourhood.
    let elsewhere = "const own = new Set(arguments[0]);
        return [...document.querySelectorAll('[data-testid=around] li')].map(li => li.dataset.code)
            .find(code => !own.has(code)) ?? null";
    let members: Vec<String> = codes(|_, _| true)?.into_iter().collect();
    let golden_valley = level.code_of("Golden Valley", CODE)?;
    let view = page.open(&format!("{WITHIN}&area={golden_valley}")).await?;
    ensure!(
        view.verdict.contains("Golden Valley, Herefordshire"),
        "{}",
        view.verdict
    );
    let mut beyond = JsonValue::Null;
    for code in &members {
        page.open(&format!("{WITHIN}&area={code}")).await?;
        page.until_script(
            "its neighbours",
            "return !!document.querySelector('[data-testid=around] li')",
        )
        .await?;
        beyond = page.execute(elsewhere, vec![json!(members)]).await?;
        if !beyond.is_null() {
            break;
        }
    }
    let beyond = beyond
        .as_str()
        .context("no neighbourhood has a neighbour in another authority")?
        .to_owned();
    let before = page.map_view().await?.zoom();
    page.execute(
        "document.querySelector(`[data-testid=around] li[data-code=${arguments[0]}] a`).click()",
        vec![json!(beyond)],
    )
    .await?;
    let seen = until_open(page, &beyond).await?;
    ensure!(
        !seen.query().contains("within=") && seen.notices.is_empty(),
        "{} {:?}",
        seen.query(),
        seen.notices
    );
    ensure!(seen.totals.contains("2,249 rising"), "{}", seen.totals);
    let after = page.map_view().await?.zoom();
    ensure!(
        after > before - 1.0,
        "the map zoomed out from {before} to {after} for a neighbouring area"
    );
    Ok(())
}

async fn refused(page: &Page<'_>) -> Result<()> {
    let (level, _) = neighbourhoods()?;
    let elsewhere = level.table.areas().iter().find(|area| {
        area.parent
            .as_ref()
            .is_some_and(|code| code.as_str() != CODE)
    });
    let elsewhere = elsewhere.context("all areas are in one authority")?;
    for (query, said) in [
        ("?level=msoa&within=E99999999".to_owned(), "E99999999"),
        (
            "?level=msoa&within=W06000015".to_owned(),
            "There are no figures for neighbourhoods in Cardiff",
        ),
        (
            format!("?level=ltla&within={CODE}"),
            "\"within\" in the link is for neighbourhoods only",
        ),
        (
            format!("?level=msoa&within={CODE}&area={}", elsewhere.code),
            "is not in Herefordshire",
        ),
        ("?level=msoa&within=%3Cb%3E".to_owned(), "<b>"),
    ] {
        let seen = page.open(&query).await?;
        let told = seen.notices.join(" ");
        ensure!(
            told.contains(said),
            "{query}: the page does not say {said} but {told}"
        );
        ensure!(
            seen.caption.contains("in England"),
            "{query}: {}",
            seen.caption
        );
    }
    // The refused value of the link does not return when the area is closed.
    page.open(&format!(
        "?level=msoa&date={DATE}&within={CODE}&area={}",
        elsewhere.code
    ))
    .await?;
    page.key(Key::Escape).await?;
    let seen = page
        .until("all of England", |seen| {
            seen.detail.is_none() && seen.is_settled()
        })
        .await?;
    ensure!(
        seen.verdict.contains("England's 6,791") && !seen.query().contains("within="),
        "{}",
        seen.query()
    );
    // The figures count Buckinghamshire by its four former districts.
    let seen = page.open("?level=msoa&within=E06000060").await?;
    ensure!(
        seen.notices.join(" ").contains("Buckinghamshire"),
        "{:?}",
        seen.notices
    );
    ensure!(
        seen.verdict.contains("of Aylesbury Vale's "),
        "{}",
        seen.verdict
    );
    Ok(())
}

async fn only_rising(page: &Page<'_>) -> Result<()> {
    page.open(WITHIN).await?;
    page.press("checkbox", "Only rising").await?;
    let seen = page
        .until("rising=1", |seen| {
            seen.query().contains("rising=1") && seen.is_settled()
        })
        .await?;
    ensure!(
        shows_herefordshire(&seen) && seen.query().contains(&format!("within={CODE}")),
        "{}",
        seen.query()
    );
    let seen = page.open(&format!("{WITHIN}&embed=1&rising=1")).await?;
    ensure!(
        seen.verdict == VERDICT && seen.totals == TOTALS,
        "{seen:#?}"
    );
    until_credited(page).await?;
    framed(page, 0.6).await?;
    page.check_accessibility("an authority's neighbourhoods in an article")
        .await
}

async fn dates(page: &Page<'_>) -> Result<()> {
    page.open(WITHIN).await?;
    page.press("button", "Back a week").await?;
    let seen = page
        .until("a week before", |seen| {
            seen.date() == "23 October 2021" && seen.is_settled()
        })
        .await?;
    ensure!(
        seen.totals
            .starts_with("12 rising, 10 falling, 1 unchanged. "),
        "{}",
        seen.totals
    );
    ensure!(
        seen.verdict
            .starts_with("12 of Herefordshire's 23 neighbourhoods were rising"),
        "{}",
        seen.verdict
    );
    Ok(())
}

async fn keyboard(page: &Page<'_>) -> Result<()> {
    page.open(WITHIN).await?;
    let seen = page
        .tab_until("the map", |seen| {
            seen.focus.as_ref().is_some_and(|focus| focus.map)
        })
        .await?;
    ensure!(shows_herefordshire(&seen), "{seen:#?}");
    let (level, own) = neighbourhoods()?;
    let names: BTreeSet<&str> = own
        .iter()
        .map(|&area| level.table.areas()[usize::from(area)].name.as_str())
        .collect();
    let mut reached = BTreeSet::new();
    for round in 0..12 {
        for key in [Key::Right, Key::Down, Key::Left, Key::Up] {
            for _ in 0..=round % 4 {
                page.key(key).await?;
            }
            let seen = page
                .until("the tooltip of an area", |seen| !seen.tooltip.is_empty())
                .await?;
            let named = names.iter().find(|name| seen.tooltip.starts_with(**name));
            reached.insert(
                *named.with_context(|| format!("\"{}\" is not in Herefordshire", seen.tooltip))?,
            );
        }
    }
    ensure!(reached.len() > 6, "the arrow keys reached only {reached:?}");
    page.key(Key::Enter).await?;
    let seen = page
        .until("details", |seen| seen.detail.is_some() && seen.is_settled())
        .await?;
    ensure!(
        seen.query().contains(&format!("within={CODE}")),
        "{}",
        seen.query()
    );
    Ok(())
}

async fn builder(page: &Page<'_>) -> Result<()> {
    page.open(WITHIN).await?;
    page.press("button", "Embed").await?;
    let script = snippet(page, &format!("data-within=\"{CODE}\"")).await?;
    for part in [
        &format!("data-date=\"{DATE}\""),
        "data-level=\"msoa\"",
        "Covid-19 in Herefordshire's neighbourhoods",
    ] {
        ensure!(script.contains(part), "{part} is not in {script}");
    }
    page.check_accessibility("the builder within an authority")
        .await?;
    page.press("radio", "the whole of England").await?;
    page.until_script(
        "the code without an authority",
        "return !document.querySelector('[data-testid=snippet]').value.includes('within')",
    )
    .await?;
    page.press("radio", "Herefordshire's neighbourhoods")
        .await?;
    page.press("radio", "Plain iframe").await?;
    let frame = snippet(page, "<iframe ").await?;
    ensure!(
        frame.contains(&format!("within={CODE}")) && frame.contains("embed=1"),
        "{frame}"
    );

    let article = format!(
        "<!doctype html><title>An article</title><link rel=icon href=data:,><body>{script}"
    );
    page.site().server().set_fault(
        "article-within.html",
        ResponseFault::Replaced(article.into_bytes()),
    );
    page.go("article-within.html").await?;
    let shown = format!(
        "one('verdict')?.innerText === {} && one('totals')?.innerText === {}",
        json!(VERDICT),
        json!(TOTALS)
    );
    until_inside(
        page,
        "Herefordshire's neighbourhoods in the article",
        0,
        &shown,
    )
    .await?;

    // From the details of the authority as well.
    page.open(&format!("?level=ltla&date=2021-10-27&area={CODE}"))
        .await?;
    // Content that still loads would move the button away from the pointer.
    page.until("its neighbourhoods", |seen| {
        seen.is_settled() && seen.detail_text().contains("Hereford North West")
    })
    .await?;
    page.press("button", "Embed").await?;
    snippet(page, &format!("data-area=\"{CODE}\"")).await?;
    page.press("radio", "Herefordshire's neighbourhoods")
        .await?;
    let script = snippet(page, &format!("data-within=\"{CODE}\"")).await?;
    ensure!(
        script.contains(&format!("data-date=\"{DATE}\"")) && !script.contains("data-area"),
        "{script}"
    );
    Ok(())
}

async fn files(page: &Page<'_>) -> Result<()> {
    let folder = downloads(page, "within").await?;
    page.open(WITHIN).await?;
    page.press("button", "Download").await?;
    let name = |end: &str| format!("rising-herefordshire-neighbourhoods-{DATE}.{end}");
    let csv = download(page, &folder, "All areas as CSV", &name("csv")).await?;
    let mut reader = csv::Reader::from_reader(csv.as_slice());
    let records = reader.records().collect::<Result<Vec<_>, _>>()?;
    let listed: BTreeSet<String> = records.iter().map(|record| record[0].to_owned()).collect();
    ensure!(
        records.len() == 23 && listed == codes(|_, _| true)?,
        "{listed:?}"
    );
    ensure!(
        &records[0][1] == "Hereford North West" && records[0].iter().any(|cell| cell == "905.6"),
        "{:?}",
        records[0]
    );
    ensure!(
        records
            .iter()
            .all(|record| &record[2] == "Herefordshire, County of"),
        "{:?}",
        records[0]
    );

    let features = download(page, &folder, "GeoJSON", &name("geojson")).await?;
    let collection: FeatureCollection = std::str::from_utf8(&features)?.parse()?;
    ensure!(
        collection.features.len() == 23,
        "{} features",
        collection.features.len()
    );
    let within = collection
        .foreign_members
        .as_ref()
        .and_then(|members| members.get("within"));
    ensure!(within == Some(&json!(CODE)), "{within:?}");

    // The PNG shows the authority, wherever the user has moved the map.
    page.press("button", "Zoom in").await?;
    let view = page.map_view().await?;
    page.drag(view.middle(), (160.0, 90.0), 12).await?;
    page.map_view().await?;
    let svg = String::from_utf8(download(page, &folder, "SVG", &name("svg")).await?)?;
    let drawing = roxmltree::Document::parse(&svg)?;
    let texts: Vec<&str> = drawing
        .descendants()
        .filter(|node| node.has_tag_name(("http://www.w3.org/2000/svg", "text")))
        .filter_map(|node| node.text())
        .collect();
    let words = texts.join(" ");
    for part in [
        "Herefordshire's 23 neighbourhoods",
        "Golden Valley",
        "Kingstone",
        "outside Herefordshire",
    ] {
        ensure!(
            words.contains(part),
            "the SVG does not contain {part}: {words}"
        );
    }
    ensure!(
        texts
            .iter()
            .filter(|text| **text == "Golden Valley")
            .count()
            == 1,
        "{texts:?}"
    );

    let png = download(page, &folder, "PNG", &name("png")).await?;
    let (width, height, found) = colours(&png)?;
    ensure!(width > 1000 && height > 800, "{width} by {height}");
    let (_, own) = neighbourhoods()?;
    let mut missing = 0;
    for area in own {
        let colour = data()?.colour(Level::Msoa, area, DATE.parse()?, Theme::Light)?;
        missing += u32::from(colour.is_some_and(|colour| !found.contains(&colour)));
    }
    ensure!(
        missing == 0,
        "the PNG does not have the colours of {missing} neighbourhoods"
    );
    Ok(())
}

async fn story(page: &Page<'_>) -> Result<()> {
    page.open(WITHIN).await?;
    page.press("button", "Figures for a story").await?;
    let told = prose(&["--level", "ltla", "--date", DATE, "--area", CODE])?;
    ensure!(
        told.contains("11 of the 23 neighbourhoods in Herefordshire (48%) saw a rise"),
        "{told}"
    );
    for line in told.lines().map(|line| line.trim_start_matches("- ")) {
        let says = format!(
            "return document.querySelector('[data-testid=story]')?.innerText.includes({}) ?? false",
            json!(line)
        );
        page.until_script(&format!("the story to say: {line}"), &says)
            .await?;
    }
    page.press("spinbutton", "Hotspots from cases per 100,000")
        .await?;
    page.type_text("500\n").await?;
    page.key(Key::Tab).await?;
    let hotspots = "return document.querySelector('[data-testid=story]').innerText
        .includes('6 of the 23 neighbourhoods in Herefordshire (26%) had 500 or more')";
    page.until_script("six hotspots", hotspots).await
}

async fn welsh(page: &Page<'_>) -> Result<()> {
    let seen = page.open(&format!("{WITHIN}&lang=cy")).await?;
    let verdict = "Roedd 11 o'r 23 cymdogaeth yn ardal Herefordshire yn codi yn y saith diwrnod \
        hyd at 30 Hydref 2021.";
    ensure!(seen.verdict.starts_with(verdict), "{}", seen.verdict);
    ensure!(
        seen.caption
            .starts_with("Cymdogaethau sy'n codi yn ardal Herefordshire"),
        "{}",
        seen.caption
    );
    let title = page.execute("return document.title", vec![]).await?;
    ensure!(
        title == json!("Cymdogaethau Herefordshire - Rising"),
        "{title}"
    );
    ensure!(
        seen.everything.contains("y tu allan i ardal Herefordshire"),
        "{}",
        seen.everything
    );
    page.check_accessibility("an authority's neighbourhoods in Welsh")
        .await?;
    page.press("button", "Lloegr gyfan").await?;
    page.until("all of England", |seen| {
        seen.verdict.contains("yn Lloegr") && seen.is_settled()
    })
    .await?;
    Ok(())
}

async fn area_page(page: &Page<'_>) -> Result<()> {
    page.go_to(&format!("area/{CODE}/")).await?;
    page.until("the page", |seen| !seen.verdict.is_empty())
        .await?;
    let said = "return document.querySelector('[data-testid=neighbourhoods]').innerText";
    let said = page
        .execute(said, vec![])
        .await?
        .as_str()
        .unwrap_or_default()
        .to_owned();
    ensure!(
        said.contains("of Herefordshire's 23 neighbourhoods"),
        "{said}"
    );
    page.check_accessibility("an authority's page with its neighbourhoods")
        .await?;
    page.press("link", "Show its 23 neighbourhoods on the map")
        .await?;
    let seen = page
        .until("the map", |seen| {
            seen.is_settled() && seen.query().contains("within=")
        })
        .await?;
    ensure!(
        said.starts_with(&seen.verdict) && said.contains(&seen.totals),
        "{said} is not {}",
        seen.verdict
    );
    ensure!(seen.notices.is_empty(), "{:?}", seen.notices);
    page.go_to("area/W06000015/").await?;
    page.until("Cardiff's page", |seen| !seen.verdict.is_empty())
        .await?;
    let none = page
        .execute(
            "return document.querySelectorAll('[data-testid=neighbourhoods]').length",
            vec![],
        )
        .await?;
    ensure!(none == json!(0), "Cardiff has no neighbourhoods");
    Ok(())
}
