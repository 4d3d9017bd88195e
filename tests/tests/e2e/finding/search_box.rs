//! Tests the search box: its focus, its button, and the announcement of a result.

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;
use libtest_mimic::Trial;
use rising_tests::browser::Screen;
use rising_tests::page::Page;

use super::{CALDERDALE, HEREFORDSHIRE, look_for, suggestions, until_open};
use crate::runner::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial(
            "find: the text stays when the box loses the focus",
            Screen::PHONE,
            box_loses_focus,
        ),
        trial(
            "find: the search button",
            Screen::PHONE.with_size(320, 640),
            search_button,
        ),
        trial(
            "find: closing an area restores the figures before",
            Screen::DESKTOP,
            closing_restores,
        ),
        trial(
            "find: the verdict is announced once",
            Screen::DESKTOP,
            announced_once,
        ),
    ]
}

/// Returns whether the list of suggestions is visible, the visible message, and the text in the
/// box.
async fn search_state(page: &Page<'_>) -> Result<(bool, String, String)> {
    let script = "const said = document.querySelector('#search-said:not(.visually-hidden)');
        return [document.querySelector('#search-list').checkVisibility(), said?.innerText ?? '',
            document.querySelector('#search').value]";
    let shows = page.execute(script, vec![]).await?;
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    Ok((shows[0] == true, text(&shows[1]), text(&shows[2])))
}

/// Removes the focus, as the key *Done* of a phone's keyboard does.
async fn blur(page: &Page<'_>) -> Result<()> {
    page.execute("document.activeElement.blur()", vec![])
        .await?;
    let script = "const message = document.querySelector('#search-said');
        return !message.matches('.visually-hidden, :empty') \
                  && !document.querySelector('#search-list').checkVisibility()";
    page.until_script("the hint how to open the result", script)
        .await
}

async fn box_loses_focus(page: &Page<'_>) -> Result<()> {
    for (typed, first) in [
        ("Herefordshire", "Herefordshire"),
        ("leominster", "Leominster, Herefordshire"),
        ("hr4 9aa", "HR4 9AA"),
    ] {
        page.open("").await?;
        page.press("combobox", "Find your area").await?;
        page.type_text(typed).await?;
        let before = suggestions(page).await?;
        blur(page).await?;
        let (_, message, value) = search_state(page).await?;
        ensure!(
            message.starts_with(&format!("Press the search button to open {first}")),
            "{typed}: {message}"
        );
        ensure!(value == typed, "{value}");
        page.press("combobox", "Find your area").await?;
        ensure!(
            suggestions(page).await? == before,
            "{typed}: other suggestions are shown"
        );
        let (listed, message, _) = search_state(page).await?;
        ensure!(listed && message.is_empty(), "{typed}: {message}");
        blur(page).await?;
        page.press("button", "Search").await?;
        let open = until_open(page, HEREFORDSHIRE)
            .await
            .with_context(|| format!("search for {typed}"))?;
        ensure!(
            !open.everything.contains("Press the search button"),
            "{}",
            open.everything
        );
        let (listed, message, value) = search_state(page).await?;
        ensure!(
            !listed && message.is_empty() && value.is_empty(),
            "{typed}: {message:?} {value:?}"
        );
    }
    // The hint disappears when the user opens something else.
    page.open("").await?;
    page.press("combobox", "Find your area").await?;
    page.type_text("leeds").await?;
    suggestions(page).await?;
    blur(page).await?;
    page.execute(
        "document.querySelector('[data-testid=rising-list] tr[data-code] a').click()",
        vec![],
    )
    .await?;
    page.until("details", |seen| seen.detail.is_some()).await?;
    let (_, message, value) = search_state(page).await?;
    ensure!(
        message.is_empty() && value == "leeds",
        "{message:?} {value:?}"
    );
    Ok(())
}

async fn search_button(page: &Page<'_>) -> Result<()> {
    let size = "const { width, height } = document.querySelector('form.search button[type=submit]')
            .getBoundingClientRect();
        return [width >= 44 && height >= 44, document.documentElement.scrollWidth <= innerWidth, \
                document.querySelector('#search').getBoundingClientRect().width > 140]";
    for query in ["", "?embed=1", "?lang=cy"] {
        page.open(query).await?;
        let size = page.execute(size, vec![]).await?;
        ensure!(
            size == serde_json::json!([true, true, true]),
            "{query}: {size}"
        );
        let name = if query.contains("cy") {
            "Chwilio"
        } else {
            "Search"
        };
        // With an empty box the button moves the focus into it.
        page.press("button", name).await?;
        let seen = page
            .until("the focus in the box", |seen| {
                seen.focus
                    .as_ref()
                    .is_some_and(|focus| focus.tag == "input")
            })
            .await?;
        ensure!(seen.detail.is_none());
        page.type_text("hx1 1ub").await?;
        page.press("button", name).await?;
        until_open(page, CALDERDALE)
            .await
            .with_context(|| format!("{query}: press {name}"))?;
    }
    Ok(())
}

async fn closing_restores(page: &Page<'_>) -> Result<()> {
    for (typed, other) in [
        ("Golden Valley Herefordshire", "level=msoa"),
        ("Cardiff", "nation=wales"),
    ] {
        for close in [true, false] {
            page.open("?date=2021-02-07").await?;
            look_for(page, typed).await?;
            let open = page
                .until(typed, |seen| seen.detail.is_some() && seen.is_settled())
                .await?;
            ensure!(open.query().contains(other), "{typed}: {}", open.address);
            if close {
                page.press("button", "Close the details").await?;
            } else {
                page.key(Key::Escape).await?;
            }
            let closed = page
                .until("the figures before", |seen| {
                    seen.detail.is_none() && seen.is_settled()
                })
                .await?;
            ensure!(
                closed.query().contains("date=2021-02-07"),
                "{typed}: {}",
                closed.address
            );
            ensure!(
                !closed.query().contains(other),
                "{typed}: {}",
                closed.address
            );
            ensure!(
                closed.verdict.starts_with("12 of England's 315"),
                "{typed}: {}",
                closed.verdict
            );
        }
    }
    // A date that the user chooses meanwhile is kept.
    page.open("?date=2021-02-07").await?;
    look_for(page, "Golden Valley Herefordshire").await?;
    page.until("Golden Valley", |seen| {
        seen.detail.is_some() && seen.is_settled()
    })
    .await?;
    page.press("button", "Back a week").await?;
    let later = page
        .until("another week", |seen| {
            seen.is_settled() && !seen.query().contains("2021-02-06")
        })
        .await?;
    page.key(Key::Escape).await?;
    let closed = page
        .until("no details", |seen| {
            seen.detail.is_none() && seen.is_settled()
        })
        .await?;
    ensure!(
        closed.query().contains("level=msoa") && closed.date() == later.date(),
        "{}",
        closed.address
    );
    Ok(())
}

/// Records the texts of live regions from now on, as a screen reader announces them: a whole region
/// at each change.
const LISTEN: &str = "window.announced = [];
    const live = '[role=status], [role=alert], [aria-live=polite]';
    const regions = [...document.querySelectorAll(live)];
    const last = new Map(regions.map((region) => [region, region.textContent]));
    new MutationObserver(() => {
        for (const region of regions) {
            if (region.textContent !== last.get(region)) {
                last.set(region, region.textContent);
                window.announced.push(region.textContent.replace(/\\s+/g, ' ').trim());
            }
        }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });";

async fn announced_once(page: &Page<'_>) -> Result<()> {
    for (typed, code, answer) in [
        ("HX1 1UB", CALDERDALE, "Rising in Calderdale"),
        (
            "Golden Valley Herefordshire",
            "Golden Valley",
            "in Golden Valley, Herefordshire",
        ),
        ("Cardiff", "W06000015", "in Cardiff"),
    ] {
        page.open("?date=2021-02-07").await?;
        page.execute(LISTEN, vec![]).await?;
        look_for(page, typed).await?;
        page.until(typed, |seen| seen.detail.is_some() && seen.is_settled())
            .await?;
        tokio::time::sleep(std::time::Duration::from_millis(700)).await;
        let announced = page.execute("return window.announced", vec![]).await?;
        let announced: Vec<&str> = announced
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|text| text.as_str())
            .collect();
        let answers = announced
            .iter()
            .filter(|text| text.contains(answer))
            .count();
        ensure!(answers == 1, "{typed} ({code}): {announced:#?}");
    }
    Ok(())
}
