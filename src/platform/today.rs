//! Today's date in the reader's time zone.
#![expect(clippy::disallowed_types, reason = "no other module asks for the date")]

use std::time::Duration;

use js_sys::Date;
use leptos::prelude::*;
use rising_model::domain::day::Day;

/// The longest delay until an open page notices a new date.
const CHECK_EVERY: Duration = Duration::from_mins(10);

/// Today's date, as a signal that changes every few minutes.
#[derive(Clone, Copy)]
pub struct Today(RwSignal<bool>);

impl Today {
    /// Starts a timer that runs for as long as the page is open.
    pub fn watch() -> Today {
        let tick = RwSignal::new(false);
        let _ = set_interval_with_handle(move || tick.update(|tick| *tick = !*tick), CHECK_EVERY);
        Today(tick)
    }

    /// The date now. Effects that read it run again every few minutes.
    pub fn day(self) -> Option<Day> {
        // Subscribes to the timer.
        self.0.get();
        let minutes = Date::now() / 60_000.0 - Date::new_0().get_timezone_offset();
        Day::from_number((minutes / 1_440.0).floor() as i32)
    }
}
