//! What a data set consists of: `manifest.json`.

mod check;

use rising_words::Language;
use rising_words::labels::{self, Labels};
use serde::{Deserialize, Serialize};

use crate::area::{Level, Nation};
use crate::day::Day;
use crate::scale::Breaks;

/// Version of the manifest's own layout.
pub const MANIFEST_VERSION: u32 = 1;

pub use check::InvalidManifest;

/// A compiled data set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`MANIFEST_VERSION`] when it was written. Read first: another version is refused by name.
    pub version: u32,
    /// What a reader sees who asks for nothing in particular.
    pub default: Defaults,
    /// Whole days from the latest date offered to the reader's day after which the page calls the
    /// figures out of date. Absent, it never does: an archive does not age.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub stale_after: Option<u32>,
    /// Lower bounds of the colour classes after the first, cases per 100,000.
    pub breaks: Breaks,
    pub levels: Levels,
    /// Town names for orientation on the map.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub places: Option<DataFile>,
    /// Towns, counties and other names that lead to areas; see [`crate::gazetteer`].
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub names: Option<DataFile>,
    /// Where every postcode lies; see [`crate::postcode`].
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub postcodes: Option<PostcodeFiles>,
    /// A raster background, if the publisher wants one. Absent, nothing is requested from anyone
    /// else.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tiles: Option<Tiles>,
    /// What a data set that is not of the United Kingdom calls its region, its areas and what it
    /// counts, in English and other languages. The page has what follows from them instead, and
    /// leaves this empty.
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        default,
        with = "labels_by_language"
    )]
    pub labels: Vec<(Language, Labels)>,
    pub sources: Vec<Source>,
}

/// `{"given": {"en": {…}}, "said": {"en": {…}, "cy": {…}}}`: as the publisher has given them, and
/// what follows from that for each label of each language, which is all that the page reads.
mod labels_by_language {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

    use super::{Labels, Language, labels};

    #[derive(Serialize)]
    struct Written<'a> {
        given: BTreeMap<&'static str, &'a Labels>,
        said: BTreeMap<&'static str, BTreeMap<&'static str, String>>,
    }

    #[derive(Deserialize)]
    struct Read {
        given: BTreeMap<String, Labels>,
    }

    pub fn serialize<S: Serializer>(
        labels: &[(Language, Labels)],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let said = labels::resolve(labels).into_iter();
        let written = Written {
            given: labels
                .iter()
                .map(|(language, labels)| (language.tag(), labels))
                .collect(),
            said: said
                .map(|(language, words)| (language.tag(), words.into_iter().collect()))
                .collect(),
        };
        written.serialize(serializer)
    }

    /// English first, whatever the order.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<(Language, Labels)>, D::Error> {
        let mut map = Read::deserialize(deserializer)?.given;
        let known = Language::ALL
            .into_iter()
            .filter_map(|language| Some((language, map.remove(language.tag())?)));
        let labels: Vec<(Language, Labels)> = known.collect();
        match map.into_keys().next() {
            None => Ok(labels),
            Some(tag) => {
                let tags = Language::ALL.map(Language::tag).join(", ");
                Err(de::Error::custom(format!(
                    "labels in \"{tag}\", which the page does not speak; it speaks {tags}"
                )))
            }
        }
    }
}

impl Manifest {
    /// From now on the texts of this thread call things as the data set does.
    pub fn apply_labels(&self) {
        let all = labels::resolve(&self.labels);
        let words = |language: Language| Some(&all.iter().find(|(other, _)| *other == language)?.1);
        let word = |language: Language, name: &str| {
            words(language)?
                .iter()
                .find(|(other, _)| *other == name)
                .map(|(_, word)| word.clone())
        };
        // Without labels there is nothing for the first of them.
        if labels::apply(&word).is_err() {
            labels::reset();
        }
    }
}

/// What the page opens on. Without a date it opens on the nation's latest complete one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Defaults {
    pub level: Level,
    pub nation: Nation,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub date: Option<Day>,
}

/// The levels a data set has.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Levels {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ltla: Option<LevelFiles>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub msoa: Option<LevelFiles>,
}

impl Levels {
    /// That level's files, if the data set has it.
    pub fn get(&self, level: Level) -> Option<&LevelFiles> {
        match level {
            Level::Ltla => self.ltla.as_ref(),
            Level::Msoa => self.msoa.as_ref(),
        }
    }

    /// The place of that level's files.
    pub fn files_mut(&mut self, level: Level) -> &mut Option<LevelFiles> {
        match level {
            Level::Ltla => &mut self.ltla,
            Level::Msoa => &mut self.msoa,
        }
    }
}

/// One level: its files and the dates that can be chosen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LevelFiles {
    /// Day the source was published, where known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub published: Option<Day>,
    /// Days from one date to the next: 1 or 7.
    pub step: i32,
    /// The dates that can be chosen, by nation: those with a complete seven-day count, without the
    /// lag.
    pub dates: Vec<NationDates>,
    pub areas: DataFile,
    /// Few vertices: what a first view of the whole country can show.
    pub shapes: DataFile,
    /// All vertices, for zooming in.
    pub detail: DataFile,
    /// Ascending by date.
    pub counts: Vec<CountsFile>,
    /// Names of the files that the default view of this level needs first.
    pub preload: Vec<String>,
}

impl LevelFiles {
    /// Are there figures of one of the four nations? Those of another country are all of one
    /// region.
    pub fn has_nations(&self) -> bool {
        self.dates.iter().any(|dates| dates.nation != Nation::Uk)
    }

    /// The dates of a nation, or from the first to the last of all for the UK. `None` if the level
    /// has nothing for the nation.
    pub fn dates_of(&self, nation: Nation) -> Option<(Day, Day)> {
        self.dates
            .iter()
            .filter(|d| nation == Nation::Uk || d.nation == nation)
            .map(|d| (d.first, d.last))
            .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }
}

/// First and last date that can be chosen for a nation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NationDates {
    pub nation: Nation,
    pub first: Day,
    pub last: Day,
}

/// A file beside the manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataFile {
    /// Name with a content hash, relative to the manifest.
    pub file: String,
    /// Size in bytes, uncompressed.
    pub bytes: u64,
    /// Areas, values or places in it.
    pub records: u64,
}

/// A chunk of counts and the stored dates it covers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountsFile {
    #[serde(flatten)]
    pub file: DataFile,
    pub first: Day,
    pub last: Day,
}

/// The files of postcodes, one for each postcode area. All bear one hash, so that it is written
/// only once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostcodeFiles {
    /// Of the content of all files.
    pub hash: String,
    /// The day on which the postcodes lay so.
    pub as_of: Day,
    /// Names of the postcode areas, ascending, with a space between: "AB AL B".
    pub areas: String,
    /// Size of all files in bytes, uncompressed.
    pub bytes: u64,
    /// Postcodes in all files.
    pub records: u64,
}

impl PostcodeFiles {
    /// The name of an area's file, relative to the manifest. `None` if there is no such area.
    pub fn file(&self, area: &str) -> Option<String> {
        let listed = self.areas.split(' ').any(|name| name == area);
        listed.then(|| format!("postcodes.{}.{}.bin", self.hash, area.to_ascii_lowercase()))
    }

    /// The names of all files.
    pub fn files(&self) -> impl Iterator<Item = String> {
        self.areas.split(' ').filter_map(|area| self.file(area))
    }
}

/// A raster tile layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tiles {
    /// Leaflet's URL template, such as `https://…/{z}/{x}/{y}.png`.
    pub url: String,
    /// Plain text, shown on the map.
    pub attribution: String,
}

/// Where figures or shapes come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// What it is: "Daily cases by specimen date, lower-tier local authorities".
    pub name: String,
    pub publisher: String,
    /// The statement its licence asks for, or the licence's name.
    pub licence: String,
}
