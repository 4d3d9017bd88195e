//! `prepare prerender`: a new edition's first picture, and its pages of areas, in a site that is built already.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rising_prerender::area_page::{self, Surroundings};
use rising_prerender::edition::{Edition, in_folder};
use rising_prerender::{early, opening};
use rising_words::Language;

use crate::coding::Coding;
use crate::publish::{Lock, replace, sweep};

/// Write a data set's first picture, and a page for each of its areas, into a finished site
///
/// `cargo xtask build` does so with the data set in public/data. After `prepare compile` into the data folder of a site that is
/// served already, this brings the page's first picture, answer and table, the names of the data files that it asks for in
/// advance, and the pages of areas, to the same edition. Each
/// file is written beside its place and renamed; compressed copies beside it are made anew.
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

    /// The site's address with a slash at its end, for links that cannot be relative [default: the one in the site's page]
    #[arg(long, value_name = "URL")]
    base: Option<String>,
}

/// A reader in another language gets the figures from the program.
const LANGUAGE: Language = Language::En;

/// Writes the pages and says how many.
///
/// # Errors
/// If the data set or the site's page cannot be read, a file cannot be written, or somebody else is writing into the site.
pub fn run(args: &Args) -> Result<String> {
    let data = args.data.clone().unwrap_or_else(|| args.site.join("data"));
    into_site(&args.site, &data, args.base.as_deref())
}

/// Writes the pages of the data set in `data` into a site.
///
/// # Errors
/// As [`run`].
pub(crate) fn into_site(site: &Path, data: &Path, base: Option<&str>) -> Result<String> {
    let edition = Edition::read(&in_folder(data)).with_context(|| format!("in {}", data.display()))?;
    let page_file = site.join("index.html");
    let page = fs::read_to_string(&page_file)
        .with_context(|| format!("{}; give the folder of a site made by `cargo xtask build`", page_file.display()))?;
    let page = opening::written(&page, &edition, LANGUAGE).with_context(|| format!("in {}", page_file.display()))?;
    let page = early::written(&page, &edition.manifest);
    let _lock = Lock::take(site)?;
    sweep(site)?;

    let sources: Vec<String> = edition.manifest.sources.iter().map(|source| source.licence.clone()).collect();
    let (cards, head) = (cards(&site.join("cards")), area_page::head(&page));
    let own_address = address_in(&page);
    let base = base.or(own_address.as_deref());
    let around = Surroundings { language: LANGUAGE, base, cards: &cards, head: &head, sources: &sources };
    let mut pages = 0;
    let finer = edition.finer(&in_folder(data)).with_context(|| format!("in {}", data.display()))?;
    for (path, html) in area_page::pages(&edition.shown, finer.as_ref(), &around) {
        let path = site.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
            sweep(folder)?;
        }
        publish(&path, html.as_bytes())?;
        pages += 1;
    }
    // The page that leads to them last.
    publish(&page_file, page.as_bytes())?;
    let date = edition.shown.snapshot.date().in_words(Language::En);
    Ok(format!("wrote the picture of {date} into {}, and {pages} pages of areas\n", page_file.display()))
}

/// The address that the site's page says it has, if it was built with one.
fn address_in(page: &str) -> Option<String> {
    let (_, after) = page.split_once("<link rel=\"canonical\" href=\"")?;
    let (address, _) = after.split_once('"')?;
    Some(address.replace("&lt;", "<").replace("&quot;", "\"").replace("&amp;", "&"))
}

/// The codes of the areas that the site has a card of.
fn cards(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.file_name());
    names.filter_map(|name| Some(name.to_str()?.strip_suffix(".png")?.to_owned())).collect()
}

/// Writes a file, and those compressed copies of it that the site has, unless they are so already.
fn publish(path: &Path, content: &[u8]) -> Result<()> {
    for coding in Coding::ALL {
        let copy = coding.beside(path);
        let Ok(present) = fs::read(&copy) else { continue };
        if coding.decompress(&present, content.len() as u64).is_ok_and(|bytes| bytes == content) {
            continue;
        }
        replace(&copy, &coding.compress(content))?;
    }
    if fs::read(path).is_ok_and(|present| present == content) {
        return Ok(());
    }
    Ok(replace(path, content)?)
}
