//! Answers the requests of a connection in order, with the fault that is set, if any.

use std::fs;
use std::io::{self, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::fault::ResponseFault;
use super::files::{self, PathLookup};
use super::http::{self, Head, Incoming, Request};
use super::{Shared, http::reason_phrase};

/// Time limit for reading the next request and for writing a response.
const TIMEOUT: Duration = Duration::from_mins(1);
/// Bytes that a stalled response sends first, so that the client sees its beginning.
const BEFORE_STALL: usize = 16;
/// Bytes below which a response is not compressed: it fits one packet.
const WORTH_COMPRESSING: usize = 1000;

/// Answers requests until the client or a fault closes the connection.
pub(super) fn serve(stream: &TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    let mut stream = stream;
    let mut buffer = Vec::new();
    while !shared.stopping.load(Ordering::SeqCst) {
        let request = match http::read_request(&mut stream, &mut buffer)? {
            Incoming::Request(request) => request,
            Incoming::Closed => return Ok(()),
            Incoming::Malformed => {
                return text_response(400, "This is not a request that this server understands.")
                    .send(stream, "GET", false);
            }
        };
        shared
            .requests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(request.target.clone());
        if shared.unreachable.load(Ordering::SeqCst) {
            return Ok(());
        }
        // Request bodies are not read, so a request after one cannot be found.
        let keep_alive = request.keep_alive && !request.has_body();
        let keep_open = match shared.faults.take_for(&request.target) {
            None => respond(&request, shared)
                .send(stream, &request.method, keep_alive)
                .map(|()| keep_alive)?,
            Some(fault) => send_faulted(stream, &request, &fault, shared, keep_alive)?,
        };
        if !keep_open {
            return Ok(());
        }
    }
    Ok(())
}

/// A response with its body.
struct Response {
    head: Head,
    body: Vec<u8>,
}

impl Response {
    fn send(self, mut stream: &TcpStream, method: &str, keep_alive: bool) -> io::Result<()> {
        self.head.write(&mut stream, self.body.len(), keep_alive)?;
        if method != "HEAD" && self.head.status != 304 {
            stream.write_all(&self.body)?;
        }
        Ok(())
    }
}

/// Inserts scripts at the start of a page's head.
fn insert_scripts(mut page: Vec<u8>, scripts: &str) -> Vec<u8> {
    let head = page
        .windows(6)
        .position(|window| window == b"<head>")
        .map_or(0, |at| at + 6);
    page.splice(head..head, scripts.bytes());
    page
}

fn text_response(status: u16, sentence: &str) -> Response {
    Response {
        head: Head::new(status)
            .with("Content-Type", "text/plain; charset=utf-8")
            .with("Cache-Control", "no-cache")
            .with("X-Content-Type-Options", "nosniff"),
        body: format!("{sentence}\n").into_bytes(),
    }
}

fn path_without_query(target: &str) -> &str {
    target.split(['?', '#']).next().unwrap_or_default()
}

/// Returns the file of a request's path, or an error response if the site has no such file.
fn locate(request: &Request, shared: &Shared) -> Result<PathBuf, Response> {
    let path = path_without_query(&request.target);
    let not_found = || text_response(404, &format!("There is no {path} on this server."));
    let own = (&shared.mount, &shared.folder);
    let mut mounts = shared
        .extra_mounts
        .iter()
        .map(|(mount, folder)| (mount, folder))
        .chain([own]);
    let mounted =
        mounts.find_map(|(mount, folder)| Some((path.strip_prefix(mount.as_str())?, folder)));
    let Some((inner, folder)) = mounted else {
        let without_slash = shared.mount.strip_suffix('/') == Some(path);
        return Err(if without_slash {
            redirect(&shared.mount, &request.target)
        } else {
            not_found()
        });
    };
    match files::find(folder, &format!("/{inner}")) {
        PathLookup::File(file) => Ok(file),
        PathLookup::MissingSlash => Err(redirect(&format!("{path}/"), &request.target)),
        PathLookup::NotFound => Err(not_found()),
    }
}

/// Redirects to `path` with the query of `target`.
fn redirect(path: &str, target: &str) -> Response {
    let query = target.find('?').map_or("", |at| &target[at..]);
    let mut response = text_response(301, &format!("This is at {path}."));
    // Two leading slashes would name another host.
    response.head = response.head.with(
        "Location",
        format!("/{}{query}", path.trim_start_matches('/')),
    );
    response
}

/// Returns the response to a request without a fault.
fn respond(request: &Request, shared: &Shared) -> Response {
    if !matches!(request.method.as_str(), "GET" | "HEAD") {
        let mut response = text_response(405, "This server answers GET and HEAD only.");
        response.head = response.head.with("Allow", "GET, HEAD");
        return response;
    }
    let file = match locate(request, shared) {
        Ok(file) => file,
        Err(response) => return response,
    };
    let is_page = files::content_type(&file).starts_with("text/html");
    let scripts = if is_page {
        shared.injected_scripts()
    } else {
        String::new()
    };
    let accepted = request
        .header("accept-encoding")
        .filter(|_| scripts.is_empty())
        .unwrap_or_default();
    let (sent, coding) = [("br", "br"), ("gzip", "gz")]
        .into_iter()
        .filter(|(coding, _)| http::accepts(accepted, coding))
        .map(|(coding, extension)| (append_extension(&file, extension), Some(coding)))
        .find(|(beside, _)| beside.is_file())
        .unwrap_or_else(|| (file.clone(), None));
    let Ok((metadata, mut body)) = fs::metadata(&sent).and_then(|m| Ok((m, fs::read(&sent)?)))
    else {
        return text_response(404, "This file has just been removed.");
    };
    let coding =
        coding.or_else(|| compress_if_worthwhile(&mut body, &file, accepted).then_some("gzip"));
    let mut tag = files::etag(&metadata, coding);
    if !scripts.is_empty() {
        body = insert_scripts(body, &scripts);
        tag.insert_str(1, &format!("{}-", scripts.len()));
    }
    let mut head = Head::new(200)
        .with("Content-Type", files::content_type(&file))
        .with("Cache-Control", files::cache_control(&file))
        .with("ETag", tag.clone())
        // A sandboxed frame has an opaque origin, so that even its page's own files are
        // cross-origin.
        .with("Access-Control-Allow-Origin", "*")
        .with("Vary", "Accept-Encoding")
        .with("X-Content-Type-Options", "nosniff");
    if let Some(coding) = coding {
        head = head.with("Content-Encoding", coding);
    }
    if request
        .header("if-none-match")
        .is_some_and(|known| http::matches_etag(known, &tag))
    {
        head.status = 304;
        return Response {
            head,
            body: Vec::new(),
        };
    }
    Response { head, body }
}

/// Compresses a file without compressed copies, such as the manifest, unless it is small. Returns
/// whether it did.
fn compress_if_worthwhile(body: &mut Vec<u8>, file: &Path, accepted: &str) -> bool {
    if body.len() < WORTH_COMPRESSING
        || !files::is_compressible(file)
        || !http::accepts(accepted, "gzip")
    {
        return false;
    }
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    let Ok(smaller) = gzip.write_all(body).and_then(|()| gzip.finish()) else {
        return false;
    };
    *body = smaller;
    true
}

/// Appends an extension: `index.html` and `br` give `index.html.br`.
fn append_extension(file: &Path, extension: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    name.into()
}

/// Answers with a fault. Returns whether the connection stays open.
fn send_faulted(
    mut stream: &TcpStream,
    request: &Request,
    fault: &ResponseFault,
    shared: &Shared,
    keep_alive: bool,
) -> io::Result<bool> {
    if let ResponseFault::Delayed(time) = fault {
        shared
            .faults
            .wait_while_set(&request.target, fault, Some(*time));
    }
    if *fault == ResponseFault::Closed {
        return Ok(false);
    }
    let file = locate(request, shared);
    let media_type = match &file {
        Ok(file) => files::content_type(file),
        Err(_) => files::content_type(Path::new(path_without_query(&request.target))),
    };
    let (status, media_type) = match fault {
        ResponseFault::Partial(_) => (206, media_type),
        ResponseFault::HtmlPage(_) => (200, "text/html; charset=utf-8"),
        _ => (200, media_type),
    };
    let keep = if matches!(fault, ResponseFault::ReplacedImmutable(_)) {
        "public, max-age=31536000, immutable"
    } else {
        "no-store"
    };
    let head = Head::new(status)
        .with("Content-Type", media_type)
        .with("Cache-Control", keep)
        .with("Access-Control-Allow-Origin", "*");
    let body = match (fault, file) {
        (ResponseFault::Status(status), _) => {
            let mut response =
                text_response(*status, &format!("{status} {}", reason_phrase(*status)));
            response
                .head
                .headers
                .retain(|(name, _)| *name != "Cache-Control");
            response.head = response.head.with("Cache-Control", "no-store");
            return response
                .send(stream, &request.method, keep_alive)
                .map(|()| keep_alive);
        }
        (ResponseFault::Replaced(bytes), _) if media_type.starts_with("text/html") => {
            insert_scripts(bytes.clone(), &shared.injected_scripts())
        }
        (ResponseFault::Replaced(bytes) | ResponseFault::ReplacedImmutable(bytes), _) => {
            bytes.clone()
        }
        (ResponseFault::HtmlPage(html), _) => html.clone().into_bytes(),
        (_, Ok(file)) => fs::read(file)?,
        (_, Err(response)) => {
            return response
                .send(stream, &request.method, keep_alive)
                .map(|()| keep_alive);
        }
    };
    match fault {
        ResponseFault::Truncated(length) | ResponseFault::Partial(length) => {
            let sent = body[..body.len().min(*length)].to_vec();
            let range = format!("bytes 0-{}/{}", sent.len().saturating_sub(1), body.len());
            let head = if head.status == 206 {
                head.with("Content-Range", range)
            } else {
                head
            };
            Response { head, body: sent }.send(stream, &request.method, keep_alive)?;
            Ok(keep_alive)
        }
        ResponseFault::Cut(length) => {
            head.write(&mut stream, body.len(), keep_alive)?;
            stream.write_all(&body[..body.len().min(*length)])?;
            Ok(false)
        }
        ResponseFault::Stalled => {
            head.write(&mut stream, body.len(), keep_alive)?;
            let (first, rest) = body.split_at(body.len().min(BEFORE_STALL));
            stream.write_all(first)?;
            shared.faults.wait_while_set(&request.target, fault, None);
            stream.write_all(rest)?;
            Ok(keep_alive)
        }
        _ => {
            Response { head, body }.send(stream, &request.method, keep_alive)?;
            Ok(keep_alive)
        }
    }
}
