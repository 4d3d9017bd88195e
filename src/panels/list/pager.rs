//! Filters a long table by name and pages through it. It belongs to the details chunk, which the
//! first input loads.

use leptos::prelude::*;
use rising_words::args;

use super::TablePosition;
use crate::platform::reactive::{attribute, text, value};
use crate::state::State;

/// The controls above the table.
#[derive(Clone, Copy)]
pub struct TablePager(pub fn(TablePosition) -> AnyView);

impl TablePager {
    /// The controls of this chunk: code that calls `new` has the chunk loaded.
    pub fn new() -> TablePager {
        TablePager(|pages| view! { <Tools pages /> }.into_any())
    }
}

#[component]
fn Tools(pages: TablePosition) -> impl IntoView {
    let state = expect_context::<State>();
    let TablePosition { filter, extent, .. } = pages;
    let said = move || {
        let extent = extent.get();
        let [first, last, all] =
            [extent.from + 1, extent.from + extent.built, extent.all].map(|row| row as u32);
        match all {
            0 => state.texts().rows_none().to_owned(),
            all if extent.built == extent.all => state.texts().rows_all(all),
            all => state.texts().rows_some(args::RowsSome {
                first,
                last,
                rows: all,
            }),
        }
    };
    // `disabled` would drop the keyboard focus at the last page.
    let turn = move |name: &'static str,
                     mark: &'static str,
                     possible: fn(super::PageExtent) -> bool,
                     by: isize| {
        view! {
            <button
                type="button"
                class="step"
                data-testid=name
                aria-disabled=attribute(move || {
                    (!possible(extent.get())).then(|| "true".to_owned())
                })
                on:click=move |_| {
                    if possible(extent.get_untracked()) {
                        pages.turn(by);
                    }
                }
            >
                <span aria-hidden="true">{mark}</span>
                <span class="visually-hidden">
                    {if by < 0 { state.texts().previous_rows() } else { state.texts().next_rows() }}
                </span>
            </button>
        }
    };
    view! {
        <div class="pager">
            <label>
                <span id="name-has">{state.texts().name_has()} " "</span>
                <input
                    type="search"
                    // With a label alone, Safari adds the name of its own clear button.
                    aria-labelledby="name-has"
                    autocomplete="off"
                    spellcheck="false"
                    data-testid="filter"
                    prop:value=value(move || filter.get())
                    on:input:target=move |event| pages.look_for(event.target().value())
                />
            </label>
            <p role="status">{text(said)}</p>
            {turn("previous-rows", "‹", |extent| extent.from > 0, -1)}
            {turn("next-rows", "›", |extent| extent.from + extent.built < extent.all, 1)}
        </div>
    }
}
