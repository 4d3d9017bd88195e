//! Pages and cards of areas that an edition does not have: of an edition before, or of another
//! country. Nothing leads to them, but search engines and old links do, and their figures are
//! wrong.

use std::collections::BTreeSet;
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use rising_model::area::AreaCode;

use crate::content_encoding::ContentEncoding;
use crate::publish::remove_leftovers;

/// The folder of a site with the pages of its areas. All in it that is called as an area is ours.
pub(crate) const AREAS: &str = "area";

/// The page in the folder of an area.
pub(crate) const PAGE: &str = "index.html";

/// The folder of a site with its areas' cards, and how the names of these end.
pub(crate) const CARDS: &str = "cards";
const CARD: &str = ".png";

/// What the site has of other areas than these: folders of pages, and cards.
///
/// # Errors
/// If the system refuses.
pub(crate) fn found(site: &Path, areas: &BTreeSet<&AreaCode>) -> Result<Vec<PathBuf>> {
    let mut found = vec![];
    for (name, kind) in called_as_areas(&site.join(AREAS), "")? {
        let path = site.join(AREAS).join(name.as_str());
        let pages = [String::new()]
            .into_iter()
            .chain(ContentEncoding::ALL.map(|coding| coding.extension().to_owned()));
        let has_page = |end: String| path.join(format!("{PAGE}{end}")).symlink_metadata().is_ok();
        if !areas.contains(&name) && (kind.is_symlink() || pages.into_iter().any(has_page)) {
            found.push(path);
        }
    }
    // A data set that opens on neighbourhoods has no pages, and its cards are not known.
    for (name, _) in called_as_areas(&site.join(CARDS), CARD)? {
        if !areas.is_empty() && !areas.contains(&name) {
            found.push(site.join(CARDS).join(format!("{name}{CARD}")));
        }
    }
    Ok(found)
}

/// Removes what the site has of other areas than these, and says how much that was.
///
/// # Errors
/// If the system refuses.
pub(super) fn remove(site: &Path, areas: &BTreeSet<&AreaCode>) -> Result<String> {
    let (mut pages, mut cards) = (0, 0);
    for path in found(site, areas)? {
        let is_page = path.parent().is_some_and(|folder| folder.ends_with(AREAS));
        // A link's own content belongs to somebody else.
        let is_folder = path.symlink_metadata().is_ok_and(|there| there.is_dir());
        let removed = if is_folder {
            page(&path)
        } else {
            gone(fs::remove_file(&path))
        };
        let removed = usize::from(removed.with_context(|| path.display().to_string())?);
        *(if is_page { &mut pages } else { &mut cards }) += removed;
    }
    Ok(match (pages, cards) {
        (0, 0) => String::new(),
        _ => format!("removed {pages} pages and {cards} cards of areas that it does not have\n"),
    })
}

/// What of a folder is called as an area, with such an end.
fn called_as_areas(folder: &Path, end: &str) -> Result<Vec<(AreaCode, FileType)>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(vec![]),
        entries => entries.and_then(Iterator::collect::<io::Result<Vec<_>>>),
    };
    let mut found = vec![];
    for entry in entries.with_context(|| folder.display().to_string())? {
        let name = entry.file_name();
        let code = name
            .to_str()
            .and_then(|name| name.strip_suffix(end))
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

/// Removes an area's page with its copies, and its folder unless somebody has put something into
/// it.
fn page(folder: &Path) -> io::Result<bool> {
    let page = folder.join(PAGE);
    let mut had_page = false;
    for coding in ContentEncoding::ALL {
        had_page |= gone(fs::remove_file(coding.copy_path(&page)))?;
    }
    had_page |= gone(fs::remove_file(&page))?;
    remove_leftovers(folder).map_err(io::Error::other)?;
    match fs::remove_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::DirectoryNotEmpty => Err(error),
        _ => Ok(had_page),
    }
}

/// Whether something was removed that may not have been there.
fn gone(removed: io::Result<()>) -> io::Result<bool> {
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        result => result.map(|()| true),
    }
}
