//! Tests embed code, files and story of an authority's neighbourhoods.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use fantoccini::key::Key;
use geojson::FeatureCollection;
use libtest_mimic::Trial;
use rising_look::Theme;
use rising_model::domain::area::Level;
use rising_tests::browser::Screen;
use rising_tests::page::Page;
use rising_tests::report::prose;
use rising_tests::site::data;
use serde_json::json;
use xtask::server::ResponseFault;

use super::{CODE, DATE, TOTALS, VERDICT, WITHIN, codes, neighbourhoods};
use crate::embedding::{snippet, until_inside};
use crate::exports::{colours, download, downloads};
use crate::runner::trial;

pub fn trials() -> Vec<Trial> {
    vec![
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
    ]
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
    let text = prose(&["--level", "ltla", "--date", DATE, "--area", CODE])?;
    ensure!(
        text.contains("11 of the 23 neighbourhoods in Herefordshire (48%) saw a rise"),
        "{text}"
    );
    for line in text.lines().map(|line| line.trim_start_matches("- ")) {
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
