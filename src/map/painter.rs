//! Paints the choropleth layer: a topology, and the appearance of each area, on canvases.
//!
//! | canvas | shows | painted anew when |
//! |---|---|---|
//! | picture | area colours, lines, rising marks, town names | the view or the figures change |
//! | lines, not in the page | borders | the view changes |
//! | names, not in the page | town names | the view changes |
//! | focus | the selected area and the hovered one | those change |
//!
//! Only two canvases are in the page, because a browser without a graphics processor composites
//! every canvas at each frame of a pan. Names are copied too, because writing on a canvas of the
//! page forces the browser to lay out the page first.
//!
//! The viewport is wider than the map by [`MARGIN`] on every side, so that a pan shows no edge. The
//! map moves and scales [`Painter::root`] until it is painted again.

mod canvas;
mod frame;
mod layer;
mod names;
mod samples;

use std::sync::Arc;

use rising_look::{Appearances, Fill, Line, Look, Scene, Shapes, Viewport};
use rising_model::domain::area::AreaIndex;
use rising_model::shapes::geometry::{Point, Topology};
use rising_model::shapes::places::Place;
use web_sys::{CanvasRenderingContext2d, HtmlElement};

use canvas::{SceneCanvas, write_towns};
use frame::PaintedFrame;
use layer::{Layer, ROUND, THIN};
pub use names::{name_font, set_name_colours, write_name};
pub use samples::paint_samples;

/// CSS pixels painted beyond each edge of the map.
pub const MARGIN: f64 = 140.0;

/// Paints areas onto its canvases; see the module.
pub struct Painter {
    root: HtmlElement,
    picture: Layer,
    lines: Layer,
    names: Layer,
    focus: Layer,
    shapes: Option<Shapes>,
    content: Option<(Appearances, Look)>,
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
            lines: Layer::detached(&root, THIN)?,
            names: Layer::detached(&root, ROUND)?,
            focus: Layer::new(&root)?,
            root,
            shapes: None,
            content: None,
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
    pub fn show(
        &mut self,
        topology: Arc<Topology>,
        groups: Arc<[u32]>,
        appearances: Appearances,
        look: Look,
    ) {
        let same_shapes = self
            .topology()
            .is_some_and(|known| Arc::ptr_eq(known, &topology));
        if !same_shapes {
            self.shapes = Some(Shapes::new(topology, groups));
        }
        let lines = |look: &Look| (look.theme, look.high_contrast);
        let same_lines = self
            .content
            .as_ref()
            .is_some_and(|(_, known)| lines(known) == lines(&look));
        self.content = Some((appearances, look));
        if same_shapes && same_lines {
            self.paint_picture();
            self.paint_focus();
        } else {
            self.paint_again();
        }
    }

    /// Sets the town names to write on the map, the largest town first.
    pub fn set_towns(&mut self, towns: Arc<Vec<Place>>) {
        let is_first = self.towns.replace(towns).is_none();
        self.write_names();
        // Names already written can only be removed by painting the picture again.
        if is_first {
            self.copy_names();
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
    pub const STEPS: [fn(&mut Painter); 10] = [
        Painter::rasterise,
        |painter| painter.clear_lines(),
        |painter| {
            painter.paint_line(&painter.lines, Line::Inner);
            painter.paint_line(&painter.lines, Line::Group);
        },
        |painter| painter.paint_line(&painter.lines, Line::Coast),
        |painter| painter.write_names(),
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
        self.frame.as_ref()?.area_at(x, y, reach)
    }

    /// Returns the position of an area's mark, in units of the topology.
    pub fn anchor(&self, area: AreaIndex) -> Option<Point> {
        self.shapes.as_ref()?.anchor(area).map(|(point, _)| point)
    }

    /// Returns the scene to paint on the current frame.
    fn scene(&self) -> Option<SceneCanvas<'_>> {
        let (appearances, look) = self.content.as_ref()?;
        let frame = self.frame.as_ref()?;
        let scale = frame.view.scale / frame.ratio;
        Some(SceneCanvas {
            frame,
            scene: Scene::new(self.shapes.as_ref()?, appearances, scale),
            look,
        })
    }

    /// Finds the area of each pixel. Canvases are resized later, when each is needed, because that
    /// prepares some megabytes.
    fn rasterise(&mut self) {
        if let (Some(viewport), Some(shapes)) = (self.viewport, &self.shapes) {
            let earlier = self.frame.take();
            self.frame = Some(PaintedFrame::new(viewport, &shapes.topology, earlier));
        }
    }

    fn paint_picture(&mut self) {
        self.colour_faces();
        self.paint_faces();
        self.copy_lines();
        self.paint_marks();
    }

    /// Finds the colour of each pixel.
    fn colour_faces(&mut self) {
        let (Some(frame), Some((appearances, look))) = (&self.frame, &self.content) else {
            return;
        };
        let faces = appearances.faces.iter();
        let fills: Vec<Fill> = faces.map(|&face| look.fill(face)).collect();
        frame.colour(&fills, &mut self.pixels);
    }

    /// Paints the pixels in the colours found.
    fn paint_faces(&mut self) {
        let Some(frame) = &self.frame else { return };
        frame.fit(&self.picture);
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

    fn paint_line(&self, layer: &Layer, line: Line) {
        if let Some(scene) = self.scene() {
            scene.line(layer, line);
        }
    }

    /// Paints outlines and marks of rising areas, and town names.
    fn paint_marks(&mut self) {
        if let Some(scene) = self.scene() {
            scene.line(&self.picture, Line::Rising);
            scene.marks(&self.picture);
        }
        self.set_marked(true);
        self.copy_names();
    }

    fn write_names(&self) {
        if let (Some(frame), Some((_, look)), Some(places)) =
            (&self.frame, &self.content, &self.towns)
        {
            if frame.fit(&self.names) {
                self.names.set_font(frame.ratio);
            }
            self.names.clear();
            write_towns(&self.names, frame, look, places);
        }
    }

    fn copy_names(&self) {
        if self.towns.is_some() && self.frame.as_ref().is_some_and(|frame| frame.marked) {
            self.picture.draw_layer(&self.names);
        }
    }

    fn paint_focus(&self) {
        let (Some(frame), Some(shapes)) = (&self.frame, &self.shapes) else {
            return;
        };
        let of = |area: Option<AreaIndex>| {
            area.filter(|&area| usize::from(area) < shapes.topology.len())
        };
        let chosen = of(self.chosen);
        let hovered = of(self.hovered).filter(|_| self.hovered != chosen);
        if chosen.or(hovered).is_some() {
            frame.fit(&self.focus);
        }
        self.focus.clear();
        let lines = [hovered.map(Line::Hovered), chosen.map(Line::Selected)];
        for line in lines.into_iter().flatten() {
            self.paint_line(&self.focus, line);
        }
    }
}
