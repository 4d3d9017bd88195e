//! The site being served, with faults, and its data set decoded by the same code that the app uses.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use anyhow::{Context as _, Result, ensure};
use rising_model::area::{AreaIndex, AreaTable, Level};
use rising_model::day::Day;
use rising_model::geometry::Topology;
use rising_model::manifest::{LevelFiles, Manifest};
use rising_model::scale::{Rgb, Theme};
use rising_model::series::{CountsChunk, Series};
use rising_model::snapshot::Snapshot;
use tempfile::TempDir;
use xtask::server::{Server, ServerOptions};

use crate::settings::settings;

/// A server of the finished site.
#[derive(Debug)]
pub struct Site {
    server: Server,
    dist: PathBuf,
    /// Of a site of its own, removed with it.
    copy: Option<TempDir>,
}

impl Site {
    /// Serves the site at a free port. It is under a path, as a newsroom would have it, so that
    /// every address in it has to be relative.
    ///
    /// # Errors
    /// If there is no site.
    pub fn serve(dist: &Path) -> Result<Self> {
        Self::start(dist, None)
    }

    /// Serves a copy of the site, which a test may change as a publisher would.
    ///
    /// # Errors
    /// If there is no site, or no room for another.
    pub fn serve_copy(dist: &Path) -> Result<Self> {
        let copy = tempfile::tempdir()?;
        for folder in ["", "data", "area/E06000017"] {
            let to = copy.path().join(folder);
            fs::create_dir_all(&to)?;
            for entry in fs::read_dir(dist.join(folder))? {
                let entry = entry?;
                let path = entry.path();
                // The server would send the compressed copies of a file in place of what a test
                // made of it.
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

    /// The server, to set faults and to ask what was requested.
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
    /// If it is the site of all tests.
    pub fn own_folder(&self) -> Result<&Path> {
        ensure!(self.copy.is_some(), "this site is not the test's own");
        Ok(&self.dist)
    }

    /// Puts a file on the site, which has to be a copy; `None` takes it away.
    ///
    /// # Errors
    /// If that fails, or if it is the site of all tests.
    pub fn publish(&self, name: &str, content: Option<&[u8]>) -> Result<()> {
        let file = self.own_folder()?.join(name);
        match content {
            Some(content) => fs::write(file, content)?,
            None => fs::remove_file(file)?,
        }
        Ok(())
    }

    /// A file of the site.
    ///
    /// # Errors
    /// If it is not there.
    pub fn read(&self, name: &str) -> Result<Vec<u8>> {
        fs::read(self.dist.join(name)).with_context(|| format!("the site has no {name}"))
    }

    /// The one file of the site that starts and ends so: its name has a hash in the middle.
    ///
    /// # Errors
    /// If there is none, or more.
    pub fn named(&self, start: &str, end: &str) -> Result<String> {
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

/// One level of a data set, all of it.
#[derive(Debug)]
pub struct LevelData {
    /// The areas.
    pub table: AreaTable,
    /// The finest shapes.
    pub topology: Topology,
    series: Series,
}

/// The data set, decoded once.
///
/// # Errors
/// If a file is missing or broken.
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
    /// If a file is missing or broken.
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

    /// One level.
    ///
    /// # Errors
    /// If the data set does not have it.
    pub fn level(&self, level: Level) -> Result<&LevelData> {
        let found = self.levels.iter().find(|(one, _)| *one == level);
        found
            .map(|(_, data)| data)
            .with_context(|| format!("the data set has no {}", level.slug()))
    }

    /// One level's files.
    ///
    /// # Errors
    /// If the data set does not have it.
    pub fn files(&self, level: Level) -> Result<&LevelFiles> {
        self.manifest
            .levels
            .get(level)
            .with_context(|| format!("the data set has no {}", level.slug()))
    }

    /// The colour that an area has on a map of that date; `None` where it has no rate.
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
        let rate = data.at(date).rate(&data.table, area);
        let breaks = &self.manifest.breaks;
        Ok(rate.map(|rate| breaks.colour(breaks.class(rate), theme)))
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

    /// All areas at a date.
    pub fn at(&self, date: Day) -> Snapshot {
        Snapshot::new(&self.table, &self.series, date)
    }

    /// The code of the area with that name within that parent: names alone are shared by many.
    ///
    /// # Errors
    /// If there is none.
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

    /// The number of the area with that code.
    ///
    /// # Errors
    /// If there is none.
    pub fn area(&self, code: &str) -> Result<AreaIndex> {
        self.table
            .index_of(&code.parse()?)
            .with_context(|| format!("the data set has no {code}"))
    }
}
