//! A zip as a source, such as the UKHSA archive of the coronavirus dashboard.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::error::SourceError;
use super::requests::Requests;
use super::{Clock, Fetched};

/// A zip by its address or on this machine: `kind = "archive"`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ArchiveSource {
    /// Where the zip is.
    pub address: String,
    /// The zip on this machine, relative to the configuration's folder; nothing is asked for then.
    pub path: Option<PathBuf>,
    /// The members with cases: a name, or a pattern such as `Cases/ltla_*.csv`.
    pub member: String,
    /// How the server is asked.
    pub requests: Requests,
}

impl Default for ArchiveSource {
    fn default() -> ArchiveSource {
        ArchiveSource {
            address: "https://archive.ukhsa-dashboard.data.gov.uk/coronavirus-dashboard/cases.zip".into(),
            path: None,
            member: "Cases/ltla_newCasesBySpecimenDate.csv".into(),
            requests: Requests::default(),
        }
    }
}

impl ArchiveSource {
    pub(super) fn resolve(&mut self, folder: &Path) {
        if let Some(path) = &mut self.path {
            *path = folder.join(&path);
        }
    }

    pub(super) fn fetch(&self, _cache: &Path, _clock: &dyn Clock) -> Result<Fetched, SourceError> {
        todo!()
    }
}
