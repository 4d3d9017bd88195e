//! What a reader can take away: sentences for a story, and files. Two buttons; what they open comes
//! when it is wanted.

mod canvas_noise;
mod csv;
mod downloads;
mod features;
mod labels;
mod page_layout;
mod picture;
mod records;
mod save;
mod story;

use leptos::prelude::*;

use crate::language::language;
use crate::lazy::Chunks;
use crate::reactive::attribute;
use downloads::DownloadPanel;
use story::StoryPanel;

/// What is open.
#[derive(Clone, Copy, PartialEq)]
pub enum OpenPanel {
    Nothing,
    Story,
    Downloads,
}

/// What the buttons open: a part of the program of its own.
pub struct ExportPanels(fn(OpenPanel) -> Option<AnyView>);

impl ExportPanels {
    /// Where this is called, the part has come.
    pub fn new() -> ExportPanels {
        ExportPanels(|open| match open {
            OpenPanel::Nothing => None,
            OpenPanel::Story => Some(view! { <StoryPanel /> }.into_any()),
            OpenPanel::Downloads => Some(view! { <DownloadPanel /> }.into_any()),
        })
    }
}

/// The buttons, and what they open.
#[component]
pub fn ExportButtons() -> impl IntoView {
    let chunk = expect_context::<Chunks>().export;
    let open = RwSignal::new(OpenPanel::Nothing);
    let button = move |which: OpenPanel, name: &'static str, hook: &'static str| {
        view! {
            <button
                type="button"
                data-testid=hook
                aria-expanded=attribute(move || Some(if open.get() == which { "true" } else { "false" }.to_owned()))
                on:click=move |_| {
                    chunk.load();
                    open.set(if open.get_untracked() == which { OpenPanel::Nothing } else { which });
                }
            >
                {name}
            </button>
        }
    };
    view! {
        {button(OpenPanel::Story, language().open_story(), "open-story")}
        {button(OpenPanel::Downloads, language().open_downloads(), "open-downloads")}
        {move || chunk.ready().and_then(|chunk| (chunk.export_panels.0)(open.get()))}
    }
}
