//! Links to areas: a plain click is followed in place, and anything else is the browser's, as with
//! every link.

use web_sys::MouseEvent;

/// Opens the area in this page, unless the reader asks for another tab or window, or to save the
/// link.
pub fn follow(event: &MouseEvent, open: impl FnOnce()) {
    let held = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
    if event.button() == 0 && !held {
        event.prevent_default();
        open();
    }
}
