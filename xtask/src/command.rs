//! Running other programs: with their output kept until it is needed, with a time limit, and found
//! on the PATH.

mod running;

use std::env;
use std::ffi::OsStr;
use std::io::{Read, Seek};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

pub use running::Running;

/// Runs a program whose output the reader follows; its failure is an error.
///
/// # Errors
/// If it cannot be started or ends with another status than success.
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

/// Runs a program and keeps what it prints, which is shown only if it fails or exceeds the time
/// limit.
///
/// # Errors
/// If it cannot be started, fails, or is ended because `limit` has passed. The message holds the
/// end of its output.
pub fn run_quietly(command: &mut Command, limit: Duration) -> Result<()> {
    let Captured { status, output } = capture(command, limit)?;
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

/// What a program did and said.
#[derive(Debug)]
pub struct Captured {
    /// How it ended; nothing if it took too long and was ended.
    pub status: Option<ExitStatus>,
    /// All that it printed, errors included.
    pub output: String,
}

impl Captured {
    /// Did it do what it should?
    pub fn succeeded(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }
}

/// Runs a program and keeps what it prints, whatever it does.
///
/// # Errors
/// If it cannot be started.
pub fn capture(command: &mut Command, limit: Duration) -> Result<Captured> {
    // A file, not a pipe: nobody has to read it while the program runs, and a child that outlives
    // it holds up nothing.
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
    Ok(Captured {
        status,
        output: String::from_utf8_lossy(&output).into_owned(),
    })
}

/// What a program prints, without the white space around it; `None` if it cannot be started or
/// fails.
pub fn output(command: &mut Command) -> Option<String> {
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

/// Where a program is on the PATH.
pub fn find(program: impl AsRef<OsStr>) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|dir| dir.join(program.as_ref()))
        .find(|file| file.is_file())
}

/// Waits for a program; `None` if it had to be ended because `limit` has passed.
///
/// # Errors
/// If the system cannot say how the program is doing.
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

/// The program and its arguments, as one would type them.
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
