//! Completes the page before the map is painted, where waiting helps nobody.

use leptos::prelude::*;

use crate::platform::page_scripts;
use crate::platform::prerendered::{complete, page};
use crate::platform::reactive::effect;
use crate::platform::scheduler;
use crate::state::{State, Status};

/// Completes a page with figures before the map is painted, if the reader navigates or if a file
/// failed to load while others can be shown.
pub fn watch(state: State) {
    let request = state.request();
    let status = state.status();
    let shown = state.shown();
    let first = request.get_untracked();
    page_scripts::announce_start();
    effect(move || {
        // Nothing is left to watch once the page is complete.
        if page().is_none() {
            return;
        }
        let failed = matches!(*status.read(), Status::Failed(_)) && shown.read().is_some();
        if failed || *request.read() != first {
            scheduler::when_idle(complete);
        }
    });
}
