//! Tests what is requested, and when.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use fantoccini::key::Key;
use libtest_mimic::Trial;
use rising_model::domain::area::Level;
use rising_tests::browser::Screen;
use rising_tests::page::Page;
use rising_tests::site::data;
use xtask::server::ResponseFault;

use crate::runner::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial(
            "loading: the first view requests only what it shows",
            Screen::DESKTOP,
            first_view,
        ),
        trial(
            "loading: neighbourhoods load on demand",
            Screen::DESKTOP,
            neighbourhoods,
        ),
        trial(
            "loading: a later date requests its own chunk",
            Screen::DESKTOP,
            later_date,
        ),
        trial(
            "loading: history loads last and delays nothing",
            Screen::DESKTOP,
            history_loads_last,
        ),
    ]
}

/// The data files requested so far, without their folder, except the manifest.
fn data_files(page: &Page<'_>) -> BTreeSet<String> {
    let files = page.site().requested().into_iter();
    files
        .filter_map(|file| file.strip_prefix("data/").map(str::to_owned))
        .filter(|file| file != "manifest.json")
        .collect()
}

async fn first_view(page: &Page<'_>) -> Result<()> {
    page.open("").await?;
    page.map_view().await?;
    let manifest = &data()?.manifest;
    let files = data()?.files(Level::Ltla)?;
    let allowed: BTreeSet<String> = files
        .preload
        .iter()
        .cloned()
        .chain(manifest.places.iter().map(|places| places.file.clone()))
        .collect();
    let requested = data_files(page);
    ensure!(
        requested.is_subset(&allowed),
        "the first view requested {requested:?}, but needs only {allowed:?}"
    );
    ensure!(
        requested.contains(&files.areas.file) && requested.contains(&files.shapes.file),
        "{requested:?}"
    );

    // A file that is preloaded and then fetched in another way would be requested twice. Second
    // attempts have a query of their own. The manifest is excepted: the app revalidates it, and
    // Firefox revalidates the preloaded copy.
    let requests = page.site().server().requests().into_iter();
    let is_hashed = |path: &String| {
        [".bin", ".wasm", ".js", ".css"]
            .iter()
            .any(|end| path.contains(end))
    };
    let mut all: Vec<String> = requests.filter(is_hashed).collect();
    let number = all.len();
    all.sort_unstable();
    all.dedup();
    ensure!(
        all.iter().all(|path| !path.contains('?')),
        "a second attempt without need: {all:?}"
    );
    ensure!(
        all.len() == number,
        "some files were requested twice: {:?}",
        page.site().server().requests()
    );
    Ok(())
}

async fn neighbourhoods(page: &Page<'_>) -> Result<()> {
    page.open("?level=msoa").await?;
    page.map_view().await?;
    let set = data()?;
    let finer = set.files(Level::Msoa)?;
    let requested = data_files(page);
    ensure!(requested.contains(&finer.shapes.file), "{requested:?}");
    ensure!(
        !requested.contains(&finer.detail.file),
        "the first view requested the finest shapes"
    );
    let coarser = set.files(Level::Ltla)?;
    for file in [&coarser.shapes.file, &coarser.detail.file]
        .into_iter()
        .chain(coarser.counts.iter().map(|counts| &counts.file.file))
    {
        ensure!(
            !requested.contains(file),
            "neighbourhoods do not need {file}"
        );
    }
    Ok(())
}

async fn later_date(page: &Page<'_>) -> Result<()> {
    page.open("?date=2021-02-07").await?;
    let before = data_files(page);
    page.tab_until("the timeline", |seen| {
        seen.focus
            .as_ref()
            .is_some_and(|focus| focus.region == "timeline" && focus.tag == "input")
    })
    .await?;
    page.key(Key::End).await?;
    page.until("the last date", |seen| {
        seen.is_settled() && seen.caption.ends_with("12 December 2023")
    })
    .await?;
    let new: BTreeSet<String> = data_files(page).difference(&before).cloned().collect();
    let last = data()?
        .files(Level::Ltla)?
        .counts
        .last()
        .map(|counts| counts.file.file.clone());
    ensure!(
        new.iter().eq(last.iter()),
        "the last date requested {new:?}"
    );
    Ok(())
}

/// All files of history stall, on a server to which a browser opens no more than six connections.
async fn history_loads_last(page: &Page<'_>) -> Result<()> {
    let files = data()?.files(Level::Ltla)?;
    let first: BTreeSet<&String> = files.preload.iter().collect();
    let history: Vec<&String> = files
        .counts
        .iter()
        .map(|counts| &counts.file.file)
        .filter(|file| !first.contains(file))
        .collect();
    for file in &history {
        page.set_fault(file, ResponseFault::Stalled);
    }
    page.go("?area=E06000017&date=2021-02-07").await?;
    page.until("the view with its details", |seen| {
        seen.verdict.starts_with("Rising in Rutland")
            && seen.open_area() == Some("E06000017")
            && !seen.totals.is_empty()
    })
    .await?;
    page.map_view().await?;
    page.until_script(
        "the chart of the loaded dates",
        "return !!document.querySelector('[data-testid=area-detail] svg')",
    )
    .await?;
    let requested: Vec<String> = page.site().server().requests();
    let place = |file: &String| {
        requested
            .iter()
            .position(|path| path.ends_with(file.as_str()))
    };
    let of_history = history.iter().filter_map(|file| place(file)).min();
    for file in &first {
        let place = place(file);
        ensure!(
            place.is_some() && (of_history.is_none() || place < of_history),
            "{file} was requested late: {requested:#?}"
        );
    }
    // Everything else loads on the remaining connections: the search and the other level.
    page.press("combobox", "Find your area").await?;
    page.type_text("calderdale").await?;
    page.key(Key::Enter).await?;
    page.until("another area", |seen| seen.open_area() == Some("E08000033"))
        .await?;
    page.press("radio", "Neighbourhoods").await?;
    page.until("the other level", |seen| {
        seen.query().contains("level=msoa") && seen.caption.contains("neighbourhood")
    })
    .await?;
    page.site().server().clear_faults();
    page.go("?area=E06000017&date=2021-02-07").await?;
    page.until("the whole history", |seen| {
        seen.is_settled() && !seen.detail_text().contains("still loading")
    })
    .await?;
    Ok(())
}
