//! Tests the embed builder.

use std::time::Duration;

use anyhow::{Result, ensure};
use fantoccini::key::Key;
use libtest_mimic::Trial;
use rising_tests::browser::Screen;
use rising_tests::page::Page;
use serde_json::json;
use xtask::server::ResponseFault;

use super::{COMPLETE, check_height, frame_height, snippet, until_inside};
use crate::runner::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial(
            "embed: the code of the embed builder works in an article",
            Screen::DESKTOP,
            builder,
        ),
        trial(
            "embed: the embed builder by keyboard on a phone",
            Screen::PHONE,
            builder_on_a_phone,
        ),
    ]
}

async fn builder(page: &Page<'_>) -> Result<()> {
    page.browser().allow_clipboard().await?;
    page.open("?area=E08000033&date=2021-02-07").await?;
    page.press("button", "Embed").await?;
    let first = snippet(page, "data-date=\"2021-02-07\"").await?;
    ensure!(
        first.contains("data-area=\"E08000033\"") && first.contains("Covid-19 in Calderdale"),
        "{first}"
    );
    // The preview shows the page itself.
    let preview = "document.querySelector('.builder iframe').contentDocument
        .querySelector('[data-testid=verdict]')?.innerText ?? ''";
    page.until_script(
        "the preview",
        &format!("return ({preview}).includes('Calderdale')"),
    )
    .await?;
    page.check_accessibility("the embed builder").await?;

    page.press("radio", "the whole of England").await?;
    let whole = snippet(page, "Covid-19 in England").await?;
    ensure!(!whole.contains("data-area"), "{whole}");
    page.press(
        "radio",
        "the date the map opens on, which new figures may change",
    )
    .await?;
    let undated =
        "return !document.querySelector('[data-testid=snippet]').value.includes('data-date')";
    page.until_script("code without a date", undated).await?;
    page.press("radio", "Plain iframe").await?;
    let frame = snippet(page, "<iframe ").await?;
    ensure!(
        frame.contains("title=") && frame.contains("embed=1") && !frame.contains("date="),
        "{frame}"
    );
    page.press("radio", "AMP").await?;
    snippet(page, "<amp-iframe ").await?;
    page.press("radio", "Script").await?;
    page.press("radio", "Calderdale").await?;
    page.press("spinbutton", "Fixed height in pixels").await?;
    page.type_text("500").await?;
    let fixed = snippet(page, "data-height=\"500\"").await?;
    page.keys(&[Key::Backspace; 3]).await?;
    let taken_back =
        "return !document.querySelector('[data-testid=snippet]').value.includes('data-height')";
    page.until_script("code without a fixed height", taken_back)
        .await?;
    let script = snippet(page, "data-area").await?;
    page.press("button", "Copy").await?;
    page.until_script(
        "the message Copied",
        "return document.querySelector('.builder .message').innerText === 'Copied.'",
    )
    .await?;
    let copied = page.clipboard().await?;
    ensure!(
        copied == script,
        "the clipboard holds {copied}; expected {script}"
    );

    let article = format!(
        "<!doctype html><title>An article</title><link rel=icon href=data:,><body>{script}"
    );
    page.site().server().set_fault(
        "article-of-the-builder.html",
        ResponseFault::Replaced(article.into_bytes()),
    );
    page.go("article-of-the-builder.html").await?;
    check_height(page, 0).await?;
    until_inside(
        page,
        "Calderdale",
        0,
        "one('verdict').innerText.includes('Calderdale')",
    )
    .await?;

    let article =
        format!("<!doctype html><title>An article</title><link rel=icon href=data:,><body>{fixed}");
    page.site().server().set_fault(
        "article-of-a-fixed-height.html",
        ResponseFault::Replaced(article.into_bytes()),
    );
    page.go("article-of-a-fixed-height.html").await?;
    until_inside(page, "the map", 0, COMPLETE).await?;
    tokio::time::sleep(Duration::from_millis(600)).await;
    let height = frame_height(page, 0).await?;
    ensure!(
        height == 500.0,
        "the frame with a fixed height of 500 is {height} high"
    );
    Ok(())
}

async fn builder_on_a_phone(page: &Page<'_>) -> Result<()> {
    page.open("?level=ltla").await?;
    let button = "document.querySelector('[data-testid=embed]')";
    page.execute(&format!("{button}.focus()"), vec![]).await?;
    page.key(Key::Enter).await?;
    snippet(page, "data-rising").await?;
    page.check_accessibility("the embed builder on a phone")
        .await?;
    let sideways = "const dialog = document.querySelector('.builder');
        return dialog.scrollWidth <= dialog.clientWidth
        && dialog.getBoundingClientRect().right <= innerWidth";
    ensure!(
        page.execute(sideways, vec![]).await? == json!(true),
        "the embed builder scrolls sideways"
    );
    page.key(Key::Escape).await?;
    page.until_script(
        "the builder to close",
        "return !document.querySelector('.builder')",
    )
    .await?;
    page.until_script(
        "the focus on the button",
        &format!("return document.activeElement === {button}"),
    )
    .await
}
