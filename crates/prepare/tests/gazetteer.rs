//! Tests the names of the search: the committed file, and `prepare names` from the command line to
//! the file.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Output;

use common::{error_output, prepare, printed, public_data, root};
use rising_model::dataset::manifest::Manifest;
use rising_model::domain::area::{AreaCode, Level};
use rising_model::domain::area_table::AreaTable;
use rising_model::lookup::gazetteer::{Gazetteer, GazetteerEntry, NameKind};

fn manifest(folder: &Path) -> Manifest {
    serde_json::from_slice(&fs::read(folder.join("manifest.json")).unwrap()).unwrap()
}

fn gazetteer(folder: &Path) -> Gazetteer {
    let file = manifest(folder).names.expect("the data set has names").file;
    Gazetteer::decode(&fs::read(folder.join(file)).unwrap()).unwrap()
}

fn areas(level: Level) -> AreaTable {
    let file = manifest(&public_data())
        .levels
        .get(level)
        .unwrap()
        .areas
        .file
        .clone();
    AreaTable::decode(&fs::read(public_data().join(file)).unwrap()).unwrap()
}

fn code(text: &str) -> AreaCode {
    text.parse().unwrap()
}

/// Returns the entries of a name and kind.
fn by_name<'a>(gazetteer: &'a Gazetteer, name: &str, kind: NameKind) -> Vec<&'a GazetteerEntry> {
    gazetteer
        .entries()
        .iter()
        .filter(|named| named.name == name && named.kind == kind)
        .collect()
}

#[test]
fn every_name_has_areas_of_the_map() {
    let authorities = areas(Level::Ltla);
    let neighbourhoods = areas(Level::Msoa);
    let names = gazetteer(&public_data());
    assert!(names.entries().len() > 5_000);
    for named in names.entries() {
        for code in &named.authorities {
            assert!(
                authorities.index_of(code).is_some(),
                "{} has {code}, which is not on the map",
                named.name
            );
        }
        let english = named.authorities[0].as_str().starts_with('E');
        assert_eq!(
            named.neighbourhood.is_some(),
            english && named.kind == NameKind::Town,
            "{}",
            named.name
        );
        if let Some(code) = &named.neighbourhood {
            let index = neighbourhoods
                .index_of(code)
                .expect("a neighbourhood of the map");
            let parent = neighbourhoods.get(index).unwrap().parent.as_ref();
            assert_eq!(
                parent,
                Some(&named.authorities[0]),
                "{} in {code}",
                named.name
            );
        }
        assert!(
            named.note.ends_with('.') || named.note.is_empty() && named.kind != NameKind::Former,
            "{}",
            named.name
        );
    }
}

#[test]
fn known_names_have_expected_areas() {
    let names = gazetteer(&public_data());
    let authorities = |name: &str, kind: NameKind| -> Vec<String> {
        let found = by_name(&names, name, kind);
        found
            .iter()
            .flat_map(|named| &named.authorities)
            .map(ToString::to_string)
            .collect()
    };
    for (name, kind, expected) in [
        ("Halifax", NameKind::Town, "E08000033"),
        ("Penzance", NameKind::Town, "E06000052"),
        ("Stornoway", NameKind::Town, "S12000013"),
        ("Aberystwyth", NameKind::Town, "W06000008"),
        ("Enniskillen", NameKind::Town, "N09000006"),
        ("Hull", NameKind::Other, "E06000010"),
        ("B&NES", NameKind::Other, "E06000022"),
        ("Western Isles", NameKind::Other, "S12000013"),
        ("Ynys Môn", NameKind::Other, "W06000001"),
        ("Square Mile", NameKind::Other, "E09000012"),
        ("Penwith", NameKind::Former, "E06000052"),
        ("Castlereagh", NameKind::Former, "N09000007"),
        (
            "Notts",
            NameKind::County,
            "E06000018 E07000170 E07000171 E07000172 E07000173 E07000174 E07000175 E07000176",
        ),
        (
            "Merseyside",
            NameKind::County,
            "E08000011 E08000012 E08000013 E08000014 E08000015",
        ),
    ] {
        assert_eq!(authorities(name, kind).join(" "), expected, "{name}");
    }
    // Two places have this name, in two authorities. Towns with the name of their authority are not
    // listed.
    assert_eq!(
        authorities("Kington", NameKind::Town),
        ["E06000019", "E07000238"]
    );
    for name in [
        "Leeds",
        "Edinburgh",
        "Bristol",
        "Durham",
        "Kingston upon Hull",
    ] {
        assert!(by_name(&names, name, NameKind::Town).is_empty(), "{name}");
    }
    let penwith = by_name(&names, "Penwith", NameKind::Former);
    assert_eq!(
        penwith[0].note,
        "Penwith became part of Cornwall in April 2009."
    );
    // The population in GeoNames, to two digits.
    assert_eq!(
        by_name(&names, "Halifax", NameKind::Town)[0].population,
        82_000
    );
}

/// Each authority of England is in exactly one ceremonial county, except those that
/// `data/README.md` lists, which are found by their own name.
#[test]
fn counties_of_england_are_complete_and_disjoint() {
    let names = gazetteer(&public_data());
    let whole = [
        "Bedfordshire",
        "Berkshire",
        "Buckinghamshire",
        "Cambridgeshire",
        "Cheshire",
        "Cumbria",
        "Derbyshire",
        "Devon",
        "Dorset",
        "East Sussex",
        "East Yorkshire",
        "Essex",
        "Gloucestershire",
        "Greater London",
        "Greater Manchester",
        "Hampshire",
        "Hertfordshire",
        "Kent",
        "Lancashire",
        "Leicestershire",
        "Lincolnshire",
        "Merseyside",
        "Norfolk",
        "North Yorkshire",
        "Northamptonshire",
        "Nottinghamshire",
        "Oxfordshire",
        "Shropshire",
        "Somerset",
        "South Yorkshire",
        "Staffordshire",
        "Suffolk",
        "Surrey",
        "Tyne and Wear",
        "Warwickshire",
        "West Midlands",
        "West Sussex",
        "West Yorkshire",
        "Wiltshire",
        "Worcestershire",
    ];
    let mut counted = BTreeSet::new();
    for county in whole {
        let found = by_name(&names, county, NameKind::County);
        assert_eq!(found.len(), 1, "{county}");
        for code in &found[0].authorities {
            assert!(
                counted.insert(code.clone()),
                "{code} is in {county} and in another county"
            );
        }
    }
    let authorities = areas(Level::Ltla);
    let english = authorities
        .areas()
        .iter()
        .filter(|area| area.code.as_str().starts_with('E'));
    let left: Vec<&str> = english
        .filter(|area| !counted.contains(&area.code))
        .map(|area| area.code.as_str())
        .collect();
    // Hartlepool, Stockton-on-Tees and Darlington (Tees Valley); Rutland, Herefordshire, Bristol,
    // the Isle of Wight, County Durham, Cornwall, Northumberland.
    let expected = [
        "E06000001",
        "E06000004",
        "E06000005",
        "E06000017",
        "E06000019",
        "E06000023",
        "E06000046",
        "E06000047",
        "E06000052",
        "E06000057",
    ];
    assert_eq!(left, expected);
    for county in [
        "Greater London",
        "Yorkshire",
        "Sussex",
        "Glamorgan",
        "Ayrshire",
    ] {
        let parts = &by_name(&names, county, NameKind::County)[0].authorities;
        assert!(parts.is_sorted() && parts.len() > 2, "{county}");
    }
}

#[test]
fn committed_file_has_all_names_of_names_csv() {
    let names = gazetteer(&public_data());
    let compiled: BTreeSet<&str> = names
        .entries()
        .iter()
        .map(|named| named.name.as_str())
        .collect();
    let mut table = csv::Reader::from_path(root().join("data/names.csv")).unwrap();
    let mut lines = 0;
    for line in table.records() {
        let line = line.unwrap();
        assert!(
            compiled.contains(&line[1]),
            "{} is not in the file: run `prepare names`",
            &line[1]
        );
        lines += 1;
    }
    assert!(lines > 300, "{lines}");
}

/// The nine regions of the Office for National Statistics.
#[test]
fn regions_of_england_are_complete_and_disjoint() {
    let names = gazetteer(&public_data());
    let regions = [
        ("North East", 12),
        ("North West", 39),
        ("Yorkshire and the Humber", 21),
        ("East Midlands", 40),
        ("West Midlands region", 30),
        ("East of England", 45),
        ("London", 32),
        ("South East", 67),
        ("South West", 29),
    ];
    let mut counted = BTreeSet::new();
    for (region, number) in regions {
        let found = by_name(&names, region, NameKind::County);
        assert_eq!(found.len(), 1, "{region}");
        assert_eq!(found[0].authorities.len(), number, "{region}");
        for code in &found[0].authorities {
            assert!(
                counted.insert(code.clone()),
                "{code} is in {region} and in another region"
            );
        }
    }
    let authorities = areas(Level::Ltla);
    let is_counted = |code: &AreaCode| counted.contains(code) == code.as_str().starts_with('E');
    assert!(
        authorities
            .areas()
            .iter()
            .all(|area| is_counted(&area.code))
    );
}

#[test]
fn committed_file_has_less_than_40_kb_with_brotli() {
    let file = public_data().join(manifest(&public_data()).names.unwrap().file);
    let bytes = fs::read(file).unwrap();
    let params = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        ..Default::default()
    };
    let mut compressed = vec![];
    brotli::BrotliCompress(&mut &bytes[..], &mut compressed, &params).unwrap();
    assert!(compressed.len() < 40_000, "{} bytes", compressed.len());
}

/// Runs `prepare names` on the fixtures with the tables of towns, names and Welsh names.
fn names(out: &Path, tables: [&str; 3]) -> Output {
    let tables = ["towns", "names", "welsh"]
        .into_iter()
        .zip(tables)
        .flat_map(|(table, content)| {
            let path = out.join(format!("{table}.csv"));
            fs::write(&path, content).unwrap();
            [format!("--{table}"), path.to_str().unwrap().to_owned()]
        });
    let rest = [
        "--boundaries-ltla",
        "authorities.geojson",
        "--boundaries-msoa",
        "msoas.geojson",
        "--keep-old",
        "0",
    ];
    let rest = rest
        .into_iter()
        .chain(["--out", out.to_str().unwrap()])
        .map(str::to_owned);
    prepare(
        ["names".to_owned()]
            .into_iter()
            .chain(tables)
            .chain(rest)
            .collect::<Vec<_>>(),
    )
}

fn compile(out: &Path) {
    let command = "compile --level ltla --cases cases.csv --population population.csv --boundaries authorities.geojson \
        --aliases aliases.csv --final --default-date 2021-02-06 --keep-old 0 --out";
    printed(&prepare(
        command.split_whitespace().chain([out.to_str().unwrap()]),
    ));
}

const TOWNS: &str = "name,authority,neighbourhood,population\nOakham,E06000017,E02000001,10922\nRutland,E06000017,,5\n";
const NAMES: &str =
    "kind,name,codes,note\ncounty,All,E06000017 E06000052,\nformer,Penwith,E06000052,It was one.\n";
const WELSH: &str = "code,name\nE06000052,Cernyw\nE06000017,Rutland\n";

#[test]
fn names_are_added_to_data_set_and_kept_by_compile() {
    let out = tempfile::tempdir().unwrap();
    let out = out.path();
    assert!(error_output(&names(out, [TOWNS, NAMES, WELSH])).contains("run `prepare compile`"));
    compile(out);
    let text = printed(&names(out, [TOWNS, NAMES, WELSH]));
    for line in [
        "Read 2 towns; left out 1",
        "Named 1 towns, 1 other and 1 former names of authorities, 1 counties",
    ] {
        assert!(text.contains(line), "{text}");
    }
    let all = gazetteer(out);
    let found: Vec<&str> = all
        .entries()
        .iter()
        .map(|named| named.name.as_str())
        .collect();
    assert_eq!(found, ["Oakham", "Cernyw", "Penwith", "All"]);
    assert_eq!(all.entries()[0].neighbourhood, Some(code("E02000001")));
    assert_eq!(
        all.entries()[3].authorities,
        [code("E06000017"), code("E06000052")]
    );

    let before = manifest(out).names;
    compile(out);
    assert_eq!(
        manifest(out).names,
        before,
        "compiling a level keeps the names"
    );
    assert_eq!(gazetteer(out), all);

    printed(&names(out, [TOWNS, NAMES, "code,name\n"]));
    assert_eq!(gazetteer(out).entries().len(), 3);
    assert!(
        !out.join(before.unwrap().file).exists(),
        "the file of the previous edition is removed"
    );
}

#[test]
fn faulty_line_is_error_and_nothing_is_written() {
    let out = tempfile::tempdir().unwrap();
    let out = out.path();
    compile(out);
    let before = fs::read(out.join("manifest.json")).unwrap();
    let town = |line: &str| [&format!("{TOWNS}{line}\n"), NAMES, WELSH].map(str::to_owned);
    let name = |line: &str| [TOWNS, &format!("{NAMES}{line}\n"), WELSH].map(str::to_owned);
    for (tables, expected) in [
        (
            town("Truro,E9,,1"),
            "towns.csv, line 4: Truro: \"E9\" is not among the authorities",
        ),
        (
            town("Truro,E06000052,E02000001,1"),
            "towns.csv, line 4: Truro: E02000001 is not in E06000052",
        ),
        (
            town("Oakham,E06000017,E02000001,1"),
            "towns.csv, line 4: Oakham is repeated",
        ),
        (
            name("other,,E06000017,"),
            "names.csv, line 4: column name is empty",
        ),
        (
            name("county,Half,E06000017 E1,"),
            "names.csv, line 4: Half: \"E1\"",
        ),
        (
            [TOWNS, NAMES, "code,name\nE2,x\n"].map(str::to_owned),
            "welsh.csv, line 2: x: \"E2\"",
        ),
    ] {
        let error = error_output(&names(out, [&tables[0], &tables[1], &tables[2]]));
        assert!(error.contains(expected), "{error}");
        assert_eq!(fs::read(out.join("manifest.json")).unwrap(), before);
    }
}

#[test]
fn committed_file_is_compiled_from_tables() {
    let out = tempfile::tempdir().unwrap();
    compile(out.path());
    let data = root().join("data");
    let file = |name: &str| data.join(name).into_os_string();
    let mut args = vec![
        "names".into(),
        "--out".into(),
        out.path().as_os_str().to_owned(),
    ];
    for (option, name) in [
        ("--towns", "towns.csv"),
        ("--names", "names.csv"),
        ("--welsh", "names_cy.csv"),
        ("--boundaries-ltla", "ltla.topo.json"),
        ("--boundaries-msoa", "msoa.topo.json"),
    ] {
        args.extend([option.into(), file(name)]);
    }
    printed(&prepare(args));
    assert_eq!(
        manifest(out.path()).names,
        manifest(&public_data()).names,
        "run `cargo xtask data`"
    );
}
