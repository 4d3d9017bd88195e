//! Without a network: has the edition kept by a service worker (`public/sw.js`), and knows how the
//! figures shown stand to those on the server.
//!
//! All of that begins once the page is complete and at rest, and comes as a part of the program.

mod worker;

use std::time::Duration;

use leptos::prelude::*;

use crate::embed::is_framed;
use crate::reactive::effect;
use crate::scheduler;
use crate::state::{Loader, State, Status};
pub use worker::OfflineCache;

/// How long the page has been at rest before anything is fetched that it does not show.
const REST: Duration = Duration::from_secs(3);

/// How the figures shown stand to those on the server, as far as is known. The page provides it.
#[derive(Clone, Copy)]
pub struct SyncStatus(RwSignal<KnownEdition>);

/// Says whose figures are shown, and how old what was known at that time is.
type Sentence = fn(State, f64) -> String;

#[derive(Clone, Copy, Default)]
struct KnownEdition {
    /// When they were last known to be those on the server, in milliseconds, and what makes a
    /// sentence of that.
    checked: Option<(f64, Sentence)>,
    /// The server could not be reached, though the device has a network.
    cut_off: bool,
    /// The server has others, and they are kept: loading the page again would show them.
    newer: bool,
}

impl SyncStatus {
    /// Nothing is known yet.
    pub fn new() -> SyncStatus {
        SyncStatus(RwSignal::new(KnownEdition::default()))
    }

    /// What the status line has to tell of it, if anything: "offline" or "outdated".
    pub fn kind(self) -> Option<&'static str> {
        match self.0.get() {
            KnownEdition { cut_off: true, .. } => Some("offline"),
            KnownEdition { newer: true, .. } => Some("outdated"),
            _ => None,
        }
    }

    /// What is the matter, and then whose figures these are and how old, or `otherwise` if they are
    /// not kept.
    pub fn in_words(self, matter: &str, otherwise: &str, state: State) -> String {
        let mut words = matter.to_owned();
        words.push(' ');
        match self.0.get().checked {
            Some((at, sentence)) => words += &sentence(state, at),
            None => words += otherwise,
        }
        words
    }
}

/// Has the edition kept once the page is complete. Only a page of its own does: what is in an
/// article leaves nothing behind.
pub fn keep(state: State, sync: SyncStatus, chunk: Loader<OfflineCache>) {
    // Not there in private windows of some browsers, nor over connections that are not safe.
    let is_able =
        js_sys::Reflect::has(&window().navigator(), &"serviceWorker".into()).unwrap_or_default();
    if is_framed() || !is_able {
        return;
    }
    let (status, shown) = (state.status(), state.shown());
    let mut is_loading = false;
    effect(move || {
        if let Some(chunk) = chunk.ready() {
            (chunk.0)(state, sync);
        } else if !is_loading && shown.read().is_some() && *status.read() == Status::Quiet {
            is_loading = true;
            scheduler::when_idle(move || set_timeout(move || chunk.load(), REST));
        }
    });
}
