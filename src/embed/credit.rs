//! Under a map in an article: whose figures, of which date, and where the whole page is.

use leptos::prelude::*;
use rising_model::sentences::credit_line;

use crate::language::language;
use crate::reactive::{attribute, text};
use crate::state::State;

/// One line. The link leads to the page of its own, with what is shown here.
#[component]
pub fn Credit() -> impl IntoView {
    let state = expect_context::<State>();
    let shown = state.shown();
    let line = move || {
        let (manifest, shown) = (state.manifest()?, shown.read());
        credit_line(&manifest, shown.as_ref()?.snapshot.date(), language())
    };
    view! {
        <p class="source">{text(move || line().unwrap_or_default())}</p>
        // A window of its own: in the article's frame there is no room, and its place in the
        // article would be lost.
        <a href=attribute(move || Some(state.link())) target="_blank" rel="noopener">{language().full_map()}</a>
    }
}
