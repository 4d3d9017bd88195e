//! Implements `prepare cards`, which draws an image of each authority for social networks.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::{Database, Family, Query};
use resvg::usvg::{Options, Tree};
use rising_model::domain::area::{AreaCode, AreaIndex, Level};
use rising_prerender::card;
use rising_prerender::page_data::{PageData, folder_reader};
use rising_words::Language;
use thiserror::Error;

use crate::publish::{create_folder, replace};

/// Font families in the order of preference, one of which most systems have.
const FONTS: [&str; 5] = [
    "Noto Sans",
    "DejaVu Sans",
    "Liberation Sans",
    "Helvetica",
    "Arial",
];

/// Draw a card for each authority, 1200 by 630 pixels, for social networks
///
/// A card has the authority's name, verdict, rate, a small map, the date and the source, at the
/// date that the data set opens on. Each is written to CODE.png
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Example:
  prepare cards --data public/data --out cards --area E06000017 --area W06000015")]
pub struct Args {
    /// Folder of the data set
    #[arg(long, value_name = "DIR")]
    data: PathBuf,

    /// Folder to write to; created if it does not exist
    #[arg(long, value_name = "DIR")]
    out: PathBuf,

    /// Only these authorities, by code
    #[arg(long, value_name = "CODE")]
    area: Vec<AreaCode>,
}

/// The reasons why no cards are drawn.
#[derive(Debug, Error)]
enum CardsError {
    #[error(
        "this system has none of the fonts {}; install one (Debian: apt-get install \
         fonts-dejavu-core)",
        FONTS.join(", ")
    )]
    NoFont,
    #[error("the data set opens on {0}; cards are of local authorities")]
    OtherLevel(String),
    #[error("the data set has no area {0}")]
    NoArea(AreaCode),
}

/// Draws the cards and returns a summary.
///
/// # Errors
/// If the data set is damaged or lacks an area, no font is found, or a file cannot be written.
pub fn run(args: &Args) -> anyhow::Result<String> {
    let data = PageData::read(&folder_reader(&args.data))
        .with_context(|| format!("in {}", args.data.display()))?;
    let (view, texts) = (&data.view, data.texts(Language::En));
    if view.level != Level::Ltla {
        return Err(CardsError::OtherLevel(texts.level_plural(view.level).to_owned()).into());
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
    let source = data
        .manifest
        .sources
        .first()
        .map(|source| format!("Source: {}", source.publisher));
    create_folder(&args.out)?;
    for &area in &areas {
        let svg = card::render_svg(
            view,
            &data.shapes,
            area,
            &data.manifest.breaks,
            source.as_deref().unwrap_or_default(),
            &texts,
        );
        let (Some(svg), Some(named)) = (svg, view.table.get(area)) else {
            continue;
        };
        let file = args.out.join(format!("{}.png", named.code));
        draw(&svg, &options, &file)?;
    }
    Ok(format!("{} cards in {}\n", areas.len(), args.out.display()))
}

/// Loads the system's fonts and chooses one of [`FONTS`] as the sans-serif family.
fn fonts() -> Result<Database, CardsError> {
    let mut fonts = Database::new();
    fonts.load_system_fonts();
    let is_installed = |name: &&str| {
        fonts
            .query(&Query {
                families: &[Family::Name(name)],
                ..Query::default()
            })
            .is_some()
    };
    let name = FONTS
        .into_iter()
        .find(|name| is_installed(name))
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
