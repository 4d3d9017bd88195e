//! The areas with their figures as GeoJSON (RFC 7946), for a map or a geographical information system.

use geojson::feature::Id;
use geojson::{Feature, FeatureCollection, Geometry, GeometryValue, JsonObject, JsonValue, PolygonType, Position};
use rising_model::geometry::{Point, Topology, unproject};
use rising_model::polygons::polygons;
use rising_model::rate::Rate;
use rising_model::series::Figure;

use super::records::{Fields, Record, SUPPRESSED};

/// Of each area its shape, its code as its identifier and its figures, in longitude and latitude (WGS 84). A missing
/// figure is null. `about` says of which level, nation and date the figures are, and whose.
pub fn features(records: &[Record], fields: Fields, topology: &Topology, about: &[(&str, String)]) -> String {
    let features = records.iter().map(|record| Feature {
        bbox: None,
        geometry: geometry(topology, record),
        id: Some(Id::String(record.area.code.to_string())),
        properties: Some(properties(record, fields)),
        foreign_members: None,
    });
    let about = about.iter().map(|(name, value)| ((*name).to_owned(), JsonValue::from(value.as_str())));
    let collection =
        FeatureCollection { bbox: None, features: features.collect(), foreign_members: Some(about.collect()) };
    collection.to_string()
}

fn properties(record: &Record, fields: Fields) -> JsonObject {
    let ([count, previous], [rate, previous_rate]) = (record.counts().map(cases), record.rates().map(decimal));
    let text = |text: &str| if text.is_empty() { JsonValue::Null } else { text.into() };
    let grade = record.grade.map_or(JsonValue::Null, |grade| grade.word().into());
    let direction = record.comparison.direction().word().into();
    let (code, name) = (text(record.area.code.as_str()), text(&record.area.name));
    let [population, previous_population] = record.populations.map(JsonValue::from);
    let values = [
        code,
        name,
        text(record.authority),
        count,
        previous,
        rate,
        previous_rate,
        direction,
        grade,
        population,
        previous_population,
        text(record.estimate),
    ];
    fields.into_iter().map(str::to_owned).zip(values).collect()
}

fn cases(figure: Figure) -> JsonValue {
    match figure {
        Figure::Missing => JsonValue::Null,
        Figure::Suppressed => SUPPRESSED.into(),
        Figure::Count(count) => count.into(),
    }
}

fn decimal(rate: Option<Rate>) -> JsonValue {
    rate.map_or(JsonValue::Null, |rate| rate.rounded().into())
}

/// One polygon, or several; null for an area of which the shapes have nothing.
fn geometry(topology: &Topology, record: &Record) -> Option<Geometry> {
    let mut coordinates: Vec<PolygonType> = vec![];
    for polygon in polygons(topology, record.index) {
        // Ours go round with the area on their right, GeoJSON's with the area on their left.
        let mut rings = vec![ring(&polygon.exterior, topology)];
        rings.extend(polygon.holes.iter().map(|hole| ring(hole, topology)));
        coordinates.push(rings);
    }
    let value = match coordinates.len() {
        0 => return None,
        1 => GeometryValue::Polygon { coordinates: coordinates.remove(0) },
        _ => GeometryValue::MultiPolygon { coordinates },
    };
    Some(Geometry::new(value))
}

/// The other way round, with the first position repeated at the end.
fn ring(points: &[Point], topology: &Topology) -> Vec<Position> {
    points.iter().rev().chain(points.last()).map(|&point| position(point, topology.unit_zoom())).collect()
}

/// To six decimals, a tenth of a metre.
fn position(point: Point, unit_zoom: u8) -> Position {
    let (longitude, latitude) = unproject(f64::from(point.x), f64::from(point.y), unit_zoom);
    let short = |degrees: f64| (degrees * 1e6).round() / 1e6;
    Position::from([short(longitude), short(latitude)])
}

#[cfg(test)]
mod tests {
    use rising_model::area::Nation;
    use rising_model::geometry::{ArcUse, RankedPoints, project};

    use super::super::records::{fields, records, tests::shown};
    use super::*;

    /// A square with its corner at 52° north and 2° west, in units of zoom 12.
    fn square(east: i32, south: i32, side: i32) -> RankedPoints {
        let (x, y) = project(-2.0, 52.0, 12);
        let (x, y) = (x as i32 + east, y as i32 + south);
        let corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)];
        corners.map(|(x, y)| (Point { x, y }, 0)).to_vec()
    }

    /// An area with a hole, an area of two parts, one of them in that hole, and an area of nothing.
    fn topology() -> Topology {
        let arcs = [square(0, 0, 100), square(20, 20, 50), square(200, 0, 30)];
        let used = |arc, reversed| vec![ArcUse { arc, reversed }];
        let areas = [vec![used(1, true), used(0, false)], vec![used(1, false), used(2, false)], vec![]];
        Topology::new(12, &arcs, &areas).unwrap()
    }

    /// Twice the area in square degrees, positive for a ring that goes counter-clockwise.
    fn turn(ring: &[Position]) -> f64 {
        ring.windows(2).map(|pair| pair[0][0] * pair[1][1] - pair[1][0] * pair[0][1]).sum()
    }

    #[test]
    fn shapes_and_figures_are_as_the_standard_has_them() {
        let (shown, authorities) = shown();
        let records = records(&shown, &Nation::England.into(), Some(&authorities));
        let text = features(&records, fields(&shown), &topology(), &[("date", "2020-11-28".into())]);
        let read: FeatureCollection = text.parse().unwrap();
        assert_eq!(read.foreign_members.as_ref().unwrap()["date"], "2020-11-28");
        let values: Vec<_> = read.features.iter().map(|one| one.geometry.as_ref().map(|shape| &shape.value)).collect();
        let [
            Some(GeometryValue::Polygon { coordinates: holed }),
            Some(GeometryValue::MultiPolygon { coordinates }),
            None,
        ] = values[..]
        else {
            panic!("{values:?}")
        };
        assert_eq!((holed.len(), coordinates.len()), (2, 2));
        assert!(turn(&holed[0]) > 0.0 && turn(&holed[1]) < 0.0);
        for ring in holed.iter().chain(coordinates.iter().flatten()) {
            assert_eq!((ring.len(), ring.first()), (5, ring.last()));
            assert!(
                ring.iter().all(|at| (-2.001..-1.9).contains(&at[0]) && (51.9..52.001).contains(&at[1])),
                "{ring:?}"
            );
        }
        assert!(coordinates.iter().all(|polygon| polygon.len() == 1 && turn(&polygon[0]) > 0.0));
        let long = |number: &str| number.split_once('.').is_some_and(|(_, decimals)| decimals.len() > 6);
        assert!(!text.split([',', '[', ']', ':', '{', '}']).any(|token| token.parse::<f64>().is_ok() && long(token)));

        let properties = |area: usize| read.features[area].properties.as_ref().unwrap();
        assert_eq!(read.features[0].id, Some(Id::String("E00000001".into())));
        assert_eq!((&properties(0)["count"], &properties(0)["previous"]), (&5.into(), &"suppressed".into()));
        assert_eq!((&properties(0)["rate"], &properties(0)["previous_rate"]), (&50.0.into(), &JsonValue::Null));
        assert_eq!(
            (&properties(1)["authority"], &properties(1)["direction"]),
            (&"Anham, City of".into(), &"falling".into())
        );
        assert_eq!((&properties(2)["count"], &properties(2)["grade"]), (&JsonValue::Null, &JsonValue::Null));
    }
}
