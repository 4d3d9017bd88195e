//! Finds the area of each town, village and suburb, for users who search for the place they live
//! in.

use std::collections::BTreeMap;

use geo::{
    BoundingRect as _, Contains as _, Coord, Distance as _, Euclidean, Haversine, MapCoords as _,
};
use geo::{LineString, MultiPolygon, Point, Polygon, Rect};
use serde::Serialize;

use super::geonames::{Record, RecordFault};
use super::topology::{Layer, STEPS_PER_DEGREE};

/// Records that are left out because the search has better results: London and two of its
/// authorities.
const LONDON: [&str; 4] = [
    "London",
    "City of London",
    "City of Westminster",
    "West End of London",
];

/// A place outside all areas, on a pier or a generalised coast, is assigned to the nearest area
/// within this distance in kilometres.
const OFFSHORE_KM: f64 = 3.0;
/// Two records with one name in one authority are the same place within this distance in
/// kilometres.
const SAME_PLACE_KM: f64 = 5.0;
/// Length of a degree along a meridian.
const KM_A_DEGREE: f64 = 111.2;

/// A line of `data/towns.csv`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Town {
    /// The name in its British spelling.
    pub name: String,
    /// The code of its authority.
    pub authority: String,
    /// The code of the MSOA at its centre; empty outside England.
    pub neighbourhood: String,
    /// The population in GeoNames, only for sorting; 0 if GeoNames does not have it.
    pub population: u32,
}

/// The places, and those that were left out.
pub struct Towns {
    /// The places, sorted by authority, neighbourhood and name.
    pub places: Vec<Town>,
    /// Descriptions of places that are farther than [`OFFSHORE_KM`] from any area.
    pub offshore: Vec<String>,
    /// The number of second records of a place.
    pub duplicates: usize,
}

/// Finds the areas of all places. `records` are sorted by population, the largest first; `parents`
/// has the authority of each MSOA.
pub fn locate(
    records: &[Record],
    authorities: &Layer,
    msoas: &Layer,
    parents: &BTreeMap<String, String>,
) -> Towns {
    let authorities = AreaShapes::new(authorities);
    let msoas = AreaShapes::new(msoas);
    let mut found = Towns {
        places: vec![],
        offshore: vec![],
        duplicates: 0,
    };
    let mut points: Vec<Point> = vec![];
    for record in records {
        let point = Point::new(record.longitude, record.latitude);
        let has_nation = matches!(record.admin1code.as_str(), "ENG" | "WLS" | "SCT" | "NIR");
        let fault = record.fault();
        if !has_nation
            || fault == Some(RecordFault::NotAPlace)
            || LONDON.contains(&record.name.as_str())
        {
            continue;
        }
        let name = record.british_name();
        let Some(authority) = authorities.find(point, |_| true) else {
            found.offshore.push(format!(
                "{name} ({}, {})",
                record.latitude, record.longitude
            ));
            continue;
        };
        let neighbourhood = msoas.find(point, |code| {
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
        let is_duplicate = found.places.iter().zip(&points).any(|(other, at)| {
            (&other.name, &other.authority) == (&town.name, &town.authority)
                && (Haversine.distance(point, *at) / 1000.0 <= SAME_PLACE_KM
                    || !town.neighbourhood.is_empty() && other.neighbourhood == town.neighbourhood)
        });
        if is_duplicate {
            found.duplicates += 1;
        } else {
            found.places.push(town);
            points.push(point);
        }
    }
    found.places.sort_by(|a, b| {
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

    /// Returns the code of the wanted area that contains the point, or else of the nearest within
    /// [`OFFSHORE_KM`].
    fn find(&self, point: Point, wanted: impl Fn(&str) -> bool) -> Option<&str> {
        let degrees_per_km = Coord {
            x: 1.0 / (KM_A_DEGREE * point.y().to_radians().cos()),
            y: 1.0 / KM_A_DEGREE,
        };
        let reach = degrees_per_km * OFFSHORE_KM;
        let is_near = |bounds: &Rect| {
            (bounds.min() - reach).x <= point.x()
                && point.x() <= (bounds.max() + reach).x
                && (bounds.min() - reach).y <= point.y()
                && point.y() <= (bounds.max() + reach).y
        };
        let candidates = || {
            self.0
                .iter()
                .filter(|area| is_near(&area.bounds) && wanted(&area.code))
        };
        if let Some(area) = candidates().find(|area| area.shape.contains(&point)) {
            return Some(&area.code);
        }
        // On a plane in kilometres around the point, which is exact enough for short distances.
        let to_plane = |at: Coord| Coord {
            x: (at.x - point.x()) / degrees_per_km.x,
            y: (at.y - point.y()) / degrees_per_km.y,
        };
        let distance = |area: &AreaShape| {
            Euclidean.distance(&Point::new(0.0, 0.0), &area.shape.map_coords(to_plane))
        };
        candidates()
            .map(|area| (distance(area), area))
            .filter(|(distance, _)| *distance <= OFFSHORE_KM)
            .min_by(|(a, _), (b, _)| a.total_cmp(b))
            .map(|(_, area)| area.code.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::super::geonames::fixture;
    use super::*;

    /// Locates places among two adjacent authorities of England, 0.2° wide, the left one with two
    /// MSOAs, and a distant authority of Wales.
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
        towns.places.iter().map(line).collect()
    }

    #[test]
    fn locate_finds_areas_of_each_place() {
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
    fn locate_offshore_place_gets_nearest_area() {
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
    fn locate_drops_second_record_of_place() {
        let towns = find(&[
            ("Kington", 52.10, -1.95, "GB", "ENG", 3_000),
            ("Kington", 52.12, -1.89, "GB", "ENG", 10),
            ("Kington", 52.19, -1.99, "GB", "ENG", 10),
            ("Kington", 52.19, -1.81, "GB", "ENG", 10),
            ("Kington", 52.12, -1.79, "GB", "ENG", 10),
        ]);
        // The second is 4.6 km from the first, the third is in the same MSOA. The fourth is
        // neither, and the fifth is in another authority.
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
