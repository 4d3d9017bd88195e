//! Runs other programs: captures their output, limits their time, and finds them on the PATH.

mod background;

use std::env;
use std::ffi::OsStr;
use std::io::{Read, Seek};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

pub use background::BackgroundProcess;

/// Runs a program that prints to this terminal.
///
/// # Errors
/// If the program cannot be started or fails.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot start {}", describe(command)))?;
    if !status.success() {
        bail!(
            "{} failed ({status}); its output is above",
            describe(command)
        );
    }
    Ok(())
}

/// Runs a program and shows its output only if it fails or exceeds the time limit.
///
/// # Errors
/// If the program cannot be started, fails, or is killed after `limit`. The message holds the last
/// 30 lines of its output.
pub fn run_quietly(command: &mut Command, limit: Duration) -> Result<()> {
    let CapturedOutput { status, output } = capture(command, limit)?;
    let lines: Vec<&str> = output.lines().collect();
    let end = lines[lines.len().saturating_sub(30)..].join("\n");
    match status {
        Some(status) if status.success() => Ok(()),
        Some(status) => bail!("{} failed ({status}):\n{end}", describe(command)),
        None => bail!(
            "{} took more than {} s and was ended:\n{end}",
            describe(command),
            limit.as_secs()
        ),
    }
}

/// The exit status and output of a program.
#[derive(Debug)]
pub struct CapturedOutput {
    /// The exit status; `None` if the program exceeded its time limit and was killed.
    pub status: Option<ExitStatus>,
    /// Its standard output and standard error.
    pub output: String,
}

impl CapturedOutput {
    /// Whether the program ended in time with success.
    pub fn succeeded(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }
}

/// Runs a program and captures its output, whether or not it succeeds.
///
/// # Errors
/// If the program cannot be started.
pub fn capture(command: &mut Command, limit: Duration) -> Result<CapturedOutput> {
    // A file rather than a pipe: it never fills up, and a grandchild that keeps it open blocks
    // nothing.
    let mut log = tempfile::tempfile().context("cannot write to the temporary folder")?;
    let child = command
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log.try_clone()?)
        .spawn()
        .with_context(|| format!("cannot start {}", describe(command)))?;
    let status = wait(child, limit)?;
    let mut output = Vec::new();
    log.rewind()?;
    log.read_to_end(&mut output)?;
    Ok(CapturedOutput {
        status,
        output: String::from_utf8_lossy(&output).into_owned(),
    })
}

/// Returns the trimmed standard output of a program; `None` if it cannot be started or fails.
pub fn read_stdout(command: &mut Command) -> Option<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Returns the path of a program on the PATH.
pub fn find_program(program: impl AsRef<OsStr>) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|dir| dir.join(program.as_ref()))
        .find(|file| file.is_file())
}

/// Waits for a program. Returns `None` if it was killed after `limit`.
///
/// # Errors
/// If the system does not tell the program's state.
pub fn wait(mut child: Child, limit: Duration) -> Result<Option<ExitStatus>> {
    let end = Instant::now() + limit;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= end {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// Returns the program and its arguments as a command line in backquotes.
fn describe(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    format!(
        "`{}`",
        words
            .map(OsStr::to_string_lossy)
            .collect::<Vec<_>>()
            .join(" ")
    )
}
