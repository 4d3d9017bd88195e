//! Tests the verdict and the lists in the details against `prepare report`.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, ensure};
use libtest_mimic::Trial;
use rising_model::domain::area::Level;
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::day::Day;
use rising_tests::browser::Screen;
use rising_tests::page::Page;
use rising_tests::report::{Count, Report};
use rising_tests::site::data;

use super::{CALDERDALE, HEREFORDSHIRE};
use crate::runner::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial(
            "verdict: comparison with nation and authority",
            Screen::DESKTOP,
            compared,
        ),
        trial(
            "verdict: neighbours and hotspots",
            Screen::DESKTOP,
            neighbours_and_hotspots,
        ),
    ]
}

/// Returns the cases of all areas per 100,000 of their people, as the page writes the rate.
fn overall_rate(report: &Report, table: &AreaTable, date: Day) -> Result<String> {
    let (mut cases, mut people) = (0, 0);
    for row in &report.rows {
        let Count::Number(count) = row.count else {
            continue;
        };
        cases += count;
        let area = table
            .index_of(&row.code.parse()?)
            .and_then(|index| table.get(index));
        people += u64::from(
            area.with_context(|| format!("{} is not in the table", row.code))?
                .population
                .at(date),
        );
    }
    Ok(format!(
        "{:.1}",
        (cases as f64 * 1e6 / people as f64 + 0.5).floor() / 10.0
    ))
}

async fn compared(page: &Page<'_>) -> Result<()> {
    let table = &data()?.level(Level::Ltla)?.table;
    for (date, nation, name, code) in [
        ("2021-02-07", "england", "England", HEREFORDSHIRE),
        ("2021-02-07", "scotland", "Scotland", "S12000036"),
    ] {
        let expected = overall_rate(&Report::load("ltla", date, nation)?, table, date.parse()?)?;
        let open = page.open(&format!("?date={date}&area={code}")).await?;
        let sentence = format!("{name} as a whole is at {expected}");
        ensure!(
            open.everything.contains(&sentence),
            "\"{sentence}\" is not in {}",
            open.everything
        );
    }
    let golden = data()?
        .level(Level::Msoa)?
        .code_of("Golden Valley", HEREFORDSHIRE)?;
    let report = Report::load("ltla", "2020-11-28", "england")?;
    let england = overall_rate(&report, table, "2020-11-28".parse()?)?;
    let row = report
        .rows
        .iter()
        .find(|row| row.code == HEREFORDSHIRE)
        .context("no Herefordshire")?;
    let own = format!("{:.1}", row.rate.context("no rate")?);
    page.open(&format!("?level=msoa&date=2020-11-28&area={golden}"))
        .await?;
    let sentence =
        format!("Herefordshire as a whole is at {own}, England at {england} per 100,000 people.");
    page.until(&sentence, |seen| seen.everything.contains(&sentence))
        .await?;
    Ok(())
}

/// Returns the codes and figures of a list in the details.
async fn listed_areas(page: &Page<'_>, id: &str) -> Result<Vec<(String, String)>> {
    let script = "return [...document.querySelectorAll(`[data-testid=${arguments[0]}] li`)]
        .map(li => \
                  [li.dataset.code, li.querySelector('.figure').innerText])";
    let rows = page.execute(script, vec![id.into()]).await?;
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    Ok(rows
        .as_array()
        .into_iter()
        .flatten()
        .map(|row| (text(&row[0]), text(&row[1])))
        .collect())
}

async fn neighbours_and_hotspots(page: &Page<'_>) -> Result<()> {
    page.open(&format!("?area={CALDERDALE}")).await?;
    page.until("its neighbours", |seen| {
        seen.detail_text().contains("Next to Calderdale")
    })
    .await?;
    let around: BTreeSet<String> = listed_areas(page, "around")
        .await?
        .into_iter()
        .map(|(code, _)| code)
        .collect();
    // Bradford, Kirklees, Oldham, Rochdale, Burnley, Pendle and Rossendale.
    let known = [
        "E08000032",
        "E08000034",
        "E08000004",
        "E08000005",
        "E07000117",
        "E07000122",
        "E07000125",
    ];
    let known = known.map(str::to_owned);
    ensure!(around == BTreeSet::from(known), "{around:?}");

    page.open(&format!("?date=2020-11-28&area={HEREFORDSHIRE}"))
        .await?;
    page.until("its hotspots", |seen| {
        seen.detail_text()
            .contains("Hotspots and rising in Herefordshire")
    })
    .await?;
    let hotspots = listed_areas(page, "neighbourhoods").await?;
    let report = Report::load("msoa", "2020-11-28", "england")?;
    let own: Vec<(String, String)> = report
        .rows
        .iter()
        .filter(|row| {
            let table = &data().map(|data| data.level(Level::Msoa));
            let Ok(Ok(level)) = table else { return false };
            let area = row
                .code
                .parse()
                .ok()
                .and_then(|code| level.table.get(level.table.index_of(&code)?));
            area.and_then(|area| area.parent.as_ref())
                .is_some_and(|parent| parent.as_str() == HEREFORDSHIRE)
        })
        .map(|row| {
            (
                row.code.clone(),
                row.rate
                    .map_or("not published".into(), |rate| format!("{rate:.1}")),
            )
        })
        .collect();
    ensure!(hotspots == own, "{hotspots:?} is not {own:?}");
    Ok(())
}
