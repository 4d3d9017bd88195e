//! One canvas and the few strokes the painter needs. Coordinates and widths are device pixels.

use rising_model::geometry::Point;
use rising_model::raster::View;
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement, ImageData};

/// A canvas, in the page or behind it.
pub struct Layer {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    /// How corners and ends of its lines are drawn.
    corners: (&'static str, &'static str),
}

impl Layer {
    /// Puts a canvas on top of those in `root`. `None` where the browser gives none.
    pub fn new(root: &HtmlElement) -> Option<Layer> {
        let layer = Layer {
            corners: ("round", "round"),
            ..Layer::behind(root)?
        };
        root.append_child(&layer.canvas).ok()?;
        Some(layer)
    }

    /// A canvas of the same document that is not in the page, to be copied from. It is for thin
    /// lines: on those nobody sees whether corners are round, which is more work.
    pub fn behind(root: &HtmlElement) -> Option<Layer> {
        let canvas = root
            .owner_document()?
            .create_element("canvas")
            .ok()?
            .dyn_into::<HtmlCanvasElement>()
            .ok()?;
        let context = canvas
            .get_context("2d")
            .ok()??
            .dyn_into::<CanvasRenderingContext2d>()
            .ok()?;
        Some(Layer {
            canvas,
            context,
            corners: ("bevel", "butt"),
        })
    }

    /// Lays another canvas of the same size on top of what is here.
    pub fn lay(&self, other: &Layer) {
        // Fails only for an empty canvas, on which there is nothing.
        let _ = self
            .context
            .draw_image_with_html_canvas_element(&other.canvas, 0.0, 0.0);
    }

    /// Draws it onto another canvas, into a box of that corner, width and height.
    pub fn draw_on(&self, context: &CanvasRenderingContext2d, [x, y, width, height]: [f64; 4]) {
        // Fails only for an empty canvas, on which there is nothing.
        let _ = context.draw_image_with_html_canvas_element_and_dw_and_dh(
            &self.canvas,
            x,
            y,
            width,
            height,
        );
    }

    /// The drawing context, for what [`Layer`] has no method for.
    pub fn context(&self) -> &CanvasRenderingContext2d {
        &self.context
    }

    /// Sets its size in device pixels and on the page; both only if they differ, since either
    /// throws the picture away. Did it differ?
    pub fn resize(&self, width: u32, height: u32, css_width: f64, css_height: f64) -> bool {
        let differs = (self.canvas.width(), self.canvas.height()) != (width, height);
        if differs {
            self.canvas.set_width(width);
            self.canvas.set_height(height);
            let style = self.canvas.style();
            let _ = style.set_property("width", &format!("{css_width}px"));
            let _ = style.set_property("height", &format!("{css_height}px"));
            self.context.set_line_join(self.corners.0);
            self.context.set_line_cap(self.corners.1);
        }
        differs
    }

    /// Makes it transparent.
    pub fn clear(&self) {
        self.context.clear_rect(
            0.0,
            0.0,
            f64::from(self.canvas.width()),
            f64::from(self.canvas.height()),
        );
    }

    /// Replaces its picture by RGBA rows of that width.
    pub fn put(&self, pixels: &mut [u8], width: u32) {
        // Fails only for a picture that is not rows of that width, or for want of memory: the last
        // one stays.
        if let Ok(image) = ImageData::new_with_u8_clamped_array(Clamped(pixels), width) {
            let _ = self.context.put_image_data(&image, 0.0, 0.0);
        }
    }

    /// Begins a path.
    pub fn begin(&self) {
        self.context.begin_path();
    }

    /// Adds a line through the points that matter in the view.
    pub fn path(&self, points: &[Point], ranks: &[u8], view: &View) {
        let Some((&first, rest)) = points.split_first() else {
            return;
        };
        let (x, y) = view.place(first);
        self.context.move_to(x, y);
        for (&point, _) in rest
            .iter()
            .zip(&ranks[1..])
            .filter(|&(_, &rank)| rank <= view.max_rank)
        {
            let (x, y) = view.place(point);
            self.context.line_to(x, y);
        }
    }

    /// Adds a triangle that points up, about its middle.
    pub fn triangle(&self, x: f64, y: f64, size: f64) {
        let (half, top, bottom) = (size / 2.0, y - size * 0.5, y + size * 0.37);
        self.context.move_to(x, top);
        self.context.line_to(x + half, bottom);
        self.context.line_to(x - half, bottom);
        // Not `close_path`: in Chromium its cost grows with all that is on the path, and there may
        // be thousands of triangles on it.
        self.context.line_to(x, top);
    }

    /// Draws the path's line.
    pub fn stroke(&self, colour: &str, width: f64) {
        self.context.set_stroke_style_str(colour);
        self.context.set_line_width(width);
        self.context.stroke();
    }

    /// Fills the path.
    pub fn fill(&self, colour: &str) {
        self.context.set_fill_style_str(colour);
        self.context.fill();
    }
}
