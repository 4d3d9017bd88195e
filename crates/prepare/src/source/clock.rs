//! Abstracts time, so that tests need not wait.

use std::time::{Duration, Instant};

use jiff::Timestamp;

/// A clock that tells the time and waits.
pub trait Clock: Sync {
    /// The date and time of this machine's clock, which may be wrong by hours.
    fn now(&self) -> Timestamp;
    /// Time since a fixed moment in the past, which corrections of the machine's clock do not
    /// change.
    fn elapsed(&self) -> Duration;
    /// Waits.
    fn sleep(&self, time: Duration);
}

/// The machine's clock.
#[derive(Debug)]
pub struct SystemClock {
    start: Instant,
}

impl Default for SystemClock {
    fn default() -> SystemClock {
        SystemClock {
            start: Instant::now(),
        }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    fn sleep(&self, time: Duration) {
        std::thread::sleep(time);
    }
}
