//! One who reads a site over HTTP and looks at all that comes.

use std::io::Read as _;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use flate2::read::GzDecoder;
use ureq::Agent;
use ureq::http::HeaderMap;

/// How long an answer may take, on a busy machine under load.
const PATIENCE: Duration = Duration::from_secs(60);
/// No file of a site is larger.
const LARGEST: u64 = 100_000_000;

/// By which a server's log tells it from the load.
pub const NAME: &str = "rising-reader";

/// One who keeps connections, and neither copies nor cookies.
#[derive(Debug, Clone)]
pub struct Reader {
    agent: Agent,
    site: String,
}

/// An answer, whatever its status.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    head: HeaderMap,
    /// The content, unpacked.
    pub body: Vec<u8>,
    /// How many bytes it was before.
    pub sent: usize,
}

impl Reader {
    /// One of the site at that address, which ends with a slash.
    pub fn new(site: &str) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(PATIENCE))
            .user_agent(NAME)
            .build()
            .into();
        Self {
            agent,
            site: site.to_owned(),
        }
    }

    /// Asks for a file. `coding` is what is accepted: `identity`, `gzip` or `br`.
    ///
    /// # Errors
    /// If there is no answer, or it cannot be unpacked.
    pub fn get(&self, path: &str, coding: &str) -> Result<Answer> {
        self.ask(path, &[("Accept-Encoding", coding)])
    }

    /// Asks with these headers.
    ///
    /// # Errors
    /// As [`Reader::get`].
    pub fn ask(&self, path: &str, headers: &[(&str, &str)]) -> Result<Answer> {
        let mut request = self.agent.get(format!("{}{path}", self.site));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = request
            .call()
            .with_context(|| format!("no answer to {path}"))?;
        let sent = response
            .body_mut()
            .with_config()
            .limit(LARGEST)
            .read_to_vec();
        let sent = sent.with_context(|| format!("the answer to {path} is cut off"))?;
        let head = response.headers().clone();
        let mut answer = Answer {
            status: response.status().as_u16(),
            head,
            body: Vec::new(),
            sent: sent.len(),
        };
        answer.body = unpacked(sent, answer.header("content-encoding"))
            .with_context(|| format!("cannot unpack {path}"))?;
        Ok(answer)
    }
}

impl Answer {
    /// A header's value; empty if it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.head
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

fn unpacked(sent: Vec<u8>, coding: &str) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    match coding {
        // An answer without content, such as to a question for what is known already.
        _ if sent.is_empty() => {}
        "" => body = sent,
        "gzip" => _ = GzDecoder::new(&sent[..]).read_to_end(&mut body)?,
        "br" => brotli::BrotliDecompress(&mut &sent[..], &mut body)?,
        other => bail!("{other} was not asked for"),
    }
    Ok(body)
}
