//! Exports sentences for a story, and files: two buttons, whose panels are in the export chunk.

mod canvas_noise;
mod csv;
mod downloads;
mod features;
mod page_canvas;
mod page_layout;
mod page_svg;
mod picture;
mod records;
mod save;
mod shapes;
mod story;

use leptos::prelude::*;

use crate::platform::reactive::attribute;
use crate::state::Member;
use crate::state::State;
use downloads::DownloadPanel;
use story::StoryPanel;

/// The open panel.
#[derive(Clone, Copy, PartialEq)]
pub enum OpenPanel {
    Nothing,
    Story,
    Downloads,
}

/// The panels that the buttons open, in the export chunk.
#[derive(Clone, Copy)]
pub struct ExportPanels(fn(OpenPanel) -> Option<AnyView>);

impl ExportPanels {
    /// The panels of this chunk: code that calls `new` has the chunk loaded.
    pub fn new() -> ExportPanels {
        ExportPanels(|open| match open {
            OpenPanel::Nothing => None,
            OpenPanel::Story => Some(view! { <StoryPanel /> }.into_any()),
            OpenPanel::Downloads => Some(view! { <DownloadPanel /> }.into_any()),
        })
    }
}

/// The buttons, and the panel that is open.
#[component]
pub fn ExportButtons() -> impl IntoView {
    let state = expect_context::<State>();
    let chunk = expect_context::<Member<ExportPanels>>();
    let open = RwSignal::new(OpenPanel::Nothing);
    let button = move |which: OpenPanel, name: &'static str, test_id: &'static str| {
        let expanded = move || {
            let is_open = open.get() == which;
            Some(if is_open { "true" } else { "false" }.to_owned())
        };
        let toggle = move |_| {
            chunk.load();
            open.set(if open.get_untracked() == which {
                OpenPanel::Nothing
            } else {
                which
            });
        };
        view! {
            <button
                type="button"
                data-testid=test_id
                aria-expanded=attribute(expanded)
                on:click=toggle
            >
                {name}
            </button>
        }
    };
    view! {
        {button(OpenPanel::Story, state.texts().open_story(), "open-story")}
        {button(OpenPanel::Downloads, state.texts().open_downloads(), "open-downloads")}
        {move || chunk.ready().and_then(|chunk| (chunk.0)(open.get()))}
    }
}
