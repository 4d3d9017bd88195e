//! Converts between positions on the map and on the screen.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use rising_model::domain::area::AreaIndex;
use rising_model::shapes::geometry::Topology;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::page::{PATIENCE, Page, ScreenPoint};

/// Returns the position and zoom of the map, or `null` before the map is painted and while it
/// moves. Leaflet keeps an invisible element (`.leaflet-proxy`) at both. The transforms in `moving`
/// tell a map at rest from one in a busy browser, which may show the same frame for half a second.
const SCRIPT: &str = r#"
const map = document.querySelector(".leaflet-container");
const proxy = map?.querySelector(".leaflet-proxy");
const numbers = proxy?.style.transform.match(/-?[\d.]+(e[+-]?\d+)?/g)?.slice(-4).map(Number);
const notAtRest = ".leaflet-zoom-anim, .leaflet-pan-anim, .choropleth:not(.painted)";
if (!numbers || document.getElementById("boot") || map.querySelector(notAtRest)) return null;
const box = map.getBoundingClientRect();
const [x, y, , scale] = numbers;
const moving = [...map.querySelectorAll(".leaflet-map-pane, .choropleth")]
    .map((e) => e.style.transform).join();
return { left: box.left, top: box.top, width: map.clientWidth, height: map.clientHeight, x, y,
    scale, moving };
"#;

/// The part of the world that the map shows.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct MapView {
    /// The map's left edge in the viewport, in CSS pixels.
    pub left: f64,
    /// As `left`.
    pub top: f64,
    /// As `left`.
    pub width: f64,
    /// As `left`.
    pub height: f64,
    /// The world position of the middle, in CSS pixels at this zoom.
    x: f64,
    y: f64,
    /// CSS pixels for each CSS pixel at zoom 1.
    scale: f64,
    moving: String,
}

impl MapView {
    /// The zoom.
    pub fn zoom(&self) -> f64 {
        self.scale.log2() + 1.0
    }

    /// Converts a point in units of `unit_zoom` to the viewport.
    pub fn to_screen(&self, (x, y): (f64, f64), unit_zoom: u8) -> ScreenPoint {
        let scale = (self.zoom() - f64::from(unit_zoom)).exp2();
        ScreenPoint {
            x: self.left + self.width / 2.0 + x * scale - self.x,
            y: self.top + self.height / 2.0 + y * scale - self.y,
        }
    }

    /// Converts a point of the viewport to units of `unit_zoom`; the reverse of
    /// [`MapView::to_screen`].
    pub fn to_map(&self, spot: ScreenPoint, unit_zoom: u8) -> (f64, f64) {
        let scale = (f64::from(unit_zoom) - self.zoom()).exp2();
        (
            (spot.x - self.left - self.width / 2.0 + self.x) * scale,
            (spot.y - self.top - self.height / 2.0 + self.y) * scale,
        )
    }

    /// Returns the area at a point of the viewport, if everything within `room` CSS pixels belongs
    /// to it. Nearer to a border, rounding decides which area is hit.
    pub fn area_away_from_borders(
        &self,
        topology: &Topology,
        spot: ScreenPoint,
        room: f64,
    ) -> Option<AreaIndex> {
        let unit_zoom = topology.unit_zoom();
        let (x, y) = self.to_map(spot, unit_zoom);
        let area = (0..topology.len() as AreaIndex).find(|&area| {
            topology.bounds(area).is_some_and(|bounds| {
                let within = |low: i32, value: f64, high: i32| {
                    f64::from(low) <= value && value <= f64::from(high)
                };
                within(bounds.min.x, x, bounds.max.x) && within(bounds.min.y, y, bounds.max.y)
            }) && topology.contains(area, x, y)
        })?;
        let mut around = (0..8).map(|eighth| f64::from(eighth) * std::f64::consts::FRAC_PI_4);
        around
            .all(|angle| {
                let beside = ScreenPoint {
                    x: spot.x + room * angle.cos(),
                    y: spot.y + room * angle.sin(),
                };
                let (x, y) = self.to_map(beside, unit_zoom);
                topology.contains(area, x, y)
            })
            .then_some(area)
    }

    /// The middle of the map.
    pub fn middle(&self) -> ScreenPoint {
        ScreenPoint {
            x: self.left + self.width / 2.0,
            y: self.top + self.height / 2.0,
        }
    }

    /// Whether the point is on the map, at least 8 pixels from its edge.
    pub fn contains(&self, spot: ScreenPoint) -> bool {
        let inside = |value: f64, from: f64, length: f64| {
            (from + 8.0..=from + length - 8.0).contains(&value)
        };
        inside(spot.x, self.left, self.width) && inside(spot.y, self.top, self.height)
    }
}

impl Page<'_> {
    /// Waits until the map is at rest and returns its view.
    ///
    /// # Errors
    /// If there is no map, or it does not come to rest within [`PATIENCE`].
    pub async fn map_view(&self) -> Result<MapView> {
        let begun = Instant::now();
        let (mut last, mut same) = (Value::Null, 0);
        loop {
            let now = self.execute_between_pages(SCRIPT).await?;
            same = if now == last && !now.is_null() {
                same + 1
            } else {
                0
            };
            if same == 3 {
                return serde_json::from_value(now).context("the map's view");
            }
            last = now;
            ensure!(
                begun.elapsed() < PATIENCE,
                "the map never came to rest: {last}"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Returns the points that no other element covers, such as a button or the tooltip.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn unobstructed(
        &self,
        spots: Vec<(ScreenPoint, AreaIndex)>,
    ) -> Result<Vec<(ScreenPoint, AreaIndex)>> {
        let script = "return arguments[0].map(([x, y]) =>\
            !!document.elementsFromPoint(x, y)[0]?.closest('.leaflet-container'))";
        let places: Vec<_> = spots.iter().map(|(spot, _)| [spot.x, spot.y]).collect();
        let free = self.execute(script, vec![json!(places)]).await?;
        let free: Vec<bool> = serde_json::from_value(free)?;
        Ok(spots
            .into_iter()
            .zip(free)
            .filter(|&(_, free)| free)
            .map(|(spot, _)| spot)
            .collect())
    }

    /// Returns a point of the screen that is well inside an area.
    ///
    /// # Errors
    /// If there is no map.
    pub async fn spot_of(&self, topology: &Topology, area: AreaIndex) -> Result<ScreenPoint> {
        let point = topology
            .inside_point(area)
            .context("the area has no shape")?;
        let spot = self
            .map_view()
            .await?
            .to_screen((point.x.into(), point.y.into()), topology.unit_zoom());
        Ok(spot)
    }
}
