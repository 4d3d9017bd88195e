//! Tests contrast and colours in every theme. `crates/look/tests/colour.rs` measures the colours
//! of the map, and axe-core the contrast of text.

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;
use libtest_mimic::Trial;
use rising_look::{Theme, class_colour};
use rising_model::domain::scale::Breaks;
use rising_tests::browser::{Capability, Screen};
use rising_tests::page::{Page, ScreenPoint};
use serde_json::json;

use crate::runner::{trial, trial_needing};

pub fn trials() -> Vec<Trial> {
    vec![
        trial(
            "colour: borders and focus are visible in every theme",
            Screen::DESKTOP,
            borders_and_focus,
        ),
        trial_needing(
            &[Capability::ForcedColours],
            "colour: forced colours keep what carries meaning",
            Screen::DESKTOP,
            forced,
        ),
        trial_needing(
            &[Capability::Inspector],
            "colour: a browser that darkens pages keeps map and legend alike",
            Screen::DESKTOP,
            darkened_by_browser,
        ),
        trial(
            "colour: an extension that darkens pages keeps map and legend alike",
            Screen::DESKTOP,
            darkened_by_extension,
        ),
        trial(
            "colour: prefers-contrast makes borders stronger",
            Screen::DESKTOP.with_density(2.0),
            more_contrast,
        ),
    ]
}

/// WCAG's contrast ratio of two computed colours, in JavaScript.
const CONTRAST: &str = "
const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
const linear = (value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
const luminance = (colour) => {
    const [r, g, b] = numbers(colour).map((value) => linear(value / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
};
const ground = (e) => {
    for (; e; e = e.parentElement) {
        const { backgroundColor } = getComputedStyle(e);
        if ((numbers(backgroundColor)[3] ?? 1) === 1) return backgroundColor;
    }
    return 'rgb(255, 255, 255)';
};";

/// Returns fields, bordered buttons and swatches whose border has too little contrast to its
/// surroundings.
const FAINT: &str = "
const bordered = ['input:not([type=range], [type=checkbox], [type=radio])', 'select', 'button',
    '.segmented', '.legend .swatch', '.legend .mark'];
return [...document.querySelectorAll(bordered.join())]
    .filter((e) => e.checkVisibility() && !e.disabled)
    .map((e) => [e, getComputedStyle(e)])
    .filter(([e, style]) => parseFloat(style.borderTopWidth) > 0
        && (numbers(style.borderTopColor)[3] ?? 1) > 0)
    .map(([e, style]) => ({ what: e.outerHTML.slice(0, 80),
        ratio: Math.max(contrast(style.borderTopColor, ground(e.parentElement)),
        contrast(ground(e), ground(e.parentElement))) }))
    .filter(({ ratio }) => ratio < 3);";

/// Returns the width and contrast of the outline of the focused element, or of the element that
/// shows the focus for it.
const RING: &str = "
const focus = document.activeElement;
const shown = [focus, focus.nextElementSibling]
    .find((e) => e && getComputedStyle(e).outlineStyle !== 'none');
if (!shown) return { what: focus.outerHTML.slice(0, 80), width: 0, ratio: 0 };
const { outlineColor, outlineWidth } = getComputedStyle(shown);
return { what: focus.outerHTML.slice(0, 80), width: parseFloat(outlineWidth),
    ratio: contrast(outlineColor, ground(shown.parentElement)) };";

async fn check_focus_rings(page: &Page<'_>, what: &str) -> Result<()> {
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
            "{what}: the focus is not visible: {ring}"
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
                check_focus_rings(page, &what).await?;
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
            check_focus_rings(page, &what).await?;
            let found = page
                .execute(
                    "const style = (e) => getComputedStyle(e);
                    const swatches = [...document.querySelectorAll('.legend .swatch canvas')]
                        .map((c) => c.getContext('2d').getImageData(2, 2, 1, 1).data.join());
                    const [on, off] = [':checked', ':not(:checked)']
                        .map((is) => document.querySelector(`.segmented input${is} + span`));
                    const row = document.querySelector('tr[aria-current]');
                    const without = (parts) => [...document.querySelectorAll(parts)]
                        .filter((e) => style(e).borderTopStyle === 'none'
                            || parseFloat(style(e).borderTopWidth) < 1)
                            .map((e) => e.outerHTML.slice(0, 80));
                    const borderless = without('select, .segmented, .zoom button, .search input');
                    // A passing message has an edge of its own, and a permanent one has the edge of
                    // the line.
                    const line = document.querySelector('.status'), kind = line.dataset.kind;
                    line.querySelector(':scope > span').append('Loading');
                    line.dataset.kind = 'loading';
                    borderless.push(...without('.status > span'));
                    // The banner keeps its edge while a message passes; in an article nothing is
                    // above it.
                    line.classList.add('stale');
                    if (style(line).borderLeftStyle === 'none'
                        || parseFloat(style(line).borderLeftWidth) < 1)
                        borderless.push('the banner');
                    line.classList.remove('stale');
                    line.dataset.kind = 'failed';
                    borderless.push(...without('.status'));
                    line.dataset.kind = kind;
                    return {
                        classes: new Set(swatches).size,
                        chosen: style(on).backgroundColor !== style(off).backgroundColor,
                        row: !row || style(row).outlineStyle !== 'none',
                        borderless,
                        patterns: [...document.querySelectorAll('.mark.missing, .mark.suppressed')]
                            .every((e) => style(e).backgroundImage !== 'none'),
                    };",
                    vec![],
                )
                .await?;
            let expected = json!({
                "classes": 8,
                "chosen": true,
                "row": true,
                "borderless": [],
                "patterns": true,
            });
            ensure!(found == expected, "{what}: {found:#}");
        }
    }
    Ok(())
}

/// Returns the middle of each visible sample of the legend.
const SAMPLES: &str = "
const shown = [...document.querySelectorAll('.legend .swatch')]
    .filter((e) => e.checkVisibility({ visibilityProperty: true }));
shown[0]?.scrollIntoView({ block: 'end', behavior: 'instant' });
return shown.map((e) => e.getBoundingClientRect())
    .map((box) => [box.left + box.width / 2, box.top + box.height / 2]);";

/// Checks that the legend has the colours of the map, whatever else changes the page.
async fn check_legend_colours(page: &Page<'_>, theme: Theme, what: &str) -> Result<()> {
    let samples: Vec<(f64, f64)> = serde_json::from_value(page.execute(SAMPLES, vec![]).await?)?;
    let breaks = Breaks::default();
    ensure!(
        samples.len() == breaks.classes(),
        "{what}: {} samples",
        samples.len()
    );
    let picture = page.screenshot().await?;
    for (class, (x, y)) in (0..).zip(samples) {
        let expected = class_colour(&breaks, class, theme);
        let found = picture.main_colour(ScreenPoint { x, y }, 2.0);
        let is_near =
            found.is_some_and(|found| found.iter().zip(expected).all(|(&a, b)| a.abs_diff(b) <= 2));
        ensure!(
            is_near,
            "{what}: class {class} is {found:?} in the legend and {expected:?} on the map"
        );
    }
    Ok(())
}

/// Checks that the map consists mostly of the colours of its classes, besides the sea.
async fn check_map_colours(page: &Page<'_>, theme: Theme, what: &str) -> Result<()> {
    page.execute(
        "document.querySelector('.map-frame').scrollIntoView()",
        vec![],
    )
    .await?;
    let place = "const box = document.querySelector('.map-frame').getBoundingClientRect();
        return [box.left + box.width / 2, Math.min(box.top + box.height / 2, innerHeight - 100)]";
    let (x, y): (f64, f64) = serde_json::from_value(page.execute(place, vec![]).await?)?;
    let picture = page.screenshot().await?;
    let breaks = Breaks::default();
    let shares = (0..breaks.classes() as u8).map(|class| class_colour(&breaks, class, theme));
    let share: f64 = shares
        .filter_map(|colour| picture.colour_share(colour, ScreenPoint { x, y }, 90.0))
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

async fn darkened_by_browser(page: &Page<'_>) -> Result<()> {
    page.browser()
        .inspect(
            "Emulation.setAutoDarkModeOverride",
            json!({ "enabled": true }),
        )
        .await?;
    // Otherwise the rest of this test would prove nothing.
    page.open("?theme=light").await?;
    let edge = page.screenshot().await?.main_colour(
        ScreenPoint {
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
        check_legend_colours(page, theme, query).await?;
        check_map_colours(page, theme, query).await?;
    }
    Ok(())
}

/// Adds rules as extensions do, for everything that style sheets and attributes colour.
async fn darkened_by_extension(page: &Page<'_>) -> Result<()> {
    let darken = "const sheet = new CSSStyleSheet();
        sheet.replaceSync(`* { background: #181a1b !important; color: #e8e6e3 !important;
            border-color: #736b5e !important; fill: #181a1b !important; }
            .map, .map *, .map-box { background: transparent !important; }`);
        document.adoptedStyleSheets = [sheet];";
    for (query, theme) in DARKENED {
        page.open(query).await?;
        page.execute(darken, vec![]).await?;
        check_legend_colours(page, theme, query).await?;
        // The legend also has the patterns of the map.
        let patterned = "return [...document.querySelectorAll('.legend .mark canvas')]
            .filter((c) => c.checkVisibility()).map((c) =>
            new Set(new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width,
                c.height).data.buffer)).size)";
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
        "{CONTRAST} const e = document.querySelector('.masthead p');
            return contrast(getComputedStyle(e).color, ground(e)) > 10"
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
            let picture = page.screenshot().await?;
            let reach = view.width.min(view.height) / 3.0;
            lines.push(
                picture
                    .colour_share(line, view.middle(), reach)
                    .context("the map is outside the screenshot")?,
            );
        }
        ensure!(
            lines[1] > 2.0 * lines[0],
            "{scheme}: borders cover {lines:?} of the map's middle"
        );
    }
    Ok(())
}
