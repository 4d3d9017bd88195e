//! Reduces a topology to the detail that one file needs.

use rising_model::domain::area::AreaIndex;
use rising_model::shapes::geometry::{
    self, ArcUse, OUTSIDE, RankedPoints, Topology, TopologyError,
};

/// The detail of a file, compared with a full topology.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reduction {
    /// The highest rank of the vertices that are kept.
    pub max_rank: u8,
    /// The zoom at which a unit of the file's grid is one CSS pixel.
    pub unit_zoom: u8,
    /// Ranks up to this one are stored as 0. Ranks take a sixth of a file, and no view is zoomed
    /// out far enough for the lowest ranks to save any drawing.
    pub always_drawn: u8,
    /// Islands of fewer square units are left out.
    pub min_island_area: f64,
}

/// Reduces a topology. An island is a ring that borders on no other area; leaving out other rings
/// would open a gap between neighbours. An area's last ring is always kept.
///
/// # Errors
/// None in practice: `topology` has accepted the same rings.
pub fn reduce(topology: &Topology, reduction: &Reduction) -> Result<Topology, TopologyError> {
    let topology = topology.coarsened(reduction.max_rank, reduction.unit_zoom);
    let stored = |&rank: &u8| {
        if rank <= reduction.always_drawn {
            0
        } else {
            rank
        }
    };
    let arcs: Vec<RankedPoints> = topology
        .arcs()
        .map(|arc| {
            arc.points
                .iter()
                .copied()
                .zip(arc.ranks.iter().map(stored))
                .collect()
        })
        .collect();
    let areas: Vec<Vec<Vec<ArcUse>>> = (0..topology.len() as AreaIndex)
        .map(|area| without_small_islands(&topology, area, reduction.min_island_area))
        .collect();
    Topology::new(topology.unit_zoom(), &arcs, &areas)
}

fn without_small_islands(
    topology: &Topology,
    area: AreaIndex,
    min_island_area: f64,
) -> Vec<Vec<ArcUse>> {
    let size = |ring: &[ArcUse]| {
        geometry::doubled_area(topology.ring_points(ring)).unsigned_abs() as f64 / 2.0
    };
    let is_island = |ring: &[ArcUse]| {
        ring.iter()
            .map(|used| topology.arc(used.arc))
            .all(|arc| arc.left == OUTSIDE || arc.right == OUTSIDE)
    };
    let largest = topology.rings(area).map(size).fold(0.0, f64::max);
    // The first of the largest rings is always kept.
    let main = topology.rings(area).position(|ring| size(ring) == largest);
    topology
        .rings(area)
        .enumerate()
        .filter(|(position, ring)| {
            Some(*position) == main || size(ring) >= min_island_area || !is_island(ring)
        })
        .map(|(_, ring)| ring.to_vec())
        .collect()
}

#[cfg(test)]
mod tests {
    use rising_model::shapes::geometry::Point;

    use super::*;

    fn square(x: i32, y: i32, side: i32) -> RankedPoints {
        [
            (x, y),
            (x + side, y),
            (x + side, y + side),
            (x, y + side),
            (x, y),
        ]
        .map(|(x, y)| (Point { x, y }, 0))
        .to_vec()
    }

    fn use_of(arc: u32, reversed: bool) -> Vec<ArcUse> {
        vec![ArcUse { arc, reversed }]
    }

    fn without_islands_below(min_island_area: f64) -> Reduction {
        Reduction {
            max_rank: 22,
            unit_zoom: 10,
            always_drawn: 0,
            min_island_area,
        }
    }

    #[test]
    fn reduce_stores_low_ranks_as_zero_and_drops_high_ones() {
        let p = |x: i32, y: i32| Point { x, y };
        let arc = vec![
            (p(0, 0), 0),
            (p(90, 5), 4),
            (p(90, 90), 0),
            (p(50, 95), 8),
            (p(0, 90), 7),
            (p(0, 0), 0),
        ];
        let fine = Topology::new(12, &[arc], &[vec![use_of(0, false)]]).unwrap();
        let file = reduce(
            &fine,
            &Reduction {
                max_rank: 7,
                unit_zoom: 12,
                always_drawn: 5,
                min_island_area: 0.0,
            },
        )
        .unwrap();
        assert_eq!(file.arc(0).ranks, [0, 0, 0, 7, 0]);
    }

    #[test]
    fn reduce_drops_small_islands_and_keeps_enclaves() {
        // Area 0: mainland with a hole, a tiny island and a small one. Area 1: the tiny enclave in
        // the hole and a tiny island.
        let arcs = [
            square(0, 0, 100),
            square(50, 50, 2),
            square(200, 0, 2),
            square(300, 0, 9),
            square(400, 0, 2),
        ];
        let areas = [
            vec![
                use_of(0, false),
                use_of(1, true),
                use_of(2, false),
                use_of(3, false),
            ],
            vec![use_of(1, false), use_of(4, false)],
        ];
        let fine = Topology::new(10, &arcs, &areas).unwrap();
        let coarse = reduce(&fine, &without_islands_below(5.0)).unwrap();
        assert_eq!(coarse.rings(0).len(), 3, "mainland, hole, small island");
        assert_eq!(coarse.rings(1).len(), 1);
        assert!(
            coarse.contains(1, 51.0, 51.0) && !coarse.contains(0, 51.0, 51.0),
            "no gap between neighbours"
        );
        assert_eq!(coarse.neighbours(1), [0]);
    }

    #[test]
    fn reduce_area_of_tiny_islands_keeps_largest() {
        let arcs = [square(0, 0, 1), square(10, 0, 2), square(20, 0, 2)];
        let fine = Topology::new(
            10,
            &arcs,
            &[vec![use_of(0, false), use_of(1, false), use_of(2, false)]],
        )
        .unwrap();
        let coarse = reduce(&fine, &without_islands_below(50.0)).unwrap();
        assert_eq!(coarse.rings(0).len(), 1);
        assert!(coarse.contains(0, 11.0, 1.0));
    }
}
