//! Tests the way from the first view to the details of an area and back, by mouse, touch and
//! keyboard.

use anyhow::{Result, ensure};
use fantoccini::key::Key;
use libtest_mimic::Trial;
use rising_model::domain::area::Level;
use rising_tests::browser::{Capability, Screen};
use rising_tests::page::Page;
use rising_tests::page_state::PageState;
use rising_tests::site::data;

use crate::embedding::until_inside;
use crate::runner::{trial, trial_needing};

/// The area of most journeys: small, and with the highest rate of the default date.
const RUTLAND: &str = "E06000017";

pub fn trials() -> Vec<Trial> {
    vec![
        trial("journey: by mouse", Screen::DESKTOP, by_mouse),
        trial_needing(
            &[Capability::Touch],
            "journey: by touch",
            Screen::PHONE,
            by_touch,
        ),
        trial(
            "journey: by keyboard through the table",
            Screen::DESKTOP,
            by_keyboard_through_table,
        ),
        trial(
            "journey: by keyboard on the map",
            Screen::DESKTOP,
            by_keyboard_on_map,
        ),
        trial(
            "journey: by keyboard through the search",
            Screen::DESKTOP,
            by_keyboard_through_search,
        ),
        trial(
            "journey: into the neighbourhoods",
            Screen::DESKTOP,
            into_neighbourhoods,
        ),
        trial(
            "journey: each area shows the start of its details",
            Screen::PHONE,
            start_of_each_details,
        ),
        trial(
            "journey: in a frame the history of the article does not change",
            Screen::DESKTOP,
            history_in_frame,
        ),
        trial(
            "journey: Back after closed details",
            Screen::DESKTOP,
            back_from_closed_details,
        ),
        trial(
            "table: sorting, all areas and the filter",
            Screen::DESKTOP,
            table_sorts_and_filters,
        ),
    ]
}

/// Checks the details of Rutland against `prepare report`.
fn check_rutland(text: &str) -> Result<()> {
    for part in [
        "Rutland", "194", "485.9", "95", "237.9", "Rising", "clear", "Highest",
    ] {
        ensure!(
            text.contains(part),
            "Rutland's details lack \"{part}\": {text}"
        );
    }
    Ok(())
}

async fn by_mouse(page: &Page<'_>) -> Result<()> {
    let opening = page.open("").await?;
    ensure!(
        opening
            .verdict
            .starts_with("12 of England's 315 local authorities were rising"),
        "{}",
        opening.verdict
    );
    ensure!(opening.detail.is_none());

    let england = data()?.level(Level::Ltla)?;
    let spot = page
        .spot_of(&england.topology, england.area(RUTLAND)?)
        .await?;
    page.hover(spot).await?;
    let pointed = page
        .until("the tooltip of Rutland", |seen| {
            seen.tooltip.contains("Rutland")
        })
        .await?;
    ensure!(
        pointed.tooltip.contains("485.9") && pointed.tooltip.contains("rising"),
        "{}",
        pointed.tooltip
    );

    page.click(spot).await?;
    let open = page
        .until("Rutland's details and its whole history", |seen| {
            seen.open_area() == Some(RUTLAND) && seen.is_settled()
        })
        .await?;
    check_rutland(open.detail_text())?;
    ensure!(
        open.verdict.starts_with("Rising in Rutland: 194 cases"),
        "{}",
        open.verdict
    );
    ensure!(open.verdict.contains("up from 95"), "{}", open.verdict);
    ensure!(open.query().contains("area=E06000017"), "{}", open.address);
    ensure!(
        open.rows
            .iter()
            .any(|row| row.code == RUTLAND && row.current),
        "the list does not mark Rutland"
    );

    page.press("button", "Close the details").await?;
    let closed = page
        .until("the details closed", |seen| seen.detail.is_none())
        .await?;
    ensure!(!closed.query().contains("area="), "{}", closed.address);
    ensure!(closed.verdict == opening.verdict);
    Ok(())
}

async fn by_touch(page: &Page<'_>) -> Result<()> {
    page.open("").await?;
    let england = data()?.level(Level::Ltla)?;
    let spot = page
        .spot_of(&england.topology, england.area(RUTLAND)?)
        .await?;
    page.click(spot).await?;
    let open = page
        .until("Rutland's details after a tap", |seen| {
            seen.open_area() == Some(RUTLAND) && seen.is_settled()
        })
        .await?;
    check_rutland(open.detail_text())?;
    let view = page.map_view().await?;
    let covered = page
        .execute(
            "const map = document.querySelector('.leaflet-container').getBoundingClientRect();\
             const sheet = document.querySelector('[data-testid=area-detail]')
                 .getBoundingClientRect();\
             return Math.max(0, map.bottom - Math.max(map.top, sheet.top)) / map.height",
            vec![],
        )
        .await?;
    ensure!(
        covered.as_f64().is_some_and(|part| part < 0.9),
        "the details cover {covered} of the map"
    );
    ensure!(
        view.top < f64::from(page.screen().height) && view.top + view.height > 0.0,
        "the map is out of sight: {view:?}"
    );

    page.press("button", "Close the details").await?;
    page.until("the details closed", |seen| seen.detail.is_none())
        .await?;
    Ok(())
}

async fn by_keyboard_through_table(page: &Page<'_>) -> Result<()> {
    page.open("").await?;
    let in_list = page.tab_until("Rutland in the list", |seen| {
        seen.focus.as_ref().is_some_and(|focus| {
            focus.region == "rising-list" && focus.code.as_deref() == Some(RUTLAND)
        })
    });
    in_list.await?;
    page.key(Key::Enter).await?;
    let open = page
        .until("the focus in Rutland's details", |seen| {
            seen.is_settled()
                && seen
                    .focus
                    .as_ref()
                    .is_some_and(|focus| focus.region == "area-detail")
        })
        .await?;
    check_rutland(open.detail_text())?;
    ensure!(
        open.focus
            .as_ref()
            .is_some_and(|focus| focus.text.contains("Rutland")),
        "{:?}",
        open.focus
    );

    page.key(Key::Escape).await?;
    let closed = page
        .until("the details closed by Escape", |seen| seen.detail.is_none())
        .await?;
    let back = closed.focus.is_some_and(|focus| {
        focus.region == "rising-list" && focus.code.as_deref() == Some(RUTLAND)
    });
    ensure!(back, "the focus did not return to the link");
    Ok(())
}

async fn by_keyboard_on_map(page: &Page<'_>) -> Result<()> {
    page.open("").await?;
    page.tab_until("the map", |seen| {
        seen.focus.as_ref().is_some_and(|focus| focus.map)
    })
    .await?;
    page.key(Key::Right).await?;
    let first = page
        .until("the tooltip after the first arrow key", |seen| {
            !seen.tooltip.is_empty()
        })
        .await?;
    page.key(Key::Up).await?;
    let second = page
        .until("another tooltip after the second arrow key", |seen| {
            !seen.tooltip.is_empty() && seen.tooltip != first.tooltip
        })
        .await?;
    page.key(Key::Enter).await?;
    let open = page
        .until("the details of the area in the tooltip", |seen| {
            seen.detail.is_some() && seen.is_settled()
        })
        .await?;
    let name = open.detail_text().split(" ×").next().unwrap_or_default();
    ensure!(
        second.tooltip.starts_with(name),
        "\"{}\" opened {}",
        second.tooltip,
        open.detail_text()
    );
    ensure!(
        open.focus
            .as_ref()
            .is_some_and(|focus| focus.region == "area-detail"),
        "{:?}",
        open.focus
    );

    page.key(Key::Escape).await?;
    let closed = page
        .until("the details closed by Escape", |seen| seen.detail.is_none())
        .await?;
    ensure!(
        closed.focus.as_ref().is_some_and(|focus| focus.map),
        "the focus moved to {:?}",
        closed.focus
    );

    let before = page.map_view().await?;
    page.type_text("+").await?;
    let nearer = page.map_view().await?;
    ensure!(
        nearer.zoom() > before.zoom(),
        "plus zooms from {} to {}",
        before.zoom(),
        nearer.zoom()
    );
    page.type_text("-").await?;
    let again = page.map_view().await?;
    ensure!(
        again.zoom() < nearer.zoom(),
        "minus zooms from {} to {}",
        nearer.zoom(),
        again.zoom()
    );
    Ok(())
}

async fn by_keyboard_through_search(page: &Page<'_>) -> Result<()> {
    page.open("").await?;
    page.tab_until("the search", |seen| {
        seen.focus
            .as_ref()
            .is_some_and(|focus| focus.region == "search" && focus.tag == "input")
    })
    .await?;
    page.type_text("rutl").await?;
    page.control("option", "Rutland").await?;
    page.keys(&[Key::Down, Key::Enter]).await?;
    let open = page
        .until("Rutland's details", |seen| {
            seen.open_area() == Some(RUTLAND) && seen.is_settled()
        })
        .await?;
    check_rutland(open.detail_text())?;
    page.key(Key::Escape).await?;
    page.until("the details closed by Escape", |seen| seen.detail.is_none())
        .await?;

    // An unknown name is reported and nothing opens.
    page.tab_until("the search again", |seen| {
        seen.focus
            .as_ref()
            .is_some_and(|focus| focus.region == "search" && focus.tag == "input")
    })
    .await?;
    page.type_text("zzzz").await?;
    page.until("the sentence that nothing was found", |seen| {
        seen.everything.contains("zzzz")
    })
    .await?;
    page.key(Key::Enter).await?;
    ensure!(
        page.state().await?.detail.is_none(),
        "an unknown name opened details"
    );
    Ok(())
}

/// Opens Herefordshire at a date without figures of its neighbourhoods: all of them are listed at a
/// date that has figures, and one opens and leads back.
async fn into_neighbourhoods(page: &Page<'_>) -> Result<()> {
    page.open("?date=2021-10-27&area=E06000019").await?;
    let open = page.until("Herefordshire and its neighbourhoods", |seen| {
        seen.is_settled() && seen.detail_text().contains("Golden Valley")
    });
    let open = open.await?;
    let text = open.detail_text();
    for part in [
        "Herefordshire",
        "863",
        "921",
        "Falling",
        "23",
        "30 October 2021",
        "Hereford North West",
        "Wigmore, Orleton & Brimfield",
    ] {
        ensure!(
            text.contains(part),
            "Herefordshire's details lack \"{part}\": {text}"
        );
    }
    let listed = page
        .execute(
            "return document.querySelectorAll('[data-testid=neighbourhoods] li[data-code]').length",
            vec![],
        )
        .await?;
    ensure!(listed == 23, "{listed} of its 23 neighbourhoods are listed");

    let spot = page
        .execute(
            "const links = '[data-testid=neighbourhoods] li[data-code] a';
             const [item] = [...document.querySelectorAll(links)]\
                .filter((button) => button.innerText.includes('Golden Valley'));\
             item.scrollIntoView({ block: 'center', behavior: 'instant' });\
             const { x, y, width, height } = item.getBoundingClientRect();
             return [x + width / 2, y + height / 2]",
            vec![],
        )
        .await?;
    let (x, y) = (
        spot[0].as_f64().unwrap_or_default(),
        spot[1].as_f64().unwrap_or_default(),
    );
    page.click(rising_tests::page::ScreenPoint { x, y }).await?;
    let golden = page
        .until("Golden Valley's details", |seen| {
            // The details of Herefordshire name it too.
            seen.is_settled()
                && seen.query().contains("level=msoa")
                && seen.detail_text().starts_with("Golden Valley")
        })
        .await?;
    ensure!(
        golden.detail_text().contains("Herefordshire"),
        "the details do not name the authority: {}",
        golden.detail_text()
    );
    ensure!(golden.date() == "30 October 2021", "{}", golden.date());

    page.browser().client().back().await?;
    let back = page
        .until("Herefordshire again", |seen| {
            seen.open_area() == Some("E06000019")
        })
        .await?;
    ensure!(back.date() == "27 October 2021", "{}", back.date());
    Ok(())
}

/// Scrolls to the end of the details, in the sheet or with the page.
const TO_THE_END: &str = "const details = document.querySelector('[data-testid=area-detail]');
    details.scrollTop = details.scrollHeight;
    details.lastElementChild.scrollIntoView({ block: 'end', behavior: 'instant' });
    return details.querySelector('.change').getBoundingClientRect().bottom";

/// Waits until the start of the details of an area is visible.
async fn until_details_start(page: &Page<'_>, code: &str, what: &str) -> Result<()> {
    page.until(what, |seen| {
        seen.open_area() == Some(code) && seen.is_settled()
    })
    .await?;
    let start = "const details = document.querySelector('[data-testid=area-detail]');
        const [head, change] = ['h2', '.change'].map((part) => details.querySelector(part)
            .getBoundingClientRect());
        return details.scrollTop === 0 && head.top >= 0 && change.top >= head.bottom
            && change.bottom <= innerHeight
            || `${details.scrollTop}, ${head.top}, ${change.top}`";
    page.until_script(&format!("the start of {what}"), start)
        .await?;
    // A browser may restore the scroll position after Back, so the check is repeated.
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    page.until_script(&format!("the start of {what}, a little later"), start)
        .await
}

async fn start_of_each_details(page: &Page<'_>) -> Result<()> {
    let phone = Screen::PHONE;
    for (screen, query) in [
        (phone, ""),
        (phone.with_size(844, 390), ""),
        (Screen::DESKTOP, ""),
        (phone.with_size(360, 640), "&embed=1"),
        (phone.with_size(800, 600), "&embed=1"),
    ] {
        let case = format!("{} by {} {query}", screen.width, screen.height);
        page.set_screen(screen).await?;
        page.open(&format!("?date=2021-02-07&area={RUTLAND}{query}"))
            .await?;
        page.until_script(
            "its neighbours",
            "return !!document.querySelector('[data-testid=around] li a')",
        )
        .await?;
        let to_the_end = async || -> Result<()> {
            let change = page.execute(TO_THE_END, vec![]).await?;
            ensure!(
                change.as_f64().is_some_and(|bottom| bottom < 100.0),
                "{case}: the details did not scroll: {change}"
            );
            Ok(())
        };
        to_the_end().await?;
        let neighbour =
            // The list changes as soon as the button is pressed.
            "const item = document.querySelector('[data-testid=around] li'),
                { code } = item.dataset;
            item.querySelector('a').click();
            return code";
        let neighbour = page.execute(neighbour, vec![]).await?;
        let neighbour = neighbour.as_str().unwrap_or_default();
        until_details_start(page, neighbour, &format!("a neighbour's, {case}")).await?;
        page.until_script(
            "its neighbours",
            "return !!document.querySelector('[data-testid=around] li a')",
        )
        .await?;
        to_the_end().await?;
        // In a wide frame the details cover the search.
        if query.is_empty() || screen.width < 600 {
            page.press("combobox", "Find your area").await?;
            page.type_text("calderd").await?;
            page.control("option", "Calderdale").await?;
            page.key(Key::Enter).await?;
            until_details_start(
                page,
                "E08000033",
                &format!("those of an area that was looked for, {case}"),
            )
            .await?;
            to_the_end().await?;
        }
        if query.is_empty() {
            page.browser().client().back().await?;
            until_details_start(
                page,
                neighbour,
                &format!("those of the area before, {case}"),
            )
            .await?;
            to_the_end().await?;
        }
        let row = format!(
            "document.querySelector('[data-testid=rising-list] [data-code={RUTLAND}] a').click()"
        );
        page.execute(&row, vec![]).await?;
        until_details_start(
            page,
            RUTLAND,
            &format!("those of an area of the table, {case}"),
        )
        .await?;
    }
    Ok(())
}

/// A page with this handler is not kept in Firefox's back-forward cache, which would request an
/// icon from the server when it shows the page again.
const NO_BACK_FORWARD_CACHE: &str = "addEventListener('unload', () => {})";

async fn history_in_frame(page: &Page<'_>) -> Result<()> {
    page.add_init_script(NO_BACK_FORWARD_CACHE).await?;
    page.open("").await?;
    let before = page.state().await?.address;
    page.go("examples/article.html").await?;
    let entries = page.history().await?;
    until_inside(
        page,
        "the map in the frame",
        0,
        "one('status')?.dataset.kind === 'quiet' && one('totals')?.innerText",
    )
    .await?;
    page.enter_frame().await?;
    page.until("the map in the frame", PageState::is_settled)
        .await?;
    let open = |code: &str| {
        format!("document.querySelector('[data-testid=rising-list] [data-code={code}] a').click()")
    };
    for code in [RUTLAND, "E08000033"] {
        page.until_script(
            "the table",
            "return !!document.querySelector('[data-testid=rising-list]')",
        )
        .await?;
        page.execute(&open(code), vec![]).await?;
        page.until(code, |seen| {
            seen.open_area() == Some(code) && seen.query().contains(code)
        })
        .await?;
    }
    let earlier = "const slider = document.querySelector('[data-testid=timeline]');
        slider.value = String(Number(slider.value) - 1);
        slider.dispatchEvent(new Event('input', { bubbles: true }))";
    page.execute(earlier, vec![]).await?;
    page.until("a day before", |seen| {
        seen.caption.is_empty() && seen.query().contains("date=2021-02-06")
    })
    .await?;
    page.execute(
        "document.querySelector('[data-testid=close]').click()",
        vec![],
    )
    .await?;
    page.until("the details closed", |seen| {
        seen.detail.is_none() && !seen.query().contains("area=")
    })
    .await?;
    ensure!(
        page.history().await? == entries,
        "the history of the article has {} more entries",
        page.history().await? - entries
    );
    page.browser().client().enter_parent_frame().await?;
    page.browser().client().back().await?;
    page.until("the page before the article", |seen| seen.address == before)
        .await?;
    Ok(())
}

/// Closing adds no history entry: Back leads to the view before the details, not into them.
async fn back_from_closed_details(page: &Page<'_>) -> Result<()> {
    page.add_init_script(NO_BACK_FORWARD_CACHE).await?;
    let client = page.browser().client();
    let close = async || -> Result<()> {
        page.press("button", "Close the details").await?;
        let closed = page
            .until("the details closed", |seen| seen.detail.is_none())
            .await?;
        ensure!(!closed.query().contains("area="), "{}", closed.address);
        page.until_script("the browser to return", "return history.state === null")
            .await
    };
    let before = "area/E06000017/";
    let until_before = async |what: &str| {
        client.back().await?;
        page.until(&format!("the page before, {what}"), |seen| {
            seen.address.ends_with(before)
        })
        .await
    };

    // Nothing else changes.
    page.go_to(before).await?;
    let opening = page.open("").await?;
    page.press("link", "Rutland").await?;
    page.until("Rutland", |seen| {
        seen.open_area() == Some(RUTLAND) && seen.is_settled()
    })
    .await?;
    close().await?;
    let closed = page.state().await?;
    ensure!(closed.verdict == opening.verdict, "{}", closed.verdict);
    until_before("after one area").await?;

    // After another area and another date, the view before is one step back.
    page.open("?date=2021-02-07").await?;
    for (name, code) in [("Rutland", RUTLAND), ("Calderdale", "E08000033")] {
        page.press("link", name).await?;
        page.until(name, |seen| {
            seen.open_area() == Some(code) && seen.is_settled()
        })
        .await?;
    }
    page.press("button", "Back a day").await?;
    page.until("the day before", |seen| {
        seen.date() == "6 February 2021" && seen.is_settled()
    })
    .await?;
    close().await?;
    page.until("the day before in the address", |seen| {
        seen.query().contains("date=2021-02-06")
    })
    .await?;
    client.back().await?;
    let first = page
        .until("the first date", |seen| {
            seen.date() == "7 February 2021" && seen.is_settled()
        })
        .await?;
    ensure!(first.detail.is_none(), "{:?}", first.detail);
    until_before("after two areas").await?;

    // Details that a link opened.
    page.open(&format!("?date=2021-02-07&area={RUTLAND}"))
        .await?;
    page.until_script(
        "its neighbours",
        "return !!document.querySelector('[data-testid=around] li a')",
    )
    .await?;
    page.execute(
        "document.querySelector('[data-testid=around] li a').click()",
        vec![],
    )
    .await?;
    page.until("a neighbour", |seen| {
        seen.open_area().is_some_and(|code| code != RUTLAND) && seen.is_settled()
    })
    .await?;
    close().await?;
    page.until("no area in the address", |seen| {
        !seen.query().contains("area=")
    })
    .await?;
    until_before("after a link to an area").await?;
    Ok(())
}

async fn table_sorts_and_filters(page: &Page<'_>) -> Result<()> {
    let opening = page.open("?date=2021-02-07").await?;
    let mut names: Vec<&str> = opening.rows.iter().map(|row| row.name.as_str()).collect();
    names.sort_unstable();
    page.press("button", "Area").await?;
    let sorted = page
        .until("the rows by name", |seen| {
            seen.rows.first().map(|row| row.name.as_str()) == names.first().copied()
        })
        .await?;
    ensure!(
        sorted
            .rows
            .iter()
            .map(|row| row.name.as_str())
            .eq(names.iter().copied()),
        "{:?}",
        sorted.rows
    );
    page.press("button", "Area").await?;
    page.until("the rows by name backwards", |seen| {
        seen.rows
            .iter()
            .rev()
            .map(|row| row.name.as_str())
            .eq(names.iter().copied())
    })
    .await?;

    page.press("checkbox", "All areas").await?;
    page.until("the first rows of all areas", |seen| {
        seen.rows.len() > 12 && seen.caption.starts_with("All")
    })
    .await?;
    let mut names: Vec<String> = page
        .all_rows(315)
        .await?
        .into_iter()
        .map(|row| row.name)
        .collect();
    ensure!(
        names.is_sorted_by(|a, b| a >= b),
        "the pages are not in order: {names:?}"
    );
    names.dedup();
    ensure!(
        names.len() == 315,
        "only {} of 315 names are different",
        names.len()
    );

    page.press("searchbox", "Name has").await?;
    page.type_text("CALDER").await?;
    let found = page
        .until("Calderdale alone", |seen| seen.rows.len() == 1)
        .await?;
    ensure!(found.rows[0].name == "Calderdale", "{found:#?}");
    page.until("the number of rows in the notice", |seen| {
        seen.notices.iter().any(|said| said == "1 in all.")
    })
    .await?;
    page.type_text("x").await?;
    page.until("the notice that no area matches", |seen| {
        seen.notices
            .iter()
            .any(|said| said.starts_with("No area here"))
    })
    .await?;
    Ok(())
}
