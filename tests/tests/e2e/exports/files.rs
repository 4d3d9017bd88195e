//! Tests CSV and GeoJSON files against `prepare report`.

use std::fs;

use anyhow::{Context as _, Result, bail, ensure};
use geo::{LineString, MultiPolygon, Validation as _};
use geojson::feature::Id;
use geojson::{FeatureCollection, GeometryValue, JsonValue, PolygonType};
use libtest_mimic::Trial;
use rising_model::domain::area::Level;
use rising_model::domain::day::Day;
use rising_tests::browser::Screen;
use rising_tests::page::Page;
use rising_tests::page_state::PageState;
use rising_tests::report::{Count, Report, ReportRow};
use rising_tests::site::data;

use super::{download, downloads};
use crate::runner::trial;

pub fn trials() -> Vec<Trial> {
    vec![
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
            "exports: CSV has the filter and order of the table",
            Screen::DESKTOP,
            csv_of_table,
        ),
    ]
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

async fn csv_of_table(page: &Page<'_>) -> Result<()> {
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
        "the CSV of all areas has {} rows and begins with {:?}",
        every.len(),
        every.first()
    );
    Ok(())
}
