//! Grades whether a rise or a fall is larger than chance explains.
//!
//! Counts of cases vary more than counts of independent events, because cases occur in clusters;
//! and a map tests hundreds of areas at once. Therefore two numbers of the nation and date grade a
//! change: the dispersion φ of the counts, and the smallest clear score. With `a` cases in the week
//! before and `b` in this week, the score is
//!
//! ```text
//! z² = max(0, |b − a| − 1)² / (φ (a + b))
//! ```
//!
//! the squared difference of two counts over its variance φ (a + b), with a continuity correction
//! (quasi-Poisson variance: McCullagh and Nelder, *Generalized Linear Models*, 1989, section 6.2).
//! A change is *probable* if it passes its own test at 5 %. It is *clear* if the procedure of
//! Benjamini and Hochberg rejects chance at a false discovery rate of 5 % over the areas of its
//! nation (*Journal of the Royal Statistical Society B* 57, 1995, pp. 289–300).
//!
//! `prepare` computes the two numbers with [`fit`] and writes them into the counts files; all other
//! programs only compare scores with them. `docs/data/clear-rises.md` has the measurements behind
//! the rule.

pub mod fit;
#[cfg(test)]
mod tests;

use crate::domain::area::{AreaCode, Nation};
use crate::domain::figure::Figure;
use crate::domain::trend::{Comparison, Direction};
use crate::encoding::format::FormatError;
use serde::{Deserialize, Serialize};

/// The evidence that a change is more than chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// Chance could explain the change.
    CouldBeChance,
    /// Larger than chance explains if this were the only area tested.
    Probable,
    /// Larger than chance explains even though many areas are tested.
    Clear,
}

impl Grade {
    /// The value in exported files: "clear", "probable", "chance".
    pub fn word(self) -> &'static str {
        match self {
            Grade::Clear => "clear",
            Grade::Probable => "probable",
            Grade::CouldBeChance => "chance",
        }
    }
}

/// The smallest score of a probable change, in thousandths: the 95th percentile of χ² with one
/// degree of freedom.
const PROBABLE_FROM: f64 = 3841.0;

/// A dispersion of 1, in ten-thousandths.
const UNIT: u32 = 10_000;

/// The least count in both weeks for a range of the change. Below it, the normal approximation is
/// poor.
pub const RANGE_FROM: u32 = 10;

/// The dispersion φ of counts: their variance over their mean, at least 1. Stored in
/// ten-thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dispersion(u32);

impl Dispersion {
    /// The dispersion of independent events, whose counts have a Poisson distribution.
    pub const ONE: Dispersion = Dispersion(UNIT);

    /// Returns the smallest dispersion that is no less than a value; 1 for values below 1 and NaN.
    pub fn at_least(value: f64) -> Dispersion {
        // A value in whole ten-thousandths must not be rounded up when its product, a float, is
        // just above the whole number.
        let stored = (value * f64::from(UNIT) - 1e-6).ceil();
        Dispersion((stored as u32).max(UNIT))
    }

    /// The dispersion as a number.
    pub fn value(self) -> f64 {
        f64::from(self.0) / f64::from(UNIT)
    }
}

/// The two numbers that grade the changes of one nation at one date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Criteria {
    dispersion: Dispersion,
    /// In hundredths, never 0.
    clear_from: Option<u32>,
}

impl Criteria {
    /// The dispersion of the nation's counts.
    pub fn dispersion(self) -> Dispersion {
        self.dispersion
    }

    /// The smallest clear score z²; `None` if no area's change is clear.
    pub fn clear_from(self) -> Option<f64> {
        self.clear_from
            .map(|hundredths| f64::from(hundredths) / 100.0)
    }

    /// Returns the grade of a change; `None` if it is neither a rise nor a fall.
    pub fn grade(self, comparison: Comparison) -> Option<Grade> {
        if !matches!(
            comparison.direction(),
            Direction::Rising | Direction::Falling
        ) {
            return None;
        }
        let score = Score::of(comparison, self.dispersion)?;
        Some(if !score.is_probable() {
            Grade::CouldBeChance
        } else if self
            .clear_from
            .is_some_and(|hundredths| score.reaches(hundredths))
        {
            Grade::Clear
        } else {
            Grade::Probable
        })
    }

    /// Returns the 95 % range of the change, as multiples of the week before:
    /// exp(ln(b/a) ± 1.96 √(φ (1/a + 1/b))). `None` unless both counts are [`RANGE_FROM`] or more.
    pub fn range(self, comparison: Comparison) -> Option<(f64, f64)> {
        let (Figure::Count(before), Figure::Count(now)) = (comparison.before, comparison.now)
        else {
            return None;
        };
        if before.min(now) < RANGE_FROM {
            return None;
        }
        let before = f64::from(before);
        let now = f64::from(now);
        let half = 1.96 * (self.dispersion.value() * (1.0 / before + 1.0 / now)).sqrt();
        let middle = (now / before).ln();
        Some(((middle - half).exp(), (middle + half).exp()))
    }
}

/// Returns the nation whose criteria grade an area's changes, whichever nation is shown: its own,
/// or [`Nation::Uk`] for areas of no nation.
pub fn criteria_nation(code: &AreaCode) -> Nation {
    code.nation().unwrap_or(Nation::Uk)
}

/// The criteria of one nation at each date of a chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NationCriteria {
    /// The nation whose areas they apply to; [`Nation::Uk`] for areas of no nation.
    pub nation: Nation,
    /// Whether a dispersion is an upper bound, because it was estimated from weekly counts.
    pub upper_bound: bool,
    /// One per date; `None` if the dispersion is unknown.
    pub by_date: Vec<Option<Criteria>>,
}

/// The criteria of one nation, in a counts file from version 2 on; see
/// [`NationCriteria`].
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredCriteria {
    /// The position in [`crate::domain::area::Nation::ALL`].
    pub nation: u32,
    pub upper_bound: bool,
    /// For each date the difference from the date before, of: 0 if unknown, else the
    /// ten-thousandths above 0.9999.
    pub dispersions: Vec<i64>,
    /// For each date the difference from the date before, of: 0 if no change is clear, else the
    /// hundredths above 3.83.
    pub clear_from: Vec<i64>,
}

impl NationCriteria {
    /// Encodes columns of differences, which are small: a dispersion is close to that of the day
    /// before.
    pub(crate) fn to_wire(&self) -> StoredCriteria {
        let dispersion = |criteria: &Option<Criteria>| {
            criteria.map_or(0, |c| c.dispersion.0 - DISPERSION_OFFSET)
        };
        let clear_from = |criteria: &Option<Criteria>| {
            criteria
                .and_then(|c| c.clear_from)
                .map_or(0, |z| z - SCORE_OFFSET)
        };
        StoredCriteria {
            nation: self.nation as u32,
            upper_bound: self.upper_bound,
            dispersions: differences(self.by_date.iter().map(dispersion)),
            clear_from: differences(self.by_date.iter().map(clear_from)),
        }
    }

    pub(crate) fn from_wire(
        wire: StoredCriteria,
        dates: usize,
    ) -> Result<NationCriteria, FormatError> {
        let invalid = || {
            FormatError::Invalid(
                "the criteria do not cover the dates, or have values out of range".to_owned(),
            )
        };
        if wire.dispersions.len() != dates || wire.clear_from.len() != dates {
            return Err(invalid());
        }
        let nation = *Nation::ALL.get(wire.nation as usize).ok_or_else(invalid)?;
        let (mut dispersion, mut clear_from) = (0, 0);
        let mut by_date = Vec::with_capacity(dates);
        for (to_dispersion, to_clear) in wire.dispersions.into_iter().zip(wire.clear_from) {
            let dispersion = decode_next(&mut dispersion, to_dispersion, DISPERSION_OFFSET)
                .ok_or_else(invalid)?;
            let clear_from =
                decode_next(&mut clear_from, to_clear, SCORE_OFFSET).ok_or_else(invalid)?;
            if dispersion.is_none() && clear_from.is_some() {
                return Err(invalid());
            }
            by_date.push(dispersion.map(|dispersion| Criteria {
                dispersion: Dispersion(dispersion),
                clear_from,
            }));
        }
        Ok(NationCriteria {
            nation,
            upper_bound: wire.upper_bound,
            by_date,
        })
    }
}

/// Subtracted from a stored dispersion, so that 0 stands for an unknown one. The least dispersion
/// is stored as 1.
const DISPERSION_OFFSET: u32 = UNIT - 1;

/// Subtracted from a stored score in hundredths, so that 0 stands for no clear change. The least
/// clear score, 3.84, is stored as 1.
const SCORE_OFFSET: u32 = 383;

fn differences(values: impl Iterator<Item = u32>) -> Vec<i64> {
    let mut last = 0;
    values
        .map(|value| {
            let difference = i64::from(value) - last;
            last = i64::from(value);
            difference
        })
        .collect()
}

/// Decodes the next value of a column of differences: `Some(None)` for 0, else the value plus
/// `offset`. `None` if it is out of range.
fn decode_next(last: &mut i64, difference: i64, offset: u32) -> Option<Option<u32>> {
    *last = last.checked_add(difference)?;
    match u32::try_from(*last).ok()? {
        0 => Some(None),
        value => value.checked_add(offset).map(Some),
    }
}

/// A score z² as a fraction, so that comparisons need no rounding.
#[derive(Clone, Copy, Debug)]
struct Score {
    /// max(0, |b − a| − 1)².
    squared: f64,
    /// 10,000 φ (a + b).
    variance: f64,
}

impl Score {
    /// Returns the score of two weeks; `None` if a figure is missing. A suppressed count takes the
    /// value that makes the change smallest.
    fn of(comparison: Comparison, dispersion: Dispersion) -> Option<Score> {
        let (before_min, before_max) = comparison.before.bounds()?;
        let (now_min, now_max) = comparison.now.bounds()?;
        let (before, now) = if now_min > before_max {
            (before_max, now_min)
        } else if now_max < before_min {
            (before_min, now_max)
        } else {
            (before_max, before_max)
        };
        let excess = f64::from(now.abs_diff(before).saturating_sub(1));
        let variance = f64::from(dispersion.0) * (f64::from(before) + f64::from(now));
        Some(Score {
            squared: excess * excess,
            variance,
        })
    }

    fn value(self) -> f64 {
        if self.squared == 0.0 {
            0.0
        } else {
            self.squared * f64::from(UNIT) / self.variance
        }
    }

    fn is_probable(self) -> bool {
        self.squared > 0.0
            && self.squared * 1000.0 * f64::from(UNIT) >= PROBABLE_FROM * self.variance
    }

    fn reaches(self, hundredths: u32) -> bool {
        self.squared > 0.0
            && self.squared * 100.0 * f64::from(UNIT) >= f64::from(hundredths) * self.variance
    }
}
