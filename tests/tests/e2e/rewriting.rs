//! Tests pages whose texts are rewritten by translators and highlighters: later changes must still
//! show.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;
use libtest_mimic::Trial;
use rising_tests::browser::Screen;
use rising_tests::page::{PATIENCE, Page};

use crate::embedding::until_credited;
use crate::runner::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial(
            "rewriting: a page with rewritten texts shows every change",
            Screen::DESKTOP,
            whole_page,
        ),
        trial(
            "rewriting: a page in an article shows every change",
            Screen::PHONE,
            in_an_article,
        ),
    ]
}

/// Rewrites all texts when the HTML has loaded, before the program starts, and again whenever
/// `rewrite` is called. The query selects the way.
const REWRITE: &str = "
    const wrap = (text, name) => {
        const element = document.createElement(name);
        text.replaceWith(element);
        element.append(text);
    };
    const ways = {
        // As Google's translator does: it replaces the text nodes.
        replace: (text) => {
            const [outer, inner] = [document.createElement('font'), document.createElement('font')];
            inner.append(text.data);
            outer.append(inner);
            text.replaceWith(outer);
        },
        split: (text) => { while (text.length > 3) text = text.splitText(3); },
        // As an extension for searching in the page does.
        mark: (text) => {
            if (text.length < 3) return;
            const middle = text.splitText(1);
            middle.splitText(middle.length - 1);
            wrap(middle, 'mark');
        },
        wrap: (text) => wrap(text, 'font'),
        none: () => {},
    };
    const way = ways[new URLSearchParams(location.search).get('rewrite')];
    window.rewrite = () => {
        const texts = [], all = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (all.nextNode()) texts.push(all.currentNode);
        const skipped = 'script, style, textarea, font, mark';
        texts.filter((text) => !text.parentElement.closest(skipped)).forEach(way);
    };
    addEventListener('DOMContentLoaded', window.rewrite);";

/// Returns the text of the page without spaces.
async fn page_text(page: &Page<'_>) -> Result<String> {
    let script = "return document.querySelector('.page')?.textContent.replace(/\\s+/g, '') ?? ''";
    Ok(page
        .execute(script, vec![])
        .await?
        .as_str()
        .context("the page gives no text")?
        .to_owned())
}

/// Returns the text once it has not changed for a while.
async fn text_at_rest(page: &Page<'_>) -> Result<String> {
    let mut last = (Instant::now(), String::new());
    let begun = Instant::now();
    loop {
        let now = page_text(page).await?;
        // Between two files the page may wait for nothing.
        if now != last.1 || now.contains("stillloading") || !page.state().await?.is_settled() {
            last = (Instant::now(), now);
        } else if last.0.elapsed() > Duration::from_millis(500) {
            return Ok(last.1);
        }
        ensure!(begun.elapsed() < PATIENCE, "the page does not come to rest");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Waits until the page has this text.
async fn until_text(page: &Page<'_>, expected: &str) -> Result<()> {
    let begun = Instant::now();
    loop {
        let now = page_text(page).await?;
        if now == expected {
            return Ok(());
        }
        if begun.elapsed() > PATIENCE {
            let same = now
                .chars()
                .zip(expected.chars())
                .take_while(|(a, b)| a == b)
                .count();
            let from = same.saturating_sub(40);
            let part = |text: &str| text.chars().skip(from).take(160).collect::<String>();
            anyhow::bail!(
                "the text is \"…{}\", expected \"…{}\"",
                part(&now),
                part(expected)
            );
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// An action of the user and a script that does it.
type Action = (&'static str, &'static str);

const WHOLE_PAGE: [Action; 11] = [
    (
        "the story",
        "document.querySelector('[data-testid=open-story]').click()",
    ),
    (
        "three days on",
        "const step = document.querySelector('.timeline .step + .step');
        for (let day = 0; day < 3; day++) step.click()",
    ),
    (
        "an area from the table",
        "document.querySelector('[data-testid=rising-list] [data-code] a').click()",
    ),
    (
        "a day back while it is open",
        "document.querySelector('.timeline .step').click()",
    ),
    (
        "a neighbourhood",
        "document.querySelector('[data-testid=neighbourhoods] li:last-child a').click()",
    ),
    ("its authority again", "history.back()"),
    (
        "all areas by name",
        "document.querySelector('[data-testid=all-areas]').click();
        document.querySelector('.list th button').click()",
    ),
    (
        "the files",
        "document.querySelector('[data-testid=open-downloads]').click()",
    ),
    (
        "no area",
        "document.querySelector('[data-testid=close]').click()",
    ),
    (
        "another nation",
        "const nations = document.querySelector('.switches select');
        nations.value = 'wales'; nations.dispatchEvent(new Event('change', { bubbles: true }))",
    ),
    (
        "neighbourhoods",
        "document.querySelector('.switches input[value=msoa]').click()",
    ),
];

const IN_AN_ARTICLE: [Action; 3] = [
    (
        "another date",
        "const slider = document.querySelector('[data-testid=timeline]');
        slider.value = String(Number(slider.value) + 3);
        slider.dispatchEvent(new Event('input', { bubbles: true }))",
    ),
    (
        "an area",
        "document.querySelector('[data-testid=rising-list] [data-code] a').click()",
    ),
    (
        "no area",
        "document.querySelector('[data-testid=close]').click()",
    ),
];

/// Types into the search, types more, and opens the first suggestion.
async fn search(page: &Page<'_>) -> Result<()> {
    page.press("combobox", "Find your area").await?;
    page.type_text("rutl").await?;
    page.control("option", "Rutland").await?;
    page.execute("window.rewrite()", vec![]).await?;
    for _ in 0..4 {
        page.key(Key::Backspace).await?;
    }
    page.type_text("calderd").await?;
    page.control("option", "Calderdale").await?;
    page.key(Key::Enter).await?;
    page.until("Calderdale", |seen| seen.open_area() == Some("E08000033"))
        .await?;
    Ok(())
}

/// Returns the text of the page after each action, with the search last. With `expected`, the texts
/// have to be those.
async fn run_actions(
    page: &Page<'_>,
    actions: &[Action],
    expected: Option<&[String]>,
) -> Result<Vec<String>> {
    let mut texts = vec![];
    for (number, what) in actions
        .iter()
        .map(|(what, _)| *what)
        .chain(["an area found by the search"])
        .enumerate()
    {
        page.execute("window.rewrite()", vec![]).await?;
        match actions.get(number) {
            Some((_, script)) => drop(page.execute(script, vec![]).await?),
            None => search(page).await?,
        }
        match expected {
            Some(expected) => until_text(page, &expected[number])
                .await
                .with_context(|| what.to_owned())?,
            None => texts.push(text_at_rest(page).await?),
        }
    }
    Ok(texts)
}

async fn check_ways(page: &Page<'_>, query: &str, actions: &[Action]) -> Result<()> {
    page.add_init_script(REWRITE).await?;
    let open = async |way: &str| -> Result<()> {
        page.open(&format!("?rewrite={way}{query}")).await?;
        page.until_script("the app alone", "return !document.getElementById('boot')")
            .await?;
        if !query.is_empty() {
            until_credited(page).await?;
        }
        Ok(())
    };
    open("none").await?;
    let expected = run_actions(page, actions, None).await?;
    ensure!(
        expected.windows(2).all(|two| two[0] != two[1]),
        "an action changed no text: {expected:#?}"
    );
    for way in ["replace", "split", "mark", "wrap"] {
        open(way).await?;
        run_actions(page, actions, Some(&expected))
            .await
            .with_context(|| format!("texts rewritten: {way}"))?;
    }
    Ok(())
}

async fn whole_page(page: &Page<'_>) -> Result<()> {
    check_ways(page, "", &WHOLE_PAGE).await
}

async fn in_an_article(page: &Page<'_>) -> Result<()> {
    check_ways(page, "&embed=1", &IN_AN_ARTICLE).await
}
