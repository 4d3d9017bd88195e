//! A small web server on loopback that can also answer badly: cut, slow, in the wrong form or not
//! at all.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A request as it came.
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

/// An answer, and how it is sent.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: &'static str,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Bytes of the body after which the connection is closed.
    pub cut: Option<usize>,
    /// Bytes of the body after which nothing more is sent for as long as that.
    pub stall: Option<(usize, Duration)>,
    /// Sent in chunks instead of with its length.
    pub chunked: bool,
    /// Closed without a word.
    pub silent: bool,
    /// The length that is said, where it is not the body's.
    pub claims: Option<u64>,
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
            claims: None,
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

type Answer = dyn Fn(&Request) -> Reply + Send + Sync;

/// The server, for as long as the process lives.
#[derive(Clone)]
pub struct Server {
    /// Its address, without a slash at the end.
    pub base: String,
    log: Arc<Mutex<Vec<Request>>>,
    answer: Arc<Mutex<Arc<Answer>>>,
}

impl Server {
    pub fn start(answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let server = Server {
            base,
            log: Arc::default(),
            answer: Arc::new(Mutex::new(Arc::new(answer))),
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

    /// From now on answers otherwise.
    pub fn answers(&self, answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) {
        *self.answer.lock().unwrap() = Arc::new(answer);
    }

    /// The requests since this was last asked.
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
        let answer = self.answer.lock().unwrap().clone();
        send(&answer(&request), stream).ok()
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
            reply.claims.unwrap_or(reply.body.len() as u64)
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
