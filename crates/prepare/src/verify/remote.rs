//! A site as its readers get it: over HTTP.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Result};
use indicatif::ProgressBar;
use rising_prerender::policy;
use ureq::Agent;
use ureq::http::{HeaderMap, StatusCode, Uri};

use super::Read;
use super::http::{self, Headers};
use super::report::{Finding, Group};
use crate::content_encoding::ContentEncoding;
use crate::publish::{MANIFEST, parse_manifest};

/// How long one file may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// No file of a site is as large.
const LARGEST: u64 = 256 * 1024 * 1024;
/// A data file that no edition has.
const NOT_THERE: &str = "data/places.0000000000.bin";

/// A site under an address. Each file is asked for once in each coding, and looked at as it comes.
pub(super) struct Remote {
    agent: Agent,
    /// With a slash at its end.
    base: String,
    seen: RefCell<Seen>,
    progress: ProgressBar,
}

/// What has come and what is to be said of it.
struct Seen {
    files: BTreeMap<String, Result<Vec<u8>, String>>,
    types: Group,
    caching: Group,
    compression: Group,
    headers: Group,
    /// Data files that only pages of the same origin may read.
    closed: Vec<String>,
    /// The security policy that comes with the page.
    policy: Option<String>,
}

/// A response, its body as it was sent.
struct Response {
    status: StatusCode,
    headers: Headers,
    body: Vec<u8>,
}

impl Remote {
    /// A site whose address it is, or that of its page.
    pub(super) fn new(address: &str) -> Result<Remote> {
        let base = address.split(['?', '#']).next().unwrap_or_default();
        let base = base
            .strip_suffix("index.html")
            .unwrap_or(base)
            .trim_end_matches('/')
            .to_owned()
            + "/";
        base.parse::<Uri>().with_context(|| {
            format!("{address} is no address; give one such as https://example.org/rising/")
        })?;
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .user_agent(concat!(
                "rising-prepare/",
                env!("CARGO_PKG_VERSION"),
                " verify"
            ));
        Ok(Remote {
            agent: config.build().into(),
            base,
            seen: RefCell::new(Seen {
                files: BTreeMap::new(),
                types: Group::new("types"),
                caching: Group::new("caching"),
                compression: Group::new("compression"),
                headers: Group::new("headers"),
                closed: vec![],
                policy: None,
            }),
            progress: ProgressBar::new_spinner(),
        })
    }

    /// A file by its path from the site's top; the page is `index.html` or nothing.
    pub(super) fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        let path = path.strip_suffix("index.html").unwrap_or(path);
        if let Some(known) = self.seen.borrow().files.get(path) {
            return known.clone();
        }
        self.progress.set_message(format!("asking for {path}"));
        self.progress.tick();
        let read = self.look_at(path);
        self.seen
            .borrow_mut()
            .files
            .insert(path.to_owned(), read.clone());
        read
    }

    fn look_at(&self, path: &str) -> Result<Vec<u8>, String> {
        let response = self.ask(path, "br, gzip")?;
        if response.status != StatusCode::OK {
            return Err(format!("the server answers {}", response.status));
        }
        let (body, headers) = (decoded(&response)?, &response.headers);
        let mut seen = self.seen.borrow_mut();
        let is_page = path.is_empty();
        let path = if is_page { "index.html" } else { path };
        http::content_type(path, headers, &mut seen.types);
        http::caching(path, headers, &mut seen.caching);
        http::protection(path, headers, &mut seen.headers);
        if is_page {
            let framing = http::framing(headers);
            seen.headers.note(framing);
            seen.policy = headers.content_security_policy.clone();
        }
        if path.starts_with("data/") && headers.allow_origin.as_deref() != Some("*") {
            seen.closed.push(path.to_owned());
        }
        if http::is_compressible(path, body.len()) {
            self.compression(path, &body, &response, &mut seen.compression);
        }
        Ok(body)
    }

    /// Is it sent compressed to who takes that, and the same then?
    fn compression(&self, path: &str, body: &[u8], response: &Response, group: &mut Group) {
        let wrong = |expected: &str, got: String| Finding {
            file: path.to_owned(),
            expected: expected.to_owned(),
            got,
            advice: "let the server compress it, or send the copies that lie beside it".to_owned(),
        };
        let coding = response.headers.content_encoding.as_deref();
        let sent = |coding: Option<&str>| {
            coding.map_or_else(
                || "it is sent as it is".to_owned(),
                |coding| format!("it is sent as {coding}"),
            )
        };
        // The manifest has no copies: not every server compresses what has none.
        if path.ends_with("/manifest.json") && coding.is_none() {
            group.note(format!("{path} is sent as it is, {} bytes", body.len()));
            return;
        }
        group.check(coding.is_some(), || {
            wrong("br or gzip for who takes both", sent(coding))
        });
        let varies = response
            .headers
            .vary
            .as_deref()
            .unwrap_or_default()
            .to_ascii_lowercase();
        let varies = varies
            .split(',')
            .any(|name| matches!(name.trim(), "accept-encoding" | "*"));
        group.check(coding.is_none() || varies, || {
            wrong(
                "Vary: Accept-Encoding, or caches give it to who cannot read it",
                "it is not sent".to_owned(),
            )
        });
        match self
            .ask(path, "gzip")
            .and_then(|response| Ok((decoded(&response)?, response)))
        {
            Err(reason) => group.fail(wrong("gzip for who takes that only", reason)),
            Ok((same, response)) => {
                let coding = response.headers.content_encoding.as_deref();
                group.check(coding == Some(ContentEncoding::Gzip.name()), || {
                    wrong("gzip for who takes that only", sent(coding))
                });
                group.check(same == body, || {
                    wrong(
                        "the same content in every coding",
                        "in gzip it is other".to_owned(),
                    )
                });
            }
        }
    }

    /// A server that has a page for whatever is not there would make a missing file look like a
    /// damaged one.
    pub(super) fn look_at_what_is_not_there(&self) {
        let answer = self.ask(NOT_THERE, "br, gzip");
        let refused = answer
            .as_ref()
            .is_ok_and(|answer| answer.status.is_client_error());
        self.seen.borrow_mut().headers.check(refused, || Finding {
            file: NOT_THERE.to_owned(),
            expected: "404 for what is not there".to_owned(),
            got: answer.map_or_else(
                |reason| reason,
                |answer| format!("the server answers {}", answer.status),
            ),
            advice: "let the server answer 404 instead of sending a page".to_owned(),
        });
    }

    /// A browser heeds the policy that is sent with the page as well as the one in it.
    pub(super) fn look_at_tiles(&self, data: &Read<'_>) {
        let manifest = data(MANIFEST).and_then(|bytes| parse_manifest(&bytes));
        let tiles = manifest.ok().and_then(|manifest| manifest.tiles);
        let Some(origin) = tiles.and_then(|tiles| policy::origin(&tiles.url).ok().flatten()) else {
            return;
        };
        let mut seen = self.seen.borrow_mut();
        let sent = seen.policy.clone().unwrap_or_default();
        seen.headers.check(http::lets_images_in(&sent, &origin), || Finding {
            file: "index.html".to_owned(),
            expected: format!("a Content-Security-Policy that lets in the data set's tiles, {origin}"),
            got: format!("it is {sent:?}"),
            advice: "name the origin under img-src there, or leave all but frame-ancestors to the page".to_owned(),
        });
    }

    fn ask(&self, path: &str, accept: &str) -> Result<Response, String> {
        let request = self
            .agent
            .get(self.base.clone() + path)
            .header("Accept-Encoding", accept);
        let mut response = request
            .call()
            .map_err(|error| format!("no answer: {error}"))?;
        let body = response
            .body_mut()
            .with_config()
            .limit(LARGEST)
            .read_to_vec();
        Ok(Response {
            status: response.status(),
            headers: headers(response.headers()),
            body: body.map_err(|error| format!("the answer breaks off: {error}"))?,
        })
    }

    /// What was found on the way.
    pub(super) fn into_groups(self) -> Vec<Group> {
        self.progress.finish_and_clear();
        let Seen {
            types,
            caching,
            compression,
            mut headers,
            closed,
            ..
        } = self.seen.into_inner();
        if let Some(first) = closed.first() {
            headers.note(format!(
                "pages of other sites may not read the data, nor embeds in a sandbox ({first} and {} more without \
                 Access-Control-Allow-Origin: *)",
                closed.len() - 1
            ));
        }
        vec![types, caching, compression, headers]
    }
}

/// The body without the coding that it was sent in.
fn decoded(response: &Response) -> Result<Vec<u8>, String> {
    let Some(name) = response.headers.content_encoding.as_deref() else {
        return Ok(response.body.clone());
    };
    let coding = ContentEncoding::ALL
        .into_iter()
        .find(|coding| coding.name() == name);
    let coding = coding.ok_or_else(|| format!("it is sent as {name}, which was not asked for"))?;
    coding
        .decompress(&response.body, LARGEST)
        .map_err(|error| format!("it says that it is {name}, and is not: {error}"))
}

fn headers(map: &HeaderMap) -> Headers {
    let get = |name: &str| {
        map.get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    Headers {
        content_type: get("content-type"),
        cache_control: get("cache-control"),
        content_encoding: get("content-encoding")
            .map(|coding| coding.to_ascii_lowercase())
            .filter(|coding| coding != "identity"),
        vary: get("vary"),
        content_type_options: get("x-content-type-options"),
        allow_origin: get("access-control-allow-origin"),
        content_security_policy: get("content-security-policy"),
        frame_options: get("x-frame-options"),
    }
}
