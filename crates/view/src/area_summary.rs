//! Sums an area up in a line: the tooltip's text, and the sentence for screen readers.

use rising_model::domain::area::AreaIndex;
use rising_model::domain::figure::Figure;
use rising_model::domain::trend::Direction;
use rising_words::Texts;
use rising_words::args;

use crate::area_figures::{AreaFigures, FigureState};
use crate::figures::cases_text;
use crate::{InWords, LevelView};

/// A summary of one area.
#[derive(Clone, Debug, PartialEq)]
pub struct AreaSummary {
    /// The area's name.
    pub name: String,
    /// The rate, or the reason for its absence.
    figure: String,
    /// The direction and its words with the grade. `None` where the figure is missing.
    direction: Option<(Direction, String)>,
}

impl AreaSummary {
    /// Sums an area up; `None` for an index beyond the table.
    pub fn new(view: &LevelView, area: AreaIndex, texts: &Texts) -> Option<AreaSummary> {
        let name = view.table.get(area)?.name_in(texts.tag()).to_owned();
        let figures = AreaFigures::new(view, area);
        let state = figures.rate_state();
        let figure = match (figures.rate, state) {
            (Some(rate), _) => texts.rate_short(&rate.in_words(texts)),
            (None, FigureState::Suppressed) => cases_text(Figure::Suppressed, texts),
            (None, _) => cases_text(Figure::Missing, texts),
        };
        let direction = (state != FigureState::Missing)
            .then(|| (figures.direction(), figures.direction_text(texts)));
        Some(AreaSummary {
            name,
            figure,
            direction,
        })
    }

    /// Returns a text such as "485.9 per 100,000 ▲ rising, clear".
    pub fn figures(&self) -> String {
        match &self.direction {
            Some((direction, words)) => [&self.figure, " ", direction.arrow(), " ", words].concat(),
            None => self.figure.clone(),
        }
    }

    /// Returns a sentence for screen readers: "Rutland: 485.9 per 100,000, rising, clear."
    pub fn spoken(&self, texts: &Texts) -> String {
        let figure = match &self.direction {
            Some((_, words)) => [&self.figure, ", ", words].concat(),
            None => self.figure.clone(),
        };
        texts.area_spoken(args::AreaSpoken {
            figure: &figure,
            place: &self.name,
        })
    }
}

#[cfg(test)]
mod tests {
    use Figure::{Count, Missing, Suppressed};
    use rising_model::domain::area::Level;

    use rising_words::Language;

    use super::*;
    use crate::fixtures::{authorities, level_view};

    #[test]
    fn area_summary_gives_figure_direction_and_grade_that_are_known() {
        let weeks = [
            (Count(20), Count(60)),
            (Count(9), Suppressed),
            (Count(9), Missing),
            (Missing, Count(4)),
        ];
        let view = level_view(Level::Ltla, &authorities(), &weeks);
        let texts = Language::En.texts();
        let of = |area| AreaSummary::new(&view, area, &texts).unwrap();
        for (area, figures) in [
            (0, "600.0 per 100,000 ▲ rising, clear"),
            (1, "fewer than 3 cases ▼ falling, could be chance"),
            (2, "no figure"),
            (3, "40.0 per 100,000 ? unknown"),
        ] {
            assert_eq!(of(area).figures(), figures);
        }
        assert_eq!(
            of(0).spoken(&texts),
            "Anham: 600.0 per 100,000, rising, clear."
        );
        assert_eq!(of(2).spoken(&texts), "Ceeby: no figure.");
        assert_eq!(AreaSummary::new(&view, 4, &texts), None);
        let welsh = Language::Cy.texts();
        let welsh = AreaSummary::new(&view, 0, &welsh).unwrap().spoken(&welsh);
        assert!(welsh.starts_with("Anham: 600.0 fesul 100,000"), "{welsh}");
    }
}
