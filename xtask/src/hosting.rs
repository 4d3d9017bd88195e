//! The configurations in `hosting/`, tried: a server that can run here is started with the very
//! file that publishers get, and asked for every file of the site; the other files are read as
//! their hosts read them.

mod caddy;
mod nginx;
mod probe;
mod reader;
mod rules;
mod written;

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;

use crate::command::find;
use crate::context::{Context, step};
use crate::setup::{self, WebServer};
pub use nginx::Nginx;
pub use reader::Reader;

/// Where the configurations are, from the root of the repository.
const FOLDER: &str = "hosting";
/// Of more faults than this the first are enough.
const TOLD: usize = 20;

/// Tries the configurations with the site that is in `dist/`.
///
/// # Errors
/// If there is no nginx or no site, or something is not as it should be.
pub fn run(context: &Context) -> Result<()> {
    step(
        "what hosting/_headers and hosting/upload.sh say of the site",
        "a few seconds",
        || read_others(context),
    )?;
    step("nginx with hosting/nginx.conf", "a few seconds", || {
        try_nginx(context, &setup::nginx()?)
    })?;
    match caddy() {
        Some(program) => step("Caddy with hosting/Caddyfile", "a few seconds", || {
            try_caddy(context, &program)
        }),
        None => {
            println!(
                "• hosting/Caddyfile is not tried: Caddy is not installed (Debian's package is called caddy)"
            );
            Ok(())
        }
    }
}

/// Compares what the configurations of other hosts say of the site's files with what they should
/// say.
///
/// # Errors
/// If something is not as it should be.
pub fn read_others(context: &Context) -> Result<()> {
    let files = probe::files(&context.dist())?;
    let folder = context.root.join(FOLDER);
    let headers =
        fs::read_to_string(folder.join("_headers")).context("cannot read hosting/_headers")?;
    let mut faults = written::headers_file(&headers, &files);
    faults.extend(written::upload(
        &folder.join("upload.sh"),
        &context.dist(),
        &files,
    )?);
    none(&faults)
}

/// Errors as one.
fn none(faults: &[String]) -> Result<()> {
    let told = faults
        .iter()
        .take(TOLD)
        .cloned()
        .collect::<Vec<_>>()
        .join("\n  ");
    ensure!(
        faults.is_empty(),
        "{} things are not as they should be:\n  {told}",
        faults.len()
    );
    Ok(())
}

/// Serves the site with nginx and compares all that it says with what it should say.
///
/// # Errors
/// If something is not as it should be.
pub fn try_nginx(context: &Context, program: &WebServer) -> Result<()> {
    let site = probe::site(context)?;
    let nginx = Nginx::start(context, program, site.path(), false)?;
    let codings: &[&str] = if program.brotli.is_some() {
        &["br", "gzip"]
    } else {
        &["gzip"]
    };
    probe::all(&nginx.address(), site.path(), codings)
}

/// The same with Caddy, if it is installed.
///
/// # Errors
/// If something is not as it should be.
pub fn try_caddy(context: &Context, program: &Path) -> Result<()> {
    let site = probe::site(context)?;
    let caddy = caddy::Caddy::start(context, program, site.path())?;
    probe::all(&caddy.address(), site.path(), &["br", "gzip"])
}

/// The Caddy that is installed.
pub fn caddy() -> Option<PathBuf> {
    find("caddy")
}

/// A copy of the finished site, which may be changed as publishers change it: by putting a new file
/// in a file's place.
///
/// # Errors
/// If there is no site, or no room.
pub fn copy_of_site(context: &Context) -> Result<TempDir> {
    let copy = tempfile::tempdir_in(&context.target)
        .with_context(|| format!("cannot write to {}", context.target.display()))?;
    copy_folder(&context.dist(), copy.path())
        .context("cannot copy the site; `cargo xtask build` makes it")?;
    Ok(copy)
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let name = entry?.file_name();
        let (from, to) = (from.join(&name), to.join(&name));
        if from.is_dir() {
            fs::create_dir(&to).with_context(|| format!("cannot make {}", to.display()))?;
            copy_folder(&from, &to)?;
        } else {
            // The same file under two names costs nothing, and is two as soon as one is replaced.
            fs::hard_link(&from, &to)
                .or_else(|_| fs::copy(&from, &to).map(drop))
                .with_context(|| format!("cannot write {}", to.display()))?;
        }
    }
    Ok(())
}

/// A port that nothing listened at a moment ago.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
