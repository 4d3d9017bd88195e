//! A click or tap opens an area, unless it is the first of two that zoom.
//!
//! Nothing tells the first click of a double click from a single one, so it waits for a second
//! press: not long enough to be noticed. Who presses again later than that sees the details come
//! and go; from then on her clicks wait longer.

use std::cell::Cell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use rising_model::area::AreaIndex;

use super::Inner;

/// Milliseconds that a click waits for a second press: with what opening takes, a tenth of a
/// second.
const WAIT: u32 = 75;

/// The same of a tap: between two taps of a double tap the finger leaves the glass for longer.
const TAP_WAIT: u32 = 200;

/// The same once the reader has zoomed by a double click.
const WAIT_LONGER: u32 = 300;

/// Milliseconds from a press, or from a click that was acted on, to the end of the double click
/// that may come of it.
const DOUBLE_CLICK: u32 = 500;

/// What the last click on the map asks for.
#[derive(Default)]
pub struct ClickTracker {
    /// The area clicked, or the sea, while it is not acted on.
    waiting: Cell<Option<Option<AreaIndex>>>,
    /// It has opened an area, and may still be the first of a double click.
    opened: Cell<bool>,
    /// Whether the reader zooms by double clicks.
    doubles: Cell<bool>,
    /// Whether a finger pressed last.
    touches: Cell<bool>,
    timer: Cell<Option<Timeout>>,
}

impl Inner {
    /// A click that may be the first of a double click.
    pub fn click(self: &Rc<Inner>, area: Option<AreaIndex>) {
        self.clicks.waiting.set(Some(area));
        let ClickTracker {
            doubles, touches, ..
        } = &self.clicks;
        self.act_after(match (doubles.get(), touches.get()) {
            (true, _) => WAIT_LONGER,
            (false, true) => TAP_WAIT,
            (false, false) => WAIT,
        });
    }

    /// The pointer, a finger or not, goes down: a click that waits gets the time that a second one
    /// takes.
    pub fn press(self: &Rc<Inner>, touch: bool) {
        self.clicks.touches.set(touch);
        if self.clicks.waiting.get().is_some() {
            self.act_after(DOUBLE_CLICK);
        }
    }

    /// The last click was a part of a double click.
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
            (self.callbacks.taken_back)();
        }
    }

    /// Acts on the click that waits, and keeps in mind for a while that it did.
    fn act_after(self: &Rc<Inner>, milliseconds: u32) {
        let inner = Rc::downgrade(self);
        let act = move || {
            let Some(inner) = inner.upgrade() else { return };
            let waiting = inner.clicks.waiting.take();
            inner
                .clicks
                .opened
                .set(waiting.is_some_and(|area| (inner.callbacks.chosen)(area)));
            if waiting.is_some() {
                inner.act_after(DOUBLE_CLICK);
            }
        };
        // Dropping the one before cancels it.
        self.clicks.timer.set(Some(Timeout::new(milliseconds, act)));
    }
}
