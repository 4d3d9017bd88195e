//! Tests the age of the figures: the sentence about it, the banner past the limit of the publisher,
//! and pages that are older than their site.

use anyhow::{Context as _, Result, ensure};
use libtest_mimic::Trial;
use rising_model::dataset::manifest::MANIFEST_VERSION;
use rising_model::domain::area::Level;
use rising_tests::browser::Screen;
use rising_tests::page::Page;
use rising_tests::page_state::PageState;
use rising_tests::site::data;
use serde_json::{Value, json};
use xtask::server::ResponseFault;

use crate::embedding::{until_credited, until_inside};
use crate::runner::trial;

/// The totals of the default date.
const TOTALS: &str = "12 rising, 302 falling, 1 unchanged. 1 rise and 195 falls are clear.";

/// The limit in days. The last date of authorities in England is 12 December 2023, so the figures
/// are stale from 22 December.
const LIMIT: u32 = 9;

/// The banner on the first day past the limit.
const STALE: &str =
    "Figures up to 12 December 2023, 10 days ago. Newer ones have not been published here.";

pub fn trials() -> Vec<Trial> {
    let (desktop, phone) = (Screen::DESKTOP, Screen::PHONE);
    vec![
        trial(
            "stale: a live edition shows its age, an archive does not",
            desktop,
            age_sentences,
        ),
        trial(
            "stale: the banner appears only past the limit of the publisher",
            desktop,
            banner_past_limit,
        ),
        trial(
            "stale: the banner stays while the status changes",
            phone,
            banner_stays,
        ),
        trial("stale: the banner in every theme", phone, banner_in_themes),
        trial("stale: the banner in an article", desktop, embedded),
        trial(
            "stale: offline the status replaces the banner",
            phone,
            banner_offline,
        ),
        trial(
            "stale: a page older than its site reloads itself once",
            desktop,
            reloads_once,
        ),
        trial("stale: a data file for a newer page", desktop, newer_file),
        trial(
            "stale: older versions and sandboxed pages do not reload",
            desktop,
            does_not_reload,
        ),
    ]
}

/// Sets the clock of every later page to noon of a day in the local time zone.
async fn set_clock(page: &Page<'_>, year: i32, month: u32, day: u32) -> Result<()> {
    page.add_init_script(&format!(
        "{{
            const Real = Date, ahead = new Real({year}, {month} - 1, {day}, 12) - Real.now();
            window.Date = class extends Real {{
                constructor(...parts) {{ super(...(parts.length ? parts : [Real.now() + ahead])); }}
                static now() {{ return Real.now() + ahead; }}
            }};
        }}"
    ))
    .await
}

/// Makes the data set of the site a live one, which opens on its latest date and is stale after a
/// number of days.
fn publish_live(page: &Page<'_>, stale_after: Option<u32>) -> Result<()> {
    let mut manifest: Value = serde_json::from_slice(&page.site().read("data/manifest.json")?)?;
    manifest["default"]
        .as_object_mut()
        .context("the manifest has no defaults")?
        .remove("date");
    if let Some(days) = stale_after {
        manifest["stale_after"] = json!(days);
    }
    page.set_fault(
        "manifest.json",
        ResponseFault::Replaced(manifest.to_string().into_bytes()),
    );
    Ok(())
}

/// Returns the visible text of a part of the page; empty if it is hidden.
async fn visible_text(page: &Page<'_>, part: &str) -> Result<String> {
    let script = "const part = document.getElementById('boot')
            ? null : document.querySelector(`[data-testid=${arguments[0]}]`);
        return part?.checkVisibility() ? part.innerText.replace(/\\s+/g, ' ').trim() : ''";
    Ok(page
        .execute(script, vec![json!(part)])
        .await?
        .as_str()
        .unwrap_or_default()
        .to_owned())
}

fn is_stale(seen: &PageState) -> bool {
    seen.complete && seen.status_kind() == "stale" && !seen.totals.is_empty()
}

async fn until_stale(page: &Page<'_>) -> Result<PageState> {
    page.until("the page with its stale figures", is_stale)
        .await
}

async fn age_sentences(page: &Page<'_>) -> Result<()> {
    page.open("").await?;
    ensure!(visible_text(page, "age").await? == "An archive: figures up to 12 December 2023.");
    let written = String::from_utf8(page.site().read("index.html")?)?;
    ensure!(
        written.contains(">An archive: figures up to 12 December 2023.<"),
        "the prerendered view does not say that it is an archive"
    );
    page.open("?level=msoa&lang=cy").await?;
    ensure!(visible_text(page, "age").await? == "Archif: ffigurau hyd at 31 Rhagfyr 2022.");

    publish_live(page, None)?;
    for ((year, month, day), query, expected) in [
        ((2023, 12, 12), "", "Figures up to 12 December 2023, today."),
        (
            (2023, 12, 13),
            "",
            "Figures up to 12 December 2023, yesterday.",
        ),
        // The age does not depend on the date shown, and has no limit if the publisher sets none.
        (
            (2023, 12, 18),
            "?date=2021-02-07",
            "Figures up to 12 December 2023, 6 days ago.",
        ),
        (
            (2023, 12, 14),
            "?lang=cy",
            "Ffigurau hyd at 12 Rhagfyr 2023, 2 ddiwrnod yn ôl.",
        ),
        (
            (2024, 12, 12),
            "?nation=wales",
            "Figures up to 13 December 2023, 365 days ago.",
        ),
        // A clock behind the figures.
        ((2023, 12, 11), "", "Figures up to 12 December 2023."),
    ] {
        set_clock(page, year, month, day).await?;
        page.open(query).await?;
        let (age, banner) = (
            visible_text(page, "age").await?,
            visible_text(page, "stale").await?,
        );
        ensure!(
            age == expected && banner.is_empty(),
            "{query} on {day}/{month}/{year}: \"{age}\" \"{banner}\""
        );
    }
    Ok(())
}

async fn banner_past_limit(page: &Page<'_>) -> Result<()> {
    publish_live(page, Some(LIMIT))?;
    set_clock(page, 2023, 12, 21).await?;
    page.open("").await?;
    ensure!(visible_text(page, "age").await? == "Figures up to 12 December 2023, 9 days ago.");
    ensure!(
        visible_text(page, "stale").await?.is_empty(),
        "the banner appears on the last day of the limit"
    );

    set_clock(page, 2023, 12, 22).await?;
    page.go("").await?;
    let seen = until_stale(page).await?;
    ensure!(
        seen.status
            .as_ref()
            .is_some_and(|status| status.text == STALE && !status.retry),
        "{seen:#?}"
    );
    ensure!(
        visible_text(page, "stale").await? == STALE && visible_text(page, "age").await?.is_empty(),
        "the age is shown twice or not at all"
    );
    // The edition is stale, so the banner appears at old dates too, with the dates of the level
    // that is shown.
    page.go("?date=2021-02-07").await?;
    until_stale(page).await?;
    ensure!(visible_text(page, "stale").await? == STALE);
    page.go("?level=msoa&lang=cy").await?;
    until_stale(page).await?;
    ensure!(
        visible_text(page, "stale").await?
            == "Ffigurau hyd at 31 Rhagfyr 2022, 356 diwrnod yn ôl. Nid oes rhai mwy diweddar \
                wedi'u cyhoeddi yma."
    );
    Ok(())
}

/// A level whose figures load slowly and then fail.
async fn banner_stays(page: &Page<'_>) -> Result<()> {
    publish_live(page, Some(LIMIT))?;
    set_clock(page, 2023, 12, 22).await?;
    page.go("").await?;
    until_stale(page).await?;
    let watch = "window.changes = [];
        new MutationObserver((list) => window.changes.push(...list.map((change) => change.type)))
            .observe(document.querySelector('[data-testid=stale]'),
                { subtree: true, childList: true, characterData: true });
        return document.querySelector('[data-testid=verdict]').getBoundingClientRect().top";
    let top = page.execute(watch, vec![]).await?;
    let first = &data()?.files(Level::Ltla)?.counts[0].file.file;
    page.set_fault(first, ResponseFault::Stalled);
    page.execute(
        "const slider = document.querySelector('[data-testid=timeline]');
        slider.value = slider.min;
        slider.dispatchEvent(new Event('input', { bubbles: true }));",
        vec![],
    )
    .await?;
    let seen = page
        .until("the status loading", |seen| seen.status_kind() == "loading")
        .await?;
    ensure!(
        seen.everything.contains("Loading figures…") && visible_text(page, "stale").await? == STALE,
        "{seen:#?}"
    );
    page.site().server().clear_faults();
    publish_live(page, Some(LIMIT))?;
    page.until("the first date", |seen| {
        is_stale(seen) && seen.verdict.contains("2020")
    })
    .await?;
    let (changes, now) = (
        page.execute("return window.changes", vec![]).await?,
        page.execute(
            "return document.querySelector('[data-testid=verdict]').getBoundingClientRect().top",
            vec![],
        )
        .await?,
    );
    ensure!(
        changes == json!([]),
        "the banner changed and would be announced again: {changes}"
    );
    ensure!(top == now, "the verdict moved from {top} to {now}");
    // A failure comes first, because the user can act on it.
    page.set_fault(
        &data()?.files(Level::Msoa)?.areas.file,
        ResponseFault::Status(404),
    );
    page.press("radio", "Neighbourhoods").await?;
    let seen = page
        .until("the status failed", |seen| seen.status_kind() == "failed")
        .await?;
    ensure!(
        seen.status
            .is_some_and(|status| !status.text.contains("days ago")),
        "the status line has both the failure and the age"
    );
    page.site().server().clear_faults();
    publish_live(page, Some(LIMIT))?;
    page.press("button", "Retry").await?;
    page.until("the neighbourhoods", |seen| {
        is_stale(seen) && seen.verdict.contains("neighbourhoods")
    })
    .await?;
    Ok(())
}

async fn banner_in_themes(page: &Page<'_>) -> Result<()> {
    publish_live(page, Some(LIMIT))?;
    set_clock(page, 2023, 12, 22).await?;
    for (screen, query) in [
        (Screen::PHONE.with_size(320, 640), ""),
        (Screen::PHONE, "?theme=dark"),
        (Screen::DESKTOP, "?area=E06000017"),
        (Screen::DESKTOP, "?theme=dark&lang=cy"),
        (Screen::PHONE.with_size(320, 480), "?embed=1"),
    ] {
        page.set_screen(screen).await?;
        page.go(query).await?;
        until_stale(page).await?;
        let found = page
            .execute(
                "const { left, right, height } = document.querySelector('[data-testid=stale]')
                    .getBoundingClientRect();
                return { inside: left >= 0 && right <= innerWidth && height > 0,
                    sideways: document.documentElement.scrollWidth
                        - document.documentElement.clientWidth };",
                vec![],
            )
            .await?;
        ensure!(
            found == json!({ "inside": true, "sideways": 0 }),
            "{query}: {found}"
        );
        page.check_accessibility(&format!("stale figures, {query}"))
            .await?;
    }
    Ok(())
}

async fn embedded(page: &Page<'_>) -> Result<()> {
    publish_live(page, Some(LIMIT))?;
    set_clock(page, 2023, 12, 22).await?;
    let sizes = [
        (280, 360),
        (320, 480),
        (360, 520),
        (390, 600),
        (640, 480),
        (640, 540),
        (600, 360),
    ];
    for ((width, height), query) in sizes
        .iter()
        .flat_map(|size| [(size, "?embed=1"), (size, "?embed=1&level=msoa&theme=dark")])
    {
        page.set_screen(Screen::DESKTOP.with_size(*width, *height))
            .await?;
        page.go(query).await?;
        until_stale(page).await?;
        until_credited(page).await?;
        let banner = visible_text(page, "stale").await?;
        ensure!(
            banner.starts_with("Figures up to ") && banner.contains(" days ago."),
            "{banner}"
        );
        let found = page
            .execute(
                "const root = document.documentElement;
                const parts = ['[data-testid=stale]', 'form.search', '[data-testid=verdict]',
                    '.map-frame', '.legend .classes', '[data-testid=credit] a'];
                const out = parts.filter((part) => {
                    const e = document.querySelector(part), r = e.getBoundingClientRect();
                    return !e.checkVisibility() || r.left < 0 || r.top < 0 || r.right > innerWidth
                        || r.bottom > innerHeight + 1;
                });
                const [map, banner, verdict] = ['.map-frame', '[data-testid=stale]',
                    '[data-testid=verdict]']
                    .map((part) => document.querySelector(part).getBoundingClientRect());
                return { scrolls: [root.scrollWidth - innerWidth, root.scrollHeight - innerHeight],
                    out, map: map.height >= 100,
                    above: banner.bottom <= verdict.top };",
                vec![],
            )
            .await?;
        let expected = json!({ "scrolls": [0, 0], "out": [], "map": true, "above": true });
        ensure!(
            found == expected,
            "{query} in {width} by {height}: {found:#}"
        );
    }
    // In an article the frame is higher by the height of the banner.
    page.set_screen(Screen::DESKTOP).await?;
    page.go("examples/article.html").await?;
    let fits = "one('stale')?.innerText.includes('days ago')
            && one('credit')?.innerText.includes('Source:') && (() => {
        const root = inside.documentElement; root.dataset.measuring = '';
        const natural = inside.querySelector('.page').scrollHeight; delete root.dataset.measuring;
        return natural === root.clientHeight && root.scrollHeight === natural; })()";
    until_inside(page, "a frame with room for the banner", 0, fits).await
}

async fn banner_offline(page: &Page<'_>) -> Result<()> {
    publish_live(page, Some(LIMIT))?;
    set_clock(page, 2023, 12, 22).await?;
    page.go("").await?;
    until_stale(page).await?;
    page.expect_failed_requests();
    page.allow_console_errors("ailed to fetch");
    page.set_offline(true).await?;
    let seen = page
        .until("the status offline", |seen| seen.status_kind() == "offline")
        .await?;
    ensure!(
        seen.status
            .is_some_and(|status| status.text.starts_with("You are offline.")
                && !status.text.contains("have not been published")),
        "offline the page claims to know what has been published"
    );
    page.set_offline(false).await?;
    until_stale(page).await?;
    Ok(())
}

/// The number of requests for the page.
fn loads(page: &Page<'_>) -> usize {
    page.site()
        .server()
        .requests()
        .iter()
        .filter(|path| path.split('?').next() == Some("/maps/rising/"))
        .count()
}

/// Waits longer than a page needs to reload itself.
async fn wait_for_reload() {
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
}

/// Clears the record of reloads in this tab: an earlier test may have used the same port.
async fn fresh_tab(page: &Page<'_>) -> Result<usize> {
    page.open("").await?;
    page.execute("sessionStorage.clear()", vec![]).await?;
    page.browser().forget_files().await?;
    Ok(loads(page))
}

fn publish_version(page: &Page<'_>, version: u32) -> Result<()> {
    let text = String::from_utf8(page.site().read("data/manifest.json")?)?;
    let of = |version: u32| format!("\"version\": {version}");
    ensure!(
        text.contains(&of(MANIFEST_VERSION)),
        "the manifest names no version"
    );
    let other = text.replacen(&of(MANIFEST_VERSION), &of(version), 1);
    page.set_fault("manifest.json", ResponseFault::Replaced(other.into_bytes()));
    Ok(())
}

async fn until_failed(page: &Page<'_>, word: &str) -> Result<PageState> {
    page.until(word, |seen| {
        seen.status_kind() == "failed"
            && seen
                .status
                .as_ref()
                .is_some_and(|status| status.retry && status.text.contains(word))
    })
    .await
}

async fn reloads_once(page: &Page<'_>) -> Result<()> {
    let before = fresh_tab(page).await?;
    publish_version(page, MANIFEST_VERSION + 1)?;
    page.go("").await?;
    let seen = until_failed(
        page,
        "it has version 2 and this page reads version 1; the newer page that it needs may not be",
    )
    .await?;
    ensure!(
        seen.everything.contains(TOTALS),
        "the prerendered figures are not shown: {seen:#?}"
    );
    ensure!(
        loads(page) - before == 2,
        "the page was loaded {} times",
        loads(page) - before
    );
    wait_for_reload().await;
    ensure!(
        loads(page) - before == 2,
        "the page reloads itself repeatedly"
    );
    // The tab remembers the reload at the next visit.
    page.go("?area=E06000017").await?;
    until_failed(page, "version 2").await?;
    wait_for_reload().await;
    ensure!(
        loads(page) - before == 3,
        "the page was loaded {} times",
        loads(page) - before
    );
    // The button Retry reloads the page, because the file alone would fail again.
    page.mark_as_left().await?;
    page.press("button", "Retry").await?;
    page.until_another("the reload by Retry").await?;
    ensure!(
        loads(page) - before == 4,
        "the page was loaded {} times",
        loads(page) - before
    );
    until_failed(page, "version 2").await?;
    page.site().server().clear_faults();
    page.press("button", "Retry").await?;
    page.until("Rutland on the new page", |seen| {
        seen.is_settled() && seen.open_area() == Some("E06000017")
    })
    .await?;

    // The next version reloads the page once more, and this time the newer page exists.
    let before = loads(page);
    publish_version(page, MANIFEST_VERSION + 2)?;
    page.go("?area=E06000017&date=2021-02-07").await?;
    page.until("the second request for the page", |_| {
        loads(page) - before == 2
    })
    .await?;
    page.site().server().clear_faults();
    let seen = page
        .until("the page", |seen| {
            seen.is_settled() && seen.open_area() == Some("E06000017")
        })
        .await?;
    ensure!(
        seen.query() == "?area=E06000017&date=2021-02-07",
        "{}",
        seen.address
    );
    Ok(())
}

/// Publishes a file of the data set with a newer version.
fn publish_newer_file(page: &Page<'_>, name: &str) -> Result<()> {
    let mut content = page.site().read(&format!("data/{name}"))?;
    content[7] += 1;
    page.set_fault(name, ResponseFault::Replaced(content));
    Ok(())
}

async fn newer_file(page: &Page<'_>) -> Result<()> {
    let before = fresh_tab(page).await?;
    publish_newer_file(page, &data()?.files(Level::Ltla)?.shapes.file)?;
    page.go("").await?;
    until_failed(
        page,
        "The map's shapes could not be loaded: it has version 2",
    )
    .await?;
    wait_for_reload().await;
    ensure!(
        loads(page) - before == 2,
        "the page was loaded {} times",
        loads(page) - before
    );
    page.site().server().clear_faults();

    // Once the map is shown, only the user reloads the page.
    fresh_tab(page).await?;
    page.open("").await?;
    let before = loads(page);
    publish_newer_file(page, &data()?.files(Level::Msoa)?.areas.file)?;
    page.press("radio", "Neighbourhoods").await?;
    let seen = until_failed(page, "The list of areas could not be loaded").await?;
    wait_for_reload().await;
    ensure!(
        loads(page) == before && seen.totals == TOTALS,
        "the page reloaded itself while it was in use"
    );
    page.site().server().clear_faults();
    page.press("button", "Retry").await?;
    page.until("the neighbourhoods", |seen| {
        seen.is_settled() && seen.verdict.contains("neighbourhoods")
    })
    .await?;
    ensure!(loads(page) == before + 1, "Retry did not reload the page");
    Ok(())
}

async fn does_not_reload(page: &Page<'_>) -> Result<()> {
    let before = fresh_tab(page).await?;
    publish_version(page, MANIFEST_VERSION - 1)?;
    page.go("").await?;
    let seen = until_failed(page, "it has version 0 and this page reads version 1.").await?;
    wait_for_reload().await;
    ensure!(
        seen.everything.contains(TOTALS),
        "the prerendered figures are not shown: {seen:#?}"
    );
    ensure!(
        loads(page) - before == 1,
        "the page was loaded {} times",
        loads(page) - before
    );

    // A sandbox has no storage in which to record a reload.
    publish_version(page, MANIFEST_VERSION + 1)?;
    let before = loads(page);
    page.go("examples/sandbox.html").await?;
    page.enter_frame().await?;
    until_failed(page, "version 2").await?;
    wait_for_reload().await;
    let after = loads(page);
    page.browser().client().enter_parent_frame().await?;
    ensure!(
        after - before == 1,
        "the frame was loaded {} times",
        after - before
    );
    Ok(())
}
