//! Describes the files of a data set: `manifest.json`.

mod check;

use serde::{Deserialize, Serialize};

use crate::dataset::labels::ManifestLabels;
use crate::domain::area::{Level, Nation};
use crate::domain::day::Day;
use crate::domain::scale::Breaks;

/// Version of the manifest's own layout.
pub const MANIFEST_VERSION: u32 = 1;

pub use check::InvalidManifest;

/// A compiled data set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`MANIFEST_VERSION`] of the program that wrote the manifest. Programs read it first, and
    /// refuse other versions.
    pub version: u32,
    /// The view without parameters in the URL.
    pub default: Defaults,
    /// The age in days above which the page calls the figures out of date: from the latest date
    /// that can be chosen to today. Absent for an archive, whose figures are never out of date.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub stale_after: Option<u32>,
    /// Lower bounds of the colour classes after the first, cases per 100,000.
    pub breaks: Breaks,
    /// The files of each level.
    pub levels: Levels,
    /// Town names for orientation on the map.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub places: Option<DataFile>,
    /// Towns, counties and other names of areas; see [`crate::lookup::gazetteer`].
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub names: Option<DataFile>,
    /// The locations of all postcodes; see [`crate::lookup::postcode`].
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub postcodes: Option<PostcodeFiles>,
    /// A raster background, if the publisher wants one. If absent, the page sends no requests to
    /// other sites.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tiles: Option<Tiles>,
    /// The words of a data set of another country or disease for its region, its areas and its
    /// cases.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub labels: Option<ManifestLabels>,
    /// The sources of the figures and shapes.
    pub sources: Vec<Source>,
}

/// The view without parameters in the URL. Without a date, it shows the nation's latest complete
/// one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Defaults {
    /// The level.
    pub level: Level,
    /// The nation.
    pub nation: Nation,
    /// The last of the seven days, if it is not the latest complete date.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub date: Option<Day>,
}

/// The levels a data set has.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Levels {
    /// Local authorities.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ltla: Option<LevelFiles>,
    /// Neighbourhoods.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub msoa: Option<LevelFiles>,
}

impl Levels {
    /// Returns the files of a level, if the data set has it.
    pub fn get(&self, level: Level) -> Option<&LevelFiles> {
        match level {
            Level::Ltla => self.ltla.as_ref(),
            Level::Msoa => self.msoa.as_ref(),
        }
    }

    /// Returns the entry of a level, to set its files.
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
    /// The number of days between dates: 1 or 7.
    pub step: i32,
    /// The dates that can be chosen, by nation: those with a complete seven-day count, without the
    /// last days, for which reports are still incomplete.
    pub dates: Vec<NationDates>,
    /// The areas; see [`crate::domain::area_table::AreaTable`].
    pub areas: DataFile,
    /// Simplified shapes for the first view of the whole country.
    pub shapes: DataFile,
    /// Shapes with all vertices, for higher zooms.
    pub detail: DataFile,
    /// Ascending by date.
    pub counts: Vec<CountsFile>,
    /// Names of the files that the default view of this level needs.
    pub preload: Vec<String>,
}

impl LevelFiles {
    /// Whether the level has figures of one of the four nations. Figures of another country form
    /// one region.
    pub fn has_nations(&self) -> bool {
        self.dates.iter().any(|dates| dates.nation != Nation::Uk)
    }

    /// Returns the first and last date of a nation, or of all nations for the UK. `None` if the
    /// level has no figures for the nation.
    pub fn dates_of(&self, nation: Nation) -> Option<(Day, Day)> {
        self.dates
            .iter()
            .filter(|d| nation == Nation::Uk || d.nation == nation)
            .map(|d| (d.first, d.last))
            .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }
}

/// The first and last date that can be chosen for a nation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NationDates {
    /// The nation.
    pub nation: Nation,
    /// The first date.
    pub first: Day,
    /// The last date.
    pub last: Day,
}

/// A file beside the manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataFile {
    /// Name with a content hash, relative to the manifest.
    pub file: String,
    /// Size in bytes, uncompressed.
    pub bytes: u64,
    /// The number of areas, values or places in the file.
    pub records: u64,
}

/// A chunk of counts, and the first and last stored date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountsFile {
    /// The file.
    #[serde(flatten)]
    pub file: DataFile,
    /// The first stored date.
    pub first: Day,
    /// The last stored date.
    pub last: Day,
}

/// The files of postcodes, one for each postcode area. All names have the same hash, so that the
/// manifest holds it only once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostcodeFiles {
    /// Hash of the content of all files.
    pub hash: String,
    /// The date of the postcode directory.
    pub as_of: Day,
    /// Names of the postcode areas, ascending, separated by spaces: "AB AL B".
    pub areas: String,
    /// Total size in bytes, uncompressed.
    pub bytes: u64,
    /// The number of postcodes in all files.
    pub records: u64,
}

impl PostcodeFiles {
    /// Returns the name of a postcode area's file, relative to the manifest; `None` if the data set
    /// does not have the area.
    pub fn file(&self, area: &str) -> Option<String> {
        let is_listed = self.areas.split(' ').any(|name| name == area);
        is_listed.then(|| format!("postcodes.{}.{}.bin", self.hash, area.to_ascii_lowercase()))
    }

    /// Returns the names of all files.
    pub fn files(&self) -> impl Iterator<Item = String> {
        self.areas.split(' ').filter_map(|area| self.file(area))
    }
}

/// A raster tile layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tiles {
    /// Leaflet's URL template, such as `https://…/{z}/{x}/{y}.png`.
    pub url: String,
    /// Plain text that the map shows.
    pub attribution: String,
}

/// A source of figures or shapes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The name of the data: "Daily cases by specimen date, lower-tier local authorities".
    pub name: String,
    /// The organisation that publishes the data.
    pub publisher: String,
    /// The attribution statement that its licence requires, or the licence's name.
    pub licence: String,
}
