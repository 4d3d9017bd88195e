//! Whether a manifest makes sense: the page must be able to show what it describes, or say why it
//! cannot.

use super::{DataFile, LevelFiles, Manifest, NationDates};
use crate::area::Level;
use crate::day::Day;
use crate::series::Cadence;

/// More days than any series has, and few enough for a chart of all of them.
const MOST_DAYS: i32 = 100_000;

/// What a tile's address may have in braces: Leaflet stops at any other name.
const IN_TILES: [&str; 6] = ["s", "x", "y", "z", "r", "-y"];

/// A manifest that describes no data set, and why, as a clause.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidManifest(String);

impl Manifest {
    /// Checks what the layout alone does not: the levels, that names lead nowhere else, and that
    /// Leaflet understands the tiles' address.
    ///
    /// # Errors
    /// If it describes what cannot be shown.
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
            .find(|name| !is_name(name))
        {
            return Err(InvalidManifest(format!(
                "{name:?} is not the name of a file beside it"
            )));
        }
        match &self.tiles {
            Some(tiles) if !are_tiles(&tiles.url) => Err(InvalidManifest(format!(
                "the tiles' address {:?} has other names in braces than {IN_TILES:?}",
                tiles.url
            ))),
            _ => Ok(()),
        }
    }

    /// Checks that there is a level, with dates that a reader can choose, and that the files of
    /// each fit each other. Whether a file is as it is described here is known once it has loaded.
    /// Every page does this: it is part of the first view.
    ///
    /// # Errors
    /// A clause, if it describes what cannot be shown.
    pub fn check_levels(&self) -> Result<(), String> {
        let mut wrong = Some(["it has no level", "", ""]);
        for level in Level::ALL {
            if let Some(files) = self.levels.get(level) {
                wrong = files.wrong().map(|what| [level.slug(), ": ", what]);
                if wrong.is_some() {
                    break;
                }
            }
        }
        wrong.map_or(Ok(()), |words| Err(words.concat()))
    }
}

impl LevelFiles {
    /// What makes no sense, as a clause.
    fn wrong(&self) -> Option<&'static str> {
        if Cadence::from_step(self.step).is_none() {
            return Some("its step is neither 1 nor 7 days");
        }
        let (Some(from), Some(to)) = (self.counts.first(), self.counts.last()) else {
            return Some("it has no counts");
        };
        let is_covered = |dates: &NationDates| {
            // A date between two of the counts' has no figures.
            let is_series =
                self.steps(dates.first, dates.last) > 0 && self.steps(from.first, dates.last) > 0;
            is_series && from.first <= dates.first && dates.last <= to.last
        };
        if self.dates.is_empty() || !self.dates.iter().all(is_covered) {
            return Some("its dates are not those of its counts");
        }
        let areas = self.areas.records;
        let mut fits = self.shapes.records == areas && self.detail.records == areas;
        let mut before = None;
        for counts in &self.counts {
            let dates = self.steps(counts.first, counts.last);
            fits &= dates > 0
                && counts.file.records == areas.wrapping_mul(dates)
                && before < Some(counts.first);
            before = Some(counts.last);
        }
        (!fits).then_some("its files do not fit each other")
    }

    /// The number of dates from the first to the last; 0 if they are not whole steps apart, or
    /// absurdly far.
    fn steps(&self, first: Day, last: Day) -> u64 {
        let days = last - first;
        if (0..MOST_DAYS).contains(&days) && days % self.step == 0 {
            (days / self.step) as u64 + 1
        } else {
            0
        }
    }
}

/// Whether it is the name of a file beside the manifest, and nothing that leads elsewhere.
fn is_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    !name.is_empty() && !name.starts_with('.') && name.bytes().all(is_plain)
}

fn are_tiles(url: &str) -> bool {
    url.split('{').skip(1).all(|part| {
        part.split_once('}')
            .is_none_or(|(name, _)| IN_TILES.contains(&name.trim()))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::area::Nation;
    use crate::day::nearest;
    use crate::series::needed_span;

    fn manifest() -> Value {
        let file =
            |name: &str, records: u64| json!({ "file": name, "bytes": 1, "records": records });
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
                    { "file": "a.bin", "bytes": 1, "records": 6, "first": "2020-02-01", "last": "2020-02-08" },
                    { "file": "b.bin", "bytes": 1, "records": 9, "first": "2020-02-15", "last": "2020-02-29" },
                ],
                "preload": [],
            } },
            "tiles": { "url": "https://{s}.example.org/{z}/{x}/{ -y }{r}.png", "attribution": "" },
            "sources": [],
        })
    }

    /// The manifest with another value at that place.
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
    fn check_of_sound_manifest_passes() {
        assert_eq!(check(manifest()), Ok(()));
        let published = include_str!("../../../../public/data/manifest.json");
        assert_eq!(check(serde_json::from_str(published).unwrap()), Ok(()));
    }

    #[test]
    fn check_says_what_is_wrong() {
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
                "the tiles' address",
            ),
        ] {
            let inside = manifest().pointer(&format!("{level}{place}")).is_some();
            let place = if inside {
                format!("{level}{place}")
            } else {
                place.to_owned()
            };
            let said = check(with(&place, value.clone())).unwrap_err();
            assert!(said.contains(expected), "{place} {value}: {said}");
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

    /// Absurd numbers, and those about the right ones.
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

    /// A place in the manifest, and what else is put there.
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
        /// What passes can be shown: each date that is offered has the chunks that it is compared
        /// by.
        #[test]
        fn any_manifest_is_refused_or_can_be_shown(
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
            let nation = Nation::ALL.into_iter().find(|nation| files.dates_of(*nation).is_some()).unwrap();
            let (first, last) = files.dates_of(nation).unwrap();
            let date = nearest(Day::from_number(wanted).unwrap(), (first, last), files.step);
            prop_assert!((first..=last).contains(&date) && (last - date) % files.step == 0, "{date}");
            let (from, to) = needed_span(Cadence::from_step(files.step).unwrap(), date);
            prop_assert!(files.counts.iter().any(|counts| counts.first <= to && counts.last >= from), "{date}");
        }

        #[test]
        fn nearest_of_any_step_is_a_day(wanted in any::<i16>(), first in any::<i16>(), last in any::<i16>(), step in any::<i32>()) {
            let [wanted, first, last] = [wanted, first, last].map(|number| Day::from_number(number.into()).unwrap());
            let _ = nearest(wanted, (first, last), step);
        }
    }
}
