//! Tests the map in articles: the pages of `examples/`, in real frames.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;
use libtest_mimic::Trial;
use rising_tests::browser::{Capability, Screen};
use rising_tests::page::Page;
use serde_json::{Value, json};
use xtask::server::ResponseFault;

use crate::runner::{trial, trial_needing};

pub fn trials() -> Vec<Trial> {
    vec![
        trial(
            "embed: frames of any size show verdict, map, search and legend",
            Screen::DESKTOP,
            any_size,
        ),
        trial(
            "embed: details and table open over the map and close",
            Screen::PHONE.with_size(280, 360),
            over_the_map,
        ),
        trial(
            "embed: the height of the frame follows its width and content",
            Screen::DESKTOP,
            height,
        ),
        trial(
            "embed: Datawrapper, AMP and pym.js pages receive the height",
            Screen::PHONE,
            height_protocols,
        ),
        trial(
            "embed: the script accepts only its own frames and sensible heights",
            Screen::DESKTOP,
            forged_messages,
        ),
        trial(
            "embed: several maps in one article",
            Screen::DESKTOP,
            several,
        ),
        trial(
            "embed: no theme changes the height of the map",
            Screen::DESKTOP,
            themes,
        ),
        trial(
            "embed: the script in a bundle, as a module, late and twice",
            Screen::DESKTOP,
            script_variants,
        ),
        trial(
            "embed: an image called currentScript does not change the site",
            Screen::DESKTOP,
            clobbered,
        ),
        trial(
            "embed: the link stays below a frame that does not answer",
            Screen::DESKTOP,
            unanswering_frame,
        ),
        trial(
            "embed: the height that an article sets has limits",
            Screen::DESKTOP,
            set_heights,
        ),
        trial(
            "embed: a map that is shown later shows its area",
            Screen::DESKTOP,
            shown_later,
        ),
        trial("embed: in a sandbox", Screen::DESKTOP, sandbox),
        trial("embed: in a dark article", Screen::DESKTOP, dark),
        trial(
            "embed: the link stays without scripts",
            Screen::DESKTOP,
            without_scripts,
        ),
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
        trial_needing(
            &[Capability::Touch],
            "embed: one finger scrolls the article",
            Screen::PHONE,
            one_finger,
        ),
    ]
}

/// Waits for the credit below the map, which is rendered last.
pub async fn until_credited(page: &Page<'_>) -> Result<()> {
    page.until_script(
        "the last line",
        "return !!document.querySelector('[data-testid=credit] .source')?.innerText",
    )
    .await
}

/// Waits until a condition holds in the document of a frame. Only for frames without a sandbox.
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

/// The condition that a frame shows its figures, its map and its credit.
const COMPLETE: &str = "one('verdict')?.innerText
    && one('credit')?.innerText.includes('Source:') && \
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
        check_frame(page, Screen::DESKTOP.with_size(width, height), english).await?;
    }
    // Welsh has longer words, and a phone larger buttons.
    check_frame(
        page,
        Screen::PHONE.with_size(360, 520),
        ["?embed=1&lang=cy", "?embed=1&lang=cy&level=msoa"],
    )
    .await
}

async fn check_frame(page: &Page<'_>, screen: Screen, queries: [&str; 2]) -> Result<()> {
    page.set_screen(screen).await?;
    for query in queries {
        page.open(query).await?;
        until_credited(page).await?;
        let found = page
            .execute(
                "const root = document.documentElement;
                const parts = ['form.search', '[data-testid=verdict]', '.map-frame',
                    '.legend .classes', '[data-testid=credit] a', '[data-testid=credit] .source'];
                const out = parts.filter((part) => {
                    const e = document.querySelector(part), r = e.getBoundingClientRect();
                    return !e.checkVisibility() || r.left < 0 || r.top < 0 || r.right > innerWidth
                        || r.bottom > innerHeight + 1;
                });
                const { height } = document.querySelector('.map-frame').getBoundingClientRect();
                return { scrolls: [root.scrollWidth - innerWidth, root.scrollHeight - innerHeight],
                    out, map: height >= 100 }",
                vec![],
            )
            .await?;
        let expected = json!({ "scrolls": [0, 0], "out": [], "map": true });
        ensure!(
            found == expected,
            "{query} in {} by {}: {found:#}",
            screen.width,
            screen.height
        );
    }
    Ok(())
}

async fn over_the_map(page: &Page<'_>) -> Result<()> {
    page.go("?embed=1&date=2021-02-07&area=E08000033").await?;
    // The frame has no room for the timeline.
    page.until("Calderdale", |seen| {
        seen.open_area() == Some("E08000033")
            && seen.timeline.is_none()
            && seen.status_kind() == "quiet"
    })
    .await?;
    page.press("button", "Close the details").await?;
    page.until("no details", |seen| seen.open_area().is_none())
        .await?;
    page.until_script(
        "the table's button",
        "return !!document.querySelector('.more summary')",
    )
    .await?;
    let summary = "const summary = document.querySelector('.more summary');
        const { x, y } = summary.getBoundingClientRect();
        return [x + 9, y + 9]";
    for open in [true, false] {
        let at = page.execute(summary, vec![]).await?;
        let spot = rising_tests::page::ScreenPoint {
            x: at[0].as_f64().context("no summary")?,
            y: at[1].as_f64().context("no summary")?,
        };
        page.click(spot).await?;
        page.until("the table to open or close", |seen| {
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

/// Returns the height of a frame in the article.
async fn frame_height(page: &Page<'_>, frame: usize) -> Result<f64> {
    let script = format!(
        "return document.querySelectorAll('iframe')[{frame}].getBoundingClientRect().height"
    );
    page.execute(&script, vec![])
        .await?
        .as_f64()
        .context("the frame has no height")
}

/// Checks that the frame has the natural height of its page, that the height does not change any
/// more, and returns it.
async fn check_height(page: &Page<'_>, frame: usize) -> Result<f64> {
    until_inside(page, "the map", frame, COMPLETE).await?;
    let fits = "(() => { const root = inside.documentElement; root.dataset.natural = '';
        const natural = inside.querySelector('.page').scrollHeight; delete root.dataset.natural;
        return natural === root.clientHeight && root.scrollHeight === natural
            && root.scrollWidth <= root.clientWidth; })()";
    until_inside(page, "the frame's height", frame, fits).await?;
    let height = frame_height(page, frame).await?;
    tokio::time::sleep(Duration::from_millis(600)).await;
    ensure!(
        frame_height(page, frame).await? == height,
        "the height of the frame still changes"
    );
    Ok(height)
}

async fn height(page: &Page<'_>) -> Result<()> {
    page.go("examples/article.html").await?;
    let wide = check_height(page, 0).await?;
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
    page.set_screen(Screen::DESKTOP.with_size(360, 800)).await?;
    let narrow = check_height(page, 0).await?;
    ensure!(
        narrow != wide,
        "a narrower frame has the same height of {wide}"
    );
    // More content at the same width makes the frame higher; less makes it lower again.
    let add = "const inside = document.querySelector('iframe').contentDocument;
        const more = inside.createElement('p');
        more.id = 'more';
        more.style.height = '123px';
        inside.querySelector('.answer').append(more)";
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

async fn height_protocols(page: &Page<'_>) -> Result<()> {
    for parent in ["datawrapper", "amp", "pym"] {
        page.go(&format!("examples/{parent}.html")).await?;
        let told = "const { height } = document.querySelector('iframe').getBoundingClientRect();
            return height !== 400 && height > 300";
        page.until_script(&format!("the height in the page for {parent}"), told)
            .await?;
    }
    Ok(())
}

async fn forged_messages(page: &Page<'_>) -> Result<()> {
    page.go("examples/two.html").await?;
    let height = check_height(page, 0).await?;
    let forge = "
        const [first, second] = document.querySelectorAll('iframe');
        const send = (data, source, origin) =>
            window.dispatchEvent(new MessageEvent('message', { data, source, origin }));
        const heightMessage = (height) => ({ 'datawrapper-height': { rising: height } });
        const own = location.origin;
        for (const height of [NaN, Infinity, -5, 0, 10, 1e9, '555', '555px', null, undefined, {},
            [555]])
            send(heightMessage(height), first.contentWindow, own);
        for (const data of [null, undefined, 'datawrapper-height', 5, {},
            { 'datawrapper-height': null }, { 'datawrapper-height': 555 }])
            send(data, first.contentWindow, own);
        send(heightMessage(555), first.contentWindow, 'https://example.org');
        send(heightMessage(555), first.contentWindow, 'null');
        send(heightMessage(555), window, own);
        send(heightMessage(555), null, own);
        const stranger = document.body.appendChild(document.createElement('iframe'));
        send(heightMessage(555), stranger.contentWindow, own);
        stranger.remove();
        const kept = first.getBoundingClientRect().height;
        // A valid message has to be accepted, or the checks above would prove nothing.
        send(heightMessage(555), first.contentWindow, own);
        return [kept, first.getBoundingClientRect().height,
            second.getBoundingClientRect().height === 555];";
    let heights = page.execute(forge, vec![]).await?;
    let pixels = |at: usize| heights[at].as_f64();
    ensure!(
        pixels(0) == Some(height) && pixels(1) == Some(555.0),
        "{heights} after {height}"
    );
    ensure!(
        heights[2] == json!(false),
        "the message of one frame changed the height of another"
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
        check_height(page, frame).await?;
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

/// Serves an article under a name and opens it.
async fn open_article(page: &Page<'_>, name: &str, head: &str, body: &str) -> Result<()> {
    let html = format!(
        "<!doctype html><meta charset=utf-8><meta name=viewport \
            content='width=device-width,initial-scale=1'>\
         <title>An article</title><link rel=icon href=data:,>{head}<body>{body}"
    );
    page.site()
        .server()
        .set_fault(name, ResponseFault::Replaced(html.into_bytes()));
    page.go(name).await
}

/// Styles of themes and of boxes for videos that affect every frame in them.
const THEMES: [(&str, &str); 6] = [
    (
        "a reset",
        "img, video, iframe { max-width: 100%; height: auto } iframe { height: auto \
        !important }",
    ),
    (
        "a box without height and a padding",
        ".box { position: relative; height: 0; padding-bottom: 56.25%; overflow: hidden }
         .box iframe { position: absolute; top: 0; left: 0; width: 100%; height: 100% }",
    ),
    (
        "a pseudo-element's padding and everything laid over it",
        ".box { position: relative; width: 100% } .box::before { content: ''; display: block; \
            padding-top: 56.25% }
         .box > *, .box iframe { position: absolute; top: 0; left: 0; width: 100%; height: 100% }",
    ),
    (
        "a pseudo-element's padding and the frame laid over it",
        ".box { position: relative } .box::before { content: ''; display: block; padding-top: \
            56.25% }
         .box iframe { position: absolute; inset: 0; width: 100%; height: 100% }",
    ),
    (
        "a ratio",
        ".box { aspect-ratio: 16 / 9; overflow: hidden } .box iframe { width: 100%; \
        height: 100% }",
    ),
    (
        "a greatest height",
        "iframe { max-height: 320px; min-height: 0; width: auto }",
    ),
];

async fn themes(page: &Page<'_>) -> Result<()> {
    page.open("?area=E08000033&date=2021-02-07").await?;
    page.press("button", "Embed").await?;
    let script = snippet(page, "data-rising").await?;
    page.press("radio", "Plain iframe").await?;
    let frame = snippet(page, "<iframe ").await?;
    for (width, height) in [(390, 844), (700, 900)] {
        page.set_screen(Screen::DESKTOP.with_size(width, height))
            .await?;
        for (index, (theme, style)) in THEMES.iter().enumerate() {
            let style = format!("<style>{style}</style>");
            let body = |snippet: &str| {
                format!("<p>Before.</p><div class=box>{snippet}</div><p id=after>After.</p>")
            };
            open_article(
                page,
                &format!("theme-{width}-{index}-script.html"),
                &style,
                &body(&script),
            )
            .await?;
            check_height(page, 0)
                .await
                .with_context(|| format!("{theme} at {width}"))?;
            let place = page
                .execute(
                    "const box = (what) => document.querySelector(what).getBoundingClientRect();
                    const [frame, around, after] = [box('iframe'), box('.box'), box('#after')];
                    return [frame.top - around.top, around.bottom - frame.bottom,
                        after.top - frame.bottom, frame.width - around.width].map(Math.round)",
                    vec![],
                )
                .await?;
            // The 16 pixels are the margin of the paragraph.
            ensure!(place == json!([0, 0, 16, 0]), "{theme} at {width}: {place}");

            open_article(
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

/// Returns the placeholder of a map of Calderdale, with a link to a site.
fn placeholder(site: &str) -> String {
    format!(
        "<div data-rising data-area=E08000033>\
         <a href='{site}?area=E08000033'>Map: is my area rising?</a></div>"
    )
}

/// Returns the server under another name, which is another site to a browser.
fn other_site(page: &Page<'_>) -> String {
    page.site().server().url().replace("127.0.0.1", "localhost")
}

/// Serves a bundle of an article's own: the script after another one whose last line has no
/// semicolon.
async fn serve_bundle(page: &Page<'_>) -> Result<()> {
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

async fn script_variants(page: &Page<'_>) -> Result<()> {
    page.go("examples/index.html").await?;
    serve_bundle(page).await?;
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
    let place = placeholder(&site);
    let script = "<script src=embed.js></script>";
    let bundle = "<script src=cache/combined.js></script>";
    let later = |content: &str| {
        format!(
            "<script>setTimeout(() => {{ const box = document.createElement('div');
                box.innerHTML = {}; document.body.append(box) }}, 300)</script>",
            json!(content)
        )
    };
    let evaluated = "<script>fetch('embed.js').then((answer) => answer.text())
        .then((text) => (0, eval)(text))</script>";
    let variants = [
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
    for (variant, body) in variants {
        open_article(page, &format!("variant-{variant}.html"), "", &body).await?;
        until_inside(
            page,
            variant,
            0,
            "one('verdict')?.innerText.includes('Calderdale')",
        )
        .await?;
        let alone = "return document.querySelectorAll('iframe').length === 1
            && !document.querySelector('[data-rising] a')";
        page.until_script(&format!("one map, {variant}"), alone)
            .await?;
        check_height(page, 0)
            .await
            .with_context(|| variant.to_owned())?;
        let source = page
            .execute("return document.querySelector('iframe').src", vec![])
            .await?;
        ensure!(
            source == json!(format!("{site}?embed=1&area=E08000033")),
            "{variant}: {source}"
        );
    }
    // Without a link to a map, the placeholders stay as they are.
    open_article(
        page,
        "variant-nowhere.html",
        "",
        &format!(
            "<div data-rising>No link</div>\
             <div data-rising><a href='javascript:0'>Odd</a></div>{bundle}"
        ),
    )
    .await?;
    page.until_script("the bundle", "return typeof window.theme === 'function'")
        .await?;
    let kept = page
        .execute(
            "return [document.querySelectorAll('iframe').length,
        document.body.innerText.split(/\\s+/).join(' ').trim()]",
            vec![],
        )
        .await?;
    ensure!(kept == json!([0, "No link Odd"]), "{kept}");
    Ok(())
}

async fn clobbered(page: &Page<'_>) -> Result<()> {
    page.go("examples/index.html").await?;
    serve_bundle(page).await?;
    let (site, foreign) = (page.site().server().url(), other_site(page));
    page.expect_requests_to(&foreign);
    let images = format!("<img name=currentScript alt='' src='{foreign}favicon.svg'>");
    let two = format!("{images}<form name=currentScript></form>");
    let frames = "return [...document.querySelectorAll('iframe')]
        .map((frame) => [frame.src, frame.allow.includes('geolocation')])";
    for (name, body) in [
        (
            "own",
            format!(
                "{images}{}<script src=embed.js></script>",
                placeholder(&site)
            ),
        ),
        (
            "several",
            format!(
                "{two}{}<script src=embed.js async></script>",
                placeholder(&site)
            ),
        ),
    ] {
        open_article(page, &format!("clobbered-{name}.html"), "", &body).await?;
        until_inside(page, "the map", 0, COMPLETE).await?;
        let found = page.execute(frames, vec![]).await?;
        ensure!(
            found == json!([[format!("{site}?embed=1&area=E08000033"), true]]),
            "{name}: {found}"
        );
    }
    // A map that only a link identifies may not use the position of the reader.
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
            placeholder(&foreign)
        );
        open_article(page, &format!("clobbered-{name}.html"), "", &body).await?;
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
            "return !document.querySelector('[data-rising] a')
                && document.querySelector('iframe').offsetHeight > 400",
        )
        .await?;
    }
    Ok(())
}

async fn unanswering_frame(page: &Page<'_>) -> Result<()> {
    page.expect_failed_requests();
    page.go("examples/index.html").await?;
    serve_bundle(page).await?;
    let faster = "<script>const wait = setTimeout;
        window.setTimeout = (act, time) => wait(act, time / 20)</script>";
    let site = page.site().server().url();
    let body = format!(
        "{}<script src=cache/combined.js></script>",
        placeholder(&format!("{site}nowhere/"))
    );
    open_article(page, "unanswering_frame.html", faster, &body).await?;
    let both = "return !!document.querySelector('[data-rising] iframe + a')";
    page.until_script("the link below the frame", both).await
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
            placeholder(&site).replace(
                "data-rising",
                &format!("data-rising data-height='{height}'")
            )
        );
        open_article(
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
        placeholder(&site).replace("data-rising", "data-rising data-height=tall")
    );
    open_article(page, "height-tall.html", "", &body).await?;
    check_height(page, 0).await?;
    Ok(())
}

/// The condition that the outline of the selected area lies inside the map.
const OUTLINED: &str = "(() => {
    const canvas = inside.querySelectorAll('.choropleth canvas')[1],
        at = canvas?.getBoundingClientRect();
    if (!at?.width) return false;
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const box = inside.querySelector('.map').getBoundingClientRect();
    const scale = at.width / canvas.width;
    let some = false;
    for (let i = 0; i < canvas.width * canvas.height; i++) {
        if (data[4 * i + 3] < 128) continue;
        some = true;
        const x = at.x + scale * (i % canvas.width),
            y = at.y + scale * Math.floor(i / canvas.width);
        if (x < box.left - 5 || x > box.right + 5 || y < box.top - 5
            || y > box.bottom + 5) return false;
    }
    return some;
})()";

async fn shown_later(page: &Page<'_>) -> Result<()> {
    let site = page.site().server().url();
    let frame = format!(
        "<iframe src='{site}?embed=1&amp;area=E06000019' title=Map width=100% height=640 \
         style='border:0'></iframe>"
    );
    let script = format!("{}<script src=embed.js></script>", placeholder(&site));
    let hidden = [
        "display: none",
        "width: 0; height: 0; overflow: hidden",
        "position: absolute; width: 1px; height: 1px; overflow: hidden",
    ];
    for (width, height) in [(390, 844), (1280, 800)] {
        page.set_screen(Screen::DESKTOP.with_size(width, height))
            .await?;
        for (number, (body, style)) in [&frame, &script]
            .into_iter()
            .flat_map(|body| hidden.map(|style| (body, style)))
            .enumerate()
        {
            let body = format!("<div id=tab style='{style}'>{body}</div>");
            let name = format!("later-{width}-{number}.html");
            open_article(
                page,
                &name,
                "<style>#tab:not([style]) iframe { width: 100% }</style>",
                &body,
            )
            .await?;
            // A lazy frame is not loaded yet, others may be.
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
            seen.verdict.contains("315") && seen.is_settled()
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
    // Chunks load in a sandbox too.
    page.execute(
        "document.querySelector('.more summary').click();
            document.querySelector('tr[data-code=E06000017] a').click()",
        vec![],
    )
    .await?;
    let open = page
        .until("Rutland", |seen| {
            seen.open_area() == Some("E06000017") && seen.is_settled()
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
        "the height from the sandbox has no effect: {asked}"
    );
    Ok(())
}

async fn dark(page: &Page<'_>) -> Result<()> {
    page.go("examples/dark.html").await?;
    until_inside(page, "the map", 0, COMPLETE).await?;
    let colours = page
        .execute(
            "const inside = document.querySelector('iframe').contentWindow;
            return inside.getComputedStyle(inside.document.body).backgroundColor.match(/[\\d.]+/g)
                .map(Number)",
            vec![],
        )
        .await?;
    let sum: f64 = colours
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_f64)
        .sum();
    ensure!(sum < 200.0, "the background of a dark map is {colours}");
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
        .context("the article has no link to the map")?
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
        "one finger cannot scroll the article: {allowed}"
    );
    page.open("").await?;
    ensure!(
        page.execute(touch, vec![]).await? == json!("none"),
        "on the full page one finger does not move the map"
    );
    Ok(())
}

const SNIPPET: &str = "return document.querySelector('[data-testid=snippet]')?.value ?? ''";

/// Returns the code of the embed builder, once it contains `part`.
pub async fn snippet(page: &Page<'_>, part: &str) -> Result<String> {
    let holds = format!(
        "return (document.querySelector('[data-testid=snippet]')?.value ?? '').includes({})",
        json!(part)
    );
    page.until_script(&format!("{part} in the code for the article"), &holds)
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
        "return document.querySelector('.builder .said').innerText === 'Copied.'",
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
        "the builder scrolls sideways"
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
