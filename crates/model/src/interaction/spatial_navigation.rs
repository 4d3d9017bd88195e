//! Finds the next area to the east, south, west or north of another, for the arrow keys.

use crate::domain::area::AreaIndex;
use crate::shapes::geometry::Point;

/// One of the four compass directions, as a unit step: x east, y south.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompassDirection(i64, i64);

impl CompassDirection {
    /// Towards the east.
    pub const EAST: CompassDirection = CompassDirection(1, 0);
    /// Towards the south.
    pub const SOUTH: CompassDirection = CompassDirection(0, 1);
    /// Towards the west.
    pub const WEST: CompassDirection = CompassDirection(-1, 0);
    /// Towards the north.
    pub const NORTH: CompassDirection = CompassDirection(0, -1);

    /// The opposite direction.
    pub fn opposite(self) -> CompassDirection {
        CompassDirection(-self.0, -self.1)
    }
}

/// Navigation from area to area. It remembers the last step, so that a step in the opposite
/// direction returns to where that step began. Geography alone does not: the area to the west of
/// the eastern neighbour is often a third one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SpatialNavigation {
    last: Option<Step>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Step {
    from: AreaIndex,
    direction: CompassDirection,
    to: AreaIndex,
}

impl SpatialNavigation {
    /// Returns the next of `areas` in a direction; `None` if no area lies on that side. `place` is
    /// an area's position on the map.
    pub fn step(
        &mut self,
        from: AreaIndex,
        direction: CompassDirection,
        areas: impl Iterator<Item = AreaIndex>,
        place: impl Fn(AreaIndex) -> Option<Point>,
    ) -> Option<AreaIndex> {
        if let Some(last) = self
            .last
            .filter(|last| last.to == from && last.direction == direction.opposite())
        {
            // A second step in the same direction goes on by geography.
            self.last = None;
            return Some(last.from);
        }
        let to = nearest(from, direction, areas, place)?;
        self.last = Some(Step {
            from,
            direction,
            to,
        });
        Some(to)
    }
}

/// Returns the nearest area, by straight-line distance, in that quarter of the compass. A
/// preference for areas straight ahead would make some areas unreachable: the tests check every
/// area of the real data set.
fn nearest(
    from: AreaIndex,
    CompassDirection(east, south): CompassDirection,
    areas: impl Iterator<Item = AreaIndex>,
    place: impl Fn(AreaIndex) -> Option<Point>,
) -> Option<AreaIndex> {
    let origin = place(from)?;
    areas
        .filter(|&area| area != from)
        .filter_map(|area| {
            let point = place(area)?;
            let dx = i64::from(point.x) - i64::from(origin.x);
            let dy = i64::from(point.y) - i64::from(origin.y);
            let ahead = dx * east + dy * south;
            let aside = (dx * south + dy * east).abs();
            (ahead > 0 && aside <= ahead).then_some((dx * dx + dy * dy, area))
        })
        .min()
        .map(|(_, area)| area)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;
    use crate::dataset::manifest::{LevelFiles, Manifest};
    use crate::domain::area::{AreaCode, Level, Nation};
    use crate::domain::area_table::AreaTable;
    use crate::domain::scope::Scope;
    use crate::domain::snapshot::areas_in;
    use crate::shapes::geometry::Topology;

    const DIRECTIONS: [CompassDirection; 4] = [
        CompassDirection::EAST,
        CompassDirection::SOUTH,
        CompassDirection::WEST,
        CompassDirection::NORTH,
    ];

    /// Area 0 in the middle, the others to its east, south-south-west, far north and near
    /// north-east.
    const PLACES: [(i32, i32); 5] = [(0, 0), (10, 1), (-3, 12), (0, -40), (9, -10)];

    fn place(area: AreaIndex) -> Option<Point> {
        PLACES.get(usize::from(area)).map(|&(x, y)| Point { x, y })
    }

    #[test]
    fn step_in_each_direction_finds_the_nearest_area() {
        let go = |direction| SpatialNavigation::default().step(0, direction, 0..5, place);
        assert_eq!(
            DIRECTIONS.map(go),
            [Some(1), Some(2), None, Some(4)],
            "no area in the west; to the north the nearer one, though not straight ahead"
        );
    }

    #[test]
    fn step_in_the_opposite_direction_returns_to_the_previous_area() {
        let mut navigation = SpatialNavigation::default();
        let mut step = |from, direction| navigation.step(from, direction, 0..5, place);
        assert_eq!(step(3, CompassDirection::SOUTH), Some(4));
        assert_eq!(step(4, CompassDirection::SOUTH), Some(1));
        assert_eq!(
            step(1, CompassDirection::NORTH),
            Some(4),
            "back along the last step"
        );
        assert_eq!(
            step(4, CompassDirection::NORTH),
            Some(3),
            "no step to go back: by geography"
        );
        assert_eq!(
            step(0, CompassDirection::NORTH),
            Some(4),
            "the last step led to another area: by geography"
        );
    }

    fn data() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../public/data")
    }

    fn read(file: &str) -> Vec<u8> {
        fs::read(data().join(file)).unwrap()
    }

    /// The positions of each nation's areas, by the coarse and by the fine shapes.
    fn nations(level: Level) -> Vec<(Nation, &'static str, Vec<Point>)> {
        let manifest: Manifest = serde_json::from_slice(&read("manifest.json")).unwrap();
        let LevelFiles {
            areas,
            shapes,
            detail,
            ..
        } = manifest.levels.get(level).unwrap();
        let table = AreaTable::decode(&read(&areas.file)).unwrap();
        let mut found = vec![];
        for (name, file) in [("coarse", shapes), ("fine", detail)] {
            let topology = Topology::decode(&read(&file.file)).unwrap();
            for nation in Nation::ALL {
                let points: Vec<Point> = areas_in(&table, nation)
                    .map(|area| topology.inside_point(area).unwrap())
                    .collect();
                // A level with areas of only one nation is tested once.
                if !points.is_empty()
                    && (nation != Nation::Uk
                        || points.len() > areas_in(&table, Nation::England).count())
                {
                    found.push((nation, name, points));
                }
            }
        }
        found
    }

    /// From each area, and after each possible last step, keys lead to every other area.
    #[test]
    fn areas_of_a_nation_are_all_reachable_from_each_other() {
        for level in Level::ALL {
            for (nation, shapes, points) in nations(level) {
                let what = format!("{} of {}, {shapes} shapes", level.slug(), nation.slug());
                let graph = StepGraph::of(&points);
                let mut unreached: Vec<bool> = vec![true; points.len()];
                graph
                    .states
                    .iter()
                    .for_each(|(area, _)| unreached[*area] = false);
                assert_eq!(
                    unreached.iter().position(|it| *it),
                    None,
                    "{what}: no key leads to this area"
                );
                assert_eq!(
                    graph.count_states_that_reach_the_first_area(),
                    graph.states.len(),
                    "{what}: the first area is not reachable from every state"
                );
            }
        }
    }

    /// Uses the fine shapes, which the map has loaded when it shows a single authority. By the
    /// coarse shapes, two authorities have a neighbourhood that no key leads to.
    #[test]
    fn neighbourhoods_of_an_authority_are_all_reachable_from_each_other() {
        let manifest: Manifest = serde_json::from_slice(&read("manifest.json")).unwrap();
        let LevelFiles { areas, detail, .. } = manifest.levels.get(Level::Msoa).unwrap();
        let table = AreaTable::decode(&read(&areas.file)).unwrap();
        let topology = Topology::decode(&read(&detail.file)).unwrap();
        let authorities: BTreeSet<&AreaCode> = table
            .areas()
            .iter()
            .filter_map(|area| area.parent.as_ref())
            .collect();
        assert!(authorities.len() > 300, "{}", authorities.len());
        for authority in authorities {
            let scope = Scope::Within(authority.clone());
            let points: Vec<Point> = areas_in(&table, scope)
                .map(|area| topology.inside_point(area).unwrap())
                .collect();
            let graph = StepGraph::of(&points);
            // The first state is the start. Its presence does not show that a key leads there.
            let reached: BTreeSet<usize> =
                graph.states.iter().skip(1).map(|(area, _)| *area).collect();
            assert_eq!(
                reached.len(),
                points.len(),
                "{authority}: no key leads to one of its neighbourhoods"
            );
            assert_eq!(
                graph.count_states_that_reach_the_first_area(),
                graph.states.len(),
                "{authority}: the first neighbourhood is not reachable from every state"
            );
        }
    }

    /// Finds what [`nearest`] does in all four directions, without a look at areas far to the east
    /// or west.
    fn nearest_in_all_directions(points: &[Point]) -> Vec<[Option<AreaIndex>; 4]> {
        let place = |area: AreaIndex| points.get(usize::from(area)).copied();
        let mut by_x: Vec<AreaIndex> = (0..points.len() as AreaIndex).collect();
        by_x.sort_by_key(|&area| points[usize::from(area)].x);
        let widest =
            points[usize::from(by_x[by_x.len() - 1])].x - points[usize::from(by_x[0])].x + 1;
        let one = |area: AreaIndex, direction: CompassDirection| {
            let Point { x, y } = points[usize::from(area)];
            let mut reach = widest / 100 + 1;
            loop {
                let from = by_x.partition_point(|&other| points[usize::from(other)].x < x - reach);
                let to = by_x.partition_point(|&other| points[usize::from(other)].x <= x + reach);
                let found = nearest(area, direction, by_x[from..to].iter().copied(), place);
                let within =
                    |point: Point| (point.x - x).abs().max((point.y - y).abs()) * 2 <= reach;
                if reach > widest || found.and_then(place).is_some_and(within) {
                    return found;
                }
                reach *= 2;
            }
        };
        (0..points.len() as AreaIndex)
            .map(|area| DIRECTIONS.map(|direction| one(area, direction)))
            .collect()
    }

    /// The graph of steps. Its nodes are states: an area, and the last step. The search for states
    /// begins at the first area without a last step.
    struct StepGraph {
        states: Vec<(usize, SpatialNavigation)>,
        /// For each state, the states that one key leads to.
        next: Vec<Vec<usize>>,
    }

    impl StepGraph {
        fn of(points: &[Point]) -> StepGraph {
            let place = |area: AreaIndex| points.get(usize::from(area)).copied();
            let by_geography = nearest_in_all_directions(points);
            let mut graph = StepGraph {
                states: vec![(0, SpatialNavigation::default())],
                next: vec![],
            };
            let mut numbers = std::collections::HashMap::from([((0, None), 0)]);
            while let Some(&(area, navigation)) = graph.states.get(graph.next.len()) {
                let mut next = vec![];
                for (direction, nearest) in DIRECTIONS.into_iter().zip(by_geography[area]) {
                    let mut navigation = navigation;
                    // The search for the nearest area is done, so it is the only candidate.
                    let Some(to) =
                        navigation.step(area as AreaIndex, direction, nearest.into_iter(), place)
                    else {
                        continue;
                    };
                    let key = (
                        usize::from(to),
                        navigation
                            .last
                            .map(|last| (last.from, last.direction.0, last.direction.1)),
                    );
                    let number = *numbers.entry(key).or_insert_with(|| {
                        graph.states.push((usize::from(to), navigation));
                        graph.states.len() - 1
                    });
                    next.push(number);
                }
                graph.next.push(next);
            }
            graph
        }

        /// The number of states from which the first area is reachable.
        fn count_states_that_reach_the_first_area(&self) -> usize {
            let mut before = vec![vec![]; self.states.len()];
            for (state, next) in self.next.iter().enumerate() {
                for &next in next {
                    before[next].push(state);
                }
            }
            let mut found: Vec<bool> = self.states.iter().map(|(area, _)| *area == 0).collect();
            let mut open: Vec<usize> = (0..found.len()).filter(|&state| found[state]).collect();
            while let Some(state) = open.pop() {
                for &state in &before[state] {
                    if !std::mem::replace(&mut found[state], true) {
                        open.push(state);
                    }
                }
            }
            found.into_iter().filter(|found| *found).count()
        }
    }
}
