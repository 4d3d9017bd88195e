//! Sends the requests of a source: at a limited rate, with retries where they can help, and with
//! errors worded for the publisher.

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

/// A whole body may take this many times the longest silence.
const SILENCES_PER_BODY: u32 = 4;

/// The most redirects that are followed from one address.
const MAX_REDIRECTS: usize = 5;

/// Bytes that are read of an error response, to quote its start.
const QUOTED_BYTES: u64 = 400;

/// The only coding that is requested. It is decoded here: a client that decodes by itself would
/// hide from `prepare verify` how a site is sent.
const GZIP: &str = "gzip";

/// Whether to retry a failed request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// The response would be the same.
    Never,
    /// A retry hardly helps, but a proxy may have answered in the source's place.
    Once,
    /// The fault is temporary.
    Always,
}

/// A failed attempt at a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestFault {
    /// The reason and what to do, without the address.
    pub reason: String,
    /// Whether to retry.
    pub retry: Retry,
    /// Whether the server is overloaded, so that all requests wait, not only this one.
    pub is_overloaded: bool,
    /// The time to wait that the server states.
    pub retry_after: Option<Duration>,
    /// Whether the address does not exist.
    pub is_not_found: bool,
}

impl RequestFault {
    pub fn new(retry: Retry, reason: impl Into<String>) -> RequestFault {
        RequestFault {
            reason: reason.into(),
            retry,
            is_overloaded: false,
            retry_after: None,
            is_not_found: false,
        }
    }
}

/// The validators of a response (RFC 9110, 8.8), for conditional requests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validators {
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    /// The Date header: the time at which the response was made.
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

    /// Returns the headers of a request that is answered only if the content has changed.
    pub fn conditional_headers(&self) -> Vec<(&'static str, String)> {
        let etag = self.etag.iter().map(|etag| ("If-None-Match", etag.clone()));
        etag.chain(
            self.last_modified
                .iter()
                .map(|date| ("If-Modified-Since", date.clone())),
        )
        .collect()
    }
}

/// Counts of a client's requests.
#[derive(Debug, Default)]
pub struct RequestCounts {
    pub requests: AtomicU64,
    pub bytes: AtomicU64,
    pub not_modified: AtomicU64,
    pub retries: AtomicU64,
}

/// An HTTP client that all threads of a fetch share.
pub struct Client<'a> {
    agent: Agent,
    requests: &'a Requests,
    clock: &'a dyn Clock,
    /// The time at which the next request may start, on the clock's `elapsed`.
    next_start: Mutex<Duration>,
    /// The time at which no more requests may start, on the same clock.
    deadline: Duration,
    pub counts: RequestCounts,
}

impl<'a> Client<'a> {
    pub fn new(requests: &'a Requests, clock: &'a dyn Clock) -> Client<'a> {
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .user_agent(requests.user_agent())
            // Redirects are followed in `send`, which knows the hosts that may answer for the
            // source.
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
            next_start: Mutex::new(Duration::ZERO),
            deadline: clock.elapsed() + requests.deadline(),
            counts: RequestCounts::default(),
        }
    }

    /// Makes an attempt, and repeats it after a wait for as long as that can help.
    ///
    /// # Errors
    /// The last attempt's fault, with the number of attempts.
    pub fn retry<T>(
        &self,
        mut attempt: impl FnMut() -> Result<T, RequestFault>,
    ) -> Result<T, RequestFault> {
        let mut attempts = 1;
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
                Err(RequestFault {
                    reason: format!("{}{more}", fault.reason),
                    ..fault.clone()
                })
            };
            if attempts >= most {
                return if attempts == 1 {
                    Err(fault)
                } else {
                    refuse(format!("; tried {attempts} times"))
                };
            }
            let longest = self.requests.longest_wait();
            let wait = match fault.retry_after {
                Some(after) if after > longest => {
                    let (asked, longest) = (after.as_secs(), longest.as_secs());
                    return refuse(format!(
                        "; the server asks to wait {asked} s, but requests.longest_wait_s allows \
                         {longest} s: \
                         run again later"
                    ));
                }
                Some(after) => after,
                None => self.backoff(attempts),
            };
            if self.clock.elapsed() + wait >= self.deadline {
                return refuse(format!("; {}", self.out_of_time()));
            }
            if fault.is_overloaded {
                // All threads wait, this one too: the next request of any starts after the wait.
                let mut next_start = self
                    .next_start
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                *next_start = (*next_start).max(self.clock.elapsed() + wait);
            } else {
                self.clock.sleep(wait);
            }
            attempts += 1;
            self.counts.retries.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Returns a random wait up to a limit that doubles with each attempt ("full jitter"), so that
    /// clients that failed together do not return together.
    fn backoff(&self, attempts: u8) -> Duration {
        let limit = self
            .requests
            .backoff_ms
            .saturating_mul(1 << u32::from(attempts - 1).min(20));
        Duration::from_millis(fastrand::u64(0..=limit)).min(self.requests.longest_wait())
    }

    /// Sends one request when its time has come, and follows redirects. `whole` says that the
    /// caller reads the whole body into memory.
    ///
    /// # Errors
    /// If no response arrives, or one whose status is neither success, "not modified" nor a range
    /// error.
    pub fn send(
        &self,
        address: &str,
        headers: &[(&str, String)],
        whole: bool,
    ) -> Result<Response<Body>, RequestFault> {
        self.wait_for_next_start()?;
        let mut current = address.to_owned();
        let mut response = self.get(address, &current, headers, whole)?;
        for _ in 0..MAX_REDIRECTS {
            if !is_redirect(response.status()) {
                break;
            }
            current = self.next_address(address, &current, &response)?;
            response = self.get(address, &current, headers, whole)?;
        }
        if is_redirect(response.status()) {
            let reason = format!("the server redirects more than {MAX_REDIRECTS} times");
            return Err(RequestFault::new(Retry::Once, reason));
        }
        match response.status() {
            StatusCode::OK | StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE => {
                Ok(response)
            }
            StatusCode::NOT_MODIFIED => {
                self.counts.not_modified.fetch_add(1, Ordering::Relaxed);
                Ok(response)
            }
            _ => Err(self.refusal(&mut response)),
        }
    }

    /// Sends one request to an address that `first` has redirected to.
    fn get(
        &self,
        first: &str,
        address: &str,
        headers: &[(&str, String)],
        whole: bool,
    ) -> Result<Response<Body>, RequestFault> {
        let mut request = self
            .agent
            .get(address)
            .config()
            // A redirect must not lead from an encrypted address to an unencrypted one.
            .https_only(first.starts_with("https:"))
            .timeout_recv_body(
                whole.then(|| Duration::from_secs(self.requests.silence_s) * SILENCES_PER_BODY),
            )
            .build();
        if whole {
            request = request.header(header::ACCEPT_ENCODING, GZIP);
        }
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        self.counts.requests.fetch_add(1, Ordering::Relaxed);
        request.call().map_err(|error| self.no_answer(&error))
    }

    /// Returns the target of a redirect, which must be the source's own server or one that the
    /// configuration names. Otherwise whoever can redirect, such as a network's login page, could
    /// pass off another server's figures as the source's, or have this machine send requests inside
    /// its own network.
    fn next_address(
        &self,
        first: &str,
        current: &str,
        response: &Response<Body>,
    ) -> Result<String, RequestFault> {
        let refuse = |what: String| Err(RequestFault::new(Retry::Once, what));
        let location = response
            .headers()
            .get(header::LOCATION)
            .map(|to| String::from_utf8_lossy(to.as_bytes()));
        let location = location.unwrap_or_default();
        let (Ok(first), Ok(next)) = (
            Url::parse(first),
            Url::parse(current).and_then(|current| current.join(&location)),
        ) else {
            let location = Printable::sentence(&location);
            return refuse(format!(
                "the server redirects to \"{location}\", which is not a valid address; ask the publisher"
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
                "the server redirects to {next}, which is not encrypted or not http; ask the publisher"
            ));
        }
        if !is_own && !self.requests.redirect_hosts.iter().any(is_named) {
            let name = if next.port().is_none() {
                host
            } else {
                &with_port
            };
            return refuse(format!(
                "the server redirects to {}, which is another server; if the publisher has moved \
                 there, \
                 name {} in requests.redirect_hosts",
                Printable::sentence(next.as_str()),
                toml_string(name)
            ));
        }
        Ok(next.into())
    }

    /// Reads a whole body.
    ///
    /// # Errors
    /// If it is truncated, too slow, or longer than `most` bytes.
    pub fn body(&self, response: &mut Response<Body>, most: u64) -> Result<Vec<u8>, RequestFault> {
        let mut content = vec![];
        let read = decoded(response).take(most + 1).read_to_end(&mut content);
        self.counts
            .bytes
            .fetch_add(content.len() as u64, Ordering::Relaxed);
        if let Err(error) = read {
            return Err(self.broken_body(error, content.len() as u64));
        }
        if content.len() as u64 > most {
            let reason = format!(
                "the response is longer than {most} bytes, as no page of figures is; it starts {}",
                excerpt(&content)
            );
            return Err(RequestFault::new(Retry::Once, reason));
        }
        Ok(content)
    }

    /// Describes a body that could not be read to its end. `received` is the number of bytes
    /// that arrived.
    pub fn broken_body(&self, error: io::Error, received: u64) -> RequestFault {
        let reason = match ureq::Error::from(error) {
            ureq::Error::Timeout(_) => format!(
                "the body arrived too slowly: {received} bytes, then nothing or too little within \
                 the time that requests.silence_s allows"
            ),
            ureq::Error::Io(error) if error.kind() == ErrorKind::UnexpectedEof => {
                format!("the body was truncated after {received} bytes")
            }
            error => format!(
                "the body could not be read beyond {received} bytes: {}",
                printable::sentence(&error)
            ),
        };
        RequestFault::new(Retry::Always, reason)
    }

    /// Checks that the deadline has not passed.
    ///
    /// # Errors
    /// After the deadline.
    pub fn check_deadline(&self) -> Result<(), RequestFault> {
        if self.clock.elapsed() < self.deadline {
            return Ok(());
        }
        Err(RequestFault::new(Retry::Never, self.out_of_time()))
    }

    fn out_of_time(&self) -> String {
        format!(
            "the time for all requests is over (requests.deadline_min = {})",
            self.requests.deadline_min
        )
    }

    fn wait_for_next_start(&self) -> Result<(), RequestFault> {
        self.check_deadline()?;
        let now = self.clock.elapsed();
        let start = {
            let mut next_start = self
                .next_start
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            let start = (*next_start).max(now);
            *next_start = start + self.requests.interval();
            start
        };
        if start > now {
            self.clock.sleep(start.saturating_sub(now));
        }
        Ok(())
    }

    fn no_answer(&self, error: &ureq::Error) -> RequestFault {
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
                "the server's name cannot be resolved; check the address and this machine's network"
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
        RequestFault::new(retry, reason)
    }

    /// Describes a response with an error status.
    fn refusal(&self, response: &mut Response<Body>) -> RequestFault {
        let status = response.status();
        let mut body_start = vec![];
        // The status is the fault; a body that cannot be read adds nothing to it.
        let _ = decoded(response)
            .take(QUOTED_BYTES)
            .read_to_end(&mut body_start);
        let quoted = if body_start.is_empty() {
            String::new()
        } else {
            format!(", starting {}", excerpt(&body_start))
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
        RequestFault {
            retry_after: self.retry_after(response.headers()),
            is_overloaded: matches!(
                status,
                StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
            ),
            is_not_found: matches!(status, StatusCode::NOT_FOUND | StatusCode::GONE),
            ..RequestFault::new(
                if passes { Retry::Always } else { Retry::Never },
                format!("the server answered {status}{quoted}{advice}"),
            )
        }
    }

    /// Parses Retry-After: seconds, or a date, which is compared with the server's clock if it is
    /// sent, since this machine's may be wrong.
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

/// Returns a reader of the body without its content coding.
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

/// Returns the seconds from one time to another; `None` if the second is earlier.
pub fn seconds_since(earlier: Timestamp, later: Timestamp) -> Option<u64> {
    u64::try_from(later.duration_since(earlier).as_secs()).ok()
}
