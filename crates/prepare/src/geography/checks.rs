//! Checks the finished shapes: their topology, their union and their extent.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::{Result, bail, ensure};
use geo::{Area as _, Coord, GeodesicArea as _, LineString, MultiPolygon, unary_union};

use super::topology::{Layer, Point, Polygon, STEPS_PER_DEGREE};

/// A level whose areas cover their land without overlaps or gaps, with its measures.
pub struct Coverage {
    codes: Vec<String>,
    polygons: Vec<Vec<Polygon>>,
    /// Exactly twice the extent of each area, in square grid steps.
    doubled: BTreeMap<String, i64>,
    neighbours: BTreeMap<String, BTreeSet<String>>,
    borders: Vec<Border>,
    /// The number of sides shared by two areas.
    pub shared_sides: usize,
    /// The number of sides on the coast or on the edge of the level.
    pub outer_sides: usize,
}

/// A side shared by two areas.
struct Border {
    between: [usize; 2],
    side: [Point; 2],
}

impl Coverage {
    /// Checks that neighbours share their sides: no side belongs to more than two areas, and two
    /// areas of a side are on opposite hands of it.
    ///
    /// # Errors
    /// If a side does not fulfil this, with its place and areas, or an area has no extent.
    pub fn check(layer: &Layer) -> Result<Self> {
        let codes: Vec<String> = layer.properties().map(|area| area.code.clone()).collect();
        let polygons = layer.polygons();
        let mut doubled = BTreeMap::new();
        let mut sides: HashMap<[Point; 2], Vec<(usize, bool)>> = HashMap::new();
        for (area, (code, polygons)) in codes.iter().zip(&polygons).enumerate() {
            let mut sum = 0;
            for ring in polygons.iter().flatten() {
                ensure!(
                    ring.len() >= 3,
                    "{code}: a ring of {} points does not enclose an area",
                    ring.len()
                );
                for (&from, &to) in ring.iter().zip(ring.iter().cycle().skip(1)) {
                    sum += from[0] * to[1] - to[0] * from[1];
                    let forwards = from < to;
                    let side = if forwards { [from, to] } else { [to, from] };
                    sides.entry(side).or_default().push((area, forwards));
                }
            }
            ensure!(sum != 0, "{code} has no extent");
            let before = doubled.insert(code.clone(), sum.abs());
            ensure!(before.is_none(), "{code} has two shapes");
        }
        let mut coverage = Self {
            codes,
            polygons,
            doubled,
            neighbours: BTreeMap::new(),
            borders: Vec::new(),
            shared_sides: 0,
            outer_sides: 0,
        };
        let mut sides: Vec<_> = sides.into_iter().collect();
        sides.sort_unstable();
        for (side, users) in sides {
            match users.as_slice() {
                [_] => coverage.outer_sides += 1,
                &[(a, a_forwards), (b, b_forwards)] if a_forwards != b_forwards => {
                    coverage.shared_sides += 1;
                    if a != b {
                        coverage.borders.push(Border {
                            between: [a, b],
                            side,
                        });
                        let [a, b] = [&coverage.codes[a], &coverage.codes[b]];
                        coverage
                            .neighbours
                            .entry(a.clone())
                            .or_default()
                            .insert(b.clone());
                        coverage
                            .neighbours
                            .entry(b.clone())
                            .or_default()
                            .insert(a.clone());
                    }
                }
                users => {
                    let codes: Vec<_> = users
                        .iter()
                        .map(|&(area, _)| &coverage.codes[area])
                        .collect();
                    bail!(
                        "the side at {} has areas on the same hand, or more than two: {codes:?}",
                        degrees(side[0])
                    );
                }
            }
        }
        Ok(coverage)
    }

    /// Checks by an independent computation that the areas have no overlaps or gaps: their union,
    /// by `geo`, has the extent of their sum and no hole.
    ///
    /// # Errors
    /// If the extents differ, with both values, or the union has a hole, with its place.
    pub fn check_union(&self) -> Result<Outline> {
        let shapes: Vec<geo::Polygon> = self.polygons.iter().flatten().map(to_geo).collect();
        let union = unary_union(&shapes);
        let sum: f64 = shapes.iter().map(geo::Area::unsigned_area).sum();
        let outline = union.unsigned_area();
        let difference = ((sum - outline) / outline).abs();
        // `geo` rounds to its own integer grid, which makes a difference of 2e-10. The limit is
        // fifty times that, or 2,500 m² of overlap in the whole United Kingdom.
        ensure!(
            difference < 1e-8,
            "the areas overlap: their sum is {sum} square degrees, their outline has {outline}"
        );
        let hole = union
            .iter()
            .flat_map(geo::Polygon::interiors)
            .find_map(|hole| hole.coords().next());
        if let Some(corner) = hole {
            bail!(
                "there is a gap between the areas at {:.4} {:.4}",
                corner.y,
                corner.x
            );
        }
        Ok(Outline {
            sum,
            extent: outline,
            pieces: union.iter().count(),
        })
    }

    /// Checks that each parent in `self` has exactly the extent of its areas in `parts`.
    ///
    /// # Errors
    /// If the extents of a parent and its areas differ, or an area has no parent.
    pub fn check_parts(
        &self,
        parts: &Coverage,
        parent_of: &BTreeMap<String, String>,
    ) -> Result<()> {
        let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
        for (code, doubled) in &parts.doubled {
            let Some(parent) = parent_of.get(code) else {
                bail!("{code} has no parent")
            };
            *sums.entry(parent).or_default() += doubled;
        }
        for (parent, sum) in sums {
            let Some(&own) = self.doubled.get(parent) else {
                bail!("the parent {parent} has no shape")
            };
            ensure!(
                own == sum,
                "{parent} has {own} half square steps, its neighbourhoods together {sum}"
            );
        }
        Ok(())
    }

    /// Returns the polygons of the areas whose code is wanted, in degrees.
    pub fn land_of(&self, wanted: impl Fn(&str) -> bool) -> MultiPolygon {
        let areas = self
            .codes
            .iter()
            .zip(&self.polygons)
            .filter(|(code, _)| wanted(code));
        MultiPolygon::new(
            areas
                .flat_map(|(_, polygons)| polygons)
                .map(to_geo)
                .collect(),
        )
    }

    /// Returns the areas that share no side with another: islands.
    pub fn without_neighbours(&self) -> Vec<&str> {
        self.codes
            .iter()
            .filter(|code| !self.neighbours.contains_key(*code))
            .map(String::as_str)
            .collect()
    }

    /// Returns the length in kilometres of the border between two nations, given by the first
    /// letters of their codes.
    pub fn border_km(&self, nations: [char; 2]) -> f64 {
        let nation = |area: usize| self.codes[area].chars().next();
        let is_between = |border: &&Border| {
            let [a, b] = border.between.map(nation);
            [a, b] == nations.map(Some) || [b, a] == nations.map(Some)
        };
        self.borders
            .iter()
            .filter(is_between)
            .map(|border| side_km(border.side))
            .sum()
    }

    /// Returns the extent of each nation in square kilometres on the ellipsoid, by the first letter
    /// of its codes.
    pub fn nations_km2(&self) -> BTreeMap<char, f64> {
        let mut nations = BTreeMap::new();
        for (code, polygons) in self.codes.iter().zip(&self.polygons) {
            let metres: f64 = polygons
                .iter()
                .map(|polygon| to_geo(polygon).geodesic_area_signed().abs())
                .sum();
            *nations
                .entry(code.chars().next().unwrap_or('?'))
                .or_default() += metres / 1e6;
        }
        nations
    }
}

/// The measures of a level's union.
pub struct Outline {
    /// The sum of the extents of the areas, in square degrees.
    pub sum: f64,
    /// The extent of the union, in square degrees.
    pub extent: f64,
    /// The number of separate polygons.
    pub pieces: usize,
}

#[expect(
    clippy::cast_precision_loss,
    reason = "grid coordinates have eight digits"
)]
fn to_degrees(point: Point) -> Coord {
    Coord {
        x: point[0] as f64 / STEPS_PER_DEGREE,
        y: point[1] as f64 / STEPS_PER_DEGREE,
    }
}

fn degrees(point: Point) -> String {
    let Coord { x, y } = to_degrees(point);
    format!("{y:.4} {x:.4}")
}

fn side_km([from, to]: [Point; 2]) -> f64 {
    use geo::{Distance as _, Geodesic};
    Geodesic.distance(to_degrees(from).into(), to_degrees(to).into()) / 1000.0
}

/// Converts a polygon for `geo`, with an anticlockwise exterior and clockwise holes.
fn to_geo(rings: &Polygon) -> geo::Polygon {
    use geo::orient::{Direction, Orient as _};
    let mut lines = rings.iter().map(|ring| {
        ring.iter()
            .map(|&point| to_degrees(point))
            .collect::<LineString>()
    });
    let outer = lines.next().unwrap_or_else(|| LineString::new(Vec::new()));
    geo::Polygon::new(outer, lines.collect()).orient(Direction::Default)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns a layer of areas with one ring each, in grid steps. Each ring is a separate arc, so
    /// common sides are found by their place, not by their arc.
    fn layer(areas: &[(&str, &[Point])]) -> Layer {
        let arcs: Vec<Vec<[f64; 2]>> = areas
            .iter()
            .map(|(_, ring)| {
                ring.iter()
                    .chain(ring.first())
                    .map(|&point| [to_degrees(point).x, to_degrees(point).y])
                    .collect()
            })
            .collect();
        let geometries: Vec<_> = areas
            .iter()
            .enumerate()
            .map(|(arc, (code, _))| serde_json::json!({"type": "Polygon", "arcs": [[arc]], "properties": {"code": code}}))
            .collect();
        let file = serde_json::json!({
            "type": "Topology", "arcs": arcs,
            "objects": {"areas": {"type": "GeometryCollection", "geometries": geometries}},
        });
        Layer::read(file.to_string().as_bytes()).unwrap()
    }

    const LEFT: &[Point] = &[[0, 0], [0, 10], [10, 10], [10, 0]];
    const RIGHT: &[Point] = &[[10, 0], [10, 10], [20, 10], [20, 0]];

    #[test]
    fn check_counts_shared_and_outer_sides() {
        let coverage = Coverage::check(&layer(&[
            ("E1", LEFT),
            ("S1", RIGHT),
            ("E2", &[[90, 0], [90, 1], [91, 0]]),
        ]))
        .unwrap();
        assert_eq!((coverage.shared_sides, coverage.outer_sides), (1, 9));
        assert_eq!(coverage.without_neighbours(), ["E2"]);
        // 10 steps of latitude at the equator are 11.06 m.
        assert!(
            (coverage.border_km(['S', 'E']) - 0.011_057).abs() < 1e-5,
            "{}",
            coverage.border_km(['S', 'E'])
        );
        assert!(coverage.border_km(['E', 'W']).abs() < 1e-12);
        assert_eq!(coverage.check_union().unwrap().pieces, 2);
    }

    #[test]
    fn check_areas_on_same_hand_of_side_is_error() {
        let error = Coverage::check(&layer(&[("A", LEFT), ("B", LEFT)]))
            .err()
            .unwrap();
        assert!(error.to_string().contains("same hand"), "{error}");
    }

    #[test]
    fn check_union_of_overlapping_areas_is_error() {
        let wide: &[Point] = &[[9, 0], [9, 10], [20, 10], [20, 0]];
        let error = Coverage::check(&layer(&[("A", LEFT), ("B", wide)]))
            .unwrap()
            .check_union()
            .err()
            .unwrap();
        assert!(error.to_string().contains("overlap"), "{error}");
    }

    #[test]
    fn check_union_of_areas_with_gap_is_error() {
        // The right area has a notch in the common side, which leaves a triangle between the two.
        let notched: &[Point] = &[
            [10, 0],
            [10, 2],
            [12, 5],
            [10, 8],
            [10, 10],
            [20, 10],
            [20, 0],
        ];
        let error = Coverage::check(&layer(&[("A", LEFT), ("B", notched)]))
            .unwrap()
            .check_union()
            .err()
            .unwrap();
        assert!(error.to_string().contains("gap between"), "{error}");
    }

    #[test]
    fn check_area_without_extent_is_error() {
        let error = Coverage::check(&layer(&[("A", &[[0, 0], [5, 5], [9, 9]])]))
            .err()
            .unwrap();
        assert!(error.to_string().contains("A has no extent"), "{error}");
    }

    #[test]
    fn check_parts_compares_parent_with_its_areas() {
        let whole =
            Coverage::check(&layer(&[("P", &[[0, 0], [0, 10], [20, 10], [20, 0]])])).unwrap();
        let parts = Coverage::check(&layer(&[("A", LEFT), ("B", RIGHT)])).unwrap();
        let mut parents = BTreeMap::from([
            ("A".to_owned(), "P".to_owned()),
            ("B".to_owned(), "P".to_owned()),
        ]);
        whole.check_parts(&parts, &parents).unwrap();
        parents.insert("B".to_owned(), "Q".to_owned());
        assert!(whole.check_parts(&parts, &parents).is_err());
    }

    #[test]
    fn nations_km2_of_square_degree_is_known() {
        let degree = STEPS_PER_DEGREE as i64;
        let coverage = Coverage::check(&layer(&[(
            "E1",
            &[[0, 0], [0, degree], [degree, degree], [degree, 0]],
        )]))
        .unwrap();
        // One degree by one at the equator.
        assert!(
            (coverage.nations_km2()[&'E'] - 12_309.0).abs() < 1.0,
            "{}",
            coverage.nations_km2()[&'E']
        );
    }
}
