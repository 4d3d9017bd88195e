//! What a reader can take away: sentences for a story, and files. Two buttons; what they open comes when it is wanted.

mod csv;
mod downloads;
mod features;
mod records;
mod save;
mod story;

use leptos::prelude::*;

use crate::lazy::Parts;
use crate::reactive::{Derived, attribute};
use crate::state::Loader;
pub use downloads::Downloads;
pub use story::StoryView;

/// What is open.
#[derive(Clone, Copy, PartialEq)]
enum Open {
    Nothing,
    Story,
    Downloads,
}

/// A part of the program that shows itself.
pub trait Shows {
    /// Makes its view.
    fn show(&self) -> AnyView;
}

/// The buttons, and what they open.
#[component]
pub fn TakeAway() -> impl IntoView {
    let Parts { story, downloads, .. } = expect_context::<Parts>();
    let open = RwSignal::new(Open::Nothing);
    let toggle = move |which: Open| {
        open.set(if open.get_untracked() == which { Open::Nothing } else { which });
        match which {
            Open::Story => story.want(),
            Open::Downloads => downloads.want(),
            Open::Nothing => {}
        }
    };
    let expanded = move |which: Open| attribute(move || Some((open.get() == which).to_string()));
    let shown = Derived::new(move || match open.get() {
        Open::Nothing => (Open::Nothing, false),
        Open::Story => (Open::Story, story.ready().is_some()),
        Open::Downloads => (Open::Downloads, downloads.ready().is_some()),
    });
    view! {
        <button type="button" data-testid="open-story" aria-expanded=expanded(Open::Story) on:click=move |_| toggle(Open::Story)>
            "Figures for a story"
        </button>
        <button type="button" data-testid="open-downloads" aria-expanded=expanded(Open::Downloads) on:click=move |_| toggle(Open::Downloads)>
            "Download"
        </button>
        {move || match shown.get() {
            (Open::Story, true) => view_of(story),
            (Open::Downloads, true) => view_of(downloads),
            _ => None,
        }}
    }
}

fn view_of<T: Shows + Send + Sync + 'static>(part: Loader<T>) -> Option<AnyView> {
    untrack(|| part.ready()).map(|part| part.show())
}
