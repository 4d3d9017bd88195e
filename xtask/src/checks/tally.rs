//! How many checks passed and failed.

use std::fmt;
use std::ops::Add;

/// Numbers of checks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Those that found nothing wrong.
    pub passed: usize,
    /// The others, those that could not be run included.
    pub failed: usize,
}

impl Tally {
    pub fn one_passed() -> Self {
        Self {
            passed: 1,
            failed: 0,
        }
    }

    pub fn one_failed() -> Self {
        Self {
            passed: 0,
            failed: 1,
        }
    }
}

impl Add for Tally {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// The counts in a line such as `test result: ok. 3 passed; 0 failed; 1 ignored; …`, which ends
/// each of Cargo's test runs.
pub fn counts_in(line: &str) -> Option<Tally> {
    let (_, counts) = line
        .trim_start()
        .strip_prefix("test result: ")?
        .split_once(". ")?;
    let count = |what: &str| {
        counts
            .split(';')
            .find_map(|part| part.trim().strip_suffix(what)?.trim().parse().ok())
    };
    Some(Tally {
        passed: count("passed")?,
        failed: count("failed")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read_from_the_last_line_of_a_run_only() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.41s";
        assert_eq!(
            counts_in(line),
            Some(Tally {
                passed: 12,
                failed: 3
            })
        );
        for other in [
            "test a ... ok",
            "",
            "test result: ok",
            "12 passed; 3 failed",
        ] {
            assert_eq!(counts_in(other), None, "{other}");
        }
    }
}
