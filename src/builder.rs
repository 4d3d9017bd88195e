//! The embed builder: a form for journalists that writes the HTML for embedding the map in an
//! article. The form is in the export chunk.

mod form;
mod snippet;

use leptos::prelude::*;

use crate::state::{Member, State};

/// Builds the form, which shows until the signal is false.
#[derive(Clone, Copy)]
pub struct Builder(fn(RwSignal<bool>) -> AnyView);

impl Builder {
    /// Only the export chunk may call this.
    pub fn new() -> Builder {
        Builder(|open| view! { <form::Form open /> }.into_any())
    }
}

/// The button that opens the embed builder.
#[component]
pub fn EmbedButton() -> impl IntoView {
    let state = expect_context::<State>();
    let chunk = expect_context::<Member<Builder>>();
    let open = RwSignal::new(false);
    let press = move |_| {
        chunk.load();
        open.set(true);
    };
    view! {
        <button type="button" data-testid="embed" on:click=press>{state.texts().builder_open()}</button>
        {move || open.get().then(|| Some((chunk.ready()?.0)(open)))}
    }
}
