//! Tests `prepare verify`: a sound target passes, and each kind of damage is found and named.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use common::editions::copy_into;
use common::site::{self, CHUNK, PROGRAM, Response, SCRIPT, STYLE, Server};
use common::{error_output, prepare, printed, public_data};
use rising_model::domain::figure::Figure;
use rising_model::domain::series::{Cadence, CountsChunk};
use rising_model::lookup::gazetteer::{Gazetteer, GazetteerEntry, NameKind};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

fn verify(target: &str) -> Output {
    prepare(["verify", target])
}

/// Returns the output for a sound target.
fn passed_output(target: &str) -> String {
    let output = verify(target);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    text
}

/// Returns the output for a damaged target.
fn failed_output(target: &str) -> String {
    let output = verify(target);
    assert_eq!(
        output.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// Makes a sound site.
fn sound() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    site::make(folder.path(), 1);
    folder
}

/// Copies a site, to be damaged.
fn copy(site: &TempDir) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy_into(site.path(), folder.path());
    folder
}

fn address(folder: &Path) -> String {
    folder.to_str().unwrap().to_owned()
}

/// Returns the only data file of a kind.
fn data_file(site: &Path, kind: &str) -> PathBuf {
    let entries = fs::read_dir(site.join("data"))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let is_it = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap();
        name.starts_with(kind) && name.ends_with(".bin")
    };
    entries.into_iter().find(is_it).unwrap()
}

fn edit(site: &Path, change: impl FnOnce(&mut Value)) {
    let path = site.join("data/manifest.json");
    let mut manifest: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    change(&mut manifest);
    fs::write(path, manifest.to_string()).unwrap();
}

/// Writes a data file under a name that contains its hash, and returns its entry in the manifest.
fn write_data_file(site: &Path, stem: &str, bytes: &[u8], records: usize) -> Value {
    let hash: String = Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let name = format!("{stem}.{}.bin", &hash[..10]);
    fs::write(site.join("data").join(&name), bytes).unwrap();
    json!({ "file": name, "bytes": bytes.len(), "records": records })
}

#[test]
fn verify_committed_data_set_passes() {
    let text = passed_output(&address(&public_data()));
    for part in [
        "✓ manifest: version 1, 151 files, opens on 7 February 2021",
        "380 areas, 4,899 nations' dates, 509,313 seven-day counts",
        "✓ figures of neighbourhoods: 6,791 areas, 153 nations' dates, 731,950 seven-day counts, \
         256,704 suppressed, 50,369 missing",
        "2,650,263 postcodes refer to areas of the data set",
        "checks passed, 0 failed",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn verify_sound_site_passes_as_folder_data_and_json() {
    let folder = sound();
    let text = passed_output(&address(folder.path()));
    assert!(
        text.contains("the prerendered view is that of the data set, 6 February 2021")
            && text.contains(", 0 failed"),
        "{text}"
    );
    assert!(text.contains("✓ compressed copies: "), "{text}");
    passed_output(&address(&folder.path().join("data")));
    let json: Value = serde_json::from_str(&printed(&prepare([
        "verify",
        &address(folder.path()),
        "--json",
    ])))
    .unwrap();
    assert_eq!(json["failed"], 0);
    assert!(json["passed"].as_u64().unwrap() > 40, "{json}");
    let other = tempfile::tempdir().unwrap();
    assert!(
        error_output(&verify(&address(other.path()))).contains("give one of these or an address")
    );
}

#[test]
fn verify_reports_each_damage_of_a_file() {
    let sound = sound();
    type Damage = fn(Vec<u8>) -> Option<Vec<u8>>;
    let damages: [(&str, Damage, &str); 4] = [
        (
            "flipped",
            |mut bytes| {
                *bytes.last_mut().unwrap() ^= 4;
                Some(bytes)
            },
            "content whose SHA-256 begins as its name says",
        ),
        (
            "cut",
            |bytes| Some(bytes[..20].to_vec()),
            "as many bytes as the manifest says, ",
        ),
        (
            "removed",
            |_| None,
            "a file that the manifest names; it does not exist",
        ),
        ("emptied", |_| Some(vec![]), "it is 0"),
    ];
    for kind in [
        "ltla.areas",
        "ltla.shapes",
        "ltla.detail",
        "ltla.counts",
        "msoa.counts",
        "places",
    ] {
        for (damage, change, expected) in &damages {
            let folder = copy(&sound);
            let file = data_file(folder.path(), kind);
            match change(fs::read(&file).unwrap()) {
                Some(bytes) => fs::write(&file, bytes).unwrap(),
                None => fs::remove_file(&file).unwrap(),
            }
            let text = failed_output(&address(folder.path()));
            let name = file.file_name().unwrap().to_str().unwrap();
            let line = text
                .lines()
                .find(|line| line.contains(&format!("✗ {name}: ")) && line.contains(expected));
            assert!(
                line.is_some_and(|line| line.contains("publish the edition again")),
                "{kind} {damage}\n{text}"
            );
        }
    }
}

#[test]
fn verify_reports_swapped_files() {
    let folder = sound();
    let (one, two) = (
        data_file(folder.path(), "ltla.shapes"),
        data_file(folder.path(), "ltla.detail"),
    );
    let (first, second) = (fs::read(&one).unwrap(), fs::read(&two).unwrap());
    fs::write(&one, second).unwrap();
    fs::write(&two, first).unwrap();
    let text = failed_output(&address(folder.path()));
    assert_eq!(
        text.matches("content whose SHA-256 begins as its name says")
            .count(),
        2,
        "{text}"
    );
}

/// The files match their names, but not each other.
#[test]
fn verify_reports_files_that_do_not_fit_together() {
    let sound = sound();
    let day = |text: &str| text.parse().unwrap();
    let chunk = |first: &str, dates: u32, areas: usize| {
        CountsChunk::new(
            Cadence::Daily,
            day(first),
            dates,
            &vec![Figure::Count(1); dates as usize * areas],
        )
        .unwrap()
        .encode()
    };
    let counts = |site: &Path, first: &str, last: &str, dates: u32, areas: usize| {
        let mut file = write_data_file(
            site,
            "ltla.counts",
            &chunk(first, dates, areas),
            dates as usize * areas,
        );
        file["first"] = json!(first);
        file["last"] = json!(last);
        file
    };
    let shapes = |site: &Path, kind: &str| {
        let bytes = fs::read(data_file(site, kind)).unwrap();
        write_data_file(site, "ltla.shapes", &bytes, 3)
    };
    type Wrong<'a> = Box<dyn Fn(&Path, &mut Value) + 'a>;
    let cases: Vec<(&str, Wrong<'_>)> = vec![
        (
            "as many shapes as areas, 4; it is 3",
            Box::new(|site, manifest| {
                manifest["levels"]["ltla"]["shapes"] = shapes(site, "msoa.shapes");
            }),
        ),
        (
            "a file that this program can read; this is a file of areas, not of shapes",
            Box::new(|site, manifest| {
                manifest["levels"]["ltla"]["shapes"] = shapes(site, "msoa.areas");
            }),
        ),
        (
            "figures of as many areas as the table has, 4; it is 5",
            Box::new(|site, manifest| {
                manifest["levels"]["ltla"]["counts"] =
                    json!([counts(site, "2021-01-20", "2021-02-07", 19, 5)]);
            }),
        ),
        (
            "to begin where",
            Box::new(|site, manifest| {
                manifest["levels"]["ltla"]["counts"] = json!([
                    counts(site, "2021-01-20", "2021-01-29", 10, 4),
                    counts(site, "2021-01-31", "2021-02-07", 8, 4)
                ]);
            }),
        ),
        (
            "2021-01-30; it is 2021-01-29",
            Box::new(|site, manifest| {
                manifest["levels"]["ltla"]["counts"] = json!([
                    counts(site, "2021-01-20", "2021-01-29", 10, 4),
                    counts(site, "2021-01-29", "2021-02-07", 10, 4)
                ]);
            }),
        ),
        (
            "its last date 2021-02-08; it is 2021-02-07",
            Box::new(|site, manifest| {
                manifest["levels"]["ltla"]["counts"] =
                    json!([counts(site, "2021-01-20", "2021-02-08", 19, 4)]);
            }),
        ),
        (
            "England's dates to be among those with figures, 2021-01-20 to 2021-02-07",
            Box::new(|_, manifest| {
                manifest["levels"]["ltla"]["dates"][0]["last"] = json!("2021-02-08");
            }),
        ),
        (
            "a figure of Scotland on 2021-01-30, which is offered; it has none",
            Box::new(|_, manifest| {
                let dates =
                    json!({"nation": "scotland", "first": "2021-01-30", "last": "2021-02-02"});
                manifest["levels"]["ltla"]["dates"]
                    .as_array_mut()
                    .unwrap()
                    .push(dates);
            }),
        ),
        (
            "as many records as the manifest says, 5; it is 4",
            Box::new(|_, manifest| {
                manifest["levels"]["ltla"]["areas"]["records"] = json!(5);
            }),
        ),
        (
            "a default date from 2021-01-26 to 2021-02-07; it is 2021-03-01",
            Box::new(|_, manifest| {
                manifest["default"]["date"] = json!("2021-03-01");
            }),
        ),
        (
            "only the data set's files under preload of ltla; it lists ltla.areas.0000000000.bin",
            Box::new(|_, manifest| {
                manifest["levels"]["ltla"]["preload"][0] = json!("ltla.areas.0000000000.bin");
            }),
        ),
        (
            "a step of 1 or 7 days at level msoa; it is 2",
            Box::new(|_, manifest| {
                manifest["levels"]["msoa"]["step"] = json!(2);
            }),
        ),
        (
            "a manifest of version 1; it has version 9",
            Box::new(|_, manifest| manifest["version"] = json!(9)),
        ),
        (
            "a manifest of version 1; missing field",
            Box::new(|_, manifest| {
                manifest.as_object_mut().unwrap().remove("levels");
            }),
        ),
        (
            "only codes of areas of the data set; E99999999 is not",
            Box::new(|site, manifest| {
                let town = GazetteerEntry {
                    name: "Nowhere".into(),
                    kind: NameKind::Town,
                    authorities: vec!["E99999999".parse().unwrap()],
                    neighbourhood: None,
                    population: 1,
                    note: String::new(),
                };
                manifest["names"] = write_data_file(
                    site,
                    "names",
                    &Gazetteer::new(vec![town]).unwrap().encode(),
                    1,
                );
            }),
        ),
        (
            "postcodes.0000000000.hx.bin: expected a file that the manifest names; it does not \
             exist",
            Box::new(|_, manifest| {
                manifest["postcodes"] = json!({"hash": "0000000000", "as_of": "2022-05-01", "areas": "HX", "bytes": 1, "records": 1});
            }),
        ),
    ];
    for (expected, wrong) in cases {
        let folder = copy(&sound);
        edit(folder.path(), |manifest| wrong(folder.path(), manifest));
        let text = failed_output(&address(folder.path()));
        assert!(text.contains(expected), "{expected}\n{text}");
    }
}

#[test]
fn verify_reports_damaged_postcodes() {
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(public_data())
        .unwrap()
        .map(|entry| entry.unwrap())
    {
        fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    let file = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let file = file
        .into_iter()
        .find(|path| path.to_str().unwrap().ends_with(".hx.bin"))
        .unwrap();
    let mut bytes = fs::read(&file).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&file, bytes).unwrap();
    let text = failed_output(&address(folder.path()));
    assert!(
        text.contains("with all others of postcodes content whose SHA-256")
            && text.contains("the file is damaged"),
        "{text}"
    );
}

#[test]
fn verify_reports_wrong_compressed_copies() {
    let folder = sound();
    let style = folder.path().join(STYLE);
    fs::write(&style, "a { color: red }").unwrap();
    site::copies(&style);
    fs::write(&style, "a { color: tan }").unwrap();
    fs::write(folder.path().join("data/manifest.json.br"), "").unwrap();
    fs::write(folder.path().join("gone.js.gz"), "").unwrap();
    fs::write(folder.path().join("data/.prepare-half"), "").unwrap();
    let text = failed_output(&address(folder.path()));
    for part in [
        format!("{STYLE}.br: expected a copy of"),
        format!("{STYLE}.gz: expected a copy of"),
        "data/manifest.json.br: expected no copy of the manifest".into(),
        "gone.js.gz: expected a copy of".into(),
        ".prepare-half belongs to a run in progress or one that was killed".into(),
        format!("{STYLE}: expected SHA-256"),
    ] {
        assert!(text.contains(&part), "{part}\n{text}");
    }
}

#[test]
fn verify_reports_files_of_different_builds() {
    let sound = sound();
    type Wrong = fn(&Path);
    let wrongs: [(Wrong, &str); 8] = [
        (
            |site| fs::remove_file(site.join("sw.js")).unwrap(),
            "sw.js: expected a file of every site; it does not exist",
        ),
        (
            |site| fs::remove_file(site.join(STYLE)).unwrap(),
            "a file that offline.json names; it does not exist",
        ),
        (
            |site| fs::write(site.join(CHUNK), "other").unwrap(),
            "details-0a1b2c3d4e5f6073.wasm: expected SHA-256",
        ),
        (
            |site| fs::write(site.join("offline.json"), "{").unwrap(),
            "offline.json: expected the list of the program's files",
        ),
        (
            |site| replace(&site.join("offline.json"), "\"format\":1", "\"format\":2"),
            "data sets of version 1; it is 2",
        ),
        (
            |site| replace(&site.join("index.html"), SCRIPT, "other-1.js"),
            "other-1.js: expected a file, as index.html names it",
        ),
        (
            |site| fs::remove_dir_all(site.join("area/E06000017")).unwrap(),
            "area/E06000017/index.html: expected a page",
        ),
        (
            |site| {
                replace(
                    &site.join("index.html"),
                    "ask('",
                    "ask('ltla.counts.0123456789.bin');ask('",
                );
            },
            "data/ltla.counts.0123456789.bin: expected a data file, as index.html preloads it",
        ),
    ];
    for (wrong, expected) in wrongs {
        let folder = copy(&sound);
        wrong(folder.path());
        let text = failed_output(&address(folder.path()));
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    let folder = copy(&sound);
    let page = folder.path().join("index.html");
    let old = write_data_file(folder.path(), "ltla.counts", b"of an edition before", 1)["file"]
        .as_str()
        .unwrap()
        .to_owned();
    replace(&page, "6 February 2021", "5 February 2021");
    replace(&page, "ask('", &format!("ask('{old}');ask('"));
    site::copies(&page);
    let text = failed_output(&address(folder.path()));
    assert!(
        text.contains("index.html: expected the figures of the data set, of 6 February 2021")
            && text.contains("prepare prerender"),
        "{text}"
    );
}

fn replace(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).unwrap();
    fs::write(file, text.replace(from, to)).unwrap();
}

#[test]
fn verify_reports_damaged_earlier_edition() {
    let folder = tempfile::tempdir().unwrap();
    site::make(folder.path(), 2);
    let text = passed_output(&address(folder.path()));
    assert!(text.contains("✓ earlier editions: 1 is kept"), "{text}");
    let present = fs::read_to_string(folder.path().join("data/manifest.json")).unwrap();
    let old = fs::read_dir(folder.path().join("data"))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let is_old = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap();
        name.contains("counts") && name.ends_with(".bin") && !present.contains(name)
    };
    let old = old.into_iter().find(is_old).unwrap();
    fs::remove_file(&old).unwrap();
    for coding in ["br", "gz"] {
        fs::remove_file(format!("{}.{coding}", old.display())).unwrap();
    }
    let text = failed_output(&address(folder.path()));
    assert!(text.contains("✗ earlier editions: 1 of 1 failed"), "{text}");
}

#[test]
fn verify_correctly_served_site_passes() {
    let folder = sound();
    let server = Server::start(folder.path(), |_, _, _| {});
    for address in [
        server.url(),
        server.url() + "index.html",
        server.url().trim_end_matches('/').to_owned(),
    ] {
        let text = passed_output(&address);
        for part in [
            "✓ types",
            "✓ caching",
            "✓ compression",
            "✓ headers",
            "any page may embed the map",
            ", 0 failed",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        assert!(!text.contains("Access-Control-Allow-Origin"), "{text}");
    }
}

#[test]
fn verify_reports_wrong_responses() {
    fn set(response: &mut Response, name: &'static str, value: &str) {
        response.headers.insert(name, value.to_owned());
    }
    type Change = fn(&str, &str, &mut Response);
    let changes: [(Change, &str); 17] = [
        (
            |path, _, response| {
                if path == PROGRAM {
                    set(response, "Content-Type", "application/octet-stream");
                }
            },
            "Content-Type application/wasm; Content-Type is \"application/octet-stream\"",
        ),
        (
            |path, _, response| {
                if path.ends_with(".json") {
                    set(response, "Content-Type", "text/plain");
                }
            },
            "Content-Type application/json",
        ),
        (
            |path, _, response| {
                if path.is_empty() {
                    drop(response.headers.remove("Content-Type"));
                }
            },
            "Content-Type is not sent",
        ),
        (
            |path, _, response| {
                if path == STYLE {
                    set(response, "Cache-Control", "max-age=600");
                }
            },
            "and immutable, as its name tells its content; Cache-Control is \"max-age=600\"",
        ),
        (
            |path, _, response| {
                if path == "data/manifest.json" {
                    set(response, "Cache-Control", "max-age=86400");
                }
            },
            "data/manifest.json: expected Cache-Control no-cache, or max-age (and s-maxage) of \
             3600 or less",
        ),
        (
            |path, _, response| {
                if path == "offline.json" {
                    drop(response.headers.remove("Cache-Control"));
                }
            },
            "offline.json: expected Cache-Control no-cache",
        ),
        (
            |path, _, response| {
                if path.is_empty() {
                    drop(response.headers.remove("X-Content-Type-Options"));
                }
            },
            "X-Content-Type-Options nosniff",
        ),
        (
            |path, _, response| {
                if path == SCRIPT {
                    drop(response.headers.remove("Vary"));
                }
            },
            "Vary: Accept-Encoding, or caches send it to clients that cannot read it",
        ),
        (
            |path, _, response| {
                if path == SCRIPT {
                    response.headers.remove("Content-Encoding");
                    response.body = b"export {};\n".repeat(1000);
                }
            },
            "br or gzip for clients that accept both; it is sent uncompressed",
        ),
        (
            |path, accepted, response| {
                if path == SCRIPT && accepted == "gzip" {
                    response.headers.remove("Content-Encoding");
                    response.body = b"export {};\n".repeat(1000);
                }
            },
            "gzip for clients that accept only that; it is sent uncompressed",
        ),
        (
            |path, accepted, response| {
                if path == SCRIPT && accepted == "gzip" {
                    response.headers.remove("Content-Encoding");
                    response.body = b"export [];\n".repeat(1000);
                }
            },
            "the same content in every coding; in gzip it differs",
        ),
        (
            |path, _, response| {
                if path == SCRIPT {
                    response.body[8] ^= 255;
                }
            },
            "its Content-Encoding is br, but it cannot be decoded",
        ),
        (
            |path, _, response| {
                if path == SCRIPT {
                    set(response, "Content-Encoding", "zstd");
                }
            },
            "it is sent as zstd, which was not requested",
        ),
        (
            |path, _, response| {
                if path.contains("ltla.detail") {
                    response.status = 503;
                }
            },
            "the server answers 503",
        ),
        (
            |path, _, response| {
                if path.contains("ltla.detail") {
                    response.cut = true;
                }
            },
            "the response is incomplete",
        ),
        (
            |_, _, response| {
                if response.status == 404 {
                    response.status = 200;
                }
            },
            "404 for a missing file; the server answers 200",
        ),
        (
            |path, _, response| {
                if path.contains("ltla.areas") {
                    response.headers.remove("Content-Encoding");
                    response.body = b"<html>".to_vec();
                }
            },
            "as many bytes as the manifest says, ",
        ),
    ];
    let folder = sound();
    for (change, expected) in changes {
        let server = Server::start(folder.path(), change);
        let text = failed_output(&server.url());
        assert!(text.contains(expected), "{expected}\n{text}");
    }
}

#[test]
fn verify_remarks_are_not_failures() {
    let folder = sound();
    let server = Server::start(folder.path(), |path, _, response| {
        response.headers.remove("Access-Control-Allow-Origin");
        if path.is_empty() {
            response.headers.insert(
                "Content-Security-Policy",
                "frame-ancestors https://news.example".to_owned(),
            );
        }
    });
    let text = passed_output(&server.url());
    assert!(
        text.contains("pages of other sites and sandboxed embeds cannot read the data"),
        "{text}"
    );
    assert!(
        text.contains("pages that may embed the map: https://news.example"),
        "{text}"
    );
}

#[test]
fn verify_reports_unreachable_server() {
    let url = Server::start(Path::new("."), |_, _, _| {}).url();
    assert!(
        failed_output(&url)
            .contains("manifest.json: expected a manifest of version 1; no answer: ")
    );
    assert!(error_output(&verify("https://a b/")).contains("is not a valid address"));
}
