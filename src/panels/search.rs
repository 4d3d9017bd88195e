//! Finds an area by postcode, name or code in a combobox, or by the device's location.

mod combobox;
mod near_me;

use std::sync::Arc;

use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::html;
use leptos::prelude::*;
use rising_model::domain::area::Level;
use rising_search::Areas;

use crate::platform::reactive::{Derived, attribute, effect, flag, text, value};
use crate::state::{Loader, State};
use near_me::{NearMe, NearMeStatus};

/// The icon on the button.
const MAGNIFIER: &str = "<svg viewBox='0 0 20 20' width='20' height='20' fill='none' \
                         stroke='currentColor' stroke-width='2' aria-hidden='true'>\
                         <circle cx='8.5' cy='8.5' r='5.5'/><path d='m13 13 5 5'/></svg>";

/// The functions of the search chunk.
pub struct SearchChunk {
    /// Starts answering what is typed into the box, from the files loaded so far.
    attach: fn(SearchBox) -> Combobox,
    /// Derives the status of locating the device, from the first press of the button on.
    near_me: fn(State, RwSignal<u32>) -> Derived<NearMeStatus>,
}

impl SearchChunk {
    /// The functions of this chunk: code that calls `new` has the chunk loaded.
    pub fn new() -> SearchChunk {
        SearchChunk {
            attach: combobox::attach,
            near_me: near_me::attempts,
        }
    }
}

/// The state of the search box.
#[derive(Clone, Copy)]
struct SearchBox {
    state: State,
    query: RwSignal<String>,
    /// Whether the input has the focus.
    has_focus: RwSignal<bool>,
    /// Whether the reader has closed the list.
    is_closed: RwSignal<bool>,
    /// The suggestion reached by arrow keys. Without one, submitting opens the first suggestion.
    active: RwSignal<Option<usize>>,
    /// A query submitted before its results were complete.
    submitted: RwSignal<Option<String>>,
    /// Whether the reader has tapped the box or typed into it.
    is_used: RwSignal<bool>,
    input: NodeRef<html::Input>,
}

impl SearchBox {
    fn focus(self) {
        if let Some(input) = self.input.get_untracked() {
            let _ = input.focus();
        }
    }
}

/// The views and handlers that the search chunk adds to the box.
struct Combobox {
    shown: Derived<ComboboxState>,
    options: Arc<dyn Fn() -> AnyView + Send + Sync>,
    on_key: Arc<dyn Fn(&KeyboardEvent) + Send + Sync>,
    submit: Arc<dyn Fn() + Send + Sync>,
}

/// The state of the elements around the suggestions.
#[derive(Clone, Default, PartialEq)]
struct ComboboxState {
    message: String,
    /// Whether the message is for screen readers only, because the list shows the same.
    is_hidden: bool,
    is_expanded: bool,
    active: Option<usize>,
}

/// The search box.
#[component]
pub fn Search() -> impl IntoView {
    let state = expect_context::<State>();
    let query = RwSignal::new(String::new());
    let [has_focus, is_closed, is_used] = [false; 3].map(RwSignal::new);
    let active = RwSignal::new(None);
    let submitted = RwSignal::new(None::<String>);
    let input = NodeRef::new();
    let search_box = SearchBox {
        state,
        query,
        has_focus,
        is_closed,
        active,
        submitted,
        is_used,
        input,
    };
    let chunk = expect_context::<Loader<SearchChunk>>();
    // Created once, when the chunk has loaded.
    let combobox = Derived::from_last(
        move |_| Some((chunk.ready()?.attach)(search_box)),
        |_, _| false,
    );
    let shown = Derived::new(move || match &*combobox.read() {
        Some(combobox) => combobox.shown.get(),
        None => {
            let message = match (query.read().trim().is_empty(), chunk.file().has_failed()) {
                (true, _) => "",
                (_, true) => state.texts().search_failed(),
                _ => state.texts().search_waiting(),
            };
            ComboboxState {
                message: message.to_owned(),
                ..ComboboxState::default()
            }
        }
    });
    effect(move || {
        if !query.read().is_empty() && state.manifest().is_some() {
            chunk.load();
            state.load_names();
        }
    });
    let on_key = move |event: KeyboardEvent| {
        if let Some(combobox) = &*combobox.read_untracked() {
            (combobox.on_key)(&event);
        }
    };
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        match &*combobox.read_untracked() {
            Some(combobox) => (combobox.submit)(),
            None if query.read_untracked().is_empty() => search_box.focus(),
            None => submitted.set(Some(query.get_untracked())),
        }
    };

    let hint = move || {
        let texts = state.texts();
        Some(
            match searchable(state) {
                (true, _) => texts.search_hint(),
                (_, true) => texts.search_hint_town(),
                _ => texts.search_hint_name(),
            }
            .to_owned(),
        )
    };

    view! {
        <form class="search" role="search" data-testid="search" on:submit=on_submit>
            <label for="search" class="visually-hidden">{state.texts().search_label()}</label>
            <input
                id="search"
                node_ref=input
                type="text"
                inputmode="search"
                enterkeyhint="go"
                role="combobox"
                autocomplete="off"
                autocapitalize="words"
                spellcheck="false"
                placeholder=attribute(hint)
                aria-autocomplete="list"
                aria-controls="search-list"
                aria-expanded=attribute(move || Some(shown.read().is_expanded.to_string()))
                aria-activedescendant=attribute(move || shown.read().active.map(option_id))
                prop:value=value(move || query.get())
                // A tap starts loading, because typing follows. Focus by the Tab key does not: the
                // reader may be passing through.
                on:pointerdown=move |_| {
                    chunk.load();
                    state.load_names();
                    is_used.set(true);
                    is_closed.set(false);
                }
                on:input:target=move |event| {
                    query.set(event.target().value());
                    active.set(None);
                    submitted.set(None);
                    has_focus.set(true);
                    is_closed.set(false);
                    is_used.set(true);
                }
                on:keydown=on_key
                on:focus=move |_| has_focus.set(true)
                on:blur=move |_| has_focus.set(false)
            />
            <button
                type="submit"
                class="find"
                aria-label=state.texts().search_button()
                inner_html=MAGNIFIER
            >
            </button>
            <NearMe />
            <p
                id="search-said"
                class="message"
                role="status"
                class:visually-hidden=flag(move || shown.read().is_hidden)
            >
                {text(move || shown.read().message.clone())}
            </p>
            <ul
                id="search-list"
                role="listbox"
                aria-label=state.texts().search_list()
                hidden=flag(move || !shown.read().is_expanded)
            >
                {move || combobox.read().as_ref().map(|combobox| (combobox.options)())}
            </ul>
        </form>
    }
}

/// Returns whether the data set has postcodes and whether it has place names. Before the manifest
/// has loaded, a data set of the UK is assumed to have postcodes.
fn searchable(state: State) -> (bool, bool) {
    match state.manifest() {
        Some(manifest) => (manifest.postcodes.is_some(), manifest.names.is_some()),
        None => (!state.texts().has_labels(), false),
    }
}

/// The areas loaded so far, with names in the page's language.
fn areas(state: State) -> Areas {
    Areas {
        texts: state.texts(),
        authorities: state.table(Level::Ltla),
        neighbourhoods: state.table(Level::Msoa),
    }
}

fn option_id(position: usize) -> String {
    format!("search-option-{position}")
}
