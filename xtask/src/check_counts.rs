//! Counts passed and failed checks.

use std::fmt;
use std::ops::Add;

/// Numbers of checks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CheckCounts {
    /// Checks that found nothing wrong.
    pub passed: usize,
    /// All other checks, including those that could not run.
    pub failed: usize,
}

impl CheckCounts {
    /// The counts of one check that passed.
    pub fn one_passed() -> Self {
        Self {
            passed: 1,
            failed: 0,
        }
    }

    /// The counts of one check that failed.
    pub fn one_failed() -> Self {
        Self {
            passed: 0,
            failed: 1,
        }
    }
}

impl Add for CheckCounts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
        }
    }
}

impl fmt::Display for CheckCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// Parses the counts in Cargo's summary line: `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
pub fn parse_counts(line: &str) -> Option<CheckCounts> {
    let (_, counts) = line
        .trim_start()
        .strip_prefix("test result: ")?
        .split_once(". ")?;
    let count = |what: &str| {
        counts
            .split(';')
            .find_map(|part| part.trim().strip_suffix(what)?.trim().parse().ok())
    };
    Some(CheckCounts {
        passed: count("passed")?,
        failed: count("failed")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_counts_reads_summary_line_only() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered \
            out; finished in 0.41s";
        assert_eq!(
            parse_counts(line),
            Some(CheckCounts {
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
            assert_eq!(parse_counts(other), None, "{other}");
        }
    }
}
