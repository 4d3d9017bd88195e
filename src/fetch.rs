//! HTTP: one file in, typed data or a typed error out.

mod manifest;

pub use manifest::apply_labels;

use gloo_net::http::{Request, Response};
use rising_model::area::AreaTable;
use rising_model::day::Day;
use rising_model::format::FormatError;
use rising_model::gazetteer::Gazetteer;
use rising_model::geometry::Topology;
use rising_model::manifest::{MANIFEST_VERSION, Manifest};
use rising_model::places::{self, Place};
use rising_model::postcode::Postcodes;
use rising_model::series::CountsChunk;
use rising_words::Language;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::*;
use web_sys::{AbortController, AbortSignal, RequestCache};

/// Where the data set lies, relative to the page.
const DATA: &str = "data/";

/// Why a file could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchError {
    Connection,
    NotFound,
    Status(u16),
    Format(FormatError),
    /// The manifest is not as it should be; how, is for who makes it.
    Manifest(String),
    ManifestVersion(u32),
    /// The browser's loader does not tell why. Of a page that is older than the site the parts are
    /// gone.
    Program,
}

impl FetchError {
    /// What it was made for, where that is a newer program than this: which of its versions, and
    /// what that is.
    pub fn newer(&self) -> Option<(&'static str, u32)> {
        match self {
            FetchError::ManifestVersion(got) if *got > MANIFEST_VERSION => Some(("manifest", *got)),
            FetchError::Format(FormatError::WrongVersion { got, known }) if got > known => {
                Some(("file", u32::from(*got)))
            }
            _ => None,
        }
    }

    /// As one clause of a sentence about the file.
    pub fn in_words(&self, language: Language) -> String {
        match self {
            FetchError::Connection => language.why_connection().to_owned(),
            FetchError::NotFound => language.why_not_found().to_owned(),
            FetchError::Status(status) => language.why_status((*status).into()),
            FetchError::Manifest(reason) => language.why_manifest(reason),
            FetchError::ManifestVersion(got) => other_version(*got, MANIFEST_VERSION, language),
            FetchError::Program => language.why_program().to_owned(),
            FetchError::Format(error) => match error {
                FormatError::WrongMagic(_) => language.why_not_ours().to_owned(),
                FormatError::WrongKind { .. } => language.why_other_kind().to_owned(),
                FormatError::WrongVersion { got, known } => {
                    other_version((*got).into(), (*known).into(), language)
                }
                FormatError::Truncated { expected, got } => {
                    language.why_cut_short(*expected as u32, *got as u32)
                }
                FormatError::WrongChecksum { .. } => language.why_damaged().to_owned(),
                FormatError::Invalid(reason) => language.why_senseless(reason),
            },
        }
    }
}

fn other_version(got: u32, known: u32, language: Language) -> String {
    let mut words = language.why_version(got, known);
    if got > known {
        words += language.why_newer();
    }
    words
}

impl From<FormatError> for FetchError {
    fn from(error: FormatError) -> FetchError {
        FetchError::Format(error)
    }
}

/// What the manifest says of a file; nothing where it does not.
#[derive(Clone, Copy, Default, PartialEq)]
pub struct Described {
    /// How much is in it.
    pub records: Option<u64>,
    /// Its first date and its last.
    pub dates: Option<(Day, Day)>,
}

impl Described {
    fn by(records: usize) -> Described {
        Described {
            records: Some(records as u64),
            dates: None,
        }
    }

    /// Sound figures of other dates, or shapes of other areas, are not what was asked for.
    pub fn check(&self, found: Described) -> Result<(), FetchError> {
        if *self == Described::default() || *self == found {
            return Ok(());
        }
        Err(FormatError::Invalid("it is not what the list of data files says".to_owned()).into())
    }
}

/// What a file's bytes become.
pub trait Decode: Sized + Send + Sync + 'static {
    /// Any bytes give data or an error.
    fn decode(bytes: &[u8]) -> Result<Self, FetchError>;

    /// What a manifest would say of it.
    fn described(&self) -> Described {
        Described::default()
    }
}

impl Decode for AreaTable {
    fn decode(bytes: &[u8]) -> Result<Self, FetchError> {
        Ok(AreaTable::decode(bytes)?)
    }

    fn described(&self) -> Described {
        Described::by(self.len())
    }
}

impl Decode for Topology {
    fn decode(bytes: &[u8]) -> Result<Self, FetchError> {
        Ok(Topology::decode(bytes)?)
    }

    fn described(&self) -> Described {
        Described::by(self.len())
    }
}

impl Decode for CountsChunk {
    fn decode(bytes: &[u8]) -> Result<Self, FetchError> {
        Ok(CountsChunk::decode(bytes)?)
    }

    fn described(&self) -> Described {
        Described {
            dates: Some((self.first(), self.last())),
            ..Described::by(self.areas() * self.dates())
        }
    }
}

impl Decode for Vec<Place> {
    fn decode(bytes: &[u8]) -> Result<Self, FetchError> {
        Ok(places::decode(bytes)?)
    }

    fn described(&self) -> Described {
        Described::by(self.len())
    }
}

impl Decode for Gazetteer {
    fn decode(bytes: &[u8]) -> Result<Self, FetchError> {
        Ok(Gazetteer::decode(bytes)?)
    }

    fn described(&self) -> Described {
        Described::by(self.entries().len())
    }
}

impl Decode for Postcodes {
    fn decode(bytes: &[u8]) -> Result<Self, FetchError> {
        Ok(Postcodes::decode(bytes)?)
    }
}

/// JavaScript's own JSON parser reads it: a second one in the program would cost more than the rest
/// of this module.
impl Decode for Manifest {
    fn decode(bytes: &[u8]) -> Result<Self, FetchError> {
        let json =
            str::from_utf8(bytes).map_err(|error| FetchError::Manifest(error.to_string()))?;
        manifest::read(json)
    }
}

/// A request that ends when its guard is dropped.
pub struct Abort(Option<AbortController>);

impl Abort {
    /// A guard for one request.
    pub fn new() -> Abort {
        Abort(AbortController::new().ok())
    }

    /// What tells the request of its end. The request holds this and not the guard, which would
    /// live as long as it does.
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

/// How far a cache is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// The name carries a content hash: what a cache has under it is right.
    Always,
    /// The name stays when the content changes: the server is asked whether the copy still holds.
    Ask,
    /// Not at all: what it kept may be what failed.
    Never,
}

/// Fetches a file beside the manifest, or the manifest.
pub async fn bytes(
    name: &str,
    trust: Trust,
    signal: Option<AbortSignal>,
) -> Result<Vec<u8>, FetchError> {
    let cache = match trust {
        Trust::Always => RequestCache::Default,
        Trust::Ask => RequestCache::NoCache,
        Trust::Never => RequestCache::Reload,
    };
    let path = format!("{DATA}{name}");
    let asked = if trust == Trust::Never {
        None
    } else {
        asked(&path, signal.clone()).await
    };
    let response = match asked {
        Some(response) => response,
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

#[wasm_bindgen]
extern "C" {
    /// Of the page, which asks for the files of its first view before the program is there
    /// (`xtask/src/site/head.js`).
    #[wasm_bindgen(catch, js_name = takeAsked)]
    async fn take_asked(path: &str, signal: Option<AbortSignal>) -> Result<JsValue, JsValue>;
}

/// The answer, if the page has asked for that file and there is one. It is given once; the signal
/// ends it as well.
async fn asked(path: &str, signal: Option<AbortSignal>) -> Option<Response> {
    let response = take_asked(path, signal)
        .await
        .ok()?
        .dyn_into::<web_sys::Response>()
        .ok()?;
    Some(response.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_newer_than_the_program_asks_for_another() {
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
    fn a_newer_version_needs_another_page() {
        let say = |got, known| {
            FetchError::Format(FormatError::WrongVersion { got, known }).in_words(Language::En)
        };
        assert_eq!(
            say(3, 2),
            "it has version 3 and this page reads version 2; the newer page that it needs may not be on the server yet"
        );
        assert_eq!(say(1, 2), "it has version 1 and this page reads version 2");
    }
}
