//! Fetches data files over HTTP and decodes them into typed data or a typed error.

mod manifest;

pub use manifest::{ManifestFile, labelled_texts};

use gloo_net::http::Request;
use rising_model::dataset::manifest::MANIFEST_VERSION;
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::day::Day;
use rising_model::domain::series::CountsChunk;
use rising_model::encoding::format::FormatError;
use rising_model::lookup::gazetteer::Gazetteer;
use rising_model::lookup::postcode::Postcodes;
use rising_model::shapes::geometry::Topology;
use rising_model::shapes::places::{self, Place};
use rising_words::Texts;
use rising_words::args;
use web_sys::{AbortController, AbortSignal, RequestCache};

use crate::platform::page_scripts;

/// The folder of the data set, relative to the page.
const DATA: &str = "data/";

/// The reason for which a file could not be loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchError {
    Connection,
    NotFound,
    Status(u16),
    Format(FormatError),
    /// The manifest is malformed. The reason is for the data set's publisher.
    Manifest(String),
    ManifestVersion(u32),
    /// A chunk of the program did not load. The browser's module loader gives no reason. One cause
    /// is a page older than the site, whose chunks are gone.
    Program,
}

impl FetchError {
    /// The kind of version ("manifest" or "file") and its number, if the file is for a newer
    /// program than this.
    pub fn newer(&self) -> Option<(&'static str, u32)> {
        match self {
            FetchError::ManifestVersion(got) if *got > MANIFEST_VERSION => Some(("manifest", *got)),
            FetchError::Format(FormatError::WrongVersion { got, known }) if got > known => {
                Some(("file", u32::from(*got)))
            }
            _ => None,
        }
    }

    /// The reason as a clause of a sentence about the file.
    pub fn in_words(&self, texts: &Texts) -> String {
        match self {
            FetchError::Connection => texts.why_connection().to_owned(),
            FetchError::NotFound => texts.why_not_found().to_owned(),
            FetchError::Status(status) => texts.why_status((*status).into()),
            FetchError::Manifest(reason) => texts.why_manifest(reason),
            FetchError::ManifestVersion(got) => version_mismatch(*got, MANIFEST_VERSION, texts),
            FetchError::Program => texts.why_program().to_owned(),
            FetchError::Format(error) => match error {
                FormatError::WrongMagic(_) => texts.why_not_ours().to_owned(),
                FormatError::WrongKind { .. } => texts.why_other_kind().to_owned(),
                FormatError::WrongVersion { got, known } => {
                    version_mismatch((*got).into(), (*known).into(), texts)
                }
                FormatError::Truncated { expected, got } => {
                    texts.why_cut_short(args::WhyCutShort {
                        expected: *expected as u32,
                        got: *got as u32,
                    })
                }
                FormatError::WrongChecksum { .. } => texts.why_damaged().to_owned(),
                FormatError::Invalid(reason) => texts.why_senseless(reason),
            },
        }
    }
}

fn version_mismatch(got: u32, known: u32, texts: &Texts) -> String {
    let mut words = texts.why_version(args::WhyVersion { got, known });
    if got > known {
        words += texts.why_newer();
    }
    words
}

impl From<FormatError> for FetchError {
    fn from(error: FormatError) -> FetchError {
        FetchError::Format(error)
    }
}

/// The content of a file as the manifest describes it. `None` where the manifest does not.
#[derive(Clone, Copy, Default, PartialEq)]
pub struct ContentSummary {
    /// The number of records.
    pub records: Option<u64>,
    /// The first and last date.
    pub dates: Option<(Day, Day)>,
}

impl ContentSummary {
    fn of_records(records: usize) -> ContentSummary {
        ContentSummary {
            records: Some(records as u64),
            dates: None,
        }
    }

    /// Checks that the decoded content is what the manifest describes: a valid file may still have
    /// figures of other dates or shapes of other areas.
    ///
    /// # Errors
    /// If the content differs.
    pub fn check(&self, found: ContentSummary) -> Result<(), FetchError> {
        if *self == ContentSummary::default() || *self == found {
            return Ok(());
        }
        Err(FormatError::Invalid("it is not what the list of data files says".to_owned()).into())
    }
}

/// A type that a file decodes to.
pub trait Decode: Sized + Send + Sync + 'static {
    /// Decodes a file.
    ///
    /// # Errors
    /// If the bytes are not a valid file of this type.
    fn decode(bytes: &[u8]) -> Result<Self, FetchError>;

    /// The summary that a manifest has of this content.
    fn summary(&self) -> ContentSummary {
        ContentSummary::default()
    }
}

impl Decode for AreaTable {
    fn decode(bytes: &[u8]) -> Result<Self, FetchError> {
        Ok(AreaTable::decode(bytes)?)
    }

    fn summary(&self) -> ContentSummary {
        ContentSummary::of_records(self.len())
    }
}

impl Decode for Topology {
    fn decode(bytes: &[u8]) -> Result<Self, FetchError> {
        Ok(Topology::decode(bytes)?)
    }

    fn summary(&self) -> ContentSummary {
        ContentSummary::of_records(self.len())
    }
}

impl Decode for CountsChunk {
    fn decode(bytes: &[u8]) -> Result<Self, FetchError> {
        Ok(CountsChunk::decode(bytes)?)
    }

    fn summary(&self) -> ContentSummary {
        ContentSummary {
            dates: Some((self.first(), self.last())),
            ..ContentSummary::of_records(self.areas() * self.dates())
        }
    }
}

impl Decode for Vec<Place> {
    fn decode(bytes: &[u8]) -> Result<Self, FetchError> {
        Ok(places::decode(bytes)?)
    }

    fn summary(&self) -> ContentSummary {
        ContentSummary::of_records(self.len())
    }
}

impl Decode for Gazetteer {
    fn decode(bytes: &[u8]) -> Result<Self, FetchError> {
        Ok(Gazetteer::decode(bytes)?)
    }

    fn summary(&self) -> ContentSummary {
        ContentSummary::of_records(self.entries().len())
    }
}

impl Decode for Postcodes {
    fn decode(bytes: &[u8]) -> Result<Self, FetchError> {
        Ok(Postcodes::decode(bytes)?)
    }
}

/// Uses JavaScript's JSON parser: a second parser would make the program larger than the rest of
/// this module does.
impl Decode for ManifestFile {
    fn decode(bytes: &[u8]) -> Result<Self, FetchError> {
        let json =
            str::from_utf8(bytes).map_err(|error| FetchError::Manifest(error.to_string()))?;
        manifest::read(json)
    }
}

/// A guard that aborts its request when dropped.
pub struct Abort(Option<AbortController>);

impl Abort {
    /// A guard for one request.
    pub fn new() -> Abort {
        Abort(AbortController::new().ok())
    }

    /// The signal that aborts the request. The request holds the signal and not the guard, which
    /// would otherwise live as long as the request.
    pub fn signal(&self) -> Option<AbortSignal> {
        self.0.as_ref().map(AbortController::signal)
    }
}

impl Drop for Abort {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}

/// The use that a request makes of the HTTP cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CachePolicy {
    /// Takes a cached copy as it is: the file's name has a hash of the content.
    Trust,
    /// Asks the server whether a cached copy is current: the name stays when the content changes.
    Revalidate,
    /// Bypasses the cache, whose copy may be the reason for a failure.
    Bypass,
}

/// Fetches the manifest or a file beside it.
///
/// # Errors
/// If the connection fails or the server answers with another status than success.
pub async fn bytes(
    name: &str,
    policy: CachePolicy,
    signal: Option<AbortSignal>,
) -> Result<Vec<u8>, FetchError> {
    let cache = match policy {
        CachePolicy::Trust => RequestCache::Default,
        CachePolicy::Revalidate => RequestCache::NoCache,
        CachePolicy::Bypass => RequestCache::Reload,
    };
    let path = format!("{DATA}{name}");
    let taken = if policy == CachePolicy::Bypass {
        None
    } else {
        page_scripts::take_response(&path, signal.clone()).await
    };
    let response = match taken {
        Some(response) => response.into(),
        None => {
            let request = Request::get(&path)
                .cache(cache)
                .abort_signal(signal.as_ref());
            request.send().await.map_err(|_| FetchError::Connection)?
        }
    };
    match response.status() {
        200..=299 => response.binary().await.map_err(|_| FetchError::Connection),
        404 => Err(FetchError::NotFound),
        status => Err(FetchError::Status(status)),
    }
}

#[cfg(test)]
mod tests {
    use rising_words::Language;

    use super::*;

    #[test]
    fn newer_is_set_only_for_newer_versions() {
        let file = |got, known| FetchError::Format(FormatError::WrongVersion { got, known });
        assert_eq!(
            FetchError::ManifestVersion(MANIFEST_VERSION + 1).newer(),
            Some(("manifest", MANIFEST_VERSION + 1))
        );
        assert_eq!(file(3, 2).newer(), Some(("file", 3)));
        for other in [
            FetchError::ManifestVersion(0),
            file(1, 2),
            FetchError::NotFound,
            FetchError::Program,
        ] {
            assert_eq!(other.newer(), None, "{other:?}");
        }
    }

    #[test]
    fn newer_version_mentions_newer_page() {
        let words = |got, known| {
            FetchError::Format(FormatError::WrongVersion { got, known })
                .in_words(&Language::En.texts())
        };
        assert_eq!(
            words(3, 2),
            "it has version 3 and this page reads version 2; \
             the newer page that it needs may not be on the server yet"
        );
        assert_eq!(
            words(1, 2),
            "it has version 1 and this page reads version 2"
        );
    }
}
