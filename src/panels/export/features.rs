//! Writes the areas with their figures as GeoJSON (RFC 7946), for maps and geographical information
//! systems.

use geojson::feature::Id;
use geojson::{
    Feature, FeatureCollection, Geometry, GeometryValue, JsonObject, JsonValue, PolygonType,
    Position,
};
use rising_model::shapes::geometry::{Point, Topology, unproject};
use rising_model::shapes::polygons::{Borders, Polygon};

use super::records::{AreaRecord, Columns, Value};

/// Returns a feature collection in longitude and latitude (WGS 84): each area's shape, its code as
/// the identifier, and its figures, `null` where missing. `about` is added to the collection:
/// level, nation, date and source.
pub fn features(
    records: &[AreaRecord],
    columns: Columns,
    topology: &Topology,
    about: &[(&str, String)],
) -> String {
    let borders = Borders::new(topology, |point| {
        in_microdegrees(point, topology.unit_zoom())
    });
    let features = records.iter().map(|record| Feature {
        bbox: None,
        geometry: geometry(&borders, record),
        id: Some(Id::String(record.area.code.to_string())),
        properties: Some(properties(record, columns)),
        foreign_members: None,
    });
    let about = about
        .iter()
        .map(|(name, value)| ((*name).to_owned(), JsonValue::from(value.as_str())));
    let collection = FeatureCollection {
        bbox: None,
        features: features.collect(),
        foreign_members: Some(about.collect()),
    };
    collection.to_string()
}

fn properties(record: &AreaRecord, columns: Columns) -> JsonObject {
    let value = |value: Value| match value {
        Value::Text(text) => text.into(),
        Value::Number(number) => number.into(),
        Value::Rate(rate) => rate.rounded().into(),
        Value::Flag(flag) => flag.into(),
        Value::None => JsonValue::Null,
    };
    columns
        .into_iter()
        .map(str::to_owned)
        .zip(record.values().map(value))
        .collect()
}

/// Returns a polygon, or a multipolygon for several; `None` for an area without shape.
fn geometry(borders: &Borders, record: &AreaRecord) -> Option<Geometry> {
    let rings = |polygon: &Polygon| {
        [&polygon.exterior]
            .into_iter()
            .chain(&polygon.holes)
            .map(|points| ring(points))
            .collect()
    };
    let mut coordinates: Vec<PolygonType> =
        borders.polygons(record.index).iter().map(rings).collect();
    let value = match coordinates.len() {
        0 => return None,
        1 => GeometryValue::Polygon {
            coordinates: coordinates.remove(0),
        },
        _ => GeometryValue::MultiPolygon { coordinates },
    };
    Some(Geometry::new(value))
}

/// Converts a ring. The topology's rings have the area on their right, those of GeoJSON on their
/// left, so the order is reversed; the first position is repeated at the end.
fn ring(points: &[Point]) -> Vec<Position> {
    let position =
        |point: &Point| Position::from([f64::from(point.x) / 1e6, f64::from(-point.y) / 1e6]);
    points
        .iter()
        .rev()
        .chain(points.last())
        .map(position)
        .collect()
}

/// Rounds a point to six decimals of a degree, a tenth of a metre. Polygons are repaired after this
/// rounding, so that they are valid as written.
fn in_microdegrees(point: Point, unit_zoom: u8) -> Point {
    let (longitude, latitude) = unproject(f64::from(point.x), f64::from(point.y), unit_zoom);
    let whole = |degrees: f64| (degrees * 1e6).round() as i32;
    Point {
        x: whole(longitude),
        y: -whole(latitude),
    }
}

#[cfg(test)]
mod tests {
    use rising_model::domain::area::Nation;
    use rising_model::shapes::geometry::{ArcUse, RankedPoints, project};
    use rising_words::Texts;

    use super::super::records::{columns, records, tests::shown};
    use super::*;

    /// A square, in units of zoom 12, whose corner is at 52° north and 2° west, moved by `east` and
    /// `south`.
    fn square(east: i32, south: i32, side: i32) -> RankedPoints {
        let (x, y) = project(-2.0, 52.0, 12);
        let (x, y) = (x as i32 + east, y as i32 + south);
        let corners = [
            (x, y),
            (x + side, y),
            (x + side, y + side),
            (x, y + side),
            (x, y),
        ];
        corners.map(|(x, y)| (Point { x, y }, 0)).to_vec()
    }

    /// An area with a hole, an area of two parts, one of them in that hole, and an area without
    /// shape.
    fn topology() -> Topology {
        let arcs = [square(0, 0, 100), square(20, 20, 50), square(200, 0, 30)];
        let used = |arc, reversed| vec![ArcUse { arc, reversed }];
        let areas = [
            vec![used(1, true), used(0, false)],
            vec![used(1, false), used(2, false)],
            vec![],
        ];
        Topology::new(12, &arcs, &areas).unwrap()
    }

    /// Twice the area in square degrees, positive for a counter-clockwise ring.
    fn signed_area(ring: &[Position]) -> f64 {
        ring.windows(2)
            .map(|pair| pair[0][0] * pair[1][1] - pair[1][0] * pair[0][1])
            .sum()
    }

    #[test]
    fn features_follow_rfc_7946() {
        let (shown, authorities) = shown();
        let english = Texts::default();
        let records = records(
            &shown,
            &Nation::England.into(),
            Some(&authorities),
            &english,
        );
        let text = features(
            &records,
            columns(&shown),
            &topology(),
            &[("date", "2020-11-28".into())],
        );
        let read: FeatureCollection = text.parse().unwrap();
        assert_eq!(read.foreign_members.as_ref().unwrap()["date"], "2020-11-28");
        let values: Vec<_> = read
            .features
            .iter()
            .map(|one| one.geometry.as_ref().map(|shape| &shape.value))
            .collect();
        let [
            Some(GeometryValue::Polygon { coordinates: holed }),
            Some(GeometryValue::MultiPolygon { coordinates }),
            None,
        ] = values[..]
        else {
            panic!("{values:?}")
        };
        assert_eq!((holed.len(), coordinates.len()), (2, 2));
        assert!(signed_area(&holed[0]) > 0.0 && signed_area(&holed[1]) < 0.0);
        for ring in holed.iter().chain(coordinates.iter().flatten()) {
            assert_eq!((ring.len(), ring.first()), (5, ring.last()));
            assert!(
                ring.iter()
                    .all(|at| (-2.001..-1.9).contains(&at[0]) && (51.9..52.001).contains(&at[1])),
                "{ring:?}"
            );
        }
        assert!(
            coordinates
                .iter()
                .all(|polygon| polygon.len() == 1 && signed_area(&polygon[0]) > 0.0)
        );
        let long = |number: &str| {
            number
                .split_once('.')
                .is_some_and(|(_, decimals)| decimals.len() > 6)
        };
        assert!(
            !text
                .split([',', '[', ']', ':', '{', '}'])
                .any(|token| token.parse::<f64>().is_ok() && long(token))
        );

        let properties = |area: usize| read.features[area].properties.as_ref().unwrap();
        assert_eq!(read.features[0].id, Some(Id::String("E00000001".into())));
        assert_eq!(
            (&properties(0)["count"], &properties(0)["previous"]),
            (&5.into(), &JsonValue::Null)
        );
        assert_eq!(
            (
                &properties(0)["count_suppressed"],
                &properties(0)["previous_suppressed"]
            ),
            (&false.into(), &true.into())
        );
        assert_eq!(
            (&properties(0)["rate"], &properties(0)["previous_rate"]),
            (&50.0.into(), &JsonValue::Null)
        );
        assert_eq!(
            (&properties(1)["authority"], &properties(1)["direction"]),
            (&"Anham, City of".into(), &"falling".into())
        );
        assert_eq!(
            (&properties(2)["count"], &properties(2)["grade"]),
            (&JsonValue::Null, &JsonValue::Null)
        );
    }
}
