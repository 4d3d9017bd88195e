//! Steps that several fuzz targets share.

use rising_model::shapes::geometry::Topology;
use rising_prepare::boundaries::{Boundaries, Reduction, reduce};

/// Runs parsed boundaries through all steps of `prepare compile`. Boundaries without a topology are
/// valid input; a topology that cannot be encoded and decoded is a finding.
///
/// # Panics
/// On a finding.
pub fn to_file(boundaries: &Boundaries) {
    let order: Vec<usize> = (0..boundaries.shapes.len()).collect();
    let Ok(topology) = boundaries.topology(&order) else {
        return;
    };
    assert_eq!(Topology::decode(&topology.encode()).as_ref(), Ok(&topology));
    assert_eq!(topology.len(), order.len());
    let first_view = Reduction {
        max_rank: 7,
        unit_zoom: 9,
        always_drawn: 5,
        min_island_area: 4.0,
    };
    let coarse =
        reduce(&topology, &first_view).expect("a topology with fewer vertices is a topology");
    assert_eq!(Topology::decode(&coarse.encode()).as_ref(), Ok(&coarse));
    assert_eq!(coarse.len(), order.len(), "no area is lost");
}
