//! A proxy that lets nothing through and remembers what was asked of it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::Result;

/// Runs for as long as the process does.
#[derive(Debug)]
pub(super) struct Trap {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Trap {
    pub fn set() -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let port = listener.local_addr()?.port();
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let kept = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // One who asks for nothing has asked for nothing.
                let Some(target) = target(&stream) else {
                    continue;
                };
                kept.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(target);
                let _ = (&stream).write_all(
                    b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                );
            }
        });
        Ok(Self { port, asked })
    }

    /// Its address, as a proxy is named: `127.0.0.1:41235`.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// What was asked of it since this was last asked: addresses, or hosts with their ports.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The address in `GET http://example.org/ HTTP/1.1`, or the host in `CONNECT example.org:443
/// HTTP/1.1`.
fn target(stream: &TcpStream) -> Option<String> {
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).ok()?;
    line.split(' ').nth(1).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_of_it_is_remembered_and_refused() {
        let trap = Trap::set().unwrap();
        let mut stream = TcpStream::connect(trap.address()).unwrap();
        stream
            .write_all(b"CONNECT example.org:443 HTTP/1.1\r\n\r\n")
            .unwrap();
        let mut answer = String::new();
        BufReader::new(stream).read_line(&mut answer).unwrap();
        assert_eq!(answer.trim_end(), "HTTP/1.1 502 Bad Gateway");
        assert_eq!(
            (trap.take(), trap.take()),
            (vec!["example.org:443".to_owned()], vec![])
        );
    }
}
