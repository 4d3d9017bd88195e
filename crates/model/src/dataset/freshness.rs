//! Tells how old figures are, and whether they are out of date.

use crate::dataset::manifest::Manifest;
use crate::domain::day::Day;

/// The age of the figures on the day on which they are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// An archive, to which nothing is added. Its age in days is of no interest.
    Archive,
    /// The age in days; `None` if today's date is unknown.
    Current(Option<u32>),
    /// The age in days, which is above the publisher's limit.
    Stale(u32),
}

impl Manifest {
    /// Returns the freshness of figures that end on `last`. `today` is the reader's date; `None`
    /// for prerendered pages. A clock that is behind the figures gives no age.
    pub fn freshness(&self, last: Day, today: Option<Day>) -> Freshness {
        if self.default.date.is_some() && self.stale_after.is_none() {
            return Freshness::Archive;
        }
        let age = today.and_then(|today| u32::try_from(today - last).ok());
        match (age, self.stale_after) {
            (Some(age), Some(limit)) if age > limit => Freshness::Stale(age),
            _ => Freshness::Current(age),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::manifest::{Defaults, Levels, MANIFEST_VERSION};
    use crate::domain::area::{Level, Nation};
    use crate::domain::scale::Breaks;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn manifest(date: Option<&str>, stale_after: Option<u32>) -> Manifest {
        Manifest {
            version: MANIFEST_VERSION,
            default: Defaults {
                level: Level::Ltla,
                nation: Nation::England,
                date: date.map(day),
            },
            stale_after,
            breaks: Breaks::default(),
            levels: Levels::default(),
            places: None,
            names: None,
            postcodes: None,
            tiles: None,
            labels: None,
            sources: vec![],
        }
    }

    #[test]
    fn freshness_is_stale_from_the_day_after_the_limit() {
        let weekly = manifest(None, Some(9));
        let at = |today: &str| weekly.freshness(day("2026-02-24"), Some(day(today)));
        assert_eq!(at("2026-02-24"), Freshness::Current(Some(0)));
        assert_eq!(at("2026-03-05"), Freshness::Current(Some(9)));
        assert_eq!(at("2026-03-06"), Freshness::Stale(10));
        assert_eq!(
            manifest(None, None).freshness(day("2020-02-24"), Some(day("2026-02-24"))),
            Freshness::Current(Some(2192))
        );
        let none = manifest(None, Some(0)).freshness(day("2026-02-24"), Some(day("2026-02-25")));
        assert_eq!(none, Freshness::Stale(1), "0 days are a limit too");
    }

    #[test]
    fn freshness_with_a_clock_behind_the_figures_has_no_age() {
        let live = manifest(None, Some(9));
        assert_eq!(
            live.freshness(day("2026-02-24"), Some(day("2026-02-23"))),
            Freshness::Current(None)
        );
        assert_eq!(
            live.freshness(day("2026-02-24"), Some(day("1970-01-01"))),
            Freshness::Current(None)
        );
        assert_eq!(
            live.freshness(day("2026-02-24"), None),
            Freshness::Current(None)
        );
    }

    #[test]
    fn freshness_of_archive_has_no_age_unless_a_limit_is_set() {
        let today = Some(day("2026-02-24"));
        assert_eq!(
            manifest(Some("2021-02-07"), None).freshness(day("2023-12-12"), today),
            Freshness::Archive
        );
        assert_eq!(
            manifest(Some("2021-02-07"), Some(9)).freshness(day("2023-12-12"), today),
            Freshness::Stale(805)
        );
    }
}
