//! A program that runs beside this one.

use std::io::{self, BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

/// How long it may take to be there, or to go.
const PATIENCE: Duration = Duration::from_secs(30);

/// Ends the group of programs that it is told of once nobody holds its input any more.
const WATCH: &str = "read -r _; kill -s TERM -- \"-$0\"";

/// A running program. Dropping it ends it together with what it started, and nothing else; so does
/// the end of this program, whatever that is.
#[derive(Debug)]
pub struct Running {
    child: Child,
    /// Neither Ctrl-C nor a signal to this program reaches a group of its own.
    watch: Child,
}

impl Running {
    /// Starts it in a group of its own, which the programs that it starts belong to.
    ///
    /// # Errors
    /// If it cannot be started.
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
        let mut watch = Command::new("sh");
        watch
            .args(["-c", WATCH, &child.id().to_string()])
            .process_group(0);
        match watch
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
        {
            Ok(watch) => Ok(Self { child, watch }),
            Err(error) => {
                child.kill()?;
                child.wait()?;
                Err(error).context("cannot start sh")
            }
        }
    }

    /// Waits for a line that holds what is looked for. What the program says after that is read and
    /// forgotten, so that it never waits for a reader.
    ///
    /// # Errors
    /// If it does not say so in time.
    pub fn says<T: Send + 'static>(&mut self, find: fn(&str) -> Option<T>) -> Result<T> {
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
        Ok(wanted.recv_timeout(PATIENCE)?)
    }

    /// Interrupts it, as a reader does who presses Ctrl-C.
    pub fn interrupt(&self) {
        let _ = Command::new("kill")
            .args(["-INT", &self.child.id().to_string()])
            .stderr(Stdio::null())
            .status();
    }

    /// Asks it to end, for a program that has others to see to first, and waits for that.
    pub fn ask_to_end(&mut self) {
        let _ = Command::new("kill")
            .arg(self.child.id().to_string())
            .stderr(Stdio::null())
            .status();
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE && self.child.try_wait().is_ok_and(|ended| ended.is_none())
        {
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Has it ended by itself?
    ///
    /// # Errors
    /// If the system cannot say.
    pub fn has_ended(&mut self) -> io::Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Before its input ends with this.
        let _ = self.watch.kill();
        let _ = self.watch.wait();
        // The whole group. It may have ended by itself, in which case there is nothing to do.
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

    /// A program with one of its own, and that one's number.
    fn two() -> (Running, u32) {
        let mut running =
            Running::start(Command::new("sh").args(["-c", "sleep 600 & echo $!; wait"])).unwrap();
        let child = running.says(|line| line.parse::<u32>().ok()).unwrap();
        assert!(Path::new(&format!("/proc/{child}/cmdline")).exists());
        (running, child)
    }

    fn ends(child: u32) {
        let begun = Instant::now();
        // What is left of it waits to be buried by whoever adopted it.
        let lives = || {
            let state = std::fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
            !state.is_empty() && !state.contains(") Z")
        };
        while lives() && begun.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(10));
        }
        assert!(!lives());
    }

    #[test]
    fn what_a_program_started_ends_with_it() {
        let (running, child) = two();
        drop(running);
        ends(child);
    }

    #[test]
    fn and_with_this_program_even_if_that_is_killed() {
        let (mut running, child) = two();
        // What the system does with all that a killed program holds.
        drop(running.watch.stdin.take());
        ends(child);
        running.child.wait().unwrap();
    }
}
