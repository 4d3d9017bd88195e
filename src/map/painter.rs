//! Paints the choropleth layer: a topology, and the appearance of each area, on canvases.
//!
//! | canvas | shows | painted anew when |
//! |---|---|---|
//! | picture | area colours, lines, rising marks, town names | the view or the figures change |
//! | lines, not in the page | borders | the view changes |
//! | focus | the selected area and the hovered one | those change |
//!
//! Only two canvases are in the page, because a browser without a graphics processor composites
//! every canvas at each frame of a pan.
//!
//! The viewport is wider than the map by [`MARGIN`] on every side, so that a pan shows no edge. The
//! map moves and scales [`Painter::root`] until it is painted again.

mod canvas;
mod colours;
mod samples;
pub mod towns;

use std::cell::OnceCell;
use std::sync::Arc;

use rising_look::{Colours, Rgb, Theme, hex};
use rising_model::area::AreaIndex;
use rising_model::geometry::{OUTSIDE, Point, Topology};
use rising_model::places::Place;
use rising_raster::{Raster, View};
use web_sys::{CanvasRenderingContext2d, HtmlElement};

use canvas::Layer;
pub use colours::{Appearance, fills};
pub use samples::paint_samples;

/// CSS pixels painted beyond each edge of the map.
pub const MARGIN: f64 = 140.0;

/// CSS pixels of the typical area from which areas are outlined: the outlines of smaller ones would
/// leave no room for colour. A triangle, down to a dot, still marks those that rise.
pub const OUTLINED_FROM: f64 = 7.0;

/// The largest pixel density painted: beyond it the eye gains little, and memory grows with the
/// square.
const MAX_DENSITY: f64 = 2.0;

/// The appearance of all areas.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    pub theme: Theme,
    /// Whether the reader's system asks for more contrast.
    pub high_contrast: bool,
    /// By area.
    pub appearances: Vec<Appearance>,
    /// By area.
    pub rising: Vec<bool>,
    /// Whether to mute all areas that are not rising.
    pub rising_only: bool,
    /// Whether the scope is one authority, so that only its own areas decide whether borders and
    /// outlines have room.
    pub one_authority: bool,
}

impl Scene {
    /// Returns the colours besides those of the classes.
    pub fn colours(&self) -> Colours {
        if self.high_contrast {
            Colours::high_contrast(self.theme)
        } else {
            Colours::of(self.theme)
        }
    }

    /// Whether the area is within the scope.
    pub fn is_here(&self, area: AreaIndex) -> bool {
        self.appearances
            .get(usize::from(area))
            .is_some_and(|appearance| *appearance != Appearance::Elsewhere)
    }

    /// Returns the median extent, in units, of the areas that get borders and outlines. `of_all` is
    /// the median of all areas.
    pub fn typical_extent(&self, topology: &Topology, of_all: f64) -> f64 {
        if !self.one_authority {
            return of_all;
        }
        typical_extent(
            topology,
            (0..topology.len() as AreaIndex).filter(|&area| self.is_here(area)),
        )
    }

    /// Returns the colour of an area's mark that is too small for a halo.
    pub fn small_mark(&self, area: AreaIndex) -> Rgb {
        let colours = self.colours();
        match self.appearances.get(usize::from(area)) {
            Some(&Appearance::Class(ground)) => colours.small_mark(self.theme, ground),
            _ => colours.mark,
        }
    }
}

/// The part of the world to paint, in CSS pixels of the world at `zoom`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    pub zoom: f64,
    /// West edge.
    pub x: f64,
    /// North edge.
    pub y: f64,
    pub width: f64,
    pub height: f64,
    /// Device pixels per CSS pixel.
    pub density: f64,
}

/// Shapes with values derived from them once.
struct Shapes {
    topology: Arc<Topology>,
    /// Areas of one group share no heavy border: an authority's neighbourhoods.
    groups: Arc<[u32]>,
    /// For each area, the position of its mark and its smaller extent, in units; computed when
    /// first needed.
    anchors: Vec<OnceCell<Option<(Point, i32)>>>,
    /// The median of the areas' extents in units: decides whether borders have room.
    typical_extent: f64,
}

impl Shapes {
    fn anchor(&self, area: AreaIndex) -> Option<(Point, i32)> {
        *self.anchors.get(usize::from(area))?.get_or_init(|| {
            let (width, height) = self.topology.bounds(area)?.size();
            Some((self.topology.inside_point(area)?, width.min(height)))
        })
    }

    fn group(&self, area: AreaIndex) -> Option<u32> {
        self.groups.get(usize::from(area)).copied()
    }
}

/// Returns the median of the areas' smaller extents in units, which decides whether borders have
/// room.
pub fn typical_extent(topology: &Topology, areas: impl Iterator<Item = AreaIndex>) -> f64 {
    let mut extents: Vec<i32> = areas
        .filter_map(|area| topology.bounds(area))
        .map(|bounds| bounds.size().0.min(bounds.size().1))
        .collect();
    let middle = extents.len() / 2;
    match extents.len() {
        0 => 0.0,
        _ => f64::from(*extents.select_nth_unstable(middle).1),
    }
}

/// CSS pixels of a triangle from which it has a halo.
pub const HALO_FROM: f64 = 6.0;

/// Returns the size of a rising area's triangle, from the area's smaller extent; both in CSS
/// pixels.
pub fn mark_size(extent: f64) -> f64 {
    (extent * 0.62).clamp(1.4, 12.0)
}

/// The painted viewport, and how its units map onto device pixels.
struct PaintedFrame {
    viewport: Viewport,
    view: View,
    /// Device pixels per CSS pixel.
    ratio: f64,
    raster: Raster,
    /// Whether the picture is complete except for town names.
    marked: bool,
}

impl PaintedFrame {
    /// Resizes a layer to this frame. Returns whether its size has changed.
    fn fit(&self, layer: &Layer) -> bool {
        layer.resize(
            self.view.width,
            self.view.height,
            self.viewport.width,
            self.viewport.height,
        )
    }
}

/// Paints areas onto its canvases; see the module.
pub struct Painter {
    root: HtmlElement,
    picture: Layer,
    lines: Layer,
    focus: Layer,
    shapes: Option<Shapes>,
    scene: Option<Scene>,
    towns: Option<Arc<Vec<Place>>>,
    chosen: Option<AreaIndex>,
    hovered: Option<AreaIndex>,
    viewport: Option<Viewport>,
    frame: Option<PaintedFrame>,
    pixels: Vec<u8>,
}

impl Painter {
    /// Puts its canvases into `root`. `None` where the browser provides no canvas.
    pub fn new(root: HtmlElement) -> Option<Painter> {
        Some(Painter {
            picture: Layer::new(&root)?,
            lines: Layer::detached(&root)?,
            focus: Layer::new(&root)?,
            root,
            shapes: None,
            scene: None,
            towns: None,
            chosen: None,
            hovered: None,
            viewport: None,
            frame: None,
            pixels: vec![],
        })
    }

    /// Returns the element that holds the canvases.
    pub fn root(&self) -> &HtmlElement {
        &self.root
    }

    /// Returns the shapes painted.
    pub fn topology(&self) -> Option<&Arc<Topology>> {
        self.shapes.as_ref().map(|shapes| &shapes.topology)
    }

    /// Shows areas, repainting only what has changed. The first picture is left to
    /// [`Painter::STEPS`].
    pub fn show(&mut self, topology: Arc<Topology>, groups: Arc<[u32]>, scene: Scene) {
        let same_shapes = self
            .topology()
            .is_some_and(|known| Arc::ptr_eq(known, &topology));
        if !same_shapes {
            let typical_extent = typical_extent(&topology, 0..topology.len() as AreaIndex);
            let anchors = (0..topology.len()).map(|_| OnceCell::new()).collect();
            self.shapes = Some(Shapes {
                topology,
                groups,
                anchors,
                typical_extent,
            });
        }
        let lines = |scene: &Scene| (scene.theme, scene.high_contrast);
        let same_lines = self
            .scene
            .as_ref()
            .is_some_and(|known| lines(known) == lines(&scene));
        self.scene = Some(scene);
        if same_shapes && same_lines {
            self.paint_picture();
            self.paint_focus();
        } else {
            self.paint_again();
        }
    }

    /// Sets the town names to write on the map, the largest town first.
    pub fn set_towns(&mut self, towns: Arc<Vec<Place>>) {
        // Names already written can only be removed by painting the picture again.
        if self.towns.replace(towns).is_none() {
            self.write_towns();
        } else {
            self.paint_picture();
        }
    }

    /// Sets the area whose details are open, and the one under the pointer or the keyboard's
    /// cursor.
    pub fn set_focus(&mut self, chosen: Option<AreaIndex>, hovered: Option<AreaIndex>) {
        if (self.chosen, self.hovered) != (chosen, hovered) {
            (self.chosen, self.hovered) = (chosen, hovered);
            self.paint_focus();
        }
    }

    /// Sets the part of the world to paint. Paints it if a first picture has been painted.
    pub fn set_viewport(&mut self, viewport: Viewport) {
        if self.viewport != Some(viewport) {
            self.viewport = Some(viewport);
            self.paint_again();
        }
    }

    /// Paints the whole picture in steps. Other code, which may paint too, can run between two of
    /// them: each step starts from the current state.
    pub const STEPS: [fn(&mut Painter); 9] = [
        Painter::rasterise,
        |painter| painter.clear_lines(),
        |painter| painter.paint_borders(),
        |painter| painter.paint_coast(),
        Painter::colour_faces,
        Painter::paint_faces,
        |painter| painter.copy_lines(),
        Painter::paint_marks,
        |painter| painter.paint_focus(),
    ];

    fn paint_again(&mut self) {
        if self.frame.is_some() {
            Painter::STEPS.into_iter().for_each(|step| step(self));
        }
    }

    /// Returns the viewport painted last.
    pub fn painted(&self) -> Option<Viewport> {
        self.frame.as_ref().map(|frame| frame.viewport)
    }

    /// Draws the picture onto another canvas with `scale` pixels per CSS pixel, so that the
    /// picture's point `corner` (in its CSS pixels) lies at `at`.
    pub fn draw_on(
        &self,
        context: &CanvasRenderingContext2d,
        corner: (f64, f64),
        at: (f64, f64),
        scale: f64,
    ) {
        let Some(frame) = &self.frame else { return };
        let (width, height) = (frame.viewport.width * scale, frame.viewport.height * scale);
        let (x, y) = (at.0 - corner.0 * scale, at.1 - corner.1 * scale);
        for layer in [&self.picture, &self.focus] {
            layer.draw_on(context, [x, y, width, height]);
        }
    }

    /// Returns the area at a point of the painted picture, in CSS pixels from its corner, or the
    /// nearest area within `reach` CSS pixels.
    pub fn area_at(&self, x: f64, y: f64, reach: f64) -> Option<AreaIndex> {
        let frame = self.frame.as_ref()?;
        let pixel = |v: f64| (v * frame.ratio).floor() as i32;
        frame.raster.area_at(pixel(x), pixel(y), pixel(reach))
    }

    /// Returns the position of an area's mark, in units of the topology.
    pub fn anchor(&self, area: AreaIndex) -> Option<Point> {
        self.shapes.as_ref()?.anchor(area).map(|(point, _)| point)
    }

    /// Finds the area of each pixel. Canvases are resized later, when each is needed, because that
    /// prepares some megabytes.
    fn rasterise(&mut self) {
        let (Some(viewport), Some(shapes)) = (self.viewport, &self.shapes) else {
            return;
        };
        let ratio = viewport.density.clamp(1.0, MAX_DENSITY);
        let device = |css: f64| (css * ratio).round().max(1.0) as u32;
        let scale = ratio * (viewport.zoom - f64::from(shapes.topology.unit_zoom())).exp2();
        let view = View {
            scale,
            x: -viewport.x * ratio,
            y: -viewport.y * ratio,
            width: device(viewport.width),
            height: device(viewport.height),
            // Ranks are zooms at one device pixel per CSS pixel.
            max_rank: (viewport.zoom + ratio.log2()).ceil().clamp(0.0, 255.0) as u8,
        };
        let mut raster = self
            .frame
            .take()
            .map(|frame| frame.raster)
            .unwrap_or_default();
        raster.draw(&shapes.topology, &view);
        self.frame = Some(PaintedFrame {
            viewport,
            view,
            ratio,
            raster,
            marked: false,
        });
    }

    fn paint_picture(&mut self) {
        self.colour_faces();
        self.paint_faces();
        self.copy_lines();
        self.paint_marks();
    }

    /// Finds the colour of each pixel.
    fn colour_faces(&mut self) {
        let (Some(frame), Some(scene)) = (&self.frame, &self.scene) else {
            return;
        };
        frame
            .raster
            .colour(&fills(scene), frame.ratio.round() as u32, &mut self.pixels);
    }

    /// Paints the pixels in the colours found.
    fn paint_faces(&mut self) {
        let Some(frame) = &self.frame else { return };
        if frame.fit(&self.picture) {
            towns::set_font(&self.picture, frame.ratio);
        }
        self.picture.put(&mut self.pixels, frame.view.width);
        self.set_marked(false);
    }

    fn set_marked(&mut self, marked: bool) {
        if let Some(frame) = &mut self.frame {
            frame.marked = marked;
        }
    }

    fn copy_lines(&self) {
        if self.frame.is_some() {
            self.picture.draw_layer(&self.lines);
        }
    }

    fn clear_lines(&self) {
        if let Some(frame) = &self.frame {
            frame.fit(&self.lines);
            self.lines.clear();
        }
    }

    /// Paints borders between areas.
    fn paint_borders(&self) {
        let (Some(frame), Some(shapes), Some(scene)) = (&self.frame, &self.shapes, &self.scene)
        else {
            return;
        };
        let colours = scene.colours();
        // Thin borders need room between them for colour.
        let pixels = |extent: f64| extent * frame.view.scale / frame.ratio;
        let everywhere = pixels(shapes.typical_extent) >= OUTLINED_FROM;
        let grouped = shapes
            .groups
            .iter()
            .any(|group| Some(group) != shapes.groups.first());
        if everywhere
            || pixels(scene.typical_extent(&shapes.topology, shapes.typical_extent))
                >= OUTLINED_FROM
        {
            let inner = |left, right| {
                (everywhere || scene.is_here(left))
                    && (!grouped || shapes.group(left) == shapes.group(right))
            };
            self.trace(&self.lines, frame, shapes, |left, right| {
                left != OUTSIDE && right != OUTSIDE && inner(left, right)
            });
            self.stroke_lines(&colours.border.css(), 0.6);
        }
        if grouped {
            self.trace(&self.lines, frame, shapes, |left, right| {
                left != OUTSIDE && right != OUTSIDE && shapes.group(left) != shapes.group(right)
            });
            self.stroke_lines(&colours.heavy_border.css(), 0.9);
        }
    }

    fn paint_coast(&self) {
        let (Some(frame), Some(shapes), Some(scene)) = (&self.frame, &self.shapes, &self.scene)
        else {
            return;
        };
        self.trace(&self.lines, frame, shapes, |left, right| {
            (left == OUTSIDE) != (right == OUTSIDE)
        });
        self.stroke_lines(&scene.colours().coast.css(), 0.9);
    }

    /// Strokes the path on the lines' canvas, `width` CSS pixels wide, or wider for high contrast.
    fn stroke_lines(&self, colour: &str, width: f64) {
        let (Some(frame), Some(scene)) = (&self.frame, &self.scene) else {
            return;
        };
        let width = if scene.high_contrast {
            width + 0.6
        } else {
            width
        };
        if scene.high_contrast {
            self.lines
                .stroke(&hex(scene.colours().halo), (width + 1.2) * frame.ratio);
        }
        self.lines.stroke(colour, width * frame.ratio);
    }

    /// Paints outlines and triangles of rising areas, and town names.
    fn paint_marks(&mut self) {
        self.mark_rising();
        self.set_marked(true);
        self.write_towns();
    }

    fn mark_rising(&self) {
        let (Some(frame), Some(shapes), Some(scene)) = (&self.frame, &self.shapes, &self.scene)
        else {
            return;
        };
        let colours = scene.colours();
        let is_rising = |area: AreaIndex| {
            scene
                .rising
                .get(usize::from(area))
                .copied()
                .unwrap_or(false)
        };
        let scale = frame.view.scale / frame.ratio;
        if scene.typical_extent(&shapes.topology, shapes.typical_extent) * scale >= OUTLINED_FROM {
            self.trace(&self.picture, frame, shapes, |left, right| {
                is_rising(left) != is_rising(right)
            });
            self.picture.stroke(&hex(colours.halo), 3.6 * frame.ratio);
            self.picture.stroke(&hex(colours.mark), 1.9 * frame.ratio);
        }
        // Small triangles would be nothing but halo. They have no halo, but the colour that
        // contrasts with their area's.
        for (large, colour) in [
            (false, colours.mark),
            (false, colours.halo),
            (true, colours.mark),
        ] {
            self.picture.begin();
            for area in (0..scene.rising.len() as AreaIndex).filter(|&area| is_rising(area)) {
                let Some((point, extent)) = shapes.anchor(area) else {
                    continue;
                };
                let size = mark_size(f64::from(extent) * scale);
                if (size >= HALO_FROM) == large && (large || scene.small_mark(area) == colour) {
                    let (x, y) = frame.view.place(point);
                    self.picture.triangle(x, y, size * frame.ratio);
                }
            }
            if large {
                self.picture.stroke(&hex(colours.halo), 2.4 * frame.ratio);
            }
            self.picture.fill(&hex(colour));
        }
    }

    fn write_towns(&self) {
        let (Some(frame), Some(scene), Some(places)) = (&self.frame, &self.scene, &self.towns)
        else {
            return;
        };
        if frame.marked {
            let on_land = |x: f64, y: f64| {
                frame
                    .raster
                    .area_at((x * frame.ratio) as i32, (y * frame.ratio) as i32, 6)
                    .is_some()
            };
            towns::write(
                &self.picture,
                places,
                &frame.viewport,
                frame.ratio,
                &scene.colours(),
                &on_land,
            );
        }
    }

    fn paint_focus(&self) {
        let (Some(frame), Some(shapes), Some(scene)) = (&self.frame, &self.shapes, &self.scene)
        else {
            return;
        };
        let colours = scene.colours();
        let of = |area: Option<AreaIndex>| {
            area.filter(|&area| usize::from(area) < shapes.topology.len())
        };
        let chosen = of(self.chosen);
        if chosen.or(of(self.hovered)).is_some() {
            frame.fit(&self.focus);
        }
        self.focus.clear();
        for (area, width) in [
            (of(self.hovered).filter(|_| self.hovered != chosen), 2.0),
            (chosen, 3.0),
        ] {
            let Some(area) = area else { continue };
            self.focus.begin();
            for used in shapes.topology.rings(area).flatten() {
                let arc = shapes.topology.arc(used.arc);
                self.focus.path(arc.points, arc.ranks, &frame.view);
            }
            self.focus
                .stroke(&hex(colours.halo), (width + 2.5) * frame.ratio);
            self.focus
                .stroke(&hex(colours.selected), width * frame.ratio);
        }
    }

    /// Begins a path of the arcs in view for whose left and right area `between` is true.
    fn trace(
        &self,
        layer: &Layer,
        frame: &PaintedFrame,
        shapes: &Shapes,
        between: impl Fn(AreaIndex, AreaIndex) -> bool,
    ) {
        let (width, height) = (f64::from(frame.view.width), f64::from(frame.view.height));
        layer.begin();
        for arc in shapes
            .topology
            .arcs()
            .filter(|arc| between(arc.left, arc.right))
        {
            let (west, north) = frame.view.place(arc.bounds.min);
            let (east, south) = frame.view.place(arc.bounds.max);
            if east >= 0.0 && south >= 0.0 && west <= width && north <= height {
                layer.path(arc.points, arc.ranks, &frame.view);
            }
        }
    }
}
