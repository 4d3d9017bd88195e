//! Makes a small site with a data set, and serves it with correct or changed responses.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use sha2::{Digest as _, Sha256};

use super::editions::{Inputs, run};
use super::{prepare, printed};

pub const STYLE: &str = "rising-0123456789abcdef.css";
pub const SCRIPT: &str = "rising-0a1b2c3d4e5f6071.js";
pub const PROGRAM: &str = "rising-0a1b2c3d4e5f6072_bg.wasm";
/// A chunk of the program, which the page does not name.
pub const CHUNK: &str = "details-0a1b2c3d4e5f6073.wasm";

/// Makes a site like that of `cargo xtask build`, with one edition of both levels, or several
/// editions of authorities only.
pub fn make(site: &Path, editions: u32) {
    let data = site.join("data");
    let inputs = Inputs::new();
    for number in 0..editions {
        printed(&run(&inputs.publish(number, &data, &["--precompress"])));
    }
    let msoa = "compile --level msoa --cases msoa_cases.csv --population msoa_population.csv --boundaries msoas.geojson \
        --published 2021-02-11 --keep-old 0 --out";
    if editions == 1 {
        printed(&prepare(
            msoa.split_whitespace().chain([data.to_str().unwrap()]),
        ));
    }
    let mut digests = BTreeMap::new();
    for (name, line) in [
        (STYLE, "a { color: #123 }\n"),
        (SCRIPT, "export {};\n"),
        (PROGRAM, "\0asm"),
        (CHUNK, "\0asm!"),
    ] {
        let content = line.repeat(1000);
        fs::write(site.join(name), &content).unwrap();
        copies(&site.join(name));
        digests.insert(name, hexadecimal(&Sha256::digest(&content)));
    }
    let list = serde_json::json!({ "format": 1, "files": digests });
    fs::write(site.join("offline.json"), list.to_string()).unwrap();
    for name in ["sw.js", "embed.js"] {
        fs::write(site.join(name), "'use strict';").unwrap();
    }
    let page = format!(
        "<html><head><!--slot:policy--><!--/slot:policy--><!--slot:description--><!--/slot:description--><!--slot:first-view-files--><!--/slot:first-view-files--><link rel=\"stylesheet\" href=\"./{STYLE}\"></head><body><!--slot:prerendered-view--><!--/slot:prerendered-view--><script>\
         import('./{SCRIPT}');ask('./{PROGRAM}')</script></body></html>"
    );
    fs::write(site.join("index.html"), page).unwrap();
    printed(&prepare(["prerender", "--site", site.to_str().unwrap()]));
    for page in ["index.html", "area/E06000017/index.html"] {
        copies(&site.join(page));
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes the compressed copies of a file.
pub fn copies(file: &Path) {
    let content = fs::read(file).unwrap();
    let mut brotli = vec![];
    brotli::BrotliCompress(&mut &content[..], &mut brotli, &Default::default()).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(vec![], flate2::Compression::fast());
    gzip.write_all(&content).unwrap();
    fs::write(format!("{}.br", file.display()), brotli).unwrap();
    fs::write(format!("{}.gz", file.display()), gzip.finish().unwrap()).unwrap();
}

/// A response before it is sent.
pub struct Response {
    pub status: u16,
    pub headers: BTreeMap<&'static str, String>,
    pub body: Vec<u8>,
    /// Whether fewer bytes are sent than the Content-Length.
    pub cut: bool,
}

/// A function that changes a response, given the path and the accepted encodings of the request.
pub type Change = dyn Fn(&str, &str, &mut Response) + Send + Sync;

/// A server of a folder on 127.0.0.1 that runs until it is dropped.
pub struct Server {
    address: SocketAddr,
    stopping: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub fn start(
        folder: &Path,
        change: impl Fn(&str, &str, &mut Response) + Send + Sync + 'static,
    ) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let stopping = Arc::new(AtomicBool::new(false));
        let folder = folder.to_owned();
        let change = Arc::new(change);
        let stop = stopping.clone();
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                let folder = folder.clone();
                let change = change.clone();
                thread::spawn(move || serve(&stream.unwrap(), &folder, &*change));
            }
        });
        Server {
            address,
            stopping,
            thread: Some(thread),
        }
    }

    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn serve(mut stream: &TcpStream, folder: &Path, change: &Change) {
    stream.set_nodelay(true).unwrap();
    let mut lines = BufReader::new(stream).lines();
    while let Some(Ok(request)) = lines.next() {
        let path = request
            .split(' ')
            .nth(1)
            .unwrap()
            .trim_start_matches('/')
            .to_owned();
        let mut accepted = String::new();
        for header in lines
            .by_ref()
            .map_while(Result::ok)
            .take_while(|line| !line.is_empty())
        {
            if let Some((name, value)) = header.split_once(':')
                && name.eq_ignore_ascii_case("accept-encoding")
            {
                accepted = value.trim().to_owned();
            }
        }
        let mut response = respond(folder, &path, &accepted);
        change(&path, &accepted, &mut response);
        let length = response.body.len();
        let headers: String = response
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let head = format!(
            "HTTP/1.1 {} X\r\n{headers}Content-Length: {length}\r\n\r\n",
            response.status
        );
        let body = if response.cut {
            &response.body[..length / 2]
        } else {
            &response.body[..]
        };
        if stream
            .write_all(head.as_bytes())
            .and_then(|()| stream.write_all(body))
            .is_err()
            || response.cut
        {
            let _ = stream.shutdown(std::net::Shutdown::Both);
            return;
        }
    }
}

/// Returns the correct response.
fn respond(folder: &Path, path: &str, accepted: &str) -> Response {
    let name = if path.is_empty() || path.ends_with('/') {
        format!("{path}index.html")
    } else {
        path.to_owned()
    };
    let file = folder.join(&name);
    let copy = |end: &str| PathBuf::from(format!("{}{end}", file.display()));
    let accepts = |coding: &str| accepted.split(',').any(|name| name.trim() == coding);
    let coding = [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .find(|(name, end)| accepts(name) && copy(end).is_file());
    let Ok(body) = fs::read(coding.map_or(file.clone(), |(_, end)| copy(end))) else {
        return Response {
            status: 404,
            headers: BTreeMap::new(),
            body: b"not here".to_vec(),
            cut: false,
        };
    };
    let kind = match name.rsplit_once('.').unwrap().1 {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css",
        "js" => "text/javascript",
        "json" => "application/json",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    };
    let hashed = name.ends_with(".bin") || (name.contains('-') && !name.contains('/'));
    let caching = if hashed {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let mut headers = BTreeMap::from([
        ("Content-Type", kind.to_owned()),
        ("Cache-Control", caching.to_owned()),
        ("X-Content-Type-Options", "nosniff".to_owned()),
        ("Vary", "Accept-Encoding".to_owned()),
        ("Access-Control-Allow-Origin", "*".to_owned()),
    ]);
    if let Some((coding, _)) = coding {
        headers.insert("Content-Encoding", coding.to_owned());
    }
    Response {
        status: 200,
        headers,
        body,
        cut: false,
    }
}
