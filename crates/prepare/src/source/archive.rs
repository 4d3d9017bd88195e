//! Fetches cases from a zip, such as the UKHSA archive of the coronavirus dashboard.
//!
//! Neither the zip, some 438 MB, nor a member is ever held in memory as a whole.

mod download;
mod members;

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use jiff::Timestamp;
use serde::Deserialize;
use url::Url;

use self::download::Download;
use super::error::{Failure, Failures, SourceError};
use super::http::Client;
use super::london;
use super::requests::Requests;
use super::store::Store;
use super::{Clock, Fetched};

/// A zip at an address or on this machine: `kind = "archive"`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ArchiveSource {
    /// The address of the zip.
    pub address: String,
    /// The zip on this machine, relative to the configuration's folder; if set, nothing is
    /// requested.
    pub path: Option<PathBuf>,
    /// The members with cases: a name, or a pattern such as
    /// `Cases/msoa_newCasesBySpecimenDateRollingRate_areas_letter_*.csv`.
    pub member: String,
    /// The settings of requests.
    pub requests: Requests,
}

impl Default for ArchiveSource {
    fn default() -> ArchiveSource {
        ArchiveSource {
            address: "https://archive.ukhsa-dashboard.data.gov.uk/coronavirus-dashboard/cases.zip"
                .into(),
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

    pub(super) fn fetch(&self, cache: &Path, clock: &dyn Clock) -> Result<Fetched, SourceError> {
        let pattern = members::pattern(&self.member)?;
        let store = Store::open(cache.join("archive"))?;
        let (zip, published, mut notes) = match &self.path {
            Some(path) => (path.clone(), None, vec![]),
            None => self.download(&store, clock)?,
        };
        match members::extract(&zip, &self.member, &pattern, &store) {
            Ok(members) => {
                notes.extend(
                    members
                        .iter()
                        .map(|member| format!("{}, {} bytes", member.name, member.length)),
                );
                let files = members.into_iter().map(|member| member.file).collect();
                Ok(Fetched {
                    files,
                    published: published.and_then(london::day),
                    notes,
                })
            }
            Err(members::ExtractError::Local(error)) => Err(error),
            Err(members::ExtractError::Zip {
                what,
                reason,
                is_damaged,
            }) => {
                let address = self
                    .path
                    .as_ref()
                    .map_or_else(|| self.address.clone(), |path| path.display().to_string());
                let mut kept = format!("the archive is {}", zip.display());
                if is_damaged && self.path.is_none() {
                    download::remove_cached(&store)?;
                    kept =
                        "the last edition is unchanged; the next run downloads the archive again"
                            .to_owned();
                }
                Err(Failures {
                    all: vec![Failure {
                        what,
                        address,
                        reason,
                    }],
                    kept,
                }
                .into())
            }
        }
    }

    /// Downloads the zip. Returns its path, when the server says that it was made, and lines for
    /// the summary.
    fn download(
        &self,
        store: &Store,
        clock: &dyn Clock,
    ) -> Result<(PathBuf, Option<Timestamp>, Vec<String>), SourceError> {
        self.requests.check()?;
        match Url::parse(&self.address) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => {}
            _ => {
                let reason = format!(
                    "\"{}\" is not an address that begins with https:// or http://",
                    self.address
                );
                return Err(SourceError::Setting {
                    field: "address",
                    reason,
                });
            }
        }
        let client = Client::new(&self.requests, clock);
        let mut download = Download::new(&self.address, &client, store);
        let published = download.run()?;
        let counts = &client.counts;
        let [requests, bytes, retries] =
            [&counts.requests, &counts.bytes, &counts.retries].map(|n| n.load(Ordering::Relaxed));
        let mut notes = vec![format!(
            "the archive: {requests} requests, {bytes} bytes, {retries} retries"
        )];
        notes.append(&mut download.notes);
        Ok((store.path(download::ZIP), published, notes))
    }
}
