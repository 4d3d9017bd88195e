//! Fetches the figures of a refresh: from the live API, an archive, or files on disk.
//!
//! A source downloads its files to a folder of its own, the cache, and returns the files to read.
//! It does not interpret figures: `cases` reads the files, whichever source they are from.

mod api;
mod archive;
mod clock;
mod error;
mod files;
mod http;
mod london;
mod requests;
mod store;

use std::path::{Path, PathBuf};

use rising_model::domain::day::Day;
use serde::Deserialize;

pub use self::api::{ApiSource, page};
pub use self::archive::ArchiveSource;
pub use self::clock::{Clock, SystemClock};
pub use self::error::SourceError;
pub use self::files::FilesSource;
pub(crate) use self::london::day as london_day;
pub use self::requests::Requests;
use crate::cases::ApiFilter;

/// A source of cases: a table of the configuration, whose `kind` is `api`, `archive` or `files`.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Source {
    /// The UKHSA data dashboard API, or one with the same interface.
    Api(ApiSource),
    /// A zip with the files of cases among its members.
    Archive(ArchiveSource),
    /// Files on this machine.
    Files(FilesSource),
}

/// The result of a fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// Files to read, each of a kind that `cases` recognises.
    pub files: Vec<PathBuf>,
    /// The day in London on which the source says that it was published, if it does.
    pub published: Option<Day>,
    /// Lines for the run's summary that say what was done.
    pub notes: Vec<String>,
}

impl Source {
    /// Makes the configuration's relative paths relative to the configuration's own folder.
    pub fn resolve(&mut self, folder: &Path) {
        match self {
            Source::Api(_) => {}
            Source::Archive(archive) => archive.resolve(folder),
            Source::Files(files) => files.resolve(folder),
        }
    }

    /// Returns which results to read from the files, if they are API responses.
    pub fn api_filter(&self) -> ApiFilter<'_> {
        match self {
            Source::Api(api) => ApiFilter {
                metric: &api.metric,
                geography_type: Some(&api.geography_type),
            },
            Source::Archive(_) | Source::Files(_) => ApiFilter::default(),
        }
    }

    /// Downloads everything to `cache`, requesting only what is missing or may have changed.
    ///
    /// # Errors
    /// If anything is missing at the end. Everything that arrived stays in the cache, and the next
    /// call resumes from there.
    pub fn fetch(&self, cache: &Path, clock: &dyn Clock) -> Result<Fetched, SourceError> {
        match self {
            Source::Api(api) => api.fetch(cache, clock),
            Source::Archive(archive) => archive.fetch(cache, clock),
            Source::Files(files) => files.fetch(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn source_deserialises_each_kind_and_names_unknown_settings() {
        assert!(
            matches!(toml::from_str("kind = \"api\""), Ok(Source::Api(api)) if api == ApiSource::default())
        );
        let text = "kind = \"archive\"\nmember = \"*.csv\"\n[requests]\nsilence_s = 5";
        let Ok(Source::Archive(archive)) = toml::from_str(text) else {
            panic!("an archive")
        };
        assert_eq!(
            (
                archive.member.as_str(),
                archive.requests.silence_s,
                archive.requests.tries
            ),
            ("*.csv", 5, 5)
        );
        assert!(matches!(
            toml::from_str("kind = \"files\"\npaths = [\"a.csv\"]"),
            Ok(Source::Files(_))
        ));
        for text in [
            "kind = \"api\"\nyear = 2020",
            "kind = \"api\"\n[requests]\nretries = 2",
            "kind = \"ftp\"",
        ] {
            let error = toml::from_str::<Source>(text).unwrap_err().to_string();
            assert!(error.contains("unknown"), "{error}");
        }
    }

    #[test]
    fn resolve_joins_relative_paths_to_configuration_folder() {
        let mut source: Source =
            toml::from_str("kind = \"archive\"\npath = \"cases.zip\"").unwrap();
        source.resolve(Path::new("/news"));
        assert!(
            matches!(source, Source::Archive(archive) if archive.path == Some("/news/cases.zip".into()))
        );
    }
}
