//! What a reader can take away: sentences for a story, and files. Two buttons; what they open comes
//! when it is wanted.

mod csv;
mod downloads;
mod features;
mod labels;
mod picture;
mod readback;
mod records;
mod save;
mod sheet;
mod story;

use leptos::prelude::*;

use crate::language::language;
use crate::lazy::Parts;
use crate::reactive::attribute;
use downloads::DownloadPanel;
use story::StoryPanel;

/// What is open.
#[derive(Clone, Copy, PartialEq)]
pub enum Open {
    Nothing,
    Story,
    Downloads,
}

/// What the buttons open: a part of the program of its own.
pub struct TakenAway(fn(Open) -> Option<AnyView>);

impl TakenAway {
    /// Where this is called, the part has come.
    pub fn here() -> TakenAway {
        TakenAway(|open| match open {
            Open::Nothing => None,
            Open::Story => Some(view! { <StoryPanel /> }.into_any()),
            Open::Downloads => Some(view! { <DownloadPanel /> }.into_any()),
        })
    }
}

/// The buttons, and what they open.
#[component]
pub fn TakeAway() -> impl IntoView {
    let part = expect_context::<Parts>().workshop;
    let open = RwSignal::new(Open::Nothing);
    let button = move |which: Open, name: &'static str, hook: &'static str| {
        view! {
            <button
                type="button"
                data-testid=hook
                aria-expanded=attribute(move || Some(if open.get() == which { "true" } else { "false" }.to_owned()))
                on:click=move |_| {
                    part.want();
                    open.set(if open.get_untracked() == which { Open::Nothing } else { which });
                }
            >
                {name}
            </button>
        }
    };
    view! {
        {button(Open::Story, language().open_story(), "open-story")}
        {button(Open::Downloads, language().open_downloads(), "open-downloads")}
        {move || part.ready().and_then(|part| (part.taken_away.0)(open.get()))}
    }
}
