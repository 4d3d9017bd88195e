//! Implements `prepare install`, which copies a built site, or a new version of its program, into
//! the site's folder.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use rising_prerender::area_page;
use rising_prerender::page_data::{PageData, folder_reader};

use crate::content_encoding::ContentEncoding;
use crate::prerender::stale_pages::{AREAS, CARDS, PAGE};
use crate::prerender::{LockedSite, SitePage, update_page};
use crate::publish::{
    DataFolder, LOCK, MANIFEST, TEMPORARY_PREFIX, create_folder, create_readable_folder,
    make_readable, remove_leftovers, replace,
};

/// Install a built site, or a new version of the program around published figures
///
/// A site that has figures keeps them and its earlier editions: only the program and the pages are
/// replaced by those of the build, and the pages show the published figures. A site without figures
/// gets those of the build. Each file is written under a temporary name and renamed, with its
/// compressed copies; files that the pages name come before the pages. A compressed copy that the
/// build does not have is removed. Files of earlier versions whose names contain a digest stay, for
/// open pages. Readers can use the site all the time.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Example:
  cargo xtask build --base https://example.org/rising/ && prepare install dist --site /srv/rising")]
pub struct Args {
    /// Folder of the build, as `cargo xtask build` writes it
    #[arg(value_name = "BUILD")]
    build: PathBuf,

    /// Folder of the site, created if it does not exist
    #[arg(long, value_name = "DIR")]
    site: PathBuf,
}

/// The folder of the data set in a site.
const DATA: &str = "data";

/// Files that browsers check for a new version; they are written after the files that they name.
const VERSION_FILES: [&str; 3] = ["offline.json", "sw.js", "sw-off.js"];

/// Installs the build and returns a summary.
///
/// # Errors
/// If the build is missing, this version cannot read the figures, another run writes into the site,
/// or the system refuses.
pub fn run(args: &Args) -> Result<String> {
    let (build, site) = (&args.build, &args.site);
    let page = SitePage::read(build)?;
    let mut files = files_of(build)?;
    ensure!(
        files.iter().any(|file| file == Path::new(VERSION_FILES[0])),
        "{} has no {}; give the folder of a site built by `cargo xtask build`",
        build.display(),
        VERSION_FILES[0]
    );
    create_folder(site)?;
    let is_same = site.canonicalize().ok() == build.canonicalize().ok();
    ensure!(
        !is_same,
        "{} is both the build and the site; give two different folders",
        site.display()
    );
    let locked_site = LockedSite::lock(site)?;
    let data = site.join(DATA);
    let mut summary = String::new();
    if data.join(MANIFEST).is_file() {
        let edition = PageData::read(&folder_reader(&data)).with_context(|| {
            format!(
                "nothing was installed: this version cannot read the figures in {}",
                data.display()
            )
        })?;
        update_page(page.html(), &edition)
            .with_context(|| format!("nothing was installed: in {}", build.display()))?;
        let areas = area_page::codes(&edition.view);
        let is_card = |file: &Path| {
            areas
                .iter()
                .any(|area| file.file_stem() == Some(area.as_str().as_ref()))
        };
        // The area pages depend on the figures and are written with them.
        files
            .retain(|file| !file.starts_with(AREAS) && (!file.starts_with(CARDS) || is_card(file)));
        summary += "kept the published figures\n";
    } else {
        install_figures(&build.join(DATA), &data)?;
        summary += "installed the figures of the build, as the site had none\n";
    }
    files.retain(|file| file != Path::new(PAGE) && !file.starts_with(DATA));
    files.sort_by_key(|file| {
        (
            VERSION_FILES.iter().any(|name| file == Path::new(name)),
            file.clone(),
        )
    });
    let mut changed = 0;
    for file in &files {
        changed += usize::from(install(&build.join(file), &site.join(file), site)?);
    }
    summary += &format!(
        "installed the program into {}: {} files, {changed} of them new or changed\n",
        site.display(),
        files.len()
    );
    summary += &locked_site.write_page(&page, &data, None)?;
    Ok(summary)
}

/// Installs the figures of the build, the manifest last.
fn install_figures(from: &Path, to: &Path) -> Result<()> {
    ensure!(
        from.join(MANIFEST).is_file(),
        "neither the site nor the build has figures; publish some first, for example with \
         `prepare refresh`"
    );
    let folder = DataFolder::create(to)?;
    let mut files = files_of(from)?;
    files.sort_by_key(|file| (file == Path::new(MANIFEST), file.clone()));
    for file in files {
        install(&from.join(&file), &folder.path().join(&file), to)?;
    }
    Ok(())
}

/// Installs a file with its compressed copies. Returns whether anything changed.
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
    let mut has_changed = false;
    for coding in ContentEncoding::ALL {
        let copy = coding.copy_path(to);
        match fs::read(coding.copy_path(from)) {
            Ok(content) => has_changed |= write_if_changed(&copy, &content)?,
            // A server would send the earlier version's copy in place of the file.
            Err(_) if copy.is_file() => {
                fs::remove_file(&copy).with_context(|| copy.display().to_string())?;
                has_changed = true;
            }
            Err(_) => {}
        }
    }
    Ok(write_if_changed(to, &content)? || has_changed)
}

/// Writes a file unless it has this content already. Returns whether it was written.
fn write_if_changed(path: &Path, content: &[u8]) -> Result<bool> {
    if fs::read(path).is_ok_and(|present| present == content) {
        make_readable(path)?;
        return Ok(false);
    }
    replace(path, content)?;
    Ok(true)
}

/// Returns the files of a folder and its subfolders, relative to it, without compressed copies.
fn files_of(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = vec![];
    collect_files(folder, Path::new(""), &mut files)?;
    let is_copy = |file: &PathBuf| {
        let original = |coding: ContentEncoding| {
            Some(
                file.to_str()?
                    .strip_suffix(coding.extension())
                    .map(PathBuf::from),
            )
        };
        let of = ContentEncoding::ALL
            .into_iter()
            .find_map(|coding| original(coding).flatten());
        of.is_some_and(|of| folder.join(of).is_file())
    };
    files.retain(|file| !is_copy(file));
    Ok(files)
}

fn collect_files(root: &Path, folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let absolute = root.join(folder);
    for entry in fs::read_dir(&absolute).with_context(|| absolute.display().to_string())? {
        let name = entry
            .with_context(|| absolute.display().to_string())?
            .file_name();
        let path = folder.join(&name);
        let is_leftover = name
            .to_str()
            .is_some_and(|name| name.starts_with(TEMPORARY_PREFIX) || name == LOCK);
        if is_leftover {
            bail!(
                "{} belongs to a run that is writing there or was killed; build the site again",
                root.join(&path).display()
            );
        }
        if root.join(&path).is_dir() {
            collect_files(root, &path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
