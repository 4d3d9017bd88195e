//! Tells clicks and taps that open an area from double clicks that zoom.
//!
//! The first click of a double click looks like a single one, so a click waits for a second press,
//! too briefly to be noticed. After a second press that is later than that, the details have
//! already opened and close again; from then on clicks wait longer.

use std::cell::Cell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use rising_model::domain::area::AreaIndex;

use super::Inner;

/// Milliseconds that a click waits for a second press. With the time that opening takes, the
/// details show after a tenth of a second.
const CLICK_WAIT: u32 = 75;

/// Milliseconds that a tap waits: in a double tap the finger is off the glass for longer.
const TAP_WAIT: u32 = 200;

/// Milliseconds that clicks and taps wait once the reader has zoomed by a double click.
const WAIT_AFTER_DOUBLE: u32 = 300;

/// Milliseconds from a press, or from the handling of a click, within which a second click makes
/// a double click.
const DOUBLE_CLICK: u32 = 500;

/// The last click on the map.
#[derive(Default)]
pub struct ClickTracker {
    /// The clicked area, or `Some(None)` for the sea, until the click is handled.
    waiting: Cell<Option<Option<AreaIndex>>>,
    /// Whether the click has opened an area and may still be the first of a double click.
    opened: Cell<bool>,
    /// Whether the reader has zoomed by a double click.
    doubles: Cell<bool>,
    /// Whether the last press was by touch.
    touches: Cell<bool>,
    timer: Cell<Option<Timeout>>,
}

impl Inner {
    /// Handles a click that may be the first of a double click.
    pub fn click(self: &Rc<Inner>, area: Option<AreaIndex>) {
        self.clicks.waiting.set(Some(area));
        let ClickTracker {
            doubles, touches, ..
        } = &self.clicks;
        self.act_after(match (doubles.get(), touches.get()) {
            (true, _) => WAIT_AFTER_DOUBLE,
            (false, true) => TAP_WAIT,
            (false, false) => CLICK_WAIT,
        });
    }

    /// Handles a press: a click that waits now waits until this press may have become a second
    /// click.
    pub fn press(self: &Rc<Inner>, touch: bool) {
        self.clicks.touches.set(touch);
        if self.clicks.waiting.get().is_some() {
            self.act_after(DOUBLE_CLICK);
        }
    }

    /// Handles a double click: drops its first click, or undoes what that has opened.
    pub fn double_click(&self) {
        let ClickTracker {
            waiting,
            opened,
            doubles,
            timer,
            ..
        } = &self.clicks;
        doubles.set(true);
        waiting.set(None);
        timer.set(None);
        if opened.take() {
            (self.callbacks.click_undone)();
        }
    }

    /// Handles the waiting click after a delay, and then remembers for [`DOUBLE_CLICK`] that it
    /// opened an area.
    fn act_after(self: &Rc<Inner>, milliseconds: u32) {
        let inner = Rc::downgrade(self);
        let act = move || {
            let Some(inner) = inner.upgrade() else { return };
            let waiting = inner.clicks.waiting.take();
            inner
                .clicks
                .opened
                .set(waiting.is_some_and(|area| (inner.callbacks.clicked)(area)));
            if waiting.is_some() {
                inner.act_after(DOUBLE_CLICK);
            }
        };
        // Dropping the previous timer cancels it.
        self.clicks.timer.set(Some(Timeout::new(milliseconds, act)));
    }
}
