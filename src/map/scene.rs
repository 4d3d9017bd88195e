//! From figures to what the painter shows, and to the words beside the pointer.

use rising_model::area::AreaIndex;
use rising_model::clearness::Grade;
use rising_model::scale::{Breaks, Theme};
use rising_model::scope::Scope;
use rising_model::series::Figure;
use rising_model::trend::{Direction, cases_text};

use super::painter::{Look, Scene};
use crate::language::language;
use crate::state::Shown;

/// What to show of each area of the table.
pub fn of(shown: &Shown, breaks: &Breaks, scope: &Scope, rising_only: bool, theme: Theme) -> Scene {
    let (mut looks, mut rising) = (vec![], vec![]);
    for (index, area) in (0..).zip(shown.table.areas()) {
        let comparison = shown.snapshot.comparison(index);
        let here = scope.contains(area);
        let rate = shown.snapshot.rate(&shown.table, index);
        looks.push(match (here, comparison.now, rate) {
            (false, ..) => Look::Elsewhere,
            (_, _, Some(rate)) => Look::Class(breaks.colour(breaks.class(rate), theme)),
            (_, Figure::Suppressed, _) => Look::Suppressed,
            _ => Look::Missing,
        });
        rising.push(here && comparison.direction() == Direction::Rising);
    }
    Scene {
        theme,
        strong: false,
        looks,
        rising,
        rising_only,
        one_authority: scope.authority().is_some(),
    }
}

/// An area in a few words.
#[derive(Clone, PartialEq)]
pub struct Brief {
    pub name: String,
    /// Its rate, or why it has none.
    figure: String,
    /// None where there is no figure to have one.
    direction: Option<Direction>,
    grade: Option<Grade>,
}

impl Brief {
    /// "485.9 per 100,000 ▲ rising, clear".
    pub fn figures(&self) -> String {
        self.joined(|direction| [" ", direction.arrow(), " "].concat())
    }

    /// "Rutland: 485.9 per 100,000, rising, clear.", for who hears it.
    pub fn spoken(&self) -> String {
        language().area_spoken(&self.joined(|_| ", ".to_owned()), &self.name)
    }

    /// The figure, the direction with `lead` before it, and the grade, of those that there are.
    fn joined(&self, lead: fn(Direction) -> String) -> String {
        let mut words = self.figure.clone();
        if let Some(direction) = self.direction {
            words += &lead(direction);
            words += direction.in_words(language());
        }
        if let Some(grade) = self.grade {
            words += ", ";
            words += grade.in_words(language());
        }
        words
    }
}

/// What is said of an area beside the pointer.
pub fn describe(shown: &Shown, area: AreaIndex) -> Option<Brief> {
    let name = shown.table.get(area)?.name_in(language()).to_owned();
    let comparison = shown.snapshot.comparison(area);
    let direction = Some(comparison.direction());
    let (figure, direction) = match (shown.snapshot.rate(&shown.table, area), comparison.now) {
        (Some(rate), _) => (language().rate_short(&rate.in_words(language())), direction),
        (None, Figure::Suppressed) => (cases_text(Figure::Suppressed, language()), direction),
        _ => (cases_text(Figure::Missing, language()), None),
    };
    Some(Brief {
        name,
        figure,
        direction,
        grade: shown.snapshot.grade(&shown.table, area),
    })
}
