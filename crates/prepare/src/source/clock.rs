//! Time as the sources see it, so that a test need not wait.

use std::time::{Duration, Instant};

use jiff::Timestamp;

/// Tells the time and waits.
pub trait Clock: Sync {
    /// The time of day as this machine believes it to be; it may be wrong by hours.
    fn now(&self) -> Timestamp;
    /// Time since some moment before, which no correction of the machine's clock touches.
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
