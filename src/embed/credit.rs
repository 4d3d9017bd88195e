//! The credit line below an embedded map: source, date and a link to the full page.

use leptos::prelude::*;
use rising_markup::sources::Credit;
use rising_view::captions::credit_line;
use web_sys::Element;

use crate::platform::dom;
use crate::state::State;

/// Keeps the source and date of the figures up to date, and a link that opens the full page with
/// the same view. Calls `then` once they are there.
pub fn credit(place: Element, then: impl FnOnce(&Element) + 'static) {
    let state = expect_context::<State>();
    let shown = state.shown();
    let markup = move || {
        let manifest = state.manifest()?;
        let date = shown.read().as_ref()?.snapshot.date();
        let credit = Credit {
            line: credit_line(&manifest, date, &state.texts()).unwrap_or_default(),
            link: state.link(),
        };
        Some(credit.render(&state.texts()))
    };
    dom::follow_then(place, markup, then);
}
