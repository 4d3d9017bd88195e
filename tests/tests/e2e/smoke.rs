//! Tests one journey through every part of the app, on a laptop and on a phone, in every engine.

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;
use libtest_mimic::Trial;
use rising_look::Theme;
use rising_model::domain::area::Level;
use rising_tests::browser::Screen;
use rising_tests::page::{Page, ScreenPoint};
use rising_tests::report::Report;
use rising_tests::site::data;
use serde_json::json;

use crate::runner::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("smoke: a journey on a laptop", Screen::DESKTOP, journey),
        trial("smoke: a journey on a phone", Screen::PHONE, journey),
        trial("smoke: the map in an article", Screen::PHONE, embedded),
    ]
}

const CALDERDALE: &str = "E08000033";

/// A large area in the middle of England, whose own middle no mark and no town name covers.
const HEREFORDSHIRE: &str = "E06000019";

async fn journey(page: &Page<'_>) -> Result<()> {
    let date = data()?
        .manifest
        .default
        .date
        .context("the data set has no default date")?;
    let level = data()?.level(Level::Ltla)?;

    // A first visit shows the totals of the report.
    let opening = page.open("").await?;
    let report = Report::load("ltla", &date.to_string(), "england")?;
    ensure!(
        opening.totals == report.totals(),
        "{} is not {}",
        opening.totals,
        report.totals()
    );
    let answer = format!(
        "{} of England's {} local authorities were rising",
        report.rising, report.areas
    );
    ensure!(opening.verdict.starts_with(&answer), "{}", opening.verdict);
    ensure!(
        opening.rows.len() as u32 == report.rising,
        "{} rows",
        opening.rows.len()
    );

    // The map is painted in its place and opens the area that is clicked.
    for theme in [Theme::Light, Theme::Dark] {
        page.open(if theme == Theme::Dark {
            "?theme=dark"
        } else {
            ""
        })
        .await?;
        let area = level.area(HEREFORDSHIRE)?;
        let spot = page.spot_of(&level.topology, area).await?;
        page.execute("window.scrollTo(0, 0)", vec![]).await?;
        let expected = data()?
            .colour(Level::Ltla, area, date, theme)?
            .context("no rate")?;
        let picture = page.screenshot().await?;
        let share = picture.colour_share(expected, spot, 2.0);
        ensure!(
            share.is_some_and(|share| share > 0.5),
            "{theme:?}: at {spot:?} is {:?}",
            picture.main_colour(spot, 2.0)
        );
    }
    page.open("").await?;
    let spot: ScreenPoint = page
        .spot_of(&level.topology, level.area(HEREFORDSHIRE)?)
        .await?;
    page.click(spot).await?;
    page.until("the area that was tapped", |seen| {
        seen.open_area() == Some(HEREFORDSHIRE) && seen.is_settled()
    })
    .await?;

    // A postcode opens its area, and the details have the figures of the report.
    page.press("combobox", "Find your area").await?;
    page.type_text("HX1 1UB").await?;
    page.key(Key::Enter).await?;
    let open = page
        .until("Calderdale", |seen| {
            seen.open_area() == Some(CALDERDALE) && seen.is_settled()
        })
        .await?;
    let row = report
        .rows
        .iter()
        .find(|row| row.code == CALDERDALE)
        .context("the report has no Calderdale")?;
    for cell in &row.cells()[..4] {
        ensure!(
            open.detail_text().contains(cell.as_str()),
            "{cell} is not in {}",
            open.detail_text()
        );
    }

    // A step along the dates and back.
    let before = open.date().to_owned();
    page.execute(
        "document.querySelector('[data-testid=timeline]').focus()",
        vec![],
    )
    .await?;
    page.key(Key::Left).await?;
    let step = page
        .until("the day before", |seen| {
            seen.date() != before && seen.is_settled()
        })
        .await?;
    ensure!(
        step.verdict.contains(step.date()),
        "{} at {}",
        step.verdict,
        step.date()
    );
    page.browser().client().back().await?;
    page.until("the date before the step", |seen| {
        seen.date() == before && seen.open_area() == Some(CALDERDALE)
    })
    .await?;

    // The other level and its table.
    page.press("button", "Close the details").await?;
    page.until("no details", |seen| seen.detail.is_none())
        .await?;
    page.press("radio", "Neighbourhoods").await?;
    let finer = page
        .until("neighbourhoods", |seen| {
            seen.caption.contains("neighbourhoods") && seen.is_settled()
        })
        .await?;
    ensure!(
        !finer.rows.is_empty() && !finer.query().contains("area="),
        "{}",
        finer.address
    );
    page.map_view().await?;
    page.check_accessibility("the end of the journey").await
}

async fn embedded(page: &Page<'_>) -> Result<()> {
    page.go("examples/article.html").await?;
    page.until_script(
        "a frame of the natural height of the map",
        "const frame = document.querySelector('iframe'), inside = frame?.contentDocument;
        return !!inside?.querySelector('.choropleth canvas')
            && inside.documentElement.scrollHeight <= frame.clientHeight",
    )
    .await?;
    page.until_script(
        "the answer",
        "const inside = document.querySelector('iframe').contentDocument;
        const verdict = inside.querySelector('[data-testid=verdict]');
        return verdict?.innerText.startsWith('Rising in Calderdale')",
    )
    .await?;
    ensure!(
        page.execute("return document.querySelectorAll('iframe').length", vec![])
            .await?
            == json!(1)
    );
    Ok(())
}
