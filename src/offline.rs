//! Without a network: has the edition kept by a service worker (`public/sw.js`), and knows how the figures shown stand to
//! those on the server.
//!
//! All of that begins once the page is complete and at rest, and comes as a part of the program.

mod worker;

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::lazy;
use crate::reactive::effect;
use crate::state::{State, Status};
pub use worker::Keeper;

/// How long the page has been at rest before anything is fetched that it does not show.
const REST: Duration = Duration::from_millis(2_500);

/// How the figures shown stand to those on the server, as far as is known. The page provides it.
#[derive(Clone, Copy)]
pub struct Standing(RwSignal<Known>);

#[derive(Clone, Default)]
struct Known {
    /// When they were last known to be those on the server, in milliseconds, and what makes a sentence of that.
    checked: Option<(f64, fn(State, f64) -> String)>,
    /// The server could not be reached.
    cut_off: bool,
    /// The server has others, and they are kept.
    newer: bool,
}

impl Standing {
    /// Nothing is known yet.
    pub fn new() -> Standing {
        Standing(RwSignal::new(Known::default()))
    }

    /// Whether the server was out of reach when it was last asked, though the device has a network.
    pub fn is_cut_off(self) -> bool {
        self.0.read().cut_off
    }

    /// Whether there are newer figures than those shown, which loading the page again would show.
    pub fn is_outdated(self) -> bool {
        self.0.read().newer
    }

    /// Whose figures these are and how old, in a sentence; nothing if they are not kept.
    pub fn in_words(self, state: State) -> Option<String> {
        self.0.read().checked.map(|(at, sentence)| sentence(state, at))
    }
}

/// Has the edition kept once the page is complete. Only a page of its own does: what is in an article leaves nothing behind.
pub fn keep(state: State, standing: Standing) {
    let window = window();
    let is_own = window.top().ok().flatten().is_some_and(|top| top == window);
    // Not there in private windows of some browsers, nor over connections that are not safe.
    let is_able = js_sys::Reflect::has(&window.navigator(), &"serviceWorker".into()).unwrap_or_default();
    if !is_own || !is_able {
        return;
    }
    let (status, shown) = (state.status(), state.shown());
    let mut has_begun = false;
    effect(move || {
        if has_begun || shown.read().is_none() || *status.read() != Status::Quiet {
            return;
        }
        has_begun = true;
        set_timeout(
            move || {
                spawn_local(async move {
                    // The status line is not for this: what the reader asked for is there.
                    if let Ok(keeper) = lazy::keeper().await {
                        (keeper.0)(state, standing);
                    }
                });
            },
            REST,
        );
    });
}
