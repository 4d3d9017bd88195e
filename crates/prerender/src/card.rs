//! Draws the card of one authority, an image for social networks: its verdict in large letters, its
//! rate and its place on a map.

use std::fmt::Write as _;

use rising_look::{Look, PageColours, Theme, hex};
use rising_markup::element::Escaped;
use rising_model::domain::area::AreaIndex;
use rising_model::domain::scale::Breaks;
use rising_model::domain::trend::Direction;
use rising_model::shapes::geometry::Topology;
use rising_view::LevelView;
use rising_view::area_page::AreaCard;
use rising_words::Texts;

use crate::locator_map;

/// Width and height in pixels, as social networks require.
pub const SIZE: (u32, u32) = (1200, 630);

/// The place of the small map in pixels: left, top, width, height.
const MAP: [f64; 4] = [810.0, 50.0, 340.0, 480.0];

/// The most characters of a line of the verdict.
const MAX_LINE_CHARS: usize = 34;

/// Renders the card as SVG that needs no other files except fonts. `source` is the line at its
/// foot. `None` for an index beyond the table.
pub fn render_svg(
    view: &LevelView,
    shapes: &Topology,
    area: AreaIndex,
    breaks: &Breaks,
    source: &str,
    texts: &Texts,
) -> Option<String> {
    let card = AreaCard::new(view, area, texts)?;
    let look = Look::new(Theme::Light, breaks);
    let page = PageColours::of(look.theme);
    let colour = match card.direction {
        Direction::Rising => page.rise,
        Direction::Falling => page.fall,
        Direction::Unchanged | Direction::Unknown => page.ink_soft,
    };
    let [colour, accent, ink_soft] = [colour, page.accent, page.ink_soft].map(hex);
    let (width, height) = SIZE;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" \
         font-family=\"sans-serif\" fill=\"{}\"><path fill=\"{}\" d=\"m0 \
         0h{width}v{height}h-{width}z\"/>\
         <path fill=\"{colour}\" d=\"m0 0h20v{height}h-20z\"/>\
         <path fill=\"{accent}\" d=\"m70 88l13-24 13 24z\"/>\
         <text x=\"106\" y=\"88\" font-size=\"34\" font-weight=\"700\" fill=\"{accent}\">{}</text>",
        hex(page.ink),
        hex(page.paper),
        Escaped(texts.site_name())
    );
    // Long names have smaller letters.
    let size = (1_250 / card.name.chars().count().max(1)).clamp(34, 68);
    let _ = write!(
        out,
        "<text x=\"70\" y=\"190\" font-size=\"{size}\" font-weight=\"700\">{}</text>\
         <text x=\"70\" y=\"300\" font-size=\"84\" font-weight=\"700\" fill=\"{colour}\">{}\
         <tspan font-size=\"34\" dx=\"14\">{}</tspan></text>\
         <text x=\"70\" y=\"345\" font-size=\"28\" fill=\"{ink_soft}\">{}</text>",
        Escaped(&card.name),
        Escaped(&card.figure),
        Escaped(card.grade),
        Escaped(&card.unit),
    );
    for (number, line) in lines(&card.verdict).iter().enumerate() {
        let _ = write!(
            out,
            "<text x=\"70\" y=\"{}\" font-size=\"32\">{}</text>",
            415 + 42 * number,
            Escaped(line)
        );
    }
    let _ = write!(
        out,
        "<text x=\"70\" y=\"595\" font-size=\"20\" fill=\"{ink_soft}\">{}</text>",
        Escaped(source)
    );
    out += &locator_map::render(view, shapes, area, &look, MAP)?;
    out += "</svg>";
    Some(out)
}

/// Breaks the sentence into lines.
fn lines(sentence: &str) -> Vec<String> {
    let mut lines: Vec<String> = vec![];
    for word in sentence.split_whitespace() {
        match lines
            .last_mut()
            .filter(|line| line.chars().count() + 1 + word.chars().count() <= MAX_LINE_CHARS)
        {
            Some(line) => *line = format!("{line} {word}"),
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use rising_words::Language;

    use super::*;
    use crate::page_data::{PageData, folder_reader};

    #[test]
    fn render_svg_shows_name_rate_and_verdict() {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../public/data");
        let edition = PageData::read(&folder_reader(&data)).unwrap();
        let area = edition
            .view
            .table
            .index_of(&"E06000017".parse().unwrap())
            .unwrap();
        let svg = render_svg(
            &edition.view,
            &edition.shapes,
            area,
            &edition.manifest.breaks,
            "A & B",
            &Language::En.texts(),
        )
        .unwrap();
        for part in [
            "Rutland",
            "▲ 485.9",
            "Rising in Rutland: 194 cases in",
            "A &amp; B",
        ] {
            assert!(svg.contains(part), "{part} is not on the card");
        }
        assert!(
            render_svg(
                &edition.view,
                &edition.shapes,
                u16::MAX,
                &edition.manifest.breaks,
                "",
                &Language::En.texts()
            )
            .is_none()
        );
    }

    #[test]
    fn lines_respect_maximum_length() {
        let lines = lines(
            "Rising in Kensington and Chelsea: 430 cases in the seven days to 7 February 2021, up \
             from 366.",
        );
        assert!(
            lines
                .iter()
                .all(|line| line.chars().count() <= MAX_LINE_CHARS),
            "{lines:?}"
        );
        assert_eq!(lines.len(), 3);
    }
}
