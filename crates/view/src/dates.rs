//! Writes dates, and the age of figures.

use rising_model::dataset::freshness::Freshness;
use rising_model::domain::day::Day;
use rising_words::Texts;
use rising_words::args;

use crate::InWords;

/// "7 February 2021".
impl InWords for Day {
    fn in_words(&self, texts: &Texts) -> String {
        texts.day_in_words(args::DayInWords {
            day: self.day().into(),
            month: self.month().into(),
            year: self.year().unsigned_abs(),
        })
    }
}

/// Formats a day without the year, where the year is obvious: "7 Feb".
pub fn day_short(day: Day, texts: &Texts) -> String {
    texts.day_short(args::DayShort {
        day: day.day().into(),
        month: day.month().into(),
    })
}

/// Returns the short name of a day's month: "Feb".
pub fn month_short(day: Day, texts: &Texts) -> &'static str {
    texts.month_short(day.month().into())
}

/// Formats the month and year: "February 2021".
pub fn month_in_words(day: Day, texts: &Texts) -> String {
    texts.month_of_year(args::MonthOfYear {
        month: day.month().into(),
        year: day.year().unsigned_abs(),
    })
}

/// Formats the age of figures that end on `last`: "Figures up to 19 November 2026, 6 days ago."
pub fn freshness_sentence(freshness: Freshness, last: Day, texts: &Texts) -> String {
    let last = last.in_words(texts);
    match freshness {
        Freshness::Archive => texts.figures_archived(&last),
        Freshness::Current(None) => texts.figures_to(&last),
        Freshness::Current(Some(days)) | Freshness::Stale(days) => {
            texts.figures_to_ago(args::FiguresToAgo { date: &last, days })
        }
    }
}

/// Says why the neighbourhoods' figures are those of another date; empty if they are not.
pub fn neighbourhood_date(
    wanted: Day,
    shown: Day,
    (first, last): (Day, Day),
    texts: &Texts,
) -> String {
    if wanted == shown {
        String::new()
    } else if wanted < first || wanted > last {
        texts.neighbourhoods_run(args::NeighbourhoodsRun {
            first: &first.in_words(texts),
            last: &last.in_words(texts),
        })
    } else {
        texts.neighbourhoods_weekly()
    }
}

#[cfg(test)]
mod tests {
    use rising_words::Language;

    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn neighbourhood_date_explains_another_date() {
        let dates = (day("2020-03-21"), day("2020-11-28"));
        assert_eq!(
            neighbourhood_date(dates.1, dates.1, dates, &Language::En.texts()),
            ""
        );
        let late = neighbourhood_date(day("2021-10-27"), dates.1, dates, &Language::En.texts());
        assert!(late.contains("21 March 2020 to 28 November 2020"), "{late}");
        assert!(
            neighbourhood_date(day("2020-11-25"), dates.1, dates, &Language::En.texts())
                .contains("weekly")
        );
    }

    #[test]
    fn dates_are_written_in_each_language() {
        let day = day("2021-02-07");
        assert_eq!(day.in_words(&Language::En.texts()), "7 February 2021");
        assert_eq!(day.in_words(&Language::Cy.texts()), "7 Chwefror 2021");
        assert_eq!(day_short(day, &Language::En.texts()), "7 Feb");
        assert_eq!(month_in_words(day, &Language::Cy.texts()), "Chwefror 2021");
    }

    #[test]
    fn freshness_sentence_gives_the_age_in_each_language() {
        let say = |freshness: Freshness, language: Language| {
            freshness_sentence(freshness, day("2026-11-19"), &language.texts())
        };
        let ages = |language: Language| {
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
