//! A small static file server for `cargo xtask serve`, and for tests that need faulty responses.
//!
//! It implements HTTP/1.1 with keep-alive on [`std::net`] (`httparse` parses requests), because a
//! test must be able to cut a connection in the middle of a body or to stall it, which server
//! libraries prevent. It is for use on one machine, not for the internet: it has no TLS and no
//! limit on the number of connections.
//!
//! ```no_run
//! use xtask::server::{ResponseFault, ServerOptions, Server};
//!
//! let server = Server::start("dist", ServerOptions::default())?;
//! server.set_fault("manifest.json", ResponseFault::Status(500));
//! println!("{}", server.url());
//! # Ok::<(), xtask::server::ServerError>(())
//! ```

mod connection;
mod fault;
mod files;
mod http;

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use fault::Faults;
pub use fault::ResponseFault;
pub(crate) use files::content_type;

/// The address and paths of a [`Server`]. The default is a free port of 127.0.0.1 and the path `/`.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// The address to listen on.
    pub host: IpAddr,
    /// The port to listen on; 0 takes any free one.
    pub port: u16,
    /// The path of the folder on the server, such as `/` or `/maps/rising/`. All other paths give
    /// 404.
    pub mount: String,
    /// Further paths with their folders, such as `("/examples/", …)`. They take precedence over
    /// `mount`.
    pub extra_mounts: Vec<(String, PathBuf)>,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            mount: "/".to_owned(),
            extra_mounts: Vec::new(),
        }
    }
}

/// The reason why a [`Server`] cannot start.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The folder does not exist.
    #[error("{} is not a folder; `cargo xtask build` makes the site", .0.display())]
    NoFolder(PathBuf),
    /// The address is taken or not allowed.
    #[error("cannot listen on {address}: {source}; choose another with --port or --host")]
    Bind {
        /// The requested address.
        address: SocketAddr,
        /// The system's error.
        source: io::Error,
    },
}

/// A running server, which answers on its own threads until it is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    mount: String,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

/// State that the accepting thread, the connection threads and the handle share.
#[derive(Debug)]
struct Shared {
    folder: PathBuf,
    mount: String,
    extra_mounts: Vec<(String, PathBuf)>,
    faults: Faults,
    requests: Mutex<Vec<String>>,
    /// Scripts that run before a page's own.
    injected_scripts: Mutex<String>,
    /// Whether to close connections without a response.
    unreachable: AtomicBool,
    /// The open connections by number, so that drop can end those that wait for a request.
    open: Mutex<HashMap<u64, TcpStream>>,
    next_connection: AtomicU64,
    stopping: AtomicBool,
}

impl Server {
    /// Serves `folder` until the returned value is dropped. The folder may be replaced meanwhile.
    ///
    /// # Errors
    /// - [`ServerError::NoFolder`] if `folder` is not a folder.
    /// - [`ServerError::Bind`] if the server cannot listen on the address.
    pub fn start(folder: impl AsRef<Path>, options: ServerOptions) -> Result<Self, ServerError> {
        let folder = folder.as_ref();
        if !folder.is_dir() {
            return Err(ServerError::NoFolder(folder.to_owned()));
        }
        let asked = SocketAddr::new(options.host, options.port);
        let bind_error = |source| ServerError::Bind {
            address: asked,
            source,
        };
        let listener = TcpListener::bind(asked).map_err(bind_error)?;
        let address = listener.local_addr().map_err(bind_error)?;
        let mount = normalised_mount(&options.mount);
        let shared = Arc::new(Shared {
            folder: folder.to_owned(),
            mount: mount.clone(),
            extra_mounts: options
                .extra_mounts
                .into_iter()
                .map(|(mount, folder)| (normalised_mount(&mount), folder))
                .collect(),
            faults: Faults::default(),
            requests: Mutex::default(),
            injected_scripts: Mutex::default(),
            unreachable: AtomicBool::new(false),
            open: Mutex::default(),
            next_connection: AtomicU64::new(0),
            stopping: AtomicBool::new(false),
        });
        let acceptor = thread::spawn({
            let shared = Arc::clone(&shared);
            move || accept(&listener, &shared)
        });
        Ok(Self {
            address,
            mount,
            shared,
            acceptor: Some(acceptor),
        })
    }

    /// Returns the address of the site, with a slash at its end: `http://127.0.0.1:8080/`.
    pub fn url(&self) -> String {
        format!("http://{}{}", self.address, self.mount)
    }

    /// Returns the port that the server listens on.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Applies `fault` to all later requests whose path with query contains `path_substring`. A
    /// second fault for the same substring replaces the first; if several match, the one set first
    /// applies.
    pub fn set_fault(&self, path_substring: &str, fault: ResponseFault) {
        self.shared.faults.set(path_substring, fault);
    }

    /// Removes all faults. Stalled responses resume.
    pub fn clear_faults(&self) {
        self.shared.faults.clear();
    }

    /// Makes the server close all connections without a response, or stop doing so: for tests in
    /// browsers whose network WebDriver cannot switch off.
    pub fn set_unreachable(&self, unreachable: bool) {
        self.shared.unreachable.store(unreachable, Ordering::SeqCst);
    }

    /// Adds a script to the beginning of every page, for tests. It precedes the page's security
    /// policy, which therefore does not forbid it.
    pub fn inject_script(&self, source: &str) {
        let script = format!("<script>{source}</script>");
        self.shared
            .injected_scripts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push_str(&script);
    }

    /// Returns the paths of all requests with their queries, in order of arrival.
    pub fn requests(&self) -> Vec<String> {
        self.shared
            .requests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Blocks until the process ends.
    pub fn wait(mut self) {
        if let Some(acceptor) = self.acceptor.take() {
            // The accepting thread prints its panics itself.
            let _ = acceptor.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        self.shared.faults.clear();
        // Wakes the accepting thread, which waits for a connection.
        let _ = TcpStream::connect(self.address);
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
        for stream in self
            .shared
            .open
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
        {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

impl Shared {
    fn injected_scripts(&self) -> String {
        self.injected_scripts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.stopping.load(Ordering::SeqCst) {
            return;
        }
        // The client closed the connection before it was accepted.
        let Ok(stream) = stream else { continue };
        let number = shared.next_connection.fetch_add(1, Ordering::Relaxed);
        if let Ok(handle) = stream.try_clone() {
            shared
                .open
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(number, handle);
        }
        let shared = Arc::clone(shared);
        thread::spawn(move || {
            // An error means that the client closed the connection.
            let _ = connection::serve(&stream, &shared);
            let _ = stream.shutdown(Shutdown::Both);
            shared
                .open
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .remove(&number);
        });
    }
}

/// Returns `mount` with exactly one slash at each end.
fn normalised_mount(mount: &str) -> String {
    match mount.trim_matches('/') {
        "" => "/".to_owned(),
        inner => format!("/{inner}/"),
    }
}

#[cfg(test)]
mod tests;
