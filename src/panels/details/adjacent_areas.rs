//! Lists the areas that share a border with the selected one.

use leptos::prelude::*;
use rising_model::domain::area::Level;
use rising_view::details::RankedAreas;

use super::ranked::RankedList;
use crate::platform::reactive::Derived;
use crate::state::State;

/// The list. Empty for islands, and until the shapes, which know the borders, have loaded.
#[component]
pub fn AdjacentAreas() -> impl IntoView {
    let state = expect_context::<State>();
    let shown = state.shown();
    let selected = state.selected();
    let shapes = state.shapes();
    let ranked = Derived::new(move || {
        let shown = shown.read();
        let shapes = shapes.get()?;
        let index = selected.get()?;
        let shown = shown.as_ref()?;
        // Those of the level before stay until the shapes of this one have loaded.
        if shapes.len() != shown.table.len() {
            return None;
        }
        let around = shapes.neighbours(index);
        let authorities = state.table(Level::Ltla);
        RankedAreas::adjacent(
            shown,
            index,
            &around,
            authorities.as_deref(),
            &state.texts(),
        )
    });
    view! { <RankedList id="around" ranked /> }
}
