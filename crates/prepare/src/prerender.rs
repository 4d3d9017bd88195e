//! `prepare prerender`: a new edition's first picture, and its pages of areas, in a site that is
//! built already.

pub(crate) mod gone;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use rising_prerender::area_page::{self, SiteContext};
use rising_prerender::page_data::{PageData, folder_reader};
use rising_prerender::{policy, preload, prerendered_view};
use rising_words::Language;

use crate::content_encoding::ContentEncoding;
use crate::publish::{
    Lock, MANIFEST, create_readable_folder, make_readable, remove_leftovers, replace,
};

/// Write a data set's first picture, and a page for each of its areas, into a finished site
///
/// `cargo xtask build` does so with the data set in public/data. After `prepare compile` into the
/// data folder of a site that is served already, this brings the page's first picture, answer and
/// table, the names of the data files that it asks for in advance, whose background tiles its
/// security policy lets in, and the pages of areas, to the same edition. Each file is written
/// beside its place and renamed; compressed copies beside it are made anew. Pages and cards of
/// areas that the data set does not have are removed.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Example, for a site in /srv/rising:
  prepare compile … --out /srv/rising/data && prepare prerender --site /srv/rising --base https://example.org/rising/")]
pub struct Args {
    /// Folder of the site, as `cargo xtask build` leaves it in dist
    #[arg(long, value_name = "DIR")]
    site: PathBuf,

    /// Folder of the data set [default: data in the site]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,

    /// The site's address with a slash at its end, for links that cannot be relative [default: the
    /// one in the site's page]
    #[arg(long, value_name = "URL")]
    base: Option<String>,
}

/// A reader in another language gets the figures from the program.
const LANGUAGE: Language = Language::En;

/// Writes the pages and says how many.
///
/// # Errors
/// If the data set or the site's page cannot be read, a file cannot be written, or somebody else is
/// writing into the site.
pub fn run(args: &Args) -> Result<String> {
    let data = args.data.clone().unwrap_or_else(|| args.site.join("data"));
    Site::lock(&args.site)?.write(&data, args.base.as_deref())
}

/// How often an edition that another program publishes meanwhile is written in its turn.
const TURNS: usize = 5;

/// A site that nobody else writes an edition into as long as this lives. Whoever changes what is
/// published takes it before reading that, and keeps it until the pages show it: a run that began
/// earlier would else write the edition that it had read over the one that was published since.
pub(crate) struct Site {
    path: PathBuf,
    _lock: Lock,
}

impl Site {
    /// Locks a site.
    ///
    /// # Errors
    /// If somebody else writes into it, or the system refuses.
    pub(crate) fn lock(path: &Path) -> Result<Site> {
        if !path.is_dir() {
            bail!(
                "{} is no folder; give the folder of a site made by `cargo xtask build`",
                path.display()
            );
        }
        Ok(Site {
            path: path.to_owned(),
            _lock: Lock::take(path)?,
        })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the site has a page, or only figures.
    pub(crate) fn has_page(&self) -> bool {
        self.path.join(gone::PAGE).is_file()
    }

    /// Writes the pages of the data set in `data`, and removes those of areas that it does not
    /// have.
    ///
    /// # Errors
    /// As [`run`].
    pub(crate) fn write(&self, data: &Path, base: Option<&str>) -> Result<String> {
        self.write_page(&Page::read(&self.path)?, data, base)
    }

    /// Writes the same pages, with another page in place of the site's own.
    ///
    /// # Errors
    /// As [`run`].
    pub(crate) fn write_page(
        &self,
        page: &Page,
        data: &Path,
        base: Option<&str>,
    ) -> Result<String> {
        remove_leftovers(&self.path)?;
        // Commands that know of no site, such as `prepare compile`, may publish meanwhile.
        for _ in 1..TURNS {
            let before = fs::read(data.join(MANIFEST)).ok();
            let said = self.write_once(page, data, base)?;
            if fs::read(data.join(MANIFEST)).ok() == before {
                return Ok(said);
            }
        }
        self.write_once(page, data, base)
    }

    fn write_once(&self, from: &Page, data: &Path, base: Option<&str>) -> Result<String> {
        let edition = PageData::read(&folder_reader(data))
            .with_context(|| format!("in {}", data.display()))?;
        let page_file = self.path.join(gone::PAGE);
        let page =
            written(&from.html, &edition).with_context(|| format!("in {}", page_file.display()))?;
        let data_folder = self.path.join("data");
        if data_folder.is_dir() {
            create_readable_folder(&data_folder)?;
        }

        let sources: Vec<String> = edition
            .manifest
            .sources
            .iter()
            .map(|source| source.licence.clone())
            .collect();
        let cards = cards(&self.path.join(gone::CARDS));
        let head = area_page::head(&page);
        let own_address = address_in(&page);
        let base = base.or(own_address.as_deref());
        let around = SiteContext {
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
        for (path, html) in area_page::render_all(&edition.view, finer.as_ref(), &around) {
            let path = self.path.join(path);
            if let Some(folder) = path.parent() {
                create_readable_folder(&self.path.join(gone::AREAS))?;
                create_readable_folder(folder)?;
                remove_leftovers(folder)?;
            }
            publish(&path, html.as_bytes(), &[])?;
            pages += 1;
        }
        // The page that leads to them last, and what no page leads to any more after that.
        publish(&page_file, page.as_bytes(), &from.copies)?;
        let removed = gone::remove(&self.path, &area_page::codes(&edition.view))?;
        let date = edition.view.snapshot.date().in_words(Language::En);
        Ok(format!(
            "wrote the picture of {date} into {}, and {pages} pages of areas\n{removed}",
            page_file.display()
        ))
    }
}

/// The page of a built site, with the codings of its compressed copies.
pub(crate) struct Page {
    html: String,
    /// Codings of the copies beside it.
    copies: Vec<ContentEncoding>,
}

impl Page {
    /// Reads the page of the site in a folder.
    ///
    /// # Errors
    /// If there is none.
    pub(crate) fn read(site: &Path) -> Result<Page> {
        let file = site.join(gone::PAGE);
        let html = fs::read_to_string(&file).with_context(|| {
            format!(
                "{}; give the folder of a site made by `cargo xtask build`",
                file.display()
            )
        })?;
        let copies = ContentEncoding::ALL
            .into_iter()
            .filter(|coding| coding.copy_path(&file).is_file())
            .collect();
        Ok(Page { html, copies })
    }

    /// The page's source.
    pub(crate) fn html(&self) -> &str {
        &self.html
    }
}

/// The site's page as an edition has it: its picture, the data files that it asks for in advance,
/// and whose tiles its policy lets in.
///
/// # Errors
/// If the page does not say where they belong.
pub(crate) fn written(page: &str, edition: &PageData) -> Result<String> {
    let page = prerendered_view::insert(page, edition, LANGUAGE)?;
    let page = preload::insert(&page, &edition.manifest);
    Ok(policy::allow_tiles(&page, edition.manifest.tiles.as_ref())?)
}

/// The address that the site's page says it has, if it was built with one.
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

/// The codes of the areas that the site has a card of.
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

/// Writes a file, and its compressed copies in these codings and those that it has, unless they are
/// so already.
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
