use proptest::prelude::*;
use serde_json::json;

use super::*;

/// Two squares of a tenth of a degree side by side near Hereford, as GeoJSON.
fn geojson() -> Value {
    let square = |west: f64, code: &str| {
        let s = 52.0;
        let n = 52.1;
        let e = west + 0.1;
        json!({"type": "Feature", "properties": {"LAD19CD": code, "LAD19NM": "x"}, "geometry": {"type": "Polygon",
            "coordinates": [[[west, s], [e, s], [e, n], [west, n], [west, s]]]}})
    };
    json!({"type": "FeatureCollection", "features": [square(-2.8, "E1"), square(-2.7, "E2")]})
}

/// The same as quantised TopoJSON.
fn topojson() -> Value {
    json!({
        "type": "Topology", "transform": {"scale": [0.1, 0.1], "translate": [-2.8, 52.0]},
        "objects": {"areas": {"type": "GeometryCollection", "geometries": [
            {"type": "Polygon", "properties": {"code": "E1", "parent": "E06000019"}, "arcs": [[0, 1]]},
            {"type": "MultiPolygon", "properties": {"code": "E2", "name": "East"}, "arcs": [[[-1, 2]]]},
        ]}},
        "arcs": [[[1, 0], [0, 1]], [[1, 1], [-1, 0], [0, -1], [1, 0]], [[1, 0], [1, 0], [0, 1], [-1, 0]]],
    })
}

fn parse(value: &Value) -> Result<Boundaries, BoundaryError> {
    Boundaries::parse(Path::new("areas.json"), value.to_string().as_bytes())
}

#[test]
fn parse_of_both_formats_gives_same_topology() {
    let from_geo = parse(&geojson()).unwrap();
    let from_topo = parse(&topojson()).unwrap();
    assert_eq!(
        from_topo.shapes[0].parent.as_ref().map(AreaCode::as_str),
        Some("E06000019")
    );
    assert_eq!(from_topo.shapes[1].name.as_deref(), Some("East"));
    for boundaries in [&from_geo, &from_topo] {
        let topology = boundaries.topology(&[0, 1]).unwrap();
        assert_eq!(
            (topology.len(), topology.arcs().len()),
            (2, 3),
            "the border is one arc"
        );
        assert_eq!(topology.neighbours(0), [1]);
        for (area, longitude) in [(0, -2.75), (1, -2.65)] {
            let (x, y) = geometry::project(longitude, 52.05, UNIT_ZOOM);
            assert!(topology.contains(area, x, y) && !topology.contains(1 - area, x, y));
            let ring = topology.rings(area).next().unwrap();
            assert!(
                geometry::doubled_area(topology.ring_points(ring)) > 0,
                "clockwise on screen"
            );
        }
    }
}

#[test]
fn topology_keeps_order_of_positions() {
    let topology = parse(&topojson()).unwrap().topology(&[1]).unwrap();
    let (x, y) = geometry::project(-2.65, 52.05, UNIT_ZOOM);
    assert!(topology.len() == 1 && topology.contains(0, x, y));
}

#[test]
fn topology_hole_and_enclave_share_one_arc() {
    let ring = |w: f64, s: f64, side: f64| {
        json!([
            [w, s],
            [w + side, s],
            [w + side, s + side],
            [w, s + side],
            [w, s]
        ])
    };
    // The enclave starts at another corner than the hole and has the opposite direction.
    let enclave = json!([
        [-2.6, 52.2],
        [-2.6, 52.3],
        [-2.5, 52.3],
        [-2.5, 52.2],
        [-2.6, 52.2]
    ]);
    let feature = |code: &str, rings: Value| json!({"type": "Feature", "properties": {"code": code}, "geometry": {"type": "Polygon", "coordinates": rings}});
    let hole = ring(-2.6, 52.2, 0.1);
    let collection = json!({"type": "FeatureCollection", "features":
        [feature("E1", json!([ring(-2.8, 52.0, 0.5), hole])), feature("E2", json!([enclave]))]});
    let topology = parse(&collection).unwrap().topology(&[0, 1]).unwrap();
    assert_eq!(
        (topology.arcs().len(), topology.neighbours(1)),
        (2, vec![0])
    );
}

#[test]
fn parse_finds_code_in_properties_or_id() {
    let code = |properties: Value, id: Value| {
        let mut geo = geojson();
        let mut topo = topojson();
        geo["features"][1]["properties"] = properties.clone();
        topo["objects"]["areas"]["geometries"][1]["properties"] = properties;
        if !id.is_null() {
            geo["features"][1]["id"] = id.clone();
            topo["objects"]["areas"]["geometries"][1]["id"] = id;
        }
        let [geo, topo] = [geo, topo].map(|file| parse(&file).unwrap().shapes[1].code.to_string());
        assert_eq!(geo, topo);
        geo
    };
    assert_eq!(
        code(json!({"id": "DE-BY"}), json!(7)),
        "DE-BY",
        "a property before the feature's id"
    );
    assert_eq!(
        code(json!({"code": "05315", "id": 9}), Value::Null),
        "05315",
        "leading zeros stay"
    );
    assert_eq!(code(json!({"name": "Autauga"}), json!("01001")), "01001");
    assert_eq!(code(json!({"name": "Bergen"}), json!(4601)), "4601");
    assert_eq!(code(json!({"id": 4601}), Value::Null), "4601");
    assert_eq!(
        code(json!({"LAD19CD": "E06000019"}), json!(3)),
        "E06000019",
        "the ONS numbers its features"
    );
}

/// Each of the two areas has a spike into the other, at another vertex of its ring.
#[test]
fn parse_removes_spikes() {
    let plain = geojson();
    let mut spiky = plain.clone();
    for feature in 0..2 {
        let ring = &mut spiky["features"][feature]["geometry"]["coordinates"];
        let ring = if ring[0][0][0].is_array() {
            &mut ring[0][0]
        } else {
            &mut ring[0]
        };
        let ring = ring.as_array_mut().unwrap();
        for at in 0..2 {
            let corner = ring[at * 2].clone();
            let tip = json!([-2.75 + 0.1 * (1 - feature) as f64, 52.03 + 0.01 * at as f64]);
            ring.splice(at * 2..at * 2, [corner, tip]);
        }
        let first = ring[0].clone();
        *ring.last_mut().unwrap() = first;
    }
    assert_ne!(spiky, plain);
    let topology = |value: &Value| parse(value).unwrap().topology(&[0, 1]).unwrap();
    let spiky = topology(&spiky);
    let plain = topology(&plain);
    assert_eq!((spiky.len(), spiky.arcs().len()), (2, plain.arcs().len()));
    for area in 0..2 {
        let size = |topology: &Topology| -> i64 {
            topology
                .rings(area)
                .map(|ring| geometry::doubled_area(topology.ring_points(ring)))
                .sum()
        };
        assert_eq!(size(&spiky), size(&plain));
    }
    // In TopoJSON a spike is an arc used in both directions.
    let mut turning = topojson();
    turning["arcs"]
        .as_array_mut()
        .unwrap()
        .push(json!([[1, 0], [3, 3]]));
    turning["objects"]["areas"]["geometries"][0]["arcs"] = json!([[3, -4, 0, 1]]);
    turning["objects"]["areas"]["geometries"][1]["arcs"] = json!([[[-4, -1, 2, 3]]]);
    assert!(parse(&turning).unwrap().topology(&[0, 1]).is_ok());
}

#[test]
fn parse_malformed_file_is_error_that_names_the_fault() {
    let error = |value: &Value| parse(value).unwrap_err().to_string();
    let mut no_code = geojson();
    no_code["features"][1]["properties"] = json!({"number": 5});
    assert!(
        error(&no_code).contains("feature 2 has no area code")
            && error(&no_code).contains("properties: number")
    );
    let mut twice = geojson();
    twice["features"][1]["properties"]["LAD19CD"] = json!("E1");
    assert!(error(&twice).contains("E1 has two features"));
    let mut grid = geojson();
    grid["features"][0]["geometry"]["coordinates"][0][0] = json!([350_000.0, 240_000.0]);
    assert!(error(&grid).contains("not a longitude and latitude"));
    let mut no_arc = topojson();
    no_arc["objects"]["areas"]["geometries"][0]["arcs"] = json!([[7]]);
    assert!(error(&no_arc).contains("uses arc 7"));
    assert!(error(&json!({"type": "FeatureCollection", "features": []})).contains("no areas"));
    assert!(error(&json!([1])).contains("expected a TopoJSON"));
    for (part, value) in [
        ("scale", json!([0.1])),
        ("translate", json!([1, 2, 3])),
        ("scale", json!(["a", 1])),
        ("scale", json!(null)),
    ] {
        let mut malformed = topojson();
        malformed["transform"][part] = value;
        assert!(
            error(&malformed).contains(&format!("no two numbers \"{part}\"")),
            "{}",
            error(&malformed)
        );
    }
    let mut overlap = topojson();
    overlap["objects"]["areas"]["geometries"][1]["arcs"] = json!([[[0, 1]]]);
    let overlapping = parse(&overlap)
        .unwrap()
        .topology(&[0, 1])
        .unwrap_err()
        .to_string();
    assert!(
        overlapping.contains("areas E1 and E2 overlap") && overlapping.contains("mapshaper"),
        "{overlapping}"
    );
}

/// Returns the vertices of a ring, without repeating the first.
fn points_of(ring: &[ArcUse], arcs: &[Vec<Point>]) -> Vec<Point> {
    let mut points = vec![];
    for used in ring {
        let mut arc = arcs[used.arc as usize].clone();
        if used.reversed {
            arc.reverse();
        }
        arc.pop();
        points.extend(arc);
    }
    points
}

/// The area lies between two others and is much smaller than the grid.
#[test]
fn topology_area_flattened_by_grid_keeps_its_neighbours_intact() {
    let ring = |w: f64, e: f64| json!([[w, 52.0], [e, 52.0], [e, 52.1], [w, 52.1], [w, 52.0]]);
    let feature = |code: &str, ring: Value| {
        json!({"type": "Feature", "properties": {"code": code},
        "geometry": {"type": "Polygon", "coordinates": [ring]}})
    };
    let sliver = 1e-6;
    let collection = json!({"type": "FeatureCollection", "features": [
        feature("E1", ring(-2.8, -2.7)), feature("E2", ring(-2.7, -2.7 + sliver)), feature("E3", ring(-2.7 + sliver, -2.6))]});
    let topology = parse(&collection).unwrap().topology(&[0, 1, 2]).unwrap();
    let (x, y) = geometry::project(-2.65, 52.05, UNIT_ZOOM);
    assert!(topology.contains(2, x, y) && !topology.contains(0, x, y));
    assert_eq!(
        (topology.neighbours(0), topology.neighbours(2)),
        (vec![1], vec![1])
    );
}

proptest! {
    #[test]
    fn parse_any_text_does_not_panic(text in "\\PC{0,80}") {
        let _ = Boundaries::parse(Path::new("b"), text.as_bytes());
    }

    /// One value of a valid file is replaced by a value of another type.
    #[test]
    fn parse_damaged_file_does_not_panic(
        at in 0usize..200,
        replacement in prop_oneof!["null", "-1", "99", "1e300", "\"x\"", "\\[\\]", "\\{\\}"],
    ) {
        for good in [geojson(), topojson()] {
            let text = good.to_string();
            let numbers: Vec<_> = text.match_indices([',', ':', '[']).map(|(i, _)| i + 1).collect();
            let from = numbers[at % numbers.len()];
            let to = text[from..].find([',', ']', '}']).map_or(text.len(), |end| from + end);
            let damaged = format!("{}{}{}", &text[..from], replacement, &text[to..]);
            if let Ok(boundaries) = Boundaries::parse(Path::new("b"), damaged.as_bytes()) {
                let all: Vec<usize> = (0..boundaries.shapes.len()).collect();
                let _ = boundaries.topology(&all);
            }
        }
    }

    /// The rings are squares of a grid, each with its own start and direction.
    #[test]
    fn stitch_finds_every_shared_border_once(
        n in 1usize..5,
        turns in prop::collection::vec((0usize..4, any::<bool>()), 25),
    ) {
        let mut rings = vec![];
        for (cell, &(turn, backwards)) in turns.iter().enumerate().take(n * n) {
            let (x, y) = ((cell % n) as i32 * 10, (cell / n) as i32 * 10);
            let mut ring: Vec<Point> =
                [(x, y), (x + 10, y), (x + 10, y + 10), (x, y + 10)].map(|(x, y)| Point { x, y }).to_vec();
            ring.rotate_left(turn);
            if backwards {
                ring.reverse();
            }
            rings.push(ring);
        }
        let (arcs, uses) = stitch::stitch(&rings);
        // Each unit side is in exactly one arc.
        let sides: usize = arcs.iter().map(|arc| arc.len() - 1).sum();
        prop_assert_eq!(sides, 2 * n * (n + 1));
        for (ring, uses) in rings.iter().zip(&uses) {
            let mut walked = points_of(uses, &arcs);
            prop_assert_eq!(walked.len(), 4);
            let start = walked.iter().position(|p| p == &ring[0]).unwrap();
            walked.rotate_left(start);
            prop_assert!(&walked == ring, "same vertices in the same order");
        }
    }
}
