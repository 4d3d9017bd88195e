//! Shows the verdict for the other level: for a neighbourhood's authority, or for the neighbourhood
//! that was searched for.

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use rising_model::domain::area::Level;
use rising_view::dates::neighbourhood_date;

use crate::panels::area_link;
use crate::panels::verdict_text::{OtherLevelVerdict, VerdictContext};
use crate::platform::reactive::{Derived, Text};
use crate::state::State;

/// The sentence with a link to its area; nothing without a verdict for the other level.
#[component]
pub fn OtherLevel() -> impl IntoView {
    let state = expect_context::<State>();
    let VerdictContext { answer, .. } = expect_context();
    let other = Derived::new(move || answer.read().as_ref()?.other.clone());
    move || {
        let other = other.read();
        let OtherLevelVerdict {
            level,
            code,
            name,
            sentence,
            direction,
            date,
        } = other.as_ref()?.clone();
        let wanted = state.shown().read_untracked().as_ref()?.snapshot.date();
        let dates = state.neighbourhood_dates().filter(|_| level == Level::Msoa);
        let note = dates
            .map(|dates| neighbourhood_date(wanted, date, dates, &state.texts()))
            .unwrap_or_default();
        let link = state.link_to(level, &code, date);
        let go = move |event: MouseEvent| {
            area_link::follow(&event, || {
                state.navigator().select_area_at(level, code.clone(), date);
            });
        };
        Some(view! {
            <p class="other-level" data-testid="other-level" data-direction=direction.word()>
                <span>{Text(format!("{sentence} {note}"))}</span> " "
                <a class="link" href=link on:click=go>{Text(state.texts().open_area(&name))}</a>
            </p>
        })
    }
}
