//! How a language counts and writes numbers. ICU4X is asked while building, and only its answers go
//! into the program: its rules for all languages would be many times the size of our texts.

use fixed_decimal::Decimal;
use icu_decimal::DecimalFormatter;
use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralRules};

use crate::Problem;

/// The plural categories by Fluent's names; a category is a position here.
pub const CATEGORIES: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// The numbers whose categories are compared; and some beyond them.
const ASKED: u32 = 20_000;
const BEYOND: [u32; 5] = [100_000, 1_000_000, 1_000_001, 2_000_000, 10_000_002];

/// After how many numbers a language's categories may repeat, and the first number of which that
/// must be so.
const PERIODS: [u32; 4] = [1, 10, 100, 1_000];
const LATEST: u32 = 100;

/// One language's way with numbers.
#[derive(Debug, PartialEq, Eq)]
pub struct Rules {
    pub cardinal: Categories,
    pub ordinal: Categories,
    /// What stands between thousands, and before a decimal.
    pub group: String,
    pub decimal: String,
}

/// The categories of the numbers from 0: `table` as it stands, and what is in it from position
/// `from` again and again.
#[derive(Debug, PartialEq, Eq)]
pub struct Categories {
    pub from: u32,
    pub table: Vec<usize>,
}

impl Rules {
    /// Asks the library.
    ///
    /// # Errors
    /// If it does not know the language, or the language does something that the program cannot.
    pub fn of(tag: &str) -> Result<Rules, Problem> {
        let unknown = |reason: String| Problem::NoLanguage {
            tag: tag.to_owned(),
            reason,
        };
        let other = |what| Problem::OtherRules {
            tag: tag.to_owned(),
            what,
        };
        let locale: Locale = tag.parse().map_err(|error| unknown(format!("{error}")))?;
        let cardinal = PluralRules::try_new_cardinal((&locale).into())
            .map_err(|error| unknown(format!("{error}")))?;
        let ordinal = PluralRules::try_new_ordinal((&locale).into())
            .map_err(|error| unknown(format!("{error}")))?;
        let repeats = "its plural categories do not repeat within a thousand numbers";
        let categories = |rules: &PluralRules| categories(rules).ok_or_else(|| other(repeats));
        let numbers = DecimalFormatter::try_new((&locale).into(), Default::default())
            .map_err(|error| unknown(format!("{error}")))?;
        let write = |number: &str| -> String {
            number
                .parse::<Decimal>()
                .map(|number| numbers.format(&number).to_string())
                .unwrap_or_default()
        };
        let (group, decimal) = separators(&write)
            .ok_or_else(|| other("it does not part digits in threes from 1,000 on"))?;
        Ok(Rules {
            cardinal: categories(&cardinal)?,
            ordinal: categories(&ordinal)?,
            group,
            decimal,
        })
    }
}

fn separators(write: &dyn Fn(&str) -> String) -> Option<(String, String)> {
    let group = write("1234")
        .strip_prefix('1')?
        .strip_suffix("234")?
        .to_owned();
    let decimal = write("1.5")
        .strip_prefix('1')?
        .strip_suffix('5')?
        .to_owned();
    let as_we_do = format!("12{group}345{group}678{decimal}9");
    (write("12345678.9") == as_we_do).then_some((group, decimal))
}

fn categories(rules: &PluralRules) -> Option<Categories> {
    let of = |number: u32| match rules.category_for(number) {
        PluralCategory::Zero => 0,
        PluralCategory::One => 1,
        PluralCategory::Two => 2,
        PluralCategory::Few => 3,
        PluralCategory::Many => 4,
        PluralCategory::Other => 5,
    };
    let asked: Vec<usize> = (0..ASKED).map(of).collect();
    let at = |number: u32| asked[number as usize];
    let repeats = |from: u32, period: u32| {
        (from..ASKED - period).all(|number| at(number) == at(number + period))
            && BEYOND
                .iter()
                .all(|&number| of(number) == at(from + (number - from) % period))
    };
    let pairs = PERIODS
        .iter()
        .flat_map(|&period| (0..=LATEST).map(move |from| (from, period)));
    let (from, period) = pairs
        .into_iter()
        .find(|&(from, period)| repeats(from, period))?;
    Some(Categories {
        from,
        table: asked[..(from + period) as usize].to_vec(),
    })
}
