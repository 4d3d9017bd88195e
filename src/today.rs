//! The day by the reader's own calendar.

use std::time::Duration;

use js_sys::Date;
use leptos::prelude::*;
use rising_model::day::Day;

/// How late a page that stays open may notice that it is tomorrow.
const LOOK_AGAIN: Duration = Duration::from_secs(600);

/// The day as it is now, for whoever looks again each time that the signal changes.
#[derive(Clone, Copy)]
pub struct Today(RwSignal<bool>);

impl Today {
    /// Follows the calendar for as long as the page is there.
    pub fn follow() -> Today {
        let look = RwSignal::new(false);
        let _ = set_interval_with_handle(move || look.update(|look| *look = !*look), LOOK_AGAIN);
        Today(look)
    }

    /// The day now. Whoever reads it runs again every few minutes.
    pub fn day(self) -> Option<Day> {
        // To read it is to follow it.
        self.0.get();
        let minutes = Date::now() / 60_000.0 - Date::new_0().get_timezone_offset();
        Day::from_number((minutes / 1_440.0).floor() as i32)
    }
}
