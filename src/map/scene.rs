//! Turns figures into the painter's scene and the tooltip's text.

use rising_look::{Theme, class_colour};
use rising_model::area::AreaIndex;
use rising_model::clearness::Grade;
use rising_model::scale::Breaks;
use rising_model::scope::Scope;
use rising_model::series::Figure;
use rising_model::trend::Direction;
use rising_view::figures::cases_text;
use rising_view::{InWords, LevelView};

use super::painter::{Appearance, Scene};
use crate::language::language;

/// Returns the appearance of each area of the table.
pub fn of(
    shown: &LevelView,
    breaks: &Breaks,
    scope: &Scope,
    rising_only: bool,
    theme: Theme,
) -> Scene {
    let mut appearances = vec![];
    let mut rising = vec![];
    for (index, area) in (0..).zip(shown.table.areas()) {
        let comparison = shown.snapshot.comparison(index);
        let here = scope.contains(area);
        let rate = shown.snapshot.rate(&shown.table, index);
        appearances.push(match (here, comparison.now, rate) {
            (false, ..) => Appearance::Elsewhere,
            (_, _, Some(rate)) => {
                Appearance::Class(class_colour(breaks, breaks.class(rate), theme))
            }
            (_, Figure::Suppressed, _) => Appearance::Suppressed,
            _ => Appearance::Missing,
        });
        rising.push(here && comparison.direction() == Direction::Rising);
    }
    Scene {
        theme,
        high_contrast: false,
        appearances,
        rising,
        rising_only,
        one_authority: scope.authority().is_some(),
    }
}

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
    pub fn figures(&self) -> String {
        self.joined(|direction| [" ", direction.arrow(), " "].concat())
    }

    /// Returns a sentence for screen readers: "Rutland: 485.9 per 100,000, rising, clear."
    pub fn spoken(&self) -> String {
        language().area_spoken(&self.joined(|_| ", ".to_owned()), &self.name)
    }

    /// Joins the figure, the direction with `lead` before it, and the grade; skips what is missing.
    fn joined(&self, lead: fn(Direction) -> String) -> String {
        let mut words = self.figure.clone();
        if let Some(direction) = self.direction {
            words += &lead(direction);
            words += language().direction_word(direction);
        }
        if let Some(grade) = self.grade {
            words += ", ";
            words += language().grade_word(grade);
        }
        words
    }
}

/// Returns the tooltip's text about an area.
pub fn describe(shown: &LevelView, area: AreaIndex) -> Option<AreaSummary> {
    let name = shown.table.get(area)?.name_in(language().tag()).to_owned();
    let comparison = shown.snapshot.comparison(area);
    let direction = Some(comparison.direction());
    let (figure, direction) = match (shown.snapshot.rate(&shown.table, area), comparison.now) {
        (Some(rate), _) => (language().rate_short(&rate.in_words(language())), direction),
        (None, Figure::Suppressed) => (cases_text(Figure::Suppressed, language()), direction),
        _ => (cases_text(Figure::Missing, language()), None),
    };
    Some(AreaSummary {
        name,
        figure,
        direction,
        grade: shown.snapshot.grade(&shown.table, area),
    })
}
