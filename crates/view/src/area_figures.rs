//! Gathers the figures of one area in two weeks, as values and in words.

use rising_model::domain::area::{AreaIndex, Nation};
use rising_model::domain::clearness::Grade;
use rising_model::domain::figure::Figure;
use rising_model::domain::rate::Rate;
use rising_model::domain::snapshot::areas_in;
use rising_model::domain::trend::{Comparison, Direction};
use rising_words::Texts;

use crate::LevelView;
use crate::figures::{count_text, rank_text, rate_or_reason};

/// Whether a figure has a value and, if not, the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FigureState {
    /// The figure has a value.
    Known,
    /// The count is too small to be published.
    Suppressed,
    /// The source has no figure.
    Missing,
}

/// The figures of one area: in the seven days to a date, and in the week before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AreaFigures {
    /// The counts of the two weeks.
    pub comparison: Comparison,
    /// Cases per 100,000 people in the seven days.
    pub rate: Option<Rate>,
    /// The rate in the week before.
    pub rate_before: Option<Rate>,
    /// Whether the change is clear, if it was graded.
    pub grade: Option<Grade>,
}

/// The figures of one area in words. A figure without a value is the reason for its absence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AreaFiguresText {
    /// The rate: "485.9".
    pub rate: String,
    /// The rate in the week before.
    pub rate_before: String,
    /// The seven-day count: "194".
    pub count: String,
    /// The count in the week before.
    pub count_before: String,
}

impl AreaFigures {
    /// Returns an area's figures. All are missing for an index beyond the table.
    pub fn new(view: &LevelView, area: AreaIndex) -> AreaFigures {
        let (table, snapshot) = (&view.table, &view.snapshot);
        AreaFigures {
            comparison: snapshot.comparison(area),
            rate: snapshot.rate(table, area),
            rate_before: snapshot.rate_before(table, area),
            grade: snapshot.grade(table, area),
        }
    }

    /// The direction from the week before to the seven days.
    pub fn direction(&self) -> Direction {
        self.comparison.direction()
    }

    /// Whether the rate has a value.
    pub fn rate_state(&self) -> FigureState {
        match (self.rate, self.comparison.now) {
            (Some(_), _) => FigureState::Known,
            (None, Figure::Suppressed) => FigureState::Suppressed,
            (None, _) => FigureState::Missing,
        }
    }

    /// Formats the rate, or says why it has no value.
    pub fn rate_text(&self, texts: &Texts) -> String {
        rate_or_reason(self.rate, self.comparison.now, texts)
    }

    /// Formats the rates and counts of both weeks.
    pub fn to_text(&self, texts: &Texts) -> AreaFiguresText {
        AreaFiguresText {
            rate: self.rate_text(texts),
            rate_before: rate_or_reason(self.rate_before, self.comparison.before, texts),
            count: count_text(self.comparison.now, texts),
            count_before: count_text(self.comparison.before, texts),
        }
    }

    /// Names the direction and, if the change was graded, the grade: "rising, clear".
    pub fn direction_text(&self, texts: &Texts) -> String {
        let mut words = texts.direction_word(self.direction()).to_owned();
        if let Some(grade) = self.grade {
            words += ", ";
            words += texts.grade_word(grade);
        }
        words
    }
}

/// Gives the rank of an area's rate within the area's own nation, whichever nation is shown: "3rd
/// highest of England's 315 local authorities." An area of no nation is ranked among all areas.
/// `None` without a rate.
pub fn rank_sentence(view: &LevelView, area: AreaIndex, texts: &Texts) -> Option<String> {
    let (table, snapshot) = (&view.table, &view.snapshot);
    let nation = table.get(area)?.code.nation().unwrap_or(Nation::Uk);
    let rank = snapshot.rank(table, nation, area)?;
    let areas = areas_in(table, nation).count() as u32;
    Some(rank_text(rank, nation, view.level, areas, texts) + ".")
}

#[cfg(test)]
mod tests {
    use Figure::{Count, Missing, Suppressed};
    use rising_model::domain::area::Level;

    use rising_words::Language;

    use super::*;
    use crate::fixtures::{authorities, level_view};

    #[test]
    fn area_figures_have_values_or_reasons() {
        let weeks = [
            (Count(20), Count(60)),
            (Count(9), Suppressed),
            (Suppressed, Missing),
            (Missing, Count(4)),
        ];
        let view = level_view(Level::Ltla, &authorities(), &weeks);
        let texts = Language::En.texts();
        let of = |area| AreaFigures::new(&view, area);
        let words = |area| {
            let text = of(area).to_text(&texts);
            [text.rate, text.rate_before, text.count, text.count_before]
        };
        assert_eq!(words(0), ["600.0", "200.0", "60", "20"]);
        assert_eq!(words(1), ["not published", "90.0", "fewer than 3", "9"]);
        assert_eq!(
            words(2),
            ["no figure", "not published", "no figure", "fewer than 3"]
        );
        assert_eq!(words(3), ["40.0", "no figure", "4", "no figure"]);
        assert_eq!(words(4), ["no figure"; 4], "beyond the table");
        assert_eq!(
            [0, 1, 2, 3].map(|area| of(area).rate_state()),
            [
                FigureState::Known,
                FigureState::Suppressed,
                FigureState::Missing,
                FigureState::Known
            ]
        );
        assert_eq!(
            [0, 1, 3].map(|area| of(area).direction_text(&texts)),
            ["rising, clear", "falling, could be chance", "unknown"]
        );
    }

    #[test]
    fn rank_sentence_is_within_the_areas_nation() {
        let weeks = [
            (Count(20), Count(60)),
            (Count(9), Count(9)),
            (Count(70), Count(70)),
            (Count(1), Suppressed),
        ];
        let view = level_view(Level::Ltla, &authorities(), &weeks);
        let say = |area| rank_sentence(&view, area, &Language::En.texts());
        assert!(
            say(0).unwrap().starts_with("2nd highest of"),
            "{:?}",
            say(0)
        );
        assert!(say(0).unwrap().ends_with('.'));
        assert_eq!((say(3), say(4)), (None, None), "without a rate");
    }
}
