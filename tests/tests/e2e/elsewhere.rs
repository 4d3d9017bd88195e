//! Tests a map of another country and another disease, made by `prepare` of GeoJSON and CSV:
//! nothing on it is British.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context as _, Result, anyhow, ensure};
use clap::Parser;
use fantoccini::key::Key;
use libtest_mimic::Trial;
use rising_model::domain::area::Level;
use rising_prepare::{compile, prerender};
use rising_tests::browser::{Location, Screen};
use rising_tests::page::Page;
use rising_tests::page_state::PageState;
use rising_tests::site::DataSet;
use serde_json::json;

use crate::finding::{look_for, suggestions, type_in_search, until_open};
use crate::prerender::check_same_elements;
use crate::runner::own_site_trial;

pub fn trials() -> Vec<Trial> {
    vec![
        own_site_trial("elsewhere: on a laptop", Screen::DESKTOP, on_a_laptop),
        own_site_trial("elsewhere: in Welsh on a phone", Screen::PHONE, in_welsh),
        own_site_trial(
            "elsewhere: two levels, weekly and daily",
            Screen::DESKTOP,
            two_levels,
        ),
        own_site_trial("elsewhere: in an article", Screen::PHONE, in_an_article),
        own_site_trial(
            "elsewhere: story, downloads, embed builder and notes",
            Screen::DESKTOP,
            exports_and_notes,
        ),
        own_site_trial("elsewhere: near me", Screen::PHONE, near_me),
        own_site_trial(
            "elsewhere: without JavaScript",
            Screen::DESKTOP,
            without_javascript,
        ),
        own_site_trial(
            "elsewhere: a prerendered view of another data set",
            Screen::DESKTOP,
            other_prerendered_view,
        ),
        own_site_trial(
            "elsewhere: build and app write the same elements",
            Screen::DESKTOP,
            same_elements,
        ),
    ]
}

/// The totals of the districts in the last week.
const TOTALS: &str = "2 rising, 2 falling, 2 unchanged. 1 rise and 0 falls are clear.";

#[derive(Parser)]
struct Compile {
    #[command(flatten)]
    args: compile::Args,
}

#[derive(Parser)]
struct Prerender {
    #[command(flatten)]
    args: prerender::Args,
}

/// Runs commands of a publisher in a thread of their own: the words of a data set are set for a
/// whole thread.
fn run_in_thread(work: impl FnOnce() -> Result<()> + Send + 'static) -> Result<()> {
    thread::spawn(work)
        .join()
        .map_err(|_| anyhow!("the command panicked"))?
}

/// Compiles a level into a folder; an option that is the name of a fixture stands for its path.
pub fn compile_level(data: &Path, options: &[&str]) -> Result<()> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/elsewhere");
    let arguments = options.iter().map(|word| {
        let file = fixtures.join(word);
        if file.is_file() {
            file.into_os_string()
        } else {
            word.into()
        }
    });
    let start = ["compile".into(), "--out".into(), data.into()];
    let Compile { args } = Compile::try_parse_from(start.into_iter().chain(arguments))?;
    run_in_thread(move || compile::run(&args).map(drop))
}

/// Replaces the data set of the site by one of six districts, with or without some municipalities.
fn publish(page: &Page<'_>, with_municipalities: bool) -> Result<PathBuf> {
    let data = page.site().own_folder()?.join("data");
    let another = data.with_file_name("another");
    compile_level(
        &another,
        &[
            "--level=ltla",
            "--weekly",
            "--final",
            "--cases",
            "weekly.csv",
            "--population",
            "people.csv",
            "--boundaries",
            "districts.geojson",
            "--labels",
            "labels.json",
        ],
    )?;
    if with_municipalities {
        compile_level(
            &another,
            &[
                "--level=msoa",
                "--published=2024-07-02",
                "--cases",
                "daily.csv",
                "--population",
                "municipal_people.csv",
                "--boundaries",
                "municipalities.geojson",
            ],
        )?;
    }
    put_in_place(&another, &data)?;
    Ok(data)
}

/// Publishes a data set beside the files of the previous one, which earlier pages still need.
pub fn put_in_place(another: &Path, data: &Path) -> Result<()> {
    for entry in fs::read_dir(another)? {
        let file = entry?;
        fs::rename(file.path(), data.join(file.file_name()))?;
    }
    Ok(fs::remove_dir(another)?)
}

/// Publishes the data set, and prerenders the view and the area pages.
fn publish_prerendered(page: &Page<'_>, with_municipalities: bool) -> Result<PathBuf> {
    let data = publish(page, with_municipalities)?;
    let site = page.site().own_folder()?;
    let Prerender { args } = Prerender::try_parse_from([
        "prerender".into(),
        "--site".into(),
        site.as_os_str().to_owned(),
    ])?;
    run_in_thread(move || prerender::run(&args).map(drop))?;
    Ok(data)
}

/// In an edition without nations.
async fn same_elements(page: &Page<'_>) -> Result<()> {
    publish_prerendered(page, false)?;
    let html = String::from_utf8(page.site().read("index.html")?)?;
    page.open("").await?;
    check_same_elements(page, "Sundria", &html).await
}

/// Returns all texts of the page and its frames, visible or announced, including attributes.
const ALL_TEXTS: &str = "
    const names = ['aria-label', 'aria-valuetext', 'placeholder', 'title', 'alt', 'content'];
    const roots = [document, ...[...document.querySelectorAll('iframe')]
        .map(frame => frame.contentDocument).filter(Boolean)];
    return roots.flatMap(root => [...root.querySelectorAll('*')])
        .filter(one => !one.closest('script, style, [hidden]')).flatMap(one => [
        ...names.map(name => one.getAttribute(name)), one.value,
        ...[...one.childNodes].filter(node => node.nodeType === Node.TEXT_NODE)
            .map(node => node.data),
    ]).filter(text => typeof text === 'string' && text.trim()).join(' | ');";

/// Words about the United Kingdom, in English and Welsh.
const BRITISH: [&str; 30] = [
    "United Kingdom",
    "UK",
    " DU",
    "Y DU",
    "y DU",
    "England",
    "Lloegr",
    "Wales",
    "Cymru",
    "Scotland",
    "Alban",
    "Ireland",
    "Iwerddon",
    "Covid",
    "uthorit",
    "wdurdod",
    "eighbourhood",
    "ymdogaeth",
    "ostcode",
    "od post",
    "ouncil",
    "yngor",
    "MSOA",
    "ONS",
    "nation",
    "gwlad",
    "wledydd",
    "mid-2019",
    "canol 2019",
    "test was",
];

/// Checks that no text of the page is about the United Kingdom. The addresses in code to copy have
/// fixed words of their own.
async fn nothing_british(page: &Page<'_>, when: &str) -> Result<()> {
    let texts = page.execute(ALL_TEXTS, vec![]).await?;
    let texts = texts.as_str().context("the page has no text")?;
    ensure!(
        texts.contains("Sundria"),
        "{when}: the page does not name the country: {texts}"
    );
    for word in BRITISH {
        let around = texts.split(" | ").find(|text| text.contains(word));
        ensure!(around.is_none(), "{when}: \"{word}\" is in {around:?}");
    }
    Ok(())
}

async fn on_a_laptop(page: &Page<'_>) -> Result<()> {
    let data = DataSet::read(&publish_prerendered(page, false)?)?;
    let opening = page.open("").await?;
    ensure!(
        opening.verdict
            == "2 of Sundria's 6 districts were rising in the seven days to 29 June 2024, one of \
                them clearly.",
        "{}",
        opening.verdict
    );
    ensure!(opening.totals == TOTALS, "{}", opening.totals);
    nothing_british(page, "the first view").await?;
    ensure!(
        opening.caption == "Rising districts in Sundria, seven days to 29 June 2024",
        "{}",
        opening.caption
    );
    ensure!(
        page.controls("radio", "Districts").await?.is_empty(),
        "a switch for a single level is shown"
    );
    ensure!(
        page.controls("combobox", "Nation").await?.is_empty(),
        "a choice of a single region is shown"
    );
    ensure!(page.controls("combobox", "Find your area").await?.len() == 1);

    // The map shows the whole country and opens the area that is clicked.
    let level = data.level(Level::Ltla)?;
    let spot = page.spot_of(&level.topology, level.area("E-03")?).await?;
    page.click(spot).await?;
    let open = page
        .until("the area that was clicked", |seen| {
            seen.open_area() == Some("E-03") && seen.is_settled()
        })
        .await?;
    ensure!(
        open.verdict
            .starts_with("Unchanged in Corvo Alto: 5 measles cases in the seven days to"),
        "{}",
        open.verdict
    );
    ensure!(
        open.everything.contains("Sundria as a whole is at 14.7."),
        "{}",
        open.everything
    );
    ensure!(
        open.detail_text().contains("of Sundria's 6 districts"),
        "{}",
        open.detail_text()
    );
    ensure!(!open.query().contains("nation"), "{}", open.address);
    nothing_british(page, "an area's details").await?;
    page.check_accessibility("another country").await?;

    // The dates of the first level are weeks too.
    page.execute(
        "document.querySelector('[data-testid=timeline]').focus()",
        vec![],
    )
    .await?;
    page.key(Key::Left).await?;
    let week = page
        .until("the week before", |seen| {
            seen.date().contains("22 June") && seen.is_settled()
        })
        .await?;
    ensure!(
        page.controls("button", "Back a week").await?.len() == 1,
        "{week:?}"
    );

    // By name; a text like a British postcode is a name.
    page.open("").await?;
    type_in_search(page, "W9").await?;
    page.until_script(
        "the message that nothing was found",
        "return document.querySelector('#search-said').textContent
            === 'Nothing found for \"W9\". Check the spelling.'",
    )
    .await?;
    page.open("").await?;
    type_in_search(page, "fjord").await?;
    let listed = suggestions(page).await?;
    ensure!(listed == ["Fjordane"], "{listed:?}");
    page.key(Key::Enter).await?;
    until_open(page, "06").await?;

    // By keyboard, from the middle of the map to the district in the south-east.
    page.open("").await?;
    page.tab_until("the map", |seen| {
        seen.focus.as_ref().is_some_and(|focus| focus.map)
    })
    .await?;
    for key in [Key::Down, Key::Down, Key::Right, Key::Enter] {
        page.key(key).await?;
    }
    page.until("an area opened by keyboard", |seen| {
        seen.open_area().is_some()
    })
    .await?;
    nothing_british(page, "by keyboard").await
}

async fn in_welsh(page: &Page<'_>) -> Result<()> {
    publish_prerendered(page, false)?;
    let opening = page.open("?lang=cy").await?;
    let expected = "Roedd 2 o'r 6 ardal yn Sundria yn codi yn y saith diwrnod hyd at 29 Mehefin \
        2024, un ohonynt yn glir.";
    ensure!(opening.verdict == expected, "{}", opening.verdict);
    ensure!(
        opening
            .everything
            .contains("Achosion yn Sundria, fesul ardal"),
        "{}",
        opening.everything
    );
    nothing_british(page, "the first view in Welsh").await?;
    look_for(page, "brenna").await?;
    let open = until_open(page, "S02").await?;
    ensure!(
        open.detail_text().contains("o'r 6 ardal yn Sundria"),
        "{}",
        open.detail_text()
    );
    nothing_british(page, "an area in Welsh").await
}

async fn two_levels(page: &Page<'_>) -> Result<()> {
    publish_prerendered(page, true)?;
    page.open("?area=S01").await?;
    let whole = |seen: &PageState| {
        seen.is_settled() && seen.detail_text().contains("2 municipalities, 2 rising")
    };
    let open = page
        .until("the district and its municipalities", whole)
        .await?;
    ensure!(
        open.detail_text()
            .contains("Municipality figures run from 8 June 2024 to 27 June 2024"),
        "{}",
        open.detail_text()
    );
    nothing_british(page, "a district and its municipalities").await?;
    page.press("button", "Close the details").await?;
    page.press("radio", "Municipalities").await?;
    let finer = page
        .until("the municipalities", |seen| {
            seen.caption.contains("municipalities in Sundria") && seen.is_settled()
        })
        .await?;
    ensure!(
        finer
            .verdict
            .starts_with("All of Sundria's 4 municipalities were rising"),
        "{}",
        finer.verdict
    );
    ensure!(
        page.controls("button", "Back a day").await?.len() == 1,
        "the finer level is daily"
    );
    nothing_british(page, "the municipalities").await?;
    look_for(page, "indre").await?;
    let open = page
        .until("Indre Dal", |seen| {
            seen.open_area() == Some("0401") && seen.is_settled()
        })
        .await?;
    ensure!(
        open.verdict.starts_with("Rising in Indre Dal, Dal: "),
        "{}",
        open.verdict
    );
    nothing_british(page, "a municipality").await
}

async fn in_an_article(page: &Page<'_>) -> Result<()> {
    publish_prerendered(page, false)?;
    let seen = page.open("?embed=1&area=N04").await?;
    ensure!(
        seen.verdict.starts_with("Rising in Dal: 60 measles cases"),
        "{}",
        seen.verdict
    );
    page.execute("document.querySelector('.credit summary').click()", vec![])
        .await?;
    page.until("the table", |seen| {
        seen.caption.contains("districts in Sundria")
    })
    .await?;
    nothing_british(page, "an embedded map").await
}

async fn exports_and_notes(page: &Page<'_>) -> Result<()> {
    publish_prerendered(page, false)?;
    page.open("").await?;
    page.press("button", "Figures for a story").await?;
    let story = "return document.querySelector('[data-testid=story]')?.innerText
        .includes(\"2 of Sundria's 6 districts (33%) saw a rise\")";
    page.until_script("the story", story).await?;
    nothing_british(page, "the story").await?;
    page.press("button", "Download").await?;
    let downloads = "return document.querySelector('[data-testid=downloads]')?.innerText
        .startsWith(\"Download Sundria's districts\")";
    page.until_script("the downloads", downloads).await?;
    nothing_british(page, "the downloads").await?;
    page.press("button", "Embed").await?;
    page.until_script(
        "the builder and its preview",
        "const preview = document.querySelector('.builder iframe');
        return document.querySelector('.builder textarea')?.value
            .includes('Map: measles cases in Sundria')
            && !!preview.contentDocument?.querySelector('[data-testid=verdict]')?.innerText",
    )
    .await?;
    nothing_british(page, "the builder").await?;
    // The notes load after the first input of the user, which was a click.
    let definitions = page
        .execute(
            "return document.querySelector('.notes dl')?.innerText ?? ''",
            vec![],
        )
        .await?;
    let definitions = definitions.as_str().unwrap_or_default();
    ensure!(
        definitions.contains("Measles cases on the seven days ending on the date"),
        "{definitions}"
    );
    ensure!(
        !definitions.contains("0, 1 or 2"),
        "the notes mention suppressed counts, of which the data has none: {definitions}"
    );

    // The area page, which has no scripts.
    page.go_to("area/N04/").await?;
    let seen = page
        .until("the page of Dal", |seen| {
            seen.verdict.starts_with("Rising in Dal: 60 measles cases")
        })
        .await?;
    ensure!(
        seen.everything.contains("9,400 people live in Dal."),
        "{}",
        seen.everything
    );
    nothing_british(page, "the page of an area").await
}

async fn near_me(page: &Page<'_>) -> Result<()> {
    publish_prerendered(page, false)?;
    page.set_location(Location::At {
        latitude: -9.3,
        longitude: 101.0,
        accuracy: 15.0,
    })
    .await?;
    page.open("").await?;
    page.press("button", "Near me").await?;
    let found = page
        .until("the district at the position", |seen| {
            seen.open_area() == Some("N04") && seen.is_settled()
        })
        .await?;
    ensure!(
        found.everything.contains("You are in Dal."),
        "{}",
        found.everything
    );
    page.set_location(Location::At {
        latitude: 52.2283,
        longitude: -2.7390,
        accuracy: 15.0,
    })
    .await?;
    page.open("").await?;
    page.press("button", "Near me").await?;
    let message = "return document.querySelector('[data-testid=near-me-message]').textContent
        === 'You seem to be outside Sundria, which is all that this map covers.'";
    page.until_script(
        "the message that the position is outside the country",
        message,
    )
    .await?;
    nothing_british(page, "near me").await
}

async fn without_javascript(page: &Page<'_>) -> Result<()> {
    publish_prerendered(page, false)?;
    page.browser().set_scripts(false).await?;
    page.go("").await?;
    let seen = page
        .until("the prerendered figures", |seen| !seen.totals.is_empty())
        .await?;
    let outcome = nothing_british(page, "without JavaScript").await;
    let picture = "const box = document.getElementById('first-map')?.getBoundingClientRect();
        return [box?.width > 100, box?.height > 100]";
    let picture = page.execute(picture, vec![]).await?;
    page.browser().set_scripts(true).await?;
    outcome?;
    ensure!(
        seen.verdict
            .starts_with("2 of Sundria's 6 districts were rising"),
        "{}",
        seen.verdict
    );
    ensure!(seen.totals == TOTALS && seen.rows.len() == 2, "{seen:#?}");
    ensure!(
        seen.everything.contains("Measles in Sundria"),
        "{}",
        seen.everything
    );
    ensure!(
        picture == json!([true, true]),
        "the page has no prerendered map: {picture}"
    );
    Ok(())
}

/// Only the data set is replaced: once its manifest is loaded, no text is about the previous one.
async fn other_prerendered_view(page: &Page<'_>) -> Result<()> {
    publish(page, false)?;
    // The description of the page in its head is the prerendered one.
    let visible = ALL_TEXTS.replace(", 'content'", "");
    for query in ["", "?rising=1", "?lang=cy"] {
        page.open(query).await?;
        let texts = page.execute(&visible, vec![]).await?;
        let texts = texts.as_str().context("the page has no text")?;
        let british = BRITISH.iter().find(|word| texts.contains(**word));
        ensure!(
            british.is_none() && texts.contains("Sundria"),
            "{query}: {british:?} is in {texts}"
        );
        ensure!(
            page.execute(
                "return document.querySelectorAll('.leaflet-container').length",
                vec![]
            )
            .await?
                == json!(1)
        );
    }
    Ok(())
}
