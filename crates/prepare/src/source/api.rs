//! The UKHSA data dashboard API as a source.

mod address;
mod changes;
pub mod page;
mod round;
mod series;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::Path;

use serde::Deserialize;
use url::Url;

use self::round::Round;
use super::error::SourceError;
use super::requests::Requests;
use super::{Clock, Fetched};

/// Years that can be meant.
const YEARS: RangeInclusive<i16> = 1900..=2200;

/// The UKHSA data dashboard API, or one that answers as it does: `kind = "api"`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ApiSource {
    /// The address that all others begin with.
    pub base: String,
    /// The theme.
    pub theme: String,
    /// The sub-theme.
    pub sub_theme: String,
    /// The topic.
    pub topic: String,
    /// The type of the areas.
    pub geography_type: String,
    /// The metric: new cases of each day.
    pub metric: String,
    /// First year to ask for. 2020 by default, the whole epidemic: an edition is compiled whole,
    /// with its history, and a closed year costs a request a week (see `recheck_days`).
    pub first_year: i16,
    /// Last year to ask for; without it, the current one.
    pub last_year: Option<i16>,
    /// Names of the areas to ask for; without any, all that the API lists.
    pub areas: Vec<String>,
    /// Names that the API lists and that are not asked for, such as areas counted within another.
    pub skip: Vec<String>,
    /// Areas that the API has renamed or merged: the name before, and the one whose figures have
    /// taken its place.
    pub names: BTreeMap<String, String>,
    /// Days for which the answers of closed years are good without asking whether they have
    /// changed; 0 to ask each time.
    pub recheck_days: u16,
    /// Hours for which a run that was broken off is continued. After that, everything is asked for
    /// anew.
    pub resume_hours: u16,
    /// How the server is asked.
    pub requests: Requests,
}

impl Default for ApiSource {
    fn default() -> ApiSource {
        ApiSource {
            base: "https://api.ukhsa-dashboard.data.gov.uk".into(),
            theme: "infectious_disease".into(),
            sub_theme: "respiratory".into(),
            topic: "COVID-19".into(),
            geography_type: "Lower Tier Local Authority".into(),
            metric: "COVID-19_cases_casesByDay".into(),
            first_year: 2020,
            last_year: None,
            areas: vec![],
            skip: vec![],
            names: BTreeMap::new(),
            recheck_days: 7,
            resume_hours: 6,
            requests: Requests::default(),
        }
    }
}

impl ApiSource {
    pub(super) fn fetch(&self, cache: &Path, clock: &dyn Clock) -> Result<Fetched, SourceError> {
        self.check()?;
        Round::open(self, cache, clock)?.run()
    }

    /// Refuses what cannot be meant.
    fn check(&self) -> Result<(), SourceError> {
        self.requests.check()?;
        let refuse = |field, reason| Err(SourceError::Setting { field, reason });
        match Url::parse(&self.base) {
            Ok(url)
                if matches!(url.scheme(), "http" | "https")
                    && url.has_host()
                    && url.query().is_none() => {}
            _ => {
                return refuse(
                    "base",
                    format!(
                        "\"{}\" is not an address that begins with https:// or http://",
                        self.base
                    ),
                );
            }
        }
        for (field, year) in [
            ("first_year", Some(self.first_year)),
            ("last_year", self.last_year),
        ] {
            if let Some(year) = year.filter(|year| !YEARS.contains(year)) {
                return refuse(
                    field,
                    format!(
                        "{year} is not between {} and {}",
                        YEARS.start(),
                        YEARS.end()
                    ),
                );
            }
        }
        if let Some(last) = self.last_year
            && last < self.first_year
        {
            return refuse(
                "last_year",
                format!("{last} is before first_year, {}", self.first_year),
            );
        }
        Ok(())
    }
}
