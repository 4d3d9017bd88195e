//! Waits for the shapes of the exported areas.

use std::sync::Arc;

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use rising_model::domain::area::Level;
use rising_model::shapes::geometry::Topology;

use crate::state::State;

/// Milliseconds between two checks whether shapes have loaded.
const POLL_INTERVAL: u32 = 100;

/// Loads a level's finest shapes; returns the coarse ones if that fails.
pub async fn finest_shapes(state: State, level: Level) -> Option<Arc<Topology>> {
    state.load_detail(level);
    loop {
        match untrack(|| state.detail(level)) {
            Ok(Some(topology)) => return Some(topology),
            Ok(None) => TimeoutFuture::new(POLL_INTERVAL).await,
            Err(_) => return state.shapes().get_untracked(),
        }
    }
}
