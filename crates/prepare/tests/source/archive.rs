//! The archive.

use std::io::{Cursor, Write};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rising_model::series::Figure;
use rising_prepare::source::{Fetched, SystemClock};
use tempfile::TempDir;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::clock::TestClock;
use super::server::{Reply, Request, Server};
use super::{read, refused, says, source};

const NOON: &str = "2023-12-14T12:00:00Z";
const MEMBER: &str = "Cases/ltla_newCasesBySpecimenDate.csv";

/// Cases of one day.
fn csv(count: u32) -> String {
    format!(
        "area_type,area_name,area_code,date,metric,metric_name,value\nltla,Rutland,E06000017,07/02/2021,newCasesBySpecimenDate,Cases,{count}\n"
    )
}

/// Bytes that do not compress.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 88_172_645_463_325_252_u64;
    let words = (0..length.div_ceil(8)).flat_map(|_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    });
    words.take(length).collect()
}

/// An archive with the member and much else.
fn zip(cases: &str, other: usize) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(vec![]));
    let stored = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .large_file(true);
    zip.start_file("Deaths/other.csv", stored).unwrap();
    zip.write_all(&noise(other)).unwrap();
    zip.start_file(MEMBER, SimpleFileOptions::default())
        .unwrap();
    zip.write_all(cases.as_bytes()).unwrap();
    zip.finish().unwrap().into_inner()
}

/// Answers as an object store does: whole, the rest, or not modified.
fn serve(zip: &[u8], etag: &str, request: &Request) -> Reply {
    let date = "Wed, 13 Dec 2023 16:00:00 GMT";
    let same = request.header("if-none-match") == Some(etag);
    let from = request
        .header("range")
        .filter(|_| request.header("if-range").is_none_or(|tag| tag == etag))
        .and_then(|range| {
            range
                .strip_prefix("bytes=")?
                .strip_suffix('-')?
                .parse::<usize>()
                .ok()
        });
    let reply = match from {
        _ if same => Reply::new("304 Not Modified", "application/zip", ""),
        Some(from) => Reply::new("206 Partial Content", "application/zip", &zip[from..]).with(
            "Content-Range",
            &format!("bytes {from}-{}/{}", zip.len() - 1, zip.len()),
        ),
        None => Reply::new("200 OK", "application/zip", zip),
    };
    reply
        .with("ETag", etag)
        .with("Last-Modified", "Tue, 12 Dec 2023 23:30:00 GMT")
        .with("Date", date)
}

/// A server with an archive, a cache and settings.
struct World {
    server: Server,
    folder: TempDir,
}

impl World {
    fn of(zip: Vec<u8>) -> World {
        World {
            server: Server::start(move |request| serve(&zip, "\"1\"", request)),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn small() -> World {
        World::of(zip(&csv(23), 300_000))
    }

    fn settings(&self, more: &str) -> String {
        format!(
            "kind = \"archive\"\naddress = \"{}/cases.zip\"\n{more}",
            self.server.base
        )
    }

    fn fetch(&self, more: &str) -> Fetched {
        source(&self.settings(more))
            .fetch(self.folder.path(), &TestClock::at(NOON))
            .unwrap()
    }

    fn refused(&self, more: &str) -> String {
        refused(
            &source(&self.settings(more)),
            self.folder.path(),
            &TestClock::at(NOON),
        )
    }

    /// The `Range` of each request since this was last asked.
    fn ranges(&self) -> Vec<Option<String>> {
        self.server
            .take_log()
            .iter()
            .map(|request| request.header("range").map(str::to_owned))
            .collect()
    }
}

/// Rutland's cases on the one day.
fn cases(fetched: &Fetched) -> Figure {
    let (cases, problems) = read(&source("kind = \"archive\""), fetched);
    assert!(problems.all().is_empty());
    cases
        .areas
        .values()
        .next()
        .unwrap()
        .days
        .values()
        .next()
        .unwrap()
        .figure
}

#[test]
fn the_member_is_brought_and_next_time_only_asked_for() {
    let world = World::small();
    for (round, note) in ["1 requests, 30", "has not changed since it was brought"]
        .iter()
        .enumerate()
    {
        let fetched = world.fetch("");
        assert_eq!(cases(&fetched), Figure::Count(23));
        // Half past eleven in the evening, in winter.
        assert_eq!(fetched.published.unwrap().to_string(), "2023-12-12");
        says(&fetched.notes.join("\n"), &[note, MEMBER]);
        let log = world.server.take_log();
        assert_eq!(
            (log.len(), log[0].header("if-none-match")),
            (1, (round == 1).then_some("\"1\""))
        );
        assert_eq!(log[0].header("accept-encoding"), Some("identity"));
    }
}

#[test]
fn an_archive_that_moved_is_followed() {
    let world = World::small();
    let whole = zip(&csv(23), 300_000);
    world.server.set_handler(move |request| {
        if request.target == "/cases.zip" {
            return Reply::new("302 Found", "text/html", "")
                .with("Location", "/store/cases.zip?signature=1");
        }
        serve(&whole, "\"1\"", request)
    });
    assert_eq!(cases(&world.fetch("")), Figure::Count(23));
    let targets: Vec<_> = world
        .server
        .take_log()
        .into_iter()
        .map(|request| request.target)
        .collect();
    assert_eq!(targets, ["/cases.zip", "/store/cases.zip?signature=1"]);
}

#[test]
fn a_cut_archive_is_gone_on_with_at_once() {
    let whole = zip(&csv(23), 300_000);
    let world = World::of(whole.clone());
    let length = whole.len();
    let asked = AtomicUsize::new(0);
    world.server.set_handler(move |request| {
        let cut = (asked.fetch_add(1, Ordering::SeqCst) < 2).then_some(100_000);
        Reply {
            cut,
            ..serve(&whole, "\"1\"", request)
        }
    });
    let fetched = world.fetch("");
    assert_eq!(cases(&fetched), Figure::Count(23));
    assert_eq!(
        world.ranges(),
        [
            None,
            Some("bytes=100000-".into()),
            Some("bytes=200000-".into())
        ]
    );
    says(
        &fetched.notes.join("\n"),
        &[
            &format!("3 requests, {length} bytes, 2 asked again"),
            "went on after the 200000 bytes",
        ],
    );
}

#[test]
fn a_cut_archive_is_gone_on_with_by_the_next_run() {
    let whole = zip(&csv(23), 300_000);
    let world = World::of(whole.clone());
    let cut = whole.clone();
    world.server.set_handler(move |request| Reply {
        cut: Some(100_000),
        ..serve(&cut, "\"1\"", request)
    });
    let text = world.refused("requests.tries = 1");
    says(
        &text,
        &[
            "the archive: the body was cut after 100000 bytes",
            &world.server.base,
            "Nothing is lost: 100000 bytes of it are in",
        ],
    );
    world.ranges();
    world
        .server
        .set_handler(move |request| serve(&whole, "\"1\"", request));
    assert_eq!(cases(&world.fetch("")), Figure::Count(23));
    assert_eq!(world.ranges(), [Some("bytes=100000-".to_owned())]);
    assert!(!world.folder.path().join("archive/part.json").exists());
}

#[test]
fn an_archive_that_changed_between_its_parts_is_begun_anew() {
    let (old, new) = (zip(&csv(23), 300_000), zip(&csv(24), 300_000));
    let part_of = |world: &World| {
        let old = old.clone();
        world.server.set_handler(move |request| Reply {
            cut: Some(100_000),
            ..serve(&old, "\"1\"", request)
        });
        world.refused("requests.tries = 1");
        world.ranges();
    };
    // A server that heeds If-Range sends all of the new one.
    let world = World::of(vec![]);
    part_of(&world);
    let changed = new.clone();
    world
        .server
        .set_handler(move |request| serve(&changed, "\"2\"", request));
    let fetched = world.fetch("");
    assert_eq!(
        (cases(&fetched), world.ranges().len()),
        (Figure::Count(24), 1)
    );
    says(
        &fetched.notes.join("\n"),
        &["began anew: the archive has changed"],
    );
    // One that does not, the rest of it: told by its tag, its length, or where it begins.
    let wrong: [fn(Reply) -> Reply; 3] = [
        |reply| reply.with("ETag", "\"2\""),
        |reply| {
            reply
                .with("Content-Range", "bytes 100000-400000/400001")
                .with("ETag", "\"1\"")
        },
        |reply| {
            reply
                .with("Content-Range", "bytes 0-99/100")
                .with("ETag", "\"1\"")
        },
    ];
    for wrong in wrong {
        let world = World::of(vec![]);
        part_of(&world);
        let changed = new.clone();
        world
            .server
            .set_handler(move |request| match request.header("range") {
                Some(_) => wrong(Reply::new(
                    "206 Partial Content",
                    "application/zip",
                    &changed[100_000..],
                )),
                None => serve(&changed, "\"2\"", request),
            });
        let fetched = world.fetch("");
        assert_eq!(cases(&fetched), Figure::Count(24));
        assert_eq!(world.ranges(), [Some("bytes=100000-".into()), None]);
    }
}

#[test]
fn a_server_without_parts_or_tags_sends_it_all_again() {
    let whole = zip(&csv(23), 300_000);
    let strip = |reply: Reply| Reply {
        headers: reply
            .headers
            .into_iter()
            .filter(|(name, _)| !matches!(name.as_str(), "ETag" | "Last-Modified"))
            .collect(),
        ..reply
    };
    for tags in [true, false] {
        let world = World::of(vec![]);
        let (whole, asked) = (whole.clone(), AtomicUsize::new(0));
        world.server.set_handler(move |_| {
            let cut = (asked.fetch_add(1, Ordering::SeqCst) == 0).then_some(100_000);
            let reply = Reply {
                cut,
                ..serve(&whole, "\"1\"", &Request::default())
            };
            if tags { reply } else { strip(reply) }
        });
        assert_eq!(cases(&world.fetch("")), Figure::Count(23));
        assert_eq!(
            world.ranges(),
            [None, tags.then(|| "bytes=100000-".to_owned())]
        );
        assert_eq!(cases(&world.fetch("")), Figure::Count(23));
    }
}

#[test]
fn a_request_for_the_rest_that_is_refused_is_not_repeated() {
    let whole = zip(&csv(23), 300_000);
    let world = World::of(vec![]);
    let asked = AtomicUsize::new(0);
    world.server.set_handler(move |request| {
        let cut = (asked.fetch_add(1, Ordering::SeqCst) == 0).then_some(100_000);
        match request.header("range") {
            Some(_) => Reply::new("416 Range Not Satisfiable", "text/plain", ""),
            None => Reply {
                cut,
                ..serve(&whole, "\"1\"", request)
            },
        }
    });
    assert_eq!(cases(&world.fetch("")), Figure::Count(23));
    assert_eq!(world.ranges(), [None, Some("bytes=100000-".into()), None]);
}

#[test]
fn a_page_in_place_of_the_archive_leaves_the_one_before() {
    let world = World::small();
    world.fetch("");
    for reply in [
        Reply::new("200 OK", "text/html", "<html><title>Moved</title></html>"),
        Reply::new(
            "200 OK",
            "application/zip",
            "<html><title>Moved</title></html>",
        ),
        Reply::new("200 OK", "application/zip", ""),
    ] {
        world.server.set_handler(move |_| reply.clone());
        says(
            &world.refused(""),
            &[
                "the archive: no zip came but something of type",
                "Nothing is lost",
            ],
        );
    }
    world
        .server
        .set_handler(|_| Reply::new("404 Not Found", "text/html", "<html>"));
    says(
        &world.refused(""),
        &[
            "the archive: the server answered 404 Not Found",
            "/cases.zip",
        ],
    );
    world.server.take_log();
    let whole = zip(&csv(23), 300_000);
    world
        .server
        .set_handler(move |request| serve(&whole, "\"1\"", request));
    says(&world.fetch("").notes.join("\n"), &["has not changed"]);
}

#[test]
fn a_truncated_archive_is_refused_and_not_gone_on_with() {
    let whole = zip(&csv(23), 300_000);
    let world = World::of(whole[..200_000].to_vec());
    says(&world.refused(""), &["the archive", "cut or damaged"]);
    world.ranges();
    world
        .server
        .set_handler(move |request| serve(&whole, "\"1\"", request));
    assert_eq!(cases(&world.fetch("")), Figure::Count(23));
    assert_eq!(world.ranges(), [None]);
}

#[test]
fn a_damaged_member_is_named_and_the_archive_brought_anew() {
    let whole = zip(&csv(23), 300_000);
    let mut damaged = whole.clone();
    // In the middle of the member's own bytes, which follow its name.
    let at = damaged
        .windows(MEMBER.len())
        .position(|bytes| bytes == MEMBER.as_bytes())
        .unwrap();
    damaged[at + MEMBER.len() + 60] ^= 0x55;
    let world = World::of(damaged);
    says(
        &world.refused(""),
        &[
            &format!("the member \"{MEMBER}\""),
            "cut or damaged",
            "brought anew by the next run",
        ],
    );
    world.server.take_log();
    world
        .server
        .set_handler(move |request| serve(&whole, "\"1\"", request));
    assert_eq!(cases(&world.fetch("")), Figure::Count(23));
    assert_eq!(world.server.take_log()[0].header("if-none-match"), None);
}

#[test]
fn a_missing_member_is_named_with_those_alike_and_the_archive_kept() {
    let world = World::small();
    says(
        &world.refused("member = \"cases/ltla_newCasesBySpecimenDate.csv\""),
        &[
            "the member \"cases/ltla_newCasesBySpecimenDate.csv\"",
            "2 members",
            &format!("several:\n    {MEMBER}\n"),
        ],
    );
    world.server.take_log();
    says(
        &world.fetch("member = \"Cases/*.csv\"").notes.join("\n"),
        &["has not changed", MEMBER],
    );
}

#[test]
fn an_archive_on_this_machine_is_read_where_it_is() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("cases.zip"), zip(&csv(7), 1000)).unwrap();
    let mut source = source("kind = \"archive\"\npath = \"cases.zip\"");
    source.resolve(folder.path());
    let fetched = source
        .fetch(&folder.path().join("cache"), &TestClock::at(NOON))
        .unwrap();
    assert_eq!(
        (cases(&fetched), fetched.published),
        (Figure::Count(7), None)
    );
    std::fs::remove_file(folder.path().join("cases.zip")).unwrap();
    says(
        &refused(&source, &folder.path().join("cache"), &TestClock::at(NOON)),
        &["cases.zip", "cannot be read"],
    );
}

#[test]
fn a_slow_archive_is_given_up_and_what_came_is_kept() {
    let whole = zip(&csv(23), 300_000);
    let world = World::of(vec![]);
    world.server.set_handler(move |request| Reply {
        stall: Some((100_000, Duration::from_secs(4))),
        ..serve(&whole, "\"1\"", request)
    });
    let slow = source(&world.settings("requests.silence_s = 1\nrequests.tries = 1"));
    let text = refused(&slow, world.folder.path(), &SystemClock::default());
    says(
        &text,
        &[
            "the archive: the body came too slowly: 100000 bytes",
            "100000 bytes of it are in",
        ],
    );
}

#[test]
fn a_disk_without_room_is_named_before_the_download() {
    let world = World::small();
    let whole = zip(&csv(23), 300_000);
    world.server.set_handler(move |request| Reply {
        claimed_length: Some(1 << 60),
        ..serve(&whole, "\"1\"", request)
    });
    let text = world.refused("");
    says(
        &text,
        &[
            world.folder.path().to_str().unwrap(),
            "more bytes are needed and",
            "are free",
            "free some space",
        ],
    );
    assert_eq!(world.server.take_log().len(), 1);
}

#[test]
fn addresses_that_are_none_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let source = source("kind = \"archive\"\naddress = \"cases.zip\"");
    says(
        &refused(&source, folder.path(), &TestClock::at(NOON)),
        &["setting address: \"cases.zip\""],
    );
}

/// In a process of its own, to be killed or measured: fetches by the settings in the environment
/// and reads the cases.
#[test]
fn child() {
    let (Ok(settings), Ok(cache)) = (
        std::env::var("ARCHIVE_TEST_SETTINGS"),
        std::env::var("ARCHIVE_TEST_CACHE"),
    ) else {
        return;
    };
    let source = source(&settings);
    let fetched = source
        .fetch(Path::new(&cache), &SystemClock::default())
        .unwrap();
    println!("peak of fetching: {} kB", peak());
    let (cases, _) = read(&source, &fetched);
    println!(
        "peak with the cases read: {} kB, {} figures",
        peak(),
        cases.row_counts.used()
    );
}

/// The most memory that this process ever had, in kB; 0 where the system does not tell.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or(0, |line| {
        line.trim().trim_end_matches(" kB").parse().unwrap()
    })
}

fn start_child(settings: &str, cache: &Path) -> Command {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "archive::child", "--nocapture"]);
    child
        .env("ARCHIVE_TEST_SETTINGS", settings)
        .env("ARCHIVE_TEST_CACHE", cache);
    child
}

#[test]
fn a_run_that_was_killed_is_gone_on_with() {
    let whole = zip(&csv(23), 3_000_000);
    let world = World::of(vec![]);
    let stalling = whole.clone();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    world.server.set_handler(move |request| {
        count.fetch_add(1, Ordering::SeqCst);
        Reply {
            stall: Some((1_500_000, Duration::from_secs(60))),
            ..serve(&stalling, "\"1\"", request)
        }
    });
    let mut child = start_child(&world.settings(""), world.folder.path())
        .spawn()
        .unwrap();
    let part = world.folder.path().join("archive/part.zip");
    let start = Instant::now();
    while std::fs::metadata(&part).map_or(0, |part| part.len()) < 1_500_000
        && start.elapsed() < Duration::from_secs(60)
    {
        thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(
        (asked.load(Ordering::SeqCst), world.ranges()),
        (1, vec![None])
    );
    world
        .server
        .set_handler(move |request| serve(&whole, "\"1\"", request));
    assert_eq!(cases(&world.fetch("")), Figure::Count(23));
    assert_eq!(world.ranges(), [Some("bytes=1500000-".to_owned())]);
}

/// The archive of the design is 438 MB; a test must be quick. Memory depends on what is read, not
/// on the archive, and that can be seen with a smaller one; `RISING_ARCHIVE_MB=450` measures the
/// whole size, with the real cases if they are there.
#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_the_archive() {
    let megabytes = std::env::var("RISING_ARCHIVE_MB").map_or(96, |text| text.parse().unwrap());
    let real = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/ltla_newCasesBySpecimenDate.csv.gz");
    let cases = match std::fs::File::open(&real) {
        Ok(file) if megabytes > 96 => {
            let mut text = String::new();
            std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(file), &mut text)
                .unwrap();
            text
        }
        _ => csv(23),
    };
    let whole = zip(&cases, megabytes << 20);
    let length = whole.len();
    let world = World::of(whole);
    let output = start_child(&world.settings(""), world.folder.path())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    println!(
        "archive of {length} bytes, cases of {} bytes: {text}",
        cases.len()
    );
    let figures = |after: &str| -> u64 {
        let (_, rest) = text.split_once(after).unwrap();
        rest.split(' ').next().unwrap().parse().unwrap()
    };
    let (fetching, reading) = (
        figures("peak of fetching: "),
        figures("peak with the cases read: "),
    );
    assert!(
        fetching > 0 && fetching < 48 << 10,
        "{fetching} kB for an archive of {megabytes} MB"
    );
    assert!(reading < 200 << 10, "{reading} kB");
}
