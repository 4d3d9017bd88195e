//! Runs `prepare` on hostile input and output: memory is bounded, the terminal gets no control
//! characters, and the exit status is right.
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

/// Runs `prepare` with a limited address space.
fn with_memory_limit(megabytes: u32, args: &[String]) -> Output {
    let command = format!("ulimit -v {}; exec \"$0\" \"$@\"", megabytes * 1024);
    prepare_command("sh")
        .args(["-c", &command, env!("CARGO_BIN_EXE_prepare")])
        .args(args)
        .output()
        .unwrap()
}

/// Returns the arguments that compile the fixtures, with another file for one of the options.
fn compile_args(out: &Path, option: &str, file: &Path) -> Vec<String> {
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

/// Returns a line of figures of about 430 bytes.
fn long_row() -> String {
    format!("E06000017,Rutland,ltla,2021-02-07,1,{}\n", "x".repeat(400))
}

/// The files have less than four megabytes and unpack to a gigabyte.
#[test]
fn compile_of_gzip_bomb_is_error_within_memory_limit() {
    let folder = tempfile::tempdir().unwrap();
    let repeated = |name: &str, start: &str, part: &[u8], times: usize| -> PathBuf {
        let part = gzip(&part.repeat((16 << 20) / part.len()));
        let file = folder.path().join(name);
        fs::write(&file, [gzip(start.as_bytes()), part.repeat(times)].concat()).unwrap();
        assert!(fs::metadata(&file).unwrap().len() < 4 << 20, "{name}");
        file
    };
    let spaces = repeated("spaces.gz", "", b" ", 64);
    let line = repeated("line.gz", HEADER, b"x", 64);
    let json = repeated("json.gz", "{\"results\":[", b"0,", 64);
    let out = folder.path().join("out");
    let long_line = "is longer than 1048576 bytes";
    let large_file = "unpacks to more than";
    for (option, file, expected) in [
        ("--cases", &spaces, long_line),
        ("--cases", &line, long_line),
        ("--cases", &json, large_file),
        ("--population", &spaces, large_file),
        ("--boundaries", &json, large_file),
        ("--aliases", &spaces, large_file),
        ("--places", &line, large_file),
        ("--sources", &spaces, large_file),
    ] {
        let output = with_memory_limit(400, &compile_args(&out, option, file));
        let message = String::from_utf8_lossy(&output.stderr);
        assert_eq!(
            output.status.code(),
            Some(1),
            "{option} {}: {message}",
            file.display()
        );
        assert!(
            message.contains(expected) && message.contains(path(file)),
            "{option}: {message}"
        );
    }
    assert!(!out.exists());

    // Lines of figures are read one at a time, so their number does not matter.
    let rows = repeated("rows.gz", HEADER, long_row().as_bytes(), 10);
    let output = with_memory_limit(100, &compile_args(&out, "--cases", &rows));
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(
        message.contains("has no figure") || message.contains("is on the map but not in the cases"),
        "{message}"
    );
}

#[test]
fn compile_of_many_problems_and_areas_is_bounded() {
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
    let kind = column("areaType");
    let date = column("date");
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
    let output = with_memory_limit(100, &compile_args(&out, "--cases", &file));
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(
        message.contains("the inputs have 30000 problems") && message.contains("(the first 20)"),
        "{message:.300}"
    );
    assert!(
        message.lines().all(|line| line.chars().count() < 400),
        "{message:.900}"
    );

    fs::write(
        &file,
        sound.clone()
            + &(0..5000)
                .map(|n| with(kind, format!("type {n}")))
                .collect::<String>(),
    )
    .unwrap();
    let message = printed(&prepare(compile_args(&out, "--cases", &file)));
    assert!(
        message.contains("other reasons") && message.lines().count() < 200,
        "{message:.2000}"
    );

    let areas: String = (0..100_002)
        .map(|n| format!("X{n},Name,ltla,2021-02-07,1,\n"))
        .collect();
    fs::write(&file, HEADER.to_owned() + &areas).unwrap();
    let output = with_memory_limit(400, &compile_args(&out, "--cases", &file));
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(
        message.contains("line 100002: there are more areas or figures"),
        "{message:.500}"
    );
}

#[test]
fn refresh_does_not_load_whole_archive_member_into_memory() {
    let folder = tempfile::tempdir().unwrap();
    let zip = folder.path().join("cases.zip");
    let mut writer = ZipWriter::new(fs::File::create(&zip).unwrap());
    writer
        .start_file("a/cases.csv", SimpleFileOptions::default())
        .unwrap();
    writer.write_all(HEADER.as_bytes()).unwrap();
    let part = long_row().repeat(1 << 15);
    for _ in 0..12 {
        writer.write_all(part.as_bytes()).unwrap();
    }
    writer.finish().unwrap();
    let config = folder.path().join("rising.toml");
    let text = "out = \"data\"\n[levels.ltla]\nboundaries = \"b\"\npopulation = [\"p\"]\n[[levels.ltla.cases]]\n\
        kind = \"archive\"\npath = \"cases.zip\"\nmember = \"a/*.csv\"\n";
    fs::write(&config, text).unwrap();
    let args = ["refresh", "--config", path(&config)].map(str::to_owned);
    // The member has 172 MB. The run fails after it, because the populations are missing.
    let output = with_memory_limit(100, &args);
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(message.contains("/p: No such file"), "{message}");
}

/// Control characters of a terminal, and characters that reverse the text beside them.
const HOSTILE: &str = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}1m\u{202e}\u{2066}\u{7f}\u{8}";

fn assert_harmless(output: &Output) -> String {
    let message = String::from_utf8([&output.stdout[..], &output.stderr[..]].concat()).unwrap();
    let is_hostile = |letter: char| {
        letter != '\n'
            && (letter.is_control()
                || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
    };
    assert!(!message.contains(is_hostile), "{message:?}");
    assert!(
        message.lines().all(|line| line.chars().count() <= 4001),
        "a line is too long"
    );
    message
}

#[test]
fn hostile_text_in_any_input_is_printed_cleaned_and_shortened() {
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
            // JSON has to escape these characters.
            let hostile = match Path::new(fixture).extension().unwrap().to_str() {
                Some("csv") => hostile.to_owned(),
                _ => serde_json::to_string(hostile)
                    .unwrap()
                    .trim_matches('"')
                    .to_owned(),
            };
            let file = folder.path().join(fixture);
            fs::write(&file, text.replace(from, &format!("{from}{hostile}"))).unwrap();
            assert_harmless(&prepare(compile_args(&out, option, &file)));
        }
    }
}

/// A name from a file is printed by several commands.
#[test]
fn hostile_name_is_harmless_in_output_of_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let text = fs::read_to_string(fixtures.join("cases.csv")).unwrap();
    let file = folder.path().join("cases.csv");
    fs::write(&file, text.replace("Rutland", &format!("Rut{HOSTILE}land"))).unwrap();
    let output = prepare(compile_args(&out, "--cases", &file));
    assert_harmless(&output);
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

/// Returns the exit statuses of a command that writes to a full disk and to a closed pipe.
fn exit_statuses(args: &[String], streams: &str) -> [Option<i32>; 2] {
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
fn exit_status_with_closed_or_full_output_is_usual_one() {
    if !Path::new("/dev/full").exists() {
        println!("skipped: this system has no /dev/full");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let inputs = Inputs::new();
    for streams in ["stdout", "stderr", "both"] {
        let out = folder.path().join(streams);
        assert_eq!(
            exit_statuses(&inputs.publish(0, &out, &[]), streams),
            [Some(0); 2],
            "published, {streams}"
        );
        let nowhere = ["rollback", "--data", "/nowhere"].map(str::to_owned);
        assert_eq!(
            exit_statuses(&nowhere, streams),
            [Some(1); 2],
            "an error, {streams}"
        );
        let verify = ["verify", path(&out)].map(str::to_owned);
        assert_eq!(
            exit_statuses(&verify, streams),
            [Some(0); 2],
            "verified, {streams}"
        );
        let help = ["compile", "--sideways"].map(str::to_owned);
        assert_eq!(
            exit_statuses(&help, streams),
            [Some(2); 2],
            "unknown option, {streams}"
        );
    }
    // A report that cannot be written is an error.
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
    assert_eq!(exit_statuses(&report, "stdout"), [Some(1), Some(0)]);
    assert_eq!(exit_statuses(&report, "stderr"), [Some(0); 2]);
}

/// The status does not depend on whether the messages can be written.
#[test]
fn refresh_stopped_by_checks_exits_with_status_3() {
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
        assert_eq!(exit_statuses(&args, streams), [Some(3); 2], "{streams}");
    }
}
