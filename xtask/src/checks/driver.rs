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
pub struct Drivers {
    // In this order: a display goes last.
    drivers: Vec<(Running, u16)>,
    _display: Option<Running>,
}

impl Drivers {
    /// Starts as many as it takes for that many browsers at a time, each on a port of its own, and waits until they answer.
    ///
    /// # Errors
    /// If one cannot be started, or does not answer.
    pub fn start(engine: Engine, browser: &Browser, browsers: usize) -> Result<Self> {
        let display = browser.display.as_deref().map(display).transpose()?;
        let number = display.as_ref().map(|(_, number)| number.as_str());
        // Chromium's drives any number, the others' one each.
        let drivers = if engine == Engine::Chromium { 1 } else { browsers };
        let drivers = (0..drivers).map(|_| driver(engine, &browser.driver, number)).collect::<Result<_>>()?;
        Ok(Self { drivers, _display: display.map(|(running, _)| running) })
    }

    /// Their addresses, with commas between them.
    pub fn addresses(&self) -> String {
        let addresses: Vec<String> = self.drivers.iter().map(|(_, port)| format!("http://127.0.0.1:{port}")).collect();
        addresses.join(",")
    }
}

/// A display that nobody sees, and its name.
fn display(program: &Path) -> Result<(Running, String)> {
    let mut command = Command::new(program);
    command.args(["-displayfd", "1", "-screen", "0", "2560x2000x24", "-nolisten", "tcp"]);
    let mut running = Running::start(&mut command)?;
    let number = running.says(|line| line.trim().parse::<u16>().ok()).context("there is no display")?;
    Ok((running, format!(":{number}")))
}

fn driver(engine: Engine, program: &Path, display: Option<&str>) -> Result<(Running, u16)> {
    let mut command = Command::new(program);
    if let Some(display) = display {
        command.env("DISPLAY", display);
    }
    let name = program.display();
    match engine {
        Engine::Chromium => {
            let mut running = Running::start(command.arg("--port=0"))?;
            let port = running.says(port_in).with_context(|| format!("{name} did not say which port it is on"))?;
            Ok((running, port))
        }
        Engine::Firefox => {
            // The second is Firefox's own, which takes a free one too. Scripts in the browser itself are how tests emulate.
            command.args(["--port", "0", "--websocket-port", "0", "--allow-system-access"]);
            let mut running = Running::start(&mut command)?;
            let port = running.says(port_in).with_context(|| format!("{name} did not say which port it is on"))?;
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

/// The port in `ChromeDriver was started successfully on port 41235.` and in `… INFO Listening on 127.0.0.1:41235`.
fn port_in(line: &str) -> Option<u16> {
    let (_, port) = line.split_once("successfully on port ").or_else(|| line.split_once("Listening on 127.0.0.1:"))?;
    port.trim_end_matches('.').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_read_from_what_the_driver_says() {
        assert_eq!(port_in("ChromeDriver was started successfully on port 41235."), Some(41235));
        assert_eq!(port_in("1763814000000\tgeckodriver\tINFO\tListening on 127.0.0.1:41236"), Some(41236));
        assert_eq!(port_in("Only local connections are allowed."), None);
    }
}
