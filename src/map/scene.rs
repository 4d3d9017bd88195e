//! From figures to what the painter shows, and to the words beside the pointer.

use rising_model::area::{AreaIndex, Nation};
use rising_model::scale::{Breaks, Theme};
use rising_model::series::Figure;
use rising_model::trend::Direction;

use super::painter::{Look, Scene};
use crate::state::Shown;

/// What to show of each area of the table.
pub fn of(shown: &Shown, breaks: &Breaks, nation: Nation, rising_only: bool, theme: Theme) -> Scene {
    let (mut looks, mut rising) = (vec![], vec![]);
    for (index, area) in (0..).zip(shown.table.areas()) {
        let comparison = shown.snapshot.comparison(index);
        let here = nation.contains(&area.code);
        let rate = shown.snapshot.rate(&shown.table, index);
        looks.push(match (here, comparison.now, rate) {
            (false, ..) => Look::Elsewhere,
            (_, _, Some(rate)) => Look::Class(breaks.colour(breaks.class(rate), theme)),
            (_, Figure::Suppressed, _) => Look::Suppressed,
            _ => Look::Missing,
        });
        rising.push(here && comparison.direction() == Direction::Rising);
    }
    Scene { theme, strong: false, looks, rising, rising_only }
}

/// An area's name, and its rate and direction in a few words.
pub fn describe(shown: &Shown, area: AreaIndex) -> Option<(String, String)> {
    let name = shown.table.get(area)?.name.clone();
    let comparison = shown.snapshot.comparison(area);
    let direction = comparison.direction();
    let figures = match (shown.snapshot.rate(&shown.table, area), comparison.now) {
        (Some(rate), _) => format!("{rate} per 100,000 {} {}", direction.arrow(), direction.word()),
        (None, Figure::Suppressed) => format!("fewer than 3 cases {} {}", direction.arrow(), direction.word()),
        _ => "no figure".into(),
    };
    Some((name, figures))
}
