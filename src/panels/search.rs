//! Finding an area by postcode, by name, by code, or by where the reader stands: a combobox, and
//! two buttons beside it.

mod combobox;
#[cfg(test)]
mod expected_results;
mod names;
mod near_me;
mod postcodes;
mod query;
mod ranking;
mod results;
mod suggestion;

use std::sync::Arc;

use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::html;
use leptos::prelude::*;
use rising_words::labels;

use crate::language::language;
use crate::lazy::Chunks;
use crate::reactive::{Derived, attribute, effect, flag, text, value};
use crate::state::State;
use near_me::{NearMe, NearMeStatus};

/// Suggestions shown at once: most counties have no more districts. More is answered by typing on.
const SHOWN: usize = 12;

/// The drawing on the button.
const GLASS: &str = "<svg viewBox='0 0 20 20' width='20' height='20' fill='none' stroke='currentColor' stroke-width='2' \
                     aria-hidden='true'><circle cx='8.5' cy='8.5' r='5.5'/><path d='m13 13 5 5'/></svg>";

/// What finds areas: a part of the program of its own.
pub struct SearchChunk {
    /// SearchResults what is typed into the box, from what has come so far.
    attach: fn(SearchBox) -> Combobox,
    /// How it stands with finding where the reader is, from the first press of the button on.
    near_me: fn(State, RwSignal<u32>) -> Derived<NearMeStatus>,
}

impl SearchChunk {
    /// Where this is called, the part has come.
    pub fn new() -> SearchChunk {
        SearchChunk {
            attach: combobox::attach,
            near_me: near_me::attempts,
        }
    }
}

/// What the reader does with the box.
#[derive(Clone, Copy)]
struct SearchBox {
    state: State,
    query: RwSignal<String>,
    /// It has the focus.
    is_inside: RwSignal<bool>,
    /// She has closed the list.
    is_closed: RwSignal<bool>,
    /// None until an arrow key goes there; sent as it is, an entry means the first.
    active: RwSignal<Option<usize>>,
    /// An entry that was sent before its answer had come.
    sent: RwSignal<Option<String>>,
    /// The reader has turned to the box.
    looking: RwSignal<bool>,
    input: NodeRef<html::Input>,
}

impl SearchBox {
    fn give_focus(self) {
        if let Some(input) = self.input.get_untracked() {
            let _ = input.focus();
        }
    }
}

/// What answers her.
struct Combobox {
    shown: Derived<ComboboxState>,
    options: Arc<dyn Fn() -> AnyView + Send + Sync>,
    on_key: Arc<dyn Fn(&KeyboardEvent) + Send + Sync>,
    send: Arc<dyn Fn() + Send + Sync>,
}

/// What is around the suggestions.
#[derive(Clone, Default, PartialEq)]
struct ComboboxState {
    said: String,
    /// It is for the ear alone: to the eye the list speaks for itself.
    is_heard_only: bool,
    is_listed: bool,
    active: Option<usize>,
}

/// The search box.
#[component]
pub fn Search() -> impl IntoView {
    let state = expect_context::<State>();
    let query = RwSignal::new(String::new());
    let [is_inside, is_closed, looking] = [false; 3].map(RwSignal::new);
    let (active, sent, input) = (
        RwSignal::new(None),
        RwSignal::new(None::<String>),
        NodeRef::new(),
    );
    let typing = SearchBox {
        state,
        query,
        is_inside,
        is_closed,
        active,
        sent,
        looking,
        input,
    };
    let chunk = expect_context::<Chunks>().search;
    // Made once, when the part has come.
    let attached = Derived::from_last(move |_| Some((chunk.ready()?.attach)(typing)), |_, _| false);
    let shown = Derived::new(move || match &*attached.read() {
        Some(attached) => attached.shown.get(),
        None => {
            let said = match (query.read().trim().is_empty(), chunk.file().has_failed()) {
                (true, _) => "",
                (_, true) => language().search_failed(),
                _ => language().search_waiting(),
            };
            ComboboxState {
                said: said.to_owned(),
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
        if let Some(attached) = &*attached.read_untracked() {
            (attached.on_key)(&event);
        }
    };
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        match &*attached.read_untracked() {
            Some(attached) => (attached.send)(),
            None if query.read_untracked().is_empty() => typing.give_focus(),
            None => sent.set(Some(query.get_untracked())),
        }
    };

    let hint = move || {
        let language = language();
        Some(
            match finds(state) {
                (true, _) => language.search_hint(),
                (_, true) => language.search_hint_town(),
                _ => language.search_hint_name(),
            }
            .to_owned(),
        )
    };

    view! {
        <form class="search" role="search" data-testid="search" on:submit=on_submit>
            <label for="search" class="visually-hidden">{language().search_label()}</label>
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
                aria-expanded=attribute(move || Some(shown.read().is_listed.to_string()))
                aria-activedescendant=attribute(move || shown.read().active.map(option_id))
                prop:value=value(move || query.get())
                // Who taps it will type; who only passes through with the Tab key is not made to
                // download for it.
                on:pointerdown=move |_| {
                    chunk.load();
                    state.load_names();
                    looking.set(true);
                    is_closed.set(false);
                }
                on:input:target=move |event| {
                    query.set(event.target().value());
                    active.set(None);
                    sent.set(None);
                    is_inside.set(true);
                    is_closed.set(false);
                    looking.set(true);
                }
                on:keydown=on_key
                on:focus=move |_| is_inside.set(true)
                on:blur=move |_| is_inside.set(false)
            />
            <button type="submit" class="find" aria-label=language().search_button() inner_html=GLASS></button>
            <NearMe />
            <p id="search-said" class="said" role="status" class:visually-hidden=flag(move || shown.read().is_heard_only)>{text(move || shown.read().said.clone())}</p>
            <ul id="search-list" role="listbox" aria-label=language().search_list() hidden=flag(move || !shown.read().is_listed)>
                {move || attached.read().as_ref().map(|attached| (attached.options)())}
            </ul>
        </form>
    }
}

/// Does the data set have postcodes, and does it have names of places? Until that is known: if it
/// is British.
fn finds(state: State) -> (bool, bool) {
    match state.manifest() {
        Some(manifest) => (manifest.postcodes.is_some(), manifest.names.is_some()),
        None => (!labels::are_set(), false),
    }
}

fn option_id(position: usize) -> String {
    format!("search-option-{position}")
}
