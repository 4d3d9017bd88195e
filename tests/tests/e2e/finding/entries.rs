//! Tests what the search finds for postcodes, names, addresses and codes.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;
use libtest_mimic::Trial;
use rising_model::domain::area::Level;
use rising_tests::browser::Screen;
use rising_tests::page::Page;
use rising_tests::site::data;
use xtask::server::ResponseFault;

use super::{CALDERDALE, HEREFORDSHIRE, look_for, suggestions, type_in_search, until_open};
use crate::runner::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial(
            "find: postcodes and names of Calderdale open it",
            Screen::PHONE,
            ways_to_calderdale,
        ),
        trial(
            "find: an entry sent before the postcodes load opens its area",
            Screen::PHONE,
            sent_before_loaded,
        ),
        trial(
            "find: part of a postcode lists its authorities",
            Screen::PHONE,
            part_of_postcode,
        ),
        trial(
            "find: places counted in another area say so",
            Screen::PHONE,
            counted_elsewhere,
        ),
        trial(
            "find: postcodes without an area are explained",
            Screen::PHONE,
            without_an_area,
        ),
        trial("find: names as people write them", Screen::DESKTOP, names),
        trial(
            "find: areas of the same name can be told apart",
            Screen::DESKTOP,
            shared_names,
        ),
        trial(
            "find: a result opens at the level that is shown",
            Screen::DESKTOP,
            at_level_shown,
        ),
        trial(
            "find: a county lists its authorities",
            Screen::DESKTOP,
            county,
        ),
        trial(
            "find: nations, addresses and codes",
            Screen::DESKTOP,
            nations_addresses_codes,
        ),
        trial(
            "find: postcodes that fail to load",
            Screen::PHONE,
            postcodes_fail,
        ),
    ]
}

async fn ways_to_calderdale(page: &Page<'_>) -> Result<()> {
    for typed in ["HX1 1UB", "hx11ub", "HX1", "halifax", "calderdale"] {
        page.browser().forget_files().await?;
        page.open("").await?;
        let before = page.site().requested();
        look_for(page, typed).await?;
        let open = until_open(page, CALDERDALE)
            .await
            .with_context(|| format!("search for {typed}"))?;
        ensure!(
            open.verdict.starts_with("Rising in Calderdale: 430 cases"),
            "{typed}: {}",
            open.verdict
        );
        ensure!(
            open.everything
                .contains("203.4 per 100,000 people; England as a whole is at 193.1"),
            "{typed}"
        );
        ensure!(
            !open.address.to_lowercase().contains("hx1"),
            "the address contains the postcode: {}",
            open.address
        );
        // The server learns the postcode area only.
        let requests: BTreeSet<String> = page
            .site()
            .requested()
            .difference(&before)
            .cloned()
            .collect();
        let has_postcode =
            |path: &&String| path.to_lowercase().contains("hx") && !path.ends_with(".hx.bin");
        ensure!(
            !requests.iter().any(|path| has_postcode(&path)),
            "{typed}: {requests:?}"
        );
    }
    Ok(())
}

async fn sent_before_loaded(page: &Page<'_>) -> Result<()> {
    page.open("").await?;
    page.set_fault(
        "postcodes.",
        ResponseFault::Delayed(std::time::Duration::from_millis(900)),
    );
    look_for(page, "HX1 1UB").await?;
    ensure!(
        page.state().await?.detail.is_none(),
        "details opened before the postcodes loaded"
    );
    let open = until_open(page, CALDERDALE).await?;
    ensure!(
        open.everything
            .contains("HX1 1UB is in Calderdale, in the neighbourhood"),
        "{}",
        open.everything
    );
    Ok(())
}

async fn part_of_postcode(page: &Page<'_>) -> Result<()> {
    page.open("").await?;
    type_in_search(page, "sy7").await?;
    let listed = suggestions(page).await?;
    ensure!(
        listed == ["SY7 Shropshire", "SY7 Herefordshire", "SY7 Powys"],
        "{listed:?}"
    );
    page.keys(&[Key::Down, Key::Down, Key::Enter]).await?;
    let open = until_open(page, HEREFORDSHIRE).await?;
    ensure!(
        open.everything.contains("Part of SY7 is in Herefordshire."),
        "{}",
        open.everything
    );
    Ok(())
}

async fn counted_elsewhere(page: &Page<'_>) -> Result<()> {
    for (typed, code, sentences) in [
        (
            "TR21 0LW",
            "E06000052",
            &[
                "TR21 0LW is in Cornwall and Isles of Scilly",
                "The figures count its cases in Cornwall",
            ][..],
        ),
        (
            "EC2V 7HH",
            "E09000012",
            &[
                "Hackney and City of London",
                "The figures count its cases in Hackney",
            ],
        ),
        (
            "NN16 8TR",
            "E07000153",
            &[
                "in Kettering",
                "North Northamptonshire",
                "districts it was made of",
            ],
        ),
        (
            "HP20 1UY",
            "E07000004",
            &[
                "in Aylesbury Vale",
                "Buckinghamshire",
                "districts it was made of",
            ],
        ),
        (
            "CF10 1EP",
            "W06000015",
            &[
                "CF10 1EP is in Cardiff",
                "Wales as a whole",
                "for England only",
            ],
        ),
    ] {
        page.open("").await?;
        look_for(page, typed).await?;
        let open = until_open(page, code)
            .await
            .with_context(|| format!("search for {typed}"))?;
        for sentence in sentences {
            let is_said = open
                .everything
                .to_lowercase()
                .contains(&sentence.to_lowercase());
            ensure!(
                is_said,
                "{typed}: the page does not say \"{sentence}\" but {}",
                open.everything
            );
        }
    }
    Ok(())
}

async fn without_an_area(page: &Page<'_>) -> Result<()> {
    for (typed, sentence) in [
        ("JE2 3AA", "JE2 3AA is in Jersey"),
        ("GY1 1AA", "in Guernsey"),
        ("IM1 1AA", "on the Isle of Man"),
        ("QQ1 1QQ", "No postcode of the UK begins with QQ."),
        ("HX99 9ZZ", "There is no postcode HX99 9ZZ"),
        ("xyzzy plugh", "Nothing found for \"xyzzy plugh\""),
    ] {
        page.open("").await?;
        look_for(page, typed).await?;
        let seen = page
            .until(sentence, |seen| seen.everything.contains(sentence))
            .await?;
        ensure!(seen.detail.is_none(), "{typed} opened details");
    }
    Ok(())
}

async fn names(page: &Page<'_>) -> Result<()> {
    for (typed, code) in [
        ("hull", "E06000010"),
        ("Newark & Sherwood", "E07000175"),
        ("b&nes", "E06000022"),
        ("saint helens", "E08000013"),
        ("ynys mon", "W06000001"),
        ("caldedale", CALDERDALE),
        ("Poole", "E06000058"),
        ("penwith", "E06000052"),
        ("leominster", HEREFORDSHIRE),
    ] {
        page.open("").await?;
        look_for(page, typed).await?;
        until_open(page, code)
            .await
            .with_context(|| format!("search for {typed}"))?;
    }
    // A county is listed as its districts.
    page.open("").await?;
    type_in_search(page, "notts").await?;
    let listed = suggestions(page).await?;
    for district in [
        "Ashfield",
        "Bassetlaw",
        "Broxtowe",
        "Gedling",
        "Mansfield",
        "Newark and Sherwood",
        "Rushcliffe",
    ] {
        ensure!(
            listed.iter().any(|text| text.starts_with(district)),
            "{district} is not in {listed:?}"
        );
    }
    Ok(())
}

async fn shared_names(page: &Page<'_>) -> Result<()> {
    // Two neighbourhoods of the same name in different authorities.
    let finer = data()?.level(Level::Msoa)?;
    let table = &finer.table;
    let shared = table.areas().iter().find(|one| {
        table
            .areas()
            .iter()
            .any(|other| other.name == one.name && other.parent != one.parent)
    });
    let shared = shared.context("no two neighbourhoods share a name")?;
    let authorities = &data()?.level(Level::Ltla)?.table;
    page.open("").await?;
    type_in_search(page, &shared.name).await?;
    let listed = suggestions(page).await?;
    for area in table.areas().iter().filter(|area| area.name == shared.name) {
        let parent = area
            .parent
            .as_ref()
            .and_then(|code| authorities.get(authorities.index_of(code)?));
        let authority = &parent.context("a neighbourhood without an authority")?.name;
        let authority = authority.split(", C").next().unwrap_or_default();
        let is_listed = listed
            .iter()
            .any(|text| text.contains(&area.name) && text.contains(authority));
        ensure!(
            is_listed,
            "{} of {authority} cannot be told apart in {listed:?}",
            area.name
        );
    }
    Ok(())
}

async fn at_level_shown(page: &Page<'_>) -> Result<()> {
    let central = data()?
        .level(Level::Msoa)?
        .code_of("Central Halifax & Boothtown", CALDERDALE)?;
    page.open("?level=msoa").await?;
    look_for(page, "HX1 1UB").await?;
    let open = until_open(page, &central).await?;
    ensure!(
        open.verdict
            .contains("Central Halifax & Boothtown, Calderdale"),
        "{}",
        open.verdict
    );
    let whole = "Calderdale as a whole is at";
    page.until(whole, |seen| seen.everything.contains(whole))
        .await?;
    // Wales has no neighbourhoods, so the authority opens.
    page.open("?level=msoa").await?;
    look_for(page, "CF10 1EP").await?;
    let open = until_open(page, "W06000015").await?;
    ensure!(
        open.query().contains("level=ltla") && open.query().contains("nation=wales"),
        "{}",
        open.address
    );
    Ok(())
}

async fn county(page: &Page<'_>) -> Result<()> {
    for (typed, sentence, first) in [
        (
            "Kent",
            "Kent has no figures of its own on this map. Choose one of its 13 local authorities.",
            "Ashford Kent",
        ),
        (
            "East Midlands",
            "East Midlands has no figures of its own on this map. Choose one of its 40",
            "Amber Valley",
        ),
    ] {
        page.open("").await?;
        look_for(page, typed).await?;
        let listed = suggestions(page).await?;
        ensure!(
            listed[0].starts_with(first) && listed.len() >= 13,
            "{typed}: {listed:?}"
        );
        page.until(sentence, |seen| seen.everything.contains(sentence))
            .await?;
        ensure!(
            page.state().await?.detail.is_none(),
            "{typed}: an area was opened"
        );
        // The first suggestion is selected. The selected suggestion is in sight below the sentence,
        // and Enter opens it.
        let in_sight = "const [list, active, message] =
                ['#search-list', '[aria-selected=true]', '#search-said']
                    .map((part) => document.querySelector(part).getBoundingClientRect());
            return [active.top >= list.top - 1 && active.bottom <= list.bottom + 1,
                message.height > 10 && message.bottom <= list.top + 1]";
        for key in [None, Some(Key::Up), Some(Key::Down)] {
            if let Some(key) = key {
                page.key(key).await?;
            }
            page.until_script("the suggestion in sight", &format!("{in_sight}[0]"))
                .await?;
            ensure!(
                page.execute(in_sight, vec![]).await?[1] == true,
                "{typed}: the list covers the sentence"
            );
        }
        page.key(Key::Enter).await?;
        page.until("the first area", |seen| seen.detail.is_some())
            .await?;
    }
    Ok(())
}

async fn nations_addresses_codes(page: &Page<'_>) -> Result<()> {
    for (typed, verdict) in [
        ("Scotland", "of Scotland's 32 local authorities"),
        ("wales", "of Wales's 22 local authorities"),
        (
            "Northern Ireland",
            "of Northern Ireland's 11 local authorities",
        ),
        ("uk", "of the UK's 380 local authorities"),
        ("england", "of England's 315 local authorities"),
    ] {
        page.open(&format!("?area={CALDERDALE}")).await?;
        look_for(page, typed).await?;
        let seen = page
            .until(verdict, |seen| {
                seen.verdict.contains(verdict) && seen.is_settled()
            })
            .await?;
        ensure!(
            seen.detail.is_none() && seen.focus.as_ref().is_some_and(|focus| focus.map),
            "{typed}: {:?}",
            seen.focus
        );
    }
    // Wales has no neighbourhoods, so its authorities are shown.
    page.open("?level=msoa").await?;
    look_for(page, "wales").await?;
    page.until("Wales's authorities", |seen| {
        seen.verdict.contains("of Wales's 22 local authorities")
    })
    .await?;
    for (typed, code) in [
        ("12 Broad Street, Hereford HR4 9AA", HEREFORDSHIRE),
        ("\u{200b}HR4\u{a0}9AA, UK", HEREFORDSHIRE),
        ("e06000019", HEREFORDSHIRE),
        ("Newcastle", "E08000021"),
        ("Washington, Tyne and Wear, England", "E08000024"),
        ("12 Gibbet Street, Halifax", CALDERDALE),
    ] {
        page.open("").await?;
        look_for(page, typed).await?;
        until_open(page, code)
            .await
            .with_context(|| format!("search for {typed}"))?;
    }
    Ok(())
}

async fn postcodes_fail(page: &Page<'_>) -> Result<()> {
    page.open("").await?;
    page.set_fault("postcodes.", ResponseFault::Status(503));
    look_for(page, "HX1 1UB").await?;
    let seen = page
        .until("the failure", |seen| seen.status_kind() == "failed")
        .await?;
    ensure!(
        seen.everything
            .contains("The postcodes could not be loaded"),
        "{}",
        seen.everything
    );
    ensure!(
        seen.verdict.starts_with("12 of England's"),
        "the verdict changed: {}",
        seen.verdict
    );
    page.site().server().clear_faults();
    page.press("button", "Retry").await?;
    // The entry is answered after all.
    until_open(page, CALDERDALE).await?;
    Ok(())
}
