//! Tests the server over real sockets.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::*;

/// A temporary site for one test.
struct Site(tempfile::TempDir);

impl Site {
    fn new() -> Self {
        let holder = tempfile::tempdir().unwrap();
        let folder = holder.path();
        fs::create_dir_all(folder.join("site/data")).unwrap();
        for (file, content) in [
            ("secret.txt", "secret"),
            ("site/index.html", "<p>page</p>"),
            ("site/.hidden", "hidden"),
            ("site/app-0a1b2c3d4e5f6071.wasm", "\0asm and more"),
            ("site/app-0a1b2c3d4e5f6071.wasm.br", "brotli"),
            ("site/app-0a1b2c3d4e5f6071.wasm.gz", "gzip"),
            (
                "site/data/manifest.json",
                "{\"a\": \"a long enough file to stop in the middle of\"}",
            ),
            ("site/data/index.html", "data"),
        ] {
            fs::write(folder.join(file), content).unwrap();
        }
        Self(holder)
    }

    fn start(&self) -> Server {
        Server::start(self.0.path().join("site"), ServerOptions::default()).unwrap()
    }
}

fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    stream
}

/// Sends one request on a new connection and returns the response.
fn exchange(server: &Server, request: &str) -> String {
    let mut stream = connect(server);
    stream
        .write_all(format!("{request}Host: test\r\nConnection: close\r\n\r\n").as_bytes())
        .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

fn get(server: &Server, path: &str) -> String {
    exchange(server, &format!("GET {path} HTTP/1.1\r\n"))
}

fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").expect("a head").1
}

#[test]
fn response_has_type_and_cache_control() {
    let site = Site::new();
    let server = site.start();
    let page = get(&server, "/?level=msoa");
    assert!(
        page.starts_with("HTTP/1.1 200 OK\r\n") && page.contains("Content-Type: text/html"),
        "{page}"
    );
    assert!(
        page.contains("Cache-Control: no-cache\r\n") && body(&page) == "<p>page</p>",
        "{page}"
    );
    let wasm = get(&server, "/app-0a1b2c3d4e5f6071.wasm");
    assert!(
        wasm.contains("Content-Type: application/wasm\r\n") && wasm.contains("immutable"),
        "{wasm}"
    );
    assert_eq!(
        server.requests(),
        ["/?level=msoa", "/app-0a1b2c3d4e5f6071.wasm"]
    );
}

#[test]
fn response_uses_best_accepted_coding() {
    let site = Site::new();
    let server = site.start();
    let ask = |accepted: &str| {
        exchange(
            &server,
            &format!("GET /app-0a1b2c3d4e5f6071.wasm HTTP/1.1\r\nAccept-Encoding: {accepted}\r\n"),
        )
    };
    for (accepted, coding, content) in [
        ("gzip, deflate, br, zstd", "br", "brotli"),
        ("gzip", "gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip", "gzip"),
    ] {
        let answer = ask(accepted);
        assert!(
            answer.contains(&format!("Content-Encoding: {coding}\r\n")),
            "{accepted}: {answer}"
        );
        assert!(
            answer.contains("Content-Type: application/wasm\r\n")
                && answer.contains("Vary: Accept-Encoding\r\n")
        );
        assert_eq!(body(&answer), content);
    }
    let plain = ask("identity");
    assert!(!plain.contains("Content-Encoding"), "{plain}");
    assert_eq!(body(&plain), "\0asm and more");
}

#[test]
fn file_without_compressed_copy_is_compressed_on_the_fly() {
    let site = Site::new();
    let long = "{\"areas\": 380} ".repeat(100);
    fs::write(site.0.path().join("site/data/long.json"), &long).unwrap();
    fs::write(site.0.path().join("site/long.png"), &long).unwrap();
    let server = site.start();
    let ask = |path: &str| {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\nAccept-Encoding: gzip, \
             br\r\n\r\n"
        );
        let mut stream = connect(&server);
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer
            .windows(4)
            .position(|bytes| bytes == b"\r\n\r\n")
            .unwrap()
            + 4;
        (
            String::from_utf8_lossy(&answer[..end]).into_owned(),
            answer[end..].to_vec(),
        )
    };
    let (head, sent) = ask("/data/long.json");
    assert!(
        head.contains("Content-Encoding: gzip\r\n") && sent.len() < 200,
        "{head}"
    );
    let mut unpacked = String::new();
    flate2::read::GzDecoder::new(&sent[..])
        .read_to_string(&mut unpacked)
        .unwrap();
    assert_eq!(unpacked, long);
    for plain in ["/data/manifest.json", "/long.png"] {
        assert!(!ask(plain).0.contains("Content-Encoding"), "{plain}");
    }
}

#[test]
fn matching_etag_gives_304_without_body() {
    let site = Site::new();
    let server = site.start();
    let first = get(&server, "/data/manifest.json");
    let tag = first
        .lines()
        .find_map(|l| l.strip_prefix("ETag: "))
        .unwrap();
    let again = exchange(
        &server,
        &format!("GET /data/manifest.json HTTP/1.1\r\nIf-None-Match: {tag}\r\n"),
    );
    assert!(
        again.starts_with("HTTP/1.1 304 ") && body(&again).is_empty(),
        "{again}"
    );
    let other = exchange(
        &server,
        "GET /data/manifest.json HTTP/1.1\r\nIf-None-Match: \"other\"\r\n",
    );
    assert!(other.starts_with("HTTP/1.1 200 "), "{other}");
}

#[test]
fn hidden_and_outside_files_give_404() {
    let site = Site::new();
    #[cfg(unix)]
    std::os::unix::fs::symlink(
        site.0.path().join("secret.txt"),
        site.0.path().join("site/link.txt"),
    )
    .unwrap();
    let server = site.start();
    for path in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/data/..%2f..%2fsecret.txt",
        "/..%5csecret.txt",
        "/.hidden",
        "/link.txt",
        "/nothing",
        "/index.html/",
        "/%ff",
    ] {
        let answer = get(&server, path);
        assert!(
            answer.starts_with("HTTP/1.1 404 ") && !body(&answer).is_empty(),
            "{path}: {answer}"
        );
    }
}

#[test]
fn methods_other_than_get_and_head_give_405() {
    let site = Site::new();
    let server = site.start();
    assert!(exchange(&server, "DELETE /index.html HTTP/1.1\r\n").starts_with("HTTP/1.1 405 "));
    let head = exchange(&server, "HEAD /index.html HTTP/1.1\r\n");
    assert!(
        head.contains("Content-Length: 11\r\n") && body(&head).is_empty(),
        "{head}"
    );
    assert!(exchange(&server, "nonsense\r\n").starts_with("HTTP/1.1 400 "));
}

#[test]
fn folder_serves_index_and_redirects_to_slash() {
    let site = Site::new();
    let server = site.start();
    assert_eq!(body(&get(&server, "/data/")), "data");
    assert!(get(&server, "/data?a=b").contains("Location: /data/?a=b\r\n"));
}

#[test]
fn mount_serves_site_under_path() {
    let site = Site::new();
    let options = ServerOptions {
        mount: "maps/rising".to_owned(),
        ..ServerOptions::default()
    };
    let server = Server::start(site.0.path().join("site"), options).unwrap();
    assert!(server.url().ends_with("/maps/rising/"));
    assert_eq!(body(&get(&server, "/maps/rising/")), "<p>page</p>");
    assert!(get(&server, "/maps/rising?x").contains("Location: /maps/rising/?x\r\n"));
    assert!(get(&server, "/index.html").starts_with("HTTP/1.1 404 "));
}

#[test]
fn connection_serves_pipelined_requests() {
    let site = Site::new();
    let server = site.start();
    let mut stream = connect(&server);
    // Both at once: bytes after the first head must not be lost.
    stream
        .write_all(
            b"GET /data/ HTTP/1.1\r\nHost: t\r\n\r\nGET / HTTP/1.1\r\nHost: \
            t\r\nConnection: close\r\n\r\n",
        )
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert_eq!(answer.matches("HTTP/1.1 200 OK").count(), 2, "{answer}");
}

#[test]
fn content_faults_are_complete_responses() {
    let site = Site::new();
    let server = site.start();
    server.set_fault("manifest", ResponseFault::Truncated(5));
    let answer = get(&server, "/data/manifest.json");
    assert!(
        answer.contains("Content-Length: 5\r\n")
            && answer.contains("no-store")
            && body(&answer).len() == 5,
        "{answer}"
    );
    server.set_fault("manifest", ResponseFault::Status(503));
    let answer = get(&server, "/data/manifest.json");
    assert!(
        answer.starts_with("HTTP/1.1 503 Service Unavailable\r\n") && answer.contains("no-store"),
        "{answer}"
    );
    server.set_fault("manifest", ResponseFault::Replaced(b"other".to_vec()));
    assert_eq!(body(&get(&server, "/data/manifest.json")), "other");
    server.set_fault("/api/", ResponseFault::Replaced(b"[]".to_vec()));
    assert_eq!(body(&get(&server, "/api/no-such-file.json?page=2")), "[]");
    server.clear_faults();
    assert!(body(&get(&server, "/data/manifest.json")).starts_with("{\"a\""));
}

#[test]
fn fault_once_ends_after_one_request() {
    let site = Site::new();
    let server = site.start();
    for (fault, first_line, header, content) in [
        (
            ResponseFault::Partial(5),
            "HTTP/1.1 206 Partial Content",
            "Content-Range: bytes 0-4/52",
            "{\"a\":",
        ),
        (
            ResponseFault::HtmlPage("<p>Pay first</p>".to_owned()),
            "HTTP/1.1 200 OK",
            "Content-Type: text/html",
            "<p>Pay first</p>",
        ),
        (
            ResponseFault::ReplacedImmutable(b"damaged".to_vec()),
            "HTTP/1.1 200 OK",
            "Cache-Control: public, max-age=31536000, immutable",
            "damaged",
        ),
    ] {
        server.set_fault("manifest", fault.once());
        let answer = get(&server, "/data/manifest.json");
        assert!(
            answer.starts_with(first_line) && answer.contains(header) && body(&answer) == content,
            "{answer}"
        );
        assert!(body(&get(&server, "/data/manifest.json")).starts_with("{\"a\""));
    }
}

#[test]
fn fault_cut_closes_before_announced_length() {
    let site = Site::new();
    let server = site.start();
    server.set_fault("manifest", ResponseFault::Cut(7));
    // Keep-alive, so that only the fault can close the connection.
    let mut stream = connect(&server);
    stream
        .write_all(b"GET /data/manifest.json HTTP/1.1\r\nHost: t\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("Content-Length: 52\r\n"), "{answer}");
    assert_eq!(body(&answer).len(), 7);
}

#[test]
fn fault_stalled_resumes_when_cleared() {
    let site = Site::new();
    let server = site.start();
    server.set_fault("manifest", ResponseFault::Stalled);
    let mut stream = connect(&server);
    stream
        .write_all(b"GET /data/manifest.json HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n")
        .unwrap();
    stream
        .set_read_timeout(Some(Duration::from_millis(300)))
        .unwrap();
    let mut answer = Vec::new();
    let stalled = stream
        .read_to_end(&mut answer)
        .expect_err("it must not end");
    assert!(
        matches!(
            stalled.kind(),
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
        ),
        "{stalled}"
    );
    assert!(
        String::from_utf8_lossy(&answer).contains("\r\n\r\n{\"a\""),
        "the body must have begun"
    );
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    server.clear_faults();
    stream.read_to_end(&mut answer).unwrap();
    assert!(answer.ends_with(b"middle of\"}"));
}

#[test]
fn fault_delayed_sends_whole_response_late() {
    let site = Site::new();
    let server = site.start();
    let delay = Duration::from_millis(300);
    server.set_fault("manifest", ResponseFault::Delayed(delay));
    let asked = Instant::now();
    let answer = get(&server, "/data/manifest.json");
    assert!(
        asked.elapsed() >= delay && body(&answer).len() == 52,
        "{answer}"
    );
}

#[test]
fn drop_closes_port_and_connections() {
    let site = Site::new();
    let server = site.start();
    server.set_fault("manifest", ResponseFault::Stalled);
    let port = server.port();
    let mut stalled = connect(&server);
    stalled
        .write_all(b"GET /data/manifest.json HTTP/1.1\r\nHost: t\r\n\r\n")
        .unwrap();
    stalled.read_exact(&mut [0; 20]).unwrap();
    drop(server);
    // The read must end, with or without an error: the client must not wait for ever.
    let _ = stalled.read_to_end(&mut Vec::new());
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
}

#[test]
fn start_fails_for_taken_port_and_missing_folder() {
    let site = Site::new();
    let server = site.start();
    let options = ServerOptions {
        port: server.port(),
        ..ServerOptions::default()
    };
    assert!(matches!(
        Server::start(site.0.path().join("site"), options),
        Err(ServerError::Bind { .. })
    ));
    assert!(matches!(
        Server::start(site.0.path().join("none"), ServerOptions::default()),
        Err(ServerError::NoFolder(_))
    ));
}

#[test]
fn extra_mounts_serve_other_folders_with_cors() {
    let site = Site::new();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("article.html"), "an article").unwrap();
    let options = ServerOptions {
        mount: "/maps/".to_owned(),
        extra_mounts: vec![("/maps/examples".to_owned(), folder.path().to_owned())],
        ..ServerOptions::default()
    };
    let server = Server::start(site.0.path().join("site"), options).unwrap();
    assert!(get(&server, "/maps/examples/article.html").ends_with("an article"));
    assert!(get(&server, "/maps/examples/index.html").starts_with("HTTP/1.1 404"));
    let page = get(&server, "/maps/");
    assert!(
        page.starts_with("HTTP/1.1 200") && page.contains("\r\nAccess-Control-Allow-Origin: *\r\n"),
        "{page}"
    );
}

#[test]
fn inject_script_changes_pages_only() {
    let site = Site::new();
    let server = site.start();
    let before = get(&server, "/");
    server.inject_script("first()");
    server.inject_script("second()");
    let scripts = "<script>first()</script><script>second()</script>";
    let page = get(&server, "/");
    assert_eq!(body(&page), format!("{scripts}<p>page</p>"));
    let tag = |answer: &str| {
        answer
            .lines()
            .find(|line| line.starts_with("ETag: "))
            .map(str::to_owned)
    };
    assert_ne!(
        tag(&page),
        tag(&before),
        "a browser would keep the page without the scripts"
    );
    server.set_fault(
        "other.html",
        ResponseFault::Replaced(b"<!doctype html><html><head><title>".to_vec()),
    );
    assert_eq!(
        body(&get(&server, "/other.html")),
        format!("<!doctype html><html><head>{scripts}<title>")
    );
    assert_eq!(
        body(&get(&server, "/app-0a1b2c3d4e5f6071.wasm")),
        "\0asm and more"
    );
}
