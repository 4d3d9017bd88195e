//! In somebody's article: what only an embedded page has. It comes as a part of the program (`src/lazy.rs`).

mod credit;
mod height;

use leptos::prelude::*;

use crate::panels::{Notes, RisingList};
use credit::Credit;

/// What only an embedded page has.
pub struct Frame(pub fn() -> AnyView);

impl Frame {
    /// Where this is called, the part has come.
    pub fn here() -> Frame {
        Frame(|| view! { <BelowTheMap /> }.into_any())
    }
}

/// One line; the table, which is the map's equivalent in words, and the sources open from it.
#[component]
fn BelowTheMap() -> impl IntoView {
    height::report();
    view! {
        <div class="credit" data-testid="credit">
            <Credit />
            <details class="more">
                <summary>"Table, sources"</summary>
                <div class="sheet">
                    <RisingList />
                    <Notes />
                </div>
            </details>
        </div>
    }
}
