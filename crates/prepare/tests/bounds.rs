//! Whatever a file or a server sends: memory is bounded, the terminal is safe, and the exit status
//! tells what was done.
#![cfg(unix)]

mod common;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use common::editions::{Inputs, prepare_command};
use common::{prepare, printed, public_data};
use flate2::Compression;
use flate2::write::GzEncoder;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(vec![], Compression::best());
    packed.write_all(content).unwrap();
    packed.finish().unwrap()
}

/// Runs `prepare` with so many megabytes of address space.
fn within(megabytes: u32, args: &[String]) -> Output {
    let command = format!("ulimit -v {}; exec \"$0\" \"$@\"", megabytes * 1024);
    prepare_command("sh")
        .args(["-c", &command, env!("CARGO_BIN_EXE_prepare")])
        .args(args)
        .output()
        .unwrap()
}

/// The arguments that compile the fixtures, with one of the inputs another.
fn compile(out: &Path, option: &str, file: &Path) -> Vec<String> {
    let mut args = Inputs::new().publish(0, out, &[]);
    for (name, fixture) in [("--cases", "cases.csv"), ("--population", "population.csv")] {
        let at = args.iter().position(|arg| arg == name).unwrap();
        args[at + 1] = fixture.to_owned();
    }
    let at = args.iter().position(|arg| arg == option).unwrap();
    args[at + 1] = path(file).to_owned();
    args
}

const HEADER: &str = "areaCode,areaName,areaType,date,newCasesBySpecimenDate,note\n";

/// A line of figures of some length, again and again.
fn row() -> String {
    format!("E06000017,Rutland,ltla,2021-02-07,1,{}\n", "x".repeat(400))
}

/// Files of less than two megabytes that unpack to a gigabyte and more.
#[test]
fn files_made_to_fill_memory_are_refused_within_the_stated_memory() {
    let folder = tempfile::tempdir().unwrap();
    let repeated = |name: &str, begin: &str, part: &[u8], times: usize| -> PathBuf {
        let part = gzip(&part.repeat((16 << 20) / part.len()));
        let file = folder.path().join(name);
        fs::write(&file, [gzip(begin.as_bytes()), part.repeat(times)].concat()).unwrap();
        assert!(fs::metadata(&file).unwrap().len() < 4 << 20, "{name}");
        file
    };
    let spaces = repeated("spaces.gz", "", b" ", 64);
    let line = repeated("line.gz", HEADER, b"x", 64);
    let json = repeated("json.gz", "{\"results\":[", b"0,", 64);
    let (out, two, kinds) = (
        folder.path().join("out"),
        "is longer than 1048576 bytes",
        "unpacks to more than",
    );
    for (option, file, expected) in [
        ("--cases", &spaces, two),
        ("--cases", &line, two),
        ("--cases", &json, kinds),
        ("--population", &spaces, kinds),
        ("--boundaries", &json, kinds),
        ("--aliases", &spaces, kinds),
        ("--places", &line, kinds),
        ("--sources", &spaces, kinds),
    ] {
        let output = within(400, &compile(&out, option, file));
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(
            output.status.code(),
            Some(1),
            "{option} {}: {said}",
            file.display()
        );
        assert!(
            said.contains(expected) && said.contains(path(file)),
            "{option}: {said}"
        );
    }
    assert!(!out.exists());

    // Lines of figures are read one after the other, however many there are.
    let rows = repeated("rows.gz", HEADER, row().as_bytes(), 10);
    let output = within(100, &compile(&out, "--cases", &rows));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("has no figure") || said.contains("is on the map but not in the cases"),
        "{said}"
    );
}

#[test]
fn endless_kinds_of_problems_and_areas_are_counted_and_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cases.csv");
    let out = folder.path().join("out");
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/cases.csv");
    let sound = fs::read_to_string(fixture).unwrap();
    let column = |name: &str| {
        sound
            .lines()
            .next()
            .unwrap()
            .split(',')
            .position(|column| column == name)
            .unwrap()
    };
    let (kind, date) = (column("areaType"), column("date"));
    let with = |at: usize, value: String| {
        let mut fields: Vec<&str> = sound.lines().nth(1).unwrap().split(',').collect();
        fields[at] = &value;
        fields.join(",") + "\n"
    };

    let wrong = "?".repeat(400);
    fs::write(
        &file,
        sound.clone()
            + &(0..30_000)
                .map(|n| with(date, format!("{n}{wrong}")))
                .collect::<String>(),
    )
    .unwrap();
    let output = within(100, &compile(&out, "--cases", &file));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("the inputs have 30000 problems") && said.contains("(the first 20)"),
        "{said:.300}"
    );
    assert!(
        said.lines().all(|line| line.chars().count() < 400),
        "{said:.900}"
    );

    fs::write(
        &file,
        sound.clone()
            + &(0..5000)
                .map(|n| with(kind, format!("type {n}")))
                .collect::<String>(),
    )
    .unwrap();
    let said = printed(&prepare(compile(&out, "--cases", &file)));
    assert!(
        said.contains("other reasons") && said.lines().count() < 200,
        "{said:.2000}"
    );

    let areas: String = (0..100_002)
        .map(|n| format!("X{n},Name,ltla,2021-02-07,1,\n"))
        .collect();
    fs::write(&file, HEADER.to_owned() + &areas).unwrap();
    let output = within(400, &compile(&out, "--cases", &file));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("line 100002: there are more areas or figures"),
        "{said:.500}"
    );
}

/// A member goes to the disk, and from there into figures, without ever being in memory as a whole.
#[test]
fn member_of_an_archive_is_never_in_memory_as_a_whole() {
    let folder = tempfile::tempdir().unwrap();
    let zip = folder.path().join("cases.zip");
    let mut writer = ZipWriter::new(fs::File::create(&zip).unwrap());
    writer
        .start_file("a/cases.csv", SimpleFileOptions::default())
        .unwrap();
    writer.write_all(HEADER.as_bytes()).unwrap();
    let part = row().repeat(1 << 15);
    for _ in 0..12 {
        writer.write_all(part.as_bytes()).unwrap();
    }
    writer.finish().unwrap();
    let config = folder.path().join("rising.toml");
    let text = "out = \"data\"\n[levels.ltla]\nboundaries = \"b\"\npopulation = [\"p\"]\n[[levels.ltla.cases]]\n\
        kind = \"archive\"\npath = \"cases.zip\"\nmember = \"a/*.csv\"\n";
    fs::write(&config, text).unwrap();
    let args = ["refresh", "--config", path(&config)].map(str::to_owned);
    // The member has 172 MB; what comes after it is missing here.
    let output = within(100, &args);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("/p: No such file"), "{said}");
}

/// Characters that a terminal obeys, or that turn round what stands beside them.
const HOSTILE: &str = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}1m\u{202e}\u{2066}\u{7f}\u{8}";

fn assert_harmless(output: &Output) -> String {
    let said = String::from_utf8([&output.stdout[..], &output.stderr[..]].concat()).unwrap();
    let obeyed = |letter: char| {
        letter != '\n'
            && (letter.is_control()
                || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
    };
    assert!(!said.contains(obeyed), "{said:?}");
    assert!(
        said.lines().all(|line| line.chars().count() <= 4001),
        "a line is too long"
    );
    said
}

#[test]
fn foreign_text_is_printed_cut_and_cleaned_wherever_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let long = "y".repeat(10_000);
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    for (option, fixture, from) in [
        ("--cases", "cases.csv", "Rutland"),
        ("--cases", "cases.csv", "E06000017"),
        ("--cases", "cases.csv", "2021-02-07"),
        ("--cases", "cases.csv", "ltla"),
        ("--cases", "cases.csv", "date"),
        ("--population", "population.csv", "39927"),
        ("--population", "population.csv", "E06000017"),
        ("--population", "population.csv", "population"),
        ("--boundaries", "authorities.geojson", "E06000017"),
        ("--boundaries", "authorities.geojson", "FeatureCollection"),
        ("--aliases", "aliases.csv", "E0"),
        ("--places", "places.csv", "lat"),
        ("--sources", "sources.json", "licence"),
    ] {
        let text = fs::read_to_string(fixtures.join(fixture)).unwrap();
        assert!(text.contains(from), "{fixture} has no {from}");
        for hostile in [HOSTILE, &long] {
            // JSON has no such characters as they are.
            let hostile = match Path::new(fixture).extension().unwrap().to_str() {
                Some("csv") => hostile.to_owned(),
                _ => serde_json::to_string(hostile)
                    .unwrap()
                    .trim_matches('"')
                    .to_owned(),
            };
            let file = folder.path().join(fixture);
            fs::write(&file, text.replace(from, &format!("{from}{hostile}"))).unwrap();
            assert_harmless(&prepare(compile(&out, option, &file)));
        }
    }
}

/// A name from a file reaches a finding, a report and its JSON.
#[test]
fn published_names_are_harmless_in_every_result() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let text = fs::read_to_string(fixtures.join("cases.csv")).unwrap();
    let file = folder.path().join("cases.csv");
    fs::write(&file, text.replace("Rutland", &format!("Rut{HOSTILE}land"))).unwrap();
    let made = prepare(compile(&out, "--cases", &file));
    assert_harmless(&made);
    let report = [
        "report",
        "--data",
        path(&out),
        "--level",
        "ltla",
        "--date",
        "2021-02-06",
    ];
    assert_harmless(&prepare(report));
    let json = assert_harmless(&prepare(report.iter().chain(&["--json"])));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let names: Vec<&str> = json["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["name"].as_str().unwrap())
        .collect();
    let clean = |name: &&str| {
        name.starts_with("Rut") && name.ends_with("land") && !name.contains(char::is_control)
    };
    assert!(names.iter().any(clean), "{names:?}");
    assert_harmless(&prepare(["verify", path(&out)]));
    assert_harmless(&prepare(["rollback", "--data", path(&out), "--list"]));
}

/// How a command ends whose output goes nowhere: to a full disk, or to a pipe that nobody reads.
fn statuses(args: &[String], streams: &str) -> [Option<i32>; 2] {
    let redirect = |to: &str| match streams {
        "stdout" => format!(">{to}"),
        "stderr" => format!("2>{to}"),
        _ => format!(">{to} 2>{to}"),
    };
    let full = format!("exec \"$0\" \"$@\" {}", redirect("/dev/full"));
    let mut command = prepare_command("sh");
    let full = command
        .args(["-c", &full, env!("CARGO_BIN_EXE_prepare")])
        .args(args)
        .output()
        .unwrap()
        .status
        .code();

    let mut command = prepare_command(env!("CARGO_BIN_EXE_prepare"));
    command
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let (read, write) = std::io::pipe().unwrap();
    if streams != "stderr" {
        command.stdout(write.try_clone().unwrap());
    }
    if streams != "stdout" {
        command.stderr(write.try_clone().unwrap());
    }
    drop((read, write));
    [full, command.status().unwrap().code()]
}

#[test]
fn closed_or_full_output_ends_with_the_usual_status() {
    if !Path::new("/dev/full").exists() {
        println!("skipped: there is no /dev/full here");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let inputs = Inputs::new();
    for streams in ["stdout", "stderr", "both"] {
        let out = folder.path().join(streams);
        assert_eq!(
            statuses(&inputs.publish(0, &out, &[]), streams),
            [Some(0); 2],
            "published, {streams}"
        );
        let nowhere = ["rollback", "--data", "/nowhere"].map(str::to_owned);
        assert_eq!(
            statuses(&nowhere, streams),
            [Some(1); 2],
            "an error, {streams}"
        );
        let verify = ["verify", path(&out)].map(str::to_owned);
        assert_eq!(
            statuses(&verify, streams),
            [Some(0); 2],
            "verified, {streams}"
        );
        let help = ["compile", "--sideways"].map(str::to_owned);
        assert_eq!(
            statuses(&help, streams),
            [Some(2); 2],
            "not understood, {streams}"
        );
    }
    // A report that could not be written is none.
    let data = public_data();
    let report = [
        "report",
        "--data",
        path(&data),
        "--level",
        "ltla",
        "--date",
        "2021-02-07",
    ]
    .map(str::to_owned);
    assert_eq!(statuses(&report, "stdout"), [Some(1), Some(0)]);
    assert_eq!(statuses(&report, "stderr"), [Some(0); 2]);
}

/// What the checks stop ends with its own status, whoever reads why.
#[test]
fn refresh_that_is_stopped_says_so_by_its_status_alone() {
    let folder = tempfile::tempdir().unwrap();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let fixture = |name: &str| fixtures.join(name);
    let config = format!(
        "out = \"data\"\n[default]\nlevel = \"ltla\"\nnation = \"england\"\n[levels.ltla]\nboundaries = {:?}\n\
         population = [{:?}]\naliases = {:?}\n[[levels.ltla.cases]]\nkind = \"files\"\npaths = [\"cases.csv\"]\n\
         [checks]\njump_from = 0\njump_times = 0.001\n",
        fixture("authorities.geojson"),
        fixture("population.csv"),
        fixture("aliases.csv"),
    );
    fs::copy(fixture("cases.csv"), folder.path().join("cases.csv")).unwrap();
    let file = folder.path().join("rising.toml");
    fs::write(&file, config).unwrap();
    let args = ["refresh", "--config", path(&file)].map(str::to_owned);
    let output = Command::new(env!("CARGO_BIN_EXE_prepare"))
        .args(&args)
        .output()
        .unwrap();
    assert_eq!(
        output.status.code(),
        Some(3),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    for streams in ["stdout", "stderr", "both"] {
        assert_eq!(statuses(&args, streams), [Some(3); 2], "{streams}");
    }
}
