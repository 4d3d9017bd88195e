//! The programs that drive a browser, for as long as the tests need them.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::command::Running;
use crate::setup::{Browser, Engine};

/// How long one of them may take to be there.
const PATIENCE: Duration = Duration::from_secs(30);

/// Drivers of one engine's browsers.
#[derive(Debug)]
pub struct Drivers(Vec<Driver>);

#[derive(Debug)]
struct Driver {
    // In this order: a display goes last.
    _running: Running,
    _display: Option<Running>,
    port: u16,
}

impl Drivers {
    /// Starts as many as it takes for that many browsers at a time, each on a port of its own, and
    /// waits until they answer.
    ///
    /// # Errors
    /// If one cannot be started, or does not answer.
    pub fn start(engine: Engine, browser: &Browser, browsers: usize) -> Result<Self> {
        // Chromium's drives any number, the others' one each.
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

    /// Their addresses, with commas between them.
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
        // One each: of two windows on one display only one has the keyboard.
        let display = browser.display.as_deref().map(display).transpose()?;
        let display = display.map(|(running, number)| {
            command.env("DISPLAY", number);
            running
        });
        let (running, port) = start(engine, command)?;
        Ok(Self {
            _running: running,
            _display: display,
            port,
        })
    }
}

/// A display that nobody sees, and its name. Its pointer is in its middle, where the tests put the
/// corner of a window: with no window manager, the window under the pointer is the one that has the
/// keyboard.
fn display(program: &Path) -> Result<(Running, String)> {
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
    let mut running = Running::start(&mut command)?;
    let number = running
        .says(|line| line.trim().parse::<u16>().ok())
        .context("there is no display")?;
    Ok((running, format!(":{number}")))
}

fn start(engine: Engine, mut command: Command) -> Result<(Running, u16)> {
    let name = command.get_program().to_string_lossy().into_owned();
    match engine {
        Engine::Chromium => {
            let mut running = Running::start(command.arg("--port=0"))?;
            let port = running
                .says(port_in)
                .with_context(|| format!("{name} did not say which port it is on"))?;
            Ok((running, port))
        }
        Engine::Firefox => {
            // The second is Firefox's own, which takes a free one too. Scripts in the browser
            // itself are how tests emulate.
            command.args([
                "--port",
                "0",
                "--websocket-port",
                "0",
                "--allow-system-access",
            ]);
            let mut running = Running::start(&mut command)?;
            let port = running
                .says(port_in)
                .with_context(|| format!("{name} did not say which port it is on"))?;
            Ok((running, port))
        }
        Engine::WebKit => {
            // It takes no free one by itself.
            let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
            let running = Running::start(command.arg(format!("--port={port}")))?;
            let begun = Instant::now();
            while TcpStream::connect(("127.0.0.1", port)).is_err() {
                if begun.elapsed() > PATIENCE {
                    bail!("{name} does not answer at port {port}");
                }
                thread::sleep(Duration::from_millis(50));
            }
            Ok((running, port))
        }
    }
}

/// The port in `ChromeDriver was started successfully on port 41235.` and in `… INFO Listening on
/// 127.0.0.1:41235`.
fn port_in(line: &str) -> Option<u16> {
    let (_, port) = line
        .split_once("successfully on port ")
        .or_else(|| line.split_once("Listening on 127.0.0.1:"))?;
    port.trim_end_matches('.').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_read_from_what_the_driver_says() {
        assert_eq!(
            port_in("ChromeDriver was started successfully on port 41235."),
            Some(41235)
        );
        assert_eq!(
            port_in("1763814000000\tgeckodriver\tINFO\tListening on 127.0.0.1:41236"),
            Some(41236)
        );
        assert_eq!(port_in("Only local connections are allowed."), None);
    }
}
