//! Finds or installs nginx and the load generator wrk.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::debian;
use crate::command::find_program;

/// Path of nginx's module for files compressed with brotli, in Debian.
const BROTLI_MODULE: &str = "/usr/lib/nginx/modules/ngx_http_brotli_static_module.so";

/// An nginx that can run here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebServer {
    /// The path of the program.
    pub program: PathBuf,
    /// The brotli module, if installed.
    pub brotli: Option<PathBuf>,
}

/// Returns the installed nginx, else installs Debian's, with its brotli module if there is one.
///
/// # Errors
/// If nginx is missing and cannot be installed: [`debian::CannotInstall`] if this is not Debian or
/// the user is not root.
pub fn nginx() -> Result<WebServer> {
    if find_admin_program("nginx").is_none() {
        debian::install("nginx to serve the site with", &["nginx"])?;
        if let Err(error) = debian::install(
            "nginx's module for brotli",
            &["libnginx-mod-http-brotli-static"],
        ) {
            println!("• nginx will send gzip only: {error:#}");
        }
    }
    let program = find_admin_program("nginx")
        .context("nginx was installed, but is neither on the PATH nor in /usr/sbin")?;
    Ok(WebServer {
        program,
        brotli: Some(PathBuf::from(BROTLI_MODULE)).filter(|module| module.is_file()),
    })
}

/// Returns the installed wrk, else installs Debian's.
///
/// # Errors
/// As [`nginx`].
pub fn load_driver() -> Result<PathBuf> {
    if find_program("wrk").is_none() {
        debian::install("wrk, a load generator", &["wrk"])?;
    }
    find_program("wrk").context("wrk was installed, but is not on the PATH")
}

/// Returns a program on the PATH or in /usr/sbin.
fn find_admin_program(program: &str) -> Option<PathBuf> {
    let file = Path::new("/usr/sbin").join(program);
    find_program(program).or_else(|| file.is_file().then_some(file))
}
