//! The load: wrk, which sends the requests of the mix as fast as they are answered.

use std::fmt::{self, Display};
use std::fs;
use std::num::NonZeroU32;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::Value;
use tempfile::TempDir;

use super::mix::{CODINGS, Mix};
use crate::command::Running;

/// Its name in the server's log.
pub(super) const NAME: &str = "rising-load";
/// What it does, in wrk's language.
const SCRIPT: &str = include_str!("drive.lua");
/// What comes before its result in what wrk prints.
const MARK: &str = "driven ";
/// As many as a small server has processors.
const THREADS: u32 = 2;

/// A running load. Dropping it ends it.
#[derive(Debug)]
pub(super) struct Drive {
    running: Running,
    _folder: TempDir,
}

impl Drive {
    /// Starts it, with `rest` between two requests of a connection. It ends by itself after
    /// `longest`, should nobody end it.
    ///
    /// # Errors
    /// If wrk cannot be started.
    pub(super) fn start(
        wrk: &Path,
        address: &str,
        mix: &Mix,
        connections: NonZeroU32,
        rest: Duration,
        longest: Duration,
    ) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let (script, requests) = (
            folder.path().join("drive.lua"),
            folder.path().join("requests"),
        );
        let line = |request: &super::mix::Request| {
            format!(
                "/{}\t{}\n",
                request.path,
                request.known.as_deref().unwrap_or_default()
            )
        };
        fs::write(&requests, mix.requests().map(line).collect::<String>())?;
        fs::write(&script, SCRIPT)?;
        let mut command = Command::new(wrk);
        command
            .args([
                "--threads",
                &THREADS.min(connections.get()).to_string(),
                "--connections",
                &connections.to_string(),
            ])
            .args([
                "--duration",
                &format!("{}s", longest.as_secs()),
                "--timeout",
                "30s",
                "--script",
            ])
            .arg(&script)
            .args([address, "--"])
            .arg(&requests)
            .args([CODINGS, NAME, &rest.as_millis().to_string()]);
        Ok(Self {
            running: Running::start(&mut command)?,
            _folder: folder,
        })
    }

    /// Ends it, and says what came of it.
    ///
    /// # Errors
    /// If wrk does not say.
    pub(super) fn end(mut self) -> Result<Driven> {
        self.running.interrupt();
        let result = self
            .running
            .says(|line| line.strip_prefix(MARK).map(str::to_owned))
            .context("wrk has no result")?;
        Ok(Driven(
            serde_json::from_str(&result).context("wrk's result")?,
        ))
    }
}

/// What came of it, as wrk counts: a result in whole numbers by their names.
#[derive(Debug)]
pub(super) struct Driven(Value);

impl Driven {
    fn of(&self, name: &str) -> u64 {
        self.0[name].as_u64().unwrap_or_default()
    }

    /// What went wrong on the readers' side.
    pub(super) fn errors(&self) -> Vec<String> {
        let kinds = ["connect", "read", "write", "timeout", "status"].into_iter();
        let mut errors: Vec<String> = kinds
            .filter(|kind| self.of(kind) > 0)
            .map(|kind| format!("{} requests failed ({kind})", self.of(kind)))
            .collect();
        if self.of("requests") == 0 {
            errors.push("not one request was answered".to_owned());
        }
        errors
    }
}

impl Display for Driven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = self.of("microseconds") as f64 / 1e6;
        let (requests, bytes) = (self.of("requests") as f64, self.of("bytes") as f64);
        let milliseconds = |name: &str| self.of(name) as f64 / 1000.0;
        writeln!(f, "{:>12}  seconds of load", format!("{time:.1}"))?;
        writeln!(
            f,
            "{:>12}  requests, {:.0} a second",
            self.of("requests"),
            requests / time
        )?;
        writeln!(
            f,
            "{:>12}  MB, {:.1} a second ({:.2} Gbit/s)",
            format!("{:.1}", bytes / 1e6),
            bytes / 1e6 / time,
            bytes * 8e-9 / time
        )?;
        writeln!(
            f,
            "{:>12}  ms for half of the requests, {:.1} for 99 of a hundred, {:.1} for the slowest",
            format!("{:.1}", milliseconds("p50")),
            milliseconds("p99"),
            milliseconds("longest")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_kind_of_error_is_one() {
        let driven = |text| Driven(serde_json::from_str(text).unwrap());
        assert!(
            driven(r#"{"requests": 5, "connect": 0, "status": 0}"#)
                .errors()
                .is_empty()
        );
        assert_eq!(
            driven(r#"{"requests": 5, "read": 2, "status": 1}"#)
                .errors()
                .len(),
            2
        );
        assert_eq!(
            driven(r#"{"requests": 0}"#).errors(),
            ["not one request was answered"]
        );
    }
}
