//! Runs Caddy with the published configuration as an ordinary program of this user.

use std::fs;
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tempfile::TempDir;

use super::{FOLDER, free_port};
use crate::command::BackgroundProcess;
use crate::context::Context;

/// Time limit for Caddy to answer on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A running Caddy, which ends on drop.
#[derive(Debug)]
pub(super) struct Caddy {
    // Declared first so that Caddy ends before its folder is removed.
    _running: BackgroundProcess,
    port: u16,
    _folder: TempDir,
}

impl Caddy {
    /// Starts Caddy on a free port of this machine, and waits until it answers.
    ///
    /// # Errors
    /// If Caddy cannot be started, refuses its configuration, or does not answer.
    pub(super) fn start(context: &Context, program: &Path, site: &Path) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let port = free_port()?;
        let published = context.root.join(FOLDER).join("Caddyfile");
        // Without the administration port, so that several can run on one machine.
        let around = format!("{{\n\tadmin off\n}}\nimport \"{}\"\n", published.display());
        let main = folder.path().join("Caddyfile");
        fs::write(&main, around)?;
        let mut command = Command::new(program);
        command
            .args(["run", "--adapter", "caddyfile", "--config"])
            .arg(&main);
        command
            .env("RISING_ADDRESS", format!("http://127.0.0.1:{port}"))
            .env("RISING_ROOT", site);
        command
            .env("XDG_DATA_HOME", folder.path())
            .env("XDG_CONFIG_HOME", folder.path());
        let mut running = BackgroundProcess::start(&mut command)?;
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let file = published.display();
            ensure!(
                !running.has_exited()?,
                "Caddy exits with {file}; `caddy validate --config {file}` prints the reason"
            );
            ensure!(
                begun.elapsed() < TIMEOUT,
                "Caddy does not answer at port {port}"
            );
            thread::sleep(Duration::from_millis(20));
        }
        Ok(Self {
            _running: running,
            port,
            _folder: folder,
        })
    }

    /// Returns the address of the site, with a slash at its end.
    pub(super) fn address(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }
}
