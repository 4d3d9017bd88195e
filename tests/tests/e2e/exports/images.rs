//! Tests the PNG and SVG of the map.

use std::collections::{BTreeMap, HashSet};
use std::fs;

use anyhow::{Context as _, Result, ensure};
use libtest_mimic::Trial;
use resvg::tiny_skia::{IntRect, Paint, Pixmap, PremultipliedColorU8, Rect, Transform};
use resvg::usvg::{Options, Tree};
use rising_look::{Rgb, Theme};
use rising_model::domain::area::Level;
use rising_tests::browser::Screen;
use rising_tests::page::Page;
use rising_tests::report::{Report, ReportRow};
use rising_tests::site::data;

use super::{colours, download, downloads};
use crate::runner::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial(
            "exports: PNG and SVG of the map",
            Screen::DESKTOP,
            map_files,
        ),
        trial(
            "exports: dark PNG and SVG of neighbourhoods",
            Screen::PHONE,
            dark_map_files,
        ),
        trial(
            "exports: PNG and SVG are alike in both themes",
            Screen::DESKTOP,
            alike_files,
        ),
        trial(
            "exports: a PNG of random pixels is not saved",
            Screen::DESKTOP,
            random_pixels,
        ),
        trial(
            "exports: a PNG with changed pixels is saved with a warning",
            Screen::DESKTOP,
            changed_pixels,
        ),
    ]
}

/// Returns the colours of the first and the last area of the report that have one.
fn expected_colours(
    level: Level,
    date: &str,
    theme: Theme,
    rows: &[ReportRow],
) -> Result<Vec<Rgb>> {
    let (set, date) = (data()?, date.parse()?);
    let mut found = Vec::new();
    for row in [rows.first(), rows.iter().rfind(|row| row.rate.is_some())]
        .into_iter()
        .flatten()
    {
        found.extend(set.colour(level, set.level(level)?.area(&row.code)?, date, theme)?);
    }
    Ok(found)
}

async fn map_files(page: &Page<'_>) -> Result<()> {
    let folder = downloads(page, "map_files").await?;
    let seen = page.open("?date=2021-02-07&area=E06000017").await?;
    page.press("button", "Download").await?;
    let png = download(page, &folder, "PNG", "rising-england-2021-02-07.png").await?;
    let (width, height, found) = colours(&png)?;
    ensure!(
        width > 1200 && height > 1000 && png.len() > 50_000,
        "{width} by {height}, {} bytes",
        png.len()
    );
    let report = Report::load("ltla", "2021-02-07", "england")?;
    let own = data()?.colour(
        Level::Ltla,
        data()?.level(Level::Ltla)?.area("E06000017")?,
        "2021-02-07".parse()?,
        Theme::Light,
    )?;
    ensure!(
        own.is_some_and(|own| found.contains(&own)),
        "the PNG does not have the colour of Rutland"
    );

    let svg =
        String::from_utf8(download(page, &folder, "SVG", "rising-england-2021-02-07.svg").await?)?;
    let drawing = roxmltree::Document::parse(&svg)?;
    let title = drawing
        .root_element()
        .children()
        .find(|node| node.has_tag_name("title"));
    ensure!(
        title.and_then(|title| title.text()) == Some(seen.verdict.as_str()),
        "the title of the SVG is {title:?}"
    );
    let named = named_paths(&drawing);
    for row in &report.rows {
        ensure!(
            named.get(row.code.as_str()) == Some(&vec![row.name.as_str()]),
            "{row:?} is {:?}",
            named.get(&*row.code)
        );
    }
    let fills: HashSet<&str> = drawing
        .descendants()
        .filter_map(|node| node.attribute("fill"))
        .collect();
    let [red, green, blue] =
        expected_colours(Level::Ltla, "2021-02-07", Theme::Light, &report.rows[..1])?[0];
    ensure!(
        fills.contains(format!("#{red:02x}{green:02x}{blue:02x}").as_str()),
        "{fills:?}"
    );
    let words: String = drawing
        .descendants()
        .filter(roxmltree::Node::is_text)
        .filter_map(|node| node.text())
        .collect();
    for expected in [
        "7 February 2021",
        "UK Health Security Agency",
        "1,600+",
        "Birmingham",
        "Leeds",
    ] {
        ensure!(
            words.contains(expected),
            "the SVG does not contain {expected}: {words}"
        );
    }
    Ok(())
}

/// Returns the titles of the paths by their ids.
fn named_paths<'a>(drawing: &'a roxmltree::Document) -> BTreeMap<&'a str, Vec<&'a str>> {
    let mut named: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for path in drawing
        .descendants()
        .filter(|node| node.has_tag_name("path"))
    {
        let title = path
            .children()
            .find(|node| node.has_tag_name("title"))
            .and_then(|title| title.text());
        if let (Some(code), Some(title)) = (path.attribute("id"), title) {
            named.entry(code).or_default().push(title);
        }
    }
    named
}

async fn dark_map_files(page: &Page<'_>) -> Result<()> {
    let folder = downloads(page, "dark").await?;
    page.open("?level=msoa&date=2020-11-28&theme=dark").await?;
    page.press("button", "Download").await?;
    let png = download(
        page,
        &folder,
        "PNG",
        "rising-england-neighbourhoods-2020-11-28.png",
    )
    .await?;
    let (_, _, found) = colours(&png)?;
    let report = Report::load("msoa", "2020-11-28", "england")?;
    for colour in expected_colours(Level::Msoa, "2020-11-28", Theme::Dark, &report.rows)? {
        ensure!(found.contains(&colour), "the PNG does not have {colour:?}");
    }
    let svg = download(
        page,
        &folder,
        "SVG",
        "rising-england-neighbourhoods-2020-11-28.svg",
    )
    .await?;
    let text = String::from_utf8(svg)?;
    let drawing = roxmltree::Document::parse(&text)?;
    ensure!(
        drawing
            .descendants()
            .filter(|node| node.has_tag_name("pattern"))
            .filter_map(|node| node.attribute("id"))
            .filter(|id| id.starts_with("fill."))
            .count()
            == 1,
        "the map in the SVG does not have exactly one pattern, for suppressed counts"
    );
    let named = named_paths(&drawing);
    let row = report.rows.first().context("no neighbourhood")?;
    ensure!(
        named.get(row.code.as_str()) == Some(&vec![row.name.as_str()]),
        "{row:?} of {} names",
        named.len()
    );
    Ok(())
}

/// Two pixels are alike if no colour channel differs by more than this of 255.
const CHANNEL_TOLERANCE: u8 = 40;

/// The largest share of pixels of either map without an alike pixel of the other in their
/// neighbourhood of three by three. Edges of areas and patterns are smooth only in the SVG.
const DIFFERENCE: f64 = 0.01;

/// The PNG has the canvas of the map, and the SVG is drawn from the same scene. The maps are
/// compared without town names, because the SVG is drawn without fonts here.
async fn alike_files(page: &Page<'_>) -> Result<()> {
    let folder = downloads(page, "alike").await?;
    for theme in ["light", "dark"] {
        page.open(&format!("?date=2021-02-07&area=E06000017&theme={theme}"))
            .await?;
        page.press("button", "Download").await?;
        let name = "rising-england-2021-02-07";
        let png = download(page, &folder, "PNG", &format!("{name}.png")).await?;
        let svg = download(page, &folder, "SVG", &format!("{name}.svg")).await?;
        for file in ["png", "svg"] {
            fs::remove_file(folder.join(format!("{name}.{file}")))?;
        }
        let png = Pixmap::decode_png(&png)?;
        let drawing = Tree::from_data(&svg, &Options::default())?;
        let mut pixmap = Pixmap::new(png.width(), png.height()).context("no pixels")?;
        let scale = png.width() as f32 / drawing.size().width();
        resvg::render(
            &drawing,
            Transform::from_scale(scale, scale),
            &mut pixmap.as_mut(),
        );
        let place = MapPlace::in_svg(&svg)?;
        let (png, svg) = (place.cut(&png, scale)?, place.cut(&pixmap, scale)?);
        let different = difference(&png, &svg).max(difference(&svg, &png));
        ensure!(
            different < DIFFERENCE,
            "{theme}: {different} of the pixels of PNG and SVG differ"
        );
    }
    Ok(())
}

/// The places of the map and of the names on it, in CSS pixels of an exported picture.
struct MapPlace {
    map: Rect,
    names: Vec<Rect>,
}

impl MapPlace {
    fn in_svg(svg: &[u8]) -> Result<MapPlace> {
        let drawing = roxmltree::Document::parse(std::str::from_utf8(svg)?)?;
        let map = drawing
            .descendants()
            .find(|node| node.attribute("clip-path") == Some("url(#map.frame)"))
            .context("no map")?;
        let number = |node: &roxmltree::Node, name: &str| {
            let value = node.attribute(name).with_context(|| format!("no {name}"))?;
            anyhow::Ok(value.parse::<f32>()?)
        };
        let (left, top) = map
            .attribute("transform")
            .and_then(|moved| moved.strip_prefix("translate(")?.strip_suffix(')'))
            .and_then(|corner| corner.split_once(','))
            .context("the map has no corner")?;
        let (left, top) = (left.parse::<f32>()?, top.parse::<f32>()?);
        let sea = map.first_element_child().context("the map has no sea")?;
        let (width, height) = (number(&sea, "width")?, number(&sea, "height")?);
        let mut names = Vec::new();
        for name in map.descendants().filter(|node| node.has_tag_name("text")) {
            let letters = name.text().map_or(0, |text| text.chars().count()) as f32;
            // The name with its halo, and the dot before it.
            let (x, y) = (left + number(&name, "x")?, top + number(&name, "y")?);
            names.extend(Rect::from_xywh(
                x - 9.0,
                y - 13.0,
                letters * 8.0 + 12.0,
                19.0,
            ));
        }
        let map = Rect::from_xywh(left, top, width, height).context("no size")?;
        Ok(MapPlace { map, names })
    }

    /// Returns the map of a picture with `scale` pixels per CSS pixel, with black boxes for names.
    fn cut(&self, picture: &Pixmap, scale: f32) -> Result<Pixmap> {
        let mut picture = picture.clone();
        for &name in &self.names {
            let to_pixels = Transform::from_scale(scale, scale);
            picture.fill_rect(name, &Paint::default(), to_pixels, None);
        }
        let map = self.map.transform(Transform::from_scale(scale, scale));
        // Pixels that the map covers in part are left out.
        map.and_then(|map| {
            let (left, top) = (map.left().ceil() as i32, map.top().ceil() as i32);
            let (right, bottom) = (map.right().floor() as i32, map.bottom().floor() as i32);
            picture.clone_rect(IntRect::from_ltrb(left, top, right, bottom)?)
        })
        .context("no map")
    }
}

/// Returns the share of pixels of `one` that have no like nearby in `other`, which has its size.
fn difference(one: &Pixmap, other: &Pixmap) -> f64 {
    let (width, height) = (one.width() as usize, one.height() as usize);
    let near = |at: usize, size: usize| at.saturating_sub(1)..=(at + 1).min(size - 1);
    let is_alike = |a: PremultipliedColorU8, b: PremultipliedColorU8| {
        [
            (a.red(), b.red()),
            (a.green(), b.green()),
            (a.blue(), b.blue()),
        ]
        .iter()
        .all(|(a, b)| a.abs_diff(*b) <= CHANNEL_TOLERANCE)
    };
    let (one, other) = (one.pixels(), other.pixels());
    let has_like = |x: usize, y: usize| {
        near(y, height).any(|row| {
            near(x, width).any(|column| is_alike(one[y * width + x], other[row * width + column]))
        })
    };
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let lost = places.filter(|&(x, y)| !has_like(x, y)).count();
    lost as f64 / (width * height) as f64
}

/// Returns a script that changes the pixels read from a canvas, as browsers do against tracking.
fn change_pixels(change: &str) -> String {
    format!(
        "const read = CanvasRenderingContext2D.prototype.getImageData;
        CanvasRenderingContext2D.prototype.getImageData = function (...box) {{
            const image = read.apply(this, box);
            ({change})(image.data);
            return image;
        }};"
    )
}

async fn random_pixels(page: &Page<'_>) -> Result<()> {
    let folder = downloads(page, "noise").await?;
    page.add_init_script(&change_pixels(
        "(bytes) => bytes.forEach((_, at) => (bytes[at] = Math.random() * 256))",
    ))
    .await?;
    page.open("?date=2021-02-07").await?;
    page.press("button", "Download").await?;
    page.press("button", "PNG").await?;
    let message = "return document.querySelector('.downloads [role=status]').textContent";
    page.until_script(
        "the message about the PNG",
        &format!("{message}.startsWith('No PNG was saved.')"),
    )
    .await?;
    page.check_accessibility("the downloads without a PNG")
        .await?;
    let svg = download(
        page,
        &folder,
        "Save the map as SVG",
        "rising-england-2021-02-07.svg",
    )
    .await?;
    ensure!(svg.starts_with(b"<?xml"), "the file is not an SVG");
    page.until_script(
        "the message that the file is ready",
        &format!("{message}.startsWith('The file is ready')"),
    )
    .await?;
    let saved: Vec<_> = fs::read_dir(&folder)?
        .flatten()
        .map(|entry| entry.file_name())
        .collect();
    ensure!(
        saved == ["rising-england-2021-02-07.svg"],
        "the folder holds {saved:?}"
    );
    Ok(())
}

async fn changed_pixels(page: &Page<'_>) -> Result<()> {
    let folder = downloads(page, "slight-noise").await?;
    page.add_init_script(&change_pixels("(bytes) => (bytes[404] ^= 1)"))
        .await?;
    page.open("?date=2021-02-07").await?;
    page.press("button", "Download").await?;
    let png = download(page, &folder, "PNG", "rising-england-2021-02-07.png").await?;
    ensure!(colours(&png)?.0 > 1200, "the PNG is too narrow");
    page.until_script(
        "the message about the PNG",
        "return document.querySelector('.downloads [role=status]').textContent
            .includes('changed some of its pixels')",
    )
    .await?;
    page.control("button", "Save the map as SVG").await?;
    Ok(())
}
