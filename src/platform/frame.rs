//! Tells whether the page is in a frame.

use leptos::prelude::window;

/// Whether the page is in a frame, with or without `embed=1` in its address.
pub fn is_framed() -> bool {
    window()
        .parent()
        .ok()
        .flatten()
        .is_some_and(|parent| parent != window())
}
