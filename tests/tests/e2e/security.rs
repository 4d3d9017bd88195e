//! What the page lets a browser run. That no test meets anything forbidden is looked at at the end of each of them
//! ([`Page::check_manners`]).

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use rising_tests::browser::Screen;
use rising_tests::page::Page;
use rising_tests::seen::Seen;
use serde_json::json;
use xtask::server::Fault;

use crate::runner::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("security: what slips into the page does not run", Screen::DESKTOP, nothing_foreign_runs),
        trial("security: everything the page does is allowed", Screen::PHONE, nothing_own_is_forbidden),
        trial("security: a style sheet that was exchanged is refused", Screen::DESKTOP, an_exchanged_style_sheet),
    ]
}

/// Tells what was forbidden, in place of the console, whose lines would fail the test.
const WITNESS: &str = "window.forbidden = []; document.addEventListener('securitypolicyviolation',
    (e) => window.forbidden.push(`${e.effectiveDirective} ${e.blockedURI} ${e.sample} ${e.sourceFile}:${e.lineNumber}`));";

async fn nothing_foreign_runs(page: &Page<'_>) -> Result<()> {
    page.run_first(WITNESS).await?;
    page.open("").await?;
    page.execute(
        "const slip = (html) => document.body.append(document.createRange().createContextualFragment(html));
        slip('<script>window.ran = 1</scr' + 'ipt>');
        slip('<img src=\"data:,\" onerror=\"window.ran = 2\">');
        slip('<script src=\"data:text/javascript,window.ran=3\"></scr' + 'ipt>');
        slip('<p style=\"color: red\" id=\"red\">red</p>');
        slip('<base href=\"https://example.org/\">');",
        vec![],
    )
    .await?;
    page.until_script("five refusals", "return window.forbidden.length >= 5").await?;
    let ran = page
        .execute(
            "return [window.ran ?? null, getComputedStyle(document.getElementById('red')).color === 'rgb(255, 0, 0)',
                document.baseURI.includes('example.org')]",
            vec![],
        )
        .await?;
    ensure!(ran == json!([null, false, false]), "what slipped in ran: {ran}");
    // The browser's own lines about what this test did.
    page.browser().console().await?;
    Ok(())
}

/// Every part of the page, in one go: what the other tests see in passing.
async fn nothing_own_is_forbidden(page: &Page<'_>) -> Result<()> {
    page.run_first(WITNESS).await?;
    for query in
        ["", "?area=E06000017&date=2021-10-27", "?level=msoa&date=2020-11-28", "?embed=1&theme=dark", "?rising=1"]
    {
        page.open(query).await?;
        page.map_view().await?;
        let forbidden = page.execute("return window.forbidden", vec![]).await?;
        ensure!(forbidden == json!([]), "{query}: {forbidden:#}");
    }
    page.open("").await?;
    page.press("combobox", "Find your area").await?;
    page.type_text("south").await?;
    page.until_script("matches", "return document.querySelectorAll('[role=option]').length > 1").await?;
    let forbidden = page.execute("return window.forbidden", vec![]).await?;
    ensure!(forbidden == json!([]), "the search: {forbidden:#}");
    Ok(())
}

async fn an_exchanged_style_sheet(page: &Page<'_>) -> Result<()> {
    let name = page.site().named("rising-", ".css")?;
    page.browser().forget_files().await?;
    page.set_fault(&name, Fault::Replaced(b"body { color: rgb(1, 2, 3) }".to_vec()));
    page.excuse("integrity");
    page.go("").await?;
    page.until("the page all the same", Seen::settled).await?;
    let colour = page.execute("return getComputedStyle(document.body).color", vec![]).await?;
    ensure!(colour != "rgb(1, 2, 3)", "the page takes a style sheet that is not its own");
    Ok(())
}
