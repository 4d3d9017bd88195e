//! Recovers counts from published rates.
//!
//! The archive has only the rates of neighbourhoods: cases per 100,000 people, rounded. A count is
//! the single whole number whose rate on the area's population is within half a unit of the last
//! digit in the file. Both ends are included, because publishers differ in how they round an exact
//! half. All arithmetic is on whole numbers.

use std::cmp::Ordering;
use std::fmt;

use rising_model::domain::figure::Figure;
use rising_words::Language;

/// The number of people that rates are per, and therefore the largest possible rate.
const PER: u64 = 100_000;

/// The largest count of an area and date. A larger number is a typing error.
pub(crate) const MAX_COUNT: u32 = 100_000_000;

/// The largest number of digits in a rate, so that no product below overflows. Published rates have
/// five or six.
const MAX_DIGITS: usize = 15;

/// Cases per 100,000 people, as published: `units` of the last digit. Rates compare as numbers, so
/// 91 equals 91.0.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    units: u64,
    /// Digits after the decimal point.
    decimals: u8,
}

/// A published rate, or a blank, which means 0, 1 or 2 cases and sorts below any rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PublishedRate {
    /// Withheld by the publisher.
    Suppressed,
    /// Published.
    Rate(Rate),
}

/// The reason that no count can be recovered from a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoCount {
    /// No whole number has that rate.
    NoneFits {
        /// The largest count with a lower rate.
        below: u64,
        /// The smallest count with a higher rate.
        above: u64,
    },
    /// Two or more whole numbers have that rate.
    SeveralFit {
        /// The smallest.
        lowest: u64,
        /// The largest.
        highest: u64,
    },
    /// The only whole number with that rate is a count that the publisher would have withheld.
    Unpublished {
        /// The count.
        count: u64,
    },
}

impl Rate {
    /// Parses a decimal number from 0 to 100,000; `None` if the text is anything else.
    pub fn parse(text: &str) -> Option<Rate> {
        let (whole, fraction) = match text.split_once('.') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (text, ""),
        };
        let digits = [whole, fraction].concat();
        let is_number = !whole.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
        if !is_number || digits.len() > MAX_DIGITS {
            return None;
        }
        let rate = Rate {
            units: digits.parse().ok()?,
            decimals: fraction.len() as u8,
        };
        (rate
            <= Rate {
                units: PER,
                decimals: 0,
            })
        .then_some(rate)
    }

    /// Returns the count that has this rate in a population.
    ///
    /// # Errors
    /// [`NoCount`] if no whole number or several have the rate, or the count would have been
    /// suppressed. The population is then not the one that the publisher divided by.
    pub fn count(self, people: u64) -> Result<u32, NoCount> {
        // count / people × 100,000 × power lies from `units` − ½ to `units` + ½; both ends doubled.
        let people = u128::from(people);
        let doubled = 2 * u128::from(self.units);
        let scale = 2 * u128::from(PER) * self.power();
        let lowest = (doubled.saturating_sub(1) * people).div_ceil(scale);
        let highest = (doubled + 1) * people / scale;
        let [low, high] = [lowest, highest].map(|count| u64::try_from(count).unwrap_or(u64::MAX));
        match low.cmp(&high) {
            // Without a whole number between the ends, `high` is the one before `low`.
            Ordering::Greater => Err(NoCount::NoneFits {
                below: high,
                above: low,
            }),
            Ordering::Less => Err(NoCount::SeveralFit {
                lowest: low,
                highest: high,
            }),
            Ordering::Equal => u32::try_from(low)
                .ok()
                .filter(|count| (Figure::SUPPRESSED_MAX + 1..=MAX_COUNT).contains(count))
                .ok_or(NoCount::Unpublished { count: low }),
        }
    }

    fn power(self) -> u128 {
        10u128.pow(u32::from(self.decimals))
    }
}

impl PartialEq for Rate {
    fn eq(&self, other: &Rate) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Rate {}

impl PartialOrd for Rate {
    fn partial_cmp(&self, other: &Rate) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Rate {
    fn cmp(&self, other: &Rate) -> Ordering {
        let in_units = |rate: &Rate, of: &Rate| u128::from(rate.units) * of.power();
        in_units(self, other).cmp(&in_units(other, self))
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.decimals == 0 {
            return write!(f, "{}", self.units);
        }
        let power = 10u64.pow(u32::from(self.decimals));
        let decimals = usize::from(self.decimals);
        write!(
            f,
            "{}.{:0decimals$}",
            self.units / power,
            self.units % power
        )
    }
}

impl fmt::Display for NoCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = |n: u64| Language::En.texts().number(n);
        match *self {
            NoCount::NoneFits { below, above } => {
                write!(
                    f,
                    "{} would be a lower rate, {} a higher one",
                    number(below),
                    number(above)
                )
            }
            NoCount::SeveralFit { lowest, highest } => {
                write!(
                    f,
                    "each count from {} to {} is that rate",
                    number(lowest),
                    number(highest)
                )
            }
            NoCount::Unpublished { count } if count <= Figure::SUPPRESSED_MAX.into() => {
                write!(
                    f,
                    "it would be {count}, and counts up to {} are suppressed",
                    Figure::SUPPRESSED_MAX
                )
            }
            NoCount::Unpublished { count } => {
                write!(f, "it would be {}, too many for one area", number(count))
            }
        }
    }
}

impl fmt::Display for PublishedRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PublishedRate::Suppressed => write!(f, "a suppressed rate"),
            PublishedRate::Rate(rate) => write!(f, "a rate of {rate}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn count(rate: &str, people: u64) -> Result<u32, NoCount> {
        Rate::parse(rate).unwrap().count(people)
    }

    #[test]
    fn parse_of_other_text_is_none() {
        for text in [
            "", ".", ".5", "5.", "-1", "+1", "1e3", "1,234.5", "24.7 ", "١", "NaN", "null",
        ] {
            assert_eq!(Rate::parse(text), None, "{text}");
        }
        assert_eq!(Rate::parse("100000.1"), None, "more cases than people");
        assert_eq!(
            Rate::parse("0.0000000000000001"),
            None,
            "more digits than anybody publishes"
        );
    }

    #[test]
    fn display_of_parsed_rate_is_its_text() {
        for text in [
            "0",
            "0.0",
            "91",
            "24.70",
            "1000.05",
            "100000",
            "99999.99999",
        ] {
            assert_eq!(Rate::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn comparison_ignores_closing_zeros() {
        let rate = |text| Rate::parse(text).unwrap();
        assert_eq!(rate("91"), rate("91.00"));
        assert!(rate("91") < rate("91.1") && rate("9.99") < rate("10"));
        assert!(PublishedRate::Suppressed < PublishedRate::Rate(rate("0")));
    }

    /// The rates and populations are the publisher's.
    #[test]
    fn count_of_published_rate_is_recovered() {
        assert_eq!(count("905.6", 9_386), Ok(85));
        assert_eq!(count("24.7", 12_163), Ok(3));
        // The last digit shown is a whole unit: 7 cases in 7,692 people are 91.003…, in 7,650
        // 91.503….
        assert_eq!(count("91", 7_692), Ok(7));
        assert_eq!(
            count("91", 7_650),
            Err(NoCount::NoneFits { below: 6, above: 7 })
        );
        // No population makes a shown digit vanish.
        assert_eq!(count("91.00", 7_692), Ok(7));
        assert_eq!(
            count("91.000", 7_692),
            Err(NoCount::NoneFits { below: 6, above: 7 })
        );
    }

    /// 13 cases in 8,320 people are exactly 156.25, which this publisher rounds to the even 156.2.
    #[test]
    fn count_of_exact_half_is_recovered_rounded_down_or_up() {
        assert_eq!(count("156.2", 8_320), Ok(13));
        assert_eq!(count("156.3", 8_320), Ok(13));
        for rate in ["156.1", "156.4"] {
            assert!(
                matches!(count(rate, 8_320), Err(NoCount::NoneFits { .. })),
                "{rate}"
            );
        }
    }

    #[test]
    fn count_that_no_whole_number_gives_names_the_nearest() {
        assert_eq!(
            count("24.9", 12_163),
            Err(NoCount::NoneFits { below: 3, above: 4 })
        );
        assert_eq!(
            count("0.5", 5_000),
            Err(NoCount::NoneFits { below: 0, above: 1 })
        );
    }

    /// A step of one case is a tenth of a unit on a million people: two counts share a rate beyond.
    #[test]
    fn count_of_too_many_people_is_ambiguous() {
        assert_eq!(count("12.3", 1_000_000), Ok(123));
        assert_eq!(
            count("12.3", 1_500_000),
            Err(NoCount::SeveralFit {
                lowest: 184,
                highest: 185
            })
        );
        // Halfway between two rates, so that both ends of the range are whole numbers.
        assert_eq!(
            count("0.5", 1_000),
            Err(NoCount::NoneFits { below: 0, above: 1 })
        );
        assert_eq!(count("50", 100_000), Ok(50));
        assert_eq!(
            count("50", 200_000),
            Err(NoCount::SeveralFit {
                lowest: 99,
                highest: 101
            })
        );
    }

    #[test]
    fn count_below_three_is_unpublished() {
        assert_eq!(count("24.7", 8_100), Err(NoCount::Unpublished { count: 2 }));
        assert_eq!(count("0", 8_100), Err(NoCount::Unpublished { count: 0 }));
        assert_eq!(count("0.0", 8_100), Err(NoCount::Unpublished { count: 0 }));
        assert_eq!(count("24.7", 0), Err(NoCount::Unpublished { count: 0 }));
    }

    /// The rate as the publisher writes it: rounded half to even, without a closing zero.
    fn published(count: u64, people: u64, decimals: u32) -> String {
        let power = 10u64.pow(decimals);
        let units = count * 100_000 * power / people;
        let rest = count * 100_000 * power % people;
        let up = rest * 2 > people || (rest * 2 == people && units % 2 == 1);
        let units = units + u64::from(up);
        let text = format!(
            "{}.{:0width$}",
            units / power,
            units % power,
            width = decimals as usize
        );
        text.strip_suffix(".0").unwrap_or(&text).to_owned()
    }

    proptest! {
        /// One case is at least three units of the last digit on 33,000 people, so a dropped
        /// closing zero leaves the count unique.
        #[test]
        fn published_rate_gives_its_count_back(people in 20u64..33_000, part in 0.0..1.0f64) {
            let cases = 3 + ((people - 3) as f64 * part) as u64;
            for decimals in [1, 2, 3] {
                let rate = published(cases, people, decimals);
                prop_assert_eq!(count(&rate, people), Ok(cases as u32), "{} of {}", rate, people);
            }
        }

        #[test]
        fn any_rate_and_population_give_a_count_near_it_or_say_why(
            text in "[0-9]{1,7}(\\.[0-9]{1,8})?",
            people in prop_oneof![0..60_000u64, 0..u64::from(u32::MAX)],
        ) {
            let Some(rate) = Rate::parse(&text) else { return Ok(()) };
            let exact = text.parse::<f64>().unwrap() * people as f64 / 100_000.0;
            let near = |count: u64| (count as f64 - exact).abs() < 1.0 + people as f64 / 100_000.0;
            match rate.count(people) {
                Ok(count) => prop_assert!(near(count.into())),
                Err(NoCount::NoneFits { below, above }) => {
                    prop_assert!(below + 1 == above && near(below) && near(above));
                }
                Err(NoCount::SeveralFit { lowest, highest }) => {
                    prop_assert!(lowest < highest && near(lowest) && near(highest));
                }
                Err(NoCount::Unpublished { count }) => prop_assert!(near(count)),
            }
        }
    }
}
