//! Tests the ways into the view of an authority's neighbourhoods and out of it.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;
use geojson::JsonValue;
use libtest_mimic::Trial;
use rising_tests::browser::Screen;
use rising_tests::page::Page;
use serde_json::json;

use super::{
    CODE, DATE, IN_WORDS, TOTALS, VERDICT, WITHIN, check_map_shows_authority, codes,
    neighbourhoods, rising_codes, row_codes, shows_herefordshire,
};
use crate::embedding::until_credited;
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
    ]
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
        .until("all of England, with the focus on its level", |seen| {
            seen.verdict.contains("England's 6,791")
                && seen.is_settled()
                && seen
                    .focus
                    .as_ref()
                    .is_some_and(|focus| focus.tag == "input")
        })
        .await?;
    ensure!(
        !whole.query().contains("within=") && whole.query().contains("level=msoa"),
        "{}",
        whole.query()
    );
    page.browser().client().back().await?;
    page.until("Herefordshire, back", shows_herefordshire)
        .await?;
    Ok(())
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
    check_map_shows_authority(page, 0.7).await?;
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
    for (query, sentence) in [
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
        let notices = seen.notices.join(" ");
        ensure!(
            notices.contains(sentence),
            "{query}: the page does not say {sentence} but {notices}"
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
    check_map_shows_authority(page, 0.6).await?;
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
