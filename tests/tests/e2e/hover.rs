//! Do the words beside the pointer stay as long as they are read?

use std::time::Duration;

use anyhow::{Result, ensure};
use fantoccini::key::Key;
use libtest_mimic::Trial;
use rising_model::area::Level;
use rising_tests::browser::Screen;
use rising_tests::page::{Page, Spot};
use rising_tests::seen::Seen;
use rising_tests::site::data;

use crate::runner::trial;

pub fn trials() -> Vec<Trial> {
    vec![trial(
        "hover: the words beside the pointer can be gone to",
        Screen::DESKTOP,
        words_that_stay,
    )]
}

/// Longer than a hand stops on its way elsewhere.
const REST: Duration = Duration::from_millis(400);

/// Who sees the screen enlarged may have to go to the words to read them ([WCAG 1.4.13]).
///
/// [WCAG 1.4.13]: https://www.w3.org/WAI/WCAG22/Understanding/content-on-hover-or-focus
async fn words_that_stay(page: &Page<'_>) -> Result<()> {
    page.open("").await?;
    let england = data()?.level(Level::Ltla)?;
    let spot = page
        .spot_of(&england.topology, england.area("E06000017")?)
        .await?;
    let rutland = |seen: &Seen| seen.tooltip.contains("Rutland");
    let box_of =
        "const box = document.querySelector('[data-testid=tooltip]').getBoundingClientRect();
        return [box.left + box.width / 2, box.top + box.height / 2, box.top]";
    let rest_there = async || -> Result<[f64; 3]> {
        page.hover(spot).await?;
        page.until("Rutland beside the pointer", rutland).await?;
        tokio::time::sleep(REST).await;
        Ok(serde_json::from_value(page.execute(box_of, vec![]).await?)?)
    };

    let [x, y, top] = rest_there().await?;
    for part in [0.1, 0.3, 0.5, 0.8, 1.0] {
        page.hover(Spot {
            x: spot.x + (x - spot.x) * part,
            y: spot.y + (y - spot.y) * part,
        })
        .await?;
        let seen = page.seen().await?;
        ensure!(
            rutland(&seen),
            "on the way to the words, at {part}, they are \"{}\"",
            seen.tooltip
        );
    }
    tokio::time::sleep(REST).await;
    ensure!(
        rutland(&page.seen().await?),
        "the words go from under the pointer"
    );
    page.click(Spot { x, y }).await?;
    page.until("the details of what the words say", |seen| {
        seen.open_area() == Some("E06000017") && seen.settled()
    })
    .await?;
    page.key(Key::Escape).await?;
    page.until("words and details gone", |seen| {
        seen.tooltip.is_empty() && seen.detail.is_none()
    })
    .await?;

    // Beyond them is another area.
    rest_there().await?;
    page.hover(Spot { x, y: top - 12.0 }).await?;
    page.until("other words", |seen| {
        !seen.tooltip.is_empty() && !rutland(seen)
    })
    .await?;

    // Escape needs no focus on the map.
    rest_there().await?;
    page.execute("document.activeElement.blur()", vec![])
        .await?;
    page.key(Key::Escape).await?;
    page.until("no words", |seen| seen.tooltip.is_empty())
        .await?;
    Ok(())
}
