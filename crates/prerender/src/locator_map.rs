//! Draws the small map of a card, which only tells where one area is.

use rising_look::{Appearances, Look, Scene, Shapes};
use rising_model::domain::area::AreaIndex;
use rising_model::shapes::geometry::{ArcUse, Bounds, RankedPoints, Topology};
use rising_view::LevelView;

use crate::compact_svg::{PenWidths, draw};

/// The number of zoom levels between the map's grid and that of the coarse shapes.
const GRID_BELOW: u8 = 2;

/// Renders the area's nation, or the whole country, with the area in its colour and a circle around
/// it, as SVG elements in a box: left, top, width, height. `None` for an index beyond the table.
pub fn render(
    view: &LevelView,
    shapes: &Topology,
    area: AreaIndex,
    look: &Look,
    [left, top, width, height]: [f64; 4],
) -> Option<String> {
    let table = &view.table;
    let nation = table.get(area)?.code.nation();
    let is_in_nation = |other: AreaIndex| {
        let other = table.get(other);
        other.is_some_and(|other| nation.is_none_or(|nation| nation.contains(&other.code)))
    };
    let grid = shapes.unit_zoom().saturating_sub(GRID_BELOW);
    let topology = only(&shapes.coarsened(grid, grid), is_in_nation)?;
    let bounds = (0..topology.len() as AreaIndex)
        .filter_map(|other| topology.bounds(other))
        .reduce(Bounds::union)?;
    let (wide, high) = bounds.size();
    let scale = (width / f64::from(wide.max(1))).min(height / f64::from(high.max(1)));
    let across = left + (width - f64::from(wide) * scale) / 2.0 - f64::from(bounds.min.x) * scale;
    let down = top + (height - f64::from(high) * scale) / 2.0 - f64::from(bounds.min.y) * scale;

    let shapes = Shapes::new(topology.into(), vec![0; table.len()].into());
    let appearances = Appearances::locating(area, table, &view.snapshot, &look.breaks);
    let scene = Scene::new(&shapes, &appearances, scale);
    let ((x, y), radius) = scene.locator()?;
    let (x, y) = (x * scale + across, y * scale + down);
    let pen = look.locator();
    Some(format!(
        "{}<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\" fill=\"none\" stroke=\"{}\" \
         stroke-width=\"{}\"/>",
        place(&scene, look, (across, down)),
        pen.colour.css(),
        pen.width
    ))
}

/// Draws a scene as SVG elements, with the origin of its topology at a point in CSS pixels.
pub fn place(scene: &Scene, look: &Look, (across, down): (f64, f64)) -> String {
    format!(
        "{}<use href=\"#first-drawing\" transform=\"translate({across:.1} {down:.1}) \
         scale({:.5})\"/>",
        draw(scene, std::slice::from_ref(look), PenWidths::Scaled),
        scene.scale
    )
}

/// Returns shapes of which only some areas have any.
fn only(topology: &Topology, is_kept: impl Fn(AreaIndex) -> bool) -> Option<Topology> {
    let points = topology.arcs().map(|arc| {
        let ranked = arc.points.iter().copied().zip(arc.ranks.iter().copied());
        ranked.collect::<RankedPoints>()
    });
    let areas = (0..topology.len() as AreaIndex).map(|area| {
        let rings = topology.rings(area).map(<[ArcUse]>::to_vec);
        rings.filter(|_| is_kept(area)).collect::<Vec<_>>()
    });
    let (points, areas): (Vec<_>, Vec<_>) = (points.collect(), areas.collect());
    Topology::new(topology.unit_zoom(), &points, &areas).ok()
}
