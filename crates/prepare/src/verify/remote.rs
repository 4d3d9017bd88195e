//! Checks a site over HTTP, as its readers receive it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Result};
use indicatif::ProgressBar;
use rising_prerender::policy;
use ureq::Agent;
use ureq::http::{HeaderMap, StatusCode, Uri};

use super::ReadFile;
use super::http::{self, Headers};
use super::report::{CheckGroup, FailedCheck};
use crate::content_encoding::ContentEncoding;
use crate::publish::{MANIFEST, parse_manifest};

/// The longest time for one file.
const TIMEOUT: Duration = Duration::from_mins(1);
/// The most bytes of a file.
const MAX_FILE_BYTES: u64 = 256 * 1024 * 1024;
/// A data file that no edition has.
const MISSING_FILE: &str = "data/places.0000000000.bin";

/// A site at an address. Each file is requested once in each coding, and checked as it arrives.
pub(super) struct RemoteSite {
    agent: Agent,
    /// Ends with a slash.
    base: String,
    observations: RefCell<Observations>,
    progress: ProgressBar,
}

/// The responses so far and the results of their checks.
struct Observations {
    files: BTreeMap<String, Result<Vec<u8>, String>>,
    types: CheckGroup,
    caching: CheckGroup,
    compression: CheckGroup,
    headers: CheckGroup,
    /// Data files that only pages of the same origin may read.
    same_origin_only: Vec<String>,
    /// The security policy in the page's headers.
    policy: Option<String>,
}

/// A response with its body as it was sent.
struct Response {
    status: StatusCode,
    headers: Headers,
    body: Vec<u8>,
}

impl RemoteSite {
    /// Creates the checks of the site at an address, which may be that of its page.
    pub(super) fn new(address: &str) -> Result<RemoteSite> {
        let base = address.split(['?', '#']).next().unwrap_or_default();
        let base = base
            .strip_suffix("index.html")
            .unwrap_or(base)
            .trim_end_matches('/')
            .to_owned()
            + "/";
        base.parse::<Uri>().with_context(|| {
            format!(
                "{address} is not a valid address; give one such as https://example.org/rising/"
            )
        })?;
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(TIMEOUT))
            .user_agent(concat!(
                "rising-prepare/",
                env!("CARGO_PKG_VERSION"),
                " verify"
            ));
        Ok(RemoteSite {
            agent: config.build().into(),
            base,
            observations: RefCell::new(Observations {
                files: BTreeMap::new(),
                types: CheckGroup::new("types"),
                caching: CheckGroup::new("caching"),
                compression: CheckGroup::new("compression"),
                headers: CheckGroup::new("headers"),
                same_origin_only: vec![],
                policy: None,
            }),
            progress: ProgressBar::new_spinner(),
        })
    }

    /// Returns a file by its path from the site's root, requesting it if needed. The page is
    /// `index.html` or an empty path.
    pub(super) fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        let path = path.strip_suffix("index.html").unwrap_or(path);
        if let Some(known) = self.observations.borrow().files.get(path) {
            return known.clone();
        }
        self.progress.set_message(format!("requesting {path}"));
        self.progress.tick();
        let read = self.fetch_and_check(path);
        self.observations
            .borrow_mut()
            .files
            .insert(path.to_owned(), read.clone());
        read
    }

    fn fetch_and_check(&self, path: &str) -> Result<Vec<u8>, String> {
        let response = self.request(path, "br, gzip")?;
        if response.status != StatusCode::OK {
            return Err(format!("the server answers {}", response.status));
        }
        let (body, headers) = (decode(&response)?, &response.headers);
        let mut observations = self.observations.borrow_mut();
        let is_page = path.is_empty();
        let path = if is_page { "index.html" } else { path };
        http::check_content_type(path, headers, &mut observations.types);
        http::check_caching(path, headers, &mut observations.caching);
        http::check_sniffing(path, headers, &mut observations.headers);
        if is_page {
            let framing = http::describe_framing(headers);
            observations.headers.note(framing);
            observations.policy = headers.content_security_policy.clone();
        }
        if path.starts_with("data/") && headers.allow_origin.as_deref() != Some("*") {
            observations.same_origin_only.push(path.to_owned());
        }
        if http::is_compressible(path, body.len()) {
            self.check_compression(path, &body, &response, &mut observations.compression);
        }
        Ok(body)
    }

    /// Checks that a file is sent compressed to clients that accept it, with the same content.
    fn check_compression(
        &self,
        path: &str,
        body: &[u8],
        response: &Response,
        group: &mut CheckGroup,
    ) {
        let wrong = |expected: &str, got: String| FailedCheck {
            file: path.to_owned(),
            expected: expected.to_owned(),
            got,
            advice: "let the server compress it, or send the compressed copies beside it"
                .to_owned(),
        };
        let coding = response.headers.content_encoding.as_deref();
        let sent = |coding: Option<&str>| {
            coding.map_or_else(
                || "it is sent uncompressed".to_owned(),
                |coding| format!("it is sent as {coding}"),
            )
        };
        // The manifest has no compressed copies, and not every server compresses files that have
        // none.
        if path.ends_with("/manifest.json") && coding.is_none() {
            group.note(format!("{path} is sent uncompressed, {} bytes", body.len()));
            return;
        }
        group.check(coding.is_some(), || {
            wrong("br or gzip for clients that accept both", sent(coding))
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
                "Vary: Accept-Encoding, or caches send it to clients that cannot read it",
                "it is not sent".to_owned(),
            )
        });
        match self
            .request(path, "gzip")
            .and_then(|response| Ok((decode(&response)?, response)))
        {
            Err(reason) => group.fail(wrong("gzip for clients that accept only that", reason)),
            Ok((same, response)) => {
                let coding = response.headers.content_encoding.as_deref();
                group.check(coding == Some(ContentEncoding::Gzip.name()), || {
                    wrong("gzip for clients that accept only that", sent(coding))
                });
                group.check(same == body, || {
                    wrong(
                        "the same content in every coding",
                        "in gzip it differs".to_owned(),
                    )
                });
            }
        }
    }

    /// Checks that a missing file is answered with an error. If a server sent a page instead, a
    /// missing data file would look like a damaged one.
    pub(super) fn check_missing_file(&self) {
        let answer = self.request(MISSING_FILE, "br, gzip");
        let refused = answer
            .as_ref()
            .is_ok_and(|answer| answer.status.is_client_error());
        self.observations
            .borrow_mut()
            .headers
            .check(refused, || FailedCheck {
                file: MISSING_FILE.to_owned(),
                expected: "404 for a missing file".to_owned(),
                got: answer.map_or_else(
                    |reason| reason,
                    |answer| format!("the server answers {}", answer.status),
                ),
                advice: "let the server answer 404 instead of sending a page".to_owned(),
            });
    }

    /// Checks that the policy in the headers allows the tiles: a browser applies it as well as the
    /// one in the page.
    pub(super) fn check_tiles(&self, data: &ReadFile<'_>) {
        let manifest = data(MANIFEST).and_then(|bytes| parse_manifest(&bytes));
        let tiles = manifest.ok().and_then(|manifest| manifest.tiles);
        let Some(origin) = tiles.and_then(|tiles| policy::origin(&tiles.url).ok().flatten()) else {
            return;
        };
        let mut observations = self.observations.borrow_mut();
        let sent = observations.policy.clone().unwrap_or_default();
        observations
            .headers
            .check(http::allows_images(&sent, &origin), || FailedCheck {
                file: "index.html".to_owned(),
                expected: format!(
                    "a Content-Security-Policy that allows the data set's tiles, {origin}"
                ),
                got: format!("it is {sent:?}"),
                advice:
                    "add the origin to img-src, or remove all directives except frame-ancestors"
                        .to_owned(),
            });
    }

    fn request(&self, path: &str, accept: &str) -> Result<Response, String> {
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
            .limit(MAX_FILE_BYTES)
            .read_to_vec();
        Ok(Response {
            status: response.status(),
            headers: headers(response.headers()),
            body: body.map_err(|error| format!("the response is incomplete: {error}"))?,
        })
    }

    /// Returns the results of the checks.
    pub(super) fn into_groups(self) -> Vec<CheckGroup> {
        self.progress.finish_and_clear();
        let Observations {
            types,
            caching,
            compression,
            mut headers,
            same_origin_only,
            ..
        } = self.observations.into_inner();
        if let Some(first) = same_origin_only.first() {
            headers.note(format!(
                "pages of other sites and sandboxed embeds cannot read the data ({first} and {} \
                 more without Access-Control-Allow-Origin: *)",
                same_origin_only.len() - 1
            ));
        }
        vec![types, caching, compression, headers]
    }
}

/// Returns the body without its content coding.
fn decode(response: &Response) -> Result<Vec<u8>, String> {
    let Some(name) = response.headers.content_encoding.as_deref() else {
        return Ok(response.body.clone());
    };
    let coding = ContentEncoding::ALL
        .into_iter()
        .find(|coding| coding.name() == name);
    let coding = coding.ok_or_else(|| format!("it is sent as {name}, which was not requested"))?;
    coding
        .decompress(&response.body, MAX_FILE_BYTES)
        .map_err(|error| {
            format!("its Content-Encoding is {name}, but it cannot be decoded: {error}")
        })
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
