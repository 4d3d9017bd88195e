//! Provides a clock that records waits instead of waiting.

use std::sync::Mutex;
use std::time::Duration;

use jiff::Timestamp;
use rising_prepare::source::Clock;

/// A clock that starts at a given time and is advanced by each wait.
pub struct TestClock {
    start: Timestamp,
    waits: Mutex<Vec<Duration>>,
}

impl TestClock {
    pub fn at(time: &str) -> TestClock {
        TestClock {
            start: time.parse().unwrap(),
            waits: Mutex::default(),
        }
    }

    /// Returns the durations of all waits.
    pub fn waits(&self) -> Vec<Duration> {
        self.waits.lock().unwrap().clone()
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        self.start + jiff::SignedDuration::try_from(self.elapsed()).unwrap()
    }

    fn elapsed(&self) -> Duration {
        self.waits.lock().unwrap().iter().sum()
    }

    fn sleep(&self, time: Duration) {
        self.waits.lock().unwrap().push(time);
    }
}
