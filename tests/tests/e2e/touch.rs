//! Tests touch and wheels: what moves the map, what scrolls the page, and the sheet of details on a
//! phone.

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;
use libtest_mimic::Trial;
use rising_model::domain::area::Level;
use rising_tests::browser::{Capability, Screen};
use rising_tests::page::{PATIENCE, Page, ScreenPoint};
use rising_tests::site::data;
use serde_json::{Value, json};

use crate::runner::{trial, trial_needing};

pub fn trials() -> Vec<Trial> {
    vec![
        trial(
            "touch: the sheet leaves its area visible",
            Screen::PHONE,
            area_visible,
        ),
        trial(
            "touch: a tapped area moves out from under the sheet",
            Screen::PHONE,
            tapped_area,
        ),
        trial(
            "touch: a request during a zoom is done after it",
            Screen::PHONE,
            requests_during_zoom,
        ),
        trial(
            "touch: the sheet by handle, swipe and keys",
            Screen::PHONE,
            sheet,
        ),
        trial(
            "touch: turning the phone keeps the area visible",
            Screen::PHONE,
            phone_turned,
        ),
        trial_needing(
            &[Capability::Touch],
            "touch: one finger moves the map of the full page and scrolls beside it",
            Screen::PHONE,
            map_of_full_page,
        ),
        trial_needing(
            &[Capability::Touch],
            "touch: on the slider a swipe up scrolls and a drag sets the date",
            Screen::PHONE,
            slider,
        ),
        trial_needing(
            &[Capability::Touch],
            "touch: on the slider in an article a swipe up scrolls and a drag sets the date",
            Screen::PHONE,
            slider_in_article,
        ),
        trial(
            "touch: in an article the wheel needs Ctrl",
            Screen::DESKTOP,
            wheel_in_article,
        ),
        trial(
            "touch: in one column the wheel scrolls the page",
            Screen::DESKTOP.with_size(700, 900),
            wheel_in_one_column,
        ),
        trial(
            "touch: suggestions are visible above the keyboard",
            Screen::PHONE,
            suggestions_above_keyboard,
        ),
        trial_needing(
            &[Capability::SafeAreas],
            "touch: nothing is in the safe areas of a phone",
            Screen::PHONE,
            safe_areas,
        ),
        // Last: after two fingers in a frame, Chromium sends no touch events to the next page of
        // the same browser.
        trial_needing(
            &[Capability::Touch],
            "touch: in an article one finger scrolls and two move the map",
            Screen::PHONE,
            map_in_article,
        ),
    ]
}

/// Shetland, the Highlands, Northumberland, Cornwall with Scilly, Dover, Rutland.
const AREAS: [(&str, &str); 6] = [
    ("S12000027", "scotland"),
    ("S12000017", "scotland"),
    ("E06000057", "england"),
    ("E06000052", "england"),
    ("E07000108", "england"),
    ("E06000017", "england"),
];

/// Returns the free part of the window beside or above the sheet: left, top, right, bottom.
async fn free_part(page: &Page<'_>) -> Result<[f64; 4]> {
    let sheet = "const { left, top } = document.querySelector('[data-testid=area-detail]')
        .getBoundingClientRect();
        return left > 0 ? [0, 0, left, innerHeight] : [0, 0, innerWidth, top];";
    let free: Vec<f64> = serde_json::from_value(page.execute(sheet, vec![]).await?)?;
    free.try_into()
        .map_err(|free| anyhow::anyhow!("expected four edges: {free:?}"))
}

/// Checks that all of an area is on the map, on the screen, and not under the sheet.
async fn check_visible(page: &Page<'_>, code: &str) -> Result<()> {
    let view = page.map_view().await?;
    let level = data()?.level(Level::Ltla)?;
    let bounds = level
        .topology
        .bounds(level.area(code)?)
        .context("the area has no shape")?;
    let at = |x: i32, y: i32| view.to_screen((x.into(), y.into()), level.topology.unit_zoom());
    let (first, last) = (
        at(bounds.min.x, bounds.min.y),
        at(bounds.max.x, bounds.max.y),
    );
    let [left, top, right, bottom] = free_part(page).await?;
    let (left, top) = (left.max(view.left), top.max(view.top));
    let (right, bottom) = (
        right.min(view.left + view.width),
        bottom.min(view.top + view.height),
    );
    let is_in = first.x >= left - 1.0
        && first.y >= top - 1.0
        && last.x <= right + 1.0
        && last.y <= bottom + 1.0;
    ensure!(
        is_in,
        "{code} is at {first:?} to {last:?}; the free part is {left}, {top} to {right}, {bottom}"
    );
    let large = (last.x - first.x).max(last.y - first.y);
    ensure!(large >= 10.0, "{code} is {large} pixels large");
    Ok(())
}

/// Waits until a check holds: the map may rest between two movements.
async fn until_passes(page: &Page<'_>, holds: impl AsyncFn() -> Result<()>) -> Result<()> {
    let begun = Instant::now();
    loop {
        match holds().await {
            Err(_) if begun.elapsed() < PATIENCE => drop(page.map_view().await?),
            result => return result,
        }
    }
}

/// Checks that an area is visible after all movements, and stays visible.
async fn check_visible_at_rest(page: &Page<'_>, code: &str) -> Result<()> {
    until_passes(page, async || check_visible(page, code).await).await?;
    check_visible(page, code).await
}

async fn area_visible(page: &Page<'_>) -> Result<()> {
    let phone = Screen::PHONE;
    for screen in [phone, phone.with_size(320, 568), phone.with_size(844, 390)] {
        page.set_screen(screen).await?;
        for (code, nation) in AREAS {
            page.open(&format!("?area={code}&nation={nation}&date=2021-02-07"))
                .await?;
            check_visible_at_rest(page, code)
                .await
                .with_context(|| format!("{} by {}", screen.width, screen.height))?;
        }
    }
    Ok(())
}

async fn tapped_area(page: &Page<'_>) -> Result<()> {
    let level = data()?.level(Level::Ltla)?;
    // A point in the far south, which the sheet will cover.
    for code in ["E06000052", "E07000108", "E06000057"] {
        page.open("?date=2021-02-07").await?;
        let spot = page.spot_of(&level.topology, level.area(code)?).await?;
        let zoom = page.map_view().await?.zoom();
        page.click(spot).await?;
        page.until(code, |seen| {
            seen.open_area() == Some(code) && seen.is_settled()
        })
        .await?;
        check_visible_at_rest(page, code).await?;
        // The map moves without zooming, so that the user keeps the view as far as possible.
        ensure!(
            (page.map_view().await?.zoom() - zoom).abs() < 0.01,
            "the map zoomed"
        );
    }
    Ok(())
}

async fn requests_during_zoom(page: &Page<'_>) -> Result<()> {
    page.open("?date=2021-02-07").await?;
    let zoom = page.map_view().await?.zoom();
    // All clicks before the first zoom begins, and again during a zoom.
    let actions = "const [nearer, further] = document.querySelectorAll('.zoom button');
        const choose = code => {
            history.pushState(null, '', `?area=${code}&date=2021-02-07`);
            dispatchEvent(new PopStateEvent('popstate'));
        };
        nearer.click();
        nearer.click();
        choose(arguments[0]);
        setTimeout(() => { further.click(); choose(arguments[1]); }, 400);";
    page.execute(actions, vec![json!("S12000027"), json!("E06000052")])
        .await?;
    page.until("Cornwall", |seen| {
        seen.open_area() == Some("E06000052") && seen.is_settled()
    })
    .await?;
    check_visible_at_rest(page, "E06000052").await?;
    page.open("?date=2021-02-07").await?;
    let burst = "const pane = document.querySelector('.leaflet-map-pane');
        const isZooming = (classes) => classes.split(' ').includes('leaflet-zoom-anim');
        window.zooms = 0;
        // A busy browser reports the end of one zoom and the start of the next together.
        new MutationObserver((changes) => {
            const classes = [...changes.map((change) => change.oldValue ?? ''), pane.className];
            for (let i = 1; i < classes.length; i++)
                if (isZooming(classes[i]) && !isZooming(classes[i - 1])) window.zooms += 1;
        }).observe(pane, { attributeFilter: ['class'], attributeOldValue: true });
        for (let i = 0; i < 5; i++) document.querySelector('.zoom button').click()";
    page.execute(burst, vec![]).await?;
    until_passes(page, async || {
        let now = page.map_view().await?.zoom();
        ensure!(
            (now - zoom - 5.0).abs() < 0.01,
            "the map went from {zoom} to {now}, which is not five levels"
        );
        Ok(())
    })
    .await?;
    // The first and the last zoom are animated; those between are not.
    let zooms = page.execute("return window.zooms", vec![]).await?;
    ensure!(zooms == json!(2), "the map animated {zooms} zooms");
    Ok(())
}

async fn sheet_top(page: &Page<'_>) -> Result<f64> {
    Ok(free_part(page).await?[3])
}

/// Moves a finger from one point to another.
async fn swipe(page: &Page<'_>, from: ScreenPoint, to: ScreenPoint) -> Result<()> {
    let at = |part: f64| ScreenPoint {
        x: from.x + (to.x - from.x) * part,
        y: from.y + (to.y - from.y) * part,
    };
    let moments: Vec<Vec<ScreenPoint>> = (0..=10)
        .map(|step| vec![at(f64::from(step) / 10.0)])
        .collect();
    page.fingers(&moments).await
}

async fn sheet(page: &Page<'_>) -> Result<()> {
    let (low, high) = (
        "'lowered' in sheet.dataset",
        "!('lowered' in sheet.dataset)",
    );
    let is = |what: &str| {
        format!("const sheet = document.querySelector('[data-testid=area-detail]'); return {what}")
    };
    page.open("?area=E06000017&date=2021-02-07").await?;
    let top = sheet_top(page).await?;
    // By a button, which the keyboard can reach too.
    page.press("button", "All of the details").await?;
    page.until_script("the low sheet", &is(low)).await?;
    ensure!(
        sheet_top(page).await? > top + 100.0,
        "the low sheet is not low"
    );
    let title = page
        .execute(
            &is("sheet.querySelector('h2').getBoundingClientRect().bottom"),
            vec![],
        )
        .await?;
    ensure!(
        title.as_f64().is_some_and(|bottom| bottom < 844.0),
        "the low sheet does not show the name of its area"
    );
    page.key(Key::Enter).await?;
    page.until_script("the high sheet again by Enter", &is(high))
        .await?;
    // By a finger.
    let x = 195.0;
    let head = ScreenPoint { x, y: top + 12.0 };
    swipe(
        page,
        head,
        ScreenPoint {
            x,
            y: head.y + 120.0,
        },
    )
    .await?;
    page.until_script("the low sheet by a swipe", &is(low))
        .await?;
    // Moved back before the finger is lifted: nothing happens.
    let low_head = ScreenPoint {
        x,
        y: sheet_top(page).await? + 12.0,
    };
    page.fingers(&[0.0, -60.0, -120.0, -60.0, 0.0].map(|y| {
        vec![ScreenPoint {
            x,
            y: low_head.y + y,
        }]
    }))
    .await?;
    ensure!(
        page.execute(&is(low), vec![]).await? == json!(true),
        "a swipe that was moved back changed the sheet"
    );
    swipe(
        page,
        low_head,
        ScreenPoint {
            x,
            y: low_head.y - 120.0,
        },
    )
    .await?;
    page.until_script("the high sheet by a swipe", &is(high))
        .await?;
    for _ in 0..2 {
        let head = ScreenPoint {
            x,
            y: sheet_top(page).await? + 12.0,
        };
        swipe(
            page,
            head,
            ScreenPoint {
                x,
                y: (head.y + 120.0).min(840.0),
            },
        )
        .await?;
    }
    page.until("the sheet swiped away", |seen| seen.detail.is_none())
        .await?;
    Ok(())
}

async fn phone_turned(page: &Page<'_>) -> Result<()> {
    page.open("?area=E06000052&date=2021-02-07").await?;
    for screen in [Screen::PHONE.with_size(844, 390), Screen::PHONE] {
        page.set_screen(screen).await?;
        let wide = format!("return innerWidth === {}", screen.width);
        page.until_script("the turned page", &wide).await?;
        let seen = page
            .until("Cornwall", |seen| {
                seen.open_area() == Some("E06000052") && seen.is_settled()
            })
            .await?;
        ensure!(seen.caption.contains("7 February 2021"), "{seen:#?}");
        check_visible_at_rest(page, "E06000052")
            .await
            .with_context(|| format!("turned to {}", screen.width))?;
    }
    Ok(())
}

async fn scroll_position(page: &Page<'_>) -> Result<f64> {
    page.execute("return scrollY", vec![])
        .await?
        .as_f64()
        .context("no scroll position")
}

async fn map_of_full_page(page: &Page<'_>) -> Result<()> {
    for screen in [
        Screen::PHONE,
        Screen::PHONE.with_size(320, 568),
        Screen::PHONE.with_size(844, 390),
    ] {
        page.set_screen(screen).await?;
        page.open("").await?;
        page.execute(
            "document.querySelector('.map-frame').scrollIntoView()",
            vec![],
        )
        .await?;
        let view = page.map_view().await?;
        let (scroll, spot) = (scroll_position(page).await?, view.middle());
        swipe(
            page,
            spot,
            ScreenPoint {
                x: spot.x,
                y: spot.y - 60.0,
            },
        )
        .await?;
        let moved = page.map_view().await?;
        ensure!(moved != view, "one finger does not move the map");
        // A browser may round the scroll position to whole pixels.
        ensure!(
            (scroll_position(page).await? - scroll).abs() < 2.0,
            "one finger on the map scrolls the page"
        );
        // At every scroll position, at least two fingers' breadth of the window is not the map.
        let beside = f64::from(screen.height) - view.height;
        ensure!(
            beside >= 88.0,
            "{beside} pixels of {} are beside the map",
            screen.height
        );
        let below = ScreenPoint {
            x: view.left + 24.0,
            y: view.top + view.height + 40.0,
        };
        swipe(
            page,
            below,
            ScreenPoint {
                x: below.x,
                y: below.y - 80.0,
            },
        )
        .await?;
        let what = format!("the page of {} pixels to scroll", screen.width);
        page.until_script(&what, &format!("return scrollY > {scroll} + 20"))
            .await?;
    }
    Ok(())
}

const MAP_IN_FRAME: &str = "const inside = document.querySelector('iframe').contentDocument;
    const box = inside.querySelector('.leaflet-container')?.getBoundingClientRect(),
        frame = document.querySelector('iframe').getBoundingClientRect();
    const moved = [...inside.querySelectorAll('.leaflet-map-pane, .leaflet-proxy')]
        .map((e) => e.style.transform).join();";

/// Opens a long article with its map in the window, and returns a point of the map that nothing
/// covers.
async fn article(page: &Page<'_>) -> Result<ScreenPoint> {
    page.go("examples/article.html").await?;
    page.until_script("the frame", "return !!document.querySelector('iframe')")
        .await?;
    // Without text above and below, the article would not scroll.
    page.execute("document.body.style.padding = '500px 0 2000px'", vec![])
        .await?;
    page.execute("document.querySelector('iframe').scrollIntoView()", vec![])
        .await?;
    let is_shown = format!(
        "{MAP_IN_FRAME} return !!inside.querySelector('.choropleth canvas')
            && inside.querySelector('[data-testid=status]')?.dataset.kind === 'quiet'"
    );
    page.until_script("the map in the article", &is_shown)
        .await?;
    // The frame grows when it receives its height.
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    page.execute(
        &format!("{MAP_IN_FRAME} scrollBy(0, frame.top + box.top - 200)"),
        vec![],
    )
    .await?;
    let at = format!(
        "{MAP_IN_FRAME} return [frame.left + box.left + box.width / 2,
            frame.top + box.top + box.height * 0.3]"
    );
    let at: (f64, f64) = serde_json::from_value(page.execute(&at, vec![]).await?)?;
    Ok(ScreenPoint { x: at.0, y: at.1 })
}

async fn map_in_frame(page: &Page<'_>) -> Result<Value> {
    page.execute(&format!("{MAP_IN_FRAME} return moved"), vec![])
        .await
}

async fn map_in_article(page: &Page<'_>) -> Result<()> {
    let spot = article(page).await?;
    let (scroll, map) = (scroll_position(page).await?, map_in_frame(page).await?);
    swipe(
        page,
        spot,
        ScreenPoint {
            x: spot.x,
            y: spot.y - 100.0,
        },
    )
    .await?;
    page.until_script(
        "the article to scroll",
        &format!("return scrollY > {scroll} + 40"),
    )
    .await?;
    ensure!(
        map_in_frame(page).await? == map,
        "one finger moves the map in an article"
    );

    let spot = article(page).await?;
    let (scroll, map) = (scroll_position(page).await?, map_in_frame(page).await?);
    let two = |by: f64| {
        [-40.0, 40.0]
            .map(|side| ScreenPoint {
                x: spot.x + side + by,
                y: spot.y - by,
            })
            .to_vec()
    };
    let moments: Vec<Vec<ScreenPoint>> = (0..=10).map(|step| two(f64::from(step) * 4.0)).collect();
    page.fingers(&moments).await?;
    ensure!(
        map_in_frame(page).await? != map,
        "two fingers do not move the map in an article"
    );
    ensure!(
        scroll_position(page).await? == scroll,
        "two fingers scroll the article"
    );
    let hint = format!("{MAP_IN_FRAME} return inside.querySelector('.hint').innerText");
    let hint = page.execute(&hint, vec![]).await?;
    ensure!(
        hint.as_str()
            .is_some_and(|hint| hint.contains("Two fingers")),
        "the hint is {hint}"
    );
    Ok(())
}

/// Returns the middle of the slider, of its thumb, of a quarter of its track, and of the elements
/// above and below it.
const TIMELINE_POINTS: &str = "
    const inside = frame ? frame.contentDocument : document;
    const { left, top } = frame?.getBoundingClientRect() ?? { left: 0, top: 0 };
    const slider = inside.querySelector('[data-testid=timeline]');
    const box = slider.getBoundingClientRect();
    const at = (part, { x, y, width, height } = box) =>
        [left + x + width * part, top + y + height / 2];
    const [label, ends] = ['.timeline label strong', '.timeline .ends']
        .map((part) => inside.querySelector(part).getBoundingClientRect());
    return [at(slider.value / slider.max), at(0.25), at(0.75), at(0.5, label), at(0.5, ends)]";

/// Returns points on the timeline: of the page, or of the frame of an article.
async fn timeline_points(page: &Page<'_>, frame: &str) -> Result<Vec<ScreenPoint>> {
    let spots = page
        .execute(&format!("const frame = {frame}; {TIMELINE_POINTS}"), vec![])
        .await?;
    let spots: Vec<(f64, f64)> = serde_json::from_value(spots)?;
    Ok(spots
        .into_iter()
        .map(|(x, y)| ScreenPoint { x, y })
        .collect())
}

/// Returns the date of the slider, once it has not changed for a while.
async fn slider_at_rest(page: &Page<'_>, frame: &str) -> Result<String> {
    let script = format!(
        "const frame = {frame}, inside = frame ? frame.contentDocument : document;
        const {{ value, ariaValueText }} = inside.querySelector('[data-testid=timeline]');
        return `${{value}} ${{ariaValueText}}`"
    );
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    Ok(page
        .execute(&script, vec![])
        .await?
        .as_str()
        .context("the slider has no value")?
        .to_owned())
}

/// Swipes up from each point of the timeline, drags along it, and taps it.
async fn check_slider(page: &Page<'_>, frame: &str) -> Result<()> {
    let scroll_into_view = format!(
        "const frame = {frame}, block = frame ? 'end' : 'center';
        (frame ?? document.querySelector('.timeline'))
            .scrollIntoView({{ block, behavior: 'instant' }})"
    );
    page.execute(&scroll_into_view, vec![]).await?;
    let date = slider_at_rest(page, frame).await?;
    for number in 0..5 {
        page.execute(&scroll_into_view, vec![]).await?;
        let (spot, scroll) = (
            timeline_points(page, frame).await?[number],
            scroll_position(page).await?,
        );
        // Fingers do not move in straight lines.
        swipe(
            page,
            spot,
            ScreenPoint {
                x: spot.x + 12.0,
                y: spot.y - 150.0,
            },
        )
        .await?;
        page.until_script(
            "the page to scroll",
            &format!("return scrollY > {scroll} + 60 || scrollY"),
        )
        .await
        .with_context(|| format!("a swipe from point {number} at {spot:?}"))?;
        // A touch while the page still scrolls would only stop it.
        let rests = "if (window.stood !== scrollY) window.since = Date.now();
            window.stood = scrollY;
            return Date.now() - window.since > 300";
        page.until_script("the page at rest", rests).await?;
        let now = slider_at_rest(page, frame).await?;
        ensure!(
            now == date,
            "a swipe up from point {number} at {spot:?} changed the date from {date} to {now}"
        );
    }
    page.execute(&scroll_into_view, vec![]).await?;
    let (thumb, scroll) = (
        timeline_points(page, frame).await?[0],
        scroll_position(page).await?,
    );
    swipe(
        page,
        thumb,
        ScreenPoint {
            x: thumb.x + 60.0,
            y: thumb.y + 4.0,
        },
    )
    .await?;
    let dragged = slider_at_rest(page, frame).await?;
    ensure!(
        dragged != date,
        "dragging the thumb does not change the date"
    );
    // Texts of another date can be longer. The browser then keeps the slider in place, and the page
    // above it scrolls.
    let scrolled = scroll_position(page).await? - scroll;
    let moved = timeline_points(page, frame).await?[0].y - thumb.y;
    ensure!(
        scrolled.abs() < 2.0 || moved.abs() < 2.0,
        "dragging the thumb scrolls the page by {scrolled} and moves the slider by {moved}"
    );
    let spot = timeline_points(page, frame).await?[2];
    page.click(spot).await?;
    let tapped_area = slider_at_rest(page, frame).await?;
    ensure!(
        tapped_area != dragged,
        "a tap on the slider does not change the date"
    );
    Ok(())
}

async fn slider(page: &Page<'_>) -> Result<()> {
    for screen in [
        Screen::PHONE,
        Screen::PHONE.with_size(320, 568),
        Screen::PHONE.with_size(844, 390),
    ] {
        page.set_screen(screen).await?;
        page.open("?date=2021-02-07").await?;
        check_slider(page, "null")
            .await
            .with_context(|| format!("{} by {}", screen.width, screen.height))?;
    }
    Ok(())
}

async fn slider_in_article(page: &Page<'_>) -> Result<()> {
    article(page).await?;
    // The details of the article's area would cover the slider.
    let inside = "document.querySelector('iframe').contentDocument";
    page.execute(
        &format!("{inside}.querySelector('[data-testid=close]').click()"),
        vec![],
    )
    .await?;
    let is_shown = format!(
        "return {inside}.querySelector('[data-testid=timeline]')
            .getBoundingClientRect().height >= 44"
    );
    page.until_script("the slider", &is_shown).await?;
    check_slider(page, "document.querySelector('iframe')").await
}

/// The distance of a turn of the wheel, towards the user.
const TURN: i64 = 120;

async fn wheel_in_article(page: &Page<'_>) -> Result<()> {
    let at = article(page).await?;
    let (scroll, map) = (scroll_position(page).await?, map_in_frame(page).await?);
    page.wheel(at, TURN).await?;
    page.until_script(
        "the article to scroll",
        &format!("return scrollY > {scroll} + 20"),
    )
    .await?;
    let hint = format!(
        "{MAP_IN_FRAME} const hint = inside.querySelector('.hint');
        return hint.getClientRects().length > 0 && hint.innerText.includes('Ctrl')"
    );
    page.until_script("the hint", &hint).await?;
    ensure!(
        map_in_frame(page).await? == map,
        "the wheel alone zooms the map in an article"
    );

    let at = article(page).await?;
    let scroll = scroll_position(page).await?;
    page.wheel_with_ctrl(at, TURN).await?;
    page.until_script(
        "the map to zoom",
        &format!("{MAP_IN_FRAME} return moved !== {map}"),
    )
    .await?;
    ensure!(
        scroll_position(page).await? == scroll,
        "the wheel with Ctrl scrolls the article"
    );
    let is_hidden = format!(
        "{MAP_IN_FRAME} return inside.querySelector('.hint').getClientRects().length === 0"
    );
    page.until_script("the hint to go", &is_hidden).await
}

async fn wheel_in_one_column(page: &Page<'_>) -> Result<()> {
    page.open("").await?;
    let view = page.map_view().await?;
    page.wheel(view.middle(), TURN).await?;
    page.until_script("the page to scroll", "return scrollY > 20")
        .await?;
    let after = page.map_view().await?;
    ensure!(after.zoom() == view.zoom(), "the wheel alone zooms the map");
    page.until_script(
        "the \
        hint",
        "const hint = document.querySelector('.hint');
        return hint.getClientRects().length > 0 && hint.innerText.includes('Ctrl')",
    )
    .await?;
    let shown = "return document.querySelector('.leaflet-proxy').style.transform";
    let before = page.execute(shown, vec![]).await?;
    page.wheel_with_ctrl(after.middle(), TURN).await?;
    page.until_script("the map to zoom", &format!("{shown} !== {before}"))
        .await?;
    ensure!(
        page.map_view().await?.zoom() < view.zoom(),
        "the wheel with Ctrl does not zoom the map"
    );

    // After a drag, the wheel zooms the map until the pointer leaves it.
    page.open("").await?;
    page.drag(view.middle(), (-60.0, 30.0), 6).await?;
    let view = page.map_view().await?;
    page.wheel(
        ScreenPoint {
            x: view.middle().x - 60.0,
            y: view.middle().y + 30.0,
        },
        -TURN,
    )
    .await?;
    let zoomed = page.map_view().await?;
    ensure!(
        zoomed.zoom() > view.zoom(),
        "the wheel does not zoom the map that was just dragged"
    );
    ensure!(
        scroll_position(page).await? == 0.0,
        "the wheel scrolls the page over a map that was dragged"
    );
    page.hover(ScreenPoint { x: 350.0, y: 20.0 }).await?;
    page.wheel(zoomed.middle(), TURN).await?;
    page.until_script("the page to scroll again", "return scrollY > 20")
        .await
}

/// The keyboard covers the lower part of the window, as the page requests by `interactive-widget`.
async fn suggestions_above_keyboard(page: &Page<'_>) -> Result<()> {
    for query in ["", "?area=E06000017"] {
        page.set_screen(Screen::PHONE).await?;
        page.open(query).await?;
        page.press("combobox", "Find your area").await?;
        page.set_screen(Screen::PHONE.with_size(390, 500)).await?;
        page.type_text("south").await?;
        page.until_script(
            "matches",
            "return document.querySelectorAll('[role=option]').length > 2",
        )
        .await?;
        let hidden =
            "return [...document.querySelectorAll('[role=combobox], [role=option]')].slice(0, 4)
                .filter((e) => {
            const { x, y, width, height } = e.getBoundingClientRect();
            const top = document.elementFromPoint(x + width / 2, y + height / 2);
            return y + height > innerHeight || !top || !(e.contains(top) || top.contains(e));
        }).map((e) => e.innerText)";
        let hidden = page.execute(hidden, vec![]).await?;
        ensure!(
            hidden == json!([]),
            "{query}: covered by the keyboard or another element: {hidden}"
        );
    }
    Ok(())
}

async fn safe_areas(page: &Page<'_>) -> Result<()> {
    let viewport = "return document.querySelector('meta[name=viewport]').content";
    let viewport = page
        .open("")
        .await
        .and(page.execute(viewport, vec![]).await)?;
    ensure!(
        viewport
            .as_str()
            .is_some_and(|viewport| viewport.contains("viewport-fit=cover")),
        "{viewport}"
    );
    let cdp = |insets: Value| {
        page.browser().inspect(
            "Emulation.setSafeAreaInsetsOverride",
            json!({ "insets": insets }),
        )
    };
    for (screen, [top, right, bottom, left]) in [
        (Screen::PHONE, [47, 0, 34, 0]),
        (Screen::PHONE.with_size(844, 390), [0, 47, 21, 47]),
    ] {
        page.set_screen(screen).await?;
        cdp(json!({ "top": top, "right": right, "bottom": bottom, "left": left })).await?;
        for query in ["", "?area=E06000017"] {
            page.open(query).await?;
            let script = format!(
                "
                const content = 'button, input, select, a, h1, h2, p, td, th';
                const out = [...document.querySelectorAll(content)].filter((e) => {{
                    if (!e.checkVisibility()
                        || e.closest('.visually-hidden, .scroller')) return false;
                    const {{ left, right, width }} = e.getBoundingClientRect();
                    return width > 2 && (left < {left} || right > innerWidth - {right});
                }}).map((e) => e.outerHTML.slice(0, 90));
                const sheet = document.querySelector('[data-testid=area-detail]');
                const last = sheet && parseFloat(getComputedStyle(sheet).paddingBottom);
                return {{ out: out.slice(0, 5), last: last === null || last >= {bottom} }};"
            );
            let found = page.execute(&script, vec![]).await?;
            ensure!(
                found == json!({ "out": [], "last": true }),
                "{query} on {}: {found:#}",
                screen.width
            );
        }
    }
    cdp(json!({})).await?;
    Ok(())
}
