//! Where places are on the map on screen.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use rising_model::area::AreaIndex;
use rising_model::geometry::Topology;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::page::{PATIENCE, Page, Spot};

/// Leaflet keeps an invisible element at the position and the scale of its view; the rest is where
/// the map's box is. While it moves there is none: a browser that has much to do may show the same
/// for half a second. Nor is there one before it is painted, and behind the opening that is written
/// into the page.
const SCRIPT: &str = r#"
const map = document.querySelector(".leaflet-container");
const proxy = map?.querySelector(".leaflet-proxy");
const numbers = proxy?.style.transform.match(/-?[\d.]+(e[+-]?\d+)?/g)?.slice(-4).map(Number);
if (!numbers || document.getElementById("boot") || map.querySelector(".leaflet-zoom-anim, .leaflet-pan-anim, .choropleth:not(.painted)")) return null;
const box = map.getBoundingClientRect();
const [x, y, , scale] = numbers;
const moving = [...map.querySelectorAll(".leaflet-map-pane, .choropleth")].map((e) => e.style.transform).join();
return { left: box.left, top: box.top, width: map.clientWidth, height: map.clientHeight, x, y, scale, moving };
"#;

/// The part of the world that the map shows.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct MapView {
    /// The map's box in the viewport, in CSS pixels.
    pub left: f64,
    /// As `left`.
    pub top: f64,
    /// As `left`.
    pub width: f64,
    /// As `left`.
    pub height: f64,
    /// The world position of its middle, in CSS pixels at its zoom.
    x: f64,
    y: f64,
    /// CSS pixels per CSS pixel at zoom 1.
    scale: f64,
    moving: String,
}

impl MapView {
    /// Its zoom.
    pub fn zoom(&self) -> f64 {
        self.scale.log2() + 1.0
    }

    /// Where a point in units of that zoom is in the viewport.
    pub fn place(&self, (x, y): (f64, f64), unit_zoom: u8) -> Spot {
        let scale = (self.zoom() - f64::from(unit_zoom)).exp2();
        Spot {
            x: self.left + self.width / 2.0 + x * scale - self.x,
            y: self.top + self.height / 2.0 + y * scale - self.y,
        }
    }

    /// The reverse of [`MapView::place`].
    pub fn unplace(&self, spot: Spot, unit_zoom: u8) -> (f64, f64) {
        let scale = (f64::from(unit_zoom) - self.zoom()).exp2();
        (
            (spot.x - self.left - self.width / 2.0 + self.x) * scale,
            (spot.y - self.top - self.height / 2.0 + self.y) * scale,
        )
    }

    /// The area at a point of the viewport, if all within `room` CSS pixels of it is the same
    /// area's: nearer to a border it depends on rounding which one it is.
    pub fn area_well_inside(
        &self,
        topology: &Topology,
        spot: Spot,
        room: f64,
    ) -> Option<AreaIndex> {
        let unit_zoom = topology.unit_zoom();
        let (x, y) = self.unplace(spot, unit_zoom);
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
                let beside = Spot {
                    x: spot.x + room * angle.cos(),
                    y: spot.y + room * angle.sin(),
                };
                let (x, y) = self.unplace(beside, unit_zoom);
                topology.contains(area, x, y)
            })
            .then_some(area)
    }

    /// The middle of the map.
    pub fn middle(&self) -> Spot {
        Spot {
            x: self.left + self.width / 2.0,
            y: self.top + self.height / 2.0,
        }
    }

    /// Is the spot on the map, and not at its very edge?
    pub fn holds(&self, spot: Spot) -> bool {
        let inside = |value: f64, from: f64, length: f64| {
            (from + 8.0..=from + length - 8.0).contains(&value)
        };
        inside(spot.x, self.left, self.width) && inside(spot.y, self.top, self.height)
    }
}

impl Page<'_> {
    /// The map's view, once it has come to rest.
    ///
    /// # Errors
    /// If there is no map or it never does.
    pub async fn map_view(&self) -> Result<MapView> {
        let begun = Instant::now();
        let (mut last, mut same) = (Value::Null, 0);
        loop {
            let now = self.look(SCRIPT).await?;
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

    /// Those of the spots that nothing lies over: neither a button nor what is said beside the
    /// pointer.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn unobstructed(
        &self,
        spots: Vec<(Spot, AreaIndex)>,
    ) -> Result<Vec<(Spot, AreaIndex)>> {
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

    /// Where that area is on screen, at a point well inside it.
    ///
    /// # Errors
    /// If there is no map.
    pub async fn spot_of(&self, topology: &Topology, area: AreaIndex) -> Result<Spot> {
        let point = topology
            .inside_point(area)
            .context("the area has no shape")?;
        let spot = self
            .map_view()
            .await?
            .place((point.x.into(), point.y.into()), topology.unit_zoom());
        Ok(spot)
    }
}
