//! Serves the site, with faults, and decodes its data set with the code that the app uses.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use anyhow::{Context as _, Result, ensure};
use rising_look::{Rgb, Theme, class_colour};
use rising_model::dataset::manifest::{LevelFiles, Manifest};
use rising_model::domain::area::{AreaIndex, Level};
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::day::Day;
use rising_model::domain::series::{CountsChunk, Series};
use rising_model::domain::snapshot::Snapshot;
use rising_model::shapes::geometry::Topology;
use tempfile::TempDir;
use xtask::server::{Server, ServerOptions};

use crate::settings::settings;

/// A server of the finished site.
#[derive(Debug)]
pub struct Site {
    server: Server,
    dist: PathBuf,
    /// The folder of a copy, which is removed with it.
    copy: Option<TempDir>,
}

impl Site {
    /// Serves the site at a free port. It is under a path, as on a newsroom's server, so that every
    /// address in it has to be relative.
    ///
    /// # Errors
    /// If the site does not exist.
    pub fn serve(dist: &Path) -> Result<Self> {
        Self::start(dist, None)
    }

    /// Serves a copy of the site, which a test may change as a publisher would.
    ///
    /// # Errors
    /// If the site does not exist or cannot be copied.
    pub fn serve_copy(dist: &Path) -> Result<Self> {
        let copy = tempfile::tempdir()?;
        for folder in ["", "data", "area/E06000017"] {
            let to = copy.path().join(folder);
            fs::create_dir_all(&to)?;
            for entry in fs::read_dir(dist.join(folder))? {
                let entry = entry?;
                let path = entry.path();
                // The server would send the compressed copies of a file in place of the version
                // that a test writes.
                if path.is_file()
                    && !path
                        .extension()
                        .is_some_and(|end| end == "br" || end == "gz")
                {
                    fs::copy(&path, to.join(entry.file_name()))?;
                }
            }
        }
        let folder = copy.path().to_owned();
        Self::start(&folder, Some(copy))
    }

    fn start(dist: &Path, copy: Option<TempDir>) -> Result<Self> {
        let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
        let options = ServerOptions {
            mount: "/maps/rising/".into(),
            extra_mounts: vec![("/maps/rising/examples/".into(), examples)],
            ..ServerOptions::default()
        };
        Ok(Self {
            server: Server::start(dist, options)?,
            dist: dist.to_owned(),
            copy,
        })
    }

    /// The server, to set faults and to list requests.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// The files requested so far, relative to the site, without queries.
    pub fn requested(&self) -> BTreeSet<String> {
        let paths = self.server.requests();
        let inner = |path: &String| {
            Some(
                path.strip_prefix("/maps/rising/")?
                    .split('?')
                    .next()?
                    .to_owned(),
            )
        };
        paths.iter().filter_map(inner).collect()
    }

    /// The folder of the site, which has to be a copy.
    ///
    /// # Errors
    /// If it is the site that all tests share.
    pub fn own_folder(&self) -> Result<&Path> {
        ensure!(
            self.copy.is_some(),
            "this test shares its site with others and must not change it"
        );
        Ok(&self.dist)
    }

    /// Writes a file of the site, which has to be a copy; `None` removes the file.
    ///
    /// # Errors
    /// If that fails, or if all tests share the site.
    pub fn publish(&self, name: &str, content: Option<&[u8]>) -> Result<()> {
        let file = self.own_folder()?.join(name);
        match content {
            Some(content) => fs::write(file, content)?,
            None => fs::remove_file(file)?,
        }
        Ok(())
    }

    /// Reads a file of the site.
    ///
    /// # Errors
    /// If the file does not exist.
    pub fn read(&self, name: &str) -> Result<Vec<u8>> {
        fs::read(self.dist.join(name)).with_context(|| format!("the site has no {name}"))
    }

    /// Returns the name of the only file that has this start and end: its name has a hash in the
    /// middle.
    ///
    /// # Errors
    /// If no file matches, or more than one.
    pub fn file_name(&self, start: &str, end: &str) -> Result<String> {
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.dist)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name.starts_with(start) && name.ends_with(end) {
                found.push(name);
            }
        }
        ensure!(
            found.len() == 1,
            "the site has {found:?} where one {start}…{end} should be"
        );
        Ok(found.remove(0))
    }
}

/// The data set of the site.
#[derive(Debug)]
pub struct DataSet {
    /// Its contents.
    pub manifest: Manifest,
    levels: Vec<(Level, LevelData)>,
}

/// One level of a data set, with all its files.
#[derive(Debug)]
pub struct LevelData {
    /// The areas.
    pub table: AreaTable,
    /// The finest shapes.
    pub topology: Topology,
    series: Series,
}

/// Returns the data set, which is decoded once.
///
/// # Errors
/// If a file is missing or malformed.
pub fn data() -> Result<&'static DataSet> {
    static DATA: OnceLock<Result<DataSet, String>> = OnceLock::new();
    let data = DATA.get_or_init(|| {
        let settings = settings()?;
        DataSet::read(&settings.dist.join("data")).map_err(|error| format!("{error:#}"))
    });
    data.as_ref()
        .map_err(|error| anyhow::anyhow!("the data set: {error}"))
}

impl DataSet {
    /// Decodes the data set of a folder.
    ///
    /// # Errors
    /// If a file is missing or malformed.
    pub fn read(folder: &Path) -> Result<Self> {
        let text = fs::read_to_string(folder.join("manifest.json"))?;
        let manifest: Manifest = serde_json::from_str(&text).context("manifest.json")?;
        let mut levels = Vec::new();
        for level in Level::ALL {
            if let Some(files) = manifest.levels.get(level) {
                levels.push((level, LevelData::read(folder, files)?));
            }
        }
        Ok(Self { manifest, levels })
    }

    /// Returns one level.
    ///
    /// # Errors
    /// If the data set does not have the level.
    pub fn level(&self, level: Level) -> Result<&LevelData> {
        let found = self.levels.iter().find(|(one, _)| *one == level);
        found
            .map(|(_, data)| data)
            .with_context(|| format!("the data set has no {}", level.slug()))
    }

    /// Returns the files of one level.
    ///
    /// # Errors
    /// If the data set does not have the level.
    pub fn files(&self, level: Level) -> Result<&LevelFiles> {
        self.manifest
            .levels
            .get(level)
            .with_context(|| format!("the data set has no {}", level.slug()))
    }

    /// Returns the colour of an area on the map of a date; `None` if it has no rate.
    ///
    /// # Errors
    /// If the data set does not have the level.
    pub fn colour(
        &self,
        level: Level,
        area: AreaIndex,
        date: Day,
        theme: Theme,
    ) -> Result<Option<Rgb>> {
        let data = self.level(level)?;
        let rate = data.snapshot(date).rate(&data.table, area);
        let breaks = &self.manifest.breaks;
        Ok(rate.map(|rate| class_colour(breaks, breaks.class(rate), theme)))
    }
}

impl LevelData {
    fn read(folder: &Path, files: &LevelFiles) -> Result<Self> {
        let bytes = |name: &str| fs::read(folder.join(name)).with_context(|| name.to_owned());
        let mut chunks = Vec::new();
        for counts in &files.counts {
            chunks.push(Arc::new(
                CountsChunk::decode(&bytes(&counts.file.file)?).context("counts")?,
            ));
        }
        Ok(Self {
            table: AreaTable::decode(&bytes(&files.areas.file)?).context("areas")?,
            topology: Topology::decode(&bytes(&files.detail.file)?).context("shapes")?,
            series: Series::new(chunks),
        })
    }

    /// Returns the figures of all areas at a date.
    pub fn snapshot(&self, date: Day) -> Snapshot {
        Snapshot::new(&self.table, &self.series, date)
    }

    /// Returns the code of the area with this name in this parent: many areas share a name.
    ///
    /// # Errors
    /// If the level has no matching area.
    pub fn code_of(&self, name: &str, parent: &str) -> Result<String> {
        let parent = parent.parse()?;
        let found = self
            .table
            .areas()
            .iter()
            .find(|area| area.name == name && area.parent.as_ref() == Some(&parent));
        found
            .map(|area| area.code.to_string())
            .with_context(|| format!("the data set has no {name} in {parent}"))
    }

    /// Returns the index of the area with this code.
    ///
    /// # Errors
    /// If the level has no matching area.
    pub fn area(&self, code: &str) -> Result<AreaIndex> {
        self.table
            .index_of(&code.parse()?)
            .with_context(|| format!("the data set has no {code}"))
    }
}
