//! Checks every state of the page by the rules of axe-core, and eight of them by IBM's.

use anyhow::{Result, ensure};
use fantoccini::key::Key;
use libtest_mimic::Trial;
use rising_model::domain::area::Level;
use rising_tests::browser::{Capability, Screen};
use rising_tests::page::Page;
use rising_tests::site::data;
use serde_json::json;
use xtask::server::ResponseFault;

use crate::embedding::until_credited;
use crate::finding::{suggestions, type_in_search};
use crate::runner::{trial, trial_needing};

pub fn trials() -> Vec<Trial> {
    vec![
        trial("axe: desktop", Screen::DESKTOP, desktop),
        trial("axe: dark", Screen::DESKTOP, dark),
        trial("axe: phone", Screen::PHONE, phone),
        trial("axe: 320 pixels", Screen::PHONE.with_size(320, 640), phone),
        trial("axe: failed figures", Screen::DESKTOP, failed),
        trial(
            "axe: the table, the map and the exports",
            Screen::DESKTOP,
            opened,
        ),
        trial_needing(
            &[Capability::ForcedColours],
            "axe: forced colours",
            Screen::DESKTOP,
            forced_colours,
        ),
        trial("axe: offline", Screen::PHONE, offline),
        trial(
            "ibm: the prerendered page without scripts",
            Screen::DESKTOP,
            ibm_prerendered,
        ),
        ibm_trial("ibm: the page and open details", Screen::DESKTOP, ibm_page),
        ibm_trial(
            "ibm: the search with suggestions",
            Screen::DESKTOP,
            ibm_search,
        ),
        ibm_trial("ibm: the filtered table", Screen::DESKTOP, ibm_table),
        ibm_trial("ibm: the export panel", Screen::DESKTOP, ibm_export),
        trial("ibm: the page in an article", Screen::DESKTOP, ibm_embed),
        ibm_trial("ibm: dark colours", Screen::DESKTOP, ibm_dark),
        trial(
            "ibm: an image without a text alternative is reported",
            Screen::DESKTOP,
            ibm_reports,
        ),
        trial("axe: the page of an area", Screen::PHONE, area_page),
        trial(
            "table: every header has a name and a scope",
            Screen::DESKTOP,
            table_headers,
        ),
    ]
}

/// Creates a trial of IBM's rules on a page with a legend that is visually hidden.
fn ibm_trial<T>(name: &'static str, screen: Screen, test: T) -> Trial
where
    T: AsyncFn(&Page<'_>) -> Result<()> + Send + 'static,
{
    trial_needing(&[Capability::HiddenLegends], name, screen, test)
}

async fn desktop(page: &Page<'_>) -> Result<()> {
    let golden_valley = data()?
        .level(Level::Msoa)?
        .code_of("Golden Valley", "E06000019")?;
    let finer = format!("?level=msoa&area={golden_valley}");
    for (query, state) in [
        ("", "the first view"),
        ("?area=E06000019&date=2021-10-27", "details"),
        ("?level=msoa", "neighbourhoods"),
        (finer.as_str(), "a neighbourhood's details"),
        ("?rising=1", "only rising"),
        ("?embed=1", "embedded"),
        ("?date=2030-01-01&nation=france", "bad values in the link"),
        ("?date=2022-03-15&nation=uk", "most areas rising"),
    ] {
        page.open(query).await?;
        page.check_accessibility(state).await?;
    }
    page.open("").await?;
    page.press("combobox", "Find your area").await?;
    page.type_text("south").await?;
    page.until_script(
        "suggestions",
        "return document.querySelectorAll('[role=option]').length > 1",
    )
    .await?;
    page.check_accessibility("the search with suggestions")
        .await
}

async fn dark(page: &Page<'_>) -> Result<()> {
    page.browser()
        .set_media(&[("prefers-color-scheme", "dark")])
        .await?;
    for (query, state) in [
        ("", "dark"),
        ("?area=E06000019&date=2021-10-27&rising=1", "dark details"),
    ] {
        page.open(query).await?;
        page.check_accessibility(state).await?;
    }
    Ok(())
}

async fn phone(page: &Page<'_>) -> Result<()> {
    for (query, state) in [
        ("", "a phone"),
        ("?area=E06000019&date=2021-10-27", "a phone's details"),
        ("?embed=1", "embedded on a phone"),
    ] {
        page.open(query).await?;
        page.check_accessibility(state).await?;
    }
    page.open("").await?;
    page.press("combobox", "Find your area").await?;
    page.type_text("TR21 0LW").await?;
    page.key(Key::Enter).await?;
    page.until("the place that was found", |seen| {
        seen.open_area() == Some("E06000052") && seen.is_settled()
    })
    .await?;
    page.check_accessibility("a place that was found").await
}

async fn failed(page: &Page<'_>) -> Result<()> {
    page.set_fault("ltla.counts", ResponseFault::Status(500));
    page.go("").await?;
    page.until("the failure in the status line", |seen| {
        seen.status_kind() == "failed"
    })
    .await?;
    page.check_accessibility("no figures").await
}

async fn opened(page: &Page<'_>) -> Result<()> {
    page.open("?date=2021-02-07").await?;
    page.press("checkbox", "All areas").await?;
    page.press("button", "Browse all 315").await?;
    page.until("a page of the table", |seen| seen.rows.len() == 50)
        .await?;
    page.check_accessibility("the whole table").await?;
    page.tab_until("the map", |seen| {
        seen.focus.as_ref().is_some_and(|focus| focus.map)
    })
    .await?;
    page.key(Key::Right).await?;
    page.until("an area named", |seen| !seen.tooltip.is_empty())
        .await?;
    page.check_accessibility("the map by keyboard").await?;
    for (button, what) in [("Figures for a story", "story"), ("Download", "downloads")] {
        page.press("button", button).await?;
        page.until_script(
            what,
            &format!("return !!document.querySelector('[data-testid={what}]')"),
        )
        .await?;
        page.check_accessibility(what).await?;
    }
    Ok(())
}

async fn forced_colours(page: &Page<'_>) -> Result<()> {
    page.browser()
        .set_media(&[("forced-colors", "active")])
        .await?;
    for (query, state) in [
        ("", "forced colours"),
        (
            "?area=E06000019&date=2021-10-27",
            "details in forced colours",
        ),
    ] {
        page.open(query).await?;
        page.check_accessibility(state).await?;
    }
    Ok(())
}

async fn offline(page: &Page<'_>) -> Result<()> {
    page.open("").await?;
    page.expect_failed_requests();
    page.set_offline(true).await?;
    page.until("the status offline", |seen| seen.status_kind() == "offline")
        .await?;
    page.check_accessibility("offline").await
}

async fn area_page(page: &Page<'_>) -> Result<()> {
    page.go_to("area/E08000033/").await?;
    page.until_script("the page", "return document.readyState === 'complete'")
        .await?;
    // The page has no scripts: the driver runs the checker, which its security policy does not
    // forbid.
    page.check_accessibility("the page of an area").await
}

async fn ibm_prerendered(page: &Page<'_>) -> Result<()> {
    page.browser().set_scripts(false).await?;
    page.go("").await?;
    page.until_script(
        "the whole page",
        "return document.readyState === 'complete'",
    )
    .await?;
    let outcome = page.check_ibm_rules("the prerendered page").await;
    page.browser().set_scripts(true).await?;
    outcome
}

async fn ibm_page(page: &Page<'_>) -> Result<()> {
    page.open("").await?;
    page.check_ibm_rules("the page as it opens").await?;
    page.open("?area=E06000019&date=2021-10-27").await?;
    page.check_ibm_rules("open details").await
}

async fn ibm_search(page: &Page<'_>) -> Result<()> {
    page.open("").await?;
    type_in_search(page, "south").await?;
    suggestions(page).await?;
    page.check_ibm_rules("the search with suggestions").await
}

async fn ibm_table(page: &Page<'_>) -> Result<()> {
    page.open("?date=2021-02-07").await?;
    page.press("checkbox", "All areas").await?;
    page.press("button", "Browse all 315").await?;
    page.press("searchbox", "Name has").await?;
    page.type_text("south").await?;
    page.until("the rows of the filter", |seen| {
        !seen.rows.is_empty() && seen.rows.iter().all(|row| row.name.contains("South"))
    })
    .await?;
    page.check_ibm_rules("the filtered table").await
}

async fn ibm_export(page: &Page<'_>) -> Result<()> {
    page.open("?date=2021-02-07").await?;
    for (button, test_id) in [("Figures for a story", "story"), ("Download", "downloads")] {
        page.press("button", button).await?;
        page.until_script(
            test_id,
            &format!("return !!document.querySelector('[data-testid={test_id}]')"),
        )
        .await?;
        page.check_ibm_rules(test_id).await?;
    }
    Ok(())
}

async fn ibm_embed(page: &Page<'_>) -> Result<()> {
    page.open("?embed=1").await?;
    until_credited(page).await?;
    // Closed, its table has no width and no names.
    page.execute("document.querySelector('.credit summary').click()", vec![])
        .await?;
    page.check_ibm_rules("the page in an article").await
}

async fn ibm_dark(page: &Page<'_>) -> Result<()> {
    page.browser()
        .set_media(&[("prefers-color-scheme", "dark")])
        .await?;
    page.open("?area=E06000019&date=2021-10-27&rising=1")
        .await?;
    page.check_ibm_rules("dark colours").await
}

/// Without this, a checker that finds nothing at all would pass every test.
async fn ibm_reports(page: &Page<'_>) -> Result<()> {
    page.open("").await?;
    page.execute("document.querySelector('main').append(new Image())", vec![])
        .await?;
    let outcome = page.check_ibm_rules("an image").await;
    let message = outcome.map_err(|error| error.to_string()).err();
    ensure!(
        message
            .as_ref()
            .is_some_and(|message| message.contains("img_alt_valid: ")),
        "{message:?}"
    );
    Ok(())
}

/// Returns tables whose first row is not all column headers with names, or with a later row that
/// does not begin with a row header.
const TABLES_WITHOUT_HEADERS: &str = "
const named = (cell, scope) =>
    cell?.localName === 'th' && cell.scope === scope && cell.innerText.trim() !== '';
return [...document.querySelectorAll('table')].filter((table) => {
    const [head, ...rows] = table.rows;
    return !table.caption?.innerText.trim() || !rows.length
        || ![...head.cells].every((cell) => named(cell, 'col'))
        || !rows.every((row) => named(row.cells[0], 'row'));
}).map((table) => table.outerHTML.slice(0, 400));";

async fn table_headers(page: &Page<'_>) -> Result<()> {
    for (address, tables) in [
        ("?area=E06000017&date=2021-02-07", 2),
        ("?lang=cy&area=E06000019", 2),
        ("area/E08000033/", 1),
    ] {
        page.go_to(address).await?;
        let have_rows = format!(
            "const rows = '.page table tbody tr, .area-page table tbody tr';
            return document.querySelectorAll(rows).length > 2
                && document.querySelectorAll('table').length === {tables}"
        );
        page.until_script("the tables", &have_rows).await?;
        let incomplete = page.execute(TABLES_WITHOUT_HEADERS, vec![]).await?;
        ensure!(incomplete == json!([]), "{address}: {incomplete:#}");
    }
    // The header is described by the order that it sorts in, which its cells do not show.
    page.open("?date=2021-02-07").await?;
    let described =
        "const header = document.querySelector('[data-testid=rising-list] th.direction button');
        return document.getElementById(header.getAttribute('aria-describedby'))?.textContent";
    let described = page.execute(described, vec![]).await?;
    ensure!(
        described
            .as_str()
            .is_some_and(|rule| rule.contains("largest rise to the largest fall")),
        "{described}"
    );
    Ok(())
}
