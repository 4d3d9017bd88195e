//! Writes dates, and the age of figures.

use rising_model::day::Day;
use rising_model::freshness::Freshness;
use rising_words::Language;

use crate::InWords;

/// "7 February 2021".
impl InWords for Day {
    fn in_words(&self, language: Language) -> String {
        language.day_in_words(
            self.day().into(),
            self.month().into(),
            self.year().unsigned_abs(),
        )
    }
}

/// Formats a day without the year, where the year is obvious: "7 Feb".
pub fn day_short(day: Day, language: Language) -> String {
    language.day_short(day.day().into(), day.month().into())
}

/// Returns the short name of a day's month: "Feb".
pub fn month_short(day: Day, language: Language) -> &'static str {
    language.month_short(day.month().into())
}

/// Formats the month and year: "February 2021".
pub fn month_in_words(day: Day, language: Language) -> String {
    language.month_of_year(day.month().into(), day.year().unsigned_abs())
}

/// Formats the age of figures that end on `last`: "Figures up to 19 November 2026, 6 days ago."
pub fn freshness_sentence(freshness: Freshness, last: Day, language: Language) -> String {
    let last = last.in_words(language);
    match freshness {
        Freshness::Archive => language.figures_archived(&last),
        Freshness::Current(None) => language.figures_to(&last),
        Freshness::Current(Some(days)) | Freshness::Stale(days) => {
            language.figures_to_ago(&last, days)
        }
    }
}

/// Says why the neighbourhoods' figures are those of another date; empty if they are not.
pub fn neighbourhood_date(
    wanted: Day,
    shown: Day,
    (first, last): (Day, Day),
    language: Language,
) -> String {
    if wanted == shown {
        String::new()
    } else if wanted < first || wanted > last {
        language.neighbourhoods_run(&first.in_words(language), &last.in_words(language))
    } else {
        language.neighbourhoods_weekly()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn neighbourhood_date_explains_another_date() {
        let dates = (day("2020-03-21"), day("2020-11-28"));
        assert_eq!(
            neighbourhood_date(dates.1, dates.1, dates, Language::En),
            ""
        );
        let late = neighbourhood_date(day("2021-10-27"), dates.1, dates, Language::En);
        assert!(late.contains("21 March 2020 to 28 November 2020"), "{late}");
        assert!(
            neighbourhood_date(day("2020-11-25"), dates.1, dates, Language::En).contains("weekly")
        );
    }

    #[test]
    fn dates_are_written_in_each_language() {
        let day = day("2021-02-07");
        assert_eq!(day.in_words(Language::En), "7 February 2021");
        assert_eq!(day.in_words(Language::Cy), "7 Chwefror 2021");
        assert_eq!(day_short(day, Language::En), "7 Feb");
        assert_eq!(month_in_words(day, Language::Cy), "Chwefror 2021");
    }

    #[test]
    fn freshness_sentence_gives_the_age_in_each_language() {
        let say = |freshness: Freshness, language| {
            freshness_sentence(freshness, day("2026-11-19"), language)
        };
        let ages = |language| {
            [0, 1, 2, 6, 1_200].map(|days| say(Freshness::Current(Some(days)), language))
        };
        assert_eq!(
            ages(Language::En),
            [
                "today",
                "yesterday",
                "2 days ago",
                "6 days ago",
                "1,200 days ago"
            ]
            .map(|age| format!("Figures up to 19 November 2026, {age}."))
        );
        assert_eq!(
            ages(Language::Cy),
            [
                "heddiw",
                "ddoe",
                "2 ddiwrnod yn ôl",
                "6 diwrnod yn ôl",
                "1,200 diwrnod yn ôl"
            ]
            .map(|age| format!("Ffigurau hyd at 19 Tachwedd 2026, {age}."))
        );
        let stale = say(Freshness::Stale(40), Language::En);
        assert_eq!(stale, "Figures up to 19 November 2026, 40 days ago.");
        assert_eq!(
            say(Freshness::Current(None), Language::En),
            "Figures up to 19 November 2026."
        );
        assert_eq!(
            say(Freshness::Archive, Language::En),
            "An archive: figures up to 19 November 2026."
        );
        assert_eq!(
            say(Freshness::Archive, Language::Cy),
            "Archif: ffigurau hyd at 19 Tachwedd 2026."
        );
    }
}
