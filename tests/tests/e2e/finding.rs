//! Tests the search for an area by postcode, name and position, the verdict about it, the area that
//! is kept, and shared links.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;
use libtest_mimic::Trial;
use rising_model::area::{AreaTable, Level};
use rising_model::day::Day;
use rising_tests::browser::{Location, Screen};
use rising_tests::page::Page;
use rising_tests::page_state::PageState;
use rising_tests::report::{Count, Report};
use rising_tests::site::data;
use xtask::server::ResponseFault;

use crate::runner::trial;

const CALDERDALE: &str = "E08000033";
const HEREFORDSHIRE: &str = "E06000019";

/// The middle of Leominster.
const LEOMINSTER: Location = Location::At {
    latitude: 52.2283,
    longitude: -2.7390,
    accuracy: 15.0,
};
const PARIS: Location = Location::At {
    latitude: 48.8566,
    longitude: 2.3522,
    accuracy: 15.0,
};

pub fn trials() -> Vec<Trial> {
    vec![
        trial(
            "find: postcodes and names of Calderdale open it",
            Screen::PHONE,
            to_calderdale,
        ),
        trial(
            "find: an entry sent before the postcodes load opens its area",
            Screen::PHONE,
            sent_before_loaded,
        ),
        trial(
            "find: part of a postcode lists its authorities",
            Screen::PHONE,
            part_of_a_postcode,
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
            at_the_level_shown,
        ),
        trial(
            "find: the text stays when the box loses the focus",
            Screen::PHONE,
            box_loses_focus,
        ),
        trial(
            "find: the search button",
            Screen::PHONE.with_size(320, 640),
            search_button,
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
            "find: closing an area restores the figures before",
            Screen::DESKTOP,
            closing_restores,
        ),
        trial(
            "find: the verdict is announced once",
            Screen::DESKTOP,
            announced_once,
        ),
        trial("find: near me", Screen::PHONE, near_me),
        trial(
            "find: near me without a position",
            Screen::PHONE,
            no_place_near_me,
        ),
        trial(
            "find: postcodes that fail to load",
            Screen::PHONE,
            postcodes_fail,
        ),
        trial(
            "verdict: comparison with nation and authority",
            Screen::DESKTOP,
            compared,
        ),
        trial(
            "verdict: neighbours and hotspots",
            Screen::DESKTOP,
            neighbours_and_hotspots,
        ),
        trial(
            "keep: My area is kept and forgotten",
            Screen::PHONE,
            my_area,
        ),
        trial(
            "share: the copied link opens the same view",
            Screen::DESKTOP,
            link,
        ),
        trial("share: the share sheet of the device", Screen::PHONE, sheet),
    ]
}

/// Types into the search box by keyboard and presses Enter.
pub async fn look_for(page: &Page<'_>, typed: &str) -> Result<()> {
    type_in_search(page, typed).await?;
    page.key(Key::Enter).await
}

pub async fn type_in_search(page: &Page<'_>, typed: &str) -> Result<()> {
    page.tab_until("the search", |seen| {
        seen.focus
            .as_ref()
            .is_some_and(|focus| focus.region == "search" && focus.tag == "input")
    })
    .await?;
    page.type_text(typed).await
}

/// Returns the texts of the suggestions, once there are some.
pub async fn suggestions(page: &Page<'_>) -> Result<Vec<String>> {
    page.until_script(
        "suggestions",
        "return document.querySelectorAll('[role=option]').length > 0",
    )
    .await?;
    // All names are loaded once the page is settled.
    page.until("the names", PageState::is_settled).await?;
    let script = "return [...document.querySelectorAll('[role=option]')]
        .map(o => o.innerText.replace(/\\s+/g, ' ').trim())";
    let texts = page.execute(script, vec![]).await?;
    Ok(texts
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|text| text.as_str().map(str::to_owned))
        .collect())
}

pub async fn until_open(page: &Page<'_>, code: &str) -> Result<PageState> {
    page.until(&format!("the details of {code}"), |seen| {
        seen.open_area() == Some(code) && seen.is_settled()
    })
    .await
}

async fn to_calderdale(page: &Page<'_>) -> Result<()> {
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
        let asked: BTreeSet<String> = page
            .site()
            .requested()
            .difference(&before)
            .cloned()
            .collect();
        let has_postcode =
            |path: &&String| path.to_lowercase().contains("hx") && !path.ends_with(".hx.bin");
        ensure!(
            !asked.iter().any(|path| has_postcode(&path)),
            "{typed}: {asked:?}"
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

async fn part_of_a_postcode(page: &Page<'_>) -> Result<()> {
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
            let said = open
                .everything
                .to_lowercase()
                .contains(&sentence.to_lowercase());
            ensure!(
                said,
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

async fn at_the_level_shown(page: &Page<'_>) -> Result<()> {
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

/// Returns whether the list of suggestions is visible, the visible message, and the text in the
/// box.
async fn search_shows(page: &Page<'_>) -> Result<(bool, String, String)> {
    let script = "const said = document.querySelector('#search-said:not(.visually-hidden)');
        return [document.querySelector('#search-list').checkVisibility(), said?.innerText ?? '',
            document.querySelector('#search').value]";
    let shows = page.execute(script, vec![]).await?;
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    Ok((shows[0] == true, text(&shows[1]), text(&shows[2])))
}

/// Removes the focus, as the key *Done* of a phone's keyboard does.
async fn blur(page: &Page<'_>) -> Result<()> {
    page.execute("document.activeElement.blur()", vec![])
        .await?;
    let script = "const message = document.querySelector('#search-said');
        return !message.matches('.visually-hidden, :empty') \
                  && !document.querySelector('#search-list').checkVisibility()";
    page.until_script("the hint how to open the result", script)
        .await
}

async fn box_loses_focus(page: &Page<'_>) -> Result<()> {
    for (typed, first) in [
        ("Herefordshire", "Herefordshire"),
        ("leominster", "Leominster, Herefordshire"),
        ("hr4 9aa", "HR4 9AA"),
    ] {
        page.open("").await?;
        page.press("combobox", "Find your area").await?;
        page.type_text(typed).await?;
        let before = suggestions(page).await?;
        blur(page).await?;
        let (_, said, value) = search_shows(page).await?;
        ensure!(
            said.starts_with(&format!("Press the search button to open {first}")),
            "{typed}: {said}"
        );
        ensure!(value == typed, "{value}");
        page.press("combobox", "Find your area").await?;
        ensure!(
            suggestions(page).await? == before,
            "{typed}: other suggestions are shown"
        );
        let (listed, said, _) = search_shows(page).await?;
        ensure!(listed && said.is_empty(), "{typed}: {said}");
        blur(page).await?;
        page.press("button", "Search").await?;
        let open = until_open(page, HEREFORDSHIRE)
            .await
            .with_context(|| format!("search for {typed}"))?;
        ensure!(
            !open.everything.contains("Press the search button"),
            "{}",
            open.everything
        );
        let (listed, said, value) = search_shows(page).await?;
        ensure!(
            !listed && said.is_empty() && value.is_empty(),
            "{typed}: {said:?} {value:?}"
        );
    }
    // The hint disappears when the user opens something else.
    page.open("").await?;
    page.press("combobox", "Find your area").await?;
    page.type_text("leeds").await?;
    suggestions(page).await?;
    blur(page).await?;
    page.execute(
        "document.querySelector('[data-testid=rising-list] tr[data-code] a').click()",
        vec![],
    )
    .await?;
    page.until("details", |seen| seen.detail.is_some()).await?;
    let (_, said, value) = search_shows(page).await?;
    ensure!(said.is_empty() && value == "leeds", "{said:?} {value:?}");
    Ok(())
}

async fn search_button(page: &Page<'_>) -> Result<()> {
    let size = "const { width, height } = document.querySelector('form.search button[type=submit]')
            .getBoundingClientRect();
        return [width >= 44 && height >= 44, document.documentElement.scrollWidth <= innerWidth, \
                document.querySelector('#search').getBoundingClientRect().width > 140]";
    for query in ["", "?embed=1", "?lang=cy"] {
        page.open(query).await?;
        let size = page.execute(size, vec![]).await?;
        ensure!(
            size == serde_json::json!([true, true, true]),
            "{query}: {size}"
        );
        let name = if query.contains("cy") {
            "Chwilio"
        } else {
            "Search"
        };
        // With an empty box the button moves the focus into it.
        page.press("button", name).await?;
        let seen = page
            .until("the focus in the box", |seen| {
                seen.focus
                    .as_ref()
                    .is_some_and(|focus| focus.tag == "input")
            })
            .await?;
        ensure!(seen.detail.is_none());
        page.type_text("hx1 1ub").await?;
        page.press("button", name).await?;
        until_open(page, CALDERDALE)
            .await
            .with_context(|| format!("{query}: press {name}"))?;
    }
    Ok(())
}

async fn county(page: &Page<'_>) -> Result<()> {
    for (typed, said, first) in [
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
        page.until(said, |seen| seen.everything.contains(said))
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

async fn closing_restores(page: &Page<'_>) -> Result<()> {
    for (typed, other) in [
        ("Golden Valley Herefordshire", "level=msoa"),
        ("Cardiff", "nation=wales"),
    ] {
        for close in [true, false] {
            page.open("?date=2021-02-07").await?;
            look_for(page, typed).await?;
            let open = page
                .until(typed, |seen| seen.detail.is_some() && seen.is_settled())
                .await?;
            ensure!(open.query().contains(other), "{typed}: {}", open.address);
            if close {
                page.press("button", "Close the details").await?;
            } else {
                page.key(Key::Escape).await?;
            }
            let closed = page
                .until("the figures before", |seen| {
                    seen.detail.is_none() && seen.is_settled()
                })
                .await?;
            ensure!(
                closed.query().contains("date=2021-02-07"),
                "{typed}: {}",
                closed.address
            );
            ensure!(
                !closed.query().contains(other),
                "{typed}: {}",
                closed.address
            );
            ensure!(
                closed.verdict.starts_with("12 of England's 315"),
                "{typed}: {}",
                closed.verdict
            );
        }
    }
    // A date that the user chooses meanwhile is kept.
    page.open("?date=2021-02-07").await?;
    look_for(page, "Golden Valley Herefordshire").await?;
    page.until("Golden Valley", |seen| {
        seen.detail.is_some() && seen.is_settled()
    })
    .await?;
    page.press("button", "Back a week").await?;
    let later = page
        .until("another week", |seen| {
            seen.is_settled() && !seen.query().contains("2021-02-06")
        })
        .await?;
    page.key(Key::Escape).await?;
    let closed = page
        .until("no details", |seen| {
            seen.detail.is_none() && seen.is_settled()
        })
        .await?;
    ensure!(
        closed.query().contains("level=msoa") && closed.date() == later.date(),
        "{}",
        closed.address
    );
    Ok(())
}

/// Records the texts of live regions from now on, as a screen reader announces them: a whole region
/// at each change.
const LISTEN: &str = "window.heard = [];
    const live = '[role=status], [role=alert], [aria-live=polite]';
    const regions = [...document.querySelectorAll(live)];
    const last = new Map(regions.map((region) => [region, region.textContent]));
    new MutationObserver(() => {
        for (const region of regions) {
            if (region.textContent !== last.get(region)) {
                last.set(region, region.textContent);
                window.heard.push(region.textContent.replace(/\\s+/g, ' ').trim());
            }
        }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });";

async fn announced_once(page: &Page<'_>) -> Result<()> {
    for (typed, code, answer) in [
        ("HX1 1UB", CALDERDALE, "Rising in Calderdale"),
        (
            "Golden Valley Herefordshire",
            "Golden Valley",
            "in Golden Valley, Herefordshire",
        ),
        ("Cardiff", "W06000015", "in Cardiff"),
    ] {
        page.open("?date=2021-02-07").await?;
        page.execute(LISTEN, vec![]).await?;
        look_for(page, typed).await?;
        page.until(typed, |seen| seen.detail.is_some() && seen.is_settled())
            .await?;
        tokio::time::sleep(std::time::Duration::from_millis(700)).await;
        let heard = page.execute("return window.heard", vec![]).await?;
        let heard: Vec<&str> = heard
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|text| text.as_str())
            .collect();
        let answers = heard.iter().filter(|text| text.contains(answer)).count();
        ensure!(answers == 1, "{typed} ({code}): {heard:#?}");
    }
    Ok(())
}

async fn near_me(page: &Page<'_>) -> Result<()> {
    let south = data()?
        .level(Level::Msoa)?
        .code_of("Leominster South", HEREFORDSHIRE)?;
    page.set_location(LEOMINSTER).await?;
    page.open("").await?;
    let before = page.site().requested();
    page.press("button", "Near me").await?;
    let open = until_open(page, HEREFORDSHIRE).await?;
    ensure!(
        open.everything
            .contains("You are in Herefordshire, in the neighbourhood Leominster South."),
        "{}",
        open.everything
    );
    let finer = "in Leominster South: fewer than 3 cases in the seven days to 6 February 2021";
    page.until(finer, |seen| seen.everything.contains(finer))
        .await?;
    let asked: BTreeSet<String> = page
        .site()
        .requested()
        .difference(&before)
        .cloned()
        .collect();
    let known = |path: &String| {
        path.starts_with("data/") || path.starts_with("favicon") || path.ends_with(".wasm")
    };
    ensure!(
        asked.iter().all(known),
        "the page requested more than files of this site: {asked:?}"
    );
    page.press("link", "Open Leominster South").await?;
    until_open(page, &south).await?;
    Ok(())
}

async fn no_place_near_me(page: &Page<'_>) -> Result<()> {
    for (location, sentence) in [
        (PARIS, "You seem to be outside the UK"),
        (Location::Denied, "did not let this page know where you are"),
        (Location::Unavailable, "could not find out where it is"),
    ] {
        page.set_location(location).await?;
        page.open("").await?;
        page.press("button", "Near me").await?;
        let seen = page
            .until(sentence, |seen| seen.everything.contains(sentence))
            .await?;
        ensure!(
            seen.detail.is_none() && seen.verdict.starts_with("12 of England's"),
            "{}",
            seen.verdict
        );
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

/// Returns the cases of all areas per 100,000 of their people, as the page writes the rate.
fn overall_rate(report: &Report, table: &AreaTable, date: Day) -> Result<String> {
    let (mut cases, mut people) = (0, 0);
    for row in &report.rows {
        let Count::Number(count) = row.count else {
            continue;
        };
        cases += count;
        let area = table
            .index_of(&row.code.parse()?)
            .and_then(|index| table.get(index));
        people += u64::from(
            area.with_context(|| format!("{} is not in the table", row.code))?
                .population
                .at(date),
        );
    }
    Ok(format!(
        "{:.1}",
        (cases as f64 * 1e6 / people as f64 + 0.5).floor() / 10.0
    ))
}

async fn compared(page: &Page<'_>) -> Result<()> {
    let table = &data()?.level(Level::Ltla)?.table;
    for (date, nation, name, code) in [
        ("2021-02-07", "england", "England", HEREFORDSHIRE),
        ("2021-02-07", "scotland", "Scotland", "S12000036"),
    ] {
        let expected = overall_rate(&Report::load("ltla", date, nation)?, table, date.parse()?)?;
        let open = page.open(&format!("?date={date}&area={code}")).await?;
        let sentence = format!("{name} as a whole is at {expected}");
        ensure!(
            open.everything.contains(&sentence),
            "\"{sentence}\" is not in {}",
            open.everything
        );
    }
    let golden = data()?
        .level(Level::Msoa)?
        .code_of("Golden Valley", HEREFORDSHIRE)?;
    let report = Report::load("ltla", "2020-11-28", "england")?;
    let england = overall_rate(&report, table, "2020-11-28".parse()?)?;
    let row = report
        .rows
        .iter()
        .find(|row| row.code == HEREFORDSHIRE)
        .context("no Herefordshire")?;
    let own = format!("{:.1}", row.rate.context("no rate")?);
    page.open(&format!("?level=msoa&date=2020-11-28&area={golden}"))
        .await?;
    let sentence =
        format!("Herefordshire as a whole is at {own}, England at {england} per 100,000 people.");
    page.until(&sentence, |seen| seen.everything.contains(&sentence))
        .await?;
    Ok(())
}

/// Returns the codes and figures of a list in the details.
async fn listed_areas(page: &Page<'_>, id: &str) -> Result<Vec<(String, String)>> {
    let script = "return [...document.querySelectorAll(`[data-testid=${arguments[0]}] li`)]
        .map(li => \
                  [li.dataset.code, li.querySelector('.figure').innerText])";
    let rows = page.execute(script, vec![id.into()]).await?;
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    Ok(rows
        .as_array()
        .into_iter()
        .flatten()
        .map(|row| (text(&row[0]), text(&row[1])))
        .collect())
}

async fn neighbours_and_hotspots(page: &Page<'_>) -> Result<()> {
    page.open(&format!("?area={CALDERDALE}")).await?;
    page.until("its neighbours", |seen| {
        seen.detail_text().contains("Next to Calderdale")
    })
    .await?;
    let around: BTreeSet<String> = listed_areas(page, "around")
        .await?
        .into_iter()
        .map(|(code, _)| code)
        .collect();
    // Bradford, Kirklees, Oldham, Rochdale, Burnley, Pendle and Rossendale.
    let known = [
        "E08000032",
        "E08000034",
        "E08000004",
        "E08000005",
        "E07000117",
        "E07000122",
        "E07000125",
    ];
    let known = known.map(str::to_owned);
    ensure!(around == BTreeSet::from(known), "{around:?}");

    page.open(&format!("?date=2020-11-28&area={HEREFORDSHIRE}"))
        .await?;
    page.until("its hotspots", |seen| {
        seen.detail_text()
            .contains("Hotspots and rising in Herefordshire")
    })
    .await?;
    let hotspots = listed_areas(page, "neighbourhoods").await?;
    let report = Report::load("msoa", "2020-11-28", "england")?;
    let own: Vec<(String, String)> = report
        .rows
        .iter()
        .filter(|row| {
            let table = &data().map(|data| data.level(Level::Msoa));
            let Ok(Ok(level)) = table else { return false };
            let area = row
                .code
                .parse()
                .ok()
                .and_then(|code| level.table.get(level.table.index_of(&code)?));
            area.and_then(|area| area.parent.as_ref())
                .is_some_and(|parent| parent.as_str() == HEREFORDSHIRE)
        })
        .map(|row| {
            (
                row.code.clone(),
                row.rate
                    .map_or("not published".into(), |rate| format!("{rate:.1}")),
            )
        })
        .collect();
    ensure!(hotspots == own, "{hotspots:?} is not {own:?}");
    Ok(())
}

async fn my_area(page: &Page<'_>) -> Result<()> {
    page.open(&format!("?area={CALDERDALE}")).await?;
    page.press("button", "My area").await?;
    page.until("the notice that the area is kept", |seen| {
        seen.notices
            .iter()
            .any(|notice| notice.contains("kept on your device only"))
    })
    .await?;
    let kept = page
        .execute("return JSON.stringify(localStorage)", vec![])
        .await?;
    ensure!(
        kept == format!("{{\"rising.area\":\"ltla:{CALDERDALE}\"}}"),
        "{kept}"
    );
    let again = page.open("").await?;
    ensure!(
        again.open_area() == Some(CALDERDALE),
        "it did not open the kept area but: {}",
        again.verdict
    );
    // A link opens its own area.
    let other = page.open(&format!("?area={HEREFORDSHIRE}")).await?;
    ensure!(other.open_area() == Some(HEREFORDSHIRE));
    page.open("").await?;
    page.press("button", "My area").await?;
    let kept = page
        .execute("return JSON.stringify(localStorage)", vec![])
        .await?;
    ensure!(kept == "{}", "the area is still kept: {kept}");
    let nation = page.open("").await?;
    ensure!(
        nation.detail.is_none(),
        "it opened {:?}",
        nation.open_area()
    );
    Ok(())
}

async fn link(page: &Page<'_>) -> Result<()> {
    page.browser().allow_clipboard().await?;
    page.open(&format!("?embed=1&rising=1&area={CALDERDALE}"))
        .await?;
    page.press("button", "Copy link").await?;
    page.until("the message Copied", |seen| {
        seen.everything.contains("Copied.")
    })
    .await?;
    let link = page.clipboard().await?;
    let (start, query) = link.split_once('?').context("the link has no query")?;
    ensure!(start == page.site().server().url(), "{link}");
    for part in [
        "level=ltla",
        "date=2021-02-07",
        "nation=england",
        "rising=1",
    ] {
        ensure!(query.contains(part), "{part} is not in {link}");
    }
    ensure!(
        !query.contains("embed"),
        "the link has the parameter embed: {link}"
    );
    let opened = page.open(&format!("?{query}")).await?;
    ensure!(opened.open_area() == Some(CALDERDALE), "{}", opened.verdict);
    Ok(())
}

async fn sheet(page: &Page<'_>) -> Result<()> {
    let sheet = "navigator.share = (data) => { window.shared = data; return Promise.resolve(); }";
    page.add_init_script(sheet).await?;
    page.open("?date=2020-11-28&nation=wales").await?;
    page.press("button", "Share…").await?;
    page.until_script("the share sheet", "return !!window.shared")
        .await?;
    let shared = page.execute("return window.shared", vec![]).await?;
    let text = shared["text"].as_str().unwrap_or_default();
    ensure!(
        text.contains("of Wales's 22 local authorities") && text.contains("28 November 2020"),
        "{shared}"
    );
    let url = shared["url"].as_str().unwrap_or_default();
    ensure!(
        ["nation=wales", "date=2020-11-28", "level=ltla"]
            .iter()
            .all(|part| url.contains(part)),
        "{shared}"
    );
    Ok(())
}
