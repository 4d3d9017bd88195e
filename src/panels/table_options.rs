//! Chooses the areas of the table: its sorting and filters, which the export of the table uses too.

use leptos::prelude::*;
use rising_markup::table::{Sorting, arrange};
use rising_model::domain::area::AreaIndex;
use rising_model::domain::scope::Scope;
use rising_model::domain::snapshot::areas_in;
use rising_model::domain::trend::Direction;
use rising_view::LevelView;

use crate::state::State;

/// The table's sorting and filters.
#[derive(Clone, Copy)]
pub struct TableOptions {
    /// The column and direction.
    pub sorting: RwSignal<Sorting>,
    /// Whether it lists all areas, not only the rising ones.
    pub every_area: RwSignal<bool>,
    /// Part of a name.
    pub filter: RwSignal<String>,
}

impl TableOptions {
    /// Options for the rising areas, highest rate first.
    pub fn new() -> TableOptions {
        TableOptions {
            sorting: RwSignal::new(Sorting::default()),
            every_area: RwSignal::new(false),
            filter: RwSignal::new(String::new()),
        }
    }

    /// Returns the areas on all pages of the table, in its order.
    pub fn areas(self, shown: &LevelView, scope: &Scope, state: State) -> Vec<AreaIndex> {
        let every_area = self.every_area.get_untracked();
        let part = self.filter.get_untracked();
        let areas = untrack(|| listed(shown, scope, every_area, &part, state));
        let sorting = self.sorting.get_untracked();
        let all = shown.table.len();
        arrange(areas, all, sorting, shown, &state.texts())
    }
}

/// Returns the table's areas in the order of their codes: the rising ones or all, whose name or
/// authority's name contains `part`.
pub fn listed(
    shown: &LevelView,
    scope: &Scope,
    every_area: bool,
    part: &str,
    state: State,
) -> Vec<AreaIndex> {
    let part = part.trim();
    let language = state.texts().tag();
    let named = |area: &AreaIndex| {
        shown.table.get(*area).is_some_and(|area| {
            let authority = || {
                area.parent
                    .as_ref()
                    .and_then(|code| state.authority_name(code))
            };
            contains(&area.name, part)
                || contains(area.name_in(language), part)
                || authority().is_some_and(|name| contains(&name, part))
        })
    };
    let wanted = |area: &AreaIndex| {
        every_area || shown.snapshot.comparison(*area).direction() == Direction::Rising
    };
    areas_in(&shown.table, scope)
        .filter(wanted)
        .filter(|area| part.is_empty() || named(area))
        .collect()
}

/// Whether the text contains the part, ignoring ASCII case.
fn contains(text: &str, part: &str) -> bool {
    part.is_empty()
        || text
            .as_bytes()
            .windows(part.len())
            .any(|some| some.eq_ignore_ascii_case(part.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contains_ignores_case() {
        assert!(
            contains("Kingston upon Hull, City of", "HULL")
                && contains("Bath", "")
                && contains("Bath", "bath")
        );
        assert!(!contains("Bath", "baths") && !contains("", "b"));
    }
}
