//! The map in articles: the pages of `examples/`, in real frames.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;
use libtest_mimic::Trial;
use rising_tests::browser::{Need, Screen};
use rising_tests::page::Page;
use serde_json::{Value, json};
use xtask::server::ResponseFault;

use crate::runner::{trial, trial_needing};

pub fn trials() -> Vec<Trial> {
    vec![
        trial(
            "embed: any frame holds verdict, map, search and legend",
            Screen::DESKTOP,
            any_size,
        ),
        trial(
            "embed: details and table open over the map and close",
            Screen::PHONE.sized(280, 360),
            over_the_map,
        ),
        trial(
            "embed: the frame's height follows width and words",
            Screen::DESKTOP,
            height,
        ),
        trial(
            "embed: the height as charts, AMP and pym.js tell it",
            Screen::PHONE,
            known_words,
        ),
        trial(
            "embed: the script heeds its own frames and sensible heights alone",
            Screen::DESKTOP,
            forgeries,
        ),
        trial(
            "embed: several maps in one article",
            Screen::DESKTOP,
            several,
        ),
        trial(
            "embed: no theme takes the map its height",
            Screen::DESKTOP,
            themes,
        ),
        trial(
            "embed: the script in a bundle, as a module, late and twice",
            Screen::DESKTOP,
            ways_to_run,
        ),
        trial(
            "embed: an image called currentScript names no site",
            Screen::DESKTOP,
            clobbered,
        ),
        trial(
            "embed: a frame that stays silent leaves the link",
            Screen::DESKTOP,
            silent,
        ),
        trial(
            "embed: a height that the article sets has limits",
            Screen::DESKTOP,
            set_heights,
        ),
        trial(
            "embed: a map that is shown later frames its area",
            Screen::DESKTOP,
            shown_later,
        ),
        trial("embed: in a sandbox", Screen::DESKTOP, sandbox),
        trial("embed: in a dark article", Screen::DESKTOP, dark),
        trial(
            "embed: without scripts a link stays",
            Screen::DESKTOP,
            without_scripts,
        ),
        trial(
            "embed: what the builder gives works in an article",
            Screen::DESKTOP,
            builder,
        ),
        trial(
            "embed: the builder by keyboard, and on a phone",
            Screen::PHONE,
            builder_on_a_phone,
        ),
        trial_needing(
            &[Need::Touch],
            "embed: one finger scrolls the article",
            Screen::PHONE,
            one_finger,
        ),
    ]
}

/// Waits for the line below the map, which is the last to come.
pub async fn until_credited(page: &Page<'_>) -> Result<()> {
    page.until_script(
        "the last line",
        "return !!document.querySelector('[data-testid=credit] .source')?.innerText",
    )
    .await
}

/// Is what the script gives in the first frame's document true? Only for frames that are not in a
/// sandbox.
pub async fn until_inside(
    page: &Page<'_>,
    what: &str,
    frame: usize,
    condition: &str,
) -> Result<()> {
    let script = format!(
        "const inside = document.querySelectorAll('iframe')[{frame}]?.contentDocument;\
         const one = (id) => inside.querySelector(`[data-testid=\"${{id}}\"]`);\
         return !!(inside?.body && ({condition}))"
    );
    page.until_script(what, &script).await
}

/// A frame that has its figures, its map and its last line.
const COMPLETE: &str = "one('verdict')?.innerText && one('credit')?.innerText.includes('Source:') && \
    one('status').dataset.kind === 'quiet' && inside.querySelector('.choropleth canvas')";

async fn any_size(page: &Page<'_>) -> Result<()> {
    let english = [
        "?embed=1&date=2021-02-07",
        "?embed=1&level=msoa&date=2020-11-28&theme=dark",
    ];
    for (width, height) in [
        (280, 360),
        (320, 480),
        (390, 600),
        (640, 480),
        (1000, 600),
        (600, 360),
    ] {
        holds_all(page, Screen::DESKTOP.sized(width, height), english).await?;
    }
    // Longer words, and room for fingers.
    holds_all(
        page,
        Screen::PHONE.sized(360, 520),
        ["?embed=1&lang=cy", "?embed=1&lang=cy&level=msoa"],
    )
    .await
}

async fn holds_all(page: &Page<'_>, screen: Screen, queries: [&str; 2]) -> Result<()> {
    page.set_screen(screen).await?;
    for query in queries {
        page.open(query).await?;
        until_credited(page).await?;
        let found = page
            .execute(
                "const root = document.documentElement;
                const parts = ['form.search', '[data-testid=verdict]', '.map-frame', '.legend .classes', '[data-testid=credit] a', '[data-testid=credit] .source'];
                const out = parts.filter((part) => {
                    const e = document.querySelector(part), r = e.getBoundingClientRect();
                    return !e.checkVisibility() || r.left < 0 || r.top < 0 || r.right > innerWidth || r.bottom > innerHeight + 1;
                });
                const { height } = document.querySelector('.map-frame').getBoundingClientRect();
                return { scrolls: [root.scrollWidth - innerWidth, root.scrollHeight - innerHeight], out, map: height >= 100 }",
                vec![],
            )
            .await?;
        let good = json!({ "scrolls": [0, 0], "out": [], "map": true });
        ensure!(
            found == good,
            "{query} in {} by {}: {found:#}",
            screen.width,
            screen.height
        );
    }
    Ok(())
}

async fn over_the_map(page: &Page<'_>) -> Result<()> {
    page.go("?embed=1&date=2021-02-07&area=E08000033").await?;
    // There is no room for the timeline.
    page.until("Calderdale", |seen| {
        seen.open_area() == Some("E08000033")
            && seen.timeline.is_none()
            && seen.status_kind() == "quiet"
    })
    .await?;
    page.press("button", "Close the details").await?;
    page.until("the map again", |seen| seen.open_area().is_none())
        .await?;
    page.until_script(
        "the table's button",
        "return !!document.querySelector('.more summary')",
    )
    .await?;
    let summary = "const { x, y } = document.querySelector('.more summary').getBoundingClientRect(); return [x + 9, y + 9]";
    for open in [true, false] {
        let at = page.execute(summary, vec![]).await?;
        let spot = rising_tests::page::Spot {
            x: at[0].as_f64().context("no summary")?,
            y: at[1].as_f64().context("no summary")?,
        };
        page.click(spot).await?;
        page.until("the table to open and close", |seen| {
            seen.rows.is_empty() != open
        })
        .await?;
        page.check_accessibility(if open {
            "the table over the map"
        } else {
            "a small frame"
        })
        .await?;
    }
    Ok(())
}

/// The first frame's height in the article, and whether its page has room to spare or too little.
async fn frame_height(page: &Page<'_>, frame: usize) -> Result<f64> {
    let script = format!(
        "return document.querySelectorAll('iframe')[{frame}].getBoundingClientRect().height"
    );
    page.execute(&script, vec![])
        .await?
        .as_f64()
        .context("the frame has no height")
}

/// As high as the page inside would best be, which the page itself is asked for, and there to stay.
async fn is_as_high_as_it_should_be(page: &Page<'_>, frame: usize) -> Result<f64> {
    until_inside(page, "the map", frame, COMPLETE).await?;
    let fits = "(() => { const root = inside.documentElement; root.dataset.natural = '';
        const natural = inside.querySelector('.page').scrollHeight; delete root.dataset.natural;
        return natural === root.clientHeight && root.scrollHeight === natural && root.scrollWidth <= root.clientWidth; })()";
    until_inside(page, "the frame's height", frame, fits).await?;
    let height = frame_height(page, frame).await?;
    tokio::time::sleep(Duration::from_millis(600)).await;
    ensure!(
        frame_height(page, frame).await? == height,
        "the height goes on changing"
    );
    Ok(height)
}

async fn height(page: &Page<'_>) -> Result<()> {
    page.go("examples/article.html").await?;
    let wide = is_as_high_as_it_should_be(page, 0).await?;
    let attributes = page.execute(
        "const f = document.querySelector('iframe'); return [f.title, f.loading, f.allow]",
        vec![],
    );
    let attributes = attributes.await?;
    ensure!(
        attributes[0] == json!("Map: Covid-19 in Calderdale and around it")
            && attributes[1] == json!("lazy")
    );
    ensure!(
        attributes[2]
            .as_str()
            .is_some_and(|allow| allow.contains("geolocation")),
        "{attributes}"
    );
    page.set_screen(Screen::DESKTOP.sized(360, 800)).await?;
    let narrow = is_as_high_as_it_should_be(page, 0).await?;
    ensure!(narrow != wide, "the width makes no difference to {wide}");
    // More words at the same width need more height; and back.
    let add = "const inside = document.querySelector('iframe').contentDocument, more = inside.createElement('p');\
               more.id = 'more'; more.style.height = '123px'; inside.querySelector('.answer').append(more)";
    page.execute(add, vec![]).await?;
    let grown = format!(
        "return document.querySelector('iframe').getBoundingClientRect().height > {narrow} + 100"
    );
    page.until_script("a higher frame", &grown).await?;
    page.execute(
        "document.querySelector('iframe').contentDocument.getElementById('more').remove()",
        vec![],
    )
    .await?;
    let back = format!(
        "return document.querySelector('iframe').getBoundingClientRect().height === {narrow}"
    );
    page.until_script("the height before", &back).await
}

async fn known_words(page: &Page<'_>) -> Result<()> {
    for parent in ["datawrapper", "amp", "pym"] {
        page.go(&format!("examples/{parent}.html")).await?;
        let told = "const { height } = document.querySelector('iframe').getBoundingClientRect(); return height !== 400 && height > 300";
        page.until_script(&format!("the height that {parent} hears"), told)
            .await?;
    }
    Ok(())
}

async fn forgeries(page: &Page<'_>) -> Result<()> {
    page.go("examples/two.html").await?;
    let height = is_as_high_as_it_should_be(page, 0).await?;
    let forge = "
        const [first, second] = document.querySelectorAll('iframe');
        const say = (data, source, origin) => window.dispatchEvent(new MessageEvent('message', { data, source, origin }));
        const asks = (height) => ({ 'datawrapper-height': { rising: height } });
        const own = location.origin;
        for (const height of [NaN, Infinity, -5, 0, 10, 1e9, '555', '555px', null, undefined, {}, [555]])
            say(asks(height), first.contentWindow, own);
        for (const data of [null, undefined, 'datawrapper-height', 5, {}, { 'datawrapper-height': null }, { 'datawrapper-height': 555 }])
            say(data, first.contentWindow, own);
        say(asks(555), first.contentWindow, 'https://example.org');
        say(asks(555), first.contentWindow, 'null');
        say(asks(555), window, own);
        say(asks(555), null, own);
        const stranger = document.body.appendChild(document.createElement('iframe'));
        say(asks(555), stranger.contentWindow, own);
        stranger.remove();
        const kept = first.getBoundingClientRect().height;
        // What is right is heeded, or the above would prove nothing.
        say(asks(555), first.contentWindow, own);
        return [kept, first.getBoundingClientRect().height, second.getBoundingClientRect().height === 555];";
    let heights = page.execute(forge, vec![]).await?;
    let pixels = |at: usize| heights[at].as_f64();
    ensure!(
        pixels(0) == Some(height) && pixels(1) == Some(555.0),
        "{heights} after {height}"
    );
    ensure!(
        heights[2] == json!(false),
        "one frame's message changed another's height"
    );
    Ok(())
}

async fn several(page: &Page<'_>) -> Result<()> {
    page.go("examples/two.html").await?;
    for (frame, nation) in [(0, "England"), (1, "Wales")] {
        page.execute(
            &format!("document.querySelectorAll('iframe')[{frame}].scrollIntoView()"),
            vec![],
        )
        .await?;
        is_as_high_as_it_should_be(page, frame).await?;
        until_inside(
            page,
            nation,
            frame,
            &format!("one('verdict').innerText.includes(\"{nation}'s\")"),
        )
        .await?;
    }
    let frames = page
        .execute("return document.querySelectorAll('iframe').length", vec![])
        .await?;
    ensure!(
        frames == json!(2),
        "two copies of the script made {frames} frames"
    );
    let query = page
        .execute(
            "return document.querySelectorAll('iframe')[1].contentWindow.location.search",
            vec![],
        )
        .await?;
    ensure!(
        query == json!("?embed=1&date=2021-02-07&nation=wales&rising=1"),
        "{query}"
    );
    Ok(())
}

/// Puts an article in place of a page of that name, and goes there.
async fn article(page: &Page<'_>, name: &str, head: &str, body: &str) -> Result<()> {
    let html = format!(
        "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width,initial-scale=1'>\
         <title>An article</title><link rel=icon href=data:,>{head}<body>{body}"
    );
    page.site()
        .server()
        .set_fault(name, ResponseFault::Replaced(html.into_bytes()));
    page.go(name).await
}

/// What three kinds of themes, and boxes for videos, do to every frame in them.
const THEMES: [(&str, &str); 6] = [
    ("a reset", "img, video, iframe { max-width: 100%; height: auto } iframe { height: auto !important }"),
    (
        "a box without height and a padding",
        ".box { position: relative; height: 0; padding-bottom: 56.25%; overflow: hidden }
         .box iframe { position: absolute; top: 0; left: 0; width: 100%; height: 100% }",
    ),
    (
        "a pseudo-element's padding and everything laid over it",
        ".box { position: relative; width: 100% } .box::before { content: ''; display: block; padding-top: 56.25% }
         .box > *, .box iframe { position: absolute; top: 0; left: 0; width: 100%; height: 100% }",
    ),
    (
        "a pseudo-element's padding and the frame laid over it",
        ".box { position: relative } .box::before { content: ''; display: block; padding-top: 56.25% }
         .box iframe { position: absolute; inset: 0; width: 100%; height: 100% }",
    ),
    ("a ratio", ".box { aspect-ratio: 16 / 9; overflow: hidden } .box iframe { width: 100%; height: 100% }"),
    ("a greatest height", "iframe { max-height: 320px; min-height: 0; width: auto }"),
];

async fn themes(page: &Page<'_>) -> Result<()> {
    page.open("?area=E08000033&date=2021-02-07").await?;
    page.press("button", "Embed").await?;
    let script = snippet(page, "data-rising").await?;
    page.press("radio", "Plain iframe").await?;
    let frame = snippet(page, "<iframe ").await?;
    for (width, height) in [(390, 844), (700, 900)] {
        page.set_screen(Screen::DESKTOP.sized(width, height))
            .await?;
        for (index, (theme, style)) in THEMES.iter().enumerate() {
            let style = format!("<style>{style}</style>");
            let body = |snippet: &str| {
                format!("<p>Before.</p><div class=box>{snippet}</div><p id=after>After.</p>")
            };
            article(
                page,
                &format!("theme-{width}-{index}-script.html"),
                &style,
                &body(&script),
            )
            .await?;
            is_as_high_as_it_should_be(page, 0)
                .await
                .with_context(|| format!("{theme} at {width}"))?;
            let place = page
                .execute(
                    "const box = (what) => document.querySelector(what).getBoundingClientRect();
                    const [frame, around, after] = [box('iframe'), box('.box'), box('#after')];
                    return [frame.top - around.top, around.bottom - frame.bottom, after.top - frame.bottom, frame.width - around.width].map(Math.round)",
                    vec![],
                )
                .await?;
            // The paragraph's own margin lies between.
            ensure!(place == json!([0, 0, 16, 0]), "{theme} at {width}: {place}");

            article(
                page,
                &format!("theme-{width}-{index}-frame.html"),
                &style,
                &body(&frame),
            )
            .await?;
            until_inside(page, "the map", 0, COMPLETE).await?;
            let high = frame_height(page, 0).await?;
            ensure!(
                high == 640.0,
                "{theme} at {width}: a plain frame is {high} high"
            );
        }
    }
    Ok(())
}

/// A place for a map of Calderdale with a link to that site.
fn place(site: &str) -> String {
    format!(
        "<div data-rising data-area=E08000033><a href='{site}?area=E08000033'>Map: is my area rising?</a></div>"
    )
}

/// The same server under another name: another site to a browser.
fn other_site(page: &Page<'_>) -> String {
    page.site().server().url().replace("127.0.0.1", "localhost")
}

/// The script as a bundle of the article's own has it, behind another whose last line has no
/// semicolon.
async fn bundle(page: &Page<'_>) -> Result<()> {
    let script = page
        .execute(
            "return fetch('../embed.js').then((answer) => answer.text())",
            vec![],
        )
        .await?;
    let script = script
        .as_str()
        .context("the site has no script for articles")?;
    let bundle = format!("window.theme = function () {{}}\n{script}");
    page.site().server().set_fault(
        "cache/combined.js",
        ResponseFault::Replaced(bundle.into_bytes()),
    );
    Ok(())
}

async fn ways_to_run(page: &Page<'_>) -> Result<()> {
    page.go("examples/index.html").await?;
    bundle(page).await?;
    let site = page.site().server().url();
    let copy = page
        .execute(
            "return fetch('../embed.js').then((answer) => answer.text())",
            vec![],
        )
        .await?;
    let copy = copy
        .as_str()
        .context("the site has no script for articles")?
        .as_bytes()
        .to_vec();
    page.site()
        .server()
        .set_fault("copies/embed.js", ResponseFault::Replaced(copy));
    let place = place(&site);
    let script = "<script src=embed.js></script>";
    let bundle = "<script src=cache/combined.js></script>";
    let later = |content: &str| {
        format!(
            "<script>setTimeout(() => {{ const box = document.createElement('div'); box.innerHTML = {}; document.body.append(box) }}, 300)</script>",
            json!(content)
        )
    };
    let evaluated = "<script>fetch('embed.js').then((answer) => answer.text()).then((text) => (0, eval)(text))</script>";
    let ways = [
        ("bundle", format!("{place}{bundle}")),
        ("bundle-first", format!("{bundle}{place}")),
        (
            "module",
            format!("{place}<script type=module src=embed.js></script>"),
        ),
        ("evaluated", format!("{place}{evaluated}")),
        ("added", format!("{script}{}", later(&place))),
        ("added-to-bundle", format!("{bundle}{}", later(&place))),
        (
            "twice",
            format!("{place}{script}{bundle}{script}{evaluated}"),
        ),
        (
            "version",
            format!("{place}<script src='embed.js?ver=6.4#x' async></script>"),
        ),
        (
            "copied",
            format!("{place}<script src=copies/embed.js defer></script>"),
        ),
    ];
    for (way, body) in ways {
        article(page, &format!("way-{way}.html"), "", &body).await?;
        until_inside(
            page,
            way,
            0,
            "one('verdict')?.innerText.includes('Calderdale')",
        )
        .await?;
        let alone = "return document.querySelectorAll('iframe').length === 1 && !document.querySelector('[data-rising] a')";
        page.until_script(&format!("one map, {way}"), alone).await?;
        is_as_high_as_it_should_be(page, 0)
            .await
            .with_context(|| way.to_owned())?;
        let source = page
            .execute("return document.querySelector('iframe').src", vec![])
            .await?;
        ensure!(
            source == json!(format!("{site}?embed=1&area=E08000033")),
            "{way}: {source}"
        );
    }
    // Without anything that says where the map is, what the article has stays as it is.
    article(
        page,
        "way-nowhere.html",
        "",
        &format!("<div data-rising>No link</div><div data-rising><a href='javascript:0'>Odd</a></div>{bundle}"),
    )
    .await?;
    page.until_script("the bundle", "return typeof window.theme === 'function'")
        .await?;
    let kept = page.execute("return [document.querySelectorAll('iframe').length, document.body.innerText.split(/\\s+/).join(' ').trim()]", vec![]).await?;
    ensure!(kept == json!([0, "No link Odd"]), "{kept}");
    Ok(())
}

async fn clobbered(page: &Page<'_>) -> Result<()> {
    page.go("examples/index.html").await?;
    bundle(page).await?;
    let (site, foreign) = (page.site().server().url(), other_site(page));
    page.expect_requests_to(&foreign);
    let images = format!("<img name=currentScript alt='' src='{foreign}favicon.svg'>");
    let two = format!("{images}<form name=currentScript></form>");
    let frames = "return [...document.querySelectorAll('iframe')].map((frame) => [frame.src, frame.allow.includes('geolocation')])";
    for (name, body) in [
        (
            "own",
            format!("{images}{}<script src=embed.js></script>", place(&site)),
        ),
        (
            "several",
            format!("{two}{}<script src=embed.js async></script>", place(&site)),
        ),
    ] {
        article(page, &format!("clobbered-{name}.html"), "", &body).await?;
        until_inside(page, "the map", 0, COMPLETE).await?;
        let found = page.execute(frames, vec![]).await?;
        ensure!(
            found == json!([[format!("{site}?embed=1&area=E08000033"), true]]),
            "{name}: {found}"
        );
    }
    // A link alone opens a map, which is not handed the reader's position.
    for (name, script) in [
        ("bundle", "cache/combined.js"),
        ("stranger", "other/embed.js"),
    ] {
        let copy = page
            .execute(
                "return fetch('embed.js').then((answer) => answer.text())",
                vec![],
            )
            .await?;
        page.site().server().set_fault(
            "other/embed.js",
            ResponseFault::Replaced(copy.as_str().unwrap_or_default().as_bytes().to_vec()),
        );
        let body = format!(
            "{images}{}<script src='{script}'></script>",
            place(&foreign)
        );
        article(page, &format!("clobbered-{name}.html"), "", &body).await?;
        page.until_script(
            "a frame",
            "return document.querySelectorAll('iframe').length === 1",
        )
        .await?;
        let found = page.execute(frames, vec![]).await?;
        ensure!(
            found == json!([[format!("{foreign}?embed=1&area=E08000033"), false]]),
            "{name}: {found}"
        );
        page.until_script(
            "the height that it asks for",
            "return !document.querySelector('[data-rising] a') && document.querySelector('iframe').offsetHeight > 400",
        )
        .await?;
    }
    Ok(())
}

async fn silent(page: &Page<'_>) -> Result<()> {
    page.expect_failed_requests();
    page.go("examples/index.html").await?;
    bundle(page).await?;
    let faster = "<script>const wait = setTimeout; window.setTimeout = (act, time) => wait(act, time / 20)</script>";
    let site = page.site().server().url();
    let body = format!(
        "{}<script src=cache/combined.js></script>",
        place(&format!("{site}nowhere/"))
    );
    article(page, "silent.html", faster, &body).await?;
    let both = "return !!document.querySelector('[data-rising] iframe + a')";
    page.until_script("the link beside a frame that is none", both)
        .await
}

async fn set_heights(page: &Page<'_>) -> Result<()> {
    let site = page.site().server().url();
    for (height, high) in [
        ("500", 500.0),
        ("5", 360.0),
        ("-20", 360.0),
        ("99999", 2000.0),
        ("1e9", 360.0),
        ("600px", 600.0),
        ("450.9", 450.0),
    ] {
        let body = format!(
            "{}<script src=embed.js></script>",
            place(&site).replace(
                "data-rising",
                &format!("data-rising data-height='{height}'")
            )
        );
        article(
            page,
            &format!("height-{}.html", height.replace('.', "-")),
            "",
            &body,
        )
        .await?;
        until_inside(page, "the map", 0, COMPLETE).await?;
        let found = frame_height(page, 0).await?;
        ensure!(
            found == high,
            "data-height={height} makes a frame {found} high"
        );
    }
    let body = format!(
        "{}<script src=embed.js></script>",
        place(&site).replace("data-rising", "data-rising data-height=tall")
    );
    article(page, "height-tall.html", "", &body).await?;
    is_as_high_as_it_should_be(page, 0).await?;
    Ok(())
}

/// Whether the chosen area's outline lies in the map's box, of the frame's document.
const OUTLINED: &str = "(() => {
    const canvas = inside.querySelectorAll('.choropleth canvas')[1], at = canvas?.getBoundingClientRect();
    if (!at?.width) return false;
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const box = inside.querySelector('.map').getBoundingClientRect(), scale = at.width / canvas.width;
    let some = false;
    for (let i = 0; i < canvas.width * canvas.height; i++) {
        if (data[4 * i + 3] < 128) continue;
        some = true;
        const x = at.x + scale * (i % canvas.width), y = at.y + scale * Math.floor(i / canvas.width);
        if (x < box.left - 5 || x > box.right + 5 || y < box.top - 5 || y > box.bottom + 5) return false;
    }
    return some;
})()";

async fn shown_later(page: &Page<'_>) -> Result<()> {
    let site = page.site().server().url();
    let frame = format!(
        "<iframe src='{site}?embed=1&amp;area=E06000019' title=Map width=100% height=640 style='border:0'></iframe>"
    );
    let script = format!("{}<script src=embed.js></script>", place(&site));
    let hidden = [
        "display: none",
        "width: 0; height: 0; overflow: hidden",
        "position: absolute; width: 1px; height: 1px; overflow: hidden",
    ];
    for (width, height) in [(390, 844), (1280, 800)] {
        page.set_screen(Screen::DESKTOP.sized(width, height))
            .await?;
        for (number, (body, style)) in [&frame, &script]
            .into_iter()
            .flat_map(|body| hidden.map(|style| (body, style)))
            .enumerate()
        {
            let body = format!("<div id=tab style='{style}'>{body}</div>");
            let name = format!("later-{width}-{number}.html");
            article(
                page,
                &name,
                "<style>#tab:not([style]) iframe { width: 100% }</style>",
                &body,
            )
            .await?;
            // A frame that is asked for when it comes near is not asked for yet, and may be.
            tokio::time::sleep(Duration::from_millis(2500)).await;
            page.execute(
                "document.getElementById('tab').removeAttribute('style')",
                vec![],
            )
            .await?;
            until_inside(page, &format!("the map in {style} at {width}"), 0, COMPLETE).await?;
            until_inside(
                page,
                &format!("the area in {style} at {width}"),
                0,
                OUTLINED,
            )
            .await?;
        }
    }
    Ok(())
}

async fn sandbox(page: &Page<'_>) -> Result<()> {
    page.go("examples/sandbox.html").await?;
    page.enter_frame().await?;
    let seen = page
        .until("the page in the sandbox", |seen| {
            seen.verdict.contains("315") && seen.settled()
        })
        .await?;
    ensure!(seen.failed.is_empty(), "{seen:#?}");
    let origin = page
        .execute(
            "return [self.origin, document.querySelectorAll('.choropleth canvas').length > 0]",
            vec![],
        )
        .await?;
    ensure!(origin == json!(["null", true]), "{origin}");
    // Parts of the program that come later do so here too.
    page.execute(
        "document.querySelector('.more summary').click(); document.querySelector('tr[data-code=E06000017] a').click()",
        vec![],
    )
    .await?;
    let open = page
        .until("Rutland", |seen| {
            seen.open_area() == Some("E06000017") && seen.settled()
        })
        .await?;
    ensure!(open.verdict.contains("Rutland"), "{open:#?}");
    page.browser().client().enter_parent_frame().await?;
    let asked = page
        .execute(
            "return document.querySelector('iframe').style.height",
            vec![],
        )
        .await?;
    ensure!(
        asked.as_str().is_some_and(|height| height.ends_with("px")),
        "the height from the sandbox is not heeded: {asked}"
    );
    Ok(())
}

async fn dark(page: &Page<'_>) -> Result<()> {
    page.go("examples/dark.html").await?;
    until_inside(page, "the map", 0, COMPLETE).await?;
    let colours = page
        .execute(
            "const inside = document.querySelector('iframe').contentWindow;
            return inside.getComputedStyle(inside.document.body).backgroundColor.match(/[\\d.]+/g).map(Number)",
            vec![],
        )
        .await?;
    let sum: f64 = colours
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_f64)
        .sum();
    ensure!(sum < 200.0, "a dark map is {colours}");
    Ok(())
}

async fn without_scripts(page: &Page<'_>) -> Result<()> {
    page.browser().set_scripts(false).await?;
    page.go("examples/article.html").await?;
    let link = page
        .execute(
            "return document.querySelector('[data-rising] a')?.href ?? null",
            vec![],
        )
        .await?;
    page.browser().set_scripts(true).await?;
    let link = link
        .as_str()
        .context("without scripts there is no link to the map")?
        .to_owned();
    ensure!(
        link == format!(
            "{}?area=E08000033&date=2021-02-07",
            page.site().server().url()
        ),
        "{link}"
    );
    Ok(())
}

async fn one_finger(page: &Page<'_>) -> Result<()> {
    let touch = "return getComputedStyle(document.querySelector('.leaflet-container')).touchAction";
    page.open("?embed=1").await?;
    let allowed = page.execute(touch, vec![]).await?;
    ensure!(
        allowed
            .as_str()
            .is_some_and(|allowed| allowed.contains("pan-y")),
        "one finger may not scroll: {allowed}"
    );
    page.open("").await?;
    ensure!(
        page.execute(touch, vec![]).await? == json!("none"),
        "on its own page one finger moves the map"
    );
    Ok(())
}

const SNIPPET: &str = "return document.querySelector('[data-testid=snippet]')?.value ?? ''";

/// The text that the builder gives, once it holds that.
pub async fn snippet(page: &Page<'_>, part: &str) -> Result<String> {
    let holds = format!(
        "return (document.querySelector('[data-testid=snippet]')?.value ?? '').includes({})",
        json!(part)
    );
    page.until_script(&format!("{part} in the text for the article"), &holds)
        .await?;
    Ok(page
        .execute(SNIPPET, vec![])
        .await?
        .as_str()
        .unwrap_or_default()
        .to_owned())
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
    // The preview is the page itself.
    let preview = "document.querySelector('.builder iframe').contentDocument.querySelector('[data-testid=verdict]')?.innerText ?? ''";
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
    page.until_script("no date", undated).await?;
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
    page.until_script("no fixed height", taken_back).await?;
    let script = snippet(page, "data-area").await?;
    page.press("button", "Copy").await?;
    page.until_script(
        "that it is copied",
        "return document.querySelector('.builder .said').innerText === 'Copied.'",
    )
    .await?;
    let copied = page.clipboard().await?;
    ensure!(copied == script, "copied is {copied} and not {script}");

    let article = format!(
        "<!doctype html><title>An article</title><link rel=icon href=data:,><body>{script}"
    );
    page.site().server().set_fault(
        "article-of-the-builder.html",
        ResponseFault::Replaced(article.into_bytes()),
    );
    page.go("article-of-the-builder.html").await?;
    is_as_high_as_it_should_be(page, 0).await?;
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
    ensure!(height == 500.0, "the frame's fixed height is {height}");
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
    let sideways = "const dialog = document.querySelector('.builder'); return dialog.scrollWidth <= dialog.clientWidth && dialog.getBoundingClientRect().right <= innerWidth";
    ensure!(
        page.execute(sideways, vec![]).await? == json!(true),
        "the builder scrolls sideways"
    );
    page.key(Key::Escape).await?;
    page.until_script(
        "the builder to close",
        "return !document.querySelector('.builder')",
    )
    .await?;
    page.until_script(
        "the focus where it was",
        &format!("return document.activeElement === {button}"),
    )
    .await
}
