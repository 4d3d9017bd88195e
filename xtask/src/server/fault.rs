//! The ways in which the server can be told to misbehave.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What goes wrong with a response. Faulted responses are sent uncompressed and, but for
/// [`ResponseFault::ReplacedImmutable`], with `Cache-Control: no-store`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResponseFault {
    /// This status with a line of text in place of the file.
    Status(u16),
    /// A whole and valid response that holds only the first bytes of the file, as a bad upload
    /// leaves it.
    Truncated(usize),
    /// A response that announces the whole file, sends its first bytes, and then closes the
    /// connection.
    Cut(usize),
    /// The headers and a few bytes, then nothing more until the fault is cleared.
    Stalled,
    /// These bytes in place of the file's, whether or not there is such a file.
    Replaced(Vec<u8>),
    /// The same, as a file that browsers and caches may keep for ever: damaged once, they have it
    /// damaged.
    ReplacedImmutable(Vec<u8>),
    /// A page with the status 200 in place of the file, such as that of a network that wants to be
    /// paid first.
    HtmlPage(String),
    /// A part of the file, from its beginning, for whoever asks for all of it.
    Partial(usize),
    /// The connection is closed without a word, as by a server that is not there.
    Closed,
    /// The right response, begun only after this time, or when the fault is cleared.
    Delayed(Duration),
    /// That fault, which is none of those that wait, for the next request; after it all is well.
    Once(Box<ResponseFault>),
}

impl ResponseFault {
    /// The fault for the next request alone.
    pub fn once(self) -> ResponseFault {
        ResponseFault::Once(Box::new(self))
    }
}

/// The faults in force, in the order in which they were set.
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

    /// The fault that a request for `path` meets.
    pub fn of(&self, path: &str) -> Option<ResponseFault> {
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

    /// Blocks for as long as `path` meets exactly `fault`, at most `limit`.
    pub fn wait_while(&self, path: &str, fault: &ResponseFault, limit: Option<Duration>) {
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
