//! Tests the neighbourhoods of one authority: `?level=msoa&within=E06000019`, the view that the
//! article of October 2021 needs.
//!
//! The figures of that view are those of the raw data (`../shared/data/README.md`); other figures
//! are compared with the areas of the data set that have the authority as parent.

mod exports;
mod navigation;

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;
use libtest_mimic::Trial;
use rising_look::{Colours, Theme};
use rising_model::domain::area::{AreaIndex, Level};
use rising_model::domain::trend::Direction;
use rising_tests::browser::Screen;
use rising_tests::page::Page;
use rising_tests::page_state::PageState;
use rising_tests::site::{LevelData, data};
use serde_json::json;

use crate::runner::trial;

pub fn trials() -> Vec<Trial> {
    let own = vec![
        trial(
            "within: the map shows the authority and mutes the rest",
            Screen::DESKTOP,
            map,
        ),
        trial("within: on a phone", Screen::PHONE, phone),
        trial("within: in Welsh", Screen::DESKTOP, welsh),
        trial(
            "within: the area page of the authority",
            Screen::PHONE,
            area_page,
        ),
    ];
    [own, navigation::trials(), exports::trials()]
        .into_iter()
        .flatten()
        .collect()
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

async fn map(page: &Page<'_>) -> Result<()> {
    page.open(WITHIN).await?;
    check_map_shows_authority(page, 0.7).await?;
    let (level, own) = neighbourhoods()?;
    let set = data()?;
    page.hover(rising_tests::page::ScreenPoint { x: 2.0, y: 2.0 })
        .await?;
    let view = page.map_view().await?;
    let screenshot = page.screenshot().await?;
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
            let share = screenshot
                .colour_share(colour, beside, 2.0)
                .context("a point is outside the screenshot")?;
            coloured += u32::from(share > 0.1);
        } else {
            muted += u32::from(
                screenshot
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
    check_map_shows_authority(page, 0.7).await
}

/// Checks that the map shows all of the authority, and that it fills at least this share of the
/// height or width of the map.
async fn check_map_shows_authority(page: &Page<'_>, at_least: f64) -> Result<()> {
    let (level, own) = neighbourhoods()?;
    let bounds = own
        .iter()
        .filter_map(|&area| level.topology.bounds(area))
        .reduce(rising_model::shapes::geometry::Bounds::union);
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
    check_map_shows_authority(page, 0.6).await?;
    let wide = "return document.documentElement.scrollWidth > document.documentElement.clientWidth";
    ensure!(
        page.execute(wide, vec![]).await? == json!(false),
        "the page scrolls sideways"
    );
    page.check_accessibility("an authority's neighbourhoods on a phone")
        .await
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
    let text = "return document.querySelector('[data-testid=neighbourhoods]').innerText";
    let text = page
        .execute(text, vec![])
        .await?
        .as_str()
        .unwrap_or_default()
        .to_owned();
    ensure!(
        text.contains("of Herefordshire's 23 neighbourhoods"),
        "{text}"
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
        text.starts_with(&seen.verdict) && text.contains(&seen.totals),
        "{text} is not {}",
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
