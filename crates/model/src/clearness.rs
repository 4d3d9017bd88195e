//! Whether a rise or a fall is larger than chance explains.
//!
//! Counts of cases vary more than independent events would, since cases come in clusters, and a map
//! asks the question of hundreds of areas at once. So a change is judged by two numbers of its
//! nation and date: the dispersion φ of the counts, and the smallest score that is clear. With `a`
//! cases in the week before and `b` now, the score is
//!
//! ```text
//! z² = max(0, |b − a| − 1)² / (φ (a + b))
//! ```
//!
//! the squared difference of two counts over its variance φ (a + b), with a continuity correction
//! (quasi-Poisson variance: McCullagh and Nelder, *Generalized Linear Models*, 1989, section 6.2).
//! A change is *probable* when it passes its own test at 5 %, and *clear* when the procedure of
//! Benjamini and Hochberg keeps it at a false discovery rate of 5 % over the areas of its nation
//! (*Journal of the Royal Statistical Society B* 57, 1995, pp. 289–300).
//!
//! `prepare` works the two numbers out with [`fit`] and writes them into the counts files.
//! Everything else only compares. `docs/data/clear-rises.md` has the measurements behind the rule.

pub mod fit;
#[cfg(test)]
mod tests;

use rising_words::{Language, choice};

use crate::area::{AreaCode, Nation};
use crate::format::FormatError;
use crate::series::Figure;
use crate::trend::{Comparison, Direction};
use crate::wire;

/// How sure it is that a change is more than chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// The counts changed, by no more than chance may explain.
    CouldBeChance,
    /// Larger than chance explains, were this the only area looked at.
    Probable,
    /// Larger than chance explains, though many areas were looked at.
    Clear,
}

impl Grade {
    /// "clear", "probable", "chance": as files for other programs have it.
    pub fn word(self) -> &'static str {
        match self {
            Grade::Clear => "clear",
            Grade::Probable => "probable",
            Grade::CouldBeChance => "chance",
        }
    }

    /// "clear", "probable", "could be chance", for a reader.
    pub fn in_words(self, language: Language) -> &'static str {
        language.grade_word(self.into())
    }
}

impl From<Grade> for choice::Grade {
    fn from(grade: Grade) -> choice::Grade {
        match grade {
            Grade::Clear => choice::Grade::Clear,
            Grade::Probable => choice::Grade::Probable,
            Grade::CouldBeChance => choice::Grade::Chance,
        }
    }
}

/// From this score on, in thousandths, a change is probable: the 95th percentile of χ² with one
/// degree of freedom.
const PROBABLE_FROM: f64 = 3841.0;

/// Ten-thousandths in 1.
const UNIT: u32 = 10_000;

/// From this count on, in both weeks, the range of a change is told. Below it the normal
/// approximation is poor.
pub const RANGE_FROM: u32 = 10;

/// The dispersion φ of counts: their variance over their mean, at least 1. Kept in ten-thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dispersion(u32);

impl Dispersion {
    /// Counts of independent events, which vary as the Poisson distribution says.
    pub const ONE: Dispersion = Dispersion(UNIT);

    /// The smallest dispersion that is no less than the value; 1 for anything below that, or no
    /// number.
    pub fn at_least(value: f64) -> Dispersion {
        // A value that was written in ten-thousandths stays what it is, though a product of floats
        // may lie just above.
        let stored = (value * f64::from(UNIT) - 1e-6).ceil();
        Dispersion((stored as u32).max(UNIT))
    }

    /// The dispersion as a number.
    pub fn value(self) -> f64 {
        f64::from(self.0) / f64::from(UNIT)
    }
}

/// The two numbers that decide a change of one nation at one date.
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

    /// The smallest score z² that is clear; `None` where no area's change is.
    pub fn clear_from(self) -> Option<f64> {
        self.clear_from
            .map(|hundredths| f64::from(hundredths) / 100.0)
    }

    /// The grade of a change; `None` where there is no rise or fall to grade.
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

    /// The 95 % range of the change, as multiples of the week before: exp(ln(b/a) ± 1.96 √(φ (1/a +
    /// 1/b))). `None` unless both counts are [`RANGE_FROM`] or more.
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

/// The nation whose criteria decide an area's changes, whichever nation is shown: its own, or
/// [`Nation::Uk`], which stands for all areas of no nation.
pub fn criteria_nation(code: &AreaCode) -> Nation {
    code.nation().unwrap_or(Nation::Uk)
}

/// The criteria of one nation at each date of a chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NationCriteria {
    /// The nation whose areas they decide; [`Nation::Uk`] for areas of no nation.
    pub nation: Nation,
    /// Whether one of the dispersions is an upper bound, because only weekly counts were there to
    /// measure it by.
    pub upper_bound: bool,
    /// One a date; `None` where the dispersion is not known.
    pub by_date: Vec<Option<Criteria>>,
}

impl NationCriteria {
    /// Columns of differences: a dispersion is near that of the day before.
    pub(crate) fn to_wire(&self) -> wire::Criteria {
        let dispersion =
            |criteria: &Option<Criteria>| criteria.map_or(0, |c| c.dispersion.0 - NO_DISPERSION);
        let clear_from = |criteria: &Option<Criteria>| {
            criteria
                .and_then(|c| c.clear_from)
                .map_or(0, |z| z - NO_CLEAR)
        };
        wire::Criteria {
            nation: self.nation as u32,
            upper_bound: self.upper_bound,
            dispersions: differences(self.by_date.iter().map(dispersion)),
            clear_from: differences(self.by_date.iter().map(clear_from)),
        }
    }

    pub(crate) fn from_wire(
        wire: wire::Criteria,
        dates: usize,
    ) -> Result<NationCriteria, FormatError> {
        let invalid = || {
            FormatError::Invalid(
                "criteria that do not fill the dates, or no program writes".to_owned(),
            )
        };
        if wire.dispersions.len() != dates || wire.clear_from.len() != dates {
            return Err(invalid());
        }
        let nation = *Nation::ALL.get(wire.nation as usize).ok_or_else(invalid)?;
        let (mut dispersion, mut clear_from) = (0, 0);
        let mut by_date = Vec::with_capacity(dates);
        for (to_dispersion, to_clear) in wire.dispersions.into_iter().zip(wire.clear_from) {
            let dispersion =
                next(&mut dispersion, to_dispersion, NO_DISPERSION).ok_or_else(invalid)?;
            let clear_from = next(&mut clear_from, to_clear, NO_CLEAR).ok_or_else(invalid)?;
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

/// Stored as 0: no dispersion is known. The least there is, 1, is stored as 1.
const NO_DISPERSION: u32 = UNIT - 1;

/// Stored as 0: no area is clear. The least score that can be is 3.84, which is stored as 1.
const NO_CLEAR: u32 = 383;

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

/// The value after the last one, with `above` added, but for 0, which is none. `None` if there is
/// no such number.
fn next(last: &mut i64, difference: i64, above: u32) -> Option<Option<u32>> {
    *last = last.checked_add(difference)?;
    match u32::try_from(*last).ok()? {
        0 => Some(None),
        value => value.checked_add(above).map(Some),
    }
}

/// A score z² as a fraction, so that comparing it needs no rounding.
#[derive(Clone, Copy, Debug)]
struct Score {
    /// max(0, |b − a| − 1)².
    squared: f64,
    /// 10,000 φ (a + b).
    variance: f64,
}

impl Score {
    /// The score of two weeks; `None` if nothing is known of one of them. A suppressed count takes
    /// the value that makes the change smallest.
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
