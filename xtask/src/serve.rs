//! `cargo xtask serve`: builds the site and serves it.

use std::io::ErrorKind;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

use crate::context::Context;
use crate::server::{Server, ServerError, ServerOptions};
use crate::site;

/// Number of further ports to try if the port is taken.
const ATTEMPTS: u16 = 50;

/// The folder of articles that embed the map, and its path on the server.
const EXAMPLES: &str = "examples";

/// Serves the site in a folder, or builds one and serves it, until the process ends. Uses the next
/// free port if the port is taken.
///
/// # Errors
/// If the site cannot be built, the folder has none, or no port is free.
pub fn run(context: &Context, host: IpAddr, port: u16, site: Option<PathBuf>) -> Result<()> {
    if let Some(site) = &site {
        ensure!(
            site.join("index.html").is_file(),
            "{} has no index.html; `prepare install` puts one there",
            site.display()
        );
    } else {
        site::build(context, None, None)?;
    }
    let site = site.unwrap_or_else(|| context.dist());
    let server = start(context, &site, host, port)
        .with_context(|| format!("{} cannot be served", site.display()))?;
    if server.port() != port && port != 0 {
        println!(
            "• port {port} is taken; the server uses port {}",
            server.port()
        );
    }
    println!("• the map is at {} (end with Ctrl-C)", server.url());
    println!(
        "• articles with the map in them are at {}{EXAMPLES}/ (see docs/embed.md)",
        server.url()
    );
    server.wait();
    Ok(())
}

fn start(context: &Context, site: &Path, host: IpAddr, port: u16) -> Result<Server, ServerError> {
    let mut attempt = port;
    loop {
        let extra_mounts = vec![(EXAMPLES.to_owned(), context.root.join(EXAMPLES))];
        match Server::start(
            site,
            ServerOptions {
                host,
                port: attempt,
                extra_mounts,
                ..ServerOptions::default()
            },
        ) {
            Err(ServerError::Bind { source, .. })
                if source.kind() == ErrorKind::AddrInUse
                    && attempt < port.saturating_add(ATTEMPTS) =>
            {
                attempt += 1;
            }
            outcome => return outcome,
        }
    }
}
