//! What a reader has opened once: without a network, while editions come and go, and whether it
//! gets in anybody's way.

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
use rising_tests::seen::Seen;
use rising_tests::settings::settings;
use rising_tests::site::data;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use xtask::server::ResponseFault;

use crate::faults::excuse_broken_programs;
use crate::runner::keeping_trial;

/// The totals of the date that the page opens on.
const TOTALS: &str = "12 rising, 302 falling, 1 unchanged. 1 rise and 195 falls are clear.";

/// Rutland at that date.
const RUTLAND: &str = "?area=E06000017&date=2021-02-07";

/// Its cases in the edition that a test publishes; in the one that the site has they are 194.
const NEW_COUNT: &str = "294";

/// More than the page rests before it has anything kept.
const REST: Duration = Duration::from_secs(5);

pub fn trials() -> Vec<Trial> {
    let desktop = Screen::DESKTOP;
    vec![
        keeping_trial(
            "offline: opened once, the full page works",
            desktop,
            opened_once,
        ),
        keeping_trial(
            "offline: nothing is kept before the page is complete",
            desktop,
            nothing_before,
        ),
        keeping_trial(
            "offline: a new edition is offered, and replaces the old one whole",
            desktop,
            a_new_edition,
        ),
        keeping_trial(
            "offline: an edition that does not come whole replaces nothing",
            desktop,
            half_an_edition,
        ),
        keeping_trial(
            "offline: a new program on the site starts",
            desktop,
            a_new_program,
        ),
        keeping_trial(
            "offline: a site that is slow, or a copy with a hole",
            desktop,
            slow_or_with_a_hole,
        ),
        keeping_trial(
            "offline: a site that comes back is found by itself",
            desktop,
            the_site_comes_back,
        ),
        keeping_trial(
            "offline: a map in an article keeps nothing and is given nothing",
            desktop,
            articles,
        ),
        keeping_trial(
            "offline: two tabs, each with its edition to the end",
            desktop,
            two_tabs,
        ),
        keeping_trial(
            "offline: postcodes as far as they were used",
            desktop,
            postcodes,
        ),
        keeping_trial(
            "offline: a reader who saves data keeps nothing",
            desktop,
            saves_data,
        ),
        keeping_trial(
            "offline: a maintenance page replaces nothing",
            desktop,
            maintenance,
        ),
        keeping_trial(
            "offline: with damaged records the network answers",
            desktop,
            damaged_records,
        ),
        keeping_trial(
            "offline: with a browser's storage that fails the network answers",
            desktop,
            failing_storage,
        ),
        keeping_trial(
            "offline: damaged files of a copy are fetched again",
            desktop,
            damaged_files,
        ),
        keeping_trial(
            "offline: a page in place of postcodes is not kept",
            desktop,
            damaged_postcodes,
        ),
        keeping_trial("offline: a publisher can end it", desktop, the_end),
        keeping_trial(
            "offline: a publisher can end a worker that shows nothing",
            desktop,
            the_end_of_a_broken_worker,
        ),
    ]
}

/// Gives the number of copies that are complete. To open one that has just been removed would make
/// it anew, empty.
const COPIES: &str = "let copies = 0;
    for (const name of await caches.keys()) if (await caches.match('kept', { cacheName: name })) copies += 1;
    return copies";

/// Runs the body of an async function in the page.
async fn run(page: &Page<'_>, script: &str) -> Result<Value> {
    page.execute(&format!("return (async () => {{ {script} }})()"), vec![])
        .await
}

/// Waits until as many complete copies are kept, and nothing else.
async fn until_kept(page: &Page<'_>, copies: u32) -> Result<()> {
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

/// Opens the page and waits until it is kept.
async fn open_and_keep(page: &Page<'_>, query: &str) -> Result<()> {
    page.open(query).await?;
    until_kept(page, 1).await
}

/// Has the server refuse everything.
fn refuse(page: &Page<'_>) {
    for said in ["ailed to fetch", "Load failed", "ServiceWorker", "preload"] {
        page.excuse(said);
    }
    page.set_fault("/", ResponseFault::Closed);
}

/// Takes the network from the page, and the server from the worker, which the browser's own switch
/// does not reach.
async fn go_off(page: &Page<'_>) -> Result<()> {
    refuse(page);
    forget_files(page).await?;
    page.set_offline(true).await
}

/// What browsers keep beside the worker's copies. WebKit would lose the copies as well, and in a
/// driven session has none of the other on disk.
async fn forget_files(page: &Page<'_>) -> Result<()> {
    if page.browser().name() == EngineName::WebKit {
        Ok(())
    } else {
        page.browser().forget_files().await
    }
}

/// Gives both back.
async fn come_back(page: &Page<'_>) -> Result<()> {
    page.site().server().clear_faults();
    page.set_offline(false).await
}

fn is_offline(seen: &Seen) -> bool {
    seen.status_kind() == "offline"
        && seen
            .status
            .as_ref()
            .is_some_and(|status| status.text.contains("last checked"))
}

/// The default date's chunk of authorities, with a hundred cases more in Rutland on that day: its
/// new name and content, and its old name.
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

/// Publishes an edition in which Rutland has a hundred cases more, and gives the name of its new
/// file.
fn publish(page: &Page<'_>) -> Result<String> {
    let (name, content, old) = new_chunk()?;
    page.site()
        .publish(&format!("data/{name}"), Some(&content))?;
    rewrite(page, "data/manifest.json", &[(old.clone(), name.clone())])?;
    // The page names it among what it asks for in advance.
    rewrite(page, "index.html", &[(old.clone(), name.clone())])?;
    page.site().publish(&format!("data/{old}"), None)?;
    Ok(name)
}

/// What a browser does when it finds a network.
async fn ask_again(page: &Page<'_>) -> Result<()> {
    page.execute("window.dispatchEvent(new Event('online'))", vec![])
        .await?;
    Ok(())
}

async fn until_offered(page: &Page<'_>) -> Result<Seen> {
    page.until("a word that there are newer figures", |seen| {
        seen.status_kind() == "outdated"
    })
    .await
}

async fn opened_once(page: &Page<'_>) -> Result<()> {
    open_and_keep(page, "").await?;
    go_off(page).await?;
    page.go("").await?;
    let seen = page
        .until("a word how old the figures are", is_offline)
        .await?;
    ensure!(seen.totals == TOTALS, "{seen:#?}");
    let said = seen.status.map(|status| status.text).unwrap_or_default();
    ensure!(
        said == "You are offline. These are the figures up to 12 December 2023, last checked less than an hour ago.",
        "{said}"
    );
    page.map_view().await?;
    // Its details, with the history of all years.
    page.press("combobox", "Find your area").await?;
    page.type_text("rutl").await?;
    page.key(Key::Enter).await?;
    page.until("Rutland", |seen| {
        seen.open_area() == Some("E06000017") && seen.detail_text().contains("194")
    })
    .await?;
    page.until_script(
        "the chart of all dates",
        "return !!document.querySelector('[data-testid=area-detail] svg') && !document.body.innerText.includes('Loading')",
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
    // The other level, its list, its shapes.
    page.go("?level=msoa&date=2020-11-28").await?;
    let seen = page
        .until("the neighbourhoods", |seen| {
            is_offline(seen) && !seen.rows.is_empty()
        })
        .await?;
    let said = seen.status.map(|status| status.text).unwrap_or_default();
    ensure!(said.contains("figures up to 31 December 2022"), "{said}");
    page.map_view().await?;
    // An area's own page leads to the full one.
    page.browser()
        .navigate(&format!("{}area/E06000017/", page.site().server().url()))
        .await?;
    page.until("Rutland by its own page", |seen| {
        seen.open_area() == Some("E06000017") && seen.address.ends_with("/?area=E06000017")
    })
    .await?;
    // The server alone is away: the device does not know of it.
    page.set_offline(false).await?;
    page.go("").await?;
    let seen = page
        .until("a word that the site is away", is_offline)
        .await?;
    ensure!(
        seen.totals == TOTALS && seen.everything.contains("The site cannot be reached."),
        "{seen:#?}"
    );
    come_back(page).await?;
    ask_again(page).await?;
    page.until("nothing to say", Seen::settled).await?;
    Ok(())
}

async fn nothing_before(page: &Page<'_>) -> Result<()> {
    let files = data()?.files(Level::Ltla)?;
    // Complete but for one file, for longer than the page rests.
    page.set_fault(&files.shapes.file, ResponseFault::Delayed(REST));
    page.go("").await?;
    let asked = |page: &Page<'_>| -> BTreeSet<String> { page.site().requested() };
    page.until("the figures without the map", |seen| {
        seen.status_kind() == "loading"
    })
    .await?;
    tokio::time::sleep(REST - Duration::from_secs(1)).await;
    let early = asked(page);
    ensure!(
        !early.contains("sw.js") && !early.contains("offline.json"),
        "{early:?}"
    );
    page.site().server().clear_faults();
    page.until("the page with all its figures", Seen::settled)
        .await?;
    let first: BTreeSet<String> = asked(page)
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
    until_kept(page, 1).await
}

async fn a_new_edition(page: &Page<'_>) -> Result<()> {
    open_and_keep(page, RUTLAND).await?;
    let name = publish(page)?;
    ask_again(page).await?;
    let offered = until_offered(page).await?;
    ensure!(
        offered.detail_text().contains("194") && offered.open_area() == Some("E06000017"),
        "{offered:#?}"
    );
    // What she sees is still of the old edition, and so is all that she asks for.
    page.press("button", "Show them").await?;
    let seen = page
        .until("the new figures at the same place", |seen| {
            seen.settled()
                && seen.open_area() == Some("E06000017")
                && seen.detail_text().contains(NEW_COUNT)
        })
        .await?;
    ensure!(seen.query().contains("date=2021-02-07"), "{}", seen.query());
    // The old copy goes once no page uses it.
    until_kept(page, 1).await?;
    go_off(page).await?;
    page.go(RUTLAND).await?;
    page.until("the new edition without a network", |seen| {
        is_offline(seen) && seen.detail_text().contains(NEW_COUNT)
    })
    .await?;
    let has_new = run(
        page,
        &format!("return !!(await caches.match('data/{name}'))"),
    )
    .await?;
    ensure!(has_new == json!(true), "{name} is not kept");
    Ok(())
}

async fn half_an_edition(page: &Page<'_>) -> Result<()> {
    open_and_keep(page, RUTLAND).await?;
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
        ask_again(page).await?;
        // Until the worker has tried, and has had time to make something of it.
        let begun = Instant::now();
        while !page.site().server().requests()[before..]
            .iter()
            .any(|path| path.contains(&name))
        {
            ensure!(
                begun.elapsed() < Duration::from_secs(20),
                "{fault:?}: the worker did not ask for {name}"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        tokio::time::sleep(Duration::from_millis(600)).await;
        let seen = page.seen().await?;
        ensure!(
            seen.status_kind() == "quiet" && seen.detail_text().contains("194"),
            "{fault:?}: {seen:#?}"
        );
        go_off(page).await?;
        page.go(RUTLAND).await?;
        page.until(&format!("the old edition after {fault:?}"), |seen| {
            is_offline(seen)
                && seen.open_area() == Some("E06000017")
                && seen.detail_text().contains("194")
        })
        .await?;
        page.site().server().clear_faults();
        // The page goes on with the edition it began with; nothing of the new one is asked for yet.
        page.set_fault(&name, fault.clone());
        page.set_offline(false).await?;
        page.until(&format!("nothing to say after {fault:?}"), |seen| {
            seen.status_kind() == "quiet"
        })
        .await?;
    }
    page.site().server().clear_faults();
    ask_again(page).await?;
    until_offered(page).await?;
    Ok(())
}

/// Puts other names into a file of the site.
fn rewrite(page: &Page<'_>, file: &str, names: &[(String, String)]) -> Result<()> {
    let text = String::from_utf8(page.site().read(file)?)?;
    let text = names
        .iter()
        .fold(text, |text, (old, new)| text.replace(old, new));
    page.site().publish(file, Some(text.as_bytes()))
}

async fn a_new_program(page: &Page<'_>) -> Result<()> {
    open_and_keep(page, "").await?;
    let css = (
        page.site().named("rising-", ".css")?,
        "rising-00000000000000c1.css".to_owned(),
    );
    let leaflet = (
        page.site().named("leaflet-", ".js")?,
        "leaflet-00000000000000c2.js".to_owned(),
    );
    let names = [css.clone(), leaflet];
    // Half-way through its publication: the page is new, its list of files old.
    for (old, new) in &names {
        page.site().publish(new, Some(&page.site().read(old)?))?;
        page.site().publish(old, None)?;
    }
    rewrite(page, "index.html", &names)?;
    forget_files(page).await?;
    page.open("").await?;
    let sheet = "return document.querySelector('link[rel=stylesheet]').getAttribute('href')";
    ensure!(
        page.execute(sheet, vec![]).await? == json!(format!("./{}", css.1)),
        "the old page has been given"
    );
    tokio::time::sleep(REST).await;
    go_off(page).await?;
    page.go("").await?;
    page.until("the old page, whole", |seen| {
        is_offline(seen) && seen.totals == TOTALS
    })
    .await?;
    ensure!(
        page.execute(sheet, vec![]).await? == json!(format!("./{}", css.0)),
        "a mixture of pages"
    );
    come_back(page).await?;
    // Now the list as well.
    rewrite(page, "offline.json", &names)?;
    page.open("").await?;
    let kept = format!("return !!(await caches.match('{}'))", css.1);
    page.until_script(
        "the new program kept",
        &format!("return (async () => {{ {kept} }})()"),
    )
    .await?;
    until_kept(page, 1).await?;
    go_off(page).await?;
    page.go("").await?;
    page.until("the new page", |seen| {
        is_offline(seen) && seen.totals == TOTALS
    })
    .await?;
    ensure!(
        page.execute(sheet, vec![]).await? == json!(format!("./{}", css.1)),
        "not the new page"
    );
    Ok(())
}

async fn slow_or_with_a_hole(page: &Page<'_>) -> Result<()> {
    open_and_keep(page, "").await?;
    // The page comes too late, and what is kept in the meantime.
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
    // A copy without a file of its program is none: the page is waited for. The page before would
    // mend it, too early for this test.
    tokio::time::sleep(REST).await;
    let glue = page.site().named("rising-", ".js")?;
    let hole = format!(
        "for (const name of await caches.keys()) await (await caches.open(name)).delete('{glue}');
        return !(await caches.match('{glue}'))"
    );
    ensure!(
        run(page, &hole).await? == json!(true),
        "{glue} is there still"
    );
    page.set_fault(
        "?theme=dark",
        ResponseFault::Delayed(Duration::from_secs(6)),
    );
    let begun = Instant::now();
    page.open("?theme=dark").await?;
    ensure!(
        begun.elapsed() > Duration::from_secs(5),
        "a copy with a hole was taken after {:?}",
        begun.elapsed()
    );
    page.site().server().clear_faults();
    // And the hole is mended.
    page.until_script(
        "the file",
        &format!("return (async () => !!(await caches.match('{glue}')))()"),
    )
    .await
}

/// The device has a network all the while, so that no browser has anything to tell.
async fn the_site_comes_back(page: &Page<'_>) -> Result<()> {
    open_and_keep(page, RUTLAND).await?;
    refuse(page);
    ask_again(page).await?;
    page.until("a word that the site cannot be reached", is_offline)
        .await?;
    page.site().server().clear_faults();
    page.until("nothing to say, without any doing", |seen| {
        seen.status_kind() == "quiet"
    })
    .await?;
    Ok(())
}

async fn articles(page: &Page<'_>) -> Result<()> {
    let none = "return navigator.serviceWorker.getRegistrations().then((all) => all.length === 0)";
    page.open("?embed=1").await?;
    tokio::time::sleep(REST).await;
    page.until_script("no worker of an embed", none).await?;
    // The full page, in a frame of the same site.
    in_a_frame(page).await?;
    tokio::time::sleep(REST).await;
    page.until_script("no worker of a framed page", none)
        .await?;

    // With the worker there: neither is given anything of what is kept.
    open_and_keep(page, "").await?;
    let files = data()?.files(Level::Ltla)?;
    let needed = ["data/manifest.json", &files.areas.file, &files.shapes.file];
    for framed in [false, true] {
        forget_files(page).await?;
        let before = page.site().server().requests().len();
        if framed {
            in_a_frame(page).await?
        } else {
            page.open("?embed=1").await.map(drop)?
        }
        let asked = page.site().server().requests()[before..].to_vec();
        for file in needed {
            ensure!(
                asked.iter().any(|path| path.contains(file)),
                "{file} was not asked of the server but {asked:?}"
            );
        }
    }
    Ok(())
}

/// Opens an article of the same site, with the full page in a frame.
async fn in_a_frame(page: &Page<'_>) -> Result<()> {
    page.go_to("examples/index.html").await?;
    page.execute(
        "const frame = document.body.appendChild(document.createElement('iframe')); frame.id = 'full'; frame.src = '../'",
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
    // The first tab has not asked for the chunk that changes.
    page.open("?date=2021-10-27").await?;
    until_kept(page, 1).await?;
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
        // The old edition stays for the first tab.
        until_kept(page, 2).await
    }
    .await;
    client.close_window().await?;
    client.switch_to_window(first).await?;
    outcome?;
    forget_files(page).await?;
    // Not on the server any more.
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
    ask_again(page).await?;
    until_offered(page).await?;
    page.press("button", "Show them").await?;
    page.until("the new figures", |seen| {
        seen.settled() && seen.detail_text().contains(NEW_COUNT)
    })
    .await?;
    until_kept(page, 1).await
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
    // Before there is a worker, and with it.
    look_for("HX1 1UJ", "E08000033").await?;
    until_kept(page, 1).await?;
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
    let all = run(page, "return (await (await caches.open((await caches.keys())[0])).keys()).filter((r) => r.url.includes('postcodes')).length").await?;
    ensure!(all == json!(2), "{all} files of postcodes are kept");
    go_off(page).await?;
    page.go("").await?;
    page.until("the page", is_offline).await?;
    look_for("LE15 6HP", "E06000017").await
}

async fn saves_data(page: &Page<'_>) -> Result<()> {
    page.run_first("Object.defineProperty(navigator, 'connection', { value: { saveData: true }, configurable: true })")
        .await?;
    page.open("").await?;
    tokio::time::sleep(REST).await;
    let asked = page.site().requested();
    ensure!(
        !asked.contains("sw.js") && !asked.contains("offline.json"),
        "{asked:?}"
    );
    Ok(())
}

/// What a publisher's server may send for every address of a site that is being mended, and what
/// networks send that want to be paid first; the second names files of the site, and the third is
/// the page, cut.
fn other_pages(own: &[u8]) -> [Vec<u8>; 3] {
    let html = String::from_utf8_lossy(own);
    let links = html
        .split("<link ")
        .skip(1)
        .filter_map(|link| Some(format!("<link {}>", link.split_once('>')?.0)));
    let named: String = links.take(3).collect();
    let with_links = format!(
        "<!doctype html><html><head><link rel=icon href=data:,>{named}</head><body>Back soon</body></html>"
    );
    [
        b"<!doctype html><html><link rel=icon href=data:,><title>Mending</title><body>Back soon</body></html>".to_vec(),
        with_links.into_bytes(),
        own[..own.len() / 2].to_vec(),
    ]
}

async fn maintenance(page: &Page<'_>) -> Result<()> {
    excuse_broken_programs(page);
    let own = page.site().read("index.html")?;
    for (number, other) in other_pages(&own).into_iter().enumerate() {
        open_and_keep(page, "").await?;
        page.site().publish("index.html", Some(&other))?;
        // A page that is open has the worker look for news.
        let before = page.site().server().requests().len();
        ask_again(page).await?;
        let begun = Instant::now();
        while !page.site().server().requests()[before..]
            .iter()
            .any(|path| path.contains("offline.json"))
        {
            ensure!(
                begun.elapsed() < Duration::from_secs(20),
                "the worker did not look for news"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        until_kept(page, 1).await?;
        if number < 2 {
            // The publisher's word is given to who comes meanwhile.
            page.go("").await?;
            page.until("the publisher's page", |seen| {
                seen.everything.contains("Back soon")
            })
            .await?;
        }
        go_off(page).await?;
        page.go("").await?;
        page.until("the full page without a network", |seen| {
            is_offline(seen) && seen.totals == TOTALS
        })
        .await?;
        come_back(page).await?;
        // The site is back, and slow.
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

/// Whether all of a copy is as the site's list and the names say.
const IS_WHOLE: &str = "const [list, manifest] = await Promise.all(['offline.json', 'data/manifest.json']
        .map(async (name) => (await fetch(name, { cache: 'reload' })).json()));
    const wanted = new Map(Object.entries(list.files));
    JSON.stringify(manifest, (key, value) => {
        if (key === 'file') wanted.set(`data/${value}`, value.split('.').at(-2));
        return value;
    });
    for (const [name, sum] of wanted) {
        const bytes = await (await caches.match(name))?.arrayBuffer();
        const digest = bytes && new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
        if (!digest || !Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('').startsWith(sum)) return name;
    }
    const record = await (await caches.match('kept')).text();
    try { return JSON.parse(record).page.length === 64 || record } catch { return record }";

async fn until_whole(page: &Page<'_>) -> Result<()> {
    page.until_script(
        "a copy that is whole",
        &format!("return (async () => {{ {IS_WHOLE} }})()"),
    )
    .await
}

async fn damaged_records(page: &Page<'_>) -> Result<()> {
    open_and_keep(page, "").await?;
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
            "for (const name of await caches.keys()) await (await caches.open(name)).put('kept', new Response({}))",
            json!(record)
        );
        run(page, &damage).await?;
        page.open("").await?;
        until_whole(page).await?;
    }
    Ok(())
}

/// Publishes a worker that begins with that script, and waits until the page has it.
async fn begin_worker_with(page: &Page<'_>, script: &str) -> Result<()> {
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
    // A browser takes another worker once the one that it has is at rest; the question keeps it at
    // work.
    tokio::time::sleep(REST).await;
    let is_it = format!(
        "return fetch('which').then((answer) => answer.text()).then((text) => text === {})",
        json!(script)
    );
    page.until_script(&format!("the worker with {script}"), &is_it)
        .await
}

async fn failing_storage(page: &Page<'_>) -> Result<()> {
    page.expect_failed_requests();
    open_and_keep(page, "").await?;
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
            begin_worker_with(page, &broken.iter().map(script).collect::<String>()).await?;
            page.open("?theme=dark").await?;
            ensure!(
                page.seen().await?.totals == TOTALS,
                "{broken:?}: the page is not whole"
            );
            page.go_to("area/E06000017/").await?;
            page.until("an area's own page", |seen| {
                seen.verdict.starts_with("Rising in Rutland")
            })
            .await?;
        }
    }
    Ok(())
}

/// All that is kept, but for the record.
const DAMAGE: &str = "const cache = await caches.open((await caches.keys())[0]);
    for (const request of await cache.keys()) {
        const { headers } = await cache.match(request);
        if (!request.url.endsWith('/kept')) await cache.put(request, new Response('damaged', { headers }));
    }";

async fn damaged_files(page: &Page<'_>) -> Result<()> {
    excuse_broken_programs(page);
    page.expect_failed_requests();
    open_and_keep(page, RUTLAND).await?;
    run(page, DAMAGE).await?;
    // What the page needs it finds itself, all else the worker.
    page.open(RUTLAND).await?;
    let seen = page.seen().await?;
    ensure!(
        seen.failed.is_empty() && seen.detail_text().contains("194"),
        "{seen:#?}"
    );
    until_whole(page).await?;
    go_off(page).await?;
    page.go("").await?;
    page.until("the full page without a network", |seen| {
        is_offline(seen) && seen.totals == TOTALS
    })
    .await?;
    page.map_view().await?;
    come_back(page).await?;
    // A damaged page is not given to who has no network, but one that is whole.
    page.open("").await?;
    until_whole(page).await
}

async fn damaged_postcodes(page: &Page<'_>) -> Result<()> {
    page.expect_failed_requests();
    open_and_keep(page, "").await?;
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
            if (request.url.includes('postcodes.')) return (await (await caches.match(request)).text()).slice(0, 6);
    return 'none'";
    page.until_script(
        "postcodes that are some",
        &format!("return (async () => {{ {kept} }})().then((text) => text === 'RISING' || text)"),
    )
    .await
}

/// A worker that answers every visit with a page of its own, from which no script can ask for
/// another.
async fn the_end_of_a_broken_worker(page: &Page<'_>) -> Result<()> {
    page.expect_failed_requests();
    open_and_keep(page, "").await?;
    let broken = "addEventListener('fetch', (event) => {
        if (event.request.mode === 'navigate')
            event.respondWith(new Response('<link rel=icon href=data:,><p>broken', { headers: { 'content-type': 'text/html' } }));
    });";
    begin_worker_with(page, broken).await?;
    page.go("").await?;
    page.until("the broken page", |seen| seen.everything == "broken")
        .await?;
    let off = page.site().read("sw-off.js")?;
    page.site().publish("sw.js", Some(&off))?;
    let begun = Instant::now();
    loop {
        // The browser looks for another worker at each visit, whatever the one that it has answers.
        page.go("").await?;
        tokio::time::sleep(Duration::from_millis(500)).await;
        if page.seen().await?.everything != "broken" {
            break;
        }
        ensure!(
            begun.elapsed() < Duration::from_secs(30),
            "the broken worker stays"
        );
    }
    page.until("the page", |seen| seen.settled() && seen.totals == TOTALS)
        .await?;
    Ok(())
}

async fn the_end(page: &Page<'_>) -> Result<()> {
    open_and_keep(page, "").await?;
    let off = page.site().read("sw-off.js")?;
    page.site().publish("sw.js", Some(&off))?;
    // The next visit, whatever the old worker makes of it.
    page.open("").await?;
    let gone = "return Promise.all([caches.keys(), navigator.serviceWorker.getRegistrations()])
        .then(([kept, workers]) => (kept.length === 0 && workers.length === 0) || `${kept} ${workers.length}`)";
    page.until_script("nothing kept and no worker", gone)
        .await?;
    // And the one after, which finds no worker but asks for one.
    page.open("").await?;
    tokio::time::sleep(REST).await;
    page.until_script("nothing kept and no worker, again", gone)
        .await?;
    ensure!(
        page.seen().await?.totals == TOTALS,
        "the page does not work without it"
    );
    Ok(())
}
