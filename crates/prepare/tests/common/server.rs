//! Provides a small web server on loopback whose responses can also be faulty: cut short, slow,
//! malformed or missing.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A request.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Path and query, as sent.
    pub target: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
}

impl Request {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }

    /// A value of the query.
    pub fn query(&self, name: &str) -> Option<&str> {
        let query = self.target.split_once('?')?.1;
        query.split('&').find_map(|pair| {
            pair.split_once('=')
                .filter(|(key, _)| *key == name)
                .map(|(_, value)| value)
        })
    }
}

/// A response, and how it is sent.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: &'static str,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// The number of bytes of the body after which the connection is closed.
    pub cut: Option<usize>,
    /// The number of bytes of the body after which sending pauses, and the length of the pause.
    pub stall: Option<(usize, Duration)>,
    /// Whether the body is sent in chunks instead of with its length.
    pub chunked: bool,
    /// Whether the connection is closed without a response.
    pub silent: bool,
    /// The Content-Length header, if it is not the length of the body.
    pub claimed_length: Option<u64>,
}

impl Reply {
    pub fn new(status: &'static str, kind: &str, body: impl Into<Vec<u8>>) -> Reply {
        Reply {
            status,
            headers: vec![("Content-Type".into(), kind.into())],
            body: body.into(),
            cut: None,
            stall: None,
            chunked: false,
            silent: false,
            claimed_length: None,
        }
    }

    pub fn json(body: impl Into<Vec<u8>>) -> Reply {
        Reply::new("200 OK", "application/json", body)
    }

    pub fn with(mut self, name: &str, value: &str) -> Reply {
        self.headers.push((name.into(), value.into()));
        self
    }
}

type Handler = dyn Fn(&Request) -> Reply + Send + Sync;

/// A server that runs until the process ends.
#[derive(Clone)]
pub struct Server {
    /// Its address, without a slash at the end.
    pub base: String,
    log: Arc<Mutex<Vec<Request>>>,
    handler: Arc<Mutex<Arc<Handler>>>,
}

impl Server {
    pub fn start(handler: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let server = Server {
            base,
            log: Arc::default(),
            handler: Arc::new(Mutex::new(Arc::new(handler))),
        };
        let shared = server.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = shared.clone();
                thread::spawn(move || shared.serve(&stream));
            }
        });
        server
    }

    /// Responds by another handler from now on.
    pub fn set_handler(&self, handler: impl Fn(&Request) -> Reply + Send + Sync + 'static) {
        *self.handler.lock().unwrap() = Arc::new(handler);
    }

    /// Returns the requests since the last call.
    pub fn take_log(&self) -> Vec<Request> {
        std::mem::take(&mut self.log.lock().unwrap())
    }

    fn serve(&self, stream: &TcpStream) -> Option<()> {
        let mut lines = BufReader::new(stream).lines();
        let target = lines.next()?.ok()?.split(' ').nth(1)?.to_owned();
        let mut request = Request {
            target,
            headers: vec![],
        };
        for line in lines {
            let line = line.ok()?;
            let Some((name, value)) = line.split_once(':') else {
                break;
            };
            request
                .headers
                .push((name.to_lowercase(), value.trim().to_owned()));
        }
        self.log.lock().unwrap().push(request.clone());
        let handler = self.handler.lock().unwrap().clone();
        send(&handler(&request), stream).ok()
    }
}

fn send(reply: &Reply, mut stream: &TcpStream) -> std::io::Result<()> {
    if reply.silent {
        return Ok(());
    }
    let mut head = format!("HTTP/1.1 {}\r\nConnection: close\r\n", reply.status);
    for (name, value) in &reply.headers {
        head += &format!("{name}: {value}\r\n");
    }
    let bodiless = reply.status.starts_with("304");
    if reply.chunked {
        head += "Transfer-Encoding: chunked\r\n";
    } else if !bodiless {
        head += &format!(
            "Content-Length: {}\r\n",
            reply.claimed_length.unwrap_or(reply.body.len() as u64)
        );
    }
    stream.write_all(format!("{head}\r\n").as_bytes())?;
    if bodiless {
        return Ok(());
    }
    let end = reply.cut.unwrap_or(reply.body.len()).min(reply.body.len());
    let pause = reply.stall.map_or(end, |(after, _)| after.min(end));
    for part in [&reply.body[..pause], &reply.body[pause..end]] {
        for piece in part.chunks(1 << 16) {
            if reply.chunked {
                write!(stream, "{:x}\r\n", piece.len())?;
            }
            stream.write_all(piece)?;
            if reply.chunked {
                stream.write_all(b"\r\n")?;
            }
        }
        stream.flush()?;
        if let Some((_, time)) = reply.stall.filter(|_| pause < end && part.len() == pause) {
            thread::sleep(time);
        }
    }
    if reply.chunked && end == reply.body.len() {
        stream.write_all(b"0\r\n\r\n")?;
    }
    Ok(())
}
