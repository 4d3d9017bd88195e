//! Remembers the reader's area on this device, on request.

use leptos::prelude::*;
use rising_model::domain::area::{AreaCode, Level};

use crate::platform::reactive::{Derived, flag, text, value};
use crate::platform::saved_area;
use crate::state::State;

/// The switch that remembers or forgets the open area.
#[component]
pub fn RememberArea() -> impl IntoView {
    let state = expect_context::<State>();
    let shown = state.shown();
    let selected = state.selected();
    let kept = RwSignal::new(saved_area::load());
    let refused = RwSignal::new(false);
    let open = Derived::new(move || -> Option<(Level, AreaCode)> {
        let index = selected.get()?;
        let shown = shown.read();
        let shown = shown.as_ref()?;
        Some((shown.level, shown.table.get(index)?.code.clone()))
    });
    let is_kept = move || kept.get().is_some() && kept.get() == open.get();
    let toggle = move |_| {
        let area = open
            .get_untracked()
            .filter(|area| kept.get_untracked().as_ref() != Some(area));
        refused.set(!saved_area::save(
            area.as_ref().map(|(level, code)| (*level, code)),
        ));
        kept.set(saved_area::load());
    };
    let said = move || match (refused.get(), is_kept()) {
        (true, _) => state.texts().keep_refused(),
        (_, true) => state.texts().keep_done(),
        _ => "",
    };
    view! {
        <button
            type="button"
            aria-pressed=value(move || is_kept().to_string())
            data-testid="keep"
            on:click=toggle
        >
            {state.texts().keep_area()}
        </button>
        <p class="message" role="status" hidden=flag(move || said().is_empty())>
            {text(move || said().to_owned())}
        </p>
    }
}
