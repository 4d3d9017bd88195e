//! Keeps an offline copy of the edition with a service worker (`web/service-worker`), and reports
//! whether the figures shown are those on the server.
//!
//! The work starts once the page is complete and idle. Its code is a chunk of its own.

mod worker;

use std::time::Duration;

use leptos::prelude::*;

use crate::platform::frame::is_framed;
use crate::platform::reactive::effect;
use crate::platform::scheduler;
use crate::state::{Loader, State, Status};
pub use worker::OfflineCache;

/// The time that a complete page stays idle before it loads the chunk.
const IDLE_BEFORE_LOAD: Duration = Duration::from_secs(3);

/// Whether the figures shown are those on the server, as far as is known. The page provides it as a
/// context.
#[derive(Clone, Copy)]
pub struct SyncStatus(RwSignal<KnownEdition>);

/// Writes a sentence on the source of the figures and the age of the last check, given its time in
/// milliseconds since 1970.
type Sentence = fn(State, f64) -> String;

#[derive(Clone, Copy, Default)]
struct KnownEdition {
    /// The last time at which the server was known to have these figures, in milliseconds since
    /// 1970, and the function that writes a sentence of it.
    checked: Option<(f64, Sentence)>,
    /// The server could not be reached, although the device has a network.
    unreachable: bool,
    /// The server has other figures and the offline copy holds them: a reload would show them.
    newer: bool,
}

impl SyncStatus {
    /// A status of which nothing is known yet.
    pub fn new() -> SyncStatus {
        SyncStatus(RwSignal::new(KnownEdition::default()))
    }

    /// "offline" or "outdated" if the status line has to say so.
    pub fn kind(self) -> Option<&'static str> {
        match self.0.get() {
            KnownEdition {
                unreachable: true, ..
            } => Some("offline"),
            KnownEdition { newer: true, .. } => Some("outdated"),
            _ => None,
        }
    }

    /// The sentence `problem`, followed by the source and age of the figures, or by `otherwise` if
    /// no offline copy holds them.
    pub fn in_words(self, problem: &str, otherwise: &str, state: State) -> String {
        let mut words = problem.to_owned();
        words.push(' ');
        match self.0.get().checked {
            Some((at, sentence)) => words += &sentence(state, at),
            None => words += otherwise,
        }
        words
    }
}

/// Starts the offline copy once the page is complete. An embedded page keeps none: it should leave
/// nothing on the device.
pub fn start(state: State, sync: SyncStatus, chunk: Loader<OfflineCache>) {
    // Missing in private windows of some browsers and on connections without TLS.
    #[expect(
        clippy::disallowed_methods,
        reason = "web-sys binds the property as if every browser had it"
    )]
    let has_service_worker =
        js_sys::Reflect::has(&window().navigator(), &"serviceWorker".into()).unwrap_or_default();
    if is_framed() || !has_service_worker {
        return;
    }
    let status = state.status();
    let shown = state.shown();
    let mut is_loading = false;
    effect(move || {
        if let Some(chunk) = chunk.ready() {
            (chunk.0)(state, sync);
        } else if !is_loading && shown.read().is_some() && *status.read() == Status::Quiet {
            is_loading = true;
            scheduler::when_idle(move || set_timeout(move || chunk.load(), IDLE_BEFORE_LOAD));
        }
    });
}
