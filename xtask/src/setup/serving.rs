//! The web server that the site is tried with, and what drives a load to it.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::debian;
use crate::command::find;

/// Where Debian keeps nginx's module for compressed copies in brotli.
const BROTLI: &str = "/usr/lib/nginx/modules/ngx_http_brotli_static_module.so";

/// nginx.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebServer {
    pub program: PathBuf,
    /// Its module for brotli, if it has one.
    pub brotli: Option<PathBuf>,
}

/// The nginx that is there, else Debian's with its module for brotli, where there is one.
///
/// # Errors
/// If there is none and none can be installed; [`debian::NotHere`] if that is for want of Debian or
/// of root.
pub fn nginx() -> Result<WebServer> {
    if administrators("nginx").is_none() {
        debian::install("nginx to serve the site with", &["nginx"])?;
        if let Err(error) = debian::install(
            "nginx's module for brotli",
            &["libnginx-mod-http-brotli-static"],
        ) {
            println!("• nginx will send gzip only: {error:#}");
        }
    }
    let program = administrators("nginx").context("nginx was installed, but is not there")?;
    Ok(WebServer {
        program,
        brotli: Some(PathBuf::from(BROTLI)).filter(|module| module.is_file()),
    })
}

/// wrk: the one that is there, else Debian's.
///
/// # Errors
/// As [`nginx`].
pub fn load_driver() -> Result<PathBuf> {
    if find("wrk").is_none() {
        debian::install("wrk, which drives a load", &["wrk"])?;
    }
    find("wrk").context("wrk was installed, but is not there")
}

/// A program that may be where only administrators look.
fn administrators(program: &str) -> Option<PathBuf> {
    let file = Path::new("/usr/sbin").join(program);
    find(program).or_else(|| file.is_file().then_some(file))
}
