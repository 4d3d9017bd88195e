//! Reads the data set at the date that the page opens on.

use std::path::Path;
use std::sync::Arc;

use rising_model::dataset::manifest::{LevelFiles, MANIFEST_VERSION, Manifest};
use rising_model::domain::area::{Area, Level, Nation};
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::day::{Day, nearest};
use rising_model::domain::series::{Cadence, CountsChunk, Series, needed_span};
use rising_model::domain::snapshot::Snapshot;
use rising_model::encoding::format::FormatError;
use rising_model::shapes::geometry::Topology;
use rising_view::LevelView;
use rising_view::names::plain_name;
use rising_words::{Language, Texts};

/// The manifest's file name.
const MANIFEST: &str = "manifest.json";

/// The reasons why a data set cannot be shown. Files are named as in its folder.
#[derive(Debug, thiserror::Error)]
pub enum PageDataError {
    /// A file of the data set is missing.
    #[error("the data set has no {0}; compile it again")]
    NoFile(String),
    /// A file has the wrong content.
    #[error("{file} cannot be read: {reason}; compile the data set again")]
    Unreadable {
        /// The file's name.
        file: String,
        /// The reason.
        reason: String,
    },
    /// The manifest is of another version of this program.
    #[error("manifest.json is of version {0}, and this program knows {MANIFEST_VERSION}")]
    OtherVersion(u64),
    /// The default view has no figures.
    #[error("the data set's default, level {level} of nation {}, is not in it", nation.slug())]
    NoDefault {
        /// The default level.
        level: Level,
        /// The default nation.
        nation: Nation,
    },
}

/// Reads a file of a data set by its name; `None` if it does not exist.
pub type ReadFile<'a> = dyn Fn(&str) -> Option<Vec<u8>> + 'a;

/// The parts of a data set that the page opens on.
#[derive(Debug)]
pub struct PageData {
    /// The manifest.
    pub manifest: Manifest,
    /// The nation whose areas are counted.
    pub nation: Nation,
    /// The default level at the default date.
    pub view: LevelView,
    /// The coarse shapes of its areas, in the order of its table.
    pub shapes: Topology,
    /// The authorities, if the default level is that of neighbourhoods and the data set has them.
    authorities: Option<AreaTable>,
}

impl PageData {
    /// Returns the licence texts of the data set's sources, in their order.
    pub fn licences(&self) -> Vec<String> {
        self.manifest
            .sources
            .iter()
            .map(|source| source.licence.clone())
            .collect()
    }

    /// Returns the page's texts in a language, with the labels of the data set.
    pub fn texts(&self, language: Language) -> Texts {
        Texts::of(&self.manifest, language)
    }

    /// Reads the files of the default view.
    ///
    /// # Errors
    /// If the data set lacks the default view or a file is damaged.
    pub fn read(read: &ReadFile<'_>) -> Result<PageData, PageDataError> {
        let manifest = manifest(read)?;
        let (level, nation) = (manifest.default.level, manifest.default.nation);
        let view = level_view(&manifest, level, nation, read)?;
        let shapes = shapes(&manifest, &view, read)?;
        let authorities = match level {
            Level::Ltla => None,
            Level::Msoa => manifest.levels.get(Level::Ltla),
        };
        let authorities = authorities
            .map(|files| decode(read, &files.areas.file, AreaTable::decode))
            .transpose()?;
        Ok(PageData {
            manifest,
            nation,
            view,
            shapes,
            authorities,
        })
    }

    /// Returns the name in a sentence of the authority that a neighbourhood is in.
    pub fn authority(&self, area: &Area, texts: &Texts) -> Option<String> {
        let authorities = self.authorities.as_ref()?;
        let authority = authorities.get(authorities.index_of(area.parent.as_ref()?)?)?;
        Some(plain_name(authority.name_in(texts.tag())).to_owned())
    }

    /// Reads the neighbourhoods at the date nearest to the default; `None` if the data set has
    /// none.
    ///
    /// # Errors
    /// If a file is missing or damaged.
    pub fn finer(&self, read: &ReadFile<'_>) -> Result<Option<LevelView>, PageDataError> {
        let has_figures = |nation| {
            self.manifest
                .levels
                .get(Level::Msoa)
                .is_some_and(|files| files.dates_of(nation).is_some())
        };
        let nation = [self.nation, Nation::England, Nation::Uk]
            .into_iter()
            .find(|nation| has_figures(*nation));
        nation
            .map(|nation| level_view(&self.manifest, Level::Msoa, nation, read))
            .transpose()
    }
}

/// Returns a function that reads the files of a folder.
pub fn folder_reader(folder: &Path) -> impl Fn(&str) -> Option<Vec<u8>> {
    move |name: &str| std::fs::read(folder.join(name)).ok()
}

fn manifest(read: &ReadFile<'_>) -> Result<Manifest, PageDataError> {
    let bytes = read(MANIFEST).ok_or_else(|| PageDataError::NoFile(MANIFEST.into()))?;
    let bad = |error: serde_json::Error| unreadable(MANIFEST, error);
    let value: serde_json::Value = serde_json::from_slice(&bytes).map_err(bad)?;
    match value["version"].as_u64() {
        Some(version) if version != u64::from(MANIFEST_VERSION) => {
            Err(PageDataError::OtherVersion(version))
        }
        _ => {
            let manifest: Manifest = serde_json::from_value(value).map_err(bad)?;
            manifest
                .check()
                .map_err(|error| unreadable(MANIFEST, error))?;
            Ok(manifest)
        }
    }
}

fn unreadable(file: &str, reason: impl ToString) -> PageDataError {
    PageDataError::Unreadable {
        file: file.to_owned(),
        reason: reason.to_string(),
    }
}

/// Reads a level at its default date.
fn level_view(
    manifest: &Manifest,
    level: Level,
    nation: Nation,
    read: &ReadFile<'_>,
) -> Result<LevelView, PageDataError> {
    let nothing = PageDataError::NoDefault { level, nation };
    let Some(files) = manifest.levels.get(level) else {
        return Err(nothing);
    };
    let Some(date) = date(files, nation, manifest.default.date) else {
        return Err(nothing);
    };
    let table = decode(read, &files.areas.file, AreaTable::decode)?;
    let cadence = Cadence::from_step(files.step).ok_or_else(|| {
        unreadable(
            MANIFEST,
            format!("a step of {} days is neither 1 nor 7", files.step),
        )
    })?;
    let (from, to) = needed_span(cadence, date);
    let mut chunks = vec![];
    for counts in files
        .counts
        .iter()
        .filter(|counts| counts.first <= to && counts.last >= from)
    {
        chunks.push(Arc::new(decode(
            read,
            &counts.file.file,
            CountsChunk::decode,
        )?));
    }
    let snapshot = Snapshot::new(&table, &Series::new(chunks), date);
    Ok(LevelView {
        level,
        table: Arc::new(table),
        snapshot: Arc::new(snapshot),
        step: files.step,
    })
}

/// Reads the coarse shapes of a level's areas.
fn shapes(
    manifest: &Manifest,
    view: &LevelView,
    read: &ReadFile<'_>,
) -> Result<Topology, PageDataError> {
    let name = manifest
        .levels
        .get(view.level)
        .map(|files| &files.shapes.file);
    let name = name.map(String::as_str).unwrap_or_default();
    let shapes = decode(read, name, Topology::decode)?;
    if shapes.len() == view.table.len() {
        Ok(shapes)
    } else {
        let areas = view.table.len();
        let reason = format!("it has {} shapes for {areas} areas", shapes.len());
        Err(unreadable(name, reason))
    }
}

/// Returns the date that the app opens on: the default or the nearest date offered, or the latest
/// if there is no default.
fn date(files: &LevelFiles, nation: Nation, wanted: Option<Day>) -> Option<Day> {
    let dates = files.dates_of(nation)?;
    Some(nearest(wanted.unwrap_or(dates.1), dates, files.step.max(1)))
}

fn decode<T>(
    read: &ReadFile<'_>,
    name: &str,
    decode: impl FnOnce(&[u8]) -> Result<T, FormatError>,
) -> Result<T, PageDataError> {
    let bytes = read(name).ok_or_else(|| PageDataError::NoFile(name.to_owned()))?;
    decode(&bytes).map_err(|error| unreadable(name, error))
}
