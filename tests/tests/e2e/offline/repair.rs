//! Tests the repair of a damaged copy, and the ways to switch the service worker off.

use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use fantoccini::key::Key;
use libtest_mimic::Trial;
use rising_tests::browser::Screen;
use rising_tests::page::Page;
use serde_json::json;
use xtask::server::ResponseFault;

use super::{
    IDLE_TIME, RUTLAND, TOTALS, execute_async, go_offline, go_online, is_offline, open_and_copy,
};
use crate::faults::expect_program_errors;
use crate::runner::own_site_trial;

pub fn trials() -> Vec<Trial> {
    let desktop = Screen::DESKTOP;
    vec![
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

/// Returns `true` if every file of the copy matches the list of the site and the hash in its name;
/// otherwise the name of the first wrong file.
const COPY_IS_COMPLETE: &str =
    "const load = async (name) => (await fetch(name, { cache: 'reload' })).json();
    const [list, manifest] = [await load('offline.json'), await load('data/manifest.json')];
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
    let is_it = format!(
        "return fetch('which').then((answer) => answer.text()).then((text) => text === {})",
        json!(script)
    );
    // A browser replaces a worker once it is idle. Requests keep it busy, so this asks seldom.
    for _ in 0..6 {
        page.open("").await?;
        tokio::time::sleep(IDLE_TIME).await;
        if page.execute(&is_it, vec![]).await? == json!(true) {
            return Ok(());
        }
    }
    bail!("the page does not use the worker with {script}")
}

async fn failing_storage(page: &Page<'_>) -> Result<()> {
    page.expect_failed_requests();
    // A page that is left cancels the request for its icon.
    page.allow_console_errors("favicon-");
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
