//! Lists the areas that share a border with the selected one.

use leptos::prelude::*;
use rising_view::names::plain_name;

use super::full_name;
use super::ranked::{Ranked, RankedList};
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
        let around = if shapes.len() == shown.table.len() {
            shapes.neighbours(index)
        } else {
            vec![]
        };
        if around.is_empty() {
            return None;
        }
        let area = shown.table.get(index)?;
        let ranked = Ranked::new(area.code.clone(), shown, around, |other| {
            match other.parent == area.parent {
                true => plain_name(other.name_in(state.texts().tag())).to_owned(),
                // "Golden Valley" alone is ambiguous.
                false => full_name(
                    state,
                    other.name_in(state.texts().tag()),
                    other.parent.as_ref(),
                ),
            }
        });
        Some(
            ranked.titled(
                state
                    .texts()
                    .around_title(plain_name(area.name_in(state.texts().tag()))),
                String::new(),
            ),
        )
    });
    view! { <RankedList id="around" ranked /> }
}
