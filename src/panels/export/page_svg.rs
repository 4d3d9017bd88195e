//! Writes the page of an exported picture as SVG.

use rising_look::legend::EDGE_WIDTH;
use rising_look::svg::{escaped, pattern};
use rising_look::{hex, triangle};

use super::page_layout::{PageItem, PageLayout};

impl PageLayout {
    /// Returns the page as SVG, around a map that is given as SVG with its width and height.
    pub fn svg(&self, map: &str, (map_width, map_height): (f64, f64), title: &str) -> String {
        let PageLayout {
            width,
            height,
            map: (left, top),
            paper,
            sea,
            ink,
            ..
        } = self;
        let mut out = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
            <svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
            viewBox=\"0 0 {width} {height}\" role=\"graphics-document\">\n\
            <title>{}</title>\n\
            <clipPath id=\"map.frame\">\
            <rect width=\"{map_width}\" height=\"{map_height}\"/></clipPath>\n\
            <rect width=\"{width}\" height=\"{height}\" fill=\"{paper}\"/>\n\
            <g transform=\"translate({left},{top})\" clip-path=\"url(#map.frame)\">\n\
            <rect width=\"{map_width}\" height=\"{map_height}\" fill=\"{sea}\"/>\n{map}</g>\n\
            <g font-family=\"sans-serif\" fill=\"{ink}\">\n",
            escaped(title)
        );
        for (number, item) in self.items.iter().enumerate() {
            out += &match item {
                PageItem::Text {
                    x,
                    y,
                    size,
                    bold,
                    words,
                } => {
                    let weight = if *bold { " font-weight=\"600\"" } else { "" };
                    format!(
                        "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\"{weight}>{}</text>\n",
                        escaped(words)
                    )
                }
                PageItem::Box {
                    x,
                    y,
                    width,
                    height,
                    fill,
                } => {
                    let id = format!("legend.{number}");
                    let ground = hex(fill.ground);
                    let pattern = pattern(&id, fill.pattern, 1.0, &ground, &hex(fill.ink));
                    let fill = match pattern.is_empty() {
                        true => ground,
                        false => format!("url(#{id})"),
                    };
                    format!(
                        "{pattern}<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" \
                         height=\"{height}\" fill=\"{fill}\" stroke=\"{ink}\" \
                         stroke-width=\"{EDGE_WIDTH}\"/>\n"
                    )
                }
                PageItem::Triangle { x, y, size } => {
                    let [(ax, ay), (bx, by), (cx, cy)] = triangle(*x, *y, *size);
                    format!("<path d=\"M{ax},{ay}L{bx},{by}L{cx},{cy}z\"/>\n")
                }
            };
        }
        out + "</g>\n</svg>\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn svg_escapes_texts() {
        let item = PageItem::Text {
            x: 0.0,
            y: 10.0,
            size: 10.0,
            bold: false,
            words: "an agency & an office <2021>".into(),
        };
        let page = PageLayout {
            width: 100.0,
            height: 100.0,
            map: (0.0, 20.0),
            paper: "#ffffff".into(),
            sea: "#ffffff".into(),
            ink: "#000000".into(),
            items: vec![item],
        };
        let text = page.svg("<path/>", (90.0, 20.0), "a < b");
        assert!(
            text.contains("an agency &amp; an office &lt;2021&gt;"),
            "{text}"
        );
        assert!(
            text.contains("<title>a &lt; b</title>") && text.contains("<path/>"),
            "{text}"
        );
    }
}
