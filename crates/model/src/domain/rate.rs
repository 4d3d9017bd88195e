//! Computes cases per 100,000 people. A rate is exact until it is formatted.

use std::cmp::Ordering;

/// A rate is the number of cases per this many people.
const PER: u64 = 100_000;

/// A seven-day count over a population. Comparisons and classes use the exact value. Text has one
/// decimal, rounded half up, with thousands separators: `1,485.9`.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    count: u64,
    population: u64,
}

impl Rate {
    /// Creates the rate of `count` cases among `population` people; `None` if nobody lives there.
    pub fn new(count: u64, population: u64) -> Option<Rate> {
        (population > 0).then_some(Rate { count, population })
    }

    /// Cases per 100,000, unrounded.
    pub fn value(self) -> f64 {
        (self.count * PER) as f64 / self.population as f64
    }

    /// The rate in tenths, rounded half up: 4859 for 485.9. Integer arithmetic, because floats
    /// cannot represent every half.
    pub fn tenths(self) -> u64 {
        (self.count * PER * 10 * 2 + self.population) / (self.population * 2)
    }

    /// The rate rounded as in text, for JSON: 485.9.
    pub fn rounded(self) -> f64 {
        self.tenths() as f64 / 10.0
    }
}

impl PartialEq for Rate {
    fn eq(&self, other: &Rate) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Rate {}
impl PartialOrd for Rate {
    fn partial_cmp(&self, other: &Rate) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
/// Orders by exact value: a/b < c/d if a·d < c·b.
impl Ord for Rate {
    fn cmp(&self, other: &Rate) -> Ordering {
        let left = u128::from(self.count) * u128::from(other.population);
        let right = u128::from(other.count) * u128::from(self.population);
        left.cmp(&right)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tenths_round_half_up() {
        let tenths = |count, population| Rate::new(count, population).unwrap().tenths();
        assert_eq!(tenths(194, 39_927), 4859);
        assert_eq!(tenths(1, 2_000_000), 1, "exactly 0.05");
        assert_eq!(tenths(1, 2_000_001), 0, "just under");
        assert_eq!(tenths(3, 2_000_000), 2, "0.15");
    }

    #[test]
    fn rate_without_people_is_none() {
        assert!(Rate::new(3, 0).is_none());
    }

    proptest! {
        #[test]
        fn rate_order_agrees_with_value(
            a in 0u64..100_000,
            p in 1u64..2_000_000,
            b in 0u64..100_000,
            q in 1u64..2_000_000,
        ) {
            let (left, right) = (Rate::new(a, p).unwrap(), Rate::new(b, q).unwrap());
            if left < right { prop_assert!(left.value() <= right.value()); }
            prop_assert!((left.rounded() - left.value()).abs() <= 0.05 + 1e-9);
        }
    }
}
