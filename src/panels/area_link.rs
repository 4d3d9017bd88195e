//! Addresses of links to areas, and clicks on them.

use rising_view::area_link::AreaLink;
use web_sys::MouseEvent;

use crate::state::State;

/// Opens the area in this page on a plain click. Leaves other clicks to the browser: a new tab, a
/// new window, or saving the link.
pub fn follow(event: &MouseEvent, open: impl FnOnce()) {
    let held = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
    if event.button() == 0 && !held {
        event.prevent_default();
        open();
    }
}

/// Returns the address of a link.
pub fn address(state: State, link: &AreaLink) -> String {
    state.link_to(link.level, &link.code, link.date)
}

/// Returns the handler of clicks on a link.
pub fn on_click(state: State, link: &AreaLink) -> impl Fn(MouseEvent) + Clone + use<> {
    let (level, code, date) = (link.level, link.code.clone(), link.date);
    move |event| {
        follow(&event, || {
            state.navigator().select_area_at(level, code.clone(), date);
        });
    }
}
