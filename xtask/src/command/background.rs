//! Runs a program in the background and ends it together with the programs that it started.

use std::io::{self, BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

/// Time limit for starting and for ending.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Shell script that kills the process group in `$0` when its standard input is closed.
const WATCHDOG: &str = "read -r _; kill -s TERM -- \"-$0\"";

/// A program in the background. Drop kills its process group; so does the end of this process, even
/// by SIGKILL.
#[derive(Debug)]
pub struct BackgroundProcess {
    child: Child,
    /// Ctrl-C and signals to this process do not reach another process group, so a second process
    /// watches the pipe to this one.
    watchdog: Child,
}

impl BackgroundProcess {
    /// Starts a program in a process group of its own.
    ///
    /// # Errors
    /// If the program cannot be started.
    pub fn start(command: &mut Command) -> Result<Self> {
        let program = command.get_program().to_string_lossy().into_owned();
        let command = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0);
        let mut child = command
            .spawn()
            .with_context(|| format!("cannot start {program}"))?;
        let mut watchdog = Command::new("sh");
        watchdog
            .args(["-c", WATCHDOG, &child.id().to_string()])
            .process_group(0);
        match watchdog
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
        {
            Ok(watchdog) => Ok(Self { child, watchdog }),
            Err(error) => {
                child.kill()?;
                child.wait()?;
                Err(error).context("cannot start sh")
            }
        }
    }

    /// Waits for a line of output from which `find` returns a value. Later output is read and
    /// discarded, so that the program never blocks on a full pipe.
    ///
    /// # Errors
    /// If no line matches in time.
    pub fn wait_for_line<T: Send + 'static>(&mut self, find: fn(&str) -> Option<T>) -> Result<T> {
        let output = self
            .child
            .stdout
            .take()
            .context("its output cannot be read")?;
        let (found, wanted) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if let Some(value) = find(&line) {
                    let _ = found.send(value);
                }
            }
        });
        Ok(wanted.recv_timeout(TIMEOUT)?)
    }

    /// Sends SIGINT, as Ctrl-C does.
    pub fn interrupt(&self) {
        let _ = Command::new("kill")
            .args(["-INT", &self.child.id().to_string()])
            .stderr(Stdio::null())
            .status();
    }

    /// Sends SIGTERM and waits: some programs end their workers and flush their logs first.
    pub fn terminate(&mut self) {
        let _ = Command::new("kill")
            .arg(self.child.id().to_string())
            .stderr(Stdio::null())
            .status();
        let begun = Instant::now();
        while begun.elapsed() < TIMEOUT && self.child.try_wait().is_ok_and(|ended| ended.is_none())
        {
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Whether the program has exited by itself.
    ///
    /// # Errors
    /// If the system does not tell the program's state.
    pub fn has_exited(&mut self) -> io::Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }
}

impl Drop for BackgroundProcess {
    fn drop(&mut self) {
        // Before its standard input is closed, which would make it kill the group.
        let _ = self.watchdog.kill();
        let _ = self.watchdog.wait();
        // The whole group. `kill` fails if all of it has exited, which is fine.
        let _ = Command::new("kill")
            .args(["-KILL", "--", &format!("-{}", self.child.id())])
            .stderr(Stdio::null())
            .status();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// Starts a program that starts another, and returns the process number of the second.
    fn start_with_child() -> (BackgroundProcess, u32) {
        let mut running =
            BackgroundProcess::start(Command::new("sh").args(["-c", "sleep 600 & echo $!; wait"]))
                .unwrap();
        let child = running
            .wait_for_line(|line| line.parse::<u32>().ok())
            .unwrap();
        assert!(Path::new(&format!("/proc/{child}/cmdline")).exists());
        (running, child)
    }

    fn assert_ends(child: u32) {
        let begun = Instant::now();
        // A zombie counts as ended: its adoptive parent may not have collected it yet.
        let lives = || {
            let state = std::fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
            !state.is_empty() && !state.contains(") Z")
        };
        while lives() && begun.elapsed() < TIMEOUT {
            thread::sleep(Duration::from_millis(10));
        }
        assert!(!lives());
    }

    #[test]
    fn drop_ends_child_processes() {
        let (running, child) = start_with_child();
        drop(running);
        assert_ends(child);
    }

    #[test]
    fn end_of_this_process_ends_child_processes() {
        let (mut running, child) = start_with_child();
        // The kernel closes this pipe when the process is killed.
        drop(running.watchdog.stdin.take());
        assert_ends(child);
        running.child.wait().unwrap();
    }
}
