//! Implements `prepare prerender`, which writes a new edition's prerendered view and area pages
//! into a built site.

pub(crate) mod stale_pages;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use rising_prerender::area_page::{self, SiteContext};
use rising_prerender::page_data::{PageData, folder_reader};
use rising_prerender::{policy, preload, prerendered_view};
use rising_view::InWords;
use rising_words::Language;

use crate::content_encoding::ContentEncoding;
use crate::publish::{
    Lock, MANIFEST, create_readable_folder, make_readable, remove_leftovers, replace,
};

/// Write a data set's prerendered view, and a page for each of its areas, into a built site
///
/// `cargo xtask build` does this with the data set in public/data. After `prepare compile` into the
/// data folder of a published site, this command brings these to the same edition: the page's
/// prerendered map, verdict and table, the names of the data files that it requests first, the
/// background tiles that its security policy allows, and the area pages. Each file is written under
/// a temporary name and renamed; its compressed copies are made anew. Pages and cards of areas that
/// the data set does not have are removed.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Example, for a site in /srv/rising:
  prepare compile … --out /srv/rising/data && prepare prerender --site /srv/rising --base https://example.org/rising/")]
pub struct Args {
    /// Folder of the site, as `cargo xtask build` writes it to dist
    #[arg(long, value_name = "DIR")]
    site: PathBuf,

    /// Folder of the data set [default: data in the site]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,

    /// The site's address, ending with a slash, for links that cannot be relative [default: the one
    /// in the site's page]
    #[arg(long, value_name = "URL")]
    base: Option<String>,
}

/// The prerendered pages are in English: the app shows the figures in other languages.
const LANGUAGE: Language = Language::En;

/// Writes the pages and returns a summary.
///
/// # Errors
/// If the data set or the site's page cannot be read, a file cannot be written, or another run is
/// writing into the site.
pub fn run(args: &Args) -> Result<String> {
    let data = args.data.clone().unwrap_or_else(|| args.site.join("data"));
    LockedSite::lock(&args.site)?.write(&data, args.base.as_deref())
}

/// The most attempts to write the pages while other programs publish new editions.
const MAX_ATTEMPTS: usize = 5;

/// A site that only this run writes an edition into, for as long as this value lives. A run that
/// changes what is published takes it before it reads the edition, and holds it until the pages
/// show the new one: otherwise a run that started earlier could overwrite the pages with an older
/// edition.
pub(crate) struct LockedSite {
    path: PathBuf,
    _lock: Lock,
}

impl LockedSite {
    /// Locks a site.
    ///
    /// # Errors
    /// If another run is writing into it, or the system refuses.
    pub(crate) fn lock(path: &Path) -> Result<LockedSite> {
        if !path.is_dir() {
            bail!(
                "{} is not a folder; give the folder of a site built by `cargo xtask build`",
                path.display()
            );
        }
        Ok(LockedSite {
            path: path.to_owned(),
            _lock: Lock::take(path)?,
        })
    }

    /// The site's folder.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the site has a page, not only figures.
    pub(crate) fn has_page(&self) -> bool {
        self.path.join(stale_pages::PAGE).is_file()
    }

    /// Writes the pages of the data set in `data`, and removes those of areas that it does not
    /// have.
    ///
    /// # Errors
    /// As [`run`].
    pub(crate) fn write(&self, data: &Path, base: Option<&str>) -> Result<String> {
        self.write_page(&SitePage::read(&self.path)?, data, base)
    }

    /// Writes the same pages, but uses another page in place of the site's own.
    ///
    /// # Errors
    /// As [`run`].
    pub(crate) fn write_page(
        &self,
        page: &SitePage,
        data: &Path,
        base: Option<&str>,
    ) -> Result<String> {
        remove_leftovers(&self.path)?;
        // Commands without a site, such as `prepare compile`, may publish in the meantime.
        for _ in 1..MAX_ATTEMPTS {
            let before = fs::read(data.join(MANIFEST)).ok();
            let summary = self.write_once(page, data, base)?;
            if fs::read(data.join(MANIFEST)).ok() == before {
                return Ok(summary);
            }
        }
        self.write_once(page, data, base)
    }

    fn write_once(&self, from: &SitePage, data: &Path, base: Option<&str>) -> Result<String> {
        let edition = PageData::read(&folder_reader(data))
            .with_context(|| format!("in {}", data.display()))?;
        let page_file = self.path.join(stale_pages::PAGE);
        let page = update_page(&from.html, &edition)
            .with_context(|| format!("in {}", page_file.display()))?;
        let data_folder = self.path.join("data");
        if data_folder.is_dir() {
            create_readable_folder(&data_folder)?;
        }

        let sources = edition.licences();
        let cards = cards(&self.path.join(stale_pages::CARDS));
        let head = area_page::head(&page);
        let own_address = address_in(&page);
        let base = base.or(own_address.as_deref());
        let context = SiteContext {
            language: LANGUAGE,
            base,
            cards: &cards,
            head: &head,
            sources: &sources,
        };
        let mut pages = 0;
        let finer = edition
            .finer(&folder_reader(data))
            .with_context(|| format!("in {}", data.display()))?;
        for (path, html) in area_page::render_all(&edition, finer.as_ref(), &context) {
            let path = self.path.join(path);
            if let Some(folder) = path.parent() {
                create_readable_folder(&self.path.join(stale_pages::AREAS))?;
                create_readable_folder(folder)?;
                remove_leftovers(folder)?;
            }
            publish(&path, html.as_bytes(), &[])?;
            pages += 1;
        }
        // The page that links to the area pages is written after them, and pages that nothing links
        // to any more are removed after that.
        publish(&page_file, page.as_bytes(), &from.copies)?;
        let removed = stale_pages::remove(&self.path, &area_page::codes(&edition.view))?;
        let date = edition.view.snapshot.date().in_words(&Language::En.texts());
        Ok(format!(
            "wrote the prerendered view of {date} into {}, and {pages} area pages\n{removed}",
            page_file.display()
        ))
    }
}

/// The page of a built site, with the codings of its compressed copies.
pub(crate) struct SitePage {
    html: String,
    /// The codings of its compressed copies.
    copies: Vec<ContentEncoding>,
}

impl SitePage {
    /// Reads the page of the site in a folder.
    ///
    /// # Errors
    /// If it does not exist.
    pub(crate) fn read(site: &Path) -> Result<SitePage> {
        let file = site.join(stale_pages::PAGE);
        let html = fs::read_to_string(&file).with_context(|| {
            format!(
                "{}; give the folder of a site built by `cargo xtask build`",
                file.display()
            )
        })?;
        let copies = ContentEncoding::ALL
            .into_iter()
            .filter(|coding| coding.copy_path(&file).is_file())
            .collect();
        Ok(SitePage { html, copies })
    }

    /// The page's HTML.
    pub(crate) fn html(&self) -> &str {
        &self.html
    }
}

/// Updates the site's page to an edition: its prerendered view, the data files that it preloads,
/// and the tiles that its policy allows.
///
/// # Errors
/// If the page lacks one of their slots, or the policy cannot allow the tiles.
pub(crate) fn update_page(page: &str, edition: &PageData) -> Result<String> {
    let page = prerendered_view::insert(page, edition, LANGUAGE)?;
    let page = preload::insert(&page, &edition.manifest)?;
    Ok(policy::allow_tiles(&page, edition.manifest.tiles.as_ref())?)
}

/// Returns the address that the site's page states, if it was built with one.
fn address_in(page: &str) -> Option<String> {
    let (_, after) = page.split_once("<link rel=\"canonical\" href=\"")?;
    let (address, _) = after.split_once('"')?;
    Some(
        address
            .replace("&lt;", "<")
            .replace("&quot;", "\"")
            .replace("&amp;", "&"),
    )
}

/// Returns the codes of the areas that the site has a card of.
fn cards(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name());
    names
        .filter_map(|name| Some(name.to_str()?.strip_suffix(".png")?.to_owned()))
        .collect()
}

/// Writes a file with its compressed copies in the given codings and those that exist, unless they
/// have the right content already.
fn publish(path: &Path, content: &[u8], codings: &[ContentEncoding]) -> Result<()> {
    for coding in ContentEncoding::ALL {
        let copy = coding.copy_path(path);
        let present = fs::read(&copy);
        if present.is_err() && !codings.contains(&coding) {
            continue;
        }
        let is_copy = |bytes: Vec<u8>| bytes == content;
        if present.is_ok_and(|present| {
            coding
                .decompress(&present, content.len() as u64)
                .is_ok_and(is_copy)
        }) {
            make_readable(&copy)?;
        } else {
            replace(&copy, &coding.compress(content))?;
        }
    }
    if fs::read(path).is_ok_and(|present| present == content) {
        return Ok(make_readable(path)?);
    }
    Ok(replace(path, content)?)
}
