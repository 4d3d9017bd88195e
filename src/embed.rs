//! In somebody's article: what only an embedded page has. It comes as a part of the program
//! (`src/lazy.rs`).

mod credit;
mod height;

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

use crate::focus;
use crate::language::language;
use crate::panels::{Notes, RisingList};
use credit::Credit;

/// Is the page in a frame, whether or not its address says so?
pub fn is_framed() -> bool {
    window()
        .parent()
        .ok()
        .flatten()
        .is_some_and(|parent| parent != window())
}

/// What only an embedded page has.
pub struct EmbedChunk(pub fn() -> AnyView);

impl EmbedChunk {
    /// Where this is called, the part has come.
    pub fn new() -> EmbedChunk {
        EmbedChunk(|| view! { <BelowTheMap /> }.into_any())
    }
}

/// One line; the table, which is the map's equivalent in words, and the sources open from it.
#[component]
fn BelowTheMap() -> impl IntoView {
    height::report();
    let sheet = NodeRef::<html::Details>::new();
    // What covers the map closes as the details of an area do, and leaves the focus on what opens
    // it.
    let on_key = move |event: KeyboardEvent| {
        if let Some(sheet) = sheet
            .get_untracked()
            .filter(|sheet| event.key() == "Escape" && sheet.open())
        {
            event.prevent_default();
            sheet.set_open(false);
            focus::move_to(".credit summary");
        }
    };
    view! {
        <div class="credit" data-testid="credit">
            <Credit />
            <details class="more" node_ref=sheet on:keydown=on_key>
                <summary>{language().table_and_sources()}</summary>
                <div class="sheet">
                    <RisingList />
                    <Notes />
                </div>
            </details>
        </div>
    }
}
