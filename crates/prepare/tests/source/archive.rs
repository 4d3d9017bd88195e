//! Tests an archive as a source.

use std::io::{Cursor, Write};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rising_model::domain::figure::Figure;
use rising_prepare::source::{Fetched, SystemClock};
use tempfile::TempDir;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::clock::TestClock;
use super::server::{Reply, Request, Server};
use super::{assert_contains_all, read, refused, source};

const NOON: &str = "2023-12-14T12:00:00Z";
const MEMBER: &str = "Cases/ltla_newCasesBySpecimenDate.csv";

/// Returns cases of one day as CSV.
fn csv(count: u32) -> String {
    format!(
        "area_type,area_name,area_code,date,metric,metric_name,value\nltla,Rutland,E06000017,07/02/2021,newCasesBySpecimenDate,Cases,{count}\n"
    )
}

/// Returns bytes that do not compress.
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

/// Returns an archive with the member and `other` more bytes.
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

/// Responds like an object store: with the whole file, the rest, or "not modified".
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
struct ArchiveTest {
    server: Server,
    folder: TempDir,
}

impl ArchiveTest {
    fn of(zip: Vec<u8>) -> ArchiveTest {
        ArchiveTest {
            server: Server::start(move |request| serve(&zip, "\"1\"", request)),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn small() -> ArchiveTest {
        ArchiveTest::of(zip(&csv(23), 300_000))
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

    /// Returns the `Range` of each request since the last call.
    fn ranges(&self) -> Vec<Option<String>> {
        self.server
            .take_log()
            .iter()
            .map(|request| request.header("range").map(str::to_owned))
            .collect()
    }
}

/// Returns Rutland's cases on the only day.
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
fn fetch_downloads_once_then_asks_for_changes() {
    let setup = ArchiveTest::small();
    for (round, note) in ["1 requests, 30", "has not changed since it was downloaded"]
        .iter()
        .enumerate()
    {
        let fetched = setup.fetch("");
        assert_eq!(cases(&fetched), Figure::Count(23));
        // Half past eleven in the evening, in winter.
        assert_eq!(fetched.published.unwrap().to_string(), "2023-12-12");
        assert_contains_all(&fetched.notes.join("\n"), &[note, MEMBER]);
        let log = setup.server.take_log();
        assert_eq!(
            (log.len(), log[0].header("if-none-match")),
            (1, (round == 1).then_some("\"1\""))
        );
        assert_eq!(log[0].header("accept-encoding"), Some("identity"));
    }
}

#[test]
fn fetch_follows_redirect() {
    let setup = ArchiveTest::small();
    let whole = zip(&csv(23), 300_000);
    setup.server.set_handler(move |request| {
        if request.target == "/cases.zip" {
            return Reply::new("302 Found", "text/html", "")
                .with("Location", "/store/cases.zip?signature=1");
        }
        serve(&whole, "\"1\"", request)
    });
    assert_eq!(cases(&setup.fetch("")), Figure::Count(23));
    let targets: Vec<_> = setup
        .server
        .take_log()
        .into_iter()
        .map(|request| request.target)
        .collect();
    assert_eq!(targets, ["/cases.zip", "/store/cases.zip?signature=1"]);
}

#[test]
fn fetch_resumes_truncated_download_at_once() {
    let whole = zip(&csv(23), 300_000);
    let setup = ArchiveTest::of(whole.clone());
    let length = whole.len();
    let asked = AtomicUsize::new(0);
    setup.server.set_handler(move |request| {
        let cut = (asked.fetch_add(1, Ordering::SeqCst) < 2).then_some(100_000);
        Reply {
            cut,
            ..serve(&whole, "\"1\"", request)
        }
    });
    let fetched = setup.fetch("");
    assert_eq!(cases(&fetched), Figure::Count(23));
    assert_eq!(
        setup.ranges(),
        [
            None,
            Some("bytes=100000-".into()),
            Some("bytes=200000-".into())
        ]
    );
    assert_contains_all(
        &fetched.notes.join("\n"),
        &[
            &format!("3 requests, {length} bytes, 2 retries"),
            "resumed after 200000 bytes",
        ],
    );
}

#[test]
fn fetch_resumes_truncated_download_in_next_run() {
    let whole = zip(&csv(23), 300_000);
    let setup = ArchiveTest::of(whole.clone());
    let cut = whole.clone();
    setup.server.set_handler(move |request| Reply {
        cut: Some(100_000),
        ..serve(&cut, "\"1\"", request)
    });
    let text = setup.refused("requests.tries = 1");
    assert_contains_all(
        &text,
        &[
            "the archive: the body was truncated after 100000 bytes",
            &setup.server.base,
            "Nothing is lost: 100000 bytes of it are in",
        ],
    );
    setup.ranges();
    setup
        .server
        .set_handler(move |request| serve(&whole, "\"1\"", request));
    assert_eq!(cases(&setup.fetch("")), Figure::Count(23));
    assert_eq!(setup.ranges(), [Some("bytes=100000-".to_owned())]);
    assert!(!setup.folder.path().join("archive/part.json").exists());
}

#[test]
fn fetch_restarts_when_archive_changed() {
    let (old, new) = (zip(&csv(23), 300_000), zip(&csv(24), 300_000));
    let part_of = |setup: &ArchiveTest| {
        let old = old.clone();
        setup.server.set_handler(move |request| Reply {
            cut: Some(100_000),
            ..serve(&old, "\"1\"", request)
        });
        setup.refused("requests.tries = 1");
        setup.ranges();
    };
    // A server that supports If-Range sends the whole new file.
    let setup = ArchiveTest::of(vec![]);
    part_of(&setup);
    let changed = new.clone();
    setup
        .server
        .set_handler(move |request| serve(&changed, "\"2\"", request));
    let fetched = setup.fetch("");
    assert_eq!(
        (cases(&fetched), setup.ranges().len()),
        (Figure::Count(24), 1)
    );
    assert_contains_all(
        &fetched.notes.join("\n"),
        &["started again: the archive has changed"],
    );
    // A server that does not sends the rest of it, which its ETag, length or start reveals.
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
        let setup = ArchiveTest::of(vec![]);
        part_of(&setup);
        let changed = new.clone();
        setup
            .server
            .set_handler(move |request| match request.header("range") {
                Some(_) => wrong(Reply::new(
                    "206 Partial Content",
                    "application/zip",
                    &changed[100_000..],
                )),
                None => serve(&changed, "\"2\"", request),
            });
        let fetched = setup.fetch("");
        assert_eq!(cases(&fetched), Figure::Count(24));
        assert_eq!(setup.ranges(), [Some("bytes=100000-".into()), None]);
    }
}

#[test]
fn fetch_restarts_without_range_support() {
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
        let setup = ArchiveTest::of(vec![]);
        let (whole, asked) = (whole.clone(), AtomicUsize::new(0));
        setup.server.set_handler(move |_| {
            let cut = (asked.fetch_add(1, Ordering::SeqCst) == 0).then_some(100_000);
            let reply = Reply {
                cut,
                ..serve(&whole, "\"1\"", &Request::default())
            };
            if tags { reply } else { strip(reply) }
        });
        assert_eq!(cases(&setup.fetch("")), Figure::Count(23));
        assert_eq!(
            setup.ranges(),
            [None, tags.then(|| "bytes=100000-".to_owned())]
        );
        assert_eq!(cases(&setup.fetch("")), Figure::Count(23));
    }
}

#[test]
fn fetch_restarts_after_refused_range() {
    let whole = zip(&csv(23), 300_000);
    let setup = ArchiveTest::of(vec![]);
    let asked = AtomicUsize::new(0);
    setup.server.set_handler(move |request| {
        let cut = (asked.fetch_add(1, Ordering::SeqCst) == 0).then_some(100_000);
        match request.header("range") {
            Some(_) => Reply::new("416 Range Not Satisfiable", "text/plain", ""),
            None => Reply {
                cut,
                ..serve(&whole, "\"1\"", request)
            },
        }
    });
    assert_eq!(cases(&setup.fetch("")), Figure::Count(23));
    assert_eq!(setup.ranges(), [None, Some("bytes=100000-".into()), None]);
}

#[test]
fn fetch_html_response_keeps_earlier_archive() {
    let setup = ArchiveTest::small();
    setup.fetch("");
    for reply in [
        Reply::new("200 OK", "text/html", "<html><title>Moved</title></html>"),
        Reply::new(
            "200 OK",
            "application/zip",
            "<html><title>Moved</title></html>",
        ),
        Reply::new("200 OK", "application/zip", ""),
    ] {
        setup.server.set_handler(move |_| reply.clone());
        assert_contains_all(
            &setup.refused(""),
            &[
                "the archive: the response is not a zip but has the type",
                "Nothing is lost",
            ],
        );
    }
    setup
        .server
        .set_handler(|_| Reply::new("404 Not Found", "text/html", "<html>"));
    assert_contains_all(
        &setup.refused(""),
        &[
            "the archive: the server answered 404 Not Found",
            "/cases.zip",
        ],
    );
    setup.server.take_log();
    let whole = zip(&csv(23), 300_000);
    setup
        .server
        .set_handler(move |request| serve(&whole, "\"1\"", request));
    assert_contains_all(&setup.fetch("").notes.join("\n"), &["has not changed"]);
}

#[test]
fn fetch_discards_archive_truncated_by_server() {
    let whole = zip(&csv(23), 300_000);
    let setup = ArchiveTest::of(whole[..200_000].to_vec());
    assert_contains_all(&setup.refused(""), &["the archive", "truncated or damaged"]);
    setup.ranges();
    setup
        .server
        .set_handler(move |request| serve(&whole, "\"1\"", request));
    assert_eq!(cases(&setup.fetch("")), Figure::Count(23));
    assert_eq!(setup.ranges(), [None]);
}

#[test]
fn fetch_downloads_again_after_damaged_member() {
    let whole = zip(&csv(23), 300_000);
    let mut damaged = whole.clone();
    // Damages the member's own bytes, which follow its name.
    let at = damaged
        .windows(MEMBER.len())
        .position(|bytes| bytes == MEMBER.as_bytes())
        .unwrap();
    damaged[at + MEMBER.len() + 60] ^= 0x55;
    let setup = ArchiveTest::of(damaged);
    assert_contains_all(
        &setup.refused(""),
        &[
            &format!("the member \"{MEMBER}\""),
            "truncated or damaged",
            "the next run downloads the archive again",
        ],
    );
    setup.server.take_log();
    setup
        .server
        .set_handler(move |request| serve(&whole, "\"1\"", request));
    assert_eq!(cases(&setup.fetch("")), Figure::Count(23));
    assert_eq!(setup.server.take_log()[0].header("if-none-match"), None);
}

#[test]
fn fetch_missing_member_lists_similar_and_keeps_archive() {
    let setup = ArchiveTest::small();
    assert_contains_all(
        &setup.refused("member = \"cases/ltla_newCasesBySpecimenDate.csv\""),
        &[
            "the member \"cases/ltla_newCasesBySpecimenDate.csv\"",
            "2 members",
            &format!("several:\n    {MEMBER}\n"),
        ],
    );
    setup.server.take_log();
    assert_contains_all(
        &setup.fetch("member = \"Cases/*.csv\"").notes.join("\n"),
        &["has not changed", MEMBER],
    );
}

#[test]
fn fetch_reads_local_archive_in_place() {
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
    assert_contains_all(
        &refused(&source, &folder.path().join("cache"), &TestClock::at(NOON)),
        &["cases.zip", "cannot be read"],
    );
}

#[test]
fn fetch_gives_up_on_slow_archive_and_keeps_part() {
    let whole = zip(&csv(23), 300_000);
    let setup = ArchiveTest::of(vec![]);
    setup.server.set_handler(move |request| Reply {
        stall: Some((100_000, Duration::from_secs(4))),
        ..serve(&whole, "\"1\"", request)
    });
    let slow = source(&setup.settings("requests.silence_s = 1\nrequests.tries = 1"));
    let text = refused(&slow, setup.folder.path(), &SystemClock::default());
    assert_contains_all(
        &text,
        &[
            "the archive: the body arrived too slowly: 100000 bytes",
            "100000 bytes of it are in",
        ],
    );
}

#[test]
fn fetch_names_full_disk_before_download() {
    let setup = ArchiveTest::small();
    let whole = zip(&csv(23), 300_000);
    setup.server.set_handler(move |request| Reply {
        claimed_length: Some(1 << 60),
        ..serve(&whole, "\"1\"", request)
    });
    let text = setup.refused("");
    assert_contains_all(
        &text,
        &[
            setup.folder.path().to_str().unwrap(),
            "more bytes are needed and",
            "are free",
            "free some space",
        ],
    );
    assert_eq!(setup.server.take_log().len(), 1);
}

#[test]
fn fetch_refuses_invalid_addresses() {
    let folder = tempfile::tempdir().unwrap();
    let source = source("kind = \"archive\"\naddress = \"cases.zip\"");
    assert_contains_all(
        &refused(&source, folder.path(), &TestClock::at(NOON)),
        &["setting address: \"cases.zip\""],
    );
}

/// Runs in a process of its own, which is killed or measured: fetches by the settings in the
/// environment and reads the cases.
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

/// Returns the peak memory of this process in kB; 0 if the system does not provide it.
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
fn fetch_after_kill_resumes_download() {
    let whole = zip(&csv(23), 3_000_000);
    let setup = ArchiveTest::of(vec![]);
    let stalling = whole.clone();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    setup.server.set_handler(move |request| {
        count.fetch_add(1, Ordering::SeqCst);
        Reply {
            stall: Some((1_500_000, Duration::from_mins(1))),
            ..serve(&stalling, "\"1\"", request)
        }
    });
    let mut child = start_child(&setup.settings(""), setup.folder.path())
        .spawn()
        .unwrap();
    let part = setup.folder.path().join("archive/part.zip");
    let start = Instant::now();
    while std::fs::metadata(&part).map_or(0, |part| part.len()) < 1_500_000
        && start.elapsed() < Duration::from_mins(1)
    {
        thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(
        (asked.load(Ordering::SeqCst), setup.ranges()),
        (1, vec![None])
    );
    setup
        .server
        .set_handler(move |request| serve(&whole, "\"1\"", request));
    assert_eq!(cases(&setup.fetch("")), Figure::Count(23));
    assert_eq!(setup.ranges(), [Some("bytes=1500000-".to_owned())]);
}

/// The real archive is 438 MB, too slow for a test. Memory depends on what is read, not on the size
/// of the archive, which a smaller one shows; `RISING_ARCHIVE_MB=450` measures the full size, with
/// the real cases if they are available.
#[cfg(target_os = "linux")]
#[test]
fn fetch_memory_is_independent_of_archive_size() {
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
    let setup = ArchiveTest::of(whole);
    let output = start_child(&setup.settings(""), setup.folder.path())
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
