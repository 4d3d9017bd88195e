//! How old the figures are: said in words, and loudly once they are older than their publisher lets
//! pass. And a page that is older than its site.

use anyhow::{Context as _, Result, ensure};
use libtest_mimic::Trial;
use rising_model::area::Level;
use rising_model::manifest::MANIFEST_VERSION;
use rising_tests::browser::Screen;
use rising_tests::page::Page;
use rising_tests::seen::Seen;
use rising_tests::site::data;
use serde_json::{Value, json};
use xtask::server::ResponseFault;

use crate::embedding::{until_credited, until_inside};
use crate::runner::trial;

/// The totals of the date that the page opens on.
const TOTALS: &str = "12 rising, 302 falling, 1 unchanged. 1 rise and 195 falls are clear.";

/// The last date of authorities in England is 12 December 2023: on 21 December the figures are as
/// old as they may be.
const LIMIT: u32 = 9;

/// What is said of them the day after.
const STALE: &str =
    "Figures up to 12 December 2023, 10 days ago. Newer ones have not been published here.";

pub fn trials() -> Vec<Trial> {
    let (desktop, phone) = (Screen::DESKTOP, Screen::PHONE);
    vec![
        trial(
            "stale: a live edition says how old it is, an archive does not",
            desktop,
            ages,
        ),
        trial(
            "stale: past the publisher's limit a banner, and not before",
            desktop,
            past_the_limit,
        ),
        trial(
            "stale: the banner stays while other things pass",
            phone,
            what_passes,
        ),
        trial("stale: the banner in every look", phone, looks),
        trial("stale: the banner in an article", desktop, embedded),
        trial(
            "stale: without a network that is what is said",
            phone,
            without_a_network,
        ),
        trial(
            "stale: a page older than its site loads itself again once",
            desktop,
            renewed_once,
        ),
        trial("stale: a data file for a newer page", desktop, a_newer_file),
        trial(
            "stale: what is older, or may not be told apart, is not loaded again",
            desktop,
            not_renewed,
        ),
    ]
}

/// Sets the clock of every page to come to noon of that day, by the reader's own calendar.
async fn on(page: &Page<'_>, year: i32, month: u32, day: u32) -> Result<()> {
    page.run_first(&format!(
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

/// Makes the site's data set a live one, which opens on its latest date and may be so many days
/// old.
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

/// What a reader sees of that part of the page; nothing if it is not to be seen.
async fn said(page: &Page<'_>, part: &str) -> Result<String> {
    let script =
        "const part = document.querySelector(`.page:not(#boot) [data-testid=${arguments[0]}]`);
        return part?.checkVisibility() ? part.innerText.replace(/\\s+/g, ' ').trim() : ''";
    Ok(page
        .execute(script, vec![json!(part)])
        .await?
        .as_str()
        .unwrap_or_default()
        .to_owned())
}

fn is_stale(seen: &Seen) -> bool {
    seen.status_kind() == "stale" && !seen.totals.is_empty()
}

async fn until_stale(page: &Page<'_>) -> Result<Seen> {
    page.until("the page with its stale figures", is_stale)
        .await
}

async fn ages(page: &Page<'_>) -> Result<()> {
    page.open("").await?;
    ensure!(said(page, "age").await? == "An archive: figures up to 12 December 2023.");
    let written = String::from_utf8(page.site().read("index.html")?)?;
    ensure!(
        written.contains(">An archive: figures up to 12 December 2023.<"),
        "the opening does not say it"
    );
    page.open("?level=msoa&lang=cy").await?;
    ensure!(said(page, "age").await? == "Archif: ffigurau hyd at 31 Rhagfyr 2022.");

    publish_live(page, None)?;
    for ((year, month, day), query, expected) in [
        ((2023, 12, 12), "", "Figures up to 12 December 2023, today."),
        (
            (2023, 12, 13),
            "",
            "Figures up to 12 December 2023, yesterday.",
        ),
        // Whichever date is shown, and however long ago, where the publisher sets no limit.
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
        // A clock that is behind the figures.
        ((2023, 12, 11), "", "Figures up to 12 December 2023."),
    ] {
        on(page, year, month, day).await?;
        page.open(query).await?;
        let (age, banner) = (said(page, "age").await?, said(page, "stale").await?);
        ensure!(
            age == expected && banner.is_empty(),
            "{query} on {day}/{month}/{year}: \"{age}\" \"{banner}\""
        );
    }
    Ok(())
}

async fn past_the_limit(page: &Page<'_>) -> Result<()> {
    publish_live(page, Some(LIMIT))?;
    on(page, 2023, 12, 21).await?;
    page.open("").await?;
    ensure!(said(page, "age").await? == "Figures up to 12 December 2023, 9 days ago.");
    ensure!(
        said(page, "stale").await?.is_empty(),
        "a banner on the last day of the limit"
    );

    on(page, 2023, 12, 22).await?;
    page.go("").await?;
    let seen = until_stale(page).await?;
    ensure!(
        seen.status
            .as_ref()
            .is_some_and(|status| status.text == STALE && !status.retry),
        "{seen:#?}"
    );
    ensure!(
        said(page, "stale").await? == STALE && said(page, "age").await?.is_empty(),
        "it is said twice, or not"
    );
    // It is the edition that is stale: who looks at a date of long ago is told as well, and by the
    // dates of her level.
    page.go("?date=2021-02-07").await?;
    until_stale(page).await?;
    ensure!(said(page, "stale").await? == STALE);
    page.go("?level=msoa&lang=cy").await?;
    until_stale(page).await?;
    ensure!(
        said(page, "stale").await?
            == "Ffigurau hyd at 31 Rhagfyr 2022, 356 diwrnod yn ôl. Nid oes rhai mwy diweddar wedi'u cyhoeddi yma."
    );
    Ok(())
}

/// A level whose figures are slow to come, and then do not.
async fn what_passes(page: &Page<'_>) -> Result<()> {
    publish_live(page, Some(LIMIT))?;
    on(page, 2023, 12, 22).await?;
    page.go("").await?;
    until_stale(page).await?;
    let watch = "window.changes = [];
        new MutationObserver((list) => window.changes.push(...list.map((change) => change.type)))
            .observe(document.querySelector('[data-testid=stale]'), { subtree: true, childList: true, characterData: true });
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
        .until("a word that it is loading", |seen| {
            seen.status_kind() == "loading"
        })
        .await?;
    ensure!(
        seen.everything.contains("Loading figures…") && said(page, "stale").await? == STALE,
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
        "it would be announced again: {changes}"
    );
    ensure!(top == now, "the answer has moved from {top} to {now}");
    // Before all else a failure is told, which the reader can do something about.
    page.set_fault(
        &data()?.files(Level::Msoa)?.areas.file,
        ResponseFault::Status(404),
    );
    page.press("radio", "Neighbourhoods").await?;
    let seen = page
        .until("a word that it failed", |seen| {
            seen.status_kind() == "failed"
        })
        .await?;
    ensure!(
        seen.status
            .is_some_and(|status| !status.text.contains("days ago")),
        "two things in one line"
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

async fn looks(page: &Page<'_>) -> Result<()> {
    publish_live(page, Some(LIMIT))?;
    on(page, 2023, 12, 22).await?;
    for (screen, query) in [
        (Screen::PHONE.sized(320, 640), ""),
        (Screen::PHONE, "?theme=dark"),
        (Screen::DESKTOP, "?area=E06000017"),
        (Screen::DESKTOP, "?theme=dark&lang=cy"),
        (Screen::PHONE.sized(320, 480), "?embed=1"),
    ] {
        page.set_screen(screen).await?;
        page.go(query).await?;
        until_stale(page).await?;
        let found = page
            .execute(
                "const { left, right, height } = document.querySelector('[data-testid=stale]').getBoundingClientRect();
                return { inside: left >= 0 && right <= innerWidth && height > 0,
                    sideways: document.documentElement.scrollWidth - document.documentElement.clientWidth };",
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
    on(page, 2023, 12, 22).await?;
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
        page.set_screen(Screen::DESKTOP.sized(*width, *height))
            .await?;
        page.go(query).await?;
        until_stale(page).await?;
        until_credited(page).await?;
        let banner = said(page, "stale").await?;
        ensure!(
            banner.starts_with("Figures up to ") && banner.contains(" days ago."),
            "{banner}"
        );
        let found = page
            .execute(
                "const root = document.documentElement;
                const parts = ['[data-testid=stale]', 'form.search', '[data-testid=verdict]', '.map-frame', '.legend .classes', '[data-testid=credit] a'];
                const out = parts.filter((part) => {
                    const e = document.querySelector(part), r = e.getBoundingClientRect();
                    return !e.checkVisibility() || r.left < 0 || r.top < 0 || r.right > innerWidth || r.bottom > innerHeight + 1;
                });
                const [map, banner, verdict] = ['.map-frame', '[data-testid=stale]', '[data-testid=verdict]']
                    .map((part) => document.querySelector(part).getBoundingClientRect());
                return { scrolls: [root.scrollWidth - innerWidth, root.scrollHeight - innerHeight], out, map: map.height >= 100,
                    above: banner.bottom <= verdict.top };",
                vec![],
            )
            .await?;
        let good = json!({ "scrolls": [0, 0], "out": [], "map": true, "above": true });
        ensure!(found == good, "{query} in {width} by {height}: {found:#}");
    }
    // In an article the frame is as much higher.
    page.set_screen(Screen::DESKTOP).await?;
    page.go("examples/article.html").await?;
    let fits =
        "one('stale')?.innerText.includes('days ago') && one('credit')?.innerText.includes('Source:') && (() => {
        const root = inside.documentElement; root.dataset.natural = '';
        const natural = inside.querySelector('.page').scrollHeight; delete root.dataset.natural;
        return natural === root.clientHeight && root.scrollHeight === natural; })()";
    until_inside(page, "a frame with room for the banner", 0, fits).await
}

async fn without_a_network(page: &Page<'_>) -> Result<()> {
    publish_live(page, Some(LIMIT))?;
    on(page, 2023, 12, 22).await?;
    page.go("").await?;
    until_stale(page).await?;
    page.expect_failed_requests();
    page.excuse("ailed to fetch");
    page.set_offline(true).await?;
    let seen = page
        .until("a word that it is offline", |seen| {
            seen.status_kind() == "offline"
        })
        .await?;
    ensure!(
        seen.status
            .is_some_and(|status| status.text.starts_with("You are offline.")
                && !status.text.contains("have not been published")),
        "offline nobody knows what has been published"
    );
    page.set_offline(false).await?;
    until_stale(page).await?;
    Ok(())
}

/// How often the page itself was asked for.
fn loads(page: &Page<'_>) -> usize {
    page.site()
        .server()
        .requests()
        .iter()
        .filter(|path| path.split('?').next() == Some("/maps/rising/"))
        .count()
}

/// More than it takes a page to load itself again.
async fn rest() {
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
}

/// A tab that has loaded nothing again yet: an earlier test may have been at the same port.
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

async fn until_failed(page: &Page<'_>, word: &str) -> Result<Seen> {
    page.until(word, |seen| {
        seen.status_kind() == "failed"
            && seen
                .status
                .as_ref()
                .is_some_and(|status| status.retry && status.text.contains(word))
    })
    .await
}

async fn renewed_once(page: &Page<'_>) -> Result<()> {
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
        "the figures written into the page are gone: {seen:#?}"
    );
    ensure!(
        loads(page) - before == 2,
        "the page was loaded {} times",
        loads(page) - before
    );
    rest().await;
    ensure!(loads(page) - before == 2, "it goes on loading itself");
    // The same tab comes by again: it knows.
    page.go("?area=E06000017").await?;
    until_failed(page, "version 2").await?;
    rest().await;
    ensure!(
        loads(page) - before == 3,
        "the page was loaded {} times",
        loads(page) - before
    );
    // The reader may try: the page, since another try of the file alone would not help.
    page.mark_as_left().await?;
    page.press("button", "Retry").await?;
    page.until_another("Retry to load the page").await?;
    ensure!(
        loads(page) - before == 4,
        "the page was loaded {} times",
        loads(page) - before
    );
    until_failed(page, "version 2").await?;
    page.site().server().clear_faults();
    page.press("button", "Retry").await?;
    page.until("Rutland on the new page", |seen| {
        seen.settled() && seen.open_area() == Some("E06000017")
    })
    .await?;

    // The next version is another matter, and this time the newer page is there.
    let before = loads(page);
    publish_version(page, MANIFEST_VERSION + 2)?;
    page.go("?area=E06000017&date=2021-02-07").await?;
    page.until("the page to be on its way", |_| loads(page) - before == 2)
        .await?;
    page.site().server().clear_faults();
    let seen = page
        .until("the page", |seen| {
            seen.settled() && seen.open_area() == Some("E06000017")
        })
        .await?;
    ensure!(
        seen.query() == "?area=E06000017&date=2021-02-07",
        "{}",
        seen.address
    );
    Ok(())
}

/// A file of the data set that has a later version of its own.
fn publish_newer_file(page: &Page<'_>, name: &str) -> Result<()> {
    let mut content = page.site().read(&format!("data/{name}"))?;
    content[7] += 1;
    page.set_fault(name, ResponseFault::Replaced(content));
    Ok(())
}

async fn a_newer_file(page: &Page<'_>) -> Result<()> {
    let before = fresh_tab(page).await?;
    publish_newer_file(page, &data()?.files(Level::Ltla)?.shapes.file)?;
    page.go("").await?;
    until_failed(
        page,
        "The map's shapes could not be loaded: it has version 2",
    )
    .await?;
    rest().await;
    ensure!(
        loads(page) - before == 2,
        "the page was loaded {} times",
        loads(page) - before
    );
    page.site().server().clear_faults();

    // Once there is a map, it is for the reader to say when.
    fresh_tab(page).await?;
    page.open("").await?;
    let before = loads(page);
    publish_newer_file(page, &data()?.files(Level::Msoa)?.areas.file)?;
    page.press("radio", "Neighbourhoods").await?;
    let seen = until_failed(page, "The list of areas could not be loaded").await?;
    rest().await;
    ensure!(
        loads(page) == before && seen.totals == TOTALS,
        "the page loaded itself under the reader's hands"
    );
    page.site().server().clear_faults();
    page.press("button", "Retry").await?;
    page.until("the neighbourhoods", |seen| {
        seen.settled() && seen.verdict.contains("neighbourhoods")
    })
    .await?;
    ensure!(loads(page) == before + 1, "Retry did not load the page");
    Ok(())
}

async fn not_renewed(page: &Page<'_>) -> Result<()> {
    let before = fresh_tab(page).await?;
    publish_version(page, MANIFEST_VERSION - 1)?;
    page.go("").await?;
    let seen = until_failed(page, "it has version 0 and this page reads version 1.").await?;
    rest().await;
    ensure!(
        seen.everything.contains(TOTALS),
        "the figures written into the page are gone: {seen:#?}"
    );
    ensure!(
        loads(page) - before == 1,
        "the page was loaded {} times",
        loads(page) - before
    );

    // A sandbox has no storage: nothing would tell the second time from the first.
    publish_version(page, MANIFEST_VERSION + 1)?;
    let before = loads(page);
    page.go("examples/sandbox.html").await?;
    page.enter_frame().await?;
    until_failed(page, "version 2").await?;
    rest().await;
    let after = loads(page);
    page.browser().client().enter_parent_frame().await?;
    ensure!(
        after - before == 1,
        "the frame was loaded {} times",
        after - before
    );
    Ok(())
}
