//! The painted viewport: how its units map onto device pixels, and which area each pixel shows.

use rising_look::{Fill, Viewport};
use rising_model::domain::area::AreaIndex;
use rising_model::shapes::geometry::{Bounds, Topology};
use rising_raster::{Raster, View};

use super::layer::Layer;

/// The largest pixel density painted: beyond it the eye gains little, and memory grows with the
/// square.
const MAX_DENSITY: f64 = 2.0;

/// The painted viewport; see the module.
pub struct PaintedFrame {
    /// The viewport.
    pub viewport: Viewport,
    /// The same in device pixels.
    pub view: View,
    /// Device pixels per CSS pixel.
    pub ratio: f64,
    raster: Raster,
    /// Whether the picture is complete except for town names.
    pub marked: bool,
}

impl PaintedFrame {
    /// Finds the area of each pixel, in the memory of an earlier frame.
    pub fn new(
        viewport: Viewport,
        topology: &Topology,
        earlier: Option<PaintedFrame>,
    ) -> PaintedFrame {
        let ratio = viewport.density.clamp(1.0, MAX_DENSITY);
        let device = |css: f64| (css * ratio).round().max(1.0) as u32;
        let view = View {
            scale: ratio * viewport.scale(topology),
            x: -viewport.x * ratio,
            y: -viewport.y * ratio,
            width: device(viewport.width),
            height: device(viewport.height),
            // Ranks are zooms at one device pixel per CSS pixel.
            max_rank: (viewport.zoom + ratio.log2()).ceil().clamp(0.0, 255.0) as u8,
        };
        let mut raster = earlier.map(|frame| frame.raster).unwrap_or_default();
        raster.draw(topology, &view);
        PaintedFrame {
            viewport,
            view,
            ratio,
            raster,
            marked: false,
        }
    }

    /// Resizes a layer to this frame. Returns whether its size has changed.
    pub fn fit(&self, layer: &Layer) -> bool {
        layer.resize(
            self.view.width,
            self.view.height,
            self.viewport.width,
            self.viewport.height,
        )
    }

    /// Whether the frame shows a part of the box.
    pub fn shows(&self, bounds: Bounds) -> bool {
        let (west, north) = self.view.place(bounds.min);
        let (east, south) = self.view.place(bounds.max);
        let (width, height) = (f64::from(self.view.width), f64::from(self.view.height));
        east >= 0.0 && south >= 0.0 && west <= width && north <= height
    }

    /// Writes the colour of each pixel, by the fills of the areas.
    pub fn colour(&self, fills: &[Fill], pixels: &mut Vec<u8>) {
        self.raster.colour(fills, self.ratio.round() as u32, pixels);
    }

    /// Returns the area at a point in CSS pixels from the frame's corner, or the nearest area
    /// within `reach` CSS pixels.
    pub fn area_at(&self, x: f64, y: f64, reach: f64) -> Option<AreaIndex> {
        let pixel = |v: f64| (v * self.ratio).floor() as i32;
        self.raster.area_at(pixel(x), pixel(y), pixel(reach))
    }
}
