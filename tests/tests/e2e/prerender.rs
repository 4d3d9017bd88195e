//! Tests the prerendered view: before the program starts and without it.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use libtest_mimic::Trial;
use rising_model::domain::area::{Level, Nation};
use rising_prerender::page_data::PageData;
use rising_prerender::prerendered_view;
use rising_tests::browser::Screen;
use rising_tests::page::Page;
use rising_tests::page_state::PageState;
use rising_tests::report::Report;
use rising_tests::site::data;
use rising_view::InWords;
use rising_words::Language;
use serde_json::{Value, json};
use xtask::server::ResponseFault;

use crate::embedding::until_credited;
use crate::runner::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial(
            "prerender: without JavaScript the page shows the figures of the report",
            Screen::DESKTOP,
            without_javascript,
        ),
        trial(
            "prerender: the app takes over in place",
            Screen::DESKTOP,
            in_place,
        ),
        trial(
            "prerender: the app takes over in place on a phone",
            Screen::PHONE,
            in_place,
        ),
        trial(
            "prerender: the map is replaced when all is there, and the app yields to the browser",
            Screen::PHONE,
            whole_and_in_turns,
        ),
        trial(
            "prerender: an early step changes all parts at once",
            Screen::PHONE,
            early_step,
        ),
        trial(
            "prerender: the app takes over in place in an article",
            Screen::PHONE,
            in_place_in_an_article,
        ),
        trial(
            "prerender: the prerendered map is where the map will be",
            Screen::PHONE,
            map_positions,
        ),
        trial(
            "prerender: a link to another view shows no default figures",
            Screen::PHONE,
            link_to_another_view,
        ),
        trial(
            "prerender: the prerendered figures stay if the data fails",
            Screen::DESKTOP,
            no_figures,
        ),
        trial(
            "prerender: an old browser keeps the prerendered figures",
            Screen::DESKTOP,
            old_browsers,
        ),
        trial(
            "prerender: a browser without modules keeps the prerendered figures",
            Screen::PHONE,
            browser_without_modules,
        ),
        trial("prerender: area pages", Screen::PHONE, area_pages),
        trial(
            "prerender: elements, focus and selection stay when the app starts",
            Screen::DESKTOP,
            elements_stay,
        ),
        trial(
            "prerender: build and app write the same elements",
            Screen::DESKTOP,
            same_elements,
        ),
    ]
}

/// Returns the role, label and visibility of the prerendered map, whose shapes are drawn elsewhere
/// by `use`.
const PRERENDERED_MAP: &str = "
const map = document.getElementById('first-map');
if (!map) return null;
const [box, drawn] = [map, map.querySelector('use')].map((part) => part.getBoundingClientRect());
return { role: map.getAttribute('role'), label: map.getAttribute('aria-label'),
    shown: map.checkVisibility({ visibilityProperty: true })
        && [box, drawn].every(({ width, height }) => width > 100 && height > 100) };";

async fn without_javascript(page: &Page<'_>) -> Result<()> {
    page.browser().set_scripts(false).await?;
    page.go("").await?;
    page.until_script(
        "the whole page",
        "return document.readyState === 'complete'",
    )
    .await?;
    let seen = page
        .until("the prerendered figures", |seen| !seen.totals.is_empty())
        .await?;
    let picture = page.execute(PRERENDERED_MAP, vec![]).await?;
    let cells = "return [...document.querySelectorAll('[data-testid=rising-list] tr[data-code]')]
        .map((row) => [row.dataset.code, row.cells[0].innerText,
            ...[...row.cells].slice(1).map((cell) =>
                cell.innerText.replace(/\\s+/g, ' ').replaceAll(',', '').trim())])";
    let rows = page.execute(cells, vec![]).await?;
    page.browser().set_scripts(true).await?;

    let date = data()?
        .manifest
        .default
        .date
        .context("the data set has no default date")?;
    let report = Report::load("ltla", &date.to_string(), "england")?;
    ensure!(
        seen.totals == report.totals(),
        "{} is not {}",
        seen.totals,
        report.totals()
    );
    ensure!(seen.verdict.starts_with(&format!(
        "{} of England's {} local authorities",
        report.rising, report.areas
    )));
    ensure!(
        seen.verdict.contains(&date.in_words(&Language::En.texts())),
        "{}",
        seen.verdict
    );
    let expected: Vec<Value> = report
        .rising_rows()
        .map(|row| json!([vec![row.code.clone(), row.name.clone()], row.cells()].concat()))
        .collect();
    ensure!(rows == json!(expected), "{rows:#} is not {expected:#?}");
    ensure!(
        picture["role"] == "img" && picture["shown"] == true,
        "{picture}"
    );
    ensure!(
        picture["label"] == format!("Map. {}", seen.verdict),
        "{picture}"
    );
    for source in &data()?.manifest.sources {
        ensure!(
            seen.everything.contains(&source.licence),
            "the page does not name {}",
            source.licence
        );
    }
    Ok(())
}

/// Nothing moves, no element is duplicated, and the prerendered view is removed.
async fn in_place(page: &Page<'_>) -> Result<()> {
    page.add_init_script(
        "window.jumps = [];
        const html = ({ node }) => node?.outerHTML?.slice(0, 80) ?? '';
        new PerformanceObserver((list) => {
            for (const { value, sources } of list.getEntries())
                window.jumps.push({ value, of: sources.map(html) });
        }).observe({ type: 'layout-shift', buffered: true });",
    )
    .await?;
    // The prerendered view is painted before the app can be.
    page.set_fault(
        &page.site().file_name("rising-", ".wasm")?,
        ResponseFault::Stalled,
    );
    page.go("").await?;
    page.until("the prerendered figures", |seen| !seen.totals.is_empty())
        .await?;
    ensure!(
        page.execute(PRERENDERED_MAP, vec![]).await?["shown"] == true,
        "the page has no prerendered map"
    );
    page.check_accessibility("the prerendered view").await?;
    page.site().server().clear_faults();
    page.until("the app", PageState::is_settled).await?;
    page.map_view().await?;
    let left = "
        const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
        return { boot: !!document.querySelector('#boot, #first-map'),
            twice: ids.filter((id, i) => ids.indexOf(id) !== i),
            verdicts: document.querySelectorAll('[data-testid=verdict]').length };";
    let left = page.execute(left, vec![]).await?;
    ensure!(
        left == json!({ "boot": false, "twice": [], "verdicts": 1 }),
        "{left}"
    );
    let jumps = page.execute("return window.jumps", vec![]).await?;
    let sum: f64 = jumps
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|jump| jump["value"].as_f64())
        .sum();
    ensure!(
        sum < 0.02,
        "the page jumps by {sum} as the app takes over: {jumps:#}"
    );
    Ok(())
}

/// The prerendered map stays until all of the app is rendered; meanwhile the browser gets its turns
/// for input.
async fn whole_and_in_turns(page: &Page<'_>) -> Result<()> {
    page.add_init_script(
        // The clock of a slow machine: every reading advances it by 1.5 milliseconds.
        "const clock = performance.now.bind(performance);
        let looks = 0;
        performance.now = () => clock() + 1.5 * looks++;
        window.takeover = { turns: {}, left: null };
        const loop = new MessageChannel();
        let turn = 0;
        loop.port1.onmessage = () => {
            turn++;
            if (!window.takeover.left) loop.port2.postMessage(0);
        };
        loop.port2.postMessage(0);
        const all = (part) => document.querySelectorAll(part);
        new MutationObserver(() => {
            const { turns, left } = window.takeover;
            for (const part of ['form.search', '.status p', '.map', '.timeline input', '.actions',
                '.switches input', '[data-column]', '.legend canvas', '.painted'])
                if (all(part).length) turns[part] ??= turn;
            if (turns['.map'] === undefined || left || document.getElementById('boot')) return;
            const text = (part) => all(part)[0]?.textContent ?? '';
            window.takeover.left = { rows: all('.list tbody tr').length,
                painted: all('.painted canvas').length > 0,
                words: ['.verdict', '.legend', '.timeline label', '.list caption'].map(text) };
        }).observe(document, { childList: true, subtree: true, attributes: true,
            attributeFilter: ['class', 'id'] });",
    )
    .await?;
    page.open("").await?;
    let takeover = page.execute("return window.takeover", vec![]).await?;
    let left = &takeover["left"];
    let mut words = left["words"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    ensure!(
        left["painted"] == true && words.all(|text| text.chars().count() > 10),
        "the app was incomplete when the view was replaced: {left:#}"
    );
    let rows = page.state().await?.rows.len();
    ensure!(
        rows > 0 && left["rows"] == rows,
        "{rows} rows at the end, and at the replacement {left:#}"
    );
    let turns: BTreeSet<u64> = takeover["turns"]
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(_, turn)| turn.as_u64())
        .collect();
    ensure!(
        turns.len() > 5,
        "the app rendered in too few turns: {takeover:#}"
    );
    Ok(())
}

/// While the app renders in slices, address, date, verdict and table always show the same date.
async fn early_step(page: &Page<'_>) -> Result<()> {
    page.add_init_script(
        "const paint = requestAnimationFrame.bind(window);
        window.requestAnimationFrame = (act) => paint((time) =>
            window.mayPaint ? act(time) : window.requestAnimationFrame(act));
        const clock = performance.now.bind(performance);
        let looks = 0;
        performance.now = () => clock() + 1.5 * looks++;",
    )
    .await?;
    page.open("?date=2021-02-07&level=ltla").await?;
    page.until_script(
        "the slider",
        "return !document.querySelector('.timeline input').disabled",
    )
    .await?;
    let step = "document.querySelector('.timeline .step').click();
        const text = (part) => document.querySelector(part).textContent;
        const texts = () => ['.verdict .sentence', '.timeline label', '.list caption'].map(text);
        return new Promise((done) => setTimeout(() => done([...texts(), location.search]), 0))";
    let texts = page.execute(step, vec![]).await?;
    let texts: Vec<String> = serde_json::from_value(texts)?;
    let are_new = texts
        .iter()
        .all(|text| text.contains("6 February 2021") || text.contains("date=2021-02-06"));
    ensure!(are_new, "a day back: {texts:#?}");
    page.execute("window.mayPaint = true", vec![]).await?;
    page.until_script(
        "the map",
        "return !!document.querySelector('.painted canvas')",
    )
    .await?;
    Ok(())
}

/// Frames from narrow to wide, in CSS pixels.
const FRAMES: [(u32, u32); 8] = [
    (300, 400),
    (320, 480),
    (360, 540),
    (400, 640),
    (412, 823),
    (700, 540),
    (900, 600),
    (1000, 640),
];

/// Returns the positions of map, legend and source in each frame, and the length of the page beyond
/// the frame.
async fn boxes_in_frames(page: &Page<'_>) -> Result<Vec<Vec<f64>>> {
    let boxes = "const boxes = ['.map-frame', '.legend', '.credit .source'].flatMap((part) => {
            const { left, top, right, bottom } = document.querySelector(part)
                .getBoundingClientRect();
            return [left, top, right, bottom];
        });
        return [...boxes, document.documentElement.scrollHeight - innerHeight];";
    let mut found = vec![];
    for (width, height) in FRAMES {
        page.set_screen(Screen::PHONE.with_size(width, height))
            .await?;
        page.until_script(
            "a frame of that size",
            &format!("return innerWidth === {width} && innerHeight === {height}"),
        )
        .await?;
        found.push(serde_json::from_value(page.execute(boxes, vec![]).await?)?);
    }
    Ok(found)
}

/// In an article the map fills the rest of the frame, so no part may change its height.
async fn in_place_in_an_article(page: &Page<'_>) -> Result<()> {
    page.set_fault(
        &page.site().file_name("rising-", ".wasm")?,
        ResponseFault::Stalled,
    );
    page.go("?embed=1").await?;
    page.until("the prerendered figures", |seen| !seen.totals.is_empty())
        .await?;
    let written = boxes_in_frames(page).await?;
    page.site().server().clear_faults();
    page.until("the app", PageState::is_settled).await?;
    page.until_script("the app alone", "return !document.getElementById('boot')")
        .await?;
    until_credited(page).await?;
    let made = boxes_in_frames(page).await?;
    for ((frame, written), made) in FRAMES.into_iter().zip(&written).zip(&made) {
        let moved = written
            .iter()
            .zip(made)
            .any(|(before, after)| (before - after).abs() > 1.0);
        ensure!(
            !moved,
            "{frame:?}: map, legend, source and the rest were at {written:?}, and are at {made:?}"
        );
    }
    Ok(())
}

/// Each triangle of a rising area is within a few pixels of its place in the app.
async fn map_positions(page: &Page<'_>) -> Result<()> {
    let name = page.site().file_name("rising-", ".wasm")?;
    page.set_fault(&name, ResponseFault::Stalled);
    page.go("").await?;
    page.until("the prerendered figures", |seen| !seen.totals.is_empty())
        .await?;
    // Computes the part of its box that the picture fills: WebKit's `getScreenCTM` is wrong on
    // dense screens.
    let corners = "
        const map = document.getElementById('first-map'), box = map.getBoundingClientRect(),
            { width, height } = map.viewBox.baseVal;
        const scale = Math.min(box.width / width, box.height / height);
        const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
        return [-0.5, 0.5].map((half) => [x + half * width * scale, y + half * height * scale])";
    let corners = page.execute(corners, vec![]).await?;
    page.site().server().clear_faults();
    page.until("the app", PageState::is_settled).await?;
    let view = page.map_view().await?;
    let level = data()?.level(Level::Ltla)?;
    let england = |area: &u16| {
        level
            .table
            .get(*area)
            .is_some_and(|area| area.code.as_str().starts_with('E'))
    };
    let bounds = (0..level.table.len() as u16)
        .filter(england)
        .filter_map(|area| level.topology.bounds(area))
        .reduce(rising_model::shapes::geometry::Bounds::union)
        .context("England has no bounds")?;
    for (corner, point) in [(&corners[0], bounds.min), (&corners[1], bounds.max)] {
        let spot = view.to_screen((point.x.into(), point.y.into()), level.topology.unit_zoom());
        let (x, y) = (
            corner[0].as_f64().unwrap_or_default(),
            corner[1].as_f64().unwrap_or_default(),
        );
        ensure!(
            (spot.x - x).abs() < 4.0 && (spot.y - y).abs() < 4.0,
            "{x}, {y} in the prerendered map is {spot:?} on the map"
        );
    }
    Ok(())
}

async fn link_to_another_view(page: &Page<'_>) -> Result<()> {
    let name = page.site().file_name("rising-", ".wasm")?;
    // Only one request is delayed at a time, because a browser opens few connections to a server.
    let go = async |query: &str| {
        page.site().server().clear_faults();
        page.set_fault(&name, ResponseFault::Stalled);
        page.go(query).await
    };
    for query in [
        "?area=E06000017",
        "?level=msoa",
        "?date=2021-01-04",
        "?nation=wales",
        "?rising=1",
    ] {
        go(query).await?;
        let seen = page.state().await?;
        ensure!(
            seen.verdict.is_empty() && seen.totals.is_empty() && seen.rows.is_empty(),
            "{query}: {seen:#?}"
        );
        ensure!(
            page.execute(PRERENDERED_MAP, vec![]).await? == Value::Null,
            "{query} shows the map of another view"
        );
    }
    for query in ["", "?embed=1&theme=dark"] {
        go(query).await?;
        ensure!(
            !page.state().await?.totals.is_empty(),
            "{query} shows no figures"
        );
    }
    page.execute(
        "localStorage.setItem('rising.area', 'ltla:E06000017')",
        vec![],
    )
    .await?;
    go("").await?;
    let seen = page.state().await?;
    page.execute("localStorage.removeItem('rising.area')", vec![])
        .await?;
    ensure!(
        seen.totals.is_empty(),
        "with a kept area, other figures are shown first"
    );
    Ok(())
}

/// The prerendered figures stay, and the status line reports the failure.
async fn no_figures(page: &Page<'_>) -> Result<()> {
    page.set_fault("ltla.counts", ResponseFault::Status(500));
    page.go("").await?;
    let failed = page
        .until("the status failed", |seen| seen.status_kind() == "failed")
        .await?;
    ensure!(
        failed
            .everything
            .contains("12 rising, 302 falling, 1 unchanged. 1 rise and 195 falls are clear."),
        "{}",
        failed.everything
    );
    ensure!(
        failed.everything.contains("What is shown stays as it was"),
        "{}",
        failed.everything
    );
    ensure!(
        page.execute(PRERENDERED_MAP, vec![]).await?["shown"] == true,
        "the prerendered map is not visible"
    );
    page.site().server().clear_faults();
    page.press("button", "Retry").await?;
    page.until("everything", |seen| {
        seen.is_settled() && seen.rows.len() == 12
    })
    .await?;
    ensure!(
        page.execute(PRERENDERED_MAP, vec![]).await? == Value::Null,
        "the prerendered map is still in the page"
    );
    Ok(())
}

/// Checks that a sentence says that the map cannot start, and that the prerendered map, verdict and
/// table stay, whatever the link says.
async fn check_prerendered_stays(
    page: &Page<'_>,
    case: &str,
    query: &str,
    sentence: &str,
) -> Result<()> {
    page.go(query).await?;
    let seen = page
        .until(&format!("a sentence about {case}"), |seen| {
            !seen.failed.is_empty()
        })
        .await?;
    ensure!(
        seen.failed.contains(sentence) && !seen.failed.contains("again"),
        "{case}: {}",
        seen.failed
    );
    ensure!(
        seen.totals == "12 rising, 302 falling, 1 unchanged. 1 rise and 195 falls are clear."
            && seen.rows.len() == 12,
        "{case}: {seen:#?}"
    );
    ensure!(
        page.execute(PRERENDERED_MAP, vec![]).await?["shown"] == true,
        "{case}: the page has no prerendered map"
    );
    let covers = "const box = document.getElementById('failed').getBoundingClientRect();
        return ['[data-testid=verdict]', '.map-frame'].some((part) => {
            const other = document.querySelector(part).getBoundingClientRect();
            return other.top < box.bottom && other.bottom > box.top && other.left < box.right
                && other.right > box.left;
        })";
    ensure!(
        page.execute(covers, vec![]).await? == json!(false),
        "{case}: the sentence covers the figures"
    );
    if query.contains("embed") {
        // An article has its own heading.
        return Ok(());
    }
    page.check_accessibility(case).await
}

/// Removes the features that the page checks, one at a time.
async fn old_browsers(page: &Page<'_>) -> Result<()> {
    // Init scripts add up: each removes the feature that its query names.
    page.add_init_script(
        "const lacks = new URLSearchParams(location.search).get('lacks');
        if (lacks === 'references') WebAssembly.validate = () => false;
        else if (lacks) delete window[lacks];",
    )
    .await?;
    // `Object.hasOwn` cannot be removed: Chromium's driver needs it.
    let (off, old) = (
        "WebAssembly is switched off in this browser",
        "This browser is too old for the map",
    );
    for (missing, sentence) in [
        ("WebAssembly", off),
        ("references", old),
        ("HTMLDialogElement", old),
    ] {
        for query in ["", "&area=E06000017", "&embed=1"] {
            check_prerendered_stays(page, missing, &format!("?lacks={missing}{query}"), sentence)
                .await?;
        }
    }
    // A link to the figures that the query asks for; the prerendered text is English.
    for (query, link, code) in [
        (
            "area=e06000017&date=2021-02-07",
            "Figures for the area in this link",
            "E06000017",
        ),
        (
            "level=msoa&within=E06000017&area=E02005685",
            "Figures for the area in this link",
            "E06000017",
        ),
        (
            "lang=cy&area=W06000015",
            "Figures for the area in this link",
            "W06000015",
        ),
    ] {
        page.expect_failed_requests();
        page.go(&format!("?lacks=WebAssembly&{query}")).await?;
        page.until(query, |seen| seen.failed.contains(link)).await?;
        page.press("link", link).await?;
        let arrived = format!("return location.pathname.endsWith('/area/{code}/')");
        page.until_script(&format!("the page of {code}"), &arrived)
            .await?;
    }
    page.go("?lacks=WebAssembly&area=E02005685").await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let failed = page.state().await?.failed;
    ensure!(
        !failed.contains("Figures for the area"),
        "a neighbourhood has no page of its own: {failed}"
    );
    let app = page
        .execute(
            "return document.querySelectorAll('.leaflet-container').length",
            vec![],
        )
        .await?;
    ensure!(app == 0, "the app runs nevertheless");
    Ok(())
}

/// The browser runs no modules and no scripts in newer syntax, and has no WebAssembly.
async fn browser_without_modules(page: &Page<'_>) -> Result<()> {
    let html = String::from_utf8(page.site().read("index.html")?)?;
    // The script of the policy and the check for old browsers.
    let (end, _) = html
        .match_indices("</script>")
        .nth(1)
        .context("the page has no scripts")?;
    let (first, rest) = html.split_at(end);
    let rest = rest
        .replace("<script>", "<script type=\"newer\">")
        .replace("type=\"module\"", "type=\"newer\"");
    let old = format!("{first}{rest}");
    ensure!(first.matches("<script>").count() == 2 && first.contains("data-failed") && old != html);
    page.add_init_script("delete window.WebAssembly; delete window.HTMLDialogElement")
        .await?;
    page.site()
        .server()
        .set_fault("old.html", ResponseFault::Replaced(old.into_bytes()));
    check_prerendered_stays(
        page,
        "a browser from before modules",
        "old.html?level=msoa",
        "too old",
    )
    .await
}

/// The user opens the page of an area, and from there the map.
async fn area_pages(page: &Page<'_>) -> Result<()> {
    for (code, verdict) in [
        ("E06000017", "Rising in Rutland: 194 cases"),
        ("W06000015", "Falling in Cardiff: "),
    ] {
        page.go_to(&format!("area/{code}/")).await?;
        page.until(&format!("the verdict about {code}"), |seen| {
            seen.verdict.starts_with(verdict)
        })
        .await?;
        page.check_accessibility(code).await?;
    }
    page.go_to("area/E06000017/").await?;
    page.press("link", "Open Rutland on the map").await?;
    page.until("the map with Rutland", |seen| {
        seen.is_settled() && seen.open_area() == Some("E06000017")
    })
    .await?;
    Ok(())
}

/// The elements that the build wrote are still those of the page, and the focus and the selection
/// of the reader are where they were.
async fn elements_stay(page: &Page<'_>) -> Result<()> {
    let written = "['h1', '.masthead *', '.verdict *', '.legend *', '.list caption', '.list tr', \
         '.list th', '.list td *', '.list tbody a', '.notes li', '.notes li *']";
    for query in ["", "?embed=1"] {
        let wasm = page.site().file_name("rising-", ".wasm")?;
        page.set_fault(&wasm, ResponseFault::Stalled);
        page.go(query).await?;
        page.until("the prerendered figures", |seen| !seen.totals.is_empty())
            .await?;
        let remember = format!(
            "window.written = {written}.map((part) => [part, [...document.querySelectorAll(part)]]);
            const link = document.querySelectorAll('.list tbody a')[2];
            if (link.checkVisibility()) link.focus();
            const sentence = document.querySelector('.verdict .sentence').firstChild;
            getSelection().setBaseAndExtent(sentence, 3, sentence, 20);
            window.focused = document.activeElement;
            window.selected = getSelection().toString();
            return window.written.map(([part, list]) => [part, list.length]);"
        );
        let counts = page.execute(&remember, vec![]).await?;
        ensure!(
            counts
                .as_array()
                .is_some_and(|counts| counts.iter().all(|part| part[1].as_u64() > Some(0))),
            "the build did not write every part: {counts}"
        );
        page.site().server().clear_faults();
        page.until("the app", PageState::is_settled).await?;
        page.until_script("the map", "return !document.getElementById('boot')")
            .await?;
        if !query.is_empty() {
            until_credited(page).await?;
        }
        // The drawings of the legend's samples become canvases, and the names of sorted columns
        // become buttons.
        let lost = "
            const isReplaced = (e) => e.matches('svg, svg *, .head, .head *');
            const lost = window.written.flatMap(([part, list]) => {
                const now = [...document.querySelectorAll(part)];
                return list.filter((e) => !isReplaced(e) && !now.includes(e))
                    .map((e) => `${part}: ${e.outerHTML.slice(0, 90)}`);
            });
            if (document.activeElement !== window.focused) lost.push('the focus');
            if (getSelection().toString() !== window.selected || !window.selected)
                lost.push('the selection');
            return lost;";
        let lost = page.execute(lost, vec![]).await?;
        ensure!(lost == json!([]), "{query}: lost {lost:#}");
    }
    Ok(())
}

/// Compares the elements of a page that the build wrote with those that the app shows.
///
/// Left out are the contents of samples, the controls that need the app, the links, which lead to a
/// view of the app or to a page that works without it, and the age, which depends on the day.
pub async fn check_same_elements(page: &Page<'_>, case: &str, html: &str) -> Result<()> {
    let script = "
        const flat = (element, depth = 0) => {
            const skipped = '.pager-place, .definitions, .sheet, .swatch, .mark';
            const controls = '.check, .show-all, .age';
            if (element.matches(controls)) return [];
            const name = element.matches('tbody a, thead button, .head') ? 'name' : element.localName;
            const attributes = [...element.attributes]
                .filter(({ name }) => !['href', 'data-column', 'type', 'aria-describedby']
                    .includes(name))
                .filter(({ value }) => value !== 'head')
                .map(({ name, value }) => `${name}=${value}`).sort();
            const text = element.childElementCount || element.matches(skipped) ? ''
                : element.textContent;
            const own = `${' '.repeat(depth)}${name} ${attributes.join(' ')} ${text}`;
            const children = element.matches(skipped) ? [] : [...element.children];
            return [own, ...children.flatMap((child) => flat(child, depth + 1))];
        };
        const parts = ['.masthead', '.verdict', '.notices', '.legend', '.list', '.notes'];
        const written = new DOMParser().parseFromString(arguments[0], 'text/html');
        return parts.flatMap((part) => {
            const [build, app] = [written, document].map((page) => flat(page.querySelector(part)));
            return Array.from({ length: Math.max(build.length, app.length) }, (_, i) => i)
                .filter((i) => build[i] !== app[i]).slice(0, 3)
                .map((i) => `${part}: the build wrote ${build[i]}, the app shows ${app[i]}`);
        });";
    let different = page.execute(script, vec![json!(html)]).await?;
    ensure!(different == json!([]), "{case}: {different:#}");
    Ok(())
}

/// Both levels, both languages and each nation.
async fn same_elements(page: &Page<'_>) -> Result<()> {
    let manifest: Value = serde_json::from_slice(&page.site().read("data/manifest.json")?)?;
    let outline = String::from_utf8(page.site().read("index.html")?)?;
    for (level, nation) in [
        (Level::Ltla, Nation::England),
        (Level::Ltla, Nation::Wales),
        (Level::Ltla, Nation::Scotland),
        (Level::Ltla, Nation::NorthernIreland),
        (Level::Ltla, Nation::Uk),
        (Level::Msoa, Nation::England),
    ] {
        for language in Language::ALL {
            let mut other = manifest.clone();
            other["default"]["level"] = json!(level.slug());
            other["default"]["nation"] = json!(nation.slug());
            let other = other.to_string().into_bytes();
            let read = |name: &str| match name {
                "manifest.json" => Some(other.clone()),
                _ => page.site().read(&format!("data/{name}")).ok(),
            };
            let edition = PageData::read(&read)?;
            let date = edition.view.snapshot.date();
            let html = prerendered_view::insert(&outline, &edition, language)?;
            let (level, nation) = (level.slug(), nation.slug());
            let query = format!(
                "?lang={}&level={level}&nation={nation}&date={date}",
                language.tag()
            );
            page.open(&query).await?;
            check_same_elements(page, &query, &html).await?;
        }
    }
    Ok(())
}
