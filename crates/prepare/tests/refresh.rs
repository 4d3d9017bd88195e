//! `prepare init` and `prepare refresh` as a publisher runs them.

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

use common::{complaint, prepare, printed, public_data, root};
use dashboard::{Dashboard, DashboardServer};
use flate2::Compression;
use flate2::write::GzEncoder;
use server::Reply;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A publisher's folder: a configuration, its inputs, and the data set that it makes.
struct Desk {
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

impl Desk {
    fn new() -> Desk {
        let desk = Desk {
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
            fs::copy(fixtures.join(name), desk.path(name)).unwrap();
        }
        fs::write(desk.path("rising.toml"), CONFIG).unwrap();
        desk
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

    /// Replaces something in a file, which must be there.
    fn edit(&self, name: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(name)).unwrap();
        assert!(text.contains(from), "{name} has no {from}");
        fs::write(self.path(name), text.replace(from, to)).unwrap();
    }

    fn append(&self, name: &str, text: &str) {
        let before = fs::read_to_string(self.path(name)).unwrap();
        fs::write(self.path(name), before + text).unwrap();
    }

    /// Every file of the data set with its bytes.
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

/// Adds the day after the fixture's last, with counts by the area and its count of the day before.
fn next_day(desk: &Desk, count: impl Fn(&str, u32) -> u32) {
    let text = fs::read_to_string(desk.path("cases.csv")).unwrap();
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
    desk.append("cases.csv", &lines);
}

#[test]
fn a_configuration_to_begin_with() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rising.toml");
    let said = printed(&prepare(["init", file.to_str().unwrap()]));
    assert!(
        said.contains("prepare refresh --config") && said.contains("--dry-run"),
        "{said}"
    );
    let error = complaint(&prepare(["init", file.to_str().unwrap()]));
    assert!(error.contains("is there already"), "{error}");
}

#[test]
fn an_edition_and_then_nothing_new() {
    let desk = Desk::new();
    let said = printed(&desk.refresh(&[]));
    assert!(
        said.contains("Readers would see") && said.contains("ltla, England,"),
        "{said}"
    );
    assert_eq!(desk.manifest()["sources"][0]["name"], "Made-up cases");
    let first = desk.published();
    let said = printed(&desk.refresh(&[]));
    assert!(said.contains("Nothing is new"), "{said}");
    assert!(desk.published() == first);
    // Without one of its files there is nothing to compare with, unless that is asked for; then the
    // file is put back.
    let lost = first.keys().find(|name| name.contains("counts")).unwrap();
    fs::remove_file(desk.path("data").join(lost)).unwrap();
    let said = complaint(&desk.refresh(&[]));
    assert!(said.contains(lost) && said.contains("--afresh"), "{said}");
    printed(&desk.refresh(&["--afresh"]));
    assert!(desk.published() == first);
}

#[test]
fn a_dry_run_tells_what_readers_would_see_and_publishes_nothing() {
    let desk = Desk::new();
    printed(&desk.refresh(&["--dry-run"]));
    assert!(desk.published().is_empty());
    printed(&desk.refresh(&[]));
    let before = desk.published();
    desk.edit(
        "cases.csv",
        "E06000017,Rutland,ltla,2021-02-07,1",
        "E06000017,Rutland,ltla,2021-02-07,2",
    );
    let said = printed(&desk.refresh(&["--dry-run", "--all"]));
    assert!(
        said.contains("Nothing was published: this was a dry run"),
        "{said}"
    );
    assert!(
        said.contains("1 published figure is changed")
            && said.contains("Rutland (E06000017), 2021-02-07:"),
        "{said}"
    );
    assert!(desk.published() == before);
}

#[test]
fn what_nobody_has_accepted_stops_a_publication() {
    let desk = Desk::new();
    printed(&desk.refresh(&[]));
    let before = desk.published();
    next_day(
        &desk,
        |code, before| if code == "E06000017" { 1_500 } else { before },
    );
    let stopped = desk.refresh(&[]);
    assert_eq!(stopped.status.code(), Some(3));
    let said = complaint(&stopped);
    assert!(
        said.contains("jump: ltla, Rutland (E06000017), 2021-02-08: 1,500 cases in a day"),
        "{said}"
    );
    assert!(desk.published() == before, "readers have the last edition");

    let lines = said
        .split("\n\n")
        .find(|lines| lines.contains("rule = \"jump\""))
        .unwrap();
    desk.append("rising.toml", &format!("\n{lines}\n"));
    let said = complaint(&desk.refresh(&[]));
    assert!(
        said.contains("say how you know that the figures are right"),
        "{said}"
    );
    desk.edit("rising.toml", "why = \"\"", "why = \"a made-up outbreak\"");
    let said = printed(&desk.refresh(&[]));
    assert!(said.contains("(a made-up outbreak)"), "{said}");
    assert!(
        desk.manifest()
            != serde_json::from_slice::<serde_json::Value>(&before["manifest.json"]).unwrap()
    );
}

#[test]
fn inputs_that_are_not_as_they_should_be_leave_the_last_edition_live() {
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
        let desk = Desk::new();
        printed(&desk.refresh(&[]));
        let before = desk.published();
        desk.edit(file, from, to);
        let output = desk.refresh(&[]);
        assert_eq!(output.status.code(), Some(1), "{expected}");
        let said = complaint(&output);
        assert!(said.contains(expected), "{expected}: {said}");
        assert!(desk.published() == before, "{expected}");
    }
}

#[test]
fn both_levels_become_visible_in_one_edition() {
    let desk = Desk::new();
    desk.append(
        "rising.toml",
        "[levels.msoa]\nboundaries = \"msoas.geojson\"\npopulation = [\"msoa_population.csv\"]\npublished = \"2021-02-11\"\n\
         [[levels.msoa.cases]]\nkind = \"files\"\npaths = [\"msoa_cases.csv\"]\n",
    );
    printed(&desk.refresh(&["--level", "ltla"]));
    assert!(desk.manifest()["levels"]["msoa"].is_null());
    let both = printed(&desk.refresh(&[]));
    let manifest = desk.manifest();
    let of_ltla = "1 dates of nations: dispersion taken from the daily counts of ltla";
    assert!(
        both.contains(of_ltla) && !both.contains("compile it again"),
        "{both}"
    );
    assert!(manifest["levels"]["msoa"].is_object() && manifest["levels"]["ltla"].is_object());
    assert_eq!(manifest["levels"]["msoa"]["published"], "2021-02-11");

    let counts = |desk: &Desk| desk.manifest()["levels"]["msoa"]["counts"].clone();
    let before = counts(&desk);
    let one = printed(&desk.refresh(&["--level", "msoa"]));
    assert!(
        one.contains(of_ltla),
        "the dispersion of what is published: {one}"
    );
    assert_eq!(counts(&desk), before);
    let other = printed(&desk.refresh(&["--level", "ltla"]));
    assert!(
        other.contains("level msoa still has the dispersion of the previous counts of ltla"),
        "{other}"
    );
}

#[test]
fn dispersion_in_the_configuration_is_used_and_checked() {
    let desk = Desk::new();
    desk.edit(
        "rising.toml",
        "final = true\n",
        "final = true\ndispersion = 2.5\n",
    );
    let said = printed(&desk.refresh(&[]));
    assert!(said.contains("dispersion set by the publisher"), "{said}");
    desk.edit("rising.toml", "dispersion = 2.5", "dispersion = 0.9");
    let error = complaint(&desk.refresh(&[]));
    assert!(
        error.contains("not 0.9") && error.contains("dispersion = 0.9"),
        "{error}"
    );
}

/// The counts of msoa_cases.csv as the archive has them: a member of rates for each first letter.
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
fn archive_of_rates_gives_the_edition_of_the_weekly_file() {
    let editions = [
        "kind = \"files\"\npaths = [\"msoa_cases.csv\"]\n",
        "kind = \"archive\"\npath = \"cases.zip\"\n\
         member = \"Cases/msoa_newCasesBySpecimenDateRollingRate_areas_letter_*.csv*\"\n",
    ];
    let [weekly, archive] = editions.map(|cases| {
        let desk = Desk::new();
        desk.append("rising.toml", &format!("{NEIGHBOURHOODS}{cases}"));
        fs::write(desk.path("names.csv"), NAMES).unwrap();
        fs::write(desk.path("cases.zip"), archive_of_rates()).unwrap();
        let said = printed(&desk.refresh(&[]));
        (desk.manifest()["levels"]["msoa"].clone(), said)
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
fn archive_without_the_members_says_which_it_has() {
    let desk = Desk::new();
    fs::write(desk.path("names.csv"), NAMES).unwrap();
    fs::write(desk.path("cases.zip"), archive_of_rates()).unwrap();
    let cases =
        "kind = \"archive\"\npath = \"cases.zip\"\nmember = \"Cases/msoa_newCasesRate_*.csv\"\n";
    desk.append("rising.toml", &format!("{NEIGHBOURHOODS}{cases}"));
    let error = complaint(&desk.refresh(&["--level", "msoa"]));
    for part in [
        "Cases/msoa_newCasesRate_*.csv",
        "none of the archive's 4 members",
        "_letter_T.csv.gz\n",
        "_letter_V.csv\n",
    ] {
        assert!(error.contains(part), "{part} is not in: {error}");
    }
    assert!(desk.published().is_empty());
}

#[test]
fn rate_of_another_population_leaves_the_last_edition_live() {
    let desk = Desk::new();
    fs::write(desk.path("names.csv"), NAMES).unwrap();
    fs::write(desk.path("cases.zip"), archive_of_rates()).unwrap();
    let cases = "kind = \"archive\"\npath = \"cases.zip\"\nmember = \"Cases/msoa_*\"\n";
    desk.append("rising.toml", &format!("{NEIGHBOURHOODS}{cases}"));
    desk.edit(
        "msoa_population.csv",
        "Aylesbury Vale,9000",
        "Aylesbury Vale,9100",
    );
    let error = complaint(&desk.refresh(&["--level", "msoa"]));
    let expected = "letter_V.csv, line 2: E02000003 on 2021-01-23: a rate of 333.3 in 9,100 people is not that of one \
                    whole number of cases: 30 would be a lower rate, 31 a higher one";
    assert!(error.contains(expected), "{error}");
    assert!(desk.published().is_empty());
}

#[test]
fn a_site_gets_the_editions_first_picture() {
    let desk = Desk::new();
    fs::create_dir(desk.path("site")).unwrap();
    let page = "<html><head></head><body><!--opening--><!--/opening--></body></html>";
    fs::write(desk.path("site/index.html"), page).unwrap();
    desk.edit("rising.toml", "out = \"data\"", "site = \"site\"");
    let said = printed(&desk.refresh(&[]));
    assert!(said.contains("wrote the picture of"), "{said}");
    assert!(
        fs::read_to_string(desk.path("site/index.html"))
            .unwrap()
            .contains("<svg")
    );
    assert!(desk.path("site/data/manifest.json").is_file());
}

#[test]
fn tiles_of_the_configuration_are_let_in_by_the_pages_policy() {
    let desk = Desk::new();
    fs::create_dir(desk.path("site")).unwrap();
    let page = "<html><head><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'self'; \
        img-src 'self' data: blob:; connect-src 'self'\"></head><body><!--opening--><!--/opening--></body></html>";
    fs::write(desk.path("site/index.html"), page).unwrap();
    desk.edit("rising.toml", "out = \"data\"", "site = \"site\"");
    desk.append(
        "rising.toml",
        "[tiles]\nurl = \"https://tiles.example.org/{z}/{x}/{y}.png\"\nattribution = \"Us\"\n",
    );
    printed(&desk.refresh(&[]));
    let html = fs::read_to_string(desk.path("site/index.html")).unwrap();
    assert!(
        html.contains("img-src 'self' data: blob: https://tiles.example.org; connect-src"),
        "{html:.400}"
    );

    // What no policy can name would never be shown.
    desk.edit(
        "rising.toml",
        "https://tiles.example.org",
        "https://tiles.example.org; script-src *",
    );
    let before = fs::read(desk.path("site/data/manifest.json")).unwrap();
    let said = complaint(&desk.refresh(&[]));
    assert!(
        said.contains("[tiles]") && said.contains("has no plain host"),
        "{said}"
    );
    assert!(fs::read(desk.path("site/data/manifest.json")).unwrap() == before);
}

#[test]
fn two_refreshes_do_not_use_one_cache() {
    let desk = Desk::new();
    fs::create_dir(desk.path(".rising-cache")).unwrap();
    let lock = fs::File::create(desk.path(".rising-cache/lock")).unwrap();
    lock.lock().unwrap();
    let said = complaint(&desk.refresh(&[]));
    assert!(said.contains("another refresh is at work"), "{said}");
}

/// From the live API, day after day: what is new is published with its lag, a fault leaves what is
/// live.
#[test]
fn the_live_api_day_after_day() {
    let areas = [
        ("Aylesbury Vale", "E07000004"),
        ("Cornwall", "E06000052"),
        ("Rutland", "E06000017"),
    ];
    let live = DashboardServer::start(Dashboard {
        date: "Mon, 25 Jan 2021 16:00:00 GMT".into(),
        ..Dashboard::with(&areas, 2021, 25)
    });
    let desk = Desk::new();
    let source = format!(
        "kind = \"api\"\nbase = \"{}\"\nfirst_year = 2021\nlast_year = 2021\n\
         [levels.ltla.cases.requests]\ninterval_ms = 0\ntries = 2\nbackoff_ms = 1\nlongest_wait_s = 1",
        live.server.base
    );
    desk.edit(
        "rising.toml",
        "kind = \"files\"\npaths = [\"cases.csv\"]",
        &source,
    );
    // The API has England's areas only, and the map more.
    desk.edit("rising.toml", "final = true", "nations = [\"england\"]");
    printed(&desk.refresh(&[]));
    let level = desk.manifest()["levels"]["ltla"].clone();
    assert_eq!(
        (&level["published"], &level["dates"][0]["last"]),
        (&"2021-01-25".into(), &"2021-01-20".into())
    );
    assert_eq!(level["areas"]["records"], 3);
    let asked = live.take_requests().len();

    // The next day has a figure more for each.
    {
        let mut data = live.data.lock().unwrap();
        let date = "Tue, 26 Jan 2021 16:00:00 GMT".to_owned();
        *data = Dashboard {
            date,
            ..Dashboard::with(&areas, 2021, 26)
        };
    }
    fs::remove_dir_all(desk.path(".rising-cache")).unwrap();
    let said = printed(&desk.refresh(&[]));
    assert!(
        said.contains("published: ") && said.contains("(21 January 2021)"),
        "{said}"
    );
    assert_eq!(live.take_requests().len(), asked);
    let before = desk.published();

    // Then a page in place of Rutland's figures.
    live.change_responses(|request, reply| match request.target.contains("Rutland") {
        true => Reply::new(
            "200 OK",
            "text/html",
            "<!doctype html><title>Down for maintenance</title>",
        ),
        false => reply,
    });
    fs::remove_dir_all(desk.path(".rising-cache")).unwrap();
    let output = desk.refresh(&[]);
    assert_eq!(output.status.code(), Some(1));
    let said = complaint(&output);
    assert!(
        said.contains("Rutland") && said.contains("Down for maintenance"),
        "{said}"
    );
    assert!(desk.published() == before);

    // What did come is kept: only Rutland is asked for when all is well again.
    live.respond_normally();
    live.take_requests();
    let said = printed(&desk.refresh(&[]));
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

/// The embedded edition is what its configuration makes of the publishers' files, byte for byte.
#[test]
fn the_embedded_edition_is_made_by_its_configuration() {
    if !root().join("../shared/data").is_dir() {
        println!("skipped: ../shared/data is not there");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let config = fs::read_to_string(root().join("data/rising.toml")).unwrap();
    let shared = root().join("../shared/data").canonicalize().unwrap();
    let data = root().join("data").canonicalize().unwrap();
    // As it stands, but into another folder.
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
