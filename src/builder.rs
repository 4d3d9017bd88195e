//! The embed builder: for journalists, the text that puts the map into an article. A part of the
//! program of its own.

mod form;
mod snippet;

use leptos::prelude::*;

use crate::language::language;
use crate::lazy::Chunks;

/// What builds the text. It is shown until the signal says no longer.
pub struct Builder(fn(RwSignal<bool>) -> AnyView);

impl Builder {
    /// Where this is called, the part has come.
    pub fn new() -> Builder {
        Builder(|open| view! { <form::Form open /> }.into_any())
    }
}

/// The button that opens it.
#[component]
pub fn Embed() -> impl IntoView {
    let chunk = expect_context::<Chunks>().export;
    let open = RwSignal::new(false);
    let press = move |_| {
        chunk.load();
        open.set(true);
    };
    view! {
        <button type="button" data-testid="embed" on:click=press>{language().builder_open()}</button>
        {move || open.get().then(|| Some((chunk.ready()?.builder.0)(open)))}
    }
}
