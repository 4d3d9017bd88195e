//! Turns figures into the tooltip's text.

use rising_model::domain::area::AreaIndex;
use rising_model::domain::clearness::Grade;
use rising_model::domain::figure::Figure;
use rising_model::domain::trend::Direction;
use rising_view::figures::cases_text;
use rising_view::{InWords, LevelView};
use rising_words::{Texts, args};

/// The tooltip's text about an area.
#[derive(Clone, PartialEq)]
pub struct AreaSummary {
    pub name: String,
    /// The rate, or the reason for its absence.
    figure: String,
    /// `None` where the figure is missing.
    direction: Option<Direction>,
    grade: Option<Grade>,
}

impl AreaSummary {
    /// Returns a text such as "485.9 per 100,000 ▲ rising, clear".
    pub fn figures(&self, texts: &Texts) -> String {
        self.joined(|direction| [" ", direction.arrow(), " "].concat(), texts)
    }

    /// Returns a sentence for screen readers: "Rutland: 485.9 per 100,000, rising, clear."
    pub fn spoken(&self, texts: &Texts) -> String {
        texts.area_spoken(args::AreaSpoken {
            figure: &self.joined(|_| ", ".to_owned(), texts),
            place: &self.name,
        })
    }

    /// Joins the figure, the direction with `lead` before it, and the grade; skips what is missing.
    fn joined(&self, lead: fn(Direction) -> String, texts: &Texts) -> String {
        let mut words = self.figure.clone();
        if let Some(direction) = self.direction {
            words += &lead(direction);
            words += texts.direction_word(direction);
        }
        if let Some(grade) = self.grade {
            words += ", ";
            words += texts.grade_word(grade);
        }
        words
    }
}

/// Returns the tooltip's text about an area.
pub fn describe(shown: &LevelView, area: AreaIndex, texts: &Texts) -> Option<AreaSummary> {
    let name = shown.table.get(area)?.name_in(texts.tag()).to_owned();
    let comparison = shown.snapshot.comparison(area);
    let direction = Some(comparison.direction());
    let (figure, direction) = match (shown.snapshot.rate(&shown.table, area), comparison.now) {
        (Some(rate), _) => (texts.rate_short(&rate.in_words(texts)), direction),
        (None, Figure::Suppressed) => (cases_text(Figure::Suppressed, texts), direction),
        _ => (cases_text(Figure::Missing, texts), None),
    };
    Some(AreaSummary {
        name,
        figure,
        direction,
        grade: shown.snapshot.grade(&shown.table, area),
    })
}
