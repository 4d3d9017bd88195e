//! The credit line, table and sources below an embedded map. Only embedded pages load this chunk
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

/// Whether the page is in a frame, with or without `embed=1` in its address.
pub fn is_framed() -> bool {
    window()
        .parent()
        .ok()
        .flatten()
        .is_some_and(|parent| parent != window())
}

/// The view below an embedded map.
pub struct EmbedChunk(pub fn() -> AnyView);

impl EmbedChunk {
    /// Only the chunk's own function may call this.
    pub fn new() -> EmbedChunk {
        EmbedChunk(|| view! { <BelowTheMap /> }.into_any())
    }
}

/// The credit line, and a sheet that opens from it with the table (the map's equivalent in text)
/// and the sources.
#[component]
fn BelowTheMap() -> impl IntoView {
    height::report();
    let sheet = NodeRef::<html::Details>::new();
    // Escape closes the sheet, as it closes an area's details, and returns the focus to its button.
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
            <details class="table-sheet" node_ref=sheet on:keydown=on_key>
                <summary>{language().table_and_sources()}</summary>
                <div class="sheet">
                    <RisingList />
                    <Notes />
                </div>
            </details>
        </div>
    }
}
