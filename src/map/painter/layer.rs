//! A canvas of the painter: its size, its pixels and its copies.

use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement, ImageData};

use super::names::name_font;

/// `lineJoin` and `lineCap`.
type LineStyle = (&'static str, &'static str);

/// For thin lines, on which round corners cost time and do not show.
pub const THIN: LineStyle = ("bevel", "butt");

/// For thick lines and the halo of names.
pub const ROUND: LineStyle = ("round", "round");

/// A canvas, in the page or detached from it.
pub struct Layer {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    line_style: LineStyle,
}

impl Layer {
    /// Appends a canvas to `root`, above those in it. `None` where the browser provides none.
    pub fn new(root: &HtmlElement) -> Option<Layer> {
        let layer = Layer::detached(root, ROUND)?;
        root.append_child(&layer.canvas).ok()?;
        Some(layer)
    }

    /// Creates a canvas of `root`'s document outside the page, to copy from.
    pub fn detached(root: &HtmlElement, line_style: LineStyle) -> Option<Layer> {
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
            line_style,
        })
    }

    /// Returns the context that draws on the canvas.
    pub fn context(&self) -> &CanvasRenderingContext2d {
        &self.context
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

    /// Sets the font of names, which a canvas keeps until its size changes.
    pub fn set_font(&self, ratio: f64) {
        self.context.set_font(&name_font(ratio));
    }
}
