//! Is what is drawn seen? The map's own colours are measured in `crates/model/tests/colour.rs`;
//! letters are axe-core's to check.

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;
use libtest_mimic::Trial;
use rising_model::scale::{Breaks, Theme};
use rising_tests::browser::{Need, Screen};
use rising_tests::page::{Page, Spot};
use serde_json::json;

use crate::runner::{trial, trial_needing};

pub fn trials() -> Vec<Trial> {
    vec![
        trial(
            "colour: borders and focus are seen in every theme",
            Screen::DESKTOP,
            borders_and_focus,
        ),
        trial_needing(
            &[Need::ForcedColours],
            "colour: forced colours leave what means something",
            Screen::DESKTOP,
            forced,
        ),
        trial_needing(
            &[Need::Inspector],
            "colour: a browser that darkens pages leaves map and legend alike",
            Screen::DESKTOP,
            darkened_by_the_browser,
        ),
        trial(
            "colour: an extension that darkens pages leaves map and legend alike",
            Screen::DESKTOP,
            darkened_by_extension,
        ),
        trial(
            "colour: more contrast is heeded",
            Screen::DESKTOP.with_density(2.0),
            more_contrast,
        ),
    ]
}

/// WCAG's contrast of two colours as the browser computes them, in the page.
const CONTRAST: &str = "
const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
const luminance = (colour) => { const [r, g, b] = numbers(colour).map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
const contrast = (one, other) => { const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b); return (high + 0.05) / (low + 0.05); };
const ground = (e) => { for (; e; e = e.parentElement) { const { backgroundColor } = getComputedStyle(e);
    if ((numbers(backgroundColor)[3] ?? 1) === 1) return backgroundColor; } return 'rgb(255, 255, 255)'; };";

/// Fields, buttons that have a border, swatches: the border against what is around it.
const FAINT: &str = "
return [...document.querySelectorAll('input:not([type=range], [type=checkbox], [type=radio]), select, button, .segmented, .legend .swatch, .legend .mark')]
    .filter((e) => e.checkVisibility() && !e.disabled)
    .map((e) => [e, getComputedStyle(e)])
    .filter(([e, style]) => parseFloat(style.borderTopWidth) > 0 && (numbers(style.borderTopColor)[3] ?? 1) > 0)
    .map(([e, style]) => ({ what: e.outerHTML.slice(0, 80), ratio: Math.max(contrast(style.borderTopColor, ground(e.parentElement)), contrast(ground(e), ground(e.parentElement))) }))
    .filter(({ ratio }) => ratio < 3);";

/// What has the focus: its ring's width and contrast, or those of what shows the focus for it.
const RING: &str = "
const focus = document.activeElement, shown = [focus, focus.nextElementSibling].find((e) => e && getComputedStyle(e).outlineStyle !== 'none');
if (!shown) return { what: focus.outerHTML.slice(0, 80), width: 0, ratio: 0 };
const { outlineColor, outlineWidth } = getComputedStyle(shown);
return { what: focus.outerHTML.slice(0, 80), width: parseFloat(outlineWidth), ratio: contrast(outlineColor, ground(shown.parentElement)) };";

async fn rings_are_seen(page: &Page<'_>, what: &str) -> Result<()> {
    page.execute("document.activeElement.blur(); scrollTo(0, 0)", vec![])
        .await?;
    for step in 0..24 {
        page.key(Key::Tab).await?;
        let body = page
            .execute("return document.activeElement === document.body", vec![])
            .await?;
        if body == json!(true) {
            ensure!(step > 5, "{what}: the page has {step} stops");
            return Ok(());
        }
        let ring = page.execute(&format!("{CONTRAST}{RING}"), vec![]).await?;
        let at_least =
            |field: &str, least: f64| ring[field].as_f64().is_some_and(|value| value >= least);
        ensure!(
            at_least("width", 2.0) && at_least("ratio", 3.0),
            "{what}: the focus does not show: {ring}"
        );
    }
    Ok(())
}

async fn borders_and_focus(page: &Page<'_>) -> Result<()> {
    for scheme in ["light", "dark"] {
        for contrast in ["no-preference", "more"] {
            page.browser()
                .set_media(&[
                    ("prefers-color-scheme", scheme),
                    ("prefers-contrast", contrast),
                ])
                .await?;
            for query in ["", "?area=E06000017&date=2021-02-07", "?embed=1"] {
                page.open(query).await?;
                let what = format!("{scheme}, contrast {contrast}, {query}");
                let faint = page.execute(&format!("{CONTRAST}{FAINT}"), vec![]).await?;
                ensure!(faint == json!([]), "{what}: faint borders: {faint:#}");
                rings_are_seen(page, &what).await?;
            }
        }
    }
    Ok(())
}

async fn forced(page: &Page<'_>) -> Result<()> {
    for scheme in ["light", "dark"] {
        page.browser()
            .set_media(&[
                ("forced-colors", "active"),
                ("prefers-color-scheme", scheme),
            ])
            .await?;
        for query in ["?area=E06000017&date=2021-02-07", "?level=msoa", "?embed=1"] {
            page.open(query).await?;
            let what = format!("forced colours, {scheme}, {query}");
            page.check_accessibility(&what).await?;
            rings_are_seen(page, &what).await?;
            let found = page
                .execute(
                    "const style = (e) => getComputedStyle(e);
                    const swatches = [...document.querySelectorAll('.legend .swatch')].map((e) => style(e).backgroundColor);
                    const [on, off] = [':checked', ':not(:checked)'].map((is) => document.querySelector(`.segmented input${is} + span`));
                    const row = document.querySelector('tr[aria-current]');
                    const without = (parts) => [...document.querySelectorAll(parts)]
                        .filter((e) => style(e).borderTopStyle === 'none' || parseFloat(style(e).borderTopWidth) < 1).map((e) => e.outerHTML.slice(0, 80));
                    const borderless = without('select, .segmented, .zoom button, .search input');
                    // A word that passes has an edge of its own, and what stays in the line has the
                    // line's.
                    const line = document.querySelector('.status'), kind = line.dataset.kind;
                    line.querySelector(':scope > span').append('Loading');
                    line.dataset.kind = 'loading';
                    borderless.push(...without('.status > span'));
                    // A banner keeps its own while a word passes; in an article it has none above.
                    line.classList.add('stale');
                    if (style(line).borderLeftStyle === 'none' || parseFloat(style(line).borderLeftWidth) < 1) borderless.push('the banner');
                    line.classList.remove('stale');
                    line.dataset.kind = 'failed';
                    borderless.push(...without('.status'));
                    line.dataset.kind = kind;
                    return {
                        classes: new Set(swatches).size,
                        chosen: style(on).backgroundColor !== style(off).backgroundColor,
                        row: !row || style(row).outlineStyle !== 'none',
                        borderless,
                        patterns: [...document.querySelectorAll('.mark.missing, .mark.suppressed')].every((e) => style(e).backgroundImage !== 'none'),
                    };",
                    vec![],
                )
                .await?;
            let good = json!({ "classes": 8, "chosen": true, "row": true, "borderless": [], "patterns": true });
            ensure!(found == good, "{what}: {found:#}");
        }
    }
    Ok(())
}

/// The middle of each sample of the legend that is on screen.
const SAMPLES: &str = "
const shown = [...document.querySelectorAll('.legend .swatch')].filter((e) => e.checkVisibility({ visibilityProperty: true }));
shown[0]?.scrollIntoView({ block: 'end', behavior: 'instant' });
return shown.map((e) => e.getBoundingClientRect()).map((box) => [box.left + box.width / 2, box.top + box.height / 2]);";

/// The legend's classes have the colours that the map is painted in, whatever else is done to the
/// page.
async fn legend_shows_the_classes(page: &Page<'_>, theme: Theme, what: &str) -> Result<()> {
    let samples: Vec<(f64, f64)> = serde_json::from_value(page.execute(SAMPLES, vec![]).await?)?;
    let breaks = Breaks::default();
    ensure!(
        samples.len() == breaks.classes(),
        "{what}: {} samples",
        samples.len()
    );
    let picture = page.picture().await?;
    for (class, (x, y)) in (0..).zip(samples) {
        let expected = breaks.colour(class, theme);
        let found = picture.colour_around(Spot { x, y }, 2.0);
        let is_near =
            found.is_some_and(|found| found.iter().zip(expected).all(|(&a, b)| a.abs_diff(b) <= 2));
        ensure!(
            is_near,
            "{what}: class {class} is {found:?} in the legend and {expected:?} on the map"
        );
    }
    Ok(())
}

/// What the map shows most of, besides its sea.
async fn map_has_the_classes(page: &Page<'_>, theme: Theme, what: &str) -> Result<()> {
    page.execute(
        "document.querySelector('.page:not(#boot) .map-frame, .map-frame').scrollIntoView()",
        vec![],
    )
    .await?;
    let place = "const box = document.querySelector('.map-frame').getBoundingClientRect();
        return [box.left + box.width / 2, Math.min(box.top + box.height / 2, innerHeight - 100)]";
    let (x, y): (f64, f64) = serde_json::from_value(page.execute(place, vec![]).await?)?;
    let picture = page.picture().await?;
    let breaks = Breaks::default();
    let shares = (0..breaks.classes() as u8).map(|class| breaks.colour(class, theme));
    let share: f64 = shares
        .filter_map(|colour| picture.share_of(colour, Spot { x, y }, 90.0))
        .sum();
    ensure!(
        share > 0.2,
        "{what}: {share} of the map's middle is in the colours of its classes"
    );
    Ok(())
}

const DARKENED: [(&str, Theme); 4] = [
    ("?theme=light&date=2021-05-15", Theme::Light),
    ("?level=msoa&theme=light", Theme::Light),
    ("?embed=1&theme=light&date=2021-05-15", Theme::Light),
    ("?theme=dark&date=2021-05-15", Theme::Dark),
];

async fn darkened_by_the_browser(page: &Page<'_>) -> Result<()> {
    page.browser()
        .inspect(
            "Emulation.setAutoDarkModeOverride",
            json!({ "enabled": true }),
        )
        .await?;
    // Or the rest of this would show nothing.
    page.open("?theme=light").await?;
    let edge = page.picture().await?.colour_around(
        Spot {
            x: 1270.0,
            y: 400.0,
        },
        3.0,
    );
    ensure!(
        edge.is_some_and(|[red, ..]| red < 100),
        "the browser does not darken the page: {edge:?}"
    );
    for (query, theme) in DARKENED {
        page.open(query).await?;
        legend_shows_the_classes(page, theme, query).await?;
        map_has_the_classes(page, theme, query).await?;
    }
    Ok(())
}

/// As extensions do it: with rules of their own for all that style sheets and attributes colour.
async fn darkened_by_extension(page: &Page<'_>) -> Result<()> {
    let darken = "const sheet = new CSSStyleSheet();
        sheet.replaceSync(`* { background: #181a1b !important; color: #e8e6e3 !important; border-color: #736b5e !important; fill: #181a1b !important; }
            .map, .map *, .map-box { background: transparent !important; }`);
        document.adoptedStyleSheets = [sheet];";
    for (query, theme) in DARKENED {
        page.open(query).await?;
        page.execute(darken, vec![]).await?;
        legend_shows_the_classes(page, theme, query).await?;
        // The map's patterns are in the legend as well.
        let patterned = "return [...document.querySelectorAll('.legend .mark canvas')].map((c) =>
            new Set(new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer)).size)";
        let found = page.execute(patterned, vec![]).await?;
        let expected = if query.contains("msoa") {
            json!([2, 2, 1])
        } else {
            json!([2, 1])
        };
        ensure!(
            found == expected,
            "{query}: the samples have {found} colours each"
        );
    }
    Ok(())
}

async fn more_contrast(page: &Page<'_>) -> Result<()> {
    let soft = format!(
        "{CONTRAST} const e = document.querySelector('.masthead p'); return contrast(getComputedStyle(e).color, ground(e)) > 10"
    );
    for (scheme, line) in [("light", [0, 0, 0]), ("dark", [255, 255, 255])] {
        let mut lines = vec![];
        for contrast in ["no-preference", "more"] {
            page.browser()
                .set_media(&[
                    ("prefers-color-scheme", scheme),
                    ("prefers-contrast", contrast),
                ])
                .await?;
            page.open("?date=2021-02-07").await?;
            ensure!(
                page.execute(&soft, vec![]).await? == json!(contrast == "more"),
                "{scheme}, contrast {contrast}"
            );
            let view = page.map_view().await?;
            let picture = page.picture().await?;
            let reach = view.width.min(view.height) / 3.0;
            lines.push(
                picture
                    .share_of(line, view.middle(), reach)
                    .context("the map is beyond the picture")?,
            );
        }
        ensure!(
            lines[1] > 2.0 * lines[0],
            "{scheme}: borders cover {lines:?} of the map's middle"
        );
    }
    Ok(())
}
