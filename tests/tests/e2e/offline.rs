//! Tests the offline copy: use without a network, new editions, and pages that keep no copy.

use std::collections::BTreeSet;
use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;
use libtest_mimic::Trial;
use rising_model::area::{AreaIndex, Level};
use rising_model::series::{CountsChunk, Figure};
use rising_tests::browser::{EngineName, Screen};
use rising_tests::page::Page;
use rising_tests::page_state::PageState;
use rising_tests::settings::settings;
use rising_tests::site::data;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use xtask::server::ResponseFault;

use crate::faults::expect_program_errors;
use crate::runner::own_site_trial;

/// The totals of the default date.
const TOTALS: &str = "12 rising, 302 falling, 1 unchanged. 1 rise and 195 falls are clear.";

/// Rutland at the default date.
const RUTLAND: &str = "?area=E06000017&date=2021-02-07";

/// The cases of Rutland in the edition that a test publishes; the site has 194.
const NEW_COUNT: &str = "294";

/// More than the pause before the page starts its service worker.
const IDLE_TIME: Duration = Duration::from_secs(5);

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
            "offline: a new edition is offered and replaces the whole old one",
            desktop,
            new_edition,
        ),
        own_site_trial(
            "offline: an incomplete edition replaces nothing",
            desktop,
            incomplete_edition,
        ),
        own_site_trial(
            "offline: a new program is used only with its list of files",
            desktop,
            new_program,
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
            "offline: two tabs keep their own editions",
            desktop,
            two_tabs,
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
        own_site_trial(
            "offline: a damaged record of the copy is replaced",
            desktop,
            damaged_records,
        ),
        own_site_trial(
            "offline: the network answers while the cache storage fails",
            desktop,
            failing_storage,
        ),
        own_site_trial(
            "offline: damaged files of the copy are fetched again",
            desktop,
            damaged_files,
        ),
        own_site_trial(
            "offline: an HTML page in place of postcodes is not kept",
            desktop,
            damaged_postcodes,
        ),
        own_site_trial(
            "offline: a publisher can switch it off",
            desktop,
            switch_off,
        ),
        own_site_trial(
            "offline: a publisher can replace a broken service worker",
            desktop,
            replace_broken_worker,
        ),
    ]
}

/// Returns the number of complete copies. Does not open caches by name: that would create a cache
/// that has just been removed, empty.
const COPIES: &str = "let copies = 0;
    for (const name of await caches.keys()) if (await caches.match('kept',
        { cacheName: name })) copies += 1;
    return copies";

/// Runs the body of an async function in the page and returns its result.
async fn execute_async(page: &Page<'_>, script: &str) -> Result<Value> {
    page.execute(&format!("return (async () => {{ {script} }})()"), vec![])
        .await
}

/// Waits until there are exactly this many caches, all of them complete copies.
async fn until_copies(page: &Page<'_>, copies: u32) -> Result<()> {
    let script = format!(
        "return (async () => {{ const all = (await caches.keys()).length; {} }})()",
        COPIES.replace(
            "return copies",
            &format!("return (copies === {copies} && all === copies) || `${{copies}} of ${{all}}`")
        )
    );
    page.until_script(&format!("{copies} copies"), &script)
        .await
}

/// Opens the page and waits for its offline copy.
async fn open_and_copy(page: &Page<'_>, query: &str) -> Result<()> {
    page.open(query).await?;
    until_copies(page, 1).await
}

/// Makes the server refuse all requests.
fn refuse_requests(page: &Page<'_>) {
    for said in ["ailed to fetch", "Load failed", "ServiceWorker", "preload"] {
        page.allow_console_errors(said);
    }
    page.set_fault("/", ResponseFault::Closed);
}

/// Switches off the network of the page, and the server for the service worker, which the browser's
/// switch does not affect.
async fn go_offline(page: &Page<'_>) -> Result<()> {
    refuse_requests(page);
    forget_files(page).await?;
    page.set_offline(true).await
}

/// Clears the HTTP cache. Not in WebKit: that would clear the offline copies too, and WebKit keeps
/// no HTTP cache on disk under a driver.
async fn forget_files(page: &Page<'_>) -> Result<()> {
    if page.browser().name() == EngineName::WebKit {
        Ok(())
    } else {
        page.browser().forget_files().await
    }
}

/// Switches the network and the server on again.
async fn go_online(page: &Page<'_>) -> Result<()> {
    page.site().server().clear_faults();
    page.set_offline(false).await
}

fn is_offline(seen: &PageState) -> bool {
    seen.status_kind() == "offline"
        && seen
            .status
            .as_ref()
            .is_some_and(|status| status.text.contains("last checked"))
}

/// Returns the chunk of authorities of the default date with 100 cases more in Rutland on that
/// date: its new name, its content, and its old name.
fn new_chunk() -> Result<(String, Vec<u8>, String)> {
    let (set, level) = (data()?, Level::Ltla);
    let date = set
        .manifest
        .default
        .date
        .context("the data set has no default date")?;
    let files = set.files(level)?;
    let covers = files
        .counts
        .iter()
        .find(|counts| counts.first <= date && date <= counts.last);
    let old = covers
        .context("no chunk covers the default date")?
        .file
        .file
        .clone();
    let chunk = CountsChunk::decode(&fs::read(
        settings()
            .map_err(anyhow::Error::msg)?
            .dist
            .join("data")
            .join(&old),
    )?)?;
    let rutland = set.level(level)?.area("E06000017")?;
    let days = chunk.last() - chunk.first() + 1;
    let mut figures = Vec::new();
    for area in 0..AreaIndex::try_from(chunk.areas())? {
        figures.extend((0..days).map(|day| chunk.first() + day).map(|day| {
            match chunk.figure(area, day) {
                Figure::Count(count) if (area, day) == (rutland, date) => {
                    Figure::Count(count + 100)
                }
                other => other,
            }
        }));
    }
    let new = CountsChunk::new(chunk.cadence(), chunk.first(), days.try_into()?, &figures)
        .context("no chunk")?
        .encode();
    let digest: String = Sha256::digest(&new)
        .iter()
        .take(5)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok((format!("ltla.counts.{digest}.bin"), new, old))
}

/// Publishes an edition in which Rutland has 100 cases more, and returns the name of its new file.
fn publish(page: &Page<'_>) -> Result<String> {
    let (name, content, old) = new_chunk()?;
    page.site()
        .publish(&format!("data/{name}"), Some(&content))?;
    replace_in_file(page, "data/manifest.json", &[(old.clone(), name.clone())])?;
    // The page preloads the file by its name.
    replace_in_file(page, "index.html", &[(old.clone(), name.clone())])?;
    page.site().publish(&format!("data/{old}"), None)?;
    Ok(name)
}

/// Dispatches the event by which a browser reports a network; the page then checks for a new
/// edition.
async fn dispatch_online(page: &Page<'_>) -> Result<()> {
    page.execute("window.dispatchEvent(new Event('online'))", vec![])
        .await?;
    Ok(())
}

async fn until_offered(page: &Page<'_>) -> Result<PageState> {
    page.until("the status outdated", |seen| {
        seen.status_kind() == "outdated"
    })
    .await
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
    let said = seen.status.map(|status| status.text).unwrap_or_default();
    ensure!(
        said == "You are offline. These are the figures up to 12 December 2023, last checked less \
            than an hour ago.",
        "{said}"
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
    let said = seen.status.map(|status| status.text).unwrap_or_default();
    ensure!(said.contains("figures up to 31 December 2022"), "{said}");
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
    tokio::time::sleep(IDLE_TIME - Duration::from_secs(1)).await;
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

async fn new_edition(page: &Page<'_>) -> Result<()> {
    open_and_copy(page, RUTLAND).await?;
    let name = publish(page)?;
    dispatch_online(page).await?;
    let offered = until_offered(page).await?;
    ensure!(
        offered.detail_text().contains("194") && offered.open_area() == Some("E06000017"),
        "{offered:#?}"
    );
    // The page stays on the old edition until the user asks for the new one.
    page.press("button", "Show them").await?;
    let seen = page
        .until("the new figures of the same area and date", |seen| {
            seen.is_settled()
                && seen.open_area() == Some("E06000017")
                && seen.detail_text().contains(NEW_COUNT)
        })
        .await?;
    ensure!(seen.query().contains("date=2021-02-07"), "{}", seen.query());
    // The old copy is removed once no page uses it.
    until_copies(page, 1).await?;
    go_offline(page).await?;
    page.go(RUTLAND).await?;
    page.until("the new edition, offline", |seen| {
        is_offline(seen) && seen.detail_text().contains(NEW_COUNT)
    })
    .await?;
    let has_new = execute_async(
        page,
        &format!("return !!(await caches.match('data/{name}'))"),
    )
    .await?;
    ensure!(has_new == json!(true), "{name} is not kept");
    Ok(())
}

async fn incomplete_edition(page: &Page<'_>) -> Result<()> {
    open_and_copy(page, RUTLAND).await?;
    let name = publish(page)?;
    let (_, content, _) = new_chunk()?;
    let mut damaged = content.clone();
    damaged[40] ^= 1;
    for fault in [
        ResponseFault::Status(404),
        ResponseFault::Status(500),
        ResponseFault::Cut(content.len() / 2),
        ResponseFault::Truncated(content.len() / 2),
        ResponseFault::Replaced(damaged),
        ResponseFault::Closed,
    ] {
        let before = page.site().server().requests().len();
        page.set_fault(&name, fault.clone());
        dispatch_online(page).await?;
        // Waits until the worker has requested the file and had time to use it.
        let begun = Instant::now();
        while !page.site().server().requests()[before..]
            .iter()
            .any(|path| path.contains(&name))
        {
            ensure!(
                begun.elapsed() < Duration::from_secs(20),
                "{fault:?}: the worker did not request {name}"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        tokio::time::sleep(Duration::from_millis(600)).await;
        let seen = page.state().await?;
        ensure!(
            seen.status_kind() == "quiet" && seen.detail_text().contains("194"),
            "{fault:?}: {seen:#?}"
        );
        go_offline(page).await?;
        page.go(RUTLAND).await?;
        page.until(&format!("the old edition after {fault:?}"), |seen| {
            is_offline(seen)
                && seen.open_area() == Some("E06000017")
                && seen.detail_text().contains("194")
        })
        .await?;
        page.site().server().clear_faults();
        // The page stays on its edition and requests nothing of the new one yet.
        page.set_fault(&name, fault.clone());
        page.set_offline(false).await?;
        page.until(&format!("the status quiet after {fault:?}"), |seen| {
            seen.status_kind() == "quiet"
        })
        .await?;
    }
    page.site().server().clear_faults();
    dispatch_online(page).await?;
    until_offered(page).await?;
    Ok(())
}

/// Replaces names in a file of the site.
fn replace_in_file(page: &Page<'_>, file: &str, names: &[(String, String)]) -> Result<()> {
    let text = String::from_utf8(page.site().read(file)?)?;
    let text = names
        .iter()
        .fold(text, |text, (old, new)| text.replace(old, new));
    page.site().publish(file, Some(text.as_bytes()))
}

async fn new_program(page: &Page<'_>) -> Result<()> {
    open_and_copy(page, "").await?;
    let css = (
        page.site().file_name("rising-", ".css")?,
        "rising-00000000000000c1.css".to_owned(),
    );
    let leaflet = (
        page.site().file_name("leaflet-", ".js")?,
        "leaflet-00000000000000c2.js".to_owned(),
    );
    let names = [css.clone(), leaflet];
    // Half-way through a publication: the page is new, its list of files is old.
    for (old, new) in &names {
        page.site().publish(new, Some(&page.site().read(old)?))?;
        page.site().publish(old, None)?;
    }
    replace_in_file(page, "index.html", &names)?;
    forget_files(page).await?;
    page.open("").await?;
    let sheet = "return document.querySelector('link[rel=stylesheet]').getAttribute('href')";
    ensure!(
        page.execute(sheet, vec![]).await? == json!(format!("./{}", css.1)),
        "the browser got the old page"
    );
    tokio::time::sleep(IDLE_TIME).await;
    go_offline(page).await?;
    page.go("").await?;
    page.until("the old page, complete", |seen| {
        is_offline(seen) && seen.totals == TOTALS
    })
    .await?;
    ensure!(
        page.execute(sheet, vec![]).await? == json!(format!("./{}", css.0)),
        "the page mixes two programs"
    );
    go_online(page).await?;
    // The list of files follows.
    replace_in_file(page, "offline.json", &names)?;
    page.open("").await?;
    let kept = format!("return !!(await caches.match('{}'))", css.1);
    page.until_script(
        "the new program in the copy",
        &format!("return (async () => {{ {kept} }})()"),
    )
    .await?;
    until_copies(page, 1).await?;
    go_offline(page).await?;
    page.go("").await?;
    page.until("the new page", |seen| {
        is_offline(seen) && seen.totals == TOTALS
    })
    .await?;
    ensure!(
        page.execute(sheet, vec![]).await? == json!(format!("./{}", css.1)),
        "the copy does not have the new page"
    );
    Ok(())
}

async fn slow_site(page: &Page<'_>) -> Result<()> {
    open_and_copy(page, "").await?;
    // The network is slower than the limit after which the copy is used.
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
            open_in_frame(page).await?
        } else {
            page.open("?embed=1").await.map(drop)?
        }
        let asked = page.site().server().requests()[before..].to_vec();
        for file in needed {
            ensure!(
                asked.iter().any(|path| path.contains(file)),
                "{file} was not requested from the server, only {asked:?}"
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
            && !!inside.querySelector('.page:not(#boot) [data-testid=totals]')?.innerText",
    )
    .await
}

async fn two_tabs(page: &Page<'_>) -> Result<()> {
    // The first tab has not requested the chunk that changes.
    page.open("?date=2021-10-27").await?;
    until_copies(page, 1).await?;
    let client = page.browser().client();
    let first = client.window().await?;
    publish(page)?;
    forget_files(page).await?;
    let second = client.new_window(true).await?.handle;
    client.switch_to_window(second).await?;
    let outcome = async {
        page.open(RUTLAND).await?;
        page.until("the new figures", |seen| {
            seen.detail_text().contains(NEW_COUNT)
        })
        .await?;
        // The copy of the old edition stays for the first tab.
        until_copies(page, 2).await
    }
    .await;
    client.close_window().await?;
    client.switch_to_window(first).await?;
    outcome?;
    forget_files(page).await?;
    // The file is no longer on the server.
    page.press("combobox", "Find your area").await?;
    page.type_text("rutl").await?;
    page.key(Key::Enter).await?;
    page.until("Rutland", |seen| seen.open_area() == Some("E06000017"))
        .await?;
    page.execute(
        "const slider = document.querySelector('[data-testid=timeline]');
        slider.value = String(Number(slider.value) - 262);
        slider.dispatchEvent(new Event('input', { bubbles: true }));",
        vec![],
    )
    .await?;
    page.until("the old figures in the first tab", |seen| {
        seen.caption.ends_with("7 February 2021") && seen.detail_text().contains("194")
    })
    .await?;
    dispatch_online(page).await?;
    until_offered(page).await?;
    page.press("button", "Show them").await?;
    page.until("the new figures", |seen| {
        seen.is_settled() && seen.detail_text().contains(NEW_COUNT)
    })
    .await?;
    until_copies(page, 1).await
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
    let asked = page.site().requested();
    ensure!(
        !asked.contains("sw.js") && !asked.contains("offline.json"),
        "{asked:?}"
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
        page.site().server().clear_faults();
    }
    Ok(())
}

/// Returns `true` if every file of the copy matches the list of the site and the hash in its name;
/// otherwise the name of the first wrong file.
const COPY_IS_COMPLETE: &str = "const [list,
    manifest] = await Promise.all(['offline.json', 'data/manifest.json']
        .map(async (name) => (await fetch(name, { cache: 'reload' })).json()));
    const wanted = new Map(Object.entries(list.files));
    JSON.stringify(manifest, (key, value) => {
        if (key === 'file') wanted.set(`data/${value}`, value.split('.').at(-2));
        return value;
    });
    for (const [name, sum] of wanted) {
        const bytes = await (await caches.match(name))?.arrayBuffer();
        const digest = bytes && new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
        if (!digest || !Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
            .startsWith(sum)) return name;
    }
    const record = await (await caches.match('kept')).text();
    try { return JSON.parse(record).page.length === 64 || record } catch { return record }";

async fn until_copy_is_complete(page: &Page<'_>) -> Result<()> {
    page.until_script(
        "a complete copy",
        &format!("return (async () => {{ {COPY_IS_COMPLETE} }})()"),
    )
    .await
}

async fn damaged_records(page: &Page<'_>) -> Result<()> {
    open_and_copy(page, "").await?;
    for record in [
        "",
        "{",
        "null",
        "[]",
        "1",
        "{\"at\":1}",
        "{\"at\":1,\"page\":\"x\",\"sums\":null}",
    ] {
        let damage = format!(
            "for (const name of await caches.keys()) await (await caches.open(name)).put('kept',
                new Response({}))",
            json!(record)
        );
        execute_async(page, &damage).await?;
        page.open("").await?;
        until_copy_is_complete(page).await?;
    }
    Ok(())
}

/// Publishes a worker that begins with `script`, and waits until the page uses it.
async fn publish_worker_starting_with(page: &Page<'_>, script: &str) -> Result<()> {
    let worker = String::from_utf8(page.site().read("sw.js")?)?;
    let own = worker
        .split_once("// own\n")
        .map_or(worker.as_str(), |(_, own)| own);
    let which = "addEventListener('fetch', (event) => {
        if (event.request.url.endsWith('/which')) event.respondWith(new Response(WHICH));
    });";
    page.site().publish(
        "sw.js",
        Some(
            format!(
                "const WHICH = {};\n{which}\n{script}\n// own\n{own}",
                json!(script)
            )
            .as_bytes(),
        ),
    )?;
    page.open("").await?;
    // A browser replaces a worker once it is idle; requests keep it busy.
    tokio::time::sleep(IDLE_TIME).await;
    let is_it = format!(
        "return fetch('which').then((answer) => answer.text()).then((text) => text === {})",
        json!(script)
    );
    page.until_script(&format!("the worker with {script}"), &is_it)
        .await
}

async fn failing_storage(page: &Page<'_>) -> Result<()> {
    page.expect_failed_requests();
    open_and_copy(page, "").await?;
    let all = [
        "CacheStorage keys",
        "CacheStorage open",
        "CacheStorage match",
        "Cache match",
        "Cache keys",
        "Cache put",
    ];
    let throws = "throw new DOMException('broken', 'UnknownError')";
    let rejects = "return Promise.reject(new TypeError('broken'))";
    for (fails, each) in [
        (throws, &[&all[..]][..]),
        (rejects, &[&all[..], &all[1..2], &all[2..3], &all[3..4]][..]),
    ] {
        for broken in each {
            let script = |one: &&str| {
                let (kind, method) = one.split_once(' ').unwrap_or_default();
                format!("{kind}.prototype.{method} = () => {{ {fails}; }};")
            };
            publish_worker_starting_with(page, &broken.iter().map(script).collect::<String>())
                .await?;
            page.open("?theme=dark").await?;
            ensure!(
                page.state().await?.totals == TOTALS,
                "{broken:?}: the page is not complete"
            );
            page.go_to("area/E06000017/").await?;
            page.until("an area page", |seen| {
                seen.verdict.starts_with("Rising in Rutland")
            })
            .await?;
        }
    }
    Ok(())
}

/// Damages all files of the copy except the record.
const DAMAGE_FILES: &str = "const cache = await caches.open((await caches.keys())[0]);
    for (const request of await cache.keys()) {
        const { headers } = await cache.match(request);
        if (!request.url.endsWith('/kept')) await cache.put(request,
            new Response('damaged', { headers }));
    }";

async fn damaged_files(page: &Page<'_>) -> Result<()> {
    expect_program_errors(page);
    page.expect_failed_requests();
    open_and_copy(page, RUTLAND).await?;
    execute_async(page, DAMAGE_FILES).await?;
    // The page repairs the files that it needs, the worker all others.
    page.open(RUTLAND).await?;
    let seen = page.state().await?;
    ensure!(
        seen.failed.is_empty() && seen.detail_text().contains("194"),
        "{seen:#?}"
    );
    until_copy_is_complete(page).await?;
    go_offline(page).await?;
    page.go("").await?;
    page.until("the full page, offline", |seen| {
        is_offline(seen) && seen.totals == TOTALS
    })
    .await?;
    page.map_view().await?;
    go_online(page).await?;
    // Offline, the damaged HTML page is not used, but a repaired one.
    page.open("").await?;
    until_copy_is_complete(page).await
}

async fn damaged_postcodes(page: &Page<'_>) -> Result<()> {
    page.expect_failed_requests();
    open_and_copy(page, "").await?;
    page.open("").await?;
    page.set_fault(
        "postcodes.",
        ResponseFault::HtmlPage("<!doctype html><p>Pay first".to_owned()).once(),
    );
    page.press("combobox", "Find your area").await?;
    page.type_text("HX1 1UJ").await?;
    page.key(Key::Enter).await?;
    page.until("the postcode's area", |seen| {
        seen.open_area() == Some("E08000033")
    })
    .await?;
    let kept = "for (const name of await caches.keys())
        for (const request of await (await caches.open(name)).keys())
            if (request.url.includes('postcodes.'))
                return (await (await caches.match(request)).text()).slice(0, 6);
    return 'none'";
    page.until_script(
        "the postcodes in the copy",
        &format!("return (async () => {{ {kept} }})().then((text) => text === 'RISING' || text)"),
    )
    .await
}

/// The worker answers every visit with a page of its own, whose scripts cannot load another worker.
async fn replace_broken_worker(page: &Page<'_>) -> Result<()> {
    page.expect_failed_requests();
    open_and_copy(page, "").await?;
    let broken = "addEventListener('fetch', (event) => {
        if (event.request.mode === 'navigate')
            event.respondWith(new Response('<link rel=icon href=data:,><p>broken',
                { headers: { 'content-type': 'text/html' } }));
    });";
    publish_worker_starting_with(page, broken).await?;
    page.go("").await?;
    page.until("the broken page", |seen| seen.everything == "broken")
        .await?;
    let off = page.site().read("sw-off.js")?;
    page.site().publish("sw.js", Some(&off))?;
    let begun = Instant::now();
    loop {
        // The browser checks for another worker at each visit, whatever the installed one answers.
        page.go("").await?;
        tokio::time::sleep(Duration::from_millis(500)).await;
        if page.state().await?.everything != "broken" {
            break;
        }
        ensure!(
            begun.elapsed() < Duration::from_secs(30),
            "the broken worker is still installed"
        );
    }
    page.until("the page", |seen| {
        seen.is_settled() && seen.totals == TOTALS
    })
    .await?;
    Ok(())
}

async fn switch_off(page: &Page<'_>) -> Result<()> {
    open_and_copy(page, "").await?;
    let off = page.site().read("sw-off.js")?;
    page.site().publish("sw.js", Some(&off))?;
    // The next visit removes the copies and the worker, whatever the old worker does.
    page.open("").await?;
    let gone = "return Promise.all([caches.keys(), navigator.serviceWorker.getRegistrations()])
        .then(([kept, workers]) => (kept.length === 0 && workers.length === 0)
            || `${kept} ${workers.length}`)";
    page.until_script("no copies and no worker", gone).await?;
    // The visit after that has no worker, and asks for one.
    page.open("").await?;
    tokio::time::sleep(IDLE_TIME).await;
    page.until_script("no copies and no worker, again", gone)
        .await?;
    ensure!(
        page.state().await?.totals == TOTALS,
        "the page does not work without a worker"
    );
    Ok(())
}
