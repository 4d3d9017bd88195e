//! `cargo xtask build`: builds the site into `dist/`.
//!
//! Trunk, the usual tool, can build `index.html` too. This module does the same with the library
//! `wasm-bindgen-cli-support` and npm's `wasm-opt` and `esbuild`, because installing Trunk and its
//! helpers takes longer than compiling the app, and because Trunk neither compresses nor preloads.
//!
//! Cargo knows whether the app is up to date. The slow steps after it cache their results by a hash
//! of their inputs (`app`, `compress`).

mod app;
mod assets;
mod compress;
pub(crate) mod offline;
mod page;
mod policy;
mod preload;
mod prerendered;
mod scripts;
mod sizes;
mod split;
mod support;
mod write;

use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result};
use rising_prerender::slot::Slot;
use sha2::{Digest as _, Sha256};

use crate::context::{Context, format_duration};
use crate::{licences, setup, style};
use assets::Assets;
pub(crate) use compress::compress as compressed;
use page::Page;
pub(crate) use preload::MANIFEST;
pub(crate) use sizes::FirstViewSizes;

/// Installs the build tools, builds the site into `dist/` or another folder, and prints its sizes.
/// `base` is the site's address, with a slash at its end, if known. Returns the sizes of the first
/// views.
///
/// # Errors
/// If the set-up or a step of the build fails. The folder is unchanged then.
pub fn build(context: &Context, base: Option<&str>, out: Option<&Path>) -> Result<FirstViewSizes> {
    let toolchain = setup::wasm_toolchain()?;
    setup::node_modules(context)?;
    fs::create_dir_all(cache(context))?;
    // Two builds at a time would remove each other's files.
    let lock = fs::File::create(cache(context).join("lock"))?;
    if lock.try_lock().is_err() {
        println!("• waiting for another build of this checkout to end");
        lock.lock()?;
    }

    // First, to report a mistake in the page before minutes of compiling.
    let page_file = context.root.join("index.html");
    let html = fs::read_to_string(&page_file)
        .with_context(|| format!("cannot read {}", page_file.display()))?;
    let edition = prerendered::read_edition(context)?;
    let html = prerendered::with_prerendered_view(&html, edition.as_ref())?;
    let page = Page::parse(&html).with_context(|| format!("in {}", page_file.display()))?;
    let app = app::build(context, &toolchain)?;
    let begun = Instant::now();
    style::colours::write(&context.root)?;
    let mut assets = Assets::gather(context, &page, app)?;
    let preloads = preload::Preloads::read(&assets.files)?;
    assets.links.integrity = policy::digests(&assets.files).collect();
    let scripts = scripts::inline_scripts(context, &page, &assets.links)?;
    assets.links.inline.extend(scripts);
    let html = page.render(&assets.links)?;
    let html = prerendered::with_address(&html, base)?;
    let html = match &preloads {
        Some(preloads) => Slot::FirstViewFiles.fill(&html, &preloads.element())?,
        None => html,
    };
    let policy = policy::policy(&html, policy::tile_origin(&assets.files)?.as_deref())?;
    let policy_script = scripts::policy_script(context, &policy)?;
    let html = Slot::Policy.fill(&html, &policy::elements(&policy, &policy_script))?;
    let list = offline::list(&html, &assets.files, &assets.shell, &assets.first_view)?;
    let mut first_view = assets.first_view;
    first_view.insert(0, "index.html".to_owned());
    if let Some(edition) = &edition {
        let cards = prerendered::card_codes(&assets.files);
        assets.files.extend(prerendered::area_pages(
            context, edition, &html, &cards, base,
        )?);
    }
    assets
        .files
        .insert("index.html".to_owned(), html.into_bytes());
    // Without 404.html, some hosts answer any address with index.html.
    assets.files.insert(
        "404.html".to_owned(),
        rising_prerender::shell::not_found_page().into_bytes(),
    );
    assets.files.insert(offline::LIST.to_owned(), list);
    // After the offline list: nobody needs it without a network.
    assets.files.insert(
        licences::FILE.to_owned(),
        licences::render_texts(context, &toolchain.version()?)?,
    );

    // A cache for each kind of build: they differ in their pages, and would remove each other's
    // entries.
    let compressed = if base.is_some() {
        "compressed-with-address"
    } else {
        "compressed"
    };
    let files = compress::compress_files(assets.files, &cache(context).join(compressed))?;
    let dist = out.map_or_else(|| context.dist(), Path::to_owned);
    write::replace(&dist, &files)?;
    let first_views = sizes::print_table(&files, &first_view, preloads.as_ref());
    let name = out.map_or_else(|| "dist".to_owned(), |out| out.display().to_string());
    println!(
        "• {name}/ is ready (assembled in {})",
        format_duration(begun.elapsed())
    );
    Ok(first_views)
}

/// Returns the folder of cached results.
fn cache(context: &Context) -> std::path::PathBuf {
    context.target.join("site")
}

/// Returns a file name with the first 16 digits of the content's SHA-256:
/// `leaflet-0123456789abcdef.js`. Browsers may keep such a file for ever, and the page can verify
/// it.
fn hashed_name(stem: &str, end: &str, content: &[u8]) -> String {
    let digest: String = Sha256::digest(content)
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{stem}-{digest}{end}")
}
