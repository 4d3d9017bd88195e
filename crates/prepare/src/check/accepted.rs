//! Matches findings with the acceptances of the configuration.

use rising_model::domain::area::Level;
use serde::Deserialize;

use super::{Finding, Rule};
use crate::period::Period;

/// One `[[accept]]` of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, try_from = "AcceptanceTable")]
pub(crate) struct Acceptance {
    pub(crate) rule: Rule,
    /// An area's code, or a nation as in URLs.
    pub(crate) area: String,
    /// The dates of the findings that are accepted.
    pub(crate) dates: Period,
    /// The level; `None` for both.
    pub(crate) level: Option<Level>,
    /// The reason that the figures are right, for later readers of the configuration.
    pub(crate) why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AcceptanceTable {
    rule: Rule,
    area: String,
    dates: Period,
    level: Option<Level>,
    why: String,
}

impl TryFrom<AcceptanceTable> for Acceptance {
    type Error = String;
    fn try_from(table: AcceptanceTable) -> Result<Acceptance, String> {
        let AcceptanceTable {
            rule,
            area,
            dates,
            level,
            why,
        } = table;
        if why.trim().is_empty() {
            return Err(format!(
                "`why` is empty for {rule}, {area}, {dates}: say how you know that the figures \
                 are right"
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

/// Findings, divided by whether an acceptance covers them.
#[derive(Debug, Default)]
pub(crate) struct ReviewedFindings {
    /// Findings without an acceptance, which stop the publication.
    pub(crate) open: Vec<Finding>,
    /// Accepted findings with the reason of each.
    pub(crate) accepted: Vec<(Finding, String)>,
}

impl ReviewedFindings {
    /// Divides findings by the acceptances.
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

impl Finding {
    /// Returns the configuration that accepts this finding, with an empty reason to be filled in.
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
