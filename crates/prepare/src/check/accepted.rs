//! Findings that a person has looked at and found right.

use rising_model::area::Level;
use serde::Deserialize;

use super::{Finding, Rule};
use crate::period::Period;

/// One `[[accept]]` of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, try_from = "Table")]
pub(crate) struct Acceptance {
    pub(crate) rule: Rule,
    /// An area's code, or a nation as in addresses.
    pub(crate) area: String,
    /// The dates it holds for.
    pub(crate) dates: Period,
    /// Only at this level.
    pub(crate) level: Option<Level>,
    /// For who reads it next year.
    pub(crate) why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    rule: Rule,
    area: String,
    dates: Period,
    level: Option<Level>,
    why: String,
}

impl TryFrom<Table> for Acceptance {
    type Error = String;
    fn try_from(table: Table) -> Result<Acceptance, String> {
        let Table {
            rule,
            area,
            dates,
            level,
            why,
        } = table;
        if why.trim().is_empty() {
            return Err(format!(
                "`why` is empty for {rule}, {area}, {dates}: say how you know that the figures are right"
            ));
        }
        Ok(Acceptance {
            rule,
            area,
            dates,
            level,
            why,
        })
    }
}

impl Acceptance {
    fn covers(&self, finding: &Finding) -> bool {
        self.rule == finding.rule
            && self.area == finding.subject.key()
            && self.level.is_none_or(|level| level == finding.level)
            && self.dates.contains(finding.dates.first)
            && self.dates.contains(finding.dates.last)
    }
}

/// Findings, divided into those that stop a publication and those that have been accepted.
#[derive(Debug, Default)]
pub(crate) struct ReviewedFindings {
    /// Nobody has looked at these.
    pub(crate) open: Vec<Finding>,
    /// With the reasons that were given.
    pub(crate) accepted: Vec<(Finding, String)>,
}

impl ReviewedFindings {
    /// Divides them.
    pub(crate) fn divide(findings: Vec<Finding>, acceptances: &[Acceptance]) -> ReviewedFindings {
        let mut divided = ReviewedFindings::default();
        for finding in findings {
            match acceptances
                .iter()
                .find(|acceptance| acceptance.covers(&finding))
            {
                Some(acceptance) => divided.accepted.push((finding, acceptance.why.clone())),
                None => divided.open.push(finding),
            }
        }
        divided
    }
}

/// The lines with which a finding would be accepted, but for the reason.
impl Finding {
    pub(crate) fn as_acceptance(&self) -> String {
        let Period { first, last } = self.dates;
        let dates = if first == last {
            first.to_string()
        } else {
            format!("{first}..{last}")
        };
        format!(
            "[[accept]]\nrule = \"{}\"\narea = \"{}\"\ndates = \"{dates}\"\nwhy = \"\"",
            self.rule,
            self.subject.key()
        )
    }
}
