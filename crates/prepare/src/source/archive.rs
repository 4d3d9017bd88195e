//! A zip as a source, such as the UKHSA archive of the coronavirus dashboard.
//!
//! Neither the zip, some 438 MB, nor a member is ever in memory as a whole.

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

/// A zip by its address or on this machine: `kind = "archive"`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ArchiveSource {
    /// Where the zip is.
    pub address: String,
    /// The zip on this machine, relative to the configuration's folder; nothing is asked for then.
    pub path: Option<PathBuf>,
    /// The members with cases: a name, or a pattern such as
    /// `Cases/msoa_newCasesBySpecimenDateRollingRate_areas_letter_*.csv`.
    pub member: String,
    /// How the server is asked.
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
        let wanted = members::pattern(&self.member)?;
        let store = Store::open(cache.join("archive"))?;
        let (zip, published, mut notes) = match &self.path {
            Some(path) => (path.clone(), None, vec![]),
            None => self.download(&store, clock)?,
        };
        match members::extract(&zip, &self.member, &wanted, &store) {
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
            Err(members::Trouble::Here(error)) => Err(error),
            Err(members::Trouble::Zip {
                what,
                reason,
                damaged,
            }) => {
                let address = self
                    .path
                    .as_ref()
                    .map_or_else(|| self.address.clone(), |path| path.display().to_string());
                let mut kept = format!("the archive is {}", zip.display());
                if damaged && self.path.is_none() {
                    download::forget(&store)?;
                    kept = "the last edition is as it was; the archive is brought anew by the next run".to_owned();
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

    /// Brings the zip, and says where it is, when it was made and what that took.
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
        let made = download.run()?;
        let tally = &client.tally;
        let [requests, bytes, retries] =
            [&tally.requests, &tally.bytes, &tally.retries].map(|n| n.load(Ordering::Relaxed));
        let mut notes = vec![format!(
            "the archive: {requests} requests, {bytes} bytes, {retries} asked again"
        )];
        notes.append(&mut download.notes);
        Ok((store.path(download::WHOLE), made, notes))
    }
}
