//! Compares two consecutive weeks: direction and size of the change.

use serde::{Deserialize, Serialize};

use crate::domain::figure::Figure;

/// The sign of the change on counts between two consecutive weeks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// More cases than in the week before.
    Rising,
    /// Fewer cases than in the week before.
    Falling,
    /// As many cases as in the week before.
    Unchanged,
    /// Undecidable: a figure is missing, or the intervals of suppressed figures overlap.
    Unknown,
}

impl Direction {
    /// The value in data files and HTML attributes: "rising", "falling", "unchanged", "unknown".
    pub fn word(self) -> &'static str {
        match self {
            Direction::Rising => "rising",
            Direction::Falling => "falling",
            Direction::Unchanged => "unchanged",
            Direction::Unknown => "unknown",
        }
    }

    /// The arrow shown beside the word; never shown alone.
    pub fn arrow(self) -> &'static str {
        match self {
            Direction::Rising => "▲",
            Direction::Falling => "▼",
            Direction::Unchanged => "=",
            Direction::Unknown => "?",
        }
    }

    /// Returns the direction from `before` to `now`. Each figure is an interval (a number has equal
    /// ends): rising or falling if the intervals do not overlap, unchanged for two equal numbers.
    pub fn between(before: Figure, now: Figure) -> Direction {
        match (before.bounds(), now.bounds()) {
            (Some((_, before_max)), Some((now_min, _))) if now_min > before_max => {
                Direction::Rising
            }
            (Some((before_min, _)), Some((_, now_max))) if now_max < before_min => {
                Direction::Falling
            }
            (Some((a, b)), Some((c, d))) if a == b && c == d => Direction::Unchanged,
            _ => Direction::Unknown,
        }
    }
}

/// The least count in the earlier week for a percentage. Below it, a percentage is mostly chance.
pub const PERCENT_FROM: u32 = 10;

/// An area's week compared with the week before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The week's count.
    pub now: Figure,
    /// The earlier week's count.
    pub before: Figure,
}

impl Comparison {
    /// See [`Direction::between`].
    pub fn direction(self) -> Direction {
        Direction::between(self.before, self.now)
    }

    /// The change in per cent of the earlier count, if that is [`PERCENT_FROM`] or more.
    pub fn percentage(self) -> Option<f64> {
        match (self.before, self.now) {
            (Figure::Count(before), Figure::Count(now)) if before >= PERCENT_FROM => {
                Some((f64::from(now) / f64::from(before) - 1.0) * 100.0)
            }
            _ => None,
        }
    }
}

/// The least count that is published where small counts are suppressed.
pub const PUBLISHED_FROM: u32 = Figure::SUPPRESSED_MAX + 1;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NUMBER: fn(u32) -> Figure = Figure::Count;

    #[test]
    fn direction_between_counts_and_intervals_follows_their_bounds() {
        use Direction::*;
        use Figure::*;
        for (before, now, expected) in [
            (NUMBER(95), NUMBER(194), Rising),
            (NUMBER(921), NUMBER(863), Falling),
            (NUMBER(0), NUMBER(0), Unchanged),
            (Suppressed, NUMBER(3), Rising),
            (NUMBER(3), Suppressed, Falling),
            (Suppressed, Suppressed, Unknown),
            (Suppressed, NUMBER(2), Unknown),
            (Missing, NUMBER(5), Unknown),
            (NUMBER(5), Missing, Unknown),
            (Missing, Missing, Unknown),
        ] {
            assert_eq!(
                Direction::between(before, now),
                expected,
                "{before:?} {now:?}"
            );
        }
    }

    #[test]
    fn percentage_below_ten_cases_is_none() {
        let change = |before, now| {
            Comparison {
                now: NUMBER(now),
                before: NUMBER(before),
            }
            .percentage()
        };
        assert_eq!(change(9, 90), None);
        assert_eq!(change(10, 15), Some(50.0));
    }

    proptest! {
        #[test]
        fn direction_of_swapped_counts_is_opposite(a in 0u32..9, b in 0u32..9) {
            let opposite = match Direction::between(NUMBER(a), NUMBER(b)) {
                Direction::Rising => Direction::Falling,
                Direction::Falling => Direction::Rising,
                same => same,
            };
            prop_assert_eq!(Direction::between(NUMBER(b), NUMBER(a)), opposite);
        }
    }
}
