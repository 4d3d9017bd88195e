//! Tests which pages make and use an offline copy.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use fantoccini::key::Key;
use libtest_mimic::Trial;
use rising_model::domain::area::Level;
use rising_tests::browser::Screen;
use rising_tests::page::Page;
use rising_tests::page_state::PageState;
use rising_tests::site::data;
use serde_json::json;
use xtask::server::ResponseFault;

use super::{
    IDLE_TIME, RUTLAND, TOTALS, dispatch_online, execute_async, forget_files, go_offline,
    go_online, is_offline, open_and_copy, refuse_requests, until_copies,
};
use crate::faults::expect_program_errors;
use crate::runner::own_site_trial;

pub fn trials() -> Vec<Trial> {
    let desktop = Screen::DESKTOP;
    vec![
        own_site_trial(
            "offline: a page opened once works in full",
            desktop,
            opened_once,
        ),
        own_site_trial(
            "offline: no copy is made before the page is complete",
            desktop,
            no_copy_before,
        ),
        own_site_trial(
            "offline: a slow site uses a complete copy only",
            desktop,
            slow_site,
        ),
        own_site_trial(
            "offline: a site that is reachable again is found without an action",
            desktop,
            site_reachable_again,
        ),
        own_site_trial(
            "offline: a map in an article makes and uses no copy",
            desktop,
            articles,
        ),
        own_site_trial(
            "offline: postcode areas that were used are kept",
            desktop,
            postcodes,
        ),
        own_site_trial(
            "offline: no copy is made while data is saved",
            desktop,
            saves_data,
        ),
        own_site_trial(
            "offline: a maintenance page replaces nothing",
            desktop,
            maintenance,
        ),
    ]
}

async fn opened_once(page: &Page<'_>) -> Result<()> {
    open_and_copy(page, "").await?;
    go_offline(page).await?;
    page.go("").await?;
    let seen = page
        .until(
            "the status offline with the time of the last check",
            is_offline,
        )
        .await?;
    ensure!(seen.totals == TOTALS, "{seen:#?}");
    let text = seen.status.map(|status| status.text).unwrap_or_default();
    ensure!(
        text == "You are offline. These are the figures up to 12 December 2023, last checked less \
            than an hour ago.",
        "{text}"
    );
    page.map_view().await?;
    // The details of Rutland, with the history of all years.
    page.press("combobox", "Find your area").await?;
    page.type_text("rutl").await?;
    page.key(Key::Enter).await?;
    page.until("Rutland", |seen| {
        seen.open_area() == Some("E06000017") && seen.detail_text().contains("194")
    })
    .await?;
    page.until_script(
        "the chart of all dates",
        "return !!document.querySelector('[data-testid=area-detail] svg')
            && !document.body.innerText.includes('Loading')",
    )
    .await?;
    page.tab_until("the timeline", |seen| {
        seen.focus
            .as_ref()
            .is_some_and(|focus| focus.region == "timeline" && focus.tag == "input")
    })
    .await?;
    for (key, date) in [
        (Key::Home, "7 February 2020"),
        (Key::End, "12 December 2023"),
    ] {
        page.key(key).await?;
        page.until(date, |seen| seen.verdict.contains(date)).await?;
    }
    // The other level with its table and shapes.
    page.go("?level=msoa&date=2020-11-28").await?;
    let seen = page
        .until("the neighbourhoods", |seen| {
            is_offline(seen) && !seen.rows.is_empty()
        })
        .await?;
    let text = seen.status.map(|status| status.text).unwrap_or_default();
    ensure!(text.contains("figures up to 31 December 2022"), "{text}");
    page.map_view().await?;
    // An area page redirects to the full page.
    page.browser()
        .navigate(&format!("{}area/E06000017/", page.site().server().url()))
        .await?;
    page.until("Rutland by its area page", |seen| {
        seen.open_area() == Some("E06000017") && seen.address.ends_with("/?area=E06000017")
    })
    .await?;
    // Only the server is unreachable, which the device does not know.
    page.set_offline(false).await?;
    page.go("").await?;
    let seen = page
        .until("the status that the site cannot be reached", is_offline)
        .await?;
    ensure!(
        seen.totals == TOTALS && seen.everything.contains("The site cannot be reached."),
        "{seen:#?}"
    );
    go_online(page).await?;
    dispatch_online(page).await?;
    page.until("the status quiet", PageState::is_settled)
        .await?;
    Ok(())
}

async fn no_copy_before(page: &Page<'_>) -> Result<()> {
    let files = data()?.files(Level::Ltla)?;
    // One file is delayed for longer than the page would wait for a copy.
    page.set_fault(&files.shapes.file, ResponseFault::Delayed(IDLE_TIME));
    page.go("").await?;
    let requested = |page: &Page<'_>| -> BTreeSet<String> { page.site().requested() };
    page.until("the figures without the map", |seen| {
        seen.status_kind() == "loading"
    })
    .await?;
    tokio::time::sleep(IDLE_TIME.saturating_sub(Duration::from_secs(1))).await;
    let early = requested(page);
    ensure!(
        !early.contains("sw.js") && !early.contains("offline.json"),
        "{early:?}"
    );
    page.site().server().clear_faults();
    page.until("the page with all its figures", PageState::is_settled)
        .await?;
    let first: BTreeSet<String> = requested(page)
        .into_iter()
        .filter(|file| file.starts_with("data/"))
        .collect();
    let places = data()?
        .manifest
        .places
        .as_ref()
        .map(|places| places.file.clone());
    let allowed: BTreeSet<String> = files
        .preload
        .iter()
        .chain(&places)
        .map(String::as_str)
        .chain(["manifest.json"])
        .map(|file| format!("data/{file}"))
        .collect();
    ensure!(first.is_subset(&allowed), "{first:?}");
    until_copies(page, 1).await
}

/// Opens the page on a network slower than the limit after which the copy is used, and checks that
/// the page does not wait for the network.
async fn open_on_slow_site(page: &Page<'_>) -> Result<()> {
    page.set_fault(
        "?theme=light",
        ResponseFault::Delayed(Duration::from_secs(15)),
    );
    let begun = Instant::now();
    page.open("?theme=light").await?;
    ensure!(
        begun.elapsed() < Duration::from_secs(12),
        "it took {:?}",
        begun.elapsed()
    );
    Ok(())
}

async fn slow_site(page: &Page<'_>) -> Result<()> {
    open_and_copy(page, "").await?;
    open_on_slow_site(page).await?;
    // A copy without a program file is not used: the browser waits for the network. A page that
    // still runs would repair the copy too early for this test.
    tokio::time::sleep(IDLE_TIME).await;
    let glue = page.site().file_name("rising-", ".js")?;
    let hole = format!(
        "for (const name of await caches.keys()) await (await caches.open(name)).delete('{glue}');
        return !(await caches.match('{glue}'))"
    );
    ensure!(
        execute_async(page, &hole).await? == json!(true),
        "{glue} is still in the copy"
    );
    page.set_fault(
        "?theme=dark",
        ResponseFault::Delayed(Duration::from_secs(6)),
    );
    let begun = Instant::now();
    page.open("?theme=dark").await?;
    ensure!(
        begun.elapsed() > Duration::from_secs(5),
        "an incomplete copy was used after {:?}",
        begun.elapsed()
    );
    page.site().server().clear_faults();
    // The copy is repaired.
    page.until_script(
        "the file in the copy",
        &format!("return (async () => !!(await caches.match('{glue}')))()"),
    )
    .await
}

/// The device is online all the time, so that no browser dispatches an event.
async fn site_reachable_again(page: &Page<'_>) -> Result<()> {
    open_and_copy(page, RUTLAND).await?;
    refuse_requests(page);
    dispatch_online(page).await?;
    page.until("the status that the site cannot be reached", is_offline)
        .await?;
    page.site().server().clear_faults();
    page.until("the status quiet without an action", |seen| {
        seen.status_kind() == "quiet"
    })
    .await?;
    Ok(())
}

async fn articles(page: &Page<'_>) -> Result<()> {
    let none = "return navigator.serviceWorker.getRegistrations().then((all) => all.length === 0)";
    page.open("?embed=1").await?;
    tokio::time::sleep(IDLE_TIME).await;
    page.until_script("no worker for an embedded page", none)
        .await?;
    // The full page in a frame of the same site.
    open_in_frame(page).await?;
    tokio::time::sleep(IDLE_TIME).await;
    page.until_script("no worker for a page in a frame", none)
        .await?;

    // With a worker installed, neither page gets anything from the copy.
    open_and_copy(page, "").await?;
    let files = data()?.files(Level::Ltla)?;
    let needed = ["data/manifest.json", &files.areas.file, &files.shapes.file];
    for framed in [false, true] {
        forget_files(page).await?;
        let before = page.site().server().requests().len();
        if framed {
            open_in_frame(page).await?;
        } else {
            page.open("?embed=1").await.map(drop)?;
        }
        let requests = page.site().server().requests()[before..].to_vec();
        for file in needed {
            ensure!(
                requests.iter().any(|path| path.contains(file)),
                "{file} was not requested from the server, only {requests:?}"
            );
        }
    }
    Ok(())
}

/// Opens an article of the same site with the full page in a frame.
async fn open_in_frame(page: &Page<'_>) -> Result<()> {
    page.go_to("examples/index.html").await?;
    page.execute(
        "const frame = document.body.appendChild(document.createElement('iframe'));
            frame.id = 'full'; frame.src = '../'",
        vec![],
    )
    .await?;
    page.until_script(
        "the framed page",
        "const inside = document.getElementById('full').contentDocument;
        return inside?.querySelector('[data-testid=status]')?.dataset.kind === 'quiet'
            && !inside.getElementById('boot')
            && !!inside.querySelector('[data-testid=totals]')?.innerText",
    )
    .await
}

async fn postcodes(page: &Page<'_>) -> Result<()> {
    page.open("").await?;
    let look_for = async |postcode: &str, area: &str| -> Result<()> {
        page.press("combobox", "Find your area").await?;
        page.type_text(postcode).await?;
        page.key(Key::Enter).await?;
        page.until(postcode, |seen| seen.open_area() == Some(area))
            .await?;
        Ok(())
    };
    // The first postcode is looked up before there is a worker, the second with it.
    look_for("HX1 1UJ", "E08000033").await?;
    until_copies(page, 1).await?;
    page.open("").await?;
    look_for("LE15 6HP", "E06000017").await?;
    let kept = "for (const area of ['hx', 'le']) {
        const hash = (await (await fetch('data/manifest.json')).json()).postcodes.hash;
        if (!(await caches.match(`data/postcodes.${hash}.${area}.bin`))) return area;
    }
    return true";
    page.until_script(
        "both postcode areas",
        &format!("return (async () => {{ {kept} }})()"),
    )
    .await?;
    let all = execute_async(
        page,
        "const cache = await caches.open((await caches.keys())[0]);
        return (await cache.keys()).filter(({ url }) => url.includes('postcodes')).length",
    )
    .await?;
    ensure!(
        all == json!(2),
        "the copy has {all} files of postcodes, not 2"
    );
    go_offline(page).await?;
    page.go("").await?;
    page.until("the page", is_offline).await?;
    look_for("LE15 6HP", "E06000017").await
}

async fn saves_data(page: &Page<'_>) -> Result<()> {
    page.add_init_script(
        "Object.defineProperty(navigator, 'connection', { value: { saveData: \
        true }, configurable: true })",
    )
    .await?;
    page.open("").await?;
    tokio::time::sleep(IDLE_TIME).await;
    let requests = page.site().requested();
    ensure!(
        !requests.contains("sw.js") && !requests.contains("offline.json"),
        "{requests:?}"
    );
    Ok(())
}

/// Returns three pages that a server or a network may send for every address: a maintenance page,
/// one that names files of the site, and the first half of the page.
fn maintenance_pages(own: &[u8]) -> [Vec<u8>; 3] {
    let html = String::from_utf8_lossy(own);
    let links = html
        .split("<link ")
        .skip(1)
        .filter_map(|link| Some(format!("<link {}>", link.split_once('>')?.0)));
    let named: String = links.take(3).collect();
    let with_links = format!(
        "<!doctype html><html><head><link rel=icon href=data:,>{named}</head>\
         <body>Back soon</body></html>"
    );
    [
        b"<!doctype html><html><link rel=icon href=data:,><title>Mending</title>\
          <body>Back soon</body></html>"
            .to_vec(),
        with_links.into_bytes(),
        own[..own.len() / 2].to_vec(),
    ]
}

async fn maintenance(page: &Page<'_>) -> Result<()> {
    expect_program_errors(page);
    let own = page.site().read("index.html")?;
    for (number, other) in maintenance_pages(&own).into_iter().enumerate() {
        open_and_copy(page, "").await?;
        page.site().publish("index.html", Some(&other))?;
        // An open page makes the worker check for a new edition.
        let before = page.site().server().requests().len();
        dispatch_online(page).await?;
        let begun = Instant::now();
        while !page.site().server().requests()[before..]
            .iter()
            .any(|path| path.contains("offline.json"))
        {
            ensure!(
                begun.elapsed() < Duration::from_secs(20),
                "the worker did not check for a new edition"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        until_copies(page, 1).await?;
        if number < 2 {
            // A visitor meanwhile gets the page of the publisher.
            page.go("").await?;
            page.until("the publisher's page", |seen| {
                seen.everything.contains("Back soon")
            })
            .await?;
        }
        go_offline(page).await?;
        page.go("").await?;
        page.until("the full page, offline", |seen| {
            is_offline(seen) && seen.totals == TOTALS
        })
        .await?;
        go_online(page).await?;
        // The site is back, but slow.
        page.site().publish("index.html", Some(&own))?;
        open_on_slow_site(page).await?;
        page.site().server().clear_faults();
    }
    Ok(())
}
