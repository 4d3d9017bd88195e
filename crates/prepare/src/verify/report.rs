//! Collects the results of the checks and prints them.

use std::fmt;

use serde::Serialize;

use crate::printable::Printable;

/// The advice for a damaged data set.
pub(super) const REPUBLISH: &str =
    "publish the edition again, or restore an earlier one with `prepare rollback`";

/// A check that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FailedCheck {
    /// The file, as the site names it.
    pub file: String,
    /// The expected state.
    pub expected: String,
    /// The state found.
    pub got: String,
    /// The advice.
    pub advice: String,
}

impl FailedCheck {
    /// Describes a failed check of a file.
    pub(super) fn new(
        file: impl fmt::Display,
        expected: &str,
        got: impl Into<String>,
        advice: &str,
    ) -> FailedCheck {
        FailedCheck {
            file: file.to_string(),
            expected: expected.to_owned(),
            got: got.into(),
            advice: advice.to_owned(),
        }
    }
}

impl fmt::Display for FailedCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [file, expected, got] =
            [&self.file, &self.expected, &self.got].map(|text| Printable::sentence(text));
        write!(
            f,
            "{file}: expected {expected}; {got}; {}",
            Printable::truncated(&self.advice, usize::MAX)
        )
    }
}

/// The checks of one kind.
#[derive(Debug, Serialize)]
pub struct CheckGroup {
    name: &'static str,
    passed: usize,
    /// The failed checks, in the order found.
    pub findings: Vec<FailedCheck>,
    /// Remarks for the publisher.
    notes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
}

impl CheckGroup {
    pub(super) fn new(name: &'static str) -> CheckGroup {
        CheckGroup {
            name,
            passed: 0,
            findings: vec![],
            notes: vec![],
            summary: None,
        }
    }

    pub(super) fn pass(&mut self) {
        self.passed += 1;
    }

    pub(super) fn fail(&mut self, finding: FailedCheck) {
        self.findings.push(finding);
    }

    /// Records one check. Returns whether it passed.
    pub(super) fn check(&mut self, holds: bool, otherwise: impl FnOnce() -> FailedCheck) -> bool {
        if holds {
            self.pass();
        } else {
            self.fail(otherwise());
        }
        holds
    }

    /// Records the check that two values are the same.
    pub(super) fn same<T: PartialEq + fmt::Display>(
        &mut self,
        file: &str,
        what: &str,
        (expected, got): (T, T),
        advice: &str,
    ) -> bool {
        self.check(expected == got, || FailedCheck {
            file: file.to_owned(),
            expected: format!("{what} {expected}"),
            got: format!("it is {got}"),
            advice: advice.to_owned(),
        })
    }

    pub(super) fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// Sets the text of the group's line that is printed if all checks pass.
    pub(super) fn summarise(&mut self, summary: impl Into<String>) {
        self.summary = Some(summary.into());
    }
}

impl fmt::Display for CheckGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (passed, failed) = (self.passed, self.findings.len());
        let mark = match (passed, failed) {
            (0, 0) => "–",
            (_, 0) => "✓",
            _ => "✗",
        };
        write!(f, "{mark} {}", self.name)?;
        match (&self.summary, failed) {
            (Some(summary), 0) => writeln!(f, ": {summary}")?,
            (None, 0) => writeln!(f, ": {passed} checked")?,
            _ => writeln!(f, ": {failed} of {} failed", passed + failed)?,
        }
        self.findings
            .iter()
            .try_for_each(|finding| writeln!(f, "    ✗ {finding}"))?;
        self.notes
            .iter()
            .try_for_each(|note| writeln!(f, "    – {}", Printable::sentence(note)))
    }
}

/// The checks of a target.
#[derive(Debug, Serialize)]
pub struct VerifyReport {
    target: String,
    passed: usize,
    failed: usize,
    /// By kind, in the order in which they ran.
    pub groups: Vec<CheckGroup>,
}

impl VerifyReport {
    pub(super) fn new(target: String, groups: Vec<CheckGroup>) -> VerifyReport {
        let passed = groups.iter().map(|group| group.passed).sum();
        let failed = groups.iter().map(|group| group.findings.len()).sum();
        VerifyReport {
            target,
            passed,
            failed,
            groups,
        }
    }

    /// The number of checks that failed.
    pub fn failed(&self) -> usize {
        self.failed
    }

    /// The checks that failed.
    pub fn findings(&self) -> impl Iterator<Item = &FailedCheck> {
        self.groups.iter().flat_map(|group| &group.findings)
    }
}

impl fmt::Display for VerifyReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.target)?;
        self.groups.iter().try_for_each(|group| group.fmt(f))?;
        writeln!(f, "{} checks passed, {} failed", self.passed, self.failed)
    }
}
