//! Reads request heads and writes response heads.

use std::fmt::Write as _;
use std::io::{self, Read, Write};

/// Limit of a request's head in bytes, more than any browser sends for a file.
const MAX_HEAD_LENGTH: usize = 32 * 1024;
const MAX_HEADERS: usize = 100;

/// The head of a request.
#[derive(Debug)]
pub(super) struct Request {
    pub method: String,
    /// The path and query as sent, still percent-encoded.
    pub target: String,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    /// Whether the client may send more requests on this connection.
    pub keep_alive: bool,
}

impl Request {
    /// Returns the value of a header by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether a body follows the head.
    pub fn has_body(&self) -> bool {
        self.header("transfer-encoding").is_some()
            || self
                .header("content-length")
                .is_some_and(|length| length != "0")
    }
}

/// The result of [`read_request`].
#[derive(Debug)]
pub(super) enum Incoming {
    Request(Request),
    /// The client has closed the connection between requests.
    Closed,
    /// The bytes are not HTTP or too long.
    Malformed,
}

/// Reads the next request's head. `buffer` has bytes received after the previous head, and
/// afterwards those after this one.
pub(super) fn read_request(stream: &mut impl Read, buffer: &mut Vec<u8>) -> io::Result<Incoming> {
    loop {
        let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut head = httparse::Request::new(&mut headers);
        match head.parse(buffer) {
            Ok(httparse::Status::Complete(length)) => {
                let request = to_request(&head);
                buffer.drain(..length);
                return Ok(Incoming::Request(request));
            }
            Ok(httparse::Status::Partial) if buffer.len() < MAX_HEAD_LENGTH => {}
            Ok(httparse::Status::Partial) | Err(_) => return Ok(Incoming::Malformed),
        }
        let mut chunk = [0; 4096];
        match stream.read(&mut chunk)? {
            0 => return Ok(Incoming::Closed),
            n => buffer.extend_from_slice(&chunk[..n]),
        }
    }
}

fn to_request(head: &httparse::Request) -> Request {
    let headers: Vec<(String, String)> = head
        .headers
        .iter()
        .map(|h| {
            (
                h.name.to_ascii_lowercase(),
                String::from_utf8_lossy(h.value).into_owned(),
            )
        })
        .collect();
    let connection = headers
        .iter()
        .find(|(n, _)| n == "connection")
        .map(|(_, v)| v.to_ascii_lowercase());
    let keep_alive = match connection.as_deref() {
        Some(value) if value.contains("close") => false,
        Some(value) if value.contains("keep-alive") => true,
        _ => head.version == Some(1),
    };
    Request {
        method: head.method.unwrap_or_default().to_owned(),
        target: head.path.unwrap_or_default().to_owned(),
        headers,
        keep_alive,
    }
}

/// The head of a response.
#[derive(Debug)]
pub(super) struct Head {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
}

impl Head {
    pub fn new(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
        }
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Sends the head with this `Content-Length`.
    pub fn write(
        &self,
        stream: &mut impl Write,
        content_length: usize,
        keep_alive: bool,
    ) -> io::Result<()> {
        let mut text = format!(
            "HTTP/1.1 {} {}\r\n",
            self.status,
            reason_phrase(self.status)
        );
        for (name, value) in &self.headers {
            let _ = write!(text, "{name}: {value}\r\n");
        }
        // A 304 has no body; clients would take a length for that of the file.
        if self.status != 304 {
            let _ = write!(text, "Content-Length: {content_length}\r\n");
        }
        let _ = write!(
            text,
            "Connection: {}\r\n\r\n",
            if keep_alive { "keep-alive" } else { "close" }
        );
        stream.write_all(text.as_bytes())
    }
}

/// Returns the reason phrase of a status; HTTP allows an empty one.
pub(super) fn reason_phrase(status: u16) -> &'static str {
    match status {
        200 => "OK",
        206 => "Partial Content",
        301 => "Moved Permanently",
        304 => "Not Modified",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not PathLookup",
        405 => "Method Not Allowed",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "",
    }
}

/// Whether an `Accept-Encoding` value allows `coding`.
pub(super) fn accepts(accept_encoding: &str, coding: &str) -> bool {
    accept_encoding.split(',').any(|part| {
        let mut fields = part.split(';').map(str::trim);
        let named = fields
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case(coding));
        let refused = fields.any(|f| {
            f.strip_prefix("q=")
                .is_some_and(|q| q.trim().parse() == Ok(0.0_f32))
        });
        named && !refused
    })
}

/// Whether an `If-None-Match` value names this ETag.
pub(super) fn matches_etag(if_none_match: &str, tag: &str) -> bool {
    let strong = tag.trim_start_matches("W/");
    if_none_match
        .split(',')
        .map(str::trim)
        .any(|t| t == "*" || t.trim_start_matches("W/") == strong)
}
