//! Represents a calendar day without a time zone.

use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use time::{Date, Month};

/// Julian day number of 1970-01-01, which is day 0 in Rising's files.
const EPOCH: i32 = 2_440_588;

/// A day of the proleptic Gregorian calendar. `day + 7` is a week later; `b - a` is the number of
/// days between.
///
/// Stored as days since 1970-01-01, because code adds and compares days far more often than it
/// formats dates: a single chart does so ten thousand times. Only parsing and formatting use the
/// calendar.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

/// A text that is not a date of the form `YYYY-MM-DD` (or, for [`Day::from_uk`], `DD/MM/YYYY`).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a date; write it as {1}")]
pub struct InvalidDay(String, &'static str);

impl Day {
    /// Returns the day `year-month-day`, if that date exists.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Day> {
        Date::from_calendar_date(year, Month::try_from(month).ok()?, day)
            .ok()
            .map(Day::from_date)
    }

    /// Days since 1970-01-01, negative before.
    pub fn number(self) -> i32 {
        self.0
    }

    fn from_date(date: Date) -> Day {
        Day(date.to_julian_day() - EPOCH)
    }

    fn date(self) -> Date {
        // Every constructor keeps the day within the calendar.
        Date::from_julian_day(self.0 + EPOCH).unwrap_or(Date::MAX)
    }

    /// Returns the day `number` days after 1970-01-01; `None` outside years −9999 to 9999.
    pub fn from_number(number: i32) -> Option<Day> {
        Date::from_julian_day(number.checked_add(EPOCH)?)
            .ok()
            .map(Day::from_date)
    }

    /// Parses `DD/MM/YYYY`, the format of the UKHSA archive.
    ///
    /// # Errors
    /// If the text has another form, or the date does not exist.
    pub fn from_uk(text: &str) -> Result<Day, InvalidDay> {
        let mut parts = text.split('/');
        let (day, month, year) = (
            digits(parts.next(), 2),
            digits(parts.next(), 2),
            digits(parts.next(), 4),
        );
        match (day, month, year, parts.next()) {
            (Some(d), Some(m), Some(y), None) => Day::new(y as i32, m as u8, d as u8),
            _ => None,
        }
        .ok_or_else(|| InvalidDay(text.to_owned(), "DD/MM/YYYY"))
    }

    /// The year, such as 2021.
    pub fn year(self) -> i32 {
        self.date().year()
    }

    /// The month's number, 1 to 12.
    pub fn month(self) -> u8 {
        self.date().month() as u8
    }

    /// The day of the month, 1 to 31.
    pub fn day(self) -> u8 {
        self.date().day()
    }

    /// Returns the nearest day within `first..=last`.
    pub fn clamp_to(self, first: Day, last: Day) -> Day {
        self.max(first).min(last)
    }
}

/// Returns the date nearest to `wanted` among the dates `step` days apart that end on `last` and do
/// not precede `first`; the later one of two that are equally near.
pub fn nearest(wanted: Day, (first, last): (Day, Day), step: i32) -> Day {
    let step = step.max(1);
    let within = wanted.clamp_to(first, last);
    // Steps count from the last date, which can always be chosen.
    let steps_back = (last - within + (step - 1) / 2) / step;
    (last - steps_back * step).max(first)
}

fn digits(part: Option<&str>, len: usize) -> Option<u32> {
    let part = part?;
    (part.len() == len && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse().ok())?
}

impl FromStr for Day {
    type Err = InvalidDay;
    fn from_str(text: &str) -> Result<Day, InvalidDay> {
        let mut parts = text.split('-');
        let (year, month, day) = (
            digits(parts.next(), 4),
            digits(parts.next(), 2),
            digits(parts.next(), 2),
        );
        match (year, month, day, parts.next()) {
            (Some(y), Some(m), Some(d), None) => Day::new(y as i32, m as u8, d as u8),
            _ => None,
        }
        .ok_or_else(|| InvalidDay(text.to_owned(), "YYYY-MM-DD"))
    }
}

/// `YYYY-MM-DD`.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = self.date();
        write!(
            f,
            "{:04}-{:02}-{:02}",
            date.year(),
            date.month() as u8,
            date.day()
        )
    }
}

/// Formats like `Display`, so that a failed test shows a date and not a number.
impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Saturates at the calendar's ends, which no data reaches.
impl Add<i32> for Day {
    type Output = Day;
    fn add(self, days: i32) -> Day {
        const FIRST: i32 = Date::MIN.to_julian_day() - EPOCH;
        const LAST: i32 = Date::MAX.to_julian_day() - EPOCH;
        Day(self.0.saturating_add(days).clamp(FIRST, LAST))
    }
}

impl Sub<i32> for Day {
    type Output = Day;
    fn sub(self, days: i32) -> Day {
        self.add(days.saturating_neg())
    }
}

impl Sub for Day {
    type Output = i32;
    fn sub(self, other: Day) -> i32 {
        self.number() - other.number()
    }
}

/// Text in JSON, the day's number in our binary files.
impl Serialize for Day {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if s.is_human_readable() {
            s.collect_str(self)
        } else {
            s.serialize_i32(self.number())
        }
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Day, D::Error> {
        if d.is_human_readable() {
            String::deserialize(d)?.parse().map_err(D::Error::custom)
        } else {
            Day::from_number(i32::deserialize(d)?)
                .ok_or_else(|| D::Error::custom("day out of range"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn day_parses_and_formats_both_forms() {
        let day: Day = "2021-02-07".parse().unwrap();
        assert_eq!(day, Day::from_uk("07/02/2021").unwrap());
        assert_eq!(day.to_string(), "2021-02-07");
        assert_eq!((day - 7).to_string(), "2021-01-31");
    }

    #[test]
    fn parse_refuses_invalid_dates() {
        for bad in [
            "2021-02-30",
            "2021-2-7",
            "07/02/2021",
            "",
            "2021-02-07T00:00",
            "+021-02-07",
        ] {
            assert!(bad.parse::<Day>().is_err(), "{bad}");
        }
        assert!(Day::from_uk("2021-02-07").is_err());
    }

    proptest! {
        #[test]
        fn day_number_round_trips(n in -700_000i32..700_000) {
            let day = Day::from_number(n).unwrap();
            prop_assert_eq!(day.number(), n);
            prop_assert_eq!(day.to_string().parse::<Day>().ok(), (day.year() >= 0).then_some(day));
            prop_assert_eq!((day + 40) - day, 40);
        }

        #[test]
        fn parse_of_any_text_does_not_panic(text in ".{0,12}") {
            let _ = text.parse::<Day>();
            let _ = Day::from_uk(&text);
        }
    }

    #[test]
    fn nearest_finds_the_closest_date_of_the_series() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let weeks = (day("2020-03-21"), day("2020-11-28"));
        assert_eq!(nearest(day("2021-02-07"), weeks, 7), day("2020-11-28"));
        assert_eq!(nearest(day("2020-11-25"), weeks, 7), day("2020-11-28"));
        assert_eq!(nearest(day("2020-11-24"), weeks, 7), day("2020-11-21"));
        assert_eq!(nearest(day("2019-01-01"), weeks, 7), day("2020-03-21"));
        assert_eq!(nearest(day("2020-06-10"), weeks, 1), day("2020-06-10"));
    }
}
