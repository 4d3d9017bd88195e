//! Tests `prepare init` and `prepare refresh` on the command line.

mod common;
#[path = "common/dashboard.rs"]
mod dashboard;
#[path = "common/server.rs"]
mod server;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use std::process::Output;

use common::{error_output, prepare, printed, public_data, root};
use dashboard::{Dashboard, DashboardServer};
use flate2::Compression;
use flate2::write::GzEncoder;
use server::Reply;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A publisher's folder: a configuration, its inputs, and the published data set.
struct Publisher {
    folder: tempfile::TempDir,
}

const CONFIG: &str = r#"
out = "data"
keep_old_hours = 24

[default]
level = "ltla"
nation = "england"

[[attribution]]
name = "Made-up cases"
publisher = "Nobody"
licence = "CC0"

[levels.ltla]
boundaries = "authorities.geojson"
population = ["population.csv"]
aliases = "aliases.csv"
final = true

[[levels.ltla.cases]]
kind = "files"
paths = ["cases.csv"]
"#;

impl Publisher {
    fn new() -> Publisher {
        let publisher = Publisher {
            folder: tempfile::tempdir().unwrap(),
        };
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        for name in [
            "authorities.geojson",
            "population.csv",
            "aliases.csv",
            "cases.csv",
            "msoas.geojson",
            "msoa_cases.csv",
            "msoa_population.csv",
        ] {
            fs::copy(fixtures.join(name), publisher.path(name)).unwrap();
        }
        fs::write(publisher.path("rising.toml"), CONFIG).unwrap();
        publisher
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn refresh(&self, more: &[&str]) -> Output {
        let config = self.path("rising.toml");
        prepare(
            ["refresh", "--config", config.to_str().unwrap()]
                .iter()
                .chain(more),
        )
    }

    /// Replaces a text in a file, which must contain it.
    fn edit(&self, name: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(name)).unwrap();
        assert!(text.contains(from), "{name} has no {from}");
        fs::write(self.path(name), text.replace(from, to)).unwrap();
    }

    fn append(&self, name: &str, text: &str) {
        let before = fs::read_to_string(self.path(name)).unwrap();
        fs::write(self.path(name), before + text).unwrap();
    }

    /// Returns every file of the data set with its bytes.
    fn published(&self) -> BTreeMap<String, Vec<u8>> {
        let entries = fs::read_dir(self.path("data"))
            .into_iter()
            .flatten()
            .map(|entry| entry.unwrap());
        entries
            .map(|entry| {
                (
                    entry.file_name().into_string().unwrap(),
                    fs::read(entry.path()).unwrap(),
                )
            })
            .collect()
    }

    fn manifest(&self) -> serde_json::Value {
        serde_json::from_slice(&self.published()["manifest.json"]).unwrap()
    }
}

/// Adds the day after the fixture's last; `count` gives each area's count from its count of the day
/// before.
fn add_day(publisher: &Publisher, count: impl Fn(&str, u32) -> u32) {
    let text = fs::read_to_string(publisher.path("cases.csv")).unwrap();
    let last = text
        .lines()
        .filter_map(|line| line.split(',').nth(3))
        .filter(|date| *date != "date")
        .max()
        .unwrap();
    let next = last.replace("-07", "-08");
    assert_ne!(last, next, "{last} is followed by another day");
    let lines: String = text
        .lines()
        .filter(|line| line.contains(last))
        .map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            format!(
                "{},{},{},{next},{}\n",
                fields[0],
                fields[1],
                fields[2],
                count(fields[0], fields[4].parse().unwrap())
            )
        })
        .collect();
    publisher.append("cases.csv", &lines);
}

#[test]
fn init_writes_configuration_that_refresh_reads() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rising.toml");
    let said = printed(&prepare(["init", file.to_str().unwrap()]));
    assert!(
        said.contains("prepare refresh --config") && said.contains("--dry-run"),
        "{said}"
    );
    let error = error_output(&prepare(["init", file.to_str().unwrap()]));
    assert!(error.contains("exists already"), "{error}");
}

#[test]
fn refresh_publishes_then_finds_nothing_new() {
    let publisher = Publisher::new();
    let said = printed(&publisher.refresh(&[]));
    assert!(
        said.contains("Readers would see") && said.contains("ltla, England,"),
        "{said}"
    );
    assert_eq!(publisher.manifest()["sources"][0]["name"], "Made-up cases");
    let first = publisher.published();
    let said = printed(&publisher.refresh(&[]));
    assert!(said.contains("Nothing is new"), "{said}");
    assert!(publisher.published() == first);
    // A missing file makes the comparison impossible, except with --afresh, which then writes the
    // file again.
    let lost = first.keys().find(|name| name.contains("counts")).unwrap();
    fs::remove_file(publisher.path("data").join(lost)).unwrap();
    let said = error_output(&publisher.refresh(&[]));
    assert!(said.contains(lost) && said.contains("--afresh"), "{said}");
    printed(&publisher.refresh(&["--afresh"]));
    assert!(publisher.published() == first);
}

#[test]
fn refresh_dry_run_prints_differences_and_publishes_nothing() {
    let publisher = Publisher::new();
    printed(&publisher.refresh(&["--dry-run"]));
    assert!(publisher.published().is_empty());
    printed(&publisher.refresh(&[]));
    let before = publisher.published();
    publisher.edit(
        "cases.csv",
        "E06000017,Rutland,ltla,2021-02-07,1",
        "E06000017,Rutland,ltla,2021-02-07,2",
    );
    let said = printed(&publisher.refresh(&["--dry-run", "--all"]));
    assert!(
        said.contains("Nothing was published: this was a dry run"),
        "{said}"
    );
    assert!(
        said.contains("1 published figure is changed")
            && said.contains("Rutland (E06000017), 2021-02-07:"),
        "{said}"
    );
    assert!(publisher.published() == before);
}

#[test]
fn refresh_stops_on_unaccepted_finding() {
    let publisher = Publisher::new();
    printed(&publisher.refresh(&[]));
    let before = publisher.published();
    add_day(
        &publisher,
        |code, before| if code == "E06000017" { 1_500 } else { before },
    );
    let stopped = publisher.refresh(&[]);
    assert_eq!(stopped.status.code(), Some(3));
    let said = error_output(&stopped);
    assert!(
        said.contains("jump: ltla, Rutland (E06000017), 2021-02-08: 1,500 cases in a day"),
        "{said}"
    );
    assert!(
        publisher.published() == before,
        "readers keep the last edition"
    );

    let lines = said
        .split("\n\n")
        .find(|lines| lines.contains("rule = \"jump\""))
        .unwrap();
    publisher.append("rising.toml", &format!("\n{lines}\n"));
    let said = error_output(&publisher.refresh(&[]));
    assert!(
        said.contains("say how you know that the figures are right"),
        "{said}"
    );
    publisher.edit("rising.toml", "why = \"\"", "why = \"a made-up outbreak\"");
    let said = printed(&publisher.refresh(&[]));
    assert!(said.contains("(a made-up outbreak)"), "{said}");
    assert!(
        publisher.manifest()
            != serde_json::from_slice::<serde_json::Value>(&before["manifest.json"]).unwrap()
    );
}

#[test]
fn refresh_invalid_input_leaves_last_edition() {
    for (file, from, to, expected) in [
        (
            "cases.csv",
            "E06000017,Rutland,ltla,2021-02-07,",
            "E06000017,Rutland,ltla,2021-02-07,-",
            "negative",
        ),
        (
            "cases.csv",
            "E06000017,Rutland,ltla,2021-02-07,",
            "E06000017,Rutland,ltla,2021-02-06,",
            "E06000017",
        ),
        (
            "cases.csv",
            "E06000017,Rutland,ltla,",
            "E06000099,Rutland,ltla,",
            "E06000099 (Rutland) has cases but no boundary",
        ),
        (
            "population.csv",
            "E06000017,",
            "E06000098,",
            "E06000017 (Rutland) has no population",
        ),
        (
            "cases.csv",
            "newCasesBySpecimenDate",
            "cases",
            "no known kind of cases has the columns",
        ),
        (
            "rising.toml",
            "final = true",
            "finale = true",
            "unknown field `finale`",
        ),
        (
            "rising.toml",
            "paths = [\"cases.csv\"]",
            "paths = [\"*.json\"]",
            "*.json",
        ),
        (
            "rising.toml",
            "[levels.ltla]",
            "[levels.lsoa]",
            "unknown field `lsoa`",
        ),
    ] {
        let publisher = Publisher::new();
        printed(&publisher.refresh(&[]));
        let before = publisher.published();
        publisher.edit(file, from, to);
        let output = publisher.refresh(&[]);
        assert_eq!(output.status.code(), Some(1), "{expected}");
        let said = error_output(&output);
        assert!(said.contains(expected), "{expected}: {said}");
        assert!(publisher.published() == before, "{expected}");
    }
}

#[test]
fn refresh_publishes_both_levels_at_once() {
    let publisher = Publisher::new();
    publisher.append(
        "rising.toml",
        "[levels.msoa]\nboundaries = \"msoas.geojson\"\npopulation = \
         [\"msoa_population.csv\"]\npublished = \"2021-02-11\"\n\
         [[levels.msoa.cases]]\nkind = \"files\"\npaths = [\"msoa_cases.csv\"]\n",
    );
    printed(&publisher.refresh(&["--level", "ltla"]));
    assert!(publisher.manifest()["levels"]["msoa"].is_null());
    let both = printed(&publisher.refresh(&[]));
    let manifest = publisher.manifest();
    let of_ltla = "1 dates of nations: dispersion taken from the daily counts of ltla";
    assert!(
        both.contains(of_ltla) && !both.contains("compile it again"),
        "{both}"
    );
    assert!(manifest["levels"]["msoa"].is_object() && manifest["levels"]["ltla"].is_object());
    assert_eq!(manifest["levels"]["msoa"]["published"], "2021-02-11");

    let counts = |publisher: &Publisher| publisher.manifest()["levels"]["msoa"]["counts"].clone();
    let before = counts(&publisher);
    let one = printed(&publisher.refresh(&["--level", "msoa"]));
    assert!(
        one.contains(of_ltla),
        "the dispersion of what is published: {one}"
    );
    assert_eq!(counts(&publisher), before);
    let other = printed(&publisher.refresh(&["--level", "ltla"]));
    assert!(
        other.contains("level msoa still has the dispersion of the previous counts of ltla"),
        "{other}"
    );
}

#[test]
fn refresh_uses_and_checks_configured_dispersion() {
    let publisher = Publisher::new();
    publisher.edit(
        "rising.toml",
        "final = true\n",
        "final = true\ndispersion = 2.5\n",
    );
    let said = printed(&publisher.refresh(&[]));
    assert!(said.contains("dispersion set by the publisher"), "{said}");
    publisher.edit("rising.toml", "dispersion = 2.5", "dispersion = 0.9");
    let error = error_output(&publisher.refresh(&[]));
    assert!(
        error.contains("not 0.9") && error.contains("dispersion = 0.9"),
        "{error}"
    );
}

/// Returns the counts of msoa_cases.csv in the archive's form: a member with rates for each first
/// letter.
fn archive_of_rates() -> Vec<u8> {
    let line = |date: &str, code: &str, name: &str, value: &str| {
        format!(
            "\"{date}\",\"msoa\",\"{code}\",\"{name}\",\"newCasesBySpecimenDateRollingRate\",\"Cases\",{value}\n"
        )
    };
    let oakham = line("23/01/2021", "E02000001", "Oak-ham", "\"50\"")
        + &line("2021-01-23", "E02000001", "Oak-ham", "\"50\"")
        + &line("2021-01-30", "E02000001", "Oak-ham", "NA")
        + &line("2021-02-06", "E02000001", "Oak-ham", "\"87.5\"");
    let truro: String = ["23/01/2021", "30/01/2021", "06/02/2021"]
        .map(|date| line(date, "E02000002", "Truro", "\"null\""))
        .concat();
    let vale = line("23/01/2021", "E02000003", "The-Vale", "\"333.3\"")
        + &line("30/01/2021", "E02000003", "The-Vale", "\"133.3\"")
        + &line("06/02/2021", "E02000003", "The-Vale", "\"null\"");
    let mut zip = ZipWriter::new(Cursor::new(vec![]));
    for (letter, lines) in [("O.csv", oakham), ("T.csv.gz", truro), ("V.csv", vale)] {
        let header = "\"date\",\"area_type\",\"area_code\",\"area_name\",\"metric\",\"metric_name\",\"value\"\n";
        let mut content = format!("{header}{lines}").into_bytes();
        if letter.ends_with(".gz") {
            let mut packed = GzEncoder::new(vec![], Compression::fast());
            packed.write_all(&content).unwrap();
            content = packed.finish().unwrap();
        }
        let name = format!("Cases/msoa_newCasesBySpecimenDateRollingRate_areas_letter_{letter}");
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(&content).unwrap();
    }
    zip.start_file(
        "Cases/ltla_newCasesBySpecimenDate.csv",
        SimpleFileOptions::default(),
    )
    .unwrap();
    zip.write_all(b"not of this level\n").unwrap();
    zip.finish().unwrap().into_inner()
}

const NEIGHBOURHOODS: &str = "[levels.msoa]\nboundaries = \"msoas.geojson\"\npopulation = [\"msoa_population.csv\"]\n\
    published = \"2021-02-11\"\narea_names = \"names.csv\"\n[[levels.msoa.cases]]\n";
const NAMES: &str = "code,name\nE02000001,Oakham\nE02000002,Truro\nE02000003,Vale\n";

#[test]
fn refresh_archive_of_rates_equals_weekly_file() {
    let editions = [
        "kind = \"files\"\npaths = [\"msoa_cases.csv\"]\n",
        "kind = \"archive\"\npath = \"cases.zip\"\n\
         member = \"Cases/msoa_newCasesBySpecimenDateRollingRate_areas_letter_*.csv*\"\n",
    ];
    let [weekly, archive] = editions.map(|cases| {
        let publisher = Publisher::new();
        publisher.append("rising.toml", &format!("{NEIGHBOURHOODS}{cases}"));
        fs::write(publisher.path("names.csv"), NAMES).unwrap();
        fs::write(publisher.path("cases.zip"), archive_of_rates()).unwrap();
        let said = printed(&publisher.refresh(&[]));
        (publisher.manifest()["levels"]["msoa"].clone(), said)
    });
    assert_eq!(
        archive.0, weekly.0,
        "the names of the files are made from their content"
    );
    for part in [
        "letter_T.csv.gz, ",
        "4 counts recovered from published rates",
        "1: the same rate again",
    ] {
        assert!(archive.1.contains(part), "{part} is not in: {}", archive.1);
    }
}

#[test]
fn refresh_archive_without_members_lists_others() {
    let publisher = Publisher::new();
    fs::write(publisher.path("names.csv"), NAMES).unwrap();
    fs::write(publisher.path("cases.zip"), archive_of_rates()).unwrap();
    let cases =
        "kind = \"archive\"\npath = \"cases.zip\"\nmember = \"Cases/msoa_newCasesRate_*.csv\"\n";
    publisher.append("rising.toml", &format!("{NEIGHBOURHOODS}{cases}"));
    let error = error_output(&publisher.refresh(&["--level", "msoa"]));
    for part in [
        "Cases/msoa_newCasesRate_*.csv",
        "none of the archive's 4 members",
        "_letter_T.csv.gz\n",
        "_letter_V.csv\n",
    ] {
        assert!(error.contains(part), "{part} is not in: {error}");
    }
    assert!(publisher.published().is_empty());
}

#[test]
fn refresh_rate_of_other_population_leaves_last_edition() {
    let publisher = Publisher::new();
    fs::write(publisher.path("names.csv"), NAMES).unwrap();
    fs::write(publisher.path("cases.zip"), archive_of_rates()).unwrap();
    let cases = "kind = \"archive\"\npath = \"cases.zip\"\nmember = \"Cases/msoa_*\"\n";
    publisher.append("rising.toml", &format!("{NEIGHBOURHOODS}{cases}"));
    publisher.edit(
        "msoa_population.csv",
        "Aylesbury Vale,9000",
        "Aylesbury Vale,9100",
    );
    let error = error_output(&publisher.refresh(&["--level", "msoa"]));
    let expected = "letter_V.csv, line 2: E02000003 on 2021-01-23: a rate of 333.3 in 9,100 people is not that of one \
                    whole number of cases: 30 would be a lower rate, 31 a higher one";
    assert!(error.contains(expected), "{error}");
    assert!(publisher.published().is_empty());
}

#[test]
fn refresh_writes_prerendered_view_into_site() {
    let publisher = Publisher::new();
    fs::create_dir(publisher.path("site")).unwrap();
    let page = "<html><head><!--slot:first-view-files--><!--/slot:first-view-files--></head><body>\
        <!--slot:prerendered-view--><!--/slot:prerendered-view--></body></html>";
    fs::write(publisher.path("site/index.html"), page).unwrap();
    publisher.edit("rising.toml", "out = \"data\"", "site = \"site\"");
    let said = printed(&publisher.refresh(&[]));
    assert!(said.contains("wrote the prerendered view of"), "{said}");
    assert!(
        fs::read_to_string(publisher.path("site/index.html"))
            .unwrap()
            .contains("<svg")
    );
    assert!(publisher.path("site/data/manifest.json").is_file());
}

#[test]
fn refresh_allows_configured_tiles_in_policy() {
    let publisher = Publisher::new();
    fs::create_dir(publisher.path("site")).unwrap();
    let page = "<html><head><!--slot:policy--><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'self'; \
        img-src 'self' data: blob:; connect-src \
        'self'\"><!--/slot:policy--><!--slot:first-view-files--><!--/slot:first-view-files--></head><body>\
        <!--slot:prerendered-view--><!--/slot:prerendered-view--></body></html>";
    fs::write(publisher.path("site/index.html"), page).unwrap();
    publisher.edit("rising.toml", "out = \"data\"", "site = \"site\"");
    publisher.append(
        "rising.toml",
        "[tiles]\nurl = \"https://tiles.example.org/{z}/{x}/{y}.png\"\nattribution = \"Us\"\n",
    );
    printed(&publisher.refresh(&[]));
    let html = fs::read_to_string(publisher.path("site/index.html")).unwrap();
    assert!(
        html.contains("img-src 'self' data: blob: https://tiles.example.org; connect-src"),
        "{html:.400}"
    );

    // A policy cannot name this address, so the tiles would never be shown.
    publisher.edit(
        "rising.toml",
        "https://tiles.example.org",
        "https://tiles.example.org; script-src *",
    );
    let before = fs::read(publisher.path("site/data/manifest.json")).unwrap();
    let said = error_output(&publisher.refresh(&[]));
    assert!(
        said.contains("[tiles]") && said.contains("has no plain host"),
        "{said}"
    );
    assert!(fs::read(publisher.path("site/data/manifest.json")).unwrap() == before);
}

#[test]
fn refresh_refuses_cache_in_use() {
    let publisher = Publisher::new();
    fs::create_dir(publisher.path(".rising-cache")).unwrap();
    let lock = fs::File::create(publisher.path(".rising-cache/lock")).unwrap();
    lock.lock().unwrap();
    let said = error_output(&publisher.refresh(&[]));
    assert!(said.contains("another refresh is using"), "{said}");
}

/// Refreshes from the live API on consecutive days: new figures are published with their lag, and a
/// fault leaves the published edition.
#[test]
fn refresh_from_live_api_on_consecutive_days() {
    let areas = [
        ("Aylesbury Vale", "E07000004"),
        ("Cornwall", "E06000052"),
        ("Rutland", "E06000017"),
    ];
    let live = DashboardServer::start(Dashboard {
        date: "Mon, 25 Jan 2021 16:00:00 GMT".into(),
        ..Dashboard::with(&areas, 2021, 25)
    });
    let publisher = Publisher::new();
    let source = format!(
        "kind = \"api\"\nbase = \"{}\"\nfirst_year = 2021\nlast_year = 2021\n\
         [levels.ltla.cases.requests]\ninterval_ms = 0\ntries = 2\nbackoff_ms = 1\nlongest_wait_s \
         = 1",
        live.server.base
    );
    publisher.edit(
        "rising.toml",
        "kind = \"files\"\npaths = [\"cases.csv\"]",
        &source,
    );
    // The API has only England's areas, and the map has more.
    publisher.edit("rising.toml", "final = true", "nations = [\"england\"]");
    printed(&publisher.refresh(&[]));
    let level = publisher.manifest()["levels"]["ltla"].clone();
    assert_eq!(
        (&level["published"], &level["dates"][0]["last"]),
        (&"2021-01-25".into(), &"2021-01-20".into())
    );
    assert_eq!(level["areas"]["records"], 3);
    let asked = live.take_requests().len();

    // The next day has one more figure for each area.
    {
        let mut data = live.data.lock().unwrap();
        let date = "Tue, 26 Jan 2021 16:00:00 GMT".to_owned();
        *data = Dashboard {
            date,
            ..Dashboard::with(&areas, 2021, 26)
        };
    }
    fs::remove_dir_all(publisher.path(".rising-cache")).unwrap();
    let said = printed(&publisher.refresh(&[]));
    assert!(
        said.contains("published: ") && said.contains("(21 January 2021)"),
        "{said}"
    );
    assert_eq!(live.take_requests().len(), asked);
    let before = publisher.published();

    // Then a web page is sent in place of Rutland's figures.
    live.change_responses(|request, reply| match request.target.contains("Rutland") {
        true => Reply::new(
            "200 OK",
            "text/html",
            "<!doctype html><title>Down for maintenance</title>",
        ),
        false => reply,
    });
    fs::remove_dir_all(publisher.path(".rising-cache")).unwrap();
    let output = publisher.refresh(&[]);
    assert_eq!(output.status.code(), Some(1));
    let said = error_output(&output);
    assert!(
        said.contains("Rutland") && said.contains("Down for maintenance"),
        "{said}"
    );
    assert!(publisher.published() == before);

    // The other responses are kept: only Rutland is requested again after the fault.
    live.respond_normally();
    live.take_requests();
    let said = printed(&publisher.refresh(&[]));
    assert!(said.contains("Nothing is new"), "{said}");
    let asked = live.take_requests();
    assert!(
        asked.iter().any(|target| target.contains("Rutland")),
        "{asked:?}"
    );
    assert!(
        !asked.iter().any(|target| target.contains("Cornwall")),
        "{asked:?}"
    );
}

/// The committed configuration makes the embedded edition from the publishers' files, byte for
/// byte.
#[test]
fn refresh_reproduces_embedded_edition() {
    if !root().join("../shared/data").is_dir() {
        println!("skipped: ../shared/data is not there");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let config = fs::read_to_string(root().join("data/rising.toml")).unwrap();
    let shared = root().join("../shared/data").canonicalize().unwrap();
    let data = root().join("data").canonicalize().unwrap();
    // The configuration is unchanged except for the output folder.
    let absolute = |name: &str| format!("\"{}\"", data.join(name).display());
    let mut config = config
        .replace("../../shared/data", shared.to_str().unwrap())
        .replace("../public/data", "out");
    for name in [
        "places.csv",
        "ltla.topo.json",
        "msoa.topo.json",
        "lookup.csv",
        "area_names.csv",
        "names_cy.csv",
    ] {
        config = config.replace(&format!("\"{name}\""), &absolute(name));
    }
    config = config.replace("../target/rising-cache", "cache");
    let file = folder.path().join("rising.toml");
    fs::write(&file, config).unwrap();
    printed(&prepare(["refresh", "--config", file.to_str().unwrap()]));
    let out = folder.path().join("out");
    let manifest = |folder: &Path| -> serde_json::Value {
        serde_json::from_slice(&fs::read(folder.join("manifest.json")).unwrap()).unwrap()
    };
    let (made, committed) = (manifest(&out), manifest(&public_data()));
    for part in ["default", "breaks", "levels", "places", "sources"] {
        assert_eq!(made[part], committed[part], "{part}");
    }
    let mut compared = 0;
    for entry in fs::read_dir(&out).unwrap() {
        let name = entry.unwrap().file_name();
        if name != "manifest.json" {
            assert!(
                fs::read(out.join(&name)).unwrap() == fs::read(public_data().join(&name)).unwrap(),
                "{name:?}"
            );
            compared += 1;
        }
    }
    assert!(compared > 10, "{compared}");
}
