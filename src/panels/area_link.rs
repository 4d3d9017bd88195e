//! Handles clicks on links to areas.

use web_sys::MouseEvent;

/// Opens the area in this page on a plain click. Leaves other clicks to the browser: a new tab, a
/// new window, or saving the link.
pub fn follow(event: &MouseEvent, open: impl FnOnce()) {
    let held = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
    if event.button() == 0 && !held {
        event.prevent_default();
        open();
    }
}
