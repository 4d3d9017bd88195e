//! Generates load with wrk, which sends the next request when the previous one is answered.

use std::fmt::{self, Display};
use std::fs;
use std::num::NonZeroU32;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::Value;
use tempfile::TempDir;

use super::requests::{CODINGS, RequestMix};
use crate::command::BackgroundProcess;

/// User agent of the load in the server's log.
pub(super) const NAME: &str = "rising-load";
/// Lua script for wrk.
const WRK_SCRIPT: &str = include_str!("generator.lua");
/// Beginning of the line with the result in wrk's output.
const RESULT_PREFIX: &str = "load_result ";
/// Number of wrk's threads, as many as a small server has processors.
const THREADS: u32 = 2;

/// A running load, which ends on drop.
#[derive(Debug)]
pub(super) struct LoadGenerator {
    running: BackgroundProcess,
    _folder: TempDir,
}

impl LoadGenerator {
    /// Starts the load, with `pause` between two requests of a connection. It ends by itself after
    /// `longest`.
    ///
    /// # Errors
    /// If wrk cannot be started.
    pub(super) fn start(
        wrk: &Path,
        address: &str,
        mix: &RequestMix,
        connections: NonZeroU32,
        pause: Duration,
        longest: Duration,
    ) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let (script, requests) = (
            folder.path().join("generator.lua"),
            folder.path().join("requests"),
        );
        let line = |request: &super::requests::Request| {
            format!(
                "/{}\t{}\n",
                request.path,
                request.etag.as_deref().unwrap_or_default()
            )
        };
        fs::write(&requests, mix.requests().map(line).collect::<String>())?;
        fs::write(&script, WRK_SCRIPT)?;
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
            .args([CODINGS, NAME, &pause.as_millis().to_string()]);
        Ok(Self {
            running: BackgroundProcess::start(&mut command)?,
            _folder: folder,
        })
    }

    /// Ends the load and returns its result.
    ///
    /// # Errors
    /// If wrk prints no result.
    pub(super) fn end(mut self) -> Result<LoadResult> {
        self.running.interrupt();
        let result = self
            .running
            .wait_for_line(|line| line.strip_prefix(RESULT_PREFIX).map(str::to_owned))
            .context("wrk printed no result")?;
        Ok(LoadResult(
            serde_json::from_str(&result).context("cannot parse wrk's result")?,
        ))
    }
}

/// Result of a load as wrk counts it: whole numbers by name.
#[derive(Debug)]
pub(super) struct LoadResult(Value);

impl LoadResult {
    fn count(&self, name: &str) -> u64 {
        self.0[name].as_u64().unwrap_or_default()
    }

    /// Returns the errors that wrk counted.
    pub(super) fn errors(&self) -> Vec<String> {
        let kinds = ["connect", "read", "write", "timeout", "status"].into_iter();
        let mut errors: Vec<String> = kinds
            .filter(|kind| self.count(kind) > 0)
            .map(|kind| format!("{} requests failed ({kind})", self.count(kind)))
            .collect();
        if self.count("requests") == 0 {
            errors.push("no request was answered".to_owned());
        }
        errors
    }
}

impl Display for LoadResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = self.count("microseconds") as f64 / 1e6;
        let (requests, bytes) = (self.count("requests") as f64, self.count("bytes") as f64);
        let milliseconds = |name: &str| self.count(name) as f64 / 1000.0;
        writeln!(f, "{:>12}  seconds of load", format!("{time:.1}"))?;
        writeln!(
            f,
            "{:>12}  requests, {:.0} a second",
            self.count("requests"),
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
            "{:>12}  ms median, {:.1} at the 99th percentile, {:.1} at most",
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
    fn script_prints_result_with_prefix() {
        assert!(WRK_SCRIPT.contains(&format!("'{RESULT_PREFIX}{{")));
    }

    #[test]
    fn errors_list_each_kind_of_failure() {
        let load_result = |text| LoadResult(serde_json::from_str(text).unwrap());
        assert!(
            load_result(r#"{"requests": 5, "connect": 0, "status": 0}"#)
                .errors()
                .is_empty()
        );
        assert_eq!(
            load_result(r#"{"requests": 5, "read": 2, "status": 1}"#)
                .errors()
                .len(),
            2
        );
        assert_eq!(
            load_result(r#"{"requests": 0}"#).errors(),
            ["no request was answered"]
        );
    }
}
