//! Tests that the tooltip beside the pointer can be reached and dismissed.

use std::time::Duration;

use anyhow::{Result, ensure};
use fantoccini::key::Key;
use libtest_mimic::Trial;
use rising_model::domain::area::Level;
use rising_tests::browser::Screen;
use rising_tests::page::{Page, ScreenPoint};
use rising_tests::page_state::PageState;
use rising_tests::site::data;

use crate::runner::trial;

pub fn trials() -> Vec<Trial> {
    vec![trial(
        "hover: the pointer can reach the tooltip",
        Screen::DESKTOP,
        tooltip_stays,
    )]
}

/// Longer than a pointer rests on its way elsewhere.
const REST: Duration = Duration::from_millis(400);

/// Users of a screen magnifier may have to move the pointer to the tooltip to read it ([WCAG
/// 1.4.13]).
///
/// [WCAG 1.4.13]: https://www.w3.org/WAI/WCAG22/Understanding/content-on-hover-or-focus
async fn tooltip_stays(page: &Page<'_>) -> Result<()> {
    page.open("").await?;
    let england = data()?.level(Level::Ltla)?;
    let spot = page
        .spot_of(&england.topology, england.area("E06000017")?)
        .await?;
    let rutland = |seen: &PageState| seen.tooltip.contains("Rutland");
    let box_of =
        "const box = document.querySelector('[data-testid=tooltip]').getBoundingClientRect();
        return [box.left + box.width / 2, box.top + box.height / 2, box.top]";
    let rest_there = async || -> Result<[f64; 3]> {
        page.hover(spot).await?;
        page.until("the tooltip of Rutland", rutland).await?;
        tokio::time::sleep(REST).await;
        Ok(serde_json::from_value(page.execute(box_of, vec![]).await?)?)
    };

    let [x, y, top] = rest_there().await?;
    for part in [0.1, 0.3, 0.5, 0.8, 1.0] {
        page.hover(ScreenPoint {
            x: spot.x + (x - spot.x) * part,
            y: spot.y + (y - spot.y) * part,
        })
        .await?;
        let seen = page.state().await?;
        ensure!(
            rutland(&seen),
            "on the way to the tooltip, at {part}, it says \"{}\"",
            seen.tooltip
        );
    }
    tokio::time::sleep(REST).await;
    ensure!(
        rutland(&page.state().await?),
        "the tooltip disappears under the pointer"
    );
    page.click(ScreenPoint { x, y }).await?;
    page.until("the details of the area in the tooltip", |seen| {
        seen.open_area() == Some("E06000017") && seen.is_settled()
    })
    .await?;
    page.key(Key::Escape).await?;
    page.until("no tooltip and no details", |seen| {
        seen.tooltip.is_empty() && seen.detail.is_none()
    })
    .await?;

    // Beyond the tooltip is another area.
    rest_there().await?;
    page.hover(ScreenPoint { x, y: top - 12.0 }).await?;
    page.until("another tooltip", |seen| {
        !seen.tooltip.is_empty() && !rutland(seen)
    })
    .await?;

    // Escape works without the focus on the map.
    rest_there().await?;
    page.execute("document.activeElement.blur()", vec![])
        .await?;
    page.key(Key::Escape).await?;
    page.until("no tooltip", |seen| seen.tooltip.is_empty())
        .await?;
    Ok(())
}
