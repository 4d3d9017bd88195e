//! `prepare cards`: an image for each authority, for those who share its page.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::{Database, Family, Query};
use resvg::usvg::{Options, Tree};
use rising_model::area::{AreaCode, AreaIndex, Level};
use rising_prerender::card;
use rising_prerender::page_data::{PageData, folder_reader};
use rising_words::Language;
use thiserror::Error;

use crate::publish::{create_folder, replace};

/// Families in the order of preference; what a usual system has.
const FONTS: [&str; 5] = [
    "Noto Sans",
    "DejaVu Sans",
    "Liberation Sans",
    "Helvetica",
    "Arial",
];

/// Draw a card for each authority, 1200 by 630 pixels, for social networks
///
/// Name, answer, rate, a small map, the date and the source, at the date that the data set opens
/// on; CODE.png each.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Example:
  prepare cards --data public/data --out cards --area E06000017 --area W06000015")]
pub struct Args {
    /// Folder of the data set
    #[arg(long, value_name = "DIR")]
    data: PathBuf,

    /// Folder to write to; it is made if need be
    #[arg(long, value_name = "DIR")]
    out: PathBuf,

    /// Only these authorities, by code
    #[arg(long, value_name = "CODE")]
    area: Vec<AreaCode>,
}

/// Why there are no cards.
#[derive(Debug, Error)]
enum CardsError {
    #[error("there is no font to write with; install one of {} (Debian: apt-get install fonts-dejavu-core)", FONTS.join(", "))]
    NoFont,
    #[error("the data set opens on {0}; cards are of local authorities")]
    OtherLevel(&'static str),
    #[error("the data set has no area {0}")]
    NoArea(AreaCode),
}

/// Draws them, and says how many.
///
/// # Errors
/// If the data set is damaged or lacks an area, there is no font, or a file cannot be written.
pub fn run(args: &Args) -> anyhow::Result<String> {
    let edition = PageData::read(&folder_reader(&args.data))
        .with_context(|| format!("in {}", args.data.display()))?;
    let view = &edition.view;
    if view.level != Level::Ltla {
        return Err(CardsError::OtherLevel(view.level.plural(Language::En)).into());
    }
    let find = |code: &AreaCode| {
        view.table
            .index_of(code)
            .ok_or_else(|| CardsError::NoArea(code.clone()))
    };
    let areas: Vec<AreaIndex> = match args.area.as_slice() {
        [] => (0..view.table.len() as AreaIndex).collect(),
        codes => codes.iter().map(find).collect::<Result<_, _>>()?,
    };
    let options = Options {
        fontdb: Arc::new(fonts()?),
        ..Options::default()
    };
    let source = edition
        .manifest
        .sources
        .first()
        .map(|source| format!("Source: {}", source.publisher));
    create_folder(&args.out)?;
    for &area in &areas {
        let svg = card::render_svg(
            view,
            area,
            &edition.manifest.breaks,
            source.as_deref().unwrap_or_default(),
            Language::En,
        );
        let (Some(svg), Some(named)) = (svg, view.table.get(area)) else {
            continue;
        };
        let file = args.out.join(format!("{}.png", named.code));
        draw(&svg, &options, &file)?;
    }
    Ok(format!("{} cards in {}\n", areas.len(), args.out.display()))
}

/// The system's fonts, with one that is there as the plain one.
fn fonts() -> Result<Database, CardsError> {
    let mut fonts = Database::new();
    fonts.load_system_fonts();
    let there = |name: &&str| {
        fonts
            .query(&Query {
                families: &[Family::Name(name)],
                ..Query::default()
            })
            .is_some()
    };
    let name = FONTS
        .into_iter()
        .find(|name| there(name))
        .ok_or(CardsError::NoFont)?;
    fonts.set_sans_serif_family(name);
    Ok(fonts)
}

fn draw(svg: &str, options: &Options<'_>, file: &Path) -> anyhow::Result<()> {
    let tree = Tree::from_str(svg, options).context("the card is not SVG")?;
    let (width, height) = card::SIZE;
    let mut pixels = Pixmap::new(width, height).context("a card has no size")?;
    resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
    let png = pixels
        .encode_png()
        .with_context(|| format!("cannot make {}", file.display()))?;
    Ok(replace(file, &png)?)
}
