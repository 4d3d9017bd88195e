//! Parses the values in addresses, files and arguments, and renders the sentence for invalid ones.

#![no_main]

use std::str::FromStr;

use libfuzzer_sys::fuzz_target;
use rising_model::domain::area::{AreaCode, Level, Nation};
use rising_model::domain::day::Day;
use rising_view::InWords;
use rising_view::dates::{day_short, month_in_words};
use rising_words::Language;
use rising_words::args;
use rising_words::choice::Part;

/// Asserts that a parsed value is written as it was read.
fn round<T: FromStr + ToString>(text: &str) {
    if let Ok(value) = text.parse::<T>() {
        assert_eq!(value.to_string(), text);
    }
}

fuzz_target!(|text: &str| {
    round::<Day>(text);
    round::<AreaCode>(text);
    round::<Level>(text);
    if let Ok(nation) = text.parse::<Nation>() {
        assert_eq!(nation.slug(), text);
    }
    if let Some(language) = Language::parse(text) {
        assert_eq!(language.tag(), text);
    }
    let british = Day::from_uk(text).ok();
    for day in text.parse::<Day>().ok().into_iter().chain(british) {
        for language in Language::ALL {
            let words = [
                day.in_words(&language.texts()),
                day_short(day, &language.texts()),
                month_in_words(day, &language.texts()),
            ];
            assert!(words.iter().all(|words| !words.is_empty()));
        }
    }
    for language in Language::ALL {
        for part in [
            Part::Level,
            Part::Date,
            Part::Area,
            Part::Nation,
            Part::Theme,
            Part::Language,
        ] {
            assert!(
                language
                    .texts()
                    .link_ignored(args::LinkIgnored {
                        choices: "one, other",
                        part,
                        value: text
                    })
                    .contains(text)
            );
        }
    }
});
