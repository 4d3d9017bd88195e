//! What was checked and what was found.

use std::fmt;

use serde::Serialize;

use crate::printable::Printable;

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The file, as the site names it.
    pub file: String,
    /// What should be.
    pub expected: String,
    /// What is.
    pub got: String,
    /// What to do.
    pub advice: String,
}

impl fmt::Display for Finding {
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

/// Checks of one kind.
#[derive(Debug, Serialize)]
pub struct Group {
    name: &'static str,
    passed: usize,
    /// What is wrong, in the order found.
    pub findings: Vec<Finding>,
    /// What a publisher may want to know.
    notes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
}

impl Group {
    pub(super) fn new(name: &'static str) -> Group {
        Group {
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

    pub(super) fn fail(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// One check; whether it passed.
    pub(super) fn check(&mut self, holds: bool, otherwise: impl FnOnce() -> Finding) -> bool {
        if holds {
            self.pass()
        } else {
            self.fail(otherwise())
        }
        holds
    }

    /// Checks that something is as expected.
    pub(super) fn same<T: PartialEq + fmt::Display>(
        &mut self,
        file: &str,
        what: &str,
        (expected, got): (T, T),
        advice: &str,
    ) -> bool {
        self.check(expected == got, || Finding {
            file: file.to_owned(),
            expected: format!("{what} {expected}"),
            got: format!("it is {got}"),
            advice: advice.to_owned(),
        })
    }

    pub(super) fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// What the line of the group says if all is well.
    pub(super) fn say(&mut self, summary: impl Into<String>) {
        self.summary = Some(summary.into());
    }
}

impl fmt::Display for Group {
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

/// All checks of a target.
#[derive(Debug, Serialize)]
pub struct Report {
    target: String,
    passed: usize,
    failed: usize,
    /// By kind, in the order made.
    pub groups: Vec<Group>,
}

impl Report {
    pub(super) fn new(target: String, groups: Vec<Group>) -> Report {
        let passed = groups.iter().map(|group| group.passed).sum();
        let failed = groups.iter().map(|group| group.findings.len()).sum();
        Report {
            target,
            passed,
            failed,
            groups,
        }
    }

    /// How many checks failed.
    pub fn failed(&self) -> usize {
        self.failed
    }

    /// What is wrong.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.groups.iter().flat_map(|group| &group.findings)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.target)?;
        self.groups.iter().try_for_each(|group| group.fmt(f))?;
        writeln!(f, "{} checks passed, {} failed", self.passed, self.failed)
    }
}
