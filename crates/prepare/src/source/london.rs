//! The day of a moment where the figures are published.

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::tz::TimeZone;
use rising_model::day::Day;

/// Where publication days are counted.
const ZONE: &str = "Europe/London";

/// The moment that a header such as `Date` or `Last-Modified` names.
pub fn http_date(text: &str) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(text.trim()).ok()
}

/// The day in London, whatever this machine's time zone is. The rules of summer time come with the
/// program.
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
    fn midnight_is_londons_in_winter_and_in_summer() {
        for (header, expected) in [
            // In winter London keeps Greenwich time, in summer its day begins an hour before.
            ("Thu, 14 Jan 2021 23:30:00 GMT", "2021-01-14"),
            ("Fri, 15 Jan 2021 00:00:00 GMT", "2021-01-15"),
            ("Thu, 15 Jul 2021 22:59:59 GMT", "2021-07-15"),
            ("Thu, 15 Jul 2021 23:00:00 GMT", "2021-07-16"),
            ("Thu, 15 Jul 2021 23:30:00 GMT", "2021-07-16"),
            // The nights in which the clocks change, and the days after.
            ("Sat, 27 Mar 2021 23:59:59 GMT", "2021-03-27"),
            ("Sun, 28 Mar 2021 23:00:00 GMT", "2021-03-29"),
            ("Sat, 30 Oct 2021 23:00:00 GMT", "2021-10-31"),
            ("Sun, 31 Oct 2021 23:00:00 GMT", "2021-10-31"),
            // A year that ends.
            ("Thu, 31 Dec 2026 23:59:59 GMT", "2026-12-31"),
            ("Fri, 01 Jan 2027 00:00:00 GMT", "2027-01-01"),
            // A server that writes another zone than it should.
            ("Thu, 15 Jul 2021 23:30:00 +0100", "2021-07-15"),
        ] {
            let day = http_date(header).and_then(day);
            assert_eq!(day, Some(expected.parse().unwrap()), "{header}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
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
        fn any_header_is_a_moment_or_none(text in "\\PC{0,40}") {
            let _ = http_date(&text).and_then(day);
        }
    }
}
