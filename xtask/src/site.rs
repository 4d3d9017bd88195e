//! From the sources to the finished site in `dist/`.
//!
//! `index.html` stays a page that Trunk, the usual tool for this, can build. This module does the
//! same work with the `wasm-bindgen-cli-support` library, npm's `wasm-opt` and `esbuild`, because
//! installing Trunk and its helpers takes a newcomer longer than compiling the whole app, and
//! because Trunk neither compresses nor preloads.
//!
//! There is no record of what is up to date: Cargo knows that for the app, and each later step that
//! takes more than a moment keeps its result under the hash of what it was made from (`app`,
//! `compress`).

mod app;
mod assets;
mod compress;
mod head;
pub(crate) mod offline;
mod page;
mod policy;
mod preload;
mod prerendered;
mod sizes;
mod split;
mod support;
mod write;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use crate::command::run;
use crate::context::{Context, seconds};
use crate::{licences, setup};
use assets::Assets;
pub(crate) use compress::compress as compressed;
use page::Page;
pub(crate) use preload::MANIFEST;

/// Builds the site into `dist/` or another folder, after setting up what that needs, and prints the
/// size of what it made. `base` is the address at which it will be, with a slash at its end, if
/// that is known.
///
/// # Errors
/// If a step of the set-up or of the build fails; the folder is then as it was before.
pub fn build(context: &Context, base: Option<&str>, out: Option<&Path>) -> Result<()> {
    let toolchain = setup::wasm_toolchain()?;
    setup::node_modules(context)?;
    fs::create_dir_all(cache(context))?;
    // Two builds at once would take each other's files away.
    let lock = fs::File::create(cache(context).join("lock"))?;
    if lock.try_lock().is_err() {
        println!("• waiting for another build of this checkout to end");
        lock.lock()?;
    }

    // First, so that a slip in the page is told before minutes of compiling.
    let page_file = context.root.join("index.html");
    let html = fs::read_to_string(&page_file)
        .with_context(|| format!("cannot read {}", page_file.display()))?;
    let edition = prerendered::edition(context)?;
    let html = head::without_comments(context, &prerendered::opening(&html, edition.as_ref())?)?;
    let page = Page::parse(&html).with_context(|| format!("in {}", page_file.display()))?;
    let app = app::build(context, &toolchain)?;
    let begun = Instant::now();
    // The page names what comes of it; `package.json` says how it is made, for Trunk as well.
    run(Command::new("npm")
        .args(["run", "--silent", "leaflet"])
        .current_dir(&context.root))?;
    let mut assets = Assets::gather(context, &page, app)?;
    let preloads = preload::Preloads::read(&assets.files)?;
    assets.links.integrity = policy::digests(&assets.files).collect();
    let head = head::script(context, &assets.links)?;
    let html = page.render(&assets.links, preloads.as_ref(), &head)?;
    let html = policy::apply(
        &html,
        policy::tiles(&assets.files)?.as_deref(),
        &prerendered::address(base),
    )?;
    let list = offline::list(&html, &assets.files, &assets.shell, &assets.first_view)?;
    let mut first_view = assets.first_view;
    first_view.insert(0, "index.html".to_owned());
    if let Some(edition) = &edition {
        let cards = prerendered::cards(&assets.files);
        assets.files.extend(prerendered::area_pages(
            context, edition, &html, &cards, base,
        )?);
    }
    assets
        .files
        .insert("index.html".to_owned(), html.into_bytes());
    // Some hosts send the site's first page for any address if there is none.
    assets.files.insert(
        "404.html".to_owned(),
        rising_prerender::shell::not_found_page().into_bytes(),
    );
    assets.files.insert(offline::LIST.to_owned(), list);
    // After the list of what is kept: nobody needs it without a network.
    assets.files.insert(
        licences::FILE.to_owned(),
        licences::file(context, &toolchain.version()?)?,
    );

    // The pages of a site with an address are others: one build must not forget what the next will
    // need again.
    let compressed = if base.is_some() {
        "compressed-with-address"
    } else {
        "compressed"
    };
    let files = compress::all(assets.files, &cache(context).join(compressed))?;
    let dist = out.map_or_else(|| context.dist(), Path::to_owned);
    write::replace(&dist, &files)?;
    sizes::print(&files, &first_view, preloads.as_ref());
    let name = out.map_or_else(|| "dist".to_owned(), |out| out.display().to_string());
    println!(
        "• {name}/ is ready (assembled in {})",
        seconds(begun.elapsed())
    );
    Ok(())
}

/// Where this module keeps what it would not like to do twice.
fn cache(context: &Context) -> std::path::PathBuf {
    context.target.join("site")
}

/// `leaflet.js` with the beginning of its SHA-256, by which browsers may keep it for ever and the
/// page knows whether it is as it was built: `leaflet-0123456789abcdef.js`.
fn hashed_name(stem: &str, end: &str, content: &[u8]) -> String {
    let digest: String = Sha256::digest(content)
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{stem}-{digest}{end}")
}
