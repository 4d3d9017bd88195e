//! The live API.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rising_model::series::Figure;
use rising_prepare::problem::Position;
use rising_prepare::source::{Fetched, Source, SystemClock};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::clock::TestClock;
use super::dashboard::{Area, Dashboard, DashboardServer, LISTING};
use super::server::{Reply, Request};
use super::{read, refused, says, source};

/// Midday of the day on which the tests ask.
const NOON: &str = "2020-12-12T12:00:00Z";

const AREAS: [(&str, &str); 4] = [
    ("Bristol, City of", "E06000023"),
    ("Hartlepool", "E06000001"),
    ("King's Lynn and West Norfolk", "E07000146"),
    ("Rutland", "E06000017"),
];

/// A dashboard, a cache and settings that ask it for 2020.
struct World {
    live: DashboardServer,
    folder: TempDir,
    settings: String,
}

impl World {
    fn of(dashboard: Dashboard) -> World {
        let live = DashboardServer::start(dashboard);
        let settings = format!(
            "kind = \"api\"\nbase = \"{}\"\nfirst_year = 2020\nlast_year = 2020\n",
            live.server.base
        );
        World {
            live,
            folder: tempfile::tempdir().unwrap(),
            settings,
        }
    }

    /// Four areas, 20 days.
    fn small() -> World {
        World::of(Dashboard::with(&AREAS, 2020, 20))
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

    /// Every figure that was fetched is the one that the dashboard has, and all are there.
    fn assert_whole(&self, fetched: &Fetched) {
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

/// Changes the answers for one area, from the first to the last of so many requests for it.
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

/// The answer's JSON changed.
fn edited(reply: &Reply, edit: impl Fn(&mut Value)) -> Reply {
    let mut json = serde_json::from_slice(&reply.body).unwrap();
    edit(&mut json);
    Reply {
        body: json.to_string().into_bytes(),
        ..Reply::json("")
    }
}

#[test]
fn every_area_listed_is_fetched_with_all_its_pages() {
    // 2020 has 366 days, one more than a page.
    let world = World::of(Dashboard::with(&AREAS, 2020, 366));
    let fetched = world.fetch("requests.contact = \"data@example.org\"");
    world.assert_whole(&fetched);
    assert_eq!(fetched.files.len(), 8);
    says(
        &fetched.notes.join("\n"),
        &[
            "4 areas in 8 answers with figures: 9 requests",
            "0 not modified, 0 asked again",
        ],
    );
    let log = world.live.server.take_log();
    assert_eq!(log.len(), 9);
    for request in &log {
        says(
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
fn areas_may_be_named_and_left_out() {
    let world = World::small();
    let fetched = world.fetch("areas = [\"Rutland\", \"Hartlepool\", \"Rutland\"]");
    assert_eq!(
        (fetched.files.len(), world.live.take_requests().len()),
        (2, 2)
    );
    let other = World::small();
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
fn too_many_requests_are_waited_for_as_the_server_asks() {
    // Seconds, and a date by the server's clock, from which the machine's is hours away.
    for (after, more) in [
        ("7", ""),
        ("Sat, 12 Dec 2020 09:30:07 GMT", ""),
        ("7", "requests.concurrency = 1"),
    ] {
        let world = World::small();
        world.live.change_responses(for_rutland(1, move |_, _| {
            status("429 Too Many Requests")
                .with("Retry-After", after)
                .with("Date", "Sat, 12 Dec 2020 09:30:00 GMT")
        }));
        let clock = TestClock::at("2020-12-12T03:00:00Z");
        let fetched = world.source(more).fetch(world.cache(), &clock).unwrap();
        world.assert_whole(&fetched);
        assert!(
            clock
                .waits()
                .iter()
                .any(|wait| *wait >= Duration::from_millis(6500)),
            "{:?}",
            clock.waits()
        );
        says(&fetched.notes[0], &["1 asked again"]);
    }
}

#[test]
fn too_many_requests_without_a_time_are_waited_for_longer_and_longer() {
    let world = World::small();
    world
        .live
        .change_responses(for_rutland(4, |_, _| status("429 Too Many Requests")));
    let clock = TestClock::at(NOON);
    let fetched = world
        .source("requests.concurrency = 1")
        .fetch(world.cache(), &clock)
        .unwrap();
    world.assert_whole(&fetched);
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
    says(&fetched.notes[0], &["4 asked again"]);
}

#[test]
fn a_server_that_asks_for_more_patience_than_allowed_is_left_alone() {
    let world = World::small();
    world.live.change_responses(for_rutland(99, |_, _| {
        status("429 Too Many Requests").with("Retry-After", "86400")
    }));
    let text = world.refused("");
    says(
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
        world
            .live
            .take_requests()
            .iter()
            .filter(|target| target.contains("Rutland"))
            .count(),
        1
    );
}

#[test]
fn an_error_that_passes_is_no_failure() {
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
        let world = World::small();
        world
            .live
            .change_responses(for_rutland(2, move |_, _| reply.clone()));
        let fetched = world.fetch("");
        world.assert_whole(&fetched);
        says(&fetched.notes[0], &["2 asked again"]);
    }
}

#[test]
fn an_error_that_stays_costs_one_area_and_the_next_run_asks_only_for_it() {
    let world = World::small();
    world
        .live
        .change_responses(for_rutland(99, |_, _| status("500 Internal Server Error")));
    let text = world.refused("");
    says(
        &text,
        &[
            "1 failure:",
            "Rutland, 2020, page 1: the server answered 500 Internal Server Error, beginning \"Please come back later\"",
            "asked 5 times",
            &world.live.server.base,
            "/Rutland/metrics/COVID-19_cases_casesByDay?page_size=365&year=2020",
            "Nothing is lost",
            "3 areas whole",
        ],
    );
    assert_eq!(world.live.take_requests().len(), 1 + 3 + 5);
    world.live.respond_normally();
    let fetched = world.fetch("");
    world.assert_whole(&fetched);
    assert_eq!(
        world.live.take_requests(),
        ["/Rutland?page_size=365&year=2020"]
    );
}

#[test]
fn what_asking_again_cannot_change_is_asked_once() {
    let world = World::small();
    for (reply, advice) in [
        (status("403 Forbidden"), "requests.contact"),
        (status("400 Bad Request"), "check the settings"),
    ] {
        world
            .live
            .change_responses(for_rutland(99, move |_, _| reply.clone()));
        says(&world.refused(""), &["Rutland, 2020", advice]);
        assert_eq!(
            world
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
fn all_failures_are_counted_and_the_first_twenty_named() {
    let names: Vec<String> = (10..40).map(|n| format!("Area {n}")).collect();
    let codes: Vec<String> = (10..40).map(|n| format!("E060000{n}")).collect();
    let areas: Vec<_> = names
        .iter()
        .map(String::as_str)
        .zip(codes.iter().map(String::as_str))
        .collect();
    let world = World::of(Dashboard::with(&areas, 2020, 3));
    world.live.change_responses(|request, reply| {
        if request.target.contains("Area%203") {
            reply
        } else if request.target.contains("/Area") {
            status("404 Not Found")
        } else {
            reply
        }
    });
    let text = world.refused("");
    says(
        &text,
        &[
            "20 failures:",
            "Area 10, 2020, page 1",
            "Area 29, 2020, page 1",
            "10 areas whole",
        ],
    );
    world.live.change_responses(|request, reply| {
        if request.target.contains("/Area") {
            status("404 Not Found")
        } else {
            reply
        }
    });
    let other = World {
        folder: tempfile::tempdir().unwrap(),
        ..world
    };
    let text = other.refused("");
    says(
        &text,
        &["30 failures (the first 20)", "Area 29, 2020, page 1"],
    );
    assert!(!text.contains("Area 30, "), "{text}");
}

#[test]
fn a_server_that_is_down_is_not_asked_for_every_area() {
    let names: Vec<String> = (10..60).map(|n| format!("Area {n}")).collect();
    let areas: Vec<_> = names
        .iter()
        .map(|name| (name.as_str(), "E06000001"))
        .collect();
    let world = World::of(Dashboard::with(&areas, 2020, 3));
    world.live.change_responses(|request, reply| {
        if request.target.contains("/Area") {
            status("503 Service Unavailable")
        } else {
            reply
        }
    });
    let text = world.refused("requests.tries = 2");
    says(
        &text,
        &[
            "more areas: not asked for: the server did not answer for 12 areas in a row",
            "503 Service Unavailable",
        ],
    );
    let asked = world.live.take_requests().len();
    assert!(asked <= 1 + 2 * (12 + 4), "{asked}");
}

#[test]
fn cut_bodies_never_enter_the_cache() {
    type Cut = fn(Reply) -> Reply;
    let cases: [(&str, Cut); 3] = [
        ("was cut after 700 bytes", |reply| Reply {
            cut: Some(700),
            ..reply
        }),
        ("was cut after", |reply| Reply {
            cut: Some(700),
            chunked: true,
            ..reply
        }),
        // A server that cut it by itself, so that the length fits.
        ("the JSON ends in the middle", |reply| Reply {
            body: reply.body[..700].to_vec(),
            ..reply
        }),
    ];
    for (expected, cut) in cases {
        let world = World::small();
        world
            .live
            .change_responses(for_rutland(99, move |_, reply| cut(reply)));
        says(
            &world.refused(""),
            &[
                "1 failure:",
                "Rutland, 2020, page 1",
                expected,
                "3 areas whole",
            ],
        );
        let folder = world
            .cache()
            .join("api/Lower%20Tier%20Local%20Authority~COVID-19_cases_casesByDay/Rutland");
        assert!(!folder.exists() || std::fs::read_dir(folder).unwrap().next().is_none());
        world.live.respond_normally();
        world.assert_whole(&world.fetch(""));
    }
}

#[test]
fn a_cut_answer_does_not_replace_the_whole_one_before() {
    let world = World::small();
    let before = world.fetch("");
    let content = |fetched: &Fetched| -> Vec<Vec<u8>> {
        fetched
            .files
            .iter()
            .map(|file| std::fs::read(file).unwrap())
            .collect()
    };
    let kept = content(&before);
    world
        .live
        .data
        .lock()
        .unwrap()
        .areas
        .get_mut("Rutland")
        .unwrap()
        .days
        .insert("2020-01-21".into(), 5);
    world
        .live
        .change_responses(for_rutland(99, |_, reply| Reply {
            cut: Some(700),
            ..reply
        }));
    says(&world.refused(""), &["Rutland, 2020, page 1"]);
    assert_eq!(content(&before), kept);
    world.live.respond_normally();
    world.assert_whole(&world.fetch(""));
}

#[test]
fn slow_bodies_and_slow_answers_are_given_up() {
    let world = World::small();
    let settings = "requests.silence_s = 1\nrequests.tries = 1";
    let clock = SystemClock::default();
    world
        .live
        .change_responses(for_rutland(99, |_, reply| Reply {
            stall: Some((300, Duration::from_secs(4))),
            ..reply
        }));
    let start = Instant::now();
    let text = refused(&world.source(settings), world.cache(), &clock);
    says(
        &text,
        &[
            "Rutland, 2020, page 1: the body came too slowly: 300 bytes",
            "requests.silence_s",
        ],
    );
    assert!(
        start.elapsed() < Duration::from_secs(4),
        "{:?}",
        start.elapsed()
    );
    world.live.change_responses(for_rutland(99, |_, reply| {
        thread::sleep(Duration::from_secs(4));
        reply
    }));
    says(
        &refused(&world.source(settings), world.cache(), &clock),
        &["Rutland, 2020, page 1: no answer within 1 s"],
    );
}

#[test]
fn a_body_that_drips_is_given_up_as_well() {
    let world = World::small();
    let clock = SystemClock::default();
    // A byte now and then is no silence, but all of it would take for ever: four silences are
    // allowed.
    let base = world.live.server.base.clone();
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
    let settings = world.settings.replace(&base, &format!("http://{address}"));
    let dripping = source(&format!(
        "{settings}requests.silence_s = 1\nrequests.tries = 1"
    ));
    let text = refused(&dripping, world.cache(), &clock);
    says(&text, &["the list of areas: the body came too slowly"]);
}

#[test]
fn html_in_place_of_json_is_named_for_what_it_is() {
    const PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Sorry, the service is unavailable</title></head></html>";
    for (kind, expected) in [
        (
            "text/html; charset=utf-8",
            "the answer is of type text/html; charset=utf-8, not JSON, and begins",
        ),
        ("application/json", "HTML came instead of JSON"),
    ] {
        let world = World::small();
        world.live.change_responses(for_rutland(99, move |_, _| {
            Reply::new("200 OK", kind, PAGE)
        }));
        says(
            &world.refused(""),
            &[
                "Rutland, 2020, page 1",
                expected,
                "<!DOCTYPE html> <html><head><title>Sorry, the service",
                "3 areas whole",
            ],
        );
        // A page of a server in the middle may be gone the next time.
        assert_eq!(
            world
                .live
                .take_requests()
                .iter()
                .filter(|target| target.contains("Rutland"))
                .count(),
            2
        );
        world.live.respond_normally();
        world.assert_whole(&world.fetch(""));
    }
}

#[test]
fn a_wrong_type_is_refused_whatever_the_body_and_none_is_taken_by_the_body() {
    let world = World::small();
    world.live.change_responses(for_rutland(99, |_, reply| {
        Reply::new("200 OK", "text/plain", reply.body)
    }));
    says(
        &world.refused(""),
        &["Rutland, 2020, page 1: the answer is of type text/plain, not JSON"],
    );
    world.live.change_responses(|_, mut reply| {
        reply.headers.retain(|(name, _)| name != "Content-Type");
        reply
    });
    world.assert_whole(&world.fetch(""));
}

#[test]
fn changed_field_names_are_named() {
    for field in [
        "geography_code",
        "geography",
        "metric",
        "date",
        "metric_value",
    ] {
        let world = World::small();
        world
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
        says(
            &world.refused(""),
            &[
                "Rutland, 2020, page 1",
                &missing,
                "renamed",
                "does not know the new names",
            ],
        );
    }
    let world = World::small();
    world.live.change_responses(|request, reply| {
        if request.target.ends_with("geographies") {
            edited(&reply, |json| *json = json!({"areas": json.take()}))
        } else {
            reply
        }
    });
    says(
        &world.refused(""),
        &["the list of areas", "not of the form known", "/geographies"],
    );
}

#[test]
fn compressed_answers_are_read_and_cut_ones_are_not() {
    let gzip = |reply: Reply| {
        let mut encoder = flate2::write::GzEncoder::new(vec![], flate2::Compression::fast());
        std::io::Write::write_all(&mut encoder, &reply.body).unwrap();
        Reply {
            body: encoder.finish().unwrap(),
            ..reply
        }
        .with("Content-Encoding", "gzip")
    };
    let world = World::small();
    world.live.change_responses(move |_, reply| gzip(reply));
    world.assert_whole(&world.fetch(""));
    let world = World::small();
    world
        .live
        .change_responses(for_rutland(99, move |_, reply| {
            let reply = gzip(reply);
            Reply {
                body: reply.body[..200].to_vec(),
                ..reply
            }
        }));
    says(
        &world.refused(""),
        &["Rutland, 2020, page 1: the body", "3 areas whole"],
    );
}

#[test]
fn a_cache_that_cannot_be_written_is_named() {
    let world = World::small();
    let file = world.cache().join("file");
    std::fs::write(&file, "").unwrap();
    let text = refused(&world.source(""), &file, &TestClock::at(NOON));
    says(&text, &[file.to_str().unwrap(), "cannot be made"]);
    assert_eq!(world.live.take_requests(), [""; 0]);
}

#[test]
fn an_answer_of_any_length_is_not_read_to_its_end() {
    let world = World::small();
    world
        .live
        .change_responses(for_rutland(99, |_, _| Reply::json(vec![b' '; 9 << 20])));
    says(
        &world.refused(""),
        &["Rutland, 2020, page 1", "longer than 8388608 bytes"],
    );
}

/// Two pages for each area.
fn long() -> World {
    World::of(Dashboard::with(&AREAS, 2020, 366))
}

#[test]
fn a_repeated_page_is_named() {
    let world = long();
    // Page 2 is page 1 once more, and says that it is the last.
    let data = world.live.data.clone();
    let base = world.live.server.base.clone();
    world
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
                json["next"] = Value::Null
            })
        }));
    let text = world.refused("");
    says(
        &text,
        &[
            "Rutland, 2020, page 2: page 2 repeats results of the pages before, from 2020-01-01 on",
            "page=2",
            "3 areas whole",
        ],
    );
    world.live.respond_normally();
    world.assert_whole(&world.fetch(""));
}

#[test]
fn a_missing_page_is_named() {
    let world = long();
    world.live.change_responses(for_rutland(99, |_, reply| {
        edited(&reply, |json| json["next"] = Value::Null)
    }));
    says(
        &world.refused(""),
        &["Rutland, 2020, page 1: page 2 is missing: 365 of 366 results came"],
    );
    world.live.change_responses(for_rutland(99, |_, reply| {
        edited(&reply, |json| {
            if let Some(next) = json["next"].as_str() {
                json["next"] = next.replace("page=2", "page=3").into();
            }
        })
    }));
    says(
        &world.refused(""),
        &["Rutland, 2020, page 1: page 2 is missing: the page before names page 3"],
    );
    // A page without what it should have.
    world
        .live
        .change_responses(for_rutland(99, |request, reply| {
            if request.query("page") == Some("2") {
                edited(&reply, |json| json["results"] = json!([]))
            } else {
                reply
            }
        }));
    says(
        &world.refused(""),
        &["Rutland, 2020, page 2: page 3 is missing: 365 of 366 results came"],
    );
    world.live.respond_normally();
    world.assert_whole(&world.fetch(""));
}

#[test]
fn pages_must_stay_on_their_server_and_end() {
    let world = long();
    let elsewhere = |to: &'static str| {
        for_rutland(99, move |_, reply| {
            edited(&reply, |json| {
                if json["next"].is_string() {
                    json["next"] = to.into();
                }
            })
        })
    };
    world
        .live
        .change_responses(elsewhere("http://127.0.0.1:9/steal?page=2"));
    says(
        &world.refused(""),
        &[
            "Rutland, 2020, page 1",
            "http://127.0.0.1:9/steal?page=2",
            "another server",
        ],
    );
    world.live.change_responses(for_rutland(99, |_, reply| {
        edited(&reply, |json| {
            if let Some(next) = json["next"].as_str() {
                json["next"] = next.replace("Rutland", "Hartlepool").into();
            }
        })
    }));
    says(
        &world.refused(""),
        &["Rutland, 2020, page 1", "not of this area and metric"],
    );
    // Page 2 names itself as the next, for ever.
    world
        .live
        .change_responses(for_rutland(99, |request, reply| {
            let next = request.target.clone();
            edited(&reply, |json| {
                if json["next"].is_null() {
                    json["next"] = format!("http://127.0.0.1:9{next}").into();
                }
            })
        }));
    says(
        &world.refused(""),
        &[
            "Rutland, 2020, page 2",
            "366 of 366 results came, yet a next page is named",
        ],
    );
}

#[test]
fn a_publication_between_two_pages_is_asked_for_again_as_a_whole() {
    let world = long();
    let data = world.live.data.clone();
    let published = AtomicUsize::new(0);
    world.live.change_responses(move |request, reply| {
        // A day is added after the first page has gone out.
        if request.target.contains("/Rutland/") && published.fetch_add(1, Ordering::SeqCst) == 0 {
            let mut data = data.lock().unwrap();
            let days = &mut data.areas.get_mut("Rutland").unwrap().days;
            days.remove("2020-12-31");
            days.remove("2020-12-30");
        }
        reply
    });
    let fetched = world.fetch("");
    world.assert_whole(&fetched);
}

#[test]
fn days_in_any_order_are_read_and_a_second_figure_for_a_day_is_named_with_its_place() {
    let world = World::small();
    world.live.change_responses(|_, reply| {
        edited(&reply, |json| {
            if let Some(results) = json.get_mut("results").and_then(Value::as_array_mut) {
                results.reverse();
                results.swap(3, 11);
            }
        })
    });
    let fetched = world.fetch("");
    world.assert_whole(&fetched);
    // The same figure again is counted, another is a problem.
    let again = |change: i64| {
        let other = World::small();
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
    says(
        &problems[0].1,
        &[
            "Rutland/2020-1.json, result 21: E06000017 has a second figure for 2020-01-05: 4,006 cases, after 4,004 cases",
        ],
    );
}

#[test]
fn figures_of_a_part_of_the_people_are_left_out() {
    let world = World::small();
    world.live.change_responses(|_, reply| {
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
    world.assert_whole(&world.fetch(""));
}

#[test]
fn an_area_that_vanished_is_named_with_what_to_do() {
    // Named in the settings, and not there.
    let world = World::small();
    let text = world.refused("areas = [\"Rutland\", \"Shepway\"]");
    says(
        &text,
        &[
            "1 failure:",
            "Shepway, 2020, page 1: the server answered 404 Not Found",
            "names.\"Shepway\"",
            "/geographies/Shepway/",
        ],
    );
    // Listed, and without a single figure.
    let world = World::small();
    world
        .live
        .data
        .lock()
        .unwrap()
        .areas
        .insert("Shepway".into(), Area::default());
    let text = world.refused("");
    says(
        &text,
        &[
            "1 failure:",
            "Shepway: there is not one figure from 2020 to 2020",
            "names or skip",
            "4 areas whole",
        ],
    );
    world.assert_without("Shepway");
}

impl World {
    /// Leaving the area out, the rest is whole and nothing of it is asked for again.
    fn assert_without(&self, name: &str) {
        self.live.take_requests();
        let fetched = self.fetch(&format!("skip = [\"{name}\"]"));
        assert_eq!(self.live.take_requests(), [""; 0]);
        self.live.data.lock().unwrap().areas.remove(name);
        self.assert_whole(&fetched);
    }
}

#[test]
fn an_area_that_is_there_again_is_found_by_the_next_run() {
    // Without figures for an hour: nothing of that is kept for the rest of the round.
    let world = World::small();
    let rutland = world
        .live
        .data
        .lock()
        .unwrap()
        .areas
        .insert("Rutland".into(), Area::default())
        .unwrap();
    says(&world.refused(""), &["Rutland: there is not one figure"]);
    world.live.take_requests();
    world
        .live
        .data
        .lock()
        .unwrap()
        .areas
        .insert("Rutland".into(), rutland.clone());
    world.assert_whole(&world.fetch(""));
    assert_eq!(
        world.live.take_requests(),
        ["/Rutland?page_size=365&year=2020"]
    );
    // Not in the list for an hour.
    world.live.data.lock().unwrap().areas.remove("Rutland");
    says(&world.refused(""), &["Rutland (E06000017)", "none is new"]);
    world.live.take_requests();
    world
        .live
        .data
        .lock()
        .unwrap()
        .areas
        .insert("Rutland".into(), rutland);
    world.assert_whole(&world.fetch(""));
    assert_eq!(
        world.live.take_requests(),
        ["", "/Rutland?page_size=365&year=2020"]
    );
}

#[test]
fn an_area_that_answers_by_another_name_is_named_with_what_to_do() {
    let world = World::small();
    let renamed = |_: &Request, reply: Reply| {
        edited(&reply, |json| {
            for result in json["results"].as_array_mut().unwrap() {
                result["geography"] = "Rutland County".into();
            }
        })
    };
    world.live.change_responses(for_rutland(99, renamed));
    let text = world.refused("");
    says(
        &text,
        &[
            "Rutland: the answer is of \"Rutland County\" (E06000017)",
            "names.\"Rutland\" = \"Rutland County\"",
        ],
    );
    let fetched = world.fetch("names.\"Rutland\" = \"Rutland County\"");
    assert_eq!(fetched.files.len(), 4);
}

#[test]
fn an_area_renamed_in_the_list_is_noted() {
    let world = World::small();
    world.fetch("");
    {
        let mut data = world.live.data.lock().unwrap();
        let rutland = data.areas.remove("Rutland").unwrap();
        data.areas.insert("Rutland County".into(), rutland);
    }
    let fetched = world.fetch("");
    world.assert_whole(&fetched);
    says(
        &fetched.notes[1],
        &["Rutland is now called Rutland County (E06000017)"],
    );
    // Named in the settings by the old name, it is asked for by the new.
    let fetched = world.fetch("areas = [\"Rutland\"]\nnames.\"Rutland\" = \"Rutland County\"");
    assert_eq!(fetched.files.len(), 1);
}

#[test]
fn an_area_that_was_split_is_named_with_those_that_are_new() {
    let world = World::small();
    world.fetch("");
    {
        let mut data = world.live.data.lock().unwrap();
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
        says(
            &world.refused(""),
            &[
                "1 failure:",
                "Rutland (E06000017): the area was in the last complete round and no answer has it now",
                "new since then: North Rutland (E06000098), South Rutland (E06000099)",
                "names.\"Rutland\"",
                "/geographies",
            ],
        );
    }
    let fetched = world.fetch("names.\"Rutland\" = \"North Rutland\"");
    world.assert_whole(&fetched);
    says(
        &fetched.notes.join("\n"),
        &[
            "new: North Rutland (E06000098)",
            "new: South Rutland (E06000099)",
        ],
    );
    world.assert_whole(&world.fetch(""));
}

/// In a process of its own, to be killed: fetches by the settings in the environment.
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
fn a_run_that_was_killed_goes_on_without_asking_again() {
    let names: Vec<String> = (10..40).map(|n| format!("Area {n}")).collect();
    let codes: Vec<String> = (10..40).map(|n| format!("E060000{n}")).collect();
    let areas: Vec<_> = names
        .iter()
        .map(String::as_str)
        .zip(codes.iter().map(String::as_str))
        .collect();
    let world = World::of(Dashboard::with(&areas, 2020, 366));
    // After so many answers it is silent, so that the moment of the kill is known.
    let answered = Arc::new(AtomicUsize::new(0));
    let count = answered.clone();
    world.live.change_responses(move |_, reply| {
        if count.fetch_add(1, Ordering::SeqCst) >= 25 {
            thread::sleep(Duration::from_secs(60));
        }
        reply
    });
    let settings = world.source("requests.concurrency = 2\nrequests.interval_ms = 0");
    let Source::Api(_) = &settings else {
        panic!("an API")
    };
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "api::child"])
        .env(
            "SOURCE_TEST_SETTINGS",
            format!(
                "{}requests.concurrency = 2\nrequests.interval_ms = 0",
                world.settings
            ),
        )
        .env("SOURCE_TEST_CACHE", world.cache())
        .spawn()
        .unwrap();
    let start = Instant::now();
    while answered.load(Ordering::SeqCst) < 27 && start.elapsed() < Duration::from_secs(60) {
        thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let before = world.live.take_requests();
    assert_eq!(before.len(), 27);
    world.live.respond_normally();
    let clock = SystemClock::default();
    let fetched = settings.fetch(world.cache(), &clock).unwrap();
    world.assert_whole(&fetched);
    let after = world.live.take_requests();
    // The list and two pages for each area; only the two that were under way are asked again.
    assert_eq!(before.len() + after.len(), 61 + 2, "{before:?} {after:?}");
    assert_eq!(
        after
            .iter()
            .filter(|target| before.contains(target))
            .count(),
        2
    );
    says(&fetched.notes[0], &["25 taken from the cache"]);
}

#[test]
fn the_next_day_asks_whether_anything_has_changed() {
    let world = World::of(Dashboard::with(&AREAS, 2020, 366));
    world.fetch("");
    world.live.server.take_log();
    let tomorrow = TestClock::at("2020-12-13T12:00:00Z");
    world
        .live
        .data
        .lock()
        .unwrap()
        .areas
        .get_mut("Rutland")
        .unwrap()
        .days
        .insert("2020-12-31".into(), 77);
    let fetched = world.source("").fetch(world.cache(), &tomorrow).unwrap();
    world.assert_whole(&fetched);
    let log = world.live.server.take_log();
    assert_eq!(log.len(), 9);
    assert!(
        log.iter()
            .all(|request| request.header("if-none-match").is_some())
    );
    says(
        &fetched.notes[0],
        &["9 requests", "8 not modified", "0 taken from the cache"],
    );
}

#[test]
fn closed_years_are_asked_for_every_few_days() {
    let mut dashboard = Dashboard::with(&AREAS, 2020, 366);
    for area in dashboard.areas.values_mut() {
        area.days
            .extend((1..=9).map(|day| (format!("2021-06-0{day}"), day)));
    }
    let world = World::of(dashboard);
    let source = source(&world.settings.replace("last_year = 2020\n", ""));
    let fetch = |now: &str| {
        let fetched = source.fetch(world.cache(), &TestClock::at(now)).unwrap();
        world.assert_whole(&fetched);
        let asked = world.live.take_requests();
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
    // The machine's clock was set back: what seems to be of the future is asked for.
    assert_eq!(fetch("2021-06-01T12:00:00Z"), (1 + 12, 8));
}

#[test]
fn a_new_year_is_asked_for_before_it_begins() {
    let world = World::small();
    let source = source(&world.settings.replace("last_year = 2020\n", ""));
    let years = |now: &str| {
        source
            .fetch(tempfile::tempdir().unwrap().path(), &TestClock::at(now))
            .unwrap();
        world
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
fn the_day_of_publication_is_londons_by_the_servers_word() {
    let publish = |date: &str, last_modified: Option<&str>, clock: &str| {
        let world = World::small();
        {
            let mut data = world.live.data.lock().unwrap();
            data.date = date.into();
            data.last_modified = last_modified.map(str::to_owned);
        }
        let fetched = world
            .source("")
            .fetch(world.cache(), &TestClock::at(clock))
            .unwrap();
        fetched.published.unwrap().to_string()
    };
    // Half past eleven in the evening of Greenwich is the next day in London's summer, not in its
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
    // The machine's clock does not matter, however wrong it is.
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
    // The day of the last change is better than that of the answer, but cannot be later.
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
fn figures_that_did_not_change_were_published_when_they_came() {
    for etags in [true, false] {
        let world = World::small();
        world.live.data.lock().unwrap().etags = etags;
        assert_eq!(world.fetch("").published.unwrap().to_string(), "2020-12-12");
        world.live.data.lock().unwrap().date = "Mon, 14 Dec 2020 09:30:00 GMT".into();
        let later = TestClock::at("2020-12-14T12:00:00Z");
        let fetched = world.source("").fetch(world.cache(), &later).unwrap();
        assert_eq!(
            fetched.published.unwrap().to_string(),
            "2020-12-12",
            "etags: {etags}"
        );
        world
            .live
            .data
            .lock()
            .unwrap()
            .areas
            .get_mut("Rutland")
            .unwrap()
            .days
            .insert("2020-01-20".into(), 1);
        let fetched = world.source("").fetch(world.cache(), &later).unwrap();
        assert_eq!(
            fetched.published.unwrap().to_string(),
            "2020-12-14",
            "etags: {etags}"
        );
    }
}

#[test]
fn requests_keep_their_distance_and_their_number() {
    let world = World::of(Dashboard::with(&AREAS, 2020, 366));
    let clock = TestClock::at(NOON);
    world
        .source("requests.interval_ms = 500\nrequests.concurrency = 1")
        .fetch(world.cache(), &clock)
        .unwrap();
    let waited: Duration = clock.waits().iter().sum();
    assert_eq!(waited, Duration::from_millis(500 * 8), "nine requests");

    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(0)));
    let world = World::of(Dashboard::with(&AREAS, 2020, 366));
    let seen = most.clone();
    world.live.change_responses(move |request, reply| {
        let under_way = now.fetch_add(1, Ordering::SeqCst) + 1;
        let reached = {
            let mut most = seen.lock().unwrap();
            *most = under_way.max(*most);
            *most
        };
        // Until as many as may be are under way at once, none is answered; then a little longer,
        // for one too many.
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
    world
        .source("requests.interval_ms = 0\nrequests.concurrency = 3")
        .fetch(world.cache(), &clock)
        .unwrap();
    assert_eq!(*most.lock().unwrap(), 3);
}

#[test]
fn there_is_an_end_to_waiting() {
    let world = World::small();
    world.live.change_responses(for_rutland(99, |_, _| {
        status("503 Service Unavailable").with("Retry-After", "50")
    }));
    let text = world.refused("requests.deadline_min = 1\nrequests.tries = 100");
    says(
        &text,
        &[
            "Rutland, 2020, page 1: the server answered 503",
            "the time for all of it is over (requests.deadline_min = 1)",
        ],
    );
    let text = world
        .refused("requests.deadline_min = 1\nrequests.interval_ms = 30000\nrequests.concurrency = 1\nresume_hours = 0");
    says(&text, &["more areas: the time for all of it is over"]);
}

#[test]
fn a_server_that_is_not_there_is_named() {
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
    says(
        &text,
        &[
            "the list of areas: no answer",
            "asked 5 times",
            &format!("http://127.0.0.1:{port}/themes/"),
        ],
    );
}

#[test]
fn settings_that_cannot_be_meant_are_refused_before_anything_is_asked() {
    let world = World::small();
    for (settings, expected) in [
        (
            "requests.concurrency = 20",
            "requests.concurrency: 20 is not between 1 and 8",
        ),
        ("requests.tries = 0", "requests.tries"),
    ] {
        says(&world.refused(settings), &[expected]);
    }
    for (wrong, expected) in [
        ("ftp://example.org", "setting base"),
        ("example.org", "setting base"),
    ] {
        let source = source(&format!("kind = \"api\"\nbase = \"{wrong}\""));
        says(
            &refused(&source, world.cache(), &TestClock::at(NOON)),
            &[expected, wrong],
        );
    }
    let years = world.settings.replace("last_year = 2020", "last_year = 20");
    says(
        &refused(&source(&years), world.cache(), &TestClock::at(NOON)),
        &["last_year: 20 is not between 1900 and 2200"],
    );
    let years = world
        .settings
        .replace("last_year = 2020", "last_year = 2019");
    says(
        &refused(&source(&years), world.cache(), &TestClock::at(NOON)),
        &["last_year: 2019 is before first_year, 2020"],
    );
}

#[test]
fn redirect_to_another_server_is_refused_unless_it_is_named() {
    let world = World::small();
    let other = DashboardServer::start(world.live.data.lock().unwrap().clone());
    let (there, here) = (other.server.base.clone(), world.live.server.base.clone());
    let moved = there.clone();
    world.live.change_responses(move |request, _| {
        Reply::new("302 Found", "text/html", "")
            .with("Location", &format!("{moved}{}", request.target))
    });
    let said = world.refused("");
    let host = there.trim_start_matches("http://").to_owned();
    says(
        &said,
        &[
            "which is another server",
            &there,
            &format!("name \"{host}\" in requests.redirect_hosts"),
        ],
    );
    assert!(
        other.take_requests().is_empty(),
        "the other server is not even asked"
    );

    // By its name it may answer, and its pages lead where they belong.
    other.change_responses(move |_, mut reply| {
        reply.body = String::from_utf8(reply.body)
            .unwrap()
            .replace(&there, &here)
            .into_bytes();
        reply
    });
    let named = format!("[requests]\nredirect_hosts = [\"{host}\"]\n");
    world.assert_whole(&world.fetch(&named));

    // To itself it may send on, but not for ever, nor to what is no server.
    let fresh = World::small();
    fresh
        .live
        .change_responses(|request, reply| match request.target.contains("moved") {
            true => reply,
            false => Reply::new("301 Moved", "text/html", "")
                .with("Location", &format!("{}&moved=1", request.target)),
        });
    says(&fresh.refused("areas = [\"Nowhere\"]\n"), &["404"]);
    fresh.live.change_responses(|request, _| {
        Reply::new("307 Again", "text/html", "").with("Location", &request.target)
    });
    says(
        &fresh.refused(""),
        &["sends on from one address to the next"],
    );
    for (to, expected) in [
        ("file:///etc/passwd", "no address"),
        ("http://[x", "no address"),
        ("", "to the next"),
    ] {
        fresh.live.change_responses(move |_, _| {
            Reply::new("302 Found", "text/html", "").with("Location", to)
        });
        let said = fresh.refused("");
        says(&said, &[expected]);
        assert!(!said.contains('\u{1b}'), "{said:?}");
    }
}

#[test]
fn areas_called_as_files_of_the_cache_are_kept_apart() {
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
    let world = World::of(Dashboard::with(&areas, 2020, 20));
    world.assert_whole(&world.fetch(""));
    world.assert_whole(&world.fetch(""));
}

#[test]
fn lists_without_end_are_refused() {
    let world = World::small();
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
        (vec!["x".repeat(5000)], "which is no name of an area"),
    ] {
        world.live.change_responses(listing(names));
        let said = world.refused("");
        says(&said, &[expected]);
        assert!(said.len() < 1500, "{said}");
    }
    world.live.change_responses(for_rutland(9, |_, reply| {
        edited(&reply, |answer| answer["count"] = json!(100_001))
    }));
    says(&world.refused(""), &["counts 100001 results"]);
}

/// What is to be pasted means the name exactly, and is safe to print.
#[test]
fn settings_to_paste_mean_the_name_that_the_server_gave() {
    const HOSTILE: &str = "Rut\u{1b}[2J\u{202e}dnal\"\n[levels]\n# \\";
    let world = World::small();
    world.live.change_responses(for_rutland(9, |_, reply| {
        edited(&reply, |answer| {
            for result in answer["results"].as_array_mut().unwrap() {
                result["geography"] = json!(HOSTILE);
            }
        })
    }));
    let said = world.refused("");
    assert!(!said.contains(['\u{1b}', '\u{202e}']), "{said:?}");
    let (_, setting) = said.split_once("write names.").unwrap();
    let (setting, _) = setting.split_once(" in the source's settings").unwrap();
    let table: toml::Table = toml::from_str(setting).unwrap();
    assert_eq!(table["Rutland"].as_str(), Some(HOSTILE));
}
