//! Parses the text of a field into a typed value.

use rising_model::domain::area::AreaCode;
use rising_model::domain::day::Day;
use rising_model::domain::figure::Figure;

use crate::problem::InputFault;
use crate::published_rates::{MAX_COUNT, PublishedRate, Rate};

/// The meaning of a blank count in a dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlankCount {
    /// A blank is an error.
    Invalid,
    /// A blank is a count of 0, 1 or 2, which the publisher withholds.
    Suppressed,
}

/// A suppressed count in the MSOA files of 2020.
const SUPPRESSED: &str = "-99";

/// Texts of a suppressed rate in the archive. Its files have "null" in lines with British dates and
/// NA (without quotes) in lines with ISO dates.
const SUPPRESSED_RATES: [&str; 3] = ["", "null", "NA"];

/// The largest number of characters in a name. The longest area name has 80.
const MAX_NAME_CHARS: usize = 200;

/// Returns the start of a value, as a problem quotes it: a file may have ten thousand problems.
pub fn quoted(text: &str) -> String {
    text.chars().take(MAX_NAME_CHARS).collect()
}

/// Checks the length of a name.
///
/// # Errors
/// If it has more than [`MAX_NAME_CHARS`].
pub fn check_name(column: &'static str, text: &str) -> Result<(), InputFault> {
    match text.char_indices().nth(MAX_NAME_CHARS) {
        None => Ok(()),
        Some(_) => Err(InputFault::LongName {
            column,
            value: quoted(text),
        }),
    }
}

/// Parses an area code.
///
/// # Errors
/// If the text is not a valid code.
pub fn parse_code(column: &'static str, text: &str) -> Result<AreaCode, InputFault> {
    text.parse().map_err(|_| InputFault::BadCode {
        column,
        value: quoted(text),
    })
}

/// Parses a date, ISO or British.
///
/// # Errors
/// If the text is neither.
pub fn parse_date(column: &'static str, text: &str) -> Result<Day, InputFault> {
    text.parse()
        .or_else(|_| Day::from_uk(text))
        .map_err(|_| InputFault::BadDate {
            column,
            value: quoted(text),
        })
}

/// Parses a count. If a blank is a suppressed count, −99 is one too. Some files write whole numbers
/// as `4.0`.
///
/// # Errors
/// If the text is not a whole number of 0 or more, or is blank and that is invalid.
pub fn parse_figure(
    column: &'static str,
    text: &str,
    blank: BlankCount,
) -> Result<Figure, InputFault> {
    if blank == BlankCount::Suppressed
        && (text.is_empty() || without_zero_fraction(text) == SUPPRESSED)
    {
        return Ok(Figure::Suppressed);
    }
    if text.is_empty() {
        return Err(InputFault::Blank { column });
    }
    match without_zero_fraction(text).parse::<u32>() {
        Ok(count) if count <= MAX_COUNT && !text.starts_with('+') => Ok(Figure::Count(count)),
        _ if text.parse::<f64>().is_ok_and(|number| number < 0.0) => Err(InputFault::Negative {
            column,
            value: quoted(text),
        }),
        _ => Err(InputFault::BadNumber {
            column,
            value: quoted(text),
            of: "cases",
        }),
    }
}

/// Parses a rate per 100,000 people.
///
/// # Errors
/// If the text is neither a decimal number of 0 or more nor one of [`SUPPRESSED_RATES`].
pub fn parse_rate(column: &'static str, text: &str) -> Result<PublishedRate, InputFault> {
    if SUPPRESSED_RATES.contains(&text) {
        return Ok(PublishedRate::Suppressed);
    }
    match Rate::parse(text) {
        Some(rate) => Ok(PublishedRate::Rate(rate)),
        None => Err(InputFault::BadRate {
            column,
            value: quoted(text),
        }),
    }
}

/// Parses a number of people; thousands may be separated by commas.
///
/// # Errors
/// If the text is not a whole number.
pub fn parse_people(column: &'static str, text: &str) -> Result<u64, InputFault> {
    let digits = text.replace(',', "");
    digits
        .parse::<u32>()
        .ok()
        .filter(|_| !text.starts_with('+'))
        .map(u64::from)
        .ok_or_else(|| InputFault::BadNumber {
            column,
            value: quoted(text),
            of: "people",
        })
}

/// Removes a fraction of zeros from a number.
fn without_zero_fraction(text: &str) -> &str {
    match text.split_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|b| b == b'0') => whole,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parse_figure_reads_counts_and_suppressed_values() {
        let read = |text, blank| parse_figure("n", text, blank);
        for (text, count) in [("0", 0), ("17", 17), ("4.0", 4), ("12.00", 12)] {
            for blank in [BlankCount::Invalid, BlankCount::Suppressed] {
                assert_eq!(read(text, blank), Ok(Figure::Count(count)));
            }
        }
        for text in ["", "-99", "-99.0"] {
            assert_eq!(read(text, BlankCount::Suppressed), Ok(Figure::Suppressed));
            assert!(read(text, BlankCount::Invalid).is_err());
        }
        assert!(matches!(
            read("-1", BlankCount::Suppressed),
            Err(InputFault::Negative { .. })
        ));
        assert!(matches!(
            read("-99", BlankCount::Invalid),
            Err(InputFault::Negative { .. })
        ));
        for text in [
            "4.5",
            "4.",
            "1e3",
            "1,234",
            "NaN",
            "inf",
            "+4",
            "four",
            "99999999999",
            "4294967295",
        ] {
            assert!(
                matches!(
                    read(text, BlankCount::Invalid),
                    Err(InputFault::BadNumber { .. })
                ),
                "{text}"
            );
        }
    }

    #[test]
    fn parse_rate_reads_number_or_suppressed() {
        for text in ["", "null", "NA"] {
            assert_eq!(
                parse_rate("value", text),
                Ok(PublishedRate::Suppressed),
                "{text}"
            );
        }
        assert_eq!(
            parse_rate("value", "24.7"),
            Ok(PublishedRate::Rate(Rate::parse("24.7").unwrap()))
        );
        for text in ["-99", "-1.5", "Null", "N/A", "24,7", "1e2", "100001"] {
            assert!(
                matches!(parse_rate("value", text), Err(InputFault::BadRate { .. })),
                "{text}"
            );
        }
    }

    #[test]
    fn parse_date_and_people_accept_british_forms() {
        assert_eq!(parse_date("d", "07/02/2021"), parse_date("d", "2021-02-07"));
        assert!(parse_date("d", "2021-02-07T00:00").is_err());
        assert_eq!(parse_people("p", "1,234,567"), Ok(1_234_567));
        assert!(parse_people("p", "").is_err());
    }

    proptest! {
        #[test]
        fn parse_any_text_does_not_panic(text in "\\PC{0,14}") {
            let _ = parse_code("c", &text);
            let _ = parse_date("d", &text);
            let _ = parse_people("p", &text);
            let _ = parse_rate("r", &text);
            for blank in [BlankCount::Invalid, BlankCount::Suppressed] {
                let _ = parse_figure("n", &text, blank);
            }
        }
    }
}
