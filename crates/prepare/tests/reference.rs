//! Compares the committed data set with the reference figures of the project.

mod common;

use std::collections::BTreeSet;
use std::fs;

use common::{error_output, prepare, public_data, report};
use geo::{LineString, MultiPolygon, Validation};
use rising_model::dataset::manifest::Manifest;
use rising_model::domain::area::{AreaCode, Level, Nation};
use rising_model::domain::area_table::AreaTable;
use rising_model::shapes::geometry::{Point, Topology, doubled_area, unproject};
use rising_model::shapes::polygons::{Borders, Polygon};
use serde_json::{Value, json};

fn totals(report: &Value) -> [i64; 5] {
    ["areas", "rising", "falling", "unchanged", "unknown"].map(|key| report[key].as_i64().unwrap())
}

fn rows(report: &Value) -> &Vec<Value> {
    report["rows"].as_array().unwrap()
}

#[test]
fn report_of_england_on_7_february_2021_has_reference_figures() {
    let report = report("ltla", "2021-02-07", "england");
    assert_eq!(totals(&report), [315, 12, 302, 1, 0]);
    let rising: Vec<&Value> = rows(&report)
        .iter()
        .filter(|row| row["direction"] == "rising")
        .collect();
    assert_eq!(
        *rising[0],
        json!({"code": "E06000017", "name": "Rutland", "count": 194, "previous": 95, "rate": 485.9,
            "previous_rate": 237.9, "direction": "rising", "clear": true, "probable": true})
    );
    let clear: Vec<&Value> = rising
        .iter()
        .filter(|row| row["clear"] == true)
        .map(|row| &row["name"])
        .collect();
    assert_eq!(clear, ["Rutland"]);
    let calderdale = rising
        .iter()
        .find(|row| row["name"] == "Calderdale")
        .unwrap();
    assert_eq!(
        (&calderdale["clear"], &calderdale["probable"]),
        (&json!(false), &json!(false))
    );
    assert_eq!(
        (&report["dispersion"], &report["clear_from"]),
        (&json!(1.9314), &json!(4.71))
    );
    for pair in rows(&report).windows(2) {
        assert!(
            pair[0]["rate"].as_f64() >= pair[1]["rate"].as_f64(),
            "highest rate first"
        );
    }
}

#[test]
fn report_of_neighbourhoods_in_october_2021_has_reference_totals() {
    assert_eq!(
        totals(&report("msoa", "2021-10-30", "england")),
        [6791, 2249, 4304, 237, 1]
    );
    assert_eq!(
        totals(&report("msoa", "2021-10-23", "england")),
        [6791, 3713, 2855, 222, 1]
    );
}

#[test]
fn report_of_herefordshire_on_27_october_2021_has_reference_figures() {
    let report = report("ltla", "2021-10-27", "england");
    let row = rows(&report)
        .iter()
        .find(|row| row["code"] == "E06000019")
        .unwrap();
    assert_eq!(
        (&row["count"], &row["previous"], &row["direction"]),
        (&json!(863), &json!(921), &json!("falling"))
    );
    assert_eq!(row["rate"], json!(445.7), "on the population of mid-2020");

    let table = areas(Level::Msoa);
    let finer = common::report("msoa", "2021-10-30", "england");
    let own: Vec<&Value> = rows(&finer)
        .iter()
        .filter(|row| {
            let index = table
                .index_of(&row["code"].as_str().unwrap().parse().unwrap())
                .unwrap();
            table.get(index).unwrap().parent.as_ref().unwrap().as_str() == "E06000019"
        })
        .collect();
    let count_of = |direction: &str| {
        own.iter()
            .filter(|row| row["direction"] == direction)
            .count()
    };
    assert_eq!(
        [own.len(), count_of("rising"), count_of("falling")],
        [23, 11, 12]
    );
    let hotspots: Vec<_> = own
        .iter()
        .take_while(|row| row["rate"].as_f64().unwrap() > 500.0)
        .map(|row| {
            (
                row["name"].as_str().unwrap(),
                row["count"].as_u64().unwrap(),
                row["rate"].as_f64().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        hotspots,
        [
            ("Hereford North West", 85, 905.6),
            ("Wigmore, Orleton & Brimfield", 50, 776.8),
            ("Hereford South", 62, 633.7),
            ("Ross-on-Wye", 71, 633.6),
            ("Belmont, Madley & Clehonger", 41, 598.5),
            ("Credenhill, Weobley & Wellington", 53, 548.4),
        ]
    );
    assert!(own[..6].iter().all(|row| row["direction"] == "rising"));
    let herefordshire: AreaCode = "E06000019".parse().unwrap();
    let names: Vec<&str> = table
        .children_of(&herefordshire)
        .map(|index| table.get(index).unwrap().name.as_str())
        .collect();
    assert_eq!(names.len(), 23);
    for name in [
        "Hereford North West",
        "Golden Valley",
        "Wigmore, Orleton & Brimfield",
    ] {
        assert!(names.contains(&name), "{name}");
    }
}

fn manifest() -> Manifest {
    serde_json::from_slice(&fs::read(public_data().join("manifest.json")).unwrap()).unwrap()
}

fn areas(level: Level) -> AreaTable {
    let manifest = manifest();
    let file = &manifest.levels.get(level).unwrap().areas.file;
    AreaTable::decode(&fs::read(public_data().join(file)).unwrap()).unwrap()
}

#[test]
fn nations_have_expected_areas_and_populations() {
    let authorities = areas(Level::Ltla);
    let neighbourhoods = areas(Level::Msoa);
    let count = |nation: Nation| {
        authorities
            .areas()
            .iter()
            .filter(|area| nation.contains(&area.code))
            .count()
    };
    assert_eq!(Nation::ALL.map(count), [315, 22, 32, 11, 380]);
    assert_eq!(neighbourhoods.len(), 6791);
    for area in neighbourhoods.areas() {
        let parent = area.parent.as_ref().expect("an MSOA has an authority");
        assert!(
            authorities.index_of(parent).is_some(),
            "{} belongs to {parent}",
            area.code
        );
    }
    let population = |code: &str| {
        authorities
            .get(authorities.index_of(&code.parse().unwrap()).unwrap())
            .unwrap()
            .population
            .first()
    };
    assert_eq!(
        population("E09000012"),
        281_120 + 9_721,
        "Hackney with the City of London"
    );
    assert_eq!(
        population("E06000052"),
        569_578 + 2_224,
        "Cornwall with the Isles of Scilly"
    );
    let buckinghamshire = authorities.alias(&"E06000060".parse().unwrap()).unwrap();
    assert_eq!(buckinghamshire.targets.len(), 4);
}

#[test]
fn dates_of_each_nation_end_with_its_figures() {
    let manifest = manifest();
    let ltla = manifest.levels.get(Level::Ltla).unwrap();
    let last = |nation| ltla.dates_of(nation).unwrap().1.to_string();
    assert_eq!(
        Nation::ALL.map(last),
        [
            "2023-12-12",
            "2023-12-13",
            "2023-10-01",
            "2022-05-19",
            "2023-12-13"
        ]
    );
    assert_eq!(manifest.default.date.unwrap().to_string(), "2021-02-07");
    let after_the_end = report("ltla", "2022-06-01", "uk");
    let row = rows(&after_the_end)
        .iter()
        .find(|row| row["code"] == "N09000003")
        .unwrap();
    assert_eq!(
        (&row["count"], &row["rate"], &row["direction"]),
        (&Value::Null, &Value::Null, &json!("unknown"))
    );
    let data = public_data();
    let args = [
        "report",
        "--data",
        data.to_str().unwrap(),
        "--level",
        "ltla",
        "--date",
        "2022-06-01",
        "--nation",
        "ni",
    ];
    let error = error_output(&prepare(args));
    assert!(
        error.contains("Northern Ireland") && error.contains("to 2022-05-19"),
        "{error}"
    );
}

#[test]
fn folder_has_exactly_files_of_manifest() {
    let manifest = manifest();
    let alone = [&manifest.places, &manifest.names].into_iter().flatten();
    let mut named: Vec<(String, u64)> = alone.map(|file| (file.file.clone(), file.bytes)).collect();
    for level in Level::ALL {
        let files = manifest.levels.get(level).unwrap();
        let counts = files.counts.iter().map(|chunk| &chunk.file);
        let all = [&files.areas, &files.shapes, &files.detail]
            .into_iter()
            .chain(counts);
        named.extend(all.map(|file| (file.file.clone(), file.bytes)));
    }
    named.sort();
    let mut found: Vec<(String, u64)> = fs::read_dir(public_data())
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            (
                entry.file_name().into_string().unwrap(),
                entry.metadata().unwrap().len(),
            )
        })
        .filter(|(name, _)| name != "manifest.json")
        .collect();
    found.sort();
    let (postcodes, found): (Vec<_>, Vec<_>) = found
        .into_iter()
        .partition(|(name, _)| name.starts_with("postcodes."));
    assert_eq!(found, named);
    // For postcodes the manifest has the names of the files, and only their total size.
    let files = manifest.postcodes.unwrap();
    let mut expected: Vec<String> = files.files().collect();
    expected.sort();
    assert_eq!(
        postcodes
            .iter()
            .map(|(name, _)| name.clone())
            .collect::<Vec<_>>(),
        expected
    );
    assert_eq!(
        postcodes.iter().map(|(_, bytes)| bytes).sum::<u64>(),
        files.bytes
    );
}

/// The page lists neighbours by the coarse shapes.
#[test]
fn neighbours_in_coarse_shapes_are_those_in_fine_shapes() {
    for level in Level::ALL {
        let manifest = manifest();
        let files = manifest.levels.get(level).unwrap();
        let read =
            |name: &str| Topology::decode(&fs::read(public_data().join(name)).unwrap()).unwrap();
        let coarse = read(&files.shapes.file);
        let fine = read(&files.detail.file);
        for area in 0..fine.len() as u16 {
            assert_eq!(
                coarse.neighbours(area),
                fine.neighbours(area),
                "area {area} of {level}"
            );
        }
    }
    let table = areas(Level::Ltla);
    let manifest = manifest();
    let file = &manifest.levels.ltla.unwrap().detail.file;
    let shapes = Topology::decode(&fs::read(public_data().join(file)).unwrap()).unwrap();
    let around = |code: &str| {
        let area = table.index_of(&code.parse().unwrap()).unwrap();
        shapes
            .neighbours(area)
            .into_iter()
            .map(|other| table.get(other).unwrap().name.clone())
            .collect::<Vec<_>>()
    };
    let rutland = [
        "Harborough",
        "Melton",
        "South Kesteven",
        "Corby",
        "East Northamptonshire",
    ];
    assert_eq!(
        around("E06000017").into_iter().collect::<BTreeSet<_>>(),
        rutland.map(str::to_owned).into()
    );
}

/// Another library validates the polygons of an export by the OGC's Simple Features. An export has
/// the detail file's shapes, or the coarse ones if that file cannot be loaded.
#[test]
fn polygons_of_every_area_are_valid() {
    for level in Level::ALL {
        let files = manifest().levels.get(level).unwrap().clone();
        for file in [&files.detail.file, &files.shapes.file] {
            let shapes = Topology::decode(&fs::read(public_data().join(file)).unwrap()).unwrap();
            let borders = Borders::new(&shapes, |point| in_microdegrees(point, shapes.unit_zoom()));
            let mut holes = 0;
            for area in 0..shapes.len() as u16 {
                let found = borders.polygons(area);
                assert!(!found.is_empty(), "area {area} of {file}");
                holes += found
                    .iter()
                    .map(|polygon| polygon.holes.len())
                    .sum::<usize>();
                if let Err(error) =
                    MultiPolygon(found.iter().map(as_geo).collect()).check_validation()
                {
                    panic!("area {area} of {file}: {error}");
                }
            }
            assert!(holes > 0, "no area of {file} has a hole");
        }
    }
}

/// Repairing polygons changes only self-crossings, which are smaller than the grid.
#[test]
fn polygons_have_extent_of_their_rings() {
    for level in Level::ALL {
        let file = manifest().levels.get(level).unwrap().detail.file.clone();
        let shapes = Topology::decode(&fs::read(public_data().join(&file)).unwrap()).unwrap();
        let borders = Borders::new(&shapes, |point| point);
        let mut same = 0;
        for area in 0..shapes.len() as u16 {
            let of_ring = |ring: &Vec<Point>| doubled_area(ring.iter().copied());
            let of = |polygon: &Polygon| {
                of_ring(&polygon.exterior) + polygon.holes.iter().map(of_ring).sum::<i64>()
            };
            let repaired: i64 = borders.polygons(area).iter().map(of).sum();
            let twice: i64 = shapes
                .rings(area)
                .map(|ring| doubled_area(shapes.ring_points(ring)))
                .sum();
            assert!(
                (repaired - twice).abs() <= twice / 100 + 8,
                "area {area} of {file}: {twice} became {repaired}"
            );
            same += usize::from(repaired == twice);
        }
        assert!(
            same * 5 > shapes.len() * 4,
            "{same} areas of {file} have the extent that they had"
        );
    }
}

fn in_microdegrees(point: Point, unit_zoom: u8) -> Point {
    let (longitude, latitude) = unproject(f64::from(point.x), f64::from(point.y), unit_zoom);
    Point {
        x: (longitude * 1e6).round() as i32,
        y: -(latitude * 1e6).round() as i32,
    }
}

fn as_geo(polygon: &Polygon) -> geo::Polygon {
    let line = |ring: &Vec<Point>| {
        ring.iter()
            .map(|at| (f64::from(at.x), f64::from(at.y)))
            .collect::<LineString>()
    };
    geo::Polygon::new(
        line(&polygon.exterior),
        polygon.holes.iter().map(line).collect(),
    )
}
