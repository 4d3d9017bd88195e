//! A click or tap opens an area, unless it is the first of two that zoom.
//!
//! Nothing tells the first click of a double click from a single one, so it waits for a second press: not long enough to be
//! noticed. Who presses again later than that sees the details come and go; from then on her clicks wait longer.

use std::cell::Cell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;

/// Milliseconds that a click waits for a second press.
const WAIT: u32 = 90;

/// The same once the reader has zoomed by a double click.
const WAIT_LONGER: u32 = 300;

/// Milliseconds from a second press to the end of what it begins: a double click, or a drag.
const PRESS: u32 = 500;

/// Acts on a click, and gives what takes that back if it changed anything.
pub type Choice = Box<dyn FnOnce() -> Option<TakeBack>>;

/// Returns to what was before a click.
pub type TakeBack = Box<dyn FnOnce()>;

/// The clicks on the map.
#[derive(Default)]
pub struct Clicks {
    waiting: Cell<Option<Choice>>,
    timer: Cell<Option<Timeout>>,
    /// Of the last click that was acted on, while it may be the first of a double click.
    take_back: Cell<Option<TakeBack>>,
    has_double_clicked: Cell<bool>,
}

impl Clicks {
    /// A click that may be the first of a double click.
    pub fn click(self: &Rc<Clicks>, choice: Choice) {
        self.waiting.set(Some(choice));
        self.act_after(if self.has_double_clicked.get() { WAIT_LONGER } else { WAIT });
    }

    /// The pointer goes down: a click that waits gets the time that a second one takes.
    pub fn press(self: &Rc<Clicks>) {
        if let Some(choice) = self.waiting.take() {
            self.waiting.set(Some(choice));
            self.act_after(PRESS);
        }
    }

    /// The last click was a part of a double click.
    pub fn double_click(&self) {
        self.has_double_clicked.set(true);
        self.timer.set(None);
        self.waiting.set(None);
        if let Some(take_back) = self.take_back.take() {
            take_back();
        }
    }

    fn act_after(self: &Rc<Clicks>, milliseconds: u32) {
        self.after(milliseconds, |clicks| {
            let take_back = clicks.waiting.take().and_then(|choice| choice());
            clicks.take_back.set(take_back);
            clicks.after(PRESS, |clicks| clicks.take_back.set(None));
        });
    }

    /// Does that then, and not what was to be done before.
    fn after(self: &Rc<Clicks>, milliseconds: u32, act: fn(&Rc<Clicks>)) {
        let clicks = Rc::downgrade(self);
        let act = move || {
            if let Some(clicks) = clicks.upgrade() {
                act(&clicks);
            }
        };
        self.timer.set(Some(Timeout::new(milliseconds, act)));
    }
}
