//! Checks a new edition before it is published. The checks find figures that are well-formed but
//! implausible, so that a person looks at them first.
//!
//! Only figures that differ from the last edition are checked; without a last edition, all are.

mod accepted;
mod jumps;
mod presence;
mod revisions;

use std::fmt;

use rising_model::domain::area::{AreaCode, AreaIndex, Level, Nation};
use rising_model::domain::day::Day;
use rising_words::Language;
use serde::Deserialize;

pub(crate) use self::accepted::{Acceptance, ReviewedFindings};
pub(crate) use self::revisions::{Revision, revisions};
use crate::level_figures::LevelFigures;
use crate::period::Period;
use crate::printable::Printable;

/// A check of an edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Rule {
    /// An area of the last edition is not in this one.
    Vanished,
    /// An area has no week ending on its nation's last date.
    EndsEarly,
    /// A count far above any of the four weeks before.
    Jump,
    /// A week's count far below the week before.
    Fall,
    /// A nation's week far above or below the week before.
    Total,
    /// A figure of the last edition is missing.
    Lost,
    /// Many figures changed that should be final.
    Revised,
    /// An area's population changed.
    Population,
    /// Offered dates are still incomplete.
    Lag,
    /// The figures are older than those of the last edition.
    Backwards,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Rule::Vanished => "vanished",
            Rule::EndsEarly => "ends-early",
            Rule::Jump => "jump",
            Rule::Fall => "fall",
            Rule::Total => "total",
            Rule::Lost => "lost",
            Rule::Revised => "revised",
            Rule::Population => "population",
            Rule::Lag => "lag",
            Rule::Backwards => "backwards",
        })
    }
}

/// The thresholds of the checks. Each can be set under `[checks]`. With the defaults, all but a few
/// of the half million figures of the committed data set pass.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct CheckLimits {
    /// A daily count is a jump if it is more than this many times the largest of the 28 days
    /// before.
    pub(crate) jump_times: f64,
    /// The same for weekly counts, compared with the largest of the four weeks before.
    pub(crate) weekly_jump_times: f64,
    /// The smallest count that can be a jump.
    pub(crate) jump_from: u32,
    /// A week's count is a fall if the week before had more than this many times as many cases.
    pub(crate) fall_times: f64,
    /// The smallest count of the week before for which a week can be a fall.
    pub(crate) fall_from: u32,
    /// The largest allowed ratio of a nation's week to the week before, or of the week before to
    /// it.
    pub(crate) total_times: f64,
    /// The smallest count, of the larger week, for which a nation's week is checked.
    pub(crate) total_from: u32,
    /// Figures should be final this many days before the last edition's last date.
    pub(crate) settled_days: u16,
    /// The percentage of an area's final cases that may change.
    pub(crate) revised_percent: f64,
    /// The smallest number of changed cases that is checked.
    pub(crate) revised_from: u32,
    /// The percentage by which a population may change.
    pub(crate) population_percent: f64,
}

impl Default for CheckLimits {
    fn default() -> CheckLimits {
        CheckLimits {
            jump_times: 4.0,
            weekly_jump_times: 16.0,
            jump_from: 100,
            fall_times: 10.0,
            fall_from: 100,
            total_times: 4.0,
            total_from: 2000,
            settled_days: 28,
            revised_percent: 5.0,
            revised_from: 50,
            population_percent: 10.0,
        }
    }
}

/// The area or nation of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// An area, with its name.
    Area(AreaCode, String),
    /// All areas of a nation.
    Nation(Nation),
}

impl Subject {
    /// Returns the value of `area` in an acceptance.
    fn key(&self) -> &str {
        match self {
            Subject::Area(code, _) => code.as_str(),
            Subject::Nation(nation) => nation.slug(),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Area(code, name) => write!(f, "{} ({code})", Printable::value(name)),
            // The areas of another country, whatever its labels call it.
            Subject::Nation(Nation::Uk) => f.write_str("all areas"),
            Subject::Nation(nation) => f.write_str(Language::En.texts().nation_name(*nation)),
        }
    }
}

/// A result of a check that a person has to review before publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) level: Level,
    pub(crate) rule: Rule,
    pub(crate) subject: Subject,
    /// The dates that the finding is about.
    pub(crate) dates: Period,
    /// The finding, as a clause.
    pub(crate) description: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Finding {
            level,
            rule,
            subject,
            dates,
            description,
        } = self;
        write!(f, "{rule}: {level}, {subject}, {dates}: {description}")
    }
}

/// The dates of a level's publication.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Publication {
    pub(crate) published: Day,
    /// The number of incomplete days before `published`; `None` for final figures.
    pub(crate) lag: Option<u16>,
    /// The current day.
    pub(crate) today: Day,
}

/// Runs all checks on the new figures of a level; `last` are those of the last edition.
pub(crate) fn check_level(
    level: Level,
    new: &LevelFigures,
    last: Option<&LevelFigures>,
    publication: Publication,
    limits: &CheckLimits,
) -> Vec<Finding> {
    let mut list = FindingList {
        level,
        new,
        findings: vec![],
    };
    presence::check(&mut list, last, publication);
    jumps::check(&mut list, last, limits);
    if let Some(last) = last {
        revisions::check(&mut list, last, limits);
    }
    list.findings
}

/// The findings of one level so far.
struct FindingList<'a> {
    level: Level,
    new: &'a LevelFigures,
    findings: Vec<Finding>,
}

impl FindingList<'_> {
    fn push_area(&mut self, rule: Rule, area: AreaIndex, dates: Period, description: String) {
        if let Some(area) = self.new.table.get(area) {
            let subject = Subject::Area(area.code.clone(), area.name.clone());
            self.push(rule, subject, dates, description);
        }
    }

    fn push(&mut self, rule: Rule, subject: Subject, dates: Period, description: String) {
        self.findings.push(Finding {
            level: self.level,
            rule,
            subject,
            dates,
            description,
        });
    }
}

/// Returns the period of one day.
fn on(day: Day) -> Period {
    Period {
        first: day,
        last: day,
    }
}

/// Formats a count as "1,240 cases".
fn cases(count: u64) -> String {
    format!(
        "{} {}",
        Language::En.texts().number(count),
        if count == 1 { "case" } else { "cases" }
    )
}

#[cfg(test)]
mod tests;
