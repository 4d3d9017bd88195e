//! Starts the WebDriver servers of a browser.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::command::BackgroundProcess;
use crate::setup::{Browser, Engine};

/// Time limit for a driver to accept connections.
const START_TIMEOUT: Duration = Duration::from_secs(30);

/// Running WebDriver servers of one browser engine.
#[derive(Debug)]
pub struct Drivers(Vec<Driver>);

#[derive(Debug)]
struct Driver {
    // The order matters: fields drop in it, and the display must go last.
    _running: BackgroundProcess,
    _display: Option<BackgroundProcess>,
    port: u16,
}

impl Drivers {
    /// Starts enough drivers for `browsers` browsers at a time, each on its own port, and waits
    /// until they answer.
    ///
    /// # Errors
    /// If a driver cannot be started or does not answer.
    pub fn start(engine: Engine, browser: &Browser, browsers: usize) -> Result<Self> {
        // ChromeDriver drives any number of browsers, the other drivers one each.
        let drivers = if engine == Engine::Chromium {
            1
        } else {
            browsers
        };
        Ok(Self(
            (0..drivers)
                .map(|_| Driver::start(engine, browser))
                .collect::<Result<_>>()?,
        ))
    }

    /// Returns the addresses of the drivers, separated by commas.
    pub fn addresses(&self) -> String {
        let addresses: Vec<String> = self
            .0
            .iter()
            .map(|driver| format!("http://127.0.0.1:{}", driver.port))
            .collect();
        addresses.join(",")
    }
}

impl Driver {
    fn start(engine: Engine, browser: &Browser) -> Result<Self> {
        let mut command = Command::new(&browser.driver);
        // A display for each driver: of two windows on one display only one has the keyboard.
        let display = browser.display.as_deref().map(start_display).transpose()?;
        let display = display.map(|(running, number)| {
            command.env("DISPLAY", number);
            running
        });
        let (running, port) = start_driver(engine, command)?;
        Ok(Self {
            _running: running,
            _display: display,
            port,
        })
    }
}

/// Starts a virtual display and returns its name. Its pointer is in the centre, where the tests put
/// the corner of a window: without a window manager, the window under the pointer has the keyboard.
fn start_display(program: &Path) -> Result<(BackgroundProcess, String)> {
    let mut command = Command::new(program);
    command.args([
        "-displayfd",
        "1",
        "-screen",
        "0",
        "5120x5120x24",
        "-nolisten",
        "tcp",
    ]);
    let mut running = BackgroundProcess::start(&mut command)?;
    let number = running
        .wait_for_line(|line| line.trim().parse::<u16>().ok())
        .context("Xvfb did not print the number of its display")?;
    Ok((running, format!(":{number}")))
}

fn start_driver(engine: Engine, mut command: Command) -> Result<(BackgroundProcess, u16)> {
    let name = command.get_program().to_string_lossy().into_owned();
    match engine {
        Engine::Chromium => {
            let mut running = BackgroundProcess::start(command.arg("--port=0"))?;
            let port = running
                .wait_for_line(parse_port)
                .with_context(|| format!("{name} did not say which port it is on"))?;
            Ok((running, port))
        }
        Engine::Firefox => {
            // The second port is Firefox's own; 0 lets it choose a free one as well. The tests
            // emulate devices by scripts with system access.
            command.args([
                "--port",
                "0",
                "--websocket-port",
                "0",
                "--allow-system-access",
            ]);
            let mut running = BackgroundProcess::start(&mut command)?;
            let port = running
                .wait_for_line(parse_port)
                .with_context(|| format!("{name} did not say which port it is on"))?;
            Ok((running, port))
        }
        Engine::WebKit => {
            // WebKitWebDriver cannot choose a free port.
            let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
            let running = BackgroundProcess::start(command.arg(format!("--port={port}")))?;
            let begun = Instant::now();
            while TcpStream::connect(("127.0.0.1", port)).is_err() {
                if begun.elapsed() > START_TIMEOUT {
                    bail!("{name} does not answer at port {port}");
                }
                thread::sleep(Duration::from_millis(50));
            }
            Ok((running, port))
        }
    }
}

/// Parses the port in `ChromeDriver was started successfully on port 41235.` and in `… INFO
/// Listening on 127.0.0.1:41235`.
fn parse_port(line: &str) -> Option<u16> {
    let (_, port) = line
        .split_once("successfully on port ")
        .or_else(|| line.split_once("Listening on 127.0.0.1:"))?;
    port.trim_end_matches('.').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_port_reads_both_drivers_messages() {
        assert_eq!(
            parse_port("ChromeDriver was started successfully on port 41235."),
            Some(41235)
        );
        assert_eq!(
            parse_port("1763814000000\tgeckodriver\tINFO\tListening on 127.0.0.1:41236"),
            Some(41236)
        );
        assert_eq!(parse_port("Only local connections are allowed."), None);
    }
}
