//! Parses periods, a day or a range of days.

use std::fmt;
use std::str::FromStr;

use rising_model::domain::day::{Day, InvalidDay};
use serde::{Deserialize, Deserializer, de};

/// A range of days, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub first: Day,
    /// Last day.
    pub last: Day,
}

impl Period {
    /// Whether the day is in the period.
    pub fn contains(&self, day: Day) -> bool {
        (self.first..=self.last).contains(&day)
    }
}

/// Parses `2020-10-01` or `2020-10-01..2020-10-31`.
impl FromStr for Period {
    type Err = InvalidDay;
    fn from_str(text: &str) -> Result<Period, InvalidDay> {
        let (first, last) = text.split_once("..").unwrap_or((text, text));
        Ok(Period {
            first: first.parse()?,
            last: last.parse()?,
        })
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            write!(f, "{}", self.first)
        } else {
            write!(f, "{} to {}", self.first, self.last)
        }
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Period, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|error| {
            de::Error::custom(format!(
                "{error}; write YYYY-MM-DD or YYYY-MM-DD..YYYY-MM-DD"
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_reads_day_or_range() {
        let day: Day = "2020-10-31".parse().unwrap();
        let month: Period = "2020-10-01..2020-10-31".parse().unwrap();
        assert!(month.contains(day) && !month.contains(day + 1));
        assert_eq!(
            "2020-10-31".parse(),
            Ok(Period {
                first: day,
                last: day
            })
        );
        assert_eq!(month.to_string(), "2020-10-01 to 2020-10-31");
        assert!("October".parse::<Period>().is_err());
    }
}
