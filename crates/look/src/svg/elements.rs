//! Writes elements and attributes of SVG, and escapes texts.

use std::fmt::Write;

use crate::colours::{Colour, hex};
use crate::pattern::Pattern;

/// Returns the `<pattern>` element of a surface that is not plain, else nothing. `unit` is the
/// number of the drawing's units to a CSS pixel; the colours are those of an SVG attribute.
pub fn pattern(id: &str, pattern: Pattern, unit: f64, ground: &str, ink: &str) -> String {
    let Some(side) = pattern.period().map(|side| side * unit) else {
        return String::new();
    };
    let mut path = String::new();
    for shape in pattern.shapes() {
        for (command, (x, y)) in ["M", "L", "L", "L"].into_iter().zip(shape) {
            let _ = write!(path, "{command}{} {}", x * unit, y * unit);
        }
        path.push('z');
    }
    format!(
        "<pattern id=\"{id}\" width=\"{side}\" height=\"{side}\" patternUnits=\"userSpaceOnUse\">\
         <path fill=\"{ground}\" d=\"M0 0H{side}V{side}H0z\"/>\
         <path fill=\"{ink}\" d=\"{path}\"/></pattern>\n"
    )
}

/// Escapes text for XML content and attribute values. Removes control characters, which XML
/// forbids.
pub fn escaped(text: &str) -> String {
    let text: String = text.chars().filter(|letter| !letter.is_control()).collect();
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// Formats a colour as attributes of a stroke: SVG has opacity apart.
pub(super) fn stroke(Colour { rgb, opacity }: Colour) -> String {
    let stroke = format!("stroke=\"{}\"", hex(rgb));
    match opacity {
        255 => stroke,
        _ => format!(
            "{stroke} stroke-opacity=\"0.{:02}\"",
            u32::from(opacity) * 100 / 255
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::colours::{Colours, Theme};

    #[test]
    fn stroke_writes_opacity_as_its_own_attribute() {
        assert_eq!(
            stroke(Colours::of(Theme::Light).border),
            "stroke=\"#28283c\" stroke-opacity=\"0.34\""
        );
        assert_eq!(stroke([255; 3].into()), "stroke=\"#ffffff\"");
    }
}
