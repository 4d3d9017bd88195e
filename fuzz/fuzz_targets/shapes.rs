//! Decodes shapes files with a valid frame and any content, and runs the map's operations on valid
//! ones.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rising_model::domain::area::AreaIndex;
use rising_model::encoding::format::{FileKind, frame};
use rising_model::shapes::geometry::Topology;
use rising_model::shapes::point_location::locate;
use rising_model::shapes::polygons::Borders;
use rising_raster::{Raster, View};

/// Width and height of the raster in pixels: large enough for every case, and quickly painted.
const SIDE: u32 = 24;

fuzz_target!(|content: &[u8]| {
    let Ok(topology) = Topology::decode(&frame(FileKind::Shapes, content)) else {
        return;
    };
    assert_eq!(Topology::decode(&topology.encode()).as_ref(), Ok(&topology));
    let borders = Borders::new(&topology, |point| point);
    let mut whole = None;
    for area in 0..topology.len() as AreaIndex {
        let bounds = topology.bounds(area);
        assert_eq!(bounds.is_some(), topology.rings(area).len() > 0);
        assert_eq!(topology.inside_point(area).is_some(), bounds.is_some());
        for neighbour in topology.neighbours(area) {
            assert!(
                topology.neighbours(neighbour).contains(&area),
                "{area} has a neighbour that does not know it"
            );
        }
        borders.polygons(area);
        whole = match (whole, bounds) {
            (Some(whole), Some(bounds)) => Some(bounds.union(whole)),
            (one, other) => one.or(other),
        };
    }
    locate(&topology, -2.0, 53.0, 5_000.0);
    let coarse = topology.coarsened(7, topology.unit_zoom().saturating_sub(3));
    assert_eq!(Topology::decode(&coarse.encode()).as_ref(), Ok(&coarse));
    if let Some(bounds) = whole {
        let (width, height) = bounds.size();
        let scale = f64::from(SIDE) / f64::from(width.max(height).max(1));
        let offset = |from: i32| 0.5 - f64::from(from) * scale;
        let (x, y) = (offset(bounds.min.x), offset(bounds.min.y));
        let raster = Raster::new(
            &topology,
            &View {
                scale,
                x,
                y,
                width: SIDE,
                height: SIDE,
                max_rank: 9,
            },
        );
        raster.area_at(3, 3, 5);
        assert!(
            raster
                .owners()
                .iter()
                .all(|&owner| owner == AreaIndex::MAX || usize::from(owner) < topology.len())
        );
    }
});
