//! The credit line below an embedded map: source, date and a link to the full page.

use leptos::prelude::*;
use rising_view::captions::credit_line;

use crate::language::language;
use crate::reactive::{attribute, text};
use crate::state::State;

/// The source and date of the figures, and a link that opens the full page with the same view.
#[component]
pub fn Credit() -> impl IntoView {
    let state = expect_context::<State>();
    let shown = state.shown();
    let line = move || {
        let manifest = state.manifest()?;
        let shown = shown.read();
        credit_line(&manifest, shown.as_ref()?.snapshot.date(), language())
    };
    view! {
        <p class="source">{text(move || line().unwrap_or_default())}</p>
        // A new window: the frame has no room for the full page, and the reader would lose the
        // place in the article.
        <a href=attribute(move || Some(state.link())) target="_blank" rel="noopener">{language().full_map()}</a>
    }
}
