//! Tests the slider of dates: keys, buttons, Play and Pause.

use anyhow::{Result, ensure};
use fantoccini::key::Key;
use libtest_mimic::Trial;
use rising_tests::browser::Screen;
use rising_tests::page::Page;
use rising_tests::page_state::PageState;

use crate::runner::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("timeline: keys by the day", Screen::DESKTOP, keys_by_day),
        trial("timeline: keys by the week", Screen::DESKTOP, keys_by_week),
        trial("timeline: Play and Pause", Screen::DESKTOP, play_and_pause),
        trial(
            "timeline: Play stops at the last date",
            Screen::DESKTOP,
            play_stops_at_end,
        ),
        trial(
            "timeline: a touch sets the date only after a movement along the slider",
            Screen::PHONE,
            touch_events,
        ),
        trial(
            "timeline: the address follows a dragged slider",
            Screen::DESKTOP,
            dragged_slider,
        ),
    ]
}

/// Presses keys on the slider and checks the date after each.
async fn check_keys(page: &Page<'_>, steps: &[(Key, &str)]) -> Result<()> {
    page.tab_until("the timeline", |seen| {
        seen.focus
            .as_ref()
            .is_some_and(|focus| focus.region == "timeline" && focus.tag == "input")
    })
    .await?;
    for &(key, date) in steps {
        page.key(key).await?;
        let seen = page
            .until(&format!("{date} after {key:?}"), |seen| {
                seen.date() == date && seen.is_settled() && seen.verdict.contains(date)
            })
            .await?;
        // At a date before the second week nothing can be rising, and the table is not shown.
        ensure!(
            seen.rows.is_empty() || seen.caption.ends_with(date),
            "the table is not of {date}: {}",
            seen.caption
        );
    }
    Ok(())
}

async fn keys_by_day(page: &Page<'_>) -> Result<()> {
    page.open("?date=2021-02-07").await?;
    let steps = [
        (Key::Left, "6 February 2021"),
        (Key::Right, "7 February 2021"),
        (Key::PageUp, "14 February 2021"),
        (Key::PageDown, "7 February 2021"),
        (Key::Up, "8 February 2021"),
        (Key::Down, "7 February 2021"),
        (Key::Home, "7 February 2020"),
        (Key::Left, "7 February 2020"),
        (Key::End, "12 December 2023"),
        (Key::Right, "12 December 2023"),
    ];
    check_keys(page, &steps).await?;
    let seen = page
        .until("the date in the address", |seen| {
            seen.query().contains("date=2023-12-12")
        })
        .await?;
    ensure!(
        seen.timeline
            .is_some_and(|timeline| timeline.value == timeline.max && timeline.enabled)
    );
    Ok(())
}

async fn keys_by_week(page: &Page<'_>) -> Result<()> {
    page.open("?level=msoa&date=2020-11-28").await?;
    let steps = [
        (Key::Left, "21 November 2020"),
        (Key::PageDown, "24 October 2020"),
        (Key::PageUp, "21 November 2020"),
        (Key::Home, "1 February 2020"),
        (Key::End, "31 December 2022"),
    ];
    check_keys(page, &steps).await
}

async fn play_and_pause(page: &Page<'_>) -> Result<()> {
    page.open("?date=2021-02-07").await?;
    page.press("button", "Play the dates").await?;
    page.until("the dates to change", |seen| {
        !seen.date().is_empty() && seen.date() != "7 February 2021"
    })
    .await?;
    page.press("button", "Pause").await?;
    page.control("button", "Play the dates").await?;
    let paused = page
        .until("the figures of the date at which it stopped", |seen| {
            seen.is_settled() && seen.caption.ends_with(seen.date())
        })
        .await?;
    // Longer than two steps would take.
    let still = page.until_script(
        "the dates not to change",
        "const { value } = document.querySelector('[data-testid=timeline]');\
         window.since ??= { value, at: Date.now() };\
         if (window.since.value !== value) return 'it runs on';\
         return Date.now() - window.since.at > 800",
    );
    still.await?;
    ensure!(page.state().await?.date() == paused.date());
    Ok(())
}

async fn play_stops_at_end(page: &Page<'_>) -> Result<()> {
    page.open("?level=msoa&date=2022-12-24").await?;
    page.press("button", "Play the dates").await?;
    page.until("the last date", |seen| seen.date() == "31 December 2022")
        .await?;
    page.control("button", "Play the dates").await?;
    Ok(())
}

/// Dispatches the events of a touch in the order of browsers; no driver sends all of them. The
/// slider keeps its value until the finger has moved along it or is lifted.
async fn touch_events(page: &Page<'_>) -> Result<()> {
    let fingers = "
        const slider = document.querySelector('[data-testid=timeline]');
        const finger = (kind, x, y) => slider.dispatchEvent(new PointerEvent(kind,
            {
                pointerType: 'touch', isPrimary: true,
                clientX: 100 + x, clientY: 100 + y, bubbles: true,
            }));
        const input = (position) => {
            slider.value = position;
            slider.dispatchEvent(new Event('input', { bubbles: true }));
        };
        const ways = {
            scrolls: () => {
                input('10');
                finger('pointermove', 3, -12);
                finger('pointercancel', 3, -12);
            },
            'goes up, and the browser does not scroll': () => {
                input('10');
                finger('pointermove', 3, -12);
                input('20');
                finger('pointermove', 60, -14);
                input('30');
                finger('pointerup', 60, -14);
            },
            waits: () => {
                input('10');
                finger('pointermove', 2, 2);
            },
            taps: () => {
                input('40');
                finger('pointermove', 1, 2);
                finger('pointerup', 1, 2);
            },
            slides: () => {
                input('50');
                finger('pointermove', 12, 4);
            },
            'slides on': () => {
                input('50');
                finger('pointermove', 12, 4);
                input('60');
                finger('pointermove', 12, 90);
                input('61');
                finger('pointerup', 12, 90);
            },
        };
        finger('pointerdown', 0, 0);
        ways[arguments[0]]();";
    let opened = page.open("?date=2021-02-07").await?;
    let slider_value = |seen: &PageState| seen.timeline.as_ref().map(|timeline| timeline.value);
    let value = slider_value(&opened);
    for (what, expected) in [
        ("scrolls", value),
        ("goes up, and the browser does not scroll", value),
        ("waits", value),
        ("taps", Some(40)),
        ("slides", Some(50)),
        ("slides on", Some(61)),
    ] {
        page.execute(fingers, vec![serde_json::json!(what)]).await?;
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        let seen = page.until(what, PageState::is_settled).await?;
        ensure!(
            slider_value(&seen) == expected,
            "a touch that {what} leaves the slider at {:?}",
            slider_value(&seen)
        );
        ensure!(
            seen.caption.is_empty() || seen.caption.ends_with(seen.date()),
            "{} at {}",
            seen.caption,
            seen.date()
        );
    }
    // A key or the mouse sets the date at once.
    page.execute(
        "document.querySelector('[data-testid=timeline]').focus()",
        vec![],
    )
    .await?;
    page.key(Key::Left).await?;
    page.until("a step by key", |seen| slider_value(seen) == Some(60))
        .await?;
    Ok(())
}

/// Safari ignores changes of the address beyond 100 in 30 seconds.
async fn dragged_slider(page: &Page<'_>) -> Result<()> {
    page.open("?date=2021-02-07").await?;
    let drag = "
        const slider = document.querySelector('[data-testid=timeline]');
        window.drag = async (steps) => {
            for (let step = 0; step < steps; step += 1) {
                slider.value = String(Number(slider.value) - 1);
                slider.dispatchEvent(new Event('input', { bubbles: true }));
                await new Promise((resolve) => setTimeout(resolve, 8));
            }
        };
        window.changes = 0;
        for (const way of ['pushState', 'replaceState']) {
            const original = History.prototype[way];
            History.prototype[way] = function (...given) {
                window.changes += 1;
                return original.apply(this, given);
            };
        }
        window.dragged = false;
        window.began = performance.now();
        window.drag(60).then(() => window.dragged = true)";
    page.execute(drag, vec![]).await?;
    page.until_script("the end of the drag", "return window.dragged")
        .await?;
    page.until("the last date and its address", |seen| {
        seen.query().contains("date=2020-12-09") && seen.date() == "9 December 2020"
    })
    .await?;
    let often = page
        .execute(
            "return [window.changes, (performance.now() - window.began) / 1000]",
            vec![],
        )
        .await?;
    let (changes, seconds): (f64, f64) = serde_json::from_value(often)?;
    ensure!(
        changes <= 2.0 + seconds * 100.0 / 30.0,
        "the address changed {changes} times in {seconds} seconds"
    );

    // An immediate further action does not lose the last date.
    let go_on = "window.drag(3).then(() =>
        document.querySelector('.stage > .switches input[type=checkbox]').click())";
    page.execute(go_on, vec![]).await?;
    page.until("only rising areas", |seen| {
        seen.query().contains("rising=1")
    })
    .await?;
    page.execute("history.back()", vec![]).await?;
    let back = page
        .until("the view before", |seen| {
            !seen.query().contains("rising=1") && seen.is_settled()
        })
        .await?;
    ensure!(
        back.query().contains("date=2020-12-06") && back.date() == "6 December 2020",
        "{} {}",
        back.address,
        back.date()
    );
    Ok(())
}
