//! An HTTP client that keeps status, headers and content of each response.

use std::io::Read as _;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use flate2::read::GzDecoder;
use ureq::Agent;
use ureq::http::HeaderMap;

/// Time limit for a response on a busy machine under load.
const TIMEOUT: Duration = Duration::from_mins(1);
/// Bytes of the largest accepted response.
const LARGEST: u64 = 100_000_000;

/// User agent, which tells this client from the load in a server's log.
pub const NAME: &str = "rising-reader";

/// A client with persistent connections, and without a cache or cookies.
#[derive(Debug, Clone)]
pub struct HttpClient {
    agent: Agent,
    site: String,
}

/// A response with any status.
#[derive(Debug)]
pub struct HttpResponse {
    pub status: u16,
    head: HeaderMap,
    /// The decompressed content.
    pub body: Vec<u8>,
    /// Bytes of the content as sent.
    pub sent: usize,
}

impl HttpClient {
    /// Creates a client for the site at an address that ends with a slash.
    pub fn new(site: &str) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(TIMEOUT))
            .user_agent(NAME)
            .build()
            .into();
        Self {
            agent,
            site: site.to_owned(),
        }
    }

    /// Requests a file and accepts one content coding: `identity`, `gzip` or `br`.
    ///
    /// # Errors
    /// If there is no response or it cannot be decompressed.
    pub fn get(&self, path: &str, coding: &str) -> Result<HttpResponse> {
        self.ask(path, &[("Accept-Encoding", coding)])
    }

    /// Requests a file with these headers.
    ///
    /// # Errors
    /// As [`HttpClient::get`].
    pub fn ask(&self, path: &str, headers: &[(&str, &str)]) -> Result<HttpResponse> {
        let mut request = self.agent.get(format!("{}{path}", self.site));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = request
            .call()
            .with_context(|| format!("no response to {path}"))?;
        let sent = response
            .body_mut()
            .with_config()
            .limit(LARGEST)
            .read_to_vec();
        let sent = sent.with_context(|| format!("the response to {path} is cut off"))?;
        let head = response.headers().clone();
        let mut response = HttpResponse {
            status: response.status().as_u16(),
            head,
            body: Vec::new(),
            sent: sent.len(),
        };
        response.body = decompress(sent, response.header("content-encoding"))
            .with_context(|| format!("cannot decompress {path}"))?;
        Ok(response)
    }
}

impl HttpResponse {
    /// Returns the value of a header; empty if the response lacks it.
    pub fn header(&self, name: &str) -> &str {
        self.head
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

fn decompress(sent: Vec<u8>, coding: &str) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    match coding {
        // A response without content, such as a 304.
        _ if sent.is_empty() => {}
        "" => body = sent,
        "gzip" => _ = GzDecoder::new(&sent[..]).read_to_end(&mut body)?,
        "br" => brotli::BrotliDecompress(&mut &sent[..], &mut body)?,
        other => {
            bail!("the server sent the content coding {other}, which the request does not accept")
        }
    }
    Ok(body)
}
