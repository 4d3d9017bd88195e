//! Compares two values for one area and date, and keeps the larger.

use std::collections::BTreeMap;

use rising_model::domain::day::Day;
use rising_model::domain::figure::Figure;
use rising_view::figures;
use rising_words::Language;

use super::{Entry, PublishedRate};

/// A second value for an area and date.
pub enum RepeatedValue {
    /// The values are equal.
    Agrees {
        /// "figure" or "rate".
        what: &'static str,
    },
    /// The values are different.
    Differs {
        /// The earlier value, in words.
        first: String,
        /// The later value, in words.
        second: String,
    },
}

/// A value that files can have twice for an area and date.
pub trait Repeatable: Copy + Eq {
    /// Its name in the summary.
    const WHAT: &str;

    /// Whether it is larger than the other.
    fn exceeds(self, other: Self) -> bool;

    fn in_words(self) -> String;
}

impl Repeatable for Figure {
    const WHAT: &str = "figure";

    fn exceeds(self, other: Figure) -> bool {
        self.bounds() > other.bounds()
    }

    fn in_words(self) -> String {
        figures::cases_text(self, &Language::En.texts())
    }
}

impl Repeatable for PublishedRate {
    const WHAT: &str = "rate";

    fn exceeds(self, other: PublishedRate) -> bool {
        self > other
    }

    fn in_words(self) -> String {
        self.to_string()
    }
}

/// Inserts a value, or of two values for the date keeps the larger. Returns how a second value
/// compares with the first.
pub fn keep_larger<T: Repeatable>(
    days: &mut BTreeMap<Day, Entry<T>>,
    date: Day,
    entry: Entry<T>,
) -> Option<RepeatedValue> {
    let Some(earlier) = days.get_mut(&date) else {
        days.insert(date, entry);
        return None;
    };
    let first = earlier.figure;
    if entry.figure.exceeds(first) {
        *earlier = entry;
    }
    Some(if first == entry.figure {
        RepeatedValue::Agrees { what: T::WHAT }
    } else {
        RepeatedValue::Differs {
            first: first.in_words(),
            second: entry.figure.in_words(),
        }
    })
}
