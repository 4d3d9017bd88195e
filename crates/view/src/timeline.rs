//! The dates of a level as positions of a slider, with their labels.

use rising_model::domain::area::Level;
use rising_model::domain::day::Day;
use rising_words::choice::Step;
use rising_words::{Texts, args};

use crate::InWords;

/// The dates of a level as positions of a slider, 0 the first, and the date that is selected.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimelineDates {
    /// The level.
    pub level: Level,
    /// The selected date.
    pub date: Day,
    first: Day,
    last: Day,
    /// Days from one date to the next.
    step: i32,
}

impl TimelineDates {
    /// Returns the dates from `first` to `last`, `step` days apart, with `date` selected.
    pub fn new(level: Level, (first, last): (Day, Day), step: i32, date: Day) -> TimelineDates {
        TimelineDates {
            level,
            date,
            first,
            last,
            step: step.max(1),
        }
    }

    /// The position of the last date.
    pub fn end(self) -> i32 {
        (self.last - self.first) / self.step
    }

    /// The date at a position. Steps count back from the last date, which is always offered.
    pub fn at(self, position: i32) -> Day {
        (self.last - (self.end() - position.clamp(0, self.end())) * self.step).max(self.first)
    }

    /// The position of the selected date.
    pub fn position(self) -> i32 {
        self.end() - (self.last - self.date) / self.step
    }

    /// The number of positions that a page key moves.
    pub fn page(self) -> i32 {
        self.steps(match self.unit() {
            Step::Day => 7,
            Step::Week => 28,
        })
    }

    /// The number of positions between two dates of the playback: a week, because a day changes too
    /// little to see.
    pub fn stride(self) -> i32 {
        self.steps(7)
    }

    /// Formats the selected date: "7 February 2021".
    pub fn date_text(self, texts: &Texts) -> String {
        self.date.in_words(texts)
    }

    /// Formats the month of the first date: "Feb 2020".
    pub fn first_text(self, texts: &Texts) -> String {
        month_text(self.first, texts)
    }

    /// Formats the month of the last date.
    pub fn last_text(self, texts: &Texts) -> String {
        month_text(self.last, texts)
    }

    /// Names the button to the date before: "Back a day".
    pub fn back_text(self, texts: &Texts) -> &'static str {
        texts.step_back(self.unit())
    }

    /// Names the button to the next date: "Forward a day".
    pub fn forward_text(self, texts: &Texts) -> &'static str {
        texts.step_forward(self.unit())
    }

    fn unit(self) -> Step {
        match self.step {
            7 => Step::Week,
            _ => Step::Day,
        }
    }

    /// The number of positions in a number of days, at least one.
    fn steps(self, days: i32) -> i32 {
        (days / self.step).max(1)
    }
}

fn month_text(day: Day, texts: &Texts) -> String {
    texts.month_of_year_short(args::MonthOfYearShort {
        month: day.month().into(),
        year: day.year().unsigned_abs(),
    })
}

#[cfg(test)]
mod tests {
    use rising_words::Language;

    use super::*;
    use crate::fixtures::day;

    fn weeks(first: &str, date: &str) -> TimelineDates {
        let dates = (day(first), day("2020-11-28"));
        TimelineDates::new(Level::Msoa, dates, 7, day(date))
    }

    #[test]
    fn timeline_converts_between_positions_and_days() {
        let by_week = weeks("2020-03-21", "2020-11-21");
        assert_eq!((by_week.end(), by_week.position()), (36, 35));
        assert_eq!(by_week.at(36), day("2020-11-28"));
        assert_eq!(by_week.at(0), day("2020-03-21"));
        assert_eq!(
            (by_week.at(-5), by_week.at(99)),
            (by_week.first, by_week.last)
        );
        assert_eq!((by_week.page(), by_week.stride()), (4, 1));
        let by_day = TimelineDates { step: 1, ..by_week };
        assert_eq!((by_day.page(), by_day.stride()), (7, 7));
        assert_eq!(by_day.at(by_day.position()), by_day.date);
    }

    #[test]
    fn timeline_whose_first_date_is_between_two_steps_begins_at_the_next_step() {
        let timeline = weeks("2020-03-19", "2020-11-28");
        assert_eq!(timeline.end(), 36);
        assert_eq!(timeline.at(0), day("2020-03-21"));
        assert_eq!(timeline.position(), 36);
    }

    #[test]
    fn timeline_labels_its_ends_its_date_and_its_steps() {
        let by_week = weeks("2020-03-21", "2020-11-21");
        let say = |timeline: TimelineDates, language: Language| {
            let texts = language.texts();
            [
                timeline.first_text(&texts),
                timeline.last_text(&texts),
                timeline.date_text(&texts),
                timeline.back_text(&texts).to_owned(),
                timeline.forward_text(&texts).to_owned(),
            ]
        };
        assert_eq!(
            say(by_week, Language::En),
            [
                "Mar 2020",
                "Nov 2020",
                "21 November 2020",
                "Back a week",
                "Forward a week"
            ]
        );
        let by_day = TimelineDates { step: 1, ..by_week };
        assert_eq!(
            say(by_day, Language::En)[3..],
            ["Back a day", "Forward a day"]
        );
        assert_eq!(say(by_week, Language::Cy)[2], "21 Tachwedd 2020");
    }
}
