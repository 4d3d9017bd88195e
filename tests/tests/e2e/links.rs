//! Tests the URL parameters: good and bad values, old codes, Back and Forward.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use rising_tests::browser::Screen;
use rising_tests::page::Page;
use rising_tests::page_state::PageState;
use serde_json::json;
use xtask::server::ResponseFault;

use crate::runner::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("link: every good value", Screen::DESKTOP, good_values),
        trial(
            "link: bad values are replaced by defaults and reported",
            Screen::DESKTOP,
            bad_values,
        ),
        trial(
            "link: a link that other programs changed opens the same view",
            Screen::DESKTOP,
            changed_links,
        ),
        trial(
            "link: an area of the other level opens at its level",
            Screen::DESKTOP,
            other_level,
        ),
        trial(
            "link: quoted values are shortened and isolated",
            Screen::PHONE,
            quotes,
        ),
        trial(
            "link: the kept area opens if other programs added parameters",
            Screen::DESKTOP,
            remembered_area,
        ),
        trial(
            "link: old codes open the areas of today",
            Screen::DESKTOP,
            old_codes,
        ),
        trial("link: back and forward", Screen::DESKTOP, back_and_forward),
        trial(
            "link: panning and zooming add no history entries",
            Screen::DESKTOP,
            panning_adds_no_history,
        ),
        trial("link: switches", Screen::DESKTOP, switches),
        trial("link: embedded", Screen::DESKTOP, embedded),
        trial("link: theme", Screen::DESKTOP, theme),
        trial("link: another language and back", Screen::PHONE, language),
        trial(
            "link: the licences of the libraries",
            Screen::PHONE,
            licences,
        ),
    ]
}

/// Returns all sentences about the link as one string.
fn notices(seen: &PageState) -> String {
    seen.notices.join(" ")
}

/// Removes the characters that isolate a text, which Firefox leaves out of `innerText`.
fn without_isolates(text: &str) -> String {
    text.replace(['\u{2068}', '\u{2069}'], "")
}

async fn good_values(page: &Page<'_>) -> Result<()> {
    let seen = page
        .open("?level=ltla&date=2021-10-27&area=E06000019&nation=england&rising=1&theme=light")
        .await?;
    ensure!(
        seen.open_area() == Some("E06000019") && seen.date() == "27 October 2021",
        "{seen:#?}"
    );
    ensure!(notices(&seen).is_empty(), "{:?}", seen.notices);
    ensure!(page.controls("checkbox", "Only rising").await?.len() == 1);
    let checked =
        "return document.querySelector('[data-testid=switches] input[type=checkbox]').checked";
    ensure!(
        page.execute(checked, vec![]).await? == json!(true),
        "rising=1 does not tick its switch"
    );

    let seen = page.open("?level=msoa&date=2020-11-21").await?;
    ensure!(
        seen.caption.contains("neighbourhoods") && seen.date() == "21 November 2020",
        "{seen:#?}"
    );
    ensure!(notices(&seen).is_empty(), "{:?}", seen.notices);

    for (nation, areas) in [
        ("wales", "22"),
        ("scotland", "32"),
        ("ni", "11"),
        ("uk", "380"),
        ("england", "315"),
    ] {
        let seen = page.open(&format!("?nation={nation}")).await?;
        ensure!(
            seen.verdict
                .contains(&format!(" {areas} local authorities")),
            "{nation}: {}",
            seen.verdict
        );
    }
    Ok(())
}

/// The licences are in a file that the foot of the page links to.
async fn licences(page: &Page<'_>) -> Result<()> {
    // This loads the chunk with the text of the notes.
    page.open("?area=E06000017").await?;
    let link = "document.querySelector('[data-testid=notes] a')";
    page.until_script("the notes", &format!("return !!{link}"))
        .await?;
    let high = page
        .execute(
            &format!("return {link}.getBoundingClientRect().height >= 44"),
            vec![],
        )
        .await?;
    ensure!(high == json!(true), "the link is too small for a finger");
    let text = page
        .execute(
            &format!("return fetch({link}.href).then((answer) => answer.text())"),
            vec![],
        )
        .await?;
    for part in [
        "Copyright",
        "Rust's standard library",
        "leptos ",
        "leaflet 1.",
        "Apache License",
    ] {
        ensure!(
            text.as_str().is_some_and(|text| text.contains(part)),
            "no {part} in the licences"
        );
    }
    Ok(())
}

/// The language applies from the first paint, stays in all navigation, and can be switched by a
/// link.
async fn language(page: &Page<'_>) -> Result<()> {
    let own = "return [document.documentElement.lang.slice(0, 2), document.title]";
    let link = "document.querySelector('.masthead .language:not([hidden])')";
    let seen = page.open("?area=W06000001&date=2021-02-07").await?;
    ensure!(
        seen.verdict.contains("in Isle of Anglesey"),
        "{}",
        seen.verdict
    );
    let size = format!(
        "const {{ width, height }} = {link}.getBoundingClientRect();
            return width >= 44 && height >= 44"
    );
    ensure!(
        page.execute(&size, vec![]).await? == json!(true),
        "the link is too small for a finger"
    );
    page.execute(&format!("{link}.click()"), vec![]).await?;
    page.until("the page in Welsh", |seen| {
        seen.is_settled() && seen.verdict.starts_with("Ynys Môn: yn codi")
    })
    .await?;
    ensure!(page.execute(own, vec![]).await? == json!(["cy", "Ynys Môn: yn codi - Rising"]));
    let seen = page.state().await?;
    ensure!(
        seen.query().contains("area=W06000001") && seen.query().contains("lang=cy"),
        "{}",
        seen.query()
    );
    ensure!(
        seen.rows
            .iter()
            .any(|row| row.code == "W06000001" && row.name == "Ynys Môn"),
        "{seen:#?}"
    );
    page.press("button", "Cau'r manylion").await?;
    let seen = page
        .until("the verdict of the nation", |seen| {
            seen.open_area().is_none()
        })
        .await?;
    ensure!(
        seen.query().contains("lang=cy") && seen.verdict.contains("yng Nghymru"),
        "{}",
        seen.verdict
    );
    page.execute(&format!("{link}.click()"), vec![]).await?;
    let seen = page
        .until("the page in English", |seen| {
            seen.is_settled() && seen.verdict.contains("of Wales's 22")
        })
        .await?;
    ensure!(!seen.query().contains("lang="), "{}", seen.query());
    ensure!(page.execute(own, vec![]).await?[0] == "en");

    let seen = page.open("?lang=klingon").await?;
    ensure!(
        without_isolates(&notices(&seen)).contains("\"klingon\" is not a language of this page"),
        "{:?}",
        seen.notices
    );
    page.open("?lang=cy&embed=1").await?;
    let links = page
        .execute(
            "return [...document.querySelectorAll('.language')].filter((e) => e.checkVisibility()).length",
            vec![],
        )
        .await?;
    ensure!(
        links == json!(0),
        "the page in an article links to another language"
    );
    Ok(())
}

async fn bad_values(page: &Page<'_>) -> Result<()> {
    let bad = "?level=lsoa&date=yesterday&area=%3Cscript%3E&nation=france&theme=pink";
    let seen = page.open(bad).await?;
    ensure!(
        seen.totals == "12 rising, 302 falling, 1 unchanged. 1 rise and 195 falls are clear.",
        "not the default view: {}",
        seen.totals
    );
    for word in ["lsoa", "yesterday", "<script>", "france", "pink"] {
        ensure!(
            notices(&seen).contains(word),
            "no notice is about {word}: {:?}",
            seen.notices
        );
    }
    for (query, parts) in [
        ("?area=E99999999", vec!["E99999999"]),
        (
            "?date=2019-01-01",
            vec!["1 January 2019", "7 February 2020"],
        ),
        (
            "?date=2030-01-01",
            vec!["1 January 2030", "12 December 2023"],
        ),
        ("?date=2021-02-30", vec!["2021-02-30"]),
        (
            "?level=msoa&date=2021-02-07",
            vec!["weekly", "6 February 2021"],
        ),
        ("?level=msoa&nation=wales", vec!["Wales"]),
        ("?level=msoa&area=E06000017", vec!["E06000017"]),
    ] {
        let seen = page.open(query).await?;
        for part in parts {
            ensure!(
                notices(&seen).contains(part),
                "{query}: no notice is about {part}: {:?}",
                seen.notices
            );
        }
        ensure!(seen.detail.is_none(), "{query} opens details");
    }
    Ok(())
}

/// Links that mail programs, content systems and people change; the unit tests of `crates/address`
/// have more.
async fn changed_links(page: &Page<'_>) -> Result<()> {
    // The chunk that repairs links may fail to load: the page says so, and the map works. This is
    // first, while no cache has the chunk.
    page.set_fault("links-", ResponseFault::Status(404));
    page.allow_console_errors("links-");
    let seen = page.open("?area=E08000033.").await?;
    ensure!(
        seen.detail.is_none() && notices(&seen).contains("The link could not be read"),
        "{seen:#?}"
    );
    page.site().server().clear_faults();
    for query in [
        "?level=ltla&amp;date=2021-02-07&amp;area=E08000033",
        "?date=2021-02-07&amp;amp;area=E08000033",
        "?date=2021-02-07&#38;area=E08000033",
        "?date=2021-02-07?area=E08000033",
        "?DATE=2021-02-07&AREA=e08000033",
        "?date=2021-02-07.&area=E08000033)",
        "?area=%20E08000033%E2%80%9D,&date=%222021-02-07%22",
        "?area%3DE08000033%26date%3D2021-02-07&fbclid=IwAR0",
    ] {
        let seen = page.open(query).await?;
        ensure!(
            seen.open_area() == Some("E08000033") && seen.date() == "7 February 2021",
            "{query}: {seen:#?}"
        );
        ensure!(notices(&seen).is_empty(), "{query}: {:?}", seen.notices);
    }
    for query in [
        "?embed=1&amp;area=E08000033",
        "?area=E08000033&amp;amp;embed=1",
        "?embed=1?area=E08000033",
        "?EMBED=TRUE&area=E08000033.",
    ] {
        let seen = page.open(query).await?;
        ensure!(seen.open_area() == Some("E08000033"), "{query}: {seen:#?}");
        let embedded = "return 'embed' in document.documentElement.dataset
            && document.querySelector('.masthead').offsetWidth <= 1";
        ensure!(
            page.execute(embedded, vec![]).await? == json!(true),
            "{query} does not open the page for articles"
        );
    }
    // The address of another page within the link is not a parameter of this page.
    let seen = page
        .open("?ref=https://a.example/?embed=1%26area=E08000033")
        .await?;
    ensure!(
        seen.detail.is_none() && notices(&seen).is_empty(),
        "{seen:#?}"
    );
    ensure!(
        page.execute("return 'embed' in document.documentElement.dataset", vec![])
            .await?
            == json!(false)
    );
    Ok(())
}

async fn other_level(page: &Page<'_>) -> Result<()> {
    for query in [
        "?area=E02002906",
        "?area=e02002906",
        "?embed=1&area=E02002906",
    ] {
        let seen = page.open(query).await?;
        ensure!(
            seen.open_area() == Some("E02002906") && seen.verdict.contains("Leominster"),
            "{query}: {seen:#?}"
        );
        ensure!(notices(&seen).is_empty(), "{query}: {:?}", seen.notices);
    }
    let seen = page.open("?level=ltla&area=E02002906").await?;
    ensure!(
        seen.open_area() == Some("E02002906") && notices(&seen).contains("E02002906"),
        "{seen:#?}"
    );

    let seen = page.open("?level=msoa&area=E06000019").await?;
    ensure!(
        seen.verdict.contains("Herefordshire's 23 neighbourhoods"),
        "{}",
        seen.verdict
    );
    ensure!(
        notices(&seen).contains("E06000019, which is not among the neighbourhoods"),
        "{:?}",
        seen.notices
    );
    // The address has the level once the user moves, and the nation can be shown again.
    page.press("button", "All of England").await?;
    let whole = page
        .until("all of England", |seen| {
            seen.verdict.contains("England's 6,791") && seen.is_settled()
        })
        .await?;
    ensure!(
        !whole.query().contains("E06000019") && notices(&whole).is_empty(),
        "{whole:#?}"
    );

    let seen = page.open("?level=msoa&area=W06000001").await?;
    ensure!(
        seen.open_area() == Some("W06000001") && seen.caption.contains("authorities"),
        "{seen:#?}"
    );
    ensure!(notices(&seen).contains("W06000001"), "{:?}", seen.notices);
    Ok(())
}

async fn quotes(page: &Page<'_>) -> Result<()> {
    let long = "This%20page%20is%20closed.%20Call%200900%20123456.%20".repeat(40);
    for name in [
        "area", "date", "level", "nation", "within", "rising", "embed",
    ] {
        let seen = page.open(&format!("?{name}={long}")).await?;
        let [notice] = &seen.notices[..] else {
            anyhow::bail!("{name}: {:?}", seen.notices)
        };
        ensure!(
            without_isolates(notice).contains("\"This page is closed. Call 0900 123456. …\""),
            "{name}: {notice}"
        );
        let isolated = "return document.body.textContent
            .includes('\u{2068}This page is closed. Call 0900 123456. …\u{2069}')";
        ensure!(
            page.execute(isolated, vec![]).await? == json!(true),
            "{name}: {notice} is not isolated"
        );
    }
    let seen = page
        .open("?area=%E2%80%AEdesrever%20si%20siht%E2%80%8B%1B")
        .await?;
    ensure!(
        without_isolates(&notices(&seen)).contains("\"desrever si siht\""),
        "{:?}",
        seen.notices
    );
    // One long word stays in its box too.
    page.open(&format!("?area={}", "W".repeat(500))).await?;
    let high = "return Math.max(...[...document.querySelectorAll('[role=status]')]
        .map((e) => e.getBoundingClientRect().height))";
    let high = page.execute(high, vec![]).await?;
    let wide = page
        .execute(
            "return document.documentElement.scrollWidth - innerWidth",
            vec![],
        )
        .await?;
    ensure!(
        high.as_f64().is_some_and(|high| high < 160.0)
            && wide.as_f64().is_some_and(|wide| wide <= 0.0),
        "{high} high, {wide} too wide"
    );
    Ok(())
}

async fn remembered_area(page: &Page<'_>) -> Result<()> {
    page.open("?area=E06000019").await?;
    page.press("button", "My area").await?;
    let is_kept = "return localStorage.getItem('rising.area') === 'ltla:E06000019'";
    page.until_script("the area to be kept", is_kept).await?;
    for query in [
        "",
        "?",
        "?utm_source=newsletter&utm_medium=email",
        "?fbclid=IwAR0abc",
        "?gclid=1",
        "?theme=dark",
        "?lang=en",
        "?LANG=en&amp;theme=light",
    ] {
        let seen = page.open(query).await?;
        ensure!(seen.open_area() == Some("E06000019"), "{query}: {seen:#?}");
    }
    let dark = page.open("?theme=dark&lang=cy").await?;
    let theme = page
        .execute("return document.documentElement.dataset.theme", vec![])
        .await?;
    ensure!(
        dark.open_area() == Some("E06000019") && theme == json!("dark"),
        "{theme}: {dark:#?}"
    );
    for query in [
        "?area=E08000033",
        "?date=2021-02-07",
        "?nation=wales",
        "?area=never%20such",
        "?embed=1",
        "?rising=1",
    ] {
        let seen = page.open(query).await?;
        ensure!(seen.open_area() != Some("E06000019"), "{query}: {seen:#?}");
    }
    page.execute("localStorage.clear()", vec![]).await?;
    Ok(())
}

async fn old_codes(page: &Page<'_>) -> Result<()> {
    // Buckinghamshire of today is counted by its four former districts, the City of London with
    // Hackney, and Scilly with Cornwall.
    for (old, now, name) in [
        ("E06000060", "E07000004", "Buckinghamshire"),
        ("E09000001", "E09000012", "City of London"),
        ("E06000053", "E06000052", "Isles of Scilly"),
    ] {
        let seen = page.open(&format!("?area={old}")).await?;
        ensure!(
            seen.open_area() == Some(now),
            "{old} leads to {:?}",
            seen.open_area()
        );
        ensure!(
            notices(&seen).contains(name),
            "{old}: no notice names {name}: {:?}",
            seen.notices
        );
    }
    Ok(())
}

async fn back_and_forward(page: &Page<'_>) -> Result<()> {
    page.open("?date=2021-02-07").await?;
    let first_entries = page.history().await?;
    page.press("link", "Rutland").await?;
    page.until("Rutland", |seen| seen.open_area() == Some("E06000017"))
        .await?;
    page.press("link", "Calderdale").await?;
    page.until("Calderdale", |seen| seen.open_area() == Some("E08000033"))
        .await?;
    page.press("radio", "Neighbourhoods").await?;
    page.until("neighbourhoods", |seen| {
        seen.caption.contains("neighbourhoods") && seen.is_settled()
    })
    .await?;

    let client = page.browser().client();
    client.back().await?;
    page.until("Calderdale, back", |seen| {
        seen.open_area() == Some("E08000033")
    })
    .await?;
    client.back().await?;
    page.until("Rutland, back", |seen| {
        seen.open_area() == Some("E06000017")
    })
    .await?;
    client.back().await?;
    let first = page
        .until("no details, back", |seen| {
            seen.detail.is_none() && seen.is_settled()
        })
        .await?;
    ensure!(
        first.totals == "12 rising, 302 falling, 1 unchanged. 1 rise and 195 falls are clear.",
        "{}",
        first.totals
    );
    client.forward().await?;
    page.until("Rutland, forward", |seen| {
        seen.open_area() == Some("E06000017")
    })
    .await?;

    // Several steps along the dates are one entry, which replaces the forward entries after
    // Rutland's.
    let before = page.history().await?;
    ensure!(
        before == first_entries + 3,
        "three steps made {} entries",
        before - first_entries
    );
    for _ in 0..4 {
        page.press("button", "Back a day").await?;
    }
    page.until("four days before", |seen| seen.date() == "3 February 2021")
        .await?;
    let later = page.history().await?;
    ensure!(
        later == first_entries + 2,
        "after four steps along the dates the history has {later} entries"
    );
    client.back().await?;
    let back = page
        .until("the date before the steps", |seen| {
            seen.date() == "7 February 2021"
        })
        .await?;
    ensure!(
        back.open_area() == Some("E06000017"),
        "{:?}",
        back.open_area()
    );
    Ok(())
}

async fn panning_adds_no_history(page: &Page<'_>) -> Result<()> {
    let opening = page.open("").await?;
    let history = page.history().await?;
    let before = page.map_view().await?;
    page.drag(before.middle(), (160.0, 90.0), 12).await?;
    page.wheel(before.middle(), -240).await?;
    page.press("button", "Zoom in").await?;
    let after = page.map_view().await?;
    ensure!(after != before, "the map did not move");
    ensure!(
        page.history().await? == history,
        "moving the map added history entries"
    );
    let seen = page.state().await?;
    ensure!(
        seen.address == opening.address,
        "moving the map changed the address to {}",
        seen.address
    );
    ensure!(seen.detail.is_none(), "a drag opened {:?}", seen.detail);
    Ok(())
}

async fn switches(page: &Page<'_>) -> Result<()> {
    page.open("?date=2021-02-07").await?;
    page.press("checkbox", "Only rising").await?;
    page.until("rising=1 in the address", |seen| {
        seen.query().contains("rising=1")
    })
    .await?;
    page.press("checkbox", "Only rising").await?;
    page.until("no rising=1 in the address", |seen| {
        !seen.query().contains("rising=1")
    })
    .await?;

    // The other level has one date a week: the page shows the nearest and says so.
    page.press("radio", "Neighbourhoods").await?;
    let finer = page
        .until("the neighbourhoods", |seen| {
            seen.caption.contains("neighbourhoods") && seen.is_settled()
        })
        .await?;
    ensure!(finer.date() == "6 February 2021", "{}", finer.date());
    let sentence =
        "Neighbourhood figures are weekly: these are for the seven days to 6 February 2021.";
    ensure!(
        finer.notices.iter().any(|notice| notice == sentence),
        "{:?}",
        finer.notices
    );
    page.press("radio", "Local authorities").await?;
    page.until("the authorities", |seen| {
        seen.caption.contains("authorities") && seen.is_settled()
    })
    .await?;

    let choose = "const select = document.querySelector('[data-testid=switches] select');
        select.focus(); return select.value";
    ensure!(page.execute(choose, vec![]).await? == json!("england"));
    page.type_text("wal").await?;
    let wales = page
        .until("Wales", |seen| {
            seen.query().contains("nation=wales") && seen.is_settled()
        })
        .await?;
    ensure!(
        wales.verdict.contains("Wales's 22 local authorities"),
        "{}",
        wales.verdict
    );
    Ok(())
}

async fn embedded(page: &Page<'_>) -> Result<()> {
    let whole = page.open("?date=2021-02-07").await?;
    let seen = page.open("?date=2021-02-07&embed=1").await?;
    ensure!(
        seen.totals == whole.totals && seen.verdict == whole.verdict,
        "{seen:#?}"
    );
    // The article has its own headline, but screen readers are told the name of the map.
    let top = "return document.querySelector('main').getBoundingClientRect().top";
    let top = page.execute(top, vec![]).await?;
    ensure!(
        top.as_f64().is_some_and(|top| top < 12.0),
        "an embedded page begins {top} pixels from the top"
    );
    ensure!(
        page.controls("heading", "Rising").await?.len() == 1,
        "an embedded page has no heading"
    );
    // The table opens over the map.
    ensure!(seen.rows.is_empty(), "the table is open from the start");
    page.until_script(
        "the table's button",
        "return !!document.querySelector('.table-sheet summary')",
    )
    .await?;
    page.execute(
        "document.querySelector('.table-sheet summary').click()",
        vec![],
    )
    .await?;
    page.until("the table", |seen| seen.rows == whole.rows)
        .await?;
    page.press("link", "Rutland").await?;
    let open = page
        .until("Rutland", |seen| seen.open_area() == Some("E06000017"))
        .await?;
    ensure!(
        open.query().contains("embed=1"),
        "a step removes embed from the address: {}",
        open.address
    );
    Ok(())
}

async fn theme(page: &Page<'_>) -> Result<()> {
    let is_dark = "const [r, g,
        b] = getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).map(Number);\
        return r + g + b < 300";
    for (system, query, dark) in [
        ("light", "", false),
        ("dark", "", true),
        ("dark", "?theme=light", false),
        ("light", "?theme=dark", true),
        ("dark", "?theme=auto", true),
    ] {
        page.browser()
            .set_media(&[("prefers-color-scheme", system)])
            .await?;
        page.open(query).await?;
        let painted = page.execute(is_dark, vec![]).await?;
        ensure!(
            painted == json!(dark),
            "{query} on a {system} system: dark is {painted}"
        );
    }
    Ok(())
}
