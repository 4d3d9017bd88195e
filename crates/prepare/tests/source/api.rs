//! Tests the live API as a source.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rising_model::domain::figure::Figure;
use rising_prepare::problem::Position;
use rising_prepare::source::{Fetched, Source, SystemClock};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::clock::TestClock;
use super::dashboard::{Area, Dashboard, DashboardServer, LISTING};
use super::server::{Reply, Request};
use super::{assert_contains_all, read, refused, source};

/// Midday of the day of the tests.
const NOON: &str = "2020-12-12T12:00:00Z";

const AREAS: [(&str, &str); 4] = [
    ("Bristol, City of", "E06000023"),
    ("Hartlepool", "E06000001"),
    ("King's Lynn and West Norfolk", "E07000146"),
    ("Rutland", "E06000017"),
];

/// A dashboard, a cache and settings that request 2020.
struct ApiTest {
    live: DashboardServer,
    folder: TempDir,
    settings: String,
}

impl ApiTest {
    fn of(dashboard: Dashboard) -> ApiTest {
        let live = DashboardServer::start(dashboard);
        let settings = format!(
            "kind = \"api\"\nbase = \"{}\"\nfirst_year = 2020\nlast_year = 2020\n",
            live.server.base
        );
        ApiTest {
            live,
            folder: tempfile::tempdir().unwrap(),
            settings,
        }
    }

    /// Four areas, 20 days.
    fn small() -> ApiTest {
        ApiTest::of(Dashboard::with(&AREAS, 2020, 20))
    }

    /// Sets an area's count for a day.
    fn set_count(&self, area: &str, day: &str, count: u32) {
        let mut data = self.live.data.lock().unwrap();
        let area = data.areas.get_mut(area).unwrap();
        area.days.insert(day.into(), count);
    }

    /// Adds or replaces an area, and returns the replaced one.
    fn set_area(&self, name: &str, area: Area) -> Option<Area> {
        let mut data = self.live.data.lock().unwrap();
        data.areas.insert(name.into(), area)
    }

    fn source(&self, more: &str) -> Source {
        source(&format!("{}{more}", self.settings))
    }

    fn cache(&self) -> &Path {
        self.folder.path()
    }

    fn fetch(&self, more: &str) -> Fetched {
        self.source(more)
            .fetch(self.cache(), &TestClock::at(NOON))
            .unwrap()
    }

    fn refused(&self, more: &str) -> String {
        refused(&self.source(more), self.cache(), &TestClock::at(NOON))
    }

    /// Asserts that the fetched figures are exactly those of the dashboard.
    fn assert_complete(&self, fetched: &Fetched) {
        let (cases, problems) = read(&self.source(""), fetched);
        assert!(problems.all().is_empty(), "{:?}", problems.all());
        let data = self.live.data.lock().unwrap();
        assert_eq!(cases.areas.len(), data.areas.len());
        for (name, area) in &data.areas {
            let got = &cases.areas[&area.code.parse().unwrap()];
            assert_eq!(got.name, *name);
            let days: BTreeMap<String, Figure> = got
                .days
                .iter()
                .map(|(day, entry)| (day.to_string(), entry.figure))
                .collect();
            let expected = area
                .days
                .iter()
                .map(|(day, count)| (day.clone(), Figure::Count(*count)));
            assert_eq!(days, expected.collect(), "{name}");
        }
    }
}

/// Changes the responses for Rutland from its `first` to its `last` request.
fn for_rutland(
    times: usize,
    change: impl Fn(&Request, Reply) -> Reply + Send + Sync + 'static,
) -> impl Fn(&Request, Reply) -> Reply + Send + Sync + 'static {
    let asked = AtomicUsize::new(0);
    move |request, reply| {
        let of_rutland = request.target.contains("/Rutland/");
        if of_rutland && asked.fetch_add(1, Ordering::SeqCst) < times {
            change(request, reply)
        } else {
            reply
        }
    }
}

fn status(status: &'static str) -> Reply {
    Reply::new(status, "text/plain", "Please come back later")
}

/// Returns a response with changed JSON.
fn edited(reply: &Reply, edit: impl Fn(&mut Value)) -> Reply {
    let mut json = serde_json::from_slice(&reply.body).unwrap();
    edit(&mut json);
    Reply {
        body: json.to_string().into_bytes(),
        ..Reply::json("")
    }
}

#[test]
fn fetch_gets_all_pages_of_all_listed_areas() {
    // 2020 has 366 days, one more than a page holds.
    let setup = ApiTest::of(Dashboard::with(&AREAS, 2020, 366));
    let fetched = setup.fetch("requests.contact = \"data@example.org\"");
    setup.assert_complete(&fetched);
    assert_eq!(fetched.files.len(), 8);
    assert_contains_all(
        &fetched.notes.join("\n"),
        &[
            "4 areas in 8 responses with figures: 9 requests",
            "0 not modified, 0 retries",
        ],
    );
    let log = setup.live.server.take_log();
    assert_eq!(log.len(), 9);
    for request in &log {
        assert_contains_all(
            request.header("user-agent").unwrap(),
            &["rising-prepare/", "(data@example.org)"],
        );
        assert_eq!(request.header("accept"), Some("application/json"));
        assert!(request.header("accept-encoding").unwrap().contains("gzip"));
    }
    let targets: Vec<_> = log
        .iter()
        .map(|request| request.target.replace(LISTING, ""))
        .collect();
    assert!(
        targets
            .iter()
            .any(|target| target.starts_with("/Bristol%2C%20City%20of/metrics/")),
        "{targets:?}"
    );
    assert!(
        targets
            .iter()
            .any(|target| target.starts_with("/King%27s%20Lynn%20and%20West%20Norfolk/")),
        "{targets:?}"
    );
}

#[test]
fn fetch_respects_areas_and_skip() {
    let setup = ApiTest::small();
    let fetched = setup.fetch("areas = [\"Rutland\", \"Hartlepool\", \"Rutland\"]");
    assert_eq!(
        (fetched.files.len(), setup.live.take_requests().len()),
        (2, 2)
    );
    let other = ApiTest::small();
    assert_eq!(other.fetch("skip = [\"Rutland\"]").files.len(), 3);
    assert!(
        other
            .live
            .take_requests()
            .iter()
            .all(|target| !target.contains("Rutland"))
    );
}

#[test]
fn fetch_waits_as_retry_after_says() {
    // The wait is given in seconds, and as a date of the server's clock, which differs from the
    // machine's by hours.
    for (after, more) in [
        ("7", ""),
        ("Sat, 12 Dec 2020 09:30:07 GMT", ""),
        ("7", "requests.concurrency = 1"),
    ] {
        let setup = ApiTest::small();
        setup.live.change_responses(for_rutland(1, move |_, _| {
            status("429 Too Many Requests")
                .with("Retry-After", after)
                .with("Date", "Sat, 12 Dec 2020 09:30:00 GMT")
        }));
        let clock = TestClock::at("2020-12-12T03:00:00Z");
        let fetched = setup.source(more).fetch(setup.cache(), &clock).unwrap();
        setup.assert_complete(&fetched);
        assert!(
            clock
                .waits()
                .iter()
                .any(|wait| *wait >= Duration::from_millis(6500)),
            "{:?}",
            clock.waits()
        );
        assert_contains_all(&fetched.notes[0], &["1 retries"]);
    }
}

#[test]
fn fetch_backs_off_exponentially_without_retry_after() {
    let setup = ApiTest::small();
    setup
        .live
        .change_responses(for_rutland(4, |_, _| status("429 Too Many Requests")));
    let clock = TestClock::at(NOON);
    let fetched = setup
        .source("requests.concurrency = 1")
        .fetch(setup.cache(), &clock)
        .unwrap();
    setup.assert_complete(&fetched);
    // Each wait is a random part of one, two, four and eight seconds; the rest is the interval
    // between requests.
    assert!(
        clock
            .waits()
            .iter()
            .all(|wait| *wait <= Duration::from_millis(8100)),
        "{:?}",
        clock.waits()
    );
    assert_contains_all(&fetched.notes[0], &["4 retries"]);
}

#[test]
fn fetch_gives_up_on_too_long_retry_after() {
    let setup = ApiTest::small();
    setup.live.change_responses(for_rutland(99, |_, _| {
        status("429 Too Many Requests").with("Retry-After", "86400")
    }));
    let text = setup.refused("");
    assert_contains_all(
        &text,
        &[
            "1 failure:",
            "Rutland, 2020, page 1",
            "429 Too Many Requests",
            "asks to wait 86400 s",
            "requests.longest_wait_s",
        ],
    );
    assert_eq!(
        setup
            .live
            .take_requests()
            .iter()
            .filter(|target| target.contains("Rutland"))
            .count(),
        1
    );
}

#[test]
fn fetch_retries_temporary_errors() {
    for reply in [
        status("500 Internal Server Error"),
        status("503 Service Unavailable"),
        status("408 Request Timeout"),
        Reply {
            silent: true,
            ..status("")
        },
        Reply {
            cut: Some(100),
            ..Reply::json(vec![b' '; 1000])
        },
    ] {
        let setup = ApiTest::small();
        setup
            .live
            .change_responses(for_rutland(2, move |_, _| reply.clone()));
        let fetched = setup.fetch("");
        setup.assert_complete(&fetched);
        assert_contains_all(&fetched.notes[0], &["2 retries"]);
    }
}

#[test]
fn fetch_permanent_error_fails_one_area_only() {
    let setup = ApiTest::small();
    setup
        .live
        .change_responses(for_rutland(99, |_, _| status("500 Internal Server Error")));
    let text = setup.refused("");
    assert_contains_all(
        &text,
        &[
            "1 failure:",
            "Rutland, 2020, page 1: the server answered 500 Internal Server Error, starting \
             \"Please come back later\"",
            "tried 5 times",
            &setup.live.server.base,
            "/Rutland/metrics/COVID-19_cases_casesByDay?page_size=365&year=2020",
            "Nothing is lost",
            "3 complete areas are in",
        ],
    );
    assert_eq!(setup.live.take_requests().len(), 1 + 3 + 5);
    setup.live.respond_normally();
    let fetched = setup.fetch("");
    setup.assert_complete(&fetched);
    assert_eq!(
        setup.live.take_requests(),
        ["/Rutland?page_size=365&year=2020"]
    );
}

#[test]
fn fetch_does_not_retry_client_errors() {
    let setup = ApiTest::small();
    for (reply, advice) in [
        (status("403 Forbidden"), "requests.contact"),
        (status("400 Bad Request"), "check the settings"),
    ] {
        setup
            .live
            .change_responses(for_rutland(99, move |_, _| reply.clone()));
        assert_contains_all(&setup.refused(""), &["Rutland, 2020", advice]);
        assert_eq!(
            setup
                .live
                .take_requests()
                .iter()
                .filter(|target| target.contains("Rutland"))
                .count(),
            1
        );
    }
}

#[test]
fn fetch_lists_twenty_failures_and_counts_all() {
    let names: Vec<String> = (10..40).map(|n| format!("Area {n}")).collect();
    let codes: Vec<String> = (10..40).map(|n| format!("E060000{n}")).collect();
    let areas: Vec<_> = names
        .iter()
        .map(String::as_str)
        .zip(codes.iter().map(String::as_str))
        .collect();
    let setup = ApiTest::of(Dashboard::with(&areas, 2020, 3));
    setup.live.change_responses(|request, reply| {
        if request.target.contains("Area%203") {
            reply
        } else if request.target.contains("/Area") {
            status("404 Not Found")
        } else {
            reply
        }
    });
    let text = setup.refused("");
    assert_contains_all(
        &text,
        &[
            "20 failures:",
            "Area 10, 2020, page 1",
            "Area 29, 2020, page 1",
            "10 complete areas are in",
        ],
    );
    setup.live.change_responses(|request, reply| {
        if request.target.contains("/Area") {
            status("404 Not Found")
        } else {
            reply
        }
    });
    let other = ApiTest {
        folder: tempfile::tempdir().unwrap(),
        ..setup
    };
    let text = other.refused("");
    assert_contains_all(
        &text,
        &["30 failures (the first 20)", "Area 29, 2020, page 1"],
    );
    assert!(!text.contains("Area 30, "), "{text}");
}

#[test]
fn fetch_stops_when_server_is_down() {
    let names: Vec<String> = (10..60).map(|n| format!("Area {n}")).collect();
    let areas: Vec<_> = names
        .iter()
        .map(|name| (name.as_str(), "E06000001"))
        .collect();
    let setup = ApiTest::of(Dashboard::with(&areas, 2020, 3));
    setup.live.change_responses(|request, reply| {
        if request.target.contains("/Area") {
            status("503 Service Unavailable")
        } else {
            reply
        }
    });
    let text = setup.refused("requests.tries = 2");
    assert_contains_all(
        &text,
        &[
            "more areas: not requested: the server did not respond for 12 areas in a row",
            "503 Service Unavailable",
        ],
    );
    let asked = setup.live.take_requests().len();
    assert!(asked <= 1 + 2 * (12 + 4), "{asked}");
}

#[test]
fn fetch_never_caches_truncated_bodies() {
    type Cut = fn(Reply) -> Reply;
    let cases: [(&str, Cut); 3] = [
        ("was truncated after 700 bytes", |reply| Reply {
            cut: Some(700),
            ..reply
        }),
        ("was truncated after", |reply| Reply {
            cut: Some(700),
            chunked: true,
            ..reply
        }),
        // The server truncates the body itself, so that the length is right.
        ("the JSON is truncated", |reply| Reply {
            body: reply.body[..700].to_vec(),
            ..reply
        }),
    ];
    for (expected, cut) in cases {
        let setup = ApiTest::small();
        setup
            .live
            .change_responses(for_rutland(99, move |_, reply| cut(reply)));
        assert_contains_all(
            &setup.refused(""),
            &[
                "1 failure:",
                "Rutland, 2020, page 1",
                expected,
                "3 complete areas are in",
            ],
        );
        let folder = setup
            .cache()
            .join("api/Lower%20Tier%20Local%20Authority~COVID-19_cases_casesByDay/Rutland");
        assert!(!folder.exists() || std::fs::read_dir(folder).unwrap().next().is_none());
        setup.live.respond_normally();
        setup.assert_complete(&setup.fetch(""));
    }
}

#[test]
fn fetch_truncated_body_keeps_earlier_one() {
    let setup = ApiTest::small();
    let before = setup.fetch("");
    let content = |fetched: &Fetched| -> Vec<Vec<u8>> {
        fetched
            .files
            .iter()
            .map(|file| std::fs::read(file).unwrap())
            .collect()
    };
    let kept = content(&before);
    setup.set_count("Rutland", "2020-01-21", 5);
    setup
        .live
        .change_responses(for_rutland(99, |_, reply| Reply {
            cut: Some(700),
            ..reply
        }));
    assert_contains_all(&setup.refused(""), &["Rutland, 2020, page 1"]);
    assert_eq!(content(&before), kept);
    setup.live.respond_normally();
    setup.assert_complete(&setup.fetch(""));
}

#[test]
fn fetch_gives_up_on_silent_responses() {
    let setup = ApiTest::small();
    let settings = "requests.silence_s = 1\nrequests.tries = 1";
    let clock = SystemClock::default();
    setup
        .live
        .change_responses(for_rutland(99, |_, reply| Reply {
            stall: Some((300, Duration::from_secs(4))),
            ..reply
        }));
    let start = Instant::now();
    let text = refused(&setup.source(settings), setup.cache(), &clock);
    assert_contains_all(
        &text,
        &[
            "Rutland, 2020, page 1: the body arrived too slowly: 300 bytes",
            "requests.silence_s",
        ],
    );
    assert!(
        start.elapsed() < Duration::from_secs(4),
        "{:?}",
        start.elapsed()
    );
    setup.live.change_responses(for_rutland(99, |_, reply| {
        thread::sleep(Duration::from_secs(4));
        reply
    }));
    assert_contains_all(
        &refused(&setup.source(settings), setup.cache(), &clock),
        &["Rutland, 2020, page 1: no answer within 1 s"],
    );
}

#[test]
fn fetch_gives_up_on_slow_body() {
    let setup = ApiTest::small();
    let clock = SystemClock::default();
    // The silence between bytes is short, but the whole body would take for ever: four times the
    // longest silence are allowed.
    let base = setup.live.server.base.clone();
    let dripping = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = dripping.local_addr().unwrap();
    thread::spawn(move || {
        use std::io::Write;
        for mut stream in dripping.incoming().flatten() {
            let _ =
                stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n[");
            for _ in 0..40 {
                thread::sleep(Duration::from_millis(300));
                if stream.write_all(b" ").is_err() {
                    break;
                }
            }
        }
    });
    let settings = setup.settings.replace(&base, &format!("http://{address}"));
    let dripping = source(&format!(
        "{settings}requests.silence_s = 1\nrequests.tries = 1"
    ));
    let text = refused(&dripping, setup.cache(), &clock);
    assert_contains_all(&text, &["the list of areas: the body arrived too slowly"]);
}

#[test]
fn fetch_describes_html_response() {
    const PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Sorry, the service is unavailable</title></head></html>";
    for (kind, expected) in [
        (
            "text/html; charset=utf-8",
            "the response has the type text/html; charset=utf-8, not JSON, and starts",
        ),
        ("application/json", "the response is HTML instead of JSON"),
    ] {
        let setup = ApiTest::small();
        setup.live.change_responses(for_rutland(99, move |_, _| {
            Reply::new("200 OK", kind, PAGE)
        }));
        assert_contains_all(
            &setup.refused(""),
            &[
                "Rutland, 2020, page 1",
                expected,
                "<!DOCTYPE html> <html><head><title>Sorry, the service",
                "3 complete areas are in",
            ],
        );
        // A page of a proxy may be gone at the next attempt.
        assert_eq!(
            setup
                .live
                .take_requests()
                .iter()
                .filter(|target| target.contains("Rutland"))
                .count(),
            2
        );
        setup.live.respond_normally();
        setup.assert_complete(&setup.fetch(""));
    }
}

#[test]
fn fetch_refuses_wrong_type_but_accepts_none() {
    let setup = ApiTest::small();
    setup.live.change_responses(for_rutland(99, |_, reply| {
        Reply::new("200 OK", "text/plain", reply.body)
    }));
    assert_contains_all(
        &setup.refused(""),
        &["Rutland, 2020, page 1: the response has the type text/plain, not JSON"],
    );
    setup.live.change_responses(|_, mut reply| {
        reply.headers.retain(|(name, _)| name != "Content-Type");
        reply
    });
    setup.assert_complete(&setup.fetch(""));
}

#[test]
fn fetch_names_changed_fields() {
    for field in [
        "geography_code",
        "geography",
        "metric",
        "date",
        "metric_value",
    ] {
        let setup = ApiTest::small();
        setup
            .live
            .change_responses(for_rutland(99, move |_, reply| {
                edited(&reply, |json| {
                    for result in json["results"].as_array_mut().unwrap() {
                        let value = result.as_object_mut().unwrap().remove(field).unwrap();
                        result["renamed"] = value;
                    }
                })
            }));
        let missing = format!("result 1: missing field `{field}`; its fields are age, ");
        assert_contains_all(
            &setup.refused(""),
            &[
                "Rutland, 2020, page 1",
                &missing,
                "renamed",
                "does not know the new names",
            ],
        );
    }
    let setup = ApiTest::small();
    setup.live.change_responses(|request, reply| {
        if request.target.ends_with("geographies") {
            edited(&reply, |json| *json = json!({"areas": json.take()}))
        } else {
            reply
        }
    });
    assert_contains_all(
        &setup.refused(""),
        &[
            "the list of areas",
            "not have the expected form",
            "/geographies",
        ],
    );
}

#[test]
fn fetch_reads_gzip_and_refuses_truncated_gzip() {
    let gzip = |reply: Reply| {
        let mut encoder = flate2::write::GzEncoder::new(vec![], flate2::Compression::fast());
        std::io::Write::write_all(&mut encoder, &reply.body).unwrap();
        Reply {
            body: encoder.finish().unwrap(),
            ..reply
        }
        .with("Content-Encoding", "gzip")
    };
    let setup = ApiTest::small();
    setup.live.change_responses(move |_, reply| gzip(reply));
    setup.assert_complete(&setup.fetch(""));
    let setup = ApiTest::small();
    setup
        .live
        .change_responses(for_rutland(99, move |_, reply| {
            let reply = gzip(reply);
            Reply {
                body: reply.body[..200].to_vec(),
                ..reply
            }
        }));
    assert_contains_all(
        &setup.refused(""),
        &["Rutland, 2020, page 1: the body", "3 complete areas are in"],
    );
}

#[test]
fn fetch_names_unwritable_cache() {
    let setup = ApiTest::small();
    let file = setup.cache().join("file");
    std::fs::write(&file, "").unwrap();
    let text = refused(&setup.source(""), &file, &TestClock::at(NOON));
    assert_contains_all(&text, &[file.to_str().unwrap(), "cannot be created"]);
    assert_eq!(setup.live.take_requests(), [""; 0]);
}

#[test]
fn fetch_limits_length_of_response() {
    let setup = ApiTest::small();
    setup
        .live
        .change_responses(for_rutland(99, |_, _| Reply::json(vec![b' '; 9 << 20])));
    assert_contains_all(
        &setup.refused(""),
        &["Rutland, 2020, page 1", "longer than 8388608 bytes"],
    );
}

/// Makes a dashboard with two pages for each area.
fn long() -> ApiTest {
    ApiTest::of(Dashboard::with(&AREAS, 2020, 366))
}

#[test]
fn fetch_names_repeated_page() {
    let setup = long();
    // Page 2 is page 1 again, and states that it is the last.
    let data = setup.live.data.clone();
    let base = setup.live.server.base.clone();
    setup
        .live
        .change_responses(for_rutland(99, move |request, reply| {
            if request.query("page") != Some("2") {
                return reply;
            }
            let first = Request {
                target: request.target.replace("page=2", "page=1"),
                headers: vec![],
            };
            edited(&data.lock().unwrap().respond(&base, &first), |json| {
                json["next"] = Value::Null;
            })
        }));
    let text = setup.refused("");
    assert_contains_all(
        &text,
        &[
            "Rutland, 2020, page 2: page 2 repeats results of earlier pages, from 2020-01-01 on",
            "page=2",
            "3 complete areas are in",
        ],
    );
    setup.live.respond_normally();
    setup.assert_complete(&setup.fetch(""));
}

#[test]
fn fetch_names_missing_page() {
    let setup = long();
    setup.live.change_responses(for_rutland(99, |_, reply| {
        edited(&reply, |json| json["next"] = Value::Null)
    }));
    assert_contains_all(
        &setup.refused(""),
        &["Rutland, 2020, page 1: page 2 is missing: 365 of 366 results were received"],
    );
    setup.live.change_responses(for_rutland(99, |_, reply| {
        edited(&reply, |json| {
            if let Some(next) = json["next"].as_str() {
                json["next"] = next.replace("page=2", "page=3").into();
            }
        })
    }));
    assert_contains_all(
        &setup.refused(""),
        &["Rutland, 2020, page 1: page 2 is missing: the page before gives page 3"],
    );
    // A page without some of its results.
    setup
        .live
        .change_responses(for_rutland(99, |request, reply| {
            if request.query("page") == Some("2") {
                edited(&reply, |json| json["results"] = json!([]))
            } else {
                reply
            }
        }));
    assert_contains_all(
        &setup.refused(""),
        &["Rutland, 2020, page 2: page 3 is missing: 365 of 366 results were received"],
    );
    setup.live.respond_normally();
    setup.assert_complete(&setup.fetch(""));
}

#[test]
fn fetch_refuses_pages_of_other_server_or_without_end() {
    let setup = long();
    let elsewhere = |to: &'static str| {
        for_rutland(99, move |_, reply| {
            edited(&reply, |json| {
                if json["next"].is_string() {
                    json["next"] = to.into();
                }
            })
        })
    };
    setup
        .live
        .change_responses(elsewhere("http://127.0.0.1:9/steal?page=2"));
    assert_contains_all(
        &setup.refused(""),
        &[
            "Rutland, 2020, page 1",
            "http://127.0.0.1:9/steal?page=2",
            "another server",
        ],
    );
    setup.live.change_responses(for_rutland(99, |_, reply| {
        edited(&reply, |json| {
            if let Some(next) = json["next"].as_str() {
                json["next"] = next.replace("Rutland", "Hartlepool").into();
            }
        })
    }));
    assert_contains_all(
        &setup.refused(""),
        &["Rutland, 2020, page 1", "of another area or metric"],
    );
    // Page 2 gives itself as the next, without end.
    setup
        .live
        .change_responses(for_rutland(99, |request, reply| {
            let next = request.target.clone();
            edited(&reply, |json| {
                if json["next"].is_null() {
                    json["next"] = format!("http://127.0.0.1:9{next}").into();
                }
            })
        }));
    assert_contains_all(
        &setup.refused(""),
        &[
            "Rutland, 2020, page 2",
            "366 of 366 results were received, but there is a next page",
        ],
    );
}

#[test]
fn fetch_repeats_all_pages_after_publication_between_them() {
    let setup = long();
    let data = setup.live.data.clone();
    let published = AtomicUsize::new(0);
    setup.live.change_responses(move |request, reply| {
        // A day is added after the first page was sent.
        if request.target.contains("/Rutland/") && published.fetch_add(1, Ordering::SeqCst) == 0 {
            let mut data = data.lock().unwrap();
            let days = &mut data.areas.get_mut("Rutland").unwrap().days;
            days.remove("2020-12-31");
            days.remove("2020-12-30");
        }
        reply
    });
    let fetched = setup.fetch("");
    setup.assert_complete(&fetched);
}

#[test]
fn fetch_reads_any_order_and_names_second_figure() {
    let setup = ApiTest::small();
    setup.live.change_responses(|_, reply| {
        edited(&reply, |json| {
            if let Some(results) = json.get_mut("results").and_then(Value::as_array_mut) {
                results.reverse();
                results.swap(3, 11);
            }
        })
    });
    let fetched = setup.fetch("");
    setup.assert_complete(&fetched);
    // A repeated figure is counted; a different one is a problem.
    let again = |change: i64| {
        let other = ApiTest::small();
        other.live.change_responses(for_rutland(9, move |_, reply| {
            edited(&reply, |json| {
                let mut result = json["results"][4].clone();
                result["metric_value"] =
                    (result["metric_value"].as_f64().unwrap() as i64 + change).into();
                json["results"].as_array_mut().unwrap().push(result);
                json["count"] = 21.into();
            })
        }));
        let fetched = other.fetch("");
        let (cases, problems) = read(&other.source(""), &fetched);
        assert_eq!(cases.row_counts.used(), 80);
        problems
            .all()
            .iter()
            .map(|problem| (problem.place.at, problem.to_string()))
            .collect::<Vec<_>>()
    };
    assert_eq!(again(0), []);
    let problems = again(2);
    assert_eq!((problems.len(), problems[0].0), (1, Position::Entry(21)));
    assert_contains_all(
        &problems[0].1,
        &[
            "Rutland/2020-1.json, result 21: E06000017 has a second figure for 2020-01-05: 4,006 \
             cases, after 4,004 cases",
        ],
    );
}

#[test]
fn fetch_leaves_out_figures_of_subgroups() {
    let setup = ApiTest::small();
    setup.live.change_responses(|_, reply| {
        edited(&reply, |json| {
            let Some(results) = json.get_mut("results").and_then(Value::as_array_mut) else {
                return;
            };
            let mut parts = results.clone();
            for part in &mut parts {
                part["age"] = "15_44".into();
                part["metric_value"] = 1.into();
            }
            results.extend(parts);
            json["count"] = results.len().into();
        })
    });
    setup.assert_complete(&setup.fetch(""));
}

#[test]
fn fetch_names_vanished_area_with_advice() {
    // The settings name an area that does not exist.
    let setup = ApiTest::small();
    let text = setup.refused("areas = [\"Rutland\", \"Shepway\"]");
    assert_contains_all(
        &text,
        &[
            "1 failure:",
            "Shepway, 2020, page 1: the server answered 404 Not Found",
            "names.\"Shepway\"",
            "/geographies/Shepway/",
        ],
    );
    // The area is listed but has no figures.
    let setup = ApiTest::small();
    setup.set_area("Shepway", Area::default());
    let text = setup.refused("");
    assert_contains_all(
        &text,
        &[
            "1 failure:",
            "Shepway: it has no figures from 2020 to 2020",
            "names or skip",
            "4 complete areas are in",
        ],
    );
    setup.assert_without("Shepway");
}

impl ApiTest {
    /// Asserts that without the area everything is complete, and that nothing is requested again.
    fn assert_without(&self, name: &str) {
        self.live.take_requests();
        let fetched = self.fetch(&format!("skip = [\"{name}\"]"));
        assert_eq!(self.live.take_requests(), [""; 0]);
        self.live.data.lock().unwrap().areas.remove(name);
        self.assert_complete(&fetched);
    }
}

#[test]
fn fetch_finds_returned_area_in_next_run() {
    // The area has no figures for an hour: this is not cached for the rest of the round.
    let setup = ApiTest::small();
    let rutland = setup.set_area("Rutland", Area::default()).unwrap();
    assert_contains_all(&setup.refused(""), &["Rutland: it has no figures"]);
    setup.live.take_requests();
    setup.set_area("Rutland", rutland.clone());
    setup.assert_complete(&setup.fetch(""));
    assert_eq!(
        setup.live.take_requests(),
        ["/Rutland?page_size=365&year=2020"]
    );
    // The list lacks the area for an hour.
    setup.live.data.lock().unwrap().areas.remove("Rutland");
    assert_contains_all(&setup.refused(""), &["Rutland (E06000017)", "none is new"]);
    setup.live.take_requests();
    setup.set_area("Rutland", rutland);
    setup.assert_complete(&setup.fetch(""));
    assert_eq!(
        setup.live.take_requests(),
        ["", "/Rutland?page_size=365&year=2020"]
    );
}

#[test]
fn fetch_names_area_of_other_name_with_advice() {
    let setup = ApiTest::small();
    let renamed = |_: &Request, reply: Reply| {
        edited(&reply, |json| {
            for result in json["results"].as_array_mut().unwrap() {
                result["geography"] = "Rutland County".into();
            }
        })
    };
    setup.live.change_responses(for_rutland(99, renamed));
    let text = setup.refused("");
    assert_contains_all(
        &text,
        &[
            "Rutland: the response is for \"Rutland County\" (E06000017)",
            "names.\"Rutland\" = \"Rutland County\"",
        ],
    );
    let fetched = setup.fetch("names.\"Rutland\" = \"Rutland County\"");
    assert_eq!(fetched.files.len(), 4);
}

#[test]
fn fetch_notes_renamed_area() {
    let setup = ApiTest::small();
    setup.fetch("");
    {
        let mut data = setup.live.data.lock().unwrap();
        let rutland = data.areas.remove("Rutland").unwrap();
        data.areas.insert("Rutland County".into(), rutland);
    }
    let fetched = setup.fetch("");
    setup.assert_complete(&fetched);
    assert_contains_all(
        &fetched.notes[1],
        &["Rutland is now called Rutland County (E06000017)"],
    );
    // The settings have the old name, and the new one is requested.
    let fetched = setup.fetch("areas = [\"Rutland\"]\nnames.\"Rutland\" = \"Rutland County\"");
    assert_eq!(fetched.files.len(), 1);
}

#[test]
fn fetch_names_split_area_with_new_ones() {
    let setup = ApiTest::small();
    setup.fetch("");
    {
        let mut data = setup.live.data.lock().unwrap();
        let rutland = data.areas.remove("Rutland").unwrap();
        data.areas.insert(
            "North Rutland".into(),
            Area {
                code: "E06000098".into(),
                ..rutland.clone()
            },
        );
        data.areas.insert(
            "South Rutland".into(),
            Area {
                code: "E06000099".into(),
                ..rutland
            },
        );
    }
    for _ in 0..2 {
        assert_contains_all(
            &setup.refused(""),
            &[
                "1 failure:",
                "Rutland (E06000017): the area was in the last complete round, and no response \
                 has it now",
                "new since then: North Rutland (E06000098), South Rutland (E06000099)",
                "names.\"Rutland\"",
                "/geographies",
            ],
        );
    }
    let fetched = setup.fetch("names.\"Rutland\" = \"North Rutland\"");
    setup.assert_complete(&fetched);
    assert_contains_all(
        &fetched.notes.join("\n"),
        &[
            "new: North Rutland (E06000098)",
            "new: South Rutland (E06000099)",
        ],
    );
    setup.assert_complete(&setup.fetch(""));
}

/// Runs in a process of its own, which is killed: fetches by the settings in the environment.
#[test]
fn child() {
    let (Ok(settings), Ok(cache)) = (
        std::env::var("SOURCE_TEST_SETTINGS"),
        std::env::var("SOURCE_TEST_CACHE"),
    ) else {
        return;
    };
    source(&settings)
        .fetch(Path::new(&cache), &SystemClock::default())
        .unwrap();
}

#[test]
fn fetch_after_kill_resumes_without_repeats() {
    let names: Vec<String> = (10..40).map(|n| format!("Area {n}")).collect();
    let codes: Vec<String> = (10..40).map(|n| format!("E060000{n}")).collect();
    let areas: Vec<_> = names
        .iter()
        .map(String::as_str)
        .zip(codes.iter().map(String::as_str))
        .collect();
    let setup = ApiTest::of(Dashboard::with(&areas, 2020, 366));
    // The server stops responding after a number of responses, so that the moment of the kill is
    // known.
    let answered = Arc::new(AtomicUsize::new(0));
    let count = answered.clone();
    setup.live.change_responses(move |_, reply| {
        if count.fetch_add(1, Ordering::SeqCst) >= 25 {
            thread::sleep(Duration::from_mins(1));
        }
        reply
    });
    let settings = setup.source("requests.concurrency = 2\nrequests.interval_ms = 0");
    let Source::Api(_) = &settings else {
        panic!("an API")
    };
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "api::child"])
        .env(
            "SOURCE_TEST_SETTINGS",
            format!(
                "{}requests.concurrency = 2\nrequests.interval_ms = 0",
                setup.settings
            ),
        )
        .env("SOURCE_TEST_CACHE", setup.cache())
        .spawn()
        .unwrap();
    let start = Instant::now();
    while answered.load(Ordering::SeqCst) < 27 && start.elapsed() < Duration::from_mins(1) {
        thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let before = setup.live.take_requests();
    assert_eq!(before.len(), 27);
    setup.live.respond_normally();
    let clock = SystemClock::default();
    let fetched = settings.fetch(setup.cache(), &clock).unwrap();
    setup.assert_complete(&fetched);
    let after = setup.live.take_requests();
    // The list and two pages for each area; only the two in progress are requested again.
    assert_eq!(before.len() + after.len(), 61 + 2, "{before:?} {after:?}");
    assert_eq!(
        after
            .iter()
            .filter(|target| before.contains(target))
            .count(),
        2
    );
    assert_contains_all(&fetched.notes[0], &["25 taken from the cache"]);
}

#[test]
fn fetch_next_day_uses_conditional_requests() {
    let setup = ApiTest::of(Dashboard::with(&AREAS, 2020, 366));
    setup.fetch("");
    setup.live.server.take_log();
    let tomorrow = TestClock::at("2020-12-13T12:00:00Z");
    setup.set_count("Rutland", "2020-12-31", 77);
    let fetched = setup.source("").fetch(setup.cache(), &tomorrow).unwrap();
    setup.assert_complete(&fetched);
    let log = setup.live.server.take_log();
    assert_eq!(log.len(), 9);
    assert!(
        log.iter()
            .all(|request| request.header("if-none-match").is_some())
    );
    assert_contains_all(
        &fetched.notes[0],
        &["9 requests", "8 not modified", "0 taken from the cache"],
    );
}

#[test]
fn fetch_rechecks_closed_years_every_few_days() {
    let mut dashboard = Dashboard::with(&AREAS, 2020, 366);
    for area in dashboard.areas.values_mut() {
        area.days
            .extend((1..=9).map(|day| (format!("2021-06-0{day}"), day)));
    }
    let setup = ApiTest::of(dashboard);
    let source = source(&setup.settings.replace("last_year = 2020\n", ""));
    let fetch = |now: &str| {
        let fetched = source.fetch(setup.cache(), &TestClock::at(now)).unwrap();
        setup.assert_complete(&fetched);
        let asked = setup.live.take_requests();
        (
            asked.len(),
            asked
                .iter()
                .filter(|target| target.contains("year=2020"))
                .count(),
        )
    };
    assert_eq!(fetch("2021-06-10T12:00:00Z"), (1 + 12, 8));
    assert_eq!(fetch("2021-06-11T12:00:00Z"), (1 + 4, 0));
    assert_eq!(fetch("2021-06-16T12:00:00Z"), (1 + 4, 0));
    assert_eq!(fetch("2021-06-17T13:00:00Z"), (1 + 12, 8));
    // The machine's clock was set back: responses that seem to be from the future are requested
    // again.
    assert_eq!(fetch("2021-06-01T12:00:00Z"), (1 + 12, 8));
}

#[test]
fn fetch_requests_new_year_early() {
    let setup = ApiTest::small();
    let source = source(&setup.settings.replace("last_year = 2020\n", ""));
    let years = |now: &str| {
        source
            .fetch(tempfile::tempdir().unwrap().path(), &TestClock::at(now))
            .unwrap();
        setup
            .live
            .take_requests()
            .iter()
            .any(|target| target.contains("year=2021"))
    };
    assert!(!years("2020-12-24T23:00:00Z"));
    assert!(years("2020-12-28T01:00:00Z"));
    assert!(years("2020-12-31T23:30:00Z"));
}

#[test]
fn publication_day_is_londons_by_server_date() {
    let publish = |date: &str, last_modified: Option<&str>, clock: &str| {
        let setup = ApiTest::small();
        {
            let mut data = setup.live.data.lock().unwrap();
            data.date = date.into();
            data.last_modified = last_modified.map(str::to_owned);
        }
        let fetched = setup
            .source("")
            .fetch(setup.cache(), &TestClock::at(clock))
            .unwrap();
        fetched.published.unwrap().to_string()
    };
    // Half past eleven in the evening in Greenwich is the next day in London in summer, not in
    // winter.
    assert_eq!(
        publish(
            "Wed, 15 Jul 2020 23:30:00 GMT",
            None,
            "2020-07-15T23:30:00Z"
        ),
        "2020-07-16"
    );
    assert_eq!(
        publish(
            "Tue, 15 Dec 2020 23:30:00 GMT",
            None,
            "2020-12-15T23:30:00Z"
        ),
        "2020-12-15"
    );
    // The machine's clock has no effect, however wrong it is.
    for clock in [
        "2020-07-15T11:00:00Z",
        "2020-07-16T20:00:00Z",
        "1999-01-01T00:00:00Z",
    ] {
        assert_eq!(
            publish("Wed, 15 Jul 2020 22:59:59 GMT", None, clock),
            "2020-07-15"
        );
    }
    // The day of the last change is preferred to that of the response, but cannot be later.
    assert_eq!(
        publish(
            "Wed, 15 Jul 2020 12:00:00 GMT",
            Some("Mon, 13 Jul 2020 23:15:00 GMT"),
            NOON
        ),
        "2020-07-14"
    );
    assert_eq!(
        publish(
            "Wed, 15 Jul 2020 12:00:00 GMT",
            Some("Sun, 19 Jul 2020 12:00:00 GMT"),
            NOON
        ),
        "2020-07-15"
    );
    assert_eq!(
        publish("Wed, 15 Jul 2020 12:00:00 GMT", Some("last week"), NOON),
        "2020-07-15"
    );
}

#[test]
fn publication_day_of_unchanged_figures_stays() {
    for etags in [true, false] {
        let setup = ApiTest::small();
        setup.live.data.lock().unwrap().etags = etags;
        assert_eq!(setup.fetch("").published.unwrap().to_string(), "2020-12-12");
        setup.live.data.lock().unwrap().date = "Mon, 14 Dec 2020 09:30:00 GMT".into();
        let later = TestClock::at("2020-12-14T12:00:00Z");
        let fetched = setup.source("").fetch(setup.cache(), &later).unwrap();
        assert_eq!(
            fetched.published.unwrap().to_string(),
            "2020-12-12",
            "etags: {etags}"
        );
        setup.set_count("Rutland", "2020-01-20", 1);
        let fetched = setup.source("").fetch(setup.cache(), &later).unwrap();
        assert_eq!(
            fetched.published.unwrap().to_string(),
            "2020-12-14",
            "etags: {etags}"
        );
    }
}

#[test]
fn fetch_respects_interval_and_concurrency() {
    let setup = ApiTest::of(Dashboard::with(&AREAS, 2020, 366));
    let clock = TestClock::at(NOON);
    setup
        .source("requests.interval_ms = 500\nrequests.concurrency = 1")
        .fetch(setup.cache(), &clock)
        .unwrap();
    let waited: Duration = clock.waits().iter().sum();
    assert_eq!(waited, Duration::from_secs(4), "nine requests");

    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(0)));
    let setup = ApiTest::of(Dashboard::with(&AREAS, 2020, 366));
    let seen = most.clone();
    setup.live.change_responses(move |request, reply| {
        let under_way = now.fetch_add(1, Ordering::SeqCst) + 1;
        let reached = {
            let mut most = seen.lock().unwrap();
            *most = under_way.max(*most);
            *most
        };
        // No request is answered until the maximum is in progress, and then a little longer, to
        // catch one too many.
        let start = Instant::now();
        let listing = request.target.ends_with("geographies");
        while !listing
            && reached < 3
            && *seen.lock().unwrap() < 3
            && start.elapsed() < Duration::from_secs(20)
        {
            thread::sleep(Duration::from_millis(5));
        }
        thread::sleep(Duration::from_millis(30));
        now.fetch_sub(1, Ordering::SeqCst);
        reply
    });
    let clock = SystemClock::default();
    setup
        .source("requests.interval_ms = 0\nrequests.concurrency = 3")
        .fetch(setup.cache(), &clock)
        .unwrap();
    assert_eq!(*most.lock().unwrap(), 3);
}

#[test]
fn fetch_respects_deadline() {
    let setup = ApiTest::small();
    setup.live.change_responses(for_rutland(99, |_, _| {
        status("503 Service Unavailable").with("Retry-After", "50")
    }));
    let text = setup.refused("requests.deadline_min = 1\nrequests.tries = 100");
    assert_contains_all(
        &text,
        &[
            "Rutland, 2020, page 1: the server answered 503",
            "the time for all requests is over (requests.deadline_min = 1)",
        ],
    );
    let text = setup
        .refused("requests.deadline_min = 1\nrequests.interval_ms = 30000\nrequests.concurrency = 1\nresume_hours = 0");
    assert_contains_all(&text, &["more areas: the time for all requests is over"]);
}

#[test]
fn fetch_names_unreachable_server() {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let folder = tempfile::tempdir().unwrap();
    let source = source(&format!(
        "kind = \"api\"\nbase = \"http://127.0.0.1:{port}\""
    ));
    let text = refused(&source, folder.path(), &TestClock::at(NOON));
    assert_contains_all(
        &text,
        &[
            "the list of areas: no answer",
            "tried 5 times",
            &format!("http://127.0.0.1:{port}/themes/"),
        ],
    );
}

#[test]
fn fetch_refuses_invalid_settings_before_requests() {
    let setup = ApiTest::small();
    for (settings, expected) in [
        (
            "requests.concurrency = 20",
            "requests.concurrency: 20 is not between 1 and 8",
        ),
        ("requests.tries = 0", "requests.tries"),
    ] {
        assert_contains_all(&setup.refused(settings), &[expected]);
    }
    for (wrong, expected) in [
        ("ftp://example.org", "setting base"),
        ("example.org", "setting base"),
    ] {
        let source = source(&format!("kind = \"api\"\nbase = \"{wrong}\""));
        assert_contains_all(
            &refused(&source, setup.cache(), &TestClock::at(NOON)),
            &[expected, wrong],
        );
    }
    let years = setup.settings.replace("last_year = 2020", "last_year = 20");
    assert_contains_all(
        &refused(&source(&years), setup.cache(), &TestClock::at(NOON)),
        &["last_year: 20 is not between 1900 and 2200"],
    );
    let years = setup
        .settings
        .replace("last_year = 2020", "last_year = 2019");
    assert_contains_all(
        &refused(&source(&years), setup.cache(), &TestClock::at(NOON)),
        &["last_year: 2019 is before first_year, 2020"],
    );
}

#[test]
fn fetch_refuses_redirect_to_unnamed_server() {
    let setup = ApiTest::small();
    let other = DashboardServer::start(setup.live.data.lock().unwrap().clone());
    let (there, here) = (other.server.base.clone(), setup.live.server.base.clone());
    let moved = there.clone();
    setup.live.change_responses(move |request, _| {
        Reply::new("302 Found", "text/html", "")
            .with("Location", &format!("{moved}{}", request.target))
    });
    let said = setup.refused("");
    let host = there.trim_start_matches("http://").to_owned();
    assert_contains_all(
        &said,
        &[
            "which is another server",
            &there,
            &format!("name \"{host}\" in requests.redirect_hosts"),
        ],
    );
    assert!(
        other.take_requests().is_empty(),
        "the other server gets no request"
    );

    // A server that the settings name may answer, and its pages link to the right place.
    other.change_responses(move |_, mut reply| {
        reply.body = String::from_utf8(reply.body)
            .unwrap()
            .replace(&there, &here)
            .into_bytes();
        reply
    });
    let named = format!("[requests]\nredirect_hosts = [\"{host}\"]\n");
    setup.assert_complete(&setup.fetch(&named));

    // A server may redirect to itself, but not without end, and not to an address that is not http.
    let fresh = ApiTest::small();
    fresh
        .live
        .change_responses(|request, reply| match request.target.contains("moved") {
            true => reply,
            false => Reply::new("301 Moved", "text/html", "")
                .with("Location", &format!("{}&moved=1", request.target)),
        });
    assert_contains_all(&fresh.refused("areas = [\"Nowhere\"]\n"), &["404"]);
    fresh.live.change_responses(|request, _| {
        Reply::new("307 Again", "text/html", "").with("Location", &request.target)
    });
    assert_contains_all(&fresh.refused(""), &["redirects more than"]);
    for (to, expected) in [
        ("file:///etc/passwd", "not http"),
        ("http://[x", "not a valid address"),
        ("", "redirects more than"),
    ] {
        fresh.live.change_responses(move |_, _| {
            Reply::new("302 Found", "text/html", "").with("Location", to)
        });
        let said = fresh.refused("");
        assert_contains_all(&said, &[expected]);
        assert!(!said.contains('\u{1b}'), "{said:?}");
    }
}

#[test]
fn fetch_area_names_never_collide_with_cache_files() {
    let names = [
        "lock",
        "areas.json",
        "areas.json.note",
        "round.json",
        "last-areas.json",
        ".unfinished-a",
    ];
    let codes: Vec<String> = (1..=names.len()).map(|n| format!("E0600000{n}")).collect();
    let areas: Vec<(&str, &str)> = names
        .iter()
        .copied()
        .zip(codes.iter().map(String::as_str))
        .collect();
    let setup = ApiTest::of(Dashboard::with(&areas, 2020, 20));
    setup.assert_complete(&setup.fetch(""));
    setup.assert_complete(&setup.fetch(""));
}

#[test]
fn fetch_limits_lists() {
    let setup = ApiTest::small();
    let listing = |names: Vec<String>| {
        let areas: Vec<Value> = names
            .into_iter()
            .map(|name| json!({"name": name, "link": "x"}))
            .collect();
        move |request: &Request, reply: Reply| match request.target.ends_with("geographies") {
            true => Reply::json(Value::from(areas.clone()).to_string()),
            false => reply,
        }
    };
    for (names, expected) in [
        (
            (0..20_001).map(|n| format!("Area {n}")).collect(),
            "the list has 20001 areas",
        ),
        (
            vec!["Rutland".into(), "RUTLAND".into()],
            "the list has \"RUTLAND\" twice",
        ),
        (vec!["x".repeat(5000)], "which is not the name of an area"),
    ] {
        setup.live.change_responses(listing(names));
        let said = setup.refused("");
        assert_contains_all(&said, &[expected]);
        assert!(said.len() < 1500, "{said}");
    }
    setup.live.change_responses(for_rutland(9, |_, reply| {
        edited(&reply, |answer| answer["count"] = json!(100_001))
    }));
    assert_contains_all(&setup.refused(""), &["counts 100001 results"]);
}

/// Settings in error texts, to be copied, mean the name exactly and are safe to print.
#[test]
fn error_settings_to_copy_mean_exact_name() {
    const HOSTILE: &str = "Rut\u{1b}[2J\u{202e}dnal\"\n[levels]\n# \\";
    let setup = ApiTest::small();
    setup.live.change_responses(for_rutland(9, |_, reply| {
        edited(&reply, |answer| {
            for result in answer["results"].as_array_mut().unwrap() {
                result["geography"] = json!(HOSTILE);
            }
        })
    }));
    let said = setup.refused("");
    assert!(!said.contains(['\u{1b}', '\u{202e}']), "{said:?}");
    let (_, setting) = said.split_once("write names.").unwrap();
    let (setting, _) = setting.split_once(" in the source's settings").unwrap();
    let table: toml::Table = toml::from_str(setting).unwrap();
    assert_eq!(table["Rutland"].as_str(), Some(HOSTILE));
}
