//! Maps a rate to a class.

use serde::{Deserialize, Serialize};

use crate::domain::rate::Rate;

/// Lower bounds of the classes after the first, ascending, in cases per 100,000. Class 0 is
/// `[0, b0)`, class i is `[b(i−1), b(i))`, the last has no upper bound. No gap, no overlap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<u32>", into = "Vec<u32>")]
pub struct Breaks(Vec<u32>);

/// Numbers that are no valid class breaks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("class breaks {0:?} are invalid; give 1 to 7 whole numbers above 0, in ascending order")]
pub struct InvalidBreaks(Vec<u32>);

impl TryFrom<Vec<u32>> for Breaks {
    type Error = InvalidBreaks;
    fn try_from(breaks: Vec<u32>) -> Result<Breaks, InvalidBreaks> {
        let ascending = breaks.windows(2).all(|pair| pair[0] < pair[1]);
        let ok = (1..CLASSES).contains(&breaks.len()) && breaks[0] > 0 && ascending;
        if ok {
            Ok(Breaks(breaks))
        } else {
            Err(InvalidBreaks(breaks))
        }
    }
}

impl From<Breaks> for Vec<u32> {
    fn from(breaks: Breaks) -> Vec<u32> {
        breaks.0
    }
}

/// [0,10) [10,50) [50,100) [100,200) [200,400) [400,800) [800,1600) [1600,∞).
impl Default for Breaks {
    fn default() -> Breaks {
        Breaks(vec![10, 50, 100, 200, 400, 800, 1600])
    }
}

impl Breaks {
    /// Returns the class of an unrounded rate.
    pub fn class(&self, rate: Rate) -> u8 {
        let value = rate.value();
        self.0
            .iter()
            .take_while(|&&bound| value >= f64::from(bound))
            .count() as u8
    }

    /// The number of classes.
    pub fn classes(&self) -> usize {
        self.0.len() + 1
    }

    /// The lower and upper bound of a class; the last has no upper bound.
    pub fn bounds(&self, class: u8) -> (u32, Option<u32>) {
        let class = usize::from(class);
        (
            class
                .checked_sub(1)
                .and_then(|i| self.0.get(i))
                .copied()
                .unwrap_or(0),
            self.0.get(class).copied(),
        )
    }
}

/// The largest number of classes.
pub const CLASSES: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn class_includes_its_lower_bound() {
        let breaks = Breaks::default();
        let class = |count, population| breaks.class(Rate::new(count, population).unwrap());
        assert_eq!(class(0, 1000), 0);
        assert_eq!(class(1, 10_000), 1, "exactly 10");
        assert_eq!(class(99_999, 1_000_000_000), 0, "9.9999");
        assert_eq!(class(16, 1000), 7);
        assert_eq!(breaks.bounds(0), (0, Some(10)));
        assert_eq!(breaks.bounds(1), (10, Some(50)));
        assert_eq!(breaks.bounds(7), (1_600, None));
    }

    #[test]
    fn breaks_that_are_empty_unsorted_or_too_many_are_refused() {
        for bad in [
            vec![],
            vec![0, 1],
            vec![5, 5],
            vec![2, 1],
            (1..=8).collect(),
        ] {
            assert!(Breaks::try_from(bad.clone()).is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn class_of_any_rate_has_bounds_around_it(
            count in 0u64..5000,
            population in 1u64..300_000,
        ) {
            let (breaks, rate) = (Breaks::default(), Rate::new(count, population).unwrap());
            let (lower, upper) = breaks.bounds(breaks.class(rate));
            prop_assert!(rate.value() >= f64::from(lower));
            prop_assert!(upper.is_none_or(|upper| rate.value() < f64::from(upper)));
        }
    }
}
