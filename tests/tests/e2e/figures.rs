//! Tests that the figures on the page are those of `prepare report`.

use anyhow::{Context as _, Result, ensure};
use libtest_mimic::Trial;
use rising_tests::browser::Screen;
use rising_tests::page::Page;
use rising_tests::report::Report;

use crate::runner::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial(
            "figures: 7 February 2021",
            Screen::DESKTOP,
            date_of_articles,
        ),
        trial(
            "figures: chance in the details of two rises",
            Screen::DESKTOP,
            chance_in_details,
        ),
        trial(
            "figures: a date without clear changes",
            Screen::DESKTOP,
            no_clear_changes,
        ),
        trial(
            "figures: authorities on many dates",
            Screen::DESKTOP,
            authorities_on_many_dates,
        ),
        trial("figures: neighbourhoods", Screen::DESKTOP, neighbourhoods),
        trial("figures: every area", Screen::DESKTOP, every_area),
    ]
}

async fn date_of_articles(page: &Page<'_>) -> Result<()> {
    let seen = page.open("?date=2021-02-07").await?;
    ensure!(
        seen.totals == "12 rising, 302 falling, 1 unchanged. 1 rise and 195 falls are clear.",
        "{}",
        seen.totals
    );
    ensure!(seen.rows.len() == 12, "{} rows", seen.rows.len());
    let first = &seen.rows[0];
    ensure!(first.name == "Rutland", "{first:?}");
    ensure!(
        first.cells == ["485.9", "237.9", "194", "95", "▲ rising clear"],
        "{first:?}"
    );
    let clear: Vec<&str> = seen
        .rows
        .iter()
        .filter(|row| row.cells[4].contains("clear"))
        .map(|row| row.name.as_str())
        .collect();
    ensure!(
        clear == ["Rutland"],
        "the areas with a clear rise are {clear:?}"
    );
    let verdict = "12 of England's 315 local authorities were rising in the seven days to 7 \
        February 2021, one of them clearly.";
    ensure!(seen.verdict == verdict, "{}", seen.verdict);
    check_rows(page, "ltla", "2021-02-07", "england").await
}

/// The sentences about chance for two rises, one of them clear, in both languages.
async fn chance_in_details(page: &Page<'_>) -> Result<()> {
    for (query, area, sentence) in [
        (
            "",
            "E06000017",
            "Cases clearly rose, by more than chance explains: between 45 and 187 per cent more \
                than the week before.",
        ),
        (
            "",
            "E08000033",
            "Cases rose, by no more than chance may explain: between 3 per cent fewer and 43 per \
                cent more than the week before.",
        ),
        (
            "&lang=cy",
            "E06000017",
            "Cododd nifer yr achosion yn glir, yn fwy nag y mae siawns yn ei esbonio: 45 i 187 y \
                cant yn fwy nag yn yr wythnos flaenorol.",
        ),
        (
            "&lang=cy",
            "E08000033",
            "Cododd nifer yr achosion, ond heb fod yn fwy nag y gall siawns ei esbonio: rhwng 3 y \
                cant yn llai a 43 y cant yn fwy nag yn yr wythnos flaenorol.",
        ),
    ] {
        page.open(&format!("?date=2021-02-07&area={area}{query}"))
            .await?;
        let seen = page
            .until("the details", |seen| {
                seen.open_area() == Some(area) && seen.is_settled()
            })
            .await?;
        ensure!(
            seen.detail_text().contains(sentence),
            "{area}{query}: {}",
            seen.detail_text()
        );
        // The verdict is followed by the same sentence without the range.
        let (short, _) = sentence.split_once(':').context("no range")?;
        let text = page
            .execute(
                "return document.querySelector('[data-testid=support]').innerText",
                vec![],
            )
            .await?;
        ensure!(
            text.as_str()
                .is_some_and(|text| text.ends_with(&format!("{short}."))),
            "{area}{query}: {text}"
        );
    }
    let seen = page.open("?date=2021-02-07&lang=cy").await?;
    let verdict = "Roedd 12 o'r 315 awdurdod lleol yn Lloegr yn codi yn y saith diwrnod hyd at 7 \
        Chwefror 2021, un ohonynt yn glir.";
    ensure!(seen.verdict == verdict, "{}", seen.verdict);
    let totals = "12 yn codi, 302 yn gostwng, 1 heb newid. Yn glir: 1 yn codi, 195 yn gostwng.";
    ensure!(seen.totals == totals, "{}", seen.totals);
    Ok(())
}

async fn no_clear_changes(page: &Page<'_>) -> Result<()> {
    let seen = page.open("?date=2023-12-01").await?;
    let verdict = "152 of England's 315 local authorities were rising in the seven days to 1 \
        December 2023. \
                   No area's change is larger than chance explains.";
    ensure!(seen.verdict == verdict, "{}", seen.verdict);
    ensure!(
        seen.totals.ends_with(". 0 rises and 0 falls are clear."),
        "{}",
        seen.totals
    );
    check_rows(page, "ltla", "2023-12-01", "england").await?;
    let seen = page.open("?date=2023-12-01&lang=cy").await?;
    let none = "Nid oes newid mewn unrhyw ardal sy'n fwy nag y mae siawns yn ei esbonio.";
    ensure!(seen.verdict.ends_with(none), "{}", seen.verdict);
    Ok(())
}

async fn authorities_on_many_dates(page: &Page<'_>) -> Result<()> {
    for (date, nation) in [
        ("2020-03-20", "england"),
        ("2020-08-01", "uk"),
        ("2021-01-04", "england"),
        ("2021-01-11", "england"),
        ("2021-02-07", "wales"),
        ("2021-02-07", "scotland"),
        ("2021-02-07", "ni"),
        ("2021-10-27", "england"),
        ("2022-03-15", "uk"),
        ("2023-12-12", "england"),
    ] {
        page.open(&format!("?date={date}&nation={nation}")).await?;
        check_rows(page, "ltla", date, nation).await?;
    }
    Ok(())
}

async fn neighbourhoods(page: &Page<'_>) -> Result<()> {
    let seen = page.open("?level=msoa&date=2021-10-30").await?;
    ensure!(
        without_commas(&seen.totals)
            .starts_with("2249 rising 4304 falling 237 unchanged 1 unknown. "),
        "{}",
        seen.totals
    );
    for date in [
        "2021-10-30",
        "2022-12-31",
        "2021-02-06",
        "2020-06-13",
        "2020-03-21",
    ] {
        page.open(&format!("?level=msoa&date={date}")).await?;
        check_rows(page, "msoa", date, "england").await?;
    }
    Ok(())
}

/// All 380 rows: also the falling and unchanged areas and those without figures.
async fn every_area(page: &Page<'_>) -> Result<()> {
    page.open("?date=2021-02-07&nation=uk").await?;
    page.press("checkbox", "All areas").await?;
    let rows = page.all_rows(380).await?;
    let report = Report::load("ltla", "2021-02-07", "uk")?;
    for (row, expected) in rows.iter().zip(&report.rows) {
        ensure!(
            row.code == expected.code && row.cells == expected.cells(),
            "{row:?} is not {expected:?}"
        );
    }
    Ok(())
}

/// Removes all commas, between digits or words.
fn without_commas(text: &str) -> String {
    text.replace(',', "")
}

/// Checks that the totals and every row of the table are those of the report.
async fn check_rows(page: &Page<'_>, level: &str, date: &str, nation: &str) -> Result<()> {
    let case = format!("{level} {date} {nation}");
    let report = Report::load(level, date, nation)?;
    let first = page.state().await?;
    ensure!(
        without_commas(&first.totals) == without_commas(&report.totals()),
        "{case}: {} is not {}",
        first.totals,
        report.totals()
    );
    let rising: Vec<_> = report.rising_rows().collect();
    let rows = if first.rows.len() < rising.len() {
        page.all_rows(rising.len()).await?
    } else {
        first.rows
    };
    ensure!(
        rows.len() == rising.len(),
        "{case}: {} rows of {}",
        rows.len(),
        rising.len()
    );
    for (row, expected) in rows.iter().zip(&rising) {
        let same = row.code == expected.code
            && expected.name.starts_with(&row.name)
            && row.cells == expected.cells();
        ensure!(
            same,
            "{case}: {row:?} is not {:?} of {expected:?}",
            expected.cells()
        );
    }
    Ok(())
}
