//! Runs nginx with the published configuration as an ordinary program of this user.

use std::fs;
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use tempfile::TempDir;

use super::{FOLDER, free_port};
use crate::command::{BackgroundProcess, read_stdout};
use crate::context::Context;
use crate::setup::WebServer;

/// Time limit for nginx to answer on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Number of attempts: another program may take the port just before nginx does.
const MAX_ATTEMPTS: usize = 3;

/// A running nginx, which ends on drop.
#[derive(Debug)]
pub struct Nginx {
    running: BackgroundProcess,
    port: u16,
    folder: TempDir,
}

impl Nginx {
    /// Starts nginx on a free port of this machine, and waits until it answers. `logged` enables
    /// the access log.
    ///
    /// # Errors
    /// If nginx refuses its configuration or does not answer. The message has its error log.
    pub fn start(context: &Context, server: &WebServer, site: &Path, logged: bool) -> Result<Self> {
        let file = context.root.join(FOLDER).join("nginx.conf");
        let published =
            fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let mut attempts = 1;
        loop {
            match Self::attempt(server, &published, site, logged) {
                Err(error)
                    if attempts < MAX_ATTEMPTS
                        && format!("{error:#}").contains("Address already in use") =>
                {
                    attempts += 1;
                }
                outcome => return outcome.with_context(|| format!("with {}", file.display())),
            }
        }
    }

    fn attempt(server: &WebServer, published: &str, site: &Path, logged: bool) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let port = free_port()?;
        let here = adapt(published, port, site, server.brotli.is_some())?;
        fs::write(folder.path().join("rising.conf"), here)?;
        let main = folder.path().join("nginx.conf");
        fs::write(
            &main,
            main_configuration(folder.path(), server.brotli.as_deref(), logged),
        )?;
        let log = folder.path().join("error.log");
        let mut command = Command::new(&server.program);
        command
            .arg("-p")
            .arg(folder.path())
            .arg("-c")
            .arg(&main)
            .arg("-e")
            .arg(&log);
        let mut running = BackgroundProcess::start(&mut command)?;
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let said = || fs::read_to_string(&log).unwrap_or_default();
            if running.has_exited()? {
                bail!("nginx exits:\n{}", said());
            }
            ensure!(
                begun.elapsed() < TIMEOUT,
                "nginx does not answer at port {port}:\n{}",
                said()
            );
            thread::sleep(Duration::from_millis(20));
        }
        Ok(Self {
            running,
            port,
            folder,
        })
    }

    /// Returns the address of the site, with a slash at its end.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// Ends nginx and returns its access log: for each request the user agent, the status and the
    /// bytes sent, separated by tabs.
    ///
    /// # Errors
    /// If nginx was started without a log.
    pub fn end(mut self) -> Result<String> {
        // nginx flushes the log when it ends.
        self.running.terminate();
        fs::read_to_string(self.folder.path().join("access.log")).context("nginx left no log")
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // On SIGTERM nginx ends its workers and flushes its log.
        self.running.terminate();
    }
}

/// Makes the edits in the published configuration that its EDIT comments ask for.
fn adapt(published: &str, port: u16, site: &Path, brotli: bool) -> Result<String> {
    let mut text = published.to_owned();
    let mut edits = vec![
        ("listen 80;", format!("listen 127.0.0.1:{port};")),
        ("root /srv/rising;", format!("root \"{}\";", site.display())),
    ];
    if brotli {
        edits.push(("# brotli_static on;", "brotli_static on;".to_owned()));
        edits.push(("# brotli_static off;", "brotli_static off;".to_owned()));
    }
    for (from, to) in edits {
        ensure!(
            text.matches(from).count() == 1,
            "hosting/nginx.conf must have `{from}` once: publishers edit it"
        );
        text = text.replace(from, &to);
    }
    Ok(text)
}

/// Returns a main configuration that includes the published one.
fn main_configuration(folder: &Path, brotli: Option<&Path>, logged: bool) -> String {
    let module = brotli
        .map(|module| format!("load_module \"{}\";\n", module.display()))
        .unwrap_or_default();
    // Otherwise root's nginx runs its workers as another user, who may not read the site.
    let user = if read_stdout(Command::new("id").arg("-u")).as_deref() == Some("0") {
        "user root root;\n"
    } else {
        ""
    };
    let log = if logged {
        "access_log access.log rising buffer=256k;"
    } else {
        "access_log off;"
    };
    let folders: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|what| {
            format!(
                "    {what}_temp_path \"{}\";\n",
                folder.join(what).display()
            )
        })
        .concat();
    format!(
        "{module}{user}daemon off;\npid nginx.pid;\nworker_processes auto;\nevents {{ \
         worker_connections 4096; }}\n\
         http {{\n    log_format rising '$http_user_agent\\t$status\\t$bytes_sent';\n    \
         {log}\n{folders}    include rising.conf;\n}}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adapt_edits_each_marked_line_once() {
        let published = include_str!("../../../hosting/nginx.conf");
        let text = adapt(published, 8081, Path::new("/a site"), true).unwrap();
        for line in [
            "listen 127.0.0.1:8081;",
            "root \"/a site\";",
            "    brotli_static on;",
            "    brotli_static off;",
        ] {
            assert!(text.contains(line), "{line}");
        }
        assert!(
            !adapt(published, 8081, Path::new("/a"), false)
                .unwrap()
                .contains("\n    brotli_static")
        );
        adapt("listen 80; listen 80;", 1, Path::new("/"), false).unwrap_err();
    }
}
