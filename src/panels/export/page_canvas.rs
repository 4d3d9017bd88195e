//! Draws the page of an exported picture on a canvas.

use rising_look::labels::Label;
use rising_look::legend::EDGE_WIDTH;
use rising_look::{Colours, Fill, hex, triangle};
use web_sys::CanvasRenderingContext2d;

use super::page_layout::PageItem;
use crate::map::{name_font, set_name_colours, write_name};

/// Writes a label with a halo, as the painter writes town names.
pub fn draw_label(
    context: &CanvasRenderingContext2d,
    label: &Label,
    (left, top): (f64, f64),
    colours: &Colours,
) {
    context.set_font(&name_font(1.0));
    context.set_text_align("center");
    context.set_line_join("round");
    set_name_colours(context, colours, 1.0);
    for (words, y) in label.lines() {
        write_name(context, words, left + label.x, top + y);
    }
    context.set_text_align("start");
}

/// Draws an item of the page; `ink` is the colour of texts and triangles.
pub fn draw_item(context: &CanvasRenderingContext2d, item: &PageItem, ink: &str) {
    context.begin_path();
    match item {
        PageItem::Text {
            x,
            y,
            size,
            bold,
            words,
        } => {
            let weight = if *bold { "600 " } else { "" };
            context.set_font(&format!("{weight}{size}px system-ui, sans-serif"));
            context.set_fill_style_str(ink);
            let _ = context.fill_text(words, *x, *y);
        }
        PageItem::Box {
            x,
            y,
            width,
            height,
            fill,
        } => {
            context.set_fill_style_str(&hex(fill.ground));
            context.fill_rect(*x, *y, *width, *height);
            draw_pattern(context, fill, [*x, *y, *width, *height]);
            context.begin_path();
            context.set_stroke_style_str(ink);
            context.set_line_width(EDGE_WIDTH);
            context.stroke_rect(*x, *y, *width, *height);
        }
        PageItem::Triangle { x, y, size } => {
            let [a, b, c] = triangle(*x, *y, *size);
            context.move_to(a.0, a.1);
            context.line_to(b.0, b.1);
            context.line_to(c.0, c.1);
            context.set_fill_style_str(ink);
            context.fill();
        }
    }
}

/// Draws dots or strokes in a box, as the map does.
fn draw_pattern(context: &CanvasRenderingContext2d, fill: &Fill, [x, y, width, height]: [f64; 4]) {
    let Some(side) = fill.pattern.period() else {
        return;
    };
    context.save();
    context.begin_path();
    context.rect(x, y, width, height);
    context.clip();
    context.begin_path();
    let steps = |length: f64| (0..(length / side).ceil() as u32).map(move |i| f64::from(i) * side);
    for (across, down) in
        steps(width).flat_map(|across| steps(height).map(move |down| (across, down)))
    {
        for [first, rest @ ..] in fill.pattern.shapes() {
            context.move_to(x + across + first.0, y + down + first.1);
            for corner in rest {
                context.line_to(x + across + corner.0, y + down + corner.1);
            }
        }
    }
    context.set_fill_style_str(&hex(fill.ink));
    context.fill();
    context.restore();
}
