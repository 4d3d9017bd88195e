//! Compares counts recovered from the archive's rates with the publisher's counts, which are read
//! here by independent code. Needs `../shared/data`; without it, each test says so and passes.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use common::{prepare, printed, root};
use rising_model::dataset::manifest::Manifest;
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::day::Day;
use rising_model::domain::figure::Figure;
use rising_model::domain::series::CountsChunk;
use rising_prepare::cases::Rate;

const WEEKLY: &str = "MSOAs_weekly_2020-02-01_2022-12-31.csv.gz";
const POPULATION: &str = "msoa_population_mid2020.csv";
const LETTERS: [&str; 4] = ["I", "J", "Q", "V"];

/// Returns the path of a file of `../shared/data`; `None`, with a message, if it is missing.
fn shared(name: &str) -> Option<PathBuf> {
    let path = root().join("../shared/data").join(name);
    if !path.is_file() {
        println!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path.canonicalize().unwrap())
}

fn text(path: &Path) -> String {
    let bytes = fs::read(path).unwrap();
    let mut text = String::new();
    if path.extension().is_some_and(|extension| extension == "gz") {
        flate2::read::GzDecoder::new(&bytes[..])
            .read_to_string(&mut text)
            .unwrap();
    } else {
        text = String::from_utf8(bytes).unwrap();
    }
    text.trim_start_matches('\u{feff}').to_owned()
}

/// Returns the fields of each line after the header.
fn lines(text: &str) -> Vec<Vec<String>> {
    let fields = |record: csv::StringRecord| record.iter().map(str::to_owned).collect();
    csv::Reader::from_reader(text.as_bytes())
        .records()
        .map(|record| fields(record.unwrap()))
        .collect()
}

/// The published sum of each area and week, empty if suppressed, and the names of the areas.
struct Weekly {
    sums: BTreeMap<(String, String), String>,
    names: BTreeMap<String, String>,
}

impl Weekly {
    fn read(path: &Path) -> Weekly {
        let mut weekly = Weekly {
            sums: BTreeMap::new(),
            names: BTreeMap::new(),
        };
        for line in lines(&text(path)) {
            let [code, name, date, sum, _rate] = line.try_into().unwrap();
            weekly.names.insert(code.clone(), name);
            weekly.sums.insert((code, date), sum);
        }
        weekly
    }
}

#[test]
fn compile_of_archive_rates_gives_counts_of_weekly_file() {
    let members: Option<Vec<PathBuf>> = LETTERS
        .into_iter()
        .map(|letter| {
            shared(&format!(
                "archive/msoa_newCasesBySpecimenDateRollingRate_areas_letter_{letter}.csv.gz"
            ))
        })
        .collect();
    let (Some(members), Some(weekly), Some(population)) =
        (members, shared(WEEKLY), shared(POPULATION))
    else {
        return;
    };
    let out = tempfile::tempdir().unwrap();
    let boundaries = root().join("data/msoa.topo.json").canonicalize().unwrap();
    let fixed = ["compile", "--level", "msoa", "--final", "--lenient"].map(PathBuf::from);
    let given = [
        ["--population".into(), population],
        ["--boundaries".into(), boundaries],
        ["--out".into(), out.path().to_owned()],
    ];
    let args = fixed
        .into_iter()
        .chain(["--cases".into()])
        .chain(members.clone())
        .chain(given.into_iter().flatten());
    let summary = printed(&prepare(args));

    // The areas of other letters have no cases, and only repeated rates are dropped.
    let codes: BTreeSet<String> = members
        .iter()
        .flat_map(|member| lines(&text(member)))
        .map(|line| line[2].clone())
        .collect();
    assert_eq!(codes.len(), 100);
    for part in [
        "10,706 counts recovered from published rates",
        "Dropped 2,985 lines of 17,512, 14,527 used\n  2,985: the same rate again\n",
        "6,691 problems",
    ] {
        assert!(summary.contains(part), "{part}");
    }
    assert_eq!(
        summary
            .matches("is on the map but not in the cases")
            .count(),
        6_691
    );

    let manifest: Manifest =
        serde_json::from_slice(&fs::read(out.path().join("manifest.json")).unwrap()).unwrap();
    let level = manifest.levels.msoa.unwrap();
    let table = AreaTable::decode(&fs::read(out.path().join(&level.areas.file)).unwrap()).unwrap();
    let chunk =
        |file: &str| CountsChunk::decode(&fs::read(out.path().join(file)).unwrap()).unwrap();
    let chunks: Vec<CountsChunk> = level
        .counts
        .iter()
        .map(|counts| chunk(&counts.file.file))
        .collect();
    let weekly = Weekly::read(&weekly);
    let mut counts = 0;
    let mut suppressed = 0;
    let mut missing = 0;
    for (index, area) in (0..).zip(table.areas()) {
        let code = area.code.as_str();
        assert_eq!(area.name, weekly.names[code], "{code}");
        for chunk in &chunks {
            let mut date: Day = chunk.first();
            while date <= chunk.last() {
                let figure = chunk.figure(index, date);
                let published = weekly.sums.get(&(code.to_owned(), date.to_string()));
                let expected = match published
                    .filter(|_| codes.contains(code))
                    .map(String::as_str)
                {
                    None => Figure::Missing,
                    Some("") => Figure::Suppressed,
                    Some(sum) => Figure::Count(sum.parse().unwrap()),
                };
                assert_eq!(figure, expected, "{code} {date}");
                match figure {
                    Figure::Count(_) => counts += 1,
                    Figure::Suppressed => suppressed += 1,
                    Figure::Missing => missing += 1,
                }
                date = date + 7;
            }
        }
    }
    let of_codes = weekly
        .sums
        .keys()
        .filter(|(code, _)| codes.contains(code))
        .count();
    assert_eq!((counts + suppressed, counts), (of_codes, 10_706));
    assert_eq!(suppressed, 14_527 - 10_706);
    assert!(missing > 6_691 * 100);
}

/// The weekly file has both the rates and the sums of all areas.
#[test]
fn count_of_every_published_rate_is_published_sum() {
    let (Some(weekly), Some(population)) = (shared(WEEKLY), shared(POPULATION)) else {
        return;
    };
    let people: BTreeMap<String, u64> = lines(&text(&population))
        .into_iter()
        .map(|line| (line[0].clone(), line[2].parse().unwrap()))
        .collect();
    let mut published = 0;
    for line in lines(&text(&weekly))
        .into_iter()
        .filter(|line| !line[3].is_empty())
    {
        let rate = Rate::parse(&line[4]).unwrap();
        assert_eq!(
            rate.count(people[&line[0]]),
            Ok(line[3].parse().unwrap()),
            "{} {}",
            line[0],
            line[2]
        );
        published += 1;
    }
    assert_eq!(published, 731_950);
}
