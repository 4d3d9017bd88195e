//! Gets a language's plural rules and separators from ICU4X. This happens in the build, and the app
//! has only the resulting tables: ICU's rules for all languages are many times larger than the
//! texts.

use fixed_decimal::Decimal;
use icu_decimal::DecimalFormatter;
use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralRules};

use crate::TextError;

/// The plural categories by Fluent's names. Elsewhere, a category is a position in this list.
pub const CATEGORIES: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// The search for a period compares the numbers below this one, and some larger ones.
const TESTED: u32 = 20_000;
const TESTED_LARGER: [u32; 5] = [100_000, 1_000_000, 1_000_001, 2_000_000, 10_000_002];

/// The possible periods of a language's categories.
const PERIODS: [u32; 4] = [1, 10, 100, 1_000];

/// The categories must repeat from this number on, or from a smaller one.
const LATEST_START: u32 = 100;

/// The plural rules and separators of one language.
#[derive(Debug, PartialEq, Eq)]
pub struct Rules {
    pub cardinal: Categories,
    pub ordinal: Categories,
    /// The thousands separator.
    pub group: String,
    /// The decimal separator.
    pub decimal: String,
}

/// The categories of the numbers from 0: the table, whose part from position `from` on repeats
/// forever.
#[derive(Debug, PartialEq, Eq)]
pub struct Categories {
    pub from: u32,
    pub table: Vec<usize>,
}

impl Rules {
    /// Gets the rules of a language from ICU4X.
    ///
    /// # Errors
    /// If ICU4X does not know the language, or the app cannot represent its rules.
    pub fn of(tag: &str) -> Result<Rules, TextError> {
        let unknown = |reason: String| TextError::UnknownLanguage {
            tag: tag.to_owned(),
            reason,
        };
        let unsupported = |what| TextError::UnsupportedRules {
            tag: tag.to_owned(),
            what,
        };
        let locale: Locale = tag.parse().map_err(|error| unknown(format!("{error}")))?;
        let cardinal = PluralRules::try_new_cardinal((&locale).into())
            .map_err(|error| unknown(format!("{error}")))?;
        let ordinal = PluralRules::try_new_ordinal((&locale).into())
            .map_err(|error| unknown(format!("{error}")))?;
        let repeats = "its plural categories do not repeat within a thousand numbers";
        let categories =
            |rules: &PluralRules| find_categories(rules).ok_or_else(|| unsupported(repeats));
        let numbers = DecimalFormatter::try_new((&locale).into(), Default::default())
            .map_err(|error| unknown(format!("{error}")))?;
        let format = |number: &str| -> String {
            number
                .parse::<Decimal>()
                .map(|number| numbers.format(&number).to_string())
                .unwrap_or_default()
        };
        let (group, decimal) = derive_separators(&format)
            .ok_or_else(|| unsupported("it does not group digits in threes from 1,000 on"))?;
        Ok(Rules {
            cardinal: categories(&cardinal)?,
            ordinal: categories(&ordinal)?,
            group,
            decimal,
        })
    }
}

/// Derives the separators from formatted numbers; `None` if digits are not in groups of three.
fn derive_separators(format: &dyn Fn(&str) -> String) -> Option<(String, String)> {
    let group = format("1234")
        .strip_prefix('1')?
        .strip_suffix("234")?
        .to_owned();
    let decimal = format("1.5")
        .strip_prefix('1')?
        .strip_suffix('5')?
        .to_owned();
    let expected = format!("12{group}345{group}678{decimal}9");
    (format("12345678.9") == expected).then_some((group, decimal))
}

/// Finds the shortest table whose end repeats; `None` if the categories have no such period.
fn find_categories(rules: &PluralRules) -> Option<Categories> {
    let of = |number: u32| match rules.category_for(number) {
        PluralCategory::Zero => 0,
        PluralCategory::One => 1,
        PluralCategory::Two => 2,
        PluralCategory::Few => 3,
        PluralCategory::Many => 4,
        PluralCategory::Other => 5,
    };
    let tested: Vec<usize> = (0..TESTED).map(of).collect();
    let at = |number: u32| tested[number as usize];
    let repeats = |from: u32, period: u32| {
        (from..TESTED - period).all(|number| at(number) == at(number + period))
            && TESTED_LARGER
                .iter()
                .all(|&number| of(number) == at(from + (number - from) % period))
    };
    let pairs = PERIODS
        .iter()
        .flat_map(|&period| (0..=LATEST_START).map(move |from| (from, period)));
    let (from, period) = pairs
        .into_iter()
        .find(|&(from, period)| repeats(from, period))?;
    Some(Categories {
        from,
        table: tested[..(from + period) as usize].to_vec(),
    })
}
