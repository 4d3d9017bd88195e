//! A clock that does not wait.

use std::sync::Mutex;
use std::time::Duration;

use jiff::Timestamp;
use rising_prepare::source::Clock;

/// Begins at a moment of the test's choice; waiting moves its hands.
pub struct TestClock {
    start: Timestamp,
    waits: Mutex<Vec<Duration>>,
}

impl TestClock {
    pub fn at(moment: &str) -> TestClock {
        TestClock {
            start: moment.parse().unwrap(),
            waits: Mutex::default(),
        }
    }

    /// The times it was told to wait.
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
