//! Checks that a manifest describes a data set that the page can show.

use super::{DataFile, LevelFiles, Manifest, NationDates};
use crate::domain::area::Level;
use crate::domain::day::Day;
use crate::domain::series::Cadence;

/// Limit of the days of a series: more than any has, and few enough for a chart of all of them.
const MAX_DAYS: i32 = 100_000;

/// The names that a tile URL template may have in braces. Leaflet throws on any other name.
const TILE_VARIABLES: [&str; 6] = ["s", "x", "y", "z", "r", "-y"];

/// A fault for which the page cannot show a data set, as a clause.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidManifest(String);

impl Manifest {
    /// Checks what deserialisation does not: the levels, that all files are beside the manifest,
    /// and that Leaflet can use the tile URL.
    ///
    /// # Errors
    /// If the page could not show the data set.
    pub fn check(&self) -> Result<(), InvalidManifest> {
        self.check_levels().map_err(InvalidManifest)?;
        let mut files: Vec<&DataFile> = self.places.iter().chain(&self.names).collect();
        for level in Level::ALL
            .into_iter()
            .filter_map(|level| self.levels.get(level))
        {
            files.extend([&level.areas, &level.shapes, &level.detail]);
            files.extend(level.counts.iter().map(|counts| &counts.file));
        }
        let hash = self.postcodes.iter().map(|postcodes| &postcodes.hash);
        if let Some(name) = files
            .into_iter()
            .map(|file| &file.file)
            .chain(hash)
            .find(|name| !is_file_name(name))
        {
            return Err(InvalidManifest(format!(
                "{name:?} is not the name of a file beside the manifest"
            )));
        }
        match &self.tiles {
            Some(tiles) if !is_tile_url(&tiles.url) => Err(InvalidManifest(format!(
                "the tile URL {:?} has other names in braces than {TILE_VARIABLES:?}",
                tiles.url
            ))),
            _ => Ok(()),
        }
    }

    /// Checks that the data set has a level with dates to choose, and that the files of each level
    /// are consistent. The files themselves are checked when they load. Every page runs this check
    /// for its first view.
    ///
    /// # Errors
    /// A clause that says why the page could not show the data set.
    pub fn check_levels(&self) -> Result<(), String> {
        let mut fault = Some(["it has no level", "", ""]);
        for level in Level::ALL {
            if let Some(files) = self.levels.get(level) {
                fault = files.fault().map(|fault| [level.slug(), ": ", fault]);
                if fault.is_some() {
                    break;
                }
            }
        }
        fault.map_or(Ok(()), |parts| Err(parts.concat()))
    }
}

impl LevelFiles {
    /// Returns what is inconsistent, as a clause.
    fn fault(&self) -> Option<&'static str> {
        if Cadence::from_step(self.step).is_none() {
            return Some("its step is neither 1 nor 7 days");
        }
        let (Some(from), Some(to)) = (self.counts.first(), self.counts.last()) else {
            return Some("it has no counts");
        };
        let is_covered = |dates: &NationDates| {
            // Both dates must be among those of the counts, not between them.
            let is_series =
                self.steps(dates.first, dates.last) > 0 && self.steps(from.first, dates.last) > 0;
            is_series && from.first <= dates.first && dates.last <= to.last
        };
        if self.dates.is_empty() || !self.dates.iter().all(is_covered) {
            return Some("its dates are not those of its counts");
        }
        let areas = self.areas.records;
        let mut is_consistent = self.shapes.records == areas && self.detail.records == areas;
        let mut before = None;
        for counts in &self.counts {
            let dates = self.steps(counts.first, counts.last);
            is_consistent &= dates > 0
                && counts.file.records == areas.wrapping_mul(dates)
                && before < Some(counts.first);
            before = Some(counts.last);
        }
        (!is_consistent).then_some("its files do not fit each other")
    }

    /// Returns the number of dates from the first to the last; 0 if they are not whole steps apart,
    /// or more than [`MAX_DAYS`].
    fn steps(&self, first: Day, last: Day) -> u64 {
        let days = last - first;
        if (0..MAX_DAYS).contains(&days) && days % self.step == 0 {
            (days / self.step) as u64 + 1
        } else {
            0
        }
    }
}

/// Whether the text names a file beside the manifest, and not one in another folder.
fn is_file_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    !name.is_empty() && !name.starts_with('.') && name.bytes().all(is_plain)
}

fn is_tile_url(url: &str) -> bool {
    url.split('{').skip(1).all(|part| {
        part.split_once('}')
            .is_none_or(|(name, _)| TILE_VARIABLES.contains(&name.trim()))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::area::Nation;
    use crate::domain::day::nearest;
    use crate::domain::series::needed_span;

    fn manifest() -> Value {
        let file =
            |name: &str, records: u64| json!({ "file": name, "bytes": 1, "records": records });
        let counts = |name: &str, records: u64, first: &str, last: &str| {
            let mut counts = file(name, records);
            counts["first"] = first.into();
            counts["last"] = last.into();
            counts
        };
        json!({
            "version": 1,
            "default": { "level": "ltla", "nation": "england" },
            "breaks": [10, 50],
            "levels": { "msoa": {
                "step": 7,
                "dates": [{ "nation": "england", "first": "2020-02-08", "last": "2020-02-29" }],
                "areas": file("msoa.areas.0123456789.bin", 3),
                "shapes": file("s.bin", 3),
                "detail": file("d.bin", 3),
                "counts": [
                    counts("a.bin", 6, "2020-02-01", "2020-02-08"),
                    counts("b.bin", 9, "2020-02-15", "2020-02-29"),
                ],
                "preload": [],
            } },
            "tiles": { "url": "https://{s}.example.org/{z}/{x}/{ -y }{r}.png", "attribution": "" },
            "sources": [],
        })
    }

    /// Returns the manifest with another value at a JSON pointer.
    fn with(place: &str, value: Value) -> Value {
        let mut manifest = manifest();
        *manifest.pointer_mut(place).unwrap() = value;
        manifest
    }

    fn check(manifest: Value) -> Result<(), String> {
        let manifest: Manifest =
            serde_json::from_value(manifest).map_err(|error| error.to_string())?;
        manifest.check().map_err(|error| error.to_string())
    }

    #[test]
    fn check_accepts_consistent_and_published_manifests() {
        assert_eq!(check(manifest()), Ok(()));
        let published = include_str!("../../../../../public/data/manifest.json");
        assert_eq!(check(serde_json::from_str(published).unwrap()), Ok(()));
    }

    #[test]
    fn check_reports_each_fault() {
        let level = "/levels/msoa";
        let (step, dates, files) = (
            "msoa: its step",
            "msoa: its dates are not those",
            "msoa: its files do not fit",
        );
        for (place, value, expected) in [
            ("/levels", json!({}), "it has no level"),
            ("/step", json!(0), step),
            ("/step", json!(-7), step),
            ("/step", json!(i32::MAX), step),
            ("/step", json!(1), files),
            ("/dates", json!([]), dates),
            ("/dates/0/first", json!("2020-03-07"), dates),
            ("/dates/0/first", json!("2020-02-09"), dates),
            ("/dates/0/first", json!("0001-01-01"), dates),
            ("/dates/0/first", json!("2020-01-25"), dates),
            ("/dates/0/last", json!("2020-03-07"), dates),
            (
                "/dates/0",
                json!({ "nation": "england", "first": "2020-02-05", "last": "2020-02-26" }),
                dates,
            ),
            ("/counts", json!([]), "msoa: it has no counts"),
            ("/counts/0/records", json!(7), files),
            ("/counts/0/last", json!("2020-01-01"), files),
            ("/counts/1/first", json!("2020-02-08"), files),
            ("/areas/records", json!(u64::MAX), files),
            ("/detail/records", json!(4), files),
            (
                "/shapes/file",
                json!("../s.bin"),
                "\"../s.bin\" is not the name",
            ),
            ("/counts/1/file", json!(""), "\"\" is not the name"),
            (
                "/tiles/url",
                json!("https://example.org/{q}.png"),
                "the tile URL",
            ),
        ] {
            let inside = manifest().pointer(&format!("{level}{place}")).is_some();
            let place = if inside {
                format!("{level}{place}")
            } else {
                place.to_owned()
            };
            let error = check(with(&place, value.clone())).unwrap_err();
            assert!(error.contains(expected), "{place} {value}: {error}");
        }
        let mut places = manifest();
        places["places"] = json!({ "file": "a/b.bin", "bytes": 1, "records": 1 });
        assert!(check(places).unwrap_err().contains("a/b.bin"));
        let swapped = {
            let mut manifest = manifest();
            manifest["levels"]["msoa"]["counts"]
                .as_array_mut()
                .unwrap()
                .reverse();
            manifest
        };
        assert!(check(swapped).is_err());
    }

    /// Numbers close to the right ones, and any others.
    fn number() -> impl Strategy<Value = Value> {
        prop_oneof![
            prop::sample::select(vec![-7, -1, 0, 1, 3, 6, 7, 9, 14, 366, 100_000])
                .prop_map(|number| json!(number)),
            any::<i64>().prop_map(|number| json!(number)),
            any::<f64>().prop_map(|number| json!(number)),
        ]
    }

    fn date() -> impl Strategy<Value = Value> {
        let text = |number: i32| json!(Day::from_number(number).unwrap().to_string());
        let early = "2020-01-25".parse::<Day>().unwrap().number();
        prop_oneof![
            (early..early + 42).prop_map(text),
            (-719_528..2_932_896).prop_map(text),
            Just(json!("2020-02-30"))
        ]
    }

    /// A JSON pointer into the manifest, and a replacement value.
    fn change() -> impl Strategy<Value = (&'static str, Value)> {
        let numbers = [
            "/step",
            "/areas/records",
            "/shapes/records",
            "/detail/records",
            "/counts/0/records",
        ];
        let dates = [
            "/dates/0/first",
            "/dates/0/last",
            "/counts/0/first",
            "/counts/0/last",
            "/counts/1/first",
        ];
        let any_place = [
            "/dates",
            "/counts",
            "/areas",
            "/dates/0/nation",
            "/counts/1/last",
            "/preload",
            "",
        ];
        let absurd = vec![
            json!(null),
            json!([]),
            json!({}),
            json!(""),
            json!(1e300),
            json!([null]),
        ];
        prop_oneof![
            (prop::sample::select(numbers.to_vec()), number()),
            (prop::sample::select(dates.to_vec()), date()),
            (
                prop::sample::select(any_place.to_vec()),
                prop::sample::select(absurd)
            ),
        ]
    }

    proptest! {
        /// If a manifest passes, each date that can be chosen has a chunk.
        #[test]
        fn check_accepts_only_manifests_that_can_be_shown(
            changes in prop::collection::vec(change(), 0..4),
            wanted in -800_000i32..2_900_000,
        ) {
            let mut manifest = manifest();
            for (place, value) in changes {
                if let Some(part) = manifest.pointer_mut(&format!("/levels/msoa{place}")) {
                    *part = value;
                }
            }
            let Ok(manifest) = serde_json::from_value::<Manifest>(manifest) else { return Ok(()) };
            if manifest.check().is_err() {
                return Ok(());
            }
            let files = manifest.levels.get(Level::Msoa).unwrap();
            let (first, last) = Nation::ALL
                .into_iter()
                .find_map(|nation| files.dates_of(nation))
                .unwrap();
            let date = nearest(Day::from_number(wanted).unwrap(), (first, last), files.step);
            let can_be_chosen = (first..=last).contains(&date) && (last - date) % files.step == 0;
            prop_assert!(can_be_chosen, "{date}");
            let (from, to) = needed_span(Cadence::from_step(files.step).unwrap(), date);
            let mut chunks = files.counts.iter();
            prop_assert!(chunks.any(|counts| counts.first <= to && counts.last >= from), "{date}");
        }

        #[test]
        fn nearest_with_any_step_does_not_panic(
            wanted in any::<i16>(),
            first in any::<i16>(),
            last in any::<i16>(),
            step in any::<i32>(),
        ) {
            let day = |number: i16| Day::from_number(number.into()).unwrap();
            let _ = nearest(day(wanted), (day(first), day(last)), step);
        }
    }
}
