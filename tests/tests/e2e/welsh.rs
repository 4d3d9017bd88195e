//! Tests the page in Welsh: the search by Welsh name and by postcode, the story, and the embed
//! builder.

use anyhow::{Context as _, Result, ensure};
use libtest_mimic::Trial;
use rising_tests::browser::Screen;
use rising_tests::page::Page;
use rising_tests::report::prose;
use serde_json::json;
use xtask::server::ResponseFault;

use crate::embedding::snippet;
use crate::finding::{look_for, suggestions, type_in_search, until_open};
use crate::runner::trial;

const CARDIFF: &str = "W06000015";

pub fn trials() -> Vec<Trial> {
    vec![
        trial("welsh: the search", Screen::PHONE, search),
        trial("welsh: the story and the downloads", Screen::DESKTOP, story),
        trial("welsh: the embed builder", Screen::DESKTOP, builder),
    ]
}

/// Returns all texts of a part of the page, visible or announced.
const TEXTS: &str = "
    const part = document.querySelector(arguments[0]);
    const names = ['aria-label', 'placeholder', 'title', 'alt'];
    return [part, ...part.querySelectorAll('*')].flatMap(element => [
        ...names.map(name => element.getAttribute(name)),
        ...[...element.childNodes].filter(node => node.nodeType === Node.TEXT_NODE)
            .map(node => node.data),
    ]).filter(text => text?.trim()).join(' | ');";

/// Words of which every English sentence has one, and no Welsh sentence.
const ENGLISH: [&str; 16] = [
    "the", "is", "are", "was", "not", "of", "for", "to", "your", "with", "there", "this", "it",
    "found", "try", "download",
];

/// Returns the texts of a part of the page, which must not be English.
async fn welsh_texts(page: &Page<'_>, part: &str) -> Result<String> {
    let texts = page.execute(TEXTS, vec![json!(part)]).await?;
    let texts = texts
        .as_str()
        .with_context(|| format!("{part} has no text"))?
        .to_owned();
    let lower = texts.to_lowercase();
    let mut words = lower.split(|letter: char| !letter.is_alphanumeric() && letter != '\'');
    let english = words.find(|word| ENGLISH.contains(word));
    ensure!(
        english.is_none(),
        "{part} has \"{}\": {texts}",
        english.unwrap_or_default()
    );
    Ok(texts)
}

async fn search(page: &Page<'_>) -> Result<()> {
    page.open("?lang=cy").await?;
    let texts = welsh_texts(page, "form.search").await?;
    ensure!(
        texts.contains("Cod post, tref neu ardal") && texts.contains("Gerllaw"),
        "{texts}"
    );
    type_in_search(page, "caerdydd").await?;
    let listed = suggestions(page).await?;
    ensure!(
        listed
            .first()
            .is_some_and(|first| first.starts_with("Caerdydd")),
        "{listed:?}"
    );
    welsh_texts(page, "form.search").await?;
    page.key(fantoccini::key::Key::Enter).await?;
    until_open(page, CARDIFF)
        .await
        .context("search for Caerdydd")?;

    page.open("?lang=cy").await?;
    look_for(page, "CF10 1EP").await?;
    let open = until_open(page, CARDIFF)
        .await
        .context("search for CF10 1EP")?;
    for sentence in [
        "Mae CF10 1EP yn ardal ",
        "Dim ond ar gyfer Lloegr y cyhoeddwyd ffigurau cymdogaethau.",
    ] {
        ensure!(
            open.everything.contains(sentence),
            "the page does not say \"{sentence}\" but {}",
            open.everything
        );
    }

    for (typed, sentence) in [
        (
            "JE2 3AA",
            "Mae JE2 3AA yn Jersey, un o Ynysoedd y Sianel, nad yw'n rhan o'r DU",
        ),
        (
            "QQ1 1QQ",
            "Nid oes cod post yn y DU sy'n dechrau fel hyn: QQ.",
        ),
        (
            "HX99 9ZZ",
            "Nid oes cod post HX99 9ZZ yn y rhestr ar gyfer ",
        ),
        (
            "xyzzy plugh",
            "Ni chafwyd hyd i ddim ar gyfer \"xyzzy plugh\".",
        ),
        ("halifax", "Cafwyd hyd i "),
    ] {
        page.open("?lang=cy").await?;
        type_in_search(page, typed).await?;
        page.until_script(
            sentence,
            &format!(
                "return document.querySelector('#search-said').textContent.includes({})",
                json!(sentence)
            ),
        )
        .await?;
        welsh_texts(page, "#search-said").await?;
    }
    Ok(())
}

async fn story(page: &Page<'_>) -> Result<()> {
    page.open("?lang=cy&date=2021-02-07&nation=wales").await?;
    page.press("button", "Ffigurau ar gyfer stori").await?;
    page.until_script(
        "the story",
        "return document.querySelectorAll('[data-testid=story] p').length > 2",
    )
    .await?;
    let shown = page
        .execute(
            "return document.querySelector('[data-testid=story]').innerText",
            vec![],
        )
        .await?;
    let expected = prose(&[
        "--level",
        "ltla",
        "--date",
        "2021-02-07",
        "--nation",
        "wales",
        "--lang",
        "cy",
    ])?;
    for line in expected.lines().map(|line| line.trim_start_matches("- ")) {
        ensure!(
            shown.as_str().is_some_and(|shown| shown.contains(line)),
            "the story does not have: {line}"
        );
    }
    welsh_texts(page, "[data-testid=story] .tools").await?;

    page.press("button", "Lawrlwytho").await?;
    page.until_script(
        "the downloads",
        "return !!document.querySelector('[data-testid=downloads]')",
    )
    .await?;
    let downloads = welsh_texts(page, "[data-testid=downloads]").await?;
    ensure!(
        downloads
            .contains("Lawrlwytho awdurdodau lleol Cymru, saith diwrnod hyd at 7 Chwefror 2021"),
        "{downloads}"
    );
    Ok(())
}

async fn builder(page: &Page<'_>) -> Result<()> {
    page.open("?lang=cy&date=2021-02-07&nation=wales").await?;
    page.press("button", "Mewnosod").await?;
    let script = snippet(page, "data-lang=\"cy\"").await?;
    ensure!(
        script.contains("Map: Covid-19 yng Nghymru") && script.contains("&amp;lang=cy\">"),
        "{script}"
    );
    welsh_texts(page, ".builder > header").await?;
    welsh_texts(page, ".builder .choices").await?;
    page.check_accessibility("the embed builder in Welsh")
        .await?;
    page.press("radio", "iframe yn unig").await?;
    let frame = snippet(page, "<iframe ").await?;
    ensure!(frame.contains("embed=1&amp;lang=cy\""), "{frame}");

    // A Welsh page can make the code of an English map, and the other way round.
    let choose = "const choice = document.querySelector('[data-testid=embed-language]');
        choice.value = arguments[0];
        choice.dispatchEvent(new Event('change', { bubbles: true }));";
    page.execute(choose, vec![json!("en")]).await?;
    let english = snippet(page, "Map: Covid-19 in Wales").await?;
    ensure!(!english.contains("lang="), "{english}");

    let article =
        format!("<!doctype html><title>Erthygl</title><link rel=icon href=data:,><body>{script}");
    page.site().server().set_fault(
        "article-in-welsh.html",
        ResponseFault::Replaced(article.into_bytes()),
    );
    page.go("article-in-welsh.html").await?;
    let verdict = "const inside = document.querySelector('iframe')?.contentDocument;
        const verdict = inside?.querySelector('[data-testid=verdict]')?.innerText;
        return verdict?.includes('yn codi yn y saith diwrnod') ?? false";
    page.until_script("the verdict in Welsh in the article", verdict)
        .await
}
