//! Wraps a canvas with the drawing operations of the painter. Coordinates and widths are in device
//! pixels.

use rising_look::labels::{self, Town};
use rising_look::{Colours, hex, triangle};
use rising_model::shapes::geometry::Point;
use rising_raster::View;
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement, ImageData};

/// A canvas, in the page or detached from it.
pub struct Layer {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    /// `lineJoin` and `lineCap`.
    line_style: (&'static str, &'static str),
}

impl Layer {
    /// Appends a canvas to `root`, above those in it. `None` where the browser provides none.
    pub fn new(root: &HtmlElement) -> Option<Layer> {
        let layer = Layer {
            line_style: ("round", "round"),
            ..Layer::detached(root)?
        };
        root.append_child(&layer.canvas).ok()?;
        Some(layer)
    }

    /// Creates a canvas of `root`'s document outside the page, to copy from. It is for thin lines,
    /// on which round corners cost time and do not show.
    pub fn detached(root: &HtmlElement) -> Option<Layer> {
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
            line_style: ("bevel", "butt"),
        })
    }

    /// Draws another layer of the same size over this one.
    pub fn draw_layer(&self, other: &Layer) {
        // Fails only for a canvas of no size, which shows nothing.
        let _ = self
            .context
            .draw_image_with_html_canvas_element(&other.canvas, 0.0, 0.0);
    }

    /// Draws this layer onto another canvas, scaled into a box.
    pub fn draw_on(&self, context: &CanvasRenderingContext2d, [x, y, width, height]: [f64; 4]) {
        // Fails only for a canvas of no size, which shows nothing.
        let _ = context.draw_image_with_html_canvas_element_and_dw_and_dh(
            &self.canvas,
            x,
            y,
            width,
            height,
        );
    }

    /// Sets the size in device pixels and on the page. Returns whether it has changed: without a
    /// change nothing is set, because setting it clears the canvas.
    pub fn resize(&self, width: u32, height: u32, css_width: f64, css_height: f64) -> bool {
        let differs = (self.canvas.width(), self.canvas.height()) != (width, height);
        if differs {
            self.canvas.set_width(width);
            self.canvas.set_height(height);
            let style = self.canvas.style();
            let _ = style.set_property("width", &format!("{css_width}px"));
            let _ = style.set_property("height", &format!("{css_height}px"));
            self.context.set_line_join(self.line_style.0);
            self.context.set_line_cap(self.line_style.1);
        }
        differs
    }

    /// Makes the canvas transparent.
    pub fn clear(&self) {
        self.context.clear_rect(
            0.0,
            0.0,
            f64::from(self.canvas.width()),
            f64::from(self.canvas.height()),
        );
    }

    /// Replaces the picture with RGBA rows of `width` pixels.
    pub fn put(&self, pixels: &mut [u8], width: u32) {
        // Fails only for rows of another width, or without memory. The previous picture stays then.
        if let Ok(image) = ImageData::new_with_u8_clamped_array(Clamped(pixels), width) {
            let _ = self.context.put_image_data(&image, 0.0, 0.0);
        }
    }

    /// Begins a path.
    pub fn begin(&self) {
        self.context.begin_path();
    }

    /// Adds a line through the points whose rank shows in the view.
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

    /// Adds a mark's triangle.
    pub fn triangle(&self, x: f64, y: f64, size: f64) {
        let [top, right, left] = triangle(x, y, size);
        self.context.move_to(top.0, top.1);
        // Chromium's `close_path` costs time in proportion to the length of the whole path, which
        // may have thousands of triangles.
        for (x, y) in [right, left, top] {
            self.context.line_to(x, y);
        }
    }

    /// Sets the font of names, which a canvas keeps until its size changes. Setting it at every
    /// step of the timeline would take longer than writing the names.
    pub fn set_font(&self, ratio: f64) {
        self.context.set_font(&name_font(ratio));
    }

    /// Sets the colours and the halo of names.
    pub fn set_name_colours(&self, colours: &Colours, ratio: f64) {
        set_name_colours(&self.context, colours, ratio);
    }

    /// Draws the dot and the name of a town. Its place is in CSS pixels, of which each has `ratio`
    /// device pixels in a row.
    pub fn town(&self, town: &Town, ratio: f64) {
        let context = &self.context;
        context.begin_path();
        let (x, y) = (town.x * ratio, town.y * ratio);
        let _ = context.arc(x, y, labels::DOT * ratio, 0.0, std::f64::consts::TAU);
        context.stroke();
        context.fill();
        let (x, y) = town.baseline();
        write_name(context, town.name, x * ratio, y * ratio);
    }

    /// Strokes the path.
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

/// Returns the CSS font of names on the map.
pub fn name_font(ratio: f64) -> String {
    let size = (labels::SIZE * ratio).round() as u32;
    format!("{} {size}px system-ui, sans-serif", labels::WEIGHT)
}

/// Sets the colours of names, and the width of their halo.
pub fn set_name_colours(context: &CanvasRenderingContext2d, colours: &Colours, ratio: f64) {
    context.set_line_width(labels::HALO * ratio);
    context.set_stroke_style_str(&hex(colours.halo));
    context.set_fill_style_str(&hex(colours.text));
}

/// Writes a name with its halo.
pub fn write_name(context: &CanvasRenderingContext2d, name: &str, x: f64, y: f64) {
    let _ = context.stroke_text(name, x, y);
    let _ = context.fill_text(name, x, y);
}
