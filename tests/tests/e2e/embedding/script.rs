//! Tests the script for articles against themes, bundles, forged messages and hidden frames.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
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
            "embed: the script accepts only its own frames and sensible heights",
            Screen::DESKTOP,
            forged_messages,
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
    ]
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
        const height = first.getBoundingClientRect().height;
        // A valid message has to be accepted, or the checks above would prove nothing.
        send(heightMessage(555), first.contentWindow, own);
        return [height, first.getBoundingClientRect().height,
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
    // WebKit's driver loads no images of another host; only their addresses matter here.
    page.allow_console_errors("img failed to load");
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
