//! nginx with the configuration that publishers get, as an ordinary program of this user.

use std::fs;
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use tempfile::TempDir;

use super::{FOLDER, free_port};
use crate::command::{Running, output};
use crate::context::Context;
use crate::setup::WebServer;

/// How long it may take to answer, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// Another program may take the port in the moment before nginx does.
const ATTEMPTS: usize = 3;

/// A running nginx. Dropping it ends it.
#[derive(Debug)]
pub struct Nginx {
    running: Running,
    port: u16,
    folder: TempDir,
}

impl Nginx {
    /// Starts it on a free port of this machine, and waits until it answers. `logged` keeps a line
    /// of each request.
    ///
    /// # Errors
    /// If the configuration is not one, or nginx cannot run; the message holds what it says.
    pub fn start(context: &Context, server: &WebServer, site: &Path, logged: bool) -> Result<Self> {
        let file = context.root.join(FOLDER).join("nginx.conf");
        let published =
            fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let mut attempts = 1;
        loop {
            match Self::attempt(server, &published, site, logged) {
                Err(error)
                    if attempts < ATTEMPTS
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
        let here = here(published, port, site, server.brotli.is_some())?;
        fs::write(folder.path().join("rising.conf"), here)?;
        let main = folder.path().join("nginx.conf");
        fs::write(
            &main,
            surroundings(folder.path(), server.brotli.as_deref(), logged),
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
        let mut running = Running::start(&mut command)?;
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let said = || fs::read_to_string(&log).unwrap_or_default();
            if running.has_ended()? {
                bail!("nginx refuses to run:\n{}", said());
            }
            ensure!(
                begun.elapsed() < PATIENCE,
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

    /// Where the site is, with a slash at its end.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// Ends it and gives its log, if one was wished: a line for each request with who asked, the
    /// status and the bytes sent.
    ///
    /// # Errors
    /// If there is none.
    pub fn end(mut self) -> Result<String> {
        // What is left of the log is written then.
        self.running.ask_to_end();
        fs::read_to_string(self.folder.path().join("access.log")).context("nginx left no log")
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // It ends its workers, and writes what is left of its log.
        self.running.ask_to_end();
    }
}

/// The published configuration with the changes that a publisher makes, who is told of them in it.
fn here(published: &str, port: u16, site: &Path, brotli: bool) -> Result<String> {
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
            "`{from}`, which publishers edit, must be there once"
        );
        text = text.replace(from, &to);
    }
    Ok(text)
}

/// What a machine's own configuration has around it.
fn surroundings(folder: &Path, brotli: Option<&Path>, logged: bool) -> String {
    let module = brotli
        .map(|module| format!("load_module \"{}\";\n", module.display()))
        .unwrap_or_default();
    // Without it the workers of an administrator's nginx would be somebody who may not read the
    // site here.
    let user = if output(Command::new("id").arg("-u")).as_deref() == Some("0") {
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
        "{module}{user}daemon off;\npid nginx.pid;\nworker_processes auto;\nevents {{ worker_connections 4096; }}\n\
         http {{\n    log_format rising '$http_user_agent\\t$status\\t$bytes_sent';\n    {log}\n{folders}    include rising.conf;\n}}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_publishers_are_told_to_edit_is_there_once() {
        let published = include_str!("../../../hosting/nginx.conf");
        let text = here(published, 8081, Path::new("/a site"), true).unwrap();
        for line in [
            "listen 127.0.0.1:8081;",
            "root \"/a site\";",
            "    brotli_static on;",
            "    brotli_static off;",
        ] {
            assert!(text.contains(line), "{line}");
        }
        assert!(
            !here(published, 8081, Path::new("/a"), false)
                .unwrap()
                .contains("\n    brotli_static")
        );
        here("listen 80; listen 80;", 1, Path::new("/"), false).unwrap_err();
    }
}
