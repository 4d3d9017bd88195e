//! Finds and removes the pages and cards of areas that an edition does not have, such as those of
//! an earlier edition or of another country. No page links to them, but search engines and old
//! links do, and their figures are wrong.

use std::collections::BTreeSet;
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use rising_model::domain::area::AreaCode;

use crate::content_encoding::ContentEncoding;
use crate::publish::remove_leftovers;

/// The folder of a site with its area pages. This program owns everything in it whose name is an
/// area code.
pub(crate) const AREAS: &str = "area";

/// The file name of the page in an area's folder.
pub(crate) const PAGE: &str = "index.html";

/// The folder of a site with the cards of its areas, and the extension of a card.
pub(crate) const CARDS: &str = "cards";
const CARD_EXTENSION: &str = ".png";

/// Finds the page folders and cards of areas that are not in `areas`.
///
/// # Errors
/// If the system refuses.
pub(crate) fn find(site: &Path, areas: &BTreeSet<&AreaCode>) -> Result<Vec<PathBuf>> {
    let mut found = vec![];
    for (name, kind) in entries_named_by_area(&site.join(AREAS), "")? {
        let path = site.join(AREAS).join(name.as_str());
        let pages = [String::new()]
            .into_iter()
            .chain(ContentEncoding::ALL.map(|coding| coding.extension().to_owned()));
        let has_page = |end: String| path.join(format!("{PAGE}{end}")).symlink_metadata().is_ok();
        if !areas.contains(&name) && (kind.is_symlink() || pages.into_iter().any(has_page)) {
            found.push(path);
        }
    }
    // A data set that opens on neighbourhoods has no pages, so its cards cannot be told from stale
    // ones.
    for (name, _) in entries_named_by_area(&site.join(CARDS), CARD_EXTENSION)? {
        if !areas.is_empty() && !areas.contains(&name) {
            found.push(site.join(CARDS).join(format!("{name}{CARD_EXTENSION}")));
        }
    }
    Ok(found)
}

/// Removes the pages and cards of areas that are not in `areas`, and returns a summary.
///
/// # Errors
/// If the system refuses.
pub(super) fn remove(site: &Path, areas: &BTreeSet<&AreaCode>) -> Result<String> {
    let (mut pages, mut cards) = (0, 0);
    for path in find(site, areas)? {
        let is_page = path.parent().is_some_and(|folder| folder.ends_with(AREAS));
        // The target of a link is not part of the site: only the link is removed.
        let is_folder = path
            .symlink_metadata()
            .is_ok_and(|metadata| metadata.is_dir());
        let removed = if is_folder {
            remove_page(&path)
        } else {
            was_removed(fs::remove_file(&path))
        };
        let removed = usize::from(removed.with_context(|| path.display().to_string())?);
        *(if is_page { &mut pages } else { &mut cards }) += removed;
    }
    Ok(match (pages, cards) {
        (0, 0) => String::new(),
        _ => format!(
            "removed {pages} pages and {cards} cards of areas that the data set does not have\n"
        ),
    })
}

/// Returns the entries of a folder whose names are an area code and the extension.
fn entries_named_by_area(folder: &Path, extension: &str) -> Result<Vec<(AreaCode, FileType)>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(vec![]),
        entries => entries.and_then(Iterator::collect::<io::Result<Vec<_>>>),
    };
    let mut found = vec![];
    for entry in entries.with_context(|| folder.display().to_string())? {
        let name = entry.file_name();
        let code = name
            .to_str()
            .and_then(|name| name.strip_suffix(extension))
            .and_then(|code| code.parse().ok());
        if let Some(code) = code {
            found.push((
                code,
                entry
                    .file_type()
                    .with_context(|| folder.display().to_string())?,
            ));
        }
    }
    Ok(found)
}

/// Removes an area's page with its compressed copies, and its folder unless it has other files.
fn remove_page(folder: &Path) -> io::Result<bool> {
    let page = folder.join(PAGE);
    let mut had_page = false;
    for coding in ContentEncoding::ALL {
        had_page |= was_removed(fs::remove_file(coding.copy_path(&page)))?;
    }
    had_page |= was_removed(fs::remove_file(&page))?;
    remove_leftovers(folder).map_err(io::Error::other)?;
    match fs::remove_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::DirectoryNotEmpty => Err(error),
        _ => Ok(had_page),
    }
}

/// Whether a file was removed; `false` if it did not exist.
fn was_removed(removed: io::Result<()>) -> io::Result<bool> {
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        result => result.map(|()| true),
    }
}
