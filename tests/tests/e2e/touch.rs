//! Fingers and wheels: what moves the map and what the page, and the details as a sheet from below.

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;
use libtest_mimic::Trial;
use rising_model::area::Level;
use rising_tests::browser::{Need, Screen};
use rising_tests::page::{PATIENCE, Page, Spot};
use rising_tests::site::data;
use serde_json::{Value, json};

use crate::runner::{trial, trial_needing};

pub fn trials() -> Vec<Trial> {
    vec![
        trial(
            "touch: the sheet leaves its area in sight",
            Screen::PHONE,
            area_in_sight,
        ),
        trial(
            "touch: a tapped area comes out from under the sheet",
            Screen::PHONE,
            tapped,
        ),
        trial(
            "touch: what is asked for while the map zooms comes after it",
            Screen::PHONE,
            during_a_zoom,
        ),
        trial(
            "touch: the sheet by handle, swipe and keys",
            Screen::PHONE,
            sheet,
        ),
        trial(
            "touch: turning the phone keeps the area in sight",
            Screen::PHONE,
            turned,
        ),
        trial_needing(
            &[Need::Touch],
            "touch: one finger moves the map of the whole page, and scrolls beside it",
            Screen::PHONE,
            whole_page,
        ),
        trial_needing(
            &[Need::Touch],
            "touch: in an article one finger scrolls and two move the map",
            Screen::PHONE,
            in_an_article,
        ),
        trial_needing(
            &[Need::Touch],
            "touch: on the slider a finger that goes up scrolls, and one that goes along it sets the date",
            Screen::PHONE,
            slider,
        ),
        trial_needing(
            &[Need::Touch],
            "touch: on the slider of an article too",
            Screen::PHONE,
            slider_in_an_article,
        ),
        trial(
            "touch: in an article the wheel needs Ctrl",
            Screen::DESKTOP,
            wheel_in_an_article,
        ),
        trial(
            "touch: in one column the wheel scrolls the page",
            Screen::DESKTOP.sized(700, 900),
            wheel_in_one_column,
        ),
        trial(
            "touch: what the search finds shows above the keyboard",
            Screen::PHONE,
            above_the_keyboard,
        ),
        trial_needing(
            &[Need::SafeAreas],
            "touch: nothing lies under a phone's own edges",
            Screen::PHONE,
            safe_areas,
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

/// The sheet's upper left corner, and what is left of the window beside or above it: left, top,
/// right, bottom.
async fn free(page: &Page<'_>) -> Result<[f64; 4]> {
    let sheet = "const { left, top } = document.querySelector('[data-testid=area-detail]').getBoundingClientRect();
        return left > 0 ? [0, 0, left, innerHeight] : [0, 0, innerWidth, top];";
    let free: Vec<f64> = serde_json::from_value(page.execute(sheet, vec![]).await?)?;
    free.try_into()
        .map_err(|free| anyhow::anyhow!("not four edges: {free:?}"))
}

/// Is all of the area on the map, on the screen, and not under the sheet?
async fn is_in_sight(page: &Page<'_>, code: &str) -> Result<()> {
    let view = page.map_view().await?;
    let level = data()?.level(Level::Ltla)?;
    let bounds = level
        .topology
        .bounds(level.area(code)?)
        .context("the area has no shape")?;
    let at = |x: i32, y: i32| view.place((x.into(), y.into()), level.topology.unit_zoom());
    let (first, last) = (
        at(bounds.min.x, bounds.min.y),
        at(bounds.max.x, bounds.max.y),
    );
    let [left, top, right, bottom] = free(page).await?;
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
        "{code} is at {first:?} to {last:?}; free are {left}, {top} to {right}, {bottom}"
    );
    let large = (last.x - first.x).max(last.y - first.y);
    ensure!(large >= 10.0, "{code} is {large} pixels large");
    Ok(())
}

/// One movement comes after another, and the map may rest between them.
async fn in_the_end(page: &Page<'_>, holds: impl AsyncFn() -> Result<()>) -> Result<()> {
    let begun = Instant::now();
    loop {
        match holds().await {
            Err(_) if begun.elapsed() < PATIENCE => drop(page.map_view().await?),
            result => return result,
        }
    }
}

/// Is the area in sight when all has moved that is to, and stays there?
async fn comes_in_sight(page: &Page<'_>, code: &str) -> Result<()> {
    in_the_end(page, async || is_in_sight(page, code).await).await?;
    is_in_sight(page, code).await
}

async fn area_in_sight(page: &Page<'_>) -> Result<()> {
    let phone = Screen::PHONE;
    for screen in [phone, phone.sized(320, 568), phone.sized(844, 390)] {
        page.set_screen(screen).await?;
        for (code, nation) in AREAS {
            page.open(&format!("?area={code}&nation={nation}&date=2021-02-07"))
                .await?;
            comes_in_sight(page, code)
                .await
                .with_context(|| format!("{} by {}", screen.width, screen.height))?;
        }
    }
    Ok(())
}

async fn tapped(page: &Page<'_>) -> Result<()> {
    let level = data()?.level(Level::Ltla)?;
    // In the far south, where the sheet will be.
    for code in ["E06000052", "E07000108", "E06000057"] {
        page.open("?date=2021-02-07").await?;
        let spot = page.spot_of(&level.topology, level.area(code)?).await?;
        let zoom = page.map_view().await?.zoom();
        page.click(spot).await?;
        page.until(code, |seen| {
            seen.open_area() == Some(code) && seen.settled()
        })
        .await?;
        comes_in_sight(page, code).await?;
        // It moves there, and the reader keeps what she had in view as far as may be.
        ensure!(
            (page.map_view().await?.zoom() - zoom).abs() < 0.01,
            "the map zoomed"
        );
    }
    Ok(())
}

async fn during_a_zoom(page: &Page<'_>) -> Result<()> {
    page.open("?date=2021-02-07").await?;
    let zoom = page.map_view().await?.zoom();
    // Faster than a finger: all of it before the first zoom has begun, and again in the middle of
    // one.
    let asked = "const [nearer, further] = document.querySelectorAll('.zoom button');
        const choose = code => {
            history.pushState(null, '', `?area=${code}&date=2021-02-07`);
            dispatchEvent(new PopStateEvent('popstate'));
        };
        nearer.click();
        nearer.click();
        choose(arguments[0]);
        setTimeout(() => { further.click(); choose(arguments[1]); }, 400);";
    page.execute(asked, vec![json!("S12000027"), json!("E06000052")])
        .await?;
    page.until("Cornwall", |seen| {
        seen.open_area() == Some("E06000052") && seen.settled()
    })
    .await?;
    comes_in_sight(page, "E06000052").await?;
    page.open("?date=2021-02-07").await?;
    let burst = "const pane = document.querySelector('.leaflet-map-pane');
        const isZooming = () => pane.classList.contains('leaflet-zoom-anim');
        let was = isZooming();
        window.zooms = 0;
        new MutationObserver(() => {
            if (isZooming() && !was) window.zooms += 1;
            was = isZooming();
        }).observe(pane, { attributeFilter: ['class'] });
        for (let i = 0; i < 5; i++) document.querySelector('.zoom button').click()";
    page.execute(burst, vec![]).await?;
    in_the_end(page, async || {
        let now = page.map_view().await?.zoom();
        ensure!(
            (now - zoom - 5.0).abs() < 0.01,
            "the map went from {zoom} to {now}, which is not five levels"
        );
        Ok(())
    })
    .await?;
    // The first of them, and the last: those between are not waited for.
    let zooms = page.execute("return window.zooms", vec![]).await?;
    ensure!(zooms == json!(2), "the map was seen to zoom {zooms} times");
    Ok(())
}

async fn sheet_top(page: &Page<'_>) -> Result<f64> {
    Ok(free(page).await?[3])
}

/// A finger goes from one place to another.
async fn swipe(page: &Page<'_>, from: Spot, to: Spot) -> Result<()> {
    let at = |part: f64| Spot {
        x: from.x + (to.x - from.x) * part,
        y: from.y + (to.y - from.y) * part,
    };
    let moments: Vec<Vec<Spot>> = (0..=10)
        .map(|step| vec![at(f64::from(step) / 10.0)])
        .collect();
    page.fingers(&moments).await
}

async fn sheet(page: &Page<'_>) -> Result<()> {
    let (low, high) = ("'low' in sheet.dataset", "!('low' in sheet.dataset)");
    let is = |what: &str| {
        format!("const sheet = document.querySelector('[data-testid=area-detail]'); return {what}")
    };
    page.open("?area=E06000017&date=2021-02-07").await?;
    let top = sheet_top(page).await?;
    // By a button, which a keyboard reaches too.
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
        "the low sheet does not say what it is about"
    );
    page.key(Key::Enter).await?;
    page.until_script("the high sheet again by Enter", &is(high))
        .await?;
    // By a finger.
    let x = 195.0;
    let head = Spot { x, y: top + 12.0 };
    swipe(
        page,
        head,
        Spot {
            x,
            y: head.y + 120.0,
        },
    )
    .await?;
    page.until_script("the low sheet by a swipe", &is(low))
        .await?;
    // Taken back before the finger goes up: nothing happens.
    let low_head = Spot {
        x,
        y: sheet_top(page).await? + 12.0,
    };
    page.fingers(&[0.0, -60.0, -120.0, -60.0, 0.0].map(|y| {
        vec![Spot {
            x,
            y: low_head.y + y,
        }]
    }))
    .await?;
    ensure!(
        page.execute(&is(low), vec![]).await? == json!(true),
        "a swipe that was taken back did something"
    );
    swipe(
        page,
        low_head,
        Spot {
            x,
            y: low_head.y - 120.0,
        },
    )
    .await?;
    page.until_script("the high sheet by a swipe", &is(high))
        .await?;
    for _ in 0..2 {
        let head = Spot {
            x,
            y: sheet_top(page).await? + 12.0,
        };
        swipe(
            page,
            head,
            Spot {
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

async fn turned(page: &Page<'_>) -> Result<()> {
    page.open("?area=E06000052&date=2021-02-07").await?;
    for screen in [Screen::PHONE.sized(844, 390), Screen::PHONE] {
        page.set_screen(screen).await?;
        let wide = format!("return innerWidth === {}", screen.width);
        page.until_script("the turned page", &wide).await?;
        let seen = page
            .until("Cornwall", |seen| {
                seen.open_area() == Some("E06000052") && seen.settled()
            })
            .await?;
        ensure!(seen.caption.contains("7 February 2021"), "{seen:#?}");
        comes_in_sight(page, "E06000052")
            .await
            .with_context(|| format!("turned to {}", screen.width))?;
    }
    Ok(())
}

async fn scrolled(page: &Page<'_>) -> Result<f64> {
    page.execute("return scrollY", vec![])
        .await?
        .as_f64()
        .context("no scroll position")
}

async fn whole_page(page: &Page<'_>) -> Result<()> {
    for screen in [
        Screen::PHONE,
        Screen::PHONE.sized(320, 568),
        Screen::PHONE.sized(844, 390),
    ] {
        page.set_screen(screen).await?;
        page.open("").await?;
        page.execute(
            "document.querySelector('.map-frame').scrollIntoView()",
            vec![],
        )
        .await?;
        let view = page.map_view().await?;
        let (scroll, spot) = (scrolled(page).await?, view.middle());
        swipe(
            page,
            spot,
            Spot {
                x: spot.x,
                y: spot.y - 60.0,
            },
        )
        .await?;
        let moved = page.map_view().await?;
        ensure!(moved != view, "one finger does not move the map");
        // A browser may put the page on a whole pixel.
        ensure!(
            (scrolled(page).await? - scroll).abs() < 2.0,
            "one finger on the map scrolls the page"
        );
        // However the page stands, a finger finds two fingers' breadth of it that is not the map.
        let beside = f64::from(screen.height) - view.height;
        ensure!(
            beside >= 88.0,
            "beside the map are {beside} pixels of {}",
            screen.height
        );
        let below = Spot {
            x: view.left + 24.0,
            y: view.top + view.height + 40.0,
        };
        swipe(
            page,
            below,
            Spot {
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
    const box = inside.querySelector('.leaflet-container')?.getBoundingClientRect(), frame = document.querySelector('iframe').getBoundingClientRect();
    const moved = [...inside.querySelectorAll('.leaflet-map-pane, .leaflet-proxy')].map((e) => e.style.transform).join();";

/// A long article with its map in the window. Gives a spot on the map where nothing lies over it.
async fn article(page: &Page<'_>) -> Result<Spot> {
    page.go("examples/article.html").await?;
    page.until_script("the frame", "return !!document.querySelector('iframe')")
        .await?;
    // Text above and below, or there would be nothing to scroll.
    page.execute("document.body.style.padding = '500px 0 2000px'", vec![])
        .await?;
    page.execute("document.querySelector('iframe').scrollIntoView()", vec![])
        .await?;
    let there = format!(
        "{MAP_IN_FRAME} return !!inside.querySelector('.choropleth canvas') && inside.querySelector('[data-testid=status]')?.dataset.kind === 'quiet'"
    );
    page.until_script("the map in the article", &there).await?;
    // The frame grows once it knows its height.
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    page.execute(
        &format!("{MAP_IN_FRAME} scrollBy(0, frame.top + box.top - 200)"),
        vec![],
    )
    .await?;
    let at = format!(
        "{MAP_IN_FRAME} return [frame.left + box.left + box.width / 2, frame.top + box.top + box.height * 0.3]"
    );
    let at: (f64, f64) = serde_json::from_value(page.execute(&at, vec![]).await?)?;
    Ok(Spot { x: at.0, y: at.1 })
}

async fn map_in_frame(page: &Page<'_>) -> Result<Value> {
    page.execute(&format!("{MAP_IN_FRAME} return moved"), vec![])
        .await
}

async fn in_an_article(page: &Page<'_>) -> Result<()> {
    let spot = article(page).await?;
    let (scroll, map) = (scrolled(page).await?, map_in_frame(page).await?);
    swipe(
        page,
        spot,
        Spot {
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
    let (scroll, map) = (scrolled(page).await?, map_in_frame(page).await?);
    let two = |by: f64| {
        [-40.0, 40.0]
            .map(|side| Spot {
                x: spot.x + side + by,
                y: spot.y - by,
            })
            .to_vec()
    };
    let moments: Vec<Vec<Spot>> = (0..=10).map(|step| two(f64::from(step) * 4.0)).collect();
    page.fingers(&moments).await?;
    ensure!(
        map_in_frame(page).await? != map,
        "two fingers do not move the map in an article"
    );
    ensure!(
        scrolled(page).await? == scroll,
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

/// The middle of the slider, of its thumb, of a quarter of its track, of what stands above and
/// below it.
const ON_THE_TIMELINE: &str = "
    const inside = frame ? frame.contentDocument : document, { left, top } = frame?.getBoundingClientRect() ?? { left: 0, top: 0 };
    const slider = inside.querySelector('[data-testid=timeline]'), box = slider.getBoundingClientRect();
    const at = (part, { x, y, width, height } = box) => [left + x + width * part, top + y + height / 2];
    const [label, ends] = ['.timeline label strong', '.timeline .ends'].map((part) => inside.querySelector(part).getBoundingClientRect());
    return [at(slider.value / slider.max), at(0.25), at(0.75), at(0.5, label), at(0.5, ends)]";

/// Where a finger goes down on the timeline: of the page, or of an article's frame.
async fn on_the_timeline(page: &Page<'_>, frame: &str) -> Result<Vec<Spot>> {
    let spots = page
        .execute(&format!("const frame = {frame}; {ON_THE_TIMELINE}"), vec![])
        .await?;
    let spots: Vec<(f64, f64)> = serde_json::from_value(spots)?;
    Ok(spots.into_iter().map(|(x, y)| Spot { x, y }).collect())
}

/// The date at which the slider stands, once it has stood there for a while.
async fn slider_at_rest(page: &Page<'_>, frame: &str) -> Result<String> {
    let script = format!(
        "const frame = {frame}, {{ value, ariaValueText }} = (frame ? frame.contentDocument : document).querySelector('[data-testid=timeline]');
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

/// A finger goes up from each spot of the timeline, along it, and taps it.
async fn fingers_on_the_slider(page: &Page<'_>, frame: &str) -> Result<()> {
    let bring = format!(
        "const frame = {frame}; (frame ?? document.querySelector('.timeline')).scrollIntoView({{ block: frame ? 'end' : 'center', behavior: 'instant' }})"
    );
    page.execute(&bring, vec![]).await?;
    let date = slider_at_rest(page, frame).await?;
    for number in 0..5 {
        page.execute(&bring, vec![]).await?;
        let (spot, scroll) = (
            on_the_timeline(page, frame).await?[number],
            scrolled(page).await?,
        );
        // Fingers do not go straight.
        swipe(
            page,
            spot,
            Spot {
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
        .with_context(|| format!("a swipe from spot {number} at {spot:?}"))?;
        // A finger on a page that still runs only stops it.
        let rests = "if (window.stood !== scrollY) window.since = Date.now();
            window.stood = scrollY;
            return Date.now() - window.since > 300";
        page.until_script("the page at rest", rests).await?;
        let now = slider_at_rest(page, frame).await?;
        ensure!(
            now == date,
            "a swipe up from spot {number} at {spot:?} set the date from {date} to {now}"
        );
    }
    page.execute(&bring, vec![]).await?;
    let (thumb, scroll) = (
        on_the_timeline(page, frame).await?[0],
        scrolled(page).await?,
    );
    swipe(
        page,
        thumb,
        Spot {
            x: thumb.x + 60.0,
            y: thumb.y + 4.0,
        },
    )
    .await?;
    let dragged = slider_at_rest(page, frame).await?;
    ensure!(
        dragged != date,
        "a finger that drags the thumb sets nothing"
    );
    ensure!(
        (scrolled(page).await? - scroll).abs() < 2.0,
        "a finger that drags the thumb scrolls the page"
    );
    let spot = on_the_timeline(page, frame).await?[2];
    page.click(spot).await?;
    let tapped = slider_at_rest(page, frame).await?;
    ensure!(tapped != dragged, "a tap on the slider sets nothing");
    Ok(())
}

async fn slider(page: &Page<'_>) -> Result<()> {
    for screen in [
        Screen::PHONE,
        Screen::PHONE.sized(320, 568),
        Screen::PHONE.sized(844, 390),
    ] {
        page.set_screen(screen).await?;
        page.open("?date=2021-02-07").await?;
        fingers_on_the_slider(page, "null")
            .await
            .with_context(|| format!("{} by {}", screen.width, screen.height))?;
    }
    Ok(())
}

async fn slider_in_an_article(page: &Page<'_>) -> Result<()> {
    article(page).await?;
    // The details of the article's area lie over the slider.
    let inside = "document.querySelector('iframe').contentDocument";
    page.execute(
        &format!("{inside}.querySelector('[data-testid=close]').click()"),
        vec![],
    )
    .await?;
    let there = format!(
        "return {inside}.querySelector('[data-testid=timeline]').getBoundingClientRect().height >= 44"
    );
    page.until_script("the slider", &there).await?;
    fingers_on_the_slider(page, "document.querySelector('iframe')").await
}

/// As far as the wheel is turned, towards the reader.
const TURN: i64 = 120;

async fn wheel_in_an_article(page: &Page<'_>) -> Result<()> {
    let at = article(page).await?;
    let (scroll, map) = (scrolled(page).await?, map_in_frame(page).await?);
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
    let scroll = scrolled(page).await?;
    page.wheel_with_ctrl(at, TURN).await?;
    page.until_script(
        "the map to zoom",
        &format!("{MAP_IN_FRAME} return moved !== {map}"),
    )
    .await?;
    ensure!(
        scrolled(page).await? == scroll,
        "the wheel with Ctrl scrolls the article"
    );
    let gone = format!(
        "{MAP_IN_FRAME} return inside.querySelector('.hint').getClientRects().length === 0"
    );
    page.until_script("the hint to go", &gone).await
}

async fn wheel_in_one_column(page: &Page<'_>) -> Result<()> {
    page.open("").await?;
    let view = page.map_view().await?;
    page.wheel(view.middle(), TURN).await?;
    page.until_script("the page to scroll", "return scrollY > 20")
        .await?;
    let after = page.map_view().await?;
    ensure!(after.zoom() == view.zoom(), "the wheel alone zooms the map");
    page.until_script("the hint", "const hint = document.querySelector('.hint'); return hint.getClientRects().length > 0 && hint.innerText.includes('Ctrl')").await?;
    let shown = "return document.querySelector('.leaflet-proxy').style.transform";
    let before = page.execute(shown, vec![]).await?;
    page.wheel_with_ctrl(after.middle(), TURN).await?;
    page.until_script("the map to zoom", &format!("{shown} !== {before}"))
        .await?;
    ensure!(
        page.map_view().await?.zoom() < view.zoom(),
        "the wheel with Ctrl does not zoom the map"
    );

    // Who has just dragged the map means it, until the pointer leaves it.
    page.open("").await?;
    page.drag(view.middle(), (-60.0, 30.0), 6).await?;
    let view = page.map_view().await?;
    page.wheel(
        Spot {
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
        scrolled(page).await? == 0.0,
        "the wheel scrolls the page while the map has it"
    );
    page.hover(Spot { x: 350.0, y: 20.0 }).await?;
    page.wheel(zoomed.middle(), TURN).await?;
    page.until_script("the page to scroll again", "return scrollY > 20")
        .await
}

/// The keyboard takes the lower part of the window, since the page asks for that
/// (`interactive-widget`).
async fn above_the_keyboard(page: &Page<'_>) -> Result<()> {
    for query in ["", "?area=E06000017"] {
        page.set_screen(Screen::PHONE).await?;
        page.open(query).await?;
        page.press("combobox", "Find your area").await?;
        page.set_screen(Screen::PHONE.sized(390, 500)).await?;
        page.type_text("south").await?;
        page.until_script(
            "matches",
            "return document.querySelectorAll('[role=option]').length > 2",
        )
        .await?;
        let hidden =
            "return [...document.querySelectorAll('[role=combobox], [role=option]')].slice(0, 4).filter((e) => {
            const { x, y, width, height } = e.getBoundingClientRect();
            const top = document.elementFromPoint(x + width / 2, y + height / 2);
            return y + height > innerHeight || !top || !(e.contains(top) || top.contains(e));
        }).map((e) => e.innerText)";
        let hidden = page.execute(hidden, vec![]).await?;
        ensure!(
            hidden == json!([]),
            "{query}: under the keyboard or something else: {hidden}"
        );
    }
    Ok(())
}

async fn safe_areas(page: &Page<'_>) -> Result<()> {
    let asked = "return document.querySelector('meta[name=viewport]').content";
    let asked = page.open("").await.and(page.execute(asked, vec![]).await)?;
    ensure!(
        asked
            .as_str()
            .is_some_and(|asked| asked.contains("viewport-fit=cover")),
        "{asked}"
    );
    let cdp = |insets: Value| {
        page.browser().inspect(
            "Emulation.setSafeAreaInsetsOverride",
            json!({ "insets": insets }),
        )
    };
    for (screen, [top, right, bottom, left]) in [
        (Screen::PHONE, [47, 0, 34, 0]),
        (Screen::PHONE.sized(844, 390), [0, 47, 21, 47]),
    ] {
        page.set_screen(screen).await?;
        cdp(json!({ "top": top, "right": right, "bottom": bottom, "left": left })).await?;
        for query in ["", "?area=E06000017"] {
            page.open(query).await?;
            let script = format!("
                const out = [...document.querySelectorAll('button, input, select, a, h1, h2, p, td, th')].filter((e) => {{
                    if (!e.checkVisibility() || e.closest('.visually-hidden, .scroller')) return false;
                    const {{ left, right, width }} = e.getBoundingClientRect();
                    return width > 2 && (left < {left} || right > innerWidth - {right});
                }}).map((e) => e.outerHTML.slice(0, 90));
                const sheet = document.querySelector('[data-testid=area-detail]');
                const last = sheet && parseFloat(getComputedStyle(sheet).paddingBottom);
                return {{ out: out.slice(0, 5), last: last === null || last >= {bottom} }};");
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
