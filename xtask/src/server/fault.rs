//! Faulty responses for tests.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A fault of a response. Faulty responses are uncompressed and, except
/// [`ResponseFault::ReplacedImmutable`], have `Cache-Control: no-store`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResponseFault {
    /// This status with a line of text instead of the file.
    Status(u16),
    /// A valid response with only the first bytes of the file, as after an interrupted upload.
    Truncated(usize),
    /// A response that announces the whole file, sends its first bytes, and closes the connection.
    Cut(usize),
    /// The headers and a few bytes; the rest only after the fault is cleared.
    Stalled,
    /// These bytes instead of the file's, whether or not the file exists.
    Replaced(Vec<u8>),
    /// These bytes instead of the file's, with headers that let caches keep them for ever.
    ReplacedImmutable(Vec<u8>),
    /// A page with the status 200 instead of the file, as from a captive portal.
    HtmlPage(String),
    /// A 206 response with the first bytes of the file to a request for all of it.
    Partial(usize),
    /// The connection is closed without a response.
    Closed,
    /// The right response after this delay, or when the fault is cleared.
    Delayed(Duration),
    /// A fault for the next request only. Not for `Stalled` or `Delayed`.
    Once(Box<ResponseFault>),
}

impl ResponseFault {
    /// Limits the fault to the next request.
    pub fn once(self) -> ResponseFault {
        ResponseFault::Once(Box::new(self))
    }
}

/// The current faults, in the order in which they were set.
#[derive(Debug, Default)]
pub(super) struct Faults {
    list: Mutex<Vec<(String, ResponseFault)>>,
    changed: Condvar,
}

impl Faults {
    pub fn set(&self, path_substring: &str, fault: ResponseFault) {
        let mut list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        match list
            .iter_mut()
            .find(|(substring, _)| substring == path_substring)
        {
            Some((_, present)) => *present = fault,
            None => list.push((path_substring.to_owned(), fault)),
        }
        self.changed.notify_all();
    }

    pub fn clear(&self) {
        self.list
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        self.changed.notify_all();
    }

    /// Returns the fault for a request, and removes it if it is for one request only.
    pub fn take_for(&self, path: &str) -> Option<ResponseFault> {
        let mut list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        let position = list
            .iter()
            .position(|(substring, _)| path.contains(substring.as_str()))?;
        match &list[position].1 {
            ResponseFault::Once(_) => match list.remove(position).1 {
                ResponseFault::Once(fault) => Some(*fault),
                fault => Some(fault),
            },
            fault => Some(fault.clone()),
        }
    }

    /// Blocks while `fault` is set for `path`, at most for `limit`.
    pub fn wait_while_set(&self, path: &str, fault: &ResponseFault, limit: Option<Duration>) {
        let end = limit.map(|limit| Instant::now() + limit);
        let mut list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        while find(&list, path) == Some(fault) {
            list = match end.map(|end| end.saturating_duration_since(Instant::now())) {
                Some(Duration::ZERO) => return,
                Some(left) => {
                    self.changed
                        .wait_timeout(list, left)
                        .unwrap_or_else(PoisonError::into_inner)
                        .0
                }
                None => self
                    .changed
                    .wait(list)
                    .unwrap_or_else(PoisonError::into_inner),
            };
        }
    }
}

fn find<'a>(list: &'a [(String, ResponseFault)], path: &str) -> Option<&'a ResponseFault> {
    list.iter()
        .find(|(substring, _)| path.contains(substring.as_str()))
        .map(|(_, fault)| fault)
}
