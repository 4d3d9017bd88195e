//! What is asked of a new edition before anybody sees it: figures that are no error of form, but
//! that a publisher would not want to have published without having looked.
//!
//! Only what the last edition did not have is judged; without one, everything.

mod accepted;
mod jumps;
mod presence;
mod revisions;

use std::fmt;

use rising_model::area::{AreaCode, AreaIndex, Level, Nation};
use rising_model::day::Day;
use rising_words::Language;
use serde::Deserialize;

pub(crate) use self::accepted::{Acceptance, ReviewedFindings};
pub(crate) use self::revisions::{Revision, revisions};
use crate::level_figures::LevelFigures;
use crate::period::Period;
use crate::printable::Printable;

/// What can be wrong with an edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Rule {
    /// An area of the last edition is not in this one.
    Vanished,
    /// An area has no week ending on its nation's last date.
    EndsEarly,
    /// A count far above any of the four weeks before.
    Jump,
    /// A week far below the week before.
    Fall,
    /// A nation's week far from the week before.
    Total,
    /// A figure of the last edition is missing.
    Lost,
    /// Figures that had settled are changed.
    Revised,
    /// An area's population is changed.
    Population,
    /// Dates are offered that are still incomplete.
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

/// From where on a change is looked at. Every number can be set under `[checks]`; the defaults hold
/// for all but a few of the half million figures of the embedded data set.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct CheckLimits {
    /// A day's count of [`CheckLimits::jump_from`] or more is a jump if it is more than this many times
    /// the largest of the 28 days before.
    pub(crate) jump_times: f64,
    /// The same for counts of seven days, against the largest of the four weeks before.
    pub(crate) weekly_jump_times: f64,
    /// Cases from which a count can be a jump.
    pub(crate) jump_from: u32,
    /// A week is a fall if the week before had [`CheckLimits::fall_from`] cases or more, and more than
    /// this many times as many.
    pub(crate) fall_times: f64,
    /// Cases from which a week can fall.
    pub(crate) fall_from: u32,
    /// A nation's week may have this many times the cases of the week before, and the other way
    /// round.
    pub(crate) total_times: f64,
    /// Cases from which a nation's week is looked at.
    pub(crate) total_from: u32,
    /// Days before the last edition's last date after which figures should have settled.
    pub(crate) settled_days: u16,
    /// Percentage by which an area's settled cases may change.
    pub(crate) revised_percent: f64,
    /// Cases from which such a change is looked at.
    pub(crate) revised_from: u32,
    /// Percentage by which a population may change.
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

/// Whom a finding is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// An area, with its name.
    Area(AreaCode, String),
    /// All areas of a nation.
    Nation(Nation),
}

impl Subject {
    /// As `area` in an acceptance names it.
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
            Subject::Nation(nation) => f.write_str(nation.name(Language::En)),
        }
    }
}

/// Something that a person has to look at before it is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) level: Level,
    pub(crate) rule: Rule,
    pub(crate) subject: Subject,
    /// The dates it is about.
    pub(crate) dates: Period,
    /// What is the matter, as a clause.
    pub(crate) what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Finding {
            level,
            rule,
            subject,
            dates,
            what,
        } = self;
        write!(f, "{rule}: {level}, {subject}, {dates}: {what}")
    }
}

/// When the figures of a level were published, and how far they are said to be complete.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Publication {
    pub(crate) published: Day,
    /// Days before it that are incomplete; none for final figures.
    pub(crate) lag: Option<u16>,
    /// The day on which this is.
    pub(crate) today: Day,
}

/// All that is to be looked at in a level's new figures, beside those of the last edition if there
/// is one.
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
    fn area(&mut self, rule: Rule, area: AreaIndex, dates: Period, what: String) {
        if let Some(area) = self.new.table.get(area) {
            let subject = Subject::Area(area.code.clone(), area.name.clone());
            self.push(rule, subject, dates, what);
        }
    }

    fn push(&mut self, rule: Rule, subject: Subject, dates: Period, what: String) {
        self.findings.push(Finding {
            level: self.level,
            rule,
            subject,
            dates,
            what,
        });
    }
}

/// That day alone.
fn on(day: Day) -> Period {
    Period {
        first: day,
        last: day,
    }
}

/// "1,240 cases".
fn cases(count: u64) -> String {
    format!(
        "{} {}",
        Language::En.number(count),
        if count == 1 { "case" } else { "cases" }
    )
}

#[cfg(test)]
mod tests;
