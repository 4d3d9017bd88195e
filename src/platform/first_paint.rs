//! Remembers whether the map has been painted.

use std::cell::Cell;

thread_local! {
    static MAP_PAINTED: Cell<bool> = const { Cell::new(false) };
}

/// Whether the map has been painted.
pub fn is_map_painted() -> bool {
    MAP_PAINTED.get()
}

/// Records that the map has been painted.
pub fn mark_map_painted() {
    MAP_PAINTED.set(true);
}
