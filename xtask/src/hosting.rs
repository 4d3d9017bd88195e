//! `cargo xtask hosting`: checks the configurations in `hosting/`. A server that can run on this
//! machine is started with the published file and asked for every file of the site; the other files
//! are interpreted as their hosts do.

mod caddy;
mod client;
mod nginx;
mod probe;
mod rules;
mod static_hosts;

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;

use crate::command::find_program;
use crate::context::{Context, run_step};
use crate::setup::{self, WebServer};
pub use client::HttpClient;
pub use nginx::Nginx;

/// The folder of the configurations in the repository.
const FOLDER: &str = "hosting";
/// Number of faults that a message shows.
const MAX_SHOWN: usize = 20;

/// Checks the configurations with the site in `dist/`.
///
/// # Errors
/// If nginx or the site is missing, or a configuration breaks a rule.
pub fn run(context: &Context) -> Result<()> {
    run_step(
        "hosting/_headers and hosting/upload.sh",
        "a few seconds",
        || check_static_hosts(context),
    )?;
    run_step("nginx with hosting/nginx.conf", "a few seconds", || {
        check_nginx(context, &setup::nginx()?)
    })?;
    match find_caddy() {
        Some(program) => run_step("Caddy with hosting/Caddyfile", "a few seconds", || {
            check_caddy(context, &program)
        }),
        None => {
            println!(
                "• hosting/Caddyfile is not tried: Caddy is not installed (Debian's package is \
                 called caddy)"
            );
            Ok(())
        }
    }
}

/// Compares the headers that the configurations of other hosts give the site's files with the
/// rules.
///
/// # Errors
/// If something is not as it should be.
pub fn check_static_hosts(context: &Context) -> Result<()> {
    let files = probe::list_files(&context.dist())?;
    let folder = context.root.join(FOLDER);
    let headers =
        fs::read_to_string(folder.join("_headers")).context("cannot read hosting/_headers")?;
    let mut faults = static_hosts::check_headers_file(&headers, &files);
    faults.extend(static_hosts::check_upload(
        &folder.join("upload.sh"),
        &context.dist(),
        &files,
    )?);
    ensure_none(&faults)
}

/// Returns an error that lists the first faults, if there are any.
fn ensure_none(faults: &[String]) -> Result<()> {
    let shown = faults
        .iter()
        .take(MAX_SHOWN)
        .cloned()
        .collect::<Vec<_>>()
        .join("\n  ");
    ensure!(faults.is_empty(), "{} faults:\n  {shown}", faults.len());
    Ok(())
}

/// Serves the site with nginx and compares its responses with the rules.
///
/// # Errors
/// If something is not as it should be.
pub fn check_nginx(context: &Context, program: &WebServer) -> Result<()> {
    let site = probe::copy_site_mid_publication(context)?;
    let nginx = Nginx::start(context, program, site.path(), false)?;
    let codings: &[&str] = if program.brotli.is_some() {
        &["br", "gzip"]
    } else {
        &["gzip"]
    };
    probe::check_site(&nginx.address(), site.path(), codings)
}

/// Serves the site with Caddy and compares its responses with the rules.
///
/// # Errors
/// If something is not as it should be.
pub fn check_caddy(context: &Context, program: &Path) -> Result<()> {
    let site = probe::copy_site_mid_publication(context)?;
    let caddy = caddy::Caddy::start(context, program, site.path())?;
    probe::check_site(&caddy.address(), site.path(), &["br", "gzip"])
}

/// Returns Caddy if it is installed.
pub fn find_caddy() -> Option<PathBuf> {
    find_program("caddy")
}

/// Copies the built site by hard links. Replace its files; never write into one.
///
/// # Errors
/// If the site is missing or a file cannot be written.
pub fn copy_site(context: &Context) -> Result<TempDir> {
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
            // A hard link costs nothing, and replacing one name leaves the other as it is.
            fs::hard_link(&from, &to)
                .or_else(|_| fs::copy(&from, &to).map(drop))
                .with_context(|| format!("cannot write {}", to.display()))?;
        }
    }
    Ok(())
}

/// Returns a port that is free at the moment.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
