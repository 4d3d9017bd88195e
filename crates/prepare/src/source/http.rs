//! One polite client for a source: requests in their turn, again where that helps, and every answer
//! that is none worded for the publisher.

use std::io::{self, BufReader, ErrorKind, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use flate2::bufread::MultiGzDecoder;
use jiff::Timestamp;
use ureq::http::{HeaderMap, Response, StatusCode, header};
use ureq::{Agent, Body};
use url::Url;

use super::clock::Clock;
use super::error::excerpt;
use super::london::http_date;
use super::requests::Requests;
use crate::printable::{self, Printable, toml_string};

/// A body may take as many times the longest silence as that in all, where all of it is wanted at
/// once.
const SILENCES: u32 = 4;

/// Redirects that are followed from one address.
const REDIRECTS: usize = 5;

/// How much of an answer that is none is read, to quote its beginning.
const QUOTED: u64 = 400;

/// The one coding that is asked for. It is undone here, because a client that does it unasked hides
/// from `prepare verify` how a site is sent.
const GZIP: &str = "gzip";

/// Whether asking again can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// The answer will be the same.
    Never,
    /// Hardly, but a server in the middle may have answered in the source's place.
    Once,
    /// Yes: the fault passes.
    Always,
}

/// An attempt that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What came and what to do, without the address.
    pub reason: String,
    /// Whether to ask again.
    pub retry: Retry,
    /// The server is overloaded: all requests wait, not only this one.
    pub busy: bool,
    /// How long the server asks to wait.
    pub after: Option<Duration>,
    /// There is nothing under the address.
    pub gone: bool,
}

impl Fault {
    pub fn new(retry: Retry, reason: impl Into<String>) -> Fault {
        Fault {
            reason: reason.into(),
            retry,
            busy: false,
            after: None,
            gone: false,
        }
    }
}

/// What a server said of the state of a thing, for asking later whether it has changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validators {
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    /// When the answer was made.
    pub date: Option<String>,
}

impl Validators {
    pub fn of(headers: &HeaderMap) -> Validators {
        let text = |name| {
            headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned)
        };
        Validators {
            etag: text(header::ETAG),
            last_modified: text(header::LAST_MODIFIED),
            date: text(header::DATE),
        }
    }

    /// Headers that ask for an answer only if it is another.
    pub fn unless_same(&self) -> Vec<(&'static str, String)> {
        let etag = self.etag.iter().map(|etag| ("If-None-Match", etag.clone()));
        etag.chain(
            self.last_modified
                .iter()
                .map(|date| ("If-Modified-Since", date.clone())),
        )
        .collect()
    }
}

/// What a client has done.
#[derive(Debug, Default)]
pub struct Tally {
    pub requests: AtomicU64,
    pub bytes: AtomicU64,
    pub not_modified: AtomicU64,
    pub retries: AtomicU64,
}

/// Asks a server, for all threads of a fetch.
pub struct Client<'a> {
    agent: Agent,
    requests: &'a Requests,
    clock: &'a dyn Clock,
    /// When the next request may start.
    turn: Mutex<Duration>,
    /// When there is no more time for any.
    deadline: Duration,
    pub tally: Tally,
}

impl<'a> Client<'a> {
    pub fn new(requests: &'a Requests, clock: &'a dyn Clock) -> Client<'a> {
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .user_agent(requests.user_agent())
            // Followed here, where it is known which servers may answer for the source.
            .max_redirects(0)
            .max_idle_connections_per_host(requests.concurrency.into())
            .timeout_resolve(seconds(requests.connect_s))
            .timeout_connect(seconds(requests.connect_s))
            .timeout_recv_response(seconds(requests.silence_s))
            .timeout_per_read(seconds(requests.silence_s));
        Client {
            agent: config.build().new_agent(),
            requests,
            clock,
            turn: Mutex::new(Duration::ZERO),
            deadline: clock.elapsed() + requests.deadline(),
            tally: Tally::default(),
        }
    }

    /// Makes an attempt again, after waiting, for as long as that can help.
    ///
    /// # Errors
    /// The last attempt's fault, with the number of attempts.
    pub fn persist<T>(&self, mut attempt: impl FnMut() -> Result<T, Fault>) -> Result<T, Fault> {
        let mut tried = 1;
        loop {
            let fault = match attempt() {
                Ok(value) => return Ok(value),
                Err(fault) => fault,
            };
            let most = match fault.retry {
                Retry::Never => 1,
                Retry::Once => self.requests.tries.min(2),
                Retry::Always => self.requests.tries,
            };
            let refuse = |more: String| {
                Err(Fault {
                    reason: format!("{}{more}", fault.reason),
                    ..fault.clone()
                })
            };
            if tried >= most {
                return if tried == 1 {
                    Err(fault)
                } else {
                    refuse(format!("; asked {tried} times"))
                };
            }
            let longest = self.requests.longest_wait();
            let wait = match fault.after {
                Some(after) if after > longest => {
                    let (asked, longest) = (after.as_secs(), longest.as_secs());
                    return refuse(format!(
                        "; the server asks to wait {asked} s, and requests.longest_wait_s allows {longest} s: run again later"
                    ));
                }
                Some(after) => after,
                None => self.backoff(tried),
            };
            if self.clock.elapsed() + wait >= self.deadline {
                return refuse(format!("; {}", self.out_of_time()));
            }
            if fault.busy {
                // The next turn of every thread, this one's too, comes after the wait.
                let mut turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
                *turn = (*turn).max(self.clock.elapsed() + wait);
            } else {
                self.clock.sleep(wait);
            }
            tried += 1;
            self.tally.retries.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Full jitter: anything up to a limit that doubles, so that clients that failed together do
    /// not return together.
    fn backoff(&self, tried: u8) -> Duration {
        let limit = self
            .requests
            .backoff_ms
            .saturating_mul(1 << u32::from(tried - 1).min(20));
        Duration::from_millis(fastrand::u64(0..=limit)).min(self.requests.longest_wait())
    }

    /// Sends one request in its turn. `whole` says that all of the body is to be read into memory
    /// at once.
    ///
    /// # Errors
    /// If no answer comes, or one that says nothing of the state of what was asked for.
    pub fn send(
        &self,
        address: &str,
        headers: &[(&str, String)],
        whole: bool,
    ) -> Result<Response<Body>, Fault> {
        self.wait_for_turn()?;
        let mut at = address.to_owned();
        let mut response = self.get(address, &at, headers, whole)?;
        for _ in 0..REDIRECTS {
            if !is_redirect(response.status()) {
                break;
            }
            at = self.next_address(address, &at, &response)?;
            response = self.get(address, &at, headers, whole)?;
        }
        if is_redirect(response.status()) {
            let reason = format!(
                "the server sends on from one address to the next, more than {REDIRECTS} times"
            );
            return Err(Fault::new(Retry::Once, reason));
        }
        match response.status() {
            StatusCode::OK | StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE => {
                Ok(response)
            }
            StatusCode::NOT_MODIFIED => {
                self.tally.not_modified.fetch_add(1, Ordering::Relaxed);
                Ok(response)
            }
            _ => Err(self.refusal(&mut response)),
        }
    }

    /// One request, to where the first address has led.
    fn get(
        &self,
        first: &str,
        address: &str,
        headers: &[(&str, String)],
        whole: bool,
    ) -> Result<Response<Body>, Fault> {
        let mut request = self
            .agent
            .get(address)
            .config()
            // A redirect must not lead from an encrypted address to an open one.
            .https_only(first.starts_with("https:"))
            .timeout_recv_body(
                whole.then(|| Duration::from_secs(self.requests.silence_s) * SILENCES),
            )
            .build();
        if whole {
            request = request.header(header::ACCEPT_ENCODING, GZIP);
        }
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        self.tally.requests.fetch_add(1, Ordering::Relaxed);
        request.call().map_err(|error| self.no_answer(&error))
    }

    /// Where a redirect leads: to the source's own server, or one that the configuration names.
    /// Whoever can send on, such as the login page of a network, could else give figures of any
    /// server for the source's, or have this machine ask one inside its own network.
    fn next_address(
        &self,
        first: &str,
        at: &str,
        response: &Response<Body>,
    ) -> Result<String, Fault> {
        let refuse = |what: String| Err(Fault::new(Retry::Once, what));
        let location = response
            .headers()
            .get(header::LOCATION)
            .map(|to| String::from_utf8_lossy(to.as_bytes()));
        let location = location.unwrap_or_default();
        let (Ok(first), Ok(next)) = (
            Url::parse(first),
            Url::parse(at).and_then(|at| at.join(&location)),
        ) else {
            let location = Printable::sentence(&location);
            return refuse(format!(
                "the server sends on to \"{location}\", which is no address; ask the publisher"
            ));
        };
        let server = |url: &Url| {
            (
                url.host_str().map(str::to_owned),
                url.port_or_known_default(),
            )
        };
        let is_own = server(&first) == server(&next)
            || (first.host() == next.host() && first.port().is_none() && next.port().is_none());
        let host = next.host_str().unwrap_or_default();
        let with_port = format!(
            "{host}:{}",
            next.port_or_known_default().unwrap_or_default()
        );
        let is_named = |name: &String| {
            name.eq_ignore_ascii_case(&with_port)
                || (next.port().is_none() && name.eq_ignore_ascii_case(host))
        };
        let is_open = first.scheme() == "https" && next.scheme() != "https";
        if !matches!(next.scheme(), "http" | "https") || is_open {
            let next = Printable::sentence(next.as_str());
            return refuse(format!(
                "the server sends on to {next}, which is not encrypted or no address; ask the publisher"
            ));
        }
        if !is_own && !self.requests.redirect_hosts.iter().any(is_named) {
            let name = if next.port().is_none() {
                host
            } else {
                &with_port
            };
            return refuse(format!(
                "the server sends on to {}, which is another server; if the publisher has moved there, name {} in \
                 requests.redirect_hosts",
                Printable::sentence(next.as_str()),
                toml_string(name)
            ));
        }
        Ok(next.into())
    }

    /// Reads all of a body.
    ///
    /// # Errors
    /// If it is cut, too slow, or longer than `most`.
    pub fn body(&self, response: &mut Response<Body>, most: u64) -> Result<Vec<u8>, Fault> {
        let mut content = vec![];
        let read = decoded(response).take(most + 1).read_to_end(&mut content);
        self.tally
            .bytes
            .fetch_add(content.len() as u64, Ordering::Relaxed);
        if let Err(error) = read {
            return Err(self.broken_body(error, content.len() as u64));
        }
        if content.len() as u64 > most {
            let reason = format!(
                "the answer is longer than {most} bytes, which no page of figures is; it begins {}",
                excerpt(&content)
            );
            return Err(Fault::new(Retry::Once, reason));
        }
        Ok(content)
    }

    /// A body that could not be read to its end.
    pub fn broken_body(&self, error: io::Error, came: u64) -> Fault {
        let reason = match ureq::Error::from(error) {
            ureq::Error::Timeout(_) => format!(
                "the body came too slowly: {came} bytes, then nothing or too little within the time that requests.silence_s allows"
            ),
            ureq::Error::Io(error) if error.kind() == ErrorKind::UnexpectedEof => {
                format!("the body was cut after {came} bytes, before its end")
            }
            error => format!(
                "the body could not be read beyond {came} bytes: {}",
                printable::sentence(&error)
            ),
        };
        Fault::new(Retry::Always, reason)
    }

    /// Fails once there is no more time.
    ///
    /// # Errors
    /// After the deadline.
    pub fn in_time(&self) -> Result<(), Fault> {
        if self.clock.elapsed() < self.deadline {
            return Ok(());
        }
        Err(Fault::new(Retry::Never, self.out_of_time()))
    }

    fn out_of_time(&self) -> String {
        format!(
            "the time for all of it is over (requests.deadline_min = {})",
            self.requests.deadline_min
        )
    }

    fn wait_for_turn(&self) -> Result<(), Fault> {
        self.in_time()?;
        let now = self.clock.elapsed();
        let start = {
            let mut turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
            let start = (*turn).max(now);
            *turn = start + self.requests.interval();
            start
        };
        if start > now {
            self.clock.sleep(start - now);
        }
        Ok(())
    }

    fn no_answer(&self, error: &ureq::Error) -> Fault {
        let (retry, reason) = match error {
            ureq::Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => (
                Retry::Always,
                format!("no connection within {} s", self.requests.connect_s),
            ),
            ureq::Error::Timeout(_) => (
                Retry::Always,
                format!("no answer within {} s", self.requests.silence_s),
            ),
            ureq::Error::HostNotFound => (
                Retry::Always,
                "the server's name is not known; check the address and this machine's network"
                    .into(),
            ),
            ureq::Error::Io(error) if error.kind() == ErrorKind::UnexpectedEof => (
                Retry::Always,
                "the connection was closed without an answer".into(),
            ),
            ureq::Error::Io(_) | ureq::Error::ConnectionFailed | ureq::Error::Protocol(_) => (
                Retry::Always,
                format!(
                    "no answer: {}; check that the server is up",
                    printable::sentence(error)
                ),
            ),
            _ => (
                Retry::Never,
                format!(
                    "no answer: {}; check the address",
                    printable::sentence(error)
                ),
            ),
        };
        Fault::new(retry, reason)
    }

    /// An answer whose status says that it is none.
    fn refusal(&self, response: &mut Response<Body>) -> Fault {
        let status = response.status();
        let mut begins = vec![];
        // The status is the fault; a beginning that cannot be read adds nothing to it.
        let _ = decoded(response).take(QUOTED).read_to_end(&mut begins);
        let quoted = if begins.is_empty() {
            String::new()
        } else {
            format!(", beginning {}", excerpt(&begins))
        };
        let passes = status.is_server_error()
            || matches!(
                status,
                StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS | StatusCode::TOO_EARLY
            );
        let advice = match status {
            StatusCode::TOO_MANY_REQUESTS => {
                "; raise requests.interval_ms or lower requests.concurrency"
            }
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                "; ask the publisher, and say who you are in requests.contact"
            }
            _ if passes => "; the server is at fault, run again later",
            _ => "; check the settings that make up the address",
        };
        Fault {
            after: self.retry_after(response.headers()),
            busy: matches!(
                status,
                StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
            ),
            gone: matches!(status, StatusCode::NOT_FOUND | StatusCode::GONE),
            ..Fault::new(
                if passes { Retry::Always } else { Retry::Never },
                format!("the server answered {status}{quoted}{advice}"),
            )
        }
    }

    /// Seconds, or a date: measured by the server's clock if it tells the time, since ours may be
    /// wrong.
    fn retry_after(&self, headers: &HeaderMap) -> Option<Duration> {
        let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
        if let Ok(seconds) = text.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let until = http_date(text)?;
        let now = headers
            .get(header::DATE)
            .and_then(|date| http_date(date.to_str().ok()?));
        let wait = until.duration_since(now.unwrap_or_else(|| self.clock.now()));
        Some(Duration::try_from(wait).unwrap_or_default())
    }
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// The body as it was before it was compressed for the way.
fn decoded(response: &mut Response<Body>) -> Box<dyn Read + '_> {
    let is_gzip = response
        .headers()
        .get(header::CONTENT_ENCODING)
        .is_some_and(|coding| coding == GZIP);
    let body = response.body_mut().as_reader();
    if is_gzip {
        Box::new(MultiGzDecoder::new(BufReader::new(body)))
    } else {
        Box::new(body)
    }
}

/// Seconds from one moment to another, none if it is before.
pub fn seconds_since(earlier: Timestamp, later: Timestamp) -> Option<u64> {
    u64::try_from(later.duration_since(earlier).as_secs()).ok()
}
