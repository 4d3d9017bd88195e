//! From area to area by geography: which one is next to the east, south, west or north.

use crate::area::AreaIndex;
use crate::geometry::Point;

/// A side of the map: x east, y south.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompassDirection(i64, i64);

impl CompassDirection {
    pub const EAST: CompassDirection = CompassDirection(1, 0);
    pub const SOUTH: CompassDirection = CompassDirection(0, 1);
    pub const WEST: CompassDirection = CompassDirection(-1, 0);
    pub const NORTH: CompassDirection = CompassDirection(0, -1);

    /// There and back.
    pub fn opposite(self) -> CompassDirection {
        CompassDirection(-self.0, -self.1)
    }
}

/// A way through the areas. It knows its last step, so that the opposite one takes it back: the
/// area to the west of the one to the east is often another one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SpatialNavigation {
    last: Option<Step>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Step {
    from: AreaIndex,
    towards: CompassDirection,
    to: AreaIndex,
}

impl SpatialNavigation {
    /// The area that a step leads to; `None` where there is none on that side.
    pub fn step(
        &mut self,
        from: AreaIndex,
        towards: CompassDirection,
        areas: impl Iterator<Item = AreaIndex>,
        place: impl Fn(AreaIndex) -> Option<Point>,
    ) -> Option<AreaIndex> {
        if let Some(last) = self
            .last
            .filter(|last| last.to == from && last.towards == towards.opposite())
        {
            // What lies on that side is reached by the step after.
            self.last = None;
            return Some(last.from);
        }
        let to = nearest(from, towards, areas, place)?;
        self.last = Some(Step { from, towards, to });
        Some(to)
    }
}

/// The nearest of the areas in that quarter of the compass. As the crow flies: any preference for
/// those straight ahead leaves some area out that no step leads to (the tests look at every area of
/// the real data set).
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
            let (dx, dy) = (
                i64::from(point.x) - i64::from(origin.x),
                i64::from(point.y) - i64::from(origin.y),
            );
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
    use crate::area::{AreaCode, AreaTable, Level, Nation};
    use crate::geometry::Topology;
    use crate::manifest::{LevelFiles, Manifest};
    use crate::scope::Scope;
    use crate::snapshot::areas_in;

    const SIDES: [CompassDirection; 4] = [
        CompassDirection::EAST,
        CompassDirection::SOUTH,
        CompassDirection::WEST,
        CompassDirection::NORTH,
    ];

    /// 0 in the middle, then east, south-south-west, north far, north-east near.
    const PLACES: [(i32, i32); 5] = [(0, 0), (10, 1), (-3, 12), (0, -40), (9, -10)];

    fn place(area: AreaIndex) -> Option<Point> {
        PLACES.get(usize::from(area)).map(|&(x, y)| Point { x, y })
    }

    #[test]
    fn each_side_has_its_nearest() {
        let go = |towards| SpatialNavigation::default().step(0, towards, 0..5, place);
        assert_eq!(
            SIDES.map(go),
            [Some(1), Some(2), None, Some(4)],
            "nothing in the west; aslant but far nearer"
        );
    }

    #[test]
    fn the_opposite_step_takes_the_last_one_back() {
        let mut way = SpatialNavigation::default();
        let mut step = |from, towards| way.step(from, towards, 0..5, place);
        assert_eq!(step(3, CompassDirection::SOUTH), Some(4));
        assert_eq!(step(4, CompassDirection::SOUTH), Some(1));
        assert_eq!(
            step(1, CompassDirection::NORTH),
            Some(4),
            "by the last step"
        );
        assert_eq!(step(4, CompassDirection::NORTH), Some(3), "by geography");
        assert_eq!(
            step(0, CompassDirection::NORTH),
            Some(4),
            "from elsewhere, the last step does not count"
        );
    }

    fn data() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../public/data")
    }

    fn read(file: &str) -> Vec<u8> {
        fs::read(data().join(file)).unwrap()
    }

    /// Where each of a nation's areas is, for both files of shapes.
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
                // A level of one nation only is asked once.
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

    /// From wherever a reader is, and however she came there, some keys lead to every other area.
    #[test]
    fn every_area_of_a_nation_can_be_reached_from_every_other() {
        for level in Level::ALL {
            for (nation, shapes, points) in nations(level) {
                let what = format!("{} of {}, {shapes} shapes", level.slug(), nation.slug());
                let ways = Ways::of(&points);
                let mut unreached: Vec<bool> = vec![true; points.len()];
                ways.states
                    .iter()
                    .for_each(|(area, _)| unreached[*area] = false);
                assert_eq!(
                    unreached.iter().position(|it| *it),
                    None,
                    "{what}: no key leads there"
                );
                assert_eq!(
                    ways.that_reach_the_first(),
                    ways.states.len(),
                    "{what}: some way has no way back"
                );
            }
        }
    }

    /// On the fine shapes, which the map has once it is as close as one authority calls for. On the
    /// coarse ones two of the authorities have a neighbourhood that no key leads to.
    #[test]
    fn every_neighbourhood_of_an_authority_can_be_reached_from_every_other() {
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
            let ways = Ways::of(&points);
            // The first state is where the reader begins: that says nothing of a key that leads
            // there.
            let reached: BTreeSet<usize> =
                ways.states.iter().skip(1).map(|(area, _)| *area).collect();
            assert_eq!(
                reached.len(),
                points.len(),
                "{authority}: no key leads to one of them"
            );
            assert_eq!(
                ways.that_reach_the_first(),
                ways.states.len(),
                "{authority}: some way has no way back"
            );
        }
    }

    /// As [`nearest`], on all four sides, without looking at areas far to the east and west.
    fn nearest_on_all_sides(points: &[Point]) -> Vec<[Option<AreaIndex>; 4]> {
        let place = |area: AreaIndex| points.get(usize::from(area)).copied();
        let mut by_x: Vec<AreaIndex> = (0..points.len() as AreaIndex).collect();
        by_x.sort_by_key(|&area| points[usize::from(area)].x);
        let widest =
            points[usize::from(by_x[by_x.len() - 1])].x - points[usize::from(by_x[0])].x + 1;
        let one = |area: AreaIndex, side: CompassDirection| {
            let Point { x, y } = points[usize::from(area)];
            let mut reach = widest / 100 + 1;
            loop {
                let from = by_x.partition_point(|&other| points[usize::from(other)].x < x - reach);
                let to = by_x.partition_point(|&other| points[usize::from(other)].x <= x + reach);
                let found = nearest(area, side, by_x[from..to].iter().copied(), place);
                let within =
                    |point: Point| (point.x - x).abs().max((point.y - y).abs()) * 2 <= reach;
                if reach > widest || found.and_then(place).is_some_and(within) {
                    return found;
                }
                reach *= 2;
            }
        };
        (0..points.len() as AreaIndex)
            .map(|area| SIDES.map(|side| one(area, side)))
            .collect()
    }

    /// Where a reader may be and what her last step was, and what each key makes of that. All are
    /// reached from the first.
    struct Ways {
        states: Vec<(usize, SpatialNavigation)>,
        /// By state.
        next: Vec<Vec<usize>>,
    }

    impl Ways {
        fn of(points: &[Point]) -> Ways {
            let place = |area: AreaIndex| points.get(usize::from(area)).copied();
            let by_geography = nearest_on_all_sides(points);
            let mut ways = Ways {
                states: vec![(0, SpatialNavigation::default())],
                next: vec![],
            };
            let mut numbers = std::collections::HashMap::from([((0, None), 0)]);
            while let Some(&(area, way)) = ways.states.get(ways.next.len()) {
                let mut next = vec![];
                for (side, nearest) in SIDES.into_iter().zip(by_geography[area]) {
                    let mut way = way;
                    // Only the one known to be the nearest is offered: the search for it has been
                    // made.
                    let Some(to) = way.step(area as AreaIndex, side, nearest.into_iter(), place)
                    else {
                        continue;
                    };
                    let key = (
                        usize::from(to),
                        way.last
                            .map(|last| (last.from, last.towards.0, last.towards.1)),
                    );
                    let number = *numbers.entry(key).or_insert_with(|| {
                        ways.states.push((usize::from(to), way));
                        ways.states.len() - 1
                    });
                    next.push(number);
                }
                ways.next.push(next);
            }
            ways
        }

        /// How many states have a way to the first area.
        fn that_reach_the_first(&self) -> usize {
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
