//! Draws the lines, marks and town names of a scene on canvases. Coordinates and widths are in
//! device pixels of a frame.

use rising_look::towns::{SHORE_TOLERANCE, place_towns};
use rising_look::{Line, Look, MarkKind, Pen, Scene, hex, triangle};
use rising_model::shapes::geometry::Arc;
use rising_model::shapes::places::Place;
use rising_raster::View;
use web_sys::CanvasRenderingContext2d;

use super::frame::PaintedFrame;
use super::layer::Layer;
use super::names::{set_name_colours, write_town};

/// A scene to draw on layers of a frame's size.
pub struct SceneCanvas<'a> {
    /// The frame.
    pub frame: &'a PaintedFrame,
    /// The map.
    pub scene: Scene<'a>,
    /// Its colours and pens.
    pub look: &'a Look,
}

impl SceneCanvas<'_> {
    /// Draws a line of the scene, if it is part of it.
    pub fn line(&self, layer: &Layer, line: Line) {
        if !self.scene.has(line) {
            return;
        }
        let context = layer.context();
        context.begin_path();
        self.scene.trace(line, &mut |arc| {
            if self.frame.shows(arc.bounds) {
                add_border(context, &arc, &self.frame.view);
            }
        });
        for pen in self.look.pens(line) {
            self.stroke(context, &pen);
        }
    }

    /// Draws the marks of rising areas.
    pub fn marks(&self, layer: &Layer) {
        let context = layer.context();
        for kind in MarkKind::ALL {
            context.begin_path();
            for mark in self.look.marks(&self.scene, kind) {
                let (x, y) = self.frame.view.place(mark.point);
                add_triangle(context, triangle(x, y, mark.size * self.frame.ratio));
            }
            let (colour, halo) = self.look.mark(kind);
            if let Some(pen) = halo {
                self.stroke(context, &pen);
            }
            context.set_fill_style_str(&hex(colour));
            context.fill();
        }
    }

    fn stroke(&self, context: &CanvasRenderingContext2d, pen: &Pen) {
        context.set_stroke_style_str(&pen.colour.css());
        context.set_line_width(pen.width * self.frame.ratio);
        context.stroke();
    }
}

/// Adds a border's vertices whose rank shows in the view.
fn add_border(context: &CanvasRenderingContext2d, arc: &Arc<'_>, view: &View) {
    let Some((&first, rest)) = arc.points.split_first() else {
        return;
    };
    let (x, y) = view.place(first);
    context.move_to(x, y);
    for (&point, _) in rest
        .iter()
        .zip(&arc.ranks[1..])
        .filter(|&(_, &rank)| rank <= view.max_rank)
    {
        let (x, y) = view.place(point);
        context.line_to(x, y);
    }
}

fn add_triangle(context: &CanvasRenderingContext2d, [top, right, left]: [(f64, f64); 3]) {
    context.move_to(top.0, top.1);
    // Chromium's `close_path` costs time in proportion to the length of the whole path, which may
    // have thousands of triangles.
    for (x, y) in [right, left, top] {
        context.line_to(x, y);
    }
}

/// Writes the names of the largest towns.
pub fn write_towns(layer: &Layer, frame: &PaintedFrame, look: &Look, places: &[Place]) {
    let is_land = |x, y| frame.area_at(x, y, SHORE_TOLERANCE).is_some();
    let context = layer.context();
    set_name_colours(context, &look.colours(), frame.ratio);
    place_towns(places, &frame.viewport, &is_land, &mut |town| {
        write_town(context, &town, frame.ratio);
    });
}
