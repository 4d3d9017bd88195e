//! Converts times to days in London, where the figures are published.

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::tz::TimeZone;
use rising_model::domain::day::Day;

/// The time zone of publication days.
const ZONE: &str = "Europe/London";

/// Parses the time of a header such as `Date` or `Last-Modified`.
pub fn http_date(text: &str) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(text.trim()).ok()
}

/// Returns the day in London, whatever this machine's time zone. The time zone's rules are compiled
/// into the program.
pub fn day(moment: Timestamp) -> Option<Day> {
    let date = moment.to_zoned_datetime(TimeZone::get(ZONE).ok()?).date();
    Day::new(
        date.year().into(),
        date.month().try_into().ok()?,
        date.day().try_into().ok()?,
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn day_changes_at_midnight_in_london() {
        for (header, expected) in [
            // In winter London uses Greenwich Mean Time; in summer its day begins an hour earlier.
            ("Thu, 14 Jan 2021 23:30:00 GMT", "2021-01-14"),
            ("Fri, 15 Jan 2021 00:00:00 GMT", "2021-01-15"),
            ("Thu, 15 Jul 2021 22:59:59 GMT", "2021-07-15"),
            ("Thu, 15 Jul 2021 23:00:00 GMT", "2021-07-16"),
            ("Thu, 15 Jul 2021 23:30:00 GMT", "2021-07-16"),
            // The nights on which the clocks change, and the days after.
            ("Sat, 27 Mar 2021 23:59:59 GMT", "2021-03-27"),
            ("Sun, 28 Mar 2021 23:00:00 GMT", "2021-03-29"),
            ("Sat, 30 Oct 2021 23:00:00 GMT", "2021-10-31"),
            ("Sun, 31 Oct 2021 23:00:00 GMT", "2021-10-31"),
            // The end of a year.
            ("Thu, 31 Dec 2026 23:59:59 GMT", "2026-12-31"),
            ("Fri, 01 Jan 2027 00:00:00 GMT", "2027-01-01"),
            // A server that sends another time zone than GMT.
            ("Thu, 15 Jul 2021 23:30:00 +0100", "2021-07-15"),
        ] {
            let day = http_date(header).and_then(day);
            assert_eq!(day, Some(expected.parse().unwrap()), "{header}");
        }
    }

    #[test]
    fn http_date_of_invalid_text_is_none() {
        for text in [
            "",
            "yesterday",
            "2021-07-15",
            "Thu, 35 Jul 2021 23:30:00 GMT",
            "0",
        ] {
            assert_eq!(http_date(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn http_date_never_panics(text in "\\PC{0,40}") {
            let _ = http_date(&text).and_then(day);
        }
    }
}
