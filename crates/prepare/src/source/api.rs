//! Fetches cases from the UKHSA data dashboard API.

mod address;
mod all_areas;
mod changes;
pub mod page;
mod round;
mod series;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::Path;

use serde::Deserialize;
use url::Url;

use self::round::FetchRound;
use super::error::SourceError;
use super::requests::Requests;
use super::{Clock, Fetched};

/// The range of valid years.
const YEARS: RangeInclusive<i16> = 1900..=2200;

/// The UKHSA data dashboard API, or one with the same interface: `kind = "api"`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ApiSource {
    /// The start of all the API's addresses.
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
    /// First year to request. 2020 by default, the whole epidemic: an edition is compiled with its
    /// whole history, and a closed year costs a request a week (see `recheck_days`).
    pub first_year: i16,
    /// Last year to request; the current one if not set.
    pub last_year: Option<i16>,
    /// Names of the areas to request; all that the API lists if empty.
    pub areas: Vec<String>,
    /// Names that the API lists and that are not requested, such as areas counted within another.
    pub skip: Vec<String>,
    /// Areas that the API has renamed or merged: the earlier name, and the name of the area that
    /// has replaced it.
    pub names: BTreeMap<String, String>,
    /// Days for which cached responses of closed years are used without asking whether they have
    /// changed; 0 to ask each time.
    pub recheck_days: u16,
    /// Hours within which an interrupted run is resumed. After that, everything is requested again.
    pub resume_hours: u16,
    /// The settings of requests.
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
        FetchRound::open(self, cache, clock)?.run()
    }

    /// Checks the settings.
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
