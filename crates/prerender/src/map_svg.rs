//! Renders the map of a whole nation as SVG, in few bytes and without town names.

use rising_look::{Appearances, Look, Scene, Shapes, Theme, group_by_parent};
use rising_markup::element::Escaped;
use rising_model::domain::area::Nation;
use rising_model::domain::scale::Breaks;
use rising_model::domain::snapshot::areas_in;
use rising_model::shapes::geometry::{Bounds, Topology};
use rising_view::LevelView;

use crate::compact_svg::{PenWidths, draw};

/// The number of zoom levels between the map's grid and that of the coarse shapes. The map of the
/// United Kingdom is on the pixel grid of zoom 7: a phone shows a nation at zooms below 6, where
/// two of its pixels at most cover one of the grid's.
const GRID_BELOW: u8 = 2;

/// The most areas of a prerendered map: with more, it would be larger than all the data that the
/// app loads.
const MAX_AREAS: usize = 1_000;

/// CSS pixels to a unit of the map's grid that marks and patterns are sized for, which is between
/// those of a phone and those of a large screen.
const SCALE: f64 = 0.5;

/// The map in two parts: the browser lays out the page by the small frame before the large drawing
/// has arrived.
pub struct MapSvg {
    /// The element in the map's place, with a description for readers who cannot see it.
    pub frame: String,
    /// The drawing that the frame refers to, for the end of the page. It takes no space there.
    pub drawing: String,
}

/// Renders the map; `None` if the data set has too many areas, or none of the nation.
pub fn render(
    view: &LevelView,
    shapes: &Topology,
    nation: Nation,
    breaks: &Breaks,
    described: &str,
) -> Option<MapSvg> {
    let (table, snapshot) = (&view.table, &view.snapshot);
    if table.len() > MAX_AREAS {
        return None;
    }
    let grid = shapes.unit_zoom().saturating_sub(GRID_BELOW);
    let topology = shapes.coarsened(grid, grid);
    let bounds = areas_in(table, nation)
        .filter_map(|area| topology.bounds(area))
        .reduce(Bounds::union)?;
    let Bounds { min, .. } = bounds;
    let (width, height) = bounds.size();
    let shapes = Shapes::new(topology.into(), group_by_parent(table));
    let appearances = Appearances::new(table, snapshot, breaks, &nation.into(), false);
    let looks = [Theme::Light, Theme::Dark].map(|theme| Look::new(theme, breaks));
    Some(MapSvg {
        frame: format!(
            "<svg id=\"first-map\" viewBox=\"{} {} {width} {height}\" role=\"img\" \
             aria-label=\"{}\"><use href=\"#first-drawing\"/></svg>",
            min.x,
            min.y,
            Escaped(described)
        ),
        drawing: draw(
            &Scene::new(&shapes, &appearances, SCALE),
            &looks,
            PenWidths::Constant,
        ),
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::page_data::{PageData, folder_reader};

    fn edition() -> PageData {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../public/data");
        PageData::read(&folder_reader(&data)).unwrap()
    }

    #[test]
    fn render_describes_map_and_stays_small() {
        let PageData {
            manifest,
            nation,
            view,
            shapes,
            ..
        } = edition();
        let MapSvg { frame, drawing } = render(
            &view,
            &shapes,
            nation,
            &manifest.breaks,
            "12 of \"315\" & more",
        )
        .unwrap();
        assert!(frame.contains("aria-label=\"12 of &quot;315&quot; &amp; more\""));
        assert!(
            !drawing.contains("style="),
            "the page's security policy forbids it"
        );
        // One triangle for each rising area.
        let marks = drawing.matches('M').count();
        assert_eq!(
            marks as u32,
            view.snapshot.totals(&view.table, nation).rising
        );
        assert!(drawing.len() < 120_000, "{} bytes", drawing.len());
        assert!(frame.len() < 500, "{} bytes", frame.len());
    }

    #[test]
    fn render_uses_fill_of_every_class() {
        let PageData {
            manifest,
            nation,
            view,
            shapes,
            ..
        } = edition();
        let breaks = &manifest.breaks;
        let drawing = render(&view, &shapes, nation, breaks, "").unwrap().drawing;
        for area in areas_in(&view.table, nation) {
            if let Some(rate) = view.snapshot.rate(&view.table, area) {
                let fill = rising_look::class_css(breaks, breaks.class(rate));
                assert!(drawing.contains(&format!("fill=\"{fill}\"")), "{fill}");
            }
        }
    }
}
