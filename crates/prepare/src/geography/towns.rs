//! Towns, villages and suburbs by name, with the area each lies in, for the reader who types where
//! she lives.

use std::collections::BTreeMap;

use geo::{
    BoundingRect as _, Contains as _, Coord, Distance as _, Euclidean, Haversine, MapCoords as _,
};
use geo::{LineString, MultiPolygon, Point, Polygon, Rect};
use serde::Serialize;

use super::geonames::{Record, RecordFault};
use super::topology::{Layer, STEPS_PER_DEGREE};

/// Records for which the map has a better answer: the whole of London, and two of its authorities.
const LONDON: [&str; 4] = [
    "London",
    "City of London",
    "City of Westminster",
    "West End of London",
];

/// A place outside all areas, on a pier or by a generalised coast, belongs to the nearest one
/// within these kilometres.
const OFF_SHORE_KM: f64 = 3.0;
/// Two places of one name in one authority are the same one within this many kilometres.
const SAME_KM: f64 = 5.0;
/// Length of a degree along a meridian.
const KM_A_DEGREE: f64 = 111.2;

/// A line of `data/towns.csv`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Town {
    /// As a British reader writes it.
    pub name: String,
    /// Code of the authority it lies in.
    pub authority: String,
    /// Code of the MSOA that its middle lies in; empty outside England.
    pub neighbourhood: String,
    /// People, as GeoNames has it: good for order, not for a figure. 0 where it does not know.
    pub population: u32,
}

/// The places, and what was left out.
pub struct Towns {
    /// By authority, then by neighbourhood, then by name.
    pub towns: Vec<Town>,
    /// Places further off shore than belongs to any area, in words.
    pub offshore: Vec<String>,
    /// Places left out as another record of one that is listed.
    pub duplicates: usize,
}

/// Finds the areas of all places. `records` has the largest first; `parents` has the authority of
/// each MSOA.
pub fn locate(
    records: &[Record],
    authorities: &Layer,
    msoas: &Layer,
    parents: &BTreeMap<String, String>,
) -> Towns {
    let (authorities, msoas) = (AreaShapes::new(authorities), AreaShapes::new(msoas));
    let mut found = Towns {
        towns: vec![],
        offshore: vec![],
        duplicates: 0,
    };
    let mut points: Vec<Point> = vec![];
    for record in records {
        let point = Point::new(record.longitude, record.latitude);
        let of_a_nation = matches!(record.admin1code.as_str(), "ENG" | "WLS" | "SCT" | "NIR");
        let fault = record.fault();
        if !of_a_nation
            || fault == Some(RecordFault::NotAPlace)
            || LONDON.contains(&record.name.as_str())
        {
            continue;
        }
        let name = record.british_name();
        let Some(authority) = authorities.at(point, |_| true) else {
            found.offshore.push(format!(
                "{name} ({}, {})",
                record.latitude, record.longitude
            ));
            continue;
        };
        let neighbourhood = msoas.at(point, |code| {
            parents.get(code).is_some_and(|parent| parent == authority)
        });
        let town = Town {
            name,
            authority: authority.to_owned(),
            neighbourhood: neighbourhood.unwrap_or_default().to_owned(),
            population: if fault.is_some() {
                0
            } else {
                record.population
            },
        };
        let is_double = found.towns.iter().zip(&points).any(|(other, at)| {
            (&other.name, &other.authority) == (&town.name, &town.authority)
                && (Haversine.distance(point, *at) / 1000.0 <= SAME_KM
                    || !town.neighbourhood.is_empty() && other.neighbourhood == town.neighbourhood)
        });
        if is_double {
            found.duplicates += 1;
        } else {
            found.towns.push(town);
            points.push(point);
        }
    }
    found.towns.sort_by(|a, b| {
        let key = |town: &Town| {
            (
                town.authority.clone(),
                town.neighbourhood.clone(),
                town.name.clone(),
            )
        };
        key(a).cmp(&key(b))
    });
    found
}

/// A level's areas in degrees.
struct AreaShapes(Vec<AreaShape>);

struct AreaShape {
    code: String,
    shape: MultiPolygon,
    bounds: Rect,
}

impl AreaShapes {
    fn new(layer: &Layer) -> AreaShapes {
        let areas =
            layer
                .properties()
                .zip(layer.polygons())
                .filter_map(|(properties, polygons)| {
                    let ring = |ring: Vec<[i64; 2]>| -> LineString {
                        ring.into_iter()
                            .map(|point| point.map(|steps| steps as f64 / STEPS_PER_DEGREE))
                            .map(Coord::from)
                            .collect()
                    };
                    let polygons = polygons.into_iter().filter_map(|rings| {
                        let mut rings = rings.into_iter().map(ring);
                        Some(Polygon::new(rings.next()?, rings.collect()))
                    });
                    let shape: MultiPolygon = polygons.collect();
                    Some(AreaShape {
                        code: properties.code.clone(),
                        bounds: shape.bounding_rect()?,
                        shape,
                    })
                });
        AreaShapes(areas.collect())
    }

    /// The code of the wanted area that the point lies in, or else of the nearest within
    /// [`OFF_SHORE_KM`].
    fn at(&self, point: Point, wanted: impl Fn(&str) -> bool) -> Option<&str> {
        let of_a_kilometre = Coord {
            x: 1.0 / (KM_A_DEGREE * point.y().to_radians().cos()),
            y: 1.0 / KM_A_DEGREE,
        };
        let reach = of_a_kilometre * OFF_SHORE_KM;
        let near = |bounds: &Rect| {
            (bounds.min() - reach).x <= point.x()
                && point.x() <= (bounds.max() + reach).x
                && (bounds.min() - reach).y <= point.y()
                && point.y() <= (bounds.max() + reach).y
        };
        let near = || {
            self.0
                .iter()
                .filter(|area| near(&area.bounds) && wanted(&area.code))
        };
        if let Some(area) = near().find(|area| area.shape.contains(&point)) {
            return Some(&area.code);
        }
        // On a plane of kilometres around the point: exact enough for so short a way.
        let around = |at: Coord| Coord {
            x: (at.x - point.x()) / of_a_kilometre.x,
            y: (at.y - point.y()) / of_a_kilometre.y,
        };
        let distance = |area: &AreaShape| {
            Euclidean.distance(&Point::new(0.0, 0.0), &area.shape.map_coords(around))
        };
        near()
            .map(|area| (distance(area), area))
            .filter(|(distance, _)| *distance <= OFF_SHORE_KM)
            .min_by(|(a, _), (b, _)| a.total_cmp(b))
            .map(|(_, area)| area.code.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::super::geonames::fixture;
    use super::*;

    /// Two authorities of England side by side, 0.2° wide, the left one of two MSOAs, and one of
    /// Wales far off.
    fn find(places: &[(&str, f64, f64, &str, &str, u32)]) -> Towns {
        let layer = |areas: &[(&str, f64, f64, f64)]| {
            let mut arcs = vec![];
            let mut geometries = vec![];
            for (number, (code, left, width, bottom)) in areas.iter().enumerate() {
                let (right, top) = (left + width, bottom + 0.2);
                arcs.push(format!(
                    "[[{left},{bottom}],[{left},{top}],[{right},{top}],[{right},{bottom}],[{left},{bottom}]]"
                ));
                geometries.push(format!(
                    r#"{{"type":"Polygon","arcs":[[{number}]],"properties":{{"code":"{code}"}}}}"#
                ));
            }
            let json = format!(
                r#"{{"type":"Topology","arcs":[{}],"objects":{{"a":{{"type":"GeometryCollection","geometries":[{}]}}}}}}"#,
                arcs.join(","),
                geometries.join(",")
            );
            Layer::read(json.as_bytes()).unwrap()
        };
        let authorities = layer(&[
            ("E1", -2.0, 0.2, 52.0),
            ("E2", -1.8, 0.2, 52.0),
            ("W1", -4.0, 0.2, 52.0),
        ]);
        let msoas = layer(&[
            ("E021", -2.0, 0.1, 52.0),
            ("E022", -1.9, 0.1, 52.0),
            ("E023", -1.8, 0.2, 52.0),
        ]);
        let parents = [("E021", "E1"), ("E022", "E1"), ("E023", "E2")]
            .map(|(a, b)| (a.to_owned(), b.to_owned()));
        locate(&fixture(places), &authorities, &msoas, &parents.into())
    }

    fn lines(towns: &Towns) -> Vec<String> {
        let line = |town: &Town| {
            format!(
                "{} {} {} {}",
                town.name, town.authority, town.neighbourhood, town.population
            )
        };
        towns.towns.iter().map(line).collect()
    }

    #[test]
    fn each_place_has_the_areas_it_lies_in() {
        let towns = find(&[
            ("East", 52.1, -1.7, "GB", "ENG", 100),
            ("Saint West", 52.1, -1.95, "GB", "ENG", 0),
            ("Abroad", 52.1, -3.9, "GB", "WLS", 5),
            ("Akrotiri", 52.1, -1.95, "GB", "", 5),
            ("London", 52.1, -1.95, "GB", "ENG", 9_000_000),
        ]);
        assert_eq!(
            lines(&towns),
            ["St West E1 E021 0", "East E2 E023 100", "Abroad W1  5"]
        );
    }

    #[test]
    fn off_shore_the_nearest_area_counts() {
        // 0.02° are 2.2 km, 0.04° are 4.4 km; a degree of longitude is shorter.
        let towns = find(&[
            ("Pier", 51.98, -1.89, "GB", "ENG", 1),
            ("Jetty", 52.1, -2.04, "GB", "ENG", 1),
            ("Wreck", 51.96, -1.89, "GB", "ENG", 1),
        ]);
        assert_eq!(lines(&towns), ["Jetty E1 E021 1", "Pier E1 E022 1"]);
        assert_eq!(towns.offshore, ["Wreck (51.96, -1.89)"]);
    }

    #[test]
    fn a_second_record_of_a_place_is_left_out() {
        let towns = find(&[
            ("Kington", 52.10, -1.95, "GB", "ENG", 3_000),
            ("Kington", 52.12, -1.89, "GB", "ENG", 10),
            ("Kington", 52.19, -1.99, "GB", "ENG", 10),
            ("Kington", 52.19, -1.81, "GB", "ENG", 10),
            ("Kington", 52.12, -1.79, "GB", "ENG", 10),
        ]);
        // The second is 4.6 km off, the third in the same MSOA; the fourth is neither, the fifth in
        // another authority.
        assert_eq!(
            lines(&towns),
            [
                "Kington E1 E021 3000",
                "Kington E1 E022 10",
                "Kington E2 E023 10"
            ]
        );
        assert_eq!(towns.duplicates, 2);
    }
}
