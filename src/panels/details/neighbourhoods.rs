//! Lists the neighbourhoods of an authority, or of the selected neighbourhood's authority, at the
//! nearest date with figures for them.

use leptos::prelude::*;
use rising_model::domain::area::Level;
use rising_view::details::{NeighbourhoodContext, RankedAreas};

use super::ranked::RankedList;
use crate::platform::reactive::Derived;
use crate::state::State;

/// The list; nothing for an area without neighbourhoods.
#[component]
pub fn Neighbourhoods() -> impl IntoView {
    let state = expect_context::<State>();
    let shown = state.shown();
    let selected = state.selected();
    let finer = state.shown_at(Level::Msoa);
    let scope = state.scope();
    let ranked = Derived::new(move || {
        let shown = shown.read();
        let finer = finer.read();
        let scope = scope.read();
        let index = selected.get()?;
        let shown = shown.as_ref()?;
        let authorities = state.table(Level::Ltla);
        let context = NeighbourhoodContext {
            wanted: shown.snapshot.date(),
            dates: state.neighbourhood_dates()?,
            authorities: authorities.as_deref(),
            scope: scope.as_ref(),
        };
        let area = shown.table.get(index)?;
        RankedAreas::neighbourhoods(area, finer.as_ref()?, context, &state.texts())
    });
    view! { <RankedList id="neighbourhoods" ranked /> }
}
