//! Tests the exports: sentences for a story, and files. They hold the figures that `prepare report`
//! prints.

mod files;
mod images;

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use geojson::JsonValue;
use libtest_mimic::Trial;
use rising_look::Rgb;
use rising_tests::browser::Screen;
use rising_tests::page::{PATIENCE, Page};
use rising_tests::report::prose;

use crate::runner::trial;

pub fn trials() -> Vec<Trial> {
    let own = vec![
        trial(
            "exports: the story equals that of prepare report",
            Screen::DESKTOP,
            story,
        ),
        trial("exports: accessible on a phone", Screen::PHONE, accessible),
        trial(
            "exports: the chunk loads when a panel opens",
            Screen::DESKTOP,
            chunk_on_demand,
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
    ];
    [own, files::trials(), images::trials()]
        .into_iter()
        .flatten()
        .collect()
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
            "return document.querySelector('.story .message').textContent === 'Copied.'",
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
