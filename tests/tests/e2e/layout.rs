//! Tests that the page fits its screen.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use libtest_mimic::Trial;
use rising_model::domain::area::Level;
use rising_tests::browser::{Capability, Screen};
use rising_tests::page::Page;
use rising_tests::site::data;
use serde_json::json;
use xtask::style;

use crate::runner::{trial, trial_needing};

pub fn trials() -> Vec<Trial> {
    vec![
        trial(
            "layout: no screen scrolls sideways",
            Screen::DESKTOP,
            no_sideways_scrolling,
        ),
        trial_needing(
            &[Capability::Touch],
            "layout: targets are large enough for a finger",
            Screen::PHONE,
            targets,
        ),
        trial(
            "layout: enlarged four times nothing is cut or covered",
            Screen::DESKTOP.with_size(320, 256),
            enlarged_four_times,
        ),
        trial(
            "layout: with other text spacing nothing is cut",
            Screen::DESKTOP,
            text_spacing,
        ),
        trial(
            "layout: with letters of twice the size nothing is cut",
            Screen::PHONE,
            large_letters,
        ),
        trial(
            "layout: nothing moves by itself with reduced motion",
            Screen::DESKTOP,
            reduced_motion,
        ),
        trial(
            "layout: the style sheet is the same with its layers",
            Screen::DESKTOP,
            layers,
        ),
        trial_needing(
            &[Capability::Noscript],
            "layout: without JavaScript a sentence says so",
            Screen::DESKTOP,
            without_javascript,
        ),
        trial_needing(
            &[Capability::LayoutShift],
            "layout: nothing jumps while the page loads",
            Screen::PHONE,
            no_layout_shift,
        ),
    ]
}

/// Returns the elements that extend beyond the right edge of the window and are not in a scrolling
/// box.
const SIDEWAYS: &str = "
const width = document.documentElement.clientWidth;
const clipped = (e) => {
    for (let p = e.parentElement; p && p !== document.body; p = p.parentElement)
        if (getComputedStyle(p).overflowX !== 'visible') return true;
    return false;
};
const out = [...document.body.querySelectorAll('*')]
    .filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > width + 1
        && !clipped(e))
    .map((e) => e.outerHTML.slice(0, 120));
return { scroll: document.documentElement.scrollWidth - width, out: out.slice(0, 5) };";

async fn no_sideways_scrolling(page: &Page<'_>) -> Result<()> {
    let desktop = Screen::DESKTOP;
    for (screen, what) in [
        (Screen::PHONE.with_size(320, 640), "320 pixels"),
        (Screen::PHONE, "390 pixels"),
        (desktop, "1280 pixels"),
        // The size to which zooming to 200% reduces a window of 1280 by 800.
        (
            desktop.with_size(640, 400).with_density(2.0),
            "1280 pixels at 200%",
        ),
        (
            desktop.with_size(320, 256).with_density(4.0),
            "1280 by 1024 pixels at 400%",
        ),
        (Screen::PHONE.with_size(844, 390), "a phone on its side"),
        (desktop.with_size(1600, 900), "1600 pixels"),
    ] {
        page.set_screen(screen).await?;
        for query in [
            "",
            "?area=E06000019&date=2021-10-27",
            "?level=msoa",
            "?embed=1",
        ] {
            page.open(query).await?;
            let found = page.execute(SIDEWAYS, vec![]).await?;
            ensure!(
                found == json!({ "scroll": 0, "out": [] }),
                "{query} at {what}: {found:#}"
            );
        }
    }
    Ok(())
}

/// Checks that all targets except links within sentences measure 44 CSS pixels, as the design asks.
async fn targets(page: &Page<'_>) -> Result<()> {
    let golden_valley = data()?
        .level(Level::Msoa)?
        .code_of("Golden Valley", "E06000019")?;
    let finer = format!("?level=msoa&area={golden_valley}");
    for screen in [
        Screen::PHONE,
        Screen::PHONE.with_size(320, 568),
        Screen::PHONE.with_size(844, 390),
    ] {
        page.set_screen(screen).await?;
        for query in [
            "",
            "?area=E06000017&date=2021-10-27",
            finer.as_str(),
            "?embed=1",
            "?embed=1&area=E06000017",
        ] {
            page.open(query).await?;
            check_targets(page)
                .await
                .with_context(|| format!("{query} on {}", screen.width))?;
        }
    }
    page.open("").await?;
    page.press("combobox", "Find your area").await?;
    page.type_text("south").await?;
    page.until_script(
        "suggestions",
        "return document.querySelectorAll('[role=option]').length > 1",
    )
    .await?;
    check_targets(page).await.context("the search")?;
    page.open("").await?;
    page.press("button", "Embed").await?;
    page.until_script(
        "the embed builder",
        "return !!document.querySelector('.builder textarea')",
    )
    .await?;
    check_targets(page).await.context("the embed builder")?;
    page.open("?embed=1").await?;
    page.until_script(
        "the table's button",
        "return !!document.querySelector('.table-sheet summary')",
    )
    .await?;
    page.execute(
        "document.querySelector('.table-sheet summary').click()",
        vec![],
    )
    .await?;
    page.until("the table", |seen| !seen.rows.is_empty())
        .await?;
    check_targets(page)
        .await
        .context("the table over a map in an article")
}

async fn check_targets(page: &Page<'_>) -> Result<()> {
    let small = "
        const own = (e) => e.closest('label') ?? e;
        const size = (e) => {
            const { width, height } = own(e).getBoundingClientRect();
            const reach = getComputedStyle(e, '::after');
            // A pseudo-element can enlarge a target.
            return reach.position === 'absolute' && reach.content !== 'none'
                ? { width: Math.max(width, parseFloat(reach.width)),
                    height: Math.max(height, parseFloat(reach.height)) }
                : { width, height };
        };
        const targets = 'button, select, input, textarea, summary, a, [role=option]';
        return [...document.querySelectorAll(targets)]
            .filter((e) => e.checkVisibility({ visibilityProperty: true,
                contentVisibilityAuto: true }) && !e.closest('.visually-hidden, p, dd'))
            .map((e) => ({ name: e.ariaLabel || own(e).innerText || e.id
                || e.className, ...size(e) }))
            .filter(({ width, height }) => width < 43.5 || height < 43.5)
            .map(({ name, width, height }) => `${name}: ${width} by ${height}`)";
    let small = page.execute(small, vec![]).await?;
    ensure!(small == json!([]), "too small for a finger: {small:#}");
    Ok(())
}

/// Returns texts in boxes that are too small and do not scroll, and fixed elements over more than
/// half of the window.
const CUT: &str = "
const cut = [...document.querySelectorAll('body *')].filter((e) => {
    if (!e.checkVisibility({ opacityProperty: true, visibilityProperty: true })
        || e.closest('.visually-hidden, svg, .map, .status, .scroller')) return false;
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) return false;
    const own = e.getBoundingClientRect();
    if (own.width <= 2) return false;
    for (let box = e; box && box !== document.body; box = box.parentElement) {
        const { overflowX, overflowY, clipPath } = getComputedStyle(box);
        const around = box.getBoundingClientRect();
        if (clipPath !== 'none' && around.width <= 2) return false;
        const range = document.createRange();
        range.selectNodeContents(e);
        const text = range.getBoundingClientRect();
        if (overflowX === 'hidden' && (text.right > around.right + 1.5
            || text.left < around.left - 1.5)) return true;
        if (overflowY === 'hidden' && (text.bottom > around.bottom + 4
            || text.top < around.top - 4)) return true;
        if (/auto|scroll/.test(overflowX + overflowY)) return false;
    }
    return false;
}).map((e) => e.outerHTML.slice(0, 140));
const over = [...document.querySelectorAll('body *')].filter((e) => {
    const { position, pointerEvents } = getComputedStyle(e);
    const { height, top, bottom } = e.getBoundingClientRect();
    return /fixed|sticky/.test(position) && pointerEvents !== 'none' && e.checkVisibility()
        && Math.min(bottom, innerHeight) - Math.max(top, 0) > innerHeight * 0.55
            && !e.matches('.stage');
}).map((e) => e.outerHTML.slice(0, 140));
return { cut: cut.slice(0, 6), over };";

/// Checks that nothing is cut, covered, or wider than the window.
async fn check_nothing_cut(page: &Page<'_>, what: &str) -> Result<()> {
    let found = page.execute(SIDEWAYS, vec![]).await?;
    ensure!(
        found == json!({ "scroll": 0, "out": [] }),
        "{what}: sideways: {found:#}"
    );
    let found = page.execute(CUT, vec![]).await?;
    ensure!(
        found == json!({ "cut": [], "over": [] }),
        "{what}: {found:#}"
    );
    Ok(())
}

/// A window of 1280 by 1024 at 400%.
async fn enlarged_four_times(page: &Page<'_>) -> Result<()> {
    page.set_screen(Screen::DESKTOP.with_size(320, 256).with_density(4.0))
        .await?;
    for query in [
        "",
        "?area=E06000019&date=2021-10-27",
        "?level=msoa",
        "?date=2030-01-01&nation=france",
    ] {
        page.open(query).await?;
        check_nothing_cut(page, query).await?;
        let map = page.map_view().await?;
        ensure!(
            map.height <= 256.0 - 88.0,
            "{query}: the map is {} high",
            map.height
        );
    }
    page.press("combobox", "Find your area").await?;
    page.type_text("south").await?;
    page.until_script(
        "suggestions",
        "return document.querySelectorAll('[role=option]').length > 1",
    )
    .await?;
    check_nothing_cut(page, "the search").await
}

/// Adds rules to the styles of the page in a way that its security policy allows.
async fn add_style(page: &Page<'_>, style: &str) -> Result<()> {
    let add = format!(
        "const sheet = new CSSStyleSheet();
        sheet.replaceSync({});
        document.adoptedStyleSheets.push(sheet)",
        json!(style)
    );
    page.execute(&add, vec![]).await?;
    Ok(())
}

/// WCAG's success criterion 1.4.12.
async fn text_spacing(page: &Page<'_>) -> Result<()> {
    for screen in [
        Screen::DESKTOP,
        Screen::PHONE,
        Screen::PHONE.with_size(320, 568),
    ] {
        page.set_screen(screen).await?;
        for query in [
            "",
            "?area=E06000019&date=2021-10-27",
            "?level=msoa",
            "?embed=1",
        ] {
            page.open(query).await?;
            add_style(
                page,
                "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; \
                    word-spacing: 0.16em !important; }
                p { margin-bottom: 2em !important; }",
            )
            .await?;
            check_nothing_cut(page, &format!("{query} on {}", screen.width)).await?;
        }
    }
    Ok(())
}

/// The setting of a phone for larger text.
async fn large_letters(page: &Page<'_>) -> Result<()> {
    for screen in [Screen::PHONE, Screen::DESKTOP] {
        page.set_screen(screen).await?;
        for query in ["", "?area=E06000019&date=2021-10-27", "?level=msoa"] {
            page.open(query).await?;
            add_style(page, "html { font-size: 200% }").await?;
            check_nothing_cut(page, &format!("{query} on {}", screen.width)).await?;
        }
    }
    Ok(())
}

async fn reduced_motion(page: &Page<'_>) -> Result<()> {
    page.add_init_script(
        "window.moves = []; new MutationObserver((seen) => { for (const { target } of seen)
                if (/leaflet-pan-anim/.test(target.className))
                    window.moves.push(target.className); })
                .observe(document, { subtree: true, attributes: true, attributeFilter: ['class'] });
            for (const kind of ['animationstart', 'transitionstart'])
                document.addEventListener(kind, (event) => { if (event.elapsedTime > 0.01
                    || Math.max(...event.target.getAnimations()
                        .map((a) => a.effect.getComputedTiming().duration), 0) > 1)
                    window.moves.push(`${kind} ${event.target.className}`); }, true);",
    )
    .await?;
    for (motion, still) in [("reduce", true), ("no-preference", false)] {
        page.browser()
            .set_media(&[("prefers-reduced-motion", motion)])
            .await?;
        page.open("").await?;
        let painted = "return !!document.querySelector('.choropleth canvas')";
        page.until_script("the map", painted).await?;
        page.press("button", "Zoom in").await?;
        tokio::time::sleep(Duration::from_millis(500)).await;
        page.execute(
            "document.querySelector('tr[data-code=E06000017] a').click()",
            vec![],
        )
        .await?;
        page.until("Rutland", |seen| {
            seen.open_area() == Some("E06000017") && seen.is_settled()
        })
        .await?;
        tokio::time::sleep(Duration::from_millis(500)).await;
        let moves = page.execute("return window.moves", vec![]).await?;
        // Without reduced motion something moves, or this test would prove nothing.
        ensure!((moves == json!([])) == still, "{motion}: {moves}");
    }
    Ok(())
}

async fn without_javascript(page: &Page<'_>) -> Result<()> {
    page.browser().set_scripts(false).await?;
    // The scripts of the page are off; the driver's still run.
    page.go("").await?;
    let text = page
        .execute("return document.body.innerText", vec![])
        .await?;
    let text = text.as_str().unwrap_or_default().to_owned();
    page.browser().set_scripts(true).await?;
    ensure!(
        text.contains("JavaScript"),
        "without JavaScript the page says: {text}"
    );
    Ok(())
}

/// The app has the size that the prerendered view reserves.
async fn no_layout_shift(page: &Page<'_>) -> Result<()> {
    page.add_init_script(
        "window.jumps = []; new PerformanceObserver((list) => { for (const e of list.getEntries())
                if (!e.hadRecentInput) window.jumps.push({ value: e.value,
                    of: e.sources.map((s) => s.node?.outerHTML?.slice(0, 80) ?? '') }); })
                .observe({ type: 'layout-shift', buffered: true });",
    )
    .await?;
    page.open("").await?;
    page.map_view().await?;
    let jumps = page.execute("return window.jumps", vec![]).await?;
    let sum: f64 = jumps
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|jump| jump["value"].as_f64())
        .sum();
    ensure!(
        sum < 0.1,
        "the page jumps by {sum} while it loads: {jumps:#}"
    );
    Ok(())
}

/// Puts a style sheet in place of the page's, and returns the properties that it changes.
const WITH_LAYERS: &str = "
const built = document.querySelector('link[rel=stylesheet][integrity]').sheet;
const layered = new CSSStyleSheet();
layered.replaceSync(arguments[0]);
// Of many equal elements the first few are enough.
const skipped = '.leaflet-pane *, tbody tr:nth-child(n + 4), li:nth-child(n + 6), svg *, option';
const elements = [...document.querySelectorAll('*')].filter((e) => !e.closest(skipped));
const read = () => elements.flatMap((e) => [null, '::before', '::after'].map((part) => {
    const style = getComputedStyle(e, part);
    // Custom properties keep the spelling of their sheet.
    const names = [...style].filter((name) => !name.startsWith('--'));
    return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(name)]));
}));
built.disabled = true;
document.adoptedStyleSheets = [layered];
const after = read();
document.adoptedStyleSheets = [];
built.disabled = false;
// Only now, because Chromium may keep the margins of an earlier layout until a style changes.
const before = read();
const changes = before.flatMap((style, i) => Object.keys({ ...style, ...after[i] })
    .filter((name) => style[name] !== after[i][name])
    .map((name) => `${elements[Math.floor(i / 3)].outerHTML.slice(0, 80)} ${name}: `
        + `${style[name]}, with layers ${after[i][name]}`));
return { read: before.length, changes: changes.slice(0, 10) };";

/// The site's style sheet has the rules of `style/` in the order of their layers, but no layers. A
/// rule that wins by its layer alone would lose there.
async fn layers(page: &Page<'_>) -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut sheet = String::new();
    for file in style::files(&root)? {
        let rules = fs::read_to_string(root.join(&file.path))?;
        writeln!(sheet, "@layer {} {{\n{rules}\n}}", file.layer)?;
    }
    for screen in [
        Screen::PHONE.with_size(320, 640),
        Screen::PHONE,
        Screen::PHONE.with_size(844, 390),
        Screen::DESKTOP,
    ] {
        page.set_screen(screen).await?;
        for query in [
            "",
            "?area=E06000019",
            "?lang=cy&theme=dark",
            "?embed=1",
            "?embed=1&area=E06000019",
        ] {
            page.open(query).await?;
            let found = page.execute(WITH_LAYERS, vec![json!(sheet)]).await?;
            ensure!(
                found["read"].as_u64() > Some(300) && found["changes"] == json!([]),
                "{query} on {screen:?}: {found:#}"
            );
        }
    }
    Ok(())
}
