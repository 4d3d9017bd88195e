//! Tests the exports: sentences for a story, and files. They hold the figures that `prepare report`
//! prints.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use geo::{LineString, MultiPolygon, Validation as _};
use geojson::feature::Id;
use geojson::{FeatureCollection, GeometryValue, JsonValue, PolygonType};
use libtest_mimic::Trial;
use rising_model::area::Level;
use rising_model::day::Day;
use rising_model::scale::{Rgb, Theme};
use rising_tests::browser::Screen;
use rising_tests::page::{PATIENCE, Page};
use rising_tests::page_state::PageState;
use rising_tests::report::{Count, Report, ReportRow, prose};
use rising_tests::site::data;

use crate::runner::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial(
            "exports: the story equals that of prepare report",
            Screen::DESKTOP,
            story,
        ),
        trial(
            "exports: files of authorities",
            Screen::DESKTOP,
            authority_files,
        ),
        trial(
            "exports: files of neighbourhoods",
            Screen::DESKTOP,
            neighbourhood_files,
        ),
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
        trial("exports: accessible on a phone", Screen::PHONE, accessible),
        trial(
            "exports: the chunk loads when a panel opens",
            Screen::DESKTOP,
            chunk_on_demand,
        ),
        trial(
            "exports: CSV has the filter and order of the table",
            Screen::DESKTOP,
            csv_of_the_table,
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
        trial(
            "exports: a copied table has one line for each row",
            Screen::DESKTOP,
            copied_table,
        ),
        trial(
            "exports: a copied table on a phone has one line for each row",
            Screen::PHONE,
            copied_table,
        ),
    ]
}

/// Creates an empty folder and saves downloads in it.
pub async fn downloads(page: &Page<'_>, name: &str) -> Result<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("downloads")
        .join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    page.browser().set_downloads(&folder).await?;
    Ok(folder)
}

/// Presses the button of a format and returns the downloaded file.
pub async fn download(page: &Page<'_>, folder: &Path, format: &str, name: &str) -> Result<Vec<u8>> {
    page.press("button", format).await?;
    let (file, begun, mut before) = (folder.join(name), Instant::now(), 0);
    // Some browsers create an empty file first, and some write a large one in pieces.
    loop {
        let length = fs::metadata(&file).map_or(0, |file| file.len());
        if length > 0 && length == before {
            break;
        }
        before = length;
        if begun.elapsed() > PATIENCE {
            let found: Vec<_> = fs::read_dir(folder)?
                .flatten()
                .map(|entry| entry.file_name())
                .collect();
            bail!("no {name} was downloaded, but {found:?}");
        }
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    Ok(fs::read(&file)?)
}

async fn story(page: &Page<'_>) -> Result<()> {
    page.browser().allow_clipboard().await?;
    let herefordshire = [
        "--level",
        "ltla",
        "--date",
        "2021-10-27",
        "--area",
        "E06000019",
    ];
    for (query, arguments) in [
        (
            "?date=2021-02-07",
            vec!["--level", "ltla", "--date", "2021-02-07"],
        ),
        (
            "?date=2021-02-07&nation=wales",
            vec![
                "--level",
                "ltla",
                "--date",
                "2021-02-07",
                "--nation",
                "wales",
            ],
        ),
        (
            "?level=msoa&date=2020-11-28",
            vec!["--level", "msoa", "--date", "2020-11-28"],
        ),
        ("?date=2021-10-27&area=E06000019", herefordshire.to_vec()),
        (
            "?level=msoa&date=2020-11-28&area=E02002924",
            vec![
                "--level",
                "msoa",
                "--date",
                "2020-11-28",
                "--area",
                "E02002924",
            ],
        ),
    ] {
        page.open(query).await?;
        page.press("button", "Figures for a story").await?;
        check_copied(page, query, &prose(&arguments)?).await?;
        let shown = page
            .execute(
                "return document.querySelector('[data-testid=story]').innerText",
                vec![],
            )
            .await?;
        for line in prose(&arguments)?.lines() {
            let line = line.trim_start_matches("- ");
            ensure!(
                shown.as_str().is_some_and(|shown| shown.contains(line)),
                "{query} does not show {line}"
            );
        }
    }
    page.open("?date=2021-10-27&area=E06000019").await?;
    page.press("button", "Figures for a story").await?;
    page.press("spinbutton", "Hotspots from cases per 100,000")
        .await?;
    page.type_text("500\n").await?;
    page.key(fantoccini::key::Key::Tab).await?;
    check_copied(
        page,
        "a threshold",
        &prose(&[herefordshire.as_slice(), &["--threshold", "500"]].concat())?,
    )
    .await
}

/// Checks that the copied text is `expected`, followed by a link.
async fn check_copied(page: &Page<'_>, case: &str, expected: &str) -> Result<()> {
    let begun = Instant::now();
    loop {
        page.press("button", "Copy the text").await?;
        page.until_script(
            "the copy",
            "return document.querySelector('.story .said').textContent === 'Copied.'",
        )
        .await?;
        let copied = page.clipboard().await?.replace("\r\n", "\n");
        if let Some(rest) = copied.strip_prefix(expected) {
            ensure!(
                rest.trim().starts_with("http://") && rest.contains("date=20"),
                "{case}: the link is {rest}"
            );
            return Ok(());
        }
        // The figures of neighbourhoods may still load.
        ensure!(
            begun.elapsed() < PATIENCE,
            "{case}: the clipboard holds\n{copied}\nexpected\n{expected}"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn authority_files(page: &Page<'_>) -> Result<()> {
    let folder = downloads(page, "authorities").await?;
    page.open("?date=2021-02-07").await?;
    page.press("button", "Download").await?;
    let report = Report::load("ltla", "2021-02-07", "england")?;
    let csv = download(
        page,
        &folder,
        "All areas as CSV",
        "rising-england-2021-02-07.csv",
    )
    .await?;
    check_csv(&csv, &report, Level::Ltla)?;
    let features = download(
        page,
        &folder,
        "GeoJSON",
        "rising-england-2021-02-07.geojson",
    )
    .await?;
    check_features(&features, &report, Level::Ltla)
}

async fn neighbourhood_files(page: &Page<'_>) -> Result<()> {
    let folder = downloads(page, "neighbourhoods").await?;
    page.open("?level=msoa&date=2020-11-28").await?;
    page.press("button", "Download").await?;
    let report = Report::load("msoa", "2020-11-28", "england")?;
    let csv = download(
        page,
        &folder,
        "All areas as CSV",
        "rising-england-neighbourhoods-2020-11-28.csv",
    )
    .await?;
    check_csv(&csv, &report, Level::Msoa)?;
    let features = download(
        page,
        &folder,
        "GeoJSON",
        "rising-england-neighbourhoods-2020-11-28.geojson",
    )
    .await?;
    check_features(&features, &report, Level::Msoa)
}

/// Returns the name of the authority that a neighbourhood lies in; empty for an authority.
fn authority(level: Level, code: &str) -> Result<String> {
    let set = data()?;
    let own = set.level(level)?;
    let area = own
        .table
        .get(own.area(code)?)
        .context("an area without a row")?;
    let Some(parent) = &area.parent else {
        return Ok(String::new());
    };
    let authorities = &set.level(Level::Ltla)?.table;
    let index = authorities
        .index_of(parent)
        .context("an authority that is not listed")?;
    Ok(authorities
        .get(index)
        .context("an authority without a row")?
        .name
        .clone())
}

/// Returns the populations of the two rates of an area, and the name of the estimate of the later
/// one. Checks that each rate is its count per 100,000 of its population.
fn people(level: Level, row: &ReportRow, date: &str) -> Result<(u32, u32, String)> {
    let (table, date) = (&data()?.level(level)?.table, date.parse::<Day>()?);
    let area = table
        .index_of(&row.code.parse()?)
        .and_then(|index| table.get(index))
        .context("no such area")?;
    let [now, before] = [date, date - 7].map(|date| area.population.at(date));
    for (count, rate, people) in [
        (&row.count, row.rate, now),
        (&row.previous, row.previous_rate, before),
    ] {
        let (Count::Number(count), Some(rate)) = (count, rate) else {
            continue;
        };
        let exact = *count as f64 * 1e5 / f64::from(people);
        ensure!(
            (exact - rate).abs() < 0.0501,
            "{count} cases in {people} people are not {rate}"
        );
    }
    let vintage = table.vintage_of(area, date).context("no vintage")?;
    Ok((now, before, vintage.estimate.clone()))
}

fn check_csv(bytes: &[u8], report: &Report, level: Level) -> Result<()> {
    ensure!(
        bytes.starts_with(b"\xef\xbb\xbf"),
        "Excel would take the file for another encoding"
    );
    let mut reader = csv::Reader::from_reader(bytes);
    let header: Vec<&str> =
        "code,name,authority,nation,date,count,count_suppressed,previous,previous_suppressed,\
         change,rate,previous_rate,direction,grade,population,previous_population,\
         population_estimate"
            .split(',')
            .collect();
    ensure!(reader.headers()? == header, "{:?}", reader.headers()?);
    let records = reader.records().collect::<Result<Vec<_>, _>>()?;
    ensure!(
        records.len() == report.rows.len(),
        "{} records",
        records.len()
    );
    for (record, row) in records.iter().zip(&report.rows) {
        let (people, people_before, estimate) = people(level, row, &report.date)?;
        let rate = |rate: Option<f64>| rate.map(|rate| format!("{rate:.1}")).unwrap_or_default();
        let expected = [
            row.code.clone(),
            row.name.clone(),
            authority(level, &row.code)?,
            "England".to_owned(),
            report.date.clone(),
            csv_count(&row.count),
            is_suppressed(&row.count).to_string(),
            csv_count(&row.previous),
            is_suppressed(&row.previous).to_string(),
            change(row)
                .map(|change| change.to_string())
                .unwrap_or_default(),
            rate(row.rate),
            rate(row.previous_rate),
            row.direction.clone(),
            row.grade().to_owned(),
            people.to_string(),
            people_before.to_string(),
            estimate,
        ];
        ensure!(
            record == expected.as_slice(),
            "{record:?} is not {expected:?}"
        );
    }
    Ok(())
}

fn csv_count(count: &Count) -> String {
    match count {
        Count::Number(number) => number.to_string(),
        Count::Suppressed(_) | Count::Missing(_) => String::new(),
    }
}

fn is_suppressed(count: &Count) -> bool {
    matches!(count, Count::Suppressed(word) if word == "suppressed")
}

/// Returns the change in cases from the week before, if both counts are published.
fn change(row: &ReportRow) -> Option<i64> {
    match (&row.count, &row.previous) {
        (Count::Number(now), Count::Number(before)) => Some(*now as i64 - *before as i64),
        _ => None,
    }
}

fn check_features(bytes: &[u8], report: &Report, level: Level) -> Result<()> {
    let text = std::str::from_utf8(bytes)?;
    let collection: FeatureCollection = text.parse()?;
    ensure!(
        collection.features.len() == report.rows.len(),
        "{} features",
        collection.features.len()
    );
    for (feature, row) in collection.features.iter().zip(&report.rows) {
        ensure!(
            feature.id == Some(Id::String(row.code.clone())),
            "{:?} is not {}",
            feature.id,
            row.code
        );
        let properties = feature.properties.as_ref().context("no properties")?;
        let parent = authority(level, &row.code)?;
        let (people, people_before, estimate) = people(level, row, &report.date)?;
        for (name, expected) in [
            ("code", row.code.clone().into()),
            ("name", row.name.clone().into()),
            (
                "authority",
                if parent.is_empty() {
                    JsonValue::Null
                } else {
                    parent.into()
                },
            ),
            ("nation", "England".into()),
            ("date", report.date.clone().into()),
            ("count", json_count(&row.count)),
            ("count_suppressed", is_suppressed(&row.count).into()),
            ("previous", json_count(&row.previous)),
            ("previous_suppressed", is_suppressed(&row.previous).into()),
            ("change", change(row).into()),
            ("rate", row.rate.into()),
            ("previous_rate", row.previous_rate.into()),
            ("direction", row.direction.clone().into()),
            (
                "grade",
                if row.grade().is_empty() {
                    JsonValue::Null
                } else {
                    row.grade().into()
                },
            ),
            ("population", people.into()),
            ("previous_population", people_before.into()),
            ("population_estimate", estimate.into()),
        ] {
            ensure!(
                properties.get(name) == Some(&expected),
                "{name} of {row:?} is {:?}",
                properties.get(name)
            );
        }
        let polygons: &[PolygonType] =
            match feature.geometry.as_ref().map(|geometry| &geometry.value) {
                Some(GeometryValue::Polygon { coordinates }) => std::slice::from_ref(coordinates),
                Some(GeometryValue::MultiPolygon { coordinates }) => coordinates,
                other => bail!("{} has {other:?}", row.code),
            };
        for ring in polygons.iter().flat_map(|rings| rings.iter().enumerate()) {
            check_ring(ring, row)?;
        }
        let shape = MultiPolygon(polygons.iter().map(to_geo_polygon).collect());
        shape
            .check_validation()
            .with_context(|| format!("the shape of {} is not valid", row.code))?;
    }
    Ok(())
}

fn to_geo_polygon(rings: &PolygonType) -> geo::Polygon {
    let mut rings = rings
        .iter()
        .map(|ring| ring.iter().map(|at| (at[0], at[1])).collect::<LineString>());
    geo::Polygon::new(
        rings.next().unwrap_or_else(|| LineString::new(vec![])),
        rings.collect(),
    )
}

/// Checks that a ring is closed, is in the British Isles, and has the area on its left.
fn check_ring((number, ring): (usize, &Vec<geojson::Position>), row: &ReportRow) -> Result<()> {
    ensure!(
        ring.len() >= 4 && ring.first() == ring.last(),
        "a ring of {} is not closed",
        row.code
    );
    let twice: f64 = ring
        .windows(2)
        .map(|pair| pair[0][0] * pair[1][1] - pair[1][0] * pair[0][1])
        .sum();
    ensure!(
        (twice > 0.0) == (number == 0),
        "ring {number} of {} goes the wrong way round",
        row.code
    );
    let inside = ring
        .iter()
        .all(|at| (-9.0..2.0).contains(&at[0]) && (49.0..61.0).contains(&at[1]));
    ensure!(inside, "{} is outside the British Isles", row.code);
    Ok(())
}

fn json_count(count: &Count) -> JsonValue {
    match count {
        Count::Number(number) => (*number).into(),
        Count::Suppressed(_) | Count::Missing(_) => JsonValue::Null,
    }
}

/// Returns the width, the height and all colours of a PNG.
pub fn colours(bytes: &[u8]) -> Result<(u32, u32, HashSet<Rgb>)> {
    ensure!(
        bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
        "the file is not a PNG"
    );
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info()?;
    let mut pixels = vec![0; reader.output_buffer_size().context("too large")?];
    let info = reader.next_frame(&mut pixels)?;
    let found = pixels[..info.buffer_size()].chunks_exact(info.color_type.samples());
    Ok((
        info.width,
        info.height,
        found.map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect(),
    ))
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
        .filter(|node| node.is_text())
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
            .count()
            == 1,
        "the SVG does not have exactly one pattern, for suppressed counts"
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

async fn accessible(page: &Page<'_>) -> Result<()> {
    page.open("?date=2021-02-07").await?;
    page.press("button", "Figures for a story").await?;
    page.until_script(
        "the story",
        "return document.querySelectorAll('.story li').length > 12",
    )
    .await?;
    page.check_accessibility("a story").await?;
    page.press("button", "Download").await?;
    page.until_script(
        "the formats",
        "return document.querySelectorAll('.downloads li button').length === 5",
    )
    .await?;
    page.check_accessibility("the downloads").await?;
    let wide = page.execute(
        "return document.documentElement.scrollWidth > document.documentElement.clientWidth",
        vec![],
    );
    ensure!(
        wide.await? == JsonValue::Bool(false),
        "the page scrolls sideways"
    );
    Ok(())
}

async fn chunk_on_demand(page: &Page<'_>) -> Result<()> {
    page.open("").await?;
    let is_loaded = |page: &Page<'_>| {
        page.site()
            .requested()
            .iter()
            .any(|file| file.starts_with("export-"))
    };
    ensure!(
        !is_loaded(page),
        "the chunk for exports loaded before a panel was opened"
    );
    page.press("button", "Download").await?;
    page.until_script(
        "the formats",
        "return document.querySelectorAll('.downloads li').length === 5",
    )
    .await?;
    ensure!(is_loaded(page), "{:?}", page.site().requested());
    // The button closes the panel again.
    page.press("button", "Download").await?;
    page.until_script(
        "the panel to close",
        "return !document.querySelector('.downloads')",
    )
    .await
}

async fn csv_of_the_table(page: &Page<'_>) -> Result<()> {
    let folder = downloads(page, "table").await?;
    page.open("?date=2021-02-07").await?;
    page.press("button", "Download").await?;
    let name = "rising-england-2021-02-07-table.csv";
    let codes = |csv: &[u8]| -> Result<Vec<String>> {
        let records = csv::Reader::from_reader(csv)
            .into_records()
            .collect::<Result<Vec<_>, _>>()?;
        Ok(records.iter().map(|record| record[0].to_owned()).collect())
    };
    let rows = |seen: &PageState| {
        seen.rows
            .iter()
            .map(|row| row.code.clone())
            .collect::<Vec<_>>()
    };

    let rising = codes(&download(page, &folder, "CSV", name).await?)?;
    ensure!(
        rising.len() == 12 && rising == rows(&page.state().await?),
        "the CSV has {rising:?}"
    );
    fs::remove_file(folder.join(name))?;

    // All rows, of which the table shows the first page.
    page.press("checkbox", "All areas").await?;
    page.press("button", "Cases seven days").await?;
    let first = page
        .until("the largest count first", |seen| {
            seen.rows
                .first()
                .is_some_and(|row| row.name == "Birmingham")
        })
        .await?;
    let all = codes(&download(page, &folder, "CSV", name).await?)?;
    ensure!(
        all.len() == 315 && all.starts_with(&rows(&first)),
        "sorted by count the CSV has {all:?}"
    );
    fs::remove_file(folder.join(name))?;

    page.press("searchbox", "Name has").await?;
    page.type_text("NEW").await?;
    let found = page
        .until("the areas found", |seen| (2..20).contains(&seen.rows.len()))
        .await?;
    let filtered = codes(&download(page, &folder, "CSV", name).await?)?;
    ensure!(
        filtered == rows(&found),
        "{filtered:?} is not {:?}",
        found.rows
    );
    let every = codes(
        &download(
            page,
            &folder,
            "All areas as CSV",
            "rising-england-2021-02-07.csv",
        )
        .await?,
    )?;
    ensure!(
        every.len() == 315 && every[0] == "E06000017",
        "all areas are {} from {:?} on",
        every.len(),
        every.first()
    );
    Ok(())
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
    let said = "return document.querySelector('.downloads [role=status]').textContent";
    page.until_script(
        "the message about the PNG",
        &format!("{said}.startsWith('No PNG was saved.')"),
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
        &format!("{said}.startsWith('The file is ready')"),
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

async fn copied_table(page: &Page<'_>) -> Result<()> {
    for query in [
        "?date=2021-02-07",
        "?level=msoa&date=2020-11-28",
        "?date=2021-02-07&lang=cy",
    ] {
        let seen = page.open(query).await?;
        let copied = page
            .execute(
                "const table = document.querySelector('[data-testid=rising-list]');
                getSelection().selectAllChildren(table);
                return String(getSelection());",
                vec![],
            )
            .await?;
        let copied = copied.as_str().context("the selection is empty")?;
        let lines: Vec<Vec<&str>> = copied
            .lines()
            .map(|line| line.split('\t').map(str::trim).collect())
            .collect();
        let rows: Vec<_> = lines.iter().filter(|cells| cells.len() > 1).collect();
        ensure!(
            rows.len() == seen.rows.len() + 1,
            "{query}: {} rows in {copied}",
            rows.len()
        );
        ensure!(
            rows.iter().all(|cells| cells.len() == 6),
            "{query}: a line does not have six cells: {copied}"
        );
        for (cells, row) in rows[1..].iter().zip(&seen.rows) {
            ensure!(
                cells[0].starts_with(&row.name) && cells[1].replace(',', "") == row.cells[0],
                "{cells:?} is not {row:?}"
            );
        }
        ensure!(
            rows[0].iter().all(|cell| !cell.is_empty()),
            "{query}: a header is empty: {copied}"
        );
    }
    Ok(())
}
