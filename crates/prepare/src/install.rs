//! `prepare install`: puts a built site, or a new version of its program, where readers get it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use rising_prerender::area_page;
use rising_prerender::page_data::{PageData, folder_reader};

use crate::content_encoding::ContentEncoding;
use crate::prerender::gone::{AREAS, CARDS, PAGE};
use crate::prerender::{Page, Site, written};
use crate::publish::{
    DataFolder, LOCK, MANIFEST, TEMPORARY_PREFIX, create_folder, create_readable_folder,
    make_readable, remove_leftovers, replace,
};

/// Put a built site where readers get it, or a new version of the program around published figures
///
/// A site that has figures keeps them, and the editions before: only the program and the pages
/// become those of the build, and the pages show the published figures. A site without figures gets
/// those of the build. Each file is written beside its place and renamed, together with its
/// compressed copies, what the pages name before the pages; a copy that the build does not have is
/// removed. Files of earlier versions whose names have a digest stay, for open pages. Readers may
/// use the site all the time.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Example:
  cargo xtask build --base https://example.org/rising/ && prepare install dist --site /srv/rising")]
pub struct Args {
    /// DataFolder of the build, as `cargo xtask build` leaves it
    #[arg(value_name = "BUILD")]
    build: PathBuf,

    /// DataFolder of the site, which is made if it is not there
    #[arg(long, value_name = "DIR")]
    site: PathBuf,
}

/// The folder of a site with its data set.
const DATA: &str = "data";

/// Files by which browsers learn of a new version; they are written after the files they name.
const ASKED_FOR: [&str; 3] = ["offline.json", "sw.js", "sw-off.js"];

/// Installs the build and returns a summary.
///
/// # Errors
/// If there is no build in its folder, this version cannot read the figures, somebody else writes
/// into the site, or the system refuses.
pub fn run(args: &Args) -> Result<String> {
    let (build, site) = (&args.build, &args.site);
    let page = Page::read(build)?;
    let mut files = files_of(build)?;
    ensure!(
        files.iter().any(|file| file == Path::new(ASKED_FOR[0])),
        "{} has no {}; give the folder of a site made by `cargo xtask build`",
        build.display(),
        ASKED_FOR[0]
    );
    create_folder(site)?;
    let is_same = site.canonicalize().ok() == build.canonicalize().ok();
    ensure!(
        !is_same,
        "{} is both the build and the site; give two folders",
        site.display()
    );
    let locked = Site::lock(site)?;
    let data = site.join(DATA);
    let mut said = String::new();
    if data.join(MANIFEST).is_file() {
        let edition = PageData::read(&folder_reader(&data)).with_context(|| {
            format!(
                "nothing was installed: the figures in {} are not ones that this version reads",
                data.display()
            )
        })?;
        written(page.html(), &edition)
            .with_context(|| format!("nothing was installed: in {}", build.display()))?;
        let areas = area_page::codes(&edition.view);
        let is_card = |file: &Path| {
            areas
                .iter()
                .any(|area| file.file_stem() == Some(area.as_str().as_ref()))
        };
        // The pages of areas are those of the figures, and are written with them.
        files
            .retain(|file| !file.starts_with(AREAS) && (!file.starts_with(CARDS) || is_card(file)));
        said += "kept the figures that are published\n";
    } else {
        install_figures(&build.join(DATA), &data)?;
        said += "put the figures of the build into it, as there were none\n";
    }
    files.retain(|file| file != Path::new(PAGE) && !file.starts_with(DATA));
    files.sort_by_key(|file| {
        (
            ASKED_FOR.iter().any(|name| file == Path::new(name)),
            file.clone(),
        )
    });
    let mut changed = 0;
    for file in &files {
        changed += usize::from(install(&build.join(file), &site.join(file), site)?);
    }
    said += &format!(
        "put the program into {}: {} files, {changed} of them new or changed\n",
        site.display(),
        files.len()
    );
    said += &locked.write_page(&page, &data, None)?;
    Ok(said)
}

/// Installs the figures of the build, the manifest last.
fn install_figures(from: &Path, to: &Path) -> Result<()> {
    ensure!(
        from.join(MANIFEST).is_file(),
        "neither the site nor the build has figures; publish some first, such as with `prepare refresh`"
    );
    let folder = DataFolder::create(to)?;
    let mut files = files_of(from)?;
    files.sort_by_key(|file| (file == Path::new(MANIFEST), file.clone()));
    for file in files {
        install(&from.join(&file), &folder.path().join(&file), to)?;
    }
    Ok(())
}

/// Installs a file with its compressed copies. Returns whether that changed anything.
fn install(from: &Path, to: &Path, site: &Path) -> Result<bool> {
    for folder in to
        .parent()
        .into_iter()
        .flat_map(Path::ancestors)
        .take_while(|folder| *folder != site)
    {
        create_readable_folder(folder)?;
        remove_leftovers(folder)?;
    }
    let content = fs::read(from).with_context(|| from.display().to_string())?;
    let mut is_new = false;
    for coding in ContentEncoding::ALL {
        let copy = coding.copy_path(to);
        match fs::read(coding.copy_path(from)) {
            Ok(content) => is_new |= put(&copy, &content)?,
            // A server would send the copy of the earlier version in place of the file.
            Err(_) if copy.is_file() => {
                fs::remove_file(&copy).with_context(|| copy.display().to_string())?;
                is_new = true;
            }
            Err(_) => {}
        }
    }
    Ok(put(to, &content)? || is_new)
}

/// Writes a file unless it has this content. Returns whether it had not.
fn put(path: &Path, content: &[u8]) -> Result<bool> {
    if fs::read(path).is_ok_and(|present| present == content) {
        make_readable(path)?;
        return Ok(false);
    }
    replace(path, content)?;
    Ok(true)
}

/// The files of a folder and its subfolders, relative to it, without compressed copies.
fn files_of(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = vec![];
    gather(folder, Path::new(""), &mut files)?;
    let is_copy = |file: &PathBuf| {
        let is_beside = |coding: ContentEncoding| {
            Some(
                file.to_str()?
                    .strip_suffix(coding.extension())
                    .map(PathBuf::from),
            )
        };
        let of = ContentEncoding::ALL
            .into_iter()
            .find_map(|coding| is_beside(coding).flatten());
        of.is_some_and(|of| folder.join(of).is_file())
    };
    files.retain(|file| !is_copy(file));
    Ok(files)
}

fn gather(root: &Path, folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let within = root.join(folder);
    for entry in fs::read_dir(&within).with_context(|| within.display().to_string())? {
        let name = entry
            .with_context(|| within.display().to_string())?
            .file_name();
        let path = folder.join(&name);
        let is_left = name
            .to_str()
            .is_some_and(|name| name.starts_with(TEMPORARY_PREFIX) || name == LOCK);
        if is_left {
            bail!(
                "{} is of a run that is writing there or was killed; build the site again",
                root.join(&path).display()
            );
        }
        if root.join(&path).is_dir() {
            gather(root, &path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
