//! The page fits its screen.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use rising_tests::browser::{Need, Screen};
use rising_tests::page::Page;
use serde_json::json;

use crate::runner::{trial, trial_needing};

pub fn trials() -> Vec<Trial> {
    vec![
        trial("layout: no screen scrolls sideways", Screen::DESKTOP, nothing_scrolls_sideways),
        trial("layout: targets are large enough for a finger", Screen::PHONE, targets),
        trial_needing(
            &[Need::NoScripts],
            "layout: without JavaScript a sentence says so",
            Screen::DESKTOP,
            without_javascript,
        ),
        trial_needing(&[Need::LayoutShift], "layout: nothing jumps while it loads", Screen::PHONE, nothing_jumps),
    ]
}

/// What sticks out of the window to the right, though it is not in a box that scrolls by itself.
const SIDEWAYS: &str = "
const width = document.documentElement.clientWidth;
const clipped = (e) => { for (let p = e.parentElement; p && p !== document.body; p = p.parentElement)
    if (getComputedStyle(p).overflowX !== 'visible') return true; return false; };
const out = [...document.body.querySelectorAll('*')]
    .filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > width + 1 && !clipped(e))
    .map((e) => e.outerHTML.slice(0, 120));
return { scroll: document.documentElement.scrollWidth - width, out: out.slice(0, 5) };";

async fn nothing_scrolls_sideways(page: &Page<'_>) -> Result<()> {
    let desktop = Screen::DESKTOP;
    for (screen, what) in [
        (Screen::PHONE.sized(320, 640), "320 pixels"),
        (Screen::PHONE, "390 pixels"),
        (desktop, "1280 pixels"),
        // What zooming to 200% does to a window of 1280 by 800.
        (desktop.sized(640, 400).with_density(2.0), "1280 pixels at 200%"),
        (desktop.sized(1600, 900), "1600 pixels"),
    ] {
        page.set_screen(screen).await?;
        for query in ["", "?area=E06000019&date=2021-10-27", "?level=msoa", "?embed=1"] {
            page.open(query).await?;
            let found = page.execute(SIDEWAYS, vec![]).await?;
            ensure!(found == json!({ "scroll": 0, "out": [] }), "{query} at {what}: {found:#}");
        }
    }
    Ok(())
}

/// 44 CSS pixels, as the design asks; a text's links and the table's names are lines of text. WCAG's own 24 pixels are
/// axe-core's to check.
async fn targets(page: &Page<'_>) -> Result<()> {
    page.open("?area=E06000017").await?;
    let small = "
        const own = (e) => e.closest('label') ?? e;
        return [...document.querySelectorAll('button, select, input')]
            .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest('table') && !e.classList.contains('link'))
            .map((e) => ({ name: e.ariaLabel || own(e).innerText || e.id, ...own(e).getBoundingClientRect().toJSON() }))
            .filter(({ width, height }) => width < 43.5 || height < 43.5)
            .map(({ name, width, height }) => `${name}: ${width} by ${height}`)";
    let small = page.execute(small, vec![]).await?;
    ensure!(small == json!([]), "too small for a finger: {small:#}");
    Ok(())
}

async fn without_javascript(page: &Page<'_>) -> Result<()> {
    page.browser().set_scripts(false).await?;
    // The page's own scripts are off; the driver's still run.
    page.go("").await?;
    let text = page.execute("return document.body.innerText", vec![]).await?;
    let text = text.as_str().unwrap_or_default().to_owned();
    page.browser().set_scripts(true).await?;
    ensure!(text.contains("JavaScript"), "without JavaScript the page says: {text}");
    Ok(())
}

/// What the app puts in place takes the place that the first paint kept for it.
async fn nothing_jumps(page: &Page<'_>) -> Result<()> {
    page.run_first(
        "window.jumps = []; new PerformanceObserver((list) => { for (const e of list.getEntries())
                if (!e.hadRecentInput) window.jumps.push({ value: e.value,
                    of: e.sources.map((s) => s.node?.outerHTML?.slice(0, 80) ?? '') }); })
                .observe({ type: 'layout-shift', buffered: true });",
    )
    .await?;
    page.open("").await?;
    page.map_view().await?;
    let jumps = page.execute("return window.jumps", vec![]).await?;
    let sum: f64 = jumps.as_array().into_iter().flatten().filter_map(|jump| jump["value"].as_f64()).sum();
    ensure!(sum < 0.1, "the page jumps by {sum} while it loads: {jumps:#}");
    Ok(())
}
