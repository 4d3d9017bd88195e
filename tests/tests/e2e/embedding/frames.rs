//! Tests the map in frames: sizes, heights, sandboxes, and articles without scripts.

use anyhow::{Context as _, Result, ensure};
use libtest_mimic::Trial;
use rising_tests::browser::{Capability, Screen};
use rising_tests::page::Page;
use serde_json::{Value, json};

use super::{COMPLETE, check_height, until_credited, until_inside};
use crate::runner::{trial, trial_needing};

pub fn trials() -> Vec<Trial> {
    vec![
        trial(
            "embed: frames of any size show verdict, map, search and legend",
            Screen::DESKTOP,
            any_size,
        ),
        trial(
            "embed: details and table open over the map and close",
            Screen::PHONE.with_size(280, 360),
            panels_over_map,
        ),
        trial(
            "embed: the height of the frame follows its width and content",
            Screen::DESKTOP,
            height,
        ),
        trial(
            "embed: Datawrapper, AMP and pym.js pages receive the height",
            Screen::PHONE,
            height_protocols,
        ),
        trial(
            "embed: several maps in one article",
            Screen::DESKTOP,
            several,
        ),
        trial("embed: in a sandbox", Screen::DESKTOP, sandbox),
        trial("embed: in a dark article", Screen::DESKTOP, dark),
        trial(
            "embed: the link stays without scripts",
            Screen::DESKTOP,
            without_scripts,
        ),
        trial_needing(
            &[Capability::Touch],
            "embed: one finger scrolls the article",
            Screen::PHONE,
            one_finger,
        ),
    ]
}

async fn any_size(page: &Page<'_>) -> Result<()> {
    let english = [
        "?embed=1&date=2021-02-07",
        "?embed=1&level=msoa&date=2020-11-28&theme=dark",
    ];
    for (width, height) in [
        (280, 360),
        (320, 480),
        (390, 600),
        (640, 480),
        (1000, 600),
        (600, 360),
    ] {
        check_frame(page, Screen::DESKTOP.with_size(width, height), english).await?;
    }
    // Welsh has longer words, and a phone larger buttons.
    check_frame(
        page,
        Screen::PHONE.with_size(360, 520),
        ["?embed=1&lang=cy", "?embed=1&lang=cy&level=msoa"],
    )
    .await
}

async fn check_frame(page: &Page<'_>, screen: Screen, queries: [&str; 2]) -> Result<()> {
    page.set_screen(screen).await?;
    for query in queries {
        page.open(query).await?;
        until_credited(page).await?;
        let found = page
            .execute(
                "const root = document.documentElement;
                const parts = ['form.search', '[data-testid=verdict]', '.map-frame',
                    '.legend .classes', '[data-testid=credit] a', '[data-testid=credit] .source'];
                const out = parts.filter((part) => {
                    const e = document.querySelector(part), r = e.getBoundingClientRect();
                    return !e.checkVisibility() || r.left < 0 || r.top < 0 || r.right > innerWidth
                        || r.bottom > innerHeight + 1;
                });
                const { height } = document.querySelector('.map-frame').getBoundingClientRect();
                return { scrolls: [root.scrollWidth - innerWidth, root.scrollHeight - innerHeight],
                    out, map: height >= 100 }",
                vec![],
            )
            .await?;
        let expected = json!({ "scrolls": [0, 0], "out": [], "map": true });
        ensure!(
            found == expected,
            "{query} in {} by {}: {found:#}",
            screen.width,
            screen.height
        );
    }
    Ok(())
}

async fn panels_over_map(page: &Page<'_>) -> Result<()> {
    page.go("?embed=1&date=2021-02-07&area=E08000033").await?;
    // The frame has no room for the timeline.
    page.until("Calderdale", |seen| {
        seen.open_area() == Some("E08000033")
            && seen.timeline.is_none()
            && seen.status_kind() == "quiet"
    })
    .await?;
    page.press("button", "Close the details").await?;
    page.until("no details", |seen| seen.open_area().is_none())
        .await?;
    page.until_script(
        "the table's button",
        "return !!document.querySelector('.table-sheet summary')",
    )
    .await?;
    let summary = "const summary = document.querySelector('.table-sheet summary');
        const { x, y } = summary.getBoundingClientRect();
        return [x + 9, y + 9]";
    for open in [true, false] {
        let at = page.execute(summary, vec![]).await?;
        let spot = rising_tests::page::ScreenPoint {
            x: at[0].as_f64().context("no summary")?,
            y: at[1].as_f64().context("no summary")?,
        };
        page.click(spot).await?;
        page.until("the table to open or close", |seen| {
            seen.rows.is_empty() != open
        })
        .await?;
        page.check_accessibility(if open {
            "the table over the map"
        } else {
            "a small frame"
        })
        .await?;
    }
    Ok(())
}

async fn height(page: &Page<'_>) -> Result<()> {
    page.go("examples/article.html").await?;
    let wide = check_height(page, 0).await?;
    let attributes = page.execute(
        "const f = document.querySelector('iframe'); return [f.title, f.loading, f.allow]",
        vec![],
    );
    let attributes = attributes.await?;
    ensure!(
        attributes[0] == json!("Map: Covid-19 in Calderdale and around it")
            && attributes[1] == json!("lazy")
    );
    ensure!(
        attributes[2]
            .as_str()
            .is_some_and(|allow| allow.contains("geolocation")),
        "{attributes}"
    );
    page.set_screen(Screen::DESKTOP.with_size(360, 800)).await?;
    let narrow = check_height(page, 0).await?;
    ensure!(
        narrow != wide,
        "a narrower frame has the same height of {wide}"
    );
    // More content at the same width makes the frame higher; less makes it lower again.
    let add = "const inside = document.querySelector('iframe').contentDocument;
        const more = inside.createElement('p');
        more.id = 'more';
        more.style.height = '123px';
        inside.querySelector('.verdict-area').append(more)";
    page.execute(add, vec![]).await?;
    let grown = format!(
        "return document.querySelector('iframe').getBoundingClientRect().height > {narrow} + 100"
    );
    page.until_script("a higher frame", &grown).await?;
    page.execute(
        "document.querySelector('iframe').contentDocument.getElementById('more').remove()",
        vec![],
    )
    .await?;
    let back = format!(
        "return document.querySelector('iframe').getBoundingClientRect().height === {narrow}"
    );
    page.until_script("the height before", &back).await
}

async fn height_protocols(page: &Page<'_>) -> Result<()> {
    for parent in ["datawrapper", "amp", "pym"] {
        page.go(&format!("examples/{parent}.html")).await?;
        let has_height =
            "const { height } = document.querySelector('iframe').getBoundingClientRect();
            return height !== 400 && height > 300";
        page.until_script(&format!("the height in the page for {parent}"), has_height)
            .await?;
    }
    Ok(())
}

async fn several(page: &Page<'_>) -> Result<()> {
    page.go("examples/two.html").await?;
    for (frame, nation) in [(0, "England"), (1, "Wales")] {
        page.execute(
            &format!("document.querySelectorAll('iframe')[{frame}].scrollIntoView()"),
            vec![],
        )
        .await?;
        check_height(page, frame).await?;
        until_inside(
            page,
            nation,
            frame,
            &format!("one('verdict').innerText.includes(\"{nation}'s\")"),
        )
        .await?;
    }
    let frames = page
        .execute("return document.querySelectorAll('iframe').length", vec![])
        .await?;
    ensure!(
        frames == json!(2),
        "two copies of the script made {frames} frames"
    );
    let query = page
        .execute(
            "return document.querySelectorAll('iframe')[1].contentWindow.location.search",
            vec![],
        )
        .await?;
    ensure!(
        query == json!("?embed=1&date=2021-02-07&nation=wales&rising=1"),
        "{query}"
    );
    Ok(())
}

async fn sandbox(page: &Page<'_>) -> Result<()> {
    page.go("examples/sandbox.html").await?;
    page.enter_frame().await?;
    let seen = page
        .until("the page in the sandbox", |seen| {
            seen.verdict.contains("315") && seen.is_settled()
        })
        .await?;
    ensure!(seen.failed.is_empty(), "{seen:#?}");
    let origin = page
        .execute(
            "return [self.origin, document.querySelectorAll('.choropleth canvas').length > 0]",
            vec![],
        )
        .await?;
    ensure!(origin == json!(["null", true]), "{origin}");
    // Chunks load in a sandbox too.
    page.execute(
        "document.querySelector('.table-sheet summary').click();
            document.querySelector('tr[data-code=E06000017] a').click()",
        vec![],
    )
    .await?;
    let open = page
        .until("Rutland", |seen| {
            seen.open_area() == Some("E06000017") && seen.is_settled()
        })
        .await?;
    ensure!(open.verdict.contains("Rutland"), "{open:#?}");
    page.browser().client().enter_parent_frame().await?;
    let height = page
        .execute(
            "return document.querySelector('iframe').style.height",
            vec![],
        )
        .await?;
    ensure!(
        height.as_str().is_some_and(|height| height.ends_with("px")),
        "the height from the sandbox has no effect: {height}"
    );
    Ok(())
}

async fn dark(page: &Page<'_>) -> Result<()> {
    page.go("examples/dark.html").await?;
    until_inside(page, "the map", 0, COMPLETE).await?;
    let colours = page
        .execute(
            "const inside = document.querySelector('iframe').contentWindow;
            return inside.getComputedStyle(inside.document.body).backgroundColor.match(/[\\d.]+/g)
                .map(Number)",
            vec![],
        )
        .await?;
    let sum: f64 = colours
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_f64)
        .sum();
    ensure!(sum < 200.0, "the background of a dark map is {colours}");
    Ok(())
}

async fn without_scripts(page: &Page<'_>) -> Result<()> {
    page.browser().set_scripts(false).await?;
    page.go("examples/article.html").await?;
    let link = page
        .execute(
            "return document.querySelector('[data-rising] a')?.href ?? null",
            vec![],
        )
        .await?;
    page.browser().set_scripts(true).await?;
    let link = link
        .as_str()
        .context("the article has no link to the map")?
        .to_owned();
    ensure!(
        link == format!(
            "{}?area=E08000033&date=2021-02-07",
            page.site().server().url()
        ),
        "{link}"
    );
    Ok(())
}

async fn one_finger(page: &Page<'_>) -> Result<()> {
    let touch = "return getComputedStyle(document.querySelector('.leaflet-container')).touchAction";
    page.open("?embed=1").await?;
    let allowed = page.execute(touch, vec![]).await?;
    ensure!(
        allowed
            .as_str()
            .is_some_and(|allowed| allowed.contains("pan-y")),
        "one finger cannot scroll the article: {allowed}"
    );
    page.open("").await?;
    ensure!(
        page.execute(touch, vec![]).await? == json!("none"),
        "on the full page one finger does not move the map"
    );
    Ok(())
}
