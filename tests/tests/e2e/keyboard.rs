//! Tests use by keyboard alone: every control can be reached, the map announces the current area,
//! and the focus is never lost.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;
use libtest_mimic::Trial;
use rising_model::domain::area::Level;
use rising_tests::browser::{EngineName, Screen};
use rising_tests::page::{PATIENCE, Page};
use rising_tests::page_state::PageState;
use rising_tests::site::data;
use serde_json::{Value, json};
use xtask::server::ResponseFault;

use crate::embedding::until_credited;
use crate::runner::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial(
            "keyboard: the map announces the current area",
            Screen::DESKTOP,
            map_announces,
        ),
        trial(
            "keyboard: a held key announces only the last area",
            Screen::DESKTOP,
            held_key,
        ),
        trial(
            "keyboard: the focus survives removed elements",
            Screen::DESKTOP,
            focus_survives,
        ),
        trial(
            "keyboard: the focus moves from the prerendered table to the app's",
            Screen::DESKTOP,
            prerendered_table,
        ),
        trial(
            "keyboard: details that a link opened",
            Screen::PHONE,
            details_by_link,
        ),
        trial(
            "keyboard: nothing that has the focus is behind the sheet",
            Screen::PHONE,
            focus_beside_sheet,
        ),
        trial(
            "keyboard: keys pressed before their chunk has loaded",
            Screen::DESKTOP,
            keys_before_chunk,
        ),
        trial("keyboard: Retry keeps the focus", Screen::DESKTOP, retry),
        trial(
            "keyboard: Escape closes the table over a map in an article",
            Screen::PHONE.with_size(390, 600),
            table_in_article,
        ),
        trial(
            "keyboard: names of areas are links",
            Screen::DESKTOP,
            names_are_links,
        ),
        trial(
            "keyboard: every stop has a role and a name",
            Screen::DESKTOP,
            stops_have_names,
        ),
    ]
}

/// Returns the announced text of the map.
const ANNOUNCED: &str = "return document.querySelector('[data-testid=announced]').innerText.trim()";

async fn announced(page: &Page<'_>, part: &str) -> Result<String> {
    let holds = format!("{}.includes({})", ANNOUNCED, json!(part));
    page.until_script(&format!("\"{part}\" announced"), &holds)
        .await?;
    Ok(page
        .execute(ANNOUNCED, vec![])
        .await?
        .as_str()
        .unwrap_or_default()
        .to_owned())
}

fn map_has_focus(seen: &PageState) -> bool {
    seen.focus.as_ref().is_some_and(|focus| focus.map)
}

/// Waits until an element has the focus, and checks that it keeps it.
async fn has_focus(page: &Page<'_>, after: &str) -> Result<PageState> {
    let somewhere = |seen: &PageState| seen.focus.as_ref().is_some_and(|focus| focus.tag != "body");
    page.until(&format!("a focused element after {after}"), somewhere)
        .await?;
    page.until(&format!("figures after {after}"), PageState::is_settled)
        .await?;
    let seen = page.state().await?;
    ensure!(somewhere(&seen), "the focus was lost after {after}");
    Ok(seen)
}

/// Focuses the element that a selector matches, as Tab would, and presses Enter.
async fn press_enter_on(page: &Page<'_>, selector: &str) -> Result<PageState> {
    let focus = format!(
        "const e = document.querySelector({}); e?.focus(); return document.activeElement === e",
        json!(selector)
    );
    page.until_script(&format!("{selector} to have the focus"), &focus)
        .await?;
    page.key(Key::Enter).await?;
    has_focus(page, selector).await
}

async fn map_announces(page: &Page<'_>) -> Result<()> {
    page.open("?date=2021-02-07").await?;
    page.tab_until("the map", map_has_focus).await?;
    let about = "const map = document.activeElement;
        return map.getAttribute('aria-describedby').split(' ')
            .map((id) => document.getElementById(id).innerText).join(' ')";
    let about = page.execute(about, vec![]).await?;
    let about = about.as_str().context("the map has no description")?;
    for part in [
        "All local authorities in England, seven days to 7 February 2021",
        "Arrow keys",
        "Home",
        "table",
    ] {
        ensure!(
            about.contains(part),
            "the map's description lacks \"{part}\": {about}"
        );
    }

    page.key(Key::Right).await?;
    let first = announced(page, " per 100,000, ").await?;
    let seen = page.state().await?;
    let name = first.split(':').next().unwrap_or_default();
    ensure!(
        seen.tooltip.starts_with(name),
        "{first} is announced and the tooltip says {}",
        seen.tooltip
    );
    let endings = ["rising", "falling"].map(|word| {
        ["clear", "probable", "could be chance"]
            .map(|grade| format!(", {word}, {grade}."))
            .to_vec()
    });
    let endings = [endings.concat(), vec![", unchanged.".to_owned()]].concat();
    ensure!(
        endings.iter().any(|ending| first.ends_with(ending)),
        "{first}"
    );
    // One area further and back.
    page.key(Key::Down).await?;
    page.until("another area", |seen| !seen.tooltip.starts_with(name))
        .await?;
    page.key(Key::Up).await?;
    announced(page, &first).await?;

    // After leaving the map and coming back, the same area is current.
    page.key(Key::Tab).await?;
    page.until("no tooltip", |seen| seen.tooltip.is_empty())
        .await?;
    page.execute(
        "document.querySelector('.map').focus({ focusVisible: true })",
        vec![],
    )
    .await?;
    page.until("the same area again", |seen| seen.tooltip.starts_with(name))
        .await?;

    // In the corner there are no further areas.
    for _ in 0..40 {
        page.key(Key::Down).await?;
    }
    announced(page, "No area further that way.").await?;
    let near = page.map_view().await?.zoom();
    page.type_text("++").await?;
    ensure!(page.map_view().await?.zoom() > near);
    page.key(Key::Home).await?;
    let whole = page.map_view().await?.zoom();
    ensure!(
        (whole - near).abs() < 0.01,
        "Home changes the zoom to {whole} and not to {near}"
    );
    Ok(())
}

async fn held_key(page: &Page<'_>) -> Result<()> {
    page.open("?level=msoa&date=2020-11-28").await?;
    page.tab_until("the map", map_has_focus).await?;
    let listen = "window.announced = []; new MutationObserver(() => {
            const text = document.querySelector('[data-testid=announced]').innerText.trim();
            if (text) announced.push(text);
        }).observe(document.querySelector('[data-testid=announced]'),
            { childList: true, characterData: true, subtree: true })";
    page.execute(listen, vec![]).await?;
    page.keys(&[Key::Up; 25]).await?;
    page.until_script("an announcement", "return window.announced.length > 0")
        .await?;
    let announced = page.execute("return window.announced", vec![]).await?;
    let number = announced.as_array().map_or(0, Vec::len);
    // A busy machine may mistake a pause between two keys for the end.
    ensure!(
        number <= 5,
        "25 keys were announced {number} times: {announced}"
    );
    Ok(())
}

async fn focus_survives(page: &Page<'_>) -> Result<()> {
    page.open("?date=2021-02-07").await?;
    page.execute(
        "document.querySelector('[data-testid=all-areas]').focus()",
        vec![],
    )
    .await?;
    page.type_text(" ").await?;
    has_focus(page, "asking for all areas").await?;
    press_enter_on(page, ".list .show-all").await?;
    let in_the_table = |seen: &PageState| {
        seen.focus
            .as_ref()
            .is_some_and(|focus| focus.region == "rising-list")
    };
    let unfolded = page.until("the focus in the table", in_the_table).await?;
    let focus = unfolded.focus.context("no focus")?;
    ensure!(
        focus.code == Some(unfolded.rows[20].code.clone()),
        "{focus:?}"
    );
    press_enter_on(page, ".list thead button").await?;
    for _ in 0..6 {
        press_enter_on(page, "[data-testid=next-rows]").await?;
    }
    let last = page
        .until("the last rows", |seen| {
            seen.rows.last().is_some_and(|row| row.position == 316)
        })
        .await?;
    ensure!(
        last.focus
            .is_some_and(|focus| focus.text.contains("Next rows")),
        "the focus was lost on the last page"
    );
    press_enter_on(page, "[data-testid=next-rows]").await?;

    // The last date.
    press_enter_on(page, ".timeline .step:last-child").await?;
    page.execute(
        "document.querySelector('[data-testid=timeline]').focus()",
        vec![],
    )
    .await?;
    page.key(Key::End).await?;
    has_focus(page, "the last date").await?;
    press_enter_on(page, ".timeline .step:last-child").await?;
    press_enter_on(page, "[data-testid=play]").await?;

    // From one area to another, to another level and back.
    page.open("?date=2020-11-28&area=E08000025").await?;
    page.until_script(
        "its neighbourhoods",
        "return !!document.querySelector('[data-testid=neighbourhoods] .show-all')",
    )
    .await?;
    let all = press_enter_on(page, "[data-testid=neighbourhoods] .show-all").await?;
    ensure!(
        all.focus
            .is_some_and(|focus| focus.region == "neighbourhoods"),
        "the focus was lost when the button was removed"
    );
    let inside = press_enter_on(page, "[data-testid=neighbourhoods] li a").await?;
    ensure!(inside.query().contains("level=msoa"), "{}", inside.address);
    page.until_script(
        "its authority",
        "return !!document.querySelector('.authority a')",
    )
    .await?;
    press_enter_on(page, ".authority a").await?;
    page.until("Birmingham", |seen| seen.open_area() == Some("E08000025"))
        .await?;
    has_focus(page, "going back to the authority").await?;
    press_enter_on(page, "[data-testid=keep]").await?;
    press_enter_on(page, "[data-testid=keep]").await?;
    press_enter_on(page, "[data-testid=close]").await?;

    for (button, what) in [("open-story", "story"), ("open-downloads", "downloads")] {
        let selector = format!("[data-testid={button}]");
        press_enter_on(page, &selector).await?;
        page.until_script(
            what,
            &format!("return !!document.querySelector('[data-testid={what}]')"),
        )
        .await?;
        let closed = press_enter_on(page, &selector).await?;
        ensure!(closed.focus.is_some_and(|focus| focus.region == button));
    }
    press_enter_on(page, "[data-testid=embed]").await?;
    page.until_script(
        "the embed builder",
        "return !!document.querySelector('.builder')?.contains(document.activeElement)",
    )
    .await?;
    page.key(Key::Escape).await?;
    page.until_script(
        "the embed builder closed",
        "return !document.querySelector('.builder')",
    )
    .await?;
    let closed = has_focus(page, "closing the embed builder").await?;
    ensure!(closed.focus.is_some_and(|focus| focus.region == "embed"));

    for level in ["msoa", "ltla"] {
        let radio = format!("document.querySelector('[name=level][value={level}]').focus()");
        page.execute(&radio, vec![]).await?;
        page.type_text(" ").await?;
        page.until("the other level", |seen| {
            seen.query().contains(&format!("level={level}")) && seen.is_settled()
        })
        .await?;
        has_focus(page, "another level").await?;
    }
    Ok(())
}

async fn prerendered_table(page: &Page<'_>) -> Result<()> {
    page.set_fault(
        &page.site().file_name("rising-", ".wasm")?,
        ResponseFault::Stalled,
    );
    page.go("").await?;
    page.until("the prerendered figures", |seen| !seen.totals.is_empty())
        .await?;
    let focus_link =
        "const link = document.querySelectorAll('#boot [data-testid=rising-list] a')[3];
        link.focus();
        return link.closest('tr').dataset.code";
    let code = page.execute(focus_link, vec![]).await?;
    page.site().server().clear_faults();
    page.until_script("the app alone", "return !document.getElementById('boot')")
        .await?;
    page.until("the app", PageState::is_settled).await?;
    let has_focus = |seen: &PageState| {
        seen.focus
            .as_ref()
            .is_some_and(|focus| focus.tag == "a" && focus.code.as_deref() == code.as_str())
    };
    page.until(
        &format!("the focus at {code} in the app's table"),
        has_focus,
    )
    .await?;
    Ok(())
}

async fn details_by_link(page: &Page<'_>) -> Result<()> {
    let open = page.open("?date=2021-02-07&area=E06000017").await?;
    ensure!(
        open.focus.is_none_or(|focus| focus.tag == "body"),
        "the focus moved without an action"
    );
    let title = page.execute("return document.title", vec![]).await?;
    ensure!(
        title == "Rutland: rising - Rising",
        "the title of the page is {title}"
    );
    page.key(Key::Escape).await?;
    page.until("the details closed", |seen| seen.detail.is_none())
        .await?;
    let closed = has_focus(page, "closing details that a link opened").await?;
    ensure!(map_has_focus(&closed), "{:?}", closed.focus);
    Ok(())
}

/// Returns whether the sheet hides the focused element; `null` in the sheet and outside the page.
const HIDDEN: &str = "
const sheet = document.querySelector('[data-testid=area-detail]');
const at = document.activeElement;
if (at === document.body || sheet.contains(at)) return null;
const { top, bottom } = (at.labels?.[0] ?? at).getBoundingClientRect();
return top > sheet.getBoundingClientRect().top - 4 || bottom < 4;";

async fn focus_beside_sheet(page: &Page<'_>) -> Result<()> {
    page.open("?date=2021-02-07&area=E06000017").await?;
    let (mut seen, mut hidden) = (0, vec![]);
    for _ in 0..70 {
        page.key(Key::Tab).await?;
        let is_hidden = page.execute(HIDDEN, vec![]).await?;
        seen += u32::from(!is_hidden.is_null());
        if is_hidden == json!(true) {
            hidden.push(page.state().await?.focus);
        }
    }
    ensure!(hidden.is_empty(), "the sheet hides: {hidden:#?}");
    ensure!(seen > 20, "only {seen} stops are outside the sheet");
    Ok(())
}

/// The user goes on without waiting, on a slow network.
async fn keys_before_chunk(page: &Page<'_>) -> Result<()> {
    const WAY: [Key; 4] = [Key::Right, Key::Up, Key::Up, Key::Enter];
    let is_open = |seen: &PageState| seen.open_area().is_some();
    page.set_fault("details-", ResponseFault::Delayed(PATIENCE));
    page.open("?date=2021-02-07").await?;
    page.tab_until("the map", map_has_focus).await?;
    page.keys(&WAY).await?;
    page.site().server().clear_faults();
    let in_advance = page.until("the area that the keys select", is_open).await?;

    page.open("?date=2021-02-07").await?;
    page.tab_until("the map", map_has_focus).await?;
    let (enter, arrows) = WAY.split_last().context("no keys")?;
    for &arrow in arrows {
        page.key(arrow).await?;
        page.until("the tooltip of the area", |seen| !seen.tooltip.is_empty())
            .await?;
    }
    page.key(*enter).await?;
    let one_by_one = page.until("the area that the keys select", is_open).await?;
    ensure!(
        in_advance.open_area() == one_by_one.open_area(),
        "{:?} is not {:?}",
        in_advance.open_area(),
        one_by_one.open_area()
    );
    Ok(())
}

async fn retry(page: &Page<'_>) -> Result<()> {
    page.set_fault("ltla.counts", ResponseFault::Status(500));
    page.go("").await?;
    page.until("the failure in the status line", |seen| {
        seen.status_kind() == "failed"
    })
    .await?;
    page.site().server().clear_faults();
    press_enter_on(page, "[data-testid=status] button").await?;
    Ok(())
}

async fn table_in_article(page: &Page<'_>) -> Result<()> {
    page.open("?embed=1&date=2021-02-07").await?;
    until_credited(page).await?;
    page.execute(
        "document.querySelector('[data-testid=credit] summary').focus()",
        vec![],
    )
    .await?;
    page.key(Key::Enter).await?;
    page.until("the table", |seen| seen.rows.len() == 12)
        .await?;
    page.check_accessibility("the table in an article").await?;
    page.execute(
        "document.querySelector('[data-testid=rising-list] tbody a').focus()",
        vec![],
    )
    .await?;
    page.key(Key::Escape).await?;
    page.until("the table closed", |seen| seen.rows.is_empty())
        .await?;
    let on_summary = page
        .execute("return document.activeElement.localName", vec![])
        .await?;
    ensure!(on_summary == "summary", "the focus moved to {on_summary}");
    Ok(())
}

/// Returns the links to areas, with the part of the page and the address of each.
const LINKS: &str = "
const holders = '[data-testid=rising-list] tbody th, .ranked li, .authority, .other-level';
return [...document.querySelectorAll(holders)]
    .map((e) => [e.matches('.authority') ? 'authority'
        : e.closest('[data-testid]').dataset.testid, e.querySelector('a')?.href ?? null]);";

/// Clicks on a link with a key held, and returns whether the app leaves each click to the browser.
const LEFT_TO_THE_BROWSER: &str = "
const link = document.querySelector(arguments[0]), left = [];
addEventListener('click', (event) => {
    left.push(!event.defaultPrevented);
    event.preventDefault();
});
for (const held of [{ ctrlKey: true }, { metaKey: true }, { shiftKey: true }, { altKey: true }])
    link.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, ...held }));
return left;";

async fn names_are_links(page: &Page<'_>) -> Result<()> {
    let golden_valley = data()?
        .level(Level::Msoa)?
        .code_of("Golden Valley", "E06000019")?;
    let mut kinds = BTreeSet::new();
    for query in [
        "?date=2021-02-07&rising=1&area=E06000017".to_owned(),
        format!("?level=msoa&date=2020-11-28&area={golden_valley}&theme=dark"),
        format!("?level=msoa&date=2020-11-28&area={golden_valley}&within=E06000019&embed=1"),
    ] {
        page.open(&query).await?;
        page.until_script(
            "all of the details",
            "return !!document.querySelector('[data-testid=around] li')",
        )
        .await?;
        let links: Vec<(String, Option<String>)> =
            serde_json::from_value(page.execute(LINKS, vec![]).await?)?;
        for (kind, address) in &links {
            let address = address
                .as_deref()
                .with_context(|| format!("{query}: a name in {kind} is not a link"))?;
            let is_full_page =
                address.starts_with(&page.site().server().url()) && !address.contains("embed");
            let keeps_settings = ["rising=1", "theme=dark"]
                .iter()
                .all(|part| query.contains(part) == address.contains(part));
            ensure!(
                is_full_page && keeps_settings && address.contains("area="),
                "{query}: a name in {kind} leads to {address}"
            );
            kinds.insert(kind.clone());
        }
        // A plain click opens the area without loading a page.
        let first = ".ranked li:not(:has([aria-current])) a";
        let destination = page
            .execute(
                &format!("return document.querySelector('{first}').search"),
                vec![],
            )
            .await?;
        let destination = destination.as_str().context("no link")?.to_owned();
        let left = page
            .execute(LEFT_TO_THE_BROWSER, vec![json!(first)])
            .await?;
        ensure!(
            left == json!([true, true, true, true]),
            "{query}: clicks left to the browser: {left}"
        );
        page.execute(
            &format!("document.isSame = true; document.querySelector('{first}').focus()"),
            vec![],
        )
        .await?;
        page.key(Key::Enter).await?;
        let in_place = format!(
            "return document.isSame
                && new URLSearchParams(location.search).get('area')
                    === new URLSearchParams({}).get('area')",
            json!(destination)
        );
        page.until_script("the area of the link, in place", &in_place)
            .await?;
        let now = page.state().await?;
        if !query.contains("embed") {
            ensure!(
                now.query() == destination,
                "{} is not {destination}",
                now.query()
            );
        }
    }
    for kind in [
        "around",
        "authority",
        "neighbourhoods",
        "other-level",
        "rising-list",
    ] {
        ensure!(
            kinds.contains(kind),
            "no links in {kind}; the page has them in {kinds:?}"
        );
    }
    Ok(())
}

/// Returns the elements at which Tab stops.
const STOPS: &str =
    "const stops = 'a[href], button, input, select, textarea, summary, iframe, [tabindex]';
    return [...document.querySelectorAll(stops)]
    .filter((e) => e.tabIndex >= 0 && !e.disabled && !e.closest('[inert]')
        && e.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }))";

/// Every stop of Tab has an accessible role and name.
async fn stops_have_names(page: &Page<'_>) -> Result<()> {
    for query in [
        "?date=2021-02-07",
        "?date=2020-11-28&area=E08000033&rising=1",
        "?level=msoa",
        "?embed=1",
    ] {
        page.open(query).await?;
        let stops = page.execute(STOPS, vec![]).await?;
        let stops = stops.as_array().map(Vec::as_slice).unwrap_or_default();
        ensure!(stops.len() >= 8, "{query}: only {} stops", stops.len());
        let mut maps = 0;
        for stop in stops {
            let (role, name) = page.accessible_role_and_name(stop).await?;
            let markup = async || {
                page.execute(
                    "return arguments[0].outerHTML.slice(0, 200)",
                    vec![stop.clone()],
                )
                .await
            };
            // ARIA has no role for `summary`, and Firefox reports that.
            let is_summary = role.is_empty()
                && markup()
                    .await?
                    .as_str()
                    .is_some_and(|it| it.starts_with("<summary"));
            ensure!(
                is_summary || !matches!(&*role, "" | "generic" | "none"),
                "{query}: a stop has the role \"{role}\": {}",
                markup().await?
            );
            ensure!(
                !name.trim().is_empty(),
                "{query}: a stop has no name: {}",
                markup().await?
            );
            if role == "application" {
                maps += 1;
                let about = "return arguments[0].getAttribute('aria-describedby').split(' ')
                    .map((id) => document.getElementById(id).textContent).join(' ')";
                let about = page.execute(about, vec![stop.clone()]).await?;
                ensure!(
                    about
                        .as_str()
                        .is_some_and(|about| about.contains("Arrow keys")),
                    "{query}: {about}"
                );
            }
        }
        ensure!(maps == 1, "{query}: {maps} maps");
        if page.browser().name() == EngineName::Chromium {
            check_accessibility_tree(page, query).await?;
        }
    }
    Ok(())
}

/// Checks the same for all focusable elements in the accessibility tree of Chromium, and that the
/// tree has the description of the map.
async fn check_accessibility_tree(page: &Page<'_>, query: &str) -> Result<()> {
    let tree = page
        .browser()
        .inspect("Accessibility.getFullAXTree", json!({}))
        .await?;
    let nodes = tree["nodes"]
        .as_array()
        .context("the browser returns no accessibility tree")?;
    let is = |node: &Value, property: &str| {
        let properties = node["properties"].as_array().into_iter().flatten();
        properties
            .into_iter()
            .any(|one| one["name"] == property && one["value"]["value"] == json!(true))
    };
    for node in nodes
        .iter()
        .filter(|node| node["ignored"] != json!(true) && is(node, "focusable"))
    {
        let (role, name) = (&node["role"]["value"], &node["name"]["value"]);
        // Scripts focus these elements; Tab does not stop at them.
        if role == "RootWebArea" || role == "status" {
            continue;
        }
        ensure!(
            role != "generic" && !role.is_null(),
            "{query}: a stop has no role: {node:#}"
        );
        ensure!(
            name.as_str().is_some_and(|name| !name.trim().is_empty()),
            "{query}: a stop has no name: {node:#}"
        );
    }
    let map = nodes
        .iter()
        .find(|node| node["role"]["value"] == "application")
        .context("the tree has no map")?;
    ensure!(
        map["description"]["value"]
            .as_str()
            .is_some_and(|about| about.contains("Arrow keys")),
        "{map}"
    );
    Ok(())
}
