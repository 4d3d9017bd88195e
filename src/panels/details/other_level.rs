//! Shows the verdict for the other level: for a neighbourhood's authority, or for the neighbourhood
//! that was searched for.

use leptos::prelude::*;
use rising_model::domain::area::Level;
use rising_view::details::OtherLevel as OtherLevelLine;

use crate::panels::area_link;
use crate::platform::reactive::{Derived, Text};
use crate::state::State;

/// The sentence with a link to its area; nothing without a verdict for the other level.
#[component]
pub fn OtherLevel() -> impl IntoView {
    let state = expect_context::<State>();
    let shown = state.shown();
    let selected = state.selected();
    let found = state.found();
    let authorities = state.shown_at(Level::Ltla);
    let finer = state.shown_at(Level::Msoa);
    let line = Derived::new(move || {
        let index = selected.get()?;
        let shown = shown.read();
        let shown = shown.as_ref()?;
        let (other, code, dates) = match shown.level {
            Level::Ltla => {
                let neighbourhood = found.read().as_ref()?.neighbourhood.clone();
                (finer, neighbourhood, state.neighbourhood_dates())
            }
            Level::Msoa => (authorities, shown.table.get(index)?.parent.clone(), None),
        };
        let other = other.read();
        let wanted = shown.snapshot.date();
        OtherLevelLine::new(other.as_ref()?, &code?, wanted, dates, &state.texts())
    });
    move || {
        let line = line.read();
        let line = line.as_ref()?;
        let address = area_link::address(state, &line.link);
        let go = area_link::on_click(state, &line.link);
        Some(view! {
            <p
                class="other-level"
                data-testid="other-level"
                data-direction=line.direction.word()
            >
                <span>{Text(line.sentence.clone())}</span> " "
                <a class="link" href=address on:click=go>{Text(line.link.text.clone())}</a>
            </p>
        })
    }
}
