//! Tests what the page lets a browser run. Every test checks at its end that its page broke no rule
//! of the policy ([`Page::check_console_and_requests`]).

use anyhow::{Context as _, Result, ensure};
use geojson::FeatureCollection;
use libtest_mimic::Trial;
use rising_tests::browser::Screen;
use rising_tests::page::Page;
use rising_tests::page_state::PageState;
use serde_json::json;
use xtask::server::ResponseFault;

use crate::elsewhere::{compile_level, put_in_place};
use crate::exports::{download, downloads};
use crate::runner::{own_site_trial, trial};

pub fn trials() -> Vec<Trial> {
    vec![
        trial(
            "security: injected scripts do not run",
            Screen::DESKTOP,
            injected_scripts_do_not_run,
        ),
        trial(
            "security: the policy allows everything that the page does",
            Screen::PHONE,
            policy_allows_page,
        ),
        trial(
            "security: a replaced style sheet is refused",
            Screen::DESKTOP,
            replaced_style_sheet,
        ),
        own_site_trial(
            "security: names like formulas and markup are text in files",
            Screen::DESKTOP,
            hostile_names,
        ),
    ]
}

/// Records what the policy forbids, in place of the console, whose errors would fail the test.
const RECORD_VIOLATIONS: &str = "window.forbidden = [];
    document.addEventListener('securitypolicyviolation',
    ({ effectiveDirective, blockedURI, sample, sourceFile, lineNumber }) =>
        window.forbidden.push(
            [effectiveDirective, blockedURI, sample, `${sourceFile}:${lineNumber}`].join(' ')));";

async fn injected_scripts_do_not_run(page: &Page<'_>) -> Result<()> {
    page.add_init_script(RECORD_VIOLATIONS).await?;
    page.open("").await?;
    page.execute(
        "const slip = (html) =>
            document.body.append(document.createRange().createContextualFragment(html));
        slip('<script>window.ran = 1</scr' + 'ipt>');
        slip('<img src=\"data:,\" onerror=\"window.ran = 2\">');
        slip('<script src=\"data:text/javascript,window.ran=3\"></scr' + 'ipt>');
        slip('<p style=\"color: red\" id=\"red\">red</p>');
        slip('<base href=\"https://example.org/\">');",
        vec![],
    )
    .await?;
    page.until_script("five refusals", "return window.forbidden.length >= 5")
        .await?;
    let ran = page
        .execute(
            "return [window.ran ?? null,
                getComputedStyle(document.getElementById('red')).color === 'rgb(255, 0, 0)',
                document.baseURI.includes('example.org')]",
            vec![],
        )
        .await?;
    ensure!(
        ran == json!([null, false, false]),
        "injected scripts ran: {ran}"
    );
    // The messages of the browser about this test.
    page.browser().console().await?;
    Ok(())
}

/// Uses every part of the page, which the other tests use one by one.
async fn policy_allows_page(page: &Page<'_>) -> Result<()> {
    page.add_init_script(RECORD_VIOLATIONS).await?;
    for query in [
        "",
        "?area=E06000017&date=2021-10-27",
        "?level=msoa&date=2020-11-28",
        "?embed=1&theme=dark",
        "?rising=1",
    ] {
        page.open(query).await?;
        page.map_view().await?;
        let forbidden = page.execute("return window.forbidden", vec![]).await?;
        ensure!(forbidden == json!([]), "{query}: {forbidden:#}");
    }
    page.open("").await?;
    page.press("combobox", "Find your area").await?;
    page.type_text("south").await?;
    page.until_script(
        "matches",
        "return document.querySelectorAll('[role=option]').length > 1",
    )
    .await?;
    let forbidden = page.execute("return window.forbidden", vec![]).await?;
    ensure!(forbidden == json!([]), "the search: {forbidden:#}");
    Ok(())
}

async fn replaced_style_sheet(page: &Page<'_>) -> Result<()> {
    let name = page.site().file_name("rising-", ".css")?;
    page.browser().forget_files().await?;
    page.set_fault(
        &name,
        ResponseFault::Replaced(b"body { color: rgb(1, 2, 3) }".to_vec()),
    );
    page.allow_console_errors("integrity");
    page.go("").await?;
    page.until("the page without styles", PageState::is_settled)
        .await?;
    let colour = page
        .execute("return getComputedStyle(document.body).color", vec![])
        .await?;
    ensure!(
        colour != "rgb(1, 2, 3)",
        "the page uses a style sheet that is not its own"
    );
    Ok(())
}

/// Districts with names that a spreadsheet would run as formulas, or an SVG as markup, replace the
/// areas of the site.
async fn hostile_names(page: &Page<'_>) -> Result<()> {
    let names = [
        ("S01", "=HYPERLINK(\"http://127.0.0.1/\";\"x\")"),
        ("S02", "+1"),
        ("E-03", "-1+cmd|' /C calc'!A0"),
        ("N04", "@SUM(1,1)"),
        ("W5", "＝1"),
        ("06", "</title><script>window.ran = 1</script>&"),
    ];
    let data = page.site().own_folder()?.join("data");
    let another = data.with_file_name("hostile");
    let people = data.with_file_name("hostile-people.csv");
    let mut table = csv::Writer::from_path(&people)?;
    table.write_record(["id", "name", "population"])?;
    for (code, name) in names {
        table.write_record([code, name, "100000"])?;
    }
    table.flush()?;
    let people = people.to_str().context("the folder has no name")?;
    compile_level(
        &another,
        &[
            "--level=ltla",
            "--weekly",
            "--final",
            "--cases",
            "weekly.csv",
            "--population",
            people,
            "--boundaries",
            "districts.geojson",
            "--labels",
            "labels.json",
        ],
    )?;
    put_in_place(&another, &data)?;

    let folder = downloads(page, "hostile-names").await?;
    page.open("").await?;
    page.press("button", "Download").await?;
    let csv = download(page, &folder, "All areas as CSV", "rising-2024-06-29.csv").await?;
    let records = csv::Reader::from_reader(csv.as_slice())
        .into_records()
        .collect::<Result<Vec<_>, _>>()?;
    let svg = String::from_utf8(download(page, &folder, "SVG", "rising-2024-06-29.svg").await?)?;
    let drawing = roxmltree::Document::parse(&svg)?;
    let geojson = download(page, &folder, "GeoJSON", "rising-2024-06-29.geojson").await?;
    let collection: FeatureCollection = std::str::from_utf8(&geojson)?.parse()?;
    for (code, name) in names {
        let cell = records
            .iter()
            .find(|record| &record[0] == code)
            .map(|record| record[1].to_owned());
        let harmless = if name.starts_with('<') {
            name.to_owned()
        } else {
            format!("'{name}")
        };
        ensure!(cell == Some(harmless), "{code} is {cell:?} in the CSV");
        let path = drawing
            .descendants()
            .find(|node| node.attribute("id") == Some(code));
        let title = path
            .and_then(|path| path.first_element_child())
            .and_then(|title| title.text());
        ensure!(title == Some(name), "{code} is {title:?} in the SVG");
        let properties = collection
            .features
            .iter()
            .filter_map(|feature| feature.properties.as_ref());
        let found = properties
            .filter(|properties| properties["code"] == code)
            .map(|properties| &properties["name"]);
        ensure!(
            found.eq([&json!(name)]),
            "{code} has another name in the GeoJSON"
        );
    }
    ensure!(
        !drawing
            .descendants()
            .any(|node| node.has_tag_name("script")),
        "the SVG has a script"
    );
    ensure!(
        records
            .iter()
            .flatten()
            .all(|cell| !cell.starts_with(['=', '+', '@'])),
        "a spreadsheet would run a cell"
    );
    let ran = page.execute("return window.ran ?? null", vec![]).await?;
    ensure!(ran == json!(null), "a name ran as a script");
    Ok(())
}
